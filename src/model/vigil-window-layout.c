/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which views have windows of their own under which monitors. */
#include "vigil-window-layout.h"

#define MIN_SIDE 320
#define MAX_SIDE 16384

static const char *const kinds[VIGIL_N_VIEW_KINDS] = { "focus", "wall" };

VigilWindowPlace *
vigil_window_place_new (VigilViewKind kind, int width, int height)
{
  VigilWindowPlace *self = g_new0 (VigilWindowPlace, 1);

  self->kind = kind;
  self->width = CLAMP (width, MIN_SIDE, MAX_SIDE);
  self->height = CLAMP (height, MIN_SIDE, MAX_SIDE);
  self->monitor = g_strdup ("");
  return self;
}

void
vigil_window_place_free (VigilWindowPlace *self)
{
  g_free (self->monitor);
  g_free (self);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

char *
vigil_window_layout_key (const char *const *monitors)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; monitors[i] != NULL; i++)
    g_ptr_array_add (sorted, (gpointer) monitors[i]);
  g_ptr_array_sort (sorted, compare);
  g_ptr_array_add (sorted, NULL);
  return g_strjoinv ("; ", (char **) sorted->pdata);
}

static gboolean
find_kind (const char *nick, VigilViewKind *kind)
{
  for (int i = 0; i < VIGIL_N_VIEW_KINDS; i++)
    if (g_str_equal (nick, kinds[i]))
      {
        *kind = (VigilViewKind) i;
        return TRUE;
      }
  return FALSE;
}

static void
read_places (GVariant *list, GPtrArray *places)
{
  gboolean has_focus = FALSE, maximized, fullscreen;
  const char *nick, *monitor;
  int width, height;
  GVariantIter iter;

  g_variant_iter_init (&iter, list);
  while (places->len < VIGIL_WINDOW_LAYOUT_MAX_WINDOWS &&
         g_variant_iter_next (&iter, "(&siibb&s)", &nick, &width, &height, &maximized, &fullscreen, &monitor))
    {
      VigilWindowPlace *place;
      VigilViewKind kind;

      if (!find_kind (nick, &kind) || (kind == VIGIL_VIEW_FOCUS && has_focus))
        continue;
      has_focus = has_focus || kind == VIGIL_VIEW_FOCUS;
      place = vigil_window_place_new (kind, width, height);
      place->maximized = maximized;
      place->fullscreen = fullscreen;
      g_free (place->monitor);
      place->monitor = g_strdup (monitor);
      g_ptr_array_add (places, place);
    }
}

GPtrArray *
vigil_window_layouts_find (GVariant *value, const char *key)
{
  GPtrArray *places = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_window_place_free);
  const char *name;
  GVariant *list;
  GVariantIter iter;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (VIGIL_WINDOW_LAYOUTS_TYPE)))
    return places;
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "(&s@a(siibbs))", &name, &list))
    {
      g_autoptr (GVariant) held = list;

      if (!g_str_equal (name, key))
        continue;
      read_places (held, places);
      break;
    }
  return places;
}

static GVariant *
write_places (GPtrArray *places)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(siibbs)"));
  for (guint i = 0; i < places->len && i < VIGIL_WINDOW_LAYOUT_MAX_WINDOWS; i++)
    {
      const VigilWindowPlace *place = places->pdata[i];

      g_variant_builder_add (&builder, "(siibbs)", kinds[place->kind], place->width, place->height, place->maximized,
                             place->fullscreen, place->monitor);
    }
  return g_variant_builder_end (&builder);
}

GVariant *
vigil_window_layouts_store (GVariant *value, const char *key, GPtrArray *places)
{
  GVariantBuilder builder;
  const char *name;
  GVariant *list;
  GVariantIter iter;
  guint n = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (VIGIL_WINDOW_LAYOUTS_TYPE));
  if (places->len > 0)
    {
      g_variant_builder_add (&builder, "(s@a(siibbs))", key, write_places (places));
      n++;
    }
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (VIGIL_WINDOW_LAYOUTS_TYPE)))
    return g_variant_builder_end (&builder);
  g_variant_iter_init (&iter, value);
  while (n < VIGIL_WINDOW_LAYOUTS_MAX && g_variant_iter_next (&iter, "(&s@a(siibbs))", &name, &list))
    {
      g_autoptr (GVariant) held = list;

      if (g_str_equal (name, key))
        continue;
      g_variant_builder_add (&builder, "(s@a(siibbs))", name, held);
      n++;
    }
  return g_variant_builder_end (&builder);
}
