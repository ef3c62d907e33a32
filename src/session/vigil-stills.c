/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest captures of whoever is on screen without live video. */

#include "vigil-stills.h"

#include "vigil-backoff.h"
#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"
#include "vigil-still-beat.h"
#include "vigil-still-cache.h"

#include <math.h>

#define MS G_GINT64_CONSTANT (1000)

/* Of one candidate whose capture cannot be had. */
#define FAILED_MIN_US (2 * G_USEC_PER_SEC)
#define FAILED_MAX_US (60 * G_USEC_PER_SEC)

/* A hall that cannot now. */
#define PAUSE_MIN_MS 1000
#define PAUSE_MAX_MS 60000

/* For as long as it is not known how often captures come, one of this age may still be the newest. */
#define LENIENT_US (70 * G_USEC_PER_SEC)

/* Of so many captures one is looked for early, where it had to be found out how often they come. */
#define LOOK_EARLY 4

typedef struct
{
  VigilHandle  handle;
  GPtrArray   *watches;    /* of VigilStillWatch, not owned */
  VigilStill  *still;      /* nullable */
  gint64       due_us;
  gint64       asked_us;   /* 0: never */
  guint        fresh;      /* newer ones that came */
  guint        quiet;      /* answers in a row without a newer one */
  guint        failures;   /* … that could not be used */
  gboolean     in_flight;
} Entry;

struct _VigilStills
{
  GObject           parent_instance;

  VigilRoster      *roster;
  VigilSettings    *settings;
  VigilStillSource *source;      /* nullable: this hall has none */
  VigilStillCache  *cache;
  VigilStillBeat    beat;
  GHashTable       *entries;     /* VigilHandle → Entry, owned: who is watched */

  char             *exam_id;     /* NULL: not to be asked */
  GCancellable     *cancellable;
  guint             generation;  /* of the connection */
  gboolean          wanted;
  guint             in_flight;
  guint             timer;
  double            credit;      /* questions that may be asked now */
  gint64            credited_us;
  gint64            paused_us;   /* nothing before this; 0: no trouble */
  VigilBackoff      backoff;

  gint64            refresh_us;
  guint             max_in_flight;
  double            rate;
  gsize             max_bytes;
  gint64            stale_us;

  VigilStillCounts  counts;      /* the sums */
  VigilCounter     *n_asked, *n_fresh, *n_same, *n_none, *n_failed, *n_bytes, *n_pauses;
  VigilCounter     *g_watched, *g_cached;
  VigilHistogram   *age;
};

G_DEFINE_FINAL_TYPE (VigilStills, vigil_stills, G_TYPE_OBJECT)

static guint signal_auth_needed;

/* What an answer needs to know of its question. */
typedef struct
{
  VigilStills *self;
  VigilHandle  handle;
  guint        generation;
} Question;

static void pump (VigilStills *self);

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  for (guint i = 0; i < entry->watches->len; i++)
    ((VigilStillWatch *) g_ptr_array_index (entry->watches, i))->handle = VIGIL_HANDLE_NONE;
  g_ptr_array_unref (entry->watches);
  g_clear_pointer (&entry->still, vigil_still_unref);
  g_free (entry);
}

static Entry *
find_entry (VigilStills *self,
            VigilHandle  handle)
{
  return g_hash_table_lookup (self->entries, GUINT_TO_POINTER (handle));
}

static void
tell (Entry *entry)
{
  g_autoptr (GPtrArray) watches = g_ptr_array_ref (entry->watches);
  g_autoptr (VigilStill) still = vigil_still_ref (entry->still);

  /* From the end: whoever is told may let go, and the entry with the last. */
  for (guint i = watches->len; i > 0; i--)
    if (i <= watches->len)
      {
        VigilStillWatch *watch = g_ptr_array_index (watches, i - 1);

        watch->func (watch, still);
      }
}

static gint64
get_age_us (const VigilStill *still)
{
  return vigil_still_get_age_us (still, vigil_clock_monotonic_us (), vigil_clock_hall_ms ());
}

static void
note_gauges (VigilStills *self)
{
  vigil_counter_set (self->g_watched, g_hash_table_size (self->entries));
  vigil_counter_set (self->g_cached, vigil_still_cache_get_bytes (self->cache));
}

