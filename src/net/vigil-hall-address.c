/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a hall is, and what may be sent there. */
#include "vigil-hall-address.h"

#include <gio/gio.h>

#include "vigil-session-error.h"

#define MAX_LENGTH 2048

struct _VigilHallAddress
{
  /* Immutable. */
  gatomicrefcount  ref_count;
  GUri            *uri;
  char            *text;
};

gboolean
vigil_host_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;

  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

gboolean
vigil_uri_is_safe (GUri *uri, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);

  if (host == NULL || *host == '\0')
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS, "the address names no host");
      return FALSE;
    }
  if (g_strcmp0 (scheme, "https") == 0)
    return TRUE;
  if (g_strcmp0 (scheme, "http") != 0)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS, "“%s” is not a scheme of a hall", scheme);
      return FALSE;
    }
  if (vigil_host_is_loopback (host))
    return TRUE;

  g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS,
               "%s is not this machine, and http is not encrypted: use https", host);
  return FALSE;
}

static char *
bare_host (const char *text)
{
  const char *end;

  if (*text == '[')
    {
      end = strchr (text, ']');
      return end != NULL ? g_strndup (text + 1, end - text - 1) : NULL;
    }
  return g_strndup (text, strcspn (text, ":/"));
}

static char *
add_scheme (const char *text)
{
  g_autofree char *host = NULL;

  if (strstr (text, "://") != NULL)
    return g_strdup (text);

  host = bare_host (text);
  return g_strconcat (vigil_host_is_loopback (host) ? "http://" : "https://", text, NULL);
}

/* GUri takes any text for a host; names are letters, digits and a few marks (and may be international). */
static gboolean
is_host (const char *host)
{
  for (const char *p = host; *p != '\0'; p++)
    if ((guchar) *p < 0x80 && !g_ascii_isalnum (*p) && strchr ("-._:", *p) == NULL)
      return FALSE;
  return g_utf8_validate (host, -1, NULL);
}

static gboolean
check_parts (GUri *uri, GError **error)
{
  const char *wrong = NULL;

  if (!is_host (g_uri_get_host (uri)))
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS, "this is not the name of a host");
      return FALSE;
    }

  if (g_uri_get_userinfo (uri) != NULL)
    wrong = "a user name";
  else if (g_uri_get_query (uri) != NULL)
    wrong = "a query";
  else if (g_uri_get_fragment (uri) != NULL)
    wrong = "a fragment";

  if (wrong != NULL)
    g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS, "the address of a hall has no room for %s", wrong);
  return wrong == NULL;
}

static GUri *
parse (const char *typed, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autofree char *full = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) cause = NULL;

  if (*text == '\0' || strlen (text) > MAX_LENGTH)
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS,
                           *text == '\0' ? "the address is empty" : "the address is too long");
      return NULL;
    }

  full = add_scheme (text);
  uri = g_uri_parse (full, G_URI_FLAGS_SCHEME_NORMALIZE | G_URI_FLAGS_ENCODED_PATH, &cause);
  if (uri == NULL)
    {
      /* GLib's message repeats the text, and that may be a token pasted into the wrong field. */
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS, "this is not an address");
      return NULL;
    }
  if (!vigil_uri_is_safe (uri, error) || !check_parts (uri, error))
    return NULL;
  return g_steal_pointer (&uri);
}

static int
default_port (const char *scheme)
{
  return g_str_equal (scheme, "https") ? 443 : 80;
}

static int
port_of (GUri *uri)
{
  return g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : default_port (g_uri_get_scheme (uri));
}

static char *
build (VigilHallAddress *self, const char *scheme, const char *path)
{
  const char *host = g_uri_get_host (self->uri);
  const char *base = g_uri_get_path (self->uri);
  g_autofree char *port = NULL;
  g_autofree char *prefix = g_strdup (base);
  gboolean bracket = strchr (host, ':') != NULL;

  if (port_of (self->uri) != default_port (g_uri_get_scheme (self->uri)))
    port = g_strdup_printf (":%d", port_of (self->uri));
  while (g_str_has_suffix (prefix, "/"))
    prefix[strlen (prefix) - 1] = '\0';

  return g_strdup_printf ("%s://%s%s%s%s%s%s", scheme, bracket ? "[" : "", host, bracket ? "]" : "",
                          port != NULL ? port : "", prefix, path);
}

VigilHallAddress *
vigil_hall_address_new (const char *text, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *host = NULL;
  VigilHallAddress *self;

  g_return_val_if_fail (text != NULL, NULL);

  uri = parse (text, error);
  if (uri == NULL)
    return NULL;

  self = g_new0 (VigilHallAddress, 1);
  g_atomic_ref_count_init (&self->ref_count);
  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  self->uri = g_uri_build (G_URI_FLAGS_ENCODED_PATH, g_uri_get_scheme (uri), NULL, host, g_uri_get_port (uri),
                           g_uri_get_path (uri), NULL, NULL);
  self->text = build (self, g_uri_get_scheme (self->uri), "");
  return self;
}

VigilHallAddress *
vigil_hall_address_ref (VigilHallAddress *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_hall_address_unref (VigilHallAddress *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_uri_unref (self->uri);
  g_free (self->text);
  g_free (self);
}

const char *
vigil_hall_address_get_text (VigilHallAddress *self)
{
  return self->text;
}

char *
vigil_hall_address_build_url (VigilHallAddress *self, const char *path)
{
  return build (self, g_uri_get_scheme (self->uri), path);
}

char *
vigil_hall_address_build_socket_url (VigilHallAddress *self, const char *path)
{
  return build (self, g_str_equal (g_uri_get_scheme (self->uri), "https") ? "wss" : "ws", path);
}

gboolean
vigil_hall_address_is_origin (VigilHallAddress *self, GUri *uri)
{
  return g_strcmp0 (g_uri_get_scheme (self->uri), g_uri_get_scheme (uri)) == 0 &&
         g_uri_get_host (uri) != NULL &&
         g_ascii_strcasecmp (g_uri_get_host (self->uri), g_uri_get_host (uri)) == 0 &&
         port_of (self->uri) == port_of (uri);
}
