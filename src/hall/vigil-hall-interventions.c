/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interventions of the hall. */
#include "vigil-hall-interventions.h"

#include "vigil-clock.h"
#include "vigil-hall-error.h"
#include "vigil-hall-link.h"
#include "vigil-hall-sim.h"
#include "vigil-hall-writer.h"

#define COLUMNS "n, student, kind, text, seconds, reason, by, at, delivered_at, acknowledged_at, version"

static void
write_row (sqlite3_stmt *row, gboolean with_by, GString *out)
{
  g_autofree char *id = g_strdup_printf ("i-%" G_GINT64_FORMAT, (gint64) sqlite3_column_int64 (row, 0));
  gint64 seconds = sqlite3_column_int64 (row, 4);

  vigil_hall_write_string (out, "id", id);
  vigil_hall_write_string (out, "studentId", (const char *) sqlite3_column_text (row, 1));
  vigil_hall_write_string (out, "kind", (const char *) sqlite3_column_text (row, 2));
  vigil_hall_write_string (out, "text", (const char *) sqlite3_column_text (row, 3));
  vigil_hall_write_time (out, "seconds", seconds);
  vigil_hall_write_string (out, "reason", (const char *) sqlite3_column_text (row, 5));
  if (with_by)
    vigil_hall_write_string (out, "by", (const char *) sqlite3_column_text (row, 6));
  vigil_hall_write_time (out, "at", sqlite3_column_int64 (row, 7));
  vigil_hall_write_time (out, "deliveredAt", sqlite3_column_int64 (row, 8));
  vigil_hall_write_time (out, "acknowledgedAt", sqlite3_column_int64 (row, 9));
  vigil_hall_write_int (out, "version", sqlite3_column_int64 (row, 10));
}

gboolean
vigil_hall_interventions_write (VigilHall *hall, gint64 n, gboolean with_by, GString *out)
{
  sqlite3_stmt *row = vigil_hall_store_query (hall->store, "SELECT " COLUMNS " FROM intervention WHERE n = ?", "i", n);
  gboolean found = row && sqlite3_step (row) == SQLITE_ROW;

  if (found)
    write_row (row, with_by, out);
  if (row)
    sqlite3_reset (row);
  return found;
}

gint64
vigil_hall_interventions_write_page (VigilHall *hall, VigilHallExam *exam, const VigilHallCandidate *candidate,
                                     gint64 after_row, guint limit, GString *out)
{
  sqlite3_stmt *row = vigil_hall_store_query (hall->store,
                                              "SELECT " COLUMNS " FROM intervention WHERE exam = ? AND student = ?"
                                              " AND n < ? ORDER BY n DESC LIMIT ?", "ssii",
                                              vigil_hall_exam_get_id (exam), candidate->student_id,
                                              after_row > 0 ? after_row : G_MAXINT64, (gint64) limit + 1);
  gint64 last = 0;
  gint64 next = 0;

  for (guint i = 0; row && sqlite3_step (row) == SQLITE_ROW; i++)
    {
      if (i == limit)
        {
          next = last;
          break;
        }
      last = sqlite3_column_int64 (row, 0);
      vigil_hall_write_begin_object (out, NULL);
      write_row (row, TRUE, out);
      vigil_hall_write_end_object (out);
    }
  if (row)
    sqlite3_reset (row);
  return next;
}

static void
announce (VigilHall *hall, VigilHallExam *exam, gint64 row)
{
  GString *out = vigil_hall_exam_begin (exam, "intervention");

  vigil_hall_interventions_write (hall, row, TRUE, out);
  vigil_hall_exam_commit (exam);
}

static gboolean
conflict (GError **error, const char *what)
{
  g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_CONFLICT, what);
  return FALSE;
}

