/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One feed's decoder: the right picture or none, and its troubles stay its own. */
#include <string.h>

#include "media-clip.h"
#include "media-rig.h"
#include "vigil-decode-host.h"
#include "vigil-decoder-chain.h"
#include "vigil-main-post.h"
#include "vigil-sim-marker.h"

#define RATE 15

typedef struct
{
  VigilTileDecoder *decoder;
  VigilFrameSlot   *slot;
  guint             look;
  guint             n_first;
  guint             n_key_wanted;
  guint             n_failed;
  guint             n_wrong;
  guint             n_right;
  guint64           expected; /* published frames to wait for */
} Tile;

static VigilDecodePool *pool;
static VigilDecodeHost *host; /* with the argument "helper": the same tests, decoded in the other process */

static void
first_cb (VigilTileDecoder *decoder,
          Tile             *tile)
{
  tile->n_first++;
}

static void
key_wanted_cb (VigilTileDecoder *decoder,
               Tile             *tile)
{
  tile->n_key_wanted++;
}

static void
failed_cb (VigilTileDecoder *decoder,
           const char       *detail,
           Tile             *tile)
{
  tile->n_failed++;
}

static void
frame_cb (VigilFrameSlot *slot,
          Tile           *tile)
{
  g_autoptr (VigilFrame) frame = vigil_frame_slot_dup_frame (slot);
  guint look, behaviour;

  if (frame == NULL ||
      !vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    return;
  if (look == tile->look)
    tile->n_right++;
  else
    tile->n_wrong++;
}

static Tile *
tile_new (guint64     feed,
          guint       look,
          const char *codec)
{
  Tile *tile = g_new0 (Tile, 1);
  g_autoptr (GError) error = NULL;

  tile->look = look;
  tile->decoder = vigil_tile_decoder_new_in_helper (feed, codec, "somebody", pool,
                                                    host != NULL ? vigil_decode_host_get_helper (host, codec) : NULL,
                                                    &error);
  g_assert_no_error (error);
  tile->slot = g_object_ref (vigil_tile_decoder_get_slot (tile->decoder));
  vigil_frame_slot_set_wanted_size (tile->slot, 320, 180);
  media_clip_announce (tile->decoder, codec);
  g_signal_connect (tile->decoder, "first-frame", G_CALLBACK (first_cb), tile);
  g_signal_connect (tile->decoder, "key-wanted", G_CALLBACK (key_wanted_cb), tile);
  g_signal_connect (tile->decoder, "failed", G_CALLBACK (failed_cb), tile);
  g_signal_connect (tile->slot, "frame", G_CALLBACK (frame_cb), tile);

  return tile;
}

static void
tile_free (Tile *tile)
{
  g_signal_handlers_disconnect_by_data (tile->slot, tile);
  vigil_tile_decoder_close (tile->decoder);
  g_object_unref (tile->decoder);
  g_object_unref (tile->slot);
  g_free (tile);
}

static gboolean
has_expected (gpointer data)
{
  Tile *tile = data;

  return vigil_frame_slot_get_n_published (tile->slot) >= tile->expected;
}

static gboolean
nothing_lives (gpointer unused)
{
  return media_metric ("decoders_live") == 0 && media_metric ("chains_live") == 0;
}

/* Waits for so many frames since the beginning, and that no more come. */
static void
assert_published (Tile *tile,
                  guint n)
{
  tile->expected = n;
  g_assert_true (media_wait (has_expected, tile, 5000));
  media_run (60);
  g_assert_cmpuint (vigil_frame_slot_get_n_published (tile->slot), ==, n);
  g_assert_cmpuint (tile->n_wrong, ==, 0);
}

static void
test_plays (gconstpointer data)
{
  const char *factory = data;
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  g_autoptr (GstElementFactory) found = NULL;
  Tile *tile;

  if (factory != NULL && (found = gst_element_factory_find (factory)) == NULL)
    {
      g_test_skip ("not installed");
      return;
    }
  vigil_decoder_chain_prefer ("VP8", factory);

  tile = tile_new (1, 3, "VP8");
  for (guint round = 0; round < 10; round++)
    media_clip_push (clip, tile->decoder, 0, RATE);
  assert_published (tile, 10 * RATE);
  g_assert_cmpuint (tile->n_first, ==, 1);
  g_assert_cmpuint (tile->n_right, >, 0);
  g_assert_cmpuint (tile->n_key_wanted, ==, 0);
  g_assert_cmpuint (vigil_frame_slot_get_n_allocated (tile->slot), <=, 3);

  tile_free (tile);
  vigil_decoder_chain_prefer ("VP8", NULL);
}

/* Into a running stream: inter frames alone are nobody's picture. */
static void
test_begins_with_deltas (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  Tile *tile = tile_new (1, 3, "VP8");

  media_clip_push (clip, tile->decoder, 5, 10);
  media_run (100);
  g_assert_cmpuint (tile->n_first, ==, 0);
  g_assert_cmpuint (tile->n_key_wanted, ==, 1);
  assert_published (tile, 0);

  media_clip_push (clip, tile->decoder, 0, RATE);
  assert_published (tile, RATE);
  g_assert_cmpuint (tile->n_first, ==, 1);
  g_assert_cmpuint (tile->n_key_wanted, ==, 1);
  tile_free (tile);
}

static void
test_loss (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  Tile *tile = tile_new (1, 3, "VP8");
  gint64 losses = media_metric ("losses");

  media_clip_push (clip, tile->decoder, 0, 6);
  g_ptr_array_unref (media_clip_frame (clip, 6));
  media_clip_push (clip, tile->decoder, 7, 8);
  assert_published (tile, 6);
  g_assert_cmpint (media_metric ("losses"), ==, losses + 1);
  g_assert_cmpuint (tile->n_key_wanted, ==, 1);

  media_clip_push (clip, tile->decoder, 0, RATE);
  assert_published (tile, 6 + RATE);
  tile_free (tile);
}

static void
test_pause (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  Tile *tile = tile_new (1, 3, "VP8");

  media_clip_push (clip, tile->decoder, 0, 6);
  assert_published (tile, 6);
  vigil_tile_decoder_pause (tile->decoder);

  /* Sent before the server paused: even a key frame is of before. */
  media_clip_push (clip, tile->decoder, 6, 2);
  media_clip_push (clip, tile->decoder, 0, 1);
  assert_published (tile, 6);

  media_run (300);
  media_clip_push (clip, tile->decoder, 8, 4);
  assert_published (tile, 6);
  g_assert_cmpuint (tile->n_first, ==, 1);

  media_clip_push (clip, tile->decoder, 0, 4);
  assert_published (tile, 10);
  g_assert_cmpuint (tile->n_first, ==, 2);
  tile_free (tile);
}

/* Scrolled away and back at once: the key frame that comes is taken. */
static void
test_short_pause (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  Tile *tile = tile_new (1, 3, "VP8");

  media_clip_push (clip, tile->decoder, 0, 6);
  assert_published (tile, 6);
  vigil_tile_decoder_pause (tile->decoder);
  vigil_tile_decoder_resume (tile->decoder);
  media_clip_push (clip, tile->decoder, 6, 2);
  assert_published (tile, 6);
  media_clip_push (clip, tile->decoder, 0, 2);
  assert_published (tile, 8);
  g_assert_cmpuint (tile->n_first, ==, 2);
  tile_free (tile);
}

static gboolean
has_no_chain (gpointer data)
{
  return media_metric ("chains_live") == 0;
}

/* @data: (nullable): the decoder element to use, which needs its caps once more. A paused feed has no decoder after
 * a rest; the key frame after the resume is shown, and nothing that comes before it. A running one keeps its own. */
static void
test_rest (gconstpointer data)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  gint64 rested = media_metric ("decoders_rested");
  Tile *tile;

  vigil_decoder_chain_prefer ("VP8", data);
  tile = tile_new (1, 3, "VP8");
  media_clip_push (clip, tile->decoder, 0, 6);
  assert_published (tile, 6);
  vigil_tile_decoder_rest (tile->decoder);
  media_clip_push (clip, tile->decoder, 6, 2);
  assert_published (tile, 8);
  g_assert_cmpint (media_metric ("decoders_rested"), ==, rested);

  vigil_tile_decoder_pause (tile->decoder);
  media_run (300);
  vigil_tile_decoder_rest (tile->decoder);
  g_assert_true (media_wait (has_no_chain, NULL, 2000));
  g_assert_cmpint (media_metric ("decoders_rested"), ==, rested + 1);
  g_assert_true (vigil_tile_decoder_get_waiting (tile->decoder));

  vigil_tile_decoder_resume (tile->decoder);
  media_clip_push (clip, tile->decoder, 8, 2);
  assert_published (tile, 8);
  media_clip_push (clip, tile->decoder, 0, 3);
  assert_published (tile, 11);
  g_assert_cmpuint (tile->n_first, ==, 2);
  tile_free (tile);
  vigil_decoder_chain_prefer ("VP8", NULL);
}

