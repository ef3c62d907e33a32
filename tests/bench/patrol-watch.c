/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "patrol-watch.h"

#include <stdio.h>

#include "bench-process.h"

#define SAMPLE_S 5
#define SAY_EVERY 12 /* samples */

struct _PatrolWatch
{
  BenchConsole *console;
  GArray       *samples;
  GHashTable   *since;     /* handle -> gint64*: on its way since */
  double        stuck_s;
  char         *stuck_who; /* nullable */
  gint64        began_us;
  guint         ticks;
  guint         timer_id;
  gboolean      loud;
};

static gboolean
is_on_its_way (VigilStream *stream)
{
  VigilStreamPhase phase = vigil_stream_get_phase (stream);

  return vigil_stream_get_mode (stream) == VIGIL_MODE_LIVE &&
         (phase == VIGIL_PHASE_CHECKING || phase == VIGIL_PHASE_CREATING_CONSUMER || phase == VIGIL_PHASE_ATTACHING);
}

static void
look_at (PatrolWatch *self, const VigilCandidate *candidate, VigilStream *stream, gint64 now_us)
{
  gpointer key = GUINT_TO_POINTER (candidate->handle);
  gint64 *since = g_hash_table_lookup (self->since, key);
  double waited_s;

  if (!is_on_its_way (stream))
    {
      g_hash_table_remove (self->since, key);
      return;
    }
  if (since == NULL)
    {
      since = g_new (gint64, 1);
      *since = now_us;
      g_hash_table_insert (self->since, key, since);
    }
  waited_s = (double) (now_us - *since) / G_USEC_PER_SEC;
  if (waited_s <= self->stuck_s)
    return;
  self->stuck_s = waited_s;
  g_free (self->stuck_who);
  self->stuck_who = g_strdup (candidate->id);
}

static void
look_at_all (PatrolWatch *self, gint64 now_us)
{
  VigilSession *session = bench_console_get_session (self->console);
  VigilRoster *roster = vigil_session_get_roster (session);
  guint n = 0;
  const VigilHandle *handles = vigil_roster_get_handles (roster, &n);

  for (guint i = 0; i < n; i++)
    {
      const VigilCandidate *candidate = vigil_roster_get (roster, handles[i]);
      g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (vigil_session_get_streams (session), handles[i]);

      if (candidate != NULL)
        look_at (self, candidate, stream, now_us);
    }
}

static void
say (const PatrolSample *sample)
{
  printf ("%7.0f s  PSS %6.1f MB  anonymous %6.1f MB, helper's %5.1f  heap %6.1f MB  %2u threads  %2u descriptors\n", sample->at_s, sample->pss_mb,
          sample->anon_mb, sample->helper_anon_mb, sample->heap_mb, sample->threads, sample->fds);
  fflush (stdout);
}

static void
take_sample (PatrolWatch *self, gint64 now_us)
{
  BenchProcess now;
  PatrolSample sample;

  bench_process_read (&now, 0);
  sample = (PatrolSample) {
    .at_s = (double) (now_us - self->began_us) / G_USEC_PER_SEC, .anon_mb = now.anon_mb, .pss_mb = now.pss_mb, .rss_mb = now.rss_mb,
    .helper_anon_mb = now.helper_anon_mb, .own_anon_mb = now.anon_mb - now.helper_anon_mb, .heap_mb = bench_process_heap_mb (), .threads = now.threads, .fds = now.fds,
  };
  g_array_append_val (self->samples, sample);
  g_array_unref (bench_console_take_intervals (self->console)); /* or hours of them would be taken for a leak */
  if (self->loud && self->samples->len % SAY_EVERY == 0)
    say (&sample);
}

static gboolean
tick_cb (gpointer user_data)
{
  PatrolWatch *self = user_data;
  gint64 now_us = g_get_monotonic_time ();

  look_at_all (self, now_us);
  if (self->ticks++ % SAMPLE_S == 0)
    take_sample (self, now_us);
  return G_SOURCE_CONTINUE;
}

PatrolWatch *
patrol_watch_new (BenchConsole *console, gboolean loud)
{
  PatrolWatch *self = g_new0 (PatrolWatch, 1);

  self->console = console;
  self->loud = loud;
  self->samples = g_array_new (FALSE, FALSE, sizeof (PatrolSample));
  self->since = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->began_us = g_get_monotonic_time ();
  self->timer_id = g_timeout_add_seconds (1, tick_cb, self);
  return self;
}

void
patrol_watch_free (PatrolWatch *self)
{
  g_source_remove (self->timer_id);
  g_array_unref (self->samples);
  g_hash_table_unref (self->since);
  g_free (self->stuck_who);
  g_free (self);
}

GArray *
patrol_watch_get_samples (PatrolWatch *self)
{
  return self->samples;
}

double
patrol_watch_get_stuck (PatrolWatch *self, const char **who)
{
  *who = self->stuck_who;
  return self->stuck_s;
}

double
patrol_watch_get_slope (PatrolWatch *self, gsize offset, double warm_s)
{
  BenchSlope line = { 0 };

  for (guint i = 0; i < self->samples->len; i++)
    {
      const PatrolSample *sample = &g_array_index (self->samples, PatrolSample, i);

      if (sample->at_s >= warm_s)
        bench_slope_add (&line, sample->at_s / 3600, G_STRUCT_MEMBER (double, sample, offset));
    }
  return line.n < 3 ? 0 : bench_slope_get (&line);
}
