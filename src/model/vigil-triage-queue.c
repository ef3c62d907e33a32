/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must be attended to, in the order in which to attend to it.
 *
 * A sorted sequence of items; by id it is known which item holds a violation. An incident is an item that holds
 * many. Nothing expires: what is put off or claimed moves down, and comes back. */

#include "vigil-triage-queue-private.h"

guint vigil_triage_queue_signals[VIGIL_TRIAGE_QUEUE_N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilTriageQueue, vigil_triage_queue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return VIGIL_TYPE_TRIAGE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (VIGIL_TRIAGE_QUEUE (model)->items);
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  GSequenceIter *iter = g_sequence_get_iter_at_pos (VIGIL_TRIAGE_QUEUE (model)->items, (int) MIN (position, G_MAXINT));

  return g_sequence_iter_is_end (iter) ? NULL : g_object_ref (g_sequence_get (iter));
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* -- the list -- */

/* What waits and what is ours stand together: claiming one moves nobody. */
static int
get_rank (const VigilTriageItem *item)
{
  switch (item->state)
    {
    case VIGIL_TRIAGE_INCIDENT:
      return item->over ? 1 : 0;
    case VIGIL_TRIAGE_COLLEAGUE:
      return 2;
    case VIGIL_TRIAGE_SNOOZED:
      return 3;
    case VIGIL_TRIAGE_WAITING:
    case VIGIL_TRIAGE_MINE:
    default:
      return 1;
    }
}

static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer      user_data)
{
  const VigilTriageItem *one = a, *other = b;

  if (get_rank (one) != get_rank (other))
    return get_rank (one) - get_rank (other);
  if (one->at_ms != other->at_ms)
    return one->at_ms < other->at_ms ? -1 : 1;
  if (one->group != other->group)
    return one->group < other->group ? -1 : 1;
  if (one->group != 0 || one == other)
    return 0;
  return g_strcmp0 (((VigilViolation *) g_ptr_array_index (one->violations, 0))->id,
                    ((VigilViolation *) g_ptr_array_index (other->violations, 0))->id);
}

void
vigil_triage_queue_tell_counts (VigilTriageQueue *self)
{
  if (self->n_frozen > 0)
    self->counted = TRUE;
  else
    g_signal_emit (self, vigil_triage_queue_signals[VIGIL_TRIAGE_QUEUE_COUNTS_CHANGED], 0);
}

static void
tell (VigilTriageQueue *self,
      guint             position,
      guint             removed,
      guint             added)
{
  if (self->n_frozen > 0)
    {
      self->touched = TRUE;
      self->n_same_first = MIN (self->n_same_first, position);
      self->n_same_last = MIN (self->n_same_last, get_n_items (G_LIST_MODEL (self)) - position - added);
      return;
    }
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  vigil_counter_set (self->length, g_sequence_get_length (self->items));
  vigil_triage_queue_tell_counts (self);
}

static VigilTriageState
find_state (VigilTriageQueue *self,
            VigilTriageItem  *item)
{
  if (item->group != 0)
    return VIGIL_TRIAGE_INCIDENT;
  if (item->until_ms > self->now_ms)
    return VIGIL_TRIAGE_SNOOZED;
  if (item->claimed_by == NULL)
    return VIGIL_TRIAGE_WAITING;
  return g_strcmp0 (item->claimed_by, self->user) == 0 ? VIGIL_TRIAGE_MINE : VIGIL_TRIAGE_COLLEAGUE;
}

static VigilDue
find_due (VigilTriageQueue *self,
          VigilTriageItem  *item)
{
  gint64 allowed = item->deadline_ms - item->at_ms;

  if (item->group != 0 || allowed <= 0 || self->now_ms < item->at_ms + allowed / 2)
    return VIGIL_DUE_LATER;
  return self->now_ms < item->deadline_ms ? VIGIL_DUE_SOON : VIGIL_DUE_OVER;
}

