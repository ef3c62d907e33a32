/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport as the main thread sees it: it asks, the worker does. */
#include "vigil-receive-transport-private.h"

#include "vigil-main-post.h"
#include "vigil-media-error.h"
#include "vigil-media-init.h"
#include "vigil-media-metrics.h"

G_DEFINE_FINAL_TYPE (VigilReceiveTransport, vigil_receive_transport, G_TYPE_OBJECT)

enum
{
  SIGNAL_LOST,
  SIGNAL_LOCAL_CANDIDATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_receive_transport_finalize (GObject *object)
{
  VigilReceiveTransport *self = VIGIL_RECEIVE_TRANSPORT (object);

  g_assert (self->pipeline == NULL);
  g_assert (g_hash_table_size (self->pads) == 0);

  vigil_worker_finish (self->worker);
  vigil_worker_unref (self->worker);
  vigil_ssrc_table_unref (self->ssrcs);
  g_hash_table_unref (self->pads);
  g_hash_table_unref (self->reaping);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->gathered_cond);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_free (self->offered);
  vigil_counter_add (vigil_media_metrics ()->transports_live, -1);

  g_strfreev (self->relays);
  g_ptr_array_unref (self->tunnels);
  G_OBJECT_CLASS (vigil_receive_transport_parent_class)->finalize (object);
}

static void
vigil_receive_transport_class_init (VigilReceiveTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_receive_transport_finalize;

  /**
   * VigilReceiveTransport::lost:
   * @reason: English, for the log and a tooltip
   */
  signals[SIGNAL_LOST] = g_signal_new ("lost", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * VigilReceiveTransport::local-candidate:
   * @candidate: (nullable): "candidate:…"; %NULL: the last one was there
   */
  signals[SIGNAL_LOCAL_CANDIDATE] = g_signal_new ("local-candidate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
vigil_receive_transport_init (VigilReceiveTransport *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->gathered_cond);
  self->pads = g_hash_table_new (NULL, NULL);
  self->reaping = g_hash_table_new (NULL, NULL);
  self->ssrcs = vigil_ssrc_table_new ();
  self->tunnels = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_turns_tunnel_free);
  self->worker = vigil_worker_new ("vigil-receive");
  vigil_counter_add (vigil_media_metrics ()->transports_live, 1);
}

/**
 * vigil_receive_transport_new:
 * @latency_ms: how long a missing packet is waited for
 *
 * Returns: (transfer full): a transport that does nothing yet
 */
VigilReceiveTransport *
vigil_receive_transport_new (guint latency_ms)
{
  VigilReceiveTransport *self = g_object_new (VIGIL_TYPE_RECEIVE_TRANSPORT, NULL);

  self->latency_ms = latency_ms;

  return self;
}

void
vigil_receive_transport_connect (VigilReceiveTransport *self,
                                 gpointer               instance,
                                 const char            *detailed_signal,
                                 GCallback              callback)
{
  /* A strong reference: the callback comes on a streaming thread at any time until NULL. */
  g_signal_connect_data (instance, detailed_signal, callback, g_object_ref (self),
                         (GClosureNotify) g_object_unref, 0);
}

static void
lost_posted_cb (gpointer target,
                gpointer event)
{
  g_signal_emit (target, signals[SIGNAL_LOST], 0, event);
}

void
vigil_receive_transport_post_lost (VigilReceiveTransport *self,
                                   const char            *reason)
{
  vigil_main_post (NULL, self, &self->generation, 0, lost_posted_cb, g_strdup (reason), g_free);
}

static void
candidate_posted_cb (gpointer target,
                     gpointer event)
{
  g_signal_emit (target, signals[SIGNAL_LOCAL_CANDIDATE], 0, event);
}

/* Any thread that holds a reference. @candidate: (nullable) */
void
vigil_receive_transport_post_candidate (VigilReceiveTransport *self,
                                        const char            *candidate)
{
  vigil_main_post (NULL, self, &self->generation, 0, candidate_posted_cb, g_strdup (candidate), g_free);
}

/* What to open. */
typedef struct
{
  char            *offer_sdp; /* nullable: ours is wanted */
  VigilOfferFlags  flags;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->offer_sdp);
  g_free (opening);
}

