/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the simulation. */
#pragma once

#include "vigil-hall-sim.h"

G_BEGIN_DECLS

typedef struct
{
  VigilHallSim       *sim;
  VigilHallCandidate *candidate;
  VigilSimFeed       *feeds[VIGIL_N_SOURCES]; /* made when first needed */
  VigilSimBehaviour   behaviour;  /* what was asked of the picture */
  VigilSimBehaviour   shown;      /* what the picture shows */
  gint64              until;      /* end of the behaviour, steps; 0: none, −1: until told otherwise */
  gint64              back_at;    /* steps: when a gone one returns; 0: not by itself */
  gboolean            proctoring; /* the browser runs it */
  gboolean            linked;     /* a real browser speaks for it */
  gint8               fault[VIGIL_N_SOURCES]; /* −1: withheld, 1: forced, 0: as it should be */
  gint64              captured_at; /* ms, of the newest capture of any kind; 0: not known */
  gboolean            has_reference;
} VigilHallPerson;

struct _VigilHallSim
{
  VigilHall       *hall;      /* outlives us */
  VigilHallExam   *exam;
  GRand           *random;
  VigilHallPerson *people;
  guint            n_people;
  GHashTable      *dead_workers; /* interned ids; what they carry is not produced */
  GPtrArray       *active;    /* people who show something */
  GPtrArray       *away;      /* people who will come back */
  GSource         *timer;
  gint64           started_us;
  gint64           step;      /* steps done */
  double           calls;     /* share of the next events call that is due */
  guint            next_call; /* whose browser calls next */
  gboolean         starting;

  /* pictures */
  GQueue           waiting;   /* of captures */
  guint            running;
  guint            missed;
  double           capture_credit; /* pictures at violations that may be taken now */
  gint64           credited_us;
  GCancellable    *cancellable;
};

#define VIGIL_HALL_STEP_MS 100

VigilHallPerson *vigil_hall_sim_get_person (VigilHallSim *self, const VigilHallCandidate *candidate);
/** The feed of a source, made on first use. Returns: (transfer none). */
VigilSimFeed    *vigil_hall_sim_ensure_feed (VigilHallPerson *person, VigilSource source);
/** Whether candidate @index has a webcam here. */
gboolean         vigil_hall_sim_publishes (VigilHallSim *self, guint index);
/** Tells the referee what the person shows now, and learns from the answer. */
void             vigil_hall_sim_call (VigilHallPerson *person, gboolean report, gint64 at);
/** Ends what pictures are under way. */
void             vigil_hall_sim_stop_captures (VigilHallSim *self);

G_END_DECLS
