/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims, decisions and undo: what goes to the hall, in which order, and what the queue says meanwhile. */

#include "vigil-clock.h"
#include "vigil-fake-actions.h"
#include "vigil-session-error.h"
#include "vigil-triage.h"

#define T0 G_GINT64_CONSTANT (1700000000000)

typedef struct
{
  VigilFakeLog     *log;
  VigilFakeActions *actions;
  VigilSettings    *settings;
  VigilScoreStore  *store;
  VigilRoster      *roster;
  VigilOutbox      *outbox;
  VigilScoringPolicy *policy;
  VigilIncidentWatch *incidents;
  VigilTriage      *triage;
  VigilTriageQueue *queue;  /* borrowed */
  guint             n_refused;
  guint             n_decided;
  guint             n_wanted;
} Fixture;

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  vigil_clock_freeze (1000000, T0);
  f->log = vigil_fake_log_new ();
  f->actions = vigil_fake_actions_new (f->log);
  f->settings = vigil_settings_new ();
  f->store = vigil_score_store_new (100);
  f->roster = vigil_roster_new (f->store);
  f->outbox = vigil_outbox_new (VIGIL_ACTIONS (f->actions));
  f->policy = vigil_scoring_policy_new_default ();
  f->incidents = vigil_incident_watch_new (f->roster, f->policy, f->settings);
  f->triage = vigil_triage_new (f->roster, f->outbox, f->incidents, f->settings);
  f->queue = vigil_triage_get_queue (f->triage);
  g_signal_connect_swapped (f->triage, "claim-refused", G_CALLBACK (count_cb), &f->n_refused);
  g_signal_connect_swapped (f->triage, "decided", G_CALLBACK (count_cb), &f->n_decided);
  g_signal_connect_swapped (f->triage, "flags-wanted", G_CALLBACK (count_cb), &f->n_wanted);
  vigil_triage_start (f->triage, "e", "me", VIGIL_ROLE_INVIGILATOR);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_triage_stop (f->triage);
  while (vigil_fake_actions_get_n_waiting (f->actions) > 0)
    {
      vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_INVALID);
      vigil_fake_spin ();
    }
  g_assert_finalize_object (f->triage);
  g_assert_finalize_object (f->incidents);
  g_assert_finalize_object (f->policy);
  g_assert_finalize_object (f->outbox);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->settings);
  g_assert_finalize_object (f->actions);
  vigil_fake_log_unref (f->log);
  vigil_clock_freeze (-1, -1);
}

static void
add_candidate (Fixture    *f,
               const char *id)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_CONNECTED;
  info->connected = TRUE;
  vigil_roster_apply (f->roster, info);
}

static void
add_violation (Fixture    *f,
               const char *id,
               const char *student_id,
               gint64      age_ms)
{
  g_autoptr (VigilViolation) violation = vigil_violation_new ();

  if (vigil_roster_lookup (f->roster, student_id) == NULL)
    add_candidate (f, student_id);
  violation->id = g_strdup (id);
  violation->student_id = g_strdup (student_id);
  violation->type = g_strdup ("multiple_faces");
  violation->severity = VIGIL_BAND_HIGH;
  violation->at_ms = T0 - age_ms;
  vigil_triage_take (f->triage, violation);
}

static void
set_claimed (Fixture    *f,
             const char *student_id,
             const char *who)
{
  vigil_roster_set_claimed_by (f->roster, vigil_roster_lookup (f->roster, student_id)->handle, who);
}

static VigilTriageState
state_of (Fixture    *f,
          const char *id)
{
  return vigil_triage_item_get_state (vigil_triage_queue_lookup (f->queue, id));
}

/* What the hall was asked last, and that it was asked nothing else. */
static void
assert_asked (Fixture         *f,
              VigilActionKind  kind,
              const char      *student_id)
{
  g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 1);
  g_assert_cmpint (vigil_fake_actions_peek (f->actions)->kind, ==, kind);
  g_assert_cmpstr (vigil_fake_actions_peek (f->actions)->student_id, ==, student_id);
  g_assert_cmpstr (vigil_fake_actions_peek (f->actions)->exam_id, ==, "e");
}

static void
confirm (Fixture *f)
{
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
}

