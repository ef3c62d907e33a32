/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One operator at the triage queue. The queue orders, the outbox sends; this is who does what when. */

#include "vigil-triage.h"

#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"

#define TICK_MS 1000

struct _VigilTriage
{
  GObject           parent_instance;

  VigilRoster      *roster;
  VigilOutbox      *outbox;
  VigilSettings    *settings;
  VigilIncidentWatch *incidents;
  VigilTriageQueue *queue;

  VigilTriageItem  *current;    /* nullable */
  char             *attended;   /* student whom we look after; NULL: nobody */
  VigilOutboxItem  *claim;      /* of that student, while it is on its way */
  gboolean          going_on;   /* the current one was asked for as "the next" */
  GPtrArray        *decided;    /* VigilOutboxItem of the last decision */
  char             *exam_id;
  char             *user;
  VigilRole         role;
  gboolean          reading;
  guint             timer;

  VigilCounter     *n_claims;
  VigilCounter     *n_refused;
  VigilHistogram   *wait;
};

enum
{
  CURRENT_CHANGED,
  CLAIM_REFUSED,
  DECIDED,
  FLAGS_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VigilTriage, vigil_triage, G_TYPE_OBJECT)

/* -- rules and time -- */

static void
read_rules (VigilTriage *self)
{
  VigilTriageRules rules = {
    .threshold = vigil_settings_get_queue_severity (self->settings),
    .max_items = (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_QUEUE_MAX),
    .keep_escalated = self->role == VIGIL_ROLE_ADMIN,
  };

  rules.deadline_ms[VIGIL_BAND_CRITICAL] = (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_DEADLINE_CRITICAL) * 1000;
  rules.deadline_ms[VIGIL_BAND_HIGH] = (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_DEADLINE_HIGH) * 1000;
  rules.deadline_ms[VIGIL_BAND_MEDIUM] = (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_DEADLINE_OTHER) * 1000;
  rules.deadline_ms[VIGIL_BAND_LOW] = rules.deadline_ms[VIGIL_BAND_MEDIUM];
  vigil_triage_queue_set_rules (self->queue, &rules);
}

static void
setting_changed_cb (VigilTriage *self,
                    const char  *key)
{
  if (g_str_has_prefix (key, "queue-") || g_str_has_prefix (key, "deadline-"))
    read_rules (self);
  /* What was too mild before was never kept. */
  if (g_str_equal (key, VIGIL_SETTING_QUEUE_SEVERITY) && self->timer != 0)
    g_signal_emit (self, signals[FLAGS_WANTED], 0);
}

static gboolean
tick_cb (gpointer user_data)
{
  VigilTriage *self = user_data;

  vigil_triage_queue_advance (self->queue, vigil_clock_hall_ms ());
  return G_SOURCE_CONTINUE;
}

static void
room_cb (VigilTriage *self)
{
  g_signal_emit (self, signals[FLAGS_WANTED], 0);
}

static void claim (VigilTriage *self);

static void
candidate_changed_cb (VigilTriage *self,
                      guint        handle,
                      guint        fields)
{
  const VigilCandidate *candidate;

  if (!(fields & VIGIL_FIELD_CLAIMED_BY))
    return;
  candidate = vigil_roster_get (self->roster, handle);
  vigil_triage_queue_set_claimed (self->queue, candidate->id, candidate->claimed_by);
  /* The hall freed it while we were away, and we are still at it. */
  if (candidate->claimed_by == NULL && self->claim == NULL && g_strcmp0 (candidate->id, self->attended) == 0)
    claim (self);
}

/* -- incidents -- */

static guint
fold_cb (const VigilViolation *violation,
         gpointer              user_data)
{
  VigilTriage *self = user_data;
  const VigilCandidate *candidate = vigil_roster_lookup (self->roster, violation->student_id);
  VigilIncident *incident = NULL;

  if (candidate != NULL)
    incident = vigil_incident_watch_find (self->incidents, candidate->handle, violation->type, violation->at_ms);
  return incident != NULL ? vigil_incident_get_id (incident) : 0;
}

