/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small signs drawn as paths: a texture per sign would be converted on every frame of the cairo renderer. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  VIGIL_SIGN_DOT,
  VIGIL_SIGN_PAUSE,
  VIGIL_SIGN_STILL,
  VIGIL_SIGN_NO_CAMERA,
  VIGIL_SIGN_SPINNER,
  VIGIL_SIGN_WARNING,
  VIGIL_SIGN_AWAY,
  VIGIL_SIGN_FLAG,
  VIGIL_SIGN_HAND,
  VIGIL_SIGN_SHIELD,
  VIGIL_SIGN_PERSON,
  VIGIL_SIGN_PIN,
  VIGIL_SIGN_MORE,
  VIGIL_SIGN_CLOCK,
} VigilSign;

/** Draws @sign in the square of @size at the snapshot's origin. @turn (0..1) turns the spinner. */
void vigil_glyph_append (GtkSnapshot *snapshot, VigilSign sign, float size, const GdkRGBA *color, double turn);

G_END_DECLS
