/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the roster equal to the hall's.
 *
 * Deltas arrive while the pages are read, by another way, so a page may be older or newer than them.
 * Deltas are applied at once and, while pages are outstanding, kept: after a page the kept ones that
 * are newer than it are applied again. A delta that a page has in it already is not applied. */

#include "vigil-roster-sync.h"

#include "vigil-backoff.h"
#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-roster-intake.h"
#include "vigil-roster-loader.h"
#include "vigil-roster-strangers.h"
#include "vigil-session-error.h"

#define AGAIN_MIN_MS 200
#define AGAIN_MAX_MS 60000
/* A reading that was asked for this long after the last one is no storm. */
#define CALM_US (60 * G_USEC_PER_SEC)
/* Deltas kept while pages are read; with more it is cheaper to read once again. */
#define MAX_KEPT 20000
/* Pages that wait to be applied; no further one is asked for meanwhile. */
#define MAX_WAITING_PAGES 2

struct _VigilRosterSync
{
  GObject             parent_instance;

  VigilRoster        *roster;
  VigilHallDirectory *directory;
  VigilRosterLoader  *loader;
  VigilRosterIntake  *intake;
  char               *exam_id;

  gint64              epoch;         /* 0: not known */
  gint64              seq;           /* of the last event */
  GArray             *row_seqs;      /* gint64 by handle: the page it came in was as of this, + 1; 0 none */
  GPtrArray          *kept;          /* VigilHallEvent since the snapshot began */
  gboolean            joined;
  gboolean            again;         /* something was missed while reading */
  gboolean            read_all;      /* of this snapshot, though not all is applied yet */
  gboolean            cut_short;     /* likewise, but there was more to read */
  gboolean            complete;      /* the last reading came to its end */
  gboolean            was_complete;  /* a reading of this exam did: everybody is known, though it may be read again */
  gboolean            paused;        /* by the operator; the loader keeps the place */
  char               *again_why;     /* after that; %NULL: do not */
  guint               n_loaded;
  guint               n_total;       /* as the last page said; 0: not known */

  guint               timer;
  VigilBackoff        backoff;
  gint64              asked_us;      /* when a reading was requested last */

  VigilRosterStrangers *strangers;
  gboolean            hall_counts_flags;

  VigilCounter       *n_gaps;
  VigilCounter       *n_duplicates;
  VigilCounter       *n_snapshots;
};

G_DEFINE_FINAL_TYPE (VigilRosterSync, vigil_roster_sync, G_TYPE_OBJECT)

