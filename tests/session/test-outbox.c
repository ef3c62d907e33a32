/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing is lost, nothing is done twice, nothing overtakes. */

#include "vigil-fake-actions.h"
#include "vigil-metrics.h"
#include "vigil-outbox.h"
#include "vigil-session-error.h"

#include <string.h>

typedef struct
{
  VigilFakeLog     *log;
  VigilFakeActions *actions;
  VigilOutbox      *outbox;
  guint             settled;
  guint             auth;
  guint             items_changed;
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
  f->log = vigil_fake_log_new ();
  f->actions = vigil_fake_actions_new (f->log);
  f->outbox = vigil_outbox_new (VIGIL_ACTIONS (f->actions));
  g_signal_connect_swapped (f->outbox, "item-settled", G_CALLBACK (count_cb), &f->settled);
  g_signal_connect_swapped (f->outbox, "auth-needed", G_CALLBACK (count_cb), &f->auth);
  g_signal_connect_swapped (f->outbox, "items-changed", G_CALLBACK (count_cb), &f->items_changed);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_fake_spin ();
  g_assert_finalize_object (f->outbox);
  g_assert_finalize_object (f->actions);
  vigil_fake_log_unref (f->log);
}

static VigilOutboxItem *
submit (Fixture    *f,
        const char *student_id,
        const char *reason)
{
  g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_BYPASS, "e", student_id);

  action->reason = g_strdup (reason);
  return vigil_outbox_submit (f->outbox, action);
}

static void
test_confirmed (Fixture       *f,
                gconstpointer  data)
{
  VigilOutboxItem *item = submit (f, "s", "one");
  VigilBypass *bypass = vigil_bypass_new ();

  bypass->active = TRUE;
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "act s one");
  g_assert_cmpint (vigil_outbox_item_get_state (item), ==, VIGIL_ACTION_PENDING);
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 1);
  g_assert_true (vigil_outbox_find (f->outbox, "s") == item);
  g_assert_cmpuint (strlen (vigil_outbox_item_get_action (item)->idempotency_key), ==, 36);

  vigil_fake_actions_confirm (f->actions, bypass);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_outbox_item_get_state (item), ==, VIGIL_ACTION_CONFIRMED);
  g_assert_true (vigil_outbox_item_get_bypass (item)->active);
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 0);
  g_assert_null (vigil_outbox_find (f->outbox, "s"));
  g_assert_cmpuint (f->settled, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->outbox)), ==, 1);
  vigil_outbox_dismiss (f->outbox, item);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->outbox)), ==, 0);
}

static void
test_refused (Fixture       *f,
              gconstpointer  data)
{
  static const int codes[] = {
    VIGIL_SESSION_ERROR_CONFLICT, VIGIL_SESSION_ERROR_FORBIDDEN, VIGIL_SESSION_ERROR_INVALID,
    VIGIL_SESSION_ERROR_NOT_FOUND, VIGIL_SESSION_ERROR_TOO_LARGE,
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      VigilOutboxItem *item = submit (f, "s", "x");

      vigil_fake_actions_fail (f->actions, codes[i]);
      vigil_fake_spin ();
      g_assert_cmpint (vigil_outbox_item_get_state (item), ==, VIGIL_ACTION_REFUSED);
      g_assert_error (vigil_outbox_item_get_error (item), VIGIL_SESSION_ERROR, codes[i]);
      g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 0);
      g_assert_true (vigil_outbox_find (f->outbox, "s") == item);
      vigil_outbox_dismiss (f->outbox, item);
      g_assert_null (vigil_outbox_find (f->outbox, "s"));
    }
}

/* A snapshot waits for an evidence store for as long as that takes; a warning to the same candidate does not, and it is what
 * the page offers to give up. */
