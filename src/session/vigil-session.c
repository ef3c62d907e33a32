/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One operator in one exam of one hall. Puts the parts together; has no policy of its own but this:
 * when a connection is lost, everything that lived on it goes before anything else happens. */

#include "vigil-memory.h"
#include "vigil-session-private.h"

#define VIOLATIONS_PAGE 200

G_DEFINE_FINAL_TYPE (VigilSession, vigil_session, G_TYPE_OBJECT)

guint vigil_session_signals[VIGIL_SESSION_N_SIGNALS];

void
vigil_session_need_auth (VigilSession *self)
{
  if (self->auth_asked || self->exam == NULL)
    return;

  self->auth_asked = TRUE;
  g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_AUTH_NEEDED], 0);
}

void
vigil_session_read_exam_state (VigilSession *self)
{
  const char *state = self->exam != NULL ? self->exam->state : NULL;
  gboolean running = g_strcmp0 (state, "ended") != 0 && g_strcmp0 (state, "scheduled") != 0;

  vigil_quiet_watch_set_running (self->quiet, running);
  vigil_coverage_set_running (vigil_coverage_keeper_get (self->coverage), running);
}

/* The streams first: nothing may go on asking over a connection that is gone. */
static void
go_down (VigilSession *self,
         const char   *why)
{
  vigil_session_stop_pictures (self, why);
  vigil_sfu_configure (self->parts.sfu, NULL); /* nobody else would let go of one that is not the hall's */
  vigil_event_order_stop (self->order);
  vigil_roster_sync_stop (self->sync);
  vigil_incident_watch_set_live (self->incidents, FALSE);
  vigil_links_forget_system (self->links);
  vigil_quiet_watch_stop (self->quiet);
  self->up = FALSE;
}

static void
feed_state_changed_cb (VigilSession *self)
{
  VigilLinkState state = vigil_hall_feed_get_state (self->parts.feed);
  const GError *error = vigil_hall_feed_get_error (self->parts.feed);

  if (state == VIGIL_LINK_CONNECTED || state == VIGIL_LINK_DEGRADED)
    return;

  if (self->up)
    go_down (self, error != NULL ? error->message : "The connection to the hall is gone");
  if (vigil_session_error_is_auth (error))
    vigil_session_need_auth (self);
}

static void
joined_cb (VigilSession *self,
           gint64        epoch,
           gint64        seq)
{
  gboolean first;

  if (self->exam == NULL)
    return;

  if (self->up)
    go_down (self, "The hall was joined anew");

  self->up = TRUE;
  vigil_incident_watch_set_live (self->incidents, TRUE);
  vigil_quiet_watch_start (self->quiet);
  first = vigil_event_order_get_seq (self->order) < 0;
  /* Before the roster, whose deltas go on from where they stopped: what happened meanwhile is read now. */
  vigil_event_order_joined (self->order, epoch, seq);
  vigil_roster_sync_joined (self->sync, epoch, vigil_event_order_get_seq (self->order));
  /* What was said before we came. */
  if (first || vigil_flag_reader_is_stuck (self->flags))
    vigil_session_read_flags (self);
  vigil_sfu_configure (self->parts.sfu, self->exam->sfu);
  vigil_session_start_pictures (self);
  vigil_outbox_flush (self->outbox);
}

static void
event_cb (VigilSession   *self,
          VigilHallEvent *event)
{
  gboolean news;

  if (self->exam == NULL)
    return;

  /* The roster tells of it only afterwards: the watch has to know first that it was told and not read. */
  vigil_roster_freeze (self->roster);
  news = vigil_roster_sync_take (self->sync, event);
  if (news)
    vigil_incident_watch_take_event (self->incidents, event, vigil_event_order_get_lag_ms (self->order));
  vigil_roster_thaw (self->roster);
  if (!news || self->exam == NULL)
    return;

  vigil_bypass_watch_take_event (self->bypasses, event);
  vigil_session_take_event (self, event);
}

