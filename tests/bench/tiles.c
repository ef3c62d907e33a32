/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What live tiles cost as there are more of them: 24 and 48 of 640x360@15, 96 of 320x180@10. Each wall is a process of its
 * own; then the wall of as many who publish while it scrolls. Prints a table; --json FILE writes the figures. */
#include <stdio.h>

#include "bench-figures.h"
#include "bench-live.h"
#include "vigil-metrics.h"

#define SPEED 1500

static const struct
{
  const char *name;
  BenchLive   live;
} walls[] = {
  { "24", { .tiles = 24, .width = 640, .height = 360, .rate = 15, .window_width = 1920, .window_height = 1080 } },
  { "48", { .tiles = 48, .width = 640, .height = 360, .rate = 15, .tile_width = 200, .window_width = 1920, .window_height = 1080 } },
  { "96", { .tiles = 96, .width = 320, .height = 180, .rate = 10, .tile_width = 160, .window_width = 2560, .window_height = 1440 } },
};

static int seconds = 12;
static char *json_file = NULL;
static char *only = NULL;
static gboolean cost = FALSE;

static const GOptionEntry entries[] = {
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "Length of each measurement (12)", "S" },
  { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_file, "Write the figures as one JSON object", "FILE" },
  { "only", 0, 0, G_OPTION_ARG_STRING, &only, "One wall: 24, 48, 96", "TILES" },
  { "cost", 0, 0, G_OPTION_ARG_NONE, &cost, "Only what the live tiles cost, next to the bare decode", NULL },
  { NULL }
};

static void
bench_wall (guint n)
{
  BenchLive live = walls[n].live;
  g_autoptr (BenchHall) hall = NULL;
  g_autoptr (BenchConsole) console = NULL;

  live.seconds = seconds;
  printf ("%u tiles of %ux%u@%u\n", live.tiles, live.width, live.height, live.rate);
  hall = bench_live_start_hall (&live);
  vigil_metrics_reset ();
  console = bench_live_open (&live, hall, TRUE);
  bench_live_first (&live, console, "all");
  bench_console_run (console, 4);
  bench_live_cost (&live, console, "live");
  if (cost)
    return;
  bench_live_later (console, hall, "one");
  bench_live_resume (console, "all");
  /* Half as wide again: not everybody fits, and there is something to scroll. */
  vigil_settings_set_int (bench_console_get_settings (console), VIGIL_SETTING_TILE_WIDTH, 360);
  bench_console_run (console, 2);
  bench_measure_scroll (console, "scroll", seconds, SPEED);
}

static void
bench_wall_apart (guint n)
{
  g_autofree char *file = g_strdup_printf ("%s/vigil-tiles-%s.json", g_get_tmp_dir (), walls[n].name);
  g_autofree char *only_arg = g_strdup_printf ("--only=%s", walls[n].name), *prefix = g_strdup_printf ("%s_", walls[n].name);
  const char *cost_arg = cost ? "--cost" : NULL;
  g_autofree char *length = g_strdup_printf ("--seconds=%d", seconds);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "/proc/self/exe", only_arg, length, "--json", file, cost_arg, NULL);

  if (process == NULL || !g_subprocess_wait_check (process, NULL, &error) || !bench_figures_load (file, prefix))
    g_error ("%s tiles were not measured: %s", walls[n].name, error != NULL ? error->message : "no figures");
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- what live tiles cost");
  g_autoptr (GError) error = NULL;
  gboolean known = FALSE;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  for (guint i = 0; i < G_N_ELEMENTS (walls); i++)
    {
      if (only == NULL)
        bench_wall_apart (i);
      else if (g_str_equal (only, walls[i].name))
        bench_wall (i);
      known = known || only == NULL || g_str_equal (only, walls[i].name);
    }
  if (!known)
    g_printerr ("There is no wall of %s tiles.\n", only);
  if (json_file != NULL)
    bench_figures_save (json_file);
  return known ? 0 : 2;
}
