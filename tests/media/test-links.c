/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds with a connection of their own: we offer, and other webrtcbins answer and send. */
#include "media-rig.h"

#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>
#include <string.h>

#include "vigil-audio-feed.h"
#include "vigil-decoder-chain.h"
#include "vigil-main-post.h"
#include "vigil-sim-marker.h"

#define WIDTH  320
#define HEIGHT 180
#define N_FEEDS 4

/* -- the other side -- */

/* Sends one marked picture over and over. */
typedef struct
{
  guint       look;
  GstElement *pipeline;
  GstElement *webrtc;
  guint       push_source;
  gint        gathered;
} Peer;

static gboolean
push_cb (gpointer user_data)
{
  Peer *peer = user_data;
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (peer->pipeline), "source");
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, WIDTH * HEIGHT * 4, NULL);
  GstFlowReturn flow;
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  memset (map.data, 0x60, map.size);
  vigil_sim_marker_paint_bgrx (map.data, WIDTH, HEIGHT, WIDTH * 4, peer->look, 0);
  gst_buffer_unmap (buffer, &map);
  g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
  gst_buffer_unref (buffer);
  return G_SOURCE_CONTINUE;
}

static void
gathering_cb (GstElement *webrtc, GParamSpec *pspec, Peer *peer)
{
  GstWebRTCICEGatheringState state;

  g_object_get (webrtc, "ice-gathering-state", &state, NULL);
  g_atomic_int_set (&peer->gathered, state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE);
}

static gboolean
is_gathered (gpointer data)
{
  return g_atomic_int_get (&((Peer *) data)->gathered);
}

#define VP8_SENDER "vp8enc deadline=1 keyframe-max-dist=300 ! rtpvp8pay picture-id-mode=2 ! " \
  "application/x-rtp,media=video,encoding-name=VP8,payload=96"
#define H264_SENDER "openh264enc ! h264parse ! rtph264pay config-interval=-1 pt=97 aggregate-mode=zero-latency ! " \
  "application/x-rtp,media=video,encoding-name=H264,payload=97"

static Peer *
peer_launch (const char *description)
{
  Peer *peer = g_new0 (Peer, 1);
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  g_autoptr (GError) error = NULL;
  gboolean added;

  peer->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  peer->webrtc = gst_bin_get_by_name (GST_BIN (peer->pipeline), "peer");
  g_object_get (peer->webrtc, "ice-agent", &ice, NULL);
  g_signal_emit_by_name (ice, "add-local-ip-address", "127.0.0.1", &added);
  /* Searching for routers it listens on a port of its own choice, and warns when somebody has it. */
  g_object_get (ice, "agent", &agent, NULL);
  g_object_set (agent, "upnp", FALSE, NULL);
  g_signal_connect (peer->webrtc, "notify::ice-gathering-state", G_CALLBACK (gathering_cb), peer);
  gst_element_set_state (peer->pipeline, GST_STATE_PLAYING);
  return peer;
}

/* Sends a tone of −9 dB. */
static Peer *
peer_new_sound (void)
{
  Peer *peer = peer_launch ("audiotestsrc is-live=true wave=sine freq=440 volume=0.5 samplesperbuffer=960 ! "
                            "audio/x-raw,rate=48000,channels=1 ! opusenc ! rtpopuspay ! "
                            "application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! webrtcbin name=peer bundle-policy=max-bundle");

  media_run (100);
  return peer;
}

static Peer *
peer_new_sending (guint look, const char *sender)
{
  g_autofree char *description = g_strconcat (
    "appsrc name=source is-live=true do-timestamp=true format=time caps=video/x-raw,format=BGRx,"
    "width=" G_STRINGIFY (320) ",height=" G_STRINGIFY (180) ",framerate=15/1 ! videoconvert ! ", sender,
    " ! webrtcbin name=peer bundle-policy=max-bundle", NULL);
  Peer *peer = peer_launch (description);

  peer->look = look;
  peer->push_source = g_timeout_add (66, push_cb, peer);
  media_run (100);
  return peer;
}

static Peer *
peer_new (guint look)
{
  return peer_new_sending (look, VP8_SENDER);
}

