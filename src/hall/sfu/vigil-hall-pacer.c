/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pacer thread. */

#include "vigil-hall-packetizer.h"
#include "vigil-hall-pacer.h"
#include "vigil-sim-feed-private.h"

/* Frame boundaries of all producers lie on multiples of this, so that one
 * wake-up serves many of them. */
#define GRID_USEC 5000

/* A producer answers PLI and FIR with at most one key frame in this time. */
#define KEY_FRAME_SPACING_USEC 150000

/* More requests than this waiting means somebody is flooding us. */
#define REQUESTS_MAX 4096

struct _VigilHallStream
{
  /* immutable */
  VigilSimFeed  *feed;
  VigilHallKind  kind;
  gint64         interval;

  /* under the pacer's lock */
  gboolean       stalled;
  gboolean       wants_key;
  gint64         last_key;
  gint64         due;      /* 0: nobody watches */
  GPtrArray     *senders;  /* those that play */
};

struct _VigilHallSender
{
  /* immutable */
  VigilHallStream     *stream;
  VigilHallTransport  *transport;
  guint32              ssrc;

  /* under the pacer's lock */
  VigilHallPacketizer *packetizer;
  gboolean             playing;
  gboolean             needs_key;
  gboolean             announced;
};

typedef struct
{
  guint32               ssrc;
  VigilHallFeedbackKind kind;
  guint                 n_lost;
  guint16               lost[17];
} Request;

struct _VigilHallPacer
{
  GThread *thread;

  GMutex   lock;
  /* under lock */
  GPtrArray            *active;   /* VigilHallStream with senders that play */
  GHashTable           *by_ssrc;  /* → VigilHallSender */
  double                loss;
  int                   first_sequence; /* of consumers to come; -1: at random */
  gboolean              frozen;
  VigilHallPacerCounts  counts;

  /* Taken for moments only, never together with lock: RTP threads come here
   * with locks of their own. */
  GMutex   door_lock;
  GCond    door;
  /* under door_lock */
  GArray  *requests;
  gboolean awake;
  gboolean closing;
};

/* sending; under lock, on the pacer's thread */

static void
announce (VigilHallSender *sender)
{
  if (!sender->announced)
    sender->announced = vigil_hall_transport_announce (sender->transport, sender->stream->kind, sender->ssrc);
}

static void
send_to (VigilHallPacer      *self,
         VigilHallSender     *sender,
         const VigilSimFrame *frame,
         gint64               at)
{
  GstBufferList *list;
  guint dropped = 0;

  if (sender->needs_key && !frame->key)
    return;
  announce (sender);

  list = vigil_hall_packetizer_frame (sender->packetizer, frame, at,
                                      vigil_hall_transport_get_time (sender->transport), self->loss, &dropped);
  sender->needs_key = FALSE;
  self->counts.frames_sent++;
  self->counts.key_frames_sent += frame->key && sender->stream->kind == VIGIL_HALL_KIND_VIDEO;
  self->counts.packets_sent += gst_buffer_list_length (list);
  self->counts.packets_dropped += dropped;
  self->counts.bytes_sent += frame->size;

  if (gst_buffer_list_length (list) > 0)
    vigil_hall_transport_push (sender->transport, sender->stream->kind, list);
  else
    gst_buffer_list_unref (list);
  /* The very first packet of a transport has to go ahead of any announcement. */
  announce (sender);
}

static gboolean
must_be_key (VigilHallStream *stream,
             gint64           now)
{
  if (stream->wants_key && now - stream->last_key >= KEY_FRAME_SPACING_USEC)
    return TRUE;
  for (guint i = 0; i < stream->senders->len; i++)
    if (((VigilHallSender *) g_ptr_array_index (stream->senders, i))->needs_key)
      return TRUE;

  return FALSE;
}

static void
send_frame (VigilHallPacer  *self,
            VigilHallStream *stream,
            gint64           now)
{
  g_autoptr (VigilSimClip) clip = NULL;
  const VigilSimFrame *frame = vigil_sim_feed_step (stream->feed, must_be_key (stream, now), &clip);
  gint64 at;

  if (frame == NULL || stream->stalled)
    return;
  if (frame->key)
    {
      stream->last_key = now;
      stream->wants_key = FALSE;
    }

  /* A picture is captured when it is sent: stamped with when it was due, one
   * that a busy machine held up would be thrown away by a receiver with a short
   * jitter buffer. Sound has to stay in step. */
  at = stream->kind == VIGIL_HALL_KIND_VIDEO ? now : stream->due;
  for (guint i = 0; i < stream->senders->len; i++)
    send_to (self, g_ptr_array_index (stream->senders, i), frame, at);
}

