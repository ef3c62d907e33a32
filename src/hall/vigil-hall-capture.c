/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of simulated candidates as evidence: at a violation, and a current one when asked. */
#include "vigil-hall-sim-private.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-violations.h"

/* Drawing is somebody else's thread, but it is our processor: in a hall of 50,000 only some
 * violations get a picture. */
#define MAX_RUNNING 3
#define MAX_WAITING 64
#define CAPTURES_PER_SECOND 12.0

#define REFERENCE_QUALITY 82

typedef struct
{
  VigilHall          *hall;
  VigilHallSim       *sim;       /* gone when we were cancelled */
  VigilHallExam      *exam;
  VigilHallPerson    *person;
  VigilEvidenceKind   kind;
  char               *violation; /* nullable */
  gint64              at;
  void              (*done) (VigilHall *hall, gpointer user_data); /* nullable; always called */
  gpointer            user_data;
} Capture;

static void run_next (VigilHallSim *self);

static void
finish (Capture *capture)
{
  if (capture->done)
    capture->done (capture->hall, capture->user_data);
  g_free (capture->violation);
  g_free (capture);
}

static void
keep (Capture *capture, GBytes *bytes)
{
  VigilHall *hall = capture->sim->hall;
  VigilHallEvidenceInfo info = {
    .exam_id = vigil_hall_exam_get_id (capture->exam),
    .student_id = capture->person->candidate->student_id,
    .kind = capture->kind,
    .at = capture->at,
    .content_type = "image/jpeg",
    .violation = capture->violation,
  };
  g_autoptr(GError) error = NULL;
  g_autofree char *key = vigil_hall_evidence_put (hall->evidence, &info, bytes, &error);

  if (!key)
    {
      g_debug ("a picture was not kept: %s", error->message);
      return;
    }
  if (capture->kind == VIGIL_EVIDENCE_CAMERA)
    capture->person->captured_at = capture->at;
  if (!capture->violation)
    return;
  vigil_hall_violations_add_evidence (hall->store, capture->violation, key);
  vigil_hall_violations_announce (hall->store, capture->exam, capture->violation);
}

static void
taken (Capture *capture, GBytes *bytes, GError *error)
{
  VigilHallSim *self = capture->sim;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      finish (capture);
      return;
    }
  if (bytes)
    keep (capture, bytes);
  else
    g_warning ("a picture failed: %s", error->message);
  self->running--;
  finish (capture);
  run_next (self);
}

static void
snapshot_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = vigil_sim_feed_snapshot_finish (VIGIL_SIM_FEED (source), result, &error);

  taken (user_data, bytes, error);
}

typedef struct
{
  guint look;
  int   width;
  int   height;
} Reference;

static void
draw_reference (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Reference *what = task_data;
  g_autoptr(GError) error = NULL;
  GBytes *bytes = vigil_sim_look_render_jpeg (what->look, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 0,
                                              what->width, what->height, REFERENCE_QUALITY, &error);

  if (bytes)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
reference_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_task_propagate_pointer (G_TASK (result), &error);

  taken (user_data, bytes, error);
}

static void
run_reference (Capture *capture)
{
  VigilHallSim *self = capture->sim;
  g_autoptr(GTask) task = g_task_new (NULL, self->cancellable, reference_cb, capture);
  Reference what = {
    .look = vigil_sim_feed_get_look (vigil_hall_sim_ensure_feed (capture->person, VIGIL_SOURCE_WEBCAM)),
    .width = self->hall->options.width,
    .height = self->hall->options.height,
  };

  g_task_set_source_tag (task, run_reference);
  g_task_set_task_data (task, g_memdup2 (&what, sizeof what), g_free);
  g_task_run_in_thread (task, draw_reference);
}

static void
run (Capture *capture)
{
  VigilHallSim *self = capture->sim;
  VigilSource source = capture->kind == VIGIL_EVIDENCE_SCREEN ? VIGIL_SOURCE_SCREEN : VIGIL_SOURCE_WEBCAM;

  self->running++;
  if (capture->kind == VIGIL_EVIDENCE_REFERENCE)
    {
      run_reference (capture);
      return;
    }
  capture->at = vigil_clock_wall_ms ();
  vigil_sim_feed_snapshot_async (vigil_hall_sim_ensure_feed (capture->person, source),
                                 (guint) self->hall->options.width, (guint) self->hall->options.height,
                                 self->cancellable, snapshot_cb, capture);
}

static void
run_next (VigilHallSim *self)
{
  while (self->running < MAX_RUNNING && !g_queue_is_empty (&self->waiting))
    run (g_queue_pop_head (&self->waiting));
}

