/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated candidates: who is connected, what is produced, and the browsers' events calls. */
#include "vigil-hall-sim-private.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-interventions.h"
#include "vigil-hall-media.h"
#include "vigil-hall-schedule.h"
#include "vigil-hall-writer.h"

/* Pictures a second of a shared screen, and how many different rooms are encoded. */
#define SCREEN_RATE 2u
#define VOICES 8u

VigilHallPerson *
vigil_hall_sim_get_person (VigilHallSim *self, const VigilHallCandidate *candidate)
{
  return &self->people[candidate->index];
}

gboolean
vigil_hall_sim_publishes (VigilHallSim *self, guint index)
{
  return self->hall->options.publish < 0 || index < (guint) self->hall->options.publish;
}

/* The moment the picture shows it: that is when the browser's inference sees it. */
static void
shown_cb (VigilSimFeed *feed, guint behaviour, gint64 at, gpointer user_data)
{
  VigilHallPerson *person = user_data;

  person->shown = (VigilSimBehaviour) behaviour;
  if (behaviour != VIGIL_SIM_BEHAVIOUR_PRESENT && person->candidate->connected && person->proctoring &&
      !person->linked)
    vigil_hall_sim_call (person, TRUE, at / 1000);
}

VigilSimFeed *
vigil_hall_sim_ensure_feed (VigilHallPerson *person, VigilSource source)
{
  static const VigilSimSource sources[VIGIL_N_SOURCES] = {
    [VIGIL_SOURCE_WEBCAM] = VIGIL_SIM_SOURCE_WEBCAM,
    [VIGIL_SOURCE_SCREEN] = VIGIL_SIM_SOURCE_SCREEN,
    [VIGIL_SOURCE_MICROPHONE] = VIGIL_SIM_SOURCE_MICROPHONE,
  };
  VigilHall *hall = person->sim->hall;
  guint looks = hall->options.looks > 0 ? (guint) hall->options.looks : VIGIL_SIM_LOOK_MAX + 1;
  guint rate = (guint) hall->options.rate;

  if (person->feeds[source])
    return person->feeds[source];
  /* A browser sends a screen on which little happens about as seldom; and a few rooms sound different enough. */
  if (source == VIGIL_SOURCE_SCREEN)
    rate = MIN (rate, SCREEN_RATE);
  else if (source == VIGIL_SOURCE_MICROPHONE)
    looks = MIN (looks, VOICES);
  person->feeds[source] = vigil_sim_feed_new (vigil_hall_media_get_studio (hall->media),
                                              person->candidate->index % looks, sources[source],
                                              (guint) hall->options.width, (guint) hall->options.height, rate);
  if (source == VIGIL_SOURCE_WEBCAM)
    g_signal_connect (person->feeds[source], "shown", G_CALLBACK (shown_cb), person);
  return person->feeds[source];
}

/* producers */

static void
announce_producer (VigilHallSim *self, const VigilHallCandidate *candidate, VigilSource source, gboolean begins)
{
  GString *out = vigil_hall_exam_begin (self->exam, begins ? "new_producer" : "producer_closed");

  vigil_hall_write_string (out, "producerId", candidate->producers[source]);
  vigil_hall_write_string (out, "studentId", candidate->student_id);
  vigil_hall_write_string (out, "source", vigil_source_to_nick (source));
  vigil_hall_write_string (out, "kind", source == VIGIL_SOURCE_MICROPHONE ? "audio" : "video");
  if (begins)
    vigil_hall_write_string (out, "worker", candidate->worker);
  vigil_hall_exam_commit (self->exam);
}

