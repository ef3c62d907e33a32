/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source of stills whose every answer is given by the test. */

#include "vigil-fake-stills.h"

#include <string.h>

#include "vigil-session-error.h"

typedef struct
{
  char  *student_id;
  char  *etag;
  guint  retry_after_ms;
} Question;

struct _VigilFakeStills
{
  GObject       parent_instance;

  VigilFakeLog *log;
  GQueue        waiting; /* GTask, owned */
};

static void source_iface_init (VigilStillSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilFakeStills, vigil_fake_stills, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_STILL_SOURCE, source_iface_init))

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->student_id);
  g_free (question->etag);
  g_free (question);
}

static void
fetch_async (VigilStillSource         *source,
             const VigilStillQuestion *what,
             GCancellable             *cancellable,
             GAsyncReadyCallback       callback,
             gpointer                  user_data)
{
  VigilFakeStills *self = VIGIL_FAKE_STILLS (source);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->student_id = g_strdup (what->student_id);
  question->etag = g_strdup (what->etag);
  g_task_set_task_data (task, question, question_free);
  vigil_fake_log_add (self->log, "still %s%s%s", what->student_id, what->etag != NULL ? " if=" : "",
                      what->etag != NULL ? what->etag : "");
  g_queue_push_tail (&self->waiting, task);
}

static VigilStillAnswer *
fetch_finish (VigilStillSource  *source,
              GAsyncResult      *result,
              guint             *retry_after_ms,
              GError           **error)
{
  *retry_after_ms = ((Question *) g_task_get_task_data (G_TASK (result)))->retry_after_ms;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
forget (VigilStillSource *source)
{
  vigil_fake_log_add (VIGIL_FAKE_STILLS (source)->log, "forget");
}

static void
source_iface_init (VigilStillSourceInterface *iface)
{
  iface->fetch_async = fetch_async;
  iface->fetch_finish = fetch_finish;
  iface->forget = forget;
}

static void
vigil_fake_stills_finalize (GObject *object)
{
  VigilFakeStills *self = VIGIL_FAKE_STILLS (object);

  g_assert (self->waiting.length == 0);
  vigil_fake_log_unref (self->log);

  G_OBJECT_CLASS (vigil_fake_stills_parent_class)->finalize (object);
}

static void
vigil_fake_stills_class_init (VigilFakeStillsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_fake_stills_finalize;
}

static void
vigil_fake_stills_init (VigilFakeStills *self)
{
  g_queue_init (&self->waiting);
}

VigilFakeStills *
vigil_fake_stills_new (VigilFakeLog *log)
{
  VigilFakeStills *self = g_object_new (VIGIL_TYPE_FAKE_STILLS, NULL);

  self->log = vigil_fake_log_ref (log);
  return self;
}

guint
vigil_fake_stills_get_n_waiting (VigilFakeStills *self)
{
  return self->waiting.length;
}

const char *
vigil_fake_stills_get_oldest (VigilFakeStills *self)
{
  return ((Question *) g_task_get_task_data (g_queue_peek_head (&self->waiting)))->student_id;
}

static GBytes *
make_bytes (const char *student_id,
            gsize       size)
{
  gsize length = MAX (size, strlen (student_id) + 1);
  char *data = g_malloc0 (length);

  strcpy (data, student_id);
  return g_bytes_new_take (data, length);
}

/* @bytes: (transfer full) (nullable): those that begin with the id. */
static void
give (VigilFakeStills   *self,
      VigilStillOutcome  outcome,
      gint64             at_ms,
      gsize              size,
      GBytes            *bytes)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);
  const Question *question = g_task_get_task_data (task);
  VigilStillAnswer *answer = g_new0 (VigilStillAnswer, 1);

  answer->outcome = outcome;
  if (outcome == VIGIL_STILL_NEW)
    {
      answer->bytes = bytes != NULL ? bytes : make_bytes (question->student_id, size);
      answer->etag = g_strdup_printf ("%" G_GINT64_FORMAT, at_ms);
      answer->at_ms = at_ms;
    }
  g_task_return_pointer (task, answer, (GDestroyNotify) vigil_still_answer_free);
}

void
vigil_fake_stills_answer (VigilFakeStills *self,
                          gint64           at_ms,
                          gsize            size)
{
  give (self, VIGIL_STILL_NEW, at_ms, size, NULL);
}

void
vigil_fake_stills_answer_bytes (VigilFakeStills *self,
                                gint64           at_ms,
                                GBytes          *bytes)
{
  give (self, VIGIL_STILL_NEW, at_ms, 0, g_bytes_ref (bytes));
}

void
vigil_fake_stills_answer_by_beat (VigilFakeStills *self,
                                  gint64           hall_ms,
                                  gint64           beat_ms)
{
  const Question *question = g_task_get_task_data (g_queue_peek_head (&self->waiting));
  /* Everybody's captures come on a beat of their own. */
  gint64 phase_ms = g_str_hash (question->student_id) % beat_ms;
  gint64 at_ms = hall_ms - (hall_ms + phase_ms) % beat_ms;
  g_autofree char *etag = g_strdup_printf ("%" G_GINT64_FORMAT, at_ms);

  give (self, g_strcmp0 (etag, question->etag) == 0 ? VIGIL_STILL_SAME : VIGIL_STILL_NEW, at_ms, 0, NULL);
}

void
vigil_fake_stills_answer_none (VigilFakeStills *self)
{
  give (self, VIGIL_STILL_NONE, 0, 0, NULL);
}

void
vigil_fake_stills_fail (VigilFakeStills *self,
                        int              code,
                        guint            retry_after_ms)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

  ((Question *) g_task_get_task_data (task))->retry_after_ms = retry_after_ms;
  g_task_return_new_error (task, VIGIL_SESSION_ERROR, code, "as the test wants it");
}
