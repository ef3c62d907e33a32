/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes of many losses: incidents, each for the group that explains it best. */

#include "vigil-incident-detector-private.h"

/* Bursts told apart in one go; those that are left have their turn in the next. */
#define MAX_ROUNDS 64

void
vigil_incident_detector_get_view (VigilIncidentDetector *self,
          VigilLost              lost,
          VigilLossView         *view)
{
  *view = (VigilLossView) {
    .params = &self->params,
    .lost = lost,
    .wheel = self->wheels[lost],
    .exam = self->crowd.exam,
    .usual = self->usual[lost],
  };
  for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
    view->population[shared] = self->crowd.population[shared];
}

/* A whole exam's incident that began lately. */
static VigilIncident *
find_break (VigilIncidentDetector *self)
{
  VigilIncident *incident = vigil_incident_book_find (&self->book, VIGIL_SHARED_EXAM, 0);

  return incident != NULL && self->now_ms - incident->opened_ms <= self->params.break_ms ? incident : NULL;
}

gboolean
vigil_incident_detector_is_break (VigilIncidentDetector *self)
{
  const VigilIncident *incident = find_break (self);
  guint away = self->crowd.n_away + (incident != NULL ? incident->n_now : 0);

  return away >= self->params.min_members && away * 100.0 >= self->params.break_share * (double) self->crowd.exam;
}

static gboolean
is_within (const VigilIncidentMember *member,
           VigilShared                shared,
           guint32                    id)
{
  return shared == VIGIL_SHARED_EXAM || member->groups.id[shared] == id;
}

/* Whether an incident turns out to be a part of what @best explains. */
static gboolean
is_part (VigilIncidentDetector  *self,
         VigilIncident          *part,
         const VigilLossView    *view,
         const VigilExplanation *best,
         gint64                  round)
{
  guint n;
  const VigilIncidentMember *members = vigil_incident_get_members (part, &n);
  guint n_within = 0;

  if (!(part->kinds & 1 << view->lost) || part->round == round ||
      self->now_ms - part->burst_ms > self->params.hold_ms ||
      vigil_loss_view_get_fit (view, part->shared, part->group) > best->fit)
    return FALSE;

  for (guint i = 0; i < n; i++)
    n_within += is_within (&members[i], best->shared, best->id);
  return n_within * 10 >= n * 9;
}

static void
merge (VigilIncidentDetector *self,
       VigilIncident         *part,
       VigilIncident         *whole)
{
  guint n;
  const VigilIncidentMember *members = vigil_incident_get_members (part, &n);

  for (guint i = 0; i < n; i++)
    {
      const VigilIncidentMember *member = &members[i];
      VigilCrowdOne *one = vigil_crowd_find (&self->crowd, member->handle);

      for (VigilLost lost = 0; lost < VIGIL_N_LOST; lost++)
        {
          if (!(member->ever & 1 << lost))
            continue;
          vigil_incident_join (whole, member->handle, &member->groups, lost, member->lost_at_ms);
          if (!(member->lost & 1 << lost))
            vigil_incident_recover (whole, member->handle, lost, member->recovered_at_ms);
          else if (one != NULL)
            one->slots[lost] = whole->slot + 1;
        }
    }
  whole->kinds |= part->kinds;
  part->until_ms = self->now_ms;
  part->merged_into = whole->id;
  vigil_incident_book_close (&self->book, part);
}

/* The losses of a group's burst that no incident has. A group's reach back as far as one follows the
 * other; a whole exam's, of which some are always chance, only as far as the window. */
static GArray *
collect (VigilIncidentDetector  *self,
         VigilLossWheel         *wheel,
         const VigilExplanation *best)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  VigilLossWindow window = best->shared == VIGIL_SHARED_EXAM ? VIGIL_WINDOW_BURST : VIGIL_WINDOW_HOLD;
  gint64 last_ms = self->now_ms;

  for (guint32 number = vigil_loss_wheel_next (wheel, 0); number != 0; number = vigil_loss_wheel_next (wheel, number))
    {
      VigilLoss *loss = vigil_loss_wheel_get (wheel, number);

      if (!(loss->windows & 1 << window))
        break;
      if (loss->aside || (best->shared != VIGIL_SHARED_EXAM && loss->groups.id[best->shared] != best->id))
        continue;
      if (last_ms - loss->at_ms > self->params.window_ms)
        break;
      last_ms = MIN (last_ms, loss->at_ms);
      if (!loss->assigned)
        g_array_append_val (numbers, number);
    }
  return numbers;
}

