/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client's layers, without the window, against the real socket.io, the real mediasoup and a real
 * browser. One scenario in steps that build on each other, as a day in a hall does. */

#include "client-rig.h"
#include "vigil-audio-feed.h"
#include "vigil-frame-slot.h"
#include "vigil-listening.h"
#include "vigil-main-post.h"
#include "vigil-metrics.h"

#define N_STREAMING 24
#define LATE "s-00030"
#define BROWSER "s-browser"

static ClientRig *rig;

static char *
nth_id (guint n)
{
  return g_strdup_printf ("s-%05u", n + 1);
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
            g_test_message ("%s: phase %d, mode %d, %s", tile->student_id, vigil_stream_get_phase (tile->stream),
                            vigil_stream_get_mode (tile->stream), vigil_stream_get_failure (tile->stream));
        }
      client_rig_describe (rig);
      g_error ("not every tile plays %s", when);
    }
  g_test_message ("%u tiles play %s after %.0f ms", rig->tiles->len, when,
                  (g_get_monotonic_time () - began) / 1000.0);
}

static void
test_join (void)
{
  VigilRosterCounts counts;

  client_rig_join (rig, "admin");
  g_assert_cmpint (rig->who->role, ==, VIGIL_ROLE_ADMIN);
  g_assert_cmpuint (rig->total, ==, 41); /* and the browser */
  vigil_roster_get_counts (vigil_session_get_roster (rig->session), &counts);
  g_assert_cmpuint (counts.candidates, ==, 41);
  g_assert_cmpuint (counts.streaming, >=, N_STREAMING);
  g_assert_cmpint (client_rig_get_link (rig, VIGIL_PART_FEED), ==, VIGIL_LINK_CONNECTED);
}

static void
test_wall (void)
{
  for (guint i = 0; i < N_STREAMING; i++)
    {
      g_autofree char *id = nth_id (i);

      client_rig_show (rig, id, (int) i);
    }
  wait_all_playing (30000, "at first");
  g_assert_true (interop_wait_until (client_rig_all_seen, rig, 30000));
  client_rig_check_right (rig, 5);
  g_assert_cmpint (client_rig_get_link (rig, VIGIL_PART_SFU), ==, VIGIL_LINK_CONNECTED);
}

static gboolean
has_score_77 (gpointer data)
{
  VigilScore score;

  vigil_score_store_read (rig->store, *(VigilHandle *) data, &score);
  return score.score == 77;
}

static gboolean
serial_passed (gpointer data)
{
  return vigil_score_store_get_serial (rig->store) > *(guint64 *) data;
}

static void
test_scores (void)
{
  VigilHandle handle = client_rig_lookup (rig, "s-00005")->handle;
  guint64 serial = vigil_score_store_get_serial (rig->store) + 100;

  g_assert_true (interop_wait_until (serial_passed, &serial, 10000));

  interop_hall_do (rig->hall, "pause_scores", NULL);
  interop_hall_do (rig->hall, "score", "\"studentId\":\"s-00005\",\"score\":77,\"flags\":[\"gaze_away\"]");
  g_assert_true (interop_wait_until (has_score_77, &handle, 10000));

  serial = vigil_score_store_get_serial (rig->store) + 30;
  interop_hall_do (rig->hall, "batch", NULL);
  g_assert_true (interop_wait_until (serial_passed, &serial, 10000));
  interop_hall_do (rig->hall, "resume_scores", NULL);
}

static gboolean
browser_streams (gpointer data)
{
  const VigilCandidate *candidate = client_rig_lookup (rig, BROWSER);

  return candidate != NULL && candidate->is_streaming && candidate->producer_ids[VIGIL_SOURCE_WEBCAM] != NULL;
}

/* Mean and spread of the green of a tile's picture; FALSE: there is none. */
static gboolean
look_at (ClientTile *tile,
         double     *mean,
         double     *spread)
{
  GObject *picture = vigil_stream_get_picture (tile->stream);
  g_autoptr (VigilFrame) frame = picture != NULL ? vigil_frame_slot_dup_frame (VIGIL_FRAME_SLOT (picture)) : NULL;
  double sum = 0, squares = 0;
  guint n = 0;

  if (frame == NULL)
    return FALSE;
  for (guint y = 0; y < frame->height; y++)
    for (guint x = 0; x < frame->width; x++, n++)
      {
        double green = frame->pixels[y * frame->stride + x * 4 + 1];

        sum += green;
        squares += green * green;
      }
  *mean = sum / n;
  *spread = squares / n - *mean * *mean;
  return TRUE;
}

