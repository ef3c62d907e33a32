/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 6386 section 9.1. */
#include "vigil-vp8.h"

/**
 * vigil_vp8_parse_header:
 * @data: a whole coded frame, or its beginning
 * @size: bytes at @data; %VIGIL_VP8_HEADER_SIZE are enough
 * @header: (out): what it says
 *
 * Returns: %FALSE if this cannot be a VP8 frame
 */
gboolean
vigil_vp8_parse_header (const guint8   *data,
                        gsize           size,
                        VigilVp8Header *header)
{
  *header = (VigilVp8Header) { 0 };

  if (size < 3)
    return FALSE;

  header->key = (data[0] & 1) == 0;
  header->shown = (data[0] & 0x10) != 0;
  if (!header->key)
    return TRUE;

  if (size < VIGIL_VP8_HEADER_SIZE || data[3] != 0x9d || data[4] != 0x01 || data[5] != 0x2a)
    return FALSE;

  header->width = ((guint) data[6] | (guint) data[7] << 8) & 0x3fff;
  header->height = ((guint) data[8] | (guint) data[9] << 8) & 0x3fff;
  return TRUE;
}
