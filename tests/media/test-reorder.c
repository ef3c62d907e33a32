/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets leave in order, missing ones are asked for and waited for, and nothing a sender does stops the stream. */
#include <gst/video/video.h>

#include "vigil-media-metrics.h"
#include "vigil-reorder-element.h"
#include "vigil-reorder.h"

#define HOLD_US  (50 * 1000)
#define AGAIN_US (40 * 1000)

static VigilReorderVerdict
push_at (VigilReorder *reorder,
         guint16       seq,
         gint64        now_us)
{
  GstBuffer *packet = gst_buffer_new ();

  VigilReorderVerdict verdict;

  GST_BUFFER_OFFSET (packet) = seq;
  verdict = vigil_reorder_push (reorder, packet, seq, now_us);
  if (verdict == VIGIL_REORDER_FULL)
    gst_buffer_unref (packet);
  return verdict;
}

/* What goes out now, as "1 2 3"; "-" stands for a packet that was given up. */
static char *
pop_all (VigilReorder *reorder,
         gint64        now_us)
{
  GString *out = g_string_new (NULL);
  GstBuffer *packet;
  guint n_given_up = 0;

  while ((packet = vigil_reorder_pop (reorder, now_us, HOLD_US, &n_given_up)) != NULL)
    {
      for (; n_given_up > 0; n_given_up--)
        g_string_append (out, "- ");
      g_string_append_printf (out, "%" G_GUINT64_FORMAT " ", GST_BUFFER_OFFSET (packet));
      gst_buffer_unref (packet);
    }

  return g_string_free (out, FALSE);
}

static void
assert_out (VigilReorder *reorder,
            gint64        now_us,
            const char   *expected)
{
  g_autofree char *out = pop_all (reorder, now_us);

  g_assert_cmpstr (out, ==, expected);
}

static void
test_order (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);

  g_assert_cmpint (push_at (reorder, 65534, 0), ==, VIGIL_REORDER_TAKEN);
  assert_out (reorder, 0, "65534 ");
  push_at (reorder, 0, 1);
  assert_out (reorder, 1, "");
  push_at (reorder, 1, 2);
  g_assert_cmpint (push_at (reorder, 65535, 3), ==, VIGIL_REORDER_TAKEN);
  assert_out (reorder, 3, "65535 0 1 ");
}

static void
test_twice (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);

  push_at (reorder, 10, 0);
  assert_out (reorder, 0, "10 ");
  g_assert_cmpint (push_at (reorder, 10, 0), ==, VIGIL_REORDER_LATE);
  push_at (reorder, 12, 0);
  g_assert_cmpint (push_at (reorder, 12, 0), ==, VIGIL_REORDER_LATE);
  g_assert_cmpint (push_at (reorder, 9, 0), ==, VIGIL_REORDER_LATE);
  push_at (reorder, 11, 0);
  assert_out (reorder, 0, "11 12 ");
}

static void
test_given_up (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);

  push_at (reorder, 10, 0);
  push_at (reorder, 12, 0);
  push_at (reorder, 15, HOLD_US / 2);
  assert_out (reorder, HOLD_US - 1, "10 ");
  /* Each hole has a time of its own. */
  assert_out (reorder, HOLD_US, "- 12 ");
  assert_out (reorder, HOLD_US * 3 / 2, "- - 15 ");
  g_assert_cmpint (push_at (reorder, 11, HOLD_US * 2), ==, VIGIL_REORDER_LATE);
}

static void
assert_asks (VigilReorder *reorder,
             gint64        now_us,
             guint         n,
             guint16       first)
{
  guint16 seqs[4];

  g_assert_cmpuint (vigil_reorder_ask (reorder, now_us, AGAIN_US, seqs, 4), ==, n);
  if (n > 0)
    g_assert_cmpuint (seqs[0], ==, first);
}

static void
test_ask (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);

  push_at (reorder, 65533, 1);
  assert_out (reorder, 1, "65533 ");
  assert_asks (reorder, 1, 0, 0);
  push_at (reorder, 0, 1);
  assert_asks (reorder, 1, 2, 65534);
  assert_asks (reorder, AGAIN_US, 0, 0);
  assert_asks (reorder, AGAIN_US + 1, 2, 65534);
  push_at (reorder, 65534, AGAIN_US + 1);
  push_at (reorder, 10, AGAIN_US + 2);
  /* More than fit: the rest next time. */
  assert_asks (reorder, AGAIN_US + 2, 4, 1);
  assert_asks (reorder, AGAIN_US + 2, 4, 5);
  assert_asks (reorder, AGAIN_US + 2, 1, 9);
  vigil_reorder_clear (reorder);
}

