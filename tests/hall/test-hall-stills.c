/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest capture over HTTP, and a hall that has nothing else. */
#include "hall-fixture.h"

static char *
still_of (HallFixture *f, const char *student)
{
  return g_strdup_printf ("/exams/%s/candidates/%s/still", f->exam, student);
}

static gboolean
is_jpeg (GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  return len > 1000 && data[0] == 0xff && data[1] == 0xd8 && data[len - 2] == 0xff && data[len - 1] == 0xd9;
}

/* Nothing is published here: a capture is there all the same, once per interval. */
static void
test_newest (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autofree char *path = NULL;
  gint64 before = g_get_real_time () / 1000;

  hall_test_options (&options);
  options.captures = 2;
  f = hall_fixture_new (&options);
  path = still_of (f, "s-00004");
  {
    g_autoptr(HallAnswer) first = hall_http (f, "reviewer", "GET", path, NULL, NULL);
    g_autoptr(HallAnswer) second = hall_http (f, "invigilator", "GET", path, NULL, NULL);
    g_autoptr(HallAnswer) known = hall_http (f, "reviewer", "GET", path, NULL, "If-None-Match", first->etag, NULL);
    g_autoptr(HallAnswer) other = hall_http (f, "reviewer", "GET", path, NULL, "If-None-Match", "\"1\"", NULL);
    g_autoptr(HallAnswer) later = NULL;

    g_assert_cmpuint (first->status, ==, 200);
    g_assert_true (is_jpeg (first->bytes));
    g_assert_cmpint (first->captured_at, >=, before);
    g_assert_cmpint (first->captured_at, <=, g_get_real_time () / 1000);
    g_assert_nonnull (first->etag);
    g_assert_cmpstr (second->etag, ==, first->etag);
    g_assert_true (g_bytes_equal (second->bytes, first->bytes));
    g_assert_cmpuint (known->status, ==, 304);
    g_assert_cmpuint (g_bytes_get_size (known->bytes), ==, 0);
    g_assert_cmpint (known->captured_at, ==, first->captured_at);
    g_assert_cmpuint (other->status, ==, 200);

    hall_run (2100);
    later = hall_http (f, "reviewer", "GET", path, NULL, "If-None-Match", first->etag, NULL);
    g_assert_cmpuint (later->status, ==, 200);
    g_assert_cmpint (later->captured_at, >=, first->captured_at + 2000);
  }
}

static void
test_none (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;

  hall_test_options (&options);
  options.absent = 1;
  f = hall_fixture_new (&options);
  {
    g_autofree char *path = still_of (f, "s-00001");
    g_autofree char *nobody = still_of (f, "nobody");
    g_autoptr(HallAnswer) none = hall_http (f, "admin", "GET", path, NULL, NULL);
    g_autoptr(HallAnswer) unknown = hall_http (f, "admin", "GET", nobody, NULL, NULL);
    g_autoptr(HallAnswer) stranger = hall_http (f, NULL, "GET", path, NULL, NULL);
    g_autoptr(HallAnswer) wrong = hall_http (f, "admin", "POST", path, "{}", NULL);
    g_autoptr(JsonNode) lost = hall_control (f, "{\"op\":\"evidence\",\"lost\":true}");
    g_autoptr(HallAnswer) down = hall_http (f, "admin", "GET", path, NULL, NULL);

    hall_assert_refused (none, 404, "still.none", NULL);
    hall_assert_refused (unknown, 404, "not_found", NULL);
    hall_assert_refused (stranger, 401, "auth.invalid", NULL);
    hall_assert_refused (wrong, 405, "invalid", NULL);
    hall_assert_refused (down, 503, "unavailable", NULL);
    g_assert_nonnull (down->retry);
  }
}

