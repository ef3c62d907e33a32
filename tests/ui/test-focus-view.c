/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The focus view and a second wall over fakes: how many there are, who is focused and for how long, whose filters hold. */
#include "ui-fixture.h"
#include "vigil-focus-view.h"
#include "vigil-level-meter.h"
#include "vigil-snapshot.h"
#include "vigil-wall.h"

static void
set_up (UiFixture *f, gconstpointer data)
{
  ui_fixture_set_up (f, 40);
}

static void
tear_down (UiFixture *f, gconstpointer data)
{
  ui_fixture_tear_down (f);
}

static gboolean
is_focused (UiFixture *f, guint candidate)
{
  return vigil_stream_controller_is_focused (vigil_session_get_streams (f->session), ui_fixture_handle (f, candidate));
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_four (UiFixture *f, gconstpointer data)
{
  VigilFocusView *view = VIGIL_FOCUS_VIEW (vigil_focus_view_new (f->session, f->sweeper));
  guint n_changed = 0;

  gtk_window_set_child (f->window, GTK_WIDGET (view));
  g_signal_connect_swapped (view, "changed", G_CALLBACK (count_cb), &n_changed);
  g_assert_cmpuint (vigil_focus_view_get_candidate (view), ==, VIGIL_HANDLE_NONE);
  for (guint i = 0; i < VIGIL_FOCUS_MAX; i++)
    g_assert_true (vigil_focus_view_add (view, ui_fixture_handle (f, i)));
  g_assert_false (vigil_focus_view_add (view, ui_fixture_handle (f, 9)));
  g_assert_true (vigil_focus_view_add (view, ui_fixture_handle (f, 2))); /* is in it */
  g_assert_cmpuint (vigil_focus_view_get_n (view), ==, VIGIL_FOCUS_MAX);
  g_assert_cmpuint (n_changed, ==, VIGIL_FOCUS_MAX);
  g_assert_cmpuint (vigil_focus_view_get_candidate (view), ==, ui_fixture_handle (f, 0));

  vigil_focus_view_remove (view, ui_fixture_handle (f, 0));
  g_assert_false (vigil_focus_view_has (view, ui_fixture_handle (f, 0)));
  g_assert_true (vigil_focus_view_add (view, ui_fixture_handle (f, 9)));
  g_assert_cmpuint (vigil_focus_view_get_nth (view, 3), ==, ui_fixture_handle (f, 9));
  g_assert_cmpuint (vigil_focus_view_get_nth (view, 4), ==, VIGIL_HANDLE_NONE);
  vigil_focus_view_remove (view, ui_fixture_handle (f, 30)); /* is not in it */
  g_assert_cmpuint (vigil_focus_view_get_n (view), ==, VIGIL_FOCUS_MAX);
}

static void
test_focused_while_shown (UiFixture *f, gconstpointer data)
{
  VigilFocusView *view = VIGIL_FOCUS_VIEW (vigil_focus_view_new (f->session, f->sweeper));

  gtk_window_set_child (f->window, GTK_WIDGET (view));
  vigil_focus_view_add (view, ui_fixture_handle (f, 5));
  vigil_focus_view_add (view, ui_fixture_handle (f, 6));
  g_assert_false (is_focused (f, 5));
  gtk_window_present (f->window);
  ui_fixture_draw (f, 2);
  g_assert_true (is_focused (f, 5) && is_focused (f, 6));

  /* Another page: in the view still, and no cost any more. */
  gtk_widget_set_child_visible (GTK_WIDGET (view), FALSE);
  g_assert_true (!is_focused (f, 5) && !is_focused (f, 6));
  gtk_widget_set_child_visible (GTK_WIDGET (view), TRUE);
  gtk_widget_queue_draw (GTK_WIDGET (view));
  ui_fixture_draw (f, 2);
  g_assert_true (is_focused (f, 5) && is_focused (f, 6));
  vigil_focus_view_remove (view, ui_fixture_handle (f, 5));
  g_assert_true (!is_focused (f, 5) && is_focused (f, 6));
  gtk_window_set_child (f->window, NULL);
  g_assert_false (is_focused (f, 6));
}

static void
test_second_wall (UiFixture *f, gconstpointer data)
{
  g_autoptr (VigilRosterView) own = vigil_roster_view_new (vigil_session_get_roster (f->session));
  VigilRosterView *first = vigil_session_get_view (f->session);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  VigilWall *wall = VIGIL_WALL (vigil_wall_new (f->session, f->sweeper));
  VigilWall *second = VIGIL_WALL (vigil_wall_new_second (f->session, f->sweeper, own));

  gtk_widget_set_vexpand (GTK_WIDGET (wall), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (second), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (wall));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (second));
  gtk_window_set_child (f->window, box);
  gtk_window_present (f->window);
  ui_fixture_draw (f, 3);
  g_assert_true (vigil_wall_get_view (wall) == first);
  g_assert_true (vigil_wall_get_view (second) == own);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (first)), ==, 40);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (own)), ==, 40);

  vigil_wall_set_at_least (second, VIGIL_BAND_CRITICAL);
  ui_fixture_draw (f, 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (own)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (first)), ==, 40);
  g_assert_false (vigil_wall_reveal (second, ui_fixture_handle (f, 3)));
  g_assert_true (vigil_wall_reveal (wall, ui_fixture_handle (f, 3)));
  gtk_window_set_child (f->window, NULL);
}

