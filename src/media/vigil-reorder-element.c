/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtpjitterbuffer has two threads per stream and wakes one of them for every packet: with 24
 * videos 48 threads of a wall's 63, and a tenth of its processor time. Live pictures are shown
 * as they come, so nothing is gained by a clock: a packet in order goes through on the thread that
 * brought it, a missing one is asked for and waited for until "latency" is over. While something
 * is missing the system's clock looks as well: in a stream of few pictures the next packet may be a
 * second away. */
#include "vigil-reorder-element.h"

#include "vigil-media-metrics.h"
#include "vigil-reorder.h"

#define DEFAULT_LATENCY_MS 50u

/* A packet is asked for again after this: over a round trip in one country. */
#define ASK_AGAIN_US (20 * 1000)

/* As many in one go as one RTCP packet holds with ease. */
#define ASK_MAX 64u

/* It is waited for up to so many times "latency" where those that were missing do come, late as they are. */
#define PATIENCE 8

/* A look at a hole is due this long after it was found or last looked at: a packet too many is asked for as seldom. */
#define LOOK_US ASK_AGAIN_US

struct _VigilReorderElement
{
  GstElement parent_instance;

  /* immutable */
  GstPad *sink;
  GstPad *source;

  /* atomic */
  guint latency_ms;

  /* with the sink pad's stream lock */
  GstClockID     alarm;       /* NULL: nothing is missing */
  VigilReorder   reorder;
  GstClockTime   last_pts;
  guint32        ssrc;
};

enum
{
  PROP_0,
  PROP_LATENCY,
  PROP_DO_RETRANSMISSION,
};

static GstStaticPadTemplate sink_template =
  GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate rtcp_template =
  GST_STATIC_PAD_TEMPLATE ("sink_rtcp", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS ("application/x-rtcp"));
static GstStaticPadTemplate source_template =
  GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));

G_DEFINE_FINAL_TYPE (VigilReorderElement, vigil_reorder_element, GST_TYPE_ELEMENT)

/* The event that rtpsession turns into a NACK. */
static void
ask_for (VigilReorderElement *self,
         guint16              seq)
{
  GstStructure *request = gst_structure_new ("GstRTPRetransmissionRequest",
                                             "seqnum", G_TYPE_UINT, (guint) seq,
                                             "ssrc", G_TYPE_UINT, (guint) self->ssrc,
                                             "delay", G_TYPE_UINT, 0u,
                                             NULL);

  gst_pad_push_event (self->sink, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM, request));
}

static gint64
get_hold (VigilReorderElement *self)
{
  gint64 least_us = (gint64) g_atomic_int_get (&self->latency_ms) * 1000;

  return vigil_reorder_get_hold (&self->reorder, least_us, PATIENCE * least_us);
}

static void
ask_for_missing (VigilReorderElement *self,
                 gint64               now_us)
{
  guint16 seqs[ASK_MAX];
  /* Sooner than the answer can be there it is no use. */
  gint64 again_us = MAX (ASK_AGAIN_US, self->reorder.repair_us * 2 / 3);
  guint n = vigil_reorder_ask (&self->reorder, now_us, again_us, seqs, ASK_MAX);

  for (guint i = 0; i < n; i++)
    ask_for (self, seqs[i]);
  if (n > 0)
    vigil_counter_add (vigil_media_metrics ()->retransmissions_asked, n);
}

/* A packet that was waited for came after those behind it: decoders want time to go forward. */
static GstBuffer *
keep_time_forward (VigilReorderElement *self,
                   GstBuffer           *packet)
{
  GstClockTime pts = GST_BUFFER_PTS (packet);

  if (!GST_CLOCK_TIME_IS_VALID (pts) || !GST_CLOCK_TIME_IS_VALID (self->last_pts) || pts >= self->last_pts)
    {
      self->last_pts = pts;
      return packet;
    }

  packet = gst_buffer_make_writable (packet);
  GST_BUFFER_PTS (packet) = self->last_pts;
  GST_BUFFER_DTS (packet) = self->last_pts;
  return packet;
}

static void
let_go (VigilReorderElement *self,
        gint64               now_us,
        gint64               hold_us)
{
  GstBuffer *packet;
  guint n_given_up = 0;

  /* What becomes of it further on is no business of the other streams of the transport. */
  while ((packet = vigil_reorder_pop (&self->reorder, now_us, hold_us, &n_given_up)) != NULL)
    gst_pad_push (self->source, keep_time_forward (self, packet));

  if (n_given_up > 0)
    vigil_counter_add (vigil_media_metrics ()->packets_given_up, n_given_up);
}

