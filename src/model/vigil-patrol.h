/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patrol: which page of the wall is shown next, and when. No I/O, no timers, no widgets. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

/**
 * vigil_patrol_pick:
 * @unseen: by place: seconds for which nobody has looked at whoever is there; −1: cannot be seen (no camera, nobody, a card)
 * @per_page: places on one page
 * @current: the page that is shown; G_MAXUINT: none
 *
 * The page of whoever was not seen for longest. Of several such pages the first behind @current in reading order, from the
 * end on to the first and @current itself last. So nobody waits longer than it takes to show every page once, those who
 * were watched by other means are passed over, and a wall that nobody has looked at is read from its
 * beginning to its end. Pure. Returns: G_MAXUINT: nobody can be seen.
 */
guint vigil_patrol_pick (const int *unseen, guint n, guint per_page, guint current);

typedef enum
{
  VIGIL_PATROL_OFF,
  VIGIL_PATROL_WAITING,  /* a page was turned to; its videos do not all play yet */
  VIGIL_PATROL_HOLDING,  /* it is being watched */
  VIGIL_PATROL_TOUCHED,  /* somebody works with the wall; it goes on by itself */
  VIGIL_PATROL_BLOCKED,  /* a dialog, a menu, or another page is open */
  VIGIL_PATROL_NOBODY,   /* nobody can be seen */
} VigilPatrolState;

typedef struct
{
  gint64 hold_us;    /* a page is shown, from when it plays */
  gint64 wait_us;    /* until it plays, at most */
  gint64 resume_us;  /* after the last touch */
} VigilPatrolTimes;

/** What is so on the page that is shown. */
typedef struct
{
  guint    expected; /* tiles of candidates with a camera */
  guint    playing;  /* …that are live */
  gboolean blocked;
} VigilPatrolInputs;

typedef struct _VigilPatrol VigilPatrol;

VigilPatrol *vigil_patrol_new  (void);
void         vigil_patrol_free (VigilPatrol *self);

void vigil_patrol_set_times (VigilPatrol *self, const VigilPatrolTimes *times);

/** Begins, or begins anew; the next step turns a page. */
void vigil_patrol_start (VigilPatrol *self, gint64 now_us);
void vigil_patrol_stop  (VigilPatrol *self);

/** Somebody moved the pointer over the wall, scrolled, pressed a key or chose somebody. */
void vigil_patrol_touch (VigilPatrol *self, gint64 now_us);

/** Call a few times a second. Returns: whether a page is to be turned now; then say vigil_patrol_turned(). */
gboolean vigil_patrol_step (VigilPatrol *self, gint64 now_us, const VigilPatrolInputs *in);

/** @any: whether there is a page with somebody who can be seen. */
void vigil_patrol_turned (VigilPatrol *self, gint64 now_us, gboolean any);

/** Of this candidate no live picture came while the page was shown: it waits for its turn like one that was seen. */
void vigil_patrol_miss (VigilPatrol *self, VigilHandle handle, gint64 now_us);
/** How long neither anybody looked (@unseen_ms) nor patrol tried, in ms; −1 stays −1. */
gint64 vigil_patrol_get_waited_ms (VigilPatrol *self, VigilHandle handle, gint64 unseen_ms, gint64 now_us);

VigilPatrolState vigil_patrol_get_state (VigilPatrol *self);
/** Until the page is turned, or a touched patrol goes on; 0 where nobody knows. */
gint64 vigil_patrol_get_left_us (VigilPatrol *self, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilPatrol, vigil_patrol_free)

G_END_DECLS
