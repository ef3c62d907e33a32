/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far each candidate's bypass has come, so that a late answer is known as one.
 *
 * Both the roster and the events are followed: a page is no event, and of several changes in one
 * batch the roster tells only the last, or none if it ends as it began. */

#include "vigil-bypass-watch.h"

typedef struct
{
  gint64   version;
  gboolean ended;      /* perhaps by a word that did not carry the version: it is at least this one */
} Seen;

struct _VigilBypassWatch
{
  VigilRoster *roster;
  GHashTable  *seen;   /* student id, owned → Seen, owned */
};

static void
note (VigilBypassWatch  *self,
      const char        *student_id,
      const VigilBypass *bypass)
{
  Seen *seen = g_hash_table_lookup (self->seen, student_id);
  gint64 version = bypass != NULL ? vigil_bypass_get_version (bypass) : 0;

  if (seen == NULL && bypass == NULL)
    return;
  if (seen == NULL)
    {
      seen = g_new0 (Seen, 1);
      g_hash_table_insert (self->seen, g_strdup (student_id), seen);
    }

  if (bypass != NULL && version >= seen->version)
    {
      seen->version = version;
      seen->ended = !bypass->active;
    }
  else if (bypass == NULL && !seen->ended)
    {
      seen->version++; /* its end raised it */
      seen->ended = TRUE;
    }
}

static void
candidate_changed_cb (VigilBypassWatch *self,
                      guint             handle,
                      guint             fields)
{
  const VigilCandidate *candidate = fields & VIGIL_FIELD_BYPASS ? vigil_roster_get (self->roster, handle) : NULL;

  if (candidate != NULL)
    note (self, candidate->id, candidate->bypass);
}

VigilBypassWatch *
vigil_bypass_watch_new (VigilRoster *roster)
{
  VigilBypassWatch *self = g_new0 (VigilBypassWatch, 1);

  self->roster = g_object_ref (roster);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_signal_connect_swapped (roster, "candidate-changed", G_CALLBACK (candidate_changed_cb), self);
  return self;
}

void
vigil_bypass_watch_free (VigilBypassWatch *self)
{
  g_signal_handlers_disconnect_by_data (self->roster, self);
  g_object_unref (self->roster);
  g_hash_table_unref (self->seen);
  g_free (self);
}

void
vigil_bypass_watch_clear (VigilBypassWatch *self)
{
  g_hash_table_remove_all (self->seen);
}

void
vigil_bypass_watch_take_event (VigilBypassWatch     *self,
                               const VigilHallEvent *event)
{
  const VigilCandidateInfo *info = event->candidate;

  if (event->kind == VIGIL_HALL_EVENT_BYPASS_CHANGED)
    note (self, event->student_id, event->bypass);
  else if (info != NULL && (info->fields & VIGIL_FIELD_BYPASS))
    note (self, info->id, info->bypass);
}

gboolean
vigil_bypass_watch_take_answer (VigilBypassWatch *self,
                                const char       *student_id,
                                VigilBypass      *bypass)
{
  const Seen *seen = g_hash_table_lookup (self->seen, student_id);
  gint64 version = vigil_bypass_get_version (bypass);

  if (seen != NULL && version > 0 && version < seen->version)
    return FALSE;

  note (self, student_id, bypass);
  return TRUE;
}
