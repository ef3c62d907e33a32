/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An SFU that answers when the test lets it. */

#include "vigil-fake-sfu.h"

#include "vigil-session-error.h"

typedef struct
{
  GQueue   waiting;  /* GTask, owned */
  gboolean held;
  int      code;     /* −1: none */
} Kind;

enum { OPEN, CONNECT, CONSUME, CONTROL, TRICKLE, N_KINDS };

static const char *const kind_names[N_KINDS] = { "open", "connect", "consume", "control", "trickle" };

struct _VigilFakeSfu
{
  GObject       parent_instance;

  VigilFakeLog *log;
  Kind          kinds[N_KINDS];
  guint         n_transports;
  guint         n_consumers;
  guint         n_layers;
  guint         in_flight;
  guint         max_in_flight;
  gboolean      producer_paused;
  VigilSfuAbilities abilities;
  char **answered; /* nullable */
  VigilSfuKind kind; /* as it was configured last */
};

static void sfu_iface_init (VigilSfuInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilFakeSfu, vigil_fake_sfu, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_SFU, sfu_iface_init))

static int
find_kind (const char *name)
{
  for (int i = 0; i < N_KINDS; i++)
    if (g_str_equal (kind_names[i], name))
      return i;

  g_assert_not_reached ();
}

static VigilConsumerInfo *
new_consumer (VigilFakeSfu *self,
              const char   *producer_id)
{
  VigilConsumerInfo *info = g_new0 (VigilConsumerInfo, 1);

  info->id = g_strdup_printf ("c%u", ++self->n_consumers);
  info->producer_id = g_strdup (producer_id);
  info->kind = VIGIL_MEDIA_VIDEO;
  info->codec = g_strdup ("VP8");
  info->payload_type = 101;
  info->clock_rate = 90000;
  info->ssrc = 1000 + self->n_consumers;
  info->producer_paused = self->producer_paused;
  info->n_layers = self->n_layers;
  if (self->abilities.own_connections)
    {
      info->ssrc = 0;
      info->answer_sdp = g_strdup_printf ("answer %u", self->n_consumers);
    }
  return info;
}

static void
answer (VigilFakeSfu *self,
        int           kind,
        GTask        *task)
{
  int code = self->kinds[kind].code;
  VigilTransportOffer *offer;

  if (kind == CONSUME)
    self->in_flight--;

  if (code >= 0)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, code, "the fake %s fails", kind_names[kind]);
      return;
    }

  switch (kind)
    {
    case OPEN:
      offer = g_new0 (VigilTransportOffer, 1);
      offer->id = g_strdup_printf ("t%u", ++self->n_transports);
      if (!self->abilities.own_connections)
        offer->offer_sdp = g_strdup_printf ("offer %u", self->n_transports);
      g_task_return_pointer (task, offer, (GDestroyNotify) vigil_transport_offer_free);
      break;
    case CONSUME:
      g_task_return_pointer (task, new_consumer (self, g_task_get_task_data (task)),
                             (GDestroyNotify) vigil_consumer_info_free);
      break;
    default:
      g_task_return_boolean (task, TRUE);
      break;
    }
}

static void
ask (VigilFakeSfu        *self,
     int                  kind,
     const char          *data,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  /* No cancellable: a late answer does arrive, whoever gave up on it. */
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, g_strdup (data), g_free);
  if (kind == CONSUME)
    {
      self->in_flight++;
      self->max_in_flight = MAX (self->max_in_flight, self->in_flight);
    }

  if (self->kinds[kind].held)
    g_queue_push_tail (&self->kinds[kind].waiting, g_steal_pointer (&task));
  else
    answer (self, kind, task);
}

static void
configure (VigilSfu             *sfu,
           const VigilSfuConfig *config)
{
  VIGIL_FAKE_SFU (sfu)->kind = vigil_sfu_config_get_kind (config);
}

VigilSfuKind
vigil_fake_sfu_get_kind (VigilFakeSfu *self)
{
  return self->kind;
}

static void
open_transport_async (VigilSfu            *sfu,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  vigil_fake_log_add (VIGIL_FAKE_SFU (sfu)->log, "open");
  ask (VIGIL_FAKE_SFU (sfu), OPEN, NULL, callback, user_data);
}

