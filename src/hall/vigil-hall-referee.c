/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The referee of the hall. */
#include "vigil-hall-referee.h"

#include <string.h>

#include "vigil-hall-violations.h"
#include "vigil-hall-writer.h"

/* A type the catalogue does not know is kept and shown; it weighs nothing. */
#define UNKNOWN_TTL_MS 10000
#define UNKNOWN_SEVERITY "low"

/* What one candidate can make us remember. */
#define MAX_WINDOWS 64
#define MAX_COUNTED 256

/* How long a batch id is remembered. */
#define BATCH_MS (10 * 60 * 1000)

struct _VigilHallReferee
{
  VigilHallStore        *store;
  VigilScoringPolicy    *policy;
  guint                  score_window;
  VigilHallRefereeHooks  hooks;
  GHashTable            *active;   /* candidates with something that will pass */
  gboolean               counting;
  guint64                n_counted;
  gint64                 pruned_at;
};

VigilHallReferee *
vigil_hall_referee_new (VigilHallStore              *store,
                        VigilScoringPolicy          *policy,
                        guint                        score_window,
                        const VigilHallRefereeHooks *hooks)
{
  VigilHallReferee *self = g_new0 (VigilHallReferee, 1);

  self->store = store;
  self->policy = g_object_ref (policy);
  self->score_window = MAX (1, score_window);
  self->hooks = *hooks;
  self->active = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->counting = TRUE;
  return self;
}

void
vigil_hall_referee_free (VigilHallReferee *self)
{
  g_object_unref (self->policy);
  g_hash_table_unref (self->active);
  g_free (self);
}

void
vigil_hall_referee_set_counting (VigilHallReferee *self, gboolean counting)
{
  self->counting = counting;
}

gboolean
vigil_hall_referee_get_counting (VigilHallReferee *self)
{
  return self->counting;
}

static gint64
ttl_of (VigilHallReferee *self, const char *type)
{
  const VigilViolationType *known = vigil_scoring_policy_lookup (self->policy, type);

  return known ? (gint64) known->ttl_s * 1000 : UNKNOWN_TTL_MS;
}

/* Which of the candidate's signals a type comes from: a bypass of the signal silences it. */
static gboolean
is_silenced (const VigilHallCandidate *candidate, const char *type)
{
  if (!vigil_hall_candidate_is_proctored (candidate))
    return TRUE;
  return g_str_equal (type, "tab_switch") && (vigil_hall_candidate_is_bypassed (candidate, "screen") ||
                                              vigil_hall_candidate_is_bypassed (candidate, "fullscreen"));
}

static VigilHallWindow *
find_window (VigilHallCandidate *candidate, const char *type, gint64 at)
{
  for (guint i = 0; candidate->windows && i < candidate->windows->len; i++)
    {
      VigilHallWindow *window = &g_array_index (candidate->windows, VigilHallWindow, i);

      if (g_str_equal (window->type, type))
        return at < window->until ? window : NULL;
    }
  return NULL;
}

static void
open_window (VigilHallCandidate *candidate, const char *type, const char *id, gint64 until)
{
  GArray *windows = vigil_hall_candidate_ensure_windows (candidate);
  VigilHallWindow window = { g_strdup (type), g_strdup (id), until };

  for (guint i = 0; i < windows->len; i++)
    if (g_str_equal (g_array_index (windows, VigilHallWindow, i).type, type))
      {
        g_array_remove_index (windows, i);
        break;
      }
  if (windows->len >= MAX_WINDOWS)
    g_array_remove_index (windows, 0);
  g_array_append_val (windows, window);
}

static void
add_counted (VigilHallReferee *self, VigilHallCandidate *candidate, const char *type, gint64 at)
{
  const VigilViolationType *known = vigil_scoring_policy_lookup (self->policy, type);
  VigilHallCounted counted;

  if (!known)
    return;
  if (!candidate->counted)
    candidate->counted = g_array_new (FALSE, FALSE, sizeof (VigilHallCounted));
  if (candidate->counted->len >= MAX_COUNTED)
    g_array_remove_index (candidate->counted, 0);
  counted.type = known->type;
  counted.until = at + (gint64) known->ttl_s * 1000 * self->score_window;
  g_array_append_val (candidate->counted, counted);
}

