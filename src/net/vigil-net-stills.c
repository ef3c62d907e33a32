/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest capture of a candidate: from the hall's route for it, or from the list of evidence. */
#include "vigil-net-stills.h"

#include <string.h>

#include "vigil-evidence-fetch.h"
#include "vigil-evidence-key.h"
#include "vigil-hall-answer.h"
#include "vigil-net-metrics.h"
#include "vigil-session-error.h"

#define WHAT "the newest capture"

/* Longer ones are not sent back: a header is no place for them. */
#define MAX_ETAG 256

typedef enum
{
  ROUTE_UNKNOWN,
  ROUTE_THERE,
  ROUTE_MISSING, /* an older hall: its list of evidence */
} Route;

struct _VigilNetStills
{
  GObject parent_instance;

  /* Main thread. */
  VigilHallApi     *api;
  VigilHttp        *http;
  VigilHallAddress *address;
  VigilNetLimits    limits;
  Route             route;
  guint             n_missing; /* different candidates whom it did not know, while it is not known */
  char             *last_missing; /* nullable; the last of them */
  gboolean          probing;   /* the first question is on its way */
  GQueue            waiting;   /* GTask, owned: until it was answered */
};

static void source_init (VigilStillSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilNetStills, vigil_net_stills, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_STILL_SOURCE, source_init))

/* Task data of a question. Main thread. */
typedef struct
{
  char     *exam;      /* escaped */
  char     *student;   /* escaped */
  char     *student_id;
  char     *etag;      /* nullable; of the list: the key of the item */
  gsize     max_bytes;
  guint     retry_ms;
  gboolean  probe;
  VigilEvidenceItem *item; /* nullable */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->exam);
  g_free (question->student);
  g_free (question->student_id);
  g_free (question->etag);
  g_clear_pointer (&question->item, vigil_evidence_item_unref);
  g_free (question);
}

static VigilStillAnswer *
answer_new (VigilStillOutcome outcome)
{
  VigilStillAnswer *answer = g_new0 (VigilStillAnswer, 1);

  answer->outcome = outcome;
  return answer;
}

static void
return_answer (GTask *task, VigilStillAnswer *answer)
{
  g_task_return_pointer (task, answer, (GDestroyNotify) vigil_still_answer_free);
}

static void
refused (void)
{
  vigil_counter_add (vigil_net_metrics ()->stills_refused, 1);
}

/* -- the list of evidence -- */

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  VigilStillAnswer *answer;
  GBytes *bytes = vigil_evidence_fetch_finish (VIGIL_HALL_API (source), result, &error);

  if (bytes == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  answer = answer_new (VIGIL_STILL_NEW);
  answer->bytes = bytes;
  answer->etag = g_strdup (question->item->key);
  answer->at_ms = question->item->at_ms;
  return_answer (task, answer);
}

static gpointer
parse_page (JsonNode *root, GError **error)
{
  return vigil_wire_page_from_json (root, VIGIL_PAGE_EVIDENCE, error);
}

typedef enum
{
  ITEM_CAPTURE,
  ITEM_NONE,      /* the reference face: there is no capture */
  ITEM_STRANGE,   /* not what was asked for, or of somebody else */
} ItemKind;

/* A hall that does not heed the question, or a cache before it, must not put one candidate's picture in another's tile. */
static ItemKind
judge_item (const VigilEvidenceItem *item, const char *student_id)
{
  g_autoptr (VigilEvidenceKey) key = vigil_evidence_key_parse (item->key != NULL ? item->key : "", NULL);

  if (g_strcmp0 (item->kind, "camera") != 0)
    return ITEM_STRANGE;
  if (key == NULL)
    return ITEM_CAPTURE; /* another layout: nothing can be read from it */
  if (g_strcmp0 (key->student_id, student_id) != 0)
    return ITEM_STRANGE;
  return key->kind == VIGIL_EVIDENCE_CAMERA ? ITEM_CAPTURE : key->kind == VIGIL_EVIDENCE_REFERENCE ? ITEM_NONE : ITEM_STRANGE;
}

