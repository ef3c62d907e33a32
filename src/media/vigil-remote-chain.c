/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends batches, lends frames for what comes out of them and hears how it went. */
#include "vigil-remote-chain.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "vigil-i18n.h"
#include "vigil-media-metrics.h"
#include "vigil-picture.h"

/* More pictures than packets come out only where a decoder had kept some. */
#define PICTURES_EXTRA 32u

/* Two ends that are no lie, and one that is another's. */
static const char GONE[] = "it was gone";
static const char CRASHED[] = "it crashed";
static const char UNASKED[] = "an answer to no question";

struct _VigilRemoteChain
{
  /* immutable */
  VigilDecodeHelper *helper;
  char              *codec;
  char              *origin;
  VigilRemoteFuncs   funcs;
  gpointer           user_data;
  guint64            number;

  /* the thread that pushes */
  char     *caps;
  gboolean  caps_new;
  gboolean  key;        /* asked for with the next batch */
  gboolean  gap;        /* packets were left out before the next one */
  guint     generation; /* of the process that has our decoder; 0: none has */
  guint     width;      /* of the last picture; 0: none yet */
  guint     height;
};

/* Of a message, if it is of several: what one job has at most. */
#define PACKETS_MAX 64u

/* A push as a whole, with the wait for a lane: below the time after which a feed's watchdog takes its thread for lost,
 * by more than the wait for an answer is inexact. A request has the most of it, or is not made: who waited behind one
 * that hangs must not be taken for one that hangs. */
#define PUSH_US (2200 * 1000)
#define LANE_US (400 * 1000)

/* What one chain has in a message. */
typedef struct
{
  VigilRemoteChain  *chain;
  VigilRemotePush   *push;
  VigilFrame        *frame;     /* lent to the helper */
  guint              n_packets;
  guint              n_told;    /* pictures */
  guint              n_asked;   /* frames, by the helper */
} Batch;

/* A message under way, and the lane it goes by. */
typedef struct
{
  VigilDecodeHelper *helper;
  VigilDecodeLane    lane;
  Batch              batches[VIGIL_DECODE_GROUP_MAX];
  guint              n;
  gint64             began;    /* monotonic */
  gint64             deadline; /* monotonic */
  gint               at;       /* the request that what was wrong is about; -1: nobody can tell */
} Exchange;

/**
 * vigil_remote_chain_new:
 * @helper: decodes
 * @codec: upper case, the helper's
 * @origin: who is held back if the helper goes with it time and again
 * @funcs: what becomes of pictures; copied
 * @user_data: for @funcs
 *
 * Returns: (transfer full): a chain that waits for a key frame
 */
VigilRemoteChain *
vigil_remote_chain_new (VigilDecodeHelper      *helper,
                        const char             *codec,
                        const char             *origin,
                        const VigilRemoteFuncs *funcs,
                        gpointer                user_data)
{
  VigilRemoteChain *self = g_new0 (VigilRemoteChain, 1);

  self->helper = vigil_decode_helper_ref (helper);
  self->codec = g_strdup (codec);
  self->origin = g_strdup (origin);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->number = vigil_decode_helper_next_chain (helper);
  vigil_counter_add (vigil_media_metrics ()->chains_live, 1);
  vigil_counter_add (vigil_media_metrics ()->chains_apart, 1);

  return self;
}

static gboolean
send_requests (Exchange           *exchange,
               VigilDecodeRequest *requests,
               guint               n)
{
  requests[0].sequence = ++*exchange->lane.sequence;
  g_atomic_int_set (exchange->lane.sent, TRUE);
  return send (exchange->lane.fd, requests, n * sizeof *requests, MSG_NOSIGNAL) == (gssize) (n * sizeof *requests);
}

/**
 * vigil_remote_chain_set_caps:
 * @caps: of the packets that follow, as GStreamer writes them; too long ones are ignored
 */
void
vigil_remote_chain_set_caps (VigilRemoteChain *self,
                             const char       *caps)
{
  if (strlen (caps) >= VIGIL_DECODE_CAPS_MAX)
    return;

  g_free (self->caps);
  self->caps = g_strdup (caps);
  self->caps_new = TRUE;
}

/**
 * vigil_remote_chain_require_key:
 *
 * Withholds everything up to the next key frame.
 */
