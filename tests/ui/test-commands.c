/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of commands and the actions of the window are the same set. */
#include <adwaita.h>

#include "ui-connector.h"
#include "ui-fixture.h"
#include "vigil-commands.h"
#include "vigil-window.h"

typedef struct
{
  AdwApplication *application;
  VigilSettings  *settings;
  UiConnector    *connector;
  VigilWindow    *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  static AdwApplication *application; /* a process registers itself once */

  if (application == NULL)
    {
      application = adw_application_new ("org.vigil.Vigil.Commands", G_APPLICATION_NON_UNIQUE);
      g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
    }
  f->application = g_object_ref (application);
  f->settings = vigil_settings_new ();
  f->connector = ui_connector_new ();
  f->window = vigil_window_new (f->application, VIGIL_CONNECTOR (f->connector), f->settings);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->connector);
  g_object_unref (f->settings);
  g_object_unref (f->application);
}

static gboolean
has_command (const char *action)
{
  guint n;
  const VigilCommand *commands = vigil_commands_get (&n);
  g_autofree char *full = g_strconcat ("win.", action, NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;

      if (commands[i].action != NULL && g_action_parse_detailed_name (commands[i].action, &name, &target, NULL) && g_str_equal (name, full))
        return TRUE;
    }
  return FALSE;
}

/* Nothing can be done by name that the palette does not list. */
static void
test_every_action_is_listed (Fixture *f, gconstpointer data)
{
  g_auto (GStrv) actions = g_action_group_list_actions (G_ACTION_GROUP (f->window));

  g_assert_cmpuint (g_strv_length (actions), >, 20);
  for (guint i = 0; actions[i] != NULL; i++)
    if (!has_command (actions[i]))
      g_error ("win.%s is not in the table of commands", actions[i]);
}

/* Nothing is listed that cannot be done, or not with that target. */
static void
test_every_command_exists (Fixture *f, gconstpointer data)
{
  guint n;
  const VigilCommand *commands = vigil_commands_get (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;
      GAction *action;
      const GVariantType *type;

      if (commands[i].action == NULL || !g_str_has_prefix (commands[i].action, "win."))
        continue;
      g_assert_true (g_action_parse_detailed_name (commands[i].action, &name, &target, NULL));
      action = g_action_map_lookup_action (G_ACTION_MAP (f->window), name + strlen ("win."));
      g_assert_nonnull (action);
      type = g_action_get_parameter_type (action);
      g_assert_true ((type == NULL) == (target == NULL));
      g_assert_true (type == NULL || g_variant_is_of_type (target, type));
    }
}

/* Before anybody connected there is nobody to act on. */
static void
test_enabled_at_first (Fixture *f, gconstpointer data)
{
  static const char *const off[] = { "bypass", "warn", "message", "open", "rank", "search", "exams", "disconnect", "back" };
  static const char *const on[] = { "palette", "preferences", "about", "fullscreen", "show-help-overlay" };

  for (guint i = 0; i < G_N_ELEMENTS (off); i++)
    g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (f->window), off[i]));
  for (guint i = 0; i < G_N_ELEMENTS (on); i++)
    g_assert_true (g_action_group_get_action_enabled (G_ACTION_GROUP (f->window), on[i]));
}

int
main (int argc, char *argv[])
{
  ui_fixture_init (&argc, &argv);
  g_test_add ("/ui/commands/every-action-is-listed", Fixture, NULL, set_up, test_every_action_is_listed, tear_down);
  g_test_add ("/ui/commands/every-command-exists", Fixture, NULL, set_up, test_every_command_exists, tear_down);
  g_test_add ("/ui/commands/enabled-at-first", Fixture, NULL, set_up, test_enabled_at_first, tear_down);
  return g_test_run ();
}
