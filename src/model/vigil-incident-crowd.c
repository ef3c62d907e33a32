/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in which group, and how large the groups are. */

#include "vigil-incident-crowd.h"

/* Names come from the wire: a hall that makes up ever new ones must not fill the memory. */
#define MAX_NAMES 100000

void
vigil_crowd_init (VigilCrowd *self)
{
  *self = (VigilCrowd) { .ones = g_array_new (FALSE, TRUE, sizeof (VigilCrowdOne)) };
  for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
    {
      self->population[shared] = g_array_new (FALSE, TRUE, sizeof (guint32));
      self->names[shared] = g_ptr_array_new ();
      self->ids[shared] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    }
}

void
vigil_crowd_clear (VigilCrowd *self)
{
  g_array_unref (self->ones);
  for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
    {
      g_array_unref (self->population[shared]);
      g_ptr_array_unref (self->names[shared]);
      g_hash_table_unref (self->ids[shared]);
    }
}

guint32
vigil_crowd_intern (VigilCrowd  *self,
                    VigilShared  shared,
                    const char  *name)
{
  guint32 id;
  char *copy;

  if (name == NULL || *name == '\0')
    return 0;

  id = GPOINTER_TO_UINT (g_hash_table_lookup (self->ids[shared], name));
  if (id != 0 || self->names[shared]->len >= MAX_NAMES)
    return id;

  copy = g_strdup (name);
  g_ptr_array_add (self->names[shared], copy);
  id = self->names[shared]->len;
  g_hash_table_insert (self->ids[shared], copy, GUINT_TO_POINTER (id));
  g_array_set_size (self->population[shared], id + 1);
  return id;
}

const char *
vigil_crowd_get_name (VigilCrowd  *self,
                      VigilShared  shared,
                      guint32      id)
{
  if (shared >= VIGIL_N_GROUPINGS || id == 0 || id > self->names[shared]->len)
    return NULL;

  return g_ptr_array_index (self->names[shared], id - 1);
}

VigilCrowdOne *
vigil_crowd_find (VigilCrowd  *self,
                  VigilHandle  handle)
{
  VigilCrowdOne *one;

  if (handle >= self->ones->len)
    return NULL;

  one = &g_array_index (self->ones, VigilCrowdOne, handle);
  return one->known ? one : NULL;
}

VigilCrowdOne *
vigil_crowd_ensure (VigilCrowd  *self,
                    VigilHandle  handle)
{
  VigilCrowdOne *one;

  if (handle >= self->ones->len)
    g_array_set_size (self->ones, handle + 1);

  one = &g_array_index (self->ones, VigilCrowdOne, handle);
  one->known = TRUE;
  return one;
}

static void
count (VigilCrowd          *self,
       const VigilCrowdOne *one,
       int                  by)
{
  if (!one->counted)
    return;

  self->exam += by;
  for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
    if (one->groups.id[shared] != 0)
      g_array_index (self->population[shared], guint32, one->groups.id[shared]) += by;
}

void
vigil_crowd_set_groups (VigilCrowd                *self,
                        VigilCrowdOne             *one,
                        const VigilIncidentGroups *groups)
{
  count (self, one, -1);
  for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
    one->groups.id[shared] = groups->id[shared] <= self->names[shared]->len ? groups->id[shared] : 0;
  count (self, one, 1);
}

void
vigil_crowd_set_counted (VigilCrowd    *self,
                         VigilCrowdOne *one,
                         gboolean       counted)
{
  count (self, one, -1);
  one->counted = counted != FALSE;
  count (self, one, 1);
}

void
vigil_crowd_set_away (VigilCrowd    *self,
                      VigilCrowdOne *one,
                      gboolean       away)
{
  self->n_away += (away != FALSE) - one->away;
  one->away = away != FALSE;
}
