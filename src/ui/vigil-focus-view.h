/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Up to four candidates, large, side by side. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-focus-card.h"

G_BEGIN_DECLS

#define VIGIL_FOCUS_MAX 4

#define VIGIL_TYPE_FOCUS_VIEW (vigil_focus_view_get_type ())
G_DECLARE_FINAL_TYPE (VigilFocusView, vigil_focus_view, VIGIL, FOCUS_VIEW, GtkWidget)

/**
 * Main thread only. Whoever is in it stays in it until taken out, also while it is not on screen; nobody costs anything then.
 *
 * Signals: "changed" (): who is in it, or whom a key means; "open" (guint handle): a candidate's page; "back" (): Escape.
 */
GtkWidget      *vigil_focus_view_new (VigilSession *session, VigilScoreSweeper *sweeper);

/** Puts a candidate into it. Returns: FALSE: there are as many in it as can be. */
gboolean        vigil_focus_view_add (VigilFocusView *self, VigilHandle handle);
void            vigil_focus_view_remove (VigilFocusView *self, VigilHandle handle);
gboolean        vigil_focus_view_has (VigilFocusView *self, VigilHandle handle);
guint           vigil_focus_view_get_n (VigilFocusView *self);
/** In the order in which they came; VIGIL_HANDLE_NONE past the end. */
VigilHandle     vigil_focus_view_get_nth (VigilFocusView *self, guint n);

/** The card that keys mean: the one with the focus, or that had it last, else the first. (transfer none) (nullable) */
VigilFocusCard *vigil_focus_view_get_current (VigilFocusView *self);
/** Whom keys mean, or VIGIL_HANDLE_NONE. */
VigilHandle     vigil_focus_view_get_candidate (VigilFocusView *self);

G_END_DECLS
