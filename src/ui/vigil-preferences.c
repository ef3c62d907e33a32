/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of the design, within their ranges. Adwaita 1.2 has no spin row: an action row with a spin button. */
#include "vigil-preferences.h"

#include <glib/gi18n-lib.h>

#include "vigil-color-scheme.h"

#define MAX_NUMBERS 72

struct _VigilPreferences
{
  AdwPreferencesWindow parent_instance;

  VigilSettings       *settings;
  VigilColorScheme    *scheme;
  AdwComboRow         *scheme_row;
  AdwComboRow         *severity_row;
  AdwPreferencesGroup *look_group;
  AdwPreferencesGroup *freshness_group;
  AdwPreferencesGroup *patrol_group;
  AdwPreferencesGroup *queue_group;
  AdwPreferencesGroup *incidents_group;
  AdwPreferencesGroup *budget_group;
  AdwPreferencesGroup *recovery_group;
  AdwPreferencesGroup *sound_group;
  AdwPreferencesGroup *network_group;
  AdwPreferencesGroup *evidence_group;
  AdwPreferencesGroup *metrics_group;
  GtkWidget           *rows[MAX_NUMBERS]; /* of numbers */
};

G_DEFINE_FINAL_TYPE (VigilPreferences, vigil_preferences, ADW_TYPE_PREFERENCES_WINDOW)

typedef struct
{
  gsize       group;
  const char *key;
  const char *title;
  const char *unit;   /* subtitle */
  int         step;   /* or SHARE: a number from 0 to 1 */
} Number;

#define SHARE 0

#define IN(member) G_STRUCT_OFFSET (VigilPreferences, member)

