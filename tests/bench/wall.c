/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall, client alone: at rest, with 24 live tiles, scrolling. Prints a table, and with --json FILE one
 * JSON object with the same figures. The hall and the bare decode run in processes of their own. */
#include <stdio.h>

#include "bench-console.h"
#include "bench-figures.h"
#include "bench-hall.h"
#include "bench-live.h"
#include "vigil-media-init.h"
#include "vigil-metrics.h"

#define SPEED 1500

static const BenchLive live_case = { .tiles = 24, .width = 640, .height = 360, .rate = 15, .window_width = 1920, .window_height = 1080 };

static int seconds = 12;
static char *json_file = NULL;
static char *only = NULL;

static const GOptionEntry entries[] = {
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "Length of each measurement (12)", "S" },
  { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_file, "Write the figures as one JSON object", "FILE" },
  { "only", 0, 0, G_OPTION_ARG_STRING, &only, "One part: cold, rest, live, scroll", "PART" },
  { NULL }
};

static BenchHall *
start_hall (const char *first, ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  BenchHall *hall;
  va_list list;

  va_start (list, first);
  for (const char *arg = first; arg != NULL; arg = va_arg (list, const char *))
    g_ptr_array_add (args, (gpointer) arg);
  va_end (list);
  g_ptr_array_add (args, NULL);
  hall = bench_hall_start ((const char *const *) args->pdata, &error);
  if (hall == NULL)
    g_error ("no hall: %s", error->message);
  return hall;
}

static BenchConsole *
open_console (BenchHall *hall)
{
  BenchConsole *console;

  /* A hall has been up for a while when a console comes; this one still makes its certificate. */
  g_usleep (2 * G_USEC_PER_SEC);
  console = bench_console_new ((int) live_case.window_width, (int) live_case.window_height);
  vigil_media_init ();
  if (!bench_console_connect (console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"),
                              bench_hall_get_exam (hall), 30))
    g_error ("the wall did not come");
  return console;
}

static void
bench_rest (void)
{
  g_autoptr (BenchHall) hall = start_hall ("--candidates=200", "--score-rate=80", "--publish=0", NULL);
  g_autoptr (BenchConsole) console = open_console (hall);

  printf ("at rest: 200 candidates, 80 updates/s, no video\n");
  bench_console_run (console, 4);
  vigil_metrics_reset ();
  bench_measure (console, "rest", seconds);
  bench_note ("rest", "redraws_per_s",
              (double) vigil_counter_get (vigil_metrics_counter ("vigil_redraws_score", "")) / seconds, "1/s");
  bench_note ("rest", "sweeps_per_s", (double) vigil_counter_get (vigil_metrics_counter ("vigil_score_sweeps", "")) / seconds, "1/s");
  bench_note ("rest", "score_latency_p50", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_score_latency", "ms", ""), 0.5), "ms");
  bench_note ("rest", "score_latency_p99", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_score_latency", "ms", ""), 0.99), "ms");
  printf ("scrolling the same wall, %d px/s\n", SPEED);
  bench_measure_scroll (console, "scroll_scores", seconds, SPEED);
}

/* Where the time of a new transport goes, from the moment it is asked for. */
static void
note_transport (void)
{
  static const char *const steps[][2] = {
    { "offer", "vigil_transport_offer" }, { "answer", "vigil_media_open" }, { "ice", "vigil_media_ice" }, { "dtls", "vigil_media_dtls" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    bench_note ("transport", steps[i][0], vigil_histogram_quantile (vigil_metrics_histogram (steps[i][1], "ms", ""), 0.5), "ms");
}

/* Connecting in the moment the program starts, as after a double click on a saved hall. */
static void
bench_cold (void)
{
  g_autoptr (BenchHall) hall = bench_live_start_hall (&live_case);
  g_autoptr (BenchConsole) console = bench_live_open (&live_case, hall, FALSE);

  printf ("cold: %u tiles, connected while the program starts\n", live_case.tiles);
  bench_live_first (&live_case, console, "cold");
}

/* A start is cold once in a process, and what it leaves in memory is not the wall's at rest. */
static void
bench_cold_apart (void)
{
  g_autofree char *file = g_build_filename (g_get_tmp_dir (), "vigil-wall-cold.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "/proc/self/exe", "--only=cold", "--json", file, NULL);

  if (process == NULL || !g_subprocess_wait_check (process, NULL, &error) || !bench_figures_load (file, ""))
    g_error ("the cold start was not measured: %s", error != NULL ? error->message : "no figures");
}

static void
bench_live (void)
{
  BenchLive live = live_case;
  g_autoptr (BenchHall) hall = NULL;
  g_autoptr (BenchConsole) console = NULL;

  live.seconds = seconds;
  hall = bench_live_start_hall (&live);
  vigil_metrics_reset ();
  console = bench_live_open (&live, hall, TRUE);
  printf ("live: %u tiles of %ux%u@%u\n", live.tiles, live.width, live.height, live.rate);
  bench_live_first (&live, console, "live");
  note_transport ();
  bench_console_run (console, 4);
  bench_live_cost (&live, console, "live");
  bench_live_later (console, hall, "live");
  bench_live_resume (console, "live");
}

static void
bench_scroll (void)
{
  g_autoptr (BenchHall) hall = start_hall ("--candidates=200", "--score-rate=80", "--absent=0", "--churn=0",
                                           "--video=640x360@15", "--prepare=200", "--looks=48", NULL);
  g_autoptr (BenchConsole) console = open_console (hall);

  printf ("scrolling with video: 200 candidates of 640x360@15, %d px/s\n", SPEED);
  bench_note ("scroll", "all_playing", bench_console_wait_playing (console, 0, 30), "s");
  bench_console_run (console, 4);
  bench_measure_scroll (console, "scroll_video", seconds, SPEED);
  bench_note ("scroll_video", "trim_p95", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_memory_trim", "ms", ""), 0.95), "ms");
  bench_note ("scroll_video", "decoders_rested",
              (double) vigil_counter_get (vigil_metrics_counter ("vigil_media_decoders_rested", "")), "");
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- what the wall costs");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (only == NULL)
    bench_cold_apart ();
  else if (g_str_equal (only, "cold"))
    bench_cold ();
  if (only == NULL || g_str_equal (only, "rest"))
    bench_rest ();
  if (only == NULL || g_str_equal (only, "live"))
    bench_live ();
  if (only == NULL || g_str_equal (only, "scroll"))
    bench_scroll ();
  if (json_file != NULL)
    bench_figures_save (json_file);
  return 0;
}