static gboolean
begin_producer (VigilHallSim *self, VigilHallCandidate *candidate, VigilSource source)
{
  VigilHallPerson *person = vigil_hall_sim_get_person (self, candidate);

  if (candidate->producers[source])
    return FALSE;
  candidate->producers[source] = vigil_hall_media_produce (self->hall->media, vigil_hall_sim_ensure_feed (person, source));
  if (!candidate->producers[source])
    return FALSE;
  if (source == VIGIL_SOURCE_WEBCAM)
    candidate->streaming = TRUE;
  if (!self->starting)
    announce_producer (self, candidate, source, TRUE);
  return TRUE;
}

static gboolean
end_producer (VigilHallSim *self, VigilHallCandidate *candidate, VigilSource source)
{
  if (!candidate->producers[source])
    return FALSE;
  vigil_hall_media_unproduce (self->hall->media, candidate->producers[source]);
  announce_producer (self, candidate, source, FALSE);
  g_clear_pointer (&candidate->producers[source], g_free);
  if (source == VIGIL_SOURCE_WEBCAM)
    candidate->streaming = FALSE;
  return TRUE;
}

gboolean
vigil_hall_sim_produce (VigilHallSim *self, VigilHallCandidate *candidate, VigilSource source)
{
  vigil_hall_sim_get_person (self, candidate)->fault[source] = 1;
  if (!candidate->connected || !begin_producer (self, candidate, source))
    return FALSE;
  if (source == VIGIL_SOURCE_WEBCAM)
    vigil_hall_exam_update (self->exam, candidate, VIGIL_HALL_FIELD_STREAMING);
  return TRUE;
}

gboolean
vigil_hall_sim_unproduce (VigilHallSim *self, VigilHallCandidate *candidate, VigilSource source)
{
  vigil_hall_sim_get_person (self, candidate)->fault[source] = -1;
  if (!end_producer (self, candidate, source))
    return FALSE;
  if (source == VIGIL_SOURCE_WEBCAM)
    vigil_hall_exam_update (self->exam, candidate, VIGIL_HALL_FIELD_STREAMING);
  return TRUE;
}

static gboolean
has_source (VigilHallSim *self, const VigilHallCandidate *candidate, VigilSource source)
{
  static const char *const names[VIGIL_N_SOURCES] = { "camera", "screen", "microphone" };
  const VigilHallOptions *options = &self->hall->options;
  gint8 fault = vigil_hall_sim_get_person (self, candidate)->fault[source];

  if (g_hash_table_contains (self->dead_workers, candidate->worker))
    return FALSE;
  if (fault != 0)
    return fault > 0;
  if (!vigil_hall_sim_publishes (self, candidate->index) || vigil_hall_candidate_is_bypassed (candidate, names[source]))
    return FALSE;
  /* Some have none: a console has to show that as well. */
  if (source == VIGIL_SOURCE_SCREEN)
    return options->screens && candidate->index % 10 != 9;
  return source == VIGIL_SOURCE_WEBCAM || (options->microphones && candidate->index % 7 != 6);
}

/* Begins and ends producers so that they are what the browser is to produce. */
static gboolean
settle_producers (VigilHallSim *self, VigilHallCandidate *candidate)
{
  VigilHallPerson *person = vigil_hall_sim_get_person (self, candidate);
  gboolean was_streaming = candidate->streaming;

  for (guint source = 0; source < VIGIL_N_SOURCES; source++)
    if (candidate->connected && person->proctoring && !person->linked && has_source (self, candidate, source))
      begin_producer (self, candidate, source);
    else
      end_producer (self, candidate, source);
  return candidate->streaming != was_streaming;
}

void
vigil_hall_sim_forget_producers (VigilHallSim *self)
{
  for (guint i = 0; i < self->n_people; i++)
    {
      VigilHallCandidate *candidate = self->people[i].candidate;
      gboolean streaming = candidate->streaming;

      for (guint source = 0; source < VIGIL_N_SOURCES; source++)
        end_producer (self, candidate, source);
      if (streaming)
        vigil_hall_exam_update (self->exam, candidate, VIGIL_HALL_FIELD_STREAMING);
    }
}

