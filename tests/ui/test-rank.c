/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands where: the lane of those who rise, cards of rooms, chips, and whom no filter hides. */
#include <string.h>

#include "ui-fixture.h"
#include "vigil-filter-bar.h"
#include "vigil-metrics.h"
#include "vigil-promotion-lane.h"
#include "vigil-room-menu.h"
#include "vigil-tile.h"
#include "vigil-wall.h"

#define N_CANDIDATES 60

typedef struct
{
  UiFixture        base;
  VigilWall       *wall;
  VigilRosterView *view;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  ui_fixture_set_up (&f->base, N_CANDIDATES);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_RANK_INTERVAL, 20);
  f->view = vigil_session_get_view (f->base.session);
  f->wall = VIGIL_WALL (vigil_wall_new (f->base.session, f->base.sweeper));
  gtk_window_set_child (f->base.window, GTK_WIDGET (f->wall));
  gtk_window_present (f->base.window);
  ui_fixture_draw (&f->base, 3);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_RANK_INTERVAL, 5000);
  vigil_settings_set_boolean (f->base.settings, VIGIL_SETTING_PROMOTION_LANE, TRUE);
  ui_fixture_tear_down (&f->base);
}

/* The first widget of @type below @parent that @text is the label of (NULL: any). */
static GtkWidget *
find (GtkWidget *parent, GType type, const char *text)
{
  for (GtkWidget *child = gtk_widget_get_first_child (parent); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = NULL;

      if (G_TYPE_CHECK_INSTANCE_TYPE (child, type) && (text == NULL || (GTK_IS_LABEL (child) && g_str_equal (gtk_label_get_text (GTK_LABEL (child)), text))))
        return child;
      found = find (child, type, text);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static VigilPromotionLane *
lane_of (Fixture *f)
{
  return VIGIL_PROMOTION_LANE (find (GTK_WIDGET (f->wall), VIGIL_TYPE_PROMOTION_LANE, NULL));
}

static void
wait_risers (Fixture *f, guint n)
{
  for (int i = 0; i < 500 && vigil_promotion_lane_get_tiles (lane_of (f))->len != n; i++)
    vigil_fake_run (10);
  g_assert_cmpuint (vigil_promotion_lane_get_tiles (lane_of (f))->len, ==, n);
  ui_fixture_draw (&f->base, 3);
}

static void
score_all (Fixture *f, int score)
{
  for (guint i = 0; i < N_CANDIDATES; i++)
    ui_fixture_score (&f->base, i, score);
  vigil_fake_run (60);
}

static VigilTile *
riser (Fixture *f, guint position)
{
  return vigil_promotion_lane_get_tiles (lane_of (f))->pdata[position];
}

static gint64
redraws (void)
{
  return vigil_counter_get (vigil_metrics_counter ("vigil_redraws_score", ""));
}

/* Until nobody has anything left to draw: in a slow build the texts of a wall take several frames. */
static void
settle (Fixture *f)
{
  gint64 former;

  do
    {
      former = redraws ();
      vigil_fake_run (60);
      ui_fixture_draw (&f->base, 3);
    }
  while (redraws () != former);
}

static void
test_lane (Fixture *f, gconstpointer data)
{
  gint64 before;
  guint mapped, playing, expected;

  score_all (f, 10);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (lane_of (f))));
  ui_fixture_score (&f->base, 50, 90); /* below the edge of the screen */
  ui_fixture_score (&f->base, 0, 60);  /* on it: in two places then */
  wait_risers (f, 2);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (lane_of (f))));
  g_assert_cmpuint (vigil_tile_get_handle (riser (f, 0)), ==, ui_fixture_handle (&f->base, 50));
  g_assert_cmpuint (vigil_roster_view_get_position (f->view, ui_fixture_handle (&f->base, 50)), ==, 50);

  /* Each of the two tiles shows a new score, and whoever is in the lane alone has video there. */
  settle (f);
  before = redraws ();
  ui_fixture_score (&f->base, 0, 61);
  vigil_fake_run (60);
  ui_fixture_draw (&f->base, 1);
  g_assert_cmpint (redraws () - before, ==, 2);
  for (int i = 0; i < 100 && vigil_tile_get_look (riser (f, 0))->picture != VIGIL_PICTURE_LIVE; i++)
    {
      ui_engine_publish (f->base.engine);
      vigil_fake_run (10);
    }
  g_assert_cmpint (vigil_tile_get_look (riser (f, 0))->picture, ==, VIGIL_PICTURE_LIVE);

  /* One key: they stand first, and the lane takes no room any more. */
  gtk_widget_activate_action (GTK_WIDGET (f->wall), "wall.rank", NULL);
  wait_risers (f, 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (lane_of (f))));
  g_assert_cmpuint (vigil_roster_view_get_position (f->view, ui_fixture_handle (&f->base, 50)), ==, 0);
  g_assert_cmpuint (vigil_roster_view_get_position (f->view, ui_fixture_handle (&f->base, 0)), ==, 1);
  /* The grid's own tiles are still counted and drawn once. */
  settle (f);
  before = redraws ();
  ui_fixture_score (&f->base, 0, 62);
  vigil_fake_run (60);
  ui_fixture_draw (&f->base, 1);
  g_assert_cmpint (redraws () - before, ==, 1);
  vigil_wall_count (f->wall, &mapped, &playing, &expected);
  g_assert_cmpuint (mapped, >, 8);

  gtk_widget_activate_action (GTK_WIDGET (f->wall), "wall.undo-rank", NULL);
  g_assert_cmpuint (vigil_roster_view_get_position (f->view, ui_fixture_handle (&f->base, 50)), ==, 50);
  wait_risers (f, 2);
  vigil_settings_set_boolean (f->base.settings, VIGIL_SETTING_PROMOTION_LANE, FALSE);
  wait_risers (f, 0);
}

