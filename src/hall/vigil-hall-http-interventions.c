/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interventions. */
#include <string.h>

#include "vigil-hall-error.h"
#include "vigil-hall-http.h"
#include "vigil-hall-interventions.h"
#include "vigil-hall-writer.h"

#define MAX_TEXT 2000
#define MAX_SECONDS 86400

/* What a kind needs, and who may. */
static const struct
{
  const char *kind;
  glong       max_text;   /* 0: no text */
  gboolean    reason;
  gboolean    seconds;
  gboolean    if_match;
  guint       roles;
} kinds[] = {
  { "warn", 500, FALSE, FALSE, FALSE, VIGIL_HALL_MAY (INVIGILATOR) | VIGIL_HALL_MAY (ADMIN) },
  { "message", 2000, FALSE, FALSE, FALSE, VIGIL_HALL_MAY (INVIGILATOR) | VIGIL_HALL_MAY (ADMIN) },
  { "pause", 0, TRUE, FALSE, TRUE, VIGIL_HALL_MAY (INVIGILATOR) | VIGIL_HALL_MAY (ADMIN) },
  { "resume", 0, TRUE, FALSE, TRUE, VIGIL_HALL_MAY (INVIGILATOR) | VIGIL_HALL_MAY (ADMIN) },
  { "extend", 0, TRUE, TRUE, TRUE, VIGIL_HALL_MAY (ADMIN) },
  { "terminate", 0, TRUE, FALSE, TRUE, VIGIL_HALL_MAY (ADMIN) },
};

static int
find_kind (const char *kind)
{
  for (guint i = 0; kind && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kind, kinds[i].kind))
      return (int) i;
  return -1;
}

static gboolean
is_length (const char *text, glong max)
{
  glong len = text ? g_utf8_strlen (text, -1) : 0;

  return len >= 1 && len <= max;
}

/* The number of the kind, or −1. */
static int
read_intervention (VigilHallRequest *request, VigilHallIntervention *what, GError **error)
{
  VigilMembers members;
  int kind;

  if (!vigil_members_init (&members, request->body, "intervention", error))
    return -1;
  what->kind = vigil_members_get_text (&members, "kind", VIGIL_MEMBER_REQUIRED, 32);
  what->text = vigil_members_get_text (&members, "text", VIGIL_MEMBER_NULLABLE, MAX_TEXT * 4);
  what->reason = vigil_members_get_text (&members, "reason", VIGIL_MEMBER_NULLABLE, MAX_TEXT * 4);
  what->seconds = vigil_members_get_int (&members, "seconds", VIGIL_MEMBER_NULLABLE, 1, MAX_SECONDS, 0);
  kind = find_kind (what->kind);
  if (!vigil_members_ok (&members))
    return -1;
  if (kind < 0)
    vigil_members_fail (&members, "kind", "not an intervention");
  else if (kinds[kind].max_text > 0 && !is_length (what->text, kinds[kind].max_text))
    vigil_members_fail (&members, "text", "missing or too long");
  else if (kinds[kind].reason && !is_length (what->reason, MAX_TEXT))
    vigil_members_fail (&members, "reason", "missing or too long");
  else if (kinds[kind].seconds && what->seconds == 0)
    vigil_members_fail (&members, "seconds", "missing");
  return vigil_members_ok (&members) ? kind : -1;
}

static gboolean
check_rights (VigilHallRequest *request, const VigilHallCandidate *candidate, int kind, GError **error)
{
  g_autoptr(GString) current = NULL;

  if (!(kinds[kind].roles & (1u << request->identity->role)))
    {
      g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_AUTH_FORBIDDEN, "the role %s may not %s",
                   vigil_hall_role_to_nick (request->identity->role), kinds[kind].kind);
      return FALSE;
    }
  if (!kinds[kind].if_match)
    return TRUE;
  current = g_string_new (NULL);
  vigil_hall_candidate_write (candidate, current, NULL);
  return vigil_hall_request_match (request, candidate->version, current->str, error);
}

static gboolean
post_intervention (VigilHallRequest *request, GError **error)
{
  VigilHallIntervention what = { .by = request->identity->user };
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  int kind = candidate ? read_intervention (request, &what, error) : -1;
  GString *out;
  gint64 row;

  if (kind < 0 || !check_rights (request, candidate, kind, error) ||
      !vigil_hall_interventions_add (request->hall, exam, candidate, &what, &row, error))
    return FALSE;
  out = g_string_new ("{");
  vigil_hall_interventions_write (request->hall, row, TRUE, out);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 201, out, candidate->version);
}

static gboolean
list_interventions (VigilHallRequest *request, GError **error)
{
  VigilHallExam *exam;
  VigilHallCandidate *candidate = vigil_hall_request_get_candidate (request, &exam, error);
  VigilHallPage page;
  GString *out;
  gint64 next;

  if (!candidate || !vigil_hall_request_read_page (request, &page, error))
    return FALSE;
  out = vigil_hall_page_begin ();
  next = vigil_hall_interventions_write_page (request->hall, exam, candidate, page.row, page.limit, out);
  vigil_hall_page_end (out, 0, next);
  vigil_hall_write_end_object (out);
  return vigil_hall_request_answer (request, 200, out, candidate->version);
}

const VigilHallRoute vigil_hall_intervention_routes[] = {
  { "GET", "exams/?/candidates/?/interventions", VIGIL_HALL_CONSOLES, VIGIL_HALL_ROUTE_NONE, list_interventions },
  { "POST", "exams/?/candidates/?/interventions", VIGIL_HALL_CONSOLES,
    VIGIL_HALL_ROUTE_JSON | VIGIL_HALL_ROUTE_KEY_REQUIRED, post_intervention },
  { NULL }
};
