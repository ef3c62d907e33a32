/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tile tells the coverage ledger: from when to when live pictures were really drawn, in sight.
 *
 * A proof must not claim more than was there. A run goes from the first to the last new live picture that was drawn, and
 * ends where the next one does not come in time (decoded and drawn), and where anything else is drawn in between or the tile is out of sight: what froze
 * counts to its last picture and not until it is called stale. */
#include "vigil-clock.h"
#include "vigil-tile-private.h"

/* The longest way from one picture to the next within a run; slow cameras send one a second. */
#define RUN_US (1500 * 1000)

static gboolean
is_minimized (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GdkSurface *surface = native != NULL ? gtk_native_get_surface (native) : NULL;

  return !GDK_IS_TOPLEVEL (surface) || (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) != 0;
}

/* A row of which only the edge looks in under the one above is mapped too. */
static gboolean
is_in_sight (VigilTile *self)
{
  GtkWidget *cell = gtk_widget_get_parent (GTK_WIDGET (self));
  GtkWidget *area = cell != NULL ? gtk_widget_get_parent (cell) : NULL;
  graphene_rect_t bounds, shown, seen;

  if (is_minimized (GTK_WIDGET (self)) || area == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (self), area, &bounds) ||
      !gtk_widget_compute_bounds (area, area, &shown)) /* what it clips to: its padding shows tiles too */
    return FALSE;
  return graphene_rect_intersection (&bounds, &shown, &seen) && seen.size.width * seen.size.height >= bounds.size.width * bounds.size.height / 2;
}

void
vigil_tile_tell_watched (VigilTile *self)
{
  if (self->watched_to_us == 0 || self->shown == VIGIL_HANDLE_NONE)
    return;
  if (!self->watched_told)
    vigil_coverage_note (vigil_session_get_coverage (self->session), self->shown, self->watched_from_us, self->watched_to_us);
  self->watched_told = TRUE;
  self->watched_from_us = self->watched_to_us;
}

void
vigil_tile_end_watched (VigilTile *self)
{
  vigil_tile_tell_watched (self);
  self->watched_from_us = self->watched_to_us = 0;
}

static gboolean
is_watched (VigilTile *self, gboolean live)
{
  /* One that was left from before the stream was paused is live by its state and not by its age. */
  return live && self->frame_handle == self->shown && vigil_clock_monotonic_us () - self->frame->decoded_us <= RUN_US && is_in_sight (self);
}

void
vigil_tile_note_watched (VigilTile *self, gboolean live)
{
  /* Whoever scrolls away and back at once finds the former picture: it was counted. */
  gboolean is_new = live && self->frame_pending_us != 0 && self->frame->decoded_us != self->watched_picture_us;
  gint64 now_us;

  if (!is_new && self->watched_to_us == 0)
    return;
  /* A veil, a still, or a place under the edge between two pictures: nobody watched there, however short it was. */
  if (!is_watched (self, live))
    {
      vigil_tile_end_watched (self);
      return;
    }
  if (!is_new)
    return;
  now_us = vigil_clock_boot_us ();
  if (self->watched_to_us != 0 && (now_us - self->watched_to_us > RUN_US || self->frame->decoded_us - self->watched_picture_us > RUN_US))
    vigil_tile_end_watched (self);
  if (self->watched_to_us == 0)
    self->watched_from_us = now_us;
  self->watched_to_us = now_us;
  self->watched_picture_us = self->frame->decoded_us;
  self->watched_told = FALSE;
}

void
vigil_tile_look_again (VigilTile *self)
{
  g_return_if_fail (VIGIL_IS_TILE (self));

  if (self->watched_to_us != 0 && !is_in_sight (self))
    vigil_tile_end_watched (self);
}
