/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Once warm, a score costs no allocation on its way in, in the sweep, or when it is read; and a large
 * capacity costs no memory. Allocations are counted by standing in for malloc in this program. */

#include "vigil-score-store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A sanitizer stands in for malloc itself; there is no second place to stand in. */
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#define CAN_COUNT 0
#else
#define CAN_COUNT 1

extern void *__libc_malloc  (size_t size);
extern void *__libc_calloc  (size_t n, size_t size);
extern void *__libc_realloc (void *pointer, size_t size);
extern void *__libc_memalign (size_t alignment, size_t size);
extern void  __libc_free (void *pointer);

static guint n_allocations;

void
free (void *pointer)
{
  __libc_free (pointer);
}

void *
malloc (size_t size)
{
  __atomic_fetch_add (&n_allocations, 1, __ATOMIC_RELAXED);
  return __libc_malloc (size);
}

void *
calloc (size_t n,
        size_t size)
{
  __atomic_fetch_add (&n_allocations, 1, __ATOMIC_RELAXED);
  return __libc_calloc (n, size);
}

void *
realloc (void   *pointer,
         size_t  size)
{
  __atomic_fetch_add (&n_allocations, 1, __ATOMIC_RELAXED);
  return __libc_realloc (pointer, size);
}

int
posix_memalign (void   **pointer,
                size_t   alignment,
                size_t   size)
{
  __atomic_fetch_add (&n_allocations, 1, __ATOMIC_RELAXED);
  *pointer = __libc_memalign (alignment, size);
  return *pointer != NULL ? 0 : ENOMEM;
}

static guint
count_allocations (void)
{
  return __atomic_load_n (&n_allocations, __ATOMIC_RELAXED);
}

/* Valgrind stands in for ours as well. */
static gboolean
skip_under_valgrind (void)
{
  const char *preload = g_getenv ("LD_PRELOAD");

  if (preload == NULL || strstr (preload, "vgpreload") == NULL)
    return FALSE;

  g_test_skip ("valgrind has taken malloc's place");
  return TRUE;
}

static void
read_cb (VigilHandle handle,
         gpointer    user_data)
{
  VigilScore score;

  vigil_score_store_read (user_data, handle, &score);
}

static void
test_counts_at_all (void)
{
  guint before = count_allocations ();

  if (skip_under_valgrind ())
    return;

  g_free (g_malloc (10));
  g_assert_cmpuint (count_allocations (), >, before);
}

static void
test_none_per_update (void)
{
  VigilScoreStore *store;
  guint before;

  if (skip_under_valgrind ())
    return;

  store = vigil_score_store_new (5000);

  for (guint i = 0; i < 5000; i++)
    {
      char id[16];

      g_snprintf (id, sizeof id, "s-%05u", i);
      vigil_score_store_intern (store, id, strlen (id));
      if (i % 100 == 0)
        vigil_score_store_set_mapped (store, i, TRUE);
    }

  before = count_allocations ();
  for (guint round = 0; round < 20; round++)
    {
      for (guint i = 0; i < 5000; i++)
        {
          char id[16];

          g_snprintf (id, sizeof id, "s-%05u", i);
          vigil_score_store_write (store, vigil_score_store_intern (store, id, strlen (id)), i % 101, i, round + 1, round);
        }
      g_assert_cmpuint (vigil_score_store_sweep (store, read_cb, store), ==, 5000);
    }
  g_assert_cmpuint (count_allocations () - before, ==, 0);
  g_assert_finalize_object (store);
}

#endif

static gsize
read_rss_kib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "VmRSS:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("VmRSS:"), NULL, 10);
}

static void
test_capacity_costs_nothing (void)
{
  gsize before = read_rss_kib ();
  VigilScoreStore *store = vigil_score_store_new (1000000);

  for (guint i = 0; i < 200; i++)
    {
      char id[16];

      g_snprintf (id, sizeof id, "s-%05u", i);
      vigil_score_store_write (store, vigil_score_store_intern (store, id, strlen (id)), 1, 0, 1, 1);
    }
  /* A sanitizer's shadow is not ours to account for. */
  if (CAN_COUNT)
    g_assert_cmpint ((gssize) (read_rss_kib () - before), <, 1024);
  g_assert_finalize_object (store);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#if CAN_COUNT
  g_test_add_func ("/model/score-store/allocations/counts-at-all", test_counts_at_all);
  g_test_add_func ("/model/score-store/allocations/none-per-update", test_none_per_update);
#endif
  g_test_add_func ("/model/score-store/allocations/capacity-costs-nothing", test_capacity_costs_nothing);
  return g_test_run ();
}
