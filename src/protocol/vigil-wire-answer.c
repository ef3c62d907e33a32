/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON → session, exam, join, configuration, pages. */
#include "vigil-hall-answer.h"

#include <string.h>

#include "vigil-hall-message.h"
#include "vigil-members.h"
#include "vigil-people-json.h"

#define MAX_TEXT 4096
#define MAX_ROOMS 1000
#define MAX_ITEMS 1000
#define MAX_VALUES 1000
#define MAX_CAPTURE_SECONDS 3600
#define REQUIRED VIGIL_MEMBER_REQUIRED
#define NULLABLE (VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE)

void
vigil_wire_session_free (VigilWireSession *self)
{
  if (!self)
    return;
  g_free (self->user);
  g_free (self->hall);
  g_free (self);
}

void
vigil_wire_exam_free (VigilWireExam *self)
{
  if (!self)
    return;
  g_free (self->id);
  g_free (self->quiz_id);
  g_free (self->title);
  g_free (self->state);
  g_strfreev (self->rooms);
  g_clear_pointer (&self->sfu, vigil_sfu_config_unref);
  g_free (self);
}

void
vigil_wire_join_free (VigilWireJoin *self)
{
  if (!self)
    return;
  vigil_wire_exam_free (self->exam);
  g_free (self);
}

void
vigil_wire_config_value_free (VigilWireConfigValue *self)
{
  if (!self)
    return;
  g_free (self->key);
  g_free (self->value);
  g_free (self->source);
  g_free (self->by);
  g_free (self);
}

void
vigil_wire_page_free (VigilWirePage *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self->next);
  g_free (self);
}

VigilWireSession *
vigil_wire_session_from_json (JsonNode *node, GError **error)
{
  g_autoptr (VigilWireSession) self = NULL;
  const char *role;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "session", error))
    return NULL;
  self = g_new0 (VigilWireSession, 1);
  self->user = g_strdup (vigil_members_get_id (&m, "user", REQUIRED));
  self->hall = g_strdup (vigil_members_get_text (&m, "hall", REQUIRED, MAX_TEXT));
  role = vigil_members_get_id (&m, "role", REQUIRED);
  if (role && !vigil_role_from_nick (role, &self->role))
    vigil_members_fail (&m, "role", "not a console's");
  self->server_time_ms = vigil_members_get_time (&m, "serverTime", REQUIRED);
  self->expires_at_ms = vigil_members_get_time (&m, "expiresAt", NULLABLE);
  return vigil_members_ok (&m) ? g_steal_pointer (&self) : NULL;
}

VigilWireExam *
vigil_wire_exam_from_json (JsonNode *node, GError **error)
{
  g_autoptr (VigilWireExam) self = NULL;
  const char *proctoring;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "exam", error))
    return NULL;
  self = g_new0 (VigilWireExam, 1);
  self->id = g_strdup (vigil_members_get_id (&m, "examId", REQUIRED));
  self->quiz_id = g_strdup (vigil_members_get_id (&m, "quizId", REQUIRED));
  self->title = g_strdup (vigil_members_get_text (&m, "title", REQUIRED, MAX_TEXT));
  self->state = g_strdup (vigil_members_get_id (&m, "state", REQUIRED));
  self->starts_at_ms = vigil_members_get_time (&m, "startsAt", NULLABLE);
  self->ends_at_ms = vigil_members_get_time (&m, "endsAt", NULLABLE);
  self->rooms = vigil_members_dup_strings (&m, "rooms", 0, MAX_ROOMS, MAX_TEXT);
  self->candidates = (guint) vigil_members_get_int (&m, "candidates", REQUIRED, 0, G_MAXINT32, 0);
  self->streaming = (guint) vigil_members_get_int (&m, "streaming", REQUIRED, 0, G_MAXINT32, 0);
  proctoring = vigil_members_get_id (&m, "proctoring", 0);
  self->proctoring = !proctoring || strcmp (proctoring, "off") != 0;
  self->capture_seconds = (guint) vigil_members_get_int (&m, "captureSeconds", VIGIL_MEMBER_NULLABLE, 1, MAX_CAPTURE_SECONDS, 0);
  if (vigil_members_has (&m, "sfu") && !vigil_members_is_null (&m, "sfu"))
    self->sfu = vigil_sfu_config_from_exam (json_object_get_member (m.object, "sfu"));
  return vigil_members_ok (&m) ? g_steal_pointer (&self) : NULL;
}

VigilWireJoin *
vigil_wire_join_from_json (JsonNode *node, GError **error)
{
  g_autoptr (VigilWireJoin) self = NULL;
  JsonNode *exam;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "joinExam", error))
    return NULL;
  self = g_new0 (VigilWireJoin, 1);
  self->server_time_ms = vigil_members_get_time (&m, "serverTime", REQUIRED);
  self->epoch = vigil_members_get_int (&m, "epoch", REQUIRED, 1, VIGIL_JSON_MAX_INT, 0);
  self->seq = vigil_members_get_int (&m, "seq", REQUIRED, 0, VIGIL_JSON_MAX_INT, 0);
  exam = vigil_members_get_object (&m, "exam", REQUIRED);
  if (!vigil_members_ok (&m))
    return NULL;
  self->exam = vigil_wire_exam_from_json (exam, error);
  return self->exam ? g_steal_pointer (&self) : NULL;
}

static char *
value_to_text (JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("");
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return vigil_json_to_string (node);
}

