/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence keys: parse strictly, build only what would parse. */
#include "vigil-evidence-key.h"

#include <string.h>

#include "vigil-json.h"

#define MAX_KEY_LEN 1024
#define MAX_ID_LEN 128
#define UUID_LEN 36

void
vigil_evidence_key_free (VigilEvidenceKey *self)
{
  if (!self)
    return;
  g_free (self->exam_id);
  g_free (self->student_id);
  g_free (self->uuid);
  g_free (self->extension);
  g_free (self);
}

static gboolean
fail (const char *what, GError **error)
{
  g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "evidence key: %s", what);
  return FALSE;
}

/* An id that can be one segment of a path and nothing else. */
static gboolean
is_segment (const char *text)
{
  gsize len = text ? strlen (text) : 0;

  if (len == 0 || len > MAX_ID_LEN || strcmp (text, ".") == 0 || strcmp (text, "..") == 0)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if ((guchar) text[i] < 0x20 || text[i] == 0x7f || text[i] == '/' || text[i] == '\\')
      return FALSE;
  return g_utf8_validate (text, (gssize) len, NULL);
}

static gboolean
is_date (guint date)
{
  guint day = date % 100, month = date / 100 % 100, year = date / 10000;

  return year >= 1970 && year <= 9999 && month >= 1 && month <= 12 &&
         g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year);
}

