/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns the budget's decisions into consumers: the only place where phases, SFU and media engine meet. */
#pragma once

#include "vigil-hall-feed.h"
#include "vigil-load-probe.h"
#include "vigil-media-engine.h"
#include "vigil-roster.h"
#include "vigil-settings.h"
#include "vigil-sfu.h"
#include "vigil-stream-limits.h"
#include "vigil-stream.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_STREAM_CONTROLLER (vigil_stream_controller_get_type ())
G_DECLARE_FINAL_TYPE (VigilStreamController, vigil_stream_controller, VIGIL, STREAM_CONTROLLER, GObject)

/**
 * Main thread only.
 *
 * Signals: "state-changed" (SFU link), "counts-changed".
 */
VigilStreamController *vigil_stream_controller_new (VigilRoster *roster, VigilSettings *settings, VigilSfu *sfu, VigilMediaEngine *engine);

/** Signalling is up: open the transport, and again after each loss with backoff. */
void vigil_stream_controller_start (VigilStreamController *self);
/** Signalling is gone: drop the transport and every consumer at once; streams go to idle and wait. */
void vigil_stream_controller_stop (VigilStreamController *self, const char *why);

/** A tile of @handle was mapped/unmapped (counted). */
void vigil_stream_controller_set_visible (VigilStreamController *self, VigilHandle handle, gboolean visible);
void vigil_stream_controller_set_focused (VigilStreamController *self, VigilHandle handle, gboolean focused);
gboolean vigil_stream_controller_is_focused (VigilStreamController *self, VigilHandle handle);
void vigil_stream_controller_set_near    (VigilStreamController *self, const VigilHandle *handles, guint n);
/** Candidates whom patrol comes to next, in the order of their places: kept ready. Replaces the former list. */
void vigil_stream_controller_set_patrol  (VigilStreamController *self, const VigilHandle *handles, guint n);
/** A patrol goes round, also while it pauses: whom it left is kept ready until it comes back, as far as settings and SFU allow. */
void vigil_stream_controller_set_patrolled (VigilStreamController *self, gboolean patrolled);
/** Who on the page that patrol shows was not seen for longest, them first: where not all may play they do. Replaces the former list. */
void vigil_stream_controller_set_due     (VigilStreamController *self, const VigilHandle *handles, guint n);
/** Who this operator is to the hall (nullable: nobody): whom he has claimed goes before others. */
void vigil_stream_controller_set_operator (VigilStreamController *self, const char *user);
/** What is shown at best: below VIGIL_RUNG_LIVE video is closed, but for whoever was opened on VIGIL_RUNG_STILL. */
void vigil_stream_controller_set_ladder_limit (VigilStreamController *self, VigilRung rung);
/** Pictures can be shown now, or no longer: where stills are all there is, machine and network are looked at meanwhile. */
void vigil_stream_controller_set_shows (VigilStreamController *self, gboolean shows);
/** How much live video machine and network bear at present; "state-changed" says when it differs.
 *  @since_us: (out) (optional): monotonic; since when it is less than all; 0: it is all */
const VigilLadder *vigil_stream_controller_get_ladder (VigilStreamController *self, gint64 *since_us);
/** What asks how late this program is; whoever paints tells it of frames. (transfer none). */
VigilLoadProbe *vigil_stream_controller_get_load_probe (VigilStreamController *self);
/** Whose answers say how late scores are. Referenced. */
void vigil_stream_controller_set_feed (VigilStreamController *self, VigilHallFeed *feed);
/** How many of those that are wanted have this reason for their mode. */
guint vigil_stream_controller_count_reason (VigilStreamController *self, VigilModeReason why);
/** What the SFU can do. */
void vigil_stream_controller_get_abilities (VigilStreamController *self, VigilSfuAbilities *abilities);
/** What live video costs together, as far as it was measured. */
void vigil_stream_controller_get_cost (VigilStreamController *self, VigilStreamCost *cost);
/** The hall says that there is a producer, perhaps one that the roster knew of already and the SFU did not:
 *  who waits for it asks at once. */
void vigil_stream_controller_producer_announced (VigilStreamController *self, const char *producer_id);
/** For wire events that name a consumer. */
void vigil_stream_controller_consumer_closed (VigilStreamController *self, const char *consumer_id, const char *reason);
void vigil_stream_controller_consumer_paused (VigilStreamController *self, const char *consumer_id, gboolean paused);
/** The server says that a transport died (NULL: whichever it was): everything on it is dropped, another is opened. */
void vigil_stream_controller_transport_closed (VigilStreamController *self, const char *transport_id, const char *reason);
/** The operator asks for another try at once. */
void vigil_stream_controller_retry (VigilStreamController *self, VigilHandle handle);

/** Skips the rest of the transport's backoff. */
void vigil_stream_controller_reconnect_now (VigilStreamController *self);

/** The webcam stream of a candidate; made on first use, kept while it has a mode other than cold or
 *  somebody holds a reference. Returns: (transfer full). */
VigilStream *vigil_stream_controller_ref_stream (VigilStreamController *self, VigilHandle handle);
/** The same for any of a candidate's feeds. Screen and microphone are received only while their candidate is focused; else the
 *  reason of the stream's mode says why not. What a microphone's has for a picture is a VigilAudioFeed. */
VigilStream *vigil_stream_controller_ref_source (VigilStreamController *self, VigilHandle handle, VigilSource source);

VigilLinkState vigil_stream_controller_get_state (VigilStreamController *self);
const GError  *vigil_stream_controller_get_error (VigilStreamController *self);
gint64         vigil_stream_controller_get_retry_us (VigilStreamController *self);

typedef struct
{
  guint live, warm, cold;
  guint phases[VIGIL_N_PHASES];
  guint consumers;          /* at the server, as we know it */
  guint failed;
  guint64 retries, watchdog_fired, consumes, closes, resumes, pauses;
} VigilStreamCounts;

void vigil_stream_controller_get_counts (VigilStreamController *self, VigilStreamCounts *counts);

G_END_DECLS
