/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole of net/ against the rehearsal hall, which is another program. */
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>

#include "net-test.h"
#include "vigil-clock.h"
#include "vigil-hall-connection.h"
#include "vigil-metrics.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

#define CANDIDATES 1500

typedef struct
{
  GSubprocess         *process;
  char                *url;
  char                *exam;
  char                *token;
  VigilNetLimits       limits;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  VigilHallFeed       *feed;
  VigilHallDirectory  *directory;
  VigilActions        *actions;
  GPtrArray           *events;   /* of VigilHallEvent */
  guint                n_joined;
  gint64               epoch, seq;
} Fixture;

static void
start_hall (Fixture *f, const char *port)
{
  g_autofree char *candidates = g_strdup_printf ("--candidates=%d", CANDIDATES);
  g_autofree char *port_option = g_strconcat ("--port=", port, NULL);
  const char *argv[] = { g_getenv ("VIGIL_HALL"), candidates, port_option, "--publish=2", "--video=160x90@5", "--looks=1", "--score-rate=500",
                         "--activity=0.2", "--absent=0", "--token=admin=" NET_TEST_TOKEN, "--ready", "--quit-on-stdin-eof", "--control", NULL };

  g_free (f->url);
  g_free (f->exam);
  f->process = net_test_start_hall (argv, &f->url, &f->exam);
  f->token = (char *) NET_TEST_TOKEN;
}

static void
joined_cb (VigilHallFeed *feed, gint64 epoch, gint64 seq, Fixture *f)
{
  f->n_joined++;
  f->epoch = epoch;
  f->seq = seq;
}

static void
events_cb (VigilHallFeed *feed, GPtrArray *events, Fixture *f)
{
  for (guint i = 0; i < events->len; i++)
    g_ptr_array_add (f->events, vigil_hall_event_ref (g_ptr_array_index (events, i)));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  net_test_limits (&f->limits);
  f->limits.clock_ms = 600000; /* what is found out earlier is found out from the scores */
  f->limits.request_ms = f->limits.http_ms = f->limits.stall_ms = 10000 * NET_TEST_FACTOR;
  f->events = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);
  f->store = vigil_score_store_new (10000);
  f->policy = vigil_scoring_policy_new_default ();
  start_hall (f, "0");
  f->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = f->url, .token = f->token, .store = f->store,
                                                                           .policy = f->policy, .limits = &f->limits }, &error);
  g_assert_no_error (error);
  f->feed = vigil_hall_connection_get_feed (f->connection);
  f->directory = vigil_hall_connection_get_directory (f->connection);
  f->actions = vigil_hall_connection_get_actions (f->connection);
  g_signal_connect (f->feed, "joined", G_CALLBACK (joined_cb), f);
  g_signal_connect (f->feed, "events", G_CALLBACK (events_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->connection);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  g_ptr_array_unref (f->events);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
  g_subprocess_force_exit (f->process);
  g_subprocess_wait (f->process, NULL, NULL);
  g_object_unref (f->process);
  g_free (f->url);
  g_free (f->exam);
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
}

static gpointer
query (Fixture *f, VigilDirectoryQuery what, const VigilDirectoryArgs *args)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gpointer answer;

  vigil_hall_directory_query_async (f->directory, what, args, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 10000);
  answer = vigil_hall_directory_query_finish (f->directory, result, &error);
  g_assert_no_error (error);
  return answer;
}

static gboolean
perform (Fixture *f, VigilAction *action, VigilBypass **bypass, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_actions_perform_async (f->actions, action, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 10000);
  return vigil_actions_perform_finish (f->actions, result, bypass, error);
}

static VigilHallEvent *
find_event (Fixture *f, VigilHallEventKind kind)
{
  for (guint i = 0; i < f->events->len; i++)
    {
      VigilHallEvent *event = g_ptr_array_index (f->events, i);

      if (event->kind == kind)
        return event;
    }
  return NULL;
}

static void
join (Fixture *f)
{
  vigil_hall_feed_join (f->feed, f->exam);
  net_test_wait (f->n_joined == 1, 10000);
}

