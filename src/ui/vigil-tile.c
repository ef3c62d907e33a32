/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate on the wall: who sits here, what is subscribed to, when to redraw. */
#include <string.h>

#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-tile-private.h"
#include "vigil-words.h"

G_DEFINE_FINAL_TYPE (VigilTile, vigil_tile, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_OPEN,
  SIGNAL_MENU_REQUESTED,
  SIGNAL_MAPPED_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];
static VigilCounter *frames_refused;

int
vigil_tile_get_strip (VigilTile *self)
{
  int dpi = 0;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 96 * 1024 ? TILE_STRIP * dpi / (96 * 1024) : TILE_STRIP;
}

const VigilCandidate *
vigil_tile_get_candidate (VigilTile *self)
{
  if (self->handle == VIGIL_HANDLE_NONE)
    return NULL;
  return vigil_roster_get (vigil_session_get_roster (self->session), self->handle);
}

/* The frame on hand was proved to be of frame_handle when it was taken. */
gboolean
vigil_tile_frame_is_ours (VigilTile *self, gboolean *current)
{
  gboolean same = self->frame != NULL && self->slot != NULL && self->frame_handle == self->handle &&
                  vigil_slot_get_handle (self->slot) == self->frame_handle;

  *current = same && self->stream != NULL && vigil_stream_get_handle (self->stream) == self->handle &&
             vigil_stream_get_feed (self->stream) == self->frame->feed && !self->frame_withdrawn;
  return same;
}

static void
drop_frame (VigilTile *self)
{
  vigil_tile_drop_part (self, VIGIL_TILE_PART_PICTURE);
  g_clear_pointer (&self->frame, vigil_frame_unref);
  self->frame_handle = VIGIL_HANDLE_NONE;
  self->frame_pending_us = 0;
}

static VigilOutboxItem *
find_action (VigilTile *self)
{
  VigilOutbox *outbox = vigil_session_get_outbox (self->session);
  const VigilCandidate *candidate;

  /* Almost always empty, and this runs per score. */
  if (outbox == NULL || g_list_model_get_n_items (G_LIST_MODEL (outbox)) == 0)
    return NULL;
  candidate = vigil_tile_get_candidate (self);
  return candidate != NULL ? vigil_outbox_find (outbox, candidate->id) : NULL;
}

/* The age of a still stands beside its glyph and nowhere else, and so does how late live video is. */
static gboolean
only_ages (const VigilTileLook *from, const VigilTileLook *to)
{
  VigilTileLook older = *from;

  older.picture_age_s = to->picture_age_s;
  return (to->picture == VIGIL_PICTURE_STILL || to->picture == VIGIL_PICTURE_LIVE) && memcmp (&older, to, sizeof older) == 0;
}

/* The strip says something of nearly everything in the look. */
static void
drop_changed_parts (VigilTile *self, const VigilTileLook *to)
{
  const VigilTileLook *from = &self->look;

  if (from->picture_age_s != to->picture_age_s || from->picture != to->picture || from->glyph != to->glyph ||
      from->spinner != to->spinner)
    vigil_tile_drop_part (self, VIGIL_TILE_PART_GLYPH);
  vigil_tile_drop_part (self, VIGIL_TILE_PART_REASON);
  if (only_ages (from, to))
    return;
  vigil_tile_drop_part (self, VIGIL_TILE_PART_STRIP);
  if (from->picture != to->picture || from->capture != to->capture || from->spinner != to->spinner ||
      (from->picture_age_s != to->picture_age_s && to->picture == VIGIL_PICTURE_STALE))
    vigil_tile_drop_part (self, VIGIL_TILE_PART_PICTURE);
  if (from->open_flags != to->open_flags || from->hand != to->hand || from->bypassed != to->bypassed ||
      from->bypass_s != to->bypass_s || from->action_pending != to->action_pending ||
      from->action_refused != to->action_refused || from->claimed != to->claimed || from->pinned != to->pinned)
    vigil_tile_drop_part (self, VIGIL_TILE_PART_CHIPS);
}

