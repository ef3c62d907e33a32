/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patrol over a wall of fakes: everybody is seen, in turn; it keeps out of the way of whoever works. */
#include <stdlib.h>
#include <string.h>

#include "ui-fixture.h"
#include "vigil-clock.h"
#include "vigil-patrol-bar.h"
#include "vigil-tile.h"
#include "vigil-wall.h"

#define N_CANDIDATES 120
#define PERIOD_MS 40
#define HOLD_S 2
#define WAIT_S 1
#define RESUME_S 2

typedef struct
{
  UiFixture  base;
  VigilWall *wall;
  GArray    *pages;   /* double: where the wall stood, one after the other */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  ui_fixture_set_up (&f->base, N_CANDIDATES);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_TILE_WIDTH, 176);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_PATROL, HOLD_S);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_PATROL_WAIT, WAIT_S);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_PATROL_RESUME, RESUME_S);
  f->pages = g_array_new (FALSE, FALSE, sizeof (double));
  f->wall = VIGIL_WALL (vigil_wall_new (f->base.session, f->base.sweeper));
  gtk_window_set_child (f->base.window, GTK_WIDGET (f->wall));
  gtk_window_present (f->base.window);
  for (int i = 0; i < 60; i++)
    {
      ui_fixture_draw (&f->base, 1);
      vigil_fake_run (10);
    }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ui_fixture_tear_down (&f->base);
  g_array_unref (f->pages);
}

static void
play (Fixture *f, guint ms)
{
  gint64 end_us = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < end_us)
    {
      double at = gtk_adjustment_get_value (vigil_wall_get_vadjustment (f->wall));

      if (f->pages->len == 0 || g_array_index (f->pages, double, f->pages->len - 1) != at)
        g_array_append_val (f->pages, at);
      ui_engine_publish (f->base.engine);
      vigil_fake_run (PERIOD_MS);
    }
}

static gint64
watched_ms (Fixture *f, guint candidate)
{
  VigilCoverageSums sums;

  vigil_coverage_get_sums (vigil_session_get_coverage (f->base.session), ui_fixture_handle (&f->base, candidate), &sums);
  return sums.watched_ms;
}

static guint
count_watched (Fixture *f, guint from, guint to, gint64 ms)
{
  guint n = 0;

  for (guint i = from; i < to; i++)
    n += watched_ms (f, i) >= ms;
  return n;
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static const char *
bar_text (Fixture *f)
{
  return vigil_patrol_bar_get_text (VIGIL_PATROL_BAR (find (GTK_WIDGET (f->wall), VIGIL_TYPE_PATROL_BAR)));
}

static void
assert_says (Fixture *f, const char *start)
{
  if (bar_text (f) == NULL || !g_str_has_prefix (bar_text (f), start))
    g_error ("the bar says “%s”, not “%s…”", bar_text (f), start);
}

/* A round shows everybody long enough, and every page once before any page twice. */
static void
test_round (Fixture *f, gconstpointer data)
{
  guint n_back = 0;

  g_assert_null (bar_text (f));
  vigil_wall_set_patrolling (f->wall, TRUE);
  g_assert_true (vigil_wall_is_patrolling (f->wall));
  play (f, 200);
  assert_says (f, "Patrol: page ");
  for (int i = 0; i < 40 && count_watched (f, 0, N_CANDIDATES, 1500) < N_CANDIDATES; i++)
    play (f, 500);
  g_assert_cmpuint (count_watched (f, 0, N_CANDIDATES, 1500), ==, N_CANDIDATES);
  g_assert_cmpuint (f->pages->len, >=, 3);
  for (guint i = 1; i < f->pages->len; i++)
    n_back += g_array_index (f->pages, double, i) < g_array_index (f->pages, double, i - 1);
  g_assert_cmpuint (n_back, <=, 1); /* in reading order, and from the end to the beginning */
  gtk_widget_activate_action (GTK_WIDGET (f->wall), "wall.end-patrol", NULL);
  g_assert_false (vigil_wall_is_patrolling (f->wall));
  g_assert_null (bar_text (f));
}

/* Half of a page may play: another time it is the other half. */
static void
test_ceiling (Fixture *f, gconstpointer data)
{
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_MAX_LIVE, 20);
  vigil_wall_set_patrolling (f->wall, TRUE);
  for (int i = 0; i < 100 && count_watched (f, 0, N_CANDIDATES, 500) < N_CANDIDATES; i++)
    play (f, 500);
  g_assert_cmpuint (count_watched (f, 0, N_CANDIDATES, 500), ==, N_CANDIDATES);
  vigil_wall_set_patrolling (f->wall, FALSE);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_MAX_LIVE, 48);
}

