/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What live video costs once it plays: ceilings by what was measured, layers by size, the ladder by load. */

#include "streams-fixture.h"
#include "vigil-layer-picker.h"
#include "vigil-metrics.h"
#include "vigil-stream-meter.h"

#define N 6

/* 15 pictures of 640×360 a second that cost little. */
static const VigilFeedStats calm = {
  .bytes = 50000, .packets = 50, .frames = 15, .cpu_us = 20000, .waits = 15, .late_us = 15 * 1000,
  .width = 640, .height = 360, .wanted_width = 320, .wanted_height = 180,
};

typedef struct
{
  Fixture     *f;
  VigilStream *streams[N];
  VigilHandle  handles[N];
} Wall;

static void
wall_show (Wall    *wall,
           Fixture *f)
{
  wall->f = f;
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);

      wall->handles[i] = add (f, id, id);
      wall->streams[i] = vigil_stream_controller_ref_stream (f->streams, wall->handles[i]);
    }
  start (f);
  for (guint i = 0; i < N; i++)
    show (f, wall->handles[i], TRUE);
}

static void
wall_clear (Wall *wall)
{
  for (guint i = 0; i < N; i++)
    {
      show (wall->f, wall->handles[i], FALSE);
      g_object_unref (wall->streams[i]);
    }
}

static guint
count_live (Wall *wall)
{
  guint n = 0;

  for (guint i = 0; i < N; i++)
    n += vigil_stream_get_mode (wall->streams[i]) == VIGIL_MODE_LIVE;
  return n;
}

static gboolean
fewer_are_live (gpointer wall)
{
  return count_live (wall) < N;
}

static gboolean
all_are_live (gpointer wall)
{
  return count_live (wall) == N;
}

static gboolean
three_are_live (gpointer wall)
{
  return count_live (wall) == 3;
}

/* 400 kbit/s each, and 1,300 may be had. */
static void
test_measured_ceiling (Fixture       *f,
                       gconstpointer  data)
{
  Wall wall;

  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_DOWNLINK, 1300);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_DECODE_CPU, 0);
  vigil_fake_engine_set_stats (f->engine, &calm);
  wall_show (&wall, f);
  g_assert_true (vigil_fake_wait (three_are_live, &wall, 5000));
  g_assert_cmpint (vigil_stream_get_reason (wall.streams[5]), ==, VIGIL_WHY_OVER_BITRATE);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_DOWNLINK, 0);
  g_assert_true (vigil_fake_wait (all_are_live, &wall, 1000));
  wall_clear (&wall);
}

/* Each picture waits 400 ms for a decoder, which is too much at once. */
static void
overload (Wall    *wall,
          Fixture *f,
          int      recovery_s)
{
  VigilFeedStats late = calm;

  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_LIVE, N);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_PATIENCE, 1);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_RECOVERY, recovery_s);
  late.late_us = 15 * 400000;
  vigil_fake_engine_set_stats (f->engine, &late);
  wall_show (wall, f);
}

/* Pictures that wait for a decoder: fewer play, they say why, and all come back. */
static void
test_ladder (Fixture       *f,
             gconstpointer  data)
{
  const VigilLadder *ladder = vigil_stream_controller_get_ladder (f->streams, NULL);
  Wall wall;

  overload (&wall, f, 1);
  g_assert_true (vigil_fake_wait (fewer_are_live, &wall, 6000));
  g_assert_cmpint (ladder->cause, ==, VIGIL_LOAD_MACHINE);
  g_assert_cmpint (vigil_stream_get_reason (wall.streams[N - 1]), ==, VIGIL_WHY_OVER_LOAD);

  vigil_fake_engine_set_stats (f->engine, &calm);
  g_assert_true (vigil_fake_wait (all_are_live, &wall, 30000));
  g_assert_cmpint (ladder->cause, ==, VIGIL_LOAD_NONE);
  wall_clear (&wall);
}

/* Nothing is lost, and all of it comes a second late: the network, which says so. */
static void
test_queue (Fixture       *f,
            gconstpointer  data)
{
  const VigilLadder *ladder = vigil_stream_controller_get_ladder (f->streams, NULL);
  VigilFeedStats queued = calm;
  Wall wall;

  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_LIVE, N);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_PATIENCE, 1);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_RECOVERY, 1);
  queued.queued_us = (gint64) queued.packets * G_USEC_PER_SEC;
  vigil_fake_engine_set_stats (f->engine, &queued);
  wall_show (&wall, f);
  g_assert_true (vigil_fake_wait (fewer_are_live, &wall, 6000));
  g_assert_cmpint (ladder->cause, ==, VIGIL_LOAD_NETWORK);
  g_assert_cmpint (vigil_stream_get_reason (wall.streams[N - 1]), ==, VIGIL_WHY_OVER_NETWORK);

  vigil_fake_engine_set_stats (f->engine, &calm);
  g_assert_true (vigil_fake_wait (all_are_live, &wall, 30000));
  wall_clear (&wall);
}

