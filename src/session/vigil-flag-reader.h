/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the violations of an exam that nobody has attended to. */
#pragma once

#include "vigil-hall-directory.h"

G_BEGIN_DECLS

/** Main thread only. */
typedef struct _VigilFlagReader VigilFlagReader;

/**
 * vigil_flag_reader_new:
 * @state: (nullable): which flags, "escalated"; %NULL: those that are open
 * @func: called for each violation, a few at a time between frames: after a bad hour there are thousands; and with %NULL
 *   at the end, if all there are were read
 */
VigilFlagReader *vigil_flag_reader_new  (VigilHallDirectory *directory, const char *state,
                                         void (*func) (gpointer user_data, VigilViolation *violation), gpointer user_data);
void             vigil_flag_reader_free (VigilFlagReader *self);

/** Reads at most @limit, the oldest first; what was being read before is forgotten. Trouble that may pass is waited out. */
void vigil_flag_reader_start (VigilFlagReader *self, const char *exam_id, guint limit);
/** Stops; the function is not called after it. */
void vigil_flag_reader_stop  (VigilFlagReader *self);
/** Whether a reading was given up that another token may allow. */
gboolean vigil_flag_reader_is_stuck (VigilFlagReader *self);

G_END_DECLS
