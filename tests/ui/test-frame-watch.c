/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How late frames come, by a real window's frame clock; and what the ladder makes of it. */
#include "vigil-frame-watch.h"

#include "ui-fixture.h"
#include "vigil-metrics.h"
#include "vigil-wall.h"

#define N_CANDIDATES 12

typedef struct
{
  UiFixture        base;
  VigilLoadProbe  *probe;
  VigilFrameWatch *watch;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  ui_fixture_set_up (&f->base, N_CANDIDATES);
  f->probe = vigil_load_probe_new ();
  f->watch = vigil_frame_watch_new (f->probe);
  gtk_window_present (f->base.window);
  ui_fixture_draw (&f->base, 3);
  vigil_load_probe_set_running (f->probe, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vigil_frame_watch_free (f->watch);
  vigil_load_probe_free (f->probe);
  ui_fixture_tear_down (&f->base);
}

/* As a flood of events would: the main loop turns all the time, and never gets as far down as to paint. */
static gboolean
flood_cb (gpointer user_data)
{
  g_usleep (2000);
  return G_SOURCE_CONTINUE;
}

static guint
flood_new (void)
{
  return g_idle_add_full (G_PRIORITY_DEFAULT, flood_cb, NULL, NULL);
}

static guint64
count_frames (void)
{
  return vigil_histogram_get_count (vigil_metrics_histogram ("vigil_frame_late", "ms", ""));
}

static gint64
count_held (void)
{
  return vigil_counter_get (vigil_metrics_counter ("vigil_frames_held", ""));
}

/* Within a few seconds, whatever else this machine does. */
static void
assert_in_time (Fixture *f)
{
  VigilLoad load = { 0 };

  for (guint i = 0; i < 20; i++)
    {
      guint64 before = count_frames ();

      vigil_fake_run (500);
      vigil_load_probe_take (f->probe, &load);
      if (count_frames () - before >= 3 && load.frame_late_ms < 60)
        return;
    }
  g_error ("frames are %.0f ms late", load.frame_late_ms);
}

/* Nothing to do: several frames a second, and all in time. */
static void
test_in_time (Fixture *f, gconstpointer data)
{
  assert_in_time (f);
}

/* The main loop answers all the while, and no frame comes: who waits for one is as late as he has waited. */
static void
test_starved (Fixture *f, gconstpointer data)
{
  guint flood = flood_new ();
  VigilLoad load = { 0 };

  vigil_fake_run (1500);
  vigil_load_probe_take (f->probe, &load);
  g_assert_cmpfloat (load.frame_late_ms, >, 500);
  g_assert_cmpfloat (load.loop_late_ms, <, load.frame_late_ms / 4);

  /* The one that was waited for tells how late it was, and after that they are in time again. */
  g_source_remove (flood);
  assert_in_time (f);
}

/* Nobody looks at a window that is not there: nothing is asked, and nothing is late. */
static void
test_no_window (Fixture *f, gconstpointer data)
{
  guint64 before;
  VigilLoad load = { 0 };

  gtk_widget_set_visible (GTK_WIDGET (f->base.window), FALSE);
  vigil_fake_run (700); /* a question of before is given up */
  vigil_load_probe_take (f->probe, &load);
  before = count_frames ();
  vigil_fake_run (500);
  vigil_load_probe_take (f->probe, &load);
  g_assert_cmpuint (count_frames (), ==, before);
  g_assert_cmpfloat (load.frame_late_ms, ==, 0);
}

static void
keep_answer_cb (GdkFrameClock *clock, gpointer user_data)
{
  g_signal_stop_emission_by_name (clock, "after-paint");
}

/* A frame that does not come though the main loop has time for it is held back by the desktop, and no lateness of ours. It is
 * not asked for again until there are frames. */
static void
test_held (Fixture *f, gconstpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (f->base.window));
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (keep_answer_cb), NULL);
  gint64 held = count_held ();
  guint64 frames;
  VigilLoad load = { 0 };

  vigil_fake_run (1500);
  g_assert_cmpint (count_held (), ==, held + 1);
  vigil_load_probe_take (f->probe, &load);
  vigil_fake_run (500);
  vigil_load_probe_take (f->probe, &load);
  g_assert_cmpfloat (load.frame_late_ms, ==, 0);

  g_signal_handler_disconnect (clock, id);
  ui_fixture_draw (&f->base, 2);
  frames = count_frames ();
  vigil_fake_run (500);
  g_assert_cmpuint (count_frames (), >, frames);
  g_assert_cmpint (count_held (), ==, held + 1);
}

