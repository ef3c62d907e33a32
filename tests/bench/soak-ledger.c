/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session said of violations. */
#include "soak-ledger.h"

typedef struct
{
  guint        count;
  guint        n_evidence;
  VigilVerdict verdict;
} Entry;

struct _SoakLedger
{
  VigilSession *session;
  GHashTable   *entries;   /* id → Entry */
  guint         repeated;
};

static void
violation_cb (VigilSession *session, VigilViolation *violation, gpointer user_data)
{
  SoakLedger *self = user_data;
  Entry *entry = g_hash_table_lookup (self->entries, violation->id);
  Entry now = { violation->count, violation->evidence->len, violation->verdict };

  if (entry == NULL)
    {
      g_hash_table_insert (self->entries, g_strdup (violation->id), g_memdup2 (&now, sizeof now));
      return;
    }
  if (now.count < entry->count ||
      (now.count == entry->count && now.n_evidence <= entry->n_evidence && now.verdict == entry->verdict))
    self->repeated++;
  *entry = now;
}

SoakLedger *
soak_ledger_new (VigilSession *session)
{
  SoakLedger *self = g_new0 (SoakLedger, 1);

  self->session = g_object_ref (session);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_signal_connect (session, "violation", G_CALLBACK (violation_cb), self);
  return self;
}

void
soak_ledger_free (SoakLedger *self)
{
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_object_unref (self->session);
  g_hash_table_unref (self->entries);
  g_free (self);
}

guint
soak_ledger_get_count (SoakLedger *self, const char *id)
{
  const Entry *entry = g_hash_table_lookup (self->entries, id);

  return entry != NULL ? entry->count : 0;
}

guint
soak_ledger_get_n (SoakLedger *self)
{
  return g_hash_table_size (self->entries);
}

guint
soak_ledger_get_repeated (SoakLedger *self)
{
  return self->repeated;
}

guint
soak_ledger_get_missing (SoakLedger *self, GHashTable *flags, const char **first)
{
  GHashTableIter iter;
  gpointer id, count;
  guint n = 0;

  g_hash_table_iter_init (&iter, flags);
  while (g_hash_table_iter_next (&iter, &id, &count))
    if (soak_ledger_get_count (self, id) < GPOINTER_TO_UINT (count) && n++ == 0 && first != NULL)
      *first = id;
  return n;
}

GPtrArray *
soak_ledger_dup_ids (SoakLedger *self)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (ids, g_strdup (id));
  return ids;
}
