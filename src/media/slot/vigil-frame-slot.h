/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a feed's newest picture waits for whoever draws it. Belongs to a feed, never to a tile. */
#pragma once

#include "vigil-frame.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FRAME_SLOT (vigil_frame_slot_get_type ())
G_DECLARE_FINAL_TYPE (VigilFrameSlot, vigil_frame_slot, VIGIL, FRAME_SLOT, GObject)

/**
 * vigil_frame_slot_new:
 * @feed: the feed whose frames are taken here; frames of any other are refused and counted
 *
 * Signal "frame" (no argument), on the main thread, at most one pending: a newer picture waits.
 */
VigilFrameSlot *vigil_frame_slot_new (guint64 feed);

/** As vigil_frame_slot_new(), with the pixels of its frames in @memory (nullable). */
VigilFrameSlot *vigil_frame_slot_new_in (guint64 feed, VigilFrameMemory *memory);

guint64 vigil_frame_slot_get_feed (VigilFrameSlot *self);

/**
 * A frame to fill and publish here: one that came back if its size is right, else a new one. Once
 * the sizes have settled nothing is allocated. Returns: (transfer full) (nullable): %NULL if the slot's memory is full. Thread: any.
 */
VigilFrame *vigil_frame_slot_acquire_frame (VigilFrameSlot *self, guint width, guint height);

/** Publishes a frame (transfer full); an older one that nobody took is dropped and counted. Thread: any. */
void vigil_frame_slot_publish (VigilFrameSlot *self, VigilFrame *frame);

/** The newest frame. Returns: (transfer full) (nullable). Thread: any. Leaves it in the slot. */
VigilFrame *vigil_frame_slot_dup_frame (VigilFrameSlot *self);

/**
 * Forgets the picture (stream stopped, slot re-used). Thread: any. Emits "frame" so that viewers
 * repaint. A frame that was acquired before and is published later is refused.
 */
void vigil_frame_slot_clear (VigilFrameSlot *self);

/** Frees what is kept for frames to come; the latest picture stays. For a feed that pauses. Thread: any. */
void vigil_frame_slot_trim (VigilFrameSlot *self);

/** Size in device pixels wanted by whoever shows it largest; read by the decoder. 0: nobody looks. Thread: any. */
void vigil_frame_slot_set_wanted_size (VigilFrameSlot *self, guint width, guint height);
void vigil_frame_slot_get_wanted_size (VigilFrameSlot *self, guint *width, guint *height);

/** Frames published, dropped unseen. Thread: any. */
guint64 vigil_frame_slot_get_n_published (VigilFrameSlot *self);
guint64 vigil_frame_slot_get_n_dropped (VigilFrameSlot *self);
/** Frames of another feed, or from before a clear. Thread: any. */
guint64 vigil_frame_slot_get_n_refused (VigilFrameSlot *self);
/** Its next frames are in @memory (nullable), those that are out stay where they are. Thread: any. */
void vigil_frame_slot_set_memory (VigilFrameSlot *self, VigilFrameMemory *memory);

/** Frames whose memory had to be allocated; stands still once warm. Thread: any. */
guint64 vigil_frame_slot_get_n_allocated (VigilFrameSlot *self);

G_END_DECLS
