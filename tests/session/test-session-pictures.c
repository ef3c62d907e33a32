/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is shown at best: in a hall without an SFU, in one with an SFU that we do not know, and as the operator likes. */

#include "session-fixture.h"

static void
join (Fixture      *f,
      VigilSfuKind  kind,
      const char   *reason)
{
  g_autoptr (VigilSfuConfig) sfu = vigil_sfu_config_new (kind);
  VigilExam exam = { .id = (char *) "e", .title = (char *) "Anatomy", .state = (char *) "running", .capture_seconds = 30, .sfu = sfu };
  VigilSessionInfo who = { .user = (char *) "m.ortiz", .hall = (char *) "Hall", .role = VIGIL_ROLE_ADMIN };

  sfu->reason = g_strdup (reason);
  vigil_session_join (f->session, &exam, &who);
  vigil_fake_feed_connect (f->feed, 1, 10);
  vigil_fake_spin ();
  answer_rows (f, 10, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
  vigil_fake_spin ();
}

static void
told_cb (VigilStillWatch *watch,
         VigilStill      *still)
{
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Puts Ann on screen as a tile does. */
static void
show (Fixture         *f,
      VigilStillWatch *watch)
{
  VigilHandle ann = vigil_roster_lookup (vigil_session_get_roster (f->session), "a")->handle;

  vigil_stream_controller_set_visible (vigil_session_get_streams (f->session), ann, TRUE);
  vigil_stills_watch (vigil_session_get_stills (f->session), watch, ann, 0);
  vigil_fake_run (100);
}

static void
hide (Fixture         *f,
      VigilStillWatch *watch)
{
  vigil_stream_controller_set_visible (vigil_session_get_streams (f->session), watch->handle, FALSE);
  vigil_stills_unwatch (vigil_session_get_stills (f->session), watch);
}

static guint
count_sfu (Fixture *f)
{
  return vigil_fake_log_count (f->log, "open") + vigil_fake_log_count (f->log, "consume") +
         vigil_fake_log_count (f->log, "connect ") + vigil_fake_log_count (f->log, "attach");
}

/* No transport, no consumer, no trouble; stills. */
static void
test_no_sfu (Fixture       *f,
             gconstpointer  data)
{
  const char *reason = data;
  VigilStillWatch watch = VIGIL_STILL_WATCH_INIT (told_cb, NULL);
  const VigilLinkStatus *link;

  if (reason != NULL)
    g_test_expect_message ("vigil-session", G_LOG_LEVEL_MESSAGE, "*a thing of tomorrow*");
  join (f, VIGIL_SFU_NONE, reason);
  show (f, &watch);
  g_assert_cmpuint (count_sfu (f), ==, 0);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still a"), ==, 1);
  g_assert_false (vigil_session_has_video (f->session));
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_STILL);
  g_assert_cmpint (vigil_stills_get_interval_us (vigil_session_get_stills (f->session)), ==, 30 * G_USEC_PER_SEC);
  link = vigil_session_get_link (f->session, VIGIL_PART_SFU);
  g_assert_cmpint (link->state, ==, VIGIL_LINK_OFFLINE);
  g_assert_null (link->reason);
  g_assert_cmpstr (f->troubles->str, ==, "");
  g_test_assert_expected_messages ();
  hide (f, &watch);
}

/* The same hall later: it has an SFU now, then none again. */
static void
test_exam_changes (Fixture       *f,
                   gconstpointer  data)
{
  VigilStillWatch watch = VIGIL_STILL_WATCH_INIT (told_cb, NULL);
  guint told = 0;

  g_signal_connect_swapped (f->session, "rung-changed", G_CALLBACK (count_cb), &told);
  join (f, VIGIL_SFU_NONE, NULL);
  show (f, &watch);
  g_assert_cmpuint (told, ==, 1);
  g_assert_cmpuint (count_sfu (f), ==, 0);
  g_assert_cmpint (vigil_fake_sfu_get_kind (f->sfu), ==, VIGIL_SFU_NONE);
  /* As the hall tells of it while the exam goes on. */
  {
    VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_EXAM_UPDATE);
    GPtrArray *exams = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_exam_free);
    VigilExam exam = { .id = (char *) "e", .title = (char *) "Anatomy", .state = (char *) "running" };

    event->part = g_strdup ("e");
    event->seq = 11;
    event->epoch = 1;
    vigil_fake_feed_deliver (f->feed, event);
    vigil_fake_spin ();
    g_ptr_array_add (exams, vigil_exam_copy (&exam));
    vigil_fake_directory_answer (f->directory, exams, (GDestroyNotify) g_ptr_array_unref);
  }
  vigil_fake_run (100);
  g_assert_cmpuint (told, ==, 2);
  g_assert_true (vigil_session_has_video (f->session));
  g_assert_cmpint (vigil_fake_sfu_get_kind (f->sfu), ==, VIGIL_SFU_MEDIASOUP);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "open"), ==, 1);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "consume"), ==, 1);
  hide (f, &watch);
}