static void
test_nobody_looks (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  Tile *tile = tile_new (1, 3, "VP8");
  gint64 decoded = media_metric ("frames_decoded");

  vigil_frame_slot_set_wanted_size (tile->slot, 0, 0);
  media_clip_push (clip, tile->decoder, 0, 10);
  assert_published (tile, 0);
  g_assert_cmpint (media_metric ("frames_decoded"), ==, decoded + 10);
  g_assert_cmpuint (tile->n_first, ==, 1);
  g_assert_cmpuint (vigil_frame_slot_get_n_allocated (tile->slot), ==, 0);

  vigil_frame_slot_set_wanted_size (tile->slot, 160, 90);
  media_clip_push (clip, tile->decoder, 10, 1);
  assert_published (tile, 1);
  tile_free (tile);
}

static void
test_size_changes_in_band (void)
{
  g_autoptr (MediaClip) large = media_clip_new (3, 640, 360, RATE);
  g_autoptr (MediaClip) small = media_clip_new (3, 162, 90, RATE);
  Tile *tile = tile_new (1, 3, "VP8");
  g_autoptr (VigilFrame) frame = NULL;

  media_clip_push (large, tile->decoder, 0, 3);
  media_clip_follow (small, large);
  media_clip_push (small, tile->decoder, 0, 3);
  media_clip_follow (large, small);
  media_clip_push (large, tile->decoder, 0, 3);
  media_clip_follow (small, large);
  media_clip_push (small, tile->decoder, 0, 3);
  assert_published (tile, 12);

  frame = vigil_frame_slot_dup_frame (tile->slot);
  g_assert_cmpuint (frame->source_width, ==, 162);
  g_assert_cmpuint (frame->source_height, ==, 90);
  g_assert_cmpuint (frame->width, ==, 320);
  tile_free (tile);
}

