/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hall over HTTP: routes, roles, pages, conditional requests, remembered answers, bad input. */
#include "hall-fixture.h"

#include <string.h>

#define BYPASS "{\"reason\":\"Camera broken\",\"category\":\"technical\",\"signals\":[],\"expiresAt\":null}"

static char *
at (HallFixture *f, const char *rest)
{
  return g_strdup_printf ("/exams/%s%s", f->exam, rest);
}

static void
test_hall (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallAnswer) hall = hall_http (f, NULL, "GET", "", NULL, NULL);
  g_autoptr(HallAnswer) slash = hall_http (f, NULL, "GET", "/", NULL, NULL);
  g_autoptr(HallAnswer) session = hall_http (f, "reviewer", "GET", "/session", NULL, NULL);
  g_autoptr(HallAnswer) other = hall_http (f, NULL, "GET", "!/", NULL, NULL);
  g_autoptr(HallAnswer) polling = hall_http (f, NULL, "GET", "!/socket.io/?EIO=4&transport=polling", NULL, NULL);

  g_assert_cmpstr (hall_string (hall->json, "service"), ==, "vigil-hall");
  g_assert_cmpint (hall_int (hall->json, "protocol"), ==, 1);
  g_assert_cmpuint (slash->status, ==, 200);
  g_assert_cmpstr (hall_string (session->json, "role"), ==, "reviewer");
  g_assert_true (hall_null (session->json, "expiresAt"));
  hall_assert_refused (other, 404, "not_found", NULL);
  g_assert_cmpuint (polling->status, ==, 400);
}

static void
test_routes (void)
{
  static const struct
  {
    const char *role;
    const char *method;
    const char *path; /* %s is the exam */
    guint       status;
    const char *code;
  } table[] = {
    { NULL, "GET", "/session", 401, "auth.invalid" },
    { NULL, "GET", "/exams", 401, "auth.invalid" },
    { "admin", "GET", "/nowhere", 404, "not_found" },
    { "admin", "DELETE", "/exams", 405, "invalid" },
    { "admin", "POST", "/session", 405, "invalid" },
    { "admin", "GET", "/exams/other", 404, "not_found" },
    { "admin", "GET", "/exams/other/candidates", 404, "not_found" },
    { "admin", "GET", "/exams/%s/candidates/nobody", 404, "not_found" },
    { "admin", "GET", "/exams/%s/candidates/s-00001%%2Fx", 404, "not_found" },
    { "admin", "GET", "/exams/%s/candidates?limit=0", 400, "invalid" },
    { "admin", "GET", "/exams/%s/candidates?limit=-1", 400, "invalid" },
    { "admin", "GET", "/exams/%s/candidates?limit=ten", 400, "invalid" },
    { "admin", "GET", "/exams/%s/candidates?after=bogus", 400, "invalid" },
    { "admin", "GET", "/exams/%s/flags?state=some", 400, "invalid" },
    { "admin", "GET", "/exams/%s/candidates/s-00001/evidence?kind=smell", 400, "invalid" },
    { "admin", "GET", "/exams/%s/candidates/s-00001/events?from=yesterday", 400, "invalid" },
    { "admin", "GET", "/exams/%s/bypasses/s-00001", 404, "not_found" },
    { "admin", "PUT", "/flags/v-nothing/verdict", 400, "invalid" },
    { "admin", "POST", "/exams/%s/candidates/s-00001/events", 403, "auth.forbidden" },
    { "admin", "GET", "/exams/%s/config/nobody", 404, "not_found" },
  };
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *head = g_strdup (table[i].path);
      char *mark = strstr (head, "%s");
      g_autofree char *unescaped = NULL;
      g_autofree char *path = NULL;
      g_autoptr(HallAnswer) answer = NULL;

      if (mark)
        *mark = '\0';
      unescaped = g_strconcat (head, mark ? f->exam : "", mark ? mark + 2 : "", NULL);
      path = g_strdup (unescaped);
      if (strstr (path, "%%"))
        memmove (strstr (path, "%%"), strstr (path, "%%") + 1, strlen (strstr (path, "%%")));
      answer = hall_http (f, table[i].role, table[i].method, path, NULL, NULL);
      g_test_message ("%s %s", table[i].method, path);
      hall_assert_refused (answer, table[i].status, table[i].code, NULL);
    }
}

/* 50,000 candidates: every one once, in pages of 1,000, and never too large. */
static void
test_paging (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *after = g_strdup ("");
  guint pages = 0;

  hall_test_options (&options);
  options.candidates = 50000;
  options.events_interval_ms = 60000;
  f = hall_fixture_new (&options);
  while (after)
    {
      g_autofree char *path = g_strdup_printf ("/exams/%s/candidates?limit=5000%s", f->exam, after);
      g_autoptr(HallAnswer) page = hall_http (f, "invigilator", "GET", path, NULL, NULL);
      JsonArray *items = json_node_get_array (hall_member (page->json, "items"));

      g_assert_cmpuint (json_array_get_length (items), ==, 1000);
      g_assert_cmpint (hall_int (page->json, "total"), ==, 50000);
      g_assert_cmpint (hall_int (page->json, "epoch"), >=, 1);
      g_assert_cmpint (hall_int (page->json, "seq"), >=, 0);
      for (guint i = 0; i < json_array_get_length (items); i++)
        g_hash_table_add (seen, g_strdup (json_object_get_string_member (json_array_get_object_element (items, i), "studentId")));
      g_free (after);
      after = hall_null (page->json, "next") ? NULL : g_strdup_printf ("&after=%s", hall_string (page->json, "next"));
      pages++;
    }
  g_assert_cmpuint (pages, ==, 50);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 50000);
}

