/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A directory whose every answer is given by the test. */

#include "vigil-fake-directory.h"

#include "vigil-session-error.h"

struct _VigilFakeDirectory
{
  GObject       parent_instance;

  VigilFakeLog *log;
  GQueue        waiting; /* GTask, owned */
  GQueue        aside;   /* GTask, owned: what the session reads beside the roster */
};

static void directory_iface_init (VigilHallDirectoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilFakeDirectory, vigil_fake_directory, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_HALL_DIRECTORY, directory_iface_init))

static void
keep (VigilFakeDirectory  *self,
      GQueue              *queue,
      int                  query,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, GINT_TO_POINTER (query), NULL);
  g_queue_push_tail (queue, task);
}

/* Nobody answers these by and by: whoever asked has gone. */
static void
drop_cancelled (VigilFakeDirectory *self)
{
  guint n = self->aside.length;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->aside);

      if (!g_task_return_error_if_cancelled (task))
        g_queue_push_tail (&self->aside, g_steal_pointer (&task));
    }
}

static void
query_async (VigilHallDirectory       *directory,
             VigilDirectoryQuery       query,
             const VigilDirectoryArgs *args,
             GCancellable             *cancellable,
             GAsyncReadyCallback       callback,
             gpointer                  user_data)
{
  static const char *const names[] = {
    [VIGIL_DIRECTORY_SESSION] = "session",
    [VIGIL_DIRECTORY_EXAMS] = "exams",
    [VIGIL_DIRECTORY_CANDIDATES] = "candidates",
    [VIGIL_DIRECTORY_EVENTS] = "events",
    [VIGIL_DIRECTORY_EVIDENCE] = "evidence",
    [VIGIL_DIRECTORY_CONFIG] = "config",
    [VIGIL_DIRECTORY_CANDIDATE] = "candidate",
    [VIGIL_DIRECTORY_CHANGES] = "changes",
    [VIGIL_DIRECTORY_FLAGS] = "flags",
  };
  VigilFakeDirectory *self = VIGIL_FAKE_DIRECTORY (directory);

  /* Nothing was handed up; nobody asks the tests about it. */
  if (query == VIGIL_DIRECTORY_FLAGS && args->kind != NULL)
    {
      g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

      g_task_return_pointer (task, g_ptr_array_new (), (GDestroyNotify) g_ptr_array_unref);
      return;
    }
  vigil_fake_log_add (self->log, "%s%s%s%s%s", names[query],
                      args->student_id != NULL ? " " : "", args->student_id != NULL ? args->student_id : "",
                      args->after != NULL ? " after=" : "", args->after != NULL ? args->after : "");
  keep (self, query == VIGIL_DIRECTORY_CHANGES || query == VIGIL_DIRECTORY_FLAGS ? &self->aside : &self->waiting,
        (int) query, cancellable, callback, user_data);
}

static gpointer
query_finish (VigilHallDirectory  *directory,
              GAsyncResult        *result,
              GError             **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fetch_async (VigilHallDirectory  *directory,
             VigilEvidenceItem   *item,
             gsize                max_bytes,
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  vigil_fake_log_add (VIGIL_FAKE_DIRECTORY (directory)->log, "fetch %s", item->key);
  keep (VIGIL_FAKE_DIRECTORY (directory), &VIGIL_FAKE_DIRECTORY (directory)->waiting, -1, cancellable, callback, user_data);
}

static GBytes *
fetch_finish (VigilHallDirectory  *directory,
              GAsyncResult        *result,
              GError             **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
directory_iface_init (VigilHallDirectoryInterface *iface)
{
  iface->query_async = query_async;
  iface->query_finish = query_finish;
  iface->fetch_async = fetch_async;
  iface->fetch_finish = fetch_finish;
}

static void
vigil_fake_directory_finalize (GObject *object)
{
  VigilFakeDirectory *self = VIGIL_FAKE_DIRECTORY (object);

  g_queue_clear_full (&self->waiting, g_object_unref);
  g_queue_clear_full (&self->aside, g_object_unref);
  vigil_fake_log_unref (self->log);

  G_OBJECT_CLASS (vigil_fake_directory_parent_class)->finalize (object);
}

static void
vigil_fake_directory_class_init (VigilFakeDirectoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_fake_directory_finalize;
}

static void
vigil_fake_directory_init (VigilFakeDirectory *self)
{
  g_queue_init (&self->waiting);
  g_queue_init (&self->aside);
}

VigilFakeDirectory *
vigil_fake_directory_new (VigilFakeLog *log)
{
  VigilFakeDirectory *self = g_object_new (VIGIL_TYPE_FAKE_DIRECTORY, NULL);

  self->log = vigil_fake_log_ref (log);
  return self;
}

guint
vigil_fake_directory_get_n_waiting (VigilFakeDirectory *self)
{
  drop_cancelled (self);
  return g_queue_get_length (&self->waiting);
}

static GTask *
pop_aside (VigilFakeDirectory  *self,
           VigilDirectoryQuery  query)
{
  drop_cancelled (self);
  for (guint i = 0; i < self->aside.length; i++)
    if (g_task_get_task_data (g_queue_peek_nth (&self->aside, i)) == GINT_TO_POINTER ((int) query))
      return g_queue_pop_nth (&self->aside, i);
  return NULL;
}

void
vigil_fake_directory_answer_to (VigilFakeDirectory  *self,
                                VigilDirectoryQuery  query,
                                gpointer             answer,
                                GDestroyNotify       free_answer)
{
  g_autoptr (GTask) task = pop_aside (self, query);

  g_assert_nonnull (task);
  g_task_return_pointer (task, answer, free_answer);
}

void
vigil_fake_directory_fail_to (VigilFakeDirectory  *self,
                              VigilDirectoryQuery  query,
                              int                  code)
{
  g_autoptr (GTask) task = pop_aside (self, query);

  g_assert_nonnull (task);
  g_task_return_new_error (task, VIGIL_SESSION_ERROR, code, "the fake directory fails");
}

void
vigil_fake_directory_answer (VigilFakeDirectory *self,
                             gpointer            answer,
                             GDestroyNotify      free_answer)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

  g_assert_nonnull (task);
  g_task_return_pointer (task, answer, free_answer);
}

void
vigil_fake_directory_fail (VigilFakeDirectory *self,
                           int                 code)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

  g_assert_nonnull (task);
  g_task_return_new_error (task, VIGIL_SESSION_ERROR, code, "the fake directory fails");
}

VigilRosterPage *
vigil_fake_page_new (const char *next,
                     guint       total,
                     gint64      epoch,
                     gint64      seq)
{
  VigilRosterPage *page = g_new0 (VigilRosterPage, 1);

  page->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_candidate_info_free);
  page->next = g_strdup (next);
  page->total = total;
  page->epoch = epoch;
  page->seq = seq;
  return page;
}

VigilCandidateInfo *
vigil_fake_row_new (const char *id,
                    const char *name,
                    gboolean    streaming,
                    const char *producer_id)
{
  VigilCandidateInfo *info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_NAME | VIGIL_FIELD_STREAMING | VIGIL_FIELD_CONNECTED | VIGIL_FIELD_PRODUCERS |
                 VIGIL_FIELD_OPEN_FLAGS | VIGIL_FIELD_BYPASS | VIGIL_FIELD_SCORE;
  info->name = g_strdup (name);
  info->is_streaming = streaming;
  info->connected = TRUE;
  info->producer_ids[VIGIL_SOURCE_WEBCAM] = g_strdup (producer_id);
  return info;
}