/* What somebody waits for is always taken; a violation's picture if there is time. */
static gboolean
may_capture (VigilHallSim *self, const Capture *capture)
{
  gint64 now_us = g_get_monotonic_time ();

  if (capture->done || capture->kind == VIGIL_EVIDENCE_REFERENCE)
    return TRUE;
  self->capture_credit = MIN (CAPTURES_PER_SECOND, self->capture_credit +
                              CAPTURES_PER_SECOND * (double) (now_us - self->credited_us) / G_USEC_PER_SEC);
  self->credited_us = now_us;
  if (self->waiting.length >= MAX_WAITING || self->capture_credit < 1)
    return FALSE;
  self->capture_credit -= 1;
  return TRUE;
}

static void
push (VigilHallSim *self, Capture *capture)
{
  if (!may_capture (self, capture))
    {
      self->missed++;
      finish (capture);
      return;
    }
  g_queue_push_tail (&self->waiting, capture);
  run_next (self);
}

static Capture *
capture_new (VigilHallSim *self, VigilHallExam *exam, VigilHallPerson *person, VigilEvidenceKind kind)
{
  Capture *capture = g_new0 (Capture, 1);

  capture->hall = self->hall;
  capture->sim = self;
  capture->exam = exam;
  capture->person = person;
  capture->kind = kind;
  return capture;
}

void
vigil_hall_sim_capture (VigilHallSim *self, VigilHallExam *exam, VigilHallCandidate *candidate,
                        const char *violation, const char *type)
{
  VigilHallPerson *person = vigil_hall_sim_get_person (self, candidate);
  gboolean screen = g_str_equal (type, "tab_switch");
  Capture *capture;

  /* A real browser uploads its own. */
  if (person->linked || !candidate->connected)
    return;
  capture = capture_new (self, exam, person, screen ? VIGIL_EVIDENCE_SCREEN : VIGIL_EVIDENCE_CAMERA);
  capture->violation = g_strdup (violation);
  push (self, capture);
}

/* The reference face was taken when the candidate joined; it is drawn when it is first wanted. */
static gboolean
needs_reference (VigilHallSim *self, VigilHallPerson *person)
{
  if (person->has_reference || person->linked || person->candidate->joined_at == 0)
    return FALSE;
  person->has_reference = TRUE;
  return !vigil_hall_evidence_has_reference (self->hall->evidence, vigil_hall_exam_get_id (self->exam),
                                             person->candidate->student_id);
}

static gboolean
needs_capture (VigilHallSim *self, VigilHallPerson *person)
{
  return person->candidate->connected && person->proctoring && !person->linked &&
         vigil_clock_wall_ms () - person->captured_at >= self->hall->options.captures * 1000;
}

/* Somebody who waits for up to two pictures. */
typedef struct
{
  guint      left;
  void     (*done) (VigilHall *hall, gpointer user_data);
  gpointer   user_data;
} Wait;

static void
one_done_cb (VigilHall *hall, gpointer user_data)
{
  Wait *wait = user_data;

  if (--wait->left > 0)
    return;
  wait->done (hall, wait->user_data);
  g_free (wait);
}

static void
push_awaited (Capture *capture, Wait *wait)
{
  wait->left++;
  capture->done = one_done_cb;
  capture->user_data = wait;
  push (capture->sim, capture);
}

void
vigil_hall_sim_refresh_capture (VigilHallSim *self, VigilHallExam *exam, VigilHallCandidate *candidate,
                                gboolean now, void (*done) (VigilHall *hall, gpointer user_data),
                                gpointer user_data)
{
  VigilHallPerson *person = exam == self->exam ? vigil_hall_sim_get_person (self, candidate) : NULL;
  Wait *wait = g_new0 (Wait, 1);

  wait->left = 1;
  wait->done = done;
  wait->user_data = user_data;
  if (person && needs_reference (self, person))
    {
      Capture *reference = capture_new (self, exam, person, VIGIL_EVIDENCE_REFERENCE);

      reference->at = candidate->joined_at;
      push_awaited (reference, wait);
    }
  if (person && now && needs_capture (self, person))
    {
      /* Two consoles that ask at once get one picture. */
      person->captured_at = vigil_clock_wall_ms ();
      push_awaited (capture_new (self, exam, person, VIGIL_EVIDENCE_CAMERA), wait);
    }
  one_done_cb (self->hall, wait);
}

guint
vigil_hall_sim_get_n_missed (VigilHallSim *self)
{
  return self->missed;
}

void
vigil_hall_sim_stop_captures (VigilHallSim *self)
{
  Capture *capture;

  g_cancellable_cancel (self->cancellable);
  while ((capture = g_queue_pop_head (&self->waiting)))
    finish (capture);
}
