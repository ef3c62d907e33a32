/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: what the engine knows of a feed's decoder, be it of pictures or of sound. */
#pragma once

#include "vigil-media-engine.h"
#include "vigil-packet-sink.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FEED_DECODER (vigil_feed_decoder_get_type ())
G_DECLARE_INTERFACE (VigilFeedDecoder, vigil_feed_decoder, VIGIL, FEED_DECODER, VigilPacketSink)

/**
 * Main thread, but for what says otherwise.
 *
 * Signals, on the main thread and never after vigil_feed_decoder_close():
 *  - "first-frame": something came out; again after each pause
 *  - "key-wanted": nothing will come out until a key frame comes in
 *  - "failed" (const char *detail): for good
 */
struct _VigilFeedDecoderInterface
{
  GTypeInterface parent;

  void      (*close)           (VigilFeedDecoder *self);
  void      (*pause)           (VigilFeedDecoder *self);
  void      (*rest)            (VigilFeedDecoder *self); /* nullable: there is nothing to give back */
  void      (*resume)          (VigilFeedDecoder *self);
  GObject  *(*get_output)      (VigilFeedDecoder *self);
  gboolean  (*get_waiting)     (VigilFeedDecoder *self); /* nullable: never */
  gint64    (*get_last_packet) (VigilFeedDecoder *self);
  gint64    (*get_busy)        (VigilFeedDecoder *self); /* nullable: never so long that it matters */
  void      (*get_stats)       (VigilFeedDecoder *self, VigilFeedStats *stats);
};

/** No signal and no output after this. The rest is freed in the background. Safe twice. */
void     vigil_feed_decoder_close           (VigilFeedDecoder *self);
/** The server sends nothing from about now on. */
void     vigil_feed_decoder_pause           (VigilFeedDecoder *self);
/** Gives back what a paused feed need not keep. */
void     vigil_feed_decoder_rest            (VigilFeedDecoder *self);
/** Call when asking the server to resume. */
void     vigil_feed_decoder_resume          (VigilFeedDecoder *self);
/** Returns: (transfer none): where what comes out appears. */
GObject *vigil_feed_decoder_get_output      (VigilFeedDecoder *self);
/** Whether it waits for a key frame. Thread: any. */
gboolean vigil_feed_decoder_get_waiting     (VigilFeedDecoder *self);
/** Monotonic µs of the last packet, 0 without any. Thread: any. */
gint64   vigil_feed_decoder_get_last_packet (VigilFeedDecoder *self);
/** Monotonic µs since when it is decoding without a break; 0: it is not. Thread: any. */
gint64   vigil_feed_decoder_get_busy        (VigilFeedDecoder *self);
/** What it has cost until now. Thread: any. */
void     vigil_feed_decoder_get_stats       (VigilFeedDecoder *self, VigilFeedStats *stats);

/* For implementations; for vigil_main_post() with the decoder as target. */
void     vigil_feed_decoder_first_frame_posted_cb (gpointer decoder, gpointer nothing);
void     vigil_feed_decoder_key_wanted_posted_cb  (gpointer decoder, gpointer nothing);
void     vigil_feed_decoder_failed_posted_cb      (gpointer decoder, gpointer detail);

G_END_DECLS
