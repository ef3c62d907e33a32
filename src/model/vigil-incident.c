/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many candidates who lost the same at the same time: trouble with one cause, nobody's conduct. */

#include "vigil-incident-private.h"

G_DEFINE_FINAL_TYPE (VigilIncident, vigil_incident, G_TYPE_OBJECT)

static const char *const lost_nicks[] = {
  [VIGIL_LOST_FACE] = "face",
  [VIGIL_LOST_VIDEO] = "video",
  [VIGIL_LOST_HEARTBEAT] = "heartbeat",
};

static const char *const shared_nicks[] = {
  [VIGIL_SHARED_WORKER] = "worker",
  [VIGIL_SHARED_ROOM] = "room",
  [VIGIL_SHARED_NETWORK] = "network",
  [VIGIL_SHARED_EXAM] = "exam",
};

static void
vigil_incident_finalize (GObject *object)
{
  VigilIncident *self = VIGIL_INCIDENT (object);

  for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
    g_free (self->names[shared]);
  g_array_unref (self->members);
  g_hash_table_unref (self->places);

  G_OBJECT_CLASS (vigil_incident_parent_class)->finalize (object);
}

static void
vigil_incident_class_init (VigilIncidentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_incident_finalize;
}

static void
vigil_incident_init (VigilIncident *self)
{
  self->members = g_array_new (FALSE, TRUE, sizeof (VigilIncidentMember));
  self->places = g_hash_table_new (NULL, NULL);
}

VigilIncident *
vigil_incident_new (guint       id,
                    VigilShared shared,
                    guint32     group)
{
  VigilIncident *self = g_object_new (VIGIL_TYPE_INCIDENT, NULL);

  self->id = id;
  self->shared = shared;
  self->group = group;
  return self;
}

static VigilIncidentMember *
find (VigilIncident *self,
      VigilHandle    handle)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, GUINT_TO_POINTER (handle)));

  return place != 0 ? &g_array_index (self->members, VigilIncidentMember, place - 1) : NULL;
}

static VigilIncidentMember *
add (VigilIncident             *self,
     VigilHandle                handle,
     const VigilIncidentGroups *groups,
     gint64                     at_ms)
{
  VigilIncidentMember member = { .handle = handle, .groups = *groups, .lost_at_ms = at_ms };

  g_array_append_val (self->members, member);
  g_hash_table_insert (self->places, GUINT_TO_POINTER (handle), GUINT_TO_POINTER (self->members->len));
  return &g_array_index (self->members, VigilIncidentMember, self->members->len - 1);
}

void
vigil_incident_join (VigilIncident             *self,
                     VigilHandle                handle,
                     const VigilIncidentGroups *groups,
                     VigilLost                  lost,
                     gint64                     at_ms)
{
  VigilIncidentMember *member = find (self, handle);
  guint8 bit = 1 << lost;

  if (member == NULL)
    member = add (self, handle, groups, at_ms);
  if (member->lost == 0)
    {
      self->n_now++;
      member->recovered_at_ms = 0;
    }
  if (!(member->ever & bit))
    self->n_ever[lost]++;
  member->lost |= bit;
  member->ever |= bit;
  member->lost_at_ms = MIN (member->lost_at_ms, at_ms);

  self->first_ms = self->first_ms != 0 ? MIN (self->first_ms, at_ms) : at_ms;
  self->last_ms = MAX (self->last_ms, at_ms);
  for (VigilLost worse = 0; worse < VIGIL_N_LOST; worse++)
    if (self->n_ever[worse] * 2 >= self->members->len)
      self->lost = worse;
}

gboolean
vigil_incident_recover (VigilIncident *self,
                        VigilHandle    handle,
                        VigilLost      lost,
                        gint64         at_ms)
{
  VigilIncidentMember *member = find (self, handle);

  if (member == NULL || !(member->lost & 1 << lost))
    return FALSE;

  member->lost &= ~(1 << lost);
  if (member->lost != 0)
    return FALSE;

  member->recovered_at_ms = MAX (at_ms, member->lost_at_ms);
  self->n_now--;
  self->empty_ms = MAX (self->empty_ms, member->recovered_at_ms);
  return TRUE;
}

