/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hall itself says of its exam. */
#include "soak-truth.h"

#include <libsoup/soup.h>

#define PAGE 1000
#define LIMIT_S 60
/* The hall lets a token ask so often; a page takes it 2 ms. */
#define PAUSE_US 25000

struct _SoakTruth
{
  BenchConsole *console;
  char         *base;       /* …/api/v1/exams/ID */
  char         *bearer;

  GPtrArray    *ids;        /* borrowed: of the question that is being asked */
  gboolean      answered;
};

SoakTruth *
soak_truth_new (BenchHall *hall, BenchConsole *console)
{
  SoakTruth *self = g_new0 (SoakTruth, 1);

  self->console = console;
  self->base = g_strdup_printf ("%s/api/v1/exams/%s", bench_hall_get_url (hall), bench_hall_get_exam (hall));
  self->bearer = g_strdup_printf ("Bearer %s", bench_hall_get_token (hall, "reviewer"));
  return self;
}

void
soak_truth_free (SoakTruth *self)
{
  g_free (self->base);
  g_free (self->bearer);
  g_free (self);
}

/* -- in the thread -- */

static JsonNode *
get (SoakTruth *self, SoupSession *http, const char *path)
{
  g_autofree char *url = g_strconcat (self->base, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;
  JsonNode *node;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", self->bearer);
  body = soup_session_send_and_read (http, message, NULL, &error);
  if (body == NULL || !SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    g_error ("the hall does not say %s: %s", path, error != NULL ? error->message : soup_message_get_reason_phrase (message));
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  node = json_from_string (text, &error);
  if (node == NULL)
    g_error ("the hall says nonsense of %s: %s", path, error->message);
  g_usleep (PAUSE_US);
  return node;
}

static void
free_row (gpointer data)
{
  SoakRow *row = data;

  g_free (row->id);
  g_free (row->name);
  g_free (row);
}

static SoakRow *
read_row (JsonObject *object)
{
  SoakRow *row = g_new0 (SoakRow, 1);

  row->id = g_strdup (json_object_get_string_member (object, "studentId"));
  row->name = g_strdup (json_object_get_string_member (object, "name"));
  row->connected = json_object_get_boolean_member (object, "connected");
  row->streaming = json_object_get_boolean_member (object, "isStreaming");
  row->open_flags = (guint) json_object_get_int_member (object, "openFlags");
  row->score = json_object_get_null_member (object, "score") ? -1 : (int) json_object_get_int_member (object, "score");
  return row;
}

/* Calls @func with each item of every page. */
static void
read_pages (SoakTruth *self, const char *path, void (*func) (JsonObject *item, gpointer user_data), gpointer user_data)
{
  g_autoptr (SoupSession) http = soup_session_new ();
  g_autofree char *after = g_strdup ("");

  while (after != NULL)
    {
      g_autofree char *page_path = g_strdup_printf ("%s%climit=%u&after=%s", path, strchr (path, '?') ? '&' : '?', PAGE, after);
      g_autoptr (JsonNode) node = get (self, http, page_path);
      JsonObject *page = json_node_get_object (node);
      JsonArray *items = json_object_get_array_member (page, "items");

      for (guint i = 0; i < json_array_get_length (items); i++)
        func (json_array_get_object_element (items, i), user_data);
      g_free (after);
      after = json_object_get_null_member (page, "next") ? NULL : g_strdup (json_object_get_string_member (page, "next"));
    }
}

static void
add_row (JsonObject *item, gpointer user_data)
{
  g_ptr_array_add (user_data, read_row (item));
}

static void
roster_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (free_row);

  read_pages (data, "/candidates", add_row, rows);
  g_task_return_pointer (task, rows, (GDestroyNotify) g_ptr_array_unref);
}

static void
rows_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  SoakTruth *self = data;
  g_autoptr (SoupSession) http = soup_session_new ();
  GPtrArray *rows = g_ptr_array_new_with_free_func (free_row);

  for (guint i = 0; i < self->ids->len; i++)
    {
      g_autofree char *path = g_strconcat ("/candidates/", g_ptr_array_index (self->ids, i), NULL);
      g_autoptr (JsonNode) node = get (self, http, path);

      g_ptr_array_add (rows, read_row (json_node_get_object (node)));
    }
  g_task_return_pointer (task, rows, (GDestroyNotify) g_ptr_array_unref);
}

static void
add_flag (JsonObject *item, gpointer user_data)
{
  g_hash_table_insert (user_data, g_strdup (json_object_get_string_member (item, "id")),
                       GUINT_TO_POINTER ((guint) json_object_get_int_member (item, "count")));
}

static void
read_flags (GTask *task, SoakTruth *self, const char *path)
{
  GHashTable *flags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  read_pages (self, path, add_flag, flags);
  g_task_return_pointer (task, flags, (GDestroyNotify) g_hash_table_unref);
}

static void
flags_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  read_flags (task, data, "/flags?state=all");
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  read_flags (task, data, "/flags?state=open");
}

/* -- in the main thread -- */

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((SoakTruth *) user_data)->answered = TRUE;
}

static gboolean
is_answered (BenchConsole *console, gpointer user_data)
{
  return ((SoakTruth *) user_data)->answered;
}

static gpointer
ask (SoakTruth *self, GTaskThreadFunc func)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, answered_cb, self);

  self->answered = FALSE;
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, func);
  if (!bench_console_wait (self->console, is_answered, self, LIMIT_S))
    g_error ("the hall does not answer");
  return g_task_propagate_pointer (task, NULL);
}

GPtrArray *
soak_truth_read_roster (SoakTruth *self)
{
  return ask (self, roster_thread);
}

GPtrArray *
soak_truth_read_rows (SoakTruth *self, GPtrArray *ids)
{
  self->ids = ids;
  return ask (self, rows_thread);
}

GHashTable *
soak_truth_read_flags (SoakTruth *self)
{
  return ask (self, flags_thread);
}

GHashTable *
soak_truth_read_open (SoakTruth *self)
{
  return ask (self, open_thread);
}
