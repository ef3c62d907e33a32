/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that wait for their acknowledgement, each with its own clock. */
#include "vigil-sio-acks.h"

struct _VigilSioAcks
{
  /* Network thread. */
  GMainContext           *context;
  GHashTable             *waiting; /* gint64 ack id → Waiting */
  GHashTable             *late;    /* gint64 ack ids, owned, that nobody waits for any more */
  VigilSioAckTimeoutFunc  func;
  gpointer                user_data;
  gint64                  next_id;
};

typedef struct
{
  VigilSioAcks *owner;
  gint64        id;
  guint64       serial;
  gint64        sent_us;
  GSource      *timer;
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_source_destroy (waiting->timer);
  g_source_unref (waiting->timer);
  g_free (waiting);
}

VigilSioAcks *
vigil_sio_acks_new (GMainContext *context, VigilSioAckTimeoutFunc func, gpointer user_data)
{
  VigilSioAcks *self = g_new0 (VigilSioAcks, 1);

  self->context = g_main_context_ref (context);
  self->waiting = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, waiting_free);
  self->late = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->func = func;
  self->user_data = user_data;
  return self;
}

void
vigil_sio_acks_free (VigilSioAcks *self)
{
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->late);
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
timeout_cb (gpointer data)
{
  Waiting *waiting = data;
  VigilSioAcks *self = waiting->owner;
  guint64 serial = waiting->serial;
  gint64 sent_us = waiting->sent_us;

  g_hash_table_add (self->late, g_memdup2 (&waiting->id, sizeof waiting->id));
  g_hash_table_remove (self->waiting, &waiting->id);
  self->func (self->user_data, serial, sent_us);
  return G_SOURCE_REMOVE;
}

gint64
vigil_sio_acks_add (VigilSioAcks *self, guint64 serial, guint timeout_ms)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->owner = self;
  waiting->id = self->next_id++;
  waiting->serial = serial;
  waiting->sent_us = g_get_monotonic_time ();
  waiting->timer = g_timeout_source_new (timeout_ms);
  /* Below I/O: an answer that has already arrived beats the clock. */
  g_source_set_priority (waiting->timer, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_callback (waiting->timer, timeout_cb, waiting, NULL);
  g_source_attach (waiting->timer, self->context);
  g_hash_table_insert (self->waiting, &waiting->id, waiting);
  return waiting->id;
}

gboolean
vigil_sio_acks_take (VigilSioAcks *self, gint64 ack_id, guint64 *serial, gint64 *sent_us)
{
  Waiting *waiting = g_hash_table_lookup (self->waiting, &ack_id);

  if (waiting == NULL)
    return FALSE;

  *serial = waiting->serial;
  *sent_us = waiting->sent_us;
  g_hash_table_remove (self->waiting, &ack_id);
  return TRUE;
}

gboolean
vigil_sio_acks_take_late (VigilSioAcks *self, gint64 ack_id)
{
  return g_hash_table_remove (self->late, &ack_id);
}

void
vigil_sio_acks_forget (VigilSioAcks *self, guint64 serial)
{
  GHashTableIter iter;
  Waiting *waiting;

  g_hash_table_iter_init (&iter, self->waiting);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &waiting))
    if (waiting->serial == serial)
      {
        g_hash_table_iter_remove (&iter);
        return;
      }
}

guint
vigil_sio_acks_get_n (VigilSioAcks *self)
{
  return g_hash_table_size (self->waiting);
}
