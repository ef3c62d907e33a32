/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Follows a sender from one codec to the other. */
#include "vigil-codec-choice.h"

#include "vigil-media-metrics.h"

#define CHANGE_US (1 * G_USEC_PER_SEC)

static void
set_option (VigilCodecOption  *option,
            const char        *codec,
            VigilDecodeHelper *helper)
{
  option->codec = g_strdup (codec);
  option->helper = helper != NULL ? vigil_decode_helper_ref (helper) : NULL;
  option->payload = -1;
}

/**
 * vigil_codec_choice_init:
 * @codec: what it is expected to come in
 * @helper: (nullable): decodes that
 */
void
vigil_codec_choice_init (VigilCodecChoice  *self,
                         const char        *codec,
                         VigilDecodeHelper *helper)
{
  *self = (VigilCodecChoice) { 0 };
  set_option (&self->options[0], codec, helper);
}

/**
 * vigil_codec_choice_clear:
 */
void
vigil_codec_choice_clear (VigilCodecChoice *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->options); i++)
    {
      g_clear_pointer (&self->options[i].codec, g_free);
      g_clear_pointer (&self->options[i].helper, vigil_decode_helper_unref);
      g_clear_pointer (&self->options[i].caps, g_free);
    }
}

/**
 * vigil_codec_choice_allow:
 * @codec: what may come as well
 * @helper: (nullable): decodes that
 *
 * Once, before the first packet.
 */
void
vigil_codec_choice_allow (VigilCodecChoice  *self,
                          const char        *codec,
                          VigilDecodeHelper *helper)
{
  g_return_if_fail (self->options[1].codec == NULL);

  set_option (&self->options[1], codec, helper);
}

/**
 * vigil_codec_choice_get:
 *
 * Returns: (transfer none): the one that comes now
 */
const VigilCodecOption *
vigil_codec_choice_get (VigilCodecChoice *self)
{
  return &self->options[self->current];
}

/**
 * vigil_codec_choice_is_one:
 *
 * Returns: whether no other than the present one may come
 */
gboolean
vigil_codec_choice_is_one (const VigilCodecChoice *self)
{
  return self->options[1].codec == NULL;
}

static void
note_one (VigilCodecChoice *self,
          const GstCaps    *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const char *name = gst_structure_get_string (structure, "encoding-name");
  VigilCodecOption *option = &self->options[self->current];

  for (guint i = 0; i < G_N_ELEMENTS (self->options); i++)
    if (self->options[i].codec != NULL && g_strcmp0 (self->options[i].codec, name) == 0)
      option = &self->options[i];
  if (!gst_structure_get_int (structure, "payload", &option->payload))
    option->payload = -1;
  g_free (option->caps);
  option->caps = gst_caps_to_string (caps);
}

/**
 * vigil_codec_choice_note:
 * @caps: of packets that follow, or of each kind of them
 *
 * They say which codec a payload type is. What they are silent on is of the present one.
 */
void
vigil_codec_choice_note (VigilCodecChoice *self,
                         const GstCaps    *caps)
{
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    {
      g_autoptr (GstCaps) one = gst_caps_copy_nth (caps, i);

      note_one (self, one);
    }
}

static gboolean
is_named_in (const GstStructure *structure,
             const GstCaps      *caps)
{
  const char *name = gst_structure_get_string (structure, "encoding-name");

  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    if (g_strcmp0 (name, gst_structure_get_string (gst_caps_get_structure (caps, i), "encoding-name")) == 0)
      return TRUE;
  return FALSE;
}

/**
 * vigil_codec_choice_join:
 * @older: (nullable) (transfer full): that nobody has noted yet
 * @newer: what came after them
 *
 * Each of two codecs has its caps once, its newest: those of one must not take the place of the other's.
 *
 * Returns: (transfer full): both, and no more
 */
GstCaps *
vigil_codec_choice_join (GstCaps *older,
                         GstCaps *newer)
{
  GstCaps *both;

  if (older == NULL)
    return gst_caps_ref (newer);

  both = gst_caps_make_writable (older);
  for (guint i = gst_caps_get_size (both); i > 0; i--)
    if (is_named_in (gst_caps_get_structure (both, i - 1), newer))
      gst_caps_remove_structure (both, i - 1);
  gst_caps_append (both, gst_caps_copy (newer));
  while (gst_caps_get_size (both) > 2)
    gst_caps_remove_structure (both, 0);
  return both;
}

static int
read_payload (const VigilPacket *packet)
{
  guint8 head[2];

  return gst_buffer_extract (packet->buffer, 0, head, sizeof head) == sizeof head ? head[1] & 0x7f : -1;
}

/* A packet of the other codec in this one's decoder might pass for anything. */
static void
drop_others (VigilCodecChoice *self,
             VigilPacket      *packets,
             guint            *n_packets)
{
  int other = self->options[1 - self->current].payload;
  guint n = 0;

  for (guint i = 0; i < *n_packets; i++)
    {
      if (read_payload (&packets[i]) != other)
        {
          packets[n++] = packets[i];
          continue;
        }
      gst_buffer_unref (packets[i].buffer);
      vigil_counter_add (vigil_media_metrics ()->packets_dropped, 1);
    }
  *n_packets = n;
}

/**
 * vigil_codec_choice_follow:
 * @packets: in order; those of the codec that does not count now are dropped from it
 * @n_packets: (inout)
 * @now: monotonic microseconds
 *
 * Returns: whether another codec comes from here on: it needs another decoder
 */
gboolean
vigil_codec_choice_follow (VigilCodecChoice *self,
                           VigilPacket      *packets,
                           guint            *n_packets,
                           gint64            now)
{
  gboolean changed = FALSE;
  int other;

  if (*n_packets == 0 || self->options[1].codec == NULL)
    return FALSE;

  other = self->options[1 - self->current].payload;
  if (other < 0 || other == self->options[self->current].payload)
    return FALSE;

  if (read_payload (&packets[*n_packets - 1]) == other && (self->changed_us == 0 || now - self->changed_us >= CHANGE_US))
    {
      self->current = 1 - self->current;
      self->changed_us = now;
      changed = TRUE;
      vigil_counter_add (vigil_media_metrics ()->codecs_changed, 1);
    }
  drop_others (self, packets, n_packets);
  return changed;
}
