/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Router capabilities in, our capabilities out. */
#include "vigil-rtp-capabilities.h"

#include <string.h>

#include "vigil-members.h"

#define MAX_CODECS 128
#define MAX_PARAMETERS 32
#define H264_BASELINE "42"

static const struct
{
  const char *name;
  const char *mime;
  guint       clock_rate;
  gboolean    audio;
} known[VIGIL_N_CODECS] = {
  [VIGIL_CODEC_OPUS] = { "OPUS", "audio/opus", 48000, TRUE },
  [VIGIL_CODEC_VP8] = { "VP8", "video/VP8", 90000, FALSE },
  [VIGIL_CODEC_H264] = { "H264", "video/H264", 90000, FALSE },
};

const char *
vigil_codec_to_name (VigilCodec codec)
{
  return known[codec].name;
}

guint
vigil_codec_get_clock_rate (VigilCodec codec)
{
  return known[codec].clock_rate;
}

gboolean
vigil_codec_is_audio (VigilCodec codec)
{
  return known[codec].audio;
}

gboolean
vigil_codec_from_mime (const char *mime, VigilCodec *codec)
{
  for (guint i = 0; i < VIGIL_N_CODECS; i++)
    if (g_ascii_strcasecmp (known[i].mime, mime) == 0)
      {
        *codec = (VigilCodec) i;
        return TRUE;
      }
  return FALSE;
}

void
vigil_router_codecs_clear (VigilRouterCodecs *codecs)
{
  for (guint i = 0; i < VIGIL_N_CODECS; i++)
    {
      g_free (codecs->codecs[i].fmtp);
      g_clear_pointer (&codecs->codecs[i].parameters, json_node_unref);
    }
  memset (codecs, 0, sizeof *codecs);
}

/* Only these go into SDP: others say nothing to a receiver and would end up as caps fields. */
static gboolean
is_fmtp_parameter (VigilCodec codec, const char *name)
{
  static const char *const opus[] = { "minptime", "useinbandfec", "usedtx", "stereo", "sprop-stereo", NULL };
  static const char *const h264[] = { "packetization-mode", "profile-level-id", "level-asymmetry-allowed", NULL };

  if (codec == VIGIL_CODEC_OPUS)
    return g_strv_contains (opus, name);
  return codec == VIGIL_CODEC_H264 && g_strv_contains (h264, name);
}

/* A parameter's value as a word of letters and digits, or NULL. */
static char *
parameter_to_word (JsonNode *node)
{
  g_autofree char *word = NULL;

  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    word = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    word = json_node_dup_string (node);
  if (!word || !*word || strlen (word) > 32)
    return NULL;
  for (const char *p = word; *p; p++)
    if (!g_ascii_isalnum (*p))
      return NULL;
  return g_steal_pointer (&word);
}

static char *
build_fmtp (VigilMembers *m, VigilCodec codec, JsonNode *parameters)
{
  g_autoptr (GString) fmtp = g_string_new (NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!parameters)
    return NULL;
  if (json_object_get_size (json_node_get_object (parameters)) > MAX_PARAMETERS)
    {
      vigil_members_fail (m, "parameters", "too many");
      return NULL;
    }
  json_object_iter_init_ordered (&iter, json_node_get_object (parameters));
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      g_autofree char *word = NULL;

      if (!is_fmtp_parameter (codec, name))
        continue;
      word = parameter_to_word (value);
      if (!word)
        {
          vigil_members_fail (m, "parameters", "a value that cannot stand in SDP");
          return NULL;
        }
      g_string_append_printf (fmtp, "%s%s=%s", fmtp->len > 0 ? ";" : "", name, word);
    }
  return fmtp->len > 0 ? g_string_free (g_steal_pointer (&fmtp), FALSE) : NULL;
}

/* Baseline in packetization mode 1: what every decoder takes. */
static gboolean
is_usable_h264 (JsonNode *parameters)
{
  JsonObject *object = parameters ? json_node_get_object (parameters) : NULL;
  g_autofree char *mode = NULL, *profile = NULL;

  if (!object || !json_object_has_member (object, "packetization-mode"))
    return FALSE;
  mode = parameter_to_word (json_object_get_member (object, "packetization-mode"));
  if (!mode || strcmp (mode, "1") != 0)
    return FALSE;
  if (!json_object_has_member (object, "profile-level-id"))
    return TRUE;
  profile = parameter_to_word (json_object_get_member (object, "profile-level-id"));
  return profile && g_str_has_prefix (profile, H264_BASELINE);
}

/* Not those that look like RTCP when muxed (RFC 5761), not the static ones. */
static gboolean
is_payload_type (gint64 value)
{
  return (value >= 35 && value <= 63) || (value >= 96 && value <= 127);
}

