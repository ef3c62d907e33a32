/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WHEP as an SFU. */
#include "vigil-whep-sfu.h"

#include "vigil-hall-address.h"
#include "vigil-http.h"
#include "vigil-ice-fragment.h"
#include "vigil-net-error.h"
#include "vigil-whep-metrics.h"
#include "vigil-whep-patch.h"
#include "vigil-whep-post.h"

#define WHAT "the WHEP server"

/* So many resources in a row may lose their candidates that follow until offers wait for theirs again. */
#define MAX_REFUSED 3u

struct _VigilWhepSfu
{
  GObject parent_instance;

  VigilSfuConfig *config;
  VigilHttp      *http;
  VigilNetLimits  limits;
  gboolean        nearby;
  char           *transport_id; /* nullable: not open */
  guint           last_transport;
  guint           last_consumer;
  GHashTable     *resources;    /* consumer id → VigilWhepResource, owned */
  guint           n_posts;      /* that are not answered yet */
  gboolean        trickles;      /* as far as is known */
  gboolean        told;          /* that it does not */
  guint           n_refused;     /* resources in a row whose PATCH came to nothing… */
  char           *refused;       /* …and the last one of them; nullable */
  gint64          rest_until_us; /* the server asked not to be asked before; monotonic */
};

static void sfu_init (VigilSfuInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilWhepSfu, vigil_whep_sfu, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_SFU, sfu_init))

static void
get_abilities (VigilSfu *sfu, VigilSfuAbilities *abilities)
{
  VigilWhepSfu *self = VIGIL_WHEP_SFU (sfu);

  *abilities = (VigilSfuAbilities) { .own_connections = TRUE, .nearby = self->nearby, .trickles = self->trickles, .has_sound = TRUE };
}

/* -- what we have there -- */

static void
count_resources (VigilWhepSfu *self)
{
  vigil_counter_set (vigil_whep_metrics ()->resources, g_hash_table_size (self->resources));
}

static void
discard (VigilWhepSfu *self, const VigilWhepResource *resource)
{
  vigil_whep_delete (self->http, &self->limits, resource->url, resource->trusted ? self->config->token : NULL);
}

static void
discard_all (VigilWhepSfu *self)
{
  GHashTableIter iter;
  gpointer resource;

  g_hash_table_iter_init (&iter, self->resources);
  while (g_hash_table_iter_next (&iter, NULL, &resource))
    {
      discard (self, resource);
      g_hash_table_iter_remove (&iter);
    }
  count_resources (self);
}

static void
close_transport (VigilWhepSfu *self)
{
  g_clear_pointer (&self->transport_id, g_free);
  discard_all (self);
}

static void
ask_for_rest (VigilWhepSfu *self, guint ms)
{
  self->rest_until_us = MAX (self->rest_until_us, g_get_monotonic_time () + (gint64) ms * 1000);
}

static gboolean
rests (VigilWhepSfu *self)
{
  return g_get_monotonic_time () < self->rest_until_us;
}

/* Whoever still has a picture keeps it, and whoever waits for one may get it; only when nothing is left is the server gone. */
static void
judge (VigilWhepSfu *self, const VigilWhepRest *rest, const GError *error)
{
  g_autoptr (VigilWhepSfu) keep = g_object_ref (self);
  g_autofree char *transport_id = NULL;

  if (rest->throttled)
    {
      ask_for_rest (self, rest->ms);
      return;
    }
  if (self->transport_id == NULL || g_hash_table_size (self->resources) > 0 || self->n_posts > 0 ||
      (!g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NETWORK) &&
       !g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT) &&
       !g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE)))
    return;

  ask_for_rest (self, rest->ms);
  transport_id = g_strdup (self->transport_id);
  close_transport (self);
  vigil_counter_add (vigil_whep_metrics ()->losses, 1);
  vigil_sfu_emit_transport_closed (VIGIL_SFU (self), transport_id, error->message);
}

/* What was offered early has what it has; all later offers wait for their candidates. */
static void
stop_trickling (VigilWhepSfu *self, const char *why)
{
  if (!self->trickles)
    return;

  self->trickles = FALSE;
  vigil_counter_add (vigil_whep_metrics ()->trickle_ends, 1);
  if (!self->told)
    g_message ("%s: no ICE candidates can follow an offer, so it waits for them: %s", WHAT, why);
  self->told = TRUE;
}

