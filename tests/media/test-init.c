/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DTLS key is made once, ahead, and not on the thread that asks for it. */
#include <gst/gst.h>

#include "vigil-media-init.h"
#include "vigil-worker.h"

static gboolean
has_made_elements (void)
{
  return gst_is_initialized () && g_type_from_name ("GstDtlsDec") != 0;
}

static void
test_warm_up (void)
{
  gint64 begin;
  gint64 first_us;
  gint64 later_us = G_MAXINT64;

  /* Called on the main thread, so nothing may have happened on it. */
  g_assert_false (has_made_elements ());
  begin = g_get_monotonic_time ();
  vigil_media_warm_up ();
  vigil_media_init ();
  first_us = g_get_monotonic_time () - begin;
  g_assert_true (has_made_elements ());

  /* The element that makes the key: a tenth of a second and more, unless it is there. */
  for (guint i = 0; i < 5; i++)
    {
      GstElement *element;

      begin = g_get_monotonic_time ();
      element = gst_element_factory_make ("dtlsdec", NULL);
      later_us = MIN (later_us, g_get_monotonic_time () - begin);
      g_assert_nonnull (element);
      gst_object_unref (gst_object_ref_sink (element));
    }
  g_test_message ("first %d µs, later %d µs", (int) first_us, (int) later_us);
  g_assert_cmpint (later_us, <, 20 * 1000);
  g_assert_cmpint (later_us * 5, <, first_us);

  while (vigil_worker_get_n_live () > 0)
    g_usleep (1000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/init/warm-up", test_warm_up);
  return g_test_run ();
}