void
vigil_hall_sim_settle (VigilHallSim *self, VigilHallCandidate *candidate)
{
  if (settle_producers (self, candidate))
    vigil_hall_exam_update (self->exam, candidate, VIGIL_HALL_FIELD_STREAMING);
}

void
vigil_hall_sim_produce_again (VigilHallSim *self)
{
  for (guint i = 0; i < self->n_people; i++)
    vigil_hall_sim_settle (self, self->people[i].candidate);
}

void
vigil_hall_sim_set_worker_dead (VigilHallSim *self, const char *worker, gboolean dead)
{
  if (dead)
    g_hash_table_add (self->dead_workers, (gpointer) worker);
  else
    g_hash_table_remove (self->dead_workers, worker);
}

gboolean
vigil_hall_sim_is_here (VigilHallSim *self, const VigilHallCandidate *candidate)
{
  return candidate->connected && !vigil_hall_sim_get_person (self, candidate)->linked;
}

gboolean
vigil_hall_sim_is_free (VigilHallSim *self, const VigilHallCandidate *candidate)
{
  const VigilHallPerson *person = vigil_hall_sim_get_person (self, candidate);

  return vigil_hall_sim_is_here (self, candidate) && person->proctoring && candidate->state == VIGIL_HALL_STATE_ACTIVE;
}

gboolean
vigil_hall_sim_is_coming (VigilHallSim *self, const VigilHallCandidate *candidate)
{
  return vigil_hall_sim_get_person (self, candidate)->back_at > 0;
}

/* coming and going */

void
vigil_hall_sim_connect (VigilHallSim *self, VigilHallCandidate *candidate)
{
  VigilHallPerson *person = vigil_hall_sim_get_person (self, candidate);
  gint64 now = vigil_clock_wall_ms ();
  VigilHallFields fields = VIGIL_HALL_FIELD_CONNECTED | VIGIL_HALL_FIELD_SEEN | VIGIL_HALL_FIELD_LEFT;

  g_ptr_array_remove_fast (self->away, person);
  person->back_at = 0;
  /* Whose exam was ended does not come back by itself. */
  if (candidate->connected || (candidate->state == VIGIL_HALL_STATE_TERMINATED && !person->linked))
    return;
  candidate->connected = TRUE;
  candidate->seen_at = now;
  candidate->left_at = 0;
  if (candidate->joined_at == 0)
    {
      candidate->joined_at = now;
      fields |= VIGIL_HALL_FIELD_JOINED;
    }
  if (candidate->state == VIGIL_HALL_STATE_WAITING)
    {
      candidate->state = VIGIL_HALL_STATE_ACTIVE;
      fields |= VIGIL_HALL_FIELD_STATE;
    }
  if (!self->starting)
    vigil_hall_exam_update (self->exam, candidate, fields);
  if (person->linked)
    return;
  vigil_hall_sim_call (person, FALSE, now);
  if (settle_producers (self, candidate) && !self->starting)
    vigil_hall_exam_update (self->exam, candidate, VIGIL_HALL_FIELD_STREAMING);
}

void
vigil_hall_sim_disconnect (VigilHallSim *self, VigilHallCandidate *candidate, guint back_ms)
{
  VigilHallPerson *person = vigil_hall_sim_get_person (self, candidate);

  g_ptr_array_remove_fast (self->away, person);
  person->back_at = 0;
  if (back_ms > 0)
    {
      person->back_at = self->step + MAX (1, back_ms / VIGIL_HALL_STEP_MS);
      g_ptr_array_add (self->away, person);
    }
  if (!candidate->connected)
    return;
  vigil_hall_sim_behave (self, candidate, VIGIL_SIM_BEHAVIOUR_PRESENT, 0);
  for (guint source = 0; source < VIGIL_N_SOURCES; source++)
    end_producer (self, candidate, source);
  candidate->connected = FALSE;
  candidate->streaming = FALSE;
  candidate->left_at = candidate->seen_at = vigil_clock_wall_ms ();
  vigil_hall_exam_update (self->exam, candidate, VIGIL_HALL_FIELD_CONNECTED | VIGIL_HALL_FIELD_STREAMING |
                          VIGIL_HALL_FIELD_SEEN | VIGIL_HALL_FIELD_LEFT);
}

