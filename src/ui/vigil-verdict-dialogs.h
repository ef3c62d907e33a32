/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The questions before a violation is dismissed or handed up. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

/** Asks for a reason and dismisses @item: of an incident everything that it explains. */
GtkWidget *vigil_ask_dismiss  (GtkWindow *parent, VigilSession *session, VigilTriageItem *item);
/** Asks what somebody with more rights should know, and hands @item up. */
GtkWidget *vigil_ask_escalate (GtkWindow *parent, VigilSession *session, VigilTriageItem *item);

G_END_DECLS
