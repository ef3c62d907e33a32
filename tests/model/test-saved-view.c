/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views survive being saved; whatever else stands in the setting breaks nothing. */

#include "vigil-saved-view.h"
#include "vigil-settings.h"

#include <string.h>

static GPtrArray *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = g_variant_parse (NULL, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return vigil_saved_views_parse (value);
}

static void
test_round_trip (void)
{
  g_autoptr (VigilScoreStore) store = vigil_score_store_new (10);
  g_autoptr (VigilRoster) roster = vigil_roster_new (store);
  g_autoptr (VigilRosterView) view = vigil_roster_view_new (roster);
  g_autoptr (VigilSettings) settings = vigil_settings_new ();
  g_autoptr (GPtrArray) views = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_saved_view_free);
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (GVariant) value = NULL;
  g_auto (GStrv) folded = NULL;
  char *rooms[] = { (char *) "B", (char *) "", NULL };
  VigilRosterFilter filter = { .search = (char *) "\"ann\"", .rooms = rooms, .at_least = VIGIL_BAND_HIGH, .hand_only = TRUE };
  VigilSavedView *held;

  vigil_roster_view_set_filter (view, &filter);
  vigil_roster_view_set_order (view, VIGIL_ORDER_ROOM);
  vigil_roster_view_set_folded (view, "C", TRUE);
  g_ptr_array_add (views, vigil_saved_view_new ("mine", view));
  vigil_roster_view_set_filter (view, NULL);
  vigil_roster_view_set_order (view, VIGIL_ORDER_STABLE);
  vigil_roster_view_set_all_folded (view, NULL);
  g_ptr_array_add (views, vigil_saved_view_new ("everybody", view));

  vigil_settings_set_value (settings, VIGIL_SETTING_SAVED_VIEWS, vigil_saved_views_serialize (views));
  value = vigil_settings_get_value (settings, VIGIL_SETTING_SAVED_VIEWS);
  read = vigil_saved_views_parse (value);
  g_assert_cmpuint (read->len, ==, 2);
  g_assert_cmpuint (vigil_saved_views_find (read, "everybody"), ==, 1);
  g_assert_cmpuint (vigil_saved_views_find (read, "nobody"), ==, G_MAXUINT);

  held = g_ptr_array_index (read, 0);
  g_assert_false (vigil_saved_view_is_shown (held, view));
  g_assert_true (vigil_saved_view_is_shown (g_ptr_array_index (read, 1), view));
  vigil_saved_view_apply (held, view);
  g_assert_true (vigil_saved_view_is_shown (held, view));
  g_assert_cmpint (vigil_roster_view_get_order (view), ==, VIGIL_ORDER_ROOM);
  g_assert_cmpstr (vigil_roster_view_get_filter (view)->search, ==, "\"ann\"");
  g_assert_cmpint (vigil_roster_view_get_filter (view)->at_least, ==, VIGIL_BAND_HIGH);
  g_assert_true (vigil_roster_filter_has_room (vigil_roster_view_get_filter (view), NULL));
  g_assert_true (vigil_roster_filter_has_room (vigil_roster_view_get_filter (view), "B"));
  g_assert_true (vigil_roster_view_get_filter (view)->hand_only);
  folded = vigil_roster_view_dup_folded (view);
  g_assert_cmpstr (folded[0], ==, "C");
  vigil_roster_view_set_folded (view, "C", FALSE);
  g_assert_false (vigil_saved_view_is_shown (held, view));
}

static void
test_bad_content (void)
{
  static const struct
  {
    const char *text;
    const char *names;
  } table[] = {
    { "@aa{sv} []", "" },
    { "'not a list'", "" },
    { "[{'name': 'a'}]", "" }, /* aa{ss} */
    { "@aa{sv} [{}]", "" },
    { "[{'name': <7>}]", "" },
    { "[{'name': <''>}]", "" },
    { "[{'name': <'  \\n '>}]", "" },
    { "[{'name': <'a'>}, {'name': <'a'>, 'order': <'name'>}, {'name': <' b '>}]", "a b" },
    { "[{'name': <'a\\nb'>}]", "a b" },
    { "[{'name': <'a'>, 'order': <'sideways'>, 'at-least': <'most'>, 'rooms': <'B'>, 'search': <['x']>, 'folded': <1>, 'sections': <'no'>}]", "a" },
    { "[{'name': <'a'>, 'order': <7>, 'streaming-only': <'yes'>, 'of another version': <true>}]", "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GPtrArray) views = parse (table[i].text);
      g_autoptr (GString) names = g_string_new (NULL);

      for (guint k = 0; k < views->len; k++)
        {
          VigilSavedView *view = g_ptr_array_index (views, k);

          g_string_append_printf (names, "%s%s", k > 0 ? " " : "", view->name);
          g_assert_true (vigil_roster_filter_is_empty (&view->filter));
          g_assert_cmpint (view->order, ==, VIGIL_ORDER_STABLE);
          g_assert_true (view->sections);
          g_assert_nonnull (view->folded);
        }
      g_assert_cmpstr (names->str, ==, table[i].names);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new ("[");
  g_autofree char *long_name = g_strnfill (5000, 'x');
  g_autoptr (GPtrArray) views = NULL;

  g_string_append_printf (text, "{'name': <'%s'>}", long_name);
  for (guint i = 0; i < 500; i++)
    g_string_append_printf (text, ", {'name': <'%u'>}", i);
  g_string_append_c (text, ']');
  views = parse (text->str);
  g_assert_cmpuint (views->len, ==, VIGIL_SAVED_VIEWS_MAX);
  g_assert_cmpuint (strlen (((VigilSavedView *) g_ptr_array_index (views, 0))->name), ==, VIGIL_SAVED_VIEW_MAX_NAME);
}

static void
test_names (void)
{
  g_autofree char *wide = vigil_saved_view_clean_name ("  Zimmer äöü\t2 ");
  g_autofree char *broken = vigil_saved_view_clean_name ("a\xff");

  g_assert_cmpstr (wide, ==, "Zimmer äöü 2");
  g_assert_true (g_utf8_validate (broken, -1, NULL));
  g_assert_null (vigil_saved_view_clean_name (" \n"));
}

static void
test_filter (void)
{
  g_auto (VigilRosterFilter) filter = { 0 };

  g_assert_true (vigil_roster_filter_is_empty (&filter));
  vigil_roster_filter_set_room (&filter, "B", TRUE);
  vigil_roster_filter_set_room (&filter, NULL, TRUE);
  vigil_roster_filter_set_room (&filter, "B", TRUE);
  g_assert_cmpuint (g_strv_length (filter.rooms), ==, 2);
  g_assert_false (vigil_roster_filter_is_empty (&filter));
  vigil_roster_filter_set_room (&filter, "B", FALSE);
  vigil_roster_filter_set_room (&filter, "", FALSE);
  g_assert_null (filter.rooms);
  g_assert_true (vigil_roster_filter_is_empty (&filter));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/saved-view/round-trip", test_round_trip);
  g_test_add_func ("/model/saved-view/bad-content", test_bad_content);
  g_test_add_func ("/model/saved-view/limits", test_limits);
  g_test_add_func ("/model/saved-view/names", test_names);
  g_test_add_func ("/model/saved-view/filter", test_filter);
  return g_test_run ();
}
