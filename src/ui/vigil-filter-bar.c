/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters that are on, as chips. */
#include "vigil-filter-bar.h"

#include <glib/gi18n-lib.h>

#include "vigil-text.h"
#include "vigil-words.h"

#define MAX_ROOM_CHIPS 3 /* more rooms are one chip */

typedef enum
{
  CHIP_SEARCH,
  CHIP_SEVERITY,
  CHIP_STREAMING,
  CHIP_FLAGGED,
  CHIP_HAND,
  CHIP_ROOM,  /* one room */
  CHIP_ROOMS, /* all of them */
} ChipKind;

/** A filter that is on, in words. */
typedef struct
{
  ChipKind  kind;
  char     *room; /* of CHIP_ROOM */
  char     *text;
} Chip;

struct _VigilFilterBar
{
  GtkWidget parent_instance;

  VigilSession *session;
  VigilRosterView *view;
  GArray       *chips;    /* Chip, as they are shown */
  GtkWidget    *box;
  GtkWidget    *chip_box; /* a button for each of chips */
  GtkWidget    *critical;
  GtkWidget    *count;
  gboolean      deserted; /* everybody has left, and it was said */
};

G_DEFINE_FINAL_TYPE (VigilFilterBar, vigil_filter_bar, GTK_TYPE_WIDGET)

static void
clear_chip (gpointer data)
{
  Chip *chip = data;

  g_free (chip->room);
  g_free (chip->text);
}

static GArray *
chips_new (void)
{
  GArray *chips = g_array_new (FALSE, FALSE, sizeof (Chip));

  g_array_set_clear_func (chips, clear_chip);
  return chips;
}

static void
take_off (VigilFilterBar *self, const Chip *chip)
{
  VigilRosterView *view = self->view;
  g_auto (VigilRosterFilter) filter = { 0 };

  vigil_roster_filter_copy (&filter, vigil_roster_view_get_filter (view));
  switch (chip->kind)
    {
    case CHIP_SEARCH:
      g_clear_pointer (&filter.search, g_free);
      break;
    case CHIP_SEVERITY:
      filter.at_least = VIGIL_BAND_LOW;
      break;
    case CHIP_STREAMING:
      filter.streaming_only = FALSE;
      break;
    case CHIP_FLAGGED:
      filter.flagged_only = FALSE;
      break;
    case CHIP_HAND:
      filter.hand_only = FALSE;
      break;
    case CHIP_ROOM:
      vigil_roster_filter_set_room (&filter, chip->room, FALSE);
      break;
    case CHIP_ROOMS:
    default:
      g_clear_pointer (&filter.rooms, g_strfreev);
      break;
    }
  vigil_roster_view_set_filter (view, &filter);
}

static guint
index_of (VigilFilterBar *self, GtkWidget *button)
{
  guint i = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (self->chip_box); child != NULL && child != button; child = gtk_widget_get_next_sibling (child))
    i++;
  return i;
}

/* The focus goes to the chip that is in this place now, or back to the wall. */
static void
focus_chip (VigilFilterBar *self, guint at)
{
  GtkWidget *child = gtk_widget_get_first_child (self->chip_box), *next;

  if (child == NULL)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "wall.focus", NULL);
      return;
    }
  for (; at > 0 && (next = gtk_widget_get_next_sibling (child)) != NULL; at--)
    child = next;
  gtk_widget_grab_focus (child);
}

static void
chip_cb (GtkButton *button, gpointer user_data)
{
  VigilFilterBar *self = user_data;
  guint at = index_of (self, GTK_WIDGET (button));
  gboolean had_focus = gtk_widget_has_focus (GTK_WIDGET (button));

  if (at >= self->chips->len)
    return;
  take_off (self, &g_array_index (self->chips, Chip, at));
  if (had_focus)
    focus_chip (self, at);
}

