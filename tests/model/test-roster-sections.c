/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sections, what filters may not hide, orders that hang on time, and the stable order committed anew. */

#include "vigil-clock.h"
#include "vigil-roster-view.h"

#include <string.h>

typedef struct
{
  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilRosterView *view;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->store = vigil_score_store_new (20000);
  f->roster = vigil_roster_new (f->store);
  f->view = vigil_roster_view_new (f->roster);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_clock_freeze (-1, -1);
  g_assert_finalize_object (f->view);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
}

static VigilHandle
handle_of (Fixture    *f,
           const char *id)
{
  return vigil_roster_lookup (f->roster, id)->handle;
}

static void
add (Fixture    *f,
     const char *id,
     const char *room)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_NAME | VIGIL_FIELD_ROOM | VIGIL_FIELD_STREAMING;
  info->name = g_strdup (id);
  info->room = g_strdup (room);
  info->is_streaming = TRUE;
  vigil_roster_apply (f->roster, info);
}

/* "a:B b:B c" */
static void
add_many (Fixture    *f,
          const char *people)
{
  g_auto (GStrv) words = g_strsplit (people, " ", -1);

  vigil_roster_freeze (f->roster);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (words[i], ":", 2);

      add (f, parts[0], parts[1]);
    }
  vigil_roster_thaw (f->roster);
  vigil_roster_view_rank (f->view);
}

static void
score (Fixture    *f,
       const char *id,
       int         value)
{
  static gint64 now;

  vigil_score_store_write (f->store, handle_of (f, id), value, 0, ++now, 1);
}

static void
flag (Fixture    *f,
      const char *id,
      guint       flags)
{
  vigil_roster_set_open_flags (f->roster, handle_of (f, id), flags, VIGIL_BAND_CRITICAL);
}

/* Cards as [room] or [!], those whom filters may not hide with a "!". */
static void
assert_wall (Fixture    *f,
             const char *expected)
{
  g_autoptr (GString) wall = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (f->view));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (VigilSlot) slot = g_list_model_get_item (G_LIST_MODEL (f->view), i);
      const VigilSection *section = vigil_slot_get_section (slot);
      VigilHandle handle = vigil_slot_get_handle (slot);

      g_assert_true (section == vigil_roster_view_get_section (f->view, i));
      g_assert_cmpuint (vigil_roster_view_get_handle (f->view, i), ==, handle);
      g_string_append (wall, i > 0 ? " " : "");
      if (section != NULL)
        {
          g_assert_cmpuint (handle, ==, VIGIL_HANDLE_NONE);
          g_string_append_printf (wall, "[%s]", section->kind == VIGIL_SECTION_CRITICAL ? "!" : section->name);
          if (section->kind == VIGIL_SECTION_CRITICAL)
            g_assert_cmpuint (vigil_roster_view_get_exempt_position (f->view), ==, i);
          continue;
        }
      g_assert_cmpuint (vigil_roster_view_get_position (f->view, handle), ==, i);
      g_string_append_printf (wall, "%s%s", vigil_roster_get (f->roster, handle)->id, vigil_slot_is_exempt (slot) ? "!" : "");
    }
  g_assert_cmpstr (wall->str, ==, expected);
}

static const VigilSection *
section_of (Fixture    *f,
            const char *room)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->view)); i++)
    {
      const VigilSection *section = vigil_roster_view_get_section (f->view, i);

      if (section != NULL && section->kind == VIGIL_SECTION_ROOM && g_str_equal (section->name, room))
        return section;
    }

  return NULL;
}

static void
test_rooms (Fixture       *f,
            gconstpointer  data)
{
  const VigilSection *section;
  g_autoptr (GArray) rooms = NULL;

  add_many (f, "d:R10 c:R2 b:R10 a e:R2");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ROOM);
  /* As a person counts; in no room last. */
  assert_wall (f, "[R2] c e [R10] b d [] a");
  g_assert_cmpuint (vigil_roster_view_get_n_matching (f->view), ==, 5);

  score (f, "b", 60);
  flag (f, "d", 2);
  vigil_roster_view_rank (f->view);
  section = section_of (f, "R10");
  g_assert_cmpuint (section->counts.candidates, ==, 2);
  g_assert_cmpuint (section->counts.streaming, ==, 2);
  g_assert_cmpuint (section->counts.flagged, ==, 1);
  g_assert_cmpint (section->counts.worst, ==, VIGIL_BAND_CRITICAL);
  g_assert_cmpint (section_of (f, "R2")->counts.worst, ==, VIGIL_BAND_LOW);

  rooms = vigil_roster_view_dup_rooms (f->view);
  g_assert_cmpuint (rooms->len, ==, 3);
  g_assert_cmpstr (g_array_index (rooms, VigilRoom, 0).name, ==, "R2");
  g_assert_cmpuint (g_array_index (rooms, VigilRoom, 1).candidates, ==, 2);
  g_assert_cmpstr (g_array_index (rooms, VigilRoom, 2).name, ==, "");

  /* Without cards it is the same order. */
  vigil_roster_view_set_sections (f->view, FALSE);
  assert_wall (f, "c e b d a");
  vigil_roster_view_set_sections (f->view, TRUE);

  /* Somebody moves; the room that is empty now has no card. */
  add (f, "a", "R2");
  vigil_roster_view_rank (f->view);
  assert_wall (f, "[R2] a c e [R10] b d");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_STABLE);
  assert_wall (f, "d c b a e");
}

