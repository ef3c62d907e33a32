/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that writes exactly the bytes it is told to, when it is told to. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** One connection, on a thread of its own. */
typedef struct
{
  GSocketConnection *connection;
  char              *head;      /* the request line and headers */
  const char        *path;      /* of the request, into a copy of head */
  gpointer           user_data;
} NetRawPeer;

typedef struct _NetRaw NetRaw;

/** @script runs once a connection, on its own thread; the connection is closed after it. */
NetRaw *net_raw_new (void (*script) (NetRawPeer *peer), gpointer user_data);
void    net_raw_free (NetRaw *self);
char   *net_raw_dup_address (NetRaw *self);
guint   net_raw_get_n_connections (NetRaw *self);

/* For scripts. FALSE: the other side is gone, or the server is being freed. */
gboolean net_raw_write (NetRawPeer *peer, const void *data, gssize len);
/** Sleeps, but not beyond the server's life. */
gboolean net_raw_sleep (NetRawPeer *peer, guint ms);
/** A whole answer that ends the connection. */
void     net_raw_answer (NetRawPeer *peer, guint status, const char *headers, const char *body, gssize len);
/** Answers the question whether this is a hall; TRUE if that was the question. */
gboolean net_raw_be_a_hall (NetRawPeer *peer);

G_END_DECLS
