/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger over a wall of fakes: only what was decoded and on screen counts. The other count is this file's own: frames
 * that the engine gave out, and tiles that were in the window. */
#include <X11/Xlib.h>
#include <gdk/x11/gdkx.h>
#include <stdlib.h>

#include "ui-fixture.h"
#include "vigil-clock.h"
#include "vigil-coverage-button.h"
#include "vigil-tile.h"
#include "vigil-wall.h"

#define N_CANDIDATES 120
#define PERIOD_MS 40
#define SLACK_MS 250 /* until the first picture is drawn, and from the last to the look */

typedef struct
{
  UiFixture  base;
  GtkWidget *box;
  VigilWall *wall;
  gint64     counted_ms[N_CANDIDATES]; /* by our own count */
  gint64     last_ms[N_CANDIDATES];    /* of a frame that was given out while a tile was there; 0: none */
  guint      n_frames[N_CANDIDATES];
  gint64     stall_ms;                 /* the longest that this machine was busy with something else while a frame was drawn */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  ui_fixture_set_up (&f->base, N_CANDIDATES);
  f->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  f->wall = VIGIL_WALL (vigil_wall_new (f->base.session, f->base.sweeper));
  gtk_widget_set_hexpand (GTK_WIDGET (f->wall), TRUE);
  gtk_box_append (GTK_BOX (f->box), GTK_WIDGET (f->wall));
  gtk_window_set_child (f->base.window, f->box);
  gtk_window_present (f->base.window);
  for (int i = 0; i < 60; i++)
    {
      ui_fixture_draw (&f->base, 1);
      vigil_fake_run (10);
    }
  vigil_fake_run (1600); /* what comes now does not go on with the first pictures */
  for (guint i = 0; i < N_CANDIDATES; i++)
    f->n_frames[i] = ui_engine_get_n_published (f->base.engine, i);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ui_fixture_tear_down (&f->base);
}

static VigilCoverageSums
sums (Fixture *f, guint candidate)
{
  VigilCoverageSums out;

  vigil_coverage_get_sums (vigil_session_get_coverage (f->base.session), ui_fixture_handle (&f->base, candidate), &out);
  return out;
}

/* How much of a tile is in the window's own rectangle; asked of the window, not of the wall. */
static double
share_in_window (Fixture *f, GtkWidget *tile)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (tile, GTK_TYPE_SCROLLED_WINDOW);
  graphene_rect_t bounds, frame, seen;

  if (!gtk_widget_compute_bounds (tile, GTK_WIDGET (f->base.window), &bounds))
    return 0;
  if (scroller == NULL)
    return 1;
  g_assert_true (gtk_widget_compute_bounds (scroller, GTK_WIDGET (f->base.window), &frame));
  if (!graphene_rect_intersection (&bounds, &frame, &seen))
    return 0;
  return seen.size.width * seen.size.height / (bounds.size.width * bounds.size.height);
}

static void
find_tiles (Fixture *f, GtkWidget *widget, gboolean *there)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (VIGIL_IS_TILE (child) && gtk_widget_get_mapped (child) && vigil_tile_get_handle (VIGIL_TILE (child)) < N_CANDIDATES &&
        share_in_window (f, child) >= 0.5)
      {
        there[vigil_tile_get_handle (VIGIL_TILE (child))] = TRUE;
        gtk_widget_queue_draw (child); /* the same picture drawn again is no other */
      }
    else
      find_tiles (f, child, there);
}

static void
find_tile (Fixture *f, GtkWidget *widget, guint candidate, GtkWidget **tile)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (VIGIL_IS_TILE (child) && gtk_widget_get_mapped (child) && vigil_tile_get_handle (VIGIL_TILE (child)) == ui_fixture_handle (&f->base, candidate))
      *tile = child;
    else
      find_tile (f, child, candidate, tile);
}

/* One frame of every running feed, drawn; counted where a tile was there. */
static void
play_one (Fixture *f)
{
  gboolean there[N_CANDIDATES] = { FALSE };
  gint64 began_ms = g_get_monotonic_time () / 1000, now_ms;

  ui_engine_publish (f->base.engine);
  vigil_fake_run (PERIOD_MS);
  find_tiles (f, f->box, there);
  now_ms = g_get_monotonic_time () / 1000;
  f->stall_ms = MAX (f->stall_ms, now_ms - began_ms - PERIOD_MS);
  for (guint i = 0; i < N_CANDIDATES; i++)
    {
      guint n = ui_engine_get_n_published (f->base.engine, i);

      if (n > f->n_frames[i] && there[ui_fixture_handle (&f->base, i)])
        {
          if (f->last_ms[i] != 0)
            f->counted_ms[i] += now_ms - f->last_ms[i];
          f->last_ms[i] = now_ms;
        }
      else
        f->last_ms[i] = 0;
      f->n_frames[i] = n;
    }
}

static void
play (Fixture *f, guint ms)
{
  gint64 end_us = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < end_us)
    play_one (f);
}