static void
open_job (gpointer data)
{
  GTask *task = data;
  VigilReceiveTransport *self = g_task_get_source_object (task);
  const Opening *opening = g_task_get_task_data (task);
  gint64 begin = g_get_monotonic_time ();
  g_autofree char *answer = NULL;
  GError *error = NULL;

  vigil_media_init ();

  if (g_atomic_int_get (&self->closing))
    g_set_error_literal (&error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CLOSED, "closed before it was open");
  else if (vigil_receive_transport_build (self, &error))
    answer = opening->offer_sdp != NULL ? vigil_receive_transport_negotiate (self, opening->offer_sdp, &error)
                                        : vigil_receive_transport_offer (self, opening->flags, &error);

  if (answer == NULL)
    {
      vigil_receive_transport_teardown (self);
      g_task_return_error (task, error);
      return;
    }

  vigil_histogram_add (vigil_media_metrics ()->open, (g_get_monotonic_time () - begin) / 1000.0);
  g_task_return_pointer (task, g_steal_pointer (&answer), g_free);
}

/**
 * vigil_receive_transport_set_relays:
 * @relays: (nullable): TURN servers, "turn://user:password@host:port?transport=udp"
 * @only: nothing goes past them
 *
 * Before it is opened.
 */
void
vigil_receive_transport_set_relays (VigilReceiveTransport *self,
                                    const char *const     *relays,
                                    gboolean               only)
{
  g_return_if_fail (!self->started);

  g_strfreev (self->relays);
  self->relays = g_strdupv ((char **) relays);
  self->relay_only = only;
}

/**
 * vigil_receive_transport_set_gather_early:
 * @ms: how long an offer waits for ICE candidates where those that are late can follow; 0 before
 *
 * Before it is opened.
 */
void
vigil_receive_transport_set_gather_early (VigilReceiveTransport *self,
                                          guint                  ms)
{
  g_return_if_fail (!self->started);

  self->gather_early_us = (gint64) ms * 1000;
}

static void
open_async (VigilReceiveTransport *self,
            const char            *offer_sdp,
            VigilOfferFlags        flags,
            gpointer               source_tag,
            GCancellable          *cancellable,
            GAsyncReadyCallback    callback,
            gpointer               user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Opening *opening = g_new0 (Opening, 1);

  opening->offer_sdp = g_strdup (offer_sdp);
  opening->flags = flags;
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, opening, opening_free);
  self->started = TRUE;

  vigil_worker_push (self->worker, open_job, g_object_ref (task), g_object_unref);
}

/**
 * vigil_receive_transport_open_async:
 * @offer_sdp: a static offer: a sendonly m-line per codec, without SSRCs
 *
 * Once in a transport's life. After a failure or a cancellation there is
 * nothing to take down, but closing is still right.
 */
void
vigil_receive_transport_open_async (VigilReceiveTransport *self,
                                    const char            *offer_sdp,
                                    GCancellable          *cancellable,
                                    GAsyncReadyCallback    callback,
                                    gpointer               user_data)
{
  g_return_if_fail (VIGIL_IS_RECEIVE_TRANSPORT (self));
  g_return_if_fail (!self->started && offer_sdp != NULL);

  open_async (self, offer_sdp, VIGIL_OFFER_PLAIN, vigil_receive_transport_open_async, cancellable, callback, user_data);
}

/**
 * vigil_receive_transport_offer_async:
 *
 * Instead of vigil_receive_transport_open_async(), for a transport of one feed whose offer is ours;
 * vigil_receive_transport_open_finish() gives it.
 */
void
vigil_receive_transport_offer_async (VigilReceiveTransport *self,
                                     VigilOfferFlags        flags,
                                     GCancellable          *cancellable,
                                     GAsyncReadyCallback    callback,
                                     gpointer               user_data)
{
  g_return_if_fail (VIGIL_IS_RECEIVE_TRANSPORT (self));
  g_return_if_fail (!self->started);

  open_async (self, NULL, flags, vigil_receive_transport_offer_async, cancellable, callback, user_data);
}

typedef struct
{
  VigilReceiveTransport *transport;
  char                  *answer_sdp;
} AnswerJob;

static void
answer_job_free (gpointer data)
{
  AnswerJob *job = data;

  g_object_unref (job->transport);
  g_free (job->answer_sdp);
  g_free (job);
}

