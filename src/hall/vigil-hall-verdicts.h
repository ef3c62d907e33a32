/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts on flags, and the end of a snooze. The hall's thread. */
#pragma once

#include "vigil-hall-private.h"
#include "vigil-hall-violations.h"

G_BEGIN_DECLS

typedef struct
{
  const char *verdict; /* NULL: open again */
  const char *note;    /* nullable */
  gint64      until;   /* 0: none */
} VigilHallVerdict;

/** Keeps the verdict of @user on the flag @id and tells everybody. Errors: NOT_FOUND, INTERNAL.
 *  Returns: (transfer full) (nullable): the violation after it. */
VigilHallViolation *vigil_hall_verdicts_set (VigilHall *hall, const char *id, const char *user,
                                             const VigilHallVerdict *verdict, GError **error);

/** Opens the flags again whose snooze is over at @now: nothing expires silently. */
void vigil_hall_verdicts_wake (VigilHall *hall, gint64 now);

G_END_DECLS
