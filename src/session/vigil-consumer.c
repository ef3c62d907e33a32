/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One consumer at the server with its decoder.
 *
 * The order is what webrtc.md found to work: consume (paused), attach the decoder, then resume; close
 * at the server, wait for its word that the last packet is out, then detach. Where a consumer is a connection of its own
 * our offer goes before all that, and where the server cannot pause there is nothing to resume. */

#include "vigil-consumer.h"

#include "vigil-metrics.h"
#include "vigil-session-error.h"
#include "vigil-trickle.h"

typedef enum
{
  STATE_NEW,
  STATE_OPENING,    /* our offer is being made, or consume is on its way */
  STATE_OPEN,       /* attached */
  STATE_CLOSING,    /* its end was asked for: by consume's answer or by closeConsumer's it is over */
  STATE_DONE,
} State;

struct _VigilConsumer
{
  GObject             parent_instance;

  VigilSfu           *sfu;
  VigilMediaEngine   *engine;
  VigilConsumerTally *tally;
  char               *transport_id;
  char               *producer_id;
  char               *origin;       /* nullable */
  guint64             feed;
  GCancellable       *cancellable;  /* of everything, for when the transport is gone */

  State               state;
  VigilConsumerInfo  *info;
  GObject            *picture;
  VigilSfuAbilities   abilities;
  VigilMediaKind      kind;         /* as far as is known before it is open */
  gboolean            offered;      /* the engine has a connection for it */
  VigilTrickle       *trickle;      /* nullable: ICE candidates that follow */
  gboolean            attached;
  gboolean            wanted;       /* running */
  gboolean            resumed;      /* by the server's word */
  gboolean            verb_in_flight;
  gboolean            got_frame;    /* in this run */
  gboolean            producer_paused;
  guint               layer;        /* wanted */
  int                 layer_at_server; /* by its word; −1: it has not been told */
  guint               layer_sent;   /* while an answer is awaited */
  gboolean            layer_in_flight;
};

G_DEFINE_FINAL_TYPE (VigilConsumer, vigil_consumer, G_TYPE_OBJECT)

enum
{
  OPENED,
  CHANGED,
  FAILED,
  ANSWERED,
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static struct
{
  VigilCounter *consumes, *closes, *resumes, *pauses, *open, *in_flight, *layers_refused;
} metrics;

static void
vigil_consumer_dispose (GObject *object)
{
  VigilConsumer *self = VIGIL_CONSUMER (object);

  g_clear_pointer (&self->trickle, vigil_trickle_free);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->picture);
  g_clear_object (&self->sfu);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (vigil_consumer_parent_class)->dispose (object);
}

static void
vigil_consumer_finalize (GObject *object)
{
  VigilConsumer *self = VIGIL_CONSUMER (object);

  g_free (self->transport_id);
  g_free (self->producer_id);
  g_free (self->origin);
  g_clear_pointer (&self->info, vigil_consumer_info_free);
  g_rc_box_release (self->tally);

  G_OBJECT_CLASS (vigil_consumer_parent_class)->finalize (object);
}

