/* SPDX-License-Identifier: GPL-3.0-or-later */
/* createWebRtcTransport's answer. Nothing in it reaches SDP without having matched its grammar. */
#include "vigil-rtp-transport.h"

#include <string.h>

#include "vigil-members.h"

#define MAX_ICE_CANDIDATES 32
#define MAX_FINGERPRINTS 16
#define REQUIRED VIGIL_MEMBER_REQUIRED

void
vigil_rtp_transport_free (VigilRtpTransport *self)
{
  if (!self)
    return;
  g_free (self->id);
  g_free (self->ufrag);
  g_free (self->password);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_free (self->fingerprint_algorithm);
  g_free (self->fingerprint);
  g_free (self);
}

/* RFC 8839 has letters, digits, + and /; servers in the field also use - and _. */
static gboolean
is_ice_text (const char *text, gsize min, gsize max)
{
  gsize len = text ? strlen (text) : 0;

  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum (text[i]) && !strchr ("+/-_", text[i]))
      return FALSE;
  return len >= min && len <= max;
}

gboolean
vigil_ice_is_ufrag (const char *text)
{
  return is_ice_text (text, 4, 256);
}

gboolean
vigil_ice_is_password (const char *text)
{
  return is_ice_text (text, 22, 256);
}

static gsize
fingerprint_bytes (const char *algorithm)
{
  if (g_ascii_strcasecmp (algorithm, "sha-256") == 0)
    return 32;
  if (g_ascii_strcasecmp (algorithm, "sha-512") == 0)
    return 64;
  return g_ascii_strcasecmp (algorithm, "sha-384") == 0 ? 48 : 0;
}

gboolean
vigil_dtls_is_fingerprint (const char *algorithm, const char *value)
{
  gsize n = fingerprint_bytes (algorithm);

  if (n == 0 || strlen (value) != n * 3 - 1)
    return FALSE;
  for (gsize i = 0; value[i]; i++)
    if (i % 3 == 2 ? value[i] != ':' : !g_ascii_isxdigit (value[i]))
      return FALSE;
  return TRUE;
}

static gboolean
read_ice_parameters (VigilRtpTransport *self, JsonNode *node, GError **error)
{
  VigilMembers m;

  if (!vigil_members_init (&m, node, "iceParameters", error))
    return FALSE;
  self->ufrag = g_strdup (vigil_members_get_text (&m, "usernameFragment", REQUIRED, 256));
  self->password = g_strdup (vigil_members_get_text (&m, "password", REQUIRED, 256));
  self->ice_lite = vigil_members_get_bool (&m, "iceLite", 0, FALSE);
  if (self->ufrag && !vigil_ice_is_ufrag (self->ufrag))
    vigil_members_fail (&m, "usernameFragment", "not ICE characters");
  if (self->password && !vigil_ice_is_password (self->password))
    vigil_members_fail (&m, "password", "not ICE characters");
  return vigil_members_ok (&m);
}

static char *
read_address (VigilMembers *m)
{
  const char *name = vigil_members_has (m, "ip") ? "ip" : "address";
  const char *text = vigil_members_get_text (m, name, REQUIRED, 64);
  g_autoptr (GInetAddress) address = text ? g_inet_address_new_from_string (text) : NULL;

  if (address)
    return g_inet_address_to_string (address);
  vigil_members_fail (m, name, "not an IP address");
  return NULL;
}

/* One of a few words, or NULL with the error recorded. */
static const char *
read_word (VigilMembers *m, const char *name, const char *const *words)
{
  const char *text = vigil_members_get_text (m, name, REQUIRED, 16);

  for (guint i = 0; text && words[i]; i++)
    if (g_ascii_strcasecmp (words[i], text) == 0)
      return words[i];
  vigil_members_fail (m, name, "unknown");
  return NULL;
}

