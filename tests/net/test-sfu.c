/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's signalling against a scripted hall: what it is asked, what it refuses, what comes too late or too soon. */
#include <string.h>

#include "feed-fixture.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"

static gboolean
control (Fixture *f, VigilSfuVerb verb, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_control_async (f->sfu, verb, "c-1", 1, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 3000);
  return vigil_sfu_control_finish (f->sfu, result, error);
}

static void
test_sfu (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (VigilConsumerInfo) consumer = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  join (f);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (offer->id, ==, "t-1");
  g_assert_nonnull (strstr (offer->offer_sdp, "a=ice-pwd:1c6f0b9d2e7a48f5b3d0c1e2"));
  g_assert_nonnull (strstr (offer->offer_sdp, "VP8/90000"));

  vigil_sfu_connect_transport_async (f->sfu, "t-1", ANSWER_SDP, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 3000);
  g_assert_true (vigil_sfu_connect_transport_finish (f->sfu, result, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (last_request (f, "connectTransport"), "\"role\":\"client\""));
  g_assert_nonnull (strstr (last_request (f, "connectTransport"), "\"usernameFragment\":\"abcd\""));

  consumer = consume (f, "p-1", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (consumer->id, ==, "c-1");
  g_assert_cmpstr (consumer->codec, ==, "VP8");
  g_assert_cmpuint (consumer->ssrc, ==, 417260042);
  g_assert_cmpuint (consumer->payload_type, ==, 101);
  g_assert_nonnull (strstr (last_request (f, "consume"), "\"paused\":true"));

  g_assert_true (control (f, VIGIL_SFU_RESUME, &error));
  g_assert_true (control (f, VIGIL_SFU_CLOSE, &error)); /* already gone: as good as closed */
  g_assert_no_error (error);

  /* A second transport of this connection does not ask for the router again. */
  vigil_transport_offer_free (offer);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  {
    GPtrArray *requests = net_hall_get_requests (f->hall);
    guint n = 0;

    for (guint i = 0; i < requests->len; i++)
      n += g_str_has_prefix (g_ptr_array_index (requests, i), "getRouterRtpCapabilities");
    g_assert_cmpuint (n, ==, 1);
  }
}

static void
check_consume_fails (Fixture *f, const char *ack, int code)
{
  g_autoptr (GError) error = NULL;

  net_hall_ack (f->hall, "consume", ack);
  g_assert_null (consume (f, "p-1", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, code);
}

static void
test_sfu_refusals (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;

  g_assert_null (open_transport (f, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
  g_clear_error (&error);

  join (f);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  check_consume_fails (f, "{\"ok\":false,\"error\":{\"code\":\"sfu.no_such_producer\",\"message\":\"no\"}}", VIGIL_SESSION_ERROR_NO_PRODUCER);
  check_consume_fails (f, "{\"ok\":false,\"error\":{\"code\":\"sfu.unavailable\",\"message\":\"no\"}}", VIGIL_SESSION_ERROR_UNAVAILABLE);
  check_consume_fails (f, "{\"ok\":false,\"error\":{\"code\":\"brand.new\",\"message\":\"no\"}}", VIGIL_SESSION_ERROR_UNAVAILABLE);
  check_consume_fails (f, "{\"ok\":false}", VIGIL_SESSION_ERROR_PROTOCOL);
  check_consume_fails (f, "{\"ok\":true}", VIGIL_SESSION_ERROR_PROTOCOL);
  check_consume_fails (f, "true", VIGIL_SESSION_ERROR_PROTOCOL);
  check_consume_fails (f, "{\"ok\":false,\"error\":{\"code\":\"sfu.no_such_transport\",\"message\":\"no\"}}", VIGIL_SESSION_ERROR_NO_TRANSPORT);
  check_consume_fails (f, NULL, VIGIL_SESSION_ERROR_TIMEOUT);

  /* Somebody else's producer: refused here, and given back there. */
  check_consume_fails (f, CONSUMER ("p-2"), VIGIL_SESSION_ERROR_PROTOCOL);
  net_test_wait (last_request (f, "closeConsumer") != NULL, 3000);

  net_hall_ack (f->hall, "createWebRtcTransport", "{\"ok\":true,\"id\":\"t\"}");
  g_assert_null (open_transport (f, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);
}

static guint
count_requests (Fixture *f, const char *request)
{
  GPtrArray *requests = net_hall_get_requests (f->hall);
  guint n = 0;

  for (guint i = 0; i < requests->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (requests, i), request);
  return n;
}

/* TURN servers come with the transport, and one that makes no sense is said to. */
static void
test_relays (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autofree char *with = NULL;
  g_autofree char *without = NULL;

  join (f);
  with = g_strconcat (TRANSPORT, NULL);
  *strrchr (with, '}') = 0;
  without = g_strconcat (with, ",\"iceServers\":[{\"urls\":\"turn:t.example.org\"}]}", NULL);
  net_hall_ack (f->hall, "createWebRtcTransport", without);
  g_assert_null (open_transport (f, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "credential"));
  g_clear_error (&error);

  g_free (without);
  without = g_strconcat (with, ",\"iceServers\":[{\"urls\":\"turn:t.example.org\",\"username\":\"u\",\"credential\":\"c\"}],"
                         "\"iceTransportPolicy\":\"relay\"}", NULL);
  net_hall_ack (f->hall, "createWebRtcTransport", without);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (offer->relays), ==, 1);
  g_assert_cmpstr (offer->relays[0], ==, "turn://u:c@t.example.org?transport=udp");
  g_assert_true (offer->relay_only);
}

#define TOO_SOON(ms) "{\"ok\":false,\"error\":{\"code\":\"rate_limited\",\"message\":\"slow down\",\"details\":{\"retryAfterMs\":" ms "}}}"

static gboolean
relent_cb (gpointer user_data)
{
  net_hall_ack (user_data, "closeConsumer", "{\"ok\":true}");
  return G_SOURCE_REMOVE;
}

/* Too soon is not no: it is asked again, when the hall says, until it is done or the connection goes. */
static void
test_too_soon (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  gint64 before = vigil_counter_get (vigil_metrics_counter ("vigil_requests_rate_limited", ""));
  gint64 began;

  join (f);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  net_hall_ack (f->hall, "closeConsumer", TOO_SOON ("200"));
  g_timeout_add (100, relent_cb, f->hall);
  began = g_get_monotonic_time ();
  g_assert_true (control (f, VIGIL_SFU_CLOSE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 190000);
  g_assert_cmpuint (count_requests (f, "closeConsumer"), ==, 2);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_requests_rate_limited", "")) - before, ==, 1);

  /* One that never relents is told so in the end. */
  net_hall_ack (f->hall, "closeConsumer", TOO_SOON ("0"));
  net_hall_ack (f->hall, "pauseConsumer", TOO_SOON ("50"));
  vigil_sfu_control_async (f->sfu, VIGIL_SFU_PAUSE, "c-1", 0, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 20000);
  g_assert_false (vigil_sfu_control_finish (f->sfu, result, &error));
  g_clear_object (&result);
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (count_requests (f, "pauseConsumer"), ==, 12);
  g_clear_error (&error);

  /* And the connection may go while one waits. */
  vigil_sfu_control_async (f->sfu, VIGIL_SFU_CLOSE, "c-1", 0, NULL, net_test_store_result_cb, &result);
  net_test_run_for (100);
  vigil_hall_feed_leave (f->feed);
  net_test_wait (result != NULL, 5000);
  g_assert_false (vigil_sfu_control_finish (f->sfu, result, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
}

/* Who gives up what was put off hears so at once, not when its turn would have come. */
static void
test_put_off_and_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gint64 began;

  join (f);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  net_hall_ack (f->hall, "pauseConsumer", TOO_SOON ("8000"));
  vigil_sfu_control_async (f->sfu, VIGIL_SFU_PAUSE, "c-1", 0, cancellable, net_test_store_result_cb, &result);
  net_test_run_for (300);
  g_assert_null (result);
  began = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  net_test_wait (result != NULL, 3000);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 3 * G_USEC_PER_SEC);
  g_assert_false (vigil_sfu_control_finish (f->sfu, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_requests (f, "pauseConsumer"), ==, 1);
}

/* An answer that comes after we gave up: the consumer is there, and only we can end it. */
static void
test_late_consumer (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autofree char *frame = NULL;
  guint id = 0;

  join (f);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  check_consume_fails (f, NULL, VIGIL_SESSION_ERROR_TIMEOUT);
  /* Ids count from 0, one for each request. */
  while (!g_str_has_prefix (g_ptr_array_index (net_hall_get_requests (f->hall), id), "consume"))
    id++;
  frame = g_strdup_printf ("43%u[" CONSUMER ("p-1") "]", id);
  net_hall_send (f->hall, frame);
  net_test_wait (count_requests (f, "closeConsumer") == 1, 3000);
  g_assert_nonnull (strstr (last_request (f, "closeConsumer"), "\"c-1\""));

  /* Said twice, or about nothing we asked: none of our business. */
  net_hall_send (f->hall, frame);
  net_hall_send (f->hall, "43999[" CONSUMER ("p-1") "]");
  net_test_run_for (100);
  g_assert_cmpuint (count_requests (f, "closeConsumer"), ==, 1);
}

static void
test_sfu_dies (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  join (f);
  offer = open_transport (f, &error);
  net_hall_ack (f->hall, "consume", NULL);
  vigil_sfu_consume_async (f->sfu, "t-1", "p-1", NULL, NULL, net_test_store_result_cb, &result);
  net_test_run_for (30);
  net_hall_drop (f->hall);
  net_test_wait (result != NULL, 3000);
  g_assert_null (vigil_sfu_consume_finish (f->sfu, result, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
  g_clear_error (&error);

  /* The next connection may have another router. */
  net_test_wait (f->n_joined == 2, 3000);
  g_assert_null (consume (f, "p-1", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
}

#define ADD(name, func) g_test_add ("/sfu/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  ADD ("requests", test_sfu);
  ADD ("refusals", test_sfu_refusals);
  ADD ("relays", test_relays);
  ADD ("too-soon", test_too_soon);
  ADD ("put-off-and-cancelled", test_put_off_and_cancelled);
  ADD ("late-consumer", test_late_consumer);
  ADD ("dies", test_sfu_dies);
  return g_test_run ();
}
