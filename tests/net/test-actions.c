/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an operator does, as it goes out and as it comes back. */
#include <string.h>

#include "net-hall.h"
#include "net-test.h"
#include "vigil-hall-connection.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

#define BYPASS(active, version) \
  "{\"studentId\":\"s\",\"active\":" active ",\"reason\":\"Camera broken\",\"category\":\"technical\",\"signals\":[\"camera\"]," \
  "\"expiresAt\":null,\"bypassedBy\":\"m.ortiz\",\"createdAt\":1763805400000,\"version\":" version "}"

typedef struct
{
  NetHall             *hall;
  VigilNetLimits       limits;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  VigilActions        *actions;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  net_test_limits (&f->limits);
  f->store = vigil_score_store_new (10);
  f->policy = vigil_scoring_policy_new_default ();
  f->hall = net_hall_new (NULL);
  address = net_hall_dup_address (f->hall);
  f->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = address, .token = NET_TEST_TOKEN,
                                                                           .store = f->store, .policy = f->policy, .limits = &f->limits },
                                             &error);
  g_assert_no_error (error);
  f->actions = vigil_hall_connection_get_actions (f->connection);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->connection);
  net_hall_free (f->hall);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
}

static gboolean
perform (Fixture *f, VigilAction *action, VigilBypass **bypass, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_actions_perform_async (f->actions, action, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  return vigil_actions_perform_finish (f->actions, result, bypass, error);
}

static VigilAction *
make_bypass (void)
{
  VigilAction *action = vigil_action_new (VIGIL_ACTION_BYPASS, "ex", "s/1");
  static const char *const signals[] = { "camera", NULL };

  action->reason = g_strdup ("Camera broken \"really\"");
  action->category = g_strdup ("technical");
  action->signals = g_strdupv ((char **) signals);
  return action;
}

static void
test_bypass (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilAction) action = make_bypass ();
  g_autoptr (VigilBypass) bypass = NULL;
  g_autoptr (GError) error = NULL;
  NetHallAsked *asked;

  net_hall_answer (f->hall, "/api/v1/exams/ex/bypasses/s/1", 201, "ETag: \"1\"", BYPASS ("true", "1"), -1);
  g_assert_true (perform (f, action, &bypass, &error));
  g_assert_no_error (error);
  g_assert_true (bypass->active);
  g_assert_cmpstr (bypass->bypassed_by, ==, "m.ortiz");
  g_assert_cmpstr (bypass->etag, ==, "\"1\"");

  asked = net_hall_find_asked (f->hall, "PUT", "/api/v1/exams/ex/bypasses/s/1");
  g_assert_cmpstr (asked->idempotency_key, ==, action->idempotency_key);
  g_assert_cmpstr (asked->if_none_match, ==, "*");
  g_assert_null (asked->if_match);
  g_assert_cmpstr (asked->authorization, ==, "Bearer " NET_TEST_TOKEN);
  g_assert_cmpstr (asked->body, ==, "{\"reason\":\"Camera broken \\\"really\\\"\",\"category\":\"technical\",\"signals\":[\"camera\"],\"expiresAt\":null}");
  g_assert_null (strstr (asked->body, "bypassedBy"));
}

static void
test_bypass_again (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilAction) action = make_bypass ();
  g_autoptr (GError) error = NULL;
  NetHallAsked *first, *second;

  /* With a version; the hall is down, the same intent is repeated unchanged. */
  action->etag = g_strdup ("7");
  net_hall_answer (f->hall, "/api/v1/exams/ex/bypasses/s/1", 503, NULL, "{}", -1);
  g_assert_false (perform (f, action, NULL, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  first = net_hall_find_asked (f->hall, "PUT", "/api/v1/exams/ex/bypasses/s/1");
  net_hall_answer (f->hall, "/api/v1/exams/ex/bypasses/s/1", 200, NULL, BYPASS ("true", "8"), -1);
  g_assert_true (perform (f, action, NULL, &error));
  second = net_hall_find_asked (f->hall, "PUT", "/api/v1/exams/ex/bypasses/s/1");
  g_assert_true (first != second);
  g_assert_cmpstr (first->idempotency_key, ==, second->idempotency_key);
  g_assert_cmpstr (first->body, ==, second->body);
  g_assert_cmpstr (second->if_match, ==, "\"7\"");
  g_assert_null (second->if_none_match);
}

static void
test_revoke (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_REVOKE_BYPASS, "ex", "s");
  g_autoptr (VigilBypass) bypass = NULL;
  g_autoptr (GError) error = NULL;
  NetHallAsked *asked;

  /* The operator named no version: the one that is there is asked for first. */
  net_hall_answer (f->hall, "/api/v1/exams/ex/bypasses/s", 200, "ETag: \"5\"", BYPASS ("false", "6"), -1);
  g_assert_true (perform (f, action, &bypass, &error));
  g_assert_no_error (error);
  g_assert_false (bypass->active);
  asked = net_hall_find_asked (f->hall, "DELETE", "/api/v1/exams/ex/bypasses/s");
  g_assert_cmpstr (asked->if_match, ==, "\"5\"");
  g_assert_cmpstr (asked->idempotency_key, ==, action->idempotency_key);
}

