/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What caps say is the size that is shown, of one parameter set. A decoder allocates for the size that is coded, and by
 * whichever set a picture names: so each is looked at. */
#include "vigil-h264.h"

#include "vigil-picture.h"

#define NAL_SPS        7u
#define NAL_SUBSET_SPS 15u

/* A set that calls itself by more than that is none. */
#define MAX_ID (VIGIL_H264_MAX_SETS - 1)

/* Longer ones have no more in them that is of interest here. */
#define SPS_MAX 512u

typedef struct
{
  guint8 bytes[SPS_MAX]; /* without what keeps start codes out */
  gsize  n_bits;
  gsize  at;
  gboolean bad;          /* there is less of it than was asked for */
} Bits;

static void
bits_init (Bits         *self,
           const guint8 *data,
           gsize         size)
{
  gsize n = 0;
  guint zeros = 0;

  self->at = 0;
  self->bad = FALSE;
  for (gsize i = 0; i < size && n < SPS_MAX; i++)
    {
      if (zeros >= 2 && data[i] == 3)
        {
          zeros = 0;
          continue;
        }
      zeros = data[i] == 0 ? zeros + 1 : 0;
      self->bytes[n++] = data[i];
    }
  self->n_bits = n * 8;
}

static guint
get (Bits  *self,
     guint  n)
{
  guint value = 0;

  if (self->bad || n > self->n_bits - self->at)
    {
      self->bad = TRUE;
      return 0;
    }
  for (guint i = 0; i < n; i++, self->at++)
    value = value << 1 | (self->bytes[self->at / 8] >> (7 - self->at % 8) & 1);

  return value;
}

/* Exp-Golomb. More than 31 bits of it are nonsense. */
static guint
get_ue (Bits *self)
{
  guint zeros = 0;

  while (!self->bad && get (self, 1) == 0)
    if (++zeros > 31)
      self->bad = TRUE;
  if (self->bad)
    return 0;

  return (1u << zeros) - 1 + get (self, zeros);
}

static gint
get_se (Bits *self)
{
  guint value = get_ue (self);

  return value % 2 != 0 ? (gint) (value / 2 + 1) : -(gint) (value / 2);
}

static void
skip_scaling_list (Bits  *self,
                   guint  n)
{
  gint last = 8, next = 8;

  for (guint i = 0; i < n && !self->bad; i++)
    {
      if (next != 0)
        next = (last + get_se (self) % 256 + 256) % 256;
      last = next != 0 ? next : last;
    }
}

static gboolean
has_chroma_format (guint profile)
{
  static const guint8 profiles[] = { 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 };

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (profiles[i] == profile)
      return TRUE;

  return FALSE;
}

static void
skip_chroma_format (Bits *self)
{
  guint format = get_ue (self);

  if (format == 3)
    get (self, 1);
  get_ue (self);
  get_ue (self);
  get (self, 1);
  if (get (self, 1) == 0)
    return;
  for (guint i = 0; i < (format == 3 ? 12u : 8u) && !self->bad; i++)
    if (get (self, 1) != 0)
      skip_scaling_list (self, i < 6 ? 16 : 64);
}

static void
skip_picture_order (Bits *self)
{
  guint type = get_ue (self);

  if (type == 0)
    get_ue (self);
  if (type != 1)
    return;

  get (self, 1);
  get_se (self);
  get_se (self);
  for (guint n = get_ue (self); n > 0 && !self->bad; n--)
    get_se (self);
}

/**
 * vigil_h264_parse_sps:
 * @nal: a sequence parameter set, from its header byte on; anything may be in it
 * @id: (out): below VIGIL_H264_MAX_SETS; the next of that id takes its place
 * @width: (out): as it is coded, before anything is cut off
 * @height: (out): the same
 *
 * Returns: whether it can be understood
 */
gboolean
vigil_h264_parse_sps (const guint8 *nal,
                      gsize         size,
                      guint        *id,
                      guint        *width,
                      guint        *height)
{
  Bits bits;
  guint profile, columns, rows;

  if (size < 4)
    return FALSE;

  bits_init (&bits, nal + 1, size - 1);
  profile = get (&bits, 8);
  get (&bits, 16);
  *id = get_ue (&bits);
  if (has_chroma_format (profile))
    skip_chroma_format (&bits);
  get_ue (&bits);
  skip_picture_order (&bits);
  get_ue (&bits);
  get (&bits, 1);
  columns = get_ue (&bits);
  rows = get_ue (&bits);
  /* Of fields there are two. */
  if (get (&bits, 1) == 0)
    rows = rows < G_MAXUINT / 2 ? rows * 2 + 1 : rows;
  if (bits.bad || *id > MAX_ID)
    return FALSE;

  *width = columns < G_MAXUINT16 ? (columns + 1) * 16 : G_MAXUINT;
  *height = rows < G_MAXUINT16 ? (rows + 1) * 16 : G_MAXUINT;
  return TRUE;
}

/**
 * vigil_h264_sets_look:
 * @stream: units behind start codes, whole ones; anything may be in it
 *
 * Notes the parameter sets in it.
 *
 * Returns: whether none of them is of pictures larger than may be, or cannot be understood
 */
gboolean
vigil_h264_sets_look (VigilH264Sets *self,
                      const guint8  *stream,
                      gsize          size)
{
  for (gsize i = 0; i + 3 < size; i++)
    {
      guint type, id, width, height;

      if (stream[i] != 0 || stream[i + 1] != 0 || stream[i + 2] != 1)
        continue;
      type = stream[i + 3] & 0x1f;
      if (type != NAL_SPS && type != NAL_SUBSET_SPS)
        continue;
      if (!vigil_h264_parse_sps (stream + i + 3, size - i - 3, &id, &width, &height) || !vigil_picture_size_is_sane (width, height))
        return FALSE;
      /* A set that the decoder refuses leaves the former one of that id in force. */
      self->areas[type == NAL_SUBSET_SPS][id] = MAX (self->areas[type == NAL_SUBSET_SPS][id], width * height);
    }

  return TRUE;
}

/**
 * vigil_h264_sets_get_area:
 *
 * Returns: pixels of the largest picture that any set is of which is in force; 0: none was seen
 */
guint
vigil_h264_sets_get_area (const VigilH264Sets *self)
{
  guint area = 0;

  for (guint i = 0; i < VIGIL_H264_MAX_SETS; i++)
    area = MAX (area, MAX (self->areas[0][i], self->areas[1][i]));

  return area;
}
