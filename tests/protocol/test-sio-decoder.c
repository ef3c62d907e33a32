/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binary events put together, and everything that can go wrong in between. */
#include "protocol-test.h"
#include "vigil-sio-decoder.h"

#define TWO "52-['baz',{'_placeholder':true,'num':1},{'deep':[{'_placeholder':true,'num':0}]}]"

static gboolean
feed_text (VigilSioDecoder *decoder, const char *text, VigilSioPacket **packet, GError **error)
{
  g_autofree char *real = quoted (text);

  return vigil_sio_decoder_text (decoder, real, strlen (real), packet, error);
}

static gboolean
feed_binary (VigilSioDecoder *decoder, const char *data, VigilSioPacket **packet, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, strlen (data));

  return vigil_sio_decoder_binary (decoder, bytes, packet, error);
}

static void
test_plain (void)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (0);
  g_autoptr (VigilSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (feed_text (decoder, "2['foo']", &packet, &error));
  g_assert_cmpstr (vigil_sio_packet_get_event (packet), ==, "foo");
  g_assert_false (vigil_sio_decoder_is_pending (decoder));
}

/* In a text event an object that looks like a placeholder is an object. */
static void
test_plain_lookalike (void)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (0);
  g_autoptr (VigilSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (feed_text (decoder, "2['foo',{'_placeholder':true,'num':9}]", &packet, &error));
  g_assert_null (vigil_sio_packet_get_attachment (packet, vigil_sio_packet_get_argument (packet)));
}

static void
test_attachments (void)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (0);
  g_autoptr (VigilSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  g_assert_true (feed_text (decoder, TWO, &packet, &error));
  g_assert_null (packet);
  g_assert_true (vigil_sio_decoder_is_pending (decoder));
  g_assert_true (feed_binary (decoder, "first", &packet, &error));
  g_assert_null (packet);
  g_assert_true (feed_binary (decoder, "second", &packet, &error));
  g_assert_nonnull (packet);
  g_assert_false (vigil_sio_decoder_is_pending (decoder));
  bytes = vigil_sio_packet_get_attachment (packet, vigil_sio_packet_get_argument (packet));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "second", 6);
}

static void
test_none_announced (void)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (0);
  g_autoptr (VigilSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (feed_text (decoder, "50-['foo']", &packet, &error));
  g_assert_nonnull (packet);
}

static void
test_unannounced (void)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (0);
  g_autoptr (GError) error = NULL;
  VigilSioPacket *packet;

  g_assert_false (feed_binary (decoder, "x", &packet, &error));
  g_assert_null (packet);
  assert_protocol_error (&error, "nobody announced");
}

static void
test_text_in_between (void)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (0);
  g_autoptr (VigilSioPacket) after = NULL;
  g_autoptr (GError) error = NULL;
  VigilSioPacket *packet;

  g_assert_true (feed_text (decoder, TWO, &packet, &error));
  g_assert_false (feed_text (decoder, "2['foo']", &packet, &error));
  assert_protocol_error (&error, "attachment was announced");
  /* it is empty again */
  g_assert_false (vigil_sio_decoder_is_pending (decoder));
  g_assert_true (feed_text (decoder, "2['foo']", &after, &error));
}

static void
test_too_many_bytes (void)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (10);
  g_autoptr (GError) error = NULL;
  VigilSioPacket *packet;

  g_assert_true (feed_text (decoder, TWO, &packet, &error));
  g_assert_true (feed_binary (decoder, "123456", &packet, &error));
  g_assert_false (feed_binary (decoder, "12345", &packet, &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_LIMIT);
  g_assert_false (vigil_sio_decoder_is_pending (decoder));
}

static void
test_too_many_attachments (void)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (0);
  g_autoptr (GError) error = NULL;
  VigilSioPacket *packet;

  g_assert_false (feed_text (decoder, "517-['foo']", &packet, &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_LIMIT);
}

static void
test_bad_placeholders (void)
{
  static const char *const bad[] = {
    "51-['foo',{'_placeholder':true,'num':1}]", "51-['foo',{'_placeholder':true,'num':-1}]", "51-['foo',{'_placeholder':true}]",
    "51-['foo',{'_placeholder':true,'num':'0'}]", "51-['foo',{'_placeholder':true,'num':0.5}]",
    "51-['foo',{'_placeholder':true,'num':9007199254740991}]", "51-['foo',[[{'x':{'_placeholder':true,'num':7}}]]]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (0);
      g_autoptr (GError) error = NULL;
      VigilSioPacket *packet;

      note (bad[i]);
      g_assert_true (feed_text (decoder, bad[i], &packet, &error));
      g_assert_false (feed_binary (decoder, "x", &packet, &error));
      g_assert_null (packet);
      assert_protocol_error (&error, "placeholder");
    }
}

static void
test_reset (void)
{
  g_autoptr (VigilSioDecoder) decoder = vigil_sio_decoder_new (0);
  g_autoptr (GError) error = NULL;
  VigilSioPacket *packet;

  g_assert_true (feed_text (decoder, TWO, &packet, &error));
  vigil_sio_decoder_reset (decoder);
  g_assert_false (feed_binary (decoder, "x", &packet, &error));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decoder/plain", test_plain);
  g_test_add_func ("/decoder/plain-lookalike", test_plain_lookalike);
  g_test_add_func ("/decoder/attachments", test_attachments);
  g_test_add_func ("/decoder/none-announced", test_none_announced);
  g_test_add_func ("/decoder/unannounced", test_unannounced);
  g_test_add_func ("/decoder/text-in-between", test_text_in_between);
  g_test_add_func ("/decoder/too-many-bytes", test_too_many_bytes);
  g_test_add_func ("/decoder/too-many-attachments", test_too_many_attachments);
  g_test_add_func ("/decoder/bad-placeholders", test_bad_placeholders);
  g_test_add_func ("/decoder/reset", test_reset);
  return g_test_run ();
}
