/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing an operator did is lost: every action is pending, confirmed or refused, and says so.
 *
 * Per candidate one action is under way at a time, in the order they were given; candidates do not
 * wait for each other. A repeated try carries the same idempotency key. */

#include "vigil-outbox.h"

#include "vigil-backoff.h"
#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-outbox-item.h"
#include "vigil-session-error.h"

#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 30000
#define MAX_IN_FLIGHT 8
#define MAX_CONFIRMED 200
#define MAX_SNAPSHOTS 40

struct _VigilOutbox
{
  GObject        parent_instance;

  VigilActions  *actions;
  GPtrArray     *items;        /* VigilOutboxItem, oldest first: positions count from the end */
  GCancellable  *cancellable;
  VigilBackoff   backoff;
  guint          timer;        /* while it runs items that were tried wait */
  guint          hold_timer;   /* until the first of those that are held back may go */
  guint          n_frozen;     /* nothing is sent meanwhile */
  guint          n_kept;       /* confirmed ones among the items */
  guint          n_snapshots;  /* that are pending */
  guint          max_snapshots;
  gboolean       blocked;      /* until somebody signed in again */

  VigilCounter  *n_confirmed;
  VigilCounter  *n_refused;
  VigilCounter  *n_retries;
  VigilCounter  *pending;
  VigilCounter  *snapshots_waiting;
  VigilCounter  *n_snapshots_full;
};

enum
{
  ITEM_SETTLED,
  ITEM_WITHDRAWN,
  AUTH_NEEDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilOutbox, vigil_outbox, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return VIGIL_TYPE_OUTBOX_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return VIGIL_OUTBOX (model)->items->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  VigilOutbox *self = VIGIL_OUTBOX (model);

  if (position >= self->items->len)
    return NULL;

