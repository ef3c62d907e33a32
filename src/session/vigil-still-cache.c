/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stills of candidates who left the screen. */

#include "vigil-still-cache.h"

/* What a record costs beside its picture; also bounds those without one. */
#define OVERHEAD 512

typedef struct
{
  VigilHandle  handle;
  VigilStill  *still;    /* nullable */
  gint64       asked_us;
  gsize        size;
} Record;

struct _VigilStillCache
{
  GHashTable *by_handle; /* VigilHandle → link of @recent */
  GQueue      recent;    /* of Record, newest first */
  gsize       bytes;
  gsize       limit;
};

static void
record_free (Record *record)
{
  g_clear_pointer (&record->still, vigil_still_unref);
  g_free (record);
}

VigilStillCache *
vigil_still_cache_new (void)
{
  VigilStillCache *self = g_new0 (VigilStillCache, 1);

  self->by_handle = g_hash_table_new (NULL, NULL);
  g_queue_init (&self->recent);
  return self;
}

void
vigil_still_cache_free (VigilStillCache *self)
{
  vigil_still_cache_clear (self);
  g_hash_table_unref (self->by_handle);
  g_free (self);
}

/* Returns: (transfer full). */
static Record *
unlink_record (VigilStillCache *self,
               GList           *link)
{
  Record *record = link->data;

  g_hash_table_remove (self->by_handle, GUINT_TO_POINTER (record->handle));
  g_queue_delete_link (&self->recent, link);
  self->bytes -= record->size;
  return record;
}

static void
trim (VigilStillCache *self)
{
  while (self->bytes > self->limit && self->recent.tail != NULL)
    record_free (unlink_record (self, self->recent.tail));
}

void
vigil_still_cache_put (VigilStillCache *self,
                       VigilHandle      handle,
                       VigilStill      *still,
                       gint64           asked_us)
{
  GList *former = g_hash_table_lookup (self->by_handle, GUINT_TO_POINTER (handle));
  Record *record = g_new0 (Record, 1);

  g_return_if_fail (still == NULL || still->handle == handle);

  if (former != NULL)
    record_free (unlink_record (self, former));
  record->handle = handle;
  record->still = still != NULL ? vigil_still_ref (still) : NULL;
  record->asked_us = asked_us;
  record->size = OVERHEAD + (still != NULL ? g_bytes_get_size (still->bytes) : 0);
  g_queue_push_head (&self->recent, record);
  g_hash_table_insert (self->by_handle, GUINT_TO_POINTER (handle), self->recent.head);
  self->bytes += record->size;
  trim (self);
}

VigilStill *
vigil_still_cache_take (VigilStillCache *self,
                        VigilHandle      handle,
                        gint64          *asked_us)
{
  GList *link = g_hash_table_lookup (self->by_handle, GUINT_TO_POINTER (handle));
  VigilStill *still;
  Record *record;

  *asked_us = 0;
  if (link == NULL)
    return NULL;

  record = unlink_record (self, link);
  *asked_us = record->asked_us;
  still = g_steal_pointer (&record->still);
  record_free (record);
  return still;
}

VigilStill *
vigil_still_cache_peek (VigilStillCache *self,
                        VigilHandle      handle)
{
  GList *link = g_hash_table_lookup (self->by_handle, GUINT_TO_POINTER (handle));

  return link != NULL ? ((Record *) link->data)->still : NULL;
}

void
vigil_still_cache_set_limit (VigilStillCache *self,
                             gsize            bytes)
{
  self->limit = bytes;
  trim (self);
}

void
vigil_still_cache_clear (VigilStillCache *self)
{
  while (self->recent.tail != NULL)
    record_free (unlink_record (self, self->recent.tail));
}

gsize
vigil_still_cache_get_bytes (VigilStillCache *self)
{
  return self->bytes;
}
