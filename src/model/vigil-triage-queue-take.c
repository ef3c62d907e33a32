/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes into the triage queue, moves within it and goes. */

#include "vigil-triage-queue-private.h"

static VigilTriageItem *
find_group (VigilTriageQueue     *self,
            const VigilViolation *violation)
{
  guint group = self->fold != NULL ? self->fold (violation, self->fold_data) : 0;

  if (group == 0 || g_hash_table_contains (self->split, GUINT_TO_POINTER (group)))
    return NULL;
  return g_hash_table_lookup (self->groups, GUINT_TO_POINTER (group));
}

static void
add_to_group (VigilTriageQueue *self,
              VigilTriageItem  *group,
              VigilViolation   *violation)
{
  vigil_triage_item_add (group, violation);
  group->n_sending += g_hash_table_contains (self->sending, violation->id);
  g_hash_table_replace (self->by_id, violation->id, group);
  vigil_triage_queue_refresh (self, group);
}

static void
follow_verdict (VigilTriageItem      *item,
                const VigilViolation *violation)
{
  item->until_ms = violation->verdict == VIGIL_VERDICT_SNOOZED ? violation->until_ms : 0;
  item->escalated = violation->verdict == VIGIL_VERDICT_ESCALATED;
}

static void
add (VigilTriageQueue *self,
     VigilViolation   *violation)
{
  VigilTriageItem *item = find_group (self, violation);

  g_hash_table_remove (self->beyond, violation->id);
  if (item != NULL)
    {
      add_to_group (self, item, violation);
      return;
    }
  if (g_hash_table_size (self->by_id) >= self->rules.max_items)
    {
      g_hash_table_add (self->beyond, g_strdup (violation->id));
      vigil_counter_set (self->n_beyond, g_hash_table_size (self->beyond));
      vigil_triage_queue_tell_counts (self);
      return;
    }

  item = vigil_triage_item_new (violation);
  item->claimed_by = g_strdup (g_hash_table_lookup (self->claims, violation->student_id));
  follow_verdict (item, violation);
  item->n_sending = g_hash_table_contains (self->sending, violation->id);
  vigil_triage_queue_apply_rules (self, item);
  g_hash_table_replace (self->by_id, violation->id, item);
  vigil_triage_queue_insert (self, item);
}

static void
forget (VigilTriageQueue *self,
        const char       *id)
{
  VigilTriageItem *item = g_hash_table_lookup (self->by_id, id);

  if (item == NULL)
    return;

  item->n_sending -= g_hash_table_remove (self->sending, id);
  g_hash_table_remove (self->by_id, id);
  if (item->group == 0)
    {
      vigil_triage_queue_take_out (self, item);
    }
  else
    {
      vigil_triage_item_remove (item, id);
      vigil_triage_queue_refresh (self, item);
    }
  if (g_hash_table_size (self->beyond) > 0 && g_hash_table_size (self->by_id) < self->rules.max_items / 5 * 4)
    {
      g_hash_table_remove_all (self->beyond);
      vigil_counter_set (self->n_beyond, 0);
      g_signal_emit (self, vigil_triage_queue_signals[VIGIL_TRIAGE_QUEUE_ROOM], 0);
    }
}

static gboolean
is_wanted (VigilTriageQueue     *self,
           const VigilViolation *violation)
{
  switch (violation->verdict)
    {
    case VIGIL_VERDICT_OPEN:
    case VIGIL_VERDICT_SNOOZED:
      return violation->severity >= self->rules.threshold;
    case VIGIL_VERDICT_ESCALATED:
      return self->rules.keep_escalated;
    case VIGIL_VERDICT_CONFIRMED:
    case VIGIL_VERDICT_DISMISSED:
    default:
      return FALSE;
    }
}

/* The same violation, with more evidence, another count or another verdict. */
static void
replace (VigilTriageQueue *self,
         VigilTriageItem  *item,
         VigilViolation   *violation)
{
  VigilViolation *former = vigil_triage_item_find (item, violation->id);

  /* A hall that says it is another candidate's now: it is that one's, with that one's claim. */
  if (item->group == 0 && g_strcmp0 (former->student_id, violation->student_id) != 0)
    {
      forget (self, violation->id);
      add (self, violation);
      return;
    }
  g_hash_table_remove (self->by_id, violation->id);
  vigil_triage_item_remove (item, violation->id);
  vigil_triage_item_add (item, violation);
  g_hash_table_replace (self->by_id, violation->id, item);
  if (item->group == 0)
    {
      follow_verdict (item, violation);
      vigil_triage_queue_apply_rules (self, item);
    }
  vigil_triage_queue_refresh (self, item);
}

