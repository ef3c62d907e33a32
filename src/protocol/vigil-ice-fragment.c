/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes and reads fragments of an SDP that hold candidates. */
#include "vigil-ice-fragment.h"

#include <gio/gio.h>
#include <string.h>

#include "vigil-protocol-error.h"

/* Each is an address that ICE sends packets to. */
#define MAX_CANDIDATES 32

/* "candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host", and what may follow. */
#define MIN_WORDS 8
#define MAX_WORDS 32
#define MAX_LINE  512

static gboolean
is_candidate (const char *text)
{
  return g_str_has_prefix (text, "candidate:") && strlen (text) <= MAX_LINE && strpbrk (text, "\r\n") == NULL;
}

/* Returns: (nullable) (transfer full): the first line that begins so, without the end of the line. */
static char *
find_line (const char *sdp, const char *prefix)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], prefix))
      return g_strdup (g_strchomp (lines[i]));
  return NULL;
}

char *
vigil_ice_fragment_build (const char *offer_sdp, const char *const *candidates, gboolean end, GError **error)
{
  static const char *const prefixes[] = { "m=", "a=mid:", "a=ice-ufrag:", "a=ice-pwd:" };
  g_autofree char *mid = find_line (offer_sdp, prefixes[1]);
  GString *text = g_string_new (NULL);

  if (mid != NULL)
    g_string_append_printf (text, "a=group:BUNDLE %s\r\n", mid + strlen (prefixes[1]));
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *line = find_line (offer_sdp, prefixes[i]);

      if (line == NULL)
        {
          g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "SDP offer: no line %s…", prefixes[i]);
          g_string_free (text, TRUE);
          return NULL;
        }
      g_string_append_printf (text, "%s\r\n", line);
    }
  for (guint i = 0; candidates[i] != NULL; i++)
    if (is_candidate (candidates[i]))
      g_string_append_printf (text, "a=%s\r\n", candidates[i]);
  if (end)
    g_string_append (text, "a=end-of-candidates\r\n");
  return g_string_free (text, FALSE);
}

static gboolean
fail (VigilProtocolError code, const char *what, GError **error)
{
  g_set_error (error, VIGIL_PROTOCOL_ERROR, code, "SDP fragment: %s", what);
  return FALSE;
}

/* Whether it is of use; one that is none at all is an error. */
static gboolean
read_candidate (const char *text, gboolean *usable, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, " ", MAX_WORDS);
  guint64 component, priority, port;

  if (!is_candidate (text) || g_strv_length (words) < MIN_WORDS || strcmp (words[6], "typ") != 0 ||
      !g_ascii_string_to_unsigned (words[1], 10, 1, 256, &component, NULL) ||
      !g_ascii_string_to_unsigned (words[3], 10, 0, G_MAXUINT32, &priority, NULL) ||
      !g_ascii_string_to_unsigned (words[5], 10, 0, G_MAXUINT16, &port, NULL))
    return fail (VIGIL_PROTOCOL_ERROR_FIELD, "a=candidate malformed", error);

  *usable = component == 1 && port > 0 && g_hostname_is_ip_address (words[4]) &&
            (g_ascii_strcasecmp (words[2], "udp") == 0 || g_ascii_strcasecmp (words[2], "tcp") == 0);
  return TRUE;
}

static gboolean
read_line (const char *line, const char *ufrag, GPtrArray *candidates, GError **error)
{
  gboolean usable = FALSE;

  if (g_str_has_prefix (line, "a=ice-ufrag:") && strcmp (line + strlen ("a=ice-ufrag:"), ufrag) != 0)
    return fail (VIGIL_PROTOCOL_ERROR_FIELD, "an ICE restart that was not asked for", error);
  if (!g_str_has_prefix (line, "a=candidate:"))
    return TRUE;
  if (!read_candidate (line + 2, &usable, error))
    return FALSE;
  if (usable && candidates->len == MAX_CANDIDATES)
    return fail (VIGIL_PROTOCOL_ERROR_LIMIT, "too many ICE candidates", error);
  if (usable)
    g_ptr_array_add (candidates, g_strdup (line + 2));
  return TRUE;
}

char **
vigil_ice_fragment_parse (const char *text, gsize len, const char *ufrag, GError **error)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *copy = NULL;
  g_auto (GStrv) lines = NULL;

  if (len > VIGIL_ICE_FRAGMENT_MAX || !g_utf8_validate_len (text, len, NULL))
    {
      fail (VIGIL_PROTOCOL_ERROR_MALFORMED, "not a text of that kind", error);
      return NULL;
    }
  copy = g_strndup (text, len);
  lines = g_strsplit (copy, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!read_line (g_strchomp (lines[i]), ufrag, candidates, error))
      return NULL;
  g_ptr_array_add (candidates, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&candidates), FALSE);
}
