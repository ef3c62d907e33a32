/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ladder over whole stories, second by second. */

#include "vigil-ladder.h"

static const VigilLadderParams params = {
  .max_live = 48, .max_loop_ms = 80, .max_frame_ms = 120, .max_wait_ms = 120, .max_loss = 80, .max_queue_ms = 500, .max_feed_ms = 3000, .patience_s = 5, .recovery_s = 10,
};

/* A machine that bears @bears streams, and everything that asks for more. */
typedef struct
{
  VigilLadder ladder;
  guint       wanted;
  guint       live;
  guint       n_steps;
} Story;

static void
live_on (Story *story,
         guint  bears,
         guint  seconds)
{
  for (guint i = 0; i < seconds; i++)
    {
      VigilLoad load = { 0 };

      story->live = story->ladder.live > 0 ? MIN (story->wanted, story->ladder.live) : story->wanted;
      if (story->ladder.rung != VIGIL_RUNG_LIVE)
        story->live = 0;
      load.live = story->live;
      load.wait_ms = story->live > bears ? 400 : 3;
      story->n_steps += vigil_ladder_step (&story->ladder, &load, &params);
    }
}

static void
test_all_is_well (void)
{
  Story story = { .wanted = 48 };

  live_on (&story, 48, 3600);
  g_assert_cmpuint (story.n_steps, ==, 0);
  g_assert_cmpuint (story.ladder.live, ==, 0);
}

/* A hiccup shorter than the patience is none. */
static void
test_hiccup (void)
{
  Story story = { .wanted = 48 };

  for (guint i = 0; i < 20; i++)
    {
      live_on (&story, 10, params.patience_s - 1);
      live_on (&story, 48, 1);
    }
  g_assert_cmpuint (story.n_steps, ==, 0);
}

/* Half of what is asked for: it comes down to what is borne within half a minute and stays near it. */
static void
test_half (void)
{
  Story story = { .wanted = 48 };
  guint too_many = 0;

  live_on (&story, 24, 30);
  g_assert_cmpuint (story.live, <=, 24);
  g_assert_cmpuint (story.live, >=, 18);
  g_assert_cmpint (story.ladder.cause, ==, VIGIL_LOAD_MACHINE);
  for (guint i = 0; i < 3600; i++)
    {
      live_on (&story, 24, 1);
      g_assert_cmpuint (story.live, >=, 14);
      too_many += story.live > 24;
    }
  g_test_message ("%u s of an hour were too much, %u steps", too_many, story.n_steps);
  g_assert_cmpuint (too_many, <, 120);
}

/* When it is over everything comes back by itself. */
static void
test_comes_back (void)
{
  Story story = { .wanted = 48 };

  live_on (&story, 12, 60);
  g_assert_cmpuint (story.live, <=, 12);
  live_on (&story, 48, 600);
  g_assert_cmpuint (story.live, ==, 48);
  g_assert_cmpuint (story.ladder.live, ==, 0);
  g_assert_cmpint (story.ladder.cause, ==, VIGIL_LOAD_NONE);
}

/* Not even one: stills, and one is tried again. */
static void
test_down_to_stills (void)
{
  Story story = { .wanted = 8 };

  live_on (&story, 0, 45);
  g_assert_cmpint (story.ladder.rung, ==, VIGIL_RUNG_STILL);
  g_assert_cmpuint (story.live, ==, 0);
  live_on (&story, 8, 180);
  g_assert_cmpint (story.ladder.rung, ==, VIGIL_RUNG_LIVE);
  g_assert_cmpuint (story.live, ==, 8);
}

static void
step_for (VigilLadder *ladder, const VigilLoad *load, guint seconds)
{
  for (guint i = 0; i < seconds; i++)
    vigil_ladder_step (ladder, load, &params);
}