static void
test_roles (void)
{
  static const struct
  {
    const char *role;
    const char *body;
    guint       status;
  } interventions[] = {
    { "invigilator", "{\"kind\":\"warn\",\"text\":\"x\"}", 201 },
    { "reviewer", "{\"kind\":\"warn\",\"text\":\"x\"}", 403 },
    { "reviewer", "{\"kind\":\"pause\",\"reason\":\"x\"}", 403 },
    { "invigilator", "{\"kind\":\"extend\",\"seconds\":60,\"reason\":\"x\"}", 403 },
    { "invigilator", "{\"kind\":\"terminate\",\"reason\":\"x\"}", 403 },
    { "admin", "{\"kind\":\"message\",\"text\":\"x\"}", 201 },
  };
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *post = at (f, "/candidates/s-00002/interventions");
  g_autofree char *bypass = at (f, "/bypasses/s-00002");

  for (guint i = 0; i < G_N_ELEMENTS (interventions); i++)
    {
      g_autofree char *key = g_strdup_printf ("k-%u", i);
      g_autoptr(HallAnswer) answer = hall_http (f, interventions[i].role, "POST", post, interventions[i].body,
                                                "Idempotency-Key", key, NULL);

      g_assert_cmpuint (answer->status, ==, interventions[i].status);
    }
  for (const char *const *role = (const char *const[]) { "invigilator", "reviewer", NULL }; *role; role++)
    {
      g_autoptr(HallAnswer) put = hall_http (f, *role, "PUT", bypass, BYPASS, "Idempotency-Key", "x",
                                             "If-None-Match", "*", NULL);
      g_autoptr(HallAnswer) delete = hall_http (f, *role, "DELETE", bypass, NULL, "Idempotency-Key", "y",
                                                "If-Match", "\"1\"", NULL);

      hall_assert_refused (put, 403, "auth.forbidden", NULL);
      hall_assert_refused (delete, 403, "auth.forbidden", NULL);
    }
}

static const char *
source_of (HallFixture *f, const char *name)
{
  g_autofree char *path = at (f, "/config/s-00003");
  g_autofree char *member = g_strdup_printf ("%s", name);
  g_autoptr(HallAnswer) answer = hall_http (f, "reviewer", "GET", path, NULL, NULL);
  JsonObject *values = json_node_get_object (hall_member (answer->json, "values"));

  return g_intern_string (json_object_get_string_member (json_object_get_object_member (values, member), "source"));
}

