/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole session over fakes: joining, losing, coming back, and what the operator is told. */

#include "session-fixture.h"

#include <string.h>

static VigilLinkState
link_state (Fixture   *f,
            VigilPart  part)
{
  return vigil_session_get_link (f->session, part)->state;
}

static void
test_joins (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (VigilStream) stream = NULL;

  g_assert_null (vigil_session_get_exam_id (f->session));
  stream = bring_up (f);
  g_assert_cmpint (vigil_stream_get_phase (stream), ==, VIGIL_PHASE_PLAYING);
  g_assert_cmpstr (vigil_session_get_exam_id (f->session), ==, "e");
  g_assert_cmpstr (vigil_session_get_exam_title (f->session), ==, "Anatomy II");
  g_assert_cmpint (link_state (f, VIGIL_PART_FEED), ==, VIGIL_LINK_CONNECTED);
  g_assert_cmpint (link_state (f, VIGIL_PART_SFU), ==, VIGIL_LINK_CONNECTED);
  g_assert_cmpint (link_state (f, VIGIL_PART_EVIDENCE), ==, VIGIL_LINK_CONNECTED);
  g_assert_cmpstr (f->troubles->str, ==, "");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (vigil_session_get_view (f->session))), ==, 1);
  take_off_screen (f);
}

typedef struct
{
  Fixture     *f;
  VigilStream *stream;
  gboolean     torn_down;
  guint        seen;
} Watch;

static void
watch_links_cb (Watch *watch)
{
  if (link_state (watch->f, VIGIL_PART_FEED) != VIGIL_LINK_RECONNECTING)
    return;

  watch->seen++;
  watch->torn_down = vigil_stream_get_phase (watch->stream) == VIGIL_PHASE_IDLE &&
                     !vigil_media_engine_is_open (VIGIL_MEDIA_ENGINE (watch->f->engine));
}

static void
test_drop_and_back (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  Watch watch = { f, stream, FALSE, 0 };
  gulong id = g_signal_connect_swapped (f->session, "link-changed", G_CALLBACK (watch_links_cb), &watch);

  vigil_fake_log_clear (f->log);
  vigil_fake_feed_drop (f->feed, VIGIL_SESSION_ERROR_NETWORK);
  /* Whoever hears of the lost feed finds everything of it torn down already. */
  g_assert_cmpuint (watch.seen, >, 0);
  g_assert_true (watch.torn_down);
  g_signal_handler_disconnect (f->session, id);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "engine-close");
  g_assert_cmpint (link_state (f, VIGIL_PART_FEED), ==, VIGIL_LINK_RECONNECTING);
  g_assert_cmpint (vigil_session_get_link (f->session, VIGIL_PART_FEED)->retry_us, ==, 12345);
  g_assert_cmpint (link_state (f, VIGIL_PART_SFU), ==, VIGIL_LINK_OFFLINE);
  g_assert_true (vigil_roster_lookup (vigil_session_get_roster (f->session), "a")->present);
  g_assert_nonnull (vigil_stream_get_picture (stream));

  vigil_fake_feed_connect (f->feed, 1, 40);
  answer_rows (f, 40, vigil_fake_row_new ("a", "Ann", TRUE, "pa2"), NULL);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_stream_get_phase (stream), ==, VIGIL_PHASE_PLAYING);
  g_assert_cmpint (vigil_fake_log_find (f->log, "consume pa2"), >=, 0);
  g_assert_cmpint (link_state (f, VIGIL_PART_FEED), ==, VIGIL_LINK_CONNECTED);
  g_assert_nonnull (strstr (f->troubles->str, "-feed"));
  g_assert_nonnull (strstr (f->troubles->str, "+feed"));
  take_off_screen (f);
}

static void
test_gone_while_away (Fixture       *f,
                      gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);

  vigil_fake_feed_drop (f->feed, VIGIL_SESSION_ERROR_NETWORK);
  vigil_fake_feed_connect (f->feed, 1, 40);
  answer_rows (f, 40, vigil_fake_row_new ("b", "Bob", TRUE, "pb"), NULL);
  g_assert_false (vigil_roster_lookup (vigil_session_get_roster (f->session), "a")->present);
  g_assert_null (vigil_stream_get_picture (stream));
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_COLD);
  take_off_screen (f);
}

