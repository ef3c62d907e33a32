/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of the feed benchmark: so many candidates, so many scores a second, one server. */
#include "feed-case.h"

#include "bench-console.h"
#include "bench-hall.h"
#include "bench-process.h"
#include "vigil-metrics.h"

#include <time.h>

#define WIDTH 1920
#define HEIGHT 1080
#define SPEED 1500
#define SETTLE_S 3

typedef struct
{
  const FeedCase *feed;
  BenchHall      *hall;
  BenchConsole   *console;
  JsonObject     *figures;
} Run;

static void
note (Run *run, const char *part, const char *what, double value)
{
  g_autofree char *key = g_strconcat (part, *part != '\0' ? "_" : "", what, NULL);

  json_object_set_double_member (run->figures, key, value);
}

static double
count (const char *name)
{
  return (double) vigil_counter_get (vigil_metrics_counter (name, ""));
}

static BenchHall *
start_node (const FeedCase *feed, GError **error)
{
  g_autofree char *script = g_build_filename (VIGIL_SOURCE_ROOT, "tests", "interop", "feed-hall.mjs", NULL);
  g_autofree char *n = g_strdup_printf ("--candidates=%u", feed->candidates);
  g_autofree char *rate = g_strdup_printf ("--scores=%u", feed->rate);
  g_autofree char *batch = g_strdup_printf ("--batch-ms=%u", feed->batch_ms);
  const char *argv[] = { "node", script, n, rate, batch, NULL };

  return bench_hall_start_program (argv, error);
}

/* Nothing but scores: nobody comes, goes, publishes or misbehaves, so that both servers send the same. */
static BenchHall *
start_hall (const FeedCase *feed, GError **error)
{
  g_autofree char *n = g_strdup_printf ("--candidates=%u", feed->candidates);
  g_autofree char *rate = g_strdup_printf ("--score-rate=%u", feed->rate);
  g_autofree char *batch = g_strdup_printf ("--batch=%u", feed->batch_ms);
  const char *args[] = { n, rate, batch, "--publish=0", "--absent=0", "--churn=0", "--activity=0", "--score-noise=60",
                         "--events-interval=60000", NULL };

  return bench_hall_start (args, error);
}

/* -- until the wall is there -- */

static gboolean
has_tiles (BenchConsole *console, gpointer user_data)
{
  VigilWall *wall = vigil_window_get_wall (bench_console_get_window (console));
  gint64 *mapped_us = user_data;
  guint mapped = 0, playing, expected;

  if (wall != NULL)
    vigil_wall_count (wall, &mapped, &playing, &expected);
  if (mapped > 0 && *mapped_us == 0)
    *mapped_us = g_get_monotonic_time ();
  return *mapped_us > 0 && bench_console_get_painted_us (console) > *mapped_us;
}

static gboolean
has_everybody (BenchConsole *console, gpointer user_data)
{
  VigilSession *session = bench_console_get_session (console);
  VigilRosterCounts counts;

  vigil_roster_get_counts (vigil_session_get_roster (session), &counts);
  return counts.candidates >= GPOINTER_TO_UINT (user_data) && !vigil_session_is_loading (session);
}

/* Of this thread; what else runs on the machine does not count. */
static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

/* How long the main loop was away at a time, by a timer that wants to come every 2 ms. Only where CPU is not measured. */
typedef struct
{
  gint64  last_us;
  double  last_cpu;
  double  longest_cpu; /* ms */
  guint   source;
  GArray *late;   /* double, ms */
} Stalls;

#define STALL_MS 2

