/* SPDX-License-Identifier: GPL-3.0-or-later */
/* consume's answer. */
#include "vigil-rtp-consumer.h"

#include <string.h>

#include "vigil-members.h"
#include "vigil-rtp-capabilities.h"

#define MAX_CODECS 16
#define MAX_ENCODINGS 16
#define MAX_LAYERS 8
#define REQUIRED VIGIL_MEMBER_REQUIRED

void
vigil_rtp_consumer_free (VigilRtpConsumer *self)
{
  if (!self)
    return;
  g_free (self->id);
  g_free (self->producer_id);
  g_free (self);
}

static gboolean
read_codec (VigilRtpConsumer *self, JsonNode *node, GError **error)
{
  const char *mime;
  VigilCodec codec;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "consumer's codec", error))
    return FALSE;
  mime = vigil_members_get_id (&m, "mimeType", REQUIRED);
  self->payload_type = (guint) vigil_members_get_int (&m, "payloadType", REQUIRED, 0, 127, 0);
  self->clock_rate = (guint) vigil_members_get_int (&m, "clockRate", REQUIRED, 1, G_MAXINT32, 0);
  if (!vigil_members_ok (&m))
    return FALSE;
  if (!vigil_codec_from_mime (mime, &codec) || vigil_codec_get_clock_rate (codec) != self->clock_rate)
    {
      g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "consumer's codec: %s at %u", mime, self->clock_rate);
      return FALSE;
    }
  if (vigil_codec_is_audio (codec) != (self->kind == VIGIL_MEDIA_AUDIO))
    return vigil_members_fail (&m, "mimeType", "not of the consumer's kind");
  self->codec = vigil_codec_to_name (codec);
  return TRUE;
}

/* "L3T2", "S3T1", "L3T3_KEY": spatial layers behind the letter. A mode nobody knows offers no choice. */
static guint
read_n_layers (const char *mode)
{
  guint64 n;
  char *end;

  if (mode == NULL || (mode[0] != 'L' && mode[0] != 'S') || !g_ascii_isdigit (mode[1]))
    return 1;
  n = g_ascii_strtoull (mode + 1, &end, 10);
  return *end == 'T' && n >= 1 && n <= MAX_LAYERS ? (guint) n : 1;
}

static gboolean
read_encoding (VigilRtpConsumer *self, JsonNode *node, GError **error)
{
  JsonNode *rtx;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "consumer's encoding", error))
    return FALSE;
  self->ssrc = (guint32) vigil_members_get_int (&m, "ssrc", REQUIRED, 1, G_MAXUINT32, 0);
  rtx = vigil_members_get_object (&m, "rtx", VIGIL_MEMBER_NULLABLE);
  self->n_layers = read_n_layers (vigil_members_get_id (&m, "scalabilityMode", VIGIL_MEMBER_NULLABLE));
  if (!vigil_members_ok (&m))
    return FALSE;
  if (!rtx)
    return TRUE;
  if (!vigil_members_init (&m, rtx, "consumer's rtx", error))
    return FALSE;
  self->rtx_ssrc = (guint32) vigil_members_get_int (&m, "ssrc", REQUIRED, 1, G_MAXUINT32, 0);
  if (self->rtx_ssrc == self->ssrc)
    vigil_members_fail (&m, "ssrc", "the same as the media's");
  return vigil_members_ok (&m);
}

static gboolean
read_rtp_parameters (VigilRtpConsumer *self, JsonNode *node, GError **error)
{
  JsonArray *codecs, *encodings;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "rtpParameters", error))
    return FALSE;
  codecs = vigil_members_get_array (&m, "codecs", REQUIRED, MAX_CODECS);
  encodings = vigil_members_get_array (&m, "encodings", REQUIRED, MAX_ENCODINGS);
  if (!vigil_members_ok (&m))
    return FALSE;
  if (json_array_get_length (codecs) == 0)
    return vigil_members_fail (&m, "codecs", "empty");
  if (json_array_get_length (encodings) == 0)
    return vigil_members_fail (&m, "encodings", "empty");
  return read_codec (self, json_array_get_element (codecs, 0), error) &&
         read_encoding (self, json_array_get_element (encodings, 0), error);
}

VigilRtpConsumer *
vigil_rtp_consumer_from_json (JsonNode *node, GError **error)
{
  g_autoptr (VigilRtpConsumer) self = NULL;
  const char *kind, *type;
  JsonNode *parameters;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "consumer", error))
    return NULL;
  self = g_new0 (VigilRtpConsumer, 1);
  self->id = g_strdup (vigil_members_get_id (&m, "id", REQUIRED));
  self->producer_id = g_strdup (vigil_members_get_id (&m, "producerId", REQUIRED));
  kind = vigil_members_get_id (&m, "kind", REQUIRED);
  type = vigil_members_get_id (&m, "type", REQUIRED);
  self->producer_paused = vigil_members_get_bool (&m, "producerPaused", 0, FALSE);
  parameters = vigil_members_get_object (&m, "rtpParameters", REQUIRED);
  if (kind && strcmp (kind, "audio") != 0 && strcmp (kind, "video") != 0)
    vigil_members_fail (&m, "kind", "neither audio nor video");
  if (!vigil_members_ok (&m))
    return NULL;
  self->kind = strcmp (kind, "audio") == 0 ? VIGIL_MEDIA_AUDIO : VIGIL_MEDIA_VIDEO;
  self->simulcast = strcmp (type, "simulcast") == 0 || strcmp (type, "svc") == 0;
  if (!read_rtp_parameters (self, parameters, error))
    return NULL;
  if (!self->simulcast)
    self->n_layers = 1;
  return g_steal_pointer (&self);
}
