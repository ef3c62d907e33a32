/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall over a session of fakes: redraws counted, allocations counted, and the right person, always. */
#include <stdlib.h>
#include <string.h>

#include "ui-fixture.h"
#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-roster-bar.h"
#include "vigil-tile.h"
#include "vigil-wall.h"

#define N_CANDIDATES 120

/* Counts the main thread's allocations. Not under a sanitizer, which has malloc for itself. */
#if !defined (__SANITIZE_ADDRESS__) && !defined (__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 1

void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *old, size_t size);
void *malloc (size_t size);
void *calloc (size_t n, size_t size);
void *realloc (void *old, size_t size);

static __thread guint64 n_allocations;

void *
malloc (size_t size)
{
  n_allocations++;
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  n_allocations++;
  return __libc_calloc (n, size);
}

void *
realloc (void *old, size_t size)
{
  n_allocations++;
  return __libc_realloc (old, size);
}
#endif

typedef struct
{
  UiFixture  base;
  VigilWall *wall;
  guint      n_live;      /* drawn tile frames, by why */
  guint      n_other;
  guint      n_wrong;
  guint      n_none;      /* tiles drawn without a picture */
} Fixture;

static void
probe_cb (VigilTile *tile, const char *id, VigilFrame *frame, const char *why, gpointer user_data)
{
  Fixture *f = user_data;

  if (frame == NULL)
    {
      f->n_none++;
      return;
    }
  if (id == NULL || (guint) atoi (id + 1) != ui_engine_marker (frame))
    f->n_wrong++;
  if (g_str_equal (why, "live"))
    f->n_live++;
  else
    f->n_other++;
}

static guint
n_playing (Fixture *f)
{
  guint mapped, playing, expected;

  vigil_wall_count (f->wall, &mapped, &playing, &expected);
  return playing;
}

static guint
n_mapped (Fixture *f)
{
  guint mapped, playing, expected;

  vigil_wall_count (f->wall, &mapped, &playing, &expected);
  return mapped;
}

static void
settle (Fixture *f)
{
  for (int i = 0; i < 40 && (n_mapped (f) == 0 || n_playing (f) < n_mapped (f)); i++)
    {
      ui_fixture_draw (&f->base, 1);
      vigil_fake_run (10);
    }
}

static void
set_up (Fixture *f, gconstpointer data)
{
  ui_fixture_set_up (&f->base, N_CANDIDATES);
  f->wall = VIGIL_WALL (vigil_wall_new (f->base.session, f->base.sweeper));
  gtk_window_set_child (f->base.window, GTK_WIDGET (f->wall));
  vigil_tile_set_draw_probe (probe_cb, f);
  gtk_window_present (f->base.window);
  settle (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vigil_tile_set_draw_probe (NULL, NULL);
  ui_fixture_tear_down (&f->base);
}

static VigilTile *
first_tile (GtkWidget *widget)
{
  if (VIGIL_IS_TILE (widget))
    return gtk_widget_get_mapped (widget) ? VIGIL_TILE (widget) : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      VigilTile *tile = first_tile (child);

      if (tile != NULL)
        return tile;
    }
  return NULL;
}

/* The tile's pixels as they are drawn now. (transfer full) */
static guchar *
read_pixels (Fixture *f, VigilTile *tile, int *width, int *height)
{
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (GTK_WIDGET (tile)));
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (tile));
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  guchar *pixels;

  *width = gtk_widget_get_width (GTK_WIDGET (tile));
  *height = gtk_widget_get_height (GTK_WIDGET (tile));
  while (node == NULL)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();

      ui_fixture_draw (&f->base, 2);
      gdk_paintable_snapshot (paintable, snapshot, *width, *height);
      node = gtk_snapshot_free_to_node (snapshot); /* nothing before it was drawn */
    }
  texture = gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, *width, *height));
  pixels = g_malloc ((gsize) *width * *height * 4);
  gdk_texture_download (texture, pixels, (gsize) *width * 4);
  return pixels;
}