/* Sends what is due, and says when to come back. */
static gint64
send_due (VigilHallPacer *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 next = G_MAXINT64;

  for (guint i = 0; i < self->active->len; i++)
    {
      VigilHallStream *stream = g_ptr_array_index (self->active, i);

      if (stream->due <= now)
        {
          if (!self->frozen)
            send_frame (self, stream, now);
          if (now - stream->due > stream->interval)
            {
              /* Late by a frame or more: what was missed stays missed. */
              self->counts.late_frames++;
              stream->due += (now - stream->due) / stream->interval * stream->interval;
            }
          stream->due += stream->interval;
        }
      next = MIN (next, stream->due);
    }

  return next;
}

static void
resend (VigilHallPacer  *self,
        VigilHallSender *sender,
        const Request   *request)
{
  GstBufferList *list = gst_buffer_list_new ();
  GstClockTime pts = vigil_hall_transport_get_time (sender->transport);

  for (guint i = 0; i < request->n_lost; i++)
    {
      GstBuffer *buffer = vigil_hall_packetizer_resend (sender->packetizer, request->lost[i], pts);

      if (buffer == NULL)
        continue;
      if (self->loss > 0 && g_random_double () < self->loss)
        {
          gst_buffer_unref (buffer);
          self->counts.packets_dropped++;
          continue;
        }
      gst_buffer_list_add (list, buffer);
      self->counts.packets_resent++;
    }

  if (gst_buffer_list_length (list) > 0)
    vigil_hall_transport_push (sender->transport, sender->stream->kind, list);
  else
    gst_buffer_list_unref (list);
}

static void
handle_request (VigilHallPacer *self,
                const Request  *request)
{
  VigilHallSender *sender = g_hash_table_lookup (self->by_ssrc, GUINT_TO_POINTER (request->ssrc));

  switch (request->kind)
    {
    case VIGIL_HALL_FEEDBACK_PLI:
      self->counts.pli_received++;
      break;
    case VIGIL_HALL_FEEDBACK_FIR:
      self->counts.fir_received++;
      break;
    case VIGIL_HALL_FEEDBACK_NACK:
      self->counts.nack_received += request->n_lost;
      break;
    }

  if (sender == NULL || !sender->playing || self->frozen || sender->stream->stalled)
    return;
  if (request->kind == VIGIL_HALL_FEEDBACK_NACK)
    resend (self, sender, request);
  else
    sender->stream->wants_key = TRUE;
}

/* Sleeps until @until, a request, or a change by the hall's thread. */
static GArray *
wait_at_door (VigilHallPacer *self,
              gint64          until,
              gboolean       *closing)
{
  GArray *requests = NULL;

  g_mutex_lock (&self->door_lock);
  while (!self->closing && !self->awake && self->requests->len == 0)
    {
      if (until == G_MAXINT64)
        g_cond_wait (&self->door, &self->door_lock);
      else if (!g_cond_wait_until (&self->door, &self->door_lock, until))
        break;
    }
  self->awake = FALSE;
  *closing = self->closing;
  if (self->requests->len > 0)
    {
      requests = self->requests;
      self->requests = g_array_new (FALSE, FALSE, sizeof (Request));
    }
  g_mutex_unlock (&self->door_lock);

  return requests;
}

static gpointer
pacer_thread (gpointer data)
{
  VigilHallPacer *self = data;
  gint64 next = G_MAXINT64;
  gboolean closing = FALSE;

  while (!closing)
    {
      g_autoptr (GArray) requests = wait_at_door (self, next, &closing);

      g_mutex_lock (&self->lock);
      for (guint i = 0; requests != NULL && i < requests->len; i++)
        handle_request (self, &g_array_index (requests, Request, i));
      next = send_due (self);
      g_mutex_unlock (&self->lock);
    }

  return NULL;
}

static void
wake (VigilHallPacer *self)
{
  g_mutex_lock (&self->door_lock);
  self->awake = TRUE;
  g_cond_signal (&self->door);
  g_mutex_unlock (&self->door_lock);
}

/* the hall's thread */

