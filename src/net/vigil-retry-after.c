/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a Retry-After, of which nothing is believed but that somebody is busy. */
#include "vigil-retry-after.h"

#include <libsoup/soup.h>
#include <string.h>

#define MAX_S (VIGIL_RETRY_AFTER_MAX_MS / 1000)

/* A delay may have any number of digits. */
static guint
read_seconds (const char *text)
{
  guint64 seconds;

  if (!g_ascii_string_to_unsigned (text, 10, 0, MAX_S, &seconds, NULL))
    return VIGIL_RETRY_AFTER_MAX_MS;
  return (guint) seconds * 1000;
}

static guint
read_date (const char *text, gint64 now_ms)
{
  g_autoptr (GDateTime) date = soup_date_time_new_from_http_string (text);
  gint64 left_ms;

  if (date == NULL)
    return 0;

  left_ms = g_date_time_to_unix (date) * 1000 - (now_ms > 0 ? now_ms : g_get_real_time () / 1000);
  return (guint) CLAMP (left_ms, 0, VIGIL_RETRY_AFTER_MAX_MS);
}

guint
vigil_retry_after_ms (const char *text, gint64 now_ms)
{
  g_autofree char *trimmed = text != NULL ? g_strstrip (g_strdup (text)) : NULL;

  if (trimmed == NULL || *trimmed == '\0')
    return 0;
  return trimmed[strspn (trimmed, "0123456789")] == '\0' ? read_seconds (trimmed) : read_date (trimmed, now_ms);
}
