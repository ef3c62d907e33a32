/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of this layer share: JSON with ' for ", and tables of bad input. */
#pragma once

#include <string.h>

#include "vigil-json.h"

/* @text with every ' turned into ". Returns: (transfer full). */
static inline char *
quoted (const char *text)
{
  return g_strdelimit (g_strdup (text), "'", '"');
}

/* A node from such text; the text must be JSON. Returns: (transfer full). */
static inline JsonNode *
json (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *real = quoted (text);
  JsonNode *node = vigil_json_parse (real, strlen (real), &error);

  g_assert_no_error (error);
  return node;
}

/* That @error is of the layer's domain and its message has @part (nullable); clears it. */
static inline void
assert_protocol_error (GError **error, const char *part)
{
  g_assert_nonnull (*error);
  g_assert_true ((*error)->domain == VIGIL_PROTOCOL_ERROR);
  if (part && !strstr ((*error)->message, part))
    g_error ("\"%s\" does not name \"%s\"", (*error)->message, part);
  g_clear_error (error);
}

/* Says which row of a table is tried; escaped, because rows may be no UTF-8. */
static inline void
note (const char *text)
{
  g_autofree char *escaped = g_strescape (text, NULL);

  g_test_message ("%s", escaped);
}
