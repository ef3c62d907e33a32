/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A candidate's capture as bytes, decoded as the wall's stills are. Built by run.sh for libFuzzer, and by meson to
 * replay the corpus. */
#include <stddef.h>
#include <stdint.h>

#include "vigil-still-decode.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (VigilFrame) frame = vigil_still_decode (bytes, 320, NULL);

  if (frame != NULL)
    {
      g_assert_cmpuint (MAX (frame->width, frame->height), <=, 320);
      g_assert_cmpuint ((guint64) frame->source_width * frame->source_height, <=, VIGIL_STILL_MAX_PIXELS);
    }
  return 0;
}
