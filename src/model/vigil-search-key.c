/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as it is compared when somebody searches. */

#include "vigil-search-key.h"

#include <string.h>

static gboolean
is_plain (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guint8) *text >= 0x80)
      return FALSE;

  return TRUE;
}

char *
vigil_search_key_fold (const char *text)
{
  g_autofree char *valid = NULL;
  g_autofree char *decomposed = NULL;
  g_autofree char *folded = NULL;
  GString *key;

  if (is_plain (text))
    return g_ascii_strdown (text, -1);

  valid = g_utf8_make_valid (text, -1);
  decomposed = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);
  folded = g_utf8_casefold (decomposed, -1);

  key = g_string_sized_new (strlen (folded));
  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_ismark (c))
        g_string_append_unichar (key, c);
    }

  return g_string_free (key, FALSE);
}

char **
vigil_search_key_split (const char *search)
{
  g_autofree char *folded = vigil_search_key_fold (search != NULL ? search : "");
  g_auto (GStrv) words = g_strsplit_set (folded, " \t\n", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (builder, words[i]);

  return g_strv_builder_end (builder);
}

gboolean
vigil_search_key_matches (const char  *key,
                          char       **words)
{
  for (; *words != NULL; words++)
    if (strstr (key, *words) == NULL)
      return FALSE;

  return TRUE;
}

guint64
vigil_search_key_letters (const char *text)
{
  guint64 letters = 0;

  for (; *text != '\0'; text++)
    {
      guint8 c = (guint8) *text;
      int bit = c >= 'a' && c <= 'z' ? c - 'a' : c >= '0' && c <= '9' ? 26 + c - '0' : 36 + c % 28;

      letters |= G_GUINT64_CONSTANT (1) << bit;
    }

  return letters;
}
