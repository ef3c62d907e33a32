/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The WHEP adapter against a server that does as a WHEP does, and against the same server lying. */
#include "net-test.h"

#include <string.h>

#include "vigil-metrics.h"
#include "vigil-session-error.h"
#include "vigil-whep-sfu.h"
#include "whep-fake.h"

#define OFFER "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\na=ice-pwd:our-own-secret-that-nobody-sees\r\n"

typedef struct
{
  WhepFake            *fake;
  WhepFake            *other;  /* nullable: another origin */
  VigilSfu            *sfu;
  VigilTransportOffer *offer;
  VigilNetLimits       limits;
  guint                n_closed;
  char                *reason;
} Fixture;

static gint64
metric (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
closed_cb (VigilSfu *sfu, const char *id, const char *reason, Fixture *f)
{
  f->n_closed++;
  g_free (f->reason);
  f->reason = g_strdup (reason);
}

static void
make_sfu (Fixture *f, const char *url)
{
  g_autoptr (VigilSfuConfig) config = vigil_sfu_config_new (VIGIL_SFU_WHEP);

  config->url = g_strdup (url);
  config->token = g_strdup (NET_TEST_TOKEN);
  f->sfu = VIGIL_SFU (vigil_whep_sfu_new (config, NULL, &f->limits));
  g_signal_connect (f->sfu, "transport-closed", G_CALLBACK (closed_cb), f);
}

static VigilTransportOffer *
open_transport (Fixture *f, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_open_transport_async (f->sfu, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  return vigil_sfu_open_transport_finish (f->sfu, result, error);
}

static VigilConsumerInfo *
consume (Fixture *f, const char *producer, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_consume_async (f->sfu, f->offer->id, producer, OFFER, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 8000);
  return vigil_sfu_consume_finish (f->sfu, result, error);
}

/* A microphone is a producer of its own, with an address and a connection of its own. */
static void
test_sound (Fixture *f, gconstpointer unused)
{
  static const char offer[] = "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-pwd:our-own-secret-that-nobody-sees\r\n";
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) mixed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilConsumerInfo) info = NULL;
  VigilSfuAbilities abilities;

  vigil_sfu_get_abilities (f->sfu, &abilities);
  g_assert_true (abilities.has_sound);
  vigil_sfu_consume_async (f->sfu, f->offer->id, "p-2", offer, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 8000);
  info = vigil_sfu_consume_finish (f->sfu, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info->kind, ==, VIGIL_MEDIA_AUDIO);
  g_assert_cmpstr (info->codec, ==, "OPUS");
  g_assert_cmpuint (info->payload_type, ==, 111);
  g_assert_cmpuint (info->clock_rate, ==, 48000);

  /* Pictures for sound are refused, and what was made for them is deleted. */
  f->fake->mixes_up = TRUE;
  vigil_sfu_consume_async (f->sfu, f->offer->id, "p-3", offer, NULL, net_test_store_result_cb, &mixed);
  net_test_wait (mixed != NULL, 8000);
  g_assert_null (vigil_sfu_consume_finish (f->sfu, mixed, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);
  net_test_wait (g_hash_table_size (f->fake->resources) == 1, 5000);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

static void
control (Fixture *f, VigilSfuVerb verb, const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  vigil_sfu_control_async (f->sfu, verb, id, 0, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  g_assert_true (vigil_sfu_control_finish (f->sfu, result, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  net_test_limits (&f->limits);
  f->fake = whep_fake_new ();
  make_sfu (f, f->fake->url);
  f->offer = open_transport (f, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  f->fake->fault = NULL;
  vigil_whep_sfu_close (VIGIL_WHEP_SFU (f->sfu));
  net_test_wait (g_hash_table_size (f->fake->resources) == 0, 5000);
  net_test_run_for (50);
  g_assert_finalize_object (f->sfu);
  g_clear_pointer (&f->offer, vigil_transport_offer_free);
  whep_fake_free (f->fake);
  g_clear_pointer (&f->other, whep_fake_free);
  g_free (f->reason);
  /* Neither the token nor a word of an SDP was logged by whatever went on. */
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
  g_assert_false (net_test_log_has ("our-own-secret"));
  g_assert_false (net_test_log_has ("abcdefghijklmnopqrstuv"));
}

/* -- as it should be -- */

static void
test_life (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilConsumerInfo) info = NULL;
  g_autoptr (VigilConsumerInfo) second = NULL;
  VigilSfuAbilities abilities;

  vigil_sfu_get_abilities (f->sfu, &abilities);
  g_assert_true (abilities.own_connections && abilities.nearby);
  g_assert_false (abilities.can_pause || abilities.has_layers);
  g_assert_null (f->offer->offer_sdp);

  info = consume (f, "seat 7/é", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->codec, ==, "VP8");
  g_assert_cmpstr (info->producer_id, ==, "seat 7/é");
  g_assert_cmpuint (info->payload_type, ==, 96);
  g_assert_cmpuint (info->ssrc, ==, 0);
  g_assert_cmpstr (info->answer_sdp, ==, WHEP_FAKE_SDP);
  g_assert_cmpstr (f->fake->last_offer, ==, OFFER);
  g_assert_cmpuint (whep_fake_count (f->fake, "POST /whep/endpoint/seat 7/é Bearer " NET_TEST_TOKEN), ==, 1);
  second = consume (f, "8", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (second->id, !=, info->id);
  g_assert_cmpint (metric ("vigil_whep_resources"), ==, 2);

  control (f, VIGIL_SFU_PAUSE, info->id);
  control (f, VIGIL_SFU_RESUME, info->id);
  control (f, VIGIL_SFU_KEY_FRAME, info->id);
  control (f, VIGIL_SFU_CLOSE, info->id);
  net_test_wait (whep_fake_count (f->fake, "DELETE /whep/resource/1 Bearer " NET_TEST_TOKEN) == 1, 5000);
  control (f, VIGIL_SFU_CLOSE, info->id);
  control (f, VIGIL_SFU_CLOSE_TRANSPORT, f->offer->id);
  net_test_wait (g_hash_table_size (f->fake->resources) == 0, 5000);
  g_assert_cmpint (metric ("vigil_whep_resources"), ==, 0);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

/* Many come and go, some while they are being asked for: nothing stays at the server. */
static void
test_cycles (Fixture *f, gconstpointer unused)
{
  guint fds = 0;

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (VigilConsumerInfo) info = NULL;
      g_autofree char *producer = g_strdup_printf ("p-%u", i);

      vigil_sfu_consume_async (f->sfu, f->offer->id, producer, OFFER, cancellable, net_test_store_result_cb, &result);
      if (i % 3 == 0)
        g_cancellable_cancel (cancellable);
      net_test_wait (result != NULL, 5000);
      info = vigil_sfu_consume_finish (f->sfu, result, NULL);
      g_assert_cmpint (info == NULL, ==, i % 3 == 0);
      if (info != NULL)
        control (f, VIGIL_SFU_CLOSE, info->id);
      if (i == 10)
        fds = net_test_count_fds ();
    }
  net_test_wait (g_hash_table_size (f->fake->resources) == 0, 5000);
  g_assert_cmpuint (f->fake->n_resources, ==, 60);
  g_assert_cmpuint (net_test_count_fds (), <=, fds + 6);
}

static void
test_not_produced (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_hash_table_add (f->fake->absent, (gpointer) "late");
  g_assert_null (consume (f, "late", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

static gboolean
links_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_append (headers, "Link", "<stun:stun.example.net>; rel=\"ice-server\"");
  soup_message_headers_append (headers, "Link", "<turn:turn.example.net?transport=udp>; rel=\"ice-server\"; username=\"user\"; "
                               "credential=\"pass, \\\"word\\\"\"; credential-type=\"password\", <https://elsewhere/>; rel=next");
  return FALSE;
}

static void
test_links (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilConsumerInfo) info = NULL;

  f->fake->fault = links_fault;
  g_clear_pointer (&f->offer, vigil_transport_offer_free);
  f->offer = open_transport (f, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (f->offer->relays), ==, 1);
  g_assert_cmpstr (f->offer->relays[0], ==, "turn://user:pass%2C%20%22word%22@turn.example.net?transport=udp");
  info = consume (f, "1", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (info->relays), ==, 1);
}

/* -- where it leads -- */

static Fixture *redirected;

static gboolean
redirect_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  g_autofree char *to = NULL;

  if (!g_str_has_prefix (path, "/whep/endpoint/") || soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  if (g_str_has_suffix (path, "/near"))
    to = g_strdup ("moved");
  else if (g_str_has_suffix (path, "/far"))
    to = g_strconcat (redirected->other->url, "far", NULL);
  else if (g_str_has_suffix (path, "/round"))
    to = g_strdup ("round");
  else if (g_str_has_suffix (path, "/open"))
    to = g_strdup ("http://whep.example.net/open");
  else if (g_str_has_suffix (path, "/nowhere"))
    to = g_strdup ("http://");
  else
    return FALSE;
  soup_server_message_set_redirect (message, 307, to);
  return TRUE;
}

static void
assert_refused (Fixture *f, const char *producer, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (consume (f, producer, &error));
  g_test_message ("%s: %s", producer, error->message);
  g_assert_error (error, VIGIL_SESSION_ERROR, code);
}

static void
test_redirects (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilConsumerInfo) near = NULL;
  g_autoptr (VigilConsumerInfo) far = NULL;

  redirected = f;
  f->other = whep_fake_new ();
  f->fake->fault = redirect_fault;
  near = consume (f, "near", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (whep_fake_count (f->fake, "POST /whep/endpoint/moved Bearer"), ==, 1);

  /* Another origin gets the offer, and never the token; nor does what it made. */
  far = consume (f, "far", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (whep_fake_count (f->other, "POST /whep/endpoint/far -"), ==, 1);
  control (f, VIGIL_SFU_CLOSE, far->id);
  net_test_wait (whep_fake_count (f->other, "DELETE /whep/resource/1 -") == 1, 5000);

  assert_refused (f, "round", VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_cmpuint (whep_fake_count (f->fake, "POST /whep/endpoint/round"), ==, 4);
  assert_refused (f, "open", VIGIL_SESSION_ERROR_TLS);
  assert_refused (f, "nowhere", VIGIL_SESSION_ERROR_PROTOCOL);
}

static gboolean
elsewhere_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  g_autofree char *to = NULL;

  if (soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  to = g_strconcat (redirected->other->origin, "/whep/resource/1", NULL);
  whep_fake_create (fake, message, to, "application/sdp", WHEP_FAKE_SDP);
  g_hash_table_remove_all (fake->resources);
  return TRUE;
}

/* A resource that is said to be elsewhere is deleted there, without our token. */
static void
test_location_elsewhere (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilConsumerInfo) info = NULL;

  redirected = f;
  f->other = whep_fake_new ();
  f->fake->fault = elsewhere_fault;
  info = consume (f, "1", &error);
  g_assert_no_error (error);
  control (f, VIGIL_SFU_CLOSE, info->id);
  net_test_wait (f->other->log->len == 1, 5000);
  g_assert_cmpstr (f->other->log->pdata[0], ==, "DELETE /whep/resource/1 -");
}

/* -- refusals and troubles -- */

static gboolean
busy_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (soup_server_message_get_method (message) != SOUP_METHOD_POST || fake->n_faults++ > 0)
    return FALSE;
  soup_server_message_set_status (message, 503, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "1");
  return TRUE;
}

static void
test_patience (Fixture *f, gconstpointer unused)
{
  gint64 began = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilConsumerInfo) info = NULL;

  f->fake->fault = busy_fault;
  f->limits.http_ms = 3000;
  info = consume (f, "1", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 900 * 1000);
  g_assert_cmpuint (whep_fake_count (f->fake, "POST"), ==, 2);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

/* Who went while the server had its pause is not asked for again. */
static void
test_patience_of_nobody (Fixture *f, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  f->fake->fault = busy_fault;
  vigil_sfu_consume_async (f->sfu, f->offer->id, "1", OFFER, cancellable, net_test_store_result_cb, &result);
  net_test_wait (whep_fake_count (f->fake, "POST") == 1, 5000);
  g_cancellable_cancel (cancellable);
  net_test_wait (result != NULL, 5000);
  g_assert_null (vigil_sfu_consume_finish (f->sfu, result, &error));
  g_assert_cmpuint (whep_fake_count (f->fake, "POST"), ==, 1);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

static guint status_to_say;
static const char *retry_to_say;
static const char *date_to_say; /* nullable: the server's own */

static gboolean
status_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  soup_server_message_set_status (message, status_to_say, NULL);
  return TRUE;
}

static void
test_statuses (Fixture *f, gconstpointer unused)
{
  const struct { guint status; int code; } cases[] = {
    { 200, VIGIL_SESSION_ERROR_PROTOCOL }, { 204, VIGIL_SESSION_ERROR_PROTOCOL }, { 302, VIGIL_SESSION_ERROR_PROTOCOL },
    { 401, VIGIL_SESSION_ERROR_AUTH }, { 403, VIGIL_SESSION_ERROR_FORBIDDEN }, { 404, VIGIL_SESSION_ERROR_NO_PRODUCER },
    { 406, VIGIL_SESSION_ERROR_PROTOCOL }, { 409, VIGIL_SESSION_ERROR_NO_PRODUCER }, { 410, VIGIL_SESSION_ERROR_NO_PRODUCER },
    { 500, VIGIL_SESSION_ERROR_PROTOCOL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilConsumerInfo) kept = consume (f, "kept", &error);

  g_assert_no_error (error);
  f->fake->fault = status_fault;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      status_to_say = cases[i].status;
      assert_refused (f, "1", cases[i].code);
    }
  status_to_say = 503;
  assert_refused (f, "1", VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (f->n_closed, ==, 0); /* somebody still has a picture */
}

/* One that offers by itself has made a resource, which is given back. */
static gboolean
counter_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  whep_fake_create (fake, message, NULL, "application/sdp", WHEP_FAKE_SDP);
  soup_server_message_set_status (message, 406, NULL);
  return TRUE;
}

static void
test_counter_offer (Fixture *f, gconstpointer unused)
{
  f->fake->fault = counter_fault;
  assert_refused (f, "1", VIGIL_SESSION_ERROR_PROTOCOL);
  net_test_wait (g_hash_table_size (f->fake->resources) == 0, 5000);
}

/* -- lies -- */

static const struct
{
  const char *name;
  const char *type;
  const char *sdp;
} lies[] = {
  { "text", "text/plain", WHEP_FAKE_SDP },
  { "json", "application/json", "{}" },
  { "empty", "application/sdp", "" },
  { "garbage", "application/sdp", "\xff\xfe\x01 nothing" },
  { "no media", "application/sdp", "v=0\r\n" },
  { "audio", "application/sdp", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000\r\n" },
  { "refused line", "application/sdp", "v=0\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\n" },
  { "two lines", "application/sdp", WHEP_FAKE_SDP "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" },
  { "no ICE", "application/sdp", "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=sendonly\r\n" },
  { "silent", "application/sdp", WHEP_FAKE_SDP "a=inactive\r\n" },
};

static gboolean
lie_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  whep_fake_create (fake, message, NULL, lies[fake->n_faults].type, lies[fake->n_faults].sdp);
  return TRUE;
}

/* Each is refused, counted, and what the server made is given back. */
static void
test_lies (Fixture *f, gconstpointer unused)
{
  gint64 malformed = metric ("vigil_whep_malformed");

  f->fake->fault = lie_fault;
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      f->fake->n_faults = i;
      assert_refused (f, lies[i].name, VIGIL_SESSION_ERROR_PROTOCOL);
    }
  g_assert_cmpint (metric ("vigil_whep_malformed") - malformed, ==, G_N_ELEMENTS (lies));
  net_test_wait (g_hash_table_size (f->fake->resources) == 0, 5000);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

static gboolean
nowhere_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  whep_fake_create (fake, message, NULL, "application/sdp", WHEP_FAKE_SDP);
  g_hash_table_remove_all (fake->resources);
  if (g_str_has_suffix (path, "none"))
    soup_message_headers_remove (soup_server_message_get_response_headers (message), "Location");
  else
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location", "file:///etc/passwd");
  return TRUE;
}

static void
test_no_location (Fixture *f, gconstpointer unused)
{
  f->fake->fault = nowhere_fault;
  assert_refused (f, "none", VIGIL_SESSION_ERROR_PROTOCOL);
  assert_refused (f, "file", VIGIL_SESSION_ERROR_PROTOCOL);
}

static gboolean
large_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  g_autofree char *text = NULL;

  if (soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  text = g_strnfill (1024 * 1024, 'a');
  whep_fake_create (fake, message, NULL, "application/sdp", text);
  g_hash_table_remove_all (fake->resources);
  return TRUE;
}

static gboolean
stall_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  soup_server_message_pause (message);
  return TRUE;
}

static void
test_bounds (Fixture *f, gconstpointer unused)
{
  f->fake->fault = large_fault;
  assert_refused (f, "large", VIGIL_SESSION_ERROR_TOO_LARGE);
  f->fake->fault = stall_fault;
  assert_refused (f, "stall", VIGIL_SESSION_ERROR_TIMEOUT);
}

/* -- the server goes and comes -- */

static void
test_gone (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilConsumerInfo) info = consume (f, "1", &error);

  g_assert_no_error (error);
  f->fake->fault = status_fault;
  status_to_say = 503;
  assert_refused (f, "2", VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (f->n_closed, ==, 0);
  control (f, VIGIL_SFU_CLOSE, info->id);
  /* Nobody has anything of it any more: then it is gone. */
  assert_refused (f, "2", VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (f->n_closed, ==, 1);
  assert_refused (f, "2", VIGIL_SESSION_ERROR_NO_TRANSPORT);

  f->fake->fault = NULL;
  g_clear_pointer (&f->offer, vigil_transport_offer_free);
  f->offer = open_transport (f, &error);
  g_assert_no_error (error);
  g_clear_pointer (&info, vigil_consumer_info_free);
  info = consume (f, "2", &error);
  g_assert_no_error (error);
}

static gboolean
one_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (!g_str_has_suffix (path, "/bad"))
    return FALSE;
  soup_server_message_set_status (message, status_to_say, NULL);
  return TRUE;
}

/* One that cannot be had, at the beginning of a wall, is no reason to let the others go. */
static void
test_one_of_many (Fixture *f, gconstpointer unused)
{
  const char *const producers[] = { "bad", "1", "2" };

  f->fake->fault = one_fault;
  for (status_to_say = 500; status_to_say <= 503; status_to_say += 3)
    {
      GAsyncResult *results[3] = { NULL };

      for (guint i = 0; i < 3; i++)
        vigil_sfu_consume_async (f->sfu, f->offer->id, producers[i], OFFER, NULL, net_test_store_result_cb, &results[i]);
      for (guint i = 0; i < 3; i++)
        {
          g_autoptr (VigilConsumerInfo) info = NULL;

          net_test_wait (results[i] != NULL, 5000);
          info = vigil_sfu_consume_finish (f->sfu, results[i], NULL);
          g_assert_cmpint (info != NULL, ==, i > 0);
          g_clear_object (&results[i]);
          if (info != NULL)
            control (f, VIGIL_SFU_CLOSE, info->id);
        }
      g_assert_cmpuint (f->n_closed, ==, 0);
    }
  status_to_say = 500;
  assert_refused (f, "bad", VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

static gboolean
rest_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (soup_server_message_get_method (message) != SOUP_METHOD_POST)
    return FALSE;
  soup_server_message_set_status (message, status_to_say, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", retry_to_say);
  if (date_to_say != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Date", date_to_say);
  return TRUE;
}

/* A server that is asked too often is there, and left alone for as long as it says. */
static void
test_throttled (Fixture *f, gconstpointer unused)
{
  f->fake->fault = rest_fault;
  status_to_say = 429;
  retry_to_say = "30";
  assert_refused (f, "1", VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (f->n_closed, ==, 0);
  assert_refused (f, "2", VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (whep_fake_count (f->fake, "POST"), ==, 1);
}

/* What it asks for when it goes away is kept when it is looked for again. */
static void
test_rest (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  f->fake->fault = rest_fault;
  status_to_say = 503;
  retry_to_say = "30";
  assert_refused (f, "1", VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (f->n_closed, ==, 1);
  g_assert_null (open_transport (f, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (whep_fake_count (f->fake, "OPTIONS"), ==, 1);
}

/* As a date, by a clock that is years off. */
static void
test_rest_until (Fixture *f, gconstpointer unused)
{
  f->fake->fault = rest_fault;
  status_to_say = 429;
  date_to_say = "Sun, 06 Nov 1994 08:49:37 GMT";
  retry_to_say = "Sun, 06 Nov 1994 08:50:07 GMT";
  assert_refused (f, "1", VIGIL_SESSION_ERROR_UNAVAILABLE);
  assert_refused (f, "2", VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (whep_fake_count (f->fake, "POST"), ==, 1);
  date_to_say = NULL;
}

static gboolean
probe_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (soup_server_message_get_method (message) != SOUP_METHOD_OPTIONS)
    return FALSE;
  soup_server_message_set_status (message, status_to_say, NULL);
  return TRUE;
}

static void
test_opening (Fixture *f, gconstpointer unused)
{
  const guint fine[] = { 200, 403, 404, 405, 501 };
  g_autoptr (GError) error = NULL;

  f->fake->fault = probe_fault;
  for (guint i = 0; i < G_N_ELEMENTS (fine); i++)
    {
      status_to_say = fine[i];
      g_clear_pointer (&f->offer, vigil_transport_offer_free);
      f->offer = open_transport (f, &error);
      g_assert_no_error (error);
    }
  status_to_say = 401;
  g_assert_null (open_transport (f, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_AUTH);
  g_clear_error (&error);
  status_to_say = 503;
  g_assert_null (open_transport (f, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
}

static void
test_unreachable (void)
{
  Fixture f = { 0 };
  g_autoptr (GError) error = NULL;

  net_test_limits (&f.limits);
  make_sfu (&f, "http://127.0.0.1:1/");
  g_assert_null (open_transport (&f, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NETWORK);
  g_assert_finalize_object (f.sfu);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);

#define ADD(path, func) g_test_add ("/net/whep/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("life", test_life);
  ADD ("sound", test_sound);
  ADD ("cycles", test_cycles);
  ADD ("not-produced", test_not_produced);
  ADD ("links", test_links);
  ADD ("redirects", test_redirects);
  ADD ("location-elsewhere", test_location_elsewhere);
  ADD ("patience", test_patience);
  ADD ("patience-of-nobody", test_patience_of_nobody);
  ADD ("throttled", test_throttled);
  ADD ("rest", test_rest);
  ADD ("rest-until", test_rest_until);
  ADD ("statuses", test_statuses);
  ADD ("counter-offer", test_counter_offer);
  ADD ("lies", test_lies);
  ADD ("no-location", test_no_location);
  ADD ("bounds", test_bounds);
  ADD ("gone", test_gone);
  ADD ("one-of-many", test_one_of_many);
  ADD ("opening", test_opening);
#undef ADD
  g_test_add_func ("/net/whep/unreachable", test_unreachable);
  return g_test_run ();
}
