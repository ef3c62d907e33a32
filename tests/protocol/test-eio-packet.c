/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engine.IO frames and the open packet. */
#include "protocol-test.h"
#include "vigil-eio-packet.h"

static void
test_types (void)
{
  for (guint type = VIGIL_EIO_OPEN; type <= VIGIL_EIO_NOOP; type++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *frame = vigil_eio_packet_build ((VigilEioType) type, "data");
      VigilEioPacket packet;

      g_assert_true (vigil_eio_packet_parse (frame, strlen (frame), &packet, &error));
      g_assert_cmpuint (packet.type, ==, type);
      g_assert_cmpmem (packet.data, packet.len, "data", 4);
    }
}

static void
test_bad_frames (void)
{
  static const char *const bad[] = { "", "7", "9x", "a", "-1", " 4", "\xff", "b" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      VigilEioPacket packet;

      g_assert_false (vigil_eio_packet_parse (bad[i], strlen (bad[i]), &packet, &error));
      assert_protocol_error (&error, "Engine.IO");
    }
}

static void
test_probe (void)
{
  g_autofree char *pong = vigil_eio_packet_build (VIGIL_EIO_PONG, NULL);

  g_assert_cmpstr (pong, ==, "3");
}

static void
test_handshake (void)
{
  g_auto (VigilEioHandshake) handshake = { 0 };
  g_auto (VigilEioHandshake) again = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = quoted ("{'sid':'lv_VI97HAXpY6yYWAAAC','upgrades':[],'pingInterval':25000,'pingTimeout':20000,'maxPayload':1000000}");
  g_autofree char *built = NULL;

  g_assert_true (vigil_eio_handshake_parse (text, strlen (text), &handshake, &error));
  g_assert_cmpstr (handshake.sid, ==, "lv_VI97HAXpY6yYWAAAC");
  g_assert_cmpuint (handshake.ping_interval_ms, ==, 25000);
  g_assert_cmpuint (handshake.ping_timeout_ms, ==, 20000);
  g_assert_cmpint (handshake.max_payload, ==, 1000000);
  built = vigil_eio_handshake_build (&handshake);
  g_assert_cmpstr (built, ==, text);
  g_assert_true (vigil_eio_handshake_parse (built, strlen (built), &again, &error));
}

static void
test_bad_handshakes (void)
{
  static const struct { const char *text, *part; } bad[] = {
    { "", "JSON" }, { "[]", "not an object" }, { "{}", "sid" },
    { "{'sid':1,'pingInterval':1,'pingTimeout':1}", "sid" },
    { "{'sid':'','pingInterval':1,'pingTimeout':1}", "sid" },
    { "{'sid':'x','pingTimeout':1}", "pingInterval" },
    { "{'sid':'x','pingInterval':0,'pingTimeout':1}", "pingInterval" },
    { "{'sid':'x','pingInterval':-25000,'pingTimeout':1}", "pingInterval" },
    { "{'sid':'x','pingInterval':1e12,'pingTimeout':1}", "pingInterval" },
    { "{'sid':'x','pingInterval':'25000','pingTimeout':1}", "pingInterval" },
    { "{'sid':'x','pingInterval':25000,'pingTimeout':1.5}", "pingTimeout" },
    { "{'sid':'x','pingInterval':25000,'pingTimeout':1,'maxPayload':0}", "maxPayload" },
    { "{'sid':'x','pingInterval':25000,'pingTimeout':1,'maxPayload':99999999999999999999}", "range" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = quoted (bad[i].text);
      VigilEioHandshake handshake;

      g_assert_false (vigil_eio_handshake_parse (text, strlen (text), &handshake, &error));
      g_assert_null (handshake.sid);
      assert_protocol_error (&error, bad[i].part);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eio/types", test_types);
  g_test_add_func ("/eio/bad-frames", test_bad_frames);
  g_test_add_func ("/eio/probe", test_probe);
  g_test_add_func ("/eio/handshake", test_handshake);
  g_test_add_func ("/eio/bad-handshakes", test_bad_handshakes);
  return g_test_run ();
}
