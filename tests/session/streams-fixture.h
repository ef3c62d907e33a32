/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream controller over fakes, with delays short enough for a test. */
#pragma once

#include "vigil-fake-engine.h"
#include "vigil-fake-sfu.h"
#include "vigil-session-error.h"
#include "vigil-stream-controller.h"

G_BEGIN_DECLS

typedef struct
{
  VigilFakeLog          *log;
  VigilSettings         *settings;
  VigilScoreStore       *store;
  VigilRoster           *roster;
  VigilFakeSfu          *sfu;
  VigilFakeEngine       *engine;
  VigilStreamController *streams;
} Fixture;

void fixture_set_up    (Fixture *f, gconstpointer data);
/** Checks as well that nothing is left of anything. */
void fixture_tear_down (Fixture *f, gconstpointer data);

/** A candidate who streams. @producer_id: (nullable) */
VigilHandle add   (Fixture *f, const char *id, const char *producer_id);
/** Signalling is up, and so is the transport. */
void        start (Fixture *f);
/** Puts a tile on screen or takes it off, and lets what follows happen. */
void        show  (Fixture *f, VigilHandle handle, gboolean visible);

/* Conditions on a VigilStream for vigil_fake_wait(). */
gboolean is_playing (gpointer stream);
gboolean is_stopped (gpointer stream);

void assert_phase (VigilStream *stream, VigilStreamPhase phase);

G_END_DECLS
