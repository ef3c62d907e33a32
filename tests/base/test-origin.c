/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who gets a token, and who must not. */
#include "vigil-origin.h"

static void
test_same (void)
{
  static const struct { const char *a, *b; } table[] = {
    { "https://sfu.example/whep/", "https://sfu.example/other?x#y" },
    { "https://sfu.example/", "https://sfu.example:443/" },
    { "http://127.0.0.1/", "http://127.0.0.1:80" },
    { "https://sfu.example:8443/a", "HTTPS://SFU.Example:8443/b" },
    { "https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443/x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (!vigil_origin_is_same (table[i].a, table[i].b) || !vigil_origin_is_same (table[i].b, table[i].a))
      g_error ("%s and %s are the same", table[i].a, table[i].b);
}

static void
test_others (void)
{
  static const char *const others[] = {
    "http://sfu.example/", "https://sfu.example:8443/", "https://sfu.example.net/", "https://evil.example/sfu.example",
    "https://sfu.example@evil.example/", "https://user@sfu.example/", "https://sfu.example./", "https:///", "https:sfu.example",
    "//sfu.example/", "/whep/", "", "sfu.example", "https://sfu.example:99999/", "https://sfu.example:80/", "wss://sfu.example/",
    "https://sfu.example\\@evil.example/", "https://sfu.example%2eevil.example/", "file://sfu.example/", NULL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (vigil_origin_is_same ("https://sfu.example/whep/", others[i]) || vigil_origin_is_same (others[i], "https://sfu.example/whep/"))
      g_error ("%s is another", others[i] != NULL ? others[i] : "nothing");
  g_assert_false (vigil_origin_is_same (NULL, NULL));
  g_assert_false (vigil_origin_is_same ("", ""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/origin/same", test_same);
  g_test_add_func ("/base/origin/others", test_others);
  return g_test_run ();
}