/* A single packet from far away is dropped; a sender that goes on from there is followed. */
#define LEAST_US HOLD_US
#define MOST_US  (8 * HOLD_US)

static gint64
get_hold (VigilReorder *reorder)
{
  return vigil_reorder_get_hold (reorder, LEAST_US, MOST_US);
}

/* A path longer than we wait: the first is lost, and what it took is waited for from then on. What is never sent again, what comes
 * twice and what took absurdly long teaches nothing; short ways are believed again in time. */
static void
test_learns (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);
  guint16 seq;

  g_assert_cmpint (get_hold (reorder), ==, LEAST_US);
  push_at (reorder, 1, 0);
  push_at (reorder, 3, 1000);
  assert_out (reorder, 60000, "1 - 3 ");
  g_assert_cmpint (get_hold (reorder), ==, LEAST_US);
  g_assert_cmpint (push_at (reorder, 3, 400000), ==, VIGIL_REORDER_LATE); /* once more: it was there */
  g_assert_cmpint (get_hold (reorder), ==, LEAST_US);
  g_assert_cmpint (push_at (reorder, 2, 121000), ==, VIGIL_REORDER_LATE);
  g_assert_cmpint (get_hold (reorder), ==, 180000);
  g_assert_cmpint (push_at (reorder, 2, 900000), ==, VIGIL_REORDER_LATE); /* asked for twice, sent twice */
  g_assert_cmpint (get_hold (reorder), ==, 180000);

  push_at (reorder, 5, 1000000);
  push_at (reorder, 4, 1300000);
  g_assert_cmpint (get_hold (reorder), ==, MOST_US);
  assert_out (reorder, 1300000, "4 5 ");

  for (seq = 6; seq < 406; seq += 2)
    {
      gint64 now_us = 2000000 + seq * 10000;
      g_autofree char *out = NULL;

      push_at (reorder, seq + 1, now_us);
      push_at (reorder, seq, now_us + 1000);
      out = pop_all (reorder, now_us + 1000);
    }
  g_assert_cmpint (get_hold (reorder), ==, LEAST_US);

  push_at (reorder, seq + 1, 9000000);
  push_at (reorder, seq, 9000000 + 5 * G_USEC_PER_SEC);
  g_assert_cmpint (get_hold (reorder), ==, LEAST_US);
  vigil_reorder_clear (reorder);
}

static void
test_far_off (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);

  push_at (reorder, 100, 0);
  assert_out (reorder, 0, "100 ");
  g_assert_cmpint (push_at (reorder, 20000, 0), ==, VIGIL_REORDER_FAR_OFF);
  push_at (reorder, 101, 0);
  assert_out (reorder, 0, "101 ");
  g_assert_cmpint (push_at (reorder, 20001, 0), ==, VIGIL_REORDER_FAR_OFF);

  push_at (reorder, 103, 0); /* held, and gone with the old numbers */
  g_assert_cmpint (push_at (reorder, 40000, 0), ==, VIGIL_REORDER_FAR_OFF);
  g_assert_cmpint (push_at (reorder, 40001, 0), ==, VIGIL_REORDER_TAKEN);
  push_at (reorder, 40002, 0);
  assert_out (reorder, 0, "40001 40002 ");

  g_assert_cmpint (push_at (reorder, 40002 - VIGIL_REORDER_MAX, 0), ==, VIGIL_REORDER_FAR_OFF);
  g_assert_cmpint (push_at (reorder, 40003 + VIGIL_REORDER_MAX - 1, 0), ==, VIGIL_REORDER_TAKEN);
  vigil_reorder_clear (reorder);
}

/* A sender that starts over a little back is not taken for packets that come late, not for long. */
static void
test_starts_over_behind (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);

  push_at (reorder, 500, 0);
  assert_out (reorder, 0, "500 ");
  for (guint16 seq = 300; seq < 363; seq++)
    g_assert_cmpint (push_at (reorder, seq, 0), ==, VIGIL_REORDER_LATE);
  push_at (reorder, 501, 0); /* it goes on: they were late */
  assert_out (reorder, 0, "501 ");
  for (guint16 seq = 310; seq < 373; seq++)
    g_assert_cmpint (push_at (reorder, seq, 0), ==, VIGIL_REORDER_LATE);
  g_assert_cmpint (push_at (reorder, 373, 0), ==, VIGIL_REORDER_TAKEN);
  push_at (reorder, 374, 0);
  assert_out (reorder, 0, "373 374 ");
}

