/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a decoded picture to pixels of the size a tile wants. */
#pragma once

#include "vigil-frame-slot.h"

G_BEGIN_DECLS

/** How to turn luma and chroma into colours. */
typedef enum
{
  VIGIL_COLOUR_BT601,
  VIGIL_COLOUR_BT709,
  VIGIL_COLOUR_JPEG,  /* BT.601, full range */
} VigilColour;

/** A decoded I420 picture, borrowed from whoever decoded it. */
typedef struct
{
  const guint8 *planes[3];
  int           strides[3];
  guint         width;
  guint         height;
  VigilColour   colour;
} VigilPicture;

/**
 * VigilPictureScaler:
 *
 * Memory to scale in, kept between pictures. One thread at a time.
 */
typedef struct _VigilPictureScaler VigilPictureScaler;

VigilPictureScaler *vigil_picture_scaler_new     (void);
void                vigil_picture_scaler_free    (VigilPictureScaler *self);
VigilPictureScaler *vigil_picture_scaler_get_for_thread (void);
gboolean            vigil_picture_scaler_render  (VigilPictureScaler *self,
                                                  const VigilPicture *picture,
                                                  VigilFrame         *frame);

gboolean            vigil_picture_size_is_sane   (guint               width,
                                                  guint               height);
void                vigil_picture_fit            (guint               width,
                                                  guint               height,
                                                  guint               box_width,
                                                  guint               box_height,
                                                  guint              *fit_width,
                                                  guint              *fit_height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilPictureScaler, vigil_picture_scaler_free)

G_END_DECLS