static void
peer_stop (Peer *peer)
{
  g_clear_handle_id (&peer->push_source, g_source_remove);
  if (peer->pipeline == NULL)
    return;
  gst_element_set_state (peer->pipeline, GST_STATE_NULL);
  gst_clear_object (&peer->webrtc);
  gst_clear_object (&peer->pipeline);
}

static void
peer_free (Peer *peer)
{
  peer_stop (peer);
  g_free (peer);
}

static GstWebRTCSessionDescription *
parse (GstWebRTCSDPType type, const char *text)
{
  GstSDPMessage *sdp;

  g_assert_cmpint (gst_sdp_message_new_from_text (text, &sdp), ==, GST_SDP_OK);
  return gst_webrtc_session_description_new (type, sdp);
}

/* Returns: (transfer full): its answer, with its candidates. */
static char *
peer_answer (Peer *peer, const char *offer_sdp)
{
  g_autoptr (GstWebRTCSessionDescription) offer = parse (GST_WEBRTC_SDP_TYPE_OFFER, offer_sdp);
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  g_autoptr (GstWebRTCSessionDescription) local = NULL;
  g_autoptr (GstPromise) remote_set = gst_promise_new ();
  g_autoptr (GstPromise) created = gst_promise_new ();

  g_signal_emit_by_name (peer->webrtc, "set-remote-description", offer, remote_set);
  gst_promise_wait (remote_set);
  g_signal_emit_by_name (peer->webrtc, "create-answer", NULL, created);
  gst_promise_wait (created);
  gst_structure_get (gst_promise_get_reply (created), "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &answer, NULL);
  g_assert_nonnull (answer);
  g_signal_emit_by_name (peer->webrtc, "set-local-description", answer, NULL);
  g_assert_true (media_wait (is_gathered, peer, 5000));
  g_object_get (peer->webrtc, "local-description", &local, NULL);
  return gst_sdp_message_as_text (local->sdp);
}

/* -- our side -- */

typedef struct
{
  guint64         id;
  guint           look;
  VigilFrameSlot *slot;
  guint           n_first, n_failed, n_right, n_wrong;
} Feed;

typedef struct
{
  VigilWebrtcEngine *engine;
  VigilMediaEngine  *media;
  Feed               feeds[N_FEEDS];
  Peer              *peers[N_FEEDS];
  guint64            last_id;
  guint              n_lost;
  VigilOfferFlags    flags;
  GPtrArray         *late;    /* of char *: "local-candidate" of the first feed; "end" is the last */
} Fixture;

static void
feed_event_cb (VigilMediaEngine *engine, guint64 id, VigilFeedEvent event, const char *detail, Fixture *f)
{
  for (guint i = 0; i < N_FEEDS; i++)
    if (f->feeds[i].id == id)
      {
        f->feeds[i].n_first += event == VIGIL_FEED_FIRST_FRAME;
        f->feeds[i].n_failed += event == VIGIL_FEED_FAILED;
        if (event == VIGIL_FEED_FAILED)
          g_test_message ("feed %u failed: %s", f->feeds[i].look, detail);
      }
}

static void
lost_cb (VigilMediaEngine *engine, const char *reason, Fixture *f)
{
  g_test_message ("lost: %s", reason);
  f->n_lost++;
}

static void
candidate_cb (VigilMediaEngine *engine, guint64 id, const char *candidate, Fixture *f)
{
  g_assert_cmpuint (id, ==, f->feeds[0].id);
  g_ptr_array_add (f->late, g_strdup (candidate != NULL ? candidate : "end"));
}

static void
frame_cb (VigilFrameSlot *slot, Feed *feed)
{
  g_autoptr (VigilFrame) frame = vigil_frame_slot_dup_frame (slot);
  guint look, behaviour;

  if (frame == NULL || !vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    return;
  if (look == feed->look)
    feed->n_right++;
  else
    feed->n_wrong++;
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static char *
get_offer_for (Fixture *f, guint64 id, VigilOfferFlags what, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_media_engine_offer_async (f->media, id, f->flags | what, NULL, store_cb, &result);
  g_assert_true (media_wait (is_set, &result, 10000));
  return vigil_media_engine_offer_finish (f->media, result, error);
}

static char *
get_offer (Fixture *f, guint64 id, GError **error)
{
  return get_offer_for (f, id, VIGIL_OFFER_PLAIN, error);
}

static void
open_engine (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL;

  vigil_media_engine_open_async (f->media, NULL, NULL, store_cb, &result);
  g_assert_true (media_wait (is_set, &result, 5000));
  answer = vigil_media_engine_open_finish (f->media, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer, ==, "");
  g_assert_true (vigil_media_engine_is_open (f->media));
}

/* @other: (nullable): what may come instead */
static void
attach_either (Fixture *f, guint i, const char *answer, const char *codec, const char *other)
{
  VigilConsumerInfo info = { .id = (char *) "c", .producer_id = (char *) "p", .kind = VIGIL_MEDIA_VIDEO, .codec = (char *) codec,
                             .other_codec = (char *) other, .clock_rate = 90000, .answer_sdp = (char *) answer };
  g_autoptr (GError) error = NULL;
  Feed *feed = &f->feeds[i];

  feed->slot = VIGIL_FRAME_SLOT (vigil_media_engine_attach (f->media, feed->id, &info, &error));
  g_assert_no_error (error);
  vigil_frame_slot_set_wanted_size (feed->slot, WIDTH, HEIGHT);
  g_signal_connect (feed->slot, "frame", G_CALLBACK (frame_cb), feed);
}

static void
attach (Fixture *f, guint i, const char *answer)
{
  attach_either (f, i, answer, "VP8", NULL);
}

static void
show (Fixture *f, guint i)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;

  f->feeds[i] = (Feed) { .id = ++f->last_id, .look = 10 + i };
  offer = get_offer (f, f->feeds[i].id, &error);
  g_assert_no_error (error);
  f->peers[i] = peer_new (10 + i);
  answer = peer_answer (f->peers[i], offer);
  attach (f, i, answer);
}

static void
hide (Fixture *f, guint i)
{
  vigil_media_engine_detach (f->media, f->feeds[i].id);
  if (f->feeds[i].slot != NULL)
    g_signal_handlers_disconnect_by_data (f->feeds[i].slot, &f->feeds[i]);
  g_clear_object (&f->feeds[i].slot);
  g_clear_pointer (&f->peers[i], peer_free);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->engine = vigil_webrtc_engine_new ();
  f->media = VIGIL_MEDIA_ENGINE (f->engine);
  g_object_set (f->engine, "media-watchdog", 1000u, NULL);
  g_signal_connect (f->engine, "feed-event", G_CALLBACK (feed_event_cb), f);
  g_signal_connect (f->engine, "transport-lost", G_CALLBACK (lost_cb), f);
  f->flags = VIGIL_OFFER_NEARBY;
  f->late = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (f->engine, "local-candidate", G_CALLBACK (candidate_cb), f);
  open_engine (f);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < N_FEEDS; i++)
    hide (f, i);
  vigil_media_engine_close (f->media);
  g_assert_finalize_object (f->engine);
  g_ptr_array_unref (f->late);
  g_assert_true (media_wait (media_nothing_lives, NULL, 20000));
  g_assert_cmpint (media_metric ("links_live"), ==, 0);
}

static gboolean
all_show (gpointer data)
{
  Fixture *f = data;

  for (guint i = 0; i < N_FEEDS; i++)
    if (f->feeds[i].slot != NULL && f->feeds[i].n_right < 3)
      return FALSE;
  return TRUE;
}

static void
check_nobody_else (Fixture *f)
{
  for (guint i = 0; i < N_FEEDS; i++)
    g_assert_cmpuint (f->feeds[i].n_wrong, ==, 0);
}

/* One line, to receive, of the codecs that can be decoded, with where we can be reached. */
static void
test_offer (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = get_offer (f, 1, &error);

  g_assert_no_error (error);
  f->feeds[0].id = 1;
  g_assert_nonnull (strstr (offer, "m=video 9 UDP/TLS/RTP/SAVPF 96"));
  g_assert_null (strstr (strstr (offer, "m=video") + 1, "m="));
  g_assert_nonnull (strstr (offer, "a=recvonly"));
  g_assert_nonnull (strstr (offer, "VP8/90000"));
  g_assert_nonnull (strstr (offer, "nack pli"));
  g_assert_nonnull (strstr (offer, "a=candidate:"));
  g_assert_nonnull (strstr (offer, "127.0.0.1"));
  g_assert_nonnull (strstr (offer, "a=setup:actpass"));
  g_assert_null (get_offer (f, 1, &error));
  g_assert_nonnull (error);
}

/* Each shows its own; what is paused goes on at once, and shows nothing of the time between. */
static void
test_feeds (Fixture *f, gconstpointer unused)
{
  guint first;

  for (guint i = 0; i < N_FEEDS; i++)
    show (f, i);
  g_assert_true (media_wait (all_show, f, 10000));
  check_nobody_else (f);

  vigil_media_engine_set_running (f->media, f->feeds[1].id, FALSE);
  media_run (600);
  f->feeds[1].n_right = 0;
  first = f->feeds[1].n_first;
  media_run (600);
  g_assert_cmpuint (f->feeds[1].n_right, ==, 0);
  vigil_media_engine_set_running (f->media, f->feeds[1].id, TRUE);
  g_assert_true (media_wait (all_show, f, 3000));
  g_assert_cmpuint (f->feeds[1].n_first, ==, first + 1);
  check_nobody_else (f);
  g_assert_cmpuint (f->n_lost, ==, 0);
}

static gboolean
second_has_failed (gpointer data)
{
  return ((Fixture *) data)->feeds[1].n_failed > 0;
}

static gboolean
is_tone (gpointer sound)
{
  double rms_db;

  return vigil_audio_feed_get_level (sound, &rms_db, NULL, NULL) && ABS (rms_db + 9) < 1.5;
}

static gboolean
is_silent (gpointer sound)
{
  double rms_db;

  return vigil_audio_feed_get_level (sound, &rms_db, NULL, NULL) && rms_db <= VIGIL_AUDIO_FLOOR_DB;
}

/* A microphone is a connection of its own beside those of pictures; what becomes of it is its own trouble. */
static void
test_sound (Fixture *f, gconstpointer unused)
{
  VigilConsumerInfo info = { .id = (char *) "c", .producer_id = (char *) "m", .kind = VIGIL_MEDIA_AUDIO, .codec = (char *) "OPUS",
                             .payload_type = 111, .clock_rate = 48000 };
  g_autoptr (VigilAudioFeed) sound = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;

  show (f, 0);
  f->feeds[1] = (Feed) { .id = ++f->last_id };
  offer = get_offer_for (f, f->feeds[1].id, VIGIL_OFFER_SOUND, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (offer, "m=audio 9 UDP/TLS/RTP/SAVPF 111"));
  g_assert_nonnull (strstr (offer, "OPUS/48000/2"));
  g_assert_null (strstr (offer, "m=video"));
  g_assert_nonnull (strstr (offer, "a=recvonly"));
  f->peers[1] = peer_new_sound ();
  info.answer_sdp = peer_answer (f->peers[1], offer);
  sound = VIGIL_AUDIO_FEED (vigil_media_engine_attach (f->media, f->feeds[1].id, &info, &error));
  g_free (info.answer_sdp);
  g_assert_no_error (error);
  g_assert_true (media_wait (is_tone, sound, 10000));
  g_assert_true (media_wait (all_show, f, 10000));

  vigil_media_engine_set_running (f->media, f->feeds[1].id, FALSE);
  g_assert_true (media_wait (is_silent, sound, 3000));
  vigil_media_engine_set_running (f->media, f->feeds[1].id, TRUE);
  g_assert_true (media_wait (is_tone, sound, 5000));

  peer_stop (f->peers[1]);
  g_assert_true (media_wait (second_has_failed, f, 8000));
  g_assert_cmpuint (f->feeds[0].n_failed, ==, 0);
  g_assert_cmpuint (f->n_lost, ==, 0);
  check_nobody_else (f);
}

static gboolean
is_lost (gpointer data)
{
  return ((Fixture *) data)->n_lost > 0;
}

/* One connection that dies is that one's trouble; all of them are the server's. */
static void
test_death (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 3; i++)
    show (f, i);
  g_assert_true (media_wait (all_show, f, 10000));

  peer_stop (f->peers[1]);
  g_assert_true (media_wait (second_has_failed, f, 8000));
  g_assert_cmpuint (f->n_lost, ==, 0);
  g_assert_cmpuint (f->feeds[0].n_failed + f->feeds[2].n_failed, ==, 0);
  hide (f, 1);
  show (f, 1);
  g_assert_true (media_wait (all_show, f, 10000));
  check_nobody_else (f);

  for (guint i = 0; i < 3; i++)
    peer_stop (f->peers[i]);
  g_assert_true (media_wait (is_lost, f, 8000));
}

