/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts a tile is painted from, each drawn once and kept as pixels until what it shows changes. */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "vigil-badge.h"
#include "vigil-frame-painter.h"
#include "vigil-glyph.h"
#include "vigil-hatch.h"
#include "vigil-palette.h"
#include "vigil-raster.h"
#include "vigil-tile-private.h"
#include "vigil-words.h"

#define N_GLYPHS (VIGIL_GLYPH_GONE + 1)

/* The ages of stills, in seconds, as vigil_tile_look_compute() steps them. */
#define MAX_SHARED_AGE 60
#define STILL_STEP     5

/* The edges of a card are the same for all tiles of one size and band, and so are the glyphs. */
typedef struct
{
  GskRenderNode *edges[VIGIL_N_BANDS];
  GskRenderNode *glyphs[N_GLYPHS];
  GskRenderNode *stills[MAX_SHARED_AGE / STILL_STEP + 1]; /* by age */
  guint          serial; /* of the palette */
  int            width, height, scale;
} CommonParts;

static CommonParts common;

static void
text_clear (VigilTileText *text)
{
  g_clear_object (&text->layout);
  g_clear_pointer (&text->text, g_free);
}

void
vigil_tile_drop_texts (VigilTile *self)
{
  text_clear (&self->name);
  text_clear (&self->line);
  text_clear (&self->age);
  text_clear (&self->flags);
  text_clear (&self->bypass);
  text_clear (&self->initials);
}

void
vigil_tile_drop_part (VigilTile *self, VigilTilePart part)
{
  g_clear_pointer (&self->parts[part], gsk_render_node_unref);
}

void
vigil_tile_drop_parts (VigilTile *self)
{
  for (int part = 0; part < VIGIL_N_TILE_PARTS; part++)
    vigil_tile_drop_part (self, part);
}

/* The layout of @words (transfer full), made anew only if they differ from the last. */
static PangoLayout *
text_layout (VigilTile *self, VigilTileText *text, char *words, double px, PangoWeight weight)
{
  g_autoptr (PangoAttrList) attrs = NULL;

  if (text->layout != NULL && g_strcmp0 (text->text, words) == 0)
    {
      g_free (words);
      return text->layout;
    }
  text_clear (text);
  text->text = words;
  text->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), words);
  attrs = pango_attr_list_new ();
  pango_attr_list_insert (attrs, pango_attr_scale_new (px / 14.67)); /* follows the large-text setting */
  pango_attr_list_insert (attrs, pango_attr_weight_new (weight));
  pango_attr_list_insert (attrs, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (text->layout, attrs);
  pango_layout_set_single_paragraph_mode (text->layout, TRUE);
  return text->layout;
}

static void
append_layout (GtkSnapshot *snapshot, PangoLayout *layout, float x, float y, const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
append_sign (GtkSnapshot *snapshot, VigilSign sign, float x, float y, float size, const GdkRGBA *color, double turn)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  vigil_glyph_append (snapshot, sign, size, color, turn);
  gtk_snapshot_restore (snapshot);
}

static void
append_pill (GtkSnapshot *snapshot, const graphene_rect_t *rect, const GdkRGBA *color)
{
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, rect, rect->size.height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, color, rect);
  gtk_snapshot_pop (snapshot);
}

static float
get_line_width (VigilBand band, const VigilPalette *palette)
{
  static const float widths[VIGIL_N_BANDS] = { 1, 2, 3, 4 };

  return band == VIGIL_BAND_LOW && palette->high_contrast ? 2 : widths[band];
}

static void
draw_card (VigilTile *self, GtkSnapshot *snapshot, VigilBand band, const VigilPalette *palette)
{
  float width = get_line_width (band, palette);
  const GdkRGBA *line = &palette->band_line[band];
  GskRoundedRect outline;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)));

  gsk_rounded_rect_init_from_rect (&outline, &bounds, TILE_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &palette->card, &bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { width, width, width, width },
                              (GdkRGBA[4]) { *line, *line, *line, *line });
}

static GskRenderNode *
keep_pixels (VigilTile *self, GskRenderNode *content, const graphene_rect_t *rect, const GdkRGBA *ground)
{
  return vigil_raster_make_node (content, rect, self->scale, ground, vigil_frame_painter_prefers_texture (GTK_WIDGET (self)));
}

