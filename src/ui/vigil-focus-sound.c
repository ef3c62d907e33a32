/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A candidate's microphone: how loud it is, and listening to it. */
#include "vigil-focus-sound.h"

#include <glib/gi18n-lib.h>

#include "vigil-audio-feed.h"
#include "vigil-clock.h"
#include "vigil-level-meter.h"
#include "vigil-text.h"
#include "vigil-words.h"

#define LOOK_MS 100
#define LOOK_CALM_MS 500
#define OLD_US (1500 * 1000) /* a level that old says nothing of now */

struct _VigilFocusSound
{
  GtkWidget parent_instance;

  VigilSession    *session;
  VigilHandle      handle;
  VigilStream     *stream;   /* of the microphone, while mapped */
  guint            look_id;
  gboolean         syncing;  /* the button is being set, not pressed */

  GtkWidget       *box;
  VigilLevelMeter *meter;
  GtkLabel        *words;
  GtkWidget       *listen;
};

G_DEFINE_FINAL_TYPE (VigilFocusSound, vigil_focus_sound, GTK_TYPE_WIDGET)

/* Why there is no level; NULL: there is one. */
static const char *
read_level (VigilFocusSound *self, double *rms_db, double *peak_db)
{
  const VigilCandidate *candidate = self->handle != VIGIL_HANDLE_NONE ? vigil_roster_get (vigil_session_get_roster (self->session), self->handle) : NULL;
  GObject *feed = self->stream != NULL ? vigil_stream_get_picture (self->stream) : NULL;
  VigilSfuAbilities abilities;
  gint64 at_us;

  if (candidate == NULL || !candidate->connected)
    return _("No sound: not connected");
  if (candidate->producer_ids[VIGIL_SOURCE_MICROPHONE] == NULL)
    return _("No microphone is sent");
  vigil_stream_controller_get_abilities (vigil_session_get_streams (self->session), &abilities);
  if (!abilities.has_sound)
    return _("This hall’s SFU has no sound for consoles");
  if (self->stream == NULL)
    return _("No sound yet");
  if (vigil_stream_get_mode (self->stream) != VIGIL_MODE_LIVE)
    return vigil_words_mode_reason (vigil_stream_get_reason (self->stream));
  if (vigil_stream_get_failure (self->stream) != NULL && vigil_stream_get_phase (self->stream) == VIGIL_PHASE_STOPPED)
    return _("Sound failed on our side");
  if (!VIGIL_IS_AUDIO_FEED (feed) || !vigil_audio_feed_get_level (VIGIL_AUDIO_FEED (feed), rms_db, peak_db, &at_us))
    return _("No sound yet");
  if (vigil_clock_monotonic_us () - at_us > OLD_US)
    return _("No sound arrives; waiting for it");
  return NULL;
}

/* Translated. */
static const char *
describe_listening (VigilFocusSound *self, const char *level)
{
  VigilListening *listening = vigil_session_get_listening (self->session);

  if (!vigil_listening_is_on (listening, self->handle))
    return level;
  if (vigil_listening_get_nth (listening, 0) == self->handle)
    return _("You hear this candidate");
  return _("You hear this candidate, quieter");
}

/* Under the pointer, and when the key is pressed in vain. Translated. */
static const char *
describe_button (const char *why, gboolean can)
{
  if (why != NULL)
    return why;
  if (!can)
    return _("This computer cannot play sound at present; the level is shown all the same");
  return _("Listen to the microphone (L); Shift+L also keeps whoever is heard, quieter");
}

static void
look (VigilFocusSound *self)
{
  VigilListening *listening = vigil_session_get_listening (self->session);
  gboolean on = self->handle != VIGIL_HANDLE_NONE && vigil_listening_is_on (listening, self->handle);
  gboolean can = self->handle != VIGIL_HANDLE_NONE && vigil_listening_can (listening, self->handle, NULL);
  double rms_db = VIGIL_AUDIO_FLOOR_DB, peak_db = VIGIL_AUDIO_FLOOR_DB;
  const char *why = read_level (self, &rms_db, &peak_db);

  if (why != NULL)
    vigil_level_meter_set_none (self->meter, why);
  else
    vigil_level_meter_set_level (self->meter, rms_db, peak_db);
  vigil_text_set (self->words, why != NULL ? why : describe_listening (self, vigil_level_meter_word (rms_db)));
  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self->words)), gtk_label_get_text (self->words)) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->words), gtk_label_get_text (self->words));
  gtk_widget_set_sensitive (self->listen, on || can);
  if (g_strcmp0 (gtk_widget_get_tooltip_text (self->listen), describe_button (why, on || can)) != 0)
    gtk_widget_set_tooltip_text (self->listen, describe_button (why, on || can));
  self->syncing = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->listen), on);
  self->syncing = FALSE;
}

