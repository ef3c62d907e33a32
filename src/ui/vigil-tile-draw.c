/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a tile looks. No child widgets, no relayout: it is put together from parts that are kept. */
#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-palette.h"
#include "vigil-tile-private.h"

static VigilTileDrawProbe draw_probe;
static gpointer draw_probe_data;

void
vigil_tile_set_draw_probe (VigilTileDrawProbe probe, gpointer user_data)
{
  draw_probe = probe;
  draw_probe_data = user_data;
}

void
vigil_tile_picture_rect (VigilTile *self, graphene_rect_t *rect)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * TILE_PAD;

  if (self->plain)
    {
      graphene_rect_init (rect, 0, 0, MAX (width + 2 * TILE_PAD, 1), MAX (gtk_widget_get_height (GTK_WIDGET (self)), 1));
      return;
    }
  graphene_rect_init (rect, TILE_PAD, TILE_PAD, MAX (width, 1), MAX (width * 9 / 16, 1));
}

void
vigil_tile_hover_rect (VigilTile *self, int which, graphene_rect_t *rect)
{
  graphene_rect_t picture;

  vigil_tile_picture_rect (self, &picture);
  graphene_rect_init (rect,
                      picture.origin.x + picture.size.width - 6 - (2 - which) * 28 + 4,
                      picture.origin.y + picture.size.height - 30, 24, 24);
}

static void
note_frame_drawn (VigilTile *self)
{
  static VigilCounter *redraws;
  static VigilHistogram *latency, *interval;
  gint64 now = g_get_monotonic_time ();

  if (self->frame_pending_us == 0)
    return;
  if (redraws == NULL)
    {
      redraws = vigil_metrics_counter ("vigil_redraws_frame", "Tile redraws that showed a new video frame.");
      latency = vigil_metrics_histogram ("vigil_frame_latency", "ms", "From decoded to drawn.");
      interval = vigil_metrics_histogram ("vigil_frame_interval", "ms", "Between two video frames drawn in one tile.");
    }
  vigil_counter_add (redraws, 1);
  vigil_histogram_add (latency, (double) (now - self->frame_pending_us) / 1000);
  if (self->last_frame_draw_us > 0 && now - self->last_frame_draw_us < 5 * G_USEC_PER_SEC)
    vigil_histogram_add (interval, (double) (now - self->last_frame_draw_us) / 1000);
  self->last_frame_draw_us = now;
  self->frame_pending_us = 0;
}

/* From the capture in the candidate's browser to our pixels, by the hall's clock. */
static void
note_end_to_end (gint64 at_ms)
{
  static VigilCounter *trouble;
  static VigilHistogram *end_to_end;
  gint64 ms = vigil_clock_hall_ms () - at_ms;

  if (at_ms <= 0 || vigil_clock_get_hall_error_ms () < 0)
    return; /* nobody told the hall's time */
  if (trouble == NULL)
    {
      trouble = vigil_metrics_counter ("vigil_clock_trouble", "Scores drawn before they were captured, if both clocks were right.");
      end_to_end = vigil_metrics_histogram ("vigil_score_end_to_end", "ms", "From the capture of a score to the score drawn, by the hall's clock.");
    }
  if (ms < 0)
    vigil_counter_add (trouble, 1);
  vigil_histogram_add (end_to_end, (double) MAX (ms, 0));
}

static void
note_score_drawn (VigilTile *self)
{
  static VigilCounter *redraws;
  static VigilHistogram *latency;

  if (self->score_pending_us == 0)
    return;
  if (redraws == NULL)
    {
      redraws = vigil_metrics_counter ("vigil_redraws_score", "Tile redraws that showed a new score.");
      latency = vigil_metrics_histogram ("vigil_score_latency", "ms", "From the bytes read to the score drawn.");
    }
  vigil_counter_add (redraws, 1);
  vigil_histogram_add (latency, (double) (g_get_monotonic_time () - self->score_pending_us) / 1000);
  note_end_to_end (self->score.at_ms);
  self->score_pending_us = 0;
}

