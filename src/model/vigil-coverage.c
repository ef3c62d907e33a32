/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was really watched, and when.
 *
 * Whoever had a camera once is in one list in the order of the time since when nobody looked. Time only goes on, so
 * whoever is watched, or comes, belongs at its end or a few places before: nothing is ever sorted. Who was not
 * seen for too long is a beginning of that list, whose end a tick moves on. Whose camera is off is passed over and keeps
 * the place: nobody begins anew by switching it off and on, nor does everybody when an SFU starts again. */

#include "vigil-coverage.h"

#include "vigil-clock.h"
#include "vigil-metrics.h"

/* Milliseconds in 32 bits are 49 days: half of them for what an earlier life of the console saw. */
#define ORIGIN_MS (1u << 31)
#define FUTURE_MS 60000

/* A list is linked by number: handle + 1, so that zeroed memory is nobody. */
typedef guint32 Link;

typedef struct
{
  VigilSpans spans;
  guint32    watched;      /* ms */
  guint32    first;        /* of the first look; 0: never */
  guint32    last;         /* of the end of the last one */
  guint32    since;        /* nobody looked since; while it is listed */
  guint32    camera_since; /* it can be seen since; while it is on */
  guint32    camera;       /* ms it could have been seen before that */
  guint32    dark;         /* of those, since the last look */
  guint32    longest;      /* ms of the longest gap up to @camera_since or the last look */
  guint32    news_from;    /* what nobody kept yet begins there; 0: nothing */
  Link       next;
  Link       previous;
  guint8     listed : 1;
  guint8     on : 1;       /* it can be seen */
  guint8     passed : 1;   /* nobody looked for too long */
  guint8     due : 1;      /* …and it can be seen */
} Entry;

struct _VigilCoverage
{
  GObject       parent_instance;

  VigilRoster  *roster;
  GArray       *entries;    /* Entry by handle */
  GArray       *news;       /* VigilHandle of entries with a @news_from */
  gint64        start_us;   /* boot clock at ORIGIN_MS */
  Link          head;       /* not seen for longest */
  Link          tail;
  Link          due_tail;   /* up to here it was too long; 0: nobody */
  guint         n_due;
  guint         told_due;
  guint         warn_seconds;
  guint         kept;
  gboolean      running;
  VigilCounter *due_gauge;
  VigilCounter *watched_ms;
  VigilCounter *n_dropped;
};

G_DEFINE_FINAL_TYPE (VigilCoverage, vigil_coverage, G_TYPE_OBJECT)

static guint signal_due_changed;

static guint32
time_of (VigilCoverage *self,
         gint64         boot_us)
{
  return (guint32) CLAMP ((boot_us - self->start_us) / 1000 + ORIGIN_MS, 1, G_MAXUINT32 - 1);
}

static guint32
now (VigilCoverage *self)
{
  return time_of (self, vigil_clock_boot_us ());
}

static gint64
to_hall (VigilCoverage *self,
         guint32        time)
{
  return vigil_clock_hall_ms () - ((gint64) now (self) - time);
}

static Entry *
find (VigilCoverage *self,
      VigilHandle    handle)
{
  return handle < self->entries->len ? &g_array_index (self->entries, Entry, handle) : NULL;
}

static Entry *
at (VigilCoverage *self,
    Link           link)
{
  return &g_array_index (self->entries, Entry, link - 1);
}

static Entry *
make (VigilCoverage *self,
      VigilHandle    handle)
{
  if (handle >= self->entries->len)
    g_array_set_size (self->entries, handle + 1);
  return find (self, handle);
}

static void
set_passed (VigilCoverage *self,
            Entry         *entry,
            gboolean       passed)
{
  gboolean due = passed && entry->on;

  entry->passed = passed != FALSE;
  if (entry->due == due)
    return;
  entry->due = due;
  self->n_due += due ? 1 : -1;
}

static void
unlist (VigilCoverage *self,
        Entry         *entry)
{
  Link link = (Link) (entry - (Entry *) self->entries->data) + 1;

  if (self->due_tail == link)
    self->due_tail = entry->previous;
  set_passed (self, entry, FALSE);
  if (entry->previous != 0)
    at (self, entry->previous)->next = entry->next;
  else
    self->head = entry->next;
  if (entry->next != 0)
    at (self, entry->next)->previous = entry->previous;
  else
    self->tail = entry->previous;
  entry->next = entry->previous = 0;
  entry->listed = FALSE;
}

