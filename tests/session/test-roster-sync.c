/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages and deltas that overtake each other; gaps, duplicates, strangers. */

#include "vigil-fake-directory.h"
#include "vigil-roster-sync.h"
#include "vigil-session-error.h"

typedef struct
{
  VigilFakeLog       *log;
  VigilScoreStore    *store;
  VigilRoster        *roster;
  VigilFakeDirectory *directory;
  VigilRosterSync    *sync;
  guint               loaded;
  guint               total;
  guint               failed;
} Fixture;

static void
progress_cb (Fixture *f,
             guint    loaded,
             guint    total)
{
  f->loaded = loaded;
  f->total = total;
}

static void
failed_cb (Fixture      *f,
           const GError *error)
{
  f->failed++;
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->log = vigil_fake_log_new ();
  f->store = vigil_score_store_new (100);
  f->roster = vigil_roster_new (f->store);
  f->directory = vigil_fake_directory_new (f->log);
  f->sync = vigil_roster_sync_new (f->roster, VIGIL_HALL_DIRECTORY (f->directory));
  g_signal_connect_swapped (f->sync, "progress", G_CALLBACK (progress_cb), f);
  g_signal_connect_swapped (f->sync, "failed", G_CALLBACK (failed_cb), f);
  vigil_roster_sync_set_exam (f->sync, "e");
  vigil_roster_sync_joined (f->sync, 5, 10);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_roster_sync_stop (f->sync);
  while (vigil_fake_directory_get_n_waiting (f->directory) > 0)
    vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_CLOSED);
  vigil_fake_spin ();
  g_assert_finalize_object (f->sync);
  g_assert_finalize_object (f->directory);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  vigil_fake_log_unref (f->log);
}

static void
answer_page (Fixture    *f,
             const char *next,
             gint64      seq,
             ...)
{
  VigilRosterPage *page = vigil_fake_page_new (next, 0, 5, seq);
  VigilCandidateInfo *row;
  va_list args;

  va_start (args, seq);
  while ((row = va_arg (args, VigilCandidateInfo *)) != NULL)
    g_ptr_array_add (page->candidates, row);
  va_end (args);

  vigil_fake_directory_answer (f->directory, page, (GDestroyNotify) vigil_roster_page_free);
  vigil_fake_spin ();
}

static gboolean
take (Fixture        *f,
      VigilHallEvent *event,
      gint64          seq)
{
  g_autoptr (VigilHallEvent) owned = event;

  owned->seq = seq;
  if (seq >= 0 && owned->epoch == 0)
    owned->epoch = 5;
  return vigil_roster_sync_take (f->sync, owned);
}

static VigilHallEvent *
streaming (const char *id,
           gboolean    is_streaming)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_SESSION_UPDATE);

  event->candidate = vigil_candidate_info_new (id);
  event->candidate->fields = VIGIL_FIELD_STREAMING;
  event->candidate->is_streaming = is_streaming;
  return event;
}

static VigilHallEvent *
producer (VigilHallEventKind  kind,
          const char         *id,
          const char         *producer_id)
{
  VigilHallEvent *event = vigil_hall_event_new (kind);

  event->student_id = g_strdup (id);
  event->producer_id = g_strdup (producer_id);
  event->source = VIGIL_SOURCE_WEBCAM;
  event->source_known = TRUE;
  return event;
}

static const char *
webcam_of (Fixture    *f,
           const char *id)
{
  return vigil_roster_lookup (f->roster, id)->producer_ids[VIGIL_SOURCE_WEBCAM];
}

static gboolean
asked_again (gpointer data)
{
  return vigil_fake_log_count (data, "candidates") > 1;
}

static void
test_pages (Fixture       *f,
            gconstpointer  data)
{
  VigilRosterCounts counts;

  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "candidates");
  answer_page (f, "p2", 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  g_assert_cmpuint (f->loaded, ==, 1);
  g_assert_cmpuint (f->total, >, f->loaded);
  g_assert_true (vigil_roster_sync_is_loading (f->sync));
  answer_page (f, NULL, 10, vigil_fake_row_new ("b", "Bob", FALSE, NULL), NULL);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "candidates, candidates after=p2");
  g_assert_cmpuint (f->loaded, ==, 2);
  g_assert_cmpuint (f->total, ==, 2);
  g_assert_false (vigil_roster_sync_is_loading (f->sync));
  vigil_roster_get_counts (f->roster, &counts);
  g_assert_cmpuint (counts.candidates, ==, 2);
  g_assert_cmpuint (counts.streaming, ==, 1);
}

