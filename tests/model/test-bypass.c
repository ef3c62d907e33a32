/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a bypass is in force, and when two say the same. */

#include "vigil-bypass.h"

static void
test_in_force (void)
{
  static const struct
  {
    gboolean active;
    gint64   expires_at_ms;
    gint64   now_ms;
    gboolean in_force;
  } table[] = {
    { FALSE, 0, 5, FALSE },
    { FALSE, 10, 5, FALSE },
    { TRUE, 0, 5, TRUE },
    { TRUE, 10, 9, TRUE },
    { TRUE, 10, 10, FALSE },
    { TRUE, 10, 11, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (VigilBypass) bypass = vigil_bypass_new ();

      bypass->active = table[i].active;
      bypass->expires_at_ms = table[i].expires_at_ms;
      g_assert_cmpint (vigil_bypass_is_in_force (bypass, table[i].now_ms), ==, table[i].in_force);
    }
}

static VigilBypass *
make (void)
{
  VigilBypass *bypass = vigil_bypass_new ();

  bypass->active = TRUE;
  bypass->reason = g_strdup ("camera broken");
  bypass->signals = g_strsplit ("camera screen", " ", -1);
  bypass->etag = g_strdup ("3");
  return bypass;
}

static void
test_equal (void)
{
  g_autoptr (VigilBypass) a = make ();
  g_autoptr (VigilBypass) b = make ();
  g_autoptr (VigilBypass) empty = vigil_bypass_new ();
  g_autoptr (VigilBypass) listed = vigil_bypass_new ();

  g_assert_true (vigil_bypass_equal (NULL, NULL));
  g_assert_false (vigil_bypass_equal (a, NULL));
  g_assert_false (vigil_bypass_equal (NULL, a));
  g_assert_true (vigil_bypass_equal (a, b));
  g_clear_pointer (&b->etag, g_free);
  g_assert_false (vigil_bypass_equal (a, b));

  /* No list and an empty one both mean everything. */
  listed->signals = g_new0 (char *, 1);
  g_assert_true (vigil_bypass_equal (empty, listed));
}

static void
test_version (void)
{
  static const struct { const char *etag; gint64 version; } cases[] = {
    { NULL, 0 }, { "", 0 }, { "\"7\"", 7 }, { "12", 12 }, { "\"seven\"", 0 }, { "W/\"7\"", 0 }, { "\"7x\"", 0 },
    { "\"99999999999999999999\"", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VigilBypass) bypass = vigil_bypass_new ();

      bypass->etag = g_strdup (cases[i].etag);
      g_assert_cmpint (vigil_bypass_get_version (bypass), ==, cases[i].version);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/bypass/in-force", test_in_force);
  g_test_add_func ("/model/bypass/equal", test_equal);
  g_test_add_func ("/model/bypass/version", test_version);
  return g_test_run ();
}
