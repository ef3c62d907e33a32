/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is live, warm or cold and why: a table of situations, and the rules one by one. */

#include "vigil-stream-budget.h"

#include <string.h>

#define S G_USEC_PER_SEC

/* One word per candidate: letters say what is true of it, then what is expected of it. */
typedef struct
{
  const char *name;
  guint       max_live, max_warm, margin;
  const char *situation; /* f focused, p pinned, c claimed, v visible, g flagged, t on patrol's next page, n near,
                          * - not streaming, . nothing */
  const char *modes;     /* L, W, C */
  const char *whys;      /* N not streaming, o off screen, n near, v visible, g flagged, p pinned, f focused, ! over budget,
                          * c claimed, t patrol, l load, R rung */
  guint       load;      /* what the machine bears; 0: everything */
  VigilRung   rung;
} Row;

static const Row rows[] = {
  { "nobody", 4, 4, 2, ". .", "CC", "oo" },
  { "visible", 4, 4, 2, "v v .", "LLC", "vvo" },
  { "not streaming", 4, 4, 2, "v- n- p- f-", "CCCC", "NNNN" },
  { "near", 4, 4, 2, "v n n", "LWW", "vnn" },
  { "margin", 4, 9, 1, "v n n n n", "LWWCC", "vnnoo" },
  { "over live is warm", 2, 4, 2, "v v v v", "LLWW", "vv!!" },
  { "over both is cold", 2, 1, 2, "v v v v", "LLWC", "vv!!" },
  { "no warm at all", 2, 0, 2, "v v v n", "LLCC", "vv!!" },
  { "over budget before near", 1, 1, 2, "n v v", "CLW", "!v!" },
  { "flagged outranks", 1, 1, 2, "v vg", "WL", "!g" },
  { "pinned outranks", 1, 1, 2, "vg p", "WL", "!p" },
  { "focused outranks", 1, 1, 2, "p f", "WL", "!f" },
  { "the whole ladder", 4, 2, 2, "n v vg p f v v", "CLLLLWW", "!vgpf!!" },
  { "flagged off screen is nothing", 4, 4, 2, "g v", "CL", "ov" },
  { "focused off screen", 4, 4, 2, "f .", "LC", "fo" },
  { "pinned and visible", 4, 4, 2, "pv fv", "LL", "pf" },
  { "nothing live", 0, 2, 2, "v f n", "WWC", "!!!" },
  { "claimed outranks flagged", 1, 1, 2, "vg vc", "WL", "!c" },
  { "pinned outranks claimed", 1, 1, 2, "vc p", "WL", "!p" },
  { "claimed off screen is ready", 4, 1, 2, "c v n", "WLC", "cv!" },
  { "patrol before near", 4, 1, 2, "n t v", "CWL", "!tv" },
  { "claimed off screen before patrol", 4, 1, 2, "t c", "CW", "!c" },
  { "the whole order", 3, 3, 2, "n t c v vg vc p f", "CCWWWLLL", "!!c!!cpf" },
  { "as many as the machine bears", 4, 1, 2, "v v v", "LWC", "vll", 1 },
  { "the load counts for everybody", 4, 4, 2, "p p f", "LWL", "plf", 2 },
  { "stills", 4, 4, 2, "v p n f c .", "CCCLCC", "RRRfRo", 0, VIGIL_RUNG_STILL },
  { "scores", 4, 4, 2, "v p n f c -", "CCCCCC", "RRRRRN", 0, VIGIL_RUNG_SCORE },
};

static char
mode_letter (const VigilStreamDecision *decision)
{
  return "CWL"[decision->mode];
}

static char
why_letter (const VigilStreamDecision *decision)
{
  static const char letters[] = {
    [VIGIL_WHY_NOT_STREAMING] = 'N', [VIGIL_WHY_OFF_SCREEN] = 'o', [VIGIL_WHY_NEAR_EDGE] = 'n',
    [VIGIL_WHY_GRACE] = 'r', [VIGIL_WHY_VISIBLE] = 'v', [VIGIL_WHY_FLAGGED] = 'g', [VIGIL_WHY_PINNED] = 'p',
    [VIGIL_WHY_FOCUSED] = 'f', [VIGIL_WHY_OVER_BUDGET] = '!', [VIGIL_WHY_CLAIMED] = 'c', [VIGIL_WHY_PATROL] = 't', [VIGIL_WHY_OVER_LOAD] = 'l',
    [VIGIL_WHY_OVER_CPU] = 'C', [VIGIL_WHY_OVER_BITRATE] = 'B', [VIGIL_WHY_OVER_PIXELS] = 'P', [VIGIL_WHY_SETTLING] = 's',
    [VIGIL_WHY_RUNG] = 'R',
  };

  return letters[decision->why];
}

