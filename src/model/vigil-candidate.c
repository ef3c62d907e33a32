/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the wire said of a candidate, and the texts of the one that the roster holds. */

#include "vigil-candidate.h"

#include "vigil-search-key.h"

/** A message about @id that says nothing yet. Returns: (transfer full). */
VigilCandidateInfo *
vigil_candidate_info_new (const char *id)
{
  VigilCandidateInfo *info = g_new0 (VigilCandidateInfo, 1);

  info->id = g_strdup (id);
  info->score = -1;
  return info;
}

/** Frees @info with everything in it. %NULL is fine. */
void
vigil_candidate_info_free (VigilCandidateInfo *info)
{
  if (info == NULL)
    return;

  g_free (info->id);
  g_free (info->name);
  g_free (info->sort_key);
  g_free (info->search_key);
  g_free (info->room);
  g_free (info->network);
  g_free (info->worker);
  g_free (info->platform);
  g_free (info->claimed_by);
  for (guint i = 0; i < VIGIL_N_SOURCES; i++)
    g_free (info->producer_ids[i]);
  g_clear_pointer (&info->bypass, vigil_bypass_unref);
  g_strfreev (info->flag_types);
  g_free (info);
}

void
vigil_candidate_info_prepare (VigilCandidateInfo *info)
{
  g_autofree char *both = NULL;

  if (info->name == NULL || *info->name == '\0' || !g_utf8_validate (info->name, -1, NULL))
    return;

  both = g_strconcat (info->name, " ", info->id, NULL);
  g_free (info->sort_key);
  g_free (info->search_key);
  info->sort_key = g_utf8_collate_key (info->name, -1);
  info->search_key = vigil_search_key_fold (both);
}
