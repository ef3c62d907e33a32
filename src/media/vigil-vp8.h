/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first ten bytes of a VP8 frame. Pure. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_VP8_HEADER_SIZE 10

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

G_END_DECLS
