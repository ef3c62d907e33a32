/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Janus of our own, and the little that the tests ask of it. */

#include "janus-server.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <sys/prctl.h>

#define START_TRIES 100
#define ASK_TIMEOUT_US (20 * G_USEC_PER_SEC)
#define CREATE_TRIES 10

struct _JanusServer
{
  char                    *address;
  char                    *interface;
  const char              *plugin;
  char                    *folder;     /* its configuration */
  GSubprocess             *process;
  SoupWebsocketConnection *socket;
  GQueue                   answers;    /* of JsonObject */
  gint64                   session;
  gint64                   handle;
  guint                    last;
};

static void
write_file (JanusServer *self,
            const char  *name,
            char        *text)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *owned = text;
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, owned, -1, &error))
    g_error ("%s", error->message);
}

static void
write_configuration (JanusServer *self)
{
  /* Somebody else's WHEP server says that it lives every 30 s. */
  guint session_timeout = g_str_equal (self->plugin, "streaming") ? 60 : 20;

  /* Only what is used: the other plugins and transports want ports and files of their own. */
  write_file (self, "janus.jcfg", g_strdup_printf (
    "general: { configs_folder = \"%s\"; debug_level = 3; session_timeout = %u; }\n"
    "nat: { ice_enforce_list = \"%s\"; ice_lite = false; }\n"
    "media: { rtp_port_range = \"20000-29999\"; }\n"
    "plugins: { disable = \"libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,"
    "libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_textroom.so,"
    "libjanus_videocall.so,libjanus_voicemail.so\"; }\n"
    "transports: { disable = \"libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,"
    "libjanus_rabbitmq.so\"; }\n"
    "events: { broadcast = false; }\n", self->folder, session_timeout, self->interface));
  write_file (self, "janus.transport.websockets.jcfg", g_strdup_printf (
    "general: { json = \"compact\"; ws = true; ws_port = %d; ws_ip = \"127.0.0.1\"; wss = false; }\n"
    "admin: { admin_ws = false; }\n", JANUS_PORT));
  write_file (self, "janus.plugin.videoroom.jcfg", g_strdup_printf (
    "general: { }\n"
    "room-%d: { description = \"exam\"; publishers = 1000; videocodec = \"vp8,h264\"; pin = \"%s\";"
    " fir_freq = 0; }\n", JANUS_ROOM, "of-nobody"));
}

JanusServer *
janus_server_new (const char *address,
                  const char *interface,
                  const char *plugin)
{
  JanusServer *self = g_new0 (JanusServer, 1);
  g_autoptr (GError) error = NULL;

  self->address = g_strdup (address);
  self->interface = g_strdup (interface);
  self->plugin = g_intern_string (plugin);
  self->folder = g_dir_make_tmp ("vigil-janus-XXXXXX", &error);
  if (self->folder == NULL)
    g_error ("%s", error->message);
  g_queue_init (&self->answers);
  write_configuration (self);
  return self;
}

/* In the child: whatever kills us must not leave it behind. */
static void
die_with_parent (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
message_cb (SoupWebsocketConnection *socket,
            SoupWebsocketDataType    type,
            GBytes                  *message,
            JanusServer             *self)
{
  g_autoptr (JsonNode) node = json_from_string (g_bytes_get_data (message, NULL), NULL);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    g_queue_push_tail (&self->answers, json_node_dup_object (node));
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  JanusServer *self = user_data;

  self->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  if (self->socket == NULL)
    self->last = G_MAXUINT;
}

static gboolean
connect_once (JanusServer *self)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *uri = g_strdup_printf ("ws://127.0.0.1:%d/", JANUS_PORT);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  char *protocols[] = { (char *) "janus-protocol", NULL };

  self->last = 0;
  soup_session_websocket_connect_async (session, message, NULL, protocols, G_PRIORITY_DEFAULT, NULL, connected_cb, self);
  while (self->socket == NULL && self->last == 0)
    g_main_context_iteration (NULL, TRUE);
  self->last = 0;
  if (self->socket == NULL)
    return FALSE;

  soup_websocket_connection_set_max_incoming_payload_size (self->socket, 8 * 1024 * 1024);
  g_signal_connect (self->socket, "message", G_CALLBACK (message_cb), self);
  return TRUE;
}

