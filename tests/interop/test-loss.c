/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A wall behind networks that are bad all the while: whose pictures come, how many, what the ladder does, and whether all is
 * back afterwards. `-m perf` has more networks and takes longer; it ends with the table of docs/performance.md. */

#include "onlooker.h"
#include "vigil-main-post.h"

#define FPS 10

typedef struct
{
  const char           *name;
  const char           *title;
  BadNetworkConditions  down, up;
  double                at_least;  /* of the pictures sent are shown */
  gboolean              perf;      /* only with -m perf */
} Network;

static const Network networks[] = {
  { "good", "good", .at_least = 0.4, .perf = TRUE },
  { "2-percent", "2 % lost, 40 to 60 ms, 2 % behind others",
    { .loss = 0.02, .delay_ms = 40, .jitter_ms = 20, .reorder = 0.02, .late_ms = 60 },
    { .loss = 0.02, .delay_ms = 40, .jitter_ms = 20 }, 0.2, TRUE },
  { "10-percent", "10 % lost, 40 to 60 ms, 5 % behind others",
    { .loss = 0.1, .delay_ms = 40, .jitter_ms = 20, .reorder = 0.05, .late_ms = 60 },
    { .loss = 0.1, .delay_ms = 40, .jitter_ms = 20 }, 0.05 },
  { "late", "300 ms each way", { .delay_ms = 300 }, { .delay_ms = 300 }, 0.4, TRUE },
  { "narrow", "1 Mbit/s to us, 64 KiB wait", { .rate_kbps = 1000 }, { 0 }, 0.01, TRUE },
};

static ClientRig *rig;
static Onlooker *onlooker;
static GString *table;
static guint n_tiles;

/* What was seen of one network. */
typedef struct
{
  guint n_live, n_least, n_rounds, n_live_sum;
  guint ladder_least;     /* streams that the ladder let play, at its lowest; G_MAXUINT: all, all the time */
} Course;

static guint
count_right (void)
{
  guint n = 0;

  for (guint i = 0; i < rig->tiles->len; i++)
    n += ((ClientTile *) rig->tiles->pdata[i])->n_right;
  return n;
}

static void
note_second (Course *course)
{
  const VigilLadder *ladder = vigil_stream_controller_get_ladder (vigil_session_get_streams (rig->session), NULL);
  guint n = 0;

  for (guint i = 0; i < rig->tiles->len; i++)
    n += vigil_stream_get_mode (((ClientTile *) rig->tiles->pdata[i])->stream) == VIGIL_MODE_LIVE;
  course->n_least = MIN (course->n_least, n);
  course->n_live_sum += n;
  course->n_rounds++;
  if (ladder->rung != VIGIL_RUNG_LIVE)
    course->ladder_least = 0;
  else if (ladder->live > 0)
    course->ladder_least = MIN (course->ladder_least, ladder->live);
}

static void
check_nobody_else (void)
{
  for (guint i = 0; i < rig->tiles->len; i++)
    g_assert_cmpuint (((ClientTile *) rig->tiles->pdata[i])->n_wrong, ==, 0);
}

static void
wait_back (guint timeout_ms)
{
  onlooker_fault_over (onlooker);
  if (!interop_wait_until (onlooker_is_back, onlooker, timeout_ms))
    {
      client_rig_describe (rig);
      g_error ("not every tile is live again after %u ms", timeout_ms);
    }
}

