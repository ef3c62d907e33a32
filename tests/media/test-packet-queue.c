/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bounded queue notices holes, ends of pictures and decoders that do not keep up. */
#include "vigil-packet-queue.h"

static GstBuffer *
packet (guint16  seq,
        gboolean marker)
{
  const guint8 header[12] = { 0x80, (guint8) (96 | (marker ? 0x80 : 0)), (guint8) (seq >> 8), (guint8) seq };

  return gst_buffer_new_memdup (header, sizeof header);
}

static void
test_gaps (void)
{
  g_autofree VigilPacketQueue *queue = g_new0 (VigilPacketQueue, 1);
  VigilPacket packets[8];
  guint n_dropped;

  g_assert_cmpint (vigil_packet_queue_push (queue, packet (65534, FALSE), &n_dropped), ==, VIGIL_PACKET_QUEUED);
  g_assert_cmpint (vigil_packet_queue_push (queue, packet (65535, TRUE), &n_dropped), ==, VIGIL_PACKET_FRAME_END);
  vigil_packet_queue_push (queue, packet (0, FALSE), &n_dropped);
  vigil_packet_queue_push (queue, packet (2, FALSE), &n_dropped);
  vigil_packet_queue_push (queue, packet (3, FALSE), &n_dropped);

  g_assert_cmpuint (vigil_packet_queue_pop (queue, packets, 8), ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpint (packets[i].gap, ==, i == 3);
      gst_buffer_unref (packets[i].buffer);
    }
}

/* How many are missing is what the ladder goes by; a sender that begins anew loses nothing that could be counted. */
static void
test_missing (void)
{
  static const struct { guint16 seq; gboolean gap; guint missing; } sent[] = {
    { 65000, FALSE, 0 }, { 65001, FALSE, 0 }, { 65005, TRUE, 3 }, { 65006, FALSE, 0 }, { 10, TRUE, 539 }, { 20000, TRUE, 1 }, { 20001, FALSE, 0 },
  };
  g_autofree VigilPacketQueue *queue = g_new0 (VigilPacketQueue, 1);
  VigilPacket packets[G_N_ELEMENTS (sent)];
  guint n_dropped;

  for (guint i = 0; i < G_N_ELEMENTS (sent); i++)
    vigil_packet_queue_push (queue, packet (sent[i].seq, FALSE), &n_dropped);
  g_assert_cmpuint (vigil_packet_queue_pop (queue, packets, G_N_ELEMENTS (sent)), ==, G_N_ELEMENTS (sent));
  for (guint i = 0; i < G_N_ELEMENTS (sent); i++)
    {
      g_assert_cmpint (packets[i].gap, ==, sent[i].gap);
      g_assert_cmpuint (packets[i].missing, ==, sent[i].missing);
      gst_buffer_unref (packets[i].buffer);
    }

  /* What we drop ourselves was not lost on the way. */
  vigil_packet_queue_push (queue, packet (20002, FALSE), &n_dropped);
  vigil_packet_queue_clear (queue);
  vigil_packet_queue_push (queue, packet (20003, FALSE), &n_dropped);
  g_assert_cmpuint (vigil_packet_queue_pop (queue, packets, 1), ==, 1);
  g_assert_true (packets[0].gap);
  g_assert_cmpuint (packets[0].missing, ==, 0);
  gst_buffer_unref (packets[0].buffer);
}

static void
test_overflow (void)
{
  g_autofree VigilPacketQueue *queue = g_new0 (VigilPacketQueue, 1);
  VigilPacket packets[2];
  guint n_dropped;

  for (guint i = 0; i < VIGIL_PACKET_QUEUE_MAX; i++)
    {
      vigil_packet_queue_push (queue, packet ((guint16) i, FALSE), &n_dropped);
      g_assert_cmpuint (n_dropped, ==, 0);
    }
  g_assert_cmpint (vigil_packet_queue_push (queue, packet (VIGIL_PACKET_QUEUE_MAX, TRUE), &n_dropped), ==, VIGIL_PACKET_OVERFLOW);
  g_assert_cmpuint (n_dropped, ==, VIGIL_PACKET_QUEUE_MAX);

  g_assert_cmpuint (vigil_packet_queue_pop (queue, packets, 2), ==, 1);
  g_assert_true (packets[0].gap);
  gst_buffer_unref (packets[0].buffer);
}

static void
test_short_packet (void)
{
  g_autofree VigilPacketQueue *queue = g_new0 (VigilPacketQueue, 1);
  guint n_dropped;

  g_assert_cmpint (vigil_packet_queue_push (queue, gst_buffer_new (), &n_dropped), ==, VIGIL_PACKET_QUEUED);
  g_assert_cmpuint (vigil_packet_queue_clear (queue), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/media/packet-queue/gaps", test_gaps);
  g_test_add_func ("/media/packet-queue/missing", test_missing);
  g_test_add_func ("/media/packet-queue/overflow", test_overflow);
  g_test_add_func ("/media/packet-queue/short-packet", test_short_packet);

  return g_test_run ();
}
