/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client without its window, against the Node hall: net, session and media as src/app joins them. */
#pragma once

#include "interop-hall.h"
#include "network/bad-sfu.h"
#include "vigil-hall-connection.h"
#include "vigil-session.h"
#include "vigil-webrtc-engine.h"

G_BEGIN_DECLS

/** One candidate that is watched as a tile would: its stream, and what its pictures show. */
typedef struct
{
  char        *student_id;
  VigilHandle  handle;
  VigilStream *stream;
  guint        width, height; /* as large as it is shown; 240 × 135 */
  int          look;         /* whose marker it must carry; −1: a picture without one */
  guint        n_right;
  guint        n_wrong;      /* another candidate's marker: must stay 0 */
  gint64       newest_us;    /* of the last frame seen */
  guint64      newest_feed;  /* whose it was */
  guint64      published;    /* frames of the present picture */
} ClientTile;

typedef struct
{
  InteropHall         *hall;
  BadNetwork          *network;  /* nullable */
  BadSfu              *bad_sfu;  /* nullable; through that network */

  VigilSettings       *settings;
  VigilScoringPolicy  *policy;
  VigilScoreStore     *store;
  VigilHallConnection *connection;
  VigilWebrtcEngine   *engine;
  VigilSession        *session;
  VigilSessionInfo    *who;
  VigilExam           *exam;
  guint                loaded, total;   /* "roster-progress" */

  GPtrArray           *tiles;           /* of ClientTile */
  guint                sampler;
} ClientRig;

/** Starts the hall with these options (NULL-terminated). */
ClientRig  *client_rig_new  (const char *const *hall_options);
/** All media goes through a network that can be made bad; before joining. */
void        client_rig_use_network (ClientRig *rig, guint32 seed);
/** Connects as a role, asks who we are and what exams there are, joins the first. */
void        client_rig_join (ClientRig *rig, const char *role);
/** Leaves, lets everything go and asserts that nothing of it is left. */
void        client_rig_free (ClientRig *rig);

/** Shows a candidate's tile. @look: the marker its pictures must carry, −1: none. */
ClientTile *client_rig_show (ClientRig *rig, const char *student_id, int look);
void        client_rig_hide (ClientRig *rig, ClientTile *tile);

const VigilCandidate *client_rig_lookup (ClientRig *rig, const char *student_id);
VigilLinkState        client_rig_get_link (ClientRig *rig, VigilPart part);

/* Checks for interop_wait_until(). */
gboolean client_rig_all_playing  (gpointer rig);   /* every tile, with a picture of the last second */
gboolean client_rig_all_seen     (gpointer rig);   /* every tile with a marker showed it five times */
/** How wide the newest picture was received; 0: none. */
guint    client_rig_get_width    (ClientRig *rig, ClientTile *tile);
gboolean client_tile_is_playing  (gpointer tile);

/** Says as test messages how things stand: our counters, the hall's state. */
void     client_rig_describe     (ClientRig *rig);

/** Fails unless every tile showed its own candidate and nobody else's. */
void     client_rig_check_right  (ClientRig *rig, guint at_least);

G_END_DECLS
