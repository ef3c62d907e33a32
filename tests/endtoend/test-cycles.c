/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thousand scroll-driven attach/detach cycles: threads, descriptors and live objects end where they began. */
#include "bench-console.h"
#include "bench-hall.h"
#include "bench-process.h"
#include "vigil-metrics.h"

#define WANTED 1000
#define LIMIT_S 200

static void
read_counts (BenchConsole *console, VigilStreamCounts *counts)
{
  vigil_stream_controller_get_counts (vigil_session_get_streams (bench_console_get_session (console)), counts);
}

static gboolean
nothing_attached (BenchConsole *console, gpointer user_data)
{
  VigilStreamCounts counts;

  read_counts (console, &counts);
  return counts.consumers == 0 && counts.live == 0 && counts.warm == 0;
}

/* Nobody on the wall, no consumer left: what remains is the transport alone. */
static void
read_empty (BenchConsole *console, BenchProcess *reading)
{
  VigilRosterView *view = vigil_session_get_view (bench_console_get_session (console));
  VigilRosterFilter nobody = { .search = (char *) "no such candidate" };
  VigilRosterFilter everybody = { 0 };

  vigil_roster_view_set_filter (view, &nobody);
  g_assert_true (bench_console_wait (console, nothing_attached, NULL, 20));
  /* Reaped streams end their threads in the background. */
  bench_console_run (console, 3);
  bench_process_read (reading, 0);
  vigil_roster_view_set_filter (view, &everybody);
  bench_console_wait_playing (console, 0, 20);
}

static guint64
cycle (BenchConsole *console, guint64 wanted)
{
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (vigil_window_get_wall (bench_console_get_window (console)));
  gint64 begin = g_get_monotonic_time ();
  VigilStreamCounts counts;
  guint64 before;

  read_counts (console, &counts);
  before = counts.closes;
  while (counts.closes - before < wanted && g_get_monotonic_time () - begin < LIMIT_S * G_USEC_PER_SEC)
    {
      double top = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
      gboolean low = gtk_adjustment_get_value (adjustment) > top / 2;

      gtk_adjustment_set_value (adjustment, low ? 0 : top);
      /* Half of the pages are left before they play: that is where teardown goes wrong. */
      if (g_random_boolean ())
        bench_console_wait_playing (console, 0, 10);
      else
        bench_console_run (console, g_random_double_range (0.02, 0.4));
      read_counts (console, &counts);
    }
  return counts.closes - before;
}

static void
test_flat (void)
{
  const char *const args[] = { "--candidates=120", "--score-rate=20", "--video=320x180@8", "--absent=0", "--churn=0",
                               "--activity=0", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BenchHall) hall = bench_hall_start (args, &error);
  g_autoptr (BenchConsole) console = NULL;
  BenchProcess before, middle, after;
  guint64 n;

  g_assert_no_error (error);
  console = bench_console_new (1280, 800);
  /* Everything that leaves the screen is closed at once. */
  vigil_settings_set_int (bench_console_get_settings (console), VIGIL_SETTING_GRACE, 0);
  vigil_settings_set_int (bench_console_get_settings (console), VIGIL_SETTING_WARM_MARGIN, 0);
  vigil_settings_set_int (bench_console_get_settings (console), VIGIL_SETTING_MAX_WARM, 0);
  g_assert_true (bench_console_connect (console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"),
                                        bench_hall_get_exam (hall), 30));
  g_assert_cmpfloat (bench_console_wait_playing (console, 0, 30), >=, 0);

  n = cycle (console, 100); /* caches and pools fill */
  read_empty (console, &before);
  n = cycle (console, WANTED / 2);
  read_empty (console, &middle);
  n += cycle (console, WANTED / 2);
  read_empty (console, &after);

  g_test_message ("%" G_GUINT64_FORMAT " cycles: threads %u → %u → %u, descriptors %u → %u → %u, RSS %.1f → %.1f → %.1f MB",
                  n, before.threads, middle.threads, after.threads, before.fds, middle.fds, after.fds,
                  before.rss_mb, middle.rss_mb, after.rss_mb);
  g_assert_cmpuint (n, >=, WANTED);
  g_assert_cmpuint (after.threads, <=, before.threads + 2);
  g_assert_cmpuint (after.fds, <=, before.fds + 2);
  /* What is kept of a closed stream would be 30 to 100 MB (docs/performance.md). */
  g_assert_cmpfloat (after.rss_mb - before.rss_mb, <=, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* GTest turns all debug messages on; formatting them would be most of what a busy client does. */
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_add_func ("/cycles/flat", test_flat);
  return g_test_run ();
}