void
vigil_remote_chain_require_key (VigilRemoteChain *self)
{
  self->key = TRUE;
}

static gsize
pad (gsize size)
{
  return (size + 7) & ~(gsize) 7;
}

/* Writes as many of the packets as there is room for, moves @at and @room on, and takes them off the push. */
static void
write_packets (Batch   *batch,
               guint8 **at,
               gsize   *room)
{
  VigilRemoteChain *self = batch->chain;
  VigilRemotePush *push = batch->push;

  for (; push->n_packets > 0; push->packets++, push->n_packets--)
    {
      const VigilPacket *packet = push->packets;
      gsize size = gst_buffer_get_size (packet->buffer);
      VigilDecodePacket head = { .size = (guint32) size, .gap = self->gap || packet->gap };

      if (size > VIGIL_DECODE_PACKET_MAX)
        {
          self->gap = TRUE;
          continue;
        }
      if (sizeof head + pad (size) > *room)
        break;
      memcpy (*at, &head, sizeof head);
      gst_buffer_extract (packet->buffer, 0, *at + sizeof head, size);
      *at += sizeof head + pad (size);
      *room -= sizeof head + pad (size);
      self->gap = FALSE;
      batch->n_packets++;
    }
}

static void
lend (const Batch       *batch,
      VigilDecodeTarget *target)
{
  VigilFrameMemory *memory = vigil_decode_helper_get_memory (batch->chain->helper);

  *target = (VigilDecodeTarget) { 0 };
  if (batch->frame == NULL)
    return;

  target->offset = vigil_frame_memory_get_offset (memory, batch->frame->pixels);
  target->width = batch->frame->width;
  target->height = batch->frame->height;
  target->stride = batch->frame->stride;
}

/* A frame of the size the last picture had: then nothing has to be asked. */
static void
prepare (Batch              *batch,
         VigilDecodeRequest *request)
{
  VigilRemoteChain *self = batch->chain;
  guint width, height;

  self->funcs.get_box (self->user_data, &width, &height);
  if (width > 0 && height > 0 && self->width > 0)
    batch->frame = self->funcs.offer (self->user_data, self->width, self->height);
  request->box_width = width;
  request->box_height = height;
  lend (batch, &request->target);
}

static void
compose (Batch              *batch,
         guint               generation,
         guint8            **at,
         gsize              *room,
         VigilDecodeRequest *request)
{
  VigilRemoteChain *self = batch->chain;
  gboolean fresh = generation != self->generation;

  *request = (VigilDecodeRequest) { .kind = VIGIL_DECODE_DECODE, .chain = self->number };
  request->batch = vigil_frame_memory_get_offset (vigil_decode_helper_get_memory (self->helper), *at);
  g_strlcpy (request->codec, self->codec, sizeof request->codec);
  if (fresh)
    request->flags |= VIGIL_DECODE_FLAG_FRESH;
  if (self->key)
    request->flags |= VIGIL_DECODE_FLAG_KEY;
  if (self->caps != NULL && (fresh || self->caps_new))
    {
      request->flags |= VIGIL_DECODE_FLAG_CAPS;
      request->caps_size = (guint32) strlen (self->caps) + 1;
      memcpy (*at, self->caps, request->caps_size);
      *at += pad (request->caps_size);
      *room -= pad (request->caps_size);
    }
  write_packets (batch, at, room);
  request->n_packets = batch->n_packets;
  prepare (batch, request);

  self->generation = generation;
  self->caps_new = FALSE;
  self->key = FALSE;
}

static gboolean
tell_picture (Batch                  *batch,
              const VigilDecodeReply *reply)
{
  VigilRemoteChain *self = batch->chain;
  VigilFrame *frame;

  /* The frame stays lent until the process is gone. */
  if (!vigil_picture_size_is_sane (reply->width, reply->height) || batch->n_told > batch->n_packets + PICTURES_EXTRA)
    return FALSE;

  frame = g_steal_pointer (&batch->frame);
  batch->n_told++;
  self->width = reply->width;
  self->height = reply->height;
  if (frame != NULL)
    {
      frame->source_width = reply->width;
      frame->source_height = reply->height;
    }
  self->funcs.picture (self->user_data, reply->width, reply->height, frame);
  return TRUE;
}