/* -- opening -- */

static gboolean
check_probe (VigilWhepSfu *self, const VigilHttpAnswer *answer, GError **error)
{
  if (answer->status == 401)
    g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_AUTH, "%s: it refuses the token of this exam (401)", WHAT);
  else if (answer->status >= 502 && answer->status <= 504)
    g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s: it cannot serve now (%u)", WHAT, answer->status);
  else
    return TRUE; /* many know OPTIONS at the producers' addresses only, or nowhere */

  ask_for_rest (self, answer->retry_ms);
  return FALSE;
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilWhepSfu *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (VigilHttpAnswer) answer = vigil_http_send_finish (VIGIL_HTTP (source), result, &error);
  VigilTransportOffer *offer;

  if (answer == NULL || !check_probe (self, answer, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  close_transport (self); /* of an attempt that was given up */
  self->trickles = TRUE;  /* it may be another server by now */
  self->n_refused = 0;
  g_clear_pointer (&self->refused, g_free);
  self->transport_id = g_strdup_printf ("whep-%u", ++self->last_transport);
  offer = g_new0 (VigilTransportOffer, 1);
  offer->id = g_strdup (self->transport_id);
  offer->relays = answer->links != NULL ? vigil_whep_read_relays (answer->links) : NULL;
  g_task_return_pointer (task, offer, (GDestroyNotify) vigil_transport_offer_free);
}

static void
open_transport_async (VigilSfu *sfu, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  VigilWhepSfu *self = VIGIL_WHEP_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  VigilHttpRequest request = {
    .method = "OPTIONS", .url = self->config->url, .token = self->config->token, .what = WHAT,
    .max_bytes = VIGIL_WHEP_MAX_SDP, .total_ms = self->limits.http_ms,
  };

  g_task_set_source_tag (task, open_transport_async);
  if (rests (self))
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s: it asked for a rest", WHAT);
      return;
    }
  vigil_http_send_async (self->http, &request, cancellable, probed_cb, g_steal_pointer (&task));
}

static VigilTransportOffer *
open_transport_finish (VigilSfu *sfu, GAsyncResult *result, GError **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

/* There is nothing to connect: each consumer's answer does that. */
static void
connect_transport_async (VigilSfu *sfu, const char *transport_id, const char *answer_sdp, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (sfu, cancellable, callback, user_data);

  g_task_set_source_tag (task, connect_transport_async);
  g_task_return_boolean (task, TRUE);
}

/* -- consuming -- */

typedef struct
{
  char *transport_id;
  char *producer_id;
} Wanted;

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->transport_id);
  g_free (wanted->producer_id);
  g_free (wanted);
}

static gboolean
is_late (GTask *task)
{
  VigilWhepSfu *self = g_task_get_source_object (task);
  Wanted *wanted = g_task_get_task_data (task);

  return g_strcmp0 (wanted->transport_id, self->transport_id) != 0;
}

static gboolean
is_wanted (gpointer task)
{
  return !is_late (task) && !g_cancellable_is_cancelled (g_task_get_cancellable (task));
}

static VigilConsumerInfo *
make_consumer (VigilWhepSfu *self, const char *producer_id, const VigilWhepResource *resource)
{
  VigilConsumerInfo *info = g_new0 (VigilConsumerInfo, 1);

  info->id = g_strdup_printf ("whep-c%u", ++self->last_consumer);
  info->producer_id = g_strdup (producer_id);
  info->kind = resource->answer->kind;
  info->codec = g_strdup (resource->answer->codec);
  info->other_codec = g_strdup (resource->answer->other_codec);
  info->payload_type = resource->answer->payload_type;
  info->clock_rate = resource->answer->clock_rate;
  info->n_layers = 1;
  info->answer_sdp = g_strdup (resource->sdp);
  info->relays = g_strdupv (resource->relays);
  return info;
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilWhepSfu *self = g_task_get_source_object (task);
  Wanted *wanted = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  VigilWhepRest rest;
  g_autoptr (VigilWhepResource) resource = vigil_whep_post_finish (VIGIL_HTTP (source), result, &rest, &error);
  gboolean late = is_late (task);
  VigilConsumerInfo *info;

  self->n_posts--;
  if (resource == NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      if (!late)
        judge (self, &rest, error);
      return;
    }
  if (!is_wanted (task))
    {
      discard (self, resource);
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT, "%s: nobody waits for it any more", WHAT);
      return;
    }

  if (!resource->patchable)
    stop_trickling (self, "its answer has neither an ETag nor an Accept-Patch");
  info = make_consumer (self, wanted->producer_id, resource);
  g_hash_table_insert (self->resources, g_strdup (info->id), g_steal_pointer (&resource));
  count_resources (self);
  g_task_return_pointer (task, info, (GDestroyNotify) vigil_consumer_info_free);
}

