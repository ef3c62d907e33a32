/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores by handle: written by the network thread, swept by the main thread once per frame.
 *
 * Every array is allocated once at capacity, so a reader never sees one move. An entry is a
 * sequence lock: odd while somebody writes. Its members are atomics with release stores and
 * acquire loads instead of fences, which cost nothing more on the machines we run on and which
 * the thread sanitizer understands. */

#include "vigil-score-store.h"

#include "vigil-id-table.h"
#include "vigil-lazy-array.h"
#include "vigil-metrics.h"

#include <stdatomic.h>

#define BITS 64
#define READ 0x8000 /* the score came with the roster */

typedef struct
{
  _Atomic guint32 seq;
  _Atomic guint32 mapped;      /* how many tiles show it; written by the main thread only */
  _Atomic guint64 packed;      /* flags << 32 | (previous + 1) << 16 | READ? | (score + 1); 0: none yet */
  _Atomic gint64  at_ms;
  _Atomic gint64  received_us;
} Entry;

struct _VigilScoreStore
{
  GObject          parent_instance;

  /* immutable */
  guint            capacity;
  gsize            n_words;
  VigilIdTable    *ids;
  Entry           *entries;
  VigilCounter    *n_written;
  VigilCounter    *n_full;
  VigilCounter    *n_reordered;
  VigilCounter    *n_out_of_range;

  /* atomic */
  _Atomic guint64 *dirty;
  _Atomic guint64  serial;
  _Atomic gint64   newest_ms;
  _Atomic gint64   newest_told_us;  /* of a score that the feed brought */
  _Atomic gint64   newest_read_us;  /* of one that came with the roster */
  _Atomic gboolean woken;       /* the main thread was told and has not swept yet */

  /* under wake_lock */
  GMutex               wake_lock;
  VigilScoreStoreWake  wake;
  gpointer             wake_data;
};

G_DEFINE_FINAL_TYPE (VigilScoreStore, vigil_score_store, G_TYPE_OBJECT)

static void
vigil_score_store_finalize (GObject *object)
{
  VigilScoreStore *self = VIGIL_SCORE_STORE (object);

  vigil_id_table_free (self->ids);
  vigil_lazy_array_free (self->entries, self->capacity, sizeof (Entry));
  vigil_lazy_array_free ((gpointer) self->dirty, self->n_words, sizeof (guint64));
  g_mutex_clear (&self->wake_lock);

  G_OBJECT_CLASS (vigil_score_store_parent_class)->finalize (object);
}

static void
vigil_score_store_class_init (VigilScoreStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_score_store_finalize;
}

static void
vigil_score_store_init (VigilScoreStore *self)
{
  g_mutex_init (&self->wake_lock);
  self->n_written = vigil_metrics_counter ("vigil_scores_written", "Scores taken into the store");
  self->n_full = vigil_metrics_counter ("vigil_scores_dropped_full", "Ids refused because the store is full");
  self->n_reordered = vigil_metrics_counter ("vigil_scores_reordered", "Scores older than the one held");
  self->n_out_of_range = vigil_metrics_counter ("vigil_scores_out_of_range", "Scores that had to be clamped to 0..100");
}

VigilScoreStore *
vigil_score_store_new (guint capacity)
{
  VigilScoreStore *self = g_object_new (VIGIL_TYPE_SCORE_STORE, NULL);

  self->capacity = capacity;
  self->n_words = ((gsize) capacity + BITS - 1) / BITS;
  self->ids = vigil_id_table_new (capacity);
  self->entries = vigil_lazy_array_new (capacity, sizeof (Entry));
  self->dirty = vigil_lazy_array_new (self->n_words, sizeof (guint64));
  return self;
}

VigilHandle
vigil_score_store_intern (VigilScoreStore *self,
                          const char      *id,
                          gsize            len)
{
  VigilHandle handle = vigil_id_table_intern (self->ids, id, len);

  if (G_UNLIKELY (handle == VIGIL_HANDLE_NONE))
    vigil_counter_add (self->n_full, 1);

  return handle;
}

VigilHandle
vigil_score_store_lookup (VigilScoreStore *self,
                          const char      *id,
                          gsize            len)
{
  return vigil_id_table_lookup (self->ids, id, len);
}

const char *
vigil_score_store_get_id (VigilScoreStore *self,
                          VigilHandle      handle)
{
  return vigil_id_table_get_id (self->ids, handle);
}

/* The few nanoseconds an entry is odd are only long if its writer lost the processor. */
static guint32
lock_entry (Entry *entry)
{
  for (guint spins = 1;; spins++)
    {
      guint32 seq = atomic_load_explicit (&entry->seq, memory_order_relaxed);

      if ((seq & 1) == 0 &&
          atomic_compare_exchange_weak_explicit (&entry->seq, &seq, seq + 1,
                                                 memory_order_acquire, memory_order_relaxed))
        return seq + 1;

      if (spins % 64 == 0)
        g_thread_yield ();
    }
}

