/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A violation as the referee reports it, with the evidence that was kept for it. */

#include "vigil-violation.h"

#include <string.h>

static const char *const verdict_nicks[] = { "open", "confirmed", "dismissed", "escalated", "snoozed" };

G_DEFINE_BOXED_TYPE (VigilViolation, vigil_violation, vigil_violation_ref, vigil_violation_unref)

/** An open violation of medium severity, seen once, with an empty @evidence, for its maker to fill.
 *  Returns: (transfer full). */
VigilViolation *
vigil_violation_new (void)
{
  VigilViolation *self = g_new0 (VigilViolation, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->severity = VIGIL_BAND_MEDIUM;
  self->count = 1;
  self->evidence = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_evidence_item_unref);
  return self;
}

/** A copy with a count of its own that shares the evidence items; for changing one member.
 *  Returns: (transfer full). */
VigilViolation *
vigil_violation_copy (const VigilViolation *self)
{
  VigilViolation *copy = vigil_violation_new ();

  copy->id = g_strdup (self->id);
  copy->student_id = g_strdup (self->student_id);
  copy->type = g_strdup (self->type);
  copy->severity = self->severity;
  copy->severity_known = self->severity_known;
  copy->at_ms = self->at_ms;
  copy->count = self->count;
  copy->verdict = self->verdict;
  copy->until_ms = self->until_ms;
  copy->note = g_strdup (self->note);
  copy->decided_by = g_strdup (self->decided_by);
  for (guint i = 0; self->evidence != NULL && i < self->evidence->len; i++)
    g_ptr_array_add (copy->evidence, vigil_evidence_item_ref (g_ptr_array_index (self->evidence, i)));

  return copy;
}

VigilViolation *
vigil_violation_ref (VigilViolation *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_violation_unref (VigilViolation *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->id);
  g_free (self->student_id);
  g_free (self->type);
  g_free (self->note);
  g_free (self->decided_by);
  g_clear_pointer (&self->evidence, g_ptr_array_unref);
  g_free (self);
}

/** "open", "confirmed", "dismissed", "escalated", "snoozed"; "unknown" out of range. Any thread. */
const char *
vigil_verdict_to_nick (VigilVerdict verdict)
{
  return (guint) verdict < G_N_ELEMENTS (verdict_nicks) ? verdict_nicks[verdict] : "unknown";
}

/** Reads a verdict's nick. Returns: %FALSE, and @verdict untouched, for any other word. */
gboolean
vigil_verdict_from_nick (const char   *nick,
                         VigilVerdict *verdict)
{
  for (guint i = 0; nick != NULL && i < G_N_ELEMENTS (verdict_nicks); i++)
    {
      if (strcmp (verdict_nicks[i], nick) == 0)
        {
          *verdict = i;
          return TRUE;
        }
    }

  return FALSE;
}
