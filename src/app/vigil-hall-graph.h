/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The object graph of one hall: who is made from what, and in which order it ends. */
#pragma once

#include "vigil-hall-connection.h"
#include "vigil-session.h"
#include "vigil-webrtc-engine.h"

G_BEGIN_DECLS

/** What belongs to one hall; everything but @settings and @policy lives and ends with it. */
typedef struct
{
  VigilScoreStore     *store;
  VigilHallConnection *connection;
  VigilWebrtcEngine   *engine;
  VigilSession        *session;
} VigilHallGraph;

/**
 * vigil_hall_graph_new:
 * @profile: (nullable): JSON of a connection profile
 *
 * Main thread. Nothing is sent yet. Errors: those of vigil_hall_connection_new().
 */
VigilHallGraph *vigil_hall_graph_new (const char          *address,
                                      const char          *token,
                                      const char          *profile,
                                      VigilSettings       *settings,
                                      VigilScoringPolicy  *policy,
                                      GError             **error);

/** Leaves the exam and drops everything, from the top down. */
void vigil_hall_graph_free (VigilHallGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallGraph, vigil_hall_graph_free)

G_END_DECLS
