/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ICE candidates that follow an offer to a WHEP, and servers that take none, forget, put off, or answer nonsense. */
#include "net-test.h"

#include <string.h>

#include "vigil-metrics.h"
#include "vigil-session-error.h"
#include "vigil-whep-sfu.h"
#include "whep-fake.h"

#define OFFER "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:video0\r\na=ice-ufrag:ours\r\n" \
  "a=ice-pwd:our-own-secret-that-nobody-sees\r\n"
#define RELAY "candidate:2 1 UDP 92217087 192.0.2.9 3478 typ relay raddr 192.0.2.1 rport 61764"
#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

typedef struct
{
  WhepFake            *fake;
  VigilSfu            *sfu;
  VigilTransportOffer *offer;
  VigilConsumerInfo   *info;
  VigilNetLimits       limits;
  guint                n_closed;
} Fixture;

/* What the server does with a PATCH; of one test at a time. */
static struct
{
  guint       status;      /* 0: never answers */
  guint       times;       /* then 204; 0: always */
  const char *etag;        /* nullable: of its answers */
  const char *retry;       /* nullable */
  const char *type, *body; /* nullable */
  gboolean    restless;    /* it has another ETag in each answer */
  gboolean    strict;      /* another If-Match than that is 412, none is 428 */
  GPtrArray  *seen;        /* "If-Match type token" */
  char       *last;
} server;

static gint64
metric (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
note_patch (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  const char *match = soup_message_headers_get_one (headers, "If-Match");
  const char *auth = soup_message_headers_get_one (headers, "Authorization");

  g_ptr_array_add (server.seen, g_strdup_printf ("%s %s %s", match != NULL ? match : "-", soup_message_headers_get_content_type (headers, NULL),
                                                 auth != NULL ? auth : "-"));
  g_free (server.last);
  server.last = g_strndup (body->data, body->length);
}

static guint
choose_status (SoupServerMessage *message)
{
  const char *match = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "If-Match");

  if (server.strict && match == NULL)
    return 428;
  if (server.strict && g_strcmp0 (match, server.etag) != 0)
    return 412;
  return server.times > 0 && server.seen->len > server.times ? 204 : server.status;
}

static gboolean
patch_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  guint status;

  if (!g_str_equal (soup_server_message_get_method (message), "PATCH"))
    return FALSE;
  note_patch (message);
  status = choose_status (message);
  if (status == 0)
    {
      soup_server_message_pause (message);
      return TRUE;
    }
  soup_server_message_set_status (message, status, NULL);
  if (server.etag != NULL)
    soup_message_headers_replace (headers, "ETag", server.etag);
  if (server.restless)
    {
      g_autofree char *etag = g_strdup_printf ("\"%u\"", server.seen->len);

      soup_message_headers_replace (headers, "ETag", etag);
    }
  if (server.retry != NULL && status >= 400)
    soup_message_headers_replace (headers, "Retry-After", server.retry);
  if (server.body != NULL)
    soup_server_message_set_response (message, server.type, SOUP_MEMORY_COPY, server.body, strlen (server.body));
  return TRUE;
}

/* A server that does not say that candidates may follow. */
static gboolean
nameless_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  if (patch_fault (fake, message, path))
    return TRUE;
  if (!g_str_equal (soup_server_message_get_method (message), "POST"))
    return FALSE;
  whep_fake_create (fake, message, NULL, "application/sdp", WHEP_FAKE_SDP);
  soup_message_headers_remove (soup_server_message_get_response_headers (message), "ETag");
  if (g_str_has_suffix (path, "/patchable"))
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Accept-Patch", "text/plain, " FRAGMENT_TYPE);
  return TRUE;
}

static void
closed_cb (VigilSfu *sfu, const char *id, const char *reason, Fixture *f)
{
  f->n_closed++;
}

static gboolean
trickles (Fixture *f)
{
  VigilSfuAbilities abilities;

  vigil_sfu_get_abilities (f->sfu, &abilities);
  return abilities.trickles;
}

