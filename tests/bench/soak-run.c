/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A long stretch of an exam with a connection that breaks again and again. */
#include "soak-run.h"

#include <stdio.h>

#include "bench-desk.h"
#include "bench-process.h"
#include "soak-check.h"
#include "vigil-metrics.h"

#define WIDTH 1920
#define HEIGHT 1080
#define NOTICE_S 15
#define RETURN_S 60
#define DESK_S 60
/* What vigil-hall's episodes make of its --activity: violations an hour, candidate and activity of 1. */
#define AN_HOUR 340.0

typedef struct
{
  const SoakOptions *options;
  SoakResult        *result;
  BenchHall         *hall;
  BenchConsole      *console;
  SoakTruth         *truth;
  SoakLedger        *ledger;
  BenchDesk         *desk;
  GRand             *random;
  gint64             began_us;
  gboolean           went_down;  /* since somebody last looked */
  gboolean           checking;
  BenchProcess       last;
  double             last_scores;
} Run;

const char *
soak_kind_to_nick (SoakKind kind)
{
  static const char *const nicks[SOAK_N_KINDS] = { "closed", "reset", "silenced, reset", "frozen" };

  return nicks[kind];
}

static double
at (Run *run)
{
  return (double) (g_get_monotonic_time () - run->began_us) / G_USEC_PER_SEC;
}

