/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims and verdicts: who holds whom, and that nothing is forgotten silently. */
#include "hall-console.h"

static char *
at (HallFixture *f, const char *path)
{
  return g_strdup_printf ("/exams/%s%s", f->exam, path);
}

static HallFixture *
new_hall (VigilHallOptions *options)
{
  hall_test_options (options);
  options->claim_seconds = 1;
  return hall_fixture_new (options);
}

static void
test_claims_conflict (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *path = at (f, "/candidates/s-00008/claim");
  g_autoptr(HallConsole) c = hall_console_new (f, "reviewer");
  g_autoptr(HallAnswer) mine = hall_http (f, "invigilator", "PUT", path, NULL, "Idempotency-Key", "1", NULL);
  g_autoptr(HallAnswer) again = hall_http (f, "invigilator", "PUT", path, NULL, "Idempotency-Key", "2", NULL);
  g_autoptr(HallAnswer) theirs = hall_http (f, "reviewer", "PUT", path, NULL, "Idempotency-Key", "1", NULL);
  g_autoptr(HallAnswer) let_go = hall_http (f, "reviewer", "DELETE", path, NULL, "Idempotency-Key", "2", NULL);
  JsonNode *told = hall_console_wait_event (c, "session_update", "s-00008", 0, 3000);

  g_assert_cmpuint (mine->status, ==, 200);
  g_assert_cmpuint (again->status, ==, 200);
  hall_assert_refused (theirs, 409, "conflict", NULL);
  g_assert_cmpstr (hall_string (theirs->json, "error.details.claimedBy"), ==, "i.okafor");
  hall_assert_refused (let_go, 409, "conflict", NULL);
  g_assert_cmpstr (hall_string (let_go->json, "error.details.claimedBy"), ==, "i.okafor");
  g_assert_cmpstr (hall_string (told, "claimedBy"), ==, "i.okafor");
}

static gboolean
is_told_free (HallConsole *c, guint mark, guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  do
    {
      for (guint i = mark; i < c->events->len; i++)
        {
          JsonNode *event = g_ptr_array_index (c->events, i);

          if (g_str_equal (hall_string (event, "0"), "session_update") && hall_member (event, "1.claimedBy") &&
              hall_null (event, "1.claimedBy"))
            return TRUE;
        }
      hall_run (20);
    }
  while (g_get_monotonic_time () < until);
  return FALSE;
}

/* With the last console of its holder a claim goes; with any but the last it stays. */
static void
test_claims_of_the_gone (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = new_hall (&options);
  g_autofree char *path = at (f, "/candidates/s-00008/claim");
  g_autoptr(HallConsole) witness = hall_console_new (f, "reviewer");
  HallConsole *one = hall_console_new (f, "invigilator");
  HallConsole *other = hall_console_new (f, "invigilator");
  g_autoptr(HallAnswer) mine = hall_http (f, "invigilator", "PUT", path, NULL, NULL);
  g_autoptr(HallAnswer) theirs = NULL;
  guint mark;

  g_assert_cmpuint (mine->status, ==, 200);
  mark = witness->events->len;
  hall_console_free (one);
  g_assert_false (is_told_free (witness, mark, 2500));
  hall_console_free (other);
  g_assert_true (is_told_free (witness, mark, 5000));
  theirs = hall_http (f, "reviewer", "PUT", path, NULL, NULL);
  g_assert_cmpuint (theirs->status, ==, 200);
  g_assert_cmpstr (hall_string (theirs->json, "claimedBy"), ==, "r.lindqvist");
  mark = witness->events->len;
  g_assert_false (is_told_free (witness, mark, 2500));
}

/* Back in time: it is still ours. */
static void
test_claims_of_the_returned (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autofree char *path = NULL;
  g_autoptr(HallConsole) witness = NULL;
  g_autoptr(HallConsole) back = NULL;
  HallConsole *first;
  g_autoptr(HallAnswer) mine = NULL;
  guint mark;

  hall_test_options (&options);
  options.claim_seconds = 3;
  f = hall_fixture_new (&options);
  path = at (f, "/candidates/s-00008/claim");
  witness = hall_console_new (f, "reviewer");
  first = hall_console_new (f, "invigilator");
  mine = hall_http (f, "invigilator", "PUT", path, NULL, NULL);
  mark = witness->events->len;
  hall_console_free (first);
  g_assert_false (is_told_free (witness, mark, 1200));
  back = hall_console_new (f, "invigilator");
  g_assert_false (is_told_free (witness, mark, 3500));
}

static JsonNode *
wait_flag (HallConsole *c, guint mark)
{
  return hall_console_wait_event (c, "flag_changed", "s-00003", mark, 5000);
}

