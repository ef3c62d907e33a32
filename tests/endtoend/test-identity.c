/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The right person, always: every frame that a tile draws is read back and compared with the name in the tile,
 * while the wall scrolls, jumps, re-ranks, filters, reconnects and loses its SFU.
 *
 * Each simulated candidate's pictures carry the number of its look along the top edge; candidate s-00042 has look
 * 41. What the tile says it shows comes from the tile, what it drew from the pixels. */
#include <stdlib.h>

#include "bench-console.h"
#include "bench-hall.h"
#include "vigil-sim-marker.h"
#include "vigil-tile.h"

#define CANDIDATES 200
#define WANTED 10000
#define LIMIT_S 240

typedef struct
{
  guint        drawn;       /* with a picture */
  guint        right;
  guint        wrong;
  guint        unreadable;
  guint        fresh;       /* first picture after the tile changed hands */
  GHashTable  *shown;       /* tile → id of the candidate whose picture it drew last */
} Tally;

static void
note_hands (Tally *tally, VigilTile *tile, const char *id)
{
  const char *before = g_hash_table_lookup (tally->shown, tile);

  if (g_strcmp0 (before, id) == 0)
    return;
  tally->fresh++;
  g_hash_table_insert (tally->shown, tile, g_strdup (id));
}

static void
drew_cb (VigilTile *tile, const char *id, VigilFrame *frame, const char *why, gpointer user_data)
{
  Tally *tally = user_data;
  guint look = 0, behaviour = 0;

  if (frame == NULL)
    return;
  tally->drawn++;
  note_hands (tally, tile, id);
  if (!vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    {
      tally->unreadable++;
      return;
    }
  if (id != NULL && g_str_has_prefix (id, "s-") && (guint) atoi (id + 2) == look + 1)
    tally->right++;
  else
    {
      tally->wrong++;
      g_test_message ("the tile of %s drew the picture of look %u (%s)", id, look, why);
    }
}

static double
random_between (double low, double high)
{
  return high > low ? g_random_double_range (low, high) : low;
}

static void
jump (BenchConsole *console, guint times)
{
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (vigil_window_get_wall (bench_console_get_window (console)));

  for (guint i = 0; i < times; i++)
    {
      double top = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

      gtk_adjustment_set_value (adjustment, random_between (0, MAX (top, 0)));
      bench_console_run (console, random_between (0.1, 0.7));
    }
}

static void
rank (BenchConsole *console)
{
  VigilRosterView *view = vigil_session_get_view (bench_console_get_session (console));
  static const VigilOrder orders[] = { VIGIL_ORDER_NAME, VIGIL_ORDER_ATTENTION, VIGIL_ORDER_ARRIVAL,
                                       VIGIL_ORDER_ATTENTION, VIGIL_ORDER_STABLE };

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      vigil_roster_view_set_order (view, orders[i]);
      vigil_roster_view_rank (view);
      bench_console_run (console, 0.8);
    }
}

static void
filter (BenchConsole *console)
{
  VigilRosterView *view = vigil_session_get_view (bench_console_get_session (console));
  static const char *const searches[] = { "s-0001", "s-001", "a", "s-0000", "", "ar", "s-0019", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      VigilRosterFilter wanted = { .search = (char *) searches[i] };

      vigil_roster_view_set_filter (view, &wanted);
      bench_console_run (console, 0.6);
    }
}

static void
trouble (BenchConsole *console, BenchHall *hall, const char *order)
{
  g_autoptr (GError) error = NULL;

  bench_hall_control (hall, order, &error);
  g_assert_no_error (error);
  bench_console_scroll (console, 900);
  bench_console_run (console, 2);
  bench_console_scroll (console, 0);
  bench_console_wait_playing (console, 0, 20);
  bench_console_run (console, 1);
}

static void
one_round (BenchConsole *console, BenchHall *hall)
{
  bench_console_scroll (console, 1500);
  bench_console_run (console, 4);
  bench_console_scroll (console, 0);
  jump (console, 6);
  rank (console);
  filter (console);
  trouble (console, hall, "{\"op\": \"drop\", \"abrupt\": true}");
  jump (console, 3);
  trouble (console, hall, "{\"op\": \"sfu-kill\", \"ms\": 500}");
  bench_console_scroll (console, 400);
  bench_console_run (console, 3);
  bench_console_scroll (console, 0);
}

static void
test_right_person (void)
{
  const char *const args[] = { "--candidates=200", "--score-rate=200", "--video=320x180@12", "--absent=0",
                               "--churn=0.2", "--activity=0.1", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BenchHall) hall = bench_hall_start (args, &error);
  g_autoptr (BenchConsole) console = NULL;
  Tally tally = { 0 };
  gint64 begin = g_get_monotonic_time ();

  g_assert_no_error (error);
  tally.shown = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  vigil_tile_set_draw_probe (drew_cb, &tally);
  console = bench_console_new (1600, 900);
  g_assert_true (bench_console_connect (console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"),
                                        bench_hall_get_exam (hall), 30));
  g_assert_cmpfloat (bench_console_wait_playing (console, 0, 30), >=, 0);

  do
    one_round (console, hall);
  while (tally.right < WANTED && g_get_monotonic_time () - begin < LIMIT_S * G_USEC_PER_SEC);

  vigil_tile_set_draw_probe (NULL, NULL);
  g_test_message ("%u frames drawn, %u right, %u wrong, %u unreadable, %u first pictures after a change of hands",
                  tally.drawn, tally.right, tally.wrong, tally.unreadable, tally.fresh);
  g_assert_cmpuint (tally.wrong, ==, 0);
  g_assert_cmpuint (tally.right, >=, WANTED);
  /* A picture that cannot be read proves nothing; too many would hollow the test out. */
  g_assert_cmpuint (tally.unreadable * 100, <=, tally.drawn);
  g_assert_cmpuint (tally.fresh, >=, 200);
  g_hash_table_unref (tally.shown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* GTest turns all debug messages on; formatting them would be most of what a busy client does. */
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_add_func ("/identity/right-person", test_right_person);
  return g_test_run ();
}
