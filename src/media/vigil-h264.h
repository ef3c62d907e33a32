/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As much of H.264 as it takes to know how large its pictures will be before anybody decodes one. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_H264_MAX_SETS 32u

/**
 * VigilH264Sets:
 *
 * The parameter sets that a decoder has by now. Any slice may name any of them, so a picture is taken to be of the largest.
 * Zeroed memory has none. One thread at a time.
 */
typedef struct
{
  guint areas[2][VIGIL_H264_MAX_SETS]; /* pixels, as coded: by id, and those of subset sequence parameter sets apart */
} VigilH264Sets;

gboolean vigil_h264_parse_sps     (const guint8        *nal,
                                   gsize                size,
                                   guint               *id,
                                   guint               *width,
                                   guint               *height);
gboolean vigil_h264_sets_look     (VigilH264Sets       *self,
                                   const guint8        *stream,
                                   gsize                size);
guint    vigil_h264_sets_get_area (const VigilH264Sets *self);

G_END_DECLS