static void
incident_changed_cb (VigilTriage   *self,
                     VigilIncident *incident)
{
  guint id = vigil_incident_get_id (incident);

  /* What it held is the larger one's now, which is told as well. */
  if (vigil_incident_get_merged_into (incident) != 0)
    vigil_triage_queue_split_incident (self->queue, id);
  else if (self->timer != 0)
    vigil_triage_queue_put_incident (self->queue, id, vigil_incident_get_since_ms (incident), G_OBJECT (incident),
                                     vigil_incident_get_until_ms (incident) != 0);
}

void
vigil_triage_split (VigilTriage     *self,
                    VigilTriageItem *item)
{
  VigilIncident *incident = VIGIL_INCIDENT (vigil_triage_item_get_subject (item));

  g_return_if_fail (vigil_triage_item_get_group (item) != 0);

  vigil_triage_queue_split_incident (self->queue, vigil_triage_item_get_group (item));
  vigil_incident_watch_dismiss (self->incidents, incident);
}

/* -- claims -- */

static VigilOutboxItem *
submit_claim (VigilTriage     *self,
              VigilActionKind  kind,
              const char      *student_id)
{
  g_autoptr (VigilAction) action = vigil_action_new (kind, self->exam_id, student_id);

  return vigil_outbox_submit (self->outbox, action);
}

static void
claim (VigilTriage *self)
{
  self->claim = g_object_ref (submit_claim (self, VIGIL_ACTION_CLAIM, self->attended));
  vigil_counter_add (self->n_claims, 1);
  vigil_triage_queue_touch (self->queue, self->attended);
}

static void
give_back (VigilTriage *self)
{
  const VigilCandidate *candidate = self->attended != NULL ? vigil_roster_lookup (self->roster, self->attended) : NULL;
  g_autoptr (VigilOutboxItem) claim = g_steal_pointer (&self->claim);
  g_autofree char *attended = g_steal_pointer (&self->attended);
  gboolean withdrawn = claim != NULL && vigil_outbox_withdraw (self->outbox, claim);
  /* After a long cut it may be a colleague's, whom an admin must not take it away from. */
  gboolean ours = claim != NULL || candidate == NULL || g_strcmp0 (candidate->claimed_by, self->user) == 0;

  /* Behind whatever of the candidate's is still on its way. */
  if (attended != NULL && ours && !withdrawn)
    submit_claim (self, VIGIL_ACTION_RELEASE, attended);
}

static void
look_after (VigilTriage *self,
            const char  *student_id)
{
  if (g_strcmp0 (self->attended, student_id) == 0)
    return;

  give_back (self);
  if (student_id == NULL)
    return;

  self->attended = g_strdup (student_id);
  claim (self);
}

static gboolean
is_colleagues (VigilTriageItem *item)
{
  return vigil_triage_item_get_state (item) == VIGIL_TRIAGE_COLLEAGUE;
}

static void
attend (VigilTriage     *self,
        VigilTriageItem *item)
{
  /* What a colleague has is looked at, not taken. */
  gboolean ours = item != NULL && vigil_triage_item_get_group (item) == 0 && !is_colleagues (item);

  look_after (self, ours ? vigil_triage_item_get_student_id (item) : NULL);
  if (g_set_object (&self->current, item))
    g_signal_emit (self, signals[CURRENT_CHANGED], 0);
}

void
vigil_triage_set_current (VigilTriage     *self,
                          VigilTriageItem *item)
{
  self->going_on = FALSE;
  attend (self, item);
}

VigilTriageItem *
vigil_triage_next (VigilTriage *self)
{
  VigilTriageItem *next = vigil_triage_queue_get_next (self->queue, self->current);

  if (next == NULL)
    return NULL;

  self->going_on = TRUE;
  attend (self, next);
  return next;
}

/* A colleague was faster: nobody asked for this one in particular, so on to the next. A hall that gives no claims, or not to us, is not
 * asked for one after the other. */
