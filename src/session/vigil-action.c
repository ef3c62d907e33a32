/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An operator's act, as one idempotent request. */

#include "vigil-actions.h"

G_DEFINE_BOXED_TYPE (VigilAction, vigil_action, vigil_action_ref, vigil_action_unref)

/**
 * An act of @kind with an idempotency key of its own, for its maker to fill before it is submitted.
 *
 * @exam_id: (nullable): %NULL: the exam of the session that it is submitted to
 * @student_id: (nullable): whom it is about
 *
 * Returns: (transfer full). Any thread.
 */
VigilAction *
vigil_action_new (VigilActionKind  kind,
                  const char      *exam_id,
                  const char      *student_id)
{
  VigilAction *self = g_new0 (VigilAction, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->exam_id = g_strdup (exam_id);
  self->student_id = g_strdup (student_id);
  self->idempotency_key = g_uuid_string_random ();
  return self;
}

VigilAction *
vigil_action_ref (VigilAction *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_action_unref (VigilAction *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->exam_id);
  g_free (self->student_id);
  g_free (self->flag_id);
  g_free (self->reason);
  g_free (self->category);
  g_strfreev (self->signals);
  g_free (self->picture);
  g_free (self->etag);
  g_free (self->idempotency_key);
  g_free (self);
}

gboolean
vigil_action_is_claim (const VigilAction *self)
{
  return self->kind == VIGIL_ACTION_CLAIM || self->kind == VIGIL_ACTION_RELEASE;
}

void
vigil_action_drop_picture (VigilAction *self)
{
  g_clear_pointer (&self->picture, g_free);
}
