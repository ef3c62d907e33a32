/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session over fakes with candidates "s0", "s1", … whose cameras are "p0", "p1", … */
#pragma once

#include <gtk/gtk.h>

#include "ui-engine.h"
#include "vigil-fake-actions.h"
#include "vigil-fake-directory.h"
#include "vigil-fake-feed.h"
#include "vigil-fake-sfu.h"
#include "vigil-score-sweeper.h"
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
  UiEngine           *engine;
  VigilSession       *session;
  VigilScoreSweeper  *sweeper;
  GtkWindow          *window;
} UiFixture;

/** Joins an exam of @n candidates, all with a camera, and makes an empty window of 1280 × 800. */
void ui_fixture_set_up    (UiFixture *self, guint n);
void ui_fixture_tear_down (UiFixture *self);

/** Answers the question for the roster that waits: @n candidates, all with a camera. */
void ui_fixture_answer_roster (UiFixture *self, guint n, gint64 epoch);

/** Writes a score as the network thread would. */
void ui_fixture_score (UiFixture *self, guint candidate, int score);
VigilHandle ui_fixture_handle (UiFixture *self, guint candidate);

/** Runs the main loop until @n more frames of the window were drawn. */
void ui_fixture_draw (UiFixture *self, guint n);

/** Called first by main() of a test that needs a display: exits with 77 where there is none. */
void ui_fixture_init (int *argc, char ***argv);

G_END_DECLS
