/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A live picture as a file for the evidence: at its received size where that can be had, compressed off the main thread. */
#pragma once

#include <gdk/gdk.h>

#include "vigil-frame-slot.h"

G_BEGIN_DECLS

/** What the hall takes at most (docs/protocol.md 6.9). */
#define VIGIL_SNAPSHOT_MAX_BYTES (700 * 1024)

typedef struct
{
  char       *base64;         /* the file */
  const char *content_type;   /* static */
  GdkTexture *texture;        /* what is in the file, for the eye */
  gint64      at_ms;          /* by the hall's clock: when the picture was decoded */
  guint       width, height;  /* of the file */
  guint       source_width, source_height; /* as it was received */
  gboolean    received_size;  /* it is as large as it was received, and not as it was drawn */
  gboolean    whole;          /* it is as large as one may be: if not as it was received, it was made smaller to fit */
} VigilSnapshot;

void vigil_snapshot_free (VigilSnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSnapshot, vigil_snapshot_free)

/**
 * vigil_snapshot_take_async:
 * @frame: what is seen now, and what is taken if nothing better comes
 * @slot: (nullable): where @frame comes from. The decoder scales to what is drawn; where that is less than what
 *   was received it is asked for one picture of full size, and waited for it 400 ms
 *
 * Main thread. Errors: G_IO_ERROR, GDK_PIXBUF_ERROR.
 */
void           vigil_snapshot_take_async  (VigilFrame *frame, VigilFrameSlot *slot, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (transfer full). */
VigilSnapshot *vigil_snapshot_take_finish (GAsyncResult *result, GError **error);

G_END_DECLS
