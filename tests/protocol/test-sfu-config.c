/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which SFU an exam uses: what is read, what is refused, and that no secret gets into an error. */
#include "protocol-test.h"
#include "vigil-hall-answer.h"

#define EXAM(more) "{'examId':'e-1','quizId':'q-1','title':'A','state':'running','startsAt':1,'endsAt':null,'candidates':2,'streaming':1" more "}"

static VigilWireExam *
exam (const char *text)
{
  g_autoptr (JsonNode) node = json (text);
  g_autoptr (GError) error = NULL;
  VigilWireExam *self = vigil_wire_exam_from_json (node, &error);

  note (text);
  g_assert_no_error (error);
  return self;
}

static void
test_absent (void)
{
  g_autoptr (VigilWireExam) absent = exam (EXAM (""));
  g_autoptr (VigilWireExam) null = exam (EXAM (",'sfu':null,'captureSeconds':null"));
  g_autoptr (VigilSfuConfig) own = vigil_sfu_config_new (VIGIL_SFU_MEDIASOUP);

  g_assert_null (absent->sfu);
  g_assert_null (null->sfu);
  g_assert_cmpuint (null->capture_seconds, ==, 0);
  g_assert_cmpint (vigil_sfu_config_get_kind (NULL), ==, VIGIL_SFU_MEDIASOUP);
  g_assert_true (vigil_sfu_config_equal (NULL, own));
}

static void
test_kinds (void)
{
  static const struct
  {
    const char *sfu;
    VigilSfuKind kind;
    const char *url, *room;
    gboolean room_is_text;
    const char *pin, *token;
  } table[] = {
    { "{'kind':'mediasoup','url':5}", VIGIL_SFU_MEDIASOUP, NULL, NULL, FALSE, NULL, NULL },
    { "{'kind':'none'}", VIGIL_SFU_NONE, NULL, NULL, FALSE, NULL, NULL },
    { "{'kind':'janus','url':'wss://j.example:8989/ws?x=1','room':1234}", VIGIL_SFU_JANUS, "wss://j.example:8989/ws?x=1", "1234", FALSE, NULL, NULL },
    { "{'kind':'janus','url':'ws://[::1]/','room':'1234','pin':'p1','token':null}", VIGIL_SFU_JANUS, "ws://[::1]/", "1234", TRUE, "p1", NULL },
    { "{'kind':'janus','url':'ws://h','room':9007199254740991,'pin':'','token':'t'}", VIGIL_SFU_JANUS, "ws://h", "9007199254740991", FALSE, "", "t" },
    { "{'kind':'whep','url':'https://s.example/whep/','token':'tok','later':[]}", VIGIL_SFU_WHEP, "https://s.example/whep/", NULL, FALSE, NULL, "tok" },
    { "{'kind':'whep','url':'http://127.0.0.1:1/w?feed='}", VIGIL_SFU_WHEP, "http://127.0.0.1:1/w?feed=", NULL, FALSE, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf (EXAM (",'captureSeconds':30,'sfu':%s"), table[i].sfu);
      g_autoptr (VigilWireExam) self = exam (text);
      g_autoptr (VigilWireExam) again = exam (text);

      g_assert_cmpint (self->sfu->kind, ==, table[i].kind);
      g_assert_cmpstr (self->sfu->url, ==, table[i].url);
      g_assert_cmpstr (self->sfu->room, ==, table[i].room);
      g_assert_cmpint (self->sfu->room_is_text, ==, table[i].room_is_text);
      g_assert_cmpstr (self->sfu->pin, ==, table[i].pin);
      g_assert_cmpstr (self->sfu->token, ==, table[i].token);
      g_assert_null (self->sfu->reason);
      g_assert_cmpuint (self->capture_seconds, ==, 30);
      g_assert_true (vigil_sfu_config_equal (self->sfu, again->sfu));
    }
}

/* Never an error that stops the wall: stills, and why. */
static void
test_unknown_kind (void)
{
  g_autoptr (VigilWireExam) self = exam (EXAM (",'sfu':{'kind':'livekit<b>','url':'nonsense','token':5}"));

  g_assert_cmpint (self->sfu->kind, ==, VIGIL_SFU_NONE);
  g_assert_nonnull (strstr (self->sfu->reason, "livekit?b?"));
}

static void
test_bad (void)
{
  static const struct { const char *sfu, *part; } bad[] = {
    { "[]", "sfu: not an object" }, { "'janus'", "sfu: not an object" }, { "7", "sfu: not an object" }, { "{}", "kind: missing" },
    { "{'kind':null}", "kind" }, { "{'kind':5}", "kind: not a string" }, { "{'kind':''}", "kind" }, { "{'kind':['janus']}", "kind" },
    { "{'kind':'janus','room':1}", "url: missing" }, { "{'kind':'janus','url':'ws://h'}", "room: missing" },
    { "{'kind':'janus','url':'ws://h','room':null}", "room" }, { "{'kind':'janus','url':'ws://h','room':-1}", "room: out of range" },
    { "{'kind':'janus','url':'ws://h','room':1.5}", "room" }, { "{'kind':'janus','url':'ws://h','room':''}", "room" },
    { "{'kind':'janus','url':'ws://h','room':true}", "room" }, { "{'kind':'janus','url':'ws://h','room':'a\\nb'}", "room" },
    { "{'kind':'janus','url':'ws://h','room':[1]}", "room" },
    { "{'kind':'janus','url':'http://h','room':1}", "url: not a ws" }, { "{'kind':'janus','url':'ws:///x','room':1}", "url" },
    { "{'kind':'janus','url':'ws://u:SECRET@h/','room':1}", "url" }, { "{'kind':'janus','url':'ws://h/#SECRET','room':1}", "url" },
    { "{'kind':'janus','url':'ws://h','room':1,'pin':5}", "pin: not a string" },
    { "{'kind':'janus','url':'ws://h','room':1,'pin':'SECRET\\r\\nx'}", "pin" },
    { "{'kind':'janus','url':'ws://h','room':1,'token':{'SECRET':1}}", "token" },
    { "{'kind':'whep'}", "url" }, { "{'kind':'whep','url':5}", "url" }, { "{'kind':'whep','url':'/whep/'}", "url" },
    { "{'kind':'whep','url':'file:///etc/passwd'}", "url" }, { "{'kind':'whep','url':'https://h/ SECRET'}", "url" },
    { "{'kind':'whep','url':'https://h/\\r\\nSECRET'}", "url" }, { "{'kind':'whep','url':'https://h\\\\x/'}", "url" },
    { "{'kind':'whep','url':'https://h/ü'}", "url" },
    { "{'kind':'whep','url':'https://h'}", "url: has no path" }, { "{'kind':'whep','url':'https://h:8'}", "url: has no path" },
    { "{'kind':'whep','url':'https://h?x=/'}", "url: has no path" },
    { "{'kind':'whep','url':'https://h/','token':'SECRET\\u0007x'}", "token" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf (EXAM (",'sfu':%s"), bad[i].sfu);
      g_autoptr (JsonNode) node = json (bad[i].sfu);
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilSfuConfig) config = vigil_sfu_config_from_json (node, &error);
      g_autoptr (VigilWireExam) self = exam (text);

      g_assert_null (config);
      g_assert_null (strstr (error->message, "SECRET"));
      g_assert_cmpint (self->sfu->kind, ==, VIGIL_SFU_NONE);
      g_assert_cmpstr (self->sfu->reason, ==, error->message);
      assert_protocol_error (&error, bad[i].part);
    }
}

static void
test_too_long (void)
{
  g_autofree char *path = g_strnfill (2048, 'x');
  g_autofree char *text = g_strdup_printf ("{'kind':'whep','url':'https://h/%s'}", path);
  g_autoptr (JsonNode) node = json (text);
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_sfu_config_from_json (node, &error));
  assert_protocol_error (&error, "url: too long");
}

