/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often the sequence numbers of a stream have begun again, kept while its key is away. A plain value; one thread at a time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VigilRollover:
 *
 * SRTP decrypts with a number of 48 bits of which a packet carries only the lower 16; the rest each side counts for itself (RFC 3711 3.3.1).
 * Who gives a stream's key back and gets it again must say how far the count was, or no packet of a stream that is older
 * than 65,536 packets is authentic any more.
 */
typedef struct
{
  gboolean kept;    /* the key was given back */
  gboolean counted; /* seq is known */
  gboolean asked;   /* a packet has come since, and guess is what it was taken for */
  guint32  roc;     /* of the newest authentic packet before that */
  guint16  seq;     /* its number */
  guint32  guess;
} VigilRollover;

void    vigil_rollover_keep (VigilRollover *self, guint32 roc, gboolean counted, guint16 seq);
void    vigil_rollover_ask  (VigilRollover *self, guint16 seq);
guint32 vigil_rollover_get  (const VigilRollover *self);

G_END_DECLS
