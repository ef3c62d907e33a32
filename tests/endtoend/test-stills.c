/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hall without an SFU: the wall works on stills. And one whose SFU dies: stills, until it is back.
 *
 * Simulated pictures carry the number of their look along the top edge, captures as well as video: whatever a tile
 * draws is read back and compared with the name in the tile. */
#include <stdlib.h>

#include "bench-console.h"
#include "bench-hall.h"
#include "vigil-metrics.h"
#include "vigil-sim-marker.h"
#include "vigil-tile.h"

typedef struct
{
  guint stills, live, others; /* drawn */
  guint right, wrong, unreadable;
} Tally;

static void
drew_cb (VigilTile *tile, const char *id, VigilFrame *frame, const char *why, gpointer user_data)
{
  Tally *tally = user_data;
  guint look = 0, behaviour = 0;

  if (frame == NULL)
    return;
  if (g_str_equal (why, "still"))
    tally->stills++;
  else if (g_str_equal (why, "live"))
    tally->live++;
  else
    tally->others++;
  if (!vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    tally->unreadable++;
  else if (id != NULL && g_str_has_prefix (id, "s-") && (guint) atoi (id + 2) == look + 1)
    tally->right++;
  else
    {
      tally->wrong++;
      g_test_message ("the tile of %s drew the picture of look %u (%s)", id, look, why);
    }
}

static gint64
counter (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

/* How the tiles on screen stand. */
typedef struct
{
  guint mapped, stills, live, spinning, failed, gone;
} Looks;

static void
add_tile (Looks *looks, VigilTile *tile)
{
  const VigilTileLook *look = vigil_tile_get_look (tile);

  if (vigil_tile_get_handle (tile) == VIGIL_HANDLE_NONE || !gtk_widget_get_mapped (GTK_WIDGET (tile)))
    return;
  looks->mapped++;
  looks->stills += look->picture == VIGIL_PICTURE_STILL ? 1 : 0;
  looks->live += look->picture == VIGIL_PICTURE_LIVE ? 1 : 0;
  looks->spinning += look->spinner ? 1 : 0;
  looks->failed += look->glyph == VIGIL_GLYPH_FAILED || look->glyph == VIGIL_GLYPH_CONNECTING ? 1 : 0;
  looks->gone += look->glyph == VIGIL_GLYPH_GONE ? 1 : 0;
}

static void
walk (Looks *looks, GtkWidget *widget)
{
  if (VIGIL_IS_TILE (widget))
    add_tile (looks, VIGIL_TILE (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    walk (looks, child);
}

static Looks
look_at_wall (BenchConsole *console)
{
  Looks looks = { 0 };

  walk (&looks, GTK_WIDGET (vigil_window_get_wall (bench_console_get_window (console))));
  return looks;
}

static gboolean
all_stills (BenchConsole *console, gpointer user_data)
{
  Looks looks = look_at_wall (console);

  return looks.mapped >= 12 && looks.stills + looks.gone == looks.mapped;
}

static gboolean
all_live (BenchConsole *console, gpointer user_data)
{
  Looks looks = look_at_wall (console);

  return looks.mapped >= 12 && looks.live + looks.gone == looks.mapped;
}

static void
open_wall (BenchHall *hall, BenchConsole **console)
{
  *console = bench_console_new (1600, 900);
  g_assert_true (bench_console_connect (*console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"),
                                        bench_hall_get_exam (hall), 30));
}

static void
scroll_about (BenchConsole *console)
{
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (vigil_window_get_wall (bench_console_get_window (console)));

  bench_console_scroll (console, 900);
  bench_console_run (console, 5);
  bench_console_scroll (console, 0);
  for (guint i = 0; i < 8; i++)
    {
      gtk_adjustment_set_value (adjustment, g_random_double_range (0, gtk_adjustment_get_upper (adjustment)));
      bench_console_run (console, 0.4);
    }
}

static void
check_identity (const Tally *tally)
{
  g_test_message ("%u stills, %u live, %u other pictures drawn; %u right, %u wrong, %u unreadable", tally->stills, tally->live, tally->others,
                  tally->right, tally->wrong, tally->unreadable);
  g_assert_cmpuint (tally->wrong, ==, 0);
  g_assert_cmpuint (tally->unreadable * 100, <=, tally->right);
}

/* @data: another option of the hall, or none. */
static void
test_no_sfu (gconstpointer data)
{
  const char *args[] = { "--candidates=200", "--no-sfu", "--captures=2", "--score-rate=200", "--absent=0", "--churn=0.2", "--http-rate=0", data, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BenchHall) hall = bench_hall_start (args, &error);
  g_autoptr (BenchConsole) console = NULL;
  gint64 opened = counter ("vigil_transports_opened"), asked, began_us, failed;
  Tally tally = { 0 };
  VigilStillCounts counts;
  VigilStreamCounts streams;
  Looks looks;
  double seconds;

  g_assert_no_error (error);
  vigil_tile_set_draw_probe (drew_cb, &tally);
  open_wall (hall, &console);
  g_assert_true (bench_console_wait (console, all_stills, NULL, 20));
  asked = counter ("vigil_stills_asked");
  failed = counter ("vigil_stills_failed");
  began_us = g_get_monotonic_time ();
  for (guint i = 0; i < 3; i++)
    scroll_about (console);
  seconds = (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC;
  asked = counter ("vigil_stills_asked") - asked;
  g_test_message ("%.1f questions a second while scrolling", (double) asked / seconds);
  g_assert_cmpfloat ((double) asked, <=, 40 * seconds + 11);
  g_assert_cmpint (counter ("vigil_stills_failed"), ==, failed);

  /* At rest: whoever is on screen and nobody else, all of them, calm. */
  g_assert_true (bench_console_wait (console, all_stills, NULL, 20));
  looks = look_at_wall (console);
  g_assert_cmpuint (looks.spinning + looks.failed + looks.live, ==, 0);
  vigil_stills_get_counts (vigil_session_get_stills (bench_console_get_session (console)), &counts);
  g_assert_cmpuint (counts.watched, <=, looks.mapped);
  began_us = g_get_monotonic_time ();
  asked = counter ("vigil_stills_asked");
  bench_console_run (console, 5);
  seconds = (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC;
  asked = counter ("vigil_stills_asked") - asked;
  g_test_message ("%u tiles, %.1f questions a second at rest", looks.mapped, (double) asked / seconds);
  g_assert_cmpfloat ((double) asked, <=, looks.mapped * (seconds + 1));

  /* The connection breaks: what is there stays, and goes on when it is back. */
  bench_hall_control (hall, "{\"op\": \"drop\", \"abrupt\": true}", &error);
  g_assert_no_error (error);
  bench_console_run (console, 4);
  g_assert_true (bench_console_wait (console, all_stills, NULL, 20));

  vigil_stream_controller_get_counts (vigil_session_get_streams (bench_console_get_session (console)), &streams);
  g_assert_cmpuint (streams.consumes, ==, 0);
  g_assert_cmpint (counter ("vigil_transports_opened"), ==, opened);
  g_assert_cmpint (vigil_session_get_link (bench_console_get_session (console), VIGIL_PART_SFU)->state, ==, VIGIL_LINK_OFFLINE);
  vigil_tile_set_draw_probe (NULL, NULL);
  check_identity (&tally);
  g_assert_cmpuint (tally.stills, >=, 500);
  g_assert_cmpuint (tally.live, ==, 0);
}

/* The SFU goes and comes back; the operator wants none of it for a while. */
static void
test_ladder (void)
{
  const char *const args[] = { "--candidates=60", "--captures=2", "--score-rate=60", "--video=320x180@10", "--absent=0", "--churn=0", "--activity=0",
                               "--http-rate=0", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BenchHall) hall = bench_hall_start (args, &error);
  g_autoptr (BenchConsole) console = NULL;
  VigilSettings *settings;
  Tally tally = { 0 };
  gint64 asked;

  g_assert_no_error (error);
  vigil_tile_set_draw_probe (drew_cb, &tally);
  open_wall (hall, &console);
  settings = bench_console_get_settings (console);
  g_assert_true (bench_console_wait (console, all_live, NULL, 40));

  /* Nobody who is live is asked about. */
  bench_console_run (console, 2);
  asked = counter ("vigil_stills_asked");
  bench_console_run (console, 4);
  g_assert_cmpint (counter ("vigil_stills_asked"), ==, asked);

  bench_hall_control (hall, "{\"op\": \"sfu-kill\", \"ms\": 0}", &error);
  g_assert_no_error (error);
  g_assert_true (bench_console_wait (console, all_stills, NULL, 20));
  bench_hall_control (hall, "{\"op\": \"sfu-revive\"}", &error);
  g_assert_no_error (error);
  vigil_session_reconnect_now (bench_console_get_session (console));
  g_assert_true (bench_console_wait (console, all_live, NULL, 60));

  vigil_settings_set_pictures (settings, VIGIL_RUNG_STILL);
  g_assert_true (bench_console_wait (console, all_stills, NULL, 20));
  {
    VigilStreamCounts streams;

    vigil_stream_controller_get_counts (vigil_session_get_streams (bench_console_get_session (console)), &streams);
    g_assert_cmpuint (streams.live, ==, 0);
  }

  vigil_settings_set_pictures (settings, VIGIL_RUNG_SCORE);
  bench_console_run (console, 2);
  asked = counter ("vigil_stills_asked");
  bench_console_run (console, 4);
  g_assert_cmpint (counter ("vigil_stills_asked"), ==, asked);
  g_assert_cmpuint (look_at_wall (console).stills + look_at_wall (console).live, ==, 0);

  vigil_settings_set_pictures (settings, VIGIL_RUNG_LIVE);
  g_assert_true (bench_console_wait (console, all_live, NULL, 40));
  vigil_tile_set_draw_probe (NULL, NULL);
  check_identity (&tally);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_add_data_func ("/stills/no-sfu", NULL, test_no_sfu);
  g_test_add_data_func ("/stills/no-sfu-no-route", "--no-stills", test_no_sfu);
  g_test_add_func ("/stills/ladder", test_ladder);
  return g_test_run ();
}
