/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated candidates: picture, violation, evidence and bypass agree; faults do what they say. */
#include "hall-console.h"

#include <string.h>

#include "vigil-hall-names.h"
#include "vigil-sim-look.h"

static void
publishing (VigilHallOptions *options)
{
  hall_test_options (options);
  options->publish = -1;
  options->events_interval_ms = 500;
}

static JsonNode *
get_candidate (HallFixture *f, const char *id)
{
  g_autofree char *path = g_strdup_printf ("/exams/%s/candidates/%s", f->exam, id);
  g_autoptr(HallAnswer) answer = hall_http (f, "reviewer", "GET", path, NULL, NULL);

  return g_steal_pointer (&answer->json);
}

static gboolean
is_streaming (HallFixture *f, const char *id)
{
  g_autoptr(JsonNode) candidate = get_candidate (f, id);

  return hall_bool (candidate, "isStreaming");
}

/* Each behaviour raises its own violation at the time the picture shows it, with a picture. */
static void
test_behaviours (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;

  publishing (&options);
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "invigilator");
  for (guint b = VIGIL_SIM_BEHAVIOUR_PRESENT + 1; b < VIGIL_SIM_BEHAVIOUR_LAST; b++)
    {
      g_autofree char *id = g_strdup_printf ("s-%05u", b);
      g_autofree char *order = g_strdup_printf ("{\"op\":\"behave\",\"studentId\":\"%s\",\"behaviour\":\"%s\",\"ms\":2000}",
                                                id, vigil_sim_behaviour_get_nick (b));
      gint64 before = g_get_real_time () / 1000;
      guint mark = c->events->len;
      g_autoptr(JsonNode) done = hall_control (f, order);
      JsonNode *violation = hall_console_wait_event (c, "violation", id, mark, 5000);
      JsonNode *with_evidence = NULL;

      g_assert_nonnull (violation);
      g_assert_cmpstr (hall_string (violation, "type"), ==, vigil_sim_behaviour_get_violation_type (b));
      g_assert_cmpint (hall_int (violation, "at"), >=, before - 1);
      g_assert_cmpint (hall_int (violation, "at"), <=, g_get_real_time () / 1000);
      for (guint i = 0; i < 200 && !with_evidence; i++)
        {
          hall_run (25);
          for (guint e = mark; e < c->events->len; e++)
            {
              JsonNode *event = g_ptr_array_index (c->events, e);

              if (g_str_equal (hall_string (event, "0"), "violation") &&
                  g_str_equal (hall_string (event, "1.id"), hall_string (violation, "id")) &&
                  hall_member (event, "1.evidence.0"))
                with_evidence = hall_member (event, "1");
            }
        }
      g_assert_nonnull (with_evidence);
      g_assert_nonnull (strstr (hall_string (with_evidence, "evidence.0"),
                                b == VIGIL_SIM_BEHAVIOUR_OTHER_TAB ? "/screen/" : "/camera/"));
    }
}

/* The score says it at once, first among all, and forgets it later. */
static void
test_scores (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;
  g_autoptr(JsonNode) done = NULL;
  JsonNode *score;
  guint mark;

  publishing (&options);
  options.score_rate = 50;
  options.score_window = 1;
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "invigilator");
  hall_run (500);
  g_assert_cmpuint (hall_console_count (c, "proctoring_score"), >=, 10);
  mark = c->events->len;
  done = hall_control (f, "{\"op\":\"behave\",\"studentId\":\"s-00009\",\"behaviour\":\"dark\",\"ms\":200}");
  score = hall_console_wait_event (c, "proctoring_score", "s-00009", mark, 1000);
  g_assert_nonnull (score);
  for (guint i = mark; i < c->events->len && hall_int (score, "score") == 0; i++)
    score = hall_console_wait_event (c, "proctoring_score", "s-00009", i, 1000);
  g_assert_cmpint (hall_int (score, "score"), ==, 20);
  g_assert_cmpstr (hall_string (score, "flags.0"), ==, "camera_blackout");
  g_assert_cmpstr (hall_string (score, "quizId"), ==, "q-77");
}

static void
test_batches (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;
  guint n = 0;

  publishing (&options);
  options.score_rate = 2000;
  options.batch_ms = 50;
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "invigilator");
  hall_run (1000);
  g_assert_cmpuint (hall_console_count (c, "proctoring_score"), ==, 0);
  for (guint i = 0; i < c->events->len; i++)
    if (g_str_equal (hall_string (g_ptr_array_index (c->events, i), "0"), "proctoring_scores"))
      n += json_array_get_length (json_node_get_array (hall_member (g_ptr_array_index (c->events, i), "1")));
  g_assert_cmpuint (n, >, 500);
  g_assert_cmpuint (hall_console_count (c, "proctoring_scores"), <=, 25);
}

