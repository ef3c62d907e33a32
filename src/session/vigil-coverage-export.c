/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the proof of coverage into a folder: two tables and a chart. */

#include "vigil-coverage-export.h"

#include "vigil-coverage-chart.h"

#define MAX_EXAM 60 /* bytes of it in a file's name */

typedef gboolean (*WriteFunc) (const VigilCoverageReport *report, VigilWriteFunc write, gpointer user_data, GError **error);

typedef struct
{
  VigilCoverageReport *report;
  GFile               *folder;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  vigil_coverage_report_free (job->report);
  g_object_unref (job->folder);
  g_free (job);
}

/* An exam's id may hold anything; a file's name may not. */
static char *
make_name (const VigilCoverageReport *report)
{
  g_autoptr (GDateTime) made = g_date_time_new_from_unix_utc (report->made_ms / 1000);
  g_autofree char *when = made != NULL ? g_date_time_format (made, "%Y%m%dT%H%M%SZ") : g_strdup ("now");
  GString *name = g_string_new ("coverage-");

  for (const char *p = report->exam_id != NULL ? report->exam_id : ""; *p != '\0' && name->len < MAX_EXAM; p++)
    g_string_append_c (name, g_ascii_isalnum (*p) || *p == '_' ? *p : '-');
  g_string_append_printf (name, "-%s", when);
  return g_string_free (name, FALSE);
}

typedef struct
{
  GOutputStream *out;
  GCancellable  *cancellable;
} Target;

static gboolean
write_cb (const char  *text,
          gsize        length,
          gpointer     user_data,
          GError     **error)
{
  const Target *target = user_data;

  return g_output_stream_write_all (target->out, text, length, NULL, target->cancellable, error);
}

/* A stream that is closed under a cancelled cancellable does not take the place of the file that it was to replace. */
static void
give_up (GOutputStream *out)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  g_output_stream_close (out, cancelled, NULL);
}

static gboolean
write_file (const Job     *job,
            const char    *name,
            WriteFunc      func,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GFile) file = g_file_get_child (job->folder, name);
  g_autoptr (GFileOutputStream) raw = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, cancellable, error);
  g_autoptr (GOutputStream) out = raw != NULL ? g_buffered_output_stream_new_sized (G_OUTPUT_STREAM (raw), 65536) : NULL;
  Target target = { out, cancellable };

  if (out == NULL)
    return FALSE;
  if (func (job->report, write_cb, &target, error))
    return g_output_stream_close (out, cancellable, error);
  give_up (out);
  return FALSE;
}

static void
export_cb (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  static const struct { const char *suffix; WriteFunc func; } files[] = {
    { ".csv", vigil_coverage_report_write_sums },
    { "-intervals.csv", vigil_coverage_report_write_intervals },
    { ".svg", vigil_coverage_chart_write },
  };
  const Job *job = data;
  g_autofree char *base = make_name (job->report);

  vigil_coverage_report_sort (job->report);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *name = g_strconcat (base, files[i].suffix, NULL);
      g_autoptr (GError) error = NULL;

      if (!write_file (job, name, files[i].func, cancellable, &error))
        {
          g_task_return_new_error (task, G_IO_ERROR, error->domain == G_IO_ERROR ? (GIOErrorEnum) error->code : G_IO_ERROR_FAILED,
                                   "%s: %s", name, error->message);
          return;
        }
    }
  g_task_return_pointer (task, g_strconcat (base, files[0].suffix, NULL), g_free);
}

void
vigil_coverage_export_async (VigilCoverageReport *report,
                             GFile               *folder,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->report = report;
  job->folder = g_object_ref (folder);
  g_task_set_source_tag (task, vigil_coverage_export_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, export_cb);
}

char *
vigil_coverage_export_finish (GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
