/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence objects: from where, how much, and whether they are what was recorded. */
#include <string.h>

#include "net-hall.h"
#include "net-raw.h"
#include "net-test.h"
#include "vigil-evidence-fetch.h"
#include "vigil-hall-connection.h"
#include "vigil-metrics.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

#define KEY "20251122/ex/s-1/camera/1763805571040_9b1f0c52-55aa-4f0e-9d53-0f6c2b8a7d11.jpg"
#define SECRET "c2lnbmF0dXJlLW9mLXRoZS11cmw"
#define PICTURE "\xff\xd8\xff\xe0 a picture, as far as anybody can tell from its first bytes"

typedef struct
{
  NetHall             *hall;
  NetRaw              *raw;
  VigilNetLimits       limits;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  VigilHallDirectory  *directory;
  char                *address;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  net_test_limits (&f->limits);
  f->store = vigil_score_store_new (10);
  f->policy = vigil_scoring_policy_new_default ();
  f->hall = net_hall_new (NULL);
  f->address = net_hall_dup_address (f->hall);
  if (data != NULL)
    f->raw = net_raw_new ((void (*) (NetRawPeer *)) data, f);
  f->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = f->address, .token = NET_TEST_TOKEN,
                                                                           .store = f->store, .policy = f->policy, .limits = &f->limits },
                                             &error);
  g_assert_no_error (error);
  f->directory = vigil_hall_connection_get_directory (f->connection);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->connection);
  net_hall_free (f->hall);
  net_raw_free (f->raw);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
  g_free (f->address);
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
  g_assert_false (net_test_log_has (SECRET));
}

static VigilEvidenceItem *
make_item (const char *url, const char *content, gssize size)
{
  VigilEvidenceItem *item = vigil_evidence_item_new ();

  item->key = g_strdup (KEY);
  item->kind = g_strdup ("camera");
  item->url = g_strdup (url);
  item->at_ms = 1763805571040;
  item->size = size;
  item->sha256 = content != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, content, -1) : NULL;
  return item;
}

static GBytes *
fetch (Fixture *f, VigilEvidenceItem *item, gsize max_bytes, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_hall_directory_fetch_async (f->directory, item, max_bytes, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  return vigil_hall_directory_fetch_finish (f->directory, result, error);
}

static void
check_fetch_fails (Fixture *f, VigilEvidenceItem *item, gsize max_bytes, int code)
{
  g_autoptr (VigilEvidenceItem) owned = item;
  g_autoptr (GError) error = NULL;

  g_assert_null (fetch (f, item, max_bytes, &error));
  g_test_message ("→ %s", error->message);
  g_assert_error (error, VIGIL_SESSION_ERROR, code);
  g_assert_null (strstr (error->message, SECRET));
}

static char *
raw_url (Fixture *f, const char *path)
{
  g_autofree char *address = net_raw_dup_address (f->raw);

  return g_strconcat (address, path, NULL);
}

static void
test_good (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilEvidenceItem) item = make_item ("/api/v1/evidence/a?signature=" SECRET, PICTURE, strlen (PICTURE));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  NetHallAsked *asked;

  net_hall_answer (f->hall, "/api/v1/evidence/a", 200, "Content-Type: image/jpeg", PICTURE, -1);
  bytes = fetch (f, item, 1000, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), PICTURE, strlen (PICTURE));

  /* A presigned address is its own secret: ours stays at home, even at the hall's own origin. */
  g_assert_cmpuint (net_hall_get_asked (f->hall)->len, ==, 1);
  asked = g_ptr_array_index (net_hall_get_asked (f->hall), 0);
  g_assert_null (asked->authorization);
}

