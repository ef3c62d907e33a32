/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who rose stands beside the wall, stays while it should, and nobody trembles in and out. */

#include "vigil-lane.h"

typedef struct
{
  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilRosterView *view;
  VigilLane       *lane;
  GString         *items;
} Fixture;

static void
items_changed_cb (Fixture    *f,
                  guint       position,
                  guint       removed,
                  guint       added,
                  GListModel *model)
{
  /* Only ever at the end. */
  g_assert_true (removed == 0 || added == 0);
  g_assert_cmpuint (position + added, ==, g_list_model_get_n_items (model));
  g_string_append_printf (f->items, "%u-%u+%u ", position, removed, added);
}

static void
add (Fixture    *f,
     const char *id)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  vigil_roster_apply (f->roster, info);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->store = vigil_score_store_new (100);
  f->roster = vigil_roster_new (f->store);
  f->view = vigil_roster_view_new (f->roster);
  f->lane = vigil_lane_new (f->view);
  f->items = g_string_new (NULL);
  vigil_lane_set_interval (f->lane, 0);
  vigil_lane_set_capacity (f->lane, 3);
  g_signal_connect_swapped (f->lane, "items-changed", G_CALLBACK (items_changed_cb), f);
  vigil_roster_freeze (f->roster);
  for (const char *id = "abcdef"; *id != '\0'; id++)
    add (f, (char[]) { *id, '\0' });
  vigil_roster_thaw (f->roster);
  vigil_roster_view_rank (f->view);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->lane);
  g_assert_finalize_object (f->view);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_string_free (f->items, TRUE);
}

/* "a50 b20": scores, then a look. */
static void
look (Fixture    *f,
      const char *scores)
{
  static gint64 now;
  g_auto (GStrv) words = g_strsplit (scores, " ", -1);

  for (guint i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      char id[] = { words[i][0], '\0' };

      vigil_score_store_write (f->store, vigil_roster_lookup (f->roster, id)->handle,
                               (int) g_ascii_strtoll (words[i] + 1, NULL, 10), 0, ++now, 1);
    }
  vigil_lane_update (f->lane);
}

static void
assert_lane (Fixture    *f,
             const char *expected)
{
  g_autoptr (GString) lane = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->lane)); i++)
    {
      g_autoptr (VigilSlot) slot = g_list_model_get_item (G_LIST_MODEL (f->lane), i);

      g_assert_cmpuint (vigil_slot_get_position (slot), ==, i);
      g_string_append (lane, vigil_roster_get (f->roster, vigil_slot_get_handle (slot))->id);
    }
  g_assert_cmpstr (lane->str, ==, expected);
}

static void
test_rises (Fixture       *f,
            gconstpointer  data)
{
  g_assert_cmpuint (g_list_model_get_item_type (G_LIST_MODEL (f->lane)), ==, VIGIL_TYPE_SLOT);
  look (f, "");
  assert_lane (f, "");
  /* The first score is no rise, however high; */
  look (f, "a10 b90 c10 d10 e10 f10");
  assert_lane (f, "");
  /* nor is a little; */
  look (f, "a34");
  assert_lane (f, "");
  look (f, "a35");
  assert_lane (f, "a");
  /* the highest stand there, in the order in which they came; */
  look (f, "c60");
  assert_lane (f, "ac");
  look (f, "d40");
  assert_lane (f, "acd");
  /* a little more than somebody inside is not enough, clearly more is, and takes the place that gets free. */
  look (f, "e42");
  assert_lane (f, "acd");
  look (f, "e50");
  assert_lane (f, "ecd");
  g_assert_cmpstr (f->items->str, ==, "0-0+1 1-0+1 2-0+1 ");
}

static void
test_hysteresis (Fixture       *f,
                 gconstpointer  data)
{
  look (f, "a10 b10");
  look (f, "a35");
  assert_lane (f, "a");
  for (guint i = 0; i < 8; i++)
    {
      look (f, i % 2 ? "a28" : "a36");
      assert_lane (f, "a");
    }
  look (f, "a26");
  assert_lane (f, "");
  look (f, "a34");
  assert_lane (f, "");
  g_assert_cmpstr (f->items->str, ==, "0-0+1 0-1+0 ");
}

