/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One place on the wall. Who is in it may change; the place does not. */

#include "vigil-slot.h"

struct _VigilSlot
{
  GObject      parent_instance;

  guint         position;
  VigilHandle   handle;
  VigilSection *section;  /* NULL: no card */
  guint         serial;   /* of the section, as it was told last */
  gboolean      exempt;
};

G_DEFINE_FINAL_TYPE (VigilSlot, vigil_slot, G_TYPE_OBJECT)

enum
{
  HANDLE_CHANGED,
  SECTION_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_slot_finalize (GObject *object)
{
  VigilSlot *self = VIGIL_SLOT (object);

  g_clear_pointer (&self->section, vigil_section_unref);

  G_OBJECT_CLASS (vigil_slot_parent_class)->finalize (object);
}

static void
vigil_slot_class_init (VigilSlotClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_slot_finalize;

  signals[HANDLE_CHANGED] = g_signal_new ("handle-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SECTION_CHANGED] = g_signal_new ("section-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
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

VigilHandle
vigil_slot_get_handle (VigilSlot *self)
{
  return self->handle;
}

const VigilSection *
vigil_slot_get_section (VigilSlot *self)
{
  return self->section;
}

gboolean
vigil_slot_is_exempt (VigilSlot *self)
{
  return self->exempt;
}

void
vigil_slot_set_handle (VigilSlot   *self,
                       VigilHandle  handle)
{
  vigil_slot_seat (self, handle, NULL, FALSE);
}

gboolean
vigil_slot_seat (VigilSlot    *self,
                 VigilHandle   handle,
                 VigilSection *section,
                 gboolean      exempt)
{
  gboolean same = self->handle == handle && self->section == section;
  gboolean reason = self->exempt != (exempt != FALSE);

  self->exempt = exempt != FALSE;
  if (same)
    {
      if (reason)
        g_signal_emit (self, signals[SECTION_CHANGED], 0);
      return FALSE;
    }

  self->handle = handle;
  g_clear_pointer (&self->section, vigil_section_unref);
  if (section != NULL)
    {
      self->section = vigil_section_ref (section);
      self->serial = section->serial;
    }
  g_signal_emit (self, signals[HANDLE_CHANGED], 0);
  return TRUE;
}

void
vigil_slot_tell_section (VigilSlot *self)
{
  if (self->section == NULL || self->serial == self->section->serial)
    return;

  self->serial = self->section->serial;
  g_signal_emit (self, signals[SECTION_CHANGED], 0);
}