/* The page was made before the delta and arrives after it. */
static void
test_page_older_than_delta (Fixture       *f,
                            gconstpointer  data)
{
  take (f, streaming ("a", FALSE), 11);
  take (f, producer (VIGIL_HALL_EVENT_PRODUCER_CLOSED, "a", "pa"), 12);
  take (f, producer (VIGIL_HALL_EVENT_NEW_PRODUCER, "b", "pb2"), 13);
  answer_page (f, NULL, 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"),
               vigil_fake_row_new ("b", "Bob", TRUE, "pb1"), NULL);
  g_assert_false (vigil_roster_lookup (f->roster, "a")->is_streaming);
  g_assert_null (webcam_of (f, "a"));
  g_assert_cmpstr (webcam_of (f, "b"), ==, "pb2");
  g_assert_cmpstr (vigil_roster_lookup (f->roster, "a")->name, ==, "Ann");
}

/* Who carries a webcam: said with it or not, and still known when it is gone. */
static void
test_worker (Fixture       *f,
             gconstpointer  data)
{
  VigilHallEvent *event = producer (VIGIL_HALL_EVENT_NEW_PRODUCER, "a", "pa2");
  VigilHallEvent *screen = producer (VIGIL_HALL_EVENT_NEW_PRODUCER, "a", "screen");

  answer_page (f, NULL, 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  event->worker_said = TRUE;
  event->worker = g_strdup ("2");
  take (f, event, 11);
  g_assert_cmpstr (vigil_roster_lookup (f->roster, "a")->worker, ==, "2");
  screen->source = VIGIL_SOURCE_SCREEN;
  screen->worker_said = TRUE;
  screen->worker = g_strdup ("3");
  take (f, screen, 12);
  take (f, producer (VIGIL_HALL_EVENT_PRODUCER_CLOSED, "a", "pa2"), 13);
  take (f, producer (VIGIL_HALL_EVENT_NEW_PRODUCER, "a", "pa3"), 14);
  g_assert_cmpstr (webcam_of (f, "a"), ==, "pa3");
  g_assert_cmpstr (vigil_roster_lookup (f->roster, "a")->worker, ==, "2");
}

/* The page has the delta in it already; applying it again would undo what came after it. */
static void
test_delta_older_than_page (Fixture       *f,
                            gconstpointer  data)
{
  answer_page (f, "p2", 13, vigil_fake_row_new ("a", "Ann", TRUE, "pa3"), NULL);
  g_assert_true (take (f, producer (VIGIL_HALL_EVENT_NEW_PRODUCER, "a", "pa2"), 11));
  g_assert_cmpstr (webcam_of (f, "a"), ==, "pa3");
  take (f, streaming ("a", FALSE), 12);
  g_assert_true (vigil_roster_lookup (f->roster, "a")->is_streaming);
  take (f, streaming ("b", TRUE), 13);
  take (f, streaming ("a", FALSE), 14);
  g_assert_false (vigil_roster_lookup (f->roster, "a")->is_streaming);
  /* The second page is newer for b only. */
  answer_page (f, NULL, 13, vigil_fake_row_new ("b", "Bob", FALSE, NULL), NULL);
  g_assert_false (vigil_roster_lookup (f->roster, "b")->is_streaming);
}

static void
test_page_without_position (Fixture       *f,
                            gconstpointer  data)
{
  VigilRosterPage *page = vigil_fake_page_new (NULL, 1, 0, 0);

  take (f, streaming ("a", FALSE), 11);
  g_ptr_array_add (page->candidates, vigil_fake_row_new ("a", "Ann", TRUE, "pa"));
  vigil_fake_directory_answer (f->directory, page, (GDestroyNotify) vigil_roster_page_free);
  vigil_fake_spin ();
  g_assert_false (vigil_roster_lookup (f->roster, "a")->is_streaming);
  g_assert_cmpstr (webcam_of (f, "a"), ==, "pa");
}

static void
test_duplicates (Fixture       *f,
                 gconstpointer  data)
{
  answer_page (f, NULL, 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  g_assert_true (take (f, streaming ("a", FALSE), 11));
  g_assert_false (take (f, streaming ("a", TRUE), 11));
  g_assert_false (take (f, streaming ("a", TRUE), 3));
  g_assert_false (vigil_roster_lookup (f->roster, "a")->is_streaming);
  /* Those that are not sequenced always count. */
  g_assert_true (take (f, streaming ("a", TRUE), -1));
  g_assert_true (vigil_roster_lookup (f->roster, "a")->is_streaming);
  vigil_fake_run (500);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "candidates"), ==, 1);
}

