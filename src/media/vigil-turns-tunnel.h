/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way to a TURN server behind TLS. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _VigilTurnsTunnel VigilTurnsTunnel;

VigilTurnsTunnel *vigil_turns_tunnel_new       (const char       *relay,
                                                GError          **error);
void              vigil_turns_tunnel_free      (VigilTurnsTunnel *self);
const char       *vigil_turns_tunnel_get_relay (VigilTurnsTunnel *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilTurnsTunnel, vigil_turns_tunnel_free)

G_END_DECLS
