/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of faults: the whole client but its window in front of the real mediasoup, one trouble after the other, and
 * what somebody at the wall saw of each. `-m perf` takes the settings as they are delivered; it prints the table of
 * docs/performance.md. */

#include <string.h>

#include "onlooker.h"
#include "turn-server.h"
#include "vigil-audio-feed.h"
#include "vigil-main-post.h"

#define N_TILES 8
#define VICTIM "s-00001"
#define VICTIM_JSON "\"studentId\":\"" VICTIM "\""
#define NEVER (-1)

typedef struct
{
  const char *name;
  const char *title;        /* in the table */
  void      (*begin) (void);
  void      (*end)   (void);   /* NULL: it is over when it has begun */
  double      hold;         /* how long it lasts, in watchdogs; 0: an instant */
  gboolean    everybody;    /* concerns all tiles */
  gboolean    unseen;       /* nobody need notice */
  gboolean    told;         /* stands in the banner if it lasts */
  double      show_within;  /* seconds beyond the watchdog */
  double      back_within;  /* seconds after its end */
  guint       width;        /* of the pictures that come then; 0: as ever */
} Fault;

static ClientRig *rig;
static Onlooker *onlooker;
static TurnServer *turn;
static guint watchdog_s;
static guint slack_s;   /* as settings are delivered, what was given up is tried again later */
static GString *table;

static ClientTile *
get_victim (void)
{
  return rig->tiles->pdata[0];
}

static void
hall (const char *cmd,
      const char *members)
{
  interop_hall_do (rig->hall, cmd, members != NULL ? "%s" : NULL, members);
}

static void
close_transports (void)
{
  hall ("close_transports", NULL);
}

static void
kill_worker (void)
{
  hall ("kill_worker", "\"restartMs\":1500");
}

static void
freeze_worker (void)
{
  hall ("freeze_worker", "\"frozen\":true");
}

static void
thaw_worker (void)
{
  hall ("freeze_worker", "\"frozen\":false");
}

static void
silence (void)
{
  hall ("freeze", VICTIM_JSON ",\"frozen\":true");
}

static void
speak (void)
{
  hall ("freeze", VICTIM_JSON ",\"frozen\":false");
}

static void
close_webcam (void)
{
  hall ("close_producer", VICTIM_JSON ",\"source\":\"webcam\"");
}

static void
open_webcam (void)
{
  hall ("add_producer", VICTIM_JSON);
}

/* -- whose microphone is all there is: whoever opened them goes on hearing it -- */

static VigilStream *voice; /* nullable */

/* Something was measured after *@data. */
static gboolean
is_heard (gpointer data)
{
  GObject *feed = vigil_stream_get_picture (voice);
  double rms_db;
  gint64 at_us;

  return VIGIL_IS_AUDIO_FEED (feed) && vigil_audio_feed_get_level (VIGIL_AUDIO_FEED (feed), &rms_db, NULL, &at_us) &&
         rms_db > VIGIL_AUDIO_FLOOR_DB && at_us > *(gint64 *) data;
}

static void
assert_heard (void)
{
  gint64 now_us = g_get_monotonic_time ();

  g_assert_true (interop_wait_until (is_heard, &now_us, 8000));
}

static void
open_victim (void)
{
  VigilStreamController *streams = vigil_session_get_streams (rig->session);

  vigil_stream_controller_set_focused (streams, get_victim ()->handle, TRUE);
  voice = vigil_stream_controller_ref_source (streams, get_victim ()->handle, VIGIL_SOURCE_MICROPHONE);
  assert_heard ();
}

static void
shut_victim (void)
{
  vigil_stream_controller_set_focused (vigil_session_get_streams (rig->session), get_victim ()->handle, FALSE);
  g_clear_object (&voice);
}

static void
leave_voice (void)
{
  open_victim ();
  close_webcam ();
}

/* It went on; and who is opened now, while there is nothing else, is heard as well. */
static void
end_voice (void)
{
  assert_heard ();
  shut_victim ();
  interop_run_for (200);
  open_victim ();
  open_webcam ();
  assert_heard ();
  shut_victim ();
}

static void
to_h264 (void)
{
  hall ("codec", VICTIM_JSON ",\"codec\":\"H264\"");
}

static void
to_vp8 (void)
{
  hall ("codec", VICTIM_JSON);
}

static void
enlarge (void)
{
  hall ("resize", VICTIM_JSON ",\"larger\":true");
}

static void
shrink (void)
{
  hall ("resize", VICTIM_JSON ",\"larger\":false");
}

