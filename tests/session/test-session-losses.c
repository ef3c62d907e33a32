/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an outage, a refusal or a full log must not cost: a still wall, and every violation. */
#include "session-fixture.h"

typedef struct
{
  guint candidates;
  guint memberships;
  guint handles;
  guint items;
} Stirs;

static void
count_cb (guint *n)
{
  (*n)++;
}

/* A hall that says the same again after an outage: nobody on the wall is rebound, redrawn or moved for it. */
static void
test_quiet_reconnect (Fixture       *f,
                      gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  VigilRoster *roster = vigil_session_get_roster (f->session);
  GListModel *view = G_LIST_MODEL (vigil_session_get_view (f->session));
  g_autoptr (GObject) slot = g_list_model_get_item (view, 0);
  Stirs stirs = { 0 };

  g_signal_connect_swapped (roster, "candidate-changed", G_CALLBACK (count_cb), &stirs.candidates);
  g_signal_connect_swapped (roster, "membership-changed", G_CALLBACK (count_cb), &stirs.memberships);
  g_signal_connect_swapped (slot, "handle-changed", G_CALLBACK (count_cb), &stirs.handles);
  g_signal_connect_swapped (view, "items-changed", G_CALLBACK (count_cb), &stirs.items);
  for (guint i = 0; i < 5; i++)
    {
      vigil_fake_feed_drop (f->feed, VIGIL_SESSION_ERROR_NETWORK);
      g_assert_cmpint (vigil_stream_get_phase (stream), ==, VIGIL_PHASE_IDLE); /* the SFU gives nothing back */
      vigil_fake_feed_connect (f->feed, 1, 0);
      answer_rows (f, 0, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
      vigil_fake_spin ();
      g_assert_cmpint (vigil_stream_get_phase (stream), ==, VIGIL_PHASE_PLAYING);
    }
  g_test_message ("5 reconnects: %u candidate-changed, %u membership-changed, %u handle-changed, %u items-changed",
                  stirs.candidates, stirs.memberships, stirs.handles, stirs.items);
  g_assert_cmpuint (stirs.candidates + stirs.memberships + stirs.handles + stirs.items, ==, 0);
  g_signal_handlers_disconnect_by_data (roster, &stirs.candidates);
  g_signal_handlers_disconnect_by_data (roster, &stirs.memberships);
  g_signal_handlers_disconnect_by_data (slot, &stirs.handles);
  g_signal_handlers_disconnect_by_data (view, &stirs.items);
  take_off_screen (f);
}

static gboolean
flags_asked_twice (gpointer data)
{
  return vigil_fake_log_count (data, "flags") == 2;
}

/* Open flags that could not be read are asked for until they come; with another token too. */
static void
test_flags_are_not_given_up (Fixture       *f,
                             gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  GPtrArray *flags = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_violation_unref);

  g_assert_cmpuint (vigil_fake_log_count (f->log, "flags"), ==, 1);
  vigil_fake_directory_fail_to (f->directory, VIGIL_DIRECTORY_FLAGS, VIGIL_SESSION_ERROR_TIMEOUT);
  g_assert_true (vigil_fake_wait (flags_asked_twice, f->log, 3000));
  vigil_fake_directory_fail_to (f->directory, VIGIL_DIRECTORY_FLAGS, VIGIL_SESSION_ERROR_EXPIRED);
  vigil_fake_spin ();
  vigil_fake_feed_drop (f->feed, VIGIL_SESSION_ERROR_NETWORK);
  vigil_fake_feed_connect (f->feed, 1, 0);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "flags"), ==, 3);
  g_ptr_array_add (flags, make_read ("v1", 10, 1));
  vigil_fake_directory_answer_to (f->directory, VIGIL_DIRECTORY_FLAGS, flags, (GDestroyNotify) g_ptr_array_unref);
  vigil_fake_run (50);
  g_assert_cmpuint (f->violations, ==, 1);
  vigil_fake_feed_drop (f->feed, VIGIL_SESSION_ERROR_NETWORK);
  vigil_fake_feed_connect (f->feed, 1, 0);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "flags"), ==, 3);
  take_off_screen (f);
}

/* There is no room for it any more, and it is told. */
static void
test_violation_beyond_bounds (Fixture       *f,
                              gconstpointer  data)
{
  g_autoptr (VigilStream) stream = bring_up (f);
  guint kept = vigil_settings_get_int (f->settings, VIGIL_SETTING_VIOLATIONS_KEPT);

  for (guint i = 0; i < 2 * kept; i++)
    {
      g_autofree char *id = g_strdup_printf ("v%u", i);
      VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_VIOLATION);

      event->violation = make_read (id, 10000 - i, 1);
      vigil_fake_feed_deliver (f->feed, event);
    }
  g_assert_cmpuint (f->violations, ==, 2 * kept);
  take_off_screen (f);
}

#define ADD(name, func) g_test_add ("/session/losses/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("quiet-reconnect", test_quiet_reconnect);
  ADD ("flags-are-not-given-up", test_flags_are_not_given_up);
  ADD ("violation-beyond-bounds", test_violation_beyond_bounds);
  return g_test_run ();
}
