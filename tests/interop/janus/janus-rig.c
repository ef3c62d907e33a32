/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plays the stream controller's part, and looks at every picture that comes out. */
#include "janus-rig.h"

#include "janus-server.h"
#include "vigil-sim-marker.h"

static void
feed_event_cb (VigilMediaEngine *engine,
               guint64           id,
               int               event,
               const char       *detail,
               JanusRig         *rig)
{
  JanusFeed *feed = g_hash_table_lookup (rig->feeds, &id);

  if (feed != NULL && event == VIGIL_FEED_FIRST_FRAME)
    {
      feed->first_us = g_get_monotonic_time ();
      vigil_consumer_first_frame (feed->consumer);
    }
}

static void
frame_cb (VigilFrameSlot *slot,
          JanusFeed      *feed)
{
  g_autoptr (VigilFrame) frame = vigil_frame_slot_dup_frame (slot);
  guint look, behaviour;

  if (frame == NULL || !vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    return;

  if (feed->newest_us != 0)
    feed->gap_us = MAX (feed->gap_us, frame->decoded_us - feed->newest_us);
  feed->newest_us = frame->decoded_us;
  feed->n_frames++;
  feed->rig->n_frames++;
  if (look == feed->candidate)
    return;
  feed->n_wrong++;
  feed->rig->n_wrong++;
  g_printerr ("# candidate %u shows %u\n", feed->candidate, look);
}

static void
feed_free (gpointer data)
{
  JanusFeed *feed = data;

  g_signal_handlers_disconnect_by_data (feed->consumer, feed);
  if (feed->slot != NULL)
    g_signal_handlers_disconnect_by_data (feed->slot, feed);
  g_clear_object (&feed->slot);
  g_clear_object (&feed->sound);
  g_clear_object (&feed->consumer);
  g_free (feed->failure);
  g_free (feed);
}

static void
ready_cb (JanusRig *rig)
{
  rig->n_ready++;
}

static void
receiver_lost_cb (VigilReceiver *receiver,
                  const char    *why,
                  JanusRig      *rig)
{
  GHashTableIter iter;
  gpointer value;

  g_test_message ("lost: %s", why);
  rig->n_lost++;
  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    vigil_consumer_abandon (((JanusFeed *) value)->consumer);
  g_hash_table_remove_all (rig->feeds);
}

static void
transport_closed_cb (VigilSfu   *sfu,
                     const char *transport_id,
                     const char *reason,
                     JanusRig   *rig)
{
  vigil_receiver_lost (rig->receiver, transport_id, reason);
}

static void
consumer_closed_cb (VigilSfu   *sfu,
                    const char *consumer_id,
                    const char *reason,
                    JanusRig   *rig)
{
  GHashTableIter iter;
  gpointer value;

  rig->n_consumers_closed++;
  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      JanusFeed *feed = value;

      if (g_strcmp0 (vigil_consumer_get_id (feed->consumer), consumer_id) != 0)
        continue;
      vigil_consumer_closed_by_server (feed->consumer);
      g_hash_table_iter_remove (&iter);
      return;
    }
}

static InteropPeer *
start_room (guint n_candidates,
            guint width,
            guint height,
            guint rate,
            guint n_voices)
{
  const char *tests = g_getenv ("G_TEST_BUILDDIR");
  g_autofree char *program = g_build_filename (tests != NULL ? tests : INTEROP_TESTS_DIR, "interop", "janus-room", NULL);
  g_autofree char *numbers = g_strdup_printf ("%u %u %u %u room %u", n_candidates, width, height, rate, n_voices);
  g_auto (GStrv) words = g_strsplit (numbers, " ", 6);
  const char *argv[] = { program, words[0], words[1], words[2], words[3], words[4], words[5], NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) ready = NULL;
  InteropPeer *room = interop_peer_start (argv, &error);

  g_assert_no_error (error);
  ready = interop_peer_wait (room, "ready", 120000, &error);
  g_assert_no_error (error);
  return room;
}

