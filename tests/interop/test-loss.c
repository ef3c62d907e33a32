/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A wall behind networks that are bad all the while: whose pictures come, how many, what the ladder does, and whether all is
 * back afterwards. VIGIL_LOSS_SFU says what is behind them: mediasoup, or a WHEP with a connection for each candidate, of which
 * pages are turned behind the networks that lose. `-m perf` has more networks and takes longer; it ends with the table of
 * docs/performance.md. */

#include "figures.h"
#include "onlooker.h"
#include "vigil-main-post.h"
#include "vigil-metrics.h"
#include "whep-peers.h"

#define FPS 10

/* Each of them has connections that were made behind the bad network. */
#define N_PAGES 3
#define PAGE_MS 10000

typedef struct
{
  const char           *name;
  const char           *title;
  BadNetworkConditions  down, up;
  double                at_least;  /* of the pictures sent are shown */
  gboolean              perf;      /* only with -m perf */
  gboolean              steps;     /* the ladder lets fewer play */
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
  { "narrow", "1 Mbit/s to us, 64 KiB wait", { .rate_kbps = 1000 }, { 0 }, 0.01, TRUE, TRUE },
  { "queue", "500 kbit/s to us, nothing lost, 8 MiB wait", { .rate_kbps = 500, .queue_bytes = 8 << 20 }, { 0 }, 0.01, FALSE, TRUE },
};

static ClientRig *rig;
static Onlooker *onlooker;
static WhepPeers *peers;  /* nullable: it is mediasoup */
static GString *table;
static guint n_tiles;
static guint n_gone;      /* pictures of tiles that are not shown any more */

/* What was seen of one network. */
typedef struct
{
  guint n_live, n_least, n_rounds, n_live_sum;
  guint ladder_least;     /* streams that the ladder let play, at its lowest; G_MAXUINT: all, all the time */
  guint late_most_s;      /* as tiles say it… */
  double way_most_s;      /* …and what packets really were on their way */
} Course;

static guint
count_right (void)
{
  guint n = n_gone;

  for (guint i = 0; i < rig->tiles->len; i++)
    n += ((ClientTile *) rig->tiles->pdata[i])->n_right;
  return n;
}

static void
note_second (Course *course)
{
  const VigilLadder *ladder = vigil_stream_controller_get_ladder (vigil_session_get_streams (rig->session), NULL);
  BadNetworkCounts counts;
  guint n = 0;

  bad_network_get_counts (rig->network, BAD_NETWORK_DOWN, &counts);
  course->way_most_s = MAX (course->way_most_s, (double) counts.way_us / G_USEC_PER_SEC);
  for (guint i = 0; i < rig->tiles->len; i++)
    {
      VigilStream *stream = ((ClientTile *) rig->tiles->pdata[i])->stream;
      guint late_s = vigil_stream_get_late_s (stream);

      n += vigil_stream_get_mode (stream) == VIGIL_MODE_LIVE;
      course->late_most_s = MAX (course->late_most_s, late_s);
      /* By steps of up to five seconds, and of a second ago. */
      if (g_test_perf () && vigil_stream_get_mode (stream) == VIGIL_MODE_LIVE)
        g_assert_cmpfloat (late_s, <, course->way_most_s + 7);
    }
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
  guint seconds = g_test_perf () ? 45 : network->steps ? 8 : 12, shown, n_before = count_right ();
  int late_s = vigil_settings_get_int (rig->settings, VIGIL_SETTING_LATE_VIDEO);
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

  g_test_message ("pictures were said to be up to %u s late; packets were on their way for up to %.1f s", course.late_most_s, course.way_most_s);
  check_nobody_else ();
  /* A queue that is longer than a tile bears in silence is called late; nothing else is, unless this machine itself is late.
   * Both were looked at once a second. */
  g_assert_true (course.late_most_s > 0 || course.way_most_s < late_s * 1.5);
  g_assert_true (course.late_most_s == 0 || course.late_most_s >= course.way_most_s / 2);
  if (g_test_perf ())
    g_assert_true (course.late_most_s == 0 || course.way_most_s > late_s * 0.7);
  g_assert_cmpfloat (share, >=, network->at_least);
  if (network->down.loss > 0)
    g_assert_cmpuint (after.lost - before.lost, >, (after.arrived - before.arrived) * network->down.loss / 2);
  g_assert_true (!network->steps || course.ladder_least < n_tiles);
  g_assert_true (!network->steps || *sight->banner != '\0');
  g_assert_cmpuint (sight->n_violations, ==, 0);
  g_assert_cmpuint (sight->n_flags, ==, 0);
  g_assert_cmpfloat (sight->stuck_s, <, 20);
}

static void
show_page (guint page)
{
  for (guint i = 0; i < n_tiles; i++)
    {
      guint look = peers != NULL ? (page * n_tiles + i) % peers->n_candidates : i;
      g_autofree char *id = g_strdup_printf ("s-%05u", look + 1);

      client_rig_show (rig, id, (int) look);
    }
}

static void
hide_page (void)
{
  n_gone = count_right ();
  while (rig->tiles->len > 0)
    client_rig_hide (rig, rig->tiles->pdata[0]);
}

/* A handshake that loses a flight waits for a second, then for two, and a connection without a picture begins anew after six: a
 * few are late, and are no reason to wait for. */
