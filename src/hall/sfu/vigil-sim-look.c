/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated candidate's look: who sits where, and what they do. */

#include <math.h>

#include "vigil-sim-look-private.h"
#include "vigil-sim-marker.h"

struct _VigilSimLook
{
  guint           index;
  VigilSimTraits  traits;
  VigilSimTraits  other;    /* who sits there instead */
  VigilSimTraits  visitor;  /* who leans in */
  VigilSimRoom    room;
  double          x, y, zoom;

  /* The room at the size drawn last. It does not move, and is most of the work. */
  cairo_surface_t *backdrop;
  int              backdrop_width;
  int              backdrop_height;
};

/* What a behaviour is called, and the violation type it is seen as. */
static const struct
{
  const char *nick;
  const char *violation;
} behaviours[VIGIL_SIM_BEHAVIOUR_LAST] = {
  [VIGIL_SIM_BEHAVIOUR_PRESENT] = { "present", NULL },
  [VIGIL_SIM_BEHAVIOUR_GAZE_AWAY] = { "gaze-away", "gaze_away" },
  [VIGIL_SIM_BEHAVIOUR_HEAD_TURNED] = { "head-turned", "head_turned" },
  [VIGIL_SIM_BEHAVIOUR_ABSENT] = { "absent", "no_face" },
  [VIGIL_SIM_BEHAVIOUR_SECOND_PERSON] = { "second-person", "multiple_faces" },
  [VIGIL_SIM_BEHAVIOUR_DARK] = { "dark", "camera_blackout" },
  [VIGIL_SIM_BEHAVIOUR_LOW_LIGHT] = { "low-light", "low_light" },
  [VIGIL_SIM_BEHAVIOUR_PHONE] = { "phone", "phone_detected" },
  [VIGIL_SIM_BEHAVIOUR_OTHER_FACE] = { "other-face", "identity_mismatch" },
  [VIGIL_SIM_BEHAVIOUR_OTHER_TAB] = { "other-tab", "tab_switch" },
};

static gint unmarked; /* atomic */

/**
 * vigil_sim_look_new:
 * @index: 0 … %VIGIL_SIM_LOOK_MAX; the same index is always the same person
 *
 * One object may be used by one thread at a time.
 *
 * Returns: (transfer full): free with vigil_sim_look_free()
 */
VigilSimLook *
vigil_sim_look_new (guint index)
{
  VigilSimLook *self = g_new0 (VigilSimLook, 1);

  self->index = index;
  vigil_sim_traits_init (&self->traits, index);
  vigil_sim_traits_init (&self->other, index + 7);
  vigil_sim_traits_init (&self->visitor, index + 3);
  self->other.light_side = self->visitor.light_side = self->traits.light_side;
  vigil_sim_room_init (&self->room, index, self->traits.light_side);

  self->x = 320 + 44 * (vigil_sim_hash_unit (index, 11) - 0.5);
  self->y = 160 + 22 * (vigil_sim_hash_unit (index, 12) - 0.5);
  self->zoom = 0.98 + 0.2 * vigil_sim_hash_unit (index, 13);

  return self;
}

void
vigil_sim_look_free (VigilSimLook *self)
{
  g_clear_pointer (&self->backdrop, cairo_surface_destroy);
  g_free (self);
}

guint
vigil_sim_look_get_index (const VigilSimLook *self)
{
  return self->index;
}

/* A wave of @times periods in a loop: so it ends as it began. */
static double
wave (const VigilSimLook *self,
      double              t,
      guint               times,
      guint               salt)
{
  double phase = vigil_sim_hash_unit (self->index, 50 + salt);

  return sin (2 * G_PI * (t * times / LOOP_SECONDS + phase));
}

/* Shut for a quarter of a second, twice in a loop and not evenly. */
static double
blink_at (const VigilSimLook *self,
          double              t)
{
  double first = 0.5 + 1.2 * vigil_sim_hash_unit (self->index, 60);
  double second = 2.4 + 1.2 * vigil_sim_hash_unit (self->index, 61);
  double near = MIN (fabs (t - first), fabs (t - second));

  return near < 0.14 ? 1 - near / 0.14 * 0.5 : 0;
}

