/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A room of candidates in a real Janus, driven by JSON lines as media-sfu is: {"cmd": …} is answered by one line.
 *
 * Each candidate is a publisher of Janus's that takes plain RTP. Its video stands at its own place in the list of
 * the publisher's streams, the ones before it being empty: by that place Janus makes the SSRC, and two candidates
 * of the same SSRC stall each other when one slot changes from one to the other.
 *
 * With "mountpoints" each candidate is a mountpoint of Janus's streaming plugin instead, candidate 0 as number 1: what a
 * WHEP server before that Janus gives out.
 *
 * The first VOICES of them have a microphone as well, in the stream behind their video: each his own tone (janus-voices.h).
 * Over mountpoints it has one of its own, that of candidate 0 as number JANUS_VOICE_MOUNTPOINTS + 1.
 *
 * The EACH-th of each EACH sends H264, the others VP8. */

#include <gio/gio.h>
#include <gst/gst.h>
#include <stdio.h>
#include <string.h>

#include "janus-h264.h"
#include "janus-server.h"
#include "janus-voices.h"
#include "media-voice.h"
#include "vigil-hall-packetizer.h"
#include "vigil-main-post.h"
#include "vigil-sim-feed-private.h"

#define TICK_MS 5
#define VOICE_US (20 * 1000)
#define BASE_SSRC 1000
#define SSRC_STEP 10
#define RTP_HEADER_SIZE 12

/* Of mountpoints: RTP there, RTCP one above. Outside of what Janus takes for itself. */
#define BASE_PORT 31000
#define VOICE_PORT 31500

typedef struct
{
  guint                index;
  VigilSimFeed        *feed;
  VigilHallPacketizer *packetizer;
  JanusH264           *h264;       /* NULL: it sends VP8 */
  GSocket             *socket;     /* NULL: not published */
  GSocket             *rtcp;
  GSocketAddress      *to;
  GSocketAddress      *voice_to;   /* NULL: to the same */
  gint64               next_us;
  MediaVoice          *voice;      /* NULL: no microphone */
  gint64               voice_us;   /* when its next packet is due */
  gboolean             want_key;
  gboolean             muted;
  gboolean             spoilt;     /* its payloads are random */
  guint                n_plis;
} Publisher;

typedef struct
{
  JanusServer    *janus;
  const char     *address;
  gboolean        mountpoints;
  VigilSimStudio *studio;
  GPtrArray      *publishers;
  guint           n_voices;
  guint           h264_each;  /* 0: nobody */
  guint           width, height, rate;
  GMainLoop      *loop;
  GIOChannel     *in;
} Room;

static GSocket *
open_socket (void)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) here = g_inet_socket_address_new (any, 0);

  g_socket_set_blocking (socket, FALSE);
  g_assert_true (g_socket_bind (socket, here, FALSE, NULL));
  return g_steal_pointer (&socket);
}

static char *
describe_publisher (const Publisher *publisher)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "{\"request\":\"add_remote_publisher\",\"room\":%d,\"id\":%u,\"display\":\"%u\",\"streams\":[",
                   JANUS_ROOM, publisher->index + 1, publisher->index);
  for (guint i = 0; i < publisher->index; i++)
    g_string_append_printf (text, "{\"mid\":\"%u\",\"mindex\":%u,\"type\":\"audio\",\"codec\":\"opus\",\"disabled\":true},", i, i);
  g_string_append_printf (text, "{\"mid\":\"%u\",\"mindex\":%u,\"type\":\"video\",\"codec\":\"%s\"}", publisher->index, publisher->index,
                          publisher->h264 != NULL ? "h264" : "vp8");
  if (publisher->voice != NULL)
    g_string_append_printf (text, ",{\"mid\":\"%u\",\"mindex\":%u,\"type\":\"audio\",\"codec\":\"opus\"}", publisher->index + 1, publisher->index + 1);
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

