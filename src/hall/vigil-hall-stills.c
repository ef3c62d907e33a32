/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest capture of each candidate. A hall of 50,000 cannot draw all of them every few seconds, so one is drawn when
 * it is asked for and the last is older than the interval: nobody can tell the difference. */
#include "vigil-hall-stills.h"

#include "vigil-clock.h"
#include "vigil-hall-error.h"
#include "vigil-hall-sim-private.h"

/* 25 KB each; the least recently asked for go first. */
#define MAX_KEPT 512

#define MAX_RUNNING 3

typedef struct
{
  VigilHallCandidate *candidate;
  GBytes             *bytes;
  gint64              at;
} Still;

/* A capture on its way, and who waits for it. */
typedef struct
{
  VigilHallStills    *stills;  /* gone when we were cancelled */
  VigilHallExam      *exam;
  VigilHallCandidate *candidate;
  GPtrArray          *waiting; /* of VigilHallRequest, held */
  gint64              at;
} Job;

struct _VigilHallStills
{
  VigilHall    *hall;      /* outlives us */
  GHashTable   *by_person; /* candidate → link of @recent */
  GQueue        recent;    /* of Still, newest use first */
  GHashTable   *jobs;      /* candidate → Job */
  GQueue        queued;    /* of Job, not begun */
  guint         running;
  GCancellable *cancellable;
};

static void run_next (VigilHallStills *self);

static void
still_free (Still *still)
{
  g_bytes_unref (still->bytes);
  g_free (still);
}

static void
job_free (Job *job)
{
  g_ptr_array_unref (job->waiting);
  g_free (job);
}

VigilHallStills *
vigil_hall_stills_new (VigilHall *hall)
{
  VigilHallStills *self = g_new0 (VigilHallStills, 1);

  self->hall = hall;
  self->by_person = g_hash_table_new (NULL, NULL);
  self->jobs = g_hash_table_new (NULL, NULL);
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->recent);
  g_queue_init (&self->queued);
  return self;
}

void
vigil_hall_stills_free (VigilHallStills *self)
{
  g_cancellable_cancel (self->cancellable);
  g_queue_clear_full (&self->queued, (GDestroyNotify) job_free);
  g_queue_clear_full (&self->recent, (GDestroyNotify) still_free);
  g_hash_table_unref (self->by_person);
  g_hash_table_unref (self->jobs);
  g_object_unref (self->cancellable);
  g_free (self);
}

static const Still *
find (VigilHallStills *self, VigilHallCandidate *candidate)
{
  GList *link = g_hash_table_lookup (self->by_person, candidate);

  if (!link)
    return NULL;
  g_queue_unlink (&self->recent, link);
  g_queue_push_head_link (&self->recent, link);
  return link->data;
}

static void
forget (VigilHallStills *self, GList *link)
{
  Still *still = link->data;

  g_hash_table_remove (self->by_person, still->candidate);
  g_queue_delete_link (&self->recent, link);
  still_free (still);
}

static void
keep (VigilHallStills *self, VigilHallCandidate *candidate, GBytes *bytes, gint64 at)
{
  GList *former = g_hash_table_lookup (self->by_person, candidate);
  Still *still = g_new0 (Still, 1);

  if (former)
    forget (self, former);
  still->candidate = candidate;
  still->bytes = g_bytes_ref (bytes);
  still->at = at;
  g_queue_push_head (&self->recent, still);
  g_hash_table_insert (self->by_person, candidate, self->recent.head);
  if (self->recent.length > MAX_KEPT)
    forget (self, self->recent.tail);
}

/* What a real browser uploaded, or was taken at a violation, may be newer than what we drew. */
static GBytes *
dup_newest (VigilHallStills *self, VigilHallExam *exam, VigilHallCandidate *candidate, gint64 *at)
{
  const Still *still = find (self, candidate);
  VigilHallEvidence *evidence = self->hall->evidence;
  g_autofree char *key = vigil_hall_evidence_dup_newest_key (evidence, vigil_hall_exam_get_id (exam), candidate->student_id, at);
  const char *content_type;
  GBytes *bytes = NULL;

  if (key && (!still || *at > still->at))
    bytes = vigil_hall_evidence_get (evidence, key, &content_type, NULL);
  if (bytes || !still)
    return bytes;
  *at = still->at;
  return g_bytes_ref (still->bytes);
}

