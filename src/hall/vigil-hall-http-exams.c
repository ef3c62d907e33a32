/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Session, exams, roster, configuration. */
#include "vigil-clock.h"
#include "vigil-hall-config.h"
#include "vigil-hall-error.h"
#include "vigil-hall-http.h"
#include "vigil-hall-writer.h"

/* docs/protocol.md 13. */
#define MAX_CHANGES 1000

static gboolean
get_hall (VigilHallRequest *request, GError **error)
{
  GString *out = g_string_new ("{");

  vigil_hall_write_string (out, "service", "vigil-hall");
  vigil_hall_write_int (out, "protocol", 1);
  vigil_hall_write_string (out, "hall", request->hall->options.name);
  vigil_hall_write_string (out, "version", VIGIL_VERSION);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
get_session (VigilHallRequest *request, GError **error)
{
  GString *out = g_string_new ("{");

  vigil_hall_write_string (out, "user", request->identity->user);
  vigil_hall_write_string (out, "role", vigil_hall_role_to_nick (request->identity->role));
  vigil_hall_write_string (out, "hall", request->hall->options.name);
  vigil_hall_write_int (out, "serverTime", vigil_clock_wall_ms ());
  vigil_hall_write_time (out, "expiresAt", request->identity->expires_at);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
list_exams (VigilHallRequest *request, GError **error)
{
  GPtrArray *exams = request->hall->exams;
  VigilHallPage page;
  GString *out;
  guint first;
  guint end;

  if (!vigil_hall_request_read_page (request, &page, error))
    return FALSE;
  out = vigil_hall_page_begin ();
  first = (guint) MIN ((gint64) exams->len, page.has_cursor ? page.row : 0);
  end = MIN (exams->len, first + page.limit);
  for (guint i = first; i < end; i++)
    vigil_hall_exam_write (g_ptr_array_index (exams, i), out, NULL);
  vigil_hall_page_end (out, 0, end < exams->len ? end : 0);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
get_exam (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam = vigil_hall_request_get_exam (request, error);
  GString *out;

  if (!exam)
    return FALSE;
  out = g_string_new (NULL);
  vigil_hall_exam_write (exam, out, NULL);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
list_candidates (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam = vigil_hall_request_get_exam (request, error);
  VigilHallPage page;
  GString *out;
  guint total;
  guint first;
  guint end;

  if (!exam || !vigil_hall_request_read_page (request, &page, error))
    return FALSE;
  total = vigil_hall_exam_get_n_candidates (exam);
  first = (guint) MIN ((gint64) total, page.has_cursor ? page.row : 0);
  end = MIN (total, first + page.limit);
  out = vigil_hall_page_begin ();
  for (guint i = first; i < end; i++)
    vigil_hall_candidate_write (vigil_hall_exam_get_candidate (exam, i), out, NULL);
  vigil_hall_page_end (out, 0, end < total ? end : 0);
  vigil_hall_write_int (out, "total", total);
  vigil_hall_write_int (out, "epoch", vigil_hall_exam_get_epoch (exam));
  vigil_hall_write_int (out, "seq", vigil_hall_exam_get_seq (exam));
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
list_changes (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam = vigil_hall_request_get_exam (request, error);
  gint64 epoch, after, limit;
  GString *out;

  if (!exam || !vigil_hall_request_read_int (request, "epoch", 1, VIGIL_JSON_MAX_INT, 0, &epoch, error) ||
      !vigil_hall_request_read_int (request, "after", 0, VIGIL_JSON_MAX_INT, 0, &after, error) ||
      !vigil_hall_request_read_int (request, "limit", 1, G_MAXINT64, MAX_CHANGES, &limit, error))
    return FALSE;
  out = vigil_hall_page_begin ();
  if (!vigil_hall_exam_write_changes (exam, epoch, after, (guint) MIN (limit, MAX_CHANGES), out))
    {
      g_string_free (out, TRUE);
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_GONE, "not kept for so long");
      return FALSE;
    }
  vigil_hall_page_end (out, 0, 0);
  vigil_hall_write_int (out, "epoch", vigil_hall_exam_get_epoch (exam));
  vigil_hall_write_int (out, "seq", vigil_hall_exam_get_seq (exam));
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
get_candidate (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  GString *out;

  if (!candidate)
    return FALSE;
  out = g_string_new (NULL);
  vigil_hall_candidate_write (candidate, out, NULL);
  return vigil_hall_request_answer (request, 200, out, candidate->version);
}

static gboolean
get_config (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  GString *out;

  if (!candidate)
    return FALSE;
  out = g_string_new (NULL);
  vigil_hall_config_write (exam, candidate, &request->hall->options, out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

const VigilHallRoute vigil_hall_exam_routes[] = {
  { "GET", "", VIGIL_HALL_ANYBODY, VIGIL_HALL_ROUTE_NONE, get_hall },
  { "GET", "session", VIGIL_HALL_CONSOLES | VIGIL_HALL_MAY (CANDIDATE), VIGIL_HALL_ROUTE_NONE, get_session },
  { "GET", "exams", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, list_exams },
  { "GET", "exams/?", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, get_exam },
  { "GET", "exams/?/candidates", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, list_candidates },
  { "GET", "exams/?/changes", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, list_changes },
  { "GET", "exams/?/candidates/?", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, get_candidate },
  { "GET", "exams/?/config/?", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, get_config },
  { NULL }
};
