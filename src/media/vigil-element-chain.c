/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A depayloader and a decoder between two bare pads. */
#include "vigil-element-chain.h"

#include <gst/gst.h>
#include <gst/video/video.h>
#include <libyuv.h>

#include "vigil-media-error.h"
#include "vigil-h264.h"
#include "vigil-media-metrics.h"
#include "vigil-vp8.h"

typedef struct
{
  const char *codec;
  const char *depay;
  const char *parse;       /* nullable */
  const char *caps;        /* nullable: of what goes into the decoder */
  const char *decoders[4]; /* the first that is installed */
} Recipe;

static const Recipe recipes[] = {
  { "VP8", "rtpvp8depay", NULL, NULL, { "vp8dec", "avdec_vp8", NULL } },
  /* With start codes, parameter sets are among the rest, where each is looked at. */
  { "H264", "rtph264depay", "h264parse", "video/x-h264, stream-format=(string)byte-stream, alignment=(string)au",
    { "avdec_h264", "openh264dec", NULL } },
};

struct _VigilElementChain
{
  /* immutable */
  const Recipe     *recipe;
  VigilKeyGate     *gate;
  VigilPictureFunc  func;
  gpointer          user_data;
  GstElement       *bin;
  GstPad           *in;
  GstPad           *out;

  /* the thread that pushes */
  GstVideoInfo info;
  gboolean     info_valid;
  guint8      *chroma;     /* of an NV12 picture taken apart; nullable */
  gsize        chroma_size;
  VigilH264Sets sets;      /* of H.264 */
  gboolean     started;    /* caps and segment went in */
  guint        n_expected; /* pictures that the decoder owes */
};

static const Recipe *
find_recipe (const char *codec)
{
  for (guint i = 0; i < G_N_ELEMENTS (recipes); i++)
    {
      if (g_strcmp0 (recipes[i].codec, codec) == 0)
        return &recipes[i];
    }

  return NULL;
}

static gboolean
have (const char *factory)
{
  g_autoptr (GstElementFactory) found = gst_element_factory_find (factory);

  return found != NULL;
}

static const char *
find_decoder (const Recipe *recipe,
              const char   *decoder)
{
  if (decoder != NULL)
    return have (decoder) ? decoder : NULL;

  for (guint i = 0; recipe->decoders[i] != NULL; i++)
    {
      if (have (recipe->decoders[i]))
        return recipe->decoders[i];
    }

  return NULL;
}

/**
 * vigil_element_chain_init:
 *
 * For a process that does nothing else with GStreamer.
 */
void
vigil_element_chain_init (void)
{
  gst_init (NULL, NULL);
}

/**
 * vigil_element_chain_supports:
 * @codec: (nullable): upper case
 * @decoder: (nullable): a decoder element; %NULL: whatever is there
 *
 * Returns: whether everything to decode it is installed. Thread: any.
 */
gboolean
vigil_element_chain_supports (const char *codec,
                              const char *decoder)
{
  const Recipe *recipe = find_recipe (codec);

  return recipe != NULL && have (recipe->depay) &&
         (recipe->parse == NULL || have (recipe->parse)) && find_decoder (recipe, decoder) != NULL;
}

/* What a VP8 header says about the frame; other codecs say it in their caps. */
static gboolean
look_into_vp8 (VigilElementChain *self,
               GstBuffer         *buffer,
               gboolean          *shown)
{
  guint8 bytes[VIGIL_VP8_HEADER_SIZE];
  gsize size = gst_buffer_extract (buffer, 0, bytes, sizeof bytes);
  VigilVp8Header header;

  if (!vigil_vp8_parse_header (bytes, size, &header))
    return FALSE;

  *shown = header.shown;
  if (header.key)
    vigil_key_gate_set_size (self->gate, header.width, header.height);
  return TRUE;
}

