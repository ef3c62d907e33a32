/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What candidates' browsers send (docs/protocol.md 11). */
#include "vigil-clock.h"
#include "vigil-evidence-key.h"
#include "vigil-hall-error.h"
#include "vigil-hall-http.h"
#include "vigil-hall-violations.h"
#include "vigil-hall-writer.h"

#define MAX_VIOLATIONS 100
#define MAX_TYPE 64
#define MAX_KEYS 16
#define MAX_KEY 1024

typedef struct
{
  VigilHallEventsCall  call;
  GArray              *reports; /* of VigilHallReport */
  GPtrArray           *keys;    /* of char **, what the reports' evidence points at */
} Events;

static void
events_clear (Events *self)
{
  g_clear_pointer (&self->reports, g_array_unref);
  g_clear_pointer (&self->keys, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Events, events_clear)

/* A browser can only point at what is its own. */
static gboolean
check_keys (VigilMembers *members, char **keys, const VigilHallRequest *request)
{
  for (; keys && *keys; keys++)
    {
      g_autoptr(VigilEvidenceKey) key = vigil_evidence_key_parse (*keys, NULL);

      if (!key || !g_str_equal (key->student_id, request->identity->user) ||
          !g_str_equal (key->exam_id, request->identity->exam_id))
        return vigil_members_fail (members, "evidence", "not a key of this candidate");
    }
  return TRUE;
}

static gboolean
read_report (Events *self, const VigilHallRequest *request, JsonNode *node, GError **error)
{
  VigilHallReport report;
  VigilMembers members;
  char **keys;

  if (!vigil_members_init (&members, node, "violations", error))
    return FALSE;
  report.type = vigil_members_get_text (&members, "type", VIGIL_MEMBER_REQUIRED, MAX_TYPE);
  report.at = vigil_members_get_time (&members, "at", VIGIL_MEMBER_REQUIRED);
  vigil_members_get_int (&members, "durationMs", 0, 0, VIGIL_JSON_MAX_INT, 0);
  vigil_members_get_number (&members, "confidence", 0, 0);
  keys = vigil_members_dup_strings (&members, "evidence", 0, MAX_KEYS, MAX_KEY);
  if (keys)
    g_ptr_array_add (self->keys, keys);
  report.evidence = (const char *const *) keys;
  if (vigil_members_ok (&members) && !*report.type)
    vigil_members_fail (&members, "type", "empty");
  if (vigil_members_ok (&members))
    check_keys (&members, keys, request);
  g_array_append_val (self->reports, report);
  return vigil_members_ok (&members);
}

static gboolean
read_events (VigilHallRequest *request, Events *self, GError **error)
{
  JsonArray *violations;
  VigilMembers members;

  self->reports = g_array_new (FALSE, FALSE, sizeof (VigilHallReport));
  self->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  if (!vigil_members_init (&members, request->body, "events", error))
    return FALSE;
  self->call.batch = vigil_members_get_id (&members, "batch", VIGIL_MEMBER_REQUIRED);
  self->call.at = vigil_members_get_time (&members, "at", VIGIL_MEMBER_REQUIRED);
  violations = vigil_members_get_array (&members, "violations", VIGIL_MEMBER_REQUIRED, MAX_VIOLATIONS);
  vigil_members_get_bool (&members, "isStreaming", 0, FALSE);
  if (!vigil_members_ok (&members))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (violations); i++)
    if (!read_report (self, request, json_array_get_element (violations, i), error))
      return FALSE;
  self->call.reports = (const VigilHallReport *) (gpointer) self->reports->data;
  self->call.n_reports = self->reports->len;
  return TRUE;
}

static gboolean
post_events (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  g_auto(Events) events = { 0 };
  VigilHallReceipt receipt;
  GString *out;

  if (!candidate || !read_events (request, &events, error))
    return FALSE;
  vigil_hall_take_events (request->hall, exam, candidate, &events.call, &receipt);
  out = g_string_new ("{");
  vigil_hall_write_int (out, "serverTime", vigil_clock_wall_ms ());
  vigil_hall_write_string (out, "proctoring", vigil_hall_candidate_is_proctored (candidate) ? "on" : "off");
  vigil_hall_write_string (out, "state", vigil_hall_state_to_nick (candidate->state));
  vigil_hall_write_int (out, "accepted", receipt.accepted);
  vigil_hall_write_int (out, "deduplicated", receipt.deduplicated);
  if (candidate->score < 0)
    vigil_hall_write_null (out, "score");
  else
    vigil_hall_write_int (out, "score", candidate->score);
  vigil_hall_bypass_write (vigil_hall_candidate_get_bypass (candidate), candidate->student_id, out, "bypass");
  vigil_hall_write_name (out, "intervalSeconds");
  g_string_append_printf (out, "%g", request->hall->options.events_interval_ms / 1000.0);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
read_kind (VigilHallRequest *request, VigilEvidenceKind *kind, GError **error)
{
  const char *nick = vigil_hall_request_get_query (request, "kind");
  gboolean reference = g_strcmp0 (vigil_hall_request_get_query (request, "reference"), "1") == 0;

  if (g_strcmp0 (nick, "camera") == 0)
    *kind = reference ? VIGIL_EVIDENCE_REFERENCE : VIGIL_EVIDENCE_CAMERA;
  else if (g_strcmp0 (nick, "screen") == 0 && !reference)
    *kind = VIGIL_EVIDENCE_SCREEN;
  else if (g_strcmp0 (nick, "audio") == 0 && !reference)
    *kind = VIGIL_EVIDENCE_AUDIO;
  else
    return vigil_hall_error_invalid (error, "kind", "camera, screen or audio");
  return TRUE;
}

static gboolean
post_evidence (VigilHallRequest *request, GError **error)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *key = NULL;
  VigilHallEvidenceInfo info = { 0 };
  GString *out;

  if (!candidate || !read_kind (request, &info.kind, error) ||
      !vigil_hall_request_read_int (request, "at", 1, VIGIL_JSON_MAX_INT, vigil_clock_wall_ms (), &info.at, error))
    return FALSE;
  bytes = soup_message_body_flatten (soup_server_message_get_request_body (request->message));
  if (g_bytes_get_size (bytes) == 0)
    return vigil_hall_error_invalid (error, "body", "missing");
  info.exam_id = vigil_hall_exam_get_id (exam);
  info.student_id = candidate->student_id;
  info.content_type = soup_message_headers_get_content_type (headers, NULL);
  key = vigil_hall_evidence_put (request->hall->evidence, &info, bytes, error);
  if (!key)
    return FALSE;
  out = g_string_new ("{");
  vigil_hall_write_string (out, "key", key);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 201, out, 0);
}

const VigilHallRoute vigil_hall_browser_routes[] = {
  { "POST", "exams/?/candidates/?/events", VIGIL_HALL_MAY (CANDIDATE), VIGIL_HALL_ROUTE_JSON, post_events },
  { "POST", "exams/?/candidates/?/evidence", VIGIL_HALL_MAY (CANDIDATE), VIGIL_HALL_ROUTE_NONE, post_evidence },
  { NULL }
};
