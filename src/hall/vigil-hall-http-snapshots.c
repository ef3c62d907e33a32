/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that an operator took of a live feed, with a note (docs/protocol.md 6.9). */
#include <string.h>

#include "vigil-hall-error.h"
#include "vigil-hall-evidence.h"
#include "vigil-hall-http.h"
#include "vigil-hall-writer.h"

#define MAX_NOTE 2000                  /* characters */
#define MAX_PICTURE (700 * 1024)       /* bytes; in base64 it just fits into a body */
#define MAX_DATA (MAX_PICTURE / 3 * 4 + 4)
#define MAY_TAKE (VIGIL_HALL_MAY (INVIGILATOR) | VIGIL_HALL_MAY (ADMIN))

static gboolean
read_source (VigilMembers *members, VigilEvidenceKind *kind)
{
  const char *source = vigil_members_get_text (members, "source", VIGIL_MEMBER_REQUIRED, 32);

  if (g_strcmp0 (source, "webcam") == 0)
    *kind = VIGIL_EVIDENCE_CAMERA;
  else if (g_strcmp0 (source, "screen") == 0)
    *kind = VIGIL_EVIDENCE_SCREEN;
  else if (vigil_members_ok (members))
    vigil_members_fail (members, "source", "webcam or screen");
  return vigil_members_ok (members);
}

/* Whether the bytes are, from the first to the last, what they are said to be. */
static gboolean
is_picture (const guchar *data, gsize len, const char *type)
{
  static const guchar png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  static const guchar png_end[] = { 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82 };

  if (g_str_equal (type, "image/jpeg"))
    return len > 4 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff && data[len - 2] == 0xff && data[len - 1] == 0xd9;
  return g_str_equal (type, "image/png") && len > sizeof png + sizeof png_end && memcmp (data, png, sizeof png) == 0 &&
         memcmp (data + len - sizeof png_end, png_end, sizeof png_end) == 0;
}

/* g_base64_decode() passes over whatever is not of its alphabet. */
static gboolean
is_base64 (const char *text)
{
  gsize len = strlen (text);
  gsize plain = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

  return len > 0 && len % 4 == 0 && len - plain <= 2 && strspn (text + plain, "=") == len - plain;
}

/* Returns: (transfer full) (nullable). */
static GBytes *
read_picture (VigilMembers *members, const char **type)
{
  const char *data;
  g_autofree guchar *bytes = NULL;
  gsize len;

  *type = vigil_members_get_text (members, "contentType", VIGIL_MEMBER_REQUIRED, 64);
  data = vigil_members_get_text (members, "data", VIGIL_MEMBER_REQUIRED, MAX_DATA);
  if (!vigil_members_ok (members))
    return NULL;
  if (!is_base64 (data))
    {
      vigil_members_fail (members, "data", "not base64");
      return NULL;
    }
  bytes = g_base64_decode (data, &len);
  if (len > MAX_PICTURE || !is_picture (bytes, len, *type))
    {
      vigil_members_fail (members, len > MAX_PICTURE ? "data" : "contentType", len > MAX_PICTURE ? "too large" : "not what the bytes are");
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), len);
}

static GBytes *
read_snapshot (VigilHallRequest *request, VigilHallEvidenceInfo *info, GError **error)
{
  VigilMembers members;
  GBytes *bytes;

  if (!vigil_members_init (&members, request->body, "snapshot", error))
    return NULL;
  info->at = vigil_members_get_time (&members, "at", VIGIL_MEMBER_REQUIRED);
  info->note = vigil_members_get_text (&members, "note", VIGIL_MEMBER_NULLABLE, MAX_NOTE * 4);
  if (!read_source (&members, &info->kind))
    return NULL;
  if (info->note && g_utf8_strlen (info->note, -1) > MAX_NOTE)
    {
      vigil_members_fail (&members, "note", "too long");
      return NULL;
    }
  bytes = read_picture (&members, &info->content_type);
  return bytes;
}

static gboolean
post_snapshot (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  VigilHallEvidenceInfo info = { .by = request->identity->user };
  g_autoptr(GBytes) bytes = candidate ? read_snapshot (request, &info, error) : NULL;
  g_autofree char *key = NULL;
  GString *out;

  if (!bytes)
    return FALSE;
  info.exam_id = vigil_hall_exam_get_id (exam);
  info.student_id = candidate->student_id;
  key = vigil_hall_evidence_put (request->hall->evidence, &info, bytes, error);
  if (!key)
    return FALSE;
  out = g_string_new ("{");
  vigil_hall_write_string (out, "key", key);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 201, out, 0);
}

const VigilHallRoute vigil_hall_snapshot_routes[] = {
  { "POST", "exams/?/candidates/?/snapshots", MAY_TAKE, VIGIL_HALL_ROUTE_JSON | VIGIL_HALL_ROUTE_KEY_REQUIRED, post_snapshot },
  { NULL }
};
