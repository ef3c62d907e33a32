/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The feed against a scripted hall: joining, resync, refusals, teardown. */
#include <string.h>

#include "feed-fixture.h"
#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

static void
test_join (Fixture *f, gconstpointer data)
{
  join (f);
  g_assert_cmpstr (f->log->str, ==, "CcJ");
  g_assert_cmpint (f->epoch, ==, 7);
  g_assert_cmpint (f->seq, ==, 41);
  g_assert_cmpstr (last_request (f, "joinExam"), ==, "joinExam {\"examId\":\"ex-1\"}");
  g_assert_cmpfloat (vigil_hall_feed_get_rtt_ms (f->feed), >, 0);

  /* serverTime was 5,000 s ahead. */
  g_assert_cmpint (ABS (vigil_clock_hall_ms () - vigil_clock_wall_ms () - 5000000), <, 1500 * NET_TEST_FACTOR);

  vigil_hall_feed_leave (f->feed);
  net_test_run_for (100);
  g_assert_cmpstr (f->log->str, ==, "CcJ");
  g_assert_cmpint (vigil_hall_feed_get_state (f->feed), ==, VIGIL_LINK_OFFLINE);
  net_test_wait (net_hall_get_n_sockets (f->hall) == 0, 3000);
}

static void
test_token_stays_home (Fixture *f, gconstpointer data)
{
  NetHallAsked *asked;

  net_hall_answer (f->hall, "/api/v1", 200, "Content-Type: text/html", "<html>Welcome to nginx!</html>", -1);
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL);

  /* One question without a token, and no socket at all. */
  g_assert_cmpuint (net_hall_get_asked (f->hall)->len, ==, 1);
  asked = g_ptr_array_index (net_hall_get_asked (f->hall), 0);
  g_assert_null (asked->authorization);
  g_assert_cmpuint (net_hall_get_n_sockets (f->hall), ==, 0);
}

static void
check_not_a_hall (Fixture *f, guint status, const char *headers, const char *body)
{
  g_test_message ("%u %s", status, body);
  net_hall_answer (f->hall, "/api/v1", status, headers, body, -1);
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL);
}

static void
test_not_a_hall (Fixture *f, gconstpointer data)
{
  check_not_a_hall (f, 404, NULL, "{}");
  check_not_a_hall (f, 200, NULL, "");
  check_not_a_hall (f, 200, NULL, "[]");
  check_not_a_hall (f, 200, NULL, "{\"service\":\"other\",\"protocol\":1,\"hall\":\"x\"}");
  check_not_a_hall (f, 200, NULL, "{\"service\":\"vigil-hall\",\"protocol\":2,\"hall\":\"x\"}");
  check_not_a_hall (f, 200, NULL, "{\"service\":[\"vigil-hall\"],\"protocol\":1,\"hall\":\"x\"}");
  check_not_a_hall (f, 302, "Location: http://127.0.0.1:1/", "");
  check_not_a_hall (f, 401, NULL, "{}");
}

static void
test_down_at_first (Fixture *f, gconstpointer data)
{
  net_hall_answer (f->hall, "/api/v1", 503, NULL, "{}", -1);
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_RECONNECTING, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpint (vigil_hall_feed_get_retry_us (f->feed), >, 0);

  net_hall_answer (f->hall, "/api/v1", 200, NULL, "{\"service\":\"vigil-hall\",\"protocol\":1,\"hall\":\"Test\"}", -1);
  net_test_wait (f->n_joined == 1, 3000);
}

static void
test_resync (Fixture *f, gconstpointer data)
{
  join (f);
  for (guint i = 0; i < 3; i++)
    {
      guint before = f->n_joined;

      net_hall_drop (f->hall);
      net_test_wait (f->n_joined == before + 1, 3000);
    }
  g_assert_cmpstr (f->log->str, ==, "CcJRcJRcJRcJ");
  g_assert_cmpuint (net_hall_get_n_joined (f->hall), ==, 4);
}