static gboolean
drop_passed (VigilHallCandidate *candidate, gint64 now)
{
  gboolean changed = FALSE;
  gint64 next = 0;

  for (guint i = candidate->windows ? candidate->windows->len : 0; i > 0; i--)
    {
      gint64 until = g_array_index (candidate->windows, VigilHallWindow, i - 1).until;

      if (until <= now)
        g_array_remove_index (candidate->windows, i - 1), changed = TRUE;
      else
        next = next == 0 ? until : MIN (next, until);
    }
  for (guint i = candidate->counted ? candidate->counted->len : 0; i > 0; i--)
    {
      gint64 until = g_array_index (candidate->counted, VigilHallCounted, i - 1).until;

      if (until <= now)
        g_array_remove_index (candidate->counted, i - 1), changed = TRUE;
      else
        next = next == 0 ? until : MIN (next, until);
    }
  candidate->next_decay = next;
  return changed;
}

static int
sum (VigilHallReferee *self, const VigilHallCandidate *candidate)
{
  const char *types[MAX_COUNTED + 1] = { NULL };
  VigilScoreBreakdown breakdown;
  guint n = candidate->counted ? candidate->counted->len : 0;

  for (guint i = 0; i < n; i++)
    types[i] = g_array_index (candidate->counted, VigilHallCounted, i).type;
  vigil_scoring_policy_explain (self->policy, types, &breakdown);
  return (int) breakdown.score;
}

/* Assigns the score and the cached flags; the one place that does. */
static void
settle (VigilHallReferee *self, VigilHallExam *exam, VigilHallCandidate *candidate, gint64 now)
{
  GString *flags = g_string_new (NULL);

  drop_passed (candidate, now);
  candidate->score = vigil_hall_candidate_is_proctored (candidate) ? sum (self, candidate) : -1;
  candidate->score_at = now;
  g_string_append_c (flags, ',');
  g_string_append (flags, "\"flags\":");
  vigil_hall_candidate_write_flags (candidate, flags, NULL);
  g_string_append (flags, ",\"timestamp\":");
  g_free (candidate->score_flags);
  candidate->score_flags = g_string_free (flags, FALSE);
  if (candidate->next_decay > 0)
    g_hash_table_add (self->active, candidate);
  self->hooks.score_changed (exam, candidate, self->hooks.user_data);
}

static gboolean
is_known_batch (VigilHallReferee *self, const VigilHallCandidate *candidate, const char *batch, gint64 now)
{
  sqlite3_stmt *row;
  gboolean known;

  if (!batch)
    return FALSE;
  if (now - self->pruned_at > 60000)
    {
      self->pruned_at = now;
      vigil_hall_store_run (self->store, NULL, "DELETE FROM batch WHERE at < ?", "i", now - BATCH_MS);
    }
  row = vigil_hall_store_query (self->store, "SELECT 1 FROM batch WHERE student = ? AND id = ? AND at >= ?",
                                "ssi", candidate->student_id, batch, now - BATCH_MS);
  known = row && sqlite3_step (row) == SQLITE_ROW;
  if (row)
    sqlite3_reset (row);
  if (!known)
    vigil_hall_store_run (self->store, NULL, "INSERT OR REPLACE INTO batch VALUES (?, ?, ?)",
                          "ssi", candidate->student_id, batch, now);
  return known;
}

static void
attach_evidence (VigilHallReferee *self, const char *id, const char *const *keys)
{
  for (; keys && *keys; keys++)
    vigil_hall_violations_add_evidence (self->store, id, *keys);
}

