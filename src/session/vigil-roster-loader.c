/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads an exam's roster page by page, and keeps trying. */

#include "vigil-roster-loader.h"

#include "vigil-backoff.h"
#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"

#define PAGE_ROWS 1000
#define RETRY_MIN_MS 500
#define RETRY_MAX_MS 15000

struct _VigilRosterLoader
{
  GObject             parent_instance;

  VigilHallDirectory *directory;
  guint               max_rows;
  GCancellable       *cancellable;  /* of this reading; %NULL: none */
  char               *exam_id;
  char               *after;
  gboolean            held;         /* no further page for now… */
  gboolean            put_off;      /* …and one is due */
  guint               n_rows;
  VigilBackoff        backoff;
  guint               timer;
  gint64              began_us;
  VigilHistogram     *duration;
};

G_DEFINE_FINAL_TYPE (VigilRosterLoader, vigil_roster_loader, G_TYPE_OBJECT)

/* What an answer needs to know of the question: a later reading has another cancellable. */
typedef struct
{
  VigilRosterLoader *self;
  GCancellable      *reading;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->self);
  g_object_unref (question->reading);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

enum
{
  PAGE,
  FINISHED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_roster_loader_dispose (GObject *object)
{
  VigilRosterLoader *self = VIGIL_ROSTER_LOADER (object);

  vigil_roster_loader_cancel (self);
  g_clear_object (&self->directory);

  G_OBJECT_CLASS (vigil_roster_loader_parent_class)->dispose (object);
}

static void
vigil_roster_loader_class_init (VigilRosterLoaderClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_roster_loader_dispose;

  signals[PAGE] = g_signal_new ("page", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
vigil_roster_loader_init (VigilRosterLoader *self)
{
  self->duration = vigil_metrics_histogram ("vigil_roster_load", "ms", "From the first page asked for to the last applied");
}

VigilRosterLoader *
vigil_roster_loader_new (VigilHallDirectory *directory,
                         guint               max_rows)
{
  VigilRosterLoader *self = g_object_new (VIGIL_TYPE_ROSTER_LOADER, NULL);

  self->directory = g_object_ref (directory);
  self->max_rows = max_rows;
  return self;
}

static void ask (VigilRosterLoader *self);

static gboolean
retry_cb (gpointer user_data)
{
  VigilRosterLoader *self = user_data;

  self->timer = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
fail (VigilRosterLoader *self,
      const GError      *error)
{
  if (vigil_session_error_is_transient (error))
    self->timer = g_timeout_add (vigil_backoff_next (&self->backoff), retry_cb, self);
  else
    g_clear_object (&self->cancellable);

  g_signal_emit (self, signals[FAILED], 0, error);
}

/* A hall whose pages go round in a circle must not keep us busy for ever. */
static gboolean
check_page (VigilRosterLoader      *self,
            const VigilRosterPage  *page,
            GError                **error)
{
  self->n_rows += page->candidates->len;
  if (self->n_rows > self->max_rows)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TOO_LARGE,
                   "the roster has more than %u candidates", self->max_rows);
      return FALSE;
    }
  if (page->next != NULL && g_strcmp0 (page->next, self->after) == 0)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                   "the roster's next page is the one just read");
      return FALSE;
    }

  return TRUE;
}

static void
take_page (VigilRosterLoader *self,
           VigilRosterPage   *page)
{
  GCancellable *reading = self->cancellable;
  g_autoptr (GError) error = NULL;
  gboolean good = check_page (self, page, &error);

  vigil_backoff_reset (&self->backoff);
  if (good || error->code == VIGIL_SESSION_ERROR_TOO_LARGE)
    g_signal_emit (self, signals[PAGE], 0, page);
  if (self->cancellable != reading)
    return; /* a handler began anew or stopped */

  if (!good)
    {
      fail (self, error);
    }
  else if (page->next != NULL)
    {
      g_free (self->after);
      self->after = g_strdup (page->next);
      self->put_off = self->held;
      if (!self->held)
        ask (self);
    }
  else
    {
      g_clear_object (&self->cancellable);
      vigil_histogram_add (self->duration, (vigil_clock_monotonic_us () - self->began_us) / 1000.0);
      g_signal_emit (self, signals[FINISHED], 0);
    }
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  VigilRosterLoader *self = question->self;
  g_autoptr (VigilRosterPage) page = vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);

  if (self->cancellable != question->reading)
    return;

  if (page != NULL)
    take_page (self, page);
  else
    fail (self, error);
}

static void
ask (VigilRosterLoader *self)
{
  VigilDirectoryArgs args = { .exam_id = self->exam_id, .after = self->after, .limit = PAGE_ROWS };
  Question *question = g_new0 (Question, 1);

  question->self = g_object_ref (self);
  question->reading = g_object_ref (self->cancellable);
  vigil_hall_directory_query_async (self->directory, VIGIL_DIRECTORY_CANDIDATES, &args, self->cancellable,
                                    answered_cb, question);
}

void
vigil_roster_loader_start (VigilRosterLoader *self,
                           const char        *exam_id)
{
  vigil_roster_loader_cancel (self);
  self->held = FALSE;
  self->cancellable = g_cancellable_new ();
  self->exam_id = g_strdup (exam_id);
  self->n_rows = 0;
  self->began_us = vigil_clock_monotonic_us ();
  vigil_backoff_init (&self->backoff, RETRY_MIN_MS, RETRY_MAX_MS);
  ask (self);
}

static void
stop_asking (VigilRosterLoader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->put_off = FALSE;
}

void
vigil_roster_loader_cancel (VigilRosterLoader *self)
{
  stop_asking (self);
  g_clear_pointer (&self->exam_id, g_free);
  g_clear_pointer (&self->after, g_free);
}

gboolean
vigil_roster_loader_pause (VigilRosterLoader *self)
{
  if (self->cancellable == NULL)
    return FALSE;

  stop_asking (self);
  return TRUE;
}

void
vigil_roster_loader_resume (VigilRosterLoader *self)
{
  g_return_if_fail (self->cancellable == NULL && self->exam_id != NULL);

  self->held = FALSE;
  self->cancellable = g_cancellable_new ();
  vigil_backoff_reset (&self->backoff);
  ask (self);
}

void
vigil_roster_loader_set_held (VigilRosterLoader *self,
                              gboolean           held)
{
  self->held = held;
  if (held || !self->put_off)
    return;

  self->put_off = FALSE;
  ask (self);
}

gboolean
vigil_roster_loader_is_running (VigilRosterLoader *self)
{
  return self->cancellable != NULL;
}
