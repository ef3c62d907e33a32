/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An SFU behind a bad network: signalling goes straight to the real one, media takes the way through. */
#pragma once

#include "bad-network.h"
#include "vigil-sfu.h"

G_BEGIN_DECLS

#define BAD_TYPE_SFU (bad_sfu_get_type ())
G_DECLARE_FINAL_TYPE (BadSfu, bad_sfu, BAD, SFU, GObject)

/**
 * Works with any VigilSfu, and so for each kind of SFU: in what @real offers or answers every UDP candidate becomes a door of
 * @network at the same address, and of ours no candidate reaches the SFU, which might else find a way past it. TCP candidates
 * are left alone. @network must outlive it.
 */
BadSfu *bad_sfu_new (VigilSfu *real, BadNetwork *network);

/** Whether media of the next transports goes past the network after all: libnice sends nothing through a relay whose peer
 *  sees it at another address than the relay's own, as the network's peers do. */
void    bad_sfu_set_straight (BadSfu *self, gboolean straight);

/** The next so many consumes are refused, as by a server that is short of something. */
void    bad_sfu_refuse_consumes (BadSfu *self, guint n);
guint   bad_sfu_get_n_refused   (BadSfu *self);
/** When the refused ones came, monotonic µs; (element-type gint64) (transfer none). */
GArray *bad_sfu_get_refused_us  (BadSfu *self);

G_END_DECLS
