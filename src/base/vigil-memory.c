/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is large and short-lived lies in the heap between what lives on, so glibc keeps its pages unless it is told. */
#include "vigil-memory.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "vigil-metrics.h"

/* Some 16 MB, and no more often than this, however fast the wall moves: it holds up whoever allocates meanwhile. */
#define ENOUGH      8
#define INTERVAL_US G_USEC_PER_SEC
/* What may stay at the end of a heap. */
#define KEEP        (1024 * 1024)

static GMutex lock;
/* with the lock */
static guint n_freed;
static gint64 trimmed_us;
static gint releasing; /* atomic */

/* With the lock. */
static void
begin_anew (gint64 now)
{
  n_freed = 0;
  trimmed_us = now;
}

static gboolean
is_due (guint  n_decoders,
        gint64 now)
{
  gboolean due;

  g_mutex_lock (&lock);
  n_freed += n_decoders;
  due = n_freed >= ENOUGH && now - trimmed_us >= INTERVAL_US;
  if (due)
    begin_anew (now);
  g_mutex_unlock (&lock);

  return due;
}

static void
trim (gint64 begin)
{
#ifdef __GLIBC__
  malloc_trim (KEEP);
#endif
  vigil_histogram_add (vigil_metrics_histogram ("vigil_memory_trim", "ms", "Time to give unused memory back to the system"),
                       (g_get_monotonic_time () - begin) / 1000.0);
}

void
vigil_memory_freed (guint n_decoders)
{
  gint64 begin = g_get_monotonic_time ();

  if (is_due (n_decoders, begin))
    trim (begin);
}

static gpointer
release_thread (gpointer data)
{
  gint64 begin = g_get_monotonic_time ();

  g_mutex_lock (&lock);
  begin_anew (begin);
  g_mutex_unlock (&lock);
  trim (begin);
  g_atomic_int_set (&releasing, 0);
  return NULL;
}

void
vigil_memory_release (void)
{
  GThread *thread;

  if (!g_atomic_int_compare_and_exchange (&releasing, 0, 1))
    return;
  thread = g_thread_try_new ("vigil-trim", release_thread, NULL, NULL);
  if (thread != NULL)
    g_thread_unref (thread);
  else
    g_atomic_int_set (&releasing, 0);
}
