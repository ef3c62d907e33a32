/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a whole hall costs, in a process of its own:
 *
 *   bench-hall VIGIL-HALL [SECONDS [SCENE…]]
 *
 * CPU is user+sys seconds of the hall per wall second, memory its PSS.
 */
#include "hall-media.h"

#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct
{
  const char *title;
  const char *options; /* separated by spaces */
  guint       consoles;
  guint       consumed;
} Scene;

static const Scene scenes[] = {
  { "200 publishing, nobody looks", "--candidates=200 --looks=24 --score-rate=80", 0, 0 },
  { "200 publishing, 30 consumed, 80/s", "--candidates=200 --looks=24 --score-rate=80 --prepare=200", 1, 30 },
  { "50,000, nobody looks", "--candidates=50000 --publish=0 --score-rate=20000", 0, 0 },
  { "50,000, 20,000/s singly", "--candidates=50000 --publish=0 --score-rate=20000", 1, 0 },
  { "50,000, 20,000/s every 50 ms", "--candidates=50000 --publish=0 --score-rate=20000 --batch=50", 1, 0 },
  { "50,000, 20,000/s every 50 ms, 5 consoles", "--candidates=50000 --publish=0 --score-rate=20000 --batch=50", 5, 0 },
};

static double
get_cpu (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", pid);
  g_autofree char *text = NULL;
  g_auto(GStrv) fields = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  fields = g_strsplit (text, " ", -1);
  return (g_ascii_strtod (fields[13], NULL) + g_ascii_strtod (fields[14], NULL)) / (double) sysconf (_SC_CLK_TCK);
}

static guint
get_pss_mb (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/smaps_rollup", pid);
  g_autofree char *text = NULL;
  g_autoptr(GRegex) regex = g_regex_new ("^Pss:\\s+(\\d+)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *kb = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_regex_match (regex, text, 0, &match))
    return 0;
  kb = g_match_info_fetch (match, 1);
  return (guint) (strtoul (kb, NULL, 10) / 1024);
}

static SfuClient *
consume (HallFixture *f, HallConsole *console, guint n)
{
  SfuClient *client = hall_media_new (console);

  g_assert_true (sfu_client_connect (client));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("s-%05u", i + 1);
      g_autofree char *producer = hall_media_dup_producer (f, id);
      g_autofree char *consumer = NULL;
      guint32 ssrc;

      if (producer)
        consumer = sfu_client_consume (client, producer, FALSE, &ssrc);
    }
  return client;
}

static void
run (const char *program, const Scene *scene, guint seconds)
{
  g_autofree char *line = g_strdup_printf ("%s %s --absent=0 --churn=0 --http-rate=0", program, scene->options);
  g_auto(GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr(HallFixture) f = hall_fixture_spawn ((const char *const *) argv);
  const char *pid = g_subprocess_get_identifier (f->process);
  HallConsole *consoles[8] = { NULL };
  SfuClient *client = NULL;
  g_autoptr(JsonNode) before = NULL;
  g_autoptr(JsonNode) after = NULL;
  double cpu;
  gint64 start;
  double wall;

  for (guint i = 0; i < scene->consoles; i++)
    {
      consoles[i] = hall_console_new (f, "invigilator");
      consoles[i]->deaf = TRUE;
    }
  if (scene->consumed > 0)
    client = consume (f, consoles[0], scene->consumed);
  hall_run (2000);
  before = hall_control (f, "{\"op\":\"counts\"}");
  cpu = get_cpu (pid);
  start = g_get_monotonic_time ();
  hall_run (seconds * 1000);
  cpu = get_cpu (pid) - cpu;
  wall = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  after = hall_control (f, "{\"op\":\"counts\"}");
  printf ("%-44s %6.3f %8u %9.0f %9.0f\n", scene->title, cpu / wall, get_pss_mb (pid),
          (double) (hall_int (after, "scoresSent") - hall_int (before, "scoresSent")) / wall,
          (double) (hall_int (after, "framesSent") - hall_int (before, "framesSent")) / wall);
  fflush (stdout);
  g_clear_pointer (&client, sfu_client_free);
  for (guint i = 0; i < scene->consoles; i++)
    hall_console_free (consoles[i]);
}

/* Without numbers after the seconds, all of them. */
static gboolean
is_wanted (int argc, char **argv, guint scene)
{
  for (int i = 3; i < argc; i++)
    if (strtoul (argv[i], NULL, 10) == scene)
      return TRUE;
  return argc <= 3;
}

int
main (int argc, char **argv)
{
  guint seconds = argc > 2 ? (guint) strtoul (argv[2], NULL, 10) : 10;

  gst_init (&argc, &argv);
  if (argc < 2)
    {
      g_printerr ("bench-hall VIGIL-HALL [SECONDS [SCENE…]]\n");
      return 2;
    }
  printf ("%-44s %6s %8s %9s %9s\n", "", "cores", "PSS MB", "scores/s", "frames/s");
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    if (is_wanted (argc, argv, i + 1))
      run (argv[1], &scenes[i], MAX (1, seconds));
  return 0;
}
