/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A candidate's microphone: how loud it is, in a bar and in words, and listening to it. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FOCUS_SOUND (vigil_focus_sound_get_type ())
G_DECLARE_FINAL_TYPE (VigilFocusSound, vigil_focus_sound, VIGIL, FOCUS_SOUND, GtkWidget)

/** Main thread only. Looks at the level ten times a second while it is mapped, twice where animations are off. */
GtkWidget *vigil_focus_sound_new (VigilSession *session);

/** VIGIL_HANDLE_NONE: nobody's. */
void       vigil_focus_sound_set_candidate (VigilFocusSound *self, VigilHandle handle);
/** What the roster says may be another. */
void       vigil_focus_sound_refresh (VigilFocusSound *self);
/** Listens, or no longer. @together: without ending whoever else is heard. Says so where it cannot be. */
void       vigil_focus_sound_toggle (VigilFocusSound *self, gboolean together);

G_END_DECLS
