/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bypasses: who may set them, when, and how everybody learns. */
#include "vigil-clock.h"
#include "vigil-hall-bypasses.h"
#include "vigil-hall-error.h"
#include "vigil-hall-http.h"
#include "vigil-hall-writer.h"

#define MIN_REASON 3
#define MAX_REASON 2000
#define MAX_CATEGORY 64

static char *
dup_json (const VigilHallCandidate *candidate)
{
  GString *out = g_string_new (NULL);

  vigil_hall_bypass_write (candidate->bypass, candidate->student_id, out, NULL);
  return g_string_free (out, FALSE);
}

static gboolean
answer (VigilHallRequest *request, guint status, const VigilHallCandidate *candidate)
{
  GString *out = g_string_new (NULL);

  vigil_hall_bypass_write (candidate->bypass, candidate->student_id, out, NULL);
  return vigil_hall_request_answer (request, status, out, candidate->bypass->version);
}

static gboolean
list_bypasses (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam = vigil_hall_request_get_exam (request, error);
  VigilHallPage page;
  GString *out;
  guint n = 0;
  guint i;

  if (!exam || !vigil_hall_request_read_page (request, &page, error))
    return FALSE;
  out = vigil_hall_page_begin ();
  for (i = page.has_cursor ? (guint) MIN (page.row, G_MAXINT32) : 0; i < vigil_hall_exam_get_n_candidates (exam); i++)
    {
      VigilHallCandidate *candidate = vigil_hall_exam_get_candidate (exam, i);

      if (!vigil_hall_candidate_get_bypass (candidate))
        continue;
      if (n++ == page.limit)
        break;
      vigil_hall_bypass_write (candidate->bypass, candidate->student_id, out, NULL);
    }
  vigil_hall_page_end (out, 0, i < vigil_hall_exam_get_n_candidates (exam) ? i : 0);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
get_bypass (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);

  if (!candidate)
    return FALSE;
  if (candidate->bypass)
    return answer (request, 200, candidate);
  g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "%s was never bypassed", candidate->student_id);
  return FALSE;
}

static gboolean
check_signals (VigilMembers *members, char **given)
{
  static const char *const known[] = { "camera", "microphone", "screen", "fullscreen", "network", NULL };

  for (; given && *given; given++)
    if (!g_strv_contains (known, *given))
      return vigil_members_fail (members, "signals", "not a signal");
  return TRUE;
}

static VigilHallBypass *
read_bypass (VigilHallRequest *request, GError **error)
{
  g_autoptr(VigilHallBypass) bypass = vigil_hall_bypass_new ();
  VigilMembers members;
  glong len;

  if (!vigil_members_init (&members, request->body, "bypass", error))
    return NULL;
  bypass->active = TRUE;
  bypass->reason = g_strdup (vigil_members_get_text (&members, "reason", VIGIL_MEMBER_REQUIRED, MAX_REASON * 4));
  bypass->category = g_strdup (vigil_members_get_text (&members, "category", VIGIL_MEMBER_REQUIRED, MAX_CATEGORY * 4));
  bypass->signals = vigil_members_dup_strings (&members, "signals", VIGIL_MEMBER_REQUIRED, 16, 32);
  bypass->expires_at = vigil_members_get_time (&members, "expiresAt", VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE);
  if (!vigil_members_ok (&members) || !check_signals (&members, bypass->signals))
    return NULL;
  g_strstrip (bypass->reason);
  len = g_utf8_strlen (bypass->reason, -1);
  if (len < MIN_REASON || len > MAX_REASON)
    vigil_members_fail (&members, "reason", "3 to 2,000 characters are needed");
  else if (!*bypass->category || g_utf8_strlen (bypass->category, -1) > MAX_CATEGORY)
    vigil_members_fail (&members, "category", "1 to 64 characters are needed");
  else if (!vigil_members_is_null (&members, "expiresAt") && bypass->expires_at <= vigil_clock_wall_ms ())
    vigil_members_fail (&members, "expiresAt", "a time to come is needed");
  return vigil_members_ok (&members) ? g_steal_pointer (&bypass) : NULL;
}

/* Where none is active, nobody may have been faster either: If-None-Match: *, or the revoked
 * one's If-Match. Where one is, its If-Match. */
static gboolean
may_put (VigilHallRequest *request, const VigilHallCandidate *candidate, GError **error)
{
  g_autofree char *current = dup_json (candidate);
  const char *none = vigil_hall_request_get_header (request, "If-None-Match");

  if (vigil_hall_candidate_get_bypass (candidate))
    return none ? vigil_hall_error_precondition (error, "there is one already", current)
                : vigil_hall_request_match (request, candidate->bypass->version, current, error);
  if (none && g_str_equal (none, "*"))
    return TRUE;
  if (candidate->bypass && vigil_hall_request_get_header (request, "If-Match"))
    return vigil_hall_request_match (request, candidate->bypass->version, current, error);
  return vigil_hall_error_precondition (error, "If-None-Match: * is needed", current);
}

static gboolean
put_bypass (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  g_autoptr(VigilHallBypass) bypass = candidate ? read_bypass (request, error) : NULL;
  gboolean was_active;

  if (!bypass || !may_put (request, candidate, error))
    return FALSE;
  was_active = vigil_hall_candidate_get_bypass (candidate) != NULL;
  bypass->bypassed_by = g_strdup (request->identity->user);
  if (!vigil_hall_bypasses_set (request->hall, exam, candidate, g_steal_pointer (&bypass), error))
    return FALSE;
  return answer (request, was_active ? 200 : 201, candidate);
}

static gboolean
delete_bypass (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  g_autofree char *current = NULL;
  VigilMembers members;

  if (!candidate)
    return FALSE;
  if (request->body)
    {
      if (!vigil_members_init (&members, request->body, "revoke", error))
        return FALSE;
      vigil_members_get_text (&members, "reason", VIGIL_MEMBER_NULLABLE, MAX_REASON * 4);
      if (!vigil_members_ok (&members))
        return FALSE;
    }
  if (!candidate->bypass)
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "there is no bypass");
      return FALSE;
    }
  current = dup_json (candidate);
  if (!vigil_hall_request_match (request, candidate->bypass->version, current, error))
    return FALSE;
  if (!candidate->bypass->active)
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_CONFLICT, "it is not active any more");
      return FALSE;
    }
  return vigil_hall_bypasses_end (request->hall, exam, candidate, request->identity->user, error) &&
         answer (request, 200, candidate);
}

const VigilHallRoute vigil_hall_bypass_routes[] = {
  { "GET", "exams/?/bypasses", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, list_bypasses },
  { "GET", "exams/?/bypasses/?", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, get_bypass },
  { "PUT", "exams/?/bypasses/?", VIGIL_HALL_MAY (ADMIN), VIGIL_HALL_ROUTE_JSON | VIGIL_HALL_ROUTE_KEY_REQUIRED,
    put_bypass },
  { "DELETE", "exams/?/bypasses/?", VIGIL_HALL_MAY (ADMIN),
    VIGIL_HALL_ROUTE_JSON_OPTIONAL | VIGIL_HALL_ROUTE_KEY_REQUIRED, delete_bypass },
  { NULL }
};
