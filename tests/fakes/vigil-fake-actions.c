/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions that the test confirms or refuses. */

#include "vigil-fake-actions.h"

#include "vigil-session-error.h"

struct _VigilFakeActions
{
  GObject       parent_instance;

  VigilFakeLog *log;
  GQueue        waiting; /* GTask, owned, with the VigilAction as its data */
};

static void actions_iface_init (VigilActionsInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilFakeActions, vigil_fake_actions, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_ACTIONS, actions_iface_init))

static void
perform_async (VigilActions        *actions,
               VigilAction         *action,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  VigilFakeActions *self = VIGIL_FAKE_ACTIONS (actions);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  vigil_fake_log_add (self->log, "act %s %s", action->student_id, action->reason);
  g_task_set_task_data (task, vigil_action_ref (action), (GDestroyNotify) vigil_action_unref);
  g_queue_push_tail (&self->waiting, task);
}

static gboolean
perform_finish (VigilActions  *actions,
                GAsyncResult  *result,
                VigilBypass  **bypass,
                GError       **error)
{
  GError *local_error = NULL;
  gpointer answer = g_task_propagate_pointer (G_TASK (result), &local_error);

  if (bypass != NULL)
    *bypass = answer;
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, local_error);
  return FALSE;
}

static void
actions_iface_init (VigilActionsInterface *iface)
{
  iface->perform_async = perform_async;
  iface->perform_finish = perform_finish;
}

static void
vigil_fake_actions_finalize (GObject *object)
{
  VigilFakeActions *self = VIGIL_FAKE_ACTIONS (object);

  g_queue_clear_full (&self->waiting, g_object_unref);
  vigil_fake_log_unref (self->log);

  G_OBJECT_CLASS (vigil_fake_actions_parent_class)->finalize (object);
}

static void
vigil_fake_actions_class_init (VigilFakeActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_fake_actions_finalize;
}

static void
vigil_fake_actions_init (VigilFakeActions *self)
{
  g_queue_init (&self->waiting);
}

VigilFakeActions *
vigil_fake_actions_new (VigilFakeLog *log)
{
  VigilFakeActions *self = g_object_new (VIGIL_TYPE_FAKE_ACTIONS, NULL);

  self->log = vigil_fake_log_ref (log);
  return self;
}

guint
vigil_fake_actions_get_n_waiting (VigilFakeActions *self)
{
  return g_queue_get_length (&self->waiting);
}

VigilAction *
vigil_fake_actions_peek (VigilFakeActions *self)
{
  return g_task_get_task_data (g_queue_peek_head (&self->waiting));
}

void
vigil_fake_actions_confirm (VigilFakeActions *self,
                            VigilBypass      *bypass)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

  g_task_return_pointer (task, bypass, (GDestroyNotify) vigil_bypass_unref);
}

void
vigil_fake_actions_refuse_held (VigilFakeActions *self,
                                const char       *holder)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);
  GError *error = g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CONFLICT, "%s holds it", holder);

  vigil_session_error_set_holder (error, holder);
  g_task_return_error (task, error);
}

void
vigil_fake_actions_fail (VigilFakeActions *self,
                         int               code)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

  g_task_return_new_error (task, VIGIL_SESSION_ERROR, code, "the fake hall says no");
}
