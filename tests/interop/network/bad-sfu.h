/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An SFU behind a bad network: signalling goes straight to the real one, media takes the way through. */
#pragma once

#include "bad-network.h"
#include "vigil-sfu.h"

G_BEGIN_DECLS

#define BAD_TYPE_SFU (bad_sfu_get_type ())
G_DECLARE_FINAL_TYPE (BadSfu, bad_sfu, BAD, SFU, GObject)

/**
 * Works with any VigilSfu, and so for each kind of SFU: in the offers of @real every UDP candidate becomes a door of @network
 * at the same address, and of our answers no candidate reaches the SFU, which might else find a way past it. TCP candidates
 * are left alone. @network must outlive it.
 */
BadSfu *bad_sfu_new (VigilSfu *real, BadNetwork *network);

/** From now on each consume is refused, as a server does; 0: none, and what follows from "no such producer" is different. */
void    bad_sfu_refuse_consumes (BadSfu *self, guint n);
guint   bad_sfu_get_n_refused   (BadSfu *self);
/** When the refused ones came, monotonic µs; (element-type gint64) (transfer none). */
GArray *bad_sfu_get_refused_us  (BadSfu *self);

/** @sdp with the ports of its UDP candidates replaced; for rigs without a VigilSfu. Returns: (transfer full). */
char   *bad_sfu_reroute_offer (BadNetwork *network, const char *sdp);

G_END_DECLS
