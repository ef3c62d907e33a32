/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders about the hall itself, its connections and single candidates. */
#include "vigil-hall-control-private.h"

#include "vigil-clock.h"
#include "vigil-hall-console.h"
#include "vigil-hall-media.h"
#include "vigil-hall-sim.h"
#include "vigil-hall-writer.h"

static void
do_drop (VigilHallOrder *order)
{
  gboolean abrupt = vigil_members_get_bool (order->members, "abrupt", 0, TRUE);

  vigil_hall_write_int (order->out, "dropped", order->hall->consoles->len);
  while (order->hall->consoles->len > 0)
    vigil_hall_socket_close (vigil_hall_console_get_socket (g_ptr_array_index (order->hall->consoles, 0)), abrupt);
}

static void
freeze (VigilHall *hall, gboolean frozen)
{
  hall->frozen = frozen;
  for (guint i = hall->consoles->len; i > 0; i--)
    vigil_hall_socket_set_frozen (vigil_hall_console_get_socket (g_ptr_array_index (hall->consoles, i - 1)), frozen);
}

static gboolean
thaw_cb (gpointer user_data)
{
  freeze (user_data, FALSE);
  return G_SOURCE_REMOVE;
}

static void
do_freeze (VigilHallOrder *order)
{
  guint ms = vigil_hall_order_get_ms (order, 0);

  freeze (order->hall, TRUE);
  if (ms > 0)
    vigil_hall_later (order->hall, ms, thaw_cb, order->hall, NULL);
}

static void
do_thaw (VigilHallOrder *order)
{
  freeze (order->hall, FALSE);
}

static void
do_scores (VigilHallOrder *order)
{
  double rate = vigil_members_get_number (order->members, "rate", 0, -1);

  vigil_hall_scores_set_running (order->hall->scores, vigil_members_get_bool (order->members, "running", 0, TRUE));
  if (rate >= 0)
    vigil_hall_scores_set_rate (order->hall->scores, rate);
}

static void
do_evidence (VigilHallOrder *order)
{
  gboolean lost = vigil_members_get_bool (order->members, "lost", 0, TRUE);

  vigil_hall_evidence_set_lost (order->hall->evidence, lost);
  vigil_hall_set_part (order->hall, VIGIL_HALL_PART_EVIDENCE, lost, lost ? "the evidence store does not answer" : NULL);
}

static void
do_retain (VigilHallOrder *order)
{
  gint64 before = vigil_members_get_int (order->members, "before", 0, 0, VIGIL_JSON_MAX_INT, vigil_clock_wall_ms () + 1);

  vigil_hall_write_int (order->out, "deleted", vigil_hall_evidence_retain (order->hall->evidence, before));
}

static void
do_disconnect (VigilHallOrder *order)
{
  VigilHallCandidate *candidate = vigil_hall_order_get_candidate (order);
  guint ms = vigil_hall_order_get_ms (order, 0);

  if (candidate)
    vigil_hall_sim_disconnect (order->hall->sim, candidate, ms);
}

static void
do_connect (VigilHallOrder *order)
{
  VigilHallCandidate *candidate = vigil_hall_order_get_candidate (order);

  if (candidate)
    vigil_hall_sim_connect (order->hall->sim, candidate);
}

static void
do_behave (VigilHallOrder *order)
{
  VigilHallCandidate *candidate = vigil_hall_order_get_candidate (order);
  const char *nick = vigil_members_get_text (order->members, "behaviour", VIGIL_MEMBER_REQUIRED, 32);
  guint ms = vigil_hall_order_get_ms (order, 0);
  VigilSimBehaviour behaviour;

  if (!candidate || !vigil_members_ok (order->members))
    return;
  if (!vigil_sim_behaviour_from_nick (nick, &behaviour))
    vigil_members_fail (order->members, "behaviour", "unknown");
  else
    vigil_hall_sim_behave (order->hall->sim, candidate, behaviour, ms);
}

static void
do_slow_http (VigilHallOrder *order)
{
  order->hall->slow_http_ms = vigil_hall_order_get_ms (order, 0);
}

/* The hall's clock is set wrong, for everything from now on. */
static void
do_clock (VigilHallOrder *order)
{
  gint64 most = G_GINT64_CONSTANT (1000) * G_TIME_SPAN_DAY;
  gint64 ms = vigil_members_get_int (order->members, "ms", VIGIL_MEMBER_REQUIRED, -most, most, 0);

  if (vigil_members_ok (order->members))
    vigil_clock_shift_wall_ms (ms);
}

static void
do_expire_token (VigilHallOrder *order)
{
  const char *token = vigil_members_get_text (order->members, "token", 0, 1024);

  if (!vigil_members_ok (order->members))
    return;
  vigil_hall_tokens_expire (order->hall->tokens, token, vigil_clock_wall_ms ());
  vigil_hall_consoles_expire (order->hall, vigil_clock_wall_ms ());
}

static void
do_system (VigilHallOrder *order)
{
  const char *name = vigil_members_get_text (order->members, "part", VIGIL_MEMBER_REQUIRED, 32);
  gboolean degraded = vigil_members_get_bool (order->members, "degraded", 0, TRUE);
  const char *reason = vigil_members_get_text (order->members, "reason", VIGIL_MEMBER_NULLABLE, 500);

  if (!vigil_members_ok (order->members))
    return;
  for (guint part = 0; part < VIGIL_HALL_N_PARTS; part++)
    if (g_str_equal (name, vigil_hall_part_to_nick (part)))
      {
        if (part == VIGIL_HALL_PART_COUNTING)
          vigil_hall_referee_set_counting (order->hall->referee, !degraded);
        vigil_hall_set_part (order->hall, part, degraded, reason);
        return;
      }
  vigil_members_fail (order->members, "part", "unknown");
}

