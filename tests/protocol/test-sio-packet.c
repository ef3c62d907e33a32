/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Socket.IO packets, after the examples of the published protocol (revision 5). */
#include "protocol-test.h"
#include "vigil-sio-packet.h"

static VigilSioPacket *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *real = quoted (text);
  VigilSioPacket *packet = vigil_sio_packet_parse (real, strlen (real), &error);

  g_assert_no_error (error);
  return packet;
}

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    VigilSioType type;
    const char *nsp;
    gint64 ack_id;
    guint n_attachments;
    const char *payload;
  } good[] = {
    { "0", VIGIL_SIO_CONNECT, "/", -1, 0, NULL },
    { "0{'token':'123'}", VIGIL_SIO_CONNECT, "/", -1, 0, "{'token':'123'}" },
    { "0/admin,{'sid':'oSO0'}", VIGIL_SIO_CONNECT, "/admin", -1, 0, "{'sid':'oSO0'}" },
    { "0/admin", VIGIL_SIO_CONNECT, "/admin", -1, 0, NULL },
    { "1", VIGIL_SIO_DISCONNECT, "/", -1, 0, NULL },
    { "1/admin,", VIGIL_SIO_DISCONNECT, "/admin", -1, 0, NULL },
    { "2['foo']", VIGIL_SIO_EVENT, "/", -1, 0, "['foo']" },
    { "212['foo']", VIGIL_SIO_EVENT, "/", 12, 0, "['foo']" },
    { "2/admin,['bar']", VIGIL_SIO_EVENT, "/admin", -1, 0, "['bar']" },
    { "2/admin,12['project:delete',123]", VIGIL_SIO_EVENT, "/admin", 12, 0, "['project:delete',123]" },
    { "3/admin,456[]", VIGIL_SIO_ACK, "/admin", 456, 0, "[]" },
    { "30['x']", VIGIL_SIO_ACK, "/", 0, 0, "['x']" },
    { "39007199254740991[1]", VIGIL_SIO_ACK, "/", VIGIL_JSON_MAX_INT, 0, "[1]" },
    { "4{'message':'Not authorized'}", VIGIL_SIO_CONNECT_ERROR, "/", -1, 0, "{'message':'Not authorized'}" },
    { "4/admin,'no'", VIGIL_SIO_CONNECT_ERROR, "/admin", -1, 0, "'no'" },
    { "51-['baz',{'_placeholder':true,'num':0}]", VIGIL_SIO_BINARY_EVENT, "/", -1, 1, "['baz',{'_placeholder':true,'num':0}]" },
    { "52-/admin,['baz',{'_placeholder':true,'num':0},{'_placeholder':true,'num':1}]", VIGIL_SIO_BINARY_EVENT, "/admin", -1, 2,
      "['baz',{'_placeholder':true,'num':0},{'_placeholder':true,'num':1}]" },
    { "61-/admin,456[{'_placeholder':true,'num':0}]", VIGIL_SIO_BINARY_ACK, "/admin", 456, 1, "[{'_placeholder':true,'num':0}]" },
    { "50-['none']", VIGIL_SIO_BINARY_EVENT, "/", -1, 0, "['none']" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (VigilSioPacket) packet = parse (good[i].text);
      g_autofree char *payload = packet->payload ? vigil_json_to_string (packet->payload) : NULL;
      g_autofree char *wanted = good[i].payload ? quoted (good[i].payload) : NULL;

      note (good[i].text);
      g_assert_cmpint (packet->type, ==, good[i].type);
      g_assert_cmpstr (packet->nsp, ==, good[i].nsp);
      g_assert_cmpint (packet->ack_id, ==, good[i].ack_id);
      g_assert_cmpuint (packet->n_attachments, ==, good[i].n_attachments);
      g_assert_cmpstr (payload, ==, wanted);
    }
}

