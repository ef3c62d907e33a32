/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The incidents that go on, by group, and what is to be told of them. */

#include "vigil-incident-book.h"

static gpointer
pack (VigilShared shared,
      guint32     id)
{
  return GSIZE_TO_POINTER ((gsize) id * VIGIL_N_SHARED + shared + 1);
}

static void
unref_slot (gpointer data)
{
  if (data != NULL)
    g_object_unref (data);
}

void
vigil_incident_book_init (VigilIncidentBook *self,
                          VigilCrowd        *crowd)
{
  *self = (VigilIncidentBook) {
    .crowd = crowd,
    .slots = g_ptr_array_new_with_free_func (unref_slot),
    .by_group = g_hash_table_new (NULL, NULL),
    .dirty = g_ptr_array_new_with_free_func (g_object_unref),
  };
}

void
vigil_incident_book_clear (VigilIncidentBook *self)
{
  g_hash_table_unref (self->by_group);
  g_ptr_array_unref (self->dirty);
  g_ptr_array_unref (self->slots);
}

VigilIncident *
vigil_incident_book_open (VigilIncidentBook *self,
                          VigilShared        shared,
                          guint32            id)
{
  guint slot = 0;

  while (slot < self->slots->len && g_ptr_array_index (self->slots, slot) != NULL)
    slot++;
  if (slot >= VIGIL_BOOK_MAX)
    return NULL;

  if (slot == self->slots->len)
    g_ptr_array_set_size (self->slots, slot + 1);
  g_ptr_array_index (self->slots, slot) = vigil_incident_new (++self->last_id, shared, id);
  ((VigilIncident *) g_ptr_array_index (self->slots, slot))->slot = slot;
  g_hash_table_insert (self->by_group, pack (shared, id), g_ptr_array_index (self->slots, slot));
  self->n_open++;
  return g_ptr_array_index (self->slots, slot);
}

void
vigil_incident_book_close (VigilIncidentBook *self,
                           VigilIncident     *incident)
{
  gpointer key = pack (incident->shared, incident->group);

  vigil_incident_book_touch (self, incident);
  if (g_hash_table_lookup (self->by_group, key) == incident)
    g_hash_table_remove (self->by_group, key);
  g_ptr_array_index (self->slots, incident->slot) = NULL;
  self->n_open--;
  g_object_unref (incident);
}

VigilIncident *
vigil_incident_book_find (VigilIncidentBook *self,
                          VigilShared        shared,
                          guint32            id)
{
  return g_hash_table_lookup (self->by_group, pack (shared, id));
}

VigilIncident *
vigil_incident_book_get_slot (VigilIncidentBook *self,
                              guint              slot)
{
  return slot < self->slots->len ? g_ptr_array_index (self->slots, slot) : NULL;
}

void
vigil_incident_book_touch (VigilIncidentBook *self,
                           VigilIncident     *incident)
{
  if (incident->dirty)
    return;

  incident->dirty = TRUE;
  g_ptr_array_add (self->dirty, g_object_ref (incident));
}

static void
name (VigilIncidentBook *self,
      VigilIncident     *incident)
{
  /* Only who comes changes it; who recovers stays on record. */
  if (incident->n_named == incident->members->len)
    return;

  incident->n_named = incident->members->len;
  for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
    {
      guint32 id = shared == incident->shared ? incident->group : vigil_incident_find_common (incident, shared);

      vigil_incident_set_name (incident, shared, vigil_crowd_get_name (self->crowd, shared, id));
    }
}

GPtrArray *
vigil_incident_book_take_touched (VigilIncidentBook *self)
{
  GPtrArray *touched = self->dirty;

  self->dirty = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < touched->len; i++)
    {
      VigilIncident *incident = g_ptr_array_index (touched, i);

      incident->dirty = FALSE;
      name (self, incident);
    }
  return touched;
}