static void
open_transport (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&f->offer, vigil_transport_offer_free);
  vigil_sfu_open_transport_async (f->sfu, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  f->offer = vigil_sfu_open_transport_finish (f->sfu, result, &error);
  g_assert_no_error (error);
}

static void
consume (Fixture *f, const char *producer)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&f->info, vigil_consumer_info_free);
  vigil_sfu_consume_async (f->sfu, f->offer->id, producer, OFFER, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 8000);
  f->info = vigil_sfu_consume_finish (f->sfu, result, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full) (nullable): the server's candidates, in one line. */
static char *
trickle (Fixture *f, GError **error)
{
  const char *const candidates[] = { RELAY, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_auto (GStrv) answered = NULL;

  vigil_sfu_trickle_async (f->sfu, f->info->id, candidates, TRUE, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 12000);
  if (!vigil_sfu_trickle_finish (f->sfu, result, &answered, error))
    return NULL;
  return answered != NULL ? g_strjoinv ("; ", answered) : g_strdup ("");
}

static void
assert_trickled (Fixture *f, const char *answered)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = trickle (f, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, answered);
}

static void
assert_refused (Fixture *f, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (trickle (f, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, VIGIL_SESSION_ERROR, code);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (VigilSfuConfig) config = vigil_sfu_config_new (VIGIL_SFU_WHEP);

  memset (&server, 0, sizeof server);
  server.status = 204;
  server.seen = g_ptr_array_new_with_free_func (g_free);
  net_test_limits (&f->limits);
  f->fake = whep_fake_new ();
  f->fake->fault = patch_fault;
  config->url = g_strdup (f->fake->url);
  config->token = g_strdup (NET_TEST_TOKEN);
  f->sfu = VIGIL_SFU (vigil_whep_sfu_new (config, NULL, &f->limits));
  g_signal_connect (f->sfu, "transport-closed", G_CALLBACK (closed_cb), f);
  open_transport (f);
  g_assert_true (trickles (f));
  consume (f, "1");
}

/* Whatever became of the candidates, the video was not given up for it, and nothing stays at the server. */
static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_assert_cmpuint (f->n_closed, ==, 0);
  f->fake->fault = NULL;
  vigil_whep_sfu_close (VIGIL_WHEP_SFU (f->sfu));
  net_test_wait (g_hash_table_size (f->fake->resources) == 0, 5000);
  net_test_run_for (50);
  g_assert_finalize_object (f->sfu);
  g_clear_pointer (&f->offer, vigil_transport_offer_free);
  g_clear_pointer (&f->info, vigil_consumer_info_free);
  whep_fake_free (f->fake);
  g_ptr_array_unref (server.seen);
  g_free (server.last);
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
  g_assert_false (net_test_log_has ("our-own-secret"));
  g_assert_false (net_test_log_has ("192.0.2.9"));
}

static void
test_sent (Fixture *f, gconstpointer unused)
{
  gint64 patches = metric ("vigil_whep_patches");

  server.etag = "\"two\"";
  assert_trickled (f, "");
  g_assert_cmpuint (whep_fake_count (f->fake, "PATCH /whep/resource/1 Bearer " NET_TEST_TOKEN), ==, 1);
  g_assert_cmpstr (server.seen->pdata[0], ==, "\"one\" " FRAGMENT_TYPE " Bearer " NET_TEST_TOKEN);
  g_assert_nonnull (strstr (server.last, "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:video0\r\na=ice-ufrag:ours\r\n"));
  g_assert_nonnull (strstr (server.last, "\r\na=" RELAY "\r\na=end-of-candidates\r\n"));
  /* The name that it has by now. */
  assert_trickled (f, "");
  g_assert_true (g_str_has_prefix (server.seen->pdata[1], "\"two\" "));
  g_assert_cmpint (metric ("vigil_whep_patches") - patches, ==, 2);
  g_assert_true (trickles (f));
}

#define THEIRS "candidate:9 1 udp 2122260223 192.0.2.9 40000 typ host"