static void
lost_cb (VigilSession *self,
         gint64        seq,
         gboolean      away)
{
  vigil_roster_sync_skip_to (self->sync, seq);
  /* What was lost before we came is in the roster that is being read, unless the operator stopped that. */
  if (!away || !vigil_roster_sync_is_loading (self->sync))
    vigil_roster_sync_request (self->sync, "events are missing");
  vigil_session_read_flags (self);
}

static void
events_cb (VigilSession *self,
           GPtrArray    *events)
{
  g_autoptr (VigilSession) alive = g_object_ref (self);

  vigil_roster_freeze (self->roster);
  for (guint i = 0; self->exam != NULL && i < events->len; i++)
    vigil_event_order_take (self->order, g_ptr_array_index (events, i));
  vigil_roster_thaw (self->roster);
}

static void
progress_cb (VigilSession *self,
             guint         loaded,
             guint         total)
{
  /* What a reading left over that failed half-way is applied after the failure was told. */
  if (loaded == total && vigil_roster_sync_is_complete (self->sync))
    {
      vigil_links_set_roster_trouble (self->links, NULL);
      vigil_incident_watch_roster_read (self->incidents);
      vigil_memory_release ();
    }
  g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_ROSTER_PROGRESS], 0, loaded, total);
}

static void
roster_failed_cb (VigilSession *self,
                  const GError *error)
{
  g_autofree char *reason = g_strdup_printf ("The list of candidates cannot be read: %s", error->message);

  vigil_links_set_roster_trouble (self->links, reason);
  if (vigil_session_error_is_auth (error))
    vigil_session_need_auth (self);
}

static void
links_changed_cb (VigilSession *self)
{
  g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_LINK_CHANGED], 0);
}

static void
trouble_cb (VigilSession *self,
             const char   *part,
             gboolean      degraded,
             const char   *reason)
{
  g_signal_emit (self, vigil_session_signals[VIGIL_SESSION_SIGNAL_TROUBLE], 0, part, degraded, reason);
}

static void
answered_cb (VigilSession *self,
             int           what,
             const GError *error)
{
  if (what == VIGIL_DIRECTORY_ANSWERED_QUERY && vigil_session_error_is_auth (error))
    vigil_session_need_auth (self);
}

static void
take_bypass (VigilSession *self,
             const char   *student_id,
             VigilBypass  *bypass)
{
  const VigilCandidate *candidate = vigil_roster_lookup (self->roster, student_id);

  /* Without a body the hall's bypass_changed is what says so. */
  if (candidate != NULL && bypass != NULL && vigil_bypass_watch_take_answer (self->bypasses, student_id, bypass))
    vigil_roster_set_bypass (self->roster, candidate->handle, bypass);
}

static void
take_claim (VigilSession *self,
            const char   *student_id,
            const char   *who)
{
  const VigilCandidate *candidate = vigil_roster_lookup (self->roster, student_id);

  /* A colleague's claim may have overtaken the answer to our release. */
  if (candidate != NULL && (who != NULL || g_strcmp0 (candidate->claimed_by, self->who->user) == 0))
    vigil_roster_set_claimed_by (self->roster, candidate->handle, who);
}

static void
settled_cb (VigilSession    *self,
            VigilOutboxItem *item)
{
  const VigilAction *action = vigil_outbox_item_get_action (item);

  if (vigil_outbox_item_get_state (item) != VIGIL_ACTION_CONFIRMED || self->exam == NULL ||
      g_strcmp0 (action->exam_id, self->exam->id) != 0)
    return;

  switch (action->kind)
    {
    case VIGIL_ACTION_BYPASS:
    case VIGIL_ACTION_REVOKE_BYPASS:
      take_bypass (self, action->student_id, vigil_outbox_item_get_bypass (item));
      break;

    case VIGIL_ACTION_VERDICT:
      vigil_session_take_verdict (self, action->flag_id, action->verdict, action->expires_at_ms,
                                  vigil_roster_sync_hall_counts_flags (self->sync));
      break;

    case VIGIL_ACTION_CLAIM:
    case VIGIL_ACTION_RELEASE:
      take_claim (self, action->student_id, action->kind == VIGIL_ACTION_CLAIM ? self->who->user : NULL);
      break;

    case VIGIL_ACTION_INTERVENTION:
    default:
      break;
    }
}

