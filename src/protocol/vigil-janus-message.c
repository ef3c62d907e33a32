/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages of a Janus. Whatever stands in them was written by the server or by candidates. */
#include "vigil-janus-message.h"

#include <math.h>
#include <string.h>

#include "vigil-members.h"
#include "vigil-rtp-capabilities.h"

#define MAX_PUBLISHERS 20000
#define MAX_STREAMS 1024
#define MAX_MID 64
#define MAX_NUMBER_LEN 64
#define MAX_REASON 1024
#define MAX_SDP (1024 * 1024)
#define REQUIRED VIGIL_MEMBER_REQUIRED
#define NULLABLE VIGIL_MEMBER_NULLABLE

static const char *const kinds[] = {
  [VIGIL_JANUS_ACK] = "ack",
  [VIGIL_JANUS_SUCCESS] = "success",
  [VIGIL_JANUS_EVENT] = "event",
  [VIGIL_JANUS_ERROR] = "error",
  [VIGIL_JANUS_TIMEOUT] = "timeout",
  [VIGIL_JANUS_DETACHED] = "detached",
  [VIGIL_JANUS_HANGUP] = "hangup",
  [VIGIL_JANUS_WEBRTCUP] = "webrtcup",
  [VIGIL_JANUS_MEDIA] = "media",
  [VIGIL_JANUS_SLOWLINK] = "slowlink",
};

void
vigil_janus_message_free (VigilJanusMessage *self)
{
  if (!self)
    return;
  g_free (self->transaction);
  g_free (self->reason);
  g_free (self->offer_sdp);
  g_clear_pointer (&self->data, json_node_unref);
  g_free (self);
}

static VigilJanusKind
kind_from_word (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i], word) == 0)
      return (VigilJanusKind) i;
  return VIGIL_JANUS_OTHER;
}

static gboolean
read_error (VigilJanusMessage *self, JsonNode *node, GError **error)
{
  VigilMembers m;

  if (!node)
    {
      self->error_code = -1;
      return TRUE;
    }
  if (!vigil_members_init (&m, node, "janus error", error))
    return FALSE;
  self->error_code = (int) vigil_members_get_int (&m, "code", REQUIRED, 1, G_MAXINT16, -1);
  self->reason = g_strdup (vigil_members_get_text (&m, "reason", NULLABLE, MAX_REASON));
  return vigil_members_ok (&m);
}

static gboolean
read_plugin_data (VigilJanusMessage *self, JsonNode *node, GError **error)
{
  JsonNode *data;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "plugindata", error))
    return FALSE;
  data = vigil_members_get_object (&m, "data", REQUIRED);
  if (!data || !vigil_members_init (&m, data, "VideoRoom", error))
    return FALSE;
  self->data = json_node_ref (data);
  self->error_code = (int) vigil_members_get_int (&m, "error_code", 0, 1, G_MAXINT16, 0);
  if (self->error_code != 0)
    self->reason = g_strdup (vigil_members_get_text (&m, "error", NULLABLE, MAX_REASON));
  return vigil_members_ok (&m);
}

static gboolean
read_jsep (VigilJanusMessage *self, JsonNode *node, GError **error)
{
  const char *type;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "jsep", error))
    return FALSE;
  type = vigil_members_get_text (&m, "type", REQUIRED, 16);
  self->offer_sdp = g_strdup (vigil_members_get_text (&m, "sdp", REQUIRED, MAX_SDP));
  if (type && strcmp (type, "offer") != 0)
    vigil_members_fail (&m, "type", "not an offer");
  return vigil_members_ok (&m);
}

