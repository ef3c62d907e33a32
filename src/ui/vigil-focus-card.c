/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate as large as there is room. */
#include "vigil-focus-card.h"

#include <glib/gi18n-lib.h>

#include "vigil-badge.h"
#include "vigil-clock.h"
#include "vigil-feed-view.h"
#include "vigil-focus-sound.h"
#include "vigil-snapshot-dialog.h"
#include "vigil-text.h"
#include "vigil-words.h"

#define SPIN_MS 100
#define COLUMNS 3 /* of the pictures: two for the large one */

struct _VigilFocusCard
{
  GtkWidget parent_instance;

  VigilSession      *session;
  VigilScoreSweeper *sweeper;
  VigilSlot         *slot;        /* a place of our own: the tile's rules hold here too */
  VigilHandle        handle;
  VigilHandle        focused;     /* whom the stream controller counts us for; NONE: nobody */
  GCancellable      *taking;      /* of the snapshot that is under way; NULL: none is */
  guint              tick_id;
  guint              spin_id;
  double             turn;
  gboolean           webcam_large; /* though a screen is shared */

  GtkWidget         *box;
  VigilBadge        *badge;       /* NULL where it is not headed, as the labels */
  GtkLabel          *name;
  GtkLabel          *state;
  GtkGrid           *pictures;
  VigilTile         *tile;
  VigilFeedView     *screen;
  VigilFocusSound   *sound;
  GtkLabel          *screen_words;
  GtkWidget         *controls;
  GtkWidget         *swap_button;
  GtkWidget         *snapshot_button;
};

G_DEFINE_FINAL_TYPE (VigilFocusCard, vigil_focus_card, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_OPEN,
  SIGNAL_REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const VigilCandidate *
candidate_of (VigilFocusCard *self)
{
  if (self->handle == VIGIL_HANDLE_NONE)
    return NULL;
  return vigil_roster_get (vigil_session_get_roster (self->session), self->handle);
}

/* One that is shared, or was until just now: its last picture is no screen that anybody shares. */
static gboolean
has_screen (VigilFocusCard *self)
{
  const VigilCandidate *candidate = candidate_of (self);

  return candidate != NULL && (candidate->producer_ids[VIGIL_SOURCE_SCREEN] != NULL || vigil_feed_view_has_recent_picture (self->screen));
}

static VigilSource
large_source (VigilFocusCard *self)
{
  return has_screen (self) && !self->webcam_large ? VIGIL_SOURCE_SCREEN : VIGIL_SOURCE_WEBCAM;
}

static void
place (VigilFocusCard *self, GtkWidget *picture, int column, int span)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self->pictures));
  GtkGridLayoutChild *child = GTK_GRID_LAYOUT_CHILD (gtk_layout_manager_get_layout_child (layout, picture));

  g_object_set (child, "column", column, "column-span", span, NULL);
}

static void
arrange (VigilFocusCard *self)
{
  gboolean screen = has_screen (self);
  gboolean large = large_source (self) == VIGIL_SOURCE_SCREEN;

  if (!screen)
    vigil_feed_view_forget (self->screen);
  gtk_widget_set_visible (GTK_WIDGET (self->screen), screen);
  gtk_widget_set_visible (self->swap_button, screen);
  vigil_text_set (self->screen_words, screen ? "" : _("No screen is shared"));
  gtk_widget_set_visible (GTK_WIDGET (self->screen_words), !screen);
  if (!screen)
    place (self, GTK_WIDGET (self->tile), 0, COLUMNS);
  else
    {
      place (self, GTK_WIDGET (self->screen), large ? 0 : COLUMNS - 1, large ? COLUMNS - 1 : 1);
      place (self, GTK_WIDGET (self->tile), large ? COLUMNS - 1 : 0, large ? 1 : COLUMNS - 1);
    }
  gtk_widget_set_tooltip_text (self->snapshot_button, large ? _("Keep this picture of the screen as evidence") : _("Keep this picture of the webcam as evidence"));
}