static void
test_verdict (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_VERDICT, "ex", "s");
  g_autoptr (GError) error = NULL;

  action->flag_id = g_strdup ("v-9");
  action->verdict = VIGIL_VERDICT_DISMISSED;
  action->reason = g_strdup ("reading aloud is allowed");
  net_hall_answer (f->hall, "/api/v1/flags/v-9/verdict", 200, NULL, "{}", -1);
  g_assert_true (perform (f, action, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (net_hall_find_asked (f->hall, "PUT", "/api/v1/flags/v-9/verdict")->body, "\"dismissed\""));
}

static void
test_interventions (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilAction) warn = vigil_action_new (VIGIL_ACTION_INTERVENTION, "ex", "s");
  g_autoptr (VigilAction) extend = vigil_action_new (VIGIL_ACTION_INTERVENTION, "ex", "s");
  g_autoptr (GError) error = NULL;
  NetHallAsked *asked;

  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s/interventions", 201, NULL, "{}", -1);
  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s", 200, "ETag: \"3\"", "{}", -1);

  warn->category = g_strdup ("warn");
  warn->reason = g_strdup ("Please stay in the picture.");
  g_assert_true (perform (f, warn, NULL, &error));
  asked = net_hall_find_asked (f->hall, "POST", "/api/v1/exams/ex/candidates/s/interventions");
  g_assert_null (asked->if_match);
  g_assert_nonnull (strstr (asked->body, "\"text\":\"Please stay in the picture.\""));
  g_assert_null (net_hall_find_asked (f->hall, "GET", "/api/v1/exams/ex/candidates/s"));

  extend->category = g_strdup ("extend");
  extend->reason = g_strdup ("fire alarm");
  extend->seconds = 600;
  g_assert_true (perform (f, extend, NULL, &error));
  asked = net_hall_find_asked (f->hall, "POST", "/api/v1/exams/ex/candidates/s/interventions");
  g_assert_cmpstr (asked->if_match, ==, "\"3\"");
  g_assert_nonnull (strstr (asked->body, "\"seconds\":600"));
  g_assert_nonnull (strstr (asked->body, "\"reason\":\"fire alarm\""));
}

static void
test_claims (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilAction) claim = vigil_action_new (VIGIL_ACTION_CLAIM, "ex", "s/1");
  g_autoptr (VigilAction) release = vigil_action_new (VIGIL_ACTION_RELEASE, "ex", "s/1");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) copy = NULL;
  NetHallAsked *asked;

  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s/1/claim", 200, NULL, "{\"claimedBy\":\"m.ortiz\"}", -1);
  g_assert_true (perform (f, claim, NULL, &error));
  g_assert_no_error (error);
  asked = net_hall_find_asked (f->hall, "PUT", "/api/v1/exams/ex/candidates/s/1/claim");
  g_assert_cmpstr (asked->idempotency_key, ==, claim->idempotency_key);
  g_assert_null (asked->if_match);
  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s/1/claim", 204, NULL, "", -1);
  g_assert_true (perform (f, release, NULL, &error));
  g_assert_no_error (error);
  asked = net_hall_find_asked (f->hall, "DELETE", "/api/v1/exams/ex/candidates/s/1/claim");
  g_assert_cmpstr (asked->idempotency_key, ==, release->idempotency_key);

  /* Somebody has it: the caller learns who, and so does whoever copies the error. */
  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s/1/claim", 409, NULL,
                   "{\"error\":{\"code\":\"conflict\",\"message\":\"taken\",\"details\":{\"claimedBy\":\"i.okafor\"}}}", -1);
  g_assert_false (perform (f, claim, NULL, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CONFLICT);
  g_assert_cmpstr (vigil_session_error_get_holder (error), ==, "i.okafor");
  copy = g_error_copy (error);
  g_clear_error (&error);
  g_assert_cmpstr (vigil_session_error_get_holder (copy), ==, "i.okafor");
  g_assert_null (vigil_session_error_get_holder (NULL));
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const struct { guint status; const char *body; int code; } cases[] = {
    { 412, "{\"error\":{\"code\":\"precondition_failed\",\"message\":\"changed\",\"details\":{\"current\":{}}}}", VIGIL_SESSION_ERROR_CONFLICT },
    { 409, "{\"error\":{\"code\":\"conflict\",\"message\":\"ended\"}}", VIGIL_SESSION_ERROR_CONFLICT },
    { 403, "{\"error\":{\"code\":\"auth.forbidden\",\"message\":\"not you\"}}", VIGIL_SESSION_ERROR_FORBIDDEN },
    { 400, "{\"error\":{\"code\":\"invalid\",\"message\":\"short\",\"details\":{\"field\":\"reason\"}}}", VIGIL_SESSION_ERROR_INVALID },
    { 302, "", VIGIL_SESSION_ERROR_PROTOCOL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VigilAction) action = make_bypass ();
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilBypass) bypass = NULL;

      net_hall_answer (f->hall, "/api/v1/exams/ex/bypasses/s/1", cases[i].status, NULL, cases[i].body, -1);
      g_assert_false (perform (f, action, &bypass, &error));
      g_assert_error (error, VIGIL_SESSION_ERROR, cases[i].code);
      g_assert_null (bypass);
    }
}

