/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS before a server that speaks none, as a reverse proxy puts it there. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TlsDoor TlsDoor;

/** Before that port of 127.0.0.1. All of this process believes its certificate until it is closed. */
TlsDoor *tls_door_open     (guint16 target);
void     tls_door_close    (TlsDoor *self);
guint16  tls_door_get_port (TlsDoor *self);

G_END_DECLS
