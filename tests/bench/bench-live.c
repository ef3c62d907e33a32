/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-live.h"

#include <json-glib/json-glib.h>

#include "bench-figures.h"
#include "vigil-media-init.h"
#include "vigil-metrics.h"

#define LATER 8
#define ROUNDS 3
#define RESUMES 5

BenchHall *
bench_live_start_hall (const BenchLive *live)
{
  g_autofree char *candidates = g_strdup_printf ("--candidates=%u", live->tiles + LATER);
  g_autofree char *publish = g_strdup_printf ("--publish=%u", live->tiles);
  g_autofree char *prepare = g_strdup_printf ("--prepare=%u", live->tiles + LATER);
  g_autofree char *video = g_strdup_printf ("--video=%ux%u@%u", live->width, live->height, live->rate);
  const char *const args[] = { candidates, publish, prepare, video, "--score-rate=80", "--absent=0", "--churn=0", NULL };
  g_autoptr (GError) error = NULL;
  BenchHall *hall = bench_hall_start (args, &error);

  if (hall == NULL)
    g_error ("no hall: %s", error->message);
  return hall;
}

/* What is measured is what all of them cost, not how few a ceiling or an overloaded machine lets play. */
static void
lift_ceilings (const BenchLive *live, VigilSettings *settings)
{
  int most;

  vigil_settings_get_range (settings, VIGIL_SETTING_MAX_LIVE, NULL, &most);
  vigil_settings_set_int (settings, VIGIL_SETTING_MAX_LIVE, MIN (most, (int) (live->tiles + LATER)));
  vigil_settings_get_range (settings, VIGIL_SETTING_MAX_WARM, NULL, &most);
  vigil_settings_set_int (settings, VIGIL_SETTING_MAX_WARM, MIN (most, (int) (live->tiles + LATER)));
  vigil_settings_set_int (settings, VIGIL_SETTING_MAX_DECODE_CPU, 0);
  vigil_settings_set_int (settings, VIGIL_SETTING_MAX_DOWNLINK, 0);
  vigil_settings_set_int (settings, VIGIL_SETTING_MAX_PIXELS, 0);
  vigil_settings_set_boolean (settings, VIGIL_SETTING_LADDER, FALSE);
  if (live->tile_width > 0)
    vigil_settings_set_int (settings, VIGIL_SETTING_TILE_WIDTH, (int) live->tile_width);
}

BenchConsole *
bench_live_open (const BenchLive *live, BenchHall *hall, gboolean ready)
{
  BenchConsole *console;

  /* A hall has been up for a while when a console comes; this one still makes its certificate. */
  g_usleep (2 * G_USEC_PER_SEC);
  console = bench_console_new ((int) live->window_width, (int) live->window_height);
  lift_ceilings (live, bench_console_get_settings (console));
  if (ready)
    vigil_media_init ();
  if (!bench_console_connect (console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"),
                              bench_hall_get_exam (hall), 30))
    g_error ("the wall did not come");
  return console;
}

void
bench_live_first (const BenchLive *live, BenchConsole *console, const char *part)
{
  bench_note (part, "all_playing", bench_console_wait_playing (console, live->tiles, 30), "s");
  bench_note_quantiles (part, "first_frame", "vigil_stream_first_frame");
}

/* What decoding the same streams costs and nothing else; −1 if the program is missing. */
static double
bare_decode (const BenchLive *live, int length_s)
{
  const char *build = g_getenv ("VIGIL_BUILD_ROOT");
  g_autofree char *program = g_build_filename (build != NULL ? build : ".", "tests", "bench", "bare-decode", NULL);
  g_autofree char *file = g_build_filename (g_get_tmp_dir (), "vigil-bare-decode.json", NULL);
  g_autofree char *length = g_strdup_printf ("--seconds=%d", length_s);
  g_autofree char *clips = g_strdup_printf ("--clips=%u", live->tiles);
  g_autofree char *width = g_strdup_printf ("--width=%u", live->width);
  g_autofree char *height = g_strdup_printf ("--height=%u", live->height);
  g_autofree char *rate = g_strdup_printf ("--rate=%u", live->rate);
  g_autofree char *json = g_strdup_printf ("--json=%s", file);
  const char *argv[] = { program, clips, width, height, rate, length, json, NULL };
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (process == NULL || !g_subprocess_wait_check (process, NULL, NULL) ||
      !json_parser_load_from_file (parser, file, NULL))
    return -1;
  return json_object_get_double_member (json_node_get_object (json_parser_get_root (parser)), "cpu");
}