static void
test_snapshot_aside (Fixture       *f,
                     gconstpointer  data)
{
  g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_SNAPSHOT, "e", "s");
  VigilOutboxItem *first = vigil_outbox_submit (f->outbox, action), *warning;

  g_assert_true (vigil_outbox_find (f->outbox, "s") == first);
  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_UNAVAILABLE);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_outbox_item_get_state (first), ==, VIGIL_ACTION_PENDING);

  warning = submit (f, "s", "a warning");
  g_assert_nonnull (strstr (vigil_fake_log_get (f->log), "act s a warning"));
  vigil_outbox_submit (f->outbox, action);
  g_assert_true (vigil_outbox_find (f->outbox, "s") == warning);

  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_outbox_item_get_state (warning), ==, VIGIL_ACTION_CONFIRMED);
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 2);
}

static VigilOutboxItem *
submit_snapshot (Fixture    *f,
                 const char *student_id)
{
  g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_SNAPSHOT, "e", student_id);

  action->picture = g_strdup ("picture");
  return vigil_outbox_submit (f->outbox, action);
}

/* They are large, and an outage may be long. What waits stays, what is one too many is refused in sight, and nothing else is. */
static void
test_snapshots_full (Fixture       *f,
                     gconstpointer  data)
{
  VigilCounter *waiting = vigil_metrics_gauge ("vigil_snapshots_waiting", ""), *full = vigil_metrics_counter ("vigil_snapshots_full", "");
  gint64 before = vigil_counter_get (full), waited = vigil_counter_get (waiting);
  VigilOutboxItem *first, *second, *third;

  vigil_outbox_set_max_snapshots (f->outbox, 2);
  first = submit_snapshot (f, "a");
  second = submit_snapshot (f, "a");
  g_assert_false (vigil_outbox_has_room (f->outbox));
  g_assert_cmpint (vigil_counter_get (waiting), ==, waited + 2);
  third = submit_snapshot (f, "b");
  g_assert_cmpint (vigil_outbox_item_get_state (third), ==, VIGIL_ACTION_REFUSED);
  g_assert_error (vigil_outbox_item_get_error (third), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_FULL);
  g_assert_true (vigil_outbox_find (f->outbox, "b") == third);
  g_assert_null (vigil_outbox_item_get_action (third)->picture);
  g_assert_cmpuint (f->settled, ==, 1);
  g_assert_cmpint (vigil_counter_get (full), ==, before + 1);
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 2);
  g_assert_cmpint (vigil_outbox_item_get_state (submit (f, "b", "a bypass")), ==, VIGIL_ACTION_PENDING);

  /* Fewer than that may wait from now on: those that do are not taken away. */
  vigil_outbox_set_max_snapshots (f->outbox, 1);
  g_assert_cmpstr (vigil_outbox_item_get_action (first)->picture, ==, "picture");
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_outbox_item_get_state (first), ==, VIGIL_ACTION_CONFIRMED);
  g_assert_cmpint (vigil_outbox_item_get_state (second), ==, VIGIL_ACTION_PENDING);
  g_assert_false (vigil_outbox_has_room (f->outbox));
  while (vigil_fake_actions_get_n_waiting (f->actions) > 0)
    {
      vigil_fake_actions_confirm (f->actions, NULL);
      vigil_fake_spin ();
    }
  g_assert_cmpint (vigil_outbox_item_get_state (second), ==, VIGIL_ACTION_CONFIRMED);
  g_assert_true (vigil_outbox_has_room (f->outbox));
  g_assert_cmpint (vigil_counter_get (waiting), ==, waited);
}

static gboolean
is_sent_again (gpointer data)
{
  return vigil_fake_actions_get_n_waiting (data) == 1;
}

