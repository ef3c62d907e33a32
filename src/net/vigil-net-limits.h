/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every number of this layer: how long, how large, how often. */
#pragma once

#include "vigil-settings.h"

G_BEGIN_DECLS

/** Plain values; copy freely. Times in milliseconds, sizes in bytes. */
typedef struct
{
  guint   request_ms;        /* a Socket.IO request without an answer */
  guint   connect_ms;        /* from the first packet to the joined namespace */
  guint   http_ms;           /* one HTTP exchange, all of it */
  guint   stall_ms;          /* HTTP without a byte */
  guint   fetch_ms;          /* one evidence object, all of it */
  guint   reconnect_min_ms;
  guint   reconnect_max_ms;
  guint   gather_ms;         /* the network thread lets reads pile up for this long; 0: never */
  guint   behind_ms;         /* one drain that takes longer means that we cannot keep up */
  guint   max_waiting;       /* events the main thread has not taken yet; with more the connection is given up and joined anew */
  guint   probe_ms;          /* without an answer for this long, ask something to know the round trip */
  guint   clock_ms;          /* between two questions for the hall's time… */
  guint   clock_burst;       /* …and how many come at once when an exam is joined */
  gsize   max_message;       /* one WebSocket message */
  gsize   max_answer;        /* one HTTP answer that is not evidence */
  guint   max_redirects;     /* of an evidence URL */
  guint   http_connections;  /* to one host; the others wait for their turn */
  guint   whep_connections;  /* the same of a WHEP, which is asked for a whole wall at once */
  guint   janus_slots;       /* m-lines of the one subscription: how many feeds can be consumed at once */
  guint   janus_sound_slots; /* …and how many microphones besides; made when one is first asked for. 0: none */
  guint   janus_rest_ms;     /* a slot that was given back is quiet for this long before it is given to somebody else */
  guint   janus_keepalive_ms;
} VigilNetLimits;

/** The defaults, and over them what @settings says. @settings: (nullable). Thread: main. */
void vigil_net_limits_init (VigilNetLimits *self, VigilSettings *settings);

G_END_DECLS
