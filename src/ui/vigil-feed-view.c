/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture of one stream that is no candidate's tile: a shared screen. */
#include "vigil-feed-view.h"

#include <glib/gi18n-lib.h>

#include "vigil-clock.h"
#include "vigil-frame-painter.h"
#include "vigil-hatch.h"
#include "vigil-palette.h"
#include "vigil-text.h"
#include "vigil-words.h"

#define HATCH_STEP 9.0

struct _VigilFeedView
{
  GtkWidget parent_instance;

  VigilSession      *session;
  VigilScoreSweeper *sweeper;
  VigilStream       *stream;
  gulong             stream_id;
  VigilFrameSlot    *slot;
  gulong             slot_id;
  VigilFrame        *frame;
  gboolean           withdrawn;    /* the slot was cleared since */
  guint              wanted_width, wanted_height;
  GtkWidget         *label;        /* what is to be said instead of, or over, the picture */
};

G_DEFINE_FINAL_TYPE (VigilFeedView, vigil_feed_view, GTK_TYPE_WIDGET)

static gint64
get_age_us (VigilFeedView *self)
{
  return self->frame != NULL ? vigil_clock_monotonic_us () - self->frame->decoded_us : 0;
}

static gint64
get_stale_us (VigilFeedView *self)
{
  return vigil_settings_get_int (vigil_session_get_settings (self->session), VIGIL_SETTING_STALE_VIDEO) * G_USEC_PER_SEC;
}

static gboolean
is_live (VigilFeedView *self)
{
  /* As for a tile: what was paused or has stalled shows the past, however short it is. */
  return self->frame != NULL && !self->withdrawn && self->stream != NULL &&
         vigil_stream_get_phase (self->stream) == VIGIL_PHASE_PLAYING &&
         vigil_stream_get_mode (self->stream) == VIGIL_MODE_LIVE && !vigil_stream_get_stalled (self->stream) &&
         vigil_stream_get_feed (self->stream) == self->frame->feed && get_age_us (self) <= get_stale_us (self);
}

/* Returns: (transfer full) (nullable): nothing needs saying. */
static char *
describe (VigilFeedView *self)
{
  g_autofree char *age = NULL;

  if (self->stream == NULL)
    return NULL;
  if (is_live (self))
    return vigil_stream_get_late_s (self->stream) > 0 ? vigil_words_late (vigil_stream_get_late_s (self->stream)) : NULL;
  if (self->frame == NULL)
    {
      if (vigil_stream_get_mode (self->stream) == VIGIL_MODE_LIVE)
        return g_strdup (vigil_words_phase (vigil_stream_get_phase (self->stream)));
      return g_strdup (vigil_words_mode_reason (vigil_stream_get_reason (self->stream)));
    }
  age = vigil_words_age (get_age_us (self) / G_USEC_PER_SEC);
  /* Translators: over a picture; %s is its age, such as "12 s". */
  return g_strdup_printf (_("Not live: %s old"), age);
}

static void
update (VigilFeedView *self)
{
  g_autofree char *words = describe (self);

  gtk_widget_set_visible (self->label, words != NULL);
  if (words != NULL)
    vigil_text_set (GTK_LABEL (self->label), words);
  if (self->frame != NULL)
    gtk_widget_add_css_class (self->label, "osd");
  else
    gtk_widget_remove_css_class (self->label, "osd");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  words != NULL ? words : is_live (self) ? _("Live") : "", -1);
}

static void
drop_frame (VigilFeedView *self)
{
  g_clear_pointer (&self->frame, vigil_frame_unref);
  self->withdrawn = FALSE;
}

static void
take_frame (VigilFeedView *self)
{
  g_autoptr (VigilFrame) frame = vigil_frame_slot_dup_frame (self->slot);

  self->withdrawn = frame == NULL;
  if (frame == NULL || frame == self->frame || frame->feed != vigil_stream_get_feed (self->stream))
    return;
  drop_frame (self);
  self->frame = g_steal_pointer (&frame);
}

static void
frame_cb (VigilFrameSlot *slot, gpointer user_data)
{
  VigilFeedView *self = user_data;
  gboolean was_live = is_live (self);

  take_frame (self);
  if (!was_live || self->withdrawn)
    update (self);
  vigil_score_sweeper_queue_draw (self->sweeper, GTK_WIDGET (self));
}

static void
update_wanted_size (VigilFeedView *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  guint width = (guint) MAX (gtk_widget_get_width (GTK_WIDGET (self)) * scale, 0);
  guint height = (guint) MAX (gtk_widget_get_height (GTK_WIDGET (self)) * scale, 0);
  guint now_width, now_height;

  if (self->slot == NULL || width == 0)
    return;
  vigil_frame_slot_get_wanted_size (self->slot, &now_width, &now_height);
  if (now_width > width && (now_width != self->wanted_width || now_height != self->wanted_height))
    return; /* another view shows it larger */
  if (now_width != width || now_height != height)
    vigil_frame_slot_set_wanted_size (self->slot, width, height);
  self->wanted_width = width;
  self->wanted_height = height;
}

static void
leave_slot (VigilFeedView *self)
{
  guint width, height;

  if (self->slot == NULL)
    return;
  g_clear_signal_handler (&self->slot_id, self->slot);
  vigil_frame_slot_get_wanted_size (self->slot, &width, &height);
  if (width == self->wanted_width && height == self->wanted_height)
    vigil_frame_slot_set_wanted_size (self->slot, 0, 0);
  g_clear_object (&self->slot);
}

