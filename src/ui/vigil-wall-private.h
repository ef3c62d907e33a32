/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall's struct, for the files it is split into: life, tiles, input. */
#pragma once

#include <adwaita.h>

#include "vigil-filter-bar.h"
#include "vigil-paced-model.h"
#include "vigil-tile.h"
#include "vigil-wall.h"

G_BEGIN_DECLS

struct _VigilWall
{
  GtkWidget parent_instance;

  VigilSession       *session;
  VigilScoreSweeper  *sweeper;
  VigilPacedModel    *paced;      /* the view, as the grid sees it */
  GtkSingleSelection *selection;
  GPtrArray          *tiles;      /* by position: the bound VigilTile, or NULL */
  GPtrArray          *mapped;     /* VigilTiles on screen */
  VigilHandle         selected;   /* the person selected, wherever it sits */
  VigilHandle         menu_handle;
  guint               columns;
  guint               wanted_columns;
  guint               columns_id;
  guint               near_id;
  guint               tick_id;
  guint               spin_id;
  guint               unhold_id;
  double              turn;
  gboolean            held;
  gboolean            loading;

  GtkWidget          *box;
  VigilFilterBar     *filters;
  GtkStack           *stack;
  AdwStatusPage      *status;
  GtkWidget          *clear_button;
  GtkScrolledWindow  *scroller;
  GtkGridView        *grid;
  GtkPopoverMenu     *menu;
};

/* vigil-wall-tiles.c: the tiles, who is on screen, what is near */
GtkListItemFactory *vigil_wall_create_factory (VigilWall *self);
void                vigil_wall_watch_candidates (VigilWall *self);
void                vigil_wall_stop_tiles (VigilWall *self);
void                vigil_wall_start_spinner (VigilWall *self);

/* vigil-wall-input.c: zoom, keys, context menu, the hold under a pointer */
void vigil_wall_init_input (VigilWall *self);
void vigil_wall_class_init_input (GtkWidgetClass *widget_class);
void vigil_wall_popup (VigilWall *self, VigilTile *tile, double x, double y);
void vigil_wall_update_columns (VigilWall *self, int width);
void vigil_wall_release_hold (VigilWall *self);

G_END_DECLS