enum
{
  PROGRESS,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_roster_sync_dispose (GObject *object)
{
  VigilRosterSync *self = VIGIL_ROSTER_SYNC (object);

  if (self->loader != NULL)
    {
      vigil_roster_sync_stop (self);
      g_signal_handlers_disconnect_by_data (self->loader, self);
    }
  g_clear_object (&self->loader);
  g_clear_pointer (&self->intake, vigil_roster_intake_free);
  g_clear_object (&self->directory);
  g_clear_object (&self->roster);
  g_clear_pointer (&self->strangers, vigil_roster_strangers_free);

  G_OBJECT_CLASS (vigil_roster_sync_parent_class)->dispose (object);
}

static void
vigil_roster_sync_finalize (GObject *object)
{
  VigilRosterSync *self = VIGIL_ROSTER_SYNC (object);

  g_free (self->exam_id);
  g_free (self->again_why);
  g_array_unref (self->row_seqs);
  g_ptr_array_unref (self->kept);

  G_OBJECT_CLASS (vigil_roster_sync_parent_class)->finalize (object);
}

static void
vigil_roster_sync_class_init (VigilRosterSyncClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_roster_sync_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_roster_sync_finalize;

  signals[PROGRESS] = g_signal_new ("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
vigil_roster_sync_init (VigilRosterSync *self)
{
  self->row_seqs = g_array_new (FALSE, TRUE, sizeof (gint64));
  self->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);
  vigil_backoff_init (&self->backoff, AGAIN_MIN_MS, AGAIN_MAX_MS);
  self->n_gaps = vigil_metrics_counter ("vigil_feed_gaps", "Times that events were missing from the feed");
  self->n_duplicates = vigil_metrics_counter ("vigil_feed_duplicates", "Events that had been seen before");
  self->n_snapshots = vigil_metrics_counter ("vigil_roster_snapshots", "Times that the roster was read");
}

/* Whether pages are being read or applied. */
static gboolean
is_reading (VigilRosterSync *self)
{
  return vigil_roster_loader_is_running (self->loader) || vigil_roster_intake_get_n_pages (self->intake) > 0 ||
         self->read_all || self->cut_short;
}

static void
tell_progress (VigilRosterSync *self,
               guint            total)
{
  g_signal_emit (self, signals[PROGRESS], 0, self->n_loaded, total);
}

static void
begin_snapshot (VigilRosterSync *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->again = FALSE;
  self->read_all = FALSE;
  self->cut_short = FALSE;
  self->complete = FALSE;
  self->paused = FALSE;
  self->n_loaded = 0;
  g_ptr_array_set_size (self->kept, 0);
  vigil_counter_add (self->n_snapshots, 1);
  vigil_roster_begin_snapshot (self->roster);
  vigil_roster_loader_start (self->loader, self->exam_id);
}

static gboolean
again_cb (gpointer user_data)
{
  VigilRosterSync *self = user_data;

  self->timer = 0;
  begin_snapshot (self);
  return G_SOURCE_REMOVE;
}

void
vigil_roster_sync_request (VigilRosterSync *self,
                           const char      *why)
{
  gint64 now_us = vigil_clock_monotonic_us ();

  if (!self->joined || self->timer != 0)
    return;

  if (is_reading (self))
    {
      self->again = TRUE;
      return;
    }

  g_debug ("The roster is read again: %s", why);
  if (now_us - self->asked_us > CALM_US)
    vigil_backoff_reset (&self->backoff);
  self->asked_us = now_us;
  self->timer = g_timeout_add (vigil_backoff_next (&self->backoff), again_cb, self);
}

static gint64
get_row_seq (VigilRosterSync *self,
             VigilHandle      handle)
{
  return handle < self->row_seqs->len ? g_array_index (self->row_seqs, gint64, handle) - 1 : -1;
}

static void
set_row_seq (VigilRosterSync *self,
             VigilHandle      handle,
             gint64           seq)
{
  if (handle >= self->row_seqs->len)
    g_array_set_size (self->row_seqs, handle + 1);
  g_array_index (self->row_seqs, gint64, handle) = seq + 1;
}

static void apply (VigilRosterSync *self, VigilHallEvent *event);

/* The answer has no position: what was said since the question is said again on top of it. */
static void
stranger_found (gpointer                  user_data,
                const VigilCandidateInfo *info,
                GPtrArray                *since)
{
  g_autoptr (VigilRosterSync) self = g_object_ref (VIGIL_ROSTER_SYNC (user_data));

  /* While the pages are read the row comes with them, and may be newer than this. */
  if (is_reading (self))
    return;

  vigil_roster_freeze (self->roster);
  vigil_roster_apply (self->roster, info);
  for (guint i = 0; i < since->len; i++)
    apply (self, g_ptr_array_index (since, i));
  vigil_roster_thaw (self->roster);
}

static void
stranger_failed (gpointer    user_data,
                 const char *why)
{
  if (!is_reading (user_data))
    vigil_roster_sync_request (user_data, why);
}

/* Somebody of whom a delta spoke before any row did, and not by name. */
static void
ask_for (VigilRosterSync *self,
         const char      *id)
{
  /* While the pages are read the row will come by itself. */
  if (is_reading (self))
    return;
  if (self->exam_id == NULL || !vigil_roster_strangers_ask (self->strangers, self->exam_id, id))
    vigil_roster_sync_request (self, "too many strangers");
}

/* Whoever left the roster is one: nothing of the former life is true of the next. */
static gboolean
is_stranger (VigilRosterSync *self,
             const char      *student_id)
{
  const VigilCandidate *candidate = vigil_roster_lookup (self->roster, student_id);

  return candidate == NULL || !candidate->present;
}

static VigilHandle
find_or_add (VigilRosterSync *self,
             const char      *student_id)
{
  g_autoptr (VigilCandidateInfo) info = NULL;

  if (!is_stranger (self, student_id))
    return vigil_roster_lookup (self->roster, student_id)->handle;

  info = vigil_candidate_info_new (student_id);
  ask_for (self, student_id);
  return vigil_roster_apply (self->roster, info);
}

static void
apply_update (VigilRosterSync          *self,
              const VigilCandidateInfo *info)
{
  gboolean stranger = is_stranger (self, info->id);

  vigil_roster_apply (self->roster, info);
  if (info->fields & VIGIL_FIELD_OPEN_FLAGS)
    self->hall_counts_flags = TRUE;
  if (stranger && !(info->fields & VIGIL_FIELD_NAME))
    ask_for (self, info->id);
}

static void
apply_new_producer (VigilRosterSync *self,
                    VigilHallEvent  *event)
{
  VigilHandle handle;

  if (!event->source_known)
    return;

  handle = find_or_add (self, event->student_id);
  vigil_roster_freeze (self->roster);
  vigil_roster_set_producer (self->roster, handle, event->source, event->producer_id);
  if (event->worker_said && event->source == VIGIL_SOURCE_WEBCAM)
    vigil_roster_set_worker (self->roster, handle, event->worker);
  vigil_roster_thaw (self->roster);
}

static void
apply_producer_closed (VigilRosterSync *self,
                       VigilHallEvent  *event)
{
  VigilSource source;
  VigilHandle handle = vigil_roster_lookup_producer (self->roster, event->producer_id, &source);

  if (handle != VIGIL_HANDLE_NONE)
    vigil_roster_set_producer (self->roster, handle, source, NULL);
}

static void
apply_flag_changed (VigilRosterSync *self,
                    VigilHallEvent  *event)
{
  const VigilCandidate *candidate;

  if (event->open_flags < 0 || event->student_id == NULL)
    return;

  candidate = vigil_roster_lookup (self->roster, event->student_id);
  if (candidate != NULL)
    vigil_roster_set_open_flags (self->roster, candidate->handle, event->open_flags,
                                 candidate->open_flags > 0 ? candidate->worst_open : VIGIL_BAND_MEDIUM);
}

static void
apply (VigilRosterSync *self,
       VigilHallEvent  *event)
{
  switch (event->kind)
    {
    case VIGIL_HALL_EVENT_SESSION_UPDATE:
      apply_update (self, event->candidate);
      break;

    case VIGIL_HALL_EVENT_NEW_PRODUCER:
      apply_new_producer (self, event);
      break;

    case VIGIL_HALL_EVENT_PRODUCER_CLOSED:
      apply_producer_closed (self, event);
      break;

    case VIGIL_HALL_EVENT_BYPASS_CHANGED:
      vigil_roster_set_bypass (self->roster, find_or_add (self, event->student_id), event->bypass);
      break;

    case VIGIL_HALL_EVENT_FLAG_CHANGED:
      apply_flag_changed (self, event);
      break;

    case VIGIL_HALL_EVENT_VIOLATION:
    case VIGIL_HALL_EVENT_CONSUMER_CLOSED:
    case VIGIL_HALL_EVENT_CONSUMER_LAYERS:
    case VIGIL_HALL_EVENT_SYSTEM:
    case VIGIL_HALL_EVENT_INTERVENTION:
    case VIGIL_HALL_EVENT_SFU_RESTARTED:
    case VIGIL_HALL_EVENT_CONSUMER_PAUSED:
    case VIGIL_HALL_EVENT_CONSUMER_RESUMED:
    case VIGIL_HALL_EVENT_EXAM_UPDATE:
    case VIGIL_HALL_EVENT_SESSION_EXPIRED:
    default:
      break; /* says nothing of the roster */
    }
}

static VigilHandle
get_subject (VigilRosterSync *self,
             VigilHallEvent  *event)
{
  const char *id = event->candidate != NULL ? event->candidate->id : event->student_id;
  const VigilCandidate *candidate = id != NULL ? vigil_roster_lookup (self->roster, id) : NULL;

  if (candidate != NULL)
    return candidate->handle;

  return event->producer_id != NULL ? vigil_roster_lookup_producer (self->roster, event->producer_id, NULL)
                                    : VIGIL_HANDLE_NONE;
}

/* Where the stream stands after @event. Returns: whether it is news. */
static gboolean
advance (VigilRosterSync *self,
         VigilHallEvent  *event)
{
  if (event->seq < 0)
    return TRUE;

  if (event->epoch != 0 && event->epoch != self->epoch)
    {
      if (self->epoch != 0)
        {
          vigil_counter_add (self->n_gaps, 1);
          vigil_roster_sync_request (self, "the hall began a new epoch");
        }
      self->epoch = event->epoch;
      g_array_set_size (self->row_seqs, 0);
    }
  else if (event->seq <= self->seq)
    {
      vigil_counter_add (self->n_duplicates, 1);
      return FALSE;
    }
  else if (event->seq != self->seq + 1 && self->seq >= 0)
    {
      vigil_counter_add (self->n_gaps, 1);
      vigil_roster_sync_request (self, "events are missing");
    }

  self->seq = event->seq;
  return TRUE;
}

/* Whether apply() does anything about it. */
static gboolean
is_about_roster (const VigilHallEvent *event)
{
  static const guint kinds = 1u << VIGIL_HALL_EVENT_SESSION_UPDATE | 1u << VIGIL_HALL_EVENT_NEW_PRODUCER |
                             1u << VIGIL_HALL_EVENT_PRODUCER_CLOSED | 1u << VIGIL_HALL_EVENT_BYPASS_CHANGED |
                             1u << VIGIL_HALL_EVENT_FLAG_CHANGED;

  return (kinds >> event->kind & 1) != 0;
}

/* Notes an event for those who read something older than it at this moment. */
static void
keep (VigilRosterSync *self,
      VigilHallEvent  *event)
{
  const char *id = event->candidate != NULL ? event->candidate->id : event->student_id;

  if (id != NULL)
    vigil_roster_strangers_keep (self->strangers, id, event);
  if (!is_reading (self))
    return;

  if (self->kept->len >= MAX_KEPT)
    {
      g_ptr_array_set_size (self->kept, 0);
      vigil_roster_sync_request (self, "too much happened while reading");
    }
  g_ptr_array_add (self->kept, vigil_hall_event_ref (event));
}

gboolean
vigil_roster_sync_take (VigilRosterSync *self,
                        VigilHallEvent  *event)
{
  VigilHandle subject;

  if (!advance (self, event))
    return FALSE;

  if (!is_about_roster (event))
    return TRUE;

  keep (self, event);
  subject = get_subject (self, event);
  if (event->seq < 0 || subject == VIGIL_HANDLE_NONE || get_row_seq (self, subject) < event->seq)
    apply (self, event);

  return TRUE;
}

static void
apply_again (VigilRosterSync *self,
             GHashTable      *rows,
             gint64           page_seq)
{
  for (guint i = 0; i < self->kept->len; i++)
    {
      VigilHallEvent *event = g_ptr_array_index (self->kept, i);

      if ((event->seq < 0 || event->seq > page_seq) &&
          g_hash_table_contains (rows, GUINT_TO_POINTER (get_subject (self, event))))
        apply (self, event);
    }
}

/* Called for a few rows at a time; the page's own position tells what of the kept deltas is news to them. */
static void
apply_rows (gpointer         user_data,
            VigilRosterPage *page,
            guint            first,
            guint            n)
{
  VigilRosterSync *self = user_data;
  /* Whoever hears of the rows may stop us, and the page is gone then. */
  gboolean page_ends = page->next != NULL && first + n == page->candidates->len;
  guint total = MAX (page->total, self->n_loaded + n);
  gboolean placed = page->epoch != 0 && page->epoch == self->epoch;
  gint64 page_seq = placed ? page->seq : -1;
  g_autoptr (GHashTable) rows = g_hash_table_new (NULL, NULL);

  vigil_roster_freeze (self->roster);
  for (guint i = first; i < first + n; i++)
    {
      VigilHandle handle = vigil_roster_apply (self->roster, g_ptr_array_index (page->candidates, i));

      if (handle == VIGIL_HANDLE_NONE)
        continue;
      set_row_seq (self, handle, page_seq);
      g_hash_table_add (rows, GUINT_TO_POINTER (handle));
    }
  apply_again (self, rows, page_seq);
  self->n_loaded += n;
  self->n_total = total;
  vigil_roster_thaw (self->roster);

  if (page_ends && self->joined)
    tell_progress (self, MAX (total, self->n_loaded + 1));
}

static void
finish_snapshot (VigilRosterSync *self)
{
  self->read_all = FALSE;
  self->complete = TRUE;
  self->was_complete = TRUE;
  self->n_total = self->n_loaded;
  g_ptr_array_set_size (self->kept, 0);
  vigil_roster_end_snapshot (self->roster);
  tell_progress (self, self->n_loaded);
  if (self->again)
    vigil_roster_sync_request (self, "something was missed while reading");
}

/* No further page will come of this reading, and it was not the last one. */
static void
finish_short (VigilRosterSync *self)
{
  g_autofree char *why = g_steal_pointer (&self->again_why);

  self->cut_short = FALSE;
  g_ptr_array_set_size (self->kept, 0);
  if (why != NULL)
    vigil_roster_sync_request (self, why);
  tell_progress (self, self->n_loaded);
}

/* What was read is applied: from here on deltas are all there is. Whoever is read later is newer than they. */
static void
finish_pause (VigilRosterSync *self)
{
  g_ptr_array_set_size (self->kept, 0);
  if (self->again)
    vigil_roster_sync_request (self, "something was missed while reading");
  tell_progress (self, MAX (self->n_total, self->n_loaded + 1));
}

static void
applied_all (gpointer user_data)
{
  VigilRosterSync *self = user_data;

  if (self->read_all)
    finish_snapshot (self);
  else if (self->cut_short)
    finish_short (self);
  else if (self->paused)
    finish_pause (self);
  else
    vigil_roster_loader_set_held (self->loader, FALSE);
}

static void
page_cb (VigilRosterSync *self,
         VigilRosterPage *page)
{
  VigilRosterPage *ours = g_new0 (VigilRosterPage, 1);

  if (page->epoch != 0 && self->epoch != 0 && page->epoch != self->epoch)
    self->again = TRUE; /* of another life of the hall than the events */

  *ours = *page;
  ours->candidates = g_ptr_array_ref (page->candidates);
  ours->next = g_strdup (page->next);
  vigil_roster_intake_add (self->intake, ours);
  if (vigil_roster_intake_get_n_pages (self->intake) >= MAX_WAITING_PAGES)
    vigil_roster_loader_set_held (self->loader, TRUE);
}

static void
finished_cb (VigilRosterSync *self)
{
  self->read_all = TRUE;
  if (vigil_roster_intake_get_n_pages (self->intake) == 0)
    finish_snapshot (self);
}

static void
failed_cb (VigilRosterSync *self,
           const GError    *error)
{
  if (!vigil_roster_loader_is_running (self->loader))
    {
      /* Another token, or another exam, is what cures these; not another try. */
      gboolean hopeless = vigil_session_error_is_auth (error) ||
                          g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TOO_LARGE);

      g_free (self->again_why);
      self->again_why = hopeless ? NULL : g_strdup (error->message);
      self->cut_short = TRUE;
      if (vigil_roster_intake_get_n_pages (self->intake) == 0)
        finish_short (self);
    }

  g_signal_emit (self, signals[FAILED], 0, error);
}

VigilRosterSync *
vigil_roster_sync_new (VigilRoster        *roster,
                       VigilHallDirectory *directory)
{
  VigilRosterSync *self = g_object_new (VIGIL_TYPE_ROSTER_SYNC, NULL);
  guint capacity = vigil_score_store_get_capacity (vigil_roster_get_store (roster));

  self->roster = g_object_ref (roster);
  self->directory = g_object_ref (directory);
  self->loader = vigil_roster_loader_new (directory, capacity);
  self->intake = vigil_roster_intake_new (apply_rows, applied_all, self);
  self->strangers = vigil_roster_strangers_new (directory, stranger_found, stranger_failed, self);
  g_signal_connect_swapped (self->loader, "page", G_CALLBACK (page_cb), self);
  g_signal_connect_swapped (self->loader, "finished", G_CALLBACK (finished_cb), self);
  g_signal_connect_swapped (self->loader, "failed", G_CALLBACK (failed_cb), self);
  return self;
}

void
vigil_roster_sync_set_exam (VigilRosterSync *self,
                            const char      *exam_id)
{
  self->paused = FALSE;
  vigil_roster_sync_stop (self);
  g_free (self->exam_id);
  self->exam_id = g_strdup (exam_id);
  self->was_complete = FALSE;
  self->n_loaded = self->n_total = 0;
  self->epoch = 0;
  self->seq = -1;
  self->hall_counts_flags = FALSE;
  g_array_set_size (self->row_seqs, 0);
}

void
vigil_roster_sync_joined (VigilRosterSync *self,
                          gint64           epoch,
                          gint64           seq)
{
  gboolean stays_paused = self->paused && epoch == self->epoch;

  vigil_roster_sync_stop (self);
  /* Another life of the hall may give an old producer's id to somebody else. */
  if (self->epoch != 0 && epoch != self->epoch)
    vigil_roster_clear_producers (self->roster);
  self->joined = TRUE;
  self->epoch = epoch;
  self->seq = seq;
  if (stays_paused && self->paused)
    return; /* what happened meanwhile comes as events, or is lost and then asked for */
  g_array_set_size (self->row_seqs, 0);
  begin_snapshot (self);
}

void
vigil_roster_sync_pause (VigilRosterSync *self)
{
  g_return_if_fail (VIGIL_IS_ROSTER_SYNC (self));

  if (!vigil_roster_loader_pause (self->loader))
    return;

  g_debug ("The reading of the roster is paused after %u rows", self->n_loaded);
  self->paused = TRUE;
  if (vigil_roster_intake_get_n_pages (self->intake) == 0)
    finish_pause (self);
}

void
vigil_roster_sync_resume (VigilRosterSync *self)
{
  g_return_if_fail (VIGIL_IS_ROSTER_SYNC (self));

  if (!self->paused || !self->joined)
    return;

  self->paused = FALSE;
  vigil_roster_loader_resume (self->loader);
  tell_progress (self, MAX (self->n_total, self->n_loaded + 1));
}

VigilRosterReading
vigil_roster_sync_get_reading (VigilRosterSync *self,
                               guint           *loaded,
                               guint           *total)
{
  g_return_val_if_fail (VIGIL_IS_ROSTER_SYNC (self), VIGIL_ROSTER_NOT_READ);

  *loaded = self->n_loaded;
  *total = self->n_total;
  if (self->paused)
    return VIGIL_ROSTER_PAUSED;
  if (is_reading (self) || self->timer != 0)
    return self->was_complete ? VIGIL_ROSTER_READ_AGAIN : VIGIL_ROSTER_READING;
  if (self->complete)
    return VIGIL_ROSTER_COMPLETE;
  return self->joined ? VIGIL_ROSTER_CUT_SHORT : VIGIL_ROSTER_NOT_READ;
}

void
vigil_roster_sync_stop (VigilRosterSync *self)
{
  self->joined = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  /* What was read but not applied would be missing when it goes on. */
  if (vigil_roster_intake_get_n_pages (self->intake) > 0)
    self->paused = FALSE;
  if (!self->paused)
    vigil_roster_loader_cancel (self->loader);
  vigil_roster_intake_clear (self->intake);
  self->read_all = FALSE;
  self->cut_short = FALSE;
  g_ptr_array_set_size (self->kept, 0);
  vigil_roster_strangers_forget (self->strangers);
}

void
vigil_roster_sync_skip_to (VigilRosterSync *self,
                           gint64           seq)
{
  self->seq = MAX (self->seq, seq);
}

gboolean
vigil_roster_sync_hall_counts_flags (VigilRosterSync *self)
{
  return self->hall_counts_flags;
}

gboolean
vigil_roster_sync_is_loading (VigilRosterSync *self)
{
  return is_reading (self);
}

gboolean
vigil_roster_sync_is_complete (VigilRosterSync *self)
{
  g_return_val_if_fail (VIGIL_IS_ROSTER_SYNC (self), FALSE);

  return self->complete;
}