/* answers */

static void
count (guint64      *sum,
       VigilCounter *counter,
       guint64       n)
{
  *sum += n;
  vigil_counter_add (counter, n);
}

/* One that is as the one at hand, though the hall gave it out anew, changes nothing. */
static gboolean
is_same (const VigilStill       *still,
         const VigilStillAnswer *answer)
{
  return still != NULL && answer->etag == NULL && answer->at_ms > 0 && still->at_ms == answer->at_ms;
}

static VigilStill *
make_still (VigilStills            *self,
            VigilHandle             handle,
            const VigilStillAnswer *answer)
{
  VigilStill *still = vigil_still_new (handle, answer->bytes, answer->etag, answer->at_ms, vigil_clock_monotonic_us ());

  count (&self->counts.fresh, self->n_fresh, 1);
  count (&self->counts.bytes, self->n_bytes, g_bytes_get_size (answer->bytes));
  vigil_histogram_add (self->age, get_age_us (still) / 1000.0);
  return still;
}

static void
take_answer (VigilStills            *self,
             Entry                  *entry,
             const VigilStillAnswer *answer)
{
  gint64 age_us;

  entry->failures = 0;
  if (answer->outcome == VIGIL_STILL_NEW && !is_same (entry->still, answer))
    {
      VigilStill *still = make_still (self, entry->handle, answer);

      if (entry->still != NULL)
        vigil_still_beat_note (&self->beat, entry->still->at_ms, still->at_ms, entry->quiet > 0);
      g_clear_pointer (&entry->still, vigil_still_unref);
      entry->still = still;
      entry->quiet = 0;
      entry->fresh++;
    }
  else
    {
      if (answer->outcome == VIGIL_STILL_NONE)
        count (&self->counts.none, self->n_none, 1);
      else
        count (&self->counts.same, self->n_same, 1);
      entry->quiet++;
    }

  age_us = entry->still != NULL ? get_age_us (entry->still) : -1;
  entry->due_us = entry->asked_us + vigil_still_beat_plan_us (&self->beat, self->refresh_us, age_us, entry->quiet,
                                                              entry->fresh % LOOK_EARLY == 0);
  if (entry->quiet == 0)
    tell (entry); /* last: it may let go of the entry */
}

/* Of somebody who left the screen meanwhile: for when he comes back. */
static void
take_late_answer (VigilStills            *self,
                  VigilHandle             handle,
                  const VigilStillAnswer *answer)
{
  g_autoptr (VigilStill) still = NULL;

  if (answer->outcome != VIGIL_STILL_NEW)
    return;

  still = make_still (self, handle, answer);
  vigil_still_cache_put (self->cache, handle, still, still->received_us);
  note_gauges (self);
}

static void
pause_all (VigilStills  *self,
           guint         retry_after_ms,
           const GError *error)
{
  gint64 now_us = vigil_clock_monotonic_us ();
  guint delay_ms;

  /* What was on its way when it began tells nothing more. */
  if (self->paused_us > now_us)
    return;

  delay_ms = MAX (vigil_backoff_next (&self->backoff), MIN (retry_after_ms, PAUSE_MAX_MS));
  g_debug ("Stills rest for %u ms: %s", delay_ms, error->message);
  if (self->paused_us == 0)
    vigil_counter_add (self->n_pauses, 1);
  self->paused_us = now_us + delay_ms * MS;
}

