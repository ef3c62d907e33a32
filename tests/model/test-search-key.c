/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is found by what. */

#include "vigil-search-key.h"

static void
test_matches (void)
{
  static const struct
  {
    const char *text;
    const char *search;
    gboolean    found;
  } table[] = {
    { "Aïcha Benali s-00017", "aicha", TRUE },
    { "Aïcha Benali s-00017", "AÏCHA", TRUE },
    { "Aïcha Benali s-00017", "benali aicha", TRUE },
    { "Aïcha Benali s-00017", "00017", TRUE },
    { "Aïcha Benali s-00017", "aicha bob", FALSE },
    { "Aïcha Benali s-00017", "", TRUE },
    { "Aïcha Benali s-00017", " \t ", TRUE },
    { "Straße", "STRASSE", TRUE },
    { "Ελένη", "ελενη", TRUE },
    { "محمد", "محمد", TRUE },
    { "<b>x</b>", "<B>", TRUE },
    { "Zoë", "zoé", TRUE },
    { "plan", "plän", TRUE },
    { "plain", "plän", FALSE },
    { "plain", "plein", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *key = vigil_search_key_fold (table[i].text);
      g_auto (GStrv) words = vigil_search_key_split (table[i].search);

      for (guint w = 0; words[w] != NULL; w++)
        if (table[i].found)
          g_assert_cmpuint (vigil_search_key_letters (words[w]) & ~vigil_search_key_letters (key), ==, 0);
      if (vigil_search_key_matches (key, words) != table[i].found)
        g_error ("“%s” in “%s”", table[i].search, table[i].text);
    }
}

static void
test_hostile (void)
{
  g_autofree char *invalid = vigil_search_key_fold ("a\xff\xfe" "b");
  g_autofree char *huge_text = g_strnfill (100000, 'W');
  g_autofree char *huge = vigil_search_key_fold (huge_text);
  g_auto (GStrv) none = vigil_search_key_split (NULL);

  g_assert_true (g_utf8_validate (invalid, -1, NULL));
  g_assert_cmpint (huge[99999], ==, 'w');
  g_assert_cmpuint (g_strv_length (none), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/search-key/matches", test_matches);
  g_test_add_func ("/model/search-key/hostile", test_hostile);
  return g_test_run ();
}