/* Pixels of what @snapshot holds (consumed). */
static GskRenderNode *
rasterize (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *rect, const GdkRGBA *ground)
{
  g_autoptr (GskRenderNode) content = gtk_snapshot_free_to_node (snapshot);

  return keep_pixels (self, content, rect, ground);
}

GskRenderNode *
vigil_tile_keep_pixels (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *rect)
{
  return rasterize (self, snapshot, rect, NULL);
}

/* Everything of the card that is neither picture nor strip: its top, as pixels because of the round corners, and both
 * sides, which are plain colours: those are filled at once, pixels are copied three times. */
static GskRenderNode *
make_edges (VigilTile *self, VigilBand band, const graphene_rect_t *picture, const VigilPalette *palette)
{
  float width = gtk_widget_get_width (GTK_WIDGET (self)), line = get_line_width (band, palette);
  float right = picture->origin.x + picture->size.width;
  /* The picture is drawn over what is too much in the middle. */
  float round = TILE_RADIUS + 1, height = picture->origin.y + picture->size.height - round;
  graphene_rect_t top = GRAPHENE_RECT_INIT (0, 0, width, round);
  g_autoptr (GskRenderNode) card = NULL;
  GskRenderNode *nodes[5], *node;
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  draw_card (self, snapshot, band, palette);
  card = gtk_snapshot_free_to_node (snapshot);
  nodes[0] = keep_pixels (self, card, &top, NULL);
  nodes[1] = gsk_color_node_new (&palette->card, &GRAPHENE_RECT_INIT (0, round, picture->origin.x, height));
  nodes[2] = gsk_color_node_new (&palette->band_line[band], &GRAPHENE_RECT_INIT (0, round, line, height));
  nodes[3] = gsk_color_node_new (&palette->card, &GRAPHENE_RECT_INIT (right, round, width - right, height));
  nodes[4] = gsk_color_node_new (&palette->band_line[band], &GRAPHENE_RECT_INIT (width - line, round, line, height));
  node = gsk_container_node_new (nodes, height > 0 ? 5 : 1);
  for (int i = 0; i < 5; i++)
    gsk_render_node_unref (nodes[i]);
  return node;
}

static void
check_common (VigilTile *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));

  if (common.serial == vigil_palette_get_serial () && common.width == width && common.height == height && common.scale == self->scale)
    return;
  for (int i = 0; i < VIGIL_N_BANDS; i++)
    g_clear_pointer (&common.edges[i], gsk_render_node_unref);
  for (int i = 0; i < N_GLYPHS; i++)
    g_clear_pointer (&common.glyphs[i], gsk_render_node_unref);
  for (gsize i = 0; i < G_N_ELEMENTS (common.stills); i++)
    g_clear_pointer (&common.stills[i], gsk_render_node_unref);
  common = (CommonParts) { .serial = vigil_palette_get_serial (), .width = width, .height = height, .scale = self->scale };
}

GskRenderNode *
vigil_tile_get_edges (VigilTile *self, const graphene_rect_t *picture, const VigilPalette *palette)
{
  VigilBand band = self->look.border;

  check_common (self);
  if (common.edges[band] == NULL)
    common.edges[band] = make_edges (self, band, picture, palette);
  return common.edges[band];
}

static char *
initials (const VigilCandidate *candidate)
{
  g_autofree char *clean = vigil_words_clean (candidate->name);
  GString *out = g_string_new (NULL);
  gboolean start = TRUE;
  guint n = 0;

  for (const char *p = clean; *p != '\0' && n < 2; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (start && g_unichar_isalpha (c))
        {
          g_string_append_unichar (out, g_unichar_toupper (c));
          n++;
          start = FALSE;
        }
      else if (!g_unichar_isalnum (c) && !g_unichar_ismark (c))
        start = TRUE;
    }
  return g_string_free (out, FALSE);
}

