/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and help of the media layer's numbers. */
#include "vigil-media-metrics.h"

static gpointer
make_cb (gpointer data)
{
  VigilMediaMetrics *m = g_new0 (VigilMediaMetrics, 1);

#define COUNTER(field, help) m->field = vigil_metrics_counter ("vigil_media_" #field, help)
#define GAUGE(field, help) m->field = vigil_metrics_gauge ("vigil_media_" #field, help)
  GAUGE (transports_live, "Receive transports that exist");
  GAUGE (links_live, "Connections that one feed has for itself");
  GAUGE (pads_live, "Stream pads that exist");
  GAUGE (decoders_live, "Feed decoders that exist");
  GAUGE (chains_live, "Decoding element chains that exist");
  GAUGE (chains_apart, "Videos decoded in a helper process that is locked in");
  GAUGE (chains_here, "Videos decoded in this process");
  GAUGE (chains_hardware, "Videos decoded by the graphics hardware");
  GAUGE (reorders_live, "Streams whose packets are put in order");
  COUNTER (packets, "RTP packets handed to decoders");
  COUNTER (rtcp_split, "RTCP packets whose feedback was sent by itself, as a Janus needs it");
  COUNTER (packets_of_before, "RTP packets refused because they may be of the candidate who had the slot before");
  COUNTER (packets_refused, "RTP packets of streams nobody asked for");
  COUNTER (packets_dropped, "RTP packets dropped because a decoder could not keep up");
  COUNTER (packets_late, "RTP packets dropped because their turn had gone by, they came twice or they were far off");
  COUNTER (packets_given_up, "RTP packets that did not come in time");
  COUNTER (retransmissions_asked, "RTP packets asked for again");
  COUNTER (rtcp_trimmed, "RTCP compounds from which reports on unknown streams were cut");
  COUNTER (rtcp_dropped, "RTCP compounds dropped whole");
  COUNTER (pads_unknown, "Stream pads that appeared for streams nobody asked for");
  COUNTER (reaps, "Closed streams freed in the RTP session");
  COUNTER (keys_given_back, "Times a transport gave its decryption keys back, to be rid of those of closed streams");
  COUNTER (key_frame_requests, "Key frames asked for by this client");
  COUNTER (frames_decoded, "Pictures decoded");
  COUNTER (frames_withheld, "Coded pictures not decoded while waiting for a key frame");
  COUNTER (frames_refused, "Pictures refused for their size");
  COUNTER (losses, "Gaps in the sequence numbers of a stream");
  COUNTER (decoders_failed, "Decoders that gave up");
  COUNTER (decoders_rested, "Decoders given back because their feed was paused");
  COUNTER (codecs_changed, "Times a sender who may choose came in the other codec");
  COUNTER (decoder_trials, "Decoders of the graphics hardware that were tried");
  COUNTER (hardware_failures, "Times a decoder of the graphics hardware failed in use");
  GAUGE (hardware_codecs, "Codecs that the graphics hardware decodes");
  GAUGE (decode_sandboxed, "Whether videos are decoded in a process of their own that is locked in");
  GAUGE (helpers_live, "Decoding helpers that run");
  COUNTER (helpers_started, "Decoding helpers started");
  COUNTER (helpers_lost, "Decoding helpers that crashed, hung or talked nonsense, and were replaced");
  COUNTER (feeds_held_back, "Videos not decoded for a while because the helper went with them time and again");
  COUNTER (stalls, "Times a running stream had no packet for the watchdog's time");
  COUNTER (relays, "TURN servers given to receive transports");
  COUNTER (relays_refused, "TURN servers that a receive transport did not take");
  COUNTER (turns_failed, "Connections to a TURN server behind TLS that did not come about, or whose certificate was not good");
  COUNTER (connects_missed, "Receive transports that did not connect in time");
  COUNTER (transports_lost, "Times a receive transport was given up");
  COUNTER (offers_early, "Offers of ours that went before all ICE candidates were there");
  COUNTER (candidates_late, "ICE candidates of ours that were not there when their offer went");
  COUNTER (links_lost, "Times a feed's own connection was given up");
  GAUGE (receive_buffer, "Bytes of socket receive buffer granted by the kernel");
  COUNTER (sound_decoded, "Packets of sound decoded");
  COUNTER (sound_bad, "Packets of sound that could not be decoded");
  COUNTER (sound_late, "Packets of sound that came after their turn to be heard");
  COUNTER (sound_concealed, "Milliseconds of sound that were made up for because they did not come in time");
  GAUGE (sound_delay, "Milliseconds that sound is held back while it is heard");
  GAUGE (sound_outputs_live, "Sound devices that are open");
  COUNTER (sound_outputs_opened, "Times the sound device was opened");
  COUNTER (sound_outputs_failed, "Times the sound device failed while it was open");
#undef COUNTER

  m->first_frame = vigil_metrics_histogram ("vigil_media_first_frame", "ms",
                                            "From attach or resume to the first decoded picture");
  m->open = vigil_metrics_histogram ("vigil_media_open", "ms",
                                     "From opening a receive transport to its answer");
  m->ice = vigil_metrics_histogram ("vigil_media_ice", "ms", "From a receive transport's answer to ICE connected");
  m->dtls = vigil_metrics_histogram ("vigil_media_dtls", "ms", "From ICE connected to DTLS connected");
  m->gather = vigil_metrics_histogram ("vigil_media_gather", "ms", "ICE candidates waited for before an offer of ours goes");
  m->close = vigil_metrics_histogram ("vigil_media_close", "ms",
                                      "From closing a receive transport to the end of its threads");

  return m;
}

/**
 * vigil_media_metrics:
 *
 * Returns: (transfer none): the numbers, made on first use. Thread: any.
 */
const VigilMediaMetrics *
vigil_media_metrics (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_cb, NULL);
}
