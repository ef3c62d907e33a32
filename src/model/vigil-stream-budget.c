/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of candidates for deciding who is live, warm or cold.
 *
 * Entries remember what was said of a candidate; only those that somebody wants or that hold a stream
 * are looked at by decide(), so that 50,000 candidates who are merely available cost nothing. */

#include "vigil-stream-budget-private.h"

typedef VigilBudgetEntry Entry;
typedef VigilBudgetList List;

G_DEFINE_FINAL_TYPE (VigilStreamBudget, vigil_stream_budget, G_TYPE_OBJECT)

static void
vigil_stream_budget_finalize (GObject *object)
{
  VigilStreamBudget *self = VIGIL_STREAM_BUDGET (object);

  g_ptr_array_unref (self->active);
  g_hash_table_unref (self->entries);
  for (List list = 0; list < N_LISTS; list++)
    g_array_unref (self->lists[list]);

  G_OBJECT_CLASS (vigil_stream_budget_parent_class)->finalize (object);
}

static void
vigil_stream_budget_class_init (VigilStreamBudgetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_stream_budget_finalize;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->extras);
  g_free (entry);
}

static void
vigil_stream_budget_init (VigilStreamBudget *self)
{
  self->limits = (VigilStreamLimits) { .max_live = 48, .max_warm = 36, .warm_margin = 12, .grace_ms = 45000 };
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  self->active = g_ptr_array_new ();
  for (List list = 0; list < N_LISTS; list++)
    self->lists[list] = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  vigil_stream_admission_init (&self->admission);
}

/** A budget with the default limits and nobody in it. */
VigilStreamBudget *
vigil_stream_budget_new (void)
{
  return g_object_new (VIGIL_TYPE_STREAM_BUDGET, NULL);
}

/** Sets the limits; they count from the next decision. */
void
vigil_stream_budget_set_limits (VigilStreamBudget       *self,
                                const VigilStreamLimits *limits)
{
  self->limits = *limits;
}

const VigilStreamLimits *
vigil_stream_budget_get_limits (VigilStreamBudget *self)
{
  return &self->limits;
}

static Entry *
find_entry (VigilStreamBudget *self,
            VigilHandle        handle)
{
  return g_hash_table_lookup (self->entries, GUINT_TO_POINTER (handle));
}

static Entry *
ensure_entry (VigilStreamBudget *self,
              VigilHandle        handle)
{
  Entry *entry = find_entry (self, handle);

  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->handle = handle;
      for (List list = 0; list < N_LISTS; list++)
        entry->places[list] = NOT_LISTED;
      entry->last = (VigilStreamDecision) { handle, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN, VIGIL_SOURCE_WEBCAM };
      g_hash_table_insert (self->entries, GUINT_TO_POINTER (handle), entry);
    }

  return entry;
}

static Entry *
activate (VigilStreamBudget *self,
          VigilHandle        handle)
{
  Entry *entry = ensure_entry (self, handle);

  if (!entry->active)
    {
      entry->active = TRUE;
      g_ptr_array_add (self->active, entry);
    }

  return entry;
}

void
vigil_stream_budget_retire (VigilStreamBudget *self,
                            Entry             *entry)
{
  entry->active = FALSE;
  if (!entry->available && !entry->flagged && entry->produced == 0)
    g_hash_table_remove (self->entries, GUINT_TO_POINTER (entry->handle));
}

void
vigil_stream_budget_set_visible (VigilStreamBudget *self,
                                 VigilHandle        handle,
                                 gboolean           visible,
                                 gint64             now_us)
{
  Entry *entry = activate (self, handle);

  g_return_if_fail (visible || entry->visible > 0);

  entry->visible += visible ? 1 : -1;
  if (!vigil_budget_entry_is_wanted (entry))
    entry->left_us = now_us;
}

static void
replace_list (VigilStreamBudget *self,
              List               list,
              const VigilHandle *handles,
              guint              n)
{
  GArray *former = self->lists[list];

  for (guint i = 0; i < former->len; i++)
    {
      Entry *entry = find_entry (self, g_array_index (former, VigilHandle, i));

      if (entry != NULL)
        entry->places[list] = NOT_LISTED;
    }
  g_array_set_size (former, 0);

  for (guint i = 0; i < n; i++)
    {
      Entry *entry;

      if (handles[i] == VIGIL_HANDLE_NONE)
        continue;

      entry = activate (self, handles[i]);
      if (entry->places[list] == NOT_LISTED)
        entry->places[list] = former->len;
      g_array_append_val (former, handles[i]);
    }
}

void
vigil_stream_budget_set_near (VigilStreamBudget *self,
                              const VigilHandle *handles,
                              guint              n)
{
  replace_list (self, LIST_NEAR, handles, n);
}

void
vigil_stream_budget_set_patrol (VigilStreamBudget *self,
                                const VigilHandle *handles,
                                guint              n)
{
  replace_list (self, LIST_PATROL, handles, n);
}

void
vigil_stream_budget_set_due (VigilStreamBudget *self,
                             const VigilHandle *handles,
                             guint              n)
{
  replace_list (self, LIST_DUE, handles, n);
}

void
vigil_stream_budget_set_pinned (VigilStreamBudget *self,
                                VigilHandle        handle,
                                gboolean           pinned)
{
  activate (self, handle)->pinned = pinned != FALSE;
}