static void
draw_disc (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *at, const VigilCandidate *candidate, const VigilPalette *palette)
{
  graphene_rect_t circle = *at;
  float size = circle.size.width;
  GdkRGBA disc = palette->screen_text;
  PangoLayout *layout;
  int width, height;

  disc.alpha = 0.14f;
  append_pill (snapshot, &circle, &disc);
  if (candidate == NULL)
    return;
  layout = text_layout (self, &self->initials, initials (candidate), size * 0.38, PANGO_WEIGHT_SEMIBOLD);
  if (self->initials.text[0] == '\0')
    {
      append_sign (snapshot, VIGIL_SIGN_PERSON, circle.origin.x + size * 0.22f, circle.origin.y + size * 0.2f, size * 0.56f, &palette->screen_text, 0);
      return;
    }
  pango_layout_get_pixel_size (layout, &width, &height);
  append_layout (snapshot, layout, circle.origin.x + (size - width) / 2, circle.origin.y + (size - height) / 2, &palette->screen_text);
}

static GskRenderNode *
make_placeholder (VigilTile *self, const graphene_rect_t *rect, const VigilCandidate *candidate, const VigilPalette *palette)
{
  float size = floorf (MIN (rect->size.height * 0.46f, 96));
  graphene_rect_t disc = GRAPHENE_RECT_INIT (floorf (rect->origin.x + (rect->size.width - size) / 2),
                                             floorf (rect->origin.y + (rect->size.height - size) / 2), size, size);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) screen = gsk_color_node_new (&palette->screen, rect);
  g_autoptr (GskRenderNode) person = NULL;

  draw_disc (self, snapshot, &disc, candidate, palette);
  person = rasterize (self, snapshot, &disc, &palette->screen);
  return gsk_container_node_new ((GskRenderNode *[]) { screen, person }, 2);
}

static void
draw_age (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *rect, const VigilPalette *palette)
{
  g_autofree char *age = vigil_words_age (self->look.picture_age_s);
  /* Translators: on a picture that is not live; %s is its age, such as "12 s". */
  PangoLayout *layout = text_layout (self, &self->age, g_strdup_printf (_("%s old"), age), 12, PANGO_WEIGHT_SEMIBOLD);
  int width, height;
  graphene_rect_t pill;

  pango_layout_get_pixel_size (layout, &width, &height);
  graphene_rect_init (&pill, rect->origin.x + (rect->size.width - width) / 2 - 10,
                      rect->origin.y + (rect->size.height - height) / 2 - 3, width + 20, height + 6);
  append_pill (snapshot, &pill, &palette->chip);
  append_layout (snapshot, layout, pill.origin.x + 10, pill.origin.y + 3, &palette->chip_text);
}

/* A picture that is not live: under a veil, with its age, and never changing by itself. */
static GskRenderNode *
make_still (VigilTile *self, GskRenderNode *video, const graphene_rect_t *rect, VigilTilePicture picture, const VigilPalette *palette)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gtk_snapshot_append_node (snapshot, video);
  if (picture == VIGIL_PICTURE_LAST || self->look.spinner)
    gtk_snapshot_append_color (snapshot, &palette->veil, rect);
  else
    {
      GdkRGBA wash = palette->veil;

      wash.alpha *= 0.55f;
      gtk_snapshot_append_color (snapshot, &wash, rect);
      vigil_hatch_append (snapshot, rect, &palette->veil, 12);
      draw_age (self, snapshot, rect, palette);
    }
  return rasterize (self, snapshot, rect, &palette->screen);
}

/* The video alone where it fills its place; else over the screen's colour. */
static GskRenderNode *
make_live (GskRenderNode *video, const graphene_rect_t *rect, const VigilPalette *palette)
{
  g_autoptr (GskRenderNode) screen = NULL;
  graphene_rect_t bounds;

  gsk_render_node_get_bounds (video, &bounds);
  if (graphene_rect_contains_rect (&bounds, rect))
    return gsk_render_node_ref (video);
  screen = gsk_color_node_new (&palette->screen, rect);
  return gsk_container_node_new ((GskRenderNode *[]) { screen, video }, 2);
}

GskRenderNode *
vigil_tile_get_picture (VigilTile *self, VigilTilePicture picture, const graphene_rect_t *rect, const VigilPalette *palette)
{
  GskRenderNode **part = &self->parts[VIGIL_TILE_PART_PICTURE];
  g_autoptr (GskRenderNode) video = NULL;

  if (*part != NULL && self->drawn_picture == picture)
    return *part;
  vigil_tile_drop_part (self, VIGIL_TILE_PART_PICTURE);
  self->drawn_picture = picture;
  if (picture == VIGIL_PICTURE_NONE)
    return *part = make_placeholder (self, rect, vigil_tile_get_candidate (self), palette);
  video = vigil_frame_painter_make_node (vigil_tile_get_drawn_frame (self), rect, self->scale, picture == VIGIL_PICTURE_LAST,
                                         vigil_frame_painter_prefers_texture (GTK_WIDGET (self)));
  *part = picture == VIGIL_PICTURE_LIVE || picture == VIGIL_PICTURE_STILL ? make_live (video, rect, palette) : make_still (self, video, rect, picture, palette);
  return *part;
}

