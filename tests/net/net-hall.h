/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scripted hall in this process: answers what it is told to, and remembers what it was asked. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _NetHall NetHall;

/** What was asked over HTTP. */
typedef struct
{
  char *method;
  char *path;            /* with its query, decoded */
  char *authorization;   /* nullable, as the next ones */
  char *if_match;
  char *if_none_match;
  char *idempotency_key;
  char *body;
} NetHallAsked;

/** Listens on 127.0.0.1; @certificate: (nullable): TLS. Says that it is a hall, and 404 to the rest. */
NetHall *net_hall_new (GTlsCertificate *certificate);
void     net_hall_free (NetHall *self);
guint16  net_hall_get_port (NetHall *self);
/** "http://127.0.0.1:PORT" or https. */
char    *net_hall_dup_address (NetHall *self);

/** Answers @path (without a query) from now on. @headers: "Name: value" lines, nullable. @len −1: a string. */
void net_hall_answer (NetHall *self, const char *path, guint status, const char *headers, const char *body, gssize len);

/** What was asked so far: of NetHallAsked. */
GPtrArray *net_hall_get_asked (NetHall *self);
/** The last one with this method and path (without a query). */
NetHallAsked *net_hall_find_asked (NetHall *self, const char *method, const char *path);

/* The socket. Tokens: only @token is let in. */
void net_hall_set_token (NetHall *self, const char *token);
/** Acknowledges @request with @json; %NULL: never. */
void net_hall_ack (NetHall *self, const char *request, const char *json);
/** Sends a text frame to everybody. */
void net_hall_send (NetHall *self, const char *frame);
/** Drops every connection. */
void net_hall_drop (NetHall *self);
/** Answers the namespace with this frame instead; %NULL: as usual. */
void net_hall_refuse (NetHall *self, const char *frame);
/** Requests that came over sockets, as "name {argument}", in order. */
GPtrArray *net_hall_get_requests (NetHall *self);
guint      net_hall_get_n_sockets (NetHall *self);
/** How often a namespace was joined. */
guint      net_hall_get_n_joined (NetHall *self);

G_END_DECLS
