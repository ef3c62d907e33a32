/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose video the decoding helper was at when it went. A plain table; its owner has the lock. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** So many times in a row, and a feed is not decoded for a while. */
#define VIGIL_DECODE_STRIKES_OUT 3u

typedef struct _VigilDecodeStrikes VigilDecodeStrikes;

VigilDecodeStrikes *vigil_decode_strikes_new     (void);
void                vigil_decode_strikes_free    (VigilDecodeStrikes *self);
guint               vigil_decode_strikes_add     (VigilDecodeStrikes *self,
                                                  const char         *origin,
                                                  gint64              now);
void                vigil_decode_strikes_forgive (VigilDecodeStrikes *self,
                                                  const char         *origin,
                                                  guint               n_pictures,
                                                  gint64              now);
gint64              vigil_decode_strikes_get_held_until (VigilDecodeStrikes *self,
                                                  const char         *origin);
gboolean            vigil_decode_strikes_is_out  (VigilDecodeStrikes *self,
                                                  const char         *origin,
                                                  gint64              now);
guint               vigil_decode_strikes_get_n_origins (VigilDecodeStrikes *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilDecodeStrikes, vigil_decode_strikes_free)

G_END_DECLS
