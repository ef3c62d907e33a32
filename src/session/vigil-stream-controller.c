/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns the budget's decisions into consumers: the only place where phases, SFU and media engine meet.
 *
 * Facts (visible, produced, flagged, …) go into the budget at once; what follows from them is decided
 * and asked for once per main loop turn, however many tiles were mapped in it. */

#include "vigil-stream-controller-private.h"

#include "vigil-clock.h"

G_DEFINE_FINAL_TYPE (VigilStreamController, vigil_stream_controller, G_TYPE_OBJECT)

typedef VigilStreamEntry Entry;

/* So many may be on their way out while others come: they overlap by a round trip. */
#define CLOSING 16

enum
{
  STATE_CHANGED,
  COUNTS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean work_cb (gpointer user_data);

static void
schedule (VigilStreamController *self,
          gboolean               decide)
{
  self->decide |= decide;
  if (self->work == 0)
    self->work = g_idle_add_full (G_PRIORITY_DEFAULT, work_cb, self, NULL);
}

static void
poke (gpointer owner)
{
  schedule (owner, FALSE);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->driver, vigil_stream_driver_free);
  g_free (entry);
}

static gpointer
key_of (VigilHandle handle,
        VigilSource source)
{
  return GSIZE_TO_POINTER ((gsize) handle * VIGIL_N_SOURCES + source);
}

VigilStreamEntry *
vigil_stream_controller_find_entry (VigilStreamController *self,
                                    VigilHandle            handle,
                                    VigilSource            source)
{
  return g_hash_table_lookup (self->entries, key_of (handle, source));
}

static void
stream_gone_cb (gpointer  data,
                GObject  *where_the_object_was)
{
  Entry *entry = data;

  vigil_stream_driver_orphan (entry->driver);
  g_hash_table_remove (entry->controller->entries, key_of (entry->handle, entry->source));
}

/* Returns: (transfer full): the stream of a new entry, which watches it but does not hold it. */
static VigilStream *
add_entry (VigilStreamController *self,
           VigilHandle            handle,
           VigilSource            source)
{
  VigilStream *stream = vigil_stream_new (handle, source);
  Entry *entry = g_new0 (Entry, 1);
  VigilStreamDecision decision;

  vigil_stream_budget_get (self->budget, handle, source, &decision);
  vigil_stream_set_mode (stream, VIGIL_MODE_COLD, decision.why);

  entry->controller = self;
  entry->handle = handle;
  entry->source = source;
  entry->stream = stream;
  entry->driver = vigil_stream_driver_new (&self->shared, stream);
  g_object_weak_ref (G_OBJECT (stream), stream_gone_cb, entry);
  g_hash_table_insert (self->entries, key_of (handle, source), entry);
  return stream;
}

static void
apply (VigilStreamController     *self,
       const VigilStreamDecision *decision)
{
  Entry *entry = vigil_stream_controller_find_entry (self, decision->handle, decision->source);
  g_autoptr (VigilStream) stream = NULL;

  if (entry == NULL && decision->mode == VIGIL_MODE_COLD)
    return;

  if (entry == NULL)
    {
      stream = add_entry (self, decision->handle, decision->source);
      entry = vigil_stream_controller_find_entry (self, decision->handle, decision->source);
    }
  else
    {
      stream = g_object_ref (entry->stream);
    }

  if (decision->mode != VIGIL_MODE_COLD && !entry->held)
    {
      entry->held = TRUE;
      g_object_ref (stream);
    }

  vigil_stream_driver_set_mode (entry->driver, decision->mode, decision->why);

  if (decision->mode == VIGIL_MODE_COLD && entry->held)
    {
      entry->held = FALSE;
      g_object_unref (stream); /* the last one may go with our own, and the entry with it */
    }
}

