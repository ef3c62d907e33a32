/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One day in a hall, whichever SFU its video comes from, or none: the same steps and the same expectations of the program's
 * own window. What the SFU is decides only whether a tile has to be live or a still.
 *
 * Every picture that a tile draws is read back at the end of its drawing and compared with the name in the tile. */

#include <math.h>

#include "any-hall.h"
#include "bench-console.h"
#include "janus/janus-voices.h"
#include "vigil-audio-feed.h"
#include "vigil-metrics.h"
#include "vigil-metrics-text.h"
#include "vigil-sim-marker.h"
#include "vigil-tile.h"

#define WIDTH  760
#define HEIGHT 560
#define N_PAGES_TURNED 8

/* What was drawn for one candidate. */
typedef struct
{
  guint  n_right;
  guint  n_wrong;    /* somebody else's picture under this name: must stay 0 */
  guint  n_pictures; /* different ones, since somebody last looked */
  gint64 newest_us;
} Drawn;

static AnyHall *hall;
static BenchConsole *console;
static Drawn drawn[ANY_HALL_CANDIDATES];
static guint n_unread, n_live;

static void
probe (VigilTile *tile, const char *candidate_id, VigilFrame *frame, const char *why, gpointer user_data)
{
  guint number, look, behaviour;
  Drawn *of;

  if (candidate_id == NULL || frame == NULL || sscanf (candidate_id, "s-%u", &number) != 1 || number > ANY_HALL_CANDIDATES)
    return;
  of = &drawn[number - 1];
  n_live += g_str_equal (why, "live");
  if (frame->decoded_us != of->newest_us)
    of->n_pictures++;
  of->newest_us = frame->decoded_us;
  if (!vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    n_unread++;
  else if (look == number - 1)
    of->n_right++;
  else
    of->n_wrong++;
}

/* -- what is on screen -- */

typedef void (*TileFunc) (VigilTile *tile, const VigilCandidate *candidate, guint index, gpointer user_data);

static void
each_tile_below (GtkWidget *widget, TileFunc func, gpointer user_data)
{
  VigilRoster *roster = vigil_session_get_roster (bench_console_get_session (console));
  guint number;

  if (VIGIL_IS_TILE (widget) && gtk_widget_get_mapped (widget) && vigil_tile_get_handle (VIGIL_TILE (widget)) != VIGIL_HANDLE_NONE)
    {
      const VigilCandidate *candidate = vigil_roster_get (roster, vigil_tile_get_handle (VIGIL_TILE (widget)));

      if (candidate != NULL && sscanf (candidate->id, "s-%u", &number) == 1 && number <= ANY_HALL_CANDIDATES)
        func (VIGIL_TILE (widget), candidate, number - 1, user_data);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    each_tile_below (child, func, user_data);
}

static void
each_tile (TileFunc func, gpointer user_data)
{
  each_tile_below (GTK_WIDGET (vigil_window_get_wall (bench_console_get_window (console))), func, user_data);
}

/* How the page stands. */
typedef struct
{
  guint    n_tiles, n_fine;
  int      away;     /* who is not expected to have a picture; −1: nobody */
  guint    pictures; /* each has to have drawn so many new ones */
  GString *missing;  /* nullable */
} Page;

static VigilTilePicture
expected_picture (void)
{
  return any_hall_has_video (hall) ? VIGIL_PICTURE_LIVE : VIGIL_PICTURE_STILL;
}

static void
look_at_tile (VigilTile *tile, const VigilCandidate *candidate, guint index, gpointer user_data)
{
  const VigilTileLook *look = vigil_tile_get_look (tile);
  Page *page = user_data;

  if ((int) index == page->away)
    return;
  page->n_tiles++;
  if (look->picture == expected_picture () && drawn[index].n_pictures >= page->pictures)
    page->n_fine++;
  else if (page->missing != NULL)
    g_string_append_printf (page->missing, " %s (picture %d, %u drawn)", candidate->id, look->picture, drawn[index].n_pictures);
}

static gboolean
page_is_fine (BenchConsole *self, gpointer user_data)
{
  Page *page = user_data;

  page->n_tiles = page->n_fine = 0;
  each_tile (look_at_tile, page);
  return page->n_tiles >= 4 && page->n_fine == page->n_tiles;
}

static void
check_nobody_else (void)
{
  for (guint i = 0; i < ANY_HALL_CANDIDATES; i++)
    if (drawn[i].n_wrong > 0)
      g_error ("under the name of candidate %u %u pictures of somebody else were drawn", i, drawn[i].n_wrong);
}

/* Everybody on screen, but @away, has the mode that this hall allows and draws new pictures, of himself. */
static void
expect_page (const char *when, int away, double timeout_s)
{
  gint64 began = g_get_monotonic_time ();
  Page page = { .away = away, .pictures = any_hall_has_video (hall) ? 3 : 1 };

  for (guint i = 0; i < ANY_HALL_CANDIDATES; i++)
    drawn[i].n_pictures = 0;
  if (!bench_console_wait (console, page_is_fine, &page, timeout_s))
    {
      g_autofree char *metrics = vigil_metrics_text ();

      page.missing = g_string_new (NULL);
      page_is_fine (console, &page);
      g_test_message ("%s", metrics);
      g_error ("%s: of %u tiles not fine:%s", when, page.n_tiles, page.missing->str);
    }
  g_test_message ("%s: %u tiles after %.2f s", when, page.n_tiles, (g_get_monotonic_time () - began) / 1e6);
  check_nobody_else ();
}

/* -- the steps -- */

static void
test_wall (void)
{
  InteropHall *interop = any_hall_get (hall);

  console = bench_console_new (WIDTH, HEIGHT);
  g_assert_true (bench_console_connect (console, interop->url, interop_hall_get_token (interop, "admin"), interop->exam_id, 90));
  expect_page ("at first", -1, 60);
  g_assert_cmpint (vigil_session_has_video (bench_console_get_session (console)), ==, any_hall_has_video (hall));
}

static void
test_pages (void)
{
  GtkAdjustment *adjustment = vigil_wall_get_vadjustment (vigil_window_get_wall (bench_console_get_window (console)));
  double page = gtk_adjustment_get_page_size (adjustment);
  double end = gtk_adjustment_get_upper (adjustment) - page;

  g_assert_cmpfloat (end, >, 100);
  for (guint i = 0; i < N_PAGES_TURNED; i++)
    {
      double at = gtk_adjustment_get_value (adjustment) + page;

      gtk_adjustment_set_value (adjustment, at > end + page / 2 ? 0 : MIN (at, end));
      bench_console_run (console, 0.1);
      expect_page ("after a page was turned", -1, 40);
    }
  gtk_adjustment_set_value (adjustment, 0);
  expect_page ("back on the first page", -1, 40);
}

static gboolean
is_quiet (BenchConsole *self, gpointer user_data)
{
  Drawn *of = user_data;
  static gint64 since;

  if (of->n_pictures > 0 || since == 0)
    since = g_get_monotonic_time ();
  of->n_pictures = 0;
  return g_get_monotonic_time () - since > 4 * G_USEC_PER_SEC;
}

static gboolean
draws_again (BenchConsole *self, gpointer user_data)
{
  return ((Drawn *) user_data)->n_pictures >= (any_hall_has_video (hall) ? 3 : 1);
}

/* His pictures end and nobody else's do; he is back, and so are they. */
static void
test_leaving (void)
{
  any_hall_leave (hall, 1);
  g_assert_true (bench_console_wait (console, is_quiet, &drawn[1], 40));
  expect_page ("while one is away", 1, 20);

  any_hall_return (hall, 1);
  drawn[1].n_pictures = 0;
  g_assert_true (bench_console_wait (console, draws_again, &drawn[1], 60));
  expect_page ("after one came back", -1, 40);
}

/* -- hostile and odd cameras -- */

/* One sends rubbish: nobody else notices, and he is seen again when he no longer does. */
static void
test_garbage (void)
{
  any_hall_spoil (hall, 2, TRUE);
  bench_console_run (console, 2);
  expect_page ("while one sends rubbish", 2, 20);
  any_hall_spoil (hall, 2, FALSE);
  drawn[2].n_pictures = 0;
  g_assert_true (bench_console_wait (console, draws_again, &drawn[2], 60));
  expect_page ("after one sent rubbish", -1, 40);
}

/* Pixels of one picture of everybody who is live, as they are received. */
static gint64
get_pixels (void)
{
  return vigil_counter_get (vigil_metrics_counter ("vigil_video_pixels", ""));
}

static gboolean
has_more_pixels (BenchConsole *self, gpointer than)
{
  return get_pixels () > *(gint64 *) than;
}

static gboolean
has_fewer_pixels (BenchConsole *self, gpointer than)
{
  return get_pixels () < *(gint64 *) than;
}

/* One's pictures become larger in band, and smaller again: nothing is made anew, and everybody is seen. */
static void
test_size (void)
{
  gint64 between;

  bench_console_run (console, 2); /* all are measured */
  between = get_pixels () + 320 * 180 / 2;
  any_hall_enlarge (hall, 3, TRUE);
  g_assert_true (bench_console_wait (console, has_more_pixels, &between, 20));
  expect_page ("while one is larger", -1, 20);
  any_hall_enlarge (hall, 3, FALSE);
  g_assert_true (bench_console_wait (console, has_fewer_pixels, &between, 20));
  expect_page ("after one was larger", -1, 20);
}

/* -- sound -- */

#define OPENED 4

/* Who is opened: as the focus view does it. */
typedef struct
{
  guint        index;
  VigilHandle  handle;
  VigilStream *stream; /* of the microphone */
} Opened;

static VigilStreamController *
get_streams (void)
{
  return vigil_session_get_streams (bench_console_get_session (console));
}

static void
open_candidate (Opened *self, guint index)
{
  g_autofree char *id = g_strdup_printf ("s-%05u", index + 1);

  self->index = index;
  self->handle = vigil_roster_lookup (vigil_session_get_roster (bench_console_get_session (console)), id)->handle;
  vigil_stream_controller_set_focused (get_streams (), self->handle, TRUE);
  self->stream = vigil_stream_controller_ref_source (get_streams (), self->handle, VIGIL_SOURCE_MICROPHONE);
}

static void
close_candidate (Opened *self)
{
  vigil_stream_controller_set_focused (get_streams (), self->handle, FALSE);
  g_clear_object (&self->stream);
}

static gboolean
is_heard (Opened *self)
{
  GObject *feed = vigil_stream_get_picture (self->stream);
  double rms_db;
  gint64 at_us;

  if (!VIGIL_IS_AUDIO_FEED (feed) || !vigil_audio_feed_get_level (VIGIL_AUDIO_FEED (feed), &rms_db, NULL, &at_us) ||
      g_get_monotonic_time () - at_us > G_USEC_PER_SEC)
    return FALSE;
  return any_hall_has_tones (hall) ? fabs (rms_db - janus_voice_get_rms_db (self->index)) < 1.4 : rms_db > -75;
}

static gboolean
all_heard (BenchConsole *self, gpointer opened)
{
  for (guint i = 0; i < OPENED; i++)
    if (!is_heard ((Opened *) opened + i))
      return FALSE;
  return TRUE;
}

static gboolean
is_cold (BenchConsole *self, gpointer stream)
{
  return vigil_stream_get_mode (stream) == VIGIL_MODE_COLD;
}

/* Four are opened: each microphone has its own level; closed again, nothing is received. */
static void
hear_four (void)
{
  Opened opened[OPENED];
  g_autoptr (VigilStream) kept = NULL;

  for (guint i = 0; i < OPENED; i++)
    open_candidate (&opened[i], i);
  if (!bench_console_wait (console, all_heard, opened, 30))
    for (guint i = 0; i < OPENED; i++)
      g_printerr ("# candidate %u: %s, phase %d, %s\n", i, is_heard (&opened[i]) ? "heard" : "not heard",
                  vigil_stream_get_phase (opened[i].stream), vigil_stream_get_failure (opened[i].stream));
  g_assert_true (all_heard (console, opened));
  kept = g_object_ref (opened[0].stream);
  for (guint i = 0; i < OPENED; i++)
    close_candidate (&opened[i]);
  g_assert_true (bench_console_wait (console, is_cold, kept, 10));
}

/* Twice, so that other slots are used; and one who has no microphone. */
static void
test_sound (void)
{
  Opened last;

  open_candidate (&last, ANY_HALL_CANDIDATES - 1);
  g_assert_null (vigil_roster_get (vigil_session_get_roster (bench_console_get_session (console)), last.handle)->producer_ids[VIGIL_SOURCE_MICROPHONE]);
  bench_console_run (console, 0.5);
  g_assert_null (vigil_stream_get_picture (last.stream));
  close_candidate (&last);
  if (any_hall_get_n_voices (hall) < OPENED)
    {
      g_test_skip ("there is no sound here");
      return;
    }

  hear_four ();
  hear_four ();
  expect_page ("after four were opened", -1, 40);
}

/* The part that pictures come through. */
static gboolean
link_is (BenchConsole *self, gpointer up)
{
  VigilPart part = any_hall_has_video (hall) ? VIGIL_PART_SFU : VIGIL_PART_FEED;

  return (vigil_session_get_link (bench_console_get_session (self), part)->state == VIGIL_LINK_CONNECTED) == GPOINTER_TO_INT (up);
}

/* It is said, the hall lives on, and everything comes back by itself. */
static void
test_death (void)
{
  gint64 began = g_get_monotonic_time ();

  any_hall_kill (hall);
  g_assert_true (bench_console_wait (console, link_is, GINT_TO_POINTER (FALSE), 40));
  g_test_message ("known to be away after %.2f s", (g_get_monotonic_time () - began) / 1e6);
  bench_console_run (console, 1);
  check_nobody_else ();

  any_hall_restore (hall);
  g_assert_true (bench_console_wait (console, link_is, GINT_TO_POINTER (TRUE), 90));
  expect_page ("after what the pictures come from was killed and is back", -1, 90);
  if (any_hall_get_n_voices (hall) >= OPENED)
    hear_four ();
}

static gint64
metric (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static gboolean
server_is_free (BenchConsole *self, gpointer unused)
{
  return any_hall_count_consumers (hall) <= 0;
}

static gboolean
we_are_free (BenchConsole *self, gpointer unused)
{
  return metric ("vigil_media_transports_live") == 0 && metric ("vigil_media_links_live") == 0 &&
         metric ("vigil_media_decoders_live") == 0 && metric ("vigil_media_pads_live") == 0 && metric ("vigil_consumers") == 0 &&
         metric ("vigil_whep_resources") == 0 && metric ("vigil_janus_slots_taken") == 0;
}

/* Nothing is left open, here or there. */
static void
test_end (void)
{
  guint n_right = 0, n_wrong = 0;

  bench_console_close (console, 1);
  g_assert_true (bench_console_wait (console, we_are_free, NULL, 20));
  g_assert_true (bench_console_wait (console, server_is_free, NULL, 20));
  for (guint i = 0; i < ANY_HALL_CANDIDATES; i++)
    {
      n_right += drawn[i].n_right;
      n_wrong += drawn[i].n_wrong;
    }
  g_test_message ("%s: %u pictures of the right person, %u of another, %u not to be read; consumers asked for: %" G_GINT64_FORMAT,
                  any_hall_get_kind (hall), n_right, n_wrong, n_unread, metric ("vigil_consumes"));
  g_assert_cmpuint (n_wrong, ==, 0);
  g_assert_cmpuint (n_right, >=, 100);
  g_assert_cmpuint (n_unread * 10, <=, n_right);
  if (!any_hall_has_video (hall))
    {
      g_assert_cmpuint (n_live, ==, 0);
      g_assert_cmpint (metric ("vigil_consumes"), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  const char *kind;
  int status;

  g_test_init (&argc, &argv, NULL);
  /* GTest turns every debug message on, which is most of the work of a busy client. */
  g_unsetenv ("G_MESSAGES_DEBUG");
  kind = argc > 1 ? argv[1] : g_getenv ("VIGIL_ANY_SFU");
  status = interop_setup ();
  if (status != 0)
    return status;

  vigil_tile_set_draw_probe (probe, NULL);
  hall = any_hall_start (kind);
  if (hall == NULL)
    {
      g_printerr ("usage: VIGIL_ANY_SFU=mediasoup|janus|whep|stills %s\n", argv[0]);
      return 2;
    }
  g_test_add_func ("/interop/any-sfu/wall", test_wall);
  g_test_add_func ("/interop/any-sfu/pages", test_pages);
  g_test_add_func ("/interop/any-sfu/leaving", test_leaving);
  if (any_hall_has_video (hall))
    {
      g_test_add_func ("/interop/any-sfu/garbage", test_garbage);
      g_test_add_func ("/interop/any-sfu/size", test_size);
    }
  g_test_add_func ("/interop/any-sfu/sound", test_sound);
  g_test_add_func ("/interop/any-sfu/death", test_death);
  g_test_add_func ("/interop/any-sfu/end", test_end);
  status = g_test_run ();

  vigil_tile_set_draw_probe (NULL, NULL);
  bench_console_free (console);
  any_hall_stop (hall);
  return status;
}