static void
pose_at (const VigilSimLook *self,
         VigilSimBehaviour   behaviour,
         double              t,
         VigilSimPose       *pose)
{
  double away = vigil_sim_hash (self->index, 70) & 1 ? 1 : -1;

  pose->yaw = 0.10 * wave (self, t, 1, 0);
  pose->pitch = 0.10 + 0.10 * wave (self, t, 1, 1);
  pose->roll = 0.020 * wave (self, t, 1, 2);
  pose->gaze_x = 0.22 * wave (self, t, 2, 3);
  pose->gaze_y = 0.18 + 0.12 * wave (self, t, 1, 4);
  pose->blink = blink_at (self, t);
  pose->mouth = MAX (0, 0.12 * wave (self, t, 1, 5));
  pose->breath = wave (self, t, 1, 6);

  switch (behaviour)
    {
    case VIGIL_SIM_BEHAVIOUR_GAZE_AWAY:
      pose->yaw += away * 0.28;
      pose->gaze_x = away * (0.9 + 0.1 * wave (self, t, 1, 3));
      pose->gaze_y = -0.1;
      break;
    case VIGIL_SIM_BEHAVIOUR_HEAD_TURNED:
      pose->yaw = away * (0.96 + 0.06 * wave (self, t, 1, 0));
      pose->roll += away * 0.05;
      pose->gaze_x = away * 0.7;
      break;
    case VIGIL_SIM_BEHAVIOUR_SECOND_PERSON:
      pose->yaw += away * 0.34;
      pose->gaze_x = away * 0.55;
      pose->mouth = 0.35 + 0.35 * wave (self, t, 6, 5);
      break;
    case VIGIL_SIM_BEHAVIOUR_PHONE:
      pose->pitch = 0.85;
      pose->yaw += -away * 0.30;
      pose->gaze_x = -away * 0.5;
      pose->gaze_y = 0.95;
      break;
    case VIGIL_SIM_BEHAVIOUR_PRESENT:
    case VIGIL_SIM_BEHAVIOUR_ABSENT:
    case VIGIL_SIM_BEHAVIOUR_DARK:
    case VIGIL_SIM_BEHAVIOUR_LOW_LIGHT:
    case VIGIL_SIM_BEHAVIOUR_OTHER_FACE:
    case VIGIL_SIM_BEHAVIOUR_OTHER_TAB:
    case VIGIL_SIM_BEHAVIOUR_LAST:
      break;
    }
}

/* The darker edges that every cheap webcam has. They go into the backdrop: over
 * the whole picture they would be half the cost of a frame. */
static void
draw_lens (cairo_t *cr)
{
  cairo_pattern_t *vignette = cairo_pattern_create_radial (320, 170, 190, 320, 180, 430);

  cairo_pattern_add_color_stop_rgba (vignette, 0, 0, 0, 0, 0);
  cairo_pattern_add_color_stop_rgba (vignette, 1, 0, 0, 0.02, 0.42);
  cairo_set_source (cr, vignette);
  cairo_paint (cr);
  cairo_pattern_destroy (vignette);
}

/* The room, out of focus: drawn small and smoothed up; and the chair in it. */
static void
ensure_backdrop (VigilSimLook *self,
                 int           width,
                 int           height)
{
  enum { SMALL_WIDTH = 96, SMALL_HEIGHT = 54 };
  cairo_surface_t *small;
  cairo_t *cr;

  if (self->backdrop != NULL && self->backdrop_width == width && self->backdrop_height == height)
    return;

  g_clear_pointer (&self->backdrop, cairo_surface_destroy);
  small = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SMALL_WIDTH, SMALL_HEIGHT);
  cr = cairo_create (small);
  cairo_scale (cr, SMALL_WIDTH / CANVAS_WIDTH, SMALL_HEIGHT / CANVAS_HEIGHT);
  vigil_sim_room_draw (&self->room, cr);
  draw_lens (cr);
  cairo_destroy (cr);

  self->backdrop = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  self->backdrop_width = width;
  self->backdrop_height = height;
  cr = cairo_create (self->backdrop);
  cairo_scale (cr, (double) width / SMALL_WIDTH, (double) height / SMALL_HEIGHT);
  cairo_set_source_surface (cr, small, 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_paint (cr);
  cairo_identity_matrix (cr);
  cairo_scale (cr, width / CANVAS_WIDTH, height / CANVAS_HEIGHT);
  vigil_sim_chair_draw (&self->room, cr);
  cairo_destroy (cr);
  cairo_surface_destroy (small);
}