gboolean
vigil_tile_compute_look (VigilTile *self)
{
  VigilTileLook look;
  VigilStill *still;
  gboolean current, ours = vigil_tile_frame_is_ours (self, &current), has_still = vigil_tile_get_still (self, &still) != NULL;
  VigilTileInputs in = {
    .candidate = vigil_tile_get_candidate (self),
    .score = &self->score,
    .stream = self->stream,
    .policy = vigil_session_get_policy (self->session),
    .action = find_action (self),
    .frame_us = ours ? self->frame->decoded_us : 0,
    .now_us = vigil_clock_monotonic_us (),
    .hall_ms = vigil_clock_hall_ms (),
    .stale_score_us = self->stale_score_us,
    .stale_video_us = self->stale_video_us,
    .stale_still_us = self->stale_still_us,
    .rung = self->rung,
    .no_video = !self->has_video,
  };

  in.still_age_us = has_still ? vigil_still_get_age_us (still, in.now_us, in.hall_ms) : -1;

  vigil_tile_look_compute (&look, &in);
  if (look.picture == VIGIL_PICTURE_LIVE && !current)
    {
      look.picture = VIGIL_PICTURE_STALE;
      look.picture_age_s = 0;
      look.glyph = VIGIL_GLYPH_STILL;
    }
  if (memcmp (&look, &self->look, sizeof look) == 0)
    {
      vigil_tile_follow_stills (self, in.candidate);
      return FALSE;
    }
  drop_changed_parts (self, &look);
  if (look.glyph != self->look.glyph || look.why != self->look.why || look.band != self->look.band || look.open_flags != self->look.open_flags || look.left_s != self->look.left_s ||
      (look.score_age_s < 0) != (self->look.score_age_s < 0) ||
      (look.picture == VIGIL_PICTURE_LIVE && (look.picture_age_s < 0) != (self->look.picture_age_s < 0)) ||
      (look.picture == VIGIL_PICTURE_STALE) != (self->look.picture == VIGIL_PICTURE_STALE) ||
      (look.picture == VIGIL_PICTURE_STILL) != (self->look.picture == VIGIL_PICTURE_STILL))
    self->accessible_dirty = TRUE;
  self->look = look;
  vigil_tile_follow_stills (self, in.candidate);
  return TRUE;
}

/* A plain one is asked for its look before it is on screen. */
static gboolean
is_looked_at (VigilTile *self)
{
  return self->plain || gtk_widget_get_mapped (GTK_WIDGET (self));
}

