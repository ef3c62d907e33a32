/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds the incident detector from a session, and keeps what it found.
 *
 * The roster says what is, not how it came to know. So we keep what we knew of each candidate: what differs
 * when the hall has just told an event of it is a sign; what differs at any other time was read. */

#include "vigil-incident-watch.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-incident-detector.h"
#include "vigil-metrics.h"
#include "vigil-reported-losses.h"

/* Which is also how often a change of an incident is told at most. */
#define TICK_MS 250

/* What is known of a candidate. */
enum
{
  KNOWN = 1 << 0,
  CONNECTED = 1 << 1,
  STREAMING = 1 << 2,
  DARK = 1 << 3,      /* its camera gives a black picture */
};

/* The violation types that may come of trouble that many share: what each says to be lost, if anything, and the
 * incidents it may be a part of. No other type folds into any: a second face is nobody's network. */
static const struct
{
  const char *type;
  gboolean    is_sign;
  VigilLost   lost;
  guint8      folds_into;  /* bit per VigilLost */
} folds[] = {
  { "no_face", TRUE, VIGIL_LOST_FACE, 1 << VIGIL_LOST_FACE | 1 << VIGIL_LOST_VIDEO | 1 << VIGIL_LOST_HEARTBEAT },
  { "camera_blackout", TRUE, VIGIL_LOST_VIDEO, 1 << VIGIL_LOST_FACE | 1 << VIGIL_LOST_VIDEO | 1 << VIGIL_LOST_HEARTBEAT },
  { "low_light", FALSE, VIGIL_LOST_VIDEO, 1 << VIGIL_LOST_FACE | 1 << VIGIL_LOST_VIDEO },
};

struct _VigilIncidentWatch
{
  GObject                parent_instance;

  VigilRoster           *roster;
  VigilScoringPolicy    *policy;
  VigilSettings         *settings;
  VigilIncidentDetector *detector;
  VigilReportedLosses   *reported;
  GByteArray            *known;     /* bits by handle */
  GListStore            *shown;     /* VigilIncident, newest first */
  GPtrArray             *kept;      /* VigilIncident, owned, oldest first: also those that were dismissed */

  gboolean               live;
  gint64                 live_ms;   /* since when, on the hall's clock */
  VigilIncidentParams    params;
  guint                  margin_ms;
  guint                  max_kept;
  guint                  timer;

  VigilCounter          *n_signs;
  VigilCounter          *n_opened;
  VigilCounter          *n_open;
  VigilCounter          *n_members;
};

