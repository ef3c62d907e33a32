/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU against a real webrtcbin client, over loopback. */

#include "sfu-client.h"
#include "vigil-sim-studio.h"

#define WIDTH 320
#define HEIGHT 180
#define RATE 10

typedef struct
{
  VigilSimStudio *studio;
  VigilHallSfu   *sfu;
  SfuClient      *client;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  static const VigilSimStudioOptions options = { .cache_dir = NULL, .workers = 2 };

  f->studio = vigil_sim_studio_new (&options);
  f->sfu = vigil_hall_sfu_new (NULL);
  f->client = sfu_client_new (f->sfu, "client-1");
  g_assert_true (sfu_client_connect (f->client));
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  VigilHallSfuCounts counts;

  vigil_hall_sfu_close_client (f->sfu, "client-1");
  sfu_client_free (f->client);
  vigil_hall_sfu_get_counts (f->sfu, &counts);
  g_assert_cmpuint (counts.transports, ==, 0);
  g_assert_cmpuint (counts.consumers, ==, 0);
  vigil_hall_sfu_close (f->sfu);
  g_assert_finalize_object (f->sfu);
  g_assert_finalize_object (f->studio);
}

static char *
add_webcam (Fixture       *f,
            guint          look,
            VigilSimFeed **feed)
{
  g_autoptr (VigilSimFeed) webcam = vigil_sim_feed_new (f->studio, look, VIGIL_SIM_SOURCE_WEBCAM, WIDTH, HEIGHT, RATE);

  if (feed != NULL)
    *feed = webcam;

  return g_strdup (vigil_hall_sfu_add_producer (f->sfu, webcam));
}

typedef struct
{
  SfuClient *client;
  guint32    ssrc;
  guint      frames;
  guint      behaviour;
  gint64     after;
  SfuTrack   track;
} Wait;

static gboolean
has_frames (gpointer data)
{
  Wait *wait = data;

  sfu_client_get_track (wait->client, wait->ssrc, &wait->track);

  return wait->track.frames >= wait->frames;
}

static gboolean
has_behaviour (gpointer data)
{
  Wait *wait = data;

  sfu_client_get_track (wait->client, wait->ssrc, &wait->track);

  return wait->track.marked > 0 && wait->track.behaviour == wait->behaviour;
}

static gboolean
has_key_after (gpointer data)
{
  Wait *wait = data;

  sfu_client_get_track (wait->client, wait->ssrc, &wait->track);

  return wait->track.last_key_at > wait->after;
}

static void
test_receive (Fixture       *f,
              gconstpointer  data)
{
  g_autofree char *first = add_webcam (f, 3, NULL);
  g_autofree char *second = add_webcam (f, 517, NULL);
  g_autoptr (VigilSimFeed) mic = vigil_sim_feed_new (f->studio, 3, VIGIL_SIM_SOURCE_MICROPHONE, 0, 0, 0);
  const char *sound = vigil_hall_sfu_add_producer (f->sfu, mic);
  g_autofree char *a = NULL, *b = NULL, *c = NULL;
  guint32 ssrc[3];
  guint looks[] = { 3, 517 };

  a = sfu_client_consume (f->client, first, TRUE, &ssrc[0]);
  b = sfu_client_consume (f->client, second, TRUE, &ssrc[1]);
  c = sfu_client_consume (f->client, sound, FALSE, &ssrc[2]);

  for (guint i = 0; i < 3; i++)
    {
      Wait wait = { .client = f->client, .ssrc = ssrc[i], .frames = i < 2 ? 25 : 60 };

      g_assert_true (sfu_wait_until (has_frames, &wait, 8000));
      g_assert_cmpuint (wait.track.gaps, ==, 0);
      g_assert_cmpuint (wait.track.backward, ==, 0);
      if (i == 2)
        continue;
      g_assert_true (wait.track.first_was_key);
      g_assert_cmpuint (wait.track.picture_gaps, ==, 0);
      g_assert_cmpuint (wait.track.undecodable, ==, 0);
      g_assert_cmpuint (wait.track.marked, ==, wait.track.decoded);
      g_assert_cmpuint (wait.track.look, ==, looks[i]);
      g_assert_cmpuint (wait.track.behaviour, ==, VIGIL_SIM_BEHAVIOUR_PRESENT);
      /* One frame is 9,000 ticks; the pacer may be late, never early. */
      g_assert_cmpint (wait.track.max_leap, <=, 4 * 9000);
    }
}

typedef struct
{
  guint  n;
  guint  behaviour;
  gint64 at;
} Shown;