static void
update_header (VigilFocusCard *self, const VigilCandidate *candidate)
{
  const VigilTileLook *look = vigil_tile_get_look (self->tile);
  g_autofree char *name = vigil_words_clean (candidate->name);
  g_autofree char *label = vigil_tile_look_accessible_name (look, candidate);
  g_autofree char *late = look->picture == VIGIL_PICTURE_LIVE ? vigil_tile_look_age_words (look) : NULL;
  g_autofree char *state = NULL;

  if (!look->bypassed && look->score_age_s < 0 && look->glyph != VIGIL_GLYPH_FAILED && !look->action_pending && !look->action_refused)
    state = vigil_tile_look_age_words (look);
  if (state == NULL)
    state = vigil_tile_look_describe (look, candidate);
  vigil_text_set (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  vigil_text_set (self->state, state);
  vigil_badge_set_score (self->badge, look->score, look->band, look->score_age_s >= 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, late != NULL ? late : look->picture == VIGIL_PICTURE_LIVE ? _("Live") : "", -1);
}

static void
update (VigilFocusCard *self)
{
  const VigilCandidate *candidate = candidate_of (self);

  if (candidate == NULL)
    return;
  arrange (self);
  gtk_widget_set_visible (self->snapshot_button, vigil_session_may (self->session, VIGIL_ACTION_SNAPSHOT));
  gtk_widget_set_sensitive (self->snapshot_button, self->taking == NULL);
  vigil_focus_sound_refresh (self->sound);
  if (self->name != NULL)
    update_header (self, candidate);
}

void
vigil_focus_card_refresh (VigilFocusCard *self)
{
  g_return_if_fail (VIGIL_IS_FOCUS_CARD (self));

  vigil_tile_refresh (self->tile);
  update (self);
}

static void
candidate_changed_cb (VigilRoster *roster, guint handle, guint fields, gpointer user_data)
{
  VigilFocusCard *self = user_data;

  if (handle == self->handle && handle != VIGIL_HANDLE_NONE)
    vigil_focus_card_refresh (self);
}

static gboolean
tick_cb (gpointer user_data)
{
  VigilFocusCard *self = user_data;

  vigil_tile_tick (self->tile);
  vigil_feed_view_tick (self->screen);
  update (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
spin_cb (gpointer user_data)
{
  VigilFocusCard *self = user_data;

  self->turn += SPIN_MS / 1000.0;
  self->turn -= (int) self->turn;
  vigil_tile_spin (self->tile, self->turn);
  return G_SOURCE_CONTINUE;
}

/* Only who is on screen takes the first place among all streams. */
static void
sync_focus (VigilFocusCard *self)
{
  VigilStreamController *streams = vigil_session_get_streams (self->session);
  VigilHandle wanted = gtk_widget_get_mapped (GTK_WIDGET (self)) ? self->handle : VIGIL_HANDLE_NONE;

  if (wanted == self->focused)
    return;
  if (self->focused != VIGIL_HANDLE_NONE)
    vigil_stream_controller_set_focused (streams, self->focused, FALSE);
  self->focused = wanted;
  if (wanted != VIGIL_HANDLE_NONE)
    {
      g_autoptr (VigilStream) screen = vigil_stream_controller_ref_source (streams, wanted, VIGIL_SOURCE_SCREEN);

      vigil_stream_controller_set_focused (streams, wanted, TRUE);
      vigil_feed_view_set_stream (self->screen, screen);
    }
  else if (self->box != NULL)
    vigil_feed_view_set_stream (self->screen, NULL);
}

static void
stop (VigilFocusCard *self)
{
  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_handle_id (&self->spin_id, g_source_remove);
}

static void
start (VigilFocusCard *self)
{
  gboolean animations;

  stop (self);
  if (self->handle == VIGIL_HANDLE_NONE || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->tick_id = g_timeout_add_seconds (1, tick_cb, self);
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animations, NULL);
  if (animations)
    self->spin_id = g_timeout_add (SPIN_MS, spin_cb, self);
}

static void
stop_taking (VigilFocusCard *self)
{
  if (self->taking != NULL)
    g_cancellable_cancel (self->taking);
  g_clear_object (&self->taking);
}

void
vigil_focus_card_set_candidate (VigilFocusCard *self, VigilHandle handle)
{
  g_return_if_fail (VIGIL_IS_FOCUS_CARD (self));

  if (handle == self->handle)
    return;
  stop_taking (self);
  self->handle = handle;
  self->webcam_large = FALSE;
  vigil_slot_set_handle (self->slot, handle);
  sync_focus (self);
  vigil_focus_sound_set_candidate (self->sound, handle);
  start (self);
  update (self);
}

VigilHandle
vigil_focus_card_get_candidate (VigilFocusCard *self)
{
  g_return_val_if_fail (VIGIL_IS_FOCUS_CARD (self), VIGIL_HANDLE_NONE);

  return self->handle;
}

VigilTile *
vigil_focus_card_get_tile (VigilFocusCard *self)
{
  g_return_val_if_fail (VIGIL_IS_FOCUS_CARD (self), NULL);

  return self->tile;
}

void
vigil_focus_card_swap (VigilFocusCard *self)
{
  g_return_if_fail (VIGIL_IS_FOCUS_CARD (self));

  if (!has_screen (self))
    return;
  self->webcam_large = !self->webcam_large;
  arrange (self);
}

void
vigil_focus_card_listen (VigilFocusCard *self, gboolean together)
{
  g_return_if_fail (VIGIL_IS_FOCUS_CARD (self));

  vigil_focus_sound_toggle (self->sound, together);
}

static void
say (VigilFocusCard *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "focus.say", "s", text);
}

/* What there is, is not live: a snapshot of it would claim what nobody saw then. */
static void
say_why_not (VigilFocusCard *self, VigilSource source)
{
  const VigilTileLook *look = vigil_tile_get_look (self->tile);

  if (source == VIGIL_SOURCE_WEBCAM && look->capture && look->picture_age_s >= 0)
    {
      g_autofree char *when = vigil_words_time (vigil_clock_hall_ms () - look->picture_age_s * G_GINT64_CONSTANT (1000));
      /* Translators: %s is a time. */
      g_autofree char *text = g_strdup_printf (_("This is a still, captured at %s, which is kept already. A snapshot needs live video."), when);

      say (self, text);
    }
  else
    say (self, _("There is no live picture to keep. A snapshot needs live video."));
}

typedef struct
{
  VigilFocusCard *self;
  VigilHandle     handle;
  VigilSource     source;
} Taken;

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Taken *taken = user_data;
  g_autoptr (VigilFocusCard) self = taken->self;
  VigilHandle handle = taken->handle;
  VigilSource of = taken->source;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilSnapshot) snapshot = vigil_snapshot_take_finish (result, &error);
  GtkRoot *root;

  g_free (taken);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->taking);
  root = gtk_widget_get_root (GTK_WIDGET (self));
  if (handle != self->handle || root == NULL)
    return;
  update (self);
  if (snapshot != NULL)
    {
      vigil_ask_snapshot (GTK_WINDOW (root), self->session, handle, of, g_steal_pointer (&snapshot));
      return;
    }
  g_message ("Snapshot not taken: %s", error->message);
  say (self, _("The picture could not be kept. Try again."));
}

