/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "patrol-faults.h"

typedef struct
{
  const char *name;
  const char *order;  /* %s: somebody's id */
  const char *undo;   /* nullable: it ends by itself */
  guint       seconds;
} Fault;

static const Fault faults[PATROL_N_FAULTS] = {
  { "SFU dies, back after 0.5 s", "{\"op\": \"sfu-kill\", \"ms\": 500}", NULL, 5 },
  { "SFU dies, back after 8 s", "{\"op\": \"sfu-kill\", \"ms\": 8000}", NULL, 15 },
  { "SFU hangs for 8 s, nobody is told", "{\"op\": \"sfu-freeze\", \"frozen\": true}", "{\"op\": \"sfu-freeze\", \"frozen\": false}", 8 },
  { "a worker of the SFU dies, 5 s", "{\"op\": \"worker-kill\", \"worker\": \"1\", \"ms\": 5000}", NULL, 10 },
  { "connection closed", "{\"op\": \"drop\"}", NULL, 5 },
  { "connection reset", "{\"op\": \"drop\", \"abrupt\": true}", NULL, 5 },
  { "connection frozen for 4 s", "{\"op\": \"freeze\", \"ms\": 4000}", NULL, 8 },
  { "a tenth of the packets lost for 15 s", "{\"op\": \"loss\", \"percent\": 10}", "{\"op\": \"loss\", \"percent\": 0}", 15 },
  { "a producer sends nothing for 12 s", "{\"op\": \"stall\", \"studentId\": \"%s\", \"stalled\": true}",
    "{\"op\": \"stall\", \"studentId\": \"%s\", \"stalled\": false}", 12 },
  { "a camera goes, back after 6 s", "{\"op\": \"unproduce\", \"studentId\": \"%s\"}", "{\"op\": \"produce\", \"studentId\": \"%s\"}", 6 },
};

struct _PatrolFaults
{
  BenchHall   *hall;
  GRand       *random;
  guint        candidates;
  guint        counts[PATROL_N_FAULTS];
  const Fault *running;  /* nullable */
  char        *who;
  gint64       end_us;
};

static void
tell (PatrolFaults *self, const char *order)
{
  g_auto (GStrv) parts = g_strsplit (order, "%s", 2);
  g_autofree char *text = g_strjoinv (self->who, parts);
  g_autoptr (GError) error = NULL;

  if (!bench_hall_control (self->hall, text, &error))
    g_warning ("no fault %s: %s", text, error->message);
}

PatrolFaults *
patrol_faults_new (BenchHall *hall, guint candidates, guint seed)
{
  PatrolFaults *self = g_new0 (PatrolFaults, 1);

  self->hall = hall;
  self->candidates = candidates;
  self->random = g_rand_new_with_seed (seed);
  return self;
}

static void
finish (PatrolFaults *self)
{
  if (self->running != NULL && self->running->undo != NULL)
    tell (self, self->running->undo);
  self->running = NULL;
}

void
patrol_faults_free (PatrolFaults *self)
{
  finish (self);
  g_rand_free (self->random);
  g_free (self->who);
  g_free (self);
}

void
patrol_faults_tick (PatrolFaults *self, gint64 now_us)
{
  if (self->running != NULL && now_us >= self->end_us)
    finish (self);
}

void
patrol_faults_next (PatrolFaults *self, gint64 now_us)
{
  guint i;

  patrol_faults_tick (self, now_us);
  if (self->running != NULL)
    return;
  i = (guint) g_rand_int_range (self->random, 0, PATROL_N_FAULTS);
  g_free (self->who);
  self->who = g_strdup_printf ("s-%05d", g_rand_int_range (self->random, 1, (gint32) self->candidates + 1));
  self->counts[i]++;
  self->running = &faults[i];
  self->end_us = now_us + (gint64) self->running->seconds * G_USEC_PER_SEC;
  tell (self, self->running->order);
}

guint
patrol_faults_count (PatrolFaults *self, guint i, const char **name)
{
  *name = faults[i].name;
  return self->counts[i];
}
