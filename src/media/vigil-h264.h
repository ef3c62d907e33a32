/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As much of H.264 as it takes to know how large its pictures will be before anybody decodes one. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean vigil_h264_parse_sps  (const guint8 *nal,
                                gsize         size,
                                guint        *width,
                                guint        *height);
gboolean vigil_h264_sizes_are_sane (const guint8 *stream,
                                gsize         size);

G_END_DECLS