static void
test_answered (Fixture *f, gconstpointer unused)
{
  gint64 malformed = metric ("vigil_whep_malformed");

  server.status = 200;
  server.type = FRAGMENT_TYPE;
  server.body = "a=ice-ufrag:abcd\r\na=" THEIRS "\r\na=candidate:8 1 udp 1 whoever.example.net 4 typ host\r\n";
  assert_trickled (f, THEIRS);
  g_assert_cmpint (metric ("vigil_whep_malformed"), ==, malformed);

  /* Nonsense, and a restart that nobody asked for: ours have arrived all the same. */
  server.body = "a=candidate:nonsense\r\n";
  assert_trickled (f, "");
  server.body = "a=ice-ufrag:wxyz\r\na=" THEIRS "\r\n";
  assert_trickled (f, "");
  g_assert_cmpint (metric ("vigil_whep_malformed") - malformed, ==, 2);
  server.type = "text/plain";
  assert_trickled (f, "");
  g_assert_true (trickles (f));
}

/* No, not here: from then on offers wait for their candidates, and one line in the log says so. */
static void
test_unsupported (Fixture *f, gconstpointer unused)
{
  const guint statuses[] = { 405, 501, 415, 422, 406 };
  gint64 ends = metric ("vigil_whep_trickle_ends");

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      server.status = statuses[i];
      assert_refused (f, VIGIL_SESSION_ERROR_PROTOCOL);
      g_assert_false (trickles (f));
      g_assert_cmpint (metric ("vigil_whep_trickle_ends") - ends, ==, i + 1);
      g_assert_cmpuint (server.seen->len, ==, i + 1);
      assert_refused (f, VIGIL_SESSION_ERROR_PROTOCOL); /* and it is not asked again… */
      g_assert_cmpuint (server.seen->len, ==, i + 1);
      open_transport (f);                               /* …before it is looked for again */
      g_assert_true (trickles (f));
      consume (f, "1");
    }
  g_assert_true (net_test_log_has ("no ICE candidates can follow"));
}

