/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The promotion lane: those who rose most, beside a wall where nobody moves. */

#include "vigil-lane.h"

#include "vigil-attention.h"
#include "vigil-metrics.h"

typedef struct
{
  VigilHandle handle;
  guint       claim;  /* attention, and the hysteresis for who is in already */
} Riser;

struct _VigilLane
{
  GObject          parent_instance;

  VigilRosterView *view;
  VigilRoster     *roster;      /* the view's */
  gboolean         enabled;
  guint            capacity;
  guint            rise;
  guint            hysteresis;
  guint            interval_ms;
  guint            timer;

  guint            generation;  /* of the roster that the baselines are about */
  GArray          *base;        /* guint8 by handle: attention + 1 at the last commit, 0 not known then */
  GArray          *former;      /* what base was before that commit */
  GArray          *members;     /* VigilHandle by position */
  GArray          *risers;      /* Riser, scratch: best first */
  GPtrArray       *slots;       /* VigilSlot by position */
  VigilCounter    *n_promoted;
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilLane, vigil_lane, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return VIGIL_TYPE_SLOT;
}

static guint
get_n_items (GListModel *model)
{
  return VIGIL_LANE (model)->members->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  VigilLane *self = VIGIL_LANE (model);

  return position < self->members->len ? g_object_ref (g_ptr_array_index (self->slots, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
prepare (VigilLane *self)
{
  guint n = vigil_score_store_get_n_handles (vigil_roster_get_store (self->roster));

  if (self->generation != vigil_roster_get_generation (self->roster))
    {
      self->generation = vigil_roster_get_generation (self->roster);
      g_array_set_size (self->base, 0);
      g_array_set_size (self->former, 0);
      g_array_set_size (self->members, 0);
    }
  if (self->base->len < n)
    g_array_set_size (self->base, n);
}

/* Without a score nobody has risen when the first one comes. */
static gboolean
is_known (VigilLane   *self,
          VigilHandle  handle)
{
  VigilScore score;

  vigil_score_store_read (vigil_roster_get_store (self->roster), handle, &score);
  return score.score >= 0 || vigil_roster_get_facts (self->roster)[handle].flagged;
}

static gboolean
is_member (VigilLane   *self,
           VigilHandle  handle)
{
  for (guint i = 0; i < self->members->len; i++)
    if (g_array_index (self->members, VigilHandle, i) == handle)
      return TRUE;

  return FALSE;
}

/* Keeps the best; equal ones by arrival. */
static void
insert_riser (VigilLane   *self,
              VigilHandle  handle,
              guint        claim)
{
  guint at = self->risers->len;
  Riser riser = { handle, claim };

  while (at > 0 && g_array_index (self->risers, Riser, at - 1).claim < claim)
    at--;
  if (at >= self->capacity || !vigil_roster_view_shows (self->view, handle))
    return;

  g_array_insert_val (self->risers, at, riser);
  if (self->risers->len > self->capacity)
    g_array_set_size (self->risers, self->capacity);
}

static void
find_risers (VigilLane *self)
{
  const VigilRosterFacts *facts = vigil_roster_get_facts (self->roster);
  int leaves_at = MAX ((int) self->rise - (int) self->hysteresis, 1);
  guint n;
  const VigilHandle *handles = vigil_roster_get_handles (self->roster, &n);

  g_array_set_size (self->risers, 0);
  for (guint i = 0; i < n; i++)
    {
      VigilHandle handle = handles[i];
      guint8 *base = &g_array_index (self->base, guint8, handle);
      guint attention;
      int rise;
      gboolean member;

      if (!facts[handle].present || (*base == 0 && !is_known (self, handle)))
        continue;

      attention = vigil_attention_of (self->roster, handle);
      if (*base == 0)
        *base = attention + 1;
      rise = (int) attention - (*base - 1);
      if (rise < leaves_at)
        continue;
      member = is_member (self, handle);
      if (member || rise >= (int) self->rise)
        insert_riser (self, handle, attention + (member ? self->hysteresis : 0));
    }
}

static gboolean
take_riser (VigilLane   *self,
            VigilHandle  handle)
{
  for (guint i = 0; i < self->risers->len; i++)
    if (g_array_index (self->risers, Riser, i).handle == handle)
      {
        g_array_remove_index (self->risers, i);
        return TRUE;
      }

  return FALSE;
}

/* Who stays keeps the place; who is new takes one that became free; then gaps are closed. */
static void
place_risers (VigilLane *self)
{
  guint n = 0, next = 0;

  for (guint i = 0; i < self->members->len; i++)
    if (!take_riser (self, g_array_index (self->members, VigilHandle, i)))
      g_array_index (self->members, VigilHandle, i) = VIGIL_HANDLE_NONE;

  vigil_counter_add (self->n_promoted, self->risers->len);
  for (guint i = 0; i < self->members->len && next < self->risers->len; i++)
    if (g_array_index (self->members, VigilHandle, i) == VIGIL_HANDLE_NONE)
      g_array_index (self->members, VigilHandle, i) = g_array_index (self->risers, Riser, next++).handle;
  for (; next < self->risers->len; next++)
    g_array_append_val (self->members, g_array_index (self->risers, Riser, next).handle);

  for (guint i = 0; i < self->members->len; i++)
    if (g_array_index (self->members, VigilHandle, i) != VIGIL_HANDLE_NONE)
      g_array_index (self->members, VigilHandle, n++) = g_array_index (self->members, VigilHandle, i);
  g_array_set_size (self->members, n);
}

static guint
publish (VigilLane *self,
         guint      n_old)
{
  guint n = self->members->len, n_rebound = 0;

  while (self->slots->len < n)
    g_ptr_array_add (self->slots, vigil_slot_new (self->slots->len));
  for (guint i = 0; i < n; i++)
    n_rebound += vigil_slot_seat (g_ptr_array_index (self->slots, i), g_array_index (self->members, VigilHandle, i), NULL, FALSE);
  if (n != n_old)
    g_list_model_items_changed (G_LIST_MODEL (self), MIN (n, n_old), n_old > n ? n_old - n : 0, n > n_old ? n - n_old : 0);
  for (guint i = n; i < n_old; i++)
    vigil_slot_seat (g_ptr_array_index (self->slots, i), VIGIL_HANDLE_NONE, NULL, FALSE);

  return n_rebound;
}

guint
vigil_lane_update (VigilLane *self)
{
  guint n_old = self->members->len;

  prepare (self);
  /* Baselines are kept up also while nothing is shown. */
  find_risers (self);
  if (!self->enabled || vigil_roster_view_get_order (self->view) == VIGIL_ORDER_ATTENTION)
    g_array_set_size (self->risers, 0);
  place_risers (self);
  return publish (self, n_old);
}

static gboolean
timer_cb (gpointer user_data)
{
  VigilLane *self = user_data;

  if (!vigil_roster_view_is_held (self->view))
    vigil_lane_update (self);
  return G_SOURCE_CONTINUE;
}

static void
note_base (VigilLane *self)
{
  guint n;
  const VigilHandle *handles = vigil_roster_get_handles (self->roster, &n);

  for (guint i = 0; i < n; i++)
    g_array_index (self->base, guint8, handles[i]) = is_known (self, handles[i]) ? vigil_attention_of (self->roster, handles[i]) + 1 : 0;
}

static void
committed_cb (VigilLane *self,
              gboolean   undone)
{
  GArray *base = self->base;

  prepare (self);
  self->base = self->former;
  self->former = base;
  if (!undone)
    {
      g_array_set_size (self->base, 0);
      prepare (self);
      note_base (self);
    }
  vigil_lane_update (self);
}

static void
order_cb (VigilLane *self)
{
  vigil_lane_update (self);
}

/* Whom a filter took from the wall leaves with it. */
static void
ranked_cb (VigilLane *self)
{
  gboolean all = self->generation == vigil_roster_get_generation (self->roster);

  for (guint i = 0; all && i < self->members->len; i++)
    all = vigil_roster_view_shows (self->view, g_array_index (self->members, VigilHandle, i));
  if (!all)
    vigil_lane_update (self);
}

static void
membership_cb (VigilLane *self)
{
  if (self->generation != vigil_roster_get_generation (self->roster))
    vigil_lane_update (self);
}

static void
vigil_lane_dispose (GObject *object)
{
  VigilLane *self = VIGIL_LANE (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->view != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->view, self);
      g_signal_handlers_disconnect_by_data (self->roster, self);
    }
  g_clear_object (&self->roster);
  g_clear_object (&self->view);

  G_OBJECT_CLASS (vigil_lane_parent_class)->dispose (object);
}

static void
vigil_lane_finalize (GObject *object)
{
  VigilLane *self = VIGIL_LANE (object);

  g_array_unref (self->base);
  g_array_unref (self->former);
  g_array_unref (self->members);
  g_array_unref (self->risers);
  g_ptr_array_unref (self->slots);

  G_OBJECT_CLASS (vigil_lane_parent_class)->finalize (object);
}

static void
vigil_lane_class_init (VigilLaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_lane_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_lane_finalize;
}

static void
vigil_lane_init (VigilLane *self)
{
  self->enabled = TRUE;
  self->capacity = 5;
  self->rise = 25;
  self->hysteresis = 8;
  self->base = g_array_new (FALSE, TRUE, sizeof (guint8));
  self->former = g_array_new (FALSE, TRUE, sizeof (guint8));
  self->members = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  self->risers = g_array_new (FALSE, FALSE, sizeof (Riser));
  self->slots = g_ptr_array_new_with_free_func (g_object_unref);
  self->n_promoted = vigil_metrics_counter ("vigil_lane_promotions", "Candidates who came into the promotion lane");
}

/** The lane beside @view; it looks at once what everybody's attention is. */
VigilLane *
vigil_lane_new (VigilRosterView *view)
{
  VigilLane *self = g_object_new (VIGIL_TYPE_LANE, NULL);

  self->view = g_object_ref (view);
  self->roster = g_object_ref (vigil_roster_view_get_roster (view));
  self->generation = vigil_roster_get_generation (self->roster);
  g_signal_connect_swapped (view, "committed", G_CALLBACK (committed_cb), self);
  g_signal_connect_swapped (view, "notify::order", G_CALLBACK (order_cb), self);
  g_signal_connect_swapped (view, "ranked", G_CALLBACK (ranked_cb), self);
  g_signal_connect_swapped (self->roster, "membership-changed", G_CALLBACK (membership_cb), self);
  vigil_lane_update (self);
  vigil_lane_set_interval (self, 5000);
  return self;
}

void
vigil_lane_set_enabled (VigilLane *self,
                        gboolean   enabled)
{
  if (self->enabled == (enabled != FALSE))
    return;

  self->enabled = enabled != FALSE;
  vigil_lane_update (self);
}

/** Fewer places push out those who need attention least at once; more are filled at the next look. */
void
vigil_lane_set_capacity (VigilLane *self,
                         guint      capacity)
{
  gboolean fewer = capacity < self->members->len;

  self->capacity = MAX (capacity, 1);
  if (fewer)
    vigil_lane_update (self);
}

void
vigil_lane_set_rise (VigilLane *self,
                     guint      points)
{
  self->rise = points;
}

void
vigil_lane_set_hysteresis (VigilLane *self,
                           guint      points)
{
  self->hysteresis = points;
}

void
vigil_lane_set_interval (VigilLane *self,
                         guint      ms)
{
  if (self->interval_ms == ms)
    return;

  self->interval_ms = ms;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (ms > 0)
    self->timer = g_timeout_add (ms, timer_cb, self);
}
