/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client's layers, without the window, in a hall whose exam says that its video comes from a Janus. */

#include "client-rig.h"
#include "janus/janus-server.h"
#include "vigil-main-post.h"
#include "vigil-metrics.h"

#define N_CANDIDATES 32
#define N_TILES 24

static ClientRig *rig;
static InteropPeer *room;
static ClientTile *tiles[N_CANDIDATES];

static void
tell_room (const char *cmd,
           const char *members)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = interop_peer_command (room, cmd, members, &error);

  g_assert_no_error (error);
}

static void
show (guint i)
{
  g_autofree char *id = g_strdup_printf ("s-%05u", i + 1);

  tiles[i] = client_rig_show (rig, id, (int) i);
}

static void
wait_all_playing (guint       timeout_ms,
                  const char *when)
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
  g_test_message ("%u tiles play %s after %.0f ms", rig->tiles->len, when, (g_get_monotonic_time () - began) / 1000.0);
}

static void
test_wall (void)
{
  client_rig_join (rig, "admin");
  g_assert_cmpint (vigil_sfu_config_get_kind (rig->exam->sfu), ==, VIGIL_SFU_JANUS);
  for (guint i = 0; i < N_TILES; i++)
    show (i);
  wait_all_playing (30000, "at first");
  g_assert_true (interop_wait_until (client_rig_all_seen, rig, 30000));
  client_rig_check_right (rig, 5);
  g_assert_cmpint (client_rig_get_link (rig, VIGIL_PART_SFU), ==, VIGIL_LINK_CONNECTED);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_janus_slots_taken", "")), >=, N_TILES);
}

/* Tiles go and others come. */
static void
test_scroll (void)
{
  for (guint turn = 0; turn < 6; turn++)
    {
      guint gone = turn * 4, come = turn == 0 ? N_TILES : (turn - 1) * 4;

      for (guint i = 0; i < 4; i++)
        client_rig_hide (rig, tiles[gone + i]);
      for (guint i = 0; i < 4; i++)
        show (come + i);
      wait_all_playing (15000, "after scrolling");
      interop_run_for (500);
    }
  client_rig_check_right (rig, 3);
}

static gboolean
is_over (gpointer tile)
{
  return vigil_stream_get_phase (((ClientTile *) tile)->stream) != VIGIL_PHASE_PLAYING;
}

/* A candidate's video ends and begins again; nobody else's does. */
static void
test_leaving (void)
{
  ClientTile *tile = tiles[0];

  tell_room ("leave", "\"index\":0");
  interop_hall_do (rig->hall, "janus_left", "\"index\":0");
  g_assert_true (interop_wait_until (is_over, tile, 10000));
  g_test_message ("%s: %s", tile->student_id, vigil_stream_get_failure (tile->stream));
  interop_run_for (500);

  tell_room ("enter", "\"index\":0");
  interop_hall_do (rig->hall, "janus", "\"url\":\"ws://127.0.0.1:%d/\",\"room\":%d,\"pin\":\"%s\",\"candidates\":1", JANUS_PORT, JANUS_ROOM, JANUS_PIN);
  wait_all_playing (20000, "after one came back");
  client_rig_check_right (rig, 3);
}

static gboolean
sfu_is_down (gpointer unused)
{
  return client_rig_get_link (rig, VIGIL_PART_SFU) != VIGIL_LINK_CONNECTED;
}

static void
test_restart (void)
{
  tell_room ("kill", NULL);
  g_assert_true (interop_wait_until (sfu_is_down, NULL, 10000));
  g_assert_cmpint (client_rig_get_link (rig, VIGIL_PART_FEED), ==, VIGIL_LINK_CONNECTED);
  interop_run_for (500);
  tell_room ("start", NULL);
  wait_all_playing (40000, "after Janus was killed and started");
  interop_run_for (1500);
  client_rig_check_right (rig, 3);
}

static void
test_end (void)
{
  client_rig_free (rig);
  interop_peer_stop (room);
}

static void
start_room (void)
{
  g_autofree char *program = g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "interop", "janus-room", NULL);
  const char *argv[] = { program, G_STRINGIFY (N_CANDIDATES), "320", "180", "10", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) ready = NULL;

  room = interop_peer_start (argv, &error);
  g_assert_no_error (error);
  ready = interop_peer_wait (room, "ready", 120000, &error);
  g_assert_no_error (error);
}

int
main (int    argc,
      char **argv)
{
  const char *const options[] = { "--candidates", "40", "--streaming", "0", "--microphones", "0", NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  status = interop_setup ();
  if (status != 0)
    return status;

  vigil_set_main_thread ();
  start_room ();
  rig = client_rig_new (options);
  interop_hall_do (rig->hall, "janus", "\"url\":\"ws://127.0.0.1:%d/\",\"room\":%d,\"pin\":\"%s\",\"candidates\":%d",
                   JANUS_PORT, JANUS_ROOM, JANUS_PIN, N_CANDIDATES);
  g_test_add_func ("/interop/janus-client/wall", test_wall);
  g_test_add_func ("/interop/janus-client/scroll", test_scroll);
  g_test_add_func ("/interop/janus-client/leaving", test_leaving);
  g_test_add_func ("/interop/janus-client/restart", test_restart);
  g_test_add_func ("/interop/janus-client/end", test_end);
  return g_test_run ();
}
