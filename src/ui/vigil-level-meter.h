/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How loud a microphone is: a bar with a mark at the newest peak, and the same in words for a screen reader. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_LEVEL_METER (vigil_level_meter_get_type ())
G_DECLARE_FINAL_TYPE (VigilLevelMeter, vigil_level_meter, VIGIL, LEVEL_METER, GtkWidget)

GtkWidget *vigil_level_meter_new (void);

/** dBFS, 0 the loudest. Redraws only if a visible step changed. */
void       vigil_level_meter_set_level (VigilLevelMeter *self, double rms_db, double peak_db);
/** There is no level: the bar is empty, and @why (translated) is what a screen reader says. */
void       vigil_level_meter_set_none (VigilLevelMeter *self, const char *why);

/** The word for a level: "silent", "quiet", "speech", "loud". Translated. */
const char *vigil_level_meter_word (double rms_db);

G_END_DECLS
