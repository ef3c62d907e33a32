/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON → candidates and bypasses. */
#include "vigil-people-json.h"

#include <string.h>

#include "vigil-members.h"

#define MAX_TEXT 1024
#define MAX_REASON 8192
#define MAX_PRODUCERS 16
#define MAX_SIGNALS 16
#define MAX_FLAGS 32

typedef VigilMemberFlags Flags;

/* One function for rows and deltas: a row has every member of the table, a delta any of them. */
static gboolean
wants (VigilMembers *m, const char *name, gboolean is_delta, VigilCandidateInfo *info, VigilCandidateFields field)
{
  if (is_delta && !vigil_members_has (m, name))
    return FALSE;
  info->fields |= field;
  return TRUE;
}

/* As wants(), for members that rows too may leave out: absent says nothing. */
static gboolean
wants_optional (VigilMembers *m, const char *name, VigilCandidateInfo *info, VigilCandidateFields field)
{
  return wants (m, name, TRUE, info, field);
}

static gboolean
read_producer (JsonNode *node, VigilCandidateInfo *info, GError **error)
{
  VigilMembers m;
  const char *id, *source_nick, *worker;
  VigilSource source;

  if (!vigil_members_init (&m, node, "producer", error))
    return FALSE;
  id = vigil_members_get_id (&m, "producerId", VIGIL_MEMBER_REQUIRED);
  source_nick = vigil_members_get_id (&m, "source", VIGIL_MEMBER_REQUIRED);
  vigil_members_get_id (&m, "kind", VIGIL_MEMBER_REQUIRED);
  worker = vigil_members_get_text (&m, "worker", VIGIL_MEMBER_NULLABLE, MAX_TEXT);
  if (!vigil_members_ok (&m))
    return FALSE;
  /* A source we do not know cannot be shown; the others still can. */
  if (!vigil_source_from_nick (source_nick, &source))
    return TRUE;
  g_free (info->producer_ids[source]);
  info->producer_ids[source] = g_strdup (id);
  /* A candidate's worker is its webcam's: the one whose end everybody sees. */
  if (source == VIGIL_SOURCE_WEBCAM && vigil_members_has (&m, "worker"))
    {
      info->fields |= VIGIL_FIELD_WORKER;
      g_free (info->worker);
      info->worker = g_strdup (worker);
    }
  return TRUE;
}

static void
read_producers (VigilMembers *m, gboolean is_delta, VigilCandidateInfo *info)
{
  JsonArray *array;

  if (!wants (m, "producers", is_delta, info, VIGIL_FIELD_PRODUCERS))
    return;
  array = vigil_members_get_array (m, "producers", VIGIL_MEMBER_REQUIRED, MAX_PRODUCERS);
  for (guint i = 0; array && i < json_array_get_length (array); i++)
    if (!read_producer (json_array_get_element (array, i), info, m->failed ? NULL : m->error))
      {
        m->failed = TRUE;
        return;
      }
}

static void
read_bypass (VigilMembers *m, gboolean is_delta, VigilCandidateInfo *info)
{
  JsonNode *node;

  if (!wants (m, "bypass", is_delta, info, VIGIL_FIELD_BYPASS))
    return;
  node = vigil_members_get_object (m, "bypass", VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE);
  if (!node)
    return;
  info->bypass = vigil_bypass_from_json (node, m->error);
  if (!info->bypass)
    m->failed = TRUE;
  else if (!info->bypass->active)
    g_clear_pointer (&info->bypass, vigil_bypass_unref);
}

static void
read_score (VigilMembers *m, gboolean is_delta, VigilCandidateInfo *info)
{
  Flags need = is_delta ? VIGIL_MEMBER_NULLABLE : VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE;

  if (!wants (m, "score", is_delta, info, VIGIL_FIELD_SCORE))
    return;
  info->score = vigil_members_get_score (m, "score", need);
  info->score_at_ms = vigil_members_get_time (m, "scoreAt", need);
  info->flag_types = vigil_members_dup_strings (m, "flags", 0, MAX_FLAGS, MAX_TEXT);
}

