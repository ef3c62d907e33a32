/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is shown and in which order.
 *
 * Attention is a small number, so it is sorted by counting: 10,000 candidates in well under a
 * millisecond, equal ones by arrival. The number that is sorted by follows the true one only when
 * they are a few points apart, so that scores that tremble move nobody. */

#include "vigil-ranker.h"

#include "vigil-name-order.h"
#include "vigil-search-key.h"

/* What an open flag, its band and a raised hand add to a score. */
#define FLAG_POINTS 20
#define BAND_POINTS 15
#define HAND_POINTS 20
#define MAX_ATTENTION (100 + FLAG_POINTS + BAND_POINTS * VIGIL_BAND_CRITICAL + HAND_POINTS)

struct _VigilRanker
{
  VigilRoster        *roster;       /* borrowed */
  VigilNameOrder     *names;

  VigilRosterFilter   filter;
  char              **words;        /* of the search */
  guint64             letters;      /* of all of them */
  int                 least_score;  /* of the filter's band; −1: any */

  guint               hysteresis;
  guint               generation;   /* of the roster that held is about */
  GArray             *held;         /* guint8 by handle: attention + 1 as it is sorted by, 0 not yet */
  GArray             *scratch;      /* VigilHandle */
};

static void
clear_filter (VigilRanker *self)
{
  g_free (self->filter.search);
  g_free (self->filter.room);
  g_strfreev (self->words);
}

VigilRanker *
vigil_ranker_new (VigilRoster *roster)
{
  VigilRanker *self = g_new0 (VigilRanker, 1);

  G_STATIC_ASSERT (MAX_ATTENTION < 255);
  self->roster = roster;
  self->names = vigil_name_order_new (roster);
  self->words = vigil_search_key_split (NULL);
  self->least_score = -1;
  self->hysteresis = 8;
  self->held = g_array_new (FALSE, TRUE, sizeof (guint8));
  self->scratch = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  return self;
}

void
vigil_ranker_free (VigilRanker *self)
{
  clear_filter (self);
  vigil_name_order_free (self->names);
  g_array_unref (self->held);
  g_array_unref (self->scratch);
  g_free (self);
}

static int
lowest_score_of (VigilScoringPolicy *policy,
                 VigilBand           band)
{
  int score = 0;

  while (score < 100 && vigil_scoring_policy_band_of_score (policy, score) < band)
    score++;

  return score;
}

void
vigil_ranker_set_filter (VigilRanker             *self,
                         const VigilRosterFilter *filter,
                         VigilScoringPolicy      *policy)
{
  VigilRosterFilter copy = { 0 };

  if (filter != NULL)
    {
      copy = *filter;
      copy.search = g_strdup (filter->search);
      copy.room = g_strdup (filter->room);
    }

  clear_filter (self);
  self->filter = copy;
  self->words = vigil_search_key_split (copy.search);
  self->letters = 0;
  for (guint i = 0; self->words[i] != NULL; i++)
    self->letters |= vigil_search_key_letters (self->words[i]);
  self->least_score = copy.at_least > VIGIL_BAND_LOW ? lowest_score_of (policy, copy.at_least) : -1;
}

const VigilRosterFilter *
vigil_ranker_get_filter (VigilRanker *self)
{
  return &self->filter;
}

gboolean
vigil_ranker_filter_looks_at (VigilRanker          *self,
                              VigilCandidateFields  fields)
{
  return (self->filter.streaming_only && (fields & VIGIL_FIELD_STREAMING)) ||
         (self->filter.flagged_only && (fields & VIGIL_FIELD_OPEN_FLAGS)) ||
         (self->filter.room != NULL && (fields & VIGIL_FIELD_ROOM)) ||
         (*self->words != NULL && (fields & VIGIL_FIELD_NAME));
}

void
vigil_ranker_set_hysteresis (VigilRanker *self,
                             guint        points)
{
  self->hysteresis = points;
}

void
vigil_ranker_renamed (VigilRanker *self,
                      VigilHandle  handle)
{
  vigil_name_order_renamed (self->names, handle);
}

static int
score_of (VigilRanker *self,
          VigilHandle  handle)
{
  VigilScore score;

  vigil_score_store_read (vigil_roster_get_store (self->roster), handle, &score);
  return score.score;
}

