/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session over fakes. */

#include "session-fixture.h"

#include <stdarg.h>

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
trouble_cb (Fixture    *f,
             const char *part,
             gboolean    degraded,
             const char *reason)
{
  g_string_append_printf (f->troubles, "%s%s%s", f->troubles->len > 0 ? ", " : "", degraded ? "-" : "+", part);
}

void
fixture_set_up (Fixture       *f,
                gconstpointer  data)
{
  VigilSessionParts parts;

  f->log = vigil_fake_log_new ();
  f->settings = vigil_settings_new ();
  vigil_settings_set_int (f->settings, VIGIL_SETTING_COVERAGE_DAYS, 0);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RECONNECT_MIN, 50);
  f->policy = vigil_scoring_policy_new_default ();
  f->store = vigil_score_store_new (1000);
  f->feed = vigil_fake_feed_new (f->log);
  f->directory = vigil_fake_directory_new (f->log);
  f->actions = vigil_fake_actions_new (f->log);
  f->sfu = vigil_fake_sfu_new (f->log);
  f->engine = vigil_fake_engine_new (f->log);
  f->stills = vigil_fake_stills_new (f->log);
  parts = (VigilSessionParts) {
    .settings = f->settings,
    .policy = f->policy,
    .store = f->store,
    .feed = VIGIL_HALL_FEED (f->feed),
    .directory = VIGIL_HALL_DIRECTORY (f->directory),
    .actions = VIGIL_ACTIONS (f->actions),
    .sfu = VIGIL_SFU (f->sfu),
    .engine = VIGIL_MEDIA_ENGINE (f->engine),
    .stills = VIGIL_STILL_SOURCE (f->stills),
  };
  f->session = vigil_session_new (&parts);
  f->troubles = g_string_new (NULL);
  g_signal_connect_swapped (f->session, "auth-needed", G_CALLBACK (count_cb), &f->auth);
  g_signal_connect_swapped (f->session, "violation", G_CALLBACK (count_cb), &f->violations);
  g_signal_connect_swapped (f->session, "intervention", G_CALLBACK (count_cb), &f->interventions);
  g_signal_connect_swapped (f->session, "trouble", G_CALLBACK (trouble_cb), f);
}

void
fixture_tear_down (Fixture       *f,
                   gconstpointer  data)
{
  vigil_session_leave (f->session);
  while (vigil_fake_directory_get_n_waiting (f->directory) > 0)
    vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_CLOSED);
  while (vigil_fake_actions_get_n_waiting (f->actions) > 0)
    {
      vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_INVALID);
      vigil_fake_spin (); /* which lets those go that waited for it */
    }
  while (vigil_fake_stills_get_n_waiting (f->stills) > 0)
    vigil_fake_stills_fail (f->stills, VIGIL_SESSION_ERROR_CLOSED, 0);
  vigil_fake_spin ();
  g_assert_finalize_object (f->session);
  vigil_fake_spin ();
  g_assert_finalize_object (f->engine);
  g_assert_finalize_object (f->stills);
  g_assert_finalize_object (f->sfu);
  g_assert_finalize_object (f->actions);
  g_assert_finalize_object (f->directory);
  g_assert_finalize_object (f->feed);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
  g_assert_finalize_object (f->settings);
  g_string_free (f->troubles, TRUE);
  vigil_fake_log_unref (f->log);
}

void
join_as (Fixture    *f,
         const char *exam_id,
         VigilRole   role)
{
  VigilExam exam = { .id = (char *) exam_id, .title = (char *) "Anatomy II", .state = (char *) "running" };
  VigilSessionInfo who = { .user = (char *) "m.ortiz", .hall = (char *) "Hall", .role = role };

  vigil_session_join (f->session, &exam, &who);
}

void
answer_rows (Fixture *f,
             gint64   seq,
             ...)
{
  VigilRosterPage *page = vigil_fake_page_new (NULL, 0, 1, seq);
  VigilCandidateInfo *row;
  va_list args;

  va_start (args, seq);
  while ((row = va_arg (args, VigilCandidateInfo *)) != NULL)
    g_ptr_array_add (page->candidates, row);
  va_end (args);

  vigil_fake_directory_answer (f->directory, page, (GDestroyNotify) vigil_roster_page_free);
  vigil_fake_spin ();
}

/* Joined, with one candidate on screen who plays. */
VigilStream *
bring_up (Fixture *f)
{
  VigilHandle a;

  join_as (f, "e", VIGIL_ROLE_ADMIN);
  vigil_fake_feed_connect (f->feed, 1, 0);
  answer_rows (f, 0, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  a = vigil_roster_lookup (vigil_session_get_roster (f->session), "a")->handle;
  vigil_stream_controller_set_visible (vigil_session_get_streams (f->session), a, TRUE);
  vigil_fake_spin ();
  return vigil_stream_controller_ref_stream (vigil_session_get_streams (f->session), a);
}

void
take_off_screen (Fixture *f)
{
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (f->session), "a");

  vigil_stream_controller_set_visible (vigil_session_get_streams (f->session), candidate->handle, FALSE);
}

VigilViolation *
make_read (const char *id,
           gint64      at_ms,
           guint       count)
{
  VigilViolation *violation = vigil_violation_new ();

  violation->id = g_strdup (id);
  violation->student_id = g_strdup ("a");
  violation->type = g_strdup ("gaze_away");
  violation->at_ms = at_ms;
  violation->count = count;
  return violation;
}
