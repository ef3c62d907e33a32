/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clips: encoded, decoded again, cached, damaged, shared; and the feeds that
 * play them. */

#include <glib/gstdio.h>
#include <libyuv/convert_argb.h>
#include <libyuv/scale_argb.h>
#include <string.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include "vigil-sim-feed-private.h"
#include "vigil-sim-marker.h"
#include "vigil-sim-studio-private.h"

static const VigilSimClipKey small_key = { 4242, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PHONE, 320, 180, 10 };

static VigilSimStudio *
studio_new (const char *dir)
{
  VigilSimStudioOptions options = { .cache_dir = dir, .workers = 2 };

  return vigil_sim_studio_new (&options);
}

static VigilSimClip *
finished_clip (VigilSimStudio        *studio,
               const VigilSimClipKey *key)
{
  VigilSimClip *clip = vigil_sim_studio_dup_clip (studio, key);
  gint64 end = g_get_monotonic_time () + 15 * G_USEC_PER_SEC;

  while (!vigil_sim_studio_is_idle (studio) && g_get_monotonic_time () < end)
    g_usleep (5000);
  g_assert_cmpuint (vigil_sim_clip_get_n_ready (clip), ==, vigil_sim_clip_get_n_frames (clip));

  return clip;
}

static GBytes *
frame_bytes (const VigilSimFrame *frame)
{
  GByteArray *array = g_byte_array_new ();

  for (guint i = 0; i < frame->n_payloads; i++)
    {
      GstMapInfo map;

      g_assert_true (gst_memory_map (frame->payloads[i], &map, GST_MAP_READ));
      g_assert_cmpuint (map.size, <=, VIGIL_SIM_CLIP_PAYLOAD_MAX);
      g_byte_array_append (array, map.data, map.size);
      gst_memory_unmap (frame->payloads[i], &map);
    }
  g_assert_cmpuint (array->len, ==, frame->size);

  return g_byte_array_free_to_bytes (array);
}

static void
check_markers (const VigilSimClipKey *key,
               vpx_image_t           *image)
{
  static const guint widths[] = { 640, 320, 240, 160 };
  g_autofree guint8 *bgrx = g_malloc ((gsize) key->width * key->height * 4);

  I420ToARGB (image->planes[0], image->stride[0], image->planes[1], image->stride[1], image->planes[2],
              image->stride[2], bgrx, key->width * 4, key->width, key->height);
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      guint width = widths[i], height = width * 9 / 16;
      g_autofree guint8 *scaled = g_malloc ((gsize) width * height * 4);
      guint look = 0, behaviour = 0;

      ARGBScale (bgrx, key->width * 4, key->width, key->height, scaled, width * 4, width, height, kFilterBilinear);
      g_assert_true (vigil_sim_marker_decode (scaled, width, height, width * 4, &look, &behaviour));
      g_assert_cmpuint (look, ==, key->look);
      g_assert_cmpuint (behaviour, ==, key->behaviour);
    }
}

/* The loop twice, from its key frame on, with one decoder and every marker. */
static void
play (VigilSimClip *clip)
{
  const VigilSimClipKey *key = vigil_sim_clip_get_key (clip);
  guint n = vigil_sim_clip_get_n_frames (clip);
  guint since_key = 0;
  vpx_codec_ctx_t codec;

  g_assert_cmpint (vpx_codec_dec_init (&codec, vpx_codec_vp8_dx (), NULL, 0), ==, VPX_CODEC_OK);
  for (guint i = 0; i < 2 * n; i++)
    {
      const VigilSimFrame *frame = vigil_sim_clip_get_frame (clip, i % n);
      g_autoptr (GBytes) bytes = frame_bytes (frame);
      vpx_codec_iter_t iter = NULL;
      vpx_image_t *image;

      g_assert_true (frame->key == !(((const guint8 *) g_bytes_get_data (bytes, NULL))[0] & 1));
      since_key = frame->key ? 0 : since_key + 1;
      g_assert_cmpuint (since_key, <, key->rate);
      g_assert_cmpint (vpx_codec_decode (&codec, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL, 0),
                       ==, VPX_CODEC_OK);
      image = vpx_codec_get_frame (&codec, &iter);
      g_assert_nonnull (image);
      check_markers (key, image);
    }
  vpx_codec_destroy (&codec);
}

static void
test_encode (void)
{
  g_autoptr (VigilSimStudio) studio = studio_new ("");

  for (guint behaviour = 0; behaviour < VIGIL_SIM_BEHAVIOUR_LAST; behaviour++)
    {
      VigilSimClipKey key = small_key;
      g_autoptr (VigilSimClip) clip = NULL;

      key.look = 60000 + behaviour;
      key.behaviour = behaviour;
      clip = finished_clip (studio, &key);
      g_assert_cmpuint (vigil_sim_clip_get_size (clip), <, 400000);
      play (clip);
    }
  g_assert_cmpuint (vigil_sim_studio_get_n_encoded (studio), ==, VIGIL_SIM_BEHAVIOUR_LAST);
}

