/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An SFU behind a bad network. */
#include "bad-sfu.h"

#include <string.h>

#include "vigil-session-error.h"

struct _BadSfu
{
  GObject     parent_instance;

  VigilSfu   *real;
  BadNetwork *network;
  gboolean    straight;
  guint       to_refuse;
  GArray     *refused_us;
};

static void sfu_init (VigilSfuInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (BadSfu, bad_sfu, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (VIGIL_TYPE_SFU, sfu_init))

/* a=candidate:foundation component protocol priority address port typ … */
static char *
reroute_line (BadNetwork *network, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (g_strv_length (words) < 6 || g_ascii_strcasecmp (words[2], "udp") != 0 || !g_hostname_is_ip_address (words[4])
      || strchr (words[4], ':') != NULL)
    return g_strdup (line);
  {
    guint port = bad_network_add (network, words[4], (guint16) g_ascii_strtoull (words[5], NULL, 10));

    g_free (words[5]);
    words[5] = g_strdup_printf ("%u", port);
  }
  return g_strjoinv (" ", words);
}

static char *
edit_candidates (BadNetwork *network, const char *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean candidate = g_str_has_prefix (lines[i], "a=candidate:");
      g_autofree char *line = candidate && network != NULL ? reroute_line (network, lines[i]) : g_strdup (lines[i]);

      if (candidate && network == NULL)
        continue;
      g_string_append (text, line);
      if (lines[i + 1] != NULL)
        g_string_append (text, "\r\n");
    }
  return g_string_free (text, FALSE);
}

/* @sdp: (nullable): an SFU of one connection a consumer has none here */
static void
reroute (BadSfu *self, char **sdp)
{
  char *rerouted;

  if (*sdp == NULL || self->straight)
    return;
  rerouted = edit_candidates (self->network, *sdp);
  g_free (*sdp);
  *sdp = rerouted;
}

static void
get_abilities (VigilSfu *sfu, VigilSfuAbilities *abilities)
{
  vigil_sfu_get_abilities (BAD_SFU (sfu)->real, abilities);
  abilities->trickles = FALSE; /* none of ours must arrive, early or late */
}

static void
configure (VigilSfu *sfu, const VigilSfuConfig *config)
{
  vigil_sfu_configure (BAD_SFU (sfu)->real, config);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BadSfu *self = g_task_get_source_object (task);
  GError *error = NULL;
  VigilTransportOffer *offer = vigil_sfu_open_transport_finish (VIGIL_SFU (source), result, &error);

  if (offer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  reroute (self, &offer->offer_sdp);
  g_task_return_pointer (task, offer, (GDestroyNotify) vigil_transport_offer_free);
}

static void
open_transport_async (VigilSfu *sfu, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (sfu, NULL, callback, user_data);

  vigil_sfu_open_transport_async (BAD_SFU (sfu)->real, cancellable, opened_cb, task);
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
  g_autofree char *answer = edit_candidates (NULL, answer_sdp);

  vigil_sfu_connect_transport_async (BAD_SFU (sfu)->real, transport_id, answer, cancellable, connected_cb,
                                     g_task_new (sfu, NULL, callback, user_data));
}

static void
consumed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  VigilConsumerInfo *info = vigil_sfu_consume_finish (VIGIL_SFU (source), result, &error);

  if (info == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  reroute (g_task_get_source_object (task), &info->answer_sdp);
  g_task_return_pointer (task, info, (GDestroyNotify) vigil_consumer_info_free);
}

static void
consume_async (VigilSfu *sfu, const char *transport_id, const char *producer_id, const char *offer_sdp, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  BadSfu *self = BAD_SFU (sfu);
  GTask *task = g_task_new (sfu, NULL, callback, user_data);
  g_autofree char *offer = offer_sdp != NULL ? edit_candidates (NULL, offer_sdp) : NULL;
  gint64 now_us = g_get_monotonic_time ();

  if (self->to_refuse > 0)
    {
      self->to_refuse--;
      g_array_append_val (self->refused_us, now_us);
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "consume: refused, by the test");
      g_object_unref (task);
      return;
    }
  vigil_sfu_consume_async (self->real, transport_id, producer_id, offer, cancellable, consumed_cb, task);
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
control_async (VigilSfu *sfu, int verb, const char *consumer_id, int layer, GCancellable *cancellable, GAsyncReadyCallback callback,
               gpointer user_data)
{
  vigil_sfu_control_async (BAD_SFU (sfu)->real, verb, consumer_id, layer, cancellable, controlled_cb,
                           g_task_new (sfu, NULL, callback, user_data));
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
  iface->control_finish = vigil_sfu_boolean_finish_task;
}

static void
bad_sfu_finalize (GObject *object)
{
  BadSfu *self = BAD_SFU (object);

  g_signal_handlers_disconnect_by_data (self->real, self);
  g_object_unref (self->real);
  g_array_unref (self->refused_us);

  G_OBJECT_CLASS (bad_sfu_parent_class)->finalize (object);
}

static void
bad_sfu_class_init (BadSfuClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bad_sfu_finalize;
}

static void
bad_sfu_init (BadSfu *self)
{
  self->refused_us = g_array_new (FALSE, FALSE, sizeof (gint64));
}

BadSfu *
bad_sfu_new (VigilSfu *real, BadNetwork *network)
{
  BadSfu *self = g_object_new (BAD_TYPE_SFU, NULL);

  self->real = g_object_ref (real);
  self->network = network;
  g_signal_connect_swapped (real, "transport-closed", G_CALLBACK (vigil_sfu_emit_transport_closed), self);
  g_signal_connect_swapped (real, "consumer-closed", G_CALLBACK (vigil_sfu_emit_consumer_closed), self);
  return self;
}

void
bad_sfu_set_straight (BadSfu *self, gboolean straight)
{
  self->straight = straight;
}

void
bad_sfu_refuse_consumes (BadSfu *self, guint n)
{
  self->to_refuse = n;
  g_array_set_size (self->refused_us, 0);
}

guint
bad_sfu_get_n_refused (BadSfu *self)
{
  return self->refused_us->len;
}

GArray *
bad_sfu_get_refused_us (BadSfu *self)
{
  return self->refused_us;
}
