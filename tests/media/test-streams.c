/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams come and go in one transport, and packets that should not be there change nothing. */
#include <string.h>

#include "media-rig.h"
#include "vigil-main-post.h"
#include "vigil-media-error.h"
#include "vigil-receive-transport-private.h"
#include "vigil-webrtc-engine-private.h"

/* Puts bytes where the network would: on rtpbin's own sink pad. */
static void
inject (MediaRig     *rig,
        const char   *pad_name,
        const guint8 *bytes,
        gsize         size)
{
  VigilReceiveTransport *transport = vigil_webrtc_engine_get_transport (rig->engine);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (transport->rtpbin, pad_name);

  g_assert_nonnull (pad);
  gst_pad_chain (pad, gst_buffer_new_memdup (bytes, size));
}

static void
inject_rtp (MediaRig *rig,
            guint32   ssrc,
            guint16   seq)
{
  guint8 bytes[40] = { 0x80, 96 };

  GST_WRITE_UINT16_BE (bytes + 2, seq);
  GST_WRITE_UINT32_BE (bytes + 8, ssrc);
  inject (rig, "recv_rtp_sink_0", bytes, sizeof bytes);
}

static void
inject_report (MediaRig   *rig,
               const char *pad_name,
               guint32     ssrc)
{
  guint8 bytes[28 + 12] = { 0x80, 200, 0, 6 };

  GST_WRITE_UINT32_BE (bytes + 4, ssrc);
  bytes[28] = 0x81;
  bytes[29] = 202;
  bytes[31] = 2;
  GST_WRITE_UINT32_BE (bytes + 32, ssrc);
  inject (rig, pad_name, bytes, sizeof bytes);
}

/* Threads end a moment after they were told to. */
static gboolean
few_threads (gpointer data)
{
  return media_n_threads () <= GPOINTER_TO_UINT (data);
}

static void
assert_threads (guint at_most)
{
  if (!media_wait (few_threads, GUINT_TO_POINTER (at_most), 2000))
    {
      g_autofree char *names = media_dup_thread_names ();

      g_error ("%u threads instead of %u:%s", media_n_threads (), at_most, names);
    }
}

static gboolean
no_pads (gpointer unused)
{
  return media_metric ("pads_live") == 0;
}

static gboolean
reaped (gpointer data)
{
  return media_metric ("reaps") >= *(gint64 *) data;
}

static void
detach_and_reap (MediaFeed *feed)
{
  gint64 expected = media_metric ("reaps") + 1;

  media_rig_detach (feed);
  g_assert_true (media_wait (reaped, &expected, 2000));
}

static MediaFeed *
play (MediaRig *rig,
      guint     producer)
{
  MediaFeed *feed = media_rig_attach (rig, producer, 160, 90);

  media_rig_resume (feed);
  g_assert_true (media_wait (media_has_first, feed, 5000));

  return feed;
}

/* Elements and pads for each would be made. */
static void
test_unknown_flood (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  gint64 refused;
  guint threads, frames;
  MediaFeed *feed;

  media_rig_open (rig);
  feed = play (rig, 0);
  media_run (300);
  threads = media_n_threads ();
  refused = media_metric ("packets_refused");
  frames = feed->n_frames;

  for (guint i = 0; i < 500; i++)
    for (guint16 j = 0; j < 4; j++)
      inject_rtp (rig, 0xdead0000u + i, j);
  media_run (800);

  g_assert_cmpint (media_metric ("packets_refused"), ==, refused + 2000);
  assert_threads (threads);
  g_assert_cmpint (media_metric ("pads_live"), ==, 1);
  g_assert_cmpint (media_metric ("reorders_live"), ==, 1);
  g_assert_cmpuint (feed->n_frames, >=, frames + 4);
  media_rig_free (rig);
}

static void
test_late_packet (void)
{
  MediaRig *rig = media_rig_new (2, 320, 180, 10);
  MediaFeed *kept, *closed;
  guint32 ssrc;
  guint threads, frames;

  media_rig_open (rig);
  kept = play (rig, 0);
  media_run (500);
  threads = media_n_threads ();
  closed = play (rig, 1);
  ssrc = closed->info.ssrc;
  detach_and_reap (closed);
  frames = kept->n_frames;

  for (guint16 i = 0; i < 50; i++)
    inject_rtp (rig, ssrc, i);
  media_run (600);

  g_assert_cmpint (media_metric ("pads_live"), ==, 1);
  g_assert_cmpint (media_metric ("reorders_live"), ==, 1);
  assert_threads (threads);
  g_assert_cmpuint (kept->n_frames, >=, frames + 3);
  media_rig_free (rig);
}

