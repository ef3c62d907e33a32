/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The struct of a view's window, for the files it is split into: life, and what a second wall needs. */
#pragma once

#include "vigil-room-menu.h"
#include "vigil-view-window.h"

G_BEGIN_DECLS

struct _VigilViewWindow
{
  AdwWindow parent_instance;

  VigilViewKind       kind;
  guint               number;        /* of a second wall */
  GSimpleActionGroup *actions;
  GtkWidget          *child;
  AdwHeaderBar       *header;
  VigilTroubleBanner *banner;
  AdwToastOverlay    *toasts;

  /* Of a second wall. */
  VigilSession       *session;       /* nullable */
  GtkEditable        *search_entry;  /* nullable */
  gboolean            searched;      /* the filter had a search when we last saw it */
  VigilRoomMenu      *room_menu;     /* nullable */
};

/** What orders and filters the wall stays behind when the wall goes. */
void vigil_view_window_drop_wall_tools (VigilViewWindow *self);

G_END_DECLS
