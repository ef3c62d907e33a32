/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All candidates of an exam, by handle.
 *
 * Every change notes what differs with changed(); flush() tells it, once per candidate.
 * A member that a message omits is left alone; one that says false or null means it. */

#include "vigil-roster.h"

#include "vigil-candidate-take.h"
#include "vigil-clock.h"
#include "vigil-metrics.h"

#include <string.h>

typedef struct
{
  VigilCandidate  candidate;  /* first: rows are handed out as candidates */
  guint           pending;    /* VigilCandidateFields that nobody was told of yet */
  guint           snapshot;   /* the last snapshot it was in */
} Row;

struct _VigilRoster
{
  GObject            parent_instance;

  VigilScoreStore   *store;
  VigilScoringPolicy *policy;     /* %NULL: no type is known */
  GPtrArray         *rows;        /* by handle: Row, owned; %NULL: not of this exam */
  GArray            *facts;       /* VigilRosterFacts by handle */
  GArray            *handles;     /* VigilHandle in order of arrival */
  GHashTable        *producers;   /* producer id, owned → handle and source, packed */
  VigilRosterCounts  counts;

  guint              freeze_count;
  gboolean           membership;  /* changed, and nobody was told yet */
  GArray            *changed;     /* VigilHandle of rows with something pending */
  GArray            *spare;       /* the other one of two arrays that take turns */
  guint              snapshot;
  guint              generation;  /* raised by each clear */
  VigilCounter      *n_full;
};

G_DEFINE_FINAL_TYPE (VigilRoster, vigil_roster, G_TYPE_OBJECT)

