/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clips on disk. Every failure here only costs the time to encode again. */

#include <glib/gstdio.h>
#include <utime.h>

#include "vigil-sim-clip-cache.h"
#include "vigil-sim-look.h"

/* Part of every file's name: raise it whenever the pictures, the voices or the
 * encoder's settings change, and older files fall out of use. */
#define CONTENT_VERSION 3

#define SUFFIX ".clip"

struct _VigilSimClipCache
{
  /* immutable */
  char    *dir;
  guint64  limit;

  GMutex   lock;
  guint64  used;  /* under lock */
};

typedef struct
{
  char   *path;
  guint64 size;
  gint64  mtime;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->path);
  g_free (entry);
}

static gint
compare_age (gconstpointer a,
             gconstpointer b)
{
  const Entry *x = *(Entry *const *) a;
  const Entry *y = *(Entry *const *) b;

  return x->mtime < y->mtime ? -1 : x->mtime > y->mtime;
}

static GPtrArray *
list_entries (VigilSimClipCache *self,
              guint64           *total)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr (GDir) dir = g_dir_open (self->dir, 0, NULL);
  const char *name;

  *total = 0;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->dir, name, NULL);
      GStatBuf info;
      Entry *entry;

      if (!g_str_has_suffix (name, SUFFIX) || g_stat (path, &info) != 0)
        continue;
      entry = g_new0 (Entry, 1);
      entry->path = g_steal_pointer (&path);
      entry->size = info.st_size;
      entry->mtime = info.st_mtime;
      *total += entry->size;
      g_ptr_array_add (entries, entry);
    }

  return entries;
}

/* Removes the files unused for longest, to nine tenths of the limit. */
static void
shrink (VigilSimClipCache *self)
{
  guint64 total;
  g_autoptr (GPtrArray) entries = list_entries (self, &total);

  g_ptr_array_sort (entries, compare_age);
  for (guint i = 0; i < entries->len && total > self->limit / 10 * 9; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

      if (g_unlink (entry->path) == 0)
        total -= entry->size;
    }
  self->used = total;
}

/**
 * vigil_sim_clip_cache_new:
 * @dir: the folder; made if missing
 * @limit: bytes
 *
 * Returns: (transfer full) (nullable): NULL if the folder cannot be made
 */
VigilSimClipCache *
vigil_sim_clip_cache_new (const char *dir,
                          guint64     limit)
{
  VigilSimClipCache *self;
  g_autoptr (GPtrArray) entries = NULL;

  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      g_debug ("No clip cache at %s: %s", dir, g_strerror (errno));
      return NULL;
    }

  self = g_new0 (VigilSimClipCache, 1);
  g_mutex_init (&self->lock);
  self->dir = g_strdup (dir);
  self->limit = limit;
  entries = list_entries (self, &self->used);

  return self;
}

void
vigil_sim_clip_cache_free (VigilSimClipCache *self)
{
  if (self == NULL)
    return;
  g_mutex_clear (&self->lock);
  g_free (self->dir);
  g_free (self);
}

static char *
path_of (VigilSimClipCache     *self,
         const VigilSimClipKey *key)
{
  g_autofree char *name = g_strdup_printf ("v%d-%s-%05u-%s-%ux%u@%u%s" SUFFIX, CONTENT_VERSION,
                                           vigil_sim_source_get_nick (key->source), key->look,
                                           vigil_sim_behaviour_get_nick (key->behaviour),
                                           key->width, key->height, key->rate,
                                           vigil_sim_look_get_marked () ? "" : "-plain");

  return g_build_filename (self->dir, name, NULL);
}

/* Fills an empty @clip if it is here and whole. Any thread; reads a file. */
gboolean
vigil_sim_clip_cache_load (VigilSimClipCache *self,
                           VigilSimClip      *clip)
{
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *data;
  gsize size;

  if (self == NULL)
    return FALSE;
  path = path_of (self, vigil_sim_clip_get_key (clip));
  if (!g_file_get_contents (path, &data, &size, NULL))
    return FALSE;
  bytes = g_bytes_new_take (data, size);
  if (!vigil_sim_clip_deserialize (clip, bytes))
    {
      g_debug ("Damaged clip %s is ignored", path);
      return FALSE;
    }
  utime (path, NULL);

  return TRUE;
}

/* Writes a complete @clip. Any thread; writes a file. */
void
vigil_sim_clip_cache_store (VigilSimClipCache *self,
                            VigilSimClip      *clip)
{
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return;
  path = path_of (self, vigil_sim_clip_get_key (clip));
  bytes = vigil_sim_clip_serialize (clip);

  /* Not synced: a file cut short by a power failure is ignored on reading. */
  if (!g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                 G_FILE_SET_CONTENTS_CONSISTENT & ~G_FILE_SET_CONTENTS_DURABLE, 0600, &error))
    {
      g_debug ("Clip not cached: %s", error->message);
      return;
    }

  g_mutex_lock (&self->lock);
  self->used += g_bytes_get_size (bytes);
  if (self->used > self->limit)
    shrink (self);
  g_mutex_unlock (&self->lock);
}