static const Number numbers[] = {
  { IN (look_group), VIGIL_SETTING_TILE_WIDTH, N_("Tile width"), N_("pixels; Ctrl and wheel on the wall"), 16 },
  { IN (look_group), VIGIL_SETTING_RANK_INTERVAL, N_("Ranking interval"), N_("milliseconds between re-rankings in attention order"), 500 },
  { IN (look_group), VIGIL_SETTING_PROMOTE_RISE, N_("Rise that counts"), N_("points since the wall was ranked, to stand among the rising candidates"), 5 },
  { IN (look_group), VIGIL_SETTING_VIDEO_PACE, N_("Pace of video"), N_("milliseconds between two paints; longer costs less processor"), 5 },
  { IN (freshness_group), VIGIL_SETTING_STALE_SCORE, N_("Stale score"), N_("seconds"), 1 },
  { IN (freshness_group), VIGIL_SETTING_LATE_VIDEO, N_("Late video"), N_("seconds behind, from which its tile says so; not veiled"), 1 },
  { IN (freshness_group), VIGIL_SETTING_STALE_VIDEO, N_("Stale video"), N_("seconds"), 1 },
  { IN (freshness_group), VIGIL_SETTING_STALE_STILL, N_("Old still"), N_("seconds; in a hall with fewer captures twice its interval"), 1 },
  { IN (freshness_group), VIGIL_SETTING_QUIET_FEED, N_("Quiet feed"), N_("seconds without a score from anybody until it is said; 0: never"), 1 },
  { IN (patrol_group), VIGIL_SETTING_PATROL_WARM, N_("Warm streams of a patrol"), N_("at most; paused while it goes round, where the video server keeps many"), 10 },
  { IN (patrol_group), VIGIL_SETTING_PATROL, N_("Page of a patrol"), N_("seconds, from when its videos play"), 1 },
  { IN (patrol_group), VIGIL_SETTING_PATROL_WAIT, N_("Wait for video"), N_("seconds a patrol waits at most for a page to play"), 1 },
  { IN (patrol_group), VIGIL_SETTING_PATROL_RESUME, N_("Pause of a patrol"), N_("seconds after the last touch until it goes on"), 5 },
  { IN (patrol_group), VIGIL_SETTING_COVERAGE_WARN, N_("Not seen for too long"), N_("seconds until it is said that we have not seen somebody"), 30 },
  { IN (patrol_group), VIGIL_SETTING_COVERAGE_KEPT, N_("Intervals kept"), N_("a candidate; of more the oldest are in the sums alone"), 100 },
  { IN (patrol_group), VIGIL_SETTING_COVERAGE_DAYS, N_("Days the coverage is kept"), N_("on this computer, so that a restart loses none of it; 0: in memory alone"), 1 },
  { IN (queue_group), VIGIL_SETTING_DEADLINE_CRITICAL, N_("Time for a critical violation"), N_("seconds until somebody should look after it"), 5 },
  { IN (queue_group), VIGIL_SETTING_DEADLINE_HIGH, N_("Time for one of high severity"), N_("seconds"), 5 },
  { IN (queue_group), VIGIL_SETTING_DEADLINE_OTHER, N_("Time for any other"), N_("seconds, where those are queued"), 5 },
  { IN (queue_group), VIGIL_SETTING_UNDO_DELAY, N_("Time to undo"), N_("milliseconds a decision is held back; 0: not at all"), 500 },
  { IN (queue_group), VIGIL_SETTING_SNOOZE, N_("Snooze"), N_("seconds for which a violation is put off"), 10 },
  { IN (queue_group), VIGIL_SETTING_QUEUE_MAX, N_("Longest queue"), N_("violations; more are counted and read from the hall when there is room"), 100 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_WINDOW, N_("Window"), N_("milliseconds within which they must lose the same"), 1000 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_SETTLE, N_("Time to tell"), N_("milliseconds of quiet until it is said what they have in common"), 100 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_HOLD, N_("Hold"), N_("milliseconds it takes more in, and ends after when all are back"), 1000 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_MEMBERS, N_("Smallest incident"), N_("candidates"), 1 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_SHARE, N_("Share of a group"), N_("percent of a room, a network or an SFU worker"), 1 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_EXAM_SHARE, N_("Share of the exam"), N_("percent, where no group explains it"), 1 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_RARITY, N_("Rarity"), N_("by chance at most once in ten to the power of this windows"), 1 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_BREAK, N_("Window of a break"), N_("milliseconds within which nearly everybody must go"), 10000 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_BREAK_SHARE, N_("Share of a break"), N_("percent of all who must have gone"), 1 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENT_MARGIN, N_("Margin"), N_("milliseconds before and after, in which a violation is put down to it"), 1000 },
  { IN (incidents_group), VIGIL_SETTING_INCIDENTS_KEPT, N_("Incidents kept"), N_("of more the oldest that ended are dropped"), 10 },
  { IN (budget_group), VIGIL_SETTING_MAX_LIVE, N_("Live streams"), N_("at most; visible, pinned and opened candidates"), 1 },
  { IN (budget_group), VIGIL_SETTING_MAX_DECODE_CPU, N_("Processor"), N_("thousandths of a core for decoding; 0 without a ceiling"), 100 },
  { IN (budget_group), VIGIL_SETTING_MAX_DOWNLINK, N_("Network"), N_("kbit/s of video; 0 without a ceiling"), 1000 },
  { IN (budget_group), VIGIL_SETTING_MAX_PIXELS, N_("Pixels"), N_("thousands, of one picture of each stream together; 0 without a ceiling"), 1000 },
  { IN (budget_group), VIGIL_SETTING_STREAM_STARTS, N_("Starts"), N_("videos begun a second while the wall moves; 0 without a bound"), 1 },
  { IN (budget_group), VIGIL_SETTING_MAX_WARM, N_("Warm streams"), N_("at most; paused, ready to go on"), 1 },
  { IN (budget_group), VIGIL_SETTING_WARM_MARGIN, N_("Warm margin"), N_("places past the edges of the screen"), 1 },
  { IN (budget_group), VIGIL_SETTING_GRACE, N_("Off-screen grace"), N_("seconds a stream is kept after it left the screen"), 5 },
  { IN (budget_group), VIGIL_SETTING_STILL_REFRESH, N_("Refresh of stills"), N_("milliseconds, at least, between two of a candidate on screen"), 500 },
  { IN (budget_group), VIGIL_SETTING_STILL_DELAY, N_("Wait for video"), N_("milliseconds before a still is asked for in its place"), 100 },
  { IN (budget_group), VIGIL_SETTING_STILL_RATE, N_("Rate of stills"), N_("asked for in a second, of all together"), 5 },
  { IN (budget_group), VIGIL_SETTING_STILLS_IN_FLIGHT, N_("Stills at once"), N_("asked for and not answered yet"), 1 },
  { IN (budget_group), VIGIL_SETTING_STILL_CACHE, N_("Stills kept"), N_("MiB, of candidates who left the screen"), 1 },
  { IN (budget_group), VIGIL_SETTING_STILL_MAX_SIZE, N_("Largest still"), N_("KiB; larger ones are not shown"), 64 },
  { IN (recovery_group), VIGIL_SETTING_WATCHDOG, N_("Start watchdog"), N_("seconds without a first picture until another try"), 1 },
  { IN (recovery_group), VIGIL_SETTING_RETRIES, N_("Retries"), N_("then the tile says what failed"), 1 },
  { IN (recovery_group), VIGIL_SETTING_MEDIA_WATCHDOG, N_("Media watchdog"), N_("seconds without a packet"), 1 },
  { IN (recovery_group), VIGIL_SETTING_CONNECT_WATCHDOG, N_("Connection watchdog"), N_("seconds until an SFU is connected, or another try"), 1 },
  { IN (recovery_group), VIGIL_SETTING_JANUS_SLOTS, N_("Slots of a Janus"), N_("videos received from a Janus, live and paused together"), 8 },
  { IN (recovery_group), VIGIL_SETTING_JANUS_SLOT_REST, N_("Rest of a Janus slot"), N_("milliseconds before another candidate’s video comes through it"), 50 },
  { IN (recovery_group), VIGIL_SETTING_JANUS_KEEPALIVE, N_("Sign of life to a Janus"), N_("seconds between two"), 1 },
  { IN (recovery_group), VIGIL_SETTING_MAX_CONNECTIONS, N_("Connections over WHEP"), N_("videos received at once where each has a connection of its own"), 1 },
  { IN (recovery_group), VIGIL_SETTING_UNPAUSED_GRACE, N_("Off-screen grace over WHEP"), N_("seconds; such a video cannot be paused"), 1 },
  { IN (recovery_group), VIGIL_SETTING_JITTER_LATENCY, N_("Wait for missing packets"), N_("milliseconds, only while one is missing"), 10 },
  { IN (sound_group), VIGIL_SETTING_LISTEN_VOLUME, N_("Volume"), N_("of whoever is listened to; 1: as loud as it was sent"), SHARE },
  { IN (sound_group), VIGIL_SETTING_LISTEN_DUCK, N_("Quieter while two are heard"), N_("decibels, for the first of them"), 1 },
  { IN (sound_group), VIGIL_SETTING_SOUND_DELAY, N_("Delay of sound"), N_("milliseconds at least; a network that needs more gets more"), 10 },
  { IN (network_group), VIGIL_SETTING_REQUEST_TIMEOUT, N_("Request timeout"), N_("seconds"), 1 },
  { IN (network_group), VIGIL_SETTING_RECONNECT_MIN, N_("First reconnect"), N_("milliseconds, at least"), 100 },
  { IN (network_group), VIGIL_SETTING_RECONNECT_MAX, N_("Slowest reconnect"), N_("milliseconds, at most"), 1000 },
  { IN (network_group), VIGIL_SETTING_BEHIND_AFTER, N_("Say that this computer cannot keep up"), N_("milliseconds that a message may wait"), 100 },
  { IN (network_group), VIGIL_SETTING_MAX_WAITING_EVENTS, N_("Events that may wait"), N_("with more the hall is joined anew"), 1000 },
  { IN (network_group), VIGIL_SETTING_SCORE_COALESCE, N_("Score coalescing"), N_("milliseconds of reads taken together"), 1 },
  { IN (network_group), VIGIL_SETTING_CLOCK_INTERVAL, N_("Hall’s clock"), N_("seconds between two looks at it; from the next connection on"), 5 },
  { IN (metrics_group), VIGIL_SETTING_METRICS_PORT, N_("Port"), N_("of this computer alone; 0: off"), 1 },
  { IN (evidence_group), VIGIL_SETTING_EVIDENCE_CACHE, N_("Cache"), N_("MiB of decoded frames kept in memory"), 16 },
  { IN (evidence_group), VIGIL_SETTING_EVIDENCE_MAX_SIZE, N_("Largest object"), N_("MiB; larger ones are not fetched"), 1 },
};