void
vigil_stream_budget_set_focused (VigilStreamBudget *self,
                                 VigilHandle        handle,
                                 gboolean           focused)
{
  Entry *entry = activate (self, handle);

  g_return_if_fail (focused || entry->focused > 0);

  entry->focused += focused ? 1 : -1;
  if (entry->focused == 0 || entry->extras != NULL)
    return;

  entry->extras = g_new0 (VigilBudgetExtras, 1);
  for (guint i = 0; i < N_EXTRAS; i++)
    entry->extras->last[i] = (VigilStreamDecision) { handle, VIGIL_MODE_COLD, VIGIL_WHY_NOT_OPENED, VIGIL_SOURCE_SCREEN + i };
}

gboolean
vigil_stream_budget_is_focused (VigilStreamBudget *self,
                                VigilHandle        handle)
{
  const Entry *entry = find_entry (self, handle);

  return entry != NULL && entry->focused > 0;
}

void
vigil_stream_budget_set_claimed (VigilStreamBudget *self,
                                 VigilHandle        handle,
                                 gboolean           claimed)
{
  activate (self, handle)->claimed = claimed != FALSE;
}

void
vigil_stream_budget_set_cost (VigilStreamBudget     *self,
                              VigilHandle            handle,
                              const VigilStreamCost *cost)
{
  Entry *entry = find_entry (self, handle);

  if (entry != NULL)
    entry->cost = *cost;
}

void
vigil_stream_budget_set_source_cost (VigilStreamBudget     *self,
                                     VigilHandle            handle,
                                     VigilSource            source,
                                     const VigilStreamCost *cost)
{
  Entry *entry = find_entry (self, handle);

  if (source == VIGIL_SOURCE_WEBCAM)
    vigil_stream_budget_set_cost (self, handle, cost);
  else if (entry != NULL && entry->extras != NULL)
    entry->extras->cost[source - VIGIL_SOURCE_SCREEN] = *cost;
}

void
vigil_stream_budget_set_flagged (VigilStreamBudget *self,
                                 VigilHandle        handle,
                                 gboolean           flagged)
{
  ensure_entry (self, handle)->flagged = flagged != FALSE;
}

void
vigil_stream_budget_set_available (VigilStreamBudget *self,
                                   VigilHandle        handle,
                                   gboolean           available)
{
  ensure_entry (self, handle)->available = available != FALSE;
}

void
vigil_stream_budget_set_produced (VigilStreamBudget *self,
                                  VigilHandle        handle,
                                  VigilSource        source,
                                  gboolean           produced)
{
  Entry *entry = find_entry (self, handle);

  g_return_if_fail (source != VIGIL_SOURCE_WEBCAM && source < VIGIL_N_SOURCES);

  /* Nobody enters only to say that nothing is produced. */
  if (entry == NULL && !produced)
    return;

  if (produced)
    ensure_entry (self, handle)->produced |= 1u << source;
  else
    entry->produced &= ~(1u << source);
}

/** Forgets everybody and everything decided; the limits stay. */
void
vigil_stream_budget_clear (VigilStreamBudget *self)
{
  g_ptr_array_set_size (self->active, 0);
  for (List list = 0; list < N_LISTS; list++)
    g_array_set_size (self->lists[list], 0);
  g_hash_table_remove_all (self->entries);
  vigil_stream_admission_init (&self->admission);
}

void
vigil_stream_budget_forget_facts (VigilStreamBudget *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      entry->pinned = FALSE;
      entry->claimed = FALSE;
      entry->flagged = FALSE;
      entry->available = FALSE;
      entry->produced = 0;
      entry->cost = (VigilStreamCost) { 0 };
      if (!entry->active)
        g_hash_table_iter_remove (&iter);
    }
}

static void
get_extra (const Entry         *entry,
           VigilHandle          handle,
           VigilSource          source,
           VigilStreamDecision *decision)
{
  if (entry != NULL && entry->extras != NULL)
    *decision = entry->extras->last[source - VIGIL_SOURCE_SCREEN];
  else
    *decision = (VigilStreamDecision) { handle, VIGIL_MODE_COLD, VIGIL_WHY_NOT_OPENED, source };
}

void
vigil_stream_budget_get (VigilStreamBudget   *self,
                         VigilHandle          handle,
                         VigilSource          source,
                         VigilStreamDecision *decision)
{
  const Entry *entry = find_entry (self, handle);

  if (source != VIGIL_SOURCE_WEBCAM)
    get_extra (entry, handle, source, decision);
  else if (entry != NULL && entry->active)
    *decision = entry->last;
  else
    *decision = (VigilStreamDecision) {
      handle, VIGIL_MODE_COLD,
      entry != NULL && entry->available ? VIGIL_WHY_OFF_SCREEN : VIGIL_WHY_NOT_STREAMING, VIGIL_SOURCE_WEBCAM,
    };
}

/** How many are live and warm by the last decision. */
void
vigil_stream_budget_get_counts (VigilStreamBudget *self,
                                guint             *live,
                                guint             *warm)
{
  if (live != NULL)
    *live = self->admission.n_live;
  if (warm != NULL)
    *warm = self->admission.n_warm;
}

guint
vigil_stream_budget_count_reason (VigilStreamBudget *self,
                                  VigilModeReason    why)
{
  return why == VIGIL_WHY_OFF_SCREEN || why == VIGIL_WHY_NOT_STREAMING ? 0 : self->n_whys[why];
}

void
vigil_stream_budget_get_use (VigilStreamBudget *self,
                             VigilStreamCost   *used)
{
  *used = self->admission.used;
}