static void
shown_cb (VigilSimFeed *feed,
          guint         behaviour,
          gint64        at,
          gpointer      user_data)
{
  Shown *shown = user_data;

  shown->n++;
  shown->behaviour = behaviour;
  shown->at = at;
}

/* The picture changes within one stream: no gap, no leap, a key frame first. */
static void
test_switch (Fixture       *f,
             gconstpointer  data)
{
  VigilSimFeed *feed;
  g_autofree char *producer = add_webcam (f, 9, &feed);
  g_autofree char *consumer = NULL;
  Shown shown = { 0 };
  Wait wait = { .client = f->client, .frames = 5 };

  g_signal_connect (feed, "shown", G_CALLBACK (shown_cb), &shown);
  consumer = sfu_client_consume (f->client, producer, TRUE, &wait.ssrc);
  g_assert_true (sfu_wait_until (has_frames, &wait, 8000));

  for (guint behaviour = VIGIL_SIM_BEHAVIOUR_GAZE_AWAY; behaviour < VIGIL_SIM_BEHAVIOUR_LAST; behaviour++)
    {
      vigil_sim_feed_set_behaviour (feed, behaviour);
      wait.behaviour = behaviour;
      g_assert_true (sfu_wait_until (has_behaviour, &wait, 3000));
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpuint (shown.n, ==, behaviour);
      g_assert_cmpuint (shown.behaviour, ==, behaviour);
      g_test_message ("Behaviour %u in the client after %.0f ms, %u frames, %u marked, leap %" G_GINT64_FORMAT, behaviour, (g_get_real_time () - shown.at) / 1e3, wait.track.decoded, wait.track.marked, wait.track.max_leap);
    }
  g_assert_cmpuint (wait.track.gaps, ==, 0);
  g_assert_cmpuint (wait.track.picture_gaps, ==, 0);
  g_assert_cmpuint (wait.track.undecodable, ==, 0);
  g_assert_cmpuint (wait.track.backward, ==, 0);
  g_assert_cmpuint (wait.track.marked, ==, wait.track.decoded);
  g_assert_cmpint (wait.track.max_leap, <=, 6 * 9000);
}

/* Two clients of one producer: each has its own SSRC, and one that asks for a
 * key frame or goes away does the other no harm. */
static void
test_sharing (Fixture       *f,
              gconstpointer  data)
{
  g_autofree char *producer = add_webcam (f, 21, NULL);
  SfuClient *other = sfu_client_new (f->sfu, "client-2");
  g_autofree char *a = NULL, *b = NULL;
  Wait first = { .client = f->client, .frames = 8 };
  Wait second = { .client = other, .frames = 8 };
  VigilHallSfuCounts counts;

  g_assert_true (sfu_client_connect (other));
  a = sfu_client_consume (f->client, producer, TRUE, &first.ssrc);
  b = sfu_client_consume (other, producer, TRUE, &second.ssrc);
  g_assert_cmpuint (first.ssrc, !=, second.ssrc);
  g_assert_true (sfu_wait_until (has_frames, &first, 8000));
  g_assert_true (sfu_wait_until (has_frames, &second, 8000));
  sfu_client_send_pli (other, second.ssrc);
  first.frames = second.frames = 20;
  g_assert_true (sfu_wait_until (has_frames, &second, 4000));

  g_assert_false (vigil_hall_sfu_close_consumer (f->sfu, "client-2", a, NULL));
  vigil_hall_sfu_close_client (f->sfu, "client-2");
  sfu_client_free (other);
  vigil_hall_sfu_get_counts (f->sfu, &counts);
  g_assert_cmpuint (counts.transports, ==, 1);
  g_assert_cmpuint (counts.consumers, ==, 1);
  first.frames = 30;
  g_assert_true (sfu_wait_until (has_frames, &first, 4000));
  g_assert_cmpuint (first.track.gaps, ==, 0);
  g_assert_cmpuint (first.track.picture_gaps, ==, 0);
  g_assert_cmpuint (first.track.undecodable, ==, 0);
  g_assert_cmpuint (first.track.marked, ==, first.track.decoded);
}

static void
test_pli (Fixture       *f,
          gconstpointer  data)
{
  g_autofree char *producer = add_webcam (f, 1, NULL);
  g_autofree char *consumer = NULL;
  Wait wait = { .client = f->client, .frames = 8 };
  VigilHallSfuCounts counts;
  gint64 worst = 0;

  consumer = sfu_client_consume (f->client, producer, FALSE, &wait.ssrc);
  g_assert_true (sfu_wait_until (has_frames, &wait, 8000));

  for (guint i = 0; i < 6; i++)
    {
      /* Just after a key frame the next one is nearly a second away. */
      wait.after = wait.track.last_key_at;
      g_assert_true (sfu_wait_until (has_key_after, &wait, 3000));
      sfu_wait_ms (160);
      wait.after = g_get_monotonic_time ();
      sfu_client_send_pli (f->client, wait.ssrc);
      g_assert_true (sfu_wait_until (has_key_after, &wait, 700));
      worst = MAX (worst, wait.track.last_key_at - wait.after);
    }
  vigil_hall_sfu_get_counts (f->sfu, &counts);
  g_test_message ("PLI to key frame, worst of six: %.0f ms", worst / 1e3);
  g_assert_cmpuint (counts.pli_received, >=, 6);
  g_assert_cmpuint (wait.track.gaps, ==, 0);
}

