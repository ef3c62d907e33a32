/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks a WHEP for one producer, and gives back what it made. */
#include "vigil-whep-post.h"

#include <libsoup/soup.h>
#include <string.h>

#include "vigil-ice-fragment.h"
#include "vigil-ice-servers.h"
#include "vigil-location.h"
#include "vigil-net-error.h"
#include "vigil-origin.h"
#include "vigil-whep-metrics.h"

#define WHAT "the WHEP server"
#define SDP_TYPE "application/sdp"

/* Whom a server sends away or puts off so often is not served. */
#define MAX_REDIRECTS 3
#define MAX_WAITS     2

/* An ETag is kept for each video. */
#define MAX_ETAG 256

/* Until the second try to delete. */
#define DELETE_AGAIN_MS 2000

/* How long the program that is being quit stays for its deletes. */
#define DELETE_HOLD_MS 1500

typedef struct
{
  VigilNetLimits  limits;
  char           *origin; /* the URL from the configuration */
  char           *url;    /* where it goes now */
  char           *token;  /* nullable */
  char           *offer_sdp;
  VigilWhepWanted wanted;
  gpointer        user_data; /* the caller's, for @wanted */
  VigilWhepRest   rest;
  guint           redirects;
  guint           waits;
} Post;

static void
post_free (gpointer data)
{
  Post *post = data;

  g_free (post->origin);
  g_free (post->url);
  g_free (post->token);
  g_free (post->offer_sdp);
  g_free (post);
}

void
vigil_whep_resource_free (VigilWhepResource *self)
{
  if (self == NULL)
    return;

  g_free (self->url);
  g_free (self->sdp);
  g_clear_pointer (&self->answer, vigil_whep_answer_free);
  g_strfreev (self->relays);
  g_free (self->offer);
  g_free (self->etag);
  g_free (self);
}

gboolean
vigil_whep_etag_is_usable (const char *etag)
{
  gsize length = etag != NULL ? strlen (etag) : 0;

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (etag[i]))
      return FALSE;
  return length > 0 && length <= MAX_ETAG;
}

char **
vigil_whep_read_relays (const char *links)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilIceServers) servers = vigil_ice_servers_from_link (links, &error);

  if (servers != NULL)
    return g_steal_pointer (&servers->relays);

  vigil_counter_add (vigil_whep_metrics ()->malformed, 1);
  g_message ("%s: its ICE servers were passed over: %s", WHAT, error->message);
  return NULL;
}

/* Returns: (transfer full): the absolute URL that @location means. */
static char *
resolve (const char *base, const char *location, GError **error)
{
  g_autoptr (GUri) from = g_uri_parse (base, SOUP_HTTP_URI_FLAGS, error);
  g_autoptr (GUri) to = from != NULL ? vigil_location_resolve (from, location, WHAT, error) : NULL;

  /* Nobody typed it: a server that writes such an address does not speak the protocol. */
  if (to == NULL && error != NULL && g_error_matches (*error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS))
    (*error)->code = VIGIL_SESSION_ERROR_PROTOCOL;
  return to != NULL ? g_uri_to_string (to) : NULL;
}

/* -- deleting -- */

typedef struct
{
  VigilHttp      *http;
  VigilNetLimits  limits;
  char           *url;
  char           *token;
  gboolean        again;
  GApplication   *held;     /* nullable; owned */
  guint           hold_source;
} Delete;

static void
let_quit (Delete *self)
{
  g_clear_handle_id (&self->hold_source, g_source_remove);
  if (self->held != NULL)
    g_application_release (self->held);
  g_clear_object (&self->held);
}

static gboolean
held_enough_cb (gpointer user_data)
{
  Delete *self = user_data;

  self->hold_source = 0;
  let_quit (self);
  return G_SOURCE_REMOVE;
}

/* Else whoever quits with a wall of videos leaves them all to the server's patience. */
static void
hold_application (Delete *self)
{
  GApplication *application = g_application_get_default ();

  if (application == NULL || !g_application_get_is_registered (application))
    return;

  self->held = g_object_ref (application);
  g_application_hold (self->held);
  self->hold_source = g_timeout_add (DELETE_HOLD_MS, held_enough_cb, self);
}

static void
delete_free (Delete *self)
{
  let_quit (self);
  g_object_unref (self->http);
  g_free (self->url);
  g_free (self->token);
  g_free (self);
}

static void send_delete (Delete *self);

