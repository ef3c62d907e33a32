/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours of everything that draws itself, looked up once per style change. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-types.h"

G_BEGIN_DECLS

typedef struct
{
  GdkRGBA  band_fill[VIGIL_N_BANDS];
  GdkRGBA  band_text[VIGIL_N_BANDS];
  GdkRGBA  band_line[VIGIL_N_BANDS]; /* border of a tile in that band */
  GdkRGBA  wall;                     /* behind the tiles */
  GdkRGBA  card;
  GdkRGBA  text;
  GdkRGBA  dim;
  GdkRGBA  screen;                   /* behind a picture that is not there */
  GdkRGBA  screen_text;
  GdkRGBA  veil;                     /* the hatching over what is stale */
  GdkRGBA  chip;                     /* behind glyphs and words over a picture */
  GdkRGBA  chip_text;
  GdkRGBA  accent;
  GdkRGBA  ok;
  GdkRGBA  caution;
  GdkRGBA  trouble;
  gboolean high_contrast;
} VigilPalette;

/** The palette of @widget's display: borrowed, read anew after the style changed. Thread: main. */
const VigilPalette *vigil_palette_get (GtkWidget *widget);

/** Grows with each vigil_palette_get() that found another style (colours, font, text size): what was
 *  drawn under another serial is outdated. */
guint vigil_palette_get_serial (void);

G_END_DECLS
