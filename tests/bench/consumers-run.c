/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fixed script scrolls through a wall of live candidates. */
#include "consumers-run.h"

#include "vigil-metrics.h"

#define SPEED 1500
#define SAMPLE_MS 100
#define PAGES 8
#define SETTLE_S 40

typedef struct
{
  ConsumersRun *run;
  BenchConsole *console;
  gint64        began_us;
} Sampler;

static void
read_counts (BenchConsole *console, VigilStreamCounts *counts)
{
  vigil_stream_controller_get_counts (vigil_session_get_streams (bench_console_get_session (console)), counts);
}

static gboolean
sample_cb (gpointer user_data)
{
  Sampler *sampler = user_data;
  VigilStreamCounts counts;
  ConsumersSample sample;

  read_counts (sampler->console, &counts);
  sample = (ConsumersSample) { (double) (g_get_monotonic_time () - sampler->began_us) / G_USEC_PER_SEC, counts.consumers, counts.live, counts.warm };
  g_array_append_val (sampler->run->samples, sample);
  sampler->run->peak = MAX (sampler->run->peak, counts.consumers);
  return G_SOURCE_CONTINUE;
}

static GtkAdjustment *
get_adjustment (BenchConsole *console)
{
  return vigil_wall_get_vadjustment (vigil_window_get_wall (bench_console_get_window (console)));
}

static void
go_to (BenchConsole *console, double share)
{
  GtkAdjustment *adjustment = get_adjustment (console);

  gtk_adjustment_set_value (adjustment, share * (gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment)));
}

/* At speed, page by page, in jumps, back to the top. */
static void
play_script (BenchConsole *console, double seconds)
{
  GtkAdjustment *adjustment = get_adjustment (console);

  bench_console_scroll (console, SPEED);
  bench_console_run (console, seconds);
  bench_console_scroll (console, 0);
  for (guint i = 0; i < PAGES; i++)
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment));
      bench_console_run (console, seconds / PAGES);
    }
  go_to (console, 0.5);
  bench_console_run (console, seconds / 4);
  go_to (console, 1);
  bench_console_run (console, seconds / 4);
  go_to (console, 0);
  bench_console_run (console, seconds / 4);
}

/* Nothing closes or opens any more: as many for two seconds, and each of them playing or kept. One whose closing the hall put off
 * stands still for longer than that. */
static guint
settle (BenchConsole *console)
{
  VigilStreamCounts counts;
  guint former, calm = 0;

  read_counts (console, &counts);
  for (guint i = 0; i < SETTLE_S * 5 && calm < 10; i++)
    {
      former = counts.consumers;
      bench_console_run (console, 0.2);
      read_counts (console, &counts);
      calm = counts.consumers == former && counts.consumers == counts.live + counts.warm ? calm + 1 : 0;
    }
  return counts.consumers;
}

static guint
ask_hall (BenchHall *hall)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = bench_hall_ask (hall, "{\"op\": \"counts\"}", &error);

  if (answer == NULL)
    g_error ("the hall did not count: %s", error->message);
  return (guint) json_object_get_int_member (json_node_get_object (answer), "consumers");
}

ConsumersRun *
consumers_run (guint candidates, double seconds, guint rate)
{
  g_autofree char *rate_arg = g_strdup_printf ("--socket-rate=%u", rate);
  g_autofree char *candidates_arg = g_strdup_printf ("--candidates=%u", candidates);
  const char *const args[] = { candidates_arg, "--publish=all", "--video=160x90@5", "--score-rate=20", "--absent=0", "--churn=0",
                               "--activity=0", rate_arg, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BenchHall) hall = bench_hall_start (args, &error);
  g_autoptr (BenchConsole) console = NULL;
  ConsumersRun *self = g_new0 (ConsumersRun, 1);
  Sampler sampler = { .run = self };
  VigilSettings *settings;
  VigilStreamCounts before, after;
  gint64 put_off = vigil_counter_get (vigil_metrics_counter ("vigil_requests_rate_limited", ""));
  guint source;

  if (hall == NULL)
    g_error ("no hall: %s", error->message);
  self->candidates = candidates;
  self->samples = g_array_new (FALSE, FALSE, sizeof (ConsumersSample));
  sampler.console = console = bench_console_new (1280, 800);
  settings = bench_console_get_settings (console);
  self->ceiling = (guint) (vigil_settings_get_int (settings, VIGIL_SETTING_MAX_LIVE) + vigil_settings_get_int (settings, VIGIL_SETTING_MAX_WARM));
  /* Short, so that the end of the script is seen. */
  vigil_settings_set_int (settings, VIGIL_SETTING_GRACE, 2);
  if (!bench_console_connect (console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"), bench_hall_get_exam (hall), 60) ||
      bench_console_wait_playing (console, 0, 60) < 0)
    g_error ("the wall did not play");

  self->first = settle (console);
  read_counts (console, &before);
  sampler.began_us = g_get_monotonic_time ();
  source = g_timeout_add (SAMPLE_MS, sample_cb, &sampler);
  play_script (console, seconds);
  self->last = settle (console);
  g_source_remove (source);
  read_counts (console, &after);
  self->put_off = vigil_counter_get (vigil_metrics_counter ("vigil_requests_rate_limited", "")) - put_off;
  self->consumes = after.consumes - before.consumes;
  self->hall_last = ask_hall (hall);
  bench_console_close (console, 10);
  return self;
}

void
consumers_run_free (ConsumersRun *self)
{
  g_array_unref (self->samples);
  g_free (self);
}
