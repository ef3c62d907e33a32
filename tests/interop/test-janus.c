/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client's media path against a real Janus 1.1.2: every picture is looked at. */

#include "figures.h"
#include "janus/janus-rig.h"
#include "vigil-main-post.h"
#include "vigil-metrics.h"

#define N_TILES 24

static guint64 n_looked_at; /* pictures, of all that turned pages */

static gint64
metric (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
note_first (JanusRig *rig,
            Figures  *values)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      JanusFeed *feed = value;
      double ms = (feed->first_us - feed->asked_us) / 1000.0;

      figures_add (values, ms);
    }
}

static void
check_all_first (JanusRig   *rig,
                 guint       ms,
                 const char *what)
{
  GHashTableIter iter;
  gpointer value;

  if (interop_wait_until (janus_rig_all_first, rig, ms))
    return;

  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      JanusFeed *feed = value;

      if (feed->first_us == 0)
        g_printerr ("# %s: candidate %u has no picture (%s)\n", what, feed->candidate, feed->failure != NULL ? feed->failure : "no failure");
    }
  g_error ("%s: not all have a picture within %u ms", what, ms);
}

/* A wall at once, each picture its own; paused and resumed; one more later. */
static void
test_wall (void)
{
  JanusRig *rig = janus_rig_new (N_TILES + 8, 40, 320, 180, 10);
  g_autoptr (Figures) values = figures_new ();
  JanusFeed *feeds[N_TILES + 8];

  /* Janus asks a publisher of plain RTP for a key frame once a second at most, and has done so, and again a second later, for the subscription. */
  interop_run_for (2500);
  for (guint i = 0; i < N_TILES; i++)
    feeds[i] = janus_rig_consume (rig, i, TRUE);
  check_all_first (rig, 5000, "all at once");
  note_first (rig, values);
  figures_report (values, "24 at once");
  interop_run_for (1500);
  for (guint i = 0; i < N_TILES; i++)
    {
      g_assert_cmpuint (feeds[i]->n_frames, >=, 8);
      g_assert_cmpuint (feeds[i]->n_wrong, ==, 0);
    }

  for (guint i = N_TILES; i < N_TILES + 8; i++)
    {
      double ms;

      feeds[i] = janus_rig_consume (rig, i, TRUE);
      g_assert_true (interop_wait_until (janus_feed_has_first, feeds[i], 5000));
      ms = (feeds[i]->first_us - feeds[i]->asked_us) / 1000.0;
      figures_add (values, ms);
      interop_run_for (100);
    }
  figures_report (values, "one later");

  for (guint i = 0; i < N_TILES; i++)
    janus_feed_run (feeds[i], FALSE);
  interop_run_for (1200);
  {
    guint before = feeds[0]->n_frames;

    interop_run_for (500);
    g_assert_cmpuint (feeds[0]->n_frames, ==, before);
  }
  for (guint i = 0; i < N_TILES; i++)
    janus_feed_run (feeds[i], TRUE);
  check_all_first (rig, 5000, "resumed");
  for (guint i = 0; i < N_TILES; i++)
    {
      double ms = (feeds[i]->first_us - feeds[i]->asked_us) / 1000.0;

      figures_add (values, ms);
    }
  figures_report (values, "resume from pause");
  interop_run_for (500);

  g_assert_cmpuint (rig->n_lost, ==, 0);
  g_assert_cmpuint (rig->n_wrong, ==, 0);
  janus_rig_free (rig);
}

/* Whoever blocks the main loop for a moment every now and then: signalling is late, packets are not. */
static gboolean
be_busy_cb (gpointer unused)
{
  g_usleep (g_random_int_range (5, 60) * 1000);
  return G_SOURCE_CONTINUE;
}

static void
show_page (JanusRig *rig,
           guint     page,
           guint     n_pages)
{
  g_autoptr (GPtrArray) old = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (old, value);
  for (guint i = 0; i < old->len; i++)
    janus_feed_close (old->pdata[i]);
  for (guint i = 0; i < N_TILES; i++)
    janus_rig_consume (rig, (page % n_pages) * N_TILES + i, TRUE);
}

/* As many as it was told to, give or take four deviations. */
static void
check_lost (const BadNetworkCounts *counts,
            double                  loss)
{
  double mean = counts->arrived * loss;
  double missing = MAX (mean - counts->lost, 0);

  g_assert_cmpfloat (missing * missing, <, 16 * mean);
}

