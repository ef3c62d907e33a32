/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters that are on, as chips. */
#include "vigil-filter-bar.h"

#include <glib/gi18n-lib.h>

#include "vigil-words.h"

typedef enum
{
  CHIP_SEARCH,
  CHIP_SEVERITY,
  CHIP_STREAMING,
  CHIP_FLAGGED,
  CHIP_ROOM,
  N_CHIPS
} Chip;

struct _VigilFilterBar
{
  GtkWidget parent_instance;

  VigilSession *session;
  GtkWidget    *box;
  GtkWidget    *chips[N_CHIPS];
  GtkWidget    *labels[N_CHIPS];
  GtkWidget    *count;
  gboolean      deserted; /* everybody has left, and it was said */
};

G_DEFINE_FINAL_TYPE (VigilFilterBar, vigil_filter_bar, GTK_TYPE_WIDGET)

static void
chip_cb (GtkButton *button, gpointer user_data)
{
  VigilFilterBar *self = user_data;
  VigilRosterView *view = vigil_session_get_view (self->session);
  VigilRosterFilter filter = *vigil_roster_view_get_filter (view);

  switch ((Chip) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "chip")))
    {
    case CHIP_SEARCH:
      filter.search = NULL;
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
    case CHIP_ROOM:
      filter.room = NULL;
      break;
    case N_CHIPS:
    default:
      break;
    }
  vigil_roster_view_set_filter (view, &filter);
}

static void
set_chip (VigilFilterBar *self, Chip chip, char *text)
{
  g_autofree char *owned = text;
  g_autofree char *name = NULL;

  gtk_widget_set_visible (self->chips[chip], text != NULL);
  if (text == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->labels[chip]), text);
  /* Translators: the accessible name of a filter's chip; %s is the filter. */
  name = g_strdup_printf (_("Remove filter: %s"), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->chips[chip]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static char *
quoted (const char *format, const char *value)
{
  g_autofree char *clean = value != NULL && value[0] != '\0' ? vigil_words_clean (value) : NULL;

  if (clean == NULL)
    return NULL;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (format, clean);
#pragma GCC diagnostic pop
}

static void
update (VigilFilterBar *self)
{
  VigilRosterView *view = vigil_session_get_view (self->session);
  const VigilRosterFilter *filter = vigil_roster_view_get_filter (view);
  VigilRosterCounts counts;
  guint matching = vigil_roster_view_get_n_matching (view);
  g_autofree char *text = NULL;
  gboolean any;

  vigil_roster_get_counts (vigil_session_get_roster (self->session), &counts);
  /* Translators: a filter; %s is what is searched for. */
  set_chip (self, CHIP_SEARCH, quoted (_("“%s”"), filter->search));
  /* Translators: a filter; %s is a room's name. */
  set_chip (self, CHIP_ROOM, quoted (_("room %s"), filter->room));
  /* Translators: a filter; %s is a severity: "severity ≥ high". */
  set_chip (self, CHIP_SEVERITY, filter->at_least > VIGIL_BAND_LOW ? g_strdup_printf (_("severity ≥ %s"), vigil_words_band (filter->at_least)) : NULL);
  set_chip (self, CHIP_STREAMING, filter->streaming_only ? g_strdup (_("with camera")) : NULL);
  set_chip (self, CHIP_FLAGGED, filter->flagged_only ? g_strdup (_("with open flags")) : NULL);

  any = filter->at_least > VIGIL_BAND_LOW || filter->streaming_only || filter->flagged_only ||
        (filter->search != NULL && filter->search[0] != '\0') || filter->room != NULL;
  self->deserted = counts.candidates > 0 && counts.connected == 0;
  if (any)
    text = g_strdup_printf (_("%'u of %'u"), matching, counts.candidates);
  else if (self->deserted)
    text = g_strdup (_("Everybody has left."));
  gtk_label_set_text (GTK_LABEL (self->count), text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
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
build_chip (VigilFilterBar *self, Chip chip)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->chips[chip] = gtk_button_new ();
  self->labels[chip] = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->labels[chip]), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->labels[chip]), 32);
  gtk_box_append (GTK_BOX (content), self->labels[chip]);
  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (self->chips[chip]), content);
  gtk_widget_add_css_class (self->chips[chip], "chip");
  g_object_set_data (G_OBJECT (self->chips[chip]), "chip", GINT_TO_POINTER (chip));
  g_signal_connect (self->chips[chip], "clicked", G_CALLBACK (chip_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->chips[chip]);
}

static void
vigil_filter_bar_dispose (GObject *object)
{
  VigilFilterBar *self = VIGIL_FILTER_BAR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_filter_bar_parent_class)->dispose (object);
}

static void
vigil_filter_bar_class_init (VigilFilterBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_filter_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "filterbar");
}

static void
vigil_filter_bar_init (VigilFilterBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  for (int chip = 0; chip < N_CHIPS; chip++)
    build_chip (self, chip);
  self->count = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->count, "dim-label");
  gtk_widget_add_css_class (self->count, "numeric");
  gtk_widget_set_hexpand (self->count, TRUE);
  gtk_widget_set_halign (self->count, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (self->box), self->count);
}

GtkWidget *
vigil_filter_bar_new (VigilSession *session)
{
  VigilFilterBar *self = g_object_new (VIGIL_TYPE_FILTER_BAR, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (vigil_session_get_view (session), "ranked", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_view (session), "notify::n-matching", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_roster (session), "membership-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_roster (session), "candidate-changed", G_CALLBACK (candidate_changed_cb), self, 0);
  update (self);
  return GTK_WIDGET (self);
}
