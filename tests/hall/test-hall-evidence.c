/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence: layout, presigned URLs, forged URLs, paths that want out. */
#include "hall-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "vigil-hall-error.h"
#include "vigil-hall-evidence.h"

#define NOW G_GINT64_CONSTANT (1763805571040)

typedef struct
{
  char              *dir;
  VigilHallStore    *store;
  VigilHallEvidence *evidence;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("vigil-test-XXXXXX", NULL);
  f->store = vigil_hall_store_new (":memory:", FALSE, NULL);
  f->evidence = vigil_hall_evidence_new (f->store, f->dir, 300);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  vigil_hall_evidence_free (f->evidence);
  vigil_hall_store_free (f->store);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->dir);
}

static char *
put (Fixture *f, VigilEvidenceKind kind, gint64 at, const char *content_type, const char *text, GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));
  VigilHallEvidenceInfo info = { .exam_id = "ex", .student_id = "s 1", .kind = kind, .at = at,
                                 .content_type = content_type };

  return vigil_hall_evidence_put (f->evidence, &info, bytes, error);
}

/* The query of a signed path, taken apart. */
static void
split (const char *path, char **key, char **expires, char **signature)
{
  g_auto(GStrv) parts = g_strsplit (path, "?", 2);
  g_autoptr(GHashTable) query = g_uri_parse_params (parts[1], -1, "&", G_URI_PARAMS_NONE, NULL);

  *key = g_uri_unescape_string (parts[0] + strlen ("/api/v1/evidence/"), NULL);
  *expires = g_strdup (g_hash_table_lookup (query, "expires"));
  *signature = g_strdup (g_hash_table_lookup (query, "signature"));
}

static void
test_layout (Fixture *f, gconstpointer data)
{
  g_autofree char *camera = put (f, VIGIL_EVIDENCE_CAMERA, NOW, "image/jpeg", "one", NULL);
  g_autofree char *reference = put (f, VIGIL_EVIDENCE_REFERENCE, NOW, "image/jpeg", "two", NULL);
  g_autofree char *screen = put (f, VIGIL_EVIDENCE_SCREEN, NOW, "image/png", "three", NULL);
  g_autofree char *audio = put (f, VIGIL_EVIDENCE_AUDIO, NOW, "audio/webm", "four", NULL);
  g_autofree char *path = g_build_filename (f->dir, camera, NULL);
  const char *content_type;
  g_autoptr(GBytes) bytes = vigil_hall_evidence_get (f->evidence, camera, &content_type, NULL);

  g_assert_true (g_regex_match_simple ("^20251122/ex/s 1/camera/1763805571040_[0-9a-f-]{36}\\.jpg$", camera, 0, 0));
  g_assert_cmpstr (reference, ==, "20251122/ex/s 1/camera/base_truth_1763805571040.jpg");
  g_assert_true (g_regex_match_simple ("/screen/1763805571040_[0-9a-f-]{36}\\.png$", screen, 0, 0));
  g_assert_cmpstr (audio, ==, "20251122/ex/s 1/audio/audio_1763805571040/chunk_00000.webm");
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "one", 3);
  g_assert_cmpstr (content_type, ==, "image/jpeg");
  g_assert_true (vigil_hall_evidence_has_reference (f->evidence, "ex", "s 1"));
  g_assert_cmpint (vigil_hall_evidence_get_newest (f->evidence, "ex", "s 1"), ==, NOW);
}

