/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates that are asked for one by one. */
#include "vigil-roster-strangers.h"

#include "vigil-session-error.h"

/* With more it is cheaper to read the roster again. */
#define MAX_STRANGERS 32
/* Said of one of them while the answer is on its way; with more there is something wrong, and the roster is read. */
#define MAX_SINCE 1000

struct _VigilRosterStrangers
{
  VigilHallDirectory  *directory;
  void               (*found) (gpointer user_data, const VigilCandidateInfo *info, GPtrArray *since);
  void               (*failed) (gpointer user_data, const char *why);
  gpointer             user_data;

  GHashTable          *asked;        /* id, owned → GPtrArray of VigilHallEvent since */
  GCancellable        *cancellable;  /* of the questions; %NULL: none yet */
};

/* @self is only valid while @cancellable is not cancelled. */
typedef struct
{
  VigilRosterStrangers *self;
  GCancellable         *cancellable;
  char                 *id;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->cancellable);
  g_free (question->id);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

VigilRosterStrangers *
vigil_roster_strangers_new (VigilHallDirectory *directory,
                            void              (*found) (gpointer user_data, const VigilCandidateInfo *info, GPtrArray *since),
                            void              (*failed) (gpointer user_data, const char *why),
                            gpointer            user_data)
{
  VigilRosterStrangers *self = g_new0 (VigilRosterStrangers, 1);

  self->directory = g_object_ref (directory);
  self->found = found;
  self->failed = failed;
  self->user_data = user_data;
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  return self;
}

void
vigil_roster_strangers_forget (VigilRosterStrangers *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_hash_table_remove_all (self->asked);
}

void
vigil_roster_strangers_free (VigilRosterStrangers *self)
{
  vigil_roster_strangers_forget (self);
  g_hash_table_unref (self->asked);
  g_object_unref (self->directory);
  g_free (self);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Question) question = user_data;
  VigilRosterStrangers *self = question->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilCandidateInfo) info = vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);
  g_autoptr (GPtrArray) since = NULL;
  g_autofree char *key = NULL;

  if (g_cancellable_is_cancelled (question->cancellable) ||
      !g_hash_table_steal_extended (self->asked, question->id, (gpointer *) &key, (gpointer *) &since))
    return;

  if (info != NULL && g_strcmp0 (info->id, question->id) == 0)
    self->found (self->user_data, info, since);
  else if (!g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_FOUND))
    self->failed (self->user_data, error != NULL ? error->message : "a candidate's row is somebody else's");
}

gboolean
vigil_roster_strangers_ask (VigilRosterStrangers *self,
                            const char           *exam_id,
                            const char           *student_id)
{
  VigilDirectoryArgs args = { .exam_id = exam_id, .student_id = student_id };
  Question *question;

  if (g_hash_table_contains (self->asked, student_id))
    return TRUE;
  if (g_hash_table_size (self->asked) >= MAX_STRANGERS)
    return FALSE;

  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();
  g_hash_table_insert (self->asked, g_strdup (student_id),
                       g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref));
  question = g_new0 (Question, 1);
  question->self = self;
  question->cancellable = g_object_ref (self->cancellable);
  question->id = g_strdup (student_id);
  vigil_hall_directory_query_async (self->directory, VIGIL_DIRECTORY_CANDIDATE, &args, self->cancellable, answered_cb, question);
  return TRUE;
}

void
vigil_roster_strangers_keep (VigilRosterStrangers *self,
                             const char           *student_id,
                             VigilHallEvent       *event)
{
  GPtrArray *since = g_hash_table_lookup (self->asked, student_id);

  if (since == NULL)
    return;

  g_ptr_array_add (since, vigil_hall_event_ref (event));
  if (since->len <= MAX_SINCE)
    return;

  g_hash_table_remove (self->asked, student_id);
  self->failed (self->user_data, "too much was said of a candidate who is being asked for");
}
