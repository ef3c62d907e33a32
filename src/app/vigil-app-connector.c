/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ui's way to a hall: builds the object graph of one hall at a time. */
#include "vigil-app-connector.h"

#include "vigil-credentials.h"

struct _VigilAppConnector
{
  GObject             parent_instance;

  VigilSettings      *settings;
  VigilScoringPolicy *policy;
  VigilCredentials   *credentials;
  VigilRehearsal     *rehearsal;         /* nullable */
  VigilHallGraph     *graph;             /* nullable: the access that ui has, or is about to get */
  char               *profile;           /* nullable */
  char              **rehearsal_options; /* nullable */
};

enum { PROP_0, PROP_REMEMBERS };

static void connector_iface_init (VigilConnectorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilAppConnector, vigil_app_connector, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_CONNECTOR, connector_iface_init))

/* What one attempt carries from step to step. */
typedef struct
{
  char     *token;     /* a secret */
  gboolean  remember;
} Attempt;

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  vigil_token_free (attempt->token);
  g_free (attempt);
}

static void
end_access (VigilAppConnector *self)
{
  g_clear_pointer (&self->graph, vigil_hall_graph_free);
}

static void
store_token (VigilAppConnector *self, const char *token)
{
  const char *address = vigil_hall_connection_get_address (self->graph->connection);

  vigil_credentials_store_async (self->credentials, address, token, NULL, NULL, NULL);
}

static void
who_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilAppConnector *self = g_task_get_source_object (task);
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilSessionInfo) who =
    vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);
  VigilHallAccess *access;
  gboolean current = self->graph != NULL &&
                     vigil_hall_connection_get_directory (self->graph->connection) == (gpointer) source;

  if (who == NULL)
    {
      if (current)
        end_access (self);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!current)
    {
      /* Another attempt has begun meanwhile; this one's graph is already gone. */
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "another hall was chosen");
      return;
    }

  if (attempt->remember)
    store_token (self, attempt->token);
  access = g_new0 (VigilHallAccess, 1);
  access->address = g_strdup (vigil_hall_connection_get_address (self->graph->connection));
  access->session = g_object_ref (self->graph->session);
  access->who = g_steal_pointer (&who);
  g_task_return_pointer (task, access, (GDestroyNotify) vigil_hall_access_free);
}

static void
ask_who_we_are (VigilAppConnector *self, GTask *task, const char *address)
{
  Attempt *attempt = g_task_get_task_data (task);
  VigilDirectoryArgs args = { 0 };
  GError *error = NULL;

  end_access (self);
  self->graph = vigil_hall_graph_new (address, attempt->token, self->profile, self->settings, self->policy, &error);
  if (self->graph == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  vigil_hall_directory_query_async (vigil_hall_connection_get_directory (self->graph->connection),
                                    VIGIL_DIRECTORY_SESSION, &args, g_task_get_cancellable (task), who_cb,
                                    g_object_ref (task));
}

static void
connect_async (VigilConnector      *connector,
               const char          *address,
               const char          *token,
               gboolean             remember,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  VigilAppConnector *self = VIGIL_APP_CONNECTOR (connector);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  g_task_set_source_tag (task, connect_async);
  attempt->token = g_strdup (token);
  attempt->remember = remember;
  g_task_set_task_data (task, attempt, attempt_free);
  g_clear_object (&self->rehearsal);
  ask_who_we_are (self, task, address);
}

static void
rehearsal_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilAppConnector *self = g_task_get_source_object (task);
  VigilRehearsal *rehearsal = VIGIL_REHEARSAL (source);
  Attempt *attempt = g_task_get_task_data (task);
  GError *error = NULL;

  if (!vigil_rehearsal_start_finish (rehearsal, result, &error))
    {
      if (self->rehearsal == rehearsal)
        g_clear_object (&self->rehearsal);
      g_task_return_error (task, error);
      return;
    }
  if (self->rehearsal != rehearsal)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "another hall was chosen");
      return;
    }
  attempt->token = g_strdup (vigil_rehearsal_get_token (rehearsal));
  ask_who_we_are (self, task, vigil_rehearsal_get_url (rehearsal));
}

static void
rehearse_async (VigilConnector      *connector,
                guint                candidates,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  VigilAppConnector *self = VIGIL_APP_CONNECTOR (connector);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, rehearse_async);
  g_task_set_task_data (task, g_new0 (Attempt, 1), attempt_free);
  end_access (self);
  g_clear_object (&self->rehearsal);
  self->rehearsal = vigil_rehearsal_new ();
  vigil_rehearsal_start_async (self->rehearsal, candidates, (const char *const *) self->rehearsal_options,
                               cancellable, rehearsal_cb, g_object_ref (task));
}

