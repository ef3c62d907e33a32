/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the pages of a roster in, a few milliseconds at a time. */
#pragma once

#include "vigil-hall-directory.h"

G_BEGIN_DECLS

/**
 * VigilRosterIntake:
 *
 * Main thread only. A page of 1,000 candidates is some 10 ms of work for all who listen; between two
 * portions of it frames are drawn and input is heard.
 */
typedef struct _VigilRosterIntake VigilRosterIntake;

/** Applies rows @first … @first + @n − 1 of @page. */
typedef void (*VigilRosterIntakeFunc) (gpointer user_data, VigilRosterPage *page, guint first, guint n);

/** @idle_func: everything that was added has been applied. */
VigilRosterIntake *vigil_roster_intake_new  (VigilRosterIntakeFunc func, void (*idle_func) (gpointer user_data), gpointer user_data);
void               vigil_roster_intake_free (VigilRosterIntake *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilRosterIntake, vigil_roster_intake_free)

/** @page: (transfer full). Begins with it at once if nothing else waits. */
void vigil_roster_intake_add (VigilRosterIntake *self, VigilRosterPage *page);
/** Forgets what was not applied yet; may be called from within the function. */
void vigil_roster_intake_clear (VigilRosterIntake *self);

/** Pages that are not applied in whole. */
guint vigil_roster_intake_get_n_pages (VigilRosterIntake *self);

G_END_DECLS
