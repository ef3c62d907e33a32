/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decoding helper that somebody took over: it says it is locked in and then answers what must not be believed.
 * VIGIL_DECODER_LIE says which lie. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vigil-decode-wire.h"

static const char *lie;

static gboolean
is (const char *name)
{
  return strcmp (lie, name) == 0;
}

static void
answer (int     fd,
        guint32 sequence)
{
  VigilDecodeReply reply = { .kind = VIGIL_DECODE_DONE };

  if (is ("huge"))
    reply = (VigilDecodeReply) { .kind = VIGIL_DECODE_PICTURE, .next_width = G_MAXUINT32, .next_height = G_MAXUINT32 };
  else if (is ("drawn-nothing"))
    reply = (VigilDecodeReply) { .kind = VIGIL_DECODE_DONE, .drawn = 1, .width = 0, .height = 7, .n_pictures = 1 };
  else if (is ("many"))
    reply.n_pictures = G_MAXUINT32;
  else if (is ("status"))
    reply.status = 77;
  else if (is ("kind"))
    reply.kind = 12345;
  else if (is ("endless"))
    reply = (VigilDecodeReply) { .kind = VIGIL_DECODE_PICTURE, .next_width = 320, .next_height = 180 };
  else if (is ("nobody"))
    reply = (VigilDecodeReply) { .kind = VIGIL_DECODE_PICTURE, .next_width = 320, .next_height = 180, .at = 1 };
  reply.sequence = is ("another") ? sequence - 1 : sequence;
  if (is ("unasked"))
    for (int i = 0; i < 20; i++)
      send (fd, &reply, sizeof reply, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (is ("two"))
    send (fd, (VigilDecodeReply[2]) { reply, reply }, 2 * sizeof reply, MSG_NOSIGNAL);
  else
    send (fd, &reply, is ("half") ? 5 : sizeof reply, MSG_NOSIGNAL);
}

int
main (int   argc,
      char *argv[])
{
  VigilDecodeHello hello = { .magic = VIGIL_DECODE_MAGIC, .sandboxed = strcmp (g_getenv ("VIGIL_DECODER_LIE"), "open") != 0 };
  VigilDecodeRequest request;
  gsize size = (gsize) g_ascii_strtoull (argv[2], NULL, 10);
  void *memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, VIGIL_DECODE_FD_MEMORY, 0);

  lie = g_getenv ("VIGIL_DECODER_LIE");
  /* A size that is sealed stays. */
  if (ftruncate (VIGIL_DECODE_FD_MEMORY, 0) == 0)
    return EXIT_FAILURE;
  if (is ("blame"))
    *(gint32 *) memory = G_MAXINT32;
  send (VIGIL_DECODE_FD_CONTROL, &hello, sizeof hello, MSG_NOSIGNAL);
  while (recv (VIGIL_DECODE_FD_LANE, &request, sizeof request, 0) > 0)
    {
      if (is ("blame"))
        abort ();
      answer (VIGIL_DECODE_FD_LANE, request.sequence);
    }

  return EXIT_SUCCESS;
}