static void
apply_settings (VigilSession *self)
{
  VigilSettings *settings = self->parts.settings;

  vigil_roster_view_set_rank_interval (self->view, vigil_settings_get_int (settings, VIGIL_SETTING_RANK_INTERVAL));
  vigil_roster_view_set_hysteresis (self->view, vigil_settings_get_int (settings, VIGIL_SETTING_RANK_HYSTERESIS));
  vigil_roster_view_set_recent (self->view, vigil_settings_get_int (settings, VIGIL_SETTING_STALE_SCORE) * 1000);
  vigil_roster_view_set_sections (self->view, vigil_settings_get_boolean (settings, VIGIL_SETTING_SECTIONS));
  vigil_roster_view_set_order (self->view, vigil_settings_get_order (settings));
  vigil_outbox_set_max_snapshots (self->outbox, (guint) vigil_settings_get_int (settings, VIGIL_SETTING_SNAPSHOTS_WAITING));
}

static void
setting_changed_cb (VigilSession *self,
                    const char   *what)
{
  if (g_str_equal (what, VIGIL_SETTING_ORDER) || g_str_equal (what, VIGIL_SETTING_RANK_INTERVAL) ||
      g_str_equal (what, VIGIL_SETTING_RANK_HYSTERESIS) || g_str_equal (what, VIGIL_SETTING_STALE_SCORE) ||
      g_str_equal (what, VIGIL_SETTING_SECTIONS) || g_str_equal (what, VIGIL_SETTING_SNAPSHOTS_WAITING))
    apply_settings (self);
  if (g_str_equal (what, VIGIL_SETTING_PICTURES))
    vigil_session_update_rung (self);
}

static void
vigil_session_dispose (GObject *object)
{
  VigilSession *self = VIGIL_SESSION (object);
  VigilSessionParts *parts = &self->parts;

  if (parts->feed != NULL)
    {
      vigil_session_leave (self);
      g_signal_handlers_disconnect_by_data (parts->feed, self);
      g_signal_handlers_disconnect_by_data (parts->directory, self);
      g_signal_handlers_disconnect_by_data (parts->settings, self);
      g_signal_handlers_disconnect_by_data (self->order, self);
      g_signal_handlers_disconnect_by_data (self->sync, self);
      g_signal_handlers_disconnect_by_data (self->links, self);
      g_signal_handlers_disconnect_by_data (self->quiet, self);
      g_signal_handlers_disconnect_by_data (self->outbox, self);
      g_signal_handlers_disconnect_by_data (self->triage, self);
      g_signal_handlers_disconnect_by_data (self->stills, self);
    }
  g_clear_object (&self->links);
  g_clear_object (&self->quiet);
  g_clear_object (&self->order);
  g_clear_pointer (&self->flags, vigil_flag_reader_free);
  g_clear_pointer (&self->escalated, vigil_flag_reader_free);
  g_clear_object (&self->sync);
  g_clear_object (&self->triage);
  g_clear_object (&self->outbox);
  g_clear_object (&self->listening);
  g_clear_object (&self->streams);
  g_clear_object (&self->stills);
  g_clear_object (&self->view);
  g_clear_pointer (&self->bypasses, vigil_bypass_watch_free);
  g_clear_object (&self->incidents);
  g_clear_pointer (&self->coverage, vigil_coverage_keeper_free);
  g_clear_object (&self->roster);

  g_clear_object (&parts->settings);
  g_clear_object (&parts->policy);
  g_clear_object (&parts->store);
  g_clear_object (&parts->feed);
  g_clear_object (&parts->directory);
  g_clear_object (&parts->actions);
  g_clear_object (&parts->sfu);
  g_clear_object (&parts->engine);
  g_clear_object (&parts->stills);

  G_OBJECT_CLASS (vigil_session_parent_class)->dispose (object);
}

