/* SPDX-License-Identifier: GPL-3.0-or-later */
/* no_new_privs, limits, and a list of the few system calls that decoding needs; everything else is refused. */
#define _GNU_SOURCE
#include "vigil-decoder-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* For decoders, beside the shared pictures. What a hostile video asks for beyond it is refused to it, or ends us. */
#define HEAP_BYTES ((rlim_t) 1536 * 1024 * 1024)

static const int allowed[] = {
  SCMP_SYS (read), SCMP_SYS (write), SCMP_SYS (recvfrom), SCMP_SYS (recvmsg), SCMP_SYS (sendto), SCMP_SYS (sendmsg),
  SCMP_SYS (poll), SCMP_SYS (ppoll), SCMP_SYS (futex), SCMP_SYS (brk), SCMP_SYS (munmap), SCMP_SYS (mremap),
  SCMP_SYS (madvise), SCMP_SYS (clock_gettime), SCMP_SYS (clock_getres), SCMP_SYS (gettimeofday), SCMP_SYS (time),
  SCMP_SYS (nanosleep), SCMP_SYS (clock_nanosleep), SCMP_SYS (sched_yield), SCMP_SYS (sched_getaffinity),
  SCMP_SYS (getpid), SCMP_SYS (gettid), SCMP_SYS (getrandom), SCMP_SYS (close), SCMP_SYS (exit), SCMP_SYS (exit_group),
  SCMP_SYS (rt_sigreturn), SCMP_SYS (rt_sigprocmask), SCMP_SYS (rt_sigaction), SCMP_SYS (sigaltstack),
  SCMP_SYS (restart_syscall), SCMP_SYS (set_robust_list), SCMP_SYS (get_robust_list), SCMP_SYS (rseq),
  SCMP_SYS (membarrier),
};

static void
limit (int    resource,
       rlim_t value)
{
  struct rlimit both = { .rlim_cur = value, .rlim_max = value };

  if (setrlimit (resource, &both) != 0)
    g_printerr ("vigil-decoder: limit %d: %s\n", resource, g_strerror (errno));
}

/* If the machine runs out of memory this process is to go, not the client. */
static void
offer_to_go_first (void)
{
  int fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    return;
  if (write (fd, "700", 3) != 3)
    g_debug ("not first to go");
  close (fd);
}

/**
 * vigil_decoder_sandbox_enter:
 * @memory_size: bytes of the memory shared with the client
 * @n_threads: how many will be made before vigil_decoder_sandbox_seal()
 *
 * Limits, and no way to more rights.
 *
 * Returns: whether it worked
 */
gboolean
vigil_decoder_sandbox_enter (gsize memory_size,
                             guint n_threads)
{
  offer_to_go_first ();
  /* A write to a file fails for the limit; it is not to end us. */
  signal (SIGXFSZ, SIG_IGN);
  limit (RLIMIT_CORE, 0);
  limit (RLIMIT_FSIZE, 0);
#ifndef __SANITIZE_ADDRESS__
  /* Each thread has a stack and an arena of the allocator's, both mostly address space. */
  limit (RLIMIT_AS, HEAP_BYTES + memory_size + (rlim_t) n_threads * 144 * 1024 * 1024);
#endif

  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static gboolean
fill (scmp_filter_ctx filter)
{
  struct scmp_arg_cmp data_only = SCMP_A2_64 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  struct scmp_arg_cmp myself = SCMP_A0_64 (SCMP_CMP_EQ, (scmp_datum_t) getpid ());
  gboolean good = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    good &= seccomp_rule_add (filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;

  /* Memory, never code; and signals to ourselves, for abort(). */
  good &= seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1, &data_only) == 0;
  good &= seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1, &data_only) == 0;
  good &= seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1, &myself) == 0;

  return good;
}

/**
 * vigil_decoder_sandbox_seal:
 *
 * Puts the filter on all threads there are. A call that is not on the list fails with EPERM: libraries try this and
 * that and live without it.
 *
 * Returns: whether it worked
 */
gboolean
vigil_decoder_sandbox_seal (void)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  gboolean sealed;

  if (filter == NULL)
    return FALSE;

  limit (RLIMIT_NOFILE, 0);
  sealed = seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && fill (filter) && seccomp_load (filter) == 0;
  seccomp_release (filter);

  return sealed;
}

/**
 * vigil_decoder_sandbox_holds:
 *
 * Tries to get out.
 *
 * Returns: whether that failed in every way
 */
gboolean
vigil_decoder_sandbox_holds (void)
{
  if (open ("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 || errno != EPERM)
    return FALSE;
  if (socket (AF_INET, SOCK_DGRAM, 0) >= 0 || errno != EPERM)
    return FALSE;
  if (kill (getppid (), 0) == 0 || errno != EPERM)
    return FALSE;
  if (mmap (NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
    return FALSE;

  /* Only a filter that is not on would let this happen, and then the client sees us go and does without us. */
  return execl ("/bin/true", "true", NULL) < 0 && errno == EPERM;
}
