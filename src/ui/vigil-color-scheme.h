/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Light, dark, or as the system: the setting, applied. */
#pragma once

#include "vigil-settings.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_COLOR_SCHEME (vigil_color_scheme_get_type ())
G_DECLARE_FINAL_TYPE (VigilColorScheme, vigil_color_scheme, VIGIL, COLOR_SCHEME, GObject)

/** Follows the setting color-scheme for as long as it lives. Property "nick": "default", "light", "dark". */
VigilColorScheme *vigil_color_scheme_new (VigilSettings *settings);
const char       *vigil_color_scheme_get_nick (VigilColorScheme *self);
void              vigil_color_scheme_set_nick (VigilColorScheme *self, const char *nick);

G_END_DECLS
