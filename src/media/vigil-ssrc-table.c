/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The allow-list. Asked once per packet, changed once per consumer. */
#include "vigil-ssrc-table.h"

#include "vigil-media-metrics.h"
#include "vigil-rollover.h"
#include "vigil-succession.h"

/* More than any server has slots; of a server that never uses an SSRC twice nothing needs to be known. */
#define MAX_FORMER 2048

/* A host's server has one SSRC, and another after a change of its source. libsrtp makes keys for each that knocks. */
#define MAX_KNOCKS 16

/* The host's present SSRC is over when nothing came of it for this long; until then no other is one. */
#define HOST_SILENCE_US (1 * G_USEC_PER_SEC)

/* Who has an SSRC. */
typedef struct
{
  VigilPacketSink *sink;
  VigilSuccession  succession;
  VigilRollover    rollover;
} Holder;

/* Who had it. */
typedef struct
{
  VigilSuccession succession;
  VigilRollover   rollover;
  gint64          end_us;
} Former;

struct _VigilSsrcTable
{
  gatomicrefcount ref_count;

  /* with the lock */
  GMutex      lock;
  GHashTable *holders; /* SSRC -> Holder */
  GHashTable *former;  /* SSRC -> Former */
  VigilPacketSink *host; /* nullable: whose all SSRCs are */
  guint       host_clock_rate;
  gint64      host_us;   /* when it was last heard; 0: not yet */
  GHashTable *knocked;   /* set of SSRCs that came to a host */
};

static void
holder_free (gpointer data)
{
  Holder *holder = data;

  g_object_unref (holder->sink);
  g_free (holder);
}

/**
 * vigil_ssrc_table_new:
 *
 * Returns: (transfer full): a table that allows nothing
 */
