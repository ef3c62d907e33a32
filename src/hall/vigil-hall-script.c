/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments to come, soonest first. */
#include "vigil-hall-script.h"

#define BEAT_MS 20

typedef struct
{
  gint64              due_us;
  guint64             number_of; /* order of those that are due together */
  VigilHallMoment     func;
  VigilHallCandidate *candidate;
  const char         *word;
  gint64              number;
} Moment;

struct _VigilHallScript
{
  VigilHall *hall;    /* outlives us */
  GSequence *moments; /* of Moment */
  GRand     *random;
  GSource   *timer;   /* NULL: nothing is to come */
  guint64    n_added;
};

VigilHallScript *
vigil_hall_script_new (VigilHall *hall)
{
  VigilHallScript *self = g_new0 (VigilHallScript, 1);

  self->hall = hall;
  self->moments = g_sequence_new (g_free);
  self->random = g_rand_new_with_seed ((guint32) hall->options.seed + 1);
  return self;
}

static void
stop (VigilHallScript *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

void
vigil_hall_script_free (VigilHallScript *self)
{
  stop (self);
  g_sequence_free (self->moments);
  g_rand_free (self->random);
  g_free (self);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const Moment *one = a;
  const Moment *other = b;

  if (one->due_us != other->due_us)
    return one->due_us < other->due_us ? -1 : 1;
  return one->number_of < other->number_of ? -1 : 1;
}

static gboolean
beat_cb (gpointer user_data)
{
  VigilHallScript *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  GSequenceIter *first;

  while (!g_sequence_iter_is_end (first = g_sequence_get_begin_iter (self->moments)))
    {
      Moment moment = *(Moment *) g_sequence_get (first);

      if (moment.due_us > now_us)
        return G_SOURCE_CONTINUE;
      /* Gone before it happens: it may add others. */
      g_sequence_remove (first);
      moment.func (self->hall, moment.candidate, moment.word, moment.number);
    }
  stop (self);
  return G_SOURCE_REMOVE;
}

void
vigil_hall_script_add (VigilHallScript *self, gint64 ms, VigilHallMoment func, VigilHallCandidate *candidate,
                       const char *word, gint64 number)
{
  Moment moment = { g_get_monotonic_time () + ms * 1000, self->n_added++, func, candidate, word, number };

  g_sequence_insert_sorted (self->moments, g_memdup2 (&moment, sizeof moment), compare, NULL);
  if (self->timer)
    return;
  self->timer = g_timeout_source_new (BEAT_MS);
  g_source_set_callback (self->timer, beat_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

guint
vigil_hall_script_draw (VigilHallScript *self, guint n)
{
  return n > 1 ? (guint) g_rand_int_range (self->random, 0, (gint32) n) : 0;
}
