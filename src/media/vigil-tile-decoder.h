/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decodes one video feed into its frame slot. */
#pragma once

#include "vigil-decode-helper.h"
#include "vigil-decode-pool.h"
#include "vigil-feed-decoder.h"
#include "vigil-frame-slot.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_TILE_DECODER (vigil_tile_decoder_get_type ())
G_DECLARE_FINAL_TYPE (VigilTileDecoder, vigil_tile_decoder, VIGIL, TILE_DECODER, GObject)

/**
 * VigilTileDecoder:
 *
 * Packets come in on a streaming thread and are only queued there; decoding,
 * scaling and publishing happen on a pool's threads, one at a time per feed.
 * Whatever goes wrong in it stays in it. The functions here are those of
 * VigilFeedDecoder, by which the engine knows it, and the signals are its.
 */
VigilTileDecoder *vigil_tile_decoder_new             (guint64           feed,
                                                      const char       *codec,
                                                      VigilDecodePool  *pool,
                                                      GError          **error);
VigilTileDecoder *vigil_tile_decoder_new_in_helper   (guint64             feed,
                                                      const char         *codec,
                                                      const char         *origin,
                                                      VigilDecodePool    *pool,
                                                      VigilDecodeHelper  *helper,
                                                      GError            **error);
void              vigil_tile_decoder_allow           (VigilTileDecoder   *self,
                                                      const char         *codec,
                                                      VigilDecodeHelper  *helper);
void              vigil_tile_decoder_close           (VigilTileDecoder *self);
void              vigil_tile_decoder_pause           (VigilTileDecoder *self);
void              vigil_tile_decoder_rest            (VigilTileDecoder *self);
void              vigil_tile_decoder_resume          (VigilTileDecoder *self);
VigilFrameSlot   *vigil_tile_decoder_get_slot        (VigilTileDecoder *self);
gboolean          vigil_tile_decoder_get_waiting     (VigilTileDecoder *self);
gint64            vigil_tile_decoder_get_last_packet (VigilTileDecoder *self);
gint64            vigil_tile_decoder_get_busy        (VigilTileDecoder *self);
void              vigil_tile_decoder_get_stats       (VigilTileDecoder *self,
                                                      VigilFeedStats   *stats);

/** What a pool for tile decoders runs, and how it knows what may be run together. */
void              vigil_tile_decoder_run             (gpointer         *objects,
                                                      guint             n);
gboolean          vigil_tile_decoder_joins           (gpointer          object);

G_END_DECLS
