/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of 24 feeds come 360 times a second, each at its own moment, and waking a thread costs as much as a good
 * part of decoding one. So a thread that has no more to do looks once more after a moment before it sleeps until it is
 * woken, and meanwhile nobody wakes anybody. One rests like that, never two. What it finds it does together where that
 * can be, else one after the other; should it be stuck with the first, those who sleep look after the rest. */
#include "vigil-decode-pool.h"

/* A wall is painted every 50 ms: nobody sees a picture come this much later. The first of a feed is not rested upon. */
#define REST_US (10 * 1000)

/* A thread that works may never come back: what was left to it waits no longer than this. */
#define LOOK_US (250 * 1000)

/* So many jobs end a rest, and have another thread woken beside one that works. */
#define BACKLOG VIGIL_DECODE_TOGETHER_MAX

/* What one thread has in hand. */
typedef struct
{
  gpointer objects[VIGIL_DECODE_TOGETHER_MAX];
  guint    n;
  gboolean stuck; /* with the pool's lock: another thread was made in its place */
} Turn;

struct _VigilDecodePool
{
  gatomicrefcount ref_count; /* one for the owner's references, one for each thread */

  /* immutable */
  VigilDecodeFunc  func;
  VigilDecodeJoins joins; /* nullable: none does */
  guint            n_threads;

  /* atomic */
  gint n_owners;

  GMutex lock;
  GCond  work;    /* for those who sleep */
  GCond  rested;  /* for the one who rests */

  /* with the lock */
  GQueue     jobs;
  GPtrArray *running; /* borrowed Turn: what the threads are at */
  guint    n_sleeping;
  guint    n_working; /* turns that are not stuck */
  gboolean resting;
  gboolean hurry;     /* an urgent job waits: nobody rests */
  gboolean behind;    /* jobs came back that had waited already */
  gboolean ending;
};

static void
drop (VigilDecodePool *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_queue_clear_full (&self->jobs, g_object_unref);
  g_ptr_array_unref (self->running);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->work);
  g_cond_clear (&self->rested);
  g_free (self);
}

static void
rest_locked (VigilDecodePool *self)
{
  gint64 end = g_get_monotonic_time () + REST_US;

  self->resting = TRUE;
  while (self->jobs.length < BACKLOG && !self->hurry && !self->ending && g_cond_wait_until (&self->rested, &self->lock, end))
    ;
  self->resting = FALSE;
}

static void
sleep_locked (VigilDecodePool *self)
{
  self->n_sleeping++;
  while (self->jobs.length == 0 && !self->ending)
    g_cond_wait_until (&self->work, &self->lock, g_get_monotonic_time () + LOOK_US);
  self->n_sleeping--;
}

static gboolean
can_join (VigilDecodePool *self,
          gpointer         object)
{
  return self->joins != NULL && self->joins (object);
}

/* The first, and what behind it joins it; no more than a half of what came back, for there is another thread. Returns whether there
 * is any. */
static gboolean
pop_locked (VigilDecodePool *self,
            Turn            *turn)
{
  gpointer next = g_queue_pop_head (&self->jobs);
  gboolean more = next != NULL && can_join (self, next);
  guint most = self->behind ? MIN (self->jobs.length / 2 + 1, VIGIL_DECODE_TOGETHER_MAX) : VIGIL_DECODE_TOGETHER_MAX;

  for (turn->n = 0; next != NULL; next = more ? g_queue_pop_head (&self->jobs) : NULL)
    {
      turn->objects[turn->n++] = next;
      more = more && turn->n < most && self->jobs.length > 0 &&
             can_join (self, g_queue_peek_head (&self->jobs));
    }
  self->hurry = self->hurry && self->jobs.length > 0;
  self->behind = self->behind && self->jobs.length > 0;
  if (turn->n > 0)
    {
      g_ptr_array_add (self->running, turn);
      self->n_working++;
    }

  return turn->n > 0;
}

/* Returns FALSE at the end, when all that was queued is done. */
static gboolean
take (VigilDecodePool *self,
      gboolean         worked,
      Turn            *turn)
{
  gboolean some, wake, behind;

  g_mutex_lock (&self->lock);
  if (self->jobs.length == 0 && worked && !self->resting)
    rest_locked (self);
  if (self->jobs.length == 0)
    sleep_locked (self);
  behind = self->behind;
  some = pop_locked (self, turn);
  wake = behind && self->jobs.length > 0 && self->n_sleeping > 0;
  g_mutex_unlock (&self->lock);

  if (wake)
    g_cond_signal (&self->work);

  return some;
}

/* Returns whether there is another thread in place of this one by now. */
static gboolean
note_end (VigilDecodePool *self,
          Turn            *turn)
{
  gboolean replaced;

  g_mutex_lock (&self->lock);
  g_ptr_array_remove (self->running, turn);
  replaced = turn->stuck;
  self->n_working -= !replaced;
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < turn->n; i++)
    g_object_unref (turn->objects[i]);
  return replaced;
}

