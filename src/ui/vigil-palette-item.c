/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of the command palette: a command that can run now, or a candidate. */
#include "vigil-palette-item.h"

#include <glib/gi18n-lib.h>

#include "vigil-search-key.h"
#include "vigil-words.h"

struct _VigilPaletteItem
{
  GObject parent_instance;

  const VigilCommand *command;
  VigilHandle         handle;
  char               *action;  /* of one that is in no table; NULL otherwise */
  GVariant           *target;
  char               *title;
  char               *detail;
  char               *search_key;
  gboolean            active;
};

G_DEFINE_FINAL_TYPE (VigilPaletteItem, vigil_palette_item, G_TYPE_OBJECT)

static void
vigil_palette_item_finalize (GObject *object)
{
  VigilPaletteItem *self = VIGIL_PALETTE_ITEM (object);

  g_free (self->action);
  g_clear_pointer (&self->target, g_variant_unref);
  g_free (self->title);
  g_free (self->detail);
  g_free (self->search_key);
  G_OBJECT_CLASS (vigil_palette_item_parent_class)->finalize (object);
}

static void
vigil_palette_item_class_init (VigilPaletteItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_palette_item_finalize;
}

static void
vigil_palette_item_init (VigilPaletteItem *self)
{
  self->handle = VIGIL_HANDLE_NONE;
}

VigilPaletteItem *
vigil_palette_item_new_command (const VigilCommand *command, gboolean active)
{
  VigilPaletteItem *self = g_object_new (VIGIL_TYPE_PALETTE_ITEM, NULL);

  self->command = command;
  self->title = g_strdup (vigil_command_get_title (command));
  self->search_key = vigil_search_key_fold (self->title);
  self->active = active;
  return self;
}

VigilPaletteItem *
vigil_palette_item_new_action (const char *title, const char *action, GVariant *target, gboolean active)
{
  VigilPaletteItem *self = g_object_new (VIGIL_TYPE_PALETTE_ITEM, NULL);

  self->title = g_strdup (title);
  self->search_key = vigil_search_key_fold (title);
  self->action = g_strdup (action);
  self->target = target != NULL ? g_variant_ref_sink (target) : NULL;
  self->active = active;
  return self;
}

VigilPaletteItem *
vigil_palette_item_new_candidate (const VigilCandidate *candidate)
{
  VigilPaletteItem *self = g_object_new (VIGIL_TYPE_PALETTE_ITEM, NULL);

  self->handle = candidate->handle;
  self->title = vigil_words_clean (candidate->name);
  self->detail = vigil_words_clean (candidate->id);
  return self;
}

gboolean
vigil_palette_item_get_action (VigilPaletteItem *self, char **name, GVariant **target)
{
  if (self->command != NULL)
    return g_action_parse_detailed_name (self->command->action, name, target, NULL);
  if (self->action == NULL)
    return FALSE;
  *name = g_strdup (self->action);
  *target = self->target != NULL ? g_variant_ref (self->target) : NULL;
  return TRUE;
}

VigilHandle
vigil_palette_item_get_candidate (VigilPaletteItem *self)
{
  return self->handle;
}

const char *
vigil_palette_item_get_title (VigilPaletteItem *self)
{
  return self->title;
}

const char *
vigil_palette_item_get_detail (VigilPaletteItem *self)
{
  return self->detail;
}

gboolean
vigil_palette_item_get_active (VigilPaletteItem *self)
{
  return self->active;
}

char *
vigil_palette_item_dup_accelerator (VigilPaletteItem *self)
{
  if (self->command == NULL || self->command->keys == NULL)
    return NULL;
  return g_strndup (self->command->keys, strcspn (self->command->keys, " "));
}

char *
vigil_palette_item_describe (VigilPaletteItem *self)
{
  g_autofree char *accelerator = vigil_palette_item_dup_accelerator (self);
  GString *text = g_string_new (self->title);
  GdkModifierType modifiers;
  guint keyval;

  if (self->detail != NULL)
    g_string_append_printf (text, ", %s", self->detail);
  if (self->active)
    /* Translators: follows a choice that is made at present or a switch that is on. */
    g_string_append (text, _(", chosen"));
  if (accelerator != NULL && gtk_accelerator_parse (accelerator, &keyval, &modifiers))
    {
      g_autofree char *label = gtk_accelerator_get_label (keyval, modifiers);

      g_string_append_printf (text, ", %s", label);
    }
  return g_string_free (text, FALSE);
}

gboolean
vigil_palette_item_matches (VigilPaletteItem *self, char **words)
{
  return vigil_search_key_matches (self->search_key, words);
}