static void
raise_to (_Atomic gint64 *newest,
          gint64          value)
{
  gint64 held = atomic_load_explicit (newest, memory_order_relaxed);

  while (held < value &&
         !atomic_compare_exchange_weak_explicit (newest, &held, value, memory_order_relaxed, memory_order_relaxed))
    ;
}

static void
wake (VigilScoreStore *self)
{
  g_mutex_lock (&self->wake_lock);
  if (self->wake != NULL)
    self->wake (self->wake_data);
  g_mutex_unlock (&self->wake_lock);
}

/* The bit is set before the flag is tried, and a sweep clears the flag before it takes the bits: whoever
 * finds the flag set is seen by the sweep that the flag stands for. Both sides are sequentially consistent. */
static void
mark_dirty (VigilScoreStore *self,
            VigilHandle      handle,
            gboolean         changed)
{
  atomic_fetch_or (&self->dirty[handle / BITS], G_GUINT64_CONSTANT (1) << (handle % BITS));
  atomic_fetch_add_explicit (&self->serial, 1, memory_order_relaxed);
  /* A score that only says again what was known waits for the next sweep, whatever that is for. */
  if (changed && atomic_load (&self->entries[handle].mapped) != 0 && !atomic_load (&self->woken) &&
      !atomic_exchange (&self->woken, TRUE))
    wake (self);
}

static gboolean
write_score (VigilScoreStore *self,
             VigilHandle      handle,
             int              score,
             guint32          mark,
             guint32          flags,
             gint64           at_ms,
             gint64           received_us)
{
  Entry *entry;
  guint32 seq;
  guint64 held, packed;

  if (handle >= vigil_id_table_get_n (self->ids))
    return FALSE;

  if (score < -1 || score > 100)
    {
      vigil_counter_add (self->n_out_of_range, 1);
      score = CLAMP (score, 0, 100);
    }

  entry = &self->entries[handle];
  seq = lock_entry (entry);
  if (at_ms < atomic_load_explicit (&entry->at_ms, memory_order_relaxed))
    {
      atomic_store_explicit (&entry->seq, seq + 1, memory_order_release);
      vigil_counter_add (self->n_reordered, 1);
      return FALSE;
    }

  held = atomic_load_explicit (&entry->packed, memory_order_relaxed);
  packed = (guint64) flags << 32 | (held & 0xffff & ~READ) << 16 | mark | (guint64) (score + 1);
  atomic_store_explicit (&entry->packed, packed, memory_order_release);
  atomic_store_explicit (&entry->at_ms, at_ms, memory_order_release);
  atomic_store_explicit (&entry->received_us, received_us, memory_order_release);
  atomic_store_explicit (&entry->seq, seq + 1, memory_order_release);

  raise_to (&self->newest_ms, at_ms);
  raise_to (mark == READ ? &self->newest_read_us : &self->newest_told_us, received_us);
  mark_dirty (self, handle, packed >> 32 != held >> 32 || (packed & 0xffff & ~READ) != (held & 0xffff & ~READ));
  vigil_counter_add (self->n_written, 1);
  return TRUE;
}

gboolean
vigil_score_store_write (VigilScoreStore *self,
                         VigilHandle      handle,
                         int              score,
                         guint32          flags,
                         gint64           at_ms,
                         gint64           received_us)
{
  return write_score (self, handle, score, 0, flags, at_ms, received_us);
}

gboolean
vigil_score_store_write_read (VigilScoreStore *self,
                              VigilHandle      handle,
                              int              score,
                              guint32          flags,
                              gint64           at_ms,
                              gint64           received_us)
{
  return write_score (self, handle, score, READ, flags, at_ms, received_us);
}

static void
lower_to (_Atomic gint64 *newest,
          gint64          value)
{
  gint64 held = atomic_load_explicit (newest, memory_order_relaxed);

  while (held > value &&
         !atomic_compare_exchange_weak_explicit (newest, &held, value, memory_order_relaxed, memory_order_relaxed))
    ;
}

void
vigil_score_store_clamp_times (VigilScoreStore *self,
                               gint64           now_ms)
{
  guint n = vigil_id_table_get_n (self->ids);

  for (VigilHandle handle = 0; handle < n; handle++)
    {
      Entry *entry = &self->entries[handle];
      guint32 seq;

      if (atomic_load_explicit (&entry->at_ms, memory_order_relaxed) <= now_ms)
        continue;
      seq = lock_entry (entry);
      if (atomic_load_explicit (&entry->at_ms, memory_order_relaxed) > now_ms)
        atomic_store_explicit (&entry->at_ms, now_ms, memory_order_release);
      atomic_store_explicit (&entry->seq, seq + 1, memory_order_release);
    }

  lower_to (&self->newest_ms, now_ms);
}

gint64
vigil_score_get_age_us (const VigilScore *score,
                        gint64            now_us,
                        gint64            hall_ms)
{
  gint64 age_us = MAX (now_us - score->received_us, 0);

  if (score->score < 0 || score->received_us <= 0)
    return -1;
  /* 2^53 ms are the most that a time stamp may say; in µs that does not overflow. */
  if (hall_ms > 0 && score->at_ms > 0)
    age_us = MAX (age_us, (hall_ms - score->at_ms) * 1000);
  return age_us;
}

