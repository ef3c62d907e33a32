/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connector interface: dispatch only. */
#include "vigil-connector.h"

G_DEFINE_INTERFACE (VigilConnector, vigil_connector, G_TYPE_OBJECT)

static void
vigil_connector_default_init (VigilConnectorInterface *iface)
{
  g_object_interface_install_property (iface, g_param_spec_boolean ("remembers", NULL, NULL, TRUE,
                                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

void
vigil_hall_access_free (VigilHallAccess *self)
{
  if (self == NULL)
    return;
  g_free (self->address);
  g_clear_object (&self->session);
  g_clear_pointer (&self->who, vigil_session_info_free);
  g_free (self);
}

void
vigil_connector_connect_async (VigilConnector      *self,
                               const char          *address,
                               const char          *token,
                               gboolean             remember,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_CONNECTOR (self));
  g_return_if_fail (address != NULL && token != NULL);

  VIGIL_CONNECTOR_GET_IFACE (self)->connect_async (self, address, token, remember, cancellable, callback, user_data);
}

void
vigil_connector_rehearse_async (VigilConnector      *self,
                                guint                candidates,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_CONNECTOR (self));

  VIGIL_CONNECTOR_GET_IFACE (self)->rehearse_async (self, candidates, cancellable, callback, user_data);
}

VigilHallAccess *
vigil_connector_access_finish (VigilConnector *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (VIGIL_IS_CONNECTOR (self), NULL);

  return VIGIL_CONNECTOR_GET_IFACE (self)->access_finish (self, result, error);
}

void
vigil_connector_renew_token (VigilConnector *self, const char *token, gboolean remember)
{
  g_return_if_fail (VIGIL_IS_CONNECTOR (self));

  VIGIL_CONNECTOR_GET_IFACE (self)->renew_token (self, token, remember);
}

void
vigil_connector_recall_async (VigilConnector      *self,
                              const char          *address,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_CONNECTOR (self));

  VIGIL_CONNECTOR_GET_IFACE (self)->recall_async (self, address, cancellable, callback, user_data);
}

char *
vigil_connector_recall_finish (VigilConnector *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (VIGIL_IS_CONNECTOR (self), NULL);

  return VIGIL_CONNECTOR_GET_IFACE (self)->recall_finish (self, result, error);
}

void
vigil_connector_forget (VigilConnector *self, const char *address)
{
  g_return_if_fail (VIGIL_IS_CONNECTOR (self));

  VIGIL_CONNECTOR_GET_IFACE (self)->forget (self, address);
}

gboolean
vigil_connector_get_remembers (VigilConnector *self)
{
  g_return_val_if_fail (VIGIL_IS_CONNECTOR (self), FALSE);

  return VIGIL_CONNECTOR_GET_IFACE (self)->get_remembers (self);
}

void
vigil_connector_disconnect (VigilConnector *self)
{
  g_return_if_fail (VIGIL_IS_CONNECTOR (self));

  VIGIL_CONNECTOR_GET_IFACE (self)->disconnect (self);
}
