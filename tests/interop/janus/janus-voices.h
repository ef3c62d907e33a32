/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the microphones of a room sound like: each candidate's is a tone of his own, as loud as nobody else's. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define JANUS_VOICES 8

/** The microphone of candidate 0 is the mountpoint behind this one. */
#define JANUS_VOICE_MOUNTPOINTS 1000

/** Hz; candidates further than JANUS_VOICES apart may share one. */
double janus_voice_get_hz     (guint candidate);
/** Of the sine, linear. */
double janus_voice_get_peak   (guint candidate);
/** What its level has to say, dBFS. */
double janus_voice_get_rms_db (guint candidate);

/**
 * janus_voices_read:
 * @samples: @n of 48,000 a second
 *
 * Looks at 20 ms after the other, half over each other. Returns: (transfer full): whose tones they are, one letter each time
 * another comes ('a': candidate 0); ' ' silence; '?' for what is neither, of which @n_unread are counted.
 */
char  *janus_voices_read      (const gint16 *samples, gsize n, guint *n_unread);

G_END_DECLS
