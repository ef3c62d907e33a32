/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which GTK renderer suits this machine. */
#include "vigil-renderer.h"

#include <epoxy/gl.h>
#include <string.h>
#include <unistd.h>

/* Render nodes that have no GPU behind them. */
static gboolean
is_virtual (const char *name)
{
  g_autofree char *link = g_strdup_printf ("/sys/class/drm/%s/device/driver", name);
  g_autofree char *target = g_file_read_link (link, NULL);
  g_autofree char *driver = target != NULL ? g_path_get_basename (target) : NULL;

  return driver == NULL || g_str_equal (driver, "vgem") || g_str_equal (driver, "vkms");
}

static gboolean
has_gpu (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/dev/dri", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/dev/dri", name, NULL);

      if (g_str_has_prefix (name, "renderD") && access (path, R_OK | W_OK) == 0 && !is_virtual (name))
        return TRUE;
    }
  return FALSE;
}

/* GDK loads a GL driver even for the cairo renderer; software GL costs 40 MB and four threads. */
static void
keep_gl_out (void)
{
  const char *flags = g_getenv ("GDK_DEBUG");
  g_autofree char *more = flags != NULL && flags[0] != '\0' ? g_strdup_printf ("%s,gl-disable", flags) : g_strdup ("gl-disable");

  g_setenv ("GDK_DEBUG", more, TRUE);
}

const char *
vigil_renderer_choose (void)
{
  const char *asked = g_getenv ("GSK_RENDERER");

  if (asked == NULL || asked[0] == '\0')
    {
      if (has_gpu ())
        return "gtk's choice";
      g_setenv ("GSK_RENDERER", "cairo", TRUE);
      asked = "cairo";
    }
  if (g_str_equal (asked, "cairo"))
    keep_gl_out ();
  return asked;
}

gboolean
vigil_renderer_is_software (const char *name)
{
  static const char *const software[] = { "llvmpipe", "softpipe", "swrast", "software", "swiftshader" };
  g_autofree char *lower = name != NULL ? g_ascii_strdown (name, -1) : NULL;

  for (gsize i = 0; lower != NULL && i < G_N_ELEMENTS (software); i++)
    if (strstr (lower, software[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full) (nullable): whose GL it is. */
static char *
read_gl_name (GdkDisplay *display, GError **error)
{
  g_autoptr (GdkGLContext) context = gdk_display_create_gl_context (display, error);
  char *name;

  if (context == NULL || !gdk_gl_context_realize (context, error))
    return NULL;
  gdk_gl_context_make_current (context);
  name = g_strdup ((const char *) glGetString (GL_RENDERER));
  gdk_gl_context_clear_current ();
  return name != NULL ? name : g_strdup ("GL without a name");
}

char *
vigil_renderer_verify (GdkDisplay *display)
{
  const char *asked = g_getenv ("GSK_RENDERER");
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (GDK_IS_DISPLAY (display), NULL);

  if (asked != NULL && asked[0] != '\0')
    return g_strdup_printf ("%s, as asked for", asked);
  name = read_gl_name (display, &error);
  if (name != NULL && !vigil_renderer_is_software (name))
    return g_strdup_printf ("GL of %s", name);
  /* GTK reads it when its first window is shown. */
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  return g_strdup_printf ("cairo, because %s", name != NULL ? name : error->message);
}
