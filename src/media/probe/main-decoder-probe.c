/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vigil-decoder-probe CODEC FACTORY: whether a decoder element really works and what it costs. A process of its own, because a
 * driver that cannot decode may just as well crash or hang.
 *
 * Prints "works OURS THEIRS" (microseconds of processor time for the same pictures) and exits 0, or says on standard error
 * what is wrong and exits 1. */
#include <gst/gst.h>
#include <stdio.h>

#include "vigil-decoder-trial.h"

#define ROUNDS 4

static gboolean
compare (const VigilDecoderTrial *ours, const VigilDecoderTrial *theirs, GError **error)
{
  if (theirs->pictures != theirs->frames)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%u pictures of %u frames", theirs->pictures, theirs->frames);
  else if (g_strcmp0 (ours->digest, theirs->digest) != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "other pictures than were sent");
  return theirs->pictures == theirs->frames && g_strcmp0 (ours->digest, theirs->digest) == 0;
}

int
main (int argc, char **argv)
{
  g_auto (VigilDecoderTrial) ours = { 0 }, first = { 0 }, theirs = { 0 };
  g_autoptr (GError) error = NULL;

  gst_init (&argc, &argv);
  if (argc != 3)
    {
      fprintf (stderr, "usage: vigil-decoder-probe VP8|H264 FACTORY\n");
      return 2;
    }
  /* What a driver does once, it does before it is timed. */
  if (!vigil_decoder_trial_run (argv[1], NULL, ROUNDS, &ours, &error) ||
      !vigil_decoder_trial_run (argv[1], argv[2], 1, &first, &error) ||
      !vigil_decoder_trial_run (argv[1], argv[2], ROUNDS, &theirs, &error) ||
      !compare (&ours, &theirs, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  printf ("works %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", ours.cpu_us, theirs.cpu_us);
  return 0;
}