static void
update_state (VigilTriageQueue *self,
              VigilTriageItem  *item)
{
  VigilTriageState state = find_state (self, item);

  if (item->state == VIGIL_TRIAGE_SNOOZED && state != VIGIL_TRIAGE_SNOOZED)
    item->returned = TRUE;
  item->state = state;
  item->due = find_due (self, item);
  /* An incident is decided when all is that it explains. */
  item->sending = item->violations->len > 0 && item->n_sending == item->violations->len;
}

static GPtrArray *
get_items_of (VigilTriageQueue *self,
              const char       *student_id)
{
  return student_id != NULL ? g_hash_table_lookup (self->by_student, student_id) : NULL;
}

GPtrArray *
vigil_triage_queue_dup_items_of (VigilTriageQueue *self,
                                 const char       *student_id)
{
  GPtrArray *items = get_items_of (self, student_id);
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; items != NULL && i < items->len; i++)
    g_ptr_array_add (copy, g_object_ref (g_ptr_array_index (items, i)));
  return copy;
}

static void
index_item (VigilTriageQueue *self,
            VigilTriageItem  *item)
{
  const char *student_id = vigil_triage_item_get_student_id (item);
  GPtrArray *items = get_items_of (self, student_id);

  if (student_id == NULL)
    return;
  if (items == NULL)
    {
      items = g_ptr_array_new ();
      g_hash_table_insert (self->by_student, g_strdup (student_id), items);
    }
  g_ptr_array_add (items, item);
}

static void
unindex_item (VigilTriageQueue *self,
              VigilTriageItem  *item)
{
  const char *student_id = vigil_triage_item_get_student_id (item);
  GPtrArray *items = get_items_of (self, student_id);

  if (items == NULL)
    return;
  g_ptr_array_remove_fast (items, item);
  if (items->len == 0)
    g_hash_table_remove (self->by_student, student_id);
}

void
vigil_triage_queue_insert (VigilTriageQueue *self,
                           VigilTriageItem  *item) /* (transfer full) */
{
  update_state (self, item);
  index_item (self, item);
  item->place = g_sequence_insert_sorted (self->items, item, compare, NULL);
  tell (self, (guint) g_sequence_iter_get_position (item->place), 0, 1);
}

void
vigil_triage_queue_take_out (VigilTriageQueue *self,
                             VigilTriageItem  *item)
{
  g_autoptr (VigilTriageItem) alive = g_object_ref (item);
  guint position = (guint) g_sequence_iter_get_position (item->place);

  unindex_item (self, item);
  g_sequence_remove (item->place);
  item->place = NULL;
  tell (self, position, 1, 0);
}

/* Its rank or its age is another one: to where it belongs now. */
static void
resort (VigilTriageQueue *self,
        VigilTriageItem  *item)
{
  guint from = (guint) g_sequence_iter_get_position (item->place);
  guint to;

  g_sequence_sort_changed (item->place, compare, NULL);
  to = (guint) g_sequence_iter_get_position (item->place);
  if (from == to)
    vigil_triage_queue_tell_counts (self);
  else
    tell (self, MIN (from, to), MAX (from, to) - MIN (from, to) + 1, MAX (from, to) - MIN (from, to) + 1);
}

void
vigil_triage_queue_freeze (VigilTriageQueue *self)
{
  if (self->n_frozen++ == 0)
    {
      self->n_told = get_n_items (G_LIST_MODEL (self));
      self->n_same_first = self->n_same_last = self->n_told;
      self->touched = self->counted = FALSE;
    }
}

void
vigil_triage_queue_thaw (VigilTriageQueue *self)
{
  g_return_if_fail (self->n_frozen > 0);

  if (--self->n_frozen > 0)
    return;
  if (self->touched)
    tell (self, self->n_same_first, self->n_told - self->n_same_first - self->n_same_last,
          get_n_items (G_LIST_MODEL (self)) - self->n_same_first - self->n_same_last);
  else if (self->counted)
    vigil_triage_queue_tell_counts (self);
}

void
vigil_triage_queue_refresh (VigilTriageQueue *self,
                            VigilTriageItem  *item)
{
  update_state (self, item);
  resort (self, item);
  vigil_triage_item_changed (item);
}

