/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which page comes next, and when: a table of walls, and patrol on a clock of its own. */

#include "vigil-patrol.h"

#define S G_USEC_PER_SEC

static void
test_pick (void)
{
  static const struct
  {
    const char *what;
    int         unseen[9];
    guint       n, per_page, current, expected;
  } table[] = {
    { "an empty wall", { 0 }, 0, 3, 0, G_MAXUINT },
    { "nobody has a camera", { -1, -1, -1, -1 }, 4, 3, 0, G_MAXUINT },
    { "the longest unseen", { 5, 5, 5, 5, 9, 5, 5, 5, 5 }, 9, 3, 0, 1 },
    { "…on a last page that is not full", { 5, 5, 5, 5, 5, 5, 6 }, 7, 3, 0, 2 },
    { "…where others on the page were just seen", { 8, 8, 8, 0, 0, 9, 8, 8, 8 }, 9, 3, 0, 1 },
    { "alike: on in reading order", { 7, 7, 7, 7, 7, 7, 7, 7, 7 }, 9, 3, 1, 2 },
    { "alike: from the end to the beginning", { 7, 7, 7, 7, 7, 7, 7, 7, 7 }, 9, 3, 2, 0 },
    { "alike: none is shown yet", { 7, 7, 7, 7, 7, 7, 7, 7, 7 }, 9, 3, G_MAXUINT, 0 },
    { "alike: a page without a camera is passed over", { 7, 7, 7, -1, -1, -1, 7, 7, 7 }, 9, 3, 0, 2 },
    { "the page that is shown, if nobody else can be", { -1, -1, -1, 3, -1, -1 }, 6, 3, 1, 1 },
    { "one page", { 1, 2, 3 }, 3, 3, 0, 0 },
    { "one candidate", { 0 }, 1, 40, G_MAXUINT, 0 },
    { "a page that is no more", { 1, 2, 3 }, 3, 3, 17, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%s", table[i].what);
      g_assert_cmpuint (vigil_patrol_pick (table[i].unseen, table[i].n, table[i].per_page, table[i].current), ==, table[i].expected);
    }
}

/* However it begins, and with whomever somebody looks at besides: nobody waits longer than all pages take. */
static void
test_fair (void)
{
  enum { N = 200, PER_PAGE = 24, N_PAGES = (N + PER_PAGE - 1) / PER_PAGE, STEP_S = 8 };
  int unseen[N];
  guint page = G_MAXUINT;

  for (guint i = 0; i < N; i++)
    unseen[i] = i % 7 == 3 ? -1 : g_test_rand_int_range (0, 3);
  for (guint turn = 0; turn < 500; turn++)
    {
      page = vigil_patrol_pick (unseen, N, PER_PAGE, page);
      for (guint i = 0; i < N; i++)
        if (unseen[i] >= 0)
          unseen[i] = i / PER_PAGE == page || i == turn * 31 % N ? 0 : unseen[i] + STEP_S;
      for (guint i = 0; i < N; i++)
        g_assert_cmpint (unseen[i], <=, N_PAGES * STEP_S + 3);
    }
}

typedef struct
{
  VigilPatrol       *patrol;
  VigilPatrolInputs  in;
  gint64             now_us;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->patrol = vigil_patrol_new ();
  vigil_patrol_set_times (f->patrol, &(VigilPatrolTimes) { .hold_us = 7 * S, .wait_us = 5 * S, .resume_us = 15 * S });
  f->now_us = 100 * S;
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_patrol_free (f->patrol);
}

/* Goes on in quarters of a second. Returns: after how many ms it wants a page turned; −1: not within @ms. */
static int
run (Fixture *f,
     int      ms)
{
  for (int past = 0; past <= ms; past += 250)
    {
      if (vigil_patrol_step (f->patrol, f->now_us, &f->in))
        return past;
      f->now_us += S / 4;
    }
  return -1;
}

static void
begin (Fixture *f)
{
  vigil_patrol_start (f->patrol, f->now_us);
  g_assert_cmpint (run (f, 0), ==, 0);
  vigil_patrol_turned (f->patrol, f->now_us, TRUE);
}

#define assert_state(f, state) g_assert_cmpint (vigil_patrol_get_state ((f)->patrol), ==, VIGIL_PATROL_##state)

static void
test_holds (Fixture       *f,
            gconstpointer  data)
{
  assert_state (f, OFF);
  g_assert_cmpint (run (f, 60000), ==, -1);
  begin (f);
  assert_state (f, WAITING);
  f->in = (VigilPatrolInputs) { .expected = 24, .playing = 23 };
  g_assert_cmpint (run (f, 2000), ==, -1);
  assert_state (f, WAITING);
  f->in.playing = 24;
  g_assert_cmpint (run (f, 20000), ==, 7000); /* counted from when they play */
  assert_state (f, HOLDING);
  vigil_patrol_turned (f->patrol, f->now_us, TRUE);
  f->in.playing = 0;
  g_assert_cmpint (run (f, 0), ==, -1);
  assert_state (f, WAITING);
  vigil_patrol_stop (f->patrol);
  g_assert_cmpint (run (f, 60000), ==, -1);
  vigil_patrol_touch (f->patrol, f->now_us);
  assert_state (f, OFF);
}

/* Cameras that stay dark. */
static void
test_waits (Fixture       *f,
            gconstpointer  data)
{
  begin (f);
  f->in = (VigilPatrolInputs) { .expected = 24, .playing = 1 };
  g_assert_cmpint (run (f, 60000), ==, 12000); /* five to wait, seven for the one that plays */
  vigil_patrol_turned (f->patrol, f->now_us, TRUE);
  f->in.playing = 0;
  g_assert_cmpint (run (f, 60000), ==, 5000); /* nothing to see */
  vigil_patrol_turned (f->patrol, f->now_us, FALSE);
  assert_state (f, NOBODY);
  g_assert_cmpint (run (f, 60000), ==, 1000);
  vigil_patrol_turned (f->patrol, f->now_us, TRUE);
  assert_state (f, WAITING);
}

static void
test_pauses (Fixture       *f,
             gconstpointer  data)
{
  begin (f);
  f->in = (VigilPatrolInputs) { .expected = 4, .playing = 4 };
  g_assert_cmpint (run (f, 3000), ==, -1);
  g_assert_cmpint (vigil_patrol_get_left_us (f->patrol, f->now_us), <, 5 * S);
  vigil_patrol_touch (f->patrol, f->now_us);
  assert_state (f, TOUCHED);
  g_assert_cmpint (run (f, 14000), ==, -1);
  vigil_patrol_touch (f->patrol, f->now_us); /* still at it */
  g_assert_cmpint (vigil_patrol_get_left_us (f->patrol, f->now_us), ==, 15 * S);
  g_assert_cmpint (run (f, 60000), ==, 15000);
  vigil_patrol_turned (f->patrol, f->now_us, TRUE);
  assert_state (f, WAITING);

  f->in.blocked = TRUE;
  g_assert_cmpint (run (f, 600000), ==, -1);
  assert_state (f, BLOCKED);
  g_assert_cmpint (vigil_patrol_get_left_us (f->patrol, f->now_us), ==, 0);
  vigil_patrol_touch (f->patrol, f->now_us); /* a key in the dialog */
  g_assert_cmpint (run (f, 600000), ==, -1);
  f->in.blocked = FALSE;
  g_assert_cmpint (run (f, 60000), ==, 15000);
}

/* From a menu, which is open yet. */
static void
test_started_from_menu (Fixture       *f,
                        gconstpointer  data)
{
  vigil_patrol_start (f->patrol, f->now_us);
  vigil_patrol_touch (f->patrol, f->now_us);
  f->in.blocked = TRUE;
  g_assert_cmpint (run (f, 5000), ==, -1);
  assert_state (f, BLOCKED);
  f->in.blocked = FALSE;
  g_assert_cmpint (run (f, 60000), ==, 0);
  vigil_patrol_turned (f->patrol, f->now_us, TRUE);
  vigil_patrol_touch (f->patrol, f->now_us);
  assert_state (f, TOUCHED);
}

/* Whom no picture comes of is tried once a round, not for ever. */
static void
test_misses (Fixture       *f,
             gconstpointer  data)
{
  g_assert_cmpint (vigil_patrol_get_waited_ms (f->patrol, 3, 900000, f->now_us), ==, 900000);
  vigil_patrol_miss (f->patrol, 3, f->now_us);
  f->now_us += 20 * S;
  g_assert_cmpint (vigil_patrol_get_waited_ms (f->patrol, 3, 920000, f->now_us), ==, 20000);
  g_assert_cmpint (vigil_patrol_get_waited_ms (f->patrol, 3, 5000, f->now_us), ==, 5000);
  g_assert_cmpint (vigil_patrol_get_waited_ms (f->patrol, 3, -1, f->now_us), ==, -1);
  g_assert_cmpint (vigil_patrol_get_waited_ms (f->patrol, 4, 920000, f->now_us), ==, 920000);
  vigil_patrol_start (f->patrol, f->now_us);
  g_assert_cmpint (vigil_patrol_get_waited_ms (f->patrol, 3, 920000, f->now_us), ==, 920000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patrol/pick", test_pick);
  g_test_add_func ("/patrol/fair", test_fair);
  g_test_add ("/patrol/holds", Fixture, NULL, set_up, test_holds, tear_down);
  g_test_add ("/patrol/waits", Fixture, NULL, set_up, test_waits, tear_down);
  g_test_add ("/patrol/pauses", Fixture, NULL, set_up, test_pauses, tear_down);
  g_test_add ("/patrol/started-from-menu", Fixture, NULL, set_up, test_started_from_menu, tear_down);
  g_test_add ("/patrol/misses", Fixture, NULL, set_up, test_misses, tear_down);
  return g_test_run ();
}
