/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A script that shows everything once and writes pictures of it. */
#include "vigil-screenshots.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>

#include "vigil-bypass-dialog.h"
#include "vigil-shot.h"

#define POLL_MS 50
#define PATIENCE_MS 20000 /* for the wall to play; then the script goes on and says so */

/* A step runs, then the script waits so long. It may ask to be run again by returning FALSE. */
typedef gboolean (*StepFunc) (VigilScreenshots *self);

typedef struct
{
  StepFunc func;
  guint    wait_ms; /* after it */
  gboolean shot;    /* runs right after a frame was drawn */
} Step;

struct _VigilScreenshots
{
  GObject parent_instance;

  VigilWindow       *window;     /* weak */
  VigilAppConnector *connector;
  GtkWindow         *dialog;     /* weak */
  char              *folder;
  gint64             start_us;
  gint64             window_us;  /* when the window was first drawn */
  guint              step;
  guint              waited_ms;
  guint              timer_id;
  guint              end_id;
  gulong             paint_id;
  guint              n_failed;
  gboolean           complete;
};

G_DEFINE_FINAL_TYPE (VigilScreenshots, vigil_screenshots, G_TYPE_OBJECT)

static guint signal_done;

static void
shoot (VigilScreenshots *self, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.png", self->folder, name);
  g_autoptr (GError) error = NULL;

  if (vigil_shot_save (GTK_WINDOW (self->window), self->dialog, path, &error))
    g_print ("screenshot %s\n", path);
  else
    {
      g_printerr ("%s\n", error->message);
      self->n_failed++;
    }
}

static void
set_dark (gboolean dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
}

static VigilSession *
session_of (VigilScreenshots *self)
{
  return vigil_window_get_session (self->window);
}

/* The candidate there is most to see of: open flags, then score. */
static VigilHandle
pick_candidate (VigilScreenshots *self)
{
  VigilSession *session = session_of (self);
  guint n, best_rank = 0;
  const VigilHandle *handles = vigil_roster_get_handles (vigil_session_get_roster (session), &n);
  VigilHandle best = n > 0 ? handles[0] : VIGIL_HANDLE_NONE;

  for (guint i = 0; i < n; i++)
    {
      const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (session), handles[i]);
      VigilScore score;
      guint rank;

      vigil_score_store_read (vigil_session_get_store (session), handles[i], &score);
      rank = candidate->is_streaming ? 1000 + MIN (candidate->open_flags, 9) * 100 + (guint) MAX (score.score, 0) : 0;
      if (rank > best_rank)
        {
          best_rank = rank;
          best = handles[i];
        }
    }
  return best;
}

static gboolean
step_light (VigilScreenshots *self)
{
  set_dark (FALSE);
  return TRUE;
}

static gboolean
step_wait_playing (VigilScreenshots *self)
{
  VigilWall *wall = vigil_window_get_wall (self->window);
  guint mapped = 0, playing = 0, expected = 0;
  gboolean all;

  if (wall != NULL)
    vigil_wall_count (wall, &mapped, &playing, &expected);
  all = expected > 0 && playing >= expected;
  if (!all && self->waited_ms < PATIENCE_MS)
    return FALSE;
  g_print ("time to all visible playing: %.2f s after the window, %u of %u tiles with a camera play, %u on screen%s\n",
           (double) (g_get_monotonic_time () - self->window_us) / G_USEC_PER_SEC, playing, expected, mapped, all ? "" : " (gave up waiting)");
  if (!all)
    self->n_failed++;
  return TRUE;
}

static gboolean
step_shoot_wall_light (VigilScreenshots *self)
{
  shoot (self, "wall-light");
  return TRUE;
}

static gboolean
step_statistics (VigilScreenshots *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "statistics", NULL);
  return TRUE;
}

static gboolean
step_shoot_statistics (VigilScreenshots *self)
{
  shoot (self, "statistics");
  return step_statistics (self);
}

/* Patrol, while whoever the wall has no room for has not been seen for a while. */
static gboolean
step_patrol (VigilScreenshots *self)
{
  vigil_settings_set_int (vigil_session_get_settings (session_of (self)), VIGIL_SETTING_COVERAGE_WARN, 10);
  g_action_group_change_action_state (G_ACTION_GROUP (self->window), "patrol", g_variant_new_boolean (TRUE));
  return TRUE;
}

