/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be read from a hall over HTTP. Private to net/. */
#pragma once

#include "vigil-evidence-fetch.h"
#include "vigil-hall-directory.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_NET_DIRECTORY (vigil_net_directory_get_type ())
G_DECLARE_FINAL_TYPE (VigilNetDirectory, vigil_net_directory, VIGIL, NET_DIRECTORY, GObject)

/** A VigilHallDirectory. Main thread only. */
VigilNetDirectory *vigil_net_directory_new (VigilHallApi *api, VigilHttp *http, VigilHallAddress *address, const VigilNetLimits *limits);

G_END_DECLS
