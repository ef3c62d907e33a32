/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serves what comes on one lane, a request after the other. A decoder is used by one lane at a time: the client sees to that. */
#include "vigil-decoder-lane.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "vigil-decode-wire.h"
#include "vigil-decoder-chain.h"
#include "vigil-element-chain.h"
#include "vigil-media-metrics.h"
#include "vigil-memory.h"

/* For the handler of a crash. */
#define CRASH_STACK (64u * 1024)

typedef struct
{
  int     fd;
  guint8 *memory;
  gsize   size;
  gint32 *at;     /* in the shared memory: request that is being served */
  gint64  cpu_us; /* of its thread, when the last request was done */
} Lane;

/* A request as it is being served. */
typedef struct
{
  Lane               *lane;
  VigilDecodeRequest *request;
  VigilDecodeReply    reply;
} Job;

typedef struct
{
  VigilDecoderChain *chain;
  Job               *job; /* whose pictures come out now */
} Decoder;

static GMutex lock;
static GHashTable *decoders; /* chain number -> Decoder; with lock */
static const char *trap;     /* a packet that has this in it is the end of us: for tests */
static const char *tar;      /* and in one that has this we stay for ever */
static gint32 *mark;         /* in the shared memory: lane that crashed, plus one */
static __thread gint32 own_mark;

static void
decoder_free (gpointer data)
{
  Decoder *decoder = data;

  g_clear_pointer (&decoder->chain, vigil_decoder_chain_free);
  g_free (decoder);
}

static void
die (void)
{
  _exit (EXIT_SUCCESS);
}

static void
send_replies (Lane                   *lane,
              const VigilDecodeReply *replies,
              guint                   n)
{
  if (send (lane->fd, replies, n * sizeof *replies, MSG_NOSIGNAL) != (gssize) (n * sizeof *replies))
    die ();
}

/* Returns how many there are. */
static guint
receive (Lane               *lane,
         VigilDecodeRequest *requests,
         guint               max)
{
  gssize got;

  do
    got = recv (lane->fd, requests, max * sizeof *requests, 0);
  while (got < 0 && errno == EINTR);
  if (got <= 0 || (gsize) got % sizeof *requests != 0)
    die ();

  return (guint) ((gsize) got / sizeof *requests);
}

/* Whether the frame that was given is of the size that this picture needs. */
static gboolean
fits (const VigilDecodeRequest *request,
      const VigilPicture       *picture)
{
  guint width, height;

  if (request->target.width == 0)
    return FALSE;

  vigil_picture_fit (picture->width, picture->height, request->box_width, request->box_height, &width, &height);
  return width == request->target.width && height == request->target.height;
}

static void
ask_for_frame (Job                *job,
               const VigilPicture *picture)
{
  VigilDecodeRequest answer;

  job->reply.kind = VIGIL_DECODE_PICTURE;
  job->reply.next_width = picture->width;
  job->reply.next_height = picture->height;
  job->reply.sequence = job->request->sequence;
  job->reply.at = (guint32) *job->lane->at;
  send_replies (job->lane, &job->reply, 1);
  job->reply.drawn = FALSE;

  receive (job->lane, &answer, 1);
  job->request->box_width = answer.box_width;
  job->request->box_height = answer.box_height;
  job->request->target = answer.target;
  job->request->sequence = answer.sequence;
}

static void
picture_cb (const VigilPicture *picture,
            gpointer            user_data)
{
  Decoder *decoder = user_data;
  Job *job = decoder->job;
  VigilDecodeTarget *target = &job->request->target;
  VigilFrame frame = { 0 };

  /* What the caps say was looked at before; a parameter set that they are not of may say another size. */
  if (!vigil_picture_size_is_sane (picture->width, picture->height))
    {
      vigil_decoder_chain_refuse (decoder->chain);
      return;
    }
  job->reply.n_pictures++;
  if (job->reply.drawn || !fits (job->request, picture))
    ask_for_frame (job, picture);
  job->reply.width = picture->width;
  job->reply.height = picture->height;
  if (!fits (job->request, picture))
    return;

  frame.width = target->width;
  frame.height = target->height;
  frame.stride = target->stride;
  frame.pixels = job->lane->memory + target->offset;
  job->reply.drawn = vigil_picture_scaler_render (vigil_picture_scaler_get_for_thread (), picture, &frame);
}

