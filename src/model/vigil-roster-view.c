/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GListModel of VigilSlots: which candidates are shown, and who sits where.
 *
 * People remember places. Slots never move; a rank changes who sits in them, on a timer, and not while
 * somebody's pointer is on the wall. Whoever is new appears at the end at once, in every order. */

#include "vigil-roster-view-private.h"

#include "vigil-clock.h"

/* A roster that is being read changes its membership page by page: not one rank for each. */
#define MIN_BETWEEN_RANKS_MS 100

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
  COMMITTED,
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

static gboolean
seat (VigilRosterView *self,
      VigilSlot       *slot,
      guint            position)
{
  VigilEntry entry;

  if (position >= self->ranked->len)
    return vigil_slot_seat (slot, VIGIL_HANDLE_NONE, NULL, FALSE);

  entry = g_array_index (self->ranked, VigilEntry, position);
  if (entry & VIGIL_ENTRY_CARD)
    return vigil_slot_seat (slot, VIGIL_HANDLE_NONE, vigil_ranker_get_section (self->ranker, entry), FALSE);
  return vigil_slot_seat (slot, entry & VIGIL_ENTRY_NUMBER, NULL, (entry & VIGIL_ENTRY_EXEMPT) != 0);
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
      seat (self, slot, position);
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
    {
      VigilEntry entry = g_array_index (ranked, VigilEntry, i);

      if (!(entry & VIGIL_ENTRY_CARD))
        g_array_index (self->positions, guint, entry & VIGIL_ENTRY_NUMBER) = shown ? i + 1 : 0;
      else if (entry == VIGIL_ENTRY_CRITICAL)
        self->exempt_card = shown ? i + 1 : 0;
    }
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

      if (slot != NULL)
        n_rebound += seat (self, slot, i);
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

  if (self->n_matching != vigil_ranker_get_n_matching (self->ranker) || self->n_exempt != vigil_ranker_get_n_exempt (self->ranker))
    {
      self->n_matching = vigil_ranker_get_n_matching (self->ranker);
      self->n_exempt = vigil_ranker_get_n_exempt (self->ranker);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_MATCHING]);
    }

  return n_rebound;
}

static gboolean timer_cb (gpointer user_data);
static gboolean soon_cb (gpointer user_data);

static gboolean
follows_scores (VigilRosterView *self)
{
  return self->order == VIGIL_ORDER_ATTENTION || self->order == VIGIL_ORDER_LAST_SEEN ||
         vigil_ranker_get_filter (self->ranker)->at_least > VIGIL_BAND_LOW;
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
  vigil_roster_view_count_sections (self);
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
      {
        g_array_append_val (self->ranked, handles[i]);
        vigil_ranker_add_matching (self->ranker);
      }

  self->n_arrived = n;
  note_positions (self, self->ranked, TRUE);
  publish (self, n_old);
}

/* Somebody whom the filters or a fold hide has become critical: shown at once, at the end, and nobody
 * else moves. */
static void
append_exempt (VigilRosterView *self,
               VigilHandle      handle)
{
  guint n_old = self->ranked->len;
  VigilEntry card = VIGIL_ENTRY_CRITICAL, entry = VIGIL_ENTRY_EXEMPT | handle;
  gboolean first = self->exempt_card == 0;

  if (first)
    g_array_append_val (self->ranked, card);
  g_array_append_val (self->ranked, entry);
  vigil_ranker_add_exempt (self->ranker);
  note_positions (self, self->ranked, TRUE);
  publish (self, n_old);
  /* They may come by the dozen: the card is counted anew within the second anyway. */
  if (first)
    vigil_roster_view_count_sections (self);
}

