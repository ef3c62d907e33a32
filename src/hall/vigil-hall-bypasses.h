/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bypasses in force: kept, announced, and ended when their time is over. The hall's thread. */
#pragma once

#include "vigil-hall-private.h"

G_BEGIN_DECLS

/** Reads what the store has; once, before the hall opens. */
void vigil_hall_bypasses_load (VigilHall *hall, VigilHallExam *exam);

/** Puts @bypass in force: version, times, announcement. @bypass: (transfer full). */
gboolean vigil_hall_bypasses_set (VigilHall          *hall,
                                  VigilHallExam      *exam,
                                  VigilHallCandidate *candidate,
                                  VigilHallBypass    *bypass,
                                  GError            **error);

/** Ends the active one; @by: (nullable): who revoked it, %NULL: its time was over. */
gboolean vigil_hall_bypasses_end (VigilHall          *hall,
                                  VigilHallExam      *exam,
                                  VigilHallCandidate *candidate,
                                  const char         *by,
                                  GError            **error);

/** Ends those whose time is over. */
void vigil_hall_bypasses_expire (VigilHall *hall, VigilHallExam *exam, gint64 now);

G_END_DECLS