/* Set, seen with its provenance, changed, revoked, set again; each with the version it needs. */
static void
test_bypass (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *path = at (f, "/bypasses/s-00003");
  g_autofree char *list = at (f, "/bypasses");
  g_autofree char *candidate = at (f, "/candidates/s-00003");

  g_assert_cmpstr (source_of (f, "proctoring.enabled"), ==, "global");
  g_assert_cmpstr (source_of (f, "camera.required"), ==, "test");
  {
    g_autoptr(HallAnswer) no_key = hall_http (f, "admin", "PUT", path, BYPASS, "If-None-Match", "*", NULL);
    g_autoptr(HallAnswer) no_match = hall_http (f, "admin", "PUT", path, BYPASS, "Idempotency-Key", "a", NULL);
    g_autoptr(HallAnswer) put = hall_http (f, "admin", "PUT", path, BYPASS, "Idempotency-Key", "b",
                                           "If-None-Match", "*", NULL);

    hall_assert_refused (no_key, 400, "invalid", "Idempotency-Key");
    hall_assert_refused (no_match, 412, "precondition_failed", NULL);
    g_assert_cmpuint (put->status, ==, 201);
    g_assert_cmpstr (put->etag, ==, "\"1\"");
    g_assert_true (hall_bool (put->json, "active"));
    g_assert_cmpstr (hall_string (put->json, "bypassedBy"), ==, "m.ortiz");
  }
  g_assert_cmpstr (source_of (f, "proctoring.enabled"), ==, "candidate");
  g_assert_cmpstr (source_of (f, "camera.required"), ==, "candidate");
  g_assert_cmpstr (source_of (f, "capture.intervalSeconds"), ==, "global");
  {
    g_autoptr(HallAnswer) twice = hall_http (f, "admin", "PUT", path, BYPASS, "Idempotency-Key", "c",
                                             "If-None-Match", "*", NULL);
    g_autoptr(HallAnswer) stale = hall_http (f, "admin", "PUT", path, BYPASS, "Idempotency-Key", "d",
                                             "If-Match", "\"7\"", NULL);
    g_autoptr(HallAnswer) screen = hall_http (f, "admin", "PUT", path,
      "{\"reason\":\"Screen sharing fails\",\"category\":\"technical\",\"signals\":[\"screen\"],\"expiresAt\":null}",
      "Idempotency-Key", "e", "If-Match", "\"1\"", NULL);
    g_autoptr(HallAnswer) all = hall_http (f, "reviewer", "GET", list, NULL, NULL);

    hall_assert_refused (twice, 412, "precondition_failed", NULL);
    g_assert_cmpint (hall_int (twice->json, "error.details.current.version"), ==, 1);
    hall_assert_refused (stale, 412, "precondition_failed", NULL);
    g_assert_cmpuint (screen->status, ==, 200);
    g_assert_cmpstr (screen->etag, ==, "\"2\"");
    g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (all->json, "items"))), ==, 1);
  }
  g_assert_cmpstr (source_of (f, "proctoring.enabled"), ==, "global");
  g_assert_cmpstr (source_of (f, "screen.required"), ==, "candidate");
  {
    g_autoptr(HallAnswer) bare = hall_http (f, "admin", "DELETE", path, NULL, "Idempotency-Key", "f", NULL);
    g_autoptr(HallAnswer) revoked = hall_http (f, "admin", "DELETE", path, "{\"reason\":\"works again\"}",
                                               "Idempotency-Key", "g", "If-Match", "\"2\"", NULL);
    g_autoptr(HallAnswer) person = hall_http (f, "reviewer", "GET", candidate, NULL, NULL);
    g_autoptr(HallAnswer) again = hall_http (f, "admin", "PUT", path, BYPASS, "Idempotency-Key", "h",
                                             "If-Match", "\"3\"", NULL);

    hall_assert_refused (bare, 412, "precondition_failed", NULL);
    g_assert_cmpuint (revoked->status, ==, 200);
    g_assert_false (hall_bool (revoked->json, "active"));
    g_assert_cmpstr (hall_string (revoked->json, "revokedBy"), ==, "m.ortiz");
    g_assert_true (hall_null (person->json, "bypass"));
    g_assert_cmpuint (again->status, ==, 201);
    g_assert_cmpstr (again->etag, ==, "\"4\"");
  }
}

static void
test_expiry (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *path = at (f, "/bypasses/s-00004");
  g_autofree char *body = g_strdup_printf ("{\"reason\":\"for a moment\",\"category\":\"other\",\"signals\":[],"
                                           "\"expiresAt\":%" G_GINT64_FORMAT "}", g_get_real_time () / 1000 + 800);
  g_autoptr(HallAnswer) put = hall_http (f, "admin", "PUT", path, body, "Idempotency-Key", "a",
                                         "If-None-Match", "*", NULL);
  g_autoptr(HallAnswer) after = NULL;

  g_assert_cmpuint (put->status, ==, 201);
  hall_run (2300);
  after = hall_http (f, "admin", "GET", path, NULL, NULL);
  g_assert_false (hall_bool (after->json, "active"));
  g_assert_cmpstr (after->etag, ==, "\"2\"");
}

static void
test_idempotency (void)
{
  static const char warn[] = "{\"kind\":\"warn\",\"text\":\"Please stay in the picture.\"}";
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *path = at (f, "/candidates/s-00005/interventions");
  g_autofree char *other_path = at (f, "/candidates/s-00006/interventions");
  g_autoptr(HallAnswer) first = hall_http (f, "admin", "POST", path, warn, "Idempotency-Key", "one", NULL);
  g_autoptr(HallAnswer) second = hall_http (f, "admin", "POST", path, warn, "Idempotency-Key", "one", NULL);
  g_autoptr(HallAnswer) other_body = hall_http (f, "admin", "POST", path, "{\"kind\":\"warn\",\"text\":\"No\"}",
                                                "Idempotency-Key", "one", NULL);
  g_autoptr(HallAnswer) elsewhere = hall_http (f, "admin", "POST", other_path, warn, "Idempotency-Key", "one", NULL);
  g_autoptr(HallAnswer) other_user = hall_http (f, "invigilator", "POST", path, warn, "Idempotency-Key", "one", NULL);
  g_autoptr(HallAnswer) list = hall_http (f, "reviewer", "GET", path, NULL, NULL);
  g_autoptr(HallAnswer) refused = NULL;
  g_autoptr(HallAnswer) refused_again = NULL;

  g_assert_cmpuint (first->status, ==, 201);
  g_assert_false (first->replayed);
  g_assert_cmpuint (second->status, ==, 201);
  g_assert_true (second->replayed);
  g_assert_cmpstr (second->etag, ==, first->etag);
  g_assert_true (g_bytes_equal (first->bytes, second->bytes));
  hall_assert_refused (other_body, 409, "conflict", NULL);
  hall_assert_refused (elsewhere, 409, "conflict", NULL);
  g_assert_cmpuint (other_user->status, ==, 201);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (list->json, "items"))), ==, 2);
  /* Checked before If-Match: what was refused stays refused under its key. */
  refused = hall_http (f, "admin", "POST", path, "{\"kind\":\"pause\",\"reason\":\"x\"}", "Idempotency-Key", "two", NULL);
  refused_again = hall_http (f, "admin", "POST", path, "{\"kind\":\"pause\",\"reason\":\"x\"}",
                             "Idempotency-Key", "two", "If-Match", list->etag, NULL);
  hall_assert_refused (refused, 412, "precondition_failed", NULL);
  hall_assert_refused (refused_again, 412, "precondition_failed", NULL);
  g_assert_true (refused_again->replayed);
}

