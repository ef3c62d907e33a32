/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the coverage ledger going.
 *
 * What was watched is appended to the exam's journal every ten seconds, on a task's thread. Leaving the
 * exam writes the rest at once, some kilobytes: the process may end right after, and a task would not be waited for. */

#include "vigil-coverage-keeper.h"

#include "vigil-clock.h"
#include "vigil-coverage-journal.h"
#include "vigil-metrics.h"

#include <string.h>

#define WRITE_EVERY 10 /* ticks */

struct _VigilCoverageKeeper
{
  VigilRoster   *roster;
  VigilSettings *settings;
  VigilCoverage *coverage;
  GCancellable  *cancellable; /* of the reading */
  char          *path;        /* of the journal; %NULL: none is kept */
  guint          timer_id;
  guint          ticks;
  gulong         settings_id;
  VigilCounter  *n_failed;
  VigilCounter  *n_bad;
};

/* What a task's thread needs, and what comes of it. */
typedef struct
{
  char  *path;
  char  *text;
  guint  days;
  guint  n_bad;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job->text);
  g_free (job);
}

static void
piece_cb (VigilHandle handle,
          gint64      from_ms,
          gint64      to_ms,
          gpointer    user_data)
{
  gpointer *args = user_data;
  const char *id = vigil_score_store_get_id (args[0], handle);

  if (id != NULL)
    vigil_coverage_journal_format (args[1], id, from_ms, to_ms);
}

/* Returns: (nullable) (transfer full): lines that nobody wrote yet. */
static char *
take_text (VigilCoverageKeeper *self)
{
  GString *text = g_string_new (NULL);
  gpointer args[] = { vigil_roster_get_store (self->roster), text };

  vigil_coverage_take_news (self->coverage, piece_cb, args);
  return g_string_free (text, text->len == 0);
}

static void
note_written (gboolean      written,
              const GError *error)
{
  static gboolean said;

  if (written)
    {
      vigil_counter_add (vigil_metrics_counter ("vigil_coverage_writes", ""), 1);
      said = FALSE;
      return;
    }
  vigil_counter_add (vigil_metrics_counter ("vigil_coverage_write_failures", ""), 1);
  if (!said) /* a full disk would say it all day */
    g_message ("The coverage cannot be kept on disk: %s", error->message);
  said = TRUE;
}

static void
write_cb (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;

  if (vigil_coverage_journal_append (job->path, job->text, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean written = g_task_propagate_boolean (G_TASK (result), &error);

  note_written (written, error);
}

void
vigil_coverage_keeper_flush (VigilCoverageKeeper *self)
{
  g_autofree char *text = self->path != NULL ? take_text (self) : NULL;
  g_autoptr (GTask) task = NULL;
  Job *job;

  if (text == NULL)
    return;
  job = g_new0 (Job, 1);
  job->path = g_strdup (self->path);
  job->text = g_steal_pointer (&text);
  task = g_task_new (NULL, NULL, written_cb, NULL);
  g_task_set_source_tag (task, vigil_coverage_keeper_flush);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, write_cb);
}

static gboolean
timer_cb (gpointer user_data)
{
  VigilCoverageKeeper *self = user_data;

  vigil_coverage_tick (self->coverage);
  if (++self->ticks % WRITE_EVERY == 0)
    vigil_coverage_keeper_flush (self);
  return G_SOURCE_CONTINUE;
}

static void
read_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  Job *job = data;
  g_autofree char *folder = g_path_get_dirname (job->path);
  GError *error = NULL;
  GArray *looks;

  vigil_coverage_journal_clean (folder, job->days);
  looks = vigil_coverage_journal_read (job->path, &job->n_bad, &error);
  if (looks != NULL)
    g_task_return_pointer (task, looks, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
}

/* Once cancelled, @user_data may be gone. */
static void
was_read_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  VigilCoverageKeeper *self = user_data;
  const Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) looks = g_task_propagate_pointer (G_TASK (result), &error);
  VigilScoreStore *store;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (looks == NULL)
    {
      g_message ("The coverage kept on disk cannot be read: %s", error->message);
      vigil_counter_add (self->n_failed, 1);
      return;
    }
  vigil_counter_add (self->n_bad, job->n_bad);
  store = vigil_roster_get_store (self->roster);
  for (guint i = 0; i < looks->len; i++)
    {
      const VigilCoverageLook *look = &g_array_index (looks, VigilCoverageLook, i);
      VigilHandle handle = vigil_score_store_intern (store, look->id, strlen (look->id));

      if (handle != VIGIL_HANDLE_NONE)
        vigil_coverage_restore (self->coverage, handle, look->from_ms, look->to_ms);
    }
}

