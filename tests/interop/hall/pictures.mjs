// SPDX-License-Identifier: GPL-3.0-or-later
// Short loops of raw I420 pictures, one per simulated candidate, that a machine
// can tell apart: along the top edge runs the marker of the rehearsal hall
// (src/hall/sfu/vigil-sim-marker.h): 26 black or white cells, 16 bits of look,
// 4 of behaviour, 6 of checksum, so that a test can prove whose picture it sees.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CELLS = 26;
const BLACK = 16;
const WHITE = 235;

function checksum (data)
{
  let crc = 0x2a;
  for (let bit = 19; bit >= 0; bit--)
    {
      const top = (crc >> 5) & 1;
      crc = (crc << 1) & 0x3f;
      if (top ^ ((data >> bit) & 1))
        crc ^= 0x03;
    }
  return crc;
}

export function marker_cells (look, behaviour = 0)
{
  const data = ((look & 0xffff) << 4) | (behaviour & 0xf);
  const word = (data << 6) | checksum (data);
  return Array.from ({ length: CELLS }, (_, i) => ((word >> (CELLS - 1 - i)) & 1) === 1);
}

function hue_to_uv (hue)
{
  return [128 + Math.round (50 * Math.cos (hue)), 128 + Math.round (50 * Math.sin (hue))];
}

/* A head and shoulders that sway over a coloured wall. */
function draw (frame, { width, height, look, phase })
{
  const y_size = width * height;
  const half = width >> 1;
  const [wall_u, wall_v] = hue_to_uv (look * 2.399963);
  const sway = Math.sin (phase * 2 * Math.PI);
  const cx = width * (0.5 + 0.06 * sway);
  const cy = height * 0.45;
  const radius = height * 0.2;
  const wall = 70 + (look * 37) % 90;
  const in_head = (x, y) => (x - cx) ** 2 + ((y - cy) * 0.8) ** 2 < radius ** 2;
  const in_body = (x, y) => y > height * 0.72 && Math.abs (x - cx) < width * 0.22;

  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      frame[y * width + x] = in_head (x, y) ? 170 : in_body (x, y) ? 50 : wall + ((x * 24) / width | 0);

  for (let y = 0; y < height >> 1; y++)
    for (let x = 0; x < half; x++)
      {
        const [u, v] = in_head (x * 2, y * 2) ? [110, 150] : in_body (x * 2, y * 2) ? [wall_v, wall_u] : [wall_u, wall_v];
        const at = y_size + y * half + x;
        frame[at] = u;
        frame[at + (y_size >> 2)] = v;
      }
}

function paint_marker (frame, { width, height, look })
{
  const cells = marker_cells (look);
  const rows = Math.max (4, Math.floor (height / 20));
  const half = width >> 1;
  const u = width * height;
  const v = u + (u >> 2);

  for (let y = 0; y < rows; y++)
    for (let x = 0; x < width; x++)
      frame[y * width + x] = cells[Math.floor (x * CELLS / width)] ? WHITE : BLACK;
  for (let y = 0; y < (rows + 1) >> 1; y++)
    {
      frame.fill (128, u + y * half, u + (y + 1) * half);
      frame.fill (128, v + y * half, v + (y + 1) * half);
    }
}

/**
 * Writes the loop of one look into `folder` as 00000.i420, 00001.i420, …
 * Returns the pattern for multifilesrc.
 */
export function write_loop (folder, { width, height, look, frames })
{
  const frame = Buffer.alloc (width * height * 3 / 2);
  mkdirSync (folder, { recursive: true });
  for (let i = 0; i < frames; i++)
    {
      draw (frame, { width, height, look, phase: i / frames });
      paint_marker (frame, { width, height, look });
      writeFileSync (join (folder, `${String (i).padStart (5, '0')}.i420`), frame);
    }
  return join (folder, '%05d.i420');
}
