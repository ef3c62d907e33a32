/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person may type, and where things may be sent. */
#include <gio/gio.h>

#include "vigil-hall-address.h"
#include "vigil-session-error.h"

static void
test_good (void)
{
  static const char *const cases[][2] = {
    { "hall.example", "https://hall.example" },
    { "hall.example:8443", "https://hall.example:8443" },
    { "  https://Hall.Example/  ", "https://hall.example" },
    { "https://hall.example:443", "https://hall.example" },
    { "https://hall.example/vigil/", "https://hall.example/vigil" },
    { "localhost:8080", "http://localhost:8080" },
    { "127.0.0.1:8080", "http://127.0.0.1:8080" },
    { "127.9.8.7", "http://127.9.8.7" },
    { "http://localhost", "http://localhost" },
    { "http://[::1]:9000", "http://[::1]:9000" },
    { "[::1]:9000", "http://[::1]:9000" },
    { "[2001:db8::1]", "https://[2001:db8::1]" },
    { "https://127.0.0.1:1", "https://127.0.0.1:1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilHallAddress) address = vigil_hall_address_new (cases[i][0], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (vigil_hall_address_get_text (address), ==, cases[i][1]);
    }
}

static void
test_bad (void)
{
  static const struct { const char *text; int code; } cases[] = {
    { "", VIGIL_SESSION_ERROR_ADDRESS },
    { "   ", VIGIL_SESSION_ERROR_ADDRESS },
    { "http://", VIGIL_SESSION_ERROR_ADDRESS },
    { "https:///path", VIGIL_SESSION_ERROR_ADDRESS },
    { "ftp://hall.example", VIGIL_SESSION_ERROR_ADDRESS },
    { "file:///etc/passwd", VIGIL_SESSION_ERROR_ADDRESS },
    { "https://me:secret@hall.example", VIGIL_SESSION_ERROR_ADDRESS },
    { "https://hall.example/?token=secret", VIGIL_SESSION_ERROR_ADDRESS },
    { "https://hall.example/#x", VIGIL_SESSION_ERROR_ADDRESS },
    { "https://hall.example:99999", VIGIL_SESSION_ERROR_ADDRESS },
    { "not an address", VIGIL_SESSION_ERROR_ADDRESS },
    { "http://hall.example", VIGIL_SESSION_ERROR_TLS },
    { "http://10.0.0.1:8080", VIGIL_SESSION_ERROR_TLS },
    { "http://127.0.0.1.example.org", VIGIL_SESSION_ERROR_TLS },
    { "http://localhost.example.org", VIGIL_SESSION_ERROR_TLS },
    { "http://0.0.0.0", VIGIL_SESSION_ERROR_TLS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilHallAddress) address = vigil_hall_address_new (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_error (error, VIGIL_SESSION_ERROR, cases[i].code);
      g_assert_null (address);
      g_assert_null (g_strrstr (error->message, "secret"));
    }
}

static void
test_urls (void)
{
  g_autoptr (VigilHallAddress) plain = vigil_hall_address_new ("127.0.0.1:80", NULL);
  g_autoptr (VigilHallAddress) deep = vigil_hall_address_new ("https://hall.example:8443/vigil", NULL);
  g_autofree char *a = vigil_hall_address_build_url (plain, "/api/v1/exams");
  g_autofree char *b = vigil_hall_address_build_socket_url (plain, "/socket.io/");
  g_autofree char *c = vigil_hall_address_build_url (deep, "/api/v1");
  g_autofree char *d = vigil_hall_address_build_socket_url (deep, "/socket.io/");

  g_assert_cmpstr (a, ==, "http://127.0.0.1/api/v1/exams");
  g_assert_cmpstr (b, ==, "ws://127.0.0.1/socket.io/");
  g_assert_cmpstr (c, ==, "https://hall.example:8443/vigil/api/v1");
  g_assert_cmpstr (d, ==, "wss://hall.example:8443/vigil/socket.io/");
}

static void
test_origin (void)
{
  static const struct { const char *uri; gboolean same; } cases[] = {
    { "https://hall.example/x?y", TRUE },
    { "https://HALL.example:443/", TRUE },
    { "https://hall.example:8443/", FALSE },
    { "http://hall.example/", FALSE },
    { "https://store.hall.example/", FALSE },
    { "https://hall.example.evil.org/", FALSE },
  };
  g_autoptr (VigilHallAddress) address = vigil_hall_address_new ("hall.example", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GUri) uri = g_uri_parse (cases[i].uri, G_URI_FLAGS_NONE, NULL);

      g_assert_cmpint (vigil_hall_address_is_origin (address, uri), ==, cases[i].same);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall-address/good", test_good);
  g_test_add_func ("/hall-address/bad", test_bad);
  g_test_add_func ("/hall-address/urls", test_urls);
  g_test_add_func ("/hall-address/origin", test_origin);
  return g_test_run ();
}
