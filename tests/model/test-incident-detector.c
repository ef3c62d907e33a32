/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of docs/incidents.md: what happened, and what the detector said. */

#include "incident-exam.h"

#define FACE VIGIL_LOST_FACE
#define VIDEO VIGIL_LOST_VIDEO
#define HEARTBEAT VIGIL_LOST_HEARTBEAT

#define MINUTE_MS (60 * 1000)

/* Handles from @first, each @step-th of @n, lose something evenly over @span_ms. */
static void
lose_many (Exam        *exam,
           VigilHandle  first,
           guint        n,
           guint        step,
           VigilLost    lost,
           gint64       at_ms,
           gint64       span_ms)
{
  for (guint i = 0; i < n; i++)
    exam_lose (exam, first + i * step, lost, at_ms + (n > 1 ? span_ms * i / (n - 1) : 0));
}

static void
recover_many (Exam        *exam,
              VigilHandle  first,
              guint        n,
              guint        step,
              VigilLost    lost,
              gint64       at_ms,
              gint64       span_ms)
{
  for (guint i = 0; i < n; i++)
    exam_recover (exam, first + i * step, lost, at_ms + (n > 1 ? span_ms * i / (n - 1) : 0));
}

static VigilIncident *
get_incident (Exam  *exam,
              guint  id)
{
  return g_ptr_array_index (exam->incidents, id - 1);
}

static void
test_worker_dies (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  lose_many (exam, 1, 125, 4, VIDEO, 0, 2000);
  exam_play (exam, 5000);
  exam_expect (exam, "SFU worker 2 of 4 dies, 500 candidates in 10 rooms",
               "125 of 125 lost video in 2.0 s: worker 2");
  recover_many (exam, 1, 125, 4, VIDEO, 0, 4000);
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "… and its webcams come back on another worker",
               "125 of 125 lost video in 2.0 s: worker 2; all recovered");
  g_assert_cmpint (vigil_incident_get_until_ms (get_incident (exam, 1)), >, vigil_incident_get_since_ms (get_incident (exam, 1)));
}

static void
test_room (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  lose_many (exam, 50, 50, 1, HEARTBEAT, 0, 25000);
  exam_play (exam, 10000);
  exam_expect (exam, "The network of room B is cut; its browsers time out one by one over 25 s",
               "50 of 50 lost heartbeat in 25.0 s: room B, network north");
}

static void
test_room_video_first (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  lose_many (exam, 50, 50, 1, VIDEO, 0, 3000);
  lose_many (exam, 50, 50, 1, HEARTBEAT, 20000, 25000);
  exam_play (exam, 10000);
  exam_expect (exam, "The same, and the SFU notices first: video in 3 s, heartbeats 20 s later",
               "50 of 50 lost heartbeat in 45.0 s: room B, network north");
}

static void
test_room_of_one_worker (void)
{
  g_autoptr (Exam) exam = exam_new (410, 41, 1);

  lose_many (exam, 41, 41, 1, VIDEO, 0, 3000);
  exam_play (exam, 5000);
  exam_expect (exam, "Room B loses video; there is one SFU worker for all",
               "41 of 41 lost video in 3.0 s: room B, worker 1, network north");
}

static void
test_campus_network (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  lose_many (exam, 0, 250, 1, HEARTBEAT, 0, 4000);
  exam_play (exam, 10000);
  exam_expect (exam, "A campus network of five rooms is cut",
               "250 of 250 lost heartbeat in 4.0 s: network north");
}

static void
test_campus_network_room_by_room (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  for (guint room = 0; room < 5; room++)
    lose_many (exam, room * 50, 50, 1, HEARTBEAT, room * 6000, 1000);
  exam_play (exam, 10000);
  exam_expect (exam, "The same, room by room, 6 s from one to the next",
               "250 of 250 lost heartbeat in 25.0 s: network north");
  g_assert_cmpuint (exam->incidents->len, >, 1); /* it was room A at first */
}