VigilSsrcTable *
vigil_ssrc_table_new (void)
{
  VigilSsrcTable *self = g_new0 (VigilSsrcTable, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->holders = g_hash_table_new_full (NULL, NULL, NULL, holder_free);
  self->former = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->knocked = g_hash_table_new (NULL, NULL);

  return self;
}

/**
 * vigil_ssrc_table_ref:
 *
 * Returns: (transfer full): @self
 */
VigilSsrcTable *
vigil_ssrc_table_ref (VigilSsrcTable *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * vigil_ssrc_table_unref:
 */
void
vigil_ssrc_table_unref (VigilSsrcTable *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->holders);
  g_hash_table_unref (self->former);
  g_hash_table_unref (self->knocked);
  g_clear_object (&self->host);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * vigil_ssrc_table_add:
 * @ssrc: to let in from now on
 * @clock_rate: of its timestamps
 * @sink: where its packets go
 *
 * Returns: %FALSE if @ssrc is there already
 */
gboolean
vigil_ssrc_table_add (VigilSsrcTable  *self,
                      guint32          ssrc,
                      guint            clock_rate,
                      VigilPacketSink *sink)
{
  Holder *holder = g_new0 (Holder, 1);
  const Former *former;
  gboolean added;

  holder->sink = g_object_ref (sink);
  g_mutex_lock (&self->lock);
  added = !g_hash_table_contains (self->holders, GUINT_TO_POINTER (ssrc));
  if (added)
    {
      former = g_hash_table_lookup (self->former, GUINT_TO_POINTER (ssrc));
      vigil_succession_init (&holder->succession, former != NULL ? &former->succession : NULL,
                             former != NULL ? former->end_us : 0, clock_rate, g_get_monotonic_time ());
      if (former != NULL)
        holder->rollover = former->rollover;
      g_hash_table_insert (self->holders, GUINT_TO_POINTER (ssrc), g_steal_pointer (&holder));
    }
  g_mutex_unlock (&self->lock);

  g_clear_pointer (&holder, holder_free);
  return added;
}

/* With the lock. */
static void
remember (VigilSsrcTable *self,
          guint32         ssrc,
          const Holder   *holder)
{
  Former *former;

  /* What is known of the one before stays, but for what became of the key meanwhile. */
  former = g_hash_table_lookup (self->former, GUINT_TO_POINTER (ssrc));
  if (!holder->succession.heard && former != NULL)
    former->rollover = holder->rollover;
  if (!holder->succession.heard)
    return;

  if (g_hash_table_size (self->former) >= MAX_FORMER)
    g_hash_table_remove_all (self->former);
  former = g_new0 (Former, 1);
  former->succession = holder->succession;
  former->rollover = holder->rollover;
  former->end_us = g_get_monotonic_time ();
  g_hash_table_insert (self->former, GUINT_TO_POINTER (ssrc), former);
}

/**
 * vigil_ssrc_table_remove:
 * @ssrc: not to let in any more
 *
 * Returns: whether it was there
 */
gboolean
vigil_ssrc_table_remove (VigilSsrcTable *self,
                         guint32         ssrc)
{
  gpointer value = NULL;

  g_mutex_lock (&self->lock);
  if (g_hash_table_steal_extended (self->holders, GUINT_TO_POINTER (ssrc), NULL, &value))
    remember (self, ssrc, value);
  g_mutex_unlock (&self->lock);

  if (value == NULL)
    return FALSE;
  /* Released outside of the lock: this may be the last reference. */
  holder_free (value);
  return TRUE;
}

/**
 * vigil_ssrc_table_set_host:
 * @clock_rate: of the timestamps
 * @sink: where all packets go
 *
 * For a connection that has one stream only: whatever authentic packet comes is of that one, and its SSRC is learnt.
 */
void
vigil_ssrc_table_set_host (VigilSsrcTable  *self,
                           guint            clock_rate,
                           VigilPacketSink *sink)
{
  g_mutex_lock (&self->lock);
  g_set_object (&self->host, sink);
  self->host_clock_rate = clock_rate;
  g_mutex_unlock (&self->lock);
}

/* With the lock. */
static gboolean
is_host_free (VigilSsrcTable *self,
              gint64          now_us)
{
  return self->host != NULL && now_us - self->host_us > HOST_SILENCE_US;
}

/* With the lock. Returns: (nullable): the holder that @ssrc has got. */
static Holder *
adopt (VigilSsrcTable *self,
       guint32         ssrc,
       gint64          now_us)
{
  Holder *holder;

  if (!is_host_free (self, now_us))
    return NULL;

  holder = g_new0 (Holder, 1);
  holder->sink = g_object_ref (self->host);
  vigil_succession_init (&holder->succession, NULL, 0, self->host_clock_rate, now_us);
  g_hash_table_remove_all (self->holders); /* the host is theirs as well: not the last reference */
  g_hash_table_insert (self->holders, GUINT_TO_POINTER (ssrc), holder);
  return holder;
}

/**
 * vigil_ssrc_table_may_knock:
 * @ssrc: of an RTP packet of which nothing is known yet
 * @seq: of the same
 *
 * Returns: whether it is worth decrypting
 */
gboolean
vigil_ssrc_table_may_knock (VigilSsrcTable *self,
                            guint32         ssrc,
                            guint16         seq,
                            gint64          now_us)
{
  gboolean may;
  Holder *holder;

  g_mutex_lock (&self->lock);
  holder = g_hash_table_lookup (self->holders, GUINT_TO_POINTER (ssrc));
  may = holder != NULL;
  if (may)
    vigil_rollover_ask (&holder->rollover, seq);
  else if (is_host_free (self, now_us))
    {
      may = g_hash_table_contains (self->knocked, GUINT_TO_POINTER (ssrc)) ||
            g_hash_table_size (self->knocked) < MAX_KNOCKS;
      if (may)
        g_hash_table_add (self->knocked, GUINT_TO_POINTER (ssrc));
    }
  g_mutex_unlock (&self->lock);

  return may;
}

/**
 * vigil_ssrc_table_may_report:
 * @ssrc: of a sender report of which nothing is known yet
 *
 * A report has no sequence number to tell by how far a stream's count is, so it must not be what asks for a key again.
 *
 * Returns: whether it is worth decrypting
 */
gboolean
vigil_ssrc_table_may_report (VigilSsrcTable *self,
                             guint32         ssrc)
{
  const Holder *holder;
  gboolean may;

  g_mutex_lock (&self->lock);
  holder = g_hash_table_lookup (self->holders, GUINT_TO_POINTER (ssrc));
  may = holder != NULL && (!holder->rollover.kept || holder->rollover.asked);
  g_mutex_unlock (&self->lock);

  return may;
}

/**
 * vigil_ssrc_table_contains:
 *
 * Returns: whether packets of @ssrc may enter
 */
gboolean
vigil_ssrc_table_contains (VigilSsrcTable *self,
                           guint32         ssrc)
{
  gboolean there;

  g_mutex_lock (&self->lock);
  there = g_hash_table_contains (self->holders, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->lock);

  return there;
}

/**
 * vigil_ssrc_table_admit:
 * @ssrc: of an RTP packet that is authentic
 * @now_us: when it came, monotonic
 *
 * Returns: whether the packet may enter: its SSRC is on the list, and it is not of somebody who had it before
 */
gboolean
vigil_ssrc_table_admit (VigilSsrcTable *self,
                        guint32         ssrc,
                        guint16         seq,
                        guint32         timestamp,
                        gint64          now_us)
{
  gboolean there, admitted;
  Holder *holder;

  g_mutex_lock (&self->lock);
  holder = g_hash_table_lookup (self->holders, GUINT_TO_POINTER (ssrc));
  if (holder == NULL)
    holder = adopt (self, ssrc, now_us);
  if (holder != NULL)
    self->host_us = now_us;
  there = holder != NULL;
  admitted = there && vigil_succession_admit (&holder->succession, seq, timestamp, now_us);
  g_mutex_unlock (&self->lock);

  if (there && !admitted)
    vigil_counter_add (vigil_media_metrics ()->packets_of_before, 1);
  else if (!there)
    vigil_counter_add (vigil_media_metrics ()->packets_refused, 1);
  return admitted;
}

/* With the lock. Returns: (nullable): what is kept of @ssrc, also of one that is nobody's now. */
static VigilRollover *
find_rollover (VigilSsrcTable         *self,
               guint32                 ssrc,
               const VigilSuccession **succession)
{
  Holder *holder = g_hash_table_lookup (self->holders, GUINT_TO_POINTER (ssrc));
  Former *former = holder == NULL || !holder->succession.heard ? g_hash_table_lookup (self->former, GUINT_TO_POINTER (ssrc)) : NULL;

  *succession = former != NULL ? &former->succession : holder != NULL ? &holder->succession : NULL;
  return holder != NULL ? &holder->rollover : former != NULL ? &former->rollover : NULL;
}

/**
 * vigil_ssrc_table_keep_rollover:
 * @roc: how often the sequence numbers of @ssrc had begun again when its key was given back
 */
void
vigil_ssrc_table_keep_rollover (VigilSsrcTable *self,
                                guint32         ssrc,
                                guint32         roc)
{
  const VigilSuccession *succession;
  VigilRollover *rollover;

  g_mutex_lock (&self->lock);
  rollover = find_rollover (self, ssrc, &succession);
  if (rollover != NULL)
    vigil_rollover_keep (rollover, roc, succession->heard, succession->seq);
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_ssrc_table_get_rollover:
 *
 * Returns: the count to go on with when the key of @ssrc is asked for
 */
guint32
vigil_ssrc_table_get_rollover (VigilSsrcTable *self,
                               guint32         ssrc)
{
  const VigilSuccession *succession;
  const VigilRollover *rollover;
  guint32 roc = 0;

  g_mutex_lock (&self->lock);
  rollover = find_rollover (self, ssrc, &succession);
  if (rollover != NULL)
    roc = vigil_rollover_get (rollover);
  g_mutex_unlock (&self->lock);

  return roc;
}

/**
 * vigil_ssrc_table_dup_sink:
 *
 * Returns: (transfer full) (nullable): where packets of @ssrc go
 */
VigilPacketSink *
vigil_ssrc_table_dup_sink (VigilSsrcTable *self,
                           guint32         ssrc)
{
  VigilPacketSink *sink = NULL;
  Holder *holder;

  g_mutex_lock (&self->lock);
  holder = g_hash_table_lookup (self->holders, GUINT_TO_POINTER (ssrc));
  if (holder != NULL)
    sink = g_object_ref (holder->sink);
  else if (self->host != NULL)
    sink = g_object_ref (self->host); /* faster than the guards were put up */
  g_mutex_unlock (&self->lock);

  return sink;
}

/**
 * vigil_ssrc_table_clear:
 *
 * Lets nothing in any more.
 */
void
vigil_ssrc_table_clear (VigilSsrcTable *self)
{
  g_autoptr (GHashTable) old = NULL;
  g_autoptr (VigilPacketSink) host = NULL;

  g_mutex_lock (&self->lock);
  host = g_steal_pointer (&self->host);
  old = g_steal_pointer (&self->holders);
  self->holders = g_hash_table_new_full (NULL, NULL, NULL, holder_free);
  g_mutex_unlock (&self->lock);
}
