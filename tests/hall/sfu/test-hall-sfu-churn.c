/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU over a long day, in seconds: consumers come and go, clients come and
 * go, and threads, descriptors and memory are where they were. */

#include <stdio.h>
#include <string.h>

#include "sfu-client.h"

#define CYCLES 1200
#define AT_ONCE 24
#define RECONNECTS 20

typedef struct
{
  guint threads;
  guint fds;
  guint rss_kb;
} Usage;

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static Usage
usage_now (void)
{
  g_autofree char *status = NULL;
  Usage usage = { count_entries ("/proc/self/task"), count_entries ("/proc/self/fd"), 0 };

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  sscanf (strstr (status, "VmRSS:") + 6, "%u", &usage.rss_kb);

  return usage;
}

typedef struct
{
  VigilSimStudio *studio;
  VigilHallSfu   *sfu;
  GPtrArray      *producers;
} Hall;

static void
hall_open (Hall *hall)
{
  hall->studio = vigil_sim_studio_new (NULL);
  hall->sfu = vigil_hall_sfu_new (NULL);
  hall->producers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (VigilSimFeed) feed = vigil_sim_feed_new (hall->studio, i % 24, VIGIL_SIM_SOURCE_WEBCAM, 320, 180, 10);

      g_ptr_array_add (hall->producers, g_strdup (vigil_hall_sfu_add_producer (hall->sfu, feed)));
    }
}

static void
hall_close (Hall *hall)
{
  vigil_hall_sfu_close (hall->sfu);
  g_assert_finalize_object (hall->sfu);
  g_assert_finalize_object (hall->studio);
  g_ptr_array_unref (hall->producers);
}

typedef struct
{
  SfuClient *client;
  guint32    ssrc;
} One;

static gboolean
has_frame (gpointer data)
{
  One *one = data;
  SfuTrack track;

  sfu_client_get_track (one->client, one->ssrc, &track);

  return track.frames > 0;
}

static void
tell_blank (SfuClient *client,
            guint32    ssrc,
            guint      cycle)
{
  SfuTrack track;

  sfu_client_get_track (client, ssrc, &track);
  g_printerr ("# consumer %u, SSRC %u: no whole frame; %u packets, %u missing between them, %u strangers\n",
              cycle, ssrc, track.packets, track.gaps, sfu_client_get_strangers (client));
}

/* Twenty-four at a time, as a wall that is scrolled: each is waited for, so
 * that none of the cycles is one in which nothing happened. */
static void
test_consumers (void)
{
  Hall hall;
  SfuClient *client;
  Usage warm = { 0 }, end;
  VigilHallSfuCounts counts;
  guint done = 0, blank = 0;

  hall_open (&hall);
  client = sfu_client_new (hall.sfu, "c");
  g_assert_true (sfu_client_connect (client));

  while (done < CYCLES)
    {
      char *ids[AT_ONCE];
      guint32 ssrcs[AT_ONCE];

      for (guint i = 0; i < AT_ONCE; i++)
        ids[i] = sfu_client_consume (client, hall.producers->pdata[(done + i * 7) % 60], FALSE, &ssrcs[i]);
      for (guint i = 0; i < AT_ONCE; i++)
        {
          One one = { client, ssrcs[i] };

          /* Late on a busy machine is not blank; blank is for good. */
          if (!sfu_wait_until (has_frame, &one, 10000))
            {
              tell_blank (client, ssrcs[i], done + i);
              blank++;
            }
        }
      for (guint i = 0; i < AT_ONCE; i++)
        {
          sfu_client_close (client, ids[i], ssrcs[i]);
          g_free (ids[i]);
        }
      done += AT_ONCE;
      if (warm.threads == 0 && done >= CYCLES / 4)
        warm = usage_now ();
    }

  end = usage_now ();
  vigil_hall_sfu_get_counts (hall.sfu, &counts);
  g_test_message ("%u cycles: threads %u, then %u; descriptors %u, then %u; RSS %u, then %u MB; %u compounds suppressed",
                  done, warm.threads, end.threads, warm.fds, end.fds, warm.rss_kb / 1024, end.rss_kb / 1024,
                  (guint) counts.rtcp_suppressed);
  g_assert_cmpuint (blank, ==, 0);
  g_assert_cmpuint (counts.consumers, ==, 0);
  g_assert_cmpuint (sfu_client_get_n_pads (client), ==, 0);
  g_assert_cmpuint (end.threads, <=, warm.threads + 4);
  g_assert_cmpuint (end.fds, <=, warm.fds + 4);
  /* Client and hall are one process here; the client's share is about 105 KB a
   * cycle until its transport is made anew. */
  g_assert_cmpuint (end.rss_kb, <, warm.rss_kb + CYCLES * 150);

  vigil_hall_sfu_close_client (hall.sfu, "c");
  sfu_client_free (client);
  hall_close (&hall);
}

