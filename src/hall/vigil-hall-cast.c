/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who sits in the hall: the exams, their candidates, and what the store knows of them. */
#include "vigil-hall-cast.h"

#include "vigil-clock.h"
#include "vigil-hall-bypasses.h"
#include "vigil-hall-names.h"
#include "vigil-hall-violations.h"

#define EXAM_MS (3 * 60 * 60 * G_GINT64_CONSTANT (1000))

static void
add_candidates (VigilHall *self)
{
  const char *const *rooms = vigil_hall_names_get_rooms ();
  guint n_rooms = g_strv_length ((char **) rooms);

  for (guint i = 0; i < (guint) self->options.candidates; i++)
    {
      g_autofree char *id = g_strdup_printf ("s-%05u", i + 1);
      g_autofree char *name = vigil_hall_names_make ((guint) self->options.seed, i);
      VigilHallCandidate *candidate = vigil_hall_candidate_new (i, id, name);

      candidate->room = rooms[(i / 8) % n_rooms];
      candidate->platform = vigil_hall_names_get_platform ((guint) self->options.seed, i);
      candidate->network = vigil_hall_names_get_network ((guint) self->options.seed, i, (guint) self->options.networks);
      candidate->worker = vigil_hall_names_get_worker ((guint) self->options.seed, i, (guint) self->options.workers);
      vigil_hall_exam_add_candidate (self->exam, candidate);
    }
}

static void
load_candidates (VigilHall *self)
{
  sqlite3_stmt *row = vigil_hall_store_query (self->store,
                                              "SELECT student, state, ends_at, version FROM candidate WHERE exam = ?",
                                              "s", vigil_hall_exam_get_id (self->exam));

  while (row && sqlite3_step (row) == SQLITE_ROW)
    {
      VigilHallCandidate *candidate = vigil_hall_exam_lookup (self->exam, (const char *) sqlite3_column_text (row, 0));

      if (!candidate)
        continue;
      candidate->state = (VigilHallState) CLAMP (sqlite3_column_int (row, 1), 0, VIGIL_HALL_STATE_TERMINATED);
      candidate->ends_at = sqlite3_column_int64 (row, 2);
      candidate->version = (guint) sqlite3_column_int64 (row, 3);
    }
  if (row)
    sqlite3_reset (row);
}

static void
open_flags_cb (const char *student_id, guint n, gpointer user_data)
{
  VigilHallCandidate *candidate = vigil_hall_exam_lookup (user_data, student_id);

  if (candidate)
    candidate->open_flags = n;
}

void
vigil_hall_cast_exams (VigilHall *self)
{
  gint64 now = vigil_clock_wall_ms ();
  VigilHallExamInfo running = {
    .exam_id = "ex-rehearsal",
    .quiz_id = "q-77",
    .title = "Anatomy II",
    .state = "running",
    .starts_at = now - 20 * 60 * 1000,
    .ends_at = now + EXAM_MS,
    .rooms = vigil_hall_names_get_rooms (),
    .captures = self->options.captures,
    .no_sfu = self->options.no_sfu,
  };
  VigilHallExamInfo scheduled = {
    .exam_id = "ex-rehearsal-resit",
    .quiz_id = "q-78",
    .title = "Anatomy II, resit",
    .state = "scheduled",
    .starts_at = now + 24 * EXAM_MS,
    .ends_at = now + 25 * EXAM_MS,
    .rooms = vigil_hall_names_get_rooms (),
    .captures = self->options.captures,
    .no_sfu = self->options.no_sfu,
  };

  self->exam = vigil_hall_exam_new (&running);
  g_ptr_array_add (self->exams, self->exam);
  g_ptr_array_add (self->exams, vigil_hall_exam_new (&scheduled));
  add_candidates (self);
  load_candidates (self);
  vigil_hall_bypasses_load (self, self->exam);
  vigil_hall_violations_foreach_open (self->store, vigil_hall_exam_get_id (self->exam), open_flags_cb, self->exam);
}
