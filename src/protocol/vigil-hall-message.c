/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event name + JSON → VigilHallEvent. */
#include "vigil-hall-message.h"

#include <string.h>

#include "vigil-members.h"
#include "vigil-people-json.h"

#define MAX_TEXT 8192
#define MAX_WORKER 1024
#define REQUIRED VIGIL_MEMBER_REQUIRED
#define NULLABLE (VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE)

/* Fills @event from @m; errors are left in @m. */
typedef void (*ReadFunc) (VigilHallEvent *event, VigilMembers *m, JsonNode *node);

typedef struct
{
  const char         *name;
  VigilHallEventKind  kind;
  gboolean            sequenced;
  ReadFunc            read;
} Message;

static void
read_session_update (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  event->candidate = vigil_candidate_info_from_json (node, TRUE, m->error);
  m->failed = !event->candidate;
  if (event->candidate)
    event->student_id = g_strdup (event->candidate->id);
}

static void
read_violation (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  event->violation = vigil_violation_from_json (node, m->error);
  m->failed = !event->violation;
  if (!event->violation)
    return;
  event->student_id = g_strdup (event->violation->student_id);
  event->flag_id = g_strdup (event->violation->id);
}

static void
read_producer (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  VigilMemberFlags need = event->kind == VIGIL_HALL_EVENT_NEW_PRODUCER ? REQUIRED : 0;
  const char *source;

  event->producer_id = g_strdup (vigil_members_get_id (m, "producerId", REQUIRED));
  event->student_id = g_strdup (vigil_members_get_id (m, "studentId", need));
  source = vigil_members_get_id (m, "source", need);
  event->source_known = source && vigil_source_from_nick (source, &event->source);
  if (event->kind != VIGIL_HALL_EVENT_NEW_PRODUCER)
    return;
  event->worker_said = vigil_members_has (m, "worker");
  event->worker = g_strdup (vigil_members_get_text (m, "worker", VIGIL_MEMBER_NULLABLE, MAX_WORKER));
}

static void
read_consumer (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  event->consumer_id = g_strdup (vigil_members_get_id (m, "consumerId", REQUIRED));
  event->reason = g_strdup (vigil_members_get_text (m, "reason", VIGIL_MEMBER_NULLABLE, MAX_TEXT));
}

static void
read_consumer_layers (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  event->consumer_id = g_strdup (vigil_members_get_id (m, "consumerId", REQUIRED));
  event->spatial_layer = (int) vigil_members_get_int (m, "spatialLayer", NULLABLE, 0, 15, -1);
}

static void
read_transport_closed (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  event->part = g_strdup (vigil_members_get_id (m, "transportId", REQUIRED));
  event->reason = g_strdup (vigil_members_get_text (m, "reason", VIGIL_MEMBER_NULLABLE, MAX_TEXT));
}

static void
read_system (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  event->part = g_strdup (vigil_members_get_id (m, "part", REQUIRED));
  event->degraded = vigil_members_get_bool (m, "degraded", REQUIRED, FALSE);
  event->reason = g_strdup (vigil_members_get_text (m, "reason", VIGIL_MEMBER_NULLABLE, MAX_TEXT));
  event->since_ms = vigil_members_get_time (m, "since", VIGIL_MEMBER_NULLABLE);
}

static void
read_bypass_changed (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  JsonNode *bypass;

  event->student_id = g_strdup (vigil_members_get_id (m, "studentId", REQUIRED));
  bypass = vigil_members_get_object (m, "bypass", NULLABLE);
  if (!bypass)
    return;
  event->bypass = vigil_bypass_from_json (bypass, m->error);
  m->failed = !event->bypass;
  if (event->bypass && !event->bypass->active)
    g_clear_pointer (&event->bypass, vigil_bypass_unref);
}

static void
read_intervention (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  vigil_members_get_id (m, "id", REQUIRED);
  event->student_id = g_strdup (vigil_members_get_id (m, "studentId", REQUIRED));
  event->part = g_strdup (vigil_members_get_id (m, "kind", REQUIRED));
  event->actor = g_strdup (vigil_members_get_text (m, "by", REQUIRED, MAX_TEXT));
  event->reason = g_strdup (vigil_members_get_text (m, "text", VIGIL_MEMBER_NULLABLE, MAX_TEXT));
  if (!event->reason)
    event->reason = g_strdup (vigil_members_get_text (m, "reason", VIGIL_MEMBER_NULLABLE, MAX_TEXT));
}

