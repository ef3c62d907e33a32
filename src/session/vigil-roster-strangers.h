/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the hall for candidates of whom events spoke before any row did. */
#pragma once

#include "vigil-hall-directory.h"
#include "vigil-hall-event.h"

G_BEGIN_DECLS

/** Main thread only. */
typedef struct _VigilRosterStrangers VigilRosterStrangers;

/**
 * @found: the row of one who was asked for, and the events about them since the question (VigilHallEvent)
 * @failed: one could not be read, and not because the hall does not know them either
 */
VigilRosterStrangers *vigil_roster_strangers_new (VigilHallDirectory *directory,
                                                  void (*found) (gpointer user_data, const VigilCandidateInfo *info, GPtrArray *since),
                                                  void (*failed) (gpointer user_data, const char *why), gpointer user_data);
void     vigil_roster_strangers_free (VigilRosterStrangers *self);

/** Asks for one, unless that is under way. Returns: %FALSE where so many are that the roster is cheaper. */
gboolean vigil_roster_strangers_ask (VigilRosterStrangers *self, const char *exam_id, const char *student_id);
/** Notes what was said of one who is being asked for; of others nothing. */
void     vigil_roster_strangers_keep (VigilRosterStrangers *self, const char *student_id, VigilHallEvent *event);
/** Nobody is asked for any more; neither function is called for those who were. */
void     vigil_roster_strangers_forget (VigilRosterStrangers *self);

G_END_DECLS
