/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport's death is invisible in its state; silence has to tell, and not too much. */
#include <signal.h>

#include "media-clip.h"
#include "media-rig.h"
#include "vigil-decoder-chain.h"
#include "vigil-main-post.h"

static gboolean
has_stalled (gpointer feed)
{
  return ((MediaFeed *) feed)->n_stalled > 0;
}

static gboolean
has_recovered (gpointer feed)
{
  return ((MediaFeed *) feed)->n_recovered == ((MediaFeed *) feed)->n_stalled;
}

static gboolean
is_lost (gpointer rig)
{
  return ((MediaRig *) rig)->n_lost > 0;
}

static MediaRig *
rig_with (guint       n,
          MediaFeed **feeds)
{
  MediaRig *rig = media_rig_new (n, 320, 180, 10);

  g_object_set (rig->engine, "media-watchdog", 700u, NULL);
  media_rig_open (rig);
  for (guint i = 0; i < n; i++)
    {
      feeds[i] = media_rig_attach (rig, i, 160, 90);
      media_rig_resume (feeds[i]);
    }
  g_assert_true (media_wait (media_all_first, rig, 5000));

  return rig;
}

static void
stall (MediaRig *rig,
       gboolean  stalled)
{
  json_object_unref (media_rig_call (rig, "{\"verb\":\"stall\",\"producer\":0,\"value\":%s}", stalled ? "true" : "false"));
}

static void
test_one_stalls (void)
{
  MediaFeed *feeds[2];
  MediaRig *rig = rig_with (2, feeds);

  stall (rig, TRUE);
  g_assert_true (media_wait (has_stalled, feeds[0], 3000));
  media_run (1500);
  g_assert_cmpuint (feeds[0]->n_stalled, ==, feeds[0]->n_recovered + 1);
  g_assert_cmpuint (feeds[1]->n_stalled, ==, 0);
  g_assert_cmpuint (rig->n_lost, ==, 0);

  stall (rig, FALSE);
  g_assert_true (media_wait (has_recovered, feeds[0], 3000));
  g_assert_cmpuint (feeds[1]->n_recovered, ==, 0);
  media_rig_free (rig);
}

static void
test_paused_never_stalls (void)
{
  MediaFeed *feeds[2];
  MediaRig *rig = rig_with (2, feeds);

  media_rig_pause (feeds[0]);
  media_rig_pause (feeds[1]);
  media_run (2000);
  g_assert_cmpuint (feeds[0]->n_stalled, ==, 0);
  g_assert_cmpuint (rig->n_lost, ==, 0);
  media_rig_free (rig);
}

/* Candidates whose cameras send nothing from the start are no sign of a dead transport. */
static void
test_never_heard (void)
{
  MediaRig *rig = media_rig_new (2, 320, 180, 10);
  MediaFeed *feeds[2];

  g_object_set (rig->engine, "media-watchdog", 700u, NULL);
  media_rig_open (rig);
  for (guint i = 0; i < 2; i++)
    {
      json_object_unref (media_rig_call (rig, "{\"verb\":\"stall\",\"producer\":%u,\"value\":true}", i));
      feeds[i] = media_rig_attach (rig, i, 160, 90);
      media_rig_resume (feeds[i]);
    }
  media_run (3000);
  g_assert_cmpuint (rig->n_lost, ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (feeds[i]->n_first, ==, 0);
      g_assert_cmpuint (feeds[i]->n_stalled, ==, 1);
    }
  media_rig_free (rig);
}

static void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

/* Answered, and then nothing: the server never hears of our keys. No state says so, nobody else would. */
static void
test_never_connected (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  g_autofree char *offer = media_rig_dup_offer (rig);
  g_autofree char *answer = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  gint64 missed = media_metric ("connects_missed");

  g_object_set (rig->engine, "connect-watchdog", 1200u, NULL);
  vigil_media_engine_open_async (rig->media, offer, NULL, store_result_cb, &result);
  g_assert_true (media_wait (is_set, &result, 10000));
  answer = vigil_media_engine_open_finish (rig->media, result, NULL);
  g_assert_nonnull (answer);
  g_clear_object (&result);
  g_assert_true (media_wait (is_lost, rig, 5000));
  g_test_message ("lost: %s", rig->lost_reason);
  media_run (500);
  g_assert_cmpuint (rig->n_lost, ==, 1);
  g_assert_cmpint (media_metric ("connects_missed"), ==, missed + 1);
  vigil_media_engine_close (rig->media);

  /* The next one connects, and is left alone. */
  media_rig_open (rig);
  media_run (2000);
  g_assert_cmpuint (rig->n_lost, ==, 1);
  media_rig_free (rig);
}

