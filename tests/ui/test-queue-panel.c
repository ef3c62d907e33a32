/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue's panel with as much as it holds: what a page of flags costs the main loop, and what its lines are called. */
#include <time.h>

#include "ui-fixture.h"
#include "vigil-clock.h"
#include "vigil-queue-panel.h"
#include "vigil-words-triage.h"

#define N_CANDIDATES 200
#define N 20000
#define PAGE 50       /* as the flag reader gives them */
#define GO_MS 16      /* a frame */
#define SLACK 4       /* for a machine that does other things as well, and for sanitizers */

typedef struct
{
  UiFixture         base;
  GtkWidget        *panel;
  VigilTriageQueue *queue;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  ui_fixture_set_up (&f->base, N_CANDIDATES);
  f->queue = vigil_triage_get_queue (vigil_session_get_triage (f->base.session));
  f->panel = vigil_queue_panel_new (f->base.session);
  gtk_window_set_child (f->base.window, f->panel);
  gtk_window_present (f->base.window);
  ui_fixture_draw (&f->base, 2);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ui_fixture_tear_down (&f->base);
}

static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1000.0 + now.tv_nsec / 1e6;
}

static void
take (Fixture *f, guint i, gint64 at_ms, VigilVerdict verdict)
{
  g_autoptr (VigilViolation) violation = vigil_violation_new ();

  violation->id = g_strdup_printf ("v%05u", i);
  violation->student_id = g_strdup_printf ("s%u", i % N_CANDIDATES);
  violation->type = g_strdup ("multiple_faces");
  violation->severity = VIGIL_BAND_HIGH;
  violation->at_ms = at_ms;
  violation->verdict = verdict;
  vigil_triage_queue_take (f->queue, violation);
}

static int
compare_double (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a, other = *(const double *) b;

  return one < other ? -1 : one > other;
}

static void
note (GArray *goes, double began)
{
  double took = cpu_ms () - began;

  g_array_append_val (goes, took);
}

/* Pages in an order of their own: what is older than all that is shown is the worst case for a list. A go of the main
 * loop is what the reader does in one, or one turn of the loop, with the frame in it. */
static void
fill (Fixture *f, GArray *goes, gint64 now_ms)
{
  for (guint i = 0; i < N; i += PAGE)
    {
      double began = cpu_ms ();

      for (guint k = i; k < i + PAGE; k++)
        take (f, k, now_ms - (k / PAGE % 2 ? k : N + k) * 10, VIGIL_VERDICT_OPEN);
      note (goes, began);
      for (guint turn = 0; turn < 20 && g_main_context_pending (NULL); turn++)
        {
          began = cpu_ms ();
          g_main_context_iteration (NULL, FALSE);
          note (goes, began);
        }
    }
}

static void
test_fills (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) goes = g_array_new (FALSE, FALSE, sizeof (double));
  double began, claimed, frame;
  double *took;

  fill (f, goes, vigil_clock_hall_ms ());
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->queue)), ==, N);
  g_array_sort (goes, compare_double);
  took = (double *) (gpointer) goes->data;

  began = cpu_ms ();
  for (guint i = 0; i < N_CANDIDATES; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);

      vigil_triage_queue_set_claimed (f->queue, id, "a.colleague");
    }
  claimed = (cpu_ms () - began) / N_CANDIDATES;
  began = cpu_ms ();
  ui_fixture_draw (&f->base, 1);
  frame = cpu_ms () - began;

  g_test_message ("of %u by pages of %u: a go of the main loop took %.1f ms (median), %.1f ms (p99), %.1f ms (most); a claim on %u items %.1f ms; the frame after that %.1f ms",
                  N, PAGE, took[goes->len / 2], took[goes->len * 99 / 100], took[goes->len - 1], N / N_CANDIDATES, claimed, frame);
  g_assert_cmpfloat (took[goes->len / 2], <, GO_MS);
  g_assert_cmpfloat (took[goes->len * 99 / 100], <, GO_MS * SLACK);
  g_assert_cmpfloat (claimed, <, GO_MS * SLACK);
}

/* A claim on somebody costs as many items as are that one's, not as many as there are. */
static void
test_claim_one (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) goes = g_array_new (FALSE, FALSE, sizeof (double));
  double began, took;

  fill (f, goes, vigil_clock_hall_ms ());
  began = cpu_ms ();
  for (guint i = 0; i < 2000; i++)
    {
      vigil_triage_queue_set_claimed (f->queue, "somebody-without-items", i % 2 ? "me" : "you");
      vigil_triage_queue_touch (f->queue, "somebody-without-items");
      g_assert_null (vigil_triage_queue_find_open (f->queue, "somebody-without-items"));
    }
  took = cpu_ms () - began;
  g_test_message ("2000 claims on somebody without items, of %u: %.2f ms", N, took);
  g_assert_cmpfloat (took, <, 100);
}

/* In time the first is late, and comes with its state. */
static void
test_states (Fixture *f, gconstpointer data)
{
  gint64 now_ms = vigil_clock_hall_ms ();
  VigilTriageItem *item;
  const struct
  {
    const char *claimed_by;
    gboolean    sending;
    VigilVerdict verdict;
    const char *words;
  } cases[] = {
    { NULL, FALSE, VIGIL_VERDICT_OPEN, NULL },
    { "m.ortiz", FALSE, VIGIL_VERDICT_OPEN, "you look after this" },
    { "i.oka%for", FALSE, VIGIL_VERDICT_OPEN, "i.oka%for looks after this" },
    { "m.ortiz", TRUE, VIGIL_VERDICT_OPEN, "decided; waiting for the hall…" },
    { NULL, FALSE, VIGIL_VERDICT_ESCALATED, "handed up to you" },
    { NULL, FALSE, VIGIL_VERDICT_SNOOZED, "snoozed until " },
    { NULL, FALSE, VIGIL_VERDICT_OPEN, "back from snooze" },
  };

  take (f, 1, now_ms - 1000, VIGIL_VERDICT_OPEN);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = NULL;

      vigil_triage_queue_set_claimed (f->queue, "s1", cases[i].claimed_by);
      vigil_triage_queue_set_verdict (f->queue, "v00001", cases[i].verdict, now_ms + 60000);
      vigil_triage_queue_set_sending (f->queue, "v00001", cases[i].sending);
      item = vigil_triage_queue_lookup (f->queue, "v00001");
      g_assert_nonnull (item);
      words = vigil_words_triage_state (f->base.session, item);
      if (cases[i].words != NULL && g_str_has_suffix (cases[i].words, " "))
        g_assert_true (g_str_has_prefix (words, cases[i].words));
      else
        g_assert_cmpstr (words, ==, cases[i].words);
      vigil_triage_queue_set_sending (f->queue, "v00001", FALSE);
    }
}

int
main (int argc, char *argv[])
{
  ui_fixture_init (&argc, &argv);
  g_test_add ("/ui/queue-panel/fills", Fixture, NULL, set_up, test_fills, tear_down);
  g_test_add ("/ui/queue-panel/claim-one", Fixture, NULL, set_up, test_claim_one, tear_down);
  g_test_add ("/ui/queue-panel/states", Fixture, NULL, set_up, test_states, tear_down);
  return g_test_run ();
}