static void
take_error (VigilStills  *self,
            Entry        *entry,
            guint         retry_after_ms,
            const GError *error)
{
  count (&self->counts.failed, self->n_failed, 1);
  if (vigil_session_error_is_transient (error) || vigil_session_error_is_auth (error))
    pause_all (self, retry_after_ms, error);
  if (vigil_session_error_is_auth (error))
    g_signal_emit (self, signal_auth_needed, 0);

  /* Whoever it was about waits longer than the others: should it be this capture alone, it must not hold up all. */
  if (entry != NULL)
    {
      g_debug ("The still of %u: %s", entry->handle, error->message);
      entry->due_us = vigil_clock_monotonic_us () + MIN (FAILED_MIN_US << MIN (entry->failures, 8), FAILED_MAX_US);
      entry->failures++;
    }
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr (VigilStills) self = question->self;
  g_autoptr (GError) error = NULL;
  guint retry_after_ms;
  g_autoptr (VigilStillAnswer) answer = vigil_still_source_fetch_finish (VIGIL_STILL_SOURCE (source), result, &retry_after_ms, &error);
  Entry *entry;

  if (question->generation != self->generation)
    return;

  self->in_flight--;
  entry = find_entry (self, question->handle);
  if (entry != NULL)
    entry->in_flight = FALSE;

  if (answer == NULL)
    {
      take_error (self, entry, retry_after_ms, error);
    }
  else
    {
      self->paused_us = 0;
      vigil_backoff_reset (&self->backoff);
      if (entry != NULL)
        take_answer (self, entry, answer);
      else
        take_late_answer (self, question->handle, answer);
    }
  pump (self);
}

/* questions */

static void
ask (VigilStills *self,
     Entry       *entry,
     const char  *student_id)
{
  Question *question = g_new0 (Question, 1);
  const VigilStillQuestion what = {
    .exam_id = self->exam_id,
    .student_id = student_id,
    .etag = entry->still != NULL ? entry->still->etag : NULL,
    .max_bytes = self->max_bytes,
  };

  question->self = g_object_ref (self);
  question->handle = entry->handle;
  question->generation = self->generation;
  entry->in_flight = TRUE;
  entry->asked_us = vigil_clock_monotonic_us ();
  self->in_flight++;
  self->credit -= 1;
  count (&self->counts.asked, self->n_asked, 1);
  vigil_still_source_fetch_async (self->source, &what, self->cancellable, answered_cb, question);
}

/* Who has waited longest; NULL: nobody waits. */
static Entry *
find_next (VigilStills *self)
{
  GHashTableIter iter;
  gpointer value;
  Entry *next = NULL;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (!entry->in_flight && (next == NULL || entry->due_us < next->due_us))
        next = entry;
    }
  return next;
}

static void
earn_credit (VigilStills *self,
             gint64       now_us)
{
  double most = MAX (1, self->rate / 4);

  self->credit = MIN (most, self->credit + self->rate * (double) (now_us - self->credited_us) / G_USEC_PER_SEC);
  self->credited_us = now_us;
}

static gboolean
timer_cb (gpointer user_data)
{
  VigilStills *self = user_data;

  self->timer = 0;
  pump (self);
  return G_SOURCE_REMOVE;
}

static void
wake_at (VigilStills *self,
         gint64       at_us,
         gint64       now_us)
{
  self->timer = g_timeout_add (CLAMP ((at_us - now_us + MS - 1) / MS, 1, G_MAXINT), timer_cb, self);
}

/* Asks what may be asked now, and sees to it that it is called again when more may. At rest nothing wakes up. */
static void
pump (VigilStills *self)
{
  gint64 now_us = vigil_clock_monotonic_us ();

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->exam_id == NULL || !self->wanted || self->source == NULL)
    return;

  earn_credit (self, now_us);
  while (self->in_flight < self->max_in_flight)
    {
      Entry *entry = find_next (self);
      const VigilCandidate *candidate;
      gint64 at_us;

      if (entry == NULL)
        return;

      at_us = MAX (entry->due_us, self->paused_us);
      /* After trouble one is asked first, and the others once that one was answered. */
      if (self->paused_us > 0 && self->in_flight > 0)
        return;
      if (self->credit < 1)
        at_us = MAX (at_us, now_us + (gint64) ceil ((1 - self->credit) / self->rate * G_USEC_PER_SEC));
      if (at_us > now_us)
        {
          wake_at (self, at_us, now_us);
          return;
        }

      candidate = vigil_roster_get (self->roster, entry->handle);
      if (candidate != NULL)
        ask (self, entry, candidate->id);
      else
        entry->due_us = now_us + FAILED_MAX_US;
    }
}

/* who is watched */

