/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection: a console in "/", a candidate's browser in "/candidate". The hall's thread. */
#pragma once

#include "vigil-hall-private.h"
#include "vigil-hall-socket.h"

G_BEGIN_DECLS

/** Takes @connection in; the hall owns the console until its socket has closed. */
void vigil_hall_console_open (VigilHall *hall, SoupWebsocketConnection *connection);

/** Everything of @self is freed now. Called by the hall when it stops. */
void vigil_hall_console_free (VigilHallConsole *self);

VigilHallSocket *vigil_hall_console_get_socket (VigilHallConsole *self);

/** The exam that was joined. Returns: (transfer none) (nullable). */
VigilHallExam   *vigil_hall_console_get_exam   (VigilHallConsole *self);

/** Tells one console an event. @argument: JSON. */
void vigil_hall_console_tell (VigilHallConsole *self, const char *event, const char *argument);

/** Ends the namespaces of those whose token is over by @now. */
void vigil_hall_consoles_expire (VigilHall *hall, gint64 now);

/** Whether @user has a console here. */
gboolean vigil_hall_consoles_has_user (VigilHall *hall, const char *user);

/** The console whose media client key is @key. Returns: (transfer none) (nullable). */
VigilHallConsole *vigil_hall_consoles_find (VigilHall *hall, const char *key);

G_END_DECLS