/* A page of 24 changes hands again and again. @slots: with few of them every slot is given to the next candidate as
 * soon as it may be; with many each page finds others. @bad: (nullable): what the network does all the while. */
static void
turn_pages (guint                       slots,
            guint                       n_turns,
            guint                       look_ms,
            gboolean                    busy,
            const BadNetworkConditions *bad)
{
  BadNetwork *network = bad != NULL ? bad_network_new (slots) : NULL;
  JanusRig *rig = janus_rig_new_through (network, 3 * N_TILES, slots, 320, 180, 10);
  g_autoptr (Figures) values = figures_new ();
  gint64 requests = metric ("vigil_janus_switch_requests"), switches = metric ("vigil_janus_switches");
  guint busy_source = 0;

  if (bad != NULL)
    bad_network_set_both (network, bad);
  for (guint turn = 0; turn < n_turns; turn++)
    {
      if (busy && turn == n_turns / 2)
        busy_source = g_timeout_add (40, be_busy_cb, NULL);
      show_page (rig, turn, 3);
      check_all_first (rig, bad != NULL ? 15000 : 6000, "a page was turned");
      note_first (rig, values);
      interop_run_for (look_ms);
      g_assert_cmpuint (rig->n_wrong, ==, 0);
    }
  g_clear_handle_id (&busy_source, g_source_remove);

  requests = metric ("vigil_janus_switch_requests") - requests;
  switches = metric ("vigil_janus_switches") - switches;
  g_test_message ("%u slots: %u pages turned, %d changes of hands in %d requests; %" G_GUINT64_FORMAT " pictures, %" G_GUINT64_FORMAT " wrong; "
                  "%d packets of before refused, %d waits", slots, n_turns, (int) switches, (int) requests, rig->n_frames, rig->n_wrong,
                  (int) metric ("vigil_media_packets_of_before"), (int) metric ("vigil_janus_slot_waits"));
  figures_report (values, "page turned");
  g_assert_cmpuint (rig->n_lost, ==, 0);
  g_assert_cmpint (switches, >=, (n_turns - 1) * N_TILES / 2);
  g_assert_cmpuint (rig->n_frames, >=, n_turns * N_TILES * 2);
  n_looked_at += rig->n_frames;
  janus_rig_free (rig);
  if (network != NULL)
    {
      BadNetworkCounts counts;

      bad_network_get_counts (network, BAD_NETWORK_DOWN, &counts);
      g_test_message ("of %" G_GUINT64_FORMAT " packets %" G_GUINT64_FORMAT " were lost, %" G_GUINT64_FORMAT " came behind later ones",
                      counts.arrived, counts.lost, counts.reordered);
      check_lost (&counts, bad->loss);
      bad_network_free (network);
    }
}

/* Packets get lost before Janus has them: the key frame that is then needed is asked of that candidate and of nobody else. */
static void
test_key_frames (void)
{
  JanusRig *rig = janus_rig_new (N_TILES, N_TILES, 320, 180, 10);
  guint n_right = 0;

  for (guint i = 0; i < N_TILES; i++)
    janus_rig_consume (rig, i, TRUE);
  check_all_first (rig, 5000, "all at once");
  interop_run_for (2000);

  for (guint i = 0; i < N_TILES; i += 3)
    {
      gint64 of_all = janus_rig_count (rig, "plis", i), of_him = janus_rig_count (rig, "plis_of", i);
      gint64 asked = metric ("vigil_media_key_frame_requests");
      g_autofree char *mute = g_strdup_printf ("\"index\":%u,\"value\":true", i);
      g_autofree char *unmute = g_strdup_printf ("\"index\":%u,\"value\":false", i);

      janus_rig_command (rig, "mute", mute);
      interop_run_for (350);
      janus_rig_command (rig, "mute", unmute);
      interop_run_for (500);
      of_him = janus_rig_count (rig, "plis_of", i) - of_him;
      of_all = janus_rig_count (rig, "plis", i) - of_all;
      /* Where the loss ends at one of the pictures that need no other, nothing is asked. */
      asked = metric ("vigil_media_key_frame_requests") - asked;
      g_assert_cmpint (of_all, ==, of_him);
      g_assert_cmpint (of_him > 0, ==, asked > 0);
      n_right += of_him > 0;
    }
  g_test_message ("%u key frames were asked for after 8 losses, each of the right candidate", n_right);
  g_assert_cmpuint (n_right, >=, 3);
  g_assert_cmpuint (rig->n_wrong, ==, 0);
  janus_rig_free (rig);
}

