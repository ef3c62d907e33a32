/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a look's index to a person and a room, and the colours they share.
 *
 * The palettes are walked with strides that have no common divisor with their
 * lengths, so that neighbours on the wall differ in everything at once.
 */

#include "vigil-sim-look-private.h"

#define RGB(hex) { (((hex) >> 16) & 0xff) / 255.0, (((hex) >> 8) & 0xff) / 255.0, ((hex) & 0xff) / 255.0 }

static const VigilSimRgb skins[] = {
  RGB (0xf0cfb8), RGB (0x8f5d3e), RGB (0xe2b493), RGB (0x6b4430), RGB (0xd29f78),
  RGB (0xf3d8c7), RGB (0xb57d56), RGB (0x523426), RGB (0xe8c1a0),
};
static const VigilSimRgb hairs[] = {
  RGB (0x2a211d), RGB (0x4b3325), RGB (0x171517), RGB (0x7a5635), RGB (0xb48a55),
  RGB (0x39291f), RGB (0x8a4a2c), RGB (0x9a958f), RGB (0x1f1a1c), RGB (0x5d4030), RGB (0xcfae78),
};
static const VigilSimRgb cloths[] = {
  RGB (0x44617b), RGB (0x8a5a52), RGB (0x5d7358), RGB (0x3a3f4b), RGB (0xb7a68a),
  RGB (0x6d587d), RGB (0xc9cbd0), RGB (0x2f5d62), RGB (0x9a7b3f), RGB (0x7b8794),
  RGB (0x4a4340), RGB (0xa5697b), RGB (0x35506b),
};
static const VigilSimRgb walls[] = {
  RGB (0xcfd3d2), RGB (0xd8cfc0), RGB (0xb9c4c9), RGB (0xc9cfc0), RGB (0xd9d4d0),
  RGB (0xa9b3b5), RGB (0xd3c2b4), RGB (0xbfc0cc), RGB (0x9fa79a), RGB (0xe0dccf), RGB (0x8e9aa6),
};
static const VigilSimRgb irises[] = {
  RGB (0x4a3424), RGB (0x3d5a73), RGB (0x35261d), RGB (0x5c6b42), RGB (0x6b4a2c),
};

/* Scarves outnumbered by bare heads, long and short about equal. */
static const VigilSimHair hair_order[] = {
  HAIR_SHORT, HAIR_LONG, HAIR_SIDE_PART, HAIR_BOB, HAIR_CURLY, HAIR_SHORT, HAIR_PONYTAIL,
  HAIR_BUZZ, HAIR_WAVY, HAIR_SIDE_PART, HAIR_SCARF, HAIR_BUN, HAIR_SHORT,
};

/* A well-mixed number from a small one. Any thread. */
guint32
vigil_sim_hash (guint32 value,
                guint32 salt)
{
  guint32 x = value * 0x9e3779b1u + salt * 0x85ebca6bu + 0x27d4eb2fu;

  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;

  return x;
}

/* The same as a fraction, 0 ≤ x < 1. */
double
vigil_sim_hash_unit (guint32 value,
                     guint32 salt)
{
  return vigil_sim_hash (value, salt) / 4294967296.0;
}

/* @a with @amount (0 … 1) of @b in it. */
VigilSimRgb
vigil_sim_rgb_mix (VigilSimRgb a,
                   VigilSimRgb b,
                   double      amount)
{
  return (VigilSimRgb) {
    a.r + (b.r - a.r) * amount,
    a.g + (b.g - a.g) * amount,
    a.b + (b.b - a.b) * amount,
  };
}

/* Lighter (> 1) or darker (< 1). */
VigilSimRgb
vigil_sim_rgb_scale (VigilSimRgb colour,
                     double      factor)
{
  return (VigilSimRgb) {
    MIN (1, colour.r * factor),
    MIN (1, colour.g * factor),
    MIN (1, colour.b * factor),
  };
}

void
vigil_sim_rgb_set (cairo_t     *cr,
                   VigilSimRgb  colour,
                   double       alpha)
{
  cairo_set_source_rgba (cr, colour.r, colour.g, colour.b, alpha);
}

/* Fills @traits for a look. Any thread. */
void
vigil_sim_traits_init (VigilSimTraits *traits,
                       guint           index)
{
  guint32 h = vigil_sim_hash (index, 1);
  gboolean cropped;

  traits->skin = skins[(index * 4 + index / 9) % G_N_ELEMENTS (skins)];
  traits->hair_colour = hairs[(index * 3 + index / 11) % G_N_ELEMENTS (hairs)];
  traits->cloth = cloths[(index * 5 + index / 13) % G_N_ELEMENTS (cloths)];
  traits->accent = cloths[(h >> 3) % G_N_ELEMENTS (cloths)];
  traits->iris = irises[h % G_N_ELEMENTS (irises)];
  traits->hair = hair_order[(index * 6 + index / 13) % G_N_ELEMENTS (hair_order)];
  traits->clothes = (index + index / 4 + (h >> 9)) % CLOTHES_LAST;
  traits->glasses = (h >> 12) % 10 < 3;
  traits->headphones = (h >> 16) % 12 == 0 && traits->hair != HAIR_SCARF;
  traits->face_width = 0.93 + 0.13 * vigil_sim_hash_unit (index, 2);
  traits->brow = 0.7 + 0.6 * vigil_sim_hash_unit (index, 3);
  traits->light_side = (h >> 20) & 1 ? 1 : -1;

  cropped = traits->hair == HAIR_SHORT || traits->hair == HAIR_SIDE_PART || traits->hair == HAIR_BUZZ;
  traits->beard = cropped && (h >> 21) % 5 < 2;

  /* Dark skin with straw hair is rare enough to look like a mistake. */
  if (traits->skin.r < 0.6)
    traits->hair_colour = vigil_sim_rgb_scale (hairs[2], 1.0 + 0.5 * vigil_sim_hash_unit (index, 4));
}

/* Fills @room for a look. Any thread. */
void
vigil_sim_room_init (VigilSimRoom *room,
                     guint         index,
                     double        light_side)
{
  room->wall = walls[(index * 7 + index / 11) % G_N_ELEMENTS (walls)];
  room->kind = (index * 5 + index / 6) % 6;
  room->seed = vigil_sim_hash (index, 5);
  room->light_side = light_side;
}
