/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every secret that can reach a log is taken out; what is no secret stays readable. */
#include "vigil-redact.h"

#include <string.h>

static const struct
{
  const char *text;
  const char *secret;   /* must be gone */
  const char *kept;     /* must still be there */
} cases[] = {
  { "Authorization: Bearer abc.def-123", "abc.def-123", "Authorization" },
  { "{\"token\":\"s3cr3t\",\"examId\":\"x1\"}", "s3cr3t", "\"examId\":\"x1\"" },
  { "40{\"token\" : \"a\\\"b c\"}", "b c", "40{" },
  { "GET https://h.example/o/k.jpg?X-Sig=deadbeef&e=1", "deadbeef", "https://h.example/o/k.jpg" },
  { "wss://user:pass@h.example/socket", "pass", "h.example/socket" },
  { "a=ice-pwd:Zm9vYmFyYmF6\r\na=mid:0", "Zm9vYmFyYmF6", "a=mid:0" },
  { "a=fingerprint:sha-256 AA:BB:CC\r\na=setup:active", "AA:BB:CC", "a=setup:active" },
  { "{\"algorithm\":\"sha-256\",\"value\":\"AA:BB\"}", "AA:BB", "sha-256" },
  { "x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln y", "eyJzdWIiOiIxIn0", " y" },
  { "token=abcdef&next=2", "abcdef", "next=2" },
  { "{\"room\":1234,\"pin\":\"4711\"}", "4711", "1234" },
  { "usernameFragment and {\"password\":\"pw\"}", "\"pw\"", "usernameFragment" },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = vigil_redact (cases[i].text);

      if (strstr (clean, cases[i].secret) != NULL)
        g_error ("case %" G_GSIZE_FORMAT " lets the secret through: %s", i, clean);
      if (strstr (clean, cases[i].kept) == NULL)
        g_error ("case %" G_GSIZE_FORMAT " lost what is no secret: %s", i, clean);
    }
}

static void
test_plain_text_is_left_alone (void)
{
  g_autofree char *clean = vigil_redact ("candidate c-17 in room B, score 40, seq 9");
  g_autofree char *nothing = vigil_redact (NULL);

  g_assert_cmpstr (clean, ==, "candidate c-17 in room B, score 40, seq 9");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_bad_bytes (void)
{
  g_autofree char *clean = vigil_redact ("\xff\xfe token=\xff\xffsecret");

  g_assert_null (strstr (clean, "secret"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/redact/cases", test_cases);
  g_test_add_func ("/redact/plain-text", test_plain_text_is_left_alone);
  g_test_add_func ("/redact/bad-bytes", test_bad_bytes);
  return g_test_run ();
}
