/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A score as number + shape + colour. Shapes are clips over colour nodes, so nothing is rasterised by us. */
#include "vigil-badge.h"

#include <math.h>

#include "vigil-hatch.h"
#include "vigil-words.h"

#define N_LAYOUTS 102 /* 0..100 and the dash */

struct _VigilBadge
{
  GtkWidget parent_instance;

  int       size;
  int       score;
  VigilBand band;
  gboolean  stale;
  gboolean  bare;
};

G_DEFINE_FINAL_TYPE (VigilBadge, vigil_badge, GTK_TYPE_WIDGET)

static PangoContext *context; /* of no widget: the layouts outlive whoever asked first */
static PangoLayout *layouts[N_LAYOUTS];
static int layout_px;
static guint layout_serial; /* of the palette */

static void
drop_layouts (void)
{
  g_clear_object (&context);
  for (guint i = 0; i < N_LAYOUTS; i++)
    g_clear_object (&layouts[i]);
}

static PangoLayout *
number_layout (GtkWidget *widget, int score, int px)
{
  int index = score < 0 ? N_LAYOUTS - 1 : MIN (score, 100);

  if (px != layout_px || layout_serial != vigil_palette_get_serial ())
    {
      drop_layouts ();
      layout_px = px;
      layout_serial = vigil_palette_get_serial ();
    }
  if (layouts[index] == NULL)
    {
      char text[8];
      g_autoptr (PangoAttrList) attrs = pango_attr_list_new ();

      g_snprintf (text, sizeof text, score < 0 ? "–" : "%d", index);
      pango_attr_list_insert (attrs, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      pango_attr_list_insert (attrs, pango_attr_size_new_absolute (px * PANGO_SCALE));
      pango_attr_list_insert (attrs, pango_attr_font_features_new ("tnum=1"));
      if (context == NULL)
        context = gtk_widget_create_pango_context (widget);
      layouts[index] = pango_layout_new (context);
      pango_layout_set_text (layouts[index], text, -1);
      pango_layout_set_attributes (layouts[index], attrs);
    }
  return layouts[index];
}

static void
shape_path (cairo_t *cr, float size, VigilBand band)
{
  double c = size / 2, r;

  switch (band)
    {
    case VIGIL_BAND_MEDIUM:
      r = size * 0.42;
      cairo_rectangle (cr, c - r, c - r, 2 * r, 2 * r);
      break;
    case VIGIL_BAND_HIGH:
      r = size * 0.56;
      cairo_move_to (cr, c, c - r);
      cairo_line_to (cr, c + r, c);
      cairo_line_to (cr, c, c + r);
      cairo_line_to (cr, c - r, c);
      cairo_close_path (cr);
      break;
    case VIGIL_BAND_CRITICAL:
      r = size * 0.52;
      for (int i = 0; i < 8; i++)
        cairo_line_to (cr, c + r * cos (G_PI / 8 + i * G_PI / 4), c + r * sin (G_PI / 8 + i * G_PI / 4));
      cairo_close_path (cr);
      break;
    case VIGIL_BAND_LOW:
    case VIGIL_N_BANDS:
    default:
      cairo_arc (cr, c, c, size * 0.45, 0, 2 * G_PI);
      break;
    }
}

void
vigil_badge_append_shape (GtkSnapshot *snapshot, float size, VigilBand band, const GdkRGBA *color)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (-2, -2, size + 4, size + 4));

  shape_path (cr, size, band);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 2);
  cairo_fill_preserve (cr);
  cairo_stroke (cr); /* rounds the corners */
  cairo_destroy (cr);
}

static void
append_hollow (GtkSnapshot *snapshot, float size, const GdkRGBA *color)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, size, size));

  shape_path (cr, size, VIGIL_BAND_LOW);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

void
vigil_badge_snapshot (GtkSnapshot *snapshot, GtkWidget *widget, float size, int score, VigilBand band, gboolean stale)
{
  const VigilPalette *palette = vigil_palette_get (widget);
  PangoLayout *layout = number_layout (widget, score, MAX (9, (int) (size * (score >= 100 ? 0.40 : 0.44))));
  const GdkRGBA *ink = score < 0 ? &palette->dim : &palette->band_text[band];
  int width, height;

  if (score < 0)
    append_hollow (snapshot, size, &palette->dim);
  else
    vigil_badge_append_shape (snapshot, size, band, &palette->band_fill[band]);
  if (stale)
    vigil_hatch_append (snapshot, &GRAPHENE_RECT_INIT (0, 0, size, size), &palette->veil, 5);

  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((size - width) / 2, (size - height) / 2));
  gtk_snapshot_append_layout (snapshot, layout, ink);
  gtk_snapshot_restore (snapshot);
}

static void
vigil_badge_snapshot_widget (GtkWidget *widget, GtkSnapshot *snapshot)
{
  VigilBadge *self = VIGIL_BADGE (widget);
  float x = (gtk_widget_get_width (widget) - self->size) / 2.0f;
  float y = (gtk_widget_get_height (widget) - self->size) / 2.0f;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  if (self->bare)
    vigil_badge_append_shape (snapshot, self->size, self->band, &vigil_palette_get (widget)->band_fill[self->band]);
  else
    vigil_badge_snapshot (snapshot, widget, self->size, self->score, self->band, self->stale);
  gtk_snapshot_restore (snapshot);
}

static void
vigil_badge_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  VigilBadge *self = VIGIL_BADGE (widget);

  *minimum = *natural = self->size + 4;
}

static void
vigil_badge_class_init (VigilBadgeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = vigil_badge_snapshot_widget;
  widget_class->measure = vigil_badge_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "badge");
}

static void
vigil_badge_init (VigilBadge *self)
{
  self->size = VIGIL_BADGE_SIZE;
  self->score = -1;
}

GtkWidget *
vigil_badge_new (int size)
{
  VigilBadge *self = g_object_new (VIGIL_TYPE_BADGE, "valign", GTK_ALIGN_CENTER, NULL);

  self->size = size;
  return GTK_WIDGET (self);
}

static void
describe (VigilBadge *self)
{
  g_autofree char *text = self->bare ? g_strdup (vigil_words_band (self->band))
                                     : vigil_words_score (self->score, self->band);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
vigil_badge_set_score (VigilBadge *self, int score, VigilBand band, gboolean stale)
{
  g_return_if_fail (VIGIL_IS_BADGE (self));

  if (self->score == score && self->band == band && self->stale == stale && !self->bare)
    return;
  self->score = score;
  self->band = band;
  self->stale = stale;
  self->bare = FALSE;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
vigil_badge_set_band (VigilBadge *self, VigilBand band)
{
  g_return_if_fail (VIGIL_IS_BADGE (self));

  self->band = band;
  self->bare = TRUE;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