static void
consume_async (VigilSfu *sfu, const char *transport_id, const char *producer_id, const char *offer_sdp, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  VigilWhepSfu *self = VIGIL_WHEP_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *url = vigil_sfu_config_dup_whep_url (self->config, producer_id);
  Wanted *wanted = g_new0 (Wanted, 1);

  g_task_set_source_tag (task, consume_async);
  /* What came is returned also to somebody who gave up: he closes it. */
  g_task_set_check_cancellable (task, FALSE);
  wanted->transport_id = g_strdup (transport_id);
  wanted->producer_id = g_strdup (producer_id);
  g_task_set_task_data (task, wanted, wanted_free);
  if (offer_sdp == NULL || g_strcmp0 (transport_id, self->transport_id) != 0)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT, "%s: not open", WHAT);
      return;
    }
  if (url == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS, "%s: this producer has no address there", WHAT);
      return;
    }
  if (rests (self))
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s: it asked for a rest", WHAT);
      return;
    }
  self->n_posts++;
  vigil_whep_post_async (self->http, &self->limits, url, self->config->token, offer_sdp, is_wanted, posted_cb, g_steal_pointer (&task));
}

static VigilConsumerInfo *
consume_finish (VigilSfu *sfu, GAsyncResult *result, GError **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

/* -- control -- */

/* Only an end is the server's to know. Its answer is not waited for: the connection is ended from here. */
static void
control_async (VigilSfu *sfu, int verb, const char *id, int layer, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  VigilWhepSfu *self = VIGIL_WHEP_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  const VigilWhepResource *resource = g_hash_table_lookup (self->resources, id);

  g_task_set_source_tag (task, control_async);
  if (verb == VIGIL_SFU_CLOSE && resource != NULL)
    {
      discard (self, resource);
      g_hash_table_remove (self->resources, id);
      count_resources (self);
    }
  else if (verb == VIGIL_SFU_CLOSE_TRANSPORT && g_strcmp0 (self->transport_id, id) == 0)
    {
      close_transport (self);
    }
  g_task_return_boolean (task, TRUE);
}

/* -- candidates that follow -- */

static void
take_patched (VigilWhepSfu *self, const char *consumer_id, const VigilWhepPatched *patched)
{
  VigilWhepResource *resource = g_hash_table_lookup (self->resources, consumer_id);

  if (resource == NULL || patched->etag == NULL)
    return;
  g_free (resource->etag);
  resource->etag = g_strdup (patched->etag);
}

/* One resource may be gone by now, or not ours. When it is one after the other, it is the server, or what stands before it. */
static void
note_refused (VigilWhepSfu *self, const char *consumer_id, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_strcmp0 (self->refused, consumer_id) == 0)
    return;

  g_free (self->refused);
  self->refused = g_strdup (consumer_id);
  if (++self->n_refused >= MAX_REFUSED)
    stop_trickling (self, error->message);
}

