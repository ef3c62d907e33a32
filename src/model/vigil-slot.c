/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One place on the wall. Who is in it may change; the place does not. */

#include "vigil-slot.h"

struct _VigilSlot
{
  GObject      parent_instance;

  guint        position;
  VigilHandle  handle;
};

G_DEFINE_FINAL_TYPE (VigilSlot, vigil_slot, G_TYPE_OBJECT)

enum
{
  HANDLE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_slot_class_init (VigilSlotClass *klass)
{
  signals[HANDLE_CHANGED] = g_signal_new ("handle-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_slot_init (VigilSlot *self)
{
  self->handle = VIGIL_HANDLE_NONE;
}

/** An empty slot in @position. */
VigilSlot *
vigil_slot_new (guint position)
{
  VigilSlot *self = g_object_new (VIGIL_TYPE_SLOT, NULL);

  self->position = position;
  return self;
}

/** Where on the wall it is; never changes. */
guint
vigil_slot_get_position (VigilSlot *self)
{
  return self->position;
}

/** Who sits here; VIGIL_HANDLE_NONE: nobody. */
VigilHandle
vigil_slot_get_handle (VigilSlot *self)
{
  return self->handle;
}

void
vigil_slot_set_handle (VigilSlot   *self,
                       VigilHandle  handle)
{
  if (self->handle == handle)
    return;

  self->handle = handle;
  g_signal_emit (self, signals[HANDLE_CHANGED], 0);
}
