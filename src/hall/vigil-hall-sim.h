/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated candidates: who is there, what they do, what their browsers send.
 *
 * Everything is decided by the seed, in steps of a tenth of a second. A behaviour counts as
 * seen from the moment the webcam's picture shows it. The hall's thread.
 */
#pragma once

#include "vigil-hall-private.h"
#include "vigil-sim-feed.h"

G_BEGIN_DECLS

VigilHallSim *vigil_hall_sim_new   (VigilHall *hall);
void          vigil_hall_sim_free  (VigilHallSim *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallSim, vigil_hall_sim_free)

/** Lets those who are there at the beginning join, and time begin. */
void vigil_hall_sim_start (VigilHallSim *self);

/** A candidate's connection goes or comes; @back_ms: when a gone one comes back by itself, 0: never. */
void vigil_hall_sim_connect    (VigilHallSim *self, VigilHallCandidate *candidate);
void vigil_hall_sim_disconnect (VigilHallSim *self, VigilHallCandidate *candidate, guint back_ms);

/** A real browser takes the candidate over, or lets go of it. */
void vigil_hall_sim_set_linked (VigilHallSim *self, VigilHallCandidate *candidate, gboolean linked);

/** Makes a candidate do something for @ms, 0: until told otherwise. */
void vigil_hall_sim_behave (VigilHallSim *self, VigilHallCandidate *candidate, VigilSimBehaviour behaviour, guint ms);

/** Begins and ends one producer of a candidate. FALSE: it was so already. */
gboolean vigil_hall_sim_produce   (VigilHallSim *self, VigilHallCandidate *candidate, VigilSource source);
gboolean vigil_hall_sim_unproduce (VigilHallSim *self, VigilHallCandidate *candidate, VigilSource source);

/** The SFU died: its producers with it; and they come back. */
void vigil_hall_sim_forget_producers (VigilHallSim *self);
void vigil_hall_sim_produce_again    (VigilHallSim *self);

/** A worker of the SFU dies or is back. What it carries ends, or begins, at the candidate's next
 *  events call, or when it is settled. @worker: interned. */
void vigil_hall_sim_set_worker_dead (VigilHallSim *self, const char *worker, gboolean dead);

/** Begins and ends the producers of @candidate so that they are as they should be, and says so. */
void vigil_hall_sim_settle (VigilHallSim *self, VigilHallCandidate *candidate);

/** Whether @candidate is a simulated one that is connected. */
gboolean vigil_hall_sim_is_here   (VigilHallSim *self, const VigilHallCandidate *candidate);
/** … and is proctored and at its exam: something can be seen of it. */
gboolean vigil_hall_sim_is_free   (VigilHallSim *self, const VigilHallCandidate *candidate);
/** Whether @candidate is away and comes back by itself. */
gboolean vigil_hall_sim_is_coming (VigilHallSim *self, const VigilHallCandidate *candidate);

/** Intervention @row reached the hall: the candidate's simulated browser shows it. */
void vigil_hall_sim_intervened (VigilHallSim *self, VigilHallCandidate *candidate, const char *kind, gint64 row);

/** A violation was counted: its picture is taken and attached. */
void vigil_hall_sim_capture (VigilHallSim *self, VigilHallExam *exam, VigilHallCandidate *candidate,
                             const char *violation, const char *type);

/** Makes sure that there is a reference face and, if @now, a capture not older than its interval. */
void vigil_hall_sim_refresh_capture (VigilHallSim *self, VigilHallExam *exam, VigilHallCandidate *candidate,
                                     gboolean now, void (*done) (VigilHall *hall, gpointer user_data),
                                     gpointer user_data);

/** How many candidates show something, and how many pictures were not taken for lack of time. */
guint vigil_hall_sim_get_n_active (VigilHallSim *self);
guint vigil_hall_sim_get_n_missed (VigilHallSim *self);

G_END_DECLS