static const char *const bad[] = {
  "", "7", "x", "-", "2", "2{}", "2[]", "2[1]", "2[null]", "2[['a']]", "2['a'", "2['a'],", "2['a']2['b']", "212", "2-1['a']",
  "2['connect']", "2['connect_error']", "2['disconnect']", "2['disconnecting']", "2['newListener']", "2['removeListener']",
  "3[1]", "3", "31", "31{}", "3-1[1]", "39007199254740992[1]", "399999999999999999999999999999999999[1]",
  "0[]", "0'x'", "01", "0{", "1{}", "1[1]", "112['x']x", "4", "4[]", "41", "4null",
  "5['a']", "5-['a']", "5-1-['a']", "51['a']", "51", "5a-['a']", "517-['a']", "599999999999999999999-['a']", "61-[1]", "6['a']",
  "5 1-['a']", "51 -['a']", "52147483648-['a']", "2/admin", "2/admin,", "2/\xff,['a']", "2['\xff']", "2['a',NaN]", "2 ['connect']",
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = quoted (bad[i]);
      VigilSioPacket *packet = vigil_sio_packet_parse (text, strlen (text), &error);

      note (bad[i]);
      g_assert_null (packet);
      assert_protocol_error (&error, NULL);
    }
}

static void
test_long_nsp (void)
{
  g_autofree char *nsp = g_strnfill (300, 'n');
  g_autofree char *text = g_strdup_printf ("2/%s,[\"a\"]", nsp);
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_sio_packet_parse (text, strlen (text), &error));
  assert_protocol_error (&error, "namespace");
}

static void
test_truncation (void)
{
  g_autofree char *text = quoted ("52-/admin,12['baz',{'_placeholder':true,'num':0}]");
  gsize len = strlen (text);

  for (gsize n = 0; n < len; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *copy = g_memdup2 (text, n);

      g_assert_null (vigil_sio_packet_parse (n ? copy : "", n, &error));
      assert_protocol_error (&error, NULL);
    }
}

static void
test_encode (void)
{
  g_autoptr (JsonNode) argument = json ("{'examId':'e1'}");
  g_autofree char *event = vigil_sio_encode_event (NULL, 7, "joinExam", argument);
  g_autofree char *bare = vigil_sio_encode_event ("/candidate", -1, "raiseHand", NULL);
  g_autofree char *ack = vigil_sio_encode_ack ("/", 3, argument);
  g_autofree char *connect = vigil_sio_encode_connect ("/", "a\"b\\c");

  g_assert_cmpstr (event, ==, "427[\"joinExam\",{\"examId\":\"e1\"}]");
  g_assert_cmpstr (bare, ==, "42/candidate,[\"raiseHand\"]");
  g_assert_cmpstr (ack, ==, "433[{\"examId\":\"e1\"}]");
  g_assert_cmpstr (connect, ==, "40{\"token\":\"a\\\"b\\\\c\"}");
}

static void
test_encode_binary (void)
{
  g_autoptr (VigilSioPacket) packet = vigil_sio_packet_new (VIGIL_SIO_BINARY_EVENT, "/");
  g_autofree char *text = NULL;

  packet->payload = json ("['f',{'_placeholder':true,'num':0}]");
  packet->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (packet->attachments, g_bytes_new_static ("xyz", 3));
  text = vigil_sio_packet_encode (packet);
  g_assert_cmpstr (text, ==, "451-[\"f\",{\"_placeholder\":true,\"num\":0}]");
}

static void
test_accessors (void)
{
  g_autoptr (VigilSioPacket) event = parse ("2['foo',{'a':1},2]");
  g_autoptr (VigilSioPacket) ack = parse ("31[true]");
  g_autoptr (VigilSioPacket) empty = parse ("31[]");

  g_assert_cmpstr (vigil_sio_packet_get_event (event), ==, "foo");
  g_assert_true (JSON_NODE_HOLDS_OBJECT (vigil_sio_packet_get_argument (event)));
  g_assert_null (vigil_sio_packet_get_event (ack));
  g_assert_true (json_node_get_boolean (vigil_sio_packet_get_argument (ack)));
  g_assert_null (vigil_sio_packet_get_argument (empty));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sio/good", test_good);
  g_test_add_func ("/sio/bad", test_bad);
  g_test_add_func ("/sio/long-nsp", test_long_nsp);
  g_test_add_func ("/sio/truncation", test_truncation);
  g_test_add_func ("/sio/encode", test_encode);
  g_test_add_func ("/sio/encode-binary", test_encode_binary);
  g_test_add_func ("/sio/accessors", test_accessors);
  return g_test_run ();
}
