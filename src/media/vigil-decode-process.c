/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing of ours is inherited but the sockets and the shared pictures: GLib closes the rest in the child. Nor is
 * standard error: somebody who took the helper over would write what they like into the log of a terminal. */
#define _GNU_SOURCE
#include "vigil-decode-process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vigil-media-error.h"

/* Loading GStreamer's decoder on a busy machine; the other takes a few milliseconds. Nobody but a worker waits. */
#define START_MS 8000

/* How exactly a deadline is kept by who waits for an answer. */
#define LOOK_MS 200

static void
close_ends (int *ends,
            guint n)
{
  for (guint i = 0; i < n; i++)
    {
      if (ends[i] >= 0)
        close (ends[i]);
      ends[i] = -1;
    }
}

static void
set_patience (int fd,
              int ms)
{
  struct timeval patience = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

/* The helper's ends stand behind ours: [0 .. n) and [n .. 2 n). The first is the control socket. */
static gboolean
make_sockets (int   *ends,
              guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      int pair[2];

      if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return FALSE;
      ends[i] = pair[0];
      ends[n + i] = pair[1];
      set_patience (pair[0], i == 0 ? START_MS : LOOK_MS);
    }

  return TRUE;
}

/* What libraries look for their files by, and what tests set. Tokens and addresses are in none of them. */
static char **
make_environment (void)
{
  static const char *const prefixes[] = {
    "HOME=", "PATH=", "LD_LIBRARY_PATH=", "XDG_CACHE_HOME=", "GST_", "ASAN_", "UBSAN_", "TSAN_", "MALLOC_",
    "VIGIL_DECODER_",
  };
  g_auto (GStrv) all = g_get_environ ();
  GPtrArray *some = g_ptr_array_new ();

  for (guint i = 0; all[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (prefixes); j++)
      if (g_str_has_prefix (all[i], prefixes[j]))
        {
          g_ptr_array_add (some, g_strdup (all[i]));
          break;
        }
  /* No code is made at run time: the filter would not let it run. */
  g_ptr_array_add (some, g_strdup ("ORC_CODE=backup"));
  g_ptr_array_add (some, NULL);

  return (char **) g_ptr_array_free (some, FALSE);
}

static gboolean
spawn (VigilDecodeProcess  *self,
       const char          *program,
       const char          *codec,
       int                 *ends,
       int                  memory,
       gsize                memory_size,
       GError             **error)
{
  g_autofree char *lanes = g_strdup_printf ("%u", self->n_lanes);
  g_autofree char *bytes = g_strdup_printf ("%" G_GSIZE_FORMAT, memory_size);
  const char *argv[] = { program, lanes, bytes, codec, NULL };
  g_auto (GStrv) environment = make_environment ();
  int source[2 + VIGIL_DECODE_LANES_MAX], target[2 + VIGIL_DECODE_LANES_MAX];

  source[0] = ends[0];
  target[0] = VIGIL_DECODE_FD_CONTROL;
  source[1] = memory;
  target[1] = VIGIL_DECODE_FD_MEMORY;
  for (guint i = 0; i < self->n_lanes; i++)
    {
      source[2 + i] = ends[1 + i];
      target[2 + i] = VIGIL_DECODE_FD_LANE + (int) i;
    }

  return g_spawn_async_with_pipes_and_fds ("/", argv, (const char *const *) environment,
                                           G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                                           -1, -1, -1, source, target, 2 + self->n_lanes,
                                           &self->pid, NULL, NULL, NULL, error);
}

static gboolean
hear_hello (VigilDecodeProcess  *self,
            gboolean            *sandboxed,
            GError             **error)
{
  VigilDecodeHello hello = { 0 };
  gssize got;

  do
    got = recv (self->control, &hello, sizeof hello, 0);
  while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_TIMEOUT, "the decoding helper is not ready in time");
      return FALSE;
    }
  if (got != (gssize) sizeof hello || hello.magic != VIGIL_DECODE_MAGIC)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC, "the decoding helper did not start");
      return FALSE;
    }

  *sandboxed = hello.sandboxed != 0;
  return TRUE;
}

/**
 * vigil_decode_process_start:
 * @program: its path
 * @codec: what it is to decode
 * @n_lanes: how many
 * @memory: descriptor of the shared memory; not taken
 * @memory_size: its bytes
 * @sandboxed: (out): whether it is locked in
 * @error: why not
 *
 * Waits until it is ready.
 *
 * Returns: whether it runs
 */
gboolean
vigil_decode_process_start (VigilDecodeProcess  *self,
                            const char          *program,
                            const char          *codec,
                            guint                n_lanes,
                            int                  memory,
                            gsize                memory_size,
                            gboolean            *sandboxed,
                            GError             **error)
{
  int ends[2 * (1 + VIGIL_DECODE_LANES_MAX)];
  guint n = 1 + n_lanes;
  gboolean started;

  memset (ends, 0xff, sizeof ends);
  self->n_lanes = n_lanes;
  started = make_sockets (ends, n);
  if (!started)
    g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_FAILED, "no socket for the decoding helper: %s",
                 g_strerror (errno));
  started = started && spawn (self, program, codec, ends + n, memory, memory_size, error);
  close_ends (ends + n, n);
  if (!started)
    {
      close_ends (ends, n);
      self->pid = 0;
      return FALSE;
    }

  self->control = ends[0];
  memcpy (self->lanes, ends + 1, n_lanes * sizeof ends[0]);
  if (hear_hello (self, sandboxed, error))
    return TRUE;

  vigil_decode_process_kill (self);
  g_free (vigil_decode_process_end (self));
  return FALSE;
}

/**
 * vigil_decode_process_kill:
 *
 * At once. Whoever waits on one of its lanes sees its end.
 */
void
vigil_decode_process_kill (VigilDecodeProcess *self)
{
  if (self->pid > 0)
    kill (self->pid, SIGKILL);
}

/**
 * vigil_decode_process_end:
 *
 * Kills it if need be, waits for it to be gone and closes what led to it.
 *
 * Returns: (transfer full): how it ended, in words for a log
 */
char *
vigil_decode_process_end (VigilDecodeProcess *self)
{
  int status = 0;
  pid_t gone;

  if (self->pid <= 0)
    return g_strdup ("not there");

  /* If it went by itself this says nothing to anybody: its status waits for us. */
  kill (self->pid, SIGKILL);
  do
    gone = waitpid (self->pid, &status, 0);
  while (gone < 0 && errno == EINTR);

  self->pid = 0;
  close_ends (&self->control, 1);
  close_ends (self->lanes, self->n_lanes);

  if (WIFSIGNALED (status))
    return g_strdup_printf ("signal %d", WTERMSIG (status));
  return g_strdup_printf ("status %d", WEXITSTATUS (status));
}
