/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets and ids. */
#include "vigil-hall-random.h"

#include <errno.h>
#include <sys/random.h>

void
vigil_hall_random_bytes (guint8 *bytes, gsize n_bytes)
{
  gsize done = 0;

  while (done < n_bytes)
    {
      gssize n = getrandom (bytes + done, n_bytes - done, 0);

      if (n > 0)
        done += (gsize) n;
      else if (errno != EINTR)
        g_error ("no randomness: %s", g_strerror (errno));
    }
}

char *
vigil_hall_random_hex (gsize n_bytes)
{
  g_autofree guint8 *bytes = g_malloc (n_bytes);
  GString *out = g_string_sized_new (n_bytes * 2);

  vigil_hall_random_bytes (bytes, n_bytes);
  for (gsize i = 0; i < n_bytes; i++)
    g_string_append_printf (out, "%02x", bytes[i]);
  return g_string_free (out, FALSE);
}
