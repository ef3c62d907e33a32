/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two invigilators at one queue of a thousand violations, whose connections break: nobody is looked after twice,
 * every violation is decided once, and none is lost. */
#include <string.h>

#include "net-test.h"
#include "vigil-fake-engine.h"
#include "vigil-fake-sfu.h"
#include "vigil-hall-connection.h"
#include "vigil-net-thread.h"
#include "vigil-session.h"

#include <libsoup/soup.h>

#define VIOLATIONS 1000
#define CANDIDATES 700
#define BREAK_EVERY 120 /* decisions between two breaks of both connections */

typedef struct _Fixture Fixture;

typedef struct
{
  Fixture             *f;
  const char          *user;
  VigilScoreStore     *store;
  VigilHallConnection *connection;
  VigilFakeSfu        *sfu;
  VigilFakeEngine     *engine;
  VigilSession        *session;
  VigilTriage         *triage;  /* borrowed */
  guint                n_decided;
  guint                n_refused;
  guint                n_late;    /* verdicts refused because the other had decided */
} Console;

struct _Fixture
{
  GSubprocess        *process;
  char               *url;
  char               *exam;
  SoupSession        *http;
  VigilFakeLog       *log;
  VigilSettings      *settings;
  VigilScoringPolicy *policy;
  Console             consoles[2];
  GHashTable         *holders;   /* student id → Console that has a confirmed claim */
  GHashTable         *decided;   /* violation id → Console */
  guint               n_breaks;
  guint               n_double;  /* a claim confirmed while another had one */
  guint               n_twice;   /* a violation decided a second time */
};

