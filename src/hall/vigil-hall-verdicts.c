/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place where a flag opens and closes. */
#include "vigil-hall-verdicts.h"

#include "vigil-clock.h"
#include "vigil-hall-writer.h"

static void
announce (VigilHallExam *exam, const VigilHallViolation *violation, const char *by, gint64 at, guint open_flags)
{
  GString *out = vigil_hall_exam_begin (exam, "flag_changed");

  vigil_hall_write_string (out, "id", violation->id);
  vigil_hall_write_string (out, "studentId", violation->student_id);
  vigil_hall_write_string (out, "verdict", violation->verdict);
  vigil_hall_write_string (out, "by", by);
  vigil_hall_write_time (out, "at", at);
  if (violation->verdict_note)
    vigil_hall_write_string (out, "note", violation->verdict_note);
  if (violation->verdict_until > 0)
    vigil_hall_write_time (out, "until", violation->verdict_until);
  vigil_hall_write_int (out, "openFlags", open_flags);
  vigil_hall_exam_commit (exam);
}

static void
count (VigilHallCandidate *candidate, const VigilHallViolation *before, const VigilHallViolation *after)
{
  if (!before->verdict && after->verdict && candidate->open_flags > 0)
    candidate->open_flags--;
  else if (before->verdict && !after->verdict)
    candidate->open_flags++;
}

VigilHallViolation *
vigil_hall_verdicts_set (VigilHall *hall, const char *id, const char *user, const VigilHallVerdict *verdict, GError **error)
{
  g_autoptr(VigilHallViolation) before = vigil_hall_violations_lookup (hall->store, id, error);
  VigilHallExam *exam = before ? vigil_hall_find_exam (hall, before->exam_id, error) : NULL;
  gint64 now = vigil_clock_wall_ms ();
  gboolean open = !verdict->verdict;
  VigilHallViolation *after;
  VigilHallCandidate *candidate;

  if (!exam || !vigil_hall_violations_set_verdict (hall->store, id, verdict->verdict, open ? NULL : user,
                                                   open ? 0 : now, verdict->note, verdict->until, error))
    return NULL;
  after = vigil_hall_violations_lookup (hall->store, id, error);
  if (!after)
    return NULL;
  candidate = vigil_hall_exam_lookup (exam, after->student_id);
  if (candidate)
    count (candidate, before, after);
  announce (exam, after, user, now, candidate ? candidate->open_flags : 0);
  return after;
}

void
vigil_hall_verdicts_wake (VigilHall *hall, gint64 now)
{
  static const VigilHallVerdict open = { NULL, NULL, 0 };
  g_autoptr(GPtrArray) due = vigil_hall_violations_list_due (hall->store, now);

  for (guint i = 0; i < due->len; i++)
    {
      const VigilHallViolation *violation = g_ptr_array_index (due, i);
      g_autoptr(GError) error = NULL;
      g_autoptr(VigilHallViolation) after = vigil_hall_verdicts_set (hall, violation->id, violation->verdict_by,
                                                                     &open, &error);

      if (!after)
        g_warning ("a snoozed flag did not open again: %s", error->message);
    }
}
