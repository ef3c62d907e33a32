/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What patrol is at, in words, with a way to end it; floats over the wall. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-patrol.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_PATROL_BAR (vigil_patrol_bar_get_type ())
G_DECLARE_FINAL_TYPE (VigilPatrolBar, vigil_patrol_bar, VIGIL, PATROL_BAR, GtkWidget)

typedef struct
{
  VigilPatrolState state;
  guint            page;     /* from 1 on */
  guint            n_pages;
  guint            seconds;  /* until it goes on; 0: nobody knows */
  guint            n_blind;  /* on this wall, who have no camera that could be seen */
} VigilPatrolStatus;

GtkWidget  *vigil_patrol_bar_new (void);

/** Hidden while it is off. */
void        vigil_patrol_bar_show (VigilPatrolBar *self, const VigilPatrolStatus *status);

/** What it says, NULL: nothing; for tests. */
const char *vigil_patrol_bar_get_text (VigilPatrolBar *self);

G_END_DECLS
