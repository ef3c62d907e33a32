/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells trouble that many candidates share from what one of them does.
 *
 * A sign is counted in its groups at once; whether there is a burst, and which group explains it, is
 * asked a moment later, when the burst is complete enough to be told apart from a part of it. */

#include "vigil-incident-detector-private.h"

#include <string.h>

/* Before anything is known: losses of one candidate in a second, and for how long that counts. */
#define FIRST_USUAL (1.0 / 300)
#define FIRST_WEIGHT_S 60.0
/* What is usual is learned over so long. */
#define LEARN_S 600.0
/* Beyond this the clock was set, and there is no use in moving the windows step by step. */
#define MAX_JUMP_MS (24 * 3600 * 1000)

static void
update_away (VigilIncidentDetector *self,
             VigilCrowdOne         *one)
{
  gboolean away = FALSE;

  for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
    {
      const VigilLoss *loss = vigil_loss_wheel_get (self->wheels[lost], one->losses[lost]);

      away |= loss != NULL && loss->recovered_at_ms == 0 && !loss->assigned;
    }
  vigil_crowd_set_away (&self->crowd, one, away);
}

static void
loss_left_cb (gpointer         user_data,
              VigilLost        lost,
              const VigilLoss *loss,
              VigilLossWindow  window)
{
  VigilIncidentDetector *self = user_data;
  VigilCrowdOne *one;

  if (window == VIGIL_WINDOW_BURST && !loss->assigned)
    self->n_usual[lost]++;
  if (window != VIGIL_WINDOW_BREAK)
    return;

  one = vigil_crowd_find (&self->crowd, loss->handle);
  one->losses[lost] = 0;
  update_away (self, one);
  if (lost == VIGIL_LOST_HEARTBEAT && (one->lost & 1 << lost))
    vigil_crowd_set_counted (&self->crowd, one, FALSE);
}

static void
make_wheels (VigilIncidentDetector *self)
{
  for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
    {
      g_clear_pointer (&self->wheels[lost], vigil_loss_wheel_free);
      self->wheels[lost] = vigil_loss_wheel_new (&self->params, lost, loss_left_cb, self);
      vigil_loss_wheel_reset (self->wheels[lost], self->now_ms);
    }
}

static void
make_empty (VigilIncidentDetector *self)
{
  vigil_crowd_init (&self->crowd);
  vigil_incident_book_init (&self->book, &self->crowd);
  self->learned_s = 0;
  for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
    {
      self->usual[lost] = FIRST_USUAL;
      self->n_usual[lost] = 0;
      self->due_ms[lost] = 0;
    }
  self->break_due = FALSE;
  self->now_ms = 0;
  make_wheels (self);
}

VigilIncidentDetector *
vigil_incident_detector_new (VigilIncidentFunc func,
                             gpointer          user_data)
{
  VigilIncidentDetector *self = g_new0 (VigilIncidentDetector, 1);

  self->params = VIGIL_INCIDENT_PARAMS_DEFAULT;
  self->func = func;
  self->user_data = user_data;
  make_empty (self);
  return self;
}

static void
make_nothing (VigilIncidentDetector *self)
{
  for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
    g_clear_pointer (&self->wheels[lost], vigil_loss_wheel_free);
  vigil_incident_book_clear (&self->book);
  vigil_crowd_clear (&self->crowd);
}

void
vigil_incident_detector_free (VigilIncidentDetector *self)
{
  make_nothing (self);
  g_free (self);
}

void
vigil_incident_detector_reset (VigilIncidentDetector *self)
{
  guint last_id = self->book.last_id;

  make_nothing (self);
  make_empty (self);
  self->book.last_id = last_id;
}

/* Nobody knows any more when what was lost. */
static void
forget_losses (VigilIncidentDetector *self)
{
  for (guint i = 0; i < self->crowd.ones->len; i++)
    {
      VigilCrowdOne *one = &g_array_index (self->crowd.ones, VigilCrowdOne, i);

      memset (one->losses, 0, sizeof one->losses);
      if (one->away)
        vigil_crowd_set_away (&self->crowd, one, FALSE);
      if (one->counted && (one->lost & 1 << VIGIL_LOST_HEARTBEAT))
        vigil_crowd_set_counted (&self->crowd, one, FALSE);
    }
  memset (self->due_ms, 0, sizeof self->due_ms);
  self->break_due = FALSE;
}

void
vigil_incident_detector_set_params (VigilIncidentDetector     *self,
                                    const VigilIncidentParams *params)
{
  self->params = *params;
  forget_losses (self);
  make_wheels (self);
}

