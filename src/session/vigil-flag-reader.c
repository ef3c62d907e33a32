/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the violations of an exam that nobody has attended to. */
#include "vigil-flag-reader.h"

#include "vigil-backoff.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"

#define AT_ONCE 50
#define PAUSE_MS 4
#define RETRY_MIN_MS 500
#define RETRY_MAX_MS 15000

struct _VigilFlagReader
{
  VigilHallDirectory  *directory;
  char                *state;    /* of the flags; %NULL: open */
  void               (*func) (gpointer user_data, VigilViolation *violation);
  gpointer             user_data;

  GCancellable        *reading;  /* %NULL: nothing is being read */
  GPtrArray           *flags;    /* VigilViolation; %NULL: not here yet */
  gboolean             due;      /* started, and not all of them came */
  guint                done;
  guint                timer;

  char                *exam_id;  /* of the present reading */
  guint                limit;
  VigilBackoff         backoff;
  VigilCounter        *n_read;
  VigilCounter        *n_failed;
  VigilCounter        *n_beyond;
};

/* What an answer needs to know of the question: @self is only valid while @reading is not cancelled. */
typedef struct
{
  VigilFlagReader *self;
  GCancellable    *reading;
} Question;

VigilFlagReader *
vigil_flag_reader_new (VigilHallDirectory  *directory,
                       const char          *state,
                       void               (*func) (gpointer user_data, VigilViolation *violation),
                       gpointer             user_data)
{
  VigilFlagReader *self = g_new0 (VigilFlagReader, 1);

  self->directory = g_object_ref (directory);
  self->state = g_strdup (state);
  self->func = func;
  self->user_data = user_data;
  self->n_read = vigil_metrics_counter ("vigil_open_flags_read", "Violations nobody has attended to, as read from the hall");
  self->n_failed = vigil_metrics_counter ("vigil_open_flags_failed", "Times that the open flags could not be read");
  self->n_beyond = vigil_metrics_counter ("vigil_open_flags_beyond", "Times that there were more open flags than are read at once");
  return self;
}

void
vigil_flag_reader_stop (VigilFlagReader *self)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->flags, g_ptr_array_unref);
  self->done = 0;
}

void
vigil_flag_reader_free (VigilFlagReader *self)
{
  vigil_flag_reader_stop (self);
  g_object_unref (self->directory);
  g_free (self->exam_id);
  g_free (self->state);
  g_free (self);
}

static gboolean
take_cb (gpointer user_data)
{
  VigilFlagReader *self = user_data;
  g_autoptr (GPtrArray) flags = g_ptr_array_ref (self->flags);
  guint end = MIN (flags->len, self->done + AT_ONCE);

  vigil_counter_add (self->n_read, end - self->done);
  /* Whoever hears of one may stop us. */
  while (self->flags == flags && self->done < end)
    self->func (self->user_data, g_ptr_array_index (flags, self->done++));
  if (self->flags != flags)
    return G_SOURCE_REMOVE;
  if (end < flags->len)
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  self->due = FALSE;
  vigil_flag_reader_stop (self);
  if (flags->len < self->limit)
    self->func (self->user_data, NULL);
  return G_SOURCE_REMOVE;
}

static void ask (VigilFlagReader *self);

static gboolean
retry_cb (gpointer user_data)
{
  VigilFlagReader *self = user_data;

  self->timer = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

/* An open flag that was not read is one nobody would attend to: it is asked for until the hall says no for good. */
static void
fail (VigilFlagReader *self,
      const GError    *error)
{
  g_debug ("Reading open flags: %s", error->message);
  vigil_counter_add (self->n_failed, 1);
  if (vigil_session_error_is_transient (error))
    {
      self->timer = g_timeout_add (vigil_backoff_next (&self->backoff), retry_cb, self);
      return;
    }

  /* With another token it may be given. */
  self->due = vigil_session_error_is_auth (error);
  vigil_flag_reader_stop (self);
}

static void
flags_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Question *question = user_data;
  g_autoptr (GCancellable) reading = question->reading;
  VigilFlagReader *self = question->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) flags = vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);

  g_free (question);
  if (g_cancellable_is_cancelled (reading))
    return;

  if (flags == NULL)
    {
      fail (self, error);
      return;
    }

  if (flags->len >= self->limit)
    vigil_counter_add (self->n_beyond, 1);
  self->flags = g_steal_pointer (&flags);
  self->timer = g_timeout_add (PAUSE_MS, take_cb, self);
}

static void
ask (VigilFlagReader *self)
{
  VigilDirectoryArgs args = { .exam_id = self->exam_id, .kind = self->state, .limit = self->limit };
  Question *question = g_new0 (Question, 1);

  question->self = self;
  question->reading = g_object_ref (self->reading);
  vigil_hall_directory_query_async (self->directory, VIGIL_DIRECTORY_FLAGS, &args, self->reading, flags_cb, question);
}

void
vigil_flag_reader_start (VigilFlagReader *self,
                         const char      *exam_id,
                         guint            limit)
{
  char *copy = g_strdup (exam_id);

  vigil_flag_reader_stop (self);
  g_free (self->exam_id);
  self->exam_id = copy;
  self->limit = limit;
  self->due = TRUE;
  self->reading = g_cancellable_new ();
  vigil_backoff_init (&self->backoff, RETRY_MIN_MS, RETRY_MAX_MS);
  ask (self);
}

gboolean
vigil_flag_reader_is_stuck (VigilFlagReader *self)
{
  return self->due && self->reading == NULL;
}
