/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hall tells is a sign, what is read is none; what an incident takes in, and for how long. */

#include "session-fixture.h"
#include "vigil-clock.h"

#define BEGIN_MS G_GINT64_CONSTANT (1763805600000)
#define N 40

typedef struct
{
  Fixture             base;
  VigilIncidentWatch *watch;     /* the session's */
  VigilRoster        *roster;    /* likewise */
  gint64              now_ms;
  gint64              seq;
  guint               n_changed;
  guint               n_violations;
} Watched;

static void
set_time (Watched *f,
          gint64   ms)
{
  f->now_ms = ms;
  vigil_clock_freeze (ms * 1000, ms);
}

static void
changed_cb (Watched       *f,
            VigilIncident *incident)
{
  g_assert_true (VIGIL_IS_INCIDENT (incident));
  f->n_changed++;
}

static void
set_up (Watched       *f,
        gconstpointer  data)
{
  set_time (f, BEGIN_MS);
  fixture_set_up (&f->base, data);
  f->watch = vigil_session_get_incident_watch (f->base.session);
  f->roster = vigil_session_get_roster (f->base.session);
  g_signal_connect_swapped (f->watch, "changed", G_CALLBACK (changed_cb), f);
}

static void
tear_down (Watched       *f,
           gconstpointer  data)
{
  fixture_tear_down (&f->base, data);
  vigil_clock_freeze (-1, -1);
}

/* Four rooms of ten, four workers in turn. */
static VigilCandidateInfo *
make_row (guint    i,
          gboolean streaming)
{
  g_autofree char *id = g_strdup_printf ("s%u", i);
  VigilCandidateInfo *info = vigil_fake_row_new (id, id, streaming, NULL);

  info->fields |= VIGIL_FIELD_ROOM | VIGIL_FIELD_NETWORK | VIGIL_FIELD_WORKER;
  info->room = g_strdup_printf ("%c", 'A' + i / 10);
  info->network = g_strdup ("north");
  info->worker = g_strdup_printf ("%u", i % 4 + 1);
  return info;
}

static void
answer_roster (Watched  *f,
               guint     n,
               gboolean  streaming)
{
  VigilRosterPage *page = vigil_fake_page_new (NULL, n, 1, f->seq);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (page->candidates, make_row (i, streaming));
  vigil_fake_directory_answer (f->base.directory, page, (GDestroyNotify) vigil_roster_page_free);
}

static gboolean
is_loaded (gpointer data)
{
  return !vigil_session_is_loading (data);
}

static void
begin (Watched *f)
{
  join_as (&f->base, "e", VIGIL_ROLE_ADMIN);
  vigil_fake_feed_connect (f->base.feed, 1, 0);
  answer_roster (f, N, TRUE);
  vigil_fake_spin ();
  g_assert_true (vigil_fake_wait (is_loaded, f->base.session, 2000));
  set_time (f, f->now_ms + 60000);
}

static VigilHandle
handle_of (Watched *f,
           guint    i)
{
  g_autofree char *id = g_strdup_printf ("s%u", i);

  return vigil_roster_lookup (f->roster, id)->handle;
}

static VigilHallEvent *
make_update (Watched  *f,
             guint     i,
             guint     fields,
             gboolean  value)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_SESSION_UPDATE);
  g_autofree char *id = g_strdup_printf ("s%u", i);

  event->epoch = 1;
  event->seq = ++f->seq;
  event->candidate = vigil_candidate_info_new (id);
  event->candidate->fields = fields;
  event->candidate->is_streaming = value;
  event->candidate->connected = value;
  return event;
}

static void
update (Watched  *f,
        guint     i,
        guint     fields,
        gboolean  value)
{
  vigil_fake_feed_deliver (f->base.feed, make_update (f, i, fields, value));
}

/* Everybody of worker 2, within two seconds. */
static void
worker_dies (Watched *f)
{
  for (guint i = 1; i < N; i += 4)
    {
      set_time (f, f->now_ms + 200);
      update (f, i, VIGIL_FIELD_STREAMING, FALSE);
    }
  set_time (f, f->now_ms + 1100);
}

static VigilIncident *
peek (Watched *f,
      guint    i)
{
  g_autoptr (VigilIncident) incident = g_list_model_get_item (vigil_incident_watch_get_incidents (f->watch), i);

  return incident;
}

static guint
get_n_shown (Watched *f)
{
  return g_list_model_get_n_items (vigil_incident_watch_get_incidents (f->watch));
}

static gboolean
is_one (gpointer data)
{
  return get_n_shown (data) == 1;
}

