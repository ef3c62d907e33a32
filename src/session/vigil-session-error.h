/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can go wrong between us and a hall, as the caller can act on it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_SESSION_ERROR (vigil_session_error_quark ())

typedef enum
{
  VIGIL_SESSION_ERROR_ADDRESS,      /* the address cannot be parsed, or its name does not resolve */
  VIGIL_SESSION_ERROR_NETWORK,      /* unreachable, refused by the host, broken off, timed out */
  VIGIL_SESSION_ERROR_TLS,          /* certificate not trusted, or TLS missing where it is required */
  VIGIL_SESSION_ERROR_NOT_A_HALL,   /* something answered, and it is not a hall */
  VIGIL_SESSION_ERROR_AUTH,         /* token refused */
  VIGIL_SESSION_ERROR_EXPIRED,      /* token expired: sign in again, the wall can stay */
  VIGIL_SESSION_ERROR_FORBIDDEN,    /* the role has no such right */
  VIGIL_SESSION_ERROR_NOT_FOUND,
  VIGIL_SESSION_ERROR_NO_PRODUCER,  /* the feed is not produced (yet) */
  VIGIL_SESSION_ERROR_CONFLICT,     /* somebody else changed it first (If-Match), or holds it: get_holder() */
  VIGIL_SESSION_ERROR_INVALID,      /* the hall refused what we sent as malformed */
  VIGIL_SESSION_ERROR_UNAVAILABLE,  /* the hall (or a part of it) cannot now; trying later may do */
  VIGIL_SESSION_ERROR_TIMEOUT,      /* no answer in time */
  VIGIL_SESSION_ERROR_PROTOCOL,     /* an answer we cannot make sense of */
  VIGIL_SESSION_ERROR_TOO_LARGE,
  VIGIL_SESSION_ERROR_CLOSED,       /* the connection went away under the request */
  VIGIL_SESSION_ERROR_NO_TRANSPORT, /* the media transport is gone: only another one helps */
  VIGIL_SESSION_ERROR_ABANDONED,    /* the operator gave it up; it may have arrived */
  VIGIL_SESSION_ERROR_FULL,         /* too many of these wait already: it was not taken in, and never sent */
} VigilSessionError;

GQuark vigil_session_error_quark (void);

/** Says in a VIGIL_SESSION_ERROR_CONFLICT who holds what was asked for. */
void        vigil_session_error_set_holder   (GError *error, const char *holder);
/** Who holds what a CONFLICT is about, as the hall calls them: text of its, not to be shown uncleaned.
 *  @error: (nullable). Returns: (transfer none) (nullable): nobody in particular. Any thread. */
const char *vigil_session_error_get_holder   (const GError *error);
/** Whether trying again later may cure it by itself. @error: (nullable) */
gboolean vigil_session_error_is_transient (const GError *error);
/** Whether the operator has to sign in again. @error: (nullable) */
gboolean vigil_session_error_is_auth      (const GError *error);

G_END_DECLS
