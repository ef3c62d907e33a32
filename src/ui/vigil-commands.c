/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one table of what the window can do, with its keys. */
#include "vigil-commands.h"

#include <glib/gi18n-lib.h>

#define CANDIDATE VIGIL_COMMANDS_CANDIDATE
#define QUEUE VIGIL_COMMANDS_QUEUE
#define WALL VIGIL_COMMANDS_WALL
#define WINDOW VIGIL_COMMANDS_WINDOW
#define ON_BOTH (VIGIL_KEYS_WALL | VIGIL_KEYS_CANDIDATE | VIGIL_KEYS_FOCUS)
#define ON_LARGE (VIGIL_KEYS_CANDIDATE | VIGIL_KEYS_FOCUS)
#define AT_EVIDENCE (VIGIL_KEYS_CANDIDATE | VIGIL_KEYS_QUEUE | VIGIL_KEYS_DETACHED)
#define AT_WORK (VIGIL_KEYS_WALL | VIGIL_KEYS_CANDIDATE | VIGIL_KEYS_QUEUE)

static const VigilCommand commands[] = {
  { NULL, NC_("shortcuts", "Move between candidates"), "Left Right Up Down", NULL, CANDIDATE, 0 },
  { "win.open", NC_("shortcuts", "Open the candidate"), "Return", NULL, CANDIDATE, 0 },
  { NULL, NC_("shortcuts", "Back to the wall"), "Escape", NULL, CANDIDATE, 0 },
  { "win.pin", NC_("shortcuts", "Pin or unpin: keep live"), "space", "KP_Space", CANDIDATE, VIGIL_KEYS_WALL | VIGIL_KEYS_FOCUS },
  { "win.focus", NC_("shortcuts", "Put into the focus view, or take out"), "f", NULL, CANDIDATE, ON_BOTH },
  { "win.listen", NC_("shortcuts", "Listen to the microphone, or no longer"), "l", NULL, CANDIDATE, ON_LARGE },
  { "win.listen-together", NC_("shortcuts", "Listen to two together"), "<Shift>l", NULL, CANDIDATE, ON_LARGE },
  { "win.snapshot", NC_("shortcuts", "Snapshot into the evidence…"), "s", NULL, CANDIDATE, ON_LARGE },
  { "win.swap", NC_("shortcuts", "Swap webcam and screen"), "x", NULL, CANDIDATE, ON_LARGE },
  { "win.message", NC_("shortcuts", "Message…"), "m", NULL, CANDIDATE, ON_BOTH },
  { "win.warn", NC_("shortcuts", "Warn…"), "w", NULL, CANDIDATE, ON_BOTH },
  { "win.bypass", NC_("shortcuts", "Bypass…"), "b", NULL, CANDIDATE, ON_BOTH },
  { "win.revoke", NC_("shortcuts", "Revoke the bypass…"), NULL, NULL, CANDIDATE, 0 },
  { "win.retry", NC_("shortcuts", "Try video again"), NULL, NULL, CANDIDATE, 0 },
  { "win.copy-id", NC_("shortcuts", "Copy the candidate’s id"), NULL, NULL, CANDIDATE, 0 },
  { NULL, NC_("shortcuts", "Menu of the candidate"), "Menu <Shift>F10", NULL, CANDIDATE, 0 },

  { "win.next", NC_("shortcuts", "Next in the queue: look after it"), "n", NULL, QUEUE, AT_WORK | VIGIL_KEYS_WINDOW },
  { "win.confirm", NC_("shortcuts", "Confirm the violation"), "c", NULL, QUEUE, AT_EVIDENCE },
  { "win.dismiss", NC_("shortcuts", "Dismiss the violation…"), "d", NULL, QUEUE, AT_EVIDENCE },
  { "win.escalate", NC_("shortcuts", "Hand the violation up…"), "e", NULL, QUEUE, AT_EVIDENCE },
  { "win.snooze", NC_("shortcuts", "Snooze the violation"), "z", NULL, QUEUE, AT_EVIDENCE },
  { "win.split", NC_("shortcuts", "Take the incident apart"), NULL, NULL, QUEUE, 0 },
  { "win.undo-decision", NC_("shortcuts", "Undo the last decision"), "<Control>z", NULL, QUEUE, 0 },
  { "win.let-go", NC_("shortcuts", "Let go: look after nobody"), NULL, NULL, QUEUE, 0 },
  { "win.show-queue", NC_("shortcuts", "Show or hide the queue"), "F9", NULL, QUEUE, 0 },

  { "win.search", NC_("shortcuts", "Search by name or id"), "slash <Control>f", NULL, WALL, VIGIL_KEYS_WINDOW },
  { "win.at-least::low", NC_("shortcuts", "Show every severity"), "1", "KP_1", WALL, VIGIL_KEYS_WALL },
  { "win.at-least::medium", NC_("shortcuts", "Severity at least medium"), "2", "KP_2", WALL, VIGIL_KEYS_WALL },
  { "win.at-least::high", NC_("shortcuts", "Severity at least high"), "3", "KP_3", WALL, VIGIL_KEYS_WALL },
  { "win.at-least::critical", NC_("shortcuts", "Severity at least critical"), "4", "KP_4", WALL, VIGIL_KEYS_WALL },
  { "win.streaming-only", NC_("shortcuts", "With camera only"), NULL, NULL, WALL, 0 },
  { "win.flagged-only", NC_("shortcuts", "With open flags only"), NULL, NULL, WALL, 0 },
  { "win.hand-only", NC_("shortcuts", "With a raised hand only"), NULL, NULL, WALL, 0 },
  { "win.rooms", NC_("shortcuts", "Choose rooms…"), "r", NULL, WALL, VIGIL_KEYS_WALL },
  { "win.show-critical", NC_("shortcuts", "Go to those shown despite the filters"), NULL, NULL, WALL, 0 },
  { "win.clear-filters", NC_("shortcuts", "Clear search and filters"), NULL, NULL, WALL, 0 },
  { "win.patrol", NC_("shortcuts", "Patrol: show one page after the other"), "p", NULL, WALL, VIGIL_KEYS_WALL | VIGIL_KEYS_WINDOW },
  { NULL, NC_("shortcuts", "End the patrol"), "Escape", NULL, WALL, 0 },
  { "win.order::stable", NC_("shortcuts", "Order: stable, nobody moves"), NULL, NULL, WALL, 0 },
  { "win.order::attention", NC_("shortcuts", "Order: attention first"), NULL, NULL, WALL, 0 },
  { "win.order::name", NC_("shortcuts", "Order: by name"), NULL, NULL, WALL, 0 },
  { "win.order::arrival", NC_("shortcuts", "Order: by arrival"), NULL, NULL, WALL, 0 },
  { "win.stop-reading", NC_("shortcuts", "Stop reading the list of candidates"), NULL, NULL, WALL, 0 },
  { "win.read-rest", NC_("shortcuts", "Read the rest of the list"), NULL, NULL, WALL, 0 },
  { "win.order::room", NC_("shortcuts", "Order: by room"), NULL, NULL, WALL, 0 },
  { "win.order::last-seen", NC_("shortcuts", "Order: longest not seen first"), NULL, NULL, WALL, 0 },
  { "win.rank", NC_("shortcuts", "Rank again now"), "g", NULL, WALL, VIGIL_KEYS_WALL },
  { "win.undo-rank", NC_("shortcuts", "Take back the last ranking"), NULL, NULL, WALL, 0 },
  { "win.promotion-lane", NC_("shortcuts", "Rising candidates in a row above"), NULL, NULL, WALL, 0 },
  { "win.sections", NC_("shortcuts", "Cards of rooms in the order by room"), NULL, NULL, WALL, 0 },
  { "win.fold-all", NC_("shortcuts", "Fold all rooms"), NULL, NULL, WALL, 0 },
  { "win.unfold-all", NC_("shortcuts", "Unfold all rooms"), NULL, NULL, WALL, 0 },
  { "win.save-view", NC_("shortcuts", "Save this view…"), NULL, NULL, WALL, 0 },
  { "win.rename-view", NC_("shortcuts", "Rename this view…"), NULL, NULL, WALL, 0 },
  { "win.undo-view", NC_("shortcuts", "Undo the last change of saved views"), NULL, NULL, WALL, 0 },
  { "win.delete-view", NC_("shortcuts", "Delete this view"), NULL, NULL, WALL, 0 },
  { "win.pictures::live", NC_("shortcuts", "Pictures: live video"), "<Alt>1", "<Alt>KP_1", WALL, 0 },
  { "win.pictures::still", NC_("shortcuts", "Pictures: stills only"), "<Alt>2", "<Alt>KP_2", WALL, 0 },
  { "win.pictures::score", NC_("shortcuts", "Pictures: none, scores only"), "<Alt>3", "<Alt>KP_3", WALL, 0 },
  { "win.tile-reasons", NC_("shortcuts", "Say on each tile why it is live or not"), "<Shift>F12", NULL, WALL, 0 },
  { "win.zoom-in", NC_("shortcuts", "Larger tiles"), "<Control>plus", "<Control>equal <Control>KP_Add", WALL, 0 },
  { "win.zoom-out", NC_("shortcuts", "Smaller tiles"), "<Control>minus", "<Control>KP_Subtract", WALL, 0 },
  { "win.zoom-reset", NC_("shortcuts", "Normal tiles"), "<Control>0", "<Control>KP_0", WALL, 0 },

  { "win.show-focus", NC_("shortcuts", "Focus view"), "F8", NULL, WINDOW, 0 },
  { "win.detach-focus", NC_("shortcuts", "Focus view in a window of its own, or back"), "<Shift>F8", NULL, WINDOW, 0 },
  { "win.new-wall", NC_("shortcuts", "Second wall in a window of its own"), "<Control>n", NULL, WINDOW, 0 },
  { "win.close-view", NC_("shortcuts", "Close a window of its own"), "<Control>w", NULL, WINDOW, 0 },
  { "win.palette", NC_("shortcuts", "All actions and candidates"), "<Control>k", NULL, WINDOW, 0 },
  { "win.back", NC_("shortcuts", "Back"), "<Alt>Left", NULL, WINDOW, 0 },
  { "win.export-coverage", NC_("shortcuts", "Export coverage…"), NULL, NULL, WINDOW, 0 },
  { "win.exams", NC_("shortcuts", "Exams"), NULL, NULL, WINDOW, 0 },
  { "win.disconnect", NC_("shortcuts", "Disconnect"), NULL, NULL, WINDOW, 0 },
  { "win.fullscreen", NC_("shortcuts", "Full screen"), "F11", NULL, WINDOW, 0 },
  { "win.statistics", NC_("shortcuts", "Statistics"), "F12", NULL, WINDOW, 0 },
  { "win.preferences", NC_("shortcuts", "Preferences"), "<Control>comma", NULL, WINDOW, 0 },
  { "win.show-help-overlay", NC_("shortcuts", "Keyboard shortcuts"), "<Control>question", NULL, WINDOW, 0 },
  { "win.about", NC_("shortcuts", "About Vigil"), NULL, NULL, WINDOW, 0 },
  { "app.quit", NC_("shortcuts", "Quit"), "<Control>q", NULL, WINDOW, 0 },
};

