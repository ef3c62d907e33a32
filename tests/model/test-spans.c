/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intervals of one candidate: nothing counts twice, nothing is claimed that was not there, and never too many. */

#include "vigil-spans.h"

#include <string.h>

/* "0-100 5000-6000": what is kept. */
static void
assert_spans (const VigilSpans *spans,
              const char       *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < spans->n; i++)
    g_string_append_printf (text, "%s%u-%u", i > 0 ? " " : "", spans->spans[i].start, spans->spans[i].end);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_add (void)
{
  static const struct { guint32 start, end, fresh; const char *kept; } steps[] = {
    { 10000, 10000, 0, "10000-10000" },                       /* one picture */
    { 10000, 12000, 2000, "10000-12000" },                    /* goes on */
    { 11000, 12500, 500, "10000-12500" },                     /* another tile, or the same said again */
    { 10500, 11500, 0, "10000-12500" },
    { 13400, 14000, 600, "10000-14000" },                     /* closer than a second: one, but the gap does not count */
    { 15000, 16000, 1000, "10000-14000 15000-16000" },        /* a second apart */
    { 20000, 21000, 1000, "10000-14000 15000-16000 20000-21000" },
    { 17500, 18500, 1000, "10000-14000 15000-16000 17500-18500 20000-21000" }, /* told late */
    { 5000, 6000, 1000, "5000-6000 10000-14000 15000-16000 17500-18500 20000-21000" },
    { 13000, 20500, 5000 - 1000 - 1000 + 1000, "5000-6000 10000-21000" }, /* over several: only what was between them */
    { 0, 30000, 18000, "0-30000" },
    { 40000, 39000, 0, "0-30000" },                           /* ends before it begins */
  };
  VigilSpans spans = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_assert_cmpuint (vigil_spans_add (&spans, steps[i].start, steps[i].end, 100), ==, steps[i].fresh);
      assert_spans (&spans, steps[i].kept);
    }
  g_assert_cmpuint (spans.dropped, ==, 0);
  vigil_spans_clear (&spans);
  g_assert_null (spans.spans);
}

static void
test_bound (void)
{
  VigilSpans spans = { 0 };
  guint64 fresh = 0;

  for (guint i = 0; i < 1000; i++)
    fresh += vigil_spans_add (&spans, i * 10000, i * 10000 + 3000, 50);
  g_assert_cmpuint (fresh, ==, 3000000);
  g_assert_cmpuint (spans.n, ==, 50);
  g_assert_cmpuint (spans.dropped, ==, 950);
  g_assert_cmpuint (spans.size, <=, 64);
  g_assert_cmpuint (spans.spans[0].start, ==, 9500000);
  g_assert_cmpuint (spans.spans[49].end, ==, 9993000);
  vigil_spans_clear (&spans);
}

/* Whatever the order, against a map of milliseconds. Gaps are larger than what is taken for one. */
static void
test_random (void)
{
  enum { N = 400 };
  g_autofree guint8 *seen = g_new0 (guint8, N);
  VigilSpans spans = { 0 };
  guint fresh = 0, marked = 0;

  for (guint round = 0; round < 2000; round++)
    {
      guint from = (guint) g_test_rand_int_range (0, N - 10), to = from + (guint) g_test_rand_int_range (1, 9);

      fresh += vigil_spans_add (&spans, from * 2000, to * 2000, 1000);
      for (guint i = from; i < to; i++)
        {
          marked += seen[i] == 0;
          seen[i] = 1;
        }
      g_assert_cmpuint (fresh, ==, marked * 2000);
      for (guint i = 1; i < spans.n; i++)
        g_assert_cmpuint (spans.spans[i].start, >=, spans.spans[i - 1].end + VIGIL_SPANS_MERGE_MS);
    }
  vigil_spans_clear (&spans);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spans/add", test_add);
  g_test_add_func ("/spans/bound", test_bound);
  g_test_add_func ("/spans/random", test_random);
  return g_test_run ();
}
