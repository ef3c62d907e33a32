/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plays the part of session/ and net/: opens, consumes, attaches, and looks at every picture. */
#include "media-rig.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "vigil-media-metrics.h"
#include "vigil-metrics.h"
#include "vigil-rtp-answer.h"
#include "vigil-rtp-capabilities.h"
#include "vigil-rtp-consumer.h"
#include "vigil-rtp-offer.h"
#include "vigil-rtp-transport.h"
#include "vigil-sim-marker.h"
#include "vigil-worker.h"

static JsonNode *
read_answer (MediaRig *rig)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *node;

  g_assert_cmpint (g_io_channel_read_line (rig->from, &line, NULL, NULL, &error), ==, G_IO_STATUS_NORMAL);
  node = json_from_string (line, &error);
  g_assert_no_error (error);

  return node;
}

/* One request, one answer; blocks for the few milliseconds that takes. */
JsonObject *
media_rig_call (MediaRig   *rig,
                const char *format,
                ...)
{
  g_autofree char *request = NULL;
  g_autoptr (JsonNode) node = NULL;
  va_list args;

  va_start (args, format);
  request = g_strdup_vprintf (format, args);
  va_end (args);

  g_assert_cmpint (g_io_channel_write_chars (rig->to, request, -1, NULL, NULL), ==, G_IO_STATUS_NORMAL);
  g_assert_cmpint (g_io_channel_write_chars (rig->to, "\n", 1, NULL, NULL), ==, G_IO_STATUS_NORMAL);
  g_io_channel_flush (rig->to, NULL);

  node = read_answer (rig);
  return json_node_dup_object (node);
}

static void
call_ok (MediaRig   *rig,
         const char *request)
{
  g_autoptr (JsonObject) answer = media_rig_call (rig, "%s", request);

  if (!json_object_get_boolean_member_with_default (answer, "ok", FALSE))
    g_error ("%s: %s", request, json_object_get_string_member_with_default (answer, "error", "refused"));
}