static void
expect_one (Watched    *f,
            const char *summary)
{
  g_autofree char *said = NULL;

  g_assert_true (vigil_fake_wait (is_one, f, 2000));
  said = vigil_incident_dup_summary (peek (f, 0));
  g_assert_cmpstr (said, ==, summary);
}

/* Longer than a tick: what was to be said of the past would be said by now. */
static void
expect_none (Watched *f)
{
  for (guint i = 0; i < 4; i++)
    {
      set_time (f, f->now_ms + 1000);
      vigil_fake_run (100);
    }
  g_assert_cmpuint (get_n_shown (f), ==, 0);
}

static void
test_worker_dies (Watched       *f,
                  gconstpointer  data)
{
  gint64 since_ms;

  begin (f);
  worker_dies (f);
  expect_one (f, "10 of 10 lost video in 1.8 s: worker 2, network north");
  since_ms = vigil_incident_get_since_ms (peek (f, 0));
  g_assert_cmpuint (f->n_changed, ==, 1);

  g_assert_true (vigil_incident_watch_find (f->watch, handle_of (f, 5), "no_face", since_ms + 500) == peek (f, 0));
  g_assert_true (vigil_incident_watch_find (f->watch, handle_of (f, 5), "camera_blackout", since_ms - 9000) == peek (f, 0));
  g_assert_true (vigil_incident_watch_find (f->watch, handle_of (f, 5), "low_light", since_ms + 60000) == peek (f, 0));
  g_assert_null (vigil_incident_watch_find (f->watch, handle_of (f, 5), "no_face", since_ms - 11000));
  g_assert_null (vigil_incident_watch_find (f->watch, handle_of (f, 6), "no_face", since_ms + 500));
  g_assert_null (vigil_incident_watch_find (f->watch, VIGIL_HANDLE_NONE, "no_face", since_ms + 500));
  g_assert_null (vigil_incident_watch_find (f->watch, handle_of (f, 5), NULL, since_ms + 500));
}

static void
test_conduct_never_folds (Watched       *f,
                          gconstpointer  data)
{
  gint64 since_ms;

  begin (f);
  worker_dies (f);
  g_assert_true (vigil_fake_wait (is_one, f, 2000));
  since_ms = vigil_incident_get_since_ms (peek (f, 0));
  for (guint i = 0; i < vigil_scoring_policy_get_n_types (f->base.policy); i++)
    {
      const char *type = vigil_scoring_policy_get_type_at (f->base.policy, i)->type;
      gboolean may = g_str_equal (type, "no_face") || g_str_equal (type, "camera_blackout") || g_str_equal (type, "low_light");

      g_assert_true ((vigil_incident_watch_find (f->watch, handle_of (f, 5), type, since_ms + 500) != NULL) == may);
    }
  g_assert_null (vigil_incident_watch_find (f->watch, handle_of (f, 5), "something_new", since_ms + 500));
}

static gboolean
has_ended (gpointer data)
{
  return vigil_incident_get_until_ms (data) != 0;
}

static void
test_recovers (Watched       *f,
               gconstpointer  data)
{
  VigilIncident *incident;
  gint64 back_ms;

  begin (f);
  worker_dies (f);
  g_assert_true (vigil_fake_wait (is_one, f, 2000));
  incident = peek (f, 0);

  set_time (f, f->now_ms + 5000);
  update (f, 1, VIGIL_FIELD_STREAMING, TRUE);
  back_ms = f->now_ms;
  g_assert_cmpuint (vigil_incident_get_n_now (incident), ==, 9);
  g_assert_cmpint (vigil_incident_find_member (incident, handle_of (f, 1))->recovered_at_ms, ==, back_ms);

  /* What it does from now on is its own, though the incident goes on for others. */
  g_assert_nonnull (vigil_incident_watch_find (f->watch, handle_of (f, 1), "no_face", back_ms + 9000));
  g_assert_null (vigil_incident_watch_find (f->watch, handle_of (f, 1), "no_face", back_ms + 11000));
  g_assert_nonnull (vigil_incident_watch_find (f->watch, handle_of (f, 5), "no_face", back_ms + 11000));

  for (guint i = 5; i < N; i += 4)
    update (f, i, VIGIL_FIELD_STREAMING, TRUE);
  set_time (f, f->now_ms + 31000);
  g_assert_true (vigil_fake_wait (has_ended, incident, 2000));
  g_assert_cmpint (vigil_incident_get_until_ms (incident), ==, back_ms);
  g_assert_cmpuint (get_n_shown (f), ==, 1);

  vigil_incident_watch_dismiss (f->watch, incident);
  g_assert_cmpuint (get_n_shown (f), ==, 0);
  g_assert_nonnull (vigil_incident_watch_find (f->watch, handle_of (f, 5), "no_face", back_ms));
}