static void
read_journal (VigilCoverageKeeper *self,
              guint                days)
{
  g_autoptr (GTask) task = NULL;
  Job *job = g_new0 (Job, 1);

  job->path = g_strdup (self->path);
  job->days = days;
  self->cancellable = g_cancellable_new ();
  task = g_task_new (NULL, self->cancellable, was_read_cb, self);
  g_task_set_source_tag (task, read_journal);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, read_cb);
}

static void
apply_settings (VigilCoverageKeeper *self)
{
  vigil_coverage_set_limits (self->coverage, (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_COVERAGE_WARN),
                             (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_COVERAGE_KEPT));
}

static void
setting_changed_cb (VigilCoverageKeeper *self,
                    const char          *what)
{
  if (g_str_equal (what, VIGIL_SETTING_COVERAGE_WARN) || g_str_equal (what, VIGIL_SETTING_COVERAGE_KEPT))
    apply_settings (self);
}

void
vigil_coverage_keeper_start (VigilCoverageKeeper *self,
                             const char          *hall,
                             const char          *exam_id,
                             gint64               starts_at_ms)
{
  guint days = (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_COVERAGE_DAYS);

  if (self->timer_id != 0)
    return;
  self->timer_id = g_timeout_add_seconds (1, timer_cb, self);
  if (days == 0)
    return;
  self->path = vigil_coverage_journal_dup_path (hall, exam_id, starts_at_ms, vigil_clock_hall_ms ());
  read_journal (self, days);
}

void
vigil_coverage_keeper_stop (VigilCoverageKeeper *self)
{
  g_autofree char *text = self->path != NULL ? take_text (self) : NULL;
  g_autoptr (GError) error = NULL;

  if (self->timer_id == 0)
    return;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (text != NULL)
    {
      gboolean written = vigil_coverage_journal_append (self->path, text, &error);

      note_written (written, error);
    }
  g_clear_pointer (&self->path, g_free);
  vigil_coverage_clear (self->coverage);
}

VigilCoverage *
vigil_coverage_keeper_get (VigilCoverageKeeper *self)
{
  return self->coverage;
}

void
vigil_coverage_keeper_free (VigilCoverageKeeper *self)
{
  vigil_coverage_keeper_stop (self);
  g_clear_signal_handler (&self->settings_id, self->settings);
  g_object_unref (self->coverage);
  g_object_unref (self->settings);
  g_object_unref (self->roster);
  g_free (self);
}

VigilCoverageKeeper *
vigil_coverage_keeper_new (VigilRoster   *roster,
                           VigilSettings *settings)
{
  VigilCoverageKeeper *self = g_new0 (VigilCoverageKeeper, 1);

  self->roster = g_object_ref (roster);
  self->settings = g_object_ref (settings);
  self->coverage = vigil_coverage_new (roster);
  vigil_metrics_counter ("vigil_coverage_writes", "Times that the coverage was written to disk");
  self->n_failed = vigil_metrics_counter ("vigil_coverage_write_failures", "Times that the coverage could not be written to disk or read from it");
  self->n_bad = vigil_metrics_counter ("vigil_coverage_lines_bad", "Lines of a coverage on disk that were none, and were left out");
  self->settings_id = g_signal_connect_swapped (settings, "changed", G_CALLBACK (setting_changed_cb), self);
  apply_settings (self);
  return self;
}