static void
test_operator (Fixture       *f,
               gconstpointer  data)
{
  VigilStillWatch watch = VIGIL_STILL_WATCH_INIT (told_cb, NULL);

  join (f, VIGIL_SFU_MEDIASOUP, NULL);
  show (f, &watch);
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_LIVE);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "consume"), ==, 1);
  vigil_fake_stills_answer (f->stills, 1000, 0);
  vigil_fake_spin ();

  vigil_settings_set_pictures (f->settings, VIGIL_RUNG_STILL);
  vigil_fake_run (100);
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_STILL);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "close"), ==, 1);
  g_assert_true (vigil_stills_get_wanted (vigil_session_get_stills (f->session)));

  vigil_settings_set_pictures (f->settings, VIGIL_RUNG_SCORE);
  vigil_fake_log_clear (f->log);
  vigil_fake_run (1300);
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_SCORE);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), ==, 0);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "consume"), ==, 0);

  vigil_settings_set_pictures (f->settings, VIGIL_RUNG_LIVE);
  vigil_fake_run (100);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "consume"), ==, 1);
  hide (f, &watch);
}

static void
wait_for_ladder (Fixture   *f,
                 VigilRung  rung)
{
  const VigilLadder *ladder = vigil_stream_controller_get_ladder (vigil_session_get_streams (f->session), NULL);

  for (guint i = 0; i < 300 && ladder->rung != rung; i++)
    vigil_fake_run (100);
  g_assert_cmpint (ladder->rung, ==, rung);
}

/* Neither videos nor stills are borne: scores alone, and everything again by itself. */
static void
test_overload (Fixture       *f,
               gconstpointer  data)
{
  static const VigilFeedStats late = {
    .bytes = 50000, .packets = 50, .frames = 15, .cpu_us = 20000, .waits = 15, .late_us = 15 * 400000,
    .width = 640, .height = 360, .wanted_width = 320, .wanted_height = 180,
  };
  static const VigilFeedStats calm = { .bytes = 50000, .packets = 50, .frames = 15, .cpu_us = 20000 };
  static const char *const ids[] = { "b", "c", "d", "e" };
  VigilStillWatch watch = VIGIL_STILL_WATCH_INIT (told_cb, NULL);
  VigilStreamController *streams = vigil_session_get_streams (f->session);
  VigilStills *stills = vigil_session_get_stills (f->session);
  VigilHandle handles[G_N_ELEMENTS (ids)];
  guint told = 0;

  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_PATIENCE, 1);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_RECOVERY, 1);
  vigil_fake_engine_set_stats (f->engine, &late);
  join (f, VIGIL_SFU_MEDIASOUP, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (ids[i]);

      info->fields = VIGIL_FIELD_STREAMING | VIGIL_FIELD_PRODUCERS;
      info->is_streaming = TRUE;
      info->producer_ids[VIGIL_SOURCE_WEBCAM] = g_strdup (ids[i]);
      handles[i] = vigil_roster_apply (vigil_session_get_roster (f->session), info);
      vigil_stream_controller_set_visible (streams, handles[i], TRUE);
    }
  show (f, &watch);
  g_signal_connect_swapped (f->session, "rung-changed", G_CALLBACK (count_cb), &told);
  wait_for_ladder (f, VIGIL_RUNG_STILL);
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_LIVE);
  g_assert_true (vigil_stills_get_wanted (stills));

  vigil_fake_feed_set_rtt (f->feed, 5000);
  wait_for_ladder (f, VIGIL_RUNG_SCORE);
  g_assert_true (vigil_session_is_overloaded (f->session));
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_SCORE);
  g_assert_false (vigil_stills_get_wanted (stills));
  g_assert_cmpuint (told, ==, 1);

  vigil_fake_feed_set_rtt (f->feed, 38);
  vigil_fake_engine_set_stats (f->engine, &calm);
  wait_for_ladder (f, VIGIL_RUNG_LIVE);
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_LIVE);
  g_assert_true (vigil_stills_get_wanted (stills));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    vigil_stream_controller_set_visible (streams, handles[i], FALSE);
  hide (f, &watch);
}

