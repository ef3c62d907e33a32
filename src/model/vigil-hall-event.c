/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hall announces, typed. */

#include "vigil-hall-event.h"

/** An event of @kind that is not sequenced and names nothing yet. Returns: (transfer full). */
VigilHallEvent *
vigil_hall_event_new (VigilHallEventKind kind)
{
  VigilHallEvent *self = g_new0 (VigilHallEvent, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->seq = -1;
  self->open_flags = -1;
  self->spatial_layer = -1;
  return self;
}

VigilHallEvent *
vigil_hall_event_ref (VigilHallEvent *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_hall_event_unref (VigilHallEvent *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->candidate, vigil_candidate_info_free);
  g_clear_pointer (&self->violation, vigil_violation_unref);
  g_clear_pointer (&self->bypass, vigil_bypass_unref);
  g_free (self->student_id);
  g_free (self->producer_id);
  g_free (self->consumer_id);
  g_free (self->flag_id);
  g_free (self->part);
  g_free (self->reason);
  g_free (self->actor);
  g_free (self->worker);
  g_free (self);
}

/** The kind's name for logs. Any thread. */
const char *
vigil_hall_event_kind_to_nick (VigilHallEventKind kind)
{
  static const char *const nicks[] = {
    [VIGIL_HALL_EVENT_SESSION_UPDATE] = "session_update",
    [VIGIL_HALL_EVENT_VIOLATION] = "violation",
    [VIGIL_HALL_EVENT_NEW_PRODUCER] = "new_producer",
    [VIGIL_HALL_EVENT_PRODUCER_CLOSED] = "producer_closed",
    [VIGIL_HALL_EVENT_CONSUMER_CLOSED] = "consumer_closed",
    [VIGIL_HALL_EVENT_CONSUMER_LAYERS] = "consumer_layers",
    [VIGIL_HALL_EVENT_SYSTEM] = "system",
    [VIGIL_HALL_EVENT_BYPASS_CHANGED] = "bypass_changed",
    [VIGIL_HALL_EVENT_INTERVENTION] = "intervention",
    [VIGIL_HALL_EVENT_FLAG_CHANGED] = "flag_changed",
    [VIGIL_HALL_EVENT_SFU_RESTARTED] = "sfu_restarted",
    [VIGIL_HALL_EVENT_CONSUMER_PAUSED] = "consumer_paused",
    [VIGIL_HALL_EVENT_CONSUMER_RESUMED] = "consumer_resumed",
    [VIGIL_HALL_EVENT_EXAM_UPDATE] = "exam_update",
    [VIGIL_HALL_EVENT_OTHER] = "other",
    [VIGIL_HALL_EVENT_SESSION_EXPIRED] = "session_expired",
  };

  return (guint) kind < G_N_ELEMENTS (nicks) ? nicks[kind] : "unknown";
}