static GstBuffer *
random_packet (guint16 seq,
               guint8  first)
{
  guint8 bytes[400] = { 0x80, 96 | 0x80 };

  GST_WRITE_UINT16_BE (bytes + 2, seq);
  for (guint i = 12; i < sizeof bytes; i++)
    bytes[i] = (guint8) g_test_rand_int ();
  bytes[12] = first;

  return gst_buffer_new_memdup (bytes, sizeof bytes);
}

static GstBuffer *
damaged (GstBuffer *packet)
{
  GstBuffer *copy = gst_buffer_copy_deep (packet);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (copy, &map, GST_MAP_READWRITE));
  for (guint i = 0; i < 3; i++)
    map.data[g_test_rand_int_range (12, (gint32) map.size)] = (guint8) g_test_rand_int ();
  gst_buffer_unmap (copy, &map);

  return copy;
}

static void
push_garbage (Tile      *tile,
              MediaClip *clip)
{
  guint16 seq = 0;

  for (guint i = 0; i < 300; i++)
    vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (tile->decoder),
                                   random_packet (seq++, i % 2 == 0 ? 0x10 : (guint8) g_test_rand_int ()));
  for (guint round = 0; round < 8; round++)
    for (guint i = 0; i < RATE; i++)
      {
        g_autoptr (GPtrArray) packets = media_clip_frame (clip, i);

        for (guint j = 0; j < packets->len; j++)
          vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (tile->decoder), damaged (packets->pdata[j]));
        media_run (1);
      }
  vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (tile->decoder), gst_buffer_new ());
}

static void
run_neighbours (Tile **tiles,
                guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MediaClip) clip = media_clip_new (tiles[i]->look, 320, 180, RATE);

      media_clip_push (clip, tiles[i]->decoder, 0, RATE);
    }
  for (guint i = 0; i < n; i++)
    {
      assert_published (tiles[i], RATE);
      g_assert_cmpuint (tiles[i]->n_failed, ==, 0);
    }
}

static void
make_neighbours (Tile **tiles,
                 guint  n)
{
  for (guint i = 0; i < n; i++)
    tiles[i] = tile_new (100 + i, 10 + i, "VP8");
}

static void
test_garbage (gconstpointer data)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  Tile *neighbours[3];
  Tile *bad;

  vigil_decoder_chain_prefer ("VP8", data);
  bad = tile_new (1, 3, "VP8");
  vigil_decoder_chain_prefer ("VP8", NULL);
  make_neighbours (neighbours, 3);

  push_garbage (bad, clip);
  run_neighbours (neighbours, 3);
  /* Damage can turn one picture into another, but never into another person's marker. */
  g_assert_cmpuint (bad->n_wrong, ==, 0);

  for (guint i = 0; i < 3; i++)
    tile_free (neighbours[i]);
  tile_free (bad);
}

