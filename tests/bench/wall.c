/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall, client alone: at rest, with 24 live tiles, scrolling. Prints a table, and with --json FILE one
 * JSON object with the same figures. The hall and the bare decode run in processes of their own. */
#include <json-glib/json-glib.h>
#include <stdio.h>

#include "bench-console.h"
#include "bench-hall.h"
#include "bench-process.h"
#include "vigil-media-init.h"
#include "vigil-metrics.h"

#define WIDTH 1920
#define HEIGHT 1080
#define SPEED 1500
#define LIVE 24
#define LATER 8
#define ROUNDS 3

static int seconds = 12;
static char *json_file = NULL;
static char *only = NULL;

static const GOptionEntry entries[] = {
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "Length of each measurement (12)", "S" },
  { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_file, "Write the figures as one JSON object", "FILE" },
  { "only", 0, 0, G_OPTION_ARG_STRING, &only, "One part: cold, rest, live, scroll", "PART" },
  { NULL }
};

static JsonObject *figures;

static void
note (const char *key, double value, const char *unit)
{
  printf ("  %-44s %10.3f %s\n", key, value, unit);
  fflush (stdout);
  json_object_set_double_member (figures, key, value);
}

static void
note_key (const char *part, const char *what, double value, const char *unit)
{
  g_autofree char *key = g_strconcat (part, "_", what, NULL);

  note (key, value, unit);
}

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

/* @ready: an operator has had time to choose a hall: the console's DTLS key is there. */
static BenchConsole *
open_console (BenchHall *hall, gboolean ready)
{
  BenchConsole *console;

  /* A hall has been up for a while when a console comes; this one still makes its certificate. */
  g_usleep (2 * G_USEC_PER_SEC);
  console = bench_console_new (WIDTH, HEIGHT);
  if (ready)
    vigil_media_init ();
  if (!bench_console_connect (console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"),
                              bench_hall_get_exam (hall), 30))
    g_error ("the wall did not come");
  return console;
}

static void
note_process (const char *part, const BenchProcess *now)
{
  note_key (part, "pss", now->pss_mb, "MB");
  note_key (part, "rss", now->rss_mb, "MB");
  note_key (part, "threads", now->threads, "");
  note_key (part, "fds", now->fds, "");
}

/* CPU, memory and threads over a stretch of time. */
static void
measure (BenchConsole *console, const char *part)
{
  BenchProcess from, to;

  bench_process_read (&from, 0);
  bench_console_run (console, seconds);
  bench_process_read (&to, 0);
  note_key (part, "cpu", bench_process_cores (&from, &to), "core");
  note_process (part, &to);
}

static void
measure_scroll (BenchConsole *console, const char *part)
{
  g_autoptr (GArray) intervals = NULL;
  BenchProcess from, to;

  bench_console_scroll (console, SPEED);
  bench_console_run (console, 1);
  g_array_unref (bench_console_take_intervals (console));
  bench_process_read (&from, 0);
  bench_console_run (console, seconds);
  bench_process_read (&to, 0);
  intervals = bench_console_take_intervals (console);
  bench_console_scroll (console, 0);

  note_key (part, "cpu", bench_process_cores (&from, &to), "core");
  note_key (part, "frames_per_second", intervals->len / (to.at_s - from.at_s), "1/s");
  note_key (part, "interval_p50", bench_quantile (intervals, 0.50), "ms");
  note_key (part, "interval_p95", bench_quantile (intervals, 0.95), "ms");
  note_key (part, "interval_p99", bench_quantile (intervals, 0.99), "ms");
  note_key (part, "pss", to.pss_mb, "MB");
}

static void
bench_rest (void)
{
  g_autoptr (BenchHall) hall = start_hall ("--candidates=200", "--score-rate=80", "--publish=0", NULL);
  g_autoptr (BenchConsole) console = open_console (hall, TRUE);
  VigilHistogram *latency = vigil_metrics_histogram ("vigil_score_latency", "ms", "");

  printf ("at rest: 200 candidates, 80 updates/s, no video\n");
  bench_console_run (console, 4);
  vigil_metrics_reset ();
  measure (console, "rest");
  note ("rest_redraws_per_s",
        (double) vigil_counter_get (vigil_metrics_counter ("vigil_redraws_score", "")) / seconds, "1/s");
  note ("rest_sweeps_per_s", (double) vigil_counter_get (vigil_metrics_counter ("vigil_score_sweeps", "")) / seconds, "1/s");
  note ("rest_score_latency_p50", vigil_histogram_quantile (latency, 0.5), "ms");
  note ("rest_score_latency_p99", vigil_histogram_quantile (latency, 0.99), "ms");
  printf ("scrolling the same wall, %d px/s\n", SPEED);
  measure_scroll (console, "scroll_scores");
}