static JanusRig *
make_rig (BadNetwork  *network,
          InteropPeer *room,
          guint        slots,
          guint        sound_slots,
          const char  *sink)
{
  JanusRig *rig = g_new0 (JanusRig, 1);
  g_autoptr (VigilSfuConfig) config = vigil_sfu_config_new (VIGIL_SFU_JANUS);

  g_thread_pool_set_max_unused_threads (0);
  rig->room = room;
  rig->settings = vigil_settings_new ();
  vigil_net_limits_init (&rig->limits, NULL);
  rig->limits.janus_slots = slots;
  rig->limits.janus_sound_slots = sound_slots;
  if (sound_slots > 0 && !g_test_perf ())
    rig->limits.janus_rest_ms = 300; /* the least that the settings allow; figures are of what is delivered */
  config->url = g_strdup_printf ("ws://127.0.0.1:%d/", JANUS_PORT);
  config->room = g_strdup_printf ("%d", JANUS_ROOM);
  config->pin = g_strdup (JANUS_PIN);

  rig->janus = vigil_janus_sfu_new (config, NULL, &rig->limits);
  rig->sfu = network != NULL ? VIGIL_SFU (bad_sfu_new (VIGIL_SFU (rig->janus), network)) : VIGIL_SFU (g_object_ref (rig->janus));
  rig->engine = vigil_webrtc_engine_new ();
  g_object_set (rig->engine, "sound-sink", sink, NULL);
  rig->receiver = vigil_receiver_new (rig->settings, rig->sfu, VIGIL_MEDIA_ENGINE (rig->engine));
  rig->tally = g_rc_box_new0 (VigilConsumerTally);
  rig->feeds = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, feed_free);
  g_signal_connect (rig->engine, "feed-event", G_CALLBACK (feed_event_cb), rig);
  g_signal_connect (rig->sfu, "transport-closed", G_CALLBACK (transport_closed_cb), rig);
  g_signal_connect (rig->sfu, "consumer-closed", G_CALLBACK (consumer_closed_cb), rig);
  g_signal_connect_swapped (rig->receiver, "ready", G_CALLBACK (ready_cb), rig);
  g_signal_connect (rig->receiver, "lost", G_CALLBACK (receiver_lost_cb), rig);

  vigil_receiver_start (rig->receiver);
  g_assert_true (interop_wait_until (janus_rig_is_ready, rig, 15000));
  return rig;
}

JanusRig *
janus_rig_new (guint n_candidates,
               guint slots,
               guint width,
               guint height,
               guint rate)
{
  return janus_rig_new_through (NULL, n_candidates, slots, width, height, rate);
}

JanusRig *
janus_rig_new_through (BadNetwork *network,
                       guint       n_candidates,
                       guint       slots,
                       guint       width,
                       guint       height,
                       guint       rate)
{
  return make_rig (network, start_room (n_candidates, width, height, rate, 0), slots, 0, NULL);
}

JanusRig *
janus_rig_new_with_sound (BadNetwork *network,
                          guint       n_candidates,
                          guint       n_voices,
                          guint       sound_slots,
                          const char *sink)
{
  return make_rig (network, start_room (n_candidates, 320, 180, 10, n_voices), n_candidates, sound_slots, sink);
}

void
janus_rig_free (JanusRig *rig)
{
  vigil_receiver_stop (rig->receiver, "the test is over");
  g_hash_table_unref (rig->feeds);
  vigil_media_engine_close (VIGIL_MEDIA_ENGINE (rig->engine));
  g_signal_handlers_disconnect_by_data (rig->engine, rig);
  g_signal_handlers_disconnect_by_data (rig->sfu, rig);
  g_signal_handlers_disconnect_by_data (rig->receiver, rig);
  vigil_janus_sfu_close (rig->janus);
  interop_run_for (100);
  g_assert_finalize_object (rig->receiver);
  g_assert_finalize_object (rig->engine);
  g_object_unref (rig->sfu);
  g_assert_finalize_object (rig->janus);
  g_rc_box_release (rig->tally);
  g_object_unref (rig->settings);
  interop_peer_stop (rig->room);
  g_free (rig);
}