  return g_object_ref (g_ptr_array_index (self->items, self->items->len - 1 - position));
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
vigil_outbox_dispose (GObject *object)
{
  VigilOutbox *self = VIGIL_OUTBOX (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->hold_timer, g_source_remove);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (vigil_outbox_parent_class)->dispose (object);
}

static void
vigil_outbox_finalize (GObject *object)
{
  VigilOutbox *self = VIGIL_OUTBOX (object);

  g_ptr_array_unref (self->items);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (vigil_outbox_parent_class)->finalize (object);
}

static void
vigil_outbox_class_init (VigilOutboxClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_outbox_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_outbox_finalize;

  signals[ITEM_SETTLED] = g_signal_new ("item-settled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, VIGIL_TYPE_OUTBOX_ITEM);
  signals[ITEM_WITHDRAWN] = g_signal_new ("item-withdrawn", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, VIGIL_TYPE_OUTBOX_ITEM);
  signals[AUTH_NEEDED] = g_signal_new ("auth-needed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);
}

static void
vigil_outbox_init (VigilOutbox *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  vigil_backoff_init (&self->backoff, RETRY_MIN_MS, RETRY_MAX_MS);
  self->n_confirmed = vigil_metrics_counter ("vigil_actions_confirmed", "Actions that the hall confirmed");
  self->n_refused = vigil_metrics_counter ("vigil_actions_refused", "Actions that the hall refused");
  self->n_retries = vigil_metrics_counter ("vigil_actions_retried", "Actions that had to be sent again");
  self->pending = vigil_metrics_gauge ("vigil_actions_pending", "Actions that wait for the hall");
  self->max_snapshots = MAX_SNAPSHOTS;
  self->snapshots_waiting = vigil_metrics_gauge ("vigil_snapshots_waiting", "Snapshots that wait for the hall");
  self->n_snapshots_full = vigil_metrics_counter ("vigil_snapshots_full", "Snapshots that were refused because too many waited for the hall");
}

/** An empty outbox that sends through @actions. */
VigilOutbox *
vigil_outbox_new (VigilActions *actions)
{
  VigilOutbox *self = g_object_new (VIGIL_TYPE_OUTBOX, NULL);

  self->actions = g_object_ref (actions);
  return self;
}

static gboolean
is_pending (VigilOutboxItem *item)
{
  return vigil_outbox_item_get_state (item) == VIGIL_ACTION_PENDING;
}

static gboolean
is_snapshot (VigilOutboxItem *item)
{
  return vigil_outbox_item_get_action (item)->kind == VIGIL_ACTION_SNAPSHOT;
}

static void
count_pending (VigilOutbox     *self,
               VigilOutboxItem *item,
               int              by)
{
  vigil_counter_add (self->pending, by);
  if (!is_snapshot (item))
    return;
  self->n_snapshots += (guint) by;
  vigil_counter_add (self->snapshots_waiting, by);
}

static const char *
student_of (VigilOutboxItem *item)
{
  return vigil_outbox_item_get_action (item)->student_id;
}

typedef struct
{
  VigilOutbox     *self;
  VigilOutboxItem *item;
} Try;

static void send_all (VigilOutbox *self);

static gboolean
retry_cb (gpointer user_data)
{
  VigilOutbox *self = user_data;

  self->timer = 0;
  send_all (self);
  return G_SOURCE_REMOVE;
}

static gboolean
remove_item (VigilOutbox     *self,
             VigilOutboxItem *item)
{
  guint index;

  if (!g_ptr_array_find (self->items, item, &index))
    return FALSE;

  g_ptr_array_remove_index (self->items, index);
  g_list_model_items_changed (G_LIST_MODEL (self), self->items->len - index, 1, 0);
  return TRUE;
}

/* What was confirmed long ago is of no use to anybody. */
static void
forget_oldest (VigilOutbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      VigilOutboxItem *item = g_ptr_array_index (self->items, i);

      if (vigil_outbox_item_get_state (item) == VIGIL_ACTION_CONFIRMED)
        {
          self->n_kept--;
          remove_item (self, item);
          return;
        }
    }
}

static void
settle (VigilOutbox      *self,
        VigilOutboxItem  *item,
        VigilActionState  state,
        const GError     *error,
        VigilBypass      *bypass)
{
  vigil_counter_add (state == VIGIL_ACTION_CONFIRMED ? self->n_confirmed : self->n_refused, 1);
  count_pending (self, item, -1);
  vigil_outbox_item_end_try (item, state, error, bypass);
  vigil_action_drop_picture (vigil_outbox_item_get_action (item));
  g_signal_emit (self, signals[ITEM_SETTLED], 0, item);
  if (state == VIGIL_ACTION_CONFIRMED && ++self->n_kept > MAX_CONFIRMED)
    forget_oldest (self);
}

/* Whether it never reached the hall, as far as one can tell, or the hall cannot now. A name that does
 * not resolve, a certificate or a page that is not the hall's is how many an outage looks from here:
 * none of them is the hall's no. */
static gboolean
is_for_later (const GError *error)
{
  return vigil_session_error_is_transient (error) ||
         g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS) ||
         g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS) ||
         g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL) ||
         g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);
}

static void
performed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Try *try = user_data;
  g_autoptr (VigilOutbox) self = try->self;
  g_autoptr (VigilOutboxItem) item = try->item;
  g_autoptr (VigilBypass) bypass = NULL;
  g_autoptr (GError) error = NULL;

  g_free (try);
  if (vigil_actions_perform_finish (VIGIL_ACTIONS (source), result, &bypass, &error))
    {
      vigil_backoff_reset (&self->backoff);
      settle (self, item, VIGIL_ACTION_CONFIRMED, NULL, bypass);
    }
  else if (vigil_session_error_is_auth (error))
    {
      self->blocked = TRUE;
      vigil_outbox_item_end_try (item, VIGIL_ACTION_PENDING, error, NULL);
      g_signal_emit (self, signals[AUTH_NEEDED], 0);
    }
  else if (is_for_later (error))
    {
      vigil_outbox_item_end_try (item, VIGIL_ACTION_PENDING, error, NULL);
      if (self->timer == 0 && self->actions != NULL)
        self->timer = g_timeout_add (vigil_backoff_next (&self->backoff), retry_cb, self);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      vigil_backoff_reset (&self->backoff);
      settle (self, item, VIGIL_ACTION_REFUSED, error, NULL);
    }

  send_all (self);
}