static void
list (VigilCoverage *self,
      Entry         *entry)
{
  Link link = (Link) (entry - (Entry *) self->entries->data) + 1;
  Link before = self->tail;

  while (before != 0 && at (self, before)->since > entry->since)
    before = at (self, before)->previous;
  entry->previous = before;
  entry->next = before != 0 ? at (self, before)->next : self->head;
  if (before != 0)
    at (self, before)->next = link;
  else
    self->head = link;
  if (entry->next != 0)
    at (self, entry->next)->previous = link;
  else
    self->tail = link;
  entry->listed = TRUE;
  /* Among those of whom it is known. */
  if (entry->next != 0 && at (self, entry->next)->passed)
    set_passed (self, entry, TRUE);
}

static gboolean
can_be_seen (VigilCoverage *self,
             VigilHandle    handle)
{
  const VigilCandidate *candidate = vigil_roster_get (self->roster, handle);

  return candidate != NULL && candidate->present && candidate->connected && candidate->is_streaming;
}

/* Milliseconds with a camera without a look, up to @time. */
static guint32
gap_at (const Entry *entry,
        guint32      time)
{
  return entry->dark + (time - MIN (MAX (entry->since, entry->camera_since), time));
}

/* The time up to now goes into the sums, if the exam runs. */
static void
settle (VigilCoverage *self,
        Entry         *entry)
{
  guint32 time = now (self);

  if (!self->running || !entry->on)
    return;
  entry->camera += time - MIN (entry->camera_since, time);
  entry->dark = gap_at (entry, time);
  entry->longest = MAX (entry->longest, entry->dark);
}

static void
set_on (VigilCoverage *self,
        Entry         *entry,
        gboolean       on)
{
  if (on)
    entry->camera_since = now (self);
  else
    settle (self, entry);
  entry->on = on != FALSE;
  if (on && !entry->listed)
    {
      entry->since = entry->camera_since;
      list (self, entry);
    }
  set_passed (self, entry, entry->passed);
}

static void
look (VigilCoverage *self,
      VigilHandle    handle)
{
  gboolean can = can_be_seen (self, handle);
  Entry *entry = can ? make (self, handle) : find (self, handle);

  if (entry != NULL && entry->on != can)
    set_on (self, entry, can);
}

static void
candidate_changed_cb (VigilCoverage *self,
                      guint          handle,
                      guint          fields)
{
  look (self, handle);
}

static void
forget_due (VigilCoverage *self)
{
  for (Link link = self->due_tail; link != 0; link = at (self, link)->previous)
    set_passed (self, at (self, link), FALSE);
  self->due_tail = 0;
}

void
vigil_coverage_set_running (VigilCoverage *self,
                            gboolean       running)
{
  g_return_if_fail (VIGIL_IS_COVERAGE (self));

  if (self->running == running)
    return;
  forget_due (self);
  for (Link link = self->head; link != 0; link = at (self, link)->next)
    {
      Entry *entry = at (self, link);

      settle (self, entry);
      entry->since = entry->camera_since = now (self);
      entry->dark = 0;
    }
  self->running = running;
  vigil_coverage_tick (self);
}

void
vigil_coverage_set_limits (VigilCoverage *self,
                           guint          warn_seconds,
                           guint          kept)
{
  g_return_if_fail (VIGIL_IS_COVERAGE (self));

  self->kept = MAX (kept, 1);
  if (self->warn_seconds == warn_seconds)
    return;
  self->warn_seconds = warn_seconds;
  forget_due (self);
  vigil_coverage_tick (self);
}

guint
vigil_coverage_get_warn_seconds (VigilCoverage *self)
{
  return self->warn_seconds;
}

static void
take (VigilCoverage *self,
      Entry         *entry,
      guint32        from,
      guint32        to)
{
  guint32 dropped = entry->spans.dropped;
  guint32 fresh = vigil_spans_add (&entry->spans, from, to, self->kept);

  entry->watched += fresh;
  entry->first = entry->first == 0 ? from : MIN (entry->first, from);
  entry->last = MAX (entry->last, to);
  vigil_counter_add (self->watched_ms, fresh);
  vigil_counter_add (self->n_dropped, entry->spans.dropped - dropped);
}

