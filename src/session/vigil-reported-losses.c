/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was reported without a face, or with a dark camera, until that is over. */

#include "vigil-reported-losses.h"

#include "vigil-clock.h"

#define ASK_MS 1000
#define N_WHATS 4

typedef struct
{
  VigilHandle  handle;
  guint        what;
  guint32      flag;
  guint        ttl_s;
  gint64       first_ms;
  gint64       last_ms;   /* the latest report */
} Report;

struct _VigilReportedLosses
{
  VigilScoreStore   *store;
  VigilReportedFunc  func;
  gpointer           user_data;

  GHashTable        *reports;  /* handle and what, packed → Report, owned */
  gboolean           live;
  guint              old_ms;
  guint              timer;
};

static gpointer
pack (VigilHandle handle,
      guint       what)
{
  return GSIZE_TO_POINTER ((gsize) handle * N_WHATS + what + 1);
}

VigilReportedLosses *
vigil_reported_losses_new (VigilScoreStore   *store,
                           VigilReportedFunc  func,
                           gpointer           user_data)
{
  VigilReportedLosses *self = g_new0 (VigilReportedLosses, 1);

  self->store = g_object_ref (store);
  self->func = func;
  self->user_data = user_data;
  self->reports = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
vigil_reported_losses_free (VigilReportedLosses *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_unref (self->reports);
  g_object_unref (self->store);
  g_free (self);
}

/* A score of after the report that does not have the flag says so; without scores, silence does.
 * Returns: since when it is known; 0: it is not over. */
static gint64
get_over_ms (VigilReportedLosses *self,
             const Report        *report,
             gint64               now_ms)
{
  VigilScore score;

  vigil_score_store_read (self->store, report->handle, &score);
  if (score.at_ms > report->last_ms)
    return score.flags & report->flag ? 0 : MIN (score.at_ms, now_ms);

  return score.score < 0 && now_ms - report->last_ms > (gint64) report->ttl_s * 2000 ? now_ms : 0;
}

static gboolean
ask_cb (gpointer user_data)
{
  VigilReportedLosses *self = user_data;
  gint64 now_ms = vigil_clock_hall_ms ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->reports);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Report *report = value;
      gint64 over_ms = get_over_ms (self, report, now_ms);

      if ((over_ms != 0 || now_ms - report->first_ms > self->old_ms) &&
          self->func (self->user_data, report->handle, report->what, over_ms != 0, over_ms != 0 ? over_ms : now_ms))
        g_hash_table_iter_remove (&iter);
    }

  if (g_hash_table_size (self->reports) > 0)
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
update_timer (VigilReportedLosses *self)
{
  gboolean wanted = self->live && g_hash_table_size (self->reports) > 0;

  if (wanted && self->timer == 0)
    self->timer = g_timeout_add (ASK_MS, ask_cb, self);
  else if (!wanted)
    g_clear_handle_id (&self->timer, g_source_remove);
}

void
vigil_reported_losses_note (VigilReportedLosses *self,
                            VigilHandle          handle,
                            guint                what,
                            guint32              flag,
                            guint                ttl_s,
                            gint64               at_ms)
{
  Report *report = g_hash_table_lookup (self->reports, pack (handle, what));

  g_return_if_fail (what < N_WHATS);

  if (report == NULL)
    {
      report = g_new0 (Report, 1);
      *report = (Report) { handle, what, flag, ttl_s, at_ms, at_ms };
      g_hash_table_insert (self->reports, pack (handle, what), report);
    }
  report->last_ms = MAX (report->last_ms, at_ms);
  update_timer (self);
}

void
vigil_reported_losses_forget (VigilReportedLosses *self,
                              VigilHandle          handle)
{
  for (guint what = 0; what < N_WHATS; what++)
    g_hash_table_remove (self->reports, pack (handle, what));
  update_timer (self);
}

void
vigil_reported_losses_clear (VigilReportedLosses *self)
{
  g_hash_table_remove_all (self->reports);
  update_timer (self);
}

void
vigil_reported_losses_set_live (VigilReportedLosses *self,
                                gboolean             live)
{
  self->live = live;
  update_timer (self);
}

void
vigil_reported_losses_set_old (VigilReportedLosses *self,
                               guint                old_ms)
{
  self->old_ms = old_ms;
}