static void
test_interventions (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *path = at (f, "/candidates/s-00007/interventions");
  g_autofree char *who = at (f, "/candidates/s-00007");
  g_autoptr(HallAnswer) before = hall_http (f, "admin", "GET", who, NULL, NULL);
  g_autoptr(HallAnswer) pause = hall_http (f, "admin", "POST", path, "{\"kind\":\"pause\",\"reason\":\"fire alarm\"}",
                                           "Idempotency-Key", "1", "If-Match", before->etag, NULL);
  g_autoptr(HallAnswer) stale = hall_http (f, "admin", "POST", path, "{\"kind\":\"resume\",\"reason\":\"over\"}",
                                           "Idempotency-Key", "2", "If-Match", before->etag, NULL);
  g_autoptr(HallAnswer) again = hall_http (f, "admin", "POST", path, "{\"kind\":\"pause\",\"reason\":\"again\"}",
                                           "Idempotency-Key", "3", "If-Match", pause->etag, NULL);
  g_autoptr(HallAnswer) resume = hall_http (f, "admin", "POST", path, "{\"kind\":\"resume\",\"reason\":\"over\"}",
                                            "Idempotency-Key", "4", "If-Match", pause->etag, NULL);
  g_autoptr(HallAnswer) extend = hall_http (f, "admin", "POST", path,
                                            "{\"kind\":\"extend\",\"seconds\":600,\"reason\":\"lost time\"}",
                                            "Idempotency-Key", "5", "If-Match", resume->etag, NULL);
  g_autoptr(HallAnswer) terminate = hall_http (f, "admin", "POST", path, "{\"kind\":\"terminate\",\"reason\":\"left\"}",
                                               "Idempotency-Key", "6", "If-Match", extend->etag, NULL);
  g_autoptr(HallAnswer) too_late = hall_http (f, "admin", "POST", path, "{\"kind\":\"warn\",\"text\":\"hello\"}",
                                              "Idempotency-Key", "7", NULL);
  g_autoptr(HallAnswer) after = hall_http (f, "admin", "GET", who, NULL, NULL);

  g_assert_cmpuint (pause->status, ==, 201);
  hall_assert_refused (stale, 412, "precondition_failed", NULL);
  g_assert_cmpstr (hall_string (stale->json, "error.details.current.state"), ==, "paused");
  hall_assert_refused (again, 409, "conflict", NULL);
  g_assert_cmpuint (resume->status, ==, 201);
  g_assert_cmpuint (extend->status, ==, 201);
  g_assert_cmpuint (terminate->status, ==, 201);
  hall_assert_refused (too_late, 409, "conflict", NULL);
  g_assert_cmpstr (hall_string (after->json, "state"), ==, "terminated");
  g_assert_cmpint (hall_int (after->json, "endsAt"), >, g_get_real_time () / 1000);
  g_assert_cmpint (hall_int (after->json, "version"), ==, 5);
}

static void
test_claim (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *path = at (f, "/candidates/s-00008/claim");
  g_autoptr(HallAnswer) mine = hall_http (f, "invigilator", "PUT", path, NULL, NULL);
  g_autoptr(HallAnswer) theirs = hall_http (f, "reviewer", "PUT", path, NULL, NULL);
  g_autoptr(HallAnswer) let_go = hall_http (f, "reviewer", "DELETE", path, NULL, NULL);
  g_autoptr(HallAnswer) by_admin = hall_http (f, "admin", "DELETE", path, NULL, NULL);
  g_autoptr(HallAnswer) now_theirs = hall_http (f, "reviewer", "PUT", path, NULL, NULL);

  g_assert_cmpstr (hall_string (mine->json, "claimedBy"), ==, "i.okafor");
  hall_assert_refused (theirs, 409, "conflict", NULL);
  hall_assert_refused (let_go, 409, "conflict", NULL);
  g_assert_cmpuint (by_admin->status, ==, 204);
  g_assert_cmpuint (now_theirs->status, ==, 200);
}