static guint
count_ready (Fixture *f)
{
  guint n = 0;

  for (guint i = 0; i < N_CANDIDATES; i++)
    {
      g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (vigil_session_get_streams (f->base.session), ui_fixture_handle (&f->base, i));

      n += vigil_stream_get_mode (stream) == VIGIL_MODE_WARM && vigil_stream_get_reason (stream) == VIGIL_WHY_PATROL;
    }
  return n;
}

/* Whoever comes next is kept ready, and nobody is once it ended. */
static void
test_next_is_warm (Fixture *f, gconstpointer data)
{
  play (f, 300);
  g_assert_cmpuint (count_ready (f), ==, 0);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_PATROL, 60);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_WARM_MARGIN, 0);
  vigil_wall_set_patrolling (f->wall, TRUE);
  play (f, 1500);
  g_assert_cmpuint (count_ready (f), >=, 18);
  vigil_wall_set_patrolling (f->wall, FALSE);
  play (f, 300);
  g_assert_cmpuint (count_ready (f), ==, 0);
}

static void
test_touch (Fixture *f, gconstpointer data)
{
  double at;
  guint n_pages;

  vigil_wall_set_patrolling (f->wall, TRUE);
  play (f, 800);
  vigil_wall_touch (f->wall);
  assert_says (f, "Patrol paused: goes on in");
  at = gtk_adjustment_get_value (vigil_wall_get_vadjustment (f->wall));
  n_pages = f->pages->len;
  for (int i = 0; i < 8; i++)
    {
      play (f, 500);
      vigil_wall_touch (f->wall);
    }
  g_assert_cmpfloat (gtk_adjustment_get_value (vigil_wall_get_vadjustment (f->wall)), ==, at);
  g_assert_cmpuint (f->pages->len, ==, n_pages);
  play (f, RESUME_S * 1000 + 600); /* by itself */
  g_assert_cmpfloat (gtk_adjustment_get_value (vigil_wall_get_vadjustment (f->wall)), !=, at);
  assert_says (f, "Patrol: page ");
  vigil_wall_set_patrolling (f->wall, FALSE);
}

/* Whoever is selected moves with each ranking, and nobody chose anything. */
static void
test_ranking (Fixture *f, gconstpointer data)
{
  VigilRosterView *view = vigil_session_get_view (f->base.session);

  vigil_roster_view_set_order (view, VIGIL_ORDER_ATTENTION);
  g_assert_true (vigil_wall_reveal (f->wall, ui_fixture_handle (&f->base, 5)));
  play (f, 300);
  vigil_wall_set_patrolling (f->wall, TRUE);
  play (f, 300);
  for (int score = 20; score < 90; score += 30)
    {
      ui_fixture_score (&f->base, 5, score);
      ui_fixture_score (&f->base, 9, 110 - score);
      play (f, 100);
      vigil_roster_view_rank (view);
      play (f, 200);
    }
  assert_says (f, "Patrol: page ");
  g_assert_true (vigil_wall_reveal (f->wall, ui_fixture_handle (&f->base, 7)));
  play (f, 200);
  assert_says (f, "Patrol paused: goes on in");
  vigil_wall_set_patrolling (f->wall, FALSE);
}

static void
point_at (Fixture *f, int x, int y)
{
  g_autofree char *command = g_strdup_printf ("xdotool mousemove %d %d", x, y);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  play (f, 300);
}

/* A pointer that lies on the wall is not somebody at work, though the tiles move away under it. */
static void
test_pointer (Fixture *f, gconstpointer data)
{
  g_autofree char *xdotool = g_find_program_in_path ("xdotool");
  guint n_pages;

  if (xdotool == NULL)
    {
      g_test_skip ("xdotool is not installed");
      return;
    }
  point_at (f, 500, 400);
  n_pages = f->pages->len;
  vigil_wall_set_patrolling (f->wall, TRUE);
  play (f, HOLD_S * 1000 + 1200);
  assert_says (f, "Patrol: page ");
  g_assert_cmpuint (f->pages->len, >, n_pages);
  point_at (f, 540, 430);
  assert_says (f, "Patrol paused: goes on in");
  vigil_wall_set_patrolling (f->wall, FALSE);
}

