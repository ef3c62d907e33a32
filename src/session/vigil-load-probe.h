/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How late the main loop and the frames of a window come, asked ten times a second. */
#pragma once

#include "vigil-ladder.h"

G_BEGIN_DECLS

typedef struct _VigilLoadProbe VigilLoadProbe;

/** Who paints. */
typedef struct
{
  /** Asks the frame clock of a window that can be seen for a frame. FALSE: there is none. One question at a time; the answer is
   *  vigil_load_probe_frame_came() or vigil_load_probe_frame_held(). */
  gboolean (*ask_frame) (gpointer user_data);
  gpointer   user_data;
} VigilPainter;

/** Main thread only. Asks nothing until it runs. */
VigilLoadProbe *vigil_load_probe_new  (void);
void            vigil_load_probe_free (VigilLoadProbe *self);

/** @painter: (nullable): nobody paints any more; copied, its user_data is borrowed. */
void vigil_load_probe_set_painter (VigilLoadProbe *self, const VigilPainter *painter);
void vigil_load_probe_set_running (VigilLoadProbe *self, gboolean running);

/** The frame that was asked for is painted. @allowed_us: how long after a question a frame may come that is not late. */
void vigil_load_probe_frame_came (VigilLoadProbe *self, gint64 allowed_us);
/** It will not come, and not because of us: the desktop holds the window's frames back. */
void vigil_load_probe_frame_held (VigilLoadProbe *self);

/** Fills loop_late_ms and frame_late_ms with what was measured since the last time, and starts anew. A frame that is still
 *  waited for is as late as it is by now. */
void vigil_load_probe_take (VigilLoadProbe *self, VigilLoad *load);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilLoadProbe, vigil_load_probe_free)

G_END_DECLS
