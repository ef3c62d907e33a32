/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An exam of the hall. */
#include "vigil-hall-exam.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-writer.h"

/* The newest events, for consoles that missed some. A quarter of an hour of a busy exam; some MB at most. */
#define MAX_KEPT 16384

typedef struct
{
  VigilHallSink sink;
  gpointer      user_data;
} Subscriber;

struct _VigilHallExam
{
  char              *exam_id;
  char              *quiz_id;
  char              *title;
  const char        *state;
  gint64             starts_at;
  gint64             ends_at;
  const char *const *rooms;
  int                captures;
  gboolean           no_sfu;

  GPtrArray  *candidates;
  GHashTable *by_id;       /* studentId → candidate, borrowed */
  GArray     *subscribers;
  gint64      epoch;
  gint64      seq;
  GQueue      kept;        /* GBytes, the frames of the newest sequenced events */
  gint64      kept_after;  /* what is kept begins with the one after this */
  guint       to_lose;     /* this many are kept and not sent: a fault */
  GString    *event;       /* the one being written */
  gboolean    writing;
};

VigilHallExam *
vigil_hall_exam_new (const VigilHallExamInfo *info)
{
  VigilHallExam *self = g_new0 (VigilHallExam, 1);

  self->exam_id = g_strdup (info->exam_id);
  self->quiz_id = g_strdup (info->quiz_id);
  self->title = g_strdup (info->title);
  self->state = info->state;
  self->starts_at = info->starts_at;
  self->ends_at = info->ends_at;
  self->rooms = info->rooms;
  self->captures = info->captures;
  self->no_sfu = info->no_sfu;
  self->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_candidate_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->subscribers = g_array_new (FALSE, FALSE, sizeof (Subscriber));
  self->epoch = vigil_clock_wall_ms ();
  self->event = g_string_sized_new (1024);
  g_queue_init (&self->kept);
  return self;
}

void
vigil_hall_exam_free (VigilHallExam *self)
{
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->candidates);
  g_array_unref (self->subscribers);
  g_queue_clear_full (&self->kept, (GDestroyNotify) g_bytes_unref);
  g_string_free (self->event, TRUE);
  g_free (self->exam_id);
  g_free (self->quiz_id);
  g_free (self->title);
  g_free (self);
}

const char *
vigil_hall_exam_get_id (VigilHallExam *self)
{
  return self->exam_id;
}

const char *
vigil_hall_exam_get_quiz_id (VigilHallExam *self)
{
  return self->quiz_id;
}

gint64
vigil_hall_exam_get_ends_at (VigilHallExam *self)
{
  return self->ends_at;
}

gboolean
vigil_hall_exam_is_running (VigilHallExam *self)
{
  return g_str_equal (self->state, "running");
}

void
vigil_hall_exam_set_state (VigilHallExam *self, const char *state)
{
  GString *out;

  if (g_str_equal (self->state, state))
    return;
  self->state = state;
  out = vigil_hall_exam_begin (self, "exam_update");
  vigil_hall_write_string (out, "examId", self->exam_id);
  vigil_hall_write_string (out, "state", state);
  vigil_hall_exam_commit (self);
}

gint64
vigil_hall_exam_get_epoch (VigilHallExam *self)
{
  return self->epoch;
}

gint64
vigil_hall_exam_get_seq (VigilHallExam *self)
{
  return self->seq;
}

/* Nobody can be told any more what happened until now. */
static void
forget_kept (VigilHallExam *self)
{
  g_queue_clear_full (&self->kept, (GDestroyNotify) g_bytes_unref);
  self->kept_after = self->seq;
}

void
vigil_hall_exam_set_epoch (VigilHallExam *self, gint64 epoch)
{
  self->epoch = epoch;
  self->seq = 0;
  forget_kept (self);
}

void
vigil_hall_exam_skip (VigilHallExam *self, guint n)
{
  self->seq += n;
  forget_kept (self);
}

void
vigil_hall_exam_lose (VigilHallExam *self, guint n)
{
  self->to_lose = n;
}

void
vigil_hall_exam_add_candidate (VigilHallExam *self, VigilHallCandidate *candidate)
{
  GString *prefix = g_string_new ("{");

  vigil_hall_write_string (prefix, "studentId", candidate->student_id);
  vigil_hall_write_string (prefix, "quizId", self->quiz_id);
  vigil_hall_write_name (prefix, "score");
  candidate->score_prefix = g_string_free (prefix, FALSE);
  g_ptr_array_add (self->candidates, candidate);
  g_hash_table_insert (self->by_id, candidate->student_id, candidate);
}

guint
vigil_hall_exam_get_n_candidates (VigilHallExam *self)
{
  return self->candidates->len;
}

VigilHallCandidate *
vigil_hall_exam_get_candidate (VigilHallExam *self, guint index)
{
  return g_ptr_array_index (self->candidates, index);
}

VigilHallCandidate *
vigil_hall_exam_lookup (VigilHallExam *self, const char *student_id)
{
  return g_hash_table_lookup (self->by_id, student_id);
}

gint64
vigil_hall_exam_get_end_of (VigilHallExam *self, const VigilHallCandidate *candidate)
{
  return candidate->ends_at > 0 ? candidate->ends_at : self->ends_at;
}

