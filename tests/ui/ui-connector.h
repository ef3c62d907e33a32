/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connector of which nothing is asked but whether tokens are kept. */
#pragma once

#include "vigil-connector.h"

G_BEGIN_DECLS

#define UI_TYPE_CONNECTOR (ui_connector_get_type ())
G_DECLARE_FINAL_TYPE (UiConnector, ui_connector, UI, CONNECTOR, GObject)

/** Says TRUE at first. */
UiConnector *ui_connector_new (void);
void         ui_connector_set_remembers (UiConnector *self, gboolean remembers);

G_END_DECLS