/* Applies the kind to the candidate; FALSE, and nothing changed, where its state forbids it. */
static gboolean
apply (VigilHallExam *exam, VigilHallCandidate *candidate, const VigilHallIntervention *what,
       VigilHallFields *changed, GError **error)
{
  if (candidate->state == VIGIL_HALL_STATE_TERMINATED || candidate->state == VIGIL_HALL_STATE_FINISHED)
    return conflict (error, "the candidate's exam is over");
  *changed = VIGIL_HALL_FIELD_VERSION;
  if (g_str_equal (what->kind, "pause"))
    {
      if (candidate->state != VIGIL_HALL_STATE_ACTIVE)
        return conflict (error, "the candidate is not writing");
      candidate->state = VIGIL_HALL_STATE_PAUSED;
      *changed |= VIGIL_HALL_FIELD_STATE;
    }
  else if (g_str_equal (what->kind, "resume"))
    {
      if (candidate->state != VIGIL_HALL_STATE_PAUSED)
        return conflict (error, "the candidate is not paused");
      candidate->state = VIGIL_HALL_STATE_ACTIVE;
      *changed |= VIGIL_HALL_FIELD_STATE;
    }
  else if (g_str_equal (what->kind, "extend"))
    {
      candidate->ends_at = vigil_hall_exam_get_end_of (exam, candidate) + what->seconds * 1000;
      *changed |= VIGIL_HALL_FIELD_ENDS;
    }
  else if (g_str_equal (what->kind, "terminate"))
    {
      candidate->state = VIGIL_HALL_STATE_TERMINATED;
      *changed |= VIGIL_HALL_FIELD_STATE;
    }
  candidate->version++;
  return TRUE;
}

gboolean
vigil_hall_interventions_add (VigilHall                   *hall,
                              VigilHallExam               *exam,
                              VigilHallCandidate          *candidate,
                              const VigilHallIntervention *what,
                              gint64                      *row,
                              GError                     **error)
{
  VigilHallFields changed;

  if (!vigil_hall_exam_is_running (exam))
    return conflict (error, "the exam is not running");
  if (!apply (exam, candidate, what, &changed, error))
    return FALSE;
  if (!vigil_hall_keep_candidate (hall, exam, candidate, error) ||
      !vigil_hall_store_run (hall->store, error,
                             "INSERT INTO intervention (exam, student, kind, text, seconds, reason, by, at, version)"
                             " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", "ssssissii",
                             vigil_hall_exam_get_id (exam), candidate->student_id, what->kind, what->text,
                             what->seconds, what->reason, what->by, vigil_clock_wall_ms (),
                             (gint64) candidate->version))
    return FALSE;
  *row = vigil_hall_store_get_last_row (hall->store);
  announce (hall, exam, *row);
  vigil_hall_exam_update (exam, candidate, changed);
  if (!vigil_hall_link_tell_intervention (hall, candidate, *row))
    vigil_hall_sim_intervened (hall->sim, candidate, what->kind, *row);
  return TRUE;
}

void
vigil_hall_interventions_delivered (VigilHall *hall, VigilHallExam *exam, gint64 row)
{
  if (vigil_hall_store_run (hall->store, NULL,
                            "UPDATE intervention SET delivered_at = ? WHERE n = ? AND delivered_at = 0", "ii",
                            vigil_clock_wall_ms (), row))
    announce (hall, exam, row);
}

gboolean
vigil_hall_interventions_acknowledge (VigilHall *hall, VigilHallExam *exam, const char *student_id,
                                      const char *id, GError **error)
{
  gint64 n = 0;
  sqlite3_stmt *row;
  gboolean found;

  if (!g_str_has_prefix (id, "i-") || !g_ascii_string_to_signed (id + 2, 10, 1, G_MAXINT64, &n, NULL))
    n = 0;
  row = vigil_hall_store_query (hall->store, "SELECT 1 FROM intervention WHERE n = ? AND exam = ? AND student = ?",
                                "iss", n, vigil_hall_exam_get_id (exam), student_id);
  found = row && sqlite3_step (row) == SQLITE_ROW;
  if (row)
    sqlite3_reset (row);
  if (!found)
    {
      g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no intervention %s", id);
      return FALSE;
    }
  if (!vigil_hall_store_run (hall->store, error,
                             "UPDATE intervention SET acknowledged_at = ?1,"
                             " delivered_at = CASE delivered_at WHEN 0 THEN ?1 ELSE delivered_at END"
                             " WHERE n = ?2 AND acknowledged_at = 0", "ii", vigil_clock_wall_ms (), n))
    return FALSE;
  announce (hall, exam, n);
  return TRUE;
}
