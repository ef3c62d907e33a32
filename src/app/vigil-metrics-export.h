/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serves the metrics where the settings say. */
#pragma once

#include "vigil-settings.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_METRICS_EXPORT (vigil_metrics_export_get_type ())
G_DECLARE_FINAL_TYPE (VigilMetricsExport, vigil_metrics_export, VIGIL, METRICS_EXPORT, GObject)

/** Follows the setting for as long as it lives. A port that cannot be had is told by vigil_settings_get_trouble(). Main thread. */
VigilMetricsExport *vigil_metrics_export_new (VigilSettings *settings);

G_END_DECLS