static void
test_capture_seconds (void)
{
  static const char *const bad[] = { "0", "-1", "3601", "1.5", "'30'", "true", "{}" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf (EXAM (",'captureSeconds':%s"), bad[i]);
      g_autoptr (JsonNode) node = json (text);
      g_autoptr (GError) error = NULL;

      note (text);
      g_assert_null (vigil_wire_exam_from_json (node, &error));
      assert_protocol_error (&error, "captureSeconds");
    }
}

static void
test_difference (void)
{
  static const char *const all[] = {
    "{'kind':'none'}", "{'kind':'mediasoup'}", "{'kind':'whep','url':'https://h/a'}", "{'kind':'whep','url':'https://h/b'}",
    "{'kind':'whep','url':'https://h/b','token':'t'}", "{'kind':'janus','url':'ws://h','room':1}", "{'kind':'janus','url':'ws://h','room':'1'}",
    "{'kind':'janus','url':'ws://h','room':2}", "{'kind':'janus','url':'ws://h','room':2,'pin':'p'}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    for (guint j = 0; j < G_N_ELEMENTS (all); j++)
      {
        g_autoptr (JsonNode) left = json (all[i]);
        g_autoptr (JsonNode) right = json (all[j]);
        g_autoptr (VigilSfuConfig) a = vigil_sfu_config_from_json (left, NULL);
        g_autoptr (VigilSfuConfig) b = vigil_sfu_config_from_json (right, NULL);

        g_assert_cmpint (vigil_sfu_config_equal (a, b), ==, i == j);
      }
}

static void
test_whep_url (void)
{
  g_autoptr (JsonNode) node = json ("{'kind':'whep','url':'https://h/whep/'}");
  g_autoptr (VigilSfuConfig) self = vigil_sfu_config_from_json (node, NULL);
  g_autofree char *url = vigil_sfu_config_dup_whep_url (self, "../p 1/ü?");
  const char *const urls[] = { "https://sfu.example", "https://127.0.0.1:80" };
  const char *const ids[] = { ".elsewhere.example", "80" };

  g_assert_cmpstr (url, ==, "https://h/whep/..%2Fp%201%2F%C3%BC%3F");
  g_assert_null (vigil_sfu_config_dup_whep_url (NULL, "p"));

  /* Made by hand, without a path: no id becomes a part of the host. */
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (VigilSfuConfig) bare = vigil_sfu_config_new (VIGIL_SFU_WHEP);

      bare->url = g_strdup (urls[i]);
      g_assert_null (vigil_sfu_config_dup_whep_url (bare, ids[i]));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sfu-config/absent", test_absent);
  g_test_add_func ("/sfu-config/kinds", test_kinds);
  g_test_add_func ("/sfu-config/unknown-kind", test_unknown_kind);
  g_test_add_func ("/sfu-config/bad", test_bad);
  g_test_add_func ("/sfu-config/too-long", test_too_long);
  g_test_add_func ("/sfu-config/capture-seconds", test_capture_seconds);
  g_test_add_func ("/sfu-config/difference", test_difference);
  g_test_add_func ("/sfu-config/whep-url", test_whep_url);
  return g_test_run ();
}