static void
sync_slot (VigilFeedView *self)
{
  GObject *picture = self->stream != NULL ? vigil_stream_get_picture (self->stream) : NULL;

  if (picture == (GObject *) self->slot)
    return;
  leave_slot (self);
  if (!VIGIL_IS_FRAME_SLOT (picture))
    {
      self->withdrawn = TRUE;
      return;
    }
  self->slot = g_object_ref (VIGIL_FRAME_SLOT (picture));
  self->wanted_width = self->wanted_height = 0;
  self->slot_id = g_signal_connect (self->slot, "frame", G_CALLBACK (frame_cb), self);
  update_wanted_size (self);
  take_frame (self);
}

static void
stream_changed_cb (VigilStream *stream, gpointer user_data)
{
  VigilFeedView *self = user_data;

  sync_slot (self);
  update (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
vigil_feed_view_set_stream (VigilFeedView *self, VigilStream *stream)
{
  g_return_if_fail (VIGIL_IS_FEED_VIEW (self));

  if (self->stream == stream)
    return;
  if (self->stream != NULL)
    g_clear_signal_handler (&self->stream_id, self->stream);
  leave_slot (self);
  drop_frame (self);
  g_set_object (&self->stream, stream);
  if (stream != NULL)
    self->stream_id = g_signal_connect (stream, "changed", G_CALLBACK (stream_changed_cb), self);
  sync_slot (self);
  update (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
vigil_feed_view_has_recent_picture (VigilFeedView *self)
{
  g_return_val_if_fail (VIGIL_IS_FEED_VIEW (self), FALSE);

  return self->frame != NULL && get_age_us (self) <= get_stale_us (self);
}

void
vigil_feed_view_forget (VigilFeedView *self)
{
  g_return_if_fail (VIGIL_IS_FEED_VIEW (self));

  if (self->frame == NULL)
    return;
  drop_frame (self);
  update (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
vigil_feed_view_tick (VigilFeedView *self)
{
  g_return_if_fail (VIGIL_IS_FEED_VIEW (self));

  update_wanted_size (self);
  update (self);
  if (self->frame != NULL && !is_live (self))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

VigilFrame *
vigil_feed_view_dup_live_frame (VigilFeedView *self, VigilFrameSlot **slot)
{
  g_return_val_if_fail (VIGIL_IS_FEED_VIEW (self), NULL);

  if (!is_live (self))
    return NULL;
  if (slot != NULL)
    *slot = self->slot != NULL ? g_object_ref (self->slot) : NULL;
  return vigil_frame_ref (self->frame);
}

static void
vigil_feed_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  VigilFeedView *self = VIGIL_FEED_VIEW (widget);
  const VigilPalette *palette = vigil_palette_get (widget);
  graphene_rect_t rect = GRAPHENE_RECT_INIT (0, 0, (float) MAX (gtk_widget_get_width (widget), 1), (float) MAX (gtk_widget_get_height (widget), 1));

  gtk_snapshot_append_color (snapshot, &palette->screen, &rect);
  if (self->frame != NULL)
    {
      g_autoptr (GskRenderNode) node = vigil_frame_painter_make_node (self->frame, &rect, gtk_widget_get_scale_factor (widget),
                                                                      FALSE, vigil_frame_painter_prefers_texture (widget));

      gtk_snapshot_append_node (snapshot, node);
      if (!is_live (self))
        vigil_hatch_append (snapshot, &rect, &palette->veil, HATCH_STEP);
    }
  GTK_WIDGET_CLASS (vigil_feed_view_parent_class)->snapshot (widget, snapshot);
}

static void
vigil_feed_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 96 : 54;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : 180;
}

static void
vigil_feed_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  VigilFeedView *self = VIGIL_FEED_VIEW (widget);
  int min_height, min_width;
  GtkAllocation at;

  gtk_widget_measure (self->label, GTK_ORIENTATION_HORIZONTAL, -1, &min_width, NULL, NULL, NULL);
  at.width = MAX (MIN (width - 16, 420), min_width);
  gtk_widget_measure (self->label, GTK_ORIENTATION_VERTICAL, at.width, &min_height, NULL, NULL, NULL);
  at.height = min_height;
  at.x = (width - at.width) / 2;
  at.y = (height - at.height) / 2;
  gtk_widget_size_allocate (self->label, &at, -1);
  update_wanted_size (self);
}

static void
vigil_feed_view_dispose (GObject *object)
{
  VigilFeedView *self = VIGIL_FEED_VIEW (object);

  if (self->stream != NULL)
    g_clear_signal_handler (&self->stream_id, self->stream);
  leave_slot (self);
  drop_frame (self);
  if (self->sweeper != NULL)
    vigil_score_sweeper_cancel_draw (self->sweeper, GTK_WIDGET (self));
  g_clear_object (&self->stream);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_object (&self->sweeper);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_feed_view_parent_class)->dispose (object);
}

static void
vigil_feed_view_class_init (VigilFeedViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_feed_view_dispose;
  widget_class->snapshot = vigil_feed_view_snapshot;
  widget_class->measure = vigil_feed_view_measure;
  widget_class->size_allocate = vigil_feed_view_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "feedview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
vigil_feed_view_init (VigilFeedView *self)
{
  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->label), GTK_JUSTIFY_CENTER);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
vigil_feed_view_new (VigilSession *session, VigilScoreSweeper *sweeper)
{
  VigilFeedView *self = g_object_new (VIGIL_TYPE_FEED_VIEW, NULL);

  self->session = g_object_ref (session);
  self->sweeper = g_object_ref (sweeper);
  return GTK_WIDGET (self);
}