/* What the hall says it has done is done; its feed tells the rest. */
static void
test_done_without_body (Fixture *f, gconstpointer data)
{
  static const struct { guint status; const char *body; } cases[] = {
    { 200, "" }, { 204, "" }, { 200, "{}" }, { 201, "{\"active\":\"yes\"}" }, { 200, "done" }, { 200, "null" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VigilAction) action = make_bypass ();
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilBypass) bypass = NULL;

      net_hall_answer (f->hall, "/api/v1/exams/ex/bypasses/s/1", cases[i].status, NULL, cases[i].body, -1);
      g_assert_true (perform (f, action, &bypass, &error));
      g_assert_no_error (error);
      g_assert_null (bypass);
    }
}

static void
test_incomplete (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilAction) nobody = vigil_action_new (VIGIL_ACTION_BYPASS, "ex", NULL);
  g_autoptr (VigilAction) nothing = vigil_action_new (VIGIL_ACTION_VERDICT, "ex", "s");
  g_autoptr (GError) error = NULL;

  g_assert_false (perform (f, nobody, NULL, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (perform (f, nothing, NULL, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID);
  g_assert_cmpuint (net_hall_get_asked (f->hall)->len, ==, 0);
}

#define ADD(name, func) g_test_add ("/actions/" name, Fixture, NULL, set_up, func, tear_down)

static void
test_snapshot (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_SNAPSHOT, "ex", "s/1");
  g_autoptr (GError) error = NULL;
  NetHallAsked *asked;
  g_autofree char *key = NULL;

  action->source = VIGIL_SOURCE_SCREEN;
  action->at_ms = 1763805571040;
  action->reason = g_strdup ("A \"messenger\"");
  action->content_type = "image/jpeg";
  action->picture = g_strdup ("/9j/2Q==");

  /* The hall is away: the same again, with the same key. */
  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s/1/snapshots", 503, NULL, "{}", -1);
  g_assert_false (perform (f, action, NULL, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  asked = net_hall_find_asked (f->hall, "POST", "/api/v1/exams/ex/candidates/s/1/snapshots");
  key = g_strdup (asked->idempotency_key);
  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s/1/snapshots", 201, NULL, "{\"key\":\"k\"}", -1);
  g_assert_true (perform (f, action, NULL, &error));
  asked = net_hall_find_asked (f->hall, "POST", "/api/v1/exams/ex/candidates/s/1/snapshots");
  g_assert_cmpstr (asked->idempotency_key, ==, key);
  g_assert_cmpstr (asked->body, ==, "{\"source\":\"screen\",\"at\":1763805571040,\"note\":\"A \\\"messenger\\\"\","
                                    "\"contentType\":\"image/jpeg\",\"data\":\"/9j/2Q==\"}");

  vigil_action_drop_picture (action);
  g_assert_false (perform (f, action, NULL, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  ADD ("bypass", test_bypass);
  ADD ("bypass-again", test_bypass_again);
  ADD ("snapshot", test_snapshot);
  ADD ("revoke", test_revoke);
  ADD ("verdict", test_verdict);
  ADD ("interventions", test_interventions);
  ADD ("claims", test_claims);
  ADD ("refusals", test_refusals);
  ADD ("done-without-body", test_done_without_body);
  ADD ("incomplete", test_incomplete);
  return g_test_run ();
}
