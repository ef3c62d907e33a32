/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which spatial layer of a stream somebody needs. A pure function. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What is known of a stream whose layers can be chosen. */
typedef struct
{
  guint n_layers;             /* lowest first; each is taken to be twice as large as the one below */
  guint current;              /* asked for last */
  guint width, height;        /* of the newest picture as it was received; 0: none yet */
  guint wanted_width, wanted_height; /* where it is shown, device pixels; 0: nobody looks */
} VigilLayerQuestion;

/**
 * The lowest layer whose picture, fitted into where it is shown, is enlarged by no more than a tenth; @highest: the
 * highest there is. It goes down only where there is something to spare, so that a size that sways does not switch.
 */
guint vigil_layer_pick (const VigilLayerQuestion *question, gboolean highest);

G_END_DECLS