static void
open_way (Room      *self,
          Publisher *publisher,
          guint      port,
          guint      rtcp_port)
{
  static const guint8 report[] = { 0x80, 201, 0, 1, 0, 0, 0, 1 };
  g_autoptr (GSocketAddress) rtcp = g_inet_socket_address_new_from_string (self->address, rtcp_port);

  publisher->socket = open_socket ();
  publisher->rtcp = open_socket ();
  publisher->to = g_inet_socket_address_new_from_string (self->address, port);
  /* It asks for key frames wherever the last report came from. */
  g_socket_send_to (publisher->rtcp, rtcp, (const char *) report, sizeof report, NULL, NULL);
  publisher->next_us = publisher->voice_us = g_get_monotonic_time () + g_random_int_range (0, 100 * 1000);
}

static void
join_room (Room      *self,
           Publisher *publisher)
{
  g_autofree char *request = describe_publisher (publisher);
  g_autoptr (JsonObject) answer = janus_server_ask (self->janus, request);

  if (!json_object_has_member (answer, "port"))
    g_error ("add_remote_publisher: %s", json_object_get_string_member_with_default (answer, "error", "refused"));

  open_way (self, publisher, (guint) json_object_get_int_member (answer, "port"), (guint) json_object_get_int_member (answer, "rtcp_port"));
}

static void
add_voice_mountpoint (Room      *self,
                      Publisher *publisher)
{
  guint port = VOICE_PORT + 2 * publisher->index;
  g_autofree char *request =
    g_strdup_printf ("{\"request\":\"create\",\"type\":\"rtp\",\"id\":%u,\"media\":[{\"mid\":\"a\",\"type\":\"audio\","
                     "\"codec\":\"opus\",\"pt\":111,\"port\":%u}]}", JANUS_VOICE_MOUNTPOINTS + publisher->index + 1, port);
  g_autoptr (JsonObject) answer = janus_server_ask (self->janus, request);

  if (json_object_has_member (answer, "error"))
    g_error ("create: %s", json_object_get_string_member (answer, "error"));
  publisher->voice_to = g_inet_socket_address_new_from_string (self->address, port);
}

static void
add_mountpoint (Room      *self,
                Publisher *publisher)
{
  guint port = BASE_PORT + 2 * publisher->index;
  g_autofree char *request =
    g_strdup_printf ("{\"request\":\"create\",\"type\":\"rtp\",\"id\":%u,\"media\":[{\"mid\":\"v\",\"type\":\"video\","
                     "\"codec\":\"%s\",\"pt\":96,\"port\":%u,\"rtcpport\":%u}]}", publisher->index + 1,
                     publisher->h264 != NULL ? "h264\",\"fmtp\":\"profile-level-id=42e01f;packetization-mode=1" : "vp8", port, port + 1);
  g_autoptr (JsonObject) answer = janus_server_ask (self->janus, request);

  if (json_object_has_member (answer, "error"))
    g_error ("create: %s", json_object_get_string_member (answer, "error"));
  open_way (self, publisher, port, port + 1);
  if (publisher->voice != NULL)
    add_voice_mountpoint (self, publisher);
}

static void
publish (Room      *self,
         Publisher *publisher)
{
  if (self->mountpoints)
    add_mountpoint (self, publisher);
  else
    join_room (self, publisher);
}

static void
unpublish (Publisher *publisher)
{
  g_clear_object (&publisher->socket);
  g_clear_object (&publisher->rtcp);
  g_clear_object (&publisher->to);
  g_clear_object (&publisher->voice_to);
}

static void
listen_to_rtcp (Publisher *publisher)
{
  guint8 packet[1500];
  gssize size;

  while ((size = g_socket_receive (publisher->rtcp, (char *) packet, sizeof packet, NULL, NULL)) >= 12)
    {
      if (packet[1] != 206)
        continue;
      publisher->n_plis++;
      publisher->want_key = TRUE;
    }
}