/* Answers that are none end the feed and nothing else. */
static void
test_bad_answers (Fixture *f, gconstpointer unused)
{
  const char *const answers[] = { "", "v=0\r\n", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n" };

  show (f, 0);
  g_assert_true (media_wait (all_show, f, 10000));
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *offer = NULL;

      f->feeds[1] = (Feed) { .id = ++f->last_id, .look = 11 };
      offer = get_offer (f, f->feeds[1].id, &error);
      g_assert_no_error (error);
      attach (f, 1, answers[i]);
      g_assert_true (media_wait (second_has_failed, f, 5000));
      hide (f, 1);
    }
  g_assert_cmpuint (f->n_lost, ==, 0);
  f->feeds[0].n_right = 0;
  g_assert_true (media_wait (all_show, f, 5000));
}

/* Begun, and given up before anybody answered; closed while it is being made. */
static void
test_given_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = get_offer (f, 1, &error);

  g_assert_no_error (error);
  vigil_media_engine_detach (f->media, 1);
  vigil_media_engine_offer_async (f->media, 2, VIGIL_OFFER_NEARBY, NULL, store_cb, &result);
  vigil_media_engine_detach (f->media, 2);
  g_assert_true (media_wait (is_set, &result, 10000));
  g_assert_null (vigil_media_engine_offer_finish (f->media, result, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (media_metric ("links_live"), ==, 0);
}

static char *
strip_candidates (const char *sdp)
{
  g_autoptr (GRegex) regex = g_regex_new ("a=candidate:[^\r\n]*\r\n", 0, 0, NULL);

  return g_regex_replace_literal (regex, sdp, -1, 0, "", 0, NULL);
}

/* A TURN server that takes everything and says nothing. Returns: (transfer full): its URL */
static char *
make_silent_relay (GSocket **socket)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (*socket, wanted, FALSE, &error));
  bound = g_socket_get_local_address (*socket, &error);
  return g_strdup_printf ("turn://user:password@127.0.0.1:%u?transport=udp",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
}

