/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Violations of a candidate, open flags of an exam, verdicts. */
#include "vigil-clock.h"
#include "vigil-hall-error.h"
#include "vigil-hall-http.h"
#include "vigil-hall-verdicts.h"
#include "vigil-hall-writer.h"

#define MAX_NOTE 2000

static gboolean
answer_page (VigilHallRequest *request, const VigilHallViolationQuery *query)
{
  g_autoptr(GPtrArray) list = vigil_hall_violations_list (request->hall->store, query);
  GString *out = vigil_hall_page_begin ();
  gboolean more = list->len > query->limit;
  const VigilHallViolation *last = NULL;

  for (guint i = 0; i < MIN (list->len, query->limit); i++)
    {
      last = g_ptr_array_index (list, i);
      vigil_hall_write_begin_object (out, NULL);
      vigil_hall_violation_write_members (last, out);
      vigil_hall_write_end_object (out);
    }
  vigil_hall_page_end (out, more ? last->at : 0, more ? last->row : 0);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
list_events (VigilHallRequest *request, GError **error)
{
  VigilHallViolationQuery query = { 0 };
  VigilHallPage page;
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);

  if (!candidate || !vigil_hall_request_read_page (request, &page, error) ||
      !vigil_hall_request_read_int (request, "from", 0, VIGIL_JSON_MAX_INT, 0, &query.from, error) ||
      !vigil_hall_request_read_int (request, "to", 0, VIGIL_JSON_MAX_INT, -1, &query.to, error))
    return FALSE;
  query.exam_id = vigil_hall_exam_get_id (exam);
  query.student_id = candidate->student_id;
  query.type = vigil_hall_request_get_query (request, "type");
  query.after_at = page.at;
  query.after_row = page.row;
  query.limit = page.limit;
  return answer_page (request, &query);
}

static gboolean
read_state (const char *state, VigilHallFlags *flags, GError **error)
{
  static const char *const states[] = { [VIGIL_HALL_FLAGS_ALL] = "all", [VIGIL_HALL_FLAGS_OPEN] = "open",
                                        [VIGIL_HALL_FLAGS_ESCALATED] = "escalated" };

  for (guint i = 0; state && i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (state, states[i]))
      {
        *flags = (VigilHallFlags) i;
        return TRUE;
      }
  return !state || vigil_hall_error_invalid (error, "state", "open, escalated or all");
}

static gboolean
list_flags (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam = vigil_hall_request_get_exam (request, error);
  const char *state = vigil_hall_request_get_query (request, "state");
  VigilHallViolationQuery query = { .flags = VIGIL_HALL_FLAGS_OPEN };
  VigilHallPage page;

  if (!exam || !vigil_hall_request_read_page (request, &page, error) || !read_state (state, &query.flags, error))
    return FALSE;
  query.exam_id = vigil_hall_exam_get_id (exam);
  query.after_at = page.at;
  query.after_row = page.row;
  query.limit = page.limit;
  return answer_page (request, &query);
}

static gboolean
read_verdict (VigilHallRequest *request, VigilHallVerdict *verdict, GError **error)
{
  static const char *const verdicts[] = { "confirmed", "dismissed", "escalated", "snoozed", NULL };
  VigilMembers members;

  if (!vigil_members_init (&members, request->body, "verdict", error))
    return FALSE;
  verdict->verdict = vigil_members_get_text (&members, "verdict", VIGIL_MEMBER_REQUIRED, 32);
  /* Characters, not bytes: at most four of them each. */
  verdict->note = vigil_members_get_text (&members, "note", VIGIL_MEMBER_NULLABLE, MAX_NOTE * 4);
  verdict->until = vigil_members_get_time (&members, "until", VIGIL_MEMBER_NULLABLE);
  if (!vigil_members_ok (&members))
    return FALSE;
  if (!g_strv_contains (verdicts, verdict->verdict))
    return vigil_members_fail (&members, "verdict", "not a verdict");
  if (verdict->note && g_utf8_strlen (verdict->note, -1) > MAX_NOTE)
    return vigil_members_fail (&members, "note", "too long");
  if (!g_str_equal (verdict->verdict, "snoozed"))
    verdict->until = 0;
  else if (verdict->until <= vigil_clock_wall_ms ())
    return vigil_members_fail (&members, "until", "a time to come is needed");
  return TRUE;
}

static GString *
write_violation (const VigilHallViolation *violation)
{
  GString *out = g_string_new ("{");

  vigil_hall_violation_write_members (violation, out);
  vigil_hall_write_end_object (out);
  return out;
}

/* Whoever believes that nobody has decided yet says If-None-Match: *. A snooze is no decision. */
static gboolean
may_decide (VigilHallRequest *request, const char *id, GError **error)
{
  const char *none = vigil_hall_request_get_header (request, "If-None-Match");
  g_autoptr(VigilHallViolation) held = NULL;
  g_autofree char *current = NULL;

  if (!none)
    return TRUE;
  held = vigil_hall_violations_lookup (request->hall->store, id, error);
  if (!held)
    return FALSE;
  if (!held->verdict || g_str_equal (held->verdict, "snoozed"))
    return TRUE;
  current = g_string_free (write_violation (held), FALSE);
  return vigil_hall_error_precondition (error, "it is decided already", current);
}

static gboolean
put_verdict (VigilHallRequest *request, GError **error)
{
  g_autoptr(VigilHallViolation) after = NULL;
  VigilHallVerdict verdict = { 0 };

  if (!read_verdict (request, &verdict, error) || !may_decide (request, vigil_hall_request_get_arg (request, 0), error))
    return FALSE;
  after = vigil_hall_verdicts_set (request->hall, vigil_hall_request_get_arg (request, 0), request->identity->user,
                                   &verdict, error);
  if (!after)
    return FALSE;
  return vigil_hall_request_answer (request, 200, write_violation (after), 0);
}

const VigilHallRoute vigil_hall_flag_routes[] = {
  { "GET", "exams/?/candidates/?/events", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, list_events },
  { "GET", "exams/?/flags", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, list_flags },
  { "PUT", "flags/?/verdict", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_JSON | VIGIL_HALL_ROUTE_KEY, put_verdict },
  { NULL }
};
