/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is live, warm or cold, and why.
 *
 * Entries remember what was said of a candidate; only those that somebody wants or that hold a stream
 * are looked at by decide(), so that 50,000 candidates who are merely available cost nothing. */

#include "vigil-stream-budget.h"

#include "vigil-stream-admission.h"

/* Outermost first: what decides who goes before whom. */
typedef enum
{
  CLASS_FOCUSED,
  CLASS_PINNED,
  CLASS_CLAIMED,
  CLASS_FLAGGED,
  CLASS_VISIBLE,
  CLASS_CLAIMED_AWAY,  /* claimed and not on screen: from here on ready at best */
  CLASS_PATROL,
  CLASS_NEAR,
  CLASS_GRACE,
  CLASS_NONE,
} Class;

/* Lists of candidates, nearest first, that are replaced as a whole. */
typedef enum
{
  LIST_NEAR,
  LIST_PATROL,
  N_LISTS
} List;

#define NOT_LISTED G_MAXUINT

typedef struct
{
  VigilHandle          handle;
  guint                visible;      /* how many tiles show it */
  guint                places[N_LISTS]; /* in each list, or NOT_LISTED */
  guint                pinned : 1;
  guint                focused : 1;
  guint                claimed : 1;
  guint                flagged : 1;
  guint                available : 1;
  guint                active : 1;   /* is in the array of those to decide about */
  gint64               left_us;      /* when nobody wanted it any more; 0: somebody does */
  Class                class;        /* scratch of decide() */
  VigilStreamDecision  last;
  VigilStreamCost      cost;         /* all 0: never measured */
} Entry;

struct _VigilStreamBudget
{
  GObject            parent_instance;

  VigilStreamLimits     limits;
  GHashTable           *entries;         /* VigilHandle → Entry, owned */
  GPtrArray            *active;          /* Entry, borrowed */
  GArray               *lists[N_LISTS];  /* VigilHandle */
  VigilStreamAdmission  admission;       /* of the last decision */
};

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
vigil_stream_budget_init (VigilStreamBudget *self)
{
  self->limits = (VigilStreamLimits) { .max_live = 48, .max_warm = 36, .warm_margin = 12, .grace_ms = 45000 };
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, g_free);
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
      entry->last = (VigilStreamDecision) { handle, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN };
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

static gboolean
is_wanted (const Entry *entry)
{
  return entry->visible > 0 || entry->pinned || entry->focused || entry->claimed ||
         entry->places[LIST_NEAR] != NOT_LISTED || entry->places[LIST_PATROL] != NOT_LISTED;
}

/* Nothing is remembered of somebody of whom nothing is left to say. */
static void
retire (VigilStreamBudget *self,
        Entry             *entry)
{
  entry->active = FALSE;
  if (!entry->available && !entry->flagged)
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
  if (!is_wanted (entry))
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
  activate (self, handle)->focused = focused != FALSE;
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
      entry->cost = (VigilStreamCost) { 0 };
      if (!entry->active)
        g_hash_table_iter_remove (&iter);
    }
}

static gint64
grace_end (VigilStreamBudget *self,
           const Entry       *entry)
{
  return entry->left_us + (gint64) self->limits.grace_ms * 1000;
}

/* Also notes when somebody who holds a stream stopped being wanted. */
static Class
classify (VigilStreamBudget *self,
          Entry             *entry,
          gint64             now_us)
{
  if (is_wanted (entry))
    entry->left_us = 0;
  else if (entry->left_us == 0)
    entry->left_us = now_us;

  if (!entry->available)
    return CLASS_NONE;
  if (entry->focused)
    return CLASS_FOCUSED;
  if (entry->pinned)
    return CLASS_PINNED;
  if (entry->visible > 0)
    return entry->claimed ? CLASS_CLAIMED : entry->flagged ? CLASS_FLAGGED : CLASS_VISIBLE;
  if (entry->claimed)
    return CLASS_CLAIMED_AWAY;
  if (entry->places[LIST_PATROL] != NOT_LISTED)
    return CLASS_PATROL;
  if (entry->places[LIST_NEAR] != NOT_LISTED)
    return entry->places[LIST_NEAR] < 2 * self->limits.warm_margin ? CLASS_NEAR : CLASS_NONE;
  if (entry->last.mode != VIGIL_MODE_COLD && now_us < grace_end (self, entry))
    return CLASS_GRACE;

  return CLASS_NONE;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const Entry *left = *(const Entry *const *) a;
  const Entry *right = *(const Entry *const *) b;

  if (left->class != right->class)
    return left->class < right->class ? -1 : 1;
  if (left->class == CLASS_PATROL && left->places[LIST_PATROL] != right->places[LIST_PATROL])
    return left->places[LIST_PATROL] < right->places[LIST_PATROL] ? -1 : 1;
  if (left->class == CLASS_NEAR && left->places[LIST_NEAR] != right->places[LIST_NEAR])
    return left->places[LIST_NEAR] < right->places[LIST_NEAR] ? -1 : 1;
  if (left->class == CLASS_GRACE && left->left_us != right->left_us)
    return left->left_us > right->left_us ? -1 : 1;
  /* Among equals nobody takes the place of one who already has it. */
  if (left->last.mode != right->last.mode)
    return left->last.mode > right->last.mode ? -1 : 1;

  return left->handle < right->handle ? -1 : left->handle > right->handle;
}