static void
draw_picture (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *rect, const VigilCandidate *candidate, const VigilPalette *palette)
{
  static const char *const whys[] = { "none", "live", "still", "stale", "last" };
  VigilFrame *frame = vigil_tile_get_drawn_frame (self);
  gboolean current, ours = vigil_tile_frame_is_ours (self, &current);
  VigilTilePicture picture = self->look.picture;

  /* Checked once more at the last moment: between the look and now the slot may have changed hands. */
  if (frame == NULL || candidate == NULL || (!self->look.capture && !ours))
    picture = VIGIL_PICTURE_NONE;
  else if (picture == VIGIL_PICTURE_LIVE && !current)
    picture = VIGIL_PICTURE_STALE;

  gtk_snapshot_append_node (snapshot, vigil_tile_get_picture (self, picture, rect, palette));
  vigil_tile_note_watched (self, picture == VIGIL_PICTURE_LIVE && !self->look.capture);
  if (picture != VIGIL_PICTURE_NONE && !self->look.capture)
    note_frame_drawn (self);
  if (draw_probe != NULL)
    draw_probe (self, candidate != NULL ? candidate->id : NULL, picture == VIGIL_PICTURE_NONE ? NULL : frame, whys[picture], draw_probe_data);
}

static void
append_part (GtkSnapshot *snapshot, GskRenderNode *part)
{
  if (part != NULL)
    gtk_snapshot_append_node (snapshot, part);
}

/* Parts are pixels of one scale and one set of colours. */
static void
drop_outdated_parts (VigilTile *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  guint serial = vigil_palette_get_serial ();

  if (self->scale == scale && self->palette_serial == serial)
    return;
  vigil_tile_drop_parts (self);
  self->scale = scale;
  self->palette_serial = serial;
}

/* When a search has a whole wall change hands the texts of 50 tiles take longer than a frame has: those that are too many
 * for this one get their card now and the rest with the next. */
#define FRESH_US 5000

typedef struct
{
  gint64 frame;    /* whose time it is */
  gint64 spent_us;
} FreshTime;

static FreshTime fresh_time;

static gboolean
late_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  VIGIL_TILE (widget)->late = FALSE;
  gtk_widget_queue_draw (widget);
  return G_SOURCE_REMOVE;
}

/* Returns: whether it has to wait for another frame. */
static gboolean
put_off (VigilTile *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  gint64 frame = clock != NULL ? gdk_frame_clock_get_frame_counter (clock) : -1;

  if (frame != fresh_time.frame)
    fresh_time = (FreshTime) { .frame = frame };
  if (frame < 0 || fresh_time.spent_us < FRESH_US)
    return FALSE;

  if (!self->late)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), late_cb, NULL, NULL);
  self->late = TRUE;
  return TRUE;
}

static void
draw_content (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *rect, const VigilCandidate *candidate, const VigilPalette *palette)
{
  draw_picture (self, snapshot, rect, candidate, palette);
  if (!self->plain)
    append_part (snapshot, vigil_tile_get_strip_part (self, rect, candidate, palette));
  if (candidate == NULL)
    return;
  append_part (snapshot, vigil_tile_get_reason (self, rect, palette));
  append_part (snapshot, vigil_tile_get_glyph (self, rect, palette));
  append_part (snapshot, vigil_tile_get_chips (self, rect, palette));
}

void
vigil_tile_draw_ahead (VigilTile *self)
{
  const VigilPalette *palette = vigil_palette_get (GTK_WIDGET (self));
  const VigilCandidate *candidate = vigil_tile_get_candidate (self);
  graphene_rect_t rect;

  if (candidate == NULL)
    return;
  drop_outdated_parts (self);
  vigil_tile_picture_rect (self, &rect);
  vigil_tile_get_picture (self, VIGIL_PICTURE_NONE, &rect, palette);
  vigil_tile_get_strip_part (self, &rect, candidate, palette);
  vigil_tile_get_glyph (self, &rect, palette);
  vigil_tile_get_chips (self, &rect, palette);
}

void
vigil_tile_draw (VigilTile *self, GtkSnapshot *snapshot)
{
  const VigilPalette *palette = vigil_palette_get (GTK_WIDGET (self));
  const VigilCandidate *candidate = vigil_tile_get_candidate (self);
  gint64 began_us = 0;
  graphene_rect_t rect;

  if (vigil_tile_get_section (self) != NULL)
    {
      vigil_tile_draw_card (self, snapshot, palette);
      return;
    }
  /* A place that is about to go. */
  if (candidate == NULL && !self->plain)
    return;
  drop_outdated_parts (self);
  vigil_tile_picture_rect (self, &rect);
  if (!self->plain)
    append_part (snapshot, vigil_tile_get_edges (self, &rect, palette));
  if (self->fresh && !self->plain)
    {
      if (put_off (self))
        return;
      began_us = g_get_monotonic_time ();
    }
  draw_content (self, snapshot, &rect, candidate, palette);
  if (began_us != 0)
    fresh_time.spent_us += g_get_monotonic_time () - began_us;
  self->fresh = FALSE;
  if (candidate == NULL)
    return;
  if (self->hovered && !self->plain)
    vigil_tile_draw_hover (self, snapshot, palette);
  note_score_drawn (self);
}
