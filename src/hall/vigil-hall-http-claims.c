/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claiming a candidate, and letting go. */
#include "vigil-hall-claims.h"
#include "vigil-hall-http.h"
#include "vigil-hall-writer.h"

static gboolean
put_claim (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  GString *out;

  if (!candidate || !vigil_hall_claims_check (candidate, request->identity->user, error))
    return FALSE;
  vigil_hall_claims_set (request->hall->claims, exam, candidate, request->identity->user);
  out = g_string_new ("{");
  vigil_hall_write_string (out, "claimedBy", candidate->claimed_by);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, 0);
}

static gboolean
delete_claim (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);

  if (!candidate)
    return FALSE;
  if (request->identity->role != VIGIL_HALL_ROLE_ADMIN &&
      !vigil_hall_claims_check (candidate, request->identity->user, error))
    return FALSE;
  vigil_hall_claims_set (request->hall->claims, exam, candidate, NULL);
  return vigil_hall_request_answer (request, 204, NULL, 0);
}

const VigilHallRoute vigil_hall_claim_routes[] = {
  { "PUT", "exams/?/candidates/?/claim", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_KEY, put_claim },
  { "DELETE", "exams/?/candidates/?/claim", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_KEY, delete_claim },
  { NULL }
};