static void
test_sizes (void)
{
  static const VigilSimClipKey keys[] = {
    { 11, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 640, 360, 15 },
    { 12, VIGIL_SIM_SOURCE_SCREEN, VIGIL_SIM_BEHAVIOUR_PRESENT, 640, 360, 2 },
    { 13, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_ABSENT, 160, 90, 5 },
  };
  g_autoptr (VigilSimStudio) studio = studio_new ("");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (VigilSimClip) clip = finished_clip (studio, &keys[i]);

      g_assert_cmpuint (vigil_sim_clip_get_n_frames (clip), ==, keys[i].rate * VIGIL_SIM_CLIP_SECONDS);
      play (clip);
    }
}

static void
test_voice (void)
{
  VigilSimClipKey key = { 2, VIGIL_SIM_SOURCE_MICROPHONE, VIGIL_SIM_BEHAVIOUR_SECOND_PERSON, 0, 0, 50 };
  g_autoptr (VigilSimStudio) studio = studio_new ("");
  g_autoptr (VigilSimClip) clip = finished_clip (studio, &key);

  g_assert_cmpuint (vigil_sim_clip_get_n_frames (clip), ==, 200);
  for (guint i = 0; i < 200; i++)
    g_assert_cmpuint (vigil_sim_clip_get_frame (clip, i)->n_payloads, ==, 1);
  /* Somebody speaks: more than a quiet room takes. */
  g_assert_cmpuint (vigil_sim_clip_get_size (clip), >, 4000);
}

/* The second studio reads what the first one wrote, and nothing that is
 * damaged, cut short, or another clip's. */
static void
test_cache (void)
{
  g_autofree char *dir = g_dir_make_tmp ("vigil-clips-XXXXXX", NULL);
  g_autofree char *path = NULL;
  g_autofree char *data = NULL;
  g_autoptr (VigilSimClip) fresh = vigil_sim_clip_new (&small_key);
  gsize size;

  {
    g_autoptr (VigilSimStudio) studio = studio_new (dir);
    g_autoptr (VigilSimClip) clip = finished_clip (studio, &small_key);
    g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);

    path = g_build_filename (dir, g_dir_read_name (listing), NULL);
  }
  {
    g_autoptr (VigilSimStudio) studio = studio_new (dir);
    g_autoptr (VigilSimClip) clip = finished_clip (studio, &small_key);

    g_assert_cmpuint (vigil_sim_studio_get_n_loaded (studio), ==, 1);
    g_assert_cmpuint (vigil_sim_studio_get_n_encoded (studio), ==, 0);
    play (clip);
  }

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize length = 0; length < size; length += 1 + size / 97)
    {
      g_autoptr (GBytes) cut = g_bytes_new (data, length);

      g_assert_false (vigil_sim_clip_deserialize (fresh, cut));
    }
  for (gsize at = 0; at < size; at += 1 + size / 501)
    {
      g_autoptr (GBytes) bad = NULL;

      data[at] ^= 0x40;
      bad = g_bytes_new (data, size);
      g_assert_false (vigil_sim_clip_deserialize (fresh, bad));
      data[at] ^= 0x40;
    }
  g_assert_cmpuint (vigil_sim_clip_get_n_ready (fresh), ==, 0);

  data[size / 2] ^= 1;
  g_assert_true (g_file_set_contents (path, data, size, NULL));
  {
    g_autoptr (VigilSimStudio) studio = studio_new (dir);
    g_autoptr (VigilSimClip) clip = finished_clip (studio, &small_key);

    g_assert_cmpuint (vigil_sim_studio_get_n_loaded (studio), ==, 0);
    g_assert_cmpuint (vigil_sim_studio_get_n_encoded (studio), ==, 1);
  }

  g_unlink (path);
  g_rmdir (dir);
}

static guint64
folder_size (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint64 total = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      GStatBuf info;

      g_assert_cmpint (g_stat (file, &info), ==, 0);
      total += info.st_size;
    }

  return total;
}

