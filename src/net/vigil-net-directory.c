/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be read from a hall over HTTP: questions into paths, wire values into session's. */
#include "vigil-net-directory.h"

#include "vigil-hall-answer.h"
#include "vigil-people-json.h"
#include "vigil-session-error.h"

/* A list that a person looks at ends somewhere, whatever cursors a hall gives out. */
#define MAX_PAGES 20

struct _VigilNetDirectory
{
  GObject parent_instance;

  /* Main thread. */
  VigilHallApi     *api;
  VigilHttp        *http;
  VigilHallAddress *address;
  VigilNetLimits    limits;
};

static void directory_init (VigilHallDirectoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilNetDirectory, vigil_net_directory, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_HALL_DIRECTORY, directory_init))

/* Task data of a query. Main thread. */
typedef struct
{
  VigilDirectoryQuery  query;
  char                *exam;     /* escaped; nullable */
  char                *student;  /* escaped; nullable */
  char                *after;
  char                *kind;
  gboolean             snapshots;
  gint64               from_ms;
  gint64               to_ms;
  gint64               epoch;
  guint                limit;
  GPtrArray           *gathered; /* of the pages so far; nullable */
  guint                pages;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->exam);
  g_free (question->student);
  g_free (question->after);
  g_free (question->kind);
  g_clear_pointer (&question->gathered, g_ptr_array_unref);
  g_free (question);
}

/* -- wire values into session's; on a worker thread -- */

static gpointer
parse_session (JsonNode *root, GError **error)
{
  g_autoptr (VigilWireSession) wire = vigil_wire_session_from_json (root, error);
  VigilSessionInfo *info;

  if (wire == NULL)
    return NULL;

  info = g_new0 (VigilSessionInfo, 1);
  info->user = g_steal_pointer (&wire->user);
  info->hall = g_steal_pointer (&wire->hall);
  info->role = wire->role;
  info->server_time_ms = wire->server_time_ms;
  info->expires_at_ms = wire->expires_at_ms;
  return info;
}

static VigilExam *
take_exam (VigilWireExam *wire)
{
  VigilExam *exam = g_new0 (VigilExam, 1);

  exam->id = g_steal_pointer (&wire->id);
  exam->title = g_steal_pointer (&wire->title);
  exam->state = g_steal_pointer (&wire->state);
  exam->starts_at_ms = wire->starts_at_ms;
  exam->ends_at_ms = wire->ends_at_ms;
  exam->candidates = wire->candidates;
  exam->streaming = wire->streaming;
  exam->capture_seconds = wire->capture_seconds;
  exam->sfu = g_steal_pointer (&wire->sfu);
  return exam;
}

static gpointer
parse_exams (JsonNode *root, GError **error)
{
  VigilWirePage *page = vigil_wire_page_from_json (root, VIGIL_PAGE_EXAMS, error);
  GPtrArray *exams;

  if (page == NULL)
    return NULL;

  exams = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_exam_free);
  for (guint i = 0; i < page->items->len; i++)
    g_ptr_array_add (exams, take_exam (g_ptr_array_index (page->items, i)));
  g_ptr_array_unref (page->items);
  page->items = exams;
  return page;
}

static gpointer
parse_violations (JsonNode *root, GError **error)
{
  return vigil_wire_page_from_json (root, VIGIL_PAGE_VIOLATIONS, error);
}

static gpointer
parse_evidence (JsonNode *root, GError **error)
{
  return vigil_wire_page_from_json (root, VIGIL_PAGE_EVIDENCE, error);
}

static gpointer
parse_roster (JsonNode *root, GError **error)
{
  g_autoptr (VigilWirePage) wire = vigil_wire_page_from_json (root, VIGIL_PAGE_CANDIDATES, error);
  VigilRosterPage *page;

  if (wire == NULL)
    return NULL;

  page = g_new0 (VigilRosterPage, 1);
  page->candidates = g_ptr_array_ref (wire->items);
  for (guint i = 0; i < page->candidates->len; i++)
    vigil_candidate_info_prepare (g_ptr_array_index (page->candidates, i));
  page->next = g_steal_pointer (&wire->next);
  page->total = wire->total;
  page->epoch = wire->epoch;
  page->seq = wire->seq;
  return page;
}

static gpointer
parse_changes (JsonNode *root, GError **error)
{
  g_autoptr (VigilWirePage) wire = vigil_wire_page_from_json (root, VIGIL_PAGE_CHANGES, error);
  VigilChanges *changes;

  if (wire == NULL)
    return NULL;

  changes = g_new0 (VigilChanges, 1);
  changes->events = g_ptr_array_ref (wire->items);
  changes->epoch = wire->epoch;
  changes->seq = wire->seq;
  return changes;
}

static gpointer
parse_candidate (JsonNode *root, GError **error)
{
  return vigil_candidate_info_from_json (root, FALSE, error);
}