G_DEFINE_FINAL_TYPE (VigilIncidentWatch, vigil_incident_watch, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
tick_cb (gpointer user_data)
{
  VigilIncidentWatch *self = user_data;
  g_autoptr (VigilIncidentWatch) alive = g_object_ref (self);

  vigil_incident_detector_advance (self->detector, vigil_clock_hall_ms ());
  if (g_source_is_destroyed (g_main_current_source ()))
    return G_SOURCE_REMOVE; /* whoever was told made us stop */
  if (vigil_incident_detector_is_busy (self->detector))
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  return G_SOURCE_REMOVE;
}

/* At rest there is no timer. */
static void
ensure_tick (VigilIncidentWatch *self)
{
  if (self->timer == 0 && self->live)
    self->timer = g_timeout_add (TICK_MS, tick_cb, self);
}

static void
count (VigilIncidentWatch *self)
{
  guint n_open = 0, n_members = 0;

  for (guint i = 0; i < self->kept->len; i++)
    {
      VigilIncident *incident = g_ptr_array_index (self->kept, i);

      n_open += vigil_incident_get_until_ms (incident) == 0;
      n_members += vigil_incident_get_n_now (incident);
    }
  vigil_counter_set (self->n_open, n_open);
  vigil_counter_set (self->n_members, n_members);
}

static void
hide (VigilIncidentWatch *self,
      VigilIncident      *incident)
{
  guint position;

  if (g_list_store_find (self->shown, incident, &position))
    g_list_store_remove (self->shown, position);
}

/* Those that go on are kept however many they are. */
static void
keep_bounds (VigilIncidentWatch *self)
{
  for (guint i = 0; i < self->kept->len && self->kept->len > self->max_kept;)
    {
      VigilIncident *incident = g_ptr_array_index (self->kept, i);

      if (vigil_incident_get_until_ms (incident) == 0)
        {
          i++;
          continue;
        }
      hide (self, incident);
      g_ptr_array_remove_index (self->kept, i);
    }
}

static void
told_cb (gpointer       user_data,
         VigilIncident *incident)
{
  VigilIncidentWatch *self = user_data;
  g_autoptr (VigilIncident) keep = g_object_ref (incident);
  gboolean merged = vigil_incident_get_merged_into (incident) != 0;

  if (!self->live)
    return; /* who heard of another one has left the exam */

  if (!merged && !g_ptr_array_find (self->kept, incident, NULL))
    {
      g_autofree char *summary = vigil_incident_dup_summary (incident);

      g_debug ("Incident %u: %s", vigil_incident_get_id (incident), summary);
      g_ptr_array_add (self->kept, g_object_ref (incident));
      g_list_store_insert (self->shown, 0, incident);
      vigil_counter_add (self->n_opened, 1);
      keep_bounds (self);
    }
  else if (merged)
    {
      hide (self, incident);
      g_ptr_array_remove (self->kept, incident);
    }
  count (self);
  g_signal_emit (self, signals[CHANGED], 0, keep);
}

static guint8 *
get_known (VigilIncidentWatch *self,
           VigilHandle         handle)
{
  guint before = self->known->len;

  if (handle >= before)
    {
      g_byte_array_set_size (self->known, handle + 1);
      memset (self->known->data + before, 0, handle + 1 - before);
    }
  return &self->known->data[handle];
}

static void
say (VigilIncidentWatch *self,
     VigilHandle         handle,
     VigilLost           lost,
     gboolean            recovered,
     gint64              at_ms)
{
  VigilSign sign = { at_ms, handle, lost, recovered };

  vigil_incident_detector_set_time (self->detector, vigil_clock_hall_ms ());
  if (vigil_incident_detector_take (self->detector, &sign))
    vigil_counter_add (self->n_signs, 1);
  ensure_tick (self);
}

static void
set_groups (VigilIncidentWatch   *self,
            const VigilCandidate *candidate)
{
  VigilIncidentGroups groups = {
    .id = {
      [VIGIL_SHARED_WORKER] = vigil_incident_detector_intern (self->detector, VIGIL_SHARED_WORKER, candidate->worker),
      [VIGIL_SHARED_ROOM] = vigil_incident_detector_intern (self->detector, VIGIL_SHARED_ROOM, candidate->room),
      [VIGIL_SHARED_NETWORK] = vigil_incident_detector_intern (self->detector, VIGIL_SHARED_NETWORK, candidate->network),
    },
  };

  vigil_incident_detector_set_member (self->detector, candidate->handle, &groups);
}

static void
forget (VigilIncidentWatch *self,
        VigilHandle         handle)
{
  guint8 *known = get_known (self, handle);

  if (*known == 0)
    return;

  *known = 0;
  vigil_incident_detector_set_time (self->detector, vigil_clock_hall_ms ());
  vigil_incident_detector_remove_member (self->detector, handle);
  vigil_reported_losses_forget (self->reported, handle);
  ensure_tick (self);
}

static gboolean
has_video (guint8 known)
{
  return (known & STREAMING) && !(known & DARK);
}

/* Tells the detector what differs between what we knew and what is. Who disconnects did so first of all, and
 * who is back is so before anything else is. */
static void
tell (VigilIncidentWatch *self,
      VigilHandle         handle,
      guint8              before,
      guint8              now,
      gboolean            is_sign)
{
  gint64 at_ms = vigil_clock_hall_ms ();
  struct
  {
    VigilLost lost;
    gboolean  had;
    gboolean  has;
  } both[] = {
    { VIGIL_LOST_HEARTBEAT, (before & CONNECTED) != 0, (now & CONNECTED) != 0 },
    { VIGIL_LOST_VIDEO, has_video (before), has_video (now) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    if (!is_sign)
      vigil_incident_detector_set_lost (self->detector, handle, both[i].lost, !both[i].has, at_ms);
    else if (both[i].had != both[i].has)
      say (self, handle, both[i].lost, both[i].has, at_ms);
}

static void
follow (VigilIncidentWatch   *self,
        const VigilCandidate *candidate,
        gboolean              is_sign)
{
  VigilHandle handle = candidate->handle;
  guint8 before = *get_known (self, handle);
  guint8 now = KNOWN | (before & DARK);

  if (!candidate->present)
    {
      forget (self, handle);
      return;
    }

  if (candidate->connected)
    now |= CONNECTED;
  if (candidate->is_streaming)
    now |= STREAMING;

  set_groups (self, candidate);
  *get_known (self, handle) = now;
  if (now != before)
    tell (self, handle, before, now, is_sign && before != 0);
}

static void
candidate_changed_cb (VigilIncidentWatch *self,
                      guint               handle,
                      guint               fields)
{
  const VigilCandidate *candidate = vigil_roster_get (self->roster, handle);

  if (candidate == NULL || !(fields & (VIGIL_FIELD_CONNECTED | VIGIL_FIELD_STREAMING | VIGIL_FIELD_ROOM |
                                       VIGIL_FIELD_NETWORK | VIGIL_FIELD_WORKER)))
    return;

  follow (self, candidate, FALSE);
  if (vigil_incident_detector_is_busy (self->detector))
    ensure_tick (self);
}

void
vigil_incident_watch_take_event (VigilIncidentWatch   *self,
                                 const VigilHallEvent *event,
                                 gint64                lag_ms)
{
  const VigilCandidate *candidate;
  const char *id = event->student_id;

  if (!self->live || lag_ms > self->params.window_ms)
    return;

  if (event->kind == VIGIL_HALL_EVENT_SESSION_UPDATE)
    id = event->candidate->id;
  else if (event->kind != VIGIL_HALL_EVENT_NEW_PRODUCER)
    return;

  candidate = id != NULL ? vigil_roster_lookup (self->roster, id) : NULL;
  if (candidate != NULL)
    follow (self, candidate, TRUE);
}

static int
find_fold (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (folds); i++)
    if (g_strcmp0 (folds[i].type, type) == 0)
      return i;

  return -1;
}

void
vigil_incident_watch_take_violation (VigilIncidentWatch   *self,
                                     const VigilViolation *violation)
{
  int fold = find_fold (violation->type);
  const VigilCandidate *candidate = vigil_roster_lookup (self->roster, violation->student_id);
  const VigilViolationType *type = vigil_scoring_policy_lookup (self->policy, violation->type);
  gint64 at_ms = MIN (violation->at_ms, vigil_clock_hall_ms ());

  /* Of what fell into the time before we came the rest is not known. */
  if (!self->live || fold < 0 || !folds[fold].is_sign || candidate == NULL || at_ms < self->live_ms ||
      !(*get_known (self, candidate->handle) & KNOWN))
    return;

  vigil_reported_losses_note (self->reported, candidate->handle, folds[fold].lost,
                              vigil_scoring_policy_get_flag (self->policy, violation->type, -1),
                              type != NULL ? type->ttl_s : 0, at_ms);
  if (folds[fold].lost == VIGIL_LOST_VIDEO)
    *get_known (self, candidate->handle) |= DARK;
  say (self, candidate->handle, folds[fold].lost, FALSE, at_ms);
}

static gboolean
reported_cb (gpointer    user_data,
             VigilHandle handle,
             guint       what,
             gboolean    over,
             gint64      at_ms)
{
  VigilIncidentWatch *self = user_data;
  guint8 *known = get_known (self, handle);

  if (!over && vigil_incident_detector_is_member (self->detector, handle, what))
    return FALSE;

  if (what == VIGIL_LOST_VIDEO)
    *known &= ~DARK;
  if (what == VIGIL_LOST_VIDEO && !has_video (*known))
    return TRUE; /* dark no more, and not streaming: still no video */

  /* An old one that is nobody's business is forgotten, so that the next report of it is news. */
  if (over)
    say (self, handle, what, TRUE, at_ms);
  else
    vigil_incident_detector_set_lost (self->detector, handle, what, FALSE, at_ms);
  return TRUE;
}

void
vigil_incident_watch_roster_read (VigilIncidentWatch *self)
{
  for (VigilHandle handle = 0; handle < self->known->len; handle++)
    {
      const VigilCandidate *candidate = self->known->data[handle] != 0 ? vigil_roster_get (self->roster, handle) : NULL;

      if (self->known->data[handle] != 0 && (candidate == NULL || !candidate->present))
        forget (self, handle);
    }
}

void
vigil_incident_watch_set_live (VigilIncidentWatch *self,
                               gboolean            live)
{
  self->live = live;
  vigil_reported_losses_set_live (self->reported, live);
  if (!live)
    {
      g_clear_handle_id (&self->timer, g_source_remove);
      return;
    }

  self->live_ms = vigil_clock_hall_ms ();
  vigil_incident_detector_resume (self->detector, self->live_ms);
  ensure_tick (self);
}

void
vigil_incident_watch_clear (VigilIncidentWatch *self)
{
  vigil_incident_watch_set_live (self, FALSE);
  vigil_incident_detector_reset (self->detector);
  vigil_reported_losses_clear (self->reported);
  g_byte_array_set_size (self->known, 0);
  g_ptr_array_set_size (self->kept, 0);
  g_list_store_remove_all (self->shown);
  count (self);
}

GListModel *
vigil_incident_watch_get_incidents (VigilIncidentWatch *self)
{
  return G_LIST_MODEL (self->shown);
}

void
vigil_incident_watch_dismiss (VigilIncidentWatch *self,
                              VigilIncident      *incident)
{
  if (vigil_incident_get_until_ms (incident) != 0)
    hide (self, incident);
}

static gboolean
is_part (VigilIncidentWatch        *self,
         VigilIncident             *incident,
         const VigilIncidentMember *member,
         gint64                     at_ms)
{
  if (at_ms < vigil_incident_get_since_ms (incident) - self->margin_ms)
    return FALSE;

  /* What a member does after it has recovered is its own, however long the incident goes on for others. */
  return member->lost != 0 || at_ms <= member->recovered_at_ms + self->margin_ms;
}

VigilIncident *
vigil_incident_watch_find (VigilIncidentWatch *self,
                           VigilHandle         handle,
                           const char         *type,
                           gint64              at_ms)
{
  int fold = find_fold (type);

  for (guint i = fold >= 0 ? self->kept->len : 0; i > 0; i--)
    {
      VigilIncident *incident = g_ptr_array_index (self->kept, i - 1);
      const VigilIncidentMember *member = vigil_incident_find_member (incident, handle);

      if (member != NULL && (member->ever & folds[fold].folds_into) && is_part (self, incident, member, at_ms))
        return incident;
    }
  return NULL;
}

static void
read_settings (VigilIncidentWatch *self)
{
  VigilIncidentParams params;

  vigil_settings_get_incident_params (self->settings, &params);
  /* Empties the windows: not for a number that is none of the detector's. */
  if (memcmp (&params, &self->params, sizeof params) != 0)
    vigil_incident_detector_set_params (self->detector, &params);
  self->params = params;
  vigil_reported_losses_set_old (self->reported, params.break_ms);
  self->margin_ms = vigil_settings_get_int (self->settings, VIGIL_SETTING_INCIDENT_MARGIN);
  self->max_kept = vigil_settings_get_int (self->settings, VIGIL_SETTING_INCIDENTS_KEPT);
  keep_bounds (self);
}

static void
setting_changed_cb (VigilIncidentWatch *self,
                    const char         *what)
{
  if (g_str_has_prefix (what, "incident"))
    read_settings (self);
}

static void
vigil_incident_watch_dispose (GObject *object)
{
  VigilIncidentWatch *self = VIGIL_INCIDENT_WATCH (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->roster != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->roster, self);
      g_signal_handlers_disconnect_by_data (self->settings, self);
    }
  g_clear_pointer (&self->reported, vigil_reported_losses_free);
  g_clear_object (&self->roster);
  g_clear_object (&self->policy);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (vigil_incident_watch_parent_class)->dispose (object);
}

static void
vigil_incident_watch_finalize (GObject *object)
{
  VigilIncidentWatch *self = VIGIL_INCIDENT_WATCH (object);

  vigil_incident_detector_free (self->detector);
  g_byte_array_unref (self->known);
  g_object_unref (self->shown);
  g_ptr_array_unref (self->kept);

  G_OBJECT_CLASS (vigil_incident_watch_parent_class)->finalize (object);
}

static void
vigil_incident_watch_class_init (VigilIncidentWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_incident_watch_dispose;
  object_class->finalize = vigil_incident_watch_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, VIGIL_TYPE_INCIDENT);
}

