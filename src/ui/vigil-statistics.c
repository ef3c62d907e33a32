/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program is doing, in figures (F12). */
#include "vigil-statistics.h"

#include <glib/gi18n-lib.h>

#include "vigil-clock.h"
#include "vigil-metrics.h"

struct _VigilStatistics
{
  GtkWidget parent_instance;

  VigilSession *session;
  GtkLabel     *label;
  guint         timer_id;
  gint64        frames;      /* drawn, at the last reading */
  guint64       scores;      /* store's serial at the last reading */
  gint64        read_us;
};

G_DEFINE_FINAL_TYPE (VigilStatistics, vigil_statistics, GTK_TYPE_WIDGET)

static void
append_histogram (GString *text, const char *title, const char *name)
{
  VigilHistogram *histogram = vigil_metrics_histogram (name, "ms", "");

  if (vigil_histogram_get_count (histogram) == 0)
    g_string_append_printf (text, "%-18s –\n", title);
  else
    g_string_append_printf (text, "%-18s %.0f / %.0f / %.0f ms\n", title, vigil_histogram_quantile (histogram, 0.5),
                            vigil_histogram_quantile (histogram, 0.95), vigil_histogram_quantile (histogram, 0.99));
}

static gint64
counter (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
append_rates (VigilStatistics *self, GString *text)
{
  gint64 now = g_get_monotonic_time ();
  gint64 frames = counter ("vigil_redraws_frame");
  guint64 scores = vigil_score_store_get_serial (vigil_session_get_store (self->session));
  double seconds = (double) (now - self->read_us) / G_USEC_PER_SEC;

  if (self->read_us > 0 && seconds > 0)
    g_string_append_printf (text, _("%-18s %.0f frames/s · %.0f scores/s\n"), _("rates"),
                            (double) (frames - self->frames) / seconds, (double) (scores - self->scores) / seconds);
  self->frames = frames;
  self->scores = scores;
  self->read_us = now;
}

/* Without knowing it no age and no end-to-end latency means anything. */
static void
append_clock (GString *text)
{
  gint64 error_ms = vigil_clock_get_hall_error_ms ();

  if (error_ms < 0)
    g_string_append_printf (text, _("%-18s the hall has not told its time\n"), _("clock"));
  else
    /* Translators: the hall's clock minus ours in seconds, by how many milliseconds that can be wrong, how often one was set. */
    g_string_append_printf (text, _("%-18s hall %+.3f s ± %" G_GINT64_FORMAT " ms · set %" G_GINT64_FORMAT " times\n"), _("clock"),
                            (double) vigil_clock_get_hall_offset_ms () / 1000, error_ms, counter ("vigil_clock_jumps"));
}

static void
append_streams (VigilStatistics *self, GString *text)
{
  VigilStreamCounts counts;

  vigil_stream_controller_get_counts (vigil_session_get_streams (self->session), &counts);
  g_string_append_printf (text, _("%-18s %u live · %u warm · %u consumers\n"), _("streams"), counts.live, counts.warm, counts.consumers);
  g_string_append_printf (text, "%-18s", _("phases"));
  for (int phase = 0; phase < VIGIL_N_PHASES; phase++)
    if (counts.phases[phase] > 0)
      g_string_append_printf (text, " %s %u", vigil_stream_phase_to_nick (phase), counts.phases[phase]);
  g_string_append_printf (text, _("\n%-18s %" G_GUINT64_FORMAT " retries · %" G_GUINT64_FORMAT " watchdog · %u failed\n"), _("recovery"),
                          counts.retries, counts.watchdog_fired, counts.failed);
  g_string_append_printf (text, _("%-18s %" G_GUINT64_FORMAT " consume · %" G_GUINT64_FORMAT " close · %" G_GUINT64_FORMAT " pause · %" G_GUINT64_FORMAT " resume\n"),
                          _("signalling"), counts.consumes, counts.closes, counts.pauses, counts.resumes);
}

/* What is left to do without. */
static void
append_abilities (VigilStatistics *self, GString *text)
{
  VigilSfuAbilities abilities;

  vigil_stream_controller_get_abilities (vigil_session_get_streams (self->session), &abilities);
  if (abilities.own_connections)
    /* Translators: in the statistics; of the kind of video server: each video needs a connection of its own. */
    g_string_append_printf (text, _("%-18s a connection for each video: %" G_GINT64_FORMAT " open\n"), _("video server"), counter ("vigil_media_links_live"));
  if (!abilities.can_pause || !abilities.has_layers)
    g_string_append_printf (text, "%-18s %s%s%s\n", _("it cannot"),
                            /* Translators: behind "it cannot": what this hall's video server cannot do. */
                            !abilities.can_pause ? _("pause (off screen is closed)") : "",
                            !abilities.can_pause && !abilities.has_layers ? " · " : "",
                            !abilities.has_layers ? _("send smaller pictures to smaller tiles") : "");
}

static void
append_cost (VigilStatistics *self, GString *text)
{
  VigilStreamController *streams = vigil_session_get_streams (self->session);
  const VigilLadder *ladder = vigil_stream_controller_get_ladder (streams, NULL);
  VigilStreamCost cost;

  vigil_stream_controller_get_cost (streams, &cost);
  /* Translators: what live video takes: processor cores, Mbit/s, millions of pixels. */
  g_string_append_printf (text, _("%-18s %.2f core · %.1f Mbit/s · %.1f Mpx"), _("video takes"), cost.cpu / 1000.0,
                          cost.kbits / 1000.0, cost.pixels / 1e6);
  if (ladder->cause != VIGIL_LOAD_NONE)
    /* Translators: behind what live video takes: how many streams this machine and its network can play at present. */
    g_string_append_printf (text, _(" · %u are borne"), ladder->rung == VIGIL_RUNG_LIVE ? ladder->live : 0);
  g_string_append_c (text, '\n');
}

/* Where candidates' videos are decoded, and what became of those who do it. */
static void
append_decoding (GString *text)
{
  /* Translators: how many videos are decoded in processes of their own, in this process, and by the graphics hardware. */
  g_string_append_printf (text, _("%-18s %" G_GINT64_FORMAT " apart · %" G_GINT64_FORMAT " in this process · %" G_GINT64_FORMAT " by graphics hardware\n"),
                          _("decoding"), counter ("vigil_media_chains_apart"), counter ("vigil_media_chains_here"),
                          counter ("vigil_media_chains_hardware"));
  if (counter ("vigil_media_helpers_started") == 0)
    return;
  /* Translators: of the processes in which videos are decoded: how many run, how many crashed or hung, how many videos are
   * left alone because of that. */
  g_string_append_printf (text, _("%-18s %" G_GINT64_FORMAT " helpers · %" G_GINT64_FORMAT " replaced · %" G_GINT64_FORMAT " videos held back\n"),
                          _("decoding apart"), counter ("vigil_media_helpers_live"), counter ("vigil_media_helpers_lost"),
                          counter ("vigil_media_feeds_held_back"));
}

static void
append_stills (VigilStatistics *self, GString *text)
{
  VigilStillCounts counts;

  vigil_stills_get_counts (vigil_session_get_stills (self->session), &counts);
  if (counts.asked == 0)
    return;
  /* Translators: stills on screen; of those asked for, how many were newer ones, how many were of no use. */
  g_string_append_printf (text, _("%-18s %u shown · %" G_GUINT64_FORMAT " asked · %" G_GUINT64_FORMAT " new · %" G_GUINT64_FORMAT " failed\n"), _("stills"),
                          counts.shown, counts.asked, counts.fresh, counts.failed);
}

static void
append_rendering (VigilStatistics *self, GString *text)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;

  if (renderer == NULL)
    return;
  /* Translators: the name of GTK's renderer; who decodes the videos. */
  g_string_append_printf (text, _("%-18s %s · decoded by %s\n"), _("drawing"), G_OBJECT_TYPE_NAME (renderer),
                          vigil_counter_get (vigil_metrics_gauge ("vigil_media_hardware_codecs", "")) > 0 ? _("the graphics hardware") : _("the processor"));
}