static void
test_claims (Fixture       *f,
             gconstpointer  data)
{
  add_violation (f, "a", "s1", 30);
  add_violation (f, "b", "s2", 20);
  g_assert_true (vigil_triage_next (f->triage) == vigil_triage_queue_lookup (f->queue, "a"));
  assert_asked (f, VIGIL_ACTION_CLAIM, "s1");
  g_assert_true (vigil_triage_is_claiming (f->triage, "s1"));
  confirm (f);
  g_assert_false (vigil_triage_is_claiming (f->triage, "s1"));
  set_claimed (f, "s1", "me"); /* the session's, from the answer */
  g_assert_cmpint (state_of (f, "a"), ==, VIGIL_TRIAGE_MINE);

  /* On to the next: what was not decided is for others again. */
  g_assert_true (vigil_triage_next (f->triage) == vigil_triage_queue_lookup (f->queue, "b"));
  g_assert_cmpint (vigil_fake_actions_peek (f->actions)->kind, ==, VIGIL_ACTION_RELEASE);
  confirm (f);
  assert_asked (f, VIGIL_ACTION_CLAIM, "s2");
  confirm (f);
  set_claimed (f, "s2", "me");

  /* Freed by the hall while we were away: claimed again. */
  set_claimed (f, "s2", NULL);
  assert_asked (f, VIGIL_ACTION_CLAIM, "s2");
  confirm (f);
  set_claimed (f, "s2", "me");

  vigil_triage_set_current (f->triage, NULL);
  assert_asked (f, VIGIL_ACTION_RELEASE, "s2");
  confirm (f);
}

/* Two violations of one candidate are one claim. */
static void
test_same_candidate (Fixture       *f,
                     gconstpointer  data)
{
  add_violation (f, "a", "s1", 30);
  add_violation (f, "b", "s1", 20);
  vigil_triage_next (f->triage);
  confirm (f);
  vigil_triage_next (f->triage);
  g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 0);
}

static void
test_faster_colleague (Fixture       *f,
                       gconstpointer  data)
{
  add_violation (f, "a", "s1", 30);
  add_violation (f, "b", "s2", 20);
  vigil_triage_next (f->triage);
  set_claimed (f, "s1", "other");
  vigil_fake_actions_refuse_held (f->actions, "other");
  vigil_fake_spin ();
  g_assert_cmpuint (f->n_refused, ==, 1);
  g_assert_true (vigil_triage_get_current (f->triage) == vigil_triage_queue_lookup (f->queue, "b"));
  assert_asked (f, VIGIL_ACTION_CLAIM, "s2");
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 1);

  /* Nothing else waits: nothing is attended to. */
  set_claimed (f, "s2", "other");
  vigil_fake_actions_refuse_held (f->actions, "other");
  vigil_fake_spin ();
  g_assert_null (vigil_triage_get_current (f->triage));
  g_assert_null (vigil_outbox_find (f->outbox, "s1"));

  /* Looking at a colleague's takes nothing away from anybody. */
  vigil_triage_set_current (f->triage, vigil_triage_queue_lookup (f->queue, "a"));
  g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 0);
}

/* A hall that gives no claims is not asked for one candidate after the other; a colleague's is not given back. */
static void
test_no_claims (Fixture       *f,
                gconstpointer  data)
{
  add_violation (f, "a", "s1", 30);
  add_violation (f, "b", "s2", 20);
  vigil_triage_next (f->triage);
  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_NOT_FOUND);
  vigil_fake_spin ();
  g_assert_cmpuint (f->n_refused, ==, 1);
  g_assert_true (vigil_triage_get_current (f->triage) == vigil_triage_queue_lookup (f->queue, "a"));
  g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 0);

  vigil_triage_next (f->triage);
  confirm (f);
  set_claimed (f, "s2", "other"); /* after a long cut */
  vigil_triage_set_current (f->triage, NULL);
  g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 0);
}

/* Nobody may be kept waiting by a claim that went out and whose answer is lost. */
static void
test_released_in_order (Fixture       *f,
                        gconstpointer  data)
{
  add_violation (f, "a", "s1", 30);
  vigil_triage_next (f->triage);
  vigil_triage_set_current (f->triage, NULL);
  assert_asked (f, VIGIL_ACTION_CLAIM, "s1");
  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_TIMEOUT);
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 2);
  vigil_outbox_flush (f->outbox);
  assert_asked (f, VIGIL_ACTION_CLAIM, "s1");
  confirm (f);
  assert_asked (f, VIGIL_ACTION_RELEASE, "s1");
  confirm (f);
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 0);
}