static gboolean
read_codec (JsonNode *node, VigilRouterCodecs *codecs, GError **error)
{
  VigilRouterCodec *slot;
  JsonNode *parameters;
  VigilCodec codec;
  const char *mime;
  gint64 payload_type, clock_rate;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "router codec", error))
    return FALSE;
  mime = vigil_members_get_id (&m, "mimeType", VIGIL_MEMBER_REQUIRED);
  if (!mime)
    return FALSE;
  if (!vigil_codec_from_mime (mime, &codec))
    return TRUE;
  payload_type = vigil_members_get_int (&m, "preferredPayloadType", VIGIL_MEMBER_REQUIRED, 0, 127, 0);
  clock_rate = vigil_members_get_int (&m, "clockRate", VIGIL_MEMBER_REQUIRED, 1, G_MAXINT32, 0);
  parameters = vigil_members_get_object (&m, "parameters", 0);
  if (!vigil_members_ok (&m))
    return FALSE;
  slot = &codecs->codecs[codec];
  if (slot->present || clock_rate != known[codec].clock_rate ||
      (codec == VIGIL_CODEC_H264 && !is_usable_h264 (parameters)))
    return TRUE;
  if (!is_payload_type (payload_type))
    return vigil_members_fail (&m, "preferredPayloadType", "not a dynamic one");
  slot->fmtp = build_fmtp (&m, codec, parameters);
  if (!vigil_members_ok (&m))
    return FALSE;
  slot->present = TRUE;
  slot->payload_type = (guint) payload_type;
  slot->parameters = parameters ? json_node_ref (parameters) : NULL;
  return TRUE;
}

static gboolean
check_codecs (const VigilRouterCodecs *codecs, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < VIGIL_N_CODECS; i++)
    {
      n += codecs->codecs[i].present;
      for (guint j = 0; j < i; j++)
        if (codecs->codecs[i].present && codecs->codecs[j].present &&
            codecs->codecs[i].payload_type == codecs->codecs[j].payload_type)
          {
            g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD,
                         "router codec: payload type %u is used twice", codecs->codecs[i].payload_type);
            return FALSE;
          }
    }
  if (n > 0)
    return TRUE;
  g_set_error_literal (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_UNSUPPORTED,
                       "the router has none of opus, VP8 and baseline H264");
  return FALSE;
}

gboolean
vigil_router_codecs_read (JsonNode *router_capabilities, VigilRouterCodecs *codecs, GError **error)
{
  gboolean ok = TRUE;
  JsonArray *array;
  VigilMembers m;

  memset (codecs, 0, sizeof *codecs);
  if (!vigil_members_init (&m, router_capabilities, "rtpCapabilities", error))
    return FALSE;
  array = vigil_members_get_array (&m, "codecs", VIGIL_MEMBER_REQUIRED, MAX_CODECS);
  if (!array)
    return FALSE;
  for (guint i = 0; ok && i < json_array_get_length (array); i++)
    ok = read_codec (json_array_get_element (array, i), codecs, error);
  ok = ok && check_codecs (codecs, error);
  if (!ok)
    vigil_router_codecs_clear (codecs);
  return ok;
}

static void
add_feedback (JsonArray *array, const char *type, const char *parameter)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", type);
  json_object_set_string_member (object, "parameter", parameter);
  json_array_add_object_element (array, object);
}

static JsonObject *
codec_to_json (VigilCodec codec, const VigilRouterCodec *router)
{
  JsonObject *object = json_object_new ();
  JsonArray *feedback = json_array_new ();

  json_object_set_string_member (object, "kind", known[codec].audio ? "audio" : "video");
  json_object_set_string_member (object, "mimeType", known[codec].mime);
  json_object_set_int_member (object, "preferredPayloadType", router->payload_type);
  json_object_set_int_member (object, "clockRate", known[codec].clock_rate);
  if (known[codec].audio)
    json_object_set_int_member (object, "channels", 2);
  if (router->parameters)
    json_object_set_member (object, "parameters", json_node_ref (router->parameters));
  else
    json_object_set_object_member (object, "parameters", json_object_new ());
  if (!known[codec].audio)
    {
      add_feedback (feedback, "nack", "");
      add_feedback (feedback, "nack", "pli");
      add_feedback (feedback, "ccm", "fir");
    }
  json_object_set_array_member (object, "rtcpFeedback", feedback);
  return object;
}

JsonNode *
vigil_rtp_capabilities_build (JsonNode *router_capabilities, GError **error)
{
  g_auto (VigilRouterCodecs) codecs = { 0 };
  JsonObject *object;
  JsonArray *array;
  JsonNode *node;

  if (!vigil_router_codecs_read (router_capabilities, &codecs, error))
    return NULL;
  array = json_array_new ();
  for (guint i = 0; i < VIGIL_N_CODECS; i++)
    if (codecs.codecs[i].present)
      json_array_add_object_element (array, codec_to_json ((VigilCodec) i, &codecs.codecs[i]));
  object = json_object_new ();
  json_object_set_array_member (object, "codecs", array);
  json_object_set_array_member (object, "headerExtensions", json_array_new ());
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  json_node_seal (node);
  return node;
}
