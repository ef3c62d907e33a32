/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forced into every source of mediasoup 3.8.4's worker (see setup.sh), whose
 * bundled libraries predate GCC 13 and glibc 2.34: they forget two standard
 * headers, and use SIGSTKSZ, no longer a constant, as an array size. */
#pragma once
#ifdef __cplusplus
#include <cstdint>
#include <limits>
#endif
#include <signal.h>
#undef SIGSTKSZ
#define SIGSTKSZ 16384
