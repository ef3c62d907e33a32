/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A room of the rehearsal hall loses its connection: one incident, over the whole way from the wire. */
#include <string.h>

#include "net-test.h"
#include "vigil-fake-engine.h"
#include "vigil-fake-sfu.h"
#include "vigil-hall-connection.h"
#include "vigil-net-thread.h"
#include "vigil-session.h"

#include <libsoup/soup.h>

/* Seven rooms of forty. */
#define CANDIDATES 280
#define ROOM 40

typedef struct
{
  GSubprocess         *process;
  char                *url;
  char                *exam;
  SoupSession         *http;
  VigilFakeLog        *log;
  VigilSettings       *settings;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  VigilFakeSfu        *sfu;
  VigilFakeEngine     *engine;
  VigilSession        *session;
  GListModel          *incidents;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *candidates = g_strdup_printf ("--candidates=%d", CANDIDATES);
  const char *argv[] = { g_getenv ("VIGIL_HALL"), candidates, "--port=0", "--publish=0", "--video=160x90@5", "--looks=1", "--score-rate=500",
                         "--absent=0", "--control", "--token=admin=" NET_TEST_TOKEN, "--ready", "--quit-on-stdin-eof", NULL };
  VigilNetLimits limits;
  g_autoptr (GError) error = NULL;

  net_test_limits (&limits);
  limits.request_ms = limits.http_ms = limits.stall_ms = 10000 * NET_TEST_FACTOR;
  f->log = vigil_fake_log_new ();
  f->http = soup_session_new ();
  f->settings = vigil_settings_new ();
  f->store = vigil_score_store_new (1000);
  f->policy = vigil_scoring_policy_new_default ();
  f->process = net_test_start_hall (argv, &f->url, &f->exam);
  f->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = f->url, .token = NET_TEST_TOKEN, .store = f->store,
                                                                           .policy = f->policy, .limits = &limits }, &error);
  g_assert_no_error (error);
  f->sfu = vigil_fake_sfu_new (f->log);
  f->engine = vigil_fake_engine_new (f->log);
  f->session = vigil_session_new (&(VigilSessionParts) {
    .settings = f->settings, .policy = f->policy, .store = f->store,
    .feed = vigil_hall_connection_get_feed (f->connection),
    .directory = vigil_hall_connection_get_directory (f->connection),
    .actions = vigil_hall_connection_get_actions (f->connection),
    .sfu = VIGIL_SFU (f->sfu), .engine = VIGIL_MEDIA_ENGINE (f->engine) });
  f->incidents = vigil_incident_watch_get_incidents (vigil_session_get_incident_watch (f->session));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vigil_session_leave (f->session);
  net_test_run_for (50);
  g_assert_finalize_object (f->session);
  vigil_fake_spin ();
  g_assert_finalize_object (f->engine);
  g_assert_finalize_object (f->sfu);
  g_assert_finalize_object (f->connection);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
  g_assert_finalize_object (f->settings);
  g_object_unref (f->http);
  g_subprocess_force_exit (f->process);
  g_subprocess_wait (f->process, NULL, NULL);
  g_object_unref (f->process);
  g_free (f->url);
  g_free (f->exam);
  vigil_fake_log_unref (f->log);
}

static void
join (Fixture *f)
{
  VigilExam exam = { .id = f->exam, .title = (char *) "Exam", .state = (char *) "running" };
  VigilSessionInfo who = { .user = (char *) "admin", .hall = (char *) "Hall", .role = VIGIL_ROLE_ADMIN };
  guint n;

  vigil_session_join (f->session, &exam, &who);
  net_test_wait ((vigil_roster_get_handles (vigil_session_get_roster (f->session), &n), n == CANDIDATES), 10000);
  net_test_wait (!vigil_session_is_loading (f->session), 10000);
}

static gboolean
is_in_room (const VigilCandidate *candidate, const char *room)
{
  return g_strcmp0 (candidate->room, room) == 0;
}

static void
disconnect (Fixture *f, const char *student_id, guint back_ms)
{
  g_autofree char *url = g_strconcat (f->url, "/control", NULL);
  g_autofree char *json = g_strdup_printf ("{\"op\": \"disconnect\", \"studentId\": \"%s\", \"ms\": %u}", student_id, back_ms);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_session_send_and_read_async (f->http, message, 0, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 10000);
  answer = soup_session_send_and_read_finish (f->http, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

static VigilIncident *
peek (Fixture *f, guint i)
{
  g_autoptr (VigilIncident) incident = g_list_model_get_item (f->incidents, i);

  return incident;
}

static void
test_room (Fixture *f, gconstpointer data)
{
  VigilRoster *roster = vigil_session_get_roster (f->session);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *summary = NULL;
  const VigilHandle *handles;
  VigilIncident *incident;
  guint n;

  join (f);
  handles = vigil_roster_get_handles (roster, &n);
  for (guint i = 0; i < n; i++)
    if (is_in_room (vigil_roster_get (roster, handles[i]), "B"))
      g_ptr_array_add (ids, g_strdup (vigil_roster_get (roster, handles[i])->id));
  g_assert_cmpuint (ids->len, ==, ROOM);
  g_assert_cmpuint (g_list_model_get_n_items (f->incidents), ==, 0);

  for (guint i = 0; i < ids->len; i++)
    disconnect (f, g_ptr_array_index (ids, i), 6000);
  net_test_wait (g_list_model_get_n_items (f->incidents) > 0, 10000);
  incident = peek (f, 0);
  summary = vigil_incident_dup_summary (incident);
  g_test_message ("%s", summary);
  g_assert_cmpuint (g_list_model_get_n_items (f->incidents), ==, 1);
  g_assert_cmpint (vigil_incident_get_lost (incident), ==, VIGIL_LOST_HEARTBEAT);
  g_assert_cmpint (vigil_incident_get_shared (incident), ==, VIGIL_SHARED_ROOM);
  g_assert_cmpstr (vigil_incident_get_name (incident), ==, "B");
  /* A few may be away of their own accord, as people are. */
  g_assert_cmpuint (vigil_incident_get_n_ever (incident), >=, ROOM - 4);

  /* Their browsers come back by themselves. */
  net_test_wait (vigil_incident_get_n_now (incident) <= 4, 20000);
  g_assert_cmpuint (g_list_model_get_n_items (f->incidents), ==, 1);
}

/* The rehearsal's own unrest: people look away, get up, and lose their connection now and then. */
static void
test_unrest (Fixture *f, gconstpointer data)
{
  join (f);
  net_test_run_for (15000);
  g_assert_cmpuint (g_list_model_get_n_items (f->incidents), ==, 0);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  net_test_drop_debug ();
  g_test_add ("/net/incidents/room", Fixture, NULL, set_up, test_room, tear_down);
  g_test_add ("/net/incidents/unrest", Fixture, NULL, set_up, test_unrest, tear_down);
  return g_test_run ();
}
