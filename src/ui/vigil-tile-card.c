/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The card of a section, in the place of a tile: what it holds, and whether it is folded. */
#include <glib/gi18n-lib.h>

#include "vigil-badge.h"
#include "vigil-tile-private.h"
#include "vigil-words.h"

#define CARD_PAD 14
#define SHAPE 16

const VigilSection *
vigil_tile_get_section (VigilTile *self)
{
  return self->slot != NULL ? vigil_slot_get_section (self->slot) : NULL;
}

static char *
title_of (VigilTile *self, const VigilSection *section)
{
  if (section->kind == VIGIL_SECTION_ROOM)
    return vigil_words_room (section->name);
  return g_strdup (vigil_tile_is_filtered (self) ? _("Shown despite the filters: unattended critical flag")
                                                 : _("Shown though rooms are folded: unattended critical flag"));
}

static char *
count_words (const VigilSection *section)
{
  return g_strdup_printf (ngettext ("%'u candidate", "%'u candidates", section->counts.candidates), section->counts.candidates);
}

static char *
streaming_words (const VigilSection *section)
{
  return g_strdup_printf (ngettext ("%'u with a camera", "%'u with a camera", section->counts.streaming), section->counts.streaming);
}

static char *
flag_words (const VigilSection *section)
{
  return g_strdup_printf (ngettext ("%'u with open flags", "%'u with open flags", section->counts.flagged), section->counts.flagged);
}

static PangoLayout *
create_layout (VigilTile *self, const char *text, double px, PangoWeight weight, int width, int lines)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  g_autoptr (PangoAttrList) attrs = pango_attr_list_new ();

  pango_attr_list_insert (attrs, pango_attr_scale_new (px / 14.67)); /* follows the large-text setting */
  pango_attr_list_insert (attrs, pango_attr_weight_new (weight));
  pango_attr_list_insert (attrs, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attrs);
  pango_layout_set_width (layout, MAX (width, 1) * PANGO_SCALE);
  pango_layout_set_height (layout, -lines);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

/* Returns: where the next line begins. */
static float
append_text (VigilTile *self, GtkSnapshot *snapshot, const char *text, double px, PangoWeight weight, int lines, float left, float y, const GdkRGBA *color)
{
  g_autoptr (PangoLayout) layout = create_layout (self, text, px, weight, gtk_widget_get_width (GTK_WIDGET (self)) - (int) left - CARD_PAD, lines);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (left, y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
  return y + (float) height + 3;
}

static void
append_ground (VigilTile *self, GtkSnapshot *snapshot, const VigilSection *section, const VigilPalette *palette)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)));
  float width = section->kind == VIGIL_SECTION_CRITICAL || palette->high_contrast ? 3 : 1;
  const GdkRGBA *line = section->kind == VIGIL_SECTION_CRITICAL ? &palette->band_line[VIGIL_BAND_CRITICAL] : &palette->dim;
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &bounds, TILE_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &palette->screen, &bounds);
  gtk_snapshot_append_color (snapshot, line, &GRAPHENE_RECT_INIT (0, 0, 5, bounds.size.height));
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { width, width, width, width }, (GdkRGBA[4]) { *line, *line, *line, *line });
}

static float
append_worst (VigilTile *self, GtkSnapshot *snapshot, const VigilSection *section, float y, const VigilPalette *palette)
{
  VigilBand worst = section->counts.worst;
  /* Translators: the worst severity in a room: "worst: high". */
  g_autofree char *text = g_strdup_printf (_("worst: %s"), vigil_words_band (worst));

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (CARD_PAD, y + 2));
  vigil_badge_append_shape (snapshot, SHAPE, worst, worst == VIGIL_BAND_LOW ? &palette->dim : &palette->band_line[worst]);
  gtk_snapshot_restore (snapshot);
  return append_text (self, snapshot, text, 12.5, worst >= VIGIL_BAND_HIGH ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, 1,
                      CARD_PAD + SHAPE + 6, y, &palette->text);
}

void
vigil_tile_draw_card (VigilTile *self, GtkSnapshot *snapshot, const VigilPalette *palette)
{
  const VigilSection *section = vigil_tile_get_section (self);
  g_autofree char *title = title_of (self, section);
  g_autofree char *heading = NULL;
  g_autofree char *count = count_words (section);
  g_autofree char *streaming = streaming_words (section);
  float y = CARD_PAD;

  append_ground (self, snapshot, section, palette);
  if (section->kind == VIGIL_SECTION_CRITICAL)
    {
      y = append_text (self, snapshot, title, 14.5, PANGO_WEIGHT_BOLD, 3, CARD_PAD, y, &palette->text) + 4;
      append_text (self, snapshot, count, 12.5, PANGO_WEIGHT_NORMAL, 1, CARD_PAD, y, &palette->text);
      return;
    }
  heading = g_strdup_printf ("%s %s", section->folded ? "▸" : "▾", title);
  y = append_text (self, snapshot, heading, 15.5, PANGO_WEIGHT_BOLD, 1, CARD_PAD, y, &palette->text) + 3;
  y = append_text (self, snapshot, count, 12.5, PANGO_WEIGHT_NORMAL, 1, CARD_PAD, y, &palette->text);
  y = append_text (self, snapshot, streaming, 12.5, PANGO_WEIGHT_NORMAL, 1, CARD_PAD, y, &palette->text);
  if (section->counts.flagged > 0)
    {
      g_autofree char *flags = flag_words (section);

      y = append_text (self, snapshot, flags, 12.5, PANGO_WEIGHT_BOLD, 1, CARD_PAD, y, &palette->text);
    }
  append_worst (self, snapshot, section, y + 2, palette);
}

char *
vigil_tile_describe_card (VigilTile *self)
{
  const VigilSection *section = vigil_tile_get_section (self);
  g_autofree char *title = title_of (self, section);
  g_autofree char *count = count_words (section);
  g_autofree char *streaming = streaming_words (section);
  g_autofree char *flags = flag_words (section);

  if (section->kind == VIGIL_SECTION_CRITICAL)
    return g_strdup_printf ("%s. %s.", title, count);
  /* Translators: a room's card, read by a screen reader: room, folded or not, candidates, cameras, flags, worst severity. */
  return g_strdup_printf (_("%s: %s. %s, %s, %s, worst: %s"), title, section->folded ? _("folded") : _("unfolded"),
                          count, streaming, flags, vigil_words_band (section->counts.worst));
}
