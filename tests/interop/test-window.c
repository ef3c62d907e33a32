/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real program's window, headless, against the real socket.io, the real mediasoup and a real browser.
 *
 * Every frame that a tile draws is read back at the end of its drawing and compared with the name in
 * the tile. Nothing here tells the client what is visible: its tiles do. */

#include "bench-console.h"
#include "interop-hall.h"
#include "vigil-metrics-text.h"
#include "vigil-sim-marker.h"
#include "vigil-tile.h"

#define N_STREAMING 24
#define LATE "s-00030"
#define BROWSER "s-browser"

/* What was drawn for one candidate. */
typedef struct
{
  guint  n_right;
  guint  n_wrong;      /* somebody else's picture under this name: must stay 0 */
  guint  n_pictures;   /* different frames */
  gint64 newest_us;
  double spread;       /* variance of the newest one's green */
} Drawn;

static InteropHall *hall;
static InteropPeer *browser;
static BenchConsole *console;
static GHashTable *drawn;

static Drawn *
drawn_of (const char *id)
{
  Drawn *of = g_hash_table_lookup (drawn, id);

  if (of == NULL)
    {
      of = g_new0 (Drawn, 1);
      g_hash_table_insert (drawn, g_strdup (id), of);
    }
  return of;
}

static double
measure_spread (const VigilFrame *frame)
{
  double sum = 0, squares = 0, n = (double) frame->width * frame->height;

  for (guint y = 0; y < frame->height; y++)
    for (guint x = 0; x < frame->width; x++)
      {
        double green = frame->pixels[y * frame->stride + x * 4 + 1];

        sum += green;
        squares += green * green;
      }
  return squares / n - (sum / n) * (sum / n);
}

