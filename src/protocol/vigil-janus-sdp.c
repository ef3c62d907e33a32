/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SDP of a Janus. Nothing of it gets into another SDP without having matched its grammar. */
#include "vigil-janus-sdp.h"

#include <string.h>

#include "vigil-rtp-capabilities.h"
#include "vigil-rtp-offer.h"
#include "vigil-rtp-transport.h"

#define MAX_SDP (1024 * 1024)
#define MAX_SLOTS (512 + 32) /* for pictures and for sound, as the settings have it */
#define MAX_CANDIDATES 32

/* What is read of an offer; the transport's values are those of its first m-line that has them. */
typedef struct
{
  VigilJanusOffer *offer;
  VigilJanusSlot  *slot;       /* of the present m-line */
  char            *ufrag;
  char            *password;
  char            *algorithm;
  char            *fingerprint;
  gboolean         ice_lite;
  GPtrArray       *candidates; /* of JsonObject */
  GError         **error;
} Reader;

static void
slot_free (gpointer data)
{
  VigilJanusSlot *self = data;

  g_free (self->mid);
  g_free (self);
}

VigilMediaKind
vigil_janus_slot_get_kind (const VigilJanusSlot *self)
{
  return strcmp (self->media, "audio") == 0 ? VIGIL_MEDIA_AUDIO : VIGIL_MEDIA_VIDEO;
}

void
vigil_janus_offer_free (VigilJanusOffer *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->slots);
  g_clear_pointer (&self->transport, json_node_unref);
  g_free (self);
}

static gboolean
fail (Reader *self, const char *what)
{
  g_set_error (self->error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "Janus's offer, m-line %u: %s",
               self->offer->slots->len, what);
  return FALSE;
}

static gboolean
is_token (const char *text, gsize max)
{
  gsize len = strlen (text);

  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum (text[i]) && !strchr ("-_.", text[i]))
      return FALSE;
  return len >= 1 && len <= max;
}

static gboolean
read_media (Reader *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 5);
  guint64 pt;

  if (self->offer->slots->len == MAX_SLOTS)
    return fail (self, "too many");
  self->slot = g_new0 (VigilJanusSlot, 1);
  g_ptr_array_add (self->offer->slots, self->slot);
  if (g_strv_length (words) < 4)
    return fail (self, "malformed");
  if (strcmp (words[0], "video") != 0 && strcmp (words[0], "audio") != 0)
    return fail (self, "neither audio nor video");
  /* The first format is the codec; what stands behind it belongs to it (rtx). */
  if (!g_ascii_string_to_unsigned (words[3], 10, 0, 127, &pt, NULL))
    return fail (self, "the payload type is not one");
  self->slot->media = strcmp (words[0], "video") == 0 ? "video" : "audio";
  self->slot->payload_type = (guint) pt;
  return TRUE;
}

static gboolean
read_rtpmap (Reader *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 2);
  g_auto (GStrv) parts = g_strv_length (words) == 2 ? g_strsplit (words[1], "/", 3) : NULL;
  g_autofree char *mime = NULL;
  guint64 pt, rate;
  VigilCodec codec;

  if (!parts || g_strv_length (parts) < 2 || !g_ascii_string_to_unsigned (words[0], 10, 0, 127, &pt, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXINT32, &rate, NULL))
    return fail (self, "a=rtpmap malformed");
  if (pt != self->slot->payload_type)
    return TRUE;
  mime = g_strdup_printf ("%s/%s", self->slot->media, parts[0]);
  self->slot->clock_rate = (guint) rate;
  if (vigil_codec_from_mime (mime, &codec) && vigil_codec_get_clock_rate (codec) == rate)
    self->slot->codec = vigil_codec_to_name (codec);
  return TRUE;
}

static gboolean
read_ssrc (Reader *self, const char *value)
{
  g_autofree char *number = g_strndup (value, strcspn (value, " "));
  guint64 ssrc;

  if (!g_ascii_string_to_unsigned (number, 10, 1, G_MAXUINT32, &ssrc, NULL))
    return fail (self, "a=ssrc malformed");
  /* Behind the stream's own comes that of its retransmissions, which are not used. */
  if (self->slot->ssrc == 0)
    self->slot->ssrc = (guint32) ssrc;
  return TRUE;
}

