/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VP8 in RTP: packets to frames, and the first bytes of a frame. Pure: no decoder, no GStreamer. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_VP8_HEADER_SIZE 10

/** The largest coded frame that is put together; a real one has some 100 KB at most. */
#define VIGIL_VP8_FRAME_MAX (2 * 1024 * 1024)

typedef struct
{
  gboolean key;
  gboolean shown;
  guint    width;  /* key frames only, else 0 */
  guint    height;
} VigilVp8Header;

gboolean vigil_vp8_parse_header (const guint8   *data,
                                 gsize           size,
                                 VigilVp8Header *header);

/** What is known of the frame that is being put together. A plain value. */
typedef struct
{
  GByteArray *frame;
  gboolean    whole; /* no packet of it is missing so far */
} VigilVp8Depay;

typedef enum
{
  VIGIL_VP8_MORE,   /* the frame goes on */
  VIGIL_VP8_FRAME,  /* a whole frame is in self->frame */
  VIGIL_VP8_BROKEN, /* a frame is lost, or this is not VP8 */
} VigilVp8Verdict;

void            vigil_vp8_depay_init  (VigilVp8Depay *self);
void            vigil_vp8_depay_clear (VigilVp8Depay *self);
VigilVp8Verdict vigil_vp8_depay_push  (VigilVp8Depay *self,
                                       const guint8  *packet,
                                       gsize          size,
                                       gboolean       gap);

gboolean        vigil_rtp_find_payload (const guint8   *packet,
                                        gsize           size,
                                        const guint8  **payload,
                                        gsize          *payload_size);

G_END_DECLS
