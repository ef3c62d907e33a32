/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of POST /control. */
#pragma once

#include "vigil-hall-control.h"
#include "vigil-members.h"

G_BEGIN_DECLS

/** One order on its way. What is wrong with it is left in @members. */
typedef struct
{
  VigilHall    *hall;
  VigilMembers *members;
  GString      *out;     /* members of the answer */
} VigilHallOrder;

typedef struct
{
  const char *op;
  const char *what;      /* its members and what it does, for --help-tests */
  void      (*func) (VigilHallOrder *order);
} VigilHallOp;

/** Each ends with an empty one. */
extern const VigilHallOp vigil_hall_fault_ops[];
extern const VigilHallOp vigil_hall_media_ops[];
extern const VigilHallOp vigil_hall_scenario_ops[];

/** The candidate that "studentId" names. Returns: (transfer none) (nullable): %NULL: refused. */
VigilHallCandidate *vigil_hall_order_get_candidate (VigilHallOrder *order);
/** The webcam where "source" is absent. FALSE: refused. */
gboolean            vigil_hall_order_get_source    (VigilHallOrder *order, VigilSource *source);
/** "ms", at most a day. */
guint               vigil_hall_order_get_ms        (VigilHallOrder *order, guint fallback);

G_END_DECLS