void
vigil_hall_sim_set_linked (VigilHallSim *self, VigilHallCandidate *candidate, gboolean linked)
{
  VigilHallPerson *person = vigil_hall_sim_get_person (self, candidate);

  if (person->linked == linked)
    return;
  person->linked = linked;
  if (linked && candidate->connected)
    vigil_hall_sim_disconnect (self, candidate, 0);
  if (linked)
    vigil_hall_sim_connect (self, candidate);
  else
    vigil_hall_sim_disconnect (self, candidate, 15000);
}

/* the browser's events call */

static void
learn (VigilHallPerson *person)
{
  VigilHallSim *self = person->sim;
  gboolean proctored = vigil_hall_candidate_is_proctored (person->candidate) &&
                       person->candidate->state != VIGIL_HALL_STATE_TERMINATED;

  if (person->proctoring != proctored)
    {
      person->proctoring = proctored;
      if (!proctored)
        vigil_hall_sim_behave (self, person->candidate, VIGIL_SIM_BEHAVIOUR_PRESENT, 0);
    }
  if (!self->starting && settle_producers (self, person->candidate))
    vigil_hall_exam_update (self->exam, person->candidate, VIGIL_HALL_FIELD_STREAMING);
}

void
vigil_hall_sim_call (VigilHallPerson *person, gboolean report, gint64 at)
{
  VigilHallReport seen = { .type = vigil_sim_behaviour_get_violation_type (person->shown), .at = at };
  VigilHallEventsCall call = { .at = vigil_clock_wall_ms (), .reports = &seen };
  VigilHallReceipt receipt;

  call.n_reports = report && seen.type ? 1 : 0;
  vigil_hall_take_events (person->sim->hall, person->sim->exam, person->candidate, &call, &receipt);
  learn (person);
}

/* Spreads the calls of all browsers evenly over the interval. */
static void
make_calls (VigilHallSim *self)
{
  gint64 now = vigil_clock_wall_ms ();

  self->calls += (double) self->n_people * VIGIL_HALL_STEP_MS / self->hall->options.events_interval_ms;
  for (; self->calls >= 1; self->calls -= 1)
    {
      VigilHallPerson *person = &self->people[self->next_call++ % self->n_people];

      if (person->candidate->connected && !person->linked)
        vigil_hall_sim_call (person, person->proctoring, now);
    }
}

static void
step (VigilHallSim *self)
{
  self->step++;
  if (self->n_people == 0)
    return;
  vigil_hall_schedule_step (self);
  make_calls (self);
}

static gboolean
step_cb (gpointer user_data)
{
  VigilHallSim *self = user_data;
  gint64 due = (g_get_monotonic_time () - self->started_us) / (VIGIL_HALL_STEP_MS * 1000);

  /* After a stall: catch up a little, forget the rest. */
  if (due - self->step > 10)
    self->started_us += (due - self->step - 10) * VIGIL_HALL_STEP_MS * 1000, due = self->step + 10;
  while (self->step < due)
    step (self);
  return G_SOURCE_CONTINUE;
}

/* interventions */

typedef struct
{
  VigilHall *hall;
  VigilHallCandidate *candidate;
  gint64 row;
} Shown;