static void
feed_event_cb (VigilMediaEngine *engine,
               guint64           id,
               int               event,
               const char       *detail,
               MediaRig         *rig)
{
  MediaFeed *feed = g_hash_table_lookup (rig->feeds, &id);

  g_assert_nonnull (feed);
  switch ((VigilFeedEvent) event)
    {
    case VIGIL_FEED_FIRST_FRAME:
      feed->first_us = g_get_monotonic_time ();
      feed->n_first++;
      break;
    case VIGIL_FEED_STALLED:
      feed->n_stalled++;
      break;
    case VIGIL_FEED_RECOVERED:
      feed->n_recovered++;
      break;
    case VIGIL_FEED_FAILED:
      feed->n_failed++;
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
lost_cb (VigilMediaEngine *engine,
         const char       *reason,
         MediaRig         *rig)
{
  rig->n_lost++;
  g_free (rig->lost_reason);
  rig->lost_reason = g_strdup (reason);
}

static void
feed_free (gpointer data)
{
  MediaFeed *feed = data;

  g_signal_handlers_disconnect_by_data (feed->slot, feed);
  g_clear_object (&feed->slot);
  g_free (feed->info.id);
  g_free (feed->info.producer_id);
  g_free (feed->info.origin);
  g_free (feed->info.codec);
  g_free (feed);
}

static JsonNode *
node_of (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

/* Beside the tests; a benchmark is started by hand and has no environment. */
static char *
find_program (void)
{
  const char *tests = g_getenv ("G_TEST_BUILDDIR");
  /* tests/interop names another one: the real mediasoup. */
  const char *named = g_getenv ("VIGIL_MEDIA_SFU");

  if (named != NULL)
    return g_strdup (named);
  return g_build_filename (tests != NULL ? tests : MEDIA_TESTS_DIR, "media", "media-sfu", NULL);
}

static void
start_sfu (MediaRig *rig,
           guint     n_producers,
           guint     width,
           guint     height,
           guint     rate)
{
  g_autofree char *program = find_program ();
  g_autofree char *numbers = g_strdup_printf ("%u %u %u %u", n_producers, width, height, rate);
  g_auto (GStrv) words = g_strsplit (numbers, " ", 4);
  char *argv[] = { program, words[0], words[1], words[2], words[3], NULL };
  g_autoptr (JsonNode) ready = NULL;
  g_autoptr (GError) error = NULL;
  int to, from;

  g_spawn_async_with_pipes (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &rig->pid, &to, &from, NULL, &error);
  g_assert_no_error (error);
  rig->to = g_io_channel_unix_new (to);
  rig->from = g_io_channel_unix_new (from);
  g_io_channel_set_close_on_unref (rig->to, TRUE);
  g_io_channel_set_close_on_unref (rig->from, TRUE);

  ready = read_answer (rig);
  g_assert_true (json_object_get_boolean_member (json_node_get_object (ready), "ok"));
}

MediaRig *
media_rig_new (guint n_producers,
               guint width,
               guint height,
               guint rate)
{
  MediaRig *rig = g_new0 (MediaRig, 1);
  g_autoptr (GError) error = NULL;

  /* GLib keeps a few idle threads for later; a test that counts threads must not see them. */
  g_thread_pool_set_max_unused_threads (0);

  rig->feeds = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, feed_free);
  start_sfu (rig, n_producers, width, height, rate);
  rig->router = node_of (media_rig_call (rig, "{\"verb\":\"capabilities\"}"));
  rig->capabilities = vigil_rtp_capabilities_build (rig->router, &error);
  g_assert_no_error (error);

  rig->engine = vigil_webrtc_engine_new ();
  rig->media = VIGIL_MEDIA_ENGINE (rig->engine);
  g_signal_connect (rig->engine, "feed-event", G_CALLBACK (feed_event_cb), rig);
  g_signal_connect (rig->engine, "transport-lost", G_CALLBACK (lost_cb), rig);

  return rig;
}

void
media_rig_free (MediaRig *rig)
{
  vigil_media_engine_close (rig->media);
  g_signal_handlers_disconnect_by_data (rig->engine, rig);
  g_assert_finalize_object (rig->engine);
  g_hash_table_unref (rig->feeds);
  g_clear_pointer (&rig->router, json_node_unref);
  g_clear_pointer (&rig->capabilities, json_node_unref);
  g_free (rig->transport);
  g_free (rig->lost_reason);

  g_io_channel_unref (rig->to);
  g_io_channel_unref (rig->from);
  kill (rig->pid, SIGCONT);
  waitpid (rig->pid, NULL, 0);
  g_free (rig);

  /* Everything in the background ends by itself, and soon. */
  g_assert_true (media_wait (media_nothing_lives, NULL, 5000));
}

/* A transport at the server, and the offer net/ would make of it. */
char *
media_rig_dup_offer (MediaRig *rig)
{
  g_autoptr (JsonNode) transport = node_of (media_rig_call (rig, "{\"verb\":\"create\"}"));
  g_autoptr (GError) error = NULL;
  char *offer;

  g_free (rig->transport);
  rig->transport = vigil_rtp_transport_dup_id (transport, &error);
  g_assert_no_error (error);
  offer = vigil_rtp_offer_build (rig->router, transport, &error);
  g_assert_no_error (error);

  return offer;
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

void
media_rig_open (MediaRig *rig)
{
  g_autofree char *offer = media_rig_dup_offer (rig);
  g_autofree char *sdp = NULL;
  g_autofree char *dtls = NULL;
  g_autofree char *ice = NULL;
  g_autofree char *request = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (VigilRtpAnswer) answer = NULL;
  g_autoptr (JsonNode) dtls_node = NULL;
  g_autoptr (JsonNode) ice_node = NULL;
  g_autoptr (GError) error = NULL;

  vigil_media_engine_open_async (rig->media, offer, NULL, store_result_cb, &result);
  g_assert_true (media_wait (is_set, &result, 10000));
  sdp = vigil_media_engine_open_finish (rig->media, result, &error);
  g_assert_no_error (error);
  g_assert_true (vigil_media_engine_is_open (rig->media));

  answer = vigil_rtp_answer_parse (sdp, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer->role, ==, "client");
  dtls_node = vigil_rtp_answer_get_dtls_parameters (answer);
  ice_node = vigil_rtp_answer_get_ice_parameters (answer);
  dtls = json_to_string (dtls_node, FALSE);
  ice = json_to_string (ice_node, FALSE);
  request = g_strdup_printf ("{\"verb\":\"connect\",\"transport\":\"%s\",\"dtls\":%s,\"ice\":%s}",
                             rig->transport, dtls, ice);
  call_ok (rig, request);
}

static void
frame_cb (VigilFrameSlot *slot,
          MediaFeed      *feed)
{
  g_autoptr (VigilFrame) frame = vigil_frame_slot_dup_frame (slot);
  guint look, behaviour;

  if (frame == NULL)
    return;

  feed->n_frames++;
  g_assert_cmpuint (frame->feed, ==, feed->id);
  if (!vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    return;
  if (look == feed->producer)
    feed->n_right++;
  else
    feed->n_wrong++;
}

static void
read_consumer (MediaFeed  *feed,
               JsonObject *answer)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (VigilRtpConsumer) consumer = NULL;
  g_autoptr (GError) error = NULL;

  json_node_set_object (node, answer);
  consumer = vigil_rtp_consumer_from_json (node, &error);
  g_assert_no_error (error);
  feed->info = (VigilConsumerInfo) {
    .id = g_strdup (consumer->id),
    .producer_id = g_strdup (consumer->producer_id),
    .origin = g_strdup (feed->rig->origin),
    .kind = consumer->kind,
    .codec = g_strdup (consumer->codec),
    .payload_type = consumer->payload_type,
    .clock_rate = consumer->clock_rate,
    .ssrc = consumer->ssrc,
    .rtx_ssrc = consumer->rtx_ssrc,
    .n_layers = consumer->n_layers,
  };
}

/* Consumes paused and attaches; the stream begins with media_rig_resume(). */
MediaFeed *
media_rig_attach (MediaRig *rig,
                  guint     producer,
                  guint     width,
                  guint     height)
{
  g_autofree char *capabilities = json_to_string (rig->capabilities, FALSE);
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (GError) error = NULL;
  MediaFeed *feed = g_new0 (MediaFeed, 1);

  answer = media_rig_call (rig, "{\"verb\":\"consume\",\"transport\":\"%s\",\"producer\":%u,\"capabilities\":%s}",
                           rig->transport, producer, capabilities);
  feed->rig = rig;
  feed->id = ++rig->last_id;
  feed->producer = producer;
  read_consumer (feed, answer);
  g_hash_table_insert (rig->feeds, &feed->id, feed);

  feed->attached_us = g_get_monotonic_time ();
  feed->slot = VIGIL_FRAME_SLOT (vigil_media_engine_attach (rig->media, feed->id, &feed->info, &error));
  g_assert_no_error (error);
  vigil_frame_slot_set_wanted_size (feed->slot, width, height);
  g_signal_connect (feed->slot, "frame", G_CALLBACK (frame_cb), feed);

  return feed;
}

static void
control (MediaFeed  *feed,
         const char *verb)
{
  g_autofree char *request = g_strdup_printf ("{\"verb\":\"%s\",\"consumer\":\"%s\"}", verb, feed->info.id);

  call_ok (feed->rig, request);
}

void
media_rig_resume (MediaFeed *feed)
{
  feed->attached_us = g_get_monotonic_time ();
  feed->first_us = 0;
  control (feed, "resume");
  vigil_media_engine_set_running (feed->rig->media, feed->id, TRUE);
}

void
media_rig_pause (MediaFeed *feed)
{
  control (feed, "pause");
  vigil_media_engine_set_running (feed->rig->media, feed->id, FALSE);
}

void
media_rig_detach (MediaFeed *feed)
{
  MediaRig *rig = feed->rig;

  control (feed, "close");
  vigil_media_engine_detach (rig->media, feed->id);
  g_hash_table_remove (rig->feeds, &feed->id);
}

gint64
media_rig_count (MediaRig   *rig,
                 const char *member)
{
  g_autoptr (JsonObject) counts = media_rig_call (rig, "{\"verb\":\"counts\"}");

  return json_object_get_int_member (counts, member);
}

void
media_rig_check_right (MediaRig *rig,
                       guint     at_least)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      MediaFeed *feed = value;

      g_test_message ("feed %u: first after %.0f ms, %u frames, %u right, %u wrong", feed->producer,
                      (feed->first_us - feed->attached_us) / 1000.0, feed->n_frames, feed->n_right, feed->n_wrong);
      g_assert_cmpuint (feed->n_right, >=, at_least);
      g_assert_cmpuint (feed->n_wrong, ==, 0);
      g_assert_cmpuint (feed->n_failed, ==, 0);
    }
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
media_wait (MediaDone done,
            gpointer  data,
            guint     timeout_ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) timeout_ms * 1000;
  guint wake = g_timeout_add (5, wake_cb, NULL);
  gboolean is_done;

  while (!(is_done = done (data)) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);

  return is_done;
}

static gboolean
never (gpointer data)
{
  return FALSE;
}

void
media_run (guint ms)
{
  media_wait (never, NULL, ms);
}

gboolean
media_has_first (gpointer data)
{
  return ((MediaFeed *) data)->first_us != 0;
}

gboolean
media_all_first (gpointer data)
{
  MediaRig *rig = data;
  GHashTableIter iter;
  gpointer feed;

  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &feed))
    {
      if (!media_has_first (feed))
        return FALSE;
    }

  return TRUE;
}

gint64
media_metric (const char *name)
{
  g_autofree char *full = g_strconcat ("vigil_media_", name, NULL);

  return vigil_counter_get (vigil_metrics_counter (full, ""));
}

static guint
n_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

guint
media_n_threads (void)
{
  return n_entries ("/proc/self/task");
}

/* For the log of a test that counts them. */
char *
media_dup_thread_names (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  GString *names = g_string_new (NULL);
  const char *id;

  while ((id = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/comm", id);
      g_autofree char *name = NULL;

      if (g_file_get_contents (path, &name, NULL, NULL))
        g_string_append_printf (names, " %s", g_strchomp (name));
    }

  return g_string_free (names, FALSE);
}

guint
media_n_fds (void)
{
  return n_entries ("/proc/self/fd");
}

double
media_rss_mb (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "VmRSS:");
  return line != NULL ? g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024 : 0;
}

gboolean
media_nothing_lives (gpointer unused)
{
  return media_metric ("transports_live") == 0 && media_metric ("pads_live") == 0 &&
         media_metric ("decoders_live") == 0 && media_metric ("chains_live") == 0 &&
         media_metric ("reorders_live") == 0 &&
         vigil_worker_get_n_live () == 0;
}
