/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The object graph of one hall. */
#include "vigil-hall-graph.h"

static VigilWebrtcEngine *
create_engine (VigilSettings *settings)
{
  VigilWebrtcEngine *engine = vigil_webrtc_engine_new ();

  g_object_set (engine,
                "latency", (guint) vigil_settings_get_int (settings, VIGIL_SETTING_JITTER_LATENCY),
                "media-watchdog", (guint) vigil_settings_get_int (settings, VIGIL_SETTING_MEDIA_WATCHDOG) * 1000,
                "connect-watchdog", (guint) vigil_settings_get_int (settings, VIGIL_SETTING_CONNECT_WATCHDOG) * 1000,
                "gather-early", (guint) vigil_settings_get_int (settings, VIGIL_SETTING_GATHER_EARLY),
                "decode-sandbox", vigil_settings_get_boolean (settings, VIGIL_SETTING_DECODE_SANDBOX),
                "decoder-rest", (guint) vigil_settings_get_int (settings, VIGIL_SETTING_DECODER_REST),
                "sound-delay", (guint) vigil_settings_get_int (settings, VIGIL_SETTING_SOUND_DELAY),
                NULL);
  return engine;
}

VigilHallGraph *
vigil_hall_graph_new (const char          *address,
                      const char          *token,
                      const char          *profile,
                      VigilSettings       *settings,
                      VigilScoringPolicy  *policy,
                      GError             **error)
{
  g_autoptr (VigilHallGraph) self = g_new0 (VigilHallGraph, 1);
  VigilHallConnectionParts connection_parts = { 0 };
  VigilSessionParts session_parts = { 0 };
  VigilNetLimits limits;

  vigil_net_limits_init (&limits, settings);
  self->store =
    vigil_score_store_new ((guint) vigil_settings_get_int (settings, VIGIL_SETTING_MAX_CANDIDATES));

  connection_parts.address = address;
  connection_parts.token = token;
  connection_parts.profile = profile;
  connection_parts.store = self->store;
  connection_parts.policy = policy;
  connection_parts.limits = &limits;
  self->connection = vigil_hall_connection_new (&connection_parts, error);
  if (self->connection == NULL)
    return NULL;

  /* The DTLS key takes up to 0.7 s the first time: it is made while the hall is still being asked who we are. */
  self->engine = create_engine (settings);

  session_parts.settings = settings;
  session_parts.policy = policy;
  session_parts.store = self->store;
  session_parts.feed = vigil_hall_connection_get_feed (self->connection);
  session_parts.directory = vigil_hall_connection_get_directory (self->connection);
  session_parts.actions = vigil_hall_connection_get_actions (self->connection);
  session_parts.sfu = vigil_hall_connection_get_sfu (self->connection);
  session_parts.engine = VIGIL_MEDIA_ENGINE (self->engine);
  session_parts.stills = vigil_hall_connection_get_stills (self->connection);
  self->session = vigil_session_new (&session_parts);
  return g_steal_pointer (&self);
}

void
vigil_hall_graph_free (VigilHallGraph *self)
{
  if (self == NULL)
    return;
  if (self->session != NULL)
    vigil_session_leave (self->session);
  if (self->engine != NULL)
    vigil_media_engine_close (VIGIL_MEDIA_ENGINE (self->engine));
  g_clear_object (&self->session);
  g_clear_object (&self->engine);
  g_clear_object (&self->connection);
  g_clear_object (&self->store);
  g_free (self);
}