static gpointer
parse_config (JsonNode *root, GError **error)
{
  g_autoptr (GPtrArray) wire = vigil_wire_config_from_json (root, error);
  GPtrArray *values;

  if (wire == NULL)
    return NULL;

  values = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_config_value_free);
  for (guint i = 0; i < wire->len; i++)
    {
      VigilWireConfigValue *from = g_ptr_array_index (wire, i);
      VigilConfigValue *value = g_new0 (VigilConfigValue, 1);

      value->key = g_steal_pointer (&from->key);
      value->value = g_steal_pointer (&from->value);
      value->source = g_steal_pointer (&from->source);
      g_ptr_array_add (values, value);
    }
  return values;
}

/* -- questions -- */

typedef enum { NEEDS_NOTHING, NEEDS_EXAM, NEEDS_STUDENT } Needs;

typedef struct
{
  Needs              needs;
  gboolean           listed;   /* an array, gathered from pages */
  const char        *what;
  const char        *path;     /* %s: exam, student */
  VigilApiParseFunc  parse;
  GDestroyNotify     free_result;
} QueryKind;

static const QueryKind kinds[] = {
  [VIGIL_DIRECTORY_SESSION] = { NEEDS_NOTHING, FALSE, "who we are", "/session", parse_session, (GDestroyNotify) vigil_session_info_free },
  [VIGIL_DIRECTORY_EXAMS] = { NEEDS_NOTHING, TRUE, "the list of exams", "/exams", parse_exams, (GDestroyNotify) vigil_wire_page_free },
  [VIGIL_DIRECTORY_CANDIDATES] = { NEEDS_EXAM, FALSE, "the roster", "/candidates", parse_roster, (GDestroyNotify) vigil_roster_page_free },
  [VIGIL_DIRECTORY_EVENTS] = { NEEDS_STUDENT, TRUE, "the violations", "/events", parse_violations, (GDestroyNotify) vigil_wire_page_free },
  [VIGIL_DIRECTORY_EVIDENCE] = { NEEDS_STUDENT, TRUE, "the list of evidence", "/evidence", parse_evidence, (GDestroyNotify) vigil_wire_page_free },
  [VIGIL_DIRECTORY_CONFIG] = { NEEDS_STUDENT, FALSE, "the configuration", NULL, parse_config, (GDestroyNotify) g_ptr_array_unref },
  [VIGIL_DIRECTORY_CHANGES] = { NEEDS_EXAM, FALSE, "what was missed", "/changes", parse_changes, (GDestroyNotify) vigil_changes_free },
  [VIGIL_DIRECTORY_FLAGS] = { NEEDS_EXAM, TRUE, "the open flags", "/flags", parse_violations, (GDestroyNotify) vigil_wire_page_free },
  [VIGIL_DIRECTORY_CANDIDATE] = { NEEDS_STUDENT, FALSE, "the candidate", "", parse_candidate, (GDestroyNotify) vigil_candidate_info_free },
};

static void
add_parameter (GString *path, const char *name, const char *value)
{
  g_string_append_c (path, strchr (path->str, '?') != NULL ? '&' : '?');
  g_string_append (path, name);
  g_string_append_c (path, '=');
  g_string_append_uri_escaped (path, value, NULL, FALSE);
}

static void
add_number (GString *path, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  if (value > 0)
    add_parameter (path, name, text);
}

static char *
build_path (const Question *question)
{
  GString *path = g_string_new (NULL);

  if (question->query == VIGIL_DIRECTORY_CONFIG)
    g_string_append_printf (path, "/exams/%s/config/%s", question->exam, question->student);
  else if (kinds[question->query].needs == NEEDS_NOTHING)
    g_string_append (path, kinds[question->query].path);
  else if (kinds[question->query].needs == NEEDS_EXAM)
    g_string_append_printf (path, "/exams/%s%s", question->exam, kinds[question->query].path);
  else
    g_string_append_printf (path, "/exams/%s/candidates/%s%s", question->exam, question->student, kinds[question->query].path);

  if (question->after != NULL)
    add_parameter (path, "after", question->after);
  if (question->kind != NULL)
    add_parameter (path, question->query == VIGIL_DIRECTORY_FLAGS ? "state" : "kind", question->kind);
  if (question->snapshots)
    add_parameter (path, "snapshots", "1");
  add_number (path, "from", question->from_ms);
  add_number (path, "to", question->to_ms);
  add_number (path, "epoch", question->epoch);
  add_number (path, "limit", MIN (question->limit, 1000));
  return g_string_free (path, FALSE);
}

static void ask (GTask *task);