static void
make_situation (VigilStreamBudget *budget,
                char             **words)
{
  g_autoptr (GArray) near = g_array_new (FALSE, FALSE, sizeof (VigilHandle));
  g_autoptr (GArray) patrol = g_array_new (FALSE, FALSE, sizeof (VigilHandle));

  for (VigilHandle handle = 0; words[handle] != NULL; handle++)
    {
      const char *word = words[handle];

      vigil_stream_budget_set_available (budget, handle, strchr (word, '-') == NULL);
      if (strchr (word, 'f'))
        vigil_stream_budget_set_focused (budget, handle, TRUE);
      if (strchr (word, 'p'))
        vigil_stream_budget_set_pinned (budget, handle, TRUE);
      if (strchr (word, 'v'))
        vigil_stream_budget_set_visible (budget, handle, TRUE, 0);
      if (strchr (word, 'g'))
        vigil_stream_budget_set_flagged (budget, handle, TRUE);
      if (strchr (word, 'c'))
        vigil_stream_budget_set_claimed (budget, handle, TRUE);
      if (strchr (word, 'n'))
        g_array_append_val (near, handle);
      if (strchr (word, 't'))
        g_array_append_val (patrol, handle);
    }
  vigil_stream_budget_set_near (budget, (VigilHandle *) near->data, near->len);
  vigil_stream_budget_set_patrol (budget, (VigilHandle *) patrol->data, patrol->len);
}

static void
test_situations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      VigilStreamBudget *budget = vigil_stream_budget_new ();
      VigilStreamLimits limits = {
        .max_live = rows[i].max_live, .max_warm = rows[i].max_warm, .warm_margin = rows[i].margin, .grace_ms = 1000,
        .load_live = rows[i].load, .rung = rows[i].rung,
      };
      g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (VigilStreamDecision));
      g_auto (GStrv) words = g_strsplit (rows[i].situation, " ", -1);
      g_autoptr (GString) modes = g_string_new (NULL);
      g_autoptr (GString) whys = g_string_new (NULL);
      guint live, warm, n_live = 0, n_warm = 0;

      vigil_stream_budget_set_limits (budget, &limits);
      make_situation (budget, words);
      vigil_stream_budget_decide (budget, 1, changed);
      for (VigilHandle handle = 0; words[handle] != NULL; handle++)
        {
          VigilStreamDecision decision;

          vigil_stream_budget_get (budget, handle, VIGIL_SOURCE_WEBCAM, &decision);
          g_assert_cmpuint (decision.handle, ==, handle);
          g_string_append_c (modes, mode_letter (&decision));
          g_string_append_c (whys, why_letter (&decision));
          n_live += decision.mode == VIGIL_MODE_LIVE;
          n_warm += decision.mode == VIGIL_MODE_WARM;
        }
      g_test_message ("%s", rows[i].name);
      g_assert_cmpstr (modes->str, ==, rows[i].modes);
      g_assert_cmpstr (whys->str, ==, rows[i].whys);
      vigil_stream_budget_get_counts (budget, &live, &warm);
      g_assert_cmpuint (live, ==, n_live);
      g_assert_cmpuint (warm, ==, n_warm);
      g_assert_cmpuint (live, <=, limits.max_live);
      g_assert_cmpuint (warm, <=, limits.max_warm);

      /* The same again is no news. */
      vigil_stream_budget_decide (budget, 2, changed);
      g_assert_cmpuint (changed->len, ==, 0);
      g_assert_finalize_object (budget);
    }
}

