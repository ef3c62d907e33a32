/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A media engine whose pictures say whose they are. */
#include "ui-engine.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  guint64         number;
  guint           marker;
  gboolean        running;
  guint           n_readings;
  VigilFrameSlot *slot;
} Feed;

struct _UiEngine
{
  GObject parent_instance;

  GHashTable *feeds; /* number → Feed */
  GHashTable *published; /* marker → frames */
  GHashTable *frozen;    /* markers */
  gboolean    open;
  guint       wait_ms;
};

static void engine_iface_init (VigilMediaEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UiEngine, ui_engine, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_MEDIA_ENGINE, engine_iface_init))

static void
feed_free (gpointer data)
{
  Feed *feed = data;

  g_object_unref (feed->slot);
  g_free (feed);
}

guint
ui_engine_marker (const VigilFrame *frame)
{
  return frame->pixels[0] | (guint) frame->pixels[1] << 8;
}

static void
publish (UiEngine *self, Feed *feed)
{
  gpointer key = GUINT_TO_POINTER (feed->marker);
  guint width, height;
  VigilFrame *frame;

  if (g_hash_table_contains (self->frozen, key))
    return;
  g_hash_table_insert (self->published, key, GUINT_TO_POINTER (ui_engine_get_n_published (self, feed->marker) + 1));
  vigil_frame_slot_get_wanted_size (feed->slot, &width, &height);
  frame = vigil_frame_new (feed->number, MAX (width, 32), MAX (height, 18));
  memset (frame->pixels, (int) (feed->marker * 37 % 256), frame->size);
  frame->pixels[0] = (guint8) (feed->marker & 0xff);
  frame->pixels[1] = (guint8) (feed->marker >> 8);
  frame->decoded_us = g_get_monotonic_time ();
  vigil_frame_slot_publish (feed->slot, frame);
}

guint
ui_engine_get_n_published (UiEngine *self, guint marker)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->published, GUINT_TO_POINTER (marker)));
}

void
ui_engine_freeze (UiEngine *self, guint marker, gboolean frozen)
{
  if (frozen)
    g_hash_table_add (self->frozen, GUINT_TO_POINTER (marker));
  else
    g_hash_table_remove (self->frozen, GUINT_TO_POINTER (marker));
}

guint
ui_engine_publish (UiEngine *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Feed *) value)->running)
      {
        publish (self, value);
        n++;
      }
  return n;
}

guint
ui_engine_get_n_running (UiEngine *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((Feed *) value)->running;
  return n;
}

static void
open_async (VigilMediaEngine *engine, const char *offer, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (engine, NULL, callback, user_data);

  UI_ENGINE (engine)->open = TRUE;
  g_task_return_pointer (task, g_strdup ("answer"), g_free);
}

static char *
open_finish (VigilMediaEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
engine_close (VigilMediaEngine *engine)
{
  UI_ENGINE (engine)->open = FALSE;
  g_hash_table_remove_all (UI_ENGINE (engine)->feeds);
}

static GObject *
attach (VigilMediaEngine *engine, guint64 number, const VigilConsumerInfo *consumer, GError **error)
{
  Feed *feed = g_new0 (Feed, 1);

  feed->number = number;
  feed->marker = (guint) atoi (consumer->producer_id + 1);
  feed->slot = vigil_frame_slot_new (number);
  g_hash_table_insert (UI_ENGINE (engine)->feeds, GSIZE_TO_POINTER ((gsize) number), feed);
  return G_OBJECT (g_object_ref (feed->slot));
}

typedef struct
{
  UiEngine *self;
  guint64   number;
} First;

static gboolean
first_frame_cb (gpointer user_data)
{
  g_autofree First *first = user_data;
  g_autoptr (UiEngine) self = first->self;
  Feed *feed = g_hash_table_lookup (self->feeds, GSIZE_TO_POINTER ((gsize) first->number));

  if (feed != NULL && feed->running)
    {
      publish (self, feed);
      vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (self), first->number, VIGIL_FEED_FIRST_FRAME, NULL);
    }
  return G_SOURCE_REMOVE;
}

static void
set_running (VigilMediaEngine *engine, guint64 number, gboolean running)
{
  Feed *feed = g_hash_table_lookup (UI_ENGINE (engine)->feeds, GSIZE_TO_POINTER ((gsize) number));
  First *first;

  if (feed == NULL || feed->running == running)
    return;
  feed->running = running;
  if (!running)
    return;
  first = g_new0 (First, 1);
  first->self = g_object_ref (UI_ENGINE (engine));
  first->number = number;
  g_idle_add (first_frame_cb, first);
}

static void
detach (VigilMediaEngine *engine, guint64 number)
{
  g_hash_table_remove (UI_ENGINE (engine)->feeds, GSIZE_TO_POINTER ((gsize) number));
}

static gboolean
is_open (VigilMediaEngine *engine)
{
  return UI_ENGINE (engine)->open;
}

/* Ten pictures between two readings. */
static gboolean
get_stats (VigilMediaEngine *engine, guint64 number, VigilFeedStats *stats)
{
  Feed *feed = g_hash_table_lookup (UI_ENGINE (engine)->feeds, GSIZE_TO_POINTER ((gsize) number));

  if (feed == NULL)
    return FALSE;
  feed->n_readings++;
  *stats = (VigilFeedStats) {
    .bytes = 30000 * (guint64) feed->n_readings, .packets = 30 * (guint64) feed->n_readings, .frames = 10 * (guint64) feed->n_readings,
    .cpu_us = 10000 * (gint64) feed->n_readings, .waits = 10 * (guint64) feed->n_readings, .late_us = 10000 * (gint64) feed->n_readings * UI_ENGINE (engine)->wait_ms,
    .width = 320, .height = 180,
  };
  return TRUE;
}

static void
engine_iface_init (VigilMediaEngineInterface *iface)
{
  iface->open_async = open_async;
  iface->open_finish = open_finish;
  iface->close = engine_close;
  iface->attach = attach;
  iface->set_running = set_running;
  iface->detach = detach;
  iface->is_open = is_open;
  iface->get_stats = get_stats;
}

static void
ui_engine_finalize (GObject *object)
{
  g_hash_table_unref (UI_ENGINE (object)->feeds);
  g_hash_table_unref (UI_ENGINE (object)->published);
  g_hash_table_unref (UI_ENGINE (object)->frozen);
  G_OBJECT_CLASS (ui_engine_parent_class)->finalize (object);
}

static void
ui_engine_class_init (UiEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_engine_finalize;
}

static void
ui_engine_init (UiEngine *self)
{
  self->published = g_hash_table_new (NULL, NULL);
  self->frozen = g_hash_table_new (NULL, NULL);
  self->feeds = g_hash_table_new_full (NULL, NULL, NULL, feed_free);
}

UiEngine *
ui_engine_new (void)
{
  return g_object_new (UI_TYPE_ENGINE, NULL);
}

void
ui_engine_set_wait_ms (UiEngine *self, guint wait_ms)
{
  self->wait_ms = wait_ms;
}
