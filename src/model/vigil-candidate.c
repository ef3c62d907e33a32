/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the wire said of a candidate, and the texts of the one that the roster holds. */

#include "vigil-candidate-private.h"

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

/* what the roster holds */

void
vigil_candidate_clear (VigilCandidate *candidate)
{
  g_free (candidate->id);
  g_free (candidate->name);
  g_free (candidate->sort_key);
  g_free (candidate->search_key);
  g_clear_pointer (&candidate->room, g_ref_string_release);
  g_clear_pointer (&candidate->network, g_ref_string_release);
  g_clear_pointer (&candidate->worker, g_ref_string_release);
  g_clear_pointer (&candidate->platform, g_ref_string_release);
  g_free (candidate->claimed_by);
  for (guint i = 0; i < VIGIL_N_SOURCES; i++)
    g_free (candidate->producer_ids[i]);
  g_clear_pointer (&candidate->bypass, vigil_bypass_unref);
}

static void
set_name (VigilCandidate *candidate,
          char           *name,
          char           *sort_key,
          char           *search_key)
{
  g_free (candidate->name);
  g_free (candidate->sort_key);
  g_free (candidate->search_key);
  candidate->name = name;
  candidate->sort_key = sort_key;
  candidate->search_key = search_key;
}

static guint
take_name (VigilCandidate *candidate,
           const char     *name)
{
  g_autofree char *valid = NULL;
  g_autofree char *both = NULL;
  char *sort_key;

  valid = g_utf8_make_valid (name != NULL && *name != '\0' ? name : candidate->id, -1);
  if (g_strcmp0 (candidate->name, valid) == 0)
    return 0;

  both = g_strconcat (valid, " ", candidate->id, NULL);
  sort_key = g_utf8_collate_key (valid, -1);
  set_name (candidate, g_steal_pointer (&valid), sort_key, vigil_search_key_fold (both));
  return VIGIL_FIELD_NAME;
}

guint
vigil_candidate_take_name (VigilCandidate           *candidate,
                           const VigilCandidateInfo *info)
{
  if (info->sort_key == NULL || info->search_key == NULL)
    return take_name (candidate, info->name);
  if (g_strcmp0 (candidate->name, info->name) == 0)
    return 0;

  set_name (candidate, g_strdup (info->name), g_strdup (info->sort_key), g_strdup (info->search_key));
  return VIGIL_FIELD_NAME;
}

void
vigil_candidate_set_default_name (VigilCandidate *candidate)
{
  take_name (candidate, NULL);
}