static gboolean
look_cb (gpointer user_data)
{
  look (user_data);
  return G_SOURCE_CONTINUE;
}

static void
sync_stream (VigilFocusSound *self)
{
  gboolean wanted = self->handle != VIGIL_HANDLE_NONE && gtk_widget_get_mapped (GTK_WIDGET (self));
  gboolean animations;

  g_clear_object (&self->stream);
  g_clear_handle_id (&self->look_id, g_source_remove);
  if (!wanted)
    return;
  self->stream = vigil_stream_controller_ref_source (vigil_session_get_streams (self->session), self->handle, VIGIL_SOURCE_MICROPHONE);
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animations, NULL);
  self->look_id = g_timeout_add (animations ? LOOK_MS : LOOK_CALM_MS, look_cb, self);
  look (self);
}

void
vigil_focus_sound_set_candidate (VigilFocusSound *self, VigilHandle handle)
{
  g_return_if_fail (VIGIL_IS_FOCUS_SOUND (self));

  if (self->handle == handle)
    return;
  self->handle = handle;
  sync_stream (self);
}

void
vigil_focus_sound_refresh (VigilFocusSound *self)
{
  g_return_if_fail (VIGIL_IS_FOCUS_SOUND (self));

  if (self->stream != NULL)
    look (self);
}

void
vigil_focus_sound_toggle (VigilFocusSound *self, gboolean together)
{
  VigilListening *listening;
  double rms_db, peak_db;
  gboolean on;

  g_return_if_fail (VIGIL_IS_FOCUS_SOUND (self));

  if (self->handle == VIGIL_HANDLE_NONE)
    return;
  listening = vigil_session_get_listening (self->session);
  on = vigil_listening_is_on (listening, self->handle);
  if (!on && !vigil_listening_can (listening, self->handle, NULL))
    {
      const char *why = read_level (self, &rms_db, &peak_db);

      gtk_widget_activate_action (GTK_WIDGET (self), "focus.say", "s", describe_button (why, FALSE));
      return;
    }
  vigil_listening_set (listening, self->handle, !on, together);
  look (self);
}

static void
listen_cb (GtkToggleButton *button, gpointer user_data)
{
  VigilFocusSound *self = user_data;

  if (!self->syncing)
    vigil_listening_set (vigil_session_get_listening (self->session), self->handle, gtk_toggle_button_get_active (button), FALSE);
}

static void
vigil_focus_sound_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (vigil_focus_sound_parent_class)->map (widget);
  sync_stream (VIGIL_FOCUS_SOUND (widget));
}

static void
vigil_focus_sound_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (vigil_focus_sound_parent_class)->unmap (widget);
  sync_stream (VIGIL_FOCUS_SOUND (widget));
}

static void
vigil_focus_sound_dispose (GObject *object)
{
  VigilFocusSound *self = VIGIL_FOCUS_SOUND (object);

  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_focus_sound_parent_class)->dispose (object);
}

static void
vigil_focus_sound_class_init (VigilFocusSoundClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_focus_sound_dispose;
  widget_class->map = vigil_focus_sound_map;
  widget_class->unmap = vigil_focus_sound_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "focussound");
}

static void
vigil_focus_sound_init (VigilFocusSound *self)
{
  self->handle = VIGIL_HANDLE_NONE;
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->meter = VIGIL_LEVEL_METER (vigil_level_meter_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->meter), GTK_ALIGN_CENTER);
  self->listen = gtk_toggle_button_new_with_label (_("Listen"));
  gtk_widget_set_valign (self->listen, GTK_ALIGN_CENTER);
  g_signal_connect (self->listen, "toggled", G_CALLBACK (listen_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->listen);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->meter));
  self->words = vigil_text_append_label (self->box, "caption");
  gtk_widget_set_valign (GTK_WIDGET (self->words), GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (GTK_WIDGET (self->words), TRUE);
  gtk_label_set_wrap (self->words, FALSE);
  gtk_label_set_width_chars (self->words, 8);
  gtk_label_set_ellipsize (self->words, PANGO_ELLIPSIZE_END);
}

GtkWidget *
vigil_focus_sound_new (VigilSession *session)
{
  VigilFocusSound *self = g_object_new (VIGIL_TYPE_FOCUS_SOUND, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (vigil_session_get_listening (session), "changed", G_CALLBACK (vigil_focus_sound_refresh), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
