/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same rules for every codec. */
#include "vigil-key-gate.h"

#include "vigil-media-metrics.h"
#include "vigil-picture.h"

/* About 1080p at 60 pictures a second: a feed that asks for more is withheld, not decoded. */
#define MAX_PIXELS_PER_SECOND (125 * 1000 * 1000)

/**
 * vigil_key_gate_init:
 *
 * A gate that waits for a key frame.
 */
void
vigil_key_gate_init (VigilKeyGate *self)
{
  *self = (VigilKeyGate) {
    .wants_key = TRUE,
    .budget = MAX_PIXELS_PER_SECOND,
    .filled_us = g_get_monotonic_time (),
  };
}

/**
 * vigil_key_gate_close:
 *
 * Nothing passes up to the next key frame.
 */
void
vigil_key_gate_close (VigilKeyGate *self)
{
  self->wants_key = TRUE;
}

/**
 * vigil_key_gate_set_size:
 * @width: of the pictures that follow
 * @height: of the pictures that follow
 */
void
vigil_key_gate_set_size (VigilKeyGate *self,
                         guint         width,
                         guint         height)
{
  self->oversized = !vigil_picture_size_is_sane (width, height);
  self->area = self->oversized ? 0 : width * height;
}

/**
 * vigil_key_gate_set_coded_area:
 * @area: pixels that are decoded for a picture of which less may be shown; 0: as many as are shown
 */
void
vigil_key_gate_set_coded_area (VigilKeyGate *self,
                               guint         area)
{
  self->coded_area = area;
}

/**
 * vigil_key_gate_fail:
 *
 * A frame came to nothing: what follows it would be drawn over a wrong picture.
 */
void
vigil_key_gate_fail (VigilKeyGate *self)
{
  self->wants_key = TRUE;
  self->withheld = TRUE;
}

static gboolean
spend (VigilKeyGate *self)
{
  gint64 now = g_get_monotonic_time ();
  guint area = MAX (self->area, self->coded_area);

  self->budget += (double) (now - self->filled_us) * (MAX_PIXELS_PER_SECOND / 1e6);
  self->budget = MIN (self->budget, (double) MAX_PIXELS_PER_SECOND);
  self->filled_us = now;
  if (self->budget < area)
    return FALSE;

  self->budget -= area;
  return TRUE;
}

/**
 * vigil_key_gate_admit:
 * @key: whether the frame needs no other
 *
 * Returns: whether it may be decoded
 */
gboolean
vigil_key_gate_admit (VigilKeyGate *self,
                      gboolean      key)
{
  const VigilMediaMetrics *m = vigil_media_metrics ();

  if (self->oversized)
    vigil_counter_add (m->frames_refused, 1);
  else if ((!key && self->wants_key) || !spend (self))
    vigil_counter_add (m->frames_withheld, 1);
  else
    {
      self->wants_key = FALSE;
      return TRUE;
    }

  vigil_key_gate_fail (self);
  return FALSE;
}

/**
 * vigil_key_gate_take_withheld:
 *
 * Returns: whether something was withheld or failed since the last call
 */
gboolean
vigil_key_gate_take_withheld (VigilKeyGate *self)
{
  gboolean withheld = self->withheld;

  self->withheld = FALSE;
  return withheld;
}