static void
draw_glyph (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *chip, const VigilPalette *palette)
{
  static const struct { VigilSign sign; gboolean shown; } signs[] = {
    [VIGIL_GLYPH_NONE] = { VIGIL_SIGN_DOT, FALSE },
    [VIGIL_GLYPH_LIVE] = { VIGIL_SIGN_DOT, TRUE },
    [VIGIL_GLYPH_WARM] = { VIGIL_SIGN_PAUSE, TRUE },
    [VIGIL_GLYPH_STILL] = { VIGIL_SIGN_STILL, TRUE },
    [VIGIL_GLYPH_SCORE_ONLY] = { VIGIL_SIGN_NO_CAMERA, TRUE },
    [VIGIL_GLYPH_CONNECTING] = { VIGIL_SIGN_CLOCK, TRUE },
    [VIGIL_GLYPH_FAILED] = { VIGIL_SIGN_WARNING, TRUE },
    [VIGIL_GLYPH_GONE] = { VIGIL_SIGN_AWAY, TRUE },
  };
  VigilSign sign = signs[self->look.glyph].sign;

  if (!signs[self->look.glyph].shown)
    return;
  if (self->look.spinner)
    sign = VIGIL_SIGN_SPINNER;
  append_pill (snapshot, chip, &palette->chip);
  append_sign (snapshot, sign, chip->origin.x + 4, chip->origin.y + 4, TILE_CHIP - 8,
               self->look.glyph == VIGIL_GLYPH_LIVE ? &palette->ok : &palette->chip_text, self->turn);
}

/* One chip of the right top row, growing leftwards. Returns: where the next one ends. */
static float
draw_chip (GtkSnapshot *snapshot, float right, float top, VigilSign sign, PangoLayout *layout, const GdkRGBA *color, const GdkRGBA *fill)
{
  int width = 0, height = 0;
  graphene_rect_t chip;

  if (layout != NULL)
    pango_layout_get_pixel_size (layout, &width, &height);
  graphene_rect_init (&chip, right - TILE_CHIP - (width > 0 ? width + 3 : 0), top, TILE_CHIP + (width > 0 ? width + 3 : 0), TILE_CHIP);
  append_pill (snapshot, &chip, fill);
  append_sign (snapshot, sign, chip.origin.x + 4, top + 4, TILE_CHIP - 8, color, 0);
  if (layout != NULL)
    append_layout (snapshot, layout, chip.origin.x + TILE_CHIP - 3, top + (TILE_CHIP - height) / 2.0f, color);
  return chip.origin.x - 4;
}

/* Returns: where the leftmost one begins. */
static float
draw_chips (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *rect, const VigilPalette *palette)
{
  const VigilTileLook *look = &self->look;
  const GdkRGBA *ink = &palette->chip_text;
  float right = rect->origin.x + rect->size.width - 5, top = rect->origin.y + 5;
  PangoLayout *layout;

  if (look->open_flags > 0)
    {
      layout = text_layout (self, &self->flags, look->open_flags > 99 ? g_strdup ("99+") : g_strdup_printf ("%u", look->open_flags), 11, PANGO_WEIGHT_BOLD);
      right = draw_chip (snapshot, right, top, VIGIL_SIGN_FLAG, layout, ink, &palette->chip);
    }
  if (look->hand)
    right = draw_chip (snapshot, right, top, VIGIL_SIGN_HAND, NULL, ink, &palette->accent);
  if (look->bypassed)
    {
      layout = look->bypass_s == G_MAXINT ? NULL
             : text_layout (self, &self->bypass, look->bypass_s > 120 ? vigil_words_age (look->bypass_s) : vigil_words_countdown (look->bypass_s), 11, PANGO_WEIGHT_BOLD);
      right = draw_chip (snapshot, right, top, VIGIL_SIGN_SHIELD, layout, ink, &palette->accent);
    }
  if (look->action_pending || look->action_refused)
    right = draw_chip (snapshot, right, top, look->action_refused ? VIGIL_SIGN_WARNING : VIGIL_SIGN_CLOCK, NULL, ink,
                       look->action_refused ? &palette->trouble : &palette->accent);
  if (look->claimed)
    right = draw_chip (snapshot, right, top, VIGIL_SIGN_PERSON, NULL, ink, &palette->chip);
  if (look->pinned)
    right = draw_chip (snapshot, right, top, VIGIL_SIGN_PIN, NULL, ink, &palette->chip);
  return right;
}

