/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Janus SFU and the server that it speaks with. */
#pragma once

#include "janus-fake.h"
#include "net-test.h"
#include "vigil-janus-sfu.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"

G_BEGIN_DECLS

typedef struct
{
  JanusFake           *fake;
  VigilNetLimits       limits;
  VigilSfu            *sfu;
  VigilTransportOffer *offer;
  guint                n_transport_closed;
  char                *transport_reason;
  GString             *consumers_closed;
} Fixture;

gint64 janus_metric (const char *name);
void janus_make_sfu (Fixture *fixture, const char *url, const char *pin);
void janus_set_up (Fixture *fixture, gconstpointer data);
void janus_tear_down (Fixture *fixture, gconstpointer data);
VigilTransportOffer *janus_open_transport (Fixture *fixture, GError **error);
void janus_connect_transport (Fixture *fixture);
VigilConsumerInfo *janus_consume (Fixture *fixture, const char *producer, GError **error);
VigilConsumerInfo *janus_consume_ok (Fixture *fixture, guint feed);
/** One verb on several consumers within one turn of the main loop. Returns: how many were done. */
guint janus_control (Fixture *fixture, VigilSfuVerb verb, VigilConsumerInfo **infos, guint n, GError **error);
void janus_free_infos (VigilConsumerInfo **infos, guint n);
guint janus_mid_of (const VigilConsumerInfo *info);

G_END_DECLS
