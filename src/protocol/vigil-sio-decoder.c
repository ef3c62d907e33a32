/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assembly of binary events: a header in text, then its attachments in order. */
#include "vigil-sio-decoder.h"

struct _VigilSioDecoder
{
  VigilSioPacket *pending;
  gsize           max_bytes;
  gsize           n_bytes; /* of the attachments received so far */
};

VigilSioDecoder *
vigil_sio_decoder_new (gsize max_bytes)
{
  VigilSioDecoder *self = g_new0 (VigilSioDecoder, 1);

  self->max_bytes = max_bytes > 0 ? max_bytes : VIGIL_SIO_MAX_ATTACHMENT_BYTES;
  return self;
}

void
vigil_sio_decoder_free (VigilSioDecoder *self)
{
  if (!self)
    return;
  vigil_sio_decoder_reset (self);
  g_free (self);
}

void
vigil_sio_decoder_reset (VigilSioDecoder *self)
{
  g_clear_pointer (&self->pending, vigil_sio_packet_free);
  self->n_bytes = 0;
}

gboolean
vigil_sio_decoder_is_pending (const VigilSioDecoder *self)
{
  return self->pending != NULL;
}

static gboolean
fail (VigilSioDecoder *self, int code, const char *what, GError **error)
{
  vigil_sio_decoder_reset (self);
  g_set_error (error, VIGIL_PROTOCOL_ERROR, code, "Socket.IO: %s", what);
  return FALSE;
}

static gboolean
complete (VigilSioDecoder *self, VigilSioPacket **packet, GError **error)
{
  g_autoptr (VigilSioPacket) done = g_steal_pointer (&self->pending);

  vigil_sio_decoder_reset (self);
  if (!vigil_sio_packet_check_placeholders (done, error))
    return FALSE;
  *packet = g_steal_pointer (&done);
  return TRUE;
}

gboolean
vigil_sio_decoder_text (VigilSioDecoder *self, const char *text, gsize len,
                        VigilSioPacket **packet, GError **error)
{
  g_autoptr (VigilSioPacket) parsed = NULL;

  *packet = NULL;
  if (self->pending)
    return fail (self, VIGIL_PROTOCOL_ERROR_MALFORMED, "text where an attachment was announced", error);
  parsed = vigil_sio_packet_parse (text, len, error);
  if (!parsed)
    return FALSE;
  if (parsed->type != VIGIL_SIO_BINARY_EVENT && parsed->type != VIGIL_SIO_BINARY_ACK)
    {
      /* Without attachments an object that looks like a placeholder is just an object. */
      *packet = g_steal_pointer (&parsed);
      return TRUE;
    }
  parsed->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->pending = g_steal_pointer (&parsed);
  return self->pending->n_attachments > 0 || complete (self, packet, error);
}

gboolean
vigil_sio_decoder_binary (VigilSioDecoder *self, GBytes *bytes, VigilSioPacket **packet, GError **error)
{
  gsize size = g_bytes_get_size (bytes);

  *packet = NULL;
  if (!self->pending)
    return fail (self, VIGIL_PROTOCOL_ERROR_MALFORMED, "an attachment nobody announced", error);
  if (size > self->max_bytes - self->n_bytes)
    return fail (self, VIGIL_PROTOCOL_ERROR_LIMIT, "attachments too large", error);
  self->n_bytes += size;
  g_ptr_array_add (self->pending->attachments, g_bytes_ref (bytes));
  return self->pending->attachments->len < self->pending->n_attachments ||
         complete (self, packet, error);
}
