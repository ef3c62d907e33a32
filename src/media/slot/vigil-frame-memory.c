/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First fit over units of 16 KiB; which of them are taken is known here and nowhere in the file itself. */
#define _GNU_SOURCE /* memfd_create, fallocate */
#include "vigil-frame-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define UNIT (16u * 1024)

struct _VigilFrameMemory
{
  gatomicrefcount ref_count;

  /* immutable */
  int     fd;
  guint8 *base;
  gsize   size;
  guint   n_units;

  /* with the lock */
  GMutex   lock;
  guint32 *units; /* of a block's first: how many it has; of its others: 1; 0: free */
  guint    n_used;
  guint    hint;  /* nothing before it is free */
};

static gboolean
map (VigilFrameMemory  *self,
     gsize              size,
     GError           **error)
{
  self->fd = memfd_create ("vigil-pictures", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (self->fd >= 0 && ftruncate (self->fd, (off_t) size) == 0 &&
      fcntl (self->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    {
      void *base = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, self->fd, 0);

      if (base != MAP_FAILED)
        {
          self->base = base;
          self->size = size;
          return TRUE;
        }
    }

  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (errno), "no shared memory: %s", g_strerror (errno));
  return FALSE;
}

/**
 * vigil_frame_memory_new:
 * @size: bytes of address space; a multiple of 16 KiB
 * @error: a #GFileError
 *
 * Returns: (transfer full) (nullable): memory of which no page exists yet
 */
VigilFrameMemory *
vigil_frame_memory_new (gsize    size,
                        GError **error)
{
  g_autoptr (VigilFrameMemory) self = g_new0 (VigilFrameMemory, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  if (!map (self, size, error))
    return NULL;

  self->n_units = (guint) (size / UNIT);
  self->units = g_new0 (guint32, self->n_units);
  return g_steal_pointer (&self);
}

/**
 * vigil_frame_memory_ref:
 *
 * Returns: (transfer full): @self
 */
VigilFrameMemory *
vigil_frame_memory_ref (VigilFrameMemory *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * vigil_frame_memory_unref:
 */
void
vigil_frame_memory_unref (VigilFrameMemory *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->base != NULL)
    munmap (self->base, self->size);
  if (self->fd >= 0)
    close (self->fd);
  g_mutex_clear (&self->lock);
  g_free (self->units);
  g_free (self);
}

static guint
find_locked (VigilFrameMemory *self,
             guint             n)
{
  guint at = self->hint;

  while (at + n <= self->n_units)
    {
      guint free_units = 0;

      while (free_units < n && self->units[at + free_units] == 0)
        free_units++;
      if (free_units == n)
        return at;
      at += free_units;
      while (at < self->n_units && self->units[at] != 0)
        at += self->units[at];
    }

  return G_MAXUINT;
}

static void
take_locked (VigilFrameMemory *self,
             guint             at,
             guint             n)
{
  self->units[at] = n;
  for (guint i = 1; i < n; i++)
    self->units[at + i] = 1;
  self->n_used += n;
  if (at == self->hint)
    self->hint = at + n;
}

/**
 * vigil_frame_memory_alloc:
 * @size: bytes, at least 1
 *
 * Returns: (nullable): a block on a page's boundary, its bytes undefined; %NULL if there is no room
 */
guint8 *
vigil_frame_memory_alloc (VigilFrameMemory *self,
                          gsize             size)
{
  guint n, at;

  g_return_val_if_fail (size > 0, NULL);
  if (size > self->size)
    return NULL;

  n = (guint) ((size + UNIT - 1) / UNIT);
  g_mutex_lock (&self->lock);
  at = find_locked (self, n);
  if (at != G_MAXUINT)
    take_locked (self, at, n);
  g_mutex_unlock (&self->lock);

  return at != G_MAXUINT ? self->base + (gsize) at * UNIT : NULL;
}

/**
 * vigil_frame_memory_release:
 * @block: from vigil_frame_memory_alloc()
 *
 * Its pages go back to the system before anybody else gets the block.
 */
void
vigil_frame_memory_release (VigilFrameMemory *self,
                            guint8           *block)
{
  gsize offset = vigil_frame_memory_get_offset (self, block);
  guint at = (guint) (offset / UNIT), n;

  g_mutex_lock (&self->lock);
  n = self->units[at];
  g_mutex_unlock (&self->lock);
  g_return_if_fail (n > 0);

  if (fallocate (self->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t) offset, (off_t) n * UNIT) != 0)
    g_debug ("pixels are not given back: %s", g_strerror (errno));

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < n; i++)
    self->units[at + i] = 0;
  self->n_used -= n;
  self->hint = MIN (self->hint, at);
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_frame_memory_give_back_free:
 *
 * Gives the pages back that somebody else wrote to outside of all blocks.
 */
void
vigil_frame_memory_give_back_free (VigilFrameMemory *self)
{
  g_mutex_lock (&self->lock);
  for (guint at = 0, n; at < self->n_units; at += MAX (n, 1))
    {
      for (n = 0; at + n < self->n_units && self->units[at + n] == 0; n++)
        ;
      if (n > 0 && fallocate (self->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t) at * UNIT, (off_t) n * UNIT) != 0)
        g_debug ("free pages are not given back: %s", g_strerror (errno));
      if (n == 0)
        n = self->units[at];
    }
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_frame_memory_get_fd:
 *
 * Returns: the file, to be inherited by whoever writes the pixels; not the caller's to close
 */
int
vigil_frame_memory_get_fd (VigilFrameMemory *self)
{
  return self->fd;
}

/**
 * vigil_frame_memory_get_size:
 *
 * Returns: bytes of address space
 */
gsize
vigil_frame_memory_get_size (VigilFrameMemory *self)
{
  return self->size;
}

/**
 * vigil_frame_memory_get_used:
 *
 * Returns: bytes in blocks
 */
gsize
vigil_frame_memory_get_used (VigilFrameMemory *self)
{
  gsize used;

  g_mutex_lock (&self->lock);
  used = (gsize) self->n_used * UNIT;
  g_mutex_unlock (&self->lock);

  return used;
}

/**
 * vigil_frame_memory_get_offset:
 * @block: inside of it
 *
 * Returns: where it begins in the file
 */
gsize
vigil_frame_memory_get_offset (VigilFrameMemory *self,
                               const guint8     *block)
{
  return (gsize) (block - self->base);
}