static Decoder *
find_decoder (const VigilDecodeRequest *request)
{
  Decoder *decoder;

  g_mutex_lock (&lock);
  if ((request->flags & VIGIL_DECODE_FLAG_FRESH) != 0)
    g_hash_table_remove (decoders, &request->chain);
  decoder = g_hash_table_lookup (decoders, &request->chain);
  if (decoder == NULL)
    {
      decoder = g_new0 (Decoder, 1);
      decoder->chain = vigil_decoder_chain_new (request->codec, picture_cb, decoder, NULL);
      g_hash_table_insert (decoders, g_memdup2 (&request->chain, sizeof request->chain), decoder);
    }
  g_mutex_unlock (&lock);

  return decoder;
}

static gboolean
has_bait (const guint8 *packet,
          gsize         size,
          const char   *bait)
{
  gsize length = bait != NULL ? strlen (bait) : 0;

  for (gsize i = 0; length > 0 && i + length <= size; i++)
    if (memcmp (packet + i, bait, length) == 0)
      return TRUE;

  return FALSE;
}

static VigilChainStatus
push_packets (Decoder            *decoder,
              VigilDecodeRequest *request,
              const guint8       *batch)
{
  VigilChainStatus worst = VIGIL_CHAIN_OK;

  for (guint i = 0; i < request->n_packets && worst != VIGIL_CHAIN_FAILED; i++)
    {
      const VigilDecodePacket *head = (const void *) batch;
      const guint8 *bytes = batch + sizeof *head;
      VigilChainStatus status;

      if (has_bait (bytes, head->size, trap))
        raise (SIGSEGV);
      while (has_bait (bytes, head->size, tar))
        ;
      status = vigil_decoder_chain_push (decoder->chain, bytes, head->size, head->gap != 0);
      worst = MAX (worst, status);
      batch = bytes + ((head->size + 7) & ~(gsize) 7);
    }

  return worst;
}

static gint64
thread_cpu_us (void)
{
  struct timespec now;

  return clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now) == 0 ? now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 : 0;
}

/* What the gates counted since somebody last took it. */
static guint32
take_count (VigilCounter *counter)
{
  gint64 n = vigil_counter_get (counter);

  vigil_counter_add (counter, -n);
  return (guint32) n;
}

static void
serve_decode (Lane               *lane,
              VigilDecodeRequest *request,
              VigilDecodeReply   *reply)
{
  const VigilMediaMetrics *m = vigil_media_metrics ();
  Job job = { .lane = lane, .request = request };
  const guint8 *batch = lane->memory + request->batch;
  gint64 began = lane->cpu_us;
  Decoder *decoder = find_decoder (request);

  decoder->job = &job;
  job.reply.status = VIGIL_CHAIN_FAILED;
  if (decoder->chain != NULL)
    {
      if ((request->flags & VIGIL_DECODE_FLAG_CAPS) != 0)
        {
          vigil_decoder_chain_set_caps (decoder->chain, (const char *) batch);
          batch += (request->caps_size + 7) & ~(gsize) 7;
        }
      if ((request->flags & VIGIL_DECODE_FLAG_KEY) != 0)
        vigil_decoder_chain_require_key (decoder->chain);
      job.reply.status = push_packets (decoder, request, batch);
      job.reply.wants_key = vigil_decoder_chain_get_wants_key (decoder->chain);
    }
  decoder->job = NULL;

  job.reply.kind = VIGIL_DECODE_DONE;
  job.reply.n_withheld = take_count (m->frames_withheld);
  job.reply.n_refused = take_count (m->frames_refused);
  lane->cpu_us = thread_cpu_us ();
  job.reply.cpu_us = (guint32) (lane->cpu_us - began);
  *reply = job.reply;
}

