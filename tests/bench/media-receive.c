/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What receiving costs: the media engine alone, the SFU in another process, nothing drawn. */
#include <stdio.h>
#include <stdlib.h>

#include "bench-process.h"
#include "media-rig.h"
#include "vigil-main-post.h"

static int n_feeds = 24;
static int width = 640;
static int height = 360;
static int rate = 15;
static int seconds = 8;
static int tile_width = 320;
static int tile_height = 180;
static int n_rounds = 5;
static gboolean in_process = FALSE;

static const GOptionEntry entries[] = {
  { "feeds", 'n', 0, G_OPTION_ARG_INT, &n_feeds, "How many streams (24)", "N" },
  { "width", 'w', 0, G_OPTION_ARG_INT, &width, "Width of the video (640)", "PIXELS" },
  { "height", 'h', 0, G_OPTION_ARG_INT, &height, "Height of the video (360)", "PIXELS" },
  { "rate", 'r', 0, G_OPTION_ARG_INT, &rate, "Frames a second (15)", "N" },
  { "seconds", 's', 0, G_OPTION_ARG_INT, &seconds, "How long to measure CPU (8)", "N" },
  { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often to measure the first frames (5)", "N" },
  { "tile-width", 0, 0, G_OPTION_ARG_INT, &tile_width, "Width of a tile, 0: nobody looks (320)", "PIXELS" },
  { "tile-height", 0, 0, G_OPTION_ARG_INT, &tile_height, "Height of a tile (180)", "PIXELS" },
  { "in-process", 0, 0, G_OPTION_ARG_NONE, &in_process, "Decode in this process", NULL },
  { NULL }
};

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
print_times (const char *name,
             GArray     *times)
{
  g_array_sort (times, compare);
  if (times->len > 0)
    printf ("  %-22s p50 %4.0f  p95 %4.0f  max %4.0f ms  (%u)\n", name,
            g_array_index (times, double, times->len / 2),
            g_array_index (times, double, (guint) (times->len * 0.95)),
            g_array_index (times, double, times->len - 1), times->len);
}

static void
note_first (MediaFeed *feed,
            GArray    *times)
{
  double ms = (feed->first_us - feed->attached_us) / 1000.0;

  g_array_append_val (times, ms);
}

static void
attach_all (MediaRig   *rig,
            MediaFeed **feeds)
{
  for (int i = 0; i < n_feeds; i++)
    feeds[i] = media_rig_attach (rig, (guint) i, (guint) tile_width, (guint) tile_height);
  for (int i = 0; i < n_feeds; i++)
    media_rig_resume (feeds[i]);
  if (!media_wait (media_all_first, rig, 10000))
    printf ("  some feeds had no frame in 10 s\n");
}

static void
measure_first_frames (MediaRig   *rig,
                      MediaFeed **feeds)
{
  g_autoptr (GArray) together = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) later = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) resumed = g_array_new (FALSE, FALSE, sizeof (double));

  for (int round = 0; round < n_rounds; round++)
    {
      attach_all (rig, feeds);
      for (int i = 0; i < n_feeds; i++)
        note_first (feeds[i], together);
      media_run (300);

      media_rig_detach (feeds[0]);
      media_run (300 + (guint) round * 17);
      feeds[0] = media_rig_attach (rig, 0, (guint) tile_width, (guint) tile_height);
      media_rig_resume (feeds[0]);
      media_wait (media_has_first, feeds[0], 5000);
      note_first (feeds[0], later);

      media_rig_pause (feeds[0]);
      media_run (500 + (guint) round * 17);
      media_rig_resume (feeds[0]);
      media_wait (media_has_first, feeds[0], 5000);
      note_first (feeds[0], resumed);

      for (int i = 0; i < n_feeds; i++)
        media_rig_detach (feeds[i]);
      media_run (300);
    }

  print_times ("first frame, together", together);
  print_times ("first frame, one later", later);
  print_times ("first frame, resumed", resumed);
}

static void
measure_cost (MediaRig   *rig,
              MediaFeed **feeds)
{
  BenchProcess from, to;
  gint64 decoded;

  attach_all (rig, feeds);
  media_run (2000);
  decoded = media_metric ("frames_decoded");
  bench_process_read (&from, 0);
  media_run ((guint) seconds * 1000);
  bench_process_read (&to, 0);

  printf ("  CPU     %.3f core\n  frames  %.0f a second\n  threads %u\n  fds     %u\n  RSS     %.0f MB\n  PSS     %.1f MB, of it %.1f the helper's\n",
          bench_process_cores (&from, &to),
          (double) (media_metric ("frames_decoded") - decoded) / (to.at_s - from.at_s),
          to.threads, to.fds, to.rss_mb, to.pss_mb, to.helper_pss_mb);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- what receiving costs");
  g_autofree MediaFeed **feeds = NULL;
  g_autoptr (GError) error = NULL;
  MediaRig *rig;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || n_feeds < 1)
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "at least one feed");
      return 2;
    }

  vigil_set_main_thread ();
  rig = media_rig_new ((guint) n_feeds, (guint) width, (guint) height, (guint) rate);
  feeds = g_new0 (MediaFeed *, n_feeds);
  g_object_set (rig->engine, "decode-sandbox", !in_process, NULL);
  media_rig_open (rig);
  media_run (1000);

  printf ("media engine: %d x %dx%d@%d into %dx%d\n", n_feeds, width, height, rate, tile_width, tile_height);
  measure_first_frames (rig, feeds);
  measure_cost (rig, feeds);
  printf ("  losses %d, withheld %d, key frames asked %d, receive buffer %d\n",
          (int) media_metric ("losses"), (int) media_metric ("frames_withheld"),
          (int) media_metric ("key_frame_requests"), (int) media_metric ("receive_buffer"));

  media_rig_free (rig);
  return 0;
}
