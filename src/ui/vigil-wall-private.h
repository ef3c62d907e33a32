/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall's struct, for the files it is split into: life, tiles, input. */
#pragma once

#include <adwaita.h>

#include "vigil-filter-bar.h"
#include "vigil-paced-model.h"
#include "vigil-lane.h"
#include "vigil-patrol-bar.h"
#include "vigil-promotion-lane.h"
#include "vigil-tile.h"
#include "vigil-wall.h"

G_BEGIN_DECLS

struct _VigilWall
{
  GtkWidget parent_instance;

  VigilSession       *session;
  VigilRosterView    *view;       /* the session's, or a second wall's own */
  VigilScoreSweeper  *sweeper;
  VigilPacedModel    *paced;      /* the view, as the grid sees it */
  GtkSingleSelection *selection;
  VigilLane          *risers;
  GPtrArray          *tiles;      /* by position: the bound VigilTile, or NULL */
  GPtrArray          *mapped;     /* VigilTiles on screen */
  GPtrArray          *ahead;      /* VigilTiles that are drawn ahead, or are to be */
  guint               ahead_id;
  guint               ahead_first; /* the first position on screen when it was last looked */
  gboolean            upwards;     /* it moved that way last */
  double              drawn_at;    /* how far it was scrolled when it was drawn last */
  VigilHandle         selected;   /* the person selected, wherever it sits */
  VigilHandle         menu_handle;
  char               *menu_room;  /* of the card whose menu is open; NULL: none */
  guint               columns;
  guint               wanted_columns;
  guint               columns_id;
  guint               top_id;
  guint               near_id;
  guint               tick_id;
  guint               spin_id;
  guint               unhold_id;
  double              turn;
  gboolean            held;
  gboolean            loading;

  VigilPatrol        *patrol;
  VigilPatrolBar     *patrol_bar;
  guint               patrol_id;    /* 0: it is off */
  guint               patrol_page;  /* that is shown; G_MAXUINT: none */
  guint               patrol_pages;
  guint               patrol_places; /* of a page */
  VigilHandle         patrol_selected; /* whose being selected was noticed */
  guint               patrol_blind; /* on the wall, who cannot be seen */
  gint64              patrol_turned_us;
  double              pointer_x;
  double              pointer_y;

  GtkWidget          *box;
  VigilFilterBar     *filters;
  VigilPromotionLane *lane;
  GtkStack           *stack;
  AdwStatusPage      *status;
  GtkWidget          *clear_button;
  GtkScrolledWindow  *scroller;
  GtkGridView        *grid;
  GtkPopoverMenu     *menu;
};

/* vigil-wall.c */
/** Whether it is the one that the session's view is shown on: patrol and what is kept ready past the edges are its. */
gboolean vigil_wall_is_first (VigilWall *self);

/* vigil-wall-tiles.c: the tiles, who is on screen, what is near */
GtkListItemFactory *vigil_wall_create_factory (VigilWall *self);
void                vigil_wall_watch_candidates (VigilWall *self);
void                vigil_wall_stop_tiles (VigilWall *self);
/** What else is done once a second: settings are read, ages are reckoned. */
void                vigil_wall_tick_tiles (VigilWall *self);
/** After each frame in which it was scrolled: who is under an edge now is not watched any more, however soon it comes back. */
void vigil_wall_look_again (VigilWall *self);
void                vigil_wall_start_spinner (VigilWall *self);
/** Connects to what a tile of the wall or of the lane asks for. */
void                vigil_wall_watch_tile (VigilWall *self, VigilTile *tile);

/* vigil-wall-ahead.c: drawing ahead who is scrolled in next */
/** @first, @last: positions on screen; G_MAXUINT and 0: none. */
void vigil_wall_look_ahead (VigilWall *self, guint first, guint last);
/** The tile is nobody's any more, and may go. */
void vigil_wall_forget_ahead (VigilWall *self, gpointer tile);

/* vigil-wall-lane.c: those who rise, beside the grid */
GtkWidget *vigil_wall_build_lane (VigilWall *self);
void       vigil_wall_update_lane (VigilWall *self);
gboolean   vigil_wall_is_at_top (VigilWall *self);
/** It was at its beginning before it was laid out anew. */
void       vigil_wall_keep_top  (VigilWall *self);
void       vigil_wall_focus_grid (VigilWall *self);

/* vigil-wall-patrol.c: pages, one after the other */
GtkWidget *vigil_wall_build_patrol (VigilWall *self);
void       vigil_wall_stop_patrol  (VigilWall *self);
void       vigil_wall_class_init_patrol (GtkWidgetClass *widget_class);

/* vigil-wall-sections.c: cards of rooms and what is done with them */
/** Return or a click on what is in a position: folds a card, opens a candidate. */
void vigil_wall_activate (VigilWall *self, guint position);
void vigil_wall_popup_card (VigilWall *self, VigilTile *tile, double x, double y);
void vigil_wall_class_init_sections (GtkWidgetClass *widget_class);

/* vigil-wall-input.c: zoom, keys, context menu, the hold under a pointer */
void vigil_wall_init_input (VigilWall *self);
void vigil_wall_class_init_input (GtkWidgetClass *widget_class);
void vigil_wall_popup (VigilWall *self, VigilTile *tile, double x, double y);
void vigil_wall_show_menu (VigilWall *self, VigilTile *tile, double x, double y, GMenuModel *model);
/** No ranking while the pointer is on @widget. */
void vigil_wall_hold_under_pointer (VigilWall *self, GtkWidget *widget);
/** The keys of a candidate work while the focus is in @widget. */
void vigil_wall_take_keys (VigilWall *self, GtkWidget *widget);
void vigil_wall_update_columns (VigilWall *self, int width);
void vigil_wall_release_hold (VigilWall *self);

G_END_DECLS