static void
serve_close (const VigilDecodeRequest *request,
             VigilDecodeReply         *reply)
{
  *reply = (VigilDecodeReply) { .kind = VIGIL_DECODE_DONE };

  g_mutex_lock (&lock);
  g_hash_table_remove (decoders, &request->chain);
  g_mutex_unlock (&lock);
}

static void
serve (Lane               *lane,
       VigilDecodeRequest *requests,
       guint               n)
{
  VigilDecodeReply replies[VIGIL_DECODE_GROUP_MAX];
  guint32 sequence = requests[0].sequence;
  guint n_closed = 0;

  lane->cpu_us = thread_cpu_us ();
  for (guint i = 0; i < n; i++)
    {
      g_atomic_int_set (lane->at, (gint) i);
      /* A frame that was asked for came with a message of its own. */
      requests[i].sequence = sequence;
      if (requests[i].kind == VIGIL_DECODE_DECODE)
        serve_decode (lane, &requests[i], &replies[i]);
      else
        {
          serve_close (&requests[i], &replies[i]);
          n_closed++;
        }
      sequence = requests[i].sequence;
    }
  for (guint i = 0; i < n; i++)
    replies[i].sequence = sequence;
  send_replies (lane, replies, n);
  /* A decoder's pictures lie between those of others, and a wall that is scrolled makes and closes hundreds: what is free between them
   * came to half of the heap. */
  if (n_closed > 0)
    vigil_memory_freed (n_closed);
}

static gpointer
run (gpointer data)
{
  Lane *lane = data;
  VigilDecodeRequest requests[VIGIL_DECODE_GROUP_MAX];
  stack_t spare = { .ss_sp = g_malloc (CRASH_STACK), .ss_size = CRASH_STACK };

  /* A decoder that ran out of its stack is to leave word, too. */
  sigaltstack (&spare, NULL);
  own_mark = lane->fd - VIGIL_DECODE_FD_LANE + 1;

  while (TRUE)
    serve (lane, requests, receive (lane, requests, G_N_ELEMENTS (requests)));

  return NULL;
}

/* Says whose bytes it was, and lets it happen: this handler is in place for one signal only. */
static void
crashed_cb (int number)
{
  if (own_mark > 0)
    g_atomic_int_set (mark, own_mark);
  raise (number);
}

/**
 * vigil_decoder_lane_watch:
 * @memory: shared with the client
 *
 * Leaves word for the client of which lane a crash happened in.
 */
void
vigil_decoder_lane_watch (guint8 *memory)
{
  static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
  struct sigaction action = { .sa_handler = crashed_cb, .sa_flags = (int) SA_RESETHAND | SA_NODEFER | SA_ONSTACK };

  mark = (gpointer) memory;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    sigaction (numbers[i], &action, NULL);
}

/**
 * vigil_decoder_lane_warm_up:
 * @codec: upper case
 *
 * Loads everything that decoding will need.
 *
 * Returns: whether the codec can be decoded
 */
gboolean
vigil_decoder_lane_warm_up (const char *codec)
{
  g_autoptr (VigilDecoderChain) chain = NULL;

  vigil_element_chain_init ();
  trap = g_getenv ("VIGIL_DECODER_TRAP");
  tar = g_getenv ("VIGIL_DECODER_TAR");
  decoders = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, decoder_free);
  chain = vigil_decoder_chain_new (codec, picture_cb, NULL, NULL);

  return chain != NULL;
}

/**
 * vigil_decoder_lane_start:
 * @number: of the lane
 * @memory: shared with the client
 * @size: its bytes
 *
 * A thread that serves until the process ends.
 */
void
vigil_decoder_lane_start (guint   number,
                          guint8 *memory,
                          gsize   size)
{
  Lane *lane = g_new0 (Lane, 1);

  lane->fd = VIGIL_DECODE_FD_LANE + (int) number;
  lane->memory = memory;
  lane->size = size;
  lane->at = (gint32 *) (gpointer) memory + 1 + number;
  g_thread_unref (g_thread_new ("vigil-lane", run, lane));
}