VigilHallPacer *
vigil_hall_pacer_new (void)
{
  VigilHallPacer *self = g_new0 (VigilHallPacer, 1);

  self->first_sequence = -1;
  g_mutex_init (&self->lock);
  g_mutex_init (&self->door_lock);
  g_cond_init (&self->door);
  self->active = g_ptr_array_new ();
  self->by_ssrc = g_hash_table_new (NULL, NULL);
  self->requests = g_array_new (FALSE, FALSE, sizeof (Request));
  self->thread = g_thread_new ("vigil-pacer", pacer_thread, self);

  return self;
}

/* All streams and senders must be gone. */
void
vigil_hall_pacer_free (VigilHallPacer *self)
{
  g_mutex_lock (&self->door_lock);
  self->closing = TRUE;
  g_cond_signal (&self->door);
  g_mutex_unlock (&self->door_lock);
  g_thread_join (self->thread);

  g_assert (self->active->len == 0 && g_hash_table_size (self->by_ssrc) == 0);
  g_ptr_array_unref (self->active);
  g_hash_table_unref (self->by_ssrc);
  g_array_unref (self->requests);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->door_lock);
  g_cond_clear (&self->door);
  g_free (self);
}

/* (transfer none): lives until it is removed. */
VigilHallStream *
vigil_hall_pacer_add_stream (VigilHallPacer *self,
                             VigilSimFeed   *feed)
{
  VigilHallStream *stream = g_new0 (VigilHallStream, 1);

  stream->feed = g_object_ref (feed);
  stream->kind = vigil_sim_feed_get_source (feed) == VIGIL_SIM_SOURCE_MICROPHONE ? VIGIL_HALL_KIND_AUDIO
                                                                                : VIGIL_HALL_KIND_VIDEO;
  stream->interval = vigil_sim_feed_get_interval (feed);
  stream->senders = g_ptr_array_new ();

  return stream;
}

/* Its senders must be gone. */
void
vigil_hall_pacer_remove_stream (VigilHallPacer  *self,
                                VigilHallStream *stream)
{
  g_assert (stream->senders->len == 0);
  g_ptr_array_unref (stream->senders);
  g_object_unref (stream->feed);
  g_free (stream);
}

/* A fault: the producer goes silent without being closed. */
void
vigil_hall_pacer_stall_stream (VigilHallPacer  *self,
                               VigilHallStream *stream,
                               gboolean         stalled)
{
  g_mutex_lock (&self->lock);
  stream->stalled = stalled;
  for (guint i = 0; i < stream->senders->len; i++)
    ((VigilHallSender *) g_ptr_array_index (stream->senders, i))->needs_key = TRUE;
  g_mutex_unlock (&self->lock);
}

/* (transfer none): lives until it is removed; does not play yet. */
VigilHallSender *
vigil_hall_pacer_add_sender (VigilHallPacer     *self,
                             VigilHallStream    *stream,
                             VigilHallTransport *transport,
                             guint32             ssrc)
{
  VigilHallSender *sender = g_new0 (VigilHallSender, 1);

  sender->stream = stream;
  sender->transport = g_object_ref (transport);
  sender->ssrc = ssrc;
  sender->packetizer = vigil_hall_packetizer_new (stream->kind, ssrc);
  if (self->first_sequence >= 0)
    vigil_hall_packetizer_begin (sender->packetizer, (guint16) self->first_sequence);
  vigil_hall_transport_add_ssrc (transport, ssrc);

  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->by_ssrc, GUINT_TO_POINTER (ssrc), sender);
  g_mutex_unlock (&self->lock);

  return sender;
}

/* Every stream has its own place on the grid, so that they do not all send at
 * once: cameras do not either. */
static gint64
first_due (VigilHallStream *stream)
{
  gint64 slots = MAX (1, stream->interval / GRID_USEC);
  gint64 phase = (g_direct_hash (stream->feed) >> 4) * 2654435761u % slots * GRID_USEC;
  gint64 now = g_get_monotonic_time ();
  gint64 since = (now - phase) % stream->interval;

  return now - since + stream->interval;
}

static void
start_playing (VigilHallPacer  *self,
               VigilHallSender *sender)
{
  VigilHallStream *stream = sender->stream;

  sender->playing = TRUE;
  sender->needs_key = TRUE;
  g_ptr_array_add (stream->senders, sender);
  if (stream->senders->len > 1)
    return;

  stream->due = first_due (stream);
  vigil_sim_feed_start (stream->feed);
  g_ptr_array_add (self->active, stream);
}

