/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The yardstick: the rehearsal's VP8 clips, RTP → depayloader → decoder → nothing.
 *
 * No WebRTC, no scaling and no drawing, one pipeline a clip. What the client
 * spends on the same streams is a ratio to this, taken in the same run.
 * --convert adds the step to a tile's BGRx, to compare ways of doing it.
 */
#include <gst/app/app.h>
#include <gst/gst.h>
#include <libyuv.h>
#include <stdio.h>
#include <string.h>

#include "bench-process.h"
#include "vigil-hall-packetizer.h"
#include "vigil-sim-encoder.h"

typedef struct
{
  VigilSimClip        *clip;
  VigilHallPacketizer *packetizer;
  GstElement          *pipeline;
  GstElement          *src;
  guint                first;
  guint                at;
  guint8              *scratch;
  guint8              *pixels;
} Tile;

static int n_clips = 24;
static int width = 640;
static int height = 360;
static int rate = 15;
static int seconds = 8;
static int tile_width = 320;
static int tile_height = 180;
static char *decoder = NULL;
static char *convert = NULL;
static char *json_file = NULL;
static gint n_decoded; /* atomic */

static const GOptionEntry entries[] = {
  { "clips", 'n', 0, G_OPTION_ARG_INT, &n_clips, "How many streams (24)", "N" },
  { "width", 'w', 0, G_OPTION_ARG_INT, &width, "Width of the video (640)", "PIXELS" },
  { "height", 'h', 0, G_OPTION_ARG_INT, &height, "Height of the video (360)", "PIXELS" },
  { "rate", 'r', 0, G_OPTION_ARG_INT, &rate, "Frames a second (15)", "N" },
  { "seconds", 's', 0, G_OPTION_ARG_INT, &seconds, "How long to measure (8)", "N" },
  { "decoder", 'd', 0, G_OPTION_ARG_STRING, &decoder, "Element and properties (vp8dec threads=1)", "DESCRIPTION" },
  { "convert", 'c', 0, G_OPTION_ARG_STRING, &convert, "To BGRx at the tile's size: none (default), gst or libyuv", "WAY" },
  { "tile-width", 0, 0, G_OPTION_ARG_INT, &tile_width, "Width of a tile for --convert (320)", "PIXELS" },
  { "tile-height", 0, 0, G_OPTION_ARG_INT, &tile_height, "Height of a tile for --convert (180)", "PIXELS" },
  { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_file, "Also write the figures there", "FILE" },
  { NULL }
};

static void
convert_with_libyuv (Tile         *tile,
                     const guint8 *i420)
{
  int half = (width + 1) / 2, tile_half = (tile_width + 1) / 2;
  const guint8 *u = i420 + width * height;
  const guint8 *v = u + half * ((height + 1) / 2);
  guint8 *tile_u = tile->scratch + tile_width * tile_height;
  guint8 *tile_v = tile_u + tile_half * ((tile_height + 1) / 2);

  I420Scale (i420, width, u, half, v, half, width, height,
             tile->scratch, tile_width, tile_u, tile_half, tile_v, tile_half,
             tile_width, tile_height, kFilterBox);
  I420ToARGB (tile->scratch, tile_width, tile_u, tile_half, tile_v, tile_half,
              tile->pixels, tile_width * 4, tile_width, tile_height);
}

static void
handoff_cb (GstElement *sink,
            GstBuffer  *buffer,
            GstPad     *pad,
            gpointer    user_data)
{
  Tile *tile = user_data;
  GstMapInfo map;

  g_atomic_int_inc (&n_decoded);
  if (tile->scratch == NULL || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  if (map.size >= (gsize) width * (gsize) height * 3 / 2)
    convert_with_libyuv (tile, map.data);
  gst_buffer_unmap (buffer, &map);
}

static void
make_pipeline (Tile *tile)
{
  g_autofree char *scale = NULL;
  g_autofree char *description = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (convert, "gst") == 0)
    scale = g_strdup_printf ("! videoconvertscale n-threads=1 ! video/x-raw,format=BGRx,width=%d,height=%d", tile_width, tile_height);
  description = g_strdup_printf ("appsrc name=src is-live=true format=time do-timestamp=true "
                                 "caps=\"application/x-rtp,media=video,clock-rate=90000,encoding-name=VP8,payload=96\" "
                                 "! rtpvp8depay ! %s %s ! fakesink name=sink sync=false signal-handoffs=true",
                                 decoder != NULL ? decoder : "vp8dec threads=1", scale != NULL ? scale : "");
  tile->pipeline = gst_parse_launch (description, &error);
  if (tile->pipeline == NULL)
    g_error ("%s", error->message);

  if (g_strcmp0 (convert, "libyuv") == 0)
    {
      tile->scratch = g_malloc ((gsize) tile_width * (gsize) (tile_height + 2) * 2);
      tile->pixels = g_malloc ((gsize) tile_width * (gsize) tile_height * 4);
    }
  tile->src = gst_bin_get_by_name (GST_BIN (tile->pipeline), "src");
  sink = gst_bin_get_by_name (GST_BIN (tile->pipeline), "sink");
  g_signal_connect (sink, "handoff", G_CALLBACK (handoff_cb), tile);
  gst_element_set_state (tile->pipeline, GST_STATE_PLAYING);
}

