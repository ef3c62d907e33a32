/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames and the slot: the right feed, the latest picture, one dispatch, no allocation once warm. */
#include "vigil-frame-slot.h"
#include "vigil-main-post.h"

static void
count_cb (VigilFrameSlot *slot,
          guint          *n)
{
  (*n)++;
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
publish (VigilFrameSlot *slot,
         guint           width,
         guint           height)
{
  vigil_frame_slot_publish (slot, vigil_frame_slot_acquire_frame (slot, width, height));
}

static void
test_frame_layout (void)
{
  g_autoptr (VigilFrame) frame = vigil_frame_new (7, 33, 5);

  g_assert_cmpuint (frame->feed, ==, 7);
  g_assert_cmpuint (frame->stride, >=, 33 * 4);
  g_assert_cmpuint (frame->stride % 16, ==, 0);
  g_assert_cmpuint (frame->size, >=, (gsize) frame->stride * 5);
  g_assert_cmpuint (GPOINTER_TO_SIZE (frame->pixels) % 16, ==, 0);
}

static void
test_latest_wins (void)
{
  g_autoptr (VigilFrameSlot) slot = vigil_frame_slot_new (1);
  g_autoptr (VigilFrame) got = NULL;
  guint n = 0;

  g_signal_connect (slot, "frame", G_CALLBACK (count_cb), &n);
  for (guint i = 1; i <= 1000; i++)
    {
      VigilFrame *frame = vigil_frame_slot_acquire_frame (slot, 8, 8);

      frame->decoded_us = i;
      vigil_frame_slot_publish (slot, frame);
    }
  drain ();

  g_assert_cmpuint (n, ==, 1);
  got = vigil_frame_slot_dup_frame (slot);
  g_assert_cmpint (got->decoded_us, ==, 1000);
  g_assert_cmpuint (vigil_frame_slot_get_n_published (slot), ==, 1000);
  g_assert_cmpuint (vigil_frame_slot_get_n_dropped (slot), ==, 999);

  publish (slot, 8, 8);
  drain ();
  g_assert_cmpuint (n, ==, 2);
  /* The one that was taken is not counted as unseen. */
  g_assert_cmpuint (vigil_frame_slot_get_n_dropped (slot), ==, 999);
}

static void
test_other_feed (void)
{
  g_autoptr (VigilFrameSlot) slot = vigil_frame_slot_new (1);
  guint n = 0;

  g_signal_connect (slot, "frame", G_CALLBACK (count_cb), &n);
  vigil_frame_slot_publish (slot, vigil_frame_new (2, 8, 8));
  drain ();

  g_assert_cmpuint (n, ==, 0);
  g_assert_null (vigil_frame_slot_dup_frame (slot));
  g_assert_cmpuint (vigil_frame_slot_get_n_refused (slot), ==, 1);
  g_assert_cmpuint (vigil_frame_slot_get_n_published (slot), ==, 0);
}

static void
test_clear (void)
{
  g_autoptr (VigilFrameSlot) slot = vigil_frame_slot_new (1);
  VigilFrame *late;
  guint n = 0;

  g_signal_connect (slot, "frame", G_CALLBACK (count_cb), &n);
  publish (slot, 8, 8);
  late = vigil_frame_slot_acquire_frame (slot, 8, 8);
  drain ();
  vigil_frame_slot_clear (slot);
  drain ();
  g_assert_cmpuint (n, ==, 2);
  g_assert_null (vigil_frame_slot_dup_frame (slot));

  /* It was being decoded when the slot was cleared: a stale picture. */
  vigil_frame_slot_publish (slot, late);
  drain ();
  g_assert_null (vigil_frame_slot_dup_frame (slot));
  g_assert_cmpuint (vigil_frame_slot_get_n_refused (slot), ==, 1);

  /* One that was made elsewhere has no time to be of. */
  vigil_frame_slot_publish (slot, vigil_frame_new (1, 8, 8));
  g_assert_cmpuint (vigil_frame_slot_get_n_published (slot), ==, 2);
}

static void
test_pool_is_flat (void)
{
  g_autoptr (VigilFrameSlot) slot = vigil_frame_slot_new (1);
  guint64 warm;

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (VigilFrame) drawn = NULL;

      publish (slot, 320, 180);
      drawn = vigil_frame_slot_dup_frame (slot);
      publish (slot, 320, 180);
    }
  warm = vigil_frame_slot_get_n_allocated (slot);
  g_assert_cmpuint (warm, <=, 3);

  for (guint i = 0; i < 10000; i++)
    {
      g_autoptr (VigilFrame) drawn = vigil_frame_slot_dup_frame (slot);

      publish (slot, 320, 180);
    }
  g_assert_cmpuint (vigil_frame_slot_get_n_allocated (slot), ==, warm);

  /* Another size means other frames, and then that is flat again. */
  publish (slot, 160, 90);
  publish (slot, 160, 90);
  publish (slot, 160, 90);
  warm = vigil_frame_slot_get_n_allocated (slot);
  publish (slot, 160, 90);
  g_assert_cmpuint (vigil_frame_slot_get_n_allocated (slot), ==, warm);
}