static void
test_not_what_was_recorded (Fixture *f, gconstpointer data)
{
  gint64 refused = vigil_counter_get (vigil_metrics_counter ("vigil_evidence_refused", ""));

  net_hall_answer (f->hall, "/e", 200, NULL, PICTURE, -1);
  check_fetch_fails (f, make_item ("/e", PICTURE "x", strlen (PICTURE)), 1000, VIGIL_SESSION_ERROR_PROTOCOL);
  check_fetch_fails (f, make_item ("/e", PICTURE, strlen (PICTURE) + 1), 1000, VIGIL_SESSION_ERROR_PROTOCOL);
  check_fetch_fails (f, make_item ("/e", PICTURE, strlen (PICTURE) - 1), 1000, VIGIL_SESSION_ERROR_TOO_LARGE);
  check_fetch_fails (f, make_item ("/e", NULL, -1), 10, VIGIL_SESSION_ERROR_TOO_LARGE);
  check_fetch_fails (f, make_item ("/e", NULL, 2000), 1000, VIGIL_SESSION_ERROR_TOO_LARGE);
  net_hall_answer (f->hall, "/e", 200, "Content-Type: image/jpeg", "<html><script>", -1);
  check_fetch_fails (f, make_item ("/e", "<html><script>", -1), 1000, VIGIL_SESSION_ERROR_PROTOCOL);
  net_hall_answer (f->hall, "/e", 200, NULL, "", 0);
  check_fetch_fails (f, make_item ("/e", "", 0), 1000, VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_evidence_refused", "")), >=, refused + 5);
}

static void
test_kinds (void)
{
  static const struct { const char *kind; const char *data; gsize len; gboolean like; } cases[] = {
    { "camera", "\xff\xd8\xff\xe0", 4, TRUE }, { "camera", "\x89PNG\r\n\x1a\n", 8, TRUE },
    { "screen", "RIFF\0\0\0\0WEBPVP8 ", 16, TRUE }, { "screen", "RIFF\0\0\0\0WAVEfmt ", 16, FALSE },
    { "camera", "\x1a\x45\xdf\xa3", 4, FALSE }, { "audio", "\x1a\x45\xdf\xa3", 4, TRUE }, { "audio", "OggS", 4, TRUE },
    { "audio", "\xff\xd8\xff", 3, FALSE }, { "camera", "\xff\xd8", 2, FALSE }, { "camera", "", 0, FALSE },
    { "other", "anything", 8, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].data, cases[i].len);

      g_assert_cmpint (vigil_evidence_looks_like (cases[i].kind, bytes), ==, cases[i].like);
    }
}

static void
test_addresses (Fixture *f, gconstpointer data)
{
  check_fetch_fails (f, make_item ("http://store.example/a?signature=" SECRET, NULL, -1), 1000, VIGIL_SESSION_ERROR_TLS);
  check_fetch_fails (f, make_item ("file:///etc/passwd", NULL, -1), 1000, VIGIL_SESSION_ERROR_ADDRESS);
  check_fetch_fails (f, make_item ("ftp://127.0.0.1/a", NULL, -1), 1000, VIGIL_SESSION_ERROR_ADDRESS);
  g_assert_cmpuint (net_hall_get_asked (f->hall)->len, ==, 0);
}

#define PAGE(url) \
  "{\"items\":[{\"key\":\"20251122/ex/s-1/camera/1_00000000-0000-4000-8000-000000000000.jpg\",\"kind\":\"camera\",\"at\":1,\"size\":1,\"sha256\":null,\"url\":\"/no\",\"urlExpiresAt\":2}," \
  "{\"key\":\"" KEY "\",\"kind\":\"camera\",\"at\":1763805571040,\"size\":%u,\"sha256\":null,\"url\":\"" url "\",\"urlExpiresAt\":1}],\"next\":null}"

