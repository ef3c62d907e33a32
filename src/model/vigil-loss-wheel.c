/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who lost something lately, counted by group in sliding windows.
 *
 * A ring of steps, each a list of losses. When the ring moves on by one, exactly one list leaves each
 * window: a loss costs a few additions in all, however many there are. */

#include "vigil-loss-wheel.h"

#include <string.h>

struct _VigilLossWheel
{
  VigilLost      lost;
  VigilLossFunc  func;
  gpointer       user_data;

  guint          length[VIGIL_N_WINDOWS];  /* in steps */
  guint          n_buckets;
  guint32       *buckets;                  /* first loss of each step */
  gint64         step;                     /* the present one */

  GArray        *losses;                   /* VigilLoss; the first one stands for none */
  guint32        spare;                    /* list of unused ones, by next */
  GArray        *hits[VIGIL_WINDOW_BREAK][VIGIL_N_GROUPINGS]; /* guint32 by group id */
  guint          total[VIGIL_WINDOW_BREAK];
};

static VigilLoss *
peek (VigilLossWheel *self,
      guint32         number)
{
  return &g_array_index (self->losses, VigilLoss, number);
}

VigilLossWheel *
vigil_loss_wheel_new (const VigilIncidentParams *params,
                      VigilLost                  lost,
                      VigilLossFunc              func,
                      gpointer                   user_data)
{
  VigilLossWheel *self = g_new0 (VigilLossWheel, 1);

  self->lost = lost;
  self->func = func;
  self->user_data = user_data;
  self->length[VIGIL_WINDOW_BURST] = MAX (params->window_ms / VIGIL_LOSS_STEP_MS, 1);
  self->length[VIGIL_WINDOW_HOLD] = MAX (params->hold_ms / VIGIL_LOSS_STEP_MS, self->length[VIGIL_WINDOW_BURST] + 1);
  self->length[VIGIL_WINDOW_BREAK] = MAX (params->break_ms / VIGIL_LOSS_STEP_MS, self->length[VIGIL_WINDOW_HOLD] + 1);
  self->n_buckets = self->length[VIGIL_WINDOW_BREAK];
  self->buckets = g_new0 (guint32, self->n_buckets);
  self->losses = g_array_new (FALSE, TRUE, sizeof (VigilLoss));
  g_array_set_size (self->losses, 1);
  for (VigilLossWindow window = 0; window < VIGIL_WINDOW_BREAK; window++)
    for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
      self->hits[window][shared] = g_array_new (FALSE, TRUE, sizeof (guint32));
  return self;
}

void
vigil_loss_wheel_free (VigilLossWheel *self)
{
  for (VigilLossWindow window = 0; window < VIGIL_WINDOW_BREAK; window++)
    for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
      g_array_unref (self->hits[window][shared]);
  g_array_unref (self->losses);
  g_free (self->buckets);
  g_free (self);
}

void
vigil_loss_wheel_reset (VigilLossWheel *self,
                        gint64          now_ms)
{
  memset (self->buckets, 0, self->n_buckets * sizeof *self->buckets);
  g_array_set_size (self->losses, 1);
  self->spare = 0;
  self->step = now_ms / VIGIL_LOSS_STEP_MS;
  for (VigilLossWindow window = 0; window < VIGIL_WINDOW_BREAK; window++)
    {
      self->total[window] = 0;
      for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
        g_array_set_size (self->hits[window][shared], 0);
    }
}

static void
count (VigilLossWheel  *self,
       const VigilLoss *loss,
       VigilLossWindow  window,
       int              by)
{
  if (window == VIGIL_WINDOW_BREAK || !(loss->windows & 1 << window))
    return;

  self->total[window] += by;
  for (VigilShared shared = 0; shared < VIGIL_N_GROUPINGS; shared++)
    {
      GArray *hits = self->hits[window][shared];
      guint32 id = loss->groups.id[shared];

      if (id >= hits->len)
        g_array_set_size (hits, id + 1);
      g_array_index (hits, guint32, id) += by;
    }
}

static void
leave (VigilLossWheel  *self,
       VigilLoss       *loss,
       VigilLossWindow  window)
{
  if (!(loss->windows & 1 << window))
    return;

  count (self, loss, window, -1);
  loss->windows &= ~(1 << window);
  self->func (self->user_data, self->lost, loss, window);
}

static void
give_back (VigilLossWheel *self,
           guint32         number)
{
  VigilLoss *loss = peek (self, number);

  *loss = (VigilLoss) { .next = self->spare, .handle = VIGIL_HANDLE_NONE };
  self->spare = number;
}

