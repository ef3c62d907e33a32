/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media requests of consoles. */
#include "vigil-hall-media.h"

#include <string.h>

#include "vigil-hall-console.h"
#include "vigil-hall-error.h"
#include "vigil-hall-writer.h"
#include "vigil-members.h"

/* docs/protocol.md 13. */
#define MAX_TRANSPORTS 4
#define MAX_CONSUMERS 256

struct _VigilHallMedia
{
  VigilHall      *hall;       /* outlives us */
  VigilSimStudio *studio;
  VigilHallSfu   *sfu;
  GHashTable     *clients;    /* client key → GPtrArray of transport ids */
  GCancellable   *cancellable;
  gboolean        down;
};

/* A request being dealt with. */
typedef struct
{
  VigilHallMedia  *media;
  VigilHallSocket *socket;
  const char      *key;     /* the socket's sid */
  JsonNode        *argument;
  gint64           ack_id;
} Call;

static void
consumer_closed_cb (VigilHallSfu *sfu, const char *client_key, const char *consumer_id, gpointer user_data)
{
  VigilHallMedia *self = user_data;
  VigilHallConsole *console = vigil_hall_consoles_find (self->hall, client_key);
  g_autoptr(GString) out = g_string_new ("{");

  if (!console)
    return;
  vigil_hall_write_string (out, "consumerId", consumer_id);
  vigil_hall_write_string (out, "reason", "producer_closed");
  vigil_hall_write_end_object (out);
  vigil_hall_console_tell (console, "consumer_closed", out->str);
}

VigilHallMedia *
vigil_hall_media_new (VigilHall *hall)
{
  const char *addresses[] = { hall->options.listen, NULL };
  gboolean any = g_str_equal (hall->options.listen, "0.0.0.0") || strchr (hall->options.listen, ':') != NULL;
  VigilHallSfuOptions options = { .addresses = any ? NULL : addresses, .max_consumers = MAX_CONSUMERS };
  VigilHallMedia *self = g_new0 (VigilHallMedia, 1);

  self->hall = hall;
  self->studio = vigil_sim_studio_new (NULL);
  self->sfu = vigil_hall_sfu_new (&options);
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->cancellable = g_cancellable_new ();
  self->down = hall->options.no_sfu;
  g_signal_connect (self->sfu, "consumer-closed", G_CALLBACK (consumer_closed_cb), self);
  return self;
}

void
vigil_hall_media_free (VigilHallMedia *self)
{
  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->sfu, self);
  vigil_hall_sfu_close (self->sfu);
  g_clear_object (&self->sfu);
  g_clear_object (&self->studio);
  g_clear_object (&self->cancellable);
  g_hash_table_unref (self->clients);
  g_free (self);
}

VigilSimStudio *
vigil_hall_media_get_studio (VigilHallMedia *self)
{
  return self->studio;
}

VigilHallSfu *
vigil_hall_media_get_sfu (VigilHallMedia *self)
{
  return self->sfu;
}

static void
ack_object (Call *call, JsonObject *object)
{
  g_autoptr(GString) out = g_string_new ("");

  if (object)
    {
      vigil_hall_write_object (out, NULL, object);
      /* {"id":…} → "id":… : members lie beside ok. */
      g_string_truncate (out, out->len - 1);
      g_string_erase (out, 0, out->str[0] == ',' ? 2 : 1);
    }
  vigil_hall_socket_ack (call->socket, "/", call->ack_id, out->str);
}

typedef enum
{
  THING_TRANSPORT,
  THING_CONSUMER,
  THING_PRODUCER,
} Thing;

