/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bare console: libsoup's WebSocket and the protocol's codecs. */
#pragma once

#include "hall-fixture.h"

G_BEGIN_DECLS

typedef struct
{
  HallFixture             *fixture;
  SoupWebsocketConnection *connection; /* nullable until connected */
  GPtrArray               *events;     /* of JsonNode: [name, argument] */
  GHashTable              *acks;       /* id → JsonNode */
  char                    *sid;
  gboolean                 opened;
  gboolean                 failed;
  gboolean                 joined;
  gboolean                 refused;
  gboolean                 left;       /* the hall closed the namespace */
  gboolean                 closed;
  gboolean                 mute;       /* no pongs */
  gboolean                 deaf;       /* events are dropped unread: libsoup reads as long as there is something
                                        * to read, and who is slower than the hall never gets out of it */
  JsonNode                *refusal;
  gint64                   next_ack;
  gboolean                 acked;      /* the newest request */
  guint                    pings;
  char                    *nsp;
} HallConsole;

/** A WebSocket with Engine.IO's open packet, in no namespace yet. */
HallConsole *hall_console_open (HallFixture *fixture);
/** A WebSocket in "/" with the token of @role. */
HallConsole *hall_console_join (HallFixture *fixture, const char *role);
/** … that has joined the exam. */
HallConsole *hall_console_new  (HallFixture *fixture, const char *role);
void         hall_console_free (HallConsole *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HallConsole, hall_console_free)

void hall_console_send      (HallConsole *self, const char *text);
void hall_console_send_join (HallConsole *self, const char *nsp, const char *token);

/** A request with a JSON argument. Returns: (transfer full): what was acknowledged. */
JsonNode *hall_console_request (HallConsole *self, const char *name, const char *argument);
/** … that must be refused with @code. */
void      hall_console_assert_refused (HallConsole *self, const char *name, const char *argument, const char *code);

/** The first event of @name (and @student_id, unless NULL) from number @from on, waited for.
 *  Returns: (transfer none) (nullable): its argument; %NULL after @ms. */
JsonNode *hall_console_wait_event (HallConsole *self, const char *name, const char *student_id, guint from, guint ms);
guint     hall_console_count      (HallConsole *self, const char *name);
gboolean  hall_console_wait_closed (HallConsole *self, guint ms);

G_END_DECLS
