/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A long day: patrol, scrolling, people at the wall, and an SFU and a connection that fail at random. Memory, threads and
 * descriptors stay as they are, no tile waits for ever, nobody is shown under another's name. Prints a table; --plot FILE.svg draws it;
 * exits with 1 if not. */
#include <stdio.h>

#include "bench-plot.h"
#include "patrol-run.h"

static int minutes = 240;
static int candidates = 200;
static int warn = 600;
static int fault = 40;
static int seed = 1;
static double activity = 0.02;
static gboolean nobody_decides = FALSE;
static char *plot_file = NULL;
static char *folder = NULL;

static const GOptionEntry entries[] = {
  { "minutes", 0, 0, G_OPTION_ARG_INT, &minutes, "Length of the day (240)", "N" },
  { "candidates", 0, 0, G_OPTION_ARG_INT, &candidates, "How many (200)", "N" },
  { "warn", 0, 0, G_OPTION_ARG_INT, &warn, "Seconds that nobody may be unseen for (600)", "S" },
  { "fault", 0, 0, G_OPTION_ARG_INT, &fault, "Seconds between two faults (40)", "S" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Which faults come when (1)", "N" },
  { "activity", 0, 0, G_OPTION_ARG_DOUBLE, &activity, "Share of candidates who show something (0.02)", "SHARE" },
  { "nobody-decides", 0, 0, G_OPTION_ARG_NONE, &nobody_decides, "What candidates show waits in the queue, and is kept", NULL },
  { "plot", 0, 0, G_OPTION_ARG_FILENAME, &plot_file, "Draw memory, threads and descriptors over time", "FILE.svg" },
  { "proof", 0, 0, G_OPTION_ARG_FILENAME, &folder, "Write the coverage proof into this folder", "FOLDER" },
  { NULL }
};

/* What a tile may take from "to be live" to a picture or a word about why there is none. */
#define STUCK_S 20
#define SLOPE_MB_H 6
/* A transport that is being replaced has its threads and sockets twice for a moment. */
#define SPARE_THREADS 12
#define SPARE_FDS 12

typedef struct
{
  guint threads_first, threads_most, threads_last;
  guint fds_first, fds_most, fds_last;
} Range;

/* From a sixth of the time on: what is made once has been made. */
static void
find_range (const PatrolResult *result, Range *range)
{
  *range = (Range) { 0 };
  for (guint i = result->samples->len / 6; i < result->samples->len; i++)
    {
      const PatrolSample *sample = &g_array_index (result->samples, PatrolSample, i);

      if (range->threads_first == 0)
        {
          range->threads_first = sample->threads;
          range->fds_first = sample->fds;
        }
      range->threads_most = MAX (range->threads_most, sample->threads);
      range->fds_most = MAX (range->fds_most, sample->fds);
      range->threads_last = sample->threads;
      range->fds_last = sample->fds;
    }
}

static char *
draw (const PatrolResult *result)
{
  g_autofree char *title = g_strdup_printf ("A day of %d min in small: patrol and scrolling over %d candidates, %u faults; MB, threads, descriptors", minutes,
                                            candidates, result->faults);
  g_autofree char *note = g_strdup_printf ("the client's anonymous memory %+.2f MB an hour after a third of the time; longest on the way to live video %.1f s", result->slope_mb_h, result->stuck_s);
  g_autoptr (BenchPlot) plot = bench_plot_new (title, 20);
  static const char *const names[] = { "PSS", "anonymous", "heap", "threads", "descriptors" };
  static const char *const colours[] = { "#3584e4", "#1a3f6f", "#2ec27e", "#e66100", "#813d9c" };

  bench_plot_set_note (plot, note);
  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    {
      bench_plot_begin (plot, colours[k], names[k]);
      for (guint i = 0; i < result->samples->len; i++)
        {
          const PatrolSample *sample = &g_array_index (result->samples, PatrolSample, i);
          const double values[] = { sample->pss_mb, sample->anon_mb, sample->heap_mb, sample->threads, sample->fds };

          bench_plot_add (plot, sample->at_s, values[k]);
        }
    }
  return bench_plot_render (plot);
}

static gboolean
judge (const PatrolResult *result, const Range *range)
{
  return result->wrong == 0 && result->stuck_s <= STUCK_S && result->longest_unseen_s <= warn &&
         range->threads_last <= range->threads_first + SPARE_THREADS && range->fds_last <= range->fds_first + SPARE_FDS &&
         (minutes < 30 || result->slope_mb_h <= SLOPE_MB_H);
}

static void
print (const PatrolResult *result, const Range *range)
{
  g_autoptr (PatrolFaults) names = patrol_faults_new (NULL, 1, 1);

  printf ("  a day of %d min over %d candidates: %u pages, %u pauses, %u faults\n", minutes, candidates, result->pages, result->pauses, result->faults);
  for (guint i = 0; i < PATROL_N_FAULTS; i++)
    {
      const char *name;

      patrol_faults_count (names, i, &name);
      printf ("    %3u  %s\n", result->counts[i], name);
    }
  printf ("  live pictures drawn, unreadable, of somebody else  %u, %u, %u\n", result->drawn, result->unreadable, result->wrong);
  printf ("  longest on the way to live video (allowed %d s)     %.1f s: %s\n", STUCK_S, result->stuck_s, result->stuck_who);
  printf ("  longest unseen (allowed %d s), mean                %.1f s: %s, %.1f s\n", warn, result->longest_unseen_s, result->longest_who,
          result->mean_unseen_s);
  printf ("  watched by our count, by the ledger                %.1f s, %.1f s\n", result->counted_s, result->ledger_s);
  printf ("  threads: first, most, last                         %u, %u, %u\n", range->threads_first, range->threads_most, range->threads_last);
  printf ("  descriptors: first, most, last                     %u, %u, %u\n", range->fds_first, range->fds_most, range->fds_last);
  printf ("  violations decided about; waiting at the end       %u; %u\n", result->decided, result->undecided);
  printf ("  anonymous memory, slope; the helper's              %+.2f MB an hour (allowed %d); %+.2f\n", result->slope_mb_h, SLOPE_MB_H, result->helper_slope_mb_h);
  printf ("  allocated and not freed, slope (without helper)    %+.2f MB an hour\n", result->heap_slope_mb_h);
  printf ("  processor, memory                                  %.2f cores, %.0f MB PSS\n", result->cpu_cores, result->pss_mb);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- a long day with an SFU that fails");
  g_autoptr (GError) error = NULL;
  g_autoptr (PatrolResult) result = NULL;
  PatrolOptions options;
  Range range;
  gboolean good;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 2;
    }
  options = (PatrolOptions) {
    .candidates = (guint) candidates, .seconds = (guint) minutes * 60, .warn_s = warn, .hold_s = 7, .fault_s = (guint) fault, .seed = (guint) seed,
    .scroll_s = 70, .touch_s = 110, .video = "320x180@10", .activity = activity,
    .decide = !nobody_decides, .loud = TRUE, .folder = folder,
  };
  result = patrol_run (&options);
  find_range (result, &range);
  print (result, &range);
  if (plot_file != NULL)
    {
      g_autofree char *svg = draw (result);

      if (!g_file_set_contents (plot_file, svg, -1, &error))
        g_error ("%s", error->message);
    }
  good = judge (result, &range);
  printf ("  %s\n", good ? "nothing grew, nothing hung, nobody was mistaken" : "FAILED");
  return good ? 0 : 1;
}