static void
test_bad_put (Fixture *f, gconstpointer data)
{
  static const char *const ids[] = { "..", ".", "a/b", "a\\b", "a\nb", "" };
  g_autoptr(GBytes) bytes = g_bytes_new ("x", 1);

  g_assert_null (put (f, VIGIL_EVIDENCE_CAMERA, NOW, "text/html", "x", NULL));
  g_assert_null (put (f, VIGIL_EVIDENCE_CAMERA, NOW, "audio/webm", "x", NULL));
  g_assert_null (put (f, VIGIL_EVIDENCE_AUDIO, NOW, "image/jpeg", "x", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      VigilHallEvidenceInfo info = { .exam_id = "ex", .student_id = ids[i], .kind = VIGIL_EVIDENCE_CAMERA,
                                     .at = NOW, .content_type = "image/jpeg" };
      g_autoptr(GError) error = NULL;

      g_assert_null (vigil_hall_evidence_put (f->evidence, &info, bytes, &error));
      g_assert_nonnull (error);
    }
}

static void
test_signature (Fixture *f, gconstpointer data)
{
  g_autofree char *made = put (f, VIGIL_EVIDENCE_CAMERA, NOW, "image/jpeg", "one", NULL);
  gint64 until;
  g_autofree char *url = vigil_hall_evidence_sign (f->evidence, made, NOW, &until);
  g_autofree char *key = NULL;
  g_autofree char *expires = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *later = NULL;

  split (url, &key, &expires, &signature);
  later = g_strdup_printf ("%" G_GINT64_FORMAT, until + 1000);
  g_assert_cmpstr (key, ==, made);
  g_assert_cmpint (until * 1000, >=, NOW + 60000);
  g_assert_true (vigil_hall_evidence_verify (f->evidence, key, expires, signature, NOW, NULL));
  g_assert_true (vigil_hall_evidence_verify (f->evidence, key, expires, signature, until * 1000 - 1, NULL));
  g_assert_false (vigil_hall_evidence_verify (f->evidence, key, expires, signature, until * 1000, NULL));
  g_assert_false (vigil_hall_evidence_verify (f->evidence, key, later, signature, NOW, NULL));
  g_assert_false (vigil_hall_evidence_verify (f->evidence, "20251122/ex/s 2/camera/base_truth_1.jpg", expires, signature, NOW, NULL));
  g_assert_false (vigil_hall_evidence_verify (f->evidence, key, expires, "", NOW, NULL));
  g_assert_false (vigil_hall_evidence_verify (f->evidence, key, NULL, NULL, NOW, NULL));
  signature[10] = signature[10] == 'a' ? 'b' : 'a';
  g_assert_false (vigil_hall_evidence_verify (f->evidence, key, expires, signature, NOW, NULL));
}

/* Even a signed path names nothing but an object. */
static void
test_traversal (Fixture *f, gconstpointer data)
{
  static const char *const keys[] = {
    "../../etc/passwd", "/etc/passwd", "20251122/ex/../../../etc/passwd", "20251122/ex/s 1/camera/../x.jpg",
    "20251122/ex/./camera/base_truth_1.jpg", "20251122/ex/s 1/camera/base_truth_1.jpg/../../x", "", "hall.sqlite",
    "20251122/ex/s 1/camera/secret.txt", "20251122\\ex\\s 1\\camera\\base_truth_1.jpg",
  };
  g_autofree char *secret = g_build_filename (f->dir, "hall.sqlite", NULL);

  g_assert_true (g_file_set_contents (secret, "secret", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr(GError) error = NULL;
      const char *content_type;

      g_assert_null (vigil_hall_evidence_get (f->evidence, keys[i], &content_type, &error));
      g_assert_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND);
    }
}

static void
test_retention (Fixture *f, gconstpointer data)
{
  g_autofree char *old = put (f, VIGIL_EVIDENCE_CAMERA, NOW - 1000, "image/jpeg", "old", NULL);
  g_autofree char *new = put (f, VIGIL_EVIDENCE_CAMERA, NOW, "image/jpeg", "new", NULL);
  VigilHallEvidenceQuery query = { .exam_id = "ex", .student_id = "s 1", .to = -1, .after_at = -1, .limit = 10 };
  g_autoptr(GString) out = g_string_new ("[");
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  const char *content_type;
  gint64 next_at;
  gint64 next_row;

  g_assert_cmpuint (vigil_hall_evidence_retain (f->evidence, NOW), ==, 1);
  g_assert_null (vigil_hall_evidence_get (f->evidence, old, &content_type, &error));
  g_assert_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_GONE);
  bytes = vigil_hall_evidence_get (f->evidence, new, &content_type, NULL);
  g_assert_nonnull (bytes);
  vigil_hall_evidence_write_page (f->evidence, &query, NOW, out, &next_at, &next_row);
  g_assert_null (strstr (out->str, old));
  g_assert_nonnull (strstr (out->str, new));
}

