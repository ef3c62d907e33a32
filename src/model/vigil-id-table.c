/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids to handles and back. */

#include "vigil-id-table.h"

#include "vigil-lazy-array.h"

#include <stdatomic.h>
#include <string.h>

#define CHUNK_SIZE (64 * 1024)
#define FIRST_N_BUCKETS 1024

/* Immutable once a bucket names it. */
typedef struct
{
  const char *id;
  guint32     len;
  guint32     hash;
} Entry;

/* Open addressing; a bucket holds handle + 1, 0 is empty. Buckets are only ever filled. */
typedef struct _Buckets Buckets;
struct _Buckets
{
  Buckets        *older;   /* kept until the end: a reader may still be in it */
  guint32         mask;
  _Atomic guint32 handles[];
};

struct _VigilIdTable
{
  guint32            capacity; /* immutable */
  guint32            seed;     /* immutable */
  Entry             *entries;  /* entry n is written before n_entries passes it */
  _Atomic guint32    n_entries;
  Buckets *_Atomic   buckets;

  GMutex             lock;     /* for whoever adds */
  GPtrArray         *chunks;   /* under lock */
  char              *free;     /* under lock */
  gsize              n_free;   /* under lock */
};

static Buckets *
buckets_new (guint32  n,
             Buckets *older)
{
  Buckets *self = g_malloc0 (sizeof *self + n * sizeof self->handles[0]);

  self->older = older;
  self->mask = n - 1;
  return self;
}

/* FNV-1a with a seed of this process, and a last mix because the low bits choose the bucket. */
static guint32
hash_id (VigilIdTable *self,
         const char   *id,
         gsize         len)
{
  guint32 hash = 2166136261u ^ self->seed;

  for (gsize i = 0; i < len; i++)
    hash = (hash ^ (guint8) id[i]) * 16777619u;

  hash ^= hash >> 15;
  hash *= 0x2c1b3c6du;
  return hash ^ (hash >> 12);
}

static VigilHandle
find (VigilIdTable *self,
      Buckets      *buckets,
      const char   *id,
      gsize         len,
      guint32       hash)
{
  for (guint32 i = hash & buckets->mask;; i = (i + 1) & buckets->mask)
    {
      guint32 handle = atomic_load_explicit (&buckets->handles[i], memory_order_acquire);
      const Entry *entry;

      if (handle == 0)
        return VIGIL_HANDLE_NONE;

      entry = &self->entries[handle - 1];
      if (entry->hash == hash && entry->len == len && memcmp (entry->id, id, len) == 0)
        return handle - 1;
    }
}

static void
put (Buckets     *buckets,
     VigilHandle  handle,
     guint32      hash)
{
  guint32 i = hash & buckets->mask;

  while (atomic_load_explicit (&buckets->handles[i], memory_order_relaxed) != 0)
    i = (i + 1) & buckets->mask;

  atomic_store_explicit (&buckets->handles[i], handle + 1, memory_order_release);
}

/* Twice as many buckets when every other one is taken; the old ones stay for their readers, who at
 * worst miss what was added since and then look again under the lock. */
static Buckets *
ensure_room (VigilIdTable *self,
             guint32       n)
{
  Buckets *old = atomic_load_explicit (&self->buckets, memory_order_acquire);
  Buckets *new;

  if (n < (old->mask + 1) / 2)
    return old;

  new = buckets_new ((old->mask + 1) * 2, old);
  for (guint32 i = 0; i < n; i++)
    put (new, i, self->entries[i].hash);

  atomic_store_explicit (&self->buckets, new, memory_order_release);
  return new;
}

static const char *
store_string (VigilIdTable *self,
              const char   *id,
              gsize         len)
{
  char *copy;

  if (self->n_free < len + 1)
    {
      self->free = g_malloc (CHUNK_SIZE);
      self->n_free = CHUNK_SIZE;
      g_ptr_array_add (self->chunks, self->free);
    }

  copy = self->free;
  memcpy (copy, id, len);
  copy[len] = '\0';
  self->free += len + 1;
  self->n_free -= len + 1;
  return copy;
}

VigilIdTable *
vigil_id_table_new (guint capacity)
{
  VigilIdTable *self = g_new0 (VigilIdTable, 1);

  self->capacity = capacity;
  self->seed = g_random_int ();
  self->entries = vigil_lazy_array_new (capacity, sizeof (Entry));
  atomic_init (&self->n_entries, 0);
  atomic_init (&self->buckets, buckets_new (FIRST_N_BUCKETS, NULL));
  g_mutex_init (&self->lock);
  self->chunks = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
vigil_id_table_free (VigilIdTable *self)
{
  Buckets *buckets = atomic_load_explicit (&self->buckets, memory_order_acquire);

  while (buckets != NULL)
    {
      Buckets *older = buckets->older;

      g_free (buckets);
      buckets = older;
    }

  vigil_lazy_array_free (self->entries, self->capacity, sizeof (Entry));
  g_ptr_array_unref (self->chunks);
  g_mutex_clear (&self->lock);
  g_free (self);
}

VigilHandle
vigil_id_table_lookup (VigilIdTable *self,
                       const char   *id,
                       gsize         len)
{
  if (len == 0 || len > VIGIL_ID_MAX_LEN)
    return VIGIL_HANDLE_NONE;

  return find (self, atomic_load_explicit (&self->buckets, memory_order_acquire), id, len, hash_id (self, id, len));
}

static VigilHandle
add (VigilIdTable *self,
     const char   *id,
     gsize         len,
     guint32       hash)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  /* Acquire although the lock orders it: the thread sanitizer does not see into GLib's locks. */
  guint32 n = atomic_load_explicit (&self->n_entries, memory_order_acquire);
  Buckets *buckets = ensure_room (self, n);
  VigilHandle handle = find (self, buckets, id, len, hash);

  if (handle != VIGIL_HANDLE_NONE || n >= self->capacity)
    return handle;

  self->entries[n] = (Entry) { store_string (self, id, len), len, hash };
  /* Before the bucket: whoever finds the handle also finds that it was given out. */
  atomic_store_explicit (&self->n_entries, n + 1, memory_order_release);
  put (buckets, n, hash);
  return n;
}

VigilHandle
vigil_id_table_intern (VigilIdTable *self,
                       const char   *id,
                       gsize         len)
{
  guint32 hash;
  VigilHandle handle;

  if (len == 0 || len > VIGIL_ID_MAX_LEN)
    return VIGIL_HANDLE_NONE;

  hash = hash_id (self, id, len);
  handle = find (self, atomic_load_explicit (&self->buckets, memory_order_acquire), id, len, hash);

  return handle != VIGIL_HANDLE_NONE ? handle : add (self, id, len, hash);
}

const char *
vigil_id_table_get_id (VigilIdTable *self,
                       VigilHandle   handle)
{
  return handle < vigil_id_table_get_n (self) ? self->entries[handle].id : NULL;
}

guint
vigil_id_table_get_n (VigilIdTable *self)
{
  return atomic_load_explicit (&self->n_entries, memory_order_acquire);
}