/* The only one that can have so many is the one that outlives a vote; the second look counts it. */
guint32
vigil_incident_find_common (VigilIncident *self,
                            VigilShared    shared)
{
  const VigilIncidentMember *members = (const VigilIncidentMember *) self->members->data;
  guint32 id = 0;
  guint votes = 0, n = 0;

  for (guint i = 0; i < self->members->len; i++)
    {
      guint32 own = members[i].groups.id[shared];

      if (votes == 0)
        id = own;
      votes = own == id ? votes + 1 : votes - 1;
    }
  for (guint i = 0; i < self->members->len; i++)
    n += members[i].groups.id[shared] == id;
  return n * 10 >= self->members->len * 9 ? id : 0;
}

void
vigil_incident_set_name (VigilIncident *self,
                         VigilShared    shared,
                         const char    *name)
{
  if (g_strcmp0 (self->names[shared], name) == 0)
    return;

  g_free (self->names[shared]);
  self->names[shared] = g_strdup (name);
}

guint
vigil_incident_get_id (VigilIncident *self)
{
  return self->id;
}

VigilLost
vigil_incident_get_lost (VigilIncident *self)
{
  return self->lost;
}

VigilShared
vigil_incident_get_shared (VigilIncident *self)
{
  return self->shared;
}

const char *
vigil_incident_get_name (VigilIncident *self)
{
  return self->shared != VIGIL_SHARED_EXAM ? self->names[self->shared] : NULL;
}

const char *
vigil_incident_get_in_common (VigilIncident *self,
                              VigilShared    shared)
{
  g_return_val_if_fail (shared < VIGIL_N_GROUPINGS, NULL);

  return self->names[shared];
}

gint64
vigil_incident_get_since_ms (VigilIncident *self)
{
  return self->first_ms;
}

gint64
vigil_incident_get_span_ms (VigilIncident *self)
{
  return self->last_ms - self->first_ms;
}

gint64
vigil_incident_get_until_ms (VigilIncident *self)
{
  return self->until_ms;
}

guint
vigil_incident_get_n_ever (VigilIncident *self)
{
  return self->members->len;
}

guint
vigil_incident_get_n_now (VigilIncident *self)
{
  return self->n_now;
}

guint
vigil_incident_get_group_size (VigilIncident *self)
{
  return self->group_size;
}

guint
vigil_incident_get_merged_into (VigilIncident *self)
{
  return self->merged_into;
}

const VigilIncidentMember *
vigil_incident_get_members (VigilIncident *self,
                            guint         *n)
{
  *n = self->members->len;
  return (const VigilIncidentMember *) self->members->data;
}

const VigilIncidentMember *
vigil_incident_find_member (VigilIncident *self,
                            VigilHandle    handle)
{
  return find (self, handle);
}

const char *
vigil_lost_to_nick (VigilLost lost)
{
  return (guint) lost < G_N_ELEMENTS (lost_nicks) ? lost_nicks[lost] : "unknown";
}

const char *
vigil_shared_to_nick (VigilShared shared)
{
  return (guint) shared < G_N_ELEMENTS (shared_nicks) ? shared_nicks[shared] : "unknown";
}

char *
vigil_incident_dup_summary (VigilIncident *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%u of %u lost %s in %.1f s: %s", self->members->len, self->group_size,
                          vigil_lost_to_nick (self->lost), (self->last_ms - self->first_ms) / 1000.0,
                          vigil_shared_to_nick (self->shared));
  if (self->shared != VIGIL_SHARED_EXAM)
    g_string_append_printf (text, " %s", self->names[self->shared]);
  for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
    if (shared != self->shared && self->names[shared] != NULL)
      g_string_append_printf (text, ", %s %s", vigil_shared_to_nick (shared), self->names[shared]);
  if (self->merged_into != 0)
    g_string_append_printf (text, "; part of incident %u", self->merged_into);
  else if (self->until_ms != 0)
    g_string_append (text, "; all recovered");
  else if (self->n_now != self->members->len)
    g_string_append_printf (text, "; %u now", self->n_now);
  return g_string_free (text, FALSE);
}