/* Stills that hold up the scores go too, and come back before the videos do; a hall that is slow while videos play is none of ours. */
static void
test_down_to_scores (void)
{
  const VigilLoad slow_videos = { .live = 1, .lossy = 1, .loss = 0.5 }, slow = { .live = 0, .feed_ms = 3001 }, calm = { .feed_ms = 20 };
  const VigilLoad slow_hall = { .live = 10, .feed_ms = 9000 };
  VigilLadder ladder = { .live = 1 }, other = { 0 };

  step_for (&other, &slow_hall, 60);
  g_assert_cmpint (other.cause, ==, VIGIL_LOAD_NONE);
  step_for (&ladder, &slow_videos, params.patience_s);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_STILL);
  step_for (&ladder, &calm, params.recovery_s - 1);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_STILL);

  step_for (&ladder, &slow, params.patience_s - 1);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_STILL);
  step_for (&ladder, &slow, 1);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_SCORE);
  g_assert_cmpint (ladder.cause, ==, VIGIL_LOAD_NETWORK);
  step_for (&ladder, &slow, 3600);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_SCORE);

  for (guint i = 0; i < 600 && ladder.rung == VIGIL_RUNG_SCORE; i++)
    step_for (&ladder, &calm, 1);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_STILL);
  for (guint i = 0; i < 600 && ladder.rung == VIGIL_RUNG_STILL; i++)
    step_for (&ladder, &calm, 1);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_LIVE);
  g_assert_cmpuint (ladder.live, ==, 1);
}

/* A main loop that is late among stills as well. */
static void
test_late_stills (void)
{
  const VigilLoad late = { .loop_late_ms = 200 };
  VigilLadder ladder = { .live = 1, .rung = VIGIL_RUNG_STILL, .cause = VIGIL_LOAD_MACHINE };

  step_for (&ladder, &late, params.patience_s);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_SCORE);
  g_assert_cmpint (ladder.cause, ==, VIGIL_LOAD_MACHINE);
}

/* Where stills are all there is they can be too much as well, and what is too much again comes back later. */
static void
test_stills_alone (void)
{
  const VigilLadderParams stills = { .top = VIGIL_RUNG_STILL, .max_live = 48, .max_feed_ms = 3000, .patience_s = 5, .recovery_s = 10 };
  const VigilLoad slow = { .feed_ms = 3001 }, calm = { .feed_ms = 20 };
  VigilLadder ladder = { 0 };
  guint first = 0, second = 0;

  for (guint i = 0; i < 5; i++)
    vigil_ladder_step (&ladder, &slow, &stills);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_SCORE);
  for (; first < 600 && ladder.rung == VIGIL_RUNG_SCORE; first++)
    vigil_ladder_step (&ladder, &calm, &stills);
  g_assert_cmpint (ladder.cause, ==, VIGIL_LOAD_NONE);
  g_assert_cmpuint (ladder.live, ==, 0);

  for (guint i = 0; i < 5; i++)
    vigil_ladder_step (&ladder, &slow, &stills);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_SCORE);
  for (; second < 600 && ladder.rung == VIGIL_RUNG_SCORE; second++)
    vigil_ladder_step (&ladder, &calm, &stills);
  g_assert_cmpuint (first, ==, 30);
  g_assert_cmpuint (second, ==, 60);
}

/* Whoever is opened among stills has a line of his own. */
static void
test_opened_among_stills (void)
{
  static const VigilLoad loads[] = { { .live = 1, .queued = 1 }, { .live = 3, .lossy = 3, .loss = 0.5 } };
  const VigilLadderParams stills = {
    .top = VIGIL_RUNG_STILL, .max_live = 48, .max_loss = 80, .max_queue_ms = 500, .patience_s = 5, .recovery_s = 10,
  };

  for (guint i = 0; i < G_N_ELEMENTS (loads); i++)
    {
      VigilLadder ladder = { 0 }, limited = { .live = 12, .cause = VIGIL_LOAD_NETWORK };

      for (guint s = 0; s < 60; s++)
        vigil_ladder_step (&ladder, &loads[i], &stills);
      g_assert_cmpint (ladder.cause, ==, VIGIL_LOAD_NONE);
      step_for (&limited, &loads[i], params.recovery_s);
      g_assert_cmpuint (limited.live, ==, 13); /* it is no reason not to try more either */
    }
}

/* Scores alone are as late: it is not the stills, which are tried again after five minutes. */
static void
test_not_the_pictures (void)
{
  const VigilLoad late = { .loop_late_ms = 200 };
  VigilLadder ladder = { .live = 1, .rung = VIGIL_RUNG_STILL, .cause = VIGIL_LOAD_MACHINE };
  guint n_stills = 0;

  for (guint i = 0; i < 3600; i++)
    {
      step_for (&ladder, &late, 1);
      n_stills += ladder.rung == VIGIL_RUNG_STILL;
    }
  g_assert_cmpuint (n_stills, >=, 50);
  g_assert_cmpuint (n_stills, <=, 70);
}

