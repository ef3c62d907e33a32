/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what a WHEP server answers, before anything acts on it. */
#include "vigil-whep-answer.h"

#include <string.h>

#include "vigil-protocol-error.h"
#include "vigil-rtp-answer.h"

/* Each is an address that ICE sends packets to. */
#define MAX_CANDIDATES 32

/* Far more than were offered. */
#define MAX_FORMATS 32

typedef struct
{
  guint    n_media;
  guint    n_candidates;
  gboolean fits;      /* it is of the kind that was offered */
  gboolean refused;   /* port 0 */
  gboolean mute;      /* it sends nothing */
  gint64   payload;   /* the first one, -1: none */
  gboolean listed[128]; /* the payload types of the line */
} Lines;

/* By VigilMediaKind. */
static const struct
{
  const char *media;     /* as its line begins */
  const char *rate;
  guint       clock_rate;
  const char *codecs[3]; /* those that we take */
  const char *no_line, *refused, *no_codec;
} kinds[] = {
  [VIGIL_MEDIA_VIDEO] = { "video", "90000", 90000, { "VP8", "H264" }, "no video line", "the server refuses the video line", "neither VP8 nor H264" },
  [VIGIL_MEDIA_AUDIO] = { "audio", "48000", 48000, { "OPUS" }, "no line for sound", "the server refuses the line for sound", "no Opus" },
};

void
vigil_whep_answer_free (VigilWhepAnswer *self)
{
  if (!self)
    return;
  g_free (self->sdp);
  g_free (self->codec);
  g_free (self->other_codec);
  g_free (self->ufrag);
  g_free (self);
}

static gboolean
fail (VigilProtocolError code, const char *what, GError **error)
{
  g_set_error (error, VIGIL_PROTOCOL_ERROR, code, "SDP answer: %s", what);
  return FALSE;
}

/* "video 9 UDP/TLS/RTP/SAVPF 96 97" */
static gboolean
read_media (Lines *lines, const char *text, VigilMediaKind kind, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, " ", MAX_FORMATS + 3);
  guint64 payload;

  if (++lines->n_media > 1)
    return fail (VIGIL_PROTOCOL_ERROR_FIELD, "more m-lines than were offered", error);
  if (g_strv_length (words) < 4)
    return fail (VIGIL_PROTOCOL_ERROR_FIELD, "m-line malformed", error);
  for (guint i = 3; words[i]; i++)
    {
      if (!g_ascii_string_to_unsigned (words[i], 10, 0, 127, &payload, NULL))
        return fail (VIGIL_PROTOCOL_ERROR_FIELD, "m-line malformed", error);
      lines->listed[payload] = TRUE;
      if (i == 3)
        lines->payload = (gint64) payload;
    }
  lines->fits = strcmp (words[0], kinds[kind].media) == 0;
  lines->refused = strcmp (words[1], "0") == 0;
  return TRUE;
}

static gboolean
read_line (Lines *lines, const char *line, VigilMediaKind kind, GError **error)
{
  if (g_str_has_prefix (line, "m="))
    return read_media (lines, line + 2, kind, error);
  if (g_str_has_prefix (line, "a=candidate:") && ++lines->n_candidates > MAX_CANDIDATES)
    return fail (VIGIL_PROTOCOL_ERROR_LIMIT, "too many ICE candidates", error);
  if (strcmp (line, "a=recvonly") == 0 || strcmp (line, "a=inactive") == 0)
    lines->mute = TRUE;
  return TRUE;
}