static void
test_lane_keys (Fixture *f, gconstpointer data)
{
  GtkWidget *focus;

  score_all (f, 10);
  ui_fixture_score (&f->base, 50, 90);
  wait_risers (f, 1);
  g_assert_true (vigil_promotion_lane_enter (lane_of (f)));
  focus = gtk_root_get_focus (GTK_ROOT (f->base.window));
  g_assert_true (gtk_widget_get_first_child (focus) == GTK_WIDGET (riser (f, 0)));
  /* Keys mean whoever has the focus, in the lane as well. */
  g_assert_cmpuint (vigil_wall_get_current (f->wall), ==, ui_fixture_handle (&f->base, 50));
  /* Somebody leaves with the focus: it goes to the wall. */
  ui_fixture_score (&f->base, 50, 0);
  wait_risers (f, 0);
  focus = gtk_root_get_focus (GTK_ROOT (f->base.window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, find (GTK_WIDGET (f->wall), GTK_TYPE_GRID_VIEW, NULL)));
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
      info->room = g_strdup (i < 3 ? "A" : "B");
      vigil_roster_apply (roster, info);
    }
  vigil_roster_thaw (roster);
}

static void
activate (Fixture *f, guint position)
{
  g_signal_emit_by_name (find (GTK_WIDGET (f->wall), GTK_TYPE_GRID_VIEW, NULL), "activate", position);
}

static void
opened_cb (VigilWall *wall, guint handle, guint *opened)
{
  *opened = handle;
}

