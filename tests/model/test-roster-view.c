/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places stay, people move only when they may, and the list changes only at its end. */

#include "vigil-clock.h"
#include "vigil-lane.h"
#include "vigil-roster-view.h"

#include <string.h>
#include <time.h>

typedef struct
{
  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilRosterView *view;
  GString         *items;   /* "position-removed+added " */
  guint            ranked;
  guint            notified;
} Fixture;

static void
items_changed_cb (Fixture    *f,
                  guint       position,
                  guint       removed,
                  guint       added,
                  GListModel *model)
{
  guint n = g_list_model_get_n_items (model);

  /* Only ever at the end, and never a replacement. */
  g_assert_true (removed == 0 || added == 0);
  g_assert_cmpuint (position + added, ==, n);
  g_string_append_printf (f->items, "%u-%u+%u ", position, removed, added);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->store = vigil_score_store_new (60000);
  f->roster = vigil_roster_new (f->store);
  f->view = vigil_roster_view_new (f->roster);
  f->items = g_string_new (NULL);
  g_signal_connect_swapped (f->view, "items-changed", G_CALLBACK (items_changed_cb), f);
  g_signal_connect_swapped (f->view, "ranked", G_CALLBACK (count_cb), &f->ranked);
  g_signal_connect_swapped (f->view, "notify::n-matching", G_CALLBACK (count_cb), &f->notified);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->view);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_string_free (f->items, TRUE);
}

static VigilHandle
add (Fixture    *f,
     const char *id,
     const char *name)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_NAME;
  info->name = g_strdup (name);
  return vigil_roster_apply (f->roster, info);
}

static void
add_many (Fixture    *f,
          const char *names)
{
  g_auto (GStrv) words = g_strsplit (names, " ", -1);

  vigil_roster_freeze (f->roster);
  for (guint i = 0; words[i] != NULL; i++)
    add (f, words[i], words[i]);
  vigil_roster_thaw (f->roster);
  vigil_roster_view_rank (f->view);
}

static void
score (Fixture    *f,
       const char *id,
       int         value)
{
  static gint64 now;

  vigil_score_store_write (f->store, vigil_roster_lookup (f->roster, id)->handle, value, 0, ++now, 1);
}

/* Who is where, as the slots say it. */
static void
assert_wall (Fixture    *f,
             const char *expected)
{
  g_autoptr (GString) wall = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (f->view));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (VigilSlot) slot = g_list_model_get_item (G_LIST_MODEL (f->view), i);
      VigilHandle handle = vigil_slot_get_handle (slot);

      g_assert_cmpuint (vigil_slot_get_position (slot), ==, i);
      g_assert_cmpuint (vigil_roster_view_get_handle (f->view, i), ==, handle);
      g_assert_cmpuint (vigil_roster_view_get_position (f->view, handle), ==, i);
      g_string_append_printf (wall, "%s%s", i > 0 ? " " : "", vigil_roster_get (f->roster, handle)->id);
    }
  g_assert_cmpstr (wall->str, ==, expected);
  g_assert_cmpuint (vigil_roster_view_get_n_matching (f->view), ==, n);
}

static void
test_slots_stay (Fixture       *f,
                 gconstpointer  data)
{
  g_autoptr (VigilSlot) second = NULL;
  g_autoptr (VigilSlot) again = NULL;
  VigilRosterFilter filter = { .search = (char *) "d" };
  VigilRosterFilter none = { NULL };

  g_assert_cmpuint (g_list_model_get_item_type (G_LIST_MODEL (f->view)), ==, VIGIL_TYPE_SLOT);
  add_many (f, "d c b a");
  assert_wall (f, "d c b a");
  second = g_list_model_get_item (G_LIST_MODEL (f->view), 1);
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_NAME);
  assert_wall (f, "a b c d");
  vigil_roster_view_set_filter (f->view, &filter);
  assert_wall (f, "d");
  /* Off the wall nobody sits in it, and it still is the second one when the wall grows again. */
  g_assert_cmpuint (vigil_slot_get_handle (second), ==, VIGIL_HANDLE_NONE);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (f->view), 1));
  vigil_roster_view_set_filter (f->view, &none);
  again = g_list_model_get_item (G_LIST_MODEL (f->view), 1);
  g_assert_true (again == second);
  assert_wall (f, "a b c d");
  g_assert_cmpstr (f->items->str, ==, "0-0+4 1-3+0 1-0+3 ");
  g_assert_cmpuint (f->notified, ==, 3);
}