static void
send_packet (Publisher *publisher,
             GstBuffer *buffer)
{
  guint8 packet[1500];
  gsize size = gst_buffer_extract (buffer, 0, packet, sizeof packet);

  for (gsize at = RTP_HEADER_SIZE; publisher->spoilt && at < size; at++)
    packet[at] = (guint8) g_random_int ();
  if (!publisher->muted)
    g_socket_send_to (publisher->socket, publisher->to, (const char *) packet, size, NULL, NULL);
}

/* What the encoder has ready by now. */
static void
send_h264 (Publisher *publisher)
{
  GstBuffer *packet;

  while ((packet = janus_h264_pull (publisher->h264)) != NULL)
    {
      send_packet (publisher, packet);
      gst_buffer_unref (packet);
    }
}

static void
send_frame (Publisher *publisher,
            gint64     now_us)
{
  g_autoptr (VigilSimClip) clip = NULL;
  const VigilSimFrame *frame = vigil_sim_feed_step (publisher->feed, publisher->want_key, &clip);
  g_autoptr (GstBufferList) list = NULL;
  guint n_dropped = 0;

  if (frame == NULL)
    return;

  publisher->want_key = publisher->want_key && !frame->key;
  list = vigil_hall_packetizer_frame (publisher->packetizer, frame, now_us, 0, 0, &n_dropped);
  if (publisher->h264 != NULL && frame->key)
    janus_h264_request_key (publisher->h264);
  if (publisher->h264 != NULL)
    janus_h264_push (publisher->h264, list);
  for (guint i = 0; i < gst_buffer_list_length (list) && publisher->h264 == NULL; i++)
    send_packet (publisher, gst_buffer_list_get (list, i));
}

/* What is due by the clock, so that a busy machine makes a burst and no hole. */
static void
speak (Publisher *publisher,
       gint64     now_us)
{
  while (publisher->voice != NULL && publisher->voice_us <= now_us)
    {
      g_autoptr (GstBuffer) packet = media_voice_next_rtp (publisher->voice, BASE_SSRC + (publisher->index + 1) * SSRC_STEP);
      guint8 bytes[1500];
      gsize size = gst_buffer_extract (packet, 0, bytes, sizeof bytes);

      publisher->voice_us += VOICE_US;
      if (!publisher->muted)
        g_socket_send_to (publisher->socket, publisher->voice_to != NULL ? publisher->voice_to : publisher->to,
                          (const char *) bytes, size, NULL, NULL);
    }
}

static gboolean
tick_cb (gpointer user_data)
{
  Room *self = user_data;
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < self->publishers->len; i++)
    {
      Publisher *publisher = self->publishers->pdata[i];

      if (publisher->socket == NULL)
        continue;
      listen_to_rtcp (publisher);
      speak (publisher, now);
      if (publisher->h264 != NULL)
        send_h264 (publisher);
      /* A key frame that was asked for comes at once, as from a browser. */
      if (now < publisher->next_us && !publisher->want_key)
        continue;
      send_frame (publisher, now);
      publisher->next_us = MAX (publisher->next_us, now - 100 * 1000) + vigil_sim_feed_get_interval (publisher->feed);
    }
  return G_SOURCE_CONTINUE;
}

static void
say (const char *event,
     const char *cmd,
     JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_object_set_string_member (object, "event", event);
  if (cmd != NULL)
    json_object_set_string_member (object, "cmd", cmd);
  json_node_take_object (node, object);
  text = json_to_string (node, FALSE);
  puts (text);
  fflush (stdout);
}

/* Janus 1.1.2 forgets some of those who publish when it is asked who does while one is added (its own GLib complains), and a client that
 * comes back after a restart asks at once: until all publish the room has a pin that nobody knows. */
