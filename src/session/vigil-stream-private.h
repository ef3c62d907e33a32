/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a VigilStream is changed; for its driver, the survey and its tests. */
#pragma once

#include "vigil-state-table.h"
#include "vigil-stream.h"

G_BEGIN_DECLS

/** The allowed edges between phases. */
extern const VigilStateTable vigil_stream_phases;

/** A cold, idle stream of one feed of a candidate. */
VigilStream *vigil_stream_new (VigilHandle handle, VigilSource source);

/** Enters a phase; to the one it is in already is no move. Returns: whether it is in @to now. */
gboolean vigil_stream_enter (VigilStream *self, VigilStreamPhase to, const char *why);

void vigil_stream_set_mode    (VigilStream *self, VigilStreamMode mode, VigilModeReason reason);
/** @picture: (nullable): where frames appear from now on. */
void vigil_stream_set_picture (VigilStream *self, GObject *picture, guint64 feed);
/** @failure: (nullable): English. */
void vigil_stream_set_failure (VigilStream *self, const char *failure);
void vigil_stream_set_stalled (VigilStream *self, gboolean stalled);
/** What waits on its way at present. @from_us: what is called late. */
void vigil_stream_set_behind  (VigilStream *self, gint64 behind_us, gint64 from_us);
void vigil_stream_set_retries (VigilStream *self, guint retries);

/** Brackets several changes: "changed" comes once, at the end, if there was one. Nests. */
void vigil_stream_begin (VigilStream *self);
void vigil_stream_end   (VigilStream *self);

G_END_DECLS