static void
vigil_incident_watch_init (VigilIncidentWatch *self)
{
  self->detector = vigil_incident_detector_new (told_cb, self);
  self->known = g_byte_array_new ();
  self->shown = g_list_store_new (VIGIL_TYPE_INCIDENT);
  self->kept = g_ptr_array_new_with_free_func (g_object_unref);
  self->n_signs = vigil_metrics_counter ("vigil_incident_signs", "Losses and recoveries of candidates that were news");
  self->n_opened = vigil_metrics_counter ("vigil_incidents_opened", "Incidents that many candidates shared, so far");
  self->n_open = vigil_metrics_gauge ("vigil_incidents_open", "Incidents that go on");
  self->n_members = vigil_metrics_gauge ("vigil_incident_members", "Candidates in them who have not recovered");
}

VigilIncidentWatch *
vigil_incident_watch_new (VigilRoster        *roster,
                          VigilScoringPolicy *policy,
                          VigilSettings      *settings)
{
  VigilIncidentWatch *self = g_object_new (VIGIL_TYPE_INCIDENT_WATCH, NULL);

  self->roster = g_object_ref (roster);
  self->policy = g_object_ref (policy);
  self->settings = g_object_ref (settings);
  self->reported = vigil_reported_losses_new (vigil_roster_get_store (roster), reported_cb, self);
  read_settings (self);
  g_signal_connect_swapped (roster, "candidate-changed", G_CALLBACK (candidate_changed_cb), self);
  g_signal_connect_swapped (settings, "changed", G_CALLBACK (setting_changed_cb), self);
  return self;
}