static double
count (const char *name)
{
  return (double) vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
fail (Run *run, const char *format, ...)
{
  va_list arguments;
  char *words;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("%7.1f s  FAILED: %s\n", at (run), words);
  g_ptr_array_add (run->result->failures, words);
}

/* -- readings -- */

static gboolean
sample_cb (gpointer user_data)
{
  Run *run = user_data;
  BenchProcess now, hall;
  double scores = count ("vigil_scores_received");
  SoakSample sample = { 0 };

  bench_process_read (&now, 0);
  bench_process_read (&hall, bench_hall_get_pid (run->hall));
  sample.at_s = (float) at (run);
  sample.pss_mb = (float) now.pss_mb;
  sample.rss_mb = (float) now.rss_mb;
  sample.anon_mb = (float) now.anon_mb;
  sample.heap_mb = (float) bench_process_heap_mb ();
  sample.hall_pss_mb = (float) hall.pss_mb;
  sample.threads = (guint16) now.threads;
  sample.fds = (guint16) now.fds;
  sample.cpu = (float) bench_process_cores (&run->last, &now);
  sample.scores_s = (float) ((scores - run->last_scores) / (now.at_s - run->last.at_s));
  sample.checking = run->checking;
  run->last = now;
  run->last_scores = scores;
  g_array_append_val (run->result->samples, sample);
  g_array_unref (bench_console_take_intervals (run->console)); /* or an hour of them would be taken for a leak */
  if (run->options->loud && run->result->samples->len % 60 == 0)
    {
      printf ("%7.1f s  PSS %6.1f MB  RSS %6.1f MB  %2u threads  %2u descriptors  %.3f core  %5.0f scores/s  %u violations  %u breaks\n",
              sample.at_s, sample.pss_mb, sample.rss_mb, sample.threads, sample.fds, sample.cpu, sample.scores_s,
              soak_ledger_get_n (run->ledger), run->result->breaks->len);
      fflush (stdout);
    }
  return G_SOURCE_CONTINUE;
}

/* -- connection -- */

static void
link_changed_cb (VigilSession *session, gpointer user_data)
{
  Run *run = user_data;

  if (vigil_session_get_link (session, VIGIL_PART_FEED)->state != VIGIL_LINK_CONNECTED)
    run->went_down = TRUE;
}

static gboolean
has_noticed (BenchConsole *console, gpointer user_data)
{
  return ((Run *) user_data)->went_down;
}

static gboolean
is_back (BenchConsole *console, gpointer user_data)
{
  VigilSession *session = bench_console_get_session (console);

  return vigil_session_get_link (session, VIGIL_PART_FEED)->state == VIGIL_LINK_CONNECTED && !vigil_session_is_loading (session);
}

static gboolean
has_everybody (BenchConsole *console, gpointer user_data)
{
  VigilRosterCounts counts;

  vigil_roster_get_counts (vigil_session_get_roster (bench_console_get_session (console)), &counts);
  return counts.candidates >= ((Run *) user_data)->options->candidates && is_back (console, user_data);
}

static void
order (Run *run, const char *json)
{
  g_autoptr (GError) error = NULL;

  if (!bench_hall_control (run->hall, json, &error))
    g_error ("%s", error->message);
}

static void
silence (Run *run, SoakBreak *broken)
{
  order (run, "{\"op\": \"freeze\"}");
  bench_console_run (run->console, g_rand_double_range (run->random, 2, 9));
  if (broken->kind == SOAK_FREEZE)
    order (run, "{\"op\": \"thaw\"}");
  broken->at_s = (float) at (run);
}

static void
break_connection (Run *run, SoakBreak *broken)
{
  if (broken->kind == SOAK_FREEZE || broken->kind == SOAK_SILENCED)
    silence (run, broken);
  run->went_down = FALSE;
  if (broken->kind != SOAK_FREEZE)
    order (run, broken->kind == SOAK_DROP ? "{\"op\": \"drop\", \"abrupt\": false}" : "{\"op\": \"drop\", \"abrupt\": true}");
  if (broken->kind == SOAK_SILENCED)
    order (run, "{\"op\": \"thaw\"}");
  if (broken->kind != SOAK_FREEZE && !bench_console_wait (run->console, has_noticed, run, NOTICE_S))
    fail (run, "the lost connection was not noticed");
  if (!bench_console_wait (run->console, is_back, run, RETURN_S))
    fail (run, "the connection did not come back");
}

static void
check (Run *run, SoakVerdict *verdict)
{
  SoakResult *result = run->result;

  run->checking = TRUE;
  soak_check (run->console, run->truth, run->ledger, run->options->sample, verdict);
  result->checks++;
  result->candidates += verdict->candidates;
  result->tiles += verdict->tiles;
  result->sampled += verdict->sampled;
  result->unlike += verdict->unlike;
  result->stale += verdict->stale;
  result->lost += verdict->lost;
  result->violations = verdict->violations;
  if (verdict->words != NULL)
    fail (run, "%s", verdict->words);
  run->checking = FALSE;
}

static void
disturb (Run *run)
{
  SoakBreak broken = { .at_s = (float) at (run) };
  double dice = g_rand_double (run->random);
  SoakVerdict verdict;

  /* Each kind once, then as it comes. */
  broken.kind = run->result->breaks->len < SOAK_N_KINDS ? (SoakKind) run->result->breaks->len : dice < .4 ? SOAK_ABRUPT
              : dice < .65 ? SOAK_DROP : dice < .85 ? SOAK_SILENCED : SOAK_FREEZE;
  run->checking = TRUE;
  break_connection (run, &broken);
  broken.away_s = (float) at (run) - broken.at_s;
  check (run, &verdict);
  broken.fresh_s = (float) verdict.fresh_s;
  g_array_append_val (run->result->breaks, broken);
  if (run->options->loud)
    {
      printf ("%7.1f s  %s: back after %.2f s; equal to the hall after %.1f s more, fresh %.1f s later; %u violations\n",
              broken.at_s, soak_kind_to_nick (broken.kind), broken.away_s, verdict.equal_s, verdict.fresh_s, verdict.violations);
      fflush (stdout);
    }
  soak_verdict_clear (&verdict);
}

/* -- the whole -- */

static void
start (Run *run)
{
  const SoakOptions *options = run->options;
  double activity = CLAMP (options->violations_h / (AN_HOUR * options->candidates), 0, 1);
  g_autofree char *n = g_strdup_printf ("--candidates=%u", options->candidates);
  g_autofree char *rate = g_strdup_printf ("--score-rate=%u", options->rate);
  g_autofree char *publish = g_strdup_printf ("--publish=%u", options->publish);
  g_autofree char *seed = g_strdup_printf ("--seed=%u", options->seed);
  g_autofree char *active = g_strdup_printf ("--activity=%.6f", activity);
  const char *args[] = { n, rate, publish, seed, active, "--video=320x180@8", "--churn=0.01", "--absent=0.01", NULL };
  g_autoptr (GError) error = NULL;

  run->hall = bench_hall_start (args, &error);
  if (run->hall == NULL)
    g_error ("no hall: %s", error->message);
  run->console = bench_console_new (WIDTH, HEIGHT);
  if (!bench_console_connect (run->console, bench_hall_get_url (run->hall), bench_hall_get_token (run->hall, "admin"),
                              bench_hall_get_exam (run->hall), 30))
    g_error ("the wall did not come");
  run->ledger = soak_ledger_new (bench_console_get_session (run->console));
  run->truth = soak_truth_new (run->hall, run->console);
  run->desk = bench_desk_new (bench_console_get_session (run->console));
  g_signal_connect (bench_console_get_session (run->console), "link-changed", G_CALLBACK (link_changed_cb), run);
  if (!bench_console_wait (run->console, has_everybody, run, 120))
    g_error ("the roster did not come");
}

static double
until_next (Run *run)
{
  return run->options->drop_s * g_rand_double_range (run->random, .5, 1.5);
}

static void
go_on (Run *run)
{
  guint timer = g_timeout_add (1000, sample_cb, run);
  double next_s = until_next (run);
  SoakVerdict verdict;

  run->began_us = g_get_monotonic_time ();
  bench_process_read (&run->last, 0);
  run->last_scores = count ("vigil_scores_received");
  while (at (run) < run->options->seconds)
    {
      bench_console_run (run->console, MIN (MAX (next_s - at (run), .1), MAX (run->options->seconds - at (run), .1)));
      if (at (run) >= next_s)
        {
          disturb (run);
          next_s = at (run) + until_next (run);
        }
    }
  check (run, &verdict);
  soak_verdict_clear (&verdict);
  g_source_remove (timer);
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

static double
median (const SoakSample *samples, guint n)
{
  g_autofree float *values = g_new (float, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    values[i] = samples[i].anon_mb;
  qsort (values, n, sizeof (float), compare_floats);
  return n > 0 ? values[n / 2] : 0;
}

/* Of a float in each sample, by least squares, an hour. */
static double
slope (const SoakSample *samples, guint n, gsize offset)
{
  BenchSlope line = { 0 };

  for (guint i = 0; i < n; i++)
    bench_slope_add (&line, (samples[i].at_s - samples[0].at_s) / 3600, *(const float *) ((const char *) &samples[i] + offset));
  return bench_slope_get (&line);
}

static void
judge_memory (SoakResult *result, double warm_s)
{
  const SoakSample *all = (const SoakSample *) result->samples->data;
  guint first = 0, n, tenth;

  while (first < result->samples->len && all[first].at_s < warm_s)
    first++;
  n = result->samples->len - first;
  if (n < 10)
    return;
  result->slope_mb_h = slope (all + first, n, G_STRUCT_OFFSET (SoakSample, anon_mb));
  result->heap_slope_mb_h = slope (all + first, n, G_STRUCT_OFFSET (SoakSample, heap_mb));
  tenth = MAX (n / 10, 1);
  result->growth_mb = median (all + result->samples->len - tenth, tenth) - median (all + first, tenth);
}

static gboolean
is_done (BenchConsole *console, gpointer user_data)
{
  return bench_desk_is_done (((Run *) user_data)->desk);
}

/* What was decided is decided at the hall. */
static void
check_decisions (Run *run)
{
  g_autoptr (GHashTable) open = NULL;
  const char *first;

  bench_desk_stop (run->desk);
  if (!bench_console_wait (run->console, is_done, run, DESK_S))
    fail (run, "decisions are still on their way");
  open = soak_truth_read_open (run->truth);
  run->result->decided = bench_desk_get_n_decided (run->desk);
  run->result->undone = bench_desk_get_undone (run->desk, open, &first);
  if (run->result->decided == 0 && run->options->seconds >= 1800)
    fail (run, "nothing was decided");
  if (run->result->undone > 0)
    fail (run, "%u decisions lost, %s", run->result->undone, first);
}

static void
take_stock (Run *run)
{
  SoakResult *result = run->result;
  g_autoptr (GPtrArray) told = soak_ledger_dup_ids (run->ledger);
  g_autoptr (GHashTable) flags = soak_truth_read_flags (run->truth);

  result->told = told->len;
  for (guint i = 0; i < told->len; i++)
    result->invented += !g_hash_table_contains (flags, g_ptr_array_index (told, i));
  result->repeated = soak_ledger_get_repeated (run->ledger);
  result->reconnects = count ("vigil_reconnects");
  result->malformed = count ("vigil_messages_malformed");
  result->gaps = count ("vigil_feed_gaps");
  result->healed = count ("vigil_feed_gaps_healed");
  result->gaps_lost = count ("vigil_feed_gaps_lost");
  result->snapshots = count ("vigil_roster_snapshots");
  result->scores = count ("vigil_scores_received");
  if (result->invented > 0)
    fail (run, "%u violations that the hall does not know", result->invented);
  if (result->repeated > 0)
    fail (run, "%u violations told twice", result->repeated);
  if (result->malformed > 0)
    fail (run, "%.0f malformed messages", result->malformed);
}

SoakResult *
soak_run (const SoakOptions *options)
{
  Run run = { .options = options, .result = g_new0 (SoakResult, 1) };

  run.result->samples = g_array_sized_new (FALSE, FALSE, sizeof (SoakSample), (guint) options->seconds + 600);
  run.result->breaks = g_array_sized_new (FALSE, FALSE, sizeof (SoakBreak), 256);
  run.result->failures = g_ptr_array_new_with_free_func (g_free);
  run.random = g_rand_new_with_seed (options->seed);
  start (&run);
  go_on (&run);
  check_decisions (&run);
  take_stock (&run);
  judge_memory (run.result, options->warm_s);
  g_signal_handlers_disconnect_by_data (bench_console_get_session (run.console), &run);
  bench_desk_free (run.desk);
  soak_ledger_free (run.ledger);
  soak_truth_free (run.truth);
  bench_console_free (run.console);
  bench_hall_stop (run.hall);
  g_rand_free (run.random);
  return run.result;
}

void
soak_result_free (SoakResult *self)
{
  g_array_unref (self->samples);
  g_array_unref (self->breaks);
  g_ptr_array_unref (self->failures);
  g_free (self);
}
