/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GListModel of VigilSlots: which candidates are shown, and who sits where.
 *
 * People remember places. Slots never move; a rank changes who sits in them, on a timer, and not while
 * somebody's pointer is on the wall. Whoever is new appears at the end at once, in every order. */

#include "vigil-roster-view.h"

#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-ranker.h"

/* A roster that is being read changes its membership page by page: not one rank for each. */
#define MIN_BETWEEN_RANKS_MS 100

struct _VigilRosterView
{
  GObject              parent_instance;

  VigilRoster         *roster;
  VigilScoringPolicy  *policy;
  VigilRanker         *ranker;
  VigilOrder           order;

  GArray              *ranked;      /* VigilHandle by position */
  GArray              *spare;       /* the one the next rank is made in */
  GArray              *positions;   /* guint by handle: position + 1, 0 not shown */
  GPtrArray           *slots;       /* VigilSlot by position; %NULL: nobody asked for it yet */
  guint                generation;  /* of the roster that was ranked */
  guint                n_arrived;   /* of the roster's handles: ranked or looked at */

  guint                interval_ms;
  guint                timer;
  guint                soon;        /* one rank, a moment from now */
  guint                n_holds;
  guint                stale : 1;   /* something changed that the next rank must look at */
  guint                ranking : 1;
  guint                again : 1;   /* a rank was asked for in the middle of one */
  guint64              serial;      /* of the store when it was ranked */
  gint64               ranked_us;
  guint64              n_rebinds;
  VigilCounter        *rebinds;
  VigilHistogram      *duration;
};

enum
{
  PROP_0,
  PROP_ORDER,
  PROP_N_MATCHING,
  N_PROPS
};

enum
{
  RANKED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilRosterView, vigil_roster_view, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return VIGIL_TYPE_SLOT;
}

static guint
get_n_items (GListModel *model)
{
  return VIGIL_ROSTER_VIEW (model)->ranked->len;
}

static VigilSlot *
find_slot (VigilRosterView *self,
           guint            position)
{
  return position < self->slots->len ? g_ptr_array_index (self->slots, position) : NULL;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  VigilRosterView *self = VIGIL_ROSTER_VIEW (model);
  VigilSlot *slot;

  if (position >= self->ranked->len)
    return NULL;

  slot = find_slot (self, position);
  if (slot == NULL)
    {
      slot = vigil_slot_new (position);
      vigil_slot_set_handle (slot, g_array_index (self->ranked, VigilHandle, position));
      if (position >= self->slots->len)
        g_ptr_array_set_size (self->slots, position + 1);
      g_ptr_array_index (self->slots, position) = slot;
    }

  return g_object_ref (slot);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
clear_slot (gpointer slot)
{
  if (slot != NULL)
    g_object_unref (slot);
}

static void
note_positions (VigilRosterView *self,
                GArray          *ranked,
                gboolean         shown)
{
  guint n = vigil_score_store_get_n_handles (vigil_roster_get_store (self->roster));

  if (self->positions->len < n)
    g_array_set_size (self->positions, n);

  for (guint i = 0; i < ranked->len; i++)
    g_array_index (self->positions, guint, g_array_index (ranked, VigilHandle, i)) = shown ? i + 1 : 0;
}

static guint
rebind (VigilRosterView *self,
        guint            from,
        guint            to)
{
  guint n_rebound = 0;

  for (guint i = from; i < MIN (to, self->slots->len); i++)
    {
      VigilSlot *slot = g_ptr_array_index (self->slots, i);
      VigilHandle handle = i < self->ranked->len ? g_array_index (self->ranked, VigilHandle, i) : VIGIL_HANDLE_NONE;

      if (slot != NULL && vigil_slot_get_handle (slot) != handle)
        {
          vigil_slot_set_handle (slot, handle);
          n_rebound++;
        }
    }

  return n_rebound;
}

/* The array says who sits where now; tells the slots, then the list's end. */
static guint
publish (VigilRosterView *self,
         guint            n_old)
{
  guint n_new = self->ranked->len;
  guint n_rebound = rebind (self, 0, n_new);

  self->n_rebinds += n_rebound;
  vigil_counter_add (self->rebinds, n_rebound);

  if (n_new > n_old)
    {
      g_list_model_items_changed (G_LIST_MODEL (self), n_old, 0, n_new - n_old);
    }
  else if (n_new < n_old)
    {
      g_list_model_items_changed (G_LIST_MODEL (self), n_new, n_old - n_new, 0);
      /* Nobody shows them any more; nobody may find a former candidate in them either. */
      rebind (self, n_new, n_old);
    }

  if (n_new != n_old)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_MATCHING]);

  return n_rebound;
}