/* A window that goes while it is asked: nothing is left of the question, and another window is asked. */
static void
test_window_goes (Fixture *f, gconstpointer data)
{
  GtkWindow *other = GTK_WINDOW (gtk_window_new ());
  GdkFrameClock *clock;
  guint64 frames;

  gtk_window_present (other);
  gtk_widget_set_visible (GTK_WIDGET (f->base.window), FALSE);
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (other));
  vigil_fake_run (300);
  frames = count_frames ();
  for (guint i = 0; i < 1000 && count_frames () == frames; i++)
    vigil_fake_run (5);
  g_assert_cmpuint (count_frames (), >, frames);

  /* The next question comes a tenth of a second after the last, and is given up after another tenth. */
  g_signal_connect (clock, "after-paint", G_CALLBACK (keep_answer_cb), NULL);
  vigil_fake_run (130);
  gtk_window_destroy (other);
  vigil_fake_run (300);
  gtk_widget_set_visible (GTK_WIDGET (f->base.window), TRUE);
  assert_in_time (f);
}

/* -- the ladder -- */

static gboolean
ladder_is_down (gpointer data)
{
  const VigilLadder *ladder = data;

  return ladder->cause == VIGIL_LOAD_MACHINE && ladder->live > 0 && ladder->live < N_CANDIDATES;
}

static gboolean
ladder_is_up (gpointer data)
{
  return ((const VigilLadder *) data)->cause == VIGIL_LOAD_NONE;
}

/* A wall whose pictures do not get painted plays fewer, says that it is this computer, and all come back. */
static void
test_ladder (Fixture *f, gconstpointer data)
{
  VigilStreamController *streams = vigil_session_get_streams (f->base.session);
  const VigilLadder *ladder = vigil_stream_controller_get_ladder (streams, NULL);
  guint flood;

  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_MAX_LIVE, N_CANDIDATES);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_LADDER_PATIENCE, 2);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_LADDER_RECOVERY, 1);
  vigil_frame_watch_free (f->watch);
  f->watch = vigil_frame_watch_new (vigil_stream_controller_get_load_probe (streams));
  gtk_window_set_child (f->base.window, vigil_wall_new (f->base.session, f->base.sweeper));
  for (guint i = 0; i < 30; i++)
    {
      ui_fixture_draw (&f->base, 1);
      ui_engine_publish (f->base.engine);
      vigil_fake_run (20);
    }
  g_assert_cmpuint (ui_engine_get_n_running (f->base.engine), ==, N_CANDIDATES);

  flood = flood_new ();
  g_assert_true (vigil_fake_wait (ladder_is_down, (gpointer) ladder, 15000));
  g_source_remove (flood);
  g_assert_true (vigil_fake_wait (ladder_is_up, (gpointer) ladder, 60000));
  gtk_window_set_child (f->base.window, NULL);
}

static void
tear_down_ladder (Fixture *f, gconstpointer data)
{
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_MAX_LIVE, 48);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_LADDER_PATIENCE, 5);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_LADDER_RECOVERY, 10);
  tear_down (f, data);
}

#define ADD(name, func, end) g_test_add ("/ui/frame-watch/" name, Fixture, NULL, set_up, func, end)

int
main (int argc, char **argv)
{
  ui_fixture_init (&argc, &argv);
  ADD ("in-time", test_in_time, tear_down);
  ADD ("starved", test_starved, tear_down);
  ADD ("no-window", test_no_window, tear_down);
  ADD ("held", test_held, tear_down);
  ADD ("window-goes", test_window_goes, tear_down);
  ADD ("ladder", test_ladder, tear_down_ladder);
  return g_test_run ();
}