/* Without stills for a while in a hall whose operator switches to videos meanwhile: none of them was ever too much. */
static void
test_operator_switches (void)
{
  const VigilLadderParams stills = { .top = VIGIL_RUNG_STILL, .max_live = 48, .max_feed_ms = 3000, .patience_s = 5, .recovery_s = 10 };
  const VigilLoad slow = { .feed_ms = 3001 }, calm = { .feed_ms = 20 };
  VigilLadder ladder = { 0 };

  for (guint i = 0; i < 5; i++)
    vigil_ladder_step (&ladder, &slow, &stills);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_SCORE);
  step_for (&ladder, &calm, 30);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_LIVE);
  g_assert_cmpuint (ladder.live, ==, 0);

  /* Where they were, stills come first and then one. */
  ladder = (VigilLadder) { .live = 1, .rung = VIGIL_RUNG_SCORE, .cause = VIGIL_LOAD_MACHINE };
  for (guint i = 0; i < 60 && ladder.rung == VIGIL_RUNG_SCORE; i++)
    vigil_ladder_step (&ladder, &calm, &stills);
  g_assert_cmpint (ladder.rung, ==, VIGIL_RUNG_STILL);
  g_assert_cmpuint (ladder.live, ==, 1);
}

/* A queue that gets shorter is not waited out by taking more away; one that stays is. */
static void
test_draining (void)
{
  const VigilLoad full = { .live = 12, .queued = 12 }, draining = { .live = 12, .queued = 12, .drains = TRUE };
  const VigilLoad lossy = { .live = 12, .queued = 12, .drains = TRUE, .lossy = 12, .loss = 0.5 };
  VigilLadder ladder = { 0 };

  step_for (&ladder, &full, params.patience_s);
  g_assert_cmpuint (ladder.live, ==, 9);
  g_assert_cmpint (ladder.cause, ==, VIGIL_LOAD_NETWORK);
  step_for (&ladder, &draining, 60);
  g_assert_cmpuint (ladder.live, ==, 9);
  for (guint i = 0; i < 20; i++) /* not every second is a tenth better */
    {
      step_for (&ladder, &draining, 2);
      step_for (&ladder, &full, 1);
    }
  g_assert_cmpuint (ladder.live, ==, 9);
  step_for (&ladder, &full, params.patience_s);
  g_assert_cmpuint (ladder.live, <, 9);
  step_for (&ladder, &lossy, params.patience_s);
  g_assert_cmpuint (ladder.live, <, 6);
}

/* One good second ends what is believed of what was sent before. */
static void
test_settles (void)
{
  const VigilLoad full = { .live = 12, .queued = 12, .queue_ms = 20000 }, calm = { .live = 9 };
  VigilLadder ladder = { 0 };

  step_for (&ladder, &full, params.patience_s);
  g_assert_cmpuint (ladder.live, ==, 9);
  step_for (&ladder, &full, 15);
  g_assert_cmpuint (ladder.live, ==, 9);
  step_for (&ladder, &calm, 1);
  step_for (&ladder, &full, params.patience_s);
  g_assert_cmpuint (ladder.live, ==, 6);
  step_for (&ladder, &full, 100); /* and it is not for ever without one */
  g_assert_cmpuint (ladder.live, <, 6);
}

#define LINE_S 300

/* A line that carries @carries streams and loses nothing: what comes was sent as long ago as it waited. */
typedef struct
{
  VigilLadder ladder;
  double      sent[LINE_S + 1];  /* in stream-seconds, until the end of each second */
  double      served;
  guint       least;
} Line;

/* Returns: how long what arrives now was on its way, in ms. */
static double
line_run (Line *line, guint second, guint live, double carries)
{
  guint from = second;
  double before;

  line->sent[second] = (second > 0 ? line->sent[second - 1] : 0) + live;
  line->served = MIN (line->served + carries, line->sent[second]);
  while (from > 0 && line->sent[from - 1] >= line->served)
    from--;
  before = from > 0 ? line->sent[from - 1] : 0;
  return (second + 1 - from - (line->served - before) / MAX (line->sent[from] - before, 0.001)) * 1000;
}

