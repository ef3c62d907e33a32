/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream controller over fakes. */

#include "streams-fixture.h"

void
fixture_set_up (Fixture       *f,
                gconstpointer  data)
{
  f->log = vigil_fake_log_new ();
  f->settings = vigil_settings_new ();
  vigil_settings_set_int (f->settings, VIGIL_SETTING_WATCHDOG, 1);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RETRIES, 2);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_FAILED_RETRY, 0);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_GRACE, 1);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_LIVE, 48);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_WARM, 36);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_STREAM_STARTS, 0);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_CONSUMES, 32);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RECONNECT_MIN, 50);
  f->store = vigil_score_store_new (1000);
  f->roster = vigil_roster_new (f->store);
  f->sfu = vigil_fake_sfu_new (f->log);
  f->engine = vigil_fake_engine_new (f->log);
  f->streams = vigil_stream_controller_new (f->roster, f->settings, VIGIL_SFU (f->sfu), VIGIL_MEDIA_ENGINE (f->engine));
}

void
fixture_tear_down (Fixture       *f,
                   gconstpointer  data)
{
  static const char *const kinds[] = { "open", "connect", "consume", "control" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    vigil_fake_sfu_release (f->sfu, kinds[i]);
  vigil_fake_spin ();
  g_assert_finalize_object (f->streams);
  vigil_fake_spin ();
  g_assert_finalize_object (f->engine);
  g_assert_finalize_object (f->sfu);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->settings);
  vigil_fake_log_unref (f->log);
}

VigilHandle
add (Fixture    *f,
     const char *id,
     const char *producer_id)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_STREAMING | VIGIL_FIELD_PRODUCERS;
  info->is_streaming = TRUE;
  info->producer_ids[VIGIL_SOURCE_WEBCAM] = g_strdup (producer_id);
  return vigil_roster_apply (f->roster, info);
}

void
start (Fixture *f)
{
  vigil_stream_controller_start (f->streams);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_stream_controller_get_state (f->streams), ==, VIGIL_LINK_CONNECTED);
}

void
show (Fixture     *f,
      VigilHandle  handle,
      gboolean     visible)
{
  vigil_stream_controller_set_visible (f->streams, handle, visible);
  vigil_fake_spin ();
}

gboolean
is_playing (gpointer data)
{
  return vigil_stream_get_phase (data) == VIGIL_PHASE_PLAYING;
}

gboolean
is_stopped (gpointer data)
{
  return vigil_stream_get_phase (data) == VIGIL_PHASE_STOPPED;
}

void
assert_phase (VigilStream      *stream,
              VigilStreamPhase  phase)
{
  g_assert_cmpstr (vigil_stream_phase_to_nick (vigil_stream_get_phase (stream)), ==, vigil_stream_phase_to_nick (phase));
}
