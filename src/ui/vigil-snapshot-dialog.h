/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows a picture that was taken, asks for a note, and gives both to the outbox. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"
#include "vigil-snapshot.h"

G_BEGIN_DECLS

/** @snapshot: (transfer full): of @handle's @source. The role may take snapshots. Returns: the dialog, presented. */
GtkWidget *vigil_ask_snapshot (GtkWindow *parent, VigilSession *session, VigilHandle handle, VigilSource source, VigilSnapshot *snapshot);

G_END_DECLS
