/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loop of encoded frames: in memory, and as a cache file. */

#include <string.h>

#include "vigil-sim-clip.h"

/* The cache file: this header, then for every frame its size with the key flag
 * in the top bit (32 bits, big endian), then the frames one after the other,
 * then the SHA-256 of all of that. */
#define FILE_MAGIC "VSC1"
#define FILE_HEADER_SIZE (4 + 7 * 4)
#define FILE_KEY_FLAG 0x80000000u
#define FILE_DIGEST_SIZE 32

/* No frame of ours is larger, whatever a damaged file says. */
#define FRAME_SIZE_MAX (1024 * 1024)

struct _VigilSimClip
{
  /* immutable */
  VigilSimClipKey key;
  guint           n_frames;

  /* the first n_ready are immutable, the rest belong to the worker */
  VigilSimFrame  *frames;

  /* atomic */
  gint            ref_count;
  gint            n_ready;
  gint            n_users;
  gint            failed;
  gsize           size;
};

guint
vigil_sim_clip_key_hash (gconstpointer key)
{
  const VigilSimClipKey *k = key;

  return k->look * 2654435761u ^ (k->source << 28) ^ (k->behaviour << 20) ^ (k->width << 8) ^ k->rate;
}

gboolean
vigil_sim_clip_key_equal (gconstpointer a,
                          gconstpointer b)
{
  const VigilSimClipKey *x = a;
  const VigilSimClipKey *y = b;

  return x->look == y->look && x->source == y->source && x->behaviour == y->behaviour
         && x->width == y->width && x->height == y->height && x->rate == y->rate;
}

/**
 * vigil_sim_clip_new:
 * @key: what is in it
 *
 * Returns: (transfer full): a clip with none of its frames ready
 */
VigilSimClip *
vigil_sim_clip_new (const VigilSimClipKey *key)
{
  VigilSimClip *self = g_new0 (VigilSimClip, 1);

  self->ref_count = 1;
  self->key = *key;
  self->n_frames = MAX (1, key->rate) * VIGIL_SIM_CLIP_SECONDS;
  self->frames = g_new0 (VigilSimFrame, self->n_frames);

  return self;
}

VigilSimClip *
vigil_sim_clip_ref (VigilSimClip *self)
{
  g_atomic_int_inc (&self->ref_count);

  return self;
}

void
vigil_sim_clip_unref (VigilSimClip *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  for (guint i = 0; i < self->n_frames; i++)
    {
      VigilSimFrame *frame = &self->frames[i];

      for (guint j = 0; j < frame->n_payloads; j++)
        gst_memory_unref (frame->payloads[j]);
      g_free (frame->payloads);
    }
  g_free (self->frames);
  g_free (self);
}

/* Whether anybody but the caller holds it. */
gboolean
vigil_sim_clip_is_shared (VigilSimClip *self)
{
  return g_atomic_int_get (&self->ref_count) > 1;
}

const VigilSimClipKey *
vigil_sim_clip_get_key (VigilSimClip *self)
{
  return &self->key;
}

/* How many frames the whole loop has. */
guint
vigil_sim_clip_get_n_frames (VigilSimClip *self)
{
  return self->n_frames;
}

/* How many of them can be played now. Any thread. */
guint
vigil_sim_clip_get_n_ready (VigilSimClip *self)
{
  return g_atomic_int_get (&self->n_ready);
}

/* Encoded bytes held. Any thread. */
gsize
vigil_sim_clip_get_size (VigilSimClip *self)
{
  return (gsize) g_atomic_pointer_get (&self->size);
}

/* @index must be less than n_ready. Borrowed for as long as the clip is held. */
const VigilSimFrame *
vigil_sim_clip_get_frame (VigilSimClip *self,
                          guint         index)
{
  g_return_val_if_fail (index < vigil_sim_clip_get_n_ready (self), NULL);

  return &self->frames[index];
}

/**
 * vigil_sim_clip_get_next_key:
 * @self: a clip
 * @index: where to begin to look
 *
 * Returns: the first key frame at @index or after it, or 0 at the end of the loop
 */
guint
vigil_sim_clip_get_next_key (VigilSimClip *self,
                             guint         index)
{
  guint ready = vigil_sim_clip_get_n_ready (self);

  for (; index < ready; index++)
    if (self->frames[index].key)
      return index;

  return 0;
}

/**
 * vigil_sim_clip_append:
 * @self: a clip with frames still to come
 * @data: the encoded frame, copied
 * @size: its bytes
 * @key: whether it can be decoded without those before it
 *
 * Cuts a frame into payloads and makes it ready. One thread at a time.
 */
void
vigil_sim_clip_append (VigilSimClip *self,
                       const guint8 *data,
                       gsize         size,
                       gboolean      key)
{
  guint index = vigil_sim_clip_get_n_ready (self);
  VigilSimFrame *frame;
  GstMemory *whole;
  guint8 *copy;

  g_return_if_fail (index < self->n_frames && size > 0);

  frame = &self->frames[index];
  frame->key = key;
  frame->size = size;
  frame->n_payloads = (size + VIGIL_SIM_CLIP_PAYLOAD_MAX - 1) / VIGIL_SIM_CLIP_PAYLOAD_MAX;
  frame->payloads = g_new (GstMemory *, frame->n_payloads);

  copy = g_memdup2 (data, size);
  whole = gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, copy, size, 0, size, copy, g_free);
  for (guint i = 0; i < frame->n_payloads; i++)
    {
      gsize offset = (gsize) i * VIGIL_SIM_CLIP_PAYLOAD_MAX;

      frame->payloads[i] = gst_memory_share (whole, offset, MIN (VIGIL_SIM_CLIP_PAYLOAD_MAX, size - offset));
    }
  gst_memory_unref (whole);

  g_atomic_pointer_add (&self->size, size);
  g_atomic_int_set (&self->n_ready, index + 1);
}