static void
note_news (VigilCoverage *self,
           VigilHandle    handle,
           Entry         *entry,
           guint32        from)
{
  if (entry->news_from == 0)
    g_array_append_val (self->news, handle);
  entry->news_from = entry->news_from == 0 ? from : MIN (entry->news_from, from);
}

void
vigil_coverage_note (VigilCoverage *self,
                     VigilHandle    handle,
                     gint64         from_us,
                     gint64         to_us)
{
  guint32 from = time_of (self, from_us), to = time_of (self, to_us);
  Entry *entry;

  g_return_if_fail (VIGIL_IS_COVERAGE (self));
  g_return_if_fail (handle != VIGIL_HANDLE_NONE);

  if (to < from)
    return;
  entry = make (self, handle);
  note_news (self, handle, entry, from);
  take (self, entry, from, to);
  if (!entry->listed || to < entry->since)
    return;
  if (self->running && entry->on)
    entry->longest = MAX (entry->longest, gap_at (entry, from));
  entry->dark = 0;
  unlist (self, entry);
  entry->since = to;
  list (self, entry);
}

void
vigil_coverage_restore (VigilCoverage *self,
                        VigilHandle    handle,
                        gint64         from_ms,
                        gint64         to_ms)
{
  gint64 time = now (self), behind_ms = vigil_clock_hall_ms () - time;
  gint64 from = from_ms - behind_ms, to = to_ms - behind_ms;

  g_return_if_fail (VIGIL_IS_COVERAGE (self));
  g_return_if_fail (handle != VIGIL_HANDLE_NONE);

  /* Older than the time line, or from the future: a file may say anything. What is known of the hall's clock
   * may have changed a little since. */
  if (from < 1 || to < from || to > time + FUTURE_MS)
    return;
  to = MIN (to, time);
  take (self, make (self, handle), (guint32) MIN (from, to), (guint32) to);
}

void
vigil_coverage_tick (VigilCoverage *self)
{
  guint32 time = now (self);
  Link link;

  g_return_if_fail (VIGIL_IS_COVERAGE (self));

  link = self->due_tail != 0 ? at (self, self->due_tail)->next : self->head;
  for (; link != 0 && self->running; link = at (self, link)->next)
    {
      Entry *entry = at (self, link);

      if (time - MIN (entry->since, time) < (guint64) self->warn_seconds * 1000)
        break;
      set_passed (self, entry, TRUE);
      self->due_tail = link;
    }
  if (self->n_due == self->told_due)
    return;
  self->told_due = self->n_due;
  vigil_counter_set (self->due_gauge, self->n_due);
  g_signal_emit (self, signal_due_changed, 0);
}

static void
drop_entries (VigilCoverage *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    vigil_spans_clear (&g_array_index (self->entries, Entry, i).spans);
  g_array_set_size (self->entries, 0);
  g_array_set_size (self->news, 0);
  self->head = self->tail = self->due_tail = 0;
  self->n_due = 0;
}

void
vigil_coverage_clear (VigilCoverage *self)
{
  g_return_if_fail (VIGIL_IS_COVERAGE (self));

  drop_entries (self);
  self->start_us = vigil_clock_boot_us ();
  self->running = FALSE;
  vigil_coverage_tick (self);
}

gint64
vigil_coverage_get_unseen_ms (VigilCoverage *self,
                              VigilHandle    handle)
{
  const Entry *entry = find (self, handle);

  if (entry == NULL || !entry->on)
    return -1;
  return MAX ((gint64) now (self) - entry->since, 0);
}

void
vigil_coverage_get_sums (VigilCoverage     *self,
                         VigilHandle        handle,
                         VigilCoverageSums *sums)
{
  const Entry *entry;

  g_return_if_fail (VIGIL_IS_COVERAGE (self));

  entry = find (self, handle);
  *sums = (VigilCoverageSums) { .unseen_ms = vigil_coverage_get_unseen_ms (self, handle) };
  if (entry == NULL)
    return;
  sums->watched_ms = entry->watched;
  sums->camera_ms = entry->camera + (entry->on && self->running ? (gint64) now (self) - entry->camera_since : 0);
  sums->longest_gap_ms = MAX (entry->longest, entry->on && self->running ? gap_at (entry, now (self)) : 0);
  sums->first_ms = entry->first != 0 ? to_hall (self, entry->first) : 0;
  sums->last_ms = entry->last != 0 ? to_hall (self, entry->last) : 0;
  sums->n_intervals = entry->spans.n;
  sums->n_dropped = entry->spans.dropped;
}

