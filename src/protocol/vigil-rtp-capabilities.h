/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of a router's codecs we take, and how we say so. */
#pragma once

#include "vigil-json.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_CODEC_OPUS,
  VIGIL_CODEC_VP8,
  VIGIL_CODEC_H264,
  VIGIL_N_CODECS
} VigilCodec;

/** A codec of the router that we can receive. */
typedef struct
{
  gboolean  present;
  guint     payload_type;
  char     *fmtp;      /* nullable: "minptime=10;useinbandfec=1"; safe to put into SDP */
  JsonNode *parameters; /* nullable: as the router has them */
} VigilRouterCodec;

/** One of each at most. To be cleared with vigil_router_codecs_clear(). */
typedef struct
{
  VigilRouterCodec codecs[VIGIL_N_CODECS];
} VigilRouterCodecs;

/** "OPUS", "VP8", "H264". */
const char *vigil_codec_to_name (VigilCodec codec);
/** FALSE for a MIME type ("video/VP8", any case) we cannot receive. */
gboolean    vigil_codec_from_mime (const char *mime, VigilCodec *codec);
/** 48,000 or 90,000. */
guint       vigil_codec_get_clock_rate (VigilCodec codec);
gboolean    vigil_codec_is_audio (VigilCodec codec);

/**
 * vigil_router_codecs_read:
 * @router_capabilities: rtpCapabilities of getRouterRtpCapabilities
 * @codecs: (out caller-allocates)
 *
 * Unknown codecs are passed over. Errors: VIGIL_PROTOCOL_ERROR_FIELD, or _UNSUPPORTED if nothing
 * usable is there; @codecs is then cleared. Thread: any.
 */
gboolean vigil_router_codecs_read (JsonNode *router_capabilities, VigilRouterCodecs *codecs, GError **error);
void     vigil_router_codecs_clear (VigilRouterCodecs *codecs);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VigilRouterCodecs, vigil_router_codecs_clear)

/**
 * vigil_rtp_capabilities_build:
 *
 * Our rtpCapabilities for consume: the codecs of vigil_router_codecs_read() with nack, nack pli and
 * ccm fir. No transport-cc and no goog-remb, so the SFU estimates no bandwidth and preferred layers
 * alone decide; no rtx, no header extensions. Thread: any. Returns: (transfer full): immutable.
 */
JsonNode *vigil_rtp_capabilities_build (JsonNode *router_capabilities, GError **error);

G_END_DECLS
