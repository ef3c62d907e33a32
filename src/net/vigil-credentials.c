/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens in libsecret: one item an address. */
#include "vigil-credentials.h"

#include <libsecret/secret.h>

struct _VigilCredentials
{
  GObject parent_instance;

  /* Main thread. */
  gboolean available;
};

enum { PROP_0, PROP_AVAILABLE, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (VigilCredentials, vigil_credentials, G_TYPE_OBJECT)

static const SecretSchema schema = {
  "org.vigil.Vigil.Token", SECRET_SCHEMA_NONE,
  { { "address", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

static void
set_available (VigilCredentials *self, gboolean available)
{
  if (self->available == available)
    return;
  self->available = available;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

/* TRUE if the task was answered: the caller cancelled. Anything else means "not remembered". */
static gboolean
note_result (GTask *task, GError *error)
{
  VigilCredentials *self = g_task_get_source_object (task);

  if (error != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_error_copy (error));
      return TRUE;
    }
  if (error != NULL)
    g_message ("tokens are not remembered: %s", error->message);
  set_available (self, error == NULL);
  return FALSE;
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *token = secret_password_lookup_finish (result, &error);

  if (!note_result (task, error))
    g_task_return_pointer (task, g_strdup (token), (GDestroyNotify) vigil_token_free);
  if (token != NULL)
    secret_password_free (token);
}

void
vigil_credentials_lookup_async (VigilCredentials *self, const char *address, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vigil_credentials_lookup_async);
  secret_password_lookup (&schema, cancellable, found_cb, task, "address", address, NULL);
}

char *
vigil_credentials_lookup_finish (VigilCredentials *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean stored = secret_password_store_finish (result, &error);

  if (!note_result (task, error))
    g_task_return_boolean (task, stored);
}

void
vigil_credentials_store_async (VigilCredentials *self, const char *address, const char *token, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *label = g_strdup_printf ("Vigil: %s", address);

  g_task_set_source_tag (task, vigil_credentials_store_async);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, token, cancellable, stored_cb, task,
                         "address", address, NULL);
}

gboolean
vigil_credentials_store_finish (VigilCredentials *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean cleared = secret_password_clear_finish (result, &error);

  if (!note_result (task, error))
    g_task_return_boolean (task, cleared);
}

void
vigil_credentials_clear_async (VigilCredentials *self, const char *address, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vigil_credentials_clear_async);
  secret_password_clear (&schema, cancellable, cleared_cb, task, "address", address, NULL);
}

gboolean
vigil_credentials_clear_finish (VigilCredentials *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
vigil_token_free (char *token)
{
  if (token == NULL)
    return;
  secret_password_wipe (token);
  g_free (token);
}

gboolean
vigil_credentials_get_available (VigilCredentials *self)
{
  return self->available;
}

VigilCredentials *
vigil_credentials_new (void)
{
  return g_object_new (VIGIL_TYPE_CREDENTIALS, NULL);
}

static void
vigil_credentials_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_AVAILABLE)
    g_value_set_boolean (value, VIGIL_CREDENTIALS (object)->available);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vigil_credentials_class_init (VigilCredentialsClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = vigil_credentials_get_property;

  properties[PROP_AVAILABLE] = g_param_spec_boolean ("available", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
vigil_credentials_init (VigilCredentials *self)
{
  self->available = TRUE;
}