static void
vigil_session_finalize (GObject *object)
{
  VigilSession *self = VIGIL_SESSION (object);

  g_clear_pointer (&self->violations, vigil_violation_log_free);
  g_clear_pointer (&self->who, vigil_session_info_free);

  G_OBJECT_CLASS (vigil_session_parent_class)->finalize (object);
}

static void
vigil_session_class_init (VigilSessionClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_session_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_session_finalize;

  vigil_session_signals[VIGIL_SESSION_SIGNAL_LINK_CHANGED] = g_signal_new ("link-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
  vigil_session_signals[VIGIL_SESSION_SIGNAL_TROUBLE] = g_signal_new ("trouble", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_BOOLEAN, G_TYPE_STRING);
  vigil_session_signals[VIGIL_SESSION_SIGNAL_VIOLATION] = g_signal_new ("violation", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, VIGIL_TYPE_VIOLATION);
  vigil_session_signals[VIGIL_SESSION_SIGNAL_INTERVENTION] = g_signal_new ("intervention", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_POINTER);
  vigil_session_signals[VIGIL_SESSION_SIGNAL_EXAM_CHANGED] = g_signal_new ("exam-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
  vigil_session_signals[VIGIL_SESSION_SIGNAL_RUNG_CHANGED] = g_signal_new ("rung-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
  vigil_session_signals[VIGIL_SESSION_SIGNAL_ROSTER_PROGRESS] = g_signal_new ("roster-progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  vigil_session_signals[VIGIL_SESSION_SIGNAL_AUTH_NEEDED] = g_signal_new ("auth-needed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);
}

static void
vigil_session_init (VigilSession *self)
{
}

static void
ref_parts (VigilSession            *self,
           const VigilSessionParts *parts)
{
  self->parts.settings = g_object_ref (parts->settings);
  self->parts.policy = g_object_ref (parts->policy);
  self->parts.store = g_object_ref (parts->store);
  self->parts.feed = g_object_ref (parts->feed);
  self->parts.directory = g_object_ref (parts->directory);
  self->parts.actions = g_object_ref (parts->actions);
  self->parts.sfu = g_object_ref (parts->sfu);
  self->parts.engine = g_object_ref (parts->engine);
  g_set_object (&self->parts.stills, parts->stills);
}

static void
make_parts (VigilSession *self)
{
  VigilSessionParts *parts = &self->parts;

  self->roster = vigil_roster_new (parts->store);
  vigil_roster_set_policy (self->roster, parts->policy);
  self->view = vigil_roster_view_new (self->roster);
  vigil_roster_view_set_policy (self->view, parts->policy);
  self->streams = vigil_stream_controller_new (self->roster, parts->settings, parts->sfu, parts->engine);
  vigil_stream_controller_set_feed (self->streams, parts->feed);
  g_signal_connect_object (self->streams, "state-changed", G_CALLBACK (vigil_session_update_rung), self, G_CONNECT_SWAPPED);
  self->listening = vigil_listening_new (self->streams, self->roster, parts->settings, parts->engine);
  self->stills = vigil_stills_new (self->roster, parts->settings, parts->stills);
  self->outbox = vigil_outbox_new (parts->actions);
  self->quiet = vigil_quiet_watch_new (parts->store, self->roster, parts->settings);
  self->order = vigil_event_order_new (parts->directory);
  self->flags = vigil_flag_reader_new (parts->directory, NULL, vigil_session_flag_read, self);
  self->escalated = vigil_flag_reader_new (parts->directory, "escalated", vigil_session_escalated_read, self);
  self->sync = vigil_roster_sync_new (self->roster, parts->directory);
  self->bypasses = vigil_bypass_watch_new (self->roster);
  self->incidents = vigil_incident_watch_new (self->roster, parts->policy, parts->settings);
  self->coverage = vigil_coverage_keeper_new (self->roster, parts->settings);
  self->triage = vigil_triage_new (self->roster, self->outbox, self->incidents, parts->settings);
  self->violations = vigil_violation_log_new (vigil_settings_get_int (parts->settings, VIGIL_SETTING_VIOLATIONS_KEPT),
                                              VIGIL_SESSION_MAX_VIOLATIONS);
}

VigilSession *
vigil_session_new (const VigilSessionParts *parts)
{
  VigilSession *self = g_object_new (VIGIL_TYPE_SESSION, NULL);

  ref_parts (self, parts);
  make_parts (self);

  /* Before the links listen: whoever is told of a lost link finds the streams already stopped. */
  g_signal_connect_swapped (parts->feed, "state-changed", G_CALLBACK (feed_state_changed_cb), self);
  g_signal_connect_swapped (parts->feed, "joined", G_CALLBACK (joined_cb), self);
  g_signal_connect_swapped (parts->feed, "events", G_CALLBACK (events_cb), self);
  g_signal_connect_swapped (parts->directory, "answered", G_CALLBACK (answered_cb), self);
  g_signal_connect_swapped (parts->settings, "changed", G_CALLBACK (setting_changed_cb), self);

  self->links = vigil_links_new (parts->feed, self->streams, parts->directory);
  g_signal_connect_swapped (self->links, "changed", G_CALLBACK (links_changed_cb), self);
  g_signal_connect_swapped (self->links, "trouble", G_CALLBACK (trouble_cb), self);
  g_signal_connect_swapped (self->quiet, "changed", G_CALLBACK (links_changed_cb), self);
  g_signal_connect_swapped (self->order, "event", G_CALLBACK (event_cb), self);
  g_signal_connect_swapped (self->order, "lost", G_CALLBACK (lost_cb), self);
  g_signal_connect_swapped (self->sync, "progress", G_CALLBACK (progress_cb), self);
  g_signal_connect_swapped (self->sync, "failed", G_CALLBACK (roster_failed_cb), self);
  g_signal_connect_swapped (self->outbox, "item-settled", G_CALLBACK (settled_cb), self);
  g_signal_connect_swapped (self->outbox, "auth-needed", G_CALLBACK (vigil_session_need_auth), self);

  g_signal_connect_swapped (self->triage, "flags-wanted", G_CALLBACK (vigil_session_read_flags), self);
  g_signal_connect_swapped (self->stills, "auth-needed", G_CALLBACK (vigil_session_need_auth), self);

  apply_settings (self);
  vigil_session_update_rung (self);
  return self;
}

static void
forget_exam (VigilSession *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->exam, vigil_exam_free);
  vigil_listening_stop (self->listening);
  vigil_event_order_set_exam (self->order, NULL);
  vigil_flag_reader_stop (self->flags);
  vigil_flag_reader_stop (self->escalated);
  vigil_coverage_keeper_stop (self->coverage); /* while it is known whose it is */
  vigil_roster_clear (self->roster);
  vigil_score_store_reset (self->parts.store);
  vigil_violation_log_clear (self->violations);
  vigil_bypass_watch_clear (self->bypasses);
  vigil_incident_watch_clear (self->incidents);
  vigil_stills_clear (self->stills);
}

void
vigil_session_join (VigilSession           *self,
                    const VigilExam        *exam,
                    const VigilSessionInfo *who)
{
  g_autoptr (VigilExam) copy = vigil_exam_copy (exam);
  VigilSessionInfo *new_who = vigil_session_info_copy (who);

  if (self->exam != NULL && g_strcmp0 (self->exam->id, exam->id) != 0)
    vigil_session_leave (self);

  g_clear_pointer (&self->who, vigil_session_info_free);
  self->who = new_who;
  vigil_stream_controller_set_operator (self->streams, new_who->user);
  if (self->exam == NULL)
    {
      vigil_event_order_set_exam (self->order, copy->id);
      vigil_roster_sync_set_exam (self->sync, copy->id);
    }
  g_clear_pointer (&self->exam, vigil_exam_free);
  self->exam = g_steal_pointer (&copy);
  vigil_session_read_exam_state (self);
  if (self->up)
    vigil_sfu_configure (self->parts.sfu, self->exam->sfu);
  vigil_session_update_rung (self);
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();

  self->auth_asked = FALSE;
  vigil_coverage_keeper_start (self->coverage, self->who->hall, self->exam->id, self->exam->starts_at_ms);
  vigil_triage_start (self->triage, self->exam->id, self->who->user, self->who->role);
  vigil_links_set_wanted (self->links, TRUE);
  vigil_hall_feed_join (self->parts.feed, self->exam->id);
}

void
vigil_session_leave (VigilSession *self)
{
  if (self->exam == NULL)
    return;

  vigil_triage_stop (self->triage);
  vigil_links_set_wanted (self->links, FALSE);
  go_down (self, "The exam was left");
  vigil_hall_feed_leave (self->parts.feed);
  forget_exam (self);
}

const VigilExam *
vigil_session_get_exam (VigilSession *self)
{
  return self->exam;
}

const char *
vigil_session_get_exam_id (VigilSession *self)
{
  return self->exam != NULL ? self->exam->id : NULL;
}

/** The joined exam's title. Returns: (nullable). */
const char *
vigil_session_get_exam_title (VigilSession *self)
{
  return self->exam != NULL ? self->exam->title : NULL;
}

/** Who we are to the hall. Returns: (nullable): before the first join. */
const VigilSessionInfo *
vigil_session_get_who (VigilSession *self)
{
  return self->who;
}

/** Whether the role has the right at all; the hall has the last word. */
gboolean
vigil_session_may (VigilSession    *self,
                   VigilActionKind  kind)
{
  VigilRole role = self->who != NULL ? self->who->role : VIGIL_ROLE_NONE;

  switch (kind)
    {
    case VIGIL_ACTION_BYPASS:
    case VIGIL_ACTION_REVOKE_BYPASS:
      return role == VIGIL_ROLE_ADMIN;

    case VIGIL_ACTION_VERDICT:
    case VIGIL_ACTION_CLAIM:
    case VIGIL_ACTION_RELEASE:
      return role != VIGIL_ROLE_NONE;

    case VIGIL_ACTION_INTERVENTION:
    case VIGIL_ACTION_SNAPSHOT:
      return role == VIGIL_ROLE_ADMIN || role == VIGIL_ROLE_INVIGILATOR;

    default:
      return FALSE;
    }
}

VigilSettings *
vigil_session_get_settings (VigilSession *self)
{
  return self->parts.settings;
}

VigilScoringPolicy *
vigil_session_get_policy (VigilSession *self)
{
  return self->parts.policy;
}

VigilScoreStore *
vigil_session_get_store (VigilSession *self)
{
  return self->parts.store;
}

VigilRoster *
vigil_session_get_roster (VigilSession *self)
{
  return self->roster;
}

VigilRosterView *
vigil_session_get_view (VigilSession *self)
{
  return self->view;
}

VigilStreamController *
vigil_session_get_streams (VigilSession *self)
{
  return self->streams;
}

VigilCoverage *
vigil_session_get_coverage (VigilSession *self)
{
  return vigil_coverage_keeper_get (self->coverage);
}

VigilOutbox *
vigil_session_get_outbox (VigilSession *self)
{
  return self->outbox;
}

VigilTriage *
vigil_session_get_triage (VigilSession *self)
{
  return self->triage;
}

VigilHallDirectory *
vigil_session_get_directory (VigilSession *self)
{
  return self->parts.directory;
}

VigilHallFeed *
vigil_session_get_feed (VigilSession *self)
{
  return self->parts.feed;
}

VigilIncidentWatch *
vigil_session_get_incident_watch (VigilSession *self)
{
  return self->incidents;
}

const VigilLinkStatus *
vigil_session_get_link (VigilSession *self,
                        VigilPart     part)
{
  return vigil_links_get (self->links, part);
}

GPtrArray *
vigil_session_get_degradations (VigilSession *self)
{
  return vigil_links_get_degradations (self->links);
}

gint64
vigil_session_get_degraded_since_us (VigilSession *self,
                                     const char   *part)
{
  return vigil_links_get_degraded_since_us (self->links, part);
}

int
vigil_session_get_quiet_seconds (VigilSession *self)
{
  return vigil_quiet_watch_get_seconds (self->quiet);
}

GPtrArray *
vigil_session_dup_violations (VigilSession *self,
                              const char   *student_id)
{
  return vigil_violation_log_dup (self->violations, student_id);
}

static void
violations_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (VigilSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) violations = vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);

  if (violations == NULL)
    {
      g_debug ("Reading violations: %s", error->message);
      return;
    }

  for (guint i = 0; self->exam != NULL && i < violations->len; i++)
    vigil_session_take_violation (self, g_ptr_array_index (violations, i), FALSE);
}

