/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which renderer is chosen, and that GL by the processor is not taken for a GPU. */
#include <string.h>

#include "vigil-renderer.h"

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    gboolean    software;
  } cases[] = {
    { "llvmpipe (LLVM 15.0.6, 256 bits)", TRUE }, { "softpipe", TRUE }, { "Software Rasterizer", TRUE },
    { "Google SwiftShader", TRUE }, { "Mesa Intel(R) UHD Graphics 620 (KBL GT2)", FALSE },
    { "NVIDIA GeForce GTX 1650/PCIe/SSE2", FALSE }, { "AMD Radeon Graphics (radeonsi, renoir, LLVM 15.0.6)", FALSE },
    { "", FALSE }, { NULL, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (vigil_renderer_is_software (cases[i].name), ==, cases[i].software);
}

/* The X server of tests has GL, if any, by the processor: a render node alone is no reason to use it. */
static void
test_verify (void)
{
  g_autofree char *found = NULL, *again = NULL;

  g_unsetenv ("GSK_RENDERER");
  found = vigil_renderer_verify (gdk_display_get_default ());
  g_test_message ("%s", found);
  g_assert_true (g_str_has_prefix (found, "cairo, because "));
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==, "cairo");
  again = vigil_renderer_verify (gdk_display_get_default ());
  g_assert_cmpstr (again, ==, "cairo, as asked for");
}

static void
test_asked (void)
{
  g_autofree char *found = NULL;

  g_setenv ("GSK_RENDERER", "gl", TRUE);
  g_assert_cmpstr (vigil_renderer_choose (), ==, "gl");
  found = vigil_renderer_verify (gdk_display_get_default ());
  g_assert_cmpstr (found, ==, "gl, as asked for");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/renderer/names", test_names);
  g_test_add_func ("/ui/renderer/verify", test_verify);
  g_test_add_func ("/ui/renderer/asked", test_asked);
  return g_test_run ();
}
