/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed settings; the only file that names a key. */
#pragma once

#include <gio/gio.h>

#include "vigil-incident-params.h"
#include "vigil-ladder.h"
#include "vigil-stream-budget.h"
#include "vigil-roster-view.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SETTINGS (vigil_settings_get_type ())
G_DECLARE_FINAL_TYPE (VigilSettings, vigil_settings, VIGIL, SETTINGS, GObject)

/**
 * Signals:
 *  - "changed" (const char *what): a value changed
 *  - "trouble-changed" (const char *what): vigil_settings_get_trouble() says something else of it
 *
 * Main thread only.
 */
VigilSettings *vigil_settings_new (void);

/* Keys, for bindings of preference rows: vigil_settings_bind (self, VIGIL_SETTING_…, …). */
#define VIGIL_SETTING_MAX_LIVE           "max-live-streams"
#define VIGIL_SETTING_MAX_DECODE_CPU     "max-decode-cpu"          /* thousandths of a core, 0: no ceiling */
#define VIGIL_SETTING_MAX_DOWNLINK       "max-downlink"            /* kbit/s, 0: no ceiling */
#define VIGIL_SETTING_MAX_PIXELS         "max-pixels"              /* thousands, 0: no ceiling */
#define VIGIL_SETTING_STREAM_STARTS      "stream-starts"           /* a second, 0: no bound */
#define VIGIL_SETTING_LADDER             "ladder"                  /* yes or no */
#define VIGIL_SETTING_LADDER_LOOP        "ladder-loop-late"        /* ms, 0: not looked at */
#define VIGIL_SETTING_LADDER_FRAME       "ladder-frame-late"       /* ms, 0: not looked at */
#define VIGIL_SETTING_LADDER_WAIT        "ladder-decode-wait"      /* ms, 0: not looked at */
#define VIGIL_SETTING_LADDER_LOSS        "ladder-loss"             /* thousandths, 0: not looked at */
#define VIGIL_SETTING_LADDER_QUEUE       "ladder-queue"            /* ms, 0: not looked at */
#define VIGIL_SETTING_LADDER_FEED        "ladder-feed-late"        /* ms, 0: not looked at */
#define VIGIL_SETTING_LADDER_PATIENCE    "ladder-patience"         /* seconds */
#define VIGIL_SETTING_LADDER_RECOVERY    "ladder-recovery"         /* seconds */
#define VIGIL_SETTING_MAX_WARM           "max-warm-streams"
#define VIGIL_SETTING_WARM_MARGIN        "warm-margin"
#define VIGIL_SETTING_GRACE              "off-screen-grace"        /* seconds */
#define VIGIL_SETTING_WATCHDOG           "attach-watchdog"         /* seconds */
#define VIGIL_SETTING_RETRIES            "attach-retries"
#define VIGIL_SETTING_FAILED_RETRY       "failed-retry"            /* seconds, 0: never */
#define VIGIL_SETTING_CONSUMES           "consumes-in-flight"
#define VIGIL_SETTING_DECODER_REST       "warm-decoder-rest"       /* ms */
#define VIGIL_SETTING_HARDWARE_DECODING  "hardware-decoding"       /* yes or no */
#define VIGIL_SETTING_HARDWARE_TRIAL     "hardware-trial"          /* ms that a decoder may take for its trial */
#define VIGIL_SETTING_DECODE_SANDBOX     "decode-sandbox"
#define VIGIL_SETTING_JITTER_LATENCY     "jitter-latency"          /* ms */
#define VIGIL_SETTING_JANUS_SLOTS        "janus-slots"
#define VIGIL_SETTING_JANUS_SOUND_SLOTS  "janus-sound-slots"
#define VIGIL_SETTING_JANUS_SLOT_REST    "janus-slot-rest"         /* ms */
#define VIGIL_SETTING_JANUS_KEEPALIVE    "janus-keepalive"         /* seconds */
#define VIGIL_SETTING_MAX_CONNECTIONS    "max-connections"         /* to an SFU with one a video */
#define VIGIL_SETTING_UNPAUSED_GRACE     "unpaused-grace"          /* seconds */
#define VIGIL_SETTING_MEDIA_WATCHDOG     "media-watchdog"          /* seconds without a packet */
#define VIGIL_SETTING_GATHER_EARLY       "gather-early"            /* ms */
#define VIGIL_SETTING_CONNECT_WATCHDOG   "connect-watchdog"        /* seconds until a transport is connected */
#define VIGIL_SETTING_REQUEST_TIMEOUT    "request-timeout"         /* seconds */
#define VIGIL_SETTING_RECONNECT_MIN      "reconnect-min"           /* ms */
#define VIGIL_SETTING_RECONNECT_MAX      "reconnect-max"           /* ms */
#define VIGIL_SETTING_STALE_SCORE        "stale-score"             /* seconds */
#define VIGIL_SETTING_LATE_VIDEO         "late-video"              /* seconds */
#define VIGIL_SETTING_STALE_VIDEO        "stale-video"             /* seconds */
#define VIGIL_SETTING_PICTURES           "pictures"                /* a rung's nick */
#define VIGIL_SETTING_STILL_REFRESH      "still-refresh"           /* ms */
#define VIGIL_SETTING_STILLS_IN_FLIGHT   "stills-in-flight"
#define VIGIL_SETTING_STILL_RATE         "still-rate"              /* requests a second, of all */
#define VIGIL_SETTING_STILL_DELAY        "still-delay"             /* ms to wait for video first */
#define VIGIL_SETTING_STILL_CACHE        "still-cache"             /* MiB */
#define VIGIL_SETTING_STILL_MAX_SIZE     "still-max-size"          /* KiB */
#define VIGIL_SETTING_STALE_STILL        "stale-still"             /* seconds; at least twice the hall's interval counts */
#define VIGIL_SETTING_QUIET_FEED         "quiet-feed"              /* seconds, 0: never said */
#define VIGIL_SETTING_CLOCK_INTERVAL     "clock-interval"          /* seconds */
#define VIGIL_SETTING_METRICS_PORT       "metrics-port"            /* 0: none */
#define VIGIL_SETTING_VIDEO_PACE         "video-pace"              /* ms between two paints for video alone */
#define VIGIL_SETTING_RANK_INTERVAL      "rank-interval"           /* ms */
#define VIGIL_SETTING_RANK_HYSTERESIS    "rank-hysteresis"         /* points */
#define VIGIL_SETTING_ORDER              "order"
#define VIGIL_SETTING_SECTIONS           "sections"                /* yes or no */
#define VIGIL_SETTING_TILE_REASONS       "tile-reasons"            /* yes or no */
#define VIGIL_SETTING_PROMOTION_LANE     "promotion-lane"          /* yes or no */
#define VIGIL_SETTING_PROMOTE_RISE       "promote-rise"            /* points */
#define VIGIL_SETTING_SAVED_VIEWS        "saved-views"             /* see vigil-saved-view.h */
#define VIGIL_SETTING_TILE_WIDTH         "tile-width"              /* px */
#define VIGIL_SETTING_MAX_CANDIDATES     "max-candidates"
#define VIGIL_SETTING_VIOLATIONS_KEPT    "violations-kept"         /* per candidate */
#define VIGIL_SETTING_EVIDENCE_CACHE     "evidence-cache"          /* MiB */
#define VIGIL_SETTING_EVIDENCE_MAX_SIZE  "evidence-max-size"       /* MiB per object */
#define VIGIL_SETTING_BEHIND_AFTER       "behind-after"            /* ms a message may wait before we say that we cannot keep up */
#define VIGIL_SETTING_MAX_WAITING_EVENTS "max-waiting-events"      /* for the main thread */
#define VIGIL_SETTING_SCORE_COALESCE     "score-coalesce"          /* ms the network thread gathers reads */
#define VIGIL_SETTING_QUEUE_SEVERITY     "queue-severity"          /* a band's nick */
#define VIGIL_SETTING_QUEUE_MAX          "queue-max"
#define VIGIL_SETTING_DEADLINE_CRITICAL  "deadline-critical"       /* seconds */
#define VIGIL_SETTING_DEADLINE_HIGH      "deadline-high"           /* seconds */
#define VIGIL_SETTING_DEADLINE_OTHER     "deadline-other"          /* seconds */
#define VIGIL_SETTING_SNAPSHOTS_WAITING  "snapshots-waiting"       /* for the hall, at most */
#define VIGIL_SETTING_UNDO_DELAY         "undo-delay"              /* ms */
#define VIGIL_SETTING_SNOOZE             "snooze"                  /* seconds */
#define VIGIL_SETTING_SHOW_QUEUE         "show-queue"              /* yes or no */
#define VIGIL_SETTING_INCIDENT_WINDOW    "incident-window"         /* ms */
#define VIGIL_SETTING_INCIDENT_SETTLE    "incident-settle"         /* ms */
#define VIGIL_SETTING_INCIDENT_HOLD      "incident-hold"           /* ms */
#define VIGIL_SETTING_INCIDENT_MEMBERS   "incident-min-members"
#define VIGIL_SETTING_INCIDENT_SHARE     "incident-min-share"      /* % of a group */
#define VIGIL_SETTING_INCIDENT_EXAM_SHARE "incident-exam-share"    /* % of all */
#define VIGIL_SETTING_INCIDENT_RARITY    "incident-rarity"         /* 10^-n */
#define VIGIL_SETTING_INCIDENT_BREAK     "incident-break-window"   /* ms */
#define VIGIL_SETTING_INCIDENT_BREAK_SHARE "incident-break-share"  /* % of all */
#define VIGIL_SETTING_INCIDENT_MARGIN    "incident-fold-margin"    /* ms */
#define VIGIL_SETTING_INCIDENTS_KEPT     "incidents-kept"
#define VIGIL_SETTING_COVERAGE_WARN      "coverage-warn-seconds"
#define VIGIL_SETTING_COVERAGE_KEPT      "coverage-intervals-kept" /* per candidate */
#define VIGIL_SETTING_COVERAGE_DAYS      "coverage-keep-days"      /* 0: in memory alone */
#define VIGIL_SETTING_PATROL             "patrol-seconds"
#define VIGIL_SETTING_PATROL_WARM        "patrol-warm-streams"
#define VIGIL_SETTING_PATROL_WAIT        "patrol-wait-seconds"
#define VIGIL_SETTING_PATROL_RESUME      "patrol-resume-seconds"
#define VIGIL_SETTING_LISTEN_VOLUME      "listen-volume"           /* 0 to 1; vigil_settings_get_double() */
#define VIGIL_SETTING_LISTEN_DUCK        "listen-duck"             /* dB */
#define VIGIL_SETTING_SOUND_DELAY        "sound-delay"             /* ms */
#define VIGIL_SETTING_WINDOW_LAYOUTS     "window-layouts"          /* see vigil-window-layout.h */
#define VIGIL_SETTING_RECENT_HALLS       "recent-halls"            /* addresses only, never a token */
#define VIGIL_SETTING_COLOR_SCHEME       "color-scheme"