typedef struct
{
  VigilStreamBudget *budget;
  GArray            *changed;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  VigilStreamLimits limits = { .max_live = 4, .max_warm = 4, .warm_margin = 4, .grace_ms = 45000 };

  f->budget = vigil_stream_budget_new ();
  f->changed = g_array_new (FALSE, FALSE, sizeof (VigilStreamDecision));
  vigil_stream_budget_set_limits (f->budget, &limits);
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

static void
test_grace (Fixture       *f,
            gconstpointer  data)
{
  vigil_stream_budget_set_visible (f->budget, 1, TRUE, 0);
  g_assert_cmpint (vigil_stream_budget_decide (f->budget, 0, f->changed), ==, 0);
  vigil_stream_budget_set_visible (f->budget, 1, FALSE, 10 * S);
  g_assert_cmpint (vigil_stream_budget_decide (f->budget, 12 * S, f->changed), ==, 55 * S);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_GRACE);

  /* Back within the grace: live, and the next grace is a whole one. */
  vigil_stream_budget_set_visible (f->budget, 1, TRUE, 30 * S);
  vigil_stream_budget_decide (f->budget, 30 * S, f->changed);
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  vigil_stream_budget_set_visible (f->budget, 1, FALSE, 40 * S);
  g_assert_cmpint (vigil_stream_budget_decide (f->budget, 40 * S, f->changed), ==, 85 * S);
  g_assert_cmpint (vigil_stream_budget_decide (f->budget, 85 * S - 1, f->changed), ==, 85 * S);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_GRACE);
  g_assert_cmpint (vigil_stream_budget_decide (f->budget, 85 * S, f->changed), ==, 0);
  assert_mode (f, 1, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);
  g_assert_cmpuint (f->changed->len, ==, 1);
}

static void
test_grace_is_for_those_who_had (Fixture       *f,
                                 gconstpointer  data)
{
  vigil_stream_budget_set_visible (f->budget, 1, TRUE, 0);
  vigil_stream_budget_set_visible (f->budget, 1, FALSE, 1);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_mode (f, 1, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);
}

/* When room gets scarce those go who left first. */
static void
test_grace_under_pressure (Fixture       *f,
                           gconstpointer  data)
{
  static const VigilHandle near[] = { 10, 11 };

  for (VigilHandle handle = 0; handle < 4; handle++)
    vigil_stream_budget_set_visible (f->budget, handle, TRUE, 0);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  for (VigilHandle handle = 0; handle < 4; handle++)
    {
      vigil_stream_budget_set_visible (f->budget, handle, FALSE, (1 + handle) * S);
      vigil_stream_budget_decide (f->budget, (1 + handle) * S, f->changed);
    }
  for (VigilHandle handle = 0; handle < 4; handle++)
    assert_mode (f, handle, VIGIL_MODE_WARM, VIGIL_WHY_GRACE);

  vigil_stream_budget_set_near (f->budget, near, 2);
  vigil_stream_budget_decide (f->budget, 6 * S, f->changed);
  assert_mode (f, 0, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);
  assert_mode (f, 1, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_GRACE);
  assert_mode (f, 3, VIGIL_MODE_WARM, VIGIL_WHY_GRACE);
  assert_mode (f, 10, VIGIL_MODE_WARM, VIGIL_WHY_NEAR_EDGE);
}

static void
test_two_tiles (Fixture       *f,
                gconstpointer  data)
{
  vigil_stream_budget_set_visible (f->budget, 1, TRUE, 0);
  vigil_stream_budget_set_visible (f->budget, 1, TRUE, 0);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  vigil_stream_budget_set_visible (f->budget, 1, FALSE, 1);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  g_assert_cmpuint (f->changed->len, ==, 0);
  vigil_stream_budget_set_visible (f->budget, 1, FALSE, 2);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_GRACE);
}