static void
test_rebind_counts (Fixture       *f,
                    gconstpointer  data)
{
  guint64 before;

  add_many (f, "b a c d");
  assert_wall (f, "b a c d");
  g_assert_cmpuint (vigil_roster_view_rank (f->view), ==, 0);
  before = vigil_roster_view_get_n_rebinds (f->view);
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_NAME);
  /* Only the two that changed places. */
  g_assert_cmpuint (vigil_roster_view_get_n_rebinds (f->view) - before, ==, 2);
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_NAME);
  g_assert_cmpuint (vigil_roster_view_get_n_rebinds (f->view) - before, ==, 2);
}

static void
test_stable (Fixture       *f,
             gconstpointer  data)
{
  add_many (f, "a b c");
  score (f, "c", 100);
  g_assert_cmpuint (vigil_roster_view_rank (f->view), ==, 0);
  assert_wall (f, "a b c");
  add_many (f, "0");
  assert_wall (f, "a b c 0");
}

static void
test_attention (Fixture       *f,
                gconstpointer  data)
{
  add_many (f, "a b c d e");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ATTENTION);
  assert_wall (f, "a b c d e");
  score (f, "c", 40);
  score (f, "e", 90);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "e c a b d");
  /* Equal claims keep the order of arrival. */
  score (f, "a", 40);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "e a c b d");
  /* A flag nobody looked at is worth more than a middling score. */
  vigil_roster_set_open_flags (f->roster, vigil_roster_lookup (f->roster, "d")->handle, 1, VIGIL_BAND_CRITICAL);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "e d a c b");
}

static void
test_hysteresis (Fixture       *f,
                 gconstpointer  data)
{
  add_many (f, "a b");
  score (f, "a", 50);
  score (f, "b", 50);
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ATTENTION);
  assert_wall (f, "a b");
  /* Trembling moves nobody, */
  for (guint i = 0; i < 20; i++)
    {
      score (f, "b", 50 + i % 8);
      score (f, "a", 50 - i % 8);
      g_assert_cmpuint (vigil_roster_view_rank (f->view), ==, 0);
    }
  /* a real change does, */
  score (f, "b", 58);
  g_assert_cmpuint (vigil_roster_view_rank (f->view), ==, 2);
  assert_wall (f, "b a");
  /* and it does not swing back at once. */
  score (f, "b", 51);
  g_assert_cmpuint (vigil_roster_view_rank (f->view), ==, 0);
  vigil_roster_view_set_hysteresis (f->view, 0);
  score (f, "b", 42);
  score (f, "a", 43);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "a b");
}

static void
test_names (Fixture       *f,
            gconstpointer  data)
{
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_NAME);
  add_many (f, "m c x");
  add_many (f, "a n z");
  add_many (f, "b");
  assert_wall (f, "a b c m n x z");
  /* Renamed: re-sorted with the next rank. */
  add (f, "a", "zz");
  vigil_roster_view_rank (f->view);
  assert_wall (f, "b c m n x z a");
  /* The same long beginning, the same name. */
  add (f, "p2", "Candidate 0000002");
  add (f, "p1", "Candidate 0000001");
  add (f, "p3", "Candidate 0000001");
  vigil_roster_view_rank (f->view);
  g_assert_cmpuint (vigil_roster_view_get_position (f->view, vigil_roster_lookup (f->roster, "p1")->handle), <,
                    vigil_roster_view_get_position (f->view, vigil_roster_lookup (f->roster, "p3")->handle));
  g_assert_cmpuint (vigil_roster_view_get_position (f->view, vigil_roster_lookup (f->roster, "p3")->handle), <,
                    vigil_roster_view_get_position (f->view, vigil_roster_lookup (f->roster, "p2")->handle));
}

