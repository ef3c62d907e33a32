/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that says what a WHEP says. */
#include "whep-fake.h"

#include <string.h>

static void
note (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  const char *auth = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");

  g_ptr_array_add (fake->log, g_strdup_printf ("%s %s %s", soup_server_message_get_method (message), path, auth != NULL ? auth : "-"));
}

void
whep_fake_create (WhepFake *fake, SoupServerMessage *message, const char *location, const char *type, const char *sdp)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *path = g_strdup_printf ("/whep/resource/%u", ++fake->n_resources);

  soup_server_message_set_status (message, 201, NULL);
  soup_message_headers_replace (headers, "Location", location != NULL ? location : path);
  soup_message_headers_replace (headers, "ETag", "\"one\"");
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, sdp, strlen (sdp));
  g_hash_table_add (fake->resources, g_steal_pointer (&path));
}

static void
take_offer (WhepFake *fake, SoupServerMessage *message, const char *producer)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  const char *type = soup_message_headers_get_content_type (soup_server_message_get_request_headers (message), NULL);

  g_free (fake->last_offer);
  fake->last_offer = g_strndup (body->data, body->length);
  if (g_strcmp0 (type, "application/sdp") != 0)
    soup_server_message_set_status (message, 415, NULL);
  else if (g_hash_table_contains (fake->absent, producer))
    soup_server_message_set_status (message, 404, NULL);
  else
    whep_fake_create (fake, message, NULL, "application/sdp",
                      strstr (fake->last_offer, "m=audio") != NULL && !fake->mixes_up ? WHEP_FAKE_SOUND_SDP : WHEP_FAKE_SDP);
}

static void
handle_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  WhepFake *fake = user_data;
  const char *method = soup_server_message_get_method (message);

  note (fake, message, path);
  if (fake->fault != NULL && fake->fault (fake, message, path))
    return;
  if (g_str_equal (method, "OPTIONS"))
    soup_server_message_set_status (message, 204, NULL);
  else if (g_str_equal (method, "POST") && g_str_has_prefix (path, "/whep/endpoint/"))
    take_offer (fake, message, path + strlen ("/whep/endpoint/"));
  else if (g_str_equal (method, "DELETE") && g_hash_table_remove (fake->resources, path))
    soup_server_message_set_status (message, 200, NULL);
  else
    soup_server_message_set_status (message, 404, NULL);
}

WhepFake *
whep_fake_new (void)
{
  WhepFake *fake = g_new0 (WhepFake, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fake->resources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  fake->absent = g_hash_table_new (g_str_hash, g_str_equal);
  fake->log = g_ptr_array_new_with_free_func (g_free);
  fake->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fake->server, NULL, handle_cb, fake, NULL);
  soup_server_listen_local (fake->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fake->server);
  fake->origin = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  fake->url = g_strconcat (fake->origin, "/whep/endpoint/", NULL);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return fake;
}

void
whep_fake_free (WhepFake *fake)
{
  soup_server_disconnect (fake->server);
  g_object_unref (fake->server);
  g_hash_table_unref (fake->resources);
  g_hash_table_unref (fake->absent);
  g_ptr_array_unref (fake->log);
  g_free (fake->last_offer);
  g_free (fake->origin);
  g_free (fake->url);
  g_free (fake);
}

guint
whep_fake_count (WhepFake *fake, const char *beginning)
{
  guint n = 0;

  for (guint i = 0; i < fake->log->len; i++)
    n += g_str_has_prefix (fake->log->pdata[i], beginning);
  return n;
}