static void
test_dialog (Fixture *f, gconstpointer data)
{
  GtkWindow *dialog = GTK_WINDOW (gtk_window_new ());
  double at;

  vigil_wall_set_patrolling (f->wall, TRUE);
  play (f, 500);
  at = gtk_adjustment_get_value (vigil_wall_get_vadjustment (f->wall));
  gtk_window_set_transient_for (dialog, f->base.window);
  gtk_window_present (dialog);
  play (f, (HOLD_S + RESUME_S) * 1000 + 1000);
  assert_says (f, "Patrol paused while something else is open");
  g_assert_cmpfloat (gtk_adjustment_get_value (vigil_wall_get_vadjustment (f->wall)), ==, at);
  gtk_window_destroy (dialog);
  play (f, 500);
  assert_says (f, "Patrol paused: goes on in");
  play (f, RESUME_S * 1000 + 500);
  assert_says (f, "Patrol: page ");

  /* Somewhere else in the window. */
  gtk_widget_set_visible (GTK_WIDGET (f->wall), FALSE);
  play (f, 500);
  gtk_widget_set_visible (GTK_WIDGET (f->wall), TRUE);
  play (f, 100);
  assert_says (f, "Patrol paused");
  vigil_wall_set_patrolling (f->wall, FALSE);
}

static void
test_filter (Fixture *f, gconstpointer data)
{
  VigilRosterFilter filter = { .search = (char *) "candidate 00" };
  VigilRosterView *view = vigil_session_get_view (f->base.session);

  vigil_roster_view_set_filter (view, &filter);
  play (f, 500);
  vigil_wall_set_patrolling (f->wall, TRUE);
  play (f, (HOLD_S + WAIT_S) * 2000);
  assert_says (f, "Patrol: page 1 of 1");
  g_assert_cmpuint (vigil_roster_view_get_n_matching (view), <, 20);
  for (guint i = 0; i < N_CANDIDATES; i++)
    /* Who was on the first page before the filter came was seen then, and not since. */
    g_assert_true (vigil_roster_view_shows (view, ui_fixture_handle (&f->base, i)) == (watched_ms (f, i) >= 2000));
  vigil_wall_set_patrolling (f->wall, FALSE);
}

static void
set_camera (Fixture *f, guint candidate, gboolean streaming)
{
  g_autofree char *id = g_strdup_printf ("s%u", candidate);
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_STREAMING;
  info->is_streaming = streaming;
  vigil_roster_apply (vigil_session_get_roster (f->base.session), info);
}

/* Cameras that are off are passed over and said; one that is on and dark does not hold the wall. */
static void
test_dark (Fixture *f, gconstpointer data)
{
  for (guint i = 60; i < N_CANDIDATES; i++)
    set_camera (f, i, FALSE);
  ui_engine_freeze (f->base.engine, 45, TRUE);
  vigil_wall_set_patrolling (f->wall, TRUE);
  play (f, 500);
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (gtk_widget_get_next_sibling (gtk_widget_get_next_sibling (
                      gtk_widget_get_first_child (gtk_widget_get_first_child (find (GTK_WIDGET (f->wall), VIGIL_TYPE_PATROL_BAR))))))),
                    "60 without a camera"));
  for (int i = 0; i < 40 && count_watched (f, 0, 60, 3000) < 59; i++)
    play (f, 500);
  g_assert_cmpuint (count_watched (f, 0, 60, 3000), ==, 59);
  g_assert_cmpint (watched_ms (f, 45), <, 500);
  for (guint i = 60; i < N_CANDIDATES; i++)
    g_assert_cmpint (watched_ms (f, i), <, 1000);

  for (guint i = 0; i < 60; i++)
    set_camera (f, i, FALSE);
  play (f, (HOLD_S + WAIT_S) * 1000 + 1000);
  assert_says (f, "Patrol: nobody here has a camera");
  set_camera (f, 7, TRUE);
  play (f, 1600);
  assert_says (f, "Patrol: page ");
  vigil_wall_set_patrolling (f->wall, FALSE);
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*func) (Fixture *, gconstpointer); } tests[] = {
    { "/patrol/round", test_round },
    { "/patrol/ceiling", test_ceiling },
    { "/patrol/next-is-warm", test_next_is_warm },
    { "/patrol/touch", test_touch },
    { "/patrol/ranking", test_ranking },
    { "/patrol/pointer", test_pointer },
    { "/patrol/dialog", test_dialog },
    { "/patrol/filter", test_filter },
    { "/patrol/dark", test_dark },
  };

  ui_fixture_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
