/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ICE candidates that come after an SDP: application/trickle-ice-sdpfrag (RFC 8840). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_ICE_FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

/** A fragment is no longer than this, in bytes. */
#define VIGIL_ICE_FRAGMENT_MAX (64 * 1024)

/**
 * vigil_ice_fragment_build:
 * @offer_sdp: ours, of one m-line: what the candidates belong to
 * @candidates: "candidate:…"; what is none, or more than one line, is passed over
 * @end: there will be no others
 *
 * Errors: VIGIL_PROTOCOL_ERROR_FIELD naming what @offer_sdp lacks. Returns: (transfer full): a secret (ICE password). Thread: any.
 */
char *vigil_ice_fragment_build (const char *offer_sdp, const char *const *candidates, gboolean end, GError **error);

/**
 * vigil_ice_fragment_parse:
 * @text: as it came
 * @len: in bytes
 * @ufrag: of the server's answer
 *
 * A fragment under another ufrag is an ICE restart that nobody asked for, and refused. Candidates that are not for UDP or TCP,
 * have no IP address, or are not of the only component are passed over: a host name would be looked up for whoever wrote it.
 * Errors: VIGIL_PROTOCOL_ERROR naming the line; no value of it is in them. Returns: (transfer full): "candidate:…", 32 at most.
 * Thread: any.
 */
char **vigil_ice_fragment_parse (const char *text, gsize len, const char *ufrag, GError **error);

G_END_DECLS
