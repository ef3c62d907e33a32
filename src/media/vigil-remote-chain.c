/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends a batch, lends frames for what comes out of it and hears how it went. */
#include "vigil-remote-chain.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

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

/* A push as a whole, with the wait for a lane: below the time after which a feed's watchdog takes its thread for lost,
 * by more than the wait for an answer is inexact. A request has the most of it, or is not made: who waited behind one
 * that hangs must not be taken for one that hangs. */
#define PUSH_US (2200 * 1000)
#define LANE_US (400 * 1000)

/* A batch under way. */
typedef struct
{
  VigilRemoteChain  *chain;
  VigilDecodeLane    lane;
  VigilRemoteResult *result;
  VigilFrame        *frame;     /* lent to the helper */
  guint              n_packets;
  guint              n_told;    /* pictures */
  guint              n_asked;   /* frames, by the helper */
  gint64             began;     /* monotonic */
  gint64             deadline;  /* monotonic */
} Batch;

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
send_request (Batch              *batch,
              VigilDecodeRequest *request)
{
  request->sequence = ++*batch->lane.sequence;
  g_atomic_int_set (batch->lane.sent, TRUE);
  return send (batch->lane.fd, request, sizeof *request, MSG_NOSIGNAL) == (gssize) sizeof *request;
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

/* Writes as many of the packets as there is room for. Returns how many. */
static guint
write_packets (VigilRemoteChain  *self,
               guint8            *at,
               gsize              room,
               const VigilPacket *packets,
               guint              n_packets,
               guint             *n_written)
{
  guint i;

  *n_written = 0;
  for (i = 0; i < n_packets; i++)
    {
      gsize size = gst_buffer_get_size (packets[i].buffer);
      VigilDecodePacket head = { .size = (guint32) size, .gap = self->gap || packets[i].gap };

      if (size > VIGIL_DECODE_PACKET_MAX)
        {
          self->gap = TRUE;
          continue;
        }
      if (sizeof head + pad (size) > room)
        break;
      memcpy (at, &head, sizeof head);
      gst_buffer_extract (packets[i].buffer, 0, at + sizeof head, size);
      at += sizeof head + pad (size);
      room -= sizeof head + pad (size);
      self->gap = FALSE;
      (*n_written)++;
    }

  return i;
}

static void
lend (Batch             *batch,
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

static guint
compose (Batch              *batch,
         VigilDecodeRequest *request,
         const VigilPacket  *packets,
         guint               n_packets)
{
  VigilRemoteChain *self = batch->chain;
  VigilFrameMemory *memory = vigil_decode_helper_get_memory (self->helper);
  gboolean fresh = batch->lane.generation != self->generation;
  guint8 *at = batch->lane.batch;
  gsize room = VIGIL_DECODE_BATCH_MAX;
  guint n;

  request->kind = VIGIL_DECODE_DECODE;
  request->chain = self->number;
  request->batch = vigil_frame_memory_get_offset (memory, at);
  g_strlcpy (request->codec, self->codec, sizeof request->codec);
  if (fresh)
    request->flags |= VIGIL_DECODE_FLAG_FRESH;
  if (self->key)
    request->flags |= VIGIL_DECODE_FLAG_KEY;
  if (self->caps != NULL && (fresh || self->caps_new))
    {
      request->flags |= VIGIL_DECODE_FLAG_CAPS;
      request->caps_size = (guint32) strlen (self->caps) + 1;
      memcpy (at, self->caps, request->caps_size);
      at += pad (request->caps_size);
      room -= pad (request->caps_size);
    }
  n = write_packets (self, at, room, packets, n_packets, &request->n_packets);

  self->generation = batch->lane.generation;
  self->caps_new = FALSE;
  self->key = FALSE;
  batch->n_packets = request->n_packets;
  return n;
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
serve_picture (Batch                  *batch,
               const VigilDecodeReply *reply)
{
  VigilRemoteChain *self = batch->chain;
  VigilDecodeRequest answer = { .kind = VIGIL_DECODE_FRAME };

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

  return send_request (batch, &answer) ? NULL : "no way to it";
}

static const char *
finish (Batch                  *batch,
        const VigilDecodeReply *reply)
{
  VigilRemoteChain *self = batch->chain;
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
  batch->result->status = MAX (batch->result->status, (VigilChainStatus) reply->status);
  batch->result->wants_key = reply->wants_key != 0;
  /* One thread was at it: it cannot have worked for longer than we waited. */
  batch->result->cpu_us += MIN ((gint64) reply->cpu_us, g_get_monotonic_time () - batch->began);
  if (reply->n_pictures > 0)
    vigil_decode_helper_note_pictures (self->helper, self->origin, reply->n_pictures);
  return NULL;
}

/* Returns what was wrong, NULL if there is an answer to our last request. */
static const char *
receive (const Batch      *batch,
         VigilDecodeReply *reply)
{
  while (TRUE)
    {
      gssize got = recv (batch->lane.fd, reply, sizeof *reply, 0);

      if (got < 0 && errno == EINTR)
        continue;
      /* Unread requests of a process that went come back as this. */
      if (got < 0 && errno == ECONNRESET)
        return GONE;
      if (got == 0 || (got < 0 && errno != EAGAIN))
        return CRASHED;
      if (g_get_monotonic_time () > batch->deadline)
        return "it hangs";
      if (got < 0)
        continue;
      if (got != (gssize) sizeof *reply)
        return "half an answer";
      return reply->sequence == *batch->lane.sequence ? NULL : UNASKED;
    }
}

/* Returns what was wrong, NULL if all is well. */
static const char *
hear (Batch *batch)
{
  while (TRUE)
    {
      VigilDecodeReply reply;
      const char *wrong = receive (batch, &reply);

      if (wrong == NULL && reply.kind == VIGIL_DECODE_DONE)
        return finish (batch, &reply);
      if (wrong == NULL)
        wrong = reply.kind == VIGIL_DECODE_PICTURE ? serve_picture (batch, &reply) : "an unknown answer";
      if (wrong != NULL)
        return wrong;
    }
}

static void
lose (Batch      *batch,
      const char *wrong)
{
  VigilRemoteChain *self = batch->chain;

  self->generation = 0;
  batch->result->status = VIGIL_CHAIN_WITHHELD;
  batch->result->wants_key = TRUE;
  vigil_decode_helper_lose (self->helper, &batch->lane,
                            wrong == GONE ? VIGIL_HELPER_END_IDLE :
                            wrong == CRASHED ? VIGIL_HELPER_END_CRASH :
                            wrong == UNASKED ? VIGIL_HELPER_END_UNASKED : VIGIL_HELPER_END_WRONG,
                            wrong, g_steal_pointer (&batch->frame));
}

/* What somebody left there for the next one. */
static gboolean
is_lying_in_wait (const Batch *batch)
{
  char byte;

  return recv (batch->lane.fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) > 0;
}

/* One request and all that comes of it. Returns how many packets are done with, 0 if the process is lost. */
static guint
serve (Batch             *batch,
       const VigilPacket *packets,
       guint              n_packets)
{
  VigilDecodeRequest request = { 0 };
  const char *wrong = GONE;
  guint n;

  batch->began = g_get_monotonic_time ();
  if (is_lying_in_wait (batch))
    wrong = UNASKED;
  else
    {
      n = compose (batch, &request, packets, n_packets);
      prepare (batch, &request);
      if (send_request (batch, &request))
        wrong = hear (batch);
    }
  if (wrong == NULL)
    return n;

  lose (batch, wrong);
  return 0;
}

/* What was to be decoded now is not: what comes later builds upon it. */
static void
stay_away (VigilRemoteChain   *self,
           VigilRemoteResult  *result,
           VigilHelperVerdict  verdict)
{
  self->key = TRUE;
  result->wants_key = TRUE;
  result->status = VIGIL_CHAIN_WITHHELD;
  result->never = verdict == VIGIL_HELPER_NEVER;
  if (verdict == VIGIL_HELPER_OUT)
    {
      result->status = VIGIL_CHAIN_FAILED;
      result->failure = "this video cannot be decoded here";
    }
}

/**
 * vigil_remote_chain_push:
 * @packets: in order; the buffers stay the caller's
 * @n_packets: at least 1
 * @result: (out): how things stand then
 *
 * Waits for the helper, for a few seconds if it hangs.
 */
void
vigil_remote_chain_push (VigilRemoteChain  *self,
                         const VigilPacket *packets,
                         guint              n_packets,
                         VigilRemoteResult *result)
{
  gint64 began = g_get_monotonic_time ();

  *result = (VigilRemoteResult) { .status = VIGIL_CHAIN_OK, .failure = "the decoder returned an error" };

  while (n_packets > 0 && result->status != VIGIL_CHAIN_FAILED)
    {
      Batch batch = { .chain = self, .result = result, .deadline = began + PUSH_US };
      VigilHelperVerdict verdict;
      guint n;

      verdict = g_get_monotonic_time () > began + LANE_US ? VIGIL_HELPER_NOT_NOW :
                vigil_decode_helper_take_lane (self->helper, self->origin, began + LANE_US, &batch.lane);
      if (verdict != VIGIL_HELPER_READY)
        {
          stay_away (self, result, verdict);
          return;
        }
      n = serve (&batch, packets, n_packets);
      vigil_decode_helper_give_back (self->helper, &batch.lane);
      if (n == 0)
        return;

      packets += n;
      n_packets -= n;
    }
}

/* Waits for its end: the lane's next user must not be taken for who did what a decoder does as it goes. */
static void
close_there (VigilRemoteChain *self)
{
  VigilRemoteResult unused = { 0 };
  Batch batch = { .chain = self, .result = &unused };
  VigilDecodeRequest request = { .kind = VIGIL_DECODE_CLOSE, .chain = self->number };
  VigilDecodeReply reply;
  const char *wrong = NULL;

  if (vigil_decode_helper_take_lane (self->helper, self->origin, G_MAXINT64, &batch.lane) != VIGIL_HELPER_READY)
    return;

  batch.deadline = g_get_monotonic_time () + PUSH_US;
  if (batch.lane.generation == self->generation)
    {
      wrong = is_lying_in_wait (&batch) ? UNASKED : send_request (&batch, &request) ? receive (&batch, &reply) : GONE;
      if (wrong == NULL && reply.kind != VIGIL_DECODE_DONE)
        wrong = "an unknown answer";
    }
  if (wrong != NULL)
    lose (&batch, wrong);
  vigil_decode_helper_give_back (self->helper, &batch.lane);
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
