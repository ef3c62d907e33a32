/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A patrolled rehearsal with live video, watched over by a count that is not the ledger's. */
#include "patrol-run.h"

#include "bench-console.h"
#include "bench-desk.h"
#include "bench-hall.h"
#include "bench-process.h"
#include "patrol-count.h"
#include "vigil-coverage-export.h"
#include "vigil-metrics.h"

#define EVIDENCE_CACHE_MIB 8

typedef struct
{
  const PatrolOptions *options;
  PatrolResult        *result;
  BenchConsole        *console;
  PatrolFaults        *faults;  /* nullable: the two usual ones in turn */
  PatrolCount         *count;
} Run;

static gboolean
has_camera (const VigilCandidate *candidate)
{
  return candidate != NULL && candidate->present && candidate->connected && candidate->is_streaming;
}

/* Once a second. */
static gboolean
look_cb (gpointer user_data)
{
  Run *run = user_data;
  VigilCoverage *coverage = vigil_session_get_coverage (bench_console_get_session (run->console));

  patrol_count_look (run->count);
  run->result->due_most = MAX (run->result->due_most, vigil_coverage_get_n_due (coverage));
  return G_SOURCE_CONTINUE;
}

/* What people do meanwhile: something on the wall, and somebody's page for a moment. */
static void
touch (Run *run, guint times)
{
  VigilWindow *window = bench_console_get_window (run->console);
  VigilHandle handle = vigil_roster_view_get_handle (vigil_session_get_view (bench_console_get_session (run->console)), times % 17);

  if (times % 2 == 0)
    {
      vigil_wall_touch (vigil_window_get_wall (window));
      return;
    }
  vigil_window_open_candidate (window, handle);
  bench_console_run (run->console, 3);
  vigil_window_open_candidate (window, VIGIL_HANDLE_NONE);
}

static void
break_something (Run *run, BenchHall *hall)
{
  g_autoptr (GError) error = NULL;
  guint n = run->result->faults++;

  if (run->faults != NULL)
    patrol_faults_next (run->faults, g_get_monotonic_time ());
  else if (!bench_hall_control (hall, n % 2 == 0 ? "{\"op\": \"sfu-kill\", \"ms\": 500}" : "{\"op\": \"drop\", \"abrupt\": true}", &error))
    g_warning ("no fault: %s", error->message);
}

static void
scroll (Run *run)
{
  bench_console_scroll (run->console, 1500);
  bench_console_run (run->console, 10);
  bench_console_scroll (run->console, 0);
}

/* Whether it is time once more for what is done every @every_s. */
static gboolean
is_due (guint at_s, guint every_s, guint *done)
{
  if (every_s == 0 || at_s / every_s <= *done)
    return FALSE;
  *done = at_s / every_s;
  return TRUE;
}

static void
patrol (Run *run, BenchHall *hall)
{
  const PatrolOptions *options = run->options;
  gint64 begin_us = g_get_monotonic_time ();
  guint at_s = 0, touches = 0, scrolls = 0, faults = 0;

  for (; at_s < options->seconds; at_s = (guint) ((g_get_monotonic_time () - begin_us) / G_USEC_PER_SEC))
    {
      if (is_due (at_s, options->touch_s, &touches))
        touch (run, touches);
      if (is_due (at_s, options->scroll_s, &scrolls))
        scroll (run);
      if (is_due (at_s, options->fault_s, &faults))
        break_something (run, hall);
      if (run->faults != NULL)
        patrol_faults_tick (run->faults, g_get_monotonic_time ());
      bench_console_run (run->console, 0.5);
    }
}

static void
compare (Run *run)
{
  PatrolResult *result = run->result;

  patrol_count_get_pictures (run->count, &result->drawn, &result->unreadable, &result->wrong);
  for (guint i = 0; i < run->options->candidates; i++)
    {
      const VigilCandidate *candidate = patrol_count_get_candidate (run->count, i);
      VigilCoverageSums sums = { 0 };
      double unseen_s, counted_s, ledger_s;

      result->seen += patrol_count_get (run->count, i, &counted_s, &unseen_s);
      if (candidate != NULL)
        vigil_coverage_get_sums (vigil_session_get_coverage (bench_console_get_session (run->console)), candidate->handle, &sums);
      ledger_s = (double) sums.watched_ms / 1000;
      result->with_camera += has_camera (candidate);
      result->counted_s += counted_s;
      result->ledger_s += ledger_s;
      result->worst_diff_s = MAX (result->worst_diff_s, ABS (counted_s - ledger_s));
      result->ledger_longest_s = MAX (result->ledger_longest_s, (double) sums.longest_gap_ms / 1000);
      result->mean_unseen_s += unseen_s / run->options->candidates;
      if (unseen_s > result->longest_unseen_s)
        {
          result->longest_unseen_s = unseen_s;
          g_free (result->longest_who);
          result->longest_who = g_strdup (candidate != NULL ? candidate->id : "?");
        }
    }
}

static void
exported_cb (GObject *source, GAsyncResult *task, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  char *name = vigil_coverage_export_finish (task, &error);

  if (name == NULL)
    g_warning ("no proof: %s", error->message);
  *(char **) user_data = name != NULL ? name : g_strdup ("");
}

