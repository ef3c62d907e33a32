/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The media layer's numbers, looked up once. */
#pragma once

#include "vigil-metrics.h"

G_BEGIN_DECLS

typedef struct
{
  /* alive now; leak tests read these */
  VigilCounter *transports_live;
  VigilCounter *links_live;       /* connections of one feed; each has a transport as well */
  VigilCounter *pads_live;
  VigilCounter *decoders_live;
  VigilCounter *chains_live;
  VigilCounter *chains_apart;     /* of those: in a helper process… */
  VigilCounter *chains_here;      /* …in this one… */
  VigilCounter *chains_hardware;  /* …and by the graphics hardware */
  VigilCounter *reorders_live;

  VigilCounter *packets;          /* handed to decoders */
  VigilCounter *rtcp_split;       /* compounds whose feedback was sent by itself */
  VigilCounter *packets_of_before; /* RTP of an SSRC's former holder */
  VigilCounter *packets_refused;  /* RTP of an SSRC that is not on the list */
  VigilCounter *packets_dropped;  /* a decoder's queue was full */
  VigilCounter *packets_late;     /* came after their turn, or twice */
  VigilCounter *packets_given_up; /* waited for in vain */
  VigilCounter *retransmissions_asked;
  VigilCounter *rtcp_trimmed;
  VigilCounter *rtcp_dropped;
  VigilCounter *pads_unknown;
  VigilCounter *reaps;
  VigilCounter *keys_given_back; /* times, all of a transport */
  VigilCounter *key_frame_requests;
  VigilCounter *frames_decoded;
  VigilCounter *frames_withheld;  /* decodable only with artefacts, or not looked at */
  VigilCounter *frames_refused;   /* hostile size */
  VigilCounter *losses;           /* gaps in a feed's sequence numbers */
  VigilCounter *decoders_failed;
  VigilCounter *decoders_rested;  /* given back while paused */
  VigilCounter *codecs_changed;   /* of feeds whose sender may choose */
  VigilCounter *decoder_trials;
  VigilCounter *hardware_failures;
  VigilCounter *hardware_codecs;  /* decoded by it now */
  VigilCounter *decode_sandboxed; /* whether videos are decoded in a locked-in process */
  VigilCounter *helpers_live;
  VigilCounter *helpers_started;
  VigilCounter *helpers_lost;     /* crashed, hung or talked nonsense */
  VigilCounter *feeds_held_back;  /* that it went with time and again */
  VigilCounter *stalls;
  VigilCounter *relays;
  VigilCounter *relays_refused;
  VigilCounter *turns_failed;
  VigilCounter *connects_missed;
  VigilCounter *transports_lost;
  VigilCounter *links_lost;       /* of connections of one feed */
  VigilCounter *offers_early;     /* sent before all candidates were there */
  VigilCounter *candidates_late;  /* that were not in them */
  VigilCounter *receive_buffer;   /* bytes the kernel granted */
  VigilCounter *sound_decoded;    /* packets */
  VigilCounter *sound_bad;        /* packets that could not be decoded */
  VigilCounter *sound_late;       /* packets, of who is heard, that came after their turn */
  VigilCounter *sound_concealed;  /* ms that were made up for */
  VigilCounter *sound_delay;      /* ms, of who is heard */
  VigilCounter *sound_outputs_live;
  VigilCounter *sound_outputs_opened;
  VigilCounter *sound_outputs_failed;

  VigilHistogram *first_frame;    /* ms from attach or resume */
  VigilHistogram *open;           /* ms until the answer was there */
  VigilHistogram *ice;            /* ms from the answer until ICE was connected */
  VigilHistogram *dtls;           /* ms from then until DTLS was connected */
  VigilHistogram *gather;         /* ms; candidates waited for, before an offer of ours */
  VigilHistogram *close;          /* ms until the last thread of it was gone */
} VigilMediaMetrics;

const VigilMediaMetrics *vigil_media_metrics (void);

G_END_DECLS