enum
{
  CANDIDATE_CHANGED,
  MEMBERSHIP_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
row_free (gpointer data)
{
  Row *row = data;

  if (row == NULL)
    return;

  vigil_candidate_clear (&row->candidate);
  g_free (row);
}

static void
vigil_roster_dispose (GObject *object)
{
  VigilRoster *self = VIGIL_ROSTER (object);

  g_clear_object (&self->store);
  g_clear_object (&self->policy);

  G_OBJECT_CLASS (vigil_roster_parent_class)->dispose (object);
}

static void
vigil_roster_finalize (GObject *object)
{
  VigilRoster *self = VIGIL_ROSTER (object);

  g_ptr_array_unref (self->rows);
  g_array_unref (self->facts);
  g_array_unref (self->handles);
  g_hash_table_unref (self->producers);
  g_array_unref (self->changed);
  g_clear_pointer (&self->spare, g_array_unref);

  G_OBJECT_CLASS (vigil_roster_parent_class)->finalize (object);
}

static void
vigil_roster_class_init (VigilRosterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_roster_dispose;
  object_class->finalize = vigil_roster_finalize;

  signals[CANDIDATE_CHANGED] = g_signal_new ("candidate-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                             0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[MEMBERSHIP_CHANGED] = g_signal_new ("membership-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                              0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_roster_init (VigilRoster *self)
{
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->facts = g_array_new (FALSE, TRUE, sizeof (VigilRosterFacts));
  self->handles = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  self->producers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->changed = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  self->spare = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  self->n_full = vigil_metrics_counter ("vigil_roster_dropped_full", "Candidates left out because the store is full");
}

/** An empty roster whose handles and scores are those of @store. */
VigilRoster *
vigil_roster_new (VigilScoreStore *store)
{
  VigilRoster *self = g_object_new (VIGIL_TYPE_ROSTER, NULL);

  self->store = g_object_ref (store);
  return self;
}

void
vigil_roster_set_policy (VigilRoster        *self,
                         VigilScoringPolicy *policy)
{
  g_set_object (&self->policy, policy);
}

VigilScoreStore *
vigil_roster_get_store (VigilRoster *self)
{
  return self->store;
}

static Row *
find_row (VigilRoster *self,
          VigilHandle  handle)
{
  return handle < self->rows->len ? g_ptr_array_index (self->rows, handle) : NULL;
}

static void
count (VigilRoster *self,
       const Row   *row,
       int          by)
{
  const VigilCandidate *candidate = &row->candidate;

  if (!candidate->present)
    return;

  self->counts.candidates += by;
  if (candidate->is_streaming)
    self->counts.streaming += by;
  if (candidate->connected)
    self->counts.connected += by;
  if (candidate->open_flags > 0)
    self->counts.flagged += by;
  if (candidate->bypass != NULL)
    self->counts.bypassed += by;
}

/* Every change of what is counted or packed stands between these two. */
static void
begin_change (VigilRoster *self,
              Row         *row)
{
  count (self, row, -1);
}

static void
end_change (VigilRoster *self,
            Row         *row)
{
  const VigilCandidate *candidate = &row->candidate;
  VigilRosterFacts *facts = &g_array_index (self->facts, VigilRosterFacts, candidate->handle);

  count (self, row, 1);
  facts->search_key = candidate->search_key;
  facts->letters = candidate->letters;
  facts->present = candidate->present;
  facts->is_streaming = candidate->is_streaming;
  facts->flagged = candidate->open_flags > 0;
  facts->hand_raised = candidate->hand_raised;
  facts->worst_open = candidate->worst_open;
}

static void
tell_candidates (VigilRoster *self)
{
  GArray *changed = self->changed;

  /* A handler may change the roster again: what it changes goes into the other array. */
  self->changed = self->spare != NULL ? g_steal_pointer (&self->spare)
                                      : g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  for (guint i = 0; i < changed->len; i++)
    {
      VigilHandle handle = g_array_index (changed, VigilHandle, i);
      Row *row = find_row (self, handle);
      guint fields = row != NULL ? row->pending : 0;

      if (fields == 0)
        continue;

      row->pending = 0;
      g_signal_emit (self, signals[CANDIDATE_CHANGED], 0, handle, fields);
    }

  g_array_set_size (changed, 0);
  g_clear_pointer (&self->spare, g_array_unref);
  self->spare = changed;
}

static void
flush (VigilRoster *self)
{
  if (self->freeze_count > 0)
    return;

  if (self->membership)
    {
      self->membership = FALSE;
      g_signal_emit (self, signals[MEMBERSHIP_CHANGED], 0);
    }

  if (self->changed->len > 0)
    tell_candidates (self);
}

static void
changed (VigilRoster *self,
         Row         *row,
         guint        fields)
{
  if (fields == 0)
    return;

  if (row->pending == 0)
    g_array_append_val (self->changed, row->candidate.handle);
  row->pending |= fields;
}

void
vigil_roster_freeze (VigilRoster *self)
{
  self->freeze_count++;
}

void
vigil_roster_thaw (VigilRoster *self)
{
  g_return_if_fail (self->freeze_count > 0);

  self->freeze_count--;
  flush (self);
}

static gpointer
pack_producer (VigilHandle handle,
               VigilSource source)
{
  return GSIZE_TO_POINTER ((gsize) handle * VIGIL_N_SOURCES + source + 1);
}

/* One id is one feed: whoever had it before has it no more, or one face would stand under two names. */
static void
take_away_producer (VigilRoster *self,
                    const char  *producer_id)
{
  VigilSource source;
  VigilHandle handle = vigil_roster_lookup_producer (self, producer_id, &source);
  Row *row = handle != VIGIL_HANDLE_NONE ? find_row (self, handle) : NULL;

  if (row != NULL)
    changed (self, row, vigil_take_text (&row->candidate.producer_ids[source], NULL, VIGIL_FIELD_PRODUCERS));
}

static guint
take_producer (VigilRoster *self,
               Row         *row,
               VigilSource  source,
               const char  *producer_id)
{
  VigilCandidate *candidate = &row->candidate;
  char **held = &candidate->producer_ids[source];
  gpointer packed = pack_producer (candidate->handle, source);

  if (g_strcmp0 (*held, producer_id) == 0)
    return 0;

  /* The id may have become somebody else's meanwhile: only our own entry goes. */
  if (*held != NULL && g_hash_table_lookup (self->producers, *held) == packed)
    g_hash_table_remove (self->producers, *held);
  if (producer_id != NULL)
    {
      take_away_producer (self, producer_id);
      g_hash_table_insert (self->producers, g_strdup (producer_id), packed);
    }

  return vigil_take_text (held, producer_id, VIGIL_FIELD_PRODUCERS);
}

/* A row tells of a score that may be an hour old: it is to look as old as if the feed had brought it then. */
static gint64
when_received_us (gint64 at_ms)
{
  gint64 age_ms = MAX (vigil_clock_hall_ms () - at_ms, 0);
  gint64 now_us = vigil_clock_monotonic_us ();

  return age_ms < now_us / 1000 ? MAX (now_us - age_ms * 1000, 1) : 1;
}

static guint32
fold_flags (VigilRoster  *self,
            char        **types)
{
  guint32 flags = 0;

  for (guint i = 0; self->policy != NULL && types != NULL && types[i] != NULL; i++)
    flags |= vigil_scoring_policy_get_flag (self->policy, types[i], -1);

  return flags;
}

/* Scores live in the store; a row's is only news if nothing newer came by the feed. */
static void
take_score (VigilRoster              *self,
            VigilHandle               handle,
            const VigilCandidateInfo *info)
{
  VigilScore held;

  vigil_score_store_read (self->store, handle, &held);
  if (info->score_at_ms > held.at_ms || (held.score < 0 && info->score >= 0))
    vigil_score_store_write_read (self->store, handle, info->score,
                                  self->policy != NULL && info->flag_types != NULL ? fold_flags (self, info->flag_types) : held.flags,
                                  info->score_at_ms, when_received_us (info->score_at_ms));
}

static guint
take_info (VigilRoster              *self,
           Row                      *row,
           const VigilCandidateInfo *info)
{
  VigilCandidate *candidate = &row->candidate;
  guint fields = vigil_candidate_take_presence (candidate, info);

  if (info->fields & VIGIL_FIELD_NAME)
    fields |= vigil_candidate_take_info_name (candidate, info);
  if (info->fields & VIGIL_FIELD_ROOM)
    fields |= vigil_take_shared (&candidate->room, info->room, VIGIL_FIELD_ROOM);
  if (info->fields & VIGIL_FIELD_NETWORK)
    fields |= vigil_take_shared (&candidate->network, info->network, VIGIL_FIELD_NETWORK);
  if (info->fields & VIGIL_FIELD_WORKER)
    fields |= vigil_take_shared (&candidate->worker, info->worker, VIGIL_FIELD_WORKER);
  if (info->fields & VIGIL_FIELD_PLATFORM)
    fields |= vigil_take_shared (&candidate->platform, info->platform, VIGIL_FIELD_PLATFORM);
  if (info->fields & VIGIL_FIELD_CLAIMED_BY)
    fields |= vigil_take_text (&candidate->claimed_by, info->claimed_by, VIGIL_FIELD_CLAIMED_BY);
  if (info->fields & VIGIL_FIELD_JOINED_AT)
    fields |= vigil_take_time (&candidate->joined_at_ms, info->joined_at_ms, VIGIL_FIELD_JOINED_AT);
  if (info->fields & VIGIL_FIELD_LAST_SEEN)
    fields |= vigil_take_time (&candidate->last_seen_ms, info->last_seen_ms, VIGIL_FIELD_LAST_SEEN);
  if (info->fields & VIGIL_FIELD_OPEN_FLAGS)
    fields |= vigil_candidate_take_flags (candidate, info->open_flags,
                          candidate->open_flags > 0 ? candidate->worst_open : VIGIL_BAND_MEDIUM);
  if (info->fields & VIGIL_FIELD_BYPASS)
    fields |= vigil_candidate_take_bypass (candidate, info->bypass);
  if (info->fields & VIGIL_FIELD_PRODUCERS)
    for (VigilSource source = 0; source < VIGIL_N_SOURCES; source++)
      fields |= take_producer (self, row, source, info->producer_ids[source]);
  if (info->fields & VIGIL_FIELD_SCORE)
    take_score (self, candidate->handle, info);

  return fields;
}

/* Somebody who was gone comes back under the same id: what nobody says of them now is not known. The pin is ours. */
static guint
forget_former (VigilRoster *self,
               Row         *row)
{
  g_autoptr (VigilCandidateInfo) blank = vigil_candidate_info_new (row->candidate.id);

  blank->fields = VIGIL_FIELD_ROOM | VIGIL_FIELD_NETWORK | VIGIL_FIELD_WORKER | VIGIL_FIELD_PLATFORM | VIGIL_FIELD_CLAIMED_BY | VIGIL_FIELD_JOINED_AT |
                  VIGIL_FIELD_LAST_SEEN | VIGIL_FIELD_LEFT_AT | VIGIL_FIELD_HAND_RAISED | VIGIL_FIELD_OPEN_FLAGS |
                  VIGIL_FIELD_BYPASS | VIGIL_FIELD_CONNECTED | VIGIL_FIELD_STREAMING | VIGIL_FIELD_PRODUCERS;
  return take_info (self, row, blank);
}

static Row *
add_row (VigilRoster              *self,
         VigilHandle               handle,
         const VigilCandidateInfo *info)
{
  Row *row = g_new0 (Row, 1);

  row->candidate.handle = handle;
  row->candidate.id = g_strdup (info->id);
  row->candidate.arrival = self->handles->len;
  if (!(info->fields & VIGIL_FIELD_NAME))
    vigil_candidate_take_name (&row->candidate, NULL);

  if (handle >= self->rows->len)
    g_ptr_array_set_size (self->rows, handle + 1);
  if (handle >= self->facts->len)
    g_array_set_size (self->facts, handle + 1);
  g_ptr_array_index (self->rows, handle) = row;
  g_array_append_val (self->handles, handle);
  return row;
}

VigilHandle
vigil_roster_apply (VigilRoster              *self,
                    const VigilCandidateInfo *info)
{
  VigilHandle handle = vigil_score_store_intern (self->store, info->id, strlen (info->id));
  Row *row = find_row (self, handle);
  guint fields = 0;

  if (handle == VIGIL_HANDLE_NONE)
    {
      vigil_counter_add (self->n_full, 1);
      return handle;
    }

  if (row == NULL)
    {
      row = add_row (self, handle, info);
      fields = info->fields & ~VIGIL_FIELD_SCORE;
    }

  begin_change (self, row);
  if (!row->candidate.present)
    fields |= forget_former (self, row);
  self->membership |= !row->candidate.present;
  row->candidate.present = TRUE;
  row->snapshot = self->snapshot;
  fields |= take_info (self, row, info);
  end_change (self, row);

  changed (self, row, fields);
  flush (self);
  return handle;
}

void
vigil_roster_begin_snapshot (VigilRoster *self)
{
  self->snapshot++;
}

static void
mark_gone (VigilRoster *self,
           Row         *row)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (row->candidate.id);

  info->fields = VIGIL_FIELD_CONNECTED | VIGIL_FIELD_STREAMING | VIGIL_FIELD_PRODUCERS;
  begin_change (self, row);
  changed (self, row, take_info (self, row, info));
  row->candidate.present = FALSE;
  end_change (self, row);
  self->membership = TRUE;
}

void
vigil_roster_end_snapshot (VigilRoster *self)
{
  for (guint i = 0; i < self->handles->len; i++)
    {
      Row *row = find_row (self, g_array_index (self->handles, VigilHandle, i));

      if (row->candidate.present && row->snapshot != self->snapshot)
        mark_gone (self, row);
    }

  flush (self);
}

void
vigil_roster_clear (VigilRoster *self)
{
  if (self->handles->len == 0)
    return;

  g_ptr_array_set_size (self->rows, 0);
  g_array_set_size (self->facts, 0);
  g_array_set_size (self->handles, 0);
  g_array_set_size (self->changed, 0);
  g_hash_table_remove_all (self->producers);
  self->counts = (VigilRosterCounts) { 0 };
  self->membership = TRUE;
  self->generation++;
  flush (self);
}

guint
vigil_roster_get_generation (VigilRoster *self)
{
  return self->generation;
}

const VigilCandidate *
vigil_roster_get (VigilRoster *self,
                  VigilHandle  handle)
{
  return (const VigilCandidate *) find_row (self, handle);
}

const VigilCandidate *
vigil_roster_lookup (VigilRoster *self,
                     const char  *id)
{
  return vigil_roster_get (self, vigil_score_store_lookup (self->store, id, strlen (id)));
}

VigilHandle
vigil_roster_lookup_producer (VigilRoster *self,
                              const char  *producer_id,
                              VigilSource *source)
{
  gsize packed = GPOINTER_TO_SIZE (g_hash_table_lookup (self->producers, producer_id));

  if (packed == 0)
    return VIGIL_HANDLE_NONE;

  if (source != NULL)
    *source = (packed - 1) % VIGIL_N_SOURCES;
  return (packed - 1) / VIGIL_N_SOURCES;
}

void
vigil_roster_set_producer (VigilRoster *self,
                           VigilHandle  handle,
                           VigilSource  source,
                           const char  *producer_id)
{
  Row *row = find_row (self, handle);

  g_return_if_fail (source < VIGIL_N_SOURCES);

  if (row == NULL)
    return;

  changed (self, row, take_producer (self, row, source, producer_id));
  flush (self);
}

void
vigil_roster_clear_producers (VigilRoster *self)
{
  vigil_roster_freeze (self);
  for (guint i = 0; i < self->handles->len; i++)
    for (VigilSource source = 0; source < VIGIL_N_SOURCES; source++)
      vigil_roster_set_producer (self, g_array_index (self->handles, VigilHandle, i), source, NULL);
  vigil_roster_thaw (self);
}

/** Says which SFU worker carries a candidate's webcam; %NULL: nobody knows. */
void
vigil_roster_set_worker (VigilRoster *self,
                         VigilHandle  handle,
                         const char  *worker)
{
  Row *row = find_row (self, handle);

  if (row == NULL)
    return;

  changed (self, row, vigil_take_shared (&row->candidate.worker, worker, VIGIL_FIELD_WORKER));
  flush (self);
}

/** Sets or clears (%NULL, or one that is not active) a candidate's bypass. */
void
vigil_roster_set_bypass (VigilRoster *self,
                         VigilHandle  handle,
                         VigilBypass *bypass)
{
  Row *row = find_row (self, handle);

  if (row == NULL)
    return;

  begin_change (self, row);
  changed (self, row, vigil_candidate_take_bypass (&row->candidate, bypass));
  end_change (self, row);
  flush (self);
}

/** Pins a candidate or lets go; stays with us, the hall does not hear of it. */
void
vigil_roster_set_pinned (VigilRoster *self,
                         VigilHandle  handle,
                         gboolean     pinned)
{
  Row *row = find_row (self, handle);

  if (row == NULL || row->candidate.pinned == (pinned != FALSE))
    return;

  row->candidate.pinned = pinned != FALSE;
  changed (self, row, VIGIL_FIELD_PINNED);
  flush (self);
}

/** Sets how many violations nobody has attended to, and the worst band among them. */
void
vigil_roster_set_open_flags (VigilRoster *self,
                             VigilHandle  handle,
                             guint        open_flags,
                             VigilBand    worst)
{
  Row *row = find_row (self, handle);

  if (row == NULL)
    return;

  begin_change (self, row);
  changed (self, row, vigil_candidate_take_flags (&row->candidate, open_flags, worst));
  end_change (self, row);
  flush (self);
}

/** Says who of the consoles looks after a candidate; %NULL: nobody. */
void
vigil_roster_set_claimed_by (VigilRoster *self,
                             VigilHandle  handle,
                             const char  *who)
{
  Row *row = find_row (self, handle);

  if (row == NULL)
    return;

  changed (self, row, vigil_take_text (&row->candidate.claimed_by, who, VIGIL_FIELD_CLAIMED_BY));
  flush (self);
}

const VigilHandle *
vigil_roster_get_handles (VigilRoster *self,
                          guint       *n)
{
  *n = self->handles->len;
  return (const VigilHandle *) self->handles->data;
}

const VigilRosterFacts *
vigil_roster_get_facts (VigilRoster *self)
{
  return (const VigilRosterFacts *) self->facts->data;
}

void
vigil_roster_get_counts (VigilRoster       *self,
                         VigilRosterCounts *counts)
{
  *counts = self->counts;
}
