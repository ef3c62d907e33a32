/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for who was watched from here. */
#include "vigil-words-coverage.h"

#include <glib/gi18n-lib.h>

#include "vigil-words.h"

#define NOW_MS 2500 /* the ledger is told once a second */

char *
vigil_words_unseen (guint n, guint seconds)
{
  g_autofree char *age = vigil_words_age (seconds);

  /* Translators: how many, then a duration such as "10 min"; nobody at this console looked at them. */
  return g_strdup_printf (ngettext ("%'u candidate was not seen for %s", "%'u candidates were not seen for %s", n), n, age);
}

char *
vigil_words_unseen_short (guint n, guint seconds)
{
  g_autofree char *age = vigil_words_age (seconds);

  /* Translators: how many candidates, then a duration such as "10 min". */
  return g_strdup_printf (_("%'u not seen for %s"), n, age);
}

char *
vigil_words_watched (const VigilCoverageSums *sums, gint64 now_ms)
{
  g_autofree char *whole = vigil_words_age (sums->watched_ms / 1000);
  g_autofree char *age = NULL;

  if (sums->first_ms == 0)
    return g_strdup (_("Not seen from here yet"));
  if (now_ms - sums->last_ms < NOW_MS)
    /* Translators: a duration such as "3 min": how long this console has watched somebody altogether. */
    return g_strdup_printf (_("Seen from here now, %s in all"), whole);
  age = vigil_words_age ((now_ms - sums->last_ms) / 1000);
  /* Translators: an age such as "3 min", then how long this console has watched somebody altogether. */
  return g_strdup_printf (_("Last seen from here %s ago, %s in all"), age, whole);
}