static gboolean
step_shoot_patrol (VigilScreenshots *self)
{
  shoot (self, "patrol-light");
  set_dark (TRUE);
  vigil_wall_touch (vigil_window_get_wall (self->window));
  return TRUE;
}

static gboolean
step_shoot_patrol_dark (VigilScreenshots *self)
{
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (vigil_window_get_wall (self->window));

  shoot (self, "patrol-dark");
  set_dark (FALSE);
  g_action_group_change_action_state (G_ACTION_GROUP (self->window), "patrol", g_variant_new_boolean (FALSE));
  vigil_settings_set_int (vigil_session_get_settings (session_of (self)), VIGIL_SETTING_COVERAGE_WARN, 600);
  gtk_adjustment_set_value (adjustment, 0);
  return TRUE;
}

static gboolean
step_filter (VigilScreenshots *self)
{
  g_action_group_change_action_state (G_ACTION_GROUP (self->window), "flagged-only", g_variant_new_boolean (TRUE));
  return TRUE;
}

static gboolean
step_shoot_filter (VigilScreenshots *self)
{
  VigilRosterView *view = vigil_session_get_view (session_of (self));
  VigilRosterFilter filter = *vigil_roster_view_get_filter (view);

  shoot (self, "wall-filtered");
  filter.search = (char *) "nobody is called this";
  vigil_roster_view_set_filter (view, &filter);
  return TRUE;
}

static gboolean
step_shoot_nobody (VigilScreenshots *self)
{
  VigilRosterFilter nothing = { 0 };

  shoot (self, "nobody-matches");
  vigil_roster_view_set_filter (vigil_session_get_view (session_of (self)), &nothing);
  return TRUE;
}

static gboolean
step_open (VigilScreenshots *self)
{
  vigil_window_open_candidate (self->window, pick_candidate (self));
  return TRUE;
}

static gboolean
step_shoot_candidate_light (VigilScreenshots *self)
{
  shoot (self, "candidate-light");
  return TRUE;
}

static gboolean
step_bypass_dialog (VigilScreenshots *self)
{
  VigilHandle handle = vigil_candidate_page_get_candidate (vigil_window_get_candidate_page (self->window));
  GtkWidget *dialog = vigil_bypass_dialog_new (GTK_WINDOW (self->window), session_of (self), handle);

  vigil_bypass_dialog_set_reason (VIGIL_BYPASS_DIALOG (dialog), "Camera broken; seen in person by the room’s invigilator");
  g_set_weak_pointer (&self->dialog, GTK_WINDOW (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

static void
close_dialog (VigilScreenshots *self)
{
  GtkWindow *dialog = self->dialog;

  g_clear_weak_pointer (&self->dialog);
  if (dialog != NULL)
    gtk_window_destroy (dialog);
}

static gboolean
step_shoot_bypass_light (VigilScreenshots *self)
{
  shoot (self, "bypass-dialog-light");
  set_dark (TRUE);
  return TRUE;
}

static gboolean
step_shoot_bypass_dark (VigilScreenshots *self)
{
  shoot (self, "bypass-dialog-dark");
  close_dialog (self);
  return TRUE;
}

static gboolean
step_shoot_candidate_dark (VigilScreenshots *self)
{
  shoot (self, "candidate-dark");
  return TRUE;
}

static gboolean
step_submit_bypass (VigilScreenshots *self)
{
  VigilSession *session = session_of (self);
  VigilHandle handle = vigil_candidate_page_get_candidate (vigil_window_get_candidate_page (self->window));
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (session), handle);
  g_autoptr (VigilAction) action = NULL;

  set_dark (FALSE);
  if (candidate == NULL || !vigil_session_may (session, VIGIL_ACTION_BYPASS))
    return TRUE;
  action = vigil_action_new (VIGIL_ACTION_BYPASS, vigil_session_get_exam_id (session), candidate->id);
  action->reason = g_strdup ("Camera broken; seen in person by the room’s invigilator");
  action->category = g_strdup ("technical");
  action->signals = g_new0 (char *, 1);
  vigil_session_submit (session, action);
  return TRUE;
}

static gboolean
step_shoot_bypassed (VigilScreenshots *self)
{
  shoot (self, "candidate-bypassed");
  vigil_window_open_candidate (self->window, VIGIL_HANDLE_NONE);
  set_dark (TRUE);
  return TRUE;
}

static gboolean
step_shoot_wall_dark (VigilScreenshots *self)
{
  shoot (self, "wall-dark");
  return TRUE;
}

/* The window that was just opened over ours. */
static void
note_dialog (VigilScreenshots *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (window) == GTK_WINDOW (self->window))
        g_set_weak_pointer (&self->dialog, window);
    }
}