static void
test_cards (Fixture *f, gconstpointer data)
{
  guint opened = VIGIL_HANDLE_NONE, mapped, playing, expected, n;

  g_signal_connect (f->wall, "open", G_CALLBACK (opened_cb), &opened);
  set_rooms (f);
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ROOM);
  ui_fixture_draw (&f->base, 3);
  n = g_list_model_get_n_items (G_LIST_MODEL (f->view));
  g_assert_cmpuint (n, ==, N_CANDIDATES + 2);
  g_assert_nonnull (vigil_roster_view_get_section (f->view, 0));
  g_assert_nonnull (vigil_roster_view_get_section (f->view, 4));

  /* A card is nobody: it is selected and pressed without anybody being meant. */
  activate (f, 0);
  g_assert_cmpuint (opened, ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->view)), ==, n - 3);
  g_assert_cmpuint (vigil_wall_get_selected (f->wall), ==, VIGIL_HANDLE_NONE);
  activate (f, 2);
  g_assert_cmpuint (opened, ==, vigil_roster_view_get_handle (f->view, 2));
  ui_fixture_draw (&f->base, 3);
  vigil_wall_count (f->wall, &mapped, &playing, &expected);
  g_assert_cmpuint (expected, ==, mapped - 2); /* the two cards are on screen and have no camera */

  /* Going to somebody unfolds the room. */
  g_assert_true (vigil_wall_reveal (f->wall, ui_fixture_handle (&f->base, 1)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->view)), ==, n);
  gtk_widget_activate_action (GTK_WIDGET (f->wall), "wall.fold-all", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->view)), ==, 2);
  gtk_widget_activate_action (GTK_WIDGET (f->wall), "wall.unfold-all", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->view)), ==, n);
  ui_fixture_draw (&f->base, 2);
}

static void
test_critical (Fixture *f, gconstpointer data)
{
  VigilRosterFilter filter = { .search = (char *) "candidate 00" };
  VigilHandle handle = ui_fixture_handle (&f->base, 50);
  GtkWidget *bar = find (GTK_WIDGET (f->wall), VIGIL_TYPE_FILTER_BAR, NULL);

  vigil_roster_view_set_filter (f->view, &filter);
  ui_fixture_draw (&f->base, 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->view)), ==, 10);
  vigil_roster_set_open_flags (vigil_session_get_roster (f->base.session), handle, 1, VIGIL_BAND_CRITICAL);
  /* No rank, no timer in between. */
  g_assert_cmpuint (vigil_roster_view_get_position (f->view, handle), ==, 11);
  g_assert_nonnull (find (bar, GTK_TYPE_LABEL, "10 of 60"));
  g_assert_nonnull (find (bar, GTK_TYPE_LABEL, "+1 with a critical flag"));
  gtk_widget_activate_action (GTK_WIDGET (f->wall), "wall.show-critical", NULL);
  g_assert_cmpuint (vigil_wall_get_selected (f->wall), ==, handle);
  ui_fixture_draw (&f->base, 2);

  vigil_roster_set_open_flags (vigil_session_get_roster (f->base.session), handle, 0, VIGIL_BAND_LOW);
  for (int i = 0; i < 200 && vigil_roster_view_get_n_exempt (f->view) > 0; i++)
    vigil_fake_run (10);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->view)), ==, 10);

  /* Nobody matches, and still somebody is shown. */
  filter.search = (char *) "nobody is called this";
  vigil_roster_view_set_filter (f->view, &filter);
  vigil_roster_set_open_flags (vigil_session_get_roster (f->base.session), handle, 1, VIGIL_BAND_CRITICAL);
  ui_fixture_draw (&f->base, 3);
  g_assert_cmpuint (vigil_roster_view_get_handle (f->view, 1), ==, handle);
  g_assert_true (gtk_widget_get_mapped (find (GTK_WIDGET (f->wall), GTK_TYPE_GRID_VIEW, NULL)));
}

