/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass of the stream budget: who asks first is let in first, until a ceiling is reached. */
#pragma once

#include "vigil-stream-limits.h"

G_BEGIN_DECLS

/** Owned by the budget; its members are read by nobody else. */
typedef struct
{
  const VigilStreamLimits *limits;
  VigilStreamCost          typical;   /* what a stream that was never live is taken for */
  VigilStreamCost          used;
  guint                    n_live;
  guint                    n_voices; /* microphones, which are not counted as live but for the connections they take */
  guint                    n_warm;
  gboolean                 closed;    /* a ceiling is reached: nobody behind goes past whom it stopped */
  VigilModeReason          why;       /* which; while closed */
  gboolean                 starved;   /* somebody would have begun and may not yet */

  double                   tokens;    /* streams that may still begin now; kept between passes */
  gint64                   filled_us; /* when they were counted last */
} VigilStreamAdmission;

/** A wall's worth of streams may begin at once. */
void vigil_stream_admission_init (VigilStreamAdmission *self);

/** Begins a pass at @now_us. @known: what the streams live at present cost together, @n: how many of them are known. */
void vigil_stream_admission_begin (VigilStreamAdmission *self, const VigilStreamLimits *limits,
                                   const VigilStreamCost *known, guint n, gint64 now_us);

/** What one asks for. */
typedef struct
{
  VigilStreamCost cost;
  gboolean        known;      /* @cost was measured */
  gboolean        has;        /* it is live already, and goes on if it can */
  gboolean        begun;      /* it has a consumer already: to go on costs no start */
  gboolean        urgent;     /* the operator asks for this very candidate: starts are not counted */
  gboolean        by_hand;    /* opened by hand: live on any rung that shows stills */
  VigilSource     source;     /* a microphone is no video: it counts in its cost alone */
} VigilStreamClaim;

/** Whether @claim may be live. FALSE: @why says what stands against it. */
gboolean vigil_stream_admission_take_live (VigilStreamAdmission *self, const VigilStreamClaim *claim, VigilModeReason *why);
/** Whether one more may be warm. FALSE: @why says what stands against it. */
gboolean vigil_stream_admission_take_warm (VigilStreamAdmission *self, const VigilStreamClaim *claim, VigilModeReason *why);
/** Monotonic µs at which another stream may begin. */
gint64   vigil_stream_admission_next_start (VigilStreamAdmission *self);

G_END_DECLS