static void
test_going_on_stays (Watched       *f,
                     gconstpointer  data)
{
  begin (f);
  worker_dies (f);
  g_assert_true (vigil_fake_wait (is_one, f, 2000));
  vigil_incident_watch_dismiss (f->watch, peek (f, 0));
  g_assert_cmpuint (get_n_shown (f), ==, 1);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_INCIDENTS_KEPT, 1);
  g_assert_cmpuint (get_n_shown (f), ==, 1);
  vigil_session_leave (f->base.session);
  g_assert_cmpuint (get_n_shown (f), ==, 0);
}

/* A browser that goes takes its video along: that is one loss, and not of the worker. */
static void
test_disconnects (Watched       *f,
                  gconstpointer  data)
{
  begin (f);
  for (guint i = 10; i < 20; i++)
    {
      set_time (f, f->now_ms + 200);
      update (f, i, VIGIL_FIELD_STREAMING | VIGIL_FIELD_CONNECTED, FALSE);
    }
  set_time (f, f->now_ms + 1100);
  expect_one (f, "10 of 10 lost heartbeat in 1.8 s: room B, network north");
}

static void
test_reading_is_no_sign (Watched       *f,
                         gconstpointer  data)
{
  begin (f);
  vigil_fake_feed_drop (f->base.feed, VIGIL_SESSION_ERROR_NETWORK);
  set_time (f, f->now_ms + 20000);
  f->seq = 0;
  vigil_fake_feed_connect (f->base.feed, 1, 0);
  answer_roster (f, N, FALSE);
  vigil_fake_spin ();
  g_assert_true (vigil_fake_wait (is_loaded, f->base.session, 2000));
  g_assert_false (vigil_roster_get (f->roster, handle_of (f, 7))->is_streaming);
  expect_none (f);

  /* Told again, it is no news. */
  worker_dies (f);
  expect_none (f);
}

/* The missing events are read after we are back; when they happened nobody knows. */
static void
test_missed_is_no_sign (Watched       *f,
                        gconstpointer  data)
{
  VigilChanges *changes = g_new0 (VigilChanges, 1);

  begin (f);
  vigil_fake_feed_drop (f->base.feed, VIGIL_SESSION_ERROR_NETWORK);
  set_time (f, f->now_ms + 20000);
  changes->epoch = 1;
  changes->events = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);
  for (guint i = 1; i < N; i += 4)
    g_ptr_array_add (changes->events, make_update (f, i, VIGIL_FIELD_STREAMING, FALSE));
  changes->seq = f->seq;
  vigil_fake_feed_connect (f->base.feed, 1, f->seq);
  vigil_fake_directory_answer_to (f->base.directory, VIGIL_DIRECTORY_CHANGES, changes, (GDestroyNotify) vigil_changes_free);
  vigil_fake_spin ();
  g_assert_false (vigil_roster_get (f->roster, handle_of (f, 5))->is_streaming);
  expect_none (f);
}

/* A gap that is healed within the second: that was just now. */
static void
test_gap_is_now (Watched       *f,
                 gconstpointer  data)
{
  VigilChanges *changes = g_new0 (VigilChanges, 1);

  begin (f);
  changes->epoch = 1;
  changes->events = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);
  for (guint i = 1; i < N - 4; i += 4)
    g_ptr_array_add (changes->events, make_update (f, i, VIGIL_FIELD_STREAMING, FALSE));
  update (f, 37, VIGIL_FIELD_STREAMING, FALSE);
  changes->seq = f->seq;
  set_time (f, f->now_ms + 1000);
  vigil_fake_directory_answer_to (f->base.directory, VIGIL_DIRECTORY_CHANGES, changes, (GDestroyNotify) vigil_changes_free);
  vigil_fake_spin ();
  set_time (f, f->now_ms + 1100);
  expect_one (f, "10 of 10 lost video in 0.0 s: worker 2, network north");
}

static void
test_member_gone (Watched       *f,
                  gconstpointer  data)
{
  VigilIncident *incident;

  begin (f);
  worker_dies (f);
  g_assert_true (vigil_fake_wait (is_one, f, 2000));
  incident = peek (f, 0);
  vigil_fake_feed_drop (f->base.feed, VIGIL_SESSION_ERROR_NETWORK);
  g_assert_cmpuint (vigil_incident_get_n_now (incident), ==, 10);

  /* Only twenty are still there when we are back, and all have video. */
  vigil_fake_feed_connect (f->base.feed, 1, f->seq);
  answer_roster (f, 20, TRUE);
  vigil_fake_spin ();
  g_assert_true (vigil_fake_wait (is_loaded, f->base.session, 2000));
  g_assert_cmpuint (vigil_incident_get_n_now (incident), ==, 0);
  set_time (f, f->now_ms + 31000);
  g_assert_true (vigil_fake_wait (has_ended, incident, 2000));
}