static gboolean
read_candidate (Reader *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);
  guint64 priority, port;
  JsonObject *object;

  if (g_strv_length (words) < 8 || strcmp (words[6], "typ") != 0)
    return fail (self, "a=candidate malformed");
  if (!g_ascii_string_to_unsigned (words[3], 10, 1, G_MAXUINT32, &priority, NULL) ||
      !g_ascii_string_to_unsigned (words[5], 10, 0, G_MAXUINT16, &port, NULL))
    return fail (self, "a=candidate has a wrong number");
  /* One component, by UDP; and a name that would have to be resolved (mDNS) is of no use to anybody. */
  if (strcmp (words[1], "1") != 0 || g_ascii_strcasecmp (words[2], "udp") != 0 || port == 0 ||
      !g_hostname_is_ip_address (words[4]) || self->candidates->len == MAX_CANDIDATES)
    return TRUE;

  object = json_object_new ();
  json_object_set_string_member (object, "foundation", words[0]);
  json_object_set_string_member (object, "protocol", "udp");
  json_object_set_int_member (object, "priority", (gint64) priority);
  json_object_set_string_member (object, "ip", words[4]);
  json_object_set_int_member (object, "port", (gint64) port);
  json_object_set_string_member (object, "type", words[7]);
  g_ptr_array_add (self->candidates, object);
  return TRUE;
}

static gboolean
read_fingerprint (Reader *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 3);

  if (g_strv_length (words) != 2)
    return fail (self, "a=fingerprint malformed");
  if (!self->algorithm)
    {
      self->algorithm = g_strdup (words[0]);
      self->fingerprint = g_strdup (words[1]);
    }
  else if (strcmp (self->algorithm, words[0]) != 0 || strcmp (self->fingerprint, words[1]) != 0)
    return fail (self, "a=fingerprint differs between lines");
  return TRUE;
}

static gboolean
set_once (Reader *self, char **field, const char *value, const char *what)
{
  if (*field && strcmp (*field, value) != 0)
    return fail (self, what);
  if (!*field)
    *field = g_strdup (value);
  return TRUE;
}

static gboolean
read_mid (Reader *self, const char *value)
{
  if (!is_token (value, 32))
    return fail (self, "a=mid malformed");
  g_free (self->slot->mid);
  self->slot->mid = g_strdup (value);
  return TRUE;
}

static gboolean
read_media_line (Reader *self, const char *line)
{
  if (g_str_has_prefix (line, "a=mid:"))
    return read_mid (self, line + 6);
  if (g_str_has_prefix (line, "a=rtpmap:"))
    return read_rtpmap (self, line + 9);
  if (g_str_has_prefix (line, "a=ssrc:"))
    return read_ssrc (self, line + 7);
  if (g_str_has_prefix (line, "a=candidate:"))
    /* All lines are bundled and name the same ones. */
    return self->offer->slots->len > 1 || read_candidate (self, line + 12);
  if (strcmp (line, "a=inactive") == 0)
    self->slot->inactive = TRUE;
  return TRUE;
}

static gboolean
read_line (Reader *self, const char *line)
{
  if (g_str_has_prefix (line, "m="))
    return read_media (self, line + 2);
  if (g_str_has_prefix (line, "a=ice-ufrag:"))
    return set_once (self, &self->ufrag, line + 12, "a=ice-ufrag differs between lines");
  if (g_str_has_prefix (line, "a=ice-pwd:"))
    return set_once (self, &self->password, line + 10, "a=ice-pwd differs between lines");
  if (g_str_has_prefix (line, "a=fingerprint:"))
    return read_fingerprint (self, line + 14);
  if (strcmp (line, "a=ice-lite") == 0)
    self->ice_lite = TRUE;
  return !self->slot || read_media_line (self, line);
}

/* -- what was read, as a mediasoup would have said it -- */

static JsonNode *
take (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  json_node_seal (node);
  return node;
}