/* A hole at the begin of a large burst costs what it is, not the burst. */
static void
test_full (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);
  g_autoptr (GstBuffer) packet = gst_buffer_new ();
  guint n_given_up = 0;

  push_at (reorder, 0, 0);
  assert_out (reorder, 0, "0 ");
  for (guint16 seq = 2; seq < 1 + VIGIL_REORDER_MAX; seq++)
    push_at (reorder, seq, 0);
  g_assert_cmpint (vigil_reorder_push (reorder, packet, 1 + VIGIL_REORDER_MAX, 0), ==, VIGIL_REORDER_FULL);
  for (guint16 seq = 2; seq < 1 + VIGIL_REORDER_MAX; seq++)
    {
      g_autoptr (GstBuffer) out = vigil_reorder_pop (reorder, 0, 0, &n_given_up);

      g_assert_nonnull (out);
      g_assert_cmpuint (GST_BUFFER_OFFSET (out), ==, seq);
    }
  g_assert_null (vigil_reorder_pop (reorder, 0, 0, &n_given_up));
  g_assert_cmpuint (n_given_up, ==, 1);

  /* Nothing is held: a loss of any length is one. */
  push_at (reorder, 2000, 0);
  assert_out (reorder, 0, "2000 ");
}

/* What was held when a stream was paused is nothing for after it. */
static void
test_pause (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);

  push_at (reorder, 10, 0);
  push_at (reorder, 12, 1000);
  assert_out (reorder, 1000, "10 ");
  push_at (reorder, 13, 10 * G_USEC_PER_SEC);
  assert_out (reorder, 10 * G_USEC_PER_SEC, "- - 13 ");
}