/* joinExam acknowledged again without a drop that anybody saw. */
static void
test_joined_twice (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);

  vigil_fake_log_clear (f->log);
  vigil_fake_feed_connect (f->feed, 2, 0);
  g_assert_cmpint (vigil_fake_log_find (f->log, "engine-close"), ==, 0);
  answer_rows (f, 0, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_stream_get_phase (stream), ==, VIGIL_PHASE_PLAYING);
  take_off_screen (f);
}

static gboolean
is_playing (gpointer data)
{
  return vigil_stream_get_phase (data) == VIGIL_PHASE_PLAYING;
}

static void
test_sfu_restarts (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_SFU_RESTARTED);

  event->part = g_strdup ("t1");
  event->reason = g_strdup ("worker died");
  vigil_fake_feed_deliver (f->feed, event);
  g_assert_cmpint (vigil_stream_get_phase (stream), ==, VIGIL_PHASE_IDLE);
  g_assert_cmpint (link_state (f, VIGIL_PART_SFU), ==, VIGIL_LINK_RECONNECTING);
  g_assert_cmpstr (vigil_session_get_link (f->session, VIGIL_PART_SFU)->reason, ==, "worker died");
  g_assert_cmpint (link_state (f, VIGIL_PART_FEED), ==, VIGIL_LINK_CONNECTED);

  vigil_fake_run (500);
  g_assert_cmpuint (vigil_fake_directory_get_n_waiting (f->directory), ==, 1);
  answer_rows (f, 0, vigil_fake_row_new ("a", "Ann", TRUE, "pa-new"), NULL);
  g_assert_true (vigil_fake_wait (is_playing, stream, 2000));
  g_assert_cmpint (vigil_fake_log_find (f->log, "consume pa-new"), >=, 0);
  g_assert_cmpint (link_state (f, VIGIL_PART_SFU), ==, VIGIL_LINK_CONNECTED);
  take_off_screen (f);
}

static void
deliver_violation (Fixture      *f,
                   const char   *id,
                   VigilBand     severity,
                   guint         count)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_VIOLATION);

  event->violation = vigil_violation_new ();
  event->violation->id = g_strdup (id);
  event->violation->student_id = g_strdup ("a");
  event->violation->type = g_strdup ("no_face");
  event->violation->severity = severity;
  event->violation->count = count;
  vigil_fake_feed_deliver (f->feed, event);
}

static void
test_violations (Fixture       *f,
                 gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (f->session), "a");
  VigilHallEvent *event;

  deliver_violation (f, "v1", VIGIL_BAND_LOW, 1);
  deliver_violation (f, "v2", VIGIL_BAND_CRITICAL, 1);
  g_assert_cmpuint (candidate->open_flags, ==, 2);
  g_assert_cmpint (candidate->worst_open, ==, VIGIL_BAND_CRITICAL);
  g_assert_cmpuint (f->violations, ==, 2);
  deliver_violation (f, "v2", VIGIL_BAND_CRITICAL, 4);
  g_assert_cmpuint (candidate->open_flags, ==, 2);
  g_assert_cmpuint (f->violations, ==, 3);
  deliver_violation (f, "v2", VIGIL_BAND_CRITICAL, 4);
  g_assert_cmpuint (f->violations, ==, 3);

  /* The hall's word on a flag brings its count along. */
  event = vigil_hall_event_new (VIGIL_HALL_EVENT_FLAG_CHANGED);
  event->flag_id = g_strdup ("v2");
  event->student_id = g_strdup ("a");
  event->verdict = VIGIL_VERDICT_DISMISSED;
  event->open_flags = 1;
  vigil_fake_feed_deliver (f->feed, event);
  g_assert_cmpuint (candidate->open_flags, ==, 1);
  g_assert_cmpint (candidate->worst_open, ==, VIGIL_BAND_LOW);

  /* A hall that counts by itself is not counted on top of. */
  event = vigil_hall_event_new (VIGIL_HALL_EVENT_SESSION_UPDATE);
  event->candidate = vigil_candidate_info_new ("a");
  event->candidate->fields = VIGIL_FIELD_OPEN_FLAGS;
  event->candidate->open_flags = 2;
  vigil_fake_feed_deliver (f->feed, event);
  deliver_violation (f, "v3", VIGIL_BAND_HIGH, 1);
  g_assert_cmpuint (candidate->open_flags, ==, 2);
  g_assert_cmpint (candidate->worst_open, ==, VIGIL_BAND_HIGH);
  {
    g_autoptr (GPtrArray) violations = vigil_session_dup_violations (f->session, "a");

    g_assert_cmpuint (violations->len, ==, 3);
  }
  take_off_screen (f);
}

