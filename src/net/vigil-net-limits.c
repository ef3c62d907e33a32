/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every number of this layer, with its default. */
#include "vigil-net-limits.h"

#define MIB (1024 * 1024)

/* Connections for deleting, beside those that ask. */
#define WHEP_DELETES 4

void
vigil_net_limits_init (VigilNetLimits *self, VigilSettings *settings)
{
  *self = (VigilNetLimits) {
    .request_ms = 10000,
    .connect_ms = 10000,
    .http_ms = 15000,
    .stall_ms = 10000,
    .fetch_ms = 60000,
    .reconnect_min_ms = 500,
    .reconnect_max_ms = 15000,
    .gather_ms = 8,
    .behind_ms = 1000,
    .max_waiting = 50000,
    .probe_ms = 10000,
    .clock_ms = 30000,
    .clock_burst = 4,
    .max_message = 16 * MIB,
    .max_answer = 16 * MIB,
    .max_redirects = 3,
    .http_connections = 6,
    .whep_connections = 32 + WHEP_DELETES,
    .janus_slots = 96,
    .janus_sound_slots = 8,
    .janus_rest_ms = 400,
    .janus_keepalive_ms = 15000,
  };

  if (settings == NULL)
    return;

  self->request_ms = vigil_settings_get_int (settings, VIGIL_SETTING_REQUEST_TIMEOUT) * 1000;
  self->connect_ms = self->request_ms;
  self->stall_ms = self->request_ms;
  self->http_ms = self->request_ms + self->request_ms / 2;
  self->whep_connections = vigil_settings_get_int (settings, VIGIL_SETTING_CONSUMES) + WHEP_DELETES;
  self->reconnect_min_ms = vigil_settings_get_int (settings, VIGIL_SETTING_RECONNECT_MIN);
  self->reconnect_max_ms = vigil_settings_get_int (settings, VIGIL_SETTING_RECONNECT_MAX);
  self->clock_ms = vigil_settings_get_int (settings, VIGIL_SETTING_CLOCK_INTERVAL) * 1000;
  self->behind_ms = vigil_settings_get_int (settings, VIGIL_SETTING_BEHIND_AFTER);
  self->max_waiting = vigil_settings_get_int (settings, VIGIL_SETTING_MAX_WAITING_EVENTS);
  self->gather_ms = vigil_settings_get_int (settings, VIGIL_SETTING_SCORE_COALESCE);
  self->janus_slots = vigil_settings_get_int (settings, VIGIL_SETTING_JANUS_SLOTS);
  self->janus_sound_slots = vigil_settings_get_int (settings, VIGIL_SETTING_JANUS_SOUND_SLOTS);
  self->janus_rest_ms = vigil_settings_get_int (settings, VIGIL_SETTING_JANUS_SLOT_REST);
  self->janus_keepalive_ms = vigil_settings_get_int (settings, VIGIL_SETTING_JANUS_KEEPALIVE) * 1000;
}