static void
test_chips (Fixture *f, gconstpointer data)
{
  static const char *const chips[] = { "“candidate”", "Room A", "Room B", "severity ≥ high", "with camera", "with open flags", "hand raised" };
  char *rooms[] = { (char *) "A", (char *) "B", NULL };
  VigilRosterFilter filter = {
    .search = (char *) "candidate", .rooms = rooms, .at_least = VIGIL_BAND_HIGH,
    .streaming_only = TRUE, .flagged_only = TRUE, .hand_only = TRUE,
  };
  GtkWidget *bar = find (GTK_WIDGET (f->wall), VIGIL_TYPE_FILTER_BAR, NULL);

  set_rooms (f);
  g_assert_false (gtk_widget_get_visible (bar));
  vigil_roster_view_set_filter (f->view, &filter);
  ui_fixture_draw (&f->base, 1);
  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    {
      GtkWidget *label = find (bar, GTK_TYPE_LABEL, chips[i]);

      g_test_message ("%s", chips[i]);
      g_assert_nonnull (label);
      gtk_widget_grab_focus (gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON));
      g_signal_emit_by_name (gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON), "clicked");
      g_assert_null (find (bar, GTK_TYPE_LABEL, chips[i]));
      /* The next chip has the focus, so that one key takes one after the other away. */
      if (i + 1 < G_N_ELEMENTS (chips))
        g_assert_true (gtk_root_get_focus (GTK_ROOT (f->base.window)) ==
                       gtk_widget_get_ancestor (find (bar, GTK_TYPE_LABEL, chips[i + 1]), GTK_TYPE_BUTTON));
    }
  g_assert_true (vigil_roster_filter_is_empty (vigil_roster_view_get_filter (f->view)));
  g_assert_false (gtk_widget_get_visible (bar));
}

static void
test_room_menu (Fixture *f, gconstpointer data)
{
  GtkWidget *menu = vigil_room_menu_new (), *check;

  set_rooms (f);
  gtk_widget_set_parent (menu, GTK_WIDGET (f->wall));
  vigil_room_menu_show (VIGIL_ROOM_MENU (menu), f->view);
  g_assert_true (vigil_roster_view_is_held (f->view)); /* what is listed stays what it is */
  check = gtk_widget_get_ancestor (find (menu, GTK_TYPE_LABEL, "Room A"), GTK_TYPE_CHECK_BUTTON);
  g_assert_nonnull (find (check, GTK_TYPE_LABEL, "3"));
  gtk_widget_activate (check);
  vigil_fake_run (300);
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)));
  g_assert_cmpuint (vigil_roster_view_get_n_matching (f->view), ==, 3);
  check = gtk_widget_get_ancestor (find (menu, GTK_TYPE_LABEL, "Room B"), GTK_TYPE_CHECK_BUTTON);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  g_assert_cmpuint (vigil_roster_view_get_n_matching (f->view), ==, N_CANDIDATES);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), FALSE);
  g_signal_emit_by_name (gtk_widget_get_ancestor (find (menu, GTK_TYPE_LABEL, "Every Room"), GTK_TYPE_BUTTON), "clicked");
  g_assert_null (vigil_roster_view_get_filter (f->view)->rooms);
  gtk_popover_popdown (GTK_POPOVER (menu));
  /* The pointer is over the wall again, and holds it for a moment. */
  for (int i = 0; i < 1500 && vigil_roster_view_is_held (f->view); i++)
    vigil_fake_run (10);
  g_assert_false (vigil_roster_view_is_held (f->view));
  gtk_widget_unparent (menu);
}

int
main (int argc, char *argv[])
{
  ui_fixture_init (&argc, &argv);
  g_test_add ("/ui/rank/lane", Fixture, NULL, set_up, test_lane, tear_down);
  g_test_add ("/ui/rank/lane-keys", Fixture, NULL, set_up, test_lane_keys, tear_down);
  g_test_add ("/ui/rank/cards", Fixture, NULL, set_up, test_cards, tear_down);
  g_test_add ("/ui/rank/critical", Fixture, NULL, set_up, test_critical, tear_down);
  g_test_add ("/ui/rank/chips", Fixture, NULL, set_up, test_chips, tear_down);
  g_test_add ("/ui/rank/room-menu", Fixture, NULL, set_up, test_room_menu, tear_down);
  return g_test_run ();
}