static void
test_reading (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilSessionInfo) info = query (f, VIGIL_DIRECTORY_SESSION, NULL);
  g_autoptr (GPtrArray) exams = query (f, VIGIL_DIRECTORY_EXAMS, NULL);
  g_autofree char *after = NULL;
  guint n = 0, pages = 0;

  g_assert_cmpint (info->role, ==, VIGIL_ROLE_ADMIN);
  g_assert_cmpuint (exams->len, >=, 1);
  join (f);

  do
    {
      g_autoptr (VigilRosterPage) page = query (f, VIGIL_DIRECTORY_CANDIDATES,
                                                &(VigilDirectoryArgs) { .exam_id = f->exam, .after = after, .limit = 1000 });

      n += page->candidates->len;
      pages++;
      g_assert_cmpuint (page->total, ==, CANDIDATES);
      g_assert_cmpint (page->epoch, ==, f->epoch);
      g_assert_cmpint (page->seq, >=, f->seq);
      g_free (after);
      after = g_steal_pointer (&page->next);
    }
  while (after != NULL);
  g_assert_cmpuint (n, ==, CANDIDATES);
  g_assert_cmpuint (pages, ==, 2);

  net_test_wait (vigil_counter_get (vigil_metrics_counter ("vigil_scores_received", "")) > 500, 10000);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_messages_malformed", "")), ==, 0);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_scores_slow", "")), ==, 0);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_events_unknown", "")), ==, 0);
}

static void
test_evidence (Fixture *f, gconstpointer data)
{
  VigilHallEvent *event;
  g_autoptr (GPtrArray) evidence = NULL;
  g_autoptr (GPtrArray) violations = NULL;
  gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  join (f);
  net_test_wait ((event = find_event (f, VIGIL_HALL_EVENT_VIOLATION)) != NULL, 20000);
  violations = query (f, VIGIL_DIRECTORY_EVENTS, &(VigilDirectoryArgs) { .exam_id = f->exam, .student_id = event->violation->student_id });
  g_assert_cmpuint (violations->len, >, 0);

  /* The frame of a violation is written after it. */
  do
    {
      g_clear_pointer (&evidence, g_ptr_array_unref);
      net_test_run_for (200);
      evidence = query (f, VIGIL_DIRECTORY_EVIDENCE, &(VigilDirectoryArgs) { .exam_id = f->exam, .student_id = event->violation->student_id });
    }
  while (evidence->len == 0 && g_get_monotonic_time () < until);
  g_assert_cmpuint (evidence->len, >, 0);

  for (guint i = 0; i < evidence->len; i++)
    {
      VigilEvidenceItem *item = g_ptr_array_index (evidence, i);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;

      vigil_hall_directory_fetch_async (f->directory, item, 4 << 20, NULL, net_test_store_result_cb, &result);
      net_test_wait (result != NULL, 10000);
      bytes = vigil_hall_directory_fetch_finish (f->directory, result, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, item->size);
    }
}

static void
test_bypass (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilRosterPage) page = query (f, VIGIL_DIRECTORY_CANDIDATES, &(VigilDirectoryArgs) { .exam_id = f->exam, .limit = 1 });
  VigilCandidateInfo *candidate = g_ptr_array_index (page->candidates, 0);
  g_autoptr (VigilAction) set = vigil_action_new (VIGIL_ACTION_BYPASS, f->exam, candidate->id);
  g_autoptr (VigilAction) again = vigil_action_new (VIGIL_ACTION_BYPASS, f->exam, candidate->id);
  g_autoptr (VigilAction) revoke = vigil_action_new (VIGIL_ACTION_REVOKE_BYPASS, f->exam, candidate->id);
  g_autoptr (VigilBypass) bypass = NULL;
  g_autoptr (VigilBypass) replay = NULL;
  g_autoptr (VigilBypass) revoked = NULL;
  g_autoptr (GPtrArray) config = NULL;
  g_autoptr (GError) error = NULL;
  VigilHallEvent *event;

  join (f);
  set->reason = g_strdup ("Camera broken, seen in person");
  set->category = g_strdup ("technical");
  g_assert_true (perform (f, set, &bypass, &error));
  g_assert_no_error (error);
  g_assert_true (bypass->active);
  net_test_wait ((event = find_event (f, VIGIL_HALL_EVENT_BYPASS_CHANGED)) != NULL, 5000);
  g_assert_cmpstr (event->student_id, ==, candidate->id);

  /* The same intent again is the same bypass; another one is somebody being slower. */
  g_assert_true (perform (f, set, &replay, &error));
  g_assert_cmpstr (replay->etag, ==, bypass->etag);
  again->reason = g_strdup ("Another reason");
  again->category = g_strdup ("technical");
  g_assert_false (perform (f, again, NULL, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CONFLICT);
  g_clear_error (&error);

  config = query (f, VIGIL_DIRECTORY_CONFIG, &(VigilDirectoryArgs) { .exam_id = f->exam, .student_id = candidate->id });
  g_assert_cmpuint (config->len, >, 0);

  g_assert_true (perform (f, revoke, &revoked, &error));
  g_assert_no_error (error);
  g_assert_false (revoked->active);
}

