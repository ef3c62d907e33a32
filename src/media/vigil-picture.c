/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Halves in I420, where there are 12 bits a pixel, and converts little more than the tile shows. */
#include "vigil-picture.h"

#include <libyuv.h>

/* The largest picture that is decoded at all, and the largest that is drawn. */
#define MAX_SIDE       4096u
#define MAX_SHOWN_SIDE 2560u

/* What an ordinary camera needs; more is given back after each picture. */
#define KEEP_BYTES (8 * 1024 * 1024)

typedef struct
{
  guint8 *data;
  gsize   size;
} Scratch;

struct _VigilPictureScaler
{
  Scratch i420[2]; /* halved pictures, by turns */
  Scratch bgrx;
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
  g_aligned_free (self->i420[0].data);
  g_aligned_free (self->i420[1].data);
  g_aligned_free (self->bgrx.data);
  g_free (self);
}

static void
free_for_thread (gpointer data)
{
  vigil_picture_scaler_free (data);
}

/**
 * vigil_picture_scaler_get_for_thread:
 *
 * Returns: (transfer none): the calling thread's own, so that a hundred tiles
 * on two threads need memory for two pictures
 */
VigilPictureScaler *
vigil_picture_scaler_get_for_thread (void)
{
  static GPrivate scalers = G_PRIVATE_INIT (free_for_thread);
  VigilPictureScaler *self = g_private_get (&scalers);

  if (self == NULL)
    {
      self = vigil_picture_scaler_new ();
      g_private_set (&scalers, self);
    }

  return self;
}

static guint8 *
ensure (Scratch *scratch,
        gsize    size)
{
  if (scratch->size < size)
    {
      g_aligned_free (scratch->data);
      scratch->data = g_aligned_alloc (1, size, 64);
      scratch->size = size;
    }

  return scratch->data;
}

static void
trim (Scratch *scratch)
{
  if (scratch->size <= KEEP_BYTES)
    return;

  g_clear_pointer (&scratch->data, g_aligned_free);
  scratch->size = 0;
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

static gboolean
scale_i420 (Scratch            *scratch,
            const VigilPicture *picture,
            guint               width,
            guint               height,
            enum FilterMode     filter,
            VigilPicture       *scaled)
{
  int stride = (int) ((width + 63) & ~63u);
  int half_stride = (int) (((width + 1) / 2 + 63) & ~63u);
  gsize luma = (gsize) stride * height;
  gsize chroma = (gsize) half_stride * ((height + 1) / 2);
  guint8 *y = ensure (scratch, luma + 2 * chroma);
  guint8 *u = y + luma;
  guint8 *v = u + chroma;

  if (I420Scale (picture->planes[0], picture->strides[0],
                 picture->planes[1], picture->strides[1],
                 picture->planes[2], picture->strides[2],
                 (int) picture->width, (int) picture->height,
                 y, stride, u, half_stride, v, half_stride,
                 (int) width, (int) height, filter) != 0)
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

static gboolean
convert (const VigilPicture *picture,
         guint8             *pixels,
         guint               stride)
{
  return I420ToARGBMatrix (picture->planes[0], picture->strides[0],
                           picture->planes[1], picture->strides[1],
                           picture->planes[2], picture->strides[2],
                           pixels, (int) stride, constants (picture->colour),
                           (int) picture->width, (int) picture->height) == 0;
}

/* Exact halves are the one size that libyuv does in a few microseconds: 640×360 to 300×169 at once costs 0.3 ms. */
static gboolean
halve (VigilPictureScaler *self,
       VigilPicture       *picture,
       const VigilFrame   *frame)
{
  guint turn = 0;

  while (picture->width / 2 >= frame->width && picture->height / 2 >= frame->height)
    {
      VigilPicture half;

      if (!scale_i420 (&self->i420[turn], picture, picture->width / 2, picture->height / 2, kFilterBox, &half))
        return FALSE;
      *picture = half;
      turn = !turn;
    }

  return TRUE;
}

/* Down by less than half, where scaling pixels is cheaper than three planes of odd sizes. */
static gboolean
convert_and_shrink (VigilPictureScaler *self,
                    const VigilPicture *picture,
                    VigilFrame         *frame)
{
  guint stride = (picture->width * 4 + 63) & ~63u;
  guint8 *pixels = ensure (&self->bgrx, (gsize) stride * picture->height);

  return convert (picture, pixels, stride) &&
         ARGBScale (pixels, (int) stride, (int) picture->width, (int) picture->height,
                    frame->pixels, (int) frame->stride, (int) frame->width, (int) frame->height,
                    kFilterBilinear) == 0;
}

static gboolean
render (VigilPictureScaler *self,
        VigilPicture       *picture,
        VigilFrame         *frame)
{
  VigilPicture scaled;

  if (!halve (self, picture, frame))
    return FALSE;
  if (picture->width == frame->width && picture->height == frame->height)
    return convert (picture, frame->pixels, frame->stride);
  if (picture->width >= frame->width && picture->height >= frame->height)
    return convert_and_shrink (self, picture, frame);

  return scale_i420 (&self->i420[0], picture, frame->width, frame->height, kFilterBilinear, &scaled) &&
         convert (&scaled, frame->pixels, frame->stride);
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
  VigilPicture rest = *picture;
  gboolean done;

  frame->source_width = picture->width;
  frame->source_height = picture->height;
  done = render (self, &rest, frame);

  trim (&self->i420[0]);
  trim (&self->i420[1]);
  trim (&self->bgrx);
  return done;
}
