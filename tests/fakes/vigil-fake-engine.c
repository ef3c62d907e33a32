/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A media engine without media. */

#include "vigil-fake-engine.h"

#include "vigil-session-error.h"

struct _VigilFakeEngine
{
  GObject       parent_instance;

  VigilFakeLog *log;
  GHashTable   *feeds;    /* feed number → 1 paused, 2 running */
  GHashTable   *links;    /* set of feed numbers: those with a connection of their own */
  gboolean      open;
  gboolean      apart;    /* each feed is to have a connection of its own */
  gboolean      frames;
  gboolean      broken;
  gboolean      connects;
  gboolean      measures;
  VigilFeedStats step;
  GHashTable   *totals;   /* feed number → VigilFeedStats, owned */
  GHashTable   *gains;    /* feed number → millionths */
  char         *mute;
  char         *origin;   /* of the feed attached last */
};

static void engine_iface_init (VigilMediaEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilFakeEngine, vigil_fake_engine, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_MEDIA_ENGINE, engine_iface_init))

static void
open_async (VigilMediaEngine    *engine,
            const char          *offer_sdp,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (engine);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_assert_false (self->open);
  vigil_fake_log_add (self->log, "engine-open");
  self->open = TRUE;
  self->apart = offer_sdp == NULL;
  g_task_return_pointer (task, g_strdup (self->apart ? "" : "answer"), g_free);
}

static char *
open_finish (VigilMediaEngine  *engine,
             GAsyncResult      *result,
             GError           **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
engine_close (VigilMediaEngine *engine)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (engine);

  if (self->open)
    vigil_fake_log_add (self->log, "engine-close");
  self->open = FALSE;
  g_hash_table_remove_all (self->feeds);
  g_hash_table_remove_all (self->links);
  g_hash_table_remove_all (self->gains);
}

typedef struct
{
  VigilFakeEngine *self;
  guint64          feed;
} Frame;

static gboolean
frame_cb (gpointer user_data)
{
  g_autofree Frame *frame = user_data;
  g_autoptr (VigilFakeEngine) self = frame->self;

  if (vigil_fake_engine_is_running (self, frame->feed))
    vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (self), frame->feed, VIGIL_FEED_FIRST_FRAME, NULL);
  return G_SOURCE_REMOVE;
}

static void
set_state (VigilFakeEngine *self,
           guint64          feed,
           gboolean         running)
{
  guint former = GPOINTER_TO_UINT (g_hash_table_lookup (self->feeds, GSIZE_TO_POINTER (feed)));

  g_hash_table_insert (self->feeds, GSIZE_TO_POINTER (feed), GUINT_TO_POINTER (running ? 2 : 1));
  if (running && former != 2 && self->frames)
    {
      Frame *frame = g_new0 (Frame, 1);

      frame->self = g_object_ref (self);
      frame->feed = feed;
      g_idle_add (frame_cb, frame);
    }
}

static GObject *
attach (VigilMediaEngine         *engine,
        guint64                   feed,
        const VigilConsumerInfo  *consumer,
        GError                  **error)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (engine);

  g_assert_true (self->open);
  g_assert_false (g_hash_table_contains (self->feeds, GSIZE_TO_POINTER (feed)));
  if (self->broken)
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "no decoder");
      return NULL;
    }

  g_assert_cmpint (consumer->answer_sdp != NULL, ==, g_hash_table_contains (self->links, GSIZE_TO_POINTER (feed)));
  g_free (self->origin);
  self->origin = g_strdup (consumer->origin);
  vigil_fake_log_add (self->log, "attach %s", consumer->id);
  set_state (self, feed, FALSE);
  return g_object_new (G_TYPE_OBJECT, NULL);
}

static void
set_running (VigilMediaEngine *engine,
             guint64           feed,
             gboolean          running)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (engine);

  g_assert_true (g_hash_table_contains (self->feeds, GSIZE_TO_POINTER (feed)));
  set_state (self, feed, running);
}

static void
detach (VigilMediaEngine *engine,
        guint64           feed)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (engine);

  gboolean attached = g_hash_table_remove (self->feeds, GSIZE_TO_POINTER (feed));
  gboolean linked = g_hash_table_remove (self->links, GSIZE_TO_POINTER (feed));

  vigil_fake_log_add (self->log, "detach %" G_GUINT64_FORMAT, feed);
  g_assert_true (attached || linked);
  g_hash_table_remove (self->gains, GSIZE_TO_POINTER (feed));
}

static void
offer_async (VigilMediaEngine    *engine,
             guint64              feed,
             VigilOfferFlags      flags,
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (engine);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_assert_true (self->open && self->apart);
  vigil_fake_log_add (self->log, flags & VIGIL_OFFER_EARLY ? "early offer %" G_GUINT64_FORMAT : "offer %" G_GUINT64_FORMAT, feed);
  g_hash_table_add (self->links, GSIZE_TO_POINTER (feed));
  g_task_return_pointer (task, g_strdup_printf ("our offer %" G_GUINT64_FORMAT, feed), g_free);
}

static void
add_candidates (VigilMediaEngine  *engine,
                guint64            feed,
                const char *const *candidates)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (engine);
  g_autofree char *text = g_strjoinv (", ", (char **) candidates);

  g_assert_true (g_hash_table_contains (self->feeds, GSIZE_TO_POINTER (feed)));
  vigil_fake_log_add (self->log, "candidates of %" G_GUINT64_FORMAT ": %s", feed, text);
}