static gboolean
timer_cb (gpointer user_data)
{
  VigilRosterView *self = user_data;
  guint64 serial = vigil_score_store_get_serial (vigil_roster_get_store (self->roster));

  if (self->n_holds == 0 &&
      (self->stale || self->order == VIGIL_ORDER_LAST_SEEN || (follows_scores (self) && serial != self->serial)))
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

static gboolean
is_folded (VigilRosterView *self,
           VigilHandle      handle)
{
  VigilRoomTable *rooms = vigil_ranker_get_rooms (self->ranker);

  return self->order == VIGIL_ORDER_ROOM && vigil_ranker_get_sections (self->ranker) &&
         vigil_room_table_get_section (rooms, vigil_room_table_of (rooms, handle))->folded;
}

/* Not merely new: the rank that is due would not show it. */
static gboolean
is_hidden (VigilRosterView *self,
           VigilHandle      handle)
{
  return !vigil_ranker_matches (self->ranker, handle) || is_folded (self, handle);
}

static gboolean
order_looks_at (VigilRosterView *self,
                guint            fields)
{
  switch (self->order)
    {
    case VIGIL_ORDER_NAME:
      return (fields & VIGIL_FIELD_NAME) != 0;
    case VIGIL_ORDER_ROOM:
      return (fields & (VIGIL_FIELD_NAME | VIGIL_FIELD_ROOM)) != 0;
    case VIGIL_ORDER_ATTENTION:
      return (fields & (VIGIL_FIELD_OPEN_FLAGS | VIGIL_FIELD_HAND_RAISED)) != 0;
    case VIGIL_ORDER_STABLE:
    case VIGIL_ORDER_ARRIVAL:
    case VIGIL_ORDER_LAST_SEEN:
    case VIGIL_N_ORDERS:
    default:
      return FALSE;
    }
}

static void
candidate_changed_cb (VigilRosterView *self,
                      guint            handle,
                      guint            fields)
{
  /* Rooms with other numbers: the cards of the last rank are of the old ones. */
  if (vigil_ranker_changed (self->ranker, handle, fields))
    vigil_roster_view_rank (self);

  if ((fields & VIGIL_FIELD_OPEN_FLAGS) && !self->ranking && self->generation == vigil_roster_get_generation (self->roster) &&
      vigil_ranker_is_critical (self->ranker, handle) &&
      vigil_roster_view_get_position (self, handle) == G_MAXUINT && is_hidden (self, handle))
    append_exempt (self, handle);

  if (vigil_ranker_filter_looks_at (self->ranker, fields) || order_looks_at (self, fields))
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
      g_value_set_uint (value, vigil_ranker_get_n_matching (self->ranker));
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
  g_clear_handle_id (&self->counting, g_source_remove);
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

  props[PROP_ORDER] = g_param_spec_uint ("order", NULL, NULL, VIGIL_ORDER_STABLE, VIGIL_N_ORDERS - 1,
                                         VIGIL_ORDER_STABLE,
                                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_N_MATCHING] = g_param_spec_uint ("n-matching", NULL, NULL, 0, G_MAXUINT, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[RANKED] = g_signal_new ("ranked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[COMMITTED] = g_signal_new ("committed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
vigil_roster_view_init (VigilRosterView *self)
{
  self->ranked = g_array_new (FALSE, FALSE, sizeof (VigilEntry));
  self->spare = g_array_new (FALSE, FALSE, sizeof (VigilEntry));
  self->positions = g_array_new (FALSE, TRUE, sizeof (guint));
  self->slots = g_ptr_array_new_with_free_func (clear_slot);
  self->interval_ms = 5000;
  self->rebinds = vigil_metrics_counter ("vigil_slot_rebinds", "Places on the wall that changed hands");
  self->commits = vigil_metrics_counter ("vigil_rank_commits", "Times the stable order was committed anew");
  self->duration = vigil_metrics_histogram ("vigil_rank_duration", "us", "Time to filter and rank the roster");
}

/** Everybody of @roster in stable order. */
VigilRosterView *
vigil_roster_view_new (VigilRoster *roster)
{
  VigilRosterView *self = g_object_new (VIGIL_TYPE_ROSTER_VIEW, NULL);

  self->roster = g_object_ref (roster);
  self->ranker = vigil_ranker_new (roster);
  self->policy = vigil_scoring_policy_new_default ();
  vigil_ranker_set_policy (self->ranker, self->policy);
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

void
vigil_roster_view_set_policy (VigilRosterView    *self,
                              VigilScoringPolicy *policy)
{
  g_return_if_fail (policy != NULL);

  if (g_set_object (&self->policy, policy))
    vigil_ranker_set_policy (self->ranker, policy);
}

/** Ranks by @order from now on, at once. */
void
vigil_roster_view_set_order (VigilRosterView *self,
                             VigilOrder       order)
{
  g_return_if_fail ((guint) order < VIGIL_N_ORDERS);

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
  vigil_ranker_set_filter (self->ranker, filter);
  vigil_roster_view_rank (self);
}

/** The filter that is applied. Returns: (transfer none): valid until the next one is set. */
const VigilRosterFilter *
vigil_roster_view_get_filter (VigilRosterView *self)
{
  return vigil_ranker_get_filter (self->ranker);
}

gboolean
vigil_roster_view_shows (VigilRosterView *self,
                         VigilHandle      handle)
{
  return vigil_ranker_matches (self->ranker, handle) || vigil_ranker_is_critical (self->ranker, handle);
}

VigilHandle
vigil_roster_view_get_handle (VigilRosterView *self,
                              guint            position)
{
  return position < self->ranked->len ? VIGIL_ENTRY_HANDLE (g_array_index (self->ranked, VigilEntry, position)) : VIGIL_HANDLE_NONE;
}

const VigilSection *
vigil_roster_view_get_section (VigilRosterView *self,
                               guint            position)
{
  VigilEntry entry = position < self->ranked->len ? g_array_index (self->ranked, VigilEntry, position) : 0;

  return entry & VIGIL_ENTRY_CARD ? vigil_ranker_get_section (self->ranker, entry) : NULL;
}

guint
vigil_roster_view_get_exempt_position (VigilRosterView *self)
{
  return self->exempt_card - 1;
}

guint
vigil_roster_view_get_position (VigilRosterView *self,
                                VigilHandle      handle)
{
  /* Not shown is 0: one less is G_MAXUINT. */
  return handle < self->positions->len ? g_array_index (self->positions, guint, handle) - 1 : G_MAXUINT;
}

/** How many candidates match the filter, folded away or not. */
guint
vigil_roster_view_get_n_matching (VigilRosterView *self)
{
  return vigil_ranker_get_n_matching (self->ranker);
}

/** How many the filters or folds would hide, were there no unattended critical flag. */
guint
vigil_roster_view_get_n_exempt (VigilRosterView *self)
{
  return vigil_ranker_get_n_exempt (self->ranker);
}

guint
vigil_roster_view_commit (VigilRosterView *self)
{
  vigil_ranker_commit (self->ranker);
  vigil_counter_add (self->commits, 1);
  g_signal_emit (self, signals[COMMITTED], 0, FALSE);
  return vigil_roster_view_rank (self);
}

gboolean
vigil_roster_view_undo_commit (VigilRosterView *self)
{
  if (!vigil_ranker_undo_commit (self->ranker))
    return FALSE;

  g_signal_emit (self, signals[COMMITTED], 0, TRUE);
  vigil_roster_view_rank (self);
  return TRUE;
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

gboolean
vigil_roster_view_is_held (VigilRosterView *self)
{
  return self->n_holds > 0;
}

void
vigil_roster_view_set_recent (VigilRosterView *self,
                              guint            ms)
{
  vigil_ranker_set_recent (self->ranker, ms);
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
