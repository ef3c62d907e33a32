/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The candidates of a roster by name, kept sorted while they arrive. */

#include "vigil-name-order.h"

#include <stdlib.h>
#include <string.h>

/* Most comparisons end in the first eight bytes, without touching the key's cache line. */
typedef struct
{
  guint64      prefix;
  const char  *key;
  guint32      arrival;
  VigilHandle  handle;
} Name;

struct _VigilNameOrder
{
  VigilRoster *roster;      /* borrowed: its owner's owner */
  guint        generation;
  guint        n_known;     /* arrivals below this are in sorted */
  GArray      *sorted;      /* VigilHandle */
  GArray      *hashes;      /* guint by arrival: of the key it was sorted by */
};

VigilNameOrder *
vigil_name_order_new (VigilRoster *roster)
{
  VigilNameOrder *self = g_new0 (VigilNameOrder, 1);

  self->roster = roster;
  self->generation = vigil_roster_get_generation (roster);
  self->sorted = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  self->hashes = g_array_new (FALSE, FALSE, sizeof (guint));
  return self;
}

void
vigil_name_order_free (VigilNameOrder *self)
{
  g_array_unref (self->sorted);
  g_array_unref (self->hashes);
  g_free (self);
}

static Name
name_of (VigilNameOrder *self,
         VigilHandle     handle)
{
  const VigilCandidate *candidate = vigil_roster_get (self->roster, handle);
  guint64 prefix = 0;

  memcpy (&prefix, candidate->sort_key, strnlen (candidate->sort_key, sizeof prefix));
  return (Name) {
    .prefix = GUINT64_FROM_BE (prefix),
    .key = candidate->sort_key,
    .arrival = candidate->arrival,
    .handle = handle,
  };
}

static int
compare_names (const void *a,
               const void *b)
{
  const Name *left = a;
  const Name *right = b;
  int order;

  if (left->prefix != right->prefix)
    return left->prefix < right->prefix ? -1 : 1;

  order = strcmp (left->key, right->key);
  if (order != 0)
    return order;

  return left->arrival < right->arrival ? -1 : left->arrival > right->arrival;
}

static Name *
sort_new (VigilNameOrder    *self,
          const VigilHandle *handles,
          guint              n)
{
  Name *names = g_new (Name, n);

  for (guint i = 0; i < n; i++)
    {
      guint hash;

      names[i] = name_of (self, handles[i]);
      hash = g_str_hash (names[i].key);
      g_array_append_val (self->hashes, hash);
    }

  qsort (names, n, sizeof *names, compare_names);
  return names;
}

static void
merge (VigilNameOrder *self,
       const Name     *names,
       guint           n)
{
  g_autoptr (GArray) old = self->sorted;
  guint i = 0;

  self->sorted = g_array_sized_new (FALSE, FALSE, sizeof (VigilHandle), old->len + n);
  for (guint j = 0; j < n; j++)
    {
      for (; i < old->len; i++)
        {
          Name held = name_of (self, g_array_index (old, VigilHandle, i));

          if (compare_names (&held, &names[j]) > 0)
            break;
          g_array_append_val (self->sorted, held.handle);
        }
      g_array_append_val (self->sorted, names[j].handle);
    }

  if (i < old->len)
    g_array_append_vals (self->sorted, &g_array_index (old, VigilHandle, i), old->len - i);
}

static void
forget (VigilNameOrder *self)
{
  g_array_set_size (self->sorted, 0);
  g_array_set_size (self->hashes, 0);
  self->n_known = 0;
}

const VigilHandle *
vigil_name_order_get (VigilNameOrder *self,
                      guint          *n)
{
  guint n_handles;
  const VigilHandle *handles = vigil_roster_get_handles (self->roster, &n_handles);

  if (self->generation != vigil_roster_get_generation (self->roster))
    {
      self->generation = vigil_roster_get_generation (self->roster);
      forget (self);
    }

  if (self->n_known < n_handles)
    {
      g_autofree Name *names = sort_new (self, handles + self->n_known, n_handles - self->n_known);

      merge (self, names, n_handles - self->n_known);
      self->n_known = n_handles;
    }

  *n = self->sorted->len;
  return (const VigilHandle *) self->sorted->data;
}

void
vigil_name_order_renamed (VigilNameOrder *self,
                          VigilHandle     handle)
{
  const VigilCandidate *candidate = vigil_roster_get (self->roster, handle);

  /* Somebody new is "renamed" too, and may have been sorted in by that name already. */
  if (candidate != NULL && candidate->arrival < self->n_known &&
      self->generation == vigil_roster_get_generation (self->roster) &&
      g_array_index (self->hashes, guint, candidate->arrival) != g_str_hash (candidate->sort_key))
    forget (self);
}
