/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A VideoRoom without media. */
#include "janus-fake.h"

#include <string.h>

#define SESSION 100
#define WATCHER 201
#define SUBSCRIBER 202
#define FINGERPRINT "10:85:B7:FE:C7:3B:DB:77:03:3E:C5:E3:9F:2D:CB:9E:DB:98:47:22:6C:02:E6:13:8D:73:52:0A:49:BB:7A:3F"

void
janus_fake_say (JanusFake  *fake,
                const char *format,
                ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (fake->socket == NULL)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  soup_websocket_connection_send_text (fake->socket, text);
}

static const char *
text_of (JsonObject *object,
         const char *name)
{
  return json_object_get_string_member_with_default (object, name, "");
}

void
janus_fake_answer (JanusFake  *fake,
                   JsonObject *request,
                   const char *data,
                   const char *more)
{
  janus_fake_say (fake, "{\"janus\":\"event\",\"session_id\":%d,\"sender\":%d,\"transaction\":\"%s\",\"plugindata\":{\"plugin\":\"janus.plugin.videoroom\",\"data\":{%s}}%s}",
                  SESSION, (int) json_object_get_int_member_with_default (request, "handle_id", 0), text_of (request, "transaction"), data, more);
}

static gboolean
is_sound (const char *codec)
{
  return g_strcmp0 (codec, "opus") == 0;
}

/* With all streams that it has. */
static void
append_publisher (GString    *text,
                  JanusFake  *fake,
                  const char *id)
{
  g_autofree char *prefix = g_strconcat (id, "/", NULL);
  const char *comma = "";
  GHashTableIter iter;
  gpointer name, codec;

  g_string_append_printf (text, "%s{\"id\":%s,\"display\":\"x\",\"streams\":[", text->len > 0 ? "," : "", id);
  g_hash_table_iter_init (&iter, fake->feeds);
  while (g_hash_table_iter_next (&iter, &name, &codec))
    if (g_str_has_prefix (name, prefix))
      {
        g_string_append_printf (text, "%s{\"type\":\"%s\",\"mid\":\"%s\",\"codec\":\"%s\"}", comma, is_sound (codec) ? "audio" : "video",
                                (char *) name + strlen (prefix), (char *) codec);
        comma = ",";
      }
  g_string_append (text, "]}");
}

static char *
describe_publishers (JanusFake *fake)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GString *text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, fake->feeds);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      g_autofree char *id = g_strndup (name, strcspn (name, "/"));

      if (!g_hash_table_contains (ids, id))
        append_publisher (text, fake, id);
      g_hash_table_add (ids, g_steal_pointer (&id));
    }
  return g_string_free (text, FALSE);
}

static char *
describe_slots (JanusFake *fake)
{
  GString *text = g_string_new ("\"streams\":[");

  for (guint i = 0; i < fake->slots->len; i++)
    {
      g_auto (GStrv) parts = g_strsplit (fake->slots->pdata[i], "/", 2);
      gboolean active = g_strv_length (parts) == 2;

      g_string_append_printf (text, "%s{\"type\":\"video\",\"mid\":\"%u\",\"active\":%s,\"send\":%s", i > 0 ? "," : "", i,
                              active ? "true" : "false", fake->sending->pdata[i] != NULL ? "true" : "false");
      if (active)
        g_string_append_printf (text, ",\"feed_id\":%s,\"feed_mid\":\"%s\"", parts[0], parts[1]);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static char *
describe_offer (JanusFake *fake)
{
  GString *text = g_string_new (",\"jsep\":{\"type\":\"offer\",\"sdp\":\"v=0\\r\\nt=0 0\\r\\na=fingerprint:sha-256 " FINGERPRINT "\\r\\n");

  for (guint i = 0; i < fake->slots->len; i++)
    {
      const char *codec = g_hash_table_lookup (fake->feeds, fake->slots->pdata[i]);
      gboolean h264 = g_strcmp0 (codec, "h264") == 0;

      if (is_sound (codec))
        {
          g_string_append_printf (text, "m=audio 9 UDP/TLS/RTP/SAVPF %u\\r\\na=mid:%u\\r\\na=sendonly\\r\\na=ice-ufrag:za3i\\r\\n"
                                  "a=ice-pwd:FUvHO6txrVEGNs5kdbqZEM\\r\\na=rtpmap:%u opus/48000/2\\r\\na=ssrc:%u cname:janus\\r\\n", fake->opus_type, i,
                                  fake->opus_type, GPOINTER_TO_UINT (fake->ssrcs->pdata[i]));
          continue;
        }
      g_string_append_printf (text, "m=video 9 UDP/TLS/RTP/SAVPF %d\\r\\na=mid:%u\\r\\na=%s\\r\\na=ice-ufrag:za3i\\r\\na=ice-pwd:FUvHO6txrVEGNs5kdbqZEM\\r\\n"
                              "a=rtpmap:%s/90000\\r\\na=ssrc:%u cname:janus\\r\\na=candidate:1 1 udp 2015363327 127.0.0.1 9 typ host\\r\\n",
                              h264 ? 107 : 96, i, *(char *) fake->slots->pdata[i] != '\0' ? "sendonly" : "inactive", h264 ? "107 H264" : "96 VP8", GPOINTER_TO_UINT (fake->ssrcs->pdata[i]));
    }
  g_string_append (text, "\"}");
  return g_string_free (text, FALSE);
}

static char *
dup_name (JsonObject *stream)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT "/%s", json_object_get_int_member_with_default (stream, "feed", 0), text_of (stream, "mid"));
}

