/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that wait for their acknowledgement. Private to net/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Of one connection; network thread only. */
typedef struct _VigilSioAcks VigilSioAcks;

/** @serial was not answered in time; it is already forgotten. */
typedef void (*VigilSioAckTimeoutFunc) (gpointer user_data, guint64 serial, gint64 sent_us);

VigilSioAcks *vigil_sio_acks_new (GMainContext *context, VigilSioAckTimeoutFunc func, gpointer user_data);

/** Forgets all of them, silently. */
void vigil_sio_acks_free (VigilSioAcks *self);

/** Starts to wait. Returns: the id to put on the wire; never one that was used before. */
gint64 vigil_sio_acks_add (VigilSioAcks *self, guint64 serial, guint timeout_ms);

/** The request behind @ack_id, which is forgotten. FALSE: there is none (late, twice, invented). */
gboolean vigil_sio_acks_take (VigilSioAcks *self, gint64 ack_id, guint64 *serial, gint64 *sent_us);

/** Whether @ack_id is of a request that was not answered in time, for the first time. */
gboolean vigil_sio_acks_take_late (VigilSioAcks *self, gint64 ack_id);

/** Forgets a request by its serial. */
void vigil_sio_acks_forget (VigilSioAcks *self, guint64 serial);

guint vigil_sio_acks_get_n (VigilSioAcks *self);

G_END_DECLS
