/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One incident: what befell whom, who is back, and what to do with the violations that it explains. */
#include "vigil-incident-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "vigil-commands.h"
#include "vigil-incident-members.h"
#include "vigil-text.h"
#include "vigil-words.h"
#include "vigil-words-triage.h"

struct _VigilIncidentPage
{
  GtkWidget parent_instance;

  VigilSession         *session;
  VigilTriageItem      *item;
  VigilIncidentMembers *members;
  GPtrArray            *rows;    /* GtkListItems that are bound, borrowed */

  GtkWidget            *box;
  GtkLabel             *title;
  GtkLabel             *detail;
  GtkLabel             *state;
  GtkWidget            *dismiss;
  GtkWidget            *split;
  GtkWidget            *list;
};

G_DEFINE_FINAL_TYPE (VigilIncidentPage, vigil_incident_page, GTK_TYPE_WIDGET)

static guint signal_open;
static guint signal_back;

static VigilIncident *
incident_of (VigilIncidentPage *self)
{
  return self->item != NULL ? VIGIL_INCIDENT (vigil_triage_item_get_subject (self->item)) : NULL;
}

static char *
describe_member (const VigilIncidentMember *member)
{
  g_autofree char *when = vigil_words_time (member->lost_at_ms);
  g_autofree char *after = NULL;

  if (member->recovered_at_ms == 0)
    /* Translators: %s is a time. */
    return g_strdup_printf (_("since %s"), when);
  after = vigil_words_age (MAX (member->recovered_at_ms - member->lost_at_ms, 0) / 1000);
  /* Translators: a time, then a duration such as "12 s". */
  return g_strdup_printf (_("%s, back after %s"), when, after);
}

static void
fill_row (VigilIncidentPage *self, GtkListItem *item)
{
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkLabel *name = GTK_LABEL (gtk_widget_get_first_child (box));
  GtkLabel *state = GTK_LABEL (gtk_widget_get_last_child (box));
  VigilHandle handle = vigil_slot_get_handle (gtk_list_item_get_item (item));
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (self->session), handle);
  const VigilIncidentMember *member = vigil_incident_find_member (incident_of (self), handle);
  g_autofree char *who = candidate != NULL ? vigil_words_name_and_room (candidate) : g_strdup ("");
  g_autofree char *words = member != NULL ? describe_member (member) : g_strdup ("");
  g_autofree char *spoken = g_strdup_printf ("%s, %s", who, words);

  vigil_text_set (name, who);
  vigil_text_set (state, words);
  if (gtk_widget_get_parent (box) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (box)), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
update (VigilIncidentPage *self)
{
  VigilIncident *incident = incident_of (self);
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *state = NULL;
  guint n;
  g_autofree char *label = NULL;

  if (incident == NULL)
    return;
  n = vigil_triage_item_get_violations (self->item)->len;
  title = vigil_words_incident_title (incident);
  detail = vigil_words_incident_detail (incident);
  state = vigil_words_triage_state (self->session, self->item);
  vigil_text_set (self->title, title);
  vigil_text_set (self->detail, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->state), state != NULL);
  vigil_text_set (self->state, state != NULL ? state : "");
  label = n > 0 ? g_strdup_printf (ngettext ("_Dismiss %u Violation…", "_Dismiss %u Violations…", n), n) : g_strdup (_("_Done"));
  vigil_text_set_button (GTK_BUTTON (self->dismiss), label);
  gtk_widget_set_visible (self->dismiss, (n > 0 && !vigil_triage_item_get_sending (self->item)) || (n == 0 && vigil_triage_item_get_over (self->item)));
  gtk_widget_set_visible (self->split, n > 0);
  vigil_incident_members_update (self->members);
  for (guint i = 0; i < self->rows->len; i++)
    fill_row (self, self->rows->pdata[i]);
}

