/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zeroed memory for arrays that are allocated once at full capacity. */

#include "vigil-lazy-array.h"

#include <sys/mman.h>

static gsize
bytes_of (gsize n,
          gsize size)
{
  gsize bytes;

  if (!g_size_checked_mul (&bytes, n, size))
    g_error ("%" G_GSIZE_FORMAT " elements of %" G_GSIZE_FORMAT " bytes do not fit into memory", n, size);

  return MAX (bytes, 1);
}

gpointer
vigil_lazy_array_new (gsize n,
                      gsize size)
{
  gsize bytes = bytes_of (n, size);
  /* Not calloc: below its mmap threshold, which grows, that would write the zeros. */
  gpointer array = mmap (NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  if (array == MAP_FAILED)
    g_error ("No memory for %" G_GSIZE_FORMAT " bytes", bytes);

  return array;
}

void
vigil_lazy_array_free (gpointer array,
                       gsize    n,
                       gsize    size)
{
  if (array != NULL)
    munmap (array, bytes_of (n, size));
}