static void
test_fold (Fixture       *f,
           gconstpointer  data)
{
  const char *both[] = { "A", "B", NULL };
  g_auto (GStrv) folded = NULL;

  add_many (f, "a:A b:B c:B d:C");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ROOM);
  vigil_roster_view_set_folded (f->view, "B", TRUE);
  assert_wall (f, "[A] a [B] [C] d");
  g_assert_cmpuint (section_of (f, "B")->counts.candidates, ==, 2);
  g_assert_cmpuint (vigil_roster_view_get_n_matching (f->view), ==, 4);
  g_assert_true (vigil_roster_view_shows (f->view, handle_of (f, "c")));

  /* A fold hides nobody with an unattended critical flag, from the moment it comes. */
  flag (f, "c", 1);
  assert_wall (f, "[A] a [B] [C] d [!] c!");
  g_assert_cmpuint (vigil_roster_view_get_n_exempt (f->view), ==, 1);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "[A] a [B] [C] d [!] c!");
  vigil_roster_view_set_folded (f->view, "B", FALSE);
  assert_wall (f, "[A] a [B] b c [C] d");

  vigil_roster_view_set_all_folded (f->view, both);
  assert_wall (f, "[A] [B] [C] d [!] c!");
  folded = vigil_roster_view_dup_folded (f->view);
  g_assert_cmpuint (g_strv_length (folded), ==, 2);
  /* In another order nothing is folded, and the folds are kept. */
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_STABLE);
  assert_wall (f, "a b c d");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ROOM);
  vigil_roster_view_set_all_folded (f->view, NULL);
  assert_wall (f, "[A] a [B] b c [C] d");
}

static void
test_critical (Fixture       *f,
               gconstpointer  data)
{
  char *rooms[] = { (char *) "B", NULL };
  const VigilRosterFilter filters[] = {
    { .search = (char *) "ann" },
    { .rooms = rooms, .search = (char *) "ann" },
    { .at_least = VIGIL_BAND_CRITICAL, .search = (char *) "ann" },
    { .hand_only = TRUE },
  };
  VigilRosterFilter ann = { .search = (char *) "ann" };

  add_many (f, "ann:B bob:B cyd:C");
  score (f, "ann", 90);
  flag (f, "bob", 1);
  assert_wall (f, "ann bob cyd");
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      vigil_roster_view_set_filter (f->view, &filters[i]);
      assert_wall (f, filters[i].hand_only ? "[!] bob!" : "ann [!] bob!");
    }

  /* At once, not only with the next rank, also under a pointer; nobody else moves. */
  vigil_roster_view_set_filter (f->view, &ann);
  vigil_roster_view_hold (f->view);
  flag (f, "cyd", 1);
  assert_wall (f, "ann [!] bob! cyd!");
  g_assert_cmpuint (vigil_roster_view_get_n_exempt (f->view), ==, 2);
  g_assert_cmpuint (vigil_roster_view_get_n_matching (f->view), ==, 1);

  /* Attended to, they leave; not under the pointer. */
  flag (f, "bob", 0);
  assert_wall (f, "ann [!] bob! cyd!");
  vigil_roster_view_release (f->view);
  assert_wall (f, "ann [!] cyd!");
  flag (f, "cyd", 0);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "ann");
  /* A flag that is merely high is the filters' to hide. */
  vigil_roster_set_open_flags (f->roster, handle_of (f, "cyd"), 3, VIGIL_BAND_HIGH);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "ann");
}

static void
test_critical_first (Fixture       *f,
                     gconstpointer  data)
{
  VigilRosterFilter ann = { .search = (char *) "ann" };

  add_many (f, "ann bob cyd");
  vigil_roster_view_set_filter (f->view, &ann);
  assert_wall (f, "ann");
  flag (f, "bob", 1);
  assert_wall (f, "ann [!] bob!");
  /* Somebody who matches is not shown twice. */
  flag (f, "ann", 1);
  assert_wall (f, "ann [!] bob!");
  vigil_roster_view_set_filter (f->view, NULL);
  assert_wall (f, "ann bob cyd");
}

static void
test_commit (Fixture       *f,
             gconstpointer  data)
{
  VigilRosterFilter none_of_b = { .search = (char *) "a" };

  add_many (f, "a b c d");
  g_assert_false (vigil_roster_view_undo_commit (f->view));
  score (f, "c", 50);
  score (f, "b", 30);
  vigil_roster_view_set_filter (f->view, &none_of_b);
  vigil_roster_view_commit (f->view);
  vigil_roster_view_set_filter (f->view, NULL);
  /* Also those were sorted whom a filter hid. */
  assert_wall (f, "c b a d");
  /* It is kept, whatever happens, */
  score (f, "d", 100);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "c b a d");
  /* newcomers go to the end, */
  add_many (f, "e");
  score (f, "e", 70);
  assert_wall (f, "c b a d e");
  /* and the order of arrival is another one. */
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ARRIVAL);
  assert_wall (f, "a b c d e");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_STABLE);
  vigil_roster_view_commit (f->view);
  assert_wall (f, "d e c b a");
  g_assert_true (vigil_roster_view_undo_commit (f->view));
  assert_wall (f, "c b a d e");
  add_many (f, "f");
  assert_wall (f, "c b a d e f");

  vigil_roster_clear (f->roster);
  add_many (f, "z a");
  assert_wall (f, "z a");
  g_assert_false (vigil_roster_view_undo_commit (f->view));
}