/* By its caps a picture is as large as what is shown of it: one corner of the largest would cost nothing. */
static gboolean
look_into_h264 (VigilElementChain *self,
                GstBuffer         *buffer)
{
  GstMapInfo map;
  gboolean sane;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return FALSE;

  sane = vigil_h264_sets_look (&self->sets, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  vigil_key_gate_set_coded_area (self->gate, vigil_h264_sets_get_area (&self->sets));
  return sane;
}

static GstPadProbeReturn
gate_buffer (VigilElementChain *self,
             GstBuffer         *buffer)
{
  gboolean key = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  gboolean shown = FALSE;

  if (g_str_equal (self->recipe->codec, "VP8") && !look_into_vp8 (self, buffer, &shown))
    {
      vigil_key_gate_fail (self->gate);
      return GST_PAD_PROBE_DROP;
    }
  /* The decoder never hears of a parameter set that is in there. */
  if (g_str_equal (self->recipe->codec, "H264") && !look_into_h264 (self, buffer))
    {
      vigil_counter_add (vigil_media_metrics ()->frames_refused, 1);
      vigil_key_gate_fail (self->gate);
      return GST_PAD_PROBE_DROP;
    }
  if (!vigil_key_gate_admit (self->gate, key))
    return GST_PAD_PROBE_DROP;

  if (shown)
    self->n_expected++;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
gate_event (VigilElementChain *self,
            GstEvent          *event)
{
  const GstStructure *s;
  GstCaps *caps = NULL;
  int width, height;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;

  gst_event_parse_caps (event, &caps);
  s = gst_caps_get_structure (caps, 0);
  if (!gst_structure_get_int (s, "width", &width) || !gst_structure_get_int (s, "height", &height))
    return GST_PAD_PROBE_OK;

  /* The event itself passes: only a frame makes a decoder allocate. */
  vigil_key_gate_set_size (self->gate, (guint) MAX (width, 0), (guint) MAX (height, 0));
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
gate_cb (GstPad          *pad,
         GstPadProbeInfo *info,
         gpointer         user_data)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    return gate_buffer (user_data, GST_PAD_PROBE_INFO_BUFFER (info));
  return gate_event (user_data, GST_PAD_PROBE_INFO_EVENT (info));
}

static VigilColour
colour_of (const GstVideoInfo *info)
{
  if (info->colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_BT709)
    return VIGIL_COLOUR_BT709;
  if (info->colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255)
    return VIGIL_COLOUR_JPEG;
  return VIGIL_COLOUR_BT601;
}

static void
crop (const GstBuffer *buffer,
      VigilPicture    *picture)
{
  const GstVideoCropMeta *meta = gst_buffer_get_video_crop_meta ((GstBuffer *) buffer);

  if (meta == NULL || meta->width == 0 || meta->height == 0 ||
      meta->x > picture->width || meta->width > picture->width - meta->x ||
      meta->y > picture->height || meta->height > picture->height - meta->y)
    return;

  picture->planes[0] += (gsize) meta->y * (gsize) picture->strides[0] + meta->x;
  if (picture->planes[2] == NULL) /* NV12: two bytes a column of chroma */
    picture->planes[1] += (gsize) (meta->y / 2) * (gsize) picture->strides[1] + 2 * (meta->x / 2);
  else
    for (guint i = 1; i < 3; i++)
      picture->planes[i] += (gsize) (meta->y / 2) * (gsize) picture->strides[i] + meta->x / 2;
  picture->width = meta->width;
  picture->height = meta->height;
}

/* Hardware interleaves both chromas; what scales a picture wants them apart. */
static void
split_chroma (VigilElementChain *self,
              VigilPicture      *picture)
{
  int half_width = ((int) picture->width + 1) / 2, half_height = ((int) picture->height + 1) / 2;
  gsize size = (gsize) half_width * (gsize) half_height;

  if (self->chroma_size < 2 * size)
    {
      g_free (self->chroma);
      self->chroma = g_malloc (2 * size);
      self->chroma_size = 2 * size;
    }
  SplitUVPlane (picture->planes[1], picture->strides[1], self->chroma, half_width, self->chroma + size, half_width,
                half_width, half_height);
  picture->planes[1] = self->chroma;
  picture->planes[2] = self->chroma + size;
  picture->strides[1] = picture->strides[2] = half_width;
}

static GstFlowReturn
out_chain_cb (GstPad    *pad,
              GstObject *parent,
              GstBuffer *buffer)
{
  VigilElementChain *self = gst_pad_get_element_private (pad);
  gboolean nv12 = GST_VIDEO_INFO_FORMAT (&self->info) == GST_VIDEO_FORMAT_NV12;
  GstVideoFrame frame;

  self->n_expected = 0;
  if (self->info_valid && gst_video_frame_map (&frame, &self->info, buffer, GST_MAP_READ))
    {
      VigilPicture picture = {
        .planes = {
          GST_VIDEO_FRAME_PLANE_DATA (&frame, 0),
          GST_VIDEO_FRAME_PLANE_DATA (&frame, 1),
          nv12 ? NULL : GST_VIDEO_FRAME_PLANE_DATA (&frame, 2),
        },
        .strides = {
          GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0),
          GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 1),
          nv12 ? 0 : GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 2),
        },
        .width = (guint) GST_VIDEO_FRAME_WIDTH (&frame),
        .height = (guint) GST_VIDEO_FRAME_HEIGHT (&frame),
        .colour = colour_of (&self->info),
      };

      crop (buffer, &picture);
      if (nv12)
        split_chroma (self, &picture);
      self->func (&picture, self->user_data);
      gst_video_frame_unmap (&frame);
    }
  gst_buffer_unref (buffer);

  return GST_FLOW_OK;
}

