/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When simulated candidates do what. The hall's thread. */
#pragma once

#include "vigil-hall-sim-private.h"

G_BEGIN_DECLS

/** One step of time: behaviours begin and end, connections break and come back. */
void vigil_hall_schedule_step (VigilHallSim *sim);

G_END_DECLS
