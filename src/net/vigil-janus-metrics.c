/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counters of the signalling with a Janus and what each of them counts. */
#include "vigil-janus-metrics.h"

static VigilJanusMetrics metrics;

static gpointer
make (gpointer data)
{
  metrics.requests = vigil_metrics_counter ("vigil_janus_requests", "Requests to a Janus.");
  metrics.messages = vigil_metrics_counter ("vigil_janus_messages", "Messages of a Janus.");
  metrics.malformed = vigil_metrics_counter ("vigil_janus_malformed", "Messages of a Janus that made no sense.");
  metrics.hostile = vigil_metrics_counter ("vigil_janus_hostile", "Publishers and streams passed over for what they call themselves.");
  metrics.unexpected = vigil_metrics_counter ("vigil_janus_unexpected", "Answers of a Janus to nothing that was asked.");
  metrics.refusals = vigil_metrics_counter ("vigil_janus_refusals", "Requests that a Janus refused.");
  metrics.timeouts = vigil_metrics_counter ("vigil_janus_timeouts", "Requests that a Janus did not answer in time.");
  metrics.losses = vigil_metrics_counter ("vigil_janus_losses", "Connections to a Janus that ended by themselves.");
  metrics.slowlinks = vigil_metrics_counter ("vigil_janus_slowlinks", "Times that a Janus complained of lost packets.");
  metrics.switches = vigil_metrics_counter ("vigil_janus_switches", "Slots that changed hands.");
  metrics.switch_requests = vigil_metrics_counter ("vigil_janus_switch_requests", "Requests by which slots changed hands.");
  metrics.configures = vigil_metrics_counter ("vigil_janus_configures", "Slots paused, resumed or set to a layer.");
  metrics.mismatches = vigil_metrics_counter ("vigil_janus_mismatches", "Slots behind which somebody else stood than was asked for; nobody saw them.");
  metrics.renegotiations = vigil_metrics_counter ("vigil_janus_renegotiations", "Offers of a Janus for slots that were empty before.");
  metrics.slots = vigil_metrics_gauge ("vigil_janus_slots", "Slots of the subscription.");
  metrics.slots_taken = vigil_metrics_gauge ("vigil_janus_slots_taken", "Slots that somebody is behind.");
  metrics.sound_slots = vigil_metrics_gauge ("vigil_janus_sound_slots", "Slots of the subscription that are for sound.");
  metrics.waits = vigil_metrics_counter ("vigil_janus_slot_waits", "Videos and microphones that had to wait until a slot was quiet.");
  metrics.full = vigil_metrics_counter ("vigil_janus_slots_full", "Videos and microphones refused because all slots were taken.");
  metrics.answer = vigil_metrics_histogram ("vigil_janus_answer", "ms", "From a request to a Janus to its answer.");
  return NULL;
}

const VigilJanusMetrics *
vigil_janus_metrics (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, make, NULL);
  return &metrics;
}
