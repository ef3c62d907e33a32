/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One hall, put together. */
#include "vigil-hall-connection.h"

#include "vigil-clock.h"
#include "vigil-exam-sfu.h"
#include "vigil-hall-sink.h"
#include "vigil-net-actions.h"
#include "vigil-net-directory.h"
#include "vigil-net-error.h"
#include "vigil-net-feed.h"
#include "vigil-net-sfu.h"
#include "vigil-net-stills.h"

struct _VigilHallConnection
{
  GObject parent_instance;

  /* Main thread. */
  VigilHallAddress  *address;
  VigilHallApi      *api;
  VigilHttp         *http;
  VigilNetFeed      *feed;
  VigilExamSfu      *sfu;
  VigilNetDirectory *directory;
  VigilNetActions   *actions;
  VigilNetStills    *stills;
  VigilScoreStore   *store;
};

G_DEFINE_FINAL_TYPE (VigilHallConnection, vigil_hall_connection, G_TYPE_OBJECT)

static gboolean
load_profile (const char *json, VigilProfile **profile, GError **error)
{
  g_autoptr (GError) cause = NULL;

  *profile = NULL;
  if (json == NULL)
    return TRUE;

  *profile = vigil_profile_new_from_data (json, strlen (json), &cause);
  if (*profile != NULL)
    return TRUE;
  g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID, "the connection profile: %s", cause->message);
  return FALSE;
}

/* Times from what was the hall's future, if it was set back. */
static void
clock_jumped_cb (gpointer user_data)
{
  vigil_score_store_clamp_times (user_data, vigil_clock_hall_ms ());
}

static void
watch_clock (VigilHallConnection *self, VigilScoreStore *store)
{
  VigilHallClock *clock = vigil_hall_api_get_clock (self->api);

  vigil_clock_forget_hall ();
  self->store = g_object_ref (store);
  clock->jumped = clock_jumped_cb;
  clock->user_data = self->store;
}

static void
build_parts (VigilHallConnection *self, const VigilHallConnectionParts *parts, VigilProfile *profile)
{
  g_autofree char *socket_url = vigil_hall_address_build_socket_url (self->address, vigil_profile_get_socket_path (profile));
  g_autoptr (VigilHallSink) sink = vigil_hall_sink_new (parts->store, parts->policy, profile);
  g_autoptr (VigilSioClient) client = NULL;
  g_autoptr (VigilNetSfu) own = NULL;
  VigilNetLimits limits;

  if (parts->limits != NULL)
    limits = *parts->limits;
  else
    vigil_net_limits_init (&limits, NULL);

  client = vigil_sio_client_new (socket_url, "/", VIGIL_SIO_SINK (sink), parts->trust, &limits);
  vigil_sio_client_set_msgpack (client, vigil_profile_is_msgpack (profile));
  self->http = vigil_http_new (&limits, parts->trust);
  self->api = vigil_hall_api_new (self->address, profile, self->http, &limits);
  self->feed = vigil_net_feed_new (client, self->api, profile, &limits);
  own = vigil_net_sfu_new (client, profile);
  self->sfu = vigil_exam_sfu_new (VIGIL_SFU (own), parts->trust, &limits);
  self->directory = vigil_net_directory_new (self->api, self->http, self->address, &limits);
  self->actions = vigil_net_actions_new (self->api);
  self->stills = vigil_net_stills_new (self->api, self->http, self->address, &limits);
  watch_clock (self, parts->store);
  g_signal_connect_object (sink, "clock-doubted", G_CALLBACK (vigil_net_feed_doubt_clock), self->feed, G_CONNECT_SWAPPED);
}

VigilHallConnection *
vigil_hall_connection_new (const VigilHallConnectionParts *parts, GError **error)
{
  g_autoptr (VigilHallConnection) self = NULL;
  g_autoptr (VigilProfile) profile = NULL;
  g_autoptr (VigilHallAddress) address = NULL;

  g_return_val_if_fail (parts->address != NULL, NULL);
  g_return_val_if_fail (VIGIL_IS_SCORE_STORE (parts->store), NULL);
  g_return_val_if_fail (VIGIL_IS_SCORING_POLICY (parts->policy), NULL);

  address = vigil_hall_address_new (parts->address, error);
  if (address == NULL || !load_profile (parts->profile, &profile, error))
    return NULL;

  self = g_object_new (VIGIL_TYPE_HALL_CONNECTION, NULL);
  self->address = g_steal_pointer (&address);
  build_parts (self, parts, profile);
  vigil_hall_connection_set_token (self, parts->token);
  return g_steal_pointer (&self);
}

const char *
vigil_hall_connection_get_address (VigilHallConnection *self)
{
  return vigil_hall_address_get_text (self->address);
}

void
vigil_hall_connection_set_token (VigilHallConnection *self, const char *token)
{
  vigil_hall_api_set_token (self->api, token);
  vigil_net_feed_set_token (self->feed, token);
}

VigilHallFeed *
vigil_hall_connection_get_feed (VigilHallConnection *self)
{
  return VIGIL_HALL_FEED (self->feed);
}

VigilSfu *
vigil_hall_connection_get_sfu (VigilHallConnection *self)
{
  return VIGIL_SFU (self->sfu);
}

VigilHallDirectory *
vigil_hall_connection_get_directory (VigilHallConnection *self)
{
  return VIGIL_HALL_DIRECTORY (self->directory);
}

VigilActions *
vigil_hall_connection_get_actions (VigilHallConnection *self)
{
  return VIGIL_ACTIONS (self->actions);
}

VigilStillSource *
vigil_hall_connection_get_stills (VigilHallConnection *self)
{
  return VIGIL_STILL_SOURCE (self->stills);
}

static void
vigil_hall_connection_dispose (GObject *object)
{
  VigilHallConnection *self = VIGIL_HALL_CONNECTION (object);

  if (self->feed != NULL)
    vigil_hall_feed_leave (VIGIL_HALL_FEED (self->feed));
  if (self->http != NULL)
    vigil_http_abort (self->http);
  g_clear_object (&self->feed);
  if (self->sfu != NULL)
    vigil_exam_sfu_close (self->sfu);
  g_clear_object (&self->sfu);
  g_clear_object (&self->directory);
  g_clear_object (&self->actions);
  g_clear_object (&self->stills);
  if (self->api != NULL)
    vigil_hall_api_get_clock (self->api)->jumped = NULL; /* an answer may still be on its way */
  g_clear_object (&self->api);
  g_clear_object (&self->http);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (vigil_hall_connection_parent_class)->dispose (object);
}

static void
vigil_hall_connection_finalize (GObject *object)
{
  VigilHallConnection *self = VIGIL_HALL_CONNECTION (object);

  g_clear_pointer (&self->address, vigil_hall_address_unref);

  G_OBJECT_CLASS (vigil_hall_connection_parent_class)->finalize (object);
}

static void
vigil_hall_connection_class_init (VigilHallConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_hall_connection_dispose;
  object_class->finalize = vigil_hall_connection_finalize;
}

static void
vigil_hall_connection_init (VigilHallConnection *self)
{
}
