/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that decodes candidates' videos in our stead, and what becomes of it. */
#pragma once

#include "vigil-decode-pool.h"
#include "vigil-decode-wire.h"
#include "vigil-frame.h"
#include "vigil-frame-memory.h"

G_BEGIN_DECLS

/**
 * VigilDecodeHelper:
 *
 * One helper process for one codec, with a few lanes to it. It is started when it is first needed, and again when it
 * went. Feeds decoded there begin anew with a key frame then; whose packets it had in hand is noted, and who has that
 * happen time and again is held back. Reference counted; any thread; waits for lanes, so never on the main thread
 * unless a function says otherwise.
 */
typedef struct _VigilDecodeHelper VigilDecodeHelper;

/** A lane on loan, with a process at its other end. */
typedef struct
{
  int     fd;
  guint   number;
  guint   generation; /* of the process; never 0 */
  guint8 *batch;      /* %VIGIL_DECODE_BATCH_MAX bytes for packets */
  gint   *sent;       /* atomic: set it when a message goes out */
  guint32 *sequence;  /* of the last message that went this way */
} VigilDecodeLane;

typedef enum
{
  VIGIL_HELPER_READY,
  VIGIL_HELPER_NOT_NOW, /* a moment later perhaps */
  VIGIL_HELPER_OUT,     /* this origin is held back, for long */
  VIGIL_HELPER_NEVER,   /* there can be none here: decode without */
} VigilHelperVerdict;

/** What one lane saw of the end of its process. */
typedef enum
{
  VIGIL_HELPER_END_IDLE,  /* it was gone before it took the request: this lane's is not to blame */
  VIGIL_HELPER_END_CRASH, /* it went with the request */
  VIGIL_HELPER_END_WRONG, /* it hangs with it, or answered what cannot be */
  VIGIL_HELPER_END_UNASKED, /* there was an answer already: of the making of who had the lane before */
} VigilHelperEnd;

VigilDecodeHelper *vigil_decode_helper_new          (const char         *program,
                                                     const char         *codec,
                                                     guint               n_lanes,
                                                     GError            **error);
VigilDecodeHelper *vigil_decode_helper_ref          (VigilDecodeHelper  *self);
void               vigil_decode_helper_unref        (VigilDecodeHelper  *self);
VigilFrameMemory  *vigil_decode_helper_get_memory   (VigilDecodeHelper  *self);
VigilHelperVerdict vigil_decode_helper_start        (VigilDecodeHelper  *self);
gboolean           vigil_decode_helper_await_start  (VigilDecodeHelper  *self,
                                                     VigilDecodePool    *pool,
                                                     gpointer            object);
VigilHelperVerdict vigil_decode_helper_admit        (VigilDecodeHelper  *self,
                                                     const char         *origin);
VigilHelperVerdict vigil_decode_helper_take_lane    (VigilDecodeHelper  *self,
                                                     const char *const  *origins,
                                                     guint               n_origins,
                                                     gint64              until,
                                                     VigilDecodeLane    *lane);
void               vigil_decode_helper_give_back    (VigilDecodeHelper  *self,
                                                     VigilDecodeLane    *lane);
void               vigil_decode_helper_lose         (VigilDecodeHelper  *self,
                                                     VigilDecodeLane    *lane,
                                                     VigilHelperEnd      end,
                                                     gint                at,
                                                     const char         *why);
void               vigil_decode_helper_keep         (VigilDecodeHelper  *self,
                                                     VigilFrame         *frame);
void               vigil_decode_helper_note_pictures (VigilDecodeHelper *self,
                                                     const char         *origin,
                                                     guint               n_pictures);
guint64            vigil_decode_helper_next_chain   (VigilDecodeHelper  *self);
guint              vigil_decode_helper_get_generation (VigilDecodeHelper *self);
GPid               vigil_decode_helper_get_pid      (VigilDecodeHelper  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilDecodeHelper, vigil_decode_helper_unref)

G_END_DECLS
