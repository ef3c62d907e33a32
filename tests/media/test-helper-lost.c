/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole engine against the SFU while the decoding helper is killed under it: how long tiles stand still. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media-rig.h"
#include "vigil-main-post.h"

#define N_FEEDS 12u
#define ROUNDS  3u

typedef struct
{
  MediaFeed *feeds[N_FEEDS];
  guint      seen[N_FEEDS];
  gint64     killed_us;
  gint64     back_us[N_FEEDS];
} Wall;

/* Our one child that decodes; 0 if there is none. */
static GPid
find_helper (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%s/stat", name);
      g_autofree char *text = NULL;
      const char *after;

      if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &text, NULL, NULL))
        continue;
      after = strstr (text, "(vigil-decoder) ");
      if (after != NULL && atoi (after + strlen ("(vigil-decoder) ") + 2) == getpid ())
        return atoi (name);
    }

  return 0;
}

static gboolean
all_back (gpointer data)
{
  Wall *wall = data;
  guint n = 0;

  for (guint i = 0; i < N_FEEDS; i++)
    {
      if (wall->back_us[i] == 0 && wall->feeds[i]->n_frames > wall->seen[i])
        wall->back_us[i] = g_get_monotonic_time ();
      n += wall->back_us[i] != 0;
    }

  return n == N_FEEDS;
}

static double
kill_helper (Wall *wall)
{
  GPid helper = find_helper ();
  gint64 last = 0;

  g_assert_cmpint (helper, >, 0);
  g_assert_cmpint (kill (helper, SIGKILL), ==, 0);
  wall->killed_us = g_get_monotonic_time ();
  /* What was decoded before may still be on its way. */
  media_run (30);
  for (guint i = 0; i < N_FEEDS; i++)
    {
      wall->seen[i] = wall->feeds[i]->n_frames;
      wall->back_us[i] = 0;
    }
  g_assert_true (media_wait (all_back, wall, 8000));
  for (guint i = 0; i < N_FEEDS; i++)
    last = MAX (last, wall->back_us[i]);

  return (last - wall->killed_us) / 1000.0;
}

static void
test_killed (void)
{
  MediaRig *rig = media_rig_new (N_FEEDS, 320, 180, 15);
  gint64 lost = media_metric ("helpers_lost");
  Wall wall = { 0 };
  double worst = 0;

  media_rig_open (rig);
  for (guint i = 0; i < N_FEEDS; i++)
    wall.feeds[i] = media_rig_attach (rig, i, 240, 135);
  for (guint i = 0; i < N_FEEDS; i++)
    media_rig_resume (wall.feeds[i]);
  g_assert_true (media_wait (media_all_first, rig, 10000));

  for (guint round = 0; round < ROUNDS; round++)
    {
      double ms;

      media_run (1500);
      ms = kill_helper (&wall);
      g_test_message ("all %u feeds are back %.0f ms after the helper was killed", N_FEEDS, ms);
      worst = MAX (worst, ms);
    }
  g_assert_cmpint (media_metric ("helpers_lost"), ==, lost + ROUNDS);
  /* A second where nothing else runs; these machines are shared. */
  g_assert_cmpfloat (worst, <, 3000);
  media_rig_check_right (rig, 10);

  media_rig_free (rig);
  g_assert_cmpint (find_helper (), ==, 0);
  g_assert_cmpint (media_metric ("helpers_live"), ==, 0);
}

static gboolean
has_failed (gpointer data)
{
  const MediaFeed *feed = data;

  return feed->n_failed > 0;
}

static gboolean
is_lost_again (gpointer data)
{
  return media_metric ("helpers_lost") > *(gint64 *) data;
}

static void
start_feed (MediaRig   *rig,
            guint       producer,
            const char *origin,
            MediaFeed **feed)
{
  rig->origin = origin;
  *feed = media_rig_attach (rig, producer, 240, 135);
  media_rig_resume (*feed);
}

/* Whoever's video costs us one helper after the other does not begin anew by publishing it once more under another producer's id. */
static void
test_republished (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vigil-helper-XXXXXX", NULL);
  g_autofree char *program = g_build_filename (folder, "vigil-decoder", NULL);
  g_autofree char *former = g_strdup (g_getenv ("VIGIL_DECODER_DIR"));
  MediaRig *rig;
  MediaFeed *feed;
  gint64 lost;

  g_assert_cmpint (symlink (HOSTILE_DECODER, program), ==, 0);
  g_setenv ("VIGIL_DECODER_DIR", folder, TRUE);
  g_setenv ("VIGIL_DECODER_LIE", "blame", TRUE);
  rig = media_rig_new (3, 320, 180, 15);
  media_rig_open (rig);

  start_feed (rig, 0, "one", &feed);
  g_assert_true (media_wait (has_failed, feed, 20000));
  media_rig_detach (feed);
  lost = media_metric ("helpers_lost");
  g_assert_cmpint (lost, >=, 3);

  start_feed (rig, 1, "one", &feed);
  g_assert_true (media_wait (has_failed, feed, 20000));
  g_assert_cmpint (media_metric ("helpers_lost"), ==, lost);
  media_rig_detach (feed);

  /* Nobody else is held back for it. */
  start_feed (rig, 2, "another", &feed);
  g_assert_true (media_wait (is_lost_again, &lost, 20000));

  media_rig_free (rig);
  g_setenv ("VIGIL_DECODER_DIR", former, TRUE);
  g_unsetenv ("VIGIL_DECODER_LIE");
  g_assert_cmpint (unlink (program), ==, 0);
  g_assert_cmpint (rmdir (folder), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();
  g_test_add_func ("/media/helper-lost/killed", test_killed);
  g_test_add_func ("/media/helper-lost/republished", test_republished);
  return g_test_run ();
}