/* Asked for, each tile says over its picture why it is live, and nowhere else; and stops at once. */
static void
test_reasons (Fixture *f, gconstpointer data)
{
  VigilTile *tile = first_tile (GTK_WIDGET (f->wall));
  int width, height, row = gtk_widget_get_width (GTK_WIDGET (tile)) * 4;
  g_autofree guchar *before = read_pixels (f, tile, &width, &height), *during = NULL, *after = NULL;
  int middle = width * 9 / 16 / 2, edge = width * 9 / 16 - 6;

  vigil_settings_set_boolean (f->base.settings, VIGIL_SETTING_TILE_REASONS, TRUE);
  during = read_pixels (f, tile, &width, &height);
  g_assert_cmpmem (before, (gsize) row * middle, during, (gsize) row * middle);
  g_assert_cmpint (memcmp (before + row * edge, during + row * edge, row), !=, 0);

  vigil_settings_set_boolean (f->base.settings, VIGIL_SETTING_TILE_REASONS, FALSE);
  after = read_pixels (f, tile, &width, &height);
  g_assert_cmpmem (before, (gsize) row * height, after, (gsize) row * height);
}

static gint64
redraws (void)
{
  return vigil_counter_get (vigil_metrics_counter ("vigil_redraws_score", ""));
}

static void
test_plays (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (n_mapped (f), >, 8);
  g_assert_cmpuint (n_mapped (f), <, 60);
  g_assert_cmpuint (n_playing (f), ==, n_mapped (f));
  ui_fixture_draw (&f->base, 2);
  g_assert_cmpuint (f->n_live, >, 0);
  g_assert_cmpuint (f->n_wrong, ==, 0);
}

static void
test_redraws_visible (Fixture *f, gconstpointer data)
{
  gint64 before;

  for (int round = 1; round <= 10; round++)
    {
      before = redraws ();
      for (guint i = 0; i < 5; i++)
        ui_fixture_score (&f->base, i, round);
      vigil_fake_run (80); /* the sweeper looks, a frame is drawn */
      ui_fixture_draw (&f->base, 1);
      g_assert_cmpint (redraws () - before, ==, 5);
    }
}

/* Most scores say what the one before said: they are kept, and nothing is swept or drawn for them. */
static void
test_redraws_same (Fixture *f, gconstpointer data)
{
  VigilCounter *counter = vigil_metrics_counter ("vigil_score_sweeps", "");
  VigilScore score;
  gint64 before, sweeps;

  ui_fixture_score (&f->base, 0, 42);
  vigil_fake_run (80);
  ui_fixture_draw (&f->base, 1);
  before = redraws ();
  sweeps = vigil_counter_get (counter);
  for (int i = 0; i < 40; i++)
    {
      ui_fixture_score (&f->base, 0, 42);
      vigil_fake_run (5);
    }
  ui_fixture_draw (&f->base, 1);
  g_assert_cmpint (redraws () - before, ==, 0);
  g_assert_cmpint (vigil_counter_get (counter) - sweeps, <=, 2); /* the wall's, once a second */
  vigil_score_store_read (f->base.store, ui_fixture_handle (&f->base, 0), &score);
  g_assert_cmpint (g_get_monotonic_time () - score.received_us, <, G_USEC_PER_SEC);

  ui_fixture_score (&f->base, 0, 43);
  vigil_fake_run (80);
  ui_fixture_draw (&f->base, 1);
  g_assert_cmpint (redraws () - before, ==, 1);
}

/* Ten messages between two frames are one redraw. */
static void
test_redraws_coalesce (Fixture *f, gconstpointer data)
{
  gint64 before = redraws ();

  for (int score = 10; score < 20; score++)
    ui_fixture_score (&f->base, 0, score);
  vigil_fake_run (80);
  ui_fixture_draw (&f->base, 1);
  g_assert_cmpint (redraws () - before, ==, 1);
}

static void
test_redraws_off_screen (Fixture *f, gconstpointer data)
{
  gint64 before = redraws ();

  for (int score = 0; score < 20; score++)
    for (guint i = N_CANDIDATES - 20; i < N_CANDIDATES; i++)
      ui_fixture_score (&f->base, i, score);
  vigil_fake_run (100);
  ui_fixture_draw (&f->base, 2);
  g_assert_cmpint (redraws () - before, ==, 0);
}