static void
test_events_in_order (Fixture *f, gconstpointer data)
{
  join (f);
  g_string_truncate (f->log, 0);
  net_hall_send (f->hall, "42[\"new_producer\",{\"epoch\":7,\"seq\":42,\"producerId\":\"p-1\",\"studentId\":\"s-1\",\"source\":\"webcam\",\"kind\":\"video\"}]");
  net_hall_send (f->hall, "42[\"session_update\",{\"epoch\":7,\"seq\":43,\"studentId\":\"s-1\",\"isStreaming\":false}]");
  net_hall_send (f->hall, "42[\"something_new\",{\"a\":1}]");
  net_hall_send (f->hall, "42[\"session_update\",{\"epoch\":7,\"seq\":44,\"studentId\":17}]");
  net_hall_send (f->hall, "42[\"proctoring_score\",{\"studentId\":\"s-1\",\"quizId\":\"q\",\"score\":24,\"flags\":[\"gaze_away\"],\"timestamp\":1763805598120}]");
  net_hall_send (f->hall, "42[\"system\",{\"part\":\"sfu\",\"degraded\":true,\"reason\":\"x\",\"since\":1}]");
  net_test_wait (strstr (f->log->str, "system") != NULL, 3000);
  {
    g_auto (GStrv) kinds = g_strsplit (f->log->str, ">", -1);

    /* Four and the empty rest: of what is malformed its number, of what is unknown and has none nothing. */
    g_assert_cmpuint (g_strv_length (kinds), ==, 5);
    g_assert_cmpstr (kinds[2], ==, "<other");
  }
  {
    VigilScore score;

    vigil_score_store_read (f->store, vigil_score_store_lookup (f->store, "s-1", 3), &score);
    g_assert_cmpint (score.score, ==, 24);
    g_assert_cmpuint (score.flags, ==, vigil_scoring_policy_get_flag (f->policy, "gaze_away", -1));
  }
  g_assert_cmpint (vigil_hall_feed_get_state (f->feed), ==, VIGIL_LINK_CONNECTED);
}

static void
test_wrong_token (Fixture *f, gconstpointer data)
{
  vigil_hall_connection_set_token (f->connection, "wrong-" NET_TEST_TOKEN);
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_AUTH);

  /* Sign in again: the same object, the wall stays. */
  vigil_hall_connection_set_token (f->connection, NET_TEST_TOKEN);
  join (f);
  g_assert_cmpstr (f->log->str, ==, "CXCcJ");
}

static void
test_expires (Fixture *f, gconstpointer data)
{
  join (f);
  net_hall_send (f->hall, "42[\"session_expired\",{}]");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_EXPIRED);
  g_assert_nonnull (strstr (f->log->str, "expired"));
  net_test_run_for (300);
  g_assert_cmpint (vigil_hall_feed_get_state (f->feed), ==, VIGIL_LINK_REFUSED);
}

static void
test_join_refused (Fixture *f, gconstpointer data)
{
  net_hall_ack (f->hall, "joinExam", "{\"ok\":false,\"error\":{\"code\":\"not_found\",\"message\":\"no such exam\"}}");
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_FOUND);

  net_hall_ack (f->hall, "joinExam", "{\"ok\":true,\"serverTime\":\"now\"}");
  vigil_hall_feed_reconnect_now (f->feed);
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_RECONNECTING, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);

  net_hall_ack (f->hall, "joinExam", NULL); /* never answers */
  net_test_wait (g_error_matches (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT), 5000);
}

static void
test_another_exam (Fixture *f, gconstpointer data)
{
  join (f);
  vigil_hall_feed_join (f->feed, "ex-2");
  net_test_wait (f->n_joined == 2, 3000);
  g_assert_cmpstr (last_request (f, "joinExam"), ==, "joinExam {\"examId\":\"ex-2\"}");
  net_test_wait (net_hall_get_n_sockets (f->hall) == 1, 3000);
}

static void
leave_cb (VigilHallFeed *feed, gpointer arg, Fixture *f)
{
  vigil_hall_feed_leave (feed);
}