/* Takes the page's items; TRUE if another page is wanted. */
static gboolean
gather (Question *question, VigilWirePage *page)
{
  guint wanted = question->limit > 0 ? question->limit : G_MAXUINT;

  if (question->gathered == NULL)
    question->gathered = g_ptr_array_ref (page->items);
  else
    g_ptr_array_extend_and_steal (question->gathered, g_steal_pointer (&page->items));

  g_free (question->after);
  question->after = g_steal_pointer (&page->next);
  /* Without a limit a person asked for "the list"; only exams are that in whole. */
  return question->after != NULL && ++question->pages < MAX_PAGES && question->gathered->len < wanted &&
         (question->limit > 0 || question->query == VIGIL_DIRECTORY_EXAMS);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  VigilHallApi *api = VIGIL_HALL_API (source);
  g_autoptr (GError) error = NULL;
  VigilApiTiming timing;
  gpointer answer = vigil_hall_api_call_finish (api, result, NULL, &timing, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (question->query == VIGIL_DIRECTORY_SESSION)
    vigil_hall_clock_add (vigil_hall_api_get_clock (api), ((VigilSessionInfo *) answer)->server_time_ms,
                          timing.sent_us, timing.rtt_us, 1);
  if (!kinds[question->query].listed)
    {
      g_task_return_pointer (task, answer, kinds[question->query].free_result);
      return;
    }

  {
    g_autoptr (VigilWirePage) page = answer;

    if (gather (question, page))
      ask (task);
    else
      g_task_return_pointer (task, g_steal_pointer (&question->gathered), (GDestroyNotify) g_ptr_array_unref);
  }
}

static void
ask (GTask *task)
{
  VigilNetDirectory *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  const QueryKind *kind = &kinds[question->query];
  g_autofree char *path = build_path (question);

  vigil_hall_api_call_async (self->api,
                             &(VigilApiCall) { .method = "GET", .path = path, .what = kind->what, .parse = kind->parse,
                                               .free_result = kind->free_result },
                             g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static void
query_async (VigilHallDirectory *directory, VigilDirectoryQuery query, const VigilDirectoryArgs *args,
             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (directory, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  g_return_if_fail ((gsize) query < G_N_ELEMENTS (kinds));

  g_task_set_source_tag (task, query_async);
  g_task_set_task_data (task, question, question_free);
  question->query = query;
  if (args != NULL)
    {
      question->exam = vigil_hall_api_escape (args->exam_id);
      question->student = vigil_hall_api_escape (args->student_id);
      question->after = g_strdup (args->after);
      question->kind = g_strdup (args->kind);
      question->snapshots = args->snapshots;
      question->from_ms = args->from_ms;
      question->to_ms = args->to_ms;
      question->epoch = args->epoch;
      question->limit = args->limit;
    }

  if ((kinds[query].needs >= NEEDS_EXAM && question->exam == NULL) ||
      (kinds[query].needs == NEEDS_STUDENT && question->student == NULL))
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID,
                             "%s: this id cannot be asked for", kinds[query].what);
  else
    ask (task);
}

static gpointer
query_finish (VigilHallDirectory *directory, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, directory), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -- evidence -- */

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  GBytes *bytes = vigil_evidence_fetch_finish (VIGIL_HALL_API (source), result, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
fetch_async (VigilHallDirectory *directory, VigilEvidenceItem *item, gsize max_bytes, GCancellable *cancellable,
             GAsyncReadyCallback callback, gpointer user_data)
{
  VigilNetDirectory *self = VIGIL_NET_DIRECTORY (directory);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, fetch_async);
  vigil_evidence_fetch_async (self->api, self->http, self->address, &self->limits, item, max_bytes, cancellable,
                              fetched_cb, task);
}

static GBytes *
fetch_finish (VigilHallDirectory *directory, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, directory), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
directory_init (VigilHallDirectoryInterface *iface)
{
  iface->query_async = query_async;
  iface->query_finish = query_finish;
  iface->fetch_async = fetch_async;
  iface->fetch_finish = fetch_finish;
}

VigilNetDirectory *
vigil_net_directory_new (VigilHallApi *api, VigilHttp *http, VigilHallAddress *address, const VigilNetLimits *limits)
{
  VigilNetDirectory *self = g_object_new (VIGIL_TYPE_NET_DIRECTORY, NULL);

  self->api = g_object_ref (api);
  self->http = g_object_ref (http);
  self->address = vigil_hall_address_ref (address);
  self->limits = *limits;
  return self;
}

static void
vigil_net_directory_finalize (GObject *object)
{
  VigilNetDirectory *self = VIGIL_NET_DIRECTORY (object);

  g_clear_object (&self->api);
  g_clear_object (&self->http);
  g_clear_pointer (&self->address, vigil_hall_address_unref);

  G_OBJECT_CLASS (vigil_net_directory_parent_class)->finalize (object);
}

static void
vigil_net_directory_class_init (VigilNetDirectoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_net_directory_finalize;
}

static void
vigil_net_directory_init (VigilNetDirectory *self)
{
}