static void
export (Run *run)
{
  VigilSession *session = bench_console_get_session (run->console);
  VigilCoverageReport *report = vigil_coverage_report_new (vigil_session_get_coverage (session), vigil_session_get_roster (session));
  g_autoptr (GFile) folder = g_file_new_for_path (run->options->folder);
  g_autofree char *name = NULL;

  report->exam_id = g_strdup (vigil_session_get_exam_id (session));
  report->title = g_strdup (vigil_session_get_exam_title (session));
  report->hall = g_strdup (vigil_session_get_who (session)->hall);
  report->who = g_strdup (vigil_session_get_who (session)->user);
  vigil_coverage_export_async (report, folder, NULL, exported_cb, &name);
  for (guint i = 0; i < 100 && name == NULL; i++)
    bench_console_run (run->console, 0.1);
}

static BenchHall *
start_hall (const PatrolOptions *options)
{
  g_autofree char *candidates = g_strdup_printf ("--candidates=%u", options->candidates);
  g_autofree char *video = g_strdup_printf ("--video=%s", options->video);
  g_autofree char *activity = g_strdup_printf ("--activity=%g", options->activity);
  const char *args[] = { candidates, video, "--score-rate=100", "--absent=0", "--churn=0", activity, NULL };
  g_autoptr (GError) error = NULL;
  BenchHall *hall = bench_hall_start (args, &error);

  if (hall == NULL)
    g_error ("no hall: %s", error->message);
  return hall;
}

static guint
counter (const char *name)
{
  return (guint) vigil_counter_get (vigil_metrics_counter (name, ""));
}

/* What the watch saw. */
static void
take_watch (Run *run, PatrolWatch *watch)
{
  PatrolResult *result = run->result;
  double warm_s = run->options->seconds / 3.0;
  const char *who, *name;

  result->stuck_s = patrol_watch_get_stuck (watch, &who);
  result->stuck_who = g_strdup (who);
  result->slope_mb_h = patrol_watch_get_slope (watch, G_STRUCT_OFFSET (PatrolSample, own_anon_mb), warm_s);
  result->helper_slope_mb_h = patrol_watch_get_slope (watch, G_STRUCT_OFFSET (PatrolSample, helper_anon_mb), warm_s);
  result->heap_slope_mb_h = patrol_watch_get_slope (watch, G_STRUCT_OFFSET (PatrolSample, heap_mb), warm_s);
  result->samples = g_array_ref (patrol_watch_get_samples (watch));
  for (guint i = 0; run->faults != NULL && i < PATROL_N_FAULTS; i++)
    result->counts[i] = patrol_faults_count (run->faults, i, &name);
}

/* What somebody at the queue did. Frees @desk. */
static void
take_desk (Run *run, BenchDesk *desk)
{
  VigilTriage *triage = vigil_session_get_triage (bench_console_get_session (run->console));

  run->result->undecided = g_list_model_get_n_items (G_LIST_MODEL (vigil_triage_get_queue (triage)));
  if (desk == NULL)
    return;
  run->result->decided = bench_desk_get_n_decided (desk);
  bench_desk_free (desk);
}

static void
set_up (Run *run)
{
  VigilSettings *settings = bench_console_get_settings (run->console);

  vigil_settings_set_int (settings, VIGIL_SETTING_COVERAGE_DAYS, 0);
  vigil_settings_set_int (settings, VIGIL_SETTING_COVERAGE_WARN, run->options->warn_s);
  vigil_settings_set_int (settings, VIGIL_SETTING_PATROL, run->options->hold_s);
  /* Full within minutes, not in an hour: what grows after that grows for ever. */
  vigil_settings_set_int (settings, VIGIL_SETTING_EVIDENCE_CACHE, EVIDENCE_CACHE_MIB);
}

PatrolResult *
patrol_run (const PatrolOptions *options)
{
  PatrolResult *result = g_new0 (PatrolResult, 1);
  g_autoptr (BenchHall) hall = start_hall (options);
  g_autoptr (BenchConsole) console = bench_console_new (1600, 900);
  Run run = { .options = options, .result = result, .console = console };
  g_autoptr (PatrolFaults) faults = options->seed != 0 ? patrol_faults_new (hall, options->candidates, options->seed) : NULL;
  g_autoptr (PatrolCount) count = patrol_count_new (console, options->candidates);
  PatrolWatch *watch;
  BenchDesk *desk = NULL;
  BenchProcess from, to;
  guint look_id;

  run.faults = faults;
  run.count = count;
  set_up (&run);
  if (!bench_console_connect (console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"), bench_hall_get_exam (hall), 30) ||
      bench_console_wait_playing (console, 0, 30) < 0)
    g_error ("the wall did not come");
  look_id = g_timeout_add_seconds (1, look_cb, &run);
  look_cb (&run);
  watch = patrol_watch_new (console, options->loud);
  if (options->decide)
    desk = bench_desk_new (bench_console_get_session (console));
  bench_process_read (&from, 0);
  vigil_wall_set_patrolling (vigil_window_get_wall (bench_console_get_window (console)), TRUE);
  patrol (&run, hall);
  vigil_wall_set_patrolling (vigil_window_get_wall (bench_console_get_window (console)), FALSE);
  bench_process_read (&to, 0);
  patrol_count_stop (count);
  g_source_remove (look_id);
  take_watch (&run, watch);
  patrol_watch_free (watch);
  take_desk (&run, desk);
  compare (&run);
  result->pages = counter ("vigil_patrol_pages");
  result->waits_cut = counter ("vigil_patrol_waits_cut");
  result->pauses = counter ("vigil_patrol_pauses");
  result->cpu_cores = bench_process_cores (&from, &to);
  result->pss_mb = to.pss_mb;
  if (options->folder != NULL)
    export (&run);
  bench_console_close (console, 1);
  return result;
}

void
patrol_result_free (PatrolResult *self)
{
  g_free (self->longest_who);
  g_free (self->stuck_who);
  g_array_unref (self->samples);
  g_free (self);
}