static void
take_item (GTask *task, VigilEvidenceItem *item)
{
  VigilNetStills *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);

  ItemKind kind = item != NULL ? judge_item (item, question->student_id) : ITEM_NONE;

  if (kind == ITEM_NONE)
    return_answer (task, answer_new (VIGIL_STILL_NONE));
  else if (kind == ITEM_STRANGE)
    {
      refused ();
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                               WHAT ": the list of evidence has something else, or somebody else's");
    }
  else if (g_strcmp0 (item->key, question->etag) == 0)
    return_answer (task, answer_new (VIGIL_STILL_SAME));
  else
    {
      question->item = vigil_evidence_item_ref (item);
      vigil_evidence_fetch_async (self->api, self->http, self->address, &self->limits, item, question->max_bytes,
                                  g_task_get_cancellable (task), fetched_cb, g_object_ref (task));
    }
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  VigilApiTiming timing;
  g_autoptr (VigilWirePage) page = vigil_hall_api_call_finish (VIGIL_HALL_API (source), result, NULL, &timing, &error);

  question->retry_ms = timing.retry_ms;
  if (page != NULL)
    {
      take_item (task, page->items->len > 0 ? g_ptr_array_index (page->items, 0) : NULL);
      return;
    }
  g_task_return_error (task, g_steal_pointer (&error));
}

static void
ask_list (GTask *task)
{
  VigilNetStills *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  g_autofree char *path = g_strdup_printf ("/exams/%s/candidates/%s/evidence?kind=camera&limit=1", question->exam, question->student);

  vigil_hall_api_call_async (self->api,
                             &(VigilApiCall) { .method = "GET", .path = path, .what = WHAT, .parse = parse_page,
                                               .free_result = (GDestroyNotify) vigil_wire_page_free },
                             g_task_get_cancellable (task), listed_cb, g_object_ref (task));
}

/* -- the route -- */

/* Whoever is asked for first may not be known there any more, which has the same status as a route that is not: so many
 * different candidates have to be missing before it is the route. */
#define MISSING_ENOUGH 3

/* What the route answered; @missing: there is no such route, or no such candidate. */
typedef struct
{
  VigilStillAnswer *answer;
  gboolean          missing;
  gboolean          never;  /* it is the route */
  gboolean          same;   /* 304: whether that makes sense is for whoever asked */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_clear_pointer (&reading->answer, vigil_still_answer_free);
  g_free (reading);
}

static Reading *
read_picture (const VigilHttpAnswer *answer, GError **error)
{
  Reading *reading;

  if (g_strcmp0 (answer->content_type, "image/jpeg") != 0)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, WHAT ": not a JPEG but “%.80s”",
                   answer->content_type != NULL ? answer->content_type : "");
      return NULL;
    }
  if (!vigil_evidence_looks_like ("camera", answer->body))
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, WHAT ": %" G_GSIZE_FORMAT " bytes that are no picture",
                   g_bytes_get_size (answer->body));
      return NULL;
    }
  reading = g_new0 (Reading, 1);
  reading->answer = answer_new (VIGIL_STILL_NEW);
  reading->answer->bytes = g_bytes_ref (answer->body);
  if (answer->etag != NULL && strlen (answer->etag) <= MAX_ETAG)
    reading->answer->etag = g_strdup (answer->etag);
  reading->answer->at_ms = answer->captured_ms > 0 ? answer->captured_ms : answer->modified_ms;
  return reading;
}

static gpointer
read_still (const VigilHttpAnswer *answer, JsonNode *refusal, GError **error)
{
  g_autoptr (GError) cause = NULL;
  Reading *reading;

  if (answer->status == 200)
    return read_picture (answer, error);

  reading = g_new0 (Reading, 1);
  if (answer->status == 304)
    {
      reading->same = TRUE;
      return reading;
    }
  vigil_hall_answer_set_error (refusal, answer->status, &cause);
  if (g_error_matches (cause, VIGIL_HALL_ANSWER_ERROR, VIGIL_HALL_ANSWER_ERROR_STILL_NONE))
    reading->answer = answer_new (VIGIL_STILL_NONE);
  else if (answer->status == 404 || answer->status == 405 || answer->status == 501)
    {
      reading->missing = TRUE;
      reading->never = answer->status != 404;
    }
  else
    {
      g_free (reading);
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  return reading;
}

static void begin (GTask *task);

/* The first question was answered, one way or the other: the others can be asked. */
static void
end_probe (VigilNetStills *self, Route route)
{
  GQueue waiting = self->waiting;

  self->route = route;
  self->probing = FALSE;
  g_queue_init (&self->waiting);
  for (GTask *task; (task = g_queue_pop_head (&waiting)) != NULL; g_object_unref (task))
    begin (task);
}

static Route
judge_route (VigilNetStills *self, const Reading *reading, const char *student_id)
{
  if (reading == NULL)
    return ROUTE_UNKNOWN;
  if (!reading->missing)
    return ROUTE_THERE;
  if (g_strcmp0 (self->last_missing, student_id) != 0)
    {
      self->n_missing++;
      g_free (self->last_missing);
      self->last_missing = g_strdup (student_id);
    }
  return reading->never || self->n_missing >= MISSING_ENOUGH ? ROUTE_MISSING : ROUTE_UNKNOWN;
}

static void
take_reading (GTask *task, Reading *reading)
{
  VigilNetStills *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);

  if (reading->missing && self->route != ROUTE_THERE)
    ask_list (task);
  else if (reading->missing)
    return_answer (task, answer_new (VIGIL_STILL_NONE)); /* the candidate is not known there any more */
  else if (reading->same && question->etag == NULL)
    {
      refused ();
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                               WHAT ": the hall says that nothing is newer than what we do not have");
    }
  else if (reading->same)
    return_answer (task, answer_new (VIGIL_STILL_SAME));
  else
    return_answer (task, g_steal_pointer (&reading->answer));
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (VigilNetStills) self = g_object_ref (g_task_get_source_object (task));
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  VigilApiTiming timing;
  Reading *reading = vigil_hall_api_call_finish (VIGIL_HALL_API (source), result, NULL, &timing, &error);

  question->retry_ms = timing.retry_ms;
  if (question->probe)
    end_probe (self, judge_route (self, reading, question->student_id));
  if (reading == NULL)
    {
      if (g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL) ||
          g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TOO_LARGE))
        refused ();
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  take_reading (task, reading);
  reading_free (reading);
}