/* A body for every route that takes one: malformed, of wrong types, out of range. */
static void
test_bad_bodies (void)
{
  static const struct
  {
    const char *method;
    const char *path;
    const char *body;
    const char *field; /* nullable */
  } table[] = {
    { "PUT", "/bypasses/s-00009", "", NULL },
    { "PUT", "/bypasses/s-00009", "{", NULL },
    { "PUT", "/bypasses/s-00009", "[]", NULL },
    { "PUT", "/bypasses/s-00009", "null", NULL },
    { "PUT", "/bypasses/s-00009", "{}", "reason" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":7}", "reason" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"ok fine\",\"category\":null,\"signals\":[],\"expiresAt\":null}", "category" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"ok fine\",\"category\":\"x\",\"signals\":{},\"expiresAt\":null}", "signals" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"ok fine\",\"category\":\"x\",\"signals\":[1],\"expiresAt\":null}", "signals" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"ok fine\",\"category\":\"x\",\"signals\":[\"smell\"],\"expiresAt\":null}", "signals" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"ok fine\",\"category\":\"x\",\"signals\":[]}", "expiresAt" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"ok fine\",\"category\":\"x\",\"signals\":[],\"expiresAt\":1}", "expiresAt" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"ok fine\",\"category\":\"x\",\"signals\":[],\"expiresAt\":0}", "expiresAt" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"ok fine\",\"category\":\"x\",\"signals\":[],\"expiresAt\":\"soon\"}", "expiresAt" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"  x  \",\"category\":\"x\",\"signals\":[],\"expiresAt\":null}", "reason" },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"\xff\xfe\"}", NULL },
    { "PUT", "/bypasses/s-00009", "{\"reason\":\"ok\" // comment\n}", NULL },
    { "DELETE", "/bypasses/s-00009", "{\"reason\":[]}", "reason" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":\"dance\"}", "kind" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":[]}", "kind" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":\"warn\"}", "text" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":\"warn\",\"text\":\"\"}", "text" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":\"pause\"}", "reason" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":\"extend\",\"reason\":\"x\"}", "seconds" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":\"extend\",\"reason\":\"x\",\"seconds\":0}", "seconds" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":\"extend\",\"reason\":\"x\",\"seconds\":86401}", "seconds" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":\"extend\",\"reason\":\"x\",\"seconds\":1.5}", "seconds" },
    { "POST", "/candidates/s-00009/interventions", "{\"kind\":\"extend\",\"reason\":\"x\",\"seconds\":1e300}", "seconds" },
  };
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *deep = g_strnfill (200000, '[');
  g_autofree char *long_text = g_strnfill (501, 'x');
  g_autofree char *too_long = g_strdup_printf ("{\"kind\":\"warn\",\"text\":\"%s\"}", long_text);
  g_autofree char *post = at (f, "/candidates/s-00009/interventions");
  g_autoptr(HallAnswer) nested = hall_http (f, "admin", "POST", post, deep, "Idempotency-Key", "deep", NULL);
  g_autoptr(HallAnswer) lengthy = hall_http (f, "admin", "POST", post, too_long, "Idempotency-Key", "long", NULL);
  g_autoptr(HallAnswer) bad_key = hall_http (f, "admin", "POST", post, "{}", "Idempotency-Key", "two words", NULL);

  g_assert_true (nested->status == 400 || nested->status == 413);
  hall_assert_refused (lengthy, 400, "invalid", "text");
  hall_assert_refused (bad_key, 400, "invalid", "Idempotency-Key");
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *path = at (f, table[i].path);
      g_autofree char *key = g_strdup_printf ("k-%u", i);
      g_autoptr(HallAnswer) answer = hall_http (f, "admin", table[i].method, path, table[i].body,
                                                "Idempotency-Key", key, "If-None-Match", "*", NULL);
      g_autofree char *shown = g_strescape (table[i].body != NULL ? table[i].body : "", "\""); /* TAP is UTF-8; not all of these are */

      g_test_message ("%s %s %s", table[i].method, path, shown);
      hall_assert_refused (answer, 400, "invalid", table[i].field);
    }
}

static void
test_huge_bodies (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *path = at (f, "/bypasses/s-00010");
  g_autofree char *fits = g_strnfill (1024 * 1024, ' ');
  g_autofree char *huge = g_strnfill (3 * 1024 * 1024, ' ');
  g_autoptr(HallAnswer) at_limit = hall_http (f, "admin", "PUT", path, fits, "Idempotency-Key", "a", NULL);
  g_autoptr(HallAnswer) over = hall_http (f, "admin", "PUT", path, huge, "Idempotency-Key", "b", NULL);
  g_autoptr(HallAnswer) alive = hall_http (f, NULL, "GET", "", NULL, NULL);

  hall_assert_refused (at_limit, 400, "invalid", NULL);
  hall_assert_refused (over, 413, "too_large", NULL);
  g_assert_cmpuint (alive->status, ==, 200);
}

static void
test_rate (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  guint limited = 0;

  hall_test_options (&options);
  options.http_rate = 5;
  f = hall_fixture_new (&options);
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr(HallAnswer) answer = hall_http (f, "reviewer", "GET", "/session", NULL, NULL);

      if (answer->status != 200)
        {
          hall_assert_refused (answer, 429, "rate_limited", NULL);
          g_assert_cmpstr (answer->retry, ==, "1");
          limited++;
        }
    }
  g_assert_cmpuint (limited, >=, 5);
  {
    g_autoptr(HallAnswer) other = hall_http (f, "admin", "GET", "/session", NULL, NULL);

    g_assert_cmpuint (other->status, ==, 200);
  }
}

