/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics for whoever collects them, on this machine alone. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_METRICS_SERVER (vigil_metrics_server_get_type ())
G_DECLARE_FINAL_TYPE (VigilMetricsServer, vigil_metrics_server, VIGIL, METRICS_SERVER, GObject)

/**
 * Answers GET and HEAD of /metrics with OpenMetrics text, on 127.0.0.1 and ::1 and nowhere else. A request whose Host is
 * a name of another machine is refused: a web page may make a browser come here by a name of its own. The metrics
 * hold numbers about the program; no person, no token, no address of a hall. Main thread only.
 */
VigilMetricsServer *vigil_metrics_server_new (void);

/**
 * vigil_metrics_server_set_port:
 * @port: 0: stop serving
 *
 * Takes effect before it returns; the same port again changes nothing. When the port cannot be had nothing is served.
 * Errors: G_IO_ERROR, for instance G_IO_ERROR_ADDRESS_IN_USE or G_IO_ERROR_PERMISSION_DENIED.
 */
gboolean vigil_metrics_server_set_port (VigilMetricsServer *self, guint port, GError **error);

/** The port that is served; 0: none. */
guint vigil_metrics_server_get_port (VigilMetricsServer *self);

G_END_DECLS
