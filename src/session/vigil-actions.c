/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: what an operator does to a candidate. */

#include "vigil-actions.h"

G_DEFINE_INTERFACE (VigilActions, vigil_actions, G_TYPE_OBJECT)

static void
vigil_actions_default_init (VigilActionsInterface *iface)
{
}

void
vigil_actions_perform_async (VigilActions        *self,
                             VigilAction         *action,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_ACTIONS (self));
  g_return_if_fail (action != NULL);

  VIGIL_ACTIONS_GET_IFACE (self)->perform_async (self, action, cancellable, callback, user_data);
}

gboolean
vigil_actions_perform_finish (VigilActions  *self,
                              GAsyncResult  *result,
                              VigilBypass  **bypass,
                              GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_ACTIONS (self), FALSE);

  return VIGIL_ACTIONS_GET_IFACE (self)->perform_finish (self, result, bypass, error);
}