static gboolean
read_members (VigilJanusMessage *self, VigilMembers *m, GError **error)
{
  const char *word = vigil_members_get_text (m, "janus", REQUIRED, 64);
  JsonNode *data, *plugin, *jsep;
  VigilMembers made;

  self->transaction = g_strdup (vigil_members_get_text (m, "transaction", 0, 128));
  self->sender = vigil_members_get_int (m, "sender", 0, 0, VIGIL_JSON_MAX_INT, 0);
  data = vigil_members_get_object (m, "data", NULLABLE);
  plugin = vigil_members_get_object (m, "plugindata", 0);
  jsep = vigil_members_get_object (m, "jsep", 0);
  if (!vigil_members_ok (m))
    return FALSE;

  self->kind = kind_from_word (word);
  if (self->kind == VIGIL_JANUS_HANGUP)
    self->reason = g_strdup (vigil_members_get_text (m, "reason", NULLABLE, MAX_REASON));
  if (self->kind == VIGIL_JANUS_ERROR && !read_error (self, vigil_members_get_object (m, "error", NULLABLE), error))
    return FALSE;
  if (self->kind == VIGIL_JANUS_SUCCESS && data)
    {
      if (!vigil_members_init (&made, data, "data", error))
        return FALSE;
      self->id = vigil_members_get_int (&made, "id", REQUIRED, 1, VIGIL_JSON_MAX_INT, 0);
      if (!vigil_members_ok (&made))
        return FALSE;
    }
  if (plugin && !read_plugin_data (self, plugin, error))
    return FALSE;
  if (jsep && !read_jsep (self, jsep, error))
    return FALSE;
  return vigil_members_ok (m);
}

VigilJanusMessage *
vigil_janus_message_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (VigilJanusMessage) self = NULL;
  g_autoptr (JsonNode) node = vigil_json_parse (text, len, error);
  VigilMembers m;

  if (!node || !vigil_members_init (&m, node, "janus message", error))
    return NULL;
  self = g_new0 (VigilJanusMessage, 1);
  return read_members (self, &m, error) ? g_steal_pointer (&self) : NULL;
}

/* -- what publishers write -- */

/* Behind the string that begins at @at. */
static const char *
skip_string (const char *at, const char *end)
{
  for (at++; at < end && *at != '"'; at++)
    if (*at == '\\')
      at++;
  return MIN (at + 1, end);
}

static const char *
skip_space (const char *at, const char *end)
{
  while (at < end && g_ascii_isspace (*at))
    at++;
  return at;
}

/* Behind the value that begins at @at, whatever it is. */
static const char *
skip_value (const char *at, const char *end)
{
  guint depth = 0;

  while (at < end)
    {
      if (*at == '"')
        {
          at = skip_string (at, end);
          if (depth == 0)
            return at;
          continue;
        }
      if (depth == 0 && strchr (",]}", *at))
        return at;
      if (*at == '{' || *at == '[')
        depth++;
      else if ((*at == '}' || *at == ']') && --depth == 0)
        return at + 1;
      at++;
    }
  return end;
}

/* Whether the number of @len bytes is one that can be read: else the whole message could not. */
static gboolean
is_sane_number (const char *text, gsize len)
{
  char copy[MAX_NUMBER_LEN + 1];
  double value;

  if (len > MAX_NUMBER_LEN)
    return FALSE;
  memcpy (copy, text, len);
  copy[len] = '\0';
  value = g_ascii_strtod (copy, NULL);
  return isfinite (value) && (strpbrk (copy, ".eE") != NULL || fabs (value) <= (double) VIGIL_JSON_MAX_INT);
}

/* Appends the number that begins at @at. Returns: what is behind it. */
static const char *
take_number (GString *lean, const char *at, const char *end)
{
  const char *from = at;

  while (at < end && (g_ascii_isdigit (*at) || *at == '-' || *at == '+' || *at == '.' || *at == 'e' || *at == 'E'))
    at++;
  if (is_sane_number (from, (gsize) (at - from)))
    g_string_append_len (lean, from, at - from);
  else
    g_string_append (lean, "null");
  return at;
}

char *
vigil_janus_text_dup_lean (const char *text, gsize len)
{
  static const char name[] = "\"metadata\"";
  const char *end = text + len, *at = text;
  GString *lean = g_string_sized_new (len);

  while (at < end)
    {
      const char *from = at, *colon;

      if (g_ascii_isdigit (*at) || *at == '-')
        {
          at = take_number (lean, at, end);
          continue;
        }
      if (*at != '"')
        {
          g_string_append_c (lean, *at++);
          continue;
        }
      at = skip_string (at, end);
      g_string_append_len (lean, from, at - from);
      colon = skip_space (at, end);
      if ((gsize) (at - from) != strlen (name) || memcmp (from, name, strlen (name)) != 0 || colon == end || *colon != ':')
        continue;
      g_string_append (lean, ":null");
      at = skip_value (skip_space (colon + 1, end), end);
    }
  return g_string_free (lean, FALSE);
}

/* -- feeds -- */

void
vigil_janus_feed_free (VigilJanusFeed *self)
{
  if (!self)
    return;
  g_free (self->producer_id);
  g_free (self->id.text);
  g_free (self->mid);
  g_free (self);
}

