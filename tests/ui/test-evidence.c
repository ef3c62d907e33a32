/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence frames: what is decoded, what is refused, what is kept. */
#include <gdk-pixbuf/gdk-pixbuf.h>

#include "vigil-evidence-decode.h"
#include "vigil-evidence-loader.h"
#include "vigil-fake-directory.h"

static GBytes *
picture (int width, int height, const char *type)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  gsize size;
  char *data;

  gdk_pixbuf_fill (pixbuf, 0x336699ff);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, type, NULL, NULL));
  return g_bytes_new_take (data, size);
}

static void
test_decodes (void)
{
  static const char *const types[] = { "jpeg", "png" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GBytes) bytes = picture (640, 360, types[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GdkTexture) whole = vigil_evidence_decode (bytes, 0, &error);
      g_autoptr (GdkTexture) small = vigil_evidence_decode (bytes, 256, &error);

      g_assert_no_error (error);
      g_assert_cmpint (gdk_texture_get_width (whole), ==, 640);
      g_assert_cmpint (gdk_texture_get_width (small), ==, 256);
      g_assert_cmpint (gdk_texture_get_height (small), ==, 144);
    }
}

static void
assert_refused (GBytes *bytes, VigilEvidenceError code)
{
  g_autoptr (GError) error = NULL;
  GdkTexture *texture = vigil_evidence_decode (bytes, 256, &error);

  g_assert_null (texture);
  g_assert_error (error, VIGIL_EVIDENCE_ERROR, (int) code);
}

static void
test_other_formats (void)
{
  static const char *const others[] = {
    "", "GIF89a\1\0\1\0", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "BM\x46\0\0\0", "RIFF\0\0\0\0WEBPVP8 ", "\xff\xd8", "\x89PNG\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (others[i], strlen (others[i]));

      assert_refused (bytes, VIGIL_EVIDENCE_ERROR_FORMAT);
    }
}

/* A picture that announces 60,000 × 60,000 in a few bytes is refused before it is decoded. */
static void
test_announced_size (void)
{
  g_autoptr (GBytes) small = picture (8, 8, "png");
  g_autoptr (GBytes) bytes = NULL;
  GByteArray *array = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (small, &size);
  guint32 side = GUINT32_TO_BE (60000);
  guint32 crc = 0xffffffff;

  g_byte_array_append (array, data, (guint) size);
  memcpy (array->data + 16, &side, 4);
  memcpy (array->data + 20, &side, 4);
  for (gsize i = 12; i < 29; i++) /* the header's own checksum, so that only the size is wrong */
    {
      crc ^= array->data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
  crc = GUINT32_TO_BE (~crc);
  memcpy (array->data + 29, &crc, 4);
  bytes = g_byte_array_free_to_bytes (array);
  assert_refused (bytes, VIGIL_EVIDENCE_ERROR_TOO_LARGE);
}

static void
test_damaged (void)
{
  g_autoptr (GBytes) whole = picture (640, 360, "png");
  gsize size = g_bytes_get_size (whole);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, size / 2);
  GByteArray *array = g_byte_array_new ();
  g_autoptr (GBytes) garbled = NULL;

  assert_refused (cut, VIGIL_EVIDENCE_ERROR_BROKEN);
  g_byte_array_append (array, g_bytes_get_data (whole, NULL), (guint) size);
  memset (array->data + 60, 0xaa, size - 80);
  garbled = g_byte_array_free_to_bytes (array);
  assert_refused (garbled, VIGIL_EVIDENCE_ERROR_BROKEN);
}

typedef struct
{
  VigilFakeLog        *log;
  VigilFakeDirectory  *directory;
  VigilSettings       *settings;
  VigilEvidenceLoader *loader;
  guint                n_loaded;
  guint                n_failed;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->log = vigil_fake_log_new ();
  f->directory = vigil_fake_directory_new (f->log);
  f->settings = vigil_settings_new ();
  f->loader = vigil_evidence_loader_new (VIGIL_HALL_DIRECTORY (f->directory), f->settings);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vigil_fake_run (50); /* a worker thread lets go of its task a little later */
  g_assert_finalize_object (f->loader);
  g_assert_finalize_object (f->directory);
  g_assert_finalize_object (f->settings);
  vigil_fake_log_unref (f->log);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = vigil_evidence_loader_load_finish (VIGIL_EVIDENCE_LOADER (source), result, &error);

  g_assert_true ((texture != NULL) != (error != NULL));
  if (texture != NULL)
    f->n_loaded++;
  else
    f->n_failed++;
}

