/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A strict, iterative check of JSON text in front of json-glib. */
#include "vigil-json.h"

#include <math.h>
#include <string.h>

#define MAX_NUMBER_LEN 64

typedef enum
{
  EXPECT_VALUE,
  EXPECT_VALUE_OR_END,
  EXPECT_KEY,
  EXPECT_KEY_OR_END,
  AFTER_VALUE,
} Expect;

typedef struct
{
  const char *start;
  const char *p;
  const char *end;
  guint64     objects; /* bit n: the container at depth n is an object */
  guint       depth;
} Check;

static gboolean
fail (const Check *self, int code, const char *what, GError **error)
{
  g_set_error (error, VIGIL_PROTOCOL_ERROR, code, "JSON: %s at byte %" G_GSIZE_FORMAT,
               what, (gsize) (self->p - self->start));
  return FALSE;
}

static gboolean
malformed (const Check *self, const char *what, GError **error)
{
  return fail (self, VIGIL_PROTOCOL_ERROR_MALFORMED, what, error);
}

static void
skip_space (Check *self)
{
  while (self->p < self->end &&
         (*self->p == ' ' || *self->p == '\t' || *self->p == '\n' || *self->p == '\r'))
    self->p++;
}

static gboolean
read_hex4 (Check *self, guint *value)
{
  *value = 0;
  if (self->end - self->p < 4)
    return FALSE;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (self->p[i]);

      if (digit < 0)
        return FALSE;
      *value = *value << 4 | (guint) digit;
    }
  self->p += 4;
  return TRUE;
}

/* After "\u". */
static gboolean
check_unicode_escape (Check *self, GError **error)
{
  guint high, low;

  if (!read_hex4 (self, &high))
    return malformed (self, "bad \\u escape", error);
  if (high == 0)
    return malformed (self, "NUL in a string", error);
  if (high >= 0xdc00 && high <= 0xdfff)
    return malformed (self, "lone surrogate", error);
  if (high < 0xd800 || high > 0xdbff)
    return TRUE;
  if (self->end - self->p < 6 || self->p[0] != '\\' || self->p[1] != 'u')
    return malformed (self, "lone surrogate", error);
  self->p += 2;
  if (!read_hex4 (self, &low) || low < 0xdc00 || low > 0xdfff)
    return malformed (self, "lone surrogate", error);
  return TRUE;
}

/* At the opening quote. */
static gboolean
check_string (Check *self, GError **error)
{
  self->p++;
  while (self->p < self->end)
    {
      guchar c = (guchar) *self->p++;

      if (c == '"')
        return TRUE;
      if (c < 0x20)
        return malformed (self, "control character in a string", error);
      if (c != '\\')
        continue;
      if (self->p == self->end)
        break;
      c = (guchar) *self->p++;
      if (c == 'u')
        {
          if (!check_unicode_escape (self, error))
            return FALSE;
        }
      else if (c == 0 || !strchr ("\"\\/bfnrt", c))
        {
          return malformed (self, "bad escape", error);
        }
    }
  return malformed (self, "string without an end", error);
}

static gboolean
skip_digits (Check *self)
{
  const char *from = self->p;

  while (self->p < self->end && g_ascii_isdigit (*self->p))
    self->p++;
  return self->p > from;
}

static gboolean
check_number_range (Check *self, const char *from, gboolean is_integer, GError **error)
{
  char copy[MAX_NUMBER_LEN + 1];
  gsize len = (gsize) (self->p - from);
  double value;

  if (len > MAX_NUMBER_LEN)
    return fail (self, VIGIL_PROTOCOL_ERROR_LIMIT, "number too long", error);
  memcpy (copy, from, len);
  copy[len] = '\0';
  value = g_ascii_strtod (copy, NULL);
  if (!isfinite (value) || (is_integer && fabs (value) > (double) VIGIL_JSON_MAX_INT))
    return fail (self, VIGIL_PROTOCOL_ERROR_LIMIT, "number out of range", error);
  return TRUE;
}

static gboolean
check_number (Check *self, GError **error)
{
  const char *from = self->p;
  gboolean is_integer = TRUE;

  if (*self->p == '-')
    self->p++;
  if (self->p < self->end && *self->p == '0')
    self->p++;
  else if (!skip_digits (self))
    return malformed (self, "not a value", error);
  if (self->p < self->end && *self->p == '.')
    {
      is_integer = FALSE;
      self->p++;
      if (!skip_digits (self))
        return malformed (self, "bad number", error);
    }
  if (self->p < self->end && (*self->p == 'e' || *self->p == 'E'))
    {
      is_integer = FALSE;
      self->p++;
      if (self->p < self->end && (*self->p == '+' || *self->p == '-'))
        self->p++;
      if (!skip_digits (self))
        return malformed (self, "bad number", error);
    }
  return check_number_range (self, from, is_integer, error);
}