static void
draw_backdrop (VigilSimLook *self,
               cairo_t      *cr,
               int           width,
               int           height)
{
  ensure_backdrop (self, width, height);
  cairo_set_source_surface (cr, self->backdrop, 0, 0);
  cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
  cairo_paint (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
}

static void
draw_visitor (VigilSimLook *self,
              double        t,
              cairo_t      *cr)
{
  double side = vigil_sim_hash (self->index, 70) & 1 ? 1 : -1;
  VigilSimPose pose = { 0 };

  pose.yaw = -side * 0.45 + 0.08 * wave (self, t, 1, 20);
  pose.pitch = 0.35;
  pose.roll = -side * 0.12;
  pose.gaze_x = -side * 0.5;
  pose.gaze_y = 0.5;
  pose.blink = blink_at (self, fmod (t + 1.3, LOOP_SECONDS));

  cairo_save (cr);
  cairo_translate (cr, self->x + side * (196 + 8 * wave (self, t, 1, 21)), 128 + 4 * wave (self, t, 1, 22));
  cairo_scale (cr, 0.9, 0.9);
  vigil_sim_person_draw (&self->visitor, &pose, cr);
  cairo_restore (cr);
}

static void
draw_sitter (VigilSimLook      *self,
             VigilSimBehaviour  behaviour,
             double             t,
             cairo_t           *cr)
{
  const VigilSimTraits *who = behaviour == VIGIL_SIM_BEHAVIOUR_OTHER_FACE ? &self->other : &self->traits;
  double away = vigil_sim_hash (self->index, 70) & 1 ? 1 : -1;
  VigilSimPose pose = { 0 };

  pose_at (self, behaviour, t, &pose);
  cairo_save (cr);
  cairo_translate (cr,
                   self->x + 3.2 * wave (self, t, 1, 8) + pose.yaw * 9,
                   self->y + 1.6 * wave (self, t, 1, 9) + pose.pitch * 5);
  cairo_scale (cr, self->zoom, self->zoom);
  vigil_sim_person_draw (who, &pose, cr);
  cairo_restore (cr);

  if (behaviour == VIGIL_SIM_BEHAVIOUR_PHONE)
    {
      cairo_save (cr);
      cairo_translate (cr, self->x - away * 128, 250 + 5 * wave (self, t, 1, 30));
      cairo_scale (cr, -away, 1);
      vigil_sim_phone_draw (who, wave (self, t, 1, 31), cr);
      cairo_restore (cr);
    }
}

/* A finger or a sticker over the lens: nearly black, a little red at an edge. */
static void
draw_covered (VigilSimLook *self,
              double        t,
              cairo_t      *cr)
{
  double x = 620 + 14 * wave (self, t, 1, 40);
  cairo_pattern_t *leak = cairo_pattern_create_radial (x, 330, 10, x, 330, 300);

  cairo_set_source_rgb (cr, 0.035, 0.03, 0.035);
  cairo_paint (cr);
  cairo_pattern_add_color_stop_rgba (leak, 0, 0.30, 0.13, 0.09, 1);
  cairo_pattern_add_color_stop_rgba (leak, 1, 0.05, 0.03, 0.03, 0);
  cairo_set_source (cr, leak);
  cairo_paint (cr);
  cairo_pattern_destroy (leak);
}

static void
draw_webcam (VigilSimLook      *self,
             VigilSimBehaviour  behaviour,
             double             t,
             cairo_t           *cr,
             int                width,
             int                height)
{
  if (behaviour != VIGIL_SIM_BEHAVIOUR_DARK)
    draw_backdrop (self, cr, width, height);

  cairo_save (cr);
  cairo_scale (cr, width / CANVAS_WIDTH, height / CANVAS_HEIGHT);

  if (behaviour == VIGIL_SIM_BEHAVIOUR_DARK)
    {
      draw_covered (self, t, cr);
    }
  else
    {
      if (behaviour == VIGIL_SIM_BEHAVIOUR_SECOND_PERSON)
        {
          /* Behind the chair, which is in the backdrop. */
          draw_visitor (self, t, cr);
          vigil_sim_chair_draw (&self->room, cr);
        }
      if (behaviour != VIGIL_SIM_BEHAVIOUR_ABSENT)
        draw_sitter (self, behaviour, t, cr);
      if (behaviour == VIGIL_SIM_BEHAVIOUR_LOW_LIGHT)
        {
          cairo_set_source_rgba (cr, 0.02, 0.025, 0.05, 0.80 + 0.02 * wave (self, t, 1, 41));
          cairo_paint (cr);
        }
    }

  cairo_restore (cr);
}

static void
draw_marker (VigilSimLook      *self,
             VigilSimBehaviour  behaviour,
             cairo_t           *cr,
             int                width,
             int                height)
{
  gboolean cells[VIGIL_SIM_MARKER_CELLS];
  double rows = vigil_sim_marker_get_height (height);
  double cell = (double) width / VIGIL_SIM_MARKER_CELLS;

  vigil_sim_marker_encode (self->index, behaviour, cells);
  cairo_set_source_rgb (cr, 16 / 255.0, 16 / 255.0, 16 / 255.0);
  cairo_rectangle (cr, 0, 0, width, rows);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 235 / 255.0, 235 / 255.0, 235 / 255.0);
  for (guint i = 0; i < VIGIL_SIM_MARKER_CELLS; i++)
    if (cells[i])
      cairo_rectangle (cr, i * cell, 0, cell, rows);
  cairo_fill (cr);
}