/* The helper has a picture and nowhere to draw it. */
static const char *
serve_picture (Exchange               *exchange,
               const VigilDecodeReply *reply)
{
  Batch *batch = &exchange->batches[MIN (reply->at, exchange->n - 1)];
  VigilRemoteChain *self = batch->chain;
  VigilDecodeRequest answer = { .kind = VIGIL_DECODE_FRAME };

  if (reply->at >= exchange->n)
    return "a picture of nobody";
  exchange->at = (gint) reply->at;
  if (reply->drawn && batch->frame != NULL && !tell_picture (batch, reply))
    return "a picture that cannot be";
  g_clear_pointer (&batch->frame, vigil_frame_unref);
  if (!vigil_picture_size_is_sane (reply->next_width, reply->next_height) ||
      ++batch->n_asked > batch->n_packets + PICTURES_EXTRA)
    return "pictures that cannot be";

  self->funcs.get_box (self->user_data, &answer.box_width, &answer.box_height);
  if (answer.box_width > 0 && answer.box_height > 0)
    batch->frame = self->funcs.offer (self->user_data, reply->next_width, reply->next_height);
  lend (batch, &answer.target);

  return send_requests (exchange, &answer, 1) ? NULL : "no way to it";
}

static const char *
finish (Batch                  *batch,
        gint64                  began,
        const VigilDecodeReply *reply)
{
  VigilRemoteChain *self = batch->chain;
  VigilRemoteResult *result = &batch->push->result;
  const VigilMediaMetrics *m = vigil_media_metrics ();

  if (reply->status > VIGIL_CHAIN_FAILED || reply->n_pictures > batch->n_packets + PICTURES_EXTRA)
    return "an end that cannot be";
  if (reply->drawn && batch->frame != NULL && !tell_picture (batch, reply))
    return "a picture that cannot be";
  g_clear_pointer (&batch->frame, vigil_frame_unref);
  /* Those that nobody looks at. */
  while (batch->n_told < reply->n_pictures)
    if (!tell_picture (batch, reply))
      return "pictures that cannot be";

  vigil_counter_add (m->frames_withheld, MIN (reply->n_withheld, 1000));
  vigil_counter_add (m->frames_refused, MIN (reply->n_refused, 1000));
  result->status = MAX (result->status, (VigilChainStatus) reply->status);
  result->wants_key = reply->wants_key != 0;
  /* One thread was at it: it cannot have worked for longer than we waited. */
  result->cpu_us += MIN ((gint64) reply->cpu_us, g_get_monotonic_time () - began);
  if (reply->n_pictures > 0)
    vigil_decode_helper_note_pictures (self->helper, self->origin, reply->n_pictures);
  return NULL;
}

/* Returns what was wrong, NULL if there are answers to our last message: @n of them. */
static const char *
receive (const Exchange   *exchange,
         VigilDecodeReply *replies,
         guint            *n)
{
  while (TRUE)
    {
      gssize got = recv (exchange->lane.fd, replies, VIGIL_DECODE_GROUP_MAX * sizeof *replies, 0);

      if (got < 0 && errno == EINTR)
        continue;
      /* Unread requests of a process that went come back as this. */
      if (got < 0 && errno == ECONNRESET)
        return GONE;
      if (got == 0 || (got < 0 && errno != EAGAIN))
        return CRASHED;
      if (g_get_monotonic_time () > exchange->deadline)
        return "it hangs";
      if (got < 0)
        continue;
      if ((gsize) got % sizeof *replies != 0)
        return "half an answer";
      *n = (guint) ((gsize) got / sizeof *replies);
      for (guint i = 0; i < *n; i++)
        if (replies[i].sequence != *exchange->lane.sequence)
          return UNASKED;
      return NULL;
    }
}

static const char *
finish_all (Exchange               *exchange,
            const VigilDecodeReply *replies,
            guint                   n)
{
  const char *wrong = NULL;

  if (n != exchange->n)
    return "as many answers as cannot be";
  for (guint i = 0; i < n && wrong == NULL; i++)
    {
      exchange->at = (gint) i;
      wrong = replies[i].kind == VIGIL_DECODE_DONE ? finish (&exchange->batches[i], exchange->began, &replies[i])
                                                   : "an unknown answer";
    }

  return wrong;
}

