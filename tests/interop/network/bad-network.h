/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bad network between a client and an SFU, in user space: UDP goes through it and suffers on the way. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  BAD_NETWORK_UP,     /* from the client to the SFU */
  BAD_NETWORK_DOWN,
  BAD_NETWORK_N_WAYS
} BadNetworkWay;

/** What one way does to packets. All zero: nothing. */
typedef struct
{
  double   loss;         /* of 1, each packet for itself */
  guint    delay_ms;
  guint    jitter_ms;    /* up to so much more; keeps the order */
  double   reorder;      /* of 1: those come `late_ms` later, behind others */
  guint    late_ms;
  guint    rate_kbps;    /* of everything that goes this way together; 0: any */
  guint    queue_bytes;  /* what may wait for the rate; 0: 64 KiB */
  gboolean black_hole;
} BadNetworkConditions;

typedef struct
{
  guint64 arrived, lost, overflowed, reordered, delivered;
  guint64 bytes_delivered;
  gint64  way_us;       /* for how long the newest of them was here; no total */
} BadNetworkCounts;

typedef struct _BadNetwork BadNetwork;

/** A thread of its own carries the packets. @seed: the same makes the same choices for the same packets in the same order. */
BadNetwork *bad_network_new  (guint32 seed);
void        bad_network_free (BadNetwork *self);

/** A way to that address. Returns: the port, at the same address, whose packets come out there and whose answers come back. */
guint16     bad_network_add  (BadNetwork *self, const char *address, guint16 port);
/** From now on; %NULL: as a good one. What is on its way already arrives. */
void        bad_network_set  (BadNetwork *self, BadNetworkWay way, const BadNetworkConditions *conditions);
void        bad_network_set_both (BadNetwork *self, const BadNetworkConditions *conditions);
void        bad_network_get_counts (BadNetwork *self, BadNetworkWay way, BadNetworkCounts *counts);

G_END_DECLS