static void
test_leave_in_signal (Fixture *f, gconstpointer data)
{
  join (f);
  g_signal_connect (f->feed, "events", G_CALLBACK (leave_cb), f);
  net_hall_send (f->hall, "42[\"session_expired\",{}]");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_OFFLINE, 3000);
  g_assert_cmpstr (f->log->str + 3, ==, "<session_expired>");
}

static guint
count_scores (Fixture *f)
{
  guint n = 0;

  for (VigilHandle handle = 0; handle < vigil_score_store_get_n_handles (f->store); handle++)
    {
      VigilScore score;

      vigil_score_store_read (f->store, handle, &score);
      n += score.score >= 0;
    }
  return n;
}

/* Once the exam is left its store may be emptied: nothing of it may come in after that. */
static void
test_nothing_after_leave (Fixture *f, gconstpointer data)
{
  for (guint round = 0; round < 5; round++)
    {
      join (f);
      for (guint i = 0; i < 100; i++)
        {
          g_autofree char *frame = g_strdup_printf ("42[\"proctoring_score\",{\"studentId\":\"s%u\",\"quizId\":\"q\",\"score\":24,"
                                                    "\"flags\":[],\"timestamp\":1763805598120}]", i);

          net_hall_send (f->hall, frame);
        }
      net_test_wait (count_scores (f) > 0, 3000);
      vigil_hall_feed_leave (f->feed);
      vigil_score_store_reset (f->store);
      net_test_run_for (50);
      g_assert_cmpuint (count_scores (f), ==, 0);
    }
}

static void
test_probe_rtt (Fixture *f, gconstpointer data)
{
  f->limits.probe_ms = 50;
  drop_connection (f);
  make_connection (f, NET_TEST_TOKEN, NULL);
  join (f);
  net_test_wait (last_request (f, "getRouterRtpCapabilities") != NULL, 3000);
}

static void
test_profile (Fixture *f, gconstpointer data)
{
  static const char profile[] =
    "{\"id\":\"x\",\"title\":\"X\",\"events\":{\"proctoring_score\":\"score-update\",\"new_producer\":\"new-producer\"},"
    "\"requests\":{\"joinExam\":\"join-exam\"},\"paramsWrapper\":\"params\",\"fields\":{\"studentId\":\"student_id\"},\"scoreInverted\":true}";
  g_autofree char *answer = g_strdup_printf (JOIN, g_get_real_time () / 1000);
  VigilScore score;

  drop_connection (f);
  make_connection (f, NET_TEST_TOKEN, profile);
  net_hall_ack (f->hall, "join-exam", answer);
  join (f);
  g_assert_cmpstr (last_request (f, "join-exam"), ==, "join-exam {\"params\":{\"examId\":\"ex-1\"}}");

  net_hall_send (f->hall, "42[\"score-update\",{\"params\":{\"student_id\":\"s-9\",\"quizId\":\"q\",\"score\":90,\"flags\":[],\"timestamp\":1763805598120}}]");
  net_hall_send (f->hall, "42[\"new-producer\",{\"params\":{\"epoch\":7,\"seq\":42,\"producerId\":\"p-1\",\"student_id\":\"s-9\",\"source\":\"webcam\",\"kind\":\"video\"}}]");
  net_test_wait (strchr (f->log->str, '<') != NULL, 3000);
  vigil_score_store_read (f->store, vigil_score_store_lookup (f->store, "s-9", 3), &score);
  g_assert_cmpint (score.score, ==, 10);
}

static void
test_bad_profile (void)
{
  g_autoptr (VigilScoreStore) store = vigil_score_store_new (1);
  g_autoptr (VigilScoringPolicy) policy = vigil_scoring_policy_new_default ();
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = "localhost", .profile = "{\"id\":1}", .store = store, .policy = policy }, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID);
}

/* -- secrets and teardown -- */

