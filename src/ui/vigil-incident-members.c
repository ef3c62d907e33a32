/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members of an incident as a list, made on demand. */
#include "vigil-incident-members.h"

#include <gio/gio.h>

#include "vigil-slot.h"

struct _VigilIncidentMembers
{
  GObject parent_instance;

  VigilIncident *incident;
  guint          n;        /* as it was told */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilIncidentMembers, vigil_incident_members, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return VIGIL_TYPE_SLOT;
}

static guint
get_n_items (GListModel *model)
{
  return VIGIL_INCIDENT_MEMBERS (model)->n;
}

static gpointer
get_item (GListModel *model, guint position)
{
  VigilIncidentMembers *self = VIGIL_INCIDENT_MEMBERS (model);
  const VigilIncidentMember *members;
  VigilSlot *slot;
  guint n;

  members = vigil_incident_get_members (self->incident, &n);
  if (position >= MIN (n, self->n))
    return NULL;
  slot = vigil_slot_new (position);
  vigil_slot_set_handle (slot, members[position].handle);
  return slot;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

void
vigil_incident_members_update (VigilIncidentMembers *self)
{
  guint n, former = self->n;

  vigil_incident_get_members (self->incident, &n);
  self->n = n;
  if (n > former)
    g_list_model_items_changed (G_LIST_MODEL (self), former, 0, n - former);
  else if (n < former)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, former, n);
}

static void
vigil_incident_members_finalize (GObject *object)
{
  g_clear_object (&VIGIL_INCIDENT_MEMBERS (object)->incident);
  G_OBJECT_CLASS (vigil_incident_members_parent_class)->finalize (object);
}

static void
vigil_incident_members_class_init (VigilIncidentMembersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_incident_members_finalize;
}

static void
vigil_incident_members_init (VigilIncidentMembers *self)
{
}

VigilIncidentMembers *
vigil_incident_members_new (VigilIncident *incident)
{
  VigilIncidentMembers *self = g_object_new (VIGIL_TYPE_INCIDENT_MEMBERS, NULL);

  self->incident = g_object_ref (incident);
  vigil_incident_get_members (incident, &self->n);
  return self;
}