static void
control (Fixture *f, const char *json)
{
  g_autofree char *url = g_strconcat (f->url, "/control", NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_session_send_and_read_async (f->http, message, 0, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 10000);
  answer = soup_session_send_and_read_finish (f->http, result, NULL);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

/* Whether it was given back already, before the hall's word on the claim was here. */
static gboolean
is_let_go (Console *console, const char *student_id)
{
  GListModel *outbox = G_LIST_MODEL (vigil_session_get_outbox (console->session));

  for (guint i = 0; i < g_list_model_get_n_items (outbox); i++)
    {
      g_autoptr (VigilOutboxItem) item = g_list_model_get_item (outbox, i);

      if (vigil_outbox_item_get_action (item)->kind == VIGIL_ACTION_RELEASE && vigil_outbox_item_get_state (item) == VIGIL_ACTION_PENDING &&
          g_str_equal (vigil_outbox_item_get_action (item)->student_id, student_id))
        return TRUE;
    }
  return FALSE;
}

static void
settled_cb (Console *console, VigilOutboxItem *item)
{
  const VigilAction *action = vigil_outbox_item_get_action (item);
  gboolean confirmed = vigil_outbox_item_get_state (item) == VIGIL_ACTION_CONFIRMED;

  if (action->kind == VIGIL_ACTION_CLAIM && !confirmed)
    {
      console->n_refused++;
    }
  else if (action->kind == VIGIL_ACTION_CLAIM && !is_let_go (console, action->student_id))
    {
      Console *holder = g_hash_table_lookup (console->f->holders, action->student_id);

      if (holder != NULL && holder != console)
        console->f->n_double++;
      g_hash_table_replace (console->f->holders, g_strdup (action->student_id), console);
    }
  else if (action->kind == VIGIL_ACTION_VERDICT)
    {
      if (!confirmed)
        {
          g_assert_error (vigil_outbox_item_get_error (item), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CONFLICT);
          console->n_late++;
          return;
        }
      if (!g_hash_table_insert (console->f->decided, g_strdup (action->flag_id), console))
        console->f->n_twice++;
      console->n_decided++;
    }
}

/* From the moment a release is given the hall may give the candidate to somebody else. */
static void
submitted_cb (Console *console, guint position, guint removed, guint added, GListModel *outbox)
{
  g_autoptr (VigilOutboxItem) item = added > 0 ? g_list_model_get_item (outbox, position) : NULL;
  const VigilAction *action = item != NULL ? vigil_outbox_item_get_action (item) : NULL;

  if (action != NULL && action->kind == VIGIL_ACTION_RELEASE &&
      g_hash_table_lookup (console->f->holders, action->student_id) == console)
    g_hash_table_remove (console->f->holders, action->student_id);
}

static void
open_console (Fixture *f, Console *console, const char *user, const char *token)
{
  VigilNetLimits limits;
  g_autoptr (GError) error = NULL;

  net_test_limits (&limits);
  limits.request_ms = limits.http_ms = limits.stall_ms = 10000 * NET_TEST_FACTOR;
  console->f = f;
  console->user = user;
  console->store = vigil_score_store_new (2000);
  console->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = f->url, .token = token, .store = console->store,
                                                                                 .policy = f->policy, .limits = &limits }, &error);
  g_assert_no_error (error);
  console->sfu = vigil_fake_sfu_new (f->log);
  console->engine = vigil_fake_engine_new (f->log);
  console->session = vigil_session_new (&(VigilSessionParts) {
    .settings = f->settings, .policy = f->policy, .store = console->store,
    .feed = vigil_hall_connection_get_feed (console->connection),
    .directory = vigil_hall_connection_get_directory (console->connection),
    .actions = vigil_hall_connection_get_actions (console->connection),
    .sfu = VIGIL_SFU (console->sfu), .engine = VIGIL_MEDIA_ENGINE (console->engine) });
  console->triage = vigil_session_get_triage (console->session);
  g_signal_connect_swapped (vigil_session_get_outbox (console->session), "item-settled", G_CALLBACK (settled_cb), console);
  g_signal_connect_swapped (vigil_session_get_outbox (console->session), "items-changed", G_CALLBACK (submitted_cb), console);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *candidates = g_strdup_printf ("--candidates=%d", CANDIDATES);
  const char *argv[] = { g_getenv ("VIGIL_HALL"), candidates, "--port=0", "--publish=0", "--video=160x90@5", "--looks=1", "--score-rate=0",
                         "--absent=0", "--activity=0", "--churn=0", "--http-rate=5000", "--control", "--token=invigilator:ada=token-ada",
                         "--token=invigilator:bo=token-bo", "--ready", "--quit-on-stdin-eof", NULL };

  f->log = vigil_fake_log_new ();
  f->http = soup_session_new ();
  f->settings = vigil_settings_new ();
  vigil_settings_set_int (f->settings, VIGIL_SETTING_UNDO_DELAY, 0);
  f->policy = vigil_scoring_policy_new_default ();
  f->holders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  f->decided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  f->process = net_test_start_hall (argv, &f->url, &f->exam);
  open_console (f, &f->consoles[0], "ada", "token-ada");
  open_console (f, &f->consoles[1], "bo", "token-bo");
}

static void
close_console (Console *console)
{
  g_signal_handlers_disconnect_by_data (vigil_session_get_outbox (console->session), console);
  vigil_session_leave (console->session);
  net_test_run_for (100);
  g_assert_finalize_object (console->session);
  vigil_fake_spin ();
  g_assert_finalize_object (console->engine);
  g_assert_finalize_object (console->sfu);
  g_assert_finalize_object (console->connection);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  close_console (&f->consoles[0]);
  close_console (&f->consoles[1]);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  g_assert_finalize_object (f->consoles[0].store);
  g_assert_finalize_object (f->consoles[1].store);
  g_assert_finalize_object (f->policy);
  g_assert_finalize_object (f->settings);
  g_hash_table_unref (f->holders);
  g_hash_table_unref (f->decided);
  g_object_unref (f->http);
  g_subprocess_force_exit (f->process);
  g_subprocess_wait (f->process, NULL, NULL);
  g_object_unref (f->process);
  g_free (f->url);
  g_free (f->exam);
  vigil_fake_log_unref (f->log);
}

static guint
count_items (Console *console)
{
  return g_list_model_get_n_items (G_LIST_MODEL (vigil_triage_get_queue (console->triage)));
}

static void
join (Console *console)
{
  VigilExam exam = { .id = console->f->exam, .title = (char *) "Exam", .state = (char *) "running" };
  VigilSessionInfo who = { .user = (char *) console->user, .hall = (char *) "Hall", .role = VIGIL_ROLE_INVIGILATOR };
  guint n;

  vigil_session_join (console->session, &exam, &who);
  net_test_wait ((vigil_roster_get_handles (vigil_session_get_roster (console->session), &n), n == CANDIDATES), 10000);
  net_test_wait (!vigil_session_is_loading (console->session), 10000);
}

