/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens with a secret store and without one. */
#include <glib/gstdio.h>

#include "net-test.h"
#include "vigil-credentials.h"

#define ADDRESS "https://hall.example"

static guint n_notified;

static void
notify_cb (VigilCredentials *credentials, GParamSpec *pspec, gpointer data)
{
  n_notified++;
}

static gboolean
store (VigilCredentials *credentials, const char *address, const char *token)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean stored;

  vigil_credentials_store_async (credentials, address, token, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  stored = vigil_credentials_store_finish (credentials, result, &error);
  g_assert_no_error (error);
  return stored;
}

static char *
lookup (VigilCredentials *credentials, const char *address)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *token;

  vigil_credentials_lookup_async (credentials, address, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  token = vigil_credentials_lookup_finish (credentials, result, &error);
  g_assert_no_error (error);
  return token;
}

static gboolean
clear (VigilCredentials *credentials, const char *address)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean cleared;

  vigil_credentials_clear_async (credentials, address, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  cleared = vigil_credentials_clear_finish (credentials, result, &error);
  g_assert_no_error (error);
  return cleared;
}

/* A test program has one secret backend for its life, so the parts run in programs of their own. */
static void
test_without_service (void)
{
  VigilCredentials *credentials;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  g_unsetenv ("SECRET_BACKEND");
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  credentials = vigil_credentials_new ();
  g_signal_connect (credentials, "notify::available", G_CALLBACK (notify_cb), NULL);
  g_assert_true (vigil_credentials_get_available (credentials));
  g_assert_false (store (credentials, ADDRESS, NET_TEST_TOKEN));
  g_assert_false (vigil_credentials_get_available (credentials));
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_null (lookup (credentials, ADDRESS));
  g_assert_false (clear (credentials, ADDRESS));
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_finalize_object (credentials);
  g_assert_cmpuint (net_test_log_length (), >, 0);
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
}

static void
test_with_service (void)
{
  VigilCredentials *credentials;
  g_autofree char *dir = NULL;
  g_autofree char *file = NULL;
  g_autofree char *token = NULL;
  g_autofree char *other = NULL;
  g_autofree char *none = NULL;
  g_autofree char *kept = NULL;

  if (!g_test_subprocess ())
    {
      const char *options = g_getenv ("ASAN_OPTIONS");
      g_autofree char *no_leaks = g_strconcat (options != NULL ? options : "", ":detect_leaks=0", NULL);

      /* libsecret's file backend leaks the etag of its file. */
      g_setenv ("ASAN_OPTIONS", no_leaks, TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  /* libsecret's own encrypted file stands in for the desktop's service. */
  dir = g_dir_make_tmp ("vigil-secret-XXXXXX", NULL);
  file = g_build_filename (dir, "keyring", NULL);
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", file, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);

  credentials = vigil_credentials_new ();
  g_assert_null (lookup (credentials, ADDRESS));
  g_assert_true (vigil_credentials_get_available (credentials));
  g_assert_true (store (credentials, ADDRESS, "first"));
  g_assert_true (store (credentials, ADDRESS, NET_TEST_TOKEN));
  g_assert_true (store (credentials, "https://other.example", "other"));
  token = lookup (credentials, ADDRESS);
  g_assert_cmpstr (token, ==, NET_TEST_TOKEN);
  other = lookup (credentials, "https://other.example");
  g_assert_cmpstr (other, ==, "other");

  g_assert_true (clear (credentials, ADDRESS));
  g_assert_false (clear (credentials, ADDRESS));
  none = lookup (credentials, ADDRESS);
  g_assert_null (none);
  kept = lookup (credentials, "https://other.example");
  g_assert_cmpstr (kept, ==, "other");
  g_assert_finalize_object (credentials);
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));

  g_remove (file);
  g_rmdir (dir);
}

static void
test_cancel (void)
{
  g_autoptr (VigilCredentials) credentials = vigil_credentials_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  vigil_credentials_lookup_async (credentials, ADDRESS, cancellable, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  g_assert_null (vigil_credentials_lookup_finish (credentials, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  g_test_add_func ("/credentials/without-service", test_without_service);
  g_test_add_func ("/credentials/with-service", test_with_service);
  g_test_add_func ("/credentials/cancel", test_cancel);
  return g_test_run ();
}