void
vigil_focus_card_take_snapshot (VigilFocusCard *self)
{
  g_autoptr (VigilFrame) frame = NULL;
  g_autoptr (VigilFrameSlot) slot = NULL;
  VigilSource source;
  Taken *taken;

  g_return_if_fail (VIGIL_IS_FOCUS_CARD (self));

  if (self->taking != NULL || candidate_of (self) == NULL || !vigil_session_may (self->session, VIGIL_ACTION_SNAPSHOT))
    return;
  if (!vigil_outbox_has_room (vigil_session_get_outbox (self->session)))
    {
      /* Before there is a picture that would have to be thrown away. */
      g_autoptr (GError) error = g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_FULL, "no room");
      g_autofree char *text = vigil_words_action_error (error);

      say (self, text);
      return;
    }
  source = large_source (self);
  frame = source == VIGIL_SOURCE_SCREEN ? vigil_feed_view_dup_live_frame (self->screen, &slot) : vigil_tile_dup_live_frame (self->tile, &slot);
  if (frame == NULL)
    {
      say_why_not (self, source);
      return;
    }
  taken = g_new0 (Taken, 1);
  taken->self = g_object_ref (self);
  taken->handle = self->handle;
  taken->source = source;
  self->taking = g_cancellable_new ();
  vigil_snapshot_take_async (frame, slot, self->taking, taken_cb, taken);
  update (self);
}