static void
answer_job (gpointer data)
{
  AnswerJob *job = data;
  g_autoptr (GError) error = NULL;

  if (job->transport->webrtc == NULL || g_atomic_int_get (&job->transport->closing))
    return;
  if (!vigil_receive_transport_take_answer (job->transport, job->answer_sdp, &error))
    vigil_receive_transport_post_lost (job->transport, error->message);
}

/**
 * vigil_receive_transport_accept:
 * @answer_sdp: the server's, to our offer
 * @clock_rate: of its timestamps
 * @sink: where its packets go, under whatever SSRC they come
 *
 * Once, of a transport that made an offer. An answer that cannot be used is a
 * loss of the transport, later.
 */
void
vigil_receive_transport_accept (VigilReceiveTransport *self,
                                const char            *answer_sdp,
                                guint                  clock_rate,
                                VigilPacketSink       *sink)
{
  AnswerJob *job = g_new0 (AnswerJob, 1);

  job->transport = g_object_ref (self);
  job->answer_sdp = g_strdup (answer_sdp);
  vigil_ssrc_table_set_host (self->ssrcs, clock_rate, sink);
  vigil_worker_push (self->worker, answer_job, job, answer_job_free);
}

typedef struct
{
  VigilReceiveTransport  *transport;
  char                  **candidates;
} CandidatesJob;

static void
candidates_job_free (gpointer data)
{
  CandidatesJob *job = data;

  g_object_unref (job->transport);
  g_strfreev (job->candidates);
  g_free (job);
}

static void
candidates_job (gpointer data)
{
  CandidatesJob *job = data;

  if (job->transport->webrtc != NULL && !g_atomic_int_get (&job->transport->closing))
    vigil_receive_transport_take_candidates (job->transport, (const char *const *) job->candidates);
}

/**
 * vigil_receive_transport_add_candidates:
 * @candidates: more of the server's, "candidate:…"
 *
 * After vigil_receive_transport_accept().
 */
void
vigil_receive_transport_add_candidates (VigilReceiveTransport *self,
                                        const char *const     *candidates)
{
  CandidatesJob *job = g_new0 (CandidatesJob, 1);

  job->transport = g_object_ref (self);
  job->candidates = g_strdupv ((char **) candidates);
  vigil_worker_push (self->worker, candidates_job, job, candidates_job_free);
}

/**
 * vigil_receive_transport_set_muted:
 * @muted: whether packets are thrown away as they come
 *
 * For a server that cannot pause.
 */
void
vigil_receive_transport_set_muted (VigilReceiveTransport *self,
                                   gboolean               muted)
{
  g_atomic_int_set (&self->muted, muted);
}

/**
 * vigil_receive_transport_open_finish:
 * @error: VIGIL_MEDIA_ERROR, or G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the answer, a secret
 */
char *
vigil_receive_transport_open_finish (VigilReceiveTransport  *self,
                                     GAsyncResult           *result,
                                     GError                **error)
{
  char *answer;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer != NULL && g_atomic_int_get (&self->closing))
    {
      g_clear_pointer (&answer, g_free);
      g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CLOSED, "closed while it was being opened");
    }
  if (answer != NULL)
    self->opened = TRUE;

  return answer;
}

/**
 * vigil_receive_transport_is_open:
 *
 * Returns: whether consumers can be added
 */
gboolean
vigil_receive_transport_is_open (VigilReceiveTransport *self)
{
  return self->opened;
}

static void
close_job (gpointer data)
{
  VigilReceiveTransport *self = data;

  vigil_receive_transport_teardown (self);
  vigil_histogram_add (vigil_media_metrics ()->close,
                       (g_get_monotonic_time () - self->close_us) / 1000.0);
}

/**
 * vigil_receive_transport_close:
 *
 * Returns at once; the streams end in the background. No signal comes from it
 * afterwards. Safe to call twice, and while it is being opened.
 */
void
vigil_receive_transport_close (VigilReceiveTransport *self)
{
  g_return_if_fail (VIGIL_IS_RECEIVE_TRANSPORT (self));

  if (g_atomic_int_get (&self->closing))
    return;

  g_atomic_int_set (&self->closing, TRUE);
  g_atomic_int_inc (&self->generation);
  self->opened = FALSE;
  self->close_us = g_get_monotonic_time ();
  vigil_ssrc_table_clear (self->ssrcs);
  g_mutex_lock (&self->lock);
  g_cond_signal (&self->gathered_cond);
  g_mutex_unlock (&self->lock);

  vigil_worker_push (self->worker, close_job, g_object_ref (self), g_object_unref);
  vigil_worker_finish (self->worker);
}