static gboolean
wake_cb (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/* Waits for the answer to the request with number @last: a success or an event, not the ack before it. NULL: none came. */
static JsonObject *
wait_answer (JanusServer *self,
             gint64       timeout_us)
{
  gint64 end = g_get_monotonic_time () + timeout_us;
  g_autofree char *wanted = g_strdup_printf ("t%u", self->last);
  guint wake = g_timeout_add (20, wake_cb, NULL);
  JsonObject *found = NULL;

  while (found == NULL && g_get_monotonic_time () < end)
    {
      JsonObject *answer = g_queue_pop_head (&self->answers);

      if (answer == NULL)
        g_main_context_iteration (NULL, TRUE);
      else if (g_strcmp0 (json_object_get_string_member_with_default (answer, "transaction", ""), wanted) == 0
               && g_strcmp0 (json_object_get_string_member_with_default (answer, "janus", ""), "ack") != 0)
        found = answer;
      else
        json_object_unref (answer);
    }
  g_source_remove (wake);
  return found;
}

static void
send_core (JanusServer *self,
           const char  *members)
{
  g_autofree char *text = g_strdup_printf ("{\"transaction\":\"t%u\",%s}", ++self->last, members);

  soup_websocket_connection_send_text (self->socket, text);
}

static JsonObject *
ask_core (JanusServer *self,
          const char  *members)
{
  JsonObject *answer;

  send_core (self, members);
  answer = wait_answer (self, ASK_TIMEOUT_US);
  if (answer == NULL)
    g_error ("janus does not answer");
  return answer;
}

/* One that is just coming up takes the connection, and may lose what is said first. */
static JsonObject *
create_session (JanusServer *self)
{
  JsonObject *answer = NULL;

  for (guint i = 0; i < CREATE_TRIES && answer == NULL; i++)
    {
      send_core (self, "\"janus\":\"create\"");
      answer = wait_answer (self, ASK_TIMEOUT_US / CREATE_TRIES);
    }
  if (answer == NULL)
    g_error ("janus makes no session");
  return answer;
}

static gint64
id_of (JsonObject *answer)
{
  g_autoptr (JsonObject) owned = answer;

  return json_object_get_int_member (json_object_get_object_member (owned, "data"), "id");
}

void
janus_server_start (JanusServer *self)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *configuration = g_strdup_printf ("--configs-folder=%s", self->folder);
  g_autofree char *members = NULL;
  g_autoptr (GError) error = NULL;
  guint tries = 0;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, "janus", "--disable-colors", configuration, NULL);
  if (self->process == NULL)
    g_error ("janus: %s", error->message);

  while (!connect_once (self))
    {
      if (++tries == START_TRIES)
        g_error ("janus does not listen");
      g_usleep (50 * 1000);
    }
  self->session = id_of (create_session (self));
  members = g_strdup_printf ("\"janus\":\"attach\",\"plugin\":\"janus.plugin.%s\",\"session_id\":%" G_GINT64_FORMAT,
                             self->plugin, self->session);
  self->handle = id_of (ask_core (self, members));
}

JsonObject *
janus_server_ask (JanusServer *self,
                  const char  *body)
{
  g_autofree char *members = g_strdup_printf ("\"janus\":\"message\",\"session_id\":%" G_GINT64_FORMAT
                                              ",\"handle_id\":%" G_GINT64_FORMAT ",\"body\":%s",
                                              self->session, self->handle, body);
  g_autoptr (JsonObject) answer = ask_core (self, members);
  JsonObject *data = json_object_has_member (answer, "plugindata")
                     ? json_object_get_object_member (json_object_get_object_member (answer, "plugindata"), "data")
                     : answer;

  return json_object_ref (data);
}

void
janus_server_freeze (JanusServer *self,
                     gboolean     frozen)
{
  g_subprocess_send_signal (self->process, frozen ? SIGSTOP : SIGCONT);
}

void
janus_server_kill (JanusServer *self)
{
  g_clear_object (&self->socket);
  g_queue_clear_full (&self->answers, (GDestroyNotify) json_object_unref);
  if (self->process == NULL)
    return;
  g_subprocess_send_signal (self->process, SIGCONT);
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

int
janus_server_get_pid (JanusServer *self)
{
  return self->process != NULL ? atoi (g_subprocess_get_identifier (self->process)) : 0;
}

void
janus_server_free (JanusServer *self)
{
  const char *const names[] = { "janus.jcfg", "janus.transport.websockets.jcfg", "janus.plugin.videoroom.jcfg" };

  janus_server_kill (self);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      g_remove (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->address);
  g_free (self->interface);
  g_free (self);
}