static void
open_cb (VigilFocusCard *self)
{
  g_signal_emit (self, signals[SIGNAL_OPEN], 0);
}

static void
remove_cb (VigilFocusCard *self)
{
  g_signal_emit (self, signals[SIGNAL_REMOVE], 0);
}

static gboolean
key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  VigilFocusCard *self = user_data;
  gboolean by_itself = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))) == GTK_WIDGET (self);

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK))
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete)
    remove_cb (self);
  else if (by_itself && (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter))
    open_cb (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
vigil_focus_card_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (vigil_focus_card_parent_class)->map (widget);
  sync_focus (VIGIL_FOCUS_CARD (widget));
  start (VIGIL_FOCUS_CARD (widget));
  update (VIGIL_FOCUS_CARD (widget));
}

static void
vigil_focus_card_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (vigil_focus_card_parent_class)->unmap (widget);
  sync_focus (VIGIL_FOCUS_CARD (widget));
  stop (VIGIL_FOCUS_CARD (widget));
}

static void
vigil_focus_card_dispose (GObject *object)
{
  VigilFocusCard *self = VIGIL_FOCUS_CARD (object);

  stop (self);
  stop_taking (self);
  self->handle = VIGIL_HANDLE_NONE;
  if (self->session != NULL)
    sync_focus (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->slot);
  g_clear_object (&self->sweeper);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_focus_card_parent_class)->dispose (object);
}

static void
vigil_focus_card_class_init (VigilFocusCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_focus_card_dispose;
  widget_class->map = vigil_focus_card_map;
  widget_class->unmap = vigil_focus_card_unmap;
  signals[SIGNAL_OPEN] = g_signal_new ("open", VIGIL_TYPE_FOCUS_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REMOVE] = g_signal_new ("remove", VIGIL_TYPE_FOCUS_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "focuscard");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
vigil_focus_card_init (VigilFocusCard *self)
{
  self->handle = self->focused = VIGIL_HANDLE_NONE;
  self->slot = vigil_slot_new (0);
  vigil_slot_set_handle (self->slot, VIGIL_HANDLE_NONE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static GtkWidget *
new_icon_button (const char *icon, const char *what, GCallback callback, VigilFocusCard *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, what);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, what, -1);
  g_signal_connect_swapped (button, "clicked", callback, self);
  return button;
}

static void
build_header (VigilFocusCard *self)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->badge = VIGIL_BADGE (vigil_badge_new (VIGIL_BADGE_SIZE));
  gtk_widget_set_valign (GTK_WIDGET (self->badge), GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (header), GTK_WIDGET (self->badge));
  gtk_widget_set_hexpand (words, TRUE);
  self->name = vigil_text_append_label (words, "heading");
  self->state = vigil_text_append_label (words, "caption");
  for (guint i = 0; i < 2; i++)
    {
      GtkLabel *label = i == 0 ? self->name : self->state;

      gtk_label_set_wrap (label, FALSE);
      gtk_label_set_ellipsize (label, i == 0 ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_END);
    }
  gtk_box_append (GTK_BOX (header), words);
  gtk_box_append (GTK_BOX (header), new_icon_button ("go-next-symbolic", _("Open the candidate"), G_CALLBACK (open_cb), self));
  gtk_box_append (GTK_BOX (header), new_icon_button ("window-close-symbolic", _("Take out of the focus view"), G_CALLBACK (remove_cb), self));
  gtk_box_append (GTK_BOX (self->box), header);
}

