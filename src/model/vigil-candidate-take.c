/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a candidate differs from what was said of them now. */
#include "vigil-candidate-take.h"

#include "vigil-search-key.h"

guint
vigil_take_text (char       **held,
                 const char  *text,
                 guint        field)
{
  if (g_strcmp0 (*held, text) == 0)
    return 0;

  g_free (*held);
  *held = g_strdup (text);
  return field;
}

guint
vigil_take_shared (char       **held,
                   const char  *text,
                   guint        field)
{
  if (g_strcmp0 (*held, text) == 0)
    return 0;

  g_clear_pointer (held, g_ref_string_release);
  *held = text != NULL ? g_ref_string_new_intern (text) : NULL;
  return field;
}

guint
vigil_take_time (gint64 *held,
                 gint64  time_ms,
                 guint   field)
{
  if (*held == time_ms)
    return 0;

  *held = time_ms;
  return field;
}

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

guint
vigil_candidate_take_bypass (VigilCandidate *candidate,
                             VigilBypass    *bypass)
{
  if (bypass != NULL && !bypass->active)
    bypass = NULL;
  if (vigil_bypass_equal (candidate->bypass, bypass))
    return 0;

  g_clear_pointer (&candidate->bypass, vigil_bypass_unref);
  candidate->bypass = bypass != NULL ? vigil_bypass_ref (bypass) : NULL;
  return VIGIL_FIELD_BYPASS;
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
  candidate->letters = vigil_search_key_letters (search_key);
}

guint
vigil_candidate_take_name (VigilCandidate *candidate,
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
vigil_candidate_take_info_name (VigilCandidate           *candidate,
                                const VigilCandidateInfo *info)
{
  if (info->sort_key == NULL || info->search_key == NULL)
    return vigil_candidate_take_name (candidate, info->name);
  if (g_strcmp0 (candidate->name, info->name) == 0)
    return 0;

  set_name (candidate, g_strdup (info->name), g_strdup (info->sort_key), g_strdup (info->search_key));
  return VIGIL_FIELD_NAME;
}

guint
vigil_candidate_take_presence (VigilCandidate           *candidate,
                               const VigilCandidateInfo *info)
{
  guint fields = 0;

  if ((info->fields & VIGIL_FIELD_STREAMING) && candidate->is_streaming != (info->is_streaming != FALSE))
    {
      candidate->is_streaming = info->is_streaming != FALSE;
      fields |= VIGIL_FIELD_STREAMING;
    }
  if ((info->fields & VIGIL_FIELD_CONNECTED) && candidate->connected != (info->connected != FALSE))
    {
      candidate->connected = info->connected != FALSE;
      fields |= VIGIL_FIELD_CONNECTED;
    }
  if ((info->fields & VIGIL_FIELD_HAND_RAISED) && candidate->hand_raised != (info->hand_raised != FALSE))
    {
      candidate->hand_raised = info->hand_raised != FALSE;
      fields |= VIGIL_FIELD_HAND_RAISED;
    }
  if (info->fields & VIGIL_FIELD_LEFT_AT)
    fields |= vigil_take_time (&candidate->left_at_ms, info->left_at_ms, VIGIL_FIELD_LEFT_AT);
  else if ((fields & VIGIL_FIELD_CONNECTED) && candidate->connected)
    fields |= vigil_take_time (&candidate->left_at_ms, 0, VIGIL_FIELD_LEFT_AT);

  return fields;
}

guint
vigil_candidate_take_flags (VigilCandidate *candidate,
                            guint           open_flags,
                            VigilBand       worst)
{
  if (open_flags == 0)
    worst = VIGIL_BAND_LOW;
  if (candidate->open_flags == open_flags && candidate->worst_open == worst)
    return 0;

  candidate->open_flags = open_flags;
  candidate->worst_open = worst;
  return VIGIL_FIELD_OPEN_FLAGS;
}
