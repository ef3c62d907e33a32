/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the engine and its watch share, and tests of this layer. */
#pragma once

#include "vigil-audio-mixer.h"
#include "vigil-decode-host.h"
#include "vigil-decode-pool.h"
#include "vigil-receive-transport.h"
#include "vigil-webrtc-engine.h"

G_BEGIN_DECLS

struct _VigilWebrtcEngine
{
  GObject parent_instance;

  guint                  latency_ms;
  guint                  watchdog_ms;
  guint                  connect_ms;
  guint                  rest_ms;
  guint                  sound_delay_ms;
  guint                  gather_early_ms;
  char                  *sound_sink; /* nullable: what the desktop has */
  VigilDecodePool       *pool;
  VigilAudioMixer       *mixer;      /* nullable: nobody asked for sound yet */
  gulong                 output_handler;
  VigilDecodeHost       *host;
  gboolean               decode_sandbox;
  VigilReceiveTransport *transport; /* nullable */
  gboolean               apart;     /* open, and each feed has a connection of its own */
  GHashTable            *links;     /* owned guint64 -> VigilFeedLink; of feeds that have one */
  gint64                 open_us;   /* when it was answered; monotonic */
  gulong                 lost_handler;
  char                 **relays;    /* nullable; of transports to come */
  gboolean               relay_only;
  GHashTable            *feeds;     /* owned guint64 -> VigilEngineFeed */
  guint                  tick_source;
  guint                  n_openings; /* moves on with each open and close */
  gboolean               lost;      /* said so; nothing more to say until the next open */
  gboolean               connected_told; /* of this transport */
};

/** Returns: (transfer none) (nullable): the transport of now. */
VigilReceiveTransport *vigil_webrtc_engine_get_transport (VigilWebrtcEngine *self);

/** Nothing comes of the transport, or of none of the connections, any more: says so, once until the next open. */
void vigil_webrtc_engine_lose        (VigilWebrtcEngine *self, const char *reason);
/** The connection of one feed is gone. */
void vigil_webrtc_engine_lose_link   (VigilWebrtcEngine *self, guint64 feed, const char *reason);
/** Looks at everything several times a second from now on. */
void vigil_webrtc_engine_start_watch (VigilWebrtcEngine *self);
void vigil_webrtc_engine_stop_watch  (VigilWebrtcEngine *self);

G_END_DECLS