static void
test_tokens (void)
{
  char *tokens[] = { (char *) "admin:a.b=secret", (char *) "reviewer=short@1", NULL };
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallAnswer) known = NULL;
  g_autoptr(HallAnswer) unknown = NULL;
  g_autoptr(HallAnswer) expired = NULL;

  hall_test_options (&options);
  options.tokens = g_strdupv (tokens);
  f = hall_fixture_new (&options);
  known = hall_http_token (f, "secret", "GET", "/session", NULL, NULL);
  unknown = hall_http_token (f, "Secret", "GET", "/session", NULL, NULL);
  g_assert_cmpstr (hall_string (known->json, "user"), ==, "a.b");
  hall_assert_refused (unknown, 401, "auth.invalid", NULL);
  hall_run (1100);
  expired = hall_http_token (f, "short", "GET", "/session", NULL, NULL);
  hall_assert_refused (expired, 401, "auth.expired", NULL);
}

/* What a candidate's browser may do, and may not. */
static void
test_browser (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(JsonNode) given = hall_control (f, "{\"op\":\"candidate-token\",\"studentId\":\"s-00011\"}");
  const char *token = hall_string (given, "token");
  g_autofree char *events = at (f, "/candidates/s-00011/events");
  g_autofree char *others = at (f, "/candidates/s-00012/events");
  g_autofree char *upload = at (f, "/candidates/s-00011/evidence?kind=camera");
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000);
  g_autofree char *body = g_strdup_printf ("{\"batch\":\"b\",\"at\":%s,\"violations\":[{\"type\":\"no_face\",\"at\":%s}]}", now, now);
  g_autofree char *steal = NULL;
  g_autoptr(HallAnswer) call = hall_http_token (f, token, "POST", events, body, "application/json");
  g_autoptr(HallAnswer) again = hall_http_token (f, token, "POST", events, body, "application/json");
  g_autoptr(HallAnswer) foreign = hall_http_token (f, token, "POST", others, body, "application/json");
  g_autoptr(HallAnswer) reads = hall_http_token (f, token, "GET", "/exams", NULL, NULL);
  g_autoptr(HallAnswer) wrong = hall_http_token (f, token, "POST", events, "{\"batch\":1}", "application/json");
  g_autoptr(HallAnswer) picture = hall_http_token (f, token, "POST", upload, "\xff\xd8\xff", "image/jpeg");
  g_autoptr(HallAnswer) page = hall_http_token (f, token, "POST", upload, "<html>", "text/html");
  g_autoptr(HallAnswer) theirs = NULL;

  g_assert_cmpuint (call->status, ==, 200);
  g_assert_cmpint (hall_int (call->json, "accepted"), ==, 1);
  g_assert_cmpint (hall_int (call->json, "score"), ==, 12);
  g_assert_cmpstr (hall_string (call->json, "proctoring"), ==, "on");
  g_assert_cmpint (hall_int (again->json, "accepted"), ==, 0);
  g_assert_cmpint (hall_int (again->json, "deduplicated"), ==, 1);
  hall_assert_refused (foreign, 403, "auth.forbidden", NULL);
  hall_assert_refused (reads, 403, "auth.forbidden", NULL);
  hall_assert_refused (wrong, 400, "invalid", "batch");
  g_assert_cmpuint (picture->status, ==, 201);
  g_assert_cmpuint (page->status, ==, 400);
  steal = g_strdup_printf ("{\"batch\":\"c\",\"at\":%s,\"violations\":[{\"type\":\"x\",\"at\":%s,\"evidence\":["
                           "\"20251122/%s/s-00012/camera/base_truth_1.jpg\"]}]}", now, now, f->exam);
  theirs = hall_http_token (f, token, "POST", events, steal, "application/json");
  hall_assert_refused (theirs, 400, "invalid", "evidence");
}

static void
test_verdict (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *flags = at (f, "/flags");
  g_autofree char *who = at (f, "/candidates/s-00001");
  g_autofree char *path = NULL;
  g_autoptr(JsonNode) done = hall_control (f, "{\"op\":\"behave\",\"studentId\":\"s-00001\",\"behaviour\":\"absent\"}");
  g_autoptr(HallAnswer) open = NULL;
  g_autoptr(HallAnswer) confirmed = NULL;
  g_autoptr(HallAnswer) dismissed = NULL;
  g_autoptr(HallAnswer) snoozed = NULL;
  g_autoptr(HallAnswer) nonsense = NULL;
  g_autoptr(HallAnswer) left = NULL;
  g_autoptr(HallAnswer) candidate = NULL;

  hall_run (300);
  open = hall_http (f, "reviewer", "GET", flags, NULL, NULL);
  g_assert_cmpstr (hall_string (open->json, "items.0.type"), ==, "no_face");
  path = g_strdup_printf ("/flags/%s/verdict", hall_string (open->json, "items.0.id"));
  confirmed = hall_http (f, "reviewer", "PUT", path, "{\"verdict\":\"confirmed\",\"note\":\"seen\"}", NULL);
  dismissed = hall_http (f, "invigilator", "PUT", path, "{\"verdict\":\"dismissed\"}", NULL);
  snoozed = hall_http (f, "reviewer", "PUT", path, "{\"verdict\":\"snoozed\"}", NULL);
  nonsense = hall_http (f, "reviewer", "PUT", path, "{\"verdict\":\"guilty\"}", NULL);
  left = hall_http (f, "reviewer", "GET", flags, NULL, NULL);
  candidate = hall_http (f, "reviewer", "GET", who, NULL, NULL);
  g_assert_cmpstr (hall_string (confirmed->json, "verdict.by"), ==, "r.lindqvist");
  g_assert_cmpstr (hall_string (dismissed->json, "verdict.verdict"), ==, "dismissed");
  hall_assert_refused (snoozed, 400, "invalid", "until");
  hall_assert_refused (nonsense, 400, "invalid", "verdict");
  g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (left->json, "items"))), ==, 0);
  g_assert_cmpint (hall_int (candidate->json, "openFlags"), ==, 0);
}

