/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Violations in the store. */
#include "vigil-hall-violations.h"

#include "vigil-hall-error.h"
#include "vigil-hall-random.h"
#include "vigil-hall-writer.h"

#define COLUMNS "n, id, exam, student, quiz, type, severity, at, count, evidence, " \
                "verdict, verdict_by, verdict_at, verdict_note, verdict_until"

void
vigil_hall_violation_free (VigilHallViolation *self)
{
  g_free (self->id);
  g_free (self->exam_id);
  g_free (self->student_id);
  g_free (self->quiz_id);
  g_free (self->type);
  g_free (self->severity);
  g_free (self->evidence);
  g_free (self->verdict);
  g_free (self->verdict_by);
  g_free (self->verdict_note);
  g_free (self);
}

static VigilHallViolation *
from_row (sqlite3_stmt *row)
{
  VigilHallViolation *self = g_new0 (VigilHallViolation, 1);

  self->row = sqlite3_column_int64 (row, 0);
  self->id = vigil_hall_store_dup_text (row, 1);
  self->exam_id = vigil_hall_store_dup_text (row, 2);
  self->student_id = vigil_hall_store_dup_text (row, 3);
  self->quiz_id = vigil_hall_store_dup_text (row, 4);
  self->type = vigil_hall_store_dup_text (row, 5);
  self->severity = vigil_hall_store_dup_text (row, 6);
  self->at = sqlite3_column_int64 (row, 7);
  self->count = sqlite3_column_int64 (row, 8);
  self->evidence = vigil_hall_store_dup_text (row, 9);
  self->verdict = vigil_hall_store_dup_text (row, 10);
  self->verdict_by = vigil_hall_store_dup_text (row, 11);
  self->verdict_at = sqlite3_column_int64 (row, 12);
  self->verdict_note = vigil_hall_store_dup_text (row, 13);
  self->verdict_until = sqlite3_column_int64 (row, 14);
  return self;
}

static void
write_verdict (const VigilHallViolation *self, GString *out)
{
  if (!self->verdict)
    {
      vigil_hall_write_null (out, "verdict");
      return;
    }
  vigil_hall_write_begin_object (out, "verdict");
  vigil_hall_write_string (out, "verdict", self->verdict);
  vigil_hall_write_string (out, "by", self->verdict_by);
  vigil_hall_write_time (out, "at", self->verdict_at);
  vigil_hall_write_string (out, "note", self->verdict_note);
  vigil_hall_write_time (out, "until", self->verdict_until);
  vigil_hall_write_end_object (out);
}

void
vigil_hall_violation_write_members (const VigilHallViolation *self, GString *out)
{
  vigil_hall_write_string (out, "id", self->id);
  vigil_hall_write_string (out, "examId", self->exam_id);
  vigil_hall_write_string (out, "studentId", self->student_id);
  vigil_hall_write_string (out, "quizId", self->quiz_id);
  vigil_hall_write_string (out, "type", self->type);
  vigil_hall_write_string (out, "severity", self->severity);
  vigil_hall_write_int (out, "at", self->at);
  vigil_hall_write_int (out, "count", self->count);
  vigil_hall_write_raw (out, "evidence", self->evidence);
  write_verdict (self, out);
}

char *
vigil_hall_violations_add (VigilHallStore *store,
                           VigilHallExam  *exam,
                           const char     *student_id,
                           const char     *type,
                           const char     *severity,
                           gint64          at,
                           GError        **error)
{
  g_autofree char *unique = vigil_hall_random_hex (8);
  char *id = g_strdup_printf ("v-%s", unique);

  if (vigil_hall_store_run (store, error,
                            "INSERT INTO violation (id, exam, student, quiz, type, severity, at, count, evidence)"
                            " VALUES (?, ?, ?, ?, ?, ?, ?, 1, '[]')",
                            "ssssssi", id, vigil_hall_exam_get_id (exam), student_id,
                            vigil_hall_exam_get_quiz_id (exam), type, severity, at))
    return id;
  g_free (id);
  return NULL;
}

void
vigil_hall_violations_add_count (VigilHallStore *store, const char *id, gint64 n)
{
  g_autoptr(GError) error = NULL;

  if (!vigil_hall_store_run (store, &error, "UPDATE violation SET count = count + ? WHERE id = ?", "is", n, id))
    g_warning ("count of a violation: %s", error->message);
}

void
vigil_hall_violations_add_evidence (VigilHallStore *store, const char *id, const char *key)
{
  g_autoptr(GError) error = NULL;

  if (!vigil_hall_store_run (store, &error,
                             "UPDATE violation SET evidence = json_insert (evidence, '$[#]', ?) WHERE id = ?",
                             "ss", key, id))
    g_warning ("evidence of a violation: %s", error->message);
}

