/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line across the window, there only while something is wrong with us. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-trouble.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_TROUBLE_BANNER (vigil_trouble_banner_get_type ())
G_DECLARE_FINAL_TYPE (VigilTroubleBanner, vigil_trouble_banner, VIGIL, TROUBLE_BANNER, GtkWidget)

/** Follows the session by itself. Signal "sign-in" (): the button of an expired token was pressed. */
GtkWidget *vigil_trouble_banner_new (void);
/** %NULL: nothing to watch. */
void       vigil_trouble_banner_set_session (VigilTroubleBanner *self, VigilSession *session);
/** The hall wants a new token, or has got one. */
void       vigil_trouble_banner_set_needs_token (VigilTroubleBanner *self, gboolean needs_token);

G_END_DECLS