void
vigil_triage_queue_take (VigilTriageQueue *self,
                         VigilViolation   *violation)
{
  VigilTriageItem *item = g_hash_table_lookup (self->by_id, violation->id);

  if (self->named != NULL)
    g_hash_table_add (self->named, g_strdup (violation->id));
  if (!is_wanted (self, violation))
    {
      g_hash_table_remove (self->beyond, violation->id);
      forget (self, violation->id);
    }
  else if (item == NULL)
    {
      add (self, violation);
    }
  else
    {
      replace (self, item, violation);
    }
}

void
vigil_triage_queue_set_verdict (VigilTriageQueue *self,
                                const char       *id,
                                VigilVerdict      verdict,
                                gint64            until_ms)
{
  VigilTriageItem *item = g_hash_table_lookup (self->by_id, id);
  gboolean was_sending = g_hash_table_remove (self->sending, id);
  g_autoptr (VigilViolation) copy = NULL;

  g_hash_table_remove (self->beyond, id);
  if (item == NULL)
    return;

  item->n_sending -= was_sending;
  copy = vigil_violation_copy (vigil_triage_item_find (item, id));
  copy->verdict = verdict;
  copy->until_ms = until_ms;
  vigil_triage_queue_take (self, copy);
}

void
vigil_triage_queue_set_sending (VigilTriageQueue *self,
                                const char       *id,
                                gboolean          sending)
{
  VigilTriageItem *item = g_hash_table_lookup (self->by_id, id);

  if (item == NULL || g_hash_table_contains (self->sending, id) == sending)
    return;

  if (sending)
    g_hash_table_add (self->sending, g_strdup (id));
  else
    g_hash_table_remove (self->sending, id);
  item->n_sending = sending ? item->n_sending + 1 : item->n_sending - 1;
  /* Of an incident the first and the last make the difference; it may hold thousands. */
  if (item->sending != (item->n_sending == item->violations->len))
    vigil_triage_queue_refresh (self, item);
}

gboolean
vigil_triage_queue_is_sending (VigilTriageQueue *self,
                               const char       *id)
{
  return g_hash_table_contains (self->sending, id);
}

void
vigil_triage_queue_set_claimed (VigilTriageQueue *self,
                                const char       *student_id,
                                const char       *who)
{
  g_autoptr (GPtrArray) items = NULL;

  if (g_strcmp0 (g_hash_table_lookup (self->claims, student_id), who) == 0)
    return;

  if (who != NULL)
    g_hash_table_replace (self->claims, g_strdup (student_id), g_strdup (who));
  else
    g_hash_table_remove (self->claims, student_id);

  items = vigil_triage_queue_dup_items_of (self, student_id);
  for (guint i = 0; i < items->len; i++)
    {
      VigilTriageItem *item = g_ptr_array_index (items, i);

      g_free (item->claimed_by);
      item->claimed_by = g_strdup (who);
      vigil_triage_queue_refresh (self, item);
    }
}

/* -- what goes all at once -- */

typedef gboolean (*Goes) (VigilTriageQueue *self, const VigilViolation *violation, gpointer data);

/* By item: an incident may hold thousands, and each of them would have to be looked for. */
static void
forget_those (VigilTriageQueue *self,
              Goes              goes,
              gpointer          data)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->items); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    {
      GPtrArray *violations = vigil_triage_item_get_violations (g_sequence_get (iter));

      for (guint i = 0; i < violations->len; i++)
        {
          const VigilViolation *violation = g_ptr_array_index (violations, i);

          if (goes (self, violation, data))
            g_ptr_array_add (ids, g_strdup (violation->id));
        }
    }
  vigil_triage_queue_freeze (self);
  for (guint i = 0; i < ids->len; i++)
    forget (self, g_ptr_array_index (ids, i));
  vigil_triage_queue_thaw (self);
}

