/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One SSRC as it arrives: counted, put together, decoded, its marker read. */
#pragma once

#include <gst/rtp/rtp.h>
#include <vpx/vpx_decoder.h>

G_BEGIN_DECLS

typedef struct
{
  guint32  ssrc;
  guint    packets;
  guint    frames;          /* complete ones */
  guint    key_frames;
  guint    gaps;            /* sequence numbers missing for good */
  guint    picture_gaps;    /* jumps of the picture id */
  guint    decoded;
  guint    undecodable;
  guint    marked;          /* decoded with a readable marker */
  guint    look;            /* of the last marker */
  guint    behaviour;
  gboolean first_was_key;
  guint    backward;        /* timestamps that went back */
  gint64   max_leap;        /* the largest step of a timestamp, in ticks */
  gint64   first_at;        /* monotonic */
  gint64   last_key_at;
} SfuTrack;

typedef struct
{
  SfuTrack         info;
  gboolean         decode;
  gboolean         video;
  gboolean         arrived;  /* a packet has passed the probe */
  GByteArray      *frame;
  gboolean         whole;    /* no packet of frame is missing */
  guint16          seq;
  guint16          picture;
  guint32          timestamp;
  vpx_codec_ctx_t  codec;
  gboolean         opened;
} Track;

Track *track_new         (guint32       ssrc,
                          gboolean      video,
                          gboolean      decode);
void   track_free        (gpointer      data);
void   track_take_packet (Track        *track,
                          GstRTPBuffer *rtp);

G_END_DECLS