void
vigil_stills_watch (VigilStills     *self,
                    VigilStillWatch *watch,
                    VigilHandle      handle,
                    gint64           wait_us)
{
  Entry *entry;

  g_return_if_fail (VIGIL_IS_STILLS (self));
  g_return_if_fail (handle != VIGIL_HANDLE_NONE);

  if (watch->handle == handle)
    return;

  vigil_stills_unwatch (self, watch);
  entry = find_entry (self, handle);
  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->handle = handle;
      entry->watches = g_ptr_array_new ();
      entry->still = vigil_still_cache_take (self->cache, handle, &entry->asked_us);
      entry->due_us = vigil_clock_monotonic_us () + wait_us;
      if (entry->asked_us > 0)
        entry->due_us = MAX (entry->due_us, entry->asked_us + self->refresh_us);
      g_hash_table_insert (self->entries, GUINT_TO_POINTER (handle), entry);
    }
  watch->handle = handle;
  g_ptr_array_add (entry->watches, watch);
  note_gauges (self);
  pump (self);
  if (entry->still != NULL)
    watch->func (watch, entry->still);
}

void
vigil_stills_unwatch (VigilStills     *self,
                      VigilStillWatch *watch)
{
  Entry *entry;

  g_return_if_fail (VIGIL_IS_STILLS (self));

  if (watch->handle == VIGIL_HANDLE_NONE)
    return;

  entry = find_entry (self, watch->handle);
  watch->handle = VIGIL_HANDLE_NONE;
  /* After a clear () nobody is known any more. */
  if (entry == NULL || !g_ptr_array_remove (entry->watches, watch) || entry->watches->len > 0)
    return;

  if (entry->asked_us > 0)
    vigil_still_cache_put (self->cache, entry->handle, entry->still, entry->asked_us);
  g_hash_table_remove (self->entries, GUINT_TO_POINTER (entry->handle));
  note_gauges (self);
}

VigilStill *
vigil_stills_get (VigilStills *self,
                  VigilHandle  handle)
{
  Entry *entry = find_entry (self, handle);

  return entry != NULL ? entry->still : vigil_still_cache_peek (self->cache, handle);
}

/* life */

void
vigil_stills_start (VigilStills *self,
                    const char  *exam_id,
                    guint        capture_seconds)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (VIGIL_IS_STILLS (self));

  vigil_stills_stop (self);
  self->exam_id = g_strdup (exam_id);
  self->cancellable = g_cancellable_new ();
  vigil_still_beat_set_stated (&self->beat, capture_seconds);
  if (self->source != NULL)
    vigil_still_source_forget (self->source);

  /* What was not to be had from the old connection may be from the new one. */
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      entry->failures = entry->quiet = 0;
      entry->due_us = entry->asked_us > 0 ? entry->asked_us + self->refresh_us : entry->due_us;
    }
  pump (self);
}

void
vigil_stills_set_capture_seconds (VigilStills *self,
                                  guint        capture_seconds)
{
  vigil_still_beat_set_stated (&self->beat, capture_seconds);
}

void
vigil_stills_stop (VigilStills *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (VIGIL_IS_STILLS (self));

  self->generation++;
  self->in_flight = 0;
  self->paused_us = 0;
  vigil_backoff_reset (&self->backoff);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->exam_id, g_free);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((Entry *) value)->in_flight = FALSE;
}

void
vigil_stills_clear (VigilStills *self)
{
  g_return_if_fail (VIGIL_IS_STILLS (self));

  vigil_stills_stop (self);
  g_hash_table_remove_all (self->entries);
  vigil_still_cache_clear (self->cache);
  vigil_still_beat_forget (&self->beat);
  note_gauges (self);
}

void
vigil_stills_set_wanted (VigilStills *self,
                         gboolean     wanted)
{
  g_return_if_fail (VIGIL_IS_STILLS (self));

  if (self->wanted == wanted)
    return;

  self->wanted = wanted;
  pump (self);
}

gboolean
vigil_stills_get_wanted (VigilStills *self)
{
  return self->wanted;
}

gint64
vigil_stills_get_interval_us (VigilStills *self)
{
  return vigil_still_beat_get_us (&self->beat);
}

gint64
vigil_stills_get_stale_us (VigilStills *self)
{
  gint64 interval_us = vigil_still_beat_get_us (&self->beat);

  if (interval_us == 0)
    return MAX (self->stale_us, LENIENT_US);
  return MAX (self->stale_us, 2 * interval_us + 2 * G_USEC_PER_SEC);
}

