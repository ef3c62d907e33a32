/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A certificate for 127.0.0.1. */
#include "certificate.h"

gboolean
certificate_make (const char *certificate, const char *key, GError **error)
{
  const char *argv[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                         "-subj", "/CN=vigil-interop", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate, NULL };
  int status = 0;

  return g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, error) &&
         g_spawn_check_wait_status (status, error);
}

void
certificate_trust (const char *certificate)
{
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  if (certificate != NULL)
    database = g_tls_file_database_new (certificate, &error);
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}