static void
add_slots (JanusFake *fake,
           JsonArray *streams)
{
  for (guint i = 0; i < json_array_get_length (streams); i++)
    {
      g_ptr_array_add (fake->slots, dup_name (json_array_get_object_element (streams, i)));
      g_ptr_array_add (fake->sending, fake);
      g_ptr_array_add (fake->ssrcs, GUINT_TO_POINTER (5000 + fake->ssrcs->len));
    }
}

void
janus_fake_subscribe (JanusFake  *fake,
                      JsonObject *request,
                      gboolean    with_offer)
{
  g_autofree char *inner = NULL, *data = NULL, *offer = NULL;

  add_slots (fake, json_object_get_array_member (json_object_get_object_member (request, "body"), "streams"));
  inner = describe_slots (fake);
  data = g_strdup_printf ("\"videoroom\":\"updated\",%s", inner);
  offer = with_offer ? describe_offer (fake) : g_strdup ("");
  janus_fake_answer (fake, request, data, offer);
}

void
janus_fake_offer (JanusFake *fake)
{
  g_autofree char *inner = describe_slots (fake), *offer = describe_offer (fake);

  janus_fake_say (fake, "{\"janus\":\"event\",\"session_id\":%d,\"sender\":%d,\"plugindata\":{\"plugin\":\"p\",\"data\":{\"videoroom\":\"updated\",%s}}%s}",
                  SESSION, SUBSCRIBER, inner, offer);
}

static void
join (JanusFake  *fake,
      JsonObject *request,
      JsonObject *body)
{
  g_autofree char *data = NULL, *inner = NULL, *offer = NULL;

  if (!g_str_equal (text_of (body, "pin"), JANUS_FAKE_PIN))
    {
      data = g_strdup_printf ("\"videoroom\":\"event\",\"error_code\":433,\"error\":\"Unauthorized (wrong pin %s)\"", text_of (body, "pin"));
      janus_fake_answer (fake, request, data, "");
      return;
    }
  if (g_str_equal (text_of (body, "ptype"), "publisher"))
    {
      inner = describe_publishers (fake);
      data = g_strdup_printf ("\"videoroom\":\"joined\",\"id\":77,\"private_id\":99,\"publishers\":[%s]", inner);
      janus_fake_answer (fake, request, data, "");
      return;
    }

  g_ptr_array_set_size (fake->slots, 0);
  g_ptr_array_set_size (fake->sending, 0);
  g_ptr_array_set_size (fake->ssrcs, 0);
  add_slots (fake, json_object_get_array_member (body, "streams"));
  inner = describe_slots (fake);
  offer = describe_offer (fake);
  data = g_strdup_printf ("\"videoroom\":\"attached\",%s", inner);
  janus_fake_answer (fake, request, data, offer);
}

static void
configure (JanusFake  *fake,
           JsonObject *request,
           JsonArray  *streams)
{
  for (guint i = 0; i < json_array_get_length (streams); i++)
    {
      JsonObject *stream = json_array_get_object_element (streams, i);
      guint mid = (guint) atoi (text_of (stream, "mid"));

      if (json_object_has_member (stream, "send"))
        fake->sending->pdata[mid] = json_object_get_boolean_member (stream, "send") ? fake : NULL;
    }
  janus_fake_answer (fake, request, "\"videoroom\":\"event\",\"configured\":\"ok\"", "");
}

