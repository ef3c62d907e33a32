/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU of whichever exam is joined. Everything goes to the present one; a task's source says whose it is. */
#include "vigil-exam-sfu.h"

#include "vigil-i18n.h"
#include "vigil-janus-sfu.h"
#include "vigil-session-error.h"
#include "vigil-whep-sfu.h"

struct _VigilExamSfu
{
  GObject parent_instance;

  VigilSfu       *own;
  GTlsDatabase   *trust;   /* nullable */
  VigilNetLimits  limits;
  VigilSfuConfig *config;  /* nullable: the hall's own */
  VigilSfu       *present; /* nullable: there is none that we can use */
  char           *transport_id; /* nullable; of the last offer */
};

static void sfu_init (VigilSfuInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilExamSfu, vigil_exam_sfu, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_SFU, sfu_init))

static void
let_go (VigilExamSfu *self)
{
  if (self->present != NULL)
    g_signal_handlers_disconnect_by_data (self->present, self);
  if (self->present != NULL && VIGIL_IS_JANUS_SFU (self->present))
    vigil_janus_sfu_close (VIGIL_JANUS_SFU (self->present));
  if (self->present != NULL && VIGIL_IS_WHEP_SFU (self->present))
    vigil_whep_sfu_close (VIGIL_WHEP_SFU (self->present));
  g_clear_object (&self->present);
}

static void
take (VigilExamSfu *self, const VigilSfuConfig *config)
{
  switch (vigil_sfu_config_get_kind (config))
    {
    case VIGIL_SFU_MEDIASOUP:
      self->present = g_object_ref (self->own);
      break;
    case VIGIL_SFU_JANUS:
      self->present = VIGIL_SFU (vigil_janus_sfu_new (config, self->trust, &self->limits));
      break;
    case VIGIL_SFU_WHEP:
      self->present = VIGIL_SFU (vigil_whep_sfu_new (config, self->trust, &self->limits));
      break;
    case VIGIL_SFU_NONE:
    default:
      return;
    }
  g_signal_connect_swapped (self->present, "transport-closed", G_CALLBACK (vigil_sfu_emit_transport_closed), self);
  g_signal_connect_swapped (self->present, "consumer-closed", G_CALLBACK (vigil_sfu_emit_consumer_closed), self);
}

static void
configure (VigilSfu *sfu, const VigilSfuConfig *config)
{
  VigilExamSfu *self = VIGIL_EXAM_SFU (sfu);
  VigilSfuConfig *copy = config != NULL ? vigil_sfu_config_ref ((VigilSfuConfig *) config) : NULL;
  g_autofree char *transport_id = NULL;

  if (vigil_sfu_config_equal (self->config, config))
    {
      g_clear_pointer (&copy, vigil_sfu_config_unref);
      return;
    }

  transport_id = g_steal_pointer (&self->transport_id);
  let_go (self);
  g_clear_pointer (&self->config, vigil_sfu_config_unref);
  self->config = copy;
  take (self, copy);
  if (transport_id != NULL)
    vigil_sfu_emit_transport_closed (sfu, transport_id, NC_("reason", "The exam's video comes from elsewhere now"));
}

static void
get_abilities (VigilSfu *sfu, VigilSfuAbilities *abilities)
{
  VigilExamSfu *self = VIGIL_EXAM_SFU (sfu);

  if (self->present != NULL)
    vigil_sfu_get_abilities (self->present, abilities);
}

/* Whoever is asked now answers, also if it is not the present one any more by then. */
static GTask *
begin (VigilSfu *sfu, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  VigilExamSfu *self = VIGIL_EXAM_SFU (sfu);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  /* The inner one looks at it. */
  g_task_set_check_cancellable (task, FALSE);
  if (self->present != NULL)
    return task;
  g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "this exam has no SFU that can be used");
  g_object_unref (task);
  return NULL;
}

static void
late_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!vigil_sfu_control_finish (VIGIL_SFU (source), result, &error))
    g_debug ("Closing a late transport: %s", error->message);
}

static void
offered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilExamSfu *self = g_task_get_source_object (task);
  GError *error = NULL;
  VigilTransportOffer *offer = vigil_sfu_open_transport_finish (VIGIL_SFU (source), result, &error);

  if (offer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->present != VIGIL_SFU (source))
    {
      /* Whatever were asked for over it would go to the present one, which does not know it. */
      vigil_sfu_control_async (VIGIL_SFU (source), VIGIL_SFU_CLOSE_TRANSPORT, offer->id, 0, NULL, late_closed_cb, NULL);
      vigil_transport_offer_free (offer);
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT, "the exam's video comes from elsewhere now");
      return;
    }
  g_free (self->transport_id);
  self->transport_id = g_strdup (offer->id);
  g_task_return_pointer (task, offer, (GDestroyNotify) vigil_transport_offer_free);
}

