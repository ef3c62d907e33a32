/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the violations of an exam that nobody has attended to. */
#include "vigil-flag-reader.h"

#define AT_ONCE 50
#define PAUSE_MS 4

struct _VigilFlagReader
{
  VigilHallDirectory  *directory;
  void               (*func) (gpointer user_data, VigilViolation *violation);
  gpointer             user_data;

  GCancellable        *reading;  /* %NULL: nothing is being read */
  GPtrArray           *flags;    /* VigilViolation; %NULL: not here yet */
  guint                limit;
  guint                done;
  guint                timer;
};

/* What an answer needs to know of the question: @self is only valid while @reading is not cancelled. */
typedef struct
{
  VigilFlagReader *self;
  GCancellable    *reading;
} Question;

VigilFlagReader *
vigil_flag_reader_new (VigilHallDirectory  *directory,
                       void               (*func) (gpointer user_data, VigilViolation *violation),
                       gpointer             user_data)
{
  VigilFlagReader *self = g_new0 (VigilFlagReader, 1);

  self->directory = g_object_ref (directory);
  self->func = func;
  self->user_data = user_data;
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
  g_free (self);
}

static gboolean
take_cb (gpointer user_data)
{
  VigilFlagReader *self = user_data;
  g_autoptr (GPtrArray) flags = g_ptr_array_ref (self->flags);
  guint end = MIN (flags->len, self->done + AT_ONCE);

  /* Whoever hears of one may stop us. */
  while (self->flags == flags && self->done < end)
    self->func (self->user_data, g_ptr_array_index (flags, self->done++));
  if (self->flags != flags)
    return G_SOURCE_REMOVE;
  if (end < flags->len)
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  vigil_flag_reader_stop (self);
  if (flags->len < self->limit)
    self->func (self->user_data, NULL);
  return G_SOURCE_REMOVE;
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
      g_debug ("Reading open flags: %s", error->message);
      vigil_flag_reader_stop (self);
      return;
    }

  self->flags = g_steal_pointer (&flags);
  self->timer = g_timeout_add (PAUSE_MS, take_cb, self);
}

void
vigil_flag_reader_start (VigilFlagReader *self,
                         const char      *exam_id,
                         guint            limit)
{
  VigilDirectoryArgs args = { .exam_id = exam_id, .limit = limit };
  Question *question = g_new0 (Question, 1);

  vigil_flag_reader_stop (self);
  self->limit = limit;
  self->reading = g_cancellable_new ();
  question->self = self;
  question->reading = g_object_ref (self->reading);
  vigil_hall_directory_query_async (self->directory, VIGIL_DIRECTORY_FLAGS, &args, self->reading, flags_cb, question);
}