static void
test_network (gconstpointer data)
{
  const Network *network = data;
  Course course = { .n_least = G_MAXUINT, .ladder_least = G_MAXUINT };
  BadNetworkCounts before, after;
  guint seconds = g_test_perf () ? 45 : 12, shown, n_before = count_right ();
  gint64 over_us;
  const Sight *sight;
  g_autofree char *ladder = NULL;
  double share, back_s;

  bad_network_get_counts (rig->network, BAD_NETWORK_DOWN, &before);
  onlooker_begin (onlooker, NULL);
  bad_network_set (rig->network, BAD_NETWORK_DOWN, &network->down);
  bad_network_set (rig->network, BAD_NETWORK_UP, &network->up);
  for (guint i = 0; i < seconds; i++)
    {
      interop_run_for (1000);
      note_second (&course);
    }
  shown = count_right () - n_before;
  bad_network_set_both (rig->network, NULL);
  bad_network_get_counts (rig->network, BAD_NETWORK_DOWN, &after);

  over_us = g_get_monotonic_time ();
  /* The ladder gives back a tenth every ten seconds, and later what was too much once. */
  wait_back (g_test_perf () ? 240 * 1000 : 120 * 1000);
  back_s = (g_get_monotonic_time () - over_us) / (double) G_USEC_PER_SEC;
  sight = onlooker_get_sight (onlooker);
  share = (double) shown / (seconds * FPS * n_tiles);
  ladder = course.ladder_least == G_MAXUINT ? g_strdup ("nothing") : g_strdup_printf ("down to %u", course.ladder_least);
  g_test_message ("%s: %u of %u pictures shown, %.0f %%; the ladder did %s, %u live at least; all back after %.1f s; "
                  "%" G_GUINT64_FORMAT " packets, %" G_GUINT64_FORMAT " lost, %" G_GUINT64_FORMAT " too many, %" G_GUINT64_FORMAT " behind others; banner: %s",
                  network->title, shown, seconds * FPS * n_tiles, share * 100, ladder, course.n_least, back_s,
                  after.arrived - before.arrived, after.lost - before.lost, after.overflowed - before.overflowed,
                  after.reordered - before.reordered, *sight->banner != '\0' ? sight->banner : "–");
  g_string_append_printf (table, "| %s | %u of %u | %.0f %% | %s | %u | %s | %.1f |\n", network->title, shown, seconds * FPS * n_tiles, share * 100,
                          ladder, course.n_least, *sight->banner != '\0' ? sight->banner : "–", back_s);

  check_nobody_else ();
  g_assert_cmpfloat (share, >=, network->at_least);
  if (network->down.loss > 0)
    g_assert_cmpuint (after.lost - before.lost, >, (after.arrived - before.arrived) * network->down.loss / 2);
  g_assert_cmpuint (sight->n_violations, ==, 0);
  g_assert_cmpuint (sight->n_flags, ==, 0);
  g_assert_cmpfloat (sight->stuck_s, <, 20);
}

static void
show_wall (void)
{
  client_rig_join (rig, "invigilator");
  for (guint i = 0; i < n_tiles; i++)
    {
      g_autofree char *id = g_strdup_printf ("s-%05u", i + 1);

      client_rig_show (rig, id, (int) i);
    }
  onlooker = onlooker_new (rig);
  onlooker_begin (onlooker, NULL);
  wait_back (30000);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *streaming = NULL;
  const char *options[] = { "--candidates", "20", "--streaming", NULL, "--scores", "20", "--violation-seconds", "0", "--microphones", "0", NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  status = interop_setup ();
  if (status != 0)
    return status;

  vigil_set_main_thread ();
  n_tiles = g_test_perf () ? 16 : 12;
  options[3] = streaming = g_strdup_printf ("%u", n_tiles);
  table = g_string_new (NULL);
  rig = client_rig_new (options);
  client_rig_use_network (rig, 10);
  if (!g_test_perf ())
    vigil_settings_set_int (rig->settings, VIGIL_SETTING_LADDER_RECOVERY, 2);
  show_wall ();
  for (gsize i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_autofree char *path = g_strdup_printf ("/interop/loss/%s", networks[i].name);

      if (!networks[i].perf || g_test_perf ())
        g_test_add_data_func (path, &networks[i], test_network);
    }
  status = g_test_run ();

  g_test_message ("%u pictures looked at, none another's", count_right ());
  if (g_test_perf ())
    g_printerr ("%s", table->str);
  onlooker_free (onlooker);
  client_rig_free (rig);
  g_string_free (table, TRUE);
  return status;
}
