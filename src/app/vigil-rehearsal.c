/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rehearsal hall as a child process. */
#include "vigil-rehearsal.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>

#include "vigil-program-path.h"
#include "vigil-session-error.h"

#define READY_TIMEOUT_S 60

struct _VigilRehearsal
{
  GObject       parent_instance;

  GSubprocess  *process;
  GCancellable *watch;      /* ends the wait for the child when we end it ourselves */
  char         *url;
  char         *token;      /* a secret */
};

G_DEFINE_FINAL_TYPE (VigilRehearsal, vigil_rehearsal, G_TYPE_OBJECT)

enum { ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;
  VigilRehearsal *self = user_data;

  /* Cancelled is: we ended it, and self may be gone. */
  if (!g_subprocess_wait_finish (G_SUBPROCESS (source), result, &error))
    return;

  if (g_subprocess_get_if_signaled (G_SUBPROCESS (source)))
    why = g_strdup_printf ("the rehearsal hall was ended by signal %d",
                           g_subprocess_get_term_sig (G_SUBPROCESS (source)));
  else
    why = g_strdup_printf ("the rehearsal hall ended with status %d",
                           g_subprocess_get_exit_status (G_SUBPROCESS (source)));
  g_clear_object (&self->process);
  g_signal_emit (self, signals[ENDED], 0, why);
}

static gboolean
take_ready_line (VigilRehearsal *self, const char *line, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonObject *ready = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *tokens = ready != NULL ? json_object_get_member (ready, "tokens") : NULL;

  if (tokens == NULL || !JSON_NODE_HOLDS_OBJECT (tokens))
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE,
                   "the rehearsal hall did not say that it is ready");
      return FALSE;
    }
  self->url = g_strdup (json_object_get_string_member_with_default (ready, "url", NULL));
  self->token = g_strdup (json_object_get_string_member_with_default (json_node_get_object (tokens), "admin", NULL));
  if (self->url == NULL || self->token == NULL)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE,
                   "the rehearsal hall's ready line has no address or no token");
      return FALSE;
    }
  return TRUE;
}

/* How long we wait for the ready line. */
typedef struct
{
  GCancellable *out;      /* cancelled when the time is over */
  guint         timeout;  /* source id, 0 once it has fired */
} Patience;

static void
patience_free (gpointer data)
{
  Patience *patience = data;

  g_clear_handle_id (&patience->timeout, g_source_remove);
  g_object_unref (patience->out);
  g_free (patience);
}

static gboolean
timeout_cb (gpointer user_data)
{
  Patience *patience = user_data;

  patience->timeout = 0;
  g_cancellable_cancel (patience->out);
  return G_SOURCE_REMOVE;
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilRehearsal *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *line =
    g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, &error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT,
                               "the rehearsal hall did not become ready in %d s", READY_TIMEOUT_S);
      return;
    }
  g_clear_error (&error);
  if (!take_ready_line (self, line != NULL ? line : "", &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_subprocess_wait_async (self->process, self->watch, ended_cb, self);
  g_task_return_boolean (task, TRUE);
}

static void
read_ready_line (VigilRehearsal *self, GTask *task)
{
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  Patience *patience = g_new0 (Patience, 1);

  /* The pipe stays open for the life of the child: closed, its next line would kill it. */
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  patience->out = g_cancellable_new ();
  patience->timeout = g_timeout_add_seconds (READY_TIMEOUT_S, timeout_cb, patience);
  g_task_set_task_data (task, patience, patience_free);
  g_data_input_stream_read_line_async (out, G_PRIORITY_DEFAULT, patience->out, line_cb, g_object_ref (task));
}

void
vigil_rehearsal_start_async (VigilRehearsal      *self,
                             guint                candidates,
                             const char *const   *extra,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  char *program = vigil_program_path_find ("vigil-hall", "VIGIL_HALL", "hall");

  g_return_if_fail (VIGIL_IS_REHEARSAL (self));
  g_return_if_fail (self->process == NULL);

  g_task_set_source_tag (task, vigil_rehearsal_start_async);
  if (program == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE,
                               "the program vigil-hall is not installed");
      return;
    }
  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, g_strdup_printf ("--candidates=%u", candidates));
  g_ptr_array_add (argv, g_strdup ("--port=0"));
  g_ptr_array_add (argv, g_strdup ("--no-markers"));
  g_ptr_array_add (argv, g_strdup ("--screens"));
  g_ptr_array_add (argv, g_strdup ("--microphones"));
  g_ptr_array_add (argv, g_strdup ("--ready"));
  g_ptr_array_add (argv, g_strdup ("--quit-on-stdin-eof"));
  for (; extra != NULL && *extra != NULL; extra++)
    g_ptr_array_add (argv, g_strdup (*extra));
  g_ptr_array_add (argv, NULL);

  self->process = g_subprocess_newv ((const char *const *) argv->pdata,
                                     G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  if (self->process == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s", error->message);
      return;
    }
  read_ready_line (self, task);
}

gboolean
vigil_rehearsal_start_finish (VigilRehearsal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

const char *
vigil_rehearsal_get_url (VigilRehearsal *self)
{
  return self->url;
}

const char *
vigil_rehearsal_get_token (VigilRehearsal *self)
{
  return self->token;
}

int
vigil_rehearsal_get_pid (VigilRehearsal *self)
{
  const char *id = self->process != NULL ? g_subprocess_get_identifier (self->process) : NULL;

  return id != NULL ? atoi (id) : 0;
}

static void
vigil_rehearsal_dispose (GObject *object)
{
  VigilRehearsal *self = VIGIL_REHEARSAL (object);
  g_autoptr (GSubprocess) process = g_steal_pointer (&self->process);

  g_cancellable_cancel (self->watch);
  if (process != NULL)
    {
      g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
      g_subprocess_send_signal (process, 15);
    }
  G_OBJECT_CLASS (vigil_rehearsal_parent_class)->dispose (object);
}

static void
vigil_rehearsal_finalize (GObject *object)
{
  VigilRehearsal *self = VIGIL_REHEARSAL (object);

  g_clear_object (&self->watch);
  g_free (self->url);
  g_free (self->token);
  G_OBJECT_CLASS (vigil_rehearsal_parent_class)->finalize (object);
}

static void
vigil_rehearsal_class_init (VigilRehearsalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_rehearsal_dispose;
  object_class->finalize = vigil_rehearsal_finalize;
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
vigil_rehearsal_init (VigilRehearsal *self)
{
  self->watch = g_cancellable_new ();
}

VigilRehearsal *
vigil_rehearsal_new (void)
{
  return g_object_new (VIGIL_TYPE_REHEARSAL, NULL);
}