static void
test_expired (Fixture *f, gconstpointer data)
{
  g_autofree char *page = g_strdup_printf (PAGE ("/fresh?signature=" SECRET), (guint) strlen (PICTURE));
  g_autoptr (VigilEvidenceItem) item = make_item ("/stale", PICTURE, strlen (PICTURE));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  net_hall_answer (f->hall, "/stale", 403, NULL, "expired", -1);
  net_hall_answer (f->hall, "/fresh", 200, NULL, PICTURE, -1);
  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s-1/evidence", 200, NULL, page, -1);
  bytes = fetch (f, item, 1000, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, strlen (PICTURE));
  g_assert_cmpstr (net_hall_find_asked (f->hall, "GET", "/api/v1/exams/ex/candidates/s-1/evidence")->authorization, ==, "Bearer " NET_TEST_TOKEN);

  /* Once, not for ever. */
  net_hall_answer (f->hall, "/fresh", 403, NULL, "expired", -1);
  {
    guint before = net_hall_get_asked (f->hall)->len;

    check_fetch_fails (f, make_item ("/stale", NULL, -1), 1000, VIGIL_SESSION_ERROR_UNAVAILABLE);
    g_assert_cmpuint (net_hall_get_asked (f->hall)->len, ==, before + 3);
  }
}