static gboolean
has_published (gpointer data)
{
  ClientTile *tile = rig->tiles->pdata[rig->tiles->len - 1];

  return tile->published >= *(guint64 *) data;
}

static void
test_browser (void)
{
  ClientTile *tile;
  guint64 published;
  double mean = 0, spread = 0;

  g_assert_true (interop_wait_until (browser_streams, NULL, 60000));
  tile = client_rig_show (rig, BROWSER, -1);
  g_assert_true (interop_wait_until (client_tile_is_playing, tile, 20000));

  published = tile->published + 5;
  g_assert_true (interop_wait_until (has_published, &published, 20000));
  g_assert_true (look_at (tile, &mean, &spread));
  g_test_message ("the browser's picture: green %.0f, variance %.0f", mean, spread);
  g_assert_cmpfloat (spread, >, 100);
}

/* A candidate who is opened, and what the microphone was like. */
typedef struct
{
  VigilHandle  handle;
  VigilStream *stream;
  double       quietest, loudest;   /* RMS, dBFS */
  guint        n_levels;
  gint64       last_us;
} Heard;

static gboolean
is_measured (gpointer data)
{
  Heard *heard = data;
  GObject *picture = vigil_stream_get_picture (heard->stream);
  double rms_db;
  gint64 at_us;

  if (vigil_stream_get_phase (heard->stream) != VIGIL_PHASE_PLAYING || !VIGIL_IS_AUDIO_FEED (picture) ||
      !vigil_audio_feed_get_level (VIGIL_AUDIO_FEED (picture), &rms_db, NULL, &at_us) || at_us == heard->last_us)
    return FALSE;

  heard->last_us = at_us;
  heard->quietest = heard->n_levels > 0 ? MIN (heard->quietest, rms_db) : rms_db;
  heard->loudest = heard->n_levels > 0 ? MAX (heard->loudest, rms_db) : rms_db;
  return ++heard->n_levels >= 50;
}

/* The hall's ticks and the browser's beeps: opened, measured, listened to, and nothing of it afterwards. */
static void
test_sound (void)
{
  const char *const ids[] = { "s-00001", BROWSER };
  VigilStreamController *streams = vigil_session_get_streams (rig->session);
  VigilListening *listening = vigil_session_get_listening (rig->session);
  gint64 opened = vigil_counter_get (vigil_metrics_counter ("vigil_media_sound_outputs_opened", ""));
  Heard heard[G_N_ELEMENTS (ids)] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      heard[i].handle = client_rig_lookup (rig, ids[i])->handle;
      vigil_stream_controller_set_focused (streams, heard[i].handle, TRUE);
      heard[i].stream = vigil_stream_controller_ref_source (streams, heard[i].handle, VIGIL_SOURCE_MICROPHONE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      if (!interop_wait_until (is_measured, &heard[i], 30000))
        g_error ("%s: phase %d, reason %d, %s, %u levels", ids[i], vigil_stream_get_phase (heard[i].stream),
                 vigil_stream_get_reason (heard[i].stream), vigil_stream_get_failure (heard[i].stream), heard[i].n_levels);
      g_test_message ("%s: %.0f to %.0f dB", ids[i], heard[i].quietest, heard[i].loudest);
      g_assert_cmpfloat (heard[i].loudest, >, -50);
      g_assert_cmpfloat (heard[i].loudest - heard[i].quietest, >, 10);
    }
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_media_sound_outputs_opened", "")), ==, opened);

  g_assert_true (vigil_listening_can (listening, heard[1].handle, NULL));
  vigil_listening_set (listening, heard[1].handle, TRUE, FALSE);
  interop_run_for (1500);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_media_sound_outputs_opened", "")), ==, opened + 1);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_media_sound_bad", "")), ==, 0);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    vigil_stream_controller_set_focused (streams, heard[i].handle, FALSE);
  interop_run_for (1000);
  g_assert_cmpuint (vigil_listening_get_n (listening), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_assert_cmpint (vigil_stream_get_mode (heard[i].stream), ==, VIGIL_MODE_COLD);
      g_clear_object (&heard[i].stream);
    }
}