void
vigil_incident_detector_resume (VigilIncidentDetector *self,
                                gint64                 now_ms)
{
  self->now_ms = now_ms;
  forget_losses (self);
  for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
    vigil_loss_wheel_reset (self->wheels[lost], now_ms);
}

guint32
vigil_incident_detector_intern (VigilIncidentDetector *self,
                                VigilShared            shared,
                                const char            *name)
{
  g_return_val_if_fail (shared < VIGIL_N_GROUPINGS, 0);

  return vigil_crowd_intern (&self->crowd, shared, name);
}

void
vigil_incident_detector_set_member (VigilIncidentDetector     *self,
                                    VigilHandle                handle,
                                    const VigilIncidentGroups *groups)
{
  gboolean is_new = vigil_crowd_find (&self->crowd, handle) == NULL;
  VigilCrowdOne *one = vigil_crowd_ensure (&self->crowd, handle);

  vigil_crowd_set_groups (&self->crowd, one, groups);
  if (is_new)
    vigil_crowd_set_counted (&self->crowd, one, TRUE);
}

static void
drop_loss (VigilIncidentDetector *self,
           VigilCrowdOne         *one,
           VigilLost              lost)
{
  if (one->losses[lost] == 0)
    return;

  vigil_loss_wheel_remove (self->wheels[lost], one->losses[lost]);
  one->losses[lost] = 0;
  update_away (self, one);
}

static void
leave_incident (VigilIncidentDetector *self,
                VigilCrowdOne         *one,
                VigilHandle            handle,
                VigilLost              lost,
                gint64                 at_ms)
{
  VigilIncident *incident;

  if (one->slots[lost] == 0)
    return;

  incident = vigil_incident_book_get_slot (&self->book, one->slots[lost] - 1);
  one->slots[lost] = 0;
  vigil_incident_recover (incident, handle, lost, at_ms);
  vigil_incident_book_touch (&self->book, incident);
}

void
vigil_incident_detector_remove_member (VigilIncidentDetector *self,
                                       VigilHandle            handle)
{
  VigilCrowdOne *one = vigil_crowd_find (&self->crowd, handle);

  if (one == NULL)
    return;

  for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
    {
      drop_loss (self, one, lost);
      leave_incident (self, one, handle, lost, self->now_ms);
    }
  vigil_crowd_set_counted (&self->crowd, one, FALSE);
  *one = (VigilCrowdOne) { .known = FALSE };
}

static void
note_back (VigilIncidentDetector *self,
           VigilCrowdOne         *one,
           VigilLost              lost,
           gint64                 at_ms)
{
  gint64 back = CLAMP (at_ms - self->base_ms, 0, G_MAXUINT32);

  one->back[lost] = MAX (one->back[lost], (guint32) back);
}

static gboolean
recover (VigilIncidentDetector *self,
         VigilCrowdOne         *one,
         VigilHandle            handle,
         VigilLost              lost,
         gint64                 at_ms)
{
  VigilLoss *loss = vigil_loss_wheel_get (self->wheels[lost], one->losses[lost]);

  if (loss != NULL && at_ms < loss->at_ms)
    return FALSE;

  /* Also of what is not lost: the loss may come after it. */
  note_back (self, one, lost, at_ms);
  if (!(one->lost & 1 << lost))
    return FALSE;

  one->lost &= ~(1 << lost);
  if (loss != NULL)
    loss->recovered_at_ms = MAX (at_ms, 1);
  if (lost == VIGIL_LOST_HEARTBEAT)
    vigil_crowd_set_counted (&self->crowd, one, TRUE);
  leave_incident (self, one, handle, lost, at_ms);
  update_away (self, one);
  return TRUE;
}

void
vigil_incident_detector_set_lost (VigilIncidentDetector *self,
                                  VigilHandle            handle,
                                  VigilLost              lost,
                                  gboolean               is_lost,
                                  gint64                 at_ms)
{
  VigilCrowdOne *one = vigil_crowd_find (&self->crowd, handle);

  if (one == NULL || ((one->lost & 1 << lost) != 0) == (is_lost != FALSE))
    return;

  if (!is_lost)
    {
      recover (self, one, handle, lost, at_ms);
      return;
    }

  drop_loss (self, one, lost);
  one->lost |= 1 << lost;
  if (lost == VIGIL_LOST_HEARTBEAT)
    vigil_crowd_set_counted (&self->crowd, one, FALSE);
}

gboolean
vigil_incident_detector_is_lost (VigilIncidentDetector *self,
                                 VigilHandle            handle,
                                 VigilLost              lost)
{
  const VigilCrowdOne *one = vigil_crowd_find (&self->crowd, handle);

  return one != NULL && (one->lost & 1 << lost) != 0;
}