static gboolean
is_refused (gpointer before)
{
  return media_metric ("frames_refused") > *(gint64 *) before;
}

static void
test_hostile_size (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  g_autoptr (GPtrArray) packets = media_clip_frame (clip, 0);
  gint64 refused = media_metric ("frames_refused");
  Tile *tile = tile_new (1, 3, "VP8");
  GstBuffer *first = gst_buffer_copy_deep (packets->pdata[0]);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (first, &map, GST_MAP_READWRITE));
  memset (map.data + 13 + 6, 0xff, 4);
  gst_buffer_unmap (first, &map);
  vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (tile->decoder), first);
  for (guint i = 1; i < packets->len; i++)
    vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (tile->decoder), gst_buffer_ref (packets->pdata[i]));
  media_clip_push (clip, tile->decoder, 1, 3);
  g_assert_true (media_wait (is_refused, &refused, 5000));
  assert_published (tile, 0);

  media_clip_push (clip, tile->decoder, 0, 3);
  assert_published (tile, 3);
  tile_free (tile);
}

static gboolean
one_is_stuck (gpointer unused)
{
  return media_stuck_n () == 1;
}

static void
test_stuck (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  gint64 dropped = media_metric ("packets_dropped");
  Tile *neighbours[3];
  gint64 begin;
  Tile *bad;

  vigil_decoder_chain_prefer ("VP8", "vigilteststuck");
  media_stuck_release (FALSE);
  bad = tile_new (1, 3, "VP8");
  media_clip_push (clip, bad->decoder, 0, 1);
  g_assert_true (media_wait (one_is_stuck, NULL, 2000));
  vigil_decoder_chain_prefer ("VP8", NULL);
  g_assert_cmpint (vigil_tile_decoder_get_busy (bad->decoder), >, 0);

  /* Packets go on coming, and memory must not. */
  for (guint i = 0; i < 80; i++)
    media_clip_push (clip, bad->decoder, 0, RATE);
  g_assert_cmpint (media_metric ("packets_dropped"), >, dropped);

  make_neighbours (neighbours, 3);
  run_neighbours (neighbours, 3);
  for (guint i = 0; i < 3; i++)
    tile_free (neighbours[i]);

  begin = g_get_monotonic_time ();
  tile_free (bad);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 500 * 1000);
  media_stuck_release (TRUE);
  g_assert_true (media_wait (nothing_lives, NULL, 3000));
}

static void
test_failing (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  Tile *neighbours[3];
  Tile *bad;

  vigil_decoder_chain_prefer ("VP8", "vigiltesterror");
  bad = tile_new (1, 3, "VP8");
  media_clip_push (clip, bad->decoder, 0, RATE);
  media_run (200);
  vigil_decoder_chain_prefer ("VP8", NULL);
  /* It goes on the usual way, from the next key frame. */
  g_assert_cmpuint (bad->n_failed, ==, 0);
  g_assert_cmpuint (bad->n_key_wanted, ==, 1);
  assert_published (bad, 0);
  media_clip_push (clip, bad->decoder, 0, RATE);
  assert_published (bad, RATE);

  make_neighbours (neighbours, 3);
  run_neighbours (neighbours, 3);
  for (guint i = 0; i < 3; i++)
    tile_free (neighbours[i]);
  g_assert_cmpuint (bad->n_failed, ==, 0);
  g_assert_cmpuint (bad->n_wrong, ==, 0);
  tile_free (bad);
}

static void
test_churn (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  guint threads = media_n_threads ();

  for (guint i = 0; i < 300; i++)
    {
      Tile *tile = tile_new (i + 1, 3, "VP8");

      media_clip_push (clip, tile->decoder, 0, 2);
      if (i % 3 == 0)
        media_run (2);
      tile_free (tile);
    }
  g_assert_true (media_wait (nothing_lives, NULL, 5000));
  g_assert_cmpuint (media_n_threads (), <=, threads);
}

