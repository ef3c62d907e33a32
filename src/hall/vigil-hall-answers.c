/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Idempotency of the hall. */
#include "vigil-hall-answers.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-error.h"

#define KEEP_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

/* Method, path and body: what makes a repeated request the same one. */
static char *
make_fingerprint (VigilHallRequest *request)
{
  g_autoptr(GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (request->message));
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);

  return g_strdup_printf ("%s %s %s", soup_server_message_get_method (request->message), request->path, sha256);
}

static gboolean
replay (VigilHallRequest *request, sqlite3_stmt *row)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  const char *body = (const char *) sqlite3_column_text (row, 2);
  const char *etag = (const char *) sqlite3_column_text (row, 3);
  guint status = (guint) sqlite3_column_int (row, 1);

  if (etag)
    soup_message_headers_replace (headers, "ETag", etag);
  soup_message_headers_replace (headers, "Idempotency-Replayed", "true");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_server_message_set_status (request->message, status, NULL);
  if (body && *body)
    soup_server_message_set_response (request->message, "application/json; charset=utf-8", SOUP_MEMORY_COPY,
                                      body, strlen (body));
  request->answered = TRUE;
  return TRUE;
}

gboolean
vigil_hall_answers_replay (VigilHallRequest *request, gboolean *replayed, GError **error)
{
  gint64 since = vigil_clock_wall_ms () - KEEP_MS;
  sqlite3_stmt *row;

  request->fingerprint = make_fingerprint (request);
  vigil_hall_store_run (request->hall->store, NULL, "DELETE FROM answer WHERE at < ?", "i", since);
  row = vigil_hall_store_query (request->hall->store,
                                "SELECT request, status, body, etag FROM answer WHERE user = ? AND key = ?",
                                "ss", request->identity->user, request->idempotency_key);
  if (row && sqlite3_step (row) == SQLITE_ROW)
    {
      *replayed = g_str_equal ((const char *) sqlite3_column_text (row, 0), request->fingerprint) &&
                  replay (request, row);
      if (!*replayed)
        {
          g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_CONFLICT,
                               "the Idempotency-Key belongs to another request");
          /* This refusal is not the answer of that key. */
          g_clear_pointer (&request->idempotency_key, g_free);
        }
    }
  if (row)
    sqlite3_reset (row);
  return *replayed || request->idempotency_key;
}

void
vigil_hall_answers_keep (VigilHallRequest *request, guint status, const char *body, const char *etag)
{
  g_autoptr(GError) error = NULL;

  if (!request->idempotency_key || !request->fingerprint || status >= 500 || status == 429)
    return;
  if (!vigil_hall_store_run (request->hall->store, &error,
                             "INSERT OR REPLACE INTO answer (user, key, request, status, body, etag, at)"
                             " VALUES (?, ?, ?, ?, ?, ?, ?)",
                             "sssissi", request->identity->user, request->idempotency_key, request->fingerprint,
                             (gint64) status, body, etag, vigil_clock_wall_ms ()))
    g_warning ("an answer was not kept: %s", error->message);
}
