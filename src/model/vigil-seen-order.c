/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates by the time since their last sign of life.
 *
 * Whole seconds beyond the recent, sorted by their digits: two passes over the handles whatever
 * their number, and two who fell silent together stay beside each other. */

#include "vigil-seen-order.h"

#include "vigil-clock.h"


#define DIGIT_BITS 11
#define N_DIGITS (1u << DIGIT_BITS)
#define MAX_SECONDS ((1u << (2 * DIGIT_BITS)) - 1) /* 48 days; who never was seen counts as that */

typedef struct
{
  guint32     key;     /* MAX_SECONDS − age: the oldest first */
  VigilHandle handle;
} Seen;

struct _VigilSeenOrder
{
  VigilRoster *roster;  /* borrowed */
  guint        recent_ms;
  GArray      *seen;    /* Seen */
  GArray      *spare;   /* Seen */
};

VigilSeenOrder *
vigil_seen_order_new (VigilRoster *roster)
{
  VigilSeenOrder *self = g_new0 (VigilSeenOrder, 1);

  self->roster = roster;
  self->recent_ms = 30000;
  self->seen = g_array_new (FALSE, FALSE, sizeof (Seen));
  self->spare = g_array_new (FALSE, FALSE, sizeof (Seen));
  return self;
}

void
vigil_seen_order_free (VigilSeenOrder *self)
{
  g_array_unref (self->seen);
  g_array_unref (self->spare);
  g_free (self);
}

void
vigil_seen_order_set_recent (VigilSeenOrder *self,
                             guint           ms)
{
  self->recent_ms = ms;
}

gint64
vigil_last_seen_ms (VigilRoster *roster,
                    VigilHandle  handle)
{
  const VigilCandidate *candidate = vigil_roster_get (roster, handle);
  VigilScore score;

  vigil_score_store_read (vigil_roster_get_store (roster), handle, &score);
  return MAX (score.at_ms, candidate != NULL ? candidate->last_seen_ms : 0);
}

static guint32
key_of (VigilSeenOrder *self,
        VigilHandle     handle,
        gint64          now_ms)
{
  VigilScore score;
  gint64 seen_ms, beyond_ms;

  vigil_score_store_read (vigil_roster_get_store (self->roster), handle, &score);
  /* Almost everybody has a recent score: no need to touch the row. */
  if (score.at_ms > 0 && now_ms - score.at_ms <= self->recent_ms)
    return MAX_SECONDS;

  seen_ms = MAX (score.at_ms, vigil_roster_get (self->roster, handle)->last_seen_ms);
  if (seen_ms <= 0)
    return 0;
  beyond_ms = now_ms - seen_ms - (gint64) self->recent_ms;
  return beyond_ms <= 0 ? MAX_SECONDS : MAX_SECONDS - (guint32) MIN (beyond_ms / 1000, MAX_SECONDS - 1);
}

static void
sort_by_digit (const Seen *from,
               Seen       *to,
               guint       n,
               guint       shift)
{
  guint start[N_DIGITS + 1] = { 0 };

  for (guint i = 0; i < n; i++)
    start[(from[i].key >> shift) % N_DIGITS + 1]++;
  for (guint d = 1; d <= N_DIGITS; d++)
    start[d] += start[d - 1];
  for (guint i = 0; i < n; i++)
    to[start[(from[i].key >> shift) % N_DIGITS]++] = from[i];
}

void
vigil_seen_order_sort (VigilSeenOrder    *self,
                       const VigilHandle *handles,
                       guint              n,
                       GArray            *sorted)
{
  gint64 now_ms = vigil_clock_hall_ms ();
  Seen *seen, *spare;

  g_array_set_size (self->seen, n);
  g_array_set_size (self->spare, n);
  g_array_set_size (sorted, n);
  seen = (Seen *) self->seen->data;
  spare = (Seen *) self->spare->data;

  for (guint i = 0; i < n; i++)
    seen[i] = (Seen) { key_of (self, handles[i], now_ms), handles[i] };
  sort_by_digit (seen, spare, n, 0);
  sort_by_digit (spare, seen, n, DIGIT_BITS);
  for (guint i = 0; i < n; i++)
    g_array_index (sorted, VigilHandle, i) = seen[i].handle;
}
