/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A peer in another process: starting it, its lines, its end. */

#include "interop-peer.h"

#include <sys/wait.h>

#define ANSWER_TIMEOUT_MS 20000
#define END_TIMEOUT_MS 5000
#define TICK_MS 20

struct _InteropPeer
{
  GSubprocess      *process;
  GDataInputStream *out;
  GCancellable     *cancellable;
  GQueue            lines;          /* of JsonNode, not yet waited for */
  gboolean          ended;
  int               pid;
};

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
interop_wait_until (InteropCheck check,
                    gpointer     user_data,
                    guint        timeout_ms)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) timeout_ms * 1000;
  guint tick = g_timeout_add (TICK_MS, tick_cb, NULL);
  gboolean done = FALSE;

  while (!(done = check (user_data)) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (tick);
  return done;
}

static gboolean
never (gpointer user_data)
{
  return FALSE;
}

void
interop_run_for (guint ms)
{
  interop_wait_until (never, NULL, ms);
}

char *
interop_dup_path (const char *name)
{
  const char *root = g_getenv ("VIGIL_SOURCE_ROOT");

  return g_build_filename (root != NULL ? root : ".", "tests", "interop", name, NULL);
}

int
interop_setup (void)
{
  g_autofree char *setup = interop_dup_path ("setup.sh");
  const char *argv[] = { setup, "--test", NULL };
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, &error))
    {
      g_printerr ("%s: %s\n", setup, error->message);
      return 77;
    }
  if (!WIFEXITED (status) || WEXITSTATUS (status) != 0)
    return WIFEXITED (status) ? WEXITSTATUS (status) : 1;

  g_setenv ("VIGIL_INTEROP_DIR", g_strstrip (out), TRUE);
  return 0;
}

static void read_next_line (InteropPeer *self);

static void
line_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  InteropPeer *self = user_data;
  JsonNode *node;

  /* Cancelled: the peer is being freed, self may be gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (line == NULL)
    {
      self->ended = TRUE;
      return;
    }

  node = json_from_string (line, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    g_queue_push_tail (&self->lines, node);
  else
    g_clear_pointer (&node, json_node_unref);
  read_next_line (self);
}

static void
read_next_line (InteropPeer *self)
{
  g_data_input_stream_read_line_async (self->out, G_PRIORITY_DEFAULT, self->cancellable, line_cb, self);
}

InteropPeer *
interop_peer_start (const char *const *argv,
                    GError           **error)
{
  InteropPeer *self;
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);

  if (process == NULL)
    return NULL;

  self = g_new0 (InteropPeer, 1);
  g_queue_init (&self->lines);
  self->pid = atoi (g_subprocess_get_identifier (process));
  self->process = g_steal_pointer (&process);
  self->cancellable = g_cancellable_new ();
  self->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  read_next_line (self);
  return self;
}

int
interop_peer_get_pid (InteropPeer *self)
{
  return self->pid;
}

typedef struct
{
  InteropPeer *self;
  const char  *event;     /* nullable: any */
  const char  *cmd;       /* nullable: any */
  JsonNode    *found;
} Wanted;

static gboolean
has_member (JsonObject *object,
            const char *name,
            const char *value)
{
  return value == NULL
         || g_strcmp0 (json_object_get_string_member_with_default (object, name, NULL), value) == 0;
}

static gboolean
take_wanted (gpointer user_data)
{
  Wanted *wanted = user_data;

  for (GList *l = wanted->self->lines.head; l != NULL; l = l->next)
    {
      JsonObject *object = json_node_get_object (l->data);

      if (has_member (object, "event", wanted->event) && has_member (object, "cmd", wanted->cmd))
        {
          wanted->found = l->data;
          g_queue_delete_link (&wanted->self->lines, l);
          return TRUE;
        }
    }
  return wanted->self->ended;
}

static JsonNode *
wait_for (Wanted  *wanted,
          guint    timeout_ms,
          GError **error)
{
  interop_wait_until (take_wanted, wanted, timeout_ms);
  if (wanted->found == NULL)
    g_set_error (error, G_IO_ERROR, wanted->self->ended ? G_IO_ERROR_CLOSED : G_IO_ERROR_TIMED_OUT,
                 "the peer %s while «%s» was awaited", wanted->self->ended ? "ended" : "said nothing",
                 wanted->cmd != NULL ? wanted->cmd : wanted->event);
  return wanted->found;
}

JsonNode *
interop_peer_wait (InteropPeer *self,
                   const char  *event,
                   guint        timeout_ms,
                   GError     **error)
{
  Wanted wanted = { self, event, NULL, NULL };

  return wait_for (&wanted, timeout_ms, error);
}

JsonNode *
interop_peer_command (InteropPeer *self,
                      const char  *cmd,
                      const char  *members,
                      GError     **error)
{
  g_autofree char *line = g_strdup_printf ("{\"cmd\":\"%s\"%s%s}\n", cmd, members != NULL ? "," : "", members != NULL ? members : "");
  Wanted wanted = { self, NULL, cmd, NULL };
  g_autoptr (JsonNode) answer = NULL;
  JsonObject *object;

  if (!g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), line, strlen (line), NULL, NULL, error))
    return NULL;
  answer = wait_for (&wanted, ANSWER_TIMEOUT_MS, error);
  if (answer == NULL)
    return NULL;

  object = json_node_get_object (answer);
  if (has_member (object, "event", "error"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", cmd,
                   json_object_get_string_member_with_default (object, "message", "refused"));
      return NULL;
    }
  return g_steal_pointer (&answer);
}

static gboolean
has_ended (gpointer user_data)
{
  InteropPeer *self = user_data;

  return self->ended;
}

/**
 * interop_peer_stop:
 * @self: (transfer full): a peer
 *
 * Closes its stdin and gives it five seconds; then kills it. Frees @self.
 */
void
interop_peer_stop (InteropPeer *self)
{
  if (self == NULL)
    return;

  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  if (!interop_wait_until (has_ended, self, END_TIMEOUT_MS))
    g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);

  g_cancellable_cancel (self->cancellable);
  /* Lets a read that is still out end before what it points at goes. */
  interop_run_for (TICK_MS);
  g_queue_clear_full (&self->lines, (GDestroyNotify) json_node_unref);
  g_clear_object (&self->out);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->process);
  g_free (self);
}
