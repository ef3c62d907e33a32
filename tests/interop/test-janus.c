/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client's media path against a real Janus 1.1.2: every picture is looked at. */

#include <math.h>

#include "janus/janus-rig.h"
#include "vigil-main-post.h"
#include "vigil-metrics.h"

#define N_TILES 24

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
percentile (GArray *values,
            double  p)
{
  g_array_sort (values, compare);
  return values->len == 0 ? NAN : g_array_index (values, double, (guint) MIN (values->len * p, values->len - 1));
}

static void
report (const char *what,
        GArray     *values)
{
  double p50 = percentile (values, 0.5), p95 = percentile (values, 0.95);

  g_test_message ("%s: first picture p50 %.0f ms, p95 %.0f ms, of %u", what, p50, p95, values->len);
  g_array_set_size (values, 0);
}

static void
note_first (JanusRig *rig,
            GArray   *values)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      JanusFeed *feed = value;
      double ms = (feed->first_us - feed->asked_us) / 1000.0;

      g_array_append_val (values, ms);
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
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  JanusFeed *feeds[N_TILES + 8];

  for (guint i = 0; i < N_TILES; i++)
    feeds[i] = janus_rig_consume (rig, i, TRUE);
  check_all_first (rig, 5000, "all at once");
  note_first (rig, values);
  report ("24 at once", values);
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
      g_array_append_val (values, ms);
      interop_run_for (100);
    }
  report ("one later", values);

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

      g_array_append_val (values, ms);
    }
  report ("resume from pause", values);
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

static gint64
metric (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

/* A page of 24 changes hands again and again. @slots: with few of them every slot is given to the next candidate as
 * soon as it may be; with many each page finds others. */
static void
turn_pages (guint      slots,
            guint      n_turns,
            guint      look_ms,
            gboolean   busy)
{
  JanusRig *rig = janus_rig_new (3 * N_TILES, slots, 320, 180, 10);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  gint64 requests = metric ("vigil_janus_switch_requests"), switches = metric ("vigil_janus_switches");
  guint busy_source = 0;

  for (guint turn = 0; turn < n_turns; turn++)
    {
      if (busy && turn == n_turns / 2)
        busy_source = g_timeout_add (40, be_busy_cb, NULL);
      show_page (rig, turn, 3);
      check_all_first (rig, 6000, "a page was turned");
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
  report ("page turned", values);
  g_assert_cmpuint (rig->n_lost, ==, 0);
  g_assert_cmpint (switches, >=, (n_turns - 1) * N_TILES / 2);
  g_assert_cmpuint (rig->n_frames, >=, n_turns * N_TILES * 2);
  janus_rig_free (rig);
}

static void
test_pages (void)
{
  turn_pages (2 * N_TILES + 8, 40, 700, TRUE);
}

static void
test_few_slots (void)
{
  turn_pages (N_TILES + 4, 30, 700, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();
  g_test_add_func ("/interop/janus/wall", test_wall);
  g_test_add_func ("/interop/janus/pages", test_pages);
  g_test_add_func ("/interop/janus/few-slots", test_few_slots);
  return g_test_run ();
}
