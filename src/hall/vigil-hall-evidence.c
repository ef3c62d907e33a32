/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence of the hall. */
#include "vigil-hall-evidence.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>

#include "vigil-hall-error.h"
#include "vigil-hall-random.h"
#include "vigil-hall-writer.h"

#define SECRET_LEN 32

struct _VigilHallEvidence
{
  VigilHallStore *store;
  char           *dir;
  guint           url_seconds;
  guint8          secret[SECRET_LEN]; /* of this life of the hall: a restart voids all URLs */
  gboolean        lost;
};

static const struct
{
  const char *content_type;
  const char *extension;
} types[] = {
  { "image/jpeg", "jpg" },
  { "image/png", "png" },
  { "audio/webm", "webm" },
};

VigilHallEvidence *
vigil_hall_evidence_new (VigilHallStore *store, const char *dir, guint url_seconds)
{
  VigilHallEvidence *self = g_new0 (VigilHallEvidence, 1);

  self->store = store;
  self->dir = g_strdup (dir);
  self->url_seconds = url_seconds;
  vigil_hall_random_bytes (self->secret, SECRET_LEN);
  return self;
}

void
vigil_hall_evidence_free (VigilHallEvidence *self)
{
  g_free (self->dir);
  g_free (self);
}

void
vigil_hall_evidence_set_lost (VigilHallEvidence *self, gboolean lost)
{
  self->lost = lost;
}

gboolean
vigil_hall_evidence_is_lost (VigilHallEvidence *self)
{
  return self->lost;
}

static const char *
get_extension (const char *content_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (content_type, types[i].content_type) == 0)
      return types[i].extension;
  return NULL;
}

static char *
build_key (const VigilHallEvidenceInfo *info, GError **error)
{
  const char *extension = get_extension (info->content_type);
  gboolean audio = info->kind == VIGIL_EVIDENCE_AUDIO;
  VigilEvidenceKey key = {
    .kind = info->kind,
    .exam_id = (char *) info->exam_id,
    .student_id = (char *) info->student_id,
    .at_ms = info->at,
    .extension = (char *) extension,
  };

  if (!extension || audio != g_str_equal (extension, "webm"))
    {
      vigil_hall_error_invalid (error, "Content-Type", "does not fit the kind");
      return NULL;
    }
  return vigil_evidence_key_build (&key, error);
}

static gboolean
write_file (VigilHallEvidence *self, const char *key, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (self->dir, key, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) reason = NULL;
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);

  if (g_mkdir_with_parents (folder, 0700) == 0 &&
      g_file_set_contents_full (path, data, (gssize) len, G_FILE_SET_CONTENTS_NONE, 0600, &reason))
    return TRUE;
  g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_INTERNAL, "evidence: %s",
               reason ? reason->message : g_strerror (errno));
  return FALSE;
}

static const char *
kind_nick (VigilEvidenceKind kind)
{
  if (kind == VIGIL_EVIDENCE_AUDIO)
    return "audio";
  return kind == VIGIL_EVIDENCE_SCREEN ? "screen" : "camera";
}

char *
vigil_hall_evidence_put (VigilHallEvidence           *self,
                         const VigilHallEvidenceInfo *info,
                         GBytes                      *bytes,
                         GError                     **error)
{
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *key = NULL;

  if (self->lost)
    {
      vigil_hall_error_unavailable (error, "evidence");
      return NULL;
    }
  key = build_key (info, error);
  /* Who took it stands there before it does: a picture of an operator's never passes for the candidate's. */
  if (!key || !write_file (self, key, bytes, error) ||
      (info->by && !vigil_hall_store_run (self->store, error, "INSERT OR REPLACE INTO snapshot (key, by, note) VALUES (?, ?, ?)", "sss",
                                          key, info->by, info->note)) ||
      !vigil_hall_store_run (self->store, error,
                             "INSERT OR REPLACE INTO evidence"
                             " (key, exam, student, kind, at, size, sha256, type, violation, reference)"
                             " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                             "ssssiisssi", key, info->exam_id, info->student_id, kind_nick (info->kind),
                             info->at, (gint64) g_bytes_get_size (bytes), sha256, info->content_type,
                             info->violation, (gint64) (info->kind == VIGIL_EVIDENCE_REFERENCE)))
    return NULL;
  return g_steal_pointer (&key);
}

static char *
make_signature (VigilHallEvidence *self, const char *key, const char *expires)
{
  g_autofree char *message = g_strdup_printf ("%s\n%s", key, expires);

  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, self->secret, SECRET_LEN, message, -1);
}