static VigilWireConfigValue *
config_value_from_json (const char *key, JsonNode *node, GError **error)
{
  g_autoptr (VigilWireConfigValue) self = NULL;
  JsonNode *value;
  VigilMembers m;

  if (!vigil_members_init (&m, node, key, error))
    return NULL;
  self = g_new0 (VigilWireConfigValue, 1);
  value = json_object_get_member (m.object, "value");
  if (!value || JSON_NODE_HOLDS_OBJECT (value) || JSON_NODE_HOLDS_ARRAY (value))
    vigil_members_fail (&m, "value", "not a plain value");
  self->key = g_strdup (key);
  self->source = g_strdup (vigil_members_get_id (&m, "source", REQUIRED));
  self->by = g_strdup (vigil_members_get_text (&m, "by", VIGIL_MEMBER_NULLABLE, MAX_TEXT));
  if (!vigil_members_ok (&m))
    return NULL;
  self->value = value_to_text (value);
  return g_steal_pointer (&self);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const VigilWireConfigValue *const *left = a, *const *right = b;

  return strcmp ((*left)->key, (*right)->key);
}

GPtrArray *
vigil_wire_config_from_json (JsonNode *node, GError **error)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_wire_config_value_free);
  JsonNode *object;
  JsonObjectIter iter;
  const char *key;
  JsonNode *member;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "config", error))
    return NULL;
  object = vigil_members_get_object (&m, "values", REQUIRED);
  if (!object)
    return NULL;
  if (json_object_get_size (json_node_get_object (object)) > MAX_VALUES)
    {
      vigil_members_fail (&m, "values", "too many");
      return NULL;
    }
  json_object_iter_init (&iter, json_node_get_object (object));
  while (json_object_iter_next (&iter, &key, &member))
    {
      VigilWireConfigValue *value = config_value_from_json (key, member, error);

      if (!value)
        return NULL;
      g_ptr_array_add (values, value);
    }
  g_ptr_array_sort (values, compare_keys);
  return g_steal_pointer (&values);
}

/* ["session_update", {…}], as on the socket. */
static gpointer
event_from_json (JsonNode *node, GError **error)
{
  JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  JsonNode *name = pair && json_array_get_length (pair) == 2 ? json_array_get_element (pair, 0) : NULL;
  g_autoptr (GError) cause = NULL;
  VigilHallEvent *event;

  if (!name || json_node_get_value_type (name) != G_TYPE_STRING)
    {
      g_set_error_literal (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "not a name and an argument");
      return NULL;
    }
  event = vigil_hall_message_parse (json_node_get_string (name), json_array_get_element (pair, 1), &cause);
  if (!event)
    event = vigil_hall_message_parse_position (json_array_get_element (pair, 1));
  if (!event)
    g_propagate_error (error, g_steal_pointer (&cause));
  return event;
}

static gpointer
item_from_json (JsonNode *node, VigilPageKind kind, GError **error)
{
  switch (kind)
    {
    case VIGIL_PAGE_EXAMS:
      return vigil_wire_exam_from_json (node, error);
    case VIGIL_PAGE_CANDIDATES:
      return vigil_candidate_info_from_json (node, FALSE, error);
    case VIGIL_PAGE_VIOLATIONS:
      return vigil_violation_from_json (node, error);
    case VIGIL_PAGE_EVIDENCE:
      return vigil_evidence_item_from_json (node, error);
    case VIGIL_PAGE_BYPASSES:
      return vigil_bypass_from_json (node, error);
    case VIGIL_PAGE_CHANGES:
      return event_from_json (node, error);
    default:
      g_return_val_if_reached (NULL);
    }
}

static GDestroyNotify
item_free_func (VigilPageKind kind)
{
  static const GDestroyNotify funcs[] = {
    [VIGIL_PAGE_EXAMS] = (GDestroyNotify) vigil_wire_exam_free,
    [VIGIL_PAGE_CANDIDATES] = (GDestroyNotify) vigil_candidate_info_free,
    [VIGIL_PAGE_VIOLATIONS] = (GDestroyNotify) vigil_violation_unref,
    [VIGIL_PAGE_EVIDENCE] = (GDestroyNotify) vigil_evidence_item_unref,
    [VIGIL_PAGE_BYPASSES] = (GDestroyNotify) vigil_bypass_unref,
    [VIGIL_PAGE_CHANGES] = (GDestroyNotify) vigil_hall_event_unref,
  };

  return funcs[kind];
}

static gboolean
read_items (VigilWirePage *self, JsonArray *array, VigilPageKind kind, GError **error)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      gpointer item = item_from_json (json_array_get_element (array, i), kind, error);

      if (!item)
        {
          g_prefix_error (error, "item %u: ", i);
          return FALSE;
        }
      g_ptr_array_add (self->items, item);
    }
  return TRUE;
}

VigilWirePage *
vigil_wire_page_from_json (JsonNode *node, VigilPageKind kind, GError **error)
{
  g_autoptr (VigilWirePage) self = NULL;
  VigilMemberFlags roster = kind == VIGIL_PAGE_CANDIDATES ? REQUIRED : 0;
  VigilMemberFlags placed = kind == VIGIL_PAGE_CHANGES ? REQUIRED : roster;
  JsonArray *array;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "page", error))
    return NULL;
  self = g_new0 (VigilWirePage, 1);
  self->items = g_ptr_array_new_with_free_func (item_free_func (kind));
  self->next = g_strdup (vigil_members_get_text (&m, "next", NULLABLE, MAX_TEXT));
  self->total = (guint) vigil_members_get_int (&m, "total", roster, 0, G_MAXINT32, 0);
  self->epoch = vigil_members_get_int (&m, "epoch", placed, 1, VIGIL_JSON_MAX_INT, 0);
  self->seq = vigil_members_get_int (&m, "seq", placed, 0, VIGIL_JSON_MAX_INT, -1);
  array = vigil_members_get_array (&m, "items", REQUIRED, MAX_ITEMS);
  if (!vigil_members_ok (&m) || !read_items (self, array, kind, error))
    return NULL;
  return g_steal_pointer (&self);
}
