/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One action on its way. */

#include "vigil-outbox-item.h"

#include "vigil-clock.h"

struct _VigilOutboxItem
{
  GObject           parent_instance;

  VigilAction      *action;
  VigilActionState  state;
  GError           *error;
  VigilBypass      *bypass;
  gint64            since_us;
  gint64            due_us;
  guint             tries;
  gboolean          in_flight;
};

G_DEFINE_FINAL_TYPE (VigilOutboxItem, vigil_outbox_item, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_outbox_item_finalize (GObject *object)
{
  VigilOutboxItem *self = VIGIL_OUTBOX_ITEM (object);

  vigil_action_unref (self->action);
  g_clear_pointer (&self->bypass, vigil_bypass_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (vigil_outbox_item_parent_class)->finalize (object);
}

static void
vigil_outbox_item_class_init (VigilOutboxItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_outbox_item_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_outbox_item_init (VigilOutboxItem *self)
{
  self->since_us = vigil_clock_monotonic_us ();
}

VigilOutboxItem *
vigil_outbox_item_new (VigilAction *action)
{
  VigilOutboxItem *self = g_object_new (VIGIL_TYPE_OUTBOX_ITEM, NULL);

  self->action = vigil_action_ref (action);
  self->due_us = self->since_us + (gint64) action->hold_ms * 1000;
  return self;
}

void
vigil_outbox_item_begin_try (VigilOutboxItem *self)
{
  self->in_flight = TRUE;
  self->tries++;
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
vigil_outbox_item_is_in_flight (VigilOutboxItem *self)
{
  return self->in_flight;
}

void
vigil_outbox_item_end_try (VigilOutboxItem  *self,
                           VigilActionState  state,
                           const GError     *error,
                           VigilBypass      *bypass)
{
  self->in_flight = FALSE;
  self->state = state;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  g_clear_pointer (&self->bypass, vigil_bypass_unref);
  self->bypass = bypass != NULL ? vigil_bypass_ref (bypass) : NULL;
  g_signal_emit (self, signals[CHANGED], 0);
}

/** What was asked for. Returns: (transfer none). */
VigilAction *
vigil_outbox_item_get_action (VigilOutboxItem *self)
{
  return self->action;
}

VigilActionState
vigil_outbox_item_get_state (VigilOutboxItem *self)
{
  return self->state;
}

const GError *
vigil_outbox_item_get_error (VigilOutboxItem *self)
{
  return self->error;
}

VigilBypass *
vigil_outbox_item_get_bypass (VigilOutboxItem *self)
{
  return self->bypass;
}

gint64
vigil_outbox_item_get_since_us (VigilOutboxItem *self)
{
  return self->since_us;
}

/** Monotonic: when it is sent at the earliest. */
gint64
vigil_outbox_item_get_due_us (VigilOutboxItem *self)
{
  return self->due_us;
}

void
vigil_outbox_item_release (VigilOutboxItem *self)
{
  self->due_us = self->since_us;
}

/** How often it was sent. */
guint
vigil_outbox_item_get_tries (VigilOutboxItem *self)
{
  return self->tries;
}
