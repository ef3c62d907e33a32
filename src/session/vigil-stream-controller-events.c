/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hall says of producers, consumers and transports, and what the operator asks for of one stream. */

#include "vigil-stream-controller-private.h"

typedef VigilStreamEntry Entry;

static VigilConsumer *
find_consumer (VigilStreamController *self,
               const char            *consumer_id)
{
  for (guint i = 0; i < self->consumers->len; i++)
    {
      VigilConsumer *consumer = g_ptr_array_index (self->consumers, i);

      if (g_strcmp0 (vigil_consumer_get_id (consumer), consumer_id) == 0)
        return consumer;
    }

  return NULL;
}

static VigilStreamDriver *
find_driver (VigilStreamController *self,
             VigilConsumer         *consumer)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (vigil_stream_driver_get_consumer (((Entry *) value)->driver) == consumer)
      return ((Entry *) value)->driver;

  return NULL;
}

void
vigil_stream_controller_producer_announced (VigilStreamController *self,
                                            const char            *producer_id)
{
  VigilSource source;
  VigilHandle handle = vigil_roster_lookup_producer (self->shared.roster, producer_id, &source);
  Entry *entry = handle != VIGIL_HANDLE_NONE ? vigil_stream_controller_find_entry (self, handle, source) : NULL;

  if (entry != NULL)
    vigil_stream_driver_producer_changed (entry->driver);
}

void
vigil_stream_controller_consumer_closed (VigilStreamController *self,
                                         const char            *consumer_id,
                                         const char            *reason)
{
  VigilConsumer *found = find_consumer (self, consumer_id);
  g_autoptr (VigilConsumer) consumer = found != NULL ? g_object_ref (found) : NULL;
  VigilStreamDriver *driver;

  if (consumer == NULL)
    return;

  driver = find_driver (self, consumer);
  vigil_consumer_closed_by_server (consumer);
  if (driver != NULL)
    vigil_stream_driver_consumer_closed (driver, reason);
}

/** The server says that a consumer's producer was paused or resumed. */
void
vigil_stream_controller_consumer_paused (VigilStreamController *self,
                                         const char            *consumer_id,
                                         gboolean               paused)
{
  VigilConsumer *consumer = find_consumer (self, consumer_id);

  if (consumer != NULL)
    vigil_consumer_producer_paused (consumer, paused);
}

void
vigil_stream_controller_transport_closed (VigilStreamController *self,
                                          const char            *transport_id,
                                          const char            *reason)
{
  vigil_receiver_lost (self->shared.receiver, transport_id, reason);
}

void
vigil_stream_controller_retry (VigilStreamController *self,
                               VigilHandle            handle)
{
  vigil_receiver_retry_now (self->shared.receiver);
  for (VigilSource source = 0; source < VIGIL_N_SOURCES; source++)
    {
      Entry *entry = vigil_stream_controller_find_entry (self, handle, source);

      if (entry != NULL)
        vigil_stream_driver_retry_now (entry->driver);
    }
}

void
vigil_stream_controller_reconnect_now (VigilStreamController *self)
{
  vigil_receiver_retry_now (self->shared.receiver);
}