void
vigil_tile_refresh (VigilTile *self)
{
  const VigilCandidate *candidate;

  g_return_if_fail (VIGIL_IS_TILE (self));

  if (!is_looked_at (self))
    {
      vigil_tile_unprepare (self);
      self->outdated = TRUE;
      return;
    }
  candidate = vigil_tile_get_candidate (self);
  if (candidate != NULL && g_strcmp0 (candidate->name, self->name.text) != 0)
    {
      g_clear_object (&self->name.layout);
      g_clear_object (&self->initials.layout);
      vigil_tile_drop_part (self, VIGIL_TILE_PART_PICTURE);
      self->accessible_dirty = TRUE;
    }
  vigil_tile_compute_look (self);
  g_clear_object (&self->line.layout); /* a room may have changed, which is not in the look */
  vigil_tile_drop_part (self, VIGIL_TILE_PART_STRIP);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
take_frame (VigilTile *self)
{
  g_autoptr (VigilFrame) frame = self->picture != NULL ? vigil_frame_slot_dup_frame (self->picture) : NULL;

  /* A cleared slot has no picture any more; ours stays, as a still. */
  self->frame_withdrawn = frame == NULL;
  if (frame == NULL)
    return;
  if (vigil_stream_get_handle (self->stream) != vigil_slot_get_handle (self->slot) ||
      vigil_stream_get_handle (self->stream) != self->handle ||
      vigil_stream_get_feed (self->stream) != frame->feed)
    {
      vigil_counter_add (frames_refused, 1);
      return;
    }
  if (frame == self->frame)
    return;
  drop_frame (self);
  self->frame = g_steal_pointer (&frame);
  self->frame_handle = self->handle;
  self->frame_pending_us = self->frame->decoded_us;
}

static void
frame_cb (VigilFrameSlot *picture, gpointer user_data)
{
  VigilTile *self = user_data;
  gboolean first = self->look.picture != VIGIL_PICTURE_LIVE;

  take_frame (self);
  vigil_tile_compute_look (self);
  if (first)
    gtk_widget_queue_draw (GTK_WIDGET (self)); /* waited for: it waits for no others */
  else
    vigil_score_sweeper_queue_draw (self->sweeper, GTK_WIDGET (self));
}

/* The slot's wanted size is that of the largest view. A smaller one waits until it is asked for none. */
static void
update_wanted_size (VigilTile *self)
{
  graphene_rect_t rect;
  guint width, height, now_width, now_height;
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  if (self->picture == NULL || gtk_widget_get_width (GTK_WIDGET (self)) <= 0)
    return;
  vigil_tile_picture_rect (self, &rect);
  width = (guint) (rect.size.width * scale);
  height = (guint) (rect.size.height * scale);
  vigil_frame_slot_get_wanted_size (self->picture, &now_width, &now_height);
  if (now_width > width && (now_width != self->wanted_width || now_height != self->wanted_height))
    return;
  if (now_width != width || now_height != height)
    vigil_frame_slot_set_wanted_size (self->picture, width, height);
  self->wanted_width = width;
  self->wanted_height = height;
}

static void
leave_picture (VigilTile *self)
{
  guint width, height;

  if (self->picture == NULL)
    return;
  g_clear_signal_handler (&self->picture_id, self->picture);
  vigil_frame_slot_get_wanted_size (self->picture, &width, &height);
  if (width == self->wanted_width && height == self->wanted_height)
    vigil_frame_slot_set_wanted_size (self->picture, 0, 0); /* unless another view asked for its own size since */
  g_clear_object (&self->picture);
}

static void
sync_picture (VigilTile *self)
{
  GObject *picture = vigil_stream_get_picture (self->stream);

  if (picture == (GObject *) self->picture)
    return;
  leave_picture (self);
  if (!VIGIL_IS_FRAME_SLOT (picture))
    return;
  self->picture = g_object_ref (VIGIL_FRAME_SLOT (picture));
  self->wanted_width = self->wanted_height = 0;
  self->picture_id = g_signal_connect (self->picture, "frame", G_CALLBACK (frame_cb), self);
  update_wanted_size (self);
  take_frame (self);
}

static void
stream_changed_cb (VigilStream *stream, gpointer user_data)
{
  VigilTile *self = user_data;

  sync_picture (self);
  if (vigil_tile_compute_look (self))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
score_cb (VigilScoreViewer *viewer, const VigilScore *score)
{
  VigilTile *self = viewer->target;

  self->score = *score;
  if (!vigil_tile_compute_look (self))
    return FALSE;
  if (!score->read) /* that it was read with the roster says nothing of how fast scores come */
    self->score_pending_us = score->received_us;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

static void
explain (VigilTile *self, gboolean explained)
{
  if (self->explained == explained || self->plain)
    return;
  self->explained = explained;
  vigil_tile_drop_part (self, VIGIL_TILE_PART_REASON);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Read once a second: reading a setting allocates, and looks are computed per score and per frame. */
static void
read_settings (VigilTile *self)
{
  VigilSettings *settings = vigil_session_get_settings (self->session);

  self->stale_score_us = vigil_settings_get_int (settings, VIGIL_SETTING_STALE_SCORE) * G_USEC_PER_SEC;
  self->stale_video_us = vigil_settings_get_int (settings, VIGIL_SETTING_STALE_VIDEO) * G_USEC_PER_SEC;
  self->still_delay_us = vigil_settings_get_int (settings, VIGIL_SETTING_STILL_DELAY) * G_GINT64_CONSTANT (1000);
  self->stale_still_us = vigil_stills_get_stale_us (vigil_session_get_stills (self->session));
  /* What somebody opened plays on when nothing more is borne, and the others keep their last picture, with its age. */
  self->rung = vigil_session_is_overloaded (self->session) ? VIGIL_RUNG_STILL : vigil_session_get_rung (self->session);
  self->has_video = vigil_session_has_video (self->session);
  explain (self, vigil_settings_get_boolean (settings, VIGIL_SETTING_TILE_REASONS));
}

/* Starts costing something: the candidate is on screen. */
static void
show (VigilTile *self)
{
  if (self->shown != VIGIL_HANDLE_NONE || self->handle == VIGIL_HANDLE_NONE)
    return;
  self->shown = self->handle;
  vigil_score_sweeper_add (self->sweeper, &self->viewer, self->shown);
  vigil_score_store_read (vigil_session_get_store (self->session), self->shown, &self->score);
  self->stream = vigil_stream_controller_ref_stream (vigil_session_get_streams (self->session), self->shown);
  self->stream_id = g_signal_connect (self->stream, "changed", G_CALLBACK (stream_changed_cb), self);
  vigil_stream_controller_set_visible (vigil_session_get_streams (self->session), self->shown, TRUE);
  sync_picture (self);
}

static void
hide (VigilTile *self)
{
  VigilHandle handle = self->shown;

  if (handle == VIGIL_HANDLE_NONE)
    return;
  vigil_tile_end_watched (self);
  self->shown = VIGIL_HANDLE_NONE;
  self->score_pending_us = 0; /* not drawn any more; what is drawn when it comes back is read anew */
  vigil_score_sweeper_remove (self->sweeper, &self->viewer);
  vigil_score_sweeper_cancel_draw (self->sweeper, GTK_WIDGET (self));
  if (self->stills != NULL)
    vigil_still_view_watch (self->stills, VIGIL_HANDLE_NONE, 0);
  leave_picture (self);
  g_clear_signal_handler (&self->stream_id, self->stream);
  g_clear_object (&self->stream);
  vigil_stream_controller_set_visible (vigil_session_get_streams (self->session), handle, FALSE);
}

void
vigil_tile_forget (VigilTile *self)
{
  drop_frame (self);
  vigil_tile_drop_still (self);
  vigil_tile_drop_parts (self);
  vigil_tile_drop_texts (self);
  memset (&self->score, 0, sizeof self->score);
  self->score.score = self->score.previous = -1;
  self->score_pending_us = 0;
}

/* From here on everything it says is of whoever sits here now. */
static void
catch_up (VigilTile *self)
{
  self->outdated = FALSE;
  self->fresh = TRUE;
  vigil_tile_forget (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show (self);
  vigil_tile_refresh (self);
  vigil_tile_update_accessible (self);
}

/* What was drawn ahead is of whoever sits here; what has changed since is drawn anew. */
static void
meet (VigilTile *self)
{
  self->ahead = self->outdated = self->fresh = FALSE;
  show (self);
  vigil_tile_compute_look (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  vigil_tile_update_accessible (self);
}

/* Off screen it is named when it is seen again; until then it must not be called by somebody else's name. */
static void
forget_name (VigilTile *self)
{
  GtkWidget *cell = gtk_widget_get_parent (GTK_WIDGET (self));

  self->named = FALSE;
  if (cell != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (cell), GTK_ACCESSIBLE_PROPERTY_LABEL, "", GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "", -1);
}

/* A search has some 240 bound tiles change hands at once, of which 50 are on screen: the others only let go of
 * what they have of the former candidate, and do the rest when they are mapped. */
static void
rebind (VigilTile *self)
{
  hide (self);
  vigil_tile_unprepare (self);
  drop_frame (self);
  vigil_tile_drop_still (self);
  self->handle = self->slot != NULL ? vigil_slot_get_handle (self->slot) : VIGIL_HANDLE_NONE;
  self->watched_picture_us = 0;
  self->outdated = TRUE;
  if (is_looked_at (self))
    catch_up (self);
  else if (self->named)
    forget_name (self);
}

static void
handle_changed_cb (VigilSlot *slot, gpointer user_data)
{
  rebind (user_data);
}

/* Of what stands here only the words and figures are others. */
static void
section_changed_cb (VigilSlot *slot, gpointer user_data)
{
  vigil_tile_update_accessible (user_data);
  gtk_widget_queue_draw (user_data);
}

void
vigil_tile_set_slot (VigilTile *self, VigilSlot *slot)
{
  g_return_if_fail (VIGIL_IS_TILE (self));
  g_return_if_fail (slot == NULL || VIGIL_IS_SLOT (slot));

  if (self->slot == slot)
    return;
  if (self->slot != NULL)
    {
      g_clear_signal_handler (&self->slot_id, self->slot);
      g_clear_signal_handler (&self->section_id, self->slot);
    }
  g_set_object (&self->slot, slot);
  if (slot != NULL)
    {
      self->slot_id = g_signal_connect (slot, "handle-changed", G_CALLBACK (handle_changed_cb), self);
      self->section_id = g_signal_connect (slot, "section-changed", G_CALLBACK (section_changed_cb), self);
    }
  rebind (self);
}

void
vigil_tile_set_view (VigilTile *self, VigilRosterView *view)
{
  g_return_if_fail (VIGIL_IS_TILE (self));
  g_return_if_fail (VIGIL_IS_ROSTER_VIEW (view));

  g_set_object (&self->view, view);
}

void
vigil_tile_set_plain (VigilTile *self, gboolean plain)
{
  g_return_if_fail (VIGIL_IS_TILE (self));

  self->plain = plain;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

VigilSlot *
vigil_tile_get_slot (VigilTile *self)
{
  g_return_val_if_fail (VIGIL_IS_TILE (self), NULL);
  return self->slot;
}

gboolean
vigil_tile_is_filtered (VigilTile *self)
{
  return !vigil_roster_filter_is_empty (vigil_roster_view_get_filter (self->view));
}

const char *
vigil_tile_get_exempt_words (VigilTile *self)
{
  if (self->slot == NULL || !vigil_slot_is_exempt (self->slot))
    return NULL;
  return vigil_words_exempt (vigil_tile_is_filtered (self));
}

VigilHandle
vigil_tile_get_handle (VigilTile *self)
{
  g_return_val_if_fail (VIGIL_IS_TILE (self), VIGIL_HANDLE_NONE);
  return self->handle;
}

const VigilTileLook *
vigil_tile_get_look (VigilTile *self)
{
  g_return_val_if_fail (VIGIL_IS_TILE (self), NULL);
  return &self->look;
}

void
vigil_tile_tick (VigilTile *self)
{
  g_return_if_fail (VIGIL_IS_TILE (self));

  read_settings (self);
  vigil_tile_tell_watched (self);
  update_wanted_size (self);
  if (vigil_tile_compute_look (self))
    gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->accessible_dirty)
    vigil_tile_update_accessible (self);
}

gboolean
vigil_tile_spin (VigilTile *self, double turn)
{
  g_return_val_if_fail (VIGIL_IS_TILE (self), FALSE);

  if (!self->look.spinner || self->shown == VIGIL_HANDLE_NONE)
    return FALSE;
  self->turn = turn;
  vigil_tile_drop_part (self, VIGIL_TILE_PART_GLYPH);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

void
vigil_tile_update_accessible (VigilTile *self)
{
  const VigilCandidate *candidate = vigil_tile_get_candidate (self);
  const char *why = vigil_tile_get_exempt_words (self);
  GtkWidget *cell = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *name = NULL, *explanation = NULL, *description = NULL;

  self->accessible_dirty = FALSE;
  if (vigil_tile_get_section (self) != NULL)
    name = vigil_tile_describe_card (self);
  else if (candidate != NULL)
    {
      name = vigil_tile_look_accessible_name (&self->look, candidate);
      explanation = vigil_tile_look_explain (&self->look, self->stream);
    }
  else if (!self->named)
    return;
  self->named = name != NULL;
  description = g_strconcat (explanation != NULL ? explanation : "", why != NULL && explanation != NULL ? " " : "", why, NULL);
  /* The cell is what gets the focus; its name would else be its class's. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (cell != NULL && !self->plain ? cell : GTK_WIDGET (self)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name != NULL ? name : "",
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

static void
vigil_tile_map (GtkWidget *widget)
{
  VigilTile *self = VIGIL_TILE (widget);

  GTK_WIDGET_CLASS (vigil_tile_parent_class)->map (widget);
  read_settings (self);
  if (self->ahead)
    meet (self);
  else if (self->outdated)
    catch_up (self);
  else
    {
      show (self);
      vigil_tile_refresh (self);
    }
  g_signal_emit (self, signals[SIGNAL_MAPPED_CHANGED], 0);
}

static void
vigil_tile_unmap (GtkWidget *widget)
{
  VigilTile *self = VIGIL_TILE (widget);

  hide (self);
  if (self->look.picture != VIGIL_PICTURE_LAST)
    {
      drop_frame (self); /* 240 bound tiles would keep 30 MB of pictures */
      vigil_tile_drop_still (self);
    }
  vigil_tile_drop_parts (self);
  GTK_WIDGET_CLASS (vigil_tile_parent_class)->unmap (widget);
  g_signal_emit (self, signals[SIGNAL_MAPPED_CHANGED], 0);
}

static void
vigil_tile_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  VigilTile *self = VIGIL_TILE (widget);

  if (self->plain)
    {
      *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 96 : 54;
      *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : 180;
    }
  else if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = 120;
  else
    *minimum = *natural = TILE_PAD + (MAX (for_size, 120) - 2 * TILE_PAD) * 9 / 16 + vigil_tile_get_strip (self);
}

static GtkSizeRequestMode
vigil_tile_get_request_mode (GtkWidget *widget)
{
  return VIGIL_TILE (widget)->plain ? GTK_SIZE_REQUEST_CONSTANT_SIZE : GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
vigil_tile_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  VigilTile *self = VIGIL_TILE (widget);

  vigil_tile_unprepare (self);
  vigil_tile_drop_parts (self);
  g_clear_object (&self->initials.layout); /* as large as the picture allows */
  update_wanted_size (self);
}

static void
vigil_tile_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  vigil_tile_draw (VIGIL_TILE (widget), snapshot);
}

static void
vigil_tile_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (vigil_tile_parent_class)->css_changed (widget, change);
  vigil_tile_unprepare (VIGIL_TILE (widget));
  vigil_tile_drop_parts (VIGIL_TILE (widget));
  vigil_tile_drop_texts (VIGIL_TILE (widget));
  gtk_widget_queue_draw (widget);
}

static void
vigil_tile_dispose (GObject *object)
{
  VigilTile *self = VIGIL_TILE (object);

  if (self->session != NULL)
    hide (self);
  if (self->slot != NULL)
    {
      g_clear_signal_handler (&self->slot_id, self->slot);
      g_clear_signal_handler (&self->section_id, self->slot);
    }
  g_clear_object (&self->slot);
  drop_frame (self);
  if (self->stills != NULL)
    g_signal_handlers_disconnect_by_data (self->stills, self);
  vigil_tile_drop_still (self);
  g_clear_object (&self->stills);
  vigil_tile_drop_parts (self);
  vigil_tile_drop_texts (self);
  g_clear_object (&self->sweeper);
  g_clear_object (&self->view);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_tile_parent_class)->dispose (object);
}

static void
vigil_tile_class_init (VigilTileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = vigil_tile_dispose;
  widget_class->map = vigil_tile_map;
  widget_class->unmap = vigil_tile_unmap;
  widget_class->measure = vigil_tile_measure;
  widget_class->get_request_mode = vigil_tile_get_request_mode;
  widget_class->size_allocate = vigil_tile_size_allocate;
  widget_class->snapshot = vigil_tile_snapshot;
  widget_class->css_changed = vigil_tile_css_changed;
  widget_class->query_tooltip = vigil_tile_query_tooltip;

  signals[SIGNAL_OPEN] = g_signal_new ("open", VIGIL_TYPE_TILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MENU_REQUESTED] = g_signal_new ("menu-requested", VIGIL_TYPE_TILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SIGNAL_MAPPED_CHANGED] = g_signal_new ("mapped-changed", VIGIL_TYPE_TILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "tile");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
  vigil_tile_class_init_input (widget_class);
  frames_refused = vigil_metrics_counter ("vigil_frames_refused_tile", "Frames a tile refused because they were of another feed or person.");
}

static void
vigil_tile_init (VigilTile *self)
{
  self->handle = self->shown = self->frame_handle = VIGIL_HANDLE_NONE;
  self->viewer.handle = VIGIL_HANDLE_NONE;
  self->viewer.func = score_cb;
  self->viewer.target = self;
  self->score.score = self->score.previous = -1;
  self->look.score = -1;
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  /* Not for what it hides: where the window is painted for another tile, the clip has cairo drop all nodes of this one
   * at once instead of each by itself. */
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  vigil_tile_init_input (self);
}

GtkWidget *
vigil_tile_new (VigilSession *session, VigilScoreSweeper *sweeper)
{
  VigilTile *self = g_object_new (VIGIL_TYPE_TILE, NULL);

  self->session = g_object_ref (session);
  self->sweeper = g_object_ref (sweeper);
  self->view = g_object_ref (vigil_session_get_view (session));
  read_settings (self);
  return GTK_WIDGET (self);
}
