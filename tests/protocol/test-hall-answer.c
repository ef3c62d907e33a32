/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Acknowledgements, HTTP errors, sessions, exams, configurations and pages. */
#include "protocol-test.h"
#include "vigil-hall-answer.h"
#include "vigil-people-json.h"

#define EXAM "{'examId':'e-1','quizId':'q-1','title':'Anatomy <b>II</b>','state':'running','startsAt':1,'endsAt':null,'rooms':['A','B']," \
             "'candidates':200,'streaming':187,'proctoring':'on'}"
#define CANDIDATE "{'studentId':'s-17','name':'Aïcha Benali','room':'B','state':'active','joinedAt':1,'lastSeenAt':2,'connected':true," \
                  "'isStreaming':true,'score':24.4,'scoreAt':3,'flags':['gaze_away'],'openFlags':2," \
                  "'producers':[{'producerId':'p-1','source':'webcam','kind':'video'},{'producerId':'p-2','source':'microphone','kind':'audio'}," \
                  "{'producerId':'p-3','source':'thermal','kind':'video'}]," \
                  "'bypass':null,'claimedBy':null,'handRaised':true,'platform':'Chromium','version':3}"

static void
test_ack (void)
{
  g_autoptr (JsonNode) ok = json ("{'ok':true,'id':'x'}");
  g_autoptr (JsonNode) refused = json ("{'ok':false,'error':{'code':'sfu.no_such_producer','message':'not yet'}}");
  g_autoptr (JsonNode) strange = json ("{'ok':false,'error':{'code':'tea.pot'}}");
  g_autoptr (GError) error = NULL;

  g_assert_true (vigil_hall_answer_check_ack (ok, &error));
  g_assert_no_error (error);
  g_assert_false (vigil_hall_answer_check_ack (refused, &error));
  g_assert_error (error, VIGIL_HALL_ANSWER_ERROR, VIGIL_HALL_ANSWER_ERROR_NO_SUCH_PRODUCER);
  g_assert_cmpstr (error->message, ==, "not yet");
  g_clear_error (&error);
  g_assert_false (vigil_hall_answer_check_ack (strange, &error));
  g_assert_error (error, VIGIL_HALL_ANSWER_ERROR, VIGIL_HALL_ANSWER_ERROR_INTERNAL);
}

static void
test_bad_acks (void)
{
  static const char *const bad[] = {
    "[]", "true", "{}", "{'ok':1}", "{'ok':'true'}", "{'ok':null}", "{'ok':false}", "{'ok':false,'error':'no'}",
    "{'ok':false,'error':{}}", "{'ok':false,'error':{'code':5}}", "{'ok':false,'error':{'message':'x'}}",
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (JsonNode) node = json (bad[i]);

      note (bad[i]);
      g_assert_false (vigil_hall_answer_check_ack (node, &error));
      assert_protocol_error (&error, "acknowledgement");
    }
  g_assert_false (vigil_hall_answer_check_ack (NULL, &error));
  assert_protocol_error (&error, "acknowledgement");
}

static void
test_codes (void)
{
  for (guint i = 0; i <= VIGIL_HALL_ANSWER_ERROR_STILL_NONE; i++)
    {
      const char *code = vigil_hall_answer_error_to_code ((VigilHallAnswerError) i);

      g_assert_cmpuint (vigil_hall_answer_error_from_code (code), ==, i);
      g_assert_cmpuint (vigil_hall_answer_error_to_status ((VigilHallAnswerError) i), >=, 400);
    }
  g_assert_cmpint (vigil_hall_answer_error_from_code ("what"), ==, VIGIL_HALL_ANSWER_ERROR_INTERNAL);
  g_assert_cmpint (vigil_hall_answer_error_from_status (401), ==, VIGIL_HALL_ANSWER_ERROR_AUTH_INVALID);
  g_assert_cmpint (vigil_hall_answer_error_from_status (404), ==, VIGIL_HALL_ANSWER_ERROR_NOT_FOUND);
  g_assert_cmpint (vigil_hall_answer_error_from_status (502), ==, VIGIL_HALL_ANSWER_ERROR_UNAVAILABLE);
  g_assert_cmpint (vigil_hall_answer_error_from_status (418), ==, VIGIL_HALL_ANSWER_ERROR_INVALID);
  g_assert_cmpint (vigil_hall_answer_error_from_status (599), ==, VIGIL_HALL_ANSWER_ERROR_INTERNAL);
}