/* While the stream is being freed, packets of it go on coming from another thread. */
static gpointer
flood_thread (gpointer data)
{
  MediaFeed *feed = data;
  MediaRig *rig = feed->rig;
  guint32 ssrc = feed->info.ssrc;

  for (guint16 i = 0; i < 2000; i++)
    inject_rtp (rig, ssrc, (guint16) (30000 + i));

  return NULL;
}

static void
test_packets_while_freeing (void)
{
  MediaRig *rig = media_rig_new (2, 320, 180, 10);
  MediaFeed *kept;
  guint threads, frames;

  media_rig_open (rig);
  kept = play (rig, 0);
  media_run (500);
  threads = media_n_threads ();
  for (guint i = 0; i < 15; i++)
    {
      MediaFeed *closed = play (rig, 1);
      GThread *flood = g_thread_new ("flood", flood_thread, closed);
      gint64 expected = media_metric ("reaps") + 1;

      vigil_media_engine_detach (rig->media, closed->id);
      g_thread_join (flood);
      g_assert_true (media_wait (reaped, &expected, 3000));
      media_rig_detach (closed);
    }
  frames = kept->n_frames;
  media_run (600);

  g_assert_cmpint (media_metric ("pads_live"), ==, 1);
  g_assert_cmpint (media_metric ("reorders_live"), ==, 1);
  assert_threads (threads);
  g_assert_cmpuint (kept->n_frames, >=, frames + 3);
  media_rig_free (rig);
}

static void
test_report_of_closed (void)
{
  MediaRig *rig = media_rig_new (2, 320, 180, 10);
  MediaFeed *closed;
  gint64 dropped;
  guint32 ssrc;
  guint threads;

  media_rig_open (rig);
  play (rig, 0);
  media_run (500);
  threads = media_n_threads ();
  closed = play (rig, 1);
  ssrc = closed->info.ssrc;
  detach_and_reap (closed);
  dropped = media_metric ("rtcp_dropped");

  inject_report (rig, "recv_rtcp_sink_0", ssrc);
  inject_report (rig, "recv_rtp_sink_0", ssrc);
  for (guint i = 0; i < 100; i++)
    inject_report (rig, "recv_rtcp_sink_0", 0xbeef0000u + i);
  media_run (500);

  g_assert_cmpint (media_metric ("rtcp_dropped"), >=, dropped + 102);
  assert_threads (threads);
  g_assert_cmpint (media_metric ("pads_live"), ==, 1);
  g_assert_cmpint (media_metric ("reorders_live"), ==, 1);
  media_rig_free (rig);
}

static void
test_garbage_from_the_network (void)
{
  MediaRig *rig = media_rig_new (3, 320, 180, 10);
  MediaFeed *feeds[3];
  guint frames[3];

  media_rig_open (rig);
  for (guint i = 0; i < 3; i++)
    feeds[i] = play (rig, i);

  for (guint i = 0; i < 500; i++)
    {
      guint8 bytes[200];

      for (guint j = 0; j < sizeof bytes; j++)
        bytes[j] = (guint8) g_test_rand_int ();
      inject (rig, i % 2 == 0 ? "recv_rtp_sink_0" : "recv_rtcp_sink_0", bytes, 1 + i % sizeof bytes);
      /* A real stream's SSRC and payload type around rubbish. */
      bytes[0] = 0x80;
      bytes[1] = (guint8) (0x80 | feeds[0]->info.payload_type);
      GST_WRITE_UINT32_BE (bytes + 8, feeds[0]->info.ssrc);
      inject (rig, "recv_rtp_sink_0", bytes, sizeof bytes);
    }
  for (guint i = 1; i < 3; i++)
    frames[i] = feeds[i]->n_frames;
  media_run (1000);

  for (guint i = 1; i < 3; i++)
    {
      g_assert_cmpuint (feeds[i]->n_frames, >=, frames[i] + 6);
      g_assert_cmpuint (feeds[i]->n_wrong, ==, 0);
    }
  g_assert_cmpuint (feeds[0]->n_wrong, ==, 0);
  g_assert_cmpuint (rig->n_lost, ==, 0);
  media_rig_free (rig);
}

static void
test_pause_and_resume (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  MediaFeed *feed;

  media_rig_open (rig);
  feed = play (rig, 0);
  for (guint i = 0; i < 5; i++)
    {
      guint frames;

      media_rig_pause (feed);
      media_run (300);
      frames = feed->n_frames;
      media_run (300);
      /* Nothing comes while it is paused, and nothing of before when it goes on. */
      g_assert_cmpuint (feed->n_frames, ==, frames);
      media_rig_resume (feed);
      g_assert_true (media_wait (media_has_first, feed, 3000));
      g_assert_cmpuint (feed->n_first, ==, i + 2);
    }
  g_assert_cmpuint (feed->n_wrong, ==, 0);
  g_assert_cmpuint (feed->n_stalled, ==, 0);
  media_rig_free (rig);
}