/* Neither the folder nor the memory grows without end. */
static void
test_bounded (void)
{
  g_autofree char *dir = g_dir_make_tmp ("vigil-clips-XXXXXX", NULL);
  VigilSimStudioOptions options = { .cache_dir = dir, .workers = 2, .disk_limit = 100000, .memory_limit = 60000 };
  g_autoptr (VigilSimStudio) studio = vigil_sim_studio_new (&options);
  g_autoptr (GDir) listing = NULL;
  const char *name;

  for (guint i = 0; i < 12; i++)
    {
      VigilSimClipKey key = { i, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 160, 90, 10 };
      g_autoptr (VigilSimClip) clip = finished_clip (studio, &key);
    }
  g_assert_cmpuint (folder_size (dir), <=, 100000);
  g_assert_cmpuint (folder_size (dir), >, 10000);

  listing = g_dir_open (dir, 0, NULL);
  while ((name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *file = g_build_filename (dir, name, NULL);

      g_unlink (file);
    }
  g_rmdir (dir);
}

static void
shown_cb (VigilSimFeed *feed,
          guint         behaviour,
          gint64        at,
          gpointer      user_data)
{
  g_array_append_val (user_data, behaviour);
}

static const VigilSimFrame *
step_until_frame (VigilSimFeed  *feed,
                  VigilSimClip **clip)
{
  const VigilSimFrame *frame = NULL;

  for (guint i = 0; i < 2000 && frame == NULL; i++)
    {
      frame = vigil_sim_feed_step (feed, FALSE, clip);
      if (frame == NULL)
        g_usleep (5000);
    }
  g_assert_nonnull (frame);

  return frame;
}

/* Watched or not, "shown" says what the picture is; a switch begins with a key
 * frame; a key frame can be had at any time. */
static void
test_feed (void)
{
  g_autoptr (VigilSimStudio) studio = studio_new ("");
  g_autoptr (VigilSimFeed) feed = vigil_sim_feed_new (studio, 77, VIGIL_SIM_SOURCE_WEBCAM, 160, 90, 10);
  g_autoptr (GArray) shown = g_array_new (FALSE, FALSE, sizeof (guint));
  VigilSimClip *clip = NULL;
  const VigilSimFrame *frame;

  g_signal_connect (feed, "shown", G_CALLBACK (shown_cb), shown);
  vigil_sim_feed_set_behaviour (feed, VIGIL_SIM_BEHAVIOUR_ABSENT);
  g_assert_cmpuint (vigil_sim_feed_get_shown (feed, NULL), ==, VIGIL_SIM_BEHAVIOUR_ABSENT);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (shown->len, ==, 1);

  vigil_sim_feed_start (feed);
  frame = step_until_frame (feed, &clip);
  g_assert_true (frame->key);
  /* A clip in the making repeats what there is of it. */
  while (vigil_sim_clip_get_n_ready (clip) < 5)
    g_usleep (5000);
  g_clear_pointer (&clip, vigil_sim_clip_unref);
  frame = step_until_frame (feed, &clip);
  g_assert_false (frame->key);
  g_clear_pointer (&clip, vigil_sim_clip_unref);
  frame = vigil_sim_feed_step (feed, TRUE, &clip);
  g_assert_true (frame->key);
  g_clear_pointer (&clip, vigil_sim_clip_unref);

  vigil_sim_feed_set_behaviour (feed, VIGIL_SIM_BEHAVIOUR_PHONE);
  g_assert_cmpuint (vigil_sim_feed_get_shown (feed, NULL), ==, VIGIL_SIM_BEHAVIOUR_ABSENT);
  for (guint i = 0; i < 2000 && vigil_sim_feed_get_shown (feed, NULL) != VIGIL_SIM_BEHAVIOUR_PHONE; i++)
    {
      g_clear_pointer (&clip, vigil_sim_clip_unref);
      g_usleep (5000);
      frame = vigil_sim_feed_step (feed, FALSE, &clip);
    }
  g_assert_true (frame->key);
  g_assert_cmpuint (vigil_sim_clip_get_key (clip)->behaviour, ==, VIGIL_SIM_BEHAVIOUR_PHONE);
  g_clear_pointer (&clip, vigil_sim_clip_unref);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (shown->len, ==, 2);

  /* Asked for and not yet shown when the last watcher leaves: shown then. */
  vigil_sim_feed_set_behaviour (feed, VIGIL_SIM_BEHAVIOUR_DARK);
  vigil_sim_feed_stop (feed);
  g_assert_cmpuint (vigil_sim_feed_get_shown (feed, NULL), ==, VIGIL_SIM_BEHAVIOUR_DARK);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (shown->len, ==, 3);
  g_assert_cmpuint (g_array_index (shown, guint, 2), ==, VIGIL_SIM_BEHAVIOUR_DARK);
}

static void
snapshot_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GBytes **) user_data = vigil_sim_feed_snapshot_finish (VIGIL_SIM_FEED (source), result, NULL);
}

static void
test_snapshot (void)
{
  g_autoptr (VigilSimStudio) studio = studio_new ("");
  g_autoptr (VigilSimFeed) feed = vigil_sim_feed_new (studio, 8, VIGIL_SIM_SOURCE_WEBCAM, 320, 180, 10);
  g_autoptr (GBytes) bytes = NULL;
  gint64 end = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  vigil_sim_feed_snapshot_async (feed, 640, 360, NULL, snapshot_cb, &bytes);
  while (bytes == NULL && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_nonnull (bytes);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 8000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/sim-clip/encode", test_encode);
  g_test_add_func ("/hall/sim-clip/sizes", test_sizes);
  g_test_add_func ("/hall/sim-clip/voice", test_voice);
  g_test_add_func ("/hall/sim-clip/cache", test_cache);
  g_test_add_func ("/hall/sim-clip/bounded", test_bounded);
  g_test_add_func ("/hall/sim-feed/play", test_feed);
  g_test_add_func ("/hall/sim-feed/snapshot", test_snapshot);

  return g_test_run ();
}
