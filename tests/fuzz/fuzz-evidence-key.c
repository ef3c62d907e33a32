/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence keys: what parses is written the same again, and stays below the folder it is put in. */
#include "fuzz.h"
#include "vigil-evidence-key.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilEvidenceKey) key = NULL;
  g_autofree char *again = NULL, *path = NULL, *plain = NULL;

  fuzz_init ();
  key = vigil_evidence_key_parse (text, &error);
  if (!key)
    {
      fuzz_assert_error (&error);
      return 0;
    }
  again = vigil_evidence_key_build (key, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, text);
  path = g_canonicalize_filename (text, "/store");
  plain = g_strconcat ("/store/", text, NULL);
  g_assert_cmpstr (path, ==, plain);
  g_assert_cmpint (vigil_evidence_key_get_time (key), >=, 0);
  return 0;
}