static gboolean
has_lost (gpointer rig)
{
  return ((JanusRig *) rig)->n_lost > 0;
}

static gboolean
is_closed_by_server (gpointer rig)
{
  return ((JanusRig *) rig)->n_consumers_closed > 0;
}

/* One leaves: only he is gone. He comes back: through whichever slot, also one that Janus has to have agreed upon again. */
static void
test_leaving (void)
{
  JanusRig *rig = janus_rig_new (12, 8, 320, 180, 10);
  JanusFeed *feed;

  for (guint i = 0; i < 8; i++)
    janus_rig_consume (rig, i, TRUE);
  check_all_first (rig, 5000, "all at once");
  for (guint round = 0; round < 3; round++)
    {
      gint64 renegotiations = metric ("vigil_janus_renegotiations");

      rig->n_consumers_closed = 0;
      janus_rig_command (rig, "leave", "\"index\":3");
      g_assert_true (interop_wait_until (is_closed_by_server, rig, 3000));
      g_assert_cmpuint (g_hash_table_size (rig->feeds), ==, 7);
      interop_run_for (600);
      /* All other slots are taken: this is the empty one, given to him or to somebody else. */
      janus_rig_command (rig, "enter", "\"index\":3");
      interop_run_for (200);
      feed = janus_rig_consume (rig, round == 1 ? 9 : 3, TRUE);
      if (!interop_wait_until (janus_feed_has_first, feed, 5000))
        g_error ("no picture after somebody left: %s", feed->failure != NULL ? feed->failure : "no failure");
      g_assert_cmpint (metric ("vigil_janus_renegotiations"), >, renegotiations);
      interop_run_for (800);
      if (round == 1)
        {
          janus_feed_close (feed);
          interop_run_for (600);
          feed = janus_rig_consume (rig, 3, TRUE);
          g_assert_true (interop_wait_until (janus_feed_has_first, feed, 5000));
        }
    }
  g_assert_cmpuint (rig->n_lost, ==, 0);
  g_assert_cmpuint (rig->n_wrong, ==, 0);
  g_assert_cmpuint (rig->n_frames, >=, 100);
  janus_rig_free (rig);
}

static void
show_wall (JanusRig   *rig,
           guint       n,
           const char *what)
{
  for (guint i = 0; i < n; i++)
    janus_rig_consume (rig, i, TRUE);
  check_all_first (rig, 8000, what);
  interop_run_for (500);
}

/* A Janus that dies is heard of at once, and another transport plays; one that hangs is heard of as well. */
static void
test_dead_janus (void)
{
  JanusRig *rig = janus_rig_new (8, 12, 320, 180, 10);
  gint64 began;

  show_wall (rig, 8, "the first life");
  janus_rig_command (rig, "kill", NULL);
  began = g_get_monotonic_time ();
  g_assert_true (interop_wait_until (has_lost, rig, 5000));
  g_test_message ("killed: lost after %.0f ms", (g_get_monotonic_time () - began) / 1000.0);
  g_assert_cmpuint (g_hash_table_size (rig->feeds), ==, 0);

  janus_rig_command (rig, "start", NULL);
  g_assert_true (interop_wait_until (janus_rig_is_ready, rig, 20000));
  g_test_message ("ready again %.0f ms after it was killed", (g_get_monotonic_time () - began) / 1000.0);
  show_wall (rig, 8, "the second life");

  /* Frozen: its sockets stay open, and nothing comes any more. */
  rig->n_lost = 0;
  janus_rig_command (rig, "freeze", "\"value\":true");
  began = g_get_monotonic_time ();
  g_assert_true (interop_wait_until (has_lost, rig, 30000));
  g_test_message ("frozen: lost after %.0f ms", (g_get_monotonic_time () - began) / 1000.0);
  janus_rig_command (rig, "freeze", "\"value\":false");
  g_assert_true (interop_wait_until (janus_rig_is_ready, rig, 20000));
  interop_run_for (1000);
  show_wall (rig, 8, "the third life");
  g_assert_cmpuint (rig->n_wrong, ==, 0);
  janus_rig_free (rig);
}