G_STATIC_ASSERT (G_N_ELEMENTS (numbers) <= MAX_NUMBERS);

static void
add_switch (VigilPreferences *self, AdwPreferencesGroup *group, const char *key, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new (), *toggle = gtk_switch_new ();

  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  vigil_settings_bind (self->settings, key, toggle, "active");
  adw_preferences_group_add (group, row);
}

/* A setting that cannot be followed says so where it is set. */
static void
show_subtitle (VigilPreferences *self, GtkWidget *row, const Number *number)
{
  const char *trouble = vigil_settings_get_trouble (self->settings, number->key);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), trouble != NULL ? trouble : _(number->unit));
  if (trouble != NULL)
    gtk_widget_add_css_class (row, "error");
  else
    gtk_widget_remove_css_class (row, "error");
}

static void
trouble_changed_cb (VigilPreferences *self, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (numbers[i].key, key))
      show_subtitle (self, self->rows[i], &numbers[i]);
}

static void
add_number (VigilPreferences *self, guint index)
{
  const Number *number = &numbers[index];
  AdwPreferencesGroup *group = G_STRUCT_MEMBER (AdwPreferencesGroup *, self, number->group);
  GtkWidget *row = adw_action_row_new (), *spin;
  int min, max;

  if (number->step == SHARE)
    {
      spin = gtk_spin_button_new_with_range (0, 1, 0.05);
    }
  else
    {
      vigil_settings_get_range (self->settings, number->key, &min, &max);
      spin = gtk_spin_button_new_with_range (min, max, number->step);
    }
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 6); /* one edge for all of a page */
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(number->title));
  self->rows[index] = row;
  show_subtitle (self, row, number);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, _(number->title), -1);
  vigil_settings_bind (self->settings, number->key, spin, "value");
  adw_preferences_group_add (group, row);
}