void
vigil_session_load_violations (VigilSession *self,
                               const char   *student_id)
{
  VigilDirectoryArgs args = { .student_id = student_id, .limit = VIOLATIONS_PAGE };

  if (self->exam == NULL)
    return;

  args.exam_id = self->exam->id;
  vigil_hall_directory_query_async (self->parts.directory, VIGIL_DIRECTORY_EVENTS, &args, self->cancellable,
                                    violations_cb, g_object_ref (self));
}

static gboolean
may_submit (VigilSession      *self,
            const VigilAction *action)
{
  if (!vigil_session_may (self, action->kind))
    return FALSE;

  return action->kind != VIGIL_ACTION_INTERVENTION || self->who->role == VIGIL_ROLE_ADMIN ||
         (g_strcmp0 (action->category, "extend") != 0 && g_strcmp0 (action->category, "terminate") != 0);
}

VigilOutboxItem *
vigil_session_submit (VigilSession *self,
                      VigilAction  *action)
{
  if (self->exam == NULL || !may_submit (self, action))
    return NULL;

  if (action->exam_id == NULL)
    action->exam_id = g_strdup (self->exam->id);

  return vigil_outbox_submit (self->outbox, action);
}

void
vigil_session_reconnect_now (VigilSession *self)
{
  vigil_hall_feed_reconnect_now (self->parts.feed);
  vigil_stream_controller_reconnect_now (self->streams);
  vigil_outbox_flush (self->outbox);
}

void
vigil_session_pause_roster (VigilSession *self)
{
  g_return_if_fail (VIGIL_IS_SESSION (self));

  vigil_roster_sync_pause (self->sync);
}

void
vigil_session_resume_roster (VigilSession *self)
{
  g_return_if_fail (VIGIL_IS_SESSION (self));

  vigil_roster_sync_resume (self->sync);
}

VigilRosterReading
vigil_session_get_roster_reading (VigilSession *self,
                                  guint        *loaded,
                                  guint        *total)
{
  g_return_val_if_fail (VIGIL_IS_SESSION (self), VIGIL_ROSTER_NOT_READ);

  return vigil_roster_sync_get_reading (self->sync, loaded, total);
}

gboolean
vigil_session_is_loading (VigilSession *self)
{
  return vigil_roster_sync_is_loading (self->sync);
}
