/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TURN servers as halls write them, and as they should not. */
#include <string.h>

#include "vigil-ice-servers.h"
#include "vigil-protocol-error.h"

static VigilIceServers *
parse (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  g_assert_nonnull (node);
  return vigil_ice_servers_from_json (node, error);
}

#define TURN(urls) "{\"iceServers\":[{\"urls\":" urls ",\"username\":\"1763:m.ortiz\",\"credential\":\"a/b@c?\"}]}"

static void
test_good (void)
{
  static const struct { const char *text, *relays; gboolean only; } table[] = {
    { "{}", NULL, FALSE }, { "{\"iceServers\":null}", NULL, FALSE }, { "{\"iceServers\":[]}", NULL, FALSE },
    { "{\"iceServers\":[{\"urls\":\"stun:stun.example.org\"}]}", NULL, FALSE },
    { "{\"iceServers\":[{\"urls\":[\"stun:a\",\"http://b\"]}],\"iceTransportPolicy\":\"relay\"}", NULL, TRUE },
    { TURN ("\"turn:turn.example.org:3478\""), "turn://1763%3Am.ortiz:a%2Fb%40c%3F@turn.example.org:3478?transport=udp", FALSE },
    { TURN ("[\"turn:10.0.0.1?transport=tcp\",\"turns:t.example.org:443\"]"),
      "turn://1763%3Am.ortiz:a%2Fb%40c%3F@10.0.0.1?transport=tcp turns://1763%3Am.ortiz:a%2Fb%40c%3F@t.example.org:443?transport=tcp", FALSE },
    { TURN ("\"turn:[2001:db8::1]:3478\""), "turn://1763%3Am.ortiz:a%2Fb%40c%3F@[2001:db8::1]:3478?transport=udp", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilIceServers) servers = parse (table[i].text, &error);
      g_autofree char *joined = NULL;

      g_assert_no_error (error);
      joined = servers->relays ? g_strjoinv (" ", servers->relays) : NULL;
      g_assert_cmpstr (joined, ==, table[i].relays);
      g_assert_cmpint (servers->relay_only, ==, table[i].only);
    }
}

static void
test_bad (void)
{
  static const struct { const char *text, *part; } table[] = {
    { "[]", "transport" }, { "{\"iceServers\":{}}", "iceServers" }, { "{\"iceServers\":[3]}", "iceServer" },
    { "{\"iceServers\":[{}]}", "urls" }, { "{\"iceServers\":[{\"urls\":7}]}", "urls" }, { "{\"iceServers\":[{\"urls\":[null]}]}", "urls" },
    { "{\"iceServers\":[{\"urls\":\"turn:a\"}]}", "credential" },
    { "{\"iceServers\":[{\"urls\":\"turn:a\",\"username\":\"u\"}]}", "credential" },
    { "{\"iceServers\":[{\"urls\":\"turn:a\",\"username\":\"u\",\"credential\":{}}]}", "credential" },
    { TURN ("\"turn:\""), "urls" }, { TURN ("\"turn:a b\""), "urls" }, { TURN ("\"turn:a:0\""), "urls" }, { TURN ("\"turn:a:99999\""), "urls" },
    { TURN ("\"turn:a:1?transport=sctp\""), "urls" }, { TURN ("\"turn:u@a:1\""), "urls" }, { TURN ("\"turn:[::zz]:1\""), "urls" },
    { TURN ("\"turn:[::1\""), "urls" }, { TURN ("\"turn:a\\r\\nb\""), "urls" },
    { "{\"iceTransportPolicy\":\"some\"}", "iceTransportPolicy" }, { "{\"iceTransportPolicy\":1}", "iceTransportPolicy" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", table[i].text);
      g_assert_null (parse (table[i].text, &error));
      g_assert_nonnull (error);
      g_assert_cmpint (error->domain, ==, VIGIL_PROTOCOL_ERROR);
      g_assert_nonnull (strstr (error->message, table[i].part));
      g_assert_null (strstr (error->message, "a/b@c"));
    }
}

/* Link headers, as a WHEP has them. */
static void
test_links (void)
{
  static const struct { const char *text, *relays, *part; } table[] = {
    { NULL, NULL, NULL }, { "", NULL, NULL }, { " , ,", NULL, NULL }, { "<https://a/>; rel=next", NULL, NULL }, { "<turn:a>", NULL, NULL },
    { "<stun:a>; rel=\"ice-server\"", NULL, NULL },
    { "<turn:a?transport=udp>; rel=\"ice-server\"; username=\"u\"; credential=\"p\"; credential-type=\"password\"",
      "turn://u:p@a?transport=udp", NULL },
    { "<turn:a>;rel=ice-server;Username=u;CREDENTIAL=p;x , <turns:b:443?transport=tcp>; username=\"a, b; c\";credential=\"\\\"\"; rel=\"ice-server\"",
      "turn://u:p@a?transport=udp turns://a%2C%20b%3B%20c:%22@b:443?transport=tcp", NULL },
    { "turn:a; rel=ice-server", NULL, "malformed" }, { "<turn:a", NULL, "malformed" }, { "<turn:a>; rel=\"ice-server", NULL, "malformed" },
    { "<turn:a> x", NULL, "malformed" },
    { "<turn:a>; rel=ice-server", NULL, "credential" }, { "<turn:a b>; rel=ice-server; username=u; credential=SECRET", NULL, "URL" },
    { "<turn:u@a>; rel=ice-server; username=u; credential=SECRET", NULL, "URL" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilIceServers) servers = vigil_ice_servers_from_link (table[i].text, &error);
      g_autofree char *joined = servers && servers->relays ? g_strjoinv (" ", servers->relays) : NULL;

      g_test_message ("%s", table[i].text);
      g_assert_cmpstr (joined, ==, table[i].relays);
      g_assert_cmpint (servers == NULL, ==, table[i].part != NULL);
      if (!servers)
        {
          g_assert_nonnull (strstr (error->message, table[i].part));
          g_assert_null (strstr (error->message, "SECRET"));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ice-servers/good", test_good);
  g_test_add_func ("/ice-servers/bad", test_bad);
  g_test_add_func ("/ice-servers/links", test_links);
  return g_test_run ();
}