/* What decoding the same streams costs and nothing else; −1 if the program is missing. */
static double
bare_decode (const char *count, int length_s)
{
  const char *build = g_getenv ("VIGIL_BUILD_ROOT");
  g_autofree char *program = g_build_filename (build != NULL ? build : ".", "tests", "bench", "bare-decode", NULL);
  g_autofree char *file = g_build_filename (g_get_tmp_dir (), "vigil-bare-decode.json", NULL);
  g_autofree char *length = g_strdup_printf ("--seconds=%d", length_s);
  g_autofree char *clips = g_strdup_printf ("--clips=%s", count);
  g_autofree char *json = g_strdup_printf ("--json=%s", file);
  const char *argv[] = { program, clips, "--width=640", "--height=360", "--rate=15", length, json, NULL };
  g_autoptr (GSubprocess) process =
    g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (process == NULL || !g_subprocess_wait_check (process, NULL, NULL) ||
      !json_parser_load_from_file (parser, file, NULL))
    return -1;
  return json_object_get_double_member (json_node_get_object (json_parser_get_root (parser)), "cpu");
}

static gboolean
has_first_frames (BenchConsole *console, gpointer user_data)
{
  return vigil_histogram_get_count (vigil_metrics_histogram ("vigil_stream_first_frame", "ms", "")) >=
         GPOINTER_TO_UINT (user_data);
}

/* Candidates who begin to publish one by one while the others play. */
static void
measure_later (BenchConsole *console, BenchHall *hall)
{
  VigilRoster *roster = vigil_session_get_roster (bench_console_get_session (console));
  VigilHistogram *first = vigil_metrics_histogram ("vigil_stream_first_frame", "ms", "");
  guint n_handles = 0, done = 0;
  const VigilHandle *handles = vigil_roster_get_handles (roster, &n_handles);

  vigil_histogram_reset (first);
  for (guint i = 0; i < n_handles && done < LATER; i++)
    {
      const VigilCandidate *candidate = vigil_roster_get (roster, handles[i]);
      g_autofree char *order = NULL;
      g_autoptr (GError) error = NULL;

      if (candidate->producer_ids[VIGIL_SOURCE_WEBCAM] != NULL)
        continue;
      order = g_strdup_printf ("{\"op\": \"produce\", \"studentId\": \"%s\"}", candidate->id);
      if (!bench_hall_control (hall, order, &error))
        g_error ("%s", error->message);
      done++;
      if (!bench_console_wait (console, has_first_frames, GUINT_TO_POINTER (done), 10))
        g_warning ("a late producer has no picture after 10 s");
      bench_console_run (console, 0.3);
    }
  note ("later_n", vigil_histogram_get_count (first), "");
  note ("later_first_frame_p50", vigil_histogram_quantile (first, 0.50), "ms");
  note ("later_first_frame_p95", vigil_histogram_quantile (first, 0.95), "ms");
}

