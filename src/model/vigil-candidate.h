/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the wire said of a candidate (VigilCandidateInfo) and what we hold of one (VigilCandidate). */
#pragma once

#include "vigil-bypass.h"
#include "vigil-types.h"

G_BEGIN_DECLS

/** Which members of a VigilCandidateInfo the message carried. Omitted fields leave things alone. */
typedef enum
{
  VIGIL_FIELD_NAME         = 1 << 0,
  VIGIL_FIELD_ROOM         = 1 << 1,
  VIGIL_FIELD_JOINED_AT    = 1 << 2,
  VIGIL_FIELD_STREAMING    = 1 << 3,
  VIGIL_FIELD_CONNECTED    = 1 << 4,
  VIGIL_FIELD_SCORE        = 1 << 5,
  VIGIL_FIELD_OPEN_FLAGS   = 1 << 6,
  VIGIL_FIELD_PRODUCERS    = 1 << 7,
  VIGIL_FIELD_BYPASS       = 1 << 8,
  VIGIL_FIELD_CLAIMED_BY   = 1 << 9,
  VIGIL_FIELD_HAND_RAISED  = 1 << 10,
  VIGIL_FIELD_LAST_SEEN    = 1 << 11,
  VIGIL_FIELD_LEFT_AT      = 1 << 12,
  VIGIL_FIELD_PLATFORM     = 1 << 13,
  VIGIL_FIELD_PINNED       = 1 << 14, /* ours, never on the wire */
  VIGIL_FIELD_NETWORK      = 1 << 15,
  VIGIL_FIELD_WORKER       = 1 << 16,
} VigilCandidateFields;

/**
 * VigilCandidateInfo:
 *
 * A roster row or a delta. Made on any thread by protocol/, immutable afterwards.
 * Strings are UTF-8 and may be hostile in content (markup, direction marks, any length up to
 * 1,024 bytes). Times are epoch milliseconds on the hall's clock, 0 unknown. score −1 is missing.
 */
typedef struct
{
  VigilCandidateFields  fields;
  char                 *id;
  char                 *name;
  char                 *sort_key;            /* of name; NULL: not made beforehand */
  char                 *search_key;          /* likewise */
  char                 *room;
  char                 *network;             /* NULL: not known */
  char                 *worker;              /* of its webcam's producer; NULL: not known */
  char                 *platform;
  char                 *claimed_by;          /* NULL: nobody */
  char                 *producer_ids[VIGIL_N_SOURCES]; /* NULL: not produced */
  VigilBypass          *bypass;              /* NULL: none */
  char                **flag_types;          /* with the score: violation types inside their TTL; NULL: not said */
  gint64                joined_at_ms;
  gint64                last_seen_ms;
  gint64                left_at_ms;
  gint64                score_at_ms;
  int                   score;
  guint                 open_flags;
  gboolean              is_streaming;
  gboolean              connected;
  gboolean              hand_raised;
} VigilCandidateInfo;

VigilCandidateInfo *vigil_candidate_info_new (const char *id);
void                vigil_candidate_info_free (VigilCandidateInfo *info);
/** Makes the keys of its name, so that the main thread need not; before anybody else sees it. Any thread. */
void                vigil_candidate_info_prepare (VigilCandidateInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilCandidateInfo, vigil_candidate_info_free)

/**
 * VigilCandidate:
 *
 * One row of the roster, owned by it. Main thread only. The score is not here: see VigilScoreStore.
 * What many have in common (room, network, worker, platform) is interned: one copy for all of them,
 * and two of them are the same text exactly when they are the same pointer.
 */
typedef struct
{
  VigilHandle   handle;
  char         *id;
  char         *name;            /* never NULL; the id where no name is known */
  char         *sort_key;        /* collation key of name */
  char         *search_key;      /* casefolded "name id" */
  guint64       letters;         /* of search_key: vigil_search_key_letters() */
  char         *room;            /* nullable */
  char         *network;         /* nullable: what its connection comes through, as the hall groups it */
  char         *worker;          /* nullable: the SFU worker that carries its webcam, or last did */
  char         *platform;        /* nullable */
  char         *claimed_by;      /* nullable */
  char         *producer_ids[VIGIL_N_SOURCES];
  VigilBypass  *bypass;          /* nullable */
  gint64        joined_at_ms;
  gint64        last_seen_ms;
  gint64        left_at_ms;
  guint32       arrival;         /* order in which we first heard of it */
  guint         open_flags;      /* violations nobody has attended to */
  VigilBand     worst_open;      /* worst band among them */
  guint         present : 1;     /* in the exam as far as the hall says */
  guint         connected : 1;
  guint         is_streaming : 1;
  guint         hand_raised : 1;
  guint         pinned : 1;
} VigilCandidate;

G_END_DECLS