/* Returns what was wrong, NULL if all is well. */
static const char *
hear (Exchange *exchange)
{
  while (TRUE)
    {
      VigilDecodeReply replies[VIGIL_DECODE_GROUP_MAX];
      const char *wrong;
      guint n = 0;

      exchange->at = -1;
      wrong = receive (exchange, replies, &n);
      if (wrong == NULL && (n > 1 || replies[0].kind != VIGIL_DECODE_PICTURE))
        return finish_all (exchange, replies, n);
      if (wrong == NULL)
        wrong = serve_picture (exchange, &replies[0]);
      if (wrong != NULL)
        return wrong;
    }
}

static void
lose (Exchange   *exchange,
      const char *wrong)
{
  for (guint i = 0; i < exchange->n; i++)
    {
      Batch *batch = &exchange->batches[i];

      batch->chain->generation = 0;
      batch->push->result.status = VIGIL_CHAIN_WITHHELD;
      batch->push->result.wants_key = TRUE;
      batch->push->n_packets = 0;
      if (batch->frame != NULL)
        vigil_decode_helper_keep (exchange->helper, g_steal_pointer (&batch->frame));
    }
  vigil_decode_helper_lose (exchange->helper, &exchange->lane,
                            wrong == GONE ? VIGIL_HELPER_END_IDLE :
                            wrong == CRASHED ? VIGIL_HELPER_END_CRASH :
                            wrong == UNASKED ? VIGIL_HELPER_END_UNASKED : VIGIL_HELPER_END_WRONG,
                            exchange->at, wrong);
}

/* What somebody left there for the next one. */
static gboolean
is_lying_in_wait (const Exchange *exchange)
{
  char byte;

  return recv (exchange->lane.fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) > 0;
}

/* One message and all that comes of it. What there was no room for stays in the pushes. */
static void
serve (Exchange *exchange)
{
  VigilDecodeRequest requests[VIGIL_DECODE_GROUP_MAX];
  guint8 *at = exchange->lane.batch;
  gsize room = VIGIL_DECODE_BATCH_MAX;
  const char *wrong = GONE;

  exchange->began = g_get_monotonic_time ();
  exchange->at = -1;
  if (is_lying_in_wait (exchange))
    wrong = UNASKED;
  else
    {
      for (guint i = 0; i < exchange->n; i++)
        compose (&exchange->batches[i], exchange->lane.generation, &at, &room, &requests[i]);
      if (send_requests (exchange, requests, exchange->n))
        wrong = hear (exchange);
    }
  if (wrong != NULL)
    lose (exchange, wrong);
}

/* What was to be decoded now is not: what comes later builds upon it. */
static void
stay_away (VigilRemotePush    *push,
           VigilHelperVerdict  verdict)
{
  VigilRemoteResult *result = &push->result;

  push->n_packets = 0;
  push->chain->key = TRUE;
  result->wants_key = TRUE;
  result->status = VIGIL_CHAIN_WITHHELD;
  result->never = verdict == VIGIL_HELPER_NEVER;
  if (verdict == VIGIL_HELPER_OUT)
    {
      result->status = VIGIL_CHAIN_FAILED;
      result->failure = NC_("reason", "this video cannot be decoded here");
    }
}

/* All that it will write at most. */
static gsize
measure (const VigilRemotePush *push)
{
  gsize size = VIGIL_DECODE_CAPS_MAX;

  for (guint i = 0; i < push->n_packets; i++)
    size += sizeof (VigilDecodePacket) + pad (gst_buffer_get_size (push->packets[i].buffer));

  return size;
}

/* Those that are admitted and fit, of one helper; the first fits in any case. So many packets as one job may have: the time that a helper
 * has is for all of a message, and whoever comes last must not answer for what those before him took. */
static void
gather (Exchange        *exchange,
        const char     **origins,
        VigilRemotePush *pushes,
        guint            n_pushes)
{
  gsize room = VIGIL_DECODE_BATCH_MAX;
  guint n_packets = 0;

  for (guint i = 0; i < n_pushes && exchange->n < VIGIL_DECODE_GROUP_MAX; i++)
    {
      VigilRemotePush *push = &pushes[i];
      VigilHelperVerdict verdict;
      gsize size;

      if (push->n_packets == 0 || (exchange->helper != NULL && push->chain->helper != exchange->helper))
        continue;
      size = measure (push);
      if (exchange->n > 0 && (size > room || n_packets + push->n_packets > PACKETS_MAX))
        continue;
      verdict = vigil_decode_helper_admit (push->chain->helper, push->chain->origin);
      if (verdict != VIGIL_HELPER_READY)
        {
          stay_away (push, verdict);
          continue;
        }
      room -= MIN (size, room);
      n_packets += push->n_packets;
      exchange->helper = push->chain->helper;
      origins[exchange->n] = push->chain->origin;
      exchange->batches[exchange->n++] = (Batch) { .chain = push->chain, .push = push };
    }
}

