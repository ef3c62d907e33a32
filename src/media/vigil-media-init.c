/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry, the plugins' libraries and the DTLS key are slow the first time and free afterwards. */
#include "vigil-media-init.h"

#include <gst/gst.h>

#include "vigil-worker.h"

static void
warm_up (const char *name)
{
  GstElement *element = gst_element_factory_make (name, NULL);

  if (element != NULL)
    {
      gst_object_ref_sink (element);
      gst_object_unref (element);
    }
}

static gpointer
init_cb (gpointer data)
{
  /* dtlsdec makes the RSA key that all transports of the process share: 90 to 700 ms. */
  static const char *const names[] = {
    "dtlsdec", "dtlsenc", "dtlssrtpdec", "dtlssrtpenc", "srtpdec", "srtpenc", "nicesrc", "nicesink",
    "rtpbin", "rtpsession", "rtpssrcdemux", "rtpjitterbuffer", "rtpptdemux", "rtpstorage", "rtpfunnel",
    "rtprtxreceive", "rtprtxsend", "webrtcbin", "funnel", "queue", "capsfilter",
  };

  gst_init (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    warm_up (names[i]);

  return NULL;
}

/**
 * vigil_media_init:
 *
 * Blocks up to a second the first time, so never call it on the main thread.
 * Later calls, and calls while another thread is in it, wait for it to be done.
 * Thread: any.
 */
void
vigil_media_init (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, init_cb, NULL);
}

static void
warm_up_job (gpointer data)
{
  vigil_media_init ();
}

/**
 * vigil_media_warm_up:
 *
 * vigil_media_init() on a thread of its own. Returns at once. OpenSSL does not
 * survive the end of the process in the middle of making a key: call
 * vigil_media_init() before that, which waits. Thread: any.
 */
void
vigil_media_warm_up (void)
{
  g_autoptr (VigilWorker) worker = vigil_worker_new ("vigil-warm-up");

  vigil_worker_push (worker, warm_up_job, NULL, NULL);
  vigil_worker_finish (worker);
}
