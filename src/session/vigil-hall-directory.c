/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: what can be read from a hall over HTTP. */

#include "vigil-hall-directory.h"

G_DEFINE_INTERFACE (VigilHallDirectory, vigil_hall_directory, G_TYPE_OBJECT)

static guint answered_signal;

static void
vigil_hall_directory_default_init (VigilHallDirectoryInterface *iface)
{
  answered_signal = g_signal_new ("answered", G_TYPE_FROM_INTERFACE (iface), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_ERROR);
}

static void
tell (VigilHallDirectory *self,
      int                 question,
      const GError       *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, answered_signal, 0, question, error);
}

void
vigil_hall_directory_query_async (VigilHallDirectory       *self,
                                  VigilDirectoryQuery       query,
                                  const VigilDirectoryArgs *args,
                                  GCancellable             *cancellable,
                                  GAsyncReadyCallback       callback,
                                  gpointer                  user_data)
{
  g_return_if_fail (VIGIL_IS_HALL_DIRECTORY (self));

  VIGIL_HALL_DIRECTORY_GET_IFACE (self)->query_async (self, query, args, cancellable, callback, user_data);
}

gpointer
vigil_hall_directory_query_finish (VigilHallDirectory  *self,
                                   GAsyncResult        *result,
                                   GError             **error)
{
  g_autoptr (GError) local_error = NULL;
  gpointer answer;

  g_return_val_if_fail (VIGIL_IS_HALL_DIRECTORY (self), NULL);

  answer = VIGIL_HALL_DIRECTORY_GET_IFACE (self)->query_finish (self, result, &local_error);
  tell (self, VIGIL_DIRECTORY_ANSWERED_QUERY, local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return answer;
}

void
vigil_hall_directory_fetch_async (VigilHallDirectory  *self,
                                  VigilEvidenceItem   *item,
                                  gsize                max_bytes,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_HALL_DIRECTORY (self));
  g_return_if_fail (item != NULL);

  VIGIL_HALL_DIRECTORY_GET_IFACE (self)->fetch_async (self, item, max_bytes, cancellable, callback, user_data);
}

GBytes *
vigil_hall_directory_fetch_finish (VigilHallDirectory  *self,
                                   GAsyncResult        *result,
                                   GError             **error)
{
  g_autoptr (GError) local_error = NULL;
  GBytes *bytes;

  g_return_val_if_fail (VIGIL_IS_HALL_DIRECTORY (self), NULL);

  bytes = VIGIL_HALL_DIRECTORY_GET_IFACE (self)->fetch_finish (self, result, &local_error);
  tell (self, VIGIL_DIRECTORY_ANSWERED_FETCH, local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return bytes;
}