/* The wall tells the ledger once a second. */
static void
settle (Fixture *f)
{
  vigil_fake_run (1100);
}

static void
compare (Fixture *f, guint *n_seen)
{
  gint64 slack_ms = SLACK_MS + 2 * f->stall_ms; /* at either end */

  *n_seen = 0;
  for (guint i = 0; i < N_CANDIDATES; i++)
    {
      gint64 watched_ms = sums (f, i).watched_ms;

      if (f->counted_ms[i] > 0 && g_test_verbose ())
        g_test_message ("s%u: %" G_GINT64_FORMAT " ms in the ledger, %" G_GINT64_FORMAT " ms counted", i, watched_ms, f->counted_ms[i]);
      g_assert_cmpint (watched_ms, <=, f->counted_ms[i] + slack_ms);
      g_assert_cmpint (watched_ms, >=, f->counted_ms[i] - slack_ms);
      *n_seen += watched_ms > 0;
    }
}

static guint
n_mapped (Fixture *f)
{
  guint mapped, playing, expected;

  vigil_wall_count (f->wall, &mapped, &playing, &expected);
  return mapped;
}

static void
test_counts (Fixture *f, gconstpointer data)
{
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (f->wall);
  guint n_seen;

  play (f, 2500);
  settle (f);
  compare (f, &n_seen);
  g_assert_cmpuint (n_seen, >, 8);
  g_assert_cmpuint (n_seen, <=, n_mapped (f));
  g_assert_cmpint (sums (f, 0).watched_ms, >, 2000);
  g_assert_cmpint (sums (f, N_CANDIDATES - 1).watched_ms, ==, 0);

  /* Somewhere else, and back. */
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  play (f, 1800);
  gtk_adjustment_set_value (adjustment, 0);
  play (f, 1200);
  settle (f);
  compare (f, &n_seen);
  g_assert_cmpint (sums (f, N_CANDIDATES - 1).watched_ms, >, 1000);
  g_assert_cmpint (sums (f, 0).watched_ms, >, 3000);
  g_assert_cmpuint (sums (f, 0).n_intervals, ==, 3); /* the first pictures of all are one */
}

/* A picture that stands still is nobody being watched, though the tile says "live" for some seconds yet. */
static void
test_frozen (Fixture *f, gconstpointer data)
{
  guint n_seen;
  gint64 before;

  play (f, 1000);
  settle (f);
  before = sums (f, 3).watched_ms;
  g_assert_cmpint (before, >, 500);
  ui_engine_freeze (f->base.engine, 3, TRUE);
  play (f, 2500);
  settle (f);
  g_assert_cmpint (sums (f, 3).watched_ms - before, <, 100);
  g_assert_cmpint (sums (f, 4).watched_ms - before, >, 2000);
  compare (f, &n_seen);
}

/* Out of sight for less than two pictures may be apart: nobody watched there either. A row of which little looks in is mapped and draws all the time. */
static void
test_glance (Fixture *f, gconstpointer data)
{
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (f->wall);
  GtkWidget *tile = NULL;
  guint n_seen;

  find_tile (f, f->box, 0, &tile);
  for (guint i = 0; i < 2; i++)
    {
      play (f, 400);
      gtk_adjustment_set_value (adjustment, gtk_widget_get_height (tile) * 0.75);
      play (f, 900);
      g_assert_true (gtk_widget_get_mapped (tile));
      gtk_adjustment_set_value (adjustment, 0);
    }
  play (f, 400);
  settle (f);
  compare (f, &n_seen);
  g_assert_cmpint (sums (f, 0).watched_ms, >, 700);
  g_assert_cmpint (sums (f, 0).watched_ms, <, 2000);
}

/* A veil between two pictures: what is drawn then is called old, and is nobody being watched, however soon it lifts. */
static void
test_veil (Fixture *f, gconstpointer data)
{
  guint64 feed = 0;
  gint64 before;
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (vigil_session_get_streams (f->base.session), ui_fixture_handle (&f->base, 2));

  play (f, 600);
  vigil_fake_run (1600); /* what comes now does not go on with it */
  before = sums (f, 2).watched_ms;
  feed = vigil_stream_get_feed (stream);
  play (f, 200);
  for (guint i = 0; i < 2; i++)
    {
      vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (f->base.engine), feed, VIGIL_FEED_STALLED, NULL);
      ui_engine_freeze (f->base.engine, 2, TRUE);
      play (f, 900);
      ui_engine_freeze (f->base.engine, 2, FALSE);
      vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (f->base.engine), feed, VIGIL_FEED_RECOVERED, NULL);
      play (f, 200);
    }
  settle (f);
  g_assert_cmpint (sums (f, 2).watched_ms - before, >, 300);
  g_assert_cmpint (sums (f, 2).watched_ms - before, <, 1300);
}

static void
take_handle_cb (guint *shown, guint handle)
{
  *shown = handle;
}

/* The first of those it lists. */
static GtkWidget *
find_button (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_BUTTON (widget) && g_object_get_data (G_OBJECT (widget), "handle") != NULL ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_button (child);
  return found;
}

