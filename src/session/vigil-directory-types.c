/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hall's directory answers with. Plain values. */

#include "vigil-hall-directory.h"

void
vigil_session_info_free (VigilSessionInfo *self)
{
  if (self == NULL)
    return;

  g_free (self->user);
  g_free (self->hall);
  g_free (self);
}

/** Returns: (transfer full): a copy. Any thread. */
VigilSessionInfo *
vigil_session_info_copy (const VigilSessionInfo *self)
{
  VigilSessionInfo *copy = g_memdup2 (self, sizeof *self);

  copy->user = g_strdup (self->user);
  copy->hall = g_strdup (self->hall);
  return copy;
}

void
vigil_exam_free (VigilExam *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->title);
  g_free (self->state);
  g_clear_pointer (&self->sfu, vigil_sfu_config_unref);
  g_free (self);
}

/** Returns: (transfer full): a copy. Any thread. */
VigilExam *
vigil_exam_copy (const VigilExam *self)
{
  VigilExam *copy = g_memdup2 (self, sizeof *self);

  copy->id = g_strdup (self->id);
  copy->title = g_strdup (self->title);
  copy->state = g_strdup (self->state);
  if (self->sfu != NULL)
    copy->sfu = vigil_sfu_config_ref (self->sfu);
  return copy;
}

void
vigil_roster_page_free (VigilRosterPage *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_free (self->next);
  g_free (self);
}

void
vigil_config_value_free (VigilConfigValue *self)
{
  if (self == NULL)
    return;

  g_free (self->key);
  g_free (self->value);
  g_free (self->source);
  g_free (self);
}

void
vigil_changes_free (VigilChanges *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_free (self);
}