static void
test_pages (Fixture *f, gconstpointer data)
{
  VigilHallEvidenceQuery query = { .exam_id = "ex", .student_id = "s 1", .kind = "camera", .to = -1, .after_at = -1,
                                   .limit = 7 };
  guint seen = 0;
  gint64 next_at;
  gint64 next_row;

  for (guint i = 0; i < 50; i++)
    g_free (put (f, VIGIL_EVIDENCE_CAMERA, NOW + i / 3, "image/jpeg", "x", NULL));
  g_free (put (f, VIGIL_EVIDENCE_SCREEN, NOW, "image/png", "x", NULL));
  do
    {
      g_autoptr(GString) out = g_string_new ("[");
      g_auto(GStrv) parts = NULL;

      vigil_hall_evidence_write_page (f->evidence, &query, NOW, out, &next_at, &next_row);
      parts = g_strsplit (out->str, "\"key\"", -1);
      seen += g_strv_length (parts) - 1;
      query.after_at = next_at;
      query.after_row = next_row;
    }
  while (next_row > 0);
  g_assert_cmpuint (seen, ==, 50);
}

/* The same over HTTP: no Authorization, expiry, ranges, a store that is lost. */
static void
test_http (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallAnswer) list = NULL;
  g_autofree char *path = NULL;
  g_autofree char *url = NULL;
  g_autofree char *forged = NULL;

  hall_test_options (&options);
  options.url_seconds = 2;
  f = hall_fixture_new (&options);
  path = g_strdup_printf ("/exams/%s/candidates/s-00001/evidence", f->exam);
  list = hall_http (f, "reviewer", "GET", path, NULL, NULL);
  g_assert_cmpuint (list->status, ==, 200);
  /* A current capture, and the reference face of when the candidate joined. */
  g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (list->json, "items"))), ==, 2);
  g_assert_false (hall_bool (list->json, "items.0.reference"));
  g_assert_true (hall_bool (list->json, "items.1.reference"));
  url = g_strconcat ("!", hall_string (list->json, "items.0.url"), NULL);
  {
    g_autoptr(HallAnswer) object = hall_http (f, NULL, "GET", url, NULL, NULL);
    g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, object->bytes);

    g_assert_cmpuint (object->status, ==, 200);
    g_assert_cmpuint (g_bytes_get_size (object->bytes), ==, hall_int (list->json, "items.0.size"));
    g_assert_cmpstr (sha256, ==, hall_string (list->json, "items.0.sha256"));
    g_assert_cmpmem (g_bytes_get_data (object->bytes, NULL), 3, "\xff\xd8\xff", 3);
  }
  {
    g_autoptr(HallAnswer) range = hall_http (f, NULL, "GET", url, NULL, "Range", "bytes=0-9", NULL);

    g_assert_cmpuint (range->status, ==, 206);
    g_assert_cmpuint (g_bytes_get_size (range->bytes), ==, 10);
  }
  forged = g_strndup (url, strlen (url) - 2);
  {
    g_autoptr(HallAnswer) refused = hall_http (f, "admin", "GET", forged, NULL, NULL);

    hall_assert_refused (refused, 403, "auth.forbidden", NULL);
  }
  {
    g_autoptr(JsonNode) done = hall_control (f, "{\"op\":\"evidence\",\"lost\":true}");
    g_autoptr(HallAnswer) lost = hall_http (f, NULL, "GET", url, NULL, NULL);
    g_autoptr(HallAnswer) no_list = hall_http (f, "reviewer", "GET", path, NULL, NULL);

    hall_assert_refused (lost, 503, "unavailable", NULL);
    g_assert_nonnull (lost->retry);
    hall_assert_refused (no_list, 503, "unavailable", NULL);
  }
  {
    g_autoptr(JsonNode) done = hall_control (f, "{\"op\":\"evidence\",\"lost\":false}");
    g_autoptr(HallAnswer) back = hall_http (f, NULL, "GET", url, NULL, NULL);
    g_autoptr(HallAnswer) late = NULL;

    g_assert_cmpuint (back->status, ==, 200);
    hall_run (3100);
    late = hall_http (f, NULL, "GET", url, NULL, NULL);
    hall_assert_refused (late, 403, "auth.forbidden", NULL);
  }
}

#define ADD(name, func) g_test_add ("/hall/evidence/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("layout", test_layout);
  ADD ("bad-put", test_bad_put);
  ADD ("signature", test_signature);
  ADD ("traversal", test_traversal);
  ADD ("retention", test_retention);
  ADD ("pages", test_pages);
  g_test_add_func ("/hall/evidence/http", test_http);
  return g_test_run ();
}