static void
test_interventions (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilRosterPage) page = query (f, VIGIL_DIRECTORY_CANDIDATES, &(VigilDirectoryArgs) { .exam_id = f->exam, .limit = 1 });
  VigilCandidateInfo *candidate = g_ptr_array_index (page->candidates, 0);
  static const char *const kinds[] = { "warn", "message", "pause", "resume", "extend" };

  join (f);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_INTERVENTION, f->exam, candidate->id);
      g_autoptr (GError) error = NULL;

      action->category = g_strdup (kinds[i]);
      action->reason = g_strdup ("A test of what can be done");
      action->seconds = 600;
      g_assert_true (perform (f, action, NULL, &error));
      g_assert_no_error (error);
    }
  net_test_wait (find_event (f, VIGIL_HALL_EVENT_INTERVENTION) != NULL, 5000);
}

static void
test_claims (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilRosterPage) page = query (f, VIGIL_DIRECTORY_CANDIDATES, &(VigilDirectoryArgs) { .exam_id = f->exam, .limit = 1 });
  VigilCandidateInfo *candidate = g_ptr_array_index (page->candidates, 0);
  g_autoptr (VigilAction) claim = vigil_action_new (VIGIL_ACTION_CLAIM, f->exam, candidate->id);
  g_autoptr (VigilAction) release = vigil_action_new (VIGIL_ACTION_RELEASE, f->exam, candidate->id);
  g_autoptr (VigilRosterPage) held = NULL;
  g_autoptr (VigilRosterPage) free_again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_str_has_prefix (candidate->network, "campus-"));
  join (f);
  g_assert_true (perform (f, claim, NULL, &error));
  g_assert_no_error (error);
  held = query (f, VIGIL_DIRECTORY_CANDIDATES, &(VigilDirectoryArgs) { .exam_id = f->exam, .limit = 1 });
  g_assert_nonnull (((VigilCandidateInfo *) g_ptr_array_index (held->candidates, 0))->claimed_by);
  g_assert_true (perform (f, release, NULL, &error));
  g_assert_no_error (error);
  free_again = query (f, VIGIL_DIRECTORY_CANDIDATES, &(VigilDirectoryArgs) { .exam_id = f->exam, .limit = 1 });
  g_assert_null (((VigilCandidateInfo *) g_ptr_array_index (free_again->candidates, 0))->claimed_by);
}

static void
test_sfu (Fixture *f, gconstpointer data)
{
  VigilSfu *sfu = vigil_hall_connection_get_sfu (f->connection);
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) consumed = NULL;
  g_autoptr (GError) error = NULL;

  join (f);
  vigil_sfu_open_transport_async (sfu, NULL, net_test_store_result_cb, &opened);
  net_test_wait (opened != NULL, 10000);
  offer = vigil_sfu_open_transport_finish (sfu, opened, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (offer->offer_sdp, "m=video"));

  vigil_sfu_consume_async (sfu, offer->id, "no-such-producer", NULL, NULL, net_test_store_result_cb, &consumed);
  net_test_wait (consumed != NULL, 10000);
  g_assert_null (vigil_sfu_consume_finish (sfu, consumed, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER);
}

static void
test_hall_dies (Fixture *f, gconstpointer data)
{
  const char *port = strrchr (f->url, ':') + 1;
  g_autofree char *same_port = g_strdup (port);
  gint64 epoch;

  join (f);
  epoch = f->epoch;
  g_subprocess_send_signal (f->process, SIGKILL);
  g_subprocess_wait (f->process, NULL, NULL);
  g_clear_object (&f->process);
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_RECONNECTING, 5000);
  net_test_run_for (300);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NETWORK);

  start_hall (f, same_port);
  net_test_wait (f->n_joined == 2, 10000);
  g_assert_cmpint (f->epoch, !=, epoch);
  g_assert_cmpint (vigil_hall_feed_get_state (f->feed), ==, VIGIL_LINK_CONNECTED);
}