static void
test_nack (Fixture       *f,
           gconstpointer  data)
{
  g_autofree char *producer = add_webcam (f, 2, NULL);
  g_autofree char *consumer = NULL;
  Wait wait = { .client = f->client, .frames = 60 };
  VigilHallSfuCounts counts;

  consumer = sfu_client_consume (f->client, producer, TRUE, &wait.ssrc);
  vigil_hall_sfu_set_loss (f->sfu, 0.1);
  g_assert_true (sfu_wait_until (has_frames, &wait, 12000));
  vigil_hall_sfu_get_counts (f->sfu, &counts);
  g_test_message ("%" G_GUINT64_FORMAT " lost, %" G_GUINT64_FORMAT " asked for, %" G_GUINT64_FORMAT " resent, %u missing",
                  counts.packets_dropped, counts.nack_received, counts.packets_resent, wait.track.gaps);
  g_assert_cmpuint (counts.packets_dropped, >, 0);
  g_assert_cmpuint (counts.packets_resent, >, 0);
  g_assert_cmpuint (wait.track.gaps, <, counts.packets_dropped);
}

/* Paused is silent; resumed begins with a key frame and without a gap. */
static void
test_pause (Fixture       *f,
            gconstpointer  data)
{
  g_autofree char *producer = add_webcam (f, 4, NULL);
  g_autofree char *consumer = NULL;
  Wait wait = { .client = f->client, .frames = 13 };
  guint keys;

  consumer = sfu_client_consume (f->client, producer, TRUE, &wait.ssrc);
  g_assert_true (sfu_wait_until (has_frames, &wait, 8000));
  g_assert_true (vigil_hall_sfu_pause_consumer (f->sfu, "client-1", consumer, NULL));
  sfu_wait_ms (200);
  has_frames (&wait);
  keys = wait.track.key_frames;
  wait.frames = wait.track.frames + 1;
  g_assert_false (sfu_wait_until (has_frames, &wait, 600));
  g_assert_true (vigil_hall_sfu_resume_consumer (f->sfu, "client-1", consumer, NULL));
  g_assert_true (sfu_wait_until (has_frames, &wait, 1000));
  g_assert_cmpuint (wait.track.key_frames, ==, keys + 1);
  g_assert_cmpuint (wait.track.gaps, ==, 0);
  g_assert_cmpuint (wait.track.undecodable, ==, 0);
}

static void
consumer_closed_cb (VigilHallSfu *sfu,
                    const char   *client_key,
                    const char   *consumer_id,
                    gpointer      user_data)
{
  g_assert_cmpstr (client_key, ==, "client-1");
  g_ptr_array_add (user_data, g_strdup (consumer_id));
}

static void
test_producer_gone (Fixture       *f,
                    gconstpointer  data)
{
  g_autofree char *producer = add_webcam (f, 5, NULL);
  g_autoptr (GPtrArray) closed = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *consumer = NULL;
  g_autoptr (GError) error = NULL;
  Wait wait = { .client = f->client, .frames = 3 };

  g_signal_connect (f->sfu, "consumer-closed", G_CALLBACK (consumer_closed_cb), closed);
  consumer = sfu_client_consume (f->client, producer, FALSE, &wait.ssrc);
  g_assert_true (sfu_wait_until (has_frames, &wait, 8000));
  g_assert_true (vigil_hall_sfu_remove_producer (f->sfu, producer));
  g_assert_cmpuint (closed->len, ==, 1);
  g_assert_cmpstr (closed->pdata[0], ==, consumer);
  g_assert_false (vigil_hall_sfu_resume_consumer (f->sfu, "client-1", consumer, &error));
  g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND);
  g_assert_false (vigil_hall_sfu_remove_producer (f->sfu, producer));
}

