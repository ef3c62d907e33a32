/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is drawn ahead of being scrolled in shows what he would show had he been drawn then. */
#include "ui-fixture.h"
#include "vigil-tile-private.h"
#include "vigil-wall.h"

#define N_CANDIDATES 120
#define SETTLING 8

typedef struct
{
  UiFixture  base;
  VigilWall *wall;
} Fixture;

static void
scroll (Fixture *f, double rows)
{
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (f->wall);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + rows * 220);
  ui_fixture_draw (&f->base, 2);
}

static void
collect (GtkWidget *widget, gboolean all, GPtrArray *tiles)
{
  if (VIGIL_IS_TILE (widget) && (all || VIGIL_TILE (widget)->ahead))
    g_ptr_array_add (tiles, g_object_ref (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect (child, all, tiles);
}

static GPtrArray *
find_tiles (Fixture *f, gboolean all)
{
  GPtrArray *tiles = g_ptr_array_new_with_free_func (g_object_unref); /* a search does away with some */

  collect (GTK_WIDGET (f->wall), all, tiles);
  return tiles;
}

static GPtrArray *
find_ahead (Fixture *f)
{
  return find_tiles (f, FALSE);
}

/* The idle that draws ahead has its turn after everything else, and a slow build takes its time. */
static void
settle (Fixture *f)
{
  guint former = G_MAXUINT, n = 0;

  for (int i = 0; i < 60 && (i < SETTLING || n < 2 || n != former); i++)
    {
      g_autoptr (GPtrArray) tiles = NULL;

      ui_fixture_draw (&f->base, 1);
      vigil_fake_run (50);
      tiles = find_ahead (f);
      former = n;
      n = tiles->len;
    }
}

static void
set_up (Fixture *f, gconstpointer data)
{
  ui_fixture_set_up (&f->base, N_CANDIDATES);
  f->wall = VIGIL_WALL (vigil_wall_new (f->base.session, f->base.sweeper));
  gtk_window_set_child (f->base.window, GTK_WIDGET (f->wall));
  gtk_window_present (f->base.window);
  ui_fixture_draw (&f->base, 5);
  /* A tile that never was on screen has no size yet; by now all were. */
  for (int i = 0; i < 12; i++)
    scroll (f, 2);
  /* Not to the top, where the wall stays when something appears above it. */
  gtk_adjustment_set_value (vigil_wall_get_vadjustment (f->wall), 440);
  settle (f); /* or it would seem to go upwards next */
  scroll (f, 2);
  settle (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ui_fixture_tear_down (&f->base);
}

static GBytes *
draw (VigilTile *tile)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, gtk_widget_get_width (GTK_WIDGET (tile)),
                                                       gtk_widget_get_height (GTK_WIDGET (tile)));
  cairo_t *cr = cairo_create (image);
  g_autoptr (GskRenderNode) node = NULL;
  GBytes *bytes;

  tile->fresh = FALSE; /* or a slow frame may put it off */
  vigil_tile_draw (tile, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (image);
  bytes = g_bytes_new (cairo_image_surface_get_data (image),
                       (gsize) cairo_image_surface_get_stride (image) * (gsize) cairo_image_surface_get_height (image));
  cairo_surface_destroy (image);
  return bytes;
}

/* Scrolls on until all of @tiles are on screen; a slow build needs more frames for it. */
static void
scroll_in (Fixture *f, GPtrArray *tiles, double rows)
{
  scroll (f, rows);
  for (guint i = 0; i < tiles->len; i++)
    for (int n = 0; n < 50 && !gtk_widget_get_mapped (tiles->pdata[i]); n++)
      ui_fixture_draw (&f->base, 1);
}

/* Each of @tiles that is on screen now looks as if nothing had been drawn ahead. Returns: how many are. */
static guint
compare (GPtrArray *tiles)
{
  guint n = 0;

  for (guint i = 0; i < tiles->len; i++)
    {
      VigilTile *tile = tiles->pdata[i];
      g_autoptr (GBytes) ahead = NULL;
      g_autoptr (GBytes) anew = NULL;

      if (!gtk_widget_get_mapped (GTK_WIDGET (tile)))
        continue;
      g_assert_false (tile->ahead);
      ahead = draw (tile);
      vigil_tile_drop_parts (tile);
      vigil_tile_drop_texts (tile);
      anew = draw (tile);
      g_assert_true (g_bytes_equal (ahead, anew));
      n++;
    }
  return n;
}

static void
test_row (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = find_ahead (f);

  g_assert_cmpuint (tiles->len, >=, 2);
  g_assert_cmpuint (tiles->len, <=, 8);
  for (guint i = 0; i < tiles->len; i++)
    {
      VigilTile *tile = tiles->pdata[i];

      g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (tile)));
      g_assert_cmpstr (tile->name.text, ==, vigil_tile_get_candidate (tile)->name);
      g_assert_nonnull (tile->parts[VIGIL_TILE_PART_STRIP]);
      g_assert_null (tile->stream); /* nothing is asked of the hall for somebody who is not on screen */
    }
  scroll_in (f, tiles, 1);
  g_assert_cmpuint (compare (tiles), ==, tiles->len);
}

