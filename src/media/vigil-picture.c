/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scales in I420, where there are 12 bits a pixel, and converts only what the tile shows. */
#include "vigil-picture.h"

#include <libyuv.h>

/* The largest picture that is decoded at all, and the largest that is drawn. */
#define MAX_SIDE       4096u
#define MAX_SHOWN_SIDE 2560u

struct _VigilPictureScaler
{
  guint8 *scratch;
  gsize   size;
};

/**
 * vigil_picture_scaler_new:
 *
 * Returns: (transfer full): a scaler without memory yet
 */
VigilPictureScaler *
vigil_picture_scaler_new (void)
{
  return g_new0 (VigilPictureScaler, 1);
}

/**
 * vigil_picture_scaler_free:
 */
void
vigil_picture_scaler_free (VigilPictureScaler *self)
{
  g_aligned_free (self->scratch);
  g_free (self);
}

/**
 * vigil_picture_size_is_sane:
 *
 * A VP8 header can ask for 16,383 × 16,383: 400 MB a picture.
 *
 * Returns: whether a picture of that size is to be decoded
 */
gboolean
vigil_picture_size_is_sane (guint width,
                            guint height)
{
  return width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE;
}

/**
 * vigil_picture_fit:
 * @width: the picture's
 * @height: the picture's
 * @box_width: what is wanted
 * @box_height: what is wanted
 * @fit_width: (out): the largest width of the same shape in the box, at least 1
 * @fit_height: (out): its height
 */
void
vigil_picture_fit (guint  width,
                   guint  height,
                   guint  box_width,
                   guint  box_height,
                   guint *fit_width,
                   guint *fit_height)
{
  box_width = CLAMP (box_width, 1, MAX_SHOWN_SIDE);
  box_height = CLAMP (box_height, 1, MAX_SHOWN_SIDE);

  if ((guint64) box_width * height <= (guint64) box_height * width)
    {
      *fit_width = box_width;
      *fit_height = (guint) (((guint64) box_width * height + width / 2) / width);
    }
  else
    {
      *fit_height = box_height;
      *fit_width = (guint) (((guint64) box_height * width + height / 2) / height);
    }

  *fit_width = CLAMP (*fit_width, 1, box_width);
  *fit_height = CLAMP (*fit_height, 1, box_height);
}

static void
ensure_scratch (VigilPictureScaler *self,
                gsize               size)
{
  if (self->size >= size)
    return;

  g_aligned_free (self->scratch);
  self->scratch = g_aligned_alloc (1, size, 64);
  self->size = size;
}

/* libyuv's box is 16 bits of a reciprocal: past some 16 × 16 pixels in one it darkens, and ends in black. */
static enum FilterMode
filter_for (const VigilPicture *picture,
            guint               width,
            guint               height)
{
  gboolean smaller = width < picture->width;
  gboolean much = picture->width > 16 * width || picture->height > 16 * height;

  return smaller && !much ? kFilterBox : kFilterBilinear;
}

static gboolean
scale (VigilPictureScaler *self,
       const VigilPicture *picture,
       guint               width,
       guint               height,
       VigilPicture       *scaled)
{
  int stride = (int) ((width + 63) & ~63u);
  int half_stride = (int) (((width + 1) / 2 + 63) & ~63u);
  gsize luma = (gsize) stride * height;
  gsize chroma = (gsize) half_stride * ((height + 1) / 2);
  guint8 *y, *u, *v;

  ensure_scratch (self, luma + 2 * chroma);
  y = self->scratch;
  u = y + luma;
  v = u + chroma;

  if (I420Scale (picture->planes[0], picture->strides[0],
                 picture->planes[1], picture->strides[1],
                 picture->planes[2], picture->strides[2],
                 (int) picture->width, (int) picture->height,
                 y, stride, u, half_stride, v, half_stride,
                 (int) width, (int) height,
                 filter_for (picture, width, height)) != 0)
    return FALSE;

  *scaled = (VigilPicture) {
    .planes = { y, u, v },
    .strides = { stride, half_stride, half_stride },
    .width = width,
    .height = height,
    .colour = picture->colour,
  };
  return TRUE;
}

static const struct YuvConstants *
constants (VigilColour colour)
{
  switch (colour)
    {
    case VIGIL_COLOUR_BT709:
      return &kYuvH709Constants;
    case VIGIL_COLOUR_JPEG:
      return &kYuvJPEGConstants;
    case VIGIL_COLOUR_BT601:
    default:
      return &kYuvI601Constants;
    }
}

/**
 * vigil_picture_scaler_render:
 * @picture: what was decoded
 * @frame: filled with it, at the frame's own size
 *
 * Returns: %FALSE if it cannot be scaled to that size
 */
gboolean
vigil_picture_scaler_render (VigilPictureScaler *self,
                             const VigilPicture *picture,
                             VigilFrame         *frame)
{
  VigilPicture scaled = *picture;

  if ((frame->width != picture->width || frame->height != picture->height) &&
      !scale (self, picture, frame->width, frame->height, &scaled))
    return FALSE;

  frame->source_width = picture->width;
  frame->source_height = picture->height;

  return I420ToARGBMatrix (scaled.planes[0], scaled.strides[0],
                           scaled.planes[1], scaled.strides[1],
                           scaled.planes[2], scaled.strides[2],
                           frame->pixels, (int) frame->stride, constants (scaled.colour),
                           (int) frame->width, (int) frame->height) == 0;
}
