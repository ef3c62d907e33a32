/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connection profiles: those that are shipped, what they change, and what is no profile. */
#include "protocol-test.h"
#include "vigil-profile.h"

static VigilProfile *
load (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("VIGIL_SOURCE_ROOT"), "data", "profiles", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  VigilProfile *profile;
  gsize len;

  g_assert_true (g_file_get_contents (path, &text, &len, &error));
  profile = vigil_profile_new_from_data (text, len, &error);
  g_assert_no_error (error);
  return profile;
}

/* Every file in data/profiles/ is a profile, and its id is its name. */
static void
test_shipped (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("VIGIL_SOURCE_ROOT"), "data", "profiles", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  const char *name;
  guint n = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)))
    {
      g_autoptr (VigilProfile) profile = NULL;
      g_autofree char *wanted = NULL;

      if (!g_str_has_suffix (name, ".json"))
        continue;
      profile = load (name);
      wanted = g_strconcat (vigil_profile_get_id (profile), ".json", NULL);
      g_assert_cmpstr (name, ==, wanted);
      n++;
    }
  g_assert_cmpuint (n, >=, 2);
}

static void
assert_changes_nothing (VigilProfile *profile)
{
  g_autoptr (JsonNode) node = json ("{'params':{'studentId':'s','score':5}}");
  g_autoptr (JsonNode) decoded = vigil_profile_decode (profile, node);
  g_autoptr (JsonNode) encoded = vigil_profile_encode (profile, node, TRUE);

  g_assert_true (decoded == node);
  g_assert_true (encoded == node);
  g_assert_cmpstr (vigil_profile_event_to_wire (profile, "violation"), ==, "violation");
  g_assert_cmpstr (vigil_profile_request_to_wire (profile, "consume"), ==, "consume");
  g_assert_cmpstr (vigil_profile_get_api_prefix (profile), ==, "/api/v1");
  g_assert_cmpstr (vigil_profile_get_socket_path (profile), ==, "/socket.io/");
  g_assert_false (vigil_profile_is_score_inverted (profile));
  g_assert_null (vigil_profile_decode (profile, NULL));
}

static void
test_default (void)
{
  g_autoptr (VigilProfile) built_in = vigil_profile_new_default ();
  VigilProfile *shipped = load ("default.json");

  assert_changes_nothing (NULL);
  assert_changes_nothing (built_in);
  assert_changes_nothing (shipped);
  g_assert_finalize_object (shipped);
}

static void
test_names (void)
{
  g_autoptr (VigilProfile) profile = load ("kebab.json");

  g_assert_cmpstr (vigil_profile_event_to_wire (profile, "proctoring_score"), ==, "proctoring-score");
  g_assert_cmpstr (vigil_profile_event_from_wire (profile, "new-producer"), ==, "new_producer");
  g_assert_cmpstr (vigil_profile_event_from_wire (profile, "system"), ==, "system");
  g_assert_cmpstr (vigil_profile_request_to_wire (profile, "joinExam"), ==, "join-exam");
  g_assert_cmpstr (vigil_profile_request_from_wire (profile, "join-exam"), ==, "joinExam");
  g_assert_cmpstr (vigil_profile_field_from_wire (profile, "userId"), ==, "studentId");
  g_assert_cmpstr (vigil_profile_get_wrapper (profile), ==, "params");
  g_assert_cmpstr (vigil_profile_get_api_prefix (profile), ==, "/proctor/api/v1");
}

