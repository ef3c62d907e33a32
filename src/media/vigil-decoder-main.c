/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vigil-decoder: decodes candidates' videos for the client, locked in. Not to be started by hand.
 *
 * One thread a lane, all made before the filter is on. The first thread waits for the client's end of the control
 * socket to go: then everything here ends, also a decoder that hangs.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vigil-decode-wire.h"
#include "vigil-decoder-chain.h"
#include "vigil-decoder-lane.h"
#include "vigil-decoder-sandbox.h"

static void
wait_for_end (void)
{
  gssize got;
  char byte;

  do
    got = recv (VIGIL_DECODE_FD_CONTROL, &byte, 1, 0);
  while (got > 0 || (got < 0 && errno == EINTR));
}

static gboolean
say_hello (gboolean sandboxed)
{
  VigilDecodeHello hello = { .magic = VIGIL_DECODE_MAGIC, .sandboxed = sandboxed };

  return send (VIGIL_DECODE_FD_CONTROL, &hello, sizeof hello, MSG_NOSIGNAL) == (gssize) sizeof hello;
}

/* usage: vigil-decoder LANES BYTES CODEC */
int
main (int   argc,
      char *argv[])
{
  guint n_lanes = argc == 4 ? (guint) atoi (argv[1]) : 0;
  gsize size = argc == 4 ? (gsize) g_ascii_strtoull (argv[2], NULL, 10) : 0;
  gboolean sandboxed;
  void *memory;

  if (n_lanes < 1 || n_lanes > VIGIL_DECODE_LANES_MAX || size == 0)
    {
      g_printerr ("vigil-decoder is started by vigil\n");
      return EXIT_FAILURE;
    }

  memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, VIGIL_DECODE_FD_MEMORY, 0);
  if (memory == MAP_FAILED)
    return EXIT_FAILURE;
  close (VIGIL_DECODE_FD_MEMORY);

  /* The pictures of a decoder go back at once when it is closed, and two threads share what is kept. */
  mallopt (M_MMAP_THRESHOLD, 64 * 1024);
  mallopt (M_ARENA_MAX, 2);

  /* Libraries and plugins are read now: later there is no way to any file. */
  if (!vigil_decoder_lane_warm_up (argv[3]))
    return EXIT_FAILURE;

  sandboxed = vigil_decoder_sandbox_enter (size, n_lanes);
  vigil_decoder_lane_watch (memory);
  for (guint i = 0; i < n_lanes; i++)
    vigil_decoder_lane_start (i, memory, size);
  /* On all threads at once; none is made later. */
  sandboxed = sandboxed && vigil_decoder_sandbox_seal () && vigil_decoder_sandbox_holds ();
  if (!say_hello (sandboxed))
    return EXIT_FAILURE;

  wait_for_end ();
  _exit (EXIT_SUCCESS);
}