static void
claim_settled (VigilTriage     *self,
               VigilOutboxItem *item)
{
  const char *holder = vigil_session_error_get_holder (vigil_outbox_item_get_error (item));
  g_autofree char *student_id = NULL;

  if (vigil_outbox_item_get_state (item) == VIGIL_ACTION_CONFIRMED)
    {
      g_clear_object (&self->claim);
      vigil_triage_queue_touch (self->queue, self->attended);
      return;
    }

  student_id = g_steal_pointer (&self->attended);
  g_clear_object (&self->claim);
  vigil_counter_add (self->n_refused, 1);
  if (holder != NULL)
    vigil_triage_queue_set_claimed (self->queue, student_id, holder);
  vigil_triage_queue_touch (self->queue, student_id);
  g_signal_emit (self, signals[CLAIM_REFUSED], 0, student_id, vigil_outbox_item_get_error (item));
  if (holder != NULL && self->going_on && vigil_triage_next (self) == NULL)
    vigil_triage_set_current (self, NULL);
}

/* It came to nothing: what was to be decided waits again. Withdrawn it may be from the candidate's page as well. */
static void
take_back (VigilTriage     *self,
           VigilOutboxItem *item)
{
  const VigilAction *action = vigil_outbox_item_get_action (item);

  if (action->kind == VIGIL_ACTION_VERDICT && action->flag_id != NULL)
    vigil_triage_queue_set_sending (self->queue, action->flag_id, FALSE);
}

static void
settled_cb (VigilTriage     *self,
            VigilOutboxItem *item)
{
  gboolean refused = vigil_outbox_item_get_state (item) == VIGIL_ACTION_REFUSED;

  if (refused)
    take_back (self, item);
  if (item == self->claim)
    claim_settled (self, item);

  /* A claim that was refused has been told, and is nothing to keep. */
  if (refused && vigil_action_is_claim (vigil_outbox_item_get_action (item)))
    vigil_outbox_dismiss (self->outbox, item);
}

gboolean
vigil_triage_is_claiming (VigilTriage *self,
                          const char  *student_id)
{
  return self->claim != NULL && g_strcmp0 (self->attended, student_id) == 0;
}

VigilTriageItem *
vigil_triage_get_current (VigilTriage *self)
{
  return self->current;
}

/* -- decisions -- */

/* What joined while the question was open is not a part of the answer. */
static void
keep_shown (GPtrArray *violations,
            GPtrArray *shown)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < shown->len; i++)
    g_hash_table_add (ids, ((VigilViolation *) g_ptr_array_index (shown, i))->id);
  for (guint i = violations->len; i > 0; i--)
    if (!g_hash_table_contains (ids, ((VigilViolation *) g_ptr_array_index (violations, i - 1))->id))
      g_ptr_array_remove_index_fast (violations, i - 1);
}

static void
decide_one (VigilTriage    *self,
            VigilViolation *violation,
            VigilVerdict    verdict,
            const char     *note,
            gint64          until_ms)
{
  g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_VERDICT, self->exam_id, violation->student_id);

  action->flag_id = g_strdup (violation->id);
  action->verdict = verdict;
  action->reason = g_strdup (note);
  action->expires_at_ms = until_ms;
  action->if_undecided = violation->verdict == VIGIL_VERDICT_OPEN || violation->verdict == VIGIL_VERDICT_SNOOZED;
  action->hold_ms = (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_UNDO_DELAY);
  vigil_triage_queue_set_sending (self->queue, violation->id, TRUE);
  g_ptr_array_add (self->decided, g_object_ref (vigil_outbox_submit (self->outbox, action)));
  vigil_histogram_add (self->wait, (vigil_clock_hall_ms () - violation->at_ms) / 1000);
}

GPtrArray *
vigil_triage_dup_undecided (VigilTriage     *self,
                            VigilTriageItem *item)
{
  GPtrArray *held = vigil_triage_item_get_violations (item);
  GPtrArray *undecided = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_violation_unref);

  for (guint i = 0; i < held->len; i++)
    if (!vigil_triage_queue_is_sending (self->queue, ((VigilViolation *) g_ptr_array_index (held, i))->id))
      g_ptr_array_add (undecided, vigil_violation_ref (g_ptr_array_index (held, i)));

  return undecided;
}

