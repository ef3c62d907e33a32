/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rooms by number, and who is in which; for VigilRanker. */
#pragma once

#include "vigil-roster.h"
#include "vigil-section.h"

G_BEGIN_DECLS

typedef struct _VigilRoomTable VigilRoomTable;

/** Rooms of @roster, which must outlive it. Room 0 is "in no room". Main thread. */
VigilRoomTable *vigil_room_table_new  (VigilRoster *roster);
void            vigil_room_table_free (VigilRoomTable *self);

guint         vigil_room_table_get_n_rooms (VigilRoomTable *self);
/** The number of a room, given out on first sight. NULL and "" are room 0. */
guint         vigil_room_table_intern      (VigilRoomTable *self, const char *name);
/** The room of somebody in the roster; 10 ns when it was asked before. */
guint         vigil_room_table_of          (VigilRoomTable *self, VigilHandle handle);
/** A candidate may be in another room now. Returns: whether rooms have other numbers than before. */
gboolean      vigil_room_table_moved       (VigilRoomTable *self, VigilHandle handle);
/** Returns: (transfer none). */
VigilSection *vigil_room_table_get_section (VigilRoomTable *self, guint room);
/** All rooms as a person would sort them ("Room 2" before "Room 10"), "in no room" last.
 *  Returns: (transfer none): vigil_room_table_get_n_rooms() numbers, valid until the next call. */
const guint  *vigil_room_table_get_order   (VigilRoomTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilRoomTable, vigil_room_table_free)

G_END_DECLS
