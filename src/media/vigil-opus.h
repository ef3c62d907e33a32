/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An Opus decoder: packets in, mono samples at 48 kHz out. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_OPUS_RATE  48000u
/* 120 ms: no packet holds more. */
#define VIGIL_OPUS_MAX   5760u
/* 20 ms: what browsers put in a packet. */
#define VIGIL_OPUS_FRAME 960u

/** Not thread safe. */
typedef struct _VigilOpus VigilOpus;

VigilOpus *vigil_opus_new     (void);
void       vigil_opus_free    (VigilOpus    *self);

guint      vigil_opus_measure (const guint8 *data,
                               gsize         size);
guint      vigil_opus_decode  (VigilOpus    *self,
                               const guint8 *data,
                               gsize         size,
                               gint16       *samples);
guint      vigil_opus_recover (VigilOpus    *self,
                               const guint8 *data,
                               gsize         size,
                               guint         n,
                               gint16       *samples);
guint      vigil_opus_conceal (VigilOpus    *self,
                               guint         n,
                               gint16       *samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilOpus, vigil_opus_free)

G_END_DECLS
