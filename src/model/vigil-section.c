/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of the wall with a card at its head. */

#include "vigil-section.h"

#include <string.h>

VigilSection *
vigil_section_new (VigilSectionKind  kind,
                   const char       *name)
{
  VigilSection *self = g_rc_box_new0 (VigilSection);

  self->kind = kind;
  self->name = g_strdup (name != NULL ? name : "");
  return self;
}

VigilSection *
vigil_section_ref (VigilSection *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  g_free (((VigilSection *) data)->name);
}

void
vigil_section_unref (VigilSection *self)
{
  g_rc_box_release_full (self, clear);
}

gboolean
vigil_section_set_counts (VigilSection             *self,
                          const VigilSectionCounts *counts)
{
  if (memcmp (&self->counts, counts, sizeof *counts) == 0)
    return FALSE;

  self->counts = *counts;
  self->serial++;
  return TRUE;
}

gboolean
vigil_section_set_folded (VigilSection *self,
                          gboolean      folded)
{
  if (self->folded == (folded != FALSE))
    return FALSE;

  self->folded = folded != FALSE;
  self->serial++;
  return TRUE;
}