/* Equals do not take each other's place just because one came later. */
static void
test_no_churn_among_equals (Fixture       *f,
                            gconstpointer  data)
{
  for (VigilHandle handle = 10; handle < 14; handle++)
    vigil_stream_budget_set_visible (f->budget, handle, TRUE, 0);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  for (VigilHandle handle = 0; handle < 4; handle++)
    vigil_stream_budget_set_visible (f->budget, handle, TRUE, 1);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  for (VigilHandle handle = 10; handle < 14; handle++)
    assert_mode (f, handle, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  for (VigilHandle handle = 0; handle < 4; handle++)
    assert_mode (f, handle, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BUDGET);

  /* One leaves, one of those who wait comes up. */
  vigil_stream_budget_set_visible (f->budget, 12, FALSE, 2);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_mode (f, 0, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BUDGET);
}

static void
test_near_list (Fixture       *f,
                gconstpointer  data)
{
  static const VigilHandle first[] = { 1, 2, VIGIL_HANDLE_NONE, 3 };
  static const VigilHandle second[] = { 3, 4 };

  vigil_stream_budget_set_near (f->budget, first, G_N_ELEMENTS (first));
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  g_assert_cmpuint (f->changed->len, ==, 3);
  vigil_stream_budget_set_near (f->budget, second, G_N_ELEMENTS (second));
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_GRACE);
  assert_mode (f, 3, VIGIL_MODE_WARM, VIGIL_WHY_NEAR_EDGE);
  assert_mode (f, 4, VIGIL_MODE_WARM, VIGIL_WHY_NEAR_EDGE);
  vigil_stream_budget_set_near (f->budget, NULL, 0);
  vigil_stream_budget_decide (f->budget, 100 * S, f->changed);
  vigil_stream_budget_decide (f->budget, 200 * S, f->changed);
  assert_mode (f, 3, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);
}

static void
test_availability (Fixture       *f,
                   gconstpointer  data)
{
  vigil_stream_budget_set_visible (f->budget, 1, TRUE, 0);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  vigil_stream_budget_set_available (f->budget, 1, FALSE);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_mode (f, 1, VIGIL_MODE_COLD, VIGIL_WHY_NOT_STREAMING);
  vigil_stream_budget_set_available (f->budget, 1, TRUE);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 500, VIGIL_MODE_COLD, VIGIL_WHY_NOT_STREAMING);
}

static void
test_limits_change (Fixture       *f,
                    gconstpointer  data)
{
  VigilStreamLimits limits = { .max_live = 1, .max_warm = 1, .warm_margin = 4, .grace_ms = 45000 };

  for (VigilHandle handle = 0; handle < 3; handle++)
    vigil_stream_budget_set_visible (f->budget, handle, TRUE, 0);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_mode (f, 0, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BUDGET);
  assert_mode (f, 2, VIGIL_MODE_COLD, VIGIL_WHY_OVER_BUDGET);
  g_assert_cmpuint (vigil_stream_budget_get_limits (f->budget)->max_live, ==, 1);
}

static void
test_forget (Fixture       *f,
             gconstpointer  data)
{
  vigil_stream_budget_set_visible (f->budget, 1, TRUE, 0);
  vigil_stream_budget_set_pinned (f->budget, 2, TRUE);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  vigil_stream_budget_forget_facts (f->budget);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_mode (f, 1, VIGIL_MODE_COLD, VIGIL_WHY_NOT_STREAMING);
  assert_mode (f, 2, VIGIL_MODE_COLD, VIGIL_WHY_NOT_STREAMING);
  /* On screen it still is, whoever it will be. */
  vigil_stream_budget_set_available (f->budget, 1, TRUE);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  vigil_stream_budget_set_visible (f->budget, 1, FALSE, 3);

  vigil_stream_budget_clear (f->budget);
  vigil_stream_budget_decide (f->budget, 4, f->changed);
  g_assert_cmpuint (f->changed->len, ==, 0);
  assert_mode (f, 1, VIGIL_MODE_COLD, VIGIL_WHY_NOT_STREAMING);
}

static void
show (Fixture *f,
      guint    n)
{
  for (VigilHandle handle = 0; handle < n; handle++)
    vigil_stream_budget_set_visible (f->budget, handle, TRUE, 0);
}

static void
limit (Fixture *f,
       guint    cpu,
       guint    kbits,
       guint    pixels,
       guint    starts)
{
  VigilStreamLimits limits = {
    .max_live = 4, .max_warm = 4, .warm_margin = 4, .grace_ms = 45000,
    .max_cpu = cpu, .max_kbits = kbits, .max_pixels = pixels, .starts = starts,
  };

  vigil_stream_budget_set_limits (f->budget, &limits);
}