static void
test_unknown_codec (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_tile_decoder_new (1, "AV2", pool, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (vigil_tile_decoder_new (1, NULL, pool, &error));
  g_assert_nonnull (error);
}

/* A parameter set that no caps tell of: of 8192 × 16, or @corner: 16 × 16 of 4096 × 4096. */
static GstBuffer *
make_hostile_set (gboolean corner)
{
  static const guint8 whole[] = { 0x67, 0x42, 0xc0, 0x0d, 0x59, 0x50, 0x01, 0x00, 0x72 };
  static const guint8 cropped[] = { 0x67, 0x42, 0xc0, 0x28, 0x59, 0x50, 0x02, 0x00, 0x01, 0x00, 0xf0, 0x03, 0xfc, 0xc0, 0x0f, 0xf2, 0x80 };
  guint8 packet[64] = { 0x80, 96 };

  memcpy (packet + 12, corner ? cropped : whole, corner ? sizeof cropped : sizeof whole);
  return gst_buffer_new_memdup (packet, 12 + (corner ? sizeof cropped : sizeof whole));
}

/* H.264 through GStreamer's elements, from an encoder of theirs. */
static void
test_h264 (gconstpointer hostile)
{
  g_autoptr (GstElementFactory) encoder = gst_element_factory_find ("openh264enc");
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GError) error = NULL;
  gboolean corner = g_strcmp0 (hostile, "corner") == 0;
  const char *metric = corner ? "frames_withheld" : "frames_refused";
  gint64 before = media_metric (metric);
  GstSample *sample;
  Tile *tile;

  if (encoder == NULL || !vigil_decoder_chain_supports ("H264"))
    {
      g_test_skip ("no H.264 here");
      return;
    }

  pipeline = gst_parse_launch ("videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=322,height=180,framerate=15/1 "
                               "! openh264enc ! h264parse ! rtph264pay config-interval=-1 pt=96 aggregate-mode=zero-latency "
                               "! appsink name=sink sync=false", &error);
  g_assert_no_error (error);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  tile = tile_new (1, 3, "H264");
  if (hostile != NULL)
    vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (tile->decoder), make_hostile_set (corner));
  for (;;)
    {
      g_signal_emit_by_name (sink, "pull-sample", &sample);
      if (sample == NULL)
        break;
      vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (tile->decoder), gst_buffer_ref (gst_sample_get_buffer (sample)));
      gst_sample_unref (sample);
    }
  gst_element_set_state (pipeline, GST_STATE_NULL);

  if (hostile != NULL)
    {
      for (guint i = 0; i < 500 && media_metric (metric) == before; i++)
        media_run (10);
      g_assert_cmpint (media_metric (metric), >, before);
      g_assert_cmpuint (tile->n_failed, ==, 0);
      tile_free (tile);
      return;
    }
  tile->expected = 15;
  g_assert_true (media_wait (has_expected, tile, 5000));
  media_run (20);
  g_assert_cmpuint (tile->n_first, ==, 1);
  tile_free (tile);
}

/* Twenty pictures, of which the first is a key frame. */
static void
push_h264 (Tile *tile)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,payload=97");
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline =
    gst_parse_launch ("videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=320,height=180,framerate=15/1 ! openh264enc ! h264parse "
                      "! rtph264pay config-interval=-1 pt=97 aggregate-mode=zero-latency ! appsink name=sink sync=false", &error);
  g_autoptr (GstElement) sink = NULL;
  GstSample *sample;

  g_assert_no_error (error);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  vigil_packet_sink_set_caps (VIGIL_PACKET_SINK (tile->decoder), caps);
  for (;;)
    {
      g_signal_emit_by_name (sink, "pull-sample", &sample);
      if (sample == NULL)
        break;
      vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (tile->decoder), gst_buffer_ref (gst_sample_get_buffer (sample)));
      gst_sample_unref (sample);
    }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* A helper that has to be started first costs the packets that it was started for, and a key frame is asked for again. */
static void
show_h264 (Tile *tile)
{
  tile->expected = vigil_frame_slot_get_n_published (tile->slot) + 15;
  for (guint i = 0; i < 5 && !has_expected (tile); i++)
    {
      push_h264 (tile);
      media_wait (has_expected, tile, 1500);
    }
  g_assert_true (has_expected (tile));
  media_run (100);
}

static void
show_clip (Tile      *tile,
           MediaClip *clip)
{
  guint n_right = tile->n_right;

  for (guint i = 0; i < 5 && tile->n_right == n_right; i++)
    {
      media_clip_push (clip, tile->decoder, 0, RATE);
      media_run (300);
    }
  g_assert_cmpuint (tile->n_right, >, n_right);
}