static void
test_break (void)
{
  g_autoptr (Exam) exam = exam_new (400, 40, 4);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (VigilHandle handle = 0; handle < 400; handle++)
    {
      gint64 goes_ms = g_rand_int_range (random, 0, 150 * 1000);

      if (handle % 40 == 3)
        continue; /* who stays */
      exam_lose (exam, handle, FACE, goes_ms);
      if (handle % 10 == 5)
        exam_lose (exam, handle, HEARTBEAT, goes_ms + 20000);
      exam_recover (exam, handle, HEARTBEAT, 14 * MINUTE_MS);
      exam_recover (exam, handle, FACE, 15 * MINUTE_MS + goes_ms / 2);
    }
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "A break: 390 of 400 get up within 2.5 minutes, a tenth of them close the browser; all are back after 16",
               "390 of 400 lost face in 166.2 s: exam; all recovered");
}

static void
test_slow_break (void)
{
  g_autoptr (Exam) exam = exam_new (40, 0, 0);

  for (VigilHandle handle = 0; handle < 36; handle++)
    exam_lose (exam, handle, handle % 3 == 0 ? HEARTBEAT : FACE, handle * 7000);
  exam_play (exam, 5000);
  exam_expect (exam, "A small exam ends: 36 of 40 go within 4 minutes, one every 7 s",
               "36 of 40 lost face in 245.0 s: exam");
}

static void
test_lookaways (void)
{
  g_autoptr (Exam) exam = exam_new (5000, 30, 8);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint i = 0; i < 30; i++)
    {
      VigilHandle handle = g_rand_int_range (random, 0, 5000);
      gint64 at_ms = g_rand_int_range (random, 0, 10000);

      exam_lose (exam, handle, FACE, at_ms);
      exam_recover (exam, handle, FACE, at_ms + 4000);
    }
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "30 of 5,000 look away within 10 s, independently", "nothing");
}

static void
test_slow_drift (void)
{
  g_autoptr (Exam) exam = exam_new (400, 40, 4);

  lose_many (exam, 0, 200, 2, VIDEO, 0, 33 * MINUTE_MS);
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "Slow drift: half of 400 lose video, one every 10 s over 33 minutes", "nothing");
}

static void
test_half_recovers (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  lose_many (exam, 50, 50, 1, VIDEO, 0, 3000);
  recover_many (exam, 50, 25, 1, VIDEO, 20000, 5000);
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "Room B loses video; half of it recovers",
               "50 of 50 lost video in 3.0 s: room B, network north; 25 now");
  g_assert_cmpint (vigil_incident_get_until_ms (get_incident (exam, 1)), ==, 0);
  g_assert_cmpint (vigil_incident_find_member (get_incident (exam, 1), 50)->lost, ==, 0);
  g_assert_cmpint (vigil_incident_find_member (get_incident (exam, 1), 50)->recovered_at_ms, >, 0);
  g_assert_cmpint (vigil_incident_find_member (get_incident (exam, 1), 99)->lost, ==, 1 << VIDEO);
  g_assert_null (vigil_incident_find_member (get_incident (exam, 1), 100));

  /* Who recovered and loses it again an hour later is somebody by himself. */
  exam_lose (exam, 50, VIDEO, 60 * MINUTE_MS);
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "… and one of those loses it again an hour later",
               "50 of 50 lost video in 3.0 s: room B, network north; 25 now");
}

