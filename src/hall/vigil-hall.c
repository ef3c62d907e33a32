/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds a hall out of its parts and takes it apart again. */
#define _GNU_SOURCE /* nftw */
#include "vigil-hall.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "vigil-clock.h"
#include "vigil-hall-bypasses.h"
#include "vigil-hall-cast.h"
#include "vigil-hall-claims.h"
#include "vigil-hall-console.h"
#include "vigil-hall-control.h"
#include "vigil-hall-error.h"
#include "vigil-hall-http.h"
#include "vigil-hall-link.h"
#include "vigil-hall-media.h"
#include "vigil-hall-script.h"
#include "vigil-hall-sim.h"
#include "vigil-hall-stills.h"
#include "vigil-hall-verdicts.h"
#include "vigil-hall-writer.h"

/* What has passed is looked for so often. */
#define DECAY_MS 250
#define EXPIRY_MS 1000

/* Sockets that may be open at once; more are turned away before the handshake. */
#define MAX_CONNECTIONS 4096

/* … and those that may wait to be let in. */
#define BACKLOG 512

G_DEFINE_FINAL_TYPE (VigilHall, vigil_hall, G_TYPE_OBJECT)

static int
remove_cb (const char *path, const struct stat *info, int type, struct FTW *walk)
{
  return remove (path);
}

static void
destroy_source (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

static void
vigil_hall_finalize (GObject *object)
{
  VigilHall *self = VIGIL_HALL (object);

  vigil_hall_stop (self);
  g_clear_pointer (&self->timers, g_ptr_array_unref);
  g_clear_pointer (&self->consoles, g_ptr_array_unref);
  g_clear_pointer (&self->links, g_hash_table_unref);
  g_clear_pointer (&self->evidence, vigil_hall_evidence_free);
  g_clear_pointer (&self->exams, g_ptr_array_unref);
  g_clear_pointer (&self->tokens, vigil_hall_tokens_free);
  g_clear_object (&self->policy);
  g_clear_object (&self->server);
  for (guint i = 0; i < VIGIL_HALL_N_PARTS; i++)
    g_free (self->parts[i].reason);
  vigil_hall_options_clear (&self->options);
  g_free (self->url);
  g_free (self->temp_dir);
  G_OBJECT_CLASS (vigil_hall_parent_class)->finalize (object);
}

static void
vigil_hall_class_init (VigilHallClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_hall_finalize;
}

static void
vigil_hall_init (VigilHall *self)
{
  self->timers = g_ptr_array_new_with_free_func (destroy_source);
  self->consoles = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_console_free);
  self->links = g_hash_table_new (g_str_hash, g_str_equal);
  self->exams = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_exam_free);
}

/* building */

static void
copy_options (VigilHallOptions *to, const VigilHallOptions *from)
{
  *to = *from;
  to->name = g_strdup (from->name);
  to->listen = g_strdup (from->listen);
  to->evidence_dir = g_strdup (from->evidence_dir);
  to->database = g_strdup (from->database);
  to->tokens = g_strdupv (from->tokens);
  to->faults = g_strdupv (from->faults);
}

