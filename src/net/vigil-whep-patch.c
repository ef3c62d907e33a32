/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One PATCH to a resource of a WHEP. */
#include "vigil-whep-patch.h"

#include "vigil-ice-fragment.h"
#include "vigil-net-error.h"
#include "vigil-session-error.h"
#include "vigil-whep-metrics.h"

#define WHAT "the WHEP server"

/* Who does not answer is asked once more, and puts us off no more often than an offer. */
#define MAX_TRIES 2
#define MAX_WAITS 2
#define AGAIN_MS  1000

typedef struct
{
  VigilNetLimits     limits;
  char              *url;
  char              *token;  /* nullable */
  char              *etag;   /* nullable */
  char              *ufrag;
  char              *body;
  VigilWhepPatchWord word;
  guint              tries;
  guint              waits;
  gboolean           renamed; /* with another ETag already */
} Patch;

static void
patch_free (gpointer data)
{
  Patch *patch = data;

  g_free (patch->url);
  g_free (patch->token);
  g_free (patch->etag);
  g_free (patch->ufrag);
  g_free (patch->body);
  g_free (patch);
}

void
vigil_whep_patched_free (VigilWhepPatched *self)
{
  g_free (self->etag);
  g_strfreev (self->candidates);
  g_free (self);
}

static void send_patch (GTask *task);

static gboolean
again_cb (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (!g_task_return_error_if_cancelled (task))
    send_patch (task);
  return G_SOURCE_REMOVE;
}

static void
send_later (GTask *task, guint ms)
{
  g_timeout_add (ms, again_cb, g_object_ref (task));
}

static void G_GNUC_PRINTF (3, 4)
fail (GTask *task, VigilSessionError code, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  vigil_counter_add (vigil_whep_metrics ()->patch_refusals, 1);
  g_task_return_new_error (task, VIGIL_SESSION_ERROR, code, "%s: %s", WHAT, text);
}

static void
take_unsupported (GTask *task, guint status)
{
  ((Patch *) g_task_get_task_data (task))->word.unsupported = TRUE;
  fail (task, VIGIL_SESSION_ERROR_PROTOCOL, "it takes no candidates after an offer (%u)", status);
}

/* Mostly there is nothing in it (204): a server has told of its candidates in its answer to the offer. */
static void
take_done (GTask *task, const VigilHttpAnswer *answer)
{
  Patch *patch = g_task_get_task_data (task);
  g_autoptr (VigilWhepPatched) patched = g_new0 (VigilWhepPatched, 1);
  gsize len;
  const char *text = g_bytes_get_data (answer->body, &len);

  if (len > 0 && g_strcmp0 (answer->content_type, VIGIL_ICE_FRAGMENT_TYPE) == 0)
    {
      g_autoptr (GError) error = NULL;

      patched->candidates = vigil_ice_fragment_parse (text, len, patch->ufrag, &error);
      if (patched->candidates == NULL)
        {
          /* Ours have arrived all the same. */
          vigil_counter_add (vigil_whep_metrics ()->malformed, 1);
          g_message ("%s: candidates of its were passed over: %s", WHAT, error->message);
        }
    }
  if (vigil_whep_etag_is_usable (answer->etag))
    patched->etag = g_strdup (answer->etag);
  else if (patch->renamed)
    patched->etag = g_strdup (patch->etag);
  g_task_return_pointer (task, g_steal_pointer (&patched), (GDestroyNotify) vigil_whep_patched_free);
}

/* The resource has another name by now, or wants to be called by it. One that says the same as we did, or does not say which,
 * will refuse whatever is sent. */
static void
take_mismatch (GTask *task, const VigilHttpAnswer *answer)
{
  Patch *patch = g_task_get_task_data (task);

  vigil_counter_add (vigil_whep_metrics ()->patch_mismatches, 1);
  if (patch->renamed || !vigil_whep_etag_is_usable (answer->etag) || g_strcmp0 (answer->etag, patch->etag) == 0)
    {
      take_unsupported (task, answer->status);
      return;
    }
  patch->renamed = TRUE;
  g_free (patch->etag);
  patch->etag = g_strdup (answer->etag);
  send_patch (task);
}