static void
spoil_payload (void)
{
  hall ("garbage", VICTIM_JSON ",\"kind\":\"payload\"");
}

static void
spoil_type (void)
{
  hall ("garbage", VICTIM_JSON ",\"kind\":\"type\"");
}

static void
unspoil (void)
{
  hall ("garbage", VICTIM_JSON);
}

/* Twice: a third time and it would wait for failed-retry. */
static void
refuse_consumes (void)
{
  close_webcam ();
  interop_run_for (300);
  bad_sfu_refuse_consumes (rig->bad_sfu, 2);
  open_webcam ();
}

/* Until it is given up; the setting says when it is tried again. */
static void
refuse_all_consumes (void)
{
  close_webcam ();
  interop_run_for (300);
  bad_sfu_refuse_consumes (rig->bad_sfu, 3);
  open_webcam ();
}

static const BadNetworkConditions hole = { .black_hole = TRUE };

static void
swallow_all (void)
{
  bad_network_set_both (rig->network, &hole);
}

static void
swallow_down (void)
{
  bad_network_set (rig->network, BAD_NETWORK_DOWN, &hole);
}

static void
swallow_up (void)
{
  bad_network_set (rig->network, BAD_NETWORK_UP, &hole);
}

static void
swallow_none (void)
{
  bad_network_set_both (rig->network, NULL);
}

static void
close_udp (void)
{
  hall ("network", "\"udp\":true,\"tcp\":true");
  swallow_all ();
}

static void
use_turn (void)
{
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;

  turn_server_make_credentials (turn, &user, &password);
  bad_sfu_set_straight (rig->bad_sfu, TRUE);
  interop_hall_do (rig->hall, "network",
                   "\"iceServers\":[{\"urls\":[\"turn:127.0.0.1:%u?transport=udp\"],\"username\":\"%s\",\"credential\":\"%s\"}],"
                   "\"iceTransportPolicy\":\"relay\"", turn_server_get_port (turn), user, password);
  close_transports ();
}

static void
kill_turn (void)
{
  turn_server_kill (turn);
}

static void
restart_turn (void)
{
  g_autoptr (GError) error = NULL;

  turn_server_restart (turn, &error);
  g_assert_no_error (error);
}

static void
use_no_turn (void)
{
  bad_sfu_set_straight (rig->bad_sfu, FALSE);
  hall ("network", NULL);
  close_transports ();
}

static const Fault faults[] = {
  { "transport-closed", "the server closes the transport", close_transports, .everybody = TRUE, .show_within = 2, .back_within = 8 },
  { "worker-killed", "the SFU’s process is killed, back after 1.5 s", kill_worker, .everybody = TRUE, .told = TRUE, .show_within = 2, .back_within = 20 },
  { "worker-frozen", "the SFU’s process hangs", freeze_worker, thaw_worker, 1.75, .everybody = TRUE, .told = TRUE, .show_within = 5, .back_within = 25 },
  { "producer-silent", "a candidate stops sending, the feed stays", silence, speak, 1.75, .show_within = 4, .back_within = 5 },
  { "producer-closed", "a candidate’s webcam ends; another begins", close_webcam, open_webcam, 0.75, .show_within = 3, .back_within = 8 },
  { "audio-only", "only the microphone is left", leave_voice, end_voice, 0.75, .show_within = 3, .back_within = 8 },
  { "to-h264", "a new producer, H264 instead of VP8", to_h264, .unseen = TRUE, .back_within = 10 },
  { "to-vp8", "and VP8 again", to_vp8, .unseen = TRUE, .back_within = 10 },
  { "larger", "twice the size, in band", enlarge, .unseen = TRUE, .back_within = 8, .width = 640 },
  { "smaller", "and the former size", shrink, .unseen = TRUE, .back_within = 8, .width = 320 },
  { "garbage-payload", "random RTP payloads", spoil_payload, unspoil, 2, .show_within = 8, .back_within = 20 },
  { "garbage-type", "a payload type that was not agreed on", spoil_type, unspoil, 2, .show_within = 5, .back_within = 10 },
  { "consume-refused", "consume is refused twice", refuse_consumes, .unseen = TRUE, .back_within = 10 },
  { "consume-refused-all", "consume is refused until it is given up", refuse_all_consumes, .unseen = TRUE, .back_within = 20 },
  { "hole-both", "UDP is swallowed, both ways", swallow_all, swallow_none, 1.75, .everybody = TRUE, .told = TRUE, .show_within = 5, .back_within = 25 },
  { "hole-down", "UDP is swallowed on the way to us", swallow_down, swallow_none, 1.75, .everybody = TRUE, .told = TRUE, .show_within = 5, .back_within = 25 },
  { "hole-up", "UDP is swallowed on the way to the SFU", swallow_up, swallow_none, 1.75, .everybody = TRUE, .unseen = TRUE, .back_within = 25 },
  { "turn-killed", "the TURN server is killed; everything went through it", kill_turn, restart_turn, 2, .everybody = TRUE, .told = TRUE, .show_within = 5, .back_within = 40 },
  { "udp-closed", "UDP is closed for good; the SFU is there on TCP", close_udp, .everybody = TRUE, .told = TRUE, .show_within = 5, .back_within = 30 },
};

