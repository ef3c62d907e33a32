/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the feed, the SFU and the evidence store are. */

#include "vigil-links.h"

#include "vigil-clock.h"
#include "vigil-metrics.h"

#include <string.h>

/* A hall has a handful of parts; one that makes up names must not fill our memory. */
#define MAX_DEGRADED 32

static const char *const part_nicks[VIGIL_N_PARTS] = { "feed", "sfu", "evidence" };

struct _VigilLinks
{
  GObject                parent_instance;

  VigilHallFeed         *feed;
  VigilStreamController *streams;
  VigilHallDirectory    *directory;
  VigilLinkStatus        status[VIGIL_N_PARTS];
  GPtrArray             *degradations;    /* VigilHallEvent */
  GHashTable            *since;           /* part → gint64*, monotonic µs: when we were told of those in @degradations */
  char                  *roster_trouble;
  char                  *evidence_trouble;
  gboolean               evidence_known;  /* something was fetched, or failed to be */
  gboolean               wanted;
  VigilCounter          *n_troubles;
};

G_DEFINE_FINAL_TYPE (VigilLinks, vigil_links, G_TYPE_OBJECT)

enum
{
  CHANGED,
  TROUBLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_links_dispose (GObject *object)
{
  VigilLinks *self = VIGIL_LINKS (object);

  if (self->feed != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->feed, self);
      g_signal_handlers_disconnect_by_data (self->streams, self);
      g_signal_handlers_disconnect_by_data (self->directory, self);
    }
  g_clear_object (&self->feed);
  g_clear_object (&self->streams);
  g_clear_object (&self->directory);

  G_OBJECT_CLASS (vigil_links_parent_class)->dispose (object);
}

static void
vigil_links_finalize (GObject *object)
{
  VigilLinks *self = VIGIL_LINKS (object);

  for (VigilPart part = 0; part < VIGIL_N_PARTS; part++)
    g_free (self->status[part].reason);
  g_ptr_array_unref (self->degradations);
  g_hash_table_unref (self->since);
  g_free (self->roster_trouble);
  g_free (self->evidence_trouble);

  G_OBJECT_CLASS (vigil_links_parent_class)->finalize (object);
}

static void
vigil_links_class_init (VigilLinksClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_links_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_links_finalize;

  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[TROUBLE] = g_signal_new ("trouble", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_BOOLEAN, G_TYPE_STRING);
}

static void
vigil_links_init (VigilLinks *self)
{
  self->degradations = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);
  self->since = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->n_troubles = vigil_metrics_counter ("vigil_troubles", "Times that a link of ours or a part of the hall failed");
}

/* What the hall said of one of @parts, if it is degraded. */
static const char *
find_degradation (VigilLinks        *self,
                  const char *const *parts)
{
  for (guint i = 0; i < self->degradations->len; i++)
    {
      const VigilHallEvent *event = g_ptr_array_index (self->degradations, i);

      if (g_strv_contains (parts, event->part))
        return event->reason != NULL ? event->reason : event->part;
    }

  return NULL;
}

static gboolean
is_up (VigilLinkState state)
{
  return state == VIGIL_LINK_CONNECTED;
}

static void
set_status (VigilLinks     *self,
            VigilPart       part,
            VigilLinkState  state,
            const char     *reason,
            gint64          retry_us)
{
  VigilLinkStatus *status = &self->status[part];
  VigilLinkState former = status->state;

  if (former == state && status->retry_us == retry_us && g_strcmp0 (status->reason, reason) == 0)
    return;

  if (former != state)
    status->since_us = vigil_clock_monotonic_us ();
  status->state = state;
  status->retry_us = retry_us;
  if (status->reason != reason)
    {
      g_free (status->reason);
      status->reason = g_strdup (reason);
    }
  g_signal_emit (self, signals[CHANGED], 0);

  /* Connecting for the first time is no trouble, leaving is none either. */
  if (self->wanted && is_up (former) != is_up (state) &&
      (is_up (former) || former == VIGIL_LINK_DEGRADED || former == VIGIL_LINK_RECONNECTING))
    {
      if (is_up (former))
        vigil_counter_add (self->n_troubles, 1);
      g_signal_emit (self, signals[TROUBLE], 0, part_nicks[part], is_up (former), status->reason);
    }
}

static gboolean
feed_is_up (VigilLinks *self)
{
  VigilLinkState state = vigil_hall_feed_get_state (self->feed);

  return state == VIGIL_LINK_CONNECTED || state == VIGIL_LINK_DEGRADED;
}

static void
update_feed (VigilLinks *self)
{
  static const char *const parts[] = { "feed", "counting", "store", NULL };
  const GError *error = vigil_hall_feed_get_error (self->feed);
  VigilLinkState state = vigil_hall_feed_get_state (self->feed);
  const char *reason = error != NULL ? error->message : NULL;

  if (state == VIGIL_LINK_CONNECTED)
    {
      reason = self->roster_trouble != NULL ? self->roster_trouble : find_degradation (self, parts);
      if (reason != NULL)
        state = VIGIL_LINK_DEGRADED;
    }

  set_status (self, VIGIL_PART_FEED, state, reason, vigil_hall_feed_get_retry_us (self->feed));
}

static void
update_sfu (VigilLinks *self)
{
  static const char *const parts[] = { "sfu", NULL };
  const GError *error = vigil_stream_controller_get_error (self->streams);
  VigilLinkState state = vigil_stream_controller_get_state (self->streams);
  const char *reason = error != NULL ? error->message : NULL;

  if (state == VIGIL_LINK_CONNECTED && (reason = find_degradation (self, parts)) != NULL)
    state = VIGIL_LINK_DEGRADED;
  else if (state == VIGIL_LINK_OFFLINE && self->wanted && !feed_is_up (self))
    reason = "waiting for the feed";

  set_status (self, VIGIL_PART_SFU, state, reason, vigil_stream_controller_get_retry_us (self->streams));
}