/* Streams of which the numbers have begun again go on without a packet lost when all keys are given back: as many of closed ones lie about. */
static void
test_keys_given_back (void)
{
  MediaRig *rig = media_rig_new (4, 320, 180, 15);
  g_autoptr (JsonObject) set = media_rig_call (rig, "{\"verb\":\"sequence\",\"value\":65480}");
  gint64 times = media_metric ("keys_given_back"), losses;
  MediaFeed *feeds[3];
  guint frames[3];

  media_rig_open (rig);
  for (guint i = 0; i < 3; i++)
    feeds[i] = play (rig, i);
  media_run (3000);
  media_rig_pause (feeds[2]);

  losses = media_metric ("losses");
  for (guint i = 0; i < 3; i++)
    frames[i] = feeds[i]->n_frames;
  for (guint i = 0; i < 130; i++)
    media_rig_detach (media_rig_attach (rig, 3, 160, 90));
  media_run (1000);

  g_assert_cmpint (media_metric ("keys_given_back"), ==, times + 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (feeds[i]->n_frames, >=, frames[i] + 10);
  g_assert_cmpint (media_metric ("losses"), ==, losses);

  /* Who was paused meanwhile asks later. */
  media_rig_resume (feeds[2]);
  g_assert_true (media_wait (media_has_first, feeds[2], 3000));
  media_rig_check_right (rig, 10);
  g_assert_cmpuint (rig->n_lost, ==, 0);
  media_rig_free (rig);
}

static void
test_loss_is_repaired (void)
{
  MediaRig *rig = media_rig_new (4, 320, 180, 15);
  g_autoptr (JsonObject) on = NULL;
  gint64 decoded, sent, losses, dropped;

  media_rig_open (rig);
  for (guint i = 0; i < 4; i++)
    play (rig, i);

  on = media_rig_call (rig, "{\"verb\":\"loss\",\"value\":0.03}");
  losses = media_metric ("losses");
  decoded = media_metric ("frames_decoded");
  sent = media_rig_count (rig, "frames");
  dropped = media_rig_count (rig, "dropped");
  media_run (5000);
  decoded = media_metric ("frames_decoded") - decoded;
  sent = media_rig_count (rig, "frames") - sent;
  dropped = media_rig_count (rig, "dropped") - dropped;

  g_test_message ("%d of %d frames decoded; %d packets lost, %d resent, %d losses seen, %d NACKs", (int) decoded, (int) sent,
                  (int) dropped, (int) media_rig_count (rig, "resent"), (int) (media_metric ("losses") - losses),
                  (int) media_rig_count (rig, "nack"));
  g_assert_cmpint (dropped, >, 0);
  g_assert_cmpint (media_rig_count (rig, "resent"), >, 0);
  /* Without retransmission each loss withholds up to a second of pictures. */
  g_assert_cmpint (decoded, >=, sent * 9 / 10);
  media_rig_free (rig);
}

static void
test_settings_hold (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  VigilReceiveTransport *transport;
  g_autoptr (GObject) session = NULL;
  g_autoptr (GObject) ice = NULL;
  guint64 interval;
  double bandwidth;
  guint latency;
  gboolean tcp;

  media_rig_open (rig);
  play (rig, 0);
  transport = vigil_webrtc_engine_get_transport (rig->engine);

  g_signal_emit_by_name (transport->rtpbin, "get-internal-session", 0u, &session);
  g_object_get (session, "rtcp-min-interval", &interval, "bandwidth", &bandwidth, NULL);
  g_assert_cmpuint (interval, ==, 100 * GST_MSECOND);
  g_assert_cmpfloat (bandwidth, ==, 50e6);

  g_object_get (transport->webrtc, "latency", &latency, "ice-agent", &ice, NULL);
  g_object_get (ice, "ice-tcp", &tcp, NULL);
  g_assert_cmpuint (latency, ==, 50);
  g_assert_false (tcp);

  /* As much as the system lets us; the kernel's default of 208 KB is what must not stay. */
  g_assert_cmpint (media_metric ("receive_buffer"), >=, 400 * 1024);

  g_assert_cmpuint (g_signal_handler_find (transport->rtpbin, G_SIGNAL_MATCH_ID,
                                           g_signal_lookup ("request-fec-decoder-full", G_OBJECT_TYPE (transport->rtpbin)),
                                           0, NULL, NULL, NULL), ==, 0);
  media_rig_free (rig);
}

/* rtpjitterbuffer would make two for each. */
static void
test_no_thread_per_stream (void)
{
  MediaRig *rig = media_rig_new (6, 160, 90, 15);
  guint before;

  media_rig_open (rig);
  play (rig, 0);
  media_run (300);
  before = media_n_threads ();
  for (guint i = 1; i < 6; i++)
    play (rig, i);
  assert_threads (before);
  media_rig_free (rig);
}

/* How often threads of that name went to sleep and were woken. */
static guint64
n_wakes (const char *name)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  guint64 n = 0;
  const char *id;

  while (tasks != NULL && (id = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", id, "status", NULL);
      g_autofree char *text = NULL;
      const char *count;

      if (!g_file_get_contents (path, &text, NULL, NULL) || strstr (text, name) == NULL)
        continue;
      count = strstr (text, "\nvoluntary_ctxt_switches:");
      if (count != NULL)
        n += g_ascii_strtoull (strchr (count, ':') + 1, NULL, 10);
    }

  return n;
}

/* Packets go past webrtcbin's queue, whose thread is named after its pad. */
static void
test_past_the_queue (void)
{
  MediaRig *rig = media_rig_new (2, 160, 90, 15);
  guint64 queue, socket;
  guint frames;
  MediaFeed *feed;

  media_rig_open (rig);
  play (rig, 0);
  feed = play (rig, 1);
  queue = n_wakes ("queue");
  socket = n_wakes ("nicesrc");
  frames = feed->n_frames;
  g_assert_cmpuint (queue, >, 0);
  media_run (1000);
  g_assert_cmpuint (feed->n_frames, >=, frames + 10);
  g_assert_cmpuint (n_wakes ("nicesrc"), >=, socket + 10);
  /* An ordinary user of a system with a low limit has no room in the socket: there the queue holds bursts. */
  if (media_metric ("receive_buffer") >= 4 * 1024 * 1024)
    g_assert_cmpuint (n_wakes ("queue"), <=, queue + 2);
  else
    g_assert_cmpuint (n_wakes ("queue"), >, queue + 2);
  media_rig_free (rig);
}

static void
test_bad_attach (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  VigilConsumerInfo other = { .codec = (char *) "VP8", .ssrc = 0 };
  g_autoptr (GError) error = NULL;
  MediaFeed *feed;

  g_assert_null (vigil_media_engine_attach (rig->media, 1, &other, &error));
  g_assert_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CLOSED);
  g_clear_error (&error);

  media_rig_open (rig);
  g_assert_null (vigil_media_engine_attach (rig->media, 1, &other, &error));
  g_assert_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CONSUMER);
  g_clear_error (&error);

  feed = play (rig, 0);
  other.ssrc = feed->info.ssrc;
  g_assert_null (vigil_media_engine_attach (rig->media, 99, &other, &error));
  g_assert_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CONSUMER);
  g_clear_error (&error);
  other.ssrc = 12345;
  g_assert_null (vigil_media_engine_attach (rig->media, feed->id, &other, &error));
  g_assert_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CONSUMER);
  g_clear_error (&error);
  other.codec = (char *) "AV2";
  g_assert_null (vigil_media_engine_attach (rig->media, 99, &other, &error));
  g_assert_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC);

  vigil_media_engine_set_running (rig->media, 4711, TRUE);
  vigil_media_engine_detach (rig->media, 4711);
  media_rig_free (rig);
}