static VigilHallAccess *
access_finish (VigilConnector *connector, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
renew_token (VigilConnector *connector, const char *token, gboolean remember)
{
  VigilAppConnector *self = VIGIL_APP_CONNECTOR (connector);

  if (self->graph == NULL)
    return;
  vigil_hall_connection_set_token (self->graph->connection, token);
  if (remember)
    store_token (self, token);
}

static void
recall_async (VigilConnector      *connector,
              const char          *address,
              GCancellable        *cancellable,
              GAsyncReadyCallback  callback,
              gpointer             user_data)
{
  vigil_credentials_lookup_async (VIGIL_APP_CONNECTOR (connector)->credentials, address, cancellable, callback,
                                  user_data);
}

static char *
recall_finish (VigilConnector *connector, GAsyncResult *result, GError **error)
{
  return vigil_credentials_lookup_finish (VIGIL_APP_CONNECTOR (connector)->credentials, result, error);
}

static void
forget (VigilConnector *connector, const char *address)
{
  vigil_credentials_clear_async (VIGIL_APP_CONNECTOR (connector)->credentials, address, NULL, NULL, NULL);
}

static gboolean
get_remembers (VigilConnector *connector)
{
  return vigil_credentials_get_available (VIGIL_APP_CONNECTOR (connector)->credentials);
}

static void
disconnect (VigilConnector *connector)
{
  VigilAppConnector *self = VIGIL_APP_CONNECTOR (connector);

  end_access (self);
  g_clear_object (&self->rehearsal);
}

static void
connector_iface_init (VigilConnectorInterface *iface)
{
  iface->connect_async = connect_async;
  iface->rehearse_async = rehearse_async;
  iface->access_finish = access_finish;
  iface->renew_token = renew_token;
  iface->recall_async = recall_async;
  iface->recall_finish = recall_finish;
  iface->forget = forget;
  iface->get_remembers = get_remembers;
  iface->disconnect = disconnect;
}

void
vigil_app_connector_set_profile (VigilAppConnector *self, const char *profile)
{
  g_free (self->profile);
  self->profile = g_strdup (profile);
}

void
vigil_app_connector_set_rehearsal_options (VigilAppConnector *self, const char *const *options)
{
  g_strfreev (self->rehearsal_options);
  self->rehearsal_options = g_strdupv ((char **) options);
}

VigilRehearsal *
vigil_app_connector_get_rehearsal (VigilAppConnector *self)
{
  return self->rehearsal;
}

static void
vigil_app_connector_dispose (GObject *object)
{
  VigilAppConnector *self = VIGIL_APP_CONNECTOR (object);

  end_access (self);
  g_clear_object (&self->rehearsal);
  g_clear_object (&self->credentials);
  g_clear_object (&self->policy);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (vigil_app_connector_parent_class)->dispose (object);
}

static void
vigil_app_connector_finalize (GObject *object)
{
  VigilAppConnector *self = VIGIL_APP_CONNECTOR (object);

  g_free (self->profile);
  g_strfreev (self->rehearsal_options);
  G_OBJECT_CLASS (vigil_app_connector_parent_class)->finalize (object);
}

static void
vigil_app_connector_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_REMEMBERS)
    g_value_set_boolean (value, get_remembers (VIGIL_CONNECTOR (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vigil_app_connector_class_init (VigilAppConnectorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_app_connector_dispose;
  object_class->finalize = vigil_app_connector_finalize;
  object_class->get_property = vigil_app_connector_get_property;
  g_object_class_override_property (object_class, PROP_REMEMBERS, "remembers");
}

static void
available_cb (VigilAppConnector *self)
{
  g_object_notify (G_OBJECT (self), "remembers");
}

static void
vigil_app_connector_init (VigilAppConnector *self)
{
  self->credentials = vigil_credentials_new ();
  g_signal_connect_object (self->credentials, "notify::available", G_CALLBACK (available_cb), self, G_CONNECT_SWAPPED);
  /* Nobody is promised a keyring that is not there: a question without an answer tells. */
  vigil_credentials_lookup_async (self->credentials, "", NULL, NULL, NULL);
}

VigilAppConnector *
vigil_app_connector_new (VigilSettings *settings, VigilScoringPolicy *policy)
{
  VigilAppConnector *self = g_object_new (VIGIL_TYPE_APP_CONNECTOR, NULL);

  self->settings = g_object_ref (settings);
  self->policy = g_object_ref (policy);
  return self;
}
