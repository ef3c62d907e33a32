/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON → which SFU an exam's video comes through. Errors never hold a value: some of them are secrets. */
#include "vigil-hall-answer.h"

#include <string.h>

#include "vigil-members.h"

#define MAX_URL 2048
#define MAX_ROOM 128
#define MAX_SECRET 4096
#define MAX_KIND 64
#define REQUIRED VIGIL_MEMBER_REQUIRED
#define NULLABLE VIGIL_MEMBER_NULLABLE

/* Absolute, with a host, without userinfo or fragment, and nothing that a parser would have to forgive. */
static gboolean
is_url (const char *text, const char *const *schemes)
{
  g_autoptr (GUri) uri = NULL;

  for (const char *p = text; *p; p++)
    if ((guchar) *p <= 0x20 || (guchar) *p >= 0x7f || *p == '\\')
      return FALSE;
  uri = g_uri_parse (text, G_URI_FLAGS_ENCODED, NULL);
  return uri && g_strv_contains (schemes, g_uri_get_scheme (uri)) && g_uri_get_host (uri) && *g_uri_get_host (uri) &&
         !g_uri_get_userinfo (uri) && !g_uri_get_fragment (uri);
}

static char *
read_url (VigilMembers *m, const char *const *schemes, const char *what)
{
  const char *text = vigil_members_get_text (m, "url", REQUIRED, MAX_URL);

  if (text && !is_url (text, schemes))
    vigil_members_fail (m, "url", what);
  return vigil_members_ok (m) ? g_strdup (text) : NULL;
}

/* Something to be sent as it is, perhaps in a header: no control characters. */
static char *
read_secret (VigilMembers *m, const char *name)
{
  const char *text = vigil_members_get_text (m, name, NULLABLE, MAX_SECRET);

  for (const char *p = text; p && *p; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      {
        vigil_members_fail (m, name, "holds control characters");
        return NULL;
      }
  return g_strdup (text);
}

static void
read_room (VigilMembers *m, VigilSfuConfig *self)
{
  JsonNode *node = json_object_get_member (m->object, "room");

  if (node && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      self->room = g_strdup (vigil_members_get_id (m, "room", REQUIRED));
      self->room_is_text = TRUE;
    }
  else
    self->room = g_strdup_printf ("%" G_GINT64_FORMAT, vigil_members_get_int (m, "room", REQUIRED, 0, VIGIL_JSON_MAX_INT, 0));
}

static void
read_janus (VigilMembers *m, VigilSfuConfig *self)
{
  static const char *const schemes[] = { "ws", "wss", NULL };

  self->url = read_url (m, schemes, "not a ws or wss URL");
  read_room (m, self);
  self->pin = read_secret (m, "pin");
  self->token = read_secret (m, "token");
}

static gboolean
has_path (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  return uri && *g_uri_get_path (uri) == '/';
}

static void
read_whep (VigilMembers *m, VigilSfuConfig *self)
{
  static const char *const schemes[] = { "http", "https", NULL };

  self->url = read_url (m, schemes, "not an http or https URL");
  if (self->url && !has_path (self->url))
    vigil_members_fail (m, "url", "has no path: what is appended would become part of the host's name");
  self->token = read_secret (m, "token");
}

/* A kind of some later day. Its name is shown, so it is cut down to what can be shown anywhere. */
static VigilSfuConfig *
new_unknown (const char *nick)
{
  VigilSfuConfig *self = vigil_sfu_config_new (VIGIL_SFU_NONE);
  g_autofree char *name = g_strndup (nick, MAX_KIND);

  self->reason = g_strdup_printf ("this program does not know an SFU of the kind \"%s\"",
                                  g_strcanon (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", '?'));
  return self;
}

VigilSfuConfig *
vigil_sfu_config_from_json (JsonNode *node, GError **error)
{
  g_autoptr (VigilSfuConfig) self = NULL;
  const char *nick;
  VigilSfuKind kind;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "sfu", error))
    return NULL;
  nick = vigil_members_get_id (&m, "kind", REQUIRED);
  if (!nick)
    return NULL;
  if (!vigil_sfu_kind_from_nick (nick, &kind))
    return new_unknown (nick);
  self = vigil_sfu_config_new (kind);
  if (kind == VIGIL_SFU_JANUS)
    read_janus (&m, self);
  else if (kind == VIGIL_SFU_WHEP)
    read_whep (&m, self);
  return vigil_members_ok (&m) ? g_steal_pointer (&self) : NULL;
}

VigilSfuConfig *
vigil_sfu_config_from_exam (JsonNode *node)
{
  g_autoptr (GError) error = NULL;
  VigilSfuConfig *self = vigil_sfu_config_from_json (node, &error);

  if (self)
    return self;
  self = vigil_sfu_config_new (VIGIL_SFU_NONE);
  self->reason = g_strdup (error->message);
  return self;
}
