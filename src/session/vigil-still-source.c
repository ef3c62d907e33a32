/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: where the newest capture of a candidate is read. */

#include "vigil-still-source.h"

G_DEFINE_INTERFACE (VigilStillSource, vigil_still_source, G_TYPE_OBJECT)

static void
vigil_still_source_default_init (VigilStillSourceInterface *iface)
{
}

void
vigil_still_answer_free (VigilStillAnswer *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->etag);
  g_free (self);
}

void
vigil_still_source_fetch_async (VigilStillSource         *self,
                                const VigilStillQuestion *question,
                                GCancellable             *cancellable,
                                GAsyncReadyCallback       callback,
                                gpointer                  user_data)
{
  g_return_if_fail (VIGIL_IS_STILL_SOURCE (self));
  g_return_if_fail (question->exam_id != NULL && question->student_id != NULL);

  VIGIL_STILL_SOURCE_GET_IFACE (self)->fetch_async (self, question, cancellable, callback, user_data);
}

VigilStillAnswer *
vigil_still_source_fetch_finish (VigilStillSource  *self,
                                 GAsyncResult      *result,
                                 guint             *retry_after_ms,
                                 GError           **error)
{
  g_return_val_if_fail (VIGIL_IS_STILL_SOURCE (self), NULL);

  *retry_after_ms = 0;
  return VIGIL_STILL_SOURCE_GET_IFACE (self)->fetch_finish (self, result, retry_after_ms, error);
}

void
vigil_still_source_forget (VigilStillSource *self)
{
  g_return_if_fail (VIGIL_IS_STILL_SOURCE (self));

  VIGIL_STILL_SOURCE_GET_IFACE (self)->forget (self);
}