static void
deliver_verdict (Fixture      *f,
                 VigilVerdict  verdict,
                 int           open_flags)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_FLAG_CHANGED);

  event->flag_id = g_strdup ("v1");
  event->student_id = g_strdup ("a");
  event->verdict = verdict;
  event->open_flags = open_flags;
  vigil_fake_feed_deliver (f->feed, event);
}

/* A snooze is over: it is open again, counted by the hall or, where it does not say, by us. */
static void
test_reopened (Fixture       *f,
               gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (f->session), "a");

  deliver_violation (f, "v1", VIGIL_BAND_HIGH, 1);
  for (int said = 1; said >= -1; said -= 2)
    {
      guint told = f->violations;
      g_autoptr (GPtrArray) held = NULL;

      deliver_verdict (f, VIGIL_VERDICT_ESCALATED, said - 1 < 0 ? -1 : said - 1);
      g_assert_cmpuint (candidate->open_flags, ==, 0);
      deliver_verdict (f, VIGIL_VERDICT_OPEN, said);
      g_assert_cmpuint (candidate->open_flags, ==, 1);
      g_assert_cmpint (candidate->worst_open, ==, VIGIL_BAND_HIGH);
      g_assert_cmpuint (f->violations, ==, told + 2);
      held = vigil_session_dup_violations (f->session, "a");
      g_assert_cmpint (((VigilViolation *) held->pdata[0])->verdict, ==, VIGIL_VERDICT_OPEN);
    }
  take_off_screen (f);
}

static void
test_load_violations (Fixture       *f,
                      gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  GPtrArray *violations = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_violation_unref);
  VigilViolation *violation = vigil_violation_new ();

  violation->id = g_strdup ("old");
  violation->student_id = g_strdup ("a");
  violation->type = g_strdup ("gaze_away");
  g_ptr_array_add (violations, violation);
  vigil_session_load_violations (f->session, "a");
  vigil_fake_directory_answer (f->directory, violations, (GDestroyNotify) g_ptr_array_unref);
  vigil_fake_spin ();
  g_assert_cmpuint (f->violations, ==, 1);
  /* Read, not new: the roster's own count already has it. */
  g_assert_cmpuint (vigil_roster_lookup (vigil_session_get_roster (f->session), "a")->open_flags, ==, 0);
  take_off_screen (f);
}

static void
emitted_cb (VigilSession   *session,
            VigilViolation *violation,
            gpointer        data)
{
  g_assert_nonnull (violation);
}

/* A page may hold more than is kept of one candidate. */
static void
test_load_more_than_kept (Fixture       *f,
                          gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  GPtrArray *violations = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_violation_unref);
  guint kept = vigil_settings_get_int (f->settings, VIGIL_SETTING_VIOLATIONS_KEPT);

  g_signal_connect (f->session, "violation", G_CALLBACK (emitted_cb), NULL);
  for (guint i = 0; i < 2 * kept; i++)
    {
      g_autofree char *id = g_strdup_printf ("v%u", i);

      g_ptr_array_add (violations, make_read (id, 10000 - i, 1));
    }
  vigil_session_load_violations (f->session, "a");
  vigil_fake_directory_answer (f->directory, violations, (GDestroyNotify) g_ptr_array_unref);
  vigil_fake_spin ();
  g_assert_cmpuint (f->violations, ==, kept);
  take_off_screen (f);
}