static guint
new_signal (GType       type,
            const char *name)
{
  return g_signal_new (name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_consumer_class_init (VigilConsumerClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_consumer_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_consumer_finalize;

  signals[OPENED] = new_signal (type, "opened");
  signals[CHANGED] = new_signal (type, "changed");
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[ANSWERED] = new_signal (type, "answered");
  signals[DONE] = new_signal (type, "done");

  metrics.consumes = vigil_metrics_counter ("vigil_consumes", "Consumers asked for");
  metrics.closes = vigil_metrics_counter ("vigil_consumer_closes", "Consumers closed");
  metrics.resumes = vigil_metrics_counter ("vigil_consumer_resumes", "Consumers resumed");
  metrics.pauses = vigil_metrics_counter ("vigil_consumer_pauses", "Consumers paused");
  metrics.layers_refused = vigil_metrics_counter ("vigil_layers_refused", "Layers that the server did not switch to");
  metrics.open = vigil_metrics_gauge ("vigil_consumers", "Consumers at the server now");
  metrics.in_flight = vigil_metrics_gauge ("vigil_consumes_in_flight", "Consumers asked for and not answered yet");
}

static void
vigil_consumer_init (VigilConsumer *self)
{
  self->cancellable = g_cancellable_new ();
  self->layer_at_server = -1;
}

VigilConsumer *
vigil_consumer_new (VigilSfu           *sfu,
                    VigilMediaEngine   *engine,
                    VigilConsumerTally *tally,
                    const char         *transport_id,
                    const char         *producer_id,
                    const char         *origin,
                    guint64             feed)
{
  VigilConsumer *self = g_object_new (VIGIL_TYPE_CONSUMER, NULL);

  self->sfu = g_object_ref (sfu);
  self->engine = g_object_ref (engine);
  self->tally = g_rc_box_acquire (tally);
  self->transport_id = g_strdup (transport_id);
  self->producer_id = g_strdup (producer_id);
  self->origin = g_strdup (origin);
  self->feed = feed;
  return self;
}

static void
count_open (VigilConsumer *self,
            int            by)
{
  self->tally->n_open += by;
  vigil_counter_add (metrics.open, by);
}

static void
count_in_flight (VigilConsumer *self,
                 int            by)
{
  self->tally->in_flight += by;
  vigil_counter_add (metrics.in_flight, by);
}

static void
finish (VigilConsumer *self)
{
  if (self->state == STATE_DONE)
    return;

  self->state = STATE_DONE;
  g_signal_emit (self, signals[DONE], 0);
}

static void
detach (VigilConsumer *self)
{
  if (!self->attached && !self->offered)
    return;

  self->attached = FALSE;
  self->offered = FALSE;
  g_clear_pointer (&self->trickle, vigil_trickle_free);
  vigil_media_engine_detach (self->engine, self->feed);
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (VigilConsumer) self = user_data;
  g_autoptr (GError) error = NULL;

  /* Whatever the answer: a consumer the server does not know is as closed as one it closed. */
  if (!vigil_sfu_control_finish (VIGIL_SFU (source), result, &error))
    g_debug ("Closing consumer %s: %s", self->info->id, error->message);

  if (self->state == STATE_DONE)
    return;

  count_open (self, -1);
  detach (self);
  finish (self);
}

static void
close_at_server (VigilConsumer *self)
{
  self->state = STATE_CLOSING;
  self->tally->closes++;
  vigil_counter_add (metrics.closes, 1);
  g_clear_pointer (&self->trickle, vigil_trickle_free);
  if (self->attached)
    vigil_media_engine_set_running (self->engine, self->feed, FALSE);

  vigil_sfu_control_async (self->sfu, VIGIL_SFU_CLOSE, self->info->id, 0, self->cancellable,
                           closed_cb, g_object_ref (self));
}

static void
fail (VigilConsumer *self,
      const GError  *error)
{
  g_autoptr (VigilConsumer) alive = g_object_ref (self);

  g_signal_emit (self, signals[FAILED], 0, error);
  vigil_consumer_close (self);
}

static void send_verb (VigilConsumer *self);

static void
verb_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (VigilConsumer) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = vigil_sfu_control_finish (VIGIL_SFU (source), result, &error);

  self->verb_in_flight = FALSE;
  if (self->state != STATE_OPEN)
    return;

  if (!ok)
    {
      fail (self, error);
      return;
    }

  self->resumed = !self->resumed;
  g_signal_emit (self, signals[CHANGED], 0);
  send_verb (self);
}

static void
send_verb (VigilConsumer *self)
{
  if (self->state != STATE_OPEN || self->verb_in_flight || self->wanted == self->resumed)
    return;

  if (!self->abilities.can_pause)
    {
      self->resumed = self->wanted; /* it runs; whoever asks looks again in this turn, or when a picture is there */
      return;
    }

  self->verb_in_flight = TRUE;
  if (self->wanted)
    {
      self->tally->resumes++;
      vigil_counter_add (metrics.resumes, 1);
    }
  else
    {
      self->tally->pauses++;
      vigil_counter_add (metrics.pauses, 1);
    }

  vigil_sfu_control_async (self->sfu, self->wanted ? VIGIL_SFU_RESUME : VIGIL_SFU_PAUSE, self->info->id, 0,
                           self->cancellable, verb_cb, g_object_ref (self));
}

static void send_layer (VigilConsumer *self);

/* A layer that is refused is no reason to lose the picture that comes. */
static void
layer_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (VigilConsumer) self = user_data;
  g_autoptr (GError) error = NULL;

  gboolean ok = vigil_sfu_control_finish (VIGIL_SFU (source), result, &error);

  self->layer_in_flight = FALSE;
  if (self->state != STATE_OPEN)
    return;
  if (ok)
    {
      self->layer_at_server = (int) self->layer_sent;
      send_layer (self);
      return;
    }

  vigil_counter_add (metrics.layers_refused, 1);
  g_debug ("Layer %u of consumer %s: %s", self->layer_sent, self->info->id, error->message);
  if (self->layer_at_server >= 0)
    self->layer = (guint) self->layer_at_server;
}

