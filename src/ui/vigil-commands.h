/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one table of what the window can do: palette, shortcuts window and keys are all made from it. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Under which heading of the shortcuts window a command stands. */
typedef enum
{
  VIGIL_COMMANDS_CANDIDATE,
  VIGIL_COMMANDS_QUEUE,
  VIGIL_COMMANDS_WALL,
  VIGIL_COMMANDS_WINDOW,
  VIGIL_N_COMMAND_GROUPS,
} VigilCommandGroup;

/** Where a key without a modifier works: a letter cannot be a key of the whole window, people type. */
typedef enum
{
  VIGIL_KEYS_ELSEWHERE = 0,      /* nowhere of ours: the widget that has the focus knows it by itself */
  VIGIL_KEYS_WALL      = 1 << 0, /* the focus is among the tiles */
  VIGIL_KEYS_CANDIDATE = 1 << 1, /* a candidate's page is open */
  VIGIL_KEYS_WINDOW    = 1 << 2, /* anywhere but in a text field */
  VIGIL_KEYS_QUEUE     = 1 << 3, /* the focus is in the queue */
  VIGIL_KEYS_FOCUS     = 1 << 4, /* the focus is in the focus view */
  VIGIL_KEYS_DETACHED  = 1 << 5, /* anywhere but in a text field of a view's own window */
} VigilKeysWhere;

typedef struct
{
  const char        *action;  /* detailed name, "win.order::name"; NULL: a key that only the shortcuts window lists */
  const char        *title;   /* untranslated, with the context "shortcuts"; see vigil_command_get_title() */
  const char        *keys;    /* accelerators, a blank between them; NULL: none */
  const char        *aliases; /* more accelerators that nobody needs to read; NULL: none */
  VigilCommandGroup  group;
  VigilKeysWhere     where;   /* of those accelerators that are plain keys */
} VigilCommand;

/** All commands, in the order in which they are listed. Immutable. */
const VigilCommand *vigil_commands_get (guint *n);

/** Translated. */
const char *vigil_command_get_title (const VigilCommand *self);
const char *vigil_command_group_get_title (VigilCommandGroup group);

/** The command of a plain key in a place; NULL: none. @state: only Shift may be in it. */
const VigilCommand *vigil_commands_find_key (guint keyval, GdkModifierType state, VigilKeysWhere where);

/** Runs the command of a plain key as an action of @widget. Returns: whether there was one. */
gboolean vigil_commands_press (GtkWidget *widget, guint keyval, GdkModifierType state, VigilKeysWhere where);

/** Makes every accelerator that is not a plain key one of the application. */
void vigil_commands_install (GtkApplication *application);

G_END_DECLS
