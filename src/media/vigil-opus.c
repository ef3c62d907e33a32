/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libopus directly: an element for each voice would have its threads, and its own idea of what a loss is. */
#include "vigil-opus.h"

#include <opus/opus.h>

/* RFC 6716 allows 1,275 bytes a frame and 48 frames a packet; no network carries so much. */
#define MAX_SIZE (64 * 1024)

/* Losses are made up in steps of 2.5 ms. */
#define STEP (VIGIL_OPUS_RATE / 400)

struct _VigilOpus
{
  OpusDecoder *decoder;
};

/**
 * vigil_opus_new:
 *
 * Returns: (transfer full) (nullable): %NULL without memory
 */
VigilOpus *
vigil_opus_new (void)
{
  OpusDecoder *decoder = opus_decoder_create ((opus_int32) VIGIL_OPUS_RATE, 1, NULL);
  VigilOpus *self;

  if (decoder == NULL)
    return NULL;

  self = g_new0 (VigilOpus, 1);
  self->decoder = decoder;
  return self;
}

void
vigil_opus_free (VigilOpus *self)
{
  if (self == NULL)
    return;

  opus_decoder_destroy (self->decoder);
  g_free (self);
}

/**
 * vigil_opus_measure:
 * @data: a packet's payload; may be anything
 *
 * Returns: how many samples it holds by its own word; 0: it is no Opus packet
 */
guint
vigil_opus_measure (const guint8 *data,
                    gsize         size)
{
  int n;

  if (size < 1 || size > MAX_SIZE)
    return 0;

  n = opus_packet_get_nb_samples (data, (opus_int32) size, (opus_int32) VIGIL_OPUS_RATE);
  return n > 0 && n <= (int) VIGIL_OPUS_MAX ? (guint) n : 0;
}

static guint
checked (int n)
{
  return n > 0 ? MIN ((guint) n, VIGIL_OPUS_MAX) : 0;
}

/**
 * vigil_opus_decode:
 * @data: a packet's payload; may be anything
 * @samples: (out caller-allocates): room for %VIGIL_OPUS_MAX
 *
 * Returns: how many samples came out; 0: it cannot be decoded
 */
guint
vigil_opus_decode (VigilOpus    *self,
                   const guint8 *data,
                   gsize         size,
                   gint16       *samples)
{
  if (vigil_opus_measure (data, size) == 0)
    return 0;

  return checked (opus_decode (self->decoder, data, (opus_int32) size, samples, VIGIL_OPUS_MAX, 0));
}

/**
 * vigil_opus_recover:
 * @data: the payload of the packet after the one that is missing
 * @n: how many samples that one held
 * @samples: (out caller-allocates): room for %VIGIL_OPUS_MAX
 *
 * What a sender puts into a packet of the one before it (FEC), or else
 * concealment. Decode the packet itself afterwards.
 *
 * Returns: how many samples came out
 */
guint
vigil_opus_recover (VigilOpus    *self,
                    const guint8 *data,
                    gsize         size,
                    guint         n,
                    gint16       *samples)
{
  guint whole = MIN (n, VIGIL_OPUS_MAX) / STEP * STEP;

  if (whole == 0 || vigil_opus_measure (data, size) == 0)
    return 0;

  return checked (opus_decode (self->decoder, data, (opus_int32) size, samples, (int) whole, 1));
}

/**
 * vigil_opus_conceal:
 * @n: how many samples are missing; whole steps of 2.5 ms are made up for
 * @samples: (out caller-allocates): room for %VIGIL_OPUS_MAX
 *
 * Returns: how many samples came out
 */
guint
vigil_opus_conceal (VigilOpus *self,
                    guint      n,
                    gint16    *samples)
{
  guint whole = MIN (n, VIGIL_OPUS_MAX) / STEP * STEP;

  return whole > 0 ? checked (opus_decode (self->decoder, NULL, 0, samples, (int) whole, 0)) : 0;
}