/* "a=rtpmap:96 VP8/90000" */
static VigilWhepAnswer *
find_codec (char **lines, gint64 payload, VigilMediaKind kind, GError **error)
{
  g_autofree char *prefix = g_strdup_printf ("a=rtpmap:%" G_GINT64_FORMAT " ", payload);
  g_autoptr (VigilWhepAnswer) self = g_new0 (VigilWhepAnswer, 1);

  for (guint i = 0; lines[i] && !self->codec; i++)
    {
      g_auto (GStrv) parts = NULL;

      if (!g_str_has_prefix (lines[i], prefix))
        continue;
      parts = g_strsplit (lines[i] + strlen (prefix), "/", 3);
      if (!parts[0] || !parts[1] || strcmp (parts[1], kinds[kind].rate) != 0)
        {
          fail (VIGIL_PROTOCOL_ERROR_FIELD, "a=rtpmap malformed", error);
          return NULL;
        }
      self->codec = g_ascii_strup (parts[0], -1);
    }
  if (!self->codec || !g_strv_contains (kinds[kind].codecs, self->codec))
    {
      fail (VIGIL_PROTOCOL_ERROR_UNSUPPORTED, kinds[kind].no_codec, error);
      return NULL;
    }
  self->payload_type = (guint) payload;
  self->kind = kind;
  self->clock_rate = kinds[kind].clock_rate;
  return g_steal_pointer (&self);
}

static gboolean
check_lines (const Lines *lines, VigilMediaKind kind, GError **error)
{
  if (lines->n_media == 0 || !lines->fits)
    return fail (VIGIL_PROTOCOL_ERROR_FIELD, kinds[kind].no_line, error);
  if (lines->refused)
    return fail (VIGIL_PROTOCOL_ERROR_UNSUPPORTED, kinds[kind].refused, error);
  if (lines->mute)
    return fail (VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "the server will not send", error);
  return TRUE;
}

/* A server that keeps both may send either, and change. The first payload type is the one that it would rather. */
static void
find_other (VigilWhepAnswer *self, const Lines *lines, char **split)
{
  const char *other = strcmp (self->codec, "VP8") == 0 ? "H264" : "VP8";
  g_autofree char *wanted = g_strdup_printf (" %s/90000", other);

  for (guint i = 0; split[i]; i++)
    {
      char *name = NULL;
      guint64 payload;

      if (!g_str_has_prefix (split[i], "a=rtpmap:"))
        continue;
      payload = g_ascii_strtoull (split[i] + strlen ("a=rtpmap:"), &name, 10);
      if (payload < G_N_ELEMENTS (lines->listed) && lines->listed[payload] && payload != self->payload_type &&
          g_ascii_strcasecmp (name, wanted) == 0)
        {
          self->other_codec = g_strdup (other);
          return;
        }
    }
}

static char *
decide_setup (const char *sdp, gsize len)
{
  GString *text = g_string_new_len (sdp, (gssize) len);

  g_string_replace (text, "\na=setup:actpass", "\na=setup:active", 0);
  return g_string_free (text, FALSE);
}

VigilWhepAnswer *
vigil_whep_answer_parse (const char *sdp, gsize len, VigilMediaKind kind, GError **error)
{
  g_autoptr (VigilRtpAnswer) parameters = NULL;
  g_autoptr (VigilWhepAnswer) self = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) split = NULL;
  Lines lines = { .payload = -1 };

  if (len < 3 || len > VIGIL_WHEP_MAX_SDP || !g_utf8_validate_len (sdp, len, NULL) || !g_str_has_prefix (sdp, "v=0"))
    {
      fail (VIGIL_PROTOCOL_ERROR_MALFORMED, "not a session description", error);
      return NULL;
    }
  text = decide_setup (sdp, len);
  split = g_strsplit (text, "\n", -1);
  for (guint i = 0; split[i]; i++)
    if (!read_line (&lines, g_strchomp (split[i]), kind, error))
      return NULL;
  if (!check_lines (&lines, kind, error))
    return NULL;
  parameters = vigil_rtp_answer_parse (text, error);
  self = parameters ? find_codec (split, lines.payload, kind, error) : NULL;
  if (self)
    {
      if (kind == VIGIL_MEDIA_VIDEO)
        find_other (self, &lines, split);
      self->sdp = g_steal_pointer (&text);
      self->ufrag = g_strdup (parameters->ufrag);
    }
  return g_steal_pointer (&self);
}

VigilMediaKind
vigil_whep_offer_get_kind (const char *offer_sdp)
{
  return strstr (offer_sdp, "\nm=audio ") ? VIGIL_MEDIA_AUDIO : VIGIL_MEDIA_VIDEO;
}