static void
take_busy (GTask *task, const VigilHttpAnswer *answer)
{
  Patch *patch = g_task_get_task_data (task);

  if (answer->retry_ms > patch->limits.http_ms || ++patch->waits > MAX_WAITS)
    {
      patch->word.rest = (VigilWhepRest) { answer->retry_ms, answer->status == 429 };
      fail (task, VIGIL_SESSION_ERROR_UNAVAILABLE, "it cannot take candidates now (%u)", answer->status);
      return;
    }
  vigil_counter_add (vigil_whep_metrics ()->waits, 1);
  send_later (task, MAX (answer->retry_ms, AGAIN_MS));
}

static void
take_refusal (GTask *task, const VigilHttpAnswer *answer)
{
  switch (answer->status)
    {
    case 404:
    case 410:
      fail (task, VIGIL_SESSION_ERROR_NOT_FOUND, "it has no such resource any more (%u)", answer->status);
      return;
    case 405: /* it knows no PATCH here… */
    case 501:
    case 406: /* …or not of this kind… */
    case 415:
    case 422: /* …or only ICE restarts (RFC 9725, 4.3.1) */
      take_unsupported (task, answer->status);
      return;
    case 412:
    case 428:
      take_mismatch (task, answer);
      return;
    default:
      fail (task, answer->status >= 400 ? vigil_net_error_code_from_status (answer->status) : VIGIL_SESSION_ERROR_PROTOCOL,
            "it did not take candidates (%u)", answer->status);
      return;
    }
}

static void
patched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Patch *patch = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (VigilHttpAnswer) answer = vigil_http_send_finish (VIGIL_HTTP (source), result, &error);

  if (answer == NULL)
    {
      if (vigil_session_error_is_transient (error) && ++patch->tries < MAX_TRIES)
        {
          g_clear_error (&error);
          send_later (task, AGAIN_MS);
          return;
        }
      vigil_counter_add (vigil_whep_metrics ()->patch_refusals, !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      g_task_return_error (task, error);
    }
  else if (answer->status >= 200 && answer->status < 300)
    take_done (task, answer);
  else if (answer->status == 429 || (answer->status >= 502 && answer->status <= 504))
    take_busy (task, answer);
  else
    take_refusal (task, answer);
}

static void
send_patch (GTask *task)
{
  Patch *patch = g_task_get_task_data (task);
  VigilHttpRequest request = {
    .method = "PATCH", .url = patch->url, .token = patch->token, .body = patch->body, .content_type = VIGIL_ICE_FRAGMENT_TYPE,
    .if_match = patch->etag, .reuse = TRUE, .what = WHAT, .max_bytes = VIGIL_ICE_FRAGMENT_MAX, .total_ms = patch->limits.http_ms,
  };

  vigil_counter_add (vigil_whep_metrics ()->patches, 1);
  vigil_http_send_async (g_task_get_source_object (task), &request, g_task_get_cancellable (task), patched_cb, g_object_ref (task));
}

void
vigil_whep_patch_async (VigilHttp *http, const VigilNetLimits *limits, const VigilWhepResource *resource, const char *token,
                        const char *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (http, cancellable, callback, user_data);
  Patch *patch = g_new0 (Patch, 1);

  g_task_set_source_tag (task, vigil_whep_patch_async);
  patch->limits = *limits;
  patch->url = g_strdup (resource->url);
  patch->token = g_strdup (token);
  patch->etag = g_strdup (resource->etag);
  patch->ufrag = g_strdup (resource->answer->ufrag);
  patch->body = g_strdup (body);
  g_task_set_task_data (task, patch, patch_free);
  send_patch (task);
}

VigilWhepPatched *
vigil_whep_patch_finish (VigilHttp *http, GAsyncResult *result, VigilWhepPatchWord *word, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, http), NULL);

  *word = ((Patch *) g_task_get_task_data (G_TASK (result)))->word;
  return g_task_propagate_pointer (G_TASK (result), error);
}
