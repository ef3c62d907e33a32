/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can go wrong while media is received, as the caller can act on it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_MEDIA_ERROR (vigil_media_error_quark ())

typedef enum
{
  VIGIL_MEDIA_ERROR_OFFER,       /* the offer is malformed or nothing in it can be received */
  VIGIL_MEDIA_ERROR_UNAVAILABLE, /* a GStreamer element is not installed */
  VIGIL_MEDIA_ERROR_TIMEOUT,     /* negotiation took too long */
  VIGIL_MEDIA_ERROR_CLOSED,      /* closed while it was being opened, or not open */
  VIGIL_MEDIA_ERROR_CODEC,       /* no decoder for the consumer's codec */
  VIGIL_MEDIA_ERROR_CONSUMER,    /* the consumer's parameters make no sense, or are in use */
  VIGIL_MEDIA_ERROR_FAILED,      /* anything else; try again with a new transport */
} VigilMediaError;

GQuark vigil_media_error_quark (void);

G_END_DECLS