/* Each ceiling stops by itself, and says so. */
static void
test_ceilings (Fixture       *f,
               gconstpointer  data)
{
  const VigilStreamCost cost = { 10, 100, 1000 };
  VigilStreamCost used;

  show (f, 4);
  for (VigilHandle handle = 0; handle < 4; handle++)
    vigil_stream_budget_set_cost (f->budget, handle, &cost);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  vigil_stream_budget_get_use (f->budget, &used);
  g_assert_cmpuint (used.cpu, ==, 40);
  g_assert_cmpuint (used.kbits, ==, 400);
  g_assert_cmpuint (used.pixels, ==, 4000);

  limit (f, 25, 0, 0, 0);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_OVER_CPU);
  limit (f, 0, 399, 0, 0);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_mode (f, 2, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 3, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BITRATE);
  limit (f, 0, 0, 1999, 0);
  vigil_stream_budget_decide (f->budget, 3, f->changed);
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE); /* it has it: a tenth above is borne */
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_OVER_PIXELS);

  /* No ceiling is worth an empty wall. */
  limit (f, 1, 1, 1, 0);
  vigil_stream_budget_decide (f->budget, 4, f->changed);
  assert_mode (f, 0, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_OVER_CPU);
}

/* A cost that sways about the ceiling throws nobody out and lets nobody in. */
static void
test_costs_sway (Fixture       *f,
                 gconstpointer  data)
{
  VigilStreamCost cost = { 0, 100, 0 };

  show (f, 3);
  limit (f, 0, 300, 0, 0);
  for (VigilHandle handle = 0; handle < 3; handle++)
    vigil_stream_budget_set_cost (f->budget, handle, &cost);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_mode (f, 2, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);

  cost.kbits = 125;
  vigil_stream_budget_set_cost (f->budget, 2, &cost);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_mode (f, 2, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  cost.kbits = 131;
  vigil_stream_budget_set_cost (f->budget, 2, &cost);
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BITRATE);
  cost.kbits = 101;
  vigil_stream_budget_set_cost (f->budget, 2, &cost);
  vigil_stream_budget_decide (f->budget, 3, f->changed);
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BITRATE); /* who comes has to fit */
  cost.kbits = 100;
  vigil_stream_budget_set_cost (f->budget, 2, &cost);
  vigil_stream_budget_decide (f->budget, 4, f->changed);
  assert_mode (f, 2, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
}

/* Whom a ceiling stops nobody overtakes who matters less, however cheap. */
static void
test_nobody_overtakes (Fixture       *f,
                       gconstpointer  data)
{
  const VigilStreamCost cheap = { 0, 1, 0 };
  const VigilStreamCost dear = { 0, 500, 0 };

  limit (f, 0, 600, 0, 0);
  show (f, 3);
  vigil_stream_budget_set_focused (f->budget, 0, TRUE);
  vigil_stream_budget_set_flagged (f->budget, 1, TRUE);
  vigil_stream_budget_set_cost (f->budget, 0, &dear);
  vigil_stream_budget_set_cost (f->budget, 1, &dear);
  vigil_stream_budget_set_cost (f->budget, 2, &cheap);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_mode (f, 0, VIGIL_MODE_LIVE, VIGIL_WHY_FOCUSED);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BITRATE);
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BITRATE);
}

/* Who was never live is taken for what the others cost. */
static void
test_typical (Fixture       *f,
              gconstpointer  data)
{
  const VigilStreamCost cost = { 0, 100, 0 };

  limit (f, 0, 250, 0, 0);
  show (f, 1);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  vigil_stream_budget_set_cost (f->budget, 0, &cost);
  show (f, 4);
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BITRATE);
}

