/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares a session with its hall. */
#include "soak-check.h"

#include "vigil-clock.h"
#include "vigil-tile.h"

/* Candidates come and go while they are compared. Who differs in every one of so many looks, is different. */
#define LOOKS 8
#define PAUSE_S 1
#define FRESH_LIMIT_S 15
#define FLAGS_LIMIT_S 15

typedef struct
{
  BenchConsole *console;
  VigilSession *session;
  SoakLedger   *ledger;
  SoakVerdict  *verdict;
  GString      *words;
  GArray       *handles;    /* VigilHandle of those that are looked at for freshness */
  GHashTable   *flags;
  gint64        stale_us;
} Check;

static double
since (gint64 began_us)
{
  return (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC;
}

/* -- the roster -- */

/* Returns: (nullable): what differs. */
static const char *
compare (Check *check, const SoakRow *row)
{
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (check->session), row->id);
  VigilScore score;

  if (candidate == NULL || !candidate->present)
    return "not there";
  if (g_strcmp0 (candidate->name, row->name) != 0)
    return "another name";
  if (candidate->connected != row->connected)
    return row->connected ? "not connected" : "connected";
  if (candidate->is_streaming != row->streaming)
    return row->streaming ? "not streaming" : "streaming";
  if (candidate->open_flags != row->open_flags)
    return "other open flags";
  vigil_score_store_read (vigil_session_get_store (check->session), candidate->handle, &score);
  if (row->connected && score.score != row->score)
    return "another score";
  return NULL;
}

static GPtrArray *
collect_unlike (Check *check, GPtrArray *rows, const char **what)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < rows->len; i++)
    {
      const SoakRow *row = g_ptr_array_index (rows, i);
      const char *differs = compare (check, row);

      if (differs == NULL)
        continue;
      *what = differs;
      g_ptr_array_add (ids, g_strdup (row->id));
    }
  return ids;
}

static void
check_roster (Check *check, SoakTruth *truth)
{
  gint64 began_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) rows = soak_truth_read_roster (truth);
  const char *what = NULL;
  g_autoptr (GPtrArray) ids = collect_unlike (check, rows, &what);
  VigilRosterCounts counts;

  check->verdict->candidates = rows->len;
  for (guint look = 1; look < LOOKS && ids->len > 0; look++)
    {
      g_autoptr (GPtrArray) again = NULL;

      bench_console_run (check->console, PAUSE_S);
      again = ids->len > 100 ? soak_truth_read_roster (truth) : soak_truth_read_rows (truth, ids);
      g_ptr_array_unref (ids);
      ids = collect_unlike (check, again, &what);
    }
  check->verdict->equal_s = since (began_us);
  check->verdict->unlike = ids->len;
  if (ids->len > 0)
    g_string_append_printf (check->words, "%u candidates unlike the hall's, %s: %s. ", ids->len,
                            (char *) g_ptr_array_index (ids, 0), what);
  vigil_roster_get_counts (vigil_session_get_roster (check->session), &counts);
  if (counts.candidates != rows->len)
    {
      check->verdict->unlike++;
      g_string_append_printf (check->words, "%u candidates instead of %u. ", counts.candidates, rows->len);
    }
}

/* -- what is old -- */

static void
each_tile (GtkWidget *widget, void (*func) (VigilTile *tile, Check *check), Check *check)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (VIGIL_IS_TILE (widget))
    func (VIGIL_TILE (widget), check);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    each_tile (child, func, check);
}

static gboolean
is_sent (Check *check, VigilHandle handle, VigilScore *score)
{
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (check->session), handle);

  vigil_score_store_read (vigil_session_get_store (check->session), handle, score);
  return candidate != NULL && candidate->present && candidate->connected && score->score >= 0;
}

/* The roster was just found to be the hall's, so who is connected there is connected here. */
static gboolean
is_old (Check *check, VigilHandle handle)
{
  VigilScore score;

  return is_sent (check, handle, &score) && vigil_clock_monotonic_us () - score.received_us >= check->stale_us;
}