char *
vigil_hall_evidence_sign (VigilHallEvidence *self, const char *key, gint64 now, gint64 *expires)
{
  g_autofree char *path = g_uri_escape_string (key, "/", FALSE);
  g_autofree char *until = NULL;
  g_autofree char *signature = NULL;

  *expires = (now + 999) / 1000 + self->url_seconds;
  until = g_strdup_printf ("%" G_GINT64_FORMAT, *expires);
  signature = make_signature (self, key, until);
  return g_strdup_printf ("/api/v1/evidence/%s?expires=%s&signature=%s", path, until, signature);
}

/* In a time that does not tell how much of it was right. */
static gboolean
is_equal (const char *a, const char *b)
{
  gsize len = strlen (a);
  guchar different = 0;

  if (strlen (b) != len)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    different |= (guchar) a[i] ^ (guchar) b[i];
  return different == 0;
}

gboolean
vigil_hall_evidence_verify (VigilHallEvidence *self,
                            const char        *key,
                            const char        *expires,
                            const char        *signature,
                            gint64             now,
                            GError           **error)
{
  g_autofree char *expected = expires ? make_signature (self, key, expires) : NULL;
  gint64 until = 0;

  if (!expected || !signature || !is_equal (expected, signature) ||
      !g_ascii_string_to_signed (expires, 10, 0, G_MAXINT64 / 1000, &until, NULL))
    g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_AUTH_FORBIDDEN, "not a URL of this hall");
  else if (until * 1000 <= now)
    g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_AUTH_FORBIDDEN, "the URL has expired");
  else
    return TRUE;
  return FALSE;
}

/* The row of a key: FALSE with NOT_FOUND or GONE. */
static gboolean
find (VigilHallEvidence *self, const char *key, const char **content_type, GError **error)
{
  sqlite3_stmt *row = vigil_hall_store_query (self->store, "SELECT gone, type FROM evidence WHERE key = ?", "s", key);
  gboolean found = row && sqlite3_step (row) == SQLITE_ROW;
  gboolean gone = found && sqlite3_column_int (row, 0);

  *content_type = "application/octet-stream";
  for (guint i = 0; found && i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 ((const char *) sqlite3_column_text (row, 1), types[i].content_type) == 0)
      *content_type = types[i].content_type;
  if (row)
    sqlite3_reset (row);
  if (found && !gone)
    return TRUE;
  g_set_error_literal (error, VIGIL_HALL_ERROR, found ? VIGIL_HALL_ERROR_GONE : VIGIL_HALL_ERROR_NOT_FOUND,
                       found ? "deleted by retention" : "no such object");
  return FALSE;
}

GBytes *
vigil_hall_evidence_get (VigilHallEvidence *self, const char *key, const char **content_type, GError **error)
{
  g_autoptr(VigilEvidenceKey) parsed = vigil_evidence_key_parse (key, NULL);
  g_autofree char *path = NULL;
  char *data;
  gsize len;

  if (self->lost)
    {
      vigil_hall_error_unavailable (error, "evidence");
      return NULL;
    }
  /* Only what is exactly a key can name a file, whoever signed it. */
  if (!parsed)
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "not a key");
      return NULL;
    }
  if (!find (self, key, content_type, error))
    return NULL;
  path = g_build_filename (self->dir, key, NULL);
  if (g_file_get_contents (path, &data, &len, NULL))
    return g_bytes_new_take (data, len);
  g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "the object's file is missing");
  return NULL;
}

static void
write_item (VigilHallEvidence *self, sqlite3_stmt *row, gint64 now, GString *out)
{
  const char *key = (const char *) sqlite3_column_text (row, 1);
  gint64 expires;
  g_autofree char *url = vigil_hall_evidence_sign (self, key, now, &expires);

  vigil_hall_write_begin_object (out, NULL);
  vigil_hall_write_string (out, "key", key);
  vigil_hall_write_string (out, "kind", (const char *) sqlite3_column_text (row, 2));
  vigil_hall_write_int (out, "at", sqlite3_column_int64 (row, 3));
  vigil_hall_write_int (out, "size", sqlite3_column_int64 (row, 4));
  vigil_hall_write_string (out, "sha256", (const char *) sqlite3_column_text (row, 5));
  vigil_hall_write_string (out, "contentType", (const char *) sqlite3_column_text (row, 6));
  vigil_hall_write_string (out, "violation", (const char *) sqlite3_column_text (row, 7));
  vigil_hall_write_bool (out, "reference", sqlite3_column_int (row, 8) != 0);
  if (sqlite3_column_text (row, 9))
    {
      vigil_hall_write_string (out, "by", (const char *) sqlite3_column_text (row, 9));
      vigil_hall_write_string (out, "note", (const char *) sqlite3_column_text (row, 10));
    }
  vigil_hall_write_string (out, "url", url);
  vigil_hall_write_time (out, "urlExpiresAt", expires * 1000);
  vigil_hall_write_end_object (out);
}