static void
test_two_at_once (void)
{
  g_autoptr (Exam) exam = exam_new (1000, 50, 8);
  g_autoptr (Exam) rooms = exam_new (1000, 50, 8);

  lose_many (exam, 2, 125, 8, VIDEO, 0, 2000);
  lose_many (exam, 100, 50, 1, HEARTBEAT, 500, 3000);
  exam_play (exam, 10000);
  exam_expect (exam, "SFU worker 3 dies while room C's network is cut, five of whose candidates are worker 3's",
               "120 of 125 lost video in 2.0 s: worker 3 | 50 of 50 lost heartbeat in 3.0 s: room C, network north");

  lose_many (rooms, 100, 50, 1, VIDEO, 0, 3000);
  lose_many (rooms, 600, 50, 1, VIDEO, 400, 3000);
  exam_play (rooms, 10000);
  exam_expect (rooms, "Rooms C and M lose video in the same seconds",
               "50 of 50 lost video in 3.0 s: room C, network north | 50 of 50 lost video in 3.0 s: room M, network south");
}

static void
test_many (void)
{
  g_autoptr (Exam) exam = exam_new (50000, 40, 16);
  gint64 began_us, took_us;

  began_us = g_get_monotonic_time ();
  for (VigilHandle handle = 0; handle < 50000; handle++)
    vigil_incident_detector_take (exam->detector, &(VigilSign) { exam->now_ms, handle, VIDEO, FALSE });
  took_us = g_get_monotonic_time () - began_us;
  g_test_message ("Taking 50,000 losses in one go took %.1f ms", took_us / 1000.0);
  began_us = g_get_monotonic_time ();
  exam_play (exam, 5000);
  g_test_message ("Telling what they are took %.1f ms", (g_get_monotonic_time () - began_us) / 1000.0);
  took_us += g_get_monotonic_time () - began_us;
  exam_expect (exam, "50,000 lose video at once", "50000 of 50000 lost video in 0.0 s: exam");
  g_assert_cmpint (took_us, <, 2 * G_USEC_PER_SEC); /* with a sanitizer on a slow machine */
  g_assert_cmpuint (exam->n_told, ==, 1);

  recover_many (exam, 0, 50000, 1, VIDEO, 0, 2000);
  began_us = g_get_monotonic_time ();
  exam_play (exam, MINUTE_MS);
  took_us = g_get_monotonic_time () - began_us;
  exam_expect (exam, "… and are all back 2 s later", "50000 of 50000 lost video in 0.0 s: exam; all recovered");
  g_test_message ("50,000 recoveries took %.1f ms", took_us / 1000.0);
}

static void
test_flapping (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  for (guint i = 0; i < 200; i++)
    {
      exam_lose (exam, 77, VIDEO, i * 200);
      exam_recover (exam, 77, VIDEO, i * 200 + 100);
    }
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "One candidate's webcam flaps 200 times in 40 s", "nothing");
}

static void
test_small_exam (void)
{
  g_autoptr (Exam) exam = exam_new (4, 4, 1);

  lose_many (exam, 0, 4, 1, VIDEO, 0, 1000);
  exam_play (exam, 10000);
  exam_expect (exam, "All four of an exam of four lose video", "nothing");
}

static void
test_single_rooms (void)
{
  g_autoptr (Exam) few = exam_new (200, 1, 0);
  g_autoptr (Exam) all = exam_new (200, 1, 0);

  lose_many (few, 0, 5, 31, VIDEO, 0, 5000);
  exam_play (few, 10000);
  exam_expect (few, "200 candidates, each at home: five lose video within 5 s", "nothing");

  lose_many (all, 0, 60, 3, VIDEO, 0, 3000);
  exam_play (all, 10000);
  exam_expect (all, "… 60 lose video within 3 s", "60 of 200 lost video in 3.0 s: exam");
}

static void
test_unknown_cause (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 0);

  lose_many (exam, 0, 62, 8, VIDEO, 0, 3000);
  exam_play (exam, 10000);
  exam_expect (exam, "SFU worker 1 of 8 dies, and the hall does not tell of workers",
               "62 of 500 lost video in 3.0 s: exam");
}