static void
test_reconnects (void)
{
  Hall hall;
  Usage warm = { 0 }, end;
  gint64 worst_close = 0, worst_connect = 0;

  hall_open (&hall);
  for (guint round = 0; round < RECONNECTS; round++)
    {
      SfuClient *client = sfu_client_new (hall.sfu, "c");
      gint64 start = g_get_monotonic_time ();
      g_autofree char *id = NULL;
      One one = { client, 0 };

      g_assert_true (sfu_client_connect (client));
      worst_connect = MAX (worst_connect, g_get_monotonic_time () - start);
      id = sfu_client_consume (client, hall.producers->pdata[round], FALSE, &one.ssrc);
      g_assert_true (sfu_wait_until (has_frame, &one, 3000));
      /* Every other client vanishes first, as one that was killed does. */
      if (round % 2)
        sfu_client_free (client);
      start = g_get_monotonic_time ();
      vigil_hall_sfu_close_client (hall.sfu, "c");
      worst_close = MAX (worst_close, g_get_monotonic_time () - start);
      if (!(round % 2))
        sfu_client_free (client);
      if (round == 5)
        warm = usage_now ();
    }
  sfu_wait_ms (200);
  end = usage_now ();
  g_test_message ("%u reconnects: threads %u, then %u; descriptors %u, then %u; RSS %u, then %u MB; "
                  "connect at most %.0f ms, close at most %.0f ms",
                  RECONNECTS, warm.threads, end.threads, warm.fds, end.fds, warm.rss_kb / 1024, end.rss_kb / 1024,
                  worst_connect / 1e3, worst_close / 1e3);
  g_assert_cmpuint (end.threads, <=, warm.threads + 2);
  g_assert_cmpuint (end.fds, <=, warm.fds + 2);
  g_assert_cmpuint (end.rss_kb, <, warm.rss_kb + 20 * 1024);
  hall_close (&hall);
}

/* A closed consumer is silent at once: no packet, and no report that would
 * bring its stream back to life in the client. */
static void
test_silence (void)
{
  Hall hall;
  SfuClient *client;
  One one;
  guint strangers;

  hall_open (&hall);
  client = sfu_client_new (hall.sfu, "c");
  one.client = client;
  g_assert_true (sfu_client_connect (client));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *id = sfu_client_consume (client, hall.producers->pdata[i], FALSE, &one.ssrc);

      g_assert_true (sfu_wait_until (has_frame, &one, 3000));
      sfu_client_close (client, id, one.ssrc);
    }
  sfu_wait_ms (100);
  strangers = sfu_client_get_strangers (client);
  /* Long enough for the reports of the RTP session that still knows them. */
  sfu_wait_ms (3000);
  g_assert_cmpuint (sfu_client_get_strangers (client), ==, strangers);
  vigil_hall_sfu_close_client (hall.sfu, "c");
  sfu_client_free (client);
  hall_close (&hall);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/sfu/churn/consumers", test_consumers);
  g_test_add_func ("/hall/sfu/churn/reconnects", test_reconnects);
  g_test_add_func ("/hall/sfu/churn/silence", test_silence);

  return g_test_run ();
}
