/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every event of docs/protocol.md, and what is refused of each. */
#include "protocol-test.h"
#include "vigil-hall-message.h"

#define SEQ "'epoch':1763800000000,'seq':4712,"
#define BYPASS "{'studentId':'s-1','active':true,'reason':'r','category':'technical','signals':['camera'],'expiresAt':null," \
               "'bypassedBy':'m','createdAt':5,'version':3}"

static VigilHallEvent *
parse (const char *event, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json (text);
  VigilHallEvent *result = vigil_hall_message_parse (event, node, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

static void
test_session_update (void)
{
  g_autoptr (VigilHallEvent) event = parse ("session_update", "{" SEQ "'studentId':'s-1','isStreaming':false,'connected':false,'lastSeenAt':7}");
  const VigilCandidateInfo *info = event->candidate;

  g_assert_cmpint (event->kind, ==, VIGIL_HALL_EVENT_SESSION_UPDATE);
  g_assert_cmpint (event->seq, ==, 4712);
  g_assert_cmpint (event->epoch, ==, G_GINT64_CONSTANT (1763800000000));
  g_assert_cmpstr (event->student_id, ==, "s-1");
  g_assert_cmpstr (info->id, ==, "s-1");
  g_assert_cmpuint (info->fields, ==, VIGIL_FIELD_STREAMING | VIGIL_FIELD_CONNECTED | VIGIL_FIELD_LAST_SEEN);
  g_assert_false (info->is_streaming);
  g_assert_false (info->connected);
  g_assert_cmpint (info->last_seen_ms, ==, 7);
}

/* What is absent is absent; null clears; false is false. */
static void
test_session_update_fields (void)
{
  static const struct { const char *member; guint fields; } table[] = {
    { "", 0 },
    { ",'isStreaming':false", VIGIL_FIELD_STREAMING }, { ",'isStreaming':true", VIGIL_FIELD_STREAMING },
    { ",'connected':true", VIGIL_FIELD_CONNECTED }, { ",'name':'N'", VIGIL_FIELD_NAME },
    { ",'room':null", VIGIL_FIELD_ROOM }, { ",'room':'B'", VIGIL_FIELD_ROOM }, { ",'platform':null", VIGIL_FIELD_PLATFORM },
    { ",'claimedBy':null", VIGIL_FIELD_CLAIMED_BY }, { ",'score':null", VIGIL_FIELD_SCORE },
    { ",'score':12,'scoreAt':5", VIGIL_FIELD_SCORE }, { ",'openFlags':0", VIGIL_FIELD_OPEN_FLAGS },
    { ",'network':null", VIGIL_FIELD_NETWORK }, { ",'network':'campus-2'", VIGIL_FIELD_NETWORK },
    { ",'producers':[]", VIGIL_FIELD_PRODUCERS },
    { ",'producers':[{'producerId':'p','source':'webcam','kind':'video'}]", VIGIL_FIELD_PRODUCERS },
    { ",'producers':[{'producerId':'p','source':'webcam','kind':'video','worker':'2'}]", VIGIL_FIELD_PRODUCERS | VIGIL_FIELD_WORKER },
    { ",'producers':[{'producerId':'p','source':'webcam','kind':'video','worker':null}]", VIGIL_FIELD_PRODUCERS | VIGIL_FIELD_WORKER },
    { ",'producers':[{'producerId':'p','source':'microphone','kind':'audio','worker':'2'}]", VIGIL_FIELD_PRODUCERS },
    { ",'bypass':null", VIGIL_FIELD_BYPASS },
    { ",'handRaised':false", VIGIL_FIELD_HAND_RAISED }, { ",'joinedAt':null", VIGIL_FIELD_JOINED_AT },
    { ",'leftAt':9", VIGIL_FIELD_LEFT_AT }, { ",'leftAt':null", VIGIL_FIELD_LEFT_AT },
    { ",'flags':['x'],'version':4,'state':'paused','future':{}", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{" SEQ "'studentId':'s'%s}", table[i].member);
      g_autoptr (VigilHallEvent) event = parse ("session_update", text);

      note (table[i].member);
      g_assert_cmpuint (event->candidate->fields, ==, table[i].fields);
    }
}

/* Where the connection comes through and who carries the webcam; said, cleared, left out. */
static void
test_network_and_worker (void)
{
  g_autoptr (VigilHallEvent) said = parse ("session_update", "{" SEQ "'studentId':'s','network':'campus-2','producers':["
    "{'producerId':'p','source':'webcam','kind':'video','worker':'2'},{'producerId':'q','source':'screen','kind':'video','worker':'3'}]}");
  g_autoptr (VigilHallEvent) cleared = parse ("session_update", "{" SEQ "'studentId':'s','network':null,'producers':["
    "{'producerId':'p','source':'webcam','kind':'video','worker':null}]}");
  g_autoptr (VigilHallEvent) produced = parse ("new_producer", "{" SEQ "'producerId':'p','studentId':'s','source':'webcam','kind':'video','worker':'4'}");
  g_autoptr (VigilHallEvent) unknown = parse ("new_producer", "{" SEQ "'producerId':'p','studentId':'s','source':'webcam','kind':'video','worker':null}");
  g_autoptr (VigilHallEvent) silent = parse ("new_producer", "{" SEQ "'producerId':'p','studentId':'s','source':'webcam','kind':'video'}");

  g_assert_cmpstr (said->candidate->network, ==, "campus-2");
  g_assert_cmpstr (said->candidate->worker, ==, "2");
  g_assert_null (cleared->candidate->network);
  g_assert_null (cleared->candidate->worker);
  g_assert_true (produced->worker_said);
  g_assert_cmpstr (produced->worker, ==, "4");
  g_assert_true (unknown->worker_said);
  g_assert_null (unknown->worker);
  g_assert_false (silent->worker_said);
}

static void
test_violation (void)
{
  g_autoptr (VigilHallEvent) event = parse ("violation", "{" SEQ "'id':'v-1','studentId':'s-1','quizId':'q','type':'quantum_cheating',"
    "'severity':'high','at':1763805571000,'count':3,'evidence':['20251122/e/s-1/camera/1763805571040_9b1f0c52-55aa-4f0e-9d53-0f6c2b8a7d11.jpg',"
    "'strange']}");
  const VigilViolation *violation = event->violation;
  const VigilEvidenceItem *item;

  g_assert_cmpstr (violation->type, ==, "quantum_cheating");
  g_assert_cmpstr (event->flag_id, ==, "v-1");
  g_assert_cmpint (violation->severity, ==, VIGIL_BAND_HIGH);
  g_assert_true (violation->severity_known);
  g_assert_cmpuint (violation->count, ==, 3);
  g_assert_cmpint (violation->verdict, ==, VIGIL_VERDICT_OPEN);
  g_assert_cmpuint (violation->evidence->len, ==, 2);
  item = g_ptr_array_index (violation->evidence, 0);
  g_assert_cmpstr (item->kind, ==, "camera");
  g_assert_cmpint (item->at_ms, ==, G_GINT64_CONSTANT (1763805571040));
  g_assert_null (item->url);
  item = g_ptr_array_index (violation->evidence, 1);
  g_assert_cmpint (item->at_ms, ==, G_GINT64_CONSTANT (1763805571000));
}

static void
test_unknown_severity (void)
{
  g_autoptr (VigilHallEvent) event = parse ("violation", "{" SEQ "'id':'v','studentId':'s','quizId':'q','type':'t','severity':'apocalyptic',"
    "'at':1,'count':1,'evidence':[],'verdict':{'verdict':'dismissed','by':'m','at':2,'note':'n'}}");

  g_assert_false (event->violation->severity_known);
  g_assert_cmpint (event->violation->severity, ==, VIGIL_BAND_MEDIUM);
  g_assert_cmpint (event->violation->verdict, ==, VIGIL_VERDICT_DISMISSED);
  g_assert_cmpstr (event->violation->note, ==, "n");
}

static void
test_producers (void)
{
  g_autoptr (VigilHallEvent) event = parse ("new_producer", "{" SEQ "'producerId':'p-1','studentId':'s-1','source':'microphone','kind':'audio'}");
  g_autoptr (VigilHallEvent) closed = parse ("producer_closed", "{" SEQ "'producerId':'p-1'}");
  g_autoptr (VigilHallEvent) strange = parse ("new_producer", "{" SEQ "'producerId':'p-1','studentId':'s-1','source':'thermal','kind':'video'}");

  g_assert_cmpstr (event->producer_id, ==, "p-1");
  g_assert_cmpstr (event->student_id, ==, "s-1");
  g_assert_true (event->source_known);
  g_assert_cmpint (event->source, ==, VIGIL_SOURCE_MICROPHONE);
  g_assert_cmpint (closed->kind, ==, VIGIL_HALL_EVENT_PRODUCER_CLOSED);
  g_assert_null (closed->student_id);
  g_assert_false (closed->source_known);
  g_assert_false (strange->source_known);
}

static void
test_consumers (void)
{
  g_autoptr (VigilHallEvent) closed = parse ("consumer_closed", "{'consumerId':'c-1','reason':'producer_closed'}");
  g_autoptr (VigilHallEvent) layers = parse ("consumer_layers", "{'consumerId':'c-1','spatialLayer':2,'temporalLayer':0}");
  g_autoptr (VigilHallEvent) none = parse ("consumer_layers", "{'consumerId':'c-1','spatialLayer':null,'temporalLayer':null}");
  g_autoptr (VigilHallEvent) paused = parse ("consumer_paused", "{'consumerId':'c-1'}");
  g_autoptr (VigilHallEvent) resumed = parse ("consumer_resumed", "{'consumerId':'c-1'}");
  g_autoptr (VigilHallEvent) transport = parse ("transport_closed", "{'transportId':'t-1','reason':'worker died'}");

  g_assert_cmpint (closed->seq, ==, -1);
  g_assert_cmpstr (closed->reason, ==, "producer_closed");
  g_assert_cmpint (layers->spatial_layer, ==, 2);
  g_assert_cmpint (none->spatial_layer, ==, -1);
  g_assert_cmpint (paused->kind, ==, VIGIL_HALL_EVENT_CONSUMER_PAUSED);
  g_assert_cmpint (resumed->kind, ==, VIGIL_HALL_EVENT_CONSUMER_RESUMED);
  g_assert_cmpint (transport->kind, ==, VIGIL_HALL_EVENT_SFU_RESTARTED);
  g_assert_cmpstr (transport->part, ==, "t-1");
}

static void
test_bypass (void)
{
  g_autoptr (VigilHallEvent) on = parse ("bypass_changed", "{" SEQ "'studentId':'s-1','bypass':" BYPASS "}");
  g_autoptr (VigilHallEvent) off = parse ("bypass_changed", "{" SEQ "'studentId':'s-1','bypass':null}");
  g_autoptr (VigilHallEvent) revoked = parse ("bypass_changed", "{" SEQ "'studentId':'s-1','bypass':{'studentId':'s-1','active':false,'reason':'r',"
    "'category':'other','signals':[],'expiresAt':9,'bypassedBy':'m','createdAt':5,'version':4}}");

  g_assert_cmpstr (on->bypass->etag, ==, "\"3\"");
  g_assert_cmpstr (on->bypass->signals[0], ==, "camera");
  g_assert_cmpint (on->bypass->expires_at_ms, ==, 0);
  g_assert_null (off->bypass);
  g_assert_null (revoked->bypass);
}

static void
test_others (void)
{
  g_autoptr (VigilHallEvent) intervention = parse ("intervention", "{" SEQ "'id':'i-1','studentId':'s','kind':'warn','text':'Please','by':'m','at':1,'version':2}");
  g_autoptr (VigilHallEvent) flag = parse ("flag_changed", "{" SEQ "'id':'v-1','studentId':'s','verdict':'confirmed','by':'m','at':1,'openFlags':0}");
  g_autoptr (VigilHallEvent) open = parse ("flag_changed", "{" SEQ "'id':'v-1','studentId':'s','verdict':null,'by':'m','at':1,'openFlags':2}");
  g_autoptr (VigilHallEvent) snoozed = parse ("flag_changed", "{" SEQ "'id':'v-1','studentId':'s','verdict':'snoozed','by':'m','at':1,'until':9,'openFlags':1}");
  g_autoptr (VigilHallEvent) exam = parse ("exam_update", "{" SEQ "'examId':'e-1','state':'ended'}");
  g_autoptr (VigilHallEvent) system_event = parse ("system", "{'part':'sfu','degraded':true,'reason':null,'since':1}");
  g_autoptr (VigilHallEvent) expired = parse ("session_expired", "{}");

  g_assert_cmpstr (intervention->part, ==, "warn");
  g_assert_cmpstr (intervention->reason, ==, "Please");
  g_assert_cmpstr (intervention->actor, ==, "m");
  g_assert_cmpint (flag->verdict, ==, VIGIL_VERDICT_CONFIRMED);
  g_assert_cmpint (flag->open_flags, ==, 0);
  g_assert_cmpint (snoozed->open_flags, ==, 1);
  g_assert_cmpint (snoozed->verdict, ==, VIGIL_VERDICT_SNOOZED);
  g_assert_cmpint (snoozed->until_ms, ==, 9);
  g_assert_cmpint (open->verdict, ==, VIGIL_VERDICT_OPEN);
  g_assert_cmpstr (exam->reason, ==, "ended");
  g_assert_true (system_event->degraded);
  g_assert_cmpint (system_event->since_ms, ==, 1);
  g_assert_null (system_event->reason);
  g_assert_cmpint (expired->kind, ==, VIGIL_HALL_EVENT_SESSION_EXPIRED);
}

/* null is not "no verdict said": it says that there is none any more. */
static void
test_flag_reopened (void)
{
  g_autoptr (VigilHallEvent) event = parse ("flag_changed", "{" SEQ "'id':'v','studentId':'s','verdict':null,'by':'m','at':1,'openFlags':3}");

  g_assert_cmpint (event->verdict, ==, VIGIL_VERDICT_OPEN);
  g_assert_cmpint (event->open_flags, ==, 3);
  g_assert_cmpstr (event->flag_id, ==, "v");
}

static void
test_unknown (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json ("{}");

  g_assert_null (vigil_hall_message_parse ("brand_new", node, &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_UNKNOWN);
}

static void
test_bad (void)
{
  static const struct { const char *event, *text, *part; } bad[] = {
    { "session_update", "[]", "not an object" },
    { "session_update", "{'studentId':'s'}", "epoch" },
    { "session_update", "{'epoch':1,'studentId':'s'}", "seq" },
    { "session_update", "{'epoch':0,'seq':1,'studentId':'s'}", "epoch" },
    { "session_update", "{'epoch':1,'seq':-1,'studentId':'s'}", "seq" },
    { "session_update", "{'epoch':1,'seq':1.5,'studentId':'s'}", "seq" },
    { "session_update", "{" SEQ "'x':1}", "studentId" },
    { "session_update", "{" SEQ "'studentId':''}", "studentId" },
    { "session_update", "{" SEQ "'studentId':'s','isStreaming':null}", "isStreaming" },
    { "session_update", "{" SEQ "'studentId':'s','isStreaming':'false'}", "isStreaming" },
    { "session_update", "{" SEQ "'studentId':'s','isStreaming':0}", "isStreaming" },
    { "session_update", "{" SEQ "'studentId':'s','connected':'yes'}", "connected" },
    { "session_update", "{" SEQ "'studentId':'s','name':null}", "name" },
    { "session_update", "{" SEQ "'studentId':'s','name':5}", "name" },
    { "session_update", "{" SEQ "'studentId':'s','score':'high'}", "score" },
    { "session_update", "{" SEQ "'studentId':'s','openFlags':-1}", "openFlags" },
    { "session_update", "{" SEQ "'studentId':'s','openFlags':1e10}", "openFlags" },
    { "session_update", "{" SEQ "'studentId':'s','joinedAt':-1}", "joinedAt" },
    { "session_update", "{" SEQ "'studentId':'s','producers':null}", "producers" },
    { "session_update", "{" SEQ "'studentId':'s','producers':{}}", "producers" },
    { "session_update", "{" SEQ "'studentId':'s','producers':['p']}", "producer" },
    { "session_update", "{" SEQ "'studentId':'s','producers':[{'source':'webcam','kind':'video'}]}", "producerId" },
    { "session_update", "{" SEQ "'studentId':'s','network':7}", "network" },
    { "session_update", "{" SEQ "'studentId':'s','producers':[{'producerId':'p','source':'webcam','kind':'video','worker':2}]}", "worker" },
    { "session_update", "{" SEQ "'studentId':'s','producers':[{'producerId':'p','source':'microphone','kind':'audio','worker':[]}]}", "worker" },
    { "new_producer", "{" SEQ "'producerId':'p','studentId':'s','source':'webcam','kind':'video','worker':2}", "worker" },
    { "session_update", "{" SEQ "'studentId':'s','bypass':true}", "bypass" },
    { "session_update", "{" SEQ "'studentId':'s','bypass':{}}", "active" },
    { "violation", "{" SEQ "'studentId':'s'}", "id" },
    { "violation", "{" SEQ "'id':'v','studentId':'s','quizId':'q','type':'t','severity':'low','at':1,'count':0,'evidence':[]}", "count" },
    { "violation", "{" SEQ "'id':'v','studentId':'s','quizId':'q','type':'t','severity':'low','at':'1','count':1,'evidence':[]}", "at" },
    { "violation", "{" SEQ "'id':'v','studentId':'s','quizId':'q','type':'t','severity':'low','at':1,'count':1,'evidence':[{}]}", "evidence" },
    { "violation", "{" SEQ "'id':'v','studentId':'s','quizId':'q','type':'t','severity':'low','at':1,'count':1,'evidence':null}", "evidence" },
    { "violation", "{" SEQ "'id':'v','studentId':'s','quizId':'q','type':'t','severity':'low','at':1,'count':1,'evidence':[],'verdict':'ok'}", "verdict" },
    { "violation", "{" SEQ "'id':'v','studentId':'s','quizId':'q','type':'t','severity':'low','at':1,'count':1,'evidence':[],'verdict':{'verdict':'maybe'}}", "verdict" },
    { "new_producer", "{" SEQ "'studentId':'s','source':'webcam','kind':'video'}", "producerId" },
    { "new_producer", "{" SEQ "'producerId':'p','source':'webcam','kind':'video'}", "studentId" },
    { "new_producer", "{" SEQ "'producerId':'p','studentId':'s','kind':'video'}", "source" },
    { "new_producer", "{" SEQ "'producerId':'p\\r\\na=x','studentId':'s','source':'webcam','kind':'video'}", "producerId" },
    { "producer_closed", "{" SEQ "'studentId':'s'}", "producerId" },
    { "consumer_closed", "{}", "consumerId" },
    { "consumer_closed", "{'consumerId':null}", "consumerId" },
    { "consumer_layers", "{'consumerId':'c'}", "spatialLayer" },
    { "consumer_layers", "{'consumerId':'c','spatialLayer':-1}", "spatialLayer" },
    { "consumer_layers", "{'consumerId':'c','spatialLayer':16}", "spatialLayer" },
    { "transport_closed", "{}", "transportId" },
    { "system", "{'part':'sfu'}", "degraded" },
    { "system", "{'degraded':true}", "part" },
    { "system", "{'part':'sfu','degraded':1}", "degraded" },
    { "system", "{'part':'sfu','degraded':true,'since':'now'}", "since" },
    { "bypass_changed", "{" SEQ "'studentId':'s'}", "bypass" },
    { "bypass_changed", "{" SEQ "'studentId':'s','bypass':[]}", "bypass" },
    { "bypass_changed", "{" SEQ "'studentId':'s','bypass':{'active':true}}", "reason" },
    { "intervention", "{" SEQ "'studentId':'s','kind':'warn','by':'m'}", "id" },
    { "intervention", "{" SEQ "'id':'i','studentId':'s','kind':'warn'}", "by" },
    { "flag_changed", "{" SEQ "'id':'v','studentId':'s','by':'m','at':1}", "verdict" },
    { "flag_changed", "{" SEQ "'id':'v','studentId':'s','by':'m','at':1,'verdict':'perhaps'}", "verdict" },
    { "exam_update", "{" SEQ "'state':'ended'}", "examId" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = json (bad[i].text);

      g_test_message ("%s %s", bad[i].event, bad[i].text);
      g_assert_null (vigil_hall_message_parse (bad[i].event, node, &error));
      g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD);
      assert_protocol_error (&error, bad[i].part);
    }
}

static void
test_no_argument (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilHallEvent) expired = vigil_hall_message_parse ("session_expired", NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (expired);
  g_assert_null (vigil_hall_message_parse ("violation", NULL, &error));
  assert_protocol_error (&error, "violation");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/session-update", test_session_update);
  g_test_add_func ("/message/session-update-fields", test_session_update_fields);
  g_test_add_func ("/message/network-and-worker", test_network_and_worker);
  g_test_add_func ("/message/violation", test_violation);
  g_test_add_func ("/message/unknown-severity", test_unknown_severity);
  g_test_add_func ("/message/producers", test_producers);
  g_test_add_func ("/message/consumers", test_consumers);
  g_test_add_func ("/message/bypass", test_bypass);
  g_test_add_func ("/message/others", test_others);
  g_test_add_func ("/message/flag-reopened", test_flag_reopened);
  g_test_add_func ("/message/unknown", test_unknown);
  g_test_add_func ("/message/bad", test_bad);
  g_test_add_func ("/message/no-argument", test_no_argument);
  return g_test_run ();
}
