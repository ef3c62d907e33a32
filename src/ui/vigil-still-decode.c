/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A candidate's capture as pixels of a tile's size. */
#include "vigil-still-decode.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "vigil-evidence-decode.h"

/* RGB, or RGBA whose alpha is nobody's business, to BGRx. */
static void
copy_pixels (VigilFrame *frame, GdkPixbuf *pixbuf)
{
  const guint8 *from = gdk_pixbuf_read_pixels (pixbuf);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  gsize n = (gsize) gdk_pixbuf_get_n_channels (pixbuf);

  for (guint y = 0; y < frame->height; y++)
    {
      const guint8 *in = from + y * stride;
      guint8 *out = frame->pixels + (gsize) y * frame->stride;

      for (guint x = 0; x < frame->width; x++, in += n, out += 4)
        {
          out[0] = in[2];
          out[1] = in[1];
          out[2] = in[0];
          out[3] = 0xff;
        }
    }
}

VigilFrame *
vigil_still_decode (GBytes *bytes, int max_side, GError **error)
{
  int width, height;
  g_autoptr (GdkPixbuf) pixbuf = vigil_evidence_decode_pixels (bytes, max_side, VIGIL_STILL_MAX_PIXELS, &width, &height, error);
  VigilFrame *frame;

  if (pixbuf == NULL)
    return NULL;
  frame = vigil_frame_new (0, (guint) gdk_pixbuf_get_width (pixbuf), (guint) gdk_pixbuf_get_height (pixbuf));
  frame->source_width = (guint) width;
  frame->source_height = (guint) height;
  frame->decoded_us = g_get_monotonic_time ();
  copy_pixels (frame, pixbuf);
  return frame;
}