static void
test_gap (Fixture       *f,
          gconstpointer  data)
{
  answer_page (f, NULL, 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"),
               vigil_fake_row_new ("b", "Bob", TRUE, "pb"), NULL);
  take (f, streaming ("a", FALSE), 13);
  /* What is shown is kept until the hall says otherwise. */
  g_assert_cmpstr (webcam_of (f, "b"), ==, "pb");
  g_assert_true (vigil_fake_wait (asked_again, f->log, 2000));
  answer_page (f, NULL, 13, vigil_fake_row_new ("a", "Ann", FALSE, NULL), NULL);
  g_assert_false (vigil_roster_lookup (f->roster, "b")->present);
  g_assert_null (webcam_of (f, "b"));
}

static void
test_gap_while_loading (Fixture       *f,
                        gconstpointer  data)
{
  take (f, streaming ("a", FALSE), 15);
  answer_page (f, NULL, 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  g_assert_true (vigil_fake_wait (asked_again, f->log, 2000));
}

static void
test_new_epoch (Fixture       *f,
                gconstpointer  data)
{
  VigilHallEvent *event = streaming ("a", FALSE);

  answer_page (f, NULL, 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  event->epoch = 6;
  g_assert_true (take (f, event, 1));
  g_assert_false (vigil_roster_lookup (f->roster, "a")->is_streaming);
  g_assert_true (vigil_fake_wait (asked_again, f->log, 2000));
}

/* A hall whose numbers make no sense must not be asked without end. */
static void
test_storm (Fixture       *f,
            gconstpointer  data)
{
  answer_page (f, NULL, 10, NULL);
  for (guint i = 0; i < 200; i++)
    {
      take (f, streaming ("a", FALSE), 20 + i * 2);
      vigil_fake_run (5);
      if (vigil_fake_directory_get_n_waiting (f->directory) > 0 && !g_str_equal (vigil_fake_log_get (f->log), "candidate a"))
        {
          if (vigil_roster_sync_is_loading (f->sync))
            answer_page (f, NULL, 20 + i * 2, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
          else
            vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_NOT_FOUND);
        }
    }
  g_assert_cmpuint (vigil_fake_log_count (f->log, "candidates"), <=, 6);
}

static void
test_transient_failure (Fixture       *f,
                        gconstpointer  data)
{
  answer_page (f, "p2", 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_TIMEOUT);
  vigil_fake_spin ();
  g_assert_cmpuint (f->failed, ==, 1);
  g_assert_true (vigil_roster_sync_is_loading (f->sync));
  vigil_fake_run (700);
  /* The same page again, not all from the start. */
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "candidates, candidates after=p2, candidates after=p2");
  answer_page (f, NULL, 10, vigil_fake_row_new ("b", "Bob", TRUE, "pb"), NULL);
  g_assert_true (vigil_roster_lookup (f->roster, "a")->present);
  g_assert_true (vigil_roster_lookup (f->roster, "b")->present);
}

static void
test_final_failure (Fixture       *f,
                    gconstpointer  data)
{
  vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_EXPIRED);
  vigil_fake_run (600);
  g_assert_cmpuint (f->failed, ==, 1);
  g_assert_false (vigil_roster_sync_is_loading (f->sync));
  g_assert_cmpuint (vigil_fake_log_count (f->log, "candidates"), ==, 1);
}

static void
test_circle (Fixture       *f,
             gconstpointer  data)
{
  answer_page (f, "p2", 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  answer_page (f, "p2", 10, vigil_fake_row_new ("b", "Bob", TRUE, "pb"), NULL);
  g_assert_cmpuint (f->failed, ==, 1);
  g_assert_false (vigil_roster_sync_is_loading (f->sync));
}

static void
test_endless (Fixture       *f,
              gconstpointer  data)
{
  for (guint i = 0; i < 200 && vigil_fake_directory_get_n_waiting (f->directory) > 0; i++)
    {
      g_autofree char *next = g_strdup_printf ("p%u", i);
      g_autofree char *id = g_strdup_printf ("s%u", i % 90);

      answer_page (f, next, 10, vigil_fake_row_new (id, "x", FALSE, NULL), NULL);
    }
  g_assert_cmpuint (f->failed, ==, 1);
  g_assert_cmpuint (f->loaded, <=, 101);
}

static void
test_stranger (Fixture       *f,
               gconstpointer  data)
{
  answer_page (f, NULL, 10, NULL);
  vigil_fake_log_clear (f->log);
  take (f, producer (VIGIL_HALL_EVENT_NEW_PRODUCER, "new", "pn"), 11);
  take (f, streaming ("new", TRUE), 12);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "candidate new");
  g_assert_cmpstr (vigil_roster_lookup (f->roster, "new")->name, ==, "new");
  vigil_fake_directory_answer (f->directory, vigil_fake_row_new ("new", "Nora", TRUE, "pn"),
                               (GDestroyNotify) vigil_candidate_info_free);
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_roster_lookup (f->roster, "new")->name, ==, "Nora");
}