static void
send_one (VigilOutbox     *self,
          VigilOutboxItem *item)
{
  Try *try = g_new0 (Try, 1);

  if (vigil_outbox_item_get_tries (item) > 0)
    vigil_counter_add (self->n_retries, 1);

  try->self = g_object_ref (self);
  try->item = g_object_ref (item);
  vigil_outbox_item_begin_try (item);
  vigil_actions_perform_async (self->actions, vigil_outbox_item_get_action (item), self->cancellable,
                               performed_cb, try);
}

static gboolean
hold_cb (gpointer user_data)
{
  VigilOutbox *self = user_data;

  self->hold_timer = 0;
  send_all (self);
  return G_SOURCE_REMOVE;
}

/* Whether it may go now; if not, its time is waited for. */
static gboolean
is_due (VigilOutbox     *self,
        VigilOutboxItem *item)
{
  gint64 left_us = vigil_outbox_item_get_due_us (item) - vigil_clock_monotonic_us ();

  if (left_us <= 0)
    return TRUE;
  if (self->hold_timer == 0)
    self->hold_timer = g_timeout_add ((guint) (left_us / 1000) + 1, hold_cb, self);
  return FALSE;
}

static gboolean
belongs_behind (VigilOutboxItem *item)
{
  const VigilAction *action = vigil_outbox_item_get_action (item);

  return action->kind == VIGIL_ACTION_VERDICT || vigil_action_is_claim (action);
}

/* Of each candidate the oldest that is not settled, a few at a time: after an outage there may be a thousand. Snapshots have a way of
 * their own: they are large, and where the evidence store is lost they wait, and no warning or pause behind them. */
static void
send_all (VigilOutbox *self)
{
  g_autoptr (GHashTable) busy = NULL;
  g_autoptr (GHashTable) pictures = NULL;
  g_autoptr (GHashTable) held = NULL;
  guint n_in_flight = 0;

  if (self->n_frozen > 0)
    return;

  busy = g_hash_table_new (g_str_hash, g_str_equal);
  pictures = g_hash_table_new (g_str_hash, g_str_equal);
  held = g_hash_table_new (g_str_hash, g_str_equal);
  g_clear_handle_id (&self->hold_timer, g_source_remove);
  for (guint i = 0; i < self->items->len; i++)
    n_in_flight += vigil_outbox_item_is_in_flight (g_ptr_array_index (self->items, i));

  for (guint i = 0; self->actions != NULL && !self->blocked && n_in_flight < MAX_IN_FLIGHT && i < self->items->len; i++)
    {
      VigilOutboxItem *item = g_ptr_array_index (self->items, i);
      const char *student_id = student_of (item) != NULL ? student_of (item) : "";
      GHashTable *way = is_snapshot (item) ? pictures : busy;

      if (!is_pending (item) || g_hash_table_contains (way, student_id))
        continue;
      /* What is held back holds up what belongs behind it, and no warning or pause. */
      if (belongs_behind (item) && g_hash_table_contains (held, student_id))
        continue;
      if (!is_due (self, item))
        {
          g_hash_table_add (held, (gpointer) student_id);
          continue;
        }

      g_hash_table_add (way, (gpointer) student_id);
      if (vigil_outbox_item_is_in_flight (item))
        continue;
      if (self->timer != 0 && vigil_outbox_item_get_tries (item) > 0)
        continue;

      n_in_flight++;
      send_one (self, item);
    }
}

void
vigil_outbox_freeze (VigilOutbox *self)
{
  self->n_frozen++;
}

void
vigil_outbox_thaw (VigilOutbox *self)
{
  g_return_if_fail (self->n_frozen > 0);

  if (--self->n_frozen == 0)
    send_all (self);
}

