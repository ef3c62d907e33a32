/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hall tells a session: violations, verdicts, consumers, the exam itself. */

#include "vigil-session-private.h"

/* The roster's count is the hall's; the worst band among the open ones is what we know of them. */
static void
update_worst (VigilSession *self,
              const char   *student_id,
              int           open_by)
{
  const VigilCandidate *candidate = vigil_roster_lookup (self->roster, student_id);
  VigilBand worst;
  guint n_open;
  guint n_known;

  if (candidate == NULL)
    return;

  n_known = vigil_violation_log_get_open (self->violations, student_id, &worst);
  n_open = open_by < 0 && candidate->open_flags < (guint) -open_by ? 0 : candidate->open_flags + open_by;
  vigil_roster_set_open_flags (self->roster, candidate->handle, n_open, n_known > 0 ? worst : VIGIL_BAND_MEDIUM);
}

void
vigil_session_take_violation (VigilSession   *self,
                              VigilViolation *violation,
                              gboolean        live)
{
  VigilLogResult result = live ? vigil_violation_log_add (self->violations, violation)
                               : vigil_violation_log_add_read (self->violations, violation);
  gboolean is_new = result == VIGIL_LOG_ADDED || result == VIGIL_LOG_EVICTED;
  gboolean counts = live && is_new && violation->verdict == VIGIL_VERDICT_OPEN &&
                    !vigil_roster_sync_hall_counts_flags (self->sync);
  VigilViolation *held;

  held = vigil_violation_log_lookup (self->violations, violation->id);
  /* The queue forgets nothing: it has also what the log has no room for. */
  vigil_triage_take (self->triage, held != NULL ? held : violation);
  if (result == VIGIL_LOG_SAME || (result == VIGIL_LOG_EVICTED && !live))
    return;

  if (live && (result == VIGIL_LOG_ADDED || result == VIGIL_LOG_EVICTED))
    vigil_incident_watch_take_violation (self->incidents, violation);
  /* There may be no room to keep it; what just happened is told all the same. */
  update_worst (self, violation->student_id, counts ? 1 : 0);
  g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_VIOLATION], 0, held != NULL ? held : violation);
}

void
vigil_session_take_verdict (VigilSession *self,
                            const char   *flag_id,
                            VigilVerdict  verdict,
                            gint64        until_ms,
                            gboolean      counted)
{
  VigilViolation *held = vigil_violation_log_lookup (self->violations, flag_id);
  gboolean was_open = held != NULL && held->verdict == VIGIL_VERDICT_OPEN;
  gboolean is_open = verdict == VIGIL_VERDICT_OPEN;
  VigilViolation *violation = vigil_violation_log_set_verdict (self->violations, flag_id, verdict, until_ms);

  vigil_triage_take_verdict (self->triage, flag_id, verdict, until_ms);
  if (violation == NULL)
    return;

  /* Handed up, it may be the queue's though it never was before. */
  vigil_triage_take (self->triage, violation);
  /* A snooze that is over opens it again. */
  update_worst (self, violation->student_id, counted ? 0 : is_open - was_open);
  g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_VIOLATION], 0, violation);
}

void
vigil_session_read_flags (VigilSession *self)
{
  if (self->exam == NULL)
    return;

  vigil_triage_flags_reading (self->triage);
  vigil_flag_reader_start (self->flags, self->exam->id, VIGIL_SESSION_MAX_VIOLATIONS);
  if (self->who->role == VIGIL_ROLE_ADMIN)
    vigil_flag_reader_start (self->escalated, self->exam->id, VIGIL_SESSION_MAX_VIOLATIONS);
}

void
vigil_session_flag_read (gpointer        user_data,
                         VigilViolation *violation)
{
  VigilSession *self = user_data;

  if (self->exam == NULL)
    return;
  if (violation == NULL)
    {
      vigil_triage_flags_read (self->triage, TRUE);
      return;
    }

  vigil_session_take_violation (self, violation, FALSE);
  /* Older than all that is kept, and open: whoever queues what is open must hear of it. */
  if (self->exam != NULL && vigil_violation_log_lookup (self->violations, violation->id) == NULL)
    g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_VIOLATION], 0, violation);
}

void
vigil_session_escalated_read (gpointer        user_data,
                              VigilViolation *violation)
{
  VigilSession *self = user_data;

  if (self->exam != NULL && violation != NULL)
    vigil_session_take_violation (self, violation, FALSE);
}

static void
exams_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (VigilSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) exams = vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);

  if (exams == NULL)
    {
      g_debug ("Reading the exam again: %s", error->message);
      return;
    }

  for (guint i = 0; self->exam != NULL && i < exams->len; i++)
    {
      const VigilExam *exam = g_ptr_array_index (exams, i);

      if (g_strcmp0 (exam->id, self->exam->id) == 0)
        {
          vigil_exam_free (self->exam);
          self->exam = vigil_exam_copy (exam);
          vigil_session_read_exam_state (self);
          if (self->up)
            vigil_sfu_configure (self->parts.sfu, self->exam->sfu);
          vigil_session_update_rung (self);
          g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_EXAM_CHANGED], 0);
          return;
        }
    }
}

static void
read_exam_again (VigilSession *self)
{
  VigilDirectoryArgs args = { .exam_id = self->exam->id };

  vigil_hall_directory_query_async (self->parts.directory, VIGIL_DIRECTORY_EXAMS, &args, self->cancellable,
                                    exams_cb, g_object_ref (self));
}

void
vigil_session_take_event (VigilSession   *self,
                          VigilHallEvent *event)
{
  switch (event->kind)
    {
    case VIGIL_HALL_EVENT_VIOLATION:
      vigil_session_take_violation (self, event->violation, TRUE);
      break;

    case VIGIL_HALL_EVENT_FLAG_CHANGED:
      vigil_session_take_verdict (self, event->flag_id, event->verdict, event->until_ms, event->open_flags >= 0);
      break;

    case VIGIL_HALL_EVENT_CONSUMER_CLOSED:
      vigil_stream_controller_consumer_closed (self->streams, event->consumer_id, event->reason);
      break;

    case VIGIL_HALL_EVENT_CONSUMER_PAUSED:
    case VIGIL_HALL_EVENT_CONSUMER_RESUMED:
      vigil_stream_controller_consumer_paused (self->streams, event->consumer_id,
                                               event->kind == VIGIL_HALL_EVENT_CONSUMER_PAUSED);
      break;

    case VIGIL_HALL_EVENT_SFU_RESTARTED:
      vigil_stream_controller_transport_closed (self->streams, event->part, event->reason);
      vigil_roster_sync_request (self->sync, "the SFU was restarted");
      break;

    case VIGIL_HALL_EVENT_SYSTEM:
      vigil_links_take_system (self->links, event);
      break;

    case VIGIL_HALL_EVENT_INTERVENTION:
      g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_INTERVENTION], 0, event);
      break;

    case VIGIL_HALL_EVENT_EXAM_UPDATE:
      read_exam_again (self);
      break;

    case VIGIL_HALL_EVENT_SESSION_EXPIRED:
      vigil_session_need_auth (self);
      break;

    case VIGIL_HALL_EVENT_NEW_PRODUCER:
      vigil_stream_controller_producer_announced (self->streams, event->producer_id);
      break;

    case VIGIL_HALL_EVENT_SESSION_UPDATE:
    case VIGIL_HALL_EVENT_PRODUCER_CLOSED:
    case VIGIL_HALL_EVENT_BYPASS_CHANGED:
    case VIGIL_HALL_EVENT_CONSUMER_LAYERS:
    default:
      break; /* the roster's, or nothing we act on */
    }
}
