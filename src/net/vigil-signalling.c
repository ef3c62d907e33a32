/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to the hall over the socket: encoded by the profile, its {ok: …} checked. */
#include "vigil-signalling.h"

#include "vigil-hall-answer.h"
#include "vigil-net-error.h"

typedef struct
{
  char         *request;
  VigilProfile *profile;
  gint64        sent_us;
  gint64        rtt_us;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_free (asked->request);
  g_clear_object (&asked->profile);
  g_free (asked);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cause = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) answer = NULL;

  node = vigil_sio_client_request_finish (VIGIL_SIO_CLIENT (source), result, &asked->sent_us, &asked->rtt_us, &error);
  if (node == NULL)
    {
      if (error->domain == VIGIL_SESSION_ERROR)
        g_prefix_error (&error, "%s: ", asked->request);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  answer = vigil_profile_decode (asked->profile, node);
  if (vigil_hall_answer_check_ack (answer, &cause))
    g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) json_node_unref);
  else
    g_task_return_error (task, vigil_net_error_translate (cause, asked->request, 0));
}

void
vigil_signalling_request_async (VigilSioClient *client, VigilProfile *profile, const char *request, JsonNode *argument,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  g_autoptr (JsonNode) owned = argument;
  g_autoptr (JsonNode) wire = vigil_profile_encode (profile, owned, TRUE);
  Asked *asked = g_new0 (Asked, 1);

  g_task_set_source_tag (task, vigil_signalling_request_async);
  g_task_set_task_data (task, asked, asked_free);
  asked->request = g_strdup (request);
  asked->profile = profile != NULL ? g_object_ref (profile) : NULL;
  asked->sent_us = asked->rtt_us = -1;
  vigil_sio_client_request_async (client, vigil_profile_request_to_wire (profile, request), wire, cancellable,
                                  answered_cb, g_object_ref (task));
}

JsonNode *
vigil_signalling_request_finish (VigilSioClient *client, GAsyncResult *result, gint64 *sent_us, gint64 *rtt_us, GError **error)
{
  Asked *asked;

  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  asked = g_task_get_task_data (G_TASK (result));
  if (sent_us != NULL)
    *sent_us = asked->sent_us;
  if (rtt_us != NULL)
    *rtt_us = asked->rtt_us;
  return g_task_propagate_pointer (G_TASK (result), error);
}