static const char *const scheme_nicks[] = { "default", "light", "dark" };

static void
scheme_cb (VigilPreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->scheme_row);

  if (self->scheme != NULL && selected < G_N_ELEMENTS (scheme_nicks))
    vigil_color_scheme_set_nick (self->scheme, scheme_nicks[selected]);
}

/* The rows stand as the bands do, from low to critical. */
static void
severity_cb (VigilPreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->severity_row);

  if (self->settings != NULL && selected < VIGIL_N_BANDS)
    vigil_settings_set_queue_severity (self->settings, (VigilBand) selected);
}

static void
vigil_preferences_dispose (GObject *object)
{
  VigilPreferences *self = VIGIL_PREFERENCES (object);

  g_clear_object (&self->scheme);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (vigil_preferences_parent_class)->dispose (object);
}

static void
vigil_preferences_class_init (VigilPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/vigil/Vigil/ui/vigil-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, scheme_row);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, look_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, freshness_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, patrol_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, severity_row);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, queue_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, incidents_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, budget_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, recovery_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, sound_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, network_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, evidence_group);
  gtk_widget_class_bind_template_child (widget_class, VigilPreferences, metrics_group);
  gtk_widget_class_bind_template_callback (widget_class, scheme_cb);
  gtk_widget_class_bind_template_callback (widget_class, severity_cb);
}

static void
vigil_preferences_init (VigilPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
vigil_preferences_new (GtkWindow *parent, VigilSettings *settings)
{
  VigilPreferences *self = g_object_new (VIGIL_TYPE_PREFERENCES, "transient-for", parent, NULL);
  g_autoptr (VigilColorScheme) scheme = vigil_color_scheme_new (settings);

  for (guint i = 0; i < G_N_ELEMENTS (scheme_nicks); i++)
    if (g_strcmp0 (vigil_color_scheme_get_nick (scheme), scheme_nicks[i]) == 0)
      adw_combo_row_set_selected (self->scheme_row, i);
  self->scheme = g_steal_pointer (&scheme);
  adw_combo_row_set_selected (self->severity_row, vigil_settings_get_queue_severity (settings));
  self->settings = g_object_ref (settings);
  add_switch (self, self->look_group, VIGIL_SETTING_PROMOTION_LANE, _("Rising candidates"), _("in a row above a wall where nobody moves"));
  add_switch (self, self->look_group, VIGIL_SETTING_SECTIONS, _("Cards of rooms"), _("when the wall is ordered by room"));
  add_switch (self, self->budget_group, VIGIL_SETTING_HARDWARE_DECODING, _("Decode with the graphics hardware"),
              _("where it works and costs less than the processor; from the next start on"));
  add_switch (self, self->recovery_group, VIGIL_SETTING_DECODE_SANDBOX, _("Decode videos apart"),
              _("in a process that reaches neither files nor the network; from the next connection on"));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    add_number (self, i);
  g_signal_connect_object (settings, "trouble-changed", G_CALLBACK (trouble_changed_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
