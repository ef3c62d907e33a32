/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session over fakes, and what it told. */
#pragma once

#include "vigil-fake-actions.h"
#include "vigil-fake-directory.h"
#include "vigil-fake-engine.h"
#include "vigil-fake-feed.h"
#include "vigil-fake-sfu.h"
#include "vigil-fake-stills.h"
#include "vigil-session.h"
#include "vigil-session-error.h"

G_BEGIN_DECLS

typedef struct
{
  VigilFakeLog       *log;
  VigilSettings      *settings;
  VigilScoringPolicy *policy;
  VigilScoreStore    *store;
  VigilFakeFeed      *feed;
  VigilFakeDirectory *directory;
  VigilFakeActions   *actions;
  VigilFakeSfu       *sfu;
  VigilFakeEngine    *engine;
  VigilFakeStills    *stills;
  VigilSession       *session;
  guint               auth;
  guint               violations;
  guint               interventions;
  GString            *troubles;
} Fixture;

void fixture_set_up    (Fixture *f, gconstpointer data);
/** Checks as well that nothing is left of anything. */
void fixture_tear_down (Fixture *f, gconstpointer data);

/** Joins as m.ortiz. */
void join_as         (Fixture *f, const char *exam_id, VigilRole role);
/** Answers the roster's only page with VigilCandidateInfo rows (transfer full), ended by %NULL. */
void answer_rows     (Fixture *f, gint64 seq, ...) G_GNUC_NULL_TERMINATED;
/** Joins exam "e" as an admin, with Ann ("a") on screen and playing. Returns: (transfer full). */
VigilStream *bring_up (Fixture *f);
void take_off_screen (Fixture *f);
/** A violation of "a" as a page has it. Returns: (transfer full). */
VigilViolation *make_read (const char *id, gint64 at_ms, guint count);

G_END_DECLS