/* The server's process stops: no state changes anywhere, only silence. */
static void
test_transport_lost (void)
{
  MediaFeed *feeds[3];
  MediaRig *rig = rig_with (3, feeds);

  kill (rig->pid, SIGSTOP);
  g_assert_true (media_wait (is_lost, rig, 5000));
  media_run (1000);
  g_assert_cmpuint (rig->n_lost, ==, 1);
  g_assert_cmpuint (feeds[0]->n_stalled, ==, 1);
  g_test_message ("lost: %s", rig->lost_reason);

  /* And it comes back with another transport. */
  kill (rig->pid, SIGCONT);
  vigil_media_engine_close (rig->media);
  g_hash_table_remove_all (rig->feeds);
  media_rig_open (rig);
  for (guint i = 0; i < 3; i++)
    media_rig_resume (media_rig_attach (rig, i, 160, 90));
  g_assert_true (media_wait (media_all_first, rig, 5000));
  g_assert_cmpuint (rig->n_lost, ==, 1);
  media_rig_free (rig);
}

/* A key frame that was lost is asked for again soon, whatever else is running. */
static void
test_key_frame_after_loss (void)
{
  MediaFeed *feeds[8];
  MediaRig *rig = rig_with (8, feeds);
  gint64 asked = media_metric ("key_frame_requests");
  gint64 pli = media_rig_count (rig, "pli");
  guint frames[8];

  json_object_unref (media_rig_call (rig, "{\"verb\":\"loss\",\"value\":0.5}"));
  media_run (2500);
  json_object_unref (media_rig_call (rig, "{\"verb\":\"loss\",\"value\":0}"));

  g_test_message ("asked %d times, %d arrived", (int) (media_metric ("key_frame_requests") - asked),
                  (int) (media_rig_count (rig, "pli") - pli));
  g_assert_cmpint (media_metric ("key_frame_requests"), >, asked + 4);
  /* With the session's default of 64 kbit/s for RTCP half of them do not get through. */
  g_assert_cmpint (media_rig_count (rig, "pli") - pli, >=, (media_metric ("key_frame_requests") - asked) * 9 / 10);
  for (guint i = 0; i < 8; i++)
    frames[i] = feeds[i]->n_frames;
  media_run (1600);
  for (guint i = 0; i < 8; i++)
    {
      g_assert_cmpuint (feeds[i]->n_frames, >, frames[i]);
      g_assert_cmpuint (feeds[i]->n_wrong, ==, 0);
    }
  media_rig_free (rig);
}

static gboolean
has_failed (gpointer feed)
{
  return ((MediaFeed *) feed)->n_failed > 0;
}

/* One decoder never comes back: it is reported, and the others have as many threads as before. */
static void
test_stuck_decoder (void)
{
  MediaRig *rig = media_rig_new (5, 320, 180, 10);
  MediaFeed *stuck[2], *fine[3];
  guint frames[3];

  media_rig_open (rig);
  media_stuck_release (FALSE);
  vigil_decoder_chain_prefer ("VP8", "vigilteststuck");
  for (guint i = 0; i < 2; i++)
    {
      stuck[i] = media_rig_attach (rig, i, 160, 90);
      media_rig_resume (stuck[i]);
    }
  media_run (300);
  vigil_decoder_chain_prefer ("VP8", NULL);
  for (guint i = 0; i < 3; i++)
    {
      fine[i] = media_rig_attach (rig, i + 2, 160, 90);
      media_rig_resume (fine[i]);
    }

  g_assert_true (media_wait (has_failed, stuck[0], 6000));
  g_assert_true (media_wait (has_failed, stuck[1], 6000));
  media_run (1000);
  for (guint i = 0; i < 3; i++)
    frames[i] = fine[i]->n_frames;
  media_run (1000);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (fine[i]->n_frames, >, frames[i] + 3);
      g_assert_cmpuint (fine[i]->n_failed, ==, 0);
    }
  g_assert_cmpuint (stuck[0]->n_failed, ==, 1);

  /* Detaching one that is stuck frees its stream all the same. */
  media_rig_detach (stuck[0]);
  media_run (500);
  g_assert_cmpint (media_metric ("pads_live"), ==, 4);
  media_stuck_release (TRUE);
  media_rig_free (rig);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();
  gst_init (NULL, NULL);
  media_bad_decoders_register ();

  g_test_add_func ("/media/watchdog/one-stalls", test_one_stalls);
  g_test_add_func ("/media/watchdog/paused-never-stalls", test_paused_never_stalls);
  g_test_add_func ("/media/watchdog/never-heard", test_never_heard);
  g_test_add_func ("/media/watchdog/never-connected", test_never_connected);
  g_test_add_func ("/media/watchdog/transport-lost", test_transport_lost);
  g_test_add_func ("/media/watchdog/key-frame-after-loss", test_key_frame_after_loss);
  g_test_add_func ("/media/watchdog/stuck-decoder", test_stuck_decoder);

  return g_test_run ();
}
