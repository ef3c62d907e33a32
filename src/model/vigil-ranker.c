/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is shown and in which order.
 *
 * One pass sorts the roster into those who match and those who may not be hidden; each order is then
 * a pass or two over the ones who match. Nothing here costs more than its number of candidates. */

#include "vigil-ranker.h"

#include "vigil-attention.h"
#include "vigil-name-order.h"
#include "vigil-search-key.h"
#include "vigil-seen-order.h"

struct _VigilRanker
{
  VigilRoster        *roster;       /* borrowed */
  VigilNameOrder     *names;
  VigilAttention     *attention;
  VigilSeenOrder     *seen;
  VigilRoomTable     *rooms;

  VigilRosterFilter   filter;
  char              **words;        /* of the search */
  guint64             letters;      /* of all of them */
  guint8              band_of[101]; /* VigilBand by score */
  int                 least_score;  /* of the filter's band; −1: any */
  GArray             *wanted;       /* guint8 by room: in the filter; empty: every room */

  gboolean            sections;
  VigilSection       *critical;     /* the section of those who are exempt */

  guint               generation;   /* of the roster that the two are about */
  GArray             *kept;         /* VigilHandle: everybody as committed, then arrivals; NULL: never committed */
  GArray             *former;       /* what kept was before */
  gboolean            can_undo;

  GArray             *matching;     /* VigilHandle, scratch */
  GArray             *exempt;       /* VigilHandle, scratch */
  GArray             *rooms_of;     /* guint, scratch: of those who match */
  GArray             *sorted;       /* VigilHandle, scratch */
  GArray             *in_section;   /* guint8 by handle: matched when it was ranked by room last */
  gboolean            grouped;      /* the last rank was by room */
  guint               n_matching;
  guint               n_exempt;
};

static GArray *
handles_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (VigilHandle));
}

VigilRanker *
vigil_ranker_new (VigilRoster *roster)
{
  VigilRanker *self = g_new0 (VigilRanker, 1);

  self->roster = roster;
  self->names = vigil_name_order_new (roster);
  self->attention = vigil_attention_new (roster);
  self->seen = vigil_seen_order_new (roster);
  self->rooms = vigil_room_table_new (roster);
  self->words = vigil_search_key_split (NULL);
  self->least_score = -1;
  self->wanted = g_array_new (FALSE, TRUE, sizeof (guint8));
  self->sections = TRUE;
  self->critical = vigil_section_new (VIGIL_SECTION_CRITICAL, NULL);
  self->matching = handles_new ();
  self->exempt = handles_new ();
  self->rooms_of = g_array_new (FALSE, FALSE, sizeof (guint));
  self->sorted = handles_new ();
  self->in_section = g_array_new (FALSE, TRUE, sizeof (guint8));
  return self;
}

void
vigil_ranker_free (VigilRanker *self)
{
  vigil_roster_filter_clear (&self->filter);
  g_strfreev (self->words);
  g_array_unref (self->wanted);
  vigil_section_unref (self->critical);
  g_clear_pointer (&self->kept, g_array_unref);
  g_clear_pointer (&self->former, g_array_unref);
  g_array_unref (self->matching);
  g_array_unref (self->exempt);
  g_array_unref (self->rooms_of);
  g_array_unref (self->sorted);
  g_array_unref (self->in_section);
  vigil_room_table_free (self->rooms);
  vigil_seen_order_free (self->seen);
  vigil_attention_free (self->attention);
  vigil_name_order_free (self->names);
  g_free (self);
}

static void
find_least_score (VigilRanker *self)
{
  self->least_score = -1;
  if (self->filter.at_least > VIGIL_BAND_LOW)
    for (self->least_score = 0; self->least_score < 100; self->least_score++)
      if (self->band_of[self->least_score] >= self->filter.at_least)
        break;
}

void
vigil_ranker_set_policy (VigilRanker        *self,
                         VigilScoringPolicy *policy)
{
  for (int score = 0; score <= 100; score++)
    self->band_of[score] = vigil_scoring_policy_band_of_score (policy, score);
  find_least_score (self);
}

static void
number_rooms (VigilRanker *self)
{
  g_array_set_size (self->wanted, 0);
  for (guint i = 0; self->filter.rooms != NULL && self->filter.rooms[i] != NULL; i++)
    {
      guint room = vigil_room_table_intern (self->rooms, self->filter.rooms[i]);

      if (room >= self->wanted->len)
        g_array_set_size (self->wanted, room + 1);
      g_array_index (self->wanted, guint8, room) = TRUE;
    }
}