static void set_alarm (VigilReorderElement *self);

/* The clock's own thread, which other elements' timers need too: nothing in here waits, as nothing does further on. */
static gboolean
alarm_cb (GstClock     *clock,
          GstClockTime  time,
          GstClockID    id,
          gpointer      user_data)
{
  g_autoptr (VigilReorderElement) self = g_weak_ref_get (user_data);
  gint64 now_us = g_get_monotonic_time ();

  if (self == NULL)
    return TRUE;

  GST_PAD_STREAM_LOCK (self->sink);
  if (self->alarm == id)
    {
      g_clear_pointer (&self->alarm, gst_clock_id_unref);
      let_go (self, now_us, get_hold (self));
      ask_for_missing (self, now_us);
      set_alarm (self);
    }
  GST_PAD_STREAM_UNLOCK (self->sink);
  return TRUE;
}

static void
free_weak_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
set_alarm (VigilReorderElement *self)
{
  g_autoptr (GstClock) clock = NULL;
  GWeakRef *weak;

  if (self->alarm != NULL || !vigil_reorder_is_waiting (&self->reorder) || !gst_pad_is_active (self->sink))
    return;

  clock = gst_system_clock_obtain ();
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  self->alarm = gst_clock_new_single_shot_id (clock, gst_clock_get_time (clock) + LOOK_US * GST_USECOND);
  gst_clock_id_wait_async (self->alarm, alarm_cb, weak, free_weak_ref);
}

static void
clear (VigilReorderElement *self)
{
  GST_PAD_STREAM_LOCK (self->sink);
  if (self->alarm != NULL)
    gst_clock_id_unschedule (self->alarm);
  g_clear_pointer (&self->alarm, gst_clock_id_unref);
  vigil_reorder_clear (&self->reorder);
  self->last_pts = GST_CLOCK_TIME_NONE;
  GST_PAD_STREAM_UNLOCK (self->sink);
}

static GstFlowReturn
chain_cb (GstPad    *pad,
          GstObject *parent,
          GstBuffer *packet)
{
  VigilReorderElement *self = VIGIL_REORDER_ELEMENT (parent);
  gint64 now_us = g_get_monotonic_time ();
  VigilReorderVerdict verdict;
  guint8 header[12];
  guint16 seq;

  if (gst_buffer_extract (packet, 0, header, sizeof header) < sizeof header)
    {
      gst_buffer_unref (packet);
      return GST_FLOW_OK;
    }

  seq = GST_READ_UINT16_BE (header + 2);
  self->ssrc = GST_READ_UINT32_BE (header + 8);
  verdict = vigil_reorder_push (&self->reorder, packet, seq, now_us);
  if (verdict == VIGIL_REORDER_FULL)
    {
      let_go (self, now_us, 0);
      verdict = vigil_reorder_push (&self->reorder, packet, seq, now_us);
    }
  if (verdict != VIGIL_REORDER_TAKEN)
    vigil_counter_add (vigil_media_metrics ()->packets_late, 1);
  let_go (self, now_us, get_hold (self));
  ask_for_missing (self, now_us);
  set_alarm (self);

  return GST_FLOW_OK;
}

/* Sender reports serve to play sound and picture together; there is no sound here. */
static GstFlowReturn
rtcp_chain_cb (GstPad    *pad,
               GstObject *parent,
               GstBuffer *packet)
{
  gst_buffer_unref (packet);

  return GST_FLOW_OK;
}

static gboolean
rtcp_event_cb (GstPad    *pad,
               GstObject *parent,
               GstEvent  *event)
{
  gst_event_unref (event);

  return TRUE;
}

/* By default they would go out of both sink pads, and a request for a key frame twice to webrtcbin. */
static gboolean
source_event_cb (GstPad    *pad,
                 GstObject *parent,
                 GstEvent  *event)
{
  return gst_pad_push_event (VIGIL_REORDER_ELEMENT (parent)->sink, event);
}

static GstPad *
vigil_reorder_element_request_new_pad (GstElement     *element,
                                       GstPadTemplate *template,
                                       const char     *name,
                                       const GstCaps  *caps)
{
  GstPad *pad = gst_pad_new_from_template (template, "sink_rtcp");

  gst_pad_set_chain_function (pad, rtcp_chain_cb);
  gst_pad_set_event_function (pad, rtcp_event_cb);
  gst_pad_set_active (pad, TRUE);
  if (!gst_element_add_pad (element, pad))
    return NULL;

  return pad;
}

