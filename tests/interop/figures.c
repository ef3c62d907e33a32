/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series, and the load of this process. */
#include "figures.h"

#include <sys/resource.h>

#include "interop-peer.h"

Figures *
figures_new (void)
{
  Figures *self = g_new0 (Figures, 1);

  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

void
figures_free (Figures *self)
{
  g_array_unref (self->values);
  g_free (self);
}

void
figures_add (Figures *self,
             double   ms)
{
  g_array_append_val (self->values, ms);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
percentile (Figures *self,
            double   p)
{
  return g_array_index (self->values, double, (guint) MIN (self->values->len * p, self->values->len - 1));
}

void
figures_report (Figures    *self,
                const char *what)
{
  g_assert_cmpuint (self->values->len, >, 0);
  g_array_sort (self->values, compare);
  g_test_message ("%s: first picture p50 %.0f ms, p95 %.0f ms, of %u", what, percentile (self, 0.5), percentile (self, 0.95), self->values->len);
  g_array_set_size (self->values, 0);
}

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

void
figures_load (const char *what,
              guint       seconds,
              gint64      (*n_decoded) (void))
{
  double cpu = cpu_seconds ();
  gint64 n = n_decoded ();
  gint64 began = g_get_monotonic_time ();

  interop_run_for (seconds * 1000);
  cpu = cpu_seconds () - cpu;
  n = n_decoded () - n;
  g_test_message ("%s: %.3f of a core, %.0f pictures a second, %.2f ms each; %u threads, %u descriptors", what,
                  cpu / ((g_get_monotonic_time () - began) / 1e6), n / ((g_get_monotonic_time () - began) / 1e6),
                  n > 0 ? cpu * 1000 / n : 0,
                  count_entries ("/proc/self/task"), count_entries ("/proc/self/fd") - 1);
}
