/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One feed of sound: its packets, its jitter buffer, its decoder, its loudness. */
#pragma once

#include <glib.h>

#include "vigil-loudness.h"

G_BEGIN_DECLS

/** What happened in a voice since somebody last asked. */
typedef struct
{
  guint decoded;    /* packets */
  guint bad;        /* packets that could not be decoded */
  guint lost;       /* gaps in the sequence numbers */
  guint dropped;    /* packets, because there were too many */
  guint late;       /* packets that came after their turn to be heard */
  guint concealed;  /* ms that were made up for */
} VigilVoiceNews;

/**
 * VigilVoice:
 *
 * vigil_voice_push() and vigil_voice_clear() are for any thread; everything else
 * for the one that decodes.
 */
typedef struct _VigilVoice VigilVoice;

VigilVoice *vigil_voice_new         (guint           delay_ms);
void        vigil_voice_free        (VigilVoice     *self);

void        vigil_voice_push        (VigilVoice     *self,
                                     const guint8   *payload,
                                     gsize           size,
                                     guint16         seq,
                                     guint32         timestamp);
void        vigil_voice_clear       (VigilVoice     *self);

void        vigil_voice_measure     (VigilVoice     *self,
                                     gint64          now_us);
void        vigil_voice_begin       (VigilVoice     *self);
void        vigil_voice_end         (VigilVoice     *self);
gboolean    vigil_voice_read        (VigilVoice     *self,
                                     gint16         *samples,
                                     guint           n,
                                     gint64          now_us);

gboolean    vigil_voice_take_level  (VigilVoice     *self,
                                     double         *rms_db,
                                     double         *peak_db);
void        vigil_voice_take_news   (VigilVoice     *self,
                                     VigilVoiceNews *news);
gboolean    vigil_voice_is_hopeless (VigilVoice     *self);
guint       vigil_voice_get_delay   (VigilVoice     *self);

G_END_DECLS
