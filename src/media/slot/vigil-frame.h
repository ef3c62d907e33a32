/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One decoded picture of one feed, ready to be drawn. */
#pragma once

#include <glib-object.h>

#include "vigil-frame-memory.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FRAME (vigil_frame_get_type ())

/**
 * VigilFrame:
 *
 * Immutable once published, reference counted; any thread. Pixels are BGRx, 4 bytes each
 * (CAIRO_FORMAT_RGB24 on little endian), @stride bytes a row.
 */
typedef struct
{
  gatomicrefcount  ref_count;
  guint            width;
  guint            height;
  guint            stride;
  guint            source_width;  /* size of the picture before it was scaled to the tile */
  guint            source_height;
  guint            epoch;         /* of the slot when the frame was made there; 0: made elsewhere */
  guint64          feed;          /* which feed it was decoded from: equals its slot's feed */
  gint64           decoded_us;    /* monotonic */
  gboolean         first;         /* after an attach or a resume: somebody waits for it */
  guint8          *pixels;
  gsize            size;          /* bytes at pixels */
  VigilFrameMemory *memory;       /* nullable: where pixels are, if not in memory of our own */
  GDestroyNotify   release;       /* nullable: called with the frame when the last reference goes */
  gpointer         release_data;
} VigilFrame;

GType       vigil_frame_get_type (void);
/** A frame with pixels of its own, uninitialised; for the producer to fill before it publishes. */
VigilFrame *vigil_frame_new (guint64 feed, guint width, guint height);
/** As vigil_frame_new(), with its pixels in @memory (nullable). Returns: (nullable): %NULL if it is full. */
VigilFrame *vigil_frame_new_in (VigilFrameMemory *memory, guint64 feed, guint width, guint height);
VigilFrame *vigil_frame_ref (VigilFrame *self);
void        vigil_frame_unref (VigilFrame *self);
/** Frees a frame without references; for release functions. */
void        vigil_frame_free (VigilFrame *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilFrame, vigil_frame_unref)

G_END_DECLS