/* Whatever numbers a sender makes up: bounded, in order, and nothing is lost from memory (asan looks). */
static void
test_random (void)
{
  g_autofree VigilReorder *reorder = g_new0 (VigilReorder, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint16 base = 0;
  gint64 now_us = 0;

  for (guint i = 0; i < 200000; i++)
    {
      guint16 seq = g_rand_int_range (rand, 0, 50) == 0 ? (guint16) g_rand_int (rand)
                                                        : (guint16) (base + g_rand_int_range (rand, -20, 20));
      GstBuffer *packet;
      guint n_given_up = 0;

      base += g_rand_int_range (rand, 0, 2);
      now_us += 1000;
      push_at (reorder, seq, now_us);
      while ((packet = vigil_reorder_pop (reorder, now_us, HOLD_US, &n_given_up)) != NULL)
        {
          g_assert_cmpuint ((guint16) (GST_BUFFER_OFFSET (packet) + 1), ==, reorder->next);
          gst_buffer_unref (packet);
        }
      g_assert_cmpuint ((guint16) (reorder->end - reorder->next), <=, VIGIL_REORDER_MAX);
    }
  vigil_reorder_clear (reorder);
}

typedef struct
{
  GstElement *element;
  GstPad     *source; /* before it */
  GstPad     *sink;   /* behind it */
  GstPad     *in;     /* its own; the clock pushes with its lock */
  GString    *out;
  GString    *asked;
  GstClockTime last_pts;
} Rig;

static GstFlowReturn
out_cb (GstPad    *pad,
        GstObject *parent,
        GstBuffer *packet)
{
  Rig *rig = gst_pad_get_element_private (pad);
  guint8 header[4];

  gst_buffer_extract (packet, 0, header, sizeof header);
  g_string_append_printf (rig->out, "%u ", GST_READ_UINT16_BE (header + 2));
  g_assert_cmpuint (GST_BUFFER_PTS (packet), >=, rig->last_pts);
  rig->last_pts = GST_BUFFER_PTS (packet);
  gst_buffer_unref (packet);

  /* One feed's trouble: the transport must not hear of it. */
  return GST_FLOW_ERROR;
}

static gboolean
event_cb (GstPad    *pad,
          GstObject *parent,
          GstEvent  *event)
{
  Rig *rig = gst_pad_get_element_private (pad);
  const GstStructure *request = gst_event_get_structure (event);
  guint seq, ssrc;

  if (gst_event_has_name (event, "GstRTPRetransmissionRequest"))
    {
      g_assert_true (gst_structure_get_uint (request, "seqnum", &seq));
      g_assert_true (gst_structure_get_uint (request, "ssrc", &ssrc));
      g_assert_cmpuint (ssrc, ==, 0xcafe0001);
      g_string_append_printf (rig->asked, "%u ", seq);
    }
  else if (GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_UPSTREAM)
    {
      g_string_append (rig->asked, "key ");
    }
  gst_event_unref (event);

  return TRUE;
}

static void
rig_init (Rig *rig)
{
  g_autoptr (GstPad) out = NULL;
  GstPad *in;
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("application/x-rtp", "clock-rate", G_TYPE_INT, 90000, NULL);
  GstSegment segment;

  *rig = (Rig) { .element = gst_object_ref_sink (vigil_reorder_element_new ()),
                 .out = g_string_new (NULL), .asked = g_string_new (NULL) };
  rig->source = gst_object_ref_sink (gst_pad_new ("before", GST_PAD_SRC));
  rig->sink = gst_object_ref_sink (gst_pad_new ("behind", GST_PAD_SINK));
  gst_pad_set_element_private (rig->source, rig);
  gst_pad_set_element_private (rig->sink, rig);
  gst_pad_set_event_function (rig->source, event_cb);
  gst_pad_set_chain_function (rig->sink, out_cb);
  in = rig->in = gst_element_get_static_pad (rig->element, "sink");
  out = gst_element_get_static_pad (rig->element, "src");
  g_assert_cmpint (gst_pad_link (rig->source, in), ==, GST_PAD_LINK_OK);
  g_assert_cmpint (gst_pad_link (out, rig->sink), ==, GST_PAD_LINK_OK);
  gst_pad_set_active (rig->source, TRUE);
  gst_pad_set_active (rig->sink, TRUE);
  gst_element_set_state (rig->element, GST_STATE_PLAYING);

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (rig->source, gst_event_new_stream_start ("test"));
  gst_pad_push_event (rig->source, gst_event_new_caps (caps));
  gst_pad_push_event (rig->source, gst_event_new_segment (&segment));
}

static void
rig_clear (Rig *rig)
{
  gst_element_set_state (rig->element, GST_STATE_NULL);
  gst_object_unref (rig->element);
  gst_object_unref (rig->in);
  gst_object_unref (rig->source);
  gst_object_unref (rig->sink);
  g_string_free (rig->out, TRUE);
  g_string_free (rig->asked, TRUE);
}

static void
rig_push (Rig     *rig,
          guint16  seq,
          guint    at_ms)
{
  const guint8 header[12] = { 0x80, 96, (guint8) (seq >> 8), (guint8) seq, 0, 0, 0, 0, 0xca, 0xfe, 0x00, 0x01 };
  GstBuffer *packet = gst_buffer_new_memdup (header, sizeof header);

  GST_BUFFER_PTS (packet) = GST_BUFFER_DTS (packet) = at_ms * GST_MSECOND;
  g_assert_cmpint (gst_pad_push (rig->source, packet), ==, GST_FLOW_OK);
}

static void
test_element (void)
{
  gint64 before = vigil_counter_get (vigil_media_metrics ()->reorders_live);
  Rig rig;

  rig_init (&rig);
  g_object_set (rig.element, "latency", 10000u, NULL);
  rig_push (&rig, 7, 1);
  rig_push (&rig, 10, 3);
  g_assert_cmpstr (rig.out->str, ==, "7 ");
  /* Again and again, by the clock as well. */
  GST_PAD_STREAM_LOCK (rig.in);
  g_assert_true (g_str_has_prefix (rig.asked->str, "8 9 "));
  GST_PAD_STREAM_UNLOCK (rig.in);
  rig_push (&rig, 8, 2);
  rig_push (&rig, 9, 5);
  rig_push (&rig, 9, 5);
  g_assert_cmpstr (rig.out->str, ==, "7 8 9 10 ");
  g_assert_true (gst_pad_push_event (rig.sink, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0)));
  g_assert_true (g_str_has_suffix (rig.asked->str, "key "));

  /* Not waited for at all. */
  g_object_set (rig.element, "latency", 0u, NULL);
  rig_push (&rig, 12, 6);
  g_assert_cmpstr (rig.out->str, ==, "7 8 9 10 12 ");

  /* More than fits behind a hole: the hole is given up. */
  g_object_set (rig.element, "latency", 10000u, NULL);
  g_string_truncate (rig.out, 0);
  for (guint16 seq = 14; seq < 14 + VIGIL_REORDER_MAX; seq++)
    rig_push (&rig, seq, 7);
  g_assert_true (g_str_has_prefix (rig.out->str, "14 15 16 "));
  g_assert_true (g_str_has_suffix (rig.out->str, " 525 "));

  /* Held when it ends. */
  rig_push (&rig, 600, 8);

  /* Too short to be a packet. */
  g_assert_cmpint (gst_pad_push (rig.source, gst_buffer_new_memdup ("\x80\x60", 2)), ==, GST_FLOW_OK);
  rig_clear (&rig);
  g_assert_cmpint (vigil_counter_get (vigil_media_metrics ()->reorders_live), ==, before);
}