void
vigil_triage_queue_apply_rules (VigilTriageQueue *self,
                                VigilTriageItem  *item)
{
  if (item->group == 0)
    item->deadline_ms = item->at_ms + self->rules.deadline_ms[vigil_triage_item_get_band (item)];
}

/* -- time, rules, life -- */

static void
update_all (VigilTriageQueue *self,
            gboolean          with_rules)
{
  g_autoptr (GPtrArray) moving = g_ptr_array_new_with_free_func (g_object_unref);

  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->items); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    {
      VigilTriageItem *item = g_sequence_get (iter);

      if (with_rules)
        vigil_triage_queue_apply_rules (self, item);
      if (with_rules || find_state (self, item) != item->state || find_due (self, item) != item->due)
        g_ptr_array_add (moving, g_object_ref (item));
    }
  if (moving->len == 0)
    return;

  vigil_triage_queue_freeze (self);
  for (guint i = 0; i < moving->len; i++)
    vigil_triage_queue_refresh (self, g_ptr_array_index (moving, i));
  vigil_triage_queue_thaw (self);
}

void
vigil_triage_queue_advance (VigilTriageQueue *self,
                            gint64            now_ms)
{
  self->now_ms = now_ms;
  update_all (self, FALSE);
}

/* What is held and no longer wanted goes; whoever wants more than before reads the open flags again. */
void
vigil_triage_queue_set_rules (VigilTriageQueue       *self,
                              const VigilTriageRules *rules)
{
  self->rules = *rules;
  vigil_triage_queue_freeze (self);
  vigil_triage_queue_forget_unwanted (self);
  update_all (self, TRUE);
  vigil_triage_queue_thaw (self);
}

void
vigil_triage_queue_set_user (VigilTriageQueue *self,
                             const char       *user)
{
  if (g_strcmp0 (self->user, user) == 0)
    return;

  g_free (self->user);
  self->user = g_strdup (user);
  update_all (self, FALSE);
}

void
vigil_triage_queue_set_fold (VigilTriageQueue *self,
                             VigilTriageFold   fold,
                             gpointer          user_data)
{
  self->fold = fold;
  self->fold_data = user_data;
}

void
vigil_triage_queue_clear (VigilTriageQueue *self)
{
  vigil_triage_queue_freeze (self);
  self->touched = get_n_items (G_LIST_MODEL (self)) > 0;
  self->n_same_first = self->n_same_last = 0;
  g_hash_table_remove_all (self->by_id);
  g_hash_table_remove_all (self->by_student);
  g_hash_table_remove_all (self->groups);
  g_hash_table_remove_all (self->split);
  g_hash_table_remove_all (self->claims);
  g_hash_table_remove_all (self->beyond);
  g_hash_table_remove_all (self->sending);
  g_sequence_remove_range (g_sequence_get_begin_iter (self->items), g_sequence_get_end_iter (self->items));
  g_clear_pointer (&self->named, g_hash_table_unref);
  vigil_triage_queue_thaw (self);
}

