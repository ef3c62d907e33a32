/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rehearsal hall's SFU: forwards encoded RTP, never decodes.
 *
 * JSON in and out has mediasoup's shapes (docs/protocol.md). Everything here
 * is called on one thread, the hall's, and every callback and signal comes
 * back in the thread-default main context that was current in
 * vigil_hall_sfu_new (). Packets leave from the SFU's own pacer thread.
 *
 * Ids are opaque strings, unique for the life of the process.
 *
 * Signals:
 *   "consumer-closed" (client_key, consumer_id): its producer went away. Not
 *     emitted for closes the client asked for, nor when a transport closes.
 *   "transport-connected" (client_key, transport_id): ICE and DTLS are up.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "vigil-sim-feed.h"

G_BEGIN_DECLS

#define VIGIL_HALL_SFU_ERROR (vigil_hall_sfu_error_quark ())
GQuark vigil_hall_sfu_error_quark (void);

typedef enum
{
  VIGIL_HALL_SFU_ERROR_NOT_FOUND,   /* no such transport, producer or consumer */
  VIGIL_HALL_SFU_ERROR_INVALID,     /* a parameter is missing or malformed */
  VIGIL_HALL_SFU_ERROR_UNSUPPORTED, /* the client cannot decode what is produced */
  VIGIL_HALL_SFU_ERROR_STATE,       /* not now: connected twice, too many */
  VIGIL_HALL_SFU_ERROR_FAILED,      /* our own trouble */
} VigilHallSfuError;

typedef struct
{
  const char *const *addresses; /* NULL-terminated IPs to offer as ICE candidates;
                                 * NULL: 127.0.0.1 only */
  guint max_consumers;          /* per transport; 0: 1,000 */
} VigilHallSfuOptions;

typedef struct
{
  guint   transports;
  guint   producers;
  guint   consumers;
  guint64 packets_sent;
  guint64 bytes_sent;
  guint64 frames_sent;
  guint64 key_frames_sent;
  guint64 pli_received;
  guint64 fir_received;
  guint64 nack_received;     /* sequence numbers asked for */
  guint64 packets_resent;
  guint64 packets_dropped;   /* by the loss fault, on purpose */
  guint64 rtcp_suppressed;   /* compounds about closed consumers not sent */
  guint64 late_frames;       /* sent more than a frame interval late */
} VigilHallSfuCounts;

#define VIGIL_TYPE_HALL_SFU (vigil_hall_sfu_get_type ())
G_DECLARE_FINAL_TYPE (VigilHallSfu, vigil_hall_sfu, VIGIL, HALL_SFU, GObject)

VigilHallSfu *vigil_hall_sfu_new                      (const VigilHallSfuOptions *options);
void          vigil_hall_sfu_close                    (VigilHallSfu *self);

/* (transfer full) mediasoup's router.rtpCapabilities. */
JsonObject   *vigil_hall_sfu_dup_router_capabilities  (VigilHallSfu *self);

/* producers */
const char   *vigil_hall_sfu_add_producer             (VigilHallSfu *self,
                                                       VigilSimFeed *feed);
gboolean      vigil_hall_sfu_remove_producer          (VigilHallSfu *self,
                                                       const char   *producer_id);
VigilSimFeed *vigil_hall_sfu_get_feed                 (VigilHallSfu *self,
                                                       const char   *producer_id);
void          vigil_hall_sfu_prepare_async            (VigilHallSfu        *self,
                                                       guint                max_producers,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
gboolean      vigil_hall_sfu_prepare_finish           (VigilHallSfu  *self,
                                                       GAsyncResult  *result,
                                                       GError       **error);

/* transports */
void          vigil_hall_sfu_create_transport_async   (VigilHallSfu        *self,
                                                       const char          *client_key,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
JsonObject   *vigil_hall_sfu_create_transport_finish  (VigilHallSfu  *self,
                                                       GAsyncResult  *result,
                                                       GError       **error);
gboolean      vigil_hall_sfu_connect_transport        (VigilHallSfu  *self,
                                                       const char    *client_key,
                                                       const char    *transport_id,
                                                       JsonObject    *dtls_parameters,
                                                       JsonObject    *ice_parameters,
                                                       GError       **error);
gboolean      vigil_hall_sfu_close_transport          (VigilHallSfu  *self,
                                                       const char    *client_key,
                                                       const char    *transport_id,
                                                       GError       **error);
void          vigil_hall_sfu_close_client             (VigilHallSfu  *self,
                                                       const char    *client_key);

/* consumers; client_key must be the one that made the transport */
JsonObject   *vigil_hall_sfu_consume                  (VigilHallSfu  *self,
                                                       const char    *client_key,
                                                       const char    *transport_id,
                                                       const char    *producer_id,
                                                       JsonObject    *rtp_capabilities,
                                                       gboolean       paused,
                                                       GError       **error);
gboolean      vigil_hall_sfu_resume_consumer          (VigilHallSfu  *self,
                                                       const char    *client_key,
                                                       const char    *consumer_id,
                                                       GError       **error);
gboolean      vigil_hall_sfu_pause_consumer           (VigilHallSfu  *self,
                                                       const char    *client_key,
                                                       const char    *consumer_id,
                                                       GError       **error);
gboolean      vigil_hall_sfu_close_consumer           (VigilHallSfu  *self,
                                                       const char    *client_key,
                                                       const char    *consumer_id,
                                                       GError       **error);
gboolean      vigil_hall_sfu_set_preferred_layers     (VigilHallSfu  *self,
                                                       const char    *client_key,
                                                       const char    *consumer_id,
                                                       JsonObject    *layers,
                                                       GError       **error);
gboolean      vigil_hall_sfu_request_key_frame        (VigilHallSfu  *self,
                                                       const char    *client_key,
                                                       const char    *consumer_id,
                                                       GError       **error);

void          vigil_hall_sfu_get_counts               (VigilHallSfu       *self,
                                                       VigilHallSfuCounts *counts);

/* faults, for tests and rehearsed incidents */
void          vigil_hall_sfu_set_loss                 (VigilHallSfu *self,
                                                       double        fraction);
void          vigil_hall_sfu_set_first_sequence       (VigilHallSfu *self,
                                                       guint16       seq);
void          vigil_hall_sfu_set_frozen               (VigilHallSfu *self,
                                                       gboolean      frozen);
gboolean      vigil_hall_sfu_set_producer_stalled     (VigilHallSfu *self,
                                                       const char   *producer_id,
                                                       gboolean      stalled);
guint         vigil_hall_sfu_kill_client              (VigilHallSfu *self,
                                                       const char   *client_key);
void          vigil_hall_sfu_restart                  (VigilHallSfu *self);

G_END_DECLS
