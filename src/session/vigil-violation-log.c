/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The violations known so far, by candidate and by id, bounded. */

#include "vigil-violation-log.h"

#include "vigil-clock.h"
#include "vigil-metrics.h"

struct _VigilViolationLog
{
  guint         max_each;
  guint         max_total;
  GHashTable   *by_id;      /* id (the violation's own) → VigilViolation, owned */
  GHashTable   *by_student; /* student id, owned → GPtrArray of borrowed VigilViolation, newest first */
  GQueue        age;        /* ids, owned, oldest first; may name some that are gone */
  GQueue        attended;   /* likewise, of those somebody decided about: they go first */
  VigilCounter *held;
  VigilCounter *evicted;
  VigilCounter *evicted_open;
};

VigilViolationLog *
vigil_violation_log_new (guint max_each,
                         guint max_total)
{
  VigilViolationLog *self = g_new0 (VigilViolationLog, 1);

  self->max_each = MAX (max_each, 1);
  self->max_total = MAX (max_total, 1);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) vigil_violation_unref);
  self->by_student = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_queue_init (&self->age);
  g_queue_init (&self->attended);
  self->held = vigil_metrics_gauge ("vigil_violations_held", "Violations in memory");
  self->evicted = vigil_metrics_counter ("vigil_violations_evicted", "Violations dropped from memory to stay within bounds");
  self->evicted_open = vigil_metrics_counter ("vigil_violations_evicted_open", "Those among them that nobody had attended to; the hall still has them");
  return self;
}

void
vigil_violation_log_free (VigilViolationLog *self)
{
  vigil_violation_log_clear (self);
  g_hash_table_unref (self->by_student);
  g_hash_table_unref (self->by_id);
  g_free (self);
}

void
vigil_violation_log_clear (VigilViolationLog *self)
{
  g_hash_table_remove_all (self->by_student);
  g_hash_table_remove_all (self->by_id);
  g_queue_clear_full (&self->age, g_free);
  g_queue_clear_full (&self->attended, g_free);
  vigil_counter_set (self->held, 0);
}

static GPtrArray *
ensure_list (VigilViolationLog *self,
             const char        *student_id)
{
  GPtrArray *list = g_hash_table_lookup (self->by_student, student_id);

  if (list == NULL)
    {
      list = g_ptr_array_new ();
      g_hash_table_insert (self->by_student, g_strdup (student_id), list);
    }

  return list;
}

static void
evict (VigilViolationLog *self,
       const char        *id)
{
  VigilViolation *violation = g_hash_table_lookup (self->by_id, id);
  GPtrArray *list;

  if (violation == NULL)
    return;

  if (violation->verdict == VIGIL_VERDICT_OPEN)
    vigil_counter_add (self->evicted_open, 1);
  list = g_hash_table_lookup (self->by_student, violation->student_id);
  g_ptr_array_remove (list, violation);
  if (list->len == 0)
    g_hash_table_remove (self->by_student, violation->student_id);
  g_hash_table_remove (self->by_id, id);
  vigil_counter_add (self->evicted, 1);
}

static void
insert_sorted (GPtrArray      *list,
               VigilViolation *violation)
{
  guint i = 0;

  while (i < list->len && ((VigilViolation *) g_ptr_array_index (list, i))->at_ms > violation->at_ms)
    i++;
  g_ptr_array_insert (list, i, violation);
}

static gboolean
is_attended (VigilViolationLog *self,
             const char        *id)
{
  const VigilViolation *violation = g_hash_table_lookup (self->by_id, id);

  return violation != NULL && violation->verdict != VIGIL_VERDICT_OPEN;
}

/* The oldest that somebody decided about, or the oldest. @list: not empty. */
static VigilViolation *
find_dispensable (GPtrArray *list)
{
  for (guint i = list->len; i > 0; i--)
    {
      VigilViolation *violation = g_ptr_array_index (list, i - 1);

      if (violation->verdict != VIGIL_VERDICT_OPEN)
        return violation;
    }

  return g_ptr_array_index (list, list->len - 1);
}

static void
evict_one (VigilViolationLog *self)
{
  g_autofree char *id = g_queue_pop_head (&self->attended);

  if (id == NULL)
    id = g_queue_pop_head (&self->age);
  else if (!is_attended (self, id))
    return; /* it went another way, or was opened again */
  evict (self, id);
}

/* Names of those that went another way must not pile up. */
static void
trim (VigilViolationLog *self,
      GQueue            *names)
{
  while (g_queue_get_length (names) > 2 * self->max_total)
    g_free (g_queue_pop_head (names));
}

static void
keep_bounds (VigilViolationLog *self,
             GPtrArray         *list)
{
  if (list->len > self->max_each)
    evict (self, find_dispensable (list)->id);

  while (g_hash_table_size (self->by_id) > self->max_total && !g_queue_is_empty (&self->age))
    evict_one (self);

  trim (self, &self->age);
  trim (self, &self->attended);
}

