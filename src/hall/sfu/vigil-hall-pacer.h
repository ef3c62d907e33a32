/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The thread that sends: at every frame boundary of every watched producer it
 * takes the frame from the feed and pushes it to each consumer under that
 * consumer's own RTP headers.
 *
 * A stream is a producer, a sender a consumer of it. All functions are for the
 * hall's thread unless they say otherwise. Once a sender or a stream is
 * removed, nothing more is pushed for it. */
#pragma once

#include "vigil-hall-transport.h"
#include "vigil-sim-feed.h"

G_BEGIN_DECLS

typedef struct _VigilHallPacer VigilHallPacer;
typedef struct _VigilHallStream VigilHallStream;
typedef struct _VigilHallSender VigilHallSender;

typedef struct
{
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 frames_sent;
  guint64 key_frames_sent;
  guint64 pli_received;
  guint64 fir_received;
  guint64 nack_received;
  guint64 packets_resent;
  guint64 packets_dropped;
  guint64 late_frames;
} VigilHallPacerCounts;

VigilHallPacer  *vigil_hall_pacer_new           (void);
void             vigil_hall_pacer_free          (VigilHallPacer *self);

VigilHallStream *vigil_hall_pacer_add_stream    (VigilHallPacer *self,
                                                 VigilSimFeed   *feed);
void             vigil_hall_pacer_remove_stream (VigilHallPacer  *self,
                                                 VigilHallStream *stream);
void             vigil_hall_pacer_stall_stream  (VigilHallPacer  *self,
                                                 VigilHallStream *stream,
                                                 gboolean         stalled);

VigilHallSender *vigil_hall_pacer_add_sender    (VigilHallPacer     *self,
                                                 VigilHallStream    *stream,
                                                 VigilHallTransport *transport,
                                                 guint32             ssrc);
void             vigil_hall_pacer_remove_sender (VigilHallPacer  *self,
                                                 VigilHallSender *sender);
void             vigil_hall_pacer_set_playing   (VigilHallPacer  *self,
                                                 VigilHallSender *sender,
                                                 gboolean         playing);
void             vigil_hall_pacer_request_key   (VigilHallPacer  *self,
                                                 VigilHallSender *sender);
gboolean         vigil_hall_pacer_has_ssrc      (VigilHallPacer  *self,
                                                 guint32          ssrc);

void             vigil_hall_pacer_feedback      (guint32                ssrc,
                                                 VigilHallFeedbackKind  kind,
                                                 const guint16         *lost,
                                                 guint                  n_lost,
                                                 gpointer               user_data);

void             vigil_hall_pacer_set_loss      (VigilHallPacer *self,
                                                 double          fraction);
void             vigil_hall_pacer_set_first_sequence (VigilHallPacer *self,
                                                 guint16         seq);
void             vigil_hall_pacer_set_frozen    (VigilHallPacer *self,
                                                 gboolean        frozen);
void             vigil_hall_pacer_get_counts    (VigilHallPacer       *self,
                                                 VigilHallPacerCounts *counts);

G_END_DECLS