static gpointer
run (gpointer data)
{
  VigilDecodePool *self = data;
  gboolean worked = FALSE, replaced = FALSE;
  Turn turn = { .n = 0 };

  while (!replaced && take (self, worked, &turn))
    {
      self->func (turn.objects, turn.n);
      replaced = note_end (self, &turn);
      worked = TRUE;
    }
  drop (self);

  return NULL;
}

static void
add_thread (VigilDecodePool *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  g_thread_unref (g_thread_new ("vigil-decode", run, self));
}

/**
 * vigil_decode_pool_new:
 * @n_threads: at least 2, or one slow feed would hold up all others; 0: one per core, 2 to 4
 * @func: what to do with objects that were pushed
 * @joins: (nullable): which of them may be done together; %NULL: none
 *
 * Returns: (transfer full): a pool with its threads running
 */
VigilDecodePool *
vigil_decode_pool_new (guint            n_threads,
                       VigilDecodeFunc  func,
                       VigilDecodeJoins joins)
{
  VigilDecodePool *self = g_new0 (VigilDecodePool, 1);

  if (n_threads == 0)
    n_threads = CLAMP (g_get_num_processors (), 2, 4);

  g_atomic_ref_count_init (&self->ref_count);
  self->n_owners = 1;
  self->func = func;
  self->joins = joins;
  self->n_threads = n_threads;
  self->running = g_ptr_array_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->work);
  g_cond_init (&self->rested);
  for (guint i = 0; i < n_threads; i++)
    add_thread (self);

  return self;
}

/**
 * vigil_decode_pool_ref:
 *
 * Returns: (transfer full): @self
 */
VigilDecodePool *
vigil_decode_pool_ref (VigilDecodePool *self)
{
  g_atomic_int_inc (&self->n_owners);
  return self;
}

/**
 * vigil_decode_pool_unref:
 *
 * With the last reference the threads end after the work that is queued. Nobody
 * waits for them: the last one may go on a thread of the pool or on the main
 * thread.
 */
void
vigil_decode_pool_unref (VigilDecodePool *self)
{
  if (!g_atomic_int_dec_and_test (&self->n_owners))
    return;

  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  g_cond_broadcast (&self->work);
  g_cond_broadcast (&self->rested);
  g_mutex_unlock (&self->lock);
  drop (self);
}

/**
 * vigil_decode_pool_push:
 * @object: (transfer none): a GObject; a reference is held until its turn is over
 * @urgent: somebody waits for it: it is done before others, and at once
 *
 * Never blocks. Who is at work sees to a few more when it is done: nobody else is woken for them unless it is urgent.
 */
void
vigil_decode_pool_push (VigilDecodePool *self,
                        gpointer         object,
                        gboolean         urgent)
{
  GCond *wake = NULL;

  g_mutex_lock (&self->lock);
  if (urgent)
    g_queue_push_head (&self->jobs, g_object_ref (object));
  else
    g_queue_push_tail (&self->jobs, g_object_ref (object));
  if (self->resting)
    wake = self->jobs.length == BACKLOG || (urgent && !self->hurry) ? &self->rested : NULL;
  else if (self->n_sleeping > 0 && (self->n_working == 0 || urgent || self->jobs.length >= BACKLOG))
    wake = &self->work;
  self->hurry |= urgent;
  g_mutex_unlock (&self->lock);

  /* Outside of the lock, which the woken would else wait for at once. The caller holds a reference. */
  if (wake != NULL)
    g_cond_signal (wake);
}

/**
 * vigil_decode_pool_push_back:
 * @object: (transfer none): of the present turn: there is more to be done of it
 * @late: and it has waited
 *
 * At the end of the line. When some are late another thread is woken for a half of what waits. Called by what the pool runs.
 */
void
vigil_decode_pool_push_back (VigilDecodePool *self,
                             gpointer         object,
                             gboolean         late)
{
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->jobs, g_object_ref (object));
  self->behind |= late;
  g_mutex_unlock (&self->lock);
}

/* The newest: of an older one it may be done already. */
static Turn *
find_turn_locked (VigilDecodePool *self,
                  gpointer         object)
{
  for (guint i = self->running->len; i > 0; i--)
    {
      Turn *turn = self->running->pdata[i - 1];

      for (guint j = 0; j < turn->n; j++)
        if (turn->objects[j] == object)
          return turn;
    }

  return NULL;
}

/**
 * vigil_decode_pool_replace_thread:
 * @object: (transfer none): what a thread is stuck with
 *
 * Adds a thread in place of that one, which ends should it ever come back. Does nothing if it is back already.
 */
void
vigil_decode_pool_replace_thread (VigilDecodePool *self,
                                  gpointer         object)
{
  Turn *turn;
  gboolean stuck;

  g_mutex_lock (&self->lock);
  turn = find_turn_locked (self, object);
  stuck = turn != NULL && !turn->stuck;
  if (stuck)
    {
      turn->stuck = TRUE;
      self->n_working--;
    }
  g_mutex_unlock (&self->lock);

  if (stuck)
    add_thread (self);
}

/**
 * vigil_decode_pool_get_n_threads:
 *
 * Returns: how many it was made with
 */
guint
vigil_decode_pool_get_n_threads (VigilDecodePool *self)
{
  return self->n_threads;
}