static gboolean
chip_key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  if (keyval != GDK_KEY_Delete && keyval != GDK_KEY_KP_Delete && keyval != GDK_KEY_BackSpace)
    return GDK_EVENT_PROPAGATE;
  chip_cb (GTK_BUTTON (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (key))), user_data);
  return GDK_EVENT_STOP;
}

static void
append_button (VigilFilterBar *self, const Chip *chip)
{
  GtkWidget *button = gtk_button_new (), *label = gtk_label_new (chip->text);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkEventController *key = gtk_event_controller_key_new ();
  /* Translators: the accessible name of a filter's chip; %s is the filter. */
  g_autofree char *name = g_strdup_printf (_("Remove filter: %s"), chip->text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 32);
  gtk_box_append (GTK_BOX (content), label);
  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (button), content);
  gtk_widget_add_css_class (button, "chip");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (chip_cb), self);
  g_signal_connect (key, "key-pressed", G_CALLBACK (chip_key_cb), self);
  gtk_widget_add_controller (button, key);
  gtk_box_append (GTK_BOX (self->chip_box), button);
}

static void
add_chip (GArray *chips, ChipKind kind, const char *room, char *text)
{
  Chip chip = { kind, g_strdup (room), text };

  g_array_append_val (chips, chip);
}

static void
add_rooms (GArray *chips, char **rooms)
{
  guint n = rooms != NULL ? g_strv_length (rooms) : 0;

  if (n > MAX_ROOM_CHIPS)
    {
      /* Translators: a filter; so many rooms are shown. */
      add_chip (chips, CHIP_ROOMS, NULL, g_strdup_printf (ngettext ("%u room", "%u rooms", n), n));
      return;
    }
  for (guint i = 0; i < n; i++)
    add_chip (chips, CHIP_ROOM, rooms[i], vigil_words_room (rooms[i]));
}

static GArray *
list_chips (const VigilRosterFilter *filter)
{
  GArray *chips = chips_new ();

  if (filter->search != NULL && filter->search[0] != '\0')
    {
      g_autofree char *clean = vigil_words_clean (filter->search);

      /* Translators: a filter; %s is what is searched for. */
      add_chip (chips, CHIP_SEARCH, NULL, g_strdup_printf (_("“%s”"), clean));
    }
  add_rooms (chips, filter->rooms);
  if (filter->at_least > VIGIL_BAND_LOW)
    /* Translators: a filter; %s is a severity: "severity ≥ high". */
    add_chip (chips, CHIP_SEVERITY, NULL, g_strdup_printf (_("severity ≥ %s"), vigil_words_band (filter->at_least)));
  if (filter->streaming_only)
    add_chip (chips, CHIP_STREAMING, NULL, g_strdup (_("with camera")));
  if (filter->flagged_only)
    add_chip (chips, CHIP_FLAGGED, NULL, g_strdup (_("with open flags")));
  if (filter->hand_only)
    add_chip (chips, CHIP_HAND, NULL, g_strdup (_("hand raised")));
  return chips;
}

static gboolean
same_chips (GArray *left, GArray *right)
{
  if (left->len != right->len)
    return FALSE;
  for (guint i = 0; i < left->len; i++)
    {
      const Chip *a = &g_array_index (left, Chip, i), *b = &g_array_index (right, Chip, i);

      if (a->kind != b->kind || g_strcmp0 (a->room, b->room) != 0 || !g_str_equal (a->text, b->text))
        return FALSE;
    }
  return TRUE;
}

/* Ranks come every few seconds; the buttons are made anew only when the filter is another one. */
static void
show_chips (VigilFilterBar *self, GArray *chips)
{
  GtkWidget *child;

  if (same_chips (self->chips, chips))
    {
      g_array_unref (chips);
      return;
    }
  while ((child = gtk_widget_get_first_child (self->chip_box)) != NULL)
    gtk_box_remove (GTK_BOX (self->chip_box), child);
  g_array_unref (self->chips);
  self->chips = chips;
  for (guint i = 0; i < chips->len; i++)
    append_button (self, &g_array_index (chips, Chip, i));
}

