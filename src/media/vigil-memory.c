/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decoder's pictures lie in the heap between what lives on, so glibc keeps their pages unless it is told. */
#include "vigil-memory.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "vigil-media-metrics.h"

/* Some 16 MB, and no more often than this, however fast the wall moves: it holds up whoever allocates meanwhile. */
#define ENOUGH      8
#define INTERVAL_US G_USEC_PER_SEC
/* What may stay at the end of a heap. */
#define KEEP        (1024 * 1024)

static GMutex lock;
/* with the lock */
static guint n_freed;
static gint64 trimmed_us;

static gboolean
is_due (guint  n_decoders,
        gint64 now)
{
  gboolean due;

  g_mutex_lock (&lock);
  n_freed += n_decoders;
  due = n_freed >= ENOUGH && now - trimmed_us >= INTERVAL_US;
  if (due)
    {
      n_freed = 0;
      trimmed_us = now;
    }
  g_mutex_unlock (&lock);

  return due;
}

/**
 * vigil_memory_freed:
 * @n_decoders: how many were just freed
 *
 * Returns unused memory to the system when it is worth it. Takes some
 * milliseconds then. Thread: any but the main thread.
 */
void
vigil_memory_freed (guint n_decoders)
{
  gint64 begin = g_get_monotonic_time ();

  if (!is_due (n_decoders, begin))
    return;

#ifdef __GLIBC__
  malloc_trim (KEEP);
#endif
  vigil_histogram_add (vigil_media_metrics ()->trim, (g_get_monotonic_time () - begin) / 1000.0);
}
