/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells the packets of one holder of an SSRC from those of the one before. A plain value; one thread at a time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VigilSuccession:
 *
 * An SFU whose slots change hands (Janus) sends one candidate after another under one SSRC, with sequence numbers that
 * go on as if nothing had happened. What tells them apart is the RTP timestamp: when Janus puts another feed behind a
 * slot it sets it forward by the time in which it sent nothing there, by its own clock. A packet of the former feed that
 * is late, by however much, bears the time at which it was sent, which is before the slot was stopped.
 *
 * So the next holder's stream begins with the first packet whose timestamp lies further ahead of the last one received
 * from the former than the slot was in use after that, and by half of the shortest rest more. Everything else is refused,
 * but not for longer than anything of the former can be under way: his clock may have been false.
 */
typedef struct
{
  gboolean heard;      /* something came since it began */
  guint16  seq;        /* of the newest packet */
  guint32  timestamp;
  gint64   heard_us;   /* monotonic */
  gboolean waits;      /* for a packet that cannot be the former's */
  guint32  from;       /* the earliest timestamp of such a one */
  gint64   until_us;   /* monotonic; it waits no longer, whatever was refused meanwhile */
} VigilSuccession;

/* Slots rest for 300 ms at least ("janus-slot-rest"), and half of that is left for a source whose clock is not even. */
#define VIGIL_SUCCESSION_MARGIN_MS 150

/* Nothing is under way for this long. */
#define VIGIL_SUCCESSION_FORGET_US (60 * G_USEC_PER_SEC)

void     vigil_succession_init  (VigilSuccession       *self,
                                 const VigilSuccession *former,
                                 gint64                 end_us,
                                 guint                  clock_rate,
                                 gint64                 now_us);
gboolean vigil_succession_admit (VigilSuccession       *self,
                                 guint16                seq,
                                 guint32                timestamp,
                                 gint64                 now_us);

G_END_DECLS
