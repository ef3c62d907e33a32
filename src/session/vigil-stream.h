/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate's video: its phase, its mode, its picture. */
#pragma once

#include <gio/gio.h>

#include "vigil-types.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_STREAM (vigil_stream_get_type ())
G_DECLARE_FINAL_TYPE (VigilStream, vigil_stream, VIGIL, STREAM, GObject)

/** Signal "changed": phase, mode, reason, picture, lateness or failure differ. Main thread only. */
VigilHandle       vigil_stream_get_handle (VigilStream *self);
VigilSource       vigil_stream_get_source (VigilStream *self);
VigilStreamPhase  vigil_stream_get_phase  (VigilStream *self);
VigilStreamMode   vigil_stream_get_mode   (VigilStream *self);
VigilModeReason   vigil_stream_get_reason (VigilStream *self);
/** Where its frames appear: a VigilFrameSlot. Returns: (nullable) (transfer none). */
GObject          *vigil_stream_get_picture (VigilStream *self);
/** The feed number of the picture; 0 without one. Changes with each consumer. */
guint64           vigil_stream_get_feed (VigilStream *self);
/** English cause of the last failure for the log and the tooltip. Returns: (nullable). */
const char       *vigil_stream_get_failure (VigilStream *self);
gboolean          vigil_stream_get_stalled (VigilStream *self);
/** By how many seconds its pictures come later than they would without a queue on their way; 0: they are in time, or nobody knows. */
guint             vigil_stream_get_late_s (VigilStream *self);
guint             vigil_stream_get_retries (VigilStream *self);

G_END_DECLS
