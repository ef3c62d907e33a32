/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading of data/violations.json. It can be edited by hand: every complaint names the member. */

#include "vigil-catalogue.h"

#include "vigil-model-error.h"

#include <json-glib/json-glib.h>

#define MAX_WEIGHT 100
#define MAX_TTL_S 86400

G_GNUC_PRINTF (2, 3)
static gboolean
fail (GError     **error,
      const char  *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (error, VIGIL_MODEL_ERROR, VIGIL_MODEL_ERROR_CATALOGUE, "violation catalogue: %s", text);
  return FALSE;
}

static gboolean
read_uint (JsonObject  *object,
           const char  *where,
           const char  *member,
           guint        max,
           guint       *value,
           GError     **error)
{
  JsonNode *node = json_object_get_member (object, member);
  gint64 number;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return fail (error, "%s: “%s” must be a whole number", where, member);

  number = json_node_get_int (node);
  if (number < 0 || number > max)
    return fail (error, "%s: “%s” is %" G_GINT64_FORMAT ", not 0 to %u", where, member, number, max);

  *value = number;
  return TRUE;
}

static const char *
read_string (JsonObject  *object,
             const char  *where,
             const char  *member,
             GError     **error)
{
  JsonNode *node = json_object_get_member (object, member);
  const char *text = NULL;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_get_string (node);

  if (text == NULL || *text == '\0')
    {
      fail (error, "%s: “%s” must be a text", where, member);
      return NULL;
    }

  return text;
}

static JsonObject *
read_object (JsonObject  *object,
             const char  *member,
             GError     **error)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      fail (error, "“%s” must be an object", member);
      return NULL;
    }

  return json_node_get_object (node);
}

static gboolean
read_bands (JsonObject      *root,
            VigilCatalogue  *catalogue,
            GError         **error)
{
  JsonObject *bands = read_object (root, "bands", error);

  if (bands == NULL)
    return FALSE;

  for (VigilBand band = 0; band < VIGIL_N_BANDS; band++)
    {
      const char *nick = vigil_band_to_nick (band);
      JsonObject *object = read_object (bands, nick, error);

      if (object == NULL ||
          !read_uint (object, nick, "cap", 100, &catalogue->caps[band], error) ||
          !read_uint (object, nick, "from", 100, &catalogue->from[band], error))
        return FALSE;

      if (band > 0 && catalogue->from[band] <= catalogue->from[band - 1])
        return fail (error, "%s: “from” must rise from band to band", nick);
    }

  return TRUE;
}

static gboolean
is_known (GArray     *types,
          const char *type)
{
  for (guint i = 0; i < types->len; i++)
    if (g_str_equal (g_array_index (types, VigilViolationType, i).type, type))
      return TRUE;

  return FALSE;
}

static gboolean
read_type (JsonNode  *node,
           guint      index,
           GArray    *types,
           GError   **error)
{
  g_autofree char *where = g_strdup_printf ("types[%u]", index);
  VigilViolationType type = { NULL };
  const char *name, *title, *sentence, *band;
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, "%s must be an object", where);

  object = json_node_get_object (node);
  if ((name = read_string (object, where, "type", error)) == NULL ||
      (title = read_string (object, where, "title", error)) == NULL ||
      (sentence = read_string (object, where, "sentence", error)) == NULL ||
      (band = read_string (object, where, "band", error)) == NULL ||
      !read_uint (object, where, "weight", MAX_WEIGHT, &type.weight, error) ||
      !read_uint (object, where, "ttl", MAX_TTL_S, &type.ttl_s, error))
    return FALSE;

  if (!vigil_band_from_nick (band, &type.band))
    return fail (error, "%s: “band” is “%s”, not low, medium, high or critical", where, band);
  if (is_known (types, name))
    return fail (error, "%s: “%s” stands there twice", where, name);

  type.type = g_strdup (name);
  type.title = g_strdup (title);
  type.sentence = g_strdup (sentence);
  g_array_append_val (types, type);
  return TRUE;
}

static gboolean
read_types (JsonObject  *root,
            GArray      *types,
            GError     **error)
{
  JsonNode *node = json_object_get_member (root, "types");
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return fail (error, "“types” must be an array");

  array = json_node_get_array (node);
  if (json_array_get_length (array) > VIGIL_CATALOGUE_MAX_TYPES)
    return fail (error, "“types” has more than %d members", VIGIL_CATALOGUE_MAX_TYPES);

  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read_type (json_array_get_element (array, i), i, types, error))
      return FALSE;

  return TRUE;
}

static void
clear_type (gpointer data)
{
  VigilViolationType *type = data;

  g_free (type->type);
  g_free (type->title);
  g_free (type->sentence);
}

gboolean
vigil_catalogue_parse (const char      *json,
                       gssize           len,
                       VigilCatalogue  *catalogue,
                       GError         **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) local_error = NULL;
  g_auto (VigilCatalogue) read = { NULL };
  JsonNode *root;
  guint version;

  if (!json_parser_load_from_data (parser, json, len, &local_error))
    return fail (error, "%s", local_error->message);

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return fail (error, "must be an object");

  read.types = g_array_new (FALSE, FALSE, sizeof (VigilViolationType));
  g_array_set_clear_func (read.types, clear_type);
  if (!read_uint (json_node_get_object (root), "catalogue", "version", 1, &version, error) ||
      !read_bands (json_node_get_object (root), &read, error) ||
      !read_types (json_node_get_object (root), read.types, error))
    return FALSE;

  *catalogue = read;
  read.types = NULL;
  return TRUE;
}

void
vigil_catalogue_clear (VigilCatalogue *catalogue)
{
  g_clear_pointer (&catalogue->types, g_array_unref);
}
