/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tile says of a candidate: a plain value computed from what is known. No GTK. */
#pragma once

#include "vigil-candidate.h"
#include "vigil-outbox.h"
#include "vigil-score-store.h"
#include "vigil-scoring-policy.h"
#include "vigil-stream.h"

G_BEGIN_DECLS

/** What stands in the picture's place. */
typedef enum
{
  VIGIL_PICTURE_NONE,   /* initials and a word */
  VIGIL_PICTURE_LIVE,
  VIGIL_PICTURE_STILL,  /* a capture that is as new as this hall has them, with its age */
  VIGIL_PICTURE_STALE,  /* the last picture, or a capture that is old, under a veil with its age */
  VIGIL_PICTURE_LAST,   /* the candidate is gone: the last picture, grey */
} VigilTilePicture;

/** The glyph in the top left corner. */
typedef enum
{
  VIGIL_GLYPH_NONE,
  VIGIL_GLYPH_LIVE,
  VIGIL_GLYPH_WARM,
  VIGIL_GLYPH_STILL,
  VIGIL_GLYPH_SCORE_ONLY,
  VIGIL_GLYPH_CONNECTING,
  VIGIL_GLYPH_FAILED,
  VIGIL_GLYPH_GONE,
} VigilTileGlyph;

/** Everything is plain, so two looks are compared with memcmp(): what differs needs a redraw. */
typedef struct
{
  VigilTilePicture picture;
  VigilTileGlyph   glyph;
  VigilBand        band;          /* of the score */
  VigilBand        border;        /* the worse of the score's and the open flags' */
  int              score;         /* −1: none */
  int              picture_age_s; /* of a live one: by how much it comes late; −1: not known, or in time */
  int              score_age_s;   /* −1: fresh */
  int              left_s;        /* seconds since the candidate left, by whole steps; −1: here */
  int              bypass_s;      /* seconds left of a bypass; −1: none; G_MAXINT: until revoked */
  int              phase;         /* VigilStreamPhase */
  int              why;           /* VigilModeReason; 0 without a stream */
  guint            open_flags;
  gboolean         capture;       /* the picture is a capture, not a frame of the video */
  gboolean         no_video;      /* there can be none in this hall */
  gboolean         spinner;
  gboolean         bypassed;
  gboolean         hand;
  gboolean         claimed;
  gboolean         pinned;
  gboolean         camera_off;    /* here, but no picture is being sent */
  gboolean         action_pending;/* what an operator did waits for the hall */
  gboolean         action_refused;
} VigilTileLook;

typedef struct
{
  const VigilCandidate *candidate;   /* nullable: the place is empty */
  const VigilScore     *score;
  VigilStream          *stream;      /* nullable */
  VigilScoringPolicy   *policy;      /* nullable */
  const VigilOutboxItem *action;     /* nullable: pending or refused */
  gint64                frame_us;    /* when the picture on hand was decoded; 0: there is none */
  gint64                still_age_us;/* of the newest capture on hand; −1: there is none */
  gint64                now_us;      /* monotonic */
  gint64                hall_ms;
  gint64                stale_score_us;
  gint64                stale_video_us;
  gint64                stale_still_us;
  VigilRung             rung;        /* what is shown at best */
  gboolean              no_video;    /* the hall has no SFU */
} VigilTileInputs;

void vigil_tile_look_compute (VigilTileLook *look, const VigilTileInputs *in);

/** The line below the name. Returns: (transfer full). */
char *vigil_tile_look_describe (const VigilTileLook *look, const VigilCandidate *candidate);

/** "Still, 15 s old", "Live, 3 s late": what stands beside the glyph. Returns: (transfer full) (nullable): nothing does. */
char *vigil_tile_look_age_words (const VigilTileLook *look);

/** Why the tile shows what it shows: the glyph's tooltip. Returns: (transfer full). */
char *vigil_tile_look_explain (const VigilTileLook *look, VigilStream *stream);

/** What a screen reader says of the tile. Returns: (transfer full). */
char *vigil_tile_look_accessible_name (const VigilTileLook *look, const VigilCandidate *candidate);

G_END_DECLS