/* The glyph of a still says its age as well: nobody takes one for live video. The same for all tiles of that age. Live video
 * that is late says so there, and its dot is not green. */
static GskRenderNode *
make_aged_glyph (VigilTile *self, const graphene_rect_t *chip, const VigilPalette *palette)
{
  VigilTileText text = { 0 };
  PangoLayout *layout = text_layout (self, &text, vigil_tile_look_age_words (&self->look), 11, PANGO_WEIGHT_BOLD);
  VigilSign sign = self->look.picture == VIGIL_PICTURE_LIVE ? VIGIL_SIGN_DOT
                 : self->look.glyph == VIGIL_GLYPH_FAILED ? VIGIL_SIGN_WARNING : VIGIL_SIGN_STILL;
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  graphene_rect_t pill = *chip;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  pill.size.width += width + 4;
  append_pill (snapshot, &pill, &palette->chip);
  append_sign (snapshot, sign, chip->origin.x + 4, chip->origin.y + 4, TILE_CHIP - 8, &palette->chip_text, 0);
  append_layout (snapshot, layout, chip->origin.x + TILE_CHIP - 2, chip->origin.y + (TILE_CHIP - height) / 2.0f, &palette->chip_text);
  text_clear (&text);
  return rasterize (self, snapshot, &pill, NULL);
}

/* Kept for all tiles by age, up to a minute: older ones are rare. A plain tile's lies elsewhere. */
static GskRenderNode *
get_aged_glyph (VigilTile *self, const graphene_rect_t *chip, const VigilPalette *palette)
{
  gboolean shared = !self->plain && self->look.glyph == VIGIL_GLYPH_STILL && self->look.picture_age_s <= MAX_SHARED_AGE;
  GskRenderNode **part = shared ? &common.stills[self->look.picture_age_s / STILL_STEP] : &self->parts[VIGIL_TILE_PART_GLYPH];

  if (*part == NULL)
    *part = make_aged_glyph (self, chip, palette);
  return *part;
}

/* A spinner turns in each tile by itself, and a plain tile's picture begins elsewhere; all others share what they show. */
GskRenderNode *
vigil_tile_get_glyph (VigilTile *self, const graphene_rect_t *rect, const VigilPalette *palette)
{
  graphene_rect_t chip = GRAPHENE_RECT_INIT (rect->origin.x + 5, rect->origin.y + 5, TILE_CHIP, TILE_CHIP);
  gboolean own = self->look.spinner || self->plain;
  GskRenderNode **part = own ? &self->parts[VIGIL_TILE_PART_GLYPH] : &common.glyphs[self->look.glyph];
  GtkSnapshot *snapshot;

  if (!self->plain)
    check_common (self);
  if (self->look.picture == VIGIL_PICTURE_STILL || (self->look.picture == VIGIL_PICTURE_LIVE && self->look.picture_age_s >= 0))
    return get_aged_glyph (self, &chip, palette);
  if (*part == NULL && self->look.glyph != VIGIL_GLYPH_NONE)
    {
      snapshot = gtk_snapshot_new ();
      draw_glyph (self, snapshot, &chip, palette);
      *part = rasterize (self, snapshot, &chip, NULL);
    }
  return *part;
}