const VigilCommand *
vigil_commands_get (guint *n)
{
  *n = G_N_ELEMENTS (commands);
  return commands;
}

const char *
vigil_command_get_title (const VigilCommand *self)
{
  return g_dpgettext2 (GETTEXT_PACKAGE, "shortcuts", self->title);
}

const char *
vigil_command_group_get_title (VigilCommandGroup group)
{
  switch (group)
    {
    case VIGIL_COMMANDS_CANDIDATE:
      return C_("shortcuts", "The Candidate");
    case VIGIL_COMMANDS_QUEUE:
      return C_("shortcuts", "The Queue");
    case VIGIL_COMMANDS_WALL:
      return C_("shortcuts", "The Wall");
    case VIGIL_COMMANDS_WINDOW:
      return C_("shortcuts", "Window");
    case VIGIL_N_COMMAND_GROUPS:
    default:
      return "";
    }
}

/* A key that types something: with Shift it does too. */
static gboolean
is_plain (const char *accelerator)
{
  guint keyval;
  GdkModifierType modifiers;

  return gtk_accelerator_parse (accelerator, &keyval, &modifiers) && (modifiers & ~GDK_SHIFT_MASK) == 0 &&
         !(keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F35);
}

static gboolean
lists_key (const char *accelerators, guint keyval, GdkModifierType shift)
{
  g_auto (GStrv) each = g_strsplit (accelerators != NULL ? accelerators : "", " ", -1);

  for (guint i = 0; each[i] != NULL; i++)
    {
      guint key;
      GdkModifierType modifiers;

      if (gtk_accelerator_parse (each[i], &key, &modifiers) && modifiers == shift && key == keyval)
        return TRUE;
    }
  return FALSE;
}