void
janus_rig_command (JanusRig   *rig,
                   const char *cmd,
                   const char *members)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = interop_peer_command (rig->room, cmd, members, &error);

  g_assert_no_error (error);
}

gint64
janus_rig_count (JanusRig   *rig,
                 const char *member,
                 guint       candidate)
{
  g_autofree char *members = g_strdup_printf ("\"index\":%u", candidate);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = interop_peer_command (rig->room, "count", members, &error);

  g_assert_no_error (error);
  return json_object_get_int_member (json_node_get_object (answer), member);
}

static void
opened_cb (JanusFeed *feed)
{
  GObject *output = vigil_consumer_get_picture (feed->consumer);

  if (VIGIL_IS_AUDIO_FEED (output))
    {
      feed->sound = VIGIL_AUDIO_FEED (g_object_ref (output));
      vigil_media_engine_set_gain (VIGIL_MEDIA_ENGINE (feed->rig->engine), feed->id, feed->gain);
      return;
    }
  feed->slot = VIGIL_FRAME_SLOT (g_object_ref (output));
  vigil_frame_slot_set_wanted_size (feed->slot, 160, 90);
  g_signal_connect (feed->slot, "frame", G_CALLBACK (frame_cb), feed);
}

static void
failed_cb (VigilConsumer *consumer,
           const GError  *error,
           JanusFeed     *feed)
{
  g_free (feed->failure);
  feed->failure = g_strdup (error->message);
}

static JanusFeed *
consume (JanusRig *rig,
         guint     candidate,
         guint     mid,
         double    gain,
         gboolean  running)
{
  g_autofree char *producer_id = g_strdup_printf ("%u/%u", candidate + 1, mid);
  JanusFeed *feed = g_new0 (JanusFeed, 1);

  feed->rig = rig;
  feed->gain = gain;
  feed->candidate = candidate;
  feed->id = ++rig->last_id;
  feed->asked_us = g_get_monotonic_time ();
  feed->consumer = vigil_consumer_new (rig->sfu, VIGIL_MEDIA_ENGINE (rig->engine), rig->tally,
                                       vigil_receiver_get_transport_id (rig->receiver), producer_id, NULL, feed->id);
  g_hash_table_insert (rig->feeds, &feed->id, feed);
  g_signal_connect_swapped (feed->consumer, "opened", G_CALLBACK (opened_cb), feed);
  g_signal_connect (feed->consumer, "failed", G_CALLBACK (failed_cb), feed);
  vigil_consumer_set_running (feed->consumer, running);
  vigil_consumer_open (feed->consumer);
  return feed;
}

JanusFeed *
janus_rig_consume (JanusRig *rig,
                   guint     candidate,
                   gboolean  running)
{
  return consume (rig, candidate, candidate, 0, running);
}

JanusFeed *
janus_rig_listen (JanusRig *rig,
                  guint     candidate,
                  double    gain)
{
  return consume (rig, candidate, candidate + 1, gain, TRUE);
}

void
janus_feed_run (JanusFeed *feed,
                gboolean   running)
{
  feed->asked_us = g_get_monotonic_time ();
  feed->first_us = 0;
  vigil_consumer_set_running (feed->consumer, running);
}

void
janus_feed_close (JanusFeed *feed)
{
  vigil_consumer_close (feed->consumer);
  g_hash_table_remove (feed->rig->feeds, &feed->id);
}

gboolean
janus_feed_has_first (gpointer data)
{
  return ((JanusFeed *) data)->first_us != 0;
}

gboolean
janus_rig_all_first (gpointer data)
{
  JanusRig *rig = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!janus_feed_has_first (value))
      return FALSE;
  return TRUE;
}

gboolean
janus_rig_is_ready (gpointer data)
{
  return vigil_receiver_get_state (((JanusRig *) data)->receiver) == VIGIL_LINK_CONNECTED;
}
