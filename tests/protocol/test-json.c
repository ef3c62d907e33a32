/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strict check in front of json-glib, and the typed members behind it. */
#include "protocol-test.h"
#include "vigil-members.h"

static const char *const good[] = {
  "{}", "[]", " [ ] ", "{\"a\":[{},[],null,true,false,\"\",0,-0,1.5,-1.5e-3,1E+2,9007199254740991]}",
  "\"\\u00e9\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "0", "-9007199254740991", "1e300", "\"\xc3\xa9\"", "\t\r\n null ",
};

static const char *const bad[] = {
  "", " ", "{", "}", "[", "]", "{]", "[}", "[1,]", "{\"a\":1,}", "{,}", "[,1]", "{\"a\"}", "{\"a\":}", "{a:1}", "{1:1}",
  "{\"a\" 1}", "[1 2]", "[1]x", "[1][2]", "nul", "nulll", "True", "NaN", "[NaN]", "Infinity", "-Infinity", "-", "+1", "01", ".5", "1.",
  "1e", "1e+", "0x10", "1_0", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83dx\"",
  "\"\\ud83d\\u0041\"", "\"\\u0000\"", "\"\n\"", "\"\x01\"", "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"", "'a'",
  "/* c */ 1", "// c\n1", "var x = 1;", "{\"a\":1 /* c */}", "9007199254740992", "-9007199254740992", "18446744073709551615",
  "99999999999999999999999999999999", "1e400", "-1e400",
  "1000000000000000000000000000000000000000000000000000000000000000000000000000000",
  "[\"a\",]", "{\"a\":1,\"b\"}", "\xef\xbb\xbf{}",
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;

      note (good[i]);
      g_assert_true (vigil_json_check (good[i], strlen (good[i]), &error));
      g_assert_no_error (error);
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      note (bad[i]);
      g_assert_null (vigil_json_parse (bad[i], strlen (bad[i]), &error));
      assert_protocol_error (&error, "JSON");
    }
}

static void
test_embedded_nul (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_json_parse ("\"a\0b\"", 5, &error));
  assert_protocol_error (&error, NULL);
  g_assert_null (vigil_json_parse ("1\0", 2, &error));
  assert_protocol_error (&error, NULL);
}

/* Every prefix of a document is refused, and none is read beyond its end (asan sees that). */
static void
test_truncation (void)
{
  const char *text = good[3];
  gsize len = strlen (text);

  for (gsize n = 0; n < len; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *copy = g_memdup2 (text, n);

      g_assert_false (vigil_json_check (n ? copy : "", n, &error));
      assert_protocol_error (&error, NULL);
    }
}