static VigilModeReason
reason_of (Class class)
{
  static const VigilModeReason reasons[] = {
    [CLASS_FOCUSED] = VIGIL_WHY_FOCUSED,
    [CLASS_PINNED] = VIGIL_WHY_PINNED,
    [CLASS_CLAIMED] = VIGIL_WHY_CLAIMED,
    [CLASS_FLAGGED] = VIGIL_WHY_FLAGGED,
    [CLASS_VISIBLE] = VIGIL_WHY_VISIBLE,
    [CLASS_CLAIMED_AWAY] = VIGIL_WHY_CLAIMED,
    [CLASS_PATROL] = VIGIL_WHY_PATROL,
    [CLASS_NEAR] = VIGIL_WHY_NEAR_EDGE,
    [CLASS_GRACE] = VIGIL_WHY_GRACE,
    [CLASS_NONE] = VIGIL_WHY_OFF_SCREEN,
  };

  return reasons[class];
}

static gboolean
is_known (const Entry *entry)
{
  return entry->cost.cpu + entry->cost.kbits + entry->cost.pixels > 0;
}

static VigilStreamDecision
decide_one (VigilStreamBudget *self,
            const Entry       *entry)
{
  VigilStreamDecision decision = { entry->handle, VIGIL_MODE_COLD, reason_of (entry->class) };
  VigilStreamClaim claim = {
    .cost = entry->cost,
    .known = is_known (entry),
    .has = entry->last.mode == VIGIL_MODE_LIVE,
    .begun = entry->last.mode != VIGIL_MODE_COLD,
    .urgent = entry->class < CLASS_VISIBLE || entry->class == CLASS_CLAIMED_AWAY,
    .by_hand = entry->class == CLASS_FOCUSED,
  };
  VigilModeReason why;

  if (!entry->available)
    {
      decision.why = VIGIL_WHY_NOT_STREAMING;
      return decision;
    }
  if (entry->class == CLASS_NONE)
    return decision;

  if (entry->class <= CLASS_VISIBLE)
    {
      if (vigil_stream_admission_take_live (&self->admission, &claim, &why))
        {
          decision.mode = VIGIL_MODE_LIVE;
          return decision;
        }
      decision.why = why;
      if (why == VIGIL_WHY_SETTLING)
        return decision;
    }

  if (vigil_stream_admission_take_warm (&self->admission, &claim, &why))
    decision.mode = VIGIL_MODE_WARM;
  else if (entry->class == CLASS_GRACE)
    decision.why = VIGIL_WHY_OFF_SCREEN;
  else if (entry->class > CLASS_VISIBLE)
    decision.why = why;

  return decision;
}

static void
begin_pass (VigilStreamBudget *self,
            gint64             now_us)
{
  VigilStreamCost known = { 0 };
  guint n = 0;

  for (guint i = 0; i < self->active->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->active, i);

      entry->class = classify (self, entry, now_us);
      if (entry->last.mode != VIGIL_MODE_LIVE || !is_known (entry))
        continue;
      known.cpu += entry->cost.cpu;
      known.kbits += entry->cost.kbits;
      known.pixels += entry->cost.pixels;
      n++;
    }
  g_ptr_array_sort (self->active, compare_entries);
  vigil_stream_admission_begin (&self->admission, &self->limits, &known, n, now_us);
}

static gint64
sooner (gint64 a,
        gint64 b)
{
  return a == 0 ? b : MIN (a, b);
}

gint64
vigil_stream_budget_decide (VigilStreamBudget *self,
                            gint64             now_us,
                            GArray            *changed)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_sized_new (self->active->len);
  gint64 again_us = 0;

  begin_pass (self, now_us);
  g_array_set_size (changed, 0);
  for (guint i = 0; i < self->active->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->active, i);
      VigilStreamDecision decision = decide_one (self, entry);

      if (decision.mode != entry->last.mode || decision.why != entry->last.why)
        g_array_append_val (changed, decision);
      entry->last = decision;

      if (entry->class == CLASS_GRACE && decision.mode == VIGIL_MODE_WARM)
        again_us = sooner (again_us, grace_end (self, entry));

      if (is_wanted (entry) || decision.mode != VIGIL_MODE_COLD)
        g_ptr_array_add (kept, entry);
      else
        retire (self, entry);
    }

  g_ptr_array_unref (self->active);
  self->active = g_steal_pointer (&kept);
  if (self->admission.starved)
    again_us = sooner (again_us, vigil_stream_admission_next_start (&self->admission));
  return again_us;
}

/** What was decided last for @handle. */
void
vigil_stream_budget_get (VigilStreamBudget   *self,
                         VigilHandle          handle,
                         VigilStreamDecision *decision)
{
  const Entry *entry = find_entry (self, handle);

  if (entry != NULL && entry->active)
    *decision = entry->last;
  else
    *decision = (VigilStreamDecision) {
      handle, VIGIL_MODE_COLD,
      entry != NULL && entry->available ? VIGIL_WHY_OFF_SCREEN : VIGIL_WHY_NOT_STREAMING,
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

void
vigil_stream_budget_get_use (VigilStreamBudget *self,
                             VigilStreamCost   *used)
{
  *used = self->admission.used;
}
