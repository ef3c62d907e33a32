/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MessagePack, strictly: https://github.com/msgpack/msgpack/blob/master/spec.md */
#include "vigil-msgpack.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const guint8  *from;
  const guint8  *p;
  const guint8  *end;
  guint          depth;
  GError       **error;
} Reader;

static JsonNode *
fail (Reader *r, int code, const char *what)
{
  g_set_error (r->error, VIGIL_PROTOCOL_ERROR, code, "MessagePack: %s at byte %" G_GSIZE_FORMAT, what, (gsize) (r->p - r->from));
  return NULL;
}

static JsonNode *
malformed (Reader *r, const char *what)
{
  return fail (r, VIGIL_PROTOCOL_ERROR_MALFORMED, what);
}

/* @n bytes, the highest first. */
static gboolean
take_bytes (const guint8 **p, const guint8 *end, guint n, guint64 *value)
{
  if ((gsize) (end - *p) < n)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < n; i++)
    *value = *value << 8 | *(*p)++;
  return TRUE;
}

/* A length of a family of types: fixed ones with their bits in the first byte, others 1 << k bytes long. Nothing is so small
 * that @least bytes of it each would not have to follow. */
static gboolean
take_length (const guint8 **p, const guint8 *end, guint8 fixed, guint8 mask, const guint8 types[3], gsize least, gsize *len)
{
  const guint8 *at = *p;
  guint64 n;

  if (at == end)
    return FALSE;
  if ((*at & ~mask) == fixed)
    {
      n = *at++ & mask;
    }
  else
    {
      guint k = 0;

      while (k < 3 && (types[k] == 0 || *at != types[k]))
        k++;
      at++;
      if (k == 3 || !take_bytes (&at, end, 1u << k, &n))
        return FALSE;
    }
  if (n > (guint64) (end - at) / least)
    return FALSE;
  *len = (gsize) n;
  *p = at;
  return TRUE;
}

gboolean
vigil_msgpack_take_string (const guint8 **p, const guint8 *end, const char **text, gsize *len)
{
  static const guint8 types[3] = { 0xd9, 0xda, 0xdb };

  if (!take_length (p, end, 0xa0, 0x1f, types, 1, len))
    return FALSE;
  *text = (const char *) *p;
  *p += *len;
  return TRUE;
}

gboolean
vigil_msgpack_take_map (const guint8 **p, const guint8 *end, guint *n)
{
  static const guint8 types[3] = { 0, 0xde, 0xdf };
  gsize len;

  if (!take_length (p, end, 0x80, 0x0f, types, 2, &len))
    return FALSE;
  *n = (guint) len;
  return TRUE;
}

gboolean
vigil_msgpack_take_array (const guint8 **p, const guint8 *end, guint *n)
{
  static const guint8 types[3] = { 0, 0xdc, 0xdd };
  gsize len;

  if (!take_length (p, end, 0x90, 0x0f, types, 1, &len))
    return FALSE;
  *n = (guint) len;
  return TRUE;
}

gboolean
vigil_msgpack_take_nil (const guint8 **p, const guint8 *end)
{
  if (*p == end || **p != 0xc0)
    return FALSE;
  (*p)++;
  return TRUE;
}

typedef enum { NO_NUMBER, INTEGER, FLOAT, TOO_LARGE } Kind;

static Kind
judge_integer (guint64 magnitude, gboolean negative, gint64 *integer)
{
  if (magnitude > (guint64) VIGIL_JSON_MAX_INT)
    return TOO_LARGE;
  *integer = negative ? -(gint64) magnitude : (gint64) magnitude;
  return INTEGER;
}

/* @p is only moved for a number. */
static Kind
take_number (const guint8 **p, const guint8 *end, gint64 *integer, double *real)
{
  const guint8 *at = *p;
  guint64 bits;
  guint8 type;
  Kind kind;

  if (at == end)
    return NO_NUMBER;
  type = *at++;
  if (type < 0x80 || type >= 0xe0)
    {
      *integer = (gint8) type;
      kind = INTEGER;
    }
  else if (type >= 0xcc && type <= 0xcf && take_bytes (&at, end, 1u << (type - 0xcc), &bits))
    {
      kind = judge_integer (bits, FALSE, integer);
    }
  else if (type >= 0xd0 && type <= 0xd3 && take_bytes (&at, end, 1u << (type - 0xd0), &bits))
    {
      guint spare = 64 - (8u << (type - 0xd0));
      gint64 value = (gint64) (bits << spare) >> spare;

      kind = judge_integer (value < 0 ? -(guint64) value : (guint64) value, value < 0, integer);
    }
  else if (type == 0xca && take_bytes (&at, end, 4, &bits))
    {
      guint32 half = (guint32) bits;
      float single;

      memcpy (&single, &half, sizeof single);
      *real = single;
      kind = FLOAT;
    }
  else if (type == 0xcb && take_bytes (&at, end, 8, &bits))
    {
      memcpy (real, &bits, sizeof *real);
      kind = FLOAT;
    }
  else
    {
      return NO_NUMBER;
    }
  *p = at;
  return kind;
}

gboolean
vigil_msgpack_take_number (const guint8 **p, const guint8 *end, double *value)
{
  const guint8 *at = *p;
  gint64 integer;
  Kind kind = take_number (&at, end, &integer, value);

  if (kind == INTEGER)
    *value = (double) integer;
  else if (kind != FLOAT || !isfinite (*value))
    return FALSE;
  *p = at;
  return TRUE;
}

static char *
check_string (Reader *r, const char *text, gsize len)
{
  if (memchr (text, 0, len) == NULL && g_utf8_validate (text, (gssize) len, NULL))
    return g_strndup (text, len);
  malformed (r, "a string that is none");
  return NULL;
}

