/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which candidates an operator wants to see. A plain value. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

/** All members hold at the same time; zeroed it is everybody. */
typedef struct
{
  char      *search;            /* casefolded by the view; NULL or "": everybody */
  char     **rooms;             /* any of these; "" is "in no room"; NULL or empty: every room */
  VigilBand  at_least;          /* by current score; VIGIL_BAND_LOW: everybody */
  gboolean   streaming_only;
  gboolean   flagged_only;
  gboolean   hand_only;         /* with a raised hand */
} VigilRosterFilter;

/** Makes @self a deep copy of @from (NULL: everybody); @self need not be initialised. */
void     vigil_roster_filter_copy  (VigilRosterFilter *self, const VigilRosterFilter *from);
/** Frees what it holds and zeroes it. */
void     vigil_roster_filter_clear (VigilRosterFilter *self);
/** Whether it lets everybody pass. */
gboolean vigil_roster_filter_is_empty (const VigilRosterFilter *self);
/** Whether @room (NULL and "" are "in no room") is named. */
gboolean vigil_roster_filter_has_room (const VigilRosterFilter *self, const char *room);
/** Names @room or takes its name away. @self owns its strings. */
void     vigil_roster_filter_set_room (VigilRosterFilter *self, const char *room, gboolean wanted);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VigilRosterFilter, vigil_roster_filter_clear)

G_END_DECLS