static void
send_layer (VigilConsumer *self)
{
  if (self->state != STATE_OPEN || vigil_consumer_get_n_layers (self) <= 1 || self->layer_in_flight ||
      self->layer_at_server == (int) self->layer)
    return;

  /* One at a time, as the other verbs: one that is put off must not come after a newer one. */
  self->layer_in_flight = TRUE;
  self->layer_sent = self->layer;
  vigil_sfu_control_async (self->sfu, VIGIL_SFU_LAYER, self->info->id, (int) self->layer, self->cancellable,
                             layer_cb, g_object_ref (self));
}

static gboolean
attach (VigilConsumer  *self,
        GError        **error)
{
  if (self->info->relays != NULL)
    vigil_media_engine_set_relays (self->engine, (const char *const *) self->info->relays, FALSE);
  self->picture = vigil_media_engine_attach (self->engine, self->feed, self->info, error);
  if (self->picture == NULL)
    return FALSE;

  self->attached = TRUE;
  if (self->trickle != NULL)
    vigil_trickle_begin (self->trickle, self->info->id);
  self->producer_paused = self->info->producer_paused;
  return TRUE;
}

static void
opened (VigilConsumer *self)
{
  g_autoptr (GError) error = NULL;

  count_open (self, 1);
  if (self->state == STATE_CLOSING)
    {
      close_at_server (self);
      return;
    }

  self->state = STATE_OPEN;
  if (!attach (self, &error))
    {
      fail (self, error);
      return;
    }

  vigil_media_engine_set_running (self->engine, self->feed, self->wanted && !self->producer_paused);
  g_signal_emit (self, signals[OPENED], 0);
  send_layer (self); /* before it is resumed: the highest would come first */
  send_verb (self);
}

/* Nothing came of it. */
static void
give_up (VigilConsumer *self,
         const GError  *error)
{
  gboolean wanted = self->state == STATE_OPENING;

  detach (self);
  /* Over before anybody hears why: who does may take the whole transport down, and us with it. */
  finish (self);
  if (wanted)
    g_signal_emit (self, signals[FAILED], 0, error);
}

static void
consume_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (VigilConsumer) self = user_data;
  g_autoptr (GError) error = NULL;

  self->info = vigil_sfu_consume_finish (VIGIL_SFU (source), result, &error);
  if (self->info != NULL)
    {
      g_free (self->info->origin);
      self->info->origin = g_strdup (self->origin);
    }
  if (self->state == STATE_DONE)
    {
      /* The transport it belonged to is gone, and took it with it. */
      g_debug ("Dropped a late answer for producer %s", self->producer_id);
      return;
    }

  count_in_flight (self, -1);
  if (self->info != NULL)
    opened (self);
  else
    give_up (self, error);

  g_signal_emit (self, signals[ANSWERED], 0);
}

static void
offered_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (VigilConsumer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = vigil_media_engine_offer_finish (VIGIL_MEDIA_ENGINE (source), result, &error);

  if (self->state == STATE_DONE)
    return; /* the engine was closed, and the connection with it */

  if (offer != NULL && self->state == STATE_OPENING)
    {
      vigil_sfu_consume_async (self->sfu, self->transport_id, self->producer_id, offer, self->cancellable,
                               consume_cb, g_object_ref (self));
      return;
    }

  count_in_flight (self, -1);
  give_up (self, error);
  g_signal_emit (self, signals[ANSWERED], 0);
}

void
vigil_consumer_set_kind (VigilConsumer  *self,
                         VigilMediaKind  kind)
{
  g_return_if_fail (self->state == STATE_NEW);

  self->kind = kind;
}

static void
offer (VigilConsumer *self)
{
  VigilOfferFlags flags = self->abilities.nearby ? VIGIL_OFFER_NEARBY : VIGIL_OFFER_PLAIN;

  if (self->kind == VIGIL_MEDIA_AUDIO)
    flags |= VIGIL_OFFER_SOUND;
  if (self->abilities.trickles)
    {
      flags |= VIGIL_OFFER_EARLY;
      self->trickle = vigil_trickle_new (self->sfu, self->engine, self->feed);
    }
  vigil_media_engine_offer_async (self->engine, self->feed, flags, self->cancellable, offered_cb, g_object_ref (self));
}

