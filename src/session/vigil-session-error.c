/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can go wrong between us and a hall, as the caller can act on it. */

#include "vigil-session-error.h"

typedef struct
{
  char *holder; /* nullable */
} VigilSessionErrorPrivate;

static void
vigil_session_error_private_init (VigilSessionErrorPrivate *priv)
{
}

static void
vigil_session_error_private_copy (const VigilSessionErrorPrivate *from,
                                  VigilSessionErrorPrivate       *to)
{
  to->holder = g_strdup (from->holder);
}

static void
vigil_session_error_private_clear (VigilSessionErrorPrivate *priv)
{
  g_free (priv->holder);
}

G_DEFINE_EXTENDED_ERROR (VigilSessionError, vigil_session_error)

void
vigil_session_error_set_holder (GError     *error,
                                const char *holder)
{
  VigilSessionErrorPrivate *priv;

  g_return_if_fail (error->domain == VIGIL_SESSION_ERROR);

  priv = vigil_session_error_get_private (error);
  g_free (priv->holder);
  priv->holder = g_strdup (holder);
}

const char *
vigil_session_error_get_holder (const GError *error)
{
  return error != NULL && error->domain == VIGIL_SESSION_ERROR ? vigil_session_error_get_private (error)->holder : NULL;
}

/** Whether @error is one that trying again later may cure by itself. Any thread. */
gboolean
vigil_session_error_is_transient (const GError *error)
{
  if (error == NULL || error->domain != VIGIL_SESSION_ERROR)
    return FALSE;

  switch ((VigilSessionError) error->code)
    {
    case VIGIL_SESSION_ERROR_NETWORK:
    case VIGIL_SESSION_ERROR_UNAVAILABLE:
    case VIGIL_SESSION_ERROR_TIMEOUT:
    case VIGIL_SESSION_ERROR_CLOSED:
      return TRUE;

    case VIGIL_SESSION_ERROR_ADDRESS:
    case VIGIL_SESSION_ERROR_TLS:
    case VIGIL_SESSION_ERROR_NOT_A_HALL:
    case VIGIL_SESSION_ERROR_AUTH:
    case VIGIL_SESSION_ERROR_EXPIRED:
    case VIGIL_SESSION_ERROR_FORBIDDEN:
    case VIGIL_SESSION_ERROR_NOT_FOUND:
    case VIGIL_SESSION_ERROR_NO_PRODUCER:
    case VIGIL_SESSION_ERROR_CONFLICT:
    case VIGIL_SESSION_ERROR_INVALID:
    case VIGIL_SESSION_ERROR_PROTOCOL:
    case VIGIL_SESSION_ERROR_TOO_LARGE:
    case VIGIL_SESSION_ERROR_NO_TRANSPORT:
    case VIGIL_SESSION_ERROR_ABANDONED:
    case VIGIL_SESSION_ERROR_FULL:
    default:
      return FALSE;
    }
}

/** Whether @error means that the operator has to sign in again. Any thread. */
gboolean
vigil_session_error_is_auth (const GError *error)
{
  return g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_AUTH) ||
         g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_EXPIRED);
}