/* Past the other edge once it goes back, and those of before let go of what they have. */
static void
test_turn (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) below = NULL;
  g_autoptr (GPtrArray) above = NULL;

  scroll (f, 6);
  settle (f);
  below = find_ahead (f);
  scroll (f, -1);
  settle (f);
  above = find_ahead (f);
  g_assert_cmpuint (above->len, >=, 2);
  for (guint i = 0; i < below->len; i++)
    {
      VigilTile *tile = below->pdata[i];

      g_assert_false (g_ptr_array_find (above, tile, NULL));
      g_assert_false (tile->ahead);
      if (!gtk_widget_get_mapped (GTK_WIDGET (tile)))
        g_assert_null (tile->parts[VIGIL_TILE_PART_STRIP]);
    }
  scroll_in (f, above, -1);
  g_assert_cmpuint (compare (above), ==, above->len);
}

/* What the hall says meanwhile of who is drawn ahead. */
static void
test_renamed (Fixture *f, gconstpointer data)
{
  VigilRoster *roster = vigil_session_get_roster (f->base.session);
  g_autoptr (GPtrArray) tiles = find_ahead (f);

  g_assert_cmpuint (tiles->len, >, 0);
  for (guint i = 0; i < tiles->len; i++)
    {
      VigilTile *tile = tiles->pdata[i];
      g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (vigil_tile_get_candidate (tile)->id);

      info->fields = VIGIL_FIELD_NAME;
      info->name = g_strdup_printf ("Another %u", i);
      vigil_roster_apply (roster, info);
      g_assert_false (tile->ahead);
    }
  scroll_in (f, tiles, 1);
  g_assert_cmpuint (compare (tiles), ==, tiles->len);
  for (guint i = 0; i < tiles->len; i++)
    g_assert_true (g_str_has_prefix (((VigilTile *) tiles->pdata[i])->name.text, "Another "));
}

/* A score that comes between is shown. */
static void
test_score (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = find_ahead (f);

  g_assert_cmpuint (tiles->len, >, 0);
  for (guint i = 0; i < N_CANDIDATES; i++)
    ui_fixture_score (&f->base, i, 77);
  scroll_in (f, tiles, 1);
  g_assert_cmpuint (compare (tiles), ==, tiles->len);
  for (guint i = 0; i < tiles->len; i++)
    g_assert_cmpint (vigil_tile_get_look (tiles->pdata[i])->score, ==, 77);
}

static gboolean
all_live (GPtrArray *tiles)
{
  for (guint i = 0; i < tiles->len; i++)
    if (vigil_tile_get_look (tiles->pdata[i])->picture != VIGIL_PICTURE_LIVE)
      return FALSE;
  return TRUE;
}

static void
leave (Fixture *f, const char *id)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_CONNECTED;
  info->connected = FALSE;
  vigil_roster_apply (vigil_session_get_roster (f->base.session), info);
}

/* Who left while he was watched keeps his last picture off screen: there is no other, and it is not drawn over. */
static void
test_last (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = find_ahead (f);

  g_assert_cmpuint (tiles->len, >, 0);
  scroll_in (f, tiles, 1);
  for (int i = 0; i < 100 && !all_live (tiles); i++)
    {
      ui_engine_publish (f->base.engine);
      vigil_fake_run (10);
    }
  g_assert_true (all_live (tiles));
  for (guint i = 0; i < tiles->len; i++)
    leave (f, vigil_tile_get_candidate (tiles->pdata[i])->id);
  ui_fixture_draw (&f->base, 2);

  scroll (f, -2);
  settle (f);
  for (guint i = 0; i < tiles->len; i++)
    {
      VigilTile *tile = tiles->pdata[i];

      g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (tile)));
      g_assert_false (vigil_tile_prepare (tile));
      g_assert_cmpint (vigil_tile_get_look (tile)->picture, ==, VIGIL_PICTURE_LAST);
      g_assert_nonnull (tile->frame);
    }
  scroll_in (f, tiles, 2);
  for (guint i = 0; i < tiles->len; i++)
    g_assert_cmpint (vigil_tile_get_look (tiles->pdata[i])->picture, ==, VIGIL_PICTURE_LAST);
}

/* Whoever sits there instead. */
static void
test_changed_hands (Fixture *f, gconstpointer data)
{
  VigilRosterFilter filter = { .search = (char *) "1" };
  g_autoptr (GPtrArray) tiles = find_ahead (f);
  g_autoptr (GPtrArray) all = NULL;

  g_assert_cmpuint (tiles->len, >, 0);
  vigil_roster_view_set_filter (vigil_session_get_view (f->base.session), &filter);
  for (guint i = 0; i < tiles->len; i++)
    g_assert_false (((VigilTile *) tiles->pdata[i])->ahead);
  ui_fixture_draw (&f->base, 5);
  vigil_fake_run (200);
  scroll (f, -1);
  all = find_tiles (f, TRUE);
  g_assert_cmpuint (compare (all), >, 0);
}

int
main (int argc, char *argv[])
{
  ui_fixture_init (&argc, &argv);
  g_test_add ("/ui/ahead/row", Fixture, NULL, set_up, test_row, tear_down);
  g_test_add ("/ui/ahead/turn", Fixture, NULL, set_up, test_turn, tear_down);
  g_test_add ("/ui/ahead/renamed", Fixture, NULL, set_up, test_renamed, tear_down);
  g_test_add ("/ui/ahead/score", Fixture, NULL, set_up, test_score, tear_down);
  g_test_add ("/ui/ahead/last", Fixture, NULL, set_up, test_last, tear_down);
  g_test_add ("/ui/ahead/changed-hands", Fixture, NULL, set_up, test_changed_hands, tear_down);
  return g_test_run ();
}