static void
probe (VigilTile  *tile,
       const char *candidate_id,
       VigilFrame *frame,
       const char *why,
       gpointer    user_data)
{
  guint number, look, behaviour;
  Drawn *of;

  if (candidate_id == NULL || frame == NULL)
    return;
  of = drawn_of (candidate_id);
  if (frame->decoded_us == of->newest_us)
    return;
  of->newest_us = frame->decoded_us;
  of->n_pictures++;

  if (g_str_equal (candidate_id, BROWSER))
    of->spread = measure_spread (frame);
  /* Candidate n, counted from 1, shows look n − 1; the browser shows none. */
  if (!vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    return;
  if (sscanf (candidate_id, "s-%u", &number) == 1 && (number - 1) % N_STREAMING == look)
    of->n_right++;
  else
    of->n_wrong++;
}

static void
check_right (void)
{
  GHashTableIter iter;
  gpointer id, value;
  guint n_right = 0;

  g_hash_table_iter_init (&iter, drawn);
  while (g_hash_table_iter_next (&iter, &id, &value))
    {
      Drawn *of = value;

      n_right += of->n_right;
      if (of->n_wrong > 0)
        g_error ("under the name %s %u pictures of somebody else were drawn", (char *) id, of->n_wrong);
    }
  g_test_message ("%u drawn pictures carried the right marker, none another's", n_right);
}

static const VigilCandidate *
lookup (const char *id)
{
  return vigil_roster_lookup (vigil_session_get_roster (bench_console_get_session (console)), id);
}

static VigilTile *
find_tile_below (GtkWidget   *widget,
                 VigilHandle  handle)
{
  if (VIGIL_IS_TILE (widget) && gtk_widget_get_mapped (widget) && vigil_tile_get_handle (VIGIL_TILE (widget)) == handle)
    return VIGIL_TILE (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      VigilTile *found = find_tile_below (child, handle);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* The look of a candidate's tile on the wall, which must be on screen. */
static const VigilTileLook *
look_of (const char *id)
{
  VigilWall *wall = vigil_window_get_wall (bench_console_get_window (console));
  const VigilCandidate *candidate = lookup (id);
  VigilTile *tile = candidate != NULL ? find_tile_below (GTK_WIDGET (wall), candidate->handle) : NULL;

  return tile != NULL ? vigil_tile_get_look (tile) : NULL;
}

static void
wait_playing (double      timeout_s,
              const char *when)
{
  double took = bench_console_wait_playing (console, 0, timeout_s);
  guint mapped = 0, playing = 0, expected = 0;

  vigil_wall_count (vigil_window_get_wall (bench_console_get_window (console)), &mapped, &playing, &expected);
  g_test_message ("%s: %u tiles on screen, %u of %u play, after %.2f s", when, mapped, playing, expected, took);
  if (took < 0)
    {
      g_autofree char *metrics = vigil_metrics_text ();
      g_autofree char *state = interop_hall_dup_state (hall);

      g_test_message ("%s\nthe hall: %s", metrics, state);
      g_error ("not every tile plays: %s", when);
    }
  g_assert_cmpuint (expected, >=, N_STREAMING);
}

static gboolean
everybody_drawn (BenchConsole *self,
                 gpointer      at_least)
{
  for (guint i = 0; i < N_STREAMING; i++)
    {
      g_autofree char *id = g_strdup_printf ("s-%05u", i + 1);

      if (drawn_of (id)->n_right < GPOINTER_TO_UINT (at_least))
        return FALSE;
    }
  return TRUE;
}

static void
test_wall (void)
{
  console = bench_console_new (1920, 1080);
  g_assert_true (bench_console_connect (console, hall->url, interop_hall_get_token (hall, "admin"), hall->exam_id, 90));
  wait_playing (30, "at first");
  /* Seconds on a free machine; the limits here only end what will never come. */
  g_assert_true (bench_console_wait (console, everybody_drawn, GUINT_TO_POINTER (5), 30));
  check_right ();
}

static gboolean
shows_77 (BenchConsole *self,
          gpointer      id)
{
  const VigilTileLook *look = look_of (id);

  return look != NULL && look->score == 77;
}

static void
test_scores (void)
{
  interop_hall_do (hall, "pause_scores", NULL);
  interop_hall_do (hall, "score", "\"studentId\":\"s-00005\",\"score\":77,\"flags\":[\"multiple_faces\"]");
  g_assert_true (bench_console_wait (console, shows_77, (gpointer) "s-00005", 10));
  interop_hall_do (hall, "resume_scores", NULL);
}

static gboolean
is_live (BenchConsole *self,
         gpointer      id)
{
  const VigilTileLook *look = look_of (id);

  return look != NULL && look->picture == VIGIL_PICTURE_LIVE;
}

static gboolean
is_camera_off (BenchConsole *self,
               gpointer      id)
{
  const VigilTileLook *look = look_of (id);

  return look != NULL && look->picture != VIGIL_PICTURE_LIVE && look->camera_off;
}

static gboolean
browser_drawn (BenchConsole *self,
               gpointer      wanted)
{
  return drawn_of (BROWSER)->n_pictures >= *(guint *) wanted;
}

static void
test_browser (void)
{
  guint wanted;

  g_assert_true (bench_console_wait (console, is_live, (gpointer) BROWSER, 40));
  wanted = drawn_of (BROWSER)->n_pictures + 10;
  g_assert_true (bench_console_wait (console, browser_drawn, &wanted, 20));
  g_test_message ("the browser's picture: variance %.0f", drawn_of (BROWSER)->spread);
  g_assert_cmpfloat (drawn_of (BROWSER)->spread, >, 100);
  g_assert_cmpuint (drawn_of (BROWSER)->n_right, ==, 0);
}

static void
test_late_and_closed (void)
{
  g_assert_true (bench_console_wait (console, is_camera_off, (gpointer) LATE, 10));
  interop_hall_do (hall, "add_producer", "\"studentId\":\"" LATE "\"");
  g_assert_true (bench_console_wait (console, is_live, (gpointer) LATE, 15));
  bench_console_run (console, 1);
  g_assert_cmpuint (drawn_of (LATE)->n_right, >=, 1);

  interop_hall_do (hall, "close_producer", "\"studentId\":\"" LATE "\"");
  g_assert_true (bench_console_wait (console, is_camera_off, (gpointer) LATE, 15));
}

static gboolean
is_settled (BenchConsole *self,
            gpointer      item)
{
  return vigil_outbox_item_get_state (item) != VIGIL_ACTION_PENDING;
}

static gboolean
is_bypassed (BenchConsole *self,
             gpointer      id)
{
  return look_of (id)->bypassed && is_camera_off (self, id);
}

static gboolean
is_back (BenchConsole *self,
         gpointer      id)
{
  return !look_of (id)->bypassed && is_live (self, id);
}

static void
submit (VigilActionKind  kind,
        const char      *id)
{
  g_autoptr (VigilAction) action = vigil_action_new (kind, hall->exam_id, id);
  VigilOutboxItem *item;

  action->reason = g_strdup ("Camera broken, seen in person");
  action->category = g_strdup ("technical");
  item = vigil_session_submit (bench_console_get_session (console), action);
  g_assert_nonnull (item);
  g_assert_true (bench_console_wait (console, is_settled, item, 20));
  g_assert_no_error (vigil_outbox_item_get_error (item));
}

/* The badge comes, the browser shuts its camera off by itself, and comes back when it is revoked. */
static void
test_bypass (void)
{
  submit (VIGIL_ACTION_BYPASS, BROWSER);
  g_assert_true (bench_console_wait (console, is_bypassed, (gpointer) BROWSER, 30));
  submit (VIGIL_ACTION_REVOKE_BYPASS, BROWSER);
  g_assert_true (bench_console_wait (console, is_back, (gpointer) BROWSER, 30));
}

static gboolean
sfu_is (BenchConsole *self,
        gpointer      state)
{
  VigilSession *session = bench_console_get_session (self);

  return (vigil_session_get_link (session, VIGIL_PART_SFU)->state == VIGIL_LINK_CONNECTED) == GPOINTER_TO_INT (state);
}

static void
test_worker_killed (void)
{
  interop_hall_do (hall, "kill_worker", "\"restartMs\":1500");
  g_assert_true (bench_console_wait (console, sfu_is, GINT_TO_POINTER (FALSE), 15));
  g_assert_true (bench_console_wait (console, sfu_is, GINT_TO_POINTER (TRUE), 40));
  g_assert_true (bench_console_wait (console, is_live, (gpointer) BROWSER, 40));
  wait_playing (90, "after the worker was killed");
  bench_console_run (console, 1);
  check_right ();
}

static void
test_cut (void)
{
  interop_hall_do (hall, "drop_consoles", NULL);
  g_assert_true (bench_console_wait (console, sfu_is, GINT_TO_POINTER (FALSE), 15));
  g_assert_true (bench_console_wait (console, sfu_is, GINT_TO_POINTER (TRUE), 40));
  wait_playing (90, "after the connection was cut");
  bench_console_run (console, 1);
  check_right ();
}

int
main (int    argc,
      char **argv)
{
  const char *options[] = { "--candidates", "40", "--streaming", "24", "--scores", "100", "--fps", "6", "--events-seconds", "1", NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  /* GTest turns every debug message on, which is most of the work of a busy client. */
  g_unsetenv ("G_MESSAGES_DEBUG");
  status = interop_setup ();
  if (status != 0)
    return status;

  drawn = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  vigil_tile_set_draw_probe (probe, NULL);
  hall = interop_hall_start (options);
  browser = interop_hall_open_browser (hall, BROWSER);

  g_test_add_func ("/interop/window/wall", test_wall);
  g_test_add_func ("/interop/window/scores", test_scores);
  g_test_add_func ("/interop/window/browser", test_browser);
  g_test_add_func ("/interop/window/late-and-closed", test_late_and_closed);
  g_test_add_func ("/interop/window/bypass", test_bypass);
  g_test_add_func ("/interop/window/worker-killed", test_worker_killed);
  g_test_add_func ("/interop/window/cut", test_cut);
  status = g_test_run ();

  bench_console_close (console, 10);
  bench_console_free (console);
  interop_peer_stop (browser);
  interop_hall_stop (hall);
  g_hash_table_unref (drawn);
  return status;
}