static gboolean
has_out (Rig        *rig,
         const char *expected)
{
  gboolean has;

  GST_PAD_STREAM_LOCK (rig->in);
  has = g_str_equal (rig->out->str, expected);
  GST_PAD_STREAM_UNLOCK (rig->in);
  return has;
}

/* A picture a second, and a packet of it missing: the others are not held until the next picture. */
static void
test_element_clock (void)
{
  gint64 began, waited;
  Rig rig;

  rig_init (&rig);
  g_object_set (rig.element, "latency", 50u, NULL);
  rig_push (&rig, 1, 1);
  began = g_get_monotonic_time ();
  rig_push (&rig, 3, 1);
  rig_push (&rig, 4, 1);
  g_assert_cmpstr (rig.out->str, ==, "1 ");
  while (!has_out (&rig, "1 3 4 ") && g_get_monotonic_time () - began < 5 * G_USEC_PER_SEC)
    g_usleep (1000);
  waited = g_get_monotonic_time () - began;
  g_test_message ("held for %.0f ms", waited / 1000.0);
  g_assert_true (has_out (&rig, "1 3 4 "));
  g_assert_cmpint (waited, >=, 50 * 1000);
  /* It was asked for more than once meanwhile. */
  g_assert_true (g_str_has_prefix (rig.asked->str, "2 2 "));

  /* Nothing of it is left to fire when the element goes in the middle of it. */
  for (guint16 seq = 10; seq < 30; seq += 2)
    {
      rig_push (&rig, seq, 1);
      g_usleep (3000);
    }
  rig_clear (&rig);
  g_usleep (100 * 1000);
}

/* rtpbin asks for the pad, and a sender report that finds nobody would end the transport. */
static void
test_element_reports (void)
{
  GstSegment segment;
  GstPad *reports;
  Rig rig;

  rig_init (&rig);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  reports = gst_element_request_pad_simple (rig.element, "sink_rtcp");
  g_assert_nonnull (reports);
  g_assert_true (gst_pad_send_event (reports, gst_event_new_stream_start ("reports")));
  g_assert_true (gst_pad_send_event (reports, gst_event_new_segment (&segment)));
  g_assert_cmpint (gst_pad_chain (reports, gst_buffer_new_memdup ("\x80\xc8", 2)), ==, GST_FLOW_OK);
  gst_element_release_request_pad (rig.element, reports);
  gst_object_unref (reports);
  rig_clear (&rig);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/media/reorder/order", test_order);
  g_test_add_func ("/media/reorder/twice", test_twice);
  g_test_add_func ("/media/reorder/given-up", test_given_up);
  g_test_add_func ("/media/reorder/ask", test_ask);
  g_test_add_func ("/media/reorder/learns", test_learns);
  g_test_add_func ("/media/reorder/far-off", test_far_off);
  g_test_add_func ("/media/reorder/starts-over-behind", test_starts_over_behind);
  g_test_add_func ("/media/reorder/full", test_full);
  g_test_add_func ("/media/reorder/pause", test_pause);
  g_test_add_func ("/media/reorder/random", test_random);
  g_test_add_func ("/media/reorder/element", test_element);
  g_test_add_func ("/media/reorder/element/clock", test_element_clock);
  g_test_add_func ("/media/reorder/element/reports", test_element_reports);

  return g_test_run ();
}