static char *
nested (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, i % 2 ? "[" : "{\"a\":");
  g_string_append (text, "1");
  for (guint i = depth; i > 0; i--)
    g_string_append (text, (i - 1) % 2 ? "]" : "}");
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  g_autofree char *fits = nested (VIGIL_JSON_MAX_DEPTH);
  g_autofree char *deep = nested (VIGIL_JSON_MAX_DEPTH + 1);
  g_autofree char *abyss = g_strnfill (1000000, '[');
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = vigil_json_parse (fits, strlen (fits), &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  g_assert_null (vigil_json_parse (deep, strlen (deep), &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (vigil_json_parse (abyss, strlen (abyss), &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_LIMIT);
}

static void
test_values (void)
{
  g_autoptr (JsonNode) node = json ("{'a':1,'a':2,'max':9007199254740991,'neg':-5,'esc':'\\u00e9\\ud83d\\ude00\\n'}");
  JsonObject *object = json_node_get_object (node);

  /* duplicate members: the last one counts, as in JavaScript */
  g_assert_cmpint (json_object_get_int_member (object, "a"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (object, "max"), ==, VIGIL_JSON_MAX_INT);
  g_assert_cmpint (json_object_get_int_member (object, "neg"), ==, -5);
  g_assert_cmpstr (json_object_get_string_member (object, "esc"), ==, "é😀\n");
}

static void
test_members_types (void)
{
  static const char *const wrong[] = {
    "{'i':'1'}", "{'i':1.5}", "{'i':true}", "{'i':[]}", "{'i':{}}", "{'i':null}", "{}", "{'i':-1}", "{'i':101}", "{'i':1e300}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = json (wrong[i]);
      VigilMembers m;

      g_assert_true (vigil_members_init (&m, node, "thing", &error));
      g_assert_cmpint (vigil_members_get_int (&m, "i", VIGIL_MEMBER_REQUIRED, 0, 100, 7), ==, 7);
      g_assert_false (vigil_members_ok (&m));
      assert_protocol_error (&error, "thing: i:");
    }
}

static void
test_members_values (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json ("{'i':3.0,'t':1763805598120,'b':false,'n':null,'s':'x','a':['p','q'],'o':{}}");
  g_auto (GStrv) strings = NULL;
  VigilMembers m;

  g_assert_true (vigil_members_init (&m, node, "thing", &error));
  g_assert_cmpint (vigil_members_get_int (&m, "i", VIGIL_MEMBER_REQUIRED, 0, 9, 0), ==, 3);
  g_assert_cmpint (vigil_members_get_time (&m, "t", VIGIL_MEMBER_REQUIRED), ==, G_GINT64_CONSTANT (1763805598120));
  g_assert_false (vigil_members_get_bool (&m, "b", VIGIL_MEMBER_REQUIRED, TRUE));
  g_assert_true (vigil_members_get_bool (&m, "absent", 0, TRUE));
  g_assert_null (vigil_members_get_id (&m, "n", VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE));
  g_assert_true (vigil_members_is_null (&m, "n"));
  g_assert_true (vigil_members_has (&m, "n"));
  g_assert_cmpstr (vigil_members_get_id (&m, "s", VIGIL_MEMBER_REQUIRED), ==, "x");
  strings = vigil_members_dup_strings (&m, "a", VIGIL_MEMBER_REQUIRED, 2, 1);
  g_assert_cmpuint (g_strv_length (strings), ==, 2);
  g_assert_nonnull (vigil_members_get_object (&m, "o", VIGIL_MEMBER_REQUIRED));
  g_assert_true (vigil_members_ok (&m));
  g_assert_null (vigil_members_dup_strings (&m, "a", VIGIL_MEMBER_REQUIRED, 1, 1));
  g_assert_false (vigil_members_ok (&m));
  /* the first error stays */
  vigil_members_fail (&m, "other", "later");
  assert_protocol_error (&error, "thing: a: too many");
}

static void
test_members_ids (void)
{
  g_autofree char *long_id = g_strnfill (129, 'x');
  g_autofree char *long_json = g_strdup_printf ("{'id':'%s'}", long_id);
  const char *const wrong[] = { "{'id':''}", "{'id':'a\\nb'}", "{'id':'a\\u007f'}", "{'id':'a\\r\\nb'}", "{'id':5}", long_json };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = json (wrong[i]);
      VigilMembers m;

      g_assert_true (vigil_members_init (&m, node, "thing", &error));
      g_assert_null (vigil_members_get_id (&m, "id", VIGIL_MEMBER_REQUIRED));
      assert_protocol_error (&error, "id");
    }
}

static void
test_scores (void)
{
  g_assert_cmpint (vigil_score_from_number (0), ==, 0);
  g_assert_cmpint (vigil_score_from_number (0.49), ==, 0);
  g_assert_cmpint (vigil_score_from_number (0.5), ==, 1);
  g_assert_cmpint (vigil_score_from_number (100), ==, 100);
  g_assert_cmpint (vigil_score_from_number (-1), ==, -2);
  g_assert_cmpint (vigil_score_from_number (-0.1), ==, -2);
  g_assert_cmpint (vigil_score_from_number (1e300), ==, G_MAXINT16);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/good", test_good);
  g_test_add_func ("/json/bad", test_bad);
  g_test_add_func ("/json/embedded-nul", test_embedded_nul);
  g_test_add_func ("/json/truncation", test_truncation);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/values", test_values);
  g_test_add_func ("/members/types", test_members_types);
  g_test_add_func ("/members/values", test_members_values);
  g_test_add_func ("/members/ids", test_members_ids);
  g_test_add_func ("/members/scores", test_scores);
  return g_test_run ();
}
