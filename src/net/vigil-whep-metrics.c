/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counters of the signalling with a WHEP and what each of them counts. */
#include "vigil-whep-metrics.h"

static VigilWhepMetrics metrics;

static gpointer
make (gpointer data)
{
  metrics.posts = vigil_metrics_counter ("vigil_whep_posts", "Offers sent to a WHEP.");
  metrics.deletes = vigil_metrics_counter ("vigil_whep_deletes", "Resources of a WHEP that were deleted.");
  metrics.refusals = vigil_metrics_counter ("vigil_whep_refusals", "Offers that a WHEP refused.");
  metrics.malformed = vigil_metrics_counter ("vigil_whep_malformed", "Answers of a WHEP that made no sense.");
  metrics.redirects = vigil_metrics_counter ("vigil_whep_redirects", "Times that a WHEP sent us elsewhere.");
  metrics.waits = vigil_metrics_counter ("vigil_whep_waits", "Times that a WHEP asked for a moment's patience.");
  metrics.orphans = vigil_metrics_counter ("vigil_whep_orphans", "Resources that could not be deleted.");
  metrics.losses = vigil_metrics_counter ("vigil_whep_losses", "Times that a WHEP could not be reached any more.");
  metrics.patches = vigil_metrics_counter ("vigil_whep_patches", "ICE candidates sent to a WHEP after their offer, in so many requests.");
  metrics.patch_refusals = vigil_metrics_counter ("vigil_whep_patch_refusals", "Such requests that a WHEP refused.");
  metrics.patch_mismatches = vigil_metrics_counter ("vigil_whep_patch_mismatches", "Such requests to which a WHEP said that the resource had changed, or wanted to be named.");
  metrics.trickle_ends = vigil_metrics_counter ("vigil_whep_trickle_ends", "Times that a WHEP turned out to take no ICE candidates after an offer.");
  metrics.resources = vigil_metrics_gauge ("vigil_whep_resources", "Resources that we have at a WHEP.");
  metrics.answer = vigil_metrics_histogram ("vigil_whep_answer", "ms", "From an offer to a WHEP to its answer");
  return NULL;
}

const VigilWhepMetrics *
vigil_whep_metrics (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, make, NULL);
  return &metrics;
}