VigilHallViolation *
vigil_hall_violations_lookup (VigilHallStore *store, const char *id, GError **error)
{
  sqlite3_stmt *row = vigil_hall_store_query (store, "SELECT " COLUMNS " FROM violation WHERE id = ?", "s", id);
  VigilHallViolation *self = NULL;

  if (row && sqlite3_step (row) == SQLITE_ROW)
    self = from_row (row);
  if (row)
    sqlite3_reset (row);
  if (!self)
    g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no flag %s", id);
  return self;
}

gboolean
vigil_hall_violations_set_verdict (VigilHallStore *store,
                                   const char     *id,
                                   const char     *verdict,
                                   const char     *by,
                                   gint64          at,
                                   const char     *note,
                                   gint64          until,
                                   GError        **error)
{
  return vigil_hall_store_run (store, error,
                               "UPDATE violation SET verdict = ?, verdict_by = ?, verdict_at = ?, verdict_note = ?,"
                               " verdict_until = ? WHERE id = ?",
                               "ssisis", verdict, by, at, note, until, id);
}

static sqlite3_stmt *
query_student (VigilHallStore *store, const VigilHallViolationQuery *q)
{
  gint64 after_at = q->after_at < 0 ? G_MAXINT64 : q->after_at;

  return vigil_hall_store_query (store,
                                 "SELECT " COLUMNS " FROM violation WHERE exam = ?1 AND student = ?2"
                                 " AND (?3 IS NULL OR type = ?3) AND at >= ?4 AND at <= ?5"
                                 " AND (at < ?6 OR (at = ?6 AND n < ?7)) ORDER BY at DESC, n DESC LIMIT ?8",
                                 "sssiiiii", q->exam_id, q->student_id, q->type, q->from,
                                 q->to < 0 ? G_MAXINT64 : q->to, after_at, q->after_row, (gint64) q->limit + 1);
}

static sqlite3_stmt *
query_exam (VigilHallStore *store, const VigilHallViolationQuery *q)
{
  if (q->flags == VIGIL_HALL_FLAGS_ESCALATED)
    return vigil_hall_store_query (store,
                                   "SELECT " COLUMNS " FROM violation WHERE exam = ?1 AND verdict = 'escalated'"
                                   " AND (at > ?2 OR (at = ?2 AND n > ?3)) ORDER BY at, n LIMIT ?4",
                                   "siii", q->exam_id, q->after_at, q->after_row, (gint64) q->limit + 1);
  if (q->flags == VIGIL_HALL_FLAGS_OPEN)
    return vigil_hall_store_query (store,
                                   "SELECT " COLUMNS " FROM violation WHERE exam = ?1 AND verdict IS NULL"
                                   " AND (at > ?2 OR (at = ?2 AND n > ?3)) ORDER BY at, n LIMIT ?4",
                                   "siii", q->exam_id, q->after_at, q->after_row, (gint64) q->limit + 1);
  return vigil_hall_store_query (store,
                                 "SELECT " COLUMNS " FROM violation WHERE exam = ?1"
                                 " AND (at > ?2 OR (at = ?2 AND n > ?3)) ORDER BY at, n LIMIT ?4",
                                 "siii", q->exam_id, q->after_at, q->after_row, (gint64) q->limit + 1);
}

static GPtrArray *
take_rows (sqlite3_stmt *row)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_violation_free);

  while (row && sqlite3_step (row) == SQLITE_ROW)
    g_ptr_array_add (list, from_row (row));
  if (row)
    sqlite3_reset (row);
  return list;
}

GPtrArray *
vigil_hall_violations_list (VigilHallStore *store, const VigilHallViolationQuery *query)
{
  return take_rows (query->student_id ? query_student (store, query) : query_exam (store, query));
}

GPtrArray *
vigil_hall_violations_list_due (VigilHallStore *store, gint64 now)
{
  return take_rows (vigil_hall_store_query (store,
                                            "SELECT " COLUMNS " FROM violation WHERE verdict = 'snoozed'"
                                            " AND verdict_until <= ? ORDER BY verdict_until, n", "i", now));
}

void
vigil_hall_violations_foreach_open (VigilHallStore *store,
                                    const char     *exam_id,
                                    void          (*func) (const char *student_id, guint n, gpointer user_data),
                                    gpointer        user_data)
{
  sqlite3_stmt *row = vigil_hall_store_query (store,
                                              "SELECT student, COUNT(*) FROM violation WHERE exam = ?"
                                              " AND verdict IS NULL GROUP BY student", "s", exam_id);

  while (row && sqlite3_step (row) == SQLITE_ROW)
    func ((const char *) sqlite3_column_text (row, 0), (guint) sqlite3_column_int64 (row, 1), user_data);
  if (row)
    sqlite3_reset (row);
}

void
vigil_hall_violations_announce (VigilHallStore *store, VigilHallExam *exam, const char *id)
{
  g_autoptr(VigilHallViolation) violation = vigil_hall_violations_lookup (store, id, NULL);

  if (!violation)
    return;
  vigil_hall_violation_write_members (violation, vigil_hall_exam_begin (exam, "violation"));
  vigil_hall_exam_commit (exam);
}