static void
make_clip (Tile            *tile,
           VigilSimEncoder *encoder,
           guint            look)
{
  VigilSimClipKey key = {
    .look = look, .source = VIGIL_SIM_SOURCE_WEBCAM, .behaviour = VIGIL_SIM_BEHAVIOUR_PRESENT,
    .width = (guint) width, .height = (guint) height, .rate = (guint) rate,
  };
  g_autoptr (GError) error = NULL;

  tile->clip = vigil_sim_clip_new (&key);
  /* The first share is a short one. One whole second is enough: the decoder works as hard on each. */
  if (vigil_sim_encoder_encode (encoder, tile->clip, &error))
    {
      tile->first = tile->at = vigil_sim_clip_get_n_ready (tile->clip);
      vigil_sim_encoder_encode (encoder, tile->clip, &error);
    }
  if (error != NULL)
    g_error ("%s", error->message);
  tile->packetizer = vigil_hall_packetizer_new (VIGIL_HALL_KIND_VIDEO, 1000 + look);
}

static void
push_frame (Tile *tile)
{
  const VigilSimFrame *frame = vigil_sim_clip_get_frame (tile->clip, tile->at);
  guint n_dropped = 0;

  if (++tile->at == vigil_sim_clip_get_n_ready (tile->clip))
    tile->at = tile->first;
  gst_app_src_push_buffer_list (GST_APP_SRC (tile->src),
                                vigil_hall_packetizer_frame (tile->packetizer, frame, g_get_monotonic_time (),
                                                             GST_CLOCK_TIME_NONE, 0, &n_dropped));
}

/* Spread over the interval, as 24 cameras are. */
static void
play (Tile *tiles,
      int   for_seconds)
{
  gint64 begin = g_get_monotonic_time ();
  gint64 step = G_USEC_PER_SEC / rate / n_clips;

  for (gint64 i = 0; i < (gint64) for_seconds * rate * n_clips; i++)
    {
      gint64 wait = begin + i * step - g_get_monotonic_time ();

      if (wait > 0)
        g_usleep ((gulong) wait);
      push_frame (&tiles[i % n_clips]);
    }
}

static void
report (const BenchProcess *from,
        const BenchProcess *to,
        int                 frames)
{
  double cores = bench_process_cores (from, to);
  double per_second = frames / (to->at_s - from->at_s);

  printf ("bare decode: %d x %dx%d@%d, %s, convert %s\n", n_clips, width, height, rate,
          decoder != NULL ? decoder : "vp8dec threads=1", convert != NULL ? convert : "none");
  printf ("  CPU     %.3f core\n  frames  %.0f a second\n  threads %u\n  RSS     %.0f MB\n  PSS     %.0f MB\n",
          cores, per_second, to->threads, to->rss_mb, to->pss_mb);

  if (json_file != NULL)
    {
      g_autofree char *text = g_strdup_printf ("{\"cpu\": %.4f, \"frames_per_second\": %.1f, \"threads\": %u, "
                                               "\"rss_mb\": %.1f, \"pss_mb\": %.1f}\n",
                                               cores, per_second, to->threads, to->rss_mb, to->pss_mb);

      g_file_set_contents (json_file, text, -1, NULL);
    }
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- CPU of decoding alone");
  g_autoptr (VigilSimEncoder) encoder = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree Tile *tiles = NULL;
  BenchProcess from, to;
  int before;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || n_clips < 1 || rate < 1 || seconds < 1)
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "numbers must be positive");
      return 2;
    }

  gst_init (NULL, NULL);
  tiles = g_new0 (Tile, n_clips);
  encoder = vigil_sim_encoder_new ();
  for (int i = 0; i < n_clips; i++)
    {
      make_clip (&tiles[i], encoder, (guint) i);
      make_pipeline (&tiles[i]);
    }
  g_clear_pointer (&encoder, vigil_sim_encoder_free);

  play (tiles, 2);
  before = g_atomic_int_get (&n_decoded);
  bench_process_read (&from, 0);
  play (tiles, seconds);
  bench_process_read (&to, 0);
  report (&from, &to, g_atomic_int_get (&n_decoded) - before);

  for (int i = 0; i < n_clips; i++)
    {
      gst_element_set_state (tiles[i].pipeline, GST_STATE_NULL);
      gst_object_unref (tiles[i].src);
      gst_object_unref (tiles[i].pipeline);
      vigil_hall_packetizer_free (tiles[i].packetizer);
      vigil_sim_clip_unref (tiles[i].clip);
      g_free (tiles[i].scratch);
      g_free (tiles[i].pixels);
    }

  return 0;
}
