/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives what decoders leave behind back to the system. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void vigil_memory_freed (guint n_decoders);

G_END_DECLS
