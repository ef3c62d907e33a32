/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What live video may cost, and what one stream does. Plain numbers. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

/** What one stream costs while it is live; all 0: not known yet. */
typedef struct
{
  guint cpu;      /* decoding, thousandths of a core */
  guint kbits;    /* downlink, kbit/s */
  guint pixels;   /* of one picture as it is received: width × height */
} VigilStreamCost;

/** Ceilings of everything that is live together; 0 for cpu, kbits, pixels and starts: none. */
typedef struct
{
  guint     max_live;       /* live streams, default 48 */
  guint     max_warm;       /* warm streams, default 36 */
  guint     warm_margin;    /* positions past either edge of the visible range, default 12 */
  guint     grace_ms;       /* how long an off-screen consumer is kept, default 45,000 */
  guint     max_cpu;        /* decoding, thousandths of a core */
  guint     max_kbits;      /* downlink, kbit/s */
  guint     max_pixels;     /* of one picture of each stream together */
  guint     starts;         /* streams begun anew a second, once a whole wall was begun */
  guint     load_live;      /* live streams that the machine and the network bear at present; 0: as many as max_live */
  gboolean  load_network;   /* it is the network that does not bear more, not the machine */
  gboolean  load_stills;    /* not even one is borne: that is why rung is VIGIL_RUNG_STILL, not by choice */
  guint     max_connections; /* live and warm together, microphones too, where each is a connection of its own; 0: no bound */
  gboolean  cannot_pause;   /* what is warm costs its downlink all the same: only whoever was live and on screen a moment ago
                             * (grace_ms) is kept, and whoever is on screen and may not be live has no stream at all */
  gboolean  no_sound;       /* the SFU has none for consoles */
  VigilRung rung;           /* on VIGIL_RUNG_STILL only what is focused is live, on SCORE nothing */
} VigilStreamLimits;

G_END_DECLS
