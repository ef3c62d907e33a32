/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where one says which hall and with what token, or starts a rehearsal. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-connector.h"
#include "vigil-settings.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_CONNECT_PAGE (vigil_connect_page_get_type ())
G_DECLARE_FINAL_TYPE (VigilConnectPage, vigil_connect_page, VIGIL, CONNECT_PAGE, GtkWidget)

/** Signal "connected" (gpointer VigilHallAccess, transfer none: take it with
 *  vigil_connect_page_take_access() in the handler). */
GtkWidget       *vigil_connect_page_new (VigilConnector *connector, VigilSettings *settings);
VigilHallAccess *vigil_connect_page_take_access (VigilConnectPage *self);

/** As if typed and submitted. @token is nullable: a remembered one is looked up. */
void vigil_connect_page_connect  (VigilConnectPage *self, const char *address, const char *token);
void vigil_connect_page_rehearse (VigilConnectPage *self, guint candidates);

/** Shows why a connection ended; also used for "auth-needed". */
void vigil_connect_page_show_error (VigilConnectPage *self, const GError *error);

G_END_DECLS
