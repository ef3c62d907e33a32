/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /control: {"op": …}. Every fault that a test wants is one line of a table. */
#include "vigil-hall-control-private.h"

#include <string.h>

#include "vigil-hall-error.h"

static const VigilHallOp *const tables[] = { vigil_hall_fault_ops, vigil_hall_media_ops, vigil_hall_scenario_ops };

VigilHallCandidate *
vigil_hall_order_get_candidate (VigilHallOrder *order)
{
  const char *id = vigil_members_get_id (order->members, "studentId", VIGIL_MEMBER_REQUIRED);
  VigilHallCandidate *candidate = id ? vigil_hall_exam_lookup (order->hall->exam, id) : NULL;

  if (id && !candidate)
    vigil_members_fail (order->members, "studentId", "no such candidate");
  return candidate;
}

gboolean
vigil_hall_order_get_source (VigilHallOrder *order, VigilSource *source)
{
  const char *nick = vigil_members_get_text (order->members, "source", 0, 32);

  *source = VIGIL_SOURCE_WEBCAM;
  return vigil_members_ok (order->members) &&
         (!nick || vigil_source_from_nick (nick, source) || vigil_members_fail (order->members, "source", "unknown"));
}

guint
vigil_hall_order_get_ms (VigilHallOrder *order, guint fallback)
{
  return (guint) vigil_members_get_int (order->members, "ms", 0, 0, 24 * 3600 * 1000, fallback);
}

/* "worker-kill" and "worker_kill" are the same order. */
static gboolean
is_named (const char *op, const char *name)
{
  g_autofree char *dashed = g_strdelimit (g_strdup (name), "_", '-');

  return g_str_equal (op, dashed);
}

static const VigilHallOp *
find_op (const char *name)
{
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const VigilHallOp *op = tables[t]; op->op; op++)
      if (is_named (op->op, name))
        return op;
  return NULL;
}

gboolean
vigil_hall_control_apply (VigilHall *hall, JsonNode *arguments, GString *out, GError **error)
{
  VigilMembers members;
  VigilHallOrder order = { hall, &members, out };
  const VigilHallOp *op;
  const char *name;

  if (!vigil_members_init (&members, arguments, "control", error))
    return FALSE;
  name = vigil_members_get_text (&members, "op", VIGIL_MEMBER_REQUIRED, 64);
  if (!name)
    return FALSE;
  op = find_op (name);
  if (!op)
    return vigil_members_fail (&members, "op", "unknown");
  op->func (&order);
  return vigil_members_ok (&members);
}

char *
vigil_hall_control_dup_help (void)
{
  GString *help = g_string_new ("Orders of POST /control (with --control) and of --fault:\n");

  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const VigilHallOp *op = tables[t]; op->op; op++)
      g_string_append_printf (help, "  %-16s %s\n", op->op, op->what);
  return g_string_free (help, FALSE);
}

static JsonNode *
value_of (const char *text)
{
  JsonNode *node = vigil_json_parse (text, strlen (text), NULL);

  if (node)
    return node;
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (node, text);
  return node;
}

JsonNode *
vigil_hall_control_parse_spec (const char *spec)
{
  g_auto(GStrv) parts = g_strsplit (spec, ",", -1);
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "op", parts[0] ? parts[0] : "");
  for (guint i = 1; parts[0] && parts[i]; i++)
    {
      char *value = strchr (parts[i], '=');

      if (!value)
        continue;
      *value++ = '\0';
      json_object_set_member (object, parts[i], value_of (value));
    }
  json_node_take_object (node, object);
  return node;
}

static void
answer (SoupServerMessage *message, guint status, GString *body)
{
  gsize len = body->len;

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json; charset=utf-8", SOUP_MEMORY_TAKE,
                                    g_string_free (body, FALSE), len);
}

static gboolean
is_loopback (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return G_IS_INET_SOCKET_ADDRESS (address) &&
         g_inet_address_get_is_loopback (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static void
control_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  g_autoptr(GBytes) bytes = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr(JsonNode) arguments = NULL;
  g_autoptr(GError) error = NULL;
  GString *out = g_string_new ("{\"ok\":true");

  if (!is_loopback (message))
    g_set_error_literal (&error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no such route");
  else if (!g_str_equal (soup_server_message_get_method (message), "POST"))
    g_set_error_literal (&error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_METHOD, "POST it");
  else if ((arguments = vigil_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error)))
    vigil_hall_control_apply (user_data, arguments, out, &error);
  if (error)
    {
      g_string_assign (out, "{\"ok\":false");
      vigil_hall_error_write (out, "error", error);
    }
  g_string_append_c (out, '}');
  answer (message, error ? vigil_hall_error_get_status (error) : 200, out);
}

void
vigil_hall_control_add (VigilHall *hall)
{
  soup_server_add_handler (hall->server, "/control", control_cb, hall, NULL);
}
