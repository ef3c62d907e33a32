/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mediasoup's JSON shapes, and the SDP behind them. */

#include <string.h>

#include "vigil-hall-ortc.h"
#include "vigil-hall-sfu.h"

static void
add_feedback (JsonArray  *array,
              const char *type,
              const char *parameter)
{
  JsonObject *feedback = json_object_new ();

  json_object_set_string_member (feedback, "type", type);
  json_object_set_string_member (feedback, "parameter", parameter);
  json_array_add_object_element (array, feedback);
}

/* A codec, with the payload type's member named as the place asks. */
static JsonObject *
codec_new (VigilHallKind  kind,
           const char    *payload_member)
{
  JsonObject *codec = json_object_new ();
  JsonArray *feedback = json_array_new ();
  gboolean video = kind == VIGIL_HALL_KIND_VIDEO;

  json_object_set_string_member (codec, "mimeType", video ? "video/VP8" : "audio/opus");
  json_object_set_int_member (codec, payload_member,
                              video ? VIGIL_HALL_ORTC_VP8_PAYLOAD : VIGIL_HALL_ORTC_OPUS_PAYLOAD);
  json_object_set_int_member (codec, "clockRate", video ? 90000 : 48000);
  if (!video)
    json_object_set_int_member (codec, "channels", 2);
  json_object_set_object_member (codec, "parameters", json_object_new ());
  if (video)
    {
      add_feedback (feedback, "nack", "");
      add_feedback (feedback, "nack", "pli");
      add_feedback (feedback, "ccm", "fir");
    }
  json_object_set_array_member (codec, "rtcpFeedback", feedback);

  return codec;
}

/* (transfer full): router.rtpCapabilities: opus and VP8. */
JsonObject *
vigil_hall_ortc_dup_capabilities (void)
{
  JsonObject *capabilities = json_object_new ();
  JsonArray *codecs = json_array_new ();

  for (VigilHallKind kind = VIGIL_HALL_KIND_AUDIO; kind <= VIGIL_HALL_KIND_VIDEO; kind++)
    {
      JsonObject *codec = codec_new (kind, "preferredPayloadType");

      json_object_set_string_member (codec, "kind", kind == VIGIL_HALL_KIND_VIDEO ? "video" : "audio");
      json_array_add_object_element (codecs, codec);
    }
  json_object_set_array_member (capabilities, "codecs", codecs);
  json_object_set_array_member (capabilities, "headerExtensions", json_array_new ());

  return capabilities;
}

/* A member of that type, or NULL; never complains about what others sent. */
static JsonNode *
get_node (JsonObject   *object,
          const char   *member,
          JsonNodeType  type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_TYPE (node) == type ? node : NULL;
}

static const char *
get_string (JsonObject *object,
            const char *member)
{
  JsonNode *node = get_node (object, member, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/**
 * vigil_hall_ortc_can_consume:
 * @capabilities: (nullable): the client's rtpCapabilities
 * @kind: of the producer
 * @error: %VIGIL_HALL_SFU_ERROR_INVALID or %VIGIL_HALL_SFU_ERROR_UNSUPPORTED
 *
 * Whether the client can decode what a producer of @kind sends.
 */
gboolean
vigil_hall_ortc_can_consume (JsonObject     *capabilities,
                             VigilHallKind   kind,
                             GError        **error)
{
  const char *wanted = kind == VIGIL_HALL_KIND_VIDEO ? "video/VP8" : "audio/opus";
  JsonNode *node = get_node (capabilities, "codecs", JSON_NODE_ARRAY);
  JsonArray *codecs;

  if (node == NULL)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_INVALID, "rtpCapabilities.codecs is not an array");
      return FALSE;
    }

  codecs = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (codecs); i++)
    {
      JsonNode *codec = json_array_get_element (codecs, i);
      const char *mime = JSON_NODE_HOLDS_OBJECT (codec) ? get_string (json_node_get_object (codec), "mimeType") : NULL;

      if (mime != NULL && g_ascii_strcasecmp (mime, wanted) == 0)
        return TRUE;
    }

  g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_UNSUPPORTED, "The client cannot decode %s", wanted);

  return FALSE;
}