static void
deliver_violation (Watched    *f,
                   guint       i,
                   const char *type,
                   gint64      at_ms)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_VIOLATION);

  event->epoch = 1;
  event->seq = ++f->seq;
  event->violation = vigil_violation_new ();
  event->violation->id = g_strdup_printf ("v%u", ++f->n_violations);
  event->violation->student_id = g_strdup_printf ("s%u", i);
  event->violation->type = g_strdup (type);
  event->violation->severity = VIGIL_BAND_MEDIUM;
  event->violation->count = 1;
  event->violation->at_ms = at_ms;
  vigil_fake_feed_deliver (f->base.feed, event);
}

static void
score (Watched    *f,
       guint       i,
       const char *flag)
{
  vigil_score_store_write (f->base.store, handle_of (f, i), 12,
                           flag != NULL ? vigil_scoring_policy_get_flag (f->base.policy, flag, -1) : 0, f->now_ms, 1);
}

static gboolean
is_empty (gpointer data)
{
  return vigil_incident_get_n_now (data) == 0;
}

static void
test_faces (Watched       *f,
            gconstpointer  data)
{
  VigilIncident *incident;

  begin (f);
  for (guint i = 20; i < 30; i++)
    deliver_violation (f, i, "no_face", f->now_ms - 3000 + (i - 20) * 300);
  set_time (f, f->now_ms + 1100);
  expect_one (f, "10 of 10 lost face in 2.7 s: room C, network north");
  incident = peek (f, 0);

  for (guint i = 20; i < 30; i++)
    score (f, i, "no_face");
  /* A row that is read has a newer score and says nothing of flags. */
  set_time (f, f->now_ms + 500);
  for (guint i = 20; i < 30; i++)
    {
      g_autoptr (VigilCandidateInfo) row = make_row (i, TRUE);

      row->score = 40;
      row->score_at_ms = f->now_ms;
      vigil_roster_apply (f->roster, row);
    }
  vigil_fake_run (1200);
  g_assert_cmpuint (vigil_incident_get_n_now (incident), ==, 10);
  set_time (f, f->now_ms + 1000);
  for (guint i = 20; i < 30; i++)
    score (f, i, "gaze_away");
  g_assert_true (vigil_fake_wait (is_empty, incident, 3000));
  g_assert_cmpint (vigil_incident_find_member (incident, handle_of (f, 20))->recovered_at_ms, ==, f->now_ms);
}

/* Dark cameras and stopped ones are the same trouble. */
static void
test_blackout (Watched       *f,
               gconstpointer  data)
{
  begin (f);
  for (guint i = 20; i < 25; i++)
    deliver_violation (f, i, "camera_blackout", f->now_ms);
  for (guint i = 25; i < 30; i++)
    update (f, i, VIGIL_FIELD_STREAMING, FALSE);
  /* Of somebody whose video is gone already it says nothing new. */
  deliver_violation (f, 25, "camera_blackout", f->now_ms);
  set_time (f, f->now_ms + 1100);
  expect_one (f, "10 of 10 lost video in 0.0 s: room C, network north");

  /* It streams again, and is still dark. */
  update (f, 25, VIGIL_FIELD_STREAMING, TRUE);
  g_assert_cmpuint (vigil_incident_get_n_now (peek (f, 0)), ==, 10);
  update (f, 26, VIGIL_FIELD_STREAMING, TRUE);
  g_assert_cmpuint (vigil_incident_get_n_now (peek (f, 0)), ==, 9);
}

static void
test_violations_of_before (Watched       *f,
                           gconstpointer  data)
{
  begin (f);
  for (guint i = 20; i < 30; i++)
    {
      deliver_violation (f, i, "no_face", BEGIN_MS - 1000);
      deliver_violation (f, i, "tab_switch", f->now_ms);
    }
  expect_none (f);
}

#define ADD(name, func) g_test_add ("/session/incident-watch/" name, Watched, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("worker-dies", test_worker_dies);
  ADD ("conduct-never-folds", test_conduct_never_folds);
  ADD ("recovers", test_recovers);
  ADD ("going-on-stays", test_going_on_stays);
  ADD ("disconnects", test_disconnects);
  ADD ("reading-is-no-sign", test_reading_is_no_sign);
  ADD ("missed-is-no-sign", test_missed_is_no_sign);
  ADD ("gap-is-now", test_gap_is_now);
  ADD ("member-gone", test_member_gone);
  ADD ("faces", test_faces);
  ADD ("blackout", test_blackout);
  ADD ("violations-of-before", test_violations_of_before);
  return g_test_run ();
}
