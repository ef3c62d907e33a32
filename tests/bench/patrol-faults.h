/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes wrong on a long day between a console and its hall, at random. */
#pragma once

#include "bench-hall.h"

G_BEGIN_DECLS

#define PATROL_N_FAULTS 10

typedef struct _PatrolFaults PatrolFaults;

/** @hall: outlives it. @candidates: whose ids are "s-00001" and on. */
PatrolFaults *patrol_faults_new  (BenchHall *hall, guint candidates, guint seed);
/** Ends what is under way. */
void          patrol_faults_free (PatrolFaults *self);

/** Does one more. Does nothing while one that lasts is under way. */
void          patrol_faults_next (PatrolFaults *self, gint64 now_us);
/** Ends one that lasts, when its time is over. To be called now and then. */
void          patrol_faults_tick (PatrolFaults *self, gint64 now_us);
/** How often the fault of that number was done; its name: (out). */
guint         patrol_faults_count (PatrolFaults *self, guint i, const char **name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PatrolFaults, patrol_faults_free)

G_END_DECLS