static void
open_transport_async (VigilSfu *sfu, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = begin (sfu, cancellable, callback, user_data);

  if (task != NULL)
    vigil_sfu_open_transport_async (VIGIL_EXAM_SFU (sfu)->present, cancellable, offered_cb, task);
}

static VigilTransportOffer *
open_transport_finish (VigilSfu *sfu, GAsyncResult *result, GError **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (vigil_sfu_connect_transport_finish (VIGIL_SFU (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
connect_transport_async (VigilSfu *sfu, const char *transport_id, const char *answer_sdp, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = begin (sfu, cancellable, callback, user_data);

  if (task != NULL)
    vigil_sfu_connect_transport_async (VIGIL_EXAM_SFU (sfu)->present, transport_id, answer_sdp, cancellable, connected_cb, task);
}

static void
consumed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  VigilConsumerInfo *info = vigil_sfu_consume_finish (VIGIL_SFU (source), result, &error);

  if (info != NULL)
    g_task_return_pointer (task, info, (GDestroyNotify) vigil_consumer_info_free);
  else
    g_task_return_error (task, error);
}

static void
consume_async (VigilSfu *sfu, const char *transport_id, const char *producer_id, const char *offer_sdp, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = begin (sfu, cancellable, callback, user_data);

  if (task != NULL)
    vigil_sfu_consume_async (VIGIL_EXAM_SFU (sfu)->present, transport_id, producer_id, offer_sdp, cancellable, consumed_cb, task);
}

static VigilConsumerInfo *
consume_finish (VigilSfu *sfu, GAsyncResult *result, GError **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

static void
controlled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (vigil_sfu_control_finish (VIGIL_SFU (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
control_async (VigilSfu *sfu, int verb, const char *id, int layer, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = begin (sfu, cancellable, callback, user_data);

  if (task != NULL)
    vigil_sfu_control_async (VIGIL_EXAM_SFU (sfu)->present, (VigilSfuVerb) verb, id, layer, cancellable, controlled_cb, task);
}

static void
trickled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char **answered = NULL;

  if (vigil_sfu_trickle_finish (VIGIL_SFU (source), result, &answered, &error))
    g_task_return_pointer (task, answered, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

static void
trickle_async (VigilSfu *sfu, const char *consumer_id, const char *const *candidates, gboolean end, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = begin (sfu, cancellable, callback, user_data);

  if (task == NULL)
    return;
  /* Whom it belongs to may be gone; then the present one does not know it, and may not know the whole thing. */
  if (VIGIL_IS_WHEP_SFU (VIGIL_EXAM_SFU (sfu)->present))
    {
      vigil_sfu_trickle_async (VIGIL_EXAM_SFU (sfu)->present, consumer_id, candidates, end, cancellable, trickled_cb, task);
      return;
    }
  g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT, "the exam's video comes from elsewhere now");
  g_object_unref (task);
}

static void
sfu_init (VigilSfuInterface *iface)
{
  iface->configure = configure;
  iface->get_abilities = get_abilities;
  iface->open_transport_async = open_transport_async;
  iface->open_transport_finish = open_transport_finish;
  iface->connect_transport_async = connect_transport_async;
  iface->connect_transport_finish = vigil_sfu_boolean_finish_task;
  iface->consume_async = consume_async;
  iface->consume_finish = consume_finish;
  iface->control_async = control_async;
  iface->trickle_async = trickle_async;
  iface->trickle_finish = vigil_sfu_trickle_finish_task;
  iface->control_finish = vigil_sfu_boolean_finish_task;
}

VigilExamSfu *
vigil_exam_sfu_new (VigilSfu *own, GTlsDatabase *trust, const VigilNetLimits *limits)
{
  VigilExamSfu *self = g_object_new (VIGIL_TYPE_EXAM_SFU, NULL);

  self->own = g_object_ref (own);
  self->trust = trust != NULL ? g_object_ref (trust) : NULL;
  self->limits = *limits;
  take (self, NULL);
  return self;
}

void
vigil_exam_sfu_close (VigilExamSfu *self)
{
  configure (VIGIL_SFU (self), NULL);
}

static void
vigil_exam_sfu_dispose (GObject *object)
{
  VigilExamSfu *self = VIGIL_EXAM_SFU (object);

  let_go (self);
  g_clear_object (&self->own);
  g_clear_object (&self->trust);

  G_OBJECT_CLASS (vigil_exam_sfu_parent_class)->dispose (object);
}

static void
vigil_exam_sfu_finalize (GObject *object)
{
  VigilExamSfu *self = VIGIL_EXAM_SFU (object);

  g_clear_pointer (&self->config, vigil_sfu_config_unref);
  g_free (self->transport_id);

  G_OBJECT_CLASS (vigil_exam_sfu_parent_class)->finalize (object);
}

static void
vigil_exam_sfu_class_init (VigilExamSfuClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_exam_sfu_dispose;
  object_class->finalize = vigil_exam_sfu_finalize;
}

static void
vigil_exam_sfu_init (VigilExamSfu *self)
{
}