static guint
wait_page (guint page)
{
  guint n_late = 0;

  interop_wait_until (client_rig_all_playing, rig, PAGE_MS);
  for (guint i = 0; i < rig->tiles->len; i++)
    n_late += !client_tile_is_playing (rig->tiles->pdata[i]);
  if (n_late > MAX (n_tiles / 4, 2))
    {
      client_rig_describe (rig);
      g_error ("%u of %u tiles do not play on page %u", n_late, n_tiles, page);
    }
  return n_late;
}

/* Other candidates in the place of those before them, again and again: each has a connection that is made, and lost, here. */
static void
test_pages (gconstpointer data)
{
  const Network *network = data;
  guint n_pages = g_test_perf () ? 10 : 1, n_before = count_right (), n_late = 0;
  gint64 lost = vigil_counter_get (vigil_metrics_counter ("vigil_media_links_lost", ""));
  g_autoptr (Figures) times = figures_new ();
  BadNetworkCounts before, after;
  gint64 began;

  bad_network_get_counts (rig->network, BAD_NETWORK_DOWN, &before);
  bad_network_set (rig->network, BAD_NETWORK_DOWN, &network->down);
  bad_network_set (rig->network, BAD_NETWORK_UP, &network->up);
  for (guint page = 1; page <= n_pages; page++)
    {
      hide_page ();
      show_page (page);
      began = g_get_monotonic_time ();
      n_late += wait_page (page);
      figures_add (times, (g_get_monotonic_time () - began) / 1000.0);
      interop_run_for (1000);
      check_nobody_else ();
    }
  bad_network_set_both (rig->network, NULL);
  bad_network_get_counts (rig->network, BAD_NETWORK_DOWN, &after);
  g_test_message ("%s: %u pages of %u turned, %u pictures looked at, none another's; %u had none after %d s; %d connections lost; "
                  "%" G_GUINT64_FORMAT " packets, %" G_GUINT64_FORMAT " lost",
                  network->title, n_pages, n_tiles, count_right () - n_before, n_late, PAGE_MS / 1000,
                  (int) (vigil_counter_get (vigil_metrics_counter ("vigil_media_links_lost", "")) - lost),
                  after.arrived - before.arrived, after.lost - before.lost);
  figures_report (times, "a page: all of it, or as long as it was waited for");
  g_assert_cmpuint (count_right () - n_before, >=, n_pages * n_tiles);
  g_assert_cmpuint (after.lost - before.lost, >, (after.arrived - before.arrived) * network->down.loss / 2);
}

static void
show_wall (void)
{
  client_rig_join (rig, "invigilator");
  show_page (0);
  onlooker = onlooker_new (rig);
  onlooker_begin (onlooker, NULL);
  wait_back (30000);
}

static void
add_networks (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      const Network *network = &networks[i];
      g_autofree char *path = g_strdup_printf ("/interop/loss/%s", network->name);

      if (peers != NULL ? g_test_perf () && network->down.loss > 0 : !network->perf || g_test_perf ())
        g_test_add_data_func (path, network, test_network);
    }
}

/* After the networks, whose tiles somebody looks at. */
static void
add_pages (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      const Network *network = &networks[i];
      g_autofree char *path = g_strdup_printf ("/interop/loss/pages/%s", network->name);

      if (network->down.loss > 0 && (!network->perf || g_test_perf ()))
        g_test_add_data_func (path, network, test_pages);
    }
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *streaming = NULL;
  g_autofree char *candidates = NULL;
  const char *options[] = { "--candidates", NULL, "--streaming", NULL, "--scores", "20", "--violation-seconds", "0", "--microphones", "0", NULL };
  gboolean whep = g_strcmp0 (g_getenv ("VIGIL_LOSS_SFU"), "whep") == 0;
  int status;

  g_test_init (&argc, &argv, NULL);
  status = interop_setup ();
  if (status != 0)
    return status;

  vigil_set_main_thread ();
  n_tiles = g_test_perf () ? 16 : whep ? 6 : 12;
  options[1] = candidates = g_strdup_printf ("%u", whep ? N_PAGES * n_tiles : 20);
  options[3] = streaming = g_strdup_printf ("%u", whep ? 0 : n_tiles);
  table = g_string_new (NULL);
  if (whep)
    peers = whep_peers_start (N_PAGES * n_tiles, 320, 180, FPS);
  rig = client_rig_new (options);
  if (whep)
    whep_peers_publish (peers, rig->hall);
  client_rig_use_network (rig, 10);
  if (!g_test_perf ())
    {
      vigil_settings_set_int (rig->settings, VIGIL_SETTING_LADDER_PATIENCE, 2);
      vigil_settings_set_int (rig->settings, VIGIL_SETTING_LADDER_RECOVERY, 1);
      vigil_settings_set_int (rig->settings, VIGIL_SETTING_LATE_VIDEO, 1);
    }
  show_wall ();
  add_networks ();
  if (whep)
    add_pages ();
  status = g_test_run ();

  g_test_message ("%u pictures looked at, none another's", count_right ());
  if (g_test_perf ())
    g_printerr ("%s", table->str);
  onlooker_free (onlooker);
  client_rig_free (rig);
  g_clear_pointer (&peers, whep_peers_stop);
  g_string_free (table, TRUE);
  return status;
}
