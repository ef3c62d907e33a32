/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connection profiles: names here ↔ names there, and the two shapes other halls have. */
#include "vigil-profile.h"

#include <string.h>

#include "vigil-members.h"

#define MAX_NAMES 256
#define MAX_NAME_LEN 64

typedef struct
{
  GHashTable *to_wire;   /* char* → char* */
  GHashTable *from_wire;
} NameMap;

/* Everything is immutable after construction. */
struct _VigilProfile
{
  GObject   parent_instance;

  char     *id;
  char     *title;
  char     *api_prefix;
  char     *socket_path;
  char     *wrapper;
  NameMap   events;
  NameMap   requests;
  NameMap   fields;
  gboolean  score_inverted;
  gboolean  msgpack;
};

G_DEFINE_FINAL_TYPE (VigilProfile, vigil_profile, G_TYPE_OBJECT)

static void
name_map_init (NameMap *map)
{
  map->to_wire = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  map->from_wire = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
name_map_clear (NameMap *map)
{
  g_clear_pointer (&map->to_wire, g_hash_table_unref);
  g_clear_pointer (&map->from_wire, g_hash_table_unref);
}

/* A name that needs no escaping in JSON, so that the score scanner can look for it as bytes. */
static gboolean
is_name (const char *text)
{
  gsize len = text ? strlen (text) : 0;

  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum (text[i]) && !strchr ("_-:.$", text[i]))
      return FALSE;
  return len > 0 && len <= MAX_NAME_LEN;
}

static gboolean
name_map_add (NameMap *map, const char *here, JsonNode *there_node)
{
  const char *there = json_node_get_value_type (there_node) == G_TYPE_STRING ? json_node_get_string (there_node) : NULL;

  if (!is_name (here) || !is_name (there) || g_hash_table_contains (map->from_wire, there))
    return FALSE;
  g_hash_table_insert (map->to_wire, g_strdup (here), g_strdup (there));
  g_hash_table_insert (map->from_wire, g_strdup (there), g_strdup (here));
  return TRUE;
}

static void
name_map_read (NameMap *map, VigilMembers *m, const char *name)
{
  JsonNode *node = vigil_members_get_object (m, name, 0);
  JsonObjectIter iter;
  const char *here;
  JsonNode *there;

  if (!node)
    return;
  if (json_object_get_size (json_node_get_object (node)) > MAX_NAMES)
    {
      vigil_members_fail (m, name, "too many names");
      return;
    }
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &here, &there))
    if (!name_map_add (map, here, there))
      {
        vigil_members_fail (m, name, "a name that is malformed or used twice");
        return;
      }
}

static void
check_known_members (VigilMembers *m)
{
  static const char *const known[] = {
    "id", "title", "events", "requests", "paramsWrapper", "fields", "scoreInverted", "apiPrefix", "socketPath", "parser", NULL
  };
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, m->object);
  while (json_object_iter_next (&iter, &name, NULL))
    if (!g_strv_contains (known, name))
      vigil_members_fail (m, name, "unknown");
}

static char *
read_path (VigilMembers *m, const char *name, const char *fallback, gboolean slash_at_end)
{
  const char *text = vigil_members_get_text (m, name, 0, 256);

  if (!text)
    return g_strdup (fallback);
  if (text[0] != '/' || strpbrk (text, " ?#\r\n\t\\") || g_str_has_suffix (text, "/") != slash_at_end ||
      !g_str_is_ascii (text))
    vigil_members_fail (m, name, "not a path");
  return g_strdup (text);
}

static void
read_parser (VigilProfile *self, VigilMembers *m)
{
  const char *parser = vigil_members_get_text (m, "parser", 0, MAX_NAME_LEN);

  self->msgpack = g_strcmp0 (parser, "msgpack") == 0;
  if (parser && !self->msgpack && strcmp (parser, "json") != 0)
    vigil_members_fail (m, "parser", "neither json nor msgpack");
}

VigilProfile *
vigil_profile_new_from_data (const char *json, gsize len, GError **error)
{
  g_autoptr (VigilProfile) self = NULL;
  g_autoptr (JsonNode) node = vigil_json_parse (json, len, error);
  VigilMembers m;

  if (!node || !vigil_members_init (&m, node, "profile", error))
    return NULL;
  self = g_object_new (VIGIL_TYPE_PROFILE, NULL);
  check_known_members (&m);
  self->id = g_strdup (vigil_members_get_id (&m, "id", VIGIL_MEMBER_REQUIRED));
  self->title = g_strdup (vigil_members_get_id (&m, "title", VIGIL_MEMBER_REQUIRED));
  self->api_prefix = read_path (&m, "apiPrefix", "/api/v1", FALSE);
  self->socket_path = read_path (&m, "socketPath", "/socket.io/", TRUE);
  self->wrapper = g_strdup (vigil_members_get_text (&m, "paramsWrapper", VIGIL_MEMBER_NULLABLE, MAX_NAME_LEN));
  if (self->wrapper && !is_name (self->wrapper))
    vigil_members_fail (&m, "paramsWrapper", "malformed");
  self->score_inverted = vigil_members_get_bool (&m, "scoreInverted", 0, FALSE);
  read_parser (self, &m);
  name_map_read (&self->events, &m, "events");
  name_map_read (&self->requests, &m, "requests");
  name_map_read (&self->fields, &m, "fields");
  return vigil_members_ok (&m) ? g_steal_pointer (&self) : NULL;
}

