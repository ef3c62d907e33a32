/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's struct, for the files it is split into: life and actions. */
#pragma once

#include "vigil-color-scheme.h"
#include "vigil-command-palette.h"
#include "vigil-connect-page.h"
#include "vigil-exam-list.h"
#include "vigil-focus-view.h"
#include "vigil-frame-watch.h"
#include "vigil-incident-page.h"
#include "vigil-queue-panel.h"
#include "vigil-room-menu.h"
#include "vigil-saved-view.h"
#include "vigil-trouble-banner.h"
#include "vigil-statistics.h"
#include "vigil-view-window.h"
#include "vigil-window.h"

G_BEGIN_DECLS

struct _VigilWindow
{
  AdwApplicationWindow parent_instance;

  VigilConnector      *connector;
  VigilSettings       *settings;
  VigilColorScheme    *scheme;
  VigilHallAccess     *access;     /* NULL: not connected */
  VigilExam           *exam;       /* joined; NULL: none */
  VigilScoreSweeper   *sweeper;    /* of the access's store */
  VigilFrameWatch     *frames;     /* for the access's streams */
  char                *wanted_exam;
  GPtrArray           *views;      /* VigilSavedViews, as in the settings */
  GVariant            *former_views; /* what the settings held before the last change; NULL: nothing to undo */
  GSimpleActionGroup  *view_actions;
  gboolean             committed;  /* the wall was ranked anew, which can be taken back */

  AdwWindowTitle      *title;
  GtkWidget           *back_button;
  GtkWidget           *menu_button;
  GtkWidget           *order_button;
  GtkWidget           *filter_button;
  GtkWidget           *views_button;
  VigilRoomMenu       *room_menu;
  GtkEditable         *search_entry;
  gboolean             searched;   /* the filter had a search when we last saw it */
  VigilTroubleBanner *banner;
  gboolean             needs_token; /* the hall wants a new one */
  AdwFlap             *flap;
  AdwBin              *queue_bin;
  GtkWidget           *queue_button;
  GtkWidget           *focus_button;
  AdwToastOverlay     *toasts;
  GtkStack            *stack;
  VigilStatistics     *statistics;
  GtkBox              *status_box;

  VigilConnectPage    *connect_page;
  VigilExamList       *exam_list;
  VigilWall           *wall;           /* NULL without an exam */
  VigilCandidatePage  *candidate_page; /* NULL without an exam */
  VigilFocusView      *focus_view;     /* NULL without an exam */
  GSimpleActionGroup  *focus_actions;  /* "focus.", for the cards */
  GPtrArray           *view_windows;   /* VigilViewWindows; they own themselves */
  GtkWindow           *front;          /* the one of them in which the operator works; NULL: the main window */
  char                *layout_key;     /* of the monitors; NULL without an exam */
  guint                n_monitors;
  guint                monitors_id;
  guint                remember_id;
  gboolean             from_focus;     /* the candidate's page was opened there, and leads back there */
  GtkWidget           *status_bar;     /* NULL without an exam */
  VigilQueuePanel     *queue_panel;    /* NULL without an exam */
  guint                triage_id;
  AdwToast            *undo_toast;     /* weak: the one that can be seen */
  VigilIncidentPage   *incident_page;  /* NULL without an exam */
};

/* vigil-window.c */
void vigil_window_show_page (VigilWindow *self, const char *name);
void vigil_window_leave_exam (VigilWindow *self);
void vigil_window_disconnect_hall (VigilWindow *self);
/** Asks first if actions are still pending. */
void vigil_window_ask_disconnect (VigilWindow *self);
void vigil_window_go_back (VigilWindow *self);
/** @text is plain: markup in it is shown, not interpreted. */
void vigil_window_toast (VigilWindow *self, const char *text);
/** Has a new token asked for over the window in which the operator works. */
void vigil_window_ask_token (VigilWindow *self);
/** @toast: (transfer full). */
void vigil_window_add_toast (VigilWindow *self, AdwToast *toast);

/* vigil-window-actions.c */
void vigil_window_update_actions (VigilWindow *self);
/** Keeps the states of order and filter actions in step with the roster view. */
void vigil_window_watch_view (VigilWindow *self);
void vigil_window_init_actions (VigilWindow *self);
/** Connects to the wall that was just built. */
void vigil_window_watch_wall (VigilWindow *self);
/** Keeps the states of switches in step with the settings. */
void vigil_window_watch_settings (VigilWindow *self);
void vigil_window_set_enabled (VigilWindow *self, const char *action, gboolean enabled);