/* What the SFU refused, in the wire's words. */
static gboolean
fail (GError **error, GError *reason, Thing thing)
{
  static const VigilHallError missing[] = { VIGIL_HALL_ERROR_SFU_NO_TRANSPORT, VIGIL_HALL_ERROR_SFU_NO_CONSUMER,
                                            VIGIL_HALL_ERROR_SFU_NO_PRODUCER };
  VigilHallError code = VIGIL_HALL_ERROR_INTERNAL;

  if (g_error_matches (reason, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND))
    code = missing[thing];
  else if (g_error_matches (reason, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_INVALID))
    code = VIGIL_HALL_ERROR_INVALID;
  else if (g_error_matches (reason, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_UNSUPPORTED))
    code = VIGIL_HALL_ERROR_SFU_CANNOT_CONSUME;
  else if (g_error_matches (reason, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_STATE))
    code = thing == THING_PRODUCER ? VIGIL_HALL_ERROR_RATE_LIMITED : VIGIL_HALL_ERROR_CONFLICT;
  g_set_error_literal (error, VIGIL_HALL_ERROR, code, reason ? reason->message : "the SFU refused");
  g_clear_error (&reason);
  return FALSE;
}

/* A required id member. */
static const char *
get_id (Call *call, const char *name, GError **error)
{
  VigilMembers members;

  if (!vigil_members_init (&members, call->argument, "request", error))
    return NULL;
  return vigil_members_get_id (&members, name, VIGIL_MEMBER_REQUIRED);
}

static gboolean
get_capabilities (Call *call, GError **error)
{
  JsonObject *answer = json_object_new ();

  json_object_set_object_member (answer, "rtpCapabilities", vigil_hall_sfu_dup_router_capabilities (call->media->sfu));
  ack_object (call, answer);
  json_object_unref (answer);
  return TRUE;
}

static GPtrArray *
ensure_client (VigilHallMedia *self, const char *key)
{
  GPtrArray *transports = g_hash_table_lookup (self->clients, key);

  if (!transports)
    {
      transports = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (self->clients, g_strdup (key), transports);
    }
  return transports;
}

static Call *
call_copy (const Call *call)
{
  Call *copy = g_new0 (Call, 1);

  copy->media = call->media;
  copy->socket = g_object_ref (call->socket);
  copy->key = vigil_hall_socket_get_sid (call->socket);
  copy->ack_id = call->ack_id;
  return copy;
}

static void
call_free (Call *call)
{
  g_object_unref (call->socket);
  g_free (call);
}

static void
transport_created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr(GError) error = NULL;
  JsonObject *answer = vigil_hall_sfu_create_transport_finish (VIGIL_HALL_SFU (source), result, &error);
  gboolean here = vigil_hall_socket_has_joined (call->socket, "/");

  if (answer && !here)
    /* The console went away meanwhile; its close found no transport to free. */
    vigil_hall_sfu_close_client (VIGIL_HALL_SFU (source), call->key);
  else if (answer)
    {
      const char *id = json_object_get_string_member (answer, "id");

      g_ptr_array_add (ensure_client (call->media, call->key), g_strdup (id));
      ack_object (call, answer);
    }
  else if (here && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autoptr(GError) refusal = NULL;

      fail (&refusal, g_steal_pointer (&error), THING_TRANSPORT);
      vigil_hall_socket_ack_error (call->socket, "/", call->ack_id, refusal);
    }
  g_clear_pointer (&answer, json_object_unref);
  call_free (call);
}

static gboolean
create_transport (Call *call, GError **error)
{
  VigilMembers members;
  const char *direction;

  if (!vigil_members_init (&members, call->argument, "request", error))
    return FALSE;
  direction = vigil_members_get_text (&members, "direction", VIGIL_MEMBER_REQUIRED, 16);
  if (!direction)
    return FALSE;
  if (!g_str_equal (direction, "recv"))
    return vigil_members_fail (&members, "direction", "a console only receives");
  if (ensure_client (call->media, call->key)->len >= MAX_TRANSPORTS)
    return vigil_hall_error_rate_limited (error, 1000);
  vigil_hall_sfu_create_transport_async (call->media->sfu, call->key, call->media->cancellable,
                                         transport_created_cb, call_copy (call));
  return TRUE;
}

