/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The field's words as types. Plain values, no behaviour. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/** A candidate's integer handle: an index, given once per id and never re-used in a session. */
typedef guint32 VigilHandle;
#define VIGIL_HANDLE_NONE G_MAXUINT32

/** Which of a candidate's feeds. */
typedef enum
{
  VIGIL_SOURCE_WEBCAM,
  VIGIL_SOURCE_SCREEN,
  VIGIL_SOURCE_MICROPHONE,
  VIGIL_N_SOURCES
} VigilSource;

typedef enum
{
  VIGIL_MEDIA_VIDEO,
  VIGIL_MEDIA_AUDIO,
} VigilMediaKind;

/** Severity band of a violation type or of a score. */
typedef enum
{
  VIGIL_BAND_LOW,
  VIGIL_BAND_MEDIUM,
  VIGIL_BAND_HIGH,
  VIGIL_BAND_CRITICAL,
  VIGIL_N_BANDS
} VigilBand;

typedef enum
{
  VIGIL_ROLE_NONE,
  VIGIL_ROLE_INVIGILATOR,
  VIGIL_ROLE_REVIEWER,
  VIGIL_ROLE_ADMIN,
} VigilRole;

/** What a tile gets (stream budget). */
typedef enum
{
  VIGIL_MODE_COLD,  /* no consumer */
  VIGIL_MODE_WARM,  /* consumer kept, paused */
  VIGIL_MODE_LIVE,  /* consumer running */
} VigilStreamMode;

/** Why a tile is in its mode; the words are chosen in ui/. Up to FOCUSED in the order in which they are asked for. */
typedef enum
{
  VIGIL_WHY_NOT_STREAMING,
  VIGIL_WHY_OFF_SCREEN,
  VIGIL_WHY_GRACE,
  VIGIL_WHY_NEAR_EDGE,
  VIGIL_WHY_PATROL,         /* patrol comes to it next */
  VIGIL_WHY_VISIBLE,
  VIGIL_WHY_FLAGGED,
  VIGIL_WHY_CLAIMED,        /* this operator has it in the queue */
  VIGIL_WHY_PINNED,
  VIGIL_WHY_FOCUSED,
  VIGIL_WHY_OVER_BUDGET,    /* from here on: what stands against more */
  VIGIL_WHY_OVER_CONNECTIONS, /* to an SFU with one a video */
  VIGIL_WHY_OVER_LOAD,      /* this computer bears no more at present */
  VIGIL_WHY_OVER_NETWORK,   /* the network does not */
  VIGIL_WHY_OVER_CPU,
  VIGIL_WHY_OVER_BITRATE,
  VIGIL_WHY_OVER_PIXELS,
  VIGIL_WHY_SETTLING,       /* the wall moves too fast for every stream to begin */
  VIGIL_WHY_RUNG,           /* no video: by the operator's choice */
  VIGIL_WHY_NOT_OPENED,     /* a screen or a microphone, of somebody who is not opened */
  VIGIL_WHY_NO_SOUND,       /* a microphone, where the SFU has pictures alone for consoles */
  VIGIL_N_WHYS
} VigilModeReason;

/** What a wall shows at best: the ladder, from the top. */
typedef enum
{
  VIGIL_RUNG_LIVE,
  VIGIL_RUNG_STILL,
  VIGIL_RUNG_SCORE,
} VigilRung;

/** Phases of one stream; the allowed edges are in session/vigil-stream.c. */
typedef enum
{
  VIGIL_PHASE_IDLE,
  VIGIL_PHASE_CHECKING,
  VIGIL_PHASE_CREATING_CONSUMER,
  VIGIL_PHASE_ATTACHING,
  VIGIL_PHASE_PLAYING,
  VIGIL_PHASE_STOPPED,
  VIGIL_N_PHASES
} VigilStreamPhase;

/** State of one connection of ours: the feed, the SFU, the evidence store. */
typedef enum
{
  VIGIL_LINK_OFFLINE,
  VIGIL_LINK_CONNECTING,
  VIGIL_LINK_CONNECTED,
  VIGIL_LINK_DEGRADED,      /* connected, and the hall or we ourselves say something is wrong */
  VIGIL_LINK_RECONNECTING,  /* waiting for the next try */
  VIGIL_LINK_REFUSED,       /* will not try again by itself: token, not a hall, ended */
} VigilLinkState;

/** Text nicks for logs, CSS classes and the wire; never shown as they are. */
const char *vigil_source_to_nick (VigilSource source);
gboolean    vigil_source_from_nick (const char *nick, VigilSource *source);
const char *vigil_band_to_nick (VigilBand band);
gboolean    vigil_band_from_nick (const char *nick, VigilBand *band);
const char *vigil_role_to_nick (VigilRole role);
gboolean    vigil_role_from_nick (const char *nick, VigilRole *role);
const char *vigil_stream_phase_to_nick (VigilStreamPhase phase);
const char *vigil_stream_mode_to_nick (VigilStreamMode mode);
const char *vigil_rung_to_nick (VigilRung rung);
gboolean    vigil_rung_from_nick (const char *nick, VigilRung *rung);

G_END_DECLS
