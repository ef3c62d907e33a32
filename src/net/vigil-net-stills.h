/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest capture of a candidate, over HTTP: from the hall's route for it, or from the list of evidence. */
#pragma once

#include "vigil-hall-api.h"
#include "vigil-still-source.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_NET_STILLS (vigil_net_stills_get_type ())
G_DECLARE_FINAL_TYPE (VigilNetStills, vigil_net_stills, VIGIL, NET_STILLS, GObject)

/** Main thread only. Which of the two ways a hall has is found out with the first question and kept until forget (). */
VigilNetStills *vigil_net_stills_new (VigilHallApi *api, VigilHttp *http, VigilHallAddress *address, const VigilNetLimits *limits);

G_END_DECLS
