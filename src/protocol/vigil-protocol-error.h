/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be wrong with bytes from the wire, by what the caller can do about it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_PROTOCOL_ERROR (vigil_protocol_error_quark ())
GQuark vigil_protocol_error_quark (void);

typedef enum
{
  VIGIL_PROTOCOL_ERROR_MALFORMED,   /* not the protocol at all: close the connection */
  VIGIL_PROTOCOL_ERROR_LIMIT,       /* larger, deeper or more than agreed: close the connection */
  VIGIL_PROTOCOL_ERROR_FIELD,       /* one message says something impossible: drop that message */
  VIGIL_PROTOCOL_ERROR_UNKNOWN,     /* an event we do not know: ignore it */
  VIGIL_PROTOCOL_ERROR_UNSUPPORTED, /* a version or codec that we do not speak */
  VIGIL_PROTOCOL_ERROR_NOT_A_HALL,  /* the address answers, and is something else */
} VigilProtocolError;

G_END_DECLS
