/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence frames as textures: fetched, decoded in a thread, kept in a bounded cache. */
#include "vigil-evidence-loader.h"

#include "vigil-evidence-decode.h"

struct _VigilEvidenceLoader
{
  GObject parent_instance;

  VigilHallDirectory *directory;
  VigilSettings      *settings;
  GHashTable         *by_key;   /* key → link of @recent */
  GQueue              recent;   /* of Entry, newest use first */
  gsize               cached;
};

typedef struct
{
  char       *key;
  GdkTexture *texture;
  gsize       size;
} Entry;

typedef struct
{
  VigilEvidenceItem *item;
  GBytes            *bytes;
  char              *key;
  int                max_side;
} Load;

G_DEFINE_FINAL_TYPE (VigilEvidenceLoader, vigil_evidence_loader, G_TYPE_OBJECT)

static void
entry_free (Entry *entry)
{
  g_free (entry->key);
  g_object_unref (entry->texture);
  g_free (entry);
}

static void
load_free (Load *load)
{
  vigil_evidence_item_unref (load->item);
  g_clear_pointer (&load->bytes, g_bytes_unref);
  g_free (load->key);
  g_free (load);
}

static GdkTexture *
look_up (VigilEvidenceLoader *self, const char *key)
{
  GList *link = g_hash_table_lookup (self->by_key, key);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&self->recent, link);
  g_queue_push_head_link (&self->recent, link);
  return ((Entry *) link->data)->texture;
}

static void
trim (VigilEvidenceLoader *self)
{
  gsize limit = (gsize) vigil_settings_get_int (self->settings, VIGIL_SETTING_EVIDENCE_CACHE) << 20;

  while (self->cached > limit && self->recent.length > 1)
    {
      Entry *entry = g_queue_pop_tail (&self->recent);

      g_hash_table_remove (self->by_key, entry->key);
      self->cached -= entry->size;
      entry_free (entry);
    }
}

static void
keep (VigilEvidenceLoader *self, const char *key, GdkTexture *texture)
{
  Entry *entry;

  if (g_hash_table_contains (self->by_key, key))
    return;
  entry = g_new0 (Entry, 1);
  entry->key = g_strdup (key);
  entry->texture = g_object_ref (texture);
  entry->size = (gsize) gdk_texture_get_width (texture) * (gsize) gdk_texture_get_height (texture) * 4;
  g_queue_push_head (&self->recent, entry);
  g_hash_table_insert (self->by_key, entry->key, self->recent.head);
  self->cached += entry->size;
  trim (self);
}

static void
decode_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Load *load = task_data;
  GError *error = NULL;
  GdkTexture *texture = vigil_evidence_decode (load->bytes, load->max_side, &error);

  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;

  load->bytes = vigil_hall_directory_fetch_finish (VIGIL_HALL_DIRECTORY (source), result, &error);
  if (load->bytes == NULL)
    g_task_return_error (task, error);
  else
    g_task_run_in_thread (task, decode_thread);
}

void
vigil_evidence_loader_load_async (VigilEvidenceLoader *self, VigilEvidenceItem *item, int max_side, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);
  GdkTexture *texture;
  gsize max_bytes;

  g_return_if_fail (VIGIL_IS_EVIDENCE_LOADER (self));

  g_task_set_source_tag (task, vigil_evidence_loader_load_async);
  load->item = vigil_evidence_item_ref (item);
  load->max_side = max_side;
  load->key = g_strdup_printf ("%d:%s", max_side, item->key);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  texture = look_up (self, load->key);
  if (texture != NULL)
    {
      g_task_return_pointer (task, g_object_ref (texture), g_object_unref);
      return;
    }
  max_bytes = (gsize) vigil_settings_get_int (self->settings, VIGIL_SETTING_EVIDENCE_MAX_SIZE) << 20;
  vigil_hall_directory_fetch_async (self->directory, item, max_bytes, cancellable, fetched_cb, g_steal_pointer (&task));
}

GdkTexture *
vigil_evidence_loader_load_finish (VigilEvidenceLoader *self, GAsyncResult *result, GError **error)
{
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), error);

  if (texture != NULL)
    keep (self, ((Load *) g_task_get_task_data (G_TASK (result)))->key, texture);
  return texture;
}

gsize
vigil_evidence_loader_get_cached (VigilEvidenceLoader *self)
{
  g_return_val_if_fail (VIGIL_IS_EVIDENCE_LOADER (self), 0);

  return self->cached;
}

static void
vigil_evidence_loader_dispose (GObject *object)
{
  VigilEvidenceLoader *self = VIGIL_EVIDENCE_LOADER (object);

  g_clear_object (&self->directory);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (vigil_evidence_loader_parent_class)->dispose (object);
}

static void
vigil_evidence_loader_finalize (GObject *object)
{
  VigilEvidenceLoader *self = VIGIL_EVIDENCE_LOADER (object);

  g_hash_table_unref (self->by_key);
  g_queue_clear_full (&self->recent, (GDestroyNotify) entry_free);
  G_OBJECT_CLASS (vigil_evidence_loader_parent_class)->finalize (object);
}

static void
vigil_evidence_loader_class_init (VigilEvidenceLoaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_evidence_loader_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_evidence_loader_finalize;
}

static void
vigil_evidence_loader_init (VigilEvidenceLoader *self)
{
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->recent);
}

VigilEvidenceLoader *
vigil_evidence_loader_new (VigilHallDirectory *directory, VigilSettings *settings)
{
  VigilEvidenceLoader *self = g_object_new (VIGIL_TYPE_EVIDENCE_LOADER, NULL);

  self->directory = g_object_ref (directory);
  self->settings = g_object_ref (settings);
  return self;
}
