/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims: who holds them, and since when the holder is gone. */
#include "vigil-hall-claims.h"

#include "vigil-hall-console.h"
#include "vigil-hall-error.h"

struct _VigilHallClaims
{
  VigilHall  *hall;   /* outlives us */
  GHashTable *held;   /* VigilHallCandidate → its VigilHallExam */
  GHashTable *gone;   /* user, owned → gint64, owned: since when without a console */
};

VigilHallClaims *
vigil_hall_claims_new (VigilHall *hall)
{
  VigilHallClaims *self = g_new0 (VigilHallClaims, 1);

  self->hall = hall;
  self->held = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
vigil_hall_claims_free (VigilHallClaims *self)
{
  g_hash_table_unref (self->held);
  g_hash_table_unref (self->gone);
  g_free (self);
}

gboolean
vigil_hall_claims_check (const VigilHallCandidate *candidate, const char *user, GError **error)
{
  if (!candidate->claimed_by || g_str_equal (candidate->claimed_by, user))
    return TRUE;
  return vigil_hall_error_claimed (error, candidate->claimed_by);
}

void
vigil_hall_claims_set (VigilHallClaims *self, VigilHallExam *exam, VigilHallCandidate *candidate, const char *user)
{
  if (g_strcmp0 (candidate->claimed_by, user) == 0)
    return;
  g_free (candidate->claimed_by);
  candidate->claimed_by = g_strdup (user);
  if (user)
    g_hash_table_insert (self->held, candidate, exam);
  else
    g_hash_table_remove (self->held, candidate);
  vigil_hall_exam_update (exam, candidate, VIGIL_HALL_FIELD_CLAIMED);
}

static gboolean
is_over (VigilHallClaims *self, const char *user, gint64 now_us)
{
  gint64 *since = g_hash_table_lookup (self->gone, user);

  if (vigil_hall_consoles_has_user (self->hall, user))
    {
      g_hash_table_remove (self->gone, user);
      return FALSE;
    }
  if (!since)
    {
      since = g_new (gint64, 1);
      *since = now_us;
      g_hash_table_insert (self->gone, g_strdup (user), since);
    }
  return now_us - *since >= (gint64) self->hall->options.claim_seconds * G_USEC_PER_SEC;
}

/* Who holds nothing any more begins anew with the next claim. */
static gboolean
holds_nothing (gpointer user, gpointer since, gpointer data)
{
  VigilHallClaims *self = data;
  GHashTableIter iter;
  gpointer candidate;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, &candidate, NULL))
    if (g_strcmp0 (((VigilHallCandidate *) candidate)->claimed_by, user) == 0)
      return FALSE;
  return TRUE;
}

void
vigil_hall_claims_sweep (VigilHallClaims *self, gint64 now_us)
{
  g_autoptr(GPtrArray) over = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer candidate;

  if (self->hall->options.claim_seconds == 0)
    return;
  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, &candidate, NULL))
    if (is_over (self, ((VigilHallCandidate *) candidate)->claimed_by, now_us))
      g_ptr_array_add (over, candidate);
  for (guint i = 0; i < over->len; i++)
    {
      candidate = g_ptr_array_index (over, i);
      vigil_hall_claims_set (self, g_hash_table_lookup (self->held, candidate), candidate, NULL);
    }
  g_hash_table_foreach_remove (self->gone, holds_nothing, self);
}
