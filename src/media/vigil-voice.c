/* SPDX-License-Identifier: GPL-3.0-or-later */
/* While only its level is wanted, what has come is decoded in one go. While it is heard there is a jitter buffer: packets wait
 * undecoded, and as many of them as the network needs; what does not come in time is made up for.
 *
 * Packets come in order (VigilReorderElement), so a number that is not the next one is a loss. Time stamps that jump
 * without a loss are silence that was not sent (DTX). */
#include "vigil-voice.h"

#include <string.h>

#include "vigil-opus.h"

/* More than a sender is ahead of us by on any network that can be listened to: 1.3 s. */
#define QUEUE_MAX 64u

/* Decoded and not heard yet; a whole packet and what is made up before it fit besides. */
#define HEARD_MAX (VIGIL_OPUS_RATE / 2)

/* No sender is twice as fast as time for longer than a burst: what goes beyond it is not decoded. */
#define FASTER 2
#define BURST  (2 * VIGIL_OPUS_RATE)

/* The delay grows by this much when a packet came too late, up to so much, and shrinks when none did for so long. */
#define DELAY_STEP  (VIGIL_OPUS_RATE / 50)
#define DELAY_MAX   (VIGIL_OPUS_RATE * 2 / 5)
#define CALM_US     (10 * G_USEC_PER_SEC)

/* How much more than the delay may lie ready, for half a second, before a frame is left out: clocks differ. */
#define SURPLUS     (VIGIL_OPUS_RATE / 25)
#define SURPLUS_US  (G_USEC_PER_SEC / 2)

/* What nobody sent is made up for this long, then there is silence until the delay is full again. */
#define CONCEAL_MAX (VIGIL_OPUS_RATE * 6 / 100)

/* Where sound is cut it is faded over 5 ms. */
#define FADE (VIGIL_OPUS_RATE / 200)

/* So many packets in a row that cannot be decoded, and the decoder is made anew, after a pause that doubles. */
#define BAD_RUN      8u
#define PAUSE_MIN_US (G_USEC_PER_SEC / 4)
#define PAUSE_MAX_US (8 * G_USEC_PER_SEC)
#define HOPELESS     3u
#define GOOD_RUN     50u

typedef struct
{
  guint8  *payload;
  guint    size;
  guint    n;         /* samples, by its own word */
  guint16  seq;
  guint32  timestamp;
} Packet;

struct _VigilVoice
{
  /* with the lock */
  GMutex         lock;
  Packet         queue[QUEUE_MAX];
  guint          head;
  guint          length;
  guint          queued;       /* samples in it */
  guint          n_overflown;
  guint          n_refused;    /* no Opus packets at all */

  /* the thread that decodes */
  VigilOpus     *opus;         /* NULL: not made yet, or given up for now */
  VigilLoudness  loudness;
  VigilVoiceNews news;
  gboolean       begun;        /* the next two are known */
  guint16        next_seq;
  guint32        next_timestamp;
  guint          last_n;       /* samples of the last packet */
  gint64         allowed;      /* samples that may be decoded */
  gint64         now_us;
  guint          n_bad;        /* in a row */
  guint          n_good;       /* in a row */
  guint          n_remade;     /* without a good run */
  gint64         pause_us;
  gint64         paused_until_us;

  /* … while it is heard */
  gboolean       playing;
  gboolean       filling;      /* silent until the delay is full */
  gboolean       starved;      /* something had to be made up since the last packet */
  gint16         heard[HEARD_MAX];
  guint          n_heard;
  guint          made_up;      /* samples in a row */
  guint          min_delay;
  guint          delay;
  guint          least;        /* samples that lay ready, at least, since… */
  gint64         least_us;
  gint64         calm_us;      /* when the delay changed last, or a packet came late */
  gboolean       fade_in;      /* what comes next begins out of silence */
  gint16         tail[FADE];   /* how what was made up would go on: what comes next goes over from it */
  gboolean       has_tail;
};

/**
 * vigil_voice_new:
 * @delay_ms: the least that it is held back while it is heard
 *
 * Returns: (transfer full): a voice without a packet
 */
VigilVoice *
vigil_voice_new (guint delay_ms)
{
  VigilVoice *self = g_new0 (VigilVoice, 1);

  g_mutex_init (&self->lock);
  self->min_delay = self->delay = MIN (delay_ms * (VIGIL_OPUS_RATE / 1000), DELAY_MAX);
  self->allowed = BURST;
  self->pause_us = PAUSE_MIN_US;
  return self;
}