/* The answer about a stranger is older than what was said since it was asked for. */
static void
test_stranger_and_deltas (Fixture       *f,
                          gconstpointer  data)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_BYPASS_CHANGED);
  const VigilCandidate *candidate;

  answer_page (f, NULL, 10, NULL);
  take (f, streaming ("new", TRUE), 11);
  take (f, producer (VIGIL_HALL_EVENT_NEW_PRODUCER, "new", "p2"), 12);
  take (f, streaming ("new", FALSE), 13);
  event->student_id = g_strdup ("new");
  event->bypass = vigil_bypass_new ();
  event->bypass->active = TRUE;
  take (f, event, 14);
  vigil_fake_directory_answer (f->directory, vigil_fake_row_new ("new", "Nora", TRUE, "p1"),
                               (GDestroyNotify) vigil_candidate_info_free);
  vigil_fake_spin ();

  candidate = vigil_roster_lookup (f->roster, "new");
  g_assert_cmpstr (candidate->name, ==, "Nora");
  g_assert_cmpstr (candidate->producer_ids[VIGIL_SOURCE_WEBCAM], ==, "p2");
  g_assert_false (candidate->is_streaming);
  g_assert_nonnull (candidate->bypass);
}

/* While the hall's HTTP is down, the feed may go on for hours. */
static void
test_many_while_loading (Fixture       *f,
                         gconstpointer  data)
{
  for (guint i = 0; i < 45000; i++)
    take (f, streaming ("a", i % 2 == 0), 11 + i);
  answer_page (f, NULL, 10, vigil_fake_row_new ("a", "Ann", FALSE, "pa"), NULL);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "candidates"), ==, 1);
  /* Some were dropped, so it is read once more. */
  vigil_fake_run (400);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "candidates"), ==, 2);
  answer_page (f, NULL, 45010, vigil_fake_row_new ("a", "Ann", FALSE, "pa"), NULL);
  vigil_fake_run (400);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "candidates"), ==, 2);
}

/* Another life of the hall: the producers it had may be somebody else's now. */
static void
test_rejoined_under_another_epoch (Fixture       *f,
                                   gconstpointer  data)
{
  answer_page (f, NULL, 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  vigil_roster_sync_stop (f->sync);
  vigil_roster_sync_joined (f->sync, 5, 20);
  g_assert_cmpstr (vigil_roster_lookup (f->roster, "a")->producer_ids[VIGIL_SOURCE_WEBCAM], ==, "pa");
  vigil_roster_sync_stop (f->sync);
  vigil_roster_sync_joined (f->sync, 6, 0);
  g_assert_null (vigil_roster_lookup (f->roster, "a")->producer_ids[VIGIL_SOURCE_WEBCAM]);
  g_assert_cmpint (vigil_roster_lookup_producer (f->roster, "pa", NULL), ==, VIGIL_HANDLE_NONE);
}

static void
test_stop (Fixture       *f,
           gconstpointer  data)
{
  vigil_roster_sync_stop (f->sync);
  answer_page (f, NULL, 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  g_assert_null (vigil_roster_lookup (f->roster, "a"));
  g_assert_cmpuint (f->loaded, ==, 0);
  vigil_roster_sync_request (f->sync, "test");
  vigil_fake_run (400);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "candidates"), ==, 1);
}

/* A second connection: the first one's page must not be taken for the second's. */
static void
test_late_page (Fixture       *f,
                gconstpointer  data)
{
  vigil_roster_sync_joined (f->sync, 6, 0);
  g_assert_cmpuint (vigil_fake_directory_get_n_waiting (f->directory), ==, 2);
  answer_page (f, "old", 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  g_assert_null (vigil_roster_lookup (f->roster, "a"));
  answer_page (f, NULL, 10, vigil_fake_row_new ("b", "Bob", TRUE, "pb"), NULL);
  g_assert_nonnull (vigil_roster_lookup (f->roster, "b"));
}

#define ADD(name, func) g_test_add ("/session/roster-sync/" name, Fixture, NULL, set_up, func, tear_down)

static VigilRosterReading
reading (Fixture *f)
{
  guint loaded, total;

  return vigil_roster_sync_get_reading (f->sync, &loaded, &total);
}

/* The question that was cancelled is the oldest one. */
static void
drop_question (Fixture *f)
{
  vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_CLOSED);
  vigil_fake_spin ();
}