/* How late each comes is told of it, if that is late by the setting. */
static void
test_late (Fixture       *f,
           gconstpointer  data)
{
  VigilFeedStats late = calm;
  Wall wall;

  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_LIVE, N);
  late.behind_us = 7400 * 1000;
  vigil_fake_engine_set_stats (f->engine, &late);
  wall_show (&wall, f);
  vigil_fake_run (2500);
  g_assert_cmpuint (count_live (&wall), ==, N);
  for (guint i = 0; i < N; i++)
    g_assert_cmpuint (vigil_stream_get_late_s (wall.streams[i]), ==, 10);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_gauge ("vigil_video_late", "")), ==, N);
  /* What is not live is not late, and nobody knows of it when it is back until packets have come. */
  show (f, wall.handles[0], FALSE);
  vigil_fake_run (300);
  g_assert_cmpuint (vigil_stream_get_late_s (wall.streams[0]), ==, 0);
  show (f, wall.handles[0], TRUE);
  vigil_fake_run (2500);
  g_assert_cmpuint (vigil_stream_get_late_s (wall.streams[0]), ==, 10);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_LATE_VIDEO, 60);
  vigil_fake_run (1500);
  g_assert_cmpuint (vigil_stream_get_late_s (wall.streams[0]), ==, 0);
  wall_clear (&wall);
}

/* Down to stills and up again by itself, though nothing is open that could be looked at. */
static void
test_ladder_to_stills (Fixture       *f,
                       gconstpointer  data)
{
  const VigilLadder *ladder = vigil_stream_controller_get_ladder (f->streams, NULL);
  Wall wall;

  overload (&wall, f, 2);
  for (guint i = 0; i < 250 && ladder->rung == VIGIL_RUNG_LIVE; i++)
    vigil_fake_run (100);
  g_assert_cmpint (ladder->rung, ==, VIGIL_RUNG_STILL);
  vigil_fake_run (300);
  g_assert_cmpuint (count_live (&wall), ==, 0);
  vigil_fake_engine_set_stats (f->engine, &calm);
  for (guint i = 0; i < 200 && ladder->rung != VIGIL_RUNG_LIVE; i++)
    vigil_fake_run (100);
  g_assert_cmpint (ladder->rung, ==, VIGIL_RUNG_LIVE);

  /* Switched off it holds nobody back any more. */
  vigil_settings_set_boolean (f->settings, VIGIL_SETTING_LADDER, FALSE);
  g_assert_true (vigil_fake_wait (all_are_live, &wall, 5000));
  wall_clear (&wall);
}

/* Switched off it looks on. */
static void
test_no_ladder (Fixture       *f,
                gconstpointer  data)
{
  Wall wall;

  vigil_settings_set_boolean (f->settings, VIGIL_SETTING_LADDER, FALSE);
  overload (&wall, f, 10);
  vigil_fake_run (3500);
  g_assert_cmpuint (count_live (&wall), ==, N);
  wall_clear (&wall);
}

static gboolean
log_has (gpointer data)
{
  Fixture *f = ((gpointer *) data)[0];

  return strstr (vigil_fake_log_get (f->log), ((gpointer *) data)[1]) != NULL;
}

static void
wait_log (Fixture    *f,
          const char *text)
{
  gpointer data[] = { f, (gpointer) text };

  g_assert_true (vigil_fake_wait (log_has, data, 5000));
}

/* The lowest layer before anything is sent, the one that fills the tile, the highest for whoever is opened. */
static void
test_layers (Fixture       *f,
             gconstpointer  data)
{
  VigilFeedStats small = calm;
  VigilHandle a = add (f, "a", "pa");

  vigil_fake_sfu_set_n_layers (f->sfu, 3);
  small.width = 160;
  small.height = 90;
  vigil_fake_engine_set_stats (f->engine, &small);
  start (f);
  vigil_fake_log_clear (f->log);
  show (f, a, TRUE);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "consume pa, attach c1, layer c1 0, resume c1");
  wait_log (f, "layer c1 1");
  small.width = 320;
  small.height = 180;
  vigil_fake_engine_set_stats (f->engine, &small);
  vigil_fake_log_clear (f->log);
  vigil_fake_run (2200);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, ""); /* it fills the tile */
  vigil_stream_controller_set_focused (f->streams, a, TRUE);
  wait_log (f, "layer c1 2");
  small.width = 640;
  small.height = 360;
  vigil_fake_engine_set_stats (f->engine, &small);
  vigil_stream_controller_set_focused (f->streams, a, FALSE);
  wait_log (f, "layer c1 1");

  /* A server that refuses loses nobody the picture. */
  vigil_fake_sfu_fail (f->sfu, "control", VIGIL_SESSION_ERROR_UNAVAILABLE);
  vigil_stream_controller_set_focused (f->streams, a, TRUE);
  vigil_fake_run (1500);
  vigil_fake_sfu_fail (f->sfu, "control", -1);
  {
    g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

    assert_phase (stream, VIGIL_PHASE_PLAYING);
    g_assert_cmpuint (vigil_stream_get_retries (stream), ==, 0);
  }
  vigil_stream_controller_set_focused (f->streams, a, FALSE);
  show (f, a, FALSE);
}

