/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hands on a hall's events in their order, none missing, none twice. */
#include "vigil-event-order.h"

#include <string.h>

#include "vigil-backoff.h"
#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"

#define PAGE_EVENTS 1000
#define MAX_TRIES 4
#define RETRY_MIN_MS 200
#define RETRY_MAX_MS 2000
/* Beyond this it is cheaper to read the roster, and they should not fill the memory. */
#define MAX_HELD 20000

struct _VigilEventOrder
{
  GObject             parent_instance;

  VigilHallDirectory *directory;
  char               *exam_id;

  gint64              epoch;        /* 0: not known */
  gint64              seq;          /* of the last event handed on */
  gint64              until;        /* healing: everything up to this has happened */
  GPtrArray          *held;         /* VigilHallEvent, in the order they came */
  gboolean            away;         /* what is missing happened before the last join */
  gint64              began_us;     /* monotonic: of the last healing */
  guint               n_late;       /* > 0: what is handed on waited for a healing */

  GCancellable       *healing;      /* %NULL: nothing is missing */
  guint               timer;
  guint               tries;
  VigilBackoff        backoff;

  VigilCounter       *n_gaps;
  VigilCounter       *n_healed;
  VigilCounter       *n_lost;
  VigilCounter       *n_duplicates;
};

G_DEFINE_FINAL_TYPE (VigilEventOrder, vigil_event_order, G_TYPE_OBJECT)

enum
{
  EVENT,
  LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What an answer needs to know of the question: a later healing has another cancellable. */
typedef struct
{
  VigilEventOrder *self;
  GCancellable    *healing;
} Question;

static void
stop_healing (VigilEventOrder *self)
{
  g_cancellable_cancel (self->healing);
  g_clear_object (&self->healing);
  g_clear_handle_id (&self->timer, g_source_remove);
}

static void
vigil_event_order_dispose (GObject *object)
{
  VigilEventOrder *self = VIGIL_EVENT_ORDER (object);

  stop_healing (self);
  g_ptr_array_set_size (self->held, 0);
  g_clear_object (&self->directory);

  G_OBJECT_CLASS (vigil_event_order_parent_class)->dispose (object);
}

static void
vigil_event_order_finalize (GObject *object)
{
  VigilEventOrder *self = VIGIL_EVENT_ORDER (object);

  g_free (self->exam_id);
  g_ptr_array_unref (self->held);

  G_OBJECT_CLASS (vigil_event_order_parent_class)->finalize (object);
}

static void
vigil_event_order_class_init (VigilEventOrderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = vigil_event_order_dispose;
  object_class->finalize = vigil_event_order_finalize;

  signals[EVENT] = g_signal_new ("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[LOST] = g_signal_new ("lost", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_BOOLEAN);
}

static void
vigil_event_order_init (VigilEventOrder *self)
{
  self->seq = -1;
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);
  self->n_gaps = vigil_metrics_counter ("vigil_feed_gaps", "Times that events were missing from the feed");
  self->n_healed = vigil_metrics_counter ("vigil_feed_gaps_healed", "Times that the missing events were read");
  self->n_lost = vigil_metrics_counter ("vigil_feed_gaps_lost", "Times that the hall could not say what was missing");
  self->n_duplicates = vigil_metrics_counter ("vigil_feed_duplicates", "Events that had been seen before");
}

VigilEventOrder *
vigil_event_order_new (VigilHallDirectory *directory)
{
  VigilEventOrder *self = g_object_new (VIGIL_TYPE_EVENT_ORDER, NULL);

  self->directory = g_object_ref (directory);
  return self;
}

static void
hand_on (VigilEventOrder *self,
         VigilHallEvent  *event)
{
  g_autoptr (VigilHallEvent) keep = vigil_hall_event_ref (event);

  self->seq = MAX (self->seq, event->seq);
  g_signal_emit (self, signals[EVENT], 0, keep);
}

/* Takes the held ones in one piece: whoever hears of them may make us stop or begin anew. */
static GPtrArray *
steal_held (VigilEventOrder *self)
{
  GPtrArray *held = self->held;

  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);
  return held;
}