guint
vigil_triage_decide (VigilTriage     *self,
                     VigilTriageItem *item,
                     GPtrArray       *shown,
                     VigilVerdict     verdict,
                     const char      *note,
                     gint64           until_ms)
{
  g_autoptr (VigilTriageItem) alive = g_object_ref (item);
  g_autoptr (GPtrArray) violations = vigil_triage_dup_undecided (self, item);

  if (shown != NULL)
    keep_shown (violations, shown);
  g_ptr_array_set_size (self->decided, 0);
  /* An incident may be thousands. */
  vigil_outbox_freeze (self->outbox);
  vigil_triage_queue_freeze (self->queue);
  for (guint i = 0; i < violations->len; i++)
    decide_one (self, g_ptr_array_index (violations, i), verdict, note, until_ms);
  vigil_triage_queue_thaw (self->queue);
  vigil_outbox_thaw (self->outbox);

  /* An incident that is over and explains nothing any more has been seen now. */
  if (vigil_triage_item_get_violations (item)->len == 0 && vigil_triage_item_get_over (item))
    vigil_triage_split (self, item);
  if (violations->len > 0)
    g_signal_emit (self, signals[DECIDED], 0, violations->len, verdict);
  return violations->len;
}

guint
vigil_triage_undo (VigilTriage      *self,
                   VigilTriageItem **again)
{
  guint n = 0;

  *again = NULL;
  vigil_outbox_freeze (self->outbox);
  for (guint i = 0; i < self->decided->len; i++)
    {
      VigilOutboxItem *item = g_ptr_array_index (self->decided, i);
      const char *flag_id = vigil_outbox_item_get_action (item)->flag_id;

      if (!vigil_outbox_withdraw (self->outbox, item))
        continue;
      n++;
      if (*again == NULL)
        *again = vigil_triage_queue_lookup (self->queue, flag_id);
    }

  g_ptr_array_set_size (self->decided, 0);
  vigil_outbox_thaw (self->outbox);
  return n;
}

/* -- what the session is told -- */

/* An item that is gone cannot be attended to. */
static void
forget_gone (VigilTriage *self)
{
  if (self->current != NULL && vigil_triage_queue_get_position (self->queue, self->current) == G_MAXUINT)
    {
      g_clear_object (&self->current);
      /* Nothing is left to decide about the candidate: whatever comes next is anybody's. */
      if (self->attended != NULL && vigil_triage_queue_find_open (self->queue, self->attended) == NULL)
        give_back (self);
      g_signal_emit (self, signals[CURRENT_CHANGED], 0);
    }
}

void
vigil_triage_take (VigilTriage    *self,
                   VigilViolation *violation)
{
  vigil_triage_queue_take (self->queue, violation);
}

void
vigil_triage_take_verdict (VigilTriage  *self,
                           const char   *flag_id,
                           VigilVerdict  verdict,
                           gint64        until_ms)
{
  vigil_triage_queue_set_verdict (self->queue, flag_id, verdict, until_ms);
}

void
vigil_triage_flags_reading (VigilTriage *self)
{
  self->reading = TRUE;
  vigil_triage_queue_begin_snapshot (self->queue);
}

void
vigil_triage_flags_read (VigilTriage *self,
                         gboolean     complete)
{
  gboolean ends = self->reading && complete;

  /* Its end may make room for what was left out, and so begin the next. */
  self->reading = FALSE;
  if (ends)
    vigil_triage_queue_end_snapshot (self->queue);
}

void
vigil_triage_start (VigilTriage *self,
                    const char  *exam_id,
                    const char  *user,
                    VigilRole    role)
{
  g_free (self->exam_id);
  self->exam_id = g_strdup (exam_id);
  g_free (self->user);
  self->user = g_strdup (user);
  self->role = role;
  vigil_triage_queue_set_user (self->queue, user);
  read_rules (self);
  vigil_triage_queue_advance (self->queue, vigil_clock_hall_ms ());
  if (self->timer == 0)
    self->timer = g_timeout_add (TICK_MS, tick_cb, self);
}