void
vigil_outbox_set_max_snapshots (VigilOutbox *self,
                                guint        max)
{
  self->max_snapshots = max;
}

gboolean
vigil_outbox_has_room (VigilOutbox *self)
{
  return self->n_snapshots < self->max_snapshots;
}

/* It stands in the list as any that was refused, until somebody has seen it. */
static void
refuse_full (VigilOutbox     *self,
             VigilOutboxItem *item)
{
  g_autoptr (GError) error = g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_FULL, "%u snapshots wait already", self->max_snapshots);

  vigil_counter_add (self->n_snapshots_full, 1);
  settle (self, item, VIGIL_ACTION_REFUSED, error, NULL);
}

VigilOutboxItem *
vigil_outbox_submit (VigilOutbox *self,
                     VigilAction *action)
{
  VigilOutboxItem *item = vigil_outbox_item_new (action);
  gboolean room = !is_snapshot (item) || vigil_outbox_has_room (self);

  g_ptr_array_add (self->items, item);
  count_pending (self, item, 1);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
  if (room)
    send_all (self);
  else
    refuse_full (self, item);
  return item;
}

gboolean
vigil_outbox_withdraw (VigilOutbox     *self,
                       VigilOutboxItem *item)
{
  g_autoptr (VigilOutboxItem) alive = g_object_ref (item);

  /* Once sent it may have arrived, whatever became of the answer. */
  if (!is_pending (item) || vigil_outbox_item_get_tries (item) > 0 || !remove_item (self, item))
    return FALSE;

  count_pending (self, item, -1);
  g_signal_emit (self, signals[ITEM_WITHDRAWN], 0, item);
  send_all (self);
  return TRUE;
}

gboolean
vigil_outbox_abandon (VigilOutbox     *self,
                      VigilOutboxItem *item)
{
  g_autoptr (VigilOutboxItem) alive = g_object_ref (item);
  g_autoptr (GError) error = NULL;

  if (!is_pending (item) || vigil_outbox_item_get_tries (item) == 0 || vigil_outbox_item_is_in_flight (item))
    return FALSE;

  error = g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ABANDONED,
                       "given up after %u tries; it is not known whether it arrived",
                       vigil_outbox_item_get_tries (item));
  vigil_backoff_reset (&self->backoff);
  settle (self, item, VIGIL_ACTION_REFUSED, error, NULL);
  send_all (self);
  return TRUE;
}

void
vigil_outbox_flush (VigilOutbox *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  vigil_backoff_reset (&self->backoff);
  self->blocked = FALSE;
  send_all (self);
}

void
vigil_outbox_release (VigilOutbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    vigil_outbox_item_release (g_ptr_array_index (self->items, i));
  send_all (self);
}

/** How many items wait for the hall. */
guint
vigil_outbox_get_n_pending (VigilOutbox *self)
{
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++)
    if (is_pending (g_ptr_array_index (self->items, i)))
      n++;

  return n;
}

VigilOutboxItem *
vigil_outbox_find (VigilOutbox *self,
                   const char  *student_id)
{
  VigilOutboxItem *snapshot = NULL;

  for (guint i = self->items->len; i > 0; i--)
    {
      VigilOutboxItem *item = g_ptr_array_index (self->items, i - 1);

      if (vigil_outbox_item_get_state (item) == VIGIL_ACTION_CONFIRMED || g_strcmp0 (student_of (item), student_id) != 0 ||
          vigil_action_is_claim (vigil_outbox_item_get_action (item)))
        continue;
      if (!is_snapshot (item))
        return item;
      if (snapshot == NULL)
        snapshot = item;
    }

  return snapshot;
}

void
vigil_outbox_dismiss (VigilOutbox     *self,
                      VigilOutboxItem *item)
{
  if (!is_pending (item))
    {
      self->n_kept -= vigil_outbox_item_get_state (item) == VIGIL_ACTION_CONFIRMED;
      remove_item (self, item);
    }
}
