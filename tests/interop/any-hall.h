/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hall whose video comes from whichever SFU, with what a test does to it. Failures are the test's: these functions assert. */
#pragma once

#include "interop-hall.h"

G_BEGIN_DECLS

/** Everybody in it: candidate n, counted from 0, is s-(n+1) and shows look n. */
#define ANY_HALL_CANDIDATES 24

typedef struct _AnyHall AnyHall;

/** @kind: "mediasoup", "janus", "whep" or "stills". Returns: (transfer full) (nullable): there is no such kind. */
AnyHall     *any_hall_start     (const char *kind);
void         any_hall_stop      (AnyHall *self);

InteropHall *any_hall_get       (AnyHall *self);
const char  *any_hall_get_kind  (AnyHall *self);
gboolean     any_hall_has_video (AnyHall *self);
/** How many candidates, from the first, have a microphone that can be received. */
guint        any_hall_get_n_voices (AnyHall *self);
/** Whether they sound as janus-voices.h says; else as a room does in which somebody types. */
gboolean     any_hall_has_tones (AnyHall *self);

/** A candidate's pictures end, as when he closes his browser; and he is back. */
void         any_hall_leave     (AnyHall *self, guint candidate);
void         any_hall_return    (AnyHall *self, guint candidate);

/** A candidate's packets are well-formed and their payloads random; and as before. Only where there is video. */
void         any_hall_spoil     (AnyHall *self, guint candidate, gboolean spoilt);
/** A candidate's pictures become larger in band, or as they were. Only where there is video. */
void         any_hall_enlarge   (AnyHall *self, guint candidate, gboolean larger);

/** What the pictures come from dies; and is back, as another. The hall itself lives on, but for one of stills: its connections are cut. */
void         any_hall_kill      (AnyHall *self);
void         any_hall_restore   (AnyHall *self);

/** How many consumers there are at the server; −1: it does not say. */
int          any_hall_count_consumers (AnyHall *self);

G_END_DECLS
