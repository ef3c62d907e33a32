/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ui's way to a hall: builds the object graph of one hall at a time. */
#pragma once

#include "vigil-connector.h"
#include "vigil-hall-graph.h"
#include "vigil-rehearsal.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_APP_CONNECTOR (vigil_app_connector_get_type ())
G_DECLARE_FINAL_TYPE (VigilAppConnector, vigil_app_connector, VIGIL, APP_CONNECTOR, GObject)

/** Implements VigilConnector. Main thread only. */
VigilAppConnector *vigil_app_connector_new (VigilSettings *settings, VigilScoringPolicy *policy);

/** JSON of the connection profile for halls to come; %NULL is the default profile. */
void vigil_app_connector_set_profile (VigilAppConnector *self, const char *profile);

/** More options for vigil-hall when a rehearsal is started. */
void vigil_app_connector_set_rehearsal_options (VigilAppConnector *self, const char *const *options);

/** The rehearsal that runs, if one does. (transfer none) (nullable) */
VigilRehearsal *vigil_app_connector_get_rehearsal (VigilAppConnector *self);

G_END_DECLS
