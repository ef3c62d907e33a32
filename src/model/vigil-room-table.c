/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rooms by number, and who is in which.
 *
 * Names come from the hall and may be anything, also another one for every candidate and every
 * minute: rooms that nobody is in are forgotten when they become more than the candidates. */

#include "vigil-room-table.h"

#include <string.h>

#define SPARE_ROOMS 1024

typedef struct
{
  VigilSection *section;
  char         *sort_key;
} Room;

struct _VigilRoomTable
{
  VigilRoster *roster;      /* borrowed */
  GHashTable  *numbers;     /* name, the section's own → number */
  GArray      *rooms;       /* Room by number */
  GArray      *by_handle;   /* guint by handle: room + 1, 0 not asked yet */
  GArray      *order;       /* guint */
  guint        generation;  /* of the roster that by_handle is about */
};

static void
clear_room (gpointer data)
{
  Room *room = data;

  vigil_section_unref (room->section);
  g_free (room->sort_key);
}

static guint
add_room (VigilRoomTable *self,
          VigilSection   *section)
{
  Room room = { section, g_utf8_collate_key_for_filename (section->name, -1) };
  guint number = self->rooms->len;

  g_array_append_val (self->rooms, room);
  g_hash_table_insert (self->numbers, section->name, GUINT_TO_POINTER (number));
  return number;
}

VigilRoomTable *
vigil_room_table_new (VigilRoster *roster)
{
  VigilRoomTable *self = g_new0 (VigilRoomTable, 1);

  self->roster = roster;
  self->generation = vigil_roster_get_generation (roster);
  self->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  self->rooms = g_array_new (FALSE, FALSE, sizeof (Room));
  g_array_set_clear_func (self->rooms, clear_room);
  self->by_handle = g_array_new (FALSE, TRUE, sizeof (guint));
  self->order = g_array_new (FALSE, FALSE, sizeof (guint));
  add_room (self, vigil_section_new (VIGIL_SECTION_ROOM, NULL));
  return self;
}

void
vigil_room_table_free (VigilRoomTable *self)
{
  g_hash_table_unref (self->numbers);
  g_array_unref (self->rooms);
  g_array_unref (self->by_handle);
  g_array_unref (self->order);
  g_free (self);
}

guint
vigil_room_table_get_n_rooms (VigilRoomTable *self)
{
  return self->rooms->len;
}

guint
vigil_room_table_intern (VigilRoomTable *self,
                         const char     *name)
{
  gpointer number;

  if (name == NULL || *name == '\0')
    return 0;
  if (g_hash_table_lookup_extended (self->numbers, name, NULL, &number))
    return GPOINTER_TO_UINT (number);

  return add_room (self, vigil_section_new (VIGIL_SECTION_ROOM, name));
}

guint
vigil_room_table_of (VigilRoomTable *self,
                     VigilHandle     handle)
{
  guint *held;

  if (self->generation != vigil_roster_get_generation (self->roster))
    {
      self->generation = vigil_roster_get_generation (self->roster);
      g_array_set_size (self->by_handle, 0);
    }
  if (handle >= self->by_handle->len)
    g_array_set_size (self->by_handle, MAX (vigil_score_store_get_n_handles (vigil_roster_get_store (self->roster)), handle + 1));

  held = &g_array_index (self->by_handle, guint, handle);
  if (*held == 0)
    *held = vigil_room_table_intern (self, vigil_roster_get (self->roster, handle)->room) + 1;

  return *held - 1;
}

/* What is folded is remembered whether somebody is in it or not. */
static void
forget_rooms (VigilRoomTable *self)
{
  g_autoptr (GArray) old = self->rooms;

  g_hash_table_remove_all (self->numbers);
  g_array_set_size (self->by_handle, 0);
  g_array_set_size (self->order, 0);
  self->rooms = g_array_new (FALSE, FALSE, sizeof (Room));
  g_array_set_clear_func (self->rooms, clear_room);
  for (guint i = 0; i < old->len && self->rooms->len < SPARE_ROOMS; i++)
    {
      VigilSection *section = g_array_index (old, Room, i).section;

      if (i == 0 || section->folded)
        add_room (self, vigil_section_ref (section));
    }
}

gboolean
vigil_room_table_moved (VigilRoomTable *self,
                        VigilHandle     handle)
{
  guint n;

  vigil_roster_get_handles (self->roster, &n);
  if (self->rooms->len > 2 * n + 2 * SPARE_ROOMS)
    {
      forget_rooms (self);
      return TRUE;
    }

  /* Looked up now, while they come a few at a time, and not for all when the order by room is chosen. */
  if (handle < self->by_handle->len)
    g_array_index (self->by_handle, guint, handle) = 0;
  vigil_room_table_of (self, handle);
  return FALSE;
}

VigilSection *
vigil_room_table_get_section (VigilRoomTable *self,
                              guint           room)
{
  return g_array_index (self->rooms, Room, room).section;
}

static int
compare_rooms (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const Room *rooms = data;
  guint left = *(const guint *) a;
  guint right = *(const guint *) b;

  if (left == 0 || right == 0)
    return left == right ? 0 : left == 0 ? 1 : -1;

  return strcmp (rooms[left].sort_key, rooms[right].sort_key);
}

const guint *
vigil_room_table_get_order (VigilRoomTable *self)
{
  guint n = self->rooms->len;

  if (self->order->len != n)
    {
      g_array_set_size (self->order, n);
      for (guint i = 0; i < n; i++)
        g_array_index (self->order, guint, i) = i;
      g_array_sort_with_data (self->order, compare_rooms, self->rooms->data);
    }

  return (const guint *) self->order->data;
}
