/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the client and its decoding helper say to each other. Both are of the same build: there is no version.
 *
 * A lane is a SOCK_SEQPACKET pair and a block of the shared memory for packets. On each lane there is one message at
 * a time, of one request or of several of different decoders, which are served in their order: waking a thread for
 * each would cost more than what else is done for it. DECODE is answered by any number of PICTURE, each answered by FRAME,
 * and when all are served by one message with a DONE for each. CLOSE comes alone, and is answered by
 * DONE. An answer bears the number of the last message on that lane, so that none is taken for another's. The client believes nothing that comes back: see vigil-remote-chain.c. The helper believes the client.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Descriptors of a helper as it starts: a lane's is VIGIL_DECODE_FD_LANE plus its number. */
#define VIGIL_DECODE_FD_CONTROL 3
#define VIGIL_DECODE_FD_MEMORY  4
#define VIGIL_DECODE_FD_LANE    5

#define VIGIL_DECODE_LANES_MAX  8u

/** Requests in a message. */
#define VIGIL_DECODE_GROUP_MAX  8u

/** What the shared memory begins with, by the helper's word: the lane that crashed, plus one; then for each lane which request of
 * its message it is at. */
#define VIGIL_DECODE_MARKS      (1u + VIGIL_DECODE_LANES_MAX)

/** Bytes of packets a message may have, and of a caps string. A packet stands behind a VigilDecodePacket. */
#define VIGIL_DECODE_BATCH_MAX  (256u * 1024)
#define VIGIL_DECODE_CAPS_MAX   2048u
#define VIGIL_DECODE_PACKET_MAX 9000u

typedef enum
{
  VIGIL_DECODE_CLOSE,
  VIGIL_DECODE_DECODE,
  VIGIL_DECODE_FRAME,
} VigilDecodeRequestKind;

typedef enum
{
  VIGIL_DECODE_PICTURE = 100, /* there is one, and no frame to draw it in */
  VIGIL_DECODE_DONE,
} VigilDecodeReplyKind;

#define VIGIL_DECODE_FLAG_FRESH  1u /* a decoder of its own, whatever there was under that number */
#define VIGIL_DECODE_FLAG_KEY    2u /* nothing before a key frame */
#define VIGIL_DECODE_FLAG_CAPS   4u /* the batch begins with a caps string, its zero included, in @caps_size bytes */

/** A frame in the shared memory; its width is 0 if there is none. */
typedef struct
{
  guint64 offset;
  guint32 width;
  guint32 height;
  guint32 stride;
  guint32 unused;
} VigilDecodeTarget;

typedef struct
{
  guint32           kind;
  guint32           flags;
  guint64           chain;
  guint64           batch;      /* where its packets are in the shared memory */
  guint32           n_packets;
  guint32           caps_size;
  guint32           box_width;  /* what is wanted; 0: pictures are decoded and not drawn */
  guint32           box_height;
  VigilDecodeTarget target;
  char              codec[8];
  guint32           sequence;   /* of the message */
  guint32           unused;
} VigilDecodeRequest;

typedef struct
{
  guint32 kind;
  guint32 drawn;      /* whether the last frame that was given is full */
  guint32 width;      /* of the picture that is drawn, as it was decoded */
  guint32 height;
  guint32 next_width; /* PICTURE: of the one that wants a frame */
  guint32 next_height;
  guint32 n_pictures; /* DONE: decoded, drawn or not */
  guint32 status;     /* DONE: VigilChainStatus */
  guint32 wants_key;  /* DONE */
  guint32 n_withheld; /* DONE: by the gate */
  guint32 n_refused;  /* DONE: for their size */
  guint32 cpu_us;     /* DONE */
  guint32 sequence;   /* of the message that this answers */
  guint32 at;         /* PICTURE: which of its requests */
} VigilDecodeReply;

/** Before each packet of a batch, which is padded to 8 bytes. */
typedef struct
{
  guint32 size;
  guint32 gap; /* packets before it are missing */
} VigilDecodePacket;

/** What a helper says on its control socket once it is locked in. */
typedef struct
{
  guint32 magic;
  guint32 sandboxed; /* the filter is on, and was tried */
} VigilDecodeHello;

#define VIGIL_DECODE_MAGIC 0x76646563u

G_END_DECLS
