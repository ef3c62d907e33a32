/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What handlers do with a request. */
#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-answers.h"
#include "vigil-hall-error.h"
#include "vigil-hall-http.h"
#include "vigil-hall-writer.h"

#define JSON_TYPE "application/json; charset=utf-8"
#define DEFAULT_LIMIT 200
#define MAX_LIMIT 1000

VigilHallRequest *
vigil_hall_request_ref (VigilHallRequest *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_hall_request_unref (VigilHallRequest *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->identity, vigil_hall_identity_unref);
  g_clear_pointer (&self->args, g_ptr_array_unref);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->body, json_node_unref);
  g_free (self->path);
  g_free (self->idempotency_key);
  g_free (self->fingerprint);
  g_object_unref (self->message);
  g_object_unref (self->hall);
  g_free (self);
}

const char *
vigil_hall_request_get_arg (VigilHallRequest *self, guint n)
{
  return g_ptr_array_index (self->args, n);
}

const char *
vigil_hall_request_get_query (VigilHallRequest *self, const char *name)
{
  return self->query ? g_hash_table_lookup (self->query, name) : NULL;
}

const char *
vigil_hall_request_get_header (VigilHallRequest *self, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (self->message), name);
}

gboolean
vigil_hall_request_read_int (VigilHallRequest *self, const char *name, gint64 min, gint64 max,
                             gint64 fallback, gint64 *value, GError **error)
{
  const char *text = vigil_hall_request_get_query (self, name);

  *value = fallback;
  if (!text)
    return TRUE;
  return g_ascii_string_to_signed (text, 10, min, max, value, NULL) ||
         vigil_hall_error_invalid (error, name, "not a number of the range");
}

static gboolean
read_cursor (const char *after, VigilHallPage *page)
{
  g_auto(GStrv) parts = g_strsplit (after, "-", 2);

  return g_strv_length (parts) == 2 && g_ascii_string_to_signed (parts[0], 10, 0, G_MAXINT64, &page->at, NULL) &&
         g_ascii_string_to_signed (parts[1], 10, 0, G_MAXINT64, &page->row, NULL);
}

gboolean
vigil_hall_request_read_page (VigilHallRequest *self, VigilHallPage *page, GError **error)
{
  const char *after = vigil_hall_request_get_query (self, "after");
  gint64 limit;

  *page = (VigilHallPage) { .at = -1 };
  if (!vigil_hall_request_read_int (self, "limit", 1, G_MAXINT64, DEFAULT_LIMIT, &limit, error))
    return FALSE;
  page->limit = (guint) MIN (limit, MAX_LIMIT);
  if (!after || !*after)
    return TRUE;
  page->has_cursor = read_cursor (after, page);
  return page->has_cursor || vigil_hall_error_invalid (error, "after", "not a cursor of this hall");
}

VigilHallExam *
vigil_hall_request_get_exam (VigilHallRequest *self, GError **error)
{
  return vigil_hall_find_exam (self->hall, vigil_hall_request_get_arg (self, 0), error);
}

VigilHallCandidate *
vigil_hall_request_get_candidate (VigilHallRequest *self, VigilHallExam **exam, GError **error)
{
  const char *student_id = vigil_hall_request_get_arg (self, 1);
  VigilHallCandidate *candidate;

  /* A candidate's token says nothing about who else there is. */
  if (self->identity && self->identity->role == VIGIL_HALL_ROLE_CANDIDATE &&
      (g_strcmp0 (self->identity->user, student_id) != 0 ||
       g_strcmp0 (self->identity->exam_id, vigil_hall_request_get_arg (self, 0)) != 0))
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_AUTH_FORBIDDEN, "another candidate");
      return NULL;
    }
  *exam = vigil_hall_request_get_exam (self, error);
  if (!*exam)
    return NULL;
  candidate = vigil_hall_exam_lookup (*exam, student_id);
  if (!candidate)
    g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no candidate %s", student_id);
  return candidate;
}

gboolean
vigil_hall_request_match (VigilHallRequest *self, gint64 version, const char *current, GError **error)
{
  g_autofree char *etag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", version);
  const char *given = vigil_hall_request_get_header (self, "If-Match");

  if (given && (g_str_equal (given, etag) || g_str_equal (given, "*")))
    return TRUE;
  return vigil_hall_error_precondition (error, given ? "somebody was faster" : "If-Match is needed", current);
}

static void
add_headers (VigilHallRequest *self)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);

  soup_message_headers_replace (headers, "Cache-Control", "no-store");
}

gboolean
vigil_hall_request_answer (VigilHallRequest *self, guint status, GString *body, gint64 etag_version)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  g_autofree char *etag = etag_version > 0 ? g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", etag_version) : NULL;
  gsize len = body ? body->len : 0;

  g_return_val_if_fail (!self->answered, TRUE);
  self->answered = TRUE;
  add_headers (self);
  if (etag)
    soup_message_headers_replace (headers, "ETag", etag);
  vigil_hall_answers_keep (self, status, body ? body->str : "", etag);
  soup_server_message_set_status (self->message, status, NULL);
  if (body)
    soup_server_message_set_response (self->message, JSON_TYPE, SOUP_MEMORY_TAKE, g_string_free (body, FALSE), len);
  return TRUE;
}

gboolean
vigil_hall_request_answer_bytes (VigilHallRequest *self, GBytes *bytes, const char *content_type)
{
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);

  self->answered = TRUE;
  add_headers (self);
  soup_message_headers_set_content_type (headers, content_type, NULL);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_body_append_bytes (body, bytes);
  soup_server_message_set_status (self->message, 200, NULL);
  return TRUE;
}

void
vigil_hall_request_refuse (VigilHallRequest *self, const GError *error)
{
  GString *body = g_string_new ("{");
  guint retry = vigil_hall_error_get_retry_after (error);

  vigil_hall_error_write (body, "error", error);
  g_string_append_c (body, '}');
  if (retry > 0)
    {
      g_autofree char *text = g_strdup_printf ("%u", retry);

      soup_message_headers_replace (soup_server_message_get_response_headers (self->message), "Retry-After", text);
    }
  vigil_hall_request_answer (self, vigil_hall_error_get_status (error), body, 0);
}

void
vigil_hall_request_hold (VigilHallRequest *self)
{
  soup_server_message_pause (self->message);
}

void
vigil_hall_request_release (VigilHallRequest *self)
{
  soup_server_message_unpause (self->message);
}

GString *
vigil_hall_page_begin (void)
{
  GString *out = g_string_sized_new (4096);

  g_string_append (out, "{\"items\":[");
  return out;
}

void
vigil_hall_page_end (GString *out, gint64 next_at, gint64 next_row)
{
  vigil_hall_write_end_array (out);
  if (next_at == 0 && next_row == 0)
    vigil_hall_write_null (out, "next");
  else
    {
      g_autofree char *next = g_strdup_printf ("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, next_at, next_row);

      vigil_hall_write_string (out, "next", next);
    }
}