static void
set_gain (VigilMediaEngine *engine,
          guint64           feed,
          double            gain)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (engine);

  if (g_hash_table_contains (self->feeds, GSIZE_TO_POINTER (feed)))
    g_hash_table_insert (self->gains, GSIZE_TO_POINTER (feed), GUINT_TO_POINTER ((guint) (gain * 1e6 + 0.5)));
}

static gboolean
can_play (VigilMediaEngine  *engine,
          const char       **why)
{
  *why = VIGIL_FAKE_ENGINE (engine)->mute;
  return *why == NULL;
}

static gboolean
is_open (VigilMediaEngine *engine)
{
  return VIGIL_FAKE_ENGINE (engine)->open;
}

static gboolean
get_stats (VigilMediaEngine *engine,
           guint64           feed,
           VigilFeedStats   *stats)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (engine);
  VigilFeedStats *total = g_hash_table_lookup (self->totals, GSIZE_TO_POINTER (feed));
  VigilFeedStats last = { 0 };

  if (!self->measures || !g_hash_table_contains (self->feeds, GSIZE_TO_POINTER (feed)))
    return FALSE;
  if (total == NULL)
    {
      total = g_new0 (VigilFeedStats, 1);
      g_hash_table_insert (self->totals, GSIZE_TO_POINTER (feed), total);
    }
  last = *total;
  *total = self->step;
  total->bytes += last.bytes;
  total->packets += last.packets;
  total->losses += last.losses;
  total->frames += last.frames;
  total->cpu_us += last.cpu_us;
  total->waits += last.waits;
  total->late_us += last.late_us;
  total->queued_us += last.queued_us;
  *stats = *total;
  return TRUE;
}

static gboolean
is_connected (VigilMediaEngine *engine)
{
  return VIGIL_FAKE_ENGINE (engine)->connects;
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
  iface->is_connected = is_connected;
  iface->get_stats = get_stats;
  iface->offer_async = offer_async;
  iface->offer_finish = open_finish;
  iface->add_candidates = add_candidates;
  iface->set_gain = set_gain;
  iface->can_play = can_play;
}

static void
vigil_fake_engine_finalize (GObject *object)
{
  VigilFakeEngine *self = VIGIL_FAKE_ENGINE (object);

  g_hash_table_unref (self->feeds);
  g_hash_table_unref (self->links);
  g_hash_table_unref (self->totals);
  g_hash_table_unref (self->gains);
  g_free (self->mute);
  g_free (self->origin);
  vigil_fake_log_unref (self->log);

  G_OBJECT_CLASS (vigil_fake_engine_parent_class)->finalize (object);
}

static void
vigil_fake_engine_class_init (VigilFakeEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_fake_engine_finalize;
}

static void
vigil_fake_engine_init (VigilFakeEngine *self)
{
  self->feeds = g_hash_table_new (NULL, NULL);
  self->links = g_hash_table_new (NULL, NULL);
  self->totals = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->gains = g_hash_table_new (NULL, NULL);
  self->frames = TRUE;
  self->connects = TRUE;
}

VigilFakeEngine *
vigil_fake_engine_new (VigilFakeLog *log)
{
  VigilFakeEngine *self = g_object_new (VIGIL_TYPE_FAKE_ENGINE, NULL);

  self->log = vigil_fake_log_ref (log);
  return self;
}

void
vigil_fake_engine_set_frames (VigilFakeEngine *self,
                              gboolean         frames)
{
  self->frames = frames;
}

void
vigil_fake_engine_set_broken (VigilFakeEngine *self,
                              gboolean         broken)
{
  self->broken = broken;
}

guint
vigil_fake_engine_get_n_links (VigilFakeEngine *self)
{
  return g_hash_table_size (self->links);
}

guint
vigil_fake_engine_get_n_feeds (VigilFakeEngine *self)
{
  return g_hash_table_size (self->feeds);
}

gboolean
vigil_fake_engine_is_running (VigilFakeEngine *self,
                              guint64          feed)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->feeds, GSIZE_TO_POINTER (feed))) == 2;
}

void
vigil_fake_engine_set_connects (VigilFakeEngine *self,
                                gboolean         connects)
{
  self->connects = connects;
  if (connects && self->open)
    vigil_media_engine_emit_transport_connected (VIGIL_MEDIA_ENGINE (self));
}

const char *
vigil_fake_engine_get_origin (VigilFakeEngine *self)
{
  return self->origin;
}

void
vigil_fake_engine_set_stats (VigilFakeEngine      *self,
                             const VigilFeedStats *step)
{
  self->measures = TRUE;
  self->step = *step;
}

double
vigil_fake_engine_get_gain (VigilFakeEngine *self,
                            guint64          feed)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->gains, GSIZE_TO_POINTER (feed))) / 1e6;
}

void
vigil_fake_engine_set_mute (VigilFakeEngine *self,
                            const char      *why)
{
  g_free (self->mute);
  self->mute = g_strdup (why);
  vigil_media_engine_emit_output_changed (VIGIL_MEDIA_ENGINE (self));
}