/* Where the time of a new transport goes, from the moment it is asked for. */
static void
note_transport (void)
{
  note ("transport_offer", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_transport_offer", "ms", ""), 0.5), "ms");
  note ("transport_answer", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_media_open", "ms", ""), 0.5), "ms");
  note ("transport_ice", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_media_ice", "ms", ""), 0.5), "ms");
  note ("transport_dtls", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_media_dtls", "ms", ""), 0.5), "ms");
}

/* The machine's speed drifts within seconds, so the two take turns. */
static void
measure_live (BenchConsole *console)
{
  VigilCounter *paints = vigil_metrics_counter ("vigil_video_paints", "");
  double cores = 0, bare = 0, ran_s = 0;
  guint64 n_paints = 0;
  guint n_frames = 0;
  BenchProcess to;

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GArray) intervals = NULL;
      BenchProcess from;

      /* What the wall missed while the other one ran is made up for. */
      bench_console_run (console, 1);
      g_array_unref (bench_console_take_intervals (console));
      n_paints -= (guint64) vigil_counter_get (paints);
      bench_process_read (&from, 0);
      bench_console_run (console, (double) seconds / ROUNDS);
      bench_process_read (&to, 0);
      n_paints += (guint64) vigil_counter_get (paints);
      intervals = bench_console_take_intervals (console);
      n_frames += intervals->len;
      ran_s += to.at_s - from.at_s;
      cores += bench_process_cores (&from, &to) / ROUNDS;
      bare += bare_decode ("24", MAX (seconds / ROUNDS, 1)) / ROUNDS;
    }

  note ("live_cpu", cores, "core");
  note ("bare_decode_cpu", bare, "core");
  note ("live_to_bare_ratio", bare > 0 ? cores / bare : -1, "x");
  note ("live_frames_per_second", n_frames / ran_s, "1/s");
  note ("live_video_paints_per_second", (double) n_paints / ran_s, "1/s");
  note_process ("live", &to);
}

static BenchHall *
start_live_hall (void)
{
  return start_hall ("--candidates=32", "--score-rate=80", "--publish=24", "--absent=0",
                     "--churn=0", "--video=640x360@15", "--prepare=32", NULL);
}

static void
note_first (BenchConsole *console, const char *part)
{
  VigilHistogram *first = vigil_metrics_histogram ("vigil_stream_first_frame", "ms", "");

  note_key (part, "all_playing", bench_console_wait_playing (console, LIVE, 30), "s");
  note_key (part, "first_frame_p50", vigil_histogram_quantile (first, 0.50), "ms");
  note_key (part, "first_frame_p95", vigil_histogram_quantile (first, 0.95), "ms");
}

/* Connecting in the moment the program starts, as after a double click on a saved hall. */
static void
bench_cold (void)
{
  g_autoptr (BenchHall) hall = start_live_hall ();
  g_autoptr (BenchConsole) console = open_console (hall, FALSE);

  printf ("cold: %d tiles, connected while the program starts\n", LIVE);
  note_first (console, "cold");
}

static void
copy_figure (JsonObject *object, const char *name, JsonNode *value, gpointer user_data)
{
  json_object_set_member (figures, name, json_node_copy (value));
}

/* A start is cold once in a process, and what it leaves in memory is not the wall's at rest. */
static void
bench_cold_apart (void)
{
  g_autofree char *file = g_build_filename (g_get_tmp_dir (), "vigil-wall-cold.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "/proc/self/exe", "--only=cold", "--json", file, NULL);

  if (process == NULL || !g_subprocess_wait_check (process, NULL, &error) ||
      !json_parser_load_from_file (parser, file, &error))
    g_error ("the cold start was not measured: %s", error->message);
  json_object_foreach_member (json_node_get_object (json_parser_get_root (parser)), copy_figure, NULL);
}

static void
bench_live (void)
{
  g_autoptr (BenchHall) hall = start_live_hall ();
  g_autoptr (BenchConsole) console = NULL;

  vigil_metrics_reset ();
  console = open_console (hall, TRUE);
  printf ("live: %d tiles of 640x360@15\n", LIVE);
  note_first (console, "live");
  note_transport ();
  bench_console_run (console, 4);
  measure_live (console);
  measure_later (console, hall);
}

static void
bench_scroll (void)
{
  g_autoptr (BenchHall) hall = start_hall ("--candidates=200", "--score-rate=80", "--absent=0", "--churn=0",
                                           "--video=640x360@15", "--prepare=200", "--looks=48", NULL);
  g_autoptr (BenchConsole) console = open_console (hall, TRUE);

  printf ("scrolling with video: 200 candidates of 640x360@15, %d px/s\n", SPEED);
  note ("scroll_all_playing", bench_console_wait_playing (console, 0, 30), "s");
  bench_console_run (console, 4);
  measure_scroll (console, "scroll_video");
  note ("scroll_video_trim_p95", vigil_histogram_quantile (vigil_metrics_histogram ("vigil_memory_trim", "ms", ""), 0.95), "ms");
  note ("scroll_video_decoders_rested",
        (double) vigil_counter_get (vigil_metrics_counter ("vigil_media_decoders_rested", "")), "");
}

static void
write_json (void)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (root, figures);
  text = json_to_string (root, TRUE);
  g_file_set_contents (json_file, text, -1, NULL);
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
  figures = json_object_new ();
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
    write_json ();
  json_object_unref (figures);
  return 0;
}
