/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU of the exam, while the exam says that it is another one. */
#include "net-test.h"

#include <string.h>

#include "vigil-exam-sfu.h"
#include "vigil-fake-sfu.h"
#include "vigil-session-error.h"

/* What the former one offers late is closed there: to the present one it would mean nothing. */
static void
test_late_offer (void)
{
  g_autoptr (VigilFakeLog) log = vigil_fake_log_new ();
  VigilFakeSfu *own = vigil_fake_sfu_new (log);
  g_autoptr (VigilSfuConfig) config = vigil_sfu_config_new (VIGIL_SFU_WHEP);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  VigilNetLimits limits;
  VigilExamSfu *sfu;

  net_test_limits (&limits);
  config->url = g_strdup ("http://127.0.0.1:1/");
  sfu = vigil_exam_sfu_new (VIGIL_SFU (own), NULL, &limits);
  vigil_fake_sfu_hold (own, "open");
  vigil_sfu_open_transport_async (VIGIL_SFU (sfu), NULL, net_test_store_result_cb, &result);
  vigil_sfu_configure (VIGIL_SFU (sfu), config);
  vigil_fake_sfu_release (own, "open");
  net_test_wait (result != NULL, 5000);

  g_assert_null (vigil_sfu_open_transport_finish (VIGIL_SFU (sfu), result, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT);
  net_test_run_for (50);
  g_assert_nonnull (strstr (vigil_fake_log_get (log), "close-transport t1"));
  g_clear_object (&result);
  g_assert_finalize_object (sfu);
  g_assert_finalize_object (own);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  g_test_add_func ("/net/exam-sfu/late-offer", test_late_offer);
  return g_test_run ();
}