static void
test_nameless (Fixture *f, gconstpointer unused)
{
  f->fake->fault = nameless_fault;
  consume (f, "patchable");
  g_assert_true (trickles (f));
  assert_trickled (f, "");
  g_assert_true (g_str_has_prefix (server.seen->pdata[0], "- "));

  consume (f, "plain");
  g_assert_false (trickles (f));
  assert_refused (f, VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_cmpuint (server.seen->len, ==, 1);
}

/* It has another name by now, or wants to be called by one that it had not told: once more, and no oftener. */
static void
test_mismatch (Fixture *f, gconstpointer unused)
{
  gint64 mismatches = metric ("vigil_whep_patch_mismatches");

  server.strict = TRUE;
  server.etag = "\"three\"";
  assert_trickled (f, "");
  g_assert_cmpuint (server.seen->len, ==, 2);
  g_assert_true (g_str_has_prefix (server.seen->pdata[1], "\"three\" "));

  f->fake->fault = nameless_fault;
  consume (f, "patchable");
  assert_trickled (f, "");
  g_assert_cmpuint (server.seen->len, ==, 4);
  g_assert_true (g_str_has_prefix (server.seen->pdata[2], "- "));
  g_assert_true (g_str_has_prefix (server.seen->pdata[3], "\"three\" "));
  g_assert_cmpint (metric ("vigil_whep_patch_mismatches") - mismatches, ==, 2);
  g_assert_true (trickles (f));

  /* The name that we know, and not good enough. */
  server.strict = FALSE;
  server.status = 412;
  assert_refused (f, VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_cmpuint (server.seen->len, ==, 5);
  g_assert_false (trickles (f));
}

static void
test_mismatch_without_end (Fixture *f, gconstpointer unused)
{
  server.status = 412;
  server.restless = TRUE;
  assert_refused (f, VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_cmpuint (server.seen->len, ==, 2);
}

/* About the one resource: nothing follows for others, and nobody is said to be away. */
static void
test_one_resource (Fixture *f, gconstpointer unused)
{
  const struct { guint status; int code; } cases[] = {
    { 404, VIGIL_SESSION_ERROR_NOT_FOUND }, { 410, VIGIL_SESSION_ERROR_NOT_FOUND }, { 401, VIGIL_SESSION_ERROR_AUTH },
    { 403, VIGIL_SESSION_ERROR_FORBIDDEN }, { 302, VIGIL_SESSION_ERROR_PROTOCOL }, { 307, VIGIL_SESSION_ERROR_PROTOCOL },
  };
  gint64 refusals = metric ("vigil_whep_patch_refusals");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      server.status = cases[i].status;
      assert_refused (f, cases[i].code);
    }
  g_assert_cmpint (metric ("vigil_whep_patch_refusals") - refusals, ==, G_N_ELEMENTS (cases));
  g_assert_cmpuint (server.seen->len, ==, G_N_ELEMENTS (cases));
  g_assert_true (trickles (f));
}

/* What stands before a server may let no PATCH through, and say what it likes. */
static void
test_one_after_the_other (Fixture *f, gconstpointer unused)
{
  server.status = 403;
  assert_refused (f, VIGIL_SESSION_ERROR_FORBIDDEN);
  consume (f, "2");
  server.status = 204;
  assert_trickled (f, "");
  server.status = 403;
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *producer = g_strdup_printf ("%u", i + 3);

      g_assert_true (trickles (f));
      consume (f, producer);
      assert_refused (f, VIGIL_SESSION_ERROR_FORBIDDEN);
      assert_refused (f, i < 2 ? VIGIL_SESSION_ERROR_FORBIDDEN : VIGIL_SESSION_ERROR_PROTOCOL);
    }
  g_assert_false (trickles (f));
}

static void
test_patience (Fixture *f, gconstpointer unused)
{
  server.status = 503;
  server.retry = "1";
  server.times = 1;
  assert_trickled (f, "");
  g_assert_cmpuint (server.seen->len, ==, 2);

  server.times = 0;
  server.status = 429;
  server.retry = "30";
  assert_refused (f, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (server.seen->len, ==, 3);
  /* It asked to be left alone. */
  assert_refused (f, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (server.seen->len, ==, 3);
  g_assert_true (trickles (f));
}

static void
test_silence (Fixture *f, gconstpointer unused)
{
  server.status = 0;
  server.times = 1;
  assert_trickled (f, "");
  g_assert_cmpuint (server.seen->len, ==, 2);
}

/* Who is gone meanwhile has his resource deleted as ever, and what was on its way is of no use. */
static void
test_gone (Fixture *f, gconstpointer unused)
{
  const char *const candidates[] = { RELAY, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) answered = NULL;

  server.status = 0;
  vigil_sfu_trickle_async (f->sfu, f->info->id, candidates, TRUE, cancellable, net_test_store_result_cb, &result);
  net_test_wait (server.seen->len == 1, 5000);
  vigil_sfu_control_async (f->sfu, VIGIL_SFU_CLOSE, f->info->id, 0, NULL, net_test_store_result_cb, &closed);
  g_cancellable_cancel (cancellable);
  net_test_wait (result != NULL && closed != NULL, 1000);
  g_assert_false (vigil_sfu_trickle_finish (f->sfu, result, &answered, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  net_test_wait (g_hash_table_size (f->fake->resources) == 0, 5000);
  assert_refused (f, VIGIL_SESSION_ERROR_NO_TRANSPORT);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);

#define ADD(path, func) g_test_add ("/net/whep-trickle/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("sent", test_sent);
  ADD ("answered", test_answered);
  ADD ("unsupported", test_unsupported);
  ADD ("nameless", test_nameless);
  ADD ("mismatch", test_mismatch);
  ADD ("mismatch-without-end", test_mismatch_without_end);
  ADD ("one-resource", test_one_resource);
  ADD ("one-after-the-other", test_one_after_the_other);
  ADD ("patience", test_patience);
  ADD ("silence", test_silence);
  ADD ("gone", test_gone);
#undef ADD
  return g_test_run ();
}