static void
open_room (Room *self)
{
  g_autofree char *request = g_strdup_printf ("{\"request\":\"edit\",\"room\":%d,\"new_pin\":\"%s\"}", JANUS_ROOM, JANUS_PIN);
  g_autoptr (JsonObject) answer = janus_server_ask (self->janus, request);

  if (json_object_has_member (answer, "error"))
    g_error ("edit: %s", json_object_get_string_member (answer, "error"));
}

static void
start_all (Room *self)
{
  janus_server_start (self->janus);
  for (guint i = 0; i < self->publishers->len; i++)
    publish (self, self->publishers->pdata[i]);
  if (!self->mountpoints)
    open_room (self);
}

static void
kill_all (Room *self)
{
  for (guint i = 0; i < self->publishers->len; i++)
    unpublish (self->publishers->pdata[i]);
  janus_server_kill (self->janus);
}

static void
remove_publisher (Room      *self,
                  Publisher *publisher)
{
  g_autofree char *request = g_strdup_printf ("{\"request\":\"remove_remote_publisher\",\"room\":%d,\"id\":%u}",
                                              JANUS_ROOM, publisher->index + 1);
  g_autoptr (JsonObject) answer = janus_server_ask (self->janus, request);

  unpublish (publisher);
}

static void
start_feed (Room      *self,
            Publisher *publisher,
            guint      scale)
{
  if (publisher->feed != NULL)
    vigil_sim_feed_stop (publisher->feed);
  g_clear_object (&publisher->feed);
  publisher->feed = vigil_sim_feed_new (self->studio, publisher->index, VIGIL_SIM_SOURCE_WEBCAM, self->width * scale, self->height * scale, self->rate);
  vigil_sim_feed_start (publisher->feed);
}

static JsonObject *
count (Room            *self,
       const Publisher *publisher)
{
  JsonObject *counts = json_object_new ();
  gint64 n_plis = 0;

  for (guint i = 0; i < self->publishers->len; i++)
    n_plis += ((Publisher *) self->publishers->pdata[i])->n_plis;
  json_object_set_int_member (counts, "plis", n_plis);
  json_object_set_int_member (counts, "plis_of", publisher != NULL ? publisher->n_plis : 0);
  json_object_set_int_member (counts, "pid", janus_server_get_pid (self->janus));
  return counts;
}

static void
handle (Room       *self,
        JsonObject *request)
{
  const char *cmd = json_object_get_string_member_with_default (request, "cmd", "");
  gint64 index = json_object_get_int_member_with_default (request, "index", 0);
  gboolean value = json_object_get_boolean_member_with_default (request, "value", TRUE);
  Publisher *publisher = index >= 0 && index < (gint64) self->publishers->len ? self->publishers->pdata[index] : NULL;

  if (g_str_equal (cmd, "kill"))
    kill_all (self);
  else if (g_str_equal (cmd, "start"))
    start_all (self);
  else if (g_str_equal (cmd, "freeze"))
    janus_server_freeze (self->janus, value);
  else if (g_str_equal (cmd, "leave") && publisher != NULL)
    remove_publisher (self, publisher);
  else if (g_str_equal (cmd, "enter") && publisher != NULL)
    publish (self, publisher);
  else if (g_str_equal (cmd, "mute") && publisher != NULL)
    publisher->muted = value;
  else if (g_str_equal (cmd, "spoil") && publisher != NULL)
    publisher->spoilt = value;
  else if (g_str_equal (cmd, "enlarge") && publisher != NULL)
    start_feed (self, publisher, value ? 2 : 1); /* in band: it begins with a key frame of that size */
  else if (!g_str_equal (cmd, "count"))
    {
      say ("error", cmd, json_object_new ());
      return;
    }
  say ("ok", cmd, count (self, publisher));
}

static gboolean
line_cb (GIOChannel   *channel,
         GIOCondition  condition,
         gpointer      user_data)
{
  Room *self = user_data;
  g_autofree char *line = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      g_main_loop_quit (self->loop);
      return G_SOURCE_REMOVE;
    }
  node = json_from_string (line, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    handle (self, json_node_get_object (node));
  return G_SOURCE_CONTINUE;
}