static gboolean
grace_cb (gpointer user_data)
{
  VigilStreamController *self = user_data;

  self->grace_timer = 0;
  schedule (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
decide (VigilStreamController *self)
{
  gint64 now_us = vigil_clock_monotonic_us ();
  gint64 again_us;
  guint live, warm;

  self->decide = FALSE;
  again_us = vigil_stream_budget_decide (self->budget, now_us, self->decisions);
  for (guint i = 0; i < self->decisions->len; i++)
    apply (self, &g_array_index (self->decisions, VigilStreamDecision, i));

  g_clear_handle_id (&self->grace_timer, g_source_remove);
  if (again_us > 0)
    self->grace_timer = g_timeout_add (MAX (again_us - now_us, 0) / 1000 + 1, grace_cb, self);

  vigil_stream_budget_get_counts (self->budget, &live, &warm);
  vigil_counter_set (self->live_gauge, live);
  vigil_counter_set (self->warm_gauge, warm);
}

static Entry *
find_most_urgent (VigilStreamController *self)
{
  GHashTableIter iter;
  gpointer value;
  Entry *best = NULL;
  guint best_urgency = 0;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      guint urgency = vigil_stream_driver_get_urgency (((Entry *) value)->driver);

      if (urgency > best_urgency)
        {
          best_urgency = urgency;
          best = value;
        }
    }

  return best;
}

/* A wall of requests at once would only wait in line at the server, in an order we could not choose. Consumers that are
 * being closed are still there: a server that is slow to close them gets no more. */
static void
pump (VigilStreamController *self)
{
  guint limit = vigil_settings_get_int (self->shared.settings, VIGIL_SETTING_CONSUMES);
  const VigilStreamLimits *limits = vigil_stream_budget_get_limits (self->budget);
  guint most = limits->max_live + limits->max_warm;
  Entry *entry;

  if (limits->max_connections > 0)
    most = MIN (most, limits->max_connections);
  while (vigil_receiver_is_ready (self->shared.receiver) &&
         self->shared.tally->in_flight < limit &&
         self->consumers->len < most + CLOSING &&
         (entry = find_most_urgent (self)) != NULL)
    vigil_stream_driver_consume (entry->driver);
}

static gboolean
work_cb (gpointer user_data)
{
  VigilStreamController *self = user_data;
  guint live, warm;

  self->work = 0; /* first: what is noted from here on is for the next turn */
  if (self->decide)
    decide (self);
  pump (self);
  /* Where each video has a connection of its own nothing shows that it can be had; while nobody wants one, nothing is lost. */
  vigil_stream_budget_get_counts (self->budget, &live, &warm);
  if (live + warm == 0)
    vigil_receiver_note_server (self->shared.receiver);
  vigil_stream_controller_run_survey (self);
  g_signal_emit (self, signals[COUNTS_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
consumer_done_cb (VigilStreamController *self,
                  VigilConsumer         *consumer)
{
  g_signal_handlers_disconnect_by_data (consumer, self);
  g_ptr_array_remove_fast (self->consumers, consumer);
  schedule (self, FALSE);
}

static void
consumer_made (gpointer       owner,
               VigilConsumer *consumer)
{
  VigilStreamController *self = owner;

  g_ptr_array_add (self->consumers, g_object_ref (consumer));
  g_signal_connect_swapped (consumer, "answered", G_CALLBACK (poke), self);
  g_signal_connect_swapped (consumer, "done", G_CALLBACK (consumer_done_cb), self);
}

/* A snapshot of the drivers: what is done to one may remove or add others. */
static GPtrArray *
dup_keys (VigilStreamController *self)
{
  GPtrArray *keys = g_ptr_array_sized_new (g_hash_table_size (self->entries));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (keys, key);

  return keys;
}

static void
for_each_driver (VigilStreamController *self,
                 void                 (*func) (VigilStreamDriver *))
{
  g_autoptr (GPtrArray) keys = dup_keys (self);

  for (guint i = 0; i < keys->len; i++)
    {
      Entry *entry = g_hash_table_lookup (self->entries, g_ptr_array_index (keys, i));

      if (entry != NULL)
        func (entry->driver);
    }
}

static void
lost_cb (VigilStreamController *self,
         const char            *why)
{
  g_autoptr (GPtrArray) keys = dup_keys (self);
  g_autoptr (GPtrArray) consumers = g_ptr_array_copy (self->consumers, (GCopyFunc) g_object_ref, NULL);

  for (guint i = 0; i < keys->len; i++)
    {
      Entry *entry = g_hash_table_lookup (self->entries, g_ptr_array_index (keys, i));

      if (entry != NULL)
        vigil_stream_driver_transport_lost (entry->driver, why);
    }
  for (guint i = 0; i < consumers->len; i++)
    vigil_consumer_abandon (g_ptr_array_index (consumers, i));

  schedule (self, FALSE);
}

static void
ready_cb (VigilStreamController *self)
{
  for_each_driver (self, vigil_stream_driver_step);
  schedule (self, FALSE);
}

static void limits_changed_cb (VigilStreamController *self);

static void
state_changed_cb (VigilStreamController *self)
{
  VigilSfuAbilities abilities;

  /* Another SFU, perhaps. */
  vigil_sfu_get_abilities (self->shared.sfu, &abilities);
  if (abilities.own_connections != self->abilities.own_connections || abilities.can_pause != self->abilities.can_pause ||
      abilities.has_sound != self->abilities.has_sound)
    limits_changed_cb (self);
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static void
feed_event_cb (VigilStreamController *self,
               guint64                feed,
               int                    event,
               const char            *detail)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      VigilStreamDriver *driver = ((Entry *) value)->driver;
      VigilConsumer *consumer = vigil_stream_driver_get_consumer (driver);

      if (consumer != NULL && vigil_consumer_get_feed (consumer) == feed)
        {
          vigil_stream_driver_feed_event (driver, event, detail);
          return;
        }
    }
}

static void
candidate_changed_cb (VigilStreamController *self,
                      guint                  handle,
                      guint                  fields)
{
  gboolean produced = (fields & VIGIL_FIELD_PRODUCERS) && vigil_roster_get (self->shared.roster, handle) != NULL;

  for (VigilSource source = 0; produced && source < VIGIL_N_SOURCES; source++)
    {
      Entry *entry = vigil_stream_controller_find_entry (self, handle, source);

      if (entry != NULL)
        vigil_stream_driver_producer_changed (entry->driver);
    }
  if (vigil_stream_facts_note (self->facts, handle, fields))
    schedule (self, TRUE);
}

static void
membership_changed_cb (VigilStreamController *self)
{
  guint generation = vigil_roster_get_generation (self->shared.roster);

  if (self->roster_generation == generation)
    return;

  self->roster_generation = generation;
  vigil_stream_facts_forget (self->facts);
  for_each_driver (self, vigil_stream_driver_producer_changed);
  schedule (self, TRUE);
}

static void
limits_changed_cb (VigilStreamController *self)
{
  VigilStreamLimits limits;

  vigil_settings_get_stream_limits (self->shared.settings, &limits);
  limits.rung = self->rung;
  vigil_stream_controller_narrow (self, &limits);
  vigil_stream_survey_limit (self->survey, &limits);
  vigil_stream_budget_set_limits (self->budget, &limits);
  schedule (self, TRUE);
}

/* Once a second, while anything is shown that could be too much. */
static void
survey (gpointer user_data)
{
  VigilStreamController *self = user_data;
  const VigilLadder *ladder = vigil_stream_survey_get_ladder (self->survey);
  VigilLadder former = *ladder;
  GHashTableIter iter;
  gpointer value;

  vigil_stream_survey_begin (self->survey);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (vigil_stream_get_mode (entry->stream) == VIGIL_MODE_LIVE &&
          vigil_stream_get_phase (entry->stream) == VIGIL_PHASE_PLAYING)
        vigil_stream_survey_look (self->survey, entry->stream, &entry->meter, vigil_stream_driver_get_consumer (entry->driver),
                                  vigil_stream_get_reason (entry->stream) == VIGIL_WHY_FOCUSED);
    }
  if (vigil_stream_survey_end (self->survey))
    schedule (self, TRUE);
  if (ladder->live == former.live && ladder->rung == former.rung)
    return;

  limits_changed_cb (self);
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static void
drop_entries (VigilStreamController *self)
{
  g_autoptr (GPtrArray) keys = dup_keys (self);

  for (guint i = 0; i < keys->len; i++)
    {
      Entry *entry = g_hash_table_lookup (self->entries, g_ptr_array_index (keys, i));
      g_autoptr (VigilStream) stream = g_object_ref (entry->stream);
      gboolean held = entry->held;

      g_object_weak_unref (G_OBJECT (stream), stream_gone_cb, entry);
      g_hash_table_remove (self->entries, g_ptr_array_index (keys, i));
      if (held)
        g_object_unref (stream);
    }
}

static void
vigil_stream_controller_dispose (GObject *object)
{
  VigilStreamController *self = VIGIL_STREAM_CONTROLLER (object);

  if (self->shared.receiver != NULL)
    {
      vigil_stream_controller_stop (self, "done");
      drop_entries (self);
      g_signal_handlers_disconnect_by_data (self->shared.roster, self);
      g_signal_handlers_disconnect_by_data (self->shared.settings, self);
      g_signal_handlers_disconnect_by_data (self->shared.sfu, self);
      g_signal_handlers_disconnect_by_data (self->shared.engine, self);
      g_signal_handlers_disconnect_by_data (self->shared.receiver, self);
    }
  g_clear_handle_id (&self->work, g_source_remove);
  g_clear_handle_id (&self->grace_timer, g_source_remove);

  g_clear_object (&self->shared.receiver);
  g_clear_object (&self->shared.engine);
  g_clear_object (&self->shared.sfu);
  g_clear_object (&self->shared.settings);
  g_clear_object (&self->shared.roster);
  g_clear_pointer (&self->survey, vigil_stream_survey_free);
  g_clear_pointer (&self->facts, vigil_stream_facts_free);
  g_clear_object (&self->budget);

  G_OBJECT_CLASS (vigil_stream_controller_parent_class)->dispose (object);
}

static void
vigil_stream_controller_finalize (GObject *object)
{
  VigilStreamController *self = VIGIL_STREAM_CONTROLLER (object);

  g_assert (g_hash_table_size (self->entries) == 0);
  g_assert (self->consumers->len == 0);
  g_hash_table_unref (self->entries);
  g_ptr_array_unref (self->consumers);
  g_array_unref (self->decisions);
  g_rc_box_release (self->shared.tally);

  G_OBJECT_CLASS (vigil_stream_controller_parent_class)->finalize (object);
}

static void
vigil_stream_controller_class_init (VigilStreamControllerClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_stream_controller_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_stream_controller_finalize;

  signals[STATE_CHANGED] = g_signal_new ("state-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
  signals[COUNTS_CHANGED] = g_signal_new ("counts-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
vigil_stream_controller_init (VigilStreamController *self)
{
  self->budget = vigil_stream_budget_new ();
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  self->consumers = g_ptr_array_new_with_free_func (g_object_unref);
  self->decisions = g_array_new (FALSE, FALSE, sizeof (VigilStreamDecision));
  self->shared.tally = g_rc_box_new0 (VigilConsumerTally);
  self->shared.poke = poke;
  self->shared.consumer_made = consumer_made;
  self->shared.owner = self;
  self->live_gauge = vigil_metrics_gauge ("vigil_streams_live", "Videos that the budget lets run");
  self->warm_gauge = vigil_metrics_gauge ("vigil_streams_warm", "Videos that the budget keeps paused");
}

VigilStreamController *
vigil_stream_controller_new (VigilRoster      *roster,
                             VigilSettings    *settings,
                             VigilSfu         *sfu,
                             VigilMediaEngine *engine)
{
  VigilStreamController *self = g_object_new (VIGIL_TYPE_STREAM_CONTROLLER, NULL);
  VigilStreamShared *shared = &self->shared;

  shared->roster = g_object_ref (roster);
  shared->settings = g_object_ref (settings);
  shared->sfu = g_object_ref (sfu);
  shared->engine = g_object_ref (engine);
  shared->receiver = vigil_receiver_new (settings, sfu, engine);
  self->facts = vigil_stream_facts_new (roster, self->budget);
  self->survey = vigil_stream_survey_new (settings, engine, self->budget, survey, self);

  g_signal_connect_swapped (roster, "candidate-changed", G_CALLBACK (candidate_changed_cb), self);
  g_signal_connect_swapped (roster, "membership-changed", G_CALLBACK (membership_changed_cb), self);
  g_signal_connect_swapped (settings, "changed", G_CALLBACK (limits_changed_cb), self);
  g_signal_connect_swapped (sfu, "transport-closed", G_CALLBACK (vigil_stream_controller_transport_closed), self);
  g_signal_connect_swapped (sfu, "consumer-closed", G_CALLBACK (vigil_stream_controller_consumer_closed), self);
  g_signal_connect_swapped (engine, "feed-event", G_CALLBACK (feed_event_cb), self);
  g_signal_connect_swapped (shared->receiver, "ready", G_CALLBACK (ready_cb), self);
  g_signal_connect_swapped (shared->receiver, "lost", G_CALLBACK (lost_cb), self);
  g_signal_connect_swapped (shared->receiver, "state-changed", G_CALLBACK (state_changed_cb), self);

  limits_changed_cb (self);
  self->roster_generation = vigil_roster_get_generation (roster);
  vigil_stream_facts_learn (self->facts);
  return self;
}

void
vigil_stream_controller_start (VigilStreamController *self)
{
  vigil_receiver_start (self->shared.receiver);
}

void
vigil_stream_controller_stop (VigilStreamController *self,
                              const char            *why)
{
  lost_cb (self, why);
  vigil_receiver_stop (self->shared.receiver, why);
}

void
vigil_stream_controller_set_visible (VigilStreamController *self,
                                     VigilHandle            handle,
                                     gboolean               visible)
{
  vigil_stream_budget_set_visible (self->budget, handle, visible, vigil_clock_monotonic_us ());
  schedule (self, TRUE);
}

/** Says whose page is open (counted: two may show the same candidate): that video goes before all others, and only then
 *  screen and sound of theirs are received. */
void
vigil_stream_controller_set_focused (VigilStreamController *self,
                                     VigilHandle            handle,
                                     gboolean               focused)
{
  vigil_stream_budget_set_focused (self->budget, handle, focused);
  schedule (self, TRUE);
}

/** Candidates just past the edges of the visible range, nearest first; replaces the former list. */
void
vigil_stream_controller_set_near (VigilStreamController *self,
                                  const VigilHandle     *handles,
                                  guint                  n)
{
  vigil_stream_budget_set_near (self->budget, handles, n);
  schedule (self, TRUE);
}

void
vigil_stream_controller_set_patrol (VigilStreamController *self,
                                    const VigilHandle     *handles,
                                    guint                  n)
{
  vigil_stream_budget_set_patrol (self->budget, handles, n);
  schedule (self, TRUE);
}

void
vigil_stream_controller_set_patrolled (VigilStreamController *self,
                                       gboolean               patrolled)
{
  if (self->patrolled == patrolled)
    return;
  self->patrolled = patrolled;
  limits_changed_cb (self);
}

void
vigil_stream_controller_set_due (VigilStreamController *self,
                                 const VigilHandle     *handles,
                                 guint                  n)
{
  vigil_stream_budget_set_due (self->budget, handles, n);
  schedule (self, TRUE);
}

void
vigil_stream_controller_set_operator (VigilStreamController *self,
                                      const char            *user)
{
  if (vigil_stream_facts_set_operator (self->facts, user))
    schedule (self, TRUE);
}

void
vigil_stream_controller_set_ladder_limit (VigilStreamController *self,
                                          VigilRung              rung)
{
  if (self->rung == rung)
    return;
  self->rung = rung;
  limits_changed_cb (self);
}

void
vigil_stream_controller_set_feed (VigilStreamController *self,
                                  VigilHallFeed         *feed)
{
  vigil_stream_survey_set_feed (self->survey, feed);
}

const VigilLadder *
vigil_stream_controller_get_ladder (VigilStreamController *self,
                                    gint64                *since_us)
{
  if (since_us != NULL)
    *since_us = vigil_stream_survey_get_since_us (self->survey);
  return vigil_stream_survey_get_ladder (self->survey);
}

guint
vigil_stream_controller_count_reason (VigilStreamController *self,
                                      VigilModeReason        why)
{
  return vigil_stream_budget_count_reason (self->budget, why);
}

void
vigil_stream_controller_get_abilities (VigilStreamController *self,
                                       VigilSfuAbilities     *abilities)
{
  vigil_sfu_get_abilities (self->shared.sfu, abilities);
}

void
vigil_stream_controller_get_cost (VigilStreamController *self,
                                  VigilStreamCost       *cost)
{
  vigil_stream_budget_get_use (self->budget, cost);
}

VigilStream *
vigil_stream_controller_ref_stream (VigilStreamController *self,
                                    VigilHandle            handle)
{
  return vigil_stream_controller_ref_source (self, handle, VIGIL_SOURCE_WEBCAM);
}

VigilStream *
vigil_stream_controller_ref_source (VigilStreamController *self,
                                    VigilHandle            handle,
                                    VigilSource            source)
{
  Entry *entry = vigil_stream_controller_find_entry (self, handle, source);

  return entry != NULL ? g_object_ref (entry->stream) : add_entry (self, handle, source);
}

gboolean
vigil_stream_controller_is_focused (VigilStreamController *self,
                                    VigilHandle            handle)
{
  return vigil_stream_budget_is_focused (self->budget, handle);
}

/** How the SFU link is. */
VigilLinkState
vigil_stream_controller_get_state (VigilStreamController *self)
{
  return vigil_receiver_get_state (self->shared.receiver);
}

/** Why there is no transport. Returns: (nullable) (transfer none). */
const GError *
vigil_stream_controller_get_error (VigilStreamController *self)
{
  return vigil_receiver_get_error (self->shared.receiver);
}

/** Monotonic µs of the next try to open a transport; 0: none is planned. */
gint64
vigil_stream_controller_get_retry_us (VigilStreamController *self)
{
  return vigil_receiver_get_retry_us (self->shared.receiver);
}

/** What there is now and what was done so far. */
void
vigil_stream_controller_get_counts (VigilStreamController *self,
                                    VigilStreamCounts     *counts)
{
  const VigilConsumerTally *tally = self->shared.tally;
  VigilRosterCounts roster;
  GHashTableIter iter;
  gpointer value;
  guint screens = 0;

  *counts = (VigilStreamCounts) {
    .consumers = tally->n_open,
    .consumes = tally->consumes,
    .closes = tally->closes,
    .resumes = tally->resumes,
    .pauses = tally->pauses,
    .retries = self->shared.retries,
    .watchdog_fired = self->shared.watchdog_fired,
  };

  vigil_stream_budget_get_counts (self->budget, &counts->live, &counts->warm);
  vigil_roster_get_counts (self->shared.roster, &roster);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      screens += entry->source == VIGIL_SOURCE_SCREEN && vigil_stream_get_mode (entry->stream) == VIGIL_MODE_LIVE;
      counts->phases[vigil_stream_get_phase (entry->stream)]++;
      if (vigil_stream_driver_has_failed (entry->driver))
        counts->failed++;
    }

  /* Of candidates, whose screens are no other people. */
  counts->cold = roster.candidates - MIN (roster.candidates, counts->live + counts->warm - MIN (screens, counts->live));
}