/* Two tiles of one candidate, as the lane and the page make them. */
static void
test_twice (Fixture *f, gconstpointer data)
{
  GtkWidget *frame = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *tile = vigil_tile_new (f->base.session, f->base.sweeper);
  g_autoptr (VigilSlot) slot = vigil_slot_new (0);
  guint n_seen;

  vigil_slot_set_handle (slot, ui_fixture_handle (&f->base, 0));
  vigil_tile_set_plain (VIGIL_TILE (tile), TRUE);
  vigil_tile_set_slot (VIGIL_TILE (tile), slot);
  gtk_box_append (GTK_BOX (frame), tile);
  gtk_box_append (GTK_BOX (f->box), frame);
  for (guint i = 0; i < 20; i++)
    ui_fixture_draw (&f->base, 1);
  play (f, 2000);
  vigil_tile_tick (VIGIL_TILE (tile));
  settle (f);
  g_assert_true (gtk_widget_get_mapped (tile));
  g_assert_cmpint (sums (f, 0).watched_ms, >, 1500);
  compare (f, &n_seen);
}

/* Said calmly, with the way there; and not of those who have no camera. */
static void
test_warning (Fixture *f, gconstpointer data)
{
  VigilCoverage *coverage = vigil_session_get_coverage (f->base.session);
  GtkWidget *button = vigil_coverage_button_new (f->base.session);
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new ("s119");
  g_autofree char *expected = NULL;
  guint n_seen, shown = VIGIL_HANDLE_NONE;

  gtk_window_set_default_size (window, 500, 500); /* its own: beside the wall it would make that narrower */
  gtk_window_set_child (window, button);
  gtk_widget_set_valign (button, GTK_ALIGN_END);
  gtk_window_present (window);
  g_signal_connect_swapped (button, "show-candidate", G_CALLBACK (take_handle_cb), &shown);
  g_assert_null (vigil_coverage_button_get_text (VIGIL_COVERAGE_BUTTON (button)));
  info->fields = VIGIL_FIELD_STREAMING;
  info->is_streaming = FALSE;
  vigil_roster_apply (vigil_session_get_roster (f->base.session), info);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_COVERAGE_WARN, 10);
  play (f, 11000);
  settle (f);
  compare (f, &n_seen);
  g_assert_cmpuint (n_seen, >, 8);
  g_assert_cmpuint (vigil_coverage_get_n_due (coverage), ==, N_CANDIDATES - 1 - n_seen);
  expected = g_strdup_printf ("%u not seen for 10 s", N_CANDIDATES - 1 - n_seen);
  g_assert_cmpstr (vigil_coverage_button_get_text (VIGIL_COVERAGE_BUTTON (button)), ==, expected);

  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_first_child (button)));
  vigil_fake_run (300);
  g_signal_emit_by_name (find_button (button), "clicked");
  g_assert_cmpuint (shown, ==, vigil_coverage_next_unseen (coverage, VIGIL_HANDLE_NONE));

  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_COVERAGE_WARN, 600);
  vigil_fake_run (100);
  g_assert_null (vigil_coverage_button_get_text (VIGIL_COVERAGE_BUTTON (button)));
  gtk_window_destroy (window);
}

static void
set_iconified (Fixture *f, gboolean iconified)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (f->base.window));
  Display *display = gdk_x11_display_get_xdisplay (gdk_surface_get_display (surface));

  if (iconified)
    XUnmapWindow (display, gdk_x11_surface_get_xid (surface));
  else
    XMapWindow (display, gdk_x11_surface_get_xid (surface));
  XSync (display, False);
  vigil_fake_run (100);
}

static void
test_minimized (Fixture *f, gconstpointer data)
{
  gint64 before;

  play (f, 1000);
  set_iconified (f, TRUE);
  g_assert_true (gdk_toplevel_get_state (GDK_TOPLEVEL (gtk_native_get_surface (GTK_NATIVE (f->base.window)))) & GDK_TOPLEVEL_STATE_MINIMIZED);
  settle (f);
  before = sums (f, 0).watched_ms;
  g_assert_cmpint (before, >, 500);
  for (guint i = 0; i < 50; i++)
    {
      ui_engine_publish (f->base.engine);
      gtk_widget_queue_draw (GTK_WIDGET (f->base.window));
      vigil_fake_run (PERIOD_MS);
    }
  settle (f);
  g_assert_cmpint (sums (f, 0).watched_ms, ==, before);
  set_iconified (f, FALSE);
  play (f, 1000);
  settle (f);
  g_assert_cmpint (sums (f, 0).watched_ms, >, before + 500);
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*func) (Fixture *, gconstpointer); } tests[] = {
    { "/coverage/counts", test_counts },
    { "/coverage/frozen", test_frozen },
    { "/coverage/glance", test_glance },
    { "/coverage/veil", test_veil },
    { "/coverage/twice", test_twice },
    { "/coverage/minimized", test_minimized },
    { "/coverage/warning", test_warning },
  };

  ui_fixture_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