static void
build_pictures (VigilFocusCard *self)
{
  self->pictures = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_homogeneous (self->pictures, TRUE);
  gtk_grid_set_column_spacing (self->pictures, 6);
  gtk_widget_set_vexpand (GTK_WIDGET (self->pictures), TRUE);
  self->tile = VIGIL_TILE (vigil_tile_new (self->session, self->sweeper));
  vigil_tile_set_plain (self->tile, TRUE);
  vigil_tile_set_slot (self->tile, self->slot);
  self->screen = VIGIL_FEED_VIEW (vigil_feed_view_new (self->session, self->sweeper));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->screen), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Shared screen"), -1);
  gtk_grid_attach (self->pictures, GTK_WIDGET (self->tile), 0, 0, COLUMNS, 1);
  gtk_grid_attach (self->pictures, GTK_WIDGET (self->screen), 0, 0, 1, 1);
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *picture = i == 0 ? GTK_WIDGET (self->tile) : GTK_WIDGET (self->screen);

      gtk_widget_set_hexpand (picture, TRUE);
      gtk_widget_set_vexpand (picture, TRUE);
      gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
    }
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->pictures));
}

static void
build_controls (VigilFocusCard *self)
{
  self->controls = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->sound = VIGIL_FOCUS_SOUND (vigil_focus_sound_new (self->session));
  gtk_box_append (GTK_BOX (self->controls), GTK_WIDGET (self->sound));
  gtk_widget_set_hexpand (GTK_WIDGET (self->sound), TRUE);
  self->screen_words = vigil_text_append_label (self->controls, "caption");
  gtk_label_set_wrap (self->screen_words, FALSE);
  gtk_label_set_ellipsize (self->screen_words, PANGO_ELLIPSIZE_END);
  gtk_widget_set_valign (GTK_WIDGET (self->screen_words), GTK_ALIGN_CENTER);
  self->swap_button = new_icon_button ("object-flip-horizontal-symbolic", _("Swap webcam and screen"), G_CALLBACK (vigil_focus_card_swap), self);
  self->snapshot_button = vigil_text_new_button (_("Snapshot…"));
  gtk_widget_set_valign (self->snapshot_button, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (self->snapshot_button, GTK_ALIGN_END);
  g_signal_connect_swapped (self->snapshot_button, "clicked", G_CALLBACK (vigil_focus_card_take_snapshot), self);
  gtk_box_append (GTK_BOX (self->controls), self->swap_button);
  gtk_box_append (GTK_BOX (self->controls), self->snapshot_button);
  gtk_box_append (GTK_BOX (self->box), self->controls);
}

GtkWidget *
vigil_focus_card_new (VigilSession *session, VigilScoreSweeper *sweeper, gboolean headed)
{
  VigilFocusCard *self = g_object_new (VIGIL_TYPE_FOCUS_CARD, NULL);
  GtkEventController *key;

  self->session = g_object_ref (session);
  self->sweeper = g_object_ref (sweeper);
  if (headed)
    {
      build_header (self);
      gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
      gtk_widget_add_css_class (GTK_WIDGET (self), "headed");
      key = gtk_event_controller_key_new ();
      g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
      gtk_widget_add_controller (GTK_WIDGET (self), key);
    }
  build_pictures (self);
  build_controls (self);
  g_signal_connect_object (vigil_session_get_roster (session), "candidate-changed", G_CALLBACK (candidate_changed_cb), self, 0);
  return GTK_WIDGET (self);
}