/* A sender who may choose: the codec is what comes. He may change his mind as well, though not as often as he likes. */
static void
test_two_codecs (void)
{
  g_autoptr (MediaClip) clip = media_clip_new (3, 320, 180, RATE);
  g_autoptr (GstElementFactory) encoder = gst_element_factory_find ("openh264enc");
  gint64 changed = media_metric ("codecs_changed");
  gint64 began;
  guint64 n;
  Tile *tile;

  if (encoder == NULL || !vigil_decoder_chain_supports ("H264"))
    {
      g_test_skip ("no H.264 here");
      return;
    }
  tile = tile_new (1, 3, "VP8");
  vigil_tile_decoder_allow (tile->decoder, "H264", host != NULL ? vigil_decode_host_get_helper (host, "H264") : NULL);
  show_h264 (tile);
  g_assert_cmpint (media_metric ("codecs_changed") - changed, ==, 1);
  g_assert_cmpuint (tile->n_first, ==, 1);
  media_run (1000);
  began = g_get_monotonic_time ();
  show_clip (tile, clip);
  g_assert_cmpint (media_metric ("codecs_changed") - changed, ==, 2);

  /* Back too soon: nothing of it is taken for VP8, and nothing is shown. */
  n = vigil_frame_slot_get_n_published (tile->slot);
  push_h264 (tile);
  media_run (100);
  if (g_get_monotonic_time () - began < G_USEC_PER_SEC)
    {
      g_assert_cmpuint (vigil_frame_slot_get_n_published (tile->slot), ==, n);
      g_assert_cmpint (media_metric ("codecs_changed") - changed, ==, 2);
    }
  else
    g_test_message ("this machine is too slow to be too soon");
  show_clip (tile, clip);
  g_assert_cmpuint (tile->n_failed, ==, 0);
  g_assert_cmpuint (tile->n_wrong, ==, 0);
  tile_free (tile);
  g_assert_true (media_wait (nothing_lives, NULL, 5000));
}

int
main (int    argc,
      char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();
  gst_init (NULL, NULL);
  media_bad_decoders_register ();
  pool = vigil_decode_pool_new (2, vigil_tile_decoder_run, vigil_tile_decoder_joins);
  if (argc > 1 && g_str_equal (argv[1], "helper"))
    host = vigil_decode_host_new (2);

  g_test_add_data_func ("/media/tile-decoder/plays/own", NULL, test_plays);
  g_test_add_data_func ("/media/tile-decoder/plays/vp8dec", "vp8dec", test_plays);
  g_test_add_data_func ("/media/tile-decoder/plays/avdec_vp8", "avdec_vp8", test_plays);
  g_test_add_func ("/media/tile-decoder/begins-with-deltas", test_begins_with_deltas);
  g_test_add_func ("/media/tile-decoder/loss", test_loss);
  g_test_add_func ("/media/tile-decoder/pause", test_pause);
  g_test_add_func ("/media/tile-decoder/short-pause", test_short_pause);
  g_test_add_data_func ("/media/tile-decoder/rest/own", NULL, test_rest);
  g_test_add_data_func ("/media/tile-decoder/rest/vp8dec", "vp8dec", test_rest);
  g_test_add_func ("/media/tile-decoder/nobody-looks", test_nobody_looks);
  g_test_add_func ("/media/tile-decoder/size-changes-in-band", test_size_changes_in_band);
  g_test_add_data_func ("/media/tile-decoder/garbage/own", NULL, test_garbage);
  g_test_add_data_func ("/media/tile-decoder/garbage/vp8dec", "vp8dec", test_garbage);
  g_test_add_func ("/media/tile-decoder/hostile-size", test_hostile_size);
  g_test_add_func ("/media/tile-decoder/stuck", test_stuck);
  g_test_add_func ("/media/tile-decoder/failing", test_failing);
  g_test_add_func ("/media/tile-decoder/churn", test_churn);
  g_test_add_func ("/media/tile-decoder/unknown-codec", test_unknown_codec);
  g_test_add_data_func ("/media/tile-decoder/h264", NULL, test_h264);
  g_test_add_data_func ("/media/tile-decoder/h264/hostile-set", "hostile", test_h264);
  g_test_add_func ("/media/tile-decoder/two-codecs", test_two_codecs);
  g_test_add_data_func ("/media/tile-decoder/h264/corner", "corner", test_h264);

  result = g_test_run ();
  vigil_decode_pool_unref (pool);
  if (host != NULL && result == 0)
    g_assert_cmpint (media_metric ("helpers_started"), ==, 2);
  g_clear_pointer (&host, vigil_decode_host_free);
  return result;
}