static void
test_retried (Fixture       *f,
              gconstpointer  data)
{
  static const int codes[] = {
    VIGIL_SESSION_ERROR_NETWORK, VIGIL_SESSION_ERROR_TIMEOUT, VIGIL_SESSION_ERROR_UNAVAILABLE,
    VIGIL_SESSION_ERROR_CLOSED,
    /* What an outage looks like where the name, or whoever answers in the hall's place, is the trouble. */
    VIGIL_SESSION_ERROR_ADDRESS, VIGIL_SESSION_ERROR_TLS, VIGIL_SESSION_ERROR_NOT_A_HALL, VIGIL_SESSION_ERROR_PROTOCOL,
  };
  VigilOutboxItem *item = submit (f, "s", "one");
  g_autofree char *key = g_strdup (vigil_outbox_item_get_action (item)->idempotency_key);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      vigil_fake_actions_fail (f->actions, codes[i]);
      vigil_fake_spin ();
      g_assert_cmpint (vigil_outbox_item_get_state (item), ==, VIGIL_ACTION_PENDING);
      g_assert_error (vigil_outbox_item_get_error (item), VIGIL_SESSION_ERROR, codes[i]);
      g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 0);
      if (i == 0)
        g_assert_true (vigil_fake_wait (is_sent_again, f->actions, 3000));
      else
        vigil_outbox_flush (f->outbox);
      g_assert_cmpuint (vigil_outbox_item_get_tries (item), ==, i + 2);
      g_assert_cmpstr (vigil_fake_actions_peek (f->actions)->idempotency_key, ==, key);
    }
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_outbox_item_get_state (item), ==, VIGIL_ACTION_CONFIRMED);
  g_assert_null (vigil_outbox_item_get_error (item));
  g_assert_cmpuint (f->settled, ==, 1);
}

static void
test_order (Fixture       *f,
            gconstpointer  data)
{
  VigilOutboxItem *newest;

  submit (f, "s", "1");
  submit (f, "s", "2");
  submit (f, "t", "3");
  newest = submit (f, "s", "4");
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "act s 1, act t 3");
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 4);
  g_assert_true (vigil_outbox_find (f->outbox, "s") == newest);
  {
    g_autoptr (VigilOutboxItem) first = g_list_model_get_item (G_LIST_MODEL (f->outbox), 0);

    g_assert_true (first == newest);
  }

  /* A network error of the first keeps the second waiting; t goes its own way. */
  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_NETWORK);
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "act s 1, act t 3");
  vigil_outbox_flush (f->outbox);
  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_CONFLICT);
  vigil_fake_spin ();
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "act s 1, act t 3, act s 1, act s 2, act s 4");
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 0);
}

/* While one waits for its retry, a new action on somebody else goes out at once. */
static void
test_backoff_is_for_the_tried (Fixture       *f,
                               gconstpointer  data)
{
  submit (f, "s", "1");
  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_NETWORK);
  vigil_fake_spin ();
  submit (f, "t", "2");
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "act s 1, act t 2");
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 1);
}

static void
test_withdraw (Fixture       *f,
               gconstpointer  data)
{
  VigilOutboxItem *sent = submit (f, "s", "1");
  VigilOutboxItem *waiting = submit (f, "s", "2");

  g_assert_false (vigil_outbox_withdraw (f->outbox, sent));
  g_assert_true (vigil_outbox_withdraw (f->outbox, waiting));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->outbox)), ==, 1);

  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_TIMEOUT);
  vigil_fake_spin ();
  /* It may have arrived all the same. */
  g_assert_false (vigil_outbox_withdraw (f->outbox, sent));
  vigil_outbox_dismiss (f->outbox, sent);
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 1);
}

/* A hall that answers one action with 500 for ever must not hold up the others. */
static void
test_abandon (Fixture       *f,
              gconstpointer  data)
{
  VigilOutboxItem *stuck = submit (f, "s", "1");
  VigilOutboxItem *next = submit (f, "s", "2");

  g_assert_false (vigil_outbox_abandon (f->outbox, stuck)); /* on its way: its answer decides */
  g_assert_false (vigil_outbox_abandon (f->outbox, next));  /* not sent yet: it can be withdrawn */
  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_UNAVAILABLE);
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "act s 1");

  g_assert_true (vigil_outbox_abandon (f->outbox, stuck));
  g_assert_cmpint (vigil_outbox_item_get_state (stuck), ==, VIGIL_ACTION_REFUSED);
  g_assert_error (vigil_outbox_item_get_error (stuck), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ABANDONED);
  g_assert_cmpuint (f->settled, ==, 1);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "act s 1, act s 2");
  g_assert_false (vigil_outbox_abandon (f->outbox, stuck));
  vigil_outbox_dismiss (f->outbox, stuck);

  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 0);
}

