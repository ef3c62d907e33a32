/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, closing and churning leave nothing behind, and never hold up the main loop. */
#include <stdio.h>
#include <unistd.h>

#include "media-rig.h"
#include "vigil-main-post.h"
#include "vigil-media-error.h"
#include "vigil-receive-transport-private.h"
#include "vigil-webrtc-engine-private.h"

/* What the main thread may do without a break. A lock's holder that lost its core to somebody
 * else's work can hold it up once; waiting for a transport's end would do so every time. */
#define BLOCK_LIMIT_MS 50
#define MAX_BLOCKS     2

/* How long this thread was ready to run and had to wait for a core, in ms. */
static double
run_delay_ms (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/schedstat", (int) getpid ());
  g_autofree char *text = NULL;
  guint64 ran = 0, waited = 0;

  if (g_file_get_contents (path, &text, NULL, NULL))
    sscanf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &ran, &waited);

  return (double) waited / 1e6;
}

typedef struct
{
  gint64 wall;
  double delay;
  double worst;
  guint  n_blocks;
} Watch;

static void
watch_begin (Watch *watch)
{
  watch->delay = run_delay_ms ();
  watch->wall = g_get_monotonic_time ();
}

/* The machine is shared: time spent waiting for a core is not ours. */
static void
watch_end (Watch *watch)
{
  double took = (double) (g_get_monotonic_time () - watch->wall) / 1000.0 - (run_delay_ms () - watch->delay);

  watch->worst = MAX (watch->worst, took);
  watch->n_blocks += took > BLOCK_LIMIT_MS ? 1 : 0;
}

static void
run_watched (Watch *watch,
             guint  ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) ms * 1000;

  while (g_get_monotonic_time () < end)
    {
      watch_begin (watch);
      g_main_context_iteration (NULL, FALSE);
      watch_end (watch);
      g_usleep (1000);
    }
}

/* A sanitizer keeps what is freed, so memory says nothing there: it finds leaks by itself. */
static void
assert_rss (double before,
            double growth)
{
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpfloat (media_rss_mb () - before, <, growth);
#endif
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  guint *outcomes = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = vigil_media_engine_open_finish (VIGIL_MEDIA_ENGINE (source), result, &error);

  outcomes[answer != NULL ? 0 : 1]++;
  if (answer == NULL)
    g_assert_true (g_error_matches (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CLOSED) ||
                   g_error_matches (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_FAILED) ||
                   g_error_matches (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER) ||
                   g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

/* Closed at every moment from "not begun" to "long since answered". */
static void
test_close_while_opening (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  g_autofree char *offer = media_rig_dup_offer (rig);
  guint outcomes[2] = { 0 };
  Watch watch = { 0 };

  for (guint i = 0; i < 50; i++)
    {
      watch_begin (&watch);
      vigil_media_engine_open_async (rig->media, offer, NULL, opened_cb, outcomes);
      watch_end (&watch);
      run_watched (&watch, i * 2);
      watch_begin (&watch);
      vigil_media_engine_close (rig->media);
      watch_end (&watch);
      g_assert_false (vigil_media_engine_is_open (rig->media));
    }
  run_watched (&watch, 500);
  g_assert_true (media_wait (media_nothing_lives, NULL, 10000));

  g_test_message ("%u answered, %u interrupted, main thread held up %.1f ms at most", outcomes[0], outcomes[1], watch.worst);
  g_assert_cmpuint (outcomes[0] + outcomes[1], ==, 50);
  g_assert_cmpuint (outcomes[1], >, 0);
  g_assert_cmpuint (watch.n_blocks, <=, MAX_BLOCKS);
  media_rig_free (rig);
}

static void
test_cancel (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  g_autofree char *offer = media_rig_dup_offer (rig);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint outcomes[2] = { 0 };

  vigil_media_engine_open_async (rig->media, offer, cancellable, opened_cb, outcomes);
  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < 1000 && outcomes[0] + outcomes[1] == 0; i++)
    media_run (10);
  g_assert_cmpuint (outcomes[1], ==, 1);
  g_assert_false (vigil_media_engine_is_open (rig->media));
  g_assert_true (media_wait (media_nothing_lives, NULL, 3000));

  /* And it can be opened all the same. */
  media_rig_open (rig);
  media_rig_free (rig);
}

static void
test_bad_offers (void)
{
  static const char *const offers[] = {
    "", "v=0\r\n", "rubbish",
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n"
    "m=video 7 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 127.0.0.1\r\na=mid:0\r\na=sendonly\r\n"
    "a=ice-ufrag:x\r\na=ice-pwd:y\r\na=fingerprint:nothing\r\n",
  };
  MediaRig *rig = media_rig_new (1, 320, 180, 10);

  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      guint outcomes[2] = { 0 };

      vigil_media_engine_open_async (rig->media, offers[i], NULL, opened_cb, outcomes);
      for (guint j = 0; j < 200 && outcomes[0] + outcomes[1] == 0; j++)
        media_run (10);
      g_assert_cmpuint (outcomes[0] + outcomes[1], ==, 1);
      vigil_media_engine_close (rig->media);
    }
  media_rig_open (rig);
  media_rig_free (rig);
}

/* Pools of GLib's and GStreamer's let their threads go a while after the last work. */
static gboolean
threads_are_back (gpointer data)
{
  return media_n_threads () <= *(guint *) data;
}