static char *
candidate_line (VigilMembers *m)
{
  static const char *const protocols[] = { "udp", "tcp", NULL };
  static const char *const types[] = { "host", "srflx", "prflx", "relay", NULL };
  static const char *const tcp_types[] = { "passive", "active", "so", NULL };
  const char *foundation = vigil_members_get_text (m, "foundation", REQUIRED, 32);
  gint64 priority = vigil_members_get_int (m, "priority", REQUIRED, 1, G_MAXUINT32, 1);
  gint64 port = vigil_members_get_int (m, "port", REQUIRED, 1, G_MAXUINT16, 1);
  const char *protocol = read_word (m, "protocol", protocols);
  const char *type = read_word (m, "type", types);
  g_autofree char *address = read_address (m);
  const char *tcp_type = NULL;
  GString *line;

  if (foundation && !is_ice_text (foundation, 1, 32))
    vigil_members_fail (m, "foundation", "not ICE characters");
  if (protocol && strcmp (protocol, "tcp") == 0)
    tcp_type = read_word (m, "tcpType", tcp_types);
  if (!vigil_members_ok (m))
    return NULL;
  line = g_string_new (NULL);
  g_string_printf (line, "candidate:%s 1 %s %" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " typ %s",
                   foundation, protocol, priority, address, port, type);
  if (strcmp (type, "host") != 0)
    g_string_append (line, " raddr 0.0.0.0 rport 9");
  if (tcp_type)
    g_string_append_printf (line, " tcptype %s", tcp_type);
  return g_string_free (line, FALSE);
}

static gboolean
read_candidates (VigilRtpTransport *self, JsonArray *array, GError **error)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      VigilMembers m;
      char *line;

      if (!vigil_members_init (&m, json_array_get_element (array, i), "iceCandidate", error))
        return FALSE;
      line = candidate_line (&m);
      if (!line)
        return FALSE;
      g_ptr_array_add (self->candidates, line);
    }
  return TRUE;
}

/* The better the fingerprint is liked; 0: not at all. */
static guint
fingerprint_rank (const char *algorithm)
{
  switch (fingerprint_bytes (algorithm))
    {
    case 32: return 3; /* what webrtcbin itself speaks */
    case 64: return 2;
    case 48: return 1;
    default: return 0;
    }
}

static gboolean
read_fingerprint (VigilRtpTransport *self, JsonNode *node, GError **error)
{
  const char *algorithm, *value;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "fingerprint", error))
    return FALSE;
  algorithm = vigil_members_get_text (&m, "algorithm", REQUIRED, 16);
  value = vigil_members_get_text (&m, "value", REQUIRED, 256);
  if (!vigil_members_ok (&m))
    return FALSE;
  if (fingerprint_rank (algorithm) == 0 ||
      (self->fingerprint && fingerprint_rank (algorithm) <= fingerprint_rank (self->fingerprint_algorithm)))
    return TRUE;
  if (!vigil_dtls_is_fingerprint (algorithm, value))
    return vigil_members_fail (&m, "value", "not a fingerprint of that algorithm");
  g_free (self->fingerprint_algorithm);
  g_free (self->fingerprint);
  self->fingerprint_algorithm = g_ascii_strdown (algorithm, -1);
  self->fingerprint = g_ascii_strup (value, -1);
  return TRUE;
}

static gboolean
read_dtls_parameters (VigilRtpTransport *self, JsonNode *node, GError **error)
{
  JsonArray *array;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "dtlsParameters", error))
    return FALSE;
  array = vigil_members_get_array (&m, "fingerprints", REQUIRED, MAX_FINGERPRINTS);
  if (!array)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read_fingerprint (self, json_array_get_element (array, i), error))
      return FALSE;
  if (self->fingerprint)
    return TRUE;
  g_set_error_literal (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_UNSUPPORTED,
                       "dtlsParameters: no fingerprint of sha-256 or better");
  return FALSE;
}

VigilRtpTransport *
vigil_rtp_transport_from_json (JsonNode *node, GError **error)
{
  g_autoptr (VigilRtpTransport) self = NULL;
  JsonNode *ice, *dtls;
  JsonArray *candidates;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "transport", error))
    return NULL;
  self = g_new0 (VigilRtpTransport, 1);
  self->candidates = g_ptr_array_new_with_free_func (g_free);
  self->id = g_strdup (vigil_members_get_id (&m, "id", REQUIRED));
  ice = vigil_members_get_object (&m, "iceParameters", REQUIRED);
  candidates = vigil_members_get_array (&m, "iceCandidates", REQUIRED, MAX_ICE_CANDIDATES);
  dtls = vigil_members_get_object (&m, "dtlsParameters", REQUIRED);
  if (!vigil_members_ok (&m) || !read_ice_parameters (self, ice, error) ||
      !read_candidates (self, candidates, error) || !read_dtls_parameters (self, dtls, error))
    return NULL;
  return g_steal_pointer (&self);
}
