/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In place of GStreamer in the helper that decodes VP8 alone: its libraries would be most of that process. */
#include "vigil-element-chain.h"

#include "vigil-media-error.h"

void
vigil_element_chain_init (void)
{
}

gboolean
vigil_element_chain_supports (const char *codec,
                              const char *decoder)
{
  return FALSE;
}

VigilElementChain *
vigil_element_chain_new (const char        *codec,
                         const char        *decoder,
                         VigilKeyGate      *gate,
                         VigilPictureFunc   func,
                         gpointer           user_data,
                         GError           **error)
{
  g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC, "“%s” is not decoded here", codec);
  return NULL;
}

void
vigil_element_chain_free (VigilElementChain *self)
{
}

void
vigil_element_chain_set_caps (VigilElementChain *self,
                              const char        *caps)
{
}

gboolean
vigil_element_chain_push (VigilElementChain *self,
                          const guint8      *packet,
                          gsize              size,
                          gboolean           gap)
{
  return FALSE;
}
