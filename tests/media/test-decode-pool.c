/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every job is done once, a stuck one holds up nobody for long, and the pool outlives its owner. */
#include "vigil-decode-pool.h"

#include <gio/gio.h>

/* A job's GObject is a cancellable: a type that is there. What it does is in its data. */
typedef struct
{
  gint   n_runs;   /* atomic */
  gint   blocks;   /* atomic: until it is cleared */
  gint   running;  /* atomic */
  gint   joins;    /* atomic */
  gint   n_together; /* jobs of its turn; before n_runs counts it */
} Job;

static gint n_freed; /* atomic */

static void
free_job (gpointer data)
{
  g_atomic_int_inc (&n_freed);
  g_free (data);
}

static GObject *
make_job (Job **job)
{
  GObject *object = G_OBJECT (g_cancellable_new ());

  *job = g_new0 (Job, 1);
  g_object_set_data_full (object, "job", *job, free_job);
  return object;
}

static void
run_cb (gpointer *objects,
        guint     n)
{
  for (guint i = 0; i < n; i++)
    {
      Job *job = g_object_get_data (objects[i], "job");

      g_atomic_int_set (&job->running, TRUE);
      while (g_atomic_int_get (&job->blocks))
        g_usleep (1000);
      job->n_together = (gint) n;
      g_atomic_int_inc (&job->n_runs);
    }
}

static gboolean
wait_for (gint *value,
          gint  at_least,
          guint ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) ms * 1000;

  while (g_atomic_int_get (value) < at_least)
    {
      if (g_get_monotonic_time () > end)
        return FALSE;
      g_usleep (500);
    }
  return TRUE;
}

static gboolean
wait_for_threads (guint n,
                  guint ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) ms * 1000;
  guint found;

  do
    {
      g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);

      g_usleep (500);
      for (found = 0; g_dir_read_name (tasks) != NULL; found++)
        ;
    }
  while (found != n && g_get_monotonic_time () < end);

  return found == n;
}

