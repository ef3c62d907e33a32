/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks an admin everything a bypass needs, says what follows from it, and has it confirmed. */
#pragma once

#include <adwaita.h>

#include "vigil-session.h"

G_BEGIN_DECLS

/** The shortest reason that is taken, in characters. */
#define VIGIL_BYPASS_REASON_MIN 10
#define VIGIL_BYPASS_REASON_MAX 2000

#define VIGIL_TYPE_BYPASS_DIALOG (vigil_bypass_dialog_get_type ())
G_DECLARE_FINAL_TYPE (VigilBypassDialog, vigil_bypass_dialog, VIGIL, BYPASS_DIALOG, AdwWindow)

/** For the candidate of @handle; an active bypass is changed instead. */
GtkWidget *vigil_bypass_dialog_new (GtkWindow *parent, VigilSession *session, VigilHandle handle);

/** Fills the reason in; for scripts. */
void       vigil_bypass_dialog_set_reason (VigilBypassDialog *self, const char *reason);

G_END_DECLS
