/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides as an invigilator does: claims, looks, decides, next. */
#include "bench-desk.h"

/* A claim takes a round trip; more than one decision a second is more than there are violations. */
#define STEP_MS 250

struct _BenchDesk
{
  VigilSession *session;
  GHashTable   *decided; /* ids */
  guint         n_items;
  guint         timer;
};

static void
note_decided (BenchDesk *self, GPtrArray *violations)
{
  for (guint i = 0; i < violations->len; i++)
    g_hash_table_add (self->decided, g_strdup (((VigilViolation *) violations->pdata[i])->id));
}

static void
decide (BenchDesk *self, VigilTriage *triage, VigilTriageItem *item)
{
  g_autoptr (GPtrArray) violations = vigil_triage_dup_undecided (triage, item);
  gboolean dismiss = self->n_items++ % 2 == 0;

  note_decided (self, violations);
  vigil_triage_decide (triage, item, violations, dismiss ? VIGIL_VERDICT_DISMISSED : VIGIL_VERDICT_CONFIRMED,
                       dismiss ? "looked at" : NULL, 0);
}

/* An incident is nobody's to claim. */
static gboolean
is_ours (VigilTriageItem *item)
{
  VigilTriageState state = vigil_triage_item_get_state (item);

  return state == VIGIL_TRIAGE_MINE || state == VIGIL_TRIAGE_INCIDENT;
}

static gboolean
step_cb (gpointer user_data)
{
  BenchDesk *self = user_data;
  VigilTriage *triage = vigil_session_get_triage (self->session);
  VigilTriageItem *item = vigil_triage_get_current (triage);

  if (item == NULL || vigil_triage_item_get_sending (item))
    vigil_triage_next (triage);
  else if (is_ours (item))
    decide (self, triage, item);
  else if (!vigil_triage_is_claiming (triage, vigil_triage_item_get_student_id (item)))
    vigil_triage_next (triage); /* a colleague has it, or the claim came to nothing */
  return G_SOURCE_CONTINUE;
}

BenchDesk *
bench_desk_new (VigilSession *session)
{
  BenchDesk *self = g_new0 (BenchDesk, 1);

  self->session = g_object_ref (session);
  self->decided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->timer = g_timeout_add (STEP_MS, step_cb, self);
  return self;
}

void
bench_desk_stop (BenchDesk *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}

void
bench_desk_free (BenchDesk *self)
{
  bench_desk_stop (self);
  g_hash_table_unref (self->decided);
  g_object_unref (self->session);
  g_free (self);
}

guint
bench_desk_get_n_decided (BenchDesk *self)
{
  return g_hash_table_size (self->decided);
}

gboolean
bench_desk_is_done (BenchDesk *self)
{
  return vigil_outbox_get_n_pending (vigil_session_get_outbox (self->session)) == 0;
}

guint
bench_desk_get_undone (BenchDesk *self, GHashTable *open, const char **first)
{
  GHashTableIter iter;
  gpointer id;
  guint n = 0;

  *first = NULL;
  g_hash_table_iter_init (&iter, self->decided);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (g_hash_table_contains (open, id))
      {
        *first = id;
        n++;
      }
  return n;
}
