/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody who looks at the wall during a fault and notes what is said where, in the window's own words. */
#pragma once

#include "client-rig.h"

G_BEGIN_DECLS

typedef struct _Onlooker Onlooker;

/** What there was to see since onlooker_begin(). Times in seconds since then; −1: never. */
typedef struct
{
  double  shown_s;       /* until the first tile concerned no longer looked live */
  double  all_shown_s;   /* until none of them did */
  double  told_s;        /* until something stood in the banner */
  double  stuck_s;       /* the longest that one tile showed a spinner on end */
  guint   n_touched;     /* other tiles that did not look live for a moment */
  guint   n_violations;  /* told since: there is no reason for any */
  guint   n_flags;       /* open flags of all candidates */
  char   *tile;          /* what the tiles concerned said, in order, without repeats */
  char   *banner;        /* the same of the banner's titles */
} Sight;

/** Looks at all tiles of a rig that has joined. */
Onlooker *onlooker_new   (ClientRig *rig);
void      onlooker_free  (Onlooker *self);

/** @victim: whom the fault concerns; %NULL: everybody. */
void      onlooker_begin (Onlooker *self, ClientTile *victim);
/** The fault is over: from here on recovery counts. */
void      onlooker_fault_over (Onlooker *self);
/** For interop_wait_until(): since onlooker_fault_over() each tile concerned had a picture that is newer, and looks live. */
gboolean  onlooker_is_back (gpointer self);
/** For the same: since onlooker_begin() each tile concerned has not looked live at some time. */
gboolean  onlooker_has_seen_it (gpointer self);
/** Valid until the next onlooker_begin(). Returns: (transfer none). */
const Sight *onlooker_get_sight (Onlooker *self);

G_END_DECLS
