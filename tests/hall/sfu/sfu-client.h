/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small receiving client for tests of the hall's SFU: one webrtcbin after
 * the static-offer recipe, talking to an SFU in the same process or another. It takes
 * RTP apart itself, so that what arrives can be checked packet by packet. */
#pragma once

#include "sfu-calls.h"
#include "sfu-track.h"

G_BEGIN_DECLS

typedef struct _SfuClient SfuClient;

SfuClient  *sfu_client_new         (VigilHallSfu *sfu,
                                    const char   *key);
SfuClient  *sfu_client_new_remote  (SfuCall       call,
                                    gpointer      call_data);
void        sfu_client_free        (SfuClient    *self);
gboolean    sfu_client_connect     (SfuClient    *self);
const char *sfu_client_get_transport (SfuClient  *self);

char       *sfu_client_consume     (SfuClient    *self,
                                    const char   *producer_id,
                                    gboolean      decode,
                                    guint32      *ssrc);
void        sfu_client_close       (SfuClient    *self,
                                    const char   *consumer_id,
                                    guint32       ssrc);
void        sfu_client_get_track   (SfuClient    *self,
                                    guint32       ssrc,
                                    SfuTrack     *track);
guint       sfu_client_get_n_pads  (SfuClient    *self);
guint       sfu_client_get_strangers (SfuClient  *self);
void        sfu_client_send_pli    (SfuClient    *self,
                                    guint32       ssrc);

gboolean    sfu_wait_until         (gboolean    (*done) (gpointer data),
                                    gpointer      data,
                                    guint         timeout_ms);
void        sfu_wait_ms            (guint         ms);

G_END_DECLS