static gboolean
open_store (VigilHall *self, GError **error)
{
  g_autofree char *database = g_strdup (self->options.database);
  g_autofree char *evidence = g_strdup (self->options.evidence_dir);

  if (!database || !evidence)
    {
      self->temp_dir = g_dir_make_tmp ("vigil-hall-XXXXXX", error);
      if (!self->temp_dir)
        return FALSE;
    }
  if (!database)
    database = g_build_filename (self->temp_dir, "hall.sqlite", NULL);
  if (!evidence)
    evidence = g_build_filename (self->temp_dir, "evidence", NULL);
  if (g_mkdir_with_parents (evidence, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s cannot be made", evidence);
      return FALSE;
    }
  self->store = vigil_hall_store_new (database, self->options.database != NULL, error);
  if (!self->store)
    return FALSE;
  self->evidence = vigil_hall_evidence_new (self->store, evidence, (guint) self->options.url_seconds);
  return TRUE;
}

static gboolean
add_tokens (VigilHall *self, GError **error)
{
  self->tokens = vigil_hall_tokens_new ();
  for (char **spec = self->options.tokens; spec && *spec; spec++)
    if (!vigil_hall_tokens_add_spec (self->tokens, *spec, error))
      return FALSE;
  vigil_hall_tokens_complete (self->tokens);
  return TRUE;
}

static void
score_changed_cb (VigilHallExam *exam, VigilHallCandidate *candidate, gpointer user_data)
{
  VigilHall *self = user_data;

  vigil_hall_scores_mark (self->scores, candidate);
}

static void
counted_cb (VigilHallExam *exam, VigilHallCandidate *candidate, const char *id, const char *type,
            gint64 at, gpointer user_data)
{
  VigilHall *self = user_data;

  vigil_hall_sim_capture (self->sim, exam, candidate, id, type);
}

static void
add_referee (VigilHall *self)
{
  VigilHallRefereeHooks hooks = { score_changed_cb, counted_cb, self };

  self->policy = vigil_scoring_policy_new_default ();
  self->referee = vigil_hall_referee_new (self->store, self->policy, (guint) self->options.score_window, &hooks);
  self->scores = vigil_hall_scores_new (self->exam, self->options.score_rate, (guint) self->options.batch_ms,
                                        self->options.score_noise);
}

VigilHall *
vigil_hall_new (const VigilHallOptions *options, GError **error)
{
  g_autoptr(VigilHall) self = g_object_new (VIGIL_TYPE_HALL, NULL);

  copy_options (&self->options, options);
  if (!open_store (self, error) || !add_tokens (self, error))
    return NULL;
  vigil_hall_cast_exams (self);
  add_referee (self);
  self->media = vigil_hall_media_new (self);
  self->sim = vigil_hall_sim_new (self);
  self->stills = vigil_hall_stills_new (self);
  self->claims = vigil_hall_claims_new (self);
  self->script = vigil_hall_script_new (self);
  return g_steal_pointer (&self);
}

/* serving */

static void
socket_cb (SoupServer *server, SoupServerMessage *message, const char *path,
           SoupWebsocketConnection *connection, gpointer user_data)
{
  VigilHall *self = user_data;

  if (!self->stopped)
    vigil_hall_console_open (self, connection);
}

/* Before the handshake: anything that is not Engine.IO 4 over a WebSocket is turned away here. */
static void
check_socket_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  VigilHall *self = user_data;
  const char *eio = query ? g_hash_table_lookup (query, "EIO") : NULL;
  const char *transport = query ? g_hash_table_lookup (query, "transport") : NULL;
  static const char body[] = "{\"code\":0,\"message\":\"EIO=4&transport=websocket is what there is\"}";
  const char *upgrade = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Upgrade");
  guint status = 0;

  if (!g_str_equal (path, "/socket.io/") && !g_str_equal (path, "/socket.io"))
    status = 404;
  else if (g_strcmp0 (eio, "4") != 0 || g_strcmp0 (transport, "websocket") != 0 ||
           !upgrade || g_ascii_strcasecmp (upgrade, "websocket") != 0)
    status = 400;
  else if (self->consoles->len >= MAX_CONNECTIONS)
    status = 503;
  if (status == 0)
    return;
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json; charset=utf-8", SOUP_MEMORY_STATIC,
                                    body, sizeof body - 1);
}

static void
add_timer (VigilHall *self, guint ms, GSourceFunc func)
{
  GSource *source = g_timeout_source_new (ms);

  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_ptr_array_add (self->timers, source);
}

static gboolean
decay_cb (gpointer user_data)
{
  VigilHall *self = user_data;

  vigil_hall_referee_tick (self->referee, self->exam, vigil_clock_wall_ms ());
  vigil_hall_verdicts_wake (self, vigil_clock_wall_ms ());
  return G_SOURCE_CONTINUE;
}