/* With streams running, and with their decoders in the middle of a picture. */
static void
test_close_while_playing (void)
{
  MediaRig *rig = media_rig_new (6, 320, 180, 15);
  guint threads = 0, fds = 0;
  Watch watch = { 0 };
  double rss = 0;

  for (guint i = 0; i < 50; i++)
    {
      media_rig_open (rig);
      for (guint j = 0; j < 6; j++)
        media_rig_resume (media_rig_attach (rig, j, 160, 90));
      run_watched (&watch, i % 2 == 0 ? i * 4 : 250);

      watch_begin (&watch);
      vigil_media_engine_close (rig->media);
      watch_end (&watch);
      g_hash_table_remove_all (rig->feeds);
      json_object_unref (media_rig_call (rig, "{\"verb\":\"close-transport\",\"transport\":\"%s\"}", rig->transport));

      if (i == 9)
        {
          g_assert_true (media_wait (media_nothing_lives, NULL, 5000));
          media_run (200);
          threads = media_n_threads ();
          fds = media_n_fds ();
          rss = media_rss_mb ();
        }
    }
  g_assert_true (media_wait (media_nothing_lives, NULL, 5000));
  media_wait (threads_are_back, &threads, 20000);
  media_run (200);

  g_test_message ("threads %u -> %u, descriptors %u -> %u, RSS %.1f -> %.1f MB, main thread held up %.1f ms at most",
                  threads, media_n_threads (), fds, media_n_fds (), rss, media_rss_mb (), watch.worst);
  g_assert_cmpuint (media_n_threads (), <=, threads);
  g_assert_cmpuint (media_n_fds (), <=, fds);
  assert_rss (rss, 16);
  g_assert_cmpuint (watch.n_blocks, <=, MAX_BLOCKS);
  g_assert_cmpuint (rig->n_lost, ==, 0);
  media_rig_free (rig);
}

static void
cycle (MediaRig *rig,
       guint     n,
       Watch    *watch)
{
  g_autofree MediaFeed **feeds = g_new (MediaFeed *, n);

  for (guint i = 0; i < n; i++)
    {
      feeds[i] = media_rig_attach (rig, i, 160, 90);
      media_rig_resume (feeds[i]);
    }
  g_assert_true (media_wait (media_all_first, rig, 10000));
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (feeds[i]->n_wrong, ==, 0);
      media_rig_detach (feeds[i]);
    }
  run_watched (watch, 20);
}

static guint
n_sources (MediaRig *rig)
{
  VigilReceiveTransport *transport = vigil_webrtc_engine_get_transport (rig->engine);
  g_autoptr (GObject) session = NULL;
  guint n;

  g_signal_emit_by_name (transport->rtpbin, "get-internal-session", 0u, &session);
  g_object_get (session, "num-sources", &n, NULL);

  return n;
}

static void
settle (MediaRig *rig)
{
  gint64 none = media_metric ("pads_live");

  for (guint i = 0; i < 300 && none > 0; i++)
    {
      media_run (10);
      none = media_metric ("pads_live");
    }
  g_assert_cmpint (none, ==, 0);
  /* GStreamer's task threads wait half a second for another task. */
  media_run (900);
}

/* A thousand consumers through one transport. */
static void
test_churn (void)
{
  const guint n = 20, cycles = 51;
  MediaRig *rig = media_rig_new (n, 320, 180, 10);
  guint threads = 0, fds = 0;
  Watch watch = { 0 };
  double rss = 0;

  media_rig_open (rig);
  for (guint i = 0; i < cycles; i++)
    {
      cycle (rig, n, &watch);
      if (i == 0)
        {
          settle (rig);
          threads = media_n_threads ();
          fds = media_n_fds ();
          rss = media_rss_mb ();
        }
    }
  settle (rig);

  g_test_message ("the RTP session still knows %u sources", n_sources (rig));
  g_test_message ("%u consumers: threads %u -> %u, descriptors %u -> %u, RSS %.1f -> %.1f MB (%.0f KB each), main thread held up %.1f ms at most",
                  n * cycles, threads, media_n_threads (), fds, media_n_fds (), rss, media_rss_mb (),
                  (media_rss_mb () - rss) * 1024 / (n * (cycles - 1)), watch.worst);
  g_assert_cmpuint (media_n_threads (), <=, threads);
  g_assert_cmpuint (media_n_fds (), <=, fds);
  g_assert_cmpint (media_metric ("decoders_live"), ==, 0);
  /* The session forgets its sources, with some delay. */
  g_assert_cmpuint (n_sources (rig), <, n * cycles / 2);
  /* malloc keeps some of what was freed. With the keys of closed streams it would be 30 to 50 MB. */
  assert_rss (rss, 16);
  g_assert_cmpuint (watch.n_blocks, <=, MAX_BLOCKS);
  media_rig_free (rig);
}

static void
test_dropped_without_close (void)
{
  MediaRig *rig = media_rig_new (2, 320, 180, 10);

  media_rig_open (rig);
  media_rig_resume (media_rig_attach (rig, 0, 160, 90));
  media_run (100);
  g_signal_handlers_disconnect_by_data (rig->engine, rig);
  g_assert_finalize_object (rig->engine);
  rig->engine = vigil_webrtc_engine_new ();
  rig->media = VIGIL_MEDIA_ENGINE (rig->engine);
  g_assert_true (media_wait (media_nothing_lives, NULL, 5000));
  media_rig_free (rig);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();

  g_test_add_func ("/media/lifecycle/close-while-opening", test_close_while_opening);
  g_test_add_func ("/media/lifecycle/cancel", test_cancel);
  g_test_add_func ("/media/lifecycle/bad-offers", test_bad_offers);
  g_test_add_func ("/media/lifecycle/close-while-playing", test_close_while_playing);
  g_test_add_func ("/media/lifecycle/churn", test_churn);
  g_test_add_func ("/media/lifecycle/dropped-without-close", test_dropped_without_close);

  return g_test_run ();
}
