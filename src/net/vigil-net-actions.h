/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an operator does, as HTTP requests that can be repeated. Private to net/. */
#pragma once

#include "vigil-actions.h"
#include "vigil-hall-api.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_NET_ACTIONS (vigil_net_actions_get_type ())
G_DECLARE_FINAL_TYPE (VigilNetActions, vigil_net_actions, VIGIL, NET_ACTIONS, GObject)

/** A VigilActions. Main thread only. */
VigilNetActions *vigil_net_actions_new (VigilHallApi *api);

G_END_DECLS
