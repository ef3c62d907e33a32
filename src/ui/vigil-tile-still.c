/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tile and its stills: asked for while there is no live picture on screen, and of whoever sits here alone. */
#include "vigil-score-sweeper.h"
#include "vigil-tile-private.h"

static void
changed_cb (VigilStillView *view, gpointer user_data)
{
  VigilTile *self = user_data;
  gboolean first = self->look.picture == VIGIL_PICTURE_NONE;

  if (self->look.capture)
    vigil_tile_drop_part (self, VIGIL_TILE_PART_PICTURE);
  vigil_tile_compute_look (self);
  if (!self->look.capture)
    return;
  if (first)
    gtk_widget_queue_draw (GTK_WIDGET (self)); /* waited for: it waits for no others */
  else
    vigil_score_sweeper_queue_draw (self->sweeper, GTK_WIDGET (self));
}

VigilFrame *
vigil_tile_get_still (VigilTile *self, VigilStill **still)
{
  VigilFrame *frame = NULL;

  if (still != NULL)
    *still = NULL;
  if (self->stills != NULL && self->handle != VIGIL_HANDLE_NONE && self->slot != NULL &&
      vigil_slot_get_handle (self->slot) == self->handle)
    frame = vigil_still_view_get (self->stills, self->handle, still);
  return frame;
}

VigilFrame *
vigil_tile_get_drawn_frame (VigilTile *self)
{
  return self->look.capture ? vigil_tile_get_still (self, NULL) : self->frame;
}

VigilFrame *
vigil_tile_dup_live_frame (VigilTile *self, VigilFrameSlot **slot)
{
  gboolean current;

  g_return_val_if_fail (VIGIL_IS_TILE (self), NULL);

  if (self->look.picture != VIGIL_PICTURE_LIVE || self->look.capture || !vigil_tile_frame_is_ours (self, &current) || !current)
    return NULL;
  if (slot != NULL)
    *slot = self->picture != NULL ? g_object_ref (self->picture) : NULL;
  return vigil_frame_ref (self->frame);
}

void
vigil_tile_drop_still (VigilTile *self)
{
  if (self->stills != NULL)
    vigil_still_view_forget (self->stills);
}

static VigilStillView *
ensure_view (VigilTile *self)
{
  if (self->stills == NULL)
    {
      self->stills = vigil_still_view_new (vigil_session_get_stills (self->session));
      g_signal_connect (self->stills, "changed", G_CALLBACK (changed_cb), self);
    }
  return self->stills;
}

static int
get_side (VigilTile *self)
{
  graphene_rect_t rect;

  vigil_tile_picture_rect (self, &rect);
  return (int) MAX (rect.size.width, rect.size.height) * gtk_widget_get_scale_factor (GTK_WIDGET (self));
}

/* Video that is on its way is worth waiting for; where none can come nothing is. */
static gint64
get_wait_us (VigilTile *self, const VigilCandidate *candidate)
{
  gboolean may_come = self->has_video && self->rung == VIGIL_RUNG_LIVE && candidate->is_streaming;

  return may_come ? self->still_delay_us : 0;
}

void
vigil_tile_follow_stills (VigilTile *self, const VigilCandidate *candidate)
{
  gboolean here = candidate != NULL && candidate->connected && candidate->present;

  if (self->shown != VIGIL_HANDLE_NONE && self->shown == self->handle && here && self->rung <= VIGIL_RUNG_STILL &&
      self->look.picture != VIGIL_PICTURE_LIVE)
    {
      if (gtk_widget_get_width (GTK_WIDGET (self)) > 0)
        vigil_still_view_set_side (ensure_view (self), get_side (self));
      vigil_still_view_watch (ensure_view (self), self->shown, get_wait_us (self, candidate));
    }
  else if (self->stills == NULL)
    return;
  else if (self->look.picture == VIGIL_PICTURE_LIVE || self->rung == VIGIL_RUNG_SCORE)
    vigil_still_view_forget (self->stills);
  else
    vigil_still_view_watch (self->stills, VIGIL_HANDLE_NONE, 0); /* who left: the last picture stays */
}