static gboolean
connect_transport (Call *call, GError **error)
{
  const char *id = get_id (call, "transportId", error);
  GError *reason = NULL;
  JsonNode *dtls;
  JsonNode *ice;
  VigilMembers members;

  if (!id || !vigil_members_init (&members, call->argument, "request", error))
    return FALSE;
  dtls = vigil_members_get_object (&members, "dtlsParameters", VIGIL_MEMBER_REQUIRED);
  ice = vigil_members_get_object (&members, "iceParameters", VIGIL_MEMBER_REQUIRED);
  if (!vigil_members_ok (&members))
    return FALSE;
  if (!vigil_hall_sfu_connect_transport (call->media->sfu, call->key, id, json_node_get_object (dtls),
                                         json_node_get_object (ice), &reason))
    return fail (error, reason, THING_TRANSPORT);
  ack_object (call, NULL);
  return TRUE;
}

static gboolean
close_transport (Call *call, GError **error)
{
  const char *id = get_id (call, "transportId", error);
  GPtrArray *transports = ensure_client (call->media, call->key);
  GError *reason = NULL;
  guint index;

  if (!id)
    return FALSE;
  if (!vigil_hall_sfu_close_transport (call->media->sfu, call->key, id, &reason))
    return fail (error, reason, THING_TRANSPORT);
  if (g_ptr_array_find_with_equal_func (transports, id, g_str_equal, &index))
    g_ptr_array_remove_index (transports, index);
  ack_object (call, NULL);
  return TRUE;
}

static gboolean
consume (Call *call, GError **error)
{
  const char *transport_id = get_id (call, "transportId", error);
  const char *producer_id = transport_id ? get_id (call, "producerId", error) : NULL;
  GPtrArray *transports = ensure_client (call->media, call->key);
  GError *reason = NULL;
  VigilMembers members;
  JsonObject *answer;
  JsonNode *capabilities;
  gboolean paused;

  if (!producer_id || !vigil_members_init (&members, call->argument, "request", error))
    return FALSE;
  capabilities = vigil_members_get_object (&members, "rtpCapabilities", VIGIL_MEMBER_REQUIRED);
  paused = vigil_members_get_bool (&members, "paused", VIGIL_MEMBER_REQUIRED, TRUE);
  if (!vigil_members_ok (&members))
    return FALSE;
  if (!g_ptr_array_find_with_equal_func (transports, transport_id, g_str_equal, NULL))
    return fail (error, g_error_new (VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND, "no transport %s",
                                     transport_id), THING_TRANSPORT);
  answer = vigil_hall_sfu_consume (call->media->sfu, call->key, transport_id, producer_id,
                                   json_node_get_object (capabilities), paused, &reason);
  if (!answer)
    return fail (error, reason, THING_PRODUCER);
  ack_object (call, answer);
  json_object_unref (answer);
  return TRUE;
}

typedef gboolean (*ConsumerVerb) (VigilHallSfu *sfu, const char *client_key, const char *consumer_id, GError **error);

static gboolean
apply_verb (Call *call, ConsumerVerb verb, GError **error)
{
  const char *id = get_id (call, "consumerId", error);
  GError *reason = NULL;

  if (!id)
    return FALSE;
  if (!verb (call->media->sfu, call->key, id, &reason))
    return fail (error, reason, THING_CONSUMER);
  ack_object (call, NULL);
  return TRUE;
}

static gboolean
resume_consumer (Call *call, GError **error)
{
  return apply_verb (call, vigil_hall_sfu_resume_consumer, error);
}

static gboolean
pause_consumer (Call *call, GError **error)
{
  return apply_verb (call, vigil_hall_sfu_pause_consumer, error);
}

static gboolean
close_consumer (Call *call, GError **error)
{
  return apply_verb (call, vigil_hall_sfu_close_consumer, error);
}

static gboolean
request_key_frame (Call *call, GError **error)
{
  return apply_verb (call, vigil_hall_sfu_request_key_frame, error);
}

