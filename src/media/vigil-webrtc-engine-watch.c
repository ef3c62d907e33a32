/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches over an engine's transport, connections and feeds: what is silent, what never began, what came to be. Main thread only. */
#include "vigil-webrtc-engine-private.h"

#include "vigil-engine-feed.h"
#include "vigil-feed-link.h"
#include "vigil-i18n.h"
#include "vigil-media-metrics.h"

/* Often enough for the first key frame request; seldom enough to cost nothing. */
#define TICK_MS 100

void
vigil_webrtc_engine_lose (VigilWebrtcEngine *self,
                          const char        *reason)
{
  if (self->lost)
    return;

  self->lost = TRUE;
  vigil_counter_add (vigil_media_metrics ()->transports_lost, 1);
  g_message ("the receive transport is lost: %s", reason);
  vigil_media_engine_emit_transport_lost (VIGIL_MEDIA_ENGINE (self), reason);
}

void
vigil_webrtc_engine_lose_link (VigilWebrtcEngine *self,
                               guint64            feed,
                               const char        *reason)
{
  vigil_counter_add (vigil_media_metrics ()->links_lost, 1);
  g_message ("feed %" G_GUINT64_FORMAT ": its connection is lost: %s", feed, reason);
  vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (self), feed, VIGIL_FEED_FAILED, reason);
}

/* What the feeds and the transport say about packets. */
typedef struct
{
  guint  running; /* and heard of before */
  guint  silent;
  gint64 newest; /* monotonic; when running feeds last began, or packets last came */
} Survey;

static void
survey_feed (VigilWebrtcEngine *self,
             VigilEngineFeed   *feed,
             gint64             now,
             Survey            *survey)
{
  gint64 alive = vigil_engine_feed_get_alive (feed);

  /* One that never had a packet says nothing of the transport: its candidate may send none. Whoever
   * waits for its first picture has a watchdog for that. */
  if (!vigil_engine_feed_get_running (feed) || !vigil_engine_feed_get_heard (feed))
    return;

  survey->running++;
  survey->newest = MAX (survey->newest, alive);
  if (now - alive > (gint64) self->watchdog_ms * 1000)
    survey->silent++;
}

static gint64
get_last_arrival (VigilWebrtcEngine *self)
{
  gint64 newest = self->transport != NULL ? vigil_receive_transport_get_last_arrival (self->transport) : 0;
  GHashTableIter iter;
  gpointer link;

  g_hash_table_iter_init (&iter, self->links);
  while (g_hash_table_iter_next (&iter, NULL, &link))
    newest = MAX (newest, vigil_receive_transport_get_last_arrival (vigil_feed_link_get_transport (link)));

  return newest;
}

/*
 * The transport's death is invisible in its state, so silence has to do. One
 * feed's silence may be its own: then reports from the server, which come for
 * it all the same, keep the transport alive for as long again. Connections of
 * one feed each are judged together as well: if none brings anything it is the
 * server who is gone.
 */
static void
judge_transport (VigilWebrtcEngine *self,
                 const Survey      *survey,
                 gint64             now)
{
  gint64 arrival = get_last_arrival (self);
  gint64 patience = (gint64) self->watchdog_ms * 1000 * (survey->running > 1 ? 1 : 2);

  if (survey->running == 0 || survey->silent < survey->running)
    return;
  if (now - MAX (survey->newest, arrival) > patience)
    vigil_webrtc_engine_lose (self, NC_("reason", "no media packet arrived for the watchdog's time"));
}

static void
check_link (VigilWebrtcEngine *self,
            guint64            id,
            gint64             now)
{
  VigilEngineFeed *feed = g_hash_table_lookup (self->feeds, &id);

  if (feed == NULL || !vigil_engine_feed_is_dead (feed, now, (gint64) self->watchdog_ms * 1000))
    return;

  vigil_webrtc_engine_lose_link (self, id, NC_("reason", "no packet arrived for the watchdog's time"));
}

/* A relay that does not answer, or an SFU without keys for us: nothing ever says that it failed, because it never began. */
static void
judge_connecting (VigilWebrtcEngine *self,
                  gint64             now)
{
  if (self->lost || self->connected_told)
    return;
  if (vigil_receive_transport_get_connected (self->transport))
    {
      self->connected_told = TRUE;
      vigil_media_engine_emit_transport_connected (VIGIL_MEDIA_ENGINE (self));
      return;
    }
  if (now - self->open_us < (gint64) self->connect_ms * 1000)
    return;

  vigil_counter_add (vigil_media_metrics ()->connects_missed, 1);
  vigil_webrtc_engine_lose (self, NC_("reason", "no connection to the SFU came about"));
}

static gboolean
tick_cb (gpointer user_data)
{
  g_autoptr (VigilWebrtcEngine) self = g_object_ref (user_data);
  g_autofree gpointer *ids = NULL;
  g_autofree guint64 *copies = NULL;
  guint opening = self->n_openings;
  gint64 now = g_get_monotonic_time ();
  Survey survey = { 0 };
  guint n;

  /* A handler of what is emitted here may detach any feed, or close. */
  ids = g_hash_table_get_keys_as_array (self->feeds, &n);
  copies = g_new (guint64, n + 1);
  for (guint i = 0; i < n; i++)
    copies[i] = *(guint64 *) ids[i];

  for (guint i = 0; i < n && self->n_openings == opening; i++)
    {
      VigilEngineFeed *feed = g_hash_table_lookup (self->feeds, &copies[i]);

      if (feed == NULL)
        continue;
      survey_feed (self, feed, now, &survey);
      vigil_engine_feed_tick (feed, now, (gint64) self->watchdog_ms * 1000, (gint64) self->rest_ms * 1000);
    }

  if (self->n_openings == opening && (self->transport != NULL || self->apart))
    judge_transport (self, &survey, now);
  for (guint i = 0; i < n && self->n_openings == opening && !self->lost; i++)
    check_link (self, copies[i], now);
  if (self->n_openings == opening && self->transport != NULL)
    judge_connecting (self, now);

  return G_SOURCE_CONTINUE;
}

void
vigil_webrtc_engine_stop_watch (VigilWebrtcEngine *self)
{
  g_clear_handle_id (&self->tick_source, g_source_remove);
}

void
vigil_webrtc_engine_start_watch (VigilWebrtcEngine *self)
{
  if (self->tick_source == 0)
    self->tick_source = g_timeout_add (TICK_MS, tick_cb, self);
}