static void
test_http_errors (void)
{
  g_autoptr (JsonNode) body = json ("{'error':{'code':'auth.expired','message':'m'}}");
  g_autoptr (JsonNode) page = json ("['<html>']");
  g_autoptr (GError) error = NULL;

  vigil_hall_answer_set_error (body, 401, &error);
  g_assert_error (error, VIGIL_HALL_ANSWER_ERROR, VIGIL_HALL_ANSWER_ERROR_AUTH_EXPIRED);
  g_clear_error (&error);
  vigil_hall_answer_set_error (page, 403, &error);
  g_assert_error (error, VIGIL_HALL_ANSWER_ERROR, VIGIL_HALL_ANSWER_ERROR_AUTH_FORBIDDEN);
  g_clear_error (&error);
  vigil_hall_answer_set_error (NULL, 503, &error);
  g_assert_error (error, VIGIL_HALL_ANSWER_ERROR, VIGIL_HALL_ANSWER_ERROR_UNAVAILABLE);
}

/* Who has it, where the hall says so in so many words. */
static void
test_holder (void)
{
  static const struct { const char *details; const char *holder; } table[] = {
    { ",'details':{'claimedBy':'m.ortiz'}", "m.ortiz" }, { "", NULL }, { ",'details':{}", NULL }, { ",'details':null", NULL },
    { ",'details':{'claimedBy':null}", NULL }, { ",'details':{'claimedBy':7}", NULL }, { ",'details':[]", NULL },
    { ",'details':'claimedBy'", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'error':{'code':'conflict','message':'m'%s}}", table[i].details);
      g_autoptr (JsonNode) body = json (text);
      g_autoptr (GError) error = NULL;

      note (text);
      vigil_hall_answer_set_error (body, 409, &error);
      g_assert_error (error, VIGIL_HALL_ANSWER_ERROR, VIGIL_HALL_ANSWER_ERROR_CONFLICT);
      g_assert_cmpstr (vigil_hall_answer_error_get_holder (error), ==, table[i].holder);
      vigil_hall_answer_set_error (body, 409, NULL);
    }
}

static void
test_connect_errors (void)
{
  static const struct { const char *text; int code; const char *message; } table[] = {
    { "{'message':'no','data':{'code':'auth.invalid'}}", VIGIL_HALL_ANSWER_ERROR_AUTH_INVALID, "no" },
    { "{'message':'no'}", VIGIL_HALL_ANSWER_ERROR_INTERNAL, "no" },
    { "'old style'", VIGIL_HALL_ANSWER_ERROR_INTERNAL, "old style" },
    { "{}", VIGIL_HALL_ANSWER_ERROR_INTERNAL, "refused without a reason" },
    { "{'message':5,'data':[]}", VIGIL_HALL_ANSWER_ERROR_INTERNAL, "refused without a reason" },
    { "5", VIGIL_HALL_ANSWER_ERROR_INTERNAL, "refused without a reason" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (JsonNode) node = json (table[i].text);
      g_autoptr (GError) error = NULL;

      vigil_hall_answer_set_connect_error (node, &error);
      g_assert_error (error, VIGIL_HALL_ANSWER_ERROR, table[i].code);
      g_assert_cmpstr (error->message, ==, table[i].message);
    }
}

static void
test_hall (void)
{
  static const char *const not_halls[] = { "[]", "{}", "{'service':5}", "{'service':'wordpress','protocol':1}", "'vigil-hall'" };
  static const char *const others[] = { "{'service':'vigil-hall','protocol':2,'hall':'h'}", "{'service':'vigil-hall','hall':'h'}", "{'service':'vigil-hall','protocol':1}" };
  g_autoptr (JsonNode) good = json ("{'service':'vigil-hall','protocol':1,'hall':'Northern Campus','version':'0'}");
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  g_assert_true (vigil_hall_answer_check_hall (good, &name, &error));
  g_assert_cmpstr (name, ==, "Northern Campus");
  for (guint i = 0; i < G_N_ELEMENTS (not_halls); i++)
    {
      g_autoptr (JsonNode) node = json (not_halls[i]);

      g_assert_false (vigil_hall_answer_check_hall (node, NULL, &error));
      g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_NOT_A_HALL);
      g_clear_error (&error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (JsonNode) node = json (others[i]);

      g_assert_false (vigil_hall_answer_check_hall (node, NULL, &error));
      g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_UNSUPPORTED);
      g_clear_error (&error);
    }
}

static void
test_session (void)
{
  g_autoptr (JsonNode) node = json ("{'user':'m.ortiz','role':'admin','hall':'N','serverTime':5,'expiresAt':null}");
  g_autoptr (JsonNode) candidate = json ("{'user':'s','role':'candidate','hall':'N','serverTime':5,'expiresAt':9}");
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWireSession) session = vigil_wire_session_from_json (node, &error);

  g_assert_no_error (error);
  g_assert_cmpint (session->role, ==, VIGIL_ROLE_ADMIN);
  g_assert_cmpint (session->server_time_ms, ==, 5);
  g_assert_cmpint (session->expires_at_ms, ==, 0);
  g_assert_null (vigil_wire_session_from_json (candidate, &error));
  assert_protocol_error (&error, "role");
}

