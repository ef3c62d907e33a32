/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which codec a feed comes in, where its sender may choose between two. */
#pragma once

#include "vigil-decode-helper.h"
#include "vigil-packet-queue.h"

G_BEGIN_DECLS

/** One of the two. */
typedef struct
{
  char              *codec;   /* nullable: there is no second */
  VigilDecodeHelper *helper;  /* nullable: it is decoded here */
  char              *caps;    /* nullable: not heard of yet */
  int                payload; /* its payload type; −1: not heard of yet */
} VigilCodecOption;

/**
 * VigilCodecChoice:
 *
 * A plain value of whoever decodes; one thread at a time. The codec is known by the payload type of what comes. A sender may
 * change it whenever he likes (RFC 3264), but is followed once a second at most: each change costs a decoder.
 */
typedef struct
{
  VigilCodecOption options[2];
  guint            current;
  gint64           changed_us; /* monotonic; 0: never */
} VigilCodecChoice;

void                    vigil_codec_choice_init   (VigilCodecChoice  *self,
                                                   const char        *codec,
                                                   VigilDecodeHelper *helper);
void                    vigil_codec_choice_clear  (VigilCodecChoice  *self);
void                    vigil_codec_choice_allow  (VigilCodecChoice  *self,
                                                   const char        *codec,
                                                   VigilDecodeHelper *helper);
gboolean                vigil_codec_choice_is_one (const VigilCodecChoice *self);
const VigilCodecOption *vigil_codec_choice_get    (VigilCodecChoice  *self);
void                    vigil_codec_choice_note   (VigilCodecChoice  *self,
                                                   const GstCaps     *caps);
GstCaps                *vigil_codec_choice_join   (GstCaps           *older,
                                                   GstCaps           *newer);
gboolean                vigil_codec_choice_follow (VigilCodecChoice  *self,
                                                   VigilPacket       *packets,
                                                   guint             *n_packets,
                                                   gint64             now);

G_END_DECLS