/**
 * vigil_sim_look_set_marked:
 * @marked: whether pictures carry the marker from now on (they do unless told)
 *
 * For the whole process, before its first picture. Any thread.
 */
void
vigil_sim_look_set_marked (gboolean marked)
{
  g_atomic_int_set (&unmarked, !marked);
}

gboolean
vigil_sim_look_get_marked (void)
{
  return !g_atomic_int_get (&unmarked);
}

/**
 * vigil_sim_look_draw:
 * @self: the look
 * @source: what camera; a microphone has no picture and draws nothing
 * @behaviour: what is to be seen
 * @t: seconds; everything repeats after four
 * @cr: an untransformed context on an image of @width × @height
 * @width: pixels
 * @height: pixels
 *
 * Draws one frame, with the marker unless vigil_sim_look_set_marked() said otherwise.
 */
void
vigil_sim_look_draw (VigilSimLook      *self,
                     VigilSimSource     source,
                     VigilSimBehaviour  behaviour,
                     double             t,
                     cairo_t           *cr,
                     int                width,
                     int                height)
{
  g_return_if_fail (width > 0 && height > 0);

  if (source == VIGIL_SIM_SOURCE_MICROPHONE)
    return;

  cairo_save (cr);
  if (source == VIGIL_SIM_SOURCE_SCREEN)
    {
      cairo_scale (cr, width / CANVAS_WIDTH, height / CANVAS_HEIGHT);
      vigil_sim_page_draw (self->index, behaviour == VIGIL_SIM_BEHAVIOUR_OTHER_TAB, t, cr);
    }
  else
    {
      draw_webcam (self, behaviour, fmod (t, LOOP_SECONDS), cr, width, height);
    }
  cairo_restore (cr);

  if (vigil_sim_look_get_marked ())
    draw_marker (self, behaviour, cr, width, height);
}

/* The name used in options and logs, "gaze-away". */
const char *
vigil_sim_behaviour_get_nick (VigilSimBehaviour behaviour)
{
  g_return_val_if_fail (behaviour < VIGIL_SIM_BEHAVIOUR_LAST, NULL);

  return behaviours[behaviour].nick;
}

gboolean
vigil_sim_behaviour_from_nick (const char        *nick,
                               VigilSimBehaviour *behaviour)
{
  for (guint i = 0; i < VIGIL_SIM_BEHAVIOUR_LAST; i++)
    if (g_strcmp0 (nick, behaviours[i].nick) == 0)
      {
        *behaviour = i;
        return TRUE;
      }

  return FALSE;
}

/* The violation type a behaviour is seen as; NULL for present. */
const char *
vigil_sim_behaviour_get_violation_type (VigilSimBehaviour behaviour)
{
  g_return_val_if_fail (behaviour < VIGIL_SIM_BEHAVIOUR_LAST, NULL);

  return behaviours[behaviour].violation;
}

/* "webcam", "screen" or "microphone", as on the wire. */
const char *
vigil_sim_source_get_nick (VigilSimSource source)
{
  static const char *const nicks[] = { "webcam", "screen", "microphone" };

  g_return_val_if_fail (source < G_N_ELEMENTS (nicks), NULL);

  return nicks[source];
}