static void
test_frame_outlives_slot (void)
{
  VigilFrameSlot *slot = vigil_frame_slot_new (1);
  g_autoptr (VigilFrame) frame = NULL;

  publish (slot, 8, 8);
  frame = vigil_frame_slot_dup_frame (slot);
  drain ();
  g_assert_finalize_object (slot);

  frame->pixels[frame->size - 1] = 1;
  g_assert_cmpuint (frame->width, ==, 8);
}

static void
test_gone_before_dispatch (void)
{
  VigilFrameSlot *slot = vigil_frame_slot_new (1);
  guint64 dropped = vigil_main_post_get_dropped ();

  publish (slot, 8, 8);
  g_assert_finalize_object (slot);
  drain ();
  g_assert_cmpuint (vigil_main_post_get_dropped (), ==, dropped + 1);
}

static void
test_wanted_size (void)
{
  g_autoptr (VigilFrameSlot) slot = vigil_frame_slot_new (1);
  guint width = 1, height = 1;

  vigil_frame_slot_get_wanted_size (slot, &width, &height);
  g_assert_cmpuint (width + height, ==, 0);
  vigil_frame_slot_set_wanted_size (slot, 3840, 2160);
  vigil_frame_slot_get_wanted_size (slot, &width, &height);
  g_assert_cmpuint (width, ==, 3840);
  g_assert_cmpuint (height, ==, 2160);
}

static gpointer
publisher (gpointer data)
{
  VigilFrameSlot *slot = data;

  for (guint i = 0; i < 20000; i++)
    {
      publish (slot, 16, 16);
      if (i % 100 == 0)
        vigil_frame_slot_clear (slot);
    }

  return NULL;
}

/* The first after a resume is told at once, as the stream's news about it are. */
static void
test_first_is_told_at_once (void)
{
  g_autoptr (VigilFrameSlot) slot = vigil_frame_slot_new (1);
  VigilFrame *frame;
  guint n = 0;

  g_signal_connect (slot, "frame", G_CALLBACK (count_cb), &n);
  publish (slot, 8, 8);
  drain ();
  publish (slot, 8, 8);
  g_usleep (30 * 1000);
  drain ();
  g_assert_cmpuint (n, ==, 2);

  publish (slot, 8, 8); /* a turn has just been: waits for the next */
  drain ();
  g_assert_cmpuint (n, ==, 2);
  g_usleep (30 * 1000);
  drain ();
  g_assert_cmpuint (n, ==, 3);

  frame = vigil_frame_slot_acquire_frame (slot, 8, 8);
  frame->first = TRUE;
  vigil_frame_slot_publish (slot, frame);
  drain ();
  g_assert_cmpuint (n, ==, 4);
}

/* For tsan: two threads publish, this one draws and resizes. */
static void
test_threads (void)
{
  g_autoptr (VigilFrameSlot) slot = vigil_frame_slot_new (1);
  GThread *threads[2];
  guint n = 0;

  g_signal_connect (slot, "frame", G_CALLBACK (count_cb), &n);
  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("publisher", publisher, slot);
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (VigilFrame) frame = vigil_frame_slot_dup_frame (slot);

      vigil_frame_slot_set_wanted_size (slot, i % 640, i % 360);
      g_main_context_iteration (NULL, FALSE);
    }
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  drain ();

  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (vigil_frame_slot_get_n_published (slot) + vigil_frame_slot_get_n_refused (slot), ==, 40000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vigil_set_main_thread ();

  g_test_add_func ("/media/frame/layout", test_frame_layout);
  g_test_add_func ("/media/frame-slot/latest-wins", test_latest_wins);
  g_test_add_func ("/media/frame-slot/other-feed", test_other_feed);
  g_test_add_func ("/media/frame-slot/clear", test_clear);
  g_test_add_func ("/media/frame-slot/pool-is-flat", test_pool_is_flat);
  g_test_add_func ("/media/frame-slot/frame-outlives-slot", test_frame_outlives_slot);
  g_test_add_func ("/media/frame-slot/gone-before-dispatch", test_gone_before_dispatch);
  g_test_add_func ("/media/frame-slot/wanted-size", test_wanted_size);
  g_test_add_func ("/media/frame-slot/first-is-told-at-once", test_first_is_told_at_once);
  g_test_add_func ("/media/frame-slot/threads", test_threads);

  return g_test_run ();
}
