/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application: options, the one window, and what it is built from. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_APP (vigil_app_get_type ())
G_DECLARE_FINAL_TYPE (VigilApp, vigil_app, VIGIL, APP, AdwApplication)

/** @start_us: monotonic µs at which the process began, for "time to window". */
VigilApp *vigil_app_new (gint64 start_us);

/** What main() is to return: 0, or 1 when a script could not do all it should. */
int       vigil_app_get_status (VigilApp *self);

G_END_DECLS