void
vigil_triage_stop (VigilTriage *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  vigil_triage_set_current (self, NULL);
  vigil_outbox_release (self->outbox);
  vigil_triage_queue_clear (self->queue);
  g_ptr_array_set_size (self->decided, 0);
  self->reading = FALSE;
}

VigilTriageQueue *
vigil_triage_get_queue (VigilTriage *self)
{
  return self->queue;
}

static void
vigil_triage_dispose (GObject *object)
{
  VigilTriage *self = VIGIL_TRIAGE (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->queue != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->roster, self);
      g_signal_handlers_disconnect_by_data (self->outbox, self);
      g_signal_handlers_disconnect_by_data (self->settings, self);
      g_signal_handlers_disconnect_by_data (self->queue, self);
      g_signal_handlers_disconnect_by_data (self->incidents, self);
      vigil_triage_queue_set_fold (self->queue, NULL, NULL);
    }
  g_clear_object (&self->claim);
  g_clear_object (&self->current);
  g_clear_object (&self->queue);
  g_clear_object (&self->roster);
  g_clear_object (&self->outbox);
  g_clear_object (&self->incidents);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (vigil_triage_parent_class)->dispose (object);
}

static void
vigil_triage_finalize (GObject *object)
{
  VigilTriage *self = VIGIL_TRIAGE (object);

  g_ptr_array_unref (self->decided);
  g_free (self->attended);
  g_free (self->exam_id);
  g_free (self->user);

  G_OBJECT_CLASS (vigil_triage_parent_class)->finalize (object);
}

static void
vigil_triage_class_init (VigilTriageClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_triage_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_triage_finalize;

  signals[CURRENT_CHANGED] = g_signal_new ("current-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 0);
  signals[CLAIM_REFUSED] = g_signal_new ("claim-refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
  signals[DECIDED] = g_signal_new ("decided", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_INT);
  signals[FLAGS_WANTED] = g_signal_new ("flags-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
}

static void
vigil_triage_init (VigilTriage *self)
{
  self->queue = vigil_triage_queue_new ();
  self->decided = g_ptr_array_new_with_free_func (g_object_unref);
  self->n_claims = vigil_metrics_counter ("vigil_claims", "Candidates claimed from the triage queue");
  self->n_refused = vigil_metrics_counter ("vigil_claims_refused", "Claims that a colleague was faster with");
  self->wait = vigil_metrics_histogram ("vigil_triage_wait", "s", "Age of a violation when it was decided here");
}

VigilTriage *
vigil_triage_new (VigilRoster        *roster,
                  VigilOutbox        *outbox,
                  VigilIncidentWatch *incidents,
                  VigilSettings      *settings)
{
  VigilTriage *self = g_object_new (VIGIL_TYPE_TRIAGE, NULL);

  self->roster = g_object_ref (roster);
  self->outbox = g_object_ref (outbox);
  self->incidents = g_object_ref (incidents);
  self->settings = g_object_ref (settings);
  vigil_triage_queue_set_fold (self->queue, fold_cb, self);
  g_signal_connect_swapped (incidents, "changed", G_CALLBACK (incident_changed_cb), self);
  g_signal_connect_swapped (roster, "candidate-changed", G_CALLBACK (candidate_changed_cb), self);
  g_signal_connect_swapped (outbox, "item-settled", G_CALLBACK (settled_cb), self);
  g_signal_connect_swapped (outbox, "item-withdrawn", G_CALLBACK (take_back), self);
  g_signal_connect_swapped (settings, "changed", G_CALLBACK (setting_changed_cb), self);
  g_signal_connect_swapped (self->queue, "room", G_CALLBACK (room_cb), self);
  g_signal_connect_swapped (self->queue, "items-changed", G_CALLBACK (forget_gone), self);
  return self;
}