static void
update (VigilStatistics *self)
{
  GString *text = g_string_new (NULL);

  if (self->session == NULL)
    {
      gtk_label_set_text (self->label, _("Not in an exam"));
      g_string_free (text, TRUE);
      return;
    }
  append_rates (self, text);
  append_histogram (text, _("score latency"), "vigil_score_latency");
  append_histogram (text, _("score end to end"), "vigil_score_end_to_end");
  append_histogram (text, _("frame latency"), "vigil_frame_latency");
  append_histogram (text, _("frame interval"), "vigil_frame_interval");
  append_clock (text);
  append_streams (self, text);
  append_abilities (self, text);
  append_stills (self, text);
  append_cost (self, text);
  append_rendering (self, text);
  append_decoding (text);
  g_string_append_printf (text, _("%-18s %" G_GINT64_FORMAT " for a score · %" G_GINT64_FORMAT " for a frame\n"), _("redraws"),
                          counter ("vigil_redraws_score"), counter ("vigil_redraws_frame"));
  g_string_append_printf (text, _("%-18s %" G_GINT64_FORMAT " of another person or feed\n"), _("frames refused"), counter ("vigil_frames_refused_tile"));
  g_string_append (text, _("latencies and intervals: p50 / p95 / p99"));
  gtk_label_set_text (self->label, text->str);
  g_string_free (text, TRUE);
}

static gboolean
timer_cb (gpointer user_data)
{
  update (user_data);
  return G_SOURCE_CONTINUE;
}

static void
vigil_statistics_map (GtkWidget *widget)
{
  VigilStatistics *self = VIGIL_STATISTICS (widget);

  GTK_WIDGET_CLASS (vigil_statistics_parent_class)->map (widget);
  self->read_us = 0;
  update (self);
  self->timer_id = g_timeout_add_seconds (1, timer_cb, self);
}

static void
vigil_statistics_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&VIGIL_STATISTICS (widget)->timer_id, g_source_remove);
  GTK_WIDGET_CLASS (vigil_statistics_parent_class)->unmap (widget);
}

void
vigil_statistics_set_session (VigilStatistics *self, VigilSession *session)
{
  g_return_if_fail (VIGIL_IS_STATISTICS (self));

  g_set_object (&self->session, session);
  self->read_us = 0;
}

static void
vigil_statistics_dispose (GObject *object)
{
  VigilStatistics *self = VIGIL_STATISTICS (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->label != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->label)));
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_statistics_parent_class)->dispose (object);
}

static void
vigil_statistics_class_init (VigilStatisticsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_statistics_dispose;
  widget_class->map = vigil_statistics_map;
  widget_class->unmap = vigil_statistics_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vigil_statistics_init (VigilStatistics *self)
{
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "statistics");
  gtk_widget_set_parent (GTK_WIDGET (self->label), GTK_WIDGET (self));
}

GtkWidget *
vigil_statistics_new (void)
{
  return g_object_new (VIGIL_TYPE_STATISTICS, "halign", GTK_ALIGN_END, "valign", GTK_ALIGN_END, "can-target", FALSE, NULL);
}
