/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a simulated candidate looks like, and how to draw it.
 *
 * A look is a person (face, hair, clothes) in a room with a light, all derived
 * from its index. Drawing is a pure function of (look, source, behaviour,
 * time, size): it may run on any thread and always gives the same picture.
 */
#pragma once

#include <cairo.h>
#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  VIGIL_SIM_SOURCE_WEBCAM,
  VIGIL_SIM_SOURCE_SCREEN,
  VIGIL_SIM_SOURCE_MICROPHONE,
} VigilSimSource;

/* At most 16: the marker has four bits for it. */
typedef enum
{
  VIGIL_SIM_BEHAVIOUR_PRESENT,       /* at the desk, looking at the screen */
  VIGIL_SIM_BEHAVIOUR_GAZE_AWAY,     /* eyes off the screen */
  VIGIL_SIM_BEHAVIOUR_HEAD_TURNED,   /* head turned to the side */
  VIGIL_SIM_BEHAVIOUR_ABSENT,        /* an empty chair */
  VIGIL_SIM_BEHAVIOUR_SECOND_PERSON, /* somebody else leans in */
  VIGIL_SIM_BEHAVIOUR_DARK,          /* the camera is covered */
  VIGIL_SIM_BEHAVIOUR_LOW_LIGHT,     /* the light is too weak */
  VIGIL_SIM_BEHAVIOUR_PHONE,         /* a telephone in the hand */
  VIGIL_SIM_BEHAVIOUR_OTHER_FACE,    /* another person on the same chair */
  VIGIL_SIM_BEHAVIOUR_OTHER_TAB,     /* webcam as present; the screen shows another page */
  VIGIL_SIM_BEHAVIOUR_LAST,
} VigilSimBehaviour;

/* The largest look index: what the marker can carry. */
#define VIGIL_SIM_LOOK_MAX 65535u

typedef struct _VigilSimLook VigilSimLook;

VigilSimLook *vigil_sim_look_new  (guint         index);
void          vigil_sim_look_free (VigilSimLook *self);

guint         vigil_sim_look_get_index (const VigilSimLook *self);

void          vigil_sim_look_set_marked (gboolean marked);
gboolean      vigil_sim_look_get_marked (void);

void          vigil_sim_look_draw (VigilSimLook     *self,
                                   VigilSimSource    source,
                                   VigilSimBehaviour behaviour,
                                   double            t,
                                   cairo_t          *cr,
                                   int               width,
                                   int               height);

GBytes       *vigil_sim_look_render_jpeg (guint             index,
                                          VigilSimSource    source,
                                          VigilSimBehaviour behaviour,
                                          double            t,
                                          int               width,
                                          int               height,
                                          int               quality,
                                          GError          **error);

const char   *vigil_sim_behaviour_get_nick           (VigilSimBehaviour behaviour);
gboolean      vigil_sim_behaviour_from_nick          (const char        *nick,
                                                      VigilSimBehaviour *behaviour);
const char   *vigil_sim_behaviour_get_violation_type (VigilSimBehaviour behaviour);
const char   *vigil_sim_source_get_nick              (VigilSimSource source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSimLook, vigil_sim_look_free)

G_END_DECLS