static void
set_streaming (Fixture    *f,
               const char *id,
               gboolean    streaming)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_STREAMING | VIGIL_FIELD_ROOM;
  info->is_streaming = streaming;
  info->room = g_strdup (streaming ? "B" : NULL);
  vigil_roster_apply (f->roster, info);
}

static void
test_filters (Fixture       *f,
              gconstpointer  data)
{
  char *room_b[] = { (char *) "B", NULL };
  char *room_c[] = { (char *) "C", NULL };
  char *rooms[] = { (char *) "C", (char *) "B", (char *) "", NULL };
  char *no_room[] = { (char *) "", NULL };
  char *none[] = { NULL };
  const struct
  {
    VigilRosterFilter filter;
    const char       *wall;
  } table[] = {
    { { NULL }, "ann bob cyd dan" },
    { { .search = (char *) "" }, "ann bob cyd dan" },
    { { .search = (char *) "AN" }, "ann dan" },
    { { .search = (char *) "nobody" }, "" },
    { { .streaming_only = TRUE }, "bob cyd" },
    { { .rooms = room_b }, "bob cyd" },
    { { .rooms = room_c }, "" },
    { { .rooms = no_room }, "ann dan" },
    { { .rooms = rooms }, "ann bob cyd dan" },
    { { .rooms = none }, "ann bob cyd dan" },
    { { .rooms = room_b, .flagged_only = TRUE }, "cyd" },
    { { .hand_only = TRUE }, "" },
    { { .flagged_only = TRUE }, "cyd" },
    { { .at_least = VIGIL_BAND_MEDIUM }, "bob dan" },
    { { .at_least = VIGIL_BAND_CRITICAL }, "dan" },
    { { .at_least = VIGIL_BAND_MEDIUM, .streaming_only = TRUE, .search = (char *) "o" }, "bob" },
  };

  add_many (f, "ann bob cyd dan");
  set_streaming (f, "bob", TRUE);
  set_streaming (f, "cyd", TRUE);
  vigil_roster_set_open_flags (f->roster, vigil_roster_lookup (f->roster, "cyd")->handle, 1, VIGIL_BAND_LOW);
  score (f, "bob", 25);
  score (f, "cyd", 24);
  score (f, "dan", 75);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const VigilRosterFilter *held;

      vigil_roster_view_set_filter (f->view, &table[i].filter);
      assert_wall (f, table[i].wall);
      held = vigil_roster_view_get_filter (f->view);
      g_assert_cmpstr (held->search, ==, table[i].filter.search);
      g_assert_true (table[i].filter.search == NULL || held->search != table[i].filter.search);
      g_assert_cmpint (held->at_least, ==, table[i].filter.at_least);
    }
  g_assert_cmpuint (vigil_roster_view_get_position (f->view, vigil_roster_lookup (f->roster, "ann")->handle), ==, G_MAXUINT);
}

static void
test_hold (Fixture       *f,
           gconstpointer  data)
{
  add_many (f, "b c");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_NAME);
  vigil_roster_view_hold (f->view);
  vigil_roster_view_hold (f->view);

  /* Whoever comes is shown, at the end, and nobody is pushed aside. */
  add (f, "a", "a");
  assert_wall (f, "b c a");
  add (f, "d", "d");
  assert_wall (f, "b c a d");
  vigil_roster_view_release (f->view);
  assert_wall (f, "b c a d");
  vigil_roster_view_release (f->view);
  assert_wall (f, "a b c d");

  /* What the operator asks for is done under the pointer as well. */
  vigil_roster_view_hold (f->view);
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ARRIVAL);
  assert_wall (f, "b c a d");
  vigil_roster_view_release (f->view);
}

static gboolean
stop_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
run (guint ms)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (ms, stop_cb, loop);
  g_main_loop_run (loop);
}