/* A wall's worth begins at once; a wall that races by begins as many a second as it may. */
static void
test_starts (Fixture       *f,
             gconstpointer  data)
{
  VigilHandle first = 0;
  guint n = 0, live;
  gint64 again_us;

  limit (f, 0, 0, 0, 10);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  for (guint step = 0; step < 5; step++, first += 4)
    {
      for (VigilHandle handle = first; handle < first + 4; handle++)
        vigil_stream_budget_set_visible (f->budget, handle, TRUE, 0);
      again_us = vigil_stream_budget_decide (f->budget, step * 50000, f->changed);
      vigil_stream_budget_get_counts (f->budget, &live, NULL);
      n += live;
      if (step == 0)
        g_assert_cmpuint (live, ==, 4);
      if (step == 4)
        break;
      for (VigilHandle handle = first; handle < first + 4; handle++)
        vigil_stream_budget_set_visible (f->budget, handle, FALSE, step * 50000);
    }
  g_assert_cmpuint (n, ==, 8 + 2); /* max-live and max-warm at once, two in the 0.2 s since */
  assert_mode (f, 19, VIGIL_MODE_COLD, VIGIL_WHY_SETTLING);
  g_assert_cmpint (again_us, >, 200000);
  g_assert_cmpint (again_us, <=, 200000 + G_USEC_PER_SEC);

  /* It stands still: by itself everybody comes in. */
  while (again_us > 0 && again_us < 40 * S)
    again_us = vigil_stream_budget_decide (f->budget, again_us, f->changed);
  vigil_stream_budget_get_counts (f->budget, &live, NULL);
  g_assert_cmpuint (live, ==, 4);
}

static void
test_starts_of_the_urgent (Fixture       *f,
                           gconstpointer  data)
{
  limit (f, 0, 0, 0, 1);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  for (guint i = 0; i < 3; i++)
    {
      for (VigilHandle handle = 4 * i; handle < 4 * i + 4; handle++)
        vigil_stream_budget_set_visible (f->budget, handle, TRUE, 0);
      vigil_stream_budget_decide (f->budget, 0, f->changed);
      for (VigilHandle handle = 4 * i; handle < 4 * i + 4; handle++)
        vigil_stream_budget_set_visible (f->budget, handle, FALSE, 0);
    }
  vigil_stream_budget_set_visible (f->budget, 15, TRUE, 0);
  vigil_stream_budget_set_focused (f->budget, 16, TRUE);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_mode (f, 15, VIGIL_MODE_COLD, VIGIL_WHY_SETTLING);
  assert_mode (f, 16, VIGIL_MODE_LIVE, VIGIL_WHY_FOCUSED);
}

/* Patrol comes by again and again: not always the same of a page may play. */
static void
test_due (Fixture       *f,
          gconstpointer  data)
{
  const VigilHandle first[] = { 5, 4, 3, 2 }, then[] = { 0, 1, 2, 3 };

  show (f, 6);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_mode (f, 0, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 5, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BUDGET);
  vigil_stream_budget_set_due (f->budget, first, G_N_ELEMENTS (first));
  vigil_stream_budget_decide (f->budget, 1, f->changed);
  assert_mode (f, 5, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 2, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BUDGET);
  vigil_stream_budget_set_due (f->budget, then, G_N_ELEMENTS (then));
  vigil_stream_budget_decide (f->budget, 2, f->changed);
  assert_mode (f, 0, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 5, VIGIL_MODE_WARM, VIGIL_WHY_OVER_BUDGET);

  /* Who matters more goes first all the same, and nobody off screen is wanted for it. */
  vigil_stream_budget_set_flagged (f->budget, 5, TRUE);
  vigil_stream_budget_set_due (f->budget, (VigilHandle[]) { 9 }, 1);
  vigil_stream_budget_decide (f->budget, 3, f->changed);
  assert_mode (f, 5, VIGIL_MODE_LIVE, VIGIL_WHY_FLAGGED);
  assert_mode (f, 9, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);
}