/* (transfer full): what consume answers. */
JsonObject *
vigil_hall_ortc_consumer (const char    *consumer_id,
                          const char    *producer_id,
                          VigilHallKind  kind,
                          guint32        ssrc,
                          const char    *cname,
                          gboolean       paused)
{
  JsonObject *answer = json_object_new ();
  JsonObject *parameters = json_object_new ();
  JsonObject *encoding = json_object_new ();
  JsonObject *rtcp = json_object_new ();
  JsonArray *codecs = json_array_new ();
  JsonArray *encodings = json_array_new ();

  json_array_add_object_element (codecs, codec_new (kind, "payloadType"));
  json_object_set_int_member (encoding, "ssrc", ssrc);
  json_array_add_object_element (encodings, encoding);
  json_object_set_string_member (rtcp, "cname", cname);
  json_object_set_boolean_member (rtcp, "reducedSize", TRUE);
  json_object_set_boolean_member (rtcp, "mux", TRUE);

  json_object_set_array_member (parameters, "codecs", codecs);
  json_object_set_array_member (parameters, "headerExtensions", json_array_new ());
  json_object_set_array_member (parameters, "encodings", encodings);
  json_object_set_object_member (parameters, "rtcp", rtcp);

  json_object_set_string_member (answer, "id", consumer_id);
  json_object_set_string_member (answer, "producerId", producer_id);
  json_object_set_string_member (answer, "kind", kind == VIGIL_HALL_KIND_VIDEO ? "video" : "audio");
  json_object_set_object_member (answer, "rtpParameters", parameters);
  json_object_set_string_member (answer, "type", "simple");
  json_object_set_boolean_member (answer, "producerPaused", FALSE);
  json_object_set_boolean_member (answer, "paused", paused);

  return answer;
}

/* The value of the first "a=@name:" line. */
static char *
dup_attribute (const char *sdp,
               const char *name)
{
  g_autofree char *prefix = g_strdup_printf ("\na=%s:", name);
  const char *start = strstr (sdp, prefix);

  if (start == NULL)
    return NULL;
  start += strlen (prefix);

  return g_strndup (start, strcspn (start, "\r\n"));
}

/* "candidate:1 1 UDP 2015363327 127.0.0.1 40123 typ host" */
static JsonObject *
ice_candidate_parse (const char *line)
{
  g_auto (GStrv) words = NULL;
  JsonObject *object;

  if (g_str_has_prefix (line, "candidate:"))
    line += strlen ("candidate:");
  words = g_strsplit (line, " ", -1);
  if (g_strv_length (words) < 8 || g_ascii_strcasecmp (words[2], "udp") != 0 || !g_str_equal (words[7], "host"))
    return NULL;

  object = json_object_new ();
  json_object_set_string_member (object, "foundation", words[0]);
  json_object_set_int_member (object, "priority", g_ascii_strtoll (words[3], NULL, 10));
  json_object_set_string_member (object, "ip", words[4]);
  json_object_set_string_member (object, "address", words[4]);
  json_object_set_string_member (object, "protocol", "udp");
  json_object_set_int_member (object, "port", g_ascii_strtoll (words[5], NULL, 10));
  json_object_set_string_member (object, "type", "host");

  return object;
}

static JsonObject *
dtls_parameters_new (const char *fingerprint)
{
  JsonObject *parameters = json_object_new ();
  JsonObject *entry = json_object_new ();
  JsonArray *fingerprints = json_array_new ();
  const char *space = strchr (fingerprint, ' ');
  g_autofree char *algorithm = g_strndup (fingerprint, space - fingerprint);

  json_object_set_string_member (entry, "algorithm", algorithm);
  json_object_set_string_member (entry, "value", space + 1);
  json_array_add_object_element (fingerprints, entry);
  json_object_set_string_member (parameters, "role", "auto");
  json_object_set_array_member (parameters, "fingerprints", fingerprints);

  return parameters;
}

/**
 * vigil_hall_ortc_transport:
 * @transport_id: its id
 * @offer_sdp: what webrtcbin offered
 * @ice_candidates: (element-type utf8): as webrtcbin gathered them
 * @error: %VIGIL_HALL_SFU_ERROR_FAILED
 *
 * Returns: (transfer full) (nullable): what createWebRtcTransport answers
 */
JsonObject *
vigil_hall_ortc_transport (const char  *transport_id,
                           const char  *offer_sdp,
                           GPtrArray   *ice_candidates,
                           GError     **error)
{
  g_autofree char *ufrag = dup_attribute (offer_sdp, "ice-ufrag");
  g_autofree char *pwd = dup_attribute (offer_sdp, "ice-pwd");
  g_autofree char *fingerprint = dup_attribute (offer_sdp, "fingerprint");
  JsonObject *answer, *ice;
  JsonArray *list;

  if (ufrag == NULL || pwd == NULL || fingerprint == NULL || strchr (fingerprint, ' ') == NULL)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_FAILED, "The offer lacks ICE or DTLS parameters");
      return NULL;
    }

  ice = json_object_new ();
  json_object_set_string_member (ice, "usernameFragment", ufrag);
  json_object_set_string_member (ice, "password", pwd);
  json_object_set_boolean_member (ice, "iceLite", FALSE);

  list = json_array_new ();
  for (guint i = 0; i < ice_candidates->len; i++)
    {
      JsonObject *candidate = ice_candidate_parse (g_ptr_array_index (ice_candidates, i));

      if (candidate != NULL)
        json_array_add_object_element (list, candidate);
    }

  answer = json_object_new ();
  json_object_set_string_member (answer, "id", transport_id);
  json_object_set_object_member (answer, "iceParameters", ice);
  json_object_set_array_member (answer, "iceCandidates", list);
  json_object_set_object_member (answer, "dtlsParameters", dtls_parameters_new (fingerprint));

  return answer;
}