/* The faults of the hall: each silences what it says and nothing else. */
static void
test_faults (Fixture       *f,
             gconstpointer  data)
{
  g_autofree char *one = add_webcam (f, 6, NULL);
  g_autofree char *two = add_webcam (f, 7, NULL);
  g_autofree char *a = NULL, *b = NULL;
  Wait first = { .client = f->client, .frames = 3 };
  Wait second = { .client = f->client, .frames = 3 };
  VigilHallSfuCounts counts;

  a = sfu_client_consume (f->client, one, TRUE, &first.ssrc);
  b = sfu_client_consume (f->client, two, TRUE, &second.ssrc);
  g_assert_true (sfu_wait_until (has_frames, &first, 8000));
  g_assert_true (sfu_wait_until (has_frames, &second, 8000));

  g_assert_true (vigil_hall_sfu_set_producer_stalled (f->sfu, one, TRUE));
  sfu_wait_ms (150);
  has_frames (&first);
  has_frames (&second);
  first.frames = first.track.frames + 1;
  second.frames = second.track.frames + 5;
  g_assert_true (sfu_wait_until (has_frames, &second, 2000));
  g_assert_false (has_frames (&first));
  g_assert_true (vigil_hall_sfu_set_producer_stalled (f->sfu, one, FALSE));
  g_assert_true (sfu_wait_until (has_frames, &first, 1000));

  vigil_hall_sfu_set_frozen (f->sfu, TRUE);
  sfu_wait_ms (150);
  has_frames (&second);
  second.frames = second.track.frames + 1;
  g_assert_false (sfu_wait_until (has_frames, &second, 500));
  vigil_hall_sfu_set_frozen (f->sfu, FALSE);
  g_assert_true (sfu_wait_until (has_frames, &second, 1000));
  g_assert_cmpuint (second.track.undecodable, ==, 0);

  g_assert_cmpuint (vigil_hall_sfu_kill_client (f->sfu, "client-1"), ==, 1);
  sfu_wait_ms (150);
  has_frames (&second);
  second.frames = second.track.frames + 1;
  g_assert_false (sfu_wait_until (has_frames, &second, 500));
  vigil_hall_sfu_get_counts (f->sfu, &counts);
  g_assert_cmpuint (counts.transports, ==, 1);
  g_assert_cmpuint (counts.consumers, ==, 2);

  vigil_hall_sfu_restart (f->sfu);
  vigil_hall_sfu_get_counts (f->sfu, &counts);
  g_assert_cmpuint (counts.transports + counts.consumers + counts.producers, ==, 0);
}

static void
test_refusals (Fixture       *f,
               gconstpointer  data)
{
  g_autofree char *producer = add_webcam (f, 8, NULL);
  g_autoptr (JsonObject) capabilities = vigil_hall_sfu_dup_router_capabilities (f->sfu);
  g_autoptr (JsonObject) empty = json_object_new ();
  g_autoptr (GError) error = NULL;
  const char *transport = sfu_client_get_transport (f->client);

  g_assert_null (vigil_hall_sfu_consume (f->sfu, "client-1", transport, "nobody", capabilities, TRUE, &error));
  g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (vigil_hall_sfu_consume (f->sfu, "client-1", "nowhere", producer, capabilities, TRUE, &error));
  g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (vigil_hall_sfu_consume (f->sfu, "client-2", transport, producer, capabilities, TRUE, &error));
  g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (vigil_hall_sfu_consume (f->sfu, "client-1", transport, producer, empty, TRUE, &error));
  g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_INVALID);
  g_clear_error (&error);
  json_object_set_array_member (empty, "codecs", json_array_new ());
  g_assert_null (vigil_hall_sfu_consume (f->sfu, "client-1", transport, producer, empty, TRUE, &error));
  g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_false (vigil_hall_sfu_connect_transport (f->sfu, "client-1", transport, NULL, NULL, &error));
  g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_STATE);
}

static void
prepared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_assert_true (vigil_hall_sfu_prepare_finish (VIGIL_HALL_SFU (source), result, NULL));
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
test_prepare (Fixture       *f,
              gconstpointer  data)
{
  gboolean ready = FALSE;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 24; i++)
    {
      g_autofree char *producer = add_webcam (f, 100 + i, NULL);
    }
  vigil_hall_sfu_prepare_async (f->sfu, 100, NULL, prepared_cb, &ready);
  g_assert_true (sfu_wait_until (is_true, &ready, 15000));
  g_test_message ("24 looks playable after %.0f ms", (g_get_monotonic_time () - start) / 1e3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name) g_test_add ("/hall/sfu/" #name, Fixture, NULL, set_up, test_##name, tear_down)
  ADD (receive);
  ADD (switch);
  ADD (sharing);
  ADD (pli);
  ADD (nack);
  ADD (pause);
  ADD (producer_gone);
  ADD (faults);
  ADD (refusals);
  ADD (prepare);
#undef ADD

  return g_test_run ();
}