/* Where nothing can be paused nobody is made ready; who was live a moment ago is kept, and counts. */
static void
test_unpaused (Fixture       *f,
               gconstpointer  data)
{
  const VigilStreamCost cost = { 10, 100, 1000 };
  VigilStreamLimits limits = {
    .max_live = 8, .max_warm = 4, .warm_margin = 4, .grace_ms = 3000, .max_connections = 3, .cannot_pause = TRUE,
  };
  VigilHandle near[] = { 6, 7 };

  vigil_stream_budget_set_limits (f->budget, &limits);
  for (VigilHandle handle = 0; handle < 8; handle++)
    {
      vigil_stream_budget_set_available (f->budget, handle, TRUE);
      vigil_stream_budget_set_cost (f->budget, handle, &cost);
    }
  show (f, 4);
  vigil_stream_budget_set_claimed (f->budget, 5, TRUE);
  vigil_stream_budget_set_near (f->budget, near, 2);
  vigil_stream_budget_set_patrol (f->budget, near, 2);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_mode (f, 2, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 3, VIGIL_MODE_COLD, VIGIL_WHY_OVER_CONNECTIONS);
  assert_mode (f, 5, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);
  assert_mode (f, 6, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);

  /* One leaves: his connection is what the next one needs. */
  vigil_stream_budget_set_visible (f->budget, 0, FALSE, S);
  vigil_stream_budget_decide (f->budget, S, f->changed);
  assert_mode (f, 3, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 0, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);

  /* Another does, and nobody needs it: kept for the grace, also near the edge, and no longer. */
  vigil_stream_budget_set_visible (f->budget, 1, FALSE, 2 * S);
  near[0] = 1;
  vigil_stream_budget_set_near (f->budget, near, 2);
  g_assert_cmpint (vigil_stream_budget_decide (f->budget, 2 * S, f->changed), ==, 5 * S);
  assert_mode (f, 1, VIGIL_MODE_WARM, VIGIL_WHY_GRACE);
  vigil_stream_budget_decide (f->budget, 5 * S, f->changed);
  assert_mode (f, 1, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);

  /* What is kept costs its share of the network. */
  vigil_stream_budget_set_visible (f->budget, 2, FALSE, 6 * S);
  limits.max_kbits = 190;
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 6 * S, f->changed);
  assert_mode (f, 2, VIGIL_MODE_WARM, VIGIL_WHY_GRACE); /* a tenth above is borne */
  limits.max_kbits = 150;
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 6 * S, f->changed);
  assert_mode (f, 2, VIGIL_MODE_COLD, VIGIL_WHY_OFF_SCREEN);
  assert_mode (f, 3, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
}

/* Where nothing can be paused, what has to go goes wholly: to be ready would be as much for the network. */
static void
test_unpaused_over_load (Fixture       *f,
                         gconstpointer  data)
{
  const VigilStreamCost cost = { 10, 100, 1000 };
  VigilStreamLimits limits = { .max_live = 8, .max_warm = 8, .grace_ms = 3000, .max_connections = 8, .cannot_pause = TRUE };

  vigil_stream_budget_set_limits (f->budget, &limits);
  for (VigilHandle handle = 0; handle < 4; handle++)
    {
      vigil_stream_budget_set_available (f->budget, handle, TRUE);
      vigil_stream_budget_set_cost (f->budget, handle, &cost);
    }
  show (f, 4);
  vigil_stream_budget_decide (f->budget, 0, f->changed);
  assert_mode (f, 3, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);

  limits.load_live = 2;
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, S, f->changed);
  assert_mode (f, 1, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  assert_mode (f, 2, VIGIL_MODE_COLD, VIGIL_WHY_OVER_LOAD);
  assert_mode (f, 3, VIGIL_MODE_COLD, VIGIL_WHY_OVER_LOAD);

  limits.load_live = 0;
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 2 * S, f->changed);
  assert_mode (f, 3, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  limits.max_pixels = 2500;
  vigil_stream_budget_set_limits (f->budget, &limits);
  vigil_stream_budget_decide (f->budget, 3 * S, f->changed);
  assert_mode (f, 3, VIGIL_MODE_COLD, VIGIL_WHY_OVER_PIXELS);
}

#define ADD(name, func) g_test_add ("/model/stream-budget/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/stream-budget/situations", test_situations);
  ADD ("grace", test_grace);
  ADD ("grace-is-for-those-who-had", test_grace_is_for_those_who_had);
  ADD ("grace-under-pressure", test_grace_under_pressure);
  ADD ("two-tiles", test_two_tiles);
  ADD ("no-churn-among-equals", test_no_churn_among_equals);
  ADD ("near-list", test_near_list);
  ADD ("availability", test_availability);
  ADD ("limits-change", test_limits_change);
  ADD ("forget", test_forget);
  ADD ("due", test_due);
  ADD ("ceilings", test_ceilings);
  ADD ("costs-sway", test_costs_sway);
  ADD ("nobody-overtakes", test_nobody_overtakes);
  ADD ("typical", test_typical);
  ADD ("starts", test_starts);
  ADD ("starts-of-the-urgent", test_starts_of_the_urgent);
  ADD ("unpaused", test_unpaused);
  ADD ("unpaused-over-load", test_unpaused_over_load);
  return g_test_run ();
}
