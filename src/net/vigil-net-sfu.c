/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's signalling: requests with acknowledgements, ORTC turned into SDP and back. */
#include "vigil-net-sfu.h"

#include "vigil-hall-answer.h"
#include "vigil-hall-request.h"
#include "vigil-ice-servers.h"
#include "vigil-net-error.h"
#include "vigil-rtp-answer.h"
#include "vigil-rtp-capabilities.h"
#include "vigil-rtp-consumer.h"
#include "vigil-rtp-offer.h"

static const char *const verbs[] = {
  [VIGIL_SFU_RESUME] = "resumeConsumer",
  [VIGIL_SFU_PAUSE] = "pauseConsumer",
  [VIGIL_SFU_CLOSE] = "closeConsumer",
  [VIGIL_SFU_KEY_FRAME] = "requestKeyFrame",
  [VIGIL_SFU_LAYER] = "setConsumerPreferredLayers",
  [VIGIL_SFU_CLOSE_TRANSPORT] = "closeTransport",
};

static JsonNode *
make_argument (int verb, const char *id, int layer)
{
  switch (verb)
    {
    case VIGIL_SFU_LAYER:
      return vigil_request_preferred_layers (id, layer, -1);
    case VIGIL_SFU_CLOSE_TRANSPORT:
      return vigil_request_close_transport (id);
    default:
      return vigil_request_consumer (id);
    }
}

struct _VigilNetSfu
{
  GObject parent_instance;

  /* Main thread. */
  VigilSioClient *client;
  VigilProfile   *profile;       /* nullable */
  JsonNode       *router;        /* the router's capabilities; of this connection only */
  JsonNode       *capabilities;  /* ours, made from them */
  gulong          state_handler;
  gulong          late_handler;
};

static void sfu_init (VigilSfuInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilNetSfu, vigil_net_sfu, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_SFU, sfu_init))

static void
forget_router (VigilNetSfu *self)
{
  g_clear_pointer (&self->router, json_node_unref);
  g_clear_pointer (&self->capabilities, json_node_unref);
}

static void
state_changed_cb (VigilSioClient *client, VigilNetSfu *self)
{
  /* The next connection may reach another router, with other payload types. */
  if (vigil_sio_client_get_state (client) != VIGIL_LINK_CONNECTED)
    forget_router (self);
}

static void
return_cause (GTask *task, const GError *cause, const char *what)
{
  g_task_return_error (task, vigil_net_error_translate (cause, what, 0));
}

/* -- open a transport -- */

/* Two questions that do not depend on each other are asked at once: the router's capabilities, unless
 * they are known, and a transport. The offer takes both answers, in whichever order they come. */
typedef struct
{
  JsonNode *transport; /* the answer, while the router's is missing */
  gboolean  over;      /* an answer was given to who asked */
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_pointer (&opening->transport, json_node_unref);
  g_free (opening);
}

static void
opening_failed (GTask *task, GError *error)
{
  Opening *opening = g_task_get_task_data (task);

  if (opening->over)
    {
      g_error_free (error);
      return;
    }
  opening->over = TRUE;
  g_task_return_error (task, error);
}

static void
close_unused (VigilNetSfu *self, JsonNode *transport)
{
  g_autofree char *id = vigil_rtp_transport_dup_id (transport, NULL);

  if (id != NULL)
    vigil_signalling_request_async (self->client, self->profile, verbs[VIGIL_SFU_CLOSE_TRANSPORT],
                                    vigil_request_close_transport (id), NULL, NULL, NULL);
}

static void
make_offer (GTask *task, JsonNode *answer)
{
  VigilNetSfu *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  g_autoptr (VigilTransportOffer) offer = g_new0 (VigilTransportOffer, 1);
  g_autoptr (VigilIceServers) servers = NULL;
  g_autoptr (GError) error = NULL;

  offer->id = vigil_rtp_transport_dup_id (answer, &error);
  if (offer->id != NULL)
    offer->offer_sdp = vigil_rtp_offer_build (self->router, answer, &error);
  if (offer->offer_sdp != NULL)
    servers = vigil_ice_servers_from_json (answer, &error);
  if (servers == NULL)
    {
      opening_failed (task, vigil_net_error_translate (error, "createWebRtcTransport", 0));
      return;
    }
  offer->relays = g_steal_pointer (&servers->relays);
  offer->relay_only = servers->relay_only;
  opening->over = TRUE;
  g_task_return_pointer (task, g_steal_pointer (&offer), (GDestroyNotify) vigil_transport_offer_free);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilNetSfu *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = vigil_signalling_request_finish (VIGIL_SIO_CLIENT (source), result, NULL, NULL, &error);

  if (answer == NULL)
    opening_failed (task, g_steal_pointer (&error));
  else if (opening->over)
    close_unused (self, answer);
  else if (self->router != NULL)
    make_offer (task, answer);
  else if (vigil_sio_client_get_state (self->client) != VIGIL_LINK_CONNECTED)
    opening_failed (task, g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED,
                                               "the connection to the hall went away"));
  else
    opening->transport = g_steal_pointer (&answer);
}

