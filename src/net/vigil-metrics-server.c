/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics for whoever collects them, on this machine alone. */
#include "vigil-metrics-server.h"

#include <libsoup/soup.h>

#include "vigil-hall-address.h"
#include "vigil-metrics-text.h"

#define PATH "/metrics"

struct _VigilMetricsServer
{
  GObject parent_instance;

  /* Main thread. */
  SoupServer *server; /* NULL: nothing is served */
  guint       port;
};

G_DEFINE_FINAL_TYPE (VigilMetricsServer, vigil_metrics_server, G_TYPE_OBJECT)

/* Also a request without a Host is one that no collector sends. */
static gboolean
is_for_loopback (SoupServerMessage *message)
{
  const char *host = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Host");
  g_autofree char *text = host != NULL ? g_strconcat ("http://", host, "/", NULL) : NULL;
  g_autoptr (GUri) uri = text != NULL ? g_uri_parse (text, G_URI_FLAGS_NONE, NULL) : NULL;

  return uri != NULL && g_str_equal (g_uri_get_path (uri), "/") && g_uri_get_userinfo (uri) == NULL &&
         vigil_host_is_loopback (g_uri_get_host (uri));
}

static void
refuse (SoupServerMessage *message, guint status, const char *why)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_STATIC, why, strlen (why));
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  const char *method = soup_server_message_get_method (message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  char *text;

  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  if (!is_for_loopback (message))
    {
      refuse (message, SOUP_STATUS_FORBIDDEN, "Only by the name of this machine itself.\n");
      return;
    }
  if (!g_str_equal (path, PATH))
    {
      refuse (message, SOUP_STATUS_NOT_FOUND, "Metrics are under " PATH ".\n");
      return;
    }
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
    {
      soup_message_headers_replace (headers, "Allow", "GET, HEAD");
      refuse (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "GET it.\n");
      return;
    }

  text = vigil_metrics_text ();
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, VIGIL_METRICS_TEXT_TYPE, SOUP_MEMORY_TAKE, text, strlen (text));
}

static void
stop (VigilMetricsServer *self)
{
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  self->port = 0;
}

/* A machine without IPv6 has no ::1; that somebody else has the port there is another matter. */
static gboolean
listen_local (SoupServer *server, guint port, GError **error)
{
  g_autoptr (GError) six = NULL;

  if (!soup_server_listen_local (server, port, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return FALSE;
  if (soup_server_listen_local (server, port, SOUP_SERVER_LISTEN_IPV6_ONLY, &six) ||
      !g_error_matches (six, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&six));
  return FALSE;
}

gboolean
vigil_metrics_server_set_port (VigilMetricsServer *self, guint port, GError **error)
{
  g_autoptr (SoupServer) server = NULL;

  g_return_val_if_fail (VIGIL_IS_METRICS_SERVER (self), FALSE);
  g_return_val_if_fail (port <= G_MAXUINT16, FALSE);

  if (port == self->port)
    return TRUE;
  stop (self);
  if (port == 0)
    return TRUE;

  server = soup_server_new (NULL, NULL);
  soup_server_add_handler (server, NULL, request_cb, NULL, NULL);
  if (!listen_local (server, port, error))
    {
      soup_server_disconnect (server);
      return FALSE;
    }
  self->server = g_steal_pointer (&server);
  self->port = port;
  return TRUE;
}

guint
vigil_metrics_server_get_port (VigilMetricsServer *self)
{
  g_return_val_if_fail (VIGIL_IS_METRICS_SERVER (self), 0);

  return self->port;
}

static void
vigil_metrics_server_dispose (GObject *object)
{
  stop (VIGIL_METRICS_SERVER (object));
  G_OBJECT_CLASS (vigil_metrics_server_parent_class)->dispose (object);
}

static void
vigil_metrics_server_class_init (VigilMetricsServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_metrics_server_dispose;
}

static void
vigil_metrics_server_init (VigilMetricsServer *self)
{
}

VigilMetricsServer *
vigil_metrics_server_new (void)
{
  return g_object_new (VIGIL_TYPE_METRICS_SERVER, NULL);
}