static void
test_layer_picker (void)
{
  static const struct { VigilLayerQuestion question; gboolean highest; guint layer; } table[] = {
    { { 1, 0, 160, 90, 1000, 1000 }, FALSE, 0 }, { { 3, 0, 160, 90, 160, 90 }, FALSE, 0 },
    { { 3, 0, 160, 90, 176, 99 }, FALSE, 0 }, { { 3, 0, 160, 90, 240, 135 }, FALSE, 1 },
    { { 3, 0, 160, 90, 640, 360 }, FALSE, 2 }, { { 3, 0, 160, 90, 4000, 4000 }, FALSE, 2 },
    { { 3, 2, 640, 360, 160, 90 }, FALSE, 0 }, { { 3, 2, 640, 360, 168, 94 }, FALSE, 1 }, /* up to here 0 would stay */
    { { 3, 0, 160, 90, 168, 94 }, FALSE, 0 }, { { 3, 1, 320, 180, 320, 180 }, FALSE, 1 },
    { { 3, 0, 0, 0, 640, 360 }, FALSE, 0 }, { { 3, 2, 640, 360, 0, 0 }, FALSE, 2 },
    { { 3, 0, 160, 90, 160, 90 }, TRUE, 2 }, { { 2, 0, 0, 0, 0, 0 }, TRUE, 1 },
    { { 3, 0, 90, 160, 240, 135 }, FALSE, 0 }, /* upright: the height decides */
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%u", i);
      g_assert_cmpuint (vigil_layer_pick (&table[i].question, table[i].highest), ==, table[i].layer);
    }
}

static void
test_meter (void)
{
  VigilStreamMeter meter = { 0 };
  VigilFeedStats stats = { .width = 640, .height = 360 };
  VigilStreamDelta delta;
  gint64 now = 5 * G_USEC_PER_SEC;

  g_assert_false (vigil_stream_meter_take (&meter, 7, &stats, now, &delta));
  stats.bytes = 50000;
  stats.packets = 40;
  stats.losses = 2;
  stats.frames = 15;
  stats.cpu_us = 20000;
  stats.late_us = 3000;
  now += G_USEC_PER_SEC;
  g_assert_true (vigil_stream_meter_take (&meter, 7, &stats, now, &delta));
  g_assert_cmpuint (meter.told.cpu, ==, 21);
  g_assert_cmpuint (meter.told.kbits, ==, 401);
  g_assert_cmpuint (meter.told.pixels, ==, 640 * 360);
  g_assert_cmpuint (delta.losses, ==, 2);
  g_assert_cmpint (delta.late_us, ==, 3000);

  /* The same again is no news; a pause is not measured; another feed begins anew. */
  stats.bytes += 51000;
  stats.frames += 15;
  stats.cpu_us += 20000;
  now += G_USEC_PER_SEC;
  g_assert_false (vigil_stream_meter_take (&meter, 7, &stats, now, &delta));
  now += 60 * G_USEC_PER_SEC;
  stats.frames += 2; /* a few came already */
  stats.bytes += 5000;
  g_assert_false (vigil_stream_meter_take (&meter, 7, &stats, now, &delta));
  g_assert_cmpuint (meter.told.kbits, ==, 401);
  g_assert_cmpfloat (meter.kbits, >, 390);
  /* A second without a picture: no cost, and its losses count. */
  stats.packets += 30;
  stats.losses += 9;
  now += G_USEC_PER_SEC;
  g_assert_false (vigil_stream_meter_take (&meter, 7, &stats, now, &delta));
  g_assert_cmpuint (delta.losses, ==, 9);
  g_assert_cmpfloat (meter.kbits, >, 390);
  stats = (VigilFeedStats) { .width = 320, .height = 180, .frames = 3 };
  now += G_USEC_PER_SEC;
  g_assert_false (vigil_stream_meter_take (&meter, 8, &stats, now, &delta));
  g_assert_cmpuint (delta.packets, ==, 0);
  g_assert_cmpuint (meter.told.kbits, ==, 0);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_DOWNLINK, 60000);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_DECODE_CPU, 1500);
  vigil_settings_set_boolean (f->settings, VIGIL_SETTING_LADDER, TRUE);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_PATIENCE, 5);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_LADDER_RECOVERY, 10);
  fixture_tear_down (f, data);
}

#define ADD(name, func) \
  g_test_add ("/session/stream-survey/" name, Fixture, NULL, fixture_set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/stream-survey/meter", test_meter);
  g_test_add_func ("/session/stream-survey/layer-picker", test_layer_picker);
  ADD ("measured-ceiling", test_measured_ceiling);
  ADD ("ladder", test_ladder);
  ADD ("ladder-to-stills", test_ladder_to_stills);
  ADD ("queue", test_queue);
  ADD ("late", test_late);
  ADD ("no-ladder", test_no_ladder);
  ADD ("layers", test_layers);
  return g_test_run ();
}
