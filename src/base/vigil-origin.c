/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares where two URLs lead. */
#include "vigil-origin.h"

#define FLAGS (G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE)

static gboolean
has_host (GUri *uri)
{
  return uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0';
}

gboolean
vigil_origin_is_same (const char *a, const char *b)
{
  g_autoptr (GUri) one = a != NULL ? g_uri_parse (a, FLAGS, NULL) : NULL;
  g_autoptr (GUri) other = b != NULL ? g_uri_parse (b, FLAGS, NULL) : NULL;

  return has_host (one) && has_host (other) && g_str_equal (g_uri_get_scheme (one), g_uri_get_scheme (other)) &&
         g_strcmp0 (g_uri_get_userinfo (one), g_uri_get_userinfo (other)) == 0 &&
         g_ascii_strcasecmp (g_uri_get_host (one), g_uri_get_host (other)) == 0 && g_uri_get_port (one) == g_uri_get_port (other);
}