typedef struct
{
  VigilReceiveTransport *transport;
  guint32                ssrc;
} StreamJob;

static void
stream_job_free (gpointer data)
{
  StreamJob *job = data;

  g_object_unref (job->transport);
  g_free (job);
}

static void
push_stream_job (VigilReceiveTransport *self,
                 guint32                ssrc,
                 VigilWorkerFunc        func)
{
  StreamJob *job = g_new0 (StreamJob, 1);

  job->transport = g_object_ref (self);
  job->ssrc = ssrc;
  vigil_worker_push (self->worker, func, job, stream_job_free);
}

static void
reap_job (gpointer data)
{
  StreamJob *job = data;

  if (job->transport->webrtc != NULL && !g_atomic_int_get (&job->transport->closing))
    vigil_receive_transport_reap (job->transport, job->ssrc);

  g_mutex_lock (&job->transport->lock);
  g_hash_table_remove (job->transport->reaping, GUINT_TO_POINTER (job->ssrc));
  g_mutex_unlock (&job->transport->lock);
}

/* A stream that comes to life while one of the same SSRC is being freed: duplicate pad name, hang. */
static gboolean
is_reaping (VigilReceiveTransport *self,
            guint32                ssrc)
{
  gboolean reaping;

  g_mutex_lock (&self->lock);
  reaping = g_hash_table_contains (self->reaping, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->lock);

  return reaping;
}

static void
key_frame_job (gpointer data)
{
  StreamJob *job = data;

  if (job->transport->webrtc != NULL && !g_atomic_int_get (&job->transport->closing))
    vigil_receive_transport_ask_key_frame (job->transport, job->ssrc);
}

/**
 * vigil_receive_transport_add:
 * @ssrc: of the consumer
 * @clock_rate: of its timestamps
 * @sink: where its packets go
 * @error: %VIGIL_MEDIA_ERROR_CLOSED or %VIGIL_MEDIA_ERROR_CONSUMER
 *
 * Lets a stream in. Call before the server sends it.
 *
 * Returns: whether it can come
 */
gboolean
vigil_receive_transport_add (VigilReceiveTransport  *self,
                             guint32                 ssrc,
                             guint                   clock_rate,
                             VigilPacketSink        *sink,
                             GError                **error)
{
  if (!self->opened)
    {
      g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CLOSED, "the receive transport is not open");
      return FALSE;
    }
  if (ssrc == 0 || is_reaping (self, ssrc) || !vigil_ssrc_table_add (self->ssrcs, ssrc, clock_rate, sink))
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CONSUMER,
                   "SSRC %u is %s", ssrc, ssrc == 0 ? "not valid" : "in use");
      return FALSE;
    }

  return TRUE;
}

/**
 * vigil_receive_transport_remove:
 * @ssrc: of a consumer that the server has closed
 *
 * Strikes the stream off the list and frees it in the background.
 */
void
vigil_receive_transport_remove (VigilReceiveTransport *self,
                                guint32                ssrc)
{
  if (!vigil_ssrc_table_remove (self->ssrcs, ssrc))
    return;

  g_mutex_lock (&self->lock);
  g_hash_table_add (self->reaping, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->lock);
  push_stream_job (self, ssrc, reap_job);
}

/**
 * vigil_receive_transport_request_key_frame:
 * @ssrc: of the stream; 0: of the one that a transport of its own has
 *
 * Sends a PLI, if the stream has begun.
 */
void
vigil_receive_transport_request_key_frame (VigilReceiveTransport *self,
                                           guint32                ssrc)
{
  push_stream_job (self, ssrc, key_frame_job);
}

/**
 * vigil_receive_transport_get_connected:
 *
 * Returns: whether it ever got as far as packets could come
 */
gboolean
vigil_receive_transport_get_connected (VigilReceiveTransport *self)
{
  return g_atomic_int_get (&self->connected);
}

/**
 * vigil_receive_transport_get_last_arrival:
 *
 * Returns: monotonic microseconds of the last packet of any kind, RTCP too;
 * 0 without any
 */
gint64
vigil_receive_transport_get_last_arrival (VigilReceiveTransport *self)
{
  return (gint64) (gsize) g_atomic_pointer_get (&self->last_arrival_ms) * 1000;
}
