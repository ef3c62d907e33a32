/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Socket.IO packets (protocol revision 5, that of socket.io 3 and 4). */
#pragma once

#include "vigil-json.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_SIO_CONNECT,
  VIGIL_SIO_DISCONNECT,
  VIGIL_SIO_EVENT,
  VIGIL_SIO_ACK,
  VIGIL_SIO_CONNECT_ERROR,
  VIGIL_SIO_BINARY_EVENT,
  VIGIL_SIO_BINARY_ACK,
} VigilSioType;

/** Most attachments of one packet, and most bytes of them together. */
#define VIGIL_SIO_MAX_ATTACHMENTS 16
#define VIGIL_SIO_MAX_ATTACHMENT_BYTES (16 * 1024 * 1024)

/**
 * VigilSioPacket:
 *
 * One packet, owned by whoever made it; one thread at a time. @payload of EVENT is an array that
 * begins with a string, of ACK an array, of CONNECT an object or %NULL, of CONNECT_ERROR an object
 * or a string, of DISCONNECT %NULL. Binary stands in it as placeholder objects; see
 * vigil_sio_packet_get_attachment().
 */
typedef struct
{
  VigilSioType  type;
  char         *nsp;           /* "/" where the wire names none */
  gint64        ack_id;        /* −1: none */
  guint         n_attachments; /* as the header announced it */
  JsonNode     *payload;       /* nullable, immutable when parsed */
  GPtrArray    *attachments;   /* nullable; of GBytes */
} VigilSioPacket;

/** An empty packet. @nsp: (nullable): %NULL is "/". Returns: (transfer full). */
VigilSioPacket *vigil_sio_packet_new (VigilSioType type, const char *nsp);
void            vigil_sio_packet_free (VigilSioPacket *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSioPacket, vigil_sio_packet_free)

/**
 * vigil_sio_packet_parse:
 * @text: the data of an Engine.IO message, @len bytes, not necessarily terminated
 *
 * Attachments are not part of the text; VigilSioDecoder waits for them.
 * Thread: any. Returns: (transfer full): or %NULL with a VIGIL_PROTOCOL_ERROR.
 */
VigilSioPacket *vigil_sio_packet_parse (const char *text, gsize len, GError **error);

/** Whether the payload is what a packet of its type may have, and the ack id. Errors: MALFORMED. */
gboolean vigil_sio_packet_check (const VigilSioPacket *self, GError **error);

/**
 * vigil_sio_packet_from_msgpack:
 * @data: a binary Engine.IO message of a hall whose socket.io has the msgpack parser
 *
 * The map {type, nsp, data, id} with the same meaning; other members are ignored. Thread: any.
 * Returns: (transfer full): or %NULL with a VIGIL_PROTOCOL_ERROR.
 */
VigilSioPacket *vigil_sio_packet_from_msgpack (const guint8 *data, gsize len, GError **error);
/** The way back. @self: without attachments. Returns: (transfer full). Thread: any. */
GBytes         *vigil_sio_packet_to_msgpack (const VigilSioPacket *self);

/**
 * vigil_sio_packet_encode:
 *
 * The packet as an Engine.IO message frame ("42[…]"), without its attachments, which follow as
 * binary frames in order. Returns: (transfer full). Thread: any.
 */
char *vigil_sio_packet_encode (const VigilSioPacket *self);

/** Event name of EVENT and BINARY_EVENT, else %NULL. Returns: (transfer none). */
const char *vigil_sio_packet_get_event (const VigilSioPacket *self);

/** The argument after the event's name, or the first of an ACK; %NULL if there is none. Returns: (transfer none). */
JsonNode *vigil_sio_packet_get_argument (const VigilSioPacket *self);

/** The bytes a placeholder @node stands for; %NULL if @node is no placeholder. Returns: (transfer none). */
GBytes *vigil_sio_packet_get_attachment (const VigilSioPacket *self, JsonNode *node);

/** Whether every placeholder in the payload names an attachment that is there. Errors: MALFORMED. */
gboolean vigil_sio_packet_check_placeholders (const VigilSioPacket *self, GError **error);

/** An event. @ack_id: −1 for none. @argument: (transfer none) (nullable). Returns: (transfer full). */
VigilSioPacket *vigil_sio_packet_new_event (const char *nsp, gint64 ack_id, const char *event, JsonNode *argument);
/** What joins @nsp with auth {token}. Returns: (transfer full): a secret. */
VigilSioPacket *vigil_sio_packet_new_connect (const char *nsp, const char *token);

/** A frame with an event. @ack_id: −1 for none. @argument: (transfer none) (nullable). Returns: (transfer full). */
char *vigil_sio_encode_event (const char *nsp, gint64 ack_id, const char *event, JsonNode *argument);

/** A frame that acknowledges @ack_id with one argument. Returns: (transfer full). */
char *vigil_sio_encode_ack (const char *nsp, gint64 ack_id, JsonNode *argument);

/** A frame that joins @nsp with auth {token}. Returns: (transfer full): a secret. */
char *vigil_sio_encode_connect (const char *nsp, const char *token);

G_END_DECLS