static gboolean
is_uuid (const char *text, gsize len)
{
  if (len != UUID_LEN)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    {
      if (i == 8 || i == 13 || i == 18 || i == 23)
        {
          if (text[i] != '-')
            return FALSE;
        }
      else if (!g_ascii_isxdigit (text[i]))
        {
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
is_image_extension (const char *text)
{
  static const char *const known[] = { "jpg", "png", "webp", NULL };

  return g_strv_contains (known, text);
}

/* All of @text up to @len as a number without leading zeros beyond 2^53. */
static gboolean
read_ms (const char *text, gsize len, gint64 *value)
{
  *value = 0;
  if (len == 0 || len > 16 || (len > 1 && text[0] == '0'))
    return FALSE;
  for (gsize i = 0; i < len; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *value = *value * 10 + (text[i] - '0');
    }
  return *value <= VIGIL_JSON_MAX_INT;
}

static gboolean
read_fixed (const char *text, gsize digits, guint *value)
{
  *value = 0;
  if (strlen (text) != digits)
    return FALSE;
  for (gsize i = 0; i < digits; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *value = *value * 10 + (guint) (text[i] - '0');
    }
  return TRUE;
}

/* "{ms}_{uuid}.ext" or "base_truth_{ms}.ext" */
static gboolean
parse_image (VigilEvidenceKey *self, const char *name, gboolean may_be_reference)
{
  static const char prefix[] = "base_truth_";
  const char *dot = strrchr (name, '.');
  const char *line;

  if (!dot || !is_image_extension (dot + 1))
    return FALSE;
  self->extension = g_strdup (dot + 1);
  if (may_be_reference && g_str_has_prefix (name, prefix))
    {
      name += strlen (prefix);
      self->kind = VIGIL_EVIDENCE_REFERENCE;
      return dot > name && read_ms (name, (gsize) (dot - name), &self->at_ms);
    }
  line = strchr (name, '_');
  if (!line || line > dot || !is_uuid (line + 1, (gsize) (dot - line - 1)))
    return FALSE;
  self->uuid = g_strndup (line + 1, UUID_LEN);
  return read_ms (name, (gsize) (line - name), &self->at_ms);
}

/* "audio_{ms}" and "chunk_{00000}.webm" */
static gboolean
parse_audio (VigilEvidenceKey *self, const char *folder, const char *name)
{
  g_autofree char *digits = NULL;

  self->kind = VIGIL_EVIDENCE_AUDIO;
  if (!g_str_has_prefix (folder, "audio_") || !read_ms (folder + 6, strlen (folder + 6), &self->at_ms))
    return FALSE;
  if (!g_str_has_prefix (name, "chunk_") || !g_str_has_suffix (name, ".webm") || strlen (name) != 16)
    return FALSE;
  digits = g_strndup (name + 6, 5);
  self->extension = g_strdup ("webm");
  return read_fixed (digits, 5, &self->chunk);
}

static gboolean
parse_object (VigilEvidenceKey *self, char **parts, guint n)
{
  if (n == 5 && strcmp (parts[3], "camera") == 0)
    return parse_image (self, parts[4], TRUE);
  self->kind = VIGIL_EVIDENCE_SCREEN;
  if (n == 5 && strcmp (parts[3], "screen") == 0)
    return parse_image (self, parts[4], FALSE);
  return n == 6 && strcmp (parts[3], "audio") == 0 && parse_audio (self, parts[4], parts[5]);
}

VigilEvidenceKey *
vigil_evidence_key_parse (const char *key, GError **error)
{
  g_autoptr (VigilEvidenceKey) self = NULL;
  g_auto (GStrv) parts = NULL;
  guint n;

  if (!key || strlen (key) > MAX_KEY_LEN || !g_utf8_validate (key, -1, NULL))
    {
      fail ("not text, or too long", error);
      return NULL;
    }
  parts = g_strsplit (key, "/", 8);
  n = g_strv_length (parts);
  self = g_new0 (VigilEvidenceKey, 1);
  if (n < 5 || n > 6)
    fail ("not in the layout", error);
  else if (!read_fixed (parts[0], 8, &self->date) || !is_date (self->date))
    fail ("no date", error);
  else if (!is_segment (parts[1]) || !is_segment (parts[2]))
    fail ("an id that cannot stand in a path", error);
  else if (!parse_object (self, parts, n))
    fail ("no object of the layout", error);
  else
    {
      self->exam_id = g_strdup (parts[1]);
      self->student_id = g_strdup (parts[2]);
      return g_steal_pointer (&self);
    }
  return NULL;
}

static char *
build_object (const VigilEvidenceKey *self)
{
  const char *extension = self->extension ? self->extension : "jpg";
  g_autofree char *uuid = self->uuid ? g_strdup (self->uuid) : g_uuid_string_random ();

  switch (self->kind)
    {
    case VIGIL_EVIDENCE_CAMERA:
      return g_strdup_printf ("camera/%" G_GINT64_FORMAT "_%s.%s", self->at_ms, uuid, extension);
    case VIGIL_EVIDENCE_SCREEN:
      return g_strdup_printf ("screen/%" G_GINT64_FORMAT "_%s.%s", self->at_ms, uuid, extension);
    case VIGIL_EVIDENCE_REFERENCE:
      return g_strdup_printf ("camera/base_truth_%" G_GINT64_FORMAT ".%s", self->at_ms, extension);
    case VIGIL_EVIDENCE_AUDIO:
      return g_strdup_printf ("audio/audio_%" G_GINT64_FORMAT "/chunk_%05u.webm", self->at_ms, self->chunk);
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}

char *
vigil_evidence_key_build (const VigilEvidenceKey *self, GError **error)
{
  guint date = self->date ? self->date : vigil_evidence_date (self->at_ms);
  g_autofree char *object = build_object (self);
  g_autofree char *key = NULL;
  g_autoptr (VigilEvidenceKey) check = NULL;

  key = g_strdup_printf ("%08u/%s/%s/%s", date,
                         self->exam_id ? self->exam_id : "", self->student_id ? self->student_id : "", object);
  check = vigil_evidence_key_parse (key, error);
  return check ? g_steal_pointer (&key) : NULL;
}

gint64
vigil_evidence_key_get_time (const VigilEvidenceKey *self)
{
  if (self->kind != VIGIL_EVIDENCE_AUDIO)
    return self->at_ms;
  return self->at_ms + (gint64) self->chunk * VIGIL_EVIDENCE_CHUNK_MS;
}

const char *
vigil_evidence_key_get_kind_nick (const VigilEvidenceKey *self)
{
  switch (self->kind)
    {
    case VIGIL_EVIDENCE_SCREEN:
      return "screen";
    case VIGIL_EVIDENCE_AUDIO:
      return "audio";
    case VIGIL_EVIDENCE_CAMERA:
    case VIGIL_EVIDENCE_REFERENCE:
    default:
      return "camera";
    }
}

guint
vigil_evidence_date (gint64 at_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (at_ms / 1000);

  if (at_ms < 0 || !time)
    return 0;
  return (guint) (g_date_time_get_year (time) * 10000 + g_date_time_get_month (time) * 100 +
                  g_date_time_get_day_of_month (time));
}