/* A hall that is started again on the same database knows what was decided. */
static void
test_restart (void)
{
  g_autofree char *dir = g_dir_make_tmp ("vigil-test-XXXXXX", NULL);
  g_autofree char *clean = g_strdup_printf ("rm -rf '%s'", dir);
  g_auto(VigilHallOptions) options = { 0 };

  hall_test_options (&options);
  options.database = g_build_filename (dir, "hall.sqlite", NULL);
  options.evidence_dir = g_build_filename (dir, "evidence", NULL);
  {
    g_autoptr(HallFixture) f = hall_fixture_new (&options);
    g_autofree char *path = at (f, "/bypasses/s-00003");
    g_autofree char *evidence = at (f, "/candidates/s-00003/evidence");
    g_autoptr(HallAnswer) put = hall_http (f, "admin", "PUT", path, BYPASS, "Idempotency-Key", "b",
                                           "If-None-Match", "*", NULL);
    g_autoptr(HallAnswer) list = hall_http (f, "admin", "GET", evidence, NULL, NULL);

    g_assert_cmpuint (put->status, ==, 201);
    g_assert_cmpuint (list->status, ==, 200);
  }
  {
    g_autoptr(HallFixture) f = hall_fixture_new (&options);
    g_autofree char *path = at (f, "/bypasses/s-00003");
    g_autofree char *evidence = at (f, "/candidates/s-00003/evidence");
    g_autofree char *url = NULL;
    g_autoptr(HallAnswer) get = hall_http (f, "reviewer", "GET", path, NULL, NULL);
    g_autoptr(HallAnswer) replay = hall_http (f, "admin", "PUT", path, BYPASS, "Idempotency-Key", "b",
                                              "If-None-Match", "*", NULL);
    g_autoptr(HallAnswer) list = hall_http (f, "admin", "GET", evidence, NULL, NULL);
    g_autoptr(HallAnswer) object = NULL;

    g_assert_true (hall_bool (get->json, "active"));
    g_assert_true (replay->replayed);
    url = g_strconcat ("!", hall_string (list->json, "items.0.url"), NULL);
    object = hall_http (f, NULL, "GET", url, NULL, NULL);
    g_assert_cmpuint (object->status, ==, 200);
  }
  g_assert_true (g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL));
}

/* The shortest files that are what they say from the first bytes to the last. */
#define JPEG_BASE64 "/9j/4AAQSkZJRgABAQAAAQABAAD/2Q=="
#define PNG_BASE64 "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

static char *
make_snapshot (const char *source, const char *type, const char *data, const char *note)
{
  return g_strdup_printf ("{\"source\":\"%s\",\"at\":1763805571040,\"contentType\":\"%s\",\"data\":\"%s\",\"note\":%s}", source, type, data, note);
}

