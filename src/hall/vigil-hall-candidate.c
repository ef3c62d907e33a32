/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate, and how it stands on the wire. */
#include "vigil-hall-candidate.h"

#include "vigil-hall-writer.h"

/* docs/protocol.md 13: flags of one score. */
#define MAX_FLAGS 32

static const char *const state_nicks[] = { "waiting", "active", "paused", "finished", "terminated" };

static void
clear_window (gpointer data)
{
  VigilHallWindow *window = data;

  g_free (window->type);
  g_free (window->id);
}

VigilHallCandidate *
vigil_hall_candidate_new (guint index, const char *student_id, const char *name)
{
  VigilHallCandidate *self = g_new0 (VigilHallCandidate, 1);

  self->index = index;
  self->student_id = g_strdup (student_id);
  self->name = g_strdup (name);
  self->state = VIGIL_HALL_STATE_WAITING;
  self->score = -1;
  self->version = 1;
  return self;
}

void
vigil_hall_candidate_free (VigilHallCandidate *self)
{
  for (guint i = 0; i < VIGIL_N_SOURCES; i++)
    g_free (self->producers[i]);
  g_free (self->student_id);
  g_free (self->name);
  g_free (self->platform_owned);
  g_free (self->claimed_by);
  g_free (self->score_prefix);
  g_free (self->score_flags);
  g_clear_pointer (&self->bypass, vigil_hall_bypass_free);
  g_clear_pointer (&self->windows, g_array_unref);
  g_clear_pointer (&self->counted, g_array_unref);
  g_free (self);
}

VigilHallBypass *
vigil_hall_bypass_new (void)
{
  return g_new0 (VigilHallBypass, 1);
}

void
vigil_hall_bypass_free (VigilHallBypass *self)
{
  g_free (self->reason);
  g_free (self->category);
  g_strfreev (self->signals);
  g_free (self->bypassed_by);
  g_free (self->revoked_by);
  g_free (self);
}

const VigilHallBypass *
vigil_hall_candidate_get_bypass (const VigilHallCandidate *self)
{
  return self->bypass && self->bypass->active ? self->bypass : NULL;
}

gboolean
vigil_hall_candidate_is_bypassed (const VigilHallCandidate *self, const char *signal)
{
  const VigilHallBypass *bypass = vigil_hall_candidate_get_bypass (self);

  if (!bypass)
    return FALSE;
  return !bypass->signals || !bypass->signals[0] ||
         g_strv_contains ((const char *const *) bypass->signals, signal);
}

gboolean
vigil_hall_candidate_is_proctored (const VigilHallCandidate *self)
{
  return !vigil_hall_candidate_is_bypassed (self, "camera");
}

const char *
vigil_hall_state_to_nick (VigilHallState state)
{
  return state_nicks[state];
}

void
vigil_hall_bypass_write (const VigilHallBypass *bypass, const char *student_id, GString *out, const char *name)
{
  if (!bypass)
    {
      vigil_hall_write_null (out, name);
      return;
    }
  vigil_hall_write_begin_object (out, name);
  vigil_hall_write_string (out, "studentId", student_id);
  vigil_hall_write_bool (out, "active", bypass->active);
  vigil_hall_write_string (out, "reason", bypass->reason);
  vigil_hall_write_string (out, "category", bypass->category);
  vigil_hall_write_strings (out, "signals", (const char *const *) bypass->signals);
  vigil_hall_write_time (out, "expiresAt", bypass->expires_at);
  vigil_hall_write_string (out, "bypassedBy", bypass->bypassed_by);
  vigil_hall_write_time (out, "createdAt", bypass->created_at);
  vigil_hall_write_string (out, "revokedBy", bypass->revoked_by);
  vigil_hall_write_time (out, "revokedAt", bypass->revoked_at);
  vigil_hall_write_int (out, "version", bypass->version);
  vigil_hall_write_end_object (out);
}

void
vigil_hall_candidate_write_flags (const VigilHallCandidate *self, GString *out, const char *name)
{
  vigil_hall_write_begin_array (out, name);
  for (guint i = 0; self->windows && i < self->windows->len && i < MAX_FLAGS; i++)
    vigil_hall_write_string (out, NULL, g_array_index (self->windows, VigilHallWindow, i).type);
  vigil_hall_write_end_array (out);
}