void
vigil_ranker_set_filter (VigilRanker             *self,
                         const VigilRosterFilter *filter)
{
  VigilRosterFilter copy;

  /* It may be the very one that is held. */
  vigil_roster_filter_copy (&copy, filter);
  vigil_roster_filter_clear (&self->filter);
  self->filter = copy;
  g_strfreev (self->words);
  self->words = vigil_search_key_split (copy.search);
  self->letters = 0;
  for (guint i = 0; self->words[i] != NULL; i++)
    self->letters |= vigil_search_key_letters (self->words[i]);
  find_least_score (self);
  number_rooms (self);
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
         ((self->filter.flagged_only || self->n_exempt > 0) && (fields & VIGIL_FIELD_OPEN_FLAGS)) ||
         (self->filter.hand_only && (fields & VIGIL_FIELD_HAND_RAISED)) ||
         (self->wanted->len > 0 && (fields & VIGIL_FIELD_ROOM)) ||
         (*self->words != NULL && (fields & VIGIL_FIELD_NAME));
}

void
vigil_ranker_set_hysteresis (VigilRanker *self,
                             guint        points)
{
  vigil_attention_set_hysteresis (self->attention, points);
}

void
vigil_ranker_set_recent (VigilRanker *self,
                         guint        ms)
{
  vigil_seen_order_set_recent (self->seen, ms);
}

void
vigil_ranker_set_sections (VigilRanker *self,
                           gboolean     sections)
{
  self->sections = sections;
}

gboolean
vigil_ranker_get_sections (VigilRanker *self)
{
  return self->sections;
}

gboolean
vigil_ranker_changed (VigilRanker          *self,
                      VigilHandle           handle,
                      VigilCandidateFields  fields)
{
  if (fields & VIGIL_FIELD_NAME)
    vigil_name_order_renamed (self->names, handle);
  if (!(fields & VIGIL_FIELD_ROOM) || !vigil_room_table_moved (self->rooms, handle))
    return FALSE;

  number_rooms (self);
  return TRUE;
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
  guint room = vigil_room_table_of (self->rooms, handle);

  return room < self->wanted->len && g_array_index (self->wanted, guint8, room);
}

static gboolean
matches (VigilRanker            *self,
         const VigilRosterFacts *facts,
         VigilHandle             handle)
{
  if (!facts->present ||
      (self->filter.streaming_only && !facts->is_streaming) ||
      (self->filter.flagged_only && !facts->flagged) ||
      (self->filter.hand_only && !facts->hand_raised))
    return FALSE;

  return (facts->letters & self->letters) == self->letters &&
         (*self->words == NULL || vigil_search_key_matches (facts->search_key, self->words)) &&
         (self->wanted->len == 0 || is_in_room (self, handle)) &&
         (self->least_score < 0 || score_of (self, handle) >= self->least_score);
}

gboolean
vigil_ranker_matches (VigilRanker *self,
                      VigilHandle  handle)
{
  return matches (self, &vigil_roster_get_facts (self->roster)[handle], handle);
}

static gboolean
is_critical (const VigilRosterFacts *facts)
{
  return facts->present && facts->flagged && facts->worst_open == VIGIL_BAND_CRITICAL;
}

gboolean
vigil_ranker_is_critical (VigilRanker *self,
                          VigilHandle  handle)
{
  return is_critical (&vigil_roster_get_facts (self->roster)[handle]);
}

static void
collect (VigilRanker       *self,
         const VigilHandle *handles,
         guint              n)
{
  const VigilRosterFacts *facts = vigil_roster_get_facts (self->roster);
  VigilHandle *into;
  guint n_matching = 0;

  g_array_set_size (self->exempt, 0);
  g_array_set_size (self->matching, n);
  into = (VigilHandle *) self->matching->data;
  for (guint i = 0; i < n; i++)
    {
      if (matches (self, &facts[handles[i]], handles[i]))
        into[n_matching++] = handles[i];
      else if (is_critical (&facts[handles[i]]))
        g_array_append_val (self->exempt, handles[i]);
    }
  g_array_set_size (self->matching, n_matching);
  self->n_matching = n_matching;
}

/* Whoever came since goes to the end. */
static const VigilHandle *
get_kept (VigilRanker *self,
          guint       *n)
{
  const VigilHandle *handles = vigil_roster_get_handles (self->roster, n);

  if (self->generation != vigil_roster_get_generation (self->roster))
    {
      self->generation = vigil_roster_get_generation (self->roster);
      self->can_undo = FALSE;
      g_clear_pointer (&self->kept, g_array_unref);
      g_clear_pointer (&self->former, g_array_unref);
    }
  if (self->kept == NULL)
    return handles;

  g_array_append_vals (self->kept, handles + self->kept->len, *n - self->kept->len);
  return (const VigilHandle *) self->kept->data;
}