static gboolean
out_event_cb (GstPad    *pad,
              GstObject *parent,
              GstEvent  *event)
{
  VigilElementChain *self = gst_pad_get_element_private (pad);

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
    {
      GstCaps *caps = NULL;

      gst_event_parse_caps (event, &caps);
      self->info_valid = gst_video_info_from_caps (&self->info, caps) &&
                         (GST_VIDEO_INFO_FORMAT (&self->info) == GST_VIDEO_FORMAT_I420 ||
                          GST_VIDEO_INFO_FORMAT (&self->info) == GST_VIDEO_FORMAT_NV12);
      if (!self->info_valid)
        g_info ("a decoder gives pictures we cannot draw");
    }
  gst_event_unref (event);

  return TRUE;
}

static gboolean
out_query_cb (GstPad    *pad,
              GstObject *parent,
              GstQuery  *query)
{
  switch (GST_QUERY_TYPE (query))
    {
    case GST_QUERY_CAPS:
      {
        g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw, format=(string){ I420, NV12 }");

        gst_query_set_caps_result (query, caps);
        return TRUE;
      }

    case GST_QUERY_ACCEPT_CAPS:
      gst_query_set_accept_caps_result (query, TRUE);
      return TRUE;

    case GST_QUERY_ALLOCATION:
      /* Strides and crops of the decoder's own are understood: no copy into tight rows. */
      gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
      gst_query_add_allocation_meta (query, GST_VIDEO_CROP_META_API_TYPE, NULL);
      return TRUE;

    default:
      return FALSE;
    }
}

static gboolean
in_event_cb (GstPad    *pad,
             GstObject *parent,
             GstEvent  *event)
{
  VigilElementChain *self = gst_pad_get_element_private (pad);

  if (gst_video_event_is_force_key_unit (event))
    vigil_key_gate_fail (self->gate);
  gst_event_unref (event);

  return TRUE;
}

static GstElement *
add (VigilElementChain  *self,
     const char         *factory,
     GError            **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC,
                   "the GStreamer element “%s” is not installed", factory);
      return NULL;
    }

  gst_bin_add (GST_BIN (self->bin), element);
  return element;
}

static void
set_if_there (GstElement *element,
              const char *property,
              const char *value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), property) != NULL)
    gst_util_set_object_arg (G_OBJECT (element), property, value);
}

static void
set_up_decoder (GstElement *decoder)
{
  /* More threads a picture cost more than they save at a tile's size, and 25 MB. */
  set_if_there (decoder, "threads", "1");
  set_if_there (decoder, "max-threads", "1");
  /* Nothing here has a clock that a picture could be late for. */
  set_if_there (decoder, "qos", "false");
}

static void
link_pads (VigilElementChain *self,
           GstElement        *first,
           GstElement        *before_gate,
           GstElement        *decoder)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (first, "sink");
  g_autoptr (GstPad) gate = gst_element_get_static_pad (before_gate, "src");
  g_autoptr (GstPad) src = gst_element_get_static_pad (decoder, "src");

  gst_pad_add_probe (gate, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                     gate_cb, self, NULL);

  self->in = gst_object_ref_sink (gst_pad_new ("in", GST_PAD_SRC));
  gst_pad_set_element_private (self->in, self);
  gst_pad_set_event_function (self->in, in_event_cb);
  gst_pad_set_active (self->in, TRUE);
  gst_pad_link_full (self->in, sink, GST_PAD_LINK_CHECK_NOTHING);

  self->out = gst_object_ref_sink (gst_pad_new ("out", GST_PAD_SINK));
  gst_pad_set_element_private (self->out, self);
  gst_pad_set_chain_function (self->out, out_chain_cb);
  gst_pad_set_event_function (self->out, out_event_cb);
  gst_pad_set_query_function (self->out, out_query_cb);
  gst_pad_set_active (self->out, TRUE);
  gst_pad_link_full (src, self->out, GST_PAD_LINK_CHECK_NOTHING);
}