static gboolean
check_word (Check *self, GError **error)
{
  static const char *const words[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize len = strlen (words[i]);

      if ((gsize) (self->end - self->p) >= len && memcmp (self->p, words[i], len) == 0)
        {
          self->p += len;
          return TRUE;
        }
    }
  return malformed (self, "not a value", error);
}

static gboolean
open_container (Check *self, gboolean is_object, GError **error)
{
  if (self->depth == VIGIL_JSON_MAX_DEPTH)
    return fail (self, VIGIL_PROTOCOL_ERROR_LIMIT, "nested too deep", error);
  self->depth++;
  if (is_object)
    self->objects |= G_GUINT64_CONSTANT (1) << self->depth;
  else
    self->objects &= ~(G_GUINT64_CONSTANT (1) << self->depth);
  self->p++;
  return TRUE;
}

static gboolean
in_object (const Check *self)
{
  return self->depth > 0 && (self->objects >> self->depth & 1);
}

static gboolean
check_value (Check *self, Expect *expect, GError **error)
{
  switch (*self->p)
    {
    case '{':
      *expect = EXPECT_KEY_OR_END;
      return open_container (self, TRUE, error);
    case '[':
      *expect = EXPECT_VALUE_OR_END;
      return open_container (self, FALSE, error);
    case '"':
      *expect = AFTER_VALUE;
      return check_string (self, error);
    case 't': case 'f': case 'n':
      *expect = AFTER_VALUE;
      return check_word (self, error);
    default:
      *expect = AFTER_VALUE;
      return check_number (self, error);
    }
}

static gboolean
check_key (Check *self, Expect *expect, GError **error)
{
  if (*self->p != '"')
    return malformed (self, "member name expected", error);
  if (!check_string (self, error))
    return FALSE;
  skip_space (self);
  if (self->p == self->end || *self->p != ':')
    return malformed (self, "':' expected", error);
  self->p++;
  *expect = EXPECT_VALUE;
  return TRUE;
}

static gboolean
check_after (Check *self, Expect *expect, GError **error)
{
  gboolean object = in_object (self);

  if (*self->p == ',')
    *expect = object ? EXPECT_KEY : EXPECT_VALUE;
  else if (*self->p == (object ? '}' : ']'))
    self->depth--;
  else
    return malformed (self, "',' or an end expected", error);
  self->p++;
  return TRUE;
}

static gboolean
check_step (Check *self, Expect *expect, GError **error)
{
  gboolean may_end = *expect == EXPECT_VALUE_OR_END || *expect == EXPECT_KEY_OR_END;

  if (may_end && *self->p == (in_object (self) ? '}' : ']'))
    {
      self->p++;
      self->depth--;
      *expect = AFTER_VALUE;
      return TRUE;
    }
  switch (*expect)
    {
    case EXPECT_VALUE:
    case EXPECT_VALUE_OR_END:
      return check_value (self, expect, error);
    case EXPECT_KEY:
    case EXPECT_KEY_OR_END:
      return check_key (self, expect, error);
    case AFTER_VALUE:
      return check_after (self, expect, error);
    default:
      g_assert_not_reached ();
    }
}

gboolean
vigil_json_check (const char *text, gsize len, GError **error)
{
  Check self = { .start = text, .p = text, .end = text + len };
  Expect expect = EXPECT_VALUE;

  if (len > G_MAXSSIZE || !g_utf8_validate_len (text, len, NULL))
    return malformed (&self, "not UTF-8", error);
  for (;;)
    {
      skip_space (&self);
      if (self.p == self.end)
        break;
      if (expect == AFTER_VALUE && self.depth == 0)
        return malformed (&self, "something after the value", error);
      if (!check_step (&self, &expect, error))
        return FALSE;
    }
  if (expect != AFTER_VALUE || self.depth != 0)
    return malformed (&self, "unexpected end", error);
  return TRUE;
}

JsonNode *
vigil_json_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!vigil_json_check (text, len, error))
    return NULL;
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, (gssize) len, &local_error))
    {
      g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_MALFORMED, "JSON: %s", local_error->message);
      return NULL;
    }
  return json_parser_steal_root (parser);
}

char *
vigil_json_to_string (JsonNode *node)
{
  return json_to_string (node, FALSE);
}
