/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files that make up VigilTileDecoder, and by nobody else. */
#pragma once

#include "vigil-codec-choice.h"
#include "vigil-feed-chain.h"
#include "vigil-packet-queue.h"
#include "vigil-tile-decoder.h"
#include "vigil-transit.h"

G_BEGIN_DECLS

/* Packets a job takes at a time, and after which an unfinished picture is looked at too. */
#define VIGIL_TILE_DECODER_BATCH 64

/* So many jobs of a feed whose first picture is waited for go before others': a key frame is some, and one that never comes holds up nobody. */
#define VIGIL_TILE_DECODER_URGENT 16

struct _VigilTileDecoder
{
  GObject parent_instance;

  /* immutable */
  char            *origin;
  VigilDecodePool *pool;
  VigilFrameSlot  *slot;

  /* atomic */
  gint  generation;
  gint  closed;
  gint  waiting;        /* for a key frame */
  gint  apart;          /* its chain is in the helper: a job of it ends, and may be done with others' */
  gsize last_packet_ms; /* monotonic; 0 without any */
  gsize busy_ms;        /* since when a job is inside the chain; 0: it is not */

  /* with the lock */
  GMutex            lock;
  VigilPacketQueue  queue;
  GstCaps          *caps;        /* new caps, not given to the chain yet */
  gboolean          scheduled;
  gint64            paused_us;   /* when the last pause began; 0: none, or its tail is over */
  gboolean          pause_begun; /* not known to the chain yet */
  gboolean          awaits_first;
  guint             n_urgent;    /* jobs that went before others since it does */
  gboolean          paused;      /* until it is resumed */
  gboolean          rest;        /* give the chain back, if it is still paused */
  gboolean          left_some;   /* the last job took a part of what was there, with the end of a picture in it perhaps */
  VigilTransit      transit;
  gint64            waits_us;    /* since when a whole picture waits for a thread; 0: none does */
  VigilFeedStats    stats;

  /* the one pool thread that runs the job */
  VigilCodecChoice  choice; /* allowed to before the first packet */
  VigilFeedChain   *chain;
  gboolean          failed;
  gboolean          key_asked;
};

G_END_DECLS
