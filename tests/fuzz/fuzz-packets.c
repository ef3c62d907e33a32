/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engine.IO and Socket.IO: a connection's frames, separated by 0x1e; those that begin with 0x02 are binary. */
#include "fuzz.h"
#include "vigil-eio-packet.h"
#include "vigil-sio-decoder.h"

/* What was read can be written, and reads the same. */
static void
check_packet (VigilSioPacket *packet)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = vigil_sio_packet_encode (packet);
  g_autoptr (VigilSioPacket) again = vigil_sio_packet_parse (text + 1, strlen (text) - 1, &error);

  g_assert_no_error (error);
  g_assert_cmpint (again->type, ==, packet->type);
  g_assert_cmpstr (again->nsp, ==, packet->nsp);
  g_assert_cmpint (again->ack_id, ==, packet->ack_id);
  g_assert_cmpuint (again->n_attachments, ==, packet->n_attachments);
  g_assert_cmpstr (vigil_sio_packet_get_event (again), ==, vigil_sio_packet_get_event (packet));
  g_assert_true (!vigil_sio_packet_get_argument (again) == !vigil_sio_packet_get_argument (packet));
}

static void
feed_text (VigilSioDecoder *decoder, const char *frame, gsize len)
{
  g_autoptr (VigilSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  VigilEioPacket eio;

  if (!vigil_eio_packet_parse (frame, len, &eio, &error))
    {
      fuzz_assert_error (&error);
    }
  else if (eio.type == VIGIL_EIO_OPEN)
    {
      g_auto (VigilEioHandshake) handshake = { 0 };

      if (!vigil_eio_handshake_parse (eio.data, eio.len, &handshake, &error))
        fuzz_assert_error (&error);
    }
  else if (eio.type == VIGIL_EIO_MESSAGE)
    {
      if (!vigil_sio_decoder_text (decoder, eio.data, eio.len, &packet, &error))
        fuzz_assert_error (&error);
      else if (packet)
        check_packet (packet);
      else
        g_assert_true (vigil_sio_decoder_is_pending (decoder));
    }
}

static void
feed_binary (VigilSioDecoder *decoder, const char *frame, gsize len)
{
  g_autoptr (GBytes) bytes = g_bytes_new (frame, len);
  g_autoptr (VigilSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  if (!vigil_sio_decoder_binary (decoder, bytes, &packet, &error))
    fuzz_assert_error (&error);
  else if (packet)
    check_packet (packet);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (4096);
  const char *p = (const char *) data;
  const char *end = p + size;

  fuzz_init ();
  while (p < end)
    {
      const char *stop = memchr (p, 0x1e, (size_t) (end - p));
      gsize len = (gsize) ((stop ? stop : end) - p);

      if (len > 0 && *p == 0x02)
        feed_binary (decoder, p + 1, len - 1);
      else
        feed_text (decoder, p, len);
      p += len + 1;
    }
  return 0;
}