static void
test_many_rooms (void)
{
  g_autoptr (Exam) exam = exam_new (4000, 40, 8);
  g_autofree char *said = NULL;

  for (guint room = 0; room < 10; room++)
    lose_many (exam, room * 400, 40, 1, HEARTBEAT, room * 100, 3000);
  exam_play (exam, 10000);
  said = exam_dup_said (exam);
  g_test_message ("10 of 100 rooms, on both networks, are cut in the same seconds → %u incidents, one a room", exam->incidents->len);
  g_assert_cmpuint (exam->incidents->len, ==, 10);
  for (guint id = 1; id <= 10; id++)
    {
      g_assert_cmpint (vigil_incident_get_shared (get_incident (exam, id)), ==, VIGIL_SHARED_ROOM);
      g_assert_cmpuint (vigil_incident_get_n_now (get_incident (exam, id)), ==, 40);
    }
}

static void
test_reordered (void)
{
  for (guint32 seed = 1; seed <= 20; seed++)
    {
      g_autoptr (Exam) exam = exam_new (500, 50, 4);
      g_autofree char *said = NULL;

      lose_many (exam, 1, 125, 4, VIDEO, 0, 2000);
      lose_many (exam, 1, 125, 4, VIDEO, 0, 2000); /* and twice */
      recover_many (exam, 1, 25, 4, VIDEO, 2500, 0);
      exam_play_shuffled (exam, seed, 10000);
      said = exam_dup_said (exam);
      g_test_message ("Worker 2 dies; signs come twice, up to 3 s late and in any order; 25 recover → %s", said);
      /* Whose loss comes after its own recovery lost nothing. */
      g_assert_cmpuint (exam->incidents->len, ==, 1);
      g_assert_true (g_pattern_match_simple ("12? of 125 lost video in 2.0 s: worker 2; 100 now", said));
      g_assert_cmpuint (exam->n_news, ==, 100 + 2 * (vigil_incident_get_n_ever (get_incident (exam, 1)) - 100));
    }
}

static void
test_leaves_exam (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  lose_many (exam, 50, 50, 1, VIDEO, 0, 3000);
  exam_play (exam, 10000);
  for (VigilHandle handle = 50; handle < 53; handle++)
    vigil_incident_detector_remove_member (exam->detector, handle);
  recover_many (exam, 53, 47, 1, VIDEO, 0, 1000);
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "Room B loses video; three of it leave the exam, the others recover",
               "50 of 50 lost video in 3.0 s: room B, network north; all recovered");
  g_assert_false (vigil_incident_detector_take (exam->detector, &(VigilSign) { exam->now_ms, 50, VIDEO, FALSE }));
}

static void
test_grows (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  lose_many (exam, 50, 40, 1, VIDEO, 0, 3000);
  exam_lose (exam, 95, VIDEO, 25000);   /* while it takes more of the same in */
  exam_lose (exam, 96, VIDEO, 5 * MINUTE_MS);
  exam_lose (exam, 97, FACE, 6000);     /* something else */
  exam_lose (exam, 120, VIDEO, 7000);   /* another room */
  exam_play (exam, 10000);
  exam_expect (exam, "Room B loses video; one more of it after 25 s, one after 5 minutes",
               "41 of 50 lost video in 25.0 s: room B, network north");
}

static void
test_gone_before_noticed (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  lose_many (exam, 1, 125, 4, VIDEO, 0, 300);
  recover_many (exam, 1, 125, 4, VIDEO, 500, 300);
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "Worker 2 restarts within half a second", "125 of 125 lost video in 0.3 s: worker 2; all recovered");
}

static void
test_facts_are_no_signs (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  for (VigilHandle handle = 0; handle < 500; handle++)
    vigil_incident_detector_set_lost (exam->detector, handle, handle % 2 ? VIDEO : HEARTBEAT, TRUE, exam->now_ms);
  lose_many (exam, 0, 500, 1, VIDEO, 0, 1000); /* which is known, or of people who are not there */
  exam_play (exam, MINUTE_MS);
  exam_expect (exam, "All of it was so when the roster was read", "nothing");
}

