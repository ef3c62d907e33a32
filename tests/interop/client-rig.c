/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client without its window: building it, watching it, taking it down. */

#include "client-rig.h"

#include "vigil-frame-slot.h"
#include "vigil-metrics-text.h"
#include "vigil-sim-marker.h"

#define SAMPLE_MS 15
#define CAPACITY 1000

/* What a tile shows right now, as its drawing would find it. */
static void
sample_tile (ClientTile *tile)
{
  GObject *picture = vigil_stream_get_picture (tile->stream);
  g_autoptr (VigilFrame) frame = NULL;
  guint look, behaviour;

  if (vigil_stream_get_phase (tile->stream) != VIGIL_PHASE_PLAYING || picture == NULL)
    return;

  vigil_frame_slot_set_wanted_size (VIGIL_FRAME_SLOT (picture), tile->width, tile->height);
  frame = vigil_frame_slot_dup_frame (VIGIL_FRAME_SLOT (picture));
  if (frame == NULL || frame->decoded_us == tile->newest_us)
    return;

  tile->newest_us = frame->decoded_us;
  tile->newest_feed = vigil_stream_get_feed (tile->stream);
  tile->published = vigil_frame_slot_get_n_published (VIGIL_FRAME_SLOT (picture));
  if (tile->look < 0
      || !vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    return;
  if (look == (guint) tile->look)
    tile->n_right++;
  else
    tile->n_wrong++;
}

static gboolean
sample_cb (gpointer user_data)
{
  ClientRig *rig = user_data;

  for (guint i = 0; i < rig->tiles->len; i++)
    sample_tile (rig->tiles->pdata[i]);
  return G_SOURCE_CONTINUE;
}

static void
tile_free (gpointer data)
{
  ClientTile *tile = data;

  g_clear_object (&tile->stream);
  g_free (tile->student_id);
  g_free (tile);
}

static void
progress_cb (VigilSession *session,
             guint         loaded,
             guint         total,
             ClientRig    *rig)
{
  rig->loaded = loaded;
  rig->total = total;
}

ClientRig *
client_rig_new (const char *const *hall_options)
{
  ClientRig *rig = g_new0 (ClientRig, 1);

  rig->tiles = g_ptr_array_new_with_free_func (tile_free);
  rig->settings = vigil_settings_new ();
  rig->policy = vigil_scoring_policy_new_default ();
  rig->store = vigil_score_store_new (CAPACITY);
  rig->engine = vigil_webrtc_engine_new ();
  /* No sound device is needed, and none is used. */
  g_object_set (rig->engine, "sound-sink", "fakesink", NULL);
  rig->hall = interop_hall_start (hall_options);
  rig->sampler = g_timeout_add (SAMPLE_MS, sample_cb, rig);
  return rig;
}

void
client_rig_use_network (ClientRig *rig,
                        guint32    seed)
{
  rig->network = bad_network_new (seed);
}

static VigilSfu *
get_sfu (ClientRig *rig)
{
  VigilSfu *sfu = vigil_hall_connection_get_sfu (rig->connection);

  if (rig->network == NULL)
    return sfu;
  rig->bad_sfu = bad_sfu_new (sfu, rig->network);
  return VIGIL_SFU (rig->bad_sfu);
}

static void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static gpointer
query (ClientRig           *rig,
       VigilDirectoryQuery  what)
{
  VigilHallDirectory *directory = vigil_hall_connection_get_directory (rig->connection);
  VigilDirectoryArgs args = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gpointer answer;

  vigil_hall_directory_query_async (directory, what, &args, NULL, store_result_cb, &result);
  g_assert_true (interop_wait_until (is_set, &result, 20000));
  answer = vigil_hall_directory_query_finish (directory, result, &error);
  g_assert_no_error (error);
  return answer;
}

static gboolean
is_loaded (gpointer data)
{
  ClientRig *rig = data;

  return rig->total > 0 && rig->loaded == rig->total;
}

void
client_rig_join (ClientRig  *rig,
                 const char *role)
{
  VigilHallConnectionParts parts = {
    .address = rig->hall->url,
    .token = interop_hall_get_token (rig->hall, role),
    .store = rig->store,
    .policy = rig->policy,
  };
  VigilSessionParts session_parts = {
    .settings = rig->settings, .policy = rig->policy, .store = rig->store,
    .engine = VIGIL_MEDIA_ENGINE (rig->engine),
  };
  g_autoptr (GPtrArray) exams = NULL;
  g_autoptr (GError) error = NULL;

  rig->connection = vigil_hall_connection_new (&parts, &error);
  g_assert_no_error (error);
  session_parts.feed = vigil_hall_connection_get_feed (rig->connection);
  session_parts.directory = vigil_hall_connection_get_directory (rig->connection);
  session_parts.actions = vigil_hall_connection_get_actions (rig->connection);
  session_parts.sfu = get_sfu (rig);
  rig->session = vigil_session_new (&session_parts);
  g_signal_connect (rig->session, "roster-progress", G_CALLBACK (progress_cb), rig);

  rig->who = query (rig, VIGIL_DIRECTORY_SESSION);
  exams = query (rig, VIGIL_DIRECTORY_EXAMS);
  g_assert_cmpuint (exams->len, ==, 1);
  rig->exam = vigil_exam_copy (exams->pdata[0]);
  g_assert_cmpstr (rig->exam->id, ==, rig->hall->exam_id);

  vigil_session_join (rig->session, rig->exam, rig->who);
  g_assert_true (interop_wait_until (is_loaded, rig, 20000));
}

void
client_rig_free (ClientRig *rig)
{
  while (rig->tiles->len > 0)
    client_rig_hide (rig, rig->tiles->pdata[0]);
  g_clear_handle_id (&rig->sampler, g_source_remove);

  if (rig->session != NULL)
    {
      vigil_session_leave (rig->session);
      g_signal_handlers_disconnect_by_data (rig->session, rig);
      interop_run_for (200);
      g_assert_finalize_object (rig->session);
    }
  if (rig->bad_sfu != NULL)
    g_assert_finalize_object (rig->bad_sfu);
  if (rig->connection != NULL)
    g_assert_finalize_object (rig->connection);
  g_assert_finalize_object (rig->engine);
  g_clear_pointer (&rig->network, bad_network_free);

  g_clear_object (&rig->store);
  g_clear_object (&rig->policy);
  g_clear_object (&rig->settings);
  g_clear_pointer (&rig->who, vigil_session_info_free);
  g_clear_pointer (&rig->exam, vigil_exam_free);
  g_clear_pointer (&rig->hall, interop_hall_stop);
  g_ptr_array_unref (rig->tiles);
  g_free (rig);
}

const VigilCandidate *
client_rig_lookup (ClientRig  *rig,
                   const char *student_id)
{
  return vigil_roster_lookup (vigil_session_get_roster (rig->session), student_id);
}

VigilLinkState
client_rig_get_link (ClientRig *rig,
                     VigilPart  part)
{
  return vigil_session_get_link (rig->session, part)->state;
}

ClientTile *
client_rig_show (ClientRig  *rig,
                 const char *student_id,
                 int         look)
{
  VigilStreamController *streams = vigil_session_get_streams (rig->session);
  const VigilCandidate *candidate = client_rig_lookup (rig, student_id);
  ClientTile *tile = g_new0 (ClientTile, 1);

  g_assert_nonnull (candidate);
  tile->student_id = g_strdup (student_id);
  tile->handle = candidate->handle;
  tile->look = look;
  tile->width = 240;
  tile->height = 135;
  tile->stream = vigil_stream_controller_ref_stream (streams, tile->handle);
  vigil_stream_controller_set_visible (streams, tile->handle, TRUE);
  vigil_score_store_set_mapped (rig->store, tile->handle, TRUE);
  g_ptr_array_add (rig->tiles, tile);
  return tile;
}

void
client_rig_hide (ClientRig  *rig,
                 ClientTile *tile)
{
  vigil_stream_controller_set_visible (vigil_session_get_streams (rig->session), tile->handle, FALSE);
  vigil_score_store_set_mapped (rig->store, tile->handle, FALSE);
  g_ptr_array_remove (rig->tiles, tile);
}

guint
client_rig_get_width (ClientRig  *rig,
                      ClientTile *tile)
{
  VigilFeedStats stats;

  vigil_media_engine_get_stats (VIGIL_MEDIA_ENGINE (rig->engine), vigil_stream_get_feed (tile->stream), &stats);
  return stats.width;
}

gboolean
client_tile_is_playing (gpointer data)
{
  ClientTile *tile = data;

  return vigil_stream_get_phase (tile->stream) == VIGIL_PHASE_PLAYING
         && g_get_monotonic_time () - tile->newest_us < G_USEC_PER_SEC;
}

gboolean
client_rig_all_playing (gpointer data)
{
  ClientRig *rig = data;

  for (guint i = 0; i < rig->tiles->len; i++)
    {
      if (!client_tile_is_playing (rig->tiles->pdata[i]))
        return FALSE;
    }
  return TRUE;
}

gboolean
client_rig_all_seen (gpointer data)
{
  ClientRig *rig = data;

  for (guint i = 0; i < rig->tiles->len; i++)
    {
      ClientTile *tile = rig->tiles->pdata[i];

      if (tile->look >= 0 && tile->n_right < 5)
        return FALSE;
    }
  return TRUE;
}

void
client_rig_check_right (ClientRig *rig,
                        guint      at_least)
{
  for (guint i = 0; i < rig->tiles->len; i++)
    {
      ClientTile *tile = rig->tiles->pdata[i];

      if (tile->n_wrong > 0 || (tile->look >= 0 && tile->n_right < at_least))
        g_error ("%s: %u pictures of its own, %u of somebody else, phase %d, %s", tile->student_id, tile->n_right,
                 tile->n_wrong, vigil_stream_get_phase (tile->stream), vigil_stream_get_failure (tile->stream));
    }
}

void
client_rig_describe (ClientRig *rig)
{
  g_autofree char *metrics = vigil_metrics_text ();
  g_auto (GStrv) lines = g_strsplit (metrics, "\n", -1);
  g_autofree char *text = interop_hall_dup_state (rig->hall);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] != '#' && !g_str_has_suffix (lines[i], " 0"))
        g_test_message ("%s", lines[i]);
    }
  g_test_message ("the hall: %.600s", text);
}
