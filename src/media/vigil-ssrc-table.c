/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The allow-list. Asked once per packet, changed once per consumer. */
#include "vigil-ssrc-table.h"

struct _VigilSsrcTable
{
  gatomicrefcount ref_count;

  /* with the lock */
  GMutex      lock;
  GHashTable *sinks; /* SSRC -> VigilPacketSink */
};

/**
 * vigil_ssrc_table_new:
 *
 * Returns: (transfer full): a table that allows nothing
 */
VigilSsrcTable *
vigil_ssrc_table_new (void)
{
  VigilSsrcTable *self = g_new0 (VigilSsrcTable, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->sinks = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);

  return self;
}

/**
 * vigil_ssrc_table_ref:
 *
 * Returns: (transfer full): @self
 */
VigilSsrcTable *
vigil_ssrc_table_ref (VigilSsrcTable *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * vigil_ssrc_table_unref:
 */
void
vigil_ssrc_table_unref (VigilSsrcTable *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->sinks);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * vigil_ssrc_table_add:
 * @ssrc: to let in from now on
 * @sink: where its packets go
 *
 * Returns: %FALSE if @ssrc is there already
 */
gboolean
vigil_ssrc_table_add (VigilSsrcTable  *self,
                      guint32          ssrc,
                      VigilPacketSink *sink)
{
  gboolean added;

  g_mutex_lock (&self->lock);
  added = !g_hash_table_contains (self->sinks, GUINT_TO_POINTER (ssrc));
  if (added)
    g_hash_table_insert (self->sinks, GUINT_TO_POINTER (ssrc), g_object_ref (sink));
  g_mutex_unlock (&self->lock);

  return added;
}

/**
 * vigil_ssrc_table_remove:
 * @ssrc: not to let in any more
 *
 * Returns: whether it was there
 */
gboolean
vigil_ssrc_table_remove (VigilSsrcTable *self,
                         guint32         ssrc)
{
  g_autoptr (VigilPacketSink) sink = NULL;
  gpointer value = NULL;

  g_mutex_lock (&self->lock);
  g_hash_table_steal_extended (self->sinks, GUINT_TO_POINTER (ssrc), NULL, &value);
  g_mutex_unlock (&self->lock);

  /* Released outside of the lock: this may be the last reference. */
  sink = value;
  return sink != NULL;
}

/**
 * vigil_ssrc_table_contains:
 *
 * Returns: whether packets of @ssrc may enter
 */
gboolean
vigil_ssrc_table_contains (VigilSsrcTable *self,
                           guint32         ssrc)
{
  gboolean there;

  g_mutex_lock (&self->lock);
  there = g_hash_table_contains (self->sinks, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->lock);

  return there;
}

/**
 * vigil_ssrc_table_dup_sink:
 *
 * Returns: (transfer full) (nullable): where packets of @ssrc go
 */
VigilPacketSink *
vigil_ssrc_table_dup_sink (VigilSsrcTable *self,
                           guint32         ssrc)
{
  VigilPacketSink *sink;

  g_mutex_lock (&self->lock);
  sink = g_hash_table_lookup (self->sinks, GUINT_TO_POINTER (ssrc));
  if (sink != NULL)
    g_object_ref (sink);
  g_mutex_unlock (&self->lock);

  return sink;
}

/**
 * vigil_ssrc_table_clear:
 *
 * Lets nothing in any more.
 */
void
vigil_ssrc_table_clear (VigilSsrcTable *self)
{
  g_autoptr (GHashTable) old = NULL;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->sinks);
  self->sinks = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  g_mutex_unlock (&self->lock);
}