/* The page was on its way when somebody decided. */
static void
test_verdict_outlives_page (Fixture       *f,
                            gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  GPtrArray *violations = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_violation_unref);
  g_autoptr (GPtrArray) held = NULL;
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_FLAG_CHANGED);

  deliver_violation (f, "v1", VIGIL_BAND_HIGH, 1);
  vigil_session_load_violations (f->session, "a");
  event->flag_id = g_strdup ("v1");
  event->student_id = g_strdup ("a");
  event->verdict = VIGIL_VERDICT_DISMISSED;
  event->open_flags = 0;
  vigil_fake_feed_deliver (f->feed, event);
  g_ptr_array_add (violations, make_read ("v1", 0, 2));
  vigil_fake_directory_answer (f->directory, violations, (GDestroyNotify) g_ptr_array_unref);
  vigil_fake_spin ();

  held = vigil_session_dup_violations (f->session, "a");
  g_assert_cmpuint (held->len, ==, 1);
  g_assert_cmpint (((VigilViolation *) held->pdata[0])->verdict, ==, VIGIL_VERDICT_DISMISSED);
  g_assert_cmpuint (((VigilViolation *) held->pdata[0])->count, ==, 2);
  take_off_screen (f);
}

static void
test_auth (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);

  vigil_fake_feed_deliver (f->feed, vigil_hall_event_new (VIGIL_HALL_EVENT_SESSION_EXPIRED));
  g_assert_cmpuint (f->auth, ==, 1);
  vigil_fake_feed_drop (f->feed, VIGIL_SESSION_ERROR_EXPIRED);
  g_assert_cmpuint (f->auth, ==, 1);
  g_assert_cmpint (link_state (f, VIGIL_PART_FEED), ==, VIGIL_LINK_REFUSED);

  /* Signed in again: the wall is still there. */
  join_as (f, "e", VIGIL_ROLE_ADMIN);
  g_assert_nonnull (vigil_roster_lookup (vigil_session_get_roster (f->session), "a"));
  vigil_fake_feed_connect (f->feed, 1, 5);
  answer_rows (f, 5, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_stream_get_phase (stream), ==, VIGIL_PHASE_PLAYING);

  vigil_session_load_violations (f->session, "a");
  vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_AUTH);
  vigil_fake_spin ();
  g_assert_cmpuint (f->auth, ==, 2);
  take_off_screen (f);
}

static void
deliver_system (Fixture    *f,
                const char *part,
                gboolean    degraded)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_SYSTEM);

  event->part = g_strdup (part);
  event->degraded = degraded;
  event->reason = degraded ? g_strdup_printf ("%s is slow", part) : NULL;
  vigil_fake_feed_deliver (f->feed, event);
}

static void
test_degradations (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);

  deliver_system (f, "counting", TRUE);
  g_assert_cmpint (link_state (f, VIGIL_PART_FEED), ==, VIGIL_LINK_DEGRADED);
  g_assert_cmpstr (vigil_session_get_link (f->session, VIGIL_PART_FEED)->reason, ==, "counting is slow");
  g_assert_cmpint (link_state (f, VIGIL_PART_SFU), ==, VIGIL_LINK_CONNECTED);
  deliver_system (f, "counting", TRUE);
  g_assert_cmpuint (vigil_session_get_degradations (f->session)->len, ==, 1);
  deliver_system (f, "sfu", TRUE);
  deliver_system (f, "evidence", TRUE);
  g_assert_cmpint (link_state (f, VIGIL_PART_SFU), ==, VIGIL_LINK_DEGRADED);
  g_assert_cmpint (link_state (f, VIGIL_PART_EVIDENCE), ==, VIGIL_LINK_DEGRADED);
  g_assert_cmpint (vigil_stream_get_phase (stream), ==, VIGIL_PHASE_PLAYING);
  deliver_system (f, "counting", FALSE);
  g_assert_cmpint (link_state (f, VIGIL_PART_FEED), ==, VIGIL_LINK_CONNECTED);
  g_assert_cmpuint (vigil_session_get_degradations (f->session)->len, ==, 2);

  /* Announced over a connection that is gone: nothing is known of it any more. */
  vigil_fake_feed_drop (f->feed, VIGIL_SESSION_ERROR_NETWORK);
  g_assert_cmpuint (vigil_session_get_degradations (f->session)->len, ==, 0);
  take_off_screen (f);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = vigil_hall_directory_fetch_finish (VIGIL_HALL_DIRECTORY (source), result, &error);
}