/* Who left keeps the last one; no other is taken. */
static void
test_gone (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;

  hall_test_options (&options);
  options.captures = 1;
  f = hall_fixture_new (&options);
  {
    g_autofree char *path = still_of (f, "s-00002");
    g_autoptr(HallAnswer) first = hall_http (f, "admin", "GET", path, NULL, NULL);
    g_autoptr(JsonNode) gone = hall_control (f, "{\"op\":\"disconnect\",\"studentId\":\"s-00002\"}");
    g_autoptr(HallAnswer) after = NULL;

    hall_run (1200);
    after = hall_http (f, "admin", "GET", path, NULL, NULL);
    g_assert_cmpuint (after->status, ==, 200);
    g_assert_cmpstr (after->etag, ==, first->etag);
  }
}

static void
test_without_route (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;

  hall_test_options (&options);
  options.no_stills = TRUE;
  f = hall_fixture_new (&options);
  {
    g_autofree char *path = still_of (f, "s-00001");
    g_autofree char *list = g_strdup_printf ("/exams/%s/candidates/s-00001/evidence?kind=camera&limit=1", f->exam);
    g_autoptr(HallAnswer) missing = hall_http (f, "admin", "GET", path, NULL, NULL);
    g_autoptr(HallAnswer) items = hall_http (f, "admin", "GET", list, NULL, NULL);

    hall_assert_refused (missing, 404, "not_found", NULL);
    g_assert_cmpstr (hall_string (items->json, "items.0.kind"), ==, "camera");
  }
}

/* Captures only: nobody streams, no transport is to be had, and a fault order does not bring one. */
static void
test_no_sfu (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;

  hall_test_options (&options);
  options.publish = -1;
  options.captures = 30;
  options.no_sfu = TRUE;
  f = hall_fixture_new (&options);
  {
    g_autofree char *exam_path = g_strdup_printf ("/exams/%s", f->exam);
    g_autofree char *path = still_of (f, "s-00007");
    g_autoptr(HallAnswer) exam = hall_http (f, "admin", "GET", exam_path, NULL, NULL);
    g_autoptr(HallAnswer) still = hall_http (f, "admin", "GET", path, NULL, NULL);
    g_autoptr(HallAnswer) config = NULL;
    g_autofree char *config_path = g_strdup_printf ("/exams/%s/config/s-00007", f->exam);
    g_autoptr(JsonNode) revived = hall_control (f, "{\"op\":\"sfu-revive\"}");
    g_autoptr(HallAnswer) again = hall_http (f, "admin", "GET", exam_path, NULL, NULL);

    config = hall_http (f, "admin", "GET", config_path, NULL, NULL);
    g_assert_cmpstr (hall_string (exam->json, "sfu.kind"), ==, "none");
    g_assert_cmpint (hall_int (exam->json, "captureSeconds"), ==, 30);
    g_assert_cmpint (hall_int (exam->json, "streaming"), ==, 0);
    g_assert_cmpint (hall_int (again->json, "streaming"), ==, 0);
    g_assert_true (is_jpeg (still->bytes));
    g_assert_cmpint (hall_int (json_object_get_member (json_node_get_object (hall_member (config->json, "values")),
                                                       "capture.intervalSeconds"), "value"), ==, 30);
  }
}

/* All consoles at once: one picture each, and all are answered. */
static void
test_many (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;

  hall_test_options (&options);
  options.http_rate = 0;
  f = hall_fixture_new (&options);
  for (guint i = 1; i <= 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("s-%05u", i);
      g_autofree char *path = still_of (f, id);
      g_autoptr(HallAnswer) still = hall_http (f, "admin", "GET", path, NULL, NULL);

      g_assert_cmpuint (still->status, ==, 200);
      g_assert_true (is_jpeg (still->bytes));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/stills/newest", test_newest);
  g_test_add_func ("/hall/stills/none", test_none);
  g_test_add_func ("/hall/stills/gone", test_gone);
  g_test_add_func ("/hall/stills/without-route", test_without_route);
  g_test_add_func ("/hall/stills/no-sfu", test_no_sfu);
  g_test_add_func ("/hall/stills/many", test_many);
  return g_test_run ();
}
