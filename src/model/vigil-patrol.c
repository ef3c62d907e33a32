/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patrol: which page of the wall is shown next, and when.
 *
 * A page is held from when its videos play. A camera that stays dark may not hold it: after a wait the page is held
 * for those who do play, or left at once if nobody does. Whom no picture came of counts as tried, so that
 * such a candidate, who is always the one not seen for longest, does not call patrol back to the same page for ever. */

#include "vigil-patrol.h"

#include "vigil-metrics.h"

struct _VigilPatrol
{
  VigilPatrolState  state;
  VigilPatrolTimes  times;
  gint64            since_us;  /* in this state; touched: the last touch */
  gboolean          due;       /* a page is to be turned at the next step */
  GHashTable       *missed;    /* handle → when, µs on the heap */
  VigilCounter     *n_pages;
  VigilCounter     *n_cut;
  VigilCounter     *n_pauses;
};

guint
vigil_patrol_pick (const int *unseen,
                   guint      n,
                   guint      per_page,
                   guint      current)
{
  guint n_pages, best = G_MAXUINT;
  int longest = -1;

  g_return_val_if_fail (per_page > 0, G_MAXUINT);

  n_pages = (n + per_page - 1) / per_page;
  for (guint i = 1; i <= n_pages; i++)
    {
      guint page = current < n_pages ? (current + i) % n_pages : i - 1;
      guint end = MIN ((page + 1) * per_page, n);

      for (guint place = page * per_page; place < end; place++)
        if (unseen[place] > longest)
          {
            longest = unseen[place];
            best = page;
          }
    }
  return best;
}

static void
enter (VigilPatrol      *self,
       VigilPatrolState  state,
       gint64            now_us)
{
  self->state = state;
  self->since_us = now_us;
}

void
vigil_patrol_set_times (VigilPatrol            *self,
                        const VigilPatrolTimes *times)
{
  self->times = *times;
}

void
vigil_patrol_start (VigilPatrol *self,
                    gint64       now_us)
{
  g_hash_table_remove_all (self->missed);
  self->due = TRUE;
  enter (self, VIGIL_PATROL_WAITING, now_us);
}

void
vigil_patrol_stop (VigilPatrol *self)
{
  enter (self, VIGIL_PATROL_OFF, 0);
}

void
vigil_patrol_touch (VigilPatrol *self,
                    gint64       now_us)
{
  /* Whoever just started it had to press or click something. */
  if (self->state == VIGIL_PATROL_OFF || self->due)
    return;
  if (self->state != VIGIL_PATROL_TOUCHED && self->state != VIGIL_PATROL_BLOCKED)
    vigil_counter_add (self->n_pauses, 1);
  enter (self, VIGIL_PATROL_TOUCHED, now_us);
}

/* Whatever blocked it was touched as well when it went; but not the menu that it was started from. */
static gboolean
step_blocked (VigilPatrol *self,
              gint64       now_us,
              gboolean     blocked)
{
  if (blocked && self->state != VIGIL_PATROL_BLOCKED)
    {
      if (self->state != VIGIL_PATROL_TOUCHED && !self->due)
        vigil_counter_add (self->n_pauses, 1);
      enter (self, VIGIL_PATROL_BLOCKED, now_us);
    }
  else if (!blocked && self->state == VIGIL_PATROL_BLOCKED)
    enter (self, self->due ? VIGIL_PATROL_WAITING : VIGIL_PATROL_TOUCHED, now_us);
  return blocked;
}

static gboolean
step_waiting (VigilPatrol             *self,
              gint64                   now_us,
              const VigilPatrolInputs *in)
{
  gboolean late = now_us - self->since_us >= self->times.wait_us;

  if (in->expected > 0 && in->playing >= in->expected)
    {
      enter (self, VIGIL_PATROL_HOLDING, now_us);
      return FALSE;
    }
  if (!late)
    return FALSE;
  vigil_counter_add (self->n_cut, 1);
  if (in->playing == 0)
    return TRUE;
  enter (self, VIGIL_PATROL_HOLDING, now_us);
  return FALSE;
}

gboolean
vigil_patrol_step (VigilPatrol             *self,
                   gint64                   now_us,
                   const VigilPatrolInputs *in)
{
  if (self->state == VIGIL_PATROL_OFF || step_blocked (self, now_us, in->blocked))
    return FALSE;

  switch (self->state)
    {
    case VIGIL_PATROL_WAITING:
      return self->due || step_waiting (self, now_us, in);

    case VIGIL_PATROL_HOLDING:
      return now_us - self->since_us >= self->times.hold_us;

    case VIGIL_PATROL_TOUCHED:
      return now_us - self->since_us >= self->times.resume_us;

    case VIGIL_PATROL_NOBODY:
      /* Somebody may switch a camera on. */
      return now_us - self->since_us >= G_USEC_PER_SEC;

    case VIGIL_PATROL_OFF:
    case VIGIL_PATROL_BLOCKED:
    default:
      return FALSE;
    }
}

void
vigil_patrol_turned (VigilPatrol *self,
                     gint64       now_us,
                     gboolean     any)
{
  if (self->state == VIGIL_PATROL_OFF)
    return;
  self->due = FALSE;
  if (any)
    vigil_counter_add (self->n_pages, 1);
  enter (self, any ? VIGIL_PATROL_WAITING : VIGIL_PATROL_NOBODY, now_us);
}

void
vigil_patrol_miss (VigilPatrol *self,
                   VigilHandle  handle,
                   gint64       now_us)
{
  gint64 *when = g_new (gint64, 1);

  *when = now_us;
  g_hash_table_insert (self->missed, GUINT_TO_POINTER (handle), when);
}

gint64
vigil_patrol_get_waited_ms (VigilPatrol *self,
                            VigilHandle  handle,
                            gint64       unseen_ms,
                            gint64       now_us)
{
  const gint64 *when = g_hash_table_lookup (self->missed, GUINT_TO_POINTER (handle));

  return when != NULL ? MIN (unseen_ms, (now_us - *when) / 1000) : unseen_ms;
}

VigilPatrolState
vigil_patrol_get_state (VigilPatrol *self)
{
  return self->state;
}

gint64
vigil_patrol_get_left_us (VigilPatrol *self,
                          gint64       now_us)
{
  gint64 length_us = self->state == VIGIL_PATROL_HOLDING ? self->times.hold_us
                   : self->state == VIGIL_PATROL_TOUCHED ? self->times.resume_us : 0;

  return length_us > 0 ? MAX (self->since_us + length_us - now_us, 0) : 0;
}

VigilPatrol *
vigil_patrol_new (void)
{
  VigilPatrol *self = g_new0 (VigilPatrol, 1);

  self->missed = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->times = (VigilPatrolTimes) { 7 * G_USEC_PER_SEC, 5 * G_USEC_PER_SEC, 15 * G_USEC_PER_SEC };
  self->n_pages = vigil_metrics_counter ("vigil_patrol_pages", "Pages of the wall that patrol turned to");
  self->n_cut = vigil_metrics_counter ("vigil_patrol_waits_cut", "Pages of a patrol whose videos did not all play in time");
  self->n_pauses = vigil_metrics_counter ("vigil_patrol_pauses", "Times that a patrol paused because somebody worked with the wall");
  return self;
}

void
vigil_patrol_free (VigilPatrol *self)
{
  g_hash_table_unref (self->missed);
  g_free (self);
}
