/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One look at a candidate is a row of pictures that were decoded and drawn no more than 1.5 s apart, while a tile of theirs was in the
 * window all the time: that is asked at each frame that GTK paints. A row that is scrolled out and in again, or a veil between two pictures, ends it. */
#include "patrol-count.h"

#include <stdlib.h>

#include "vigil-sim-marker.h"
#include "vigil-tile.h"

#define RUN_US (1500 * 1000)

typedef struct
{
  gint64   first_us;
  gint64   last_us;    /* of the last picture drawn */
  gint64   picture_us; /* when that was decoded: the same one drawn again is no other */
  gint64   watched_us;
  gint64   unseen_us;  /* since */
  gint64   longest_us;
  gboolean looking;    /* in sight ever since @last_us */
} Count;

struct _PatrolCount
{
  BenchConsole *console;
  Count        *counts;
  guint         n;
  GHashTable   *tiles;     /* set of VigilTile that have drawn, not referenced */
  gboolean     *in_sight;  /* by candidate, while they are looked for */
  gulong        paint_id;
  guint         drawn, unreadable, wrong;
};

static VigilRoster *
roster_of (PatrolCount *self)
{
  return vigil_session_get_roster (bench_console_get_session (self->console));
}

/* The candidate's number; G_MAXUINT: none of them. */
static guint
number_of (PatrolCount *self, const char *id)
{
  guint number = id != NULL && g_str_has_prefix (id, "s-") ? (guint) atoi (id + 2) : 0;

  return number >= 1 && number <= self->n ? number - 1 : G_MAXUINT;
}

/* Of the tile, how much of it the window shows; asked of the window and the scrolled area. */
static double
share_in_window (VigilTile *tile)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (tile)));
  GtkWidget *scroller = gtk_widget_get_ancestor (GTK_WIDGET (tile), GTK_TYPE_SCROLLED_WINDOW);
  graphene_rect_t bounds, frame, seen;

  if (window == NULL || !gtk_widget_get_mapped (GTK_WIDGET (tile)) || !gtk_widget_compute_bounds (GTK_WIDGET (tile), window, &bounds))
    return 0;
  if (scroller == NULL)
    return 1;
  if (!gtk_widget_compute_bounds (scroller, window, &frame) || !graphene_rect_intersection (&bounds, &frame, &seen))
    return 0;
  return seen.size.width * seen.size.height / (bounds.size.width * bounds.size.height);
}

static void
note_drawn (Count *count, gint64 picture_us, gint64 now_us)
{
  if (picture_us == count->picture_us)
    return;
  if (count->first_us == 0)
    count->first_us = now_us;
  else if (count->looking && now_us - count->last_us <= RUN_US && picture_us - count->picture_us <= RUN_US)
    count->watched_us += now_us - count->last_us;
  if (count->unseen_us != 0)
    count->longest_us = MAX (count->longest_us, now_us - count->unseen_us);
  count->picture_us = picture_us;
  count->last_us = count->unseen_us = now_us;
  count->looking = TRUE;
}

static void
tile_gone_cb (gpointer user_data, GObject *tile)
{
  g_hash_table_remove (((PatrolCount *) user_data)->tiles, tile);
}