VigilJanusFeed *
vigil_janus_feed_copy (const VigilJanusFeed *self)
{
  VigilJanusFeed *copy = g_memdup2 (self, sizeof *self);

  copy->producer_id = g_strdup (self->producer_id);
  copy->id.text = g_strdup (self->id.text);
  copy->mid = g_strdup (self->mid);
  return copy;
}

/* A number or a string of at most 128 bytes without control characters. */
static gboolean
read_id (VigilMembers *m, const char *name, VigilJanusId *id)
{
  JsonNode *node = json_object_get_member (m->object, name);

  id->is_text = node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
  if (id->is_text)
    id->text = g_strdup (vigil_members_get_id (m, name, REQUIRED));
  else
    id->text = g_strdup_printf ("%" G_GINT64_FORMAT, vigil_members_get_int (m, name, REQUIRED, 0, VIGIL_JSON_MAX_INT, 0));
  return vigil_members_ok (m);
}

static const char *
codec_from_name (const char *name, VigilMediaKind kind)
{
  g_autofree char *mime = g_strdup_printf ("%s/%s", kind == VIGIL_MEDIA_AUDIO ? "audio" : "video", name ? name : "");
  VigilCodec codec;

  return vigil_codec_from_mime (mime, &codec) ? vigil_codec_to_name (codec) : NULL;
}

/* A publisher's name for its stream. Ids of publishers may have slashes, mids never: else "1" with the mid "2/0" would be
 * the producer that "1/2" with the mid "0" is, and one candidate another. */
static gboolean
is_mid (const char *mid)
{
  return strlen (mid) <= MAX_MID && !strchr (mid, '/');
}

/* Returns: whether it made sense. */
static gboolean
read_stream (JsonNode *node, const VigilJanusId *publisher, GPtrArray *feeds)
{
  g_autoptr (VigilJanusFeed) feed = g_new0 (VigilJanusFeed, 1);
  const char *type, *mid, *codec;
  gboolean disabled;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "publisher's stream", NULL))
    return FALSE;
  type = vigil_members_get_text (&m, "type", REQUIRED, 32);
  disabled = vigil_members_get_bool (&m, "disabled", 0, FALSE);
  mid = vigil_members_get_id (&m, "mid", 0);
  codec = vigil_members_get_text (&m, "codec", NULLABLE, 32);
  feed->simulcast = vigil_members_get_bool (&m, "simulcast", 0, FALSE);
  if (!vigil_members_ok (&m))
    return FALSE;
  if (disabled || (strcmp (type, "audio") != 0 && strcmp (type, "video") != 0))
    return TRUE;
  if (!mid || !is_mid (mid))
    return FALSE;

  feed->kind = strcmp (type, "audio") == 0 ? VIGIL_MEDIA_AUDIO : VIGIL_MEDIA_VIDEO;
  feed->id.text = g_strdup (publisher->text);
  feed->id.is_text = publisher->is_text;
  feed->mid = g_strdup (mid);
  feed->codec = codec_from_name (codec, feed->kind);
  feed->producer_id = g_strdup_printf ("%s/%s", publisher->text, mid);
  g_ptr_array_add (feeds, g_steal_pointer (&feed));
  return TRUE;
}

/* What makes no sense is passed over, and the rest of it is read: a publisher may choose its id and name its streams. */
static void
read_publisher (JsonNode *node, GPtrArray *feeds, GPtrArray *publishers, guint *n_skipped)
{
  g_autofree char *owned = NULL;
  VigilJanusId id = { 0 };
  JsonArray *streams;
  gboolean ok;
  VigilMembers m;

  ok = vigil_members_init (&m, node, "publisher", NULL) && read_id (&m, "id", &id);
  owned = id.text;
  if (!ok)
    {
      ++*n_skipped;
      return;
    }
  streams = vigil_members_get_array (&m, "streams", NULLABLE, MAX_STREAMS);
  *n_skipped += !vigil_members_ok (&m);

  g_ptr_array_add (publishers, g_strdup (id.text));
  for (guint i = 0; streams && i < json_array_get_length (streams); i++)
    *n_skipped += !read_stream (json_array_get_element (streams, i), &id, feeds);
}

