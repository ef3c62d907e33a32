/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The focus view and a second wall over fakes: how many there are, who is focused and for how long, whose filters hold. */
#include <adwaita.h>

#include "ui-fixture.h"
#include "vigil-candidate-page.h"
#include "vigil-clock.h"
#include "vigil-feed-view.h"
#include "vigil-focus-view.h"
#include "vigil-level-meter.h"
#include "vigil-snapshot-dialog.h"
#include "vigil-snapshot-list.h"
#include "vigil-snapshot.h"
#include "vigil-view-window-private.h"
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

/* A label that says @text and can be seen. */
static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static VigilEvidenceItem *
make_item (guint i)
{
  VigilEvidenceItem *item = vigil_evidence_item_new ();

  item->key = g_strdup_printf ("20261127/e/s3/camera/%u_x.jpg", 1000 + i);
  item->kind = g_strdup ("camera");
  item->by = g_strdup ("m.ortiz");
  item->at_ms = 1000 + i;
  return item;
}

/* Who asked lives until it has an answer. */
static void
fail_rest (UiFixture *f)
{
  while (vigil_fake_directory_get_n_waiting (f->directory) > 0)
    {
      vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_CLOSED);
      vigil_fake_spin ();
    }
}

/* Evidence lies over the video: that goes on, but nothing on the page says that it is what is seen. */
static void
test_evidence_over_video (UiFixture *f, gconstpointer data)
{
  VigilCandidatePage *page = VIGIL_CANDIDATE_PAGE (vigil_candidate_page_new (f->session, f->sweeper));
  g_autoptr (VigilViolation) violation = vigil_violation_new ();

  violation->id = g_strdup ("v1");
  violation->student_id = g_strdup ("s3");
  violation->type = g_strdup ("phone");
  g_ptr_array_add (violation->evidence, make_item (0));
  ui_fixture_score (f, 3, 12);
  gtk_window_set_child (f->window, GTK_WIDGET (page));
  vigil_candidate_page_set_candidate (page, ui_fixture_handle (f, 3));
  gtk_window_present (f->window);
  ui_fixture_draw (f, 2);
  g_assert_true (is_focused (f, 3));
  vigil_candidate_page_show_violation (page, violation);
  ui_fixture_draw (f, 2);
  g_assert_true (is_focused (f, 3));
  g_assert_nonnull (find_label (GTK_WIDGET (page), "Evidence, not live video"));
  vigil_settings_set_int (f->settings, VIGIL_SETTING_STALE_SCORE, 2);
  for (int i = 0; i < 1000 && find_label (GTK_WIDGET (page), "Score is") == NULL; i++)
    vigil_fake_run (10);
  g_assert_nonnull (find_label (GTK_WIDGET (page), "Score is"));

  vigil_candidate_page_set_candidate (page, ui_fixture_handle (f, 4));
  ui_fixture_draw (f, 2);
  g_assert_true (!is_focused (f, 3) && is_focused (f, 4));
  g_assert_null (find_label (GTK_WIDGET (page), "Evidence, not live video"));
  vigil_candidate_page_set_candidate (page, VIGIL_HANDLE_NONE);
  g_assert_false (is_focused (f, 4));
  vigil_settings_set_int (f->settings, VIGIL_SETTING_STALE_SCORE, 30);
  gtk_window_set_child (f->window, NULL);
  fail_rest (f);
}

static void
test_first_is_marked (UiFixture *f, gconstpointer data)
{
  VigilFocusView *view = VIGIL_FOCUS_VIEW (vigil_focus_view_new (f->session, f->sweeper));

  gtk_window_set_child (f->window, GTK_WIDGET (view));
  vigil_focus_view_add (view, ui_fixture_handle (f, 1));
  vigil_focus_view_add (view, ui_fixture_handle (f, 2));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (vigil_focus_view_get_current (view)), "current"));
}

