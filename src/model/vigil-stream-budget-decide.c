/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is live, warm or cold, and why: everybody gets a class, and in their order they are let in. */

#include <string.h>

#include "vigil-stream-budget-private.h"

typedef VigilBudgetEntry Entry;
typedef VigilBudgetClass Class;

static gint64
grace_end (VigilStreamBudget *self,
           const Entry       *entry)
{
  return entry->left_us + (gint64) self->limits.grace_ms * 1000;
}

/* Where nothing can be paused, to be wanted off screen is no reason to keep or begin a stream: it would cost what a live
 * one costs to receive. Whoever was live a moment ago is kept for the grace, for an operator who turns back. */
static gboolean
is_kept (VigilStreamBudget *self,
         const Entry       *entry)
{
  return self->limits.cannot_pause ? entry->visible > 0 || entry->pinned || entry->focused : vigil_budget_entry_is_wanted (entry);
}

/* Also notes when somebody who holds a stream stopped being wanted. */
static Class
classify (VigilStreamBudget *self,
          Entry             *entry,
          gint64             now_us)
{
  if (is_kept (self, entry))
    entry->left_us = 0;
  else if (entry->left_us == 0)
    entry->left_us = now_us;

  if (!entry->available)
    return CLASS_NONE;
  if (entry->focused > 0)
    return CLASS_FOCUSED;
  if (entry->pinned)
    return CLASS_PINNED;
  if (entry->visible > 0)
    return entry->claimed ? CLASS_CLAIMED : entry->flagged ? CLASS_FLAGGED : CLASS_VISIBLE;
  if (self->limits.cannot_pause)
    return entry->last.mode != VIGIL_MODE_COLD && now_us < grace_end (self, entry) ? CLASS_GRACE : CLASS_NONE;
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
  /* Before who has it already: he would have it each time patrol comes by. */
  if (left->class == CLASS_VISIBLE && left->places[LIST_DUE] != right->places[LIST_DUE])
    return left->places[LIST_DUE] < right->places[LIST_DUE] ? -1 : 1;
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
  VigilStreamDecision decision = { entry->handle, VIGIL_MODE_COLD, reason_of (entry->class), VIGIL_SOURCE_WEBCAM };
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

  /* Ready would cost the network all the same, and the network may be what it was refused for. Only the grace keeps, and
   * only what has begun. */
  if (self->limits.cannot_pause && entry->class != CLASS_GRACE)
    return decision;
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

static VigilStreamDecision
decide_extra (VigilStreamBudget *self,
              const Entry       *entry,
              guint              i)
{
  const VigilStreamCost *cost = &entry->extras->cost[i];
  VigilStreamDecision decision = entry->extras->last[i];
  VigilStreamClaim claim = {
    .cost = *cost,
    .known = cost->cpu + cost->kbits + cost->pixels > 0,
    .has = decision.mode == VIGIL_MODE_LIVE,
    .urgent = TRUE,
    .by_hand = TRUE,
    .source = decision.source,
  };

  decision.mode = VIGIL_MODE_COLD;
  decision.why = VIGIL_WHY_NOT_OPENED;
  if (entry->focused == 0)
    return decision;

  decision.why = VIGIL_WHY_NOT_STREAMING;
  if ((entry->produced & 1u << decision.source) == 0)
    return decision;

  decision.why = VIGIL_WHY_NO_SOUND;
  if (self->limits.no_sound && decision.source == VIGIL_SOURCE_MICROPHONE)
    return decision;

  if (vigil_stream_admission_take_live (&self->admission, &claim, &decision.why))
    {
      decision.mode = VIGIL_MODE_LIVE;
      decision.why = VIGIL_WHY_FOCUSED;
    }
  return decision;
}

/* Screens and microphones of whoever is opened. A webcam that is off is no reason to be without them. */
static void
decide_extras (VigilStreamBudget *self,
               GArray            *changed)
{
  for (guint k = 0; k < self->active->len; k++)
    {
      Entry *entry = g_ptr_array_index (self->active, k);

      for (guint i = 0; entry->extras != NULL && i < N_EXTRAS; i++)
        {
          VigilStreamDecision decision = decide_extra (self, entry, i);

          if (decision.mode != entry->extras->last[i].mode || decision.why != entry->extras->last[i].why)
            g_array_append_val (changed, decision);
          entry->extras->last[i] = decision;
        }
      if (entry->focused == 0)
        g_clear_pointer (&entry->extras, g_free);
    }
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
  gboolean extras_done = FALSE;

  begin_pass (self, now_us);
  g_array_set_size (changed, 0);
  memset (self->n_whys, 0, sizeof self->n_whys);
  for (guint i = 0; i < self->active->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->active, i);
      VigilStreamDecision decision;

      if (!extras_done && entry->class != CLASS_FOCUSED)
        {
          decide_extras (self, changed);
          extras_done = TRUE;
        }
      decision = decide_one (self, entry);
      if (decision.mode != entry->last.mode || decision.why != entry->last.why)
        g_array_append_val (changed, decision);
      entry->last = decision;
      if (vigil_budget_entry_is_wanted (entry))
        self->n_whys[decision.why]++;

      if (entry->class == CLASS_GRACE && decision.mode == VIGIL_MODE_WARM)
        again_us = sooner (again_us, grace_end (self, entry));

      if (vigil_budget_entry_is_wanted (entry) || decision.mode != VIGIL_MODE_COLD)
        g_ptr_array_add (kept, entry);
      else
        vigil_stream_budget_retire (self, entry);
    }

  if (!extras_done)
    decide_extras (self, changed);
  g_ptr_array_unref (self->active);
  self->active = g_steal_pointer (&kept);
  if (self->admission.starved)
    again_us = sooner (again_us, vigil_stream_admission_next_start (&self->admission));
  return again_us;
}