/* The operator stops it, goes on working with what is there, and reads the rest later. */
static void
test_pause (Fixture       *f,
            gconstpointer  data)
{
  guint loaded, total;

  g_assert_cmpint (reading (f), ==, VIGIL_ROSTER_READING);
  answer_page (f, "p2", 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  vigil_roster_sync_pause (f->sync);
  vigil_roster_sync_pause (f->sync);
  g_assert_cmpint (vigil_roster_sync_get_reading (f->sync, &loaded, &total), ==, VIGIL_ROSTER_PAUSED);
  g_assert_cmpuint (loaded, ==, 1);
  g_assert_cmpuint (f->total, >, f->loaded);
  g_assert_false (vigil_roster_sync_is_loading (f->sync));
  g_assert_false (vigil_roster_sync_is_complete (f->sync));
  drop_question (f);
  g_assert_cmpuint (f->failed, ==, 0);

  take (f, streaming ("a", FALSE), 11);
  g_assert_false (vigil_roster_lookup (f->roster, "a")->is_streaming);

  vigil_roster_sync_resume (f->sync);
  vigil_roster_sync_resume (f->sync);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "candidates, candidates after=p2, candidates after=p2");
  take (f, streaming ("b", FALSE), 12);
  answer_page (f, NULL, 11, vigil_fake_row_new ("b", "Bob", TRUE, NULL), NULL);
  g_assert_cmpint (reading (f), ==, VIGIL_ROSTER_COMPLETE);
  g_assert_true (vigil_roster_lookup (f->roster, "a")->present);
  g_assert_false (vigil_roster_lookup (f->roster, "a")->is_streaming);
  g_assert_false (vigil_roster_lookup (f->roster, "b")->is_streaming);
  g_assert_cmpuint (f->loaded, ==, 2);
  g_assert_cmpuint (f->total, ==, 2);
  vigil_roster_sync_pause (f->sync);
  g_assert_cmpint (reading (f), ==, VIGIL_ROSTER_COMPLETE);
}

/* A reconnect does not overrule the operator; another life of the hall, and an event lost for good, do. */
static void
test_paused_and_rejoined (Fixture       *f,
                          gconstpointer  data)
{
  answer_page (f, "p2", 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  vigil_roster_sync_pause (f->sync);
  drop_question (f);
  vigil_roster_sync_stop (f->sync);
  vigil_roster_sync_joined (f->sync, 5, 12);
  g_assert_cmpint (reading (f), ==, VIGIL_ROSTER_PAUSED);
  g_assert_cmpuint (vigil_fake_directory_get_n_waiting (f->directory), ==, 0);
  vigil_roster_sync_resume (f->sync);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "candidates, candidates after=p2, candidates after=p2");
  vigil_roster_sync_pause (f->sync);
  drop_question (f);

  vigil_fake_log_clear (f->log);
  vigil_roster_sync_stop (f->sync);
  vigil_roster_sync_joined (f->sync, 6, 0);
  g_assert_cmpint (reading (f), ==, VIGIL_ROSTER_READING);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "candidates");
  vigil_roster_sync_pause (f->sync);
  drop_question (f);

  vigil_roster_sync_request (f->sync, "the test says so");
  g_assert_true (vigil_fake_wait (asked_again, f->log, 3000));
  g_assert_cmpint (reading (f), ==, VIGIL_ROSTER_READING);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("pages", test_pages);
  ADD ("page-older-than-delta", test_page_older_than_delta);
  ADD ("worker", test_worker);
  ADD ("delta-older-than-page", test_delta_older_than_page);
  ADD ("page-without-position", test_page_without_position);
  ADD ("duplicates", test_duplicates);
  ADD ("gap", test_gap);
  ADD ("gap-while-loading", test_gap_while_loading);
  ADD ("new-epoch", test_new_epoch);
  ADD ("storm", test_storm);
  ADD ("transient-failure", test_transient_failure);
  ADD ("final-failure", test_final_failure);
  ADD ("circle", test_circle);
  ADD ("endless", test_endless);
  ADD ("stranger", test_stranger);
  ADD ("stranger-and-deltas", test_stranger_and_deltas);
  ADD ("many-while-loading", test_many_while_loading);
  ADD ("rejoined-under-another-epoch", test_rejoined_under_another_epoch);
  ADD ("stop", test_stop);
  ADD ("late-page", test_late_page);
  ADD ("pause", test_pause);
  ADD ("paused-and-rejoined", test_paused_and_rejoined);
  return g_test_run ();
}