/* Pictures and scores that come all the time have the window painted some 20 times a second, together. */
static void
test_paced (Fixture *f, gconstpointer data)
{
  VigilCounter *counter = vigil_metrics_counter ("vigil_video_paints", "");
  gint64 paints = vigil_counter_get (counter), scores = redraws ();
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC;

  for (guint i = 0; g_get_monotonic_time () < end; i++)
    {
      ui_engine_publish (f->base.engine);
      ui_fixture_score (&f->base, i % 8, (int) (i / 8 % 100));
      vigil_fake_run (10);
    }
  paints = vigil_counter_get (counter) - paints;
  scores = redraws () - scores;
  g_test_message ("%d paints of pictures, %d redraws of scores in a second", (int) paints, (int) scores);
  g_assert_cmpint (paints, >=, 4);
  g_assert_cmpint (paints, <=, 1000 / 50 + 2);
  g_assert_cmpint (scores, >=, paints);

  /* Nothing is played any more: a score is not held back. */
  vigil_fake_run (100);
  scores = redraws ();
  ui_fixture_score (&f->base, 0, 99);
  vigil_fake_run (40);
  g_assert_cmpint (redraws () - scores, ==, 1);
}

static void
draw_score_of (Fixture *f, guint candidate, gint64 at_ms, gboolean read)
{
  VigilHandle handle = ui_fixture_handle (&f->base, candidate);

  if (read)
    g_assert_true (vigil_score_store_write_read (f->base.store, handle, 40, 0, at_ms, vigil_clock_monotonic_us ()));
  else
    g_assert_true (vigil_score_store_write (f->base.store, handle, 40, 0, at_ms, vigil_clock_monotonic_us ()));
  vigil_fake_run (80);
  ui_fixture_draw (&f->base, 1);
}

/* From the capture to the pixel, by the clock of a hall that is three hours behind ours. */
static void
test_end_to_end (Fixture *f, gconstpointer data)
{
  VigilHistogram *end_to_end = vigil_metrics_histogram ("vigil_score_end_to_end", "ms", "");
  VigilCounter *trouble = vigil_metrics_counter ("vigil_clock_trouble", "");

  vigil_histogram_reset (end_to_end);
  vigil_counter_set (trouble, 0);
  vigil_clock_forget_hall ();
  draw_score_of (f, 0, vigil_clock_hall_ms () - 4 * 3600000, FALSE);
  g_assert_cmpuint (vigil_histogram_get_count (end_to_end), ==, 0); /* nobody told the hall's time */

  vigil_clock_set_hall (-G_GINT64_CONSTANT (3) * G_TIME_SPAN_HOUR, 1000);
  for (guint i = 0; i < 5; i++)
    draw_score_of (f, i, vigil_clock_hall_ms () - 250, FALSE);
  g_test_message ("captured 250 ms before it was received: drawn %.0f ms (p50), %.0f ms (most) after the capture",
                  vigil_histogram_quantile (end_to_end, 0.5), vigil_histogram_get_max (end_to_end));
  g_assert_cmpuint (vigil_histogram_get_count (end_to_end), ==, 5);
  g_assert_cmpfloat (vigil_histogram_quantile (end_to_end, 0.01), >=, 245);
  g_assert_cmpfloat (vigil_histogram_get_max (end_to_end), <, 10000);
  g_assert_cmpint (vigil_counter_get (trouble), ==, 0);

  draw_score_of (f, 5, vigil_clock_hall_ms () - 250, TRUE); /* read with the roster: an hour old perhaps */
  draw_score_of (f, N_CANDIDATES - 1, vigil_clock_hall_ms () - 250, FALSE); /* off screen */
  g_assert_cmpuint (vigil_histogram_get_count (end_to_end), ==, 5);

  vigil_histogram_reset (end_to_end);
  draw_score_of (f, 6, vigil_clock_hall_ms () + 60000, FALSE); /* of the future: a clock is wrong */
  g_assert_cmpuint (vigil_histogram_get_count (end_to_end), ==, 1);
  g_assert_cmpfloat (vigil_histogram_get_max (end_to_end), ==, 0);
  g_assert_cmpint (vigil_counter_get (trouble), ==, 1);
  vigil_clock_forget_hall ();
}

#ifdef COUNTS_ALLOCATIONS
typedef struct
{
  Fixture *f;
  guint64  n;
  guint    told;
  guint    mapped; /* then: the grid unmaps in its layout, after this */
  gboolean done;
} Sweep;

