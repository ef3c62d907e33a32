/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session over fakes, and what its operator was told. */
#pragma once

#include "vigil-fake-actions.h"
#include "vigil-fake-directory.h"
#include "vigil-fake-engine.h"
#include "vigil-fake-feed.h"
#include "vigil-fake-sfu.h"
#include "vigil-session.h"

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
  VigilSession       *session;
  guint               auth;
  guint               violations;
  guint               interventions;
  GString            *troubles;
} Fixture;

void set_up (Fixture *f, gconstpointer data);
void tear_down (Fixture *f, gconstpointer data);
void join_as (Fixture *f, const char *exam_id, VigilRole role);
void answer_rows (Fixture *f, gint64 seq, ...);
/** Joined, with one candidate on screen who plays. */
VigilStream *bring_up (Fixture *f);
void take_off_screen (Fixture *f);
VigilViolation *make_read (const char *id, gint64 at_ms, guint count);

G_END_DECLS