static void
test_timer (Fixture       *f,
            gconstpointer  data)
{
  guint ranked;

  add_many (f, "a b c");
  vigil_roster_view_set_rank_interval (f->view, 20);
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ATTENTION);
  score (f, "c", 90);
  run (60);
  assert_wall (f, "c a b");

  /* No score, no rank. */
  ranked = f->ranked;
  run (80);
  g_assert_cmpuint (f->ranked, ==, ranked);

  vigil_roster_view_hold (f->view);
  score (f, "b", 100);
  run (60);
  assert_wall (f, "c a b");
  vigil_roster_view_release (f->view);
  run (60);
  assert_wall (f, "b c a");

  vigil_roster_view_set_rank_interval (f->view, 0);
  score (f, "a", 100);
  score (f, "b", 0);
  run (60);
  assert_wall (f, "b c a");
  vigil_roster_view_rank (f->view);
  assert_wall (f, "a c b");

  /* In stable order nothing ever runs. */
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_STABLE);
  vigil_roster_view_set_rank_interval (f->view, 20);
  ranked = f->ranked;
  score (f, "c", 1);
  run (60);
  g_assert_cmpuint (f->ranked, ==, ranked);
}

static void
test_dynamic_filter (Fixture       *f,
                     gconstpointer  data)
{
  VigilRosterFilter filter = { .streaming_only = TRUE };

  add_many (f, "a b");
  vigil_roster_view_set_rank_interval (f->view, 20);
  vigil_roster_view_set_filter (f->view, &filter);
  assert_wall (f, "");
  set_streaming (f, "b", TRUE);
  run (60);
  assert_wall (f, "b");
  set_streaming (f, "b", FALSE);
  run (60);
  assert_wall (f, "");
}

static void
test_gone_and_cleared (Fixture       *f,
                       gconstpointer  data)
{
  g_autoptr (VigilSlot) slot = NULL;

  add_many (f, "a b c");
  slot = g_list_model_get_item (G_LIST_MODEL (f->view), 0);
  vigil_roster_begin_snapshot (f->roster);
  add (f, "b", "b");
  add (f, "c", "c");
  vigil_roster_end_snapshot (f->roster);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "b c");
  add_many (f, "a");
  assert_wall (f, "a b c");

  vigil_roster_clear (f->roster);
  assert_wall (f, "");
  g_assert_cmpuint (vigil_slot_get_handle (slot), ==, VIGIL_HANDLE_NONE);
  add_many (f, "z a");
  assert_wall (f, "z a");
}

static void
rank_again_cb (VigilRosterView *view)
{
  g_assert_cmpuint (vigil_roster_view_rank (view), ==, 0);
}

static void
test_rank_within_rank (Fixture       *f,
                       gconstpointer  data)
{
  gulong id = g_signal_connect (f->view, "items-changed", G_CALLBACK (rank_again_cb), NULL);

  add_many (f, "b a");
  g_signal_handler_disconnect (f->view, id);
  run (20);
  assert_wall (f, "b a");
}

static void
test_order_property (Fixture       *f,
                     gconstpointer  data)
{
  guint order, n_matching, n = 0;

  g_signal_connect_swapped (f->view, "notify::order", G_CALLBACK (count_cb), &n);
  g_object_get (f->view, "order", &order, "n-matching", &n_matching, NULL);
  g_assert_cmpuint (order, ==, VIGIL_ORDER_STABLE);
  g_assert_cmpuint (n_matching, ==, 0);
  g_object_set (f->view, "order", VIGIL_ORDER_STABLE, NULL);
  g_assert_cmpuint (n, ==, 0);
  g_object_set (f->view, "order", VIGIL_ORDER_NAME, NULL);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (vigil_roster_view_get_order (f->view), ==, VIGIL_ORDER_NAME);
}

