/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source of stills whose every answer is given by the test. */
#pragma once

#include "vigil-fake-log.h"
#include "vigil-still-source.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FAKE_STILLS (vigil_fake_stills_get_type ())
G_DECLARE_FINAL_TYPE (VigilFakeStills, vigil_fake_stills, VIGIL, FAKE_STILLS, GObject)

/** Questions are logged ("still s1", "still s1 if=X") and wait for an answer. */
VigilFakeStills *vigil_fake_stills_new (VigilFakeLog *log);

guint       vigil_fake_stills_get_n_waiting (VigilFakeStills *self);
/** Whom the oldest question is about; valid until it is answered. */
const char *vigil_fake_stills_get_oldest (VigilFakeStills *self);

/** Answers the oldest question with a capture of @size bytes that begin with the student's id; at @at_ms of the hall's clock,
 *  which is its ETag as well. */
void vigil_fake_stills_answer (VigilFakeStills *self, gint64 at_ms, gsize size);
/** The same with these bytes (referenced). */
void vigil_fake_stills_answer_bytes (VigilFakeStills *self, gint64 at_ms, GBytes *bytes);
/** As a hall that has a capture of everybody each @beat_ms: NEW or SAME. */
void vigil_fake_stills_answer_by_beat (VigilFakeStills *self, gint64 hall_ms, gint64 beat_ms);
void vigil_fake_stills_answer_none (VigilFakeStills *self);
/** Answers the oldest question with a VIGIL_SESSION_ERROR. */
void vigil_fake_stills_fail (VigilFakeStills *self, int code, guint retry_after_ms);

G_END_DECLS
