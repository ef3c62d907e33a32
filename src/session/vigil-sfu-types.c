/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the SFU's signalling answers with. Plain values. */

#include "vigil-sfu.h"

void
vigil_transport_offer_free (VigilTransportOffer *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->offer_sdp);
  g_strfreev (self->relays);
  g_free (self);
}

VigilConsumerInfo *
vigil_consumer_info_copy (const VigilConsumerInfo *self)
{
  VigilConsumerInfo *copy = g_memdup2 (self, sizeof *self);

  copy->id = g_strdup (self->id);
  copy->producer_id = g_strdup (self->producer_id);
  copy->origin = g_strdup (self->origin);
  copy->codec = g_strdup (self->codec);
  copy->other_codec = g_strdup (self->other_codec);
  copy->answer_sdp = g_strdup (self->answer_sdp);
  copy->relays = g_strdupv (self->relays);
  return copy;
}

void
vigil_consumer_info_free (VigilConsumerInfo *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->producer_id);
  g_free (self->origin);
  g_free (self->codec);
  g_free (self->other_codec);
  g_free (self->answer_sdp);
  g_strfreev (self->relays);
  g_free (self);
}
