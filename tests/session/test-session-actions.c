/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an operator may do, and what the wall shows once the hall has said yes or no. */

#include "session-fixture.h"

static void
test_bypass (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (f->session), "a");
  g_autoptr (VigilAction) set = vigil_action_new (VIGIL_ACTION_BYPASS, NULL, "a");
  g_autoptr (VigilAction) revoke = vigil_action_new (VIGIL_ACTION_REVOKE_BYPASS, NULL, "a");
  VigilBypass *bypass = vigil_bypass_new ();
  VigilBypass *revoked = vigil_bypass_new ();

  bypass->active = TRUE;
  set->reason = g_strdup ("camera broken");
  g_assert_nonnull (vigil_session_submit (f->session, set));
  g_assert_cmpstr (set->exam_id, ==, "e");
  g_assert_null (candidate->bypass);
  vigil_fake_actions_confirm (f->actions, bypass);
  vigil_fake_spin ();
  g_assert_nonnull (candidate->bypass);

  g_assert_nonnull (vigil_session_submit (f->session, revoke));
  vigil_fake_actions_confirm (f->actions, revoked);
  vigil_fake_spin ();
  g_assert_null (candidate->bypass);
  take_off_screen (f);
}

static VigilOutboxItem *
submit_claim (Fixture         *f,
              VigilActionKind  kind)
{
  g_autoptr (VigilAction) action = vigil_action_new (kind, NULL, "a");
  VigilOutboxItem *item = vigil_session_submit (f->session, action);

  g_assert_nonnull (item);
  return item;
}

/* Ours from the hall's word on, and not before; a colleague's stays theirs, and we hear whose it is. */
static void
test_claim (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (f->session), "a");
  g_autoptr (VigilOutboxItem) item = NULL;

  submit_claim (f, VIGIL_ACTION_CLAIM);
  g_assert_null (candidate->claimed_by);
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_cmpstr (candidate->claimed_by, ==, vigil_session_get_who (f->session)->user);

  submit_claim (f, VIGIL_ACTION_RELEASE);
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_spin ();
  g_assert_null (candidate->claimed_by);

  item = g_object_ref (submit_claim (f, VIGIL_ACTION_CLAIM));
  vigil_fake_actions_refuse_held (f->actions, "i.okafor");
  vigil_fake_spin ();
  g_assert_null (candidate->claimed_by);
  g_assert_cmpint (vigil_outbox_item_get_state (item), ==, VIGIL_ACTION_REFUSED);
  g_assert_cmpstr (vigil_session_error_get_holder (vigil_outbox_item_get_error (item)), ==, "i.okafor");
  take_off_screen (f);
}

static VigilBypass *
make_bypass (gint64   version,
             gboolean active)
{
  VigilBypass *bypass = vigil_bypass_new ();

  bypass->etag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", version);
  bypass->active = active;
  return bypass;
}

static void
deliver_bypass (Fixture     *f,
                VigilBypass *bypass)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_BYPASS_CHANGED);

  event->student_id = g_strdup ("a");
  event->bypass = bypass;
  vigil_fake_feed_deliver (f->feed, event);
}

static void
submit_bypass (Fixture         *f,
               VigilActionKind  kind,
               VigilBypass     *answer)
{
  g_autoptr (VigilAction) action = vigil_action_new (kind, NULL, "a");

  g_assert_nonnull (vigil_session_submit (f->session, action));
  vigil_fake_actions_confirm (f->actions, answer);
  vigil_fake_spin ();
}

/* An answer may be late, or a replayed one of yesterday; what the feed said since counts. */
static void
test_late_bypass (Fixture       *f,
                  gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (f->session), "a");

  deliver_bypass (f, make_bypass (3, TRUE));
  submit_bypass (f, VIGIL_ACTION_BYPASS, make_bypass (2, TRUE));
  g_assert_cmpint (vigil_bypass_get_version (candidate->bypass), ==, 3);
  submit_bypass (f, VIGIL_ACTION_REVOKE_BYPASS, make_bypass (2, FALSE));
  g_assert_cmpint (vigil_bypass_get_version (candidate->bypass), ==, 3);
  submit_bypass (f, VIGIL_ACTION_REVOKE_BYPASS, NULL);
  g_assert_cmpint (vigil_bypass_get_version (candidate->bypass), ==, 3);

  /* Ended: what was before does not come back. */
  deliver_bypass (f, NULL);
  submit_bypass (f, VIGIL_ACTION_BYPASS, make_bypass (3, TRUE));
  g_assert_null (candidate->bypass);
  submit_bypass (f, VIGIL_ACTION_BYPASS, make_bypass (5, TRUE));
  g_assert_cmpint (vigil_bypass_get_version (candidate->bypass), ==, 5);
  submit_bypass (f, VIGIL_ACTION_REVOKE_BYPASS, make_bypass (6, FALSE));
  g_assert_null (candidate->bypass);
  submit_bypass (f, VIGIL_ACTION_BYPASS, make_bypass (5, TRUE));
  g_assert_null (candidate->bypass);
  take_off_screen (f);
}

static void
test_rights (Fixture       *f,
             gconstpointer  data)
{
  static const struct
  {
    VigilRole role;
    gboolean  may[6];
    gboolean  extend;
  } table[] = {
    { VIGIL_ROLE_NONE, { FALSE, FALSE, FALSE, FALSE, FALSE, FALSE }, FALSE },
    { VIGIL_ROLE_INVIGILATOR, { FALSE, FALSE, TRUE, TRUE, TRUE, TRUE }, FALSE },
    { VIGIL_ROLE_REVIEWER, { FALSE, FALSE, TRUE, FALSE, TRUE, TRUE }, FALSE },
    { VIGIL_ROLE_ADMIN, { TRUE, TRUE, TRUE, TRUE, TRUE, TRUE }, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (VigilAction) extend = vigil_action_new (VIGIL_ACTION_INTERVENTION, NULL, "x");

      join_as (f, "e", table[i].role);
      for (guint kind = VIGIL_ACTION_BYPASS; kind <= VIGIL_ACTION_RELEASE; kind++)
        {
          g_autoptr (VigilAction) action = vigil_action_new (kind, NULL, "s");

          g_assert_cmpint (vigil_session_may (f->session, kind), ==, table[i].may[kind]);
          g_assert_cmpint (vigil_session_submit (f->session, action) != NULL, ==, table[i].may[kind]);
        }
      extend->category = g_strdup ("extend");
      g_assert_cmpint (vigil_session_submit (f->session, extend) != NULL, ==, table[i].extend);
    }
}

#define ADD(name, func) g_test_add ("/session/actions/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("bypass", test_bypass);
  ADD ("claim", test_claim);
  ADD ("late-bypass", test_late_bypass);
  ADD ("rights", test_rights);
  return g_test_run ();
}
