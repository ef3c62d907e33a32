/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches one evidence object, bounded while it streams and checked before anybody sees it. */
#include "vigil-evidence-fetch.h"

#include <string.h>

#include "vigil-evidence-key.h"
#include "vigil-hall-answer.h"
#include "vigil-net-error.h"
#include "vigil-net-metrics.h"

#define WHAT "evidence"

/* Task data; main thread, and the worker while it runs. */
typedef struct
{
  VigilHttp         *http;
  VigilHallAddress  *address;
  VigilNetLimits     limits;
  VigilEvidenceItem *item;
  gsize              max_bytes;
  gboolean           asked_again;
  GBytes            *body;
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_clear_object (&fetch->http);
  g_clear_pointer (&fetch->address, vigil_hall_address_unref);
  g_clear_pointer (&fetch->item, vigil_evidence_item_unref);
  g_clear_pointer (&fetch->body, g_bytes_unref);
  g_free (fetch);
}

/* -- what came -- */

static gboolean
begins_with (const guint8 *data, gsize len, gsize at, const char *magic, gsize n)
{
  return len >= at + n && memcmp (data + at, magic, n) == 0;
}

gboolean
vigil_evidence_looks_like (const char *kind, GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  if (g_strcmp0 (kind, "camera") == 0 || g_strcmp0 (kind, "screen") == 0)
    return begins_with (data, len, 0, "\xff\xd8\xff", 3) ||
           begins_with (data, len, 0, "\x89PNG\r\n\x1a\n", 8) ||
           (begins_with (data, len, 0, "RIFF", 4) && begins_with (data, len, 8, "WEBP", 4));
  if (g_strcmp0 (kind, "audio") == 0)
    return begins_with (data, len, 0, "\x1a\x45\xdf\xa3", 4) || begins_with (data, len, 0, "OggS", 4);
  return TRUE;
}

static gboolean
check_body (const VigilEvidenceItem *item, GBytes *body, GError **error)
{
  g_autofree char *sha256 = NULL;

  if (item->size >= 0 && (gsize) item->size != g_bytes_get_size (body))
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                   WHAT ": %" G_GSIZE_FORMAT " bytes came, %" G_GINT64_FORMAT " were announced",
                   g_bytes_get_size (body), item->size);
      return FALSE;
    }
  if (item->sha256 != NULL)
    {
      sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
      if (g_strcmp0 (sha256, item->sha256) != 0)
        {
          g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                               WHAT ": the bytes are not those that were recorded (sha256 differs)");
          return FALSE;
        }
    }
  if (!vigil_evidence_looks_like (item->kind, body))
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                   WHAT ": this is not a file of the kind “%s”", item->kind);
      return FALSE;
    }
  return TRUE;
}

static void
check_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Fetch *fetch = task_data;
  g_autoptr (GError) error = NULL;

  if (check_body (fetch->item, fetch->body, &error))
    {
      g_task_return_pointer (task, g_bytes_ref (fetch->body), (GDestroyNotify) g_bytes_unref);
      return;
    }
  vigil_counter_add (vigil_net_metrics ()->evidence_refused, 1);
  g_task_return_error (task, g_steal_pointer (&error));
}

/* -- where it is now -- */

static void get_bytes (GTask *task);

static gpointer
parse_page (JsonNode *root, GError **error)
{
  return vigil_wire_page_from_json (root, VIGIL_PAGE_EVIDENCE, error);
}

static VigilEvidenceItem *
find_item (VigilWirePage *page, const char *key)
{
  for (guint i = 0; i < page->items->len; i++)
    {
      VigilEvidenceItem *item = g_ptr_array_index (page->items, i);

      if (g_strcmp0 (item->key, key) == 0 && item->url != NULL)
        return item;
    }
  return NULL;
}

static void
located_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWirePage) page = vigil_hall_api_call_finish (VIGIL_HALL_API (source), result, NULL, NULL, &error);
  VigilEvidenceItem *fresh;

  if (page == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  fresh = find_item (page, fetch->item->key);
  if (fresh == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_FOUND, WHAT ": the hall no longer has it");
      return;
    }

  vigil_evidence_item_ref (fresh);
  vigil_evidence_item_unref (fetch->item);
  fetch->item = fresh;
  get_bytes (task);
}