/* A snooze ends by itself, and everybody hears of it. */
static void
test_snooze (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) c = hall_console_new (f, "reviewer");
  g_autoptr(JsonNode) done = hall_control (f, "{\"op\":\"violations\",\"count\":20,\"type\":\"identity_mismatch\"}");
  JsonNode *violation = hall_console_wait_event (c, "violation", "s-00003", 0, 3000);
  g_autofree char *path = g_strdup_printf ("/flags/%s/verdict", hall_string (violation, "id"));
  gint64 until = g_get_real_time () / 1000 + 700;
  g_autofree char *body = g_strdup_printf ("{\"verdict\":\"snoozed\",\"note\":\"later\",\"until\":%" G_GINT64_FORMAT "}", until);
  guint mark = c->events->len;
  g_autoptr(HallAnswer) snoozed = hall_http (f, "invigilator", "PUT", path, body, NULL);
  g_autofree char *who = at (f, "/candidates/s-00003");
  g_autofree char *open_path = at (f, "/flags?state=open");
  g_autoptr(HallAnswer) meanwhile = hall_http (f, "reviewer", "GET", who, NULL, NULL);
  g_autoptr(HallAnswer) hidden = hall_http (f, "reviewer", "GET", open_path, NULL, NULL);
  g_autoptr(HallAnswer) after = NULL;
  g_autoptr(HallAnswer) shown = NULL;
  JsonNode *told = wait_flag (c, mark);

  g_assert_cmpuint (snoozed->status, ==, 200);
  g_assert_cmpstr (hall_string (told, "verdict"), ==, "snoozed");
  g_assert_cmpint (hall_int (told, "until"), ==, until);
  g_assert_cmpint (hall_int (told, "openFlags"), ==, 0);
  g_assert_cmpint (hall_int (meanwhile->json, "openFlags"), ==, 0);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (hidden->json, "items"))), ==, 19);
  for (mark = c->events->len; (told = wait_flag (c, mark)) && hall_string (told, "verdict"); mark++)
    ;
  g_assert_nonnull (told);
  g_assert_cmpint (g_get_real_time () / 1000, >=, until);
  g_assert_true (hall_null (told, "verdict"));
  g_assert_cmpstr (hall_string (told, "id"), ==, hall_string (violation, "id"));
  g_assert_cmpstr (hall_string (told, "by"), ==, "i.okafor");
  g_assert_cmpint (hall_int (told, "openFlags"), ==, 1);
  after = hall_http (f, "reviewer", "GET", who, NULL, NULL);
  shown = hall_http (f, "reviewer", "GET", open_path, NULL, NULL);
  g_assert_cmpint (hall_int (after->json, "openFlags"), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (shown->json, "items"))), ==, 20);
}

/* Decided while it slept: it stays decided. */
static void
test_snooze_decided (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) c = hall_console_new (f, "reviewer");
  g_autoptr(JsonNode) done = hall_control (f, "{\"op\":\"violations\",\"count\":20}");
  JsonNode *violation = hall_console_wait_event (c, "violation", "s-00003", 0, 3000);
  g_autofree char *path = g_strdup_printf ("/flags/%s/verdict", hall_string (violation, "id"));
  g_autofree char *body = g_strdup_printf ("{\"verdict\":\"snoozed\",\"until\":%" G_GINT64_FORMAT "}", g_get_real_time () / 1000 + 500);
  g_autoptr(HallAnswer) snoozed = hall_http (f, "invigilator", "PUT", path, body, NULL);
  g_autoptr(HallAnswer) dismissed = hall_http (f, "reviewer", "PUT", path, "{\"verdict\":\"dismissed\"}", NULL);
  guint mark = c->events->len;

  g_assert_cmpuint (snoozed->status, ==, 200);
  g_assert_true (hall_null (dismissed->json, "verdict.until"));
  g_assert_nonnull (wait_flag (c, 0));
  hall_run (50);
  mark = c->events->len;
  g_assert_null (hall_console_wait_event (c, "flag_changed", "s-00003", mark, 1200));
}

static void
test_escalated (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) c = hall_console_new (f, "admin");
  g_autoptr(JsonNode) done = hall_control (f, "{\"op\":\"violations\",\"count\":20}");
  JsonNode *violation = hall_console_wait_event (c, "violation", "s-00003", 0, 3000);
  g_autofree char *path = g_strdup_printf ("/flags/%s/verdict", hall_string (violation, "id"));
  g_autofree char *list = at (f, "/flags?state=escalated");
  g_autofree char *nonsense = at (f, "/flags?state=forgotten");
  g_autoptr(HallAnswer) escalated = hall_http (f, "invigilator", "PUT", path, "{\"verdict\":\"escalated\",\"note\":\"see it\"}", NULL);
  g_autoptr(HallAnswer) page = hall_http (f, "admin", "GET", list, NULL, NULL);
  g_autoptr(HallAnswer) refused = hall_http (f, "admin", "GET", nonsense, NULL, NULL);
  JsonNode *told = wait_flag (c, 0);

  g_assert_cmpuint (escalated->status, ==, 200);
  g_assert_cmpstr (hall_string (told, "verdict"), ==, "escalated");
  g_assert_cmpint (hall_int (told, "openFlags"), ==, 0);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (page->json, "items"))), ==, 1);
  g_assert_cmpstr (hall_string (page->json, "items.0.id"), ==, hall_string (violation, "id"));
  hall_assert_refused (refused, 400, "invalid", "state");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/triage/claims-conflict", test_claims_conflict);
  g_test_add_func ("/hall/triage/claims-of-the-gone", test_claims_of_the_gone);
  g_test_add_func ("/hall/triage/claims-of-the-returned", test_claims_of_the_returned);
  g_test_add_func ("/hall/triage/snooze", test_snooze);
  g_test_add_func ("/hall/triage/snooze-decided", test_snooze_decided);
  g_test_add_func ("/hall/triage/escalated", test_escalated);
  return g_test_run ();
}