/* A hall that has stills alone: those that hold up the scores rest, and come back. */
static void
test_overload_without_sfu (Fixture       *f,
                           gconstpointer  data)
{
  VigilStillWatch watch = VIGIL_STILL_WATCH_INIT (told_cb, NULL);
  VigilStills *stills = vigil_session_get_stills (f->session);

  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_PATIENCE, 1);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_RECOVERY, 1);
  join (f, VIGIL_SFU_NONE, NULL);
  show (f, &watch);
  vigil_fake_run (2500);
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_STILL);

  vigil_fake_feed_set_rtt (f->feed, 5000);
  wait_for_ladder (f, VIGIL_RUNG_SCORE);
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_SCORE);
  g_assert_false (vigil_stills_get_wanted (stills));

  vigil_fake_feed_set_rtt (f->feed, 38);
  wait_for_ladder (f, VIGIL_RUNG_LIVE); /* the ladder is at its top: it is the hall that has no more */
  g_assert_cmpint (vigil_session_get_rung (f->session), ==, VIGIL_RUNG_STILL);
  g_assert_true (vigil_stills_get_wanted (stills));
  g_assert_cmpuint (count_sfu (f), ==, 0);
  hide (f, &watch);
}

/* The connection goes: nothing more is asked, and all of it again when it is back. */
static void
test_connection (Fixture       *f,
                 gconstpointer  data)
{
  VigilStillWatch watch = VIGIL_STILL_WATCH_INIT (told_cb, NULL);

  join (f, VIGIL_SFU_NONE, NULL);
  show (f, &watch);
  vigil_fake_stills_answer (f->stills, 1000, 0);
  vigil_fake_spin ();
  vigil_fake_feed_drop (f->feed, VIGIL_SESSION_ERROR_NETWORK);
  vigil_fake_log_clear (f->log);
  vigil_fake_run (1500);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), ==, 0);
  vigil_fake_feed_connect (f->feed, 1, 10);
  vigil_fake_run (100);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still a if=1000"), ==, 1);
  g_assert_cmpuint (count_sfu (f), ==, 0);
  hide (f, &watch);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func) g_test_add ("/session/pictures/" name, Fixture, data, fixture_set_up, func, fixture_tear_down)
  ADD ("no-sfu", NULL, test_no_sfu);
  ADD ("unknown-sfu", "a thing of tomorrow", test_no_sfu);
  ADD ("exam-changes", NULL, test_exam_changes);
  ADD ("operator", NULL, test_operator);
  ADD ("overload", NULL, test_overload);
  ADD ("overload-without-sfu", NULL, test_overload_without_sfu);
  ADD ("connection", NULL, test_connection);
  return g_test_run ();
}