static JsonNode *read_value (Reader *r);

static JsonNode *
read_array (Reader *r, guint n)
{
  g_autoptr (JsonArray) array = json_array_new ();
  JsonNode *node;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *element = read_value (r);

      if (element == NULL)
        return NULL;
      json_array_add_element (array, element);
    }
  node = json_node_new (JSON_NODE_ARRAY);
  json_node_set_array (node, array);
  return node;
}

static JsonNode *
read_map (Reader *r, guint n)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonNode *node;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = NULL;
      const char *text;
      gsize len;
      JsonNode *member;

      if (!vigil_msgpack_take_string (&r->p, r->end, &text, &len))
        return malformed (r, "a name that is no string");
      name = check_string (r, text, len);
      member = name != NULL ? read_value (r) : NULL;
      if (member == NULL)
        return NULL;
      json_object_set_member (object, name, member);
    }
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, object);
  return node;
}

static JsonNode *
read_nested (Reader *r, guint n, JsonNode *(*read) (Reader *r, guint n))
{
  JsonNode *node;

  if (r->depth == VIGIL_JSON_MAX_DEPTH)
    return fail (r, VIGIL_PROTOCOL_ERROR_LIMIT, "nested too deeply");
  r->depth++;
  node = read (r, n);
  r->depth--;
  return node;
}

static JsonNode *
read_number (Reader *r, Kind kind, gint64 integer, double real)
{
  if (kind == TOO_LARGE)
    return fail (r, VIGIL_PROTOCOL_ERROR_LIMIT, "an integer out of range");
  if (kind == INTEGER)
    return json_node_init_int (json_node_alloc (), integer);
  return isfinite (real) ? json_node_init_double (json_node_alloc (), real) : malformed (r, "a number that is none");
}

static JsonNode *
read_constant (Reader *r)
{
  guint8 type = *r->p;

  if (type == 0xd4 && r->end - r->p >= 3 && r->p[1] == 0 && r->p[2] == 0)
    {
      r->p += 3; /* undefined */
      return json_node_init_null (json_node_alloc ());
    }
  if (type != 0xc0 && type != 0xc2 && type != 0xc3)
    return malformed (r, "what has no place in a message, or is cut short,");
  r->p++;
  return type == 0xc0 ? json_node_init_null (json_node_alloc ()) : json_node_init_boolean (json_node_alloc (), type == 0xc3);
}

static JsonNode *
read_value (Reader *r)
{
  const char *text;
  gint64 integer = 0;
  double real = 0;
  gsize len;
  guint n;
  Kind kind;

  if (r->p == r->end)
    return malformed (r, "the end where a value should be");
  if (vigil_msgpack_take_string (&r->p, r->end, &text, &len))
    {
      g_autofree char *string = check_string (r, text, len);

      return string != NULL ? json_node_init_string (json_node_alloc (), string) : NULL;
    }
  if (vigil_msgpack_take_map (&r->p, r->end, &n))
    return read_nested (r, n, read_map);
  if (vigil_msgpack_take_array (&r->p, r->end, &n))
    return read_nested (r, n, read_array);
  kind = take_number (&r->p, r->end, &integer, &real);
  return kind != NO_NUMBER ? read_number (r, kind, integer, real) : read_constant (r);
}

JsonNode *
vigil_msgpack_parse (const guint8 *data, gsize len, GError **error)
{
  Reader r = { data, data, data + len, 0, error };
  g_autoptr (JsonNode) node = read_value (&r);

  if (node == NULL)
    return NULL;
  if (r.p != r.end)
    return malformed (&r, "something after the value");
  json_node_seal (node);
  return g_steal_pointer (&node);
}

/* -- the other way -- */

static void
append_byte (GByteArray *into, guint byte)
{
  guint8 one = (guint8) byte;

  g_byte_array_append (into, &one, 1);
}

static void
append_bytes (GByteArray *into, guint type, guint64 value, guint n)
{
  append_byte (into, type);
  for (guint i = n; i > 0; i--)
    append_byte (into, (guint) (value >> (8 * (i - 1))) & 0xff);
}

static void
append_integer (GByteArray *into, gint64 value)
{
  if (value >= 0 && value < 0x80)
    append_byte (into, (guint) value);
  else
    append_bytes (into, 0xd3, (guint64) value, 8);
}

static void
append_double (GByteArray *into, double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  append_bytes (into, 0xcb, bits, 8);
}

static void
append_string (GByteArray *into, const char *text)
{
  gsize len = strlen (text);

  if (len < 32)
    append_byte (into, 0xa0 | (guint) len);
  else
    append_bytes (into, 0xdb, len, 4);
  g_byte_array_append (into, (const guint8 *) text, (guint) len);
}

static void
append_value (GByteArray *into, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    append_string (into, json_node_get_string (node));
  else if (type == G_TYPE_BOOLEAN)
    append_byte (into, json_node_get_boolean (node) ? 0xc3 : 0xc2);
  else if (type == G_TYPE_INT64)
    append_integer (into, json_node_get_int (node));
  else
    append_double (into, json_node_get_double (node));
}

static void
append_object (GByteArray *into, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  append_bytes (into, 0xdf, json_object_get_size (object), 4);
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      append_string (into, name);
      vigil_msgpack_append (into, member);
    }
}

void
vigil_msgpack_append (GByteArray *into, JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      append_object (into, json_node_get_object (node));
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      append_bytes (into, 0xdd, json_array_get_length (array), 4);
      for (guint i = 0; i < json_array_get_length (array); i++)
        vigil_msgpack_append (into, json_array_get_element (array, i));
    }
  else if (JSON_NODE_HOLDS_VALUE (node))
    {
      append_value (into, node);
    }
  else
    {
      append_byte (into, 0xc0);
    }
}
