/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread of the decoding helper, and the decoders that all of them share. Not part of the client. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean vigil_decoder_lane_warm_up (const char *codec);
void     vigil_decoder_lane_watch   (guint8     *memory);
void     vigil_decoder_lane_start   (guint       number,
                                     guint8     *memory,
                                     gsize       size);

G_END_DECLS