static void
ask_route (GTask *task)
{
  VigilNetStills *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  g_autofree char *path = g_strdup_printf ("/exams/%s/candidates/%s/still", question->exam, question->student);

  vigil_hall_api_call_async (self->api,
                             &(VigilApiCall) { .method = "GET", .path = path, .what = WHAT, .read = read_still,
                                               .if_none_match = question->etag, .max_bytes = question->max_bytes,
                                               .free_result = reading_free },
                             g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static void
begin (GTask *task)
{
  VigilNetStills *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);

  if (self->route == ROUTE_MISSING)
    ask_list (task);
  else if (self->route == ROUTE_UNKNOWN && self->probing)
    g_queue_push_tail (&self->waiting, g_object_ref (task));
  else
    {
      question->probe = self->route == ROUTE_UNKNOWN;
      self->probing = question->probe;
      ask_route (task);
    }
}

static void
fetch_async (VigilStillSource *source, const VigilStillQuestion *what, GCancellable *cancellable,
             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  g_task_set_source_tag (task, fetch_async);
  g_task_set_task_data (task, question, question_free);
  question->exam = vigil_hall_api_escape (what->exam_id);
  question->student = vigil_hall_api_escape (what->student_id);
  question->student_id = g_strdup (what->student_id);
  question->etag = g_strdup (what->etag);
  question->max_bytes = what->max_bytes;
  if (question->exam == NULL || question->student == NULL)
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID, WHAT ": this id cannot be asked for");
  else
    begin (task);
}

static VigilStillAnswer *
fetch_finish (VigilStillSource *source, GAsyncResult *result, guint *retry_after_ms, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  *retry_after_ms = ((Question *) g_task_get_task_data (G_TASK (result)))->retry_ms;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
forget (VigilStillSource *source)
{
  /* A probe on its way goes on being one, and says what holds now. */
  VigilNetStills *self = VIGIL_NET_STILLS (source);

  self->n_missing = 0;
  g_clear_pointer (&self->last_missing, g_free);
  if (!self->probing)
    self->route = ROUTE_UNKNOWN;
}

static void
source_init (VigilStillSourceInterface *iface)
{
  iface->fetch_async = fetch_async;
  iface->fetch_finish = fetch_finish;
  iface->forget = forget;
}

VigilNetStills *
vigil_net_stills_new (VigilHallApi *api, VigilHttp *http, VigilHallAddress *address, const VigilNetLimits *limits)
{
  VigilNetStills *self = g_object_new (VIGIL_TYPE_NET_STILLS, NULL);

  self->api = g_object_ref (api);
  self->http = g_object_ref (http);
  self->address = vigil_hall_address_ref (address);
  self->limits = *limits;
  return self;
}

static void
vigil_net_stills_finalize (GObject *object)
{
  VigilNetStills *self = VIGIL_NET_STILLS (object);

  g_queue_clear_full (&self->waiting, g_object_unref);
  g_clear_object (&self->api);
  g_free (self->last_missing);
  g_clear_object (&self->http);
  g_clear_pointer (&self->address, vigil_hall_address_unref);

  G_OBJECT_CLASS (vigil_net_stills_parent_class)->finalize (object);
}

static void
vigil_net_stills_class_init (VigilNetStillsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_net_stills_finalize;
}

static void
vigil_net_stills_init (VigilNetStills *self)
{
  g_queue_init (&self->waiting);
}
