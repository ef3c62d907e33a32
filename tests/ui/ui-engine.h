/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A media engine whose pictures say whose they are: every frame of producer "pN" has N in its first pixel. */
#pragma once

#include "vigil-frame-slot.h"
#include "vigil-media-engine.h"

G_BEGIN_DECLS

#define UI_TYPE_ENGINE (ui_engine_get_type ())
G_DECLARE_FINAL_TYPE (UiEngine, ui_engine, UI, ENGINE, GObject)

UiEngine *ui_engine_new (void);

/** A new frame in every running feed. Returns: how many. */
guint     ui_engine_publish (UiEngine *self);
/** How many frames producer "pN" has had since the beginning. */
guint     ui_engine_get_n_published (UiEngine *self, guint marker);
/** Its camera sends no more pictures, though everybody says that it does. */
void      ui_engine_freeze (UiEngine *self, guint marker, gboolean frozen);
/** The number a frame carries. */
guint     ui_engine_marker (const VigilFrame *frame);
guint     ui_engine_get_n_running (UiEngine *self);
/** So long each picture waits for a decoder, as far as the statistics say; default 0. */
void      ui_engine_set_wait_ms (UiEngine *self, guint wait_ms);

G_END_DECLS
