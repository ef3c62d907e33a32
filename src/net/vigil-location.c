/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a Location, which a server may write as it likes. */
#include "vigil-location.h"

#include <libsoup/soup.h>

#include "vigil-hall-address.h"
#include "vigil-session-error.h"

GUri *
vigil_location_resolve (GUri *from, const char *location, const char *what, GError **error)
{
  g_autoptr (GUri) to = location != NULL ? g_uri_parse_relative (from, location, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (to == NULL || g_uri_get_host (to) == NULL || g_uri_get_userinfo (to) != NULL)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, "%s: its Location leads nowhere", what);
      return NULL;
    }
  if (g_strcmp0 (g_uri_get_scheme (from), "https") == 0 && g_strcmp0 (g_uri_get_scheme (to), "https") != 0)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS, "%s: its Location is not encrypted", what);
      return NULL;
    }
  if (vigil_uri_is_safe (to, error))
    return g_steal_pointer (&to);
  g_prefix_error (error, "%s: its Location: ", what);
  return NULL;
}
