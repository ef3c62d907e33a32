/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the pages of a roster in, a few milliseconds at a time. */
#include "vigil-roster-intake.h"

#include "vigil-metrics.h"

#define PORTION_ROWS 20
#define SLICE_US 2000
/* A timeout and not an idle: a wall that is being scrolled is never idle, and must fill all the same. */
#define PAUSE_MS 4

struct _VigilRosterIntake
{
  VigilRosterIntakeFunc  func;
  void                 (*idle_func) (gpointer user_data);
  gpointer               user_data;

  GQueue                 pages;   /* VigilRosterPage, owned */
  guint                  done;    /* rows of the first one */
  guint                  timer;
  guint                  clears;  /* so that a slice notices one in its middle */
  VigilHistogram        *slices;
};

VigilRosterIntake *
vigil_roster_intake_new (VigilRosterIntakeFunc   func,
                         void                  (*idle_func) (gpointer user_data),
                         gpointer                user_data)
{
  VigilRosterIntake *self = g_new0 (VigilRosterIntake, 1);

  self->func = func;
  self->idle_func = idle_func;
  self->user_data = user_data;
  g_queue_init (&self->pages);
  self->slices = vigil_metrics_histogram ("vigil_roster_slice", "ms", "One go at applying roster rows on the main thread");
  return self;
}

void
vigil_roster_intake_clear (VigilRosterIntake *self)
{
  g_queue_clear_full (&self->pages, (GDestroyNotify) vigil_roster_page_free);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->done = 0;
  self->clears++;
}

void
vigil_roster_intake_free (VigilRosterIntake *self)
{
  vigil_roster_intake_clear (self);
  g_free (self);
}

/* Returns: FALSE if it was cleared meanwhile. */
static gboolean
take_portion (VigilRosterIntake *self)
{
  VigilRosterPage *page = g_queue_peek_head (&self->pages);
  guint first = self->done;
  guint n = MIN (PORTION_ROWS, page->candidates->len - first);
  guint clears = self->clears;

  self->done += n;
  if (self->done < page->candidates->len)
    {
      self->func (self->user_data, page, first, n);
      return self->clears == clears;
    }

  /* Ours alone from here on: who hears of its last row may clear us. */
  g_queue_pop_head (&self->pages);
  self->done = 0;
  self->func (self->user_data, page, first, n);
  vigil_roster_page_free (page);
  return self->clears == clears;
}

static void
take_slice (VigilRosterIntake *self)
{
  gint64 began_us = g_get_monotonic_time ();
  gint64 now_us = began_us;

  while (!g_queue_is_empty (&self->pages) && now_us - began_us < SLICE_US)
    {
      if (!take_portion (self))
        return;
      now_us = g_get_monotonic_time ();
    }
  vigil_histogram_add (self->slices, (double) (now_us - began_us) / 1000);
}

static gboolean
slice_cb (gpointer user_data)
{
  VigilRosterIntake *self = user_data;
  guint clears = self->clears;

  take_slice (self);
  if (self->clears != clears)
    return G_SOURCE_REMOVE; /* the timer went with it */
  if (!g_queue_is_empty (&self->pages))
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  self->idle_func (self->user_data);
  return G_SOURCE_REMOVE;
}

void
vigil_roster_intake_add (VigilRosterIntake *self,
                         VigilRosterPage   *page)
{
  guint clears = self->clears;

  g_queue_push_tail (&self->pages, page);
  if (self->timer != 0)
    return;

  take_slice (self);
  if (self->clears != clears)
    return;
  if (g_queue_is_empty (&self->pages))
    self->idle_func (self->user_data);
  else
    self->timer = g_timeout_add (PAUSE_MS, slice_cb, self);
}

guint
vigil_roster_intake_get_n_pages (VigilRosterIntake *self)
{
  return g_queue_get_length (&self->pages);
}
