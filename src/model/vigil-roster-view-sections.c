/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of the order by room: what they hold, and which are folded to their card. */

#include "vigil-roster-view-private.h"

#define COUNT_MS 1000

static void
tell_sections (VigilRosterView *self)
{
  for (guint i = 0; i < MIN (self->slots->len, self->ranked->len); i++)
    if ((g_array_index (self->ranked, VigilEntry, i) & VIGIL_ENTRY_CARD) && g_ptr_array_index (self->slots, i) != NULL)
      vigil_slot_tell_section (g_ptr_array_index (self->slots, i));
}

static gboolean
count_cb (gpointer user_data)
{
  VigilRosterView *self = user_data;

  if (vigil_ranker_count_sections (self->ranker))
    tell_sections (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
has_cards (VigilRosterView *self)
{
  return self->exempt_card > 0 || (self->order == VIGIL_ORDER_ROOM && vigil_ranker_get_sections (self->ranker) && self->ranked->len > 0);
}

void
vigil_roster_view_count_sections (VigilRosterView *self)
{
  if (!has_cards (self))
    {
      g_clear_handle_id (&self->counting, g_source_remove);
      return;
    }

  count_cb (self);
  if (self->counting == 0)
    self->counting = g_timeout_add (COUNT_MS, count_cb, self);
}

void
vigil_roster_view_set_sections (VigilRosterView *self,
                                gboolean         sections)
{
  if (vigil_ranker_get_sections (self->ranker) == (sections != FALSE))
    return;

  vigil_ranker_set_sections (self->ranker, sections != FALSE);
  if (self->order == VIGIL_ORDER_ROOM)
    vigil_roster_view_rank (self);
}

gboolean
vigil_roster_view_get_sections (VigilRosterView *self)
{
  return vigil_ranker_get_sections (self->ranker);
}

/* A card that stays where it is has to be told. */
static void
fold (VigilRosterView *self)
{
  if (self->order != VIGIL_ORDER_ROOM)
    return;

  vigil_roster_view_rank (self);
  tell_sections (self);
}

void
vigil_roster_view_set_folded (VigilRosterView *self,
                              const char      *room,
                              gboolean         folded)
{
  VigilRoomTable *rooms = vigil_ranker_get_rooms (self->ranker);

  if (vigil_section_set_folded (vigil_room_table_get_section (rooms, vigil_room_table_intern (rooms, room)), folded))
    fold (self);
}

void
vigil_roster_view_set_all_folded (VigilRosterView   *self,
                                  const char *const *rooms)
{
  VigilRoomTable *table = vigil_ranker_get_rooms (self->ranker);
  gboolean changed = FALSE;

  for (guint i = 0; rooms != NULL && rooms[i] != NULL; i++)
    vigil_room_table_intern (table, rooms[i]);
  for (guint i = 0; i < vigil_room_table_get_n_rooms (table); i++)
    {
      VigilSection *section = vigil_room_table_get_section (table, i);

      changed |= vigil_section_set_folded (section, rooms != NULL && g_strv_contains (rooms, section->name));
    }
  if (changed)
    fold (self);
}

char **
vigil_roster_view_dup_folded (VigilRosterView *self)
{
  VigilRoomTable *rooms = vigil_ranker_get_rooms (self->ranker);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < vigil_room_table_get_n_rooms (rooms); i++)
    if (vigil_room_table_get_section (rooms, i)->folded)
      g_strv_builder_add (builder, vigil_room_table_get_section (rooms, i)->name);

  return g_strv_builder_end (builder);
}

GArray *
vigil_roster_view_dup_rooms (VigilRosterView *self)
{
  return vigil_ranker_dup_rooms (self->ranker);
}
