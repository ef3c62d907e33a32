/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thing that somebody must attend to. */

#include "vigil-triage-item-private.h"

G_DEFINE_FINAL_TYPE (VigilTriageItem, vigil_triage_item, G_TYPE_OBJECT)

static guint signal_changed;

static void
vigil_triage_item_finalize (GObject *object)
{
  VigilTriageItem *self = VIGIL_TRIAGE_ITEM (object);

  g_ptr_array_unref (self->violations);
  g_clear_object (&self->subject);
  g_free (self->claimed_by);

  G_OBJECT_CLASS (vigil_triage_item_parent_class)->finalize (object);
}

static void
vigil_triage_item_class_init (VigilTriageItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_triage_item_finalize;
  signal_changed = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_triage_item_init (VigilTriageItem *self)
{
  self->violations = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_violation_unref);
  self->state = VIGIL_TRIAGE_WAITING;
}

VigilTriageItem *
vigil_triage_item_new (VigilViolation *violation)
{
  VigilTriageItem *self = g_object_new (VIGIL_TYPE_TRIAGE_ITEM, NULL);

  if (violation != NULL)
    {
      g_ptr_array_add (self->violations, vigil_violation_ref (violation));
      self->at_ms = violation->at_ms;
    }
  else
    {
      self->state = VIGIL_TRIAGE_INCIDENT;
    }
  return self;
}

void
vigil_triage_item_add (VigilTriageItem *self,
                       VigilViolation  *violation)
{
  guint i = self->violations->len;

  while (i > 0 && ((VigilViolation *) g_ptr_array_index (self->violations, i - 1))->at_ms > violation->at_ms)
    i--;
  g_ptr_array_insert (self->violations, (int) i, vigil_violation_ref (violation));
}

VigilViolation *
vigil_triage_item_find (VigilTriageItem *self,
                        const char      *id)
{
  for (guint i = 0; i < self->violations->len; i++)
    {
      VigilViolation *violation = g_ptr_array_index (self->violations, i);

      if (g_str_equal (violation->id, id))
        return violation;
    }

  return NULL;
}

void
vigil_triage_item_remove (VigilTriageItem *self,
                          const char      *id)
{
  g_ptr_array_remove (self->violations, vigil_triage_item_find (self, id));
}

void
vigil_triage_item_changed (VigilTriageItem *self)
{
  g_signal_emit (self, signal_changed, 0);
}

VigilTriageState
vigil_triage_item_get_state (VigilTriageItem *self)
{
  return self->state;
}

VigilDue
vigil_triage_item_get_due (VigilTriageItem *self)
{
  return self->due;
}

VigilBand
vigil_triage_item_get_band (VigilTriageItem *self)
{
  VigilBand worst = VIGIL_BAND_LOW;

  for (guint i = 0; i < self->violations->len; i++)
    worst = MAX (worst, ((VigilViolation *) g_ptr_array_index (self->violations, i))->severity);

  return worst;
}

gint64
vigil_triage_item_get_at_ms (VigilTriageItem *self)
{
  return self->at_ms;
}

gint64
vigil_triage_item_get_deadline_ms (VigilTriageItem *self)
{
  return self->deadline_ms;
}

const char *
vigil_triage_item_get_student_id (VigilTriageItem *self)
{
  VigilViolation *violation = self->group == 0 ? vigil_triage_item_get_violation (self) : NULL;

  return violation != NULL ? violation->student_id : NULL;
}

const char *
vigil_triage_item_get_claimed_by (VigilTriageItem *self)
{
  return self->claimed_by;
}

gint64
vigil_triage_item_get_until_ms (VigilTriageItem *self)
{
  return self->until_ms;
}

gboolean
vigil_triage_item_get_returned (VigilTriageItem *self)
{
  return self->returned;
}

gboolean
vigil_triage_item_get_escalated (VigilTriageItem *self)
{
  return self->escalated;
}

gboolean
vigil_triage_item_get_sending (VigilTriageItem *self)
{
  return self->sending;
}

VigilViolation *
vigil_triage_item_get_violation (VigilTriageItem *self)
{
  return self->violations->len > 0 ? g_ptr_array_index (self->violations, 0) : NULL;
}

GPtrArray *
vigil_triage_item_get_violations (VigilTriageItem *self)
{
  return self->violations;
}

guint
vigil_triage_item_get_group (VigilTriageItem *self)
{
  return self->group;
}

GObject *
vigil_triage_item_get_subject (VigilTriageItem *self)
{
  return self->subject;
}

gboolean
vigil_triage_item_get_over (VigilTriageItem *self)
{
  return self->over;
}
