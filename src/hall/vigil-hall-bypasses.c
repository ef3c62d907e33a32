/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bypasses of the hall. */
#include "vigil-hall-bypasses.h"

#include "vigil-clock.h"
#include "vigil-hall-writer.h"

static VigilHallBypass *
from_row (sqlite3_stmt *row)
{
  VigilHallBypass *self = vigil_hall_bypass_new ();
  g_autofree char *names = vigil_hall_store_dup_text (row, 4);

  self->active = sqlite3_column_int (row, 1) != 0;
  self->reason = vigil_hall_store_dup_text (row, 2);
  self->category = vigil_hall_store_dup_text (row, 3);
  self->signals = *names ? g_strsplit (names, ",", -1) : g_new0 (char *, 1);
  self->expires_at = sqlite3_column_int64 (row, 5);
  self->bypassed_by = vigil_hall_store_dup_text (row, 6);
  self->created_at = sqlite3_column_int64 (row, 7);
  self->revoked_by = vigil_hall_store_dup_text (row, 8);
  self->revoked_at = sqlite3_column_int64 (row, 9);
  self->version = sqlite3_column_int64 (row, 10);
  return self;
}

void
vigil_hall_bypasses_load (VigilHall *hall, VigilHallExam *exam)
{
  sqlite3_stmt *row = vigil_hall_store_query (hall->store,
    "SELECT student, active, reason, category, signals, expires_at, bypassed_by, created_at, revoked_by,"
    " revoked_at, version FROM bypass WHERE exam = ?", "s", vigil_hall_exam_get_id (exam));

  while (row && sqlite3_step (row) == SQLITE_ROW)
    {
      VigilHallCandidate *candidate = vigil_hall_exam_lookup (exam, (const char *) sqlite3_column_text (row, 0));

      if (!candidate)
        continue;
      g_clear_pointer (&candidate->bypass, vigil_hall_bypass_free);
      candidate->bypass = from_row (row);
    }
  if (row)
    sqlite3_reset (row);
}

static gboolean
keep (VigilHall *hall, VigilHallExam *exam, const VigilHallCandidate *candidate,
      const VigilHallBypass *bypass, GError **error)
{
  g_autofree char *names = bypass->signals ? g_strjoinv (",", bypass->signals) : g_strdup ("");

  return vigil_hall_store_run (hall->store, error,
    "INSERT INTO bypass (exam, student, active, reason, category, signals, expires_at, bypassed_by, created_at,"
    " revoked_by, revoked_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (exam, student) DO UPDATE SET active = excluded.active, reason = excluded.reason,"
    " category = excluded.category, signals = excluded.signals, expires_at = excluded.expires_at,"
    " bypassed_by = excluded.bypassed_by, created_at = excluded.created_at, revoked_by = excluded.revoked_by,"
    " revoked_at = excluded.revoked_at, version = excluded.version",
    "ssisssisisii", vigil_hall_exam_get_id (exam), candidate->student_id, (gint64) bypass->active, bypass->reason,
    bypass->category, names, bypass->expires_at, bypass->bypassed_by, bypass->created_at, bypass->revoked_by,
    bypass->revoked_at, bypass->version);
}

static void
announce (VigilHall *hall, VigilHallExam *exam, VigilHallCandidate *candidate)
{
  GString *out = vigil_hall_exam_begin (exam, "bypass_changed");

  vigil_hall_write_string (out, "studentId", candidate->student_id);
  vigil_hall_bypass_write (candidate->bypass, candidate->student_id, out, "bypass");
  vigil_hall_exam_commit (exam);
  vigil_hall_proctoring_changed (hall, exam, candidate);
}

gboolean
vigil_hall_bypasses_set (VigilHall          *hall,
                         VigilHallExam      *exam,
                         VigilHallCandidate *candidate,
                         VigilHallBypass    *bypass,
                         GError            **error)
{
  g_autoptr(VigilHallBypass) owned = bypass;

  bypass->created_at = vigil_clock_wall_ms ();
  bypass->version = candidate->bypass ? candidate->bypass->version + 1 : 1;
  if (!keep (hall, exam, candidate, bypass, error))
    return FALSE;
  g_clear_pointer (&candidate->bypass, vigil_hall_bypass_free);
  candidate->bypass = g_steal_pointer (&owned);
  announce (hall, exam, candidate);
  return TRUE;
}

gboolean
vigil_hall_bypasses_end (VigilHall          *hall,
                         VigilHallExam      *exam,
                         VigilHallCandidate *candidate,
                         const char         *by,
                         GError            **error)
{
  VigilHallBypass *bypass = candidate->bypass;
  VigilHallBypass ended = *bypass;

  ended.active = FALSE;
  ended.version++;
  ended.revoked_by = (char *) by;
  ended.revoked_at = by ? vigil_clock_wall_ms () : 0;
  if (!keep (hall, exam, candidate, &ended, error))
    return FALSE;
  bypass->active = FALSE;
  bypass->version = ended.version;
  bypass->revoked_at = ended.revoked_at;
  g_free (bypass->revoked_by);
  bypass->revoked_by = g_strdup (by);
  announce (hall, exam, candidate);
  return TRUE;
}

void
vigil_hall_bypasses_expire (VigilHall *hall, VigilHallExam *exam, gint64 now)
{
  for (guint i = 0; i < vigil_hall_exam_get_n_candidates (exam); i++)
    {
      VigilHallCandidate *candidate = vigil_hall_exam_get_candidate (exam, i);
      const VigilHallBypass *bypass = vigil_hall_candidate_get_bypass (candidate);
      gint64 end = bypass ? (bypass->expires_at > 0 ? bypass->expires_at : vigil_hall_exam_get_end_of (exam, candidate)) : 0;
      g_autoptr(GError) error = NULL;

      if (end > 0 && end <= now && !vigil_hall_bypasses_end (hall, exam, candidate, NULL, &error))
        g_warning ("a bypass that is over: %s", error->message);
    }
}