static void
read_presence (VigilMembers *m, gboolean is_delta, VigilCandidateInfo *info)
{
  Flags nullable = VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE;

  if (wants (m, "joinedAt", is_delta, info, VIGIL_FIELD_JOINED_AT))
    info->joined_at_ms = vigil_members_get_time (m, "joinedAt", nullable);
  if (wants (m, "lastSeenAt", is_delta, info, VIGIL_FIELD_LAST_SEEN))
    info->last_seen_ms = vigil_members_get_time (m, "lastSeenAt", nullable);
  if (wants_optional (m, "leftAt", info, VIGIL_FIELD_LEFT_AT))
    info->left_at_ms = vigil_members_get_time (m, "leftAt", nullable);
  if (wants (m, "connected", is_delta, info, VIGIL_FIELD_CONNECTED))
    info->connected = vigil_members_get_bool (m, "connected", VIGIL_MEMBER_REQUIRED, FALSE);
  if (wants (m, "isStreaming", is_delta, info, VIGIL_FIELD_STREAMING))
    info->is_streaming = vigil_members_get_bool (m, "isStreaming", VIGIL_MEMBER_REQUIRED, FALSE);
  if (wants_optional (m, "handRaised", info, VIGIL_FIELD_HAND_RAISED))
    info->hand_raised = vigil_members_get_bool (m, "handRaised", VIGIL_MEMBER_REQUIRED, FALSE);
}

static void
read_identity (VigilMembers *m, gboolean is_delta, VigilCandidateInfo *info)
{
  Flags nullable = VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE;

  if (wants (m, "name", is_delta, info, VIGIL_FIELD_NAME))
    info->name = g_strdup (vigil_members_get_text (m, "name", VIGIL_MEMBER_REQUIRED, MAX_TEXT));
  if (wants_optional (m, "room", info, VIGIL_FIELD_ROOM))
    info->room = g_strdup (vigil_members_get_text (m, "room", nullable, MAX_TEXT));
  if (wants_optional (m, "network", info, VIGIL_FIELD_NETWORK))
    info->network = g_strdup (vigil_members_get_text (m, "network", nullable, MAX_TEXT));
  if (wants_optional (m, "platform", info, VIGIL_FIELD_PLATFORM))
    info->platform = g_strdup (vigil_members_get_text (m, "platform", nullable, MAX_TEXT));
  if (wants (m, "claimedBy", is_delta, info, VIGIL_FIELD_CLAIMED_BY))
    info->claimed_by = g_strdup (vigil_members_get_text (m, "claimedBy", nullable, MAX_TEXT));
  if (wants (m, "openFlags", is_delta, info, VIGIL_FIELD_OPEN_FLAGS))
    info->open_flags = (guint) vigil_members_get_int (m, "openFlags", VIGIL_MEMBER_REQUIRED, 0, G_MAXINT32, 0);
}

VigilCandidateInfo *
vigil_candidate_info_from_json (JsonNode *node, gboolean is_delta, GError **error)
{
  g_autoptr (VigilCandidateInfo) info = NULL;
  const char *id;
  VigilMembers m;

  if (!vigil_members_init (&m, node, is_delta ? "session_update" : "candidate", error))
    return NULL;
  id = vigil_members_get_id (&m, "studentId", VIGIL_MEMBER_REQUIRED);
  if (!id)
    return NULL;
  info = vigil_candidate_info_new (id);
  info->fields = 0;
  info->score = -1;
  read_identity (&m, is_delta, info);
  read_presence (&m, is_delta, info);
  read_score (&m, is_delta, info);
  read_producers (&m, is_delta, info);
  if (vigil_members_ok (&m))
    read_bypass (&m, is_delta, info);
  return vigil_members_ok (&m) ? g_steal_pointer (&info) : NULL;
}

VigilBypass *
vigil_bypass_from_json (JsonNode *node, GError **error)
{
  g_autoptr (VigilBypass) self = NULL;
  gint64 version;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "bypass", error))
    return NULL;
  self = vigil_bypass_new ();
  self->active = vigil_members_get_bool (&m, "active", VIGIL_MEMBER_REQUIRED, FALSE);
  self->reason = g_strdup (vigil_members_get_text (&m, "reason", VIGIL_MEMBER_REQUIRED, MAX_REASON));
  self->category = g_strdup (vigil_members_get_text (&m, "category", VIGIL_MEMBER_REQUIRED, MAX_TEXT));
  self->signals = vigil_members_dup_strings (&m, "signals", VIGIL_MEMBER_REQUIRED, MAX_SIGNALS, MAX_TEXT);
  self->expires_at_ms = vigil_members_get_time (&m, "expiresAt", VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE);
  self->bypassed_by = g_strdup (vigil_members_get_text (&m, "bypassedBy", VIGIL_MEMBER_REQUIRED, MAX_TEXT));
  self->created_at_ms = vigil_members_get_time (&m, "createdAt", VIGIL_MEMBER_REQUIRED);
  version = vigil_members_get_int (&m, "version", VIGIL_MEMBER_REQUIRED, 0, VIGIL_JSON_MAX_INT, 0);
  self->etag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", version);
  return vigil_members_ok (&m) ? g_steal_pointer (&self) : NULL;
}
