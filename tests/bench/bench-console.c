/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real client in this process. */
#include "bench-console.h"

#include <math.h>

#include "vigil-main-post.h"
#include "vigil-process.h"
#include "vigil-renderer.h"

struct _BenchConsole
{
  AdwApplication     *application;
  VigilSettings      *settings;
  VigilScoringPolicy *policy;
  VigilAppConnector  *connector;
  VigilWindow        *window;
  gboolean            joined;

  double              scroll;     /* px a second, the sign is the direction */
  guint               scroll_tick;
  gint64              scroll_us;
  gint64              painted_us; /* when the last frame was drawn; 0: none since the last take */
  GArray             *intervals;  /* double, ms */
};

static void
after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  BenchConsole *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (self->painted_us > 0)
    {
      double ms = (double) (now - self->painted_us) / 1000;

      g_array_append_val (self->intervals, ms);
    }
  self->painted_us = now;
}

static void
exam_joined_cb (VigilWindow *window, gpointer user_data)
{
  ((BenchConsole *) user_data)->joined = TRUE;
}

/* One for the process, as in the program: GTK starts up once. */
static AdwApplication *
get_application (void)
{
  static AdwApplication *application;

  if (application == NULL)
    {
      vigil_process_prepare ();
      vigil_set_main_thread ();
      vigil_renderer_choose ();
      vigil_process_warm_up ();
      application = adw_application_new ("org.vigil.Vigil.Bench", G_APPLICATION_NON_UNIQUE);
      g_application_set_resource_base_path (G_APPLICATION (application), "/org/vigil/Vigil"); /* the program's style */
      g_application_register (G_APPLICATION (application), NULL, NULL);
      vigil_ui_init ();
    }
  return application;
}

BenchConsole *
bench_console_new (int width, int height)
{
  BenchConsole *self = g_new0 (BenchConsole, 1);

  self->application = g_object_ref (get_application ());
  self->settings = vigil_settings_new ();
  /* The wall alone: figures and tests know how many tiles there are. */
  vigil_settings_set_boolean (self->settings, VIGIL_SETTING_SHOW_QUEUE, FALSE);
  vigil_settings_set_boolean (self->settings, VIGIL_SETTING_PROMOTION_LANE, FALSE);
  self->policy = vigil_scoring_policy_new_default ();
  self->connector = vigil_app_connector_new (self->settings, self->policy);
  self->intervals = g_array_new (FALSE, FALSE, sizeof (double));
  self->window = vigil_window_new (self->application, VIGIL_CONNECTOR (self->connector), self->settings);
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, height);
  g_signal_connect (self->window, "exam-joined", G_CALLBACK (exam_joined_cb), self);
  gtk_window_present (GTK_WINDOW (self->window));
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint",
                    G_CALLBACK (after_paint_cb), self);
  return self;
}

void
bench_console_run (BenchConsole *self, double seconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);

  bench_console_wait (self, NULL, NULL, (double) (end - g_get_monotonic_time ()) / G_USEC_PER_SEC);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
bench_console_wait (BenchConsole *self, BenchCondition condition, gpointer user_data, double timeout_s)
{
  gint64 end = g_get_monotonic_time () + (gint64) (timeout_s * G_USEC_PER_SEC);
  /* A quiet wall must not keep us asleep past the end; 20 ms cost nothing that a reading would show. */
  guint wake = g_timeout_add (condition != NULL ? 20 : 200, wake_cb, NULL);
  gboolean met = FALSE;

  while (!met && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, TRUE);
      met = condition != NULL && condition (self, user_data);
    }
  g_source_remove (wake);
  return met;
}

static gboolean
is_joined (BenchConsole *self, gpointer user_data)
{
  return self->joined && vigil_window_get_wall (self->window) != NULL;
}

gboolean
bench_console_connect (BenchConsole *self, const char *url, const char *token, const char *exam, double timeout_s)
{
  self->joined = FALSE;
  vigil_window_connect (self->window, url, token, exam);
  return bench_console_wait (self, is_joined, NULL, timeout_s);
}

static gboolean
all_play (BenchConsole *self, gpointer user_data)
{
  guint wanted = GPOINTER_TO_UINT (user_data);
  VigilWall *wall = vigil_window_get_wall (self->window);
  guint mapped = 0, playing = 0, expected = 0;

  if (wall == NULL)
    return FALSE;
  vigil_wall_count (wall, &mapped, &playing, &expected);
  if (wanted > 0)
    return playing >= wanted;
  return mapped > 0 && playing > 0 && playing >= expected;
}

double
bench_console_wait_playing (BenchConsole *self, guint tiles, double timeout_s)
{
  gint64 begin = g_get_monotonic_time ();

  if (!bench_console_wait (self, all_play, GUINT_TO_POINTER (tiles), timeout_s))
    return -1;
  return (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
}

static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  BenchConsole *self = user_data;
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (vigil_window_get_wall (self->window));
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double top = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  double at = gtk_adjustment_get_value (adjustment);

  if (self->scroll_us > 0)
    at += self->scroll * (double) (now - self->scroll_us) / G_USEC_PER_SEC;
  self->scroll_us = now;
  if (at >= top || at <= 0)
    self->scroll = at >= top ? -fabs (self->scroll) : fabs (self->scroll);
  gtk_adjustment_set_value (adjustment, CLAMP (at, 0, MAX (top, 0)));
  return G_SOURCE_CONTINUE;
}

void
bench_console_scroll (BenchConsole *self, double px_per_s)
{
  if (self->scroll_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->window), self->scroll_tick);
  self->scroll_tick = 0;
  self->scroll_us = 0;
  self->scroll = px_per_s;
  if (px_per_s > 0)
    self->scroll_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->window), scroll_cb, self, NULL);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

GArray *
bench_console_take_intervals (BenchConsole *self)
{
  GArray *taken = self->intervals;

  self->intervals = g_array_new (FALSE, FALSE, sizeof (double));
  self->painted_us = 0;
  g_array_sort (taken, compare_doubles);
  return taken;
}

gint64
bench_console_get_painted_us (BenchConsole *self)
{
  return self->painted_us;
}

double
bench_quantile (GArray *sorted, double p)
{
  guint rank;

  if (sorted->len == 0)
    return -1;
  rank = (guint) ceil (p * sorted->len);
  return g_array_index (sorted, double, CLAMP (rank, 1, sorted->len) - 1);
}

void
bench_console_close (BenchConsole *self, double timeout_s)
{
  bench_console_scroll (self, 0);
  if (self->window != NULL)
    {
      g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), self);
      g_signal_handlers_disconnect_by_data (self->window, self);
      gtk_window_destroy (GTK_WINDOW (self->window));
      self->window = NULL;
    }
  if (self->connector != NULL)
    vigil_connector_disconnect (VIGIL_CONNECTOR (self->connector));
  bench_console_run (self, timeout_s);
}

void
bench_console_free (BenchConsole *self)
{
  if (self == NULL)
    return;
  bench_console_close (self, 0.2);
  g_clear_object (&self->connector);
  g_clear_object (&self->policy);
  g_clear_object (&self->settings);
  g_clear_object (&self->application);
  g_array_unref (self->intervals);
  g_free (self);
}

VigilWindow *
bench_console_get_window (BenchConsole *self)
{
  return self->window;
}

VigilSession *
bench_console_get_session (BenchConsole *self)
{
  return vigil_window_get_session (self->window);
}

VigilSettings *
bench_console_get_settings (BenchConsole *self)
{
  return self->settings;
}
