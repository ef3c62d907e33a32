/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One client's webrtcbin: sends everything that client consumes.
 *
 * The hall's thread makes, connects and closes it. The pacer pushes packets.
 * What a client asks for by RTCP is handed to a function on the RTP thread. */
#pragma once

#include <gst/gst.h>

#include "vigil-hall-ortc.h"
#include "vigil-hall-rtcp.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_HALL_TRANSPORT (vigil_hall_transport_get_type ())
G_DECLARE_FINAL_TYPE (VigilHallTransport, vigil_hall_transport, VIGIL, HALL_TRANSPORT, GObject)

VigilHallTransport *vigil_hall_transport_new            (const char            *client_key,
                                                         const char *const     *addresses,
                                                         VigilHallFeedbackFunc  feedback,
                                                         gpointer               feedback_data,
                                                         GError               **error);
const char         *vigil_hall_transport_get_id         (VigilHallTransport    *self);
const char         *vigil_hall_transport_get_client_key (VigilHallTransport    *self);

void                vigil_hall_transport_gather_async   (VigilHallTransport    *self,
                                                         GCancellable          *cancellable,
                                                         GAsyncReadyCallback    callback,
                                                         gpointer               user_data);
JsonObject         *vigil_hall_transport_gather_finish  (VigilHallTransport    *self,
                                                         GAsyncResult          *result,
                                                         GError               **error);
gboolean            vigil_hall_transport_connect        (VigilHallTransport    *self,
                                                         JsonObject            *dtls_parameters,
                                                         JsonObject            *ice_parameters,
                                                         GError               **error);
gboolean            vigil_hall_transport_is_connected   (VigilHallTransport    *self);
void                vigil_hall_transport_close          (VigilHallTransport    *self);

void                vigil_hall_transport_add_ssrc       (VigilHallTransport    *self,
                                                         guint32                ssrc);
void                vigil_hall_transport_remove_ssrc    (VigilHallTransport    *self,
                                                         guint32                ssrc);
guint64             vigil_hall_transport_get_suppressed (VigilHallTransport    *self);

GstClockTime        vigil_hall_transport_get_time       (VigilHallTransport    *self);
gboolean            vigil_hall_transport_announce       (VigilHallTransport    *self,
                                                         VigilHallKind          kind,
                                                         guint32                ssrc);
void                vigil_hall_transport_push           (VigilHallTransport    *self,
                                                         VigilHallKind          kind,
                                                         GstBufferList         *packets);

G_END_DECLS
