/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hall itself says of its exam, asked by HTTP beside the client, with another token. */
#pragma once

#include "bench-console.h"
#include "bench-hall.h"

G_BEGIN_DECLS

typedef struct _SoakTruth SoakTruth;

/** A candidate as the hall has it. */
typedef struct
{
  char     *id;
  char     *name;
  gboolean  connected;
  gboolean  streaming;
  guint     open_flags;
  int       score;       /* −1: none */
} SoakRow;

SoakTruth  *soak_truth_new  (BenchHall *hall, BenchConsole *console);
void        soak_truth_free (SoakTruth *self);

/* These read in a thread while the main loop of the console runs. Errors end the program: without the truth there is
 * nothing to compare with. */

/** Everybody: of SoakRow. (transfer full) */
GPtrArray  *soak_truth_read_roster (SoakTruth *self);
/** Those alone whose ids are given. (transfer full) */
GPtrArray  *soak_truth_read_rows   (SoakTruth *self, GPtrArray *ids);
/** Every violation that the hall created: id → GUINT_TO_POINTER (count). (transfer full) */
GHashTable *soak_truth_read_flags  (SoakTruth *self);
/** Those alone that nobody has decided about. (transfer full) */
GHashTable *soak_truth_read_open   (SoakTruth *self);

G_END_DECLS
