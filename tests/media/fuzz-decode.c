/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media payloads as bytes, through the real decoders: a feed's chain (VP8 by libvpx, H264 by GStreamer's elements)
 * with the scaler behind it, and Opus by GStreamer's elements.
 *
 * The first byte says which; then packets, each after a byte of flags and two of length. The RTP header is made here
 * unless a flag says that it is in the input: a payload in a packet that nobody lets in tests nothing. Built by run.sh
 * for libFuzzer, and by meson to replay the corpus.
 */
#include <gst/gst.h>
#include <stddef.h>
#include <stdint.h>

#include "vigil-decoder-chain.h"
#include "vigil-picture.h"

#define FLAG_MARKER 1u /* the frame ends here */
#define FLAG_GAP    2u
#define FLAG_RAW    4u /* the RTP header is in the input */
#define FLAG_PAUSE  8u /* nothing but a key frame from here on */

#define RECORD_HEADER 3u
#define TILE_WIDTH    320u
#define TILE_HEIGHT   180u

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static const char *const codecs[] = { "VP8", "H264", "OPUS" };

/* Whatever a decoder says that it gave must be there to be read. */
static void
picture_cb (const VigilPicture *picture,
            gpointer            user_data)
{
  VigilPictureScaler *scaler = user_data;
  g_autoptr (VigilFrame) frame = NULL;
  guint width, height;

  if (!vigil_picture_size_is_sane (picture->width, picture->height))
    return;

  vigil_picture_fit (picture->width, picture->height, TILE_WIDTH, TILE_HEIGHT, &width, &height);
  g_assert_cmpuint (width, <=, TILE_WIDTH);
  g_assert_cmpuint (height, <=, TILE_HEIGHT);
  frame = vigil_frame_new (1, width, height);
  g_assert_true (vigil_picture_scaler_render (scaler, picture, frame));
}

static GByteArray *
make_packet (const uint8_t *data,
             gsize          size,
             guint          flags,
             guint16        seq)
{
  guint8 header[12] = { 0x80, (guint8) (96 | ((flags & FLAG_MARKER) != 0 ? 0x80 : 0)) };
  GByteArray *packet = g_byte_array_new ();

  GST_WRITE_UINT16_BE (header + 2, seq);
  GST_WRITE_UINT32_BE (header + 4, 3000u * seq);
  GST_WRITE_UINT32_BE (header + 8, 1000);
  if ((flags & FLAG_RAW) == 0)
    g_byte_array_append (packet, header, sizeof header);
  if (size > 0)
    g_byte_array_append (packet, data, (guint) size);

  return packet;
}

static char *
make_caps (const char *codec)
{
  gboolean sound = g_str_equal (codec, "OPUS");

  return g_strdup_printf ("application/x-rtp, media=(string)%s, clock-rate=(int)%d, encoding-name=(string)%s, payload=(int)96",
                          sound ? "audio" : "video", sound ? 48000 : 90000, codec);
}

/* Takes the next packet off the input, with its flags. */
static GByteArray *
next_packet (const uint8_t **data,
             size_t         *size,
             guint          *flags,
             guint16        *seq)
{
  GByteArray *packet;
  gsize length;

  if (*size < RECORD_HEADER)
    return NULL;

  *flags = (*data)[0];
  length = MIN ((gsize) (*data)[1] | (gsize) (*data)[2] << 8, *size - RECORD_HEADER);
  *seq = (guint16) (*seq + ((*flags & FLAG_GAP) != 0 ? 2 : 1));
  packet = make_packet (*data + RECORD_HEADER, length, *flags, *seq);
  *data += RECORD_HEADER + length;
  *size -= RECORD_HEADER + length;

  return packet;
}

static void
see_pictures (const char    *codec,
              const uint8_t *data,
              size_t         size)
{
  g_autoptr (VigilPictureScaler) scaler = vigil_picture_scaler_new ();
  g_autofree char *caps = make_caps (codec);
  g_autoptr (VigilDecoderChain) chain = NULL;
  VigilChainStatus status = VIGIL_CHAIN_OK;
  GByteArray *packet;
  guint flags;
  guint16 seq = 0;

  chain = vigil_decoder_chain_new (codec, picture_cb, scaler, NULL);
  if (chain == NULL)
    return;
  vigil_decoder_chain_set_caps (chain, caps);
  while (status != VIGIL_CHAIN_FAILED && (packet = next_packet (&data, &size, &flags, &seq)) != NULL)
    {
      g_autofree guint8 *bytes = NULL;
      gsize length;

      bytes = g_byte_array_steal (packet, &length);
      g_byte_array_unref (packet);
      if ((flags & FLAG_PAUSE) != 0)
        vigil_decoder_chain_require_key (chain);
      status = vigil_decoder_chain_push (chain, bytes, length, (flags & FLAG_GAP) != 0);
    }
}

static GstFlowReturn
drop_cb (GstPad    *pad,
         GstObject *parent,
         GstBuffer *buffer)
{
  GstMapInfo map;

  if (gst_buffer_map (buffer, &map, GST_MAP_READ))
    gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static void
push_sounds (GstPad        *in,
             const uint8_t *data,
             size_t         size)
{
  g_autofree char *text = make_caps ("OPUS");
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstSegment segment;
  GByteArray *packet;
  guint flags;
  guint16 seq = 0;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (in, gst_event_new_stream_start ("sound"));
  gst_pad_push_event (in, gst_event_new_caps (caps));
  gst_pad_push_event (in, gst_event_new_segment (&segment));
  while ((packet = next_packet (&data, &size, &flags, &seq)) != NULL)
    {
      g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (packet);

      /* GStreamer makes no buffer of nothing. */
      if (g_bytes_get_size (bytes) > 0 && gst_pad_push (in, gst_buffer_new_wrapped_bytes (bytes)) < GST_FLOW_OK)
        break;
    }
}

static void
hear_sounds (const uint8_t *data,
             size_t         size)
{
  g_autoptr (GstElement) bin = gst_parse_bin_from_description ("rtpopusdepay ! opusdec", TRUE, NULL);
  g_autoptr (GstPad) first = NULL, last = NULL, in = NULL, out = NULL;

  if (bin == NULL)
    return;
  gst_object_ref_sink (bin);
  first = gst_element_get_static_pad (bin, "sink");
  last = gst_element_get_static_pad (bin, "src");
  in = gst_object_ref_sink (gst_pad_new ("in", GST_PAD_SRC));
  out = gst_object_ref_sink (gst_pad_new ("out", GST_PAD_SINK));
  gst_pad_set_chain_function (out, drop_cb);
  gst_pad_link (in, first);
  gst_pad_link (last, out);
  gst_pad_set_active (in, TRUE);
  gst_pad_set_active (out, TRUE);
  gst_element_set_state (bin, GST_STATE_PLAYING);
  push_sounds (in, data, size);
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_pad_set_active (in, FALSE);
  gst_pad_set_active (out, FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static gsize started;
  const char *codec;

  if (g_once_init_enter (&started))
    {
      gst_init (NULL, NULL);
      g_once_init_leave (&started, 1);
    }
  if (size < 1)
    return 0;

  codec = codecs[data[0] % G_N_ELEMENTS (codecs)];
  if (g_str_equal (codec, "OPUS"))
    hear_sounds (data + 1, size - 1);
  else
    see_pictures (codec, data + 1, size - 1);

  return 0;
}