static void
test_time (void)
{
  g_autoptr (Exam) exam = exam_new (500, 50, 4);

  /* An hour old, from the future, of nobody. */
  lose_many (exam, 50, 50, 1, VIDEO, 0, 100);
  for (guint i = 0; i < exam->script->len; i++)
    g_array_index (exam->script, VigilSign, i).at_ms -= 60 * MINUTE_MS;
  exam_play (exam, 10000);
  exam_expect (exam, "Room B lost video an hour ago, and it is told now", "nothing");
  g_assert_false (vigil_incident_detector_take (exam->detector, &(VigilSign) { exam->now_ms, 5000, VIDEO, FALSE }));
  g_assert_false (vigil_incident_detector_take (exam->detector, &(VigilSign) { exam->now_ms, VIGIL_HANDLE_NONE, VIDEO, FALSE }));

  for (VigilHandle handle = 100; handle < 150; handle++)
    vigil_incident_detector_take (exam->detector, &(VigilSign) { G_MAXINT64, handle, VIDEO, FALSE });
  exam_play (exam, 10000);
  exam_expect (exam, "Room C's clocks are in the year 292 million", "50 of 50 lost video in 0.0 s: room C, network north");

  /* The clock is set back by a day: it goes on. */
  exam->now_ms = exam->ticked_ms -= 24 * 60 * MINUTE_MS;
  recover_many (exam, 50, 50, 1, VIDEO, 1000, 0);
  recover_many (exam, 100, 50, 1, VIDEO, 1000, 0);
  lose_many (exam, 150, 50, 1, VIDEO, 2000, 1000);
  exam_play (exam, MINUTE_MS);
  g_assert_cmpuint (exam->incidents->len, ==, 2);
  g_assert_cmpint (vigil_incident_get_shared (get_incident (exam, 2)), ==, VIGIL_SHARED_ROOM);
  g_assert_cmpuint (vigil_incident_get_n_now (get_incident (exam, 1)), ==, 0);
}

/* Chance alone, for an hour: each candidate loses each thing so often in an hour, for some seconds. */
static void
make_noise (Exam    *exam,
            guint32  seed,
            double   per_hour)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint n = (guint) (exam->n * per_hour * VIGIL_N_LOST);

  for (guint i = 0; i < n; i++)
    {
      /* A few are restless: a sixteenth of all has half of it. */
      VigilHandle handle = g_rand_int_range (random, 0, exam->n);
      VigilLost lost = i % VIGIL_N_LOST;
      gint64 at_ms = g_rand_int_range (random, 0, 60 * MINUTE_MS);

      if (g_rand_boolean (random))
        handle -= handle % 16;
      exam_lose (exam, handle, lost, at_ms);
      exam_recover (exam, handle, lost, at_ms + g_rand_int_range (random, 3000, 40000));
    }
}

