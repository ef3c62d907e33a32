/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine-readable marker along the top edge of every simulated picture.
 *
 * A single row of VIGIL_SIM_MARKER_CELLS black or white cells, as wide as the
 * picture and 5 % of its height: 16 bits of look, 4 bits of behaviour, 6 bits
 * of checksum, most significant bit first. It survives VP8 at low bitrates and
 * scaling down to 160 pixels wide. GLib only, so that tests of the client can
 * link the decoder alone.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_SIM_MARKER_CELLS 26

guint    vigil_sim_marker_get_height (guint height);

void     vigil_sim_marker_encode     (guint    look,
                                      guint    behaviour,
                                      gboolean cells[VIGIL_SIM_MARKER_CELLS]);

void     vigil_sim_marker_paint_bgrx (guint8  *bgrx,
                                      guint    width,
                                      guint    height,
                                      gsize    stride,
                                      guint    look,
                                      guint    behaviour);

gboolean vigil_sim_marker_decode     (const guint8 *bgrx,
                                      guint         width,
                                      guint         height,
                                      gsize         stride,
                                      guint        *look,
                                      guint        *behaviour);

G_END_DECLS