/* In the update phase of a frame, where the sweeper does it. */
static gboolean
sweep_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Sweep *sweep = user_data;
  guint64 before;

  for (guint i = 0; i < N_CANDIDATES; i++)
    ui_fixture_score (&sweep->f->base, i, 50);
  /* GTK makes one region a frame for whatever is redrawn first; that is no update's. */
  gtk_widget_queue_draw (GTK_WIDGET (sweep->f->base.window));
  sweep->mapped = n_mapped (sweep->f);
  before = n_allocations;
  sweep->told = vigil_score_sweeper_sweep (sweep->f->base.sweeper);
  sweep->n = n_allocations - before;
  sweep->done = TRUE;
  return G_SOURCE_REMOVE;
}
#endif

static void
test_allocations (Fixture *f, gconstpointer data)
{
#ifdef COUNTS_ALLOCATIONS
  Sweep sweep = { .f = f };

  for (int warm = 0; warm < 3; warm++)
    {
      for (guint i = 0; i < 8; i++)
        ui_fixture_score (&f->base, i, warm);
      vigil_score_sweeper_sweep (f->base.sweeper);
      ui_fixture_draw (&f->base, 1);
    }
  gtk_widget_add_tick_callback (GTK_WIDGET (f->wall), sweep_cb, &sweep, NULL);
  while (!sweep.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (sweep.mapped, >, 8);
  g_assert_cmpuint (sweep.told, ==, sweep.mapped);
  g_assert_cmpuint (sweep.n, ==, 0);
#else
  g_test_skip ("malloc is the sanitizer's");
#endif
}

static void
scroll_to (Fixture *f, double share)
{
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (f->wall);
  double range = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  gtk_adjustment_set_value (adjustment, range * share);
}

static void
set_filter (Fixture *f, const char *search)
{
  VigilRosterFilter filter = { .search = (char *) search };

  vigil_roster_view_set_filter (vigil_session_get_view (f->base.session), &filter);
}

static void
set_rooms (Fixture *f)
{
  VigilRoster *roster = vigil_session_get_roster (f->base.session);

  vigil_roster_freeze (roster);
  for (guint i = 0; i < N_CANDIDATES; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);
      g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

      info->fields = VIGIL_FIELD_ROOM;
      info->room = g_strdup_printf ("%c", 'A' + i % 3);
      vigil_roster_apply (roster, info);
    }
  vigil_roster_thaw (roster);
}

/* Scrolling, jumping, re-ranking, filtering, folding, rising, losing the hall: at every drawn frame the picture's
 * owner is the one whose name stands below it. */
static void
test_right_person (Fixture *f, gconstpointer data)
{
  VigilRosterView *view = vigil_session_get_view (f->base.session);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint rounds = g_test_slow () ? 2000 : 420;
  gint64 promoted = vigil_counter_get (vigil_metrics_counter ("vigil_lane_promotions", ""));

  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_RANK_INTERVAL, 200);
  set_rooms (f);
  for (guint round = 0; round < rounds; round++)
    {
      ui_engine_publish (f->base.engine);
      if (round % 17 == 8)
        vigil_roster_view_set_folded (view, round % 2 ? "A" : "B", g_rand_boolean (random));
      if (round % 19 == 9)
        vigil_roster_set_open_flags (vigil_session_get_roster (f->base.session), (VigilHandle) g_rand_int_range (random, 0, N_CANDIDATES),
                                     g_rand_boolean (random), VIGIL_BAND_CRITICAL);
      if (round % 31 == 12)
        gtk_widget_activate_action (GTK_WIDGET (f->wall), g_rand_boolean (random) ? "wall.rank" : "wall.undo-rank", NULL);
      if (round % 7 == 3)
        scroll_to (f, g_rand_double (random));
      if (round % 11 == 5)
        vigil_roster_view_set_order (view, (VigilOrder) g_rand_int_range (random, 0, VIGIL_N_ORDERS));
      if (round % 13 == 6)
        set_filter (f, round % 2 ? "1" : NULL);
      if (round % 5 == 1)
        for (guint i = 0; i < 10; i++)
          ui_fixture_score (&f->base, (guint) g_rand_int_range (random, 0, N_CANDIDATES), g_rand_int_range (random, 0, 101));
      if (round % 5 == 2)
        vigil_roster_view_rank (view);
      if (round % 60 == 40)
        vigil_fake_feed_drop (f->base.feed, VIGIL_SESSION_ERROR_NETWORK);
      if (round % 60 == 45)
        {
          vigil_fake_feed_connect (f->base.feed, 2 + round, 0);
          vigil_fake_spin ();
          g_assert_cmpuint (vigil_fake_directory_get_n_waiting (f->base.directory), ==, 1);
          ui_fixture_answer_roster (&f->base, N_CANDIDATES, 2 + round);
        }
      vigil_fake_run (54); /* a turn of the sweeper, which paces the redraws */
      /* A slow build does not come through a stream's phases in that time. */
      for (int i = 0; i < 20; i++)
        g_main_context_iteration (NULL, FALSE);
      ui_fixture_draw (&f->base, 1);
    }
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_RANK_INTERVAL, 5000);
  promoted = vigil_counter_get (vigil_metrics_counter ("vigil_lane_promotions", "")) - promoted;
  g_test_message ("%u live and %u other tile frames drawn, %u of another person; %d times somebody rose", f->n_live, f->n_other, f->n_wrong, (int) promoted);
  g_assert_cmpint (promoted, >, 5);
  g_assert_cmpuint (f->n_wrong, ==, 0);
  g_assert_cmpuint (f->n_live, >, 8 * rounds); /* it did play */
}

