/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as it is compared when somebody searches: no case, no marks over letters. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** @text without case and without combining marks, so that "aicha" finds "Aïcha". Invalid UTF-8 is
 *  replaced. Returns: (transfer full). Any thread. */
char *vigil_search_key_fold (const char *text);

/** The words of a search, folded; an empty array for %NULL or blanks. Returns: (transfer full). */
char **vigil_search_key_split (const char *search);

/** A bit for each letter and digit in @text (others share some), so that most of 50,000 keys need not be looked at:
 *  only a key whose letters hold all of a word's can have the word in it. */
guint64 vigil_search_key_letters (const char *text);

/** Whether every one of @words is somewhere in @key. */
gboolean vigil_search_key_matches (const char *key, char **words);

G_END_DECLS