static void
empty (VigilLossWheel *self,
       guint           bucket)
{
  guint32 next;

  for (guint32 number = self->buckets[bucket]; number != 0; number = next)
    {
      next = peek (self, number)->next;
      leave (self, peek (self, number), VIGIL_WINDOW_BREAK);
      give_back (self, number);
    }
  self->buckets[bucket] = 0;
}

gboolean
vigil_loss_wheel_step (VigilLossWheel *self,
                       gint64          now_ms)
{
  if (self->step >= now_ms / VIGIL_LOSS_STEP_MS)
    return FALSE;

  self->step++;
  for (VigilLossWindow window = 0; window < VIGIL_WINDOW_BREAK; window++)
    {
      gint64 left = self->step - self->length[window];
      guint32 number = left >= 0 ? self->buckets[left % self->n_buckets] : 0;

      for (; number != 0; number = peek (self, number)->next)
        leave (self, peek (self, number), window);
    }
  /* The ring is as long as the last window: what was in this place leaves it. */
  empty (self, self->step % self->n_buckets);
  return TRUE;
}

static guint32
take_spare (VigilLossWheel *self)
{
  guint32 number = self->spare;

  if (number != 0)
    {
      self->spare = peek (self, number)->next;
      return number;
    }

  g_array_set_size (self->losses, self->losses->len + 1);
  return self->losses->len - 1;
}

guint32
vigil_loss_wheel_add (VigilLossWheel            *self,
                      VigilHandle                handle,
                      const VigilIncidentGroups *groups,
                      gint64                     at_ms)
{
  gint64 step = MIN (at_ms / VIGIL_LOSS_STEP_MS, self->step);
  gint64 age = self->step - step;
  guint32 number;
  VigilLoss *loss;

  if (step < 0 || age >= self->length[VIGIL_WINDOW_BREAK])
    return 0;

  number = take_spare (self);
  loss = peek (self, number);
  *loss = (VigilLoss) { .at_ms = at_ms, .groups = *groups, .handle = handle, .bucket = step % self->n_buckets };
  loss->next = self->buckets[loss->bucket];
  if (loss->next != 0)
    peek (self, loss->next)->previous = number;
  self->buckets[loss->bucket] = number;
  for (VigilLossWindow window = 0; window < VIGIL_N_WINDOWS; window++)
    if (age < self->length[window])
      {
        loss->windows |= 1 << window;
        count (self, loss, window, 1);
      }
  return number;
}

void
vigil_loss_wheel_remove (VigilLossWheel *self,
                         guint32         number)
{
  VigilLoss *loss = peek (self, number);

  if (loss->previous != 0)
    peek (self, loss->previous)->next = loss->next;
  else
    self->buckets[loss->bucket] = loss->next;
  if (loss->next != 0)
    peek (self, loss->next)->previous = loss->previous;
  if (!loss->aside)
    for (VigilLossWindow window = 0; window < VIGIL_WINDOW_BREAK; window++)
      count (self, loss, window, -1);
  give_back (self, number);
}

VigilLoss *
vigil_loss_wheel_get (VigilLossWheel *self,
                      guint32         number)
{
  return number != 0 ? peek (self, number) : NULL;
}

guint
vigil_loss_wheel_get_hits (VigilLossWheel  *self,
                           VigilLossWindow  window,
                           VigilShared      shared,
                           guint32          id)
{
  GArray *hits;

  if (shared == VIGIL_SHARED_EXAM)
    return self->total[window];

  hits = self->hits[window][shared];
  return id < hits->len ? g_array_index (hits, guint32, id) : 0;
}

void
vigil_loss_wheel_set_aside (VigilLossWheel *self,
                            guint32         number,
                            gboolean        aside)
{
  VigilLoss *loss = peek (self, number);

  if (loss->aside == (aside != FALSE))
    return;

  loss->aside = aside != FALSE;
  for (VigilLossWindow window = 0; window < VIGIL_WINDOW_BREAK; window++)
    count (self, loss, window, aside ? -1 : 1);
}

guint32
vigil_loss_wheel_next (VigilLossWheel *self,
                       guint32         number)
{
  guint oldest = (self->step + 1) % self->n_buckets;
  guint bucket = self->step % self->n_buckets;

  if (number != 0)
    {
      const VigilLoss *loss = peek (self, number);

      if (loss->next != 0 || loss->bucket == oldest)
        return loss->next;
      bucket = (loss->bucket + self->n_buckets - 1) % self->n_buckets;
    }

  while (self->buckets[bucket] == 0 && bucket != oldest)
    bucket = (bucket + self->n_buckets - 1) % self->n_buckets;
  return self->buckets[bucket];
}
