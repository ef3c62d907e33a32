/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which spatial layer of a stream somebody needs. */

#include "vigil-layer-picker.h"

/* How much a picture may be enlarged to fill its place: to stay, and to come down to it. */
#define ENLARGED_MOST 1.1
#define ENLARGED_DOWN 1.0

/* By how much layer @layer would be enlarged (below 1: made smaller). */
static double
enlargement (const VigilLayerQuestion *question,
             guint                     layer)
{
  double x = question->wanted_width / (double) question->width;
  double y = question->wanted_height / (double) question->height;

  return MIN (x, y) / (double) (1 << layer) * (double) (1 << question->current);
}

guint
vigil_layer_pick (const VigilLayerQuestion *question,
                  gboolean                  highest)
{
  if (question->n_layers <= 1)
    return 0;
  if (highest)
    return question->n_layers - 1;
  if (question->width == 0 || question->height == 0 || question->wanted_width == 0 || question->wanted_height == 0)
    return question->current;

  for (guint layer = 0; layer < question->n_layers; layer++)
    if (enlargement (question, layer) <= (layer < question->current ? ENLARGED_DOWN : ENLARGED_MOST))
      return layer;
  return question->n_layers - 1;
}