static gboolean
expiry_cb (gpointer user_data)
{
  VigilHall *self = user_data;
  gint64 now = vigil_clock_wall_ms ();

  vigil_hall_consoles_expire (self, now);
  vigil_hall_bypasses_expire (self, self->exam, now);
  vigil_hall_claims_sweep (self->claims, g_get_monotonic_time ());
  if (vigil_hall_exam_is_running (self->exam) && now >= vigil_hall_exam_get_ends_at (self->exam))
    vigil_hall_exam_set_state (self->exam, "ended");
  return G_SOURCE_CONTINUE;
}

static gboolean
listen_on (VigilHall *self, GError **error)
{
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string (self->options.listen,
                                                                             (guint) self->options.port);
  g_autoptr(GSocket) socket = NULL;
  GSList *uris;

  if (!address)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is not an address", self->options.listen);
      return FALSE;
    }
  socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (!socket)
    return FALSE;
  /* libsoup's own listener lets ten wait; a room full of consoles that reconnect is more. */
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error) ||
      !soup_server_listen_socket (self->server, socket, 0, error))
    return FALSE;
  uris = soup_server_get_uris (self->server);
  self->url = g_uri_to_string_partial (uris->data, G_URI_HIDE_NONE);
  if (g_str_has_suffix (self->url, "/"))
    self->url[strlen (self->url) - 1] = '\0';
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return TRUE;
}

typedef struct
{
  VigilHall *hall;
  char      *spec;
} Fault;

static void
fault_free (gpointer data)
{
  Fault *fault = data;

  g_free (fault->spec);
  g_free (fault);
}

static gboolean
fault_cb (gpointer user_data)
{
  Fault *fault = user_data;
  g_autoptr(GError) error = NULL;

  if (!vigil_hall_apply_fault (fault->hall, fault->spec, &error))
    g_warning ("--fault %s: %s", fault->spec, error->message);
  return G_SOURCE_REMOVE;
}

static void
schedule_faults (VigilHall *self)
{
  for (char **spec = self->options.faults; spec && *spec; spec++)
    {
      Fault *fault = g_new0 (Fault, 1);
      char *at;

      fault->hall = self;
      fault->spec = g_strdup (*spec);
      at = strrchr (fault->spec, '@');
      if (at)
        *at++ = '\0';
      vigil_hall_later (self, at ? (guint) (g_ascii_strtod (at, NULL) * 1000) : 0, fault_cb, fault, fault_free);
    }
}