static double
time_offer (Fixture *f, guint64 id, VigilOfferFlags flags)
{
  gint64 began = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;

  f->flags = flags;
  f->feeds[0].id = id;
  offer = get_offer (f, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (offer, "127.0.0.1"));
  return (g_get_monotonic_time () - began) / 1000.0;
}

/* A relay that does not answer holds an early offer up for a moment only; where nothing can follow it is waited for. */
static void
test_early (Fixture *f, gconstpointer unused)
{
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *relay = make_silent_relay (&socket);
  const char *const relays[] = { relay, NULL };
  gint64 n_early = media_metric ("offers_early");
  double plain, early, alone;

  alone = time_offer (f, 1, VIGIL_OFFER_NEARBY | VIGIL_OFFER_EARLY);
  g_assert_cmpint (media_metric ("offers_early"), ==, n_early);
  vigil_media_engine_set_relays (f->media, relays, FALSE);
  plain = time_offer (f, 2, VIGIL_OFFER_NEARBY);
  early = time_offer (f, 3, VIGIL_OFFER_NEARBY | VIGIL_OFFER_EARLY);
  g_test_message ("an offer takes %.0f ms; before a silent relay %.0f ms, and early %.0f ms", alone, plain, early);
  g_assert_cmpint (media_metric ("offers_early") - n_early, ==, 2);
  g_assert_cmpfloat (plain, >=, 1000);
  g_assert_cmpfloat (plain - early, >, 500);
  g_assert_cmpuint (f->late->len, ==, 0); /* it is still waited for */
  vigil_media_engine_set_relays (f->media, NULL, FALSE);
  for (guint64 id = 1; id <= 3; id++)
    vigil_media_engine_detach (f->media, id);
}