static void
note_attended (VigilViolationLog *self,
               VigilViolation    *violation)
{
  if (violation->verdict == VIGIL_VERDICT_OPEN)
    return;

  g_queue_push_tail (&self->attended, g_strdup (violation->id));
  trim (self, &self->attended);
}

static void
replace (VigilViolationLog *self,
         VigilViolation    *held,
         VigilViolation    *violation)
{
  GPtrArray *list = ensure_list (self, held->student_id);

  g_ptr_array_remove (list, held);
  insert_sorted (list, violation);
  if (held->verdict == VIGIL_VERDICT_OPEN)
    note_attended (self, violation);
  g_hash_table_replace (self->by_id, violation->id, vigil_violation_ref (violation));
}

static gboolean
says_same (const VigilViolation *held,
           const VigilViolation *violation)
{
  return held->count == violation->count &&
         held->verdict == violation->verdict &&
         held->evidence->len == violation->evidence->len &&
         g_strcmp0 (held->note, violation->note) == 0;
}

VigilLogResult
vigil_violation_log_add (VigilViolationLog *self,
                         VigilViolation    *violation)
{
  VigilViolation *held = g_hash_table_lookup (self->by_id, violation->id);
  GPtrArray *list;

  if (held != NULL)
    {
      if (violation->count < held->count ||
          g_strcmp0 (held->student_id, violation->student_id) != 0 ||
          says_same (held, violation))
        return VIGIL_LOG_SAME;

      replace (self, held, violation);
      return VIGIL_LOG_CHANGED;
    }

  list = ensure_list (self, violation->student_id);
  insert_sorted (list, violation);
  g_hash_table_insert (self->by_id, violation->id, vigil_violation_ref (violation));
  g_queue_push_tail (&self->age, g_strdup (violation->id));
  note_attended (self, violation);
  keep_bounds (self, list);
  vigil_counter_set (self->held, g_hash_table_size (self->by_id));

  /* Older than everything that is kept, it goes at once. */
  return g_hash_table_lookup (self->by_id, violation->id) == violation ? VIGIL_LOG_ADDED : VIGIL_LOG_EVICTED;
}

/* A snooze that is over is no decision any more, even if nobody could tell us. */
static gboolean
is_open (const VigilViolation *violation)
{
  return violation->verdict == VIGIL_VERDICT_OPEN ||
         (violation->verdict == VIGIL_VERDICT_SNOOZED && violation->until_ms <= vigil_clock_hall_ms ());
}

VigilLogResult
vigil_violation_log_add_read (VigilViolationLog *self,
                              VigilViolation    *violation)
{
  const VigilViolation *held = g_hash_table_lookup (self->by_id, violation->id);
  g_autoptr (VigilViolation) copy = NULL;

  if (held == NULL || is_open (held) || violation->verdict != VIGIL_VERDICT_OPEN)
    return vigil_violation_log_add (self, violation);

  copy = vigil_violation_copy (violation);
  copy->verdict = held->verdict;
  copy->until_ms = held->until_ms;
  g_free (copy->note);
  copy->note = g_strdup (held->note);
  return vigil_violation_log_add (self, copy);
}

VigilViolation *
vigil_violation_log_set_verdict (VigilViolationLog *self,
                                 const char        *id,
                                 VigilVerdict       verdict,
                                 gint64             until_ms)
{
  VigilViolation *held = g_hash_table_lookup (self->by_id, id);
  g_autoptr (VigilViolation) copy = NULL;

  if (held == NULL || (held->verdict == verdict && held->until_ms == until_ms))
    return NULL;

  copy = vigil_violation_copy (held);
  copy->verdict = verdict;
  copy->until_ms = until_ms;
  replace (self, held, copy);
  return g_hash_table_lookup (self->by_id, id);
}

VigilViolation *
vigil_violation_log_lookup (VigilViolationLog *self,
                            const char        *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

GPtrArray *
vigil_violation_log_dup (VigilViolationLog *self,
                         const char        *student_id)
{
  GPtrArray *list = g_hash_table_lookup (self->by_student, student_id);
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_violation_unref);

  for (guint i = 0; list != NULL && i < list->len; i++)
    g_ptr_array_add (copy, vigil_violation_ref (g_ptr_array_index (list, i)));

  return copy;
}

guint
vigil_violation_log_get_open (VigilViolationLog *self,
                              const char        *student_id,
                              VigilBand         *worst)
{
  GPtrArray *list = g_hash_table_lookup (self->by_student, student_id);
  guint n = 0;

  *worst = VIGIL_BAND_LOW;
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const VigilViolation *violation = g_ptr_array_index (list, i);

      if (violation->verdict != VIGIL_VERDICT_OPEN)
        continue;
      n++;
      *worst = MAX (*worst, violation->severity);
    }

  return n;
}
