/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The receive transport against the real mediasoup: the media layer's rig with another SFU behind it. */

#include "figures.h"
#include "interop-peer.h"
#include "media-rig.h"
#include "vigil-main-post.h"

#define N_FEEDS 24
#define N_CYCLES 100

/* A wall of feeds at once, each one's picture its own; then paused and resumed. */
static void
test_wall (void)
{
  MediaRig *rig = media_rig_new (N_FEEDS, 320, 180, 10);
  MediaFeed *feeds[N_FEEDS];

  media_rig_open (rig);
  for (guint i = 0; i < N_FEEDS; i++)
    feeds[i] = media_rig_attach (rig, i, 160, 90);
  for (guint i = 0; i < N_FEEDS; i++)
    media_rig_resume (feeds[i]);
  g_assert_true (media_wait (media_all_first, rig, 5000));
  media_run (1500);
  media_rig_check_right (rig, 8);

  for (guint i = 0; i < N_FEEDS; i++)
    media_rig_pause (feeds[i]);
  media_run (500);
  for (guint i = 0; i < N_FEEDS; i++)
    media_rig_resume (feeds[i]);
  g_assert_true (media_wait (media_all_first, rig, 5000));
  media_run (500);
  media_rig_check_right (rig, 12);
  g_assert_cmpuint (rig->n_lost, ==, 0);

  media_rig_free (rig);
}

/* Consumed and closed again and again: nothing of a closed consumer stays. */
static void
test_churn (void)
{
  MediaRig *rig = media_rig_new (8, 320, 180, 10);
  guint threads = 0, fds = 0;

  media_rig_open (rig);
  for (guint i = 0; i < N_CYCLES; i++)
    {
      MediaFeed *feed = media_rig_attach (rig, i % 8, 160, 90);

      media_rig_resume (feed);
      g_assert_true (media_wait (media_has_first, feed, 5000));
      g_assert_cmpuint (feed->n_wrong, ==, 0);
      media_rig_detach (feed);
      if (i == 9)
        {
          media_run (300);
          threads = media_n_threads ();
          fds = media_n_fds ();
        }
    }
  media_run (300);
  g_test_message ("threads %u → %u, fds %u → %u", threads, media_n_threads (), fds, media_n_fds ());
  g_assert_cmpuint (media_n_threads (), <=, threads + 1);
  g_assert_cmpuint (media_n_fds (), <=, fds + 1);
  g_assert_cmpint (media_metric ("pads_live"), ==, 0);
  g_assert_cmpint (media_rig_count (rig, "consumers"), ==, 0);

  media_rig_free (rig);
}

static gboolean
is_lost (gpointer data)
{
  return ((MediaRig *) data)->n_lost > 0;
}

/* A worker that hangs changes no connection state (webrtc.md, rule 11): the
 * media watchdog must say it. Then it is killed, and a new transport plays. */
static void
test_dead_worker (void)
{
  MediaRig *rig = media_rig_new (4, 320, 180, 10);
  g_autoptr (JsonObject) frozen = NULL;
  g_autoptr (JsonObject) killed = NULL;

  media_rig_open (rig);
  for (guint i = 0; i < 4; i++)
    media_rig_resume (media_rig_attach (rig, i, 160, 90));
  g_assert_true (media_wait (media_all_first, rig, 5000));

  frozen = media_rig_call (rig, "{\"verb\":\"frozen\",\"value\":true}");
  g_assert_true (json_object_get_boolean_member (frozen, "ok"));
  g_assert_true (media_wait (is_lost, rig, 8000));
  g_test_message ("lost: %s", rig->lost_reason);

  vigil_media_engine_close (rig->media);
  g_hash_table_remove_all (rig->feeds);
  killed = media_rig_call (rig, "{\"verb\":\"kill\"}");
  g_assert_true (json_object_get_boolean_member (killed, "ok"));

  media_rig_open (rig);
  for (guint i = 0; i < 4; i++)
    media_rig_resume (media_rig_attach (rig, i, 160, 90));
  g_assert_true (media_wait (media_all_first, rig, 5000));
  media_run (500);
  media_rig_check_right (rig, 3);

  media_rig_free (rig);
}

/* A network that lets no UDP through: the same wall over TCP. */
static void
test_tcp (void)
{
  MediaRig *rig = media_rig_new (8, 320, 180, 10);
  g_autoptr (JsonObject) tcp = media_rig_call (rig, "{\"verb\":\"network\",\"udp\":false,\"tcp\":true}");

  g_assert_true (json_object_get_boolean_member (tcp, "ok"));
  media_rig_open (rig);
  for (guint i = 0; i < 8; i++)
    media_rig_resume (media_rig_attach (rig, i, 160, 90));
  g_assert_true (media_wait (media_all_first, rig, 10000));
  media_run (1500);
  media_rig_check_right (rig, 8);
  g_assert_cmpuint (rig->n_lost, ==, 0);

  media_rig_free (rig);
}

typedef struct
{
  MediaFeed *feed;
  guint      width;
} Awaited;

static gboolean
has_width (gpointer data)
{
  Awaited *awaited = data;
  VigilFeedStats stats;

  return vigil_media_engine_get_stats (awaited->feed->rig->media, awaited->feed->id, &stats) && stats.width == awaited->width;
}

