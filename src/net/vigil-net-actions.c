/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an operator does, as HTTP requests with an idempotency key and, where needed, a version. */
#include "vigil-net-actions.h"

#include "vigil-hall-request.h"
#include "vigil-people-json.h"
#include "vigil-session-error.h"

struct _VigilNetActions
{
  GObject parent_instance;

  /* Main thread. */
  VigilHallApi *api;
};

static void actions_init (VigilActionsInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilNetActions, vigil_net_actions, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_ACTIONS, actions_init))

/* Task data. Main thread. */
typedef struct
{
  VigilAction *action;
  char        *exam;      /* escaped; nullable */
  char        *student;   /* escaped; nullable */
  char        *flag;      /* escaped; nullable */
  char        *etag;      /* with its quotes; nullable */
} Deed;

static void
deed_free (gpointer data)
{
  Deed *deed = data;

  vigil_action_unref (deed->action);
  g_free (deed->exam);
  g_free (deed->student);
  g_free (deed->flag);
  g_free (deed->etag);
  g_free (deed);
}

static gpointer
parse_bypass (JsonNode *root, GError **error)
{
  return vigil_bypass_from_json (root, error);
}

static char *
quote_etag (const char *etag)
{
  if (etag == NULL || *etag == '"' || g_str_has_prefix (etag, "W/"))
    return g_strdup (etag);
  return g_strdup_printf ("\"%s\"", etag);
}

/* Kinds of intervention that change the candidate's exam, and so need to know what it is now. */
static gboolean
needs_version (const VigilAction *action)
{
  static const char *const kinds[] = { "pause", "resume", "extend", "terminate", NULL };

  return action->kind == VIGIL_ACTION_REVOKE_BYPASS ||
         (action->kind == VIGIL_ACTION_INTERVENTION && g_strv_contains (kinds, action->category != NULL ? action->category : ""));
}

static JsonNode *
intervention_body (const VigilAction *action)
{
  gboolean speaks = g_strcmp0 (action->category, "warn") == 0 || g_strcmp0 (action->category, "message") == 0;

  return vigil_request_intervention (action->category, speaks ? action->reason : NULL, speaks ? NULL : action->reason,
                                     action->seconds);
}

