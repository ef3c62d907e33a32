/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files that draw simulated candidates.
 *
 * All of them draw on a canvas of 640×360 units, whatever the picture's size.
 */
#pragma once

#include "vigil-sim-look.h"

G_BEGIN_DECLS

#define CANVAS_WIDTH 640.0
#define CANVAS_HEIGHT 360.0

/* Every movement repeats after so many seconds, so that a loop has no seam. */
#define LOOP_SECONDS 4.0

typedef struct
{
  double r, g, b;
} VigilSimRgb;

typedef enum
{
  HAIR_SHORT,
  HAIR_SIDE_PART,
  HAIR_LONG,
  HAIR_BOB,
  HAIR_BUN,
  HAIR_CURLY,
  HAIR_BUZZ,
  HAIR_PONYTAIL,
  HAIR_SCARF,
  HAIR_WAVY,
  HAIR_LAST,
} VigilSimHair;

typedef enum
{
  CLOTHES_TSHIRT,
  CLOTHES_HOODIE,
  CLOTHES_SHIRT,
  CLOTHES_JUMPER,
  CLOTHES_LAST,
} VigilSimClothes;

typedef struct
{
  VigilSimRgb     skin;
  VigilSimRgb     hair_colour;
  VigilSimRgb     cloth;
  VigilSimRgb     accent;
  VigilSimRgb     iris;
  VigilSimHair    hair;
  VigilSimClothes clothes;
  gboolean        glasses;
  gboolean        beard;
  gboolean        headphones;
  double          face_width;  /* about 1 */
  double          brow;        /* thickness, about 1 */
  double          light_side;  /* −1 from the left, +1 from the right */
} VigilSimTraits;

typedef struct
{
  VigilSimRgb wall;
  guint       kind;
  guint       seed;
  double      light_side;
} VigilSimRoom;

typedef struct
{
  double yaw;    /* −1 … 1, positive to the picture's right */
  double pitch;  /* −1 … 1, positive down */
  double roll;   /* radians */
  double gaze_x; /* −1 … 1 */
  double gaze_y; /* −1 … 1, positive down */
  double blink;  /* 0 open … 1 shut */
  double mouth;  /* 0 shut … 1 open */
  double breath; /* −1 … 1 */
} VigilSimPose;

VigilSimRgb vigil_sim_rgb_mix    (VigilSimRgb a,
                                  VigilSimRgb b,
                                  double      amount);
VigilSimRgb vigil_sim_rgb_scale  (VigilSimRgb colour,
                                  double      factor);
void        vigil_sim_rgb_set    (cairo_t    *cr,
                                  VigilSimRgb colour,
                                  double      alpha);
guint32     vigil_sim_hash       (guint32     value,
                                  guint32     salt);
double      vigil_sim_hash_unit  (guint32     value,
                                  guint32     salt);

void        vigil_sim_traits_init (VigilSimTraits *traits,
                                   guint           index);
void        vigil_sim_room_init   (VigilSimRoom   *room,
                                   guint           index,
                                   double          light_side);

void        vigil_sim_room_draw   (const VigilSimRoom   *room,
                                   cairo_t              *cr);
void        vigil_sim_chair_draw  (const VigilSimRoom   *room,
                                   cairo_t              *cr);
void        vigil_sim_person_draw (const VigilSimTraits *traits,
                                   const VigilSimPose   *pose,
                                   cairo_t              *cr);
void        vigil_sim_head_draw   (const VigilSimTraits *traits,
                                   const VigilSimPose   *pose,
                                   cairo_t              *cr);
void        vigil_sim_hair_draw_back  (const VigilSimTraits *traits,
                                       const VigilSimPose   *pose,
                                       cairo_t              *cr);
void        vigil_sim_hair_draw_front (const VigilSimTraits *traits,
                                       const VigilSimPose   *pose,
                                       cairo_t              *cr);
void        vigil_sim_phone_draw  (const VigilSimTraits *traits,
                                   double                phase,
                                   cairo_t              *cr);
void        vigil_sim_page_draw   (guint                 index,
                                   gboolean              other_tab,
                                   double                t,
                                   cairo_t              *cr);

G_END_DECLS
