/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much live video the machine and the network bear: down fast, up slowly, as a network's senders do it. */

#include "vigil-ladder.h"

/* Fewer than this are too much for no machine this runs on; whatever is late, it is not because of them. */
#define HANDFUL 4

/* A line that carries less is not told from one that carries nothing. */
#define LEAST_CARRIED 0.1

/* What is believed of what was sent before. */
#define LONGEST_SETTLE_S 60

#define RELAPSE_S 30
#define LONGEST_WAIT_S 300

/* What is wrong with a second. */
typedef enum
{
  FINE,
  BUSY,
  LOSSY,
  QUEUED,
  SLOW_HALL,
} Symptom;

/* Of whatever is not fine. */
static VigilLoadCause
get_cause (Symptom symptom)
{
  return symptom == BUSY ? VIGIL_LOAD_MACHINE : VIGIL_LOAD_NETWORK;
}

/* Where it stands, in a hall that is not above it by itself. */
static VigilRung
get_rung (const VigilLadder       *self,
          const VigilLadderParams *params)
{
  return MAX (self->rung, params->top);
}

/* Too few streams tell of their candidates' lines, not of ours; unless no more are let play. */
static gboolean
tells_of_network (const VigilLadder       *self,
                  const VigilLoad         *load,
                  const VigilLadderParams *params)
{
  gboolean limited = self->live > 0 && get_rung (self, params) == VIGIL_RUNG_LIVE;

  return load->live >= (limited ? MIN (self->live, HANDFUL) : HANDFUL);
}

static Symptom
judge (const VigilLadder       *self,
       const VigilLoad         *load,
       const VigilLadderParams *params)
{
  gboolean tells = tells_of_network (self, load, params);

  if ((params->max_loop_ms > 0 && load->loop_late_ms > params->max_loop_ms) ||
      (params->max_frame_ms > 0 && load->frame_late_ms > params->max_frame_ms) ||
      (params->max_wait_ms > 0 && load->wait_ms > params->max_wait_ms))
    return BUSY;
  if (tells && params->max_loss > 0 && load->loss * 1000 > params->max_loss && load->lossy * 2 > load->live)
    return LOSSY;
  if (tells && params->max_queue_ms > 0 && load->queued * 2 > load->live)
    return QUEUED;
  if (get_rung (self, params) != VIGIL_RUNG_LIVE && params->max_feed_ms > 0 && load->feed_ms > params->max_feed_ms)
    return SLOW_HALL;
  return FINE;
}

/* Whether there is less to take away. */
static gboolean
can_go_down (const VigilLadder       *self,
             const VigilLoad         *load,
             const VigilLadderParams *params)
{
  if (get_rung (self, params) == VIGIL_RUNG_LIVE)
    return load->live >= (self->live > 0 ? self->live : HANDFUL);
  return get_rung (self, params) == VIGIL_RUNG_STILL;
}

/* What share of what is sent the line carries: half of it, if the queue grows by half a second a second. */
static double
get_carried (const VigilLadder       *self,
             Symptom                  symptom,
             const VigilLoad         *load,
             const VigilLadderParams *params)
{
  double growth = (load->queue_ms - self->queue_from_ms) / 1000 / MAX (params->patience_s - 1, 1);

  return symptom == QUEUED ? CLAMP (1 - growth, LEAST_CARRIED, 1) : 1;
}

static void
go_down (VigilLadder             *self,
         guint                    live,
         Symptom                  symptom,
         const VigilLoad         *load,
         const VigilLadderParams *params)
{
  gboolean relapse = self->since_up_s > 0;
  double carried = get_carried (self, symptom, load, params);

  self->wait_s = relapse ? MIN (self->wait_s * 2, LONGEST_WAIT_S) : MAX (self->wait_s, params->recovery_s * 3);
  self->failed_at = MAX (live, 1);
  self->since_up_s = 0;
  self->bad_s = 0;
  self->cause = get_cause (symptom);
  /* What comes until then was sent before, and says nothing of what is sent now: what is sent now waits for what came in
   * meanwhile as well. */
  self->settle_s = symptom == QUEUED ? (guint) MIN (load->queue_ms / 1000 / carried + 1, LONGEST_SETTLE_S) : 0;

  if (get_rung (self, params) == VIGIL_RUNG_STILL)
    self->rung = VIGIL_RUNG_SCORE;
  else if (self->live == 1)
    self->rung = VIGIL_RUNG_STILL;
  else
    self->live = MAX ((guint) (live * carried * 3 / 4), 1);
}

