/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words people read: what happened and what to do; trouble of ours is named as ours. */
#pragma once

#include "vigil-session.h"

G_BEGIN_DECLS

/* All return translated text; (transfer full) where it is not const. Main thread only. */

/** "12 s", "3 min", "2 h"; the largest unit that fits. */
char       *vigil_words_age (gint64 seconds);
/** "Live, 3 s late". Returns: (transfer full). */
char       *vigil_words_late (gint64 seconds);
/** "4:05" or "1:04:05": what is left, for countdowns. */
char       *vigil_words_countdown (gint64 seconds);
/** "14:03:22" in local time; today is not named, other days are. */
char       *vigil_words_time (gint64 epoch_ms);
/** "since 14:02, 3 min": when by the clock of the desk, and for how long; other days are named. */
char       *vigil_words_since (gint64 seconds);
/** "low", "medium", … */
const char *vigil_words_band (VigilBand band);
/** "score 62, high" or "no score". */
char       *vigil_words_score (int score, VigilBand band);
/** What was seen, in the policy's words; an unknown type as it came, with blanks for underscores. */
char       *vigil_words_violation (VigilScoringPolicy *policy, const char *type);
const char *vigil_words_verdict (VigilVerdict verdict);
const char *vigil_words_role (VigilRole role);
/** Bypass categories; an unknown one as it came. */
char       *vigil_words_category (const char *category);
/** A room's name for a heading; "" and NULL: in no room. */
char       *vigil_words_room (const char *room);
char       *vigil_words_signal (const char *signal_name);
/** "scheduled", "running", "ended" or as it came. */
char       *vigil_words_exam_state (const char *state);
/** A link's state in a word: "connected", "degraded", … */
const char *vigil_words_link (VigilLinkState state);
const char *vigil_words_part (VigilPart part);
/** Why a stream has its mode, as a sentence. */
const char *vigil_words_mode_reason (VigilModeReason reason);
/** Why somebody is shown whom the filters (@filtered) or a folded room would hide. */
const char *vigil_words_exempt (gboolean filtered);
/** What a stream is doing, as a word or two; NULL where nothing needs saying. */
const char *vigil_words_phase (VigilStreamPhase phase);

/** A short title and a sentence that says what to do, for a VIGIL_SESSION_ERROR of connecting. */
const char *vigil_words_error_title (const GError *error);
char       *vigil_words_error_body  (const GError *error);
/** One sentence for an action that was refused or cannot be sent. */
char       *vigil_words_action_error (const GError *error);

/** @text with a capital at its beginning. */
char       *vigil_words_sentence (const char *text);
/** A clean name for the beginning of a sentence: the sentence keeps the direction of the user's language, whatever the
 *  script of the name. */
char       *vigil_words_subject (const char *clean);
/** A reason that came from a layer below: translated if it is one of ours (NC_("reason")), what stands behind it in parentheses and
 *  anything else clean. */
char       *vigil_words_reason (const char *reason);
/** @text as one line without control and direction-override characters; wire text shown in labels. */
char       *vigil_words_clean (const char *text);

G_END_DECLS