static gboolean
step_preferences (VigilScreenshots *self)
{
  set_dark (FALSE);
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "preferences", NULL);
  note_dialog (self);
  return TRUE;
}

static gboolean
step_shoot_preferences (VigilScreenshots *self)
{
  shoot (self, "preferences");
  close_dialog (self);
  return TRUE;
}

static gboolean
step_palette (VigilScreenshots *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "palette", NULL);
  note_dialog (self);
  return TRUE;
}

static gboolean
step_shoot_palette (VigilScreenshots *self)
{
  shoot (self, "palette");
  close_dialog (self);
  return TRUE;
}

static gboolean
step_shortcuts (VigilScreenshots *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "show-help-overlay", NULL);
  note_dialog (self);
  return TRUE;
}

static gboolean
step_shoot_shortcuts (VigilScreenshots *self)
{
  shoot (self, "shortcuts");
  close_dialog (self);
  return TRUE;
}

/* The hall dies: what the wall looks like while we try to get it back. */
static gboolean
step_lose_hall (VigilScreenshots *self)
{
  VigilRehearsal *rehearsal = vigil_app_connector_get_rehearsal (self->connector);
  int pid = rehearsal != NULL ? vigil_rehearsal_get_pid (rehearsal) : 0;

  set_dark (FALSE);
  if (pid > 0)
    kill (pid, SIGKILL);
  return TRUE;
}

static gboolean
step_shoot_disconnected (VigilScreenshots *self)
{
  shoot (self, "disconnected-light");
  set_dark (TRUE);
  return TRUE;
}

static gboolean
step_shoot_disconnected_dark (VigilScreenshots *self)
{
  shoot (self, "disconnected-dark");
  set_dark (FALSE);
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "disconnect", NULL);
  return TRUE;
}

static gboolean
step_shoot_connect (VigilScreenshots *self)
{
  shoot (self, "connect");
  return TRUE;
}

static const Step steps[] = {
  { step_light, 0 },
  { step_wait_playing, 2500 },
  { step_shoot_wall_light, 100, TRUE },
  { step_statistics, 2200 },
  { step_shoot_statistics, 100, TRUE },
  { step_patrol, 4000 },
  { step_shoot_patrol, 700, TRUE },
  { step_shoot_patrol_dark, 1500, TRUE },
  { step_filter, 1500 },
  { step_shoot_filter, 400, TRUE },
  { step_shoot_nobody, 8000, TRUE },
  { step_open, 3500 },
  { step_shoot_candidate_light, 100, TRUE },
  { step_bypass_dialog, 900 },
  { step_shoot_bypass_light, 700, TRUE },
  { step_shoot_bypass_dark, 600, TRUE },
  { step_shoot_candidate_dark, 100, TRUE },
  { step_submit_bypass, 2500 },
  { step_shoot_bypassed, 2500, TRUE },
  { step_shoot_wall_dark, 100, TRUE },
  { step_preferences, 900 },
  { step_shoot_preferences, 200, TRUE },
  { step_palette, 900 },
  { step_shoot_palette, 300, TRUE },
  { step_shortcuts, 900 },
  { step_shoot_shortcuts, 300, TRUE },
  { step_lose_hall, 9000 },
  { step_shoot_disconnected, 800, TRUE },
  { step_shoot_disconnected_dark, 900, TRUE },
  { step_shoot_connect, 0, TRUE },
};