static gboolean timer_cb (gpointer user_data);
static gboolean soon_cb (gpointer user_data);

static gboolean
follows_scores (VigilRosterView *self)
{
  return self->order == VIGIL_ORDER_ATTENTION || vigil_ranker_get_filter (self->ranker)->at_least > VIGIL_BAND_LOW;
}

static void
update_timer (VigilRosterView *self)
{
  gboolean needed = self->interval_ms > 0 && (self->stale || follows_scores (self));

  if (needed && self->timer == 0)
    self->timer = g_timeout_add (self->interval_ms, timer_cb, self);
  else if (!needed)
    g_clear_handle_id (&self->timer, g_source_remove);
}

guint
vigil_roster_view_rank (VigilRosterView *self)
{
  gint64 began_us = g_get_monotonic_time ();
  guint n_old = self->ranked->len;
  guint n_rebound;
  GArray *former;

  g_return_val_if_fail (VIGIL_IS_ROSTER_VIEW (self), 0);

  g_clear_handle_id (&self->soon, g_source_remove);
  if (self->ranking)
    {
      self->again = TRUE;
      return 0;
    }

  self->ranking = TRUE;
  self->stale = FALSE;
  self->serial = vigil_score_store_get_serial (vigil_roster_get_store (self->roster));
  self->generation = vigil_roster_get_generation (self->roster);
  vigil_roster_get_handles (self->roster, &self->n_arrived);

  former = self->ranked;
  vigil_ranker_rank (self->ranker, self->order, self->spare);
  self->ranked = self->spare;
  self->spare = former;
  note_positions (self, former, FALSE);
  note_positions (self, self->ranked, TRUE);
  vigil_histogram_add (self->duration, g_get_monotonic_time () - began_us);

  n_rebound = publish (self, n_old);
  self->ranked_us = vigil_clock_monotonic_us ();
  self->ranking = FALSE;
  if (self->again)
    {
      self->again = FALSE;
      self->soon = g_timeout_add (0, soon_cb, self);
    }

  update_timer (self);
  g_signal_emit (self, signals[RANKED], 0, n_rebound);
  return n_rebound;
}

/* Whoever came since the last rank goes to the end; nobody else moves. */
static void
append_arrivals (VigilRosterView *self)
{
  guint n_old = self->ranked->len;
  guint n;
  const VigilHandle *handles = vigil_roster_get_handles (self->roster, &n);

  for (guint i = self->n_arrived; i < n; i++)
    if (vigil_ranker_matches (self->ranker, handles[i]))
      g_array_append_val (self->ranked, handles[i]);

  self->n_arrived = n;
  note_positions (self, self->ranked, TRUE);
  publish (self, n_old);
}

