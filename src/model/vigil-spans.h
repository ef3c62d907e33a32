/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When one candidate was watched: a short sorted list of intervals that never grows beyond its bound. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Intervals with less than this between them are one; ms. */
#define VIGIL_SPANS_MERGE_MS 1000

/** Milliseconds on whatever time line the owner keeps; @end is not before @start. */
typedef struct
{
  guint32 start;
  guint32 end;
} VigilSpan;

/** Zeroed memory is an empty one. */
typedef struct
{
  VigilSpan *spans;    /* sorted, never touching */
  guint32    n;
  guint32    size;     /* there is room for */
  guint32    dropped;  /* intervals that had to go; the oldest go first */
} VigilSpans;

/**
 * vigil_spans_add:
 * @max: the most intervals that are kept
 *
 * Adds an interval, in any order; what it has in common with others counts once. When there are more
 * than @max the oldest is dropped and counted: what is kept stays exact, which no two of them
 * taken for one would be. Returns: milliseconds of it that were in none yet.
 */
guint32 vigil_spans_add (VigilSpans *self, guint32 start, guint32 end, guint max);

/** Frees what it holds; it is empty then. */
void    vigil_spans_clear (VigilSpans *self);

G_END_DECLS