gint64 *
vigil_coverage_dup_intervals (VigilCoverage *self,
                              VigilHandle    handle)
{
  const Entry *entry = find (self, handle);
  gint64 *intervals, origin_ms;

  if (entry == NULL || entry->spans.n == 0)
    return NULL;
  intervals = g_new (gint64, 2 * entry->spans.n);
  origin_ms = to_hall (self, 0);
  for (guint i = 0; i < entry->spans.n; i++)
    {
      intervals[2 * i] = origin_ms + entry->spans.spans[i].start;
      intervals[2 * i + 1] = origin_ms + entry->spans.spans[i].end;
    }
  return intervals;
}

guint
vigil_coverage_get_n_due (VigilCoverage *self)
{
  g_return_val_if_fail (VIGIL_IS_COVERAGE (self), 0);

  return self->n_due;
}

VigilHandle
vigil_coverage_next_unseen (VigilCoverage *self,
                            VigilHandle    handle)
{
  const Entry *entry = find (self, handle);
  Link link = handle == VIGIL_HANDLE_NONE ? self->head : entry != NULL ? entry->next : 0;

  while (link != 0 && !at (self, link)->on)
    link = at (self, link)->next;
  return link != 0 ? link - 1 : VIGIL_HANDLE_NONE;
}

void
vigil_coverage_take_news (VigilCoverage     *self,
                          VigilCoverageFunc  func,
                          gpointer           user_data)
{
  g_return_if_fail (VIGIL_IS_COVERAGE (self));

  for (guint i = 0; i < self->news->len; i++)
    {
      VigilHandle handle = g_array_index (self->news, VigilHandle, i);
      Entry *entry = find (self, handle);

      /* Piece by piece as they stand: what lies between two of them was not watched. */
      for (guint k = entry->spans.n; k > 0 && entry->spans.spans[k - 1].end >= entry->news_from; k--)
        func (handle, to_hall (self, MAX (entry->spans.spans[k - 1].start, entry->news_from)),
              to_hall (self, entry->spans.spans[k - 1].end), user_data);
      entry->news_from = 0;
    }
  g_array_set_size (self->news, 0);
}

static void
vigil_coverage_dispose (GObject *object)
{
  VigilCoverage *self = VIGIL_COVERAGE (object);

  g_clear_object (&self->roster);

  G_OBJECT_CLASS (vigil_coverage_parent_class)->dispose (object);
}

static void
vigil_coverage_finalize (GObject *object)
{
  VigilCoverage *self = VIGIL_COVERAGE (object);

  drop_entries (self);
  g_array_unref (self->entries);
  g_array_unref (self->news);

  G_OBJECT_CLASS (vigil_coverage_parent_class)->finalize (object);
}

static void
vigil_coverage_class_init (VigilCoverageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_coverage_dispose;
  object_class->finalize = vigil_coverage_finalize;

  signal_due_changed = g_signal_new ("due-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
}

static void
vigil_coverage_init (VigilCoverage *self)
{
  self->entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  self->news = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  self->warn_seconds = 600;
  self->kept = 500;
  self->start_us = vigil_clock_boot_us ();
  self->due_gauge = vigil_metrics_gauge ("vigil_coverage_due", "Candidates whom this console has not seen for too long");
  self->watched_ms = vigil_metrics_counter ("vigil_coverage_watched_ms", "Milliseconds in which candidates were decoded and on screen, each of them for itself");
  self->n_dropped = vigil_metrics_counter ("vigil_coverage_intervals_dropped", "Intervals of the coverage that are in the sums alone because there were too many");
}

VigilCoverage *
vigil_coverage_new (VigilRoster *roster)
{
  VigilCoverage *self = g_object_new (VIGIL_TYPE_COVERAGE, NULL);

  self->roster = g_object_ref (roster);
  g_signal_connect_object (roster, "candidate-changed", G_CALLBACK (candidate_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}
