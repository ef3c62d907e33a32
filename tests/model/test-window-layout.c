/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows of their own are remembered for each set of monitors; whatever else stands in the setting breaks nothing. */

#include "vigil-settings.h"
#include "vigil-window-layout.h"

static GPtrArray *
make (VigilViewKind kind, int width, const char *monitor)
{
  GPtrArray *places = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_window_place_free);
  VigilWindowPlace *place = vigil_window_place_new (kind, width, 600);

  g_free (place->monitor);
  place->monitor = g_strdup (monitor);
  place->fullscreen = monitor[0] != '\0';
  g_ptr_array_add (places, place);
  return places;
}

static void
test_key (void)
{
  const char *const one[] = { "DP-1 0,0 1920×1080", "HDMI-1 1920,0 1280×800", NULL };
  const char *const same[] = { "HDMI-1 1920,0 1280×800", "DP-1 0,0 1920×1080", NULL };
  const char *const other[] = { "DP-1 0,0 1920×1080", NULL };
  const char *const none[] = { NULL };
  g_autofree char *a = vigil_window_layout_key (one);
  g_autofree char *b = vigil_window_layout_key (same);
  g_autofree char *c = vigil_window_layout_key (other);
  g_autofree char *d = vigil_window_layout_key (none);

  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (a, !=, c);
  g_assert_cmpstr (d, ==, "");
}

static void
test_round_trip (void)
{
  g_autoptr (VigilSettings) settings = vigil_settings_new ();
  g_autoptr (GVariant) before = vigil_settings_get_value (settings, VIGIL_SETTING_WINDOW_LAYOUTS);
  g_autoptr (GPtrArray) desk = make (VIGIL_VIEW_FOCUS, 1000, "HDMI-1");
  g_autoptr (GPtrArray) laptop = make (VIGIL_VIEW_WALL, 800, "");
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  g_autoptr (GVariant) value = NULL, after = NULL;
  g_autoptr (GPtrArray) found = NULL, gone = NULL;
  VigilWindowPlace *place;

  vigil_settings_set_value (settings, VIGIL_SETTING_WINDOW_LAYOUTS, vigil_window_layouts_store (before, "laptop", laptop));
  value = vigil_settings_get_value (settings, VIGIL_SETTING_WINDOW_LAYOUTS);
  vigil_settings_set_value (settings, VIGIL_SETTING_WINDOW_LAYOUTS, vigil_window_layouts_store (value, "desk", desk));
  after = vigil_settings_get_value (settings, VIGIL_SETTING_WINDOW_LAYOUTS);

  found = vigil_window_layouts_find (after, "desk");
  g_assert_cmpuint (found->len, ==, 1);
  place = found->pdata[0];
  g_assert_cmpint (place->kind, ==, VIGIL_VIEW_FOCUS);
  g_assert_cmpint (place->width, ==, 1000);
  g_assert_true (place->fullscreen);
  g_assert_false (place->maximized);
  g_assert_cmpstr (place->monitor, ==, "HDMI-1");
  g_ptr_array_unref (found);
  found = vigil_window_layouts_find (after, "laptop");
  g_assert_cmpuint (found->len, ==, 1);

  /* The last window came back: nothing is to be restored. */
  g_variant_unref (value);
  value = g_variant_ref_sink (vigil_window_layouts_store (after, "laptop", nothing));
  gone = vigil_window_layouts_find (value, "laptop");
  g_assert_cmpuint (gone->len, ==, 0);
  g_ptr_array_unref (found);
  found = vigil_window_layouts_find (value, "desk");
  g_assert_cmpuint (found->len, ==, 1);
}

static void
test_many (void)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(sa(siibbs))"), NULL, 0));
  g_autoptr (GPtrArray) places = make (VIGIL_VIEW_WALL, 800, "");
  g_autoptr (GPtrArray) newest = NULL, oldest = NULL;

  for (guint i = 0; i < 2 * VIGIL_WINDOW_LAYOUTS_MAX; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);
      GVariant *next = g_variant_ref_sink (vigil_window_layouts_store (value, key, places));

      g_variant_unref (value);
      value = next;
    }
  g_assert_cmpuint (g_variant_n_children (value), ==, VIGIL_WINDOW_LAYOUTS_MAX);
  newest = vigil_window_layouts_find (value, "39");
  oldest = vigil_window_layouts_find (value, "0");
  g_assert_cmpuint (newest->len, ==, 1);
  g_assert_cmpuint (oldest->len, ==, 0);
}

static void
test_odd (void)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_parsed (
    "[('k', [('mirror', 1, 1, true, true, ''), ('focus', -5, 2000000, false, false, 'x'), ('focus', 800, 600, false, false, ''),"
    " ('wall', 800, 600, false, false, ''), ('wall', 800, 600, false, false, ''), ('wall', 800, 600, false, false, ''),"
    " ('wall', 800, 600, false, false, ''), ('wall', 800, 600, false, false, '')])]"));
  g_autoptr (GVariant) wrong = g_variant_ref_sink (g_variant_new_string ("nothing of the kind"));
  g_autoptr (GPtrArray) found = vigil_window_layouts_find (value, "k");
  g_autoptr (GPtrArray) none = vigil_window_layouts_find (wrong, "k");
  VigilWindowPlace *first = found->pdata[0];

  g_assert_cmpuint (found->len, ==, VIGIL_WINDOW_LAYOUT_MAX_WINDOWS);
  g_assert_cmpint (first->kind, ==, VIGIL_VIEW_FOCUS);
  g_assert_cmpint (first->width, ==, 320);
  g_assert_cmpint (first->height, ==, 16384);
  g_assert_cmpint (((VigilWindowPlace *) found->pdata[1])->kind, ==, VIGIL_VIEW_WALL);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/window-layout/key", test_key);
  g_test_add_func ("/window-layout/round-trip", test_round_trip);
  g_test_add_func ("/window-layout/many", test_many);
  g_test_add_func ("/window-layout/odd", test_odd);
  return g_test_run ();
}
