/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's tables, for the files that share them. The hall's thread only. */
#pragma once

#include "vigil-hall-pacer.h"
#include "vigil-hall-sfu.h"
#include "vigil-hall-transport.h"

G_BEGIN_DECLS

typedef struct
{
  char            *id;
  VigilSimFeed    *feed;
  VigilHallStream *stream;
  GPtrArray       *consumers;  /* Consumer, borrowed */
  guint64          serial;     /* in the order they were added */
} Producer;

typedef struct
{
  VigilHallTransport *transport;
  GPtrArray          *consumers;  /* Consumer, borrowed */
  gboolean            killed;     /* a fault: alive for signalling only */
} Transport;

typedef struct
{
  char            *id;
  Producer        *producer;
  Transport       *transport;
  VigilHallSender *sender;
  gboolean         paused;
} Consumer;

struct _VigilHallSfu
{
  GObject parent_instance;

  /* all of it the hall's thread */
  GStrv           addresses;
  guint           max_consumers;
  VigilHallPacer *pacer;
  guint64         producer_serial;
  GHashTable     *producers;   /* id → Producer */
  GHashTable     *transports;  /* id → Transport */
  GHashTable     *consumers;   /* id → Consumer */
  guint64         suppressed;  /* by transports that are gone */
  char           *cname;
  GThread        *warm_up;     /* until it is waited for */
};

Transport *vigil_hall_sfu_find_transport   (VigilHallSfu *self,
                                            const char   *client_key,
                                            const char   *transport_id,
                                            GError      **error);
GPtrArray *vigil_hall_sfu_list_transports  (VigilHallSfu *self,
                                            const char   *client_key);
void       vigil_hall_sfu_close_transports (VigilHallSfu *self);
void       vigil_hall_sfu_remove_producers (VigilHallSfu *self);
void       vigil_hall_sfu_update_consumer  (VigilHallSfu *self,
                                            Consumer     *consumer);
void       vigil_hall_sfu_remove_consumer  (VigilHallSfu *self,
                                            Consumer     *consumer);

G_END_DECLS