/**
 * vigil_remote_chain_push_all:
 * @pushes: of different chains
 * @n_pushes: at most %VIGIL_DECODE_GROUP_MAX go in one message
 *
 * Waits for the helper, for a few seconds if it hangs. It does them one after the other, in one exchange where they
 * fit: what each of them costs is waking it, and being woken.
 */
void
vigil_remote_chain_push_all (VigilRemotePush *pushes,
                             guint            n_pushes)
{
  gint64 began = g_get_monotonic_time ();

  for (guint i = 0; i < n_pushes; i++)
    pushes[i].result = (VigilRemoteResult) { .status = VIGIL_CHAIN_OK, .failure = NC_("reason", "the decoder returned an error") };

  while (TRUE)
    {
      Exchange exchange = { .deadline = began + PUSH_US };
      const char *origins[VIGIL_DECODE_GROUP_MAX];
      VigilHelperVerdict verdict;

      gather (&exchange, origins, pushes, n_pushes);
      if (exchange.n == 0)
        return;

      verdict = g_get_monotonic_time () > began + LANE_US ? VIGIL_HELPER_NOT_NOW :
                vigil_decode_helper_take_lane (exchange.helper, origins, exchange.n, began + LANE_US, &exchange.lane);
      if (verdict == VIGIL_HELPER_READY)
        {
          serve (&exchange);
          vigil_decode_helper_give_back (exchange.helper, &exchange.lane);
        }
      for (guint i = 0; i < exchange.n; i++)
        if (verdict != VIGIL_HELPER_READY)
          stay_away (exchange.batches[i].push, verdict);
        else if (exchange.batches[i].push->result.status == VIGIL_CHAIN_FAILED)
          exchange.batches[i].push->n_packets = 0;
    }
}

/* Waits for its end: the lane's next user must not be taken for who did what a decoder does as it goes. */
static void
close_there (VigilRemoteChain *self)
{
  VigilRemotePush unused = { .chain = self };
  Exchange exchange = { .helper = self->helper, .batches = { { .chain = self, .push = &unused } }, .n = 1, .at = -1 };
  VigilDecodeRequest request = { .kind = VIGIL_DECODE_CLOSE, .chain = self->number };
  const char *origin = self->origin, *wrong = NULL;
  VigilDecodeReply replies[VIGIL_DECODE_GROUP_MAX];
  guint n = 0;

  if (vigil_decode_helper_admit (self->helper, origin) != VIGIL_HELPER_READY ||
      vigil_decode_helper_take_lane (self->helper, &origin, 1, G_MAXINT64, &exchange.lane) != VIGIL_HELPER_READY)
    return;

  exchange.deadline = g_get_monotonic_time () + PUSH_US;
  if (exchange.lane.generation == self->generation)
    {
      wrong = is_lying_in_wait (&exchange) ? UNASKED : send_requests (&exchange, &request, 1) ? receive (&exchange, replies, &n) : GONE;
      if (wrong == NULL && (n != 1 || replies[0].kind != VIGIL_DECODE_DONE))
        wrong = "an unknown answer";
    }
  if (wrong != NULL)
    lose (&exchange, wrong);
  vigil_decode_helper_give_back (self->helper, &exchange.lane);
}

/**
 * vigil_remote_chain_free:
 *
 * Not from within its functions. Waits for a lane.
 */
void
vigil_remote_chain_free (VigilRemoteChain *self)
{
  if (self->generation != 0 && self->generation == vigil_decode_helper_get_generation (self->helper))
    close_there (self);

  vigil_counter_add (vigil_media_metrics ()->chains_live, -1);
  vigil_counter_add (vigil_media_metrics ()->chains_apart, -1);
  vigil_decode_helper_unref (self->helper);
  g_free (self->codec);
  g_free (self->origin);
  g_free (self->caps);
  g_free (self);
}