gboolean
vigil_incident_detector_is_member (VigilIncidentDetector *self,
                                   VigilHandle            handle,
                                   VigilLost              lost)
{
  const VigilCrowdOne *one = vigil_crowd_find (&self->crowd, handle);

  return one != NULL && one->slots[lost] != 0;
}

/* Whether more of the same belongs to it. */
static gboolean
is_growing (VigilIncidentDetector *self,
            const VigilIncident   *incident,
            VigilLost              lost)
{
  const VigilIncidentParams *params = &self->params;

  if (incident->shared != VIGIL_SHARED_EXAM)
    return (incident->kinds & 1 << lost) && self->now_ms - incident->burst_ms <= params->hold_ms;

  /* Of a whole exam somebody always loses something: only while it bursts, or while everybody goes. */
  if ((incident->kinds & 1 << lost) && incident->burst_ms >= self->now_ms)
    return TRUE;
  return vigil_incident_detector_is_break (self);
}

void
vigil_incident_detector_join (VigilIncidentDetector *self,
      VigilIncident         *incident,
      VigilLost              lost,
      VigilLoss             *loss)
{
  VigilCrowdOne *one = vigil_crowd_find (&self->crowd, loss->handle);

  loss->assigned = TRUE;
  incident->kinds |= 1 << lost;
  one->slots[lost] = incident->slot + 1;
  vigil_incident_join (incident, loss->handle, &loss->groups, lost, loss->at_ms);
  vigil_incident_book_touch (&self->book, incident);
  if (loss->recovered_at_ms != 0)
    leave_incident (self, one, loss->handle, lost, loss->recovered_at_ms);
  update_away (self, one);
}

/* Says of each group of a fresh loss whether it bursts. Returns: (nullable): the incident that takes it in. */
static VigilIncident *
find_incident (VigilIncidentDetector *self,
               VigilLost              lost,
               const VigilLoss       *loss)
{
  VigilIncident *found = NULL;
  VigilLossView view;
  gboolean burst = FALSE;

  vigil_incident_detector_get_view (self, lost, &view);
  for (VigilShared shared = 0; shared < VIGIL_N_SHARED; shared++)
    {
      guint32 id = shared != VIGIL_SHARED_EXAM ? loss->groups.id[shared] : 0;
      VigilIncident *incident = vigil_incident_book_find (&self->book, shared, id);
      gboolean extends = incident != NULL && (incident->kinds & 1 << lost);

      /* Asked only where the answer matters: it costs a logarithm. */
      if ((extends || !burst) && vigil_loss_view_is_burst (&view, shared, id))
        {
          burst = TRUE;
          if (extends)
            incident->burst_ms = self->now_ms;
        }
      if (found == NULL && incident != NULL && is_growing (self, incident, lost))
        found = incident;
    }

  if (found == NULL && burst && self->due_ms[lost] == 0)
    self->due_ms[lost] = self->now_ms;
  return found;
}

/* Who disconnects has lost all the rest with it, and a moment before perhaps: that is one loss. */
static void
supersede (VigilIncidentDetector *self,
           VigilCrowdOne         *one)
{
  for (VigilLost lost = 0; lost < VIGIL_LOST_HEARTBEAT; lost++)
    {
      const VigilLoss *loss = vigil_loss_wheel_get (self->wheels[lost], one->losses[lost]);

      if (loss != NULL && !loss->assigned && (loss->windows & 1 << VIGIL_WINDOW_BURST))
        drop_loss (self, one, lost);
    }
}

static gboolean
lose (VigilIncidentDetector *self,
      VigilCrowdOne         *one,
      VigilHandle            handle,
      VigilLost              lost,
      gint64                 at_ms)
{
  VigilIncident *incident;
  VigilLoss *loss;

  if ((one->lost & 1 << lost) || at_ms - self->base_ms < one->back[lost])
    return FALSE;

  one->lost |= 1 << lost;
  /* Of somebody who is not there nothing further is missing. */
  if (lost != VIGIL_LOST_HEARTBEAT && (one->lost & 1 << VIGIL_LOST_HEARTBEAT))
    return TRUE;

  if (lost == VIGIL_LOST_HEARTBEAT)
    supersede (self, one);
  drop_loss (self, one, lost);
  one->losses[lost] = vigil_loss_wheel_add (self->wheels[lost], handle, &one->groups, at_ms);
  loss = vigil_loss_wheel_get (self->wheels[lost], one->losses[lost]);
  if (loss == NULL)
    {
      if (lost == VIGIL_LOST_HEARTBEAT)
        vigil_crowd_set_counted (&self->crowd, one, FALSE);
      return TRUE;
    }

  self->last_ms[lost] = self->now_ms;
  incident = find_incident (self, lost, loss);
  if (incident != NULL)
    vigil_incident_detector_join (self, incident, lost, loss);
  update_away (self, one);
  self->break_due |= vigil_incident_detector_is_break (self);
  return TRUE;
}

