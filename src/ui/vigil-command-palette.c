/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl+K: all that can be done now, and everybody who is here, found by typing. */
#include "vigil-command-palette.h"

#include <glib/gi18n-lib.h>

#include "vigil-palette-item.h"
#include "vigil-search-key.h"
#include "vigil-view-window.h"

#define MAX_CANDIDATES 20
#define PAGE 8 /* rows */

struct _VigilCommandPalette
{
  AdwWindow parent_instance;

  VigilSession       *session;   /* nullable */
  GPtrArray          *commands;  /* VigilPaletteItems of what could be done when it was opened */
  GListStore         *items;     /* what is listed */
  GtkSingleSelection *selection;

  GtkSearchEntry     *entry;
  GtkStack           *stack;
  GtkListView        *list;
  GtkLabel           *more;
};

G_DEFINE_FINAL_TYPE (VigilCommandPalette, vigil_command_palette, ADW_TYPE_WINDOW)

static guint signal_candidate;

static GActionGroup *
group_of (GtkWindow *parent, const char **name)
{
  if (g_str_has_prefix (*name, "win."))
    {
      *name += strlen ("win.");
      return VIGIL_IS_VIEW_WINDOW (parent) ? vigil_view_window_get_actions (VIGIL_VIEW_WINDOW (parent)) : G_ACTION_GROUP (parent);
    }
  if (g_str_has_prefix (*name, "app.") && gtk_window_get_application (parent) != NULL)
    {
      *name += strlen ("app.");
      return G_ACTION_GROUP (gtk_window_get_application (parent));
    }
  return NULL;
}

static void
add_command (VigilCommandPalette *self, GtkWindow *parent, const VigilCommand *command)
{
  g_autofree char *full = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GVariant) state = NULL;
  const char *name;
  GActionGroup *group;
  gboolean active;

  /* The palette itself is open already. */
  if (command->action == NULL || g_str_equal (command->action, "win.palette") ||
      !g_action_parse_detailed_name (command->action, &full, &target, NULL))
    return;
  name = full;
  group = group_of (parent, &name);
  if (group == NULL || !g_action_group_get_action_enabled (group, name))
    return;
  state = g_action_group_get_action_state (group, name);
  active = state != NULL && (target != NULL ? g_variant_equal (state, target)
                                            : g_variant_is_of_type (state, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (state));
  g_ptr_array_add (self->commands, vigil_palette_item_new_command (command, active));
}

/* Returns: how many more match than are listed. */
static guint
add_candidates (VigilCommandPalette *self, GPtrArray *found, char **words)
{
  VigilRoster *roster = self->session != NULL ? vigil_session_get_roster (self->session) : NULL;
  guint n = 0, matching = 0;
  const VigilHandle *handles = roster != NULL ? vigil_roster_get_handles (roster, &n) : NULL;
  const VigilRosterFacts *facts = roster != NULL ? vigil_roster_get_facts (roster) : NULL;

  if (words[0] == NULL)
    return 0;
  for (guint i = 0; i < n; i++)
    {
      const VigilRosterFacts *fact = &facts[handles[i]];

      if (!fact->present || fact->search_key == NULL || !vigil_search_key_matches (fact->search_key, words))
        continue;
      if (matching++ < MAX_CANDIDATES)
        g_ptr_array_add (found, vigil_palette_item_new_candidate (vigil_roster_get (roster, handles[i])));
    }
  return matching > MAX_CANDIDATES ? matching - MAX_CANDIDATES : 0;
}

static void
select_row (VigilCommandPalette *self, guint position)
{
  if (position >= g_list_model_get_n_items (G_LIST_MODEL (self->items)))
    return;
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

static void
update (VigilCommandPalette *self)
{
  g_auto (GStrv) words = vigil_search_key_split (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = NULL;
  guint more;

  for (guint i = 0; i < self->commands->len; i++)
    if (vigil_palette_item_matches (self->commands->pdata[i], words))
      g_ptr_array_add (found, g_object_ref (self->commands->pdata[i]));
  more = add_candidates (self, found, words);
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)), found->pdata, found->len);
  if (more > 0)
    text = g_strdup_printf (ngettext ("%'u more candidate matches; type more of the name or id.",
                                      "%'u more candidates match; type more of the name or id.", more), more);
  gtk_label_set_text (self->more, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->more), text != NULL);
  gtk_stack_set_visible_child_name (self->stack, found->len > 0 ? "list" : "nothing");
  select_row (self, 0);
}

static void
changed_cb (VigilCommandPalette *self)
{
  if (self->commands != NULL)
    update (self);
}

/* The focus stays in the entry: what is selected is told as its description. */
static void
selected_cb (VigilCommandPalette *self)
{
  VigilPaletteItem *item = gtk_single_selection_get_selected_item (self->selection);
  g_autofree char *text = item != NULL ? vigil_palette_item_describe (item) : NULL;

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text != NULL ? text : "", -1);
}

