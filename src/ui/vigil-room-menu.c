/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rooms of an exam with their counts, several of which may be chosen as a filter. */
#include "vigil-room-menu.h"

#include <glib/gi18n-lib.h>

#include "vigil-search-key.h"
#include "vigil-text.h"
#include "vigil-words.h"

#define MAX_ROWS 200 /* an exam may have a room for everybody: the others are found by typing */

struct _VigilRoomMenu
{
  GtkPopover parent_instance;

  VigilRosterView *view;
  GtkWidget       *search;
  GtkWidget       *list;
  GtkWidget       *scroller;
  GtkWidget       *more;
  GtkWidget       *every;
};

G_DEFINE_FINAL_TYPE (VigilRoomMenu, vigil_room_menu, GTK_TYPE_POPOVER)

static void
toggled_cb (GtkCheckButton *check, gpointer user_data)
{
  VigilRoomMenu *self = user_data;
  g_auto (VigilRosterFilter) filter = { 0 };

  vigil_roster_filter_copy (&filter, vigil_roster_view_get_filter (self->view));
  vigil_roster_filter_set_room (&filter, g_object_get_data (G_OBJECT (check), "room"), gtk_check_button_get_active (check));
  vigil_roster_view_set_filter (self->view, &filter);
  gtk_widget_set_sensitive (self->every, vigil_roster_view_get_filter (self->view)->rooms != NULL);
}

static void
append_row (VigilRoomMenu *self, const VigilRoom *room, const char *title)
{
  GtkWidget *check = gtk_check_button_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new (title), *count = gtk_label_new (NULL);
  g_autofree char *number = g_strdup_printf ("%'u", room->candidates);
  /* Translators: a room and how many candidates are in it, read by a screen reader. */
  g_autofree char *spoken = g_strdup_printf (ngettext ("%s, %u candidate", "%s, %u candidates", room->candidates), title, room->candidates);

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 36);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_label_set_text (GTK_LABEL (count), number);
  gtk_widget_add_css_class (count, "dim-label");
  gtk_widget_add_css_class (count, "numeric");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), count);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), box);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), room->wanted);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_object_set_data_full (G_OBJECT (check), "room", g_strdup (room->name), g_free);
  g_signal_connect (check, "toggled", G_CALLBACK (toggled_cb), self);
  gtk_box_append (GTK_BOX (self->list), check);
}

static void
list_rooms (VigilRoomMenu *self)
{
  g_auto (GStrv) words = vigil_search_key_split (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  g_autoptr (GArray) rooms = vigil_roster_view_dup_rooms (self->view);
  g_autofree char *text = NULL;
  guint n_matching = 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  for (guint i = 0; i < rooms->len; i++)
    {
      const VigilRoom *room = &g_array_index (rooms, VigilRoom, i);
      g_autofree char *title = vigil_words_room (room->name);
      g_autofree char *key = vigil_search_key_fold (title);

      if (vigil_search_key_matches (key, words) && n_matching++ < MAX_ROWS)
        append_row (self, room, title);
    }
  if (n_matching > MAX_ROWS)
    text = g_strdup_printf (ngettext ("%'u more room; type its name.", "%'u more rooms; type a name.", n_matching - MAX_ROWS), n_matching - MAX_ROWS);
  else if (n_matching == 0)
    text = g_strdup (rooms->len > 0 ? _("No room is called that.") : _("The hall named no rooms."));
  gtk_label_set_text (GTK_LABEL (self->more), text != NULL ? text : "");
  gtk_widget_set_visible (self->more, text != NULL);
  gtk_widget_set_visible (self->scroller, n_matching > 0);
  gtk_widget_set_sensitive (self->every, vigil_roster_view_get_filter (self->view)->rooms != NULL);
}

static void
search_cb (VigilRoomMenu *self)
{
  if (self->view != NULL)
    list_rooms (self);
}

/* Return takes the first that was found, or lets it go. */
static void
activate_cb (VigilRoomMenu *self)
{
  GtkWidget *first;

  if (self->view == NULL)
    return;
  list_rooms (self); /* the entry tells of what is typed only after a moment */
  first = gtk_widget_get_first_child (self->list);
  if (first != NULL)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (first), !gtk_check_button_get_active (GTK_CHECK_BUTTON (first)));
}

static void
every_cb (VigilRoomMenu *self)
{
  g_auto (VigilRosterFilter) filter = { 0 };

  vigil_roster_filter_copy (&filter, vigil_roster_view_get_filter (self->view));
  g_clear_pointer (&filter.rooms, g_strfreev);
  vigil_roster_view_set_filter (self->view, &filter);
  list_rooms (self);
}

/* What was listed may be of an exam that is left by then. */
static void
vigil_room_menu_closed (GtkPopover *popover)
{
  VigilRoomMenu *self = VIGIL_ROOM_MENU (popover);

  if (self->view != NULL)
    vigil_roster_view_release (self->view);
  g_clear_object (&self->view);
}

static void
vigil_room_menu_dispose (GObject *object)
{
  vigil_room_menu_closed (GTK_POPOVER (object));
  G_OBJECT_CLASS (vigil_room_menu_parent_class)->dispose (object);
}

static void
vigil_room_menu_class_init (VigilRoomMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_room_menu_dispose;
  GTK_POPOVER_CLASS (klass)->closed = vigil_room_menu_closed;
}

static void
vigil_room_menu_init (VigilRoomMenu *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  self->search = gtk_search_entry_new ();
  g_object_set (self->search, "placeholder-text", _("Search rooms"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search rooms"), -1);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Rooms"), -1);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), 420);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  self->more = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->more), TRUE);
  gtk_widget_add_css_class (self->more, "dim-label");
  self->every = vigil_text_new_button (_("_Every Room"));
  g_signal_connect_swapped (self->every, "clicked", G_CALLBACK (every_cb), self);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search_cb), self);
  g_signal_connect_swapped (self->search, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (gtk_popover_popdown), self); /* it keeps Escape for itself */
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), self->scroller);
  gtk_box_append (GTK_BOX (box), self->more);
  gtk_box_append (GTK_BOX (box), self->every);
  gtk_widget_set_size_request (box, 280, -1);
  gtk_popover_set_child (GTK_POPOVER (self), box);
}

GtkWidget *
vigil_room_menu_new (void)
{
  return g_object_new (VIGIL_TYPE_ROOM_MENU, NULL);
}

void
vigil_room_menu_show (VigilRoomMenu *self, VigilRosterView *view)
{
  g_return_if_fail (VIGIL_IS_ROOM_MENU (self));
  g_return_if_fail (VIGIL_IS_ROSTER_VIEW (view));

  if (self->view == NULL)
    vigil_roster_view_hold (view);
  g_set_object (&self->view, view);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  list_rooms (self);
  gtk_popover_popup (GTK_POPOVER (self));
}
