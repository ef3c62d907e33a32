/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which candidates an operator wants to see. A plain value. */

#include "vigil-roster-filter.h"

void
vigil_roster_filter_copy (VigilRosterFilter       *self,
                          const VigilRosterFilter *from)
{
  VigilRosterFilter copy = { 0 };

  if (from != NULL)
    {
      copy = *from;
      copy.search = g_strdup (from->search);
      copy.rooms = g_strdupv (from->rooms);
    }

  *self = copy;
}

void
vigil_roster_filter_clear (VigilRosterFilter *self)
{
  g_free (self->search);
  g_strfreev (self->rooms);
  *self = (VigilRosterFilter) { 0 };
}

static gboolean
has_rooms (const VigilRosterFilter *self)
{
  return self->rooms != NULL && self->rooms[0] != NULL;
}

gboolean
vigil_roster_filter_is_empty (const VigilRosterFilter *self)
{
  return (self->search == NULL || self->search[0] == '\0') && !has_rooms (self) && self->at_least == VIGIL_BAND_LOW &&
         !self->streaming_only && !self->flagged_only && !self->hand_only;
}

gboolean
vigil_roster_filter_has_room (const VigilRosterFilter *self,
                              const char              *room)
{
  return has_rooms (self) && g_strv_contains ((const char *const *) self->rooms, room != NULL ? room : "");
}

void
vigil_roster_filter_set_room (VigilRosterFilter *self,
                              const char        *room,
                              gboolean           wanted)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *name = room != NULL ? room : "";

  for (guint i = 0; has_rooms (self) && self->rooms[i] != NULL; i++)
    if (!g_str_equal (self->rooms[i], name))
      g_strv_builder_add (builder, self->rooms[i]);
  if (wanted)
    g_strv_builder_add (builder, name);

  g_strfreev (self->rooms);
  self->rooms = g_strv_builder_end (builder);
  if (self->rooms[0] == NULL)
    g_clear_pointer (&self->rooms, g_strfreev);
}
