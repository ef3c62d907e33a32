/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screens and microphones of whoever is opened: in which order, below which ceilings, and what is said of those that are not
 * received. */
#include "vigil-stream-budget.h"

typedef struct
{
  VigilStreamBudget *budget;
  GArray            *changed;
} Fixture;

static void
limit (Fixture *f,
       guint    cpu,
       guint    kbits)
{
  VigilStreamLimits limits = { .max_live = 4, .max_warm = 4, .warm_margin = 4, .grace_ms = 45000, .max_cpu = cpu, .max_kbits = kbits };

  vigil_stream_budget_set_limits (f->budget, &limits);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->budget = vigil_stream_budget_new ();
  f->changed = g_array_new (FALSE, FALSE, sizeof (VigilStreamDecision));
  limit (f, 0, 0);
  for (VigilHandle handle = 0; handle < 20; handle++)
    vigil_stream_budget_set_available (f->budget, handle, TRUE);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_array_unref (f->changed);
  g_assert_finalize_object (f->budget);
}

static void
show (Fixture *f,
      guint    n)
{
  for (VigilHandle handle = 0; handle < n; handle++)
    vigil_stream_budget_set_visible (f->budget, handle, TRUE, 0);
}

static void
assert_mode (Fixture         *f,
             VigilHandle      handle,
             VigilStreamMode  mode,
             VigilModeReason  why)
{
  VigilStreamDecision decision;

  vigil_stream_budget_get (f->budget, handle, VIGIL_SOURCE_WEBCAM, &decision);
  g_assert_cmpint (decision.mode, ==, mode);
  g_assert_cmpint (decision.why, ==, why);
}

static char
mode_letter (const VigilStreamDecision *decision)
{
  return "CWL"[decision->mode];
}

static char
why_letter (const VigilStreamDecision *decision)
{
  static const char letters[VIGIL_N_WHYS] = {
    [VIGIL_WHY_NOT_STREAMING] = 'N', [VIGIL_WHY_FOCUSED] = 'f', [VIGIL_WHY_OVER_LOAD] = 'l', [VIGIL_WHY_OVER_CPU] = 'C',
    [VIGIL_WHY_OVER_BITRATE] = 'B', [VIGIL_WHY_OVER_CONNECTIONS] = 'O', [VIGIL_WHY_RUNG] = 'R', [VIGIL_WHY_NOT_OPENED] = '-', [VIGIL_WHY_NO_SOUND] = 'x',
  };

  return letters[decision->why];
}

/* Screen and microphone of each: their letters after a webcam's, and what they cost. */
static void
assert_extras (Fixture     *f,
               VigilHandle  handle,
               const char  *modes,
               const char  *whys)
{
  for (VigilSource source = VIGIL_SOURCE_SCREEN; source < VIGIL_N_SOURCES; source++)
    {
      VigilStreamDecision decision;

      vigil_stream_budget_get (f->budget, handle, source, &decision);
      g_assert_cmpuint (decision.handle, ==, handle);
      g_assert_cmpint (decision.source, ==, source);
      g_assert_cmpint (mode_letter (&decision), ==, modes[source - VIGIL_SOURCE_SCREEN]);
      g_assert_cmpint (why_letter (&decision), ==, whys[source - VIGIL_SOURCE_SCREEN]);
    }
}

static void
produce (Fixture     *f,
         VigilHandle  handle)
{
  vigil_stream_budget_set_produced (f->budget, handle, VIGIL_SOURCE_SCREEN, TRUE);
  vigil_stream_budget_set_produced (f->budget, handle, VIGIL_SOURCE_MICROPHONE, TRUE);
}