static void
performed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Deed *deed = g_task_get_task_data (task);
  gboolean is_bypass = deed->action->kind == VIGIL_ACTION_BYPASS || deed->action->kind == VIGIL_ACTION_REVOKE_BYPASS;
  g_autoptr (GError) error = NULL;
  gpointer answer = vigil_hall_api_call_finish (VIGIL_HALL_API (source), result, NULL, NULL, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (is_bypass)
    g_task_return_pointer (task, answer, answer != NULL ? (GDestroyNotify) vigil_bypass_unref : NULL);
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
perform_now (GTask *task)
{
  VigilNetActions *self = g_task_get_source_object (task);
  Deed *deed = g_task_get_task_data (task);
  const VigilAction *action = deed->action;
  g_autoptr (JsonNode) body = NULL;
  g_autofree char *path = NULL;
  VigilApiCall call = { .idempotency_key = action->idempotency_key, .if_match = deed->etag };

  switch (action->kind)
    {
    case VIGIL_ACTION_BYPASS:
      call.method = "PUT";
      call.what = "the bypass";
      call.if_none_match = deed->etag == NULL ? "*" : NULL;
      path = g_strdup_printf ("/exams/%s/bypasses/%s", deed->exam, deed->student);
      body = vigil_request_bypass (action->reason, action->category, (const char *const *) action->signals, action->expires_at_ms);
      break;
    case VIGIL_ACTION_REVOKE_BYPASS:
      call.method = "DELETE";
      call.what = "the end of the bypass";
      path = g_strdup_printf ("/exams/%s/bypasses/%s", deed->exam, deed->student);
      body = vigil_request_revoke (action->reason);
      break;
    case VIGIL_ACTION_VERDICT:
      call.method = "PUT";
      call.what = "the verdict";
      call.if_none_match = action->if_undecided ? "*" : NULL;
      path = g_strdup_printf ("/flags/%s/verdict", deed->flag);
      body = vigil_request_verdict (action->verdict, action->reason, action->expires_at_ms);
      break;
    case VIGIL_ACTION_INTERVENTION:
      call.method = "POST";
      call.what = "the intervention";
      path = g_strdup_printf ("/exams/%s/candidates/%s/interventions", deed->exam, deed->student);
      body = intervention_body (action);
      break;
    case VIGIL_ACTION_CLAIM:
    case VIGIL_ACTION_RELEASE:
      call.method = action->kind == VIGIL_ACTION_CLAIM ? "PUT" : "DELETE";
      call.what = "the claim";
      path = g_strdup_printf ("/exams/%s/candidates/%s/claim", deed->exam, deed->student);
      break;
    case VIGIL_ACTION_SNAPSHOT:
      call.method = "POST";
      call.what = "the snapshot";
      path = g_strdup_printf ("/exams/%s/candidates/%s/snapshots", deed->exam, deed->student);
      body = vigil_request_snapshot (action->source, action->at_ms, action->reason, action->content_type, action->picture);
      break;
    default:
      g_assert_not_reached ();
    }

  call.path = path;
  call.body = body;
  if (action->kind == VIGIL_ACTION_BYPASS || action->kind == VIGIL_ACTION_REVOKE_BYPASS)
    {
      call.parse = parse_bypass;
      call.free_result = (GDestroyNotify) vigil_bypass_unref;
      call.lenient = TRUE;
    }
  vigil_hall_api_call_async (self->api, &call, g_task_get_cancellable (task), performed_cb, g_object_ref (task));
}

/* -- which version it is about, where the operator did not say -- */

static void
version_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Deed *deed = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (vigil_hall_api_call_finish (VIGIL_HALL_API (source), result, &deed->etag, NULL, &error) == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    perform_now (task);
}

static void
ask_version (GTask *task)
{
  VigilNetActions *self = g_task_get_source_object (task);
  Deed *deed = g_task_get_task_data (task);
  g_autofree char *path = g_strdup_printf (deed->action->kind == VIGIL_ACTION_REVOKE_BYPASS ? "/exams/%s/bypasses/%s"
                                                                                            : "/exams/%s/candidates/%s",
                                           deed->exam, deed->student);

  vigil_hall_api_call_async (self->api, &(VigilApiCall) { .method = "GET", .path = path, .what = "the present state" },
                             g_task_get_cancellable (task), version_cb, g_object_ref (task));
}

static gboolean
is_complete (const Deed *deed)
{
  if (deed->action->kind == VIGIL_ACTION_VERDICT)
    return deed->flag != NULL;
  if (deed->action->kind == VIGIL_ACTION_INTERVENTION && deed->action->category == NULL)
    return FALSE;
  if (deed->action->kind == VIGIL_ACTION_SNAPSHOT && (deed->action->picture == NULL || deed->action->content_type == NULL))
    return FALSE;
  return deed->exam != NULL && deed->student != NULL;
}

static void
perform_async (VigilActions *actions, VigilAction *action, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (actions, cancellable, callback, user_data);
  Deed *deed = g_new0 (Deed, 1);

  g_task_set_source_tag (task, perform_async);
  g_task_set_task_data (task, deed, deed_free);
  deed->action = vigil_action_ref (action);
  deed->exam = vigil_hall_api_escape (action->exam_id);
  deed->student = vigil_hall_api_escape (action->student_id);
  deed->flag = vigil_hall_api_escape (action->flag_id);
  deed->etag = quote_etag (action->etag);

  if (!is_complete (deed))
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID, "the action does not say what it is about");
  else if (deed->etag == NULL && needs_version (action))
    ask_version (task);
  else
    perform_now (task);
}

static gboolean
perform_finish (VigilActions *actions, GAsyncResult *result, VigilBypass **bypass, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (VigilBypass) answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, actions), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), &local);
  if (bypass != NULL)
    *bypass = g_steal_pointer (&answer);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
actions_init (VigilActionsInterface *iface)
{
  iface->perform_async = perform_async;
  iface->perform_finish = perform_finish;
}

VigilNetActions *
vigil_net_actions_new (VigilHallApi *api)
{
  VigilNetActions *self = g_object_new (VIGIL_TYPE_NET_ACTIONS, NULL);

  self->api = g_object_ref (api);
  return self;
}

static void
vigil_net_actions_finalize (GObject *object)
{
  g_clear_object (&VIGIL_NET_ACTIONS (object)->api);

  G_OBJECT_CLASS (vigil_net_actions_parent_class)->finalize (object);
}

static void
vigil_net_actions_class_init (VigilNetActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_net_actions_finalize;
}

static void
vigil_net_actions_init (VigilNetActions *self)
{
}