static JsonNode *
make_transport (Reader *self)
{
  JsonObject *object = json_object_new ();
  JsonObject *ice = json_object_new ();
  JsonObject *dtls = json_object_new ();
  JsonObject *fingerprint = json_object_new ();
  JsonArray *fingerprints = json_array_new ();
  JsonArray *candidates = json_array_new ();

  json_object_set_string_member (ice, "usernameFragment", self->ufrag ? self->ufrag : "");
  json_object_set_string_member (ice, "password", self->password ? self->password : "");
  json_object_set_boolean_member (ice, "iceLite", self->ice_lite);
  for (guint i = 0; i < self->candidates->len; i++)
    json_array_add_object_element (candidates, json_object_ref (self->candidates->pdata[i]));
  json_object_set_string_member (fingerprint, "algorithm", self->algorithm ? self->algorithm : "");
  json_object_set_string_member (fingerprint, "value", self->fingerprint ? self->fingerprint : "");
  json_array_add_object_element (fingerprints, fingerprint);
  json_object_set_string_member (dtls, "role", "auto");
  json_object_set_array_member (dtls, "fingerprints", fingerprints);
  json_object_set_string_member (object, "id", "janus");
  json_object_set_object_member (object, "iceParameters", ice);
  json_object_set_array_member (object, "iceCandidates", candidates);
  json_object_set_object_member (object, "dtlsParameters", dtls);
  return take (object);
}

static JsonObject *
make_codec (const VigilJanusSlot *slot)
{
  JsonObject *codec = json_object_new ();
  JsonObject *parameters = json_object_new ();
  g_autofree char *mime = g_strdup_printf ("%s/%s", slot->media, slot->codec);

  json_object_set_string_member (codec, "kind", slot->media);
  json_object_set_string_member (codec, "mimeType", mime);
  json_object_set_int_member (codec, "preferredPayloadType", slot->payload_type);
  json_object_set_int_member (codec, "clockRate", slot->clock_rate);
  if (strcmp (slot->media, "audio") == 0)
    json_object_set_int_member (codec, "channels", 2);
  if (strcmp (slot->codec, "H264") == 0)
    {
      /* What Janus asks of its publishers; the decoder reads the rest from the stream. */
      json_object_set_string_member (parameters, "profile-level-id", "42e01f");
      json_object_set_int_member (parameters, "packetization-mode", 1);
    }
  json_object_set_object_member (codec, "parameters", parameters);
  return codec;
}

static JsonNode *
make_router (const VigilJanusOffer *offer, guint sound_type)
{
  const VigilJanusSlot sound = { NULL, "audio", "OPUS", sound_type, 48000, 0, FALSE };
  JsonObject *object = json_object_new ();
  JsonArray *codecs = json_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < offer->slots->len; i++)
    {
      const VigilJanusSlot *slot = offer->slots->pdata[i];

      if (slot->codec && g_hash_table_add (seen, (gpointer) slot->codec))
        json_array_add_object_element (codecs, make_codec (slot));
    }
  if (sound_type != 0 && g_hash_table_add (seen, (gpointer) sound.codec))
    json_array_add_object_element (codecs, make_codec (&sound));
  json_object_set_array_member (object, "codecs", codecs);
  return take (object);
}

static gboolean
check_slots (Reader *self)
{
  g_autoptr (GHashTable) ssrcs = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) mids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) types = g_hash_table_new (g_str_hash, g_str_equal);

  if (self->offer->slots->len == 0)
    return fail (self, "there is none");
  for (guint i = 0; i < self->offer->slots->len; i++)
    {
      VigilJanusSlot *slot = self->offer->slots->pdata[i];
      gpointer type;

      if (!slot->mid || !g_hash_table_add (mids, slot->mid))
        return fail (self, "a mid is missing or there twice");
      /* Janus names no SSRC of a line with nobody behind it, nor of one that it does not send. */
      if (slot->ssrc != 0 && !g_hash_table_add (ssrcs, GUINT_TO_POINTER (slot->ssrc)))
        return fail (self, "one SSRC stands in two of them");
      if (!slot->codec)
        continue;
      type = g_hash_table_lookup (types, slot->codec);
      if (type && GPOINTER_TO_UINT (type) != slot->payload_type + 1)
        return fail (self, "one codec has two payload types");
      g_hash_table_insert (types, (gpointer) slot->codec, GUINT_TO_POINTER (slot->payload_type + 1));
    }
  return TRUE;
}

static gboolean
read_sdp (Reader *self, const char *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  g_autoptr (VigilRtpTransport) transport = NULL;

  for (guint i = 0; lines[i]; i++)
    if (!read_line (self, g_strchomp (lines[i])))
      return FALSE;
  if (!check_slots (self))
    return FALSE;
  self->offer->transport = make_transport (self);
  /* Its grammar is checked here once, so that nothing of it is trusted later. */
  transport = vigil_rtp_transport_from_json (self->offer->transport, self->error);
  return transport != NULL;
}

