/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated picture as a JPEG file: what evidence is made of. */

#include <stdio.h>

#include <jpeglib.h>
#include <setjmp.h>

#include "vigil-sim-look.h"

typedef struct
{
  struct jpeg_error_mgr base;
  jmp_buf               escape;
  char                  message[JMSG_LENGTH_MAX];
} JpegTrouble;

/* libjpeg must not return from its error handler. */
static void
jpeg_trouble_cb (j_common_ptr info)
{
  JpegTrouble *trouble = (JpegTrouble *) info->err;

  info->err->format_message (info, trouble->message);
  longjmp (trouble->escape, 1);
}

static GBytes *
encode_jpeg (cairo_surface_t  *surface,
             int               quality,
             GError          **error)
{
  struct jpeg_compress_struct info;
  JpegTrouble trouble;
  unsigned char *volatile data = NULL;
  unsigned long size = 0;
  GBytes *bytes;

  info.err = jpeg_std_error (&trouble.base);
  trouble.base.error_exit = jpeg_trouble_cb;
  if (setjmp (trouble.escape) != 0)
    {
      jpeg_destroy_compress (&info);
      free (data);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "JPEG: %s", trouble.message);
      return NULL;
    }

  jpeg_create_compress (&info);
  jpeg_mem_dest (&info, (unsigned char **) &data, &size);
  info.image_width = cairo_image_surface_get_width (surface);
  info.image_height = cairo_image_surface_get_height (surface);
  info.input_components = 4;
  info.in_color_space = G_BYTE_ORDER == G_LITTLE_ENDIAN ? JCS_EXT_BGRX : JCS_EXT_XRGB;
  jpeg_set_defaults (&info);
  jpeg_set_quality (&info, quality, TRUE);
  jpeg_start_compress (&info, TRUE);
  while (info.next_scanline < info.image_height)
    {
      JSAMPROW row = cairo_image_surface_get_data (surface)
                     + (gsize) info.next_scanline * cairo_image_surface_get_stride (surface);

      jpeg_write_scanlines (&info, &row, 1);
    }
  jpeg_finish_compress (&info);
  jpeg_destroy_compress (&info);

  bytes = g_bytes_new (data, size);
  free (data);

  return bytes;
}

/**
 * vigil_sim_look_render_jpeg:
 * @index: the look
 * @source: a webcam or a screen
 * @behaviour: what is to be seen
 * @t: seconds; everything repeats after four
 * @width: pixels
 * @height: pixels
 * @quality: 1 … 100; 82 gives about 25 KB at 640×360
 * @error: %G_IO_ERROR
 *
 * One frame as a JPEG image. Any thread; takes some tens of milliseconds.
 *
 * Returns: (transfer full) (nullable): the file's bytes
 */
GBytes *
vigil_sim_look_render_jpeg (guint              index,
                            VigilSimSource     source,
                            VigilSimBehaviour  behaviour,
                            double             t,
                            int                width,
                            int                height,
                            int                quality,
                            GError           **error)
{
  g_autoptr (VigilSimLook) look = NULL;
  cairo_surface_t *surface;
  cairo_t *cr;
  GBytes *bytes;

  g_return_val_if_fail (width > 0 && height > 0, NULL);

  look = vigil_sim_look_new (index);
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cr = cairo_create (surface);
  vigil_sim_look_draw (look, source, behaviour, t, cr, width, height);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  bytes = encode_jpeg (surface, quality, error);
  cairo_surface_destroy (surface);

  return bytes;
}
