/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A named filter, order and folding, as it is kept in the settings. */

#include "vigil-saved-view.h"

#include "vigil-settings.h"


#define MAX_ROOMS 10000

VigilSavedView *
vigil_saved_view_new (const char      *name,
                      VigilRosterView *view)
{
  VigilSavedView *self = g_new0 (VigilSavedView, 1);

  self->name = g_strdup (name);
  vigil_roster_filter_copy (&self->filter, vigil_roster_view_get_filter (view));
  self->order = vigil_roster_view_get_order (view);
  self->sections = vigil_roster_view_get_sections (view);
  self->folded = vigil_roster_view_dup_folded (view);
  return self;
}

void
vigil_saved_view_free (VigilSavedView *self)
{
  g_free (self->name);
  vigil_roster_filter_clear (&self->filter);
  g_strfreev (self->folded);
  g_free (self);
}

void
vigil_saved_view_apply (VigilSavedView  *self,
                        VigilRosterView *view)
{
  vigil_roster_view_set_sections (view, self->sections);
  vigil_roster_view_set_all_folded (view, (const char *const *) self->folded);
  vigil_roster_view_set_filter (view, &self->filter);
  vigil_roster_view_set_order (view, self->order);
}

static gboolean
same_words (char **left,
            char **right)
{
  guint n_left = left != NULL ? g_strv_length (left) : 0;
  guint n_right = right != NULL ? g_strv_length (right) : 0;

  if (n_left != n_right)
    return FALSE;
  for (guint i = 0; i < n_left; i++)
    if (!g_strv_contains ((const char *const *) right, left[i]))
      return FALSE;

  return TRUE;
}

gboolean
vigil_saved_view_is_shown (VigilSavedView  *self,
                           VigilRosterView *view)
{
  const VigilRosterFilter *filter = vigil_roster_view_get_filter (view);
  g_auto (GStrv) folded = NULL;

  if (self->order != vigil_roster_view_get_order (view) ||
      self->filter.at_least != filter->at_least ||
      self->filter.streaming_only != filter->streaming_only ||
      self->filter.flagged_only != filter->flagged_only ||
      self->filter.hand_only != filter->hand_only ||
      g_strcmp0 (self->filter.search != NULL ? self->filter.search : "", filter->search != NULL ? filter->search : "") != 0 ||
      !same_words (self->filter.rooms, filter->rooms))
    return FALSE;
  if (self->order != VIGIL_ORDER_ROOM)
    return TRUE;

  folded = vigil_roster_view_dup_folded (view);
  return self->sections == vigil_roster_view_get_sections (view) && same_words (self->folded, folded);
}

char *
vigil_saved_view_clean_name (const char *text)
{
  g_autofree char *name = g_utf8_make_valid (text, -1);

  g_strdelimit (name, "\n\r\t", ' ');
  g_strstrip (name);
  if (g_utf8_strlen (name, -1) > VIGIL_SAVED_VIEW_MAX_NAME)
    g_utf8_offset_to_pointer (name, VIGIL_SAVED_VIEW_MAX_NAME)[0] = '\0';
  g_strchomp (name);
  return name[0] != '\0' ? g_steal_pointer (&name) : NULL;
}

static gboolean
parse_flag (GVariant   *dict,
            const char *key)
{
  gboolean flag = FALSE;

  g_variant_lookup (dict, key, "b", &flag);
  return flag;
}

static char **
parse_rooms (GVariant   *dict,
             const char *key)
{
  char **rooms = NULL;

  g_variant_lookup (dict, key, "^as", &rooms);
  if (rooms == NULL)
    return g_new0 (char *, 1);
  for (guint i = MAX_ROOMS; i < g_strv_length (rooms); i++)
    g_clear_pointer (&rooms[i], g_free);

  return rooms;
}

static VigilSavedView *
parse_view (GVariant *dict)
{
  VigilSavedView *self;
  const char *text = NULL;
  char *name;

  if (!g_variant_lookup (dict, "name", "&s", &text))
    return NULL;
  name = vigil_saved_view_clean_name (text);
  if (name == NULL)
    return NULL;

  self = g_new0 (VigilSavedView, 1);
  self->name = name;
  if (g_variant_lookup (dict, "order", "&s", &text))
    vigil_order_from_nick (text, &self->order);
  if (g_variant_lookup (dict, "at-least", "&s", &text))
    vigil_band_from_nick (text, &self->filter.at_least);
  if (g_variant_lookup (dict, "search", "&s", &text) && text[0] != '\0')
    self->filter.search = g_strdup (text);
  self->filter.rooms = parse_rooms (dict, "rooms");
  if (self->filter.rooms[0] == NULL)
    g_clear_pointer (&self->filter.rooms, g_strfreev);
  self->filter.streaming_only = parse_flag (dict, "streaming-only");
  self->filter.flagged_only = parse_flag (dict, "flagged-only");
  self->filter.hand_only = parse_flag (dict, "hand-only");
  if (!g_variant_lookup (dict, "sections", "b", &self->sections))
    self->sections = TRUE;
  self->folded = parse_rooms (dict, "folded");
  return self;
}

GPtrArray *
vigil_saved_views_parse (GVariant *value)
{
  GPtrArray *views = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_saved_view_free);
  GVariantIter iter;
  GVariant *dict;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("aa{sv}")))
    return views;

  g_variant_iter_init (&iter, value);
  while (views->len < VIGIL_SAVED_VIEWS_MAX && (dict = g_variant_iter_next_value (&iter)) != NULL)
    {
      VigilSavedView *view = parse_view (dict);

      if (view != NULL && vigil_saved_views_find (views, view->name) == G_MAXUINT)
        g_ptr_array_add (views, view);
      else if (view != NULL)
        vigil_saved_view_free (view);
      g_variant_unref (dict);
    }

  return views;
}

static GVariant *
serialize (VigilSavedView *self)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "name", "s", self->name);
  g_variant_dict_insert (&dict, "order", "s", vigil_order_to_nick (self->order));
  g_variant_dict_insert (&dict, "at-least", "s", vigil_band_to_nick (self->filter.at_least));
  if (self->filter.search != NULL)
    g_variant_dict_insert (&dict, "search", "s", self->filter.search);
  if (self->filter.rooms != NULL)
    g_variant_dict_insert_value (&dict, "rooms", g_variant_new_strv ((const char *const *) self->filter.rooms, -1));
  g_variant_dict_insert (&dict, "streaming-only", "b", self->filter.streaming_only);
  g_variant_dict_insert (&dict, "flagged-only", "b", self->filter.flagged_only);
  g_variant_dict_insert (&dict, "hand-only", "b", self->filter.hand_only);
  g_variant_dict_insert (&dict, "sections", "b", self->sections);
  g_variant_dict_insert_value (&dict, "folded", g_variant_new_strv ((const char *const *) self->folded, -1));
  return g_variant_dict_end (&dict);
}

GVariant *
vigil_saved_views_serialize (GPtrArray *views)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < views->len; i++)
    g_variant_builder_add_value (&builder, serialize (g_ptr_array_index (views, i)));

  return g_variant_builder_end (&builder);
}

guint
vigil_saved_views_find (GPtrArray  *views,
                        const char *name)
{
  for (guint i = 0; i < views->len; i++)
    if (g_str_equal (((VigilSavedView *) g_ptr_array_index (views, i))->name, name))
      return i;

  return G_MAXUINT;
}