static gboolean
acknowledged_cb (gpointer user_data)
{
  Shown *shown = user_data;
  g_autofree char *id = g_strdup_printf ("i-%" G_GINT64_FORMAT, shown->row);

  if (shown->candidate->connected)
    vigil_hall_interventions_acknowledge (shown->hall, shown->hall->exam, shown->candidate->student_id, id, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
delivered_cb (gpointer user_data)
{
  Shown *shown = user_data;

  if (shown->candidate->connected)
    vigil_hall_interventions_delivered (shown->hall, shown->hall->exam, shown->row);
  return G_SOURCE_REMOVE;
}

static gboolean
terminated_cb (gpointer user_data)
{
  Shown *shown = user_data;

  vigil_hall_sim_disconnect (shown->hall->sim, shown->candidate, 0);
  return G_SOURCE_REMOVE;
}

static void
later (VigilHallSim *self, guint ms, GSourceFunc func, VigilHallCandidate *candidate, gint64 row)
{
  Shown shown = { self->hall, candidate, row };

  vigil_hall_later (self->hall, ms, func, g_memdup2 (&shown, sizeof shown), g_free);
}

void
vigil_hall_sim_intervened (VigilHallSim *self, VigilHallCandidate *candidate, const char *kind, gint64 row)
{
  later (self, (guint) g_rand_int_range (self->random, 150, 600), delivered_cb, candidate, row);
  if (g_str_equal (kind, "warn"))
    {
      later (self, (guint) g_rand_int_range (self->random, 2000, 5000), acknowledged_cb, candidate, row);
      vigil_hall_sim_behave (self, candidate, VIGIL_SIM_BEHAVIOUR_PRESENT, 0);
    }
  else if (g_str_equal (kind, "terminate"))
    later (self, 2000, terminated_cb, candidate, row);
}

/* the object */

VigilHallSim *
vigil_hall_sim_new (VigilHall *hall)
{
  VigilHallSim *self = g_new0 (VigilHallSim, 1);

  self->hall = hall;
  self->exam = hall->exam;
  self->random = g_rand_new_with_seed ((guint32) hall->options.seed);
  self->n_people = vigil_hall_exam_get_n_candidates (hall->exam);
  self->people = g_new0 (VigilHallPerson, self->n_people);
  self->dead_workers = g_hash_table_new (g_str_hash, g_str_equal);
  self->active = g_ptr_array_new ();
  self->away = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->waiting);
  for (guint i = 0; i < self->n_people; i++)
    {
      self->people[i].sim = self;
      self->people[i].candidate = vigil_hall_exam_get_candidate (hall->exam, i);
      self->people[i].behaviour = self->people[i].shown = VIGIL_SIM_BEHAVIOUR_PRESENT;
      self->people[i].proctoring = vigil_hall_candidate_is_proctored (self->people[i].candidate);
    }
  return self;
}

void
vigil_hall_sim_free (VigilHallSim *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  vigil_hall_sim_stop_captures (self);
  for (guint i = 0; i < self->n_people; i++)
    for (guint source = 0; source < VIGIL_N_SOURCES; source++)
      if (self->people[i].feeds[source])
        {
          g_signal_handlers_disconnect_by_data (self->people[i].feeds[source], &self->people[i]);
          g_object_unref (self->people[i].feeds[source]);
        }
  g_free (self->people);
  g_hash_table_unref (self->dead_workers);
  g_ptr_array_unref (self->active);
  g_ptr_array_unref (self->away);
  g_object_unref (self->cancellable);
  g_rand_free (self->random);
  g_free (self);
}

void
vigil_hall_sim_start (VigilHallSim *self)
{
  /* Nobody has joined yet: what the roster says needs no deltas. */
  self->starting = TRUE;
  for (guint i = 0; i < self->n_people; i++)
    if (g_rand_double (self->random) >= self->hall->options.absent)
      vigil_hall_sim_connect (self, self->people[i].candidate);
    else
      {
        self->people[i].back_at = g_rand_int_range (self->random, 50, 1200);
        g_ptr_array_add (self->away, &self->people[i]);
      }
  self->starting = FALSE;
  self->started_us = g_get_monotonic_time ();
  self->timer = g_timeout_source_new (VIGIL_HALL_STEP_MS);
  g_source_set_callback (self->timer, step_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}
