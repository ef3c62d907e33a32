/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine against a real SFU: pictures come, of the right person, and everything goes again. */
#include "media-rig.h"

#include "vigil-main-post.h"

static void
test_feeds (gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  MediaRig *rig = media_rig_new (n, 320, 180, 10);
  GHashTableIter iter;
  gpointer value;

  media_rig_open (rig);
  for (guint i = 0; i < n; i++)
    media_rig_resume (media_rig_attach (rig, i, 160, 90));

  g_assert_true (media_wait (media_all_first, rig, 5000));
  media_run (1000);

  g_test_message ("losses %d, withheld %d, asked %d, decoded %d, late at the server %d, load: nacks %d, resent %d",
                  (int) media_metric ("losses"), (int) media_metric ("frames_withheld"),
                  (int) media_metric ("key_frame_requests"), (int) media_metric ("frames_decoded"),
                  (int) media_rig_count (rig, "late"), (int) media_rig_count (rig, "nack"),
                  (int) media_rig_count (rig, "resent"));
  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      MediaFeed *feed = value;

      g_test_message ("feed %u: first after %.0f ms, %u frames, %u right, %u wrong", feed->producer,
                      (feed->first_us - feed->attached_us) / 1000.0, feed->n_frames, feed->n_right, feed->n_wrong);
      g_assert_cmpuint (feed->n_first, ==, 1);
      g_assert_cmpuint (feed->n_right, >=, 5);
      g_assert_cmpuint (feed->n_wrong, ==, 0);
      g_assert_cmpuint (feed->n_failed, ==, 0);
    }
  g_assert_cmpuint (rig->n_lost, ==, 0);

  media_rig_free (rig);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();

  g_test_add_data_func ("/media/engine/feeds/1", GUINT_TO_POINTER (1), test_feeds);
  g_test_add_data_func ("/media/engine/feeds/12", GUINT_TO_POINTER (12), test_feeds);
  g_test_add_data_func ("/media/engine/feeds/24", GUINT_TO_POINTER (24), test_feeds);

  return g_test_run ();
}
