/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When one candidate was watched: a short sorted list of intervals that never grows beyond its bound. */

#include "vigil-spans.h"

#include <string.h>

/* The first interval that @start does not lie behind, however little there is between them. */
static guint
find_first (const VigilSpans *self,
            guint32           start)
{
  guint low = 0, high = self->n;

  /* Nearly always it goes on with the last one, or comes after it. */
  if (high > 0 && self->spans[high - 1].start <= start)
    low = high - 1;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if ((guint64) self->spans[middle].end + VIGIL_SPANS_MERGE_MS > start)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static guint32
overlap (const VigilSpan *span,
         guint32          start,
         guint32          end)
{
  guint32 from = MAX (span->start, start), to = MIN (span->end, end);

  return to > from ? to - from : 0;
}

static void
insert (VigilSpans *self,
        guint       at,
        guint32     start,
        guint32     end)
{
  if (self->n == self->size)
    {
      self->size = MAX (4, self->size * 2);
      self->spans = g_renew (VigilSpan, self->spans, self->size);
    }
  memmove (self->spans + at + 1, self->spans + at, (self->n - at) * sizeof (VigilSpan));
  self->spans[at] = (VigilSpan) { start, end };
  self->n++;
}

static void
drop_oldest (VigilSpans *self,
             guint       max)
{
  guint n = self->n > max ? self->n - max : 0;

  if (n == 0)
    return;
  self->n -= n;
  self->dropped += n;
  memmove (self->spans, self->spans + n, self->n * sizeof (VigilSpan));
}

guint32
vigil_spans_add (VigilSpans *self,
                 guint32     start,
                 guint32     end,
                 guint       max)
{
  guint first, last;
  guint32 fresh;

  if (end < start)
    return 0;

  fresh = end - start;
  first = last = find_first (self, start);
  while (last < self->n && self->spans[last].start < (guint64) end + VIGIL_SPANS_MERGE_MS)
    fresh -= overlap (&self->spans[last++], start, end);

  if (first == last)
    {
      insert (self, first, start, end);
    }
  else
    {
      VigilSpan *span = &self->spans[first];

      span->start = MIN (span->start, start);
      span->end = MAX (self->spans[last - 1].end, end);
      memmove (span + 1, self->spans + last, (self->n - last) * sizeof (VigilSpan));
      self->n -= last - first - 1;
    }
  drop_oldest (self, max);
  return fresh;
}

void
vigil_spans_clear (VigilSpans *self)
{
  g_free (self->spans);
  memset (self, 0, sizeof *self);
}