static void
wait_back (const char *when,
           guint       timeout_ms)
{
  if (interop_wait_until (onlooker_is_back, onlooker, timeout_ms + slack_s * 1000))
    return;
  for (guint i = 0; i < rig->tiles->len; i++)
    {
      ClientTile *tile = rig->tiles->pdata[i];

      g_printerr ("# %s: phase %d, mode %d, %s\n", tile->student_id, vigil_stream_get_phase (tile->stream),
                  vigil_stream_get_mode (tile->stream), vigil_stream_get_failure (tile->stream));
    }
  client_rig_describe (rig);
  g_error ("%s: not every tile is live again after %u ms; seen: %s; banner: %s", when, timeout_ms,
           onlooker_get_sight (onlooker)->tile, onlooker_get_sight (onlooker)->banner);
}

static void
check (const Fault *fault,
       const Sight *sight)
{
  if (!fault->unseen)
    {
      g_assert_cmpfloat (sight->shown_s, >=, 0);
      g_assert_cmpfloat (sight->shown_s, <, watchdog_s + fault->show_within);
      g_assert_cmpfloat (sight->all_shown_s, >=, 0);
    }
  if (fault->told && watchdog_s * fault->hold > 0)
    g_assert_cmpfloat (sight->told_s, >=, 0);
  /* Somebody else's trouble, and never anybody's conduct. */
  if (!fault->everybody)
    {
      g_assert_cmpuint (sight->n_touched, ==, 0);
      g_assert_cmpfloat (sight->told_s, ==, NEVER);
    }
  g_assert_cmpuint (sight->n_violations, ==, 0);
  g_assert_cmpuint (sight->n_flags, ==, 0);
  g_assert_cmpfloat (sight->stuck_s, <, 20);
  g_assert_cmpint (client_rig_get_link (rig, VIGIL_PART_FEED), ==, VIGIL_LINK_CONNECTED);
  for (guint i = 0; i < rig->tiles->len; i++)
    g_assert_cmpuint (((ClientTile *) rig->tiles->pdata[i])->n_wrong, ==, 0);
}

static gboolean
has_width (gpointer fault)
{
  return client_rig_get_width (rig, get_victim ()) == ((const Fault *) fault)->width;
}

static char *
format_seconds (double s)
{
  return s < 0 ? g_strdup ("never") : g_strdup_printf ("%.1f", s);
}

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  const Sight *sight;
  gint64 over_us;
  g_autofree char *shown = NULL;
  g_autofree char *told = NULL;
  double back_s;

  interop_run_for (500);
  onlooker_begin (onlooker, fault->everybody ? NULL : get_victim ());
  fault->begin ();
  if (fault->hold > 0)
    interop_run_for ((guint) (fault->hold * watchdog_s * 1000));
  if (fault->end != NULL)
    fault->end ();
  onlooker_fault_over (onlooker);
  over_us = g_get_monotonic_time ();
  /* What has just begun is to be seen before anybody can be back. */
  if (fault->unseen)
    interop_run_for (60);
  else
    interop_wait_until (onlooker_has_seen_it, onlooker, (guint) ((watchdog_s + fault->show_within) * 1000));
  wait_back (fault->name, (guint) (fault->back_within * 1000));
  if (fault->width > 0)
    g_assert_true (interop_wait_until (has_width, (gpointer) fault, (guint) (fault->back_within * 1000)));
  back_s = (g_get_monotonic_time () - over_us) / (double) G_USEC_PER_SEC;

  sight = onlooker_get_sight (onlooker);
  shown = format_seconds (sight->shown_s);
  told = format_seconds (sight->told_s);
  g_test_message ("%s: shown after %s s, in the banner after %s s, back %.1f s after its end, spinner at most %.1f s; %u others; "
                  "tile: %s; banner: %s", fault->title, shown, told, back_s, sight->stuck_s, sight->n_touched,
                  *sight->tile != '\0' ? sight->tile : "–", *sight->banner != '\0' ? sight->banner : "–");
  g_string_append_printf (table, "| %s | %s | %s | %s | %s | %.1f |\n", fault->title, *sight->tile != '\0' ? sight->tile : "–",
                          *sight->banner != '\0' ? sight->banner : "–", shown, told, back_s);
  check (fault, sight);
}

