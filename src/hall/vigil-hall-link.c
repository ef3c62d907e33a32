/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A candidate's browser on its socket. */
#include "vigil-hall-link.h"

#include "vigil-clock.h"
#include "vigil-hall-error.h"
#include "vigil-hall-interventions.h"
#include "vigil-hall-sim.h"
#include "vigil-hall-writer.h"
#include "vigil-members.h"

#define NSP "/candidate"

struct _VigilHallLink
{
  VigilHall          *hall;      /* outlives us */
  VigilHallSocket    *socket;    /* its owner is ours */
  VigilHallExam      *exam;
  VigilHallCandidate *candidate;
  gboolean            joined;
  gboolean            replaced;
};

VigilHallLink *
vigil_hall_link_find (VigilHall *hall, const VigilHallCandidate *candidate)
{
  return g_hash_table_lookup (hall->links, candidate->student_id);
}

VigilHallLink *
vigil_hall_link_new (VigilHall *hall, VigilHallSocket *socket, VigilHallIdentity *identity, GError **error)
{
  VigilHallExam *exam = vigil_hall_find_exam (hall, identity->exam_id, error);
  VigilHallCandidate *candidate = exam ? vigil_hall_exam_lookup (exam, identity->user) : NULL;
  VigilHallLink *old;
  VigilHallLink *self;

  if (!candidate)
    {
      if (exam)
        g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no such candidate");
      return NULL;
    }
  self = g_new0 (VigilHallLink, 1);
  self->hall = hall;
  self->socket = socket;
  self->exam = exam;
  self->candidate = candidate;
  old = vigil_hall_link_find (hall, candidate);
  g_hash_table_replace (hall->links, candidate->student_id, self);
  if (old)
    {
      old->replaced = TRUE;
      vigil_hall_socket_disconnect (old->socket, NSP);
    }
  return self;
}

void
vigil_hall_link_free (VigilHallLink *self)
{
  if (!self->replaced)
    {
      g_hash_table_remove (self->hall->links, self->candidate->student_id);
      if (self->joined)
        vigil_hall_sim_set_linked (self->hall->sim, self->candidate, FALSE);
    }
  g_free (self);
}

static gboolean
join (VigilHallLink *self, JsonNode *argument, gint64 ack_id, GError **error)
{
  VigilHallCandidate *candidate = self->candidate;
  g_autoptr(GString) out = g_string_new ("{");
  const char *platform;
  VigilMembers members;

  if (!vigil_members_init (&members, argument, "joinAsCandidate", error))
    return FALSE;
  platform = vigil_members_get_text (&members, "platform", VIGIL_MEMBER_NULLABLE, 200);
  if (!vigil_members_ok (&members))
    return FALSE;
  if (platform)
    {
      g_free (candidate->platform_owned);
      candidate->platform = candidate->platform_owned = g_strdup (platform);
    }
  self->joined = TRUE;
  vigil_hall_sim_set_linked (self->hall->sim, candidate, TRUE);
  vigil_hall_write_int (out, "serverTime", vigil_clock_wall_ms ());
  vigil_hall_write_string (out, "examId", vigil_hall_exam_get_id (self->exam));
  vigil_hall_write_string (out, "studentId", candidate->student_id);
  vigil_hall_exam_write (self->exam, out, "exam");
  vigil_hall_write_string (out, "state", vigil_hall_state_to_nick (candidate->state));
  vigil_hall_write_string (out, "proctoring", vigil_hall_candidate_is_proctored (candidate) ? "on" : "off");
  vigil_hall_bypass_write (vigil_hall_candidate_get_bypass (candidate), candidate->student_id, out, "bypass");
  vigil_hall_socket_ack (self->socket, NSP, ack_id, out->str + 1);
  return TRUE;
}

static gboolean
raise_hand (VigilHallLink *self, JsonNode *argument, gint64 ack_id, GError **error)
{
  VigilMembers members;
  gboolean raised;

  if (!vigil_members_init (&members, argument, "raiseHand", error))
    return FALSE;
  raised = vigil_members_get_bool (&members, "raised", VIGIL_MEMBER_REQUIRED, FALSE);
  if (!vigil_members_ok (&members))
    return FALSE;
  if (self->candidate->hand_raised != raised)
    {
      self->candidate->hand_raised = raised;
      vigil_hall_exam_update (self->exam, self->candidate, VIGIL_HALL_FIELD_HAND);
    }
  vigil_hall_socket_ack (self->socket, NSP, ack_id, NULL);
  return TRUE;
}

static gboolean
acknowledge (VigilHallLink *self, JsonNode *argument, gint64 ack_id, GError **error)
{
  VigilMembers members;
  const char *id;

  if (!vigil_members_init (&members, argument, "acknowledge", error))
    return FALSE;
  id = vigil_members_get_id (&members, "interventionId", VIGIL_MEMBER_REQUIRED);
  if (!id || !vigil_hall_interventions_acknowledge (self->hall, self->exam, self->candidate->student_id, id, error))
    return FALSE;
  vigil_hall_socket_ack (self->socket, NSP, ack_id, NULL);
  return TRUE;
}

gboolean
vigil_hall_link_request (VigilHallLink *self, const char *name, JsonNode *argument, gint64 ack_id, GError **error)
{
  static const char *const sfu[] = { "getRouterRtpCapabilities", "createWebRtcTransport", "connectTransport",
                                     "produce", "pauseProducer", "resumeProducer", "closeProducer", NULL };

  if (!argument || !JSON_NODE_HOLDS_OBJECT (argument))
    return vigil_hall_error_invalid (error, "argument", "one object is needed");
  if (g_str_equal (name, "joinAsCandidate"))
    return join (self, argument, ack_id, error);
  if (!self->joined)
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_CONFLICT, "joinAsCandidate comes first");
      return FALSE;
    }
  if (g_str_equal (name, "raiseHand"))
    return raise_hand (self, argument, ack_id, error);
  if (g_str_equal (name, "acknowledge"))
    return acknowledge (self, argument, ack_id, error);
  /* This hall's media is simulated: it forwards, it receives nothing. */
  if (g_strv_contains (sfu, name))
    return vigil_hall_error_unavailable (error, "sfu");
  return vigil_hall_error_invalid (error, "request", "unknown");
}

gboolean
vigil_hall_link_tell_intervention (VigilHall *hall, const VigilHallCandidate *candidate, gint64 row)
{
  VigilHallLink *self = vigil_hall_link_find (hall, candidate);
  g_autoptr(GString) out = NULL;

  if (!self)
    return FALSE;
  out = g_string_new ("{");
  vigil_hall_interventions_write (hall, row, FALSE, out);
  vigil_hall_write_end_object (out);
  vigil_hall_socket_send_event (self->socket, NSP, "intervention", out->str);
  vigil_hall_interventions_delivered (hall, self->exam, row);
  return TRUE;
}

void
vigil_hall_link_tell_proctoring (VigilHall *hall, const VigilHallCandidate *candidate)
{
  VigilHallLink *self = vigil_hall_link_find (hall, candidate);
  g_autoptr(GString) out = NULL;

  if (!self)
    return;
  out = g_string_new ("{");
  vigil_hall_write_string (out, "proctoring", vigil_hall_candidate_is_proctored (candidate) ? "on" : "off");
  vigil_hall_bypass_write (vigil_hall_candidate_get_bypass (candidate), candidate->student_id, out, "bypass");
  vigil_hall_write_end_object (out);
  vigil_hall_socket_send_event (self->socket, NSP, "proctoring", out->str);
}