static gboolean
build (VigilElementChain  *self,
       const char         *decoder_name,
       GError            **error)
{
  GstElement *depay, *last, *decoder;
  g_autoptr (GstCaps) caps = NULL;

  depay = last = add (self, self->recipe->depay, error);
  if (depay == NULL)
    return FALSE;

  if (self->recipe->parse != NULL)
    {
      last = add (self, self->recipe->parse, error);
      if (last == NULL || !gst_element_link (depay, last))
        return FALSE;
    }

  decoder = add (self, decoder_name != NULL ? decoder_name : self->recipe->decoders[0], error);
  caps = self->recipe->caps != NULL ? gst_caps_from_string (self->recipe->caps) : NULL;
  if (decoder == NULL || !gst_element_link_filtered (last, decoder, caps))
    return FALSE;
  set_up_decoder (decoder);
  link_pads (self, depay, last, decoder);

  return gst_element_set_state (self->bin, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

/**
 * vigil_element_chain_new:
 * @codec: upper case
 * @decoder: (nullable): a decoder element; %NULL: the first that is there
 * @gate: decides what is decoded; the caller's, and outlives the chain
 * @func: gets each picture, from within vigil_element_chain_push()
 * @user_data: for @func
 * @error: %VIGIL_MEDIA_ERROR_CODEC
 *
 * Returns: (transfer full) (nullable): a running chain
 */
VigilElementChain *
vigil_element_chain_new (const char        *codec,
                         const char        *decoder,
                         VigilKeyGate      *gate,
                         VigilPictureFunc   func,
                         gpointer           user_data,
                         GError           **error)
{
  g_autoptr (VigilElementChain) self = NULL;
  const Recipe *recipe = find_recipe (codec);

  if (recipe == NULL)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC, "no way to decode “%s”", codec);
      return NULL;
    }

  self = g_new0 (VigilElementChain, 1);
  self->recipe = recipe;
  self->gate = gate;
  self->func = func;
  self->user_data = user_data;
  self->bin = gst_object_ref_sink (gst_bin_new (NULL));

  if (!build (self, find_decoder (recipe, decoder), error))
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC, "the decoder for %s cannot start", codec);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * vigil_element_chain_free:
 *
 * Not from within @func.
 */
void
vigil_element_chain_free (VigilElementChain *self)
{
  gst_element_set_state (self->bin, GST_STATE_NULL);
  if (self->in != NULL)
    gst_pad_set_active (self->in, FALSE);
  if (self->out != NULL)
    gst_pad_set_active (self->out, FALSE);

  g_clear_pointer (&self->in, gst_object_unref);
  g_clear_pointer (&self->out, gst_object_unref);
  gst_object_unref (self->bin);
  g_free (self->chroma);
  g_free (self);
}

/**
 * vigil_element_chain_set_caps:
 * @caps: of the packets that follow, as GStreamer writes them; others are ignored
 */
void
vigil_element_chain_set_caps (VigilElementChain *self,
                              const char        *caps)
{
  g_autoptr (GstCaps) parsed = gst_caps_from_string (caps);
  GstSegment segment;

  if (parsed == NULL || !gst_caps_is_fixed (parsed))
    return;
  if (!self->started)
    gst_pad_push_event (self->in, gst_event_new_stream_start ("feed"));
  gst_pad_push_event (self->in, gst_event_new_caps (parsed));

  if (!self->started)
    {
      gst_segment_init (&segment, GST_FORMAT_TIME);
      gst_pad_push_event (self->in, gst_event_new_segment (&segment));
    }
  self->started = TRUE;
}

/* rtph264depay 1.22 takes two bytes off a fragment that has one, and then asks for 4 GB to put the rest in. */
static gboolean
is_whole_h264 (const guint8 *packet,
               gsize         size)
{
  static const guint8 least[32] = { [24] = 4, [25] = 6, [26] = 8, [27] = 9, [28] = 3, [29] = 5 };
  const guint8 *payload;
  gsize payload_size;

  return vigil_rtp_find_payload (packet, size, &payload, &payload_size) &&
         (payload_size == 0 || payload_size >= least[payload[0] & 0x1f]);
}

/**
 * vigil_element_chain_push:
 * @packet: an RTP packet, in order
 * @size: its bytes
 * @gap: whether packets before it are missing
 *
 * Returns: %FALSE if the elements gave up, for good
 */
gboolean
vigil_element_chain_push (VigilElementChain *self,
                          const guint8      *packet,
                          gsize              size,
                          gboolean           gap)
{
  GstBuffer *buffer;

  if (!self->started || size == 0)
    return TRUE;
  if (g_str_equal (self->recipe->codec, "H264") && !is_whole_h264 (packet, size))
    {
      vigil_counter_add (vigil_media_metrics ()->frames_refused, 1);
      vigil_key_gate_fail (self->gate);
      return TRUE;
    }

  buffer = gst_buffer_new_memdup (packet, size);
  GST_BUFFER_PTS (buffer) = (GstClockTime) g_get_monotonic_time () * 1000;
  if (gap)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  if (gst_pad_push (self->in, buffer) < GST_FLOW_OK)
    return FALSE;

  /* The frame went in and no picture came out. */
  if (self->n_expected > 0)
    vigil_key_gate_fail (self->gate);
  self->n_expected = 0;

  return TRUE;
}