/* What keys mean by a picture of a stream that is no tile: only while it plays, and no longer than a picture is new. */
static void
test_feed_ends (UiFixture *f, gconstpointer data)
{
  VigilFeedView *view = VIGIL_FEED_VIEW (vigil_feed_view_new (f->session, f->sweeper));
  VigilStreamController *streams = vigil_session_get_streams (f->session);
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (streams, ui_fixture_handle (f, 0));
  g_autoptr (VigilFrame) frame = NULL;

  gtk_window_set_child (f->window, GTK_WIDGET (view));
  vigil_stream_controller_set_focused (streams, ui_fixture_handle (f, 0), TRUE);
  vigil_feed_view_set_stream (view, stream);
  g_assert_false (vigil_feed_view_has_recent_picture (view));
  for (int i = 0; i < 5000 && frame == NULL; i++)
    {
      vigil_fake_run (1);
      ui_engine_publish (f->engine);
      frame = vigil_feed_view_dup_live_frame (view, NULL);
    }
  g_assert_nonnull (frame);
  g_assert_true (vigil_feed_view_has_recent_picture (view));
  frame->decoded_us -= 3600 * G_GINT64_CONSTANT (1000000);
  g_assert_false (vigil_feed_view_has_recent_picture (view));
  frame->decoded_us += 3600 * G_GINT64_CONSTANT (1000000);
  g_assert_true (vigil_feed_view_has_recent_picture (view));
  vigil_feed_view_forget (view);
  g_assert_false (vigil_feed_view_has_recent_picture (view));
  vigil_feed_view_set_stream (view, NULL);
  vigil_stream_controller_set_focused (streams, ui_fixture_handle (f, 0), FALSE);
  gtk_window_set_child (f->window, NULL);
}

static VigilViewWindow *
make_second_wall (UiFixture *f)
{
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (VigilRosterView) own = vigil_roster_view_new (vigil_session_get_roster (f->session));
  g_autoptr (GMenu) menu = g_menu_new ();
  VigilViewWindow *window = vigil_view_window_new (NULL, VIGIL_VIEW_WALL, G_ACTION_MAP (actions),
                                                   vigil_wall_new_second (f->session, f->sweeper, own));

  vigil_view_window_set_number (window, 2, "Anatomy II");
  vigil_view_window_add_wall_tools (window, f->session, G_MENU_MODEL (menu), G_MENU_MODEL (menu));
  return window;
}

/* The list is ranked and loaded while somebody types. */
static void
test_typing (UiFixture *f, gconstpointer data)
{
  VigilViewWindow *window = make_second_wall (f);
  VigilRosterView *view = vigil_wall_get_view (vigil_view_window_get_wall (window));
  VigilRosterFilter filter = *vigil_roster_view_get_filter (view);

  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "Anatomy II: wall 2");
  gtk_editable_set_text (window->search_entry, "Candidate 01");
  g_object_notify (G_OBJECT (view), "n-matching");
  g_assert_cmpstr (gtk_editable_get_text (window->search_entry), ==, "Candidate 01");
  filter.search = (char *) "Candidate 01";
  vigil_roster_view_set_filter (view, &filter);
  g_object_notify (G_OBJECT (view), "n-matching");
  filter.search = NULL;
  vigil_roster_view_set_filter (view, &filter);
  g_object_notify (G_OBJECT (view), "n-matching");
  g_assert_cmpstr (gtk_editable_get_text (window->search_entry), ==, "");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The window of a view goes with its monitor, and not what was being written over it. */
static void
test_dialog_stays (UiFixture *f, gconstpointer data)
{
  VigilViewWindow *window = make_second_wall (f);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (window), "Warn", NULL);
  GtkWidget *gone = NULL;

  g_set_weak_pointer (&gone, dialog);
  vigil_view_window_hand_over_dialogs (window, f->window);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_nonnull (gone);
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (dialog)) == f->window);
  g_clear_weak_pointer (&gone);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static gboolean
press (GtkWidget *widget, const char *label)
{
  GtkWidget *child = find_label (widget, label);

  while (child != NULL && !GTK_IS_BUTTON (child))
    child = gtk_widget_get_parent (child);
  if (child != NULL)
    g_signal_emit_by_name (child, "clicked");
  return child != NULL;
}