static void
vigil_reorder_element_release_pad (GstElement *element,
                                   GstPad     *pad)
{
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (element, pad);
}

static GstStateChangeReturn
vigil_reorder_element_change_state (GstElement     *element,
                                    GstStateChange  transition)
{
  VigilReorderElement *self = VIGIL_REORDER_ELEMENT (element);
  GstStateChangeReturn result = GST_ELEMENT_CLASS (vigil_reorder_element_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    clear (self);

  return result;
}

static void
vigil_reorder_element_set_property (GObject      *object,
                                    guint         id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  VigilReorderElement *self = VIGIL_REORDER_ELEMENT (object);

  if (id == PROP_LATENCY)
    g_atomic_int_set (&self->latency_ms, g_value_get_uint (value));
  else if (id != PROP_DO_RETRANSMISSION)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vigil_reorder_element_get_property (GObject    *object,
                                    guint       id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  VigilReorderElement *self = VIGIL_REORDER_ELEMENT (object);

  if (id == PROP_LATENCY)
    g_value_set_uint (value, g_atomic_int_get (&self->latency_ms));
  else if (id == PROP_DO_RETRANSMISSION)
    g_value_set_boolean (value, TRUE);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vigil_reorder_element_finalize (GObject *object)
{
  VigilReorderElement *self = VIGIL_REORDER_ELEMENT (object);

  if (self->alarm != NULL)
    gst_clock_id_unschedule (self->alarm);
  g_clear_pointer (&self->alarm, gst_clock_id_unref);
  vigil_reorder_clear (&self->reorder);
  vigil_counter_add (vigil_media_metrics ()->reorders_live, -1);

  G_OBJECT_CLASS (vigil_reorder_element_parent_class)->finalize (object);
}

static void
vigil_reorder_element_class_init (VigilReorderElementClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = vigil_reorder_element_set_property;
  object_class->get_property = vigil_reorder_element_get_property;
  object_class->finalize = vigil_reorder_element_finalize;
  element_class->change_state = vigil_reorder_element_change_state;
  element_class->request_new_pad = vigil_reorder_element_request_new_pad;
  element_class->release_pad = vigil_reorder_element_release_pad;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &rtcp_template);
  gst_element_class_add_static_pad_template (element_class, &source_template);
  gst_element_class_set_static_metadata (element_class, "Packet reordering", "Filter/Network/RTP",
                                         "Puts RTP packets in order and asks for missing ones", "Vigil");

  /**
   * VigilReorderElement:latency: how long a missing packet is waited for, ms.
   * The name is rtpbin's, which sets it.
   */
  g_object_class_install_property (object_class, PROP_LATENCY,
    g_param_spec_uint ("latency", NULL, NULL, 0, G_MAXUINT, DEFAULT_LATENCY_MS,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

  /* It always asks. webrtcbin sets this where it knows an m-line's SSRC before the stream begins. */
  g_object_class_install_property (object_class, PROP_DO_RETRANSMISSION,
    g_param_spec_boolean ("do-retransmission", NULL, NULL, TRUE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
vigil_reorder_element_init (VigilReorderElement *self)
{
  self->latency_ms = DEFAULT_LATENCY_MS;
  self->last_pts = GST_CLOCK_TIME_NONE;

  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, chain_cb);
  GST_PAD_SET_PROXY_CAPS (self->sink);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);

  self->source = gst_pad_new_from_static_template (&source_template, "src");
  gst_pad_set_event_function (self->source, source_event_cb);
  GST_PAD_SET_PROXY_CAPS (self->source);
  gst_element_add_pad (GST_ELEMENT (self), self->source);

  vigil_counter_add (vigil_media_metrics ()->reorders_live, 1);
}

/**
 * vigil_reorder_element_new:
 *
 * For sound as well: it only puts packets in order, and what is heard has its
 * jitter buffer further on (vigil-voice.c).
 *
 * Returns: (transfer floating): an element with the pads of rtpjitterbuffer. Thread: any.
 */
GstElement *
vigil_reorder_element_new (void)
{
  return g_object_new (VIGIL_TYPE_REORDER_ELEMENT, NULL);
}