static gboolean
delete_again_cb (gpointer user_data)
{
  send_delete (user_data);
  return G_SOURCE_REMOVE;
}

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Delete *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilHttpAnswer) answer = vigil_http_send_finish (VIGIL_HTTP (source), result, &error);

  /* 404 and 410: it is gone already, as is everything after a restart. */
  if (answer != NULL && (answer->status < 400 || answer->status == 404 || answer->status == 410))
    {
      vigil_counter_add (vigil_whep_metrics ()->deletes, 1);
    }
  else if (!self->again && (answer == NULL || answer->status >= 500))
    {
      self->again = TRUE;
      g_timeout_add (DELETE_AGAIN_MS, delete_again_cb, self);
      return;
    }
  else
    {
      vigil_counter_add (vigil_whep_metrics ()->orphans, 1);
      g_message ("%s: a resource could not be deleted: %s", WHAT, error != NULL ? error->message : "refused");
    }
  delete_free (self);
}

static void
send_delete (Delete *self)
{
  VigilHttpRequest request = {
    .method = "DELETE", .url = self->url, .token = self->token, .what = WHAT,
    .max_bytes = VIGIL_WHEP_MAX_SDP, .total_ms = self->limits.request_ms,
  };

  vigil_http_send_async (self->http, &request, NULL, deleted_cb, self);
}

void
vigil_whep_delete (VigilHttp *http, const VigilNetLimits *limits, const char *url, const char *token)
{
  Delete *self = g_new0 (Delete, 1);

  self->http = g_object_ref (http);
  self->limits = *limits;
  self->url = g_strdup (url);
  self->token = g_strdup (token);
  hold_application (self);
  send_delete (self);
}

/* -- answers -- */

static const char *
token_for (const Post *post, const char *url)
{
  return vigil_origin_is_same (post->origin, url) ? post->token : NULL;
}

static void G_GNUC_PRINTF (3, 4)
fail (GTask *task, VigilSessionError code, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  vigil_counter_add (vigil_whep_metrics ()->refusals, 1);
  g_task_return_new_error (task, VIGIL_SESSION_ERROR, code, "%s: %s", WHAT, text);
}

static gboolean
read_answer (VigilWhepResource *resource, const VigilHttpAnswer *answer, VigilMediaKind kind, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gsize len;
  const char *body = g_bytes_get_data (answer->body, &len);

  if (g_strcmp0 (answer->content_type, SDP_TYPE) != 0)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, "%s: its answer is no " SDP_TYPE, WHAT);
      return FALSE;
    }
  resource->answer = vigil_whep_answer_parse (body != NULL ? body : "", len, kind, &cause);
  if (resource->answer == NULL)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, "%s: %s", WHAT, cause->message);
      return FALSE;
    }
  resource->sdp = g_strdup (resource->answer->sdp);
  return TRUE;
}

/* A server that takes candidates later names the resource for that (RFC 9725, 4.3.1), or says that it can be patched. */
static void
read_patchable (VigilWhepResource *resource, const VigilHttpAnswer *answer)
{
  if (vigil_whep_etag_is_usable (answer->etag))
    resource->etag = g_strdup (answer->etag);
  resource->patchable = resource->etag != NULL ||
                        (answer->accept_patch != NULL && strstr (answer->accept_patch, VIGIL_ICE_FRAGMENT_TYPE) != NULL);
}

static void
take_created (GTask *task, const VigilHttpAnswer *answer)
{
  Post *post = g_task_get_task_data (task);
  g_autoptr (VigilWhepResource) resource = g_new0 (VigilWhepResource, 1);
  GError *error = NULL;

  resource->url = resolve (post->url, answer->location, &error);
  resource->trusted = resource->url != NULL && vigil_origin_is_same (post->origin, resource->url);
  if (resource->url != NULL && read_answer (resource, answer, vigil_whep_offer_get_kind (post->offer_sdp), &error))
    {
      read_patchable (resource, answer);
      resource->offer = g_strdup (post->offer_sdp);
      resource->relays = answer->links != NULL ? vigil_whep_read_relays (answer->links) : NULL;
      g_task_return_pointer (task, g_steal_pointer (&resource), (GDestroyNotify) vigil_whep_resource_free);
      return;
    }

  vigil_counter_add (vigil_whep_metrics ()->malformed, 1);
  if (resource->url != NULL)
    vigil_whep_delete (g_task_get_source_object (task), &post->limits, resource->url, token_for (post, resource->url));
  g_task_return_error (task, error);
}

/* It offers itself, as the first drafts had it, and has made a resource for that. */
static void
refuse_counter_offer (GTask *task, const VigilHttpAnswer *answer)
{
  Post *post = g_task_get_task_data (task);
  g_autofree char *url = resolve (post->url, answer->location, NULL);

  if (url != NULL)
    vigil_whep_delete (g_task_get_source_object (task), &post->limits, url, token_for (post, url));
  fail (task, VIGIL_SESSION_ERROR_PROTOCOL, "it takes no offers of its clients (406)");
}

static void send_post (GTask *task);

