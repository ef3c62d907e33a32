/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the two score events straight from the bytes of a WebSocket frame. */
#pragma once

#include "vigil-profile.h"
#include "vigil-score-batch.h"

G_BEGIN_DECLS

/** The bit of a violation type of @len bytes, for VigilScoreUpdate.flags. */
typedef guint32 (*VigilFlagFunc) (gpointer user_data, const char *type, gsize len);

/** Immutable once made; any thread. */
typedef struct _VigilScoreScanner VigilScoreScanner;

/**
 * vigil_score_scanner_new:
 * @profile: (nullable): names of events and fields; %NULL is the default profile. Not kept
 * @flag_func: numbers the violation types; @user_data must outlive the scanner
 */
VigilScoreScanner *vigil_score_scanner_new (VigilProfile *profile, VigilFlagFunc flag_func, gpointer user_data);
void               vigil_score_scanner_free (VigilScoreScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilScoreScanner, vigil_score_scanner_free)

/**
 * vigil_score_scanner_scan:
 * @frame: a whole text frame, @len bytes: 42["proctoring_score",{…}] or 42["proctoring_scores",[…]]
 * @batch: emptied, then filled if the answer is %TRUE
 *
 * Takes exactly what a JavaScript hall sends: members in any order, each at most once, no white
 * space, plain ASCII strings without escapes, plain numbers. Everything else, be it legal or not,
 * is "not mine" (%FALSE, @batch empty) and goes through vigil_sio_decoder_text() and
 * vigil_score_scanner_parse(), which decide. A batch is taken whole or not at all.
 *
 * Allocates nothing once @batch has grown. Thread: any.
 */
gboolean vigil_score_scanner_scan (const VigilScoreScanner *self, const char *frame, gsize len, VigilScoreBatch *batch);

/**
 * vigil_score_scanner_scan_msgpack:
 * @data: a whole binary frame of a hall whose socket.io has the msgpack parser
 *
 * As vigil_score_scanner_scan(): what is not exactly a score event of plain ASCII ids and plain numbers is "not mine"
 * and goes through vigil_sio_packet_from_msgpack() and vigil_score_scanner_parse().
 */
gboolean vigil_score_scanner_scan_msgpack (const VigilScoreScanner *self, const guint8 *data, gsize len, VigilScoreBatch *batch);

/** Whether @event is one of the two, by the profile's name for it. */
gboolean vigil_score_scanner_is_score_event (const VigilScoreScanner *self, const char *event);

/**
 * vigil_score_scanner_parse:
 * @event: one of the two names
 * @argument: (nullable): its argument, as the hall sent it; must be immutable
 *
 * The slow way to the same answer, through json-glib.
 * Errors: VIGIL_PROTOCOL_ERROR_FIELD naming the member; @batch is then empty. Thread: any.
 */
gboolean vigil_score_scanner_parse (const VigilScoreScanner *self, const char *event, JsonNode *argument,
                                    VigilScoreBatch *batch, GError **error);

G_END_DECLS