static void
publisher_free (gpointer data)
{
  Publisher *publisher = data;

  unpublish (publisher);
  vigil_sim_feed_stop (publisher->feed);
  g_clear_object (&publisher->feed);
  g_clear_pointer (&publisher->voice, media_voice_free);
  g_clear_pointer (&publisher->packetizer, vigil_hall_packetizer_free);
  g_clear_pointer (&publisher->h264, janus_h264_free);
  g_free (publisher);
}

static void
add_publisher (Room *self)
{
  Publisher *publisher = g_new0 (Publisher, 1);

  publisher->index = self->publishers->len;
  publisher->packetizer = vigil_hall_packetizer_new (VIGIL_HALL_KIND_VIDEO, BASE_SSRC + publisher->index * SSRC_STEP);
  if (self->h264_each > 0 && publisher->index % self->h264_each == self->h264_each - 1)
    publisher->h264 = janus_h264_new (BASE_SSRC + publisher->index * SSRC_STEP);
  publisher->want_key = publisher->h264 != NULL; /* its decoder begins with one */
  if (publisher->index < self->n_voices)
    publisher->voice = media_voice_new (janus_voice_get_hz (publisher->index), janus_voice_get_peak (publisher->index), FALSE);
  start_feed (self, publisher, 1);
  g_ptr_array_add (self->publishers, publisher);
}

static gboolean
all_encoded (Room *self)
{
  for (guint i = 0; i < self->publishers->len; i++)
    {
      Publisher *publisher = self->publishers->pdata[i];
      g_autoptr (VigilSimClip) clip = vigil_sim_feed_dup_clip (publisher->feed);

      if (clip == NULL || vigil_sim_clip_get_n_ready (clip) < vigil_sim_clip_get_n_frames (clip))
        return FALSE;
    }
  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  VigilSimStudioOptions studio = { 0 };
  Room self = { 0 };

  if (argc < 5 || argc > 8 || g_getenv ("VIGIL_JANUS_ADDRESS") == NULL)
    {
      fprintf (stderr, "usage: with-network.sh %s CANDIDATES WIDTH HEIGHT RATE [room|mountpoints [VOICES [EACH]]]\n", argv[0]);
      return 2;
    }

  vigil_set_main_thread ();
  gst_init (NULL, NULL);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.address = g_getenv ("VIGIL_JANUS_ADDRESS");
  self.mountpoints = g_strcmp0 (argv[5], "mountpoints") == 0; /* argv ends with NULL */
  self.n_voices = argc > 6 ? (guint) atoi (argv[6]) : 0;
  self.h264_each = argc > 7 ? (guint) atoi (argv[7]) : 0;
  self.janus = janus_server_new (self.address, g_getenv ("VIGIL_JANUS_INTERFACE"), self.mountpoints ? "streaming" : "videoroom");
  self.studio = vigil_sim_studio_new (&studio);
  self.publishers = g_ptr_array_new_with_free_func (publisher_free);
  self.width = (guint) atoi (argv[2]);
  self.height = (guint) atoi (argv[3]);
  self.rate = (guint) atoi (argv[4]);
  for (int i = 0; i < atoi (argv[1]); i++)
    add_publisher (&self);
  while (!all_encoded (&self))
    g_main_context_iteration (NULL, FALSE) ? (void) 0 : g_usleep (5000);

  start_all (&self);
  g_timeout_add_full (G_PRIORITY_HIGH, TICK_MS, tick_cb, &self, NULL);
  self.in = g_io_channel_unix_new (0);
  g_io_add_watch (self.in, G_IO_IN | G_IO_HUP, line_cb, &self);
  say ("ready", NULL, count (&self, NULL));

  g_main_loop_run (self.loop);

  g_ptr_array_unref (self.publishers);
  janus_server_free (self.janus);
  return 0;
}