static void
test_join (void)
{
  g_autoptr (JsonNode) node = json ("{'ok':true,'serverTime':5,'epoch':7,'seq':0,'exam':" EXAM "}");
  g_autoptr (JsonNode) bad = json ("{'ok':true,'serverTime':5,'epoch':7,'seq':0,'exam':{'examId':'e'}}");
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWireJoin) join = vigil_wire_join_from_json (node, &error);

  g_assert_no_error (error);
  g_assert_cmpint (join->epoch, ==, 7);
  g_assert_cmpint (join->seq, ==, 0);
  g_assert_cmpstr (join->exam->title, ==, "Anatomy <b>II</b>");
  g_assert_cmpuint (g_strv_length (join->exam->rooms), ==, 2);
  g_assert_true (join->exam->proctoring);
  g_assert_null (vigil_wire_join_from_json (bad, &error));
  assert_protocol_error (&error, "exam: quizId");
}

static void
test_config (void)
{
  g_autoptr (JsonNode) node = json ("{'examId':'e','studentId':'s','version':4,'values':{"
    "'proctoring.enabled':{'value':false,'source':'candidate','by':'m','at':1,'overrides':[{'value':true,'source':'global'}]},"
    "'capture.intervalSeconds':{'value':10,'source':'global'},'mode':{'value':'strict','source':'test'},'note':{'value':null,'source':'moon'}}}");
  g_autoptr (JsonNode) bad = json ("{'values':{'x':{'value':{},'source':'test'}}}");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) values = vigil_wire_config_from_json (node, &error);
  static const char *const wanted[][3] = {
    { "capture.intervalSeconds", "10", "global" }, { "mode", "strict", "test" }, { "note", "", "moon" }, { "proctoring.enabled", "false", "candidate" },
  };

  g_assert_no_error (error);
  g_assert_cmpuint (values->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < values->len; i++)
    {
      const VigilWireConfigValue *value = g_ptr_array_index (values, i);

      g_assert_cmpstr (value->key, ==, wanted[i][0]);
      g_assert_cmpstr (value->value, ==, wanted[i][1]);
      g_assert_cmpstr (value->source, ==, wanted[i][2]);
    }
  g_assert_null (vigil_wire_config_from_json (bad, &error));
  assert_protocol_error (&error, "x: value");
}

static void
test_roster_page (void)
{
  g_autoptr (JsonNode) node = json ("{'items':[" CANDIDATE "],'next':'c1','total':50000,'epoch':7,'seq':9}");
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWirePage) page = vigil_wire_page_from_json (node, VIGIL_PAGE_CANDIDATES, &error);
  const VigilCandidateInfo *info;

  g_assert_no_error (error);
  g_assert_cmpstr (page->next, ==, "c1");
  g_assert_cmpuint (page->total, ==, 50000);
  g_assert_cmpint (page->seq, ==, 9);
  info = g_ptr_array_index (page->items, 0);
  g_assert_cmpstr (info->name, ==, "Aïcha Benali");
  g_assert_cmpint (info->score, ==, 24);
  g_assert_cmpuint (info->open_flags, ==, 2);
  g_assert_cmpstr (info->producer_ids[VIGIL_SOURCE_WEBCAM], ==, "p-1");
  g_assert_cmpstr (info->producer_ids[VIGIL_SOURCE_MICROPHONE], ==, "p-2");
  g_assert_null (info->producer_ids[VIGIL_SOURCE_SCREEN]);
  g_assert_true (info->hand_raised);
  g_assert_true (info->fields & VIGIL_FIELD_BYPASS);
  g_assert_false (info->fields & VIGIL_FIELD_LEFT_AT);
}

static void
test_evidence_page (void)
{
  g_autoptr (JsonNode) node = json ("{'items':[{'key':'20251122/e/s/camera/base_truth_5.jpg','kind':'camera','at':5,'size':24811,"
    "'sha256':'4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865','url':'/api/v1/evidence/x?signature=y','urlExpiresAt':9},"
    "{'key':'other','kind':'audio','at':6,'size':0,'sha256':null,'url':'https://s3.example/x','urlExpiresAt':9}],'next':null}");
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWirePage) page = vigil_wire_page_from_json (node, VIGIL_PAGE_EVIDENCE, &error);
  const VigilEvidenceItem *item;

  g_assert_no_error (error);
  g_assert_null (page->next);
  g_assert_cmpuint (page->items->len, ==, 2);
  item = g_ptr_array_index (page->items, 0);
  g_assert_cmpint (item->size, ==, 24811);
  item = g_ptr_array_index (page->items, 1);
  g_assert_null (item->sha256);
}