/* Of this thread, so that a busy machine does not count. */
static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* 50,000: what the design says it costs, with room for a busy machine. */
static void
test_large (Fixture       *f,
            gconstpointer  data)
{
  enum { N = 50000 };
  static const struct
  {
    const char *name;
    VigilOrder  order;
    const char *search;
    VigilBand   at_least;
  } table[] = {
    { "stable", VIGIL_ORDER_STABLE, NULL, VIGIL_BAND_LOW },
    { "attention", VIGIL_ORDER_ATTENTION, NULL, VIGIL_BAND_LOW },
    { "name, first time", VIGIL_ORDER_NAME, NULL, VIGIL_BAND_LOW },
    { "name", VIGIL_ORDER_NAME, NULL, VIGIL_BAND_LOW },
    { "room, first time", VIGIL_ORDER_ROOM, NULL, VIGIL_BAND_LOW },
    { "room", VIGIL_ORDER_ROOM, NULL, VIGIL_BAND_LOW },
    { "last seen", VIGIL_ORDER_LAST_SEEN, NULL, VIGIL_BAND_LOW },
    { "last seen again", VIGIL_ORDER_LAST_SEEN, NULL, VIGIL_BAND_LOW },
    { "search", VIGIL_ORDER_STABLE, "candidate 4999", VIGIL_BAND_LOW },
    { "severity", VIGIL_ORDER_STABLE, NULL, VIGIL_BAND_HIGH },
  };
  gint64 began_us = cpu_us ();
  g_autoptr (VigilLane) lane = NULL;

  for (guint page = 0; page < N / 1000; page++)
    {
      vigil_roster_freeze (f->roster);
      for (guint i = 0; i < 1000; i++)
        {
          guint number = (page * 1000 + i) * 7919 % N;
          g_autofree char *id = g_strdup_printf ("s-%05u", number);
          g_autofree char *name = g_strdup_printf ("Candidate %u of the exam", number);
          g_autofree char *room = g_strdup_printf ("Room %u", number % 50);
          g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);
          VigilHandle handle;

          info->fields = VIGIL_FIELD_NAME | VIGIL_FIELD_ROOM | VIGIL_FIELD_LAST_SEEN;
          info->name = g_steal_pointer (&name);
          info->room = g_steal_pointer (&room);
          info->last_seen_ms = vigil_clock_hall_ms () - number * 10;
          handle = vigil_roster_apply (f->roster, info);

          vigil_score_store_write (f->store, handle, number % 101, 0, 1, 1);
        }
      vigil_roster_thaw (f->roster);
    }
  vigil_roster_view_rank (f->view);
  g_test_message ("loaded %d in %.1f ms", N, (cpu_us () - began_us) / 1000.0);
  g_assert_cmpuint (vigil_roster_view_get_n_matching (f->view), ==, N);
  for (guint i = 0; i < 400; i++)
    g_object_unref (g_list_model_get_item (G_LIST_MODEL (f->view), i));

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      VigilRosterFilter filter = { .search = (char *) table[i].search, .at_least = table[i].at_least };
      double ms;

      began_us = cpu_us ();
      vigil_roster_view_set_order (f->view, table[i].order);
      vigil_roster_view_set_filter (f->view, &filter);
      ms = (cpu_us () - began_us) / 1000.0;
      g_test_message ("%s: %.2f ms, %u match", table[i].name, ms, vigil_roster_view_get_n_matching (f->view));
      g_assert_cmpfloat (ms, <, 400);
    }

  vigil_roster_view_set_filter (f->view, NULL);
  began_us = cpu_us ();
  vigil_roster_view_commit (f->view);
  g_test_message ("commit: %.2f ms", (cpu_us () - began_us) / 1000.0);
  lane = vigil_lane_new (f->view);
  began_us = cpu_us ();
  vigil_lane_update (lane);
  g_test_message ("lane, nobody rising: %.2f ms", (cpu_us () - began_us) / 1000.0);
  for (VigilHandle handle = 0; handle < N; handle++)
    vigil_score_store_write (f->store, handle, 100, 0, 2, 1);
  began_us = cpu_us ();
  vigil_lane_update (lane);
  g_test_message ("lane, most of them rising: %.2f ms", (cpu_us () - began_us) / 1000.0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (lane)), ==, 5);
}

#define ADD(name, func) g_test_add ("/model/roster-view/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("slots-stay", test_slots_stay);
  ADD ("rebind-counts", test_rebind_counts);
  ADD ("stable", test_stable);
  ADD ("attention", test_attention);
  ADD ("hysteresis", test_hysteresis);
  ADD ("names", test_names);
  ADD ("filters", test_filters);
  ADD ("hold", test_hold);
  ADD ("timer", test_timer);
  ADD ("dynamic-filter", test_dynamic_filter);
  ADD ("gone-and-cleared", test_gone_and_cleared);
  ADD ("rank-within-rank", test_rank_within_rank);
  ADD ("order-property", test_order_property);
  ADD ("large", test_large);
  return g_test_run ();
}
