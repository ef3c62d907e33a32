/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's window against a hall of somebody else's making (the real socket.io) that has no SFU: it lives on stills.
 *
 * Every picture that a tile draws is read back and compared with the name in the tile. */

#include "bench-console.h"
#include "interop-hall.h"
#include "vigil-sim-marker.h"
#include "vigil-tile.h"

#define N_LOOKS 12
#define CAPTURES "3"

typedef struct
{
  guint n_right, n_wrong, n_unread, n_not_still;
} Drawn;

static void
probe (VigilTile  *tile,
       const char *candidate_id,
       VigilFrame *frame,
       const char *why,
       gpointer    user_data)
{
  Drawn *drawn = user_data;
  guint number, look, behaviour;

  if (candidate_id == NULL || frame == NULL)
    return;
  drawn->n_not_still += g_str_equal (why, "still") ? 0 : 1;
  if (!vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    drawn->n_unread++;
  else if (sscanf (candidate_id, "s-%u", &number) == 1 && (number - 1) % N_LOOKS == look)
    drawn->n_right++;
  else
    drawn->n_wrong++;
}

static void
count (GtkWidget *widget,
       guint     *mapped,
       guint     *stills)
{
  if (VIGIL_IS_TILE (widget) && gtk_widget_get_mapped (widget) && vigil_tile_get_handle (VIGIL_TILE (widget)) != VIGIL_HANDLE_NONE)
    {
      (*mapped)++;
      *stills += vigil_tile_get_look (VIGIL_TILE (widget))->picture == VIGIL_PICTURE_STILL ? 1 : 0;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    count (child, mapped, stills);
}

static gboolean
all_stills (BenchConsole *console,
            gpointer      user_data)
{
  guint mapped = 0, stills = 0;

  count (GTK_WIDGET (vigil_window_get_wall (bench_console_get_window (console))), &mapped, &stills);
  return mapped >= 20 && stills == mapped;
}

static void
test_stills (void)
{
  const char *options[] = { "--candidates", "60", "--streaming", "12", "--looks", "12", "--scores", "60", "--no-sfu", "1", "--captures", CAPTURES, NULL };
  InteropHall *hall = interop_hall_start (options);
  BenchConsole *console = bench_console_new (1600, 900);
  GtkAdjustment *adjustment;
  VigilStreamCounts counts;
  VigilStillCounts stills;
  Drawn drawn = { 0 };

  vigil_tile_set_draw_probe (probe, &drawn);
  g_assert_true (bench_console_connect (console, hall->url, interop_hall_get_token (hall, "invigilator"), hall->exam_id, 30));
  g_assert_true (bench_console_wait (console, all_stills, NULL, 30));
  g_assert_false (vigil_session_has_video (bench_console_get_session (console)));

  adjustment = vigil_wall_get_vadjustment (vigil_window_get_wall (bench_console_get_window (console)));
  for (guint i = 0; i < 12; i++)
    {
      gtk_adjustment_set_value (adjustment, g_random_double_range (0, gtk_adjustment_get_upper (adjustment)));
      bench_console_run (console, 0.5);
    }
  interop_hall_do (hall, "drop_consoles", NULL);
  bench_console_run (console, 3);
  g_assert_true (bench_console_wait (console, all_stills, NULL, 30));
  bench_console_run (console, 7);

  vigil_stills_get_counts (vigil_session_get_stills (bench_console_get_session (console)), &stills);
  vigil_stream_controller_get_counts (vigil_session_get_streams (bench_console_get_session (console)), &counts);
  vigil_tile_set_draw_probe (NULL, NULL);
  g_test_message ("%u right, %u wrong, %u unreadable; asked %" G_GUINT64_FORMAT ", new %" G_GUINT64_FORMAT ", failed %" G_GUINT64_FORMAT,
                  drawn.n_right, drawn.n_wrong, drawn.n_unread, stills.asked, stills.fresh, stills.failed);
  g_assert_cmpuint (drawn.n_wrong, ==, 0);
  g_assert_cmpuint (drawn.n_right, >=, 100);
  g_assert_cmpuint (drawn.n_unread * 20, <=, drawn.n_right);
  g_assert_cmpuint (counts.consumes, ==, 0);
  g_assert_cmpuint (stills.fresh, >=, 60);

  bench_console_close (console, 10);
  bench_console_free (console);
  interop_hall_stop (hall);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("G_MESSAGES_DEBUG");
  status = interop_setup ();
  if (status != 0)
    return status;

  g_test_add_func ("/interop/window/stills", test_stills);
  return g_test_run ();
}