static void
test_auth (Fixture       *f,
           gconstpointer  data)
{
  VigilOutboxItem *item = submit (f, "s", "1");

  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_EXPIRED);
  vigil_fake_spin ();
  g_assert_cmpuint (f->auth, ==, 1);
  g_assert_cmpint (vigil_outbox_item_get_state (item), ==, VIGIL_ACTION_PENDING);
  submit (f, "t", "2");
  vigil_fake_run (50);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "act s 1");
  vigil_outbox_flush (f->outbox);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "act s 1, act s 1, act t 2");
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 0);
}

static void
test_gone_in_flight (Fixture       *f,
                     gconstpointer  data)
{
  submit (f, "s", "1");
  g_object_run_dispose (G_OBJECT (f->outbox));
  vigil_fake_actions_fail (f->actions, VIGIL_SESSION_ERROR_NETWORK);
  vigil_fake_spin ();
  g_assert_cmpuint (f->settled, ==, 0);
}

#define ADD(name, func) g_test_add ("/session/outbox/" name, Fixture, NULL, set_up, func, tear_down)

static VigilOutboxItem *
submit_held (Fixture    *f,
             const char *student_id,
             const char *reason,
             guint       hold_ms)
{
  g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_VERDICT, "e", student_id);

  action->reason = g_strdup (reason);
  action->hold_ms = hold_ms;
  return vigil_outbox_submit (f->outbox, action);
}

static void
test_held_back (Fixture       *f,
                gconstpointer  data)
{
  VigilOutboxItem *undone = submit_held (f, "s", "undone", 60000);
  VigilOutboxItem *kept;

  /* Pending and in sight, but not sent. */
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 0);
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 1);
  vigil_outbox_flush (f->outbox);
  g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 0);
  g_assert_true (vigil_outbox_withdraw (f->outbox, undone));
  g_assert_cmpuint (vigil_outbox_get_n_pending (f->outbox), ==, 0);

  submit_held (f, "s", "short", 20);
  while (vigil_fake_actions_get_n_waiting (f->actions) == 0)
    g_main_context_iteration (NULL, TRUE);
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();

  /* Whoever leaves does not undo any more. */
  kept = submit_held (f, "s", "kept", 60000);
  vigil_outbox_release (f->outbox);
  g_assert_cmpuint (vigil_fake_actions_get_n_waiting (f->actions), ==, 1);
  g_assert_false (vigil_outbox_withdraw (f->outbox, kept));
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpuint (f->settled, ==, 2);
}

/* A thousand decisions after an outage: a few at a time, each once, and not kept for ever. */
static void
test_many (Fixture       *f,
           gconstpointer  data)
{
  guint most = 0;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *student_id = g_strdup_printf ("s%u", i);

      submit (f, student_id, "many");
    }
  while (vigil_outbox_get_n_pending (f->outbox) > 0)
    {
      most = MAX (most, vigil_fake_actions_get_n_waiting (f->actions));
      vigil_fake_actions_confirm (f->actions, NULL);
      vigil_fake_spin ();
    }
  g_assert_cmpuint (f->settled, ==, 1000);
  g_assert_cmpuint (most, <=, 8);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->outbox)), ==, 200);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("confirmed", test_confirmed);
  ADD ("refused", test_refused);
  ADD ("snapshot-aside", test_snapshot_aside);
  ADD ("snapshots-full", test_snapshots_full);
  ADD ("retried", test_retried);
  ADD ("order", test_order);
  ADD ("backoff-is-for-the-tried", test_backoff_is_for_the_tried);
  ADD ("withdraw", test_withdraw);
  ADD ("abandon", test_abandon);
  ADD ("auth", test_auth);
  ADD ("gone-in-flight", test_gone_in_flight);
  ADD ("held-back", test_held_back);
  ADD ("many", test_many);
  return g_test_run ();
}