void
vigil_voice_free (VigilVoice *self)
{
  vigil_voice_clear (self);
  g_clear_pointer (&self->opus, vigil_opus_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
pop (VigilVoice *self,
     Packet     *packet)
{
  gboolean some;

  g_mutex_lock (&self->lock);
  some = self->length > 0;
  if (some)
    {
      *packet = self->queue[self->head];
      self->head = (self->head + 1) % QUEUE_MAX;
      self->length--;
      self->queued -= packet->n;
    }
  g_mutex_unlock (&self->lock);

  return some;
}

/**
 * vigil_voice_push:
 * @payload: of an RTP packet; copied. Anything may be in it
 * @seq: its sequence number
 * @timestamp: its time, in samples
 *
 * Thread: any. Drops the oldest packet where nobody decodes.
 */
void
vigil_voice_push (VigilVoice   *self,
                  const guint8 *payload,
                  gsize         size,
                  guint16       seq,
                  guint32       timestamp)
{
  Packet packet = { NULL, (guint) MIN (size, G_MAXUINT16), vigil_opus_measure (payload, size), seq, timestamp };
  Packet oldest = { 0 };
  gboolean full;

  g_mutex_lock (&self->lock);
  full = self->length == QUEUE_MAX;
  self->n_refused += packet.n == 0;
  g_mutex_unlock (&self->lock);
  if (packet.n == 0)
    return;

  packet.payload = g_memdup2 (payload, packet.size);
  if (full && pop (self, &oldest))
    g_free (oldest.payload);

  g_mutex_lock (&self->lock);
  if (self->length < QUEUE_MAX)
    {
      self->queue[(self->head + self->length++) % QUEUE_MAX] = packet;
      self->queued += packet.n;
      packet.payload = NULL;
    }
  self->n_overflown += full || packet.payload != NULL;
  g_mutex_unlock (&self->lock);
  g_free (packet.payload);
}

/**
 * vigil_voice_clear:
 *
 * Drops what was not decoded yet. Thread: any.
 */
void
vigil_voice_clear (VigilVoice *self)
{
  Packet packet;

  while (pop (self, &packet))
    g_free (packet.payload);
}

static void
ramp (gint16 *samples,
      guint   n,
      double  from,
      double  to)
{
  for (guint i = 0; i < n; i++)
    samples[i] = (gint16) (samples[i] * (from + (to - from) * i / n));
}

/* What does not fit is of a delay that nobody could talk over. */
static void
append (VigilVoice   *self,
        const gint16 *samples,
        guint         n)
{
  guint room = MIN (n, HEARD_MAX - self->n_heard);

  memcpy (self->heard + self->n_heard, samples, room * sizeof (gint16));
  self->n_heard += room;
}

static void
put (VigilVoice *self,
     gint16     *samples,
     guint       n)
{
  vigil_loudness_add (&self->loudness, samples, n);
  if (!self->playing || n == 0)
    return;

  for (guint i = 0; self->has_tail && i < MIN (n, FADE); i++)
    samples[i] = (gint16) ((self->tail[i] * (double) (FADE - i) + samples[i] * (double) i) / FADE);
  if (self->fade_in)
    ramp (samples, MIN (n, FADE), 0, 1);
  self->has_tail = self->fade_in = FALSE;
  append (self, samples, n);
}

static void
note_good (VigilVoice *self)
{
  self->n_bad = 0;
  self->news.decoded++;
  if (++self->n_good < GOOD_RUN)
    return;

  self->n_remade = 0;
  self->pause_us = PAUSE_MIN_US;
}

static void
note_bad (VigilVoice *self)
{
  self->news.bad++;
  self->n_good = 0;
  if (++self->n_bad < BAD_RUN)
    return;

  /* Whatever it was fed, it is not in a state that anybody foresaw. */
  g_clear_pointer (&self->opus, vigil_opus_free);
  self->n_bad = 0;
  self->n_remade++;
  self->paused_until_us = self->now_us + self->pause_us;
  self->pause_us = MIN (self->pause_us * 2, PAUSE_MAX_US);
}

/* The packets between the last one and @packet: those before the last by concealment, the last by what @packet says of it. */
static void
make_up (VigilVoice   *self,
         const Packet *packet,
         guint         n_lost)
{
  gint16 samples[VIGIL_OPUS_MAX];
  guint32 apart = packet->timestamp - self->next_timestamp;
  guint missing = MIN (apart, n_lost * MAX (self->last_n, 1));
  guint last = MIN (self->last_n, missing);
  guint n;

  self->news.lost++;
  /* What was made up while it was waited for is not made up again. */
  missing -= MIN (missing, self->made_up);
  if (missing == 0 || missing > CONCEAL_MAX + last)
    return;

  if (missing > last)
    {
      n = vigil_opus_conceal (self->opus, missing - last, samples);
      put (self, samples, n);
      self->news.concealed += n * 1000 / VIGIL_OPUS_RATE;
    }
  n = vigil_opus_recover (self->opus, packet->payload, packet->size, MIN (last, missing), samples);
  put (self, samples, n);
  self->news.concealed += n * 1000 / VIGIL_OPUS_RATE;
}

/* It came after something else was heard in its place: more has to lie ready. Where the sender was silent nothing was late. */
static void
note_arrival (VigilVoice   *self,
              const Packet *packet)
{
  if (!self->starved)
    return;

  self->starved = FALSE;
  if (!self->begun || packet->timestamp != self->next_timestamp)
    return;

  self->news.late++;
  self->delay = MIN (self->delay + DELAY_STEP, DELAY_MAX);
  self->calm_us = self->now_us;
}

static gboolean
may_decode (VigilVoice   *self,
            const Packet *packet)
{
  if (self->now_us < self->paused_until_us)
    return FALSE;
  if (packet->n > self->allowed)
    {
      self->news.dropped++;
      return FALSE;
    }
  if (self->opus == NULL)
    self->opus = vigil_opus_new ();

  self->allowed -= packet->n;
  return self->opus != NULL;
}

static void
decode (VigilVoice   *self,
        const Packet *packet)
{
  gint16 samples[VIGIL_OPUS_MAX];
  guint n_lost = (guint16) (packet->seq - self->next_seq);
  guint n;

  if (!may_decode (self, packet))
    return;

  note_arrival (self, packet);
  if (self->begun && n_lost > 0 && n_lost < QUEUE_MAX)
    make_up (self, packet, n_lost);

  n = vigil_opus_decode (self->opus, packet->payload, packet->size, samples);
  self->begun = TRUE;
  self->next_seq = (guint16) (packet->seq + 1);
  self->next_timestamp = packet->timestamp + n;
  self->made_up = 0;
  if (n == 0)
    {
      note_bad (self);
      return;
    }

  self->last_n = n;
  note_good (self);
  put (self, samples, n);
}

static gboolean
decode_next (VigilVoice *self)
{
  Packet packet;

  if (!pop (self, &packet))
    return FALSE;

  decode (self, &packet);
  g_free (packet.payload);
  return TRUE;
}

static void
note_refused (VigilVoice *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n_refused;
  self->n_refused = 0;
  g_mutex_unlock (&self->lock);

  for (; n > 0 && self->now_us >= self->paused_until_us; n--)
    note_bad (self);
}

static void
note_time (VigilVoice *self,
           gint64      now_us)
{
  gint64 passed_us = self->now_us > 0 ? MIN (now_us - self->now_us, 10 * G_USEC_PER_SEC) : 0;

  self->allowed = MIN (self->allowed + passed_us * FASTER * (gint64) VIGIL_OPUS_RATE / G_USEC_PER_SEC, (gint64) BURST);
  self->now_us = now_us;
  note_refused (self);
}

/**
 * vigil_voice_measure:
 * @now_us: monotonic
 *
 * Decodes what came, for its loudness alone.
 */
void
vigil_voice_measure (VigilVoice *self,
                     gint64      now_us)
{
  note_time (self, now_us);
  while (decode_next (self))
    ;
  self->made_up = 0;
}

/**
 * vigil_voice_begin:
 *
 * It is heard from now on.
 */
void
vigil_voice_begin (VigilVoice *self)
{
  self->playing = TRUE;
  self->filling = TRUE;
  self->starved = self->has_tail = self->fade_in = FALSE;
  self->n_heard = 0;
  self->made_up = 0;
  self->least = G_MAXUINT;
  self->least_us = self->calm_us = self->now_us;
}

/**
 * vigil_voice_end:
 *
 * It is not heard any more.
 */
void
vigil_voice_end (VigilVoice *self)
{
  self->playing = FALSE;
  self->n_heard = 0;
}

/* @crowded: (out): no more packets should wait, however short they are */
static guint
count_ready (VigilVoice *self,
             gboolean   *crowded)
{
  guint queued;

  g_mutex_lock (&self->lock);
  queued = self->queued;
  *crowded = self->length > QUEUE_MAX / 2;
  g_mutex_unlock (&self->lock);

  return queued + self->n_heard;
}

static void
leave_out (VigilVoice *self,
           guint       n)
{
  guint fade = MIN (FADE, self->n_heard - n);

  /* What is left goes over into what follows the cut. */
  for (guint i = 0; i < fade; i++)
    self->heard[n + i] = (gint16) ((self->heard[i] * (double) (fade - i) + self->heard[n + i] * (double) i) / fade);
  self->n_heard -= n;
  memmove (self->heard, self->heard + n, self->n_heard * sizeof (gint16));
}

/* The sender's clock and the sound device's differ, and a delay that grew is not needed for ever. */
static void
adjust (VigilVoice *self,
        guint       ready)
{
  if (self->delay > self->min_delay && self->now_us - self->calm_us > CALM_US)
    {
      self->delay -= MIN (DELAY_STEP / 2, self->delay - self->min_delay);
      self->calm_us = self->now_us;
    }

  self->least = MIN (self->least, ready);
  if (self->now_us - self->least_us < SURPLUS_US)
    return;

  if (self->least > self->delay + SURPLUS)
    {
      while (self->n_heard < VIGIL_OPUS_FRAME + FADE && decode_next (self))
        ;
      if (self->n_heard >= VIGIL_OPUS_FRAME + FADE)
        leave_out (self, VIGIL_OPUS_FRAME);
    }
  self->least = G_MAXUINT;
  self->least_us = self->now_us;
}

static void
fall_silent (VigilVoice *self)
{
  if (self->has_tail)
    {
      ramp (self->tail, FADE, 1, 0);
      append (self, self->tail, FADE);
    }
  self->has_tail = FALSE;
  self->fade_in = TRUE;
  self->filling = TRUE;
}

/* Nothing came in time. More is made up than is heard: how it would go on is kept, for what comes next to go over from. */
static void
starve (VigilVoice *self)
{
  gint16 samples[VIGIL_OPUS_FRAME + FADE];
  guint made = 0;

  self->starved = TRUE;
  if (self->opus != NULL && self->begun && self->made_up < CONCEAL_MAX)
    made = vigil_opus_conceal (self->opus, self->has_tail ? VIGIL_OPUS_FRAME : G_N_ELEMENTS (samples), samples);
  if (made <= FADE)
    {
      fall_silent (self);
      return;
    }

  if (self->has_tail)
    append (self, self->tail, FADE);
  append (self, samples, made - FADE);
  memcpy (self->tail, samples + made - FADE, sizeof self->tail);
  self->has_tail = TRUE;
  vigil_loudness_add (&self->loudness, samples, made);
  self->made_up += made;
  self->news.concealed += made * 1000 / VIGIL_OPUS_RATE;
}

/**
 * vigil_voice_read:
 * @samples: (out caller-allocates): what is heard next; silence where there is nothing
 * @n: how many, at most %VIGIL_OPUS_FRAME
 * @now_us: monotonic
 *
 * Returns: whether there was anything but silence
 */
gboolean
vigil_voice_read (VigilVoice *self,
                  gint16     *samples,
                  guint       n,
                  gint64      now_us)
{
  gboolean crowded;
  guint ready = count_ready (self, &crowded);
  guint got;

  note_time (self, now_us);
  if (self->filling && (ready >= self->delay || crowded))
    {
      self->filling = FALSE;
      self->least = G_MAXUINT;
      self->least_us = now_us;
    }
  if (!self->filling)
    {
      adjust (self, ready);
      while (self->n_heard < n && decode_next (self))
        ;
      if (self->n_heard < n)
        starve (self);
    }

  got = MIN (self->n_heard, n);
  memcpy (samples, self->heard, got * sizeof (gint16));
  memset (samples + got, 0, (n - got) * sizeof (gint16));
  self->n_heard -= got;
  memmove (self->heard, self->heard + got, self->n_heard * sizeof (gint16));
  return got > 0;
}

/**
 * vigil_voice_take_level:
 * @rms_db: (out): dBFS of what was decoded since the last call
 * @peak_db: (out): likewise
 *
 * Returns: %FALSE if nothing was
 */
gboolean
vigil_voice_take_level (VigilVoice *self,
                        double     *rms_db,
                        double     *peak_db)
{
  return vigil_loudness_take (&self->loudness, rms_db, peak_db);
}

/**
 * vigil_voice_take_news:
 * @news: (out): what happened since the last call
 */
void
vigil_voice_take_news (VigilVoice     *self,
                       VigilVoiceNews *news)
{
  *news = self->news;
  self->news = (VigilVoiceNews) { 0 };

  g_mutex_lock (&self->lock);
  news->dropped += self->n_overflown;
  self->n_overflown = 0;
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_voice_is_hopeless:
 *
 * Returns: whether nothing good came although its decoder was made anew several times
 */
gboolean
vigil_voice_is_hopeless (VigilVoice *self)
{
  return self->n_remade >= HOPELESS;
}

/**
 * vigil_voice_get_delay:
 *
 * Returns: by how much it is held back while it is heard, ms
 */
guint
vigil_voice_get_delay (VigilVoice *self)
{
  return self->delay / (VIGIL_OPUS_RATE / 1000);
}