void
vigil_stills_get_counts (VigilStills      *self,
                         VigilStillCounts *counts)
{
  GHashTableIter iter;
  gpointer value;

  *counts = self->counts;
  counts->watched = g_hash_table_size (self->entries);
  counts->in_flight = self->in_flight;
  counts->paused = self->paused_us > 0;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    counts->shown += ((Entry *) value)->still != NULL ? 1 : 0;
}

static void
read_settings (VigilStills *self)
{
  self->refresh_us = vigil_settings_get_int (self->settings, VIGIL_SETTING_STILL_REFRESH) * MS;
  self->max_in_flight = vigil_settings_get_int (self->settings, VIGIL_SETTING_STILLS_IN_FLIGHT);
  self->rate = vigil_settings_get_int (self->settings, VIGIL_SETTING_STILL_RATE);
  self->max_bytes = (gsize) vigil_settings_get_int (self->settings, VIGIL_SETTING_STILL_MAX_SIZE) << 10;
  self->stale_us = vigil_settings_get_int (self->settings, VIGIL_SETTING_STALE_STILL) * G_USEC_PER_SEC;
  vigil_still_cache_set_limit (self->cache, (gsize) vigil_settings_get_int (self->settings, VIGIL_SETTING_STILL_CACHE) << 20);
}

static void
vigil_stills_dispose (GObject *object)
{
  VigilStills *self = VIGIL_STILLS (object);

  if (self->settings != NULL)
    {
      vigil_stills_stop (self);
      g_signal_handlers_disconnect_by_data (self->settings, self);
    }
  g_clear_object (&self->roster);
  g_clear_object (&self->settings);
  g_clear_object (&self->source);

  G_OBJECT_CLASS (vigil_stills_parent_class)->dispose (object);
}

static void
vigil_stills_finalize (GObject *object)
{
  VigilStills *self = VIGIL_STILLS (object);

  g_assert (self->timer == 0);
  g_hash_table_unref (self->entries);
  vigil_still_cache_free (self->cache);

  G_OBJECT_CLASS (vigil_stills_parent_class)->finalize (object);
}

static void
vigil_stills_class_init (VigilStillsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_stills_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_stills_finalize;

  signal_auth_needed = g_signal_new ("auth-needed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
}

static void
vigil_stills_init (VigilStills *self)
{
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  self->cache = vigil_still_cache_new ();
  self->wanted = TRUE;
  vigil_backoff_init (&self->backoff, PAUSE_MIN_MS, PAUSE_MAX_MS);
  self->n_asked = vigil_metrics_counter ("vigil_stills_asked", "Questions for the newest capture of a candidate");
  self->n_fresh = vigil_metrics_counter ("vigil_stills_new", "Captures that came");
  self->n_same = vigil_metrics_counter ("vigil_stills_same", "Answers that there is no newer capture");
  self->n_none = vigil_metrics_counter ("vigil_stills_none", "Answers that there is no capture at all");
  self->n_failed = vigil_metrics_counter ("vigil_stills_failed", "Questions for a capture without an answer of use");
  self->n_bytes = vigil_metrics_counter ("vigil_stills_bytes", "Bytes of captures that came");
  self->n_pauses = vigil_metrics_counter ("vigil_stills_pauses", "Times that the hall could not be asked for captures for a while");
  self->g_watched = vigil_metrics_gauge ("vigil_stills_watched", "Candidates on screen whose captures are asked for");
  self->g_cached = vigil_metrics_gauge ("vigil_stills_cached_bytes", "Captures kept of candidates who left the screen");
  self->age = vigil_metrics_histogram ("vigil_still_age", "ms", "Age of a capture when it came");
}

VigilStills *
vigil_stills_new (VigilRoster      *roster,
                  VigilSettings    *settings,
                  VigilStillSource *source)
{
  VigilStills *self = g_object_new (VIGIL_TYPE_STILLS, NULL);

  self->roster = g_object_ref (roster);
  self->settings = g_object_ref (settings);
  g_set_object (&self->source, source);
  g_signal_connect_swapped (settings, "changed", G_CALLBACK (read_settings), self);
  read_settings (self);
  self->credit = MAX (1, self->rate / 4);
  self->credited_us = vigil_clock_monotonic_us ();
  return self;
}
