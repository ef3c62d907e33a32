/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Carries late ICE candidates of one connection both ways. */

#include "vigil-trickle.h"

#include "vigil-metrics.h"
#include "vigil-session-error.h"

/* What could not be sent for a passing reason is sent again; by then the connection mostly lives, or is given up. */
#define RETRY_MS    3000
#define MAX_RETRIES 3

struct _VigilTrickle
{
  VigilSfu         *sfu;
  VigilMediaEngine *engine;
  guint64           feed;
  gulong            handler;
  GCancellable     *cancellable;
  char             *consumer_id; /* nullable: there is none yet */
  GPtrArray        *waiting;     /* of char *, in the order in which they were found */
  gboolean          end;         /* to be told: there will be no others */
  GPtrArray        *sent;        /* nullable: on its way */
  gboolean          end_sent;
  gboolean          refused;     /* nothing can follow any more */
  guint             n_retries;   /* since something was taken */
  guint             retry;       /* source */
  gboolean          freed;
};

static struct
{
  VigilCounter *sent, *unsent, *answered;
} metrics;

static void
make_metrics (void)
{
  metrics.sent = vigil_metrics_counter ("vigil_ice_candidates_sent", "ICE candidates of ours that followed their offer");
  metrics.unsent = vigil_metrics_counter ("vigil_ice_candidates_unsent", "ICE candidates of ours that the SFU did not take after the offer");
  metrics.answered = vigil_metrics_counter ("vigil_ice_candidates_answered", "ICE candidates of the SFU that came after its answer");
}

static void
finalize (gpointer data)
{
  VigilTrickle *self = data;

  g_clear_object (&self->cancellable);
  g_clear_object (&self->sfu);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->sent, g_ptr_array_unref);
  g_free (self->consumer_id);
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

static void send_next (VigilTrickle *self);

static void
give_up (VigilTrickle *self)
{
  self->refused = TRUE;
  vigil_counter_add (metrics.unsent, self->sent->len + self->waiting->len);
  g_clear_pointer (&self->sent, g_ptr_array_unref);
  g_ptr_array_set_size (self->waiting, 0);
}

static gboolean
retry_cb (gpointer user_data)
{
  VigilTrickle *self = user_data;

  self->retry = 0;
  send_next (self);
  return G_SOURCE_REMOVE;
}

/* They go before what was found meanwhile. */
static void
put_back (VigilTrickle *self)
{
  GPtrArray *later = self->waiting;

  if (self->n_retries++ == MAX_RETRIES)
    {
      give_up (self);
      return;
    }

  self->waiting = g_steal_pointer (&self->sent);
  g_ptr_array_extend_and_steal (self->waiting, later);
  self->end = self->end || self->end_sent;
  self->retry = g_timeout_add (RETRY_MS, retry_cb, self);
}

static void
take_answer (VigilTrickle *self,
             char        **answered)
{
  self->n_retries = 0;
  vigil_counter_add (metrics.sent, self->sent->len);
  g_clear_pointer (&self->sent, g_ptr_array_unref);
  if (answered == NULL)
    return;

  vigil_counter_add (metrics.answered, g_strv_length (answered));
  vigil_media_engine_add_candidates (self->engine, self->feed, (const char *const *) answered);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  VigilTrickle *self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) answered = NULL;
  gboolean ok = vigil_sfu_trickle_finish (VIGIL_SFU (source), result, &answered, &error);

  if (self->freed)
    {
      g_debug ("feed %" G_GUINT64_FORMAT ": nobody needs its candidates any more", self->feed);
    }
  else if (ok)
    {
      take_answer (self, answered);
      send_next (self);
    }
  else
    {
      g_debug ("feed %" G_GUINT64_FORMAT ": candidates: %s", self->feed, error->message);
      if (vigil_session_error_is_transient (error))
        put_back (self);
      else
        give_up (self);
    }
  g_rc_box_release_full (self, finalize);
}

static void
send_next (VigilTrickle *self)
{
  g_autofree const char **list = NULL;

  if (self->consumer_id == NULL || self->sent != NULL || self->retry != 0 || self->refused ||
      (self->waiting->len == 0 && !self->end))
    return;

  self->sent = g_steal_pointer (&self->waiting);
  self->waiting = new_list ();
  self->end_sent = self->end;
  self->end = FALSE;
  list = g_new0 (const char *, self->sent->len + 1);
  for (guint i = 0; i < self->sent->len; i++)
    list[i] = self->sent->pdata[i];
  vigil_sfu_trickle_async (self->sfu, self->consumer_id, list, self->end_sent, self->cancellable, sent_cb, g_rc_box_acquire (self));
}

static void
local_candidate_cb (VigilMediaEngine *engine,
                    guint64           feed,
                    const char       *candidate,
                    VigilTrickle     *self)
{
  if (feed != self->feed)
    return;

  if (self->refused)
    {
      vigil_counter_add (metrics.unsent, candidate != NULL);
      return;
    }
  if (candidate != NULL)
    g_ptr_array_add (self->waiting, g_strdup (candidate));
  else
    self->end = TRUE;
  send_next (self);
}

VigilTrickle *
vigil_trickle_new (VigilSfu         *sfu,
                   VigilMediaEngine *engine,
                   guint64           feed)
{
  VigilTrickle *self = g_rc_box_new0 (VigilTrickle);

  make_metrics ();
  self->sfu = g_object_ref (sfu);
  self->engine = g_object_ref (engine);
  self->feed = feed;
  self->cancellable = g_cancellable_new ();
  self->waiting = new_list ();
  self->handler = g_signal_connect (engine, "local-candidate", G_CALLBACK (local_candidate_cb), self);
  return self;
}

void
vigil_trickle_begin (VigilTrickle *self,
                     const char   *consumer_id)
{
  g_return_if_fail (self->consumer_id == NULL);

  self->consumer_id = g_strdup (consumer_id);
  send_next (self);
}

void
vigil_trickle_free (VigilTrickle *self)
{
  self->freed = TRUE;
  g_clear_signal_handler (&self->handler, self->engine);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_rc_box_release_full (self, finalize);
}