void
vigil_ranker_commit (VigilRanker *self)
{
  guint n;
  const VigilHandle *kept = get_kept (self, &n);
  GArray *sorted = handles_new ();

  vigil_attention_sort (self->attention, kept, n, TRUE, sorted);
  g_clear_pointer (&self->former, g_array_unref);
  self->former = g_steal_pointer (&self->kept);
  self->kept = sorted;
  self->can_undo = TRUE;
}

gboolean
vigil_ranker_undo_commit (VigilRanker *self)
{
  GArray *kept = self->kept;
  guint n;

  get_kept (self, &n);
  if (!self->can_undo)
    return FALSE;

  self->kept = self->former;
  self->former = kept;
  return TRUE;
}

/* By counting: those who match stay in their order within a room. */
static guint *
group_by_room (VigilRanker *self,
               guint       *n_rooms)
{
  const VigilHandle *matching = (const VigilHandle *) self->matching->data;
  guint n = self->matching->len, at = 0;
  const guint *order;
  guint *start, *rooms;

  g_array_set_size (self->rooms_of, n);
  rooms = (guint *) self->rooms_of->data;
  for (guint i = 0; i < n; i++)
    rooms[i] = vigil_room_table_of (self->rooms, matching[i]);
  *n_rooms = vigil_room_table_get_n_rooms (self->rooms);
  order = vigil_room_table_get_order (self->rooms);
  start = g_new0 (guint, *n_rooms + 1);
  for (guint i = 0; i < n; i++)
    start[rooms[i]]++;
  for (guint i = 0; i < *n_rooms; i++)
    {
      guint n_here = start[order[i]];

      start[order[i]] = at;
      at += n_here;
    }

  g_array_set_size (self->in_section, 0);
  g_array_set_size (self->in_section, vigil_score_store_get_n_handles (vigil_roster_get_store (self->roster)));
  g_array_set_size (self->sorted, n);
  for (guint i = 0; i < n; i++)
    {
      g_array_index (self->sorted, VigilHandle, start[rooms[i]]++) = matching[i];
      g_array_index (self->in_section, guint8, matching[i]) = TRUE;
    }
  return start;
}

/* After grouping start[room] is where the room ends. */
static void
rank_by_room (VigilRanker *self,
              GArray      *entries)
{
  guint n_rooms, from = 0;
  g_autofree guint *end = group_by_room (self, &n_rooms);
  const guint *order = vigil_room_table_get_order (self->rooms);

  for (guint i = 0; i < n_rooms; i++)
    {
      VigilSection *section = vigil_room_table_get_section (self->rooms, order[i]);
      const VigilHandle *here = &g_array_index (self->sorted, VigilHandle, from);
      VigilEntry card = VIGIL_ENTRY_CARD | order[i];
      guint n = end[order[i]] - from;

      from = end[order[i]];
      if (n == 0)
        continue;
      if (self->sections)
        g_array_append_val (entries, card);
      if (!self->sections || !section->folded)
        g_array_append_vals (entries, here, n);
      else
        for (guint k = 0; k < n; k++)
          if (vigil_ranker_is_critical (self, here[k]))
            g_array_append_val (self->exempt, here[k]);
    }
}

static void
append_exempt (VigilRanker *self,
               GArray      *entries)
{
  VigilEntry card = VIGIL_ENTRY_CRITICAL;

  self->n_exempt = self->exempt->len;
  if (self->n_exempt == 0)
    return;

  g_array_append_val (entries, card);
  for (guint i = 0; i < self->exempt->len; i++)
    {
      VigilEntry entry = VIGIL_ENTRY_EXEMPT | g_array_index (self->exempt, VigilHandle, i);

      g_array_append_val (entries, entry);
    }
}

void
vigil_ranker_rank (VigilRanker *self,
                   VigilOrder   order,
                   GArray      *entries)
{
  const VigilHandle *all;
  guint n;

  if (order == VIGIL_ORDER_NAME || order == VIGIL_ORDER_ROOM)
    all = vigil_name_order_get (self->names, &n);
  else if (order == VIGIL_ORDER_STABLE)
    all = get_kept (self, &n);
  else
    all = vigil_roster_get_handles (self->roster, &n);

  collect (self, all, n);
  self->grouped = order == VIGIL_ORDER_ROOM;
  g_array_set_size (entries, 0);
  if (order == VIGIL_ORDER_ROOM)
    rank_by_room (self, entries);
  else if (order == VIGIL_ORDER_ATTENTION)
    vigil_attention_sort (self->attention, (const VigilHandle *) self->matching->data, self->matching->len, FALSE, entries);
  else if (order == VIGIL_ORDER_LAST_SEEN)
    vigil_seen_order_sort (self->seen, (const VigilHandle *) self->matching->data, self->matching->len, entries);
  else
    g_array_append_vals (entries, self->matching->data, self->matching->len);

  append_exempt (self, entries);
}

