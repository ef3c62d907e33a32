/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A wall of stills, client alone: as many as fit, refreshed once a second each, and at rest in a hall that has captures every
 * half minute. Prints a table, and with --json FILE one JSON object. The hall is a process of its own. */
#include <json-glib/json-glib.h>
#include <stdio.h>

#include "bench-console.h"
#include "bench-hall.h"
#include "bench-process.h"
#include "vigil-metrics.h"

#define WIDTH 1920
#define HEIGHT 1400

static int seconds = 20;
static char *json_file = NULL;

static const GOptionEntry entries[] = {
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "Length of each measurement (20)", "S" },
  { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_file, "Write the figures as one JSON object", "FILE" },
  { NULL }
};

static JsonObject *figures;

static void
note (const char *part, const char *what, double value, const char *unit)
{
  g_autofree char *key = g_strconcat (part, "_", what, NULL);

  printf ("  %-44s %10.3f %s\n", key, value, unit);
  fflush (stdout);
  json_object_set_double_member (figures, key, value);
}

static gint64
counter (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
measure (BenchConsole *console, BenchHall *hall, const char *part)
{
  static const char *const sums[][2] = {
    { "vigil_stills_asked", "requests" }, { "vigil_stills_new", "new" }, { "vigil_stills_same", "same" }, { "vigil_stills_bytes", "bytes" },
    { "vigil_redraws_score", "score_redraws" },
  };
  VigilStills *stills = vigil_session_get_stills (bench_console_get_session (console));
  BenchProcess from, to, hall_from, hall_to;
  BenchThread main_from, main_to;
  gint64 before[G_N_ELEMENTS (sums)];
  g_autoptr (GArray) intervals = NULL;
  VigilStillCounts counts;
  double time;

  for (gsize i = 0; i < G_N_ELEMENTS (sums); i++)
    before[i] = counter (sums[i][0]);
  vigil_histogram_reset (vigil_metrics_histogram ("vigil_still_decode", "ms", ""));
  g_array_unref (bench_console_take_intervals (console));
  bench_process_read (&from, 0);
  bench_process_read (&hall_from, bench_hall_get_pid (hall));
  bench_process_read_thread (&main_from, g_get_prgname ());
  bench_console_run (console, seconds);
  bench_process_read (&to, 0);
  bench_process_read (&hall_to, bench_hall_get_pid (hall));
  bench_process_read_thread (&main_to, g_get_prgname ());
  intervals = bench_console_take_intervals (console);
  time = to.at_s - from.at_s;

  vigil_stills_get_counts (stills, &counts);
  note (part, "stills_on_screen", counts.shown, "");
  note (part, "cpu", bench_process_cores (&from, &to), "core");
  note (part, "cpu_main_thread", (main_to.user_s + main_to.system_s - main_from.user_s - main_from.system_s) / time, "core");
  for (gsize i = 0; i < G_N_ELEMENTS (sums); i++)
    note (part, sums[i][1], (double) (counter (sums[i][0]) - before[i]) / time, "1/s");
  note (part, "decode_p50", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_still_decode", "ms", ""), 0.5), "ms");
  note (part, "decode_p95", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_still_decode", "ms", ""), 0.95), "ms");
  note (part, "paints", intervals->len / time, "1/s");
  note (part, "pss", to.pss_mb, "MB");
  note (part, "threads", to.threads, "");
  note (part, "hall_cpu", bench_process_cores (&hall_from, &hall_to), "core");
}

static void
bench (const char *part, const char *captures, int rate)
{
  const char *const args[] = { "--candidates=200", "--no-sfu", captures, "--score-rate=80", "--activity=0.1", "--absent=0", "--churn=0", "--http-rate=0", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BenchHall) hall = bench_hall_start (args, &error);
  g_autoptr (BenchConsole) console = NULL;
  g_autofree char *without = g_strconcat (part, "_scores_only", NULL);

  if (hall == NULL)
    g_error ("no hall: %s", error->message);
  printf ("%s: 200 candidates, 80 updates/s, %s\n", part, captures);
  console = bench_console_new (WIDTH, HEIGHT);
  vigil_settings_set_int (bench_console_get_settings (console), VIGIL_SETTING_STILL_RATE, rate);
  vigil_settings_set_pictures (bench_console_get_settings (console), VIGIL_RUNG_LIVE);
  if (!bench_console_connect (console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"), bench_hall_get_exam (hall), 30))
    g_error ("the wall did not come");
  bench_console_run (console, 8);
  measure (console, hall, part);
  /* The same wall in the same run without pictures: what the scores alone cost. */
  vigil_settings_set_pictures (bench_console_get_settings (console), VIGIL_RUNG_SCORE);
  bench_console_run (console, 3);
  measure (console, hall, without);
}

static void
write_json (void)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  json_node_set_object (root, figures);
  text = json_to_string (root, TRUE);
  if (!g_file_set_contents (json_file, text, -1, &error))
    g_printerr ("%s\n", error->message);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- what a wall of stills costs");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  figures = json_object_new ();
  bench ("each_second", "--captures=0", 100);
  bench ("half_minute", "--captures=30", 40);
  if (json_file != NULL)
    write_json ();
  json_object_unref (figures);
  return 0;
}
