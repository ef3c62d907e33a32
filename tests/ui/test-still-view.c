/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stills as pictures: hostile ones, those that come too fast, and that nobody's is ever shown for another's. */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "vigil-clock.h"
#include "vigil-evidence-decode.h"
#include "vigil-fake-directory.h"
#include "vigil-fake-stills.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"
#include "vigil-still-decode.h"
#include "vigil-still-view.h"

#define N 24

static GBytes *
picture (int width, int height, guint32 rgba, const char *type)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  gsize size;
  char *data;

  gdk_pixbuf_fill (pixbuf, rgba);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, type, NULL, NULL));
  return g_bytes_new_take (data, size);
}

static void
test_decodes (void)
{
  static const struct { int width, height, side, to_width, to_height; } table[] = {
    { 640, 360, 240, 240, 135 }, { 640, 480, 240, 240, 180 }, { 360, 640, 240, 135, 240 }, { 64, 36, 240, 64, 36 }, { 1920, 1080, 480, 480, 270 },
    { 4000, 1, 240, 240, 1 }, { 1, 1, 240, 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = picture (table[i].width, table[i].height, 0x306090ff, "png");
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilFrame) frame = vigil_still_decode (bytes, table[i].side, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (frame->width, ==, table[i].to_width);
      g_assert_cmpuint (frame->height, ==, table[i].to_height);
      g_assert_cmpuint (frame->source_width, ==, table[i].width);
      g_assert_cmpuint (frame->feed, ==, 0);
      /* BGRx, to the last pixel. */
      for (guint k = 0; k < 2; k++)
        {
          const guint8 *p = frame->pixels + (k == 0 ? 0 : (gsize) (frame->height - 1) * frame->stride + (frame->width - 1) * 4);

          g_assert_cmpint (p[0], ==, 0x90);
          g_assert_cmpint (p[1], ==, 0x60);
          g_assert_cmpint (p[2], ==, 0x30);
          g_assert_cmpint (p[3], ==, 0xff);
        }
    }
}

/* A JPEG whose header announces a size that is none of a webcam. */
static GBytes *
announce (guint16 width, guint16 height)
{
  g_autoptr (GBytes) small = picture (16, 16, 0xff, "jpeg");
  gsize size;
  guint8 *data = g_memdup2 (g_bytes_get_data (small, NULL), g_bytes_get_size (small));

  size = g_bytes_get_size (small);
  for (gsize i = 0; i + 9 < size; i++)
    if (data[i] == 0xff && (data[i + 1] == 0xc0 || data[i + 1] == 0xc2))
      {
        data[i + 5] = (guint8) (height >> 8);
        data[i + 6] = (guint8) height;
        data[i + 7] = (guint8) (width >> 8);
        data[i + 8] = (guint8) width;
        return g_bytes_new_take (data, size);
      }
  g_assert_not_reached ();
}

static void
check_refused (GBytes *owned, int code)
{
  g_autoptr (GBytes) bytes = owned;
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_still_decode (bytes, 240, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, VIGIL_EVIDENCE_ERROR, code);
}

static void
test_hostile (void)
{
  g_autoptr (GBytes) good = picture (640, 360, 0x306090ff, "jpeg");
  gsize size = g_bytes_get_size (good);

  check_refused (announce (65500, 65500), VIGIL_EVIDENCE_ERROR_TOO_LARGE);
  check_refused (announce (4001, 3000), VIGIL_EVIDENCE_ERROR_TOO_LARGE);
  check_refused (announce (65500, 184), VIGIL_EVIDENCE_ERROR_TOO_LARGE);
  check_refused (g_bytes_new_from_bytes (good, 0, size / 2), VIGIL_EVIDENCE_ERROR_BROKEN);
  check_refused (g_bytes_new_from_bytes (good, 0, 4), VIGIL_EVIDENCE_ERROR_BROKEN);
  check_refused (g_bytes_new_static ("GIF89a\1\0\1\0", 10), VIGIL_EVIDENCE_ERROR_FORMAT);
  check_refused (g_bytes_new_static ("", 0), VIGIL_EVIDENCE_ERROR_FORMAT);
}

/* Any byte wrong: a picture or an error, and never anything else. */
static void
test_bit_rot (void)
{
  g_autoptr (GBytes) good = picture (64, 48, 0x306090ff, "jpeg");
  gsize size = g_bytes_get_size (good);

  for (gsize i = 0; i < size; i++)
    {
      guint8 *data = g_memdup2 (g_bytes_get_data (good, NULL), size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (VigilFrame) frame = NULL;
      g_autoptr (GError) error = NULL;

      data[i] ^= (guint8) g_test_rand_int_range (1, 256);
      bytes = g_bytes_new_take (data, size);
      frame = vigil_still_decode (bytes, 240, &error);
      g_assert_true ((frame == NULL) == (error != NULL));
      if (frame != NULL)
        g_assert_cmpuint (MAX (frame->width, frame->height), <=, 240);
    }
}

typedef struct
{
  VigilFakeLog    *log;
  VigilSettings   *settings;
  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilFakeStills *source;
  VigilStills     *stills;
  VigilHandle      handles[N];
  guint            changed;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->log = vigil_fake_log_new ();
  f->settings = vigil_settings_new ();
  vigil_settings_set_int (f->settings, VIGIL_SETTING_STILL_RATE, 500);
  f->store = vigil_score_store_new (N);
  f->roster = vigil_roster_new (f->store);
  f->source = vigil_fake_stills_new (f->log);
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);
      VigilCandidateInfo *row = vigil_fake_row_new (id, "Ann", TRUE, NULL);

      f->handles[i] = vigil_roster_apply (f->roster, row);
      vigil_candidate_info_free (row);
    }
  f->stills = vigil_stills_new (f->roster, f->settings, VIGIL_STILL_SOURCE (f->source));
  vigil_stills_start (f->stills, "e", 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vigil_stills_clear (f->stills);
  while (vigil_fake_stills_get_n_waiting (f->source) > 0)
    vigil_fake_stills_fail (f->source, VIGIL_SESSION_ERROR_CLOSED, 0);
  vigil_fake_run (100);
  g_assert_finalize_object (f->stills);
  g_assert_finalize_object (f->source);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->settings);
  vigil_fake_log_unref (f->log);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* A picture whose colour is its candidate's: red is the number. */
static void
answer (Fixture *f, gint64 at_ms)
{
  guint who = (guint) atoi (vigil_fake_stills_get_oldest (f->source));
  g_autoptr (GBytes) bytes = picture (160, 90, ((who + 1) * 10) << 24 | 0xff, "png");

  vigil_fake_stills_answer_bytes (f->source, at_ms, bytes);
}

static gboolean
has_changed (gpointer data)
{
  return *(guint *) data > 0;
}

static void
check_picture (Fixture *f, VigilStillView *view, guint who)
{
  VigilStill *still;
  VigilFrame *frame = vigil_still_view_get (view, f->handles[who], &still);

  if (frame == NULL)
    return;
  g_assert_cmpuint (still->handle, ==, f->handles[who]);
  g_assert_cmpint (frame->pixels[2], ==, (int) (who + 1) * 10);
}

static void
test_shows (Fixture *f, gconstpointer data)
{
  VigilStillView *view = vigil_still_view_new (f->stills);

  g_signal_connect_swapped (view, "changed", G_CALLBACK (count_cb), &f->changed);
  g_assert_null (vigil_still_view_get (view, f->handles[3], NULL));
  vigil_still_view_watch (view, f->handles[3], 0);
  answer (f, 1000);
  g_assert_true (vigil_fake_wait (has_changed, &f->changed, 5000));
  g_assert_nonnull (vigil_still_view_get (view, f->handles[3], NULL));
  g_assert_null (vigil_still_view_get (view, f->handles[4], NULL));
  check_picture (f, view, 3);
  /* Who is not watched any more leaves his picture, until there is another's. */
  vigil_still_view_watch (view, VIGIL_HANDLE_NONE, 0);
  g_assert_nonnull (vigil_still_view_get (view, f->handles[3], NULL));
  vigil_still_view_watch (view, f->handles[4], 0);
  g_assert_null (vigil_still_view_get (view, f->handles[3], NULL));
  g_assert_null (vigil_still_view_get (view, f->handles[4], NULL));
  vigil_still_view_forget (view);
  vigil_fake_run (100); /* a worker thread lets go of its task a little later */
  g_assert_finalize_object (view);
}

/* One that cannot be shown takes nothing from the one before it. */
static void
test_broken_after_good (Fixture *f, gconstpointer data)
{
  VigilStillView *view = vigil_still_view_new (f->stills);
  gint64 broken = vigil_counter_get (vigil_metrics_counter ("vigil_stills_broken", ""));
  g_autoptr (GBytes) garbage = g_bytes_new ("\xff\xd8\xff and nothing of the kind", 26);
  VigilStill *still;

  g_signal_connect_swapped (view, "changed", G_CALLBACK (count_cb), &f->changed);
  vigil_still_view_watch (view, f->handles[3], 0);
  answer (f, 1000);
  g_assert_true (vigil_fake_wait (has_changed, &f->changed, 5000));
  vigil_fake_run (1100);
  g_assert_cmpuint (vigil_fake_stills_get_n_waiting (f->source), ==, 1);
  vigil_fake_stills_answer_bytes (f->source, 2000, garbage);
  vigil_fake_run (300);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_stills_broken", "")), ==, broken + 1);
  g_assert_nonnull (vigil_still_view_get (view, f->handles[3], &still));
  g_assert_cmpint (still->at_ms, ==, 1000);
  check_picture (f, view, 3);
  vigil_still_view_forget (view);
  vigil_fake_run (100);
  g_assert_finalize_object (view);
}

/* Tiles that change hands all the time, as on a wall that races by; answers and decodings come late and in any order. */
static void
test_changing_hands (Fixture *f, gconstpointer data)
{
  VigilStillView *views[8];
  guint who[8] = { 0 }, seen = 0;
  gint64 at_ms = 1000;

  for (guint i = 0; i < 8; i++)
    views[i] = vigil_still_view_new (f->stills);
  for (guint round = 0; round < 3000; round++)
    {
      guint i = (guint) g_test_rand_int_range (0, 8);

      if (g_test_rand_int_range (0, 3) == 0)
        {
          who[i] = (guint) g_test_rand_int_range (0, N);
          vigil_still_view_watch (views[i], f->handles[who[i]], 0);
        }
      if (g_test_rand_int_range (0, 40) == 0)
        vigil_still_view_forget (views[i]);
      if (g_test_rand_int_range (0, 60) == 0)
        vigil_still_view_set_side (views[i], g_test_rand_int_range (40, 200));
      if (vigil_fake_stills_get_n_waiting (f->source) > 0 && g_test_rand_int_range (0, 2) == 0)
        answer (f, at_ms += 10);
      if (g_test_rand_int_range (0, 4) == 0)
        vigil_fake_run (1);
      else
        vigil_fake_spin ();
      for (guint k = 0; k < 8; k++)
        {
          check_picture (f, views[k], who[k]);
          seen += vigil_still_view_get (views[k], f->handles[who[k]], NULL) != NULL ? 1 : 0;
        }
    }
  g_test_message ("%u pictures looked at", seen);
  g_assert_cmpuint (seen, >=, 1000);
  for (guint i = 0; i < 8; i++)
    vigil_still_view_forget (views[i]);
  vigil_fake_run (200);
  for (guint i = 0; i < 8; i++)
    g_assert_finalize_object (views[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/still-view/decodes", test_decodes);
  g_test_add_func ("/still-view/hostile", test_hostile);
  g_test_add_func ("/still-view/bit-rot", test_bit_rot);
  g_test_add ("/still-view/shows", Fixture, NULL, set_up, test_shows, tear_down);
  g_test_add ("/still-view/broken-after-good", Fixture, NULL, set_up, test_broken_after_good, tear_down);
  g_test_add ("/still-view/changing-hands", Fixture, NULL, set_up, test_changing_hands, tear_down);
  return g_test_run ();
}