static void
set_aside (VigilLossWheel         *wheel,
           const VigilExplanation *best)
{
  for (guint32 number = vigil_loss_wheel_next (wheel, 0); number != 0; number = vigil_loss_wheel_next (wheel, number))
    {
      const VigilLoss *loss = vigil_loss_wheel_get (wheel, number);

      if (!(loss->windows & 1 << VIGIL_WINDOW_HOLD))
        return;
      if (best->shared == VIGIL_SHARED_EXAM || loss->groups.id[best->shared] == best->id)
        vigil_loss_wheel_set_aside (wheel, number, TRUE);
    }
}

static void
take_back (VigilLossWheel *wheel)
{
  for (guint32 number = vigil_loss_wheel_next (wheel, 0); number != 0; number = vigil_loss_wheel_next (wheel, number))
    {
      if (!(vigil_loss_wheel_get (wheel, number)->windows & 1 << VIGIL_WINDOW_HOLD))
        return;
      vigil_loss_wheel_set_aside (wheel, number, FALSE);
    }
}

/* What is left of an old one is not what happens now. */
static VigilIncident *
find_fresh (VigilIncidentDetector *self,
            VigilShared            shared,
            guint32                id)
{
  VigilIncident *incident = vigil_incident_book_find (&self->book, shared, id);

  return incident != NULL && self->now_ms - incident->burst_ms <= self->params.hold_ms ? incident : NULL;
}

static VigilIncident *
open_incident (VigilIncidentDetector *self,
               VigilShared            shared,
               guint32                id,
               guint                  size)
{
  VigilIncident *incident = find_fresh (self, shared, id);

  if (incident == NULL)
    {
      incident = vigil_incident_book_open (&self->book, shared, id);
      if (incident == NULL)
        return NULL;
      incident->opened_ms = self->now_ms;
    }
  incident->group_size = MAX (incident->group_size, size);
  incident->burst_ms = self->now_ms;
  return incident;
}

static GPtrArray *
find_parts (VigilIncidentDetector  *self,
            const VigilLossView    *view,
            const VigilExplanation *best,
            gint64                  round)
{
  GPtrArray *parts = g_ptr_array_new ();

  for (guint slot = 0; slot < self->book.slots->len; slot++)
    {
      VigilIncident *part = vigil_incident_book_get_slot (&self->book, slot);

      if (part != NULL && (part->shared != best->shared || part->group != best->id) &&
          is_part (self, part, view, best, round))
        g_ptr_array_add (parts, part);
    }
  return parts;
}

static void
take_explanation (VigilIncidentDetector  *self,
                  const VigilLossView    *view,
                  const VigilExplanation *best,
                  gint64                  round)
{
  g_autoptr (GArray) numbers = collect (self, view->wheel, best);
  g_autoptr (GPtrArray) parts = find_parts (self, view, best, round);
  VigilIncident *incident = find_fresh (self, best->shared, best->id);

  if (incident != NULL)
    incident->round = round;
  /* All of it but a few belongs to others already: those few are no incident. */
  if (numbers->len == 0 || (numbers->len < self->params.min_members && parts->len == 0 && incident == NULL))
    return;

  incident = open_incident (self, best->shared, best->id, vigil_loss_view_get_size (view, best->shared, best->id));
  if (incident == NULL)
    return;

  incident->round = round;
  for (guint i = 0; i < parts->len; i++)
    merge (self, g_ptr_array_index (parts, i), incident);
  for (guint i = 0; i < numbers->len; i++)
    vigil_incident_detector_join (self, incident, view->lost, vigil_loss_wheel_get (view->wheel, g_array_index (numbers, guint32, i)));
}

void
vigil_incident_detector_look_for_bursts (VigilIncidentDetector *self,
                 VigilLost              lost)
{
  VigilExplanation best;
  VigilLossView view;

  vigil_incident_detector_get_view (self, lost, &view);
  self->due_ms[lost] = 0;
  for (guint round = 0; round < MAX_ROUNDS && vigil_loss_view_explain (&view, &best); round++)
    {
      take_explanation (self, &view, &best, self->now_ms);
      set_aside (view.wheel, &best);
    }
  take_back (view.wheel);
}

void
vigil_incident_detector_look_for_break (VigilIncidentDetector *self)
{
  VigilIncident *incident;

  self->break_due = FALSE;
  if (self->crowd.n_away == 0 || !vigil_incident_detector_is_break (self))
    return;

  incident = find_break (self);
  if (incident == NULL)
    incident = open_incident (self, VIGIL_SHARED_EXAM, 0, self->crowd.exam);
  for (VigilLost lost = 0; incident != NULL && lost < VIGIL_N_LOST; lost++)
    for (guint32 number = vigil_loss_wheel_next (self->wheels[lost], 0); number != 0;
         number = vigil_loss_wheel_next (self->wheels[lost], number))
      {
        VigilLoss *loss = vigil_loss_wheel_get (self->wheels[lost], number);

        if (loss->recovered_at_ms == 0 && !loss->assigned)
          vigil_incident_detector_join (self, incident, lost, loss);
      }
}
