/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON → violations and evidence items. */
#include <string.h>

#include "vigil-evidence-key.h"
#include "vigil-members.h"
#include "vigil-people-json.h"

#define MAX_KEY 1024
#define MAX_URL 8192
#define MAX_NOTE 8192
#define MAX_EVIDENCE 256
#define SHA256_LEN 64

static VigilEvidenceItem *
item_from_key (const char *key, gint64 fallback_ms)
{
  VigilEvidenceItem *item = vigil_evidence_item_new ();
  g_autoptr (VigilEvidenceKey) parts = vigil_evidence_key_parse (key, NULL);

  item->key = g_strdup (key);
  item->kind = g_strdup (parts ? vigil_evidence_key_get_kind_nick (parts) : "camera");
  item->at_ms = parts ? vigil_evidence_key_get_time (parts) : fallback_ms;
  item->size = -1;
  return item;
}

static void
read_evidence_keys (VigilMembers *m, VigilViolation *self)
{
  g_auto (GStrv) keys = vigil_members_dup_strings (m, "evidence", VIGIL_MEMBER_REQUIRED, MAX_EVIDENCE, MAX_KEY);

  if (!self->evidence)
    self->evidence = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_evidence_item_unref);
  for (guint i = 0; keys && keys[i]; i++)
    g_ptr_array_add (self->evidence, item_from_key (keys[i], self->at_ms));
}

static void
read_verdict (VigilMembers *m, VigilViolation *self)
{
  JsonNode *node = vigil_members_get_object (m, "verdict", VIGIL_MEMBER_NULLABLE);
  const char *name;
  VigilMembers inner;

  self->verdict = VIGIL_VERDICT_OPEN;
  if (!node)
    return;
  if (!vigil_members_init (&inner, node, "verdict", m->error))
    {
      m->failed = TRUE;
      return;
    }
  name = vigil_members_get_id (&inner, "verdict", VIGIL_MEMBER_REQUIRED);
  self->decided_by = g_strdup (vigil_members_get_text (&inner, "by", VIGIL_MEMBER_NULLABLE, MAX_NOTE));
  self->until_ms = vigil_members_get_time (&inner, "until", VIGIL_MEMBER_NULLABLE);
  self->note = g_strdup (vigil_members_get_text (&inner, "note", VIGIL_MEMBER_NULLABLE, MAX_NOTE));
  if (name && !vigil_verdict_from_nick (name, &self->verdict))
    vigil_members_fail (&inner, "verdict", "unknown");
  m->failed = !vigil_members_ok (&inner);
}

VigilViolation *
vigil_violation_from_json (JsonNode *node, GError **error)
{
  g_autoptr (VigilViolation) self = NULL;
  const char *severity;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "violation", error))
    return NULL;
  self = vigil_violation_new ();
  self->id = g_strdup (vigil_members_get_id (&m, "id", VIGIL_MEMBER_REQUIRED));
  self->student_id = g_strdup (vigil_members_get_id (&m, "studentId", VIGIL_MEMBER_REQUIRED));
  self->type = g_strdup (vigil_members_get_id (&m, "type", VIGIL_MEMBER_REQUIRED));
  severity = vigil_members_get_id (&m, "severity", VIGIL_MEMBER_REQUIRED);
  self->at_ms = vigil_members_get_time (&m, "at", VIGIL_MEMBER_REQUIRED);
  self->count = (guint) vigil_members_get_int (&m, "count", VIGIL_MEMBER_REQUIRED, 1, G_MAXINT32, 1);
  read_evidence_keys (&m, self);
  if (vigil_members_ok (&m))
    read_verdict (&m, self);
  if (!vigil_members_ok (&m))
    return NULL;
  self->severity_known = vigil_band_from_nick (severity, &self->severity);
  if (!self->severity_known)
    self->severity = VIGIL_BAND_MEDIUM;
  return g_steal_pointer (&self);
}

static gboolean
is_sha256 (const char *text)
{
  return strlen (text) == SHA256_LEN && strspn (text, "0123456789abcdef") == SHA256_LEN;
}

static gboolean
is_evidence_url (const char *url)
{
  for (const char *p = url; *p; p++)
    if ((guchar) *p <= 0x20 || *p == 0x7f || *p == '\\')
      return FALSE;
  /* "//host/…" is another host in disguise. */
  if (url[0] == '/')
    return url[1] != '/';
  return g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://");
}

VigilEvidenceItem *
vigil_evidence_item_from_json (JsonNode *node, GError **error)
{
  g_autoptr (VigilEvidenceItem) self = NULL;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "evidence item", error))
    return NULL;
  self = vigil_evidence_item_new ();
  self->key = g_strdup (vigil_members_get_text (&m, "key", VIGIL_MEMBER_REQUIRED, MAX_KEY));
  self->kind = g_strdup (vigil_members_get_id (&m, "kind", VIGIL_MEMBER_REQUIRED));
  self->at_ms = vigil_members_get_time (&m, "at", VIGIL_MEMBER_REQUIRED);
  self->size = vigil_members_get_int (&m, "size", VIGIL_MEMBER_REQUIRED, 0, VIGIL_JSON_MAX_INT, -1);
  self->sha256 = g_strdup (vigil_members_get_text (&m, "sha256", VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE, SHA256_LEN));
  self->url = g_strdup (vigil_members_get_text (&m, "url", VIGIL_MEMBER_REQUIRED, MAX_URL));
  self->by = g_strdup (vigil_members_get_text (&m, "by", VIGIL_MEMBER_NULLABLE, MAX_NOTE));
  self->note = g_strdup (vigil_members_get_text (&m, "note", VIGIL_MEMBER_NULLABLE, MAX_NOTE));
  if (self->sha256 && !is_sha256 (self->sha256))
    vigil_members_fail (&m, "sha256", "not 64 lower-case hex digits");
  if (self->url && !is_evidence_url (self->url))
    vigil_members_fail (&m, "url", "not a URL of ours");
  return vigil_members_ok (&m) ? g_steal_pointer (&self) : NULL;
}
