/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass of the stream budget: who asks first is let in first, until a ceiling is reached.
 *
 * A ceiling closes the door: whoever is behind the one it stopped is stopped as well, however little he costs. Otherwise
 * a cheap picture that matters less would play while one that matters more does not. */

#include "vigil-stream-admission.h"

/* What a stream that nobody has measured yet is taken for: 640×360 at 15 pictures a second. */
#define TYPICAL_CPU 20
#define TYPICAL_KBITS 400
#define TYPICAL_PIXELS (640 * 360)

/* A screen of two pictures a second at most, and a voice. */
#define SCREEN_CPU 20
#define SCREEN_KBITS 300
#define SCREEN_PIXELS (1280 * 720)
#define VOICE_CPU 5
#define VOICE_KBITS 50

/* What is live may be so much above a ceiling before it has to go (costs sway), in hundredths; what is not has to fit. */
#define SLACK 110

void
vigil_stream_admission_init (VigilStreamAdmission *self)
{
  *self = (VigilStreamAdmission) { .tokens = -1 };
}

static double
burst (const VigilStreamLimits *limits)
{
  return limits->max_live + MIN (limits->max_warm, 2 * limits->warm_margin);
}

static void
fill (VigilStreamAdmission *self,
      gint64                now_us)
{
  if (self->tokens < 0)
    self->tokens = burst (self->limits);
  else
    self->tokens += (double) (now_us - self->filled_us) / G_USEC_PER_SEC * self->limits->starts;
  self->tokens = CLAMP (self->tokens, 0, burst (self->limits));
  self->filled_us = now_us;
}

void
vigil_stream_admission_begin (VigilStreamAdmission    *self,
                              const VigilStreamLimits *limits,
                              const VigilStreamCost   *known,
                              guint                    n,
                              gint64                   now_us)
{
  self->limits = limits;
  self->typical = (VigilStreamCost) { TYPICAL_CPU, TYPICAL_KBITS, TYPICAL_PIXELS };
  if (n > 0)
    self->typical = (VigilStreamCost) { known->cpu / n, known->kbits / n, known->pixels / n };
  self->used = (VigilStreamCost) { 0 };
  self->n_live = self->n_voices = 0;
  self->n_warm = 0;
  self->closed = FALSE;
  self->starved = FALSE;
  fill (self, now_us);
}

static gboolean
close_door (VigilStreamAdmission *self,
            VigilModeReason       why)
{
  self->closed = TRUE;
  self->why = why;
  return FALSE;
}

static gboolean
is_over (guint    used,
         guint    more,
         guint    ceiling,
         gboolean has)
{
  guint64 most = has ? (guint64) ceiling * SLACK / 100 : ceiling;

  return ceiling > 0 && (guint64) used + more > most;
}

static VigilModeReason
load_why (const VigilStreamLimits *limits)
{
  return limits->load_network ? VIGIL_WHY_OVER_NETWORK : VIGIL_WHY_OVER_LOAD;
}

/* Whether @cost fits below every ceiling. One stream always does: nobody is better off with none at all. */
static gboolean
fits (VigilStreamAdmission   *self,
      const VigilStreamClaim *claim,
      const VigilStreamCost  *cost)
{
  gboolean has = claim->has;
  gboolean counts = claim->source != VIGIL_SOURCE_MICROPHONE;
  const VigilStreamLimits *limits = self->limits;

  if (counts && self->n_live >= limits->max_live)
    return close_door (self, VIGIL_WHY_OVER_BUDGET);
  if (limits->max_connections > 0 && self->n_live + self->n_voices >= limits->max_connections)
    return close_door (self, VIGIL_WHY_OVER_CONNECTIONS);
  if (counts && limits->load_live > 0 && self->n_live >= limits->load_live)
    return close_door (self, load_why (limits));
  if (self->n_live == 0)
    return TRUE;
  if (is_over (self->used.cpu, cost->cpu, limits->max_cpu, has))
    return close_door (self, VIGIL_WHY_OVER_CPU);
  if (is_over (self->used.kbits, cost->kbits, limits->max_kbits, has))
    return close_door (self, VIGIL_WHY_OVER_BITRATE);
  if (is_over (self->used.pixels, cost->pixels, limits->max_pixels, has))
    return close_door (self, VIGIL_WHY_OVER_PIXELS);
  return TRUE;
}