/* The tries of one candidate are further and further apart, and nobody waits for them. */
static void
test_backoff (void)
{
  GArray *refused = bad_sfu_get_refused_us (rig->bad_sfu);

  g_assert_cmpuint (refused->len, ==, 3);
  for (guint i = 1; i < refused->len; i++)
    {
      gint64 gap_us = g_array_index (refused, gint64, i) - g_array_index (refused, gint64, i - 1);

      g_test_message ("refused again after %.2f s", gap_us / (double) G_USEC_PER_SEC);
      /* Half of 250 ms and up to all of it, then half of twice as much. */
      g_assert_cmpint (gap_us, >=, (120 * 1000) << (i - 1));
    }
}

static void
test_to_turn (void)
{
  onlooker_begin (onlooker, NULL);
  use_turn ();
  interop_run_for (500);
  onlooker_fault_over (onlooker);
  wait_back ("through a TURN server", 20000);
  g_assert_true (turn_server_has_logged (turn, "m.ortiz"));
}

static void
test_from_turn (void)
{
  onlooker_begin (onlooker, NULL);
  use_no_turn ();
  interop_run_for (500);
  onlooker_fault_over (onlooker);
  wait_back ("without a TURN server", 20000);
}

static void
add_fault (const Fault *fault)
{
  g_autofree char *path = g_strdup_printf ("/interop/trouble/%s", fault->name);

  if (strcmp (fault->name, "turn-killed") == 0)
    {
      if (turn == NULL)
        return;
      g_test_add_func ("/interop/trouble/to-turn", test_to_turn);
    }
  g_test_add_data_func (path, fault, test_fault);
  if (strcmp (fault->name, "turn-killed") == 0)
    g_test_add_func ("/interop/trouble/from-turn", test_from_turn);
  if (strcmp (fault->name, "consume-refused-all") == 0)
    g_test_add_func ("/interop/trouble/backoff", test_backoff);
}

static void
show_wall (void)
{
  client_rig_join (rig, "invigilator");
  for (guint i = 0; i < N_TILES; i++)
    {
      g_autofree char *id = g_strdup_printf ("s-%05u", i + 1);

      client_rig_show (rig, id, (int) i);
    }
  onlooker = onlooker_new (rig);
  onlooker_begin (onlooker, NULL);
  onlooker_fault_over (onlooker);
  wait_back ("at first", 20000);
}

int
main (int    argc,
      char **argv)
{
  const char *options[] = { "--candidates", "12", "--streaming", "8", "--scores", "100", "--violation-seconds", "0", "--microphones", "1", NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  status = interop_setup ();
  if (status != 0)
    return status;
  turn = turn_server_start (&error);
  if (turn == NULL && g_getenv ("VIGIL_INTEROP_REQUIRED") != NULL)
    g_error ("coturn: %s", error->message);

  vigil_set_main_thread ();
  table = g_string_new (NULL);
  rig = client_rig_new (options);
  client_rig_use_network (rig, 4);
  watchdog_s = g_test_perf () ? vigil_settings_get_int (rig->settings, VIGIL_SETTING_MEDIA_WATCHDOG) : 2;
  g_object_set (rig->engine, "media-watchdog", watchdog_s * 1000, NULL);
  slack_s = g_test_perf () ? vigil_settings_get_int (rig->settings, VIGIL_SETTING_FAILED_RETRY) : 0;
  if (!g_test_perf ())
    {
      vigil_settings_set_int (rig->settings, VIGIL_SETTING_STALE_VIDEO, 2);
      vigil_settings_set_int (rig->settings, VIGIL_SETTING_FAILED_RETRY, 4);
      /* One transport after the other dies young here: they would be further and further apart. */
      vigil_settings_set_int (rig->settings, VIGIL_SETTING_RECONNECT_MAX, 2000);
      g_object_set (rig->engine, "connect-watchdog", 5000u, NULL);
    }
  show_wall ();
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    add_fault (&faults[i]);
  status = g_test_run ();

  if (g_test_perf ())
    g_printerr ("%s", table->str);
  onlooker_free (onlooker);
  client_rig_free (rig);
  g_clear_pointer (&turn, turn_server_stop);
  g_string_free (table, TRUE);
  return status;
}