static void
follow (GTask *task, const VigilHttpAnswer *answer)
{
  Post *post = g_task_get_task_data (task);
  GError *error = NULL;
  char *to = NULL;

  if (++post->redirects > MAX_REDIRECTS)
    {
      fail (task, VIGIL_SESSION_ERROR_PROTOCOL, "redirected too often");
      return;
    }
  to = resolve (post->url, answer->location, &error);
  if (to == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  vigil_counter_add (vigil_whep_metrics ()->redirects, 1);
  g_free (post->url);
  post->url = to;
  send_post (task);
}

static gboolean
waited_cb (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Post *post = g_task_get_task_data (task);

  if (post->wanted (post->user_data))
    send_post (task);
  else
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "%s: nobody waits for it any more", WHAT);
  return G_SOURCE_REMOVE;
}

static void
take_unavailable (GTask *task, const VigilHttpAnswer *answer)
{
  Post *post = g_task_get_task_data (task);

  if ((answer->status != 503 && answer->status != 429) || answer->retry_ms == 0 || answer->retry_ms > post->limits.http_ms ||
      ++post->waits > MAX_WAITS)
    {
      post->rest = (VigilWhepRest) { answer->retry_ms, answer->status == 429 };
      fail (task, VIGIL_SESSION_ERROR_UNAVAILABLE, "it cannot serve now (%u)", answer->status);
      return;
    }
  vigil_counter_add (vigil_whep_metrics ()->waits, 1);
  g_timeout_add (answer->retry_ms, waited_cb, g_object_ref (task));
}

static void
take_refusal (GTask *task, const VigilHttpAnswer *answer)
{
  switch (answer->status)
    {
    case 404:
    case 409:
    case 410:
      fail (task, VIGIL_SESSION_ERROR_NO_PRODUCER, "nobody sends there (%u)", answer->status);
      return;
    case 401:
      fail (task, VIGIL_SESSION_ERROR_AUTH, "it refuses the token of this exam (401)");
      return;
    case 403:
      fail (task, VIGIL_SESSION_ERROR_FORBIDDEN, "it does not let this exam's token in (403)");
      return;
    default:
      /* A 500 is about this one producer: it is no word of the server's being away. */
      fail (task, answer->status >= 400 && answer->status < 500 ? vigil_net_error_code_from_status (answer->status) : VIGIL_SESSION_ERROR_PROTOCOL,
            "an answer that makes no sense here (%u)", answer->status);
      return;
    }
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (VigilHttpAnswer) answer = vigil_http_send_finish (VIGIL_HTTP (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  vigil_histogram_add (vigil_whep_metrics ()->answer, (g_get_monotonic_time () - answer->sent_us) / 1000.0);
  if (answer->status == 201)
    take_created (task, answer);
  else if (answer->status == 307 || answer->status == 308)
    follow (task, answer);
  else if (answer->status == 406)
    refuse_counter_offer (task, answer);
  else if (answer->status == 429 || (answer->status >= 502 && answer->status <= 504))
    take_unavailable (task, answer);
  else
    take_refusal (task, answer);
}

static void
send_post (GTask *task)
{
  Post *post = g_task_get_task_data (task);
  VigilHttpRequest request = {
    .method = "POST", .url = post->url, .token = token_for (post, post->url), .body = post->offer_sdp, .content_type = SDP_TYPE,
    .accept = SDP_TYPE, .reuse = TRUE, .what = WHAT, .max_bytes = VIGIL_WHEP_MAX_SDP, .total_ms = post->limits.http_ms,
  };

  vigil_counter_add (vigil_whep_metrics ()->posts, 1);
  vigil_http_send_async (g_task_get_source_object (task), &request, NULL, posted_cb, g_object_ref (task));
}

void
vigil_whep_post_async (VigilHttp *http, const VigilNetLimits *limits, const char *url, const char *token,
                       const char *offer_sdp, VigilWhepWanted wanted, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (http, NULL, callback, user_data);
  Post *post = g_new0 (Post, 1);

  g_task_set_source_tag (task, vigil_whep_post_async);
  post->limits = *limits;
  post->origin = g_strdup (url);
  post->url = g_strdup (url);
  post->token = g_strdup (token);
  post->offer_sdp = g_strdup (offer_sdp);
  post->wanted = wanted;
  post->user_data = user_data;
  g_task_set_task_data (task, post, post_free);
  send_post (task);
}

VigilWhepResource *
vigil_whep_post_finish (VigilHttp *http, GAsyncResult *result, VigilWhepRest *rest, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, http), NULL);

  if (rest != NULL)
    *rest = ((Post *) g_task_get_task_data (G_TASK (result)))->rest;

  return g_task_propagate_pointer (G_TASK (result), error);
}