static void
put_headers (VigilHallRequest *request, const char *etag, gint64 at)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc (at / 1000);
  g_autofree char *modified = soup_date_time_to_string (date, SOUP_DATE_HTTP);
  g_autofree char *captured = g_strdup_printf ("%" G_GINT64_FORMAT, at);

  soup_message_headers_replace (headers, "ETag", etag);
  soup_message_headers_replace (headers, "Last-Modified", modified);
  soup_message_headers_replace (headers, "Capture-At", captured);
}

static gboolean
answer (VigilHallStills *self, VigilHallRequest *request, VigilHallExam *exam, VigilHallCandidate *candidate, GError **error)
{
  gint64 at = 0;
  g_autoptr(GBytes) bytes = dup_newest (self, exam, candidate, &at);
  const char *known = vigil_hall_request_get_header (request, "If-None-Match");
  g_autofree char *etag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", at);

  if (!bytes)
    {
      g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_STILL_NONE, "no capture of %s yet", candidate->student_id);
      return FALSE;
    }
  put_headers (request, etag, at);
  if (g_strcmp0 (known, etag) == 0)
    return vigil_hall_request_answer (request, 304, NULL, 0);
  return vigil_hall_request_answer_bytes (request, bytes, "image/jpeg");
}

static void
finish (Job *job)
{
  VigilHallStills *self = job->stills;

  g_hash_table_remove (self->jobs, job->candidate);
  for (guint i = 0; i < job->waiting->len; i++)
    {
      VigilHallRequest *request = g_ptr_array_index (job->waiting, i);
      g_autoptr(GError) error = NULL;

      if (!answer (self, request, job->exam, job->candidate, &error))
        vigil_hall_request_refuse (request, error);
      vigil_hall_request_release (request);
    }
  self->running--;
  job_free (job);
  run_next (self);
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = vigil_sim_feed_snapshot_finish (VIGIL_SIM_FEED (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      job_free (job);
      return;
    }
  if (bytes)
    keep (job->stills, job->candidate, bytes, job->at);
  else
    g_warning ("a still failed: %s", error->message);
  finish (job);
}

static void
run_next (VigilHallStills *self)
{
  const VigilHallOptions *options = &self->hall->options;

  while (self->running < MAX_RUNNING && !g_queue_is_empty (&self->queued))
    {
      Job *job = g_queue_pop_head (&self->queued);
      VigilHallPerson *person = vigil_hall_sim_get_person (self->hall->sim, job->candidate);

      self->running++;
      job->at = vigil_clock_wall_ms ();
      vigil_sim_feed_snapshot_async (vigil_hall_sim_ensure_feed (person, VIGIL_SOURCE_WEBCAM), (guint) options->width,
                                     (guint) options->height, self->cancellable, taken_cb, job);
    }
}

/* Whether the browser would have taken another one since. */
static gboolean
is_due (VigilHallStills *self, VigilHallExam *exam, VigilHallCandidate *candidate)
{
  const Still *still = find (self, candidate);

  return exam == self->hall->exam && vigil_hall_sim_is_free (self->hall->sim, candidate) &&
         (!still || vigil_clock_wall_ms () - still->at >= (gint64) self->hall->options.captures * 1000);
}

static void
wait_for_capture (VigilHallStills *self, VigilHallRequest *request, VigilHallExam *exam, VigilHallCandidate *candidate)
{
  Job *job = g_hash_table_lookup (self->jobs, candidate);

  if (!job)
    {
      job = g_new0 (Job, 1);
      job->stills = self;
      job->exam = exam;
      job->candidate = candidate;
      job->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_request_unref);
      g_hash_table_insert (self->jobs, candidate, job);
      g_queue_push_tail (&self->queued, job);
    }
  g_ptr_array_add (job->waiting, vigil_hall_request_ref (request));
  vigil_hall_request_hold (request);
  run_next (self);
}

gboolean
vigil_hall_stills_answer (VigilHallStills *self, VigilHallRequest *request, VigilHallExam *exam,
                          VigilHallCandidate *candidate, GError **error)
{
  if (vigil_hall_evidence_is_lost (self->hall->evidence))
    return vigil_hall_error_unavailable (error, "evidence");
  if (!is_due (self, exam, candidate))
    return answer (self, request, exam, candidate, error);
  wait_for_capture (self, request, exam, candidate);
  return TRUE;
}