static gboolean
count_new (VigilHallReferee *self, VigilHallExam *exam, VigilHallCandidate *candidate,
           const VigilHallReport *report, gint64 at)
{
  const VigilViolationType *known = vigil_scoring_policy_lookup (self->policy, report->type);
  g_autoptr(GError) error = NULL;
  g_autofree char *id = vigil_hall_violations_add (self->store, exam, candidate->student_id, report->type,
                                                   known ? vigil_band_to_nick (known->band) : UNKNOWN_SEVERITY,
                                                   at, &error);

  if (!id)
    {
      g_warning ("a violation was not kept: %s", error->message);
      return FALSE;
    }
  self->n_counted++;
  open_window (candidate, report->type, id, at + ttl_of (self, report->type));
  add_counted (self, candidate, report->type, at);
  candidate->open_flags++;
  attach_evidence (self, id, report->evidence);
  vigil_hall_violations_announce (self->store, exam, id);
  vigil_hall_exam_update (exam, candidate, VIGIL_HALL_FIELD_OPEN_FLAGS);
  if (!report->evidence || !report->evidence[0])
    self->hooks.counted (exam, candidate, id, report->type, at, self->hooks.user_data);
  return TRUE;
}

static void
fold (VigilHallReferee *self, VigilHallExam *exam, const VigilHallWindow *window, const VigilHallReport *report)
{
  g_autofree char *id = g_strdup (window->id);

  vigil_hall_violations_add_count (self->store, id, 1);
  attach_evidence (self, id, report->evidence);
  vigil_hall_violations_announce (self->store, exam, id);
}

void
vigil_hall_referee_take (VigilHallReferee          *self,
                         VigilHallExam             *exam,
                         VigilHallCandidate        *candidate,
                         const VigilHallEventsCall *call,
                         gint64                     now,
                         VigilHallReceipt          *receipt)
{
  gint64 skew = now - call->at;
  gboolean unscored = candidate->score < 0;

  *receipt = (VigilHallReceipt) { 0 };
  candidate->seen_at = now;
  if (call->n_reports > 0 && is_known_batch (self, candidate, call->batch, now))
    {
      receipt->deduplicated = call->n_reports;
      return;
    }
  for (guint i = 0; self->counting && i < call->n_reports; i++)
    {
      const VigilHallReport *report = &call->reports[i];
      gint64 at = MIN (now, report->at + skew);
      const VigilHallWindow *window;

      if (is_silenced (candidate, report->type))
        continue;
      window = find_window (candidate, report->type, at);
      if (window)
        fold (self, exam, window, report), receipt->deduplicated++;
      else if (count_new (self, exam, candidate, report, at))
        receipt->accepted++;
    }
  if (receipt->accepted > 0 || (unscored && vigil_hall_candidate_is_proctored (candidate)))
    settle (self, exam, candidate, now);
}

gboolean
vigil_hall_referee_force (VigilHallReferee   *self,
                          VigilHallExam      *exam,
                          VigilHallCandidate *candidate,
                          const char         *type,
                          gint64              at,
                          gint64              now)
{
  VigilHallReport report = { .type = type, .at = at };

  if (!self->counting || is_silenced (candidate, type) || !count_new (self, exam, candidate, &report, at))
    return FALSE;
  settle (self, exam, candidate, now);
  return TRUE;
}

guint64
vigil_hall_referee_get_n_counted (VigilHallReferee *self)
{
  return self->n_counted;
}

void
vigil_hall_referee_tick (VigilHallReferee *self, VigilHallExam *exam, gint64 now)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      VigilHallCandidate *candidate = key;

      if (candidate->next_decay > now)
        continue;
      drop_passed (candidate, now);
      if (candidate->next_decay == 0)
        g_hash_table_iter_remove (&iter);
      /* With something left it is in the table already, so the table does not change under us. */
      settle (self, exam, candidate, now);
    }
}

void
vigil_hall_referee_forget (VigilHallReferee *self, VigilHallExam *exam, VigilHallCandidate *candidate, gint64 now)
{
  g_clear_pointer (&candidate->windows, g_array_unref);
  g_clear_pointer (&candidate->counted, g_array_unref);
  g_hash_table_remove (self->active, candidate);
  settle (self, exam, candidate, now);
}
