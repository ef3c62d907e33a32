/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client's layers, without the window, against Meetecho's Simple WHEP server before a real Janus: whose picture it is,
 * what a connection for each costs, that nothing is left of it, and a token that is none. */

#include <glib/gstdio.h>

#include "client-rig.h"
#include "figures.h"
#include "turn-server.h"
#include "vigil-main-post.h"
#include "vigil-metrics.h"
#include "whep-peers.h"

#define N_CANDIDATES 36
#define N_TILES 12
#define N_TURNS 7
#define N_CYCLES 5

static ClientRig *rig;
static WhepPeers *peers;

static gint64
metric (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
show (guint i)
{
  g_autofree char *id = g_strdup_printf ("s-%05u", i % N_CANDIDATES + 1);

  client_rig_show (rig, id, (int) (i % N_CANDIDATES));
}

static void
hide_all (void)
{
  while (rig->tiles->len > 0)
    client_rig_hide (rig, rig->tiles->pdata[0]);
}

static double
wait_playing (guint timeout_ms, const char *when)
{
  gint64 began = g_get_monotonic_time ();

  if (!interop_wait_until (client_rig_all_playing, rig, timeout_ms))
    {
      for (guint i = 0; i < rig->tiles->len; i++)
        {
          ClientTile *tile = rig->tiles->pdata[i];

          if (!client_tile_is_playing (tile))
            g_printerr ("# %s: phase %d, mode %d, %s\n", tile->student_id, vigil_stream_get_phase (tile->stream),
                        vigil_stream_get_mode (tile->stream), vigil_stream_get_failure (tile->stream));
        }
      g_error ("not every tile plays %s", when);
    }
  return (g_get_monotonic_time () - began) / 1000.0;
}

static gboolean
nothing_is_open (gpointer unused)
{
  return metric ("vigil_consumers") == 0 && metric ("vigil_media_links_live") == 0 && metric ("vigil_media_transports_live") == 0 &&
         metric ("vigil_media_decoders_live") == 0 && metric ("vigil_whep_resources") == 0;
}

static guint
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

#define n_threads() count_entries ("/proc/self/task")
#define n_fds() count_entries ("/proc/self/fd")

static void
test_wall (void)
{
  guint threads, fds;
  double took;

  client_rig_join (rig, "admin");
  g_assert_cmpint (vigil_sfu_config_get_kind (rig->exam->sfu), ==, VIGIL_SFU_WHEP);
  interop_run_for (500);
  threads = n_threads ();
  fds = n_fds ();
  for (guint i = 0; i < N_TILES; i++)
    show (i);
  took = wait_playing (30000, "at first");
  g_assert_true (interop_wait_until (client_rig_all_seen, rig, 30000));
  client_rig_check_right (rig, 5);
  g_assert_cmpint (whep_peers_count (peers), ==, N_TILES);
  g_test_message ("%u at once: all play after %.0f ms; %.1f threads and %.1f files each", N_TILES, took,
                  (double) (n_threads () - threads) / N_TILES, (double) (n_fds () - fds) / N_TILES);
}

/* Pages of others, in few tiles of time: never anybody's picture under another's name. */
static void
test_pages (void)
{
  g_autoptr (Figures) times = figures_new ();
  guint n_frames = 0;

  for (guint turn = 1; turn <= N_TURNS; turn++)
    {
      hide_all ();
      for (guint i = 0; i < N_TILES; i++)
        show (turn * N_TILES + i);
      figures_add (times, wait_playing (20000, "after a page was turned"));
      interop_run_for (turn % 3 == 0 ? 1200 : 300);
      client_rig_check_right (rig, 1);
      for (guint i = 0; i < rig->tiles->len; i++)
        n_frames += ((ClientTile *) rig->tiles->pdata[i])->n_right;
      g_assert_cmpint (metric ("vigil_media_links_live"), <=, 24 + N_TILES);
    }
  g_test_message ("%u pages of %u: %u pictures looked at, none of another", N_TURNS, N_TILES, n_frames);
  figures_report (times, "a page: all of it");
}

/* One after the other. */
static void
test_one_later (void)
{
  g_autoptr (Figures) times = figures_new ();

  hide_all ();
  interop_run_for (5000);
  for (guint i = 0; i < 12; i++)
    {
      show (i);
      figures_add (times, wait_playing (10000, "one later"));
      interop_run_for (100);
    }
  figures_report (times, "one later");
  client_rig_check_right (rig, 1);
}

/* Far enough away for an offer not to wait for it: a relay is there after two round trips. */
#define TURN_DELAY_MS 60

static char *
dup_relay (TurnServer *turn, BadNetwork *network)
{
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  g_autofree char *safe_user = NULL;
  g_autofree char *safe_password = NULL;

  turn_server_make_credentials (turn, &user, &password);
  safe_user = g_uri_escape_string (user, NULL, FALSE);
  safe_password = g_uri_escape_string (password, NULL, FALSE);
  return g_strdup_printf ("turn://%s:%s@127.0.0.1:%u?transport=udp", safe_user, safe_password,
                          bad_network_add (network, "127.0.0.1", turn_server_get_port (turn)));
}

static gboolean
no_link_lives (gpointer unused)
{
  return metric ("vigil_media_links_live") == 0;
}

/* Tiles over new connections with that relay, which is slow: who can does without it. Returns: ms */
static double
show_with_relay (guint n, const char *relay, gboolean only)
{
  const char *const relays[] = { relay, NULL };
  double took;

  hide_all ();
  g_assert_true (interop_wait_until (no_link_lives, NULL, 10000));
  vigil_media_engine_set_relays (VIGIL_MEDIA_ENGINE (rig->engine), relays, only);
  for (guint i = 0; i < n; i++)
    show (i);
  took = wait_playing (20000, only ? "over a relay" : "with a relay");
  g_assert_true (interop_wait_until (client_rig_all_seen, rig, 30000));
  client_rig_check_right (rig, 5);
  return took;
}

/* Candidates of a slow TURN server follow by PATCH, and a real server takes them; where nothing else is left the relay carries the
 * picture. */
static void
test_turn (void)
{
  const BadNetworkConditions far = { .delay_ms = TURN_DELAY_MS };
  gint64 patches = metric ("vigil_whep_patches"), refusals = metric ("vigil_whep_patch_refusals");
  gint64 early = metric ("vigil_media_offers_early"), sent = metric ("vigil_ice_candidates_sent");
  g_autoptr (GError) error = NULL;
  TurnServer *turn = turn_server_start (&error);
  BadNetwork *network;
  BadNetworkCounts before, after;
  g_autofree char *relay = NULL;
  int grace = vigil_settings_get_int (rig->settings, VIGIL_SETTING_UNPAUSED_GRACE);
  double beside, over;

  if (turn == NULL)
    {
      g_assert_null (g_getenv ("VIGIL_INTEROP_REQUIRED"));
      g_test_skip (error->message);
      return;
    }
  vigil_settings_set_int (rig->settings, VIGIL_SETTING_UNPAUSED_GRACE, 1);
  network = bad_network_new (1);
  bad_network_set_both (network, &far);
  relay = dup_relay (turn, network);

  beside = show_with_relay (3, relay, FALSE);
  interop_run_for (1000);
  g_assert_cmpint (metric ("vigil_media_offers_early") - early, ==, 3);
  g_assert_cmpint (metric ("vigil_ice_candidates_sent") - sent, >=, 3);

  sent = metric ("vigil_ice_candidates_sent");
  bad_network_get_counts (network, BAD_NETWORK_DOWN, &before);
  over = show_with_relay (1, relay, TRUE);
  interop_run_for (1500);
  bad_network_get_counts (network, BAD_NETWORK_DOWN, &after);
  g_test_message ("a TURN server %u ms away: 3 play after %.0f ms past it, one over it after %.0f ms, by %" G_GUINT64_FORMAT " packets; "
                  "%d PATCHes, with %d candidates for the last one", TURN_DELAY_MS, beside, over, after.delivered - before.delivered,
                  (int) (metric ("vigil_whep_patches") - patches), (int) (metric ("vigil_ice_candidates_sent") - sent));
  g_assert_cmpint (metric ("vigil_ice_candidates_sent") - sent, >=, 1);
  g_assert_cmpint (metric ("vigil_whep_patch_refusals"), ==, refusals);
  g_assert_cmpint (metric ("vigil_whep_trickle_ends"), ==, 0);
  g_assert_cmpuint (after.delivered - before.delivered, >, 30);
  g_assert_true (turn_server_has_logged (turn, "m.ortiz"));

  hide_all ();
  g_assert_true (interop_wait_until (no_link_lives, NULL, 10000));
  vigil_settings_set_int (rig->settings, VIGIL_SETTING_UNPAUSED_GRACE, grace);
  vigil_media_engine_set_relays (VIGIL_MEDIA_ENGINE (rig->engine), NULL, FALSE);
  bad_network_free (network);
  turn_server_stop (turn);
}

static gboolean
server_is_free (gpointer unused)
{
  return whep_peers_count (peers) == 0;
}

/* All of it away and all of it back: neither we nor the server keep anything. */
static void
test_cycles (void)
{
  guint threads = 0, fds = 0;

  for (guint cycle = 0; cycle < N_CYCLES; cycle++)
    {
      hide_all ();
      interop_run_for (4000);
      g_assert_true (interop_wait_until (server_is_free, NULL, 10000));
      g_assert_cmpint (metric ("vigil_consumers"), ==, 0);
      g_assert_cmpint (metric ("vigil_media_links_live"), ==, 0);
      if (cycle == 1)
        {
          threads = n_threads ();
          fds = n_fds ();
        }
      for (guint i = 0; i < N_TILES; i++)
        show (cycle * N_TILES + i);
      wait_playing (20000, "in a cycle");
    }
  hide_all ();
  interop_run_for (4000);
  g_assert_true (interop_wait_until (server_is_free, NULL, 10000));
  g_test_message ("after %u cycles: %u threads (%u), %u files (%u)", N_CYCLES, n_threads (), threads, n_fds (), fds);
  g_assert_cmpuint (n_threads (), <=, threads + 8);
  g_assert_cmpuint (n_fds (), <=, fds + 8);
  g_assert_cmpint (metric ("vigil_whep_orphans"), ==, 0);
}

static gboolean
sfu_is_up (gpointer unused)
{
  return client_rig_get_link (rig, VIGIL_PART_SFU) == VIGIL_LINK_CONNECTED;
}

static gboolean
first_has_failed (gpointer unused)
{
  ClientTile *tile = rig->tiles->pdata[0];

  return vigil_stream_get_failure (tile->stream) != NULL && strstr (vigil_stream_get_failure (tile->stream), "token") != NULL;
}

/* The tile says what is wrong, and nobody asks for ever. */
static void
test_wrong_token (void)
{
  gint64 posts;

  g_autoptr (VigilSfuConfig) config = vigil_sfu_config_new (VIGIL_SFU_WHEP);

  config->url = g_strdup (rig->exam->sfu->url);
  config->token = g_strdup ("another-token");
  vigil_session_leave (rig->session);
  vigil_sfu_config_unref (rig->exam->sfu);
  rig->exam->sfu = g_steal_pointer (&config);
  vigil_session_join (rig->session, rig->exam, rig->who);
  interop_run_for (1000);
  g_assert_true (interop_wait_until (sfu_is_up, NULL, 10000));
  posts = metric ("vigil_whep_posts");
  show (0);
  if (!interop_wait_until (first_has_failed, NULL, 10000))
    {
      ClientTile *tile = rig->tiles->pdata[0];

      g_error ("phase %d, mode %d, reason %d: %s", vigil_stream_get_phase (tile->stream), vigil_stream_get_mode (tile->stream),
               vigil_stream_get_reason (tile->stream), vigil_stream_get_failure (tile->stream));
    }
  g_test_message ("%s", vigil_stream_get_failure (((ClientTile *) rig->tiles->pdata[0])->stream));
  interop_run_for (5000);
  g_assert_cmpint (metric ("vigil_whep_posts") - posts, <=, 4);
  g_assert_cmpint (metric ("vigil_media_links_live"), ==, 0);
  hide_all ();
}

/* -- the numbers of docs/performance.md: "-m perf" -- */

#define N_PERF 24

static gint64
n_decoded (void)
{
  return metric ("vigil_media_frames_decoded");
}

static void
say_first_frames (const char *what)
{
  VigilHistogram *times = vigil_metrics_histogram ("vigil_stream_first_frame", "ms", "");

  g_test_message ("%s: first picture p50 %.0f ms, p95 %.0f ms, of the last %u", what, vigil_histogram_quantile (times, 0.5),
                  vigil_histogram_quantile (times, 0.95), (guint) MIN (vigil_histogram_get_count (times), N_PERF));
}

static void
test_figures (void)
{
  client_rig_join (rig, "admin");
  interop_run_for (1000);
  for (guint i = 0; i < N_PERF; i++)
    show (i);
  g_test_message ("%u at once: the last one plays after %.0f ms", N_PERF, wait_playing (30000, "at once"));
  say_first_frames ("all at once");
  figures_load ("24 playing", 10, n_decoded);
  for (guint turn = 1; turn <= 3; turn++)
    {
      hide_all ();
      for (guint i = 0; i < N_PERF; i++)
        show (turn * N_PERF + i);
      g_test_message ("another page of %u: the last one plays after %.0f ms", N_PERF, wait_playing (30000, "on another page"));
      interop_run_for (1000);
    }
  hide_all ();
  interop_run_for (5000);
  for (guint i = 0; i < 12; i++)
    {
      show (i);
      wait_playing (10000, "one later");
      interop_run_for (200);
    }
  hide_all ();
}

static void
test_end (void)
{
  client_rig_free (rig);
  g_assert_true (interop_wait_until (nothing_is_open, NULL, 20000));
  g_assert_true (interop_wait_until (server_is_free, NULL, 10000));
  whep_peers_stop (peers);
}

int
main (int argc, char **argv)
{
  const char *const options[] = { "--candidates", G_STRINGIFY (N_CANDIDATES), "--streaming", "0", "--microphones", "0", NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("G_MESSAGES_DEBUG");
  status = interop_setup ();
  if (status != 0)
    return status;

  vigil_set_main_thread ();
  peers = g_test_perf () ? whep_peers_start (N_CANDIDATES, 640, 360, 15) : whep_peers_start (N_CANDIDATES, 320, 180, 10);
  rig = client_rig_new (options);
  whep_peers_publish (peers, rig->hall);
  if (g_test_perf ())
    g_test_add_func ("/interop/whep/figures", test_figures);
  else
    {
      g_test_add_func ("/interop/whep/wall", test_wall);
      g_test_add_func ("/interop/whep/pages", test_pages);
      g_test_add_func ("/interop/whep/one-later", test_one_later);
      g_test_add_func ("/interop/whep/turn", test_turn);
      g_test_add_func ("/interop/whep/cycles", test_cycles);
      g_test_add_func ("/interop/whep/wrong-token", test_wrong_token);
    }
  g_test_add_func ("/interop/whep/end", test_end);
  return g_test_run ();
}