/* Of 16 streams a line carries some: it comes down to those and does not go on while what was sent before arrives. */
static void
test_narrow_line (void)
{
  static const double lines[] = { 3, 5, 8, 12 };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      Line line = { .least = 16 };
      double former_ms = 0, waited_ms = 0;
      guint n_late = 0;

      for (guint s = 0; s < 90; s++)
        {
          guint live = line.ladder.rung != VIGIL_RUNG_LIVE ? 0 : line.ladder.live > 0 ? line.ladder.live : 16;
          VigilLoad load = { .live = live };

          waited_ms = line_run (&line, s, live, lines[i]);
          load.queue_ms = waited_ms;
          load.queued = waited_ms > params.max_queue_ms ? live : 0;
          load.drains = waited_ms < former_ms - 100;
          former_ms = waited_ms;
          vigil_ladder_step (&line.ladder, &load, &params);
          g_assert_cmpint (line.ladder.rung, ==, VIGIL_RUNG_LIVE);
          line.least = MIN (line.least, line.ladder.live > 0 ? line.ladder.live : 16);
          n_late += load.queued > 0;
        }
      g_test_message ("%.0f of 16 are carried: down to %u, late for %u s", lines[i], line.least, n_late);
      g_assert_cmpuint (line.least, >=, lines[i] / 2);
      g_assert_cmpuint (n_late, <=, 75);
      g_assert_cmpfloat (waited_ms, <=, params.max_queue_ms);
    }
}

/* Each cause by itself; and what is not looked at is none. */
static void
test_causes (void)
{
  static const struct { VigilLoad load; VigilLoadCause cause; } table[] = {
    { { .live = 10, .loop_late_ms = 81 }, VIGIL_LOAD_MACHINE }, { { .live = 10, .wait_ms = 121 }, VIGIL_LOAD_MACHINE },
    { { .live = 10, .lossy = 6, .loss = 0.081 }, VIGIL_LOAD_NETWORK },
    { { .live = 10, .lossy = 10, .loop_late_ms = 80, .wait_ms = 120, .loss = 0.08 }, VIGIL_LOAD_NONE },
    { { .live = 10, .lossy = 1, .loss = 0.5 }, VIGIL_LOAD_NONE }, /* one candidate's bad line */
    { { .live = 10, .queued = 6 }, VIGIL_LOAD_NETWORK }, { { .live = 10, .queued = 5 }, VIGIL_LOAD_NONE },
    { { .live = 10, .frame_late_ms = 121 }, VIGIL_LOAD_MACHINE }, { { .live = 10, .frame_late_ms = 120 }, VIGIL_LOAD_NONE },
    { { .loop_late_ms = 500, .wait_ms = 500, .loss = 1 }, VIGIL_LOAD_NONE },
    { { .live = 3, .lossy = 3, .queued = 3, .loop_late_ms = 500, .wait_ms = 500, .loss = 1 }, VIGIL_LOAD_NONE },
  };
  const VigilLadderParams blind = { .max_live = 48, .patience_s = 5, .recovery_s = 10 };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      VigilLadder seeing = { 0 }, unseeing = { 0 };

      for (guint s = 0; s < params.patience_s; s++)
        {
          vigil_ladder_step (&seeing, &table[i].load, &params);
          g_assert_false (vigil_ladder_step (&unseeing, &table[i].load, &blind));
        }
      g_assert_cmpint (seeing.cause, ==, table[i].cause);
      g_assert_cmpuint (seeing.live, ==, table[i].cause == VIGIL_LOAD_NONE ? 0 : 7);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/ladder/all-is-well", test_all_is_well);
  g_test_add_func ("/model/ladder/hiccup", test_hiccup);
  g_test_add_func ("/model/ladder/half", test_half);
  g_test_add_func ("/model/ladder/comes-back", test_comes_back);
  g_test_add_func ("/model/ladder/down-to-stills", test_down_to_stills);
  g_test_add_func ("/model/ladder/down-to-scores", test_down_to_scores);
  g_test_add_func ("/model/ladder/late-stills", test_late_stills);
  g_test_add_func ("/model/ladder/stills-alone", test_stills_alone);
  g_test_add_func ("/model/ladder/opened-among-stills", test_opened_among_stills);
  g_test_add_func ("/model/ladder/not-the-pictures", test_not_the_pictures);
  g_test_add_func ("/model/ladder/operator-switches", test_operator_switches);
  g_test_add_func ("/model/ladder/draining", test_draining);
  g_test_add_func ("/model/ladder/settles", test_settles);
  g_test_add_func ("/model/ladder/narrow-line", test_narrow_line);
  g_test_add_func ("/model/ladder/causes", test_causes);
  return g_test_run ();
}
