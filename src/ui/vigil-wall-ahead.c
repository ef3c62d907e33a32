/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The row that is scrolled in next is drawn ahead, a tile at a time, when nothing else is to be done. */
#include "vigil-wall-private.h"

static gboolean
ahead_cb (gpointer user_data)
{
  VigilWall *self = user_data;

  for (guint i = 0; i < self->ahead->len; i++)
    if (vigil_tile_prepare (self->ahead->pdata[i]))
      return G_SOURCE_CONTINUE;
  self->ahead_id = 0;
  return G_SOURCE_REMOVE;
}

/* One that was not on screen since the columns changed still has its former size: what it would draw is of no use. */
static gboolean
is_of_size (VigilWall *self, GtkWidget *tile)
{
  GtkWidget *shown = self->mapped->len > 0 ? self->mapped->pdata[0] : NULL;

  return shown != NULL && gtk_widget_get_width (tile) == gtk_widget_get_width (shown) &&
         gtk_widget_get_height (tile) == gtk_widget_get_height (shown);
}

/* Returns: (transfer container): the tiles of the row past the edge to which it moves. */
static GPtrArray *
collect (VigilWall *self, guint first, guint last)
{
  GPtrArray *tiles = g_ptr_array_new ();

  for (guint i = 1; i <= self->columns && first != G_MAXUINT; i++)
    {
      guint position = !self->upwards ? last + i : first >= i ? first - i : G_MAXUINT;

      if (position < self->tiles->len && self->tiles->pdata[position] != NULL && is_of_size (self, self->tiles->pdata[position]))
        g_ptr_array_add (tiles, self->tiles->pdata[position]);
    }
  return tiles;
}

/* At an end it can only go the other way. */
static void
note_direction (VigilWall *self, guint first, guint last)
{
  if (first == G_MAXUINT)
    return;
  if (first == 0 || last + 1 >= g_list_model_get_n_items (G_LIST_MODEL (self->paced)))
    self->upwards = first > 0;
  else if (first != self->ahead_first)
    self->upwards = first < self->ahead_first;
  self->ahead_first = first;
}

void
vigil_wall_look_ahead (VigilWall *self, guint first, guint last)
{
  GPtrArray *former = self->ahead;

  note_direction (self, first, last);
  self->ahead = collect (self, first, last);
  for (guint i = 0; i < former->len; i++)
    if (!gtk_widget_get_mapped (former->pdata[i]) && !g_ptr_array_find (self->ahead, former->pdata[i], NULL))
      vigil_tile_unprepare (former->pdata[i]);
  g_ptr_array_unref (former);
  if (self->ahead->len > 0 && self->ahead_id == 0)
    self->ahead_id = g_idle_add_full (G_PRIORITY_LOW, ahead_cb, self, NULL);
}

void
vigil_wall_forget_ahead (VigilWall *self, gpointer tile)
{
  g_ptr_array_remove_fast (self->ahead, tile);
}