static gboolean
is_in_room (VigilRanker *self,
            VigilHandle  handle)
{
  return g_strcmp0 (self->filter.room, vigil_roster_get (self->roster, handle)->room) == 0;
}

static gboolean
matches (VigilRanker            *self,
         const VigilRosterFacts *facts,
         VigilHandle             handle)
{
  if (!facts->present ||
      (self->filter.streaming_only && !facts->is_streaming) ||
      (self->filter.flagged_only && !facts->flagged))
    return FALSE;

  return (facts->letters & self->letters) == self->letters &&
         (*self->words == NULL || vigil_search_key_matches (facts->search_key, self->words)) &&
         (self->filter.room == NULL || is_in_room (self, handle)) &&
         (self->least_score < 0 || score_of (self, handle) >= self->least_score);
}

gboolean
vigil_ranker_matches (VigilRanker *self,
                      VigilHandle  handle)
{
  return matches (self, &vigil_roster_get_facts (self->roster)[handle], handle);
}

static void
collect (VigilRanker       *self,
         const VigilHandle *handles,
         guint              n,
         GArray            *matching)
{
  const VigilRosterFacts *facts = vigil_roster_get_facts (self->roster);
  VigilHandle *into;
  guint n_matching = 0;

  g_array_set_size (matching, n);
  into = (VigilHandle *) matching->data;
  for (guint i = 0; i < n; i++)
    if (matches (self, &facts[handles[i]], handles[i]))
      into[n_matching++] = handles[i];
  g_array_set_size (matching, n_matching);
}

static guint
attention_of (VigilRanker *self,
              VigilHandle  handle)
{
  const VigilRosterFacts *facts = &vigil_roster_get_facts (self->roster)[handle];
  int score = score_of (self, handle);
  guint attention = MAX (score, 0);

  if (facts->flagged)
    attention += FLAG_POINTS + BAND_POINTS * facts->worst_open;
  if (facts->hand_raised)
    attention += HAND_POINTS;

  return attention;
}

static guint
held_attention (VigilRanker *self,
                VigilHandle  handle)
{
  guint8 *held = &g_array_index (self->held, guint8, handle);
  guint attention = attention_of (self, handle);

  if (*held == 0 || ABS ((int) attention - (*held - 1)) >= (int) self->hysteresis)
    *held = attention + 1;

  return *held - 1;
}

static void
prepare_held (VigilRanker *self)
{
  guint n = vigil_score_store_get_n_handles (vigil_roster_get_store (self->roster));

  if (self->generation != vigil_roster_get_generation (self->roster))
    {
      self->generation = vigil_roster_get_generation (self->roster);
      g_array_set_size (self->held, 0);
    }
  if (self->held->len < n)
    g_array_set_size (self->held, n);
}

static void
rank_by_attention (VigilRanker *self,
                   GArray      *handles)
{
  const VigilHandle *matching = (const VigilHandle *) self->scratch->data;
  guint start[MAX_ATTENTION + 2] = { 0 };
  guint n = self->scratch->len;

  prepare_held (self);
  g_array_set_size (handles, n);

  /* start[b] is where those with attention MAX − b begin. */
  for (guint i = 0; i < n; i++)
    start[MAX_ATTENTION - held_attention (self, matching[i]) + 1]++;
  for (guint b = 1; b <= MAX_ATTENTION + 1; b++)
    start[b] += start[b - 1];
  for (guint i = 0; i < n; i++)
    {
      guint attention = g_array_index (self->held, guint8, matching[i]) - 1;

      g_array_index (handles, VigilHandle, start[MAX_ATTENTION - attention]++) = matching[i];
    }
}

void
vigil_ranker_rank (VigilRanker *self,
                   VigilOrder   order,
                   GArray      *handles)
{
  const VigilHandle *all;
  guint n;

  all = order == VIGIL_ORDER_NAME ? vigil_name_order_get (self->names, &n)
                                  : vigil_roster_get_handles (self->roster, &n);

  if (order == VIGIL_ORDER_ATTENTION)
    {
      collect (self, all, n, self->scratch);
      rank_by_attention (self, handles);
    }
  else
    {
      collect (self, all, n, handles);
    }
}