static gboolean
is_not_playing (gpointer tile)
{
  return vigil_stream_get_phase (((ClientTile *) tile)->stream) != VIGIL_PHASE_PLAYING;
}

static void
test_late_and_closed (void)
{
  ClientTile *tile = client_rig_show (rig, LATE, 29 % N_STREAMING);

  interop_run_for (1000);
  g_assert_true (is_not_playing (tile));

  interop_hall_do (rig->hall, "add_producer", "\"studentId\":\"" LATE "\"");
  g_assert_true (interop_wait_until (client_tile_is_playing, tile, 15000));
  interop_run_for (500);
  client_rig_check_right (rig, 1);
  g_assert_true (client_rig_lookup (rig, LATE)->is_streaming);

  interop_hall_do (rig->hall, "close_producer", "\"studentId\":\"" LATE "\"");
  g_assert_true (interop_wait_until (is_not_playing, tile, 20000));
  interop_run_for (500);
  g_assert_false (client_rig_lookup (rig, LATE)->is_streaming);
  g_assert_null (client_rig_lookup (rig, LATE)->producer_ids[VIGIL_SOURCE_WEBCAM]);
  client_rig_hide (rig, tile);
}

/* -- layers: as large as it is shown, through the whole client and the real SFU -- */

typedef struct
{
  ClientTile *tile;
  guint       width;
} Layer;

static gboolean
is_that_wide (gpointer data)
{
  const Layer *layer = data;

  return client_rig_get_width (rig, layer->tile) == layer->width;
}

static void
wait_width (ClientTile *tile, guint width, const char *when)
{
  Layer layer = { tile, width };
  gint64 began = g_get_monotonic_time ();

  if (!interop_wait_until (is_that_wide, &layer, 15000))
    g_error ("%s: not %u wide", when, width);
  g_test_message ("%s: %u wide after %.0f ms", when, width, (g_get_monotonic_time () - began) / 1000.0);
}

static void
make_tile (ClientTile *tile, guint width, guint height)
{
  tile->width = width;
  tile->height = height;
}

static void
test_layers (void)
{
  VigilStreamController *streams = vigil_session_get_streams (rig->session);
  ClientTile *tile = rig->tiles->pdata[2];

  interop_hall_do (rig->hall, "simulcast", "\"studentId\":\"%s\"", tile->student_id);
  g_assert_true (interop_wait_until (is_not_playing, tile, 10000));
  g_assert_true (interop_wait_until (client_tile_is_playing, tile, 15000));
  wait_width (tile, 320, "a small tile");
  make_tile (tile, 640, 360);
  wait_width (tile, 640, "a large tile");
  make_tile (tile, 240, 135);
  wait_width (tile, 320, "small again");
  vigil_stream_controller_set_focused (streams, tile->handle, TRUE);
  wait_width (tile, 640, "opened, however small");
  vigil_stream_controller_set_focused (streams, tile->handle, FALSE);
  wait_width (tile, 320, "and closed");
  g_assert_cmpuint (tile->n_wrong, ==, 0);

  interop_hall_do (rig->hall, "simulcast", "\"studentId\":\"%s\",\"simulcast\":false", tile->student_id);
  g_assert_true (interop_wait_until (is_not_playing, tile, 10000));
  wait_all_playing (15000, "in one size again");
}

static gboolean
is_settled (gpointer item)
{
  return vigil_outbox_item_get_state (item) != VIGIL_ACTION_PENDING;
}

static gboolean
is_bypassed (gpointer id)
{
  const VigilCandidate *candidate = client_rig_lookup (rig, id);

  return candidate->bypass != NULL && candidate->bypass->active && !candidate->is_streaming;
}

static gboolean
is_not_bypassed (gpointer id)
{
  const VigilCandidate *candidate = client_rig_lookup (rig, id);

  return (candidate->bypass == NULL || !candidate->bypass->active) && candidate->is_streaming;
}