/* Nothing of what a client sends may break out of its SDP line. */
static gboolean
is_token (const char *text,
          gsize       min,
          gsize       max,
          const char *extra)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length < min || length > max)
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr (extra, *text) == NULL)
      return FALSE;

  return TRUE;
}

static gboolean
get_fingerprint (JsonObject  *dtls_parameters,
                 const char **algorithm,
                 const char **value)
{
  JsonNode *node = get_node (dtls_parameters, "fingerprints", JSON_NODE_ARRAY);
  JsonArray *array = node != NULL ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *entry = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_OBJECT (entry))
        continue;
      *algorithm = get_string (json_node_get_object (entry), "algorithm");
      *value = get_string (json_node_get_object (entry), "value");
      if (g_strcmp0 (*algorithm, "sha-256") == 0 && is_token (*value, 95, 95, ":"))
        return TRUE;
    }

  return FALSE;
}

static void
append_media (GString       *sdp,
              VigilHallKind  kind,
              const char    *mid,
              const char    *ufrag,
              const char    *pwd,
              const char    *fingerprint)
{
  gboolean video = kind == VIGIL_HALL_KIND_VIDEO;
  guint payload = video ? VIGIL_HALL_ORTC_VP8_PAYLOAD : VIGIL_HALL_ORTC_OPUS_PAYLOAD;

  g_string_append_printf (sdp, "m=%s 9 UDP/TLS/RTP/SAVPF %u\r\nc=IN IP4 0.0.0.0\r\n", video ? "video" : "audio", payload);
  g_string_append_printf (sdp, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n", ufrag, pwd);
  g_string_append_printf (sdp, "a=fingerprint:sha-256 %s\r\na=setup:active\r\n", fingerprint);
  g_string_append_printf (sdp, "a=mid:%s\r\na=recvonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\n", mid);
  if (video)
    g_string_append_printf (sdp, "a=rtpmap:%u VP8/90000\r\na=rtcp-fb:%u nack\r\n"
                            "a=rtcp-fb:%u nack pli\r\na=rtcp-fb:%u ccm fir\r\n", payload, payload, payload, payload);
  else
    g_string_append_printf (sdp, "a=rtpmap:%u OPUS/48000/2\r\n", payload);
}

/* The mids of the offer's m-lines, in order, with the kind of each. */
static void
append_answer_media (GString    *sdp,
                     const char *offer_sdp,
                     const char *ufrag,
                     const char *pwd,
                     const char *fingerprint)
{
  const char *line = offer_sdp;

  while ((line = strstr (line, "\nm=")) != NULL)
    {
      VigilHallKind kind = g_str_has_prefix (line, "\nm=video") ? VIGIL_HALL_KIND_VIDEO : VIGIL_HALL_KIND_AUDIO;
      g_autofree char *mid = dup_attribute (line, "mid");

      append_media (sdp, kind, mid != NULL ? mid : "0", ufrag, pwd, fingerprint);
      line++;
    }
}

/**
 * vigil_hall_ortc_answer_sdp:
 * @offer_sdp: what webrtcbin offered
 * @dtls_parameters: (nullable): the client's, role "client" or "auto"
 * @ice_parameters: (nullable): the client's
 * @error: %VIGIL_HALL_SFU_ERROR_INVALID
 *
 * Composes the SDP answer that the client never sent. It needs none of the
 * client's ICE candidates: they show when the client's checks arrive.
 *
 * Returns: (transfer full) (nullable): the answer
 */
char *
vigil_hall_ortc_answer_sdp (const char  *offer_sdp,
                            JsonObject  *dtls_parameters,
                            JsonObject  *ice_parameters,
                            GError     **error)
{
  const char *ufrag = get_string (ice_parameters, "usernameFragment");
  const char *pwd = get_string (ice_parameters, "password");
  const char *role = get_string (dtls_parameters, "role");
  const char *algorithm, *fingerprint;
  g_autofree char *group = dup_attribute (offer_sdp, "group");
  GString *sdp;

  if (!is_token (ufrag, 4, 256, "+/") || !is_token (pwd, 22, 256, "+/"))
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_INVALID,
                   "iceParameters need a usernameFragment and a password");
      return NULL;
    }
  if (!get_fingerprint (dtls_parameters, &algorithm, &fingerprint))
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_INVALID,
                   "dtlsParameters.fingerprints has no sha-256 entry");
      return NULL;
    }
  if (role != NULL && g_strcmp0 (role, "client") != 0 && g_strcmp0 (role, "auto") != 0)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_INVALID, "dtlsParameters.role must be \"client\"");
      return NULL;
    }

  sdp = g_string_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
  if (group != NULL)
    g_string_append_printf (sdp, "a=group:%s\r\n", group);
  append_answer_media (sdp, offer_sdp, ufrag, pwd, fingerprint);

  return g_string_free (sdp, FALSE);
}
