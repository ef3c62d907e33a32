/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engine.IO protocol 4 packets as they stand in WebSocket text frames. */
#pragma once

#include "vigil-protocol-error.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_EIO_OPEN,
  VIGIL_EIO_CLOSE,
  VIGIL_EIO_PING,
  VIGIL_EIO_PONG,
  VIGIL_EIO_MESSAGE,
  VIGIL_EIO_UPGRADE,
  VIGIL_EIO_NOOP,
} VigilEioType;

/** A view into the frame; nothing is owned. */
typedef struct
{
  VigilEioType  type;
  const char   *data; /* not terminated */
  gsize         len;
} VigilEioPacket;

/** What the server says in its open packet. */
typedef struct
{
  char   *sid;
  guint   ping_interval_ms;
  guint   ping_timeout_ms;
  gint64  max_payload; /* bytes the server takes in one message */
} VigilEioHandshake;

/**
 * vigil_eio_packet_parse:
 * @frame: a text frame of @len bytes
 * @packet: (out caller-allocates): a view into @frame
 *
 * Errors: VIGIL_PROTOCOL_ERROR_MALFORMED for an empty frame or an unknown type. Thread: any.
 */
gboolean vigil_eio_packet_parse (const char *frame, gsize len, VigilEioPacket *packet, GError **error);

/** @type and @data as a text frame. Returns: (transfer full). Thread: any. */
char *vigil_eio_packet_build (VigilEioType type, const char *data);

/**
 * vigil_eio_handshake_parse:
 * @data: of a VIGIL_EIO_OPEN packet
 * @handshake: (out caller-allocates): to be cleared with vigil_eio_handshake_clear()
 *
 * Intervals outside 1 ms … 1 hour are refused. Errors name the member. Thread: any.
 */
gboolean vigil_eio_handshake_parse (const char *data, gsize len, VigilEioHandshake *handshake, GError **error);

/** The data of an open packet, as a server sends it. Returns: (transfer full). Thread: any. */
char *vigil_eio_handshake_build (const VigilEioHandshake *handshake);

/** Frees what @handshake owns and zeroes it. */
void vigil_eio_handshake_clear (VigilEioHandshake *handshake);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VigilEioHandshake, vigil_eio_handshake_clear)

G_END_DECLS