static gboolean
take_start (VigilStreamAdmission   *self,
            const VigilStreamClaim *claim,
            double                  reserve)
{
  if (self->limits->starts == 0 || claim->begun || claim->urgent)
    return TRUE;
  if (self->tokens < 1 + reserve)
    {
      self->starved = TRUE;
      return FALSE;
    }
  self->tokens -= 1;
  return TRUE;
}

static gboolean
rung_allows (VigilStreamAdmission   *self,
             const VigilStreamClaim *claim)
{
  return self->limits->rung == VIGIL_RUNG_LIVE || (self->limits->rung == VIGIL_RUNG_STILL && claim->by_hand);
}

static VigilModeReason
rung_why (VigilStreamAdmission *self)
{
  return self->limits->load_stills ? load_why (self->limits) : VIGIL_WHY_RUNG;
}

static VigilStreamCost
cost_of (VigilStreamAdmission   *self,
         const VigilStreamClaim *claim)
{
  if (claim->known)
    return claim->cost;
  if (claim->source == VIGIL_SOURCE_MICROPHONE)
    return (VigilStreamCost) { VOICE_CPU, VOICE_KBITS, 0 };
  if (claim->source == VIGIL_SOURCE_SCREEN)
    return (VigilStreamCost) { SCREEN_CPU, SCREEN_KBITS, SCREEN_PIXELS };
  return self->typical;
}

gboolean
vigil_stream_admission_take_live (VigilStreamAdmission   *self,
                                  const VigilStreamClaim *claim,
                                  VigilModeReason        *why)
{
  VigilStreamCost cost = cost_of (self, claim);

  *why = rung_why (self);
  if (!rung_allows (self, claim))
    return FALSE;
  if (self->closed || !fits (self, claim, &cost))
    {
      *why = self->why;
      return FALSE;
    }
  /* Does not close the door: those behind who have begun go on. */
  *why = VIGIL_WHY_SETTLING;
  if (!take_start (self, claim, 0))
    return FALSE;

  self->n_live += claim->source != VIGIL_SOURCE_MICROPHONE;
  self->n_voices += claim->source == VIGIL_SOURCE_MICROPHONE;
  self->used.cpu += cost.cpu;
  self->used.kbits += cost.kbits;
  self->used.pixels += cost.pixels;
  return TRUE;
}

/* One that cannot be paused takes a connection and its share of the network, whether it is shown or not. */
static gboolean
fits_unpaused (VigilStreamAdmission   *self,
               const VigilStreamClaim *claim,
               VigilModeReason        *why)
{
  VigilStreamCost cost = cost_of (self, claim);
  const VigilStreamLimits *limits = self->limits;

  *why = VIGIL_WHY_OVER_CONNECTIONS;
  if (limits->max_connections > 0 && self->n_live + self->n_voices + self->n_warm >= limits->max_connections)
    return FALSE;
  *why = VIGIL_WHY_OVER_BITRATE;
  if (is_over (self->used.kbits, cost.kbits, limits->max_kbits, TRUE))
    return FALSE;

  self->used.kbits += cost.kbits;
  return TRUE;
}

gboolean
vigil_stream_admission_take_warm (VigilStreamAdmission   *self,
                                  const VigilStreamClaim *claim,
                                  VigilModeReason        *why)
{
  *why = rung_why (self);
  if (!rung_allows (self, claim))
    return FALSE;
  *why = VIGIL_WHY_OVER_BUDGET;
  if (self->n_warm >= self->limits->max_warm)
    return FALSE;
  if (self->limits->cannot_pause && !fits_unpaused (self, claim, why))
    return FALSE;
  /* Half of what may begin is kept for what is on screen. */
  *why = VIGIL_WHY_SETTLING;
  if (!take_start (self, claim, burst (self->limits) / 2))
    return FALSE;
  self->n_warm++;
  return TRUE;
}

gint64
vigil_stream_admission_next_start (VigilStreamAdmission *self)
{
  /* A handful together: a decision for each of them would cost more than it gives. */
  double missing = 4 - self->tokens;

  return self->filled_us + (gint64) (MAX (missing, 1) / MAX (self->limits->starts, 1) * G_USEC_PER_SEC);
}
