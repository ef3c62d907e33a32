/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words over a tile's picture that say why it is live, ready, a still or nothing: for whoever asks a whole wall at once. */
#include "vigil-tile-private.h"

#include <math.h>

#define MARGIN 5
#define MAX_LINES 3

static PangoLayout *
make_layout (VigilTile *self, const char *words, float width)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), words);
  g_autoptr (PangoAttrList) attrs = pango_attr_list_new ();

  pango_attr_list_insert (attrs, pango_attr_scale_new (10.5 / 14.67)); /* follows the large-text setting */
  pango_layout_set_attributes (layout, attrs);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_height (layout, -MAX_LINES);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

static void
draw_words (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *picture, const char *words, const VigilPalette *palette, graphene_rect_t *band)
{
  g_autoptr (PangoLayout) layout = make_layout (self, words, picture->size.width - 2 * MARGIN);
  float height;
  int text_height;

  pango_layout_get_pixel_size (layout, NULL, &text_height);
  height = MIN (text_height + MARGIN, picture->size.height);
  graphene_rect_init (band, picture->origin.x, floorf (picture->origin.y + picture->size.height - height), picture->size.width, height);
  gtk_snapshot_append_color (snapshot, &palette->chip, band);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (band->origin.x + MARGIN, band->origin.y + MARGIN / 2));
  gtk_snapshot_append_layout (snapshot, layout, &palette->chip_text);
  gtk_snapshot_restore (snapshot);
}

GskRenderNode *
vigil_tile_get_reason (VigilTile *self, const graphene_rect_t *picture, const VigilPalette *palette)
{
  GskRenderNode **part = &self->parts[VIGIL_TILE_PART_REASON];
  g_autofree char *words = NULL;
  GtkSnapshot *snapshot;
  graphene_rect_t band;

  if (!self->explained || *part != NULL)
    return *part;
  words = vigil_tile_look_explain (&self->look, self->stream);
  if (words[0] == '\0')
    return NULL;
  snapshot = gtk_snapshot_new ();
  draw_words (self, snapshot, picture, words, palette, &band);
  *part = vigil_tile_keep_pixels (self, snapshot, &band);
  return *part;
}