static gboolean
is_unwanted (VigilTriageQueue     *self,
             const VigilViolation *violation,
             gpointer              data)
{
  return !is_wanted (self, violation);
}

void
vigil_triage_queue_forget_unwanted (VigilTriageQueue *self)
{
  forget_those (self, is_unwanted, NULL);
}

/* -- snapshots -- */

void
vigil_triage_queue_begin_snapshot (VigilTriageQueue *self)
{
  g_clear_pointer (&self->named, g_hash_table_unref);
  self->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* A snooze that is over is no verdict any more, even if nobody could tell us. */
static gboolean
is_open (VigilTriageQueue     *self,
         const VigilViolation *violation)
{
  return violation->verdict == VIGIL_VERDICT_OPEN ||
         (violation->verdict == VIGIL_VERDICT_SNOOZED && violation->until_ms <= self->now_ms);
}

/* The hall's list of open flags has neither snoozed nor escalated ones. */
static gboolean
is_unnamed (VigilTriageQueue     *self,
            const VigilViolation *violation,
            gpointer              named)
{
  return !g_hash_table_contains (named, violation->id) && is_open (self, violation);
}

void
vigil_triage_queue_end_snapshot (VigilTriageQueue *self)
{
  /* Ours from here on: that there is room again may begin the next one. */
  g_autoptr (GHashTable) named = g_steal_pointer (&self->named);

  if (named != NULL)
    forget_those (self, is_unnamed, named);
}

/* -- incidents -- */

static void
fold_into (VigilTriageQueue *self,
           VigilTriageItem  *group)
{
  g_autoptr (GPtrArray) moving = g_ptr_array_new ();

  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->items); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    {
      VigilTriageItem *item = g_sequence_get (iter);

      if (item->group == 0 && find_group (self, vigil_triage_item_get_violation (item)) == group)
        g_ptr_array_add (moving, item);
    }
  for (guint i = 0; i < moving->len; i++)
    {
      VigilTriageItem *item = g_ptr_array_index (moving, i);
      g_autoptr (VigilViolation) violation = vigil_violation_ref (vigil_triage_item_get_violation (item));

      g_hash_table_remove (self->by_id, violation->id);
      vigil_triage_queue_take_out (self, item);
      add_to_group (self, group, violation);
    }
}

void
vigil_triage_queue_put_incident (VigilTriageQueue *self,
                                 guint             group,
                                 gint64            at_ms,
                                 GObject          *subject,
                                 gboolean          over)
{
  VigilTriageItem *item = g_hash_table_lookup (self->groups, GUINT_TO_POINTER (group));

  if (g_hash_table_contains (self->split, GUINT_TO_POINTER (group)))
    return;

  vigil_triage_queue_freeze (self);
  if (item == NULL)
    {
      item = vigil_triage_item_new (NULL);
      item->group = group;
      item->at_ms = at_ms;
      g_hash_table_insert (self->groups, GUINT_TO_POINTER (group), item);
      vigil_triage_queue_insert (self, item);
    }
  item->at_ms = at_ms;
  item->over = over;
  g_set_object (&item->subject, subject);
  fold_into (self, item);
  vigil_triage_queue_refresh (self, item);
  vigil_triage_queue_thaw (self);
}

void
vigil_triage_queue_split_incident (VigilTriageQueue *self,
                                   guint             group)
{
  VigilTriageItem *item = g_hash_table_lookup (self->groups, GUINT_TO_POINTER (group));
  g_autoptr (GPtrArray) violations = NULL;

  g_hash_table_add (self->split, GUINT_TO_POINTER (group));
  if (item == NULL)
    return;

  vigil_triage_queue_freeze (self);
  violations = g_ptr_array_copy (item->violations, (GCopyFunc) vigil_violation_ref, NULL);
  g_ptr_array_set_free_func (violations, (GDestroyNotify) vigil_violation_unref);
  g_hash_table_remove (self->groups, GUINT_TO_POINTER (group));
  vigil_triage_queue_take_out (self, item);
  for (guint i = 0; i < violations->len; i++)
    {
      VigilViolation *violation = g_ptr_array_index (violations, i);

      g_hash_table_remove (self->by_id, violation->id);
      vigil_triage_queue_take (self, violation);
    }
  vigil_triage_queue_thaw (self);
}