/* The machine's speed drifts within seconds, so the two take turns. */
void
bench_live_cost (const BenchLive *live, BenchConsole *console, const char *part)
{
  VigilCounter *paints = vigil_metrics_counter ("vigil_video_paints", "");
  double cores = 0, bare = 0, ran_s = 0;
  guint64 n_paints = 0;
  guint n_frames = 0;
  VigilHistogram *late = vigil_metrics_histogram ("vigil_frame_late", "ms", "");
  double late_ms = 0;
  BenchProcess to;

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GArray) intervals = NULL;
      BenchProcess from;

      /* What the wall missed while the other one ran is made up for. */
      bench_console_run (console, 1);
      g_array_unref (bench_console_take_intervals (console));
      n_paints -= (guint64) vigil_counter_get (paints);
      vigil_histogram_reset (late); /* nothing is painted while the bare decode runs */
      bench_process_read_cpu (&from);
      bench_console_run (console, (double) live->seconds / ROUNDS);
      bench_process_read_cpu (&to);
      late_ms = MAX (late_ms, vigil_histogram_quantile (late, 0.95));
      n_paints += (guint64) vigil_counter_get (paints);
      intervals = bench_console_take_intervals (console);
      n_frames += intervals->len;
      ran_s += to.at_s - from.at_s;
      cores += bench_process_cores (&from, &to) / ROUNDS;
      bare += bare_decode (live, MAX (live->seconds / ROUNDS, 1)) / ROUNDS;
    }

  bench_process_read (&to, 0);
  bench_note (part, "cpu", cores, "core");
  bench_note (part, "bare_decode_cpu", bare, "core");
  bench_note (part, "to_bare_ratio", bare > 0 ? cores / bare : -1, "x");
  bench_note (part, "frames_per_second", n_frames / ran_s, "1/s");
  bench_note (part, "frame_late_p95", late_ms, "ms");
  bench_note (part, "video_paints_per_second", (double) n_paints / ran_s, "1/s");
  bench_note_process (part, &to);
}

static gboolean
has_first_frames (BenchConsole *console, gpointer user_data)
{
  return vigil_histogram_get_count (vigil_metrics_histogram ("vigil_stream_first_frame", "ms", "")) >=
         GPOINTER_TO_UINT (user_data);
}

void
bench_live_later (BenchConsole *console, BenchHall *hall, const char *part)
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
  bench_note (part, "later_n", vigil_histogram_get_count (first), "");
  bench_note_quantiles (part, "later", "vigil_stream_first_frame");
}

static void
show_only (BenchConsole *console, const char *text)
{
  VigilRosterFilter filter = { .search = (char *) text };

  vigil_roster_view_set_filter (vigil_session_get_view (bench_console_get_session (console)), &filter);
}

void
bench_live_resume (BenchConsole *console, const char *part)
{
  VigilHistogram *first = vigil_metrics_histogram ("vigil_stream_first_frame", "ms", "");
  VigilStreamController *streams = vigil_session_get_streams (bench_console_get_session (console));
  VigilStreamCounts before, after;

  vigil_histogram_reset (first);
  vigil_stream_controller_get_counts (streams, &before);
  for (guint i = 0; i < RESUMES; i++)
    {
      show_only (console, "nobody is called so");
      bench_console_run (console, 1.5);
      show_only (console, NULL);
      if (!bench_console_wait (console, has_first_frames, GUINT_TO_POINTER (before.live * (i + 1)), 10))
        g_warning ("not all have a picture 10 s after they came back");
      bench_console_run (console, 1);
    }
  vigil_stream_controller_get_counts (streams, &after);
  bench_note (part, "resume_n", vigil_histogram_get_count (first), "");
  bench_note (part, "resume_new_consumers", (double) (after.consumes - before.consumes), "");
  bench_note_quantiles (part, "resume", "vigil_stream_first_frame");
}