static void
test_snapshots (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *path = at (f, "/candidates/s-00003/snapshots");
  g_autofree char *list = at (f, "/candidates/s-00003/evidence?snapshots=1");
  g_autofree char *whole = at (f, "/candidates/s-00003/evidence?limit=1000");
  g_autofree char *body = make_snapshot ("screen", "image/jpeg", JPEG_BASE64, "\"A <b>messenger</b> is open\"");
  g_autofree char *png = make_snapshot ("webcam", "image/png", PNG_BASE64, "null");
  g_autoptr(HallAnswer) before = hall_http (f, "invigilator", "GET", whole, NULL, NULL);
  g_autoptr(HallAnswer) keyless = hall_http (f, "invigilator", "POST", path, body, NULL);
  g_autoptr(HallAnswer) reviewer = hall_http (f, "reviewer", "POST", path, body, "Idempotency-Key", "k0", NULL);
  g_autoptr(HallAnswer) first = hall_http (f, "invigilator", "POST", path, body, "Idempotency-Key", "k1", NULL);
  g_autoptr(HallAnswer) again = hall_http (f, "invigilator", "POST", path, body, "Idempotency-Key", "k1", NULL);
  g_autoptr(HallAnswer) other = hall_http (f, "invigilator", "POST", path, png, "Idempotency-Key", "k1", NULL);
  g_autoptr(HallAnswer) second = hall_http (f, "admin", "POST", path, png, "Idempotency-Key", "k2", NULL);
  g_autoptr(HallAnswer) taken = NULL;
  g_autoptr(HallAnswer) object = NULL;
  g_autofree char *url = NULL;

  hall_assert_refused (keyless, 400, "invalid", "Idempotency-Key");
  hall_assert_refused (reviewer, 403, "auth.forbidden", NULL);
  g_assert_cmpuint (first->status, ==, 201);
  g_assert_cmpuint (again->status, ==, 201);
  g_assert_true (again->replayed);
  g_assert_cmpstr (hall_string (again->json, "key"), ==, hall_string (first->json, "key"));
  hall_assert_refused (other, 409, "conflict", NULL);
  g_assert_cmpuint (second->status, ==, 201);

  taken = hall_http (f, "reviewer", "GET", list, NULL, NULL);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (taken->json, "items"))), ==, 2);
  g_assert_cmpstr (hall_string (taken->json, "items.1.key"), ==, hall_string (first->json, "key"));
  g_assert_cmpstr (hall_string (taken->json, "items.1.kind"), ==, "screen");
  g_assert_cmpstr (hall_string (taken->json, "items.1.note"), ==, "A <b>messenger</b> is open");
  g_assert_true (hall_null (taken->json, "items.0.note"));
  g_assert_cmpstr (hall_string (taken->json, "items.0.contentType"), ==, "image/png");
  g_assert_nonnull (hall_string (taken->json, "items.0.by"));
  g_assert_cmpint (hall_int (taken->json, "items.0.at"), ==, 1763805571040);
  /* What the candidate's machine captured has no author. */
  g_assert_null (hall_member (before->json, "items.0.by"));
  url = g_strconcat ("!", hall_string (taken->json, "items.0.url"), NULL);
  object = hall_http (f, NULL, "GET", url, NULL, NULL);
  g_assert_cmpuint (object->status, ==, 200);
}

static void
test_bad_snapshots (void)
{
  g_autofree char *long_text = g_strnfill (2001, 'n');
  g_autofree char *long_note = g_strdup_printf ("\"%s\"", long_text);
  g_autofree char *huge = g_strnfill (960 * 1024, 'A');
  const struct { const char *source, *type, *data, *note, *field; } table[] = {
    { "microphone", "image/jpeg", JPEG_BASE64, "null", "source" },
    { "webcam", "image/png", JPEG_BASE64, "null", "contentType" },
    { "webcam", "image/jpeg", PNG_BASE64, "null", "contentType" },
    { "webcam", "image/webp", JPEG_BASE64, "null", "contentType" },
    { "webcam", "image/jpeg", "/9j/4AAQSkZJRgABAQAAAQABAAA=", "null", "contentType" }, /* cut off */
    { "webcam", "image/jpeg", "", "null", "data" },
    { "webcam", "image/jpeg", "<script>", "null", "data" },
    { "webcam", "image/jpeg", "AAA", "null", "data" },
    { "webcam", "image/jpeg", "A===", "null", "data" },
    { "webcam", "image/jpeg", huge, "null", "data" },
    { "webcam", "image/jpeg", JPEG_BASE64, "7", "note" },
    { "webcam", "image/jpeg", JPEG_BASE64, long_note, "note" },
  };
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autofree char *path = at (f, "/candidates/s-00003/snapshots");
  g_autofree char *list = at (f, "/candidates/s-00003/evidence?snapshots=1");
  g_autoptr(HallAnswer) taken = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *key = g_strdup_printf ("bad-%u", i);
      g_autofree char *body = make_snapshot (table[i].source, table[i].type, table[i].data, table[i].note);
      g_autoptr(HallAnswer) answer = hall_http (f, "admin", "POST", path, body, "Idempotency-Key", key, NULL);

      hall_assert_refused (answer, 400, "invalid", table[i].field);
    }
  taken = hall_http (f, "admin", "GET", list, NULL, NULL);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (taken->json, "items"))), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/http/hall", test_hall);
  g_test_add_func ("/hall/http/routes", test_routes);
  g_test_add_func ("/hall/http/snapshots", test_snapshots);
  g_test_add_func ("/hall/http/bad-snapshots", test_bad_snapshots);
  g_test_add_func ("/hall/http/paging", test_paging);
  g_test_add_func ("/hall/http/roles", test_roles);
  g_test_add_func ("/hall/http/bypass", test_bypass);
  g_test_add_func ("/hall/http/expiry", test_expiry);
  g_test_add_func ("/hall/http/idempotency", test_idempotency);
  g_test_add_func ("/hall/http/interventions", test_interventions);
  g_test_add_func ("/hall/http/claim", test_claim);
  g_test_add_func ("/hall/http/bad-bodies", test_bad_bodies);
  g_test_add_func ("/hall/http/huge-bodies", test_huge_bodies);
  g_test_add_func ("/hall/http/rate", test_rate);
  g_test_add_func ("/hall/http/tokens", test_tokens);
  g_test_add_func ("/hall/http/browser", test_browser);
  g_test_add_func ("/hall/http/verdict", test_verdict);
  g_test_add_func ("/hall/http/restart", test_restart);
  return g_test_run ();
}