static void
test_gap_closes (Fixture       *f,
                 gconstpointer  data)
{
  g_autoptr (VigilSlot) second = NULL;

  look (f, "a0 b0 c0 d0");
  look (f, "a60 b50 c40");
  assert_lane (f, "abc");
  second = g_list_model_get_item (G_LIST_MODEL (f->lane), 1);
  look (f, "b0");
  assert_lane (f, "ac");
  g_assert_cmpuint (vigil_slot_get_handle (second), ==, vigil_roster_lookup (f->roster, "c")->handle);
  look (f, "a0 d90");
  assert_lane (f, "dc");
  look (f, "d0 c0");
  assert_lane (f, "");
  g_assert_cmpuint (vigil_slot_get_handle (second), ==, VIGIL_HANDLE_NONE);
}

static void
test_commit (Fixture       *f,
             gconstpointer  data)
{
  look (f, "a0 b0 c0");
  look (f, "a60 b40");
  assert_lane (f, "ab");
  /* Ranked anew, nobody has risen since; taken back, they have. */
  vigil_roster_view_commit (f->view);
  assert_lane (f, "");
  look (f, "c30 a70");
  assert_lane (f, "c");
  vigil_roster_view_undo_commit (f->view);
  assert_lane (f, "cab");
}

static void
test_flags (Fixture       *f,
            gconstpointer  data)
{
  look (f, "a0 b0");
  vigil_roster_set_open_flags (f->roster, vigil_roster_lookup (f->roster, "b")->handle, 1, VIGIL_BAND_HIGH);
  vigil_lane_update (f->lane);
  assert_lane (f, "b");
  vigil_roster_set_open_flags (f->roster, vigil_roster_lookup (f->roster, "b")->handle, 0, VIGIL_BAND_LOW);
  vigil_lane_update (f->lane);
  assert_lane (f, "");
}

static void
test_only_where_it_helps (Fixture       *f,
                          gconstpointer  data)
{
  VigilRosterFilter filter = { .search = (char *) "b" };

  look (f, "a0 b0");
  look (f, "a60 b50");
  assert_lane (f, "ab");
  /* Whom the filters hide is not beside the wall either. */
  vigil_roster_view_set_filter (f->view, &filter);
  assert_lane (f, "b");
  vigil_roster_view_set_filter (f->view, NULL);
  vigil_lane_update (f->lane);
  assert_lane (f, "ba");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ATTENTION);
  assert_lane (f, "");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_NAME);
  assert_lane (f, "ab");
  vigil_lane_set_enabled (f->lane, FALSE);
  assert_lane (f, "");
  vigil_lane_set_enabled (f->lane, TRUE);
  assert_lane (f, "ab");
  vigil_lane_set_capacity (f->lane, 1);
  assert_lane (f, "a");
  vigil_roster_clear (f->roster);
  assert_lane (f, "");
}

static gboolean
stop_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            GMainLoop  *loop)
{
  g_main_loop_quit (loop);
}

static void
test_timer (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  look (f, "a0");
  vigil_score_store_write (f->store, vigil_roster_lookup (f->roster, "a")->handle, 90, 0, G_MAXINT64 / 2, 1);
  vigil_roster_view_hold (f->view);
  vigil_lane_set_interval (f->lane, 10);
  g_timeout_add (60, stop_cb, loop);
  g_main_loop_run (loop);
  assert_lane (f, ""); /* under a pointer nothing moves */
  vigil_roster_view_release (f->view);
  g_signal_connect (f->lane, "items-changed", G_CALLBACK (changed_cb), loop);
  g_main_loop_run (loop);
  assert_lane (f, "a");
}

#define ADD(name, func) g_test_add ("/model/lane/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("rises", test_rises);
  ADD ("hysteresis", test_hysteresis);
  ADD ("gap-closes", test_gap_closes);
  ADD ("commit", test_commit);
  ADD ("flags", test_flags);
  ADD ("only-where-it-helps", test_only_where_it_helps);
  ADD ("timer", test_timer);
  return g_test_run ();
}