/* What an invigilator does who never thinks: next, and confirm whatever the hall has given. */
static void
work (Console *console)
{
  VigilTriageItem *item = vigil_triage_get_current (console->triage);

  if (item == NULL || vigil_triage_item_get_sending (item) || vigil_triage_item_get_state (item) == VIGIL_TRIAGE_COLLEAGUE)
    vigil_triage_next (console->triage);
  else if (vigil_triage_item_get_state (item) == VIGIL_TRIAGE_MINE)
    vigil_triage_decide (console->triage, item, NULL, VIGIL_VERDICT_CONFIRMED, NULL, 0);
}

static gboolean
work_cb (gpointer user_data)
{
  Fixture *f = user_data;

  work (&f->consoles[0]);
  work (&f->consoles[1]);
  return G_SOURCE_CONTINUE;
}

static guint
count_open_at_hall (Console *console)
{
  VigilDirectoryArgs args = { .exam_id = console->f->exam, .limit = VIOLATIONS };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) flags = NULL;
  g_autoptr (GError) error = NULL;

  vigil_hall_directory_query_async (vigil_session_get_directory (console->session), VIGIL_DIRECTORY_FLAGS, &args, NULL,
                                    net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 10000);
  flags = vigil_hall_directory_query_finish (vigil_session_get_directory (console->session), result, &error);
  g_assert_no_error (error);
  return flags->len;
}

static gboolean
is_done (Fixture *f)
{
  if (g_hash_table_size (f->decided) / BREAK_EVERY > f->n_breaks)
    {
      f->n_breaks++;
      control (f, f->n_breaks % 2 ? "{\"op\": \"drop\", \"abrupt\": true}" : "{\"op\": \"drop\", \"abrupt\": false}");
    }
  return count_items (&f->consoles[0]) == 0 && count_items (&f->consoles[1]) == 0 &&
         vigil_outbox_get_n_pending (vigil_session_get_outbox (f->consoles[0].session)) == 0 &&
         vigil_outbox_get_n_pending (vigil_session_get_outbox (f->consoles[1].session)) == 0;
}

static void
test_contention (Fixture *f, gconstpointer data)
{
  Console *ada = &f->consoles[0], *bo = &f->consoles[1];
  g_autofree char *order = g_strdup_printf ("{\"op\": \"violations\", \"count\": %d, \"type\": \"multiple_faces\", \"perCandidate\": 2}", VIOLATIONS);
  guint timer;

  join (ada);
  join (bo);
  control (f, order);
  net_test_wait (count_items (ada) == VIOLATIONS && count_items (bo) == VIOLATIONS, 20000);

  timer = g_timeout_add (1, work_cb, f);
  net_test_wait (is_done (f), 120000);
  g_source_remove (timer);
  g_test_message ("%u violations: %u decided by ada, %u by bo; %u and %u claims refused; %u breaks of both connections; "
                  "%u and %u verdicts too late; %u candidates claimed twice, %u violations decided twice, %u left at the hall",
                  g_hash_table_size (f->decided), ada->n_decided, bo->n_decided, ada->n_refused, bo->n_refused, f->n_breaks,
                  ada->n_late, bo->n_late, f->n_double, f->n_twice, count_open_at_hall (ada));
  g_assert_cmpuint (g_hash_table_size (f->decided), ==, VIOLATIONS);
  g_assert_cmpuint (f->n_double, ==, 0);
  g_assert_cmpuint (f->n_twice, ==, 0);
  g_assert_cmpuint (f->n_breaks, >=, 5);
  g_assert_cmpuint (count_open_at_hall (bo), ==, 0);
  g_assert_cmpuint (ada->n_decided, >, VIOLATIONS / 10);
  g_assert_cmpuint (bo->n_decided, >, VIOLATIONS / 10);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  net_test_drop_debug ();
  g_test_add ("/net/triage/contention", Fixture, NULL, set_up, test_contention, tear_down);
  return g_test_run ();
}