static void
drew_cb (VigilTile *tile, const char *id, VigilFrame *frame, const char *why, gpointer user_data)
{
  PatrolCount *self = user_data;
  guint number = number_of (self, id), look = 0, behaviour = 0;

  if (g_hash_table_add (self->tiles, tile))
    g_object_weak_ref (G_OBJECT (tile), tile_gone_cb, self);
  if (share_in_window (tile) < 0.5)
    return;
  if (frame == NULL || !g_str_equal (why, "live") || g_get_monotonic_time () - frame->decoded_us > RUN_US)
    {
      if (number != G_MAXUINT)
        self->counts[number].looking = FALSE;
      return;
    }
  self->drawn++;
  if (!vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    self->unreadable++;
  else if (look >= self->n || number != look)
    self->wrong++;
  else
    note_drawn (&self->counts[look], frame->decoded_us, g_get_monotonic_time ());
}

/* Who has a tile in the window now; whoever has none is not looked at any more. */
static void
painted_cb (GdkFrameClock *clock, gpointer user_data)
{
  PatrolCount *self = user_data;
  GHashTableIter iter;
  gpointer tile;

  for (guint i = 0; i < self->n; i++)
    self->in_sight[i] = FALSE;
  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, &tile, NULL))
    if (share_in_window (tile) >= 0.5)
      {
        const VigilCandidate *candidate = vigil_roster_get (roster_of (self), vigil_tile_get_handle (tile));
        guint number = number_of (self, candidate != NULL ? candidate->id : NULL);

        if (number != G_MAXUINT)
          self->in_sight[number] = TRUE;
      }
  for (guint i = 0; i < self->n; i++)
    self->counts[i].looking = self->counts[i].looking && self->in_sight[i];
}

PatrolCount *
patrol_count_new (BenchConsole *console, guint candidates)
{
  PatrolCount *self = g_new0 (PatrolCount, 1);

  self->console = console;
  self->n = candidates;
  self->counts = g_new0 (Count, candidates);
  self->in_sight = g_new0 (gboolean, candidates);
  self->tiles = g_hash_table_new (NULL, NULL);
  self->paint_id = g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (bench_console_get_window (console))), "after-paint",
                                     G_CALLBACK (painted_cb), self);
  vigil_tile_set_draw_probe (drew_cb, self);
  return self;
}

void
patrol_count_stop (PatrolCount *self)
{
  GHashTableIter iter;
  gpointer tile;

  if (self->paint_id == 0)
    return;
  vigil_tile_set_draw_probe (NULL, NULL);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (GTK_WIDGET (bench_console_get_window (self->console))), self->paint_id);
  self->paint_id = 0;
  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, &tile, NULL))
    {
      g_object_weak_unref (G_OBJECT (tile), tile_gone_cb, self);
      /* It tells the ledger once a second: else what the last of them held would be missing there. */
      if (gtk_widget_get_mapped (tile))
        vigil_tile_tick (tile);
    }
  g_hash_table_remove_all (self->tiles);
}

void
patrol_count_free (PatrolCount *self)
{
  patrol_count_stop (self);
  g_hash_table_unref (self->tiles);
  g_free (self->in_sight);
  g_free (self->counts);
  g_free (self);
}

const VigilCandidate *
patrol_count_get_candidate (PatrolCount *self, guint i)
{
  g_autofree char *id = g_strdup_printf ("s-%05u", i + 1);

  return vigil_roster_lookup (roster_of (self), id);
}

/* From the first camera on the clock runs, whatever becomes of it: nobody has it off here for longer than an SFU takes to start again. */
void
patrol_count_look (PatrolCount *self)
{
  gint64 now_us = g_get_monotonic_time ();

  for (guint i = 0; i < self->n; i++)
    {
      const VigilCandidate *candidate = patrol_count_get_candidate (self, i);

      if (self->counts[i].unseen_us == 0 && candidate != NULL && candidate->present && candidate->connected && candidate->is_streaming)
        self->counts[i].unseen_us = now_us;
    }
}

void
patrol_count_get_pictures (PatrolCount *self, guint *drawn, guint *unreadable, guint *wrong)
{
  *drawn = self->drawn;
  *unreadable = self->unreadable;
  *wrong = self->wrong;
}

gboolean
patrol_count_get (PatrolCount *self, guint i, double *watched_s, double *unseen_s)
{
  const Count *count = &self->counts[i];
  gint64 unseen_us = count->unseen_us != 0 ? g_get_monotonic_time () - count->unseen_us : 0;

  *watched_s = (double) count->watched_us / G_USEC_PER_SEC;
  *unseen_s = (double) MAX (count->longest_us, unseen_us) / G_USEC_PER_SEC;
  return count->first_us != 0;
}
