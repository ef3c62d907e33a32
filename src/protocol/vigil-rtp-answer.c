/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads ICE and DTLS parameters out of an SDP answer. */
#include "vigil-rtp-answer.h"

#include <string.h>

#include "vigil-rtp-transport.h"

#define MAX_SDP (256 * 1024)

void
vigil_rtp_answer_free (VigilRtpAnswer *self)
{
  if (!self)
    return;
  g_free (self->ufrag);
  g_free (self->password);
  g_free (self->fingerprint_algorithm);
  g_free (self->fingerprint);
  g_free (self->role);
  g_free (self);
}

static gboolean
fail (const char *what, GError **error)
{
  g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "SDP answer: %s", what);
  return FALSE;
}

/* Takes the first value; a different second one is an error: the lines are bundled. */
static gboolean
set_once (char **field, const char *value, const char *name, GError **error)
{
  if (*field && strcmp (*field, value) != 0)
    return fail (name, error);
  if (!*field)
    *field = g_strdup (value);
  return TRUE;
}

static gboolean
read_fingerprint (VigilRtpAnswer *self, const char *value, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (value, " ", 3);
  g_autofree char *algorithm = NULL;
  g_autofree char *fingerprint = NULL;

  if (g_strv_length (parts) != 2 || !vigil_dtls_is_fingerprint (parts[0], parts[1]))
    return fail ("a=fingerprint malformed", error);
  algorithm = g_ascii_strdown (parts[0], -1);
  fingerprint = g_ascii_strup (parts[1], -1);
  return set_once (&self->fingerprint_algorithm, algorithm, "a=fingerprint differs between lines", error) &&
         set_once (&self->fingerprint, fingerprint, "a=fingerprint differs between lines", error);
}

static gboolean
read_setup (VigilRtpAnswer *self, const char *value, GError **error)
{
  const char *role = NULL;

  if (strcmp (value, "active") == 0)
    role = "client";
  else if (strcmp (value, "passive") == 0)
    role = "server";
  if (!role)
    return fail ("a=setup neither active nor passive", error);
  return set_once (&self->role, role, "a=setup differs between lines", error);
}

static gboolean
read_line (VigilRtpAnswer *self, const char *line, GError **error)
{
  if (g_str_has_prefix (line, "a=ice-ufrag:"))
    return vigil_ice_is_ufrag (line + 12) ? set_once (&self->ufrag, line + 12, "a=ice-ufrag differs between lines", error)
                                          : fail ("a=ice-ufrag malformed", error);
  if (g_str_has_prefix (line, "a=ice-pwd:"))
    return vigil_ice_is_password (line + 10) ? set_once (&self->password, line + 10, "a=ice-pwd differs between lines", error)
                                             : fail ("a=ice-pwd malformed", error);
  if (g_str_has_prefix (line, "a=fingerprint:"))
    return read_fingerprint (self, line + 14, error);
  if (g_str_has_prefix (line, "a=setup:"))
    return read_setup (self, line + 8, error);
  return TRUE;
}

VigilRtpAnswer *
vigil_rtp_answer_parse (const char *sdp, GError **error)
{
  g_autoptr (VigilRtpAnswer) self = g_new0 (VigilRtpAnswer, 1);
  g_auto (GStrv) lines = NULL;

  if (strlen (sdp) > MAX_SDP)
    {
      fail ("too long", error);
      return NULL;
    }
  lines = g_strsplit (sdp, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_strchomp (lines[i]);
      if (!read_line (self, lines[i], error))
        return NULL;
    }
  if (self->ufrag && self->password && self->fingerprint && self->role)
    return g_steal_pointer (&self);
  fail ("ICE or DTLS parameters missing", error);
  return NULL;
}

static JsonNode *
take (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

JsonNode *
vigil_rtp_answer_get_dtls_parameters (const VigilRtpAnswer *self)
{
  JsonObject *fingerprint = json_object_new ();
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  json_object_set_string_member (fingerprint, "algorithm", self->fingerprint_algorithm);
  json_object_set_string_member (fingerprint, "value", self->fingerprint);
  json_array_add_object_element (array, fingerprint);
  json_object_set_string_member (object, "role", self->role);
  json_object_set_array_member (object, "fingerprints", array);
  return take (object);
}

JsonNode *
vigil_rtp_answer_get_ice_parameters (const VigilRtpAnswer *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "usernameFragment", self->ufrag);
  json_object_set_string_member (object, "password", self->password);
  return take (object);
}