/* A bypassed browser goes on until its next events call, then stops; and comes back when revoked. */
static void
test_bypass (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;
  g_autofree char *path = NULL;
  g_autoptr(HallAnswer) put = NULL;
  g_autoptr(HallAnswer) revoked = NULL;
  g_autoptr(JsonNode) done = NULL;
  JsonNode *update;
  guint mark;

  publishing (&options);
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "invigilator");
  path = g_strdup_printf ("/exams/%s/bypasses/s-00006", f->exam);
  g_assert_true (is_streaming (f, "s-00006"));
  put = hall_http (f, "admin", "PUT", path,
                   "{\"reason\":\"Camera broken\",\"category\":\"technical\",\"signals\":[],\"expiresAt\":null}",
                   "Idempotency-Key", "1", "If-None-Match", "*", NULL);
  g_assert_cmpuint (put->status, ==, 201);
  g_assert_nonnull (hall_console_wait_event (c, "bypass_changed", "s-00006", 0, 1000));
  update = hall_console_wait_event (c, "session_update", "s-00006", 0, 3000);
  g_assert_nonnull (update);
  g_assert_false (hall_bool (update, "isStreaming"));
  g_assert_null (hall_member (update, "connected"));
  g_assert_nonnull (hall_console_wait_event (c, "producer_closed", "s-00006", 0, 1000));
  /* Nothing it would show counts now. */
  mark = c->events->len;
  done = hall_control (f, "{\"op\":\"behave\",\"studentId\":\"s-00006\",\"behaviour\":\"absent\",\"ms\":300}");
  hall_run (800);
  g_assert_null (hall_console_wait_event (c, "violation", "s-00006", mark, 1));
  mark = c->events->len;
  revoked = hall_http (f, "admin", "DELETE", path, NULL, "Idempotency-Key", "2", "If-Match", put->etag, NULL);
  g_assert_cmpuint (revoked->status, ==, 200);
  g_assert_nonnull (hall_console_wait_event (c, "new_producer", "s-00006", mark, 3000));
  update = hall_console_wait_event (c, "session_update", "s-00006", mark, 3000);
  g_assert_true (hall_bool (update, "isStreaming"));
}

static void
test_warning (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) c = hall_console_new (f, "invigilator");
  g_autofree char *path = g_strdup_printf ("/exams/%s/candidates/s-00001/interventions", f->exam);
  g_autoptr(HallAnswer) sent = hall_http (f, "invigilator", "POST", path, "{\"kind\":\"warn\",\"text\":\"Hello\"}",
                                          "Idempotency-Key", "1", NULL);
  JsonNode *last = NULL;

  g_assert_true (hall_null (sent->json, "deliveredAt"));
  for (guint i = 0; i < 120 && hall_console_count (c, "intervention") < 3; i++)
    hall_run (50);
  g_assert_cmpuint (hall_console_count (c, "intervention"), ==, 3);
  for (guint i = 0; i < c->events->len; i++)
    if (g_str_equal (hall_string (g_ptr_array_index (c->events, i), "0"), "intervention"))
      last = hall_member (g_ptr_array_index (c->events, i), "1");
  g_assert_cmpint (hall_int (last, "deliveredAt"), >, 0);
  g_assert_cmpint (hall_int (last, "acknowledgedAt"), >=, hall_int (last, "deliveredAt"));
}

/* Late producer, closed producer: stay as the fault left them, whatever the events calls say. */
static void
test_producers (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;
  g_autoptr(JsonNode) closed = NULL;
  g_autoptr(JsonNode) late = NULL;

  publishing (&options);
  options.publish = 10;
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "invigilator");
  g_assert_true (is_streaming (f, "s-00010"));
  g_assert_false (is_streaming (f, "s-00011"));
  closed = hall_control (f, "{\"op\":\"unproduce\",\"studentId\":\"s-00010\"}");
  late = hall_control (f, "{\"op\":\"produce\",\"studentId\":\"s-00011\",\"ms\":300}");
  g_assert_false (is_streaming (f, "s-00011"));
  g_assert_nonnull (hall_console_wait_event (c, "new_producer", "s-00011", 0, 2000));
  hall_run (1200);
  g_assert_false (is_streaming (f, "s-00010"));
  g_assert_true (is_streaming (f, "s-00011"));
}

/* The worker dies: transports are said to be closed, producers go, and all of it comes back. */
static void
test_sfu_kill (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;
  g_autoptr(JsonNode) transport = NULL;
  g_autoptr(JsonNode) killed = NULL;
  g_autoptr(JsonNode) again = NULL;
  JsonNode *told;

  publishing (&options);
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "invigilator");
  transport = hall_console_request (c, "createWebRtcTransport", "{\"direction\":\"recv\"}");
  killed = hall_control (f, "{\"op\":\"sfu-kill\",\"ms\":700}");
  told = hall_console_wait_event (c, "transport_closed", NULL, 0, 1000);
  g_assert_cmpstr (hall_string (told, "transportId"), ==, hall_string (transport, "id"));
  hall_console_assert_refused (c, "createWebRtcTransport", "{\"direction\":\"recv\"}", "sfu.unavailable");
  g_assert_true (hall_bool (hall_console_wait_event (c, "system", NULL, 0, 1000), "degraded"));
  g_assert_cmpuint (hall_console_count (c, "producer_closed"), ==, 20);
  hall_run (1200);
  g_assert_cmpuint (hall_console_count (c, "new_producer"), ==, 20);
  g_assert_cmpuint (hall_console_count (c, "system"), ==, 2);
  again = hall_console_request (c, "createWebRtcTransport", "{\"direction\":\"recv\"}");
  g_assert_true (hall_bool (again, "ok"));
}