VigilProfile *
vigil_profile_new_default (void)
{
  static const char json[] = "{\"id\":\"default\",\"title\":\"Vigil hall\"}";

  return vigil_profile_new_from_data (json, sizeof json - 1, NULL);
}

static void
vigil_profile_finalize (GObject *object)
{
  VigilProfile *self = VIGIL_PROFILE (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->api_prefix);
  g_free (self->socket_path);
  g_free (self->wrapper);
  name_map_clear (&self->events);
  name_map_clear (&self->requests);
  name_map_clear (&self->fields);
  G_OBJECT_CLASS (vigil_profile_parent_class)->finalize (object);
}

static void
vigil_profile_class_init (VigilProfileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_profile_finalize;
}

static void
vigil_profile_init (VigilProfile *self)
{
  name_map_init (&self->events);
  name_map_init (&self->requests);
  name_map_init (&self->fields);
}

const char *
vigil_profile_get_id (VigilProfile *self)
{
  return self ? self->id : "default";
}

const char *
vigil_profile_get_title (VigilProfile *self)
{
  return self ? self->title : "Vigil hall";
}

const char *
vigil_profile_get_api_prefix (VigilProfile *self)
{
  return self ? self->api_prefix : "/api/v1";
}

const char *
vigil_profile_get_socket_path (VigilProfile *self)
{
  return self ? self->socket_path : "/socket.io/";
}

const char *
vigil_profile_get_wrapper (VigilProfile *self)
{
  return self ? self->wrapper : NULL;
}

gboolean
vigil_profile_is_score_inverted (VigilProfile *self)
{
  return self && self->score_inverted;
}

gboolean
vigil_profile_is_msgpack (VigilProfile *self)
{
  return self && self->msgpack;
}

static const char *
translate (GHashTable *table, const char *name)
{
  const char *found = g_hash_table_lookup (table, name);

  return found ? found : name;
}

const char *
vigil_profile_event_to_wire (VigilProfile *self, const char *name)
{
  return self ? translate (self->events.to_wire, name) : name;
}

const char *
vigil_profile_event_from_wire (VigilProfile *self, const char *name)
{
  return self ? translate (self->events.from_wire, name) : name;
}

const char *
vigil_profile_request_to_wire (VigilProfile *self, const char *name)
{
  return self ? translate (self->requests.to_wire, name) : name;
}

const char *
vigil_profile_request_from_wire (VigilProfile *self, const char *name)
{
  return self ? translate (self->requests.from_wire, name) : name;
}

const char *
vigil_profile_field_to_wire (VigilProfile *self, const char *name)
{
  return self ? translate (self->fields.to_wire, name) : name;
}

const char *
vigil_profile_field_from_wire (VigilProfile *self, const char *name)
{
  return self ? translate (self->fields.from_wire, name) : name;
}

/* Bounded recursion: what comes from the wire is at most VIGIL_JSON_MAX_DEPTH deep. */
static JsonNode *
convert (VigilProfile *self, JsonNode *node, gboolean to_wire)
{
  GHashTable *names = to_wire ? self->fields.to_wire : self->fields.from_wire;
  JsonNode *result;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *from = json_node_get_array (node);
      JsonArray *array = json_array_sized_new (json_array_get_length (from));

      for (guint i = 0; i < json_array_get_length (from); i++)
        json_array_add_element (array, convert (self, json_array_get_element (from, i), to_wire));
      result = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (result, array);
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_object_new ();
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (json_object_iter_next_ordered (&iter, &name, &member))
        {
          const char *here = to_wire ? name : translate (names, name);

          if (self->score_inverted && strcmp (here, "score") == 0 && JSON_NODE_HOLDS_VALUE (member) &&
              json_node_get_value_type (member) != G_TYPE_STRING && json_node_get_value_type (member) != G_TYPE_BOOLEAN)
            member = json_node_init_double (json_node_alloc (), 100.0 - json_node_get_double (member));
          else
            member = convert (self, member, to_wire);
          json_object_set_member (object, translate (names, name), member);
        }
      result = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (result, object);
    }
  else
    {
      result = json_node_copy (node);
    }
  return result;
}

static gboolean
changes_values (VigilProfile *self)
{
  return self && (self->score_inverted || g_hash_table_size (self->fields.to_wire) > 0);
}

JsonNode *
vigil_profile_decode (VigilProfile *self, JsonNode *node)
{
  JsonNode *result;

  if (!node)
    return NULL;
  if (self && self->wrapper && JSON_NODE_HOLDS_OBJECT (node) &&
      json_object_get_size (json_node_get_object (node)) == 1 &&
      json_object_has_member (json_node_get_object (node), self->wrapper))
    node = json_object_get_member (json_node_get_object (node), self->wrapper);
  if (!changes_values (self))
    return json_node_ref (node);
  result = convert (self, node, FALSE);
  json_node_seal (result);
  return result;
}

JsonNode *
vigil_profile_encode (VigilProfile *self, JsonNode *node, gboolean wrap)
{
  JsonNode *inner = changes_values (self) ? convert (self, node, TRUE) : json_node_ref (node);
  JsonNode *outer;
  JsonObject *object;

  if (!wrap || !self || !self->wrapper)
    return inner;
  object = json_object_new ();
  json_object_set_member (object, self->wrapper, inner);
  outer = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (outer, object);
  return outer;
}