static void
change (JanusFake  *fake,
        JsonObject *request,
        JsonArray  *streams)
{
  g_autofree char *data = NULL, *inner = NULL, *offer = NULL;
  gboolean renegotiate = FALSE;

  for (guint i = 0; i < json_array_get_length (streams); i++)
    {
      g_autofree char *name = dup_name (json_array_get_object_element (streams, i));

      if (!g_hash_table_contains (fake->feeds, name))
        {
          janus_fake_answer (fake, request, "\"videoroom\":\"event\",\"error_code\":428,\"error\":\"No such feed\"", "");
          return;
        }
    }
  for (guint i = 0; i < json_array_get_length (streams); i++)
    {
      JsonObject *stream = json_array_get_object_element (streams, i);
      guint mid = (guint) atoi (text_of (stream, "sub_mid"));

      if (*(char *) fake->slots->pdata[mid] == '\0')
        {
          /* As Janus does it: the line comes back to life under another SSRC. */
          renegotiate = TRUE;
          fake->ssrcs->pdata[mid] = GUINT_TO_POINTER (GPOINTER_TO_UINT (fake->ssrcs->pdata[mid]) + 1000);
        }
      g_free (fake->slots->pdata[mid]);
      fake->slots->pdata[mid] = dup_name (stream);
      fake->sending->pdata[mid] = fake;
    }
  inner = describe_slots (fake);
  if (renegotiate)
    {
      g_autofree char *updated = g_strdup_printf ("\"videoroom\":\"updated\",%s", inner);

      offer = describe_offer (fake);
      janus_fake_answer (fake, request, updated, offer);
    }
  data = g_strdup_printf ("\"videoroom\":\"event\",\"switched\":\"ok\",\"changes\":%u,%s", json_array_get_length (streams), inner);
  janus_fake_answer (fake, request, data, "");
}

static const char *
word_of (JsonObject *request)
{
  JsonObject *body = json_object_has_member (request, "body") ? json_object_get_object_member (request, "body") : NULL;

  return body != NULL ? text_of (body, "request") : text_of (request, "janus");
}

static void
ack (JanusFake  *fake,
     JsonObject *request)
{
  janus_fake_say (fake, "{\"janus\":\"ack\",\"session_id\":%d,\"transaction\":\"%s\"}", SESSION, text_of (request, "transaction"));
}

static void
answer (JanusFake  *fake,
        JsonObject *request)
{
  const char *word = word_of (request), *transaction = text_of (request, "transaction");
  JsonObject *body = json_object_has_member (request, "body") ? json_object_get_object_member (request, "body") : NULL;
  JsonArray *streams = body != NULL && json_object_has_member (body, "streams") ? json_object_get_array_member (body, "streams") : NULL;

  if (fake->fault != NULL && fake->fault (fake, word, request))
    return;
  if (body != NULL)
    ack (fake, request);
  if (g_str_equal (word, "create"))
    janus_fake_say (fake, "{\"janus\":\"success\",\"transaction\":\"%s\",\"data\":{\"id\":%d}}", transaction, SESSION);
  else if (g_str_equal (word, "attach"))
    janus_fake_say (fake, "{\"janus\":\"success\",\"session_id\":%d,\"transaction\":\"%s\",\"data\":{\"id\":%u}}", SESSION, transaction,
                    fake->n_attached++ % 2 == 0 ? WATCHER : SUBSCRIBER);
  else if (g_str_equal (word, "keepalive"))
    ack (fake, request);
  else if (g_str_equal (word, "join"))
    join (fake, request, body);
  else if (g_str_equal (word, "configure"))
    configure (fake, request, streams);
  else if (g_str_equal (word, "switch"))
    change (fake, request, streams);
  else if (g_str_equal (word, "subscribe"))
    janus_fake_subscribe (fake, request, TRUE);
  else if (g_str_equal (word, "start"))
    janus_fake_answer (fake, request, "\"videoroom\":\"event\",\"started\":\"ok\"", "");
}

static void
message_cb (SoupWebsocketConnection *socket,
            SoupWebsocketDataType    type,
            GBytes                  *message,
            JanusFake               *fake)
{
  JsonNode *node = json_from_string (g_bytes_get_data (message, NULL), NULL);

  g_assert_nonnull (node);
  g_ptr_array_add (fake->requests, node);
  answer (fake, json_node_get_object (node));
}

static void
gone_cb (SoupWebsocketConnection *socket,
         JanusFake               *fake)
{
  if (fake->socket == socket)
    g_clear_object (&fake->socket);
}

static void
websocket_cb (SoupServer              *server,
              SoupServerMessage       *message,
              const char              *path,
              SoupWebsocketConnection *socket,
              gpointer                 user_data)
{
  JanusFake *fake = user_data;

  fake->n_connected++;
  g_set_object (&fake->socket, socket);
  g_signal_connect (socket, "message", G_CALLBACK (message_cb), fake);
  g_signal_connect (socket, "closed", G_CALLBACK (gone_cb), fake);
}