static VigilTransportOffer *
open_transport_finish (VigilSfu      *sfu,
                       GAsyncResult  *result,
                       GError       **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

static void
connect_transport_async (VigilSfu            *sfu,
                         const char          *transport_id,
                         const char          *answer_sdp,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  vigil_fake_log_add (VIGIL_FAKE_SFU (sfu)->log, "connect %s", transport_id);
  ask (VIGIL_FAKE_SFU (sfu), CONNECT, transport_id, callback, user_data);
}

static void
consume_async (VigilSfu            *sfu,
               const char          *transport_id,
               const char          *producer_id,
               const char          *offer_sdp,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  if (VIGIL_FAKE_SFU (sfu)->abilities.own_connections)
    vigil_fake_log_add (VIGIL_FAKE_SFU (sfu)->log, "consume %s with %s", producer_id, offer_sdp);
  else
    vigil_fake_log_add (VIGIL_FAKE_SFU (sfu)->log, "consume %s", producer_id);
  ask (VIGIL_FAKE_SFU (sfu), CONSUME, producer_id, callback, user_data);
}

static VigilConsumerInfo *
consume_finish (VigilSfu      *sfu,
                GAsyncResult  *result,
                GError       **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

static void
control_async (VigilSfu            *sfu,
               int                  verb,
               const char          *consumer_id,
               int                  layer,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  static const char *const verbs[] = {
    [VIGIL_SFU_RESUME] = "resume",
    [VIGIL_SFU_PAUSE] = "pause",
    [VIGIL_SFU_CLOSE] = "close",
    [VIGIL_SFU_KEY_FRAME] = "key-frame",
    [VIGIL_SFU_LAYER] = "layer",
    [VIGIL_SFU_CLOSE_TRANSPORT] = "close-transport",
  };

  if (verb == VIGIL_SFU_LAYER)
    vigil_fake_log_add (VIGIL_FAKE_SFU (sfu)->log, "layer %s %d", consumer_id, layer);
  else
    vigil_fake_log_add (VIGIL_FAKE_SFU (sfu)->log, "%s %s", verbs[verb], consumer_id);
  ask (VIGIL_FAKE_SFU (sfu), CONTROL, consumer_id, callback, user_data);
}

static void
trickle_async (VigilSfu            *sfu,
               const char          *consumer_id,
               const char *const   *candidates,
               gboolean             end,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  g_autofree char *text = g_strjoinv (", ", (char **) candidates);

  vigil_fake_log_add (VIGIL_FAKE_SFU (sfu)->log, "trickle %s: %s%s", consumer_id, text, end ? ", end" : "");
  ask (VIGIL_FAKE_SFU (sfu), TRICKLE, consumer_id, callback, user_data);
}

static gboolean
trickle_finish (VigilSfu      *sfu,
                GAsyncResult  *result,
                char        ***answered,
                GError       **error)
{
  *answered = g_strdupv (VIGIL_FAKE_SFU (sfu)->answered);
  return vigil_sfu_boolean_finish_task (sfu, result, error);
}

void
vigil_fake_sfu_set_answered (VigilFakeSfu      *self,
                             const char *const *candidates)
{
  g_strfreev (self->answered);
  self->answered = g_strdupv ((char **) candidates);
}

static void
get_abilities (VigilSfu          *sfu,
               VigilSfuAbilities *abilities)
{
  *abilities = VIGIL_FAKE_SFU (sfu)->abilities;
}

static void
sfu_iface_init (VigilSfuInterface *iface)
{
  iface->configure = configure;
  iface->open_transport_async = open_transport_async;
  iface->open_transport_finish = open_transport_finish;
  iface->connect_transport_async = connect_transport_async;
  iface->connect_transport_finish = vigil_sfu_boolean_finish_task;
  iface->get_abilities = get_abilities;
  iface->consume_async = consume_async;
  iface->consume_finish = consume_finish;
  iface->control_async = control_async;
  iface->control_finish = vigil_sfu_boolean_finish_task;
  iface->trickle_async = trickle_async;
  iface->trickle_finish = trickle_finish;
}

static void
vigil_fake_sfu_finalize (GObject *object)
{
  VigilFakeSfu *self = VIGIL_FAKE_SFU (object);

  for (int i = 0; i < N_KINDS; i++)
    g_queue_clear_full (&self->kinds[i].waiting, g_object_unref);
  vigil_fake_log_unref (self->log);
  g_strfreev (self->answered);

  G_OBJECT_CLASS (vigil_fake_sfu_parent_class)->finalize (object);
}

static void
vigil_fake_sfu_class_init (VigilFakeSfuClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_fake_sfu_finalize;
}

static void
vigil_fake_sfu_init (VigilFakeSfu *self)
{
  self->abilities = (VigilSfuAbilities) { .can_pause = TRUE, .keeps_many = TRUE, .has_layers = TRUE, .has_sound = TRUE };
  for (int i = 0; i < N_KINDS; i++)
    {
      g_queue_init (&self->kinds[i].waiting);
      self->kinds[i].code = -1;
    }
}

VigilFakeSfu *
vigil_fake_sfu_new (VigilFakeLog *log)
{
  VigilFakeSfu *self = g_object_new (VIGIL_TYPE_FAKE_SFU, NULL);

  self->log = vigil_fake_log_ref (log);
  return self;
}

void
vigil_fake_sfu_hold (VigilFakeSfu *self,
                     const char   *kind)
{
  self->kinds[find_kind (kind)].held = TRUE;
}

guint
vigil_fake_sfu_release (VigilFakeSfu *self,
                        const char   *kind)
{
  int index = find_kind (kind);
  guint n = 0;

  self->kinds[index].held = FALSE;
  while (!g_queue_is_empty (&self->kinds[index].waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->kinds[index].waiting);

      answer (self, index, task);
      n++;
    }

  return n;
}

guint
vigil_fake_sfu_get_n_held (VigilFakeSfu *self,
                           const char   *kind)
{
  return g_queue_get_length (&self->kinds[find_kind (kind)].waiting);
}

void
vigil_fake_sfu_fail (VigilFakeSfu *self,
                     const char   *kind,
                     int           code)
{
  self->kinds[find_kind (kind)].code = code;
}

void
vigil_fake_sfu_set_producer_paused (VigilFakeSfu *self,
                                    gboolean      paused)
{
  self->producer_paused = paused;
}

guint
vigil_fake_sfu_get_max_in_flight (VigilFakeSfu *self)
{
  return self->max_in_flight;
}

void
vigil_fake_sfu_set_n_layers (VigilFakeSfu *self,
                             guint         n)
{
  self->n_layers = n;
}

void
vigil_fake_sfu_set_abilities (VigilFakeSfu            *self,
                              const VigilSfuAbilities *abilities)
{
  self->abilities = *abilities;
}