static void
run (VigilCommandPalette *self, VigilPaletteItem *item)
{
  g_autoptr (VigilPaletteItem) chosen = g_object_ref (item);
  GtkWindow *over = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autoptr (GtkWindow) parent = over != NULL ? g_object_ref (over) : NULL; /* it may be gone */
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  gboolean acts = vigil_palette_item_get_action (chosen, &name, &target);

  if (!acts)
    g_signal_emit (self, signal_candidate, 0, vigil_palette_item_get_candidate (chosen));
  /* First out of the way: many commands open a window of their own over the parent. */
  gtk_window_destroy (GTK_WINDOW (self));
  if (acts && parent != NULL)
    gtk_widget_activate_action_variant (GTK_WIDGET (parent), name, target);
}

static void
activate_cb (VigilCommandPalette *self)
{
  VigilPaletteItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL)
    run (self, item);
}

static void
row_cb (VigilCommandPalette *self, guint position)
{
  g_autoptr (VigilPaletteItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  if (item != NULL)
    run (self, item);
}

static gboolean
key_cb (VigilCommandPalette *self, guint keyval, guint keycode, GdkModifierType state)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint at = gtk_single_selection_get_selected (self->selection);

  if (n == 0 || (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down)
    select_row (self, at + 1 < n ? at + 1 : 0);
  else if (keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up)
    select_row (self, at > 0 ? at - 1 : n - 1);
  else if (keyval == GDK_KEY_Page_Down || keyval == GDK_KEY_KP_Page_Down)
    select_row (self, MIN (at + PAGE, n - 1));
  else if (keyval == GDK_KEY_Page_Up || keyval == GDK_KEY_KP_Page_Up)
    select_row (self, at > PAGE ? at - PAGE : 0);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static GtkWidget *
add_label (GtkBox *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (box, label);
  return label;
}

/* A row: check mark, title, id, key, in this order; bind_cb() relies on it. */
static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10));

  gtk_box_append (box, gtk_image_new_from_icon_name ("object-select-symbolic"));
  gtk_widget_set_hexpand (add_label (box, NULL), TRUE);
  add_label (box, "dim-label");
  gtk_box_append (box, g_object_new (GTK_TYPE_SHORTCUT_LABEL, "accelerator", "", "margin-top", 3, "margin-bottom", 3, NULL));
  gtk_list_item_set_child (list_item, GTK_WIDGET (box));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  VigilPaletteItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *check = gtk_widget_get_first_child (box);
  GtkWidget *title = gtk_widget_get_next_sibling (check);
  GtkWidget *detail = gtk_widget_get_next_sibling (title);
  GtkWidget *shortcut = gtk_widget_get_next_sibling (detail);
  const char *text = vigil_palette_item_get_detail (item);
  g_autofree char *accelerator = vigil_palette_item_dup_accelerator (item);
  g_autofree char *spoken = vigil_palette_item_describe (item);

  gtk_widget_set_opacity (check, vigil_palette_item_get_active (item) ? 1 : 0); /* the titles stay in one line */
  gtk_label_set_text (GTK_LABEL (title), vigil_palette_item_get_title (item));
  gtk_label_set_text (GTK_LABEL (detail), text != NULL ? text : "");
  gtk_widget_set_visible (detail, text != NULL);
  gtk_shortcut_label_set_accelerator (GTK_SHORTCUT_LABEL (shortcut), accelerator != NULL ? accelerator : "");
  gtk_widget_set_visible (shortcut, accelerator != NULL);
  /* The row itself is GTK's and would be read out as its class. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (box)), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
vigil_command_palette_dispose (GObject *object)
{
  VigilCommandPalette *self = VIGIL_COMMAND_PALETTE (object);

  g_clear_pointer (&self->commands, g_ptr_array_unref);
  g_clear_object (&self->selection);
  g_clear_object (&self->items);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_command_palette_parent_class)->dispose (object);
}

static void
vigil_command_palette_class_init (VigilCommandPaletteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_command_palette_dispose;
  signal_candidate = g_signal_new ("candidate", VIGIL_TYPE_COMMAND_PALETTE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/vigil/Vigil/ui/vigil-command-palette.ui");
  gtk_widget_class_bind_template_child (widget_class, VigilCommandPalette, entry);
  gtk_widget_class_bind_template_child (widget_class, VigilCommandPalette, stack);
  gtk_widget_class_bind_template_child (widget_class, VigilCommandPalette, list);
  gtk_widget_class_bind_template_child (widget_class, VigilCommandPalette, more);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_cb);
  gtk_widget_class_bind_template_callback_full (widget_class, "gtk_window_close", G_CALLBACK (gtk_window_close));
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
vigil_command_palette_init (VigilCommandPalette *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->items = g_list_store_new (VIGIL_TYPE_PALETTE_ITEM);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->items)));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  gtk_search_entry_set_key_capture_widget (self->entry, GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

void
vigil_command_palette_add (VigilCommandPalette *self, VigilPaletteItem *item)
{
  g_return_if_fail (VIGIL_IS_COMMAND_PALETTE (self));

  g_ptr_array_add (self->commands, item);
  update (self);
}

GtkWidget *
vigil_command_palette_new (GtkWindow *parent, VigilSession *session)
{
  VigilCommandPalette *self = g_object_new (VIGIL_TYPE_COMMAND_PALETTE, "transient-for", parent, NULL);
  guint n;
  const VigilCommand *commands = vigil_commands_get (&n);

  self->session = session != NULL ? g_object_ref (session) : NULL;
  self->commands = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n; i++)
    add_command (self, parent, &commands[i]);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  return GTK_WIDGET (self);
}