static void
test_pages (void)
{
  turn_pages (2 * N_TILES + 8, g_test_slow () ? 40 : 20, 700, TRUE, NULL);
}

static void
test_few_slots (void)
{
  turn_pages (N_TILES + 4, g_test_slow () ? 30 : 18, 700, TRUE, NULL);
}

/* The same behind a network that loses, delays and reorders: what is sent again, or late, is of whom it was sent for. */
static void
test_bad_network (void)
{
  const BadNetworkConditions poor = { .loss = 0.02, .delay_ms = 60, .jitter_ms = 20, .reorder = 0.02, .late_ms = 60 };
  const BadNetworkConditions awful = { .loss = 0.1, .delay_ms = 60, .jitter_ms = 20, .reorder = 0.05, .late_ms = 60 };
  guint n_turns = g_test_perf () ? 40 : 6;

  n_looked_at = 0;
  turn_pages (2 * N_TILES + 8, n_turns, 900, FALSE, &poor);
  turn_pages (N_TILES + 4, n_turns, 900, FALSE, &awful);
  g_test_message ("%" G_GUINT64_FORMAT " pictures looked at behind a bad network, none another's", n_looked_at);
}

static gint64
n_decoded (void)
{
  return metric ("vigil_media_frames_decoded");
}

/* The numbers of docs/performance.md. */
static void
test_figures (void)
{
  JanusRig *rig = janus_rig_new (3 * N_TILES, 3 * N_TILES, 640, 360, 15);
  g_autoptr (Figures) values = figures_new ();
  JanusFeed *feeds[N_TILES];

  /* Between two key frames of one candidate lies more than a second: Janus asks publishers of plain RTP no more often. */
  interop_run_for (1500);
  for (guint round = 0; round < 6; round++)
    {
      show_page (rig, round, 3);
      check_all_first (rig, 6000, "all at once");
      note_first (rig, values);
      interop_run_for (1500);
    }
  figures_report (values, "24 at once, by switch");

  {
    GHashTableIter iter;
    gpointer value;
    guint n = 0;

    g_hash_table_iter_init (&iter, rig->feeds);
    while (g_hash_table_iter_next (&iter, NULL, &value))
      feeds[n++] = value;
    g_assert_cmpuint (n, ==, N_TILES);
  }
  figures_load ("24 of 640x360@15", 15, n_decoded);
  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < N_TILES; i++)
        janus_feed_run (feeds[i], FALSE);
      interop_run_for (1500);
      for (guint i = 0; i < N_TILES; i++)
        janus_feed_run (feeds[i], TRUE);
      check_all_first (rig, 6000, "resumed");
      note_first (rig, values);
      interop_run_for (500);
    }
  figures_report (values, "24 resumed from pause");

  for (guint i = 0; i < N_TILES; i++)
    janus_feed_run (feeds[i], FALSE);
  interop_run_for (2000);
  figures_load ("24 paused", 5, n_decoded);
  for (guint i = 0; i < N_TILES; i++)
    janus_feed_close (feeds[i]);
  interop_run_for (1000);
  for (guint i = 0; i < 3 * N_TILES; i++)
    {
      JanusFeed *feed = janus_rig_consume (rig, i, TRUE);

      g_assert_true (interop_wait_until (janus_feed_has_first, feed, 5000));
      figures_add (values, (feed->first_us - feed->asked_us) / 1000.0);
      interop_run_for (50);
      janus_feed_close (feed);
      interop_run_for (50);
    }
  figures_report (values, "one later");
  g_assert_cmpuint (rig->n_wrong, ==, 0);
  janus_rig_free (rig);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();
  g_test_add_func ("/interop/janus/wall", test_wall);
  g_test_add_func ("/interop/janus/key-frames", test_key_frames);
  g_test_add_func ("/interop/janus/leaving", test_leaving);
  g_test_add_func ("/interop/janus/dead-janus", test_dead_janus);
  g_test_add_func ("/interop/janus/pages", test_pages);
  g_test_add_func ("/interop/janus/few-slots", test_few_slots);
  g_test_add_func ("/interop/janus/bad-network", test_bad_network);
  if (g_test_perf ())
    g_test_add_func ("/interop/janus/figures", test_figures);
  return g_test_run ();
}