/** A whole number; any key above that is one, in the unit that stands beside it. */
int      vigil_settings_get_int  (VigilSettings *self, const char *key);
void     vigil_settings_set_int  (VigilSettings *self, const char *key, int value);
void     vigil_settings_get_range (VigilSettings *self, const char *key, int *min, int *max);
/** The one that is no whole number. */
double   vigil_settings_get_double (VigilSettings *self, const char *key);
void     vigil_settings_set_double (VigilSettings *self, const char *key, double value);
/** One of those that are yes or no. */
gboolean vigil_settings_get_boolean (VigilSettings *self, const char *key);
void     vigil_settings_set_boolean (VigilSettings *self, const char *key, gboolean value);
/** Any key as it is stored. Returns: (transfer full). */
GVariant *vigil_settings_get_value (VigilSettings *self, const char *key);
void     vigil_settings_set_value (VigilSettings *self, const char *key, GVariant *value);
/** Addresses, newest first. Returns: (transfer full). */
char   **vigil_settings_dup_recent_halls (VigilSettings *self);
/** Puts an address first; user info, query and fragment are cut off, so that no secret is kept. */
void     vigil_settings_add_recent_hall  (VigilSettings *self, const char *address);
void     vigil_settings_remove_recent_hall (VigilSettings *self, const char *address);
void vigil_settings_get_ladder_params (VigilSettings *self, VigilLadderParams *params);
void     vigil_settings_get_stream_limits (VigilSettings *self, VigilStreamLimits *limits);
VigilBand vigil_settings_get_queue_severity (VigilSettings *self);
void     vigil_settings_set_queue_severity (VigilSettings *self, VigilBand band);
/** The incident detector's numbers as they are set now. */
void     vigil_settings_get_incident_params (VigilSettings *self, VigilIncidentParams *params);
/** The word for an order in settings and saved views; never shown as it is. */
const char *vigil_order_to_nick (VigilOrder order);
gboolean vigil_order_from_nick (const char *nick, VigilOrder *order);
VigilOrder vigil_settings_get_order (VigilSettings *self);
void     vigil_settings_set_order (VigilSettings *self, VigilOrder order);
/** What the operator wants to see at best: live video, stills, scores. */
VigilRung vigil_settings_get_pictures (VigilSettings *self);
void     vigil_settings_set_pictures (VigilSettings *self, VigilRung rung);
/** What came of a setting that cannot be followed now, in words for whoever set it; %NULL: it is followed. Not kept. */
void        vigil_settings_set_trouble (VigilSettings *self, const char *key, const char *words);
const char *vigil_settings_get_trouble (VigilSettings *self, const char *key);
void     vigil_settings_bind (VigilSettings *self, const char *key, gpointer object, const char *property);

G_END_DECLS
