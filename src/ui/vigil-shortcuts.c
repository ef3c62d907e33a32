/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shortcuts window. Before GTK 4.14 only GtkBuilder can put one together, so it gets a description. */
#include "vigil-shortcuts.h"

#include "vigil-commands.h"

static void
describe_group (GString *xml, VigilCommandGroup group)
{
  guint n;
  const VigilCommand *commands = vigil_commands_get (&n);
  g_autofree char *title = g_markup_escape_text (vigil_command_group_get_title (group), -1);

  g_string_append_printf (xml, "<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>", title);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *keys = NULL;
      g_autofree char *text = NULL;

      if (commands[i].group != group || commands[i].keys == NULL)
        continue;
      keys = g_markup_escape_text (commands[i].keys, -1);
      text = g_markup_escape_text (vigil_command_get_title (&commands[i]), -1);
      g_string_append_printf (xml, "<child><object class='GtkShortcutsShortcut'><property name='accelerator'>%s</property>"
                                   "<property name='title'>%s</property></object></child>", keys, text);
    }
  g_string_append (xml, "</object></child>");
}

GtkWindow *
vigil_shortcuts_new (GtkWindow *parent)
{
  GString *xml = g_string_new ("<interface><object class='GtkShortcutsWindow' id='window'><property name='modal'>1</property>"
                               "<child><object class='GtkShortcutsSection'><property name='section-name'>all</property>");
  g_autoptr (GtkBuilder) builder = NULL;
  GtkWindow *window;

  for (int group = 0; group < VIGIL_N_COMMAND_GROUPS; group++)
    describe_group (xml, group);
  g_string_append (xml, "</object></child></object></interface>");
  builder = gtk_builder_new_from_string (xml->str, (gssize) xml->len);
  g_string_free (xml, TRUE);
  window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));
  gtk_window_set_transient_for (window, parent);
  return window;
}