static void
do_exam (VigilHallOrder *order)
{
  static const char *const states[] = { "scheduled", "running", "ended" };
  const char *state = vigil_members_get_text (order->members, "state", VIGIL_MEMBER_REQUIRED, 32);

  for (guint i = 0; state && i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (state, states[i]))
      {
        vigil_hall_exam_set_state (order->hall->exam, states[i]);
        return;
      }
  vigil_members_fail (order->members, "state", "scheduled, running or ended");
}

/* The hall lost its counter: a new epoch, as after a restart. */
static void
do_new_epoch (VigilHallOrder *order)
{
  vigil_hall_exam_set_epoch (order->hall->exam, vigil_hall_exam_get_epoch (order->hall->exam) + 1);
}

/* Skips sequence numbers: what a lost delta looks like. */
static void
do_gap (VigilHallOrder *order)
{
  vigil_hall_exam_skip (order->hall->exam, 1);
}

static void
do_lose (VigilHallOrder *order)
{
  vigil_hall_exam_lose (order->hall->exam, (guint) vigil_members_get_int (order->members, "n", 0, 1, 100000, 1));
}

static void
do_candidate_token (VigilHallOrder *order)
{
  VigilHallCandidate *candidate = vigil_hall_order_get_candidate (order);

  if (candidate)
    vigil_hall_write_string (order->out, "token",
                             vigil_hall_tokens_for_candidate (order->hall->tokens,
                                                              vigil_hall_exam_get_id (order->hall->exam),
                                                              candidate->student_id)->token);
}

static void
do_counts (VigilHallOrder *order)
{
  VigilHallSfuCounts counts;

  vigil_hall_sfu_get_counts (vigil_hall_media_get_sfu (order->hall->media), &counts);
  vigil_hall_write_int (order->out, "connections", order->hall->consoles->len);
  vigil_hall_write_int (order->out, "scoresSent", (gint64) vigil_hall_scores_get_sent (order->hall->scores));
  vigil_hall_write_int (order->out, "active", vigil_hall_sim_get_n_active (order->hall->sim));
  vigil_hall_write_int (order->out, "capturesMissed", vigil_hall_sim_get_n_missed (order->hall->sim));
  vigil_hall_write_int (order->out, "seq", vigil_hall_exam_get_seq (order->hall->exam));
  vigil_hall_write_int (order->out, "epoch", vigil_hall_exam_get_epoch (order->hall->exam));
  vigil_hall_write_int (order->out, "violations", (gint64) vigil_hall_referee_get_n_counted (order->hall->referee));
  vigil_hall_write_int (order->out, "transports", counts.transports);
  vigil_hall_write_int (order->out, "producers", counts.producers);
  vigil_hall_write_int (order->out, "consumers", counts.consumers);
  vigil_hall_write_int (order->out, "packetsSent", (gint64) counts.packets_sent);
  vigil_hall_write_int (order->out, "bytesSent", (gint64) counts.bytes_sent);
  vigil_hall_write_int (order->out, "framesSent", (gint64) counts.frames_sent);
  vigil_hall_write_int (order->out, "keyFramesSent", (gint64) counts.key_frames_sent);
  vigil_hall_write_int (order->out, "pliReceived", (gint64) counts.pli_received);
  vigil_hall_write_int (order->out, "nackReceived", (gint64) counts.nack_received);
  vigil_hall_write_int (order->out, "packetsResent", (gint64) counts.packets_resent);
  vigil_hall_write_int (order->out, "packetsDropped", (gint64) counts.packets_dropped);
  vigil_hall_write_int (order->out, "lateFrames", (gint64) counts.late_frames);
}

const VigilHallOp vigil_hall_fault_ops[] = {
  { "drop", "{abrupt}: cuts the consoles off", do_drop },
  { "freeze", "{ms}: nothing leaves the sockets", do_freeze },
  { "thaw", "it does again", do_thaw },
  { "scores", "{running, rate}: the score messages stop, or change their rate", do_scores },
  { "evidence", "{lost}: the evidence store does not answer", do_evidence },
  { "retain", "{before}: retention deletes older evidence", do_retain },
  { "disconnect", "{studentId, ms}: its connection goes, for ms", do_disconnect },
  { "connect", "{studentId}: its connection is back", do_connect },
  { "behave", "{studentId, behaviour, ms}: what its webcam shows, for ms (0: until told otherwise)", do_behave },
  { "slow-http", "{ms}: every answer takes longer", do_slow_http },
  { "expire-token", "{token}: without one, all", do_expire_token },
  { "clock", "{ms}: the hall's clock is ahead of the machine's by so much from now on", do_clock },
  { "system", "{part, degraded, reason}: says that a part is in trouble, or not any more", do_system },
  { "exam", "{state}: scheduled, running, ended", do_exam },
  { "new-epoch", "the hall lost its counter", do_new_epoch },
  { "gap", "a number is left out", do_gap },
  { "lose", "{n}: the next n events reach nobody", do_lose },
  { "candidate-token", "{studentId}: answers with a token", do_candidate_token },
  { "counts", "answers with totals: violations, seq, epoch, connections, …", do_counts },
  { NULL }
};
