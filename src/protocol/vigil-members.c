/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed access to the members of a JSON object, with the first error kept. */
#include "vigil-members.h"

#include <math.h>
#include <string.h>

#define MAX_ID_LEN 128

gboolean
vigil_members_init (VigilMembers *self, JsonNode *node, const char *where, GError **error)
{
  *self = (VigilMembers) { .where = where, .error = error };
  if (node && JSON_NODE_HOLDS_OBJECT (node))
    {
      self->object = json_node_get_object (node);
      return TRUE;
    }
  self->failed = TRUE;
  g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "%s: not an object", where);
  return FALSE;
}

gboolean
vigil_members_ok (const VigilMembers *self)
{
  return !self->failed;
}

gboolean
vigil_members_fail (VigilMembers *self, const char *name, const char *what)
{
  if (!self->failed)
    g_set_error (self->error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD,
                 "%s: %s: %s", self->where, name, what);
  self->failed = TRUE;
  return FALSE;
}

gboolean
vigil_members_has (const VigilMembers *self, const char *name)
{
  return json_object_has_member (self->object, name);
}

gboolean
vigil_members_is_null (const VigilMembers *self, const char *name)
{
  JsonNode *node = json_object_get_member (self->object, name);

  return node && JSON_NODE_HOLDS_NULL (node);
}

/* The member, or NULL where there is nothing to read: absent, null, or an error already recorded. */
static JsonNode *
lookup (VigilMembers *self, const char *name, VigilMemberFlags flags)
{
  JsonNode *node;

  if (self->failed)
    return NULL;
  node = json_object_get_member (self->object, name);
  if (!node)
    {
      if (flags & VIGIL_MEMBER_REQUIRED)
        vigil_members_fail (self, name, "missing");
      return NULL;
    }
  if (!JSON_NODE_HOLDS_NULL (node))
    return node;
  if (!(flags & VIGIL_MEMBER_NULLABLE))
    vigil_members_fail (self, name, "null");
  return NULL;
}

const char *
vigil_members_get_text (VigilMembers *self, const char *name, VigilMemberFlags flags, gsize max)
{
  JsonNode *node = lookup (self, name, flags);
  const char *text;

  if (!node)
    return NULL;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    {
      vigil_members_fail (self, name, "not a string");
      return NULL;
    }
  text = json_node_get_string (node);
  if (strlen (text) <= max)
    return text;
  vigil_members_fail (self, name, "too long");
  return NULL;
}

static gboolean
is_id (const char *text)
{
  gsize len = 0;

  for (; text[len]; len++)
    if ((guchar) text[len] < 0x20 || text[len] == 0x7f)
      return FALSE;
  return len > 0;
}

const char *
vigil_members_get_id (VigilMembers *self, const char *name, VigilMemberFlags flags)
{
  const char *text = vigil_members_get_text (self, name, flags, MAX_ID_LEN);

  if (!text || is_id (text))
    return text;
  vigil_members_fail (self, name, "not an id");
  return NULL;
}

static gboolean
get_double (JsonNode *node, double *value)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    *value = (double) json_node_get_int (node);
  else if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    *value = json_node_get_double (node);
  else
    return FALSE;
  return isfinite (*value);
}

double
vigil_members_get_number (VigilMembers *self, const char *name, VigilMemberFlags flags, double fallback)
{
  JsonNode *node = lookup (self, name, flags);
  double value;

  if (!node)
    return fallback;
  if (get_double (node, &value))
    return value;
  vigil_members_fail (self, name, "not a number");
  return fallback;
}

gint64
vigil_members_get_int (VigilMembers *self, const char *name, VigilMemberFlags flags,
                       gint64 min, gint64 max, gint64 fallback)
{
  JsonNode *node = lookup (self, name, flags);
  double value;

  if (!node)
    return fallback;
  if (!get_double (node, &value) || value != floor (value))
    {
      vigil_members_fail (self, name, "not an integer");
      return fallback;
    }
  if (fabs (value) <= (double) VIGIL_JSON_MAX_INT && (gint64) value >= min && (gint64) value <= max)
    return (gint64) value;
  vigil_members_fail (self, name, "out of range");
  return fallback;
}

gint64
vigil_members_get_time (VigilMembers *self, const char *name, VigilMemberFlags flags)
{
  return vigil_members_get_int (self, name, flags, 0, VIGIL_JSON_MAX_INT, 0);
}

gboolean
vigil_members_get_bool (VigilMembers *self, const char *name, VigilMemberFlags flags, gboolean fallback)
{
  JsonNode *node = lookup (self, name, flags);

  if (!node)
    return fallback;
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (node);
  vigil_members_fail (self, name, "not true or false");
  return fallback;
}

JsonNode *
vigil_members_get_object (VigilMembers *self, const char *name, VigilMemberFlags flags)
{
  JsonNode *node = lookup (self, name, flags);

  if (!node || JSON_NODE_HOLDS_OBJECT (node))
    return node;
  vigil_members_fail (self, name, "not an object");
  return NULL;
}

JsonArray *
vigil_members_get_array (VigilMembers *self, const char *name, VigilMemberFlags flags, guint max)
{
  JsonNode *node = lookup (self, name, flags);
  JsonArray *array;

  if (!node)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      vigil_members_fail (self, name, "not an array");
      return NULL;
    }
  array = json_node_get_array (node);
  if (json_array_get_length (array) <= max)
    return array;
  vigil_members_fail (self, name, "too many elements");
  return NULL;
}

char **
vigil_members_dup_strings (VigilMembers *self, const char *name, VigilMemberFlags flags,
                           guint max, gsize max_len)
{
  JsonArray *array = vigil_members_get_array (self, name, flags, max);
  g_autoptr (GStrvBuilder) builder = NULL;

  if (!array)
    return NULL;
  builder = g_strv_builder_new ();
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (json_node_get_value_type (node) != G_TYPE_STRING ||
          strlen (json_node_get_string (node)) > max_len)
        {
          vigil_members_fail (self, name, "holds something else than short strings");
          return NULL;
        }
      g_strv_builder_add (builder, json_node_get_string (node));
    }
  return g_strv_builder_end (builder);
}

int
vigil_score_from_number (double value)
{
  /* −1 is "missing": a negative claim must not read as that, the store clamps and counts −2. */
  if (value < 0)
    return -2;
  return (int) MIN (floor (value + 0.5), G_MAXINT16);
}

int
vigil_members_get_score (VigilMembers *self, const char *name, VigilMemberFlags flags)
{
  JsonNode *node = lookup (self, name, flags);
  double value;

  if (!node)
    return -1;
  if (get_double (node, &value))
    return vigil_score_from_number (value);
  vigil_members_fail (self, name, "not a number");
  return -1;
}