static void
update_critical (VigilFilterBar *self, guint n)
{
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->critical, n > 0);
  if (n == 0)
    return;
  /* Translators: so many more are shown than the filters let through. */
  text = g_strdup_printf (ngettext ("+%'u with a critical flag", "+%'u with a critical flag", n), n);
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->critical)), text) != 0)
    gtk_button_set_label (GTK_BUTTON (self->critical), text);
}

static void
update (VigilFilterBar *self)
{
  VigilRosterView *view = self->view;
  const VigilRosterFilter *filter = vigil_roster_view_get_filter (view);
  VigilRosterCounts counts;
  guint n_exempt = vigil_roster_view_get_n_exempt (view);
  g_autofree char *text = NULL;

  vigil_roster_get_counts (vigil_session_get_roster (self->session), &counts);
  show_chips (self, list_chips (filter));
  update_critical (self, n_exempt);
  self->deserted = counts.candidates > 0 && counts.connected == 0;
  if (!vigil_roster_filter_is_empty (filter))
    text = g_strdup_printf (_("%'u of %'u"), vigil_roster_view_get_n_matching (view), counts.candidates);
  else if (self->deserted)
    text = g_strdup (_("Everybody has left."));
  vigil_text_set (GTK_LABEL (self->count), text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL || n_exempt > 0);
}

static void
changed_cb (VigilFilterBar *self)
{
  update (self);
}

/* Also while 50,000 arrive one by one: nothing is built anew unless the last one left, or the first came back. */
static void
candidate_changed_cb (VigilRoster *roster, guint handle, guint fields, gpointer user_data)
{
  VigilFilterBar *self = user_data;
  VigilRosterCounts counts;

  if (!(fields & VIGIL_FIELD_CONNECTED))
    return;
  vigil_roster_get_counts (roster, &counts);
  if (self->deserted != (counts.candidates > 0 && counts.connected == 0))
    update (self);
}

static void
vigil_filter_bar_dispose (GObject *object)
{
  VigilFilterBar *self = VIGIL_FILTER_BAR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->view);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_filter_bar_parent_class)->dispose (object);
}

static void
vigil_filter_bar_finalize (GObject *object)
{
  g_array_unref (VIGIL_FILTER_BAR (object)->chips);
  G_OBJECT_CLASS (vigil_filter_bar_parent_class)->finalize (object);
}

static void
vigil_filter_bar_class_init (VigilFilterBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_filter_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_filter_bar_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "filterbar");
}

static void
vigil_filter_bar_init (VigilFilterBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->chips = chips_new ();
  self->chip_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_append (GTK_BOX (self->box), self->chip_box);
  self->critical = gtk_button_new_with_label ("");
  gtk_widget_add_css_class (self->critical, "chip");
  gtk_widget_add_css_class (self->critical, "critical");
  gtk_widget_set_tooltip_text (self->critical, _("Filters and folded rooms hide nobody with a critical flag until somebody attends to it. Go there."));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->critical), "wall.show-critical");
  gtk_box_append (GTK_BOX (self->box), self->critical);
  self->count = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->count, "dim-label");
  gtk_widget_add_css_class (self->count, "numeric");
  gtk_widget_set_hexpand (self->count, TRUE);
  gtk_widget_set_halign (self->count, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (self->box), self->count);
}

GtkWidget *
vigil_filter_bar_new (VigilSession *session, VigilRosterView *view)
{
  VigilFilterBar *self = g_object_new (VIGIL_TYPE_FILTER_BAR, NULL);

  self->session = g_object_ref (session);
  self->view = g_object_ref (view);
  g_signal_connect_object (self->view, "ranked", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::n-matching", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_roster (session), "membership-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_roster (session), "candidate-changed", G_CALLBACK (candidate_changed_cb), self, 0);
  update (self);
  return GTK_WIDGET (self);
}
