/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A script that shows everything once and writes pictures of it. */
#pragma once

#include "vigil-app-connector.h"
#include "vigil-window.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SCREENSHOTS (vigil_screenshots_get_type ())
G_DECLARE_FINAL_TYPE (VigilScreenshots, vigil_screenshots, VIGIL, SCREENSHOTS, GObject)

/**
 * vigil_screenshots_new:
 * @folder: made if need be; files in it are overwritten
 * @seconds: after so long it stops wherever it is
 * @start_us: when the process began
 *
 * Prints "time to window" and "time to all visible playing" as it goes. Signal "done" ().
 */
VigilScreenshots *vigil_screenshots_new (VigilWindow *window, VigilAppConnector *connector, const char *folder, guint seconds, gint64 start_us);

/** Whether every picture was written. */
gboolean vigil_screenshots_succeeded (VigilScreenshots *self);

G_END_DECLS