static gboolean
stall_cb (gpointer user_data)
{
  Stalls *self = user_data;
  gint64 now = g_get_monotonic_time ();
  double late = (double) (now - self->last_us) / 1000 - STALL_MS;

  self->longest_cpu = MAX (self->longest_cpu, cpu_ms () - self->last_cpu);
  self->last_cpu = cpu_ms ();
  late = MAX (late, 0);
  g_array_append_val (self->late, late);
  self->last_us = now;
  return G_SOURCE_CONTINUE;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
watch_stalls (Stalls *self)
{
  self->late = g_array_new (FALSE, FALSE, sizeof (double));
  self->last_us = g_get_monotonic_time ();
  self->last_cpu = cpu_ms ();
  self->longest_cpu = 0;
  self->source = g_timeout_add_full (G_PRIORITY_HIGH, STALL_MS, stall_cb, self, NULL);
}

static void
note_stalls (Run *run, const char *part, Stalls *self)
{
  g_source_remove (self->source);
  g_array_sort (self->late, compare_doubles);
  note (run, part, "stall_p99_ms", bench_quantile (self->late, .99));
  note (run, part, "stall_max_ms", bench_quantile (self->late, 1));
  note (run, part, "stretch_cpu_ms", self->longest_cpu);
  g_array_unref (self->late);
}

/* The window is there; from the click on "connect" to tiles on the screen, and to the last candidate. */
static void
arrive (Run *run)
{
  gint64 began_us, mapped_us = 0;
  Stalls stalls;

  bench_console_run (run->console, 1);
  g_array_unref (bench_console_take_intervals (run->console));
  began_us = g_get_monotonic_time ();
  if (!bench_console_connect (run->console, bench_hall_get_url (run->hall), bench_hall_get_token (run->hall, "admin"),
                              bench_hall_get_exam (run->hall), 30) ||
      !bench_console_wait (run->console, has_tiles, &mapped_us, 30))
    g_error ("the wall did not come");
  note (run, "", "first_grid_ms", (double) (g_get_monotonic_time () - began_us) / 1000);
  watch_stalls (&stalls);
  if (!bench_console_wait (run->console, has_everybody, GUINT_TO_POINTER (run->feed->candidates), 120))
    g_error ("the roster did not come");
  note (run, "", "full_roster_ms", (double) (g_get_monotonic_time () - began_us) / 1000);
  note_stalls (run, "loading", &stalls);
  note (run, "", "loading_slice_max_ms", vigil_histogram_get_max (vigil_metrics_histogram ("vigil_roster_slice", "ms", "")));
  note (run, "", "rank_max_ms", vigil_histogram_get_max (vigil_metrics_histogram ("vigil_rank_duration", "us", "")) / 1000);
}

/* -- a stretch of time -- */

typedef struct
{
  BenchProcess process;
  BenchProcess hall;
  BenchThread  net;
  double       redraws, shown, scores, messages, sweeps, drains;
} Reading;

static void
take_reading (Run *run, Reading *reading)
{
  reading->redraws = count ("vigil_redraws_score");
  reading->shown = count ("vigil_scores_shown");
  reading->scores = count ("vigil_scores_received");
  reading->messages = count ("vigil_messages_received");
  reading->sweeps = count ("vigil_score_sweeps");
  reading->drains = (double) vigil_histogram_get_count (vigil_metrics_histogram ("vigil_socket_drain", "ms", ""));
  bench_process_read_thread (&reading->net, "vigil-net");
  bench_process_read (&reading->process, 0);
  bench_process_read (&reading->hall, bench_hall_get_pid (run->hall));
}

static void
note_latency (Run *run, const char *part, const char *name, const char *metric)
{
  static const struct { const char *word; double p; } points[] = { { "p50", .5 }, { "p95", .95 }, { "p99", .99 } };
  VigilHistogram *histogram = vigil_metrics_histogram (metric, "ms", "");

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      g_autofree char *key = g_strdup_printf ("%s_%s_ms", name, points[i].word);

      note (run, part, key, vigil_histogram_quantile (histogram, points[i].p));
    }
}

static void
note_intervals (Run *run, const char *part, double seconds)
{
  g_autoptr (GArray) intervals = bench_console_take_intervals (run->console);

  note (run, part, "fps", intervals->len / seconds);
  note (run, part, "frame_p50_ms", bench_quantile (intervals, .50));
  note (run, part, "frame_p95_ms", bench_quantile (intervals, .95));
  note (run, part, "frame_p99_ms", bench_quantile (intervals, .99));
}