static gboolean
take_router (VigilNetSfu *self, JsonNode *answer, GError **error)
{
  JsonNode *router = json_object_get_member (json_node_get_object (answer), "rtpCapabilities");

  if (router == NULL)
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                           "getRouterRtpCapabilities: the answer has no rtpCapabilities");
      return FALSE;
    }

  forget_router (self);
  self->capabilities = vigil_rtp_capabilities_build (router, error);
  if (self->capabilities == NULL)
    return FALSE;
  self->router = json_node_ref (router);
  return TRUE;
}

static void
router_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilNetSfu *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = vigil_signalling_request_finish (VIGIL_SIO_CLIENT (source), result, NULL, NULL, &error);
  g_autoptr (JsonNode) transport = g_steal_pointer (&opening->transport);

  if (answer != NULL && take_router (self, answer, &error))
    {
      if (transport != NULL)
        make_offer (task, transport);
      return;
    }

  if (transport != NULL)
    close_unused (self, transport);
  opening_failed (task, answer == NULL ? g_steal_pointer (&error)
                                       : vigil_net_error_translate (error, "getRouterRtpCapabilities", 0));
}

static void
open_transport_async (VigilSfu *sfu, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  VigilNetSfu *self = VIGIL_NET_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, open_transport_async);
  g_task_set_task_data (task, g_new0 (Opening, 1), opening_free);
  if (self->router == NULL)
    vigil_signalling_request_async (self->client, self->profile, "getRouterRtpCapabilities", vigil_request_empty (),
                                    cancellable, router_cb, g_object_ref (task));
  vigil_signalling_request_async (self->client, self->profile, "createWebRtcTransport", vigil_request_create_transport (),
                                  cancellable, created_cb, g_object_ref (task));
}

static VigilTransportOffer *
open_transport_finish (VigilSfu *sfu, GAsyncResult *result, GError **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

/* -- connect it -- */

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_FOUND) ||
         g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  gboolean closing = GPOINTER_TO_INT (g_task_get_task_data (task));
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = vigil_signalling_request_finish (VIGIL_SIO_CLIENT (source), result, NULL, NULL, &error);

  /* Closing what is already gone is what was wanted. */
  if (answer != NULL || (closing && is_gone (error)))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
connect_transport_async (VigilSfu *sfu, const char *transport_id, const char *answer_sdp, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  VigilNetSfu *self = VIGIL_NET_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilRtpAnswer) answer = vigil_rtp_answer_parse (answer_sdp, &error);
  g_autoptr (JsonNode) dtls = NULL;
  g_autoptr (JsonNode) ice = NULL;

  g_task_set_source_tag (task, connect_transport_async);
  if (answer == NULL)
    {
      return_cause (task, error, "our own answer");
      return;
    }

  dtls = vigil_rtp_answer_get_dtls_parameters (answer);
  ice = vigil_rtp_answer_get_ice_parameters (answer);
  vigil_signalling_request_async (self->client, self->profile, "connectTransport",
                                  vigil_request_connect_transport (transport_id, dtls, ice),
                                  cancellable, done_cb, g_object_ref (task));
}

/* -- consume -- */

static VigilConsumerInfo *
to_info (const VigilRtpConsumer *consumer)
{
  VigilConsumerInfo *info = g_new0 (VigilConsumerInfo, 1);

  info->id = g_strdup (consumer->id);
  info->producer_id = g_strdup (consumer->producer_id);
  info->kind = consumer->kind;
  info->codec = g_strdup (consumer->codec);
  info->payload_type = consumer->payload_type;
  info->clock_rate = consumer->clock_rate;
  info->ssrc = consumer->ssrc;
  info->rtx_ssrc = consumer->rtx_ssrc;
  info->producer_paused = consumer->producer_paused;
  info->simulcast = consumer->simulcast;
  info->n_layers = consumer->n_layers;
  return info;
}

static void
give_back (VigilNetSfu *self, const VigilRtpConsumer *consumer)
{
  vigil_signalling_request_async (self->client, self->profile, verbs[VIGIL_SFU_CLOSE],
                                  vigil_request_consumer (consumer->id), NULL, NULL, NULL);
}