static gboolean
all_done (gpointer data)
{
  Fixture *f = data;

  return f->n_loaded + f->n_failed > 0;
}

static void
load (Fixture *f, const char *key)
{
  g_autoptr (VigilEvidenceItem) item = vigil_evidence_item_new ();

  item->key = g_strdup (key);
  item->kind = g_strdup ("camera");
  item->size = -1;
  f->n_loaded = f->n_failed = 0;
  vigil_evidence_loader_load_async (f->loader, item, 0, NULL, loaded_cb, f);
  vigil_fake_spin ();
}

static void
test_cache (Fixture *f, gconstpointer data)
{
  load (f, "k1");
  g_assert_cmpuint (vigil_fake_directory_get_n_waiting (f->directory), ==, 1);
  vigil_fake_directory_answer (f->directory, picture (64, 64, "png"), (GDestroyNotify) g_bytes_unref);
  g_assert_true (vigil_fake_wait (all_done, f, 5000));
  g_assert_cmpuint (f->n_loaded, ==, 1);
  g_assert_cmpuint (vigil_evidence_loader_get_cached (f->loader), ==, 64 * 64 * 4);

  load (f, "k1");
  g_assert_true (vigil_fake_wait (all_done, f, 5000));
  g_assert_cmpuint (f->n_loaded, ==, 1);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "fetch"), ==, 1);
}

/* However many are looked at, no more stays than the setting says. */
static void
test_cache_bounded (Fixture *f, gconstpointer data)
{
  int min, max;
  gsize limit;

  g_autoptr (GBytes) bytes = picture (700, 700, "png");

  vigil_settings_get_range (f->settings, VIGIL_SETTING_EVIDENCE_CACHE, &min, &max);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_EVIDENCE_CACHE, min);
  limit = (gsize) MAX (min, 1) << 20;
  for (int i = 0; i < 20; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%d", i);

      load (f, key);
      vigil_fake_directory_answer (f->directory, g_bytes_ref (bytes), (GDestroyNotify) g_bytes_unref);
      g_assert_true (vigil_fake_wait (all_done, f, 5000));
      g_assert_cmpuint (f->n_loaded, ==, 1);
      g_assert_cmpuint (vigil_evidence_loader_get_cached (f->loader), <=, MAX (limit, 700 * 700 * 4));
    }
}

static void
test_failures (Fixture *f, gconstpointer data)
{
  load (f, "k1");
  vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_NOT_FOUND);
  g_assert_true (vigil_fake_wait (all_done, f, 5000));
  g_assert_cmpuint (f->n_failed, ==, 1);

  load (f, "k2");
  vigil_fake_directory_answer (f->directory, g_bytes_new_static ("no picture", 10), (GDestroyNotify) g_bytes_unref);
  g_assert_true (vigil_fake_wait (all_done, f, 5000));
  g_assert_cmpuint (f->n_failed, ==, 1);
  g_assert_cmpuint (vigil_evidence_loader_get_cached (f->loader), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/evidence/decodes", test_decodes);
  g_test_add_func ("/ui/evidence/other-formats", test_other_formats);
  g_test_add_func ("/ui/evidence/announced-size", test_announced_size);
  g_test_add_func ("/ui/evidence/damaged", test_damaged);
  g_test_add ("/ui/evidence/cache", Fixture, NULL, set_up, test_cache, tear_down);
  g_test_add ("/ui/evidence/cache-bounded", Fixture, NULL, set_up, test_cache_bounded, tear_down);
  g_test_add ("/ui/evidence/failures", Fixture, NULL, set_up, test_failures, tear_down);
  return g_test_run ();
}