/* An outage and the same hall again: every tile keeps its last picture until the next is there, none is blank for a moment,
 * and nobody changes places. */
static void
test_quiet_reconnect (Fixture *f, gconstpointer data)
{
  VigilCounter *rebinds = vigil_metrics_counter ("vigil_slot_rebinds", "");
  gint64 before = vigil_counter_get (rebinds);

  ui_engine_publish (f->base.engine);
  vigil_fake_run (80);
  ui_fixture_draw (&f->base, 2);
  f->n_none = f->n_live = f->n_other = 0;
  vigil_fake_feed_drop (f->base.feed, VIGIL_SESSION_ERROR_NETWORK);
  gtk_widget_queue_draw (GTK_WIDGET (f->wall));
  ui_fixture_draw (&f->base, 2);
  vigil_fake_feed_connect (f->base.feed, 1, 0);
  vigil_fake_spin ();
  ui_fixture_answer_roster (&f->base, N_CANDIDATES, 1);
  settle (f);
  ui_engine_publish (f->base.engine);
  vigil_fake_run (80);
  ui_fixture_draw (&f->base, 2);
  g_test_message ("%u tiles drawn live, %u with the last picture, %u blank", f->n_live, f->n_other, f->n_none);
  g_assert_cmpuint (f->n_other, >, 8);
  g_assert_cmpuint (f->n_live, >, 8);
  g_assert_cmpuint (f->n_none, ==, 0);
  g_assert_cmpint (vigil_counter_get (rebinds) - before, ==, 0);
}