GskRenderNode *
vigil_tile_get_chips (VigilTile *self, const graphene_rect_t *rect, const VigilPalette *palette)
{
  GskRenderNode **part = &self->parts[VIGIL_TILE_PART_CHIPS];
  const VigilTileLook *look = &self->look;
  float left, right = rect->origin.x + rect->size.width - 5;
  GtkSnapshot *snapshot;

  if (*part != NULL || (look->open_flags == 0 && !look->hand && !look->bypassed && !look->action_pending &&
                        !look->action_refused && !look->claimed && !look->pinned))
    return *part;
  snapshot = gtk_snapshot_new ();
  left = MAX (floorf (draw_chips (self, snapshot, rect, palette)), rect->origin.x);
  *part = rasterize (self, snapshot, &GRAPHENE_RECT_INIT (left, rect->origin.y + 5, right - left, TILE_CHIP), NULL);
  return *part;
}

static void
draw_names (VigilTile *self, GtkSnapshot *snapshot, const VigilCandidate *candidate, const VigilPalette *palette)
{
  int tile_width = gtk_widget_get_width (GTK_WIDGET (self)), tile_height = gtk_widget_get_height (GTK_WIDGET (self));
  int width = tile_width - 2 * TILE_PAD - VIGIL_BADGE_SIZE - 14;
  int strip = vigil_tile_get_strip (self);
  float top = tile_height - strip, y;
  int name_height, line_height;

  if (self->text_width != width)
    {
      text_clear (&self->name);
      text_clear (&self->line);
      self->text_width = width;
    }
  if (self->name.layout == NULL)
    {
      text_layout (self, &self->name, vigil_words_clean (candidate->name), 13.5, PANGO_WEIGHT_SEMIBOLD);
      pango_layout_set_ellipsize (self->name.layout, PANGO_ELLIPSIZE_MIDDLE);
      pango_layout_set_width (self->name.layout, width * PANGO_SCALE);
    }
  text_layout (self, &self->line, vigil_tile_look_describe (&self->look, candidate), 11, PANGO_WEIGHT_NORMAL);
  pango_layout_set_ellipsize (self->line.layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (self->line.layout, width * PANGO_SCALE);

  pango_layout_get_pixel_size (self->name.layout, NULL, &name_height);
  pango_layout_get_pixel_size (self->line.layout, NULL, &line_height);
  y = top + (strip - name_height - line_height) / 2.0f;
  append_layout (snapshot, self->name.layout, TILE_PAD + 5, y, &palette->text);
  append_layout (snapshot, self->line.layout, TILE_PAD + 5, y + name_height, &palette->dim);
}

static void
draw_badge (VigilTile *self, GtkSnapshot *snapshot)
{
  float x = gtk_widget_get_width (GTK_WIDGET (self)) - TILE_PAD - VIGIL_BADGE_SIZE - 2;
  int strip = vigil_tile_get_strip (self);
  float y = gtk_widget_get_height (GTK_WIDGET (self)) - strip + (strip - VIGIL_BADGE_SIZE) / 2.0f - 1;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  vigil_badge_snapshot (snapshot, GTK_WIDGET (self), VIGIL_BADGE_SIZE, self->look.score, self->look.band, self->look.score_age_s >= 0);
  gtk_snapshot_restore (snapshot);
}

GskRenderNode *
vigil_tile_get_strip_part (VigilTile *self, const graphene_rect_t *picture, const VigilCandidate *candidate, const VigilPalette *palette)
{
  GskRenderNode **part = &self->parts[VIGIL_TILE_PART_STRIP];
  float top = picture->origin.y + picture->size.height;
  graphene_rect_t rect = GRAPHENE_RECT_INIT (0, top, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)) - top);
  GtkSnapshot *snapshot;

  if (*part != NULL || rect.size.height < 1)
    return *part;
  snapshot = gtk_snapshot_new ();
  draw_card (self, snapshot, self->look.border, palette);
  if (candidate != NULL)
    {
      draw_names (self, snapshot, candidate, palette);
      draw_badge (self, snapshot);
    }
  *part = rasterize (self, snapshot, &rect, NULL);
  return *part;
}

void
vigil_tile_draw_hover (VigilTile *self, GtkSnapshot *snapshot, const VigilPalette *palette)
{
  static const VigilSign signs[2] = { VIGIL_SIGN_PIN, VIGIL_SIGN_MORE };

  for (int i = 0; i < 2; i++)
    {
      graphene_rect_t rect;

      vigil_tile_hover_rect (self, i, &rect);
      append_pill (snapshot, &rect, &palette->chip);
      append_sign (snapshot, signs[i], rect.origin.x + 5, rect.origin.y + 5, 14, &palette->chip_text, 0);
    }
}