JanusFake *
janus_fake_new (void)
{
  static const char *const protocols[] = { "janus-protocol", NULL };
  JanusFake *fake = g_new0 (JanusFake, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fake->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  fake->feeds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  fake->slots = g_ptr_array_new_with_free_func (g_free);
  fake->sending = g_ptr_array_new ();
  fake->ssrcs = g_ptr_array_new ();
  fake->opus_type = 111;
  fake->server = soup_server_new (NULL, NULL);
  soup_server_add_websocket_handler (fake->server, "/janus", NULL, (char **) protocols, websocket_cb, fake, NULL);
  soup_server_add_websocket_handler (fake->server, "/other", NULL, NULL, websocket_cb, fake, NULL);
  soup_server_listen_local (fake->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fake->server);
  fake->url = g_strdup_printf ("ws://127.0.0.1:%d/janus", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return fake;
}

void
janus_fake_free (JanusFake *fake)
{
  if (fake->socket != NULL)
    g_signal_handlers_disconnect_by_data (fake->socket, fake);
  soup_server_disconnect (fake->server);
  g_clear_object (&fake->socket);
  g_object_unref (fake->server);
  g_ptr_array_unref (fake->requests);
  g_ptr_array_unref (fake->slots);
  g_ptr_array_unref (fake->sending);
  g_ptr_array_unref (fake->ssrcs);
  g_hash_table_unref (fake->feeds);
  g_free (fake->url);
  g_free (fake);
}

static void
publish (JanusFake  *fake,
         guint       feed,
         const char *mid,
         const char *codec)
{
  g_autofree char *id = g_strdup_printf ("%u", feed);
  g_autoptr (GString) text = g_string_new (NULL);

  g_hash_table_insert (fake->feeds, g_strdup_printf ("%u/%s", feed, mid), g_strdup (codec));
  append_publisher (text, fake, id);
  janus_fake_say (fake, "{\"janus\":\"event\",\"session_id\":%d,\"sender\":%d,\"plugindata\":{\"plugin\":\"p\",\"data\":{\"videoroom\":\"event\",\"publishers\":[%s]}}}",
                  SESSION, WATCHER, text->str);
}

void
janus_fake_publish (JanusFake  *fake,
                    guint       feed,
                    const char *codec)
{
  publish (fake, feed, "0", codec);
}

void
janus_fake_publish_sound (JanusFake *fake,
                          guint      feed)
{
  publish (fake, feed, "1", "opus");
}

static void
empty_slots (JanusFake  *fake,
             const char *name)
{
  g_hash_table_remove (fake->feeds, name);
  for (guint i = 0; i < fake->slots->len; i++)
    if (g_str_equal (fake->slots->pdata[i], name))
      {
        g_free (fake->slots->pdata[i]);
        fake->slots->pdata[i] = g_strdup ("");
      }
}

void
janus_fake_leave (JanusFake  *fake,
                  guint       feed)
{
  g_autofree char *video = g_strdup_printf ("%u/0", feed), *sound = g_strdup_printf ("%u/1", feed);

  empty_slots (fake, video);
  empty_slots (fake, sound);
  janus_fake_say (fake, "{\"janus\":\"event\",\"session_id\":%d,\"sender\":%d,\"plugindata\":{\"plugin\":\"p\",\"data\":{\"videoroom\":\"event\",\"leaving\":%u}}}",
                  SESSION, WATCHER, feed);
}

guint
janus_fake_count (JanusFake  *fake,
                  const char *word)
{
  guint n = 0;

  for (guint i = 0; i < fake->requests->len; i++)
    n += g_str_equal (word_of (json_node_get_object (fake->requests->pdata[i])), word);
  return n;
}

guint
janus_fake_last_size (JanusFake  *fake,
                      const char *word)
{
  for (guint i = fake->requests->len; i > 0; i--)
    {
      JsonObject *request = json_node_get_object (fake->requests->pdata[i - 1]);

      if (g_str_equal (word_of (request), word))
        return json_array_get_length (json_object_get_array_member (json_object_get_object_member (request, "body"), "streams"));
    }
  return 0;
}

void
janus_fake_forget (JanusFake *fake)
{
  g_ptr_array_set_size (fake->requests, 0);
}

char *
janus_fake_dup_all (JanusFake *fake)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < fake->requests->len; i++)
    {
      g_autofree char *one = json_to_string (fake->requests->pdata[i], FALSE);

      g_string_append_printf (text, "%s\n", one);
    }
  return g_string_free (text, FALSE);
}
