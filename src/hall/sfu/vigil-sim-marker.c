/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The marker along the top edge of simulated pictures: encode, paint, decode. */

#include "vigil-sim-marker.h"

#define LOOK_BITS 16
#define BEHAVIOUR_BITS 4
#define CRC_BITS 6

/* Studio levels: what survives a trip through 4:2:0 limited range. */
#define BLACK 16
#define WHITE 235

/* Between these a cell is neither, and the marker is not believed. */
#define BLACK_MAX 96
#define WHITE_MIN 160

/* A checksum of 20 bits over x^6 + x + 1. It does not start from zero, so an
 * all-black row is no marker. */
static guint
checksum (guint32 data)
{
  guint crc = 0x2a;

  for (int bit = LOOK_BITS + BEHAVIOUR_BITS - 1; bit >= 0; bit--)
    {
      guint top = (crc >> (CRC_BITS - 1)) & 1;

      crc = (crc << 1) & ((1u << CRC_BITS) - 1);
      if (top ^ ((data >> bit) & 1))
        crc ^= 0x03;
    }

  return crc;
}

/**
 * vigil_sim_marker_get_height:
 * @height: the picture's height in pixels
 *
 * Returns: how many pixel rows at the top the marker takes: 5 %, at least 4
 */
guint
vigil_sim_marker_get_height (guint height)
{
  return MAX (4, height / 20);
}

/**
 * vigil_sim_marker_encode:
 * @look: 0 … 65535
 * @behaviour: 0 … 15
 * @cells: (out): TRUE for a white cell, from left to right
 */
void
vigil_sim_marker_encode (guint    look,
                         guint    behaviour,
                         gboolean cells[VIGIL_SIM_MARKER_CELLS])
{
  guint32 data = ((look & 0xffff) << BEHAVIOUR_BITS) | (behaviour & 0xf);
  guint32 word = (data << CRC_BITS) | checksum (data);

  for (guint i = 0; i < VIGIL_SIM_MARKER_CELLS; i++)
    cells[i] = (word >> (VIGIL_SIM_MARKER_CELLS - 1 - i)) & 1;
}

/**
 * vigil_sim_marker_paint_bgrx:
 * @bgrx: pixels, four bytes each
 * @width: pixels
 * @height: pixels
 * @stride: bytes from one row to the next
 * @look: 0 … 65535
 * @behaviour: 0 … 15
 *
 * Paints the marker over the top rows of a picture. Any thread.
 */
void
vigil_sim_marker_paint_bgrx (guint8 *bgrx,
                             guint   width,
                             guint   height,
                             gsize   stride,
                             guint   look,
                             guint   behaviour)
{
  gboolean cells[VIGIL_SIM_MARKER_CELLS];
  guint rows = MIN (vigil_sim_marker_get_height (height), height);

  vigil_sim_marker_encode (look, behaviour, cells);

  for (guint y = 0; y < rows; y++)
    for (guint x = 0; x < width; x++)
      {
        guint8 *pixel = bgrx + y * stride + x * 4;
        guint8 level = cells[x * VIGIL_SIM_MARKER_CELLS / width] ? WHITE : BLACK;

        pixel[0] = pixel[1] = pixel[2] = level;
        pixel[3] = 0xff;
      }
}

/* The mean luminance of the middle of a cell, away from its blurred edges. */
static guint
sample_cell (const guint8 *bgrx,
             guint         width,
             guint         rows,
             gsize         stride,
             guint         cell)
{
  double cell_width = (double) width / VIGIL_SIM_MARKER_CELLS;
  guint x0 = (guint) (cell * cell_width + cell_width * 0.35);
  guint x1 = MAX (x0 + 1, (guint) (cell * cell_width + cell_width * 0.65 + 0.5));
  guint y0 = rows / 4;
  guint y1 = MAX (y0 + 1, rows - (rows + 2) / 3);
  guint sum = 0, n = 0;

  for (guint y = y0; y < y1; y++)
    for (guint x = x0; x < MIN (x1, width); x++)
      {
        const guint8 *pixel = bgrx + y * stride + x * 4;

        sum += (pixel[0] * 29 + pixel[1] * 150 + pixel[2] * 77) >> 8;
        n++;
      }

  return n > 0 ? sum / n : 128;
}

/**
 * vigil_sim_marker_decode:
 * @bgrx: pixels, four bytes each, blue first
 * @width: pixels; at least 3 per cell
 * @height: pixels
 * @stride: bytes from one row to the next
 * @look: (out) (optional): the look
 * @behaviour: (out) (optional): the behaviour
 *
 * Reads the marker of a whole picture, at whatever size it was scaled to. Any
 * thread.
 *
 * Returns: FALSE if there is no marker, or one that is blurred or mixed with
 *   another: then nothing is written
 */
gboolean
vigil_sim_marker_decode (const guint8 *bgrx,
                         guint         width,
                         guint         height,
                         gsize         stride,
                         guint        *look,
                         guint        *behaviour)
{
  guint rows = MAX (1, height / 20);
  guint32 word = 0;
  guint32 data;

  if (bgrx == NULL || width < 3 * VIGIL_SIM_MARKER_CELLS || height < 20)
    return FALSE;

  for (guint i = 0; i < VIGIL_SIM_MARKER_CELLS; i++)
    {
      guint level = sample_cell (bgrx, width, rows, stride, i);

      if (level > BLACK_MAX && level < WHITE_MIN)
        return FALSE;
      word = (word << 1) | (level >= WHITE_MIN);
    }

  data = word >> CRC_BITS;
  if (checksum (data) != (word & ((1u << CRC_BITS) - 1)))
    return FALSE;

  if (look != NULL)
    *look = data >> BEHAVIOUR_BITS;
  if (behaviour != NULL)
    *behaviour = data & 0xf;

  return TRUE;
}