VigilTriageItem *
vigil_triage_queue_lookup (VigilTriageQueue *self,
                           const char       *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

VigilTriageItem *
vigil_triage_queue_lookup_incident (VigilTriageQueue *self,
                                    guint             group)
{
  return g_hash_table_lookup (self->groups, GUINT_TO_POINTER (group));
}

static gboolean
may_be_next (const VigilTriageItem *item)
{
  return !item->sending && item->state != VIGIL_TRIAGE_COLLEAGUE && item->state != VIGIL_TRIAGE_SNOOZED;
}

VigilTriageItem *
vigil_triage_queue_get_next (VigilTriageQueue *self,
                             VigilTriageItem  *after)
{
  GSequenceIter *start = after != NULL && after->place != NULL ? g_sequence_iter_next (after->place)
                                                               : g_sequence_get_begin_iter (self->items);
  GSequenceIter *iter = start;

  for (int i = g_sequence_get_length (self->items); i > 0; i--)
    {
      if (g_sequence_iter_is_end (iter))
        iter = g_sequence_get_begin_iter (self->items);
      if (may_be_next (g_sequence_get (iter)) && g_sequence_get (iter) != after)
        return g_sequence_get (iter);
      iter = g_sequence_iter_next (iter);
    }

  return NULL;
}

void
vigil_triage_queue_touch (VigilTriageQueue *self,
                          const char       *student_id)
{
  g_autoptr (GPtrArray) items = vigil_triage_queue_dup_items_of (self, student_id);

  for (guint i = 0; i < items->len; i++)
    vigil_triage_item_changed (g_ptr_array_index (items, i));
}

VigilTriageItem *
vigil_triage_queue_find_open (VigilTriageQueue *self,
                              const char       *student_id)
{
  GPtrArray *items = get_items_of (self, student_id);
  VigilTriageItem *first = NULL;

  for (guint i = 0; items != NULL && i < items->len; i++)
    {
      VigilTriageItem *item = g_ptr_array_index (items, i);

      if (!item->sending && item->state != VIGIL_TRIAGE_SNOOZED && (first == NULL || compare (item, first, NULL) < 0))
        first = item;
    }

  return first;
}

guint
vigil_triage_queue_get_position (VigilTriageQueue *self,
                                 VigilTriageItem  *item)
{
  return item != NULL && item->place != NULL ? (guint) g_sequence_iter_get_position (item->place) : G_MAXUINT;
}

void
vigil_triage_queue_get_counts (VigilTriageQueue  *self,
                               VigilTriageCounts *counts)
{
  *counts = (VigilTriageCounts) { .beyond = g_hash_table_size (self->beyond) };
  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->items); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    {
      VigilTriageItem *item = g_sequence_get (iter);

      switch (item->state)
        {
        case VIGIL_TRIAGE_INCIDENT:
          counts->incidents++;
          break;
        case VIGIL_TRIAGE_COLLEAGUE:
          counts->colleagues++;
          break;
        case VIGIL_TRIAGE_SNOOZED:
          counts->snoozed++;
          if (counts->next_until_ms == 0 || item->until_ms < counts->next_until_ms)
            counts->next_until_ms = item->until_ms;
          break;
        case VIGIL_TRIAGE_MINE:
        case VIGIL_TRIAGE_WAITING:
        default:
          counts->mine += item->state == VIGIL_TRIAGE_MINE;
          counts->waiting += !item->sending;
          counts->over += !item->sending && item->due == VIGIL_DUE_OVER;
        }
    }
}

static void
vigil_triage_queue_finalize (GObject *object)
{
  VigilTriageQueue *self = VIGIL_TRIAGE_QUEUE (object);

  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_student);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->split);
  g_hash_table_unref (self->claims);
  g_hash_table_unref (self->beyond);
  g_hash_table_unref (self->sending);
  g_clear_pointer (&self->named, g_hash_table_unref);
  g_sequence_free (self->items);
  g_free (self->user);

  G_OBJECT_CLASS (vigil_triage_queue_parent_class)->finalize (object);
}

static void
vigil_triage_queue_class_init (VigilTriageQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_triage_queue_finalize;
  vigil_triage_queue_signals[VIGIL_TRIAGE_QUEUE_COUNTS_CHANGED] = g_signal_new ("counts-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  vigil_triage_queue_signals[VIGIL_TRIAGE_QUEUE_ROOM] = g_signal_new ("room", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_triage_queue_init (VigilTriageQueue *self)
{
  self->rules = (VigilTriageRules) { VIGIL_BAND_HIGH, { 600000, 600000, 180000, 60000 }, 20000, FALSE };
  self->items = g_sequence_new (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_student = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->groups = g_hash_table_new (NULL, NULL);
  self->split = g_hash_table_new (NULL, NULL);
  self->claims = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->beyond = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->sending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->length = vigil_metrics_gauge ("vigil_queue_items", "Violations and incidents in the triage queue");
  self->n_beyond = vigil_metrics_gauge ("vigil_queue_beyond", "Open flags for which the triage queue had no room");
}

VigilTriageQueue *
vigil_triage_queue_new (void)
{
  return g_object_new (VIGIL_TYPE_TRIAGE_QUEUE, NULL);
}