static const VigilCommand *
find_listed (guint keyval, GdkModifierType shift, VigilKeysWhere where)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if ((commands[i].where & where) != 0 && (lists_key (commands[i].keys, keyval, shift) || lists_key (commands[i].aliases, keyval, shift)))
      return &commands[i];
  return NULL;
}

const VigilCommand *
vigil_commands_find_key (guint keyval, GdkModifierType state, VigilKeysWhere where)
{
  guint lower = gdk_keyval_to_lower (keyval);

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK))
    return NULL;
  /* With Shift one that is listed so; else Shift, or Caps Lock, makes no difference. */
  if ((state & GDK_SHIFT_MASK) != 0 && find_listed (lower, GDK_SHIFT_MASK, where) != NULL)
    return find_listed (lower, GDK_SHIFT_MASK, where);
  return find_listed (lower, 0, where);
}

gboolean
vigil_commands_press (GtkWidget *widget, guint keyval, GdkModifierType state, VigilKeysWhere where)
{
  const VigilCommand *command = vigil_commands_find_key (keyval, state, where);
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (command == NULL || !g_action_parse_detailed_name (command->action, &name, &target, NULL))
    return FALSE;
  gtk_widget_activate_action_variant (widget, name, target);
  return TRUE;
}

void
vigil_commands_install (GtkApplication *application)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *all = g_strjoin (" ", commands[i].keys != NULL ? commands[i].keys : "", commands[i].aliases, NULL);
      g_auto (GStrv) each = g_strsplit (all, " ", -1);
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      g_auto (GStrv) accelerators = NULL;

      if (commands[i].action == NULL)
        continue;
      for (guint k = 0; each[k] != NULL; k++)
        if (each[k][0] != '\0' && !is_plain (each[k]))
          g_strv_builder_add (builder, each[k]);
      accelerators = g_strv_builder_end (builder);
      if (accelerators[0] != NULL)
        gtk_application_set_accels_for_action (application, commands[i].action, (const char *const *) accelerators);
    }
}