static void
patched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilWhepSfu *self = g_task_get_source_object (task);
  VigilWhepPatchWord word;
  GError *error = NULL;
  g_autoptr (VigilWhepPatched) patched = vigil_whep_patch_finish (VIGIL_HTTP (source), result, &word, &error);

  if (patched != NULL)
    {
      self->n_refused = 0;
      g_clear_pointer (&self->refused, g_free);
      take_patched (self, g_task_get_task_data (task), patched);
      g_task_return_pointer (task, g_steal_pointer (&patched->candidates), (GDestroyNotify) g_strfreev);
      return;
    }

  if (word.unsupported)
    stop_trickling (self, error->message);
  else
    note_refused (self, g_task_get_task_data (task), error);
  if (word.rest.throttled)
    ask_for_rest (self, word.rest.ms);
  g_task_return_error (task, error);
}

static void
trickle_async (VigilSfu *sfu, const char *consumer_id, const char *const *candidates, gboolean end, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  VigilWhepSfu *self = VIGIL_WHEP_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const VigilWhepResource *resource = g_hash_table_lookup (self->resources, consumer_id);
  g_autoptr (GError) error = NULL;
  g_autofree char *body = NULL;

  g_task_set_source_tag (task, trickle_async);
  g_task_set_task_data (task, g_strdup (consumer_id), g_free);
  if (resource == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT, "%s: nothing of it is left", WHAT);
      return;
    }
  if (!self->trickles || !resource->patchable)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, "%s: it takes no candidates after an offer", WHAT);
      return;
    }
  if (rests (self))
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s: it asked for a rest", WHAT);
      return;
    }
  body = vigil_ice_fragment_build (resource->offer, candidates, end, &error);
  if (body == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, "%s: %s", WHAT, error->message);
      return;
    }
  vigil_whep_patch_async (self->http, &self->limits, resource, resource->trusted ? self->config->token : NULL, body, cancellable,
                          patched_cb, g_steal_pointer (&task));
}

static void
sfu_init (VigilSfuInterface *iface)
{
  iface->get_abilities = get_abilities;
  iface->open_transport_async = open_transport_async;
  iface->open_transport_finish = open_transport_finish;
  iface->connect_transport_async = connect_transport_async;
  iface->connect_transport_finish = vigil_sfu_boolean_finish_task;
  iface->consume_async = consume_async;
  iface->consume_finish = consume_finish;
  iface->control_async = control_async;
  iface->control_finish = vigil_sfu_boolean_finish_task;
  iface->trickle_async = trickle_async;
  iface->trickle_finish = vigil_sfu_trickle_finish_task;
}

/* -- the object -- */

VigilWhepSfu *
vigil_whep_sfu_new (const VigilSfuConfig *config, GTlsDatabase *trust, const VigilNetLimits *limits)
{
  VigilWhepSfu *self = g_object_new (VIGIL_TYPE_WHEP_SFU, NULL);
  g_autoptr (GUri) uri = g_uri_parse (config->url, G_URI_FLAGS_NONE, NULL);
  VigilNetLimits own = *limits;

  own.http_connections = limits->whep_connections;
  self->config = vigil_sfu_config_ref ((VigilSfuConfig *) config);
  self->http = vigil_http_new (&own, trust);
  self->limits = *limits;
  self->nearby = uri != NULL && vigil_host_is_loopback (g_uri_get_host (uri));
  return self;
}

void
vigil_whep_sfu_close (VigilWhepSfu *self)
{
  close_transport (self);
}

static void
vigil_whep_sfu_dispose (GObject *object)
{
  VigilWhepSfu *self = VIGIL_WHEP_SFU (object);

  if (self->http != NULL)
    close_transport (self);
  g_clear_object (&self->http);

  G_OBJECT_CLASS (vigil_whep_sfu_parent_class)->dispose (object);
}

static void
vigil_whep_sfu_finalize (GObject *object)
{
  VigilWhepSfu *self = VIGIL_WHEP_SFU (object);

  g_hash_table_unref (self->resources);
  g_free (self->refused);
  g_clear_pointer (&self->config, vigil_sfu_config_unref);

  G_OBJECT_CLASS (vigil_whep_sfu_parent_class)->finalize (object);
}

static void
vigil_whep_sfu_class_init (VigilWhepSfuClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_whep_sfu_dispose;
  object_class->finalize = vigil_whep_sfu_finalize;
}

static void
vigil_whep_sfu_init (VigilWhepSfu *self)
{
  self->trickles = TRUE;
  self->resources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) vigil_whep_resource_free);
}
