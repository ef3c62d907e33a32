/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: what the engine knows of a feed's decoder, be it of pictures or of sound. */
#include "vigil-feed-decoder.h"

G_DEFINE_INTERFACE (VigilFeedDecoder, vigil_feed_decoder, VIGIL_TYPE_PACKET_SINK)

enum
{
  SIGNAL_FIRST_FRAME,
  SIGNAL_KEY_WANTED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_feed_decoder_default_init (VigilFeedDecoderInterface *iface)
{
  GType type = G_TYPE_FROM_INTERFACE (iface);

  signals[SIGNAL_FIRST_FRAME] = g_signal_new ("first-frame", type, G_SIGNAL_RUN_LAST,
                                              0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_KEY_WANTED] = g_signal_new ("key-wanted", type, G_SIGNAL_RUN_LAST,
                                             0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

void
vigil_feed_decoder_close (VigilFeedDecoder *self)
{
  VIGIL_FEED_DECODER_GET_IFACE (self)->close (self);
}

void
vigil_feed_decoder_pause (VigilFeedDecoder *self)
{
  VIGIL_FEED_DECODER_GET_IFACE (self)->pause (self);
}

void
vigil_feed_decoder_rest (VigilFeedDecoder *self)
{
  VigilFeedDecoderInterface *iface = VIGIL_FEED_DECODER_GET_IFACE (self);

  if (iface->rest != NULL)
    iface->rest (self);
}

void
vigil_feed_decoder_resume (VigilFeedDecoder *self)
{
  VIGIL_FEED_DECODER_GET_IFACE (self)->resume (self);
}

GObject *
vigil_feed_decoder_get_output (VigilFeedDecoder *self)
{
  return VIGIL_FEED_DECODER_GET_IFACE (self)->get_output (self);
}

gboolean
vigil_feed_decoder_get_waiting (VigilFeedDecoder *self)
{
  VigilFeedDecoderInterface *iface = VIGIL_FEED_DECODER_GET_IFACE (self);

  return iface->get_waiting != NULL && iface->get_waiting (self);
}

gint64
vigil_feed_decoder_get_last_packet (VigilFeedDecoder *self)
{
  return VIGIL_FEED_DECODER_GET_IFACE (self)->get_last_packet (self);
}

gint64
vigil_feed_decoder_get_busy (VigilFeedDecoder *self)
{
  VigilFeedDecoderInterface *iface = VIGIL_FEED_DECODER_GET_IFACE (self);

  return iface->get_busy != NULL ? iface->get_busy (self) : 0;
}

void
vigil_feed_decoder_get_stats (VigilFeedDecoder *self,
                              VigilFeedStats   *stats)
{
  VIGIL_FEED_DECODER_GET_IFACE (self)->get_stats (self, stats);
}

void
vigil_feed_decoder_first_frame_posted_cb (gpointer decoder,
                                          gpointer nothing)
{
  g_signal_emit (decoder, signals[SIGNAL_FIRST_FRAME], 0);
}

void
vigil_feed_decoder_key_wanted_posted_cb (gpointer decoder,
                                         gpointer nothing)
{
  g_signal_emit (decoder, signals[SIGNAL_KEY_WANTED], 0);
}

void
vigil_feed_decoder_failed_posted_cb (gpointer decoder,
                                     gpointer detail)
{
  g_signal_emit (decoder, signals[SIGNAL_FAILED], 0, detail);
}
