/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours of everything that draws itself. The names are defined in style*.css. */
#include "vigil-palette.h"

#include <adwaita.h>

typedef struct
{
  const char *name;
  const char *fallback; /* for a widget outside our application (tests): the light colours */
  gsize       offset;
} PaletteEntry;

#define ENTRY(name, fallback, member) { name, fallback, G_STRUCT_OFFSET (VigilPalette, member) }

static const PaletteEntry entries[] = {
  ENTRY ("vigil_low_fill", "#dfe3e8", band_fill[VIGIL_BAND_LOW]),
  ENTRY ("vigil_low_text", "#3d4653", band_text[VIGIL_BAND_LOW]),
  ENTRY ("vigil_low_line", "alpha(#000000,0.10)", band_line[VIGIL_BAND_LOW]),
  ENTRY ("vigil_medium_fill", "#f6d32d", band_fill[VIGIL_BAND_MEDIUM]),
  ENTRY ("vigil_medium_text", "#3a2e00", band_text[VIGIL_BAND_MEDIUM]),
  ENTRY ("vigil_medium_line", "#d9b400", band_line[VIGIL_BAND_MEDIUM]),
  ENTRY ("vigil_high_fill", "#ff9a3d", band_fill[VIGIL_BAND_HIGH]),
  ENTRY ("vigil_high_text", "#3b1c00", band_text[VIGIL_BAND_HIGH]),
  ENTRY ("vigil_high_line", "#e66100", band_line[VIGIL_BAND_HIGH]),
  ENTRY ("vigil_critical_fill", "#c01c28", band_fill[VIGIL_BAND_CRITICAL]),
  ENTRY ("vigil_critical_text", "#ffffff", band_text[VIGIL_BAND_CRITICAL]),
  ENTRY ("vigil_critical_line", "#c01c28", band_line[VIGIL_BAND_CRITICAL]),
  ENTRY ("vigil_wall", "#f2f2f2", wall),
  ENTRY ("vigil_card", "#ffffff", card),
  ENTRY ("vigil_text", "#242424", text),
  ENTRY ("vigil_dim", "#6a6a70", dim),
  ENTRY ("vigil_screen", "#e4e6ea", screen),
  ENTRY ("vigil_screen_text", "#5b6068", screen_text),
  ENTRY ("vigil_veil", "rgba(255,255,255,0.62)", veil),
  ENTRY ("vigil_chip", "rgba(20,22,26,0.66)", chip),
  ENTRY ("vigil_chip_text", "#ffffff", chip_text),
  ENTRY ("vigil_accent", "#3584e4", accent),
  ENTRY ("vigil_ok", "#26a269", ok),
  ENTRY ("vigil_caution", "#c88800", caution),
  ENTRY ("vigil_trouble", "#c01c28", trouble),
};

static VigilPalette palette;
static guint serial; /* 0: never read */
static gboolean valid;

static void
invalidate_cb (void)
{
  valid = FALSE;
}

/* A widget's css-changed comes for every hover and every tile that scrolls in; these do not. */
static void
watch_style (GdkDisplay *display)
{
  static const char *const settings_names[] = { "notify::gtk-theme-name", "notify::gtk-font-name", "notify::gtk-xft-dpi" };
  static const char *const style_names[] = { "notify::dark", "notify::high-contrast" };

  for (gsize i = 0; i < G_N_ELEMENTS (settings_names); i++)
    g_signal_connect (gtk_settings_get_for_display (display), settings_names[i], G_CALLBACK (invalidate_cb), NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (style_names); i++)
    g_signal_connect (adw_style_manager_get_for_display (display), style_names[i], G_CALLBACK (invalidate_cb), NULL);
}

static void
read_colors (GtkWidget *widget)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      GdkRGBA *color = G_STRUCT_MEMBER_P (&palette, entries[i].offset);

      if (!gtk_style_context_lookup_color (context, entries[i].name, color) &&
          !gdk_rgba_parse (color, entries[i].fallback))
        *color = (GdkRGBA) { 0, 0, 0, 0.1f };
    }
  palette.high_contrast = adw_style_manager_get_high_contrast (adw_style_manager_get_for_display (gtk_widget_get_display (widget)));
}

const VigilPalette *
vigil_palette_get (GtkWidget *widget)
{
  if (serial == 0)
    watch_style (gtk_widget_get_display (widget));
  if (!valid)
    {
      read_colors (widget);
      valid = TRUE;
      serial++;
    }
  return &palette;
}

guint
vigil_palette_get_serial (void)
{
  return serial;
}