static void
locate (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (VigilEvidenceKey) key = vigil_evidence_key_parse (fetch->item->key != NULL ? fetch->item->key : "", NULL);
  g_autofree char *exam = key != NULL ? vigil_hall_api_escape (key->exam_id) : NULL;
  g_autofree char *student = key != NULL ? vigil_hall_api_escape (key->student_id) : NULL;
  g_autofree char *path = NULL;
  gint64 at_ms;

  fetch->asked_again = TRUE;
  if (exam == NULL || student == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_FOUND, WHAT ": it has no address");
      return;
    }

  at_ms = vigil_evidence_key_get_time (key);
  path = g_strdup_printf ("/exams/%s/candidates/%s/evidence?from=%" G_GINT64_FORMAT "&to=%" G_GINT64_FORMAT "&kind=%s&limit=1000",
                          exam, student, at_ms - 1000, at_ms + 1000, vigil_evidence_key_get_kind_nick (key));
  vigil_hall_api_call_async (g_task_get_source_object (task),
                             &(VigilApiCall) { .method = "GET", .path = path, .what = "the address of " WHAT, .parse = parse_page,
                                               .free_result = (GDestroyNotify) vigil_wire_page_free },
                             g_task_get_cancellable (task), located_cb, g_object_ref (task));
}

/* -- the bytes -- */

static void
take_answer (GTask *task, VigilHttpAnswer *answer)
{
  Fetch *fetch = g_task_get_task_data (task);

  switch (answer->status)
    {
    case 200:
      fetch->body = g_bytes_ref (answer->body);
      g_task_run_in_thread (task, check_in_thread);
      break;
    case 403:
      if (!fetch->asked_again)
        locate (task);
      else
        g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE,
                                 WHAT ": the store refuses the hall's own address for it");
      break;
    case 404:
    case 410:
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_FOUND,
                               answer->status == 410 ? WHAT ": deleted by retention" : WHAT ": the store does not have it");
      break;
    default:
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, (int) vigil_net_error_code_from_status (answer->status),
                               WHAT ": the store answers with HTTP %u", answer->status);
    }
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilHttpAnswer) answer = vigil_http_send_finish (VIGIL_HTTP (source), result, &error);

  if (answer != NULL)
    {
      take_answer (task, answer);
      return;
    }
  if (g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TOO_LARGE))
    vigil_counter_add (vigil_net_metrics ()->evidence_refused, 1);
  g_task_return_error (task, g_steal_pointer (&error));
}

static char *
absolute_url (Fetch *fetch, GError **error)
{
  const char *url = fetch->item->url;
  g_autofree char *full = NULL;
  g_autoptr (GUri) base = NULL;
  g_autoptr (GUri) uri = NULL;

  base = g_uri_parse (vigil_hall_address_get_text (fetch->address), G_URI_FLAGS_ENCODED, NULL);
  uri = g_uri_parse_relative (base, url, G_URI_FLAGS_ENCODED, NULL);
  if (uri == NULL)
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, WHAT ": the hall's address for it is none");
      return NULL;
    }
  if (!vigil_uri_is_safe (uri, error))
    {
      g_prefix_error (error, WHAT ": ");
      return NULL;
    }
  /* An encrypted hall has no reason to point at something that is not, be it this machine. */
  if (g_str_equal (g_uri_get_scheme (base), "https") && !g_str_equal (g_uri_get_scheme (uri), "https"))
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS, WHAT ": the hall's address for it is not encrypted");
      return NULL;
    }
  return g_uri_to_string (uri);
}

static void
get_bytes (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *url = absolute_url (fetch, &error);
  gsize most = fetch->max_bytes;

  if (url == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (fetch->item->size >= 0 && (guint64) fetch->item->size > most)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TOO_LARGE,
                               WHAT ": %" G_GINT64_FORMAT " bytes are more than may be fetched", fetch->item->size);
      return;
    }
  if (fetch->item->size >= 0)
    most = fetch->item->size;

  vigil_http_send_async (fetch->http,
                         &(VigilHttpRequest) { .method = "GET", .url = url, .what = WHAT, .max_bytes = most,
                                               .total_ms = fetch->limits.fetch_ms, .max_redirects = fetch->limits.max_redirects },
                         g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

void
vigil_evidence_fetch_async (VigilHallApi *api, VigilHttp *http, VigilHallAddress *address, const VigilNetLimits *limits,
                            VigilEvidenceItem *item, gsize max_bytes, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (api, cancellable, callback, user_data);
  Fetch *fetch = g_new0 (Fetch, 1);

  g_task_set_source_tag (task, vigil_evidence_fetch_async);
  g_task_set_task_data (task, fetch, fetch_free);
  fetch->http = g_object_ref (http);
  fetch->address = vigil_hall_address_ref (address);
  fetch->limits = *limits;
  fetch->item = vigil_evidence_item_ref (item);
  fetch->max_bytes = max_bytes;

  if (item->url != NULL)
    get_bytes (task);
  else
    locate (task);
}

GBytes *
vigil_evidence_fetch_finish (VigilHallApi *api, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, api), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