gboolean
vigil_incident_detector_take (VigilIncidentDetector *self,
                              const VigilSign       *sign)
{
  VigilCrowdOne *one = vigil_crowd_find (&self->crowd, sign->handle);
  gint64 at_ms = MIN (sign->at_ms, self->now_ms);

  g_return_val_if_fail ((guint) sign->lost < VIGIL_N_LOST, FALSE);

  if (one == NULL)
    return FALSE;

  return sign->recovered ? recover (self, one, sign->handle, sign->lost, at_ms)
                         : lose (self, one, sign->handle, sign->lost, at_ms);
}

/* A mean over what was seen so far, and later over the last while. */
static void
learn (VigilIncidentDetector *self,
       VigilLost              lost)
{
  double step_s = VIGIL_LOSS_STEP_MS / 1000.0;
  double weight = step_s / (FIRST_WEIGHT_S + MIN (self->learned_s, LEARN_S));

  if (self->crowd.exam > 0)
    self->usual[lost] += weight * (self->n_usual[lost] / (self->crowd.exam * step_s) - self->usual[lost]);
  self->n_usual[lost] = 0;
}

static void
move_windows (VigilIncidentDetector *self)
{
  gboolean moved;

  do
    {
      moved = FALSE;
      for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
        if (vigil_loss_wheel_step (self->wheels[lost], self->now_ms))
          {
            moved = TRUE;
            learn (self, lost);
          }
      if (moved)
        self->learned_s += VIGIL_LOSS_STEP_MS / 1000.0;
    }
  while (moved);
}

static void
close_empty (VigilIncidentDetector *self)
{
  for (guint slot = 0; slot < self->book.slots->len; slot++)
    {
      VigilIncident *incident = vigil_incident_book_get_slot (&self->book, slot);

      if (incident == NULL || incident->n_now > 0 || self->now_ms - incident->empty_ms < self->params.hold_ms)
        continue;
      incident->until_ms = incident->empty_ms;
      vigil_incident_book_close (&self->book, incident);
    }
}

/* Times of before mean nothing now. */
static void
start_over (VigilIncidentDetector *self,
            gint64                 now_ms)
{
  vigil_incident_detector_resume (self, now_ms);
  self->base_ms = now_ms - self->params.break_ms;
  for (guint i = 0; i < self->crowd.ones->len; i++)
    memset (g_array_index (self->crowd.ones, VigilCrowdOne, i).back, 0, sizeof (guint32) * VIGIL_N_LOST);
}

void
vigil_incident_detector_set_time (VigilIncidentDetector *self,
                                  gint64                 now_ms)
{
  /* A clock that is set right by a moment stands still for that moment; by more, it is another time. */
  if (self->now_ms == 0 || now_ms < self->now_ms - self->params.break_ms || now_ms > self->now_ms + MAX_JUMP_MS)
    start_over (self, now_ms);
  self->now_ms = MAX (self->now_ms, now_ms);
  move_windows (self);
}

void
vigil_incident_detector_advance (VigilIncidentDetector *self,
                                 gint64                 now_ms)
{
  gint64 settle_ms = self->params.settle_ms;
  g_autoptr (GPtrArray) touched = NULL;
  gboolean waits = FALSE;

  vigil_incident_detector_set_time (self, now_ms);
  for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
    {
      if (self->due_ms[lost] != 0 && (self->now_ms - self->last_ms[lost] >= settle_ms ||
                                      self->now_ms - self->due_ms[lost] >= 3 * settle_ms))
        vigil_incident_detector_look_for_bursts (self, lost);
      waits |= self->due_ms[lost] != 0;
    }
  /* What a group explains is no break. */
  if (self->break_due && !waits)
    vigil_incident_detector_look_for_break (self);
  close_empty (self);

  touched = vigil_incident_book_take_touched (&self->book);
  for (guint i = 0; i < touched->len; i++)
    self->func (self->user_data, g_ptr_array_index (touched, i));
}

gboolean
vigil_incident_detector_is_busy (VigilIncidentDetector *self)
{
  gboolean busy = self->break_due || self->book.dirty->len > 0;

  for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
    busy |= self->due_ms[lost] != 0;
  for (guint slot = 0; slot < self->book.slots->len && !busy; slot++)
    {
      const VigilIncident *incident = vigil_incident_book_get_slot (&self->book, slot);

      busy = incident != NULL && incident->n_now == 0;
    }
  return busy;
}

double
vigil_incident_detector_get_usual (VigilIncidentDetector *self,
                                   VigilLost              lost)
{
  return self->usual[lost] * 3600;
}