/* Whoever asked has been told that nothing came; the server has a consumer, or
 * a transport, that nobody knows of. */
static void
late_answer_cb (VigilSioClient *client, JsonNode *node, VigilNetSfu *self)
{
  g_autoptr (JsonNode) answer = vigil_profile_decode (self->profile, node);
  g_autoptr (VigilRtpConsumer) consumer = NULL;

  if (!vigil_hall_answer_check_ack (answer, NULL))
    return;
  consumer = vigil_rtp_consumer_from_json (answer, NULL);
  if (consumer != NULL)
    give_back (self, consumer);
  else
    close_unused (self, answer); /* if it is a transport */
}

static void
consumed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilNetSfu *self = g_task_get_source_object (task);
  const char *asked = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = vigil_signalling_request_finish (VIGIL_SIO_CLIENT (source), result, NULL, NULL, &error);
  g_autoptr (VigilRtpConsumer) consumer = NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  consumer = vigil_rtp_consumer_from_json (answer, &error);
  if (consumer == NULL)
    {
      return_cause (task, error, "consume");
    }
  else if (g_task_return_error_if_cancelled (task))
    {
      give_back (self, consumer); /* nobody wants it any more, and only we know that it is there */
    }
  else if (g_strcmp0 (consumer->producer_id, asked) != 0)
    {
      /* Somebody else's picture under this name is the one thing that must never be. */
      give_back (self, consumer);
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                               "consume: the hall answered with another producer than was asked for");
    }
  else
    g_task_return_pointer (task, to_info (consumer), (GDestroyNotify) vigil_consumer_info_free);
}

static void
consume_async (VigilSfu *sfu, const char *transport_id, const char *producer_id, const char *offer_sdp, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  VigilNetSfu *self = VIGIL_NET_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, consume_async);
  g_task_set_task_data (task, g_strdup (producer_id), g_free);
  if (self->capabilities == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "consume: no transport is open");
      return;
    }

  vigil_signalling_request_async (self->client, self->profile, "consume",
                                  vigil_request_consume (transport_id, producer_id, self->capabilities),
                                  NULL, consumed_cb, g_object_ref (task));
}

static VigilConsumerInfo *
consume_finish (VigilSfu *sfu, GAsyncResult *result, GError **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

/* -- control -- */

static void
control_async (VigilSfu *sfu, int verb, const char *consumer_id, int layer, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  VigilNetSfu *self = VIGIL_NET_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (verb >= 0 && (gsize) verb < G_N_ELEMENTS (verbs));

  g_task_set_source_tag (task, control_async);
  g_task_set_task_data (task, GINT_TO_POINTER (verb == VIGIL_SFU_CLOSE), NULL);
  vigil_signalling_request_async (self->client, self->profile, verbs[verb], make_argument (verb, consumer_id, layer),
                                  cancellable, done_cb, g_object_ref (task));
}

static void
sfu_init (VigilSfuInterface *iface)
{
  iface->open_transport_async = open_transport_async;
  iface->open_transport_finish = open_transport_finish;
  iface->connect_transport_async = connect_transport_async;
  iface->connect_transport_finish = vigil_sfu_boolean_finish_task;
  iface->consume_async = consume_async;
  iface->consume_finish = consume_finish;
  iface->control_async = control_async;
  iface->control_finish = vigil_sfu_boolean_finish_task;
}

VigilNetSfu *
vigil_net_sfu_new (VigilSioClient *client, VigilProfile *profile)
{
  VigilNetSfu *self = g_object_new (VIGIL_TYPE_NET_SFU, NULL);

  self->client = g_object_ref (client);
  self->profile = profile != NULL ? g_object_ref (profile) : NULL;
  self->state_handler = g_signal_connect (client, "state-changed", G_CALLBACK (state_changed_cb), self);
  self->late_handler = g_signal_connect (client, "late-answer", G_CALLBACK (late_answer_cb), self);
  return self;
}

static void
vigil_net_sfu_dispose (GObject *object)
{
  VigilNetSfu *self = VIGIL_NET_SFU (object);

  if (self->client != NULL)
    {
      g_clear_signal_handler (&self->state_handler, self->client);
      g_clear_signal_handler (&self->late_handler, self->client);
    }
  forget_router (self);
  g_clear_object (&self->client);
  g_clear_object (&self->profile);

  G_OBJECT_CLASS (vigil_net_sfu_parent_class)->dispose (object);
}

static void
vigil_net_sfu_class_init (VigilNetSfuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_net_sfu_dispose;
}

static void
vigil_net_sfu_init (VigilNetSfu *self)
{
}