/* A server that tells of itself only later is reached all the same. */
static void
test_late_answer (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *first = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GPtrArray) candidates = g_ptr_array_new ();
  GString *bare = g_string_new (NULL);

  f->flags |= VIGIL_OFFER_EARLY;
  f->feeds[0] = (Feed) { .id = ++f->last_id, .look = 10 };
  offer = get_offer (f, f->feeds[0].id, &error);
  g_assert_no_error (error);
  f->peers[0] = peer_new (10);
  first = strip_candidates (offer); /* of ours it hears nothing, and must not guess */
  answer = peer_answer (f->peers[0], first);
  lines = g_strsplit (answer, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "a=candidate:"))
      g_ptr_array_add (candidates, lines[i] + 2);
    else if (*lines[i] != '\0')
      g_string_append_printf (bare, "%s\r\n", lines[i]);
  g_ptr_array_add (candidates, (char *) "nonsense");
  g_ptr_array_add (candidates, NULL);
  attach (f, 0, bare->str);
  media_run (500);
  g_assert_cmpuint (f->feeds[0].n_right, ==, 0);

  vigil_media_engine_add_candidates (f->media, f->feeds[0].id, (const char *const *) candidates->pdata);
  g_assert_true (media_wait (all_show, f, 10000));
  check_nobody_else (f);
  vigil_media_engine_add_candidates (f->media, 999, (const char *const *) candidates->pdata);
  g_string_free (bare, TRUE);
}