void
vigil_hall_evidence_write_page (VigilHallEvidence            *self,
                                const VigilHallEvidenceQuery *q,
                                gint64                        now,
                                GString                      *out,
                                gint64                       *next_at,
                                gint64                       *next_row)
{
  sqlite3_stmt *row = vigil_hall_store_query (self->store,
    "SELECT n, evidence.key, kind, at, size, sha256, type, violation, reference, by, note FROM evidence"
    " LEFT JOIN snapshot ON snapshot.key = evidence.key"
    " WHERE exam = ?1 AND student = ?2 AND gone = 0 AND (?3 IS NULL OR kind = ?3)"
    " AND (?4 IS NULL OR violation = ?4) AND at >= ?5 AND at <= ?6"
    " AND (at < ?7 OR (at = ?7 AND n < ?8)) AND (?10 = 0 OR by IS NOT NULL) ORDER BY at DESC, n DESC LIMIT ?9",
    "ssssiiiiii", q->exam_id, q->student_id, q->kind, q->violation, q->from, q->to < 0 ? G_MAXINT64 : q->to,
    q->after_at < 0 ? G_MAXINT64 : q->after_at, q->after_row, (gint64) q->limit + 1, (gint64) q->snapshots);
  gint64 last_at = 0;
  gint64 last_row = 0;

  *next_at = 0;
  *next_row = 0;
  for (guint n = 0; row && sqlite3_step (row) == SQLITE_ROW; n++)
    {
      if (n == q->limit)
        {
          *next_at = last_at;
          *next_row = last_row;
          break;
        }
      last_row = sqlite3_column_int64 (row, 0);
      last_at = sqlite3_column_int64 (row, 3);
      write_item (self, row, now, out);
    }
  if (row)
    sqlite3_reset (row);
}

static gint64
get_number (sqlite3_stmt *row)
{
  gint64 number = row && sqlite3_step (row) == SQLITE_ROW ? sqlite3_column_int64 (row, 0) : 0;

  if (row)
    sqlite3_reset (row);
  return number;
}

gint64
vigil_hall_evidence_get_newest (VigilHallEvidence *self, const char *exam_id, const char *student_id)
{
  return get_number (vigil_hall_store_query (self->store,
                                             "SELECT MAX (at) FROM evidence WHERE exam = ? AND student = ?"
                                             " AND kind = 'camera' AND reference = 0"
                                             " AND key NOT IN (SELECT key FROM snapshot)", "ss", exam_id, student_id));
}

char *
vigil_hall_evidence_dup_newest_key (VigilHallEvidence *self, const char *exam_id, const char *student_id, gint64 *at)
{
  sqlite3_stmt *row = vigil_hall_store_query (self->store,
                                              "SELECT key, at FROM evidence WHERE exam = ? AND student = ? AND gone = 0"
                                              " AND kind = 'camera' AND reference = 0 AND key NOT IN (SELECT key FROM snapshot)"
                                              " ORDER BY at DESC, n DESC LIMIT 1",
                                              "ss", exam_id, student_id);
  char *key = NULL;

  if (row && sqlite3_step (row) == SQLITE_ROW)
    {
      key = g_strdup ((const char *) sqlite3_column_text (row, 0));
      *at = sqlite3_column_int64 (row, 1);
    }
  if (row)
    sqlite3_reset (row);
  return key;
}

gboolean
vigil_hall_evidence_has_reference (VigilHallEvidence *self, const char *exam_id, const char *student_id)
{
  return get_number (vigil_hall_store_query (self->store,
                                             "SELECT COUNT(*) FROM evidence WHERE exam = ? AND student = ?"
                                             " AND reference = 1", "ss", exam_id, student_id)) > 0;
}

guint
vigil_hall_evidence_retain (VigilHallEvidence *self, gint64 before)
{
  sqlite3_stmt *row = vigil_hall_store_query (self->store, "SELECT key FROM evidence WHERE gone = 0 AND at < ?",
                                              "i", before);
  guint n = 0;

  for (; row && sqlite3_step (row) == SQLITE_ROW; n++)
    {
      g_autofree char *path = g_build_filename (self->dir, (const char *) sqlite3_column_text (row, 0), NULL);
      g_autoptr(GFile) file = g_file_new_for_path (path);

      g_file_delete (file, NULL, NULL);
    }
  if (row)
    sqlite3_reset (row);
  vigil_hall_store_run (self->store, NULL, "UPDATE evidence SET gone = 1 WHERE gone = 0 AND at < ?", "i", before);
  return n;
}