static void
look_at_tile (VigilTile *tile, Check *check)
{
  const VigilTileLook *look = vigil_tile_get_look (tile);
  VigilHandle handle = vigil_tile_get_handle (tile);
  VigilScore score;

  if (handle == VIGIL_HANDLE_NONE)
    return;
  check->verdict->tiles++;
  /* What it shows and not only what it could show: the next sweep may be under way, so by age. */
  if (is_old (check, handle) || (is_sent (check, handle, &score) && look->score_age_s >= 0))
    g_array_append_val (check->handles, handle);
}

static gboolean
none_old (BenchConsole *console, gpointer user_data)
{
  Check *check = user_data;

  g_array_set_size (check->handles, 0);
  check->verdict->tiles = 0;
  each_tile (GTK_WIDGET (bench_console_get_window (console)), look_at_tile, check);
  return check->handles->len == 0;
}

static void
say_stale (Check *check, VigilHandle handle, const char *where)
{
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (check->session), handle);
  VigilScore score;

  vigil_score_store_read (vigil_session_get_store (check->session), handle, &score);
  if (check->verdict->stale++ == 0)
    g_string_append_printf (check->words, "stale %s: %s, %.1f s old. ", where, candidate->id,
                            (double) (vigil_clock_monotonic_us () - score.received_us) / G_USEC_PER_SEC);
}

static void
check_sample (Check *check, guint sample, gint64 began_us)
{
  guint n;
  const VigilHandle *all = vigil_roster_get_handles (vigil_session_get_roster (check->session), &n);
  g_autofree VigilHandle *picked = g_new (VigilHandle, sample);

  for (guint i = 0; i < sample; i++)
    picked[i] = all[g_random_int_range (0, (gint32) n)];
  for (guint i = 0; i < sample; i++)
    {
      while (is_old (check, picked[i]) && since (began_us) < FRESH_LIMIT_S)
        bench_console_run (check->console, 0.2);
      if (is_old (check, picked[i]))
        say_stale (check, picked[i], "in the store");
    }
  check->verdict->sampled = sample;
}

static void
check_fresh (Check *check, guint sample)
{
  gint64 began_us = g_get_monotonic_time ();

  check->handles = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  if (!bench_console_wait (check->console, none_old, check, FRESH_LIMIT_S))
    for (guint i = 0; i < check->handles->len; i++)
      say_stale (check, g_array_index (check->handles, VigilHandle, i), "on the wall");
  check_sample (check, sample, began_us);
  check->verdict->fresh_s = since (began_us);
  g_array_unref (check->handles);
}

/* -- violations -- */

static gboolean
all_known (BenchConsole *console, gpointer user_data)
{
  Check *check = user_data;

  return soak_ledger_get_missing (check->ledger, check->flags, NULL) == 0;
}

static void
check_violations (Check *check, SoakTruth *truth)
{
  const char *first = NULL;

  check->flags = soak_truth_read_flags (truth);
  check->verdict->violations = g_hash_table_size (check->flags);
  if (!bench_console_wait (check->console, all_known, check, FLAGS_LIMIT_S))
    {
      check->verdict->lost = soak_ledger_get_missing (check->ledger, check->flags, &first);
      g_string_append_printf (check->words, "%u violations lost, %s: seen %u times here, %u there. ", check->verdict->lost, first,
                              soak_ledger_get_count (check->ledger, first),
                              GPOINTER_TO_UINT (g_hash_table_lookup (check->flags, first)));
    }
  g_hash_table_unref (check->flags);
}

void
soak_check (BenchConsole *console, SoakTruth *truth, SoakLedger *ledger, guint sample, SoakVerdict *verdict)
{
  Check check = { .console = console, .ledger = ledger, .verdict = verdict };

  *verdict = (SoakVerdict) { 0 };
  check.session = bench_console_get_session (console);
  check.words = g_string_new (NULL);
  check.stale_us = vigil_settings_get_int (bench_console_get_settings (console), VIGIL_SETTING_STALE_SCORE) * G_USEC_PER_SEC;
  check_violations (&check, truth);
  check_roster (&check, truth);
  check_fresh (&check, sample);
  verdict->words = g_string_free (check.words, check.words->len == 0);
}

void
soak_verdict_clear (SoakVerdict *self)
{
  g_clear_pointer (&self->words, g_free);
}
