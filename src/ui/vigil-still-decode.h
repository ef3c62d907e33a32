/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A candidate's capture as pixels of a tile's size. */
#pragma once

#include <gio/gio.h>

#include "vigil-frame.h"

G_BEGIN_DECLS

/** The most pixels a still may announce: no webcam has more, and one of 1 MiB could else unfold to anything. */
#define VIGIL_STILL_MAX_PIXELS (12 * 1000 * 1000)

/**
 * vigil_still_decode:
 * @max_side: the longer side of the result is no longer than this, in pixels
 *
 * As vigil_evidence_decode(), with its errors; of no feed (0). Thread: any. Returns: (transfer full).
 */
VigilFrame *vigil_still_decode (GBytes *bytes, int max_side, GError **error);

G_END_DECLS
