/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts Socket.IO packets and their binary attachments together. */
#pragma once

#include "vigil-sio-packet.h"

G_BEGIN_DECLS

/** State of one connection; one thread. */
typedef struct _VigilSioDecoder VigilSioDecoder;

/** @max_bytes: of all attachments of one packet; 0: VIGIL_SIO_MAX_ATTACHMENT_BYTES. */
VigilSioDecoder *vigil_sio_decoder_new (gsize max_bytes);
void             vigil_sio_decoder_free (VigilSioDecoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSioDecoder, vigil_sio_decoder_free)

/**
 * vigil_sio_decoder_text:
 * @text: the data of an Engine.IO message, @len bytes
 * @packet: (out) (transfer full) (nullable): the packet, or %NULL while attachments are awaited
 *
 * Errors: VIGIL_PROTOCOL_ERROR_MALFORMED (also for text in the middle of attachments) and _LIMIT.
 * After an error the decoder is empty; the connection should be closed.
 */
gboolean vigil_sio_decoder_text (VigilSioDecoder *self, const char *text, gsize len,
                                 VigilSioPacket **packet, GError **error);

/** A binary frame; as vigil_sio_decoder_text(). An attachment nobody announced is MALFORMED. */
gboolean vigil_sio_decoder_binary (VigilSioDecoder *self, GBytes *bytes,
                                   VigilSioPacket **packet, GError **error);

/** Whether a packet waits for attachments. */
gboolean vigil_sio_decoder_is_pending (const VigilSioDecoder *self);

/** Forgets a half-received packet (a new connection). */
void vigil_sio_decoder_reset (VigilSioDecoder *self);

G_END_DECLS
