/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Half an hour of patrol over a rehearsal with live video: nobody unseen for longer than the setting allows, by a count that
 * is not the ledger's, and the ledger agrees with it. Prints a table; exits with 1 if not. */
#include <stdio.h>

#include "patrol-run.h"

static int minutes = 30;
static int candidates = 200;
static int warn = 180;
static int fault = 300;
static int touch = 120;
static char *folder = NULL;
static char *video = NULL;

static const GOptionEntry entries[] = {
  { "minutes", 0, 0, G_OPTION_ARG_INT, &minutes, "Length of the patrol (30)", "N" },
  { "candidates", 0, 0, G_OPTION_ARG_INT, &candidates, "How many (200)", "N" },
  { "warn", 0, 0, G_OPTION_ARG_INT, &warn, "Seconds that nobody may be unseen for (180)", "S" },
  { "fault", 0, 0, G_OPTION_ARG_INT, &fault, "Seconds between two faults of SFU or connection; 0: none (300)", "S" },
  { "touch", 0, 0, G_OPTION_ARG_INT, &touch, "Seconds between two times that somebody works with the wall; 0: never (120)", "S" },
  { "video", 0, 0, G_OPTION_ARG_STRING, &video, "320x180@10", "WxH@R" },
  { "proof", 0, 0, G_OPTION_ARG_FILENAME, &folder, "Write the proof into this folder", "FOLDER" },
  { NULL }
};

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- patrol and coverage over a rehearsal");
  g_autoptr (GError) error = NULL;
  g_autoptr (PatrolResult) result = NULL;
  PatrolOptions options;
  gboolean good;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 2;
    }
  options = (PatrolOptions) {
    .candidates = (guint) candidates, .seconds = (guint) minutes * 60, .warn_s = warn, .hold_s = 7, .fault_s = (guint) fault,
    .touch_s = (guint) touch, .video = video != NULL ? video : "320x180@10", .activity = 0.05, .folder = folder,
  };
  result = patrol_run (&options);
  good = result->longest_unseen_s <= warn && result->due_most == 0 && result->seen == result->with_camera && result->wrong == 0;
  printf ("  patrol of %d min over %d candidates, %u faults, %u pauses\n", minutes, candidates, result->faults, result->pauses);
  printf ("  pages turned, of them with a wait that was cut     %u, %u\n", result->pages, result->waits_cut);
  printf ("  live pictures drawn, unreadable, of somebody else  %u, %u, %u\n", result->drawn, result->unreadable, result->wrong);
  printf ("  candidates seen, of so many with a camera          %u of %u\n", result->seen, result->with_camera);
  printf ("  longest unseen by our count (mean of all)          %.1f s: %s (%.1f s); allowed %d s\n", result->longest_unseen_s,
          result->longest_who, result->mean_unseen_s, warn);
  printf ("  longest unseen by the ledger, due at once at most  %.1f s, %u\n", result->ledger_longest_s, result->due_most);
  printf ("  watched by our count, by the ledger                %.1f s, %.1f s; worst candidate differs by %.2f s\n", result->counted_s,
          result->ledger_s, result->worst_diff_s);
  printf ("  longest on the way to live video                   %.1f s: %s\n", result->stuck_s, result->stuck_who);
  printf ("  processor, memory                                  %.2f cores, %.0f MB PSS\n", result->cpu_cores, result->pss_mb);
  printf ("  %s\n", good ? "nobody was unseen for longer than allowed" : "FAILED");
  return good ? 0 : 1;
}
