/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever is about to be scrolled in is drawn before, in the time between two frames: the frame in which a row appears
 * costs no more than any other then, and comes when it should. */
#include "vigil-tile-private.h"

gboolean
vigil_tile_prepare (VigilTile *self)
{
  g_return_val_if_fail (VIGIL_IS_TILE (self), FALSE);

  if (self->ahead || self->plain || self->handle == VIGIL_HANDLE_NONE || gtk_widget_get_mapped (GTK_WIDGET (self)) ||
      gtk_widget_get_width (GTK_WIDGET (self)) <= 0)
    return FALSE;
  /* The last picture of somebody who left: there is no other. */
  if (self->frame != NULL)
    return FALSE;
  vigil_tile_forget (self);
  vigil_score_store_read (vigil_session_get_store (self->session), self->handle, &self->score);
  /* Only looked at: what it costs begins when it is on screen. */
  self->stream = vigil_stream_controller_ref_stream (vigil_session_get_streams (self->session), self->handle);
  vigil_tile_compute_look (self);
  g_clear_object (&self->stream);
  vigil_tile_draw_ahead (self);
  self->ahead = TRUE;
  return TRUE;
}

void
vigil_tile_unprepare (VigilTile *self)
{
  g_return_if_fail (VIGIL_IS_TILE (self));

  if (!self->ahead)
    return;
  self->ahead = FALSE;
  self->outdated = TRUE;
  vigil_tile_drop_parts (self);
  vigil_tile_drop_texts (self);
}