static void
submit (VigilActionKind  kind,
        const char      *student_id)
{
  g_autoptr (VigilAction) action = vigil_action_new (kind, rig->hall->exam_id, student_id);
  const char *signals[] = { "camera", NULL };
  VigilOutboxItem *item;

  action->reason = g_strdup ("Camera broken, seen in person");
  action->category = g_strdup ("technical");
  action->signals = g_strdupv ((char **) signals);
  item = vigil_session_submit (rig->session, action);
  g_assert_nonnull (item);
  g_assert_true (interop_wait_until (is_settled, item, 20000));
  g_assert_no_error (vigil_outbox_item_get_error (item));
  g_assert_cmpint (vigil_outbox_item_get_state (item), ==, VIGIL_ACTION_CONFIRMED);
}

/* Set, obeyed by the candidate's machine at its next events call, revoked, and the picture is back.
 * The second one is the browser, whose machine is a real one. */
static void
test_bypass (void)
{
  const char *ids[] = { "s-00002", BROWSER };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      submit (VIGIL_ACTION_BYPASS, ids[i]);
      g_assert_true (interop_wait_until (is_bypassed, (gpointer) ids[i], 30000));
      g_assert_cmpstr (client_rig_lookup (rig, ids[i])->bypass->bypassed_by, ==, "admin.one");
      submit (VIGIL_ACTION_REVOKE_BYPASS, ids[i]);
      g_assert_true (interop_wait_until (is_not_bypassed, (gpointer) ids[i], 30000));
    }
  wait_all_playing (10000, "after two bypasses");
}

static gboolean
sfu_is_down (gpointer data)
{
  return client_rig_get_link (rig, VIGIL_PART_SFU) != VIGIL_LINK_CONNECTED;
}

static gboolean
sfu_is_up (gpointer data)
{
  return !sfu_is_down (data);
}

/* The SFU dies and comes back as another: the wall says so, and comes back by itself. */
static void
test_worker_killed (void)
{
  gint64 began = g_get_monotonic_time ();

  interop_hall_do (rig->hall, "kill_worker", "\"restartMs\":1500");
  g_assert_true (interop_wait_until (sfu_is_down, NULL, 15000));
  g_assert_cmpint (client_rig_get_link (rig, VIGIL_PART_FEED), ==, VIGIL_LINK_CONNECTED);
  g_assert_true (interop_wait_until (sfu_is_up, NULL, 40000));
  g_test_message ("the SFU was away for %.0f ms", (g_get_monotonic_time () - began) / 1000.0);
  wait_all_playing (90000, "after the worker was killed");
  interop_run_for (500);
  client_rig_check_right (rig, 6);
}

static gboolean
feed_is_down (gpointer data)
{
  return client_rig_get_link (rig, VIGIL_PART_FEED) != VIGIL_LINK_CONNECTED;
}

static gboolean
feed_is_up (gpointer data)
{
  return !feed_is_down (data);
}

/* The connection is cut: reconnected, resynchronised, and the wall plays. */
static void
test_cut (void)
{
  interop_hall_do (rig->hall, "drop_consoles", NULL);
  g_assert_true (interop_wait_until (feed_is_down, NULL, 15000));
  g_assert_true (interop_wait_until (feed_is_up, NULL, 40000));
  wait_all_playing (90000, "after the connection was cut");
  interop_run_for (500);
  client_rig_check_right (rig, 7);
}

int
main (int    argc,
      char **argv)
{
  const char *options[] = { "--candidates", "40", "--streaming", "24", "--scores", "100", "--fps", "6", "--events-seconds", "1", NULL };
  InteropPeer *browser;
  int status;

  g_test_init (&argc, &argv, NULL);
  status = interop_setup ();
  if (status != 0)
    return status;

  vigil_set_main_thread ();
  rig = client_rig_new (options);
  browser = interop_hall_open_browser (rig->hall, BROWSER);

  g_test_add_func ("/interop/client/join", test_join);
  g_test_add_func ("/interop/client/wall", test_wall);
  g_test_add_func ("/interop/client/scores", test_scores);
  g_test_add_func ("/interop/client/browser", test_browser);
  g_test_add_func ("/interop/client/sound", test_sound);
  g_test_add_func ("/interop/client/late-and-closed", test_late_and_closed);
  g_test_add_func ("/interop/client/layers", test_layers);
  g_test_add_func ("/interop/client/bypass", test_bypass);
  g_test_add_func ("/interop/client/worker-killed", test_worker_killed);
  g_test_add_func ("/interop/client/cut", test_cut);
  status = g_test_run ();

  interop_peer_stop (browser);
  client_rig_free (rig);
  return status;
}
