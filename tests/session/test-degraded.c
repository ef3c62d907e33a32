/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hall says of itself: since when, how many, and that the scores go on. */

#include "session-fixture.h"
#include "vigil-clock.h"

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  fixture_set_up (f, data);
  join_as (f, "e", VIGIL_ROLE_ADMIN);
  vigil_fake_feed_connect (f->feed, 1, 0);
  answer_rows (f, 0, vigil_fake_row_new ("a", "Ann", TRUE, "pa"), NULL);
}

static void
deliver_since (Fixture    *f,
               const char *part,
               gint64      since_ms)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_SYSTEM);

  event->part = g_strdup (part);
  event->degraded = TRUE;
  event->since_ms = since_ms;
  vigil_fake_feed_deliver (f->feed, event);
}

static void
deliver_over (Fixture    *f,
              const char *part)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_SYSTEM);

  event->part = g_strdup (part);
  vigil_fake_feed_deliver (f->feed, event);
}

/* By the hall's clock, which is three hours behind ours here. */
static void
test_degraded_since (Fixture       *f,
                     gconstpointer  data)
{
  const gint64 now_us = G_GINT64_CONSTANT (60) * G_USEC_PER_SEC, wall_ms = G_GINT64_CONSTANT (1763805600000);
  const gint64 hall_ms = wall_ms - 3 * 3600 * 1000;

  vigil_clock_freeze (now_us, wall_ms);
  vigil_clock_set_hall (-G_GINT64_CONSTANT (3) * G_TIME_SPAN_HOUR, 1000);
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "counting"), ==, 0);
  deliver_since (f, "counting", hall_ms - 180000); /* before this machine was started */
  deliver_since (f, "sfu", hall_ms + 1000);        /* not yet: cannot be */
  deliver_since (f, "gpu-farm", 0);                /* the hall does not say */
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "counting"), ==, now_us - 180 * G_USEC_PER_SEC);
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "sfu"), ==, now_us);
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "gpu-farm"), ==, now_us);

  /* The hall's clock turns out to be another: its "since" is reckoned by what is believed now. */
  vigil_clock_set_hall (-G_GINT64_CONSTANT (3) * G_TIME_SPAN_HOUR + 60 * G_USEC_PER_SEC, 1000);
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "counting"), ==, now_us - 240 * G_USEC_PER_SEC);
  vigil_clock_set_hall (-G_GINT64_CONSTANT (3) * G_TIME_SPAN_HOUR, 1000);

  /* Said again with another reason it is not younger. */
  vigil_clock_freeze (now_us + 5000000, wall_ms + 5000);
  deliver_since (f, "gpu-farm", 0);
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "gpu-farm"), ==, now_us);
  deliver_over (f, "gpu-farm");
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "gpu-farm"), ==, 0);

  /* The hall comes back and says what is still so. */
  vigil_fake_feed_drop (f->feed, VIGIL_SESSION_ERROR_NETWORK);
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "counting"), ==, 0);
  vigil_fake_feed_connect (f->feed, 1, 0);
  deliver_since (f, "counting", hall_ms - 180000);
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "counting"), ==, now_us - 180 * G_USEC_PER_SEC);
  g_assert_cmpint (vigil_session_get_degraded_since_us (f->session, "sfu"), ==, 0);

  /* A hall that makes up parts fills no memory. */
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *part = g_strdup_printf ("part-%u", i);

      deliver_since (f, part, 0);
    }
  g_assert_cmpuint (vigil_session_get_degradations (f->session)->len, ==, 32);
  vigil_clock_freeze (-1, -1);
  vigil_clock_forget_hall ();
}

/* Counting is paused, and the wall goes on. */
static void
test_scores_go_on (Fixture       *f,
                   gconstpointer  data)
{
  VigilHandle a = vigil_roster_lookup (vigil_session_get_roster (f->session), "a")->handle;
  VigilScore score;

  deliver_since (f, "counting", 0);
  deliver_since (f, "evidence", 0);
  g_assert_true (vigil_score_store_write (f->store, a, 77, 0, vigil_clock_hall_ms (), vigil_clock_monotonic_us ()));
  vigil_score_store_read (f->store, a, &score);
  g_assert_cmpint (score.score, ==, 77);
  g_assert_cmpint (vigil_session_get_quiet_seconds (f->session), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/session/degraded/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("since", test_degraded_since);
  ADD ("scores-go-on", test_scores_go_on);
  return g_test_run ();
}
