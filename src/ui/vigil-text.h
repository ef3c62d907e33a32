/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels and text views, as they are used everywhere here. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** A label that starts at the edge, wraps, and is the last of @box. @css_class is nullable. (transfer none) */
GtkLabel *vigil_text_append_label (GtkWidget *box, const char *css_class);

/** Sets the text if it is another one: what is told every second need not be laid out every second. */
void      vigil_text_set (GtkLabel *label, const char *text);

/** A button with a mnemonic whose accessible name has no underscore in it; GTK 4.8 says "_Next Next". (transfer floating) */
GtkWidget *vigil_text_new_button (const char *mnemonic);
/** Another text for such a button. */
void       vigil_text_set_button (GtkButton *button, const char *mnemonic);

/** What stands in a text view, without blanks around it. Returns: (transfer full). */
char     *vigil_text_dup_view (GtkTextView *view);

G_END_DECLS