static void
stop_painting (VigilScreenshots *self)
{
  if (self->paint_id != 0 && self->window != NULL)
    g_signal_handler_disconnect (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), self->paint_id);
  self->paint_id = 0;
}

static void
finish (VigilScreenshots *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_handle_id (&self->end_id, g_source_remove);
  stop_painting (self);
  close_dialog (self);
  g_signal_emit (self, signal_done, 0);
}

static gboolean run_cb (gpointer user_data);

static void
run_step (VigilScreenshots *self)
{
  const Step *step = &steps[self->step];

  if (!step->func (self))
    {
      self->waited_ms += POLL_MS;
      self->timer_id = g_timeout_add (POLL_MS, run_cb, self);
      return;
    }
  self->waited_ms = 0;
  self->step++;
  self->complete = self->step == G_N_ELEMENTS (steps);
  if (self->complete)
    finish (self);
  else
    self->timer_id = g_timeout_add (step->wait_ms, run_cb, self);
}

static void
painted_cb (GdkFrameClock *clock, gpointer user_data)
{
  VigilScreenshots *self = user_data;

  g_clear_signal_handler (&self->paint_id, clock);
  run_step (self);
}

static gboolean
run_cb (gpointer user_data)
{
  VigilScreenshots *self = user_data;
  const Step *step = &steps[self->step];

  self->timer_id = 0;
  if (self->window != NULL && !step->shot)
    run_step (self);
  else if (self->window != NULL)
    {
      GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->window));

      /* What a widget looks like is known only between its drawing and its next change. */
      gtk_widget_queue_draw (GTK_WIDGET (self->window));
      self->paint_id = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), self);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
end_cb (gpointer user_data)
{
  VigilScreenshots *self = user_data;

  self->end_id = 0;
  g_printerr ("out of time at step %u of %u\n", self->step + 1, (guint) G_N_ELEMENTS (steps));
  finish (self);
  return G_SOURCE_REMOVE;
}

static void
first_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  VigilScreenshots *self = user_data;

  g_signal_handlers_disconnect_by_data (clock, self);
  self->window_us = g_get_monotonic_time ();
  g_print ("time to window: %.2f s\n", (double) (self->window_us - self->start_us) / G_USEC_PER_SEC);
  self->timer_id = g_timeout_add (POLL_MS, run_cb, self);
}

gboolean
vigil_screenshots_succeeded (VigilScreenshots *self)
{
  g_return_val_if_fail (VIGIL_IS_SCREENSHOTS (self), FALSE);

  return self->complete && self->n_failed == 0;
}

static void
vigil_screenshots_dispose (GObject *object)
{
  VigilScreenshots *self = VIGIL_SCREENSHOTS (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_handle_id (&self->end_id, g_source_remove);
  stop_painting (self);
  g_clear_weak_pointer (&self->dialog);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->connector);
  G_OBJECT_CLASS (vigil_screenshots_parent_class)->dispose (object);
}

static void
vigil_screenshots_finalize (GObject *object)
{
  g_free (VIGIL_SCREENSHOTS (object)->folder);
  G_OBJECT_CLASS (vigil_screenshots_parent_class)->finalize (object);
}

static void
vigil_screenshots_class_init (VigilScreenshotsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_screenshots_dispose;
  object_class->finalize = vigil_screenshots_finalize;
  signal_done = g_signal_new ("done", VIGIL_TYPE_SCREENSHOTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_screenshots_init (VigilScreenshots *self)
{
}

VigilScreenshots *
vigil_screenshots_new (VigilWindow *window, VigilAppConnector *connector, const char *folder, guint seconds, gint64 start_us)
{
  VigilScreenshots *self = g_object_new (VIGIL_TYPE_SCREENSHOTS, NULL);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));

  g_set_weak_pointer (&self->window, window);
  self->connector = g_object_ref (connector);
  self->folder = g_strdup (folder);
  self->start_us = start_us;
  if (g_mkdir_with_parents (folder, 0755) != 0)
    g_printerr (_("%s cannot be made\n"), folder);
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (first_paint_cb), self, 0);
  self->end_id = g_timeout_add_seconds (seconds, end_cb, self);
  return self;
}
