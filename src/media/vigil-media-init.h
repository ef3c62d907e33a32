/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts GStreamer and pays for its slow first steps before anybody waits for them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void vigil_media_init    (void);
void vigil_media_warm_up (void);

G_END_DECLS