static void
test_frozen_hall (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  /* Frozen, not dead: requests time out, and go on when it wakes up. */
  join (f);
  g_subprocess_send_signal (f->process, SIGSTOP); /* sent by a thread of GLib's, a moment later */
  net_test_run_for (100);
  vigil_hall_directory_query_async (f->directory, VIGIL_DIRECTORY_EXAMS, NULL, NULL, net_test_store_result_cb, &result);
  net_test_run_for (500);
  g_assert_null (result);
  g_subprocess_send_signal (f->process, SIGCONT);
  net_test_wait (result != NULL, 10000);
  {
    g_autoptr (GPtrArray) exams = vigil_hall_directory_query_finish (f->directory, result, &error);

    g_assert_no_error (error);
    g_assert_nonnull (exams);
  }
  g_assert_cmpint (vigil_hall_feed_get_state (f->feed), ==, VIGIL_LINK_CONNECTED);
}

static void
set_clock (Fixture *f, gint64 ahead_ms)
{
  g_autofree char *url = g_strconcat (f->url, "/control", NULL);
  g_autofree char *body = g_strdup_printf ("{\"op\":\"clock\",\"ms\":%" G_GINT64_FORMAT "}", ahead_ms);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  answer = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

/* The oldest of the scores that came since @serial's time, by the hall's clock as we believe it. */
static gint64
find_oldest_us (Fixture *f, gint64 since_us)
{
  gint64 oldest_us = -1;

  for (VigilHandle handle = 0; handle < vigil_score_store_get_n_handles (f->store); handle++)
    {
      VigilScore score;

      vigil_score_store_read (f->store, handle, &score);
      if (score.received_us >= since_us)
        oldest_us = MAX (oldest_us, vigil_score_get_age_us (&score, vigil_clock_monotonic_us (), vigil_clock_hall_ms ()));
    }
  return oldest_us;
}

static gboolean
clock_is_at (gint64 ahead_ms)
{
  gint64 error_ms = vigil_clock_get_hall_error_ms ();

  return error_ms >= 0 && ABS (vigil_clock_get_hall_offset_ms () - ahead_ms) <= error_ms;
}

/* A hall that is hours off, and whose clock is set while we watch: forth, and then back, which is where each score
 * would count as older than the last. Ages stay right, and no score is refused for longer than the next look. */
static void
test_wrong_clock (Fixture *f, gconstpointer data)
{
  static const gint64 ahead_ms[] = { 3 * 3600000, 30 * 3600000, -2 * 3600000 };
  VigilCounter *reordered = vigil_metrics_counter ("vigil_scores_reordered", "");

  set_clock (f, ahead_ms[0]);
  join (f);
  for (guint i = 0; i < G_N_ELEMENTS (ahead_ms); i++)
    {
      gint64 since_us, refused, oldest_us;
      guint64 serial;

      set_clock (f, ahead_ms[i]);
      net_test_wait (clock_is_at (ahead_ms[i]), 10000);
      net_test_run_for (100 * NET_TEST_FACTOR); /* what was on its way */
      since_us = vigil_clock_monotonic_us ();
      refused = vigil_counter_get (reordered);
      serial = vigil_score_store_get_serial (f->store);
      net_test_wait (vigil_score_store_get_serial (f->store) > serial + 300, 10000);
      oldest_us = find_oldest_us (f, since_us);
      g_test_message ("hall %+" G_GINT64_FORMAT " ms: believed %+" G_GINT64_FORMAT " ± %" G_GINT64_FORMAT " ms, the oldest of the new scores is %.3f s old",
                      ahead_ms[i], vigil_clock_get_hall_offset_ms (), vigil_clock_get_hall_error_ms (), (double) oldest_us / G_USEC_PER_SEC);
      g_assert_cmpint (oldest_us, >=, 0);
      g_assert_cmpint (oldest_us, <, vigil_clock_monotonic_us () - since_us + G_USEC_PER_SEC * NET_TEST_FACTOR);
      g_assert_cmpint (vigil_counter_get (reordered), ==, refused);
    }
}

#define ADD(name, func) g_test_add ("/rehearsal/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  if (g_getenv ("VIGIL_HALL") == NULL)
    return 77;

  ADD ("reading", test_reading);
  ADD ("evidence", test_evidence);
  ADD ("bypass", test_bypass);
  ADD ("interventions", test_interventions);
  ADD ("claims", test_claims);
  ADD ("sfu", test_sfu);
  ADD ("hall-dies", test_hall_dies);
  ADD ("wrong-clock", test_wrong_clock);
  ADD ("frozen-hall", test_frozen_hall);
  return g_test_run ();
}