static void
test_bad_evidence (void)
{
  static const struct { const char *sha256, *url, *part; } bad[] = {
    { "null", "'//evil.example/x'", "url" }, { "null", "'javascript:alert(1)'", "url" }, { "null", "'file:///etc/passwd'", "url" },
    { "null", "'ftp://x/'", "url" }, { "null", "''", "url" }, { "null", "'https://x/ y'", "url" }, { "null", "'/x\\r\\nHost: y'", "url" },
    { "null", "'/\\\\evil'", "url" }, { "null", "5", "url" }, { "null", "null", "url" },
    { "'4355'", "'/x'", "sha256" }, { "'4355A46B19D348DC2F57C046F8EF63D4538EBB936000F3C9EE954A27460DD865'", "'/x'", "sha256" }, { "7", "'/x'", "sha256" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'key':'k','kind':'camera','at':1,'size':1,'sha256':%s,'url':%s,'urlExpiresAt':9}", bad[i].sha256, bad[i].url);
      g_autoptr (JsonNode) node = json (text);
      g_autoptr (GError) error = NULL;

      note (text);
      g_assert_null (vigil_evidence_item_from_json (node, &error));
      assert_protocol_error (&error, bad[i].part);
    }
}

static void
test_bad_pages (void)
{
  static const struct { VigilPageKind kind; const char *text, *part; } bad[] = {
    { VIGIL_PAGE_EXAMS, "[]", "not an object" }, { VIGIL_PAGE_EXAMS, "{}", "next" }, { VIGIL_PAGE_EXAMS, "{'next':null}", "items" },
    { VIGIL_PAGE_EXAMS, "{'items':{},'next':null}", "items" }, { VIGIL_PAGE_EXAMS, "{'items':[],'next':5}", "next" },
    { VIGIL_PAGE_EXAMS, "{'items':[" EXAM ",{}],'next':null}", "item 1" },
    { VIGIL_PAGE_CANDIDATES, "{'items':[],'next':null}", "total" },
    { VIGIL_PAGE_CANDIDATES, "{'items':[],'next':null,'total':1,'epoch':1}", "seq" },
    { VIGIL_PAGE_CANDIDATES, "{'items':[{'studentId':'s'}],'next':null,'total':1,'epoch':1,'seq':1}", "item 0: candidate: name" },
    { VIGIL_PAGE_CANDIDATES, "{'items':[5],'next':null,'total':1,'epoch':1,'seq':1}", "item 0" },
    { VIGIL_PAGE_VIOLATIONS, "{'items':[null],'next':null}", "item 0" },
    { VIGIL_PAGE_EVIDENCE, "{'items':[[]],'next':null}", "item 0" },
    { VIGIL_PAGE_BYPASSES, "{'items':[{'active':true,'reason':'r','category':'c','signals':['x'],'expiresAt':0,'bypassedBy':'m','createdAt':1}],'next':null}", "version" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (JsonNode) node = json (bad[i].text);
      g_autoptr (GError) error = NULL;

      note (bad[i].text);
      g_assert_null (vigil_wire_page_from_json (node, bad[i].kind, &error));
      assert_protocol_error (&error, bad[i].part);
    }
}

static void
test_too_many_items (void)
{
  g_autoptr (GString) text = g_string_new ("{'next':null,'items':[0");
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, ",0");
  g_string_append (text, "]}");
  node = json (text->str);
  g_assert_null (vigil_wire_page_from_json (node, VIGIL_PAGE_EXAMS, &error));
  assert_protocol_error (&error, "too many");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answer/ack", test_ack);
  g_test_add_func ("/answer/bad-acks", test_bad_acks);
  g_test_add_func ("/answer/codes", test_codes);
  g_test_add_func ("/answer/http-errors", test_http_errors);
  g_test_add_func ("/answer/holder", test_holder);
  g_test_add_func ("/answer/connect-errors", test_connect_errors);
  g_test_add_func ("/answer/hall", test_hall);
  g_test_add_func ("/answer/session", test_session);
  g_test_add_func ("/answer/join", test_join);
  g_test_add_func ("/answer/config", test_config);
  g_test_add_func ("/answer/roster-page", test_roster_page);
  g_test_add_func ("/answer/evidence-page", test_evidence_page);
  g_test_add_func ("/answer/bad-evidence", test_bad_evidence);
  g_test_add_func ("/answer/bad-pages", test_bad_pages);
  g_test_add_func ("/answer/too-many-items", test_too_many_items);
  return g_test_run ();
}
