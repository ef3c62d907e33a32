/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counters of this layer and what each of them counts. */
#include "vigil-net-metrics.h"

static VigilNetMetrics metrics;

static gpointer
make (gpointer data)
{
  metrics.bytes_in = vigil_metrics_counter ("vigil_socket_bytes_received", "Bytes of WebSocket messages from the hall.");
  metrics.bytes_out = vigil_metrics_counter ("vigil_socket_bytes_sent", "Bytes of WebSocket messages to the hall.");
  metrics.messages_in = vigil_metrics_counter ("vigil_messages_received", "WebSocket messages from the hall.");
  metrics.malformed = vigil_metrics_counter ("vigil_messages_malformed", "Messages that were dropped because they made no sense.");
  metrics.unknown_events = vigil_metrics_counter ("vigil_events_unknown", "Events of a name that is not known here.");
  metrics.scores = vigil_metrics_counter ("vigil_scores_received", "Scores that reached the store.");
  metrics.scores_slow = vigil_metrics_counter ("vigil_scores_slow", "Score messages that needed the general JSON parser.");
  metrics.events = vigil_metrics_counter ("vigil_events_received", "Events of the hall that are not scores.");
  metrics.batches = vigil_metrics_counter ("vigil_event_batches", "Batches of events given to the main thread.");
  metrics.connects = vigil_metrics_counter ("vigil_connects", "Connections that joined their namespace.");
  metrics.reconnects = vigil_metrics_counter ("vigil_reconnects", "Connections tried again after a loss.");
  metrics.requests = vigil_metrics_counter ("vigil_requests_sent", "Requests on the socket.");
  metrics.rate_limited = vigil_metrics_counter ("vigil_requests_rate_limited", "Requests that the hall put off because there were too many; they are sent again.");
  metrics.ack_timeouts = vigil_metrics_counter ("vigil_ack_timeouts", "Requests that were not answered in time.");
  metrics.acks_late = vigil_metrics_counter ("vigil_acks_unexpected", "Answers to nothing that was asked, or too late.");
  metrics.http_requests = vigil_metrics_counter ("vigil_http_requests", "HTTP requests.");
  metrics.http_errors = vigil_metrics_counter ("vigil_http_errors", "HTTP requests that failed or were refused.");
  metrics.http_bytes = vigil_metrics_counter ("vigil_http_bytes_received", "Bytes of HTTP answers.");
  metrics.evidence_refused = vigil_metrics_counter ("vigil_evidence_refused", "Evidence objects that were not what they should be.");
  metrics.stills_refused = vigil_metrics_counter ("vigil_stills_refused", "Captures that were not what they should be.");
  metrics.feed_lag_ms = vigil_metrics_gauge ("vigil_feed_lag_ms", "Age of the newest score when it arrived.");
  metrics.clock_offset = vigil_metrics_gauge ("vigil_clock_offset", "The hall's clock minus ours, in milliseconds.");
  metrics.clock_error = vigil_metrics_gauge ("vigil_clock_error", "The most by which the offset can be wrong, in milliseconds, when the hall last told its time.");
  metrics.clock_samples = vigil_metrics_counter ("vigil_clock_samples", "Times that the hall told its time.");
  metrics.clock_jumps = vigil_metrics_counter ("vigil_clock_jumps", "Times that the hall's clock or ours was found to have been set.");
  metrics.score_lag = vigil_metrics_histogram ("vigil_score_lag", "ms", "From the time stamp of a score to our store, by the hall's clock.");
  metrics.ack_rtt = vigil_metrics_histogram ("vigil_ack_rtt", "ms", "From a request to its answer.");
  metrics.http_rtt = vigil_metrics_histogram ("vigil_http_rtt", "ms", "From an HTTP request to the head of its answer.");
  metrics.waiting = vigil_metrics_gauge ("vigil_events_waiting", "Events handed to the main thread that it has not taken yet.");
  metrics.overflows = vigil_metrics_counter ("vigil_feed_overflows", "Connections given up, and joined anew, because the main thread could not keep up.");
  metrics.behind = vigil_metrics_counter ("vigil_feed_behind", "Times that this computer could not keep up with the hall.");
  metrics.main_lag = vigil_metrics_histogram ("vigil_main_lag", "ms", "From handing something of the hall's to the main thread until it was taken.");
  metrics.drain = vigil_metrics_histogram ("vigil_socket_drain", "ms", "How long one drain of the socket took.");
  return NULL;
}

const VigilNetMetrics *
vigil_net_metrics (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, make, NULL);
  return &metrics;
}