guint
vigil_ranker_get_n_matching (VigilRanker *self)
{
  return self->n_matching;
}

guint
vigil_ranker_get_n_exempt (VigilRanker *self)
{
  return self->n_exempt;
}

void
vigil_ranker_add_matching (VigilRanker *self)
{
  self->n_matching++;
}

void
vigil_ranker_add_exempt (VigilRanker *self)
{
  self->n_exempt++;
}

VigilRoomTable *
vigil_ranker_get_rooms (VigilRanker *self)
{
  return self->rooms;
}

VigilSection *
vigil_ranker_get_section (VigilRanker *self,
                          VigilEntry   card)
{
  return card == VIGIL_ENTRY_CRITICAL ? self->critical : vigil_room_table_get_section (self->rooms, card & VIGIL_ENTRY_NUMBER);
}

static void
count_one (VigilRanker        *self,
           VigilSectionCounts *counts,
           VigilHandle         handle)
{
  const VigilRosterFacts *facts = &vigil_roster_get_facts (self->roster)[handle];
  int score = score_of (self, handle);
  VigilBand band = score >= 0 ? self->band_of[MIN (score, 100)] : VIGIL_BAND_LOW;

  counts->candidates++;
  counts->streaming += facts->is_streaming;
  counts->flagged += facts->flagged;
  counts->worst = MAX (counts->worst, MAX (band, facts->flagged ? facts->worst_open : VIGIL_BAND_LOW));
}

/* By arrival and not by room: memory is walked through from one end to the other. */
static gboolean
count_rooms (VigilRanker *self)
{
  g_autoptr (GArray) counts = g_array_new (FALSE, TRUE, sizeof (VigilSectionCounts));
  gboolean changed = FALSE;
  guint n;
  const VigilHandle *handles = vigil_roster_get_handles (self->roster, &n);

  g_array_set_size (counts, vigil_room_table_get_n_rooms (self->rooms));
  for (guint i = 0; i < n; i++)
    if (handles[i] < self->in_section->len && g_array_index (self->in_section, guint8, handles[i]))
      {
        guint room = vigil_room_table_of (self->rooms, handles[i]);

        if (room >= counts->len)
          g_array_set_size (counts, room + 1);
        count_one (self, &g_array_index (counts, VigilSectionCounts, room), handles[i]);
      }
  for (guint room = 0; room < counts->len; room++)
    changed |= vigil_section_set_counts (vigil_room_table_get_section (self->rooms, room), &g_array_index (counts, VigilSectionCounts, room));

  return changed;
}

gboolean
vigil_ranker_count_sections (VigilRanker *self)
{
  VigilSectionCounts exempt = { .candidates = self->n_exempt, .flagged = self->n_exempt, .worst = VIGIL_BAND_CRITICAL };
  gboolean changed = vigil_section_set_counts (self->critical, &exempt);

  if (self->grouped && self->sections)
    changed |= count_rooms (self);
  return changed;
}

GArray *
vigil_ranker_dup_rooms (VigilRanker *self)
{
  const VigilRosterFacts *facts = vigil_roster_get_facts (self->roster);
  GArray *rooms = g_array_new (FALSE, TRUE, sizeof (VigilRoom));
  g_autoptr (GArray) counts = g_array_new (FALSE, TRUE, sizeof (guint));
  const guint *order;
  guint n;
  const VigilHandle *handles = vigil_roster_get_handles (self->roster, &n);

  for (guint i = 0; i < n; i++)
    {
      guint room = vigil_room_table_of (self->rooms, handles[i]);

      if (room >= counts->len)
        g_array_set_size (counts, room + 1);
      g_array_index (counts, guint, room) += facts[handles[i]].present;
    }

  n = vigil_room_table_get_n_rooms (self->rooms);
  g_array_set_size (counts, n);
  order = vigil_room_table_get_order (self->rooms);
  for (guint i = 0; i < n; i++)
    {
      VigilRoom room = {
        .name = vigil_room_table_get_section (self->rooms, order[i])->name,
        .candidates = g_array_index (counts, guint, order[i]),
        .wanted = order[i] < self->wanted->len && g_array_index (self->wanted, guint8, order[i]),
      };

      if (room.candidates > 0 || room.wanted)
        g_array_append_val (rooms, room);
    }

  return rooms;
}
