/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets of 15 pictures a second through a line whose queue fills and empties. */
#include "vigil-transit.h"

#define RATE 90000
#define PICTURE_US 66667

typedef struct
{
  VigilTransit transit;
  gint64       sent_us;
  guint32      epoch;     /* the sender's timestamps begin here */
} Line;

/* One picture that is @way_ms on its way. Returns: by how many ms that is more than usual. */
static gint64
send (Line *line, gint64 way_ms)
{
  guint32 timestamp = line->epoch + (guint32) (line->sent_us * RATE / G_USEC_PER_SEC);
  gint64 late_us = vigil_transit_note (&line->transit, timestamp, RATE, 7 * G_USEC_PER_SEC + line->sent_us + way_ms * 1000);

  line->sent_us += PICTURE_US;
  return (late_us + 100) / 1000; /* a timestamp is exact to 11 µs */
}

static gint64
send_for (Line *line, gint64 way_ms, guint seconds)
{
  gint64 late_ms = 0;

  for (guint i = 0; i < seconds * 15; i++)
    late_ms = send (line, way_ms);
  return late_ms;
}

/* However long the way is, if it is always as long nothing is late. */
static void
test_long_way (void)
{
  Line line = { .epoch = 4000000000u }; /* wraps on the way */

  for (guint i = 0; i < 15 * 3600; i++)
    g_assert_cmpint (send (&line, 300), ==, 0);
}

static void
test_queue (void)
{
  Line line = { 0 };

  g_assert_cmpint (send_for (&line, 40, 5), ==, 0);
  for (gint64 way_ms = 40; way_ms < 1500; way_ms += 10)
    g_assert_cmpint (ABS (send (&line, way_ms) - (way_ms - 40)), <=, 1);
  g_assert_cmpint (send_for (&line, 1500, 10), ==, 1460);
  g_assert_cmpint (send_for (&line, 40, 1), ==, 0);
  g_assert_cmpint (send_for (&line, 240, 1), ==, 200);
}

/* The first packet may have waited itself: what is quicker later is the measure from then on. */
static void
test_late_from_the_beginning (void)
{
  Line line = { 0 };

  g_assert_cmpint (send_for (&line, 900, 1), ==, 0);
  g_assert_cmpint (send_for (&line, 100, 1), ==, 0);
  g_assert_cmpint (send_for (&line, 900, 1), ==, 800);
}

/* Another route is the usual one after a minute, and not before half of one. */
static void
test_another_route (void)
{
  Line line = { 0 };

  send_for (&line, 20, 40);
  g_assert_cmpint (send_for (&line, 620, 25), ==, 600);
  g_assert_cmpint (send_for (&line, 620, 50), ==, 0);
}

/* A long queue that empties for two minutes: of late each packet was the quickest, and yet the pictures are late until the end. */
static void
test_behind (void)
{
  Line line = { 0 };

  send_for (&line, 20, 5);
  for (gint64 way_ms = 20; way_ms < 60000; way_ms += 100)
    send (&line, way_ms);
  g_assert_cmpint (line.transit.behind_us / 1000, >, 59000);
  for (gint64 way_ms = 60000; way_ms > 20; way_ms -= 33)
    {
      send (&line, way_ms);
      g_assert_cmpint (ABS (line.transit.behind_us / 1000 - (way_ms - 20)), <=, 1);
    }
  send_for (&line, 20, 1);
  g_assert_cmpint (line.transit.behind_us, <, 1000);
  /* A route is not a queue for ever. */
  send_for (&line, 3020, 500);
  g_assert_cmpint (line.transit.behind_us / 1000, ==, 3000);
  send_for (&line, 3020, 900);
  g_assert_cmpint (line.transit.behind_us, <, 1000);
}

/* Clocks that differ by 200 in a million. */
static void
test_clocks (void)
{
  VigilTransit transit = { 0 };
  gint64 worst_us = 0, worst_behind_us = 0;

  for (gint64 i = 0; i < 15 * 3600; i++)
    {
      worst_us = MAX (worst_us, vigil_transit_note (&transit, (guint32) (i * 6000), RATE, i * PICTURE_US + i * 13));
      worst_behind_us = MAX (worst_behind_us, transit.behind_us);
    }
  g_assert_cmpint (worst_us, <, 20000);
  g_assert_cmpint (worst_behind_us, <, 300000);
}

/* Timestamps of another stream, or made up: nothing is late for it, and what follows is measured anew. */
static void
test_steps (void)
{
  Line line = { 0 };
  GRand *random = g_rand_new_with_seed (4);

  send_for (&line, 20, 5);
  line.epoch += 11 * RATE;
  g_assert_cmpint (send (&line, 20), ==, 0);
  line.epoch -= 3600u * RATE;
  g_assert_cmpint (send (&line, 20), ==, 0);
  g_assert_cmpint (send_for (&line, 520, 1), ==, 500);
  for (guint i = 0; i < 200000; i++)
    {
      gint64 late_us = vigil_transit_note (&line.transit, g_rand_int (random), RATE, 100 * G_USEC_PER_SEC + i);

      g_assert_cmpint (late_us, >=, 0);
      g_assert_cmpint (line.transit.behind_us, >=, late_us);
      g_assert_cmpint (line.transit.behind_us, <=, 600 * G_USEC_PER_SEC);
    }
  g_rand_free (random);
  /* As far forward as goes, all the time, and back: years of it. */
  for (guint32 i = 0; i < 20000000; i++)
    g_assert_cmpint (vigil_transit_note (&line.transit, i * 10 * RATE, RATE, 200 * G_USEC_PER_SEC + i), >=, 0);
  for (guint32 i = 20000000; i > 0; i--)
    g_assert_cmpint (vigil_transit_note (&line.transit, i * 10 * RATE, RATE, 300 * G_USEC_PER_SEC - i), <=, 30 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/transit/long-way", test_long_way);
  g_test_add_func ("/media/transit/queue", test_queue);
  g_test_add_func ("/media/transit/late-from-the-beginning", test_late_from_the_beginning);
  g_test_add_func ("/media/transit/another-route", test_another_route);
  g_test_add_func ("/media/transit/behind", test_behind);
  g_test_add_func ("/media/transit/clocks", test_clocks);
  g_test_add_func ("/media/transit/steps", test_steps);
  return g_test_run ();
}