static void
test_undo_of_the_first (Fixture       *f,
                        gconstpointer  data)
{
  add_many (f, "a b");
  score (f, "b", 50);
  vigil_roster_view_commit (f->view);
  assert_wall (f, "b a");
  add_many (f, "c");
  g_assert_true (vigil_roster_view_undo_commit (f->view));
  assert_wall (f, "a b c");
}

static void
seen (Fixture    *f,
      const char *id,
      gint64      last_seen_ms)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_LAST_SEEN;
  info->last_seen_ms = last_seen_ms;
  vigil_roster_apply (f->roster, info);
}

static void
test_last_seen (Fixture       *f,
                gconstpointer  data)
{
  const gint64 now_ms = 1700000000000;

  vigil_clock_freeze (G_USEC_PER_SEC * 1000, now_ms);
  add_many (f, "here never week hour minute score just");
  seen (f, "here", now_ms);
  seen (f, "week", now_ms - 7 * 86400000LL);
  seen (f, "hour", now_ms - 3600000);
  seen (f, "minute", now_ms - 60000);
  /* A score is a sign of life as well. */
  seen (f, "score", now_ms - 3600000);
  vigil_score_store_write (f->store, handle_of (f, "score"), 1, 0, now_ms - 45000, 1);
  seen (f, "just", now_ms - 29000);
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_LAST_SEEN);
  assert_wall (f, "never week hour minute score here just");

  /* Time alone moves somebody, whole seconds at a time. */
  vigil_clock_freeze (G_USEC_PER_SEC * 1003, now_ms + 3000);
  seen (f, "here", now_ms + 3000);
  g_assert_cmpuint (vigil_roster_view_rank (f->view), ==, 2);
  assert_wall (f, "never week hour minute score just here");
  vigil_roster_view_set_recent (f->view, 120000);
  vigil_roster_view_rank (f->view);
  assert_wall (f, "never week hour here minute score just");
}

/* A hall that invents rooms without end is not remembered without end. */
static void
test_hostile_rooms (Fixture       *f,
                    gconstpointer  data)
{
  char *rooms[] = { (char *) "kept", NULL };
  VigilRosterFilter filter = { .rooms = rooms };
  g_auto (GStrv) folded = NULL;

  add_many (f, "a:kept b:B");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ROOM);
  vigil_roster_view_set_folded (f->view, "kept", TRUE);
  vigil_roster_view_set_filter (f->view, &filter);
  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *room = g_strdup_printf ("room <b>%u", i);

      add (f, "b", room);
      if (i % 7 == 0)
        vigil_roster_view_rank (f->view);
    }
  vigil_roster_view_rank (f->view);
  assert_wall (f, "[kept]");
  folded = vigil_roster_view_dup_folded (f->view);
  g_assert_cmpuint (g_strv_length (folded), ==, 1);
  vigil_roster_view_set_filter (f->view, NULL);
  vigil_roster_view_set_all_folded (f->view, NULL);
  assert_wall (f, "[kept] a [room <b>4999] b");
}

static void
quit_cb (VigilSlot *slot,
         GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

/* The counts follow by themselves, without anybody changing places. */
static void
test_counts_follow (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (VigilSlot) card = NULL;
  guint64 rebinds;

  add_many (f, "a:A b:A");
  vigil_roster_view_set_order (f->view, VIGIL_ORDER_ROOM);
  card = g_list_model_get_item (G_LIST_MODEL (f->view), 0);
  rebinds = vigil_roster_view_get_n_rebinds (f->view);
  g_signal_connect (card, "section-changed", G_CALLBACK (quit_cb), loop);
  score (f, "a", 80);
  g_main_loop_run (loop);
  g_assert_cmpint (vigil_slot_get_section (card)->counts.worst, ==, VIGIL_BAND_CRITICAL);
  g_assert_cmpuint (vigil_roster_view_get_n_rebinds (f->view), ==, rebinds);
}

#define ADD(name, func) g_test_add ("/model/roster-sections/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("rooms", test_rooms);
  ADD ("fold", test_fold);
  ADD ("critical", test_critical);
  ADD ("critical-first", test_critical_first);
  ADD ("commit", test_commit);
  ADD ("undo-of-the-first", test_undo_of_the_first);
  ADD ("last-seen", test_last_seen);
  ADD ("hostile-rooms", test_hostile_rooms);
  ADD ("counts-follow", test_counts_follow);
  return g_test_run ();
}