void
vigil_consumer_open (VigilConsumer *self)
{
  g_return_if_fail (self->state == STATE_NEW);

  self->state = STATE_OPENING;
  self->tally->consumes++;
  vigil_counter_add (metrics.consumes, 1);
  count_in_flight (self, 1);
  vigil_sfu_get_abilities (self->sfu, &self->abilities);
  self->offered = self->abilities.own_connections;
  if (self->offered)
    offer (self);
  else
    vigil_sfu_consume_async (self->sfu, self->transport_id, self->producer_id, NULL, self->cancellable,
                             consume_cb, g_object_ref (self));
}

void
vigil_consumer_set_running (VigilConsumer *self,
                            gboolean       running)
{
  if (self->wanted == (running != FALSE))
    return;

  self->wanted = running != FALSE;
  self->got_frame = FALSE;
  if (self->state == STATE_OPEN)
    {
      vigil_media_engine_set_running (self->engine, self->feed, self->wanted && !self->producer_paused);
      send_verb (self);
    }
}

gboolean
vigil_consumer_is_playing (VigilConsumer *self)
{
  return self->state == STATE_OPEN && self->wanted && self->resumed && self->got_frame;
}

gboolean
vigil_consumer_is_open (VigilConsumer *self)
{
  return self->state == STATE_OPEN;
}

gboolean
vigil_consumer_is_producer_paused (VigilConsumer *self)
{
  return self->producer_paused;
}

guint64
vigil_consumer_get_feed (VigilConsumer *self)
{
  return self->feed;
}

const char *
vigil_consumer_get_id (VigilConsumer *self)
{
  return self->info != NULL ? self->info->id : NULL;
}

const char *
vigil_consumer_get_producer_id (VigilConsumer *self)
{
  return self->producer_id;
}

GObject *
vigil_consumer_get_picture (VigilConsumer *self)
{
  return self->picture;
}

guint
vigil_consumer_get_n_layers (VigilConsumer *self)
{
  return self->info != NULL ? MAX (self->info->n_layers, 1) : 1;
}

guint
vigil_consumer_get_layer (VigilConsumer *self)
{
  return self->layer;
}

void
vigil_consumer_set_layer (VigilConsumer *self,
                          guint          layer)
{
  if (self->layer == layer)
    return;

  self->layer = layer;
  send_layer (self);
}

void
vigil_consumer_first_frame (VigilConsumer *self)
{
  if (self->state != STATE_OPEN || !self->wanted || self->got_frame)
    return;

  self->got_frame = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
vigil_consumer_closed_by_server (VigilConsumer *self)
{
  if (self->state != STATE_OPEN && self->state != STATE_CLOSING)
    return;

  count_open (self, -1);
  detach (self);
  finish (self);
}

void
vigil_consumer_producer_paused (VigilConsumer *self,
                                gboolean       paused)
{
  if (self->producer_paused == (paused != FALSE))
    return;

  self->producer_paused = paused != FALSE;
  self->got_frame = FALSE;
  if (self->state == STATE_OPEN)
    {
      vigil_media_engine_set_running (self->engine, self->feed, self->wanted && !self->producer_paused);
      g_signal_emit (self, signals[CHANGED], 0);
    }
}

void
vigil_consumer_close (VigilConsumer *self)
{
  switch (self->state)
    {
    case STATE_NEW:
      finish (self);
      break;

    case STATE_OPENING:
      self->state = STATE_CLOSING; /* its answer closes it */
      if (self->offered)
        {
          /* Its connection costs threads, and the answer may be long in coming. */
          g_cancellable_cancel (self->cancellable);
          detach (self);
        }
      break;

    case STATE_OPEN:
      close_at_server (self);
      break;

    case STATE_CLOSING:
    case STATE_DONE:
    default:
      break;
    }
}

void
vigil_consumer_abandon (VigilConsumer *self)
{
  State state = self->state;

  if (state == STATE_DONE)
    return;

  if (state == STATE_OPENING || (state == STATE_CLOSING && self->info == NULL))
    count_in_flight (self, -1);
  else if (state != STATE_NEW)
    count_open (self, -1);

  g_clear_pointer (&self->trickle, vigil_trickle_free);
  self->attached = self->offered = FALSE; /* the engine closes all feeds of a transport at once */
  self->state = STATE_DONE;
  g_cancellable_cancel (self->cancellable);
  g_signal_emit (self, signals[DONE], 0);
}
