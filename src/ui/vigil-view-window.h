/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window of its own for a view: the focus view, or a second wall. */
#pragma once

#include <adwaita.h>

#include "vigil-session.h"
#include "vigil-trouble-banner.h"
#include "vigil-wall.h"
#include "vigil-window-layout.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_VIEW_WINDOW (vigil_view_window_get_type ())
G_DECLARE_FINAL_TYPE (VigilViewWindow, vigil_view_window, VIGIL, VIEW_WINDOW, AdwWindow)

/**
 * Main thread only. @child is (transfer none). What it does by name and key ("win.…") are the actions of @actions, but for
 * those that order and filter a second wall, and those about whom it shows, which are put in their place: these are its own.
 *
 * Signal "worked-in": a key was pressed in it or one of its own actions asked for, before anything is done with that.
 */
VigilViewWindow *vigil_view_window_new (GtkApplication *application, VigilViewKind kind, GActionMap *actions, GtkWidget *child);

VigilViewKind    vigil_view_window_get_kind (VigilViewWindow *self);
/** Takes the view out of it, for another place. (transfer full) (nullable). */
GtkWidget       *vigil_view_window_steal_child (VigilViewWindow *self);
/** The second wall; NULL: it is another view. (transfer none). */
VigilWall       *vigil_view_window_get_wall (VigilViewWindow *self);
AdwToastOverlay *vigil_view_window_get_toasts (VigilViewWindow *self);
/** What is wrong with us is said in every window. (transfer none). */
VigilTroubleBanner *vigil_view_window_get_banner (VigilViewWindow *self);
/** What was asked over it, and what was written there, stays open over @to, but for the list of actions: the window itself goes. */
void             vigil_view_window_hand_over_dialogs (VigilViewWindow *self, GtkWindow *to);
/** Everything it does by name, for the list of all actions. (transfer none). */
GActionGroup    *vigil_view_window_get_actions (VigilViewWindow *self);

/** Somebody asked for something in it: emits "worked-in". */
void             vigil_view_window_tell_worked_in (VigilViewWindow *self);

/** Tells a second wall from the others: @number is 2 or more, @exam its title, clean. */
void             vigil_view_window_set_number (VigilViewWindow *self, guint number, const char *exam);
/** 0: it is no second wall. */
guint            vigil_view_window_get_number (VigilViewWindow *self);

/** Adds what orders and filters the wall to a window of the kind VIGIL_VIEW_WALL.
 *  @order_menu, @filter_menu: of "win." actions. */
void             vigil_view_window_add_wall_tools (VigilViewWindow *self, VigilSession *session, GMenuModel *order_menu, GMenuModel *filter_menu);

G_END_DECLS