/* Returns: (transfer full): @answer with both codecs, the named one first. */
static char *
keep_both (const char *answer, const char *first, const char *second)
{
  g_autoptr (GRegex) line = g_regex_new ("(m=video \\d+ [A-Z/]+) [^\r\n]*\r\n", 0, 0, NULL);
  g_autoptr (GRegex) map = g_regex_new ("a=rtpmap:[^\r\n]*\r\n", 0, 0, NULL);
  g_autofree char *bare = g_regex_replace_literal (map, answer, -1, 0, "", 0, NULL);
  g_autofree char *to = g_strdup_printf ("\\1 %s %s\r\n", first, second);
  g_autofree char *listed = g_regex_replace (line, bare, -1, 0, to, 0, NULL);

  return g_strconcat (listed, "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 H264/90000\r\n", NULL);
}

/* A server that keeps both codecs may send either, whichever it named first. */
static void
test_either (Fixture *f, gconstpointer unused)
{
  static const struct { const char *sender, *first, *second; } cases[] = {
    { VP8_SENDER, "96", "97" }, { VP8_SENDER, "97", "96" }, { H264_SENDER, "96", "97" }, { H264_SENDER, "97", "96" },
  };
  g_autoptr (GstElementFactory) encoder = gst_element_factory_find ("openh264enc");

  if (encoder == NULL || !vigil_decoder_chain_supports ("H264"))
    {
      g_test_skip ("no H.264 here");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean vp8_first = g_str_equal (cases[i].first, "96");
      g_autoptr (GError) error = NULL;
      g_autofree char *offer = NULL;
      g_autofree char *answer = NULL;
      g_autofree char *both = NULL;

      f->feeds[i] = (Feed) { .id = ++f->last_id, .look = 10 + i };
      offer = get_offer (f, f->feeds[i].id, &error);
      g_assert_no_error (error);
      f->peers[i] = peer_new_sending (10 + i, cases[i].sender);
      answer = peer_answer (f->peers[i], offer);
      both = keep_both (answer, cases[i].first, cases[i].second);
      attach_either (f, i, both, vp8_first ? "VP8" : "H264", vp8_first ? "H264" : "VP8");
    }
  g_assert_true (media_wait (all_show, f, 15000));
  check_nobody_else (f);
  g_assert_cmpint (media_metric ("codecs_changed"), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();
  gst_init (NULL, NULL);

#define ADD(path, func) g_test_add ("/media/links/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("offer", test_offer);
  ADD ("feeds", test_feeds);
  ADD ("sound", test_sound);
  ADD ("death", test_death);
  ADD ("bad-answers", test_bad_answers);
  ADD ("given-up", test_given_up);
  ADD ("either", test_either);
  ADD ("early", test_early);
  ADD ("late-answer", test_late_answer);
#undef ADD

  return g_test_run ();
}