gboolean
vigil_hall_start (VigilHall *self, GError **error)
{
  g_return_val_if_fail (!self->server, FALSE);

  self->server = soup_server_new ("server-header", "vigil-hall ", NULL);
  soup_server_remove_websocket_extension (self->server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  vigil_hall_http_add (self);
  soup_server_add_handler (self->server, "/socket.io", check_socket_cb, self, NULL);
  soup_server_add_websocket_handler (self->server, "/socket.io", NULL, NULL, socket_cb, self, NULL);
  if (!listen_on (self, error))
    return FALSE;
  vigil_hall_sim_start (self->sim);
  add_timer (self, DECAY_MS, decay_cb);
  add_timer (self, EXPIRY_MS, expiry_cb);
  schedule_faults (self);
  return TRUE;
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (vigil_hall_sfu_prepare_finish (VIGIL_HALL_SFU (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
vigil_hall_prepare_async (VigilHall *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, vigil_hall_prepare_async);
  vigil_hall_sfu_prepare_async (vigil_hall_media_get_sfu (self->media), (guint) MAX (0, self->options.prepare),
                                cancellable, prepared_cb, task);
}

gboolean
vigil_hall_prepare_finish (VigilHall *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
vigil_hall_stop (VigilHall *self)
{
  if (self->stopped)
    return;
  self->stopped = TRUE;
  g_ptr_array_set_size (self->timers, 0);
  if (self->server)
    soup_server_disconnect (self->server);
  g_ptr_array_set_size (self->consoles, 0);
  g_clear_pointer (&self->script, vigil_hall_script_free);
  g_clear_pointer (&self->claims, vigil_hall_claims_free);
  g_clear_pointer (&self->stills, vigil_hall_stills_free);
  /* The media first: nothing of it may look at people who are gone. */
  g_clear_pointer (&self->sim, vigil_hall_sim_free);
  g_clear_pointer (&self->media, vigil_hall_media_free);
  g_clear_pointer (&self->scores, vigil_hall_scores_free);
  g_clear_pointer (&self->referee, vigil_hall_referee_free);
  g_clear_pointer (&self->store, vigil_hall_store_free);
  if (self->temp_dir)
    nftw (self->temp_dir, remove_cb, 16, FTW_DEPTH | FTW_PHYS);
}

/* for the other files */

VigilHallExam *
vigil_hall_find_exam (VigilHall *self, const char *exam_id, GError **error)
{
  for (guint i = 0; i < self->exams->len; i++)
    if (g_str_equal (vigil_hall_exam_get_id (g_ptr_array_index (self->exams, i)), exam_id))
      return g_ptr_array_index (self->exams, i);
  g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no exam %s", exam_id);
  return NULL;
}

void
vigil_hall_proctoring_changed (VigilHall *self, VigilHallExam *exam, VigilHallCandidate *candidate)
{
  if (!vigil_hall_candidate_is_proctored (candidate))
    vigil_hall_referee_forget (self->referee, exam, candidate, vigil_clock_wall_ms ());
  vigil_hall_link_tell_proctoring (self, candidate);
}

void
vigil_hall_take_events (VigilHall                 *self,
                        VigilHallExam             *exam,
                        VigilHallCandidate        *candidate,
                        const VigilHallEventsCall *call,
                        VigilHallReceipt          *receipt)
{
  vigil_hall_referee_take (self->referee, exam, candidate, call, vigil_clock_wall_ms (), receipt);
}

gboolean
vigil_hall_keep_candidate (VigilHall *self, VigilHallExam *exam, VigilHallCandidate *candidate, GError **error)
{
  return vigil_hall_store_run (self->store, error, "INSERT OR REPLACE INTO candidate VALUES (?, ?, ?, ?, ?)", "ssiii",
                               vigil_hall_exam_get_id (exam), candidate->student_id, (gint64) candidate->state,
                               candidate->ends_at, (gint64) candidate->version);
}

/* for the program and tests */

const char *
vigil_hall_get_url (VigilHall *self)
{
  return self->url;
}

const char *
vigil_hall_get_token (VigilHall *self, const char *role)
{
  VigilHallIdentity *identity;
  VigilHallRole value;

  if (!vigil_hall_role_from_nick (role, &value))
    return NULL;
  identity = vigil_hall_tokens_find (self->tokens, value);
  return identity ? identity->token : NULL;
}

const char *
vigil_hall_get_exam_id (VigilHall *self)
{
  return vigil_hall_exam_get_id (self->exam);
}

char *
vigil_hall_dup_ready_line (VigilHall *self)
{
  GString *out = g_string_new ("{\"ready\":true");

  vigil_hall_write_string (out, "url", self->url);
  vigil_hall_write_begin_object (out, "tokens");
  for (guint role = 0; role < VIGIL_HALL_ROLE_CANDIDATE; role++)
    vigil_hall_write_string (out, vigil_hall_role_to_nick (role), vigil_hall_get_token (self, vigil_hall_role_to_nick (role)));
  vigil_hall_write_end_object (out);
  vigil_hall_write_string (out, "exam", vigil_hall_get_exam_id (self));
  vigil_hall_write_end_object (out);
  return g_string_free (out, FALSE);
}

gboolean
vigil_hall_apply_fault (VigilHall *self, const char *spec, GError **error)
{
  g_autoptr(JsonNode) arguments = vigil_hall_control_parse_spec (spec);
  g_autoptr(GString) out = g_string_new ("{");

  return vigil_hall_control_apply (self, arguments, out, error);
}