static void
measure (Run *run, const char *part)
{
  Reading from, to;
  double wall;

  bench_console_run (run->console, 1);
  g_array_unref (bench_console_take_intervals (run->console));
  vigil_histogram_reset (vigil_metrics_histogram ("vigil_score_latency", "ms", ""));
  vigil_histogram_reset (vigil_metrics_histogram ("vigil_score_lag", "ms", ""));
  take_reading (run, &from);
  bench_console_run (run->console, run->feed->seconds);
  take_reading (run, &to);
  wall = to.process.at_s - from.process.at_s;

  note (run, part, "cpu", bench_process_cores (&from.process, &to.process));
  note (run, part, "net_user", (to.net.user_s - from.net.user_s) / wall);
  note (run, part, "net_system", (to.net.system_s - from.net.system_s) / wall);
  note (run, part, "hall_cpu", bench_process_cores (&from.hall, &to.hall));
  note (run, part, "pss_mb", to.process.pss_mb);
  note (run, part, "scores_per_s", (to.scores - from.scores) / wall);
  note (run, part, "messages_per_s", (to.messages - from.messages) / wall);
  note (run, part, "sweeps_per_s", (to.sweeps - from.sweeps) / wall);
  note (run, part, "drains_per_s", (to.drains - from.drains) / wall);
  note (run, part, "shown_per_s", (to.shown - from.shown) / wall);
  note (run, part, "redraws_per_shown", to.shown > from.shown ? (to.redraws - from.redraws) / (to.shown - from.shown) : -1);
  note_latency (run, part, "drawn", "vigil_score_latency");
  note_latency (run, part, "lag", "vigil_score_lag");
  note_intervals (run, part, wall);
}

/* -- typing a search while the scores come -- */

static void
type_search (Run *run)
{
  static const char *const texts[] = { "n", "nu", "num", "numb", "number", "number 1", "number 12", "number 123", "" };
  VigilRosterView *view = vigil_session_get_view (bench_console_get_session (run->console));
  double longest = 0, longest_cpu = 0, longest_stretch = 0;
  Stalls stalls;

  watch_stalls (&stalls);
  for (guint i = 0; i < MIN (run->feed->search, G_N_ELEMENTS (texts)); i++)
    {
      VigilRosterFilter filter = { .search = (char *) texts[i] };
      gint64 began_us = g_get_monotonic_time ();
      double began_cpu = cpu_ms ();

      vigil_roster_view_set_filter (view, &filter);
      longest = MAX (longest, (double) (g_get_monotonic_time () - began_us) / 1000);
      longest_cpu = MAX (longest_cpu, cpu_ms () - began_cpu);
      g_printerr ("search “%s”: %u match, call %.1f ms CPU", texts[i], vigil_roster_view_get_n_matching (view), cpu_ms () - began_cpu);
      stalls.longest_cpu = 0;
      bench_console_run (run->console, 0.15);
      longest_stretch = MAX (longest_stretch, stalls.longest_cpu);
      g_printerr (", longest stretch after it %.1f, until all is drawn %.1f\n", stalls.longest_cpu, cpu_ms () - began_cpu);
    }
  stalls.longest_cpu = longest_stretch;
  note (run, "search", "call_max_ms", longest);
  note (run, "search", "call_cpu_max_ms", longest_cpu);
  note_stalls (run, "search", &stalls);
}

/* -- what was sent is what came -- */

static double
sent (Run *run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = bench_hall_ask (run->hall, "{\"op\": \"counts\"}", &error);

  if (answer == NULL)
    g_error ("%s", error->message);
  return (double) json_object_get_int_member (json_node_get_object (answer), "scoresSent");
}

static void
compare_counts (Run *run)
{
  g_autoptr (GError) error = NULL;

  if (!bench_hall_control (run->hall, "{\"op\": \"scores\", \"running\": false}", &error))
    g_error ("%s", error->message);
  bench_console_run (run->console, 1);
  note (run, "", "sent", sent (run));
  note (run, "", "received", count ("vigil_scores_received"));
  note (run, "", "slow_way", count ("vigil_scores_slow"));
  note (run, "", "reordered", count ("vigil_scores_reordered"));
  note (run, "", "malformed", count ("vigil_messages_malformed"));
  note (run, "", "reconnects", count ("vigil_reconnects"));
}

JsonObject *
feed_case_run (const FeedCase *self)
{
  Run run = { .feed = self, .figures = json_object_new () };
  g_autoptr (GError) error = NULL;

  run.hall = self->node ? start_node (self, &error) : start_hall (self, &error);
  if (run.hall == NULL)
    g_error ("no server: %s", error->message);
  run.console = bench_console_new (WIDTH, HEIGHT);
  arrive (&run);
  bench_console_run (run.console, SETTLE_S);
  measure (&run, "rest");
  if (self->scroll)
    {
      bench_console_scroll (run.console, SPEED);
      measure (&run, "scroll");
      bench_console_scroll (run.console, 0);
    }
  if (self->search > 0)
    type_search (&run);
  compare_counts (&run);
  bench_console_free (run.console);
  bench_hall_stop (run.hall);
  return run.figures;
}