static VigilRosterBar *
find_bar (GtkWidget *widget)
{
  VigilRosterBar *found = NULL;

  if (VIGIL_IS_ROSTER_BAR (widget))
    return VIGIL_ROSTER_BAR (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_bar (child);
  return found;
}

static void
answer_page (Fixture *f, const char *next, const char *id)
{
  VigilRosterPage *page = vigil_fake_page_new (next, 12000, 2, 0);

  g_ptr_array_add (page->candidates, vigil_fake_row_new (id, id, FALSE, NULL));
  vigil_fake_directory_answer (f->base.directory, page, (GDestroyNotify) vigil_roster_page_free);
  vigil_fake_spin ();
}

/* The list is read by pages: the operator sees how far, stops it, and reads the rest. */
static void
test_stop_reading (Fixture *f, gconstpointer data)
{
  VigilRosterBar *bar = find_bar (GTK_WIDGET (f->wall));
  VigilExam exam = { .id = (char *) "other", .title = (char *) "Anatomy III", .state = (char *) "running" };

  g_assert_null (vigil_roster_bar_get_text (bar)); /* all is read */
  vigil_session_join (f->base.session, &exam, vigil_session_get_who (f->base.session));
  vigil_fake_feed_connect (f->base.feed, 2, 0);
  g_assert_null (vigil_roster_bar_get_text (bar));
  answer_page (f, "p2", "s1");
  g_assert_cmpstr (vigil_roster_bar_get_text (bar), ==, "Reading the list: 1 of 12000");
  gtk_widget_activate_action (GTK_WIDGET (bar), "wall.stop-reading", NULL);
  g_assert_cmpstr (vigil_roster_bar_get_text (bar), ==, "List incomplete: 1 of 12000");
  vigil_fake_directory_fail (f->base.directory, VIGIL_SESSION_ERROR_CLOSED); /* the question that was taken back */
  vigil_fake_spin ();
  gtk_widget_activate_action (GTK_WIDGET (bar), "wall.read-rest", NULL);
  g_assert_cmpstr (vigil_roster_bar_get_text (bar), ==, "Reading the list: 1 of 12000");
  answer_page (f, NULL, "s2");
  g_assert_null (vigil_roster_bar_get_text (bar));
  g_assert_false (vigil_session_is_loading (f->base.session));
}

static void
test_unmapped_costs_nothing (Fixture *f, gconstpointer data)
{
  gtk_widget_set_visible (GTK_WIDGET (f->wall), FALSE);
  vigil_fake_run (50);
  g_assert_cmpuint (n_mapped (f), ==, 0);
  for (guint i = 0; i < N_CANDIDATES; i++)
    ui_fixture_score (&f->base, i, 77);
  g_assert_cmpuint (vigil_score_sweeper_sweep (f->base.sweeper), ==, 0);
}

static void
test_reveal (Fixture *f, gconstpointer data)
{
  VigilHandle handle = ui_fixture_handle (&f->base, 100);

  g_assert_true (vigil_wall_reveal (f->wall, handle));
  ui_fixture_draw (&f->base, 3);
  g_assert_cmpuint (vigil_wall_get_selected (f->wall), ==, handle);
  g_assert_cmpfloat (gtk_adjustment_get_value (vigil_wall_get_vadjustment (f->wall)), >, 0);

  /* A ranking moves people; who was selected stays selected. */
  ui_fixture_score (&f->base, 100, 99);
  vigil_roster_view_set_order (vigil_session_get_view (f->base.session), VIGIL_ORDER_ATTENTION);
  vigil_roster_view_rank (vigil_session_get_view (f->base.session));
  vigil_fake_run (20);
  g_assert_cmpuint (vigil_wall_get_selected (f->wall), ==, handle);
}

static void
test_nobody_matches (Fixture *f, gconstpointer data)
{
  set_filter (f, "nobody is called this");
  vigil_fake_run (20);
  g_assert_cmpuint (n_mapped (f), ==, 0);
  gtk_widget_activate_action (GTK_WIDGET (f->wall), "wall.clear-filters", NULL);
  settle (f);
  g_assert_cmpuint (n_mapped (f), >, 0);
}

int
main (int argc, char *argv[])
{
  ui_fixture_init (&argc, &argv);
  g_test_add ("/ui/wall/plays", Fixture, NULL, set_up, test_plays, tear_down);
  g_test_add ("/ui/wall/redraws-visible", Fixture, NULL, set_up, test_redraws_visible, tear_down);
  g_test_add ("/ui/wall/redraws-coalesce", Fixture, NULL, set_up, test_redraws_coalesce, tear_down);
  g_test_add ("/ui/wall/redraws-off-screen", Fixture, NULL, set_up, test_redraws_off_screen, tear_down);
  g_test_add ("/ui/wall/redraws-same", Fixture, NULL, set_up, test_redraws_same, tear_down);
  g_test_add ("/ui/wall/paced", Fixture, NULL, set_up, test_paced, tear_down);
  g_test_add ("/ui/wall/end-to-end", Fixture, NULL, set_up, test_end_to_end, tear_down);
  g_test_add ("/ui/wall/allocations", Fixture, NULL, set_up, test_allocations, tear_down);
  g_test_add ("/ui/wall/right-person", Fixture, NULL, set_up, test_right_person, tear_down);
  g_test_add ("/ui/wall/reasons", Fixture, NULL, set_up, test_reasons, tear_down);
  g_test_add ("/ui/wall/quiet-reconnect", Fixture, NULL, set_up, test_quiet_reconnect, tear_down);
  g_test_add ("/ui/wall/stop-reading", Fixture, NULL, set_up, test_stop_reading, tear_down);
  g_test_add ("/ui/wall/unmapped-costs-nothing", Fixture, NULL, set_up, test_unmapped_costs_nothing, tear_down);
  g_test_add ("/ui/wall/reveal", Fixture, NULL, set_up, test_reveal, tear_down);
  g_test_add ("/ui/wall/nobody-matches", Fixture, NULL, set_up, test_nobody_matches, tear_down);
  return g_test_run ();
}