static void
read_flag_changed (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  const char *verdict;

  event->flag_id = g_strdup (vigil_members_get_id (m, "id", REQUIRED));
  event->student_id = g_strdup (vigil_members_get_id (m, "studentId", REQUIRED));
  event->actor = g_strdup (vigil_members_get_text (m, "by", REQUIRED, MAX_TEXT));
  event->reason = g_strdup (vigil_members_get_text (m, "note", VIGIL_MEMBER_NULLABLE, MAX_TEXT));
  event->open_flags = (int) vigil_members_get_int (m, "openFlags", 0, 0, G_MAXINT32, -1);
  event->until_ms = vigil_members_get_time (m, "until", VIGIL_MEMBER_NULLABLE);
  /* null: its verdict is no more, it is open again. */
  verdict = vigil_members_get_id (m, "verdict", NULLABLE);
  if (verdict && !vigil_verdict_from_nick (verdict, &event->verdict))
    vigil_members_fail (m, "verdict", "unknown");
}

static void
read_exam_update (VigilHallEvent *event, VigilMembers *m, JsonNode *node)
{
  event->part = g_strdup (vigil_members_get_id (m, "examId", REQUIRED));
  event->reason = g_strdup (vigil_members_get_id (m, "state", 0));
}

static const Message messages[] = {
  { "session_update", VIGIL_HALL_EVENT_SESSION_UPDATE, TRUE, read_session_update },
  { "violation", VIGIL_HALL_EVENT_VIOLATION, TRUE, read_violation },
  { "flag_changed", VIGIL_HALL_EVENT_FLAG_CHANGED, TRUE, read_flag_changed },
  { "new_producer", VIGIL_HALL_EVENT_NEW_PRODUCER, TRUE, read_producer },
  { "producer_closed", VIGIL_HALL_EVENT_PRODUCER_CLOSED, TRUE, read_producer },
  { "bypass_changed", VIGIL_HALL_EVENT_BYPASS_CHANGED, TRUE, read_bypass_changed },
  { "intervention", VIGIL_HALL_EVENT_INTERVENTION, TRUE, read_intervention },
  { "exam_update", VIGIL_HALL_EVENT_EXAM_UPDATE, TRUE, read_exam_update },
  { "consumer_closed", VIGIL_HALL_EVENT_CONSUMER_CLOSED, FALSE, read_consumer },
  { "consumer_paused", VIGIL_HALL_EVENT_CONSUMER_PAUSED, FALSE, read_consumer },
  { "consumer_resumed", VIGIL_HALL_EVENT_CONSUMER_RESUMED, FALSE, read_consumer },
  { "consumer_layers", VIGIL_HALL_EVENT_CONSUMER_LAYERS, FALSE, read_consumer_layers },
  { "transport_closed", VIGIL_HALL_EVENT_SFU_RESTARTED, FALSE, read_transport_closed },
  { "system", VIGIL_HALL_EVENT_SYSTEM, FALSE, read_system },
  { "session_expired", VIGIL_HALL_EVENT_SESSION_EXPIRED, FALSE, NULL },
};

static const Message *
find_message (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (strcmp (messages[i].name, name) == 0)
      return &messages[i];
  return NULL;
}

VigilHallEvent *
vigil_hall_message_parse (const char *event, JsonNode *argument, GError **error)
{
  const Message *message = find_message (event);
  g_autoptr (VigilHallEvent) result = NULL;
  VigilMembers m;

  if (!message)
    {
      g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_UNKNOWN, "unknown event \"%.64s\"", event);
      return NULL;
    }
  if (message->read && !vigil_members_init (&m, argument, message->name, error))
    return NULL;
  result = vigil_hall_event_new (message->kind);
  result->seq = -1;
  if (!message->read)
    return g_steal_pointer (&result);
  if (message->sequenced)
    {
      result->epoch = vigil_members_get_int (&m, "epoch", REQUIRED, 1, VIGIL_JSON_MAX_INT, 0);
      result->seq = vigil_members_get_int (&m, "seq", REQUIRED, 0, VIGIL_JSON_MAX_INT, -1);
    }
  if (vigil_members_ok (&m))
    message->read (result, &m, argument);
  return vigil_members_ok (&m) ? g_steal_pointer (&result) : NULL;
}

VigilHallEvent *
vigil_hall_message_parse_position (JsonNode *argument)
{
  g_autoptr (VigilHallEvent) result = vigil_hall_event_new (VIGIL_HALL_EVENT_OTHER);
  VigilMembers m;

  if (!vigil_members_init (&m, argument, "event", NULL))
    return NULL;
  result->epoch = vigil_members_get_int (&m, "epoch", REQUIRED, 1, VIGIL_JSON_MAX_INT, 0);
  result->seq = vigil_members_get_int (&m, "seq", REQUIRED, 0, VIGIL_JSON_MAX_INT, -1);
  return vigil_members_ok (&m) ? g_steal_pointer (&result) : NULL;
}
