/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The score stream. A message is the candidate's ready-made head, a number, its ready-made
 * flags and a time: nothing is built per message. */
#include "vigil-hall-scores.h"

#include <math.h>
#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-writer.h"

#define MIN_TICK_MS 10
#define MAX_TICK_MS 1000

/* docs/protocol.md 13. */
#define MAX_BATCH 10000

struct _VigilHallScores
{
  VigilHallExam *exam;
  double         rate;
  guint          batch_ms;
  double         noise;
  GRand         *random;
  GQueue         changed;  /* of candidates */
  guint          turn;     /* whose score was sent last */
  guint          step;     /* from one to the next */
  double         credit;
  gint64         ticked_us;
  GSource       *timer;
  GString       *out;
  gboolean       running;
  guint64        sent;
};

static gboolean tick_cb (gpointer user_data);

/* Browsers do not send in the order of the roster: neighbours on a wall would all change at once, and then none for
 * seconds. A step without a common divisor comes by everybody once a round. */
static guint
find_step (guint n)
{
  guint step = MAX (1, (guint) (n * 0.618));

  for (;; step++)
    {
      guint a = step, b = n;

      while (b > 0)
        {
          guint rest = a % b;

          a = b;
          b = rest;
        }
      if (a == 1 || n == 0)
        return step;
    }
}

static void
start (VigilHallScores *self)
{
  guint period = self->batch_ms;

  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  if (self->rate <= 0)
    return;
  if (period == 0)
    period = (guint) CLAMP (1000 / self->rate, MIN_TICK_MS, MAX_TICK_MS);
  self->timer = g_timeout_source_new (period);
  self->ticked_us = g_get_monotonic_time ();
  g_source_set_callback (self->timer, tick_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

VigilHallScores *
vigil_hall_scores_new (VigilHallExam *exam, double rate, guint batch_ms, double noise)
{
  VigilHallScores *self = g_new0 (VigilHallScores, 1);

  self->exam = exam;
  self->rate = rate;
  self->batch_ms = batch_ms;
  self->noise = noise;
  self->random = g_rand_new_with_seed (1);
  self->out = g_string_sized_new (4096);
  self->running = TRUE;
  self->step = find_step (vigil_hall_exam_get_n_candidates (exam));
  g_queue_init (&self->changed);
  start (self);
  return self;
}

void
vigil_hall_scores_free (VigilHallScores *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_queue_clear (&self->changed);
  g_string_free (self->out, TRUE);
  g_rand_free (self->random);
  g_free (self);
}

void
vigil_hall_scores_mark (VigilHallScores *self, VigilHallCandidate *candidate)
{
  if (candidate->score_dirty || self->rate <= 0)
    return;
  candidate->score_dirty = TRUE;
  g_queue_push_tail (&self->changed, candidate);
}

void
vigil_hall_scores_set_running (VigilHallScores *self, gboolean running)
{
  self->running = running;
}

void
vigil_hall_scores_set_rate (VigilHallScores *self, double rate)
{
  self->rate = rate;
  start (self);
}

guint64
vigil_hall_scores_get_sent (VigilHallScores *self)
{
  return self->sent;
}

/* Whose score is next: a changed one, else the next that is there. NULL: nobody is. */
static VigilHallCandidate *
next_candidate (VigilHallScores *self)
{
  guint n = vigil_hall_exam_get_n_candidates (self->exam);
  VigilHallCandidate *changed = g_queue_pop_head (&self->changed);

  if (changed)
    {
      changed->score_dirty = FALSE;
      return changed;
    }
  for (guint tried = 0; tried < n; tried++)
    {
      VigilHallCandidate *candidate;

      self->turn = (self->turn + self->step) % n;
      candidate = vigil_hall_exam_get_candidate (self->exam, self->turn);
      if (candidate->connected && candidate->score >= 0)
        return candidate;
    }
  return NULL;
}

static int
noisy (VigilHallScores *self, int score)
{
  int sent;

  if (self->noise <= 0)
    return score;
  /* Not inside CLAMP: that would draw a number for each comparison. */
  sent = (int) lround (score + g_rand_double_range (self->random, -self->noise, self->noise));
  return CLAMP (sent, 0, 100);
}

static void
append_score (VigilHallScores *self, const VigilHallCandidate *candidate, gint64 now)
{
  g_string_append (self->out, candidate->score_prefix);
  if (candidate->score < 0)
    g_string_append_len (self->out, "null", 4);
  else
    vigil_hall_append_int (self->out, noisy (self, candidate->score));
  g_string_append (self->out, candidate->score_flags ? candidate->score_flags : ",\"flags\":[],\"timestamp\":");
  vigil_hall_append_int (self->out, now);
  g_string_append_c (self->out, '}');
  self->sent++;
}

static void
flush (VigilHallScores *self)
{
  g_autoptr(GBytes) frame = NULL;

  g_string_append_c (self->out, ']');
  frame = g_bytes_new (self->out->str, self->out->len);
  vigil_hall_exam_broadcast (self->exam, frame);
}

static void
send_singly (VigilHallScores *self, guint n, gint64 now)
{
  for (guint i = 0; i < n; i++)
    {
      const VigilHallCandidate *candidate = next_candidate (self);

      if (!candidate)
        return;
      g_string_assign (self->out, "42[\"proctoring_score\",");
      append_score (self, candidate, now);
      flush (self);
    }
}

static void
send_batch (VigilHallScores *self, guint n, gint64 now)
{
  guint i;

  g_string_assign (self->out, "42[\"proctoring_scores\",[");
  for (i = 0; i < MIN (n, MAX_BATCH); i++)
    {
      const VigilHallCandidate *candidate = next_candidate (self);

      if (!candidate)
        break;
      if (i > 0)
        g_string_append_c (self->out, ',');
      append_score (self, candidate, now);
    }
  if (i == 0)
    return;
  g_string_append_c (self->out, ']');
  flush (self);
}

/* Nobody listens: who joins gets the scores with the roster. */
static void
forget_changed (VigilHallScores *self)
{
  VigilHallCandidate *candidate;

  while ((candidate = g_queue_pop_head (&self->changed)))
    candidate->score_dirty = FALSE;
}

static gboolean
tick_cb (gpointer user_data)
{
  VigilHallScores *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  guint n;

  self->credit = MIN (self->credit + self->rate * (double) (now_us - self->ticked_us) / G_USEC_PER_SEC,
                      MAX (1, self->rate));
  self->ticked_us = now_us;
  n = (guint) self->credit;
  self->credit -= n;
  if (!vigil_hall_exam_has_subscribers (self->exam))
    forget_changed (self);
  else if (self->running && self->batch_ms > 0)
    send_batch (self, n, vigil_clock_wall_ms ());
  else if (self->running)
    send_singly (self, n, vigil_clock_wall_ms ());
  return G_SOURCE_CONTINUE;
}