VigilJanusOffer *
vigil_janus_offer_parse (const char *sdp, GError **error)
{
  g_autoptr (VigilJanusOffer) offer = g_new0 (VigilJanusOffer, 1);
  Reader reader = { .offer = offer, .error = error };
  gboolean ok;

  offer->slots = g_ptr_array_new_with_free_func (slot_free);
  if (strlen (sdp) > MAX_SDP)
    {
      g_set_error_literal (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_LIMIT, "Janus's offer: too long");
      return NULL;
    }

  reader.candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  ok = read_sdp (&reader, sdp);
  g_ptr_array_unref (reader.candidates);
  g_free (reader.ufrag);
  g_free (reader.password);
  g_free (reader.algorithm);
  g_free (reader.fingerprint);
  return ok ? g_steal_pointer (&offer) : NULL;
}

char *
vigil_janus_offer_dup_static (const VigilJanusOffer *self, guint sound_type, GError **error)
{
  static const char time_line[] = "t=0 0\r\n";
  g_autoptr (JsonNode) router = make_router (self, sound_type);
  g_autofree char *sdp = vigil_rtp_offer_build (router, self->transport, error);
  const char *rest = sdp ? strstr (sdp, time_line) : NULL;

  if (!rest)
    return NULL;
  rest += strlen (time_line);
  return g_strdup_printf ("%.*s%s\r\n%s", (int) (rest - sdp), sdp, VIGIL_SDP_FEEDBACK_ALONE, rest);
}

static void
append_answer_line (GString *sdp, const VigilJanusSlot *slot, const VigilRtpAnswer *answer)
{
  const char *direction = slot->codec && !slot->inactive ? "recvonly" : "inactive";

  g_string_append_printf (sdp, "m=%s 9 UDP/TLS/RTP/SAVPF %u\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=%s\r\na=rtcp-mux\r\n",
                          slot->media, slot->payload_type, slot->mid, direction);
  if (slot->codec)
    g_string_append_printf (sdp, "a=rtpmap:%u %s/%u%s\r\n", slot->payload_type, slot->codec, slot->clock_rate,
                            strcmp (slot->media, "audio") == 0 ? "/2" : "");
  if (strcmp (slot->media, "video") == 0)
    g_string_append_printf (sdp, "a=rtcp-fb:%u nack\r\na=rtcp-fb:%u nack pli\r\na=rtcp-fb:%u ccm fir\r\n",
                            slot->payload_type, slot->payload_type, slot->payload_type);
  g_string_append_printf (sdp, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:%s %s\r\na=setup:%s\r\n",
                          answer->ufrag, answer->password, answer->fingerprint_algorithm, answer->fingerprint,
                          strcmp (answer->role, "client") == 0 ? "active" : "passive");
}

char *
vigil_janus_offer_dup_answer (const VigilJanusOffer *self, const VigilRtpAnswer *answer)
{
  GString *sdp = g_string_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE");

  for (guint i = 0; i < self->slots->len; i++)
    g_string_append_printf (sdp, " %s", ((VigilJanusSlot *) self->slots->pdata[i])->mid);
  g_string_append (sdp, "\r\n");
  for (guint i = 0; i < self->slots->len; i++)
    append_answer_line (sdp, self->slots->pdata[i], answer);
  return g_string_free (sdp, FALSE);
}

static const char *
find_difference (const VigilJanusSlot *a, const VigilJanusSlot *b, gboolean may_move)
{
  if (strcmp (a->mid, b->mid) != 0)
    return "another mid";
  if (!may_move && a->ssrc != 0 && b->ssrc != 0 && a->ssrc != b->ssrc)
    return "another SSRC";
  /* A line with nobody behind it may be cut down to its name. */
  if (b->inactive)
    return NULL;
  if (strcmp (a->media, b->media) != 0 || a->codec != b->codec || a->payload_type != b->payload_type)
    return "another codec";
  return NULL;
}

gboolean
vigil_janus_offer_check_same (const VigilJanusOffer *self, const VigilJanusOffer *other, const gboolean *may_move, gboolean may_grow,
                              GError **error)
{
  gboolean as_many = self->slots->len == other->slots->len || (may_grow && self->slots->len < other->slots->len);
  const char *difference = as_many ? NULL : "another number of them";
  guint i;

  for (i = 0; !difference && i < self->slots->len; i++)
    difference = find_difference (self->slots->pdata[i], other->slots->pdata[i], may_move[i]);
  if (!difference)
    return TRUE;
  g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "Janus's new offer, m-line %u: %s than before", i, difference);
  return FALSE;
}
