/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments of requests, byte for byte. */
#include "protocol-test.h"
#include "vigil-hall-request.h"

static void
assert_request (JsonNode *node, const char *wanted)
{
  g_autofree char *text = vigil_json_to_string (node);
  g_autofree char *real = quoted (wanted);

  g_assert_cmpstr (text, ==, real);
  json_node_unref (node);
}

static void
test_socket (void)
{
  g_autoptr (JsonNode) capabilities = json ("{'codecs':[]}");

  assert_request (vigil_request_empty (), "{}");
  assert_request (vigil_request_join_exam ("e-1"), "{'examId':'e-1'}");
  assert_request (vigil_request_create_transport (), "{'direction':'recv'}");
  assert_request (vigil_request_close_transport ("t"), "{'transportId':'t'}");
  assert_request (vigil_request_consume ("t", "p", capabilities), "{'transportId':'t','producerId':'p','rtpCapabilities':{'codecs':[]},'paused':true}");
  assert_request (vigil_request_consumer ("c"), "{'consumerId':'c'}");
  assert_request (vigil_request_preferred_layers ("c", 2, -1), "{'consumerId':'c','spatialLayer':2}");
  assert_request (vigil_request_preferred_layers ("c", 0, 1), "{'consumerId':'c','spatialLayer':0,'temporalLayer':1}");
}

static void
test_http (void)
{
  static const char *const signals[] = { "camera", "screen", NULL };

  assert_request (vigil_request_bypass ("broken", "technical", signals, 9), "{'reason':'broken','category':'technical','signals':['camera','screen'],'expiresAt':9}");
  assert_request (vigil_request_bypass ("broken", "other", NULL, 0), "{'reason':'broken','category':'other','signals':[],'expiresAt':null}");
  assert_request (vigil_request_revoke ("repaired"), "{'reason':'repaired'}");
  assert_request (vigil_request_revoke (NULL), "{}");
  assert_request (vigil_request_verdict (VIGIL_VERDICT_CONFIRMED, NULL, 0), "{'verdict':'confirmed'}");
  assert_request (vigil_request_verdict (VIGIL_VERDICT_SNOOZED, "later", 5), "{'verdict':'snoozed','note':'later','until':5}");
  assert_request (vigil_request_intervention ("warn", "Please", NULL, 0), "{'kind':'warn','text':'Please'}");
  assert_request (vigil_request_intervention ("extend", NULL, "fire alarm", 600), "{'kind':'extend','reason':'fire alarm','seconds':600}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request/socket", test_socket);
  g_test_add_func ("/request/http", test_http);
  return g_test_run ();
}