/* vigil-window-triage.c: the queue, what is attended to, decisions */
void vigil_window_init_triage (VigilWindow *self);
/** Those that are made in that window; @window: one of a view; NULL: this one. So the next two like it below. */
void vigil_window_add_own_decisions (VigilWindow *self, GtkWindow *window);
/** Builds the queue of the exam that was joined, and takes it away again. */
void vigil_window_build_queue (VigilWindow *self);
void vigil_window_remove_queue (VigilWindow *self);
void vigil_window_update_triage (VigilWindow *self);
/** Looks after nobody any more. */
void vigil_window_let_go (VigilWindow *self);
/* vigil-window-coverage.c: patrol, and the proof of who was watched */
/** Writes what is known now into a folder, and says what became of it. An exam is joined. */
void vigil_window_export_coverage (VigilWindow *self, GFile *folder);
void vigil_window_init_coverage (VigilWindow *self);
/** Connects to the wall that was just built. */
void vigil_window_watch_coverage (VigilWindow *self);
void vigil_window_update_coverage (VigilWindow *self);
/** Every key pauses patrol, Escape ends it. Returns: whether the key was for that. */
gboolean vigil_window_take_patrol_key (VigilWindow *self, guint keyval, GtkWidget *focus);

/* vigil-window-focus.c: candidates side by side, and what is done with large pictures */
void vigil_window_init_focus   (VigilWindow *self);
void vigil_window_add_own_card_actions (VigilWindow *self, GtkWindow *window);
/** Builds the view of the exam that was joined, and takes it away again. */
void vigil_window_build_focus  (VigilWindow *self);
void vigil_window_remove_focus (VigilWindow *self);
void vigil_window_update_focus (VigilWindow *self);
/** Puts a candidate into the focus view, or takes it out. */
void vigil_window_focus_candidate (VigilWindow *self, guint handle);
/** The large pictures that keys of a window mean; NULL: there are none before the operator's eyes. @window: one of a view; NULL: this one. (transfer none) */
VigilFocusCard *vigil_window_get_card (VigilWindow *self, GtkWindow *window);

/* vigil-window-detached.c: views in windows of their own */
void vigil_window_init_detached   (VigilWindow *self);
/** Opens those that had one under these monitors; closes them all, remembering which there were. */
void vigil_window_restore_views   (VigilWindow *self);
void vigil_window_close_views     (VigilWindow *self);
void vigil_window_update_detached (VigilWindow *self);
/** The window in which the operator works: this one, or one of a view. (transfer none). */
GtkWindow       *vigil_window_get_front (VigilWindow *self);
/** A key was pressed in the main window itself, or one of its own actions asked for. */
void             vigil_window_work_in_main (VigilWindow *self);
AdwToastOverlay *vigil_window_get_front_toasts (VigilWindow *self);
/** The second wall that is in front; NULL: none is. (transfer none). */
VigilWall       *vigil_window_get_front_wall (VigilWindow *self);
/** Whom keys and actions of a window mean: who has the focus there, or is large. @window: one of a view; NULL: this one. */
VigilHandle      vigil_window_get_target (VigilWindow *self, GtkWindow *window);
/** Adds actions about what a window has before the operator's eyes: each has its own, enabled by that, in the place of any of
 *  these names. Where one is asked for, the operator works. @entries: name and activate, of this window. @window as above. */
void             vigil_window_add_own_actions (VigilWindow *self, GtkWindow *window, const GActionEntry *entries, guint n);
void             vigil_window_set_own_enabled (VigilWindow *self, GtkWindow *window, const char *name, gboolean enabled);
/** Calls @func with each window, NULL for this one. */
void             vigil_window_each (VigilWindow *self, void (*func) (VigilWindow *self, GtkWindow *window));
/** Whether there is a wall in a window of its own. */
gboolean         vigil_window_has_second_wall (VigilWindow *self);
/** The window of the focus view; NULL: it is in the main one. (transfer none). */
VigilViewWindow *vigil_window_get_focus_window (VigilWindow *self);

/* vigil-window-views.c */
void vigil_window_init_views   (VigilWindow *self);
void vigil_window_clear_views  (VigilWindow *self);
/** Which of them is shown may be another now, or none. */
void vigil_window_update_views (VigilWindow *self);
void vigil_window_save_view    (VigilWindow *self);
void vigil_window_rename_view  (VigilWindow *self);
void vigil_window_delete_view  (VigilWindow *self);
void vigil_window_undo_view    (VigilWindow *self);
void vigil_window_add_views_to_palette (VigilWindow *self, VigilCommandPalette *palette);

/* vigil-window-candidate.c: actions on whoever's page is open, or who has the focus on the wall */
void vigil_window_init_deeds (VigilWindow *self);
void vigil_window_add_own_deeds (VigilWindow *self, GtkWindow *window);
/** Connects to the wall that was just built. */
void vigil_window_watch_deeds (VigilWindow *self);
/** …or to another one. */
void vigil_window_watch_deeds_of (VigilWindow *self, VigilWall *wall);
void vigil_window_update_deeds (VigilWindow *self);
void vigil_window_show_palette (VigilWindow *self);
/** Goes to a candidate's tile, and clears the filters if they hide it. */
void vigil_window_jump_to (VigilWindow *self, guint handle);

G_END_DECLS