void
vigil_score_store_read (VigilScoreStore *self,
                        VigilHandle      handle,
                        VigilScore      *score)
{
  Entry *entry;
  guint32 before, after;
  guint64 packed;
  guint spins = 0;

  if (handle >= vigil_id_table_get_n (self->ids))
    {
      *score = (VigilScore) { .score = -1, .previous = -1 };
      return;
    }

  entry = &self->entries[handle];
  do
    {
      if (++spins % 64 == 0)
        g_thread_yield ();
      before = atomic_load_explicit (&entry->seq, memory_order_acquire);
      packed = atomic_load_explicit (&entry->packed, memory_order_acquire);
      score->at_ms = atomic_load_explicit (&entry->at_ms, memory_order_acquire);
      score->received_us = atomic_load_explicit (&entry->received_us, memory_order_acquire);
      after = atomic_load_explicit (&entry->seq, memory_order_relaxed);
    }
  while ((before & 1) != 0 || before != after);

  score->score = (gint16) (packed & 0xffff & ~READ) - 1;
  score->read = (packed & READ) != 0;
  score->previous = (gint16) (packed >> 16 & 0xffff) - 1;
  score->flags = packed >> 32;
}

guint
vigil_score_store_sweep (VigilScoreStore          *self,
                         VigilScoreStoreDirtyFunc  func,
                         gpointer                  user_data)
{
  gsize n_words = ((gsize) vigil_id_table_get_n (self->ids) + BITS - 1) / BITS;
  guint n_dirty = 0;

  atomic_store (&self->woken, FALSE);
  for (gsize i = 0; i < n_words; i++)
    {
      guint64 word;

      if (atomic_load (&self->dirty[i]) == 0)
        continue;

      word = atomic_exchange (&self->dirty[i], 0);
      n_dirty += __builtin_popcountll (word);
      for (; word != 0; word &= word - 1)
        {
          VigilHandle handle = i * BITS + __builtin_ctzll (word);

          if (atomic_load_explicit (&self->entries[handle].mapped, memory_order_relaxed) != 0)
            func (handle, user_data);
        }
    }

  return n_dirty;
}

void
vigil_score_store_set_mapped (VigilScoreStore *self,
                              VigilHandle      handle,
                              gboolean         mapped)
{
  g_return_if_fail (handle < vigil_id_table_get_n (self->ids));
  g_return_if_fail (mapped || atomic_load_explicit (&self->entries[handle].mapped, memory_order_relaxed) > 0);

  atomic_fetch_add (&self->entries[handle].mapped, mapped ? 1 : -1);
}

void
vigil_score_store_set_wake (VigilScoreStore     *self,
                            VigilScoreStoreWake  func,
                            gpointer             user_data)
{
  g_mutex_lock (&self->wake_lock);
  self->wake = func;
  self->wake_data = user_data;
  g_mutex_unlock (&self->wake_lock);
  /* What came while nobody listened must not keep the flag up for ever. */
  atomic_store (&self->woken, FALSE);
}

void
vigil_score_store_reset (VigilScoreStore *self)
{
  guint n = vigil_id_table_get_n (self->ids);

  for (VigilHandle handle = 0; handle < n; handle++)
    {
      Entry *entry = &self->entries[handle];
      guint32 seq = lock_entry (entry);

      atomic_store_explicit (&entry->packed, 0, memory_order_release);
      atomic_store_explicit (&entry->at_ms, 0, memory_order_release);
      atomic_store_explicit (&entry->received_us, 0, memory_order_release);
      atomic_store_explicit (&entry->seq, seq + 1, memory_order_release);
      mark_dirty (self, handle, TRUE);
    }

  atomic_store_explicit (&self->newest_ms, 0, memory_order_relaxed);
  atomic_store_explicit (&self->newest_told_us, 0, memory_order_relaxed);
  atomic_store_explicit (&self->newest_read_us, 0, memory_order_relaxed);
}

guint
vigil_score_store_get_capacity (VigilScoreStore *self)
{
  return self->capacity;
}

guint
vigil_score_store_get_n_handles (VigilScoreStore *self)
{
  return vigil_id_table_get_n (self->ids);
}

guint64
vigil_score_store_get_serial (VigilScoreStore *self)
{
  return atomic_load_explicit (&self->serial, memory_order_relaxed);
}

gint64
vigil_score_store_get_newest_ms (VigilScoreStore *self)
{
  return atomic_load_explicit (&self->newest_ms, memory_order_relaxed);
}

gint64
vigil_score_store_get_newest_received_us (VigilScoreStore *self)
{
  return MAX (atomic_load_explicit (&self->newest_told_us, memory_order_relaxed),
              atomic_load_explicit (&self->newest_read_us, memory_order_relaxed));
}

gint64
vigil_score_store_get_newest_told_us (VigilScoreStore *self)
{
  return atomic_load_explicit (&self->newest_told_us, memory_order_relaxed);
}