/* A frozen feed says nothing, and then everything. */
static void
test_freeze (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;
  g_autoptr(JsonNode) frozen = NULL;
  guint before;

  publishing (&options);
  options.score_rate = 100;
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "invigilator");
  hall_run (300);
  frozen = hall_control (f, "{\"op\":\"freeze\",\"ms\":800}");
  hall_run (50);
  before = c->events->len;
  hall_run (500);
  g_assert_cmpuint (c->events->len, ==, before);
  hall_run (600);
  g_assert_cmpuint (c->events->len, >, before + 40);
  g_assert_false (c->closed);
}

static void
test_drop_and_slow (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) c = hall_console_new (f, "invigilator");
  g_autoptr(JsonNode) slow = hall_control (f, "{\"op\":\"slow-http\",\"ms\":400}");
  gint64 before = g_get_monotonic_time ();
  g_autoptr(HallAnswer) answer = hall_http (f, "reviewer", "GET", "/session", NULL, NULL);
  g_autoptr(JsonNode) dropped = NULL;

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpint (g_get_monotonic_time () - before, >=, 400 * 1000);
  dropped = hall_control (f, "{\"op\":\"drop\"}");
  g_assert_cmpint (hall_int (dropped, "dropped"), ==, 1);
  g_assert_true (hall_console_wait_closed (c, 2000));
}

/* At any time a few of 200 show something; the same seed does the same. */
static void
test_schedule (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  gint64 most = 0;

  hall_test_options (&options);
  options.candidates = 200;
  options.activity = 0.02;
  f = hall_fixture_new (&options);
  for (guint i = 0; i < 16; i++)
    {
      g_autoptr(JsonNode) counts = NULL;

      hall_run (500);
      counts = hall_control (f, "{\"op\":\"counts\"}");
      most = MAX (most, hall_int (counts, "active"));
    }
  g_assert_cmpint (most, >=, 2);
  g_assert_cmpint (most, <=, 14);
}

static void
test_names (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint right_to_left = 0;
  gsize longest = 0;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *again = vigil_hall_names_make (1, i);
      char *name = vigil_hall_names_make (1, i);
      GUnicodeScript script = g_unichar_get_script (g_utf8_get_char (name));

      g_assert_cmpstr (name, ==, again);
      g_assert_true (g_utf8_validate (name, -1, NULL));
      g_assert_cmpuint (strlen (name), <=, 1024);
      right_to_left += script == G_UNICODE_SCRIPT_ARABIC || script == G_UNICODE_SCRIPT_HEBREW ? 1 : 0;
      longest = MAX (longest, (gsize) g_utf8_strlen (name, -1));
      g_hash_table_add (seen, name);
    }
  g_assert_cmpuint (g_hash_table_size (seen), >, 150);
  g_assert_cmpuint (right_to_left, >=, 3);
  g_assert_cmpuint (longest, >=, 200);
}

static void
test_options (void)
{
  static const char *const bad[] = {
    "--video=1x1@1", "--video=640x360", "--video=641x360@15", "--candidates=-1", "--port=70000", "--publish=some",
    "--score-rate=-1", "--activity=2", "--batch=-5", "--ping-interval=1", "--networks=0", "--workers=1001", "--claim-seconds=-1",
    "--no-such-option",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_auto(VigilHallOptions) options = { 0 };
      char *arguments[] = { (char *) "vigil-hall", (char *) bad[i], NULL };
      char **argv = arguments;
      int argc = 2;
      g_autoptr(GError) error = NULL;

      vigil_hall_options_init (&options);
      g_assert_false (vigil_hall_options_parse (&options, &argc, &argv, &error));
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/sim/names", test_names);
  g_test_add_func ("/hall/sim/options", test_options);
  g_test_add_func ("/hall/sim/behaviours", test_behaviours);
  g_test_add_func ("/hall/sim/scores", test_scores);
  g_test_add_func ("/hall/sim/batches", test_batches);
  g_test_add_func ("/hall/sim/bypass", test_bypass);
  g_test_add_func ("/hall/sim/warning", test_warning);
  g_test_add_func ("/hall/sim/producers", test_producers);
  g_test_add_func ("/hall/sim/sfu-kill", test_sfu_kill);
  g_test_add_func ("/hall/sim/freeze", test_freeze);
  g_test_add_func ("/hall/sim/drop-and-slow", test_drop_and_slow);
  g_test_add_func ("/hall/sim/schedule", test_schedule);
  return g_test_run ();
}