/* Somebody is watching: the clip's frames are made before others'. Any thread. */
void
vigil_sim_clip_add_user (VigilSimClip *self)
{
  g_atomic_int_inc (&self->n_users);
}

void
vigil_sim_clip_remove_user (VigilSimClip *self)
{
  g_atomic_int_add (&self->n_users, -1);
}

gboolean
vigil_sim_clip_has_users (VigilSimClip *self)
{
  return g_atomic_int_get (&self->n_users) > 0;
}

/* It cannot be made: nobody need wait for it. Any thread. */
void
vigil_sim_clip_set_failed (VigilSimClip *self)
{
  g_atomic_int_set (&self->failed, TRUE);
}

gboolean
vigil_sim_clip_has_failed (VigilSimClip *self)
{
  return g_atomic_int_get (&self->failed);
}

static void
put_u32 (GByteArray *array,
         guint32     value)
{
  guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (array, (const guint8 *) &big, 4);
}

static guint32
peek_u32 (const guint8 *data)
{
  return ((guint32) data[0] << 24) | ((guint32) data[1] << 16) | ((guint32) data[2] << 8) | data[3];
}

static void
append_digest (GByteArray *array)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[FILE_DIGEST_SIZE];
  gsize length = sizeof digest;

  g_checksum_update (sum, array->data, array->len);
  g_checksum_get_digest (sum, digest, &length);
  g_byte_array_append (array, digest, length);
}

static void
append_frame (GByteArray          *array,
              const VigilSimFrame *frame)
{
  for (guint i = 0; i < frame->n_payloads; i++)
    {
      GstMapInfo map;

      if (gst_memory_map (frame->payloads[i], &map, GST_MAP_READ))
        {
          g_byte_array_append (array, map.data, map.size);
          gst_memory_unmap (frame->payloads[i], &map);
        }
    }
}

static void
append_header (GByteArray            *array,
               const VigilSimClipKey *key,
               guint                  n_frames)
{
  g_byte_array_append (array, (const guint8 *) FILE_MAGIC, 4);
  put_u32 (array, key->look);
  put_u32 (array, key->source);
  put_u32 (array, key->behaviour);
  put_u32 (array, key->width);
  put_u32 (array, key->height);
  put_u32 (array, key->rate);
  put_u32 (array, n_frames);
}

/* A complete clip as the contents of a cache file. Any thread. */
GBytes *
vigil_sim_clip_serialize (VigilSimClip *self)
{
  GByteArray *array = g_byte_array_new ();

  g_return_val_if_fail (vigil_sim_clip_get_n_ready (self) == self->n_frames, NULL);

  append_header (array, &self->key, self->n_frames);
  for (guint i = 0; i < self->n_frames; i++)
    put_u32 (array, self->frames[i].size | (self->frames[i].key ? FILE_KEY_FLAG : 0));
  for (guint i = 0; i < self->n_frames; i++)
    append_frame (array, &self->frames[i]);
  append_digest (array);

  return g_byte_array_free_to_bytes (array);
}

static gboolean
digest_is_right (const guint8 *data,
                 gsize         size)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[FILE_DIGEST_SIZE];
  gsize length = sizeof digest;

  g_checksum_update (sum, data, size - FILE_DIGEST_SIZE);
  g_checksum_get_digest (sum, digest, &length);

  return memcmp (digest, data + size - FILE_DIGEST_SIZE, FILE_DIGEST_SIZE) == 0;
}

/* Whether the sizes in the table add up to exactly the rest of the file. */
static gboolean
table_is_sane (const guint8 *table,
               guint         n_frames,
               gsize         left)
{
  for (guint i = 0; i < n_frames; i++)
    {
      guint32 entry = peek_u32 (table + 4 * i);
      guint32 size = entry & ~FILE_KEY_FLAG;

      if (size == 0 || size > FRAME_SIZE_MAX || size > left)
        return FALSE;
      if (i == 0 && !(entry & FILE_KEY_FLAG))
        return FALSE;
      left -= size;
    }

  return left == 0;
}

/**
 * vigil_sim_clip_deserialize:
 * @self: a clip with no frame ready
 * @bytes: a cache file's contents, which may be anything
 *
 * Returns: FALSE if @bytes is damaged or another clip's: then @self is untouched
 */
gboolean
vigil_sim_clip_deserialize (VigilSimClip *self,
                            GBytes       *bytes)
{
  g_autoptr (GByteArray) header = g_byte_array_new ();
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gsize table = (gsize) self->n_frames * 4;
  const guint8 *frame;

  g_return_val_if_fail (vigil_sim_clip_get_n_ready (self) == 0, FALSE);

  append_header (header, &self->key, self->n_frames);
  if (size < FILE_HEADER_SIZE + table + FILE_DIGEST_SIZE
      || memcmp (data, header->data, FILE_HEADER_SIZE) != 0
      || !digest_is_right (data, size)
      || !table_is_sane (data + FILE_HEADER_SIZE, self->n_frames,
                         size - FILE_HEADER_SIZE - table - FILE_DIGEST_SIZE))
    return FALSE;

  frame = data + FILE_HEADER_SIZE + table;
  for (guint i = 0; i < self->n_frames; i++)
    {
      guint32 entry = peek_u32 (data + FILE_HEADER_SIZE + 4 * i);

      vigil_sim_clip_append (self, frame, entry & ~FILE_KEY_FLAG, (entry & FILE_KEY_FLAG) != 0);
      frame += entry & ~FILE_KEY_FLAG;
    }

  return TRUE;
}