static void
stop_playing (VigilHallPacer  *self,
              VigilHallSender *sender)
{
  VigilHallStream *stream = sender->stream;

  sender->playing = FALSE;
  /* The RTP session forgets a source that is silent for long. */
  sender->announced = FALSE;
  vigil_hall_packetizer_forget (sender->packetizer);
  g_ptr_array_remove_fast (stream->senders, sender);
  if (stream->senders->len > 0)
    return;

  stream->due = 0;
  stream->wants_key = FALSE;
  g_ptr_array_remove_fast (self->active, stream);
  vigil_sim_feed_stop (stream->feed);
}

/* Begins with a key frame, at the producer's next frame boundary. */
void
vigil_hall_pacer_set_playing (VigilHallPacer  *self,
                              VigilHallSender *sender,
                              gboolean         playing)
{
  g_mutex_lock (&self->lock);
  if (playing && !sender->playing)
    start_playing (self, sender);
  else if (!playing && sender->playing)
    stop_playing (self, sender);
  g_mutex_unlock (&self->lock);

  if (playing)
    wake (self);
}

/* After this the transport gets no packet and no report of it any more. */
void
vigil_hall_pacer_remove_sender (VigilHallPacer  *self,
                                VigilHallSender *sender)
{
  g_mutex_lock (&self->lock);
  if (sender->playing)
    stop_playing (self, sender);
  g_hash_table_remove (self->by_ssrc, GUINT_TO_POINTER (sender->ssrc));
  g_mutex_unlock (&self->lock);

  vigil_hall_transport_remove_ssrc (sender->transport, sender->ssrc);
  vigil_hall_packetizer_free (sender->packetizer);
  g_object_unref (sender->transport);
  g_free (sender);
}

/* As a PLI would, without being counted as one. */
void
vigil_hall_pacer_request_key (VigilHallPacer  *self,
                              VigilHallSender *sender)
{
  g_mutex_lock (&self->lock);
  if (sender->playing)
    sender->stream->wants_key = TRUE;
  g_mutex_unlock (&self->lock);
}

gboolean
vigil_hall_pacer_has_ssrc (VigilHallPacer *self,
                           guint32         ssrc)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_hash_table_contains (self->by_ssrc, GUINT_TO_POINTER (ssrc));
}

/* A VigilHallFeedbackFunc; @user_data is the pacer. Any thread. */
void
vigil_hall_pacer_feedback (guint32                ssrc,
                           VigilHallFeedbackKind  kind,
                           const guint16         *lost,
                           guint                  n_lost,
                           gpointer               user_data)
{
  VigilHallPacer *self = user_data;
  Request request = { .ssrc = ssrc, .kind = kind, .n_lost = MIN (n_lost, G_N_ELEMENTS (request.lost)) };

  for (guint i = 0; i < request.n_lost; i++)
    request.lost[i] = lost[i];

  g_mutex_lock (&self->door_lock);
  if (self->requests->len < REQUESTS_MAX)
    g_array_append_val (self->requests, request);
  g_cond_signal (&self->door);
  g_mutex_unlock (&self->door_lock);
}

/* A fault: this share of all packets is not sent. */
void
vigil_hall_pacer_set_loss (VigilHallPacer *self,
                           double          fraction)
{
  g_mutex_lock (&self->lock);
  self->loss = CLAMP (fraction, 0, 1);
  g_mutex_unlock (&self->lock);
}

/* Consumers to come begin with this number: near the top, their numbers soon begin again. */
void
vigil_hall_pacer_set_first_sequence (VigilHallPacer *self,
                                     guint16         seq)
{
  self->first_sequence = seq;
}

/* A fault: nothing is sent to anybody, nothing answered. */
void
vigil_hall_pacer_set_frozen (VigilHallPacer *self,
                             gboolean        frozen)
{
  g_mutex_lock (&self->lock);
  self->frozen = frozen;
  for (guint i = 0; i < self->active->len; i++)
    {
      VigilHallStream *stream = g_ptr_array_index (self->active, i);

      for (guint j = 0; j < stream->senders->len; j++)
        ((VigilHallSender *) g_ptr_array_index (stream->senders, j))->needs_key = TRUE;
    }
  g_mutex_unlock (&self->lock);
}

void
vigil_hall_pacer_get_counts (VigilHallPacer       *self,
                             VigilHallPacerCounts *counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}