static gboolean
timer_cb (gpointer user_data)
{
  VigilRosterView *self = user_data;
  guint64 serial = vigil_score_store_get_serial (vigil_roster_get_store (self->roster));

  if (self->n_holds == 0 && (self->stale || (follows_scores (self) && serial != self->serial)))
    {
      /* Ranking keeps or removes this very source. */
      vigil_roster_view_rank (self);
      return self->timer != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
soon_cb (gpointer user_data)
{
  VigilRosterView *self = user_data;

  self->soon = 0;
  if (self->n_holds == 0)
    vigil_roster_view_rank (self);
  else
    self->stale = TRUE;

  return G_SOURCE_REMOVE;
}

static void
membership_changed_cb (VigilRosterView *self)
{
  gint64 since_ms = (vigil_clock_monotonic_us () - self->ranked_us) / 1000;

  if (self->generation != vigil_roster_get_generation (self->roster))
    {
      vigil_roster_view_rank (self);
    }
  else if (self->n_holds > 0 && !self->ranking)
    {
      append_arrivals (self);
      self->stale = TRUE;
    }
  else if (self->ranked_us == 0 || since_ms >= MIN_BETWEEN_RANKS_MS)
    {
      vigil_roster_view_rank (self);
    }
  else if (self->soon == 0)
    {
      self->soon = g_timeout_add (MIN_BETWEEN_RANKS_MS - since_ms, soon_cb, self);
    }
}

static void
candidate_changed_cb (VigilRosterView *self,
                      guint            handle,
                      guint            fields)
{
  if (fields & VIGIL_FIELD_NAME)
    vigil_ranker_renamed (self->ranker, handle);

  if (vigil_ranker_filter_looks_at (self->ranker, fields) ||
      (self->order == VIGIL_ORDER_NAME && (fields & VIGIL_FIELD_NAME)) ||
      (self->order == VIGIL_ORDER_ATTENTION && (fields & (VIGIL_FIELD_OPEN_FLAGS | VIGIL_FIELD_HAND_RAISED))))
    {
      self->stale = TRUE;
      update_timer (self);
    }
}

static void
vigil_roster_view_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  VigilRosterView *self = VIGIL_ROSTER_VIEW (object);

  switch (prop_id)
    {
    case PROP_ORDER:
      g_value_set_uint (value, self->order);
      break;
    case PROP_N_MATCHING:
      g_value_set_uint (value, self->ranked->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
vigil_roster_view_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_ORDER:
      vigil_roster_view_set_order (VIGIL_ROSTER_VIEW (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
vigil_roster_view_dispose (GObject *object)
{
  VigilRosterView *self = VIGIL_ROSTER_VIEW (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->soon, g_source_remove);
  if (self->roster != NULL)
    g_signal_handlers_disconnect_by_data (self->roster, self);
  g_clear_pointer (&self->ranker, vigil_ranker_free);
  g_clear_object (&self->policy);
  g_clear_object (&self->roster);

  G_OBJECT_CLASS (vigil_roster_view_parent_class)->dispose (object);
}

static void
vigil_roster_view_finalize (GObject *object)
{
  VigilRosterView *self = VIGIL_ROSTER_VIEW (object);

  g_array_unref (self->ranked);
  g_array_unref (self->spare);
  g_array_unref (self->positions);
  g_ptr_array_unref (self->slots);

  G_OBJECT_CLASS (vigil_roster_view_parent_class)->finalize (object);
}

static void
vigil_roster_view_class_init (VigilRosterViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vigil_roster_view_get_property;
  object_class->set_property = vigil_roster_view_set_property;
  object_class->dispose = vigil_roster_view_dispose;
  object_class->finalize = vigil_roster_view_finalize;

  props[PROP_ORDER] = g_param_spec_uint ("order", NULL, NULL, VIGIL_ORDER_STABLE, VIGIL_ORDER_ARRIVAL,
                                         VIGIL_ORDER_STABLE,
                                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_N_MATCHING] = g_param_spec_uint ("n-matching", NULL, NULL, 0, G_MAXUINT, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[RANKED] = g_signal_new ("ranked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
vigil_roster_view_init (VigilRosterView *self)
{
  self->ranked = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  self->spare = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  self->positions = g_array_new (FALSE, TRUE, sizeof (guint));
  self->slots = g_ptr_array_new_with_free_func (clear_slot);
  self->interval_ms = 5000;
  self->rebinds = vigil_metrics_counter ("vigil_slot_rebinds", "Places on the wall that changed hands");
  self->duration = vigil_metrics_histogram ("vigil_rank_duration", "us", "Time to filter and rank the roster");
}

/** Everybody of @roster in stable order. */
VigilRosterView *
vigil_roster_view_new (VigilRoster *roster)
{
  VigilRosterView *self = g_object_new (VIGIL_TYPE_ROSTER_VIEW, NULL);

  self->roster = g_object_ref (roster);
  self->ranker = vigil_ranker_new (roster);
  g_signal_connect_swapped (roster, "membership-changed", G_CALLBACK (membership_changed_cb), self);
  g_signal_connect_swapped (roster, "candidate-changed", G_CALLBACK (candidate_changed_cb), self);
  vigil_roster_view_rank (self);
  self->ranked_us = 0;
  return self;
}

VigilRoster *
vigil_roster_view_get_roster (VigilRosterView *self)
{
  return self->roster;
}

static VigilScoringPolicy *
ensure_policy (VigilRosterView *self)
{
  if (self->policy == NULL)
    self->policy = vigil_scoring_policy_new_default ();

  return self->policy;
}

void
vigil_roster_view_set_policy (VigilRosterView    *self,
                              VigilScoringPolicy *policy)
{
  g_set_object (&self->policy, policy);
}

/** Ranks by @order from now on, at once. */
void
vigil_roster_view_set_order (VigilRosterView *self,
                             VigilOrder       order)
{
  g_return_if_fail (order <= VIGIL_ORDER_ARRIVAL);

  if (self->order == order)
    return;

  self->order = order;
  vigil_roster_view_rank (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ORDER]);
}

VigilOrder
vigil_roster_view_get_order (VigilRosterView *self)
{
  return self->order;
}

void
vigil_roster_view_set_filter (VigilRosterView         *self,
                              const VigilRosterFilter *filter)
{
  vigil_ranker_set_filter (self->ranker, filter, ensure_policy (self));
  vigil_roster_view_rank (self);
}

/** The filter that is applied. Returns: (transfer none): valid until the next one is set. */
const VigilRosterFilter *
vigil_roster_view_get_filter (VigilRosterView *self)
{
  return vigil_ranker_get_filter (self->ranker);
}

VigilHandle
vigil_roster_view_get_handle (VigilRosterView *self,
                              guint            position)
{
  return position < self->ranked->len ? g_array_index (self->ranked, VigilHandle, position) : VIGIL_HANDLE_NONE;
}

guint
vigil_roster_view_get_position (VigilRosterView *self,
                                VigilHandle      handle)
{
  /* Not shown is 0: one less is G_MAXUINT. */
  return handle < self->positions->len ? g_array_index (self->positions, guint, handle) - 1 : G_MAXUINT;
}

/** How many candidates match the filter: the number of items. */
guint
vigil_roster_view_get_n_matching (VigilRosterView *self)
{
  return self->ranked->len;
}

void
vigil_roster_view_hold (VigilRosterView *self)
{
  self->n_holds++;
}

/** Lets go; what was put off while held is done at once. */
void
vigil_roster_view_release (VigilRosterView *self)
{
  g_return_if_fail (self->n_holds > 0);

  self->n_holds--;
  if (self->n_holds == 0 && self->stale)
    vigil_roster_view_rank (self);
}

void
vigil_roster_view_set_rank_interval (VigilRosterView *self,
                                     guint            ms)
{
  if (self->interval_ms == ms)
    return;

  self->interval_ms = ms;
  g_clear_handle_id (&self->timer, g_source_remove);
  update_timer (self);
}

void
vigil_roster_view_set_hysteresis (VigilRosterView *self,
                                  guint            points)
{
  vigil_ranker_set_hysteresis (self->ranker, points);
}

guint64
vigil_roster_view_get_n_rebinds (VigilRosterView *self)
{
  return self->n_rebinds;
}
