/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the settings allow, as far as the SFU at hand can do it. */
#include "vigil-stream-controller-private.h"

/* A patrol comes back to everybody. Closing and opening them all each time is two hundred requests a minute, and a later first picture. */
static void
keep_round (VigilStreamController *self,
            VigilStreamLimits     *limits)
{
  gint64 unseen_ms = vigil_settings_get_int (self->shared.settings, VIGIL_SETTING_COVERAGE_WARN) * G_GINT64_CONSTANT (1000);

  if (!self->abilities.keeps_many || !self->abilities.can_pause)
    return;
  limits->max_warm = MAX (limits->max_warm, (guint) vigil_settings_get_int (self->shared.settings, VIGIL_SETTING_PATROL_WARM));
  limits->grace_ms = MAX (limits->grace_ms, MIN (unseen_ms, G_MAXINT));
}

/* What the SFU cannot do leaves less to decide about. */
void
vigil_stream_controller_narrow (VigilStreamController *self,
                                VigilStreamLimits     *limits)
{
  vigil_sfu_get_abilities (self->shared.sfu, &self->abilities);
  if (self->abilities.own_connections)
    limits->max_connections = vigil_settings_get_int (self->shared.settings, VIGIL_SETTING_MAX_CONNECTIONS);
  limits->no_sound = !self->abilities.has_sound;
  if (self->patrolled)
    keep_round (self, limits);
  if (self->abilities.can_pause)
    return;

  limits->cannot_pause = TRUE;
  limits->grace_ms = vigil_settings_get_int (self->shared.settings, VIGIL_SETTING_UNPAUSED_GRACE) * 1000;
}

VigilLoadProbe *
vigil_stream_controller_get_load_probe (VigilStreamController *self)
{
  return vigil_stream_survey_get_probe (self->survey);
}

/* Stills have no consumer, and can be too much as well; and what went down has to come up again. */
void
vigil_stream_controller_run_survey (VigilStreamController *self)
{
  gboolean stills_alone = self->shows && self->rung == VIGIL_RUNG_STILL;

  vigil_stream_survey_set_running (self->survey, self->consumers->len > 0 || stills_alone ||
                                   vigil_stream_survey_get_ladder (self->survey)->cause != VIGIL_LOAD_NONE);
}

void
vigil_stream_controller_set_shows (VigilStreamController *self,
                                   gboolean               shows)
{
  self->shows = shows;
  vigil_stream_controller_run_survey (self);
}
