/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One consumer's packets: its RTP headers and its ring for resending.
 *
 * Not thread-safe: belongs to whoever holds the pacer's lock. */
#pragma once

#include "vigil-hall-transport.h"
#include "vigil-sim-clip.h"

G_BEGIN_DECLS

typedef struct _VigilHallPacketizer VigilHallPacketizer;

VigilHallPacketizer *vigil_hall_packetizer_new    (VigilHallKind        kind,
                                                   guint32              ssrc);
void                 vigil_hall_packetizer_begin  (VigilHallPacketizer *self,
                                                   guint16              seq);
void                 vigil_hall_packetizer_free   (VigilHallPacketizer *self);

GstBufferList       *vigil_hall_packetizer_frame  (VigilHallPacketizer *self,
                                                   const VigilSimFrame *frame,
                                                   gint64               at,
                                                   GstClockTime         pts,
                                                   double               loss,
                                                   guint               *n_dropped);
GstBuffer           *vigil_hall_packetizer_resend (VigilHallPacketizer *self,
                                                   guint16              seq,
                                                   GstClockTime         pts);
void                 vigil_hall_packetizer_forget (VigilHallPacketizer *self);

G_END_DECLS
