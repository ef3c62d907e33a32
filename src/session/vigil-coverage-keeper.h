/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the coverage ledger going: once a second it looks who is due, and what was watched goes to disk. */
#pragma once

#include "vigil-coverage.h"
#include "vigil-settings.h"

G_BEGIN_DECLS

typedef struct _VigilCoverageKeeper VigilCoverageKeeper;

/** Main thread only. */
VigilCoverageKeeper *vigil_coverage_keeper_new  (VigilRoster *roster, VigilSettings *settings);
void                 vigil_coverage_keeper_free (VigilCoverageKeeper *self);

/** (transfer none) */
VigilCoverage *vigil_coverage_keeper_get (VigilCoverageKeeper *self);

/**
 * vigil_coverage_keeper_start:
 *
 * An exam was joined. What an earlier life of this console saw of it is read from disk on another thread and
 * added, unless the setting "coverage-keep-days" is 0.
 */
void vigil_coverage_keeper_start (VigilCoverageKeeper *self, const char *hall, const char *exam_id, gint64 starts_at_ms);

/** Writes what nobody kept yet, on another thread; happens by itself every ten seconds. */
void vigil_coverage_keeper_flush (VigilCoverageKeeper *self);

/** It was left: what nobody kept yet is written before this returns, and the ledger forgets it. */
void vigil_coverage_keeper_stop (VigilCoverageKeeper *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilCoverageKeeper, vigil_coverage_keeper_free)

G_END_DECLS