static gboolean
set_layers (Call *call, GError **error)
{
  const char *id = get_id (call, "consumerId", error);
  GError *reason = NULL;
  VigilMembers members;

  if (!id || !vigil_members_init (&members, call->argument, "request", error))
    return FALSE;
  vigil_members_get_int (&members, "spatialLayer", VIGIL_MEMBER_REQUIRED, 0, 16, 0);
  vigil_members_get_int (&members, "temporalLayer", 0, 0, 16, 0);
  if (!vigil_members_ok (&members))
    return FALSE;
  if (!vigil_hall_sfu_set_preferred_layers (call->media->sfu, call->key, id,
                                            json_node_get_object (call->argument), &reason))
    return fail (error, reason, THING_CONSUMER);
  ack_object (call, NULL);
  return TRUE;
}

static const struct
{
  const char  *name;
  gboolean   (*func) (Call *call, GError **error);
} requests[] = {
  { "getRouterRtpCapabilities", get_capabilities },
  { "createWebRtcTransport", create_transport },
  { "connectTransport", connect_transport },
  { "closeTransport", close_transport },
  { "consume", consume },
  { "resumeConsumer", resume_consumer },
  { "pauseConsumer", pause_consumer },
  { "closeConsumer", close_consumer },
  { "requestKeyFrame", request_key_frame },
  { "setConsumerPreferredLayers", set_layers },
};

gboolean
vigil_hall_media_knows (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    if (g_str_equal (name, requests[i].name))
      return TRUE;
  return FALSE;
}

gboolean
vigil_hall_media_request (VigilHallMedia  *self,
                          VigilHallSocket *socket,
                          const char      *name,
                          JsonNode        *argument,
                          gint64           ack_id,
                          GError         **error)
{
  Call call = { self, socket, vigil_hall_socket_get_sid (socket), argument, ack_id };

  if (self->down)
    return vigil_hall_error_unavailable (error, "sfu");
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    if (g_str_equal (name, requests[i].name))
      return requests[i].func (&call, error);
  return vigil_hall_error_invalid (error, "request", "unknown");
}

void
vigil_hall_media_close_client (VigilHallMedia *self, const char *client_key)
{
  if (g_hash_table_remove (self->clients, client_key))
    vigil_hall_sfu_close_client (self->sfu, client_key);
}

char *
vigil_hall_media_produce (VigilHallMedia *self, VigilSimFeed *feed)
{
  return self->down ? NULL : g_strdup (vigil_hall_sfu_add_producer (self->sfu, feed));
}

void
vigil_hall_media_unproduce (VigilHallMedia *self, const char *producer_id)
{
  vigil_hall_sfu_remove_producer (self->sfu, producer_id);
}

static void
tell_transports_closed (VigilHallMedia *self, const char *key, GPtrArray *transports, const char *reason)
{
  VigilHallConsole *console = vigil_hall_consoles_find (self->hall, key);

  for (guint i = 0; console && i < transports->len; i++)
    {
      g_autoptr(GString) out = g_string_new ("{");

      vigil_hall_write_string (out, "transportId", g_ptr_array_index (transports, i));
      vigil_hall_write_string (out, "reason", reason);
      vigil_hall_write_end_object (out);
      vigil_hall_console_tell (console, "transport_closed", out->str);
    }
}

void
vigil_hall_media_die (VigilHallMedia *self, const char *reason)
{
  GHashTableIter iter;
  gpointer key;
  gpointer transports;

  self->down = TRUE;
  vigil_hall_sfu_restart (self->sfu);
  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &key, &transports))
    tell_transports_closed (self, key, transports, reason);
  g_hash_table_remove_all (self->clients);
}

void
vigil_hall_media_revive (VigilHallMedia *self)
{
  self->down = self->hall->options.no_sfu; /* there is none to come back */
}

gboolean
vigil_hall_media_is_down (VigilHallMedia *self)
{
  return self->down;
}