/* Nobody's screen or microphone but of whoever is opened, and what is not produced is said so. */
static void
test_sources (Fixture       *f,
              gconstpointer  data)
{
  guint live;

  show (f, 2);
  produce (f, 0);
  produce (f, 1);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_extras (f, 0, "CC", "--");
  vigil_stream_budget_set_focused (f->budget, 0, TRUE);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  g_assert_cmpuint (f->changed->len, ==, 3);
  assert_extras (f, 0, "LL", "ff");
  assert_extras (f, 1, "CC", "--");
  vigil_stream_budget_get_counts (f->budget, &live, NULL);
  g_assert_cmpuint (live, ==, 3); /* sound is no video */

  /* A second view of the same candidate. */
  vigil_stream_budget_set_focused (f->budget, 0, TRUE);
  vigil_stream_budget_set_focused (f->budget, 0, FALSE);
  vigil_stream_budget_set_produced (f->budget, 0, VIGIL_SOURCE_SCREEN, FALSE);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_extras (f, 0, "CL", "Nf");
  g_assert_true (vigil_stream_budget_is_focused (f->budget, 0));

  /* Without a webcam all the same. */
  vigil_stream_budget_set_available (f->budget, 0, FALSE);
  vigil_stream_budget_decide (f->budget, 3, f->changed);
  assert_mode (f, 0, VIGIL_MODE_COLD, VIGIL_WHY_NOT_STREAMING);
  assert_extras (f, 0, "CL", "Nf");

  vigil_stream_budget_set_focused (f->budget, 0, FALSE);
  vigil_stream_budget_decide (f->budget, 4, f->changed);
  g_assert_cmpuint (f->changed->len, ==, 2);
  assert_extras (f, 0, "CC", "--");
  vigil_stream_budget_decide (f->budget, 5, f->changed);
  g_assert_cmpuint (f->changed->len, ==, 0);
}

/* Right after the webcams of all who are opened, below the same ceilings, and before everybody else. */
static void
test_sources_order (Fixture       *f,
                    gconstpointer  data)
{
  const VigilStreamCost dear = { 100, 1000, 1000 }, voice = { 10, 40, 0 };

  show (f, 3);
  for (VigilHandle handle = 0; handle < 2; handle++)
    {
      produce (f, handle);
      vigil_stream_budget_set_focused (f->budget, handle, TRUE);
    }

  /* Four may be live: two webcams, two screens; sound does not count among them. */
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_extras (f, 0, "LL", "ff");
  assert_extras (f, 1, "LL", "ff");
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BUDGET);

  /* What a ceiling stops nobody overtakes, however little it costs. */
  for (VigilHandle handle = 0; handle < 2; handle++)
    {
      vigil_stream_budget_set_cost (f->budget, handle, &dear);
      vigil_stream_budget_set_source_cost (f->budget, handle, VIGIL_SOURCE_SCREEN, &dear);
      vigil_stream_budget_set_source_cost (f->budget, handle, VIGIL_SOURCE_MICROPHONE, &voice);
    }
  limit (f, 0, 3100);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_extras (f, 0, "LL", "ff");
  assert_extras (f, 1, "CC", "BB");
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BITRATE);
  limit (f, 210, 0);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_FOCUSED);
  assert_extras (f, 0, "CC", "CC");
}

/* Down the ladder whoever is opened keeps all, until there are only scores. */
static void
test_sources_ladder (Fixture       *f,
                     gconstpointer  data)
{
  VigilStreamLimits limits = { .max_live = 4, .max_warm = 4, .warm_margin = 4, .rung = VIGIL_RUNG_STILL };

  show (f, 2);
  produce (f, 0);
  vigil_stream_budget_set_focused (f->budget, 0, TRUE);
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_extras (f, 0, "LL", "ff");
  assert_mode (f, 1, VIGIL_MODE_COLD, VIGIL_WHY_RUNG);
  limits.load_live = 1;
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_extras (f, 0, "CC", "ll");
  limits.rung = VIGIL_RUNG_SCORE;
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_extras (f, 0, "CC", "RR");

  /* An SFU with pictures alone. */
  limits = (VigilStreamLimits) { .max_live = 4, .max_warm = 4, .warm_margin = 4, .no_sound = TRUE };
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 3, f->changed);
  assert_extras (f, 0, "LC", "fx");
}

/* Where each is a connection of its own a microphone takes one as well. */
static void
test_connections (Fixture       *f,
                  gconstpointer  data)
{
  VigilStreamLimits limits = { .max_live = 8, .max_warm = 4, .grace_ms = 45000, .max_connections = 4, .cannot_pause = TRUE };

  vigil_stream_budget_set_limits (f->budget, &limits);
  show (f, 4);
  produce (f, 0);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_mode (f, 3, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);

  /* His webcam, screen and microphone: one is left for the others. */
  vigil_stream_budget_set_focused (f->budget, 0, TRUE);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_extras (f, 0, "LL", "ff");
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 2, VIGIL_MODE_COLD, VIGIL_WHY_OVER_CONNECTIONS);

  limits.max_connections = 2;
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_extras (f, 0, "LC", "fO");
}

#define ADD(name, func) g_test_add ("/model/stream-sources/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("opened", test_sources);
  ADD ("order", test_sources_order);
  ADD ("ladder", test_sources_ladder);
  ADD ("connections", test_connections);
  return g_test_run ();
}