static guint
next_up (const VigilLadder *self)
{
  return self->rung != VIGIL_RUNG_LIVE ? MAX (self->live, 1) : self->live + MAX (self->live / 10, 1);
}

/* Scores were alone. Where no video was ever too much there is nothing to be careful about but stills. */
static void
leave_scores (VigilLadder *self)
{
  self->good_s = 0;
  self->bad_s = 0;
  if (self->live > 0)
    {
      self->rung = VIGIL_RUNG_STILL;
      return;
    }
  self->rung = VIGIL_RUNG_LIVE;
  self->cause = VIGIL_LOAD_NONE;
  self->since_up_s = 1;
}

static void
go_up (VigilLadder             *self,
       const VigilLadderParams *params)
{
  if (self->rung == VIGIL_RUNG_SCORE)
    {
      leave_scores (self);
      return;
    }
  self->live = next_up (self);
  self->rung = VIGIL_RUNG_LIVE;
  self->good_s = 0;
  if (self->failed_at > 0 && self->live >= self->failed_at && self->since_up_s == 0)
    self->since_up_s = 1;
  if (self->live >= params->max_live)
    {
      self->live = 0;
      self->cause = VIGIL_LOAD_NONE;
    }
}

/* What was too much is borne after all. */
static void
note_success (VigilLadder *self)
{
  if (self->since_up_s == 0 || ++self->since_up_s <= RELAPSE_S)
    return;
  self->since_up_s = 0;
  self->failed_at = 0;
  self->wait_s = 0;
}

/* Whether enough seconds were bad to take something away. */
static gboolean
take_bad_second (VigilLadder             *self,
                 Symptom                  symptom,
                 const VigilLoad         *load,
                 const VigilLadderParams *params)
{
  self->good_s = 0;
  /* What was sent before still comes, and soon no longer: not good yet, and no reason to take more away. */
  if (symptom == QUEUED && (load->drains || self->settle_s > 0))
    {
      self->bad_s -= self->bad_s > 0;
      return FALSE;
    }
  if (self->bad_s == 0)
    self->queue_from_ms = load->queue_ms;
  /* Scores alone are as bad, so it is not the pictures: they are tried again, if seldom. */
  if (self->rung == VIGIL_RUNG_SCORE)
    {
      if (++self->bad_s < LONGEST_WAIT_S)
        return FALSE;
      leave_scores (self);
      return TRUE;
    }
  if (!can_go_down (self, load, params) || ++self->bad_s < params->patience_s)
    return FALSE;
  go_down (self, self->live > 0 ? MIN (load->live, self->live) : load->live, symptom, load, params);
  return TRUE;
}

gboolean
vigil_ladder_step (VigilLadder             *self,
                   const VigilLoad         *load,
                   const VigilLadderParams *params)
{
  Symptom symptom = judge (self, load, params);
  guint needed = params->recovery_s;

  note_success (self);
  self->settle_s -= self->settle_s > 0;
  if (symptom != FINE)
    return take_bad_second (self, symptom, load, params);

  self->bad_s = 0;
  self->settle_s = 0;
  if (self->cause == VIGIL_LOAD_NONE)
    return FALSE;
  if (self->failed_at > 0 && next_up (self) >= self->failed_at)
    needed = MAX (self->wait_s, needed);
  if (++self->good_s < needed)
    return FALSE;
  go_up (self, params);
  return TRUE;
}
