/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the wire's JSON to the roster, without a network between them. */
#pragma once

#include <json-glib/json-glib.h>

#include "vigil-event-order.h"
#include "vigil-fake-directory.h"
#include "vigil-hall-event.h"
#include "vigil-roster-sync.h"

G_BEGIN_DECLS

typedef struct
{
  VigilFakeLog       *log;
  VigilScoreStore    *store;
  VigilScoringPolicy *policy;
  VigilRoster        *roster;
  VigilFakeDirectory *directory;
  VigilEventOrder    *order;
  VigilRosterSync    *sync;
  VigilHallEvent     *last;
  gint64              seq;
  char               *missing; /* an event that the hall sent and nobody got; test-sticky.c's */
} Fixture;

/** Joined to exam "e" in epoch 5 at 0, with no roster yet. */
void set_up    (Fixture *f);
/** Checks as well that nothing is left of anything. */
void tear_down (Fixture *f);

/** Returns: (transfer full): what @text says, which must be JSON. */
JsonNode *parse (const char *text);
/** The hall's roster as it was at @seq, of the rows in @rows; read again if it was read before. */
void answer_roster (Fixture *f, const char *rows, gint64 seq);
/** The socket brings an event. @event: (transfer full). */
void take (Fixture *f, VigilHallEvent *event);

G_END_DECLS