static void
update_evidence (VigilLinks *self)
{
  static const char *const parts[] = { "evidence", NULL };
  const char *reason = find_degradation (self, parts);
  VigilLinkState state = VIGIL_LINK_OFFLINE;

  if (reason == NULL)
    reason = self->evidence_trouble;

  if (self->wanted && reason != NULL)
    state = VIGIL_LINK_DEGRADED;
  else if (self->wanted && (self->evidence_known || feed_is_up (self)))
    state = VIGIL_LINK_CONNECTED;

  set_status (self, VIGIL_PART_EVIDENCE, state, reason, 0);
}

static void
update (VigilLinks *self)
{
  update_feed (self);
  update_sfu (self);
  update_evidence (self);
}

static void
answered_cb (VigilLinks   *self,
             int           what,
             const GError *error)
{
  if (what != VIGIL_DIRECTORY_ANSWERED_FETCH)
    return;

  /* An object that is missing, too large or not what it claims to be says nothing of the store. */
  if (error == NULL)
    g_clear_pointer (&self->evidence_trouble, g_free);
  else if (vigil_session_error_is_transient (error) ||
           g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS) ||
           g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS))
    {
      g_free (self->evidence_trouble);
      self->evidence_trouble = g_strdup (error->message);
    }

  self->evidence_known = TRUE;
  update_evidence (self);
}

VigilLinks *
vigil_links_new (VigilHallFeed         *feed,
                 VigilStreamController *streams,
                 VigilHallDirectory    *directory)
{
  VigilLinks *self = g_object_new (VIGIL_TYPE_LINKS, NULL);

  self->feed = g_object_ref (feed);
  self->streams = g_object_ref (streams);
  self->directory = g_object_ref (directory);
  g_signal_connect_swapped (feed, "state-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (streams, "state-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (directory, "answered", G_CALLBACK (answered_cb), self);
  return self;
}

const VigilLinkStatus *
vigil_links_get (VigilLinks *self,
                 VigilPart   part)
{
  return &self->status[part];
}

static void
remove_degradation (VigilLinks *self,
                    const char *part)
{
  for (guint i = self->degradations->len; i > 0; i--)
    if (g_strcmp0 (((VigilHallEvent *) g_ptr_array_index (self->degradations, i - 1))->part, part) == 0)
      g_ptr_array_remove_index (self->degradations, i - 1);
}

static void
note_since (VigilLinks           *self,
            const VigilHallEvent *event)
{
  gint64 now_us = vigil_clock_monotonic_us ();

  if (!g_hash_table_contains (self->since, event->part))
    g_hash_table_insert (self->since, g_strdup (event->part), g_memdup2 (&now_us, sizeof now_us));
}

void
vigil_links_take_system (VigilLinks     *self,
                         VigilHallEvent *event)
{
  g_return_if_fail (event->part != NULL);

  remove_degradation (self, event->part);
  if (!event->degraded)
    {
      g_hash_table_remove (self->since, event->part);
      /* What failed meanwhile says nothing of now; nobody may be fetching who would find out. */
      if (g_str_equal (event->part, "evidence"))
        g_clear_pointer (&self->evidence_trouble, g_free);
    }
  else if (self->degradations->len < MAX_DEGRADED)
    {
      vigil_counter_add (self->n_troubles, 1);
      g_ptr_array_add (self->degradations, vigil_hall_event_ref (event));
      note_since (self, event);
    }

  update (self); /* first: whoever is told looks at the links */
  g_signal_emit (self, signals[TROUBLE], 0, event->part, event->degraded, event->reason);
}

void
vigil_links_forget_system (VigilLinks *self)
{
  if (self->degradations->len == 0 && self->evidence_trouble == NULL)
    return;

  g_clear_pointer (&self->evidence_trouble, g_free);
  g_ptr_array_set_size (self->degradations, 0);
  g_hash_table_remove_all (self->since);
  update (self);
}

/* By the hall's own account where it gives one that can be true; reckoned anew each time, for what is believed of its
 * clock may have changed. */
gint64
vigil_links_get_degraded_since_us (VigilLinks *self,
                                   const char *part)
{
  const gint64 *noted_us = g_hash_table_lookup (self->since, part);
  gint64 hall_ms = vigil_clock_hall_ms ();

  if (noted_us == NULL)
    return 0;
  for (guint i = 0; i < self->degradations->len; i++)
    {
      const VigilHallEvent *event = g_ptr_array_index (self->degradations, i);

      if (g_str_equal (event->part, part) && event->since_ms > 0 && event->since_ms <= hall_ms)
        return vigil_clock_monotonic_us () - (hall_ms - event->since_ms) * 1000;
    }
  return *noted_us;
}

GPtrArray *
vigil_links_get_degradations (VigilLinks *self)
{
  return self->degradations;
}

void
vigil_links_set_roster_trouble (VigilLinks *self,
                                const char *reason)
{
  if (g_strcmp0 (self->roster_trouble, reason) == 0)
    return;

  g_free (self->roster_trouble);
  self->roster_trouble = g_strdup (reason);
  update (self);
}

void
vigil_links_set_wanted (VigilLinks *self,
                        gboolean    wanted)
{
  self->wanted = wanted;
  if (!wanted)
    {
      g_clear_pointer (&self->evidence_trouble, g_free);
      g_clear_pointer (&self->roster_trouble, g_free);
      self->evidence_known = FALSE;
      g_ptr_array_set_size (self->degradations, 0);
      g_hash_table_remove_all (self->since);
    }
  update (self);
}
