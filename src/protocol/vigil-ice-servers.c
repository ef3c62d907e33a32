/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCIceServer and RTCIceTransportPolicy (W3C WebRTC), and Link headers (RFC 8288, RFC 9725), to addresses as webrtcbin reads them. */
#include "vigil-ice-servers.h"

#include <string.h>

#include "vigil-members.h"

#define MAX_SERVERS 8
#define MAX_URLS 8
#define MAX_URL 512
#define MAX_SECRET 1024
#define REQUIRED VIGIL_MEMBER_REQUIRED
#define NULLABLE VIGIL_MEMBER_NULLABLE

void
vigil_ice_servers_free (VigilIceServers *self)
{
  if (!self)
    return;
  g_strfreev (self->relays);
  g_free (self);
}

static gboolean
is_host (const char *host, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum (host[i]) && !strchr (".-", host[i]))
      return FALSE;
  return len > 0;
}

/* "host", "host:port" or "[v6]:port". */
static gboolean
is_authority (const char *text)
{
  const char *end = text[0] == '[' ? strchr (text, ']') : strchr (text, ':');
  g_autofree char *v6 = NULL;
  guint64 port;

  if (text[0] == '[')
    {
      v6 = end ? g_strndup (text + 1, (gsize) (end - text) - 1) : NULL;
      if (!v6 || !g_hostname_is_ip_address (v6))
        return FALSE;
      end++;
    }
  else if (!is_host (text, end ? (gsize) (end - text) : strlen (text)))
    return FALSE;
  if (!end || !*end)
    return TRUE;
  return *end == ':' && g_ascii_string_to_unsigned (end + 1, 10, 1, G_MAXUINT16, &port, NULL);
}

/* RFC 7065: "turn:host:port?transport=udp". */
static char *
make_relay (const char *url, const char *user, const char *password)
{
  const char *scheme = g_str_has_prefix (url, "turns:") ? "turns" : "turn";
  g_auto (GStrv) halves = g_strsplit (url + strlen (scheme) + 1, "?", 2);
  g_autofree char *safe_user = g_uri_escape_string (user, NULL, FALSE);
  g_autofree char *safe_password = g_uri_escape_string (password, NULL, FALSE);
  const char *query = halves[0] ? halves[1] : NULL;
  const char *transport = strcmp (scheme, "turns") == 0 ? "tcp" : "udp";

  if (!halves[0] || !is_authority (halves[0]))
    return NULL;
  if (query && strcmp (query, "transport=udp") != 0 && strcmp (query, "transport=tcp") != 0)
    return NULL;
  if (query)
    transport = query + strlen ("transport=");
  return g_strdup_printf ("%s://%s:%s@%s?transport=%s", scheme, safe_user, safe_password, halves[0], transport);
}

static gboolean
is_turn (const char *url)
{
  return g_str_has_prefix (url, "turn:") || g_str_has_prefix (url, "turns:");
}

static gboolean
read_url (VigilMembers *m, JsonNode *node, const char *user, const char *password, GPtrArray *relays)
{
  const char *url = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
  char *relay;

  if (!url || strlen (url) > MAX_URL)
    return vigil_members_fail (m, "urls", "neither a URL nor a list of them");
  if (!is_turn (url))
    return TRUE;
  if (!user || !password)
    return vigil_members_fail (m, "credential", "a TURN server without username and credential");
  relay = make_relay (url, user, password);
  if (!relay)
    return vigil_members_fail (m, "urls", "not the URL of a TURN server");
  g_ptr_array_add (relays, relay);
  return TRUE;
}

static gboolean
read_server (JsonNode *node, GPtrArray *relays, GError **error)
{
  const char *user, *password;
  JsonNode *urls;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "iceServer", error))
    return FALSE;
  user = vigil_members_get_text (&m, "username", NULLABLE, MAX_SECRET);
  password = vigil_members_get_text (&m, "credential", NULLABLE, MAX_SECRET);
  if (!vigil_members_ok (&m))
    return FALSE;
  urls = json_object_get_member (m.object, "urls");
  if (!urls)
    return vigil_members_fail (&m, "urls", "missing");
  if (!JSON_NODE_HOLDS_ARRAY (urls))
    return read_url (&m, urls, user, password, relays);
  if (json_array_get_length (json_node_get_array (urls)) > MAX_URLS)
    return vigil_members_fail (&m, "urls", "too many");
  for (guint i = 0; i < json_array_get_length (json_node_get_array (urls)); i++)
    if (!read_url (&m, json_array_get_element (json_node_get_array (urls), i), user, password, relays))
      return FALSE;
  return TRUE;
}

