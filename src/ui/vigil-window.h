/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main window: connect, exams, wall, candidate. */
#pragma once

#include <adwaita.h>

#include "vigil-candidate-page.h"
#include "vigil-connector.h"
#include "vigil-settings.h"
#include "vigil-wall.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_WINDOW (vigil_window_get_type ())
G_DECLARE_FINAL_TYPE (VigilWindow, vigil_window, VIGIL, WINDOW, AdwApplicationWindow)

/** Registers the resources and the icons of ui/. Call once, before the first widget. */
void         vigil_ui_init (void);

/** Main thread only. Signal "exam-joined" (): the wall is there. */
VigilWindow *vigil_window_new (AdwApplication *application, VigilConnector *connector, VigilSettings *settings);

/** Connects as if it had been typed. @token: (nullable): from the keyring. @exam_id: (nullable): joined at once. */
void         vigil_window_connect (VigilWindow *self, const char *address, const char *token, const char *exam_id);
/** Starts a rehearsal with so many candidates and joins its exam. */
void         vigil_window_rehearse (VigilWindow *self, guint candidates);

/* For scripts and tests; all (nullable) (transfer none). */
VigilSession       *vigil_window_get_session (VigilWindow *self);
VigilWall          *vigil_window_get_wall (VigilWindow *self);
VigilCandidatePage *vigil_window_get_candidate_page (VigilWindow *self);

/** Opens a candidate's page; VIGIL_HANDLE_NONE goes back to the wall. */
void         vigil_window_open_candidate (VigilWindow *self, VigilHandle handle);

G_END_DECLS