static void
test_all_done (void)
{
  VigilDecodePool *pool = vigil_decode_pool_new (2, run_cb, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  GObject *objects[8];
  Job *jobs[8];
  gint pushed[8] = { 0 };

  for (guint i = 0; i < 8; i++)
    objects[i] = make_job (&jobs[i]);
  for (guint i = 0; i < 2000; i++)
    {
      guint which = (guint) g_rand_int_range (random, 0, 8);

      vigil_decode_pool_push (pool, objects[which], FALSE);
      pushed[which]++;
      if (i % 16 == 0)
        g_usleep ((gulong) g_rand_int_range (random, 0, 4000));
    }
  for (guint i = 0; i < 8; i++)
    {
      g_assert_true (wait_for (&jobs[i]->n_runs, pushed[i], 2000));
      g_assert_cmpint (jobs[i]->n_runs, ==, pushed[i]);
    }
  vigil_decode_pool_unref (pool);
  for (guint i = 0; i < 8; i++)
    g_object_unref (objects[i]);
}

/* A thread that rests takes several, and the first one never ends. */
static void
test_stuck (void)
{
  VigilDecodePool *pool = vigil_decode_pool_new (2, run_cb, NULL);
  Job *stuck, *first, *others[2];
  g_autoptr (GObject) stuck_object = make_job (&stuck);
  g_autoptr (GObject) first_object = make_job (&first);
  g_autoptr (GObject) other_0 = make_job (&others[0]);
  g_autoptr (GObject) other_1 = make_job (&others[1]);

  stuck->blocks = TRUE;
  vigil_decode_pool_push (pool, first_object, FALSE);
  g_assert_true (wait_for (&first->n_runs, 1, 1000));
  vigil_decode_pool_push (pool, stuck_object, FALSE);
  vigil_decode_pool_push (pool, other_0, FALSE);
  vigil_decode_pool_push (pool, other_1, FALSE);
  g_assert_true (wait_for (&others[0]->n_runs, 1, 1000));
  g_assert_true (wait_for (&others[1]->n_runs, 1, 1000));
  g_assert_cmpint (g_atomic_int_get (&stuck->n_runs), ==, 0);

  /* Both threads stuck, and one in their place. */
  g_atomic_int_set (&first->blocks, TRUE);
  g_atomic_int_set (&first->running, FALSE);
  vigil_decode_pool_push (pool, first_object, FALSE);
  g_assert_true (wait_for (&first->running, 1, 1000));
  vigil_decode_pool_push (pool, other_0, FALSE);
  g_assert_false (wait_for (&others[0]->n_runs, 2, 100));
  vigil_decode_pool_replace_thread (pool, first_object);
  g_assert_true (wait_for (&others[0]->n_runs, 2, 1000));

  g_atomic_int_set (&stuck->blocks, FALSE);
  g_atomic_int_set (&first->blocks, FALSE);
  g_assert_true (wait_for (&first->n_runs, 2, 1000));
  /* The main thread's and two: whoever came back finds its place taken. */
  g_assert_true (wait_for_threads (3, 2000));
  /* Nobody is stuck with it now. */
  vigil_decode_pool_replace_thread (pool, first_object);
  g_assert_true (wait_for_threads (3, 100));
  vigil_decode_pool_unref (pool);
}

/* Jobs that wait together are shared, whatever rests. */
static void
test_burst (void)
{
  VigilDecodePool *pool = vigil_decode_pool_new (2, run_cb, NULL);
  GObject *objects[12];
  Job *jobs[12];

  for (guint i = 0; i < 12; i++)
    {
      objects[i] = make_job (&jobs[i]);
      jobs[i]->blocks = i < 2;
    }
  for (guint i = 0; i < 12; i++)
    vigil_decode_pool_push (pool, objects[i], FALSE);
  g_assert_true (wait_for (&jobs[0]->running, 1, 1000));
  g_assert_true (wait_for (&jobs[1]->running, 1, 1000));
  g_atomic_int_set (&jobs[0]->blocks, FALSE);
  g_atomic_int_set (&jobs[1]->blocks, FALSE);
  for (guint i = 0; i < 12; i++)
    g_assert_true (wait_for (&jobs[i]->n_runs, 1, 1000));
  vigil_decode_pool_unref (pool);
  for (guint i = 0; i < 12; i++)
    g_object_unref (objects[i]);
}

static gboolean
joins_cb (gpointer object)
{
  Job *job = g_object_get_data (object, "job");

  return g_atomic_int_get (&job->joins);
}

/* What waits is done together where each of them joins; one that does not is alone with its thread, and nobody waits
 * behind it. */
static void
test_together (void)
{
  VigilDecodePool *pool = vigil_decode_pool_new (2, run_cb, joins_cb);
  GObject *objects[9];
  Job *jobs[9];
  gint most = 0;

  for (guint i = 0; i < 9; i++)
    {
      objects[i] = make_job (&jobs[i]);
      /* Two that keep both threads, three that join, one that never ends, three that join. */
      jobs[i]->blocks = i < 2 || i == 5;
      jobs[i]->joins = i > 1 && i != 5;
    }
  for (guint i = 0; i < 2; i++)
    vigil_decode_pool_push (pool, objects[i], FALSE);
  g_assert_true (wait_for (&jobs[0]->running, 1, 1000));
  g_assert_true (wait_for (&jobs[1]->running, 1, 1000));
  for (guint i = 2; i < 9; i++)
    vigil_decode_pool_push (pool, objects[i], FALSE);
  g_atomic_int_set (&jobs[0]->blocks, FALSE);
  g_atomic_int_set (&jobs[1]->blocks, FALSE);
  for (guint i = 2; i < 9; i++)
    if (i != 5)
      {
        g_assert_true (wait_for (&jobs[i]->n_runs, 1, 1000));
        most = MAX (most, jobs[i]->n_together);
      }
  g_assert_cmpint (most, ==, 3);
  g_atomic_int_set (&jobs[5]->blocks, FALSE);
  g_assert_true (wait_for (&jobs[5]->n_runs, 1, 1000));
  g_assert_cmpint (jobs[5]->n_together, ==, 1);
  vigil_decode_pool_unref (pool);
  for (guint i = 0; i < 9; i++)
    g_object_unref (objects[i]);
}

static VigilDecodePool *busy_pool;
static gint n_busy, n_busy_most, n_rounds; /* atomic */

/* There is always more to do. */
static void
busy_cb (gpointer *objects,
         guint     n)
{
  gint busy = g_atomic_int_add (&n_busy, 1) + 1;

  if (busy > g_atomic_int_get (&n_busy_most))
    g_atomic_int_set (&n_busy_most, busy);
  g_usleep (5000 * n);
  g_atomic_int_add (&n_busy, -1);
  for (guint i = 0; i < n; i++)
    {
      Job *job = g_object_get_data (objects[i], "job");

      g_atomic_int_inc (&n_rounds);
      if (g_atomic_int_add (&job->n_runs, 1) < 19)
        vigil_decode_pool_push_back (busy_pool, objects[i], TRUE);
    }
}

/* Those that were joined and have more already do not stay with one thread while the other sleeps. */
static void
test_behind (void)
{
  VigilDecodePool *pool = busy_pool = vigil_decode_pool_new (2, busy_cb, joins_cb);
  GObject *objects[4];
  Job *jobs[4];

  g_atomic_int_set (&n_busy_most, 0);
  for (guint i = 0; i < 4; i++)
    {
      objects[i] = make_job (&jobs[i]);
      jobs[i]->joins = TRUE;
    }
  for (guint i = 0; i < 4; i++)
    vigil_decode_pool_push (pool, objects[i], FALSE);
  for (guint i = 0; i < 4; i++)
    g_assert_true (wait_for (&jobs[i]->n_runs, 20, 5000));
  g_assert_cmpint (g_atomic_int_get (&n_busy_most), ==, 2);
  g_assert_cmpint (g_atomic_int_get (&n_rounds), ==, 80);
  vigil_decode_pool_unref (pool);
  for (guint i = 0; i < 4; i++)
    g_object_unref (objects[i]);
}

/* One that is waited for is done before those that came earlier. */
static void
test_urgent (void)
{
  VigilDecodePool *pool = vigil_decode_pool_new (2, run_cb, NULL);
  GObject *objects[5];
  Job *jobs[5];

  for (guint i = 0; i < 5; i++)
    {
      objects[i] = make_job (&jobs[i]);
      jobs[i]->blocks = i < 2 || i == 4;
    }
  for (guint i = 0; i < 2; i++)
    {
      vigil_decode_pool_push (pool, objects[i], TRUE);
      g_assert_true (wait_for (&jobs[i]->running, 1, 1000));
    }
  for (guint i = 2; i < 5; i++)
    vigil_decode_pool_push (pool, objects[i], i == 4);
  /* One thread goes on, and is kept by the urgent one. */
  g_atomic_int_set (&jobs[0]->blocks, FALSE);
  g_assert_true (wait_for (&jobs[4]->running, 1, 1000));
  g_assert_cmpint (g_atomic_int_get (&jobs[2]->n_runs) + g_atomic_int_get (&jobs[3]->n_runs), ==, 0);
  g_atomic_int_set (&jobs[1]->blocks, FALSE);
  g_atomic_int_set (&jobs[4]->blocks, FALSE);
  for (guint i = 0; i < 5; i++)
    g_assert_true (wait_for (&jobs[i]->n_runs, 1, 1000));
  vigil_decode_pool_unref (pool);
  for (guint i = 0; i < 5; i++)
    g_object_unref (objects[i]);
}

/* The owner goes while work waits: it is done, and its references are let go. */
static void
test_outlives (void)
{
  VigilDecodePool *pool = vigil_decode_pool_new (2, run_cb, NULL);
  gint before = g_atomic_int_get (&n_freed);

  for (guint i = 0; i < 50; i++)
    {
      Job *job;
      g_autoptr (GObject) object = make_job (&job);

      vigil_decode_pool_push (pool, object, FALSE);
    }
  vigil_decode_pool_unref (vigil_decode_pool_ref (pool));
  vigil_decode_pool_unref (pool);
  g_assert_true (wait_for (&n_freed, before + 50, 2000));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/decode-pool/all-done", test_all_done);
  g_test_add_func ("/media/decode-pool/stuck", test_stuck);
  g_test_add_func ("/media/decode-pool/burst", test_burst);
  g_test_add_func ("/media/decode-pool/together", test_together);
  g_test_add_func ("/media/decode-pool/behind", test_behind);
  g_test_add_func ("/media/decode-pool/urgent", test_urgent);
  g_test_add_func ("/media/decode-pool/outlives", test_outlives);

  return g_test_run ();
}