static void
write_producers (const VigilHallCandidate *self, GString *out)
{
  vigil_hall_write_begin_array (out, "producers");
  for (guint i = 0; i < VIGIL_N_SOURCES; i++)
    if (self->producers[i])
      {
        vigil_hall_write_begin_object (out, NULL);
        vigil_hall_write_string (out, "producerId", self->producers[i]);
        vigil_hall_write_string (out, "source", vigil_source_to_nick (i));
        vigil_hall_write_string (out, "kind", i == VIGIL_SOURCE_MICROPHONE ? "audio" : "video");
        vigil_hall_write_string (out, "worker", self->worker);
        vigil_hall_write_end_object (out);
      }
  vigil_hall_write_end_array (out);
}

static void
write_score (const VigilHallCandidate *self, GString *out)
{
  if (self->score < 0)
    vigil_hall_write_null (out, "score");
  else
    vigil_hall_write_int (out, "score", self->score);
  vigil_hall_write_time (out, "scoreAt", self->score_at);
  vigil_hall_candidate_write_flags (self, out, "flags");
}

static void
write_times (const VigilHallCandidate *self, GString *out, VigilHallFields fields)
{
  if (fields & VIGIL_HALL_FIELD_JOINED)
    vigil_hall_write_time (out, "joinedAt", self->joined_at);
  if (fields & VIGIL_HALL_FIELD_SEEN)
    vigil_hall_write_time (out, "lastSeenAt", self->seen_at);
  if (fields & VIGIL_HALL_FIELD_LEFT)
    vigil_hall_write_time (out, "leftAt", self->left_at);
  if (fields & VIGIL_HALL_FIELD_ENDS)
    vigil_hall_write_time (out, "endsAt", self->ends_at);
}

void
vigil_hall_candidate_write_fields (const VigilHallCandidate *self, GString *out, VigilHallFields fields)
{
  if (fields & VIGIL_HALL_FIELD_NAME)
    {
      vigil_hall_write_string (out, "name", self->name);
      vigil_hall_write_string (out, "room", self->room);
      vigil_hall_write_string (out, "network", self->network);
      vigil_hall_write_string (out, "platform", self->platform);
    }
  if (fields & VIGIL_HALL_FIELD_STATE)
    vigil_hall_write_string (out, "state", vigil_hall_state_to_nick (self->state));
  write_times (self, out, fields);
  if (fields & VIGIL_HALL_FIELD_CONNECTED)
    vigil_hall_write_bool (out, "connected", self->connected);
  if (fields & VIGIL_HALL_FIELD_STREAMING)
    vigil_hall_write_bool (out, "isStreaming", self->streaming);
  if (fields & VIGIL_HALL_FIELD_SCORE)
    write_score (self, out);
  if (fields & VIGIL_HALL_FIELD_OPEN_FLAGS)
    vigil_hall_write_int (out, "openFlags", self->open_flags);
  if (fields & VIGIL_HALL_FIELD_PRODUCERS)
    write_producers (self, out);
  if (fields & VIGIL_HALL_FIELD_BYPASS)
    vigil_hall_bypass_write (vigil_hall_candidate_get_bypass (self), self->student_id, out, "bypass");
  if (fields & VIGIL_HALL_FIELD_CLAIMED)
    vigil_hall_write_string (out, "claimedBy", self->claimed_by);
  if (fields & VIGIL_HALL_FIELD_HAND)
    vigil_hall_write_bool (out, "handRaised", self->hand_raised);
  if (fields & VIGIL_HALL_FIELD_VERSION)
    vigil_hall_write_int (out, "version", self->version);
}

void
vigil_hall_candidate_write (const VigilHallCandidate *self, GString *out, const char *name)
{
  vigil_hall_write_begin_object (out, name);
  vigil_hall_write_string (out, "studentId", self->student_id);
  vigil_hall_candidate_write_fields (self, out, VIGIL_HALL_FIELD_ALL);
  vigil_hall_write_end_object (out);
}

GArray *
vigil_hall_candidate_ensure_windows (VigilHallCandidate *self)
{
  if (!self->windows)
    {
      self->windows = g_array_new (FALSE, FALSE, sizeof (VigilHallWindow));
      g_array_set_clear_func (self->windows, clear_window);
    }
  return self->windows;
}