GPtrArray *
vigil_janus_feeds_from_data (JsonNode *data, GPtrArray **publishers, guint *n_skipped, GError **error)
{
  g_autoptr (GPtrArray) feeds = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_janus_feed_free);
  g_autoptr (GPtrArray) named = g_ptr_array_new_with_free_func (g_free);
  JsonArray *array;
  VigilMembers m;

  *n_skipped = 0;
  if (!vigil_members_init (&m, data, "VideoRoom", error))
    return NULL;
  array = vigil_members_get_array (&m, "publishers", NULLABLE, MAX_PUBLISHERS);
  if (!vigil_members_ok (&m))
    return NULL;
  for (guint i = 0; array && i < json_array_get_length (array); i++)
    read_publisher (json_array_get_element (array, i), feeds, named, n_skipped);
  *publishers = g_steal_pointer (&named);
  return g_steal_pointer (&feeds);
}

char *
vigil_janus_dup_gone (JsonNode *data)
{
  static const char *const names[] = { "leaving", "unpublished" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      VigilJanusId id = { 0 };
      VigilMembers m;

      if (!vigil_members_init (&m, data, "VideoRoom", NULL) || !vigil_members_has (&m, names[i]) ||
          vigil_janus_is_ok (data, names[i]))
        continue;
      if (read_id (&m, names[i], &id))
        return id.text;
      g_free (id.text);
    }
  return NULL;
}

/* -- slots -- */

static void
slot_state_free (gpointer data)
{
  VigilJanusSlotState *self = data;

  g_free (self->mid);
  g_free (self->producer_id);
  g_free (self);
}

/* Who is behind a slot. (nullable): nobody, or one who calls himself something that makes no sense. */
static char *
read_behind (JsonNode *node, guint *n_skipped)
{
  g_autofree char *owned = NULL;
  VigilJanusId feed = { 0 };
  const char *mid;
  gboolean ok;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "slot", NULL) || !vigil_members_has (&m, "feed_id") || !vigil_members_has (&m, "feed_mid"))
    return NULL;
  ok = read_id (&m, "feed_id", &feed);
  owned = feed.text;
  mid = vigil_members_get_id (&m, "feed_mid", REQUIRED);
  if (ok && mid && is_mid (mid))
    return g_strdup_printf ("%s/%s", feed.text, mid);
  ++*n_skipped;
  return NULL;
}

static gboolean
read_slot (JsonNode *node, GPtrArray *slots, guint *n_skipped, GError **error)
{
  VigilJanusSlotState *slot = g_new0 (VigilJanusSlotState, 1);
  VigilMembers m;

  g_ptr_array_add (slots, slot);
  if (!vigil_members_init (&m, node, "slot", error))
    return FALSE;
  slot->mid = g_strdup (vigil_members_get_id (&m, "mid", REQUIRED));
  slot->active = vigil_members_get_bool (&m, "active", 0, FALSE);
  slot->send = vigil_members_get_bool (&m, "send", 0, FALSE);
  slot->producer_id = read_behind (node, n_skipped);
  return vigil_members_ok (&m);
}

GPtrArray *
vigil_janus_slots_from_data (JsonNode *data, guint *n_skipped, GError **error)
{
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func (slot_state_free);
  JsonArray *array;
  VigilMembers m;

  *n_skipped = 0;
  if (!vigil_members_init (&m, data, "VideoRoom", error))
    return NULL;
  array = vigil_members_get_array (&m, "streams", REQUIRED, MAX_STREAMS);
  if (!vigil_members_ok (&m))
    return NULL;
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read_slot (json_array_get_element (array, i), slots, n_skipped, error))
      return NULL;
  return g_steal_pointer (&slots);
}

const char *
vigil_janus_get_word (JsonNode *data)
{
  JsonNode *node = data ? json_object_get_member (json_node_get_object (data), "videoroom") : NULL;
  const char *word = node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

  return word ? word : "";
}

gboolean
vigil_janus_is_ok (JsonNode *data, const char *name)
{
  JsonNode *node = data ? json_object_get_member (json_node_get_object (data), name) : NULL;

  return node && JSON_NODE_HOLDS_VALUE (node) && g_strcmp0 (json_node_get_string (node), "ok") == 0;
}

gint64
vigil_janus_get_private_id (JsonNode *data)
{
  VigilMembers m;

  return vigil_members_init (&m, data, "VideoRoom", NULL)
         ? vigil_members_get_int (&m, "private_id", 0, 0, VIGIL_JSON_MAX_INT, 0) : 0;
}
