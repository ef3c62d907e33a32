/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of an evidence frame to a picture; the bytes come from a candidate's machine and are not trusted. */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define VIGIL_EVIDENCE_ERROR (vigil_evidence_error_quark ())

typedef enum
{
  VIGIL_EVIDENCE_ERROR_FORMAT,   /* neither JPEG nor PNG */
  VIGIL_EVIDENCE_ERROR_TOO_LARGE,/* more pixels than anybody's camera or screen has */
  VIGIL_EVIDENCE_ERROR_BROKEN,   /* damaged, or cut off */
} VigilEvidenceError;

GQuark vigil_evidence_error_quark (void);

/** The most pixels a frame may announce. */
#define VIGIL_EVIDENCE_MAX_PIXELS (40 * 1000 * 1000)

/**
 * vigil_evidence_decode:
 * @max_side: the longer side of the result is scaled down to this; 0: as it is
 *
 * Only the JPEG and PNG loaders are reachable, chosen by the first bytes; the announced size is
 * checked before anything is decoded. Thread: any. Returns: (transfer full).
 */
GdkTexture *vigil_evidence_decode (GBytes *bytes, int max_side, GError **error);

/** As above, as pixels. @max_pixels: the most that may be announced; @width, @height: (out) (optional): before it was
 *  scaled down. Returns: (transfer full). */
GdkPixbuf  *vigil_evidence_decode_pixels (GBytes *bytes, int max_side, gint64 max_pixels, int *width, int *height, GError **error);

G_END_DECLS
