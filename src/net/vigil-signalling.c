/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to the hall over the socket: encoded by the profile, its {ok: …} checked. */
#include "vigil-signalling.h"

#include "vigil-hall-answer.h"
#include "vigil-net-error.h"
#include "vigil-net-metrics.h"
#include "vigil-session-error.h"

/* How often a request is sent that comes too soon, and how long it waits at least and at most. */
#define MAX_TRIES 12
#define MAX_DOUBLINGS 4
#define RETRY_MIN_MS 50
#define RETRY_DEFAULT_MS 1000
#define RETRY_MAX_MS 10000

typedef struct
{
  char         *request;
  JsonNode     *wire;      /* its argument, as it is sent */
  VigilProfile *profile;
  guint         tries;
  gint64        sent_us;
  gint64        rtt_us;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_free (asked->request);
  g_clear_pointer (&asked->wire, json_node_unref);
  g_clear_object (&asked->profile);
  g_free (asked);
}

static void answered_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
send (GTask *task)
{
  Asked *asked = g_task_get_task_data (task);

  asked->tries++;
  vigil_sio_client_request_async (g_task_get_source_object (task), vigil_profile_request_to_wire (asked->profile, asked->request),
                                  asked->wire, g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static gboolean
again_cb (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (vigil_sio_client_get_state (g_task_get_source_object (task)) != VIGIL_LINK_CONNECTED)
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "%s: the connection to the hall went away",
                             ((Asked *) g_task_get_task_data (task))->request);
  else
    send (task);
  return G_SOURCE_REMOVE;
}

/* Whoever gave it up meanwhile hears so at once: again_cb() is called for either. */
static void
wait_for_turn (GTask *task, guint ms)
{
  g_autoptr (GSource) timer = g_timeout_source_new (ms);

  if (g_task_get_cancellable (task) != NULL)
    {
      g_autoptr (GSource) given_up = g_cancellable_source_new (g_task_get_cancellable (task));

      g_source_set_dummy_callback (given_up);
      g_source_add_child_source (timer, given_up);
    }
  g_source_set_callback (timer, again_cb, g_object_ref (task), NULL);
  g_source_attach (timer, g_main_context_get_thread_default ());
}

/* Too soon is not no: what was asked for, a close above all, must not be forgotten because many came at once. They do
 * not all come back at once either, and the later the more often they did. */
static gboolean
try_again (GTask *task, const GError *cause)
{
  Asked *asked = g_task_get_task_data (task);
  guint retry_ms = vigil_hall_answer_error_get_retry_ms (cause);
  guint spread_ms;

  if (!g_error_matches (cause, VIGIL_HALL_ANSWER_ERROR, VIGIL_HALL_ANSWER_ERROR_RATE_LIMITED) || asked->tries >= MAX_TRIES)
    return FALSE;

  vigil_counter_add (vigil_net_metrics ()->rate_limited, 1);
  retry_ms = CLAMP (retry_ms > 0 ? retry_ms : RETRY_DEFAULT_MS, RETRY_MIN_MS, RETRY_MAX_MS);
  spread_ms = (retry_ms / 2) << MIN (asked->tries, MAX_DOUBLINGS);
  wait_for_turn (task, retry_ms + (guint) g_random_int_range (0, (gint32) spread_ms + 1));
  return TRUE;
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
  else if (!try_again (task, cause))
    g_task_return_error (task, vigil_net_error_translate (cause, asked->request, 0));
}

void
vigil_signalling_request_async (VigilSioClient *client, VigilProfile *profile, const char *request, JsonNode *argument,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  g_autoptr (JsonNode) owned = argument;
  Asked *asked = g_new0 (Asked, 1);

  g_task_set_source_tag (task, vigil_signalling_request_async);
  g_task_set_task_data (task, asked, asked_free);
  asked->request = g_strdup (request);
  asked->wire = vigil_profile_encode (profile, owned, TRUE);
  asked->profile = profile != NULL ? g_object_ref (profile) : NULL;
  asked->sent_us = asked->rtt_us = -1;
  send (task);
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
