/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A feed's packets between their reordering and its decoder: bounded, and it knows about gaps. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define VIGIL_PACKET_QUEUE_MAX 512u

typedef struct
{
  GstBuffer *buffer;
  gboolean   gap;     /* packets before this one are missing, or were dropped here */
  guint      missing; /* how many of them never came */
} VigilPacket;

/** A plain value without a lock: its owner has one. */
typedef struct
{
  VigilPacket ring[VIGIL_PACKET_QUEUE_MAX];
  guint       head;
  guint       length;
  guint16     next_seq;
  gboolean    has_seq;
  gboolean    gap;
} VigilPacketQueue;

typedef enum
{
  VIGIL_PACKET_QUEUED,
  VIGIL_PACKET_FRAME_END, /* queued, and with it a whole picture */
  VIGIL_PACKET_OVERFLOW,  /* queued; everything before it was dropped */
} VigilPacketVerdict;

VigilPacketVerdict vigil_packet_queue_push  (VigilPacketQueue *self,
                                             GstBuffer        *buffer,
                                             guint            *n_dropped);
guint              vigil_packet_queue_pop   (VigilPacketQueue *self,
                                             VigilPacket      *packets,
                                             guint             max);
guint              vigil_packet_queue_clear (VigilPacketQueue *self);

G_END_DECLS