static void
test_level (UiFixture *f, gconstpointer data)
{
  g_assert_cmpstr (vigil_level_meter_word (-100), ==, "silent");
  g_assert_cmpstr (vigil_level_meter_word (-45), ==, "quiet");
  g_assert_cmpstr (vigil_level_meter_word (-20), ==, "speech");
  g_assert_cmpstr (vigil_level_meter_word (-3), ==, "loud");
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **out = user_data;

  *out = g_object_ref (result);
}

static VigilFrame *
make_frame (guint width, guint height, guint source_width)
{
  VigilFrame *frame = vigil_frame_new (7, width, height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint8 *pixel = frame->pixels + (gsize) y * frame->stride + 4 * x;

        pixel[0] = 10;   /* blue */
        pixel[1] = 20;
        pixel[2] = 240;  /* red */
        pixel[3] = 0;
      }
  frame->source_width = source_width;
  frame->source_height = source_width * height / width;
  frame->decoded_us = g_get_monotonic_time ();
  return frame;
}

static VigilSnapshot *
take (VigilFrame *frame, VigilFrameSlot *slot)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  VigilSnapshot *snapshot;

  vigil_snapshot_take_async (frame, slot, NULL, taken_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  snapshot = vigil_snapshot_take_finish (result, &error);
  g_assert_no_error (error);
  return snapshot;
}

/* As it was received if that can be had, else as it was drawn, and never said to be what it is not. */
static void
test_snapshot (UiFixture *f, gconstpointer data)
{
  g_autoptr (VigilFrameSlot) slot = vigil_frame_slot_new (7);
  g_autoptr (VigilFrame) whole = make_frame (320, 180, 320);
  g_autoptr (VigilFrame) drawn = make_frame (160, 90, 640);
  g_autoptr (VigilSnapshot) first = take (whole, NULL);
  g_autoptr (VigilSnapshot) second = take (drawn, slot);
  g_autofree guchar *bytes = NULL;
  guint8 pixel[4];
  gsize len;
  guint width, height;

  g_assert_cmpuint (first->width, ==, 320);
  g_assert_true (first->received_size);
  g_assert_cmpuint (second->width, ==, 160);
  g_assert_false (second->received_size);
  bytes = g_base64_decode (first->base64, &len);
  g_assert_cmpmem (bytes, 3, "\xff\xd8\xff", 3);
  g_assert_cmpuint (bytes[len - 1], ==, 0xd9);
  g_assert_cmpuint (len, <=, VIGIL_SNAPSHOT_MAX_BYTES);
  g_assert_cmpint (gdk_texture_get_width (first->texture), ==, 320);

  /* Whoever draws it is asked for its size again. */
  vigil_frame_slot_get_wanted_size (slot, &width, &height);
  g_assert_cmpuint (width, ==, 0);
  {
    g_autoptr (GdkTexture) texture = g_object_ref (first->texture);
    g_autofree guchar *pixels = g_malloc ((gsize) 320 * 180 * 4);

    gdk_texture_download (texture, pixels, 320 * 4);
    memcpy (pixel, pixels + 4 * (90 * 320 + 160), 4);
    g_assert_cmpuint (pixel[2], >, 200); /* red is red */
    g_assert_cmpuint (pixel[0], <, 60);
  }
}

int
main (int argc, char **argv)
{
  ui_fixture_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/focus-view/" name, UiFixture, NULL, set_up, func, tear_down)
  ADD ("four", test_four);
  ADD ("focused-while-shown", test_focused_while_shown);
  ADD ("second-wall", test_second_wall);
  ADD ("level", test_level);
  ADD ("snapshot", test_snapshot);
#undef ADD
  return g_test_run ();
}