/* What is missing stays missing; what came after it goes on. */
static void
give_up (VigilEventOrder *self,
         const char      *why)
{
  g_autoptr (GPtrArray) held = steal_held (self);
  gint64 lost = held->len > 0 ? MAX (self->seq, ((VigilHallEvent *) g_ptr_array_index (held, 0))->seq - 1)
                               : MAX (self->seq, self->until);

  g_debug ("Events %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " are lost: %s", self->seq + 1, lost, why);
  stop_healing (self);
  vigil_counter_add (self->n_lost, 1);
  self->seq = lost;
  g_signal_emit (self, signals[LOST], 0, lost, self->away);
  self->n_late++;
  for (guint i = 0; i < held->len; i++)
    {
      VigilHallEvent *event = g_ptr_array_index (held, i);

      if (event->seq > self->seq + 1)
        g_signal_emit (self, signals[LOST], 0, event->seq - 1, self->away);
      if (event->seq > self->seq)
        hand_on (self, event);
    }
  self->n_late--;
}

static void
hand_on_held (VigilEventOrder *self)
{
  g_autoptr (GPtrArray) held = steal_held (self);

  self->n_late++;
  for (guint i = 0; i < held->len; i++)
    vigil_event_order_take (self, g_ptr_array_index (held, i));
  self->n_late--;
}

static void ask (VigilEventOrder *self);

static gboolean
retry_cb (gpointer user_data)
{
  VigilEventOrder *self = user_data;

  self->timer = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

/* Whether nothing is missing between what was handed on and what is held. */
static gboolean
is_whole (VigilEventOrder *self)
{
  gint64 needed = self->until;

  if (self->held->len > 0)
    needed = MAX (needed, ((VigilHallEvent *) g_ptr_array_index (self->held, 0))->seq - 1);
  return self->seq >= needed;
}

static void
read_changes (VigilEventOrder *self,
              VigilChanges    *changes)
{
  GCancellable *healing = self->healing;
  gint64 before = self->seq;

  if (changes->epoch != self->epoch)
    {
      give_up (self, "the hall is in another epoch");
      return;
    }
  for (guint i = 0; i < changes->events->len; i++)
    {
      VigilHallEvent *event = g_ptr_array_index (changes->events, i);

      if (event->seq == self->seq + 1)
        hand_on (self, event);
      if (self->healing != healing)
        return; /* somebody made us stop */
    }

  if (is_whole (self))
    {
      stop_healing (self);
      vigil_counter_add (self->n_healed, 1);
      hand_on_held (self);
    }
  else if (self->seq > before)
    {
      self->tries = 0;
      ask (self);
    }
  else
    {
      give_up (self, "the hall does not have them");
    }
}

static void
take_changes (VigilEventOrder *self,
              VigilChanges    *changes)
{
  self->n_late++;
  read_changes (self, changes);
  self->n_late--;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Question *question = user_data;
  g_autoptr (VigilEventOrder) self = question->self;
  g_autoptr (GCancellable) healing = question->healing;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilChanges) changes = vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);

  g_free (question);
  if (self->healing != healing)
    return;

  if (changes != NULL)
    take_changes (self, changes);
  else if (vigil_session_error_is_transient (error) && ++self->tries < MAX_TRIES)
    self->timer = g_timeout_add (vigil_backoff_next (&self->backoff), retry_cb, self);
  else
    give_up (self, error->message);
}

static void
ask (VigilEventOrder *self)
{
  g_autofree char *after = g_strdup_printf ("%" G_GINT64_FORMAT, self->seq);
  VigilDirectoryArgs args = { .exam_id = self->exam_id, .after = after, .epoch = self->epoch, .limit = PAGE_EVENTS };
  Question *question = g_new0 (Question, 1);

  question->self = g_object_ref (self);
  question->healing = g_object_ref (self->healing);
  vigil_hall_directory_query_async (self->directory, VIGIL_DIRECTORY_CHANGES, &args, self->healing, answered_cb, question);
}

static void
heal (VigilEventOrder *self,
      gint64           until,
      gboolean         away)
{
  self->until = until;
  self->away = away;
  self->tries = 0;
  vigil_counter_add (self->n_gaps, 1);
  vigil_backoff_init (&self->backoff, RETRY_MIN_MS, RETRY_MAX_MS);
  self->healing = g_cancellable_new ();
  self->began_us = vigil_clock_monotonic_us ();
  ask (self);
}

static void
hold (VigilEventOrder *self,
      VigilHallEvent  *event)
{
  g_ptr_array_add (self->held, vigil_hall_event_ref (event));
  if (self->held->len > MAX_HELD)
    give_up (self, "too much happened meanwhile");
}

static void
begin_epoch (VigilEventOrder *self,
             gint64           epoch,
             gint64           seq,
             gboolean         away)
{
  if (self->epoch != 0)
    {
      self->until = 0;
      self->away = away;
      give_up (self, "the hall began a new epoch");
    }
  self->epoch = epoch;
  self->seq = seq;
}

void
vigil_event_order_take (VigilEventOrder *self,
                        VigilHallEvent  *event)
{
  if (event->seq < 0)
    {
      g_signal_emit (self, signals[EVENT], 0, event);
      return;
    }

  if (event->epoch != 0 && event->epoch != self->epoch)
    {
      begin_epoch (self, event->epoch, event->seq - 1, FALSE);
      hand_on (self, event);
    }
  else if (event->seq <= self->seq)
    {
      vigil_counter_add (self->n_duplicates, 1);
    }
  else if (self->healing != NULL)
    {
      hold (self, event);
    }
  else if (event->seq == self->seq + 1 || self->seq < 0 || self->exam_id == NULL)
    {
      hand_on (self, event);
    }
  else
    {
      hold (self, event);
      heal (self, event->seq - 1, FALSE);
    }
}

void
vigil_event_order_set_exam (VigilEventOrder *self,
                            const char      *exam_id)
{
  char *copy = g_strdup (exam_id);

  stop_healing (self);
  g_ptr_array_set_size (self->held, 0);
  g_free (self->exam_id);
  self->exam_id = copy;
  self->epoch = 0;
  self->seq = -1;
}

void
vigil_event_order_joined (VigilEventOrder *self,
                          gint64           epoch,
                          gint64           seq)
{
  stop_healing (self);
  if (self->epoch != epoch)
    begin_epoch (self, epoch, seq, TRUE);
  else if (seq > self->seq)
    heal (self, seq, TRUE);
  else
    hand_on_held (self);
}

void
vigil_event_order_stop (VigilEventOrder *self)
{
  stop_healing (self);
}

gint64
vigil_event_order_get_seq (VigilEventOrder *self)
{
  return self->seq;
}

gboolean
vigil_event_order_is_healing (VigilEventOrder *self)
{
  return self->healing != NULL;
}

gint64
vigil_event_order_get_lag_ms (VigilEventOrder *self)
{
  if (self->n_late == 0)
    return 0;
  if (self->away && self->healing != NULL)
    return G_MAXINT64;

  return (vigil_clock_monotonic_us () - self->began_us) / 1000;
}