static void
test_convert (void)
{
  static const struct { const char *wire, *here; } table[] = {
    { "{'params':{'userId':'s','score':76,'streaming':false}}", "{'studentId':'s','score':24.0,'isStreaming':false}" },
    { "{'userId':'s','items':[{'userId':'t','score':100}],'score':null}", "{'studentId':'s','items':[{'studentId':'t','score':0.0}],'score':null}" },
    { "{'params':{'userId':1},'more':2}", "{'params':{'studentId':1},'more':2}" },
    { "{'score':'high','x':[[{'testId':true}]]}", "{'score':'high','x':[[{'quizId':true}]]}" },
    { "[{'userId':1},2,'userId']", "[{'studentId':1},2,'userId']" },
  };
  g_autoptr (VigilProfile) profile = load ("kebab.json");

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (JsonNode) wire = json (table[i].wire);
      g_autoptr (JsonNode) here = json (table[i].here);
      g_autoptr (JsonNode) decoded = vigil_profile_decode (profile, wire);

      note (table[i].wire);
      g_assert_true (json_node_equal (decoded, here));
    }
}

static void
test_encode (void)
{
  g_autoptr (VigilProfile) profile = load ("kebab.json");
  g_autoptr (JsonNode) node = json ("{'studentId':'s','other':1}");
  g_autoptr (JsonNode) wrapped = vigil_profile_encode (profile, node, TRUE);
  g_autoptr (JsonNode) bare = vigil_profile_encode (profile, node, FALSE);
  g_autoptr (JsonNode) wanted_wrapped = json ("{'params':{'userId':'s','other':1}}");
  g_autoptr (JsonNode) wanted_bare = json ("{'userId':'s','other':1}");
  g_autoptr (JsonNode) back = vigil_profile_decode (profile, wrapped);

  g_assert_true (json_node_equal (wrapped, wanted_wrapped));
  g_assert_true (json_node_equal (bare, wanted_bare));
  g_assert_true (json_node_equal (back, node));
}

static void
test_bad (void)
{
  static const struct { const char *text, *part; } bad[] = {
    { "", "JSON" }, { "[]", "profile" }, { "{}", "id" }, { "{'id':'x'}", "title" }, { "{'id':'x','title':'x','colour':1}", "colour" },
    { "{'id':'x','title':'x','events':[]}", "events" }, { "{'id':'x','title':'x','events':{'violation':5}}", "events" },
    { "{'id':'x','title':'x','events':{'violation':''}}", "events" }, { "{'id':'x','title':'x','events':{'':'y'}}", "events" },
    { "{'id':'x','title':'x','events':{'violation':'same','system':'same'}}", "events" },
    { "{'id':'x','title':'x','events':{'proctoring_score':'a\\u0022,b'}}", "events" },
    { "{'id':'x','title':'x','events':{'proctoring_score':'é'}}", "events" },
    { "{'id':'x','title':'x','requests':{'joinExam':null}}", "requests" }, { "{'id':'x','title':'x','fields':{'score':'a b'}}", "fields" },
    { "{'id':'x','title':'x','paramsWrapper':5}", "paramsWrapper" }, { "{'id':'x','title':'x','paramsWrapper':'a b'}", "paramsWrapper" },
    { "{'id':'x','title':'x','scoreInverted':'yes'}", "scoreInverted" }, { "{'id':'x','title':'x','apiPrefix':'api'}", "apiPrefix" },
    { "{'id':'x','title':'x','apiPrefix':'/api/'}", "apiPrefix" }, { "{'id':'x','title':'x','apiPrefix':'/a?b'}", "apiPrefix" },
    { "{'id':'x','title':'x','socketPath':'/socket.io'}", "socketPath" }, { "{'id':'x','title':'x','socketPath':'http://x/'}", "socketPath" },
    { "{'id':'x','title':'x','apiPrefix':'/a\\r\\nb'}", "apiPrefix" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = quoted (bad[i].text);
      g_autoptr (GError) error = NULL;

      note (bad[i].text);
      g_assert_null (vigil_profile_new_from_data (text, strlen (text), &error));
      assert_protocol_error (&error, bad[i].part);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/shipped", test_shipped);
  g_test_add_func ("/profile/default", test_default);
  g_test_add_func ("/profile/names", test_names);
  g_test_add_func ("/profile/convert", test_convert);
  g_test_add_func ("/profile/encode", test_encode);
  g_test_add_func ("/profile/bad", test_bad);
  return g_test_run ();
}
