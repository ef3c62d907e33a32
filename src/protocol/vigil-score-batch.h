/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Score updates of one message, in a buffer that is used again for the next. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** Most updates of one message (docs/protocol.md, Limits). */
#define VIGIL_SCORE_BATCH_MAX 10000

/** One update; strings point into the message it was read from and are not terminated. */
typedef struct
{
  const char *student_id;
  const char *quiz_id;
  gint64      timestamp_ms; /* epoch, the hall's clock */
  guint32     flags;        /* set of violation types, as VigilFlagFunc numbers them */
  guint16     student_len;
  guint16     quiz_len;
  gint16      score;        /* rounded; −1 none; −2 for a negative claim; may exceed 100 */
} VigilScoreUpdate;

/**
 * VigilScoreBatch:
 *
 * Owned by one thread. Grows to the largest message seen and allocates nothing after that.
 * Updates are valid until the next scan or parse into the same batch, and no longer than the
 * text they were scanned from.
 */
typedef struct
{
  VigilScoreUpdate *updates;
  guint             n_updates;
  guint             n_allocated;
  JsonNode         *owner; /* of the strings, when json-glib read them */
} VigilScoreBatch;

#define VIGIL_SCORE_BATCH_INIT { NULL, 0, 0, NULL }

/** Empties it and keeps the memory. */
void vigil_score_batch_reset (VigilScoreBatch *self);

/** Frees what it owns. */
void vigil_score_batch_clear (VigilScoreBatch *self);

/** A zeroed update at the end; %NULL when VIGIL_SCORE_BATCH_MAX is reached. */
VigilScoreUpdate *vigil_score_batch_add (VigilScoreBatch *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VigilScoreBatch, vigil_score_batch_clear)

G_END_DECLS