static void
test_noise (void)
{
  static const struct
  {
    guint   n;
    guint   room_size;
    double  per_hour;
  } table[] = {
    { 5000, 30, 1 }, { 5000, 30, 6 }, { 500, 25, 6 }, { 200, 10, 20 }, { 50, 10, 6 }, { 20, 5, 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    for (guint32 seed = 1; seed <= 3; seed++)
      {
        g_autoptr (Exam) exam = exam_new_fresh (table[i].n, table[i].room_size, 4);
        g_autofree char *what = NULL;

        make_noise (exam, seed, table[i].per_hour);
        exam_play (exam, MINUTE_MS);
        what = g_strdup_printf ("An hour of chance, seed %u: %u candidates, rooms of %u, each loses each thing %g times (learned: %.1f)",
                                seed, table[i].n, table[i].room_size, table[i].per_hour,
                                vigil_incident_detector_get_usual (exam->detector, VIDEO));
        exam_expect (exam, what, "nothing");
      }
}

static void
test_in_noise (void)
{
  g_autoptr (Exam) exam = exam_new (5000, 30, 4);

  make_noise (exam, 1, 6);
  lose_many (exam, 90, 30, 1, VIDEO, 30 * MINUTE_MS, 3000);
  exam_play (exam, MINUTE_MS);
  g_assert_cmpuint (exam->incidents->len, ==, 1);
  g_assert_cmpint (vigil_incident_get_shared (get_incident (exam, 1)), ==, VIGIL_SHARED_ROOM);
  g_assert_cmpstr (vigil_incident_get_name (get_incident (exam, 1)), ==, "D");
  g_test_message ("Room D loses video in the midst of such an hour → room D, %u of %u in %.1f s",
                  vigil_incident_get_n_ever (get_incident (exam, 1)), vigil_incident_get_group_size (get_incident (exam, 1)),
                  vigil_incident_get_span_ms (get_incident (exam, 1)) / 1000.0);
}

static void
test_params (void)
{
  g_autoptr (Exam) exam = exam_new (40, 8, 1);
  VigilIncidentParams params = VIGIL_INCIDENT_PARAMS_DEFAULT;

  params.min_members = 3;
  params.min_share = 30;
  params.rarity = 3;
  vigil_incident_detector_set_params (exam->detector, &params);
  lose_many (exam, 8, 3, 1, VIDEO, 0, 1000);
  exam_play (exam, 10000);
  exam_expect (exam, "With three members and 30 %: three of room B lose video",
               "3 of 8 lost video in 1.0 s: room B, worker 1, network north");
  vigil_incident_detector_set_params (exam->detector, &params);
  vigil_incident_detector_reset (exam->detector);
  g_assert_false (vigil_incident_detector_is_busy (exam->detector));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/incidents/worker-dies", test_worker_dies);
  g_test_add_func ("/model/incidents/room", test_room);
  g_test_add_func ("/model/incidents/room-video-first", test_room_video_first);
  g_test_add_func ("/model/incidents/room-of-one-worker", test_room_of_one_worker);
  g_test_add_func ("/model/incidents/campus-network", test_campus_network);
  g_test_add_func ("/model/incidents/campus-network-room-by-room", test_campus_network_room_by_room);
  g_test_add_func ("/model/incidents/break", test_break);
  g_test_add_func ("/model/incidents/slow-break", test_slow_break);
  g_test_add_func ("/model/incidents/lookaways", test_lookaways);
  g_test_add_func ("/model/incidents/slow-drift", test_slow_drift);
  g_test_add_func ("/model/incidents/half-recovers", test_half_recovers);
  g_test_add_func ("/model/incidents/two-at-once", test_two_at_once);
  g_test_add_func ("/model/incidents/many", test_many);
  g_test_add_func ("/model/incidents/flapping", test_flapping);
  g_test_add_func ("/model/incidents/small-exam", test_small_exam);
  g_test_add_func ("/model/incidents/single-rooms", test_single_rooms);
  g_test_add_func ("/model/incidents/unknown-cause", test_unknown_cause);
  g_test_add_func ("/model/incidents/many-rooms", test_many_rooms);
  g_test_add_func ("/model/incidents/reordered", test_reordered);
  g_test_add_func ("/model/incidents/leaves-exam", test_leaves_exam);
  g_test_add_func ("/model/incidents/grows", test_grows);
  g_test_add_func ("/model/incidents/gone-before-noticed", test_gone_before_noticed);
  g_test_add_func ("/model/incidents/facts-are-no-signs", test_facts_are_no_signs);
  g_test_add_func ("/model/incidents/time", test_time);
  g_test_add_func ("/model/incidents/noise", test_noise);
  g_test_add_func ("/model/incidents/in-noise", test_in_noise);
  g_test_add_func ("/model/incidents/params", test_params);
  return g_test_run ();
}
