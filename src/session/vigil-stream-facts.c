/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the roster says of candidates, told to the stream budget. */

#include "vigil-stream-facts.h"

#define MATTERS \
  (VIGIL_FIELD_STREAMING | VIGIL_FIELD_PRODUCERS | VIGIL_FIELD_OPEN_FLAGS | VIGIL_FIELD_PINNED | VIGIL_FIELD_CLAIMED_BY)

struct _VigilStreamFacts
{
  VigilRoster       *roster;
  VigilStreamBudget *budget;
  GHashTable        *claimed;   /* set of VigilHandle: whom the operator has claimed */
  char              *operator;  /* nullable */
};

VigilStreamFacts *
vigil_stream_facts_new (VigilRoster       *roster,
                        VigilStreamBudget *budget)
{
  VigilStreamFacts *self = g_new0 (VigilStreamFacts, 1);

  self->roster = roster;
  self->budget = budget;
  self->claimed = g_hash_table_new (NULL, NULL);
  return self;
}

void
vigil_stream_facts_free (VigilStreamFacts *self)
{
  g_hash_table_unref (self->claimed);
  g_free (self->operator);
  g_free (self);
}

/* Nobody enters the budget only to say that he is not claimed: 50,000 would. Returns: whether it is news. */
static gboolean
note_claim (VigilStreamFacts     *self,
            const VigilCandidate *candidate)
{
  gboolean ours = self->operator != NULL && g_strcmp0 (candidate->claimed_by, self->operator) == 0;
  gboolean news = ours ? g_hash_table_add (self->claimed, GUINT_TO_POINTER (candidate->handle))
                       : g_hash_table_remove (self->claimed, GUINT_TO_POINTER (candidate->handle));

  if (news)
    vigil_stream_budget_set_claimed (self->budget, candidate->handle, ours);
  return news;
}

gboolean
vigil_stream_facts_note (VigilStreamFacts *self,
                         VigilHandle       handle,
                         guint             fields)
{
  const VigilCandidate *candidate = vigil_roster_get (self->roster, handle);

  if (candidate == NULL)
    return FALSE;

  /* Without a producer it is worth waiting for one as long as the candidate is said to stream. */
  if (fields & (VIGIL_FIELD_STREAMING | VIGIL_FIELD_PRODUCERS))
    vigil_stream_budget_set_available (self->budget, handle,
                                       candidate->is_streaming ||
                                       candidate->producer_ids[VIGIL_SOURCE_WEBCAM] != NULL);
  if (fields & VIGIL_FIELD_PRODUCERS)
    for (VigilSource source = VIGIL_SOURCE_SCREEN; source < VIGIL_N_SOURCES; source++)
      vigil_stream_budget_set_produced (self->budget, handle, source, candidate->producer_ids[source] != NULL);
  if (fields & VIGIL_FIELD_OPEN_FLAGS)
    vigil_stream_budget_set_flagged (self->budget, handle, candidate->open_flags > 0);
  if (fields & VIGIL_FIELD_PINNED)
    vigil_stream_budget_set_pinned (self->budget, handle, candidate->pinned);
  if (fields & VIGIL_FIELD_CLAIMED_BY)
    note_claim (self, candidate);

  return (fields & MATTERS) != 0;
}

void
vigil_stream_facts_learn (VigilStreamFacts *self)
{
  guint n;
  const VigilHandle *handles = vigil_roster_get_handles (self->roster, &n);

  for (guint i = 0; i < n; i++)
    vigil_stream_facts_note (self, handles[i], MATTERS);
}

void
vigil_stream_facts_forget (VigilStreamFacts *self)
{
  vigil_stream_budget_forget_facts (self->budget);
  g_hash_table_remove_all (self->claimed);
}

gboolean
vigil_stream_facts_set_operator (VigilStreamFacts *self,
                                 const char       *user)
{
  gboolean news = FALSE;
  const VigilHandle *handles;
  guint n;

  if (g_strcmp0 (self->operator, user) == 0)
    return FALSE;

  g_free (self->operator);
  self->operator = g_strdup (user);
  handles = vigil_roster_get_handles (self->roster, &n);
  for (guint i = 0; i < n; i++)
    news |= note_claim (self, vigil_roster_get (self->roster, handles[i]));
  return news;
}
