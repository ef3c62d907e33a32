/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What docs/performance.md is made of: "-m perf". */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A series of milliseconds. */
typedef struct
{
  GArray *values;
} Figures;

Figures *figures_new    (void);
void     figures_free   (Figures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Figures, figures_free)

void     figures_add    (Figures *self, double ms);
/** Says p50, p95 and how many, and begins anew. */
void     figures_report (Figures *self, const char *what);

/** Runs the default main context for so long; says the share of a core, threads and descriptors of this process, and how many
 *  pictures it decoded. @n_decoded: says how many so far. */
void     figures_load   (const char *what, guint seconds, gint64 (*n_decoded) (void));

G_END_DECLS