static void
test_no_token_in_log (Fixture *f, gconstpointer data)
{
  join (f);
  net_hall_drop (f->hall);
  net_test_wait (f->n_joined == 2, 3000);
  net_hall_refuse (f->hall, "44{\"message\":\"bad token " NET_TEST_TOKEN "\",\"data\":{\"code\":\"auth.invalid\",\"message\":\"bad token " NET_TEST_TOKEN "\"}}");
  net_hall_drop (f->hall);
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);

  /* A hall that repeats the token in its refusal does not get it into our log or onto our screen. */
  g_assert_null (strstr (vigil_hall_feed_get_error (f->feed)->message, NET_TEST_TOKEN));
  g_assert_cmpuint (net_test_log_length (), >, 20);
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
  g_assert_false (net_test_log_has ("1c6f0b9d2e7a48f5b3d0c1e2")); /* the ICE password of an earlier test */

  for (guint i = 0; i < net_hall_get_asked (f->hall)->len; i++)
    g_assert_null (strstr (((NetHallAsked *) g_ptr_array_index (net_hall_get_asked (f->hall), i))->path, NET_TEST_TOKEN));
}

static void
test_teardown (Fixture *f, gconstpointer data)
{
  guint threads = 0, fds = 0;

  for (guint i = 0; i < 200; i++)
    {
      VigilHallDirectory *directory = vigil_hall_connection_get_directory (f->connection);
      g_autoptr (GAsyncResult) query = NULL;
      g_autoptr (GAsyncResult) asked = NULL;
      guint before = f->n_joined;

      vigil_hall_feed_join (f->feed, "ex-1");
      if (i % 5 == 1)
        net_test_run_for (i % 11);
      if (i % 5 >= 2)
        net_test_wait (f->n_joined == before + 1, 3000);
      if (i % 5 >= 3)
        vigil_hall_directory_query_async (directory, VIGIL_DIRECTORY_EXAMS, NULL, NULL, net_test_store_result_cb, &query);
      if (i % 5 == 4)
        vigil_sfu_open_transport_async (f->sfu, NULL, net_test_store_result_cb, &asked);

      /* What is pending keeps its part alive for the moment that it takes to fail. */
      g_object_run_dispose (G_OBJECT (f->connection));
      g_clear_object (&f->connection);
      if (i % 5 >= 3)
        net_test_wait (query != NULL, 2000);
      if (i % 5 == 4)
        net_test_wait (asked != NULL, 2000);
      g_clear_object (&query);
      g_clear_object (&asked);

      if (i == 30 || i == 199)
        {
          net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
          net_test_run_for (300);
          net_test_wait (net_hall_get_n_sockets (f->hall) == 0, 3000);
        }
      if (i == 30)
        {
          threads = net_test_count_threads ();
          fds = net_test_count_fds ();
        }
      if (i < 199)
        make_connection (f, NET_TEST_TOKEN, NULL);
    }

  g_test_message ("threads %u → %u, descriptors %u → %u", threads, net_test_count_threads (), fds, net_test_count_fds ());
  g_assert_cmpuint (net_test_count_threads (), <=, threads + 2); /* GLib's worker pools breathe */
  g_assert_cmpuint (net_test_count_fds (), <=, fds);
}

#define ADD(name, func) g_test_add ("/feed/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  ADD ("join", test_join);
  ADD ("token-stays-home", test_token_stays_home);
  ADD ("not-a-hall", test_not_a_hall);
  ADD ("down-at-first", test_down_at_first);
  ADD ("resync", test_resync);
  ADD ("events-in-order", test_events_in_order);
  ADD ("wrong-token", test_wrong_token);
  ADD ("expires", test_expires);
  ADD ("join-refused", test_join_refused);
  ADD ("another-exam", test_another_exam);
  ADD ("leave-in-signal", test_leave_in_signal);
  ADD ("nothing-after-leave", test_nothing_after_leave);
  ADD ("probe-rtt", test_probe_rtt);
  ADD ("profile", test_profile);
  g_test_add_func ("/feed/bad-profile", test_bad_profile);
  ADD ("no-token-in-log", test_no_token_in_log);
  ADD ("teardown", test_teardown);
  return g_test_run ();
}
