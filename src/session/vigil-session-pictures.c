/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session shows of its candidates at best: live video, stills, or scores alone. */

#include "vigil-metrics.h"
#include "vigil-session-private.h"

gboolean
vigil_session_has_video (VigilSession *self)
{
  return self->exam == NULL || vigil_sfu_config_get_kind (self->exam->sfu) != VIGIL_SFU_NONE;
}

/* By the operator's choice, and by what the hall has. */
static VigilRung
get_allowed (VigilSession *self)
{
  VigilRung wanted = vigil_settings_get_pictures (self->parts.settings);

  return MAX (wanted, vigil_session_has_video (self) ? VIGIL_RUNG_LIVE : VIGIL_RUNG_STILL);
}

gboolean
vigil_session_is_overloaded (VigilSession *self)
{
  return vigil_stream_controller_get_ladder (self->streams, NULL)->rung == VIGIL_RUNG_SCORE;
}

VigilRung
vigil_session_get_rung (VigilSession *self)
{
  return vigil_session_is_overloaded (self) ? VIGIL_RUNG_SCORE : get_allowed (self);
}

/* A hall says in the exam that it has no SFU, and may say otherwise later. */
static void
follow_sfu (VigilSession *self)
{
  if (!self->up)
    return;

  if (vigil_session_has_video (self))
    vigil_stream_controller_start (self->streams);
  else
    vigil_stream_controller_stop (self->streams, "This hall has no live video");
}

void
vigil_session_update_rung (VigilSession *self)
{
  VigilRung rung = vigil_session_get_rung (self);
  gboolean has_video = vigil_session_has_video (self);

  if (self->exam != NULL && self->exam->sfu != NULL && self->exam->sfu->reason != NULL && self->has_video)
    {
      g_message ("Stills instead of live video: %s", self->exam->sfu->reason);
      vigil_counter_add (vigil_metrics_counter ("vigil_sfu_unknown", "Exams whose SFU this program could not make use of"), 1);
    }
  if (self->exam != NULL)
    vigil_stills_set_capture_seconds (self->stills, self->exam->capture_seconds);
  /* Whoever is opened is tried live even while the ladder leaves scores alone. */
  vigil_stream_controller_set_ladder_limit (self->streams, get_allowed (self));
  if (self->rung == rung && self->has_video == has_video)
    return;

  self->rung = rung;
  self->has_video = has_video;
  vigil_stills_set_wanted (self->stills, rung <= VIGIL_RUNG_STILL);
  follow_sfu (self);
  g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_RUNG_CHANGED], 0);
}

void
vigil_session_start_pictures (VigilSession *self)
{
  vigil_stills_start (self->stills, self->exam->id, self->exam->capture_seconds);
  vigil_stream_controller_set_shows (self->streams, TRUE);
  if (vigil_session_has_video (self))
    vigil_stream_controller_start (self->streams);
}

void
vigil_session_stop_pictures (VigilSession *self,
                             const char   *why)
{
  vigil_stream_controller_stop (self->streams, why);
  vigil_stream_controller_set_shows (self->streams, FALSE);
  vigil_stills_stop (self->stills);
}

VigilListening *
vigil_session_get_listening (VigilSession *self)
{
  return self->listening;
}

VigilStills *
vigil_session_get_stills (VigilSession *self)
{
  return self->stills;
}