static void
ask_layer (MediaFeed *feed,
           guint      layer)
{
  g_autoptr (JsonObject) answer = media_rig_call (feed->rig, "{\"verb\":\"layer\",\"consumer\":\"%s\",\"layer\":%u}", feed->info.id, layer);

  g_assert_true (json_object_get_boolean_member (answer, "ok"));
}

/* Returns: milliseconds until pictures of @width came. */
static double
switch_layer (MediaFeed *feed,
              guint      layer,
              guint      width)
{
  Awaited awaited = { feed, width };
  gint64 began = g_get_monotonic_time ();

  ask_layer (feed, layer);
  /* The first time mediasoup waits for a sender report of that layer, which come every five seconds. */
  g_assert_true (media_wait (has_width, &awaited, 10000));
  return (g_get_monotonic_time () - began) / 1000.0;
}

/* Simulcast: layers change on the same SSRC while pictures go on, all of them the right one. */
static void
test_simulcast (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 15);
  g_autoptr (JsonObject) made = media_rig_call (rig, "{\"verb\":\"simulcast\"}");
  MediaFeed *feed;
  VigilFeedStats stats;
  double up = 0, down = 0;

  g_assert_true (json_object_get_boolean_member (made, "ok"));
  media_rig_open (rig);
  feed = media_rig_attach (rig, (guint) json_object_get_int_member (made, "producer"), 320, 180);
  g_assert_cmpuint (feed->info.n_layers, ==, 2);
  feed->producer = 0; /* whose pictures these are, in either size */
  /* The lowest first: nothing larger comes before somebody needs it. */
  ask_layer (feed, 0);
  media_rig_resume (feed);
  g_assert_true (media_wait (media_has_first, feed, 5000));
  media_run (500);
  g_assert_true (vigil_media_engine_get_stats (rig->media, feed->id, &stats));
  g_assert_cmpuint (stats.width, ==, 320);

  for (guint i = 0; i < 3; i++)
    {
      up = switch_layer (feed, 1, 640);
      media_run (400);
      down = switch_layer (feed, 0, 320);
      media_run (400);
      g_test_message ("layer up after %.0f ms, down after %.0f ms", up, down);
    }
  g_assert_true (vigil_media_engine_get_stats (rig->media, feed->id, &stats));
  g_test_message ("%u pictures, %u right; %" G_GUINT64_FORMAT " decoded in %.1f ms of a processor, %.1f ms waited, %" G_GUINT64_FORMAT " bytes",
                  feed->n_frames, feed->n_right, stats.frames, stats.cpu_us / 1000.0, stats.late_us / 1000.0, stats.bytes);
  g_assert_cmpuint (feed->n_wrong, ==, 0);
  g_assert_cmpuint (feed->n_right, >=, 20);
  g_assert_cmpuint (feed->n_failed, ==, 0);
  g_assert_cmpuint (stats.bytes, >, 10000);
  g_assert_cmpint (stats.cpu_us, >, 0);

  media_rig_free (rig);
}

static void
resume_all (MediaFeed **feeds)
{
  for (guint i = 0; i < N_FEEDS; i++)
    media_rig_resume (feeds[i]);
}

static void
note_first (MediaFeed **feeds,
            Figures    *values)
{
  for (guint i = 0; i < N_FEEDS; i++)
    figures_add (values, (feeds[i]->first_us - feeds[i]->attached_us) / 1000.0);
}

static gint64
n_decoded (void)
{
  return media_metric ("frames_decoded");
}

/* The same as test-janus measures, for docs/performance.md. Signalling is by hand here, one blocking call a verb. */
static void
test_figures (void)
{
  MediaRig *rig = media_rig_new (N_FEEDS, 640, 360, 15);
  g_autoptr (Figures) values = figures_new ();
  MediaFeed *feeds[N_FEEDS];

  media_rig_open (rig);
  for (guint i = 0; i < N_FEEDS; i++)
    feeds[i] = media_rig_attach (rig, i, 160, 90);
  resume_all (feeds);
  g_assert_true (media_wait (media_all_first, rig, 8000));
  media_run (3000);
  figures_load ("24 of 640x360@15", 15, n_decoded);
  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < N_FEEDS; i++)
        media_rig_pause (feeds[i]);
      media_run (1500);
      resume_all (feeds);
      g_assert_true (media_wait (media_all_first, rig, 8000));
      note_first (feeds, values);
      media_run (500);
    }
  figures_report (values, "24 resumed from pause");
  for (guint i = 0; i < N_FEEDS; i++)
    media_rig_pause (feeds[i]);
  media_run (2000);
  figures_load ("24 paused", 5, n_decoded);
  media_rig_free (rig);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *sfu = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  status = interop_setup ();
  if (status != 0)
    return status;
  sfu = interop_dup_path ("media-sfu.mjs");
  g_setenv ("VIGIL_MEDIA_SFU", sfu, TRUE);

  vigil_set_main_thread ();
  g_test_add_func ("/interop/mediasoup/wall", test_wall);
  g_test_add_func ("/interop/mediasoup/churn", test_churn);
  g_test_add_func ("/interop/mediasoup/dead-worker", test_dead_worker);
  g_test_add_func ("/interop/mediasoup/tcp", test_tcp);
  g_test_add_func ("/interop/mediasoup/simulcast", test_simulcast);
  if (g_test_perf ())
    g_test_add_func ("/interop/mediasoup/figures", test_figures);
  return g_test_run ();
}