static void
test_slot_keeps_picture (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  g_autoptr (VigilFrameSlot) slot = NULL;
  g_autoptr (VigilFrame) frame = NULL;
  MediaFeed *feed;
  guint64 published;

  media_rig_open (rig);
  feed = play (rig, 0);
  slot = g_object_ref (feed->slot);
  media_rig_detach (feed);
  published = vigil_frame_slot_get_n_published (slot);
  media_run (400);

  frame = vigil_frame_slot_dup_frame (slot);
  g_assert_nonnull (frame);
  g_assert_cmpuint (vigil_frame_slot_get_n_published (slot), ==, published);
  g_assert_true (media_wait (no_pads, NULL, 2000));
  media_rig_free (rig);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();

  g_test_add_func ("/media/streams/unknown-flood", test_unknown_flood);
  g_test_add_func ("/media/streams/late-packet", test_late_packet);
  g_test_add_func ("/media/streams/packets-while-freeing", test_packets_while_freeing);
  g_test_add_func ("/media/streams/report-of-closed", test_report_of_closed);
  g_test_add_func ("/media/streams/garbage-from-the-network", test_garbage_from_the_network);
  g_test_add_func ("/media/streams/pause-and-resume", test_pause_and_resume);
  g_test_add_func ("/media/streams/keys-given-back", test_keys_given_back);
  g_test_add_func ("/media/streams/loss-is-repaired", test_loss_is_repaired);
  g_test_add_func ("/media/streams/no-thread-per-stream", test_no_thread_per_stream);
  g_test_add_func ("/media/streams/past-the-queue", test_past_the_queue);
  g_test_add_func ("/media/streams/settings-hold", test_settings_hold);
  g_test_add_func ("/media/streams/bad-attach", test_bad_attach);
  g_test_add_func ("/media/streams/slot-keeps-picture", test_slot_keeps_picture);

  return g_test_run ();
}
