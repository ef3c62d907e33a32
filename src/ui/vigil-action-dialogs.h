/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small questions: revoke a bypass, send a message or a warning, sign in again. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

/** Asks whether the bypass of @handle is to end, and ends it. Returns: (transfer none): the dialog. */
GtkWidget *vigil_ask_revoke (GtkWindow *parent, VigilSession *session, VigilHandle handle);

/** Asks for a text and sends it as a message, or as a warning (@warn) that the candidate must acknowledge. */
GtkWidget *vigil_ask_message (GtkWindow *parent, VigilSession *session, VigilHandle handle, gboolean warn);

typedef void (*VigilTokenFunc) (const char *token, gboolean remember, gpointer user_data);

/** Asks for a new token, and where tokens are kept (@remembers) whether to keep it; @func is not called when it is
 *  cancelled or @owner is gone. */
GtkWidget *vigil_ask_token (GtkWindow *parent, gboolean remembers, VigilTokenFunc func, GObject *owner);

G_END_DECLS
