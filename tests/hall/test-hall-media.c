/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media through the whole hall: the right person, at the right time, and again after a fault. */
#include "hall-media.h"

#include <gst/gst.h>

typedef struct
{
  SfuClient *client;
  guint32    ssrc;
  guint      marked;    /* frames wanted */
  int        behaviour; /* −1: any */
  SfuTrack   track;
} Watch;

static gboolean
seen (gpointer data)
{
  Watch *watch = data;

  sfu_client_get_track (watch->client, watch->ssrc, &watch->track);
  return watch->track.marked >= watch->marked &&
         (watch->behaviour < 0 || (int) watch->track.behaviour == watch->behaviour);
}

static HallFixture *
make_hall (void)
{
  g_auto(VigilHallOptions) options = { 0 };

  hall_test_options (&options);
  options.publish = 10;
  options.rate = 10;
  return hall_fixture_new (&options);
}

/* Waits until the consumer shows candidate @index. Returns: its SSRC. */
static guint32
watch_candidate (HallFixture *f, SfuClient *client, guint index)
{
  g_autofree char *id = g_strdup_printf ("s-%05u", index + 1);
  g_autofree char *producer = hall_media_dup_producer (f, id);
  g_autofree char *consumer = NULL;
  Watch watch = { .client = client, .marked = 3, .behaviour = -1 };

  g_assert_nonnull (producer);
  consumer = sfu_client_consume (client, producer, TRUE, &watch.ssrc);
  g_assert_nonnull (consumer);
  g_assert_true (sfu_wait_until (seen, &watch, 20000));
  g_assert_cmpuint (watch.track.look, ==, index);
  return watch.ssrc;
}

static void
test_right_person (void)
{
  g_autoptr(HallFixture) f = make_hall ();
  g_autoptr(HallConsole) c = hall_console_new (f, "invigilator");
  SfuClient *client = hall_media_new (c);

  g_assert_true (sfu_client_connect (client));
  for (guint i = 0; i < 5; i++)
    watch_candidate (f, client, i);
  sfu_client_free (client);
}

/* The violation's time is when the picture showed it, and the evidence is of then. */
static void
test_agreement (void)
{
  g_autoptr(HallFixture) f = make_hall ();
  g_autoptr(HallConsole) c = hall_console_new (f, "invigilator");
  SfuClient *client = hall_media_new (c);
  Watch watch = { .client = client, .marked = 1, .behaviour = VIGIL_SIM_BEHAVIOUR_ABSENT };
  g_autoptr(JsonNode) done = NULL;
  JsonNode *violation;
  gint64 seen_at;

  g_assert_true (sfu_client_connect (client));
  watch.ssrc = watch_candidate (f, client, 3);
  done = hall_control (f, "{\"op\":\"behave\",\"studentId\":\"s-00004\",\"behaviour\":\"absent\",\"ms\":20000}");
  g_assert_true (sfu_wait_until (seen, &watch, 20000));
  seen_at = g_get_real_time () / 1000;
  violation = hall_console_wait_event (c, "violation", "s-00004", 0, 5000);
  g_assert_nonnull (violation);
  g_assert_cmpstr (hall_string (violation, "type"), ==, "no_face");
  /* The frame takes its time to us and is looked at every few milliseconds; never the other way round. */
  g_assert_cmpint (hall_int (violation, "at"), <=, seen_at);
  g_assert_cmpint (seen_at - hall_int (violation, "at"), <, 2000);
  sfu_client_free (client);
}

static void
test_late_producer (void)
{
  g_autoptr(HallFixture) f = make_hall ();
  g_autoptr(HallConsole) c = hall_console_new (f, "invigilator");
  SfuClient *client = hall_media_new (c);
  g_autoptr(JsonNode) late = NULL;

  g_assert_true (sfu_client_connect (client));
  g_assert_null (hall_media_dup_producer (f, "s-00015"));
  late = hall_control (f, "{\"op\":\"produce\",\"studentId\":\"s-00015\",\"ms\":200}");
  g_assert_nonnull (hall_console_wait_event (c, "new_producer", "s-00015", 0, 5000));
  watch_candidate (f, client, 14);
  sfu_client_free (client);
}

/* After the worker's death a new transport on the same console shows the same people. */
static void
test_sfu_kill (void)
{
  g_autoptr(HallFixture) f = make_hall ();
  g_autoptr(HallConsole) c = hall_console_new (f, "invigilator");
  SfuClient *client = hall_media_new (c);
  g_autoptr(JsonNode) killed = NULL;

  g_assert_true (sfu_client_connect (client));
  watch_candidate (f, client, 0);
  killed = hall_control (f, "{\"op\":\"sfu-kill\",\"ms\":300}");
  g_assert_nonnull (hall_console_wait_event (c, "transport_closed", NULL, 0, 5000));
  sfu_client_free (client);
  g_assert_nonnull (hall_console_wait_event (c, "new_producer", "s-00002", 0, 5000));
  client = hall_media_new (c);
  g_assert_true (sfu_client_connect (client));
  watch_candidate (f, client, 1);
  sfu_client_free (client);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/media/right-person", test_right_person);
  g_test_add_func ("/hall/media/agreement", test_agreement);
  g_test_add_func ("/hall/media/late-producer", test_late_producer);
  g_test_add_func ("/hall/media/sfu-kill", test_sfu_kill);
  return g_test_run ();
}
