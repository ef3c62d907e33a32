/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence: the list with presigned URLs, and the objects themselves. */
#include "vigil-clock.h"
#include "vigil-hall-error.h"
#include "vigil-hall-http.h"
#include "vigil-hall-sim.h"
#include "vigil-hall-stills.h"
#include "vigil-hall-writer.h"

static gboolean
read_query (VigilHallRequest *request, VigilHallEvidenceQuery *query, GError **error)
{
  static const char *const kinds[] = { "camera", "screen", "audio", NULL };
  VigilHallPage page;

  if (!vigil_hall_request_read_page (request, &page, error) ||
      !vigil_hall_request_read_int (request, "from", 0, VIGIL_JSON_MAX_INT, 0, &query->from, error) ||
      !vigil_hall_request_read_int (request, "to", 0, VIGIL_JSON_MAX_INT, -1, &query->to, error))
    return FALSE;
  query->kind = vigil_hall_request_get_query (request, "kind");
  query->violation = vigil_hall_request_get_query (request, "violation");
  query->snapshots = g_strcmp0 (vigil_hall_request_get_query (request, "snapshots"), "1") == 0;
  query->after_at = page.at;
  query->after_row = page.row;
  query->limit = page.limit;
  if (query->kind && !g_strv_contains (kinds, query->kind))
    return vigil_hall_error_invalid (error, "kind", "camera, screen or audio");
  return TRUE;
}

static void
answer_list (VigilHallRequest *request, VigilHallEvidenceQuery *query)
{
  VigilHallExam *exam;
  const VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, NULL);
  GString *out = vigil_hall_page_begin ();
  gint64 next_at;
  gint64 next_row;

  query->exam_id = vigil_hall_exam_get_id (exam);
  query->student_id = candidate->student_id;
  vigil_hall_evidence_write_page (request->hall->evidence, query, vigil_clock_wall_ms (), out, &next_at, &next_row);
  vigil_hall_page_end (out, next_at, next_row);
  vigil_hall_write_end_object (out);
  vigil_hall_request_answer (request, 200, out, 0);
}

typedef struct
{
  VigilHallRequest       *request;
  VigilHallEvidenceQuery  query;
} Pending;

static void
captured_cb (VigilHall *hall, gpointer user_data)
{
  Pending *pending = user_data;

  /* A hall that stops has nothing to look up in, and nobody to tell. */
  if (!hall->stopped)
    {
      answer_list (pending->request, &pending->query);
      vigil_hall_request_release (pending->request);
    }
  vigil_hall_request_unref (pending->request);
  g_free (pending);
}

static gboolean
list_evidence (VigilHallRequest *request, GError **error)
{
  VigilHallEvidenceQuery query = { 0 };
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  Pending *pending;

  if (!candidate || !read_query (request, &query, error))
    return FALSE;
  if (vigil_hall_evidence_is_lost (request->hall->evidence))
    return vigil_hall_error_unavailable (error, "evidence");
  pending = g_new0 (Pending, 1);
  pending->request = vigil_hall_request_ref (request);
  pending->query = query;
  vigil_hall_request_hold (request);
  /* The newest page of a candidate that is there holds a picture of now. */
  vigil_hall_sim_refresh_capture (request->hall->sim, exam, candidate, query.after_at < 0, captured_cb, pending);
  return TRUE;
}

static gboolean
get_object (VigilHallRequest *request, GError **error)
{
  const char *key = vigil_hall_request_get_arg (request, 0);
  const char *content_type;
  g_autoptr(GBytes) bytes = NULL;

  if (!vigil_hall_evidence_verify (request->hall->evidence, key, vigil_hall_request_get_query (request, "expires"),
                                   vigil_hall_request_get_query (request, "signature"),
                                   vigil_clock_wall_ms (), error))
    return FALSE;
  bytes = vigil_hall_evidence_get (request->hall->evidence, key, &content_type, error);
  return bytes && vigil_hall_request_answer_bytes (request, bytes, content_type);
}

static gboolean
get_still (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);

  if (!candidate)
    return FALSE;
  if (!request->hall->options.no_stills)
    return vigil_hall_stills_answer (request->hall->stills, request, exam, candidate, error);
  g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no such route");
  return FALSE;
}

const VigilHallRoute vigil_hall_evidence_routes[] = {
  { "GET", "exams/?/candidates/?/still", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, get_still },
  { "GET", "exams/?/candidates/?/evidence", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, list_evidence },
  { "GET", "evidence/*", VIGIL_HALL_ANYBODY, VIGIL_HALL_ROUTE_NONE, get_object },
  { NULL }
};
