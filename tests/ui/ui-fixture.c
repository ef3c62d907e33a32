/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session over fakes with candidates "s0", "s1", … whose cameras are "p0", "p1", … */
#include "ui-fixture.h"

#include <adwaita.h>

#include "vigil-clock.h"
#include "vigil-main-post.h"
#include "vigil-window.h"

void
ui_fixture_init (int *argc, char ***argv)
{
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GDK_DEBUG", "gl-disable", TRUE);
  g_test_init (argc, argv, NULL);
  vigil_set_main_thread ();
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      exit (77);
    }
  adw_init ();
  vigil_ui_init ();
}

void
ui_fixture_answer_roster (UiFixture *self, guint n, gint64 epoch)
{
  VigilRosterPage *page = vigil_fake_page_new (NULL, n, epoch, 0);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);
      g_autofree char *name = g_strdup_printf ("Candidate %03u", i);
      g_autofree char *producer = g_strdup_printf ("p%u", i);

      g_ptr_array_add (page->candidates, vigil_fake_row_new (id, name, TRUE, producer));
    }
  vigil_fake_directory_answer (self->directory, page, (GDestroyNotify) vigil_roster_page_free);
  /* It is taken in a few milliseconds at a time. */
  for (int i = 0; i < 5000 && vigil_session_is_loading (self->session); i++)
    vigil_fake_run (1);
  g_assert_false (vigil_session_is_loading (self->session));
}

static gboolean
has_place (UiFixture *self, guint candidate)
{
  return vigil_roster_view_get_position (vigil_session_get_view (self->session), ui_fixture_handle (self, candidate)) != G_MAXUINT;
}

void
ui_fixture_set_up (UiFixture *self, guint n)
{
  VigilExam exam = { .id = (char *) "e", .title = (char *) "Anatomy II", .state = (char *) "running" };
  VigilSessionInfo who = { .user = (char *) "m.ortiz", .hall = (char *) "Hall", .role = VIGIL_ROLE_ADMIN };
  VigilSessionParts parts;

  self->log = vigil_fake_log_new ();
  self->settings = vigil_settings_new ();
  vigil_settings_set_int (self->settings, VIGIL_SETTING_COVERAGE_DAYS, 0); /* what another test watched is not ours */
  self->policy = vigil_scoring_policy_new_default ();
  self->store = vigil_score_store_new (10000);
  self->feed = vigil_fake_feed_new (self->log);
  self->directory = vigil_fake_directory_new (self->log);
  self->actions = vigil_fake_actions_new (self->log);
  self->sfu = vigil_fake_sfu_new (self->log);
  self->engine = ui_engine_new ();
  parts = (VigilSessionParts) {
    .settings = self->settings,
    .policy = self->policy,
    .store = self->store,
    .feed = VIGIL_HALL_FEED (self->feed),
    .directory = VIGIL_HALL_DIRECTORY (self->directory),
    .actions = VIGIL_ACTIONS (self->actions),
    .sfu = VIGIL_SFU (self->sfu),
    .engine = VIGIL_MEDIA_ENGINE (self->engine),
  };
  self->session = vigil_session_new (&parts);
  vigil_session_join (self->session, &exam, &who);
  vigil_fake_feed_connect (self->feed, 1, 0);
  ui_fixture_answer_roster (self, n, 1);
  /* Those who arrive within a moment are ranked together. */
  for (int i = 0; i < 5000 && n > 0 && !has_place (self, n - 1); i++)
    vigil_fake_run (1);
  vigil_fake_spin ();

  self->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (self->window, 1280, 800);
  self->sweeper = vigil_score_sweeper_new (self->store, GTK_WIDGET (self->window));
}

void
ui_fixture_tear_down (UiFixture *self)
{
  gtk_window_destroy (self->window);
  vigil_fake_spin ();
  g_assert_finalize_object (self->sweeper);
  vigil_session_leave (self->session);
  while (vigil_fake_directory_get_n_waiting (self->directory) > 0)
    vigil_fake_directory_fail (self->directory, VIGIL_SESSION_ERROR_CLOSED);
  while (vigil_fake_actions_get_n_waiting (self->actions) > 0)
    {
      vigil_fake_actions_fail (self->actions, VIGIL_SESSION_ERROR_INVALID);
      vigil_fake_spin ();
    }
  vigil_fake_spin ();
  g_assert_finalize_object (self->session);
  vigil_fake_spin ();
  g_assert_finalize_object (self->engine);
  g_object_unref (self->sfu);
  g_object_unref (self->actions);
  g_object_unref (self->directory);
  g_object_unref (self->feed);
  g_object_unref (self->store);
  g_object_unref (self->policy);
  g_object_unref (self->settings);
  vigil_fake_log_unref (self->log);
}

VigilHandle
ui_fixture_handle (UiFixture *self, guint candidate)
{
  g_autofree char *id = g_strdup_printf ("s%u", candidate);

  return vigil_score_store_lookup (self->store, id, strlen (id));
}

void
ui_fixture_score (UiFixture *self, guint candidate, int score)
{
  static gint64 at_ms;

  at_ms = MAX (at_ms + 1, vigil_clock_hall_ms ());
  g_assert_true (vigil_score_store_write (self->store, ui_fixture_handle (self, candidate), score, 0, at_ms, vigil_clock_monotonic_us ()));
}

static void
drawn_cb (GdkFrameClock *clock, guint *left)
{
  if (*left > 0)
    *left -= 1;
}

static gboolean
late_cb (gpointer user_data)
{
  g_error ("no frame was drawn for 20 s");
  return G_SOURCE_REMOVE;
}

void
ui_fixture_draw (UiFixture *self, guint n)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->window));
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (drawn_cb), &n);
  guint late = g_timeout_add_seconds (20, late_cb, NULL);

  while (n > 0)
    {
      gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (late);
  g_signal_handler_disconnect (clock, id);
}