/* What could not be read is not nothing, and the end of the list is not the end of what there is. */
static void
test_snapshots_not_read (UiFixture *f, gconstpointer data)
{
  g_autoptr (VigilEvidenceLoader) loader = vigil_evidence_loader_new (VIGIL_HALL_DIRECTORY (f->directory), f->settings);
  VigilSnapshotList *list = VIGIL_SNAPSHOT_LIST (vigil_snapshot_list_new (f->session, loader));
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_evidence_item_unref);

  gtk_window_set_child (f->window, GTK_WIDGET (list));
  gtk_window_present (f->window);
  vigil_snapshot_list_set_student (list, "s3");
  vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_CLOSED);
  vigil_fake_spin ();
  ui_fixture_draw (f, 2);
  g_assert_nonnull (find_label (GTK_WIDGET (list), "could not be read"));
  g_assert_true (press (GTK_WIDGET (list), "Try Again"));
  for (guint i = 0; i < 21; i++)
    g_ptr_array_add (items, make_item (i));
  vigil_fake_directory_answer (f->directory, items, (GDestroyNotify) g_ptr_array_unref);
  vigil_fake_spin ();
  ui_fixture_draw (f, 2);
  g_assert_null (find_label (GTK_WIDGET (list), "could not be read"));
  g_assert_nonnull (find_label (GTK_WIDGET (list), "taken by m.ortiz"));
  g_assert_nonnull (find_label (GTK_WIDGET (list), "newest 20"));
  gtk_window_set_child (f->window, NULL);
  fail_rest (f);
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
  g_autoptr (VigilFrame) fitted = make_frame (1920, 1080, 2560);
  g_autoptr (VigilSnapshot) large = take (fitted, slot);
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
  g_assert_false (second->whole);
  g_assert_true (!large->received_size && large->whole);
  g_assert_cmpuint (large->source_width, ==, 2560);
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

static VigilOutbox *
outbox_of (UiFixture *f)
{
  return vigil_session_get_outbox (f->session);
}

/* Where no more may wait the dialog keeps what was taken and written, says so, and lets it go as soon as there is room. */
static void
test_no_room (UiFixture *f, gconstpointer data)
{
  g_autoptr (VigilFrame) frame = make_frame (320, 180, 320);
  g_autoptr (VigilAction) action = vigil_action_new (VIGIL_ACTION_SNAPSHOT, vigil_session_get_exam_id (f->session), "s1");
  AdwMessageDialog *dialog;

  vigil_settings_set_int (f->settings, VIGIL_SETTING_SNAPSHOTS_WAITING, 1);
  dialog = ADW_MESSAGE_DIALOG (vigil_ask_snapshot (f->window, f->session, ui_fixture_handle (f, 3), VIGIL_SOURCE_WEBCAM, take (frame, NULL)));
  g_assert_true (adw_message_dialog_get_response_enabled (dialog, "yes"));
  vigil_outbox_submit (outbox_of (f), action);
  g_assert_false (adw_message_dialog_get_response_enabled (dialog, "yes"));
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_run (50);
  g_assert_true (adw_message_dialog_get_response_enabled (dialog, "yes"));
  adw_message_dialog_response (dialog, "yes");
  vigil_fake_run (50);
  g_assert_cmpuint (vigil_outbox_get_n_pending (outbox_of (f)), ==, 1);
  g_assert_nonnull (vigil_outbox_find (outbox_of (f), "s3"));
  vigil_fake_actions_confirm (f->actions, NULL);
  vigil_fake_run (50);
}

int
main (int argc, char **argv)
{
  ui_fixture_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/focus-view/" name, UiFixture, NULL, set_up, func, tear_down)
  ADD ("four", test_four);
  ADD ("focused-while-shown", test_focused_while_shown);
  ADD ("second-wall", test_second_wall);
  ADD ("evidence-over-video", test_evidence_over_video);
  ADD ("first-is-marked", test_first_is_marked);
  ADD ("feed-ends", test_feed_ends);
  ADD ("typing", test_typing);
  ADD ("dialog-stays", test_dialog_stays);
  ADD ("snapshots-not-read", test_snapshots_not_read);
  ADD ("level", test_level);
  ADD ("snapshot", test_snapshot);
  ADD ("no-room", test_no_room);
#undef ADD
  return g_test_run ();
}
