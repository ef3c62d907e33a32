/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One stored capture: where it lies and how it can be checked. */

#include "vigil-violation.h"

G_DEFINE_BOXED_TYPE (VigilEvidenceItem, vigil_evidence_item, vigil_evidence_item_ref, vigil_evidence_item_unref)

/** An item of unknown size without any member set, for its maker to fill. Returns: (transfer full). */
VigilEvidenceItem *
vigil_evidence_item_new (void)
{
  VigilEvidenceItem *self = g_new0 (VigilEvidenceItem, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->size = -1;
  return self;
}

VigilEvidenceItem *
vigil_evidence_item_ref (VigilEvidenceItem *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_evidence_item_unref (VigilEvidenceItem *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->key);
  g_free (self->kind);
  g_free (self->sha256);
  g_free (self->url);
  g_free (self->by);
  g_free (self->note);
  g_free (self);
}