void
vigil_incident_page_set_item (VigilIncidentPage *self, VigilTriageItem *item)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  g_return_if_fail (VIGIL_IS_INCIDENT_PAGE (self));

  if (self->item == item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), NULL);
  g_clear_object (&self->members);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  self->members = vigil_incident_members_new (incident_of (self));
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->members)));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (item, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

VigilTriageItem *
vigil_incident_page_get_item (VigilIncidentPage *self)
{
  return self->item;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new (NULL), *state = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (state, "dim-label");
  gtk_widget_add_css_class (state, "numeric");
  gtk_widget_add_css_class (box, "member");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), state);
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  VigilIncidentPage *self = user_data;

  g_ptr_array_add (self->rows, item);
  fill_row (self, item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  g_ptr_array_remove_fast (VIGIL_INCIDENT_PAGE (user_data)->rows, item);
}

static void
activate_cb (GtkListView *list, guint position, gpointer user_data)
{
  VigilIncidentPage *self = user_data;
  g_autoptr (VigilSlot) slot = g_list_model_get_item (G_LIST_MODEL (self->members), position);

  if (slot != NULL)
    g_signal_emit (self, signal_open, 0, vigil_slot_get_handle (slot));
}

static gboolean
key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  if (keyval != GDK_KEY_Escape)
    return vigil_commands_press (GTK_WIDGET (user_data), keyval, state, VIGIL_KEYS_QUEUE);
  g_signal_emit (user_data, signal_back, 0);
  return GDK_EVENT_STOP;
}

static void
vigil_incident_page_dispose (GObject *object)
{
  VigilIncidentPage *self = VIGIL_INCIDENT_PAGE (object);

  if (self->box != NULL)
    vigil_incident_page_set_item (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_incident_page_parent_class)->dispose (object);
}

static void
vigil_incident_page_finalize (GObject *object)
{
  g_ptr_array_unref (VIGIL_INCIDENT_PAGE (object)->rows);
  G_OBJECT_CLASS (vigil_incident_page_parent_class)->finalize (object);
}

static void
vigil_incident_page_class_init (VigilIncidentPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_incident_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_incident_page_finalize;
  signal_open = g_signal_new ("open", VIGIL_TYPE_INCIDENT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signal_back = g_signal_new ("back", VIGIL_TYPE_INCIDENT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "incidentpage");
}

static GtkWidget *
build_buttons (VigilIncidentPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->dismiss = vigil_text_new_button ("");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->dismiss), "win.dismiss");
  gtk_widget_add_css_class (self->dismiss, "suggested-action");
  gtk_box_append (GTK_BOX (box), self->dismiss);
  self->split = vigil_text_new_button (_("_Show Them Singly"));
  gtk_widget_set_tooltip_text (self->split, _("You see no incident in it: each violation waits by itself"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->split), "win.split");
  gtk_box_append (GTK_BOX (box), self->split);
  return box;
}

static GtkWidget *
build_list (VigilIncidentPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  self->list = gtk_list_view_new (NULL, factory);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (self->list), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Candidates of the incident"), -1);
  g_signal_connect (self->list, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_add_css_class (scroller, "card");
  return scroller;
}

static void
vigil_incident_page_init (VigilIncidentPage *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkLabel *what;

  self->rows = g_ptr_array_new ();
  self->box = clamp;
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 760);
  gtk_widget_set_parent (clamp, GTK_WIDGET (self));
  g_object_set (words, "margin-top", 20, "margin-bottom", 20, "margin-start", 16, "margin-end", 16, NULL);
  adw_clamp_set_child (ADW_CLAMP (clamp), words);
  self->title = vigil_text_append_label (words, "title-2");
  self->detail = vigil_text_append_label (words, NULL);
  self->state = vigil_text_append_label (words, "heading");
  what = vigil_text_append_label (words, "dim-label");
  gtk_label_set_text (what, _("So many at once have one cause in common; it says nothing of what they did. Whoever is back leaves the incident."));
  gtk_box_append (GTK_BOX (words), build_buttons (self));
  gtk_box_append (GTK_BOX (words), build_list (self));
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

GtkWidget *
vigil_incident_page_new (VigilSession *session)
{
  VigilIncidentPage *self = g_object_new (VIGIL_TYPE_INCIDENT_PAGE, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