static void
fetch (Fixture *f,
       int      code)
{
  g_autoptr (VigilEvidenceItem) item = vigil_evidence_item_new ();

  item->key = g_strdup ("k");
  vigil_hall_directory_fetch_async (VIGIL_HALL_DIRECTORY (f->directory), item, 100, NULL, fetched_cb, NULL);
  if (code >= 0)
    vigil_fake_directory_fail (f->directory, code);
  else
    vigil_fake_directory_answer (f->directory, g_bytes_new (NULL, 0), (GDestroyNotify) g_bytes_unref);
  vigil_fake_spin ();
}

static void
test_evidence_link (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);

  fetch (f, VIGIL_SESSION_ERROR_TIMEOUT);
  g_assert_cmpint (link_state (f, VIGIL_PART_EVIDENCE), ==, VIGIL_LINK_DEGRADED);
  g_assert_nonnull (vigil_session_get_link (f->session, VIGIL_PART_EVIDENCE)->reason);
  fetch (f, VIGIL_SESSION_ERROR_NOT_FOUND);
  g_assert_cmpint (link_state (f, VIGIL_PART_EVIDENCE), ==, VIGIL_LINK_DEGRADED);
  fetch (f, -1);
  g_assert_cmpint (link_state (f, VIGIL_PART_EVIDENCE), ==, VIGIL_LINK_CONNECTED);
  fetch (f, VIGIL_SESSION_ERROR_NOT_FOUND);
  g_assert_cmpint (link_state (f, VIGIL_PART_EVIDENCE), ==, VIGIL_LINK_CONNECTED);
  g_assert_cmpstr (f->troubles->str, ==, "-evidence, +evidence");
  g_assert_cmpint (vigil_stream_get_phase (stream), ==, VIGIL_PHASE_PLAYING);
  take_off_screen (f);
}

static void
test_leave (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);

  take_off_screen (f);
  vigil_fake_log_clear (f->log);
  g_string_truncate (f->troubles, 0);
  vigil_session_leave (f->session);
  vigil_session_leave (f->session);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "engine-close, leave");
  g_assert_null (vigil_session_get_exam_id (f->session));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (vigil_session_get_view (f->session))), ==, 0);
  g_assert_cmpstr (f->troubles->str, ==, "");
  vigil_fake_spin ();
  g_assert_null (vigil_stream_get_picture (stream));

  join_as (f, "other", VIGIL_ROLE_REVIEWER);
  vigil_fake_feed_connect (f->feed, 9, 0);
  answer_rows (f, 0, vigil_fake_row_new ("z", "Zoe", FALSE, NULL), NULL);
  g_assert_null (vigil_roster_lookup (vigil_session_get_roster (f->session), "a"));
  g_assert_nonnull (vigil_roster_lookup (vigil_session_get_roster (f->session), "z"));
}

static void
test_intervention (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);

  vigil_fake_feed_deliver (f->feed, vigil_hall_event_new (VIGIL_HALL_EVENT_INTERVENTION));
  g_assert_cmpuint (f->interventions, ==, 1);
  take_off_screen (f);
}

#define ADD(name, func) g_test_add ("/session/session/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("joins", test_joins);
  ADD ("drop-and-back", test_drop_and_back);
  ADD ("gone-while-away", test_gone_while_away);
  ADD ("joined-twice", test_joined_twice);
  ADD ("sfu-restarts", test_sfu_restarts);
  ADD ("violations", test_violations);
  ADD ("reopened", test_reopened);
  ADD ("load-violations", test_load_violations);
  ADD ("load-more-than-kept", test_load_more_than_kept);
  ADD ("verdict-outlives-page", test_verdict_outlives_page);
  ADD ("auth", test_auth);
  ADD ("degradations", test_degradations);
  ADD ("evidence-link", test_evidence_link);
  ADD ("leave", test_leave);
  ADD ("intervention", test_intervention);
  return g_test_run ();
}