void
vigil_hall_exam_write (VigilHallExam *self, GString *out, const char *name)
{
  guint streaming = 0;

  for (guint i = 0; i < self->candidates->len; i++)
    streaming += ((VigilHallCandidate *) g_ptr_array_index (self->candidates, i))->streaming ? 1 : 0;
  vigil_hall_write_begin_object (out, name);
  vigil_hall_write_string (out, "examId", self->exam_id);
  vigil_hall_write_string (out, "quizId", self->quiz_id);
  vigil_hall_write_string (out, "title", self->title);
  vigil_hall_write_string (out, "state", self->state);
  vigil_hall_write_time (out, "startsAt", self->starts_at);
  vigil_hall_write_time (out, "endsAt", self->ends_at);
  vigil_hall_write_strings (out, "rooms", self->rooms);
  vigil_hall_write_int (out, "candidates", self->candidates->len);
  vigil_hall_write_int (out, "streaming", streaming);
  vigil_hall_write_string (out, "proctoring", "on");
  if (self->captures > 0)
    vigil_hall_write_int (out, "captureSeconds", self->captures);
  if (self->no_sfu)
    {
      vigil_hall_write_begin_object (out, "sfu");
      vigil_hall_write_string (out, "kind", "none");
      vigil_hall_write_end_object (out);
    }
  vigil_hall_write_end_object (out);
}

void
vigil_hall_exam_subscribe (VigilHallExam *self, VigilHallSink sink, gpointer user_data)
{
  Subscriber subscriber = { sink, user_data };

  g_array_append_val (self->subscribers, subscriber);
}

void
vigil_hall_exam_unsubscribe (VigilHallExam *self, VigilHallSink sink, gpointer user_data)
{
  for (guint i = 0; i < self->subscribers->len; i++)
    {
      Subscriber *subscriber = &g_array_index (self->subscribers, Subscriber, i);

      if (subscriber->sink == sink && subscriber->user_data == user_data)
        {
          g_array_remove_index (self->subscribers, i);
          return;
        }
    }
}

gboolean
vigil_hall_exam_has_subscribers (VigilHallExam *self)
{
  return self->subscribers->len > 0;
}

void
vigil_hall_exam_broadcast (VigilHallExam *self, GBytes *frame)
{
  /* From the end: a sink that fails takes itself out. */
  for (guint i = self->subscribers->len; i > 0; i--)
    {
      Subscriber subscriber = g_array_index (self->subscribers, Subscriber, i - 1);

      subscriber.sink (frame, subscriber.user_data);
    }
}

void
vigil_hall_exam_tell (VigilHallExam *self, const char *event, const char *argument)
{
  char *text = g_strdup_printf ("42[\"%s\",%s]", event, argument);
  g_autoptr(GBytes) frame = g_bytes_new_take (text, strlen (text));

  vigil_hall_exam_broadcast (self, frame);
}

static void
keep (VigilHallExam *self, GBytes *frame)
{
  g_queue_push_tail (&self->kept, g_bytes_ref (frame));
  if (self->kept.length <= MAX_KEPT)
    return;
  g_bytes_unref (g_queue_pop_head (&self->kept));
  self->kept_after++;
}

GString *
vigil_hall_exam_begin (VigilHallExam *self, const char *event)
{
  g_assert (!self->writing);
  self->writing = TRUE;
  g_string_assign (self->event, "42[\"");
  g_string_append (self->event, event);
  g_string_append (self->event, "\",{");
  vigil_hall_write_int (self->event, "epoch", self->epoch);
  vigil_hall_write_int (self->event, "seq", ++self->seq);
  return self->event;
}

void
vigil_hall_exam_commit (VigilHallExam *self)
{
  g_autoptr(GBytes) frame = NULL;

  self->writing = FALSE;
  g_string_append (self->event, "}]");
  frame = g_bytes_new (self->event->str, self->event->len);
  keep (self, frame);
  if (self->to_lose > 0)
    self->to_lose--;
  else
    vigil_hall_exam_broadcast (self, frame);
}

gboolean
vigil_hall_exam_write_changes (VigilHallExam *self, gint64 epoch, gint64 after, guint limit, GString *out)
{
  GList *link;

  if (epoch != self->epoch || after < self->kept_after || after > self->seq)
    return FALSE;
  link = g_queue_peek_nth_link (&self->kept, (guint) (after - self->kept_after));
  for (guint n = 0; link && n < limit; link = link->next, n++)
    {
      gsize len;
      const char *text = g_bytes_get_data (link->data, &len);

      vigil_hall_write_name (out, NULL);
      g_string_append_len (out, text + 2, (gssize) len - 2); /* without the "42" of the socket */
    }
  return TRUE;
}

void
vigil_hall_exam_update (VigilHallExam *self, const VigilHallCandidate *candidate, VigilHallFields fields)
{
  GString *out = vigil_hall_exam_begin (self, "session_update");

  vigil_hall_write_string (out, "studentId", candidate->student_id);
  vigil_hall_candidate_write_fields (candidate, out, fields);
  vigil_hall_exam_commit (self);
}
