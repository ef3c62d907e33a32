/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON into a GString. */
#include "vigil-hall-writer.h"

#include <string.h>

/* The last byte tells whether something stands before us on this level: a finished value never
 * ends in an opening bracket. */
static void
separate (GString *out)
{
  char last = out->len > 0 ? out->str[out->len - 1] : '{';

  if (last != '{' && last != '[' && last != ':')
    g_string_append_c (out, ',');
}

static void
append_escaped (GString *out, const char *text)
{
  const char *from = text;

  g_string_append_c (out, '"');
  for (; *text; text++)
    {
      guchar c = (guchar) *text;

      if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
        continue;
      g_string_append_len (out, from, text - from);
      from = text + 1;
      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else
        g_string_append_printf (out, "\\u%04x", c);
    }
  g_string_append_len (out, from, text - from);
  g_string_append_c (out, '"');
}

void
vigil_hall_write_name (GString *out, const char *name)
{
  separate (out);
  if (!name)
    return;
  g_string_append_c (out, '"');
  g_string_append (out, name);
  g_string_append_len (out, "\":", 2);
}

void
vigil_hall_write_begin_object (GString *out, const char *name)
{
  vigil_hall_write_name (out, name);
  g_string_append_c (out, '{');
}

void
vigil_hall_write_end_object (GString *out)
{
  g_string_append_c (out, '}');
}

void
vigil_hall_write_begin_array (GString *out, const char *name)
{
  vigil_hall_write_name (out, name);
  g_string_append_c (out, '[');
}

void
vigil_hall_write_end_array (GString *out)
{
  g_string_append_c (out, ']');
}

void
vigil_hall_write_null (GString *out, const char *name)
{
  vigil_hall_write_name (out, name);
  g_string_append_len (out, "null", 4);
}

void
vigil_hall_write_string (GString *out, const char *name, const char *value)
{
  if (!value)
    {
      vigil_hall_write_null (out, name);
      return;
    }
  vigil_hall_write_name (out, name);
  append_escaped (out, value);
}

void
vigil_hall_append_int (GString *out, gint64 value)
{
  char digits[24];
  char *at = digits + sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    *--at = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (value < 0)
    *--at = '-';
  g_string_append_len (out, at, digits + sizeof digits - at);
}

void
vigil_hall_write_int (GString *out, const char *name, gint64 value)
{
  vigil_hall_write_name (out, name);
  vigil_hall_append_int (out, value);
}

void
vigil_hall_write_time (GString *out, const char *name, gint64 ms)
{
  if (ms == 0)
    vigil_hall_write_null (out, name);
  else
    vigil_hall_write_int (out, name, ms);
}

void
vigil_hall_write_bool (GString *out, const char *name, gboolean value)
{
  vigil_hall_write_name (out, name);
  g_string_append (out, value ? "true" : "false");
}

void
vigil_hall_write_raw (GString *out, const char *name, const char *json)
{
  vigil_hall_write_name (out, name);
  g_string_append (out, json ? json : "null");
}

void
vigil_hall_write_strings (GString *out, const char *name, const char *const *values)
{
  vigil_hall_write_begin_array (out, name);
  for (; values && *values; values++)
    vigil_hall_write_string (out, NULL, *values);
  vigil_hall_write_end_array (out);
}

void
vigil_hall_write_object (GString *out, const char *name, JsonObject *object)
{
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (node, object);
  text = json_to_string (node, FALSE);
  vigil_hall_write_raw (out, name, text);
}
