/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GStreamer plugin with decoders that call themselves hardware: one that works, and all the ways in which one does not. */
#include <gst/gst.h>
#include <stdlib.h>
#include <string.h>

#define PACKAGE "vigil-trick"

typedef enum { TRICK_WORKS, TRICK_ABSENT, TRICK_SILENT, TRICK_LATE, TRICK_WRONG, TRICK_HANGS, TRICK_CRASHES, TRICK_BROKEN_LATER } Trick;

static const char *const names[] = {
  "trickworks", "trickabsent", "tricksilent", "tricklate", "trickwrong", "trickhangs", "trickcrashes", "trickbroken",
};

typedef struct
{
  GstBin     parent;
  Trick      trick;
  guint      n_frames;
} TrickDecoder;

typedef struct
{
  GstBinClass parent_class;
  Trick       trick;
} TrickDecoderClass;

static gpointer parent_class;

static GstPadProbeReturn
in_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  TrickDecoder *self = user_data;

  self->n_frames++;
  if (self->trick == TRICK_CRASHES)
    abort ();
  while (self->trick == TRICK_HANGS)
    g_usleep (G_USEC_PER_SEC);
  if (self->trick == TRICK_BROKEN_LATER && self->n_frames > 100)
    {
      GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_ERROR;
      gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
      return GST_PAD_PROBE_HANDLED;
    }
  return self->trick == TRICK_SILENT ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
out_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  TrickDecoder *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  if (self->trick == TRICK_WRONG)
    {
      buffer = gst_buffer_make_writable (buffer);
      gst_buffer_memset (buffer, 1000, 0x80, 5000);
      GST_PAD_PROBE_INFO_DATA (info) = buffer;
    }
  if (self->trick == TRICK_LATE && self->n_frames == 1)
    return GST_PAD_PROBE_DROP;
  return GST_PAD_PROBE_OK;
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange change)
{
  if (change == GST_STATE_CHANGE_NULL_TO_READY && ((TrickDecoder *) element)->trick == TRICK_ABSENT)
    return GST_STATE_CHANGE_FAILURE; /* no such device */
  return GST_ELEMENT_CLASS (parent_class)->change_state (element, change);
}

static void
add_ghost (TrickDecoder *self, GstElement *inner, const char *name, GstPadProbeCallback callback)
{
  GstPad *pad = gst_element_get_static_pad (inner, name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, callback, self, NULL);
  gst_element_add_pad (GST_ELEMENT (self), gst_ghost_pad_new (name, pad));
  gst_object_unref (pad);
}

/* What software decodes, given away as NV12 in the way that hardware does. */
static void
trick_decoder_init (TrickDecoder *self, TrickDecoderClass *klass)
{
  GstElement *decoder = gst_element_factory_make ("vp8dec", NULL), *convert = gst_element_factory_make ("videoconvert", NULL);
  GstElement *filter = gst_element_factory_make ("capsfilter", NULL);
  GstCaps *caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "NV12", NULL);

  self->trick = klass->trick;
  g_object_set (filter, "caps", caps, NULL);
  gst_caps_unref (caps);
  gst_bin_add_many (GST_BIN (self), decoder, convert, filter, NULL);
  gst_element_link_many (decoder, convert, filter, NULL);
  add_ghost (self, decoder, "sink", in_cb);
  add_ghost (self, filter, "src", out_cb);
}

static void
trick_decoder_class_init (TrickDecoderClass *klass, gpointer data)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstCaps *in = gst_caps_new_empty_simple ("video/x-vp8"), *out = gst_caps_new_empty_simple ("video/x-raw");

  parent_class = g_type_class_peek_parent (klass);
  klass->trick = GPOINTER_TO_INT (data);
  element_class->change_state = change_state;
  gst_element_class_set_static_metadata (element_class, "Trick decoder", "Codec/Decoder/Video/Hardware", "For tests", "Vigil");
  gst_element_class_add_pad_template (element_class, gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, in));
  gst_element_class_add_pad_template (element_class, gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, out));
  gst_caps_unref (in);
  gst_caps_unref (out);
}

static gboolean
plugin_init (GstPlugin *plugin)
{
  const char *wanted = g_getenv ("VIGIL_TRICK_DECODERS");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GTypeInfo info = {
        .class_size = sizeof (TrickDecoderClass), .class_init = (GClassInitFunc) trick_decoder_class_init,
        .class_data = GINT_TO_POINTER (i), .instance_size = sizeof (TrickDecoder), .instance_init = (GInstanceInitFunc) trick_decoder_init,
      };
      GType type;

      if (wanted == NULL || strstr (wanted, names[i]) == NULL)
        continue;
      type = g_type_register_static (GST_TYPE_BIN, names[i], &info, 0);
      if (!gst_element_register (plugin, names[i], GST_RANK_PRIMARY + 100 - i, type))
        return FALSE;
    }
  return TRUE;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, vigiltrick, "Decoders for tests", plugin_init, "1.0", "GPL", "vigil", "https://vigil.example")
