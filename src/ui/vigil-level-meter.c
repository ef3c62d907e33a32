/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How loud a microphone is. Its length says it, its colour only repeats it. */
#include "vigil-level-meter.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "vigil-palette.h"

#define FLOOR_DB (-60.0) /* where the bar begins */
#define STEPS 40         /* of the bar; a change within one is not drawn */
#define QUIET_DB (-50.0)
#define SPEECH_DB (-38.0)
#define LOUD_DB (-12.0)
#define WIDTH 96
#define HEIGHT 10

struct _VigilLevelMeter
{
  GtkWidget parent_instance;

  int         rms;   /* steps; −1: there is none */
  int         peak;
  const char *word;  /* that a screen reader was told last */
};

G_DEFINE_FINAL_TYPE (VigilLevelMeter, vigil_level_meter, GTK_TYPE_WIDGET)

const char *
vigil_level_meter_word (double rms_db)
{
  if (rms_db < QUIET_DB)
    return C_("sound level", "silent");
  if (rms_db < SPEECH_DB)
    return C_("sound level", "quiet");
  return rms_db < LOUD_DB ? C_("sound level", "speech") : C_("sound level", "loud");
}

static int
to_step (double db)
{
  if (!(db > FLOOR_DB)) /* also where it is no number */
    return 0;
  return (int) lround (MIN ((db - FLOOR_DB) / -FLOOR_DB, 1) * STEPS);
}

/* Ten times a second would be noise to whoever listens to a screen reader: the value goes by the word. */
static void
tell (VigilLevelMeter *self, const char *word, int value)
{
  if (self->word == word)
    return;
  self->word = word;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double) value,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, word, -1);
}

void
vigil_level_meter_set_level (VigilLevelMeter *self, double rms_db, double peak_db)
{
  int rms = to_step (rms_db), peak = MAX (to_step (peak_db), rms);

  g_return_if_fail (VIGIL_IS_LEVEL_METER (self));

  tell (self, vigil_level_meter_word (rms_db), rms);
  if (self->rms == rms && self->peak == peak)
    return;
  self->rms = rms;
  self->peak = peak;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
vigil_level_meter_set_none (VigilLevelMeter *self, const char *why)
{
  g_return_if_fail (VIGIL_IS_LEVEL_METER (self));

  tell (self, why, 0);
  if (self->rms < 0)
    return;
  self->rms = self->peak = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
vigil_level_meter_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  VigilLevelMeter *self = VIGIL_LEVEL_METER (widget);
  const VigilPalette *palette = vigil_palette_get (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  float width = (float) gtk_widget_get_width (widget), height = (float) MIN (gtk_widget_get_height (widget), HEIGHT);
  float top = floorf (((float) gtk_widget_get_height (widget) - height) / 2);
  float length = width * (float) MAX (self->rms, 0) / STEPS, mark = MIN (width * (float) MAX (self->peak, 0) / STEPS, width - 2);
  GskRoundedRect shape;

  gsk_rounded_rect_init_from_rect (&shape, &GRAPHENE_RECT_INIT (0, top, width, height), height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, &palette->screen, &shape.bounds);
  if (self->rms >= 0)
    {
      gtk_snapshot_append_color (snapshot, &palette->accent, &GRAPHENE_RECT_INIT (mirrored ? width - length : 0, top, length, height));
      if (self->peak > 0)
        gtk_snapshot_append_color (snapshot, &palette->text, &GRAPHENE_RECT_INIT (mirrored ? width - mark - 2 : mark, top, 2, height));
    }
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &shape, (float[4]) { 1, 1, 1, 1 },
                              (GdkRGBA[4]) { palette->dim, palette->dim, palette->dim, palette->dim });
}

static void
vigil_level_meter_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
vigil_level_meter_class_init (VigilLevelMeterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = vigil_level_meter_snapshot;
  widget_class->measure = vigil_level_meter_measure;
  gtk_widget_class_set_css_name (widget_class, "levelmeter");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_METER);
}

static void
vigil_level_meter_init (VigilLevelMeter *self)
{
  self->rms = self->peak = -1;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Sound level"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0, GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, (double) STEPS, -1);
}

GtkWidget *
vigil_level_meter_new (void)
{
  return g_object_new (VIGIL_TYPE_LEVEL_METER, NULL);
}