static void
test_without_address (Fixture *f, gconstpointer data)
{
  g_autofree char *page = g_strdup_printf (PAGE ("/fresh"), (guint) strlen (PICTURE));
  g_autoptr (VigilEvidenceItem) item = make_item (NULL, NULL, -1);
  g_autoptr (VigilEvidenceItem) odd = make_item (NULL, NULL, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  net_hall_answer (f->hall, "/fresh", 200, NULL, PICTURE, -1);
  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s-1/evidence", 200, NULL, page, -1);
  bytes = fetch (f, item, 1000, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bytes);

  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s-1/evidence", 200, NULL, "{\"items\":[],\"next\":null}", -1);
  check_fetch_fails (f, make_item (NULL, NULL, -1), 1000, VIGIL_SESSION_ERROR_NOT_FOUND);

  g_free (odd->key);
  odd->key = g_strdup ("../../etc/passwd");
  check_fetch_fails (f, g_steal_pointer (&odd), 1000, VIGIL_SESSION_ERROR_NOT_FOUND);
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  net_hall_answer (f->hall, "/gone", 410, NULL, "", 0);
  net_hall_answer (f->hall, "/busy", 503, NULL, "", 0);
  check_fetch_fails (f, make_item ("/gone", NULL, -1), 1000, VIGIL_SESSION_ERROR_NOT_FOUND);
  check_fetch_fails (f, make_item ("/never", NULL, -1), 1000, VIGIL_SESSION_ERROR_NOT_FOUND);
  check_fetch_fails (f, make_item ("/busy", NULL, -1), 1000, VIGIL_SESSION_ERROR_UNAVAILABLE);
}

static void
endless (NetRawPeer *peer)
{
  g_autofree char *piece = g_strnfill (65536, 'x');

  net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff", -1);
  while (net_raw_write (peer, piece, 65536))
    ;
}

static void
test_endless (Fixture *f, gconstpointer data)
{
  g_autofree char *url = raw_url (f, "/a");

  check_fetch_fails (f, make_item (url, NULL, -1), 1024 * 1024, VIGIL_SESSION_ERROR_TOO_LARGE);
}

static void
chunked_endless (NetRawPeer *peer)
{
  g_autofree char *piece = g_strnfill (65536, 'x');

  net_raw_write (peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", -1);
  while (net_raw_write (peer, "10000\r\n", -1) && net_raw_write (peer, piece, 65536) && net_raw_write (peer, "\r\n", 2))
    ;
}

static void
stall (NetRawPeer *peer)
{
  net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\xff\xd8\xff", -1);
  net_raw_sleep (peer, 10000 * NET_TEST_FACTOR);
}

static void
test_stall (Fixture *f, gconstpointer data)
{
  g_autofree char *url = raw_url (f, "/a");

  check_fetch_fails (f, make_item (url, NULL, 100), 1000, VIGIL_SESSION_ERROR_TIMEOUT);
}

static void
loop (NetRawPeer *peer)
{
  net_raw_answer (peer, 302, "Location: /again\r\n", "", 0);
}

static void
test_loop (Fixture *f, gconstpointer data)
{
  g_autofree char *url = raw_url (f, "/a");

  check_fetch_fails (f, make_item (url, NULL, -1), 1000, VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_cmpuint (net_raw_get_n_connections (f->raw), ==, 4); /* the first and three more */
}

static void
one_redirect (NetRawPeer *peer)
{
  Fixture *f = peer->user_data;
  g_autofree char *headers = g_strdup_printf ("Location: %s/picture\r\n", f->address);

  g_assert_null (strstr (peer->head, NET_TEST_TOKEN));
  net_raw_answer (peer, 307, headers, "", 0);
}

static void
test_one_redirect (Fixture *f, gconstpointer data)
{
  g_autofree char *url = raw_url (f, "/a");
  g_autoptr (VigilEvidenceItem) item = make_item (url, PICTURE, strlen (PICTURE));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  net_hall_answer (f->hall, "/picture", 200, NULL, PICTURE, -1);
  bytes = fetch (f, item, 1000, &error);
  g_assert_no_error (error);
  g_assert_null (net_hall_find_asked (f->hall, "GET", "/picture")->authorization);
}

static void
bad_redirect (NetRawPeer *peer)
{
  static const char *const places[] = { "http://10.1.2.3/a", "file:///etc/passwd", "gopher://127.0.0.1/", "http://" };
  g_autofree char *headers = g_strdup_printf ("Location: %s\r\n", places[peer->path[1] - '0']);

  net_raw_answer (peer, 302, peer->path[1] == '4' ? NULL : headers, "", 0);
}

static void
test_bad_redirect (Fixture *f, gconstpointer data)
{
  static const int codes[] = { VIGIL_SESSION_ERROR_TLS, VIGIL_SESSION_ERROR_ADDRESS, VIGIL_SESSION_ERROR_ADDRESS, VIGIL_SESSION_ERROR_ADDRESS };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/%u", i);
      g_autofree char *url = raw_url (f, path);
      g_autoptr (VigilEvidenceItem) item = make_item (url, NULL, -1);
      g_autoptr (GError) error = NULL;

      g_assert_null (fetch (f, item, 1000, &error));
      g_test_message ("%u → %s", i, error->message);
      g_assert_error (error, VIGIL_SESSION_ERROR, codes[i]);
    }
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autofree char *url = raw_url (f, "/a");
  g_autoptr (VigilEvidenceItem) item = make_item (url, NULL, -1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  vigil_hall_directory_fetch_async (f->directory, item, 1000, cancellable, net_test_store_result_cb, &result);
  net_test_run_for (50);
  g_cancellable_cancel (cancellable);
  net_test_wait (result != NULL, 300);
  g_assert_null (vigil_hall_directory_fetch_finish (f->directory, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(name, func) g_test_add ("/evidence/" name, Fixture, NULL, set_up, func, tear_down)
#define ADD_RAW(name, script, func) g_test_add ("/evidence/" name, Fixture, (gconstpointer) script, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  ADD ("good", test_good);
  ADD ("not-what-was-recorded", test_not_what_was_recorded);
  g_test_add_func ("/evidence/kinds", test_kinds);
  ADD ("addresses", test_addresses);
  ADD ("expired", test_expired);
  ADD ("without-address", test_without_address);
  ADD ("gone", test_gone);
  ADD_RAW ("endless", endless, test_endless);
  ADD_RAW ("chunked-endless", chunked_endless, test_endless);
  ADD_RAW ("stall", stall, test_stall);
  ADD_RAW ("redirect-loop", loop, test_loop);
  ADD_RAW ("one-redirect", one_redirect, test_one_redirect);
  ADD_RAW ("bad-redirect", bad_redirect, test_bad_redirect);
  ADD_RAW ("cancel", stall, test_cancel);
  return g_test_run ();
}
