/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rehearsal's own encoder and packetizer, without a network. */
#include "media-clip.h"

#include "vigil-hall-packetizer.h"
#include "vigil-sim-encoder.h"

struct _MediaClip
{
  VigilSimClip *clip;
  guint16       seq;
  guint32       ssrc;
  guint32       timestamp;
};

MediaClip *
media_clip_new (guint look,
                guint width,
                guint height,
                guint rate)
{
  VigilSimClipKey key = {
    .look = look, .source = VIGIL_SIM_SOURCE_WEBCAM, .behaviour = VIGIL_SIM_BEHAVIOUR_PRESENT,
    .width = width, .height = height, .rate = rate * 2,
  };
  g_autoptr (VigilSimEncoder) encoder = vigil_sim_encoder_new ();
  g_autoptr (GError) error = NULL;
  MediaClip *self = g_new0 (MediaClip, 1);

  self->clip = vigil_sim_clip_new (&key);
  self->ssrc = 1000 + look;
  /* The encoder's first share is half a second behind one key frame. */
  vigil_sim_encoder_encode (encoder, self->clip, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vigil_sim_clip_get_n_ready (self->clip), ==, rate);

  return self;
}

void
media_clip_free (MediaClip *self)
{
  vigil_sim_clip_unref (self->clip);
  g_free (self);
}

void
media_clip_follow (MediaClip *self,
                   MediaClip *other)
{
  self->seq = other->seq;
  self->ssrc = other->ssrc;
  self->timestamp = other->timestamp;
}

static GstBuffer *
packet (MediaClip *self,
        GstMemory *payload,
        gboolean   first,
        gboolean   last)
{
  guint8 header[13] = { 0x80, (guint8) (96 | (last ? 0x80 : 0)) };
  GstBuffer *buffer;

  GST_WRITE_UINT16_BE (header + 2, self->seq);
  GST_WRITE_UINT32_BE (header + 4, self->timestamp);
  GST_WRITE_UINT32_BE (header + 8, self->ssrc);
  header[12] = first ? 0x10 : 0x00;
  self->seq++;

  buffer = gst_buffer_new_memdup (header, sizeof header);
  gst_buffer_append_memory (buffer, gst_memory_ref (payload));
  return buffer;
}

GPtrArray *
media_clip_frame (MediaClip *self,
                  guint      index)
{
  GPtrArray *packets = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  const VigilSimFrame *frame = vigil_sim_clip_get_frame (self->clip, index);

  g_assert_cmpint (frame->key, ==, index == 0);
  self->timestamp += 6000;
  for (guint i = 0; i < frame->n_payloads; i++)
    g_ptr_array_add (packets, packet (self, frame->payloads[i], i == 0, i + 1 == frame->n_payloads));

  return packets;
}

void
media_clip_push (MediaClip        *self,
                 VigilTileDecoder *decoder,
                 guint             first,
                 guint             n)
{
  for (guint i = first; i < first + n; i++)
    {
      g_autoptr (GPtrArray) packets = media_clip_frame (self, i);

      for (guint j = 0; j < packets->len; j++)
        vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (decoder), gst_buffer_ref (packets->pdata[j]));
    }
}

void
media_clip_announce (VigilTileDecoder *decoder,
                     const char       *codec)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("application/x-rtp",
                                                  "media", G_TYPE_STRING, "video",
                                                  "clock-rate", G_TYPE_INT, 90000,
                                                  "encoding-name", G_TYPE_STRING, codec,
                                                  "payload", G_TYPE_INT, 96, NULL);

  vigil_packet_sink_set_caps (VIGIL_PACKET_SINK (decoder), caps);
}

/* Decoders that misbehave */

typedef struct
{
  GstElement parent;
} BadDecoder;

typedef GstElementClass BadDecoderClass;

static GType stuck_get_type (void);
static GType error_get_type (void);

G_DEFINE_TYPE (BadDecoder, stuck, GST_TYPE_ELEMENT)
typedef BadDecoder ErrorDecoder;
typedef GstElementClass ErrorDecoderClass;
G_DEFINE_TYPE (ErrorDecoder, error, GST_TYPE_ELEMENT)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GMutex stuck_lock;
static GCond stuck_cond;
static gboolean stuck_released;
static guint stuck_waiting;

static GstFlowReturn
stuck_chain (GstPad    *pad,
             GstObject *parent,
             GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
  g_mutex_lock (&stuck_lock);
  stuck_waiting++;
  while (!stuck_released)
    g_cond_wait (&stuck_cond, &stuck_lock);
  stuck_waiting--;
  g_mutex_unlock (&stuck_lock);

  return GST_FLOW_OK;
}

static GstFlowReturn
error_chain (GstPad    *pad,
             GstObject *parent,
             GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
  GST_ELEMENT_ERROR (parent, STREAM, DECODE, ("made to fail"), (NULL));

  return GST_FLOW_ERROR;
}

static void
class_init (GstElementClass *klass)
{
  gst_element_class_add_static_pad_template (klass, &sink_template);
  gst_element_class_add_static_pad_template (klass, &src_template);
  gst_element_class_set_static_metadata (klass, "Bad decoder", "Codec/Decoder/Video", "Misbehaves", "Vigil");
}

static void
stuck_class_init (GstElementClass *klass)
{
  class_init (klass);
}

static void
error_class_init (GstElementClass *klass)
{
  class_init (klass);
}

static void
add_pads (GstElement           *element,
          GstPadChainFunction   chain)
{
  GstPad *sink = gst_pad_new_from_static_template (&sink_template, "sink");

  gst_pad_set_chain_function (sink, chain);
  gst_element_add_pad (element, sink);
  gst_element_add_pad (element, gst_pad_new_from_static_template (&src_template, "src"));
}

static void
stuck_init (BadDecoder *self)
{
  add_pads (GST_ELEMENT (self), stuck_chain);
}

static void
error_init (BadDecoder *self)
{
  add_pads (GST_ELEMENT (self), error_chain);
}

void
media_bad_decoders_register (void)
{
  g_assert_true (gst_element_register (NULL, "vigilteststuck", GST_RANK_NONE, stuck_get_type ()));
  g_assert_true (gst_element_register (NULL, "vigiltesterror", GST_RANK_NONE, error_get_type ()));
}

void
media_stuck_release (gboolean released)
{
  g_mutex_lock (&stuck_lock);
  stuck_released = released;
  g_cond_broadcast (&stuck_cond);
  g_mutex_unlock (&stuck_lock);
}

guint
media_stuck_n (void)
{
  guint n;

  g_mutex_lock (&stuck_lock);
  n = stuck_waiting;
  g_mutex_unlock (&stuck_lock);

  return n;
}
