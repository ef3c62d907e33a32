/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts reports about streams nobody asked for out of compound RTCP. Pure: bytes in, bytes out. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Whether a stream may exist. */
typedef gboolean (*VigilSsrcAllowed) (guint32  ssrc,
                                      gpointer user_data);

typedef enum
{
  VIGIL_RTCP_PASS,    /* nothing had to be cut */
  VIGIL_RTCP_TRIMMED, /* some of it was cut; the rest is in the output */
  VIGIL_RTCP_DROP,    /* nothing is left, or it is not RTCP */
} VigilRtcpVerdict;

VigilRtcpVerdict vigil_rtcp_filter (const guint8     *data,
                                    gsize             size,
                                    VigilSsrcAllowed  allowed,
                                    gpointer          user_data,
                                    guint8           *out,
                                    gsize            *out_size);

gboolean         vigil_rtcp_looks_like (const guint8 *data,
                                        gsize         size);

G_END_DECLS
