/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the score feed costs the client, from 200 to 50,000 candidates. Each row is a client alone in a process of
 * its own, and its server in another: vigil-hall, or the real socket.io. Prints a table, and with --json FILE one
 * JSON object with all figures. */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "feed-case.h"

static double seconds = 8;
static char *json_file = NULL;
static char *only = NULL;
static char *servers = NULL;
static char *one = NULL;
static gboolean no_scroll = FALSE;

static const GOptionEntry entries[] = {
  { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Length of each measurement (8)", "S" },
  { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_file, "Write the figures as one JSON object", "FILE" },
  { "only", 0, 0, G_OPTION_ARG_STRING, &only, "One row: CANDIDATESxRATE, or CANDIDATESxRATE@BATCH_MS", "ROW" },
  { "servers", 0, 0, G_OPTION_ARG_STRING, &servers, "hall, node or both (both)", "WHICH" },
  { "no-scroll", 0, 0, G_OPTION_ARG_NONE, &no_scroll, "At rest only", NULL },
  { "one", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &one, "Run SERVER:ROW in this process", NULL },
  { NULL }
};

static const char *const rows[] = {
  "200x80", "2000x1000", "10000x10000", "50000x20000", "200x80@50", "2000x1000@50", "10000x10000@50", "50000x20000@50",
};

static const struct { const char *title, *key, *unit; } lines[] = {
  { "connect → first grid", "first_grid_ms", "ms" },
  { "connect → full roster", "full_roster_ms", "ms" },
  { "main loop away meanwhile p99", "loading_stall_p99_ms", "ms" },
  { "main loop away meanwhile max", "loading_stall_max_ms", "ms" },
  { "longest go at roster rows", "loading_slice_max_ms", "ms" },
  { "longest rank", "rank_max_ms", "ms" },
  { "rest: CPU", "rest_cpu", "core" },
  { "  network thread, user", "rest_net_user", "core" },
  { "  network thread, kernel", "rest_net_system", "core" },
  { "  server's CPU", "rest_hall_cpu", "core" },
  { "  scores received", "rest_scores_per_s", "1/s" },
  { "  messages received", "rest_messages_per_s", "1/s" },
  { "  times the socket was drained", "rest_drains_per_s", "1/s" },
  { "  sweeps", "rest_sweeps_per_s", "1/s" },
  { "  visible updates", "rest_shown_per_s", "1/s" },
  { "  redraws per visible update", "rest_redraws_per_shown", "" },
  { "  frames", "rest_fps", "1/s" },
  { "  received → drawn p50", "rest_drawn_p50_ms", "ms" },
  { "  received → drawn p95", "rest_drawn_p95_ms", "ms" },
  { "  received → drawn p99", "rest_drawn_p99_ms", "ms" },
  { "  sent → store p50", "rest_lag_p50_ms", "ms" },
  { "  sent → store p99", "rest_lag_p99_ms", "ms" },
  { "  PSS", "rest_pss_mb", "MB" },
  { "scrolling: CPU", "scroll_cpu", "core" },
  { "  frames", "scroll_fps", "1/s" },
  { "  frame interval p50", "scroll_frame_p50_ms", "ms" },
  { "  frame interval p95", "scroll_frame_p95_ms", "ms" },
  { "  frame interval p99", "scroll_frame_p99_ms", "ms" },
  { "  redraws per visible update", "scroll_redraws_per_shown", "" },
  { "  received → drawn p99", "scroll_drawn_p99_ms", "ms" },
  { "  PSS", "scroll_pss_mb", "MB" },
  { "search: longest call", "search_call_max_ms", "ms" },
  { "  CPU of it", "search_call_cpu_max_ms", "ms" },
  { "search: main loop away p99", "search_stall_p99_ms", "ms" },
  { "search: main loop away max", "search_stall_max_ms", "ms" },
  { "  longest stretch, CPU of it", "search_stretch_cpu_ms", "ms" },
  { "scores sent", "sent", "" },
  { "scores received", "received", "" },
  { "by the slow way", "slow_way", "" },
};

/* "hall:50000x20000@50" */
static gboolean
parse_case (const char *text, FeedCase *feed)
{
  const char *colon = strchr (text, ':');

  feed->node = g_str_has_prefix (text, "node:");
  feed->seconds = seconds;
  feed->scroll = !no_scroll;
  if (colon == NULL || sscanf (colon + 1, "%ux%u@%u", &feed->candidates, &feed->rate, &feed->batch_ms) < 2)
    return FALSE;
  feed->search = feed->candidates >= 10000 ? 9 : 0;
  return TRUE;
}

static void
write_json (const char *file, JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (root, TRUE);

  if (!g_file_set_contents (file, text, -1, NULL))
    g_printerr ("%s cannot be written\n", file);
}

static int
run_one (void)
{
  FeedCase feed = { 0 };
  g_autoptr (JsonObject) figures = NULL;

  if (!parse_case (one, &feed))
    return 2;
  figures = feed_case_run (&feed);
  write_json (json_file, figures);
  return 0;
}

static void
print_figures (const char *name, JsonObject *figures)
{
  printf ("%s\n", name);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (json_object_has_member (figures, lines[i].key))
      printf ("  %-32s %12.3f %s\n", lines[i].title, json_object_get_double_member (figures, lines[i].key), lines[i].unit);
  fflush (stdout);
}

static void
run_row (const char *program, const char *server, const char *row, JsonObject *all)
{
  g_autofree char *name = g_strdup_printf ("%s:%s", server, row);
  g_autofree char *file = g_strdup_printf ("%s/vigil-feed-%d.json", g_get_tmp_dir (), (int) getpid ());
  g_autofree char *length = g_strdup_printf ("--seconds=%g", seconds);
  const char *argv[] = { program, "--one", name, "--json", file, length, no_scroll ? "--no-scroll" : NULL, NULL };
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (process == NULL || !g_subprocess_wait_check (process, NULL, NULL) || !json_parser_load_from_file (parser, file, NULL))
    {
      printf ("%s: no figures\n", name);
      return;
    }
  print_figures (name, json_node_get_object (json_parser_get_root (parser)));
  json_object_set_member (all, name, json_parser_steal_root (parser));
  g_unlink (file);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "hall", "node" };
  g_autoptr (GOptionContext) context = g_option_context_new ("- what the score feed costs");
  g_autoptr (JsonObject) all = json_object_new ();
  g_autoptr (GError) error = NULL;
  const char *program = argv[0];

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (one != NULL)
    return json_file != NULL ? run_one () : 2;

  for (guint s = 0; s < G_N_ELEMENTS (names); s++)
    for (guint i = 0; i < (only != NULL ? 1 : G_N_ELEMENTS (rows)); i++)
      if (servers == NULL || g_str_equal (servers, "both") || g_str_equal (servers, names[s]))
        run_row (program, names[s], only != NULL ? only : rows[i], all);
  if (json_file != NULL)
    write_json (json_file, all);
  return 0;
}