static void
test_decide_and_undo (Fixture       *f,
                      gconstpointer  data)
{
  VigilTriageItem *a, *again;

  add_violation (f, "a", "s1", 30);
  a = vigil_triage_next (f->triage);
  confirm (f);
  g_assert_cmpuint (vigil_triage_decide (f->triage, a, NULL, VIGIL_VERDICT_CONFIRMED, NULL, 0), ==, 1);
  g_assert_cmpuint (f->n_decided, ==, 1);
  g_assert_true (vigil_triage_item_get_sending (a));
  g_assert_null (vigil_triage_queue_get_next (f->queue, NULL));
  g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 0);
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 1);

  g_assert_cmpuint (vigil_triage_undo (f->triage, &again), ==, 1);
  g_assert_true (again == a);
  g_assert_false (vigil_triage_item_get_sending (a));
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 0);
  g_assert_cmpuint (vigil_triage_undo (f->triage, &again), ==, 0);

  /* Withdrawn elsewhere, on the candidate's page. */
  vigil_triage_decide (f->triage, a, NULL, VIGIL_VERDICT_CONFIRMED, NULL, 0);
  g_assert_true (vigil_triage_item_get_sending (a));
  g_assert_true (vigil_outbox_withdraw (f->outbox, vigil_outbox_find (f->outbox, "s1")));
  g_assert_false (vigil_triage_item_get_sending (a));

  /* Refused: it waits again. */
  vigil_triage_decide (f->triage, a, NULL, VIGIL_VERDICT_DISMISSED, "nothing to see", 0);
  vigil_outbox_release (f->outbox);
  assert_asked (f, VIGIL_ACTION_VERDICT, "s1");
  g_assert_cmpstr (vigil_fake_actions_peek (f->actions)->flag_id, ==, "a");
  g_assert_cmpint (vigil_fake_actions_peek (f->actions)->verdict, ==, VIGIL_VERDICT_DISMISSED);
  g_assert_cmpstr (vigil_fake_actions_peek (f->actions)->reason, ==, "nothing to see");
  g_assert_cmpuint (vigil_triage_undo (f->triage, &again), ==, 0);
  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_FORBIDDEN);
  vigil_fake_spin ();
  g_assert_false (vigil_triage_item_get_sending (a));

  /* Confirmed: it is gone, and so is what is attended to. */
  vigil_triage_decide (f->triage, a, NULL, VIGIL_VERDICT_DISMISSED, "nothing to see", 0);
  vigil_outbox_release (f->outbox);
  confirm (f);
  vigil_triage_take_verdict (f->triage, "a", VIGIL_VERDICT_DISMISSED, 0); /* the session's */
  g_assert_null (vigil_triage_get_current (f->triage));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->queue)), ==, 0);
}

/* What was decided and not yet sent when the exam is left still goes to the hall. */
static void
test_leaving (Fixture       *f,
              gconstpointer  data)
{
  add_violation (f, "a", "s1", 30);
  vigil_triage_decide (f->triage, vigil_triage_queue_lookup (f->queue, "a"), NULL, VIGIL_VERDICT_ESCALATED, "look at this", 0);
  vigil_triage_stop (f->triage);
  assert_asked (f, VIGIL_ACTION_VERDICT, "s1");
  confirm (f);
}

static void
test_flags_wanted (Fixture       *f,
                   gconstpointer  data)
{
  vigil_settings_set_queue_severity (f->settings, VIGIL_BAND_MEDIUM);
  g_assert_cmpuint (f->n_wanted, ==, 1);
  vigil_settings_set_queue_severity (f->settings, VIGIL_BAND_HIGH);

  /* A list that was not read to its end says nothing of what it does not have. */
  add_violation (f, "a", "s1", 30);
  vigil_triage_flags_reading (f->triage);
  vigil_triage_flags_read (f->triage, FALSE);
  g_assert_nonnull (vigil_triage_queue_lookup (f->queue, "a"));
  vigil_triage_flags_reading (f->triage);
  vigil_triage_flags_read (f->triage, TRUE);
  g_assert_null (vigil_triage_queue_lookup (f->queue, "a"));
}

#define ADD(name, func) g_test_add ("/session/triage/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("claims", test_claims);
  ADD ("same-candidate", test_same_candidate);
  ADD ("faster-colleague", test_faster_colleague);
  ADD ("no-claims", test_no_claims);
  ADD ("released-in-order", test_released_in_order);
  ADD ("decide-and-undo", test_decide_and_undo);
  ADD ("leaving", test_leaving);
  ADD ("flags-wanted", test_flags_wanted);
  return g_test_run ();
}