VigilIceServers *
vigil_ice_servers_from_json (JsonNode *node, GError **error)
{
  g_autoptr (GPtrArray) relays = g_ptr_array_new_with_free_func (g_free);
  VigilIceServers *self;
  const char *policy;
  JsonArray *servers;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "transport", error))
    return NULL;
  servers = vigil_members_get_array (&m, "iceServers", NULLABLE, MAX_SERVERS);
  policy = vigil_members_get_text (&m, "iceTransportPolicy", NULLABLE, 16);
  if (policy && strcmp (policy, "all") != 0 && strcmp (policy, "relay") != 0)
    vigil_members_fail (&m, "iceTransportPolicy", "neither all nor relay");
  if (!vigil_members_ok (&m))
    return NULL;
  for (guint i = 0; servers && i < json_array_get_length (servers); i++)
    if (!read_server (json_array_get_element (servers, i), relays, error))
      return NULL;

  self = g_new0 (VigilIceServers, 1);
  self->relay_only = policy && strcmp (policy, "relay") == 0;
  if (relays->len > 0)
    {
      g_ptr_array_add (relays, NULL);
      self->relays = (char **) g_ptr_array_free (g_steal_pointer (&relays), FALSE);
    }
  return self;
}

/* -- Link headers -- */

static gboolean
fail_link (const char *what, GError **error)
{
  g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "Link: %s", what);
  return FALSE;
}

static const char *
skip_blanks (const char *text)
{
  while (*text == ' ' || *text == '\t')
    text++;
  return text;
}

/* A token or a quoted string. Returns: (nullable): what is behind it. */
static const char *
read_word (const char *text, char **word)
{
  GString *found = g_string_new (NULL);
  gboolean quoted = *text == '"';

  for (text += quoted; *text && (quoted ? *text != '"' : !strchr (" \t;,", *text)); text++)
    {
      if (quoted && *text == '\\' && text[1])
        text++;
      g_string_append_c (found, *text);
    }
  *word = g_string_free (found, FALSE);
  if (quoted && *text != '"')
    return NULL;
  return text + quoted;
}

typedef struct
{
  char *url, *rel, *username, *credential;
} Link;

static void
link_clear (Link *link)
{
  g_free (link->url);
  g_free (link->rel);
  g_free (link->username);
  g_free (link->credential);
  *link = (Link) { NULL };
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Link, link_clear)

static void
set_parameter (Link *link, const char *name, gsize len, char *value)
{
  const struct { const char *name; char **field; } fields[] = {
    { "rel", &link->rel }, { "username", &link->username }, { "credential", &link->credential },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strlen (fields[i].name) == len && g_ascii_strncasecmp (fields[i].name, name, len) == 0 && !*fields[i].field)
      {
        *fields[i].field = value;
        return;
      }
  g_free (value);
}

/* ; name=value … Returns: (nullable): the comma or the end behind them. */
static const char *
read_parameters (Link *link, const char *text)
{
  for (text = skip_blanks (text); text && *text == ';'; text = text ? skip_blanks (text) : NULL)
    {
      const char *name = skip_blanks (text + 1);
      gsize len = strcspn (name, " \t=;,");
      char *value = NULL;

      text = skip_blanks (name + len);
      if (*text != '=')
        continue;
      text = read_word (skip_blanks (text + 1), &value);
      set_parameter (link, name, len, value);
    }
  return text;
}

/* Returns: (nullable): what is behind one link. */
static const char *
read_link (Link *link, const char *text)
{
  const char *end;

  text += strspn (text, " \t,");
  if (!*text)
    return text;
  end = *text == '<' ? strchr (text, '>') : NULL;
  if (!end)
    return NULL;
  link->url = g_strndup (text + 1, (gsize) (end - text) - 1);
  text = read_parameters (link, end + 1);
  return text && (*text == ',' || !*text) ? text : NULL;
}

static gboolean
take_link (const Link *link, GPtrArray *relays, GError **error)
{
  char *relay;

  if (g_strcmp0 (link->rel, "ice-server") != 0 || !is_turn (link->url))
    return TRUE;
  if (relays->len >= MAX_SERVERS)
    return fail_link ("too many TURN servers", error);
  if (!link->username || !link->credential)
    return fail_link ("a TURN server without username and credential", error);
  if (strlen (link->url) > MAX_URL || strlen (link->username) > MAX_SECRET || strlen (link->credential) > MAX_SECRET)
    return fail_link ("a TURN server with something too long", error);
  relay = make_relay (link->url, link->username, link->credential);
  if (!relay)
    return fail_link ("not the URL of a TURN server", error);
  g_ptr_array_add (relays, relay);
  return TRUE;
}

VigilIceServers *
vigil_ice_servers_from_link (const char *value, GError **error)
{
  g_autoptr (GPtrArray) relays = g_ptr_array_new_with_free_func (g_free);
  VigilIceServers *self;

  while (value && *value)
    {
      g_auto (Link) link = { NULL };

      value = read_link (&link, value);
      if (!value)
        fail_link ("malformed", error);
      if (!value || (link.url && !take_link (&link, relays, error)))
        return NULL;
    }

  self = g_new0 (VigilIceServers, 1);
  if (relays->len > 0)
    {
      g_ptr_array_add (relays, NULL);
      self->relays = (char **) g_ptr_array_free (g_steal_pointer (&relays), FALSE);
    }
  return self;
}
