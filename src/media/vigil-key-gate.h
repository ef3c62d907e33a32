/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides which coded frames may be decoded. A plain value; one thread at a time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VigilKeyGate:
 *
 * Inter frames pass only after a key frame of the same run has passed: after a
 * switch, a pause or a loss they would draw one picture's movements over
 * another's. Frames that are too large, or too many for their size, are
 * withheld as well, and then a key frame is needed too.
 */
typedef struct
{
  gboolean wants_key;
  gboolean withheld;  /* something was, since the owner last looked */
  gboolean oversized; /* up to the next key frame */
  guint    area;      /* of a picture, in pixels */
  guint    coded_area; /* of what is decoded for it, if that is more */
  double   budget;    /* pixels that may be decoded now */
  gint64   filled_us;
} VigilKeyGate;

void     vigil_key_gate_init     (VigilKeyGate *self);
void     vigil_key_gate_close    (VigilKeyGate *self);
void     vigil_key_gate_set_size (VigilKeyGate *self,
                                  guint         width,
                                  guint         height);
void     vigil_key_gate_set_coded_area (VigilKeyGate *self,
                                  guint         area);
gboolean vigil_key_gate_admit    (VigilKeyGate *self,
                                  gboolean      key);
void     vigil_key_gate_fail     (VigilKeyGate *self);
gboolean vigil_key_gate_take_withheld (VigilKeyGate *self);

G_END_DECLS
